/* SPDX-License-Identifier: MIT */
/*
 * exchange - a message of CMP and its answer, back from what apply.h filed, in
 * judge().
 */
#ifndef CONFORMANCE_CASES_CERT_EXCHANGE_H
#define CONFORMANCE_CASES_CERT_EXCHANGE_H

#include "conformance/cases/status.h"
#include "conformance/pki/cmp.h"

/* clang-format off */
#define CMP_NEEDS "endpoint:ca account:alice pki:certificates cert.cmp"

#define CMP_CASE(name, row, at, more, cite, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = row, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = CMP_NEEDS more, \
		.service = "ca", \
		.collect = ask, \
		.judge = how, \
	}
/* clang-format on */

struct exchange {
	struct web_answer http;
	bool there;      /* an answer with status 200 */
	bool readable;   /* it is a PKIMessage */
	bool understood; /* what was sent is one, too */
	struct pki_cmp asked, answer;
};

/*
 * With all findings of the answer: by itself, and to what was asked.  Need: an
 * answer of HTTP.  To be given to exchange_close() in any case.
 */
bool exchange_open(struct trial *, const struct issued_set *, const char *name,
    struct exchange *, struct pki_findings *);
void exchange_close(struct exchange *);
/* NAME, its polls and its confirmation: the findings of all answers. */
bool exchange_judge_all(struct trial *, const struct issued_set *,
    const char *name, struct pki_findings *);
/* It was asked at all: a case goes on only when it makes sense. */
bool exchange_was(struct trial *, const char *name);

/* No certificate, and no word but an error, a rejection or a status of HTTP. */
bool exchange_is_refused(const struct exchange *);
bool exchange_is_granted(const struct exchange *);
/* The status "waiting", or a pollRep. */
bool exchange_is_waiting(const struct exchange *);
/* rp: accepted, or one of the two that warn. */
bool exchange_is_done(const struct exchange *);
/* "ip, accepted"; or "status 404". */
void exchange_text(const struct exchange *, char text[CMP_TEXT]);

/* Need: what was asked as NAME was granted, and confirmed where it was. */
bool exchange_need_granted(
    struct trial *, const struct issued_set *, const char *name);
/* The same; and it is for our key, which may sign now. */
bool exchange_need_ours(
    struct trial *, const struct issued_set *, const char *name);
/* Claim: NAME was granted. */
void exchange_claim_granted(
    struct trial *, const struct issued_set *, const char *name);
/* Claim: NAME was refused. */
void exchange_claim_refused(
    struct trial *, const struct issued_set *, const char *name);

/*
 * Need: "control" was granted, and "first" where there is one.  On true, to be
 * given to issued_close().
 */
bool exchange_open_controlled(struct trial *, struct issued_set *);

/*
 * The certificate that NAME was granted, into *c, which points into the
 * evidence.  Need: there is one.
 */
bool exchange_certificate(
    struct trial *, const char *name, struct pki_certificate *c);
/* The same, without saying so when there is none. */
bool exchange_has_certificate(
    struct trial *, const char *name, struct pki_certificate *c);

#endif
