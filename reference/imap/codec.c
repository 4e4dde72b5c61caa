/* SPDX-License-Identifier: MIT */
#include "reference/imap/codec.h"

#include <time.h>

#include "lib/mem.h"

void
imap_args_init(struct imap_args *a, struct span command)
{
	*a = (struct imap_args){ .left = command };
}

void
imap_args_free(struct imap_args *a)
{
	free(a->room);
	a->room = NULL;
}

bool
imap_args_bad(struct imap_args *a, const char *why)
{
	if (a->bad == NULL)
		a->bad = why;
	return false;
}

/* ---- characters ---- */

bool
imap_is_atom_char(char c)
{
	return c > ' ' && c < 0x7f && strchr("(){%*\"\\]", c) == NULL;
}

bool
imap_is_astring_char(char c)
{
	return c == ']' || imap_is_atom_char(c);
}

static bool
is_tag_char(char c)
{
	return c != '+' && imap_is_astring_char(c);
}

static bool
is_pattern_char(char c)
{
	return c == '%' || c == '*' || imap_is_astring_char(c);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* As many such characters as there are; none is wrong. */
static bool
take_while(
    struct imap_args *a, bool (*is)(char), struct span *s, const char *why)
{
	size_t n = 0;

	*s = SPAN("");
	if (a->bad != NULL)
		return false;
	while (n < a->left.len && is(a->left.ptr[n]))
		n++;
	if (n == 0)
		return imap_args_bad(a, why);
	*s = span_take(a->left, n);
	a->left = span_skip(a->left, n);
	return true;
}

/* ---- what may be there ---- */

bool
imap_is_next(const struct imap_args *a, char c)
{
	return a->bad == NULL && a->left.len > 0 && a->left.ptr[0] == c;
}

bool
imap_may_take(struct imap_args *a, char c)
{
	if (!imap_is_next(a, c))
		return false;
	a->left = span_skip(a->left, 1);
	return true;
}

bool
imap_may_take_word(struct imap_args *a, const char *word)
{
	const struct span w = span_of(word);

	if (a->bad != NULL || !span_casestarts(a->left, w) ||
	    (a->left.len > w.len && imap_is_astring_char(a->left.ptr[w.len])))
		return false;
	a->left = span_skip(a->left, w.len);
	return true;
}

/* ---- the frame of a command ---- */

bool
imap_take_space(struct imap_args *a)
{
	return imap_may_take(a, ' ') || imap_args_bad(a, "a space is missing");
}

bool
imap_take_char(struct imap_args *a, char c)
{
	const char *why = c == '('   ? "\"(\" is missing"
			  : c == ')' ? "\")\" is missing"
				     : "a delimiter is missing";

	return imap_may_take(a, c) || imap_args_bad(a, why);
}

bool
imap_take_end(struct imap_args *a)
{
	if (a->bad == NULL && a->left.len > 0)
		imap_args_bad(a, "more arguments than the command has");
	return a->bad == NULL;
}

bool
imap_take_command(struct imap_args *a, struct imap_command *cmd)
{
	struct span tag;

	*cmd = (struct imap_command){ .tag = SPAN("") };
	if (!take_while(a, is_tag_char, &tag, "the tag is missing"))
		return false;
	/* Half of a word is no tag to answer with. */
	if (a->left.len == 0 || imap_is_next(a, ' '))
		cmd->tag = tag;
	if (!imap_take_space(a))
		return false;
	take_while(a, imap_is_atom_char, &cmd->name, "the command is missing");
	if (span_caseeq(cmd->name, SPAN("UID"))) {
		cmd->uid = true;
		imap_take_space(a);
		take_while(a, imap_is_atom_char, &cmd->name,
		    "UID needs a command after it");
	}
	return a->bad == NULL;
}

/* ---- strings ---- */

bool
imap_take_atom(struct imap_args *a, struct span *s)
{
	return take_while(a, imap_is_atom_char, s, "an atom is missing");
}

bool
imap_take_literal(struct imap_args *a, struct span *s)
{
	struct span in;
	uint32_t n;

	*s = SPAN("");
	if (!imap_may_take(a, '{'))
		return imap_args_bad(a, "a literal is missing");
	if (!imap_take_number(a, &n))
		return false;
	imap_may_take(a, '+');
	in = a->left;
	if (!span_starts(in, SPAN("}\r\n")) || in.len - 3 < n)
		return imap_args_bad(a, "that is not how a literal begins");
	*s = span_take(span_skip(in, 3), n);
	a->left = span_skip(in, 3 + (size_t)n);
	/* CHAR8 is any octet but NUL. */
	return memchr(s->ptr, '\0', s->len) == NULL ||
	       imap_args_bad(a, "a literal holds a NUL");
}

/* All strings together are shorter than what is left, so there is room. */
static char *
room_for(struct imap_args *a, struct span raw)
{
	if (a->room == NULL)
		a->room = mem_new(a->left.len, 1);
	a->used += raw.len;
	return a->room + a->used - raw.len;
}

static struct span
unescape(struct imap_args *a, struct span raw)
{
	char *to = room_for(a, raw);
	struct span out = { to, 0 };

	for (size_t i = 0; i < raw.len; i++) {
		if (raw.ptr[i] == '\\')
			i++;
		to[out.len++] = raw.ptr[i];
	}
	return out;
}

/* Octets of what stands in quotes, the last quote at that offset. */
static bool
find_quote(struct imap_args *a, size_t *len, bool *escapes)
{
	const struct span in = a->left;

	*escapes = false;
	for (*len = 0; *len < in.len && in.ptr[*len] != '"'; (*len)++) {
		const unsigned char c = (unsigned char)in.ptr[*len];

		if (c == '\0' || c == '\r' || c == '\n' || c > 0x7f)
			return imap_args_bad(
			    a, "a quoted string holds NUL, CR, LF or 8 bits");
		if (c != '\\')
			continue;
		*escapes = true;
		if (++*len == in.len ||
		    (in.ptr[*len] != '"' && in.ptr[*len] != '\\'))
			return imap_args_bad(
			    a, "a backslash quotes what needs no quoting");
	}
	return *len < in.len || imap_args_bad(a, "a quoted string has no end");
}

static bool
take_quoted(struct imap_args *a, struct span *s)
{
	size_t len;
	bool escapes;

	*s = SPAN("");
	if (!imap_may_take(a, '"'))
		return imap_args_bad(a, "a quote is missing");
	if (!find_quote(a, &len, &escapes))
		return false;
	*s = span_take(a->left, len);
	if (escapes)
		*s = unescape(a, *s);
	a->left = span_skip(a->left, len + 1);
	return true;
}

bool
imap_take_string(struct imap_args *a, struct span *s)
{
	*s = SPAN("");
	if (imap_is_next(a, '"'))
		return take_quoted(a, s);
	if (imap_is_next(a, '{'))
		return imap_take_literal(a, s);
	return imap_args_bad(a, "a string is missing");
}

static bool
is_string_next(const struct imap_args *a)
{
	return imap_is_next(a, '"') || imap_is_next(a, '{');
}

bool
imap_take_astring(struct imap_args *a, struct span *s)
{
	if (is_string_next(a))
		return imap_take_string(a, s);
	return take_while(
	    a, imap_is_astring_char, s, "an atom or a string is missing");
}

bool
imap_take_nstring(struct imap_args *a, struct span *s)
{
	if (!imap_may_take_word(a, "NIL"))
		return imap_take_string(a, s);
	*s = (struct span){ NULL, 0 };
	return true;
}

bool
imap_take_mailbox(struct imap_args *a, struct span *s)
{
	if (!imap_take_astring(a, s))
		return false;
	if (span_caseeq(*s, SPAN("INBOX")))
		*s = SPAN("INBOX");
	return true;
}

bool
imap_take_pattern(struct imap_args *a, struct span *s)
{
	if (is_string_next(a))
		return imap_take_string(a, s);
	return take_while(
	    a, is_pattern_char, s, "a mailbox name or pattern is missing");
}

/* ---- numbers ---- */

static bool
take_digits(struct imap_args *a, uint64_t most, uint64_t *n)
{
	struct span s;

	*n = 0;
	if (!take_while(a, is_digit, &s, "a number is missing"))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		const unsigned value = (unsigned)(s.ptr[i] - '0');

		if (*n > (most - value) / 10)
			return imap_args_bad(a, "a number is too big");
		*n = *n * 10 + value;
	}
	return true;
}

