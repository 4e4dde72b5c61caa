/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/http1.h"

#include <stdio.h>

#define INTERIM_MOST 16

/* Where in an answer. */
enum at {
	AT_STATUS_LINE,
	AT_FIELDS,
	AT_BODY, /* .left octets to come */
	AT_BODY_TO_CLOSE,
	AT_CHUNK, /* the line before one */
	AT_CHUNK_DATA,
	AT_CHUNK_END,
	AT_TRAILERS,
	AT_OVER,
};

static const char *const faults[HTTP1_FAULTS] = {
	[HTTP1_VERSION] = "no answer of HTTP/1",
	[HTTP1_STATUS_LINE] = "malformed status line",
	[HTTP1_BARE_LF] = "a line ends in LF without CR",
	[HTTP1_BARE_CR] = "a CR within a line",
	[HTTP1_NUL] = "a NUL in the head",
	[HTTP1_FIELD_NAME] = "malformed field name",
	[HTTP1_FOLDED] = "a folded field",
	[HTTP1_CONTENT_LENGTH] = "malformed Content-Length",
	[HTTP1_TWO_LENGTHS] = "two Content-Lengths",
	[HTTP1_LENGTH_AND_CODING] = "Content-Length beside Transfer-Encoding",
	[HTTP1_CODING] = "a Transfer-Encoding that is not \"chunked\"",
	[HTTP1_CODING_OF_1_0] = "a Transfer-Encoding in HTTP/1.0",
	[HTTP1_BODY_OF_NONE] = "a body announced by an answer without one",
	[HTTP1_SWITCHED] = "101 without having been asked",
	[HTTP1_INTERIM] = "too many interim answers",
	[HTTP1_CHUNK_SIZE] = "malformed chunk size",
	[HTTP1_CHUNK_END] = "no CR LF behind a chunk",
	[HTTP1_HEAD_LIMIT] = "a head of too many octets",
	[HTTP1_CHUNK_LIMIT] = "a chunk extension of too many octets",
	[HTTP1_TRAILER_LIMIT] = "trailers of too many octets",
	[HTTP1_UNASKED] = "octets that answer no request",
	[HTTP1_CUT] = "hung up in the middle of the answer",
	[HTTP1_NONE] = "hung up instead of answering",
};

/* ---- the want ---- */

bool
http1_want_init(
    struct http1_want *w, const struct scenario_http *http, struct err *err)
{
	*w = (struct http1_want){ 0 };
	buf_init(&w->whole, HTTP1_SAME_MOST);
	return http_want_init(&w->answer, http, err);
}

void
http1_want_free(struct http1_want *w)
{
	http_want_free(&w->answer);
	buf_free(&w->whole);
	*w = (struct http1_want){ 0 };
}

void
http1_why(
    const struct http1 *h, const struct http1_want *w, char why[HTTP1_WHY])
{
	if (h->fault < ANSWER_FAULTS)
		http_answer_why(
		    &h->answer, &w->answer, (enum http_fault)h->fault, why);
	else
		snprintf(why, HTTP1_WHY, "%s", faults[h->fault]);
}

/* ---- how an answer ends ---- */

static enum http1_got
over(struct http1 *h, struct http1_want *w)
{
	h->at = AT_OVER;
	h->fault = (uint8_t)http_answer_end(
	    &h->answer, &w->answer, h->has_length ? h->length : 0);
	return HTTP1_DONE;
}

static enum http1_got
bad(struct http1 *h, struct http1_want *w, enum http1_fault fault)
{
	http_answer_drop(&h->answer, &w->answer);
	h->at = AT_OVER;
	h->fault = (uint8_t)fault;
	h->keep = false;
	return HTTP1_BAD;
}

/* ---- the head ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "HTTP/1.1 200 OK"; the second space is owed even where nothing follows. */
static enum http1_fault
status_line(struct http1 *h, struct span line)
{
	const char *p = line.ptr;

	if (!span_starts(line, SPAN("HTTP/1.")))
		return HTTP1_VERSION;
	if (line.len < sizeof "HTTP/1.1 200 " - 1 || !is_digit(p[7]) ||
	    p[8] != ' ' || p[9] < '1' || p[9] > '5' || !is_digit(p[10]) ||
	    !is_digit(p[11]) || p[12] != ' ')
		return HTTP1_STATUS_LINE;
	h->minor_0 = p[7] == '0';
	h->answer.status =
	    (uint16_t)((p[9] - '0') * 100 + (p[10] - '0') * 10 + (p[11] - '0'));
	h->keep = !h->minor_0;
	return HTTP1_GOOD;
}

