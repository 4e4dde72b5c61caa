/* SPDX-License-Identifier: MIT */
/*
 * text - the outcome of a run on one screen of a terminal.
 */
#ifndef REPORTS_TEXT_H
#define REPORTS_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "reports/matrix.h"

struct text_style {
	size_t width; /* columns; an ideograph takes two */
	bool colour;
	size_t most; /* findings to list; the rest is counted */
};

/* Colour and width of the terminal at fd; 80 and none when it is a file. */
struct text_style text_style_of(int fd);

void report_text(struct buf *, const struct matrix *, struct text_style);

#endif
