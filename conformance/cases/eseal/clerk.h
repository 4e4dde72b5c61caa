/* SPDX-License-Identifier: MIT */
/*
 * clerk - somebody gets an electronic seal and uses it, by the operations of
 * the binding "seals", in collect(); and what came of it, read back in judge().
 *
 *	struct clerk k;
 *	struct clerk_seal s;
 *
 *	clerk_open(t, &k);
 *	if (clerk_get(&k, "alice", "new", NULL, &s))
 *		clerk_sign(&k, "alice", "sealed", s.id, CLERK_PIN, data);
 *	clerk_seal_free(&s);
 *	clerk_close(&k);
 *
 * What was issued is revoked by clerk_close(), as "left-N", which no verdict
 * depends on: a case must not leave seals behind that can be used.
 */
#ifndef CONFORMANCE_CASES_ESEAL_CLERK_H
#define CONFORMANCE_CASES_ESEAL_CLERK_H

#include "conformance/cases/desks.h"
#include "lib/buf.h"
#include "lib/catalogue.h"
#include "lib/clock.h"

/* What it takes from the application to the seal in use. */
#define CLERK_NEEDS \
	"endpoint:seal key:alice key:registrar key:issuer " \
	"operation:session.challenge operation:session.open " \
	"operation:seal.apply operation:seal.approve operation:seal.make " \
	"operation:seal.issue"
#define CLERK_SIGN  " operation:document.sign"
#define CLERK_PLACE " operation:document.seal"

/* clang-format off */
#define CLERK_CASE(name, row, at, more, cite, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = row, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = CLERK_NEEDS more, \
		.service = "seal", \
		.collect = ask, \
		.judge = how, \
		.soft_s = 120, \
	}
/* clang-format on */

#define CLERK_PIN       "Yan-Shou-2046" /* of seals that are applied for */
#define CLERK_OTHER_PIN "Shou-Yan-6402" /* of none of them */

#define CLERK_MOST (1 << 20) /* octets of what is handed to and fro */

struct clerk {
	struct trial *trial;
	struct desks desks;
	/* Seals that were made, and not revoked by the case. */
	char **left;
	size_t n_left;
};

void clerk_open(struct trial *, struct clerk *);
/* Revokes what is left, and logs everybody out. */
void clerk_close(struct clerk *);

/* ---- asking ---- */

/* True when it was done. */
bool clerk_ask(struct clerk *, const char *role, const char *name,
    const char *operation, const struct operation_value *);
/* The same of a seal: with its id. */
bool clerk_ask_of(struct clerk *, const char *role, const char *name,
    const char *operation, const char *id);
/* The answer to the last call of that role. */
const struct operation_answer *clerk_answer(struct clerk *, const char *role);

/* An application; what is NULL or 0 is as for anybody. */
struct clerk_wish {
	const char *name;  /* of the seal */
	struct span image; /* PNG; else a picture is made for the case */
	const char *width, *height;
	int64_t start_s, end_s; /* from now; 0: now, and in 300 days */
	const char *pin;        /* CLERK_PIN */
	const char *changes;    /* the id of a seal: seal.change */
};

/* "2046-01-02T03:04:05Z", so many seconds from now. */
void clerk_time(int64_t from_now_s, char text[CLOCK_TEXT]);
/* The id of the application, or of the successor; NULL, or free() it. */
char *clerk_apply(struct clerk *, const char *role, const char *name,
    const struct clerk_wish *);

/* What somebody has got. */
struct clerk_seal {
	char *id;       /* or NULL */
	struct buf der; /* SESeal, as it was made */
};

void clerk_seal_begin(struct clerk_seal *);
/*
 * Approves ("NAME-approval", by the registrar), has made ("NAME-making", by
 * the issuer) and issues ("NAME-issue", by him) what "id" names; true when all
 * was done and there is a seal.
 */
bool clerk_settle(
    struct clerk *, const char *name, const char *id, struct clerk_seal *);
/* The same from the application "NAME" on.  Free it in any case. */
bool clerk_get(struct clerk *, const char *role, const char *name,
    const struct clerk_wish *, struct clerk_seal *);
void clerk_seal_free(struct clerk_seal *);

/* ---- using it ---- */

/* document.sign; the octets are filed as NAME.data. */
bool clerk_sign(struct clerk *, const char *role, const char *name,
    const char *id, const char *pin, struct span data);

/* Where on an OFD document, in mm; and whether nothing may follow. */
struct clerk_place {
	const char *page, *x, *y;
	bool whole;
};

/* An OFD document of so many pages, with nothing on it but a line of text. */
void clerk_document(struct trial *, size_t pages, struct buf *);
/*
 * document.seal; place NULL: page 1, 120 mm and 200 mm.  The document is filed
 * as NAME.before, and what comes of it is added to *sealed unless that is NULL.
 */
bool clerk_put(struct clerk *, const char *role, const char *name,
    const char *id, const char *pin, struct span document,
    const struct clerk_place *, struct buf *sealed);

/* ---- judge() ---- */

/* Need: the steps of clerk_settle(); and those of clerk_get(). */
bool clerk_need_settled(struct trial *, const char *name);
bool clerk_need_got(struct trial *, const char *name);
/* Need: octets in that field of what was done as NAME; added to *octets. */
bool clerk_octets(struct trial *, const char *name, const char *operation,
    const char *field, struct buf *octets);
/* Those of "NAME-making", of clerk_sign() and of clerk_put(). */
bool clerk_made(struct trial *, const char *name, struct buf *seal);
bool clerk_signed(struct trial *, const char *name, struct buf *signed_value);
bool clerk_sealed(struct trial *, const char *name, struct buf *document);

#endif
