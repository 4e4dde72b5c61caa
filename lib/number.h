/* SPDX-License-Identifier: MIT */
/*
 * number - figures as people read them: "23,050", "0.00042", never "2.3e+04".
 *
 * Thousands are set apart by commas, in both languages; the whole part is
 * never rounded off, and zeros behind the point that say nothing are left
 * out.  Only from 10^15 on, and below 10^-9, an exponent is written.
 */
#ifndef LIB_NUMBER_H
#define LIB_NUMBER_H

#include <stdint.h>

struct number {
	char text[32];
};

/* So many digits that mean something: 3 of 9.996 are "10". */
struct number number_of(double, int digits);
/* So many behind the point, at most: 3 of 1234.5 are "1,234.5". */
struct number number_fixed(double, int decimals);
struct number number_count(uint64_t);

#endif
