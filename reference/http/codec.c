/* SPDX-License-Identifier: MIT */
#include "reference/http/codec.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { DIGITS_MOST = 18 }; /* of a length, leading zeros aside */

static const struct http_refusal fine = { 0, NULL };

static struct http_refusal
refuse(int status, const char *why)
{
	return (struct http_refusal){ status, why };
}

/* ---- characters ---- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_tchar(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

/* VCHAR, obs-text, SP and HTAB: RFC 9110 5.5. */
static bool
is_field_char(char c)
{
	const unsigned char u = (unsigned char)c;

	return (u >= 0x20 && u != 0x7f) || c == '\t';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static int
hex_of(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
http_is_token(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_tchar(s.ptr[i]))
			return false;
	return s.len > 0;
}

/* Without the white space around it: OWS of RFC 9110 5.6.3. */
static struct span
trim(struct span s)
{
	while (s.len > 0 && is_blank(s.ptr[0]))
		s = span_skip(s, 1);
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

/* ---- the request line: RFC 9112 3 ---- */

static const char *const methods[HTTP_METHODS] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
};

static enum http_method
method_of(struct span text)
{
	for (size_t i = 0; i < HTTP_METHODS; i++)
		if (span_eq(text, span_of(methods[i])))
			return (enum http_method)i;
	return HTTP_OTHER;
}

static struct http_refusal
parse_version(struct span text, struct http_request *r)
{
	if (text.len != 8 || !span_starts(text, SPAN("HTTP/")) ||
	    !is_digit(text.ptr[5]) || text.ptr[6] != '.' ||
	    !is_digit(text.ptr[7]))
		return refuse(
		    400, "the request line does not end in an HTTP version");
	if (text.ptr[5] != '1')
		return refuse(505, "this server speaks HTTP/1.1 and HTTP/1.0");
	r->minor = text.ptr[7] == '0' ? 0 : 1;
	return fine;
}

/* uri-host and port of RFC 9110 4.2, 7.2; an authority may be missing. */
static bool
is_authority(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) &&
		    (s.ptr[i] == '\0' ||
			strchr("-._~%!$&'()*+,;=:[]", s.ptr[i]) == NULL))
			return false;
	return true;
}

static void
split_query(struct span all, struct http_request *r)
{
	r->path = span_cut(&all, '?');
	r->query = all;
}

/* "http://ca.test/x?y": RFC 9112 3.2.2, and RFC 9110 4.2.4 on userinfo. */
static bool
parse_absolute(struct span rest, struct http_request *r)
{
	size_t n = 0;

	while (n < rest.len && rest.ptr[n] != '/' && rest.ptr[n] != '?')
		n++;
	if (n == 0 || !is_authority(span_take(rest, n)))
		return false;
	split_query(span_skip(rest, n), r);
	if (r->path.len == 0)
		r->path = n == rest.len && r->method == HTTP_OPTIONS
			      ? SPAN("*")
			      : SPAN("/");
	return true;
}

/* The four forms of RFC 9112 3.2; the third is CONNECT's alone. */
static struct http_refusal
parse_target(struct http_request *r)
{
	const struct span t = r->target;
	bool ok = t.len > 0;

	for (size_t i = 0; ok && i < t.len; i++)
		ok = t.ptr[i] > ' ' && t.ptr[i] < 0x7f && t.ptr[i] != '#';
	if (!ok)
		return refuse(400, "the request target is none");
	if (span_eq(r->method_text, SPAN("CONNECT")))
		return refuse(501, "this server is no proxy");
	if (t.ptr[0] == '/')
		split_query(t, r);
	else if (span_casestarts(t, SPAN("http://")))
		ok = parse_absolute(span_skip(t, 7), r);
	else if (span_casestarts(t, SPAN("https://")))
		ok = parse_absolute(span_skip(t, 8), r);
	else if (span_eq(t, SPAN("*")) && r->method == HTTP_OPTIONS)
		r->path = t;
	else
		ok = false;
	return ok ? fine : refuse(400, "the request target is none");
}

