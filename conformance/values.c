/* SPDX-License-Identifier: MIT */
/*
 * The variables of a trial: what ${...} stands for.
 */
#include <stdio.h>

#include "conformance/trial_inner.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"

static bool
add_text(struct buf *value, const char *text)
{
	if (text == NULL)
		return false;
	buf_add(value, span_of(text));
	return true;
}

/* "alice.password": false when there is no such account or part. */
static bool
account_value(
    struct trial *t, struct span name, struct buf *value, bool *secret)
{
	struct span part = name;
	char *role = mem_text(span_cut(&part, '.'));
	const struct profile_account *a =
	    profile_account(t->setup.profile, role);

	free(role);
	if (a == NULL)
		return false;
	if (span_eq(part, SPAN("address")))
		return add_text(value, a->address);
	if (span_eq(part, SPAN("user")))
		return add_text(value, a->user);
	if (span_eq(part, SPAN("dn")))
		return add_text(value, a->dn);
	*secret = true;
	if (span_eq(part, SPAN("password")))
		return add_text(value, a->password);
	if (span_eq(part, SPAN("plain"))) { /* RFC 4616 2 */
		struct buf plain;

		buf_init(&plain, 4096);
		buf_addf(&plain, "%c%s%c%s", 0, a->user, 0, a->password);
		text_base64(buf_span(&plain), value);
		buf_free(&plain);
		return true;
	}
	return false;
}

static bool
limit_value(struct trial *t, struct span metric, struct buf *value)
{
	char *name = mem_text(metric);
	double number;
	const bool ok = profile_limit(
	    t->setup.profile, t->setup.cs->verifies, name, &number);

	free(name);
	if (ok)
		buf_addf(value, "%.15g", number);
	return ok;
}

static bool
file_value(struct trial *t, struct span path, struct buf *value)
{
	char *full = mem_textf("%s/%.*s", t->setup.fixtures, SPAN_FMT(path));
	struct err err;
	const bool ok = files_read(full, value, &err);

	free(full);
	return ok;
}

static bool
find_value(struct trial *t, struct span name, struct buf *value, bool *secret)
{
	const struct profile *p = t->setup.profile;
	const struct {
		const char *name, *value;
	} fixed[] = {
		{ "token", t->token },
		{ "domain", p->mail.domain },
		{ "utf8_domain", p->mail.utf8_domain },
		{ "foreign", p->mail.foreign },
		{ "unknown", p->mail.unknown },
		{ "sink_domain", p->mail.sink_domain },
		{ "directory.base", p->directory.base },
		{ "directory.people", p->directory.people },
	};

	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
		if (span_eq(name, span_of(fixed[i].name)))
			return add_text(value, fixed[i].value);
	if (span_eq(name, SPAN("client"))) {
		buf_addf(value, "%s.client.example", t->token);
		return true;
	}
	if (span_eq(name, SPAN("folder"))) {
		for (const char *c = t->token; *c != '\0'; c++)
			buf_add(value,
			    *c == '.' ? SPAN("_") : (struct span){ c, 1 });
		/* Some keep a name for a while after DELETE. */
		if (t->twin != NULL)
			buf_addf(value, "_%s", t->twin);
		return true;
	}
	if (span_eq(name, SPAN("sink"))) {
		if (p->mail.sink_domain == NULL)
			return false;
		buf_addf(value, "%s@%s", t->token, p->mail.sink_domain);
		return true;
	}
	if (span_starts(name, SPAN("file:")))
		return file_value(t, span_skip(name, 5), value);
	if (span_starts(name, SPAN("limit.")))
		return limit_value(t, span_skip(name, 6), value);
	return account_value(t, name, value, secret);
}

/* Of any octets, so escaped; what is heard may be compared with it. */
static void
record_file(struct trial *t, const char *key, struct span content)
{
	struct buf text;

	buf_init(&text, 4 * content.len + 1);
	text_escape(content, &text);
	json_object_set_new(
	    t->values, key, json_stringn(buf_text(&text), text.len));
	buf_free(&text);
}

bool
trial_lookup(struct trial *t, struct span name, struct buf *value)
{
	const size_t before = value->len;
	bool secret = false;
	char *key;

	if (!find_value(t, name, value, &secret))
		return false;
	key = mem_text(name);
	if (span_starts(name, SPAN("file:")))
		record_file(t, key,
		    (struct span){ value->data + before, value->len - before });
	else if (secret)
		json_object_set_new(t->values, key, json_string(SECRET_MARK));
	else
		json_object_set_new(t->values, key,
		    json_stringn(value->data + before, value->len - before));
	free(key);
	return true;
}

bool
trial_look_up(void *ctx, struct span name, struct buf *value)
{
	return trial_lookup(ctx, name, value);
}

char *
trial_expand(struct trial *t, const char *text)
{
	struct buf out;
	struct err err;
	char *copy;

	buf_init(&out, EVIDENCE_MOST);
	if (!template_fill(span_of(text), trial_look_up, t, &out, &err))
		trial_sane(t, false, "%s", err.what);
	copy = mem_text(buf_span(&out));
	buf_free(&out);
	return copy;
}
