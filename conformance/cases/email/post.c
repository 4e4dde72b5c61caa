/* SPDX-License-Identifier: MIT */
#include "conformance/cases/email/post.h"

#include "lib/mem.h"

/* judge() has no profile: what it will compare with is filed. */
static void
file_names(struct trial *t)
{
	char *us = trial_expand(t, POST_US);
	char *reject = trial_expand(t, POST_REJECT);

	trial_fact(t, "us", "%s", us == NULL ? "" : us);
	trial_fact(t, "reject", "%s", reject == NULL ? "" : reject);
	trial_fact(t, "alice", "%s",
	    profile_account(trial_profile(t), "alice")->address);
	free(reject);
	free(us);
}

bool
post_submit(struct trial *t, const char *name, const char *mail,
    const char *rcpt, const char *content)
{
	char *script = mem_textf(LOGGED_IN("alice") "C: MAIL FROM:%s\n"
						    "S: 250*\n"
						    "C: RCPT TO:%s\n"
						    "S: 25?*\n" DATA "C.: %s\n"
						    "S: 250*\n" BYE,
	    mail, rcpt, content);
	const enum verdict v = trial_talk(t, name, "submission", script);

	if (trial_profile(t)->mail.sink_domain != NULL)
		file_names(t);
	free(script);
	return v == PASS;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

size_t
post_await(struct trial *t, const char *name, size_t least)
{
	static const char *const us[] = { POST_US };

	return sink_await(t, name, us, 1, least,
	    smaller(trial_profile(t)->timeouts.delivery_ms, trial_left_ms(t)));
}

struct span
post_content(struct trial *t, const char *name, size_t k)
{
	char *file = mem_textf("%s-%zu.eml", name, k);
	const struct buf *b = trial_content(t, file);

	free(file);
	return b == NULL ? SPAN("") : buf_span(b);
}

json_t *
post_envelope(struct trial *t, const char *name, size_t k)
{
	char *file = mem_textf("%s-%zu.json", name, k);
	const struct buf *b = trial_content(t, file);

	free(file);
	return b == NULL ? NULL : json_loadb(buf_text(b), b->len, 0, NULL);
}

bool
post_has_parameter(const json_t *list, const char *keyword)
{
	const size_t len = strlen(keyword);
	json_t *p;
	size_t i;

	json_array_foreach(list, i, p)
	{
		const char *text = json_string_value(p);

		if (text != NULL && strncasecmp(text, keyword, len) == 0 &&
		    (text[len] == '\0' || text[len] == '='))
			return true;
	}
	return false;
}

struct span
post_body(struct span content)
{
	const size_t at = span_find(content, SPAN("\r\n\r\n"));

	return span_skip(content, at == content.len ? at : at + 4);
}

struct span
post_field(struct span header, const char *name)
{
	const size_t len = strlen(name);

	while (header.len > 0 && !span_starts(header, SPAN("\r\n"))) {
		size_t end = 0;

		do
			end += span_find(span_skip(header, end), SPAN("\r\n"));
		while (end + 2 < header.len && (end += 2) &&
		       (header.ptr[end] == ' ' || header.ptr[end] == '\t'));
		if (header.len > len && header.ptr[len] == ':' &&
		    strncasecmp(header.ptr, name, len) == 0)
			return span_take(
			    span_skip(header, len + 1), end - len - 1);
		header = span_skip(header, end < header.len ? end : header.len);
	}
	return (struct span){ NULL, 0 };
}

bool
post_contains(struct span s, const char *text)
{
	const struct span what = span_of(text);

	for (; s.len >= what.len; s = span_skip(s, 1))
		if (span_caseeq(span_take(s, what.len), what))
			return true;
	return false;
}
