/* SPDX-License-Identifier: MIT */
/*
 * trial - one case being tried on one target.
 *
 * The first thing that goes wrong is the verdict; a later claim cannot
 * improve it, so a case states its claims one after another and never has to
 * look back:
 *
 *	trial_need(t, trial_has(t, "chain.pem"), "no certificate was shown");
 *	trial_claim(t, "RFC 8996 3", version >= TLS1_2_VERSION,
 *	    "TLS 1.2 or later", "%s", name);
 *
 * collect() talks and files evidence with trial_file() and trial_fact();
 * judge() is pure: it reads evidence back with trial_content() and
 * trial_fact_*() and makes claims.  Under replay only judge() is called, with
 * the profile as it was; its passwords are empty then.
 */
#ifndef CONFORMANCE_TRIAL_H
#define CONFORMANCE_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "conformance/case.h"
#include "lib/buf.h"
#include "lib/profile.h"
#include "lib/run.h"
#include "lib/verdict.h"

struct trial;

/* ---- what the case is about ---- */
const struct conf_case *trial_case(const struct trial *);
const struct profile *trial_profile(const struct trial *);

/*
 * "RUN.CASE" as a word of [a-z0-9.-]: goes into EHLO names, Message-IDs and
 * subjects, so that the vendor finds the conversation in his own logs.
 */
const char *trial_token(const struct trial *);

/*
 * Value of a variable as dialogues see it, or NULL:
 *	token			as above
 *	client			"TOKEN.client.example": what we call ourselves
 *	folder			the token without dots, which separate levels of
 *				a hierarchy somewhere: a mailbox of our own
 *	ROLE.address .user .password .dn .plain	of the account ROLE; .plain is
 *				the base64 of RFC 4616's message
 *	directory.base directory.people	of the profile
 *	domain utf8_domain foreign unknown sink_domain	of the profile's mail:
 *	sink			"TOKEN@SINK-DOMAIN": mail for it comes to us
 *	limit.METRIC		number from the profile or limits.tsv
 *	file:PATH		below fixtures/
 */
bool trial_lookup(struct trial *, struct span name, struct buf *value);
char *trial_expand(struct trial *, const char *text); /* ${...}; free() it */

/* RUN/evidence, beside which other parts of a run lie. */
const char *trial_evidence(const struct trial *);

/* Milliseconds left until the soft deadline; 0 when it has passed. */
int64_t trial_left_ms(const struct trial *);

/* ---- evidence: collect writes, judge reads ---- */
bool trial_file(struct trial *, const char *name, struct span content);
bool trial_has(const struct trial *, const char *name);
/* NULL when there is no such file.  Belongs to the trial. */
const struct buf *trial_content(struct trial *, const char *name);

void trial_fact(struct trial *, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void trial_fact_int(struct trial *, const char *key, int64_t);
const char *trial_fact_text(
    const struct trial *, const char *key); /* or NULL */
bool trial_fact_get_int(const struct trial *, const char *key, int64_t *);

/*
 * Runs one more dialogue against the target and files its transcript as
 * NAME.jsonl; returns its verdict, which is also the fact "NAME".  The
 * framing is that of the service, or else of the case's group.
 */
enum verdict trial_talk(struct trial *, const char *name, const char *service,
    const char *dialogue);

/* ---- verdicts ---- */

/* What the clause says.  When untrue: fail, with both sides recorded. */
bool trial_claim(struct trial *, const char *clause, bool holds,
    const char *expected, const char *heard_fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* What we need before we can ask.  When untrue: inconclusive. */
bool trial_need(struct trial *, bool holds, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Our own side.  When untrue: broken. */
bool trial_sane(struct trial *, bool holds, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Evidence is filed; a person has yet to look at it. */
void trial_review(struct trial *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

enum verdict trial_verdict(const struct trial *);

/*
 * In collect(), of what is done only to leave the target as it was found: from
 * true to false whatever goes wrong is no verdict, nor does an earlier one
 * stand in its way.
 */
void trial_quiet(struct trial *, bool);

/* ---- for runner and replay ---- */

struct trial_setup {
	const char *run;      /* id of the run */
	const char *evidence; /* RUN/evidence */
	const char *fixtures; /* folder of fixtures */
	const struct profile *profile;
	const struct conf_case *cs;
	const struct conf_group *group;
	int attempt; /* 1, 2, ... */
	int64_t soft_ms;
};

struct trial *trial_new(const struct trial_setup *);
void trial_free(struct trial *);

/* Talks to the target and judges: twin, case, twin.  Fills *outcome. */
void trial_run(struct trial *, struct outcome *outcome);

/* Judges again from the files below evidence, without any traffic. */
void trial_replay(struct trial *, struct outcome *outcome);

#endif
