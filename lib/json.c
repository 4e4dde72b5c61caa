/* SPDX-License-Identifier: MIT */
#include "lib/json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/mem.h"

char *
json_canonical(const json_t *value)
{
	char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT);

	if (text == NULL) {
		fputs("yanshou: out of memory\n", stderr);
		abort();
	}
	return text;
}

/*
 * Length of the UTF-8 character (RFC 3629 4) that s begins with, 0 when s
 * begins with none.  Each row: first byte, bounds of the second, length.
 */
static size_t
utf8_char(struct span s)
{
	static const struct {
		unsigned char least, most, second_least, second_most;
		size_t len;
	} rows[] = {
		{ 0x00, 0x7f, 0x00, 0xff, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	const unsigned char *p = (const unsigned char *)s.ptr;
	size_t i = 0, k;

	while (i < sizeof rows / sizeof *rows && p[0] > rows[i].most)
		i++;
	if (i == sizeof rows / sizeof *rows || p[0] < rows[i].least ||
	    s.len < rows[i].len)
		return 0;
	if (rows[i].len > 1 &&
	    (p[1] < rows[i].second_least || p[1] > rows[i].second_most))
		return 0;
	for (k = 2; k < rows[i].len; k++)
		if ((p[k] & 0xc0) != 0x80)
			return 0;
	return rows[i].len;
}

json_t *
json_clean(const char *text, size_t most)
{
	struct span rest;
	struct buf out;
	json_t *value;

	if (text == NULL)
		return json_null();
	rest = span_of(text);
	buf_init(&out, 4 * rest.len + 64);
	while (rest.len != 0 && out.len < most) {
		const size_t n = utf8_char(rest);

		if (n == 0)
			buf_addf(&out, "\\x%02X", (unsigned char)*rest.ptr);
		else
			buf_add(&out, span_take(rest, n));
		rest = span_skip(rest, n == 0 ? 1 : n);
	}
	if (rest.len != 0)
		buf_addf(&out, "... (%zu bytes more)", rest.len);
	value = json_string(buf_text(&out));
	buf_free(&out);
	return value;
}

json_t *
json_parse(const char *what, struct span text, struct err *err)
{
	json_error_t bad;
	json_t *value =
	    json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, &bad);

	if (value == NULL)
		err_set(err, ERR_CONFIG, "%s:%d: not JSON: %s", what, bad.line,
		    bad.text);
	return value;
}

/* "~1" is a slash, "~0" a tilde: RFC 6901 4. */
static void
unescape_token(struct span token, struct buf *out)
{
	for (; token.len > 0; token = span_skip(token, 1))
		if (span_starts(token, SPAN("~1"))) {
			buf_add(out, SPAN("/"));
			token = span_skip(token, 1);
		} else if (span_starts(token, SPAN("~0"))) {
			buf_add(out, SPAN("~"));
			token = span_skip(token, 1);
		} else {
			buf_add(out, span_take(token, 1));
		}
}

/* Digits without leading zeros. */
static const json_t *
member_of_array(const json_t *array, struct span token)
{
	size_t n = 0;

	if (token.len == 0 || token.len > 9 ||
	    (token.ptr[0] == '0' && token.len > 1))
		return NULL;
	for (; token.len > 0; token = span_skip(token, 1)) {
		if (token.ptr[0] < '0' || token.ptr[0] > '9')
			return NULL;
		n = n * 10 + (size_t)(token.ptr[0] - '0');
	}
	return json_array_get(array, n);
}

const json_t *
json_at(const json_t *j, const char *pointer)
{
	struct span rest = span_of(pointer);
	struct buf name;

	if (rest.len > 0 && rest.ptr[0] != '/')
		return NULL;
	rest = span_skip(rest, rest.len > 0);
	buf_init(&name, 1024);
	for (bool more = pointer[0] != '\0'; more && j != NULL;) {
		const size_t slash = span_find(rest, SPAN("/"));
		const struct span token = span_take(rest, slash);

		more = slash < rest.len;
		rest = span_skip(rest, slash + more);
		buf_clear(&name);
		unescape_token(token, &name);
		j = json_is_array(j) ? member_of_array(j, token)
				     : json_object_get(j, buf_text(&name));
	}
	buf_free(&name);
	return j;
}

struct json_in
json_in_start(const char *what, struct err *err)
{
	return (struct json_in){ .what = what, .err = err };
}

void
json_in_at(struct json_in *in, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(in->at, sizeof in->at, fmt, ap);
	va_end(ap);
}

void
json_in_bad(struct json_in *in, const char *key, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	if (in->bad)
		return;
	in->bad = true;
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	err_set(
	    in->err, ERR_CONFIG, "%s: %s%s: %s", in->what, in->at, key, why);
}

/* The member, or NULL and a complaint when it is missing. */
static const json_t *
member(struct json_in *in, const json_t *from, const char *key)
{
	const json_t *value = json_object_get(from, key);

	if (value == NULL)
		json_in_bad(in, key, "is missing");
	return value;
}

/* The member when it is of the type wanted, else NULL and a complaint. */
static const json_t *
typed(struct json_in *in, const json_t *from, const char *key, json_type type,
    const char *type_name)
{
	const json_t *value = member(in, from, key);

	if (value == NULL || json_typeof(value) == type)
		return in->bad ? NULL : value;
	json_in_bad(in, key, "must be %s", type_name);
	return NULL;
}

char *
json_in_text(struct json_in *in, const json_t *from, const char *key)
{
	const json_t *value = typed(in, from, key, JSON_STRING, "a string");

	return value == NULL ? NULL
			     : mem_text(span_of(json_string_value(value)));
}

char *
json_in_text_or_null(struct json_in *in, const json_t *from, const char *key)
{
	if (json_is_null(json_object_get(from, key)))
		return NULL;
	return json_in_text(in, from, key);
}

int64_t
json_in_int(struct json_in *in, const json_t *from, const char *key,
    int64_t least, int64_t most)
{
	const json_t *value =
	    typed(in, from, key, JSON_INTEGER, "a whole number");
	const int64_t n = value == NULL ? least : json_integer_value(value);

	if (n >= least && n <= most)
		return value == NULL ? 0 : n;
	json_in_bad(in, key,
	    "is %" PRId64 "; must be from %" PRId64 " to %" PRId64, n, least,
	    most);
	return 0;
}

bool
json_in_bool(struct json_in *in, const json_t *from, const char *key)
{
	const json_t *value = member(in, from, key);

	if (value != NULL && !json_is_boolean(value))
		json_in_bad(in, key, "must be true or false");
	return !in->bad && json_is_true(value);
}

const json_t *
json_in_object(struct json_in *in, const json_t *from, const char *key)
{
	return typed(in, from, key, JSON_OBJECT, "an object");
}

const json_t *
json_in_array(struct json_in *in, const json_t *from, const char *key)
{
	return typed(in, from, key, JSON_ARRAY, "an array");
}

void
json_in_only(struct json_in *in, const json_t *from, const char *const *keys)
{
	void *it = json_object_iter((json_t *)(uintptr_t)from);

	for (; it != NULL;
	     it = json_object_iter_next((json_t *)(uintptr_t)from, it)) {
		const char *key = json_object_iter_key(it);
		size_t i = 0;

		while (keys[i] != NULL && strcmp(keys[i], key) != 0)
			i++;
		if (keys[i] == NULL)
			json_in_bad(in, key, "is no member we know");
	}
}
