/* SPDX-License-Identifier: MIT */
/* ofd_paper - what the sections of the report on pages share. */
#ifndef REPORTS_OFD_PAPER_H
#define REPORTS_OFD_PAPER_H

#include "reports/number.h"
#include "reports/ofd.h"
#include "reports/ofd_flow.h"

/* Where the contents of a reader's side bar lead to. */
struct paper_mark {
	enum word title;
	size_t page; /* from 0 */
};

struct paper {
	struct flow flow;
	const struct matrix *m;
	const struct profile *profile;
	const struct report_score *score; /* or NULL */
	const struct report_seal *by;
	const char *seal; /* or NULL */
	struct report_number number;
	struct report_place place;
	struct paper_mark marks[8];
	size_t n_marks;
};

/* A section on a page of its own, in the contents. */
void paper_section(struct paper *, enum word title);
void paper_mark(struct paper *, enum word title);

/* The colour of a verdict, and its sign drawn in a square. */
unsigned paper_colour(enum row_verdict);
void paper_sign(
    struct paper *, double x, double y, double size, enum row_verdict);

/* At most so many octets of a text, whole characters; free it. */
char *paper_clipped(const char *, size_t most);

/* A number in a cell. */
struct paper_number {
	char text[24];
};

static inline struct paper_number
paper_number(size_t n)
{
	struct paper_number s;

	snprintf(s.text, sizeof(s.text), "%zu", n);
	return s;
}

void paper_cover(struct paper *);
void paper_results(struct paper *);
void paper_rows(struct paper *);
void paper_verify(struct paper *);

#endif
