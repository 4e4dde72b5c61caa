/* SPDX-License-Identifier: MIT */
#include "reference/http/reader.h"

enum {
	EMPTIES_MOST = 4,      /* lines before a request: RFC 9112 2.2 */
	CHUNK_LINE_MOST = 256, /* a size and its extensions */
	BESIDE_MOST = 8192,    /* octets that are read and thrown away */
	KEPT_MOST = 65536,     /* memory of a body that is kept for the next */
};

void
http_reader_next(struct http_reader *r)
{
	buf_clear(&r->head);
	buf_clear(&r->line);
	if (r->body.room > KEPT_MOST)
		buf_free(&r->body);
	else
		buf_clear(&r->body);
	r->request = (struct http_request){ .method = HTTP_OTHER, .minor = 1 };
	r->reading = HTTP_READS_HEAD;
	r->line_at = 0;
	r->left = 0;
	r->beside = 0;
	r->empties = 0;
}

void
http_reader_init(struct http_reader *r)
{
	*r = (struct http_reader){ 0 };
	buf_init(&r->head, HTTP_HEAD_MOST);
	buf_init(&r->body, HTTP_BODY_MOST);
	buf_init(&r->line, BESIDE_MOST);
	http_reader_next(r);
}

void
http_reader_free(struct http_reader *r)
{
	buf_free(&r->head);
	buf_free(&r->body);
	buf_free(&r->line);
}

bool
http_reader_is_midway(const struct http_reader *r)
{
	return r->reading == HTTP_READS_HEAD ? r->head.len > 0
					     : r->reading < HTTP_READS_NOTHING;
}

static enum http_read
wrong(struct http_reader *r, struct http_refusal why)
{
	r->refusal = why;
	r->reading = HTTP_READS_NO_MORE;
	return HTTP_READ_WRONG;
}

static enum http_read
wrong_with(struct http_reader *r, int status, const char *why)
{
	return wrong(r, (struct http_refusal){ status, why });
}

/* ---- lines ---- */

enum line { LINE_MORE, LINE_WHOLE, LINE_FULL, LINE_BARE };

/*
 * Moves octets up to a LF from *in to "to", whose last line begins at "from";
 * no more than make "most" of them, however they are cut.
 * RFC 9112 2.2 lets a LF alone end a line; whoever does not agree with that
 * reads another request.
 */
static enum line
move_line(struct span *in, struct buf *to, size_t from, size_t most)
{
	const size_t n = span_find(*in, SPAN("\n"));
	const bool ends = n < in->len;
	const struct span all = span_take(*in, n + 1);
	const struct span part = span_take(all, most - to->len);

	buf_add(to, part);
	*in = span_skip(*in, part.len);
	if (part.len < all.len)
		return LINE_FULL;
	if (!ends)
		return LINE_MORE;
	return to->len - from >= 2 && to->data[to->len - 2] == '\r' ? LINE_WHOLE
								    : LINE_BARE;
}

static enum http_read
wrong_line(struct http_reader *r)
{
	return wrong_with(r, 400, "lines end in CR LF");
}

/* ---- the head ---- */

static enum http_read
begin_body(struct http_reader *r)
{
	if (!r->framing.chunked && r->framing.length == 0) {
		r->reading = HTTP_READS_NOTHING;
		return HTTP_READ_WHOLE;
	}
	r->left = r->framing.length;
	r->reading =
	    r->framing.chunked ? HTTP_READS_CHUNK_SIZE : HTTP_READS_LENGTH;
	return HTTP_READ_HEAD;
}

static enum http_read
use_head(struct http_reader *r)
{
	struct http_refusal no;

	no = http_parse_head(buf_span(&r->head), r->fields, &r->request);
	if (no.status == 0)
		no = http_find_framing(&r->request, &r->framing);
	return no.status == 0 ? begin_body(r) : wrong(r, no);
}

/* An empty line ends a head; before one it is passed over. */
static enum http_read
use_empty_line(struct http_reader *r)
{
	if (r->line_at > 0)
		return use_head(r);
	buf_clear(&r->head);
	return ++r->empties > EMPTIES_MOST
		   ? wrong_with(r, 400, "there are only empty lines")
		   : HTTP_READ_MORE;
}

/* TLS where there is none, or nothing at all: no use in waiting for a LF. */
static bool
begins_well(const struct buf *head)
{
	const char c = head->data[0];

	return c == '\r' || c == '\n' || http_is_token((struct span){ &c, 1 });
}

