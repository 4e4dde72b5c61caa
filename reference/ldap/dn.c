/* SPDX-License-Identifier: MIT */
#include "reference/ldap/dn.h"

#include <ctype.h>
#include <stdlib.h>

#include "reference/ldap/ber.h"
#include "reference/ldap/prepare.h"

/* ---- text, cut ---- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool
hex_pair(struct span s, char *octet)
{
	const int high = s.len < 2 ? -1 : hex_digit(s.ptr[0]);
	const int low = s.len < 2 ? -1 : hex_digit(s.ptr[1]);

	if (high == -1 || low == -1)
		return false;
	*octet = (char)(unsigned char)(high << 4 | low);
	return true;
}

/*
 * How many octets of a value come before its "," or "+": an escape is two or
 * three of them.  The length of the text when it ends there.
 */
static size_t
value_length(struct span in)
{
	size_t i = 0;

	while (i < in.len && in.ptr[i] != ',' && in.ptr[i] != '+')
		i += in.ptr[i] == '\\' && i + 1 < in.len ? 2 : 1;
	return i;
}

static struct span
trim_front(struct span s)
{
	while (s.len > 0 && s.ptr[0] == ' ')
		s = span_skip(s, 1);
	return s;
}

/* A space behind a backslash belongs to the value. */
static struct span
trim_back(struct span s)
{
	while (s.len > 0 && s.ptr[s.len - 1] == ' ' &&
	       !(s.len > 1 && s.ptr[s.len - 2] == '\\'))
		s.len--;
	return s;
}

