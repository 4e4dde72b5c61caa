/* SPDX-License-Identifier: MIT */
/*
 * pki/der - reads DER (X.690), strictly, without copying.
 *
 * A struct der is a place in the content of one element.  Reading is sticky:
 * take element after element and ask once at the end.  Every reader that was
 * opened from another shares its struct der_bad, where the first failure is
 * kept with its octet's offset from the beginning of the input.
 *
 *	struct der_bad bad = { 0 };
 *	struct der in = der_start(bytes, &bad), list, row;
 *
 *	der_enter(&in, DER_SEQUENCE, &list);
 *	der_end(&in);
 *	while (der_more(&list)) {
 *		der_enter(&list, DER_SEQUENCE, &row);
 *		oid = der_take(&row, DER_OID);
 *		...
 *		der_end(&row);
 *	}
 *	if (bad.fault != DER_FINE) ...
 *
 * What can be read although it is not DER (a BOOLEAN that is 01, a length
 * with an octet too many) is read; der_lint() finds all of that in one walk.
 */
#ifndef CONFORMANCE_PKI_DER_H
#define CONFORMANCE_PKI_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conformance/pki/check.h"
#include "lib/clock.h"
#include "lib/span.h"

#define DER_DEPTH 32

enum {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8 = 0x0c,
	DER_NUMERIC = 0x12,
	DER_PRINTABLE = 0x13,
	DER_TELETEX = 0x14,
	DER_IA5 = 0x16,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_VISIBLE = 0x1a,
	DER_UNIVERSAL = 0x1c,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

#define DER_CONTEXT(n)     (0x80 | (n)) /* primitive */
#define DER_CONSTRUCTED(n) (0xa0 | (n))

enum der_fault {
	DER_FINE,
	DER_ENDS,         /* the element goes on behind its enclosing one */
	DER_BEHIND,       /* octets behind the end */
	DER_INDEFINITE,   /* length without a number */
	DER_LENGTH_LONG,  /* length in more octets than needed */
	DER_LENGTH_HUGE,  /* length of a size that nothing here has */
	DER_TAG_FORM,     /* primitive where constructed must be, or so */
	DER_TAG_HIGH,     /* a tag number above 30 */
	DER_SEGMENTS,     /* a constructed string */
	DER_TRUE,         /* BOOLEAN neither 00 nor FF */
	DER_SIZE,         /* content of a size that its type cannot have */
	DER_INTEGER_LONG, /* integer in more octets than needed */
	DER_BITS,         /* unused bits above 7, or not zero */
	DER_NULL_CONTENT,
	DER_ARC,       /* OBJECT IDENTIFIER cut off or not minimal */
	DER_ORDER,     /* SET not in order */
	DER_CLOCK,     /* no time, or not in the one form it has */
	DER_CHARACTER, /* a character that the string type has not */
	DER_DEEP,      /* more than DER_DEPTH elements in each other */
	DER_OTHER_TAG, /* another element than the structure has here */
	DER_MISSING,   /* an element is missing */
	DER_FAULTS
};

struct der_bad {
	enum der_fault fault;
	size_t at;          /* octets from the beginning of the input */
	unsigned want, got; /* tags, for DER_OTHER_TAG and DER_MISSING */
};

struct der_item {
	unsigned tag;
	struct span whole; /* tag, length and content */
	struct span content;
};

struct der {
	const char *origin; /* offsets count from here */
	struct span rest;
	struct der_bad *bad;
};

/*
 * Takes the element at the front of *rest.  Gives the fault that makes it
 * unreadable, or that of a length which can be read all the same.
 */
enum der_fault der_read(struct span *rest, struct der_item *, bool *readable);

/* Where in the input offsets count from is the first octet of "bytes". */
struct der der_start(struct span bytes, struct der_bad *);
/* The same for bytes within an input that begins at "origin". */
struct der der_within(const char *origin, struct span bytes, struct der_bad *);

/* False at the end, and after any failure. */
bool der_more(const struct der *);
/* The next tag, without taking it; 0 at the end or after a failure. */
unsigned der_peek(const struct der *);

/* How many elements are still to come, up to the first that is unreadable. */
size_t der_count(const struct der *);

/* Any element.  After a failure: all zero. */
struct der_item der_next(struct der *);
/* One with this tag; its content.  After a failure: nothing. */
struct span der_take(struct der *, unsigned tag);
/* Likewise, when it is the next one; *there may be NULL. */
struct span der_maybe(struct der *, unsigned tag, bool *there);
/* Into the content of one with this tag; gives all of its octets back. */
struct span der_enter(struct der *, unsigned tag, struct der *inner);
/* Nothing may be left. */
void der_end(struct der *);
/* Fails here, with this fault, unless something failed before. */
void der_fail(struct der *, enum der_fault);

/* A non-negative INTEGER of at most 31 bits; fails when it is another. */
uint32_t der_number(struct der *, unsigned tag);
/* A BIT STRING of whole octets, as keys and signatures are. */
struct span der_octets(struct der *);
/* A BOOLEAN DEFAULT FALSE; *explicit is set when FALSE was written out. */
bool der_flag(struct der *, unsigned tag, bool *written_false);

/* What one item holds; false when it does not. */
bool der_integer_is_negative(struct span content);
struct span der_magnitude(struct span content);  /* without leading zeros */
bool der_small(struct span content, uint32_t *); /* 0 to 2^31 - 1 */
/* Bits of a BIT STRING, without the octet that counts the unused. */
bool der_bits(struct span content, struct span *octets, unsigned *unused);
/*
 * A UTCTime or GeneralizedTime in the form of DER; *fraction: it has one.
 * A two-digit year is one of 1950 to 2049 (RFC 5280 4.1.2.5.1).
 */
bool der_time(unsigned tag, struct span content, struct wall *, bool *fraction);

/*
 * Walks through all elements and reports what is not DER, at most "most"
 * times; gives back how many.  Content of strings is not looked into.
 * With findings every fault is added, or one PKI_DER_FORM that holds.
 */
size_t der_lint(
    const char *origin, struct span bytes, struct der_bad *found, size_t most);
bool der_judge(struct span bytes, struct pki_findings *);
/* Of DER within an OCTET STRING, which der_judge() does not look into. */
bool der_judge_within(const char *origin, struct span bytes, const char *what,
    struct pki_findings *);

/* The finding's code of a fault; PKI_CODES for those of structures. */
enum pki_code der_code(enum der_fault);
#define DER_TEXT 160
void der_text(const struct der_bad *, char en[DER_TEXT], char zh[DER_TEXT]);
/* A finding with that text; what: in which part, or "". */
void der_blame(struct pki_findings *, enum pki_code, enum pki_result,
    const char *what, const struct der_bad *);

/* Dotted decimal; cut at "size". */
void der_oid_text(struct span content, char *text, size_t size);
/* An INTEGER in decimal, or its octets when it is negative or large. */
void der_number_text(struct span content, char *text, size_t size);
/* Upper case digits, cut with "..." */
void der_hex(struct span, char *text, size_t size);

#endif
