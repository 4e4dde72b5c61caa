/* SPDX-License-Identifier: MIT */
#include "reference/mime_header.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && is_space(s.ptr[0]))
		s = span_skip(s, 1);
	while (s.len > 0 && is_space(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

size_t
mime_line(struct span s)
{
	const char *lf = s.len == 0 ? NULL : memchr(s.ptr, '\n', s.len);

	return lf == NULL ? s.len : (size_t)(lf - s.ptr) + 1;
}

bool
mime_is_blank(struct span s)
{
	return span_starts(s, SPAN("\r\n")) || span_starts(s, SPAN("\n"));
}

/* RFC 5322 3.6.8: printable ASCII; UTF-8 does no harm. */
static bool
is_name(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' || s.ptr[i] == 0x7f)
			return false;
	return s.len > 0;
}

static void
read_field(struct mime_field *field)
{
	struct span line = span_take(field->whole, mime_line(field->whole));
	/* RFC 5322 4.5 has white space before the colon. */
	const struct span name = trim(span_cut(&line, ':'));

	field->name = (struct span){ field->whole.ptr, 0 };
	field->value = trim(field->whole);
	if (line.ptr[-1] != ':' || !is_name(name))
		return;
	field->name = name;
	field->value = trim(
	    span_skip(field->whole, (size_t)(line.ptr - field->whole.ptr)));
}

bool
mime_take_field(struct span *header, struct mime_field *field)
{
	size_t n = mime_line(*header);

	memset(field, 0, sizeof *field);
	if (header->len == 0 || mime_is_blank(*header))
		return false;
	while (n < header->len &&
	       (header->ptr[n] == ' ' || header->ptr[n] == '\t'))
		n += mime_line(span_skip(*header, n));
	field->whole = span_take(*header, n);
	*header = span_skip(*header, n);
	read_field(field);
	return true;
}

bool
mime_find_field(struct span header, struct span name, struct mime_field *field)
{
	while (mime_take_field(&header, field))
		if (span_caseeq(field->name, name))
			return true;
	return false;
}

struct span
mime_field_value(struct span header, struct span name)
{
	struct mime_field field;

	(void)mime_find_field(header, name, &field);
	return field.value;
}

static bool
is_among(struct span name, const struct span *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_caseeq(name, names[i]))
			return true;
	return false;
}

void
mime_select_fields(struct span header, const struct span *names, size_t count,
    bool others, struct buf *out)
{
	struct mime_field field;

	while (mime_take_field(&header, &field))
		if (is_among(field.name, names, count) != others)
			buf_add(out, field.whole);
	buf_add(out, header);
}

void
mime_unfold(struct span value, struct buf *out)
{
	while (value.len > 0) {
		size_t n = 0;

		while (n < value.len && value.ptr[n] != '\r' &&
		       value.ptr[n] != '\n')
			n++;
		buf_add(out, span_take(value, n));
		value = span_skip(value, n < value.len ? n + 1 : n);
	}
}

void
mime_unquote(struct span s, struct buf *out)
{
	while (s.len > 0) {
		size_t n = 0;

		while (n < s.len && s.ptr[n] != '\r' && s.ptr[n] != '\n' &&
		       s.ptr[n] != '\\')
			n++;
		buf_add(out, span_take(s, n));
		s = span_skip(s, n);
		if (s.len > 1 && s.ptr[0] == '\\') {
			buf_add(out, (struct span){ s.ptr + 1, 1 });
			s = span_skip(s, 1);
		}
		s = span_skip(s, s.len > 0);
	}
}

/* ---- tokens ---- */

static size_t
quoted_pair(struct span s, size_t at)
{
	return s.ptr[at] == '\\' && at + 1 < s.len ? 2 : 1;
}

struct span
mime_take_comment(struct span *in)
{
	const struct span s = *in;
	size_t depth = 0, at = 0;

	do {
		depth += s.ptr[at] == '(';
		depth -= s.ptr[at] == ')';
		at += quoted_pair(s, at);
	} while (depth > 0 && at < s.len);
	*in = span_skip(s, at);
	return span_skip(span_take(s, depth > 0 ? at : at - 1), 1);
}

void
mime_skip_cfws(struct span *in)
{
	while (in->len > 0) {
		if (is_space(in->ptr[0]))
			*in = span_skip(*in, 1);
		else if (in->ptr[0] == '(')
			(void)mime_take_comment(in);
		else
			break;
	}
}

/* Without an end it is all. */
struct span
mime_take_quoted(struct span *in)
{
	struct span inside = span_skip(*in, 1);
	size_t at = 0;

	while (at < inside.len && inside.ptr[at] != '"')
		at += quoted_pair(inside, at);
	*in = span_skip(inside, at < inside.len ? at + 1 : at);
	return span_take(inside, at);
}

/* Everything up to an octet of "ends", white space or a control. */
static struct span
take_until(struct span *in, const char *ends)
{
	struct span s = *in;
	size_t n = 0;

	while (n < s.len && (unsigned char)s.ptr[n] > ' ' && s.ptr[n] != 0x7f &&
	       strchr(ends, s.ptr[n]) == NULL)
		n++;
	*in = span_skip(s, n);
	return span_take(s, n);
}

bool
mime_take_token(struct span *in, struct span *token)
{
	mime_skip_cfws(in);
	*token = take_until(in, "()<>@,;:\\\"/[]?=");
	if (token->len > 0)
		mime_skip_cfws(in);
	return token->len > 0;
}

bool
mime_take_value(struct span *in, struct span *value)
{
	mime_skip_cfws(in);
	if (in->len == 0 || in->ptr[0] != '"')
		return mime_take_token(in, value);
	*value = mime_take_quoted(in);
	mime_skip_cfws(in);
	return true;
}

static void
skip_to_semicolon(struct span *in)
{
	while (in->len > 0 && in->ptr[0] != ';') {
		if (in->ptr[0] == '"')
			(void)mime_take_quoted(in);
		else if (in->ptr[0] == '(')
			(void)mime_take_comment(in);
		else
			*in = span_skip(*in, 1);
	}
}

/* Many leave out the quotes of values that are no tokens: a=b/c, a=x=y. */
static bool
take_param(struct span *in, struct mime_param *param)
{
	if (!mime_take_token(in, &param->name) || in->len == 0 ||
	    in->ptr[0] != '=')
		return false;
	*in = span_skip(*in, 1);
	mime_skip_cfws(in);
	param->value = in->len > 0 && in->ptr[0] == '"'
			   ? mime_take_quoted(in)
			   : take_until(in, ";(\"");
	return true;
}

size_t
mime_take_params(struct span *in, struct mime_param *room)
{
	size_t count = 0;

	for (;;) {
		skip_to_semicolon(in);
		if (in->len == 0 || count == MIME_PARAMS_MOST)
			return count;
		*in = span_skip(*in, 1);
		count += take_param(in, &room[count]);
	}
}

const struct mime_param *
mime_find_param(struct mime_params params, struct span name)
{
	for (size_t i = 0; i < params.count; i++)
		if (span_caseeq(params.at[i].name, name))
			return &params.at[i];
	return NULL;
}
