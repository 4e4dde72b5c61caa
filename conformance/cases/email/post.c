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

struct post_letter
post_letter(const struct trial *t, const struct post_letter *rows, size_t n,
    const struct post_letter *plain)
{
	struct post_letter l = *plain;

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].id, trial_case(t)->id) == 0) {
			l.mail = rows[i].mail != NULL ? rows[i].mail : l.mail;
			l.rcpt = rows[i].rcpt != NULL ? rows[i].rcpt : l.rcpt;
			l.text = rows[i].text != NULL ? rows[i].text : l.text;
			l.at = rows[i].at != NULL ? rows[i].at : l.at;
		}
	return l;
}

size_t
post_send(struct trial *t, const struct post_letter *l)
{
	return post_submit(t, "submit", l->mail, l->rcpt, l->text)
		   ? post_reach(t, "arrived", l->at)
		   : 0;
}

bool
post_talk(struct trial *t, const char *script)
{
	return trial_talk(t, "submit", "submission", script) == PASS &&
	       post_await(t, "arrived", 1) > 0;
}

static int64_t
smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static size_t
await(struct trial *t, const char *name, const char *address, size_t least)
{
	const char *const them[] = { address };

	return sink_await(t, name, them, 1, least,
	    smaller(trial_profile(t)->timeouts.delivery_ms, trial_left_ms(t)));
}

size_t
post_await(struct trial *t, const char *name, size_t least)
{
	return await(t, name, POST_US, least);
}

size_t
post_reach(struct trial *t, const char *name, const char *address)
{
	return await(t, name, address, 1);
}

size_t
post_linger(
    struct trial *t, const char *name, const char *address, size_t least)
{
	const char *const them[] = { address };

	return sink_await(t, name, them, 1, least, POST_GRACE_MS);
}

int64_t
post_count(const struct trial *t, const char *name)
{
	int64_t n = 0;

	trial_fact_get_int(t, name, &n);
	return n;
}

bool
post_arrived(struct trial *t, const char *name)
{
	const char *submit = trial_fact_text(t, "submit");
	const char *why = trial_fact_text(t, "submit.why");

	return trial_need(t, submit == NULL || strcmp(submit, "pass") == 0,
		   "the message was not accepted: %.160s",
		   why == NULL ? "" : why) &&
	       trial_need(t, post_count(t, name) > 0,
		   "accepted, but nothing came to the sink within "
		   "timeouts.delivery (%s)",
		   name);
}

struct span
post_content(struct trial *t, const char *name, size_t k)
{
	char *file = mem_textf("%s-%zu.eml", name, k);
	const struct buf *b = trial_content(t, file);

	free(file);
	return b == NULL ? SPAN("") : buf_span(b);
}

struct span
post_got(struct trial *t)
{
	return post_content(t, "arrived", 1);
}

json_t *
post_envelope(struct trial *t, const char *name, size_t k)
{
	char *file = mem_textf("%s-%zu.json", name, k);
	const struct buf *b = trial_content(t, file);

	free(file);
	return b == NULL ? NULL : json_loadb(buf_text(b), b->len, 0, NULL);
}

void
post_judge_sender(
    struct trial *t, const char *name, const char *want, const char *words)
{
	json_t *envelope = post_envelope(t, name, 1);
	const char *from = json_string_value(json_object_get(envelope, "from"));

	trial_claim(t, trial_case(t)->clause,
	    from != NULL && want != NULL && strcasecmp(from, want) == 0, words,
	    "<%s>", from == NULL ? "?" : from);
	json_decref(envelope);
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

struct span
post_find(struct span s, const char *text)
{
	const struct span what = span_of(text);

	while (s.len > 0 && !span_casestarts(s, what))
		s = span_skip(s, 1);
	return s;
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

struct span
post_status(struct span report)
{
	struct span s = post_find(post_body(report), "message/");

	while (s.len > 0 &&
	       !span_casestarts(s, SPAN("message/delivery-status")) &&
	       !span_casestarts(s, SPAN("message/global-delivery-status")))
		s = post_find(span_skip(s, 1), "message/");
	return post_body(s);
}

struct span
post_status_field(struct span report, const char *name)
{
	struct span rest = post_status(report);

	for (int group = 0; group < 8 && rest.len > 0; group++) {
		const struct span value = post_field(rest, name);

		if (value.ptr != NULL)
			return value;
		if (span_starts(rest, SPAN("--")))
			break;
		rest = post_body(rest);
	}
	return (struct span){ NULL, 0 };
}
