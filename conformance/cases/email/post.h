/* SPDX-License-Identifier: MIT */
/*
 * post - mail that goes through the target to our sink, and what comes of it.
 *
 * Spans point into evidence and belong to the trial.
 */
#ifndef CONFORMANCE_CASES_EMAIL_POST_H
#define CONFORMANCE_CASES_EMAIL_POST_H

#include <jansson.h>
#include <stdbool.h>

#include "conformance/cases/email/prelude.h"
#include "conformance/client/sink.h"
#include "conformance/trial.h"

/* Our addresses at the sink. */
#define POST_US     "${token}@${sink_domain}"
#define POST_REJECT "${token}.reject@${sink_domain}"

#define POST_ALICE "<${alice.address}>"
#define POST_TO_US "<" POST_US ">"

#define POST_BODY       "\\r\\nacceptance test, please ignore"
#define POST_PLAIN(who) FIELDS_FROM(who) POST_BODY

/* How long we look for what should not come. */
#define POST_GRACE_MS 1500

/* Who may reach the sink through the target: a user who is logged in. */
#define SINK_ALICE SUBMIT_ALICE " mail:sink"

/* clang-format off */
/* One more recipient behind "RCPT TO:". */
#define POST_AND(address) "\nS: 25?*\nC: RCPT TO:" address

/* Pieces of a conversation: addresses in angle brackets, script text. */
#define POST_ENVELOPE(from, to) \
	"C: MAIL FROM:" from "\n" \
	"S: 250*\n" \
	"C: RCPT TO:" to "\n" \
	"S: 25?*\n"
#define POST_DATA(text) DATA \
	"C.: " text "\n" \
	"S: 250*\n"

/* A row of a table of cases; of one whose sentence says SHOULD. */
#define POST_CASE(...) POST_ROW(LEVEL_SHALL, __VA_ARGS__)
#define POST_SHOULD(...) POST_ROW(LEVEL_SHOULD, __VA_ARGS__)
#define POST_ROW(grade, name, row, cite, en, zh, more, how, what) \
	{ \
		.id = name, \
		.verifies = row, \
		.clause = cite, \
		.level = grade, \
		.title = en, \
		.title_zh = zh, \
		.needs = SINK_ALICE more, \
		.service = "submission", \
		.collect = how, \
		.judge = what, \
	}
/* clang-format on */

/*
 * Submits one message; mail and rcpt are what stands behind "MAIL FROM:" and
 * "RCPT TO:", content is script text.  True when it was accepted.  Our
 * addresses are filed as the facts "us", "reject" and "alice".
 */
bool post_submit(struct trial *, const char *name, const char *mail,
    const char *rcpt, const char *content);

/* What a case sends; what is NULL in a row is as in the plain one. */
struct post_letter {
	const char *id; /* of the case */
	const char *mail, *rcpt, *text;
	const char *at; /* who is to get it */
};

/* The row of the case at hand, or the plain one. */
struct post_letter post_letter(const struct trial *,
    const struct post_letter *rows, size_t n, const struct post_letter *plain);

/* Submits it and waits until it is there, which is the fact "arrived". */
size_t post_send(struct trial *, const struct post_letter *);

/* Holds a conversation of our own, and waits for mail to POST_US. */
bool post_talk(struct trial *, const char *script);

/* Waits for mail to POST_US, at most as long as the profile allows. */
size_t post_await(struct trial *, const char *name, size_t least);

/* The same for a message to somebody else. */
size_t post_reach(struct trial *, const char *name, const char *address);

/* Looks for POST_GRACE_MS whether anything comes that should not. */
size_t post_linger(
    struct trial *, const char *name, const char *address, size_t least);

/* The fact NAME, 0 when there is none; what we need of it. */
int64_t post_count(const struct trial *, const char *name);
bool post_arrived(struct trial *, const char *name);

/* Content number k (from 1) that sink_await() filed under NAME. */
struct span post_content(struct trial *, const char *name, size_t k);
struct span post_got(struct trial *); /* number 1 of "arrived" */
json_t *post_envelope(struct trial *, const char *name, size_t k);

/* Claims that message number 1 of NAME came from WANT, which is WORDS. */
void post_judge_sender(
    struct trial *, const char *name, const char *want, const char *words);

bool post_has_parameter(const json_t *list, const char *keyword);

/* What stands behind the empty line. */
struct span post_body(struct span content);

/* Value of a header field, folded lines included; .ptr NULL: none. */
struct span post_field(struct span header, const char *name);

/* Where "text" stands in s, whatever the case of ASCII letters; or its end. */
struct span post_find(struct span s, const char *text);

/* message/delivery-status of a report; a field of any of its groups. */
struct span post_status(struct span report);
struct span post_status_field(struct span report, const char *name);

/* Is there "text" in s, whatever the case of ASCII letters? */
bool post_contains(struct span s, const char *text);

#endif
