/* SPDX-License-Identifier: MIT */
#include "loadgen/quantity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/catalogue.h"
#include "lib/conf.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define DIGITS_MOST  15 /* a double holds as many exactly */

/* clang-format off */
static const struct {
	enum quantity	 of;
	const char	*unit;
	double		 worth;
} units[] = {
	{ QUANTITY_RATE,	"/s",	1 },
	{ QUANTITY_RATE,	"/min",	1 / 60.0 },
	{ QUANTITY_RATE,	"/h",	1 / 3600.0 },
	{ QUANTITY_TIME,	"us",	1 },
	{ QUANTITY_TIME,	"ms",	1e3 },
	{ QUANTITY_TIME,	"s",	1e6 },
	{ QUANTITY_TIME,	"min",	60e6 },
	{ QUANTITY_TIME,	"h",	3600e6 },
	{ QUANTITY_SIZE,	"B",	1 },
	{ QUANTITY_SIZE,	"KiB",	1024 },
	{ QUANTITY_SIZE,	"MiB",	1048576 },
	{ QUANTITY_SIZE,	"GiB",	1073741824 },
	{ QUANTITY_COUNT,	"",	1 },
};

/* As limits.tsv writes units. */
static const struct {
	const char	*unit;
	enum quantity	 of;
	double		 worth;
} limit_units[] = {
	{ "1/s",	QUANTITY_RATE,	1 },
	{ "s",		QUANTITY_TIME,	1e6 },
	{ "KiB",	QUANTITY_SIZE,	1024 },
	{ "MiB",	QUANTITY_SIZE,	1048576 },
	{ "count",	QUANTITY_COUNT,	1 },
};

static const struct {
	const char *what, *right, *limit;
} words[] = {
	[QUANTITY_RATE] = { "a rate",
	    "with /s, /min or /h, such as '50 /s', or '105 % of EMAIL-P-02 "
	    "throughput'", "1/s" },
	[QUANTITY_TIME] = { "a duration",
	    "with us, ms, s, min or h, such as '30 s', or '100 % of "
	    "EMAIL-P-02 load.duration'", "s" },
	[QUANTITY_SIZE] = { "a size",
	    "with B, KiB, MiB or GiB, such as '20 KiB', or '100 % of "
	    "EMAIL-P-02 message.size'", "KiB or MiB" },
	[QUANTITY_COUNT] = { "a count",
	    "a whole number without unit, such as '40', or '100 % of "
	    "EMAIL-P-01 load.sessions'", "count" },
};
/* clang-format on */

static bool fault(struct quantity_fault *f, const char *right, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

static bool
fault(struct quantity_fault *f, const char *right, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->wrong, sizeof f->wrong, fmt, ap);
	va_end(ap);
	snprintf(f->right, sizeof f->right, "%s", right);
	return false;
}

/* "50", "0.5"; no sign, no exponent.  What is behind it, without blanks. */
static bool
take_number(const char *text, double *number, bool *whole, const char **rest)
{
	const size_t digits = strspn(text, "0123456789");
	size_t more = 0;

	if (digits == 0)
		return false;
	*whole = text[digits] != '.';
	if (!*whole) {
		more = strspn(text + digits + 1, "0123456789");
		if (more == 0)
			return false;
		more++;
	}
	if (digits + more > DIGITS_MOST)
		return false;
	*number = strtod(text, NULL);
	*rest = text + digits + more;
	*rest += strspn(*rest, " ");
	return true;
}

/* ---- shares of limits ---- */

static bool
no_such_row(const char *name, struct quantity_fault *f)
{
	const char *names[REQ_COUNT], *near;
	struct conf_key right;

	for (size_t i = 0; i < REQ_COUNT; i++)
		names[i] = catalogue_get((enum req)i)->name;
	near = conf_nearest(name, names, REQ_COUNT);
	right = conf_key(
	    near == NULL ? "a row of requirements.tsv%s" : "did you mean '%s'?",
	    near == NULL ? "" : near);
	return fault(f, right.text, "no such row in the catalogue");
}

static bool
no_such_limit(enum req req, struct quantity_fault *f)
{
	const char *comma = "one of ";
	const struct limit *limits;
	struct buf right;
	size_t n;

	limits = catalogue_limits(&n);
	buf_init(&right, sizeof f->right - 1);
	for (size_t i = 0; i < n; i++)
		if (limits[i].req == req) {
			buf_addf(&right, "%s%s", comma, limits[i].metric);
			comma = ", ";
		}
	fault(f,
	    right.len == 0 ? "limits.tsv has none for this row"
			   : buf_text(&right),
	    "%s has no such limit", catalogue_get(req)->name);
	buf_free(&right);
	return false;
}

static bool
in_unit(enum req req, const char *metric, enum quantity of, double *value,
    struct quantity_fault *f)
{
	const struct limit *limits;
	char right[60];
	size_t n;

	limits = catalogue_limits(&n);
	for (size_t i = 0; i < n; i++) {
		if (limits[i].req != req ||
		    strcmp(limits[i].metric, metric) != 0)
			continue;
		for (size_t u = 0; u < COUNT(limit_units); u++)
			if (limit_units[u].of == of &&
			    strcmp(limit_units[u].unit, limits[i].unit) == 0) {
				*value *= limit_units[u].worth;
				return true;
			}
		snprintf(right, sizeof right, "a limit in %s", words[of].limit);
		return fault(f, right, "%s %s is in %s and no limit of %s",
		    catalogue_get(req)->name, metric, limits[i].unit,
		    words[of].what);
	}
	return no_such_limit(req, f);
}

/* "of ROW METRIC" */
static bool
take_share(const char *text, enum quantity of, const struct profile *p,
    double *value, struct quantity_fault *f)
{
	char row[40], metric[40], more;
	enum req req;

	if (sscanf(text, "of %39s %39s %c", row, metric, &more) != 2)
		return fault(f, words[of].right, "not a share of a limit");
	if (!catalogue_find(row, &req))
		return no_such_row(row, f);
	return profile_limit(p, req, metric, value)
		   ? in_unit(req, metric, of, value, f)
		   : no_such_limit(req, f);
}

bool
quantity_read(const char *text, enum quantity of, const struct profile *p,
    double *value, struct quantity_fault *f)
{
	const char *rest;
	double number;
	bool whole;

	if (!take_number(text, &number, &whole, &rest))
		return fault(f, words[of].right, "not %s", words[of].what);
	if (*rest == '%') {
		rest += 1 + strspn(rest + 1, " ");
		if (!take_share(rest, of, p, value, f))
			return false;
		*value *= number / 100;
		/* A tenth of a session is none; 1e-9 is not one more. */
		if (of == QUANTITY_COUNT)
			*value = ceil(*value - 1e-9);
		return true;
	}
	for (size_t i = 0; i < COUNT(units); i++) {
		if (units[i].of != of || strcmp(units[i].unit, rest) != 0)
			continue;
		if (of == QUANTITY_COUNT && !whole)
			break;
		*value = number * units[i].worth;
		return true;
	}
	if (*rest == '\0' && of != QUANTITY_COUNT)
		return fault(
		    f, words[of].right, "%s without a unit", words[of].what);
	return fault(f, words[of].right, "not %s", words[of].what);
}