static struct span
trimmed(struct span s)
{
	while (s.len > 0 && (*s.ptr == ' ' || *s.ptr == '\t'))
		s = span_skip(s, 1);
	while (
	    s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* RFC 9112 6.3 lets a recipient take "42, 42" for 42. */
static enum http1_fault
content_length(struct http1 *h, struct span value)
{
	do {
		const struct span one = trimmed(span_cut(&value, ','));
		uint64_t n = 0;

		if (one.len == 0 || one.len > 18)
			return HTTP1_CONTENT_LENGTH;
		for (size_t i = 0; i < one.len; i++) {
			if (!is_digit(one.ptr[i]))
				return HTTP1_CONTENT_LENGTH;
			n = n * 10 + (uint64_t)(one.ptr[i] - '0');
		}
		if (h->has_length && n != h->length)
			return HTTP1_TWO_LENGTHS;
		h->has_length = true;
		h->length = n;
	} while (value.len > 0);
	return HTTP1_GOOD;
}

/* We say no TE, so that nothing but chunked may be used, and once. */
static enum http1_fault
transfer_encoding(struct http1 *h, struct span value)
{
	if (h->coded || !span_caseeq(value, SPAN("chunked")))
		return HTTP1_CODING;
	h->coded = true;
	return HTTP1_GOOD;
}

static enum http1_fault
connection(struct http1 *h, struct span value)
{
	while (value.len > 0) {
		const struct span option = trimmed(span_cut(&value, ','));

		if (span_caseeq(option, SPAN("close")))
			h->keep = false;
		else if (span_caseeq(option, SPAN("keep-alive")) && h->minor_0)
			h->keep = true;
	}
	return HTTP1_GOOD;
}

static enum http1_fault
content_type(struct http1 *h, struct span value)
{
	http_answer_typed(&h->answer, value);
	return HTTP1_GOOD;
}

static const struct {
	struct span name;
	enum http1_fault (*hear)(struct http1 *, struct span value);
} fields[] = {
	{ SPAN_INIT("Content-Length"), content_length },
	{ SPAN_INIT("Transfer-Encoding"), transfer_encoding },
	{ SPAN_INIT("Connection"), connection },
	{ SPAN_INIT("Content-Type"), content_type },
};

/* clang-format off */
/* tchar of RFC 9110 5.6.2, from 0x00 to 0x7f. */
static const bool tchars[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0,
	0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0,
};
/* clang-format on */

static enum http1_fault
field_line(struct http1 *h, struct span line)
{
	struct span name = { line.ptr, 0 };

	if (*line.ptr == ' ' || *line.ptr == '\t')
		return HTTP1_FOLDED;
	while (name.len < line.len && tchars[(unsigned char)line.ptr[name.len]])
		name.len++;
	if (name.len == 0 || name.len == line.len || line.ptr[name.len] != ':')
		return HTTP1_FIELD_NAME;
	if (h->at == AT_TRAILERS)
		return HTTP1_GOOD;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (span_caseeq(name, fields[i].name))
			return fields[i].hear(
			    h, trimmed(span_skip(line, name.len + 1)));
	return HTTP1_GOOD;
}

/* The head is whole: how does the body end?  RFC 9112 6.3, in its order. */
static enum http1_got
framing(struct http1 *h, struct http1_want *w)
{
	const bool interim = h->answer.status < 200;
	const bool none = interim || h->answer.status == 204;

	if (h->coded && h->has_length)
		return bad(h, w, HTTP1_LENGTH_AND_CODING);
	if (h->coded && h->minor_0)
		return bad(h, w, HTTP1_CODING_OF_1_0);
	if (none && (h->coded || h->has_length))
		return bad(h, w, HTTP1_BODY_OF_NONE);
	if (h->answer.status == 101)
		return bad(h, w, HTTP1_SWITCHED);
	if (interim) {
		h->at = AT_STATUS_LINE;
		return ++h->interim > INTERIM_MOST ? bad(h, w, HTTP1_INTERIM)
						   : HTTP1_MORE;
	}
	http_answer_begin(&h->answer, &w->answer);
	if (none || w->answer.head || h->answer.status == 304)
		return over(h, w);
	if (h->coded) {
		h->at = AT_CHUNK;
	} else if (h->has_length) {
		h->left = h->length;
		h->at = AT_BODY;
		if (h->left == 0)
			return over(h, w);
	} else {
		h->keep = false;
		h->left = UINT64_MAX;
		h->at = AT_BODY_TO_CLOSE;
	}
	return HTTP1_MORE;
}

/* ---- lines ---- */

/* Which octets of eight are zero: the high bit of each is set. */
static uint64_t
zeros(uint64_t eight)
{
	return (eight - UINT64_C(0x0101010101010101)) & ~eight &
	       UINT64_C(0x8080808080808080);
}

/* Is there a CR or a NUL, which have no place within a line? */
static bool
is_clean(struct span s)
{
	uint64_t eight, found = 0;

	for (; s.len >= sizeof eight; s = span_skip(s, sizeof eight)) {
		memcpy(&eight, s.ptr, sizeof eight);
		found |= zeros(eight);
		found |= zeros(eight ^ UINT64_C(0x0d0d0d0d0d0d0d0d));
	}
	for (; s.len > 0; s = span_skip(s, 1))
		found |= *s.ptr == '\0' || *s.ptr == '\r';
	return found == 0;
}

/*
 * One whole line off *in, or HTTP1_MORE.  The octets of all lines of this
 * part of the answer are at most "most".
 */
static enum http1_got
line_take(struct http1 *h, struct span *in, struct span *line, uint32_t most,
    enum http1_fault limit, enum http1_fault *fault)
{
	const char *lf = in->len == 0 ? NULL : memchr(in->ptr, '\n', in->len);
	const size_t n = lf == NULL ? in->len : (size_t)(lf - in->ptr) + 1;

	*fault = limit;
	if (n > most || h->seen > most - n)
		return HTTP1_BAD;
	if (lf == NULL)
		return HTTP1_MORE;
	h->seen += (uint32_t)n;
	*line = (struct span){ in->ptr, n - 1 };
	*in = span_skip(*in, n);
	*fault = HTTP1_BARE_LF;
	if (line->len == 0 || line->ptr[line->len - 1] != '\r')
		return HTTP1_BAD;
	line->len--;
	if (!is_clean(*line)) {
		*fault = memchr(line->ptr, '\r', line->len) != NULL
			     ? HTTP1_BARE_CR
			     : HTTP1_NUL;
		return HTTP1_BAD;
	}
	return HTTP1_DONE;
}

static enum http1_got
at_status_line(struct http1 *h, struct http1_want *w, struct span *in)
{
	enum http1_fault fault;
	struct span line;
	const enum http1_got got =
	    line_take(h, in, &line, HTTP1_HEAD_MOST, HTTP1_HEAD_LIMIT, &fault);

	if (got == HTTP1_MORE)
		return got;
	if (got == HTTP1_DONE)
		fault = status_line(h, line);
	if (fault != HTTP1_GOOD)
		return bad(h, w, fault);
	h->at = AT_FIELDS;
	return HTTP1_MORE;
}

static enum http1_got
at_fields(struct http1 *h, struct http1_want *w, struct span *in)
{
	const bool trailers = h->at == AT_TRAILERS;
	enum http1_fault fault = HTTP1_GOOD;
	enum http1_got got = HTTP1_DONE;
	struct span line = { NULL, 1 };

	while (got == HTTP1_DONE && line.len > 0 && fault == HTTP1_GOOD) {
		got = line_take(h, in, &line,
		    trailers ? HTTP1_TRAILER_MOST : HTTP1_HEAD_MOST,
		    trailers ? HTTP1_TRAILER_LIMIT : HTTP1_HEAD_LIMIT, &fault);
		if (got == HTTP1_DONE)
			fault =
			    line.len == 0 ? HTTP1_GOOD : field_line(h, line);
	}
	if (got == HTTP1_MORE)
		return got;
	if (fault != HTTP1_GOOD)
		return bad(h, w, fault);
	return trailers ? over(h, w) : framing(h, w);
}

/* ---- bodies ---- */

static enum http1_got
at_body(struct http1 *h, struct http1_want *w, struct span *in)
{
	const struct span piece = span_take(*in, h->left);

	http_answer_piece(&h->answer, &w->answer, piece,
	    h->at == AT_BODY && h->left == piece.len && h->answer.got == 0);
	*in = span_skip(*in, piece.len);
	if (h->at == AT_BODY_TO_CLOSE)
		return HTTP1_MORE;
	h->left -= piece.len;
	if (h->left > 0)
		return HTTP1_MORE;
	if (h->at == AT_BODY)
		return over(h, w);
	h->at = AT_CHUNK_END;
	return HTTP1_MORE;
}

static int
hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* chunk-size [ chunk-ext ]: white space only before the ";" of one. */
static bool
chunk_size(struct http1 *h, struct span line)
{
	uint64_t n = 0;
	size_t i = 0;

	for (; i < line.len && hex_value(line.ptr[i]) >= 0; i++) {
		if (i == 15)
			return false;
		n = n << 4 | (uint64_t)hex_value(line.ptr[i]);
	}
	h->left = n;
	if (i == 0 || i == line.len)
		return i > 0;
	line = trimmed(span_skip(line, i));
	return line.len > 0 && *line.ptr == ';';
}

static enum http1_got
at_chunk(struct http1 *h, struct http1_want *w, struct span *in)
{
	enum http1_fault fault;
	enum http1_got got;
	struct span line;

	h->seen = 0;
	got =
	    line_take(h, in, &line, HTTP1_LINE_MOST, HTTP1_CHUNK_LIMIT, &fault);
	if (got == HTTP1_MORE)
		return got;
	if (got == HTTP1_BAD)
		return bad(h, w, fault);
	if (!chunk_size(h, line))
		return bad(h, w, HTTP1_CHUNK_SIZE);
	h->seen = 0;
	h->at = h->left > 0 ? AT_CHUNK_DATA : AT_TRAILERS;
	return HTTP1_MORE;
}

static enum http1_got
at_chunk_end(struct http1 *h, struct http1_want *w, struct span *in)
{
	if (in->len > 0 && in->ptr[0] != '\r')
		return bad(h, w, HTTP1_CHUNK_END);
	if (in->len > 1 && in->ptr[1] != '\n')
		return bad(h, w, HTTP1_CHUNK_END);
	if (in->len < 2)
		return HTTP1_MORE;
	*in = span_skip(*in, 2);
	h->at = AT_CHUNK;
	return HTTP1_MORE;
}

static enum http1_got
at_over(struct http1 *h, struct http1_want *w, struct span *in)
{
	return in->len == 0 ? HTTP1_MORE : bad(h, w, HTTP1_UNASKED);
}

static enum http1_got (*const ats[])(
    struct http1 *, struct http1_want *, struct span *in) = {
	[AT_STATUS_LINE] = at_status_line,
	[AT_FIELDS] = at_fields,
	[AT_BODY] = at_body,
	[AT_BODY_TO_CLOSE] = at_body,
	[AT_CHUNK] = at_chunk,
	[AT_CHUNK_DATA] = at_body,
	[AT_CHUNK_END] = at_chunk_end,
	[AT_TRAILERS] = at_fields,
	[AT_OVER] = at_over,
};

/* ---- one answer ---- */

void
http1_begin(struct http1 *h, struct http1_want *w)
{
	if (h->answer.sm3 != NULL || h->answer.learns)
		bad(h, w, HTTP1_CUT);
	if (h->answer.body != NULL)
		buf_clear(h->answer.body);
	*h = (struct http1){ .at = AT_STATUS_LINE,
		.answer.body = h->answer.body };
}

/* An answer that came whole, was good, and is framed by itself. */
static void
learn(const struct http1 *h, struct http1_want *w, struct span answer)
{
	if (h->fault != HTTP1_GOOD || !h->keep || w->answer.keeps ||
	    answer.len > HTTP1_SAME_MOST)
		return;
	buf_clear(&w->whole);
	buf_add(&w->whole, answer);
	w->whole_status = h->answer.status;
	w->whole_got = h->answer.got;
}

/*
 * The octets of a good answer to the same request are a good answer: framing
 * and verdict depend on nothing else.
 */
static bool
take_same(struct http1 *h, const struct http1_want *w, struct span in)
{
	if (w->whole.len == 0 || !span_starts(in, buf_span(&w->whole)))
		return false;
	h->at = AT_OVER;
	h->answer.status = w->whole_status;
	h->answer.got = w->whole_got;
	h->keep = true;
	return true;
}

enum http1_got
http1_take(struct http1 *h, struct http1_want *w, struct span in, size_t *used)
{
	const struct span all = in;
	const bool fresh = h->at == AT_STATUS_LINE && h->seen == 0;
	enum http1_got got = HTTP1_MORE;
	size_t left;
	uint8_t at;

	if (fresh && take_same(h, w, in)) {
		*used = w->whole.len;
		return HTTP1_DONE;
	}
	/* No state consumes nothing and changes nothing but to wait. */
	do {
		at = h->at;
		left = in.len;
		got = ats[at](h, w, &in);
	} while (got == HTTP1_MORE && (h->at != at || in.len < left));
	*used = all.len - in.len;
	if (fresh && got == HTTP1_DONE)
		learn(h, w, span_take(all, *used));
	return got;
}

enum http1_got
http1_closed(struct http1 *h, struct http1_want *w, struct span left)
{
	if (h->at == AT_BODY_TO_CLOSE)
		return over(h, w);
	return bad(h, w,
	    h->at == AT_STATUS_LINE && h->seen == 0 && left.len == 0
		? HTTP1_NONE
		: HTTP1_CUT);
}
