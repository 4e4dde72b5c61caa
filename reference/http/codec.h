/* SPDX-License-Identifier: MIT */
/*
 * http/codec - HTTP/1.1 messages as bytes, and nothing else.
 *
 * No sockets, no clock, no allocation, no state.  RFC 9112 lets a server be
 * lenient in many places; two that are lenient in different ways are how
 * requests are smuggled (RFC 9112 11.2), so this one is strict in all of
 * them: only CRLF ends a line, no line is folded, nothing is said twice.
 */
#ifndef REFERENCE_HTTP_CODEC_H
#define REFERENCE_HTTP_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "reference/http/http.h"

/* Why a request cannot be served; status 0: it can. */
struct http_refusal {
	int status;
	const char *why; /* a sentence for the client */
};

/* A token of RFC 9110 5.6.2. */
bool http_is_token(struct span);

/*
 * Takes a whole head apart: request line, fields, and the empty line behind
 * them, all ended by CRLF.  Of a request that is refused as much is filled in
 * as was understood.
 */
struct http_refusal http_parse_head(struct span head,
    struct http_field fields[HTTP_FIELDS_MOST], struct http_request *);

/* One line of trailers, without its CRLF; true when it may stand there. */
bool http_is_field_line(struct span line);

/* How the body is delimited: RFC 9112 6.3. */
struct http_framing {
	bool chunked;
	size_t length; /* 0: there is no body; when it is not chunked */
};

struct http_refusal http_find_framing(
    const struct http_request *, struct http_framing *);

/*
 * The first line of a chunk without its CRLF (RFC 9112 7.1); a size above
 * HTTP_BODY_MOST is refused.  *extension: octets behind the size.
 */
struct http_refusal http_parse_chunk(
    struct span line, size_t *size, size_t *extension);

/* True when one of the comma-separated elements of a field is that token. */
bool http_lists(
    const struct http_request *, const char *name, const char *token);

/*
 * Undoes percent-encoding (RFC 3986 2.1).  False, with *out undefined, for an
 * encoding that is none, and for what no path of ours holds: a NUL, and, when
 * it is one segment, a slash.
 */
bool http_decode(struct span encoded, bool segment, struct buf *out);

/* Of a status we use: "Not Found"; else "". */
const char *http_reason(int status);

#endif