static struct http_refusal
parse_request_line(struct span line, struct http_request *r)
{
	struct http_refusal no;

	r->method_text = span_cut(&line, ' ');
	if (!http_is_token(r->method_text))
		return refuse(400, "the request does not begin with a method");
	r->method = method_of(r->method_text);
	r->target = span_cut(&line, ' ');
	no = parse_version(line, r);
	if (no.status != 0)
		return no;
	if (r->target.len > HTTP_TARGET_MOST)
		return refuse(414, "the request target is too long");
	return parse_target(r);
}

/* ---- fields: RFC 9112 5 ---- */

static struct http_refusal
parse_field(struct span line, struct http_field *f)
{
	struct span value = line;

	if (is_blank(line.ptr[0]))
		return refuse(400, "folded header lines are obsolete");
	f->name = span_cut(&value, ':');
	f->value = trim(value);
	if (f->name.len == line.len || !http_is_token(f->name))
		return refuse(400, "a header line does not begin with a "
				   "field name and a colon");
	for (size_t i = 0; i < f->value.len; i++)
		if (!is_field_char(f->value.ptr[i]))
			return refuse(
			    400, "a header field holds a control character");
	return fine;
}

bool
http_is_field_line(struct span line)
{
	struct http_field f;

	return line.len > 0 && parse_field(line, &f).status == 0;
}

static size_t
count_fields(const struct http_request *r, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_fields; i++)
		n += span_caseeq(r->fields[i].name, span_of(name));
	return n;
}

/* RFC 9112 3.2: exactly one, and an empty one is one. */
static struct http_refusal
check_host(const struct http_request *r)
{
	const size_t n = count_fields(r, "host");

	if (n > 1 || (n == 0 && r->minor > 0))
		return refuse(
		    400, "a request has exactly one Host header field");
	return is_authority(http_header(r, "host"))
		   ? fine
		   : refuse(400, "the Host header field holds no host");
}

/* Takes a line off the front; its CRLF is there. */
static struct span
take_line(struct span *in)
{
	const struct span line = span_take(*in, span_find(*in, SPAN("\r\n")));

	*in = span_skip(*in, line.len + (line.len < in->len ? 2 : 0));
	return line;
}

struct http_refusal
http_parse_head(struct span head, struct http_field fields[HTTP_FIELDS_MOST],
    struct http_request *r)
{
	struct http_refusal no;
	struct span line;

	*r = (struct http_request){
		.fields = fields, .minor = 1, .method = HTTP_OTHER
	};
	no = parse_request_line(take_line(&head), r);
	while (no.status == 0 && (line = take_line(&head)).len > 0) {
		if (r->n_fields == HTTP_FIELDS_MOST)
			return refuse(431, "there are too many header fields");
		no = parse_field(line, &fields[r->n_fields++]);
	}
	return no.status == 0 ? check_host(r) : no;
}

/* ---- lists: RFC 9110 5.6.1 ---- */

/*
 * Calls for every element of every field of that name, empty ones aside.
 * *at begins as 0 and *rest empty.
 */
static bool
next_element(const struct http_request *r, const char *name, size_t *at,
    struct span *rest, struct span *element)
{
	for (;;) {
		while (rest->len == 0) {
			if (*at == r->n_fields)
				return false;
			if (span_caseeq(r->fields[*at].name, span_of(name)))
				*rest = r->fields[*at].value;
			++*at;
		}
		*element = trim(span_cut(rest, ','));
		if (element->len > 0)
			return true;
	}
}

bool
http_lists(const struct http_request *r, const char *name, const char *token)
{
	struct span rest = SPAN(""), element;
	size_t at = 0;

	while (next_element(r, name, &at, &rest, &element))
		if (span_caseeq(element, span_of(token)))
			return true;
	return false;
}

/* ---- the body: RFC 9112 6.3 ---- */

/*
 * Of all transfer codings there is only chunked here.  Where it is not the
 * last, nobody can say where the body ends.
 */
