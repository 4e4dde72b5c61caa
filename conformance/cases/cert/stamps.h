/* SPDX-License-Identifier: MIT */
/*
 * stamps - time stamps that were asked for, and the answers (RFC 3161).
 *
 *	stamp		as conformance/client/web.h files it; other, control
 *			and malformed likewise, where a case asks for them
 *	stamp.nonce	what was sent as one
 *	stamp.from, .at	when it was asked for, and when it was there
 */
#ifndef CONFORMANCE_CASES_CERT_STAMPS_H
#define CONFORMANCE_CASES_CERT_STAMPS_H

#include "conformance/cases/status.h"
#include "conformance/pki/timestamp.h"

/* clang-format off */
#define TSA_CASE(name, at, more, cite, en, zh, how) \
	{ \
		.id = name, \
		.verifies = CERT_F_16, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:tsa" more, \
		.service = "tsa", \
		.collect = stamps_collect, \
		.judge = how, \
	}
/* clang-format on */

struct stamped {
	struct web_answer answer;
	bool there, readable;
	struct pki_stamp stamp;
	struct wall from, at;
};

/* What a case asks for is a table in stamps.c. */
bool stamps_collect(struct trial *);

/*
 * Back from the evidence.  Need: an answer of HTTP.  To be given to
 * web_answer_free() in any case.
 */
bool stamps_open(
    struct trial *, const char *name, struct stamped *, struct pki_findings *);

bool stamps_granted(const struct stamped *);
/* By PKIStatus without a stamp, or by HTTP. */
bool stamps_refused(const struct stamped *);

#endif
