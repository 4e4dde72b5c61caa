/* SPDX-License-Identifier: MIT */
#include "reference/ldap/prepare.h"

#include <ctype.h>
#include <stdlib.h>
#include <utf8proc.h>

#include <openssl/sha.h>

#include "lib/mem.h"
#include "reference/ldap/ber.h"
#include "reference/ldap/dn.h"
#include "reference/ldap/exact.h"

#define LONG_OCTETS 64 /* longer ones are compared by their digest */

/* ---- strings: RFC 4518 ---- */

/* Spaces, and what RFC 4518 2.2 maps to one. */
static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* RFC 4518 2.6.1 */
static void
add_spaced(struct span s, enum prepare_part part, struct buf *out)
{
	const bool begins = part == PREPARE_WHOLE || part == PREPARE_INITIAL ||
			    (s.len > 0 && is_space(s.ptr[0]));
	const bool ends = part == PREPARE_WHOLE || part == PREPARE_FINAL ||
			  (s.len > 0 && is_space(s.ptr[s.len - 1]));
	bool any = false, gap = false;

	if (begins)
		buf_addf(out, " ");
	for (size_t i = 0; i < s.len; i++) {
		if (is_space(s.ptr[i])) {
			gap = true;
			continue;
		}
		if (gap && any)
			buf_addf(out, "  ");
		buf_add(out, span_take(span_skip(s, i), 1));
		any = true;
		gap = false;
	}
	/* of nothing but spaces: two, or one of a part */
	if (ends && (any || part == PREPARE_WHOLE || !begins))
		buf_addf(out, " ");
}

/* RFC 4518 2.6.2, 2.6.3: these are insignificant wherever they are. */
static void
add_without(struct span s, const char *what, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		if (strchr(what, s.ptr[i]) == NULL)
			buf_add(out, span_take(span_skip(s, i), 1));
}

static bool
is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < ' ' || s.ptr[i] > '~')
			return false;
	return true;
}

static void
add_in_form(enum schema_form form, enum prepare_part part, struct span s,
    struct buf *out)
{
	if (form == FORM_NUMERIC)
		add_without(s, " ", out);
	else if (form == FORM_TELEPHONE)
		add_without(s, " -", out);
	else
		add_spaced(s, part, out);
}

static bool
add_plain(enum schema_form form, enum prepare_part part, struct span s,
    struct buf *out)
{
	char *copy = mem_new(s.len + 1, 1);

	for (size_t i = 0; i < s.len; i++)
		copy[i] = form == FORM_CASE_EXACT
			      ? s.ptr[i]
			      : (char)tolower((unsigned char)s.ptr[i]);
	add_in_form(form, part, (struct span){ copy, s.len }, out);
	free(copy);
	return true;
}

/* RFC 4518 2.2 (map), 2.3 (NFKC), 2.6 (spaces) */
static bool
add_string(enum schema_form form, enum prepare_part part, struct span s,
    struct buf *out)
{
	const int options = UTF8PROC_STABLE | UTF8PROC_COMPAT |
			    UTF8PROC_COMPOSE | UTF8PROC_IGNORE |
			    (form == FORM_CASE_EXACT ? 0 : UTF8PROC_CASEFOLD);
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n;

	if (is_plain(s))
		return add_plain(form, part, s, out);
	n = utf8proc_map((const utf8proc_uint8_t *)s.ptr,
	    (utf8proc_ssize_t)s.len, &mapped, (utf8proc_option_t)options);
	if (n < 0)
		return false;
	add_in_form(
	    form, part, (struct span){ (const char *)mapped, (size_t)n }, out);
	free(mapped);
	return true;
}

/* ---- others ---- */

static bool
are_digits(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.ptr[i]))
			return false;
	return s.len > 0;
}

/* Sorted as text: a longer one is larger, or smaller when negative. */
static bool
add_integer(struct span s, struct buf *out)
{
	const bool negative = span_starts(s, SPAN("-"));
	const struct span digits = span_skip(s, negative);

	if (!are_digits(digits) || digits.len > 9999 ||
	    (digits.ptr[0] == '0' && (digits.len > 1 || negative)))
		return false;
	if (!negative) {
		buf_addf(out, "p%04zu%.*s", digits.len, SPAN_FMT(digits));
		return true;
	}
	buf_addf(out, "n%04zu", 9999 - digits.len);
	for (size_t i = 0; i < digits.len; i++)
		buf_addf(out, "%c", '0' + '9' - digits.ptr[i]);
	return true;
}

static int
two_digits(struct span s, size_t at)
{
	return (s.ptr[at] - '0') * 10 + s.ptr[at + 1] - '0';
}