bool
imap_take_number(struct imap_args *a, uint32_t *n)
{
	uint64_t wide;
	const bool good = take_digits(a, UINT32_MAX, &wide);

	*n = (uint32_t)wide;
	return good;
}

bool
imap_take_nz_number(struct imap_args *a, uint32_t *n)
{
	*n = 0;
	/* nz-number = digit-nz *DIGIT: "01" is none either. */
	if (imap_is_next(a, '0'))
		return imap_args_bad(a, "a number begins with 0");
	return imap_take_number(a, n);
}

bool
imap_take_number64(struct imap_args *a, uint64_t *n)
{
	return take_digits(a, INT64_MAX, n);
}

/* ---- flags ---- */

/* clang-format off */
static const struct {
	unsigned	bit;
	struct span	name;
} system_flags[] = {
	{ IMAP_SEEN,		SPAN_INIT("\\Seen") },
	{ IMAP_ANSWERED,	SPAN_INIT("\\Answered") },
	{ IMAP_FLAGGED,		SPAN_INIT("\\Flagged") },
	{ IMAP_DELETED,		SPAN_INIT("\\Deleted") },
	{ IMAP_DRAFT,		SPAN_INIT("\\Draft") },
	{ IMAP_RECENT,		SPAN_INIT("\\Recent") },
};
/* clang-format on */

