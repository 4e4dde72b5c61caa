/* SPDX-License-Identifier: MIT */
#include "reference/mime_date.h"

#include <stdlib.h>
#include <time.h>

#include "reference/mime_header.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
	"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

struct fields {
	int day, month, year; /* month from 0 */
	int hour, minute, second;
	int offset_min;
};

static int
days_of(int month, int year)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month] + (month == 1 && leap);
}

static bool
is_day(const struct fields *f)
{
	return f->year >= 1 && f->year <= 9999 && f->day >= 1 &&
	       f->day <= days_of(f->month, f->year);
}

/* RFC 5322 3.3: a second may be a leap second. */
static bool
is_time(const struct fields *f)
{
	return f->hour <= 23 && f->minute <= 59 && f->second <= 60;
}

static int64_t
seconds(const struct fields *f)
{
	struct tm tm = {
		.tm_year = f->year - 1900,
		.tm_mon = f->month,
		.tm_mday = f->day,
		.tm_hour = f->hour,
		.tm_min = f->minute,
		.tm_sec = f->second,
	};

	return timegm(&tm);
}

static struct mime_date
date_of(const struct fields *f)
{
	return (
	    struct mime_date){ seconds(f) - f->offset_min * 60, f->offset_min };
}

/* Takes all digits in front; 0 when they are not "least" to "most". */
static size_t
take_number(struct span *in, size_t least, size_t most, int *value)
{
	size_t n = 0;

	*value = 0;
	while (n < in->len && in->ptr[n] >= '0' && in->ptr[n] <= '9') {
		if (n < most)
			*value = *value * 10 + (in->ptr[n] - '0');
		n++;
	}
	*in = span_skip(*in, n);
	return n < least || n > most ? 0 : n;
}

static bool
take_char(struct span *in, char c)
{
	if (in->len == 0 || in->ptr[0] != c)
		return false;
	*in = span_skip(*in, 1);
	return true;
}

static bool
take_month(struct span *in, int *month)
{
	for (*month = 0; *month < 12; ++*month) {
		const struct span name = { months[*month], 3 };

		if (span_casestarts(*in, name)) {
			*in = span_skip(*in, 3);
			return true;
		}
	}
	return false;
}

/* "+0800" */
static bool
take_offset(struct span *in, int *offset_min)
{
	const bool west = in->len > 0 && in->ptr[0] == '-';
	int hhmm;

	*offset_min = 0;
	if (!take_char(in, '+') && !take_char(in, '-'))
		return false;
	if (take_number(in, 4, 4, &hhmm) == 0 || hhmm % 100 > 59 ||
	    hhmm / 100 > 23)
		return false;
	*offset_min = hhmm / 100 * 60 + hhmm % 100;
	if (west)
		*offset_min = -*offset_min;
	return true;
}

/* ---- RFC 5322 3.3 and 4.3 ---- */

/* Other names, and letters, are "-0000", which nobody can know better. */
static int
zone(struct span in)
{
	/* clang-format off */
	static const struct {
		struct span	 name;
		int		 hours;
	} zones[] = {
		{ SPAN_INIT("EST"), -5 }, { SPAN_INIT("EDT"), -4 },
		{ SPAN_INIT("CST"), -6 }, { SPAN_INIT("CDT"), -5 },
		{ SPAN_INIT("MST"), -7 }, { SPAN_INIT("MDT"), -6 },
		{ SPAN_INIT("PST"), -8 }, { SPAN_INIT("PDT"), -7 },
	};
	/* clang-format on */
	struct span name;
	int offset_min;

	if (take_offset(&in, &offset_min) || !mime_take_token(&in, &name))
		return offset_min;
	for (size_t i = 0; i < COUNT(zones); i++)
		if (span_caseeq(name, zones[i].name))
			return zones[i].hours * 60;
	return 0;
}

static bool
take_year(struct span *in, int *year)
{
	const size_t digits = take_number(in, 2, 4, year);

	if (digits == 3 || (digits == 2 && *year >= 50))
		*year += 1900;
	else if (digits == 2)
		*year += 2000;
	return digits > 0;
}