/* Days since 1970-01-01 of the Gregorian calendar. */
static int64_t
days_of(int64_t year, int month, int day)
{
	const int64_t y = month <= 2 ? year - 1 : year;
	const int64_t era = (y >= 0 ? y : y - 399) / 400,
		      of_era = y - era * 400;
	const int64_t of_year =
	    (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

/* g-differential or "Z": RFC 4517 3.3.13 */
static bool
read_zone(struct span s, int *minutes)
{
	const int sign = s.len > 0 && s.ptr[0] == '-' ? 1 : -1;

	*minutes = 0;
	if (span_eq(s, SPAN("Z")))
		return true;
	if ((s.len != 3 && s.len != 5) ||
	    (s.ptr[0] != '+' && s.ptr[0] != '-') ||
	    !are_digits(span_skip(s, 1)))
		return false;
	*minutes = sign * 60 * two_digits(s, 1);
	if (s.len == 5)
		*minutes += sign * two_digits(s, 3);
	return two_digits(s, 1) < 24 && (s.len == 3 || two_digits(s, 3) < 60);
}

/* A digit at least behind "." or ","; of "unit" seconds. */
static bool
read_fraction(struct span *s, int unit, double *seconds)
{
	double place = unit;
	size_t n = 0;

	*seconds = 0;
	if (s->len == 0 || (s->ptr[0] != '.' && s->ptr[0] != ','))
		return true;
	for (n = 1; n < s->len && isdigit((unsigned char)s->ptr[n]); n++) {
		place /= 10;
		*seconds += (s->ptr[n] - '0') * place;
	}
	*s = span_skip(*s, n);
	return n > 1;
}

/* Seconds since 1970; n digits of it are there: 10, 12 or 14. */
static bool
read_date(struct span s, size_t n, int64_t *seconds)
{
	static const int scale[] = { 3600, 60, 1 };
	static const int most[] = { 23, 59, 60 };
	const int month = two_digits(s, 4), day = two_digits(s, 6);

	*seconds = 86400 * days_of(two_digits(s, 0) * 100 + two_digits(s, 2),
			       month, day);
	for (size_t i = 0; 8 + 2 * i < n; i++) {
		if (two_digits(s, 8 + 2 * i) > most[i])
			return false;
		*seconds += two_digits(s, 8 + 2 * i) * scale[i];
	}
	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/* century year month day hour [ minute [ second ] ] [ fraction ] zone */
static bool
add_time(struct span s, struct buf *out)
{
	const int64_t above_0 = INT64_C(62200000000); /* no year is negative */
	size_t n = 0;
	double fraction;
	int64_t seconds;
	int zone;

	while (n < s.len && isdigit((unsigned char)s.ptr[n]))
		n++;
	if ((n != 10 && n != 12 && n != 14) || !read_date(s, n, &seconds))
		return false;
	s = span_skip(s, n);
	if (!read_fraction(&s,
		n == 10   ? 3600
		: n == 12 ? 60
			  : 1,
		&fraction) ||
	    !read_zone(s, &zone))
		return false;
	seconds += above_0 + zone * 60;
	buf_addf(out, "%019.6f", (double)seconds + fraction);
	return true;
}

static void
add_lower(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		buf_addf(out, "%c", tolower((unsigned char)s.ptr[i]));
}

/* One thing has several names: its OID is taken. */
static bool
add_oid(struct span s, struct buf *out)
{
	const enum schema_class c = schema_class_find(s);
	const enum schema_attribute a = schema_attribute_find(s);
	const enum schema_rule r = schema_rule_find(s);

	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) && s.ptr[i] != '.' &&
		    s.ptr[i] != '-')
			return false;
	if (c != CLASS_NONE)
		buf_addf(out, "%s", schema_class(c)->oid);
	else if (a != ATTR_NONE)
		buf_addf(out, "%s", schema_attribute(a)->oid);
	else if (r != RULE_NONE)
		buf_addf(out, "%s", schema_rule(r)->oid);
	else
		add_lower(s, out);
	return s.len > 0;
}

/* "( 2.5.4.3 NAME ..." has it in front; an assertion is an OID alone. */
static bool
add_first_oid(struct span s, struct buf *out)
{
	if (span_starts(s, SPAN("( "))) {
		s = span_skip(s, 2);
		s = span_cut(&s, ' ');
	}
	return add_oid(s, out);
}

static bool
add_uuid(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23
			? s.ptr[i] != '-'
			: !isxdigit((unsigned char)s.ptr[i]))
			return false;
	add_lower(s, out);
	return s.len == 36;
}

