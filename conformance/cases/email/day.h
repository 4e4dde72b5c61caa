/* SPDX-License-Identifier: MIT */
/*
 * day - what the journeys of a day's mail have in common: libetpan submits a
 * message with Chinese text and an attachment, and it is the same when read.
 *
 * Facts: "reached" and "why" of the submission (client/mail.h); "step", at
 * which reading ended ("done": none), "said", what was said there, and
 * "silent", that no answer came.  Evidence: sent.eml, read.eml, read.log.
 */
#ifndef CONFORMANCE_CASES_EMAIL_DAY_H
#define CONFORMANCE_CASES_EMAIL_DAY_H

#include "conformance/cases/email/post.h"

/* A word of the subject, and one that nobody wrote. */
#define DAY_WORD   "验收通知"
#define DAY_NOBODY "鸿雁传书"

/* Needs of alice, who writes. */
#define DAY_ALICE \
	"endpoint:submission smtp.starttls smtp.auth.plain account:alice"

/* A case of these: libetpan reads the mail of "whose" at "where". */
/* clang-format off */
#define DAY_ROW(name, row, cite, en, zh, where, wants, whose) \
	{ \
		.id = name, \
		.verifies = row, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:" where " " wants "account:" whose \
			 " " DAY_ALICE, \
		.locks = "account:" whose, \
		.service = where, \
		.collect = collect, \
		.judge = judge, \
		.soft_s = 60, \
	}
/* clang-format on */

/* alice writes to role: true when it was accepted. */
bool day_send(struct trial *, const char *role);

/* "TOKEN.day@client.example"; free() it. */
char *day_id(struct trial *);

/* How long mail may still take to come. */
int64_t day_patience_ms(const struct trial *);
void day_rest(struct trial *, int ms);

void day_end(struct trial *, const char *step, bool answered, const char *said,
    struct span log);

/* One thing that was to be seen on the way. */
struct day_sight {
	const char *fact;
	int64_t want;
	const char *clause;
	const char *words;
	bool may_be_missing; /* when the step before it was taken */
};

/* That it could be asked, that it came, and each sight in turn. */
void day_judge(struct trial *, const struct day_sight *, size_t n);

#endif
