/* SPDX-License-Identifier: MIT */
#include "conformance/cases/email/handshake.h"

#include <string.h>

#include "conformance/client/presented.h"
#include "conformance/client/upgrade.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"

/* ---- versions ---- */

static void
file_handshake(struct trial *t, struct wire *w, bool reached, bool shaken)
{
	trial_fact(t, "reached", "%s", reached ? "yes" : "no");
	trial_fact(t, "handshake", "%s", shaken ? "done" : "refused");
	trial_fact(t, "version", "%s",
	    shaken ? stream_tls_version(&w->stream) : "none");
	trial_fact(t, "why", "%s", w->why);
}

bool
handshake_collect_old(struct trial *t)
{
	struct wire w;
	const bool reached = upgrade_reach(&w, t, trial_case(t)->service);
	const bool shaken = reached && wire_shake(&w, "TLSv1", "TLSv1.1", NULL);

	file_handshake(t, &w, reached, shaken);
	wire_close(&w);
	return true;
}

void
handshake_judge_old(struct trial *t)
{
	const char *reached = trial_fact_text(t, "reached");
	const char *done = trial_fact_text(t, "handshake");
	const char *why = trial_fact_text(t, "why");

	if (!trial_need(t, reached != NULL && strcmp(reached, "yes") == 0,
		"no handshake could be begun: %s", why == NULL ? "?" : why) ||
	    !trial_sane(t, done != NULL && why != NULL,
		"facts.json does not say how the handshake went") ||
	    !trial_sane(t, strstr(why, "this OpenSSL") == NULL, "%s", why) ||
	    !trial_need(t, strstr(why, "in time") == NULL, "%s", why))
		return;
	trial_claim(t, trial_case(t)->clause, strcmp(done, "done") != 0,
	    "no handshake with TLS 1.0 or 1.1", "%s",
	    trial_fact_text(t, "version"));
}

/* ---- the certificate ---- */

bool
handshake_collect_chain(struct trial *t)
{
	presented_collect(t, "", trial_case(t)->service);
	return true;
}

static void
judge_presented(struct trial *t, const struct presented_question *question)
{
	char heard[PRESENTED_HEARD] = "";
	struct presented s;

	presented_read(&s, t, "");
	if (trial_need(t, s.leaf != NULL, "no certificate was shown") &&
	    trial_sane(t, s.name != NULL, "no name is filed") &&
	    trial_sane(t, s.timed, "no time is filed")) {
		const enum presented_answer a = question->ask(&s, heard);

		if (trial_need(t, a != PRESENTED_OPEN, "%s", heard))
			trial_claim(t, trial_case(t)->clause,
			    a == PRESENTED_YES, question->expected, "%s",
			    heard);
	}
	presented_free(&s);
}

void
handshake_judge_name(struct trial *t)
{
	judge_presented(t, &presented_name);
}

void
handshake_judge_dates(struct trial *t)
{
	judge_presented(t, &presented_time);
}

void
handshake_judge_trust(struct trial *t)
{
	judge_presented(t, &presented_trust);
}

void
handshake_judge_key(struct trial *t)
{
	judge_presented(t, &presented_key);
}

void
handshake_judge_usage(struct trial *t)
{
	judge_presented(t, &presented_usage);
}

/* ---- nothing in the clear where TLS is expected ---- */

/* RFC 8446 5.1: a record begins with its type, and an alert's is 21. */
static bool
is_alert(struct span heard)
{
	return heard.ptr[0] == 21;
}

bool
handshake_collect_plain(struct trial *t)
{
	struct wire w;
	const char *service = trial_case(t)->service;
	const bool reached = wire_open(&w, t, service);

	wire_listen(&w, 500);
	if (w.in.len == 0 && !w.closed && upgrade_speak(&w, service))
		wire_listen(&w, 1500);
	trial_fact(t, "reached", "%s", reached ? "yes" : w.why);
	trial_file(t, "heard.bin", buf_span(&w.in));
	wire_close(&w);
	return true;
}

void
handshake_judge_plain(struct trial *t)
{
	const char *reached = trial_fact_text(t, "reached");
	const struct buf *heard = trial_content(t, "heard.bin");

	if (!trial_need(t, reached != NULL && strcmp(reached, "yes") == 0, "%s",
		reached == NULL ? "not reached" : reached) ||
	    !trial_sane(t, heard != NULL, "heard.bin is missing"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    heard->len == 0 || is_alert(buf_span(heard)),
	    "nothing, a TLS alert, or the end of the connection", "%.*s",
	    heard->len > 60 ? 60 : (int)heard->len, buf_text(heard));
}
