/* SPDX-License-Identifier: MIT */
#include "lib/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t
read_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

struct mono
clock_mono(void)
{
	return (struct mono){ read_us(CLOCK_MONOTONIC) };
}

int64_t
clock_mono_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

struct wall
clock_wall(void)
{
	return (struct wall){ read_us(CLOCK_REALTIME) };
}

static struct tm
split(struct wall w, int *fraction_us)
{
	time_t s = (time_t)(w.us / 1000000);
	int64_t rest = w.us % 1000000;
	struct tm tm;

	if (rest < 0) {
		rest += 1000000;
		s--;
	}
	gmtime_r(&s, &tm);
	*fraction_us = (int)rest;
	return tm;
}

void
wall_text(struct wall w, char text[CLOCK_TEXT])
{
	int us;
	const struct tm tm = split(w, &us);
	const size_t n = strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);

	snprintf(text + n, CLOCK_TEXT - n, ".%06dZ", us);
}

bool
wall_parse(const char *text, struct wall *w)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t us = 0, unit = 100000;
	bool leap;
	int day;

	if (rest == NULL)
		return false;
	day = tm.tm_mday;
	leap = tm.tm_sec == 60;
	if (*rest == '.')
		for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10)
			us += (*rest - '0') * unit;
	if (strcmp(rest, "Z") != 0)
		return false;
	w->us = (int64_t)timegm(&tm) * 1000000 + us;
	/* February 30 is March now; a leap second may be the next day. */
	return leap || tm.tm_mday == day;
}

void
wall_mail_date(struct wall w, char text[CLOCK_TEXT + 8])
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int us;
	const struct tm tm = split(w, &us);

	snprintf(text, CLOCK_TEXT + 8, "%s, %02d %s %04d %02d:%02d:%02d +0000",
	    days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
}
