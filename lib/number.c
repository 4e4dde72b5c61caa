/* SPDX-License-Identifier: MIT */
#include "lib/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MOST     1e15
#define LEAST    1e-9
#define DECIMALS 15

/* The first n digits, in threes from the right. */
static size_t
group(char *to, const char *digits, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			to[len++] = ',';
		to[len++] = digits[i];
	}
	return len;
}

struct number
number_count(uint64_t v)
{
	struct number n = { "" };
	char plain[24];
	const int len = snprintf(plain, sizeof plain, "%" PRIu64, v);

	n.text[group(n.text, plain, (size_t)len)] = '\0';
	return n;
}

/* What is beyond, and what is no number at all. */
static bool
is_plain(double v)
{
	return v == 0 || (fabs(v) < MOST && fabs(v) >= LEAST);
}

struct number
number_fixed(double v, int decimals)
{
	struct number n = { "" };
	char plain[64];
	const char *digits = plain;
	size_t whole, len = 0;

	if (!is_plain(v)) {
		snprintf(n.text, sizeof n.text, "%.3g", v);
		return n;
	}
	decimals = decimals < 0 ? 0 : decimals;
	snprintf(plain, sizeof plain, "%.*f",
	    decimals > DECIMALS ? DECIMALS : decimals, v);
	if (strchr(plain, '.') != NULL) {
		char *end = plain + strlen(plain);

		while (end[-1] == '0')
			*--end = '\0';
		if (end[-1] == '.')
			*--end = '\0';
	}
	/* nothing is left of it but its sign */
	if (strcmp(plain, "-0") == 0)
		digits++;
	if (*digits == '-')
		n.text[len++] = *digits++;
	whole = strcspn(digits, ".");
	len += group(n.text + len, digits, whole);
	snprintf(n.text + len, sizeof n.text - len, "%.*s",
	    (int)(sizeof n.text - len - 1), digits + whole);
	return n;
}

struct number
number_of(double v, int digits)
{
	const double a = fabs(v);
	int before;

	if (v == 0 || !is_plain(v))
		return number_fixed(v, 0);
	before = (int)floor(log10(a)) + 1;
	/* 9.996 has two before the point when three are wanted */
	if (a >= pow(10, before) - 0.5 * pow(10, before - digits))
		before++;
	return number_fixed(v, digits - before);
}
