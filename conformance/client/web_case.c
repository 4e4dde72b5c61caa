/* SPDX-License-Identifier: MIT */
/*
 * What a case asks over HTTP: filed by collect(), read back by judge().
 */
#include <stdio.h>
#include <stdlib.h>

#include "conformance/client/web.h"
#include "conformance/trial.h"
#include "lib/mem.h"

struct web *
web_of(struct trial *t, const char *service)
{
	const struct profile *p = trial_profile(t);
	const struct profile_endpoint *e = profile_endpoint(p, service);

	return e == NULL ? NULL : web_new(p, e, trial_token(t));
}

static void
file_as(struct trial *t, const char *name, const char *what, struct span bytes)
{
	char *file = mem_textf("%s.%s", name, what);

	trial_file(t, file, bytes);
	free(file);
}

static void
note_as(struct trial *t, const char *name, const char *what, const char *text)
{
	char *key = mem_textf("%s.%s", name, what);

	trial_fact(t, key, "%s", text);
	free(key);
}

static void
count_as(struct trial *t, const char *name, const char *what, int64_t n)
{
	char *key = mem_textf("%s.%s", name, what);

	trial_fact_int(t, key, n);
	free(key);
}

static void
file_answer(struct trial *t, const char *name, const struct web_answer *a)
{
	file_as(t, name, "request", buf_span(&a->sent));
	file_as(t, name, "response", buf_span(&a->heads));
	file_as(t, name, "body", buf_span(&a->content));
	if (a->chain.len > 0)
		file_as(t, name, "chain.pem", buf_span(&a->chain));
	trial_fact(t, name, "%s", web_end_name(a->end));
	note_as(t, name, "why", a->why);
	note_as(t, name, "tls", a->tls);
	note_as(t, name, "cipher", a->cipher);
	count_as(t, name, "status", a->status);
	count_as(t, name, "us", a->total_us);
}

/* Evidence is read by others than those who may log in. */
static void
redact(struct buf *sent, struct span secret)
{
	struct span rest = buf_span(sent);
	struct buf clean;

	if (secret.len == 0 || span_find(rest, secret) == rest.len)
		return;
	buf_init(&clean, WEB_SENT_MOST + WEB_BODY_MOST);
	while (rest.len > 0) {
		const size_t at = span_find(rest, secret);

		buf_add(&clean, span_take(rest, at));
		if (at == rest.len)
			break;
		buf_add(&clean, SPAN("(redacted)"));
		rest = span_skip(rest, at + secret.len);
	}
	buf_free(sent);
	*sent = clean;
}

/* No longer than the case may still take. */
bool
web_call_with(struct trial *t, const char *name, struct web *w,
    const struct web_request *r)
{
	const int64_t left = trial_left_ms(t);
	struct web_request mine = *r;
	struct web_answer a;
	bool answered;

	if (mine.ms == 0)
		mine.ms = trial_profile(t)->timeouts.reply_ms;
	if (mine.ms > left)
		mine.ms = left + 1;
	web_answer_init(&a, r->most);
	answered = web_ask(w, &mine, &a);
	trial_sane(t, a.end != WEB_NOT_SENT, "%s: %.200s", name, a.why);
	for (size_t i = 0; i < r->n_secrets; i++)
		redact(&a.sent, r->secrets[i]);
	file_answer(t, name, &a);
	web_answer_free(&a);
	return answered;
}

bool
web_call(struct trial *t, const char *name, const char *service,
    const struct web_request *r)
{
	struct web *w = web_of(t, service);
	bool answered = false;

	if (trial_sane(t, w != NULL, "no endpoint %s in the profile", service))
		answered = web_call_with(t, name, w, r);
	web_free(w);
	return answered;
}

static enum web_end
end_named(const char *name)
{
	for (int i = 0; name != NULL && i < WEB_ENDS; i++)
		if (strcmp(name, web_end_name((enum web_end)i)) == 0)
			return (enum web_end)i;
	return WEB_NOT_SENT;
}

static void
read_file(struct trial *t, const char *name, const char *what, struct buf *into)
{
	char *file = mem_textf("%s.%s", name, what);
	const struct buf *bytes = trial_content(t, file);

	if (bytes != NULL)
		buf_add(into, buf_span(bytes));
	free(file);
}

static void
read_fact(struct trial *t, const char *name, const char *what, char *into,
    size_t size)
{
	char *key = mem_textf("%s.%s", name, what);
	const char *text = trial_fact_text(t, key);

	(void)snprintf(into, size, "%s", text == NULL ? "" : text);
	free(key);
}

bool
web_heard(struct trial *t, const char *name, struct web_answer *a)
{
	char *us = mem_textf("%s.us", name);

	a->end = end_named(trial_fact_text(t, name));
	read_file(t, name, "response", &a->heads);
	read_file(t, name, "body", &a->content);
	read_file(t, name, "chain.pem", &a->chain);
	read_fact(t, name, "why", a->why, sizeof a->why);
	read_fact(t, name, "tls", a->tls, sizeof a->tls);
	read_fact(t, name, "cipher", a->cipher, sizeof a->cipher);
	(void)trial_fact_get_int(t, us, &a->total_us);
	web_answer_read(a);
	free(us);
	return a->end == WEB_ANSWERED;
}