static bool
take_date(struct span *in, struct fields *f)
{
	struct span rest, name;

	mime_skip_cfws(in);
	rest = *in;
	if (rest.len > 0 && (rest.ptr[0] < '0' || rest.ptr[0] > '9') &&
	    mime_take_token(in, &name)) {
		take_char(in, ',');
		mime_skip_cfws(in);
	}
	if (take_number(in, 1, 2, &f->day) == 0)
		return false;
	mime_skip_cfws(in);
	if (!take_month(in, &f->month))
		return false;
	mime_skip_cfws(in);
	return take_year(in, &f->year) && is_day(f);
}

static bool
take_colon(struct span *in)
{
	mime_skip_cfws(in);
	if (!take_char(in, ':'))
		return false;
	mime_skip_cfws(in);
	return true;
}

static bool
take_time(struct span *in, struct fields *f)
{
	bool ok;

	mime_skip_cfws(in);
	ok = take_number(in, 1, 2, &f->hour) > 0 && take_colon(in) &&
	     take_number(in, 2, 2, &f->minute) > 0;
	if (ok && take_colon(in))
		ok = take_number(in, 2, 2, &f->second) > 0;
	return ok && is_time(f);
}

bool
mime_parse_date(struct span value, struct mime_date *date)
{
	struct fields f = { 0 };

	*date = (struct mime_date){ 0, 0 };
	if (!take_date(&value, &f))
		return false;
	if (!take_time(&value, &f)) {
		f.hour = f.minute = f.second = 0;
		while (
		    value.len > 0 && strchr(" \t\r\n(", value.ptr[0]) == NULL)
			value = span_skip(value, 1);
	}
	mime_skip_cfws(&value);
	f.offset_min = zone(value);
	*date = date_of(&f);
	return true;
}

int64_t
mime_date_day(struct mime_date date)
{
	const int64_t s = date.utc_s + date.offset_min * 60;

	return s / 86400 - (s % 86400 < 0);
}

/* ---- RFC 3501 9: date-time, date ---- */

static bool
take_dashed(struct span *in, struct fields *f)
{
	return take_number(in, 1, 2, &f->day) > 0 && take_char(in, '-') &&
	       take_month(in, &f->month) && take_char(in, '-') &&
	       take_number(in, 4, 4, &f->year) > 0 && is_day(f);
}

bool
mime_parse_internal(struct span in, struct mime_date *date)
{
	struct fields f = { 0 };

	*date = (struct mime_date){ 0, 0 };
	/* date-day-fixed: " 1" or "01", and never "1" */
	if (in.len != sizeof "17-Jul-1996 02:44:25 -0700" - 1)
		return false;
	(void)take_char(&in, ' ');
	if (!take_dashed(&in, &f) || !take_char(&in, ' ') ||
	    take_number(&in, 2, 2, &f.hour) == 0 || !take_char(&in, ':') ||
	    take_number(&in, 2, 2, &f.minute) == 0 || !take_char(&in, ':') ||
	    take_number(&in, 2, 2, &f.second) == 0 || !take_char(&in, ' ') ||
	    !take_offset(&in, &f.offset_min) || in.len > 0 || !is_time(&f))
		return false;
	*date = date_of(&f);
	return true;
}

void
mime_write_internal(struct mime_date date, struct buf *out)
{
	const time_t local = date.utc_s + date.offset_min * 60;
	const int offset = abs(date.offset_min);
	struct tm tm;

	if (gmtime_r(&local, &tm) == NULL)
		return;
	buf_addf(out, "%2d-%s-%04d %02d:%02d:%02d %c%02d%02d", tm.tm_mday,
	    months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min,
	    tm.tm_sec, date.offset_min < 0 ? '-' : '+', offset / 60,
	    offset % 60);
}

bool
mime_parse_day(struct span in, int64_t *day)
{
	const bool quoted = take_char(&in, '"');
	struct fields f = { 0 };

	*day = 0;
	if (!take_dashed(&in, &f) || take_char(&in, '"') != quoted ||
	    in.len > 0)
		return false;
	*day = mime_date_day(date_of(&f));
	return true;
}
