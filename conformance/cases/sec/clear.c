/* SPDX-License-Identifier: MIT */
/*
 * What goes without TLS: nothing where TLS comes first, and no password
 * anywhere.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/sec/every.h"
#include "conformance/cases/sec/prelude.h"
#include "conformance/client/upgrade.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_sec_clear;

enum { SILENCE_MS = 500, ANSWER_MS = 1500 };

/* ---- said in the clear, and heard ---- */

static void
note(struct trial *t, const char *service, const char *what, const char *text)
{
	char *key = mem_textf("%s.%s", service, what);

	trial_fact(t, key, "%s", text);
	free(key);
}

static const char *
noted(struct trial *t, const char *service, const char *what)
{
	char *key = mem_textf("%s.%s", service, what);
	const char *text = trial_fact_text(t, key);

	free(key);
	return text == NULL ? "" : text;
}

/* There were too many of us: it says so before it knows what we want. */
static bool
is_busy(struct span heard)
{
	return span_starts(heard, SPAN("421")) ||
	       span_starts(heard, SPAN("* BYE")) ||
	       span_starts(heard, SPAN("-ERR"));
}

/* False when it has no time for us. */
static bool
speak_once(struct trial *t, const char *service)
{
	bool ok;
	char *path = mem_textf("%s.heard.bin", service);
	struct wire w;
	const bool reached = wire_open(&w, t, service);

	wire_listen(&w, SILENCE_MS);
	if (w.in.len == 0 && !w.closed && upgrade_speak(&w, service))
		wire_listen(&w, ANSWER_MS);
	note(t, service, "reached", reached ? "yes" : w.why);
	trial_file(t, path, buf_span(&w.in));
	ok = reached && !is_busy(buf_span(&w.in));
	wire_close(&w);
	free(path);
	return ok;
}

static void
speak(struct trial *t, const char *service)
{
	int tries = 0;

	while (!speak_once(t, service) && every_again(t, &tries))
		;
}

/* False where there was nobody to hear. */
static bool
heard_of(struct trial *t, const char *service, struct span *octets,
    char heard[EVERY_HEARD])
{
	char *path = mem_textf("%s.heard.bin", service);
	const struct buf *b = trial_content(t, path);
	const char *reached = noted(t, service, "reached");

	free(path);
	snprintf(heard, EVERY_HEARD, "%.100s",
	    reached[0] == '\0' ? "no time was left to ask" : reached);
	if (b == NULL || strcmp(reached, "yes") != 0)
		return false;
	*octets = buf_span(b);
	snprintf(heard, EVERY_HEARD, "%.*s",
	    (int)(octets->len > 60 ? 60 : octets->len), buf_text(b));
	return true;
}

/* RFC 8446 5.1: a record begins with its type, and an alert's is 21. */
static bool
is_alert(struct span heard)
{
	return heard.len > 0 && heard.ptr[0] == 21;
}

/* ---- where TLS comes first ---- */

static bool
collect_plain(struct trial *t)
{
	every_collect(t, every_begins_with_tls, speak);
	return true;
}

/* A web server may say in the clear that it has nothing to say so. */
static bool
sends_away(struct span heard)
{
	static const char *const statuses[] = { " 3", " 400", " 403", " 426" };

	heard = span_take(heard, 16);
	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
		if (span_starts(heard, SPAN("HTTP/1.")) &&
		    span_starts(span_skip(heard, 8), span_of(statuses[i])))
			return true;
	return false;
}

static enum every_answer
look_plain(struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	struct span octets;

	if (!heard_of(t, service, &octets, heard) || is_busy(octets))
		return EVERY_OPEN;
	return octets.len == 0 || is_alert(octets) ||
		       (upgrade_is_web(service) && sends_away(octets))
		   ? EVERY_HOLDS
		   : EVERY_FAILS;
}

static void
judge_plain(struct trial *t)
{
	every_judge(t, "nothing served, an alert, or the end of the connection",
	    look_plain);
}

/* ---- passwords ---- */

static const char *
carried_by(const struct profile_operation *o)
{
	static const char *const secrets[] = { "${password", "${basic",
		"${token" };

	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		if ((o->path != NULL && strstr(o->path, secrets[i]) != NULL) ||
		    (o->body != NULL && strstr(o->body, secrets[i]) != NULL))
			return secrets[i];
		for (size_t k = 0; k < o->n_headers; k++)
			if (strstr(o->headers[k], secrets[i]) != NULL)
				return secrets[i];
	}
	return NULL;
}

/*
 * What is said to it that nobody else may read.  What a CA publishes is for
 * everybody, and messages of CMP are protected by themselves.
 */
static void
name_secrets(const struct profile *p, const char *service, struct buf *what)
{
	static const char *const logged_in[] = { "submission", "submissions",
		"pop3", "pop3s", "imap", "imaps", "ldap", "ldaps" };

	for (size_t i = 0; i < sizeof logged_in / sizeof logged_in[0]; i++)
		if (p->n_accounts > 0 && strcmp(service, logged_in[i]) == 0)
			buf_addf(what, "passwords of accounts");
	for (size_t i = 0; what->len == 0 && i < p->n_operations; i++) {
		const struct profile_operation *o = &p->operations[i];

		if (strcmp(o->service, service) == 0 && carried_by(o) != NULL)
			buf_addf(what, "%s} of %s", carried_by(o), o->is->name);
	}
}

static bool
is_any(const struct profile_endpoint *e)
{
	(void)e;
	return true;
}

static void
ask_password(struct trial *t, const char *service)
{
	const struct profile_endpoint *e =
	    profile_endpoint(trial_profile(t), service);
	const bool clear = every_is_clear(e);
	struct buf what;

	buf_init(&what, EVERY_HEARD);
	name_secrets(trial_profile(t), service, &what);
	note(t, service, "carries", buf_text(&what));
	note(t, service, "tls", clear ? "none" : "yes");
	if (clear && what.len > 0)
		speak(t, service);
	buf_free(&what);
}

static bool
collect_password(struct trial *t)
{
	every_collect(t, is_any, ask_password);
	return true;
}

static enum every_answer
look_password(struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	const char *carries = noted(t, service, "carries");
	const char *tls = noted(t, service, "tls");
	struct span octets;

	if (tls[0] == '\0') {
		snprintf(heard, EVERY_HEARD, "no time was left to ask");
		return EVERY_OPEN;
	}
	if (carries[0] == '\0')
		return EVERY_HOLDS;
	if (strcmp(tls, "none") != 0)
		return EVERY_HOLDS;
	if (!heard_of(t, service, &octets, heard))
		return EVERY_OPEN;
	if (octets.len == 0) {
		snprintf(heard, EVERY_HEARD, "no answer in time");
		return EVERY_OPEN;
	}
	snprintf(heard, EVERY_HEARD, "%.120s, without TLS", carries);
	return EVERY_FAILS;
}

static void
judge_password(struct trial *t)
{
	every_judge(t, "passwords and tokens go over TLS alone", look_password);
}

/* clang-format off */
static const struct conf_case cases[] = {
	SEC_CASE("sec.clear.plain", "GB/T 22239-2019 8.1.4.8", LEVEL_SHALL,
	    "no endpoint that begins with TLS serves in the clear",
	    "以 TLS 开始的端点不以明文提供服务", collect_plain, judge_plain),
	SEC_CASE("sec.clear.password", "GB/T 22239-2019 8.1.4.8", LEVEL_SHALL,
	    "no password or token is sent in the clear",
	    "口令与会话令牌不以明文传输", collect_password, judge_password),
};
/* clang-format on */

SEC_GROUP(sec_clear, cases);
