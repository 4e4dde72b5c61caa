/* SPDX-License-Identifier: MIT */
/*
 * ber - the Basic Encoding Rules as LDAP restricts them (RFC 4511 5.1): read
 * and written in the order in which the ASN.1 has the fields.
 *
 * A reader is a span and whether something was wrong with it; the first thing
 * that is wrong sticks, and from there on it gives nothing:
 *
 *	struct ber seq = ber_enter(&ber, BER_SEQUENCE);
 *	id = ber_integer(&seq, BER_INTEGER, 0, INT32_MAX);
 *	name = ber_octets(&seq, BER_OCTETS);
 *	if (!ber_leave(&ber, &seq))
 *		...
 *
 * Lengths are definite, strings primitive, TRUE is FF, integers as short as
 * can be (X.690 8.3.2).  Tags above 30 are not LDAP's.
 */
#ifndef REFERENCE_LDAP_BER_H
#define REFERENCE_LDAP_BER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

enum {
	BER_BOOLEAN = 0x01,
	BER_INTEGER = 0x02,
	BER_OCTETS = 0x04,
	BER_NULL = 0x05,
	BER_ENUMERATED = 0x0a,
	BER_SEQUENCE = 0x30,
	BER_SET = 0x31,
	BER_APPLICATION = 0x40,
	BER_CONTEXT = 0x80,
	BER_CONSTRUCTED = 0x20,
};

/* ---- reading ---- */

struct ber {
	struct span rest;
	bool bad;
};

enum ber_frame {
	BER_WHOLE,
	BER_NEED_MORE,
	BER_GARBLED,   /* no element can begin like this */
	BER_TOO_LARGE, /* longer than "most" */
};

/* Is the element at the beginning of "in" all there?  Its octets: *whole. */
enum ber_frame ber_frame(
    struct span in, unsigned tag, size_t most, size_t *whole);

struct ber ber_of(struct span);
/* Something is left, and nothing was wrong. */
bool ber_more(const struct ber *);
/* The tag of what is next; 0: nothing. */
unsigned ber_peek(const struct ber *);
bool ber_is(const struct ber *, unsigned tag);

/* Content octets of the next element; without one of this tag it is bad. */
struct span ber_octets(struct ber *, unsigned tag);
/* Likewise, NULL ptr when the next one is of another tag or there is none. */
struct span ber_optional(struct ber *, unsigned tag);
int64_t ber_integer(struct ber *, unsigned tag, int64_t least, int64_t most);
bool ber_boolean(struct ber *, unsigned tag);
/* The next element whole, tag and length included, whatever it is. */
struct span ber_element(struct ber *);
struct ber ber_enter(struct ber *, unsigned tag);
/*
 * What else a sequence has must be elements, which are ignored (RFC 4511 4:
 * extensibility is implied).  Hands what was wrong to the outer reader; true:
 * nothing was.
 */
bool ber_leave(struct ber *outer, struct ber *inner);

/* ---- writing ---- */

/* A message is written whole, then one asks whether the buf was full. */
struct ber_out {
	struct buf *to;
	bool wide; /* every length in five octets, as some servers do */
};

size_t ber_begin(const struct ber_out *, unsigned tag);
void ber_end(const struct ber_out *, size_t begun);
void ber_put_octets(const struct ber_out *, unsigned tag, struct span);
void ber_put_integer(const struct ber_out *, unsigned tag, int64_t);
void ber_put_boolean(const struct ber_out *, unsigned tag, bool);

#endif