static enum http_read
read_head(struct http_reader *r, struct span *in)
{
	const size_t from = r->line_at;
	enum line got;

	got = move_line(in, &r->head, from, HTTP_HEAD_MOST);
	if (r->head.len > 0 && !begins_well(&r->head))
		return wrong_with(
		    r, 400, "the request does not begin with a method");
	switch (got) {
	case LINE_MORE:
		return HTTP_READ_MORE;
	case LINE_FULL:
		return from == 0
			   ? wrong_with(r, 414, "the request line is too long")
			   : wrong_with(r, 431, "the head is too long");
	case LINE_BARE:
		return wrong_line(r);
	case LINE_WHOLE:
		break;
	}
	if (r->head.len - from == 2)
		return use_empty_line(r);
	r->line_at = r->head.len;
	return HTTP_READ_MORE;
}

/* ---- the body ---- */

static enum http_read
whole(struct http_reader *r)
{
	r->request.body = buf_span(&r->body);
	r->reading = HTTP_READS_NOTHING;
	return HTTP_READ_WHOLE;
}

static void
read_octets(struct http_reader *r, struct span *in)
{
	const struct span part = span_take(*in, r->left);

	buf_add(&r->body, part);
	r->left -= part.len;
	*in = span_skip(*in, part.len);
}

static enum http_read
read_length(struct http_reader *r, struct span *in)
{
	read_octets(r, in);
	return r->left == 0 ? whole(r) : HTTP_READ_MORE;
}

static enum http_read
read_chunk(struct http_reader *r, struct span *in)
{
	read_octets(r, in);
	if (r->left == 0)
		r->reading = HTTP_READS_CHUNK_END;
	return HTTP_READ_MORE;
}

static enum http_read
use_chunk_size(struct http_reader *r, struct span line)
{
	size_t extension = 0;
	const struct http_refusal no =
	    http_parse_chunk(line, &r->left, &extension);

	r->beside += extension;
	if (no.status != 0)
		return wrong(r, no);
	if (r->left > HTTP_BODY_MOST - r->body.len)
		return wrong_with(r, 413, "the body is too long");
	if (r->beside > BESIDE_MOST)
		return wrong_with(
		    r, 400, "there are too many chunk extensions");
	r->reading = r->left > 0 ? HTTP_READS_CHUNK : HTTP_READS_TRAILER;
	return HTTP_READ_MORE;
}

static enum http_read
use_chunk_end(struct http_reader *r, struct span line)
{
	if (line.len > 0)
		return wrong_with(r, 400, "a chunk is not as long as it says");
	r->reading = HTTP_READS_CHUNK_SIZE;
	return HTTP_READ_MORE;
}

/* RFC 9112 7.1.2: nobody here has a use for them. */
static enum http_read
use_trailer(struct http_reader *r, struct span line)
{
	r->beside += line.len;
	if (line.len == 0)
		return whole(r);
	if (!http_is_field_line(line))
		return wrong_with(r, 400, "a trailer is no header field");
	return r->beside > BESIDE_MOST
		   ? wrong_with(r, 431, "the trailers are too long")
		   : HTTP_READ_MORE;
}

static enum http_read
read_line(struct http_reader *r, struct span *in)
{
	const bool trailer = r->reading == HTTP_READS_TRAILER;
	struct span line;
	enum http_read read;

	switch (move_line(
	    in, &r->line, 0, trailer ? BESIDE_MOST : CHUNK_LINE_MOST)) {
	case LINE_MORE:
		return HTTP_READ_MORE;
	case LINE_FULL:
		return wrong_with(r, trailer ? 431 : 400,
		    "a line between chunks is too long");
	case LINE_BARE:
		return wrong_line(r);
	case LINE_WHOLE:
		break;
	}
	line = span_take(buf_span(&r->line), r->line.len - 2);
	if (trailer)
		read = use_trailer(r, line);
	else if (r->reading == HTTP_READS_CHUNK_SIZE)
		read = use_chunk_size(r, line);
	else
		read = use_chunk_end(r, line);
	buf_clear(&r->line);
	return read;
}

/* ---- all of it ---- */

static enum http_read
read_some(struct http_reader *r, struct span *in)
{
	switch (r->reading) {
	case HTTP_READS_HEAD:
		return read_head(r, in);
	case HTTP_READS_LENGTH:
		return read_length(r, in);
	case HTTP_READS_CHUNK:
		return read_chunk(r, in);
	case HTTP_READS_CHUNK_SIZE:
	case HTTP_READS_CHUNK_END:
	case HTTP_READS_TRAILER:
		return read_line(r, in);
	case HTTP_READS_NOTHING:
		return HTTP_READ_WHOLE;
	case HTTP_READS_NO_MORE:
		break;
	}
	return HTTP_READ_WRONG;
}

enum http_read
http_reader_feed(struct http_reader *r, struct span *in)
{
	enum http_read got = HTTP_READ_MORE;

	if (r->reading >= HTTP_READS_NOTHING)
		return read_some(r, in);
	while (in->len > 0 && got == HTTP_READ_MORE)
		got = read_some(r, in);
	return got;
}
