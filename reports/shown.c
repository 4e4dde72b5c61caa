/* SPDX-License-Identifier: MIT */
#include "reports/shown.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/number.h"

#define DIGITS 3
#define LIMIT  6 /* as somebody wrote it */
#define MS     1e3
#define S      1e6

/* Figures come from files: NaN, infinities and nonsense are no number. */
static bool
is_sane(double v)
{
	return fabs(v) < 1e15;
}

/* So many digits that mean something, without zeros that mean nothing. */
static void
digits_of(char *into, size_t room, double v, int wanted)
{
	if (!is_sane(v))
		snprintf(into, room, v > 0 ? "∞" : "–");
	else
		snprintf(into, room, "%s", number_of(v, wanted).text);
}

static struct shown
with_digits(double v, const char *unit, int digits)
{
	struct shown f;
	char number[40];

	digits_of(number, sizeof(number), v, digits);
	snprintf(f.text, sizeof(f.text), "%s %s", number, unit);
	return f;
}

static struct shown
with_unit(double v, const char *unit)
{
	return with_digits(v, unit, DIGITS);
}

static struct shown
time_digits(double us, int digits)
{
	if (!is_sane(us)) {
		struct shown f;

		digits_of(f.text, sizeof(f.text), us, digits);
		return f;
	}
	if (us < 999.5)
		return with_digits(us, "µs", digits);
	if (us < 999.5 * MS)
		return with_digits(us / MS, "ms", digits);
	if (us < 180 * S)
		return with_digits(us / S, "s", digits);
	if (us < 3 * 3600 * S)
		return with_digits(us / S / 60, "min", digits);
	return with_digits(us / S / 3600, "h", digits);
}

struct shown
shown_time(double us)
{
	return time_digits(us, DIGITS);
}

struct shown
shown_count(uint64_t n)
{
	struct shown f;

	snprintf(f.text, sizeof(f.text), "%s", number_count(n).text);
	return f;
}

struct shown
shown_number(double v)
{
	struct shown f;

	digits_of(f.text, sizeof(f.text), v, DIGITS);
	return f;
}

static struct shown
rate_digits(double v, int digits)
{
	struct shown f;

	digits_of(f.text, sizeof(f.text) - 2, v, digits);
	strcat(f.text, "/s");
	return f;
}

struct shown
shown_rate(double v)
{
	return rate_digits(v, DIGITS);
}

/* What is not all is never rounded to all, nor something to nothing. */
struct shown
shown_share(double share)
{
	struct shown f;
	int digits = share <= 0 || share >= 1 ? 0 : 2;

	if (!is_sane(share) || share > 1)
		return with_unit(share * 100, "%");
	while (digits > 0 && digits < 6) {
		const double least = pow(10, -2 - digits) / 2;

		if (share >= least && share <= 1 - least)
			break;
		digits++;
	}
	snprintf(f.text, sizeof(f.text), "%.*f %%", digits, share * 100);
	return f;
}

struct shown
shown_octets(uint64_t n)
{
	if (n < 1024)
		return with_unit((double)n, "B");
	if (n < 1024 * 1024)
		return with_unit((double)n / 1024, "KiB");
	return with_unit((double)n / 1024 / 1024, "MiB");
}

struct shown
shown_clock(double s)
{
	const unsigned long all =
	    s > 0 && s < 1e9 ? (unsigned long)llround(s) : 0;
	struct shown f;

	if (all < 3600)
		snprintf(
		    f.text, sizeof(f.text), "%lu:%02lu", all / 60, all % 60);
	else
		snprintf(f.text, sizeof(f.text), "%lu:%02lu:%02lu", all / 3600,
		    all / 60 % 60, all % 60);
	return f;
}

struct shown
shown_percentile(double p)
{
	struct shown f;

	snprintf(f.text, sizeof(f.text), "P%g", is_sane(p) ? p : 0);
	return f;
}

struct shown
shown_bound(double p, double us)
{
	const struct shown at = shown_percentile(p), most = shown_time(us);
	struct shown f;

	snprintf(f.text, sizeof(f.text), "%.16s ≤ %.24s", at.text, most.text);
	return f;
}

struct shown
shown_limit(double value, const char *unit)
{
	if (strcmp(unit, "1/s") == 0)
		return shown_rate(value);
	if (strcmp(unit, "count") == 0)
		return shown_number(value);
	return with_digits(value, unit, LIMIT);
}

static struct shown
value_digits(double value, const char *unit, int digits)
{
	if (strcmp(unit, "s") == 0)
		return value < 10 ? time_digits(value * S, digits)
				  : with_digits(value, unit, digits);
	if (strcmp(unit, "%") == 0)
		return shown_share(value / 100);
	if (strcmp(unit, "1/s") == 0)
		return rate_digits(value, digits);
	if (strcmp(unit, "count") == 0)
		return shown_number(value);
	return with_digits(value, unit, digits);
}

struct shown
shown_of(double value, const char *unit)
{
	return value_digits(value, unit, DIGITS);
}

bool
shown_apart(struct shown out[], const double v[], size_t n, const char *unit)
{
	bool apart = false;

	for (int digits = DIGITS; digits <= 6 && !apart; digits++) {
		apart = true;
		for (size_t i = 0; i < n; i++)
			out[i] = value_digits(v[i], unit, digits);
		for (size_t i = 1; i < n; i++)
			apart = apart &&
				(strcmp(out[i].text, out[i - 1].text) != 0 ||
				    !(v[i] < v[i - 1] || v[i] > v[i - 1]));
	}
	return apart;
}