/* The bit of "\Seen" in any case, 0 for what is none of the six. */
static unsigned
system_flag(struct span name)
{
	for (size_t i = 0; i < sizeof system_flags / sizeof system_flags[0];
	     i++)
		if (span_caseeq(name, system_flags[i].name))
			return system_flags[i].bit;
	return 0;
}

static bool
add_keyword(struct imap_args *a, struct imap_flags *flags, struct span name)
{
	for (size_t i = 0; i < flags->n; i++)
		if (span_caseeq(flags->keyword[i], name))
			return true;
	if (flags->n == IMAP_KEYWORDS_MOST)
		return imap_args_bad(a, "too many keywords");
	flags->keyword[flags->n++] = name;
	return true;
}

static bool
take_flag(struct imap_args *a, struct imap_flags *flags)
{
	const struct span from = a->left;
	const bool system = imap_may_take(a, '\\');
	struct span name;
	unsigned bit;

	if (!take_while(a, imap_is_atom_char, &name, "a flag is missing"))
		return false;
	if (!system)
		return add_keyword(a, flags, name);
	bit = system_flag(span_take(from, name.len + 1));
	if (bit == IMAP_RECENT)
		return imap_args_bad(a, "\\Recent cannot be set");
	flags->system |= bit;
	flags->extension |= bit == 0;
	return true;
}

bool
imap_take_flags(struct imap_args *a, struct imap_flags *flags)
{
	*flags = (struct imap_flags){ 0 };
	do
		take_flag(a, flags);
	while (imap_may_take(a, ' '));
	return a->bad == NULL;
}

bool
imap_take_flag_list(struct imap_args *a, struct imap_flags *flags)
{
	*flags = (struct imap_flags){ 0 };
	imap_take_char(a, '(');
	return imap_may_take(a, ')') ||
	       (imap_take_flags(a, flags) && imap_take_char(a, ')'));
}

