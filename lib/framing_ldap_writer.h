/* SPDX-License-Identifier: MIT */
/*
 * framing_ldap_writer - what becomes of a line that is said in LDAP: its
 * words are taken off the front, and put behind what is written, in BER.
 *
 * The first flaw stays; nothing that is called behind it does harm.
 */
#ifndef LIB_FRAMING_LDAP_WRITER_H
#define LIB_FRAMING_LDAP_WRITER_H

#include <ctype.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

#define WRITER_MOST (8u << 20)

/* What is left of the line, and what is being made of it. */
struct writer {
	struct span in;
	struct buf *out;
	const char *flaw; /* the first */
	unsigned depth;
};

/* A word, or what stood in quotes. */
struct token {
	struct buf text;
	bool quoted, none;
};

void writer_wrong(struct writer *, const char *flaw);

/* ---- elements ---- */

/* Opens what is constructed; it is given its length when it is closed. */
size_t writer_begin(struct writer *, int tag);
void writer_end(struct writer *, size_t at);
void writer_octets(struct writer *, int tag, struct span);
void writer_number(struct writer *, int tag, int64_t);
void writer_bool(struct writer *, int tag, bool);

/* ---- words ---- */

/* -1: no digit. */
static inline int
writer_hex(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10
					    : -1;
}

/* One octet that may be written \HH; \" and \\ are themselves. */
void writer_take_octet(struct writer *, struct buf *to);
/* Of the request: a control may follow. */
bool writer_is_at_end(struct writer *);
/* Up to the next space; token_free() it. */
struct token writer_take(struct writer *);
/* Takes the word when it is next. */
bool writer_took(struct writer *, const char *word);
/* Takes "word=N" when it is next. */
bool writer_took_number(struct writer *, const char *word, int64_t *);
/* The next word or string, as an element. */
void writer_token(struct writer *, int tag, const char *flaw);
void writer_token_if_any(struct writer *, int tag);

static inline void
token_free(struct token *t)
{
	buf_free(&t->text);
}

/* ---- framing_ldap_filter.c ---- */

void writer_filter(struct writer *);

#endif