/* RFC 4512 1.4: descr, or numericoid */
static bool
is_type(struct span s)
{
	if (s.len == 0 || !isalnum((unsigned char)s.ptr[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '-' &&
		    s.ptr[i] != '.')
			return false;
	return true;
}

static bool
take_ava(struct span *in, struct dn_rdn *rdn)
{
	const size_t equals = span_find(*in, SPAN("="));
	struct dn_ava *ava = &rdn->ava[rdn->n];
	size_t n;

	if (rdn->n == DN_AVAS || equals == in->len)
		return false;
	ava->type = trim_back(trim_front(span_take(*in, equals)));
	*in = span_skip(*in, equals + 1);
	n = value_length(*in);
	ava->value = trim_back(trim_front(span_take(*in, n)));
	*in = span_skip(*in, n);
	rdn->n++;
	return is_type(ava->type);
}

static bool
take_rdn(struct span *in, struct dn_rdn *rdn)
{
	const struct span from = *in = trim_front(*in);

	*rdn = (struct dn_rdn){ .n = 0 };
	for (;;) {
		if (!take_ava(in, rdn))
			return false;
		if (in->len == 0 || in->ptr[0] == ',')
			break;
		*in = span_skip(*in, 1); /* "+" */
	}
	rdn->text = trim_back(span_take(from, from.len - in->len));
	return true;
}

bool
dn_parse(struct span text, struct dn *dn)
{
	dn->n = 0;
	if (text.len == 0)
		return true;
	for (;;) {
		if (dn->n == DN_RDNS || !take_rdn(&text, &dn->rdn[dn->n]))
			return false;
		dn->n++;
		if (text.len == 0)
			return true;
		text = span_skip(text, 1); /* "," */
	}
}

/* ---- values ---- */

/* RFC 4514 2.4: "#" and the BER of the value; of a string, its content. */
static bool
hex_value(struct span digits, struct buf *octets)
{
	const size_t from = octets->len;
	struct ber b;
	struct span content;
	char c;

	if (digits.len == 0 || digits.len % 2 != 0)
		return false;
	for (; digits.len > 0; digits = span_skip(digits, 2)) {
		if (!hex_pair(digits, &c))
			return false;
		buf_add(octets, (struct span){ &c, 1 });
	}
	b = ber_of(span_skip(buf_span(octets), from));
	content = ber_octets(&b, ber_peek(&b));
	if (b.bad || ber_more(&b) || octets->full)
		return false;
	memmove(octets->data + from, content.ptr, content.len);
	octets->len = from + content.len;
	octets->data[octets->len] = '\0';
	return true;
}

/* pair = ESC ( ESC / special / hexpair ): RFC 4514 3 */
static bool
take_escape(struct span *in, char *c)
{
	const struct span after = span_skip(*in, 1);

	if (after.len == 0)
		return false;
	if (hex_pair(after, c)) {
		*in = span_skip(*in, 3);
		return true;
	}
	*c = after.ptr[0];
	*in = span_skip(*in, 2);
	return memchr(" \"#+,;<=>\\", *c, 10) != NULL;
}

bool
dn_value(struct span in, struct buf *octets)
{
	if (in.len > 0 && in.ptr[0] == '#')
		return hex_value(span_skip(in, 1), octets);
	while (in.len > 0) {
		char c = in.ptr[0];

		if (c == '\0' || strchr("\";<>", c) != NULL)
			return false;
		if (c != '\\')
			in = span_skip(in, 1);
		else if (!take_escape(&in, &c))
			return false;
		buf_add(octets, (struct span){ &c, 1 });
	}
	return !octets->full;
}

void
dn_escape(struct span octets, struct buf *text)
{
	for (size_t i = 0; i < octets.len; i++) {
		const char c = octets.ptr[i];
		const bool first = i == 0, last = i + 1 == octets.len;

		if (c == '\0')
			buf_addf(text, "\\00");
		else if (strchr("\"+,;<>\\", c) != NULL ||
			 (first && (c == ' ' || c == '#')) ||
			 (last && c == ' '))
			buf_addf(text, "\\%c", c);
		else
			buf_add(text, (struct span){ &c, 1 });
	}
}

/* ---- keys ---- */

/* What separates in a key is not in its values. */
static void
add_safely(struct span octets, struct buf *key)
{
	for (size_t i = 0; i < octets.len; i++) {
		const unsigned char c = (unsigned char)octets.ptr[i];

		if (c < ' ' || c == ',' || c == '+' || c == '\\')
			buf_addf(key, "\\%02x", c);
		else
			buf_add(key, span_take(span_skip(octets, i), 1));
	}
}

static bool
ava_key(const struct dn_ava *ava, struct buf *key)
{
	const enum schema_attribute a = schema_attribute_find(ava->type);
	struct buf value, prepared;
	bool ok;

	buf_init(&value, DN_KEY);
	buf_init(&prepared, 4 * DN_KEY);
	ok =
	    dn_value(ava->value, &value) &&
	    prepare(schema_form(a), PREPARE_WHOLE, buf_span(&value), &prepared);
	if (a != ATTR_NONE) {
		const struct span name = schema_attribute_name(a);

		buf_addf(key, "%.*s=", SPAN_FMT(name));
	} else {
		for (size_t i = 0; i < ava->type.len; i++)
			buf_addf(key, "%c",
			    tolower((unsigned char)ava->type.ptr[i]));
		buf_addf(key, "=");
	}
	add_safely(buf_span(&prepared), key);
	buf_free(&value);
	buf_free(&prepared);
	return ok;
}

static int
compare_bufs(const void *a, const void *b)
{
	return strcmp(buf_text(a), buf_text(b));
}

/* The parts of an RDN have no order: RFC 4512 2.3.1. */
static bool
rdn_key(const struct dn_rdn *rdn, struct buf *key)
{
	struct buf parts[DN_AVAS];
	bool ok = true;

	for (size_t i = 0; i < rdn->n; i++) {
		buf_init(&parts[i], DN_KEY);
		ok = ok && ava_key(&rdn->ava[i], &parts[i]);
	}
	qsort(parts, rdn->n, sizeof parts[0], compare_bufs);
	for (size_t i = 0; i < rdn->n; i++) {
		buf_addf(key, "%s%s", i == 0 ? "" : "+", buf_text(&parts[i]));
		ok = ok && !parts[i].full;
		buf_free(&parts[i]);
	}
	buf_addf(key, ",");
	return ok;
}

bool
dn_key(const struct dn *dn, size_t from, struct buf *key)
{
	for (size_t i = dn->n; i > from; i--)
		if (!rdn_key(&dn->rdn[i - 1], key))
			return false;
	return !key->full;
}

bool
dn_text_key(struct span text, struct buf *key)
{
	struct dn dn;

	return dn_parse(text, &dn) && dn_key(&dn, 0, key);
}
