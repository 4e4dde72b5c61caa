/* SPDX-License-Identifier: MIT */
/*
 * http1 - HTTP/1.1 as a client under load hears it: answers cut out of octets,
 * every one of them verified.
 *
 * Octets in, octets out.  A struct http1 is one connection's place in the
 * answer it is hearing; a struct http1_want is what is expected of all the
 * answers to one request.  A want is read and written by one thread only: it
 * learns the first good answer, and an answer of the same octets is as good
 * as that one without being looked at again (a memcmp).
 *
 *	http1_begin(&h);			a request is sent
 *	got = http1_take(&h, &want, in, &used);	drop "used" octets, and present
 *						what was left again, with more
 *	got = http1_closed(&h, &want, left);	the target hung up
 *
 * What an answer must be follows RFC 9112, and where that lets a recipient
 * choose, the strict way was chosen: this client shall find what is wrong.
 * Both Content-Length and Transfer-Encoding, two different Content-Lengths, a
 * line that ends in a bare LF, a bare CR, a folded line, a space before the
 * colon, a transfer coding nobody asked for: each is an error that ends the
 * connection.  Interim answers (1xx) are passed over.
 */
#ifndef LOADGEN_DRIVERS_HTTP1_H
#define LOADGEN_DRIVERS_HTTP1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"
#include "loadgen/drivers/http_answer.h"

#define HTTP1_HEAD_MOST    16384 /* octets of a head, interim ones included */
#define HTTP1_LINE_MOST    1024  /* octets of the line before a chunk */
#define HTTP1_TRAILER_MOST 4096
#define HTTP1_SAME_MOST    16384 /* whole answers that are learnt */

enum http1_got {
	HTTP1_MORE, /* the answer goes on */
	HTTP1_DONE, /* it is over; .fault says what was wrong with it */
	HTTP1_BAD,  /* no answer: hang up; .fault says why */
};

/* Beyond those of an answer that came as it should: not to be understood. */
enum http1_fault {
	HTTP1_GOOD = ANSWER_GOOD,
	HTTP1_VERSION = ANSWER_FAULTS,
	HTTP1_STATUS_LINE,
	HTTP1_BARE_LF,
	HTTP1_BARE_CR,
	HTTP1_NUL,
	HTTP1_FIELD_NAME,
	HTTP1_FOLDED,
	HTTP1_CONTENT_LENGTH,
	HTTP1_TWO_LENGTHS,
	HTTP1_LENGTH_AND_CODING,
	HTTP1_CODING,
	HTTP1_CODING_OF_1_0,
	HTTP1_BODY_OF_NONE,
	HTTP1_SWITCHED,
	HTTP1_INTERIM,
	HTTP1_CHUNK_SIZE,
	HTTP1_CHUNK_END,
	HTTP1_HEAD_LIMIT,
	HTTP1_CHUNK_LIMIT,
	HTTP1_TRAILER_LIMIT,
	HTTP1_UNASKED,
	HTTP1_CUT,  /* the target hung up in the middle */
	HTTP1_NONE, /* ... before the first octet */
	HTTP1_FAULTS
};

/* One connection's; zeroed before the first answer. */
struct http1 {
	struct http_answer answer;
	uint64_t length; /* Content-Length */
	uint64_t left;   /* octets of the body or the chunk to come */
	uint32_t seen;   /* octets of the head or the trailers so far */
	uint8_t at;
	uint8_t interim;
	uint8_t fault;
	bool keep; /* the connection can be used again */
	bool has_length, coded, minor_0;
};

struct http1_want {
	struct http_want answer;
	struct buf whole;   /* a good answer, head and body */
	uint64_t whole_got; /* ... its .got and .status */
	uint16_t whole_status;
};

/* As http_want_init(). */
bool http1_want_init(
    struct http1_want *, const struct scenario_http *, struct err *);
void http1_want_free(struct http1_want *);

/* What it was hearing is forgotten. */
void http1_begin(struct http1 *, struct http1_want *);
enum http1_got http1_take(
    struct http1 *, struct http1_want *, struct span in, size_t *used);
enum http1_got http1_closed(
    struct http1 *, struct http1_want *, struct span left);

#define HTTP1_WHY ANSWER_WHY
void http1_why(
    const struct http1 *, const struct http1_want *, char why[HTTP1_WHY]);

#endif
