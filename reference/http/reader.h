/* SPDX-License-Identifier: MIT */
/*
 * http/reader - whole requests out of octets, however they are cut.
 *
 *	while ((got = http_reader_feed(&r, &in)) != HTTP_READ_MORE) {
 *		if (got == HTTP_READ_HEAD)
 *			...	r.request but for its body: last chance to refuse
 *		if (got == HTTP_READ_WHOLE)
 *			...	r.request; then http_reader_next(&r)
 *		if (got == HTTP_READ_WRONG)
 *			...	r.refusal; nothing behind it can be read
 *	}
 *
 * Holds at most HTTP_HEAD_MOST and HTTP_BODY_MOST octets; no I/O, no clock.
 */
#ifndef REFERENCE_HTTP_READER_H
#define REFERENCE_HTTP_READER_H

#include "reference/http/codec.h"

enum http_read {
	HTTP_READ_MORE,  /* all of *in was taken */
	HTTP_READ_HEAD,  /* said once, of a request with a body */
	HTTP_READ_WHOLE, /* said again until http_reader_next() */
	HTTP_READ_WRONG, /* said for ever */
};

enum http_reading {
	HTTP_READS_HEAD,
	HTTP_READS_LENGTH, /* so many octets as "left" says */
	HTTP_READS_CHUNK_SIZE,
	HTTP_READS_CHUNK,
	HTTP_READS_CHUNK_END, /* its CRLF */
	HTTP_READS_TRAILER,
	HTTP_READS_NOTHING, /* the request is whole */
	HTTP_READS_NO_MORE, /* the request is wrong */
};

struct http_reader {
	struct http_request request;
	struct http_refusal refusal;
	struct http_framing framing;

	enum http_reading reading;
	struct buf head, body;
	struct buf line;  /* of a chunk or of trailers, not yet whole */
	size_t line_at;   /* where in the head its last line begins */
	size_t left;      /* octets of the body, or of the chunk */
	size_t beside;    /* octets of extensions and trailers so far */
	unsigned empties; /* lines before the request line */
	struct http_field fields[HTTP_FIELDS_MOST];
};

void http_reader_init(struct http_reader *);
void http_reader_free(struct http_reader *);

/* Moves *in past what was used. */
enum http_read http_reader_feed(struct http_reader *, struct span *in);

/* Forgets the request, and makes ready for the next. */
void http_reader_next(struct http_reader *);

/* Something of a request is there, and something is missing. */
bool http_reader_is_midway(const struct http_reader *);

#endif
