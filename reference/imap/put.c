/* SPDX-License-Identifier: MIT */
#include "reference/imap/put.h"

#include <time.h>

#include "reference/imap/utf7.h"

static bool
can_be_quoted(struct span s)
{
	if (s.len > IMAP_QUOTED_MOST)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.ptr[i];

		if (c == '\0' || c == '\r' || c == '\n' || c > 0x7f)
			return false;
	}
	return true;
}

static void
put_literal(struct buf *out, struct span s)
{
	buf_addf(out, "{%zu}\r\n", s.len);
	buf_add(out, s);
}

void
imap_put_string(struct buf *out, struct span s)
{
	if (!can_be_quoted(s)) {
		put_literal(out, s);
		return;
	}
	buf_add(out, SPAN("\""));
	while (s.len > 0) {
		/* At least one, so that it is not found again. */
		size_t n = 1;

		if (s.ptr[0] == '"' || s.ptr[0] == '\\')
			buf_add(out, SPAN("\\"));
		while (n < s.len && s.ptr[n] != '"' && s.ptr[n] != '\\')
			n++;
		buf_add(out, span_take(s, n));
		s = span_skip(s, n);
	}
	buf_add(out, SPAN("\""));
}

void
imap_put_nstring(struct buf *out, struct span s)
{
	if (s.ptr == NULL)
		buf_add(out, SPAN("NIL"));
	else
		imap_put_string(out, s);
}

void
imap_put_astring(struct buf *out, struct span s)
{
	/* NIL would be an atom and means something else to some clients. */
	bool atom = s.len > 0 && s.len <= IMAP_QUOTED_MOST &&
		    !span_caseeq(s, SPAN("NIL"));

	for (size_t i = 0; atom && i < s.len; i++)
		atom = imap_is_astring_char(s.ptr[i]);
	if (atom)
		buf_add(out, s);
	else
		imap_put_string(out, s);
}

void
imap_put_mailbox(struct buf *out, struct span utf8)
{
	struct buf name;

	buf_init(&name, out->cap);
	/* What is not UTF-8 is no name of ours: send it as it is. */
	if (imap_utf7_encode(utf8, &name))
		imap_put_astring(out, buf_span(&name));
	else
		imap_put_astring(out, utf8);
	buf_free(&name);
}

void
imap_put_flags(struct buf *out, const struct imap_flags *flags)
{
	static const char *const names[] = { "\\Seen", "\\Answered",
		"\\Flagged", "\\Deleted", "\\Draft", "\\Recent" };
	const char *gap = "";

	buf_add(out, SPAN("("));
	for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
		if (flags->system & 1u << i) {
			buf_addf(out, "%s%s", gap, names[i]);
			gap = " ";
		}
	for (size_t i = 0; i < flags->n; i++) {
		buf_addf(out, "%s%.*s", gap, SPAN_FMT(flags->keyword[i]));
		gap = " ";
	}
	buf_add(out, SPAN(")"));
}

void
imap_put_date_time(struct buf *out, struct wall when, int zone_min)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const int64_t us = when.us + zone_min * INT64_C(60000000);
	const time_t seconds = us / 1000000 - (us % 1000000 < 0);
	const int off = zone_min < 0 ? -zone_min : zone_min;
	struct tm tm;

	if (gmtime_r(&seconds, &tm) == NULL)
		return;
	buf_addf(out, "\"%2d-%.3s-%04d %02d:%02d:%02d %c%02d%02d\"", tm.tm_mday,
	    months + 3 * (ptrdiff_t)tm.tm_mon, tm.tm_year + 1900, tm.tm_hour,
	    tm.tm_min, tm.tm_sec, zone_min < 0 ? '-' : '+', off / 60, off % 60);
}
