/* SPDX-License-Identifier: MIT */
/*
 * The evidence of a trial: files and facts, written while collecting and read
 * back when judging.  Secrets are hidden when written.
 */
#include <stdarg.h>
#include <unistd.h>

#include "conformance/trial_inner.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"

/* Who holds what was read before may keep it; nobody finds it any more. */
static void
forget(struct trial *t, const char *name)
{
	for (struct content *c = t->contents; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			c->name[0] = '\0';
}

bool
trial_file(struct trial *t, const char *name, struct span content)
{
	char *path = mem_textf("%s/%s", t->dir, name);
	struct buf hidden;
	struct err err;
	bool ok;

	buf_init(&hidden, EVIDENCE_MOST);
	secrets_hide(&t->secrets, content, &hidden);
	ok = files_write(path, buf_span(&hidden), &err);
	trial_sane(t, ok, "cannot file evidence: %.200s", err.what);
	forget(t, name);
	buf_free(&hidden);
	free(path);
	return ok;
}

bool
trial_has(const struct trial *t, const char *name)
{
	char *path = mem_textf("%s/%s", t->dir, name);
	const bool has = access(path, R_OK) == 0;

	free(path);
	return has;
}

const struct buf *
trial_content(struct trial *t, const char *name)
{
	struct content *c;
	struct err err;
	char *path;

	for (c = t->contents; c != NULL; c = c->next)
		if (strcmp(c->name, name) == 0)
			return &c->bytes;
	c = mem_new(1, sizeof *c);
	buf_init(&c->bytes, EVIDENCE_MOST);
	path = mem_textf("%s/%s", t->dir, name);
	if (!files_read(path, &c->bytes, &err)) {
		buf_free(&c->bytes);
		free(c);
		free(path);
		return NULL;
	}
	free(path);
	c->name = mem_text(span_of(name));
	c->next = t->contents;
	t->contents = c;
	return &c->bytes;
}

void
trial_fact(struct trial *t, const char *key, const char *fmt, ...)
{
	struct buf raw, hidden, shown;
	va_list ap;

	buf_init(&raw, EVIDENCE_MOST);
	buf_init(&hidden, EVIDENCE_MOST);
	buf_init(&shown, EVIDENCE_MOST);
	va_start(ap, fmt);
	buf_vaddf(&raw, fmt, ap);
	va_end(ap);
	secrets_hide(&t->secrets, buf_span(&raw), &hidden);
	if (text_is_utf8(buf_span(&hidden)))
		buf_add(&shown, buf_span(&hidden));
	else
		text_escape(buf_span(&hidden), &shown);
	json_object_set_new(
	    t->facts, key, json_stringn(buf_text(&shown), shown.len));
	buf_free(&raw);
	buf_free(&hidden);
	buf_free(&shown);
}

void
trial_fact_int(struct trial *t, const char *key, int64_t n)
{
	json_object_set_new(t->facts, key, json_integer(n));
}

const char *
trial_fact_text(const struct trial *t, const char *key)
{
	return json_string_value(json_object_get(t->facts, key));
}

bool
trial_fact_get_int(const struct trial *t, const char *key, int64_t *n)
{
	const json_t *fact = json_object_get(t->facts, key);

	if (!json_is_integer(fact))
		return false;
	*n = json_integer_value(fact);
	return true;
}

void
trial_save_facts(struct trial *t)
{
	char *text = json_dumps(t->facts, JSON_SORT_KEYS | JSON_INDENT(1));
	char *path = mem_textf("%s/facts.json", t->dir);
	struct err err;

	trial_sane(t, files_write(path, span_of(text), &err),
	    "cannot file evidence: %.200s", err.what);
	free(path);
	free(text);
}

void
trial_load_facts(struct trial *t)
{
	char *path = mem_textf("%s/facts.json", t->dir);
	json_error_t je;
	json_t *facts = json_load_file(path, 0, &je);

	if (json_is_object(facts)) {
		json_decref(t->facts);
		t->facts = facts;
	} else {
		json_decref(facts);
		trial_say(t, BROKEN, "%s: %s", path, je.text);
	}
	free(path);
}
