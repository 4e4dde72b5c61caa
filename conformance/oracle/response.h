/* SPDX-License-Identifier: MIT */
/*
 * oracle/response - one IMAP response as the judging side reads it (RFC 3501
 * 7): what kind it is, its number, its response code, its FETCH items.
 *
 * Knows no state.  A response is what framing_imap cuts off: one line with
 * its literals, without the last line end.  Whatever it holds, reading it is
 * bounded by its length; spans point into it.
 */
#ifndef CONFORMANCE_ORACLE_RESPONSE_H
#define CONFORMANCE_ORACLE_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/span.h"

/* Flags the oracle follows: five of RFC 3501 2.3.2, two keywords of ours. */
enum {
	ORACLE_SEEN = 1 << 0,
	ORACLE_ANSWERED = 1 << 1,
	ORACLE_FLAGGED = 1 << 2,
	ORACLE_DELETED = 1 << 3,
	ORACLE_DRAFT = 1 << 4,
	ORACLE_RED = 1 << 5,
	ORACLE_BLUE = 1 << 6,
};
#define ORACLE_FLAGS     7
#define ORACLE_ALL_FLAGS ((1u << ORACLE_FLAGS) - 1)

extern const char *const oracle_flag_names[ORACLE_FLAGS];

/* ---- tokens ---- */

enum word_kind {
	WORD_END,
	WORD_BROKEN, /* and it stays so */
	WORD_ATOM,   /* numbers and flags included */
	WORD_STRING, /* quoted, as it stands between the quotes; or a literal */
	WORD_OPEN,
	WORD_CLOSE,
};

struct word {
	enum word_kind kind;
	struct span text;
};

/* Takes the next word off *rest. */
struct word response_word(struct span *rest);
/* A number and nothing else, at most 2^63 - 1. */
bool response_number(struct span text, uint64_t *n);
/*
 * Takes "7" or "7:9" (or "9:7") off *set; false at its end, or when it is
 * none, with *set left where that was found.
 */
bool response_range(struct span *set, uint32_t *from, uint32_t *to);
/* "(\Seen x)" or "\Seen x": those of the flags above that are in it. */
unsigned response_flags(struct span list, bool *star);

/* ---- responses ---- */

enum response_kind {
	RESPONSE_BROKEN, /* no response at all */
	RESPONSE_TAGGED,
	RESPONSE_STATUS, /* untagged OK, NO, BAD, BYE, PREAUTH */
	RESPONSE_GO_ON,  /* "+" */
	RESPONSE_EXISTS,
	RESPONSE_RECENT,
	RESPONSE_EXPUNGE,
	RESPONSE_FETCH,
	RESPONSE_SEARCH,
	RESPONSE_OTHER, /* FLAGS, CAPABILITY, what an extension brings */
};

enum response_status {
	STATUS_NONE,
	STATUS_OK,
	STATUS_NO,
	STATUS_BAD,
	STATUS_BYE,
	STATUS_PREAUTH,
};

struct response {
	enum response_kind kind;
	enum response_status status;
	struct span tag;
	uint32_t number;  /* of EXISTS and its like */
	struct span code; /* name of the response code; empty: none */
	struct span args; /* behind that name, up to "]" */
	struct span rest; /* of FETCH the list, of SEARCH the numbers */
};

void response_read(struct span line, struct response *);

/* What a FETCH response may tell. */
enum {
	ITEM_UID = 1 << 0,
	ITEM_FLAGS = 1 << 1,
	ITEM_SIZE = 1 << 2,
	ITEM_DATE = 1 << 3,
	ITEM_MODSEQ = 1 << 4,
};

struct response_fetch {
	unsigned items; /* which of these are there */
	uint32_t uid;
	unsigned flags;
	uint64_t size, modseq;
	struct span date;
};

/* False when it is no list of items.  Items it does not know are skipped. */
bool response_read_fetch(struct span list, struct response_fetch *);

#endif
