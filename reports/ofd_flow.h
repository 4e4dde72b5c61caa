/* SPDX-License-Identifier: MIT */
/*
 * ofd_flow - text and tables that go on from page to page.
 *
 * What is read from a file may stand in any text: it is shown escaped, as in
 * every report.
 */
#ifndef REPORTS_OFD_FLOW_H
#define REPORTS_OFD_FLOW_H

#include "reports/l10n.h"
#include "reports/ofd_ink.h"

#define FLOW_LEFT   24.0
#define FLOW_WIDE   162.0
#define FLOW_TOP    26.0
#define FLOW_BOTTOM 274.0

/* Colours. */
#define FLOW_BLACK 0x1a1a1au
#define FLOW_GREY  0x5f6368u
#define FLOW_RULE  0xc8ccd0u
#define FLOW_TINT  0xf2f4f6u

struct flow {
	struct ink ink;
	double y;
	/* Where it goes on; flow_page() leaves them as they are. */
	double left, wide;
};

void flow_init(struct flow *);
void flow_free(struct flow *);

void flow_page(struct flow *);
/* On the next page when less is left of this one. */
void flow_need(struct flow *, double high);
void flow_gap(struct flow *, double high);

/* Sizes: 小四, 五号, 小五 and what is below the text in another language. */
extern const struct ink_style flow_h1, flow_h2, flow_body, flow_small,
    flow_mono;

/* Lines of a width; how high they are, and how much that would be. */
void flow_text(struct flow *, const struct ink_style *, const char *);
double flow_height(double wide, const struct ink_style *, const char *);

/* Chinese, and English below it. */
void flow_both(
    struct flow *, const struct ink_style *zh, const char *, const char *en);
void flow_word(struct flow *, const struct ink_style *zh, enum word);
void flow_words(struct flow *, const struct ink_style *zh, enum word, ...);
/* Its one blank filled with a reason, in the language of each. */
void flow_words_why(struct flow *, const struct ink_style *zh, enum word,
    const char *why_zh, const char *why);
void flow_heading(struct flow *, const struct ink_style *, enum word);

/* A row of a table: text, English below it, how wide. */
struct flow_cell {
	double wide;
	const char *zh, *en; /* or NULL */
	const struct ink_style *style;
	bool right; /* to the right of its column */
};

/* The row that stands on top of each page the table comes to; or NULL. */
void flow_row(struct flow *, const struct flow_cell *, size_t n,
    const struct flow_cell *top);
void flow_top_row(struct flow *, const struct flow_cell *, size_t n);

#endif
