/* SPDX-License-Identifier: MIT */
/*
 * html_page - what the sections of the HTML report are written with.
 *
 * Only html_raw() and html_rawf() put markup on the page, and nothing that
 * was read from a file may reach them; all other functions escape.
 */
#ifndef REPORTS_HTML_PAGE_H
#define REPORTS_HTML_PAGE_H

#include <stdio.h>

#include "lib/buf.h"
#include "lib/profile.h"
#include "reports/l10n.h"
#include "reports/load.h"
#include "reports/matrix.h"
#include "reports/score.h"
#include "reports/seal.h"

struct page {
	struct buf *out;
	const struct matrix *m;
	const struct profile *profile;
	const struct report_score *score; /* or NULL */
	const struct load_report *load;   /* or NULL */
	const struct report_seal *seal;   /* or NULL */
	const char *run_dir;
	const char *beside; /* what evidence/ is below, as links have it */
	char number[128];   /* of the report */
	size_t talked;      /* octets of full conversations so far */
};

void html_raw(struct page *, const char *markup);
void html_rawf(struct page *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

void html_text(struct page *, const char *); /* NULL: nothing */
void html_span(struct page *, struct span);
/* At most so many octets, whole characters, and a sign that more follow. */
void html_clipped(struct page *, const char *, size_t most);
void html_both(struct page *, const char *zh, const char *en);
void html_why(struct page *, const char *zh, const char *en); /* zh or NULL */
void html_word(struct page *, enum word);
void html_words(struct page *, enum word, ...); /* const char *, NULL last */

void html_heading(struct page *, int level, enum word);
/* Its one blank filled with a reason, in the language of each. */
void html_words_why(struct page *, enum word, const char *zh, const char *en);
void html_section(struct page *, const char *id, enum word title);
void html_paragraph(struct page *, const char *class, enum word);
/* The cells of a head row: words up to WORD_COUNT. */
void html_columns(struct page *, ...);
void html_fact(struct page *, enum word name, const char *value);
/* The same around more than a text. */
void html_fact_begin(struct page *, enum word name);
void html_fact_end(struct page *);
void html_verdict(struct page *, enum row_verdict);
void html_level(struct page *, enum level);
void html_row_link(struct page *, enum req);
void html_chapter(struct page *, const char *chapter);
void html_service(struct page *, const char *service);
/* How often each verdict, signs and words: what a closed list holds. */
void html_tally(struct page *, const size_t n[ROW_VERDICT_COUNT]);
/*
 * Where a limit is from; agreed: the profile says another figure, or the same
 * one on purpose.
 */
void html_origin(struct page *, const struct limit *, bool agreed);
void html_reading(struct page *, const struct interpretation *);
/* "shown" is part of the path, or all of it. */
void html_evidence_link(struct page *, const char *path, struct span shown);

/*
 * What a case has filed: by name, or, of many files, as a link into the
 * index; and told, where no transcript tells it.  NULL: nothing.
 */
void html_evidence_links(struct page *, const struct outcome *);
void html_evidence_told(struct page *, const struct outcome *);
void html_evidence_index(struct page *); /* a part of the annex */

/* Without words of a language, only blanks: "≥ {1}". */
void html_word_of(struct page *, enum word, const char *);

/* A number as an argument of html_words(): num(3).text */
struct num {
	char text[24];
};

static inline struct num
num(size_t n)
{
	struct num s;

	snprintf(s.text, sizeof(s.text), "%zu", n);
	return s;
}

/* The sections, in order. */
void html_cover(struct page *);
void html_services(struct page *); /* a part of the first page */
void html_matrix(struct page *);
void html_findings(struct page *);
void html_load(struct page *);       /* nothing without loads */
void html_load_short(struct page *); /* a part of the first page */
bool html_has_load(const struct page *);
/* The load whose case this is, or NULL; and a link to it. */
const struct load_scenario *html_load_of(const struct page *, const char *id);
void html_load_link(struct page *, const struct load_scenario *);
void html_annex(struct page *);
void html_cases(struct page *); /* a part of the annex */

#endif
