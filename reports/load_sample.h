/* SPDX-License-Identifier: MIT */
/*
 * load_sample - loads made by hand that have one of everything, for the tests
 * of their pages: nothing here was measured, and no target said it.
 */
#ifndef REPORTS_LOAD_SAMPLE_H
#define REPORTS_LOAD_SAMPLE_H

#include "reports/load.h"

/* Two loads, the second by a generator that was not good enough. */
void load_sample_make(struct load_report *);

/* The first of them in short: 24 seconds. */
void load_sample_short(struct load_report *);

/* As many operations as there can be, for so many seconds. */
void load_sample_long(struct load_report *, size_t seconds);

#endif