static bool
add_octets(struct span s, struct buf *out)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	if (s.len <= LONG_OCTETS) {
		buf_add(out, s);
		return true;
	}
	SHA256((const unsigned char *)s.ptr, s.len, digest);
	buf_addf(out, "sha256:");
	buf_add(out, (struct span){ (const char *)digest, sizeof digest });
	return true;
}

/* X.509's things are one SEQUENCE, and nothing behind it. */
static bool
is_sequence(struct span s)
{
	struct ber b = ber_of(s);

	(void)ber_octets(&b, BER_SEQUENCE);
	return !b.bad && !ber_more(&b);
}

bool
prepare(enum schema_form form, enum prepare_part part, struct span value,
    struct buf *out)
{
	switch (form) {
	case FORM_OCTETS:
		return add_octets(value, out);
	case FORM_CASE_IGNORE:
	case FORM_CASE_EXACT:
	case FORM_NUMERIC:
	case FORM_TELEPHONE:
		return add_string(form, part, value, out);
	case FORM_INTEGER:
		return add_integer(value, out);
	case FORM_BOOLEAN:
		buf_add(out, value);
		return span_eq(value, SPAN("TRUE")) ||
		       span_eq(value, SPAN("FALSE"));
	case FORM_TIME:
		return add_time(value, out);
	case FORM_DN:
		return dn_text_key(value, out);
	case FORM_OID:
		return add_oid(value, out);
	case FORM_OID_FIRST:
		return add_first_oid(value, out);
	case FORM_UUID:
		return add_uuid(value, out);
	case FORM_CERTIFICATE:
		return exact_prepare(value, out) ||
		       (is_sequence(value) && add_octets(value, out));
	}
	return false;
}

/* ---- syntaxes ---- */

static bool
is_utf8(struct span s)
{
	utf8proc_int32_t c;
	utf8proc_ssize_t n;

	while (s.len > 0) {
		n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr,
		    (utf8proc_ssize_t)s.len, &c);
		if (n <= 0)
			return false;
		s = span_skip(s, (size_t)n);
	}
	return true;
}

/* "more" beside letters and digits. */
static bool
is_of(struct span s, const char *more)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.ptr[i]) &&
		    (s.ptr[i] == '\0' || strchr(more, s.ptr[i]) == NULL))
			return false;
	return s.len > 0;
}

static bool
is_ia5(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

static bool
is_numeric(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isdigit((unsigned char)s.ptr[i]) && s.ptr[i] != ' ')
			return false;
	return s.len > 0;
}

static bool
is_in_form(enum schema_form form, struct span s)
{
	struct buf b;
	bool ok;

	buf_init(&b, DN_KEY);
	ok = prepare(form, PREPARE_WHOLE, s, &b) && !b.full;
	buf_free(&b);
	return ok;
}

bool
prepare_valid(enum schema_syntax syntax, struct span s)
{
	switch (syntax) {
	case SYNTAX_DIRECTORY_STRING:
	case SYNTAX_POSTAL_ADDRESS:
		return s.len > 0 && is_utf8(s);
	case SYNTAX_PRINTABLE:
		return is_of(s, "'()+,-.=/:? ");
	case SYNTAX_TELEPHONE:
		return is_of(s, "'()+,-./:? \"");
	case SYNTAX_COUNTRY:
		return s.len == 2 && is_of(s, "");
	case SYNTAX_IA5:
		return is_ia5(s);
	case SYNTAX_NUMERIC:
		return is_numeric(s);
	case SYNTAX_INTEGER:
		return is_in_form(FORM_INTEGER, s);
	case SYNTAX_BOOLEAN:
		return is_in_form(FORM_BOOLEAN, s);
	case SYNTAX_GENERALIZED_TIME:
		return is_in_form(FORM_TIME, s);
	case SYNTAX_DN:
	case SYNTAX_NAME_AND_UID:
		return is_in_form(FORM_DN, s);
	case SYNTAX_OID:
		return is_in_form(FORM_OID, s);
	case SYNTAX_UUID:
		return is_in_form(FORM_UUID, s);
	case SYNTAX_CERTIFICATE:
	case SYNTAX_CERTIFICATE_LIST:
	case SYNTAX_CERTIFICATE_PAIR:
		return is_sequence(s);
	default:
		return is_utf8(s) || syntax == SYNTAX_OCTETS ||
		       syntax == SYNTAX_JPEG || syntax == SYNTAX_BINARY ||
		       syntax == SYNTAX_FAX || syntax == SYNTAX_AUDIO ||
		       syntax == SYNTAX_SUPPORTED_ALGORITHM;
	}
}