/* ---- dates ---- */

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* Exactly that many digits. */
static bool
take_fixed(struct imap_args *a, size_t digits, int *n)
{
	*n = 0;
	for (; digits > 0; digits--) {
		if (a->bad != NULL || a->left.len == 0 ||
		    !is_digit(a->left.ptr[0]))
			return imap_args_bad(a, "a date lacks digits");
		*n = *n * 10 + (a->left.ptr[0] - '0');
		a->left = span_skip(a->left, 1);
	}
	return true;
}

static bool
take_month(struct imap_args *a, int *month)
{
	for (*month = 0; a->bad == NULL && *month < 12; ++*month)
		if (span_casestarts(a->left,
			(struct span){ months + 3 * (ptrdiff_t)*month, 3 })) {
			a->left = span_skip(a->left, 3);
			return true;
		}
	return imap_args_bad(a, "a date has no such month");
}

/* "-Feb-2026" after the day; false when there is no such day. */
static bool
take_rest_of_date(struct imap_args *a, struct tm *tm)
{
	struct tm check;

	imap_take_char(a, '-');
	take_month(a, &tm->tm_mon);
	imap_take_char(a, '-');
	if (!take_fixed(a, 4, &tm->tm_year))
		return false;
	tm->tm_year -= 1900;
	check = *tm;
	timegm(&check);
	return (check.tm_mday == tm->tm_mday && tm->tm_mday > 0) ||
	       imap_args_bad(a, "a month has no such day");
}

bool
imap_take_date(struct imap_args *a, int64_t *day)
{
	const bool quoted = imap_may_take(a, '"');
	struct tm tm = { 0 };
	size_t digits = 1;

	*day = 0;
	if (a->left.len > 1 && is_digit(a->left.ptr[1]))
		digits = 2;
	take_fixed(a, digits, &tm.tm_mday);
	if (!take_rest_of_date(a, &tm) || (quoted && !imap_take_char(a, '"')))
		return false;
	*day = imap_day_of((struct wall){ timegm(&tm) * INT64_C(1000000) }, 0);
	return true;
}

static bool
take_time(struct imap_args *a, struct tm *tm, int *zone_min)
{
	int hours, minutes, sign;

	imap_take_space(a);
	take_fixed(a, 2, &tm->tm_hour);
	imap_take_char(a, ':');
	take_fixed(a, 2, &tm->tm_min);
	imap_take_char(a, ':');
	take_fixed(a, 2, &tm->tm_sec);
	imap_take_space(a);
	sign = imap_may_take(a, '-') ? -1 : 1;
	if (sign == 1)
		imap_take_char(a, '+');
	take_fixed(a, 2, &hours);
	take_fixed(a, 2, &minutes);
	*zone_min = sign * (hours * 60 + minutes);
	/* 60: a leap second. */
	return (tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60 &&
		   hours < 24 && minutes < 60) ||
	       imap_args_bad(a, "a time has no such hour or minute");
}

bool
imap_take_date_time(struct imap_args *a, struct wall *when, int *zone_min)
{
	struct tm tm = { 0 };

	*when = (struct wall){ 0 };
	*zone_min = 0;
	imap_take_char(a, '"');
	take_fixed(a, imap_may_take(a, ' ') ? 1 : 2, &tm.tm_mday);
	if (!take_rest_of_date(a, &tm) || !take_time(a, &tm, zone_min) ||
	    !imap_take_char(a, '"'))
		return false;
	when->us = (timegm(&tm) - *zone_min * 60) * INT64_C(1000000);
	return true;
}

int64_t
imap_day_of(struct wall when, int zone_min)
{
	const int64_t day_us = INT64_C(86400) * 1000000;
	const int64_t us = when.us + zone_min * INT64_C(60000000);

	return us / day_us - (us % day_us < 0);
}
