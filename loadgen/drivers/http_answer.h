/* SPDX-License-Identifier: MIT */
/*
 * http_answer - what is expected of the answers to one HTTP request, and
 * whether one is it; however HTTP carries it.
 *
 * A struct http_want is read and written by one thread only: it learns the
 * first body with the right digest, and later ones are compared with that
 * (memcmp) instead of being digested.
 */
#ifndef LOADGEN_DRIVERS_HTTP_ANSWER_H
#define LOADGEN_DRIVERS_HTTP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/digest.h"
#include "lib/err.h"
#include "lib/span.h"
#include "loadgen/scenario.h"

#define ANSWER_BODY_MOST     (1 << 20) /* bodies that are learnt */
#define ANSWER_CONTAINS_MOST 1024
#define ANSWER_TYPE          64 /* of a media type, with its NUL */

/* Answers that came as they should, and are not what was expected. */
enum http_fault {
	ANSWER_GOOD,
	ANSWER_STATUS,
	ANSWER_TYPED,
	ANSWER_LENGTH,
	ANSWER_SM3,
	ANSWER_CONTAINS,
	ANSWER_FAULTS
};

struct http_want {
	bool head; /* answers to HEAD have no body */
	int status;
	int64_t length;
	char sm3[DIGEST_TEXT];
	struct span contains; /* the scenario's */
	uint16_t *border;     /* of Knuth, Morris and Pratt */
	struct buf body;      /* one with the right digest */
	const char *type;     /* the media type; NULL: any */
	bool keeps;           /* bodies are wanted whole */
	enum { ANSWER_UNLEARNT, ANSWER_LEARNING, ANSWER_LEARNT } learnt;
};

/* ERR_CONFIG when it can never be met.  The scenario outlives it. */
bool http_want_init(
    struct http_want *, const struct scenario_http *, struct err *);
void http_want_free(struct http_want *);

/* One answer on its way; zeroed before the first. */
struct http_answer {
	uint64_t got; /* octets of the body so far */
	struct digest *sm3;
	uint16_t status;
	uint16_t matched; /* octets of "contains" that were last heard */
	bool same;        /* the body is compared with the one learnt */
	bool learns;      /* ... is the one that is being learnt */
	bool found;       /* "contains" was */
	bool differs;
	char type[ANSWER_TYPE]; /* without parameters */
	struct buf *body;       /* where it is kept; NULL: it is not */
};

/* Its Content-Type. */
void http_answer_typed(struct http_answer *, struct span value);
/* The head has come: .status is set. */
void http_answer_begin(struct http_answer *, struct http_want *);
/* whole: it is all of the body. */
void http_answer_piece(
    struct http_answer *, struct http_want *, struct span, bool whole);
/* told: the Content-Length of an answer to HEAD; otherwise not looked at. */
enum http_fault http_answer_end(
    struct http_answer *, struct http_want *, uint64_t told);
/* It will not come to an end. */
void http_answer_drop(struct http_answer *, struct http_want *);

/* "expected status 200, heard 503" */
#define ANSWER_WHY 160
void http_answer_why(const struct http_answer *, const struct http_want *,
    enum http_fault, char why[ANSWER_WHY]);

#endif