static struct http_refusal
check_coding(const struct http_request *r)
{
	struct span rest = SPAN(""), element, last = SPAN("");
	size_t at = 0, n = 0, chunked = 0;

	while (next_element(r, "transfer-encoding", &at, &rest, &element)) {
		last = element;
		n++;
		chunked += span_caseeq(element, SPAN("chunked"));
	}
	if (!span_caseeq(last, SPAN("chunked")) || chunked > 1)
		return refuse(
		    400, "the last transfer coding, and it alone, is chunked");
	return n == 1 ? fine
		      : refuse(501, "this server knows no transfer coding but "
				    "chunked");
}

static struct http_refusal
parse_length(struct span text, size_t *length)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		if (!is_digit(text.ptr[i]))
			return refuse(400, "the Content-Length is no number");
	if (text.len == 0)
		return refuse(400, "the Content-Length is empty");
	while (text.len > 1 && text.ptr[0] == '0')
		text = span_skip(text, 1);
	for (size_t i = 0; i < text.len && i < DIGITS_MOST; i++)
		n = n * 10 + (uint64_t)(text.ptr[i] - '0');
	if (text.len > DIGITS_MOST || n > HTTP_BODY_MOST)
		return refuse(413, "the body is too long");
	*length = (size_t)n;
	return fine;
}

struct http_refusal
http_find_framing(const struct http_request *r, struct http_framing *f)
{
	const size_t codings = count_fields(r, "transfer-encoding");
	const size_t lengths = count_fields(r, "content-length");

	*f = (struct http_framing){ .chunked = codings > 0 };
	if (codings > 0 && lengths > 0)
		return refuse(400, "Transfer-Encoding and Content-Length "
				   "exclude each other");
	if (codings > 0 && r->minor == 0) /* RFC 9112 6.1 */
		return refuse(400, "HTTP/1.0 knows no Transfer-Encoding");
	if (codings > 0)
		return check_coding(r);
	if (lengths > 1)
		return refuse(400, "there is more than one Content-Length");
	return lengths == 0
		   ? fine
		   : parse_length(http_header(r, "content-length"), &f->length);
}

struct http_refusal
http_parse_chunk(struct span line, size_t *size, size_t *extension)
{
	const struct http_refusal bad =
	    refuse(400, "a chunk does not begin with its size");
	struct span rest = line;
	uint64_t n = 0;

	while (rest.len > 0 && hex_of(rest.ptr[0]) != -1) {
		n = n * 16 + (unsigned)hex_of(rest.ptr[0]);
		if (n > HTTP_BODY_MOST)
			return refuse(413, "the body is too long");
		rest = span_skip(rest, 1);
	}
	*size = (size_t)n;
	*extension = rest.len;
	if (rest.len == line.len)
		return bad;
	for (size_t i = 0; i < rest.len; i++)
		if (!is_field_char(rest.ptr[i]))
			return bad;
	/* "; name=value" with blanks before it, or nothing */
	return rest.len == 0 || span_starts(trim(rest), SPAN(";")) ? fine : bad;
}

/* ---- percent-encoding ---- */

bool
http_decode(struct span in, bool segment, struct buf *out)
{
	while (in.len > 0) {
		const size_t n = span_find(in, SPAN("%"));
		int high, low;
		char c;

		buf_add(out, span_take(in, n));
		in = span_skip(in, n);
		if (in.len == 0)
			break;
		high = in.len < 3 ? -1 : hex_of(in.ptr[1]);
		low = in.len < 3 ? -1 : hex_of(in.ptr[2]);
		if (high == -1 || low == -1)
			return false;
		c = (char)(high * 16 + low);
		if (c == '\0' || (segment && c == '/'))
			return false;
		buf_add(out, (struct span){ &c, 1 });
		in = span_skip(in, 3);
	}
	return !out->full;
}

/* ---- statuses: RFC 9110 15 ---- */

const char *
http_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{ 100, "Continue" },
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 406, "Not Acceptable" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 411, "Length Required" },
		{ 412, "Precondition Failed" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 417, "Expectation Failed" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 505, "HTTP Version Not Supported" },
	};

	for (size_t i = 0; i < COUNT(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "";
}
