/* SPDX-License-Identifier: MIT */
/*
 * l10n - every word a report prints, in both languages, by name.
 *
 * The words are rows of reports/words.def.  "{1}" to "{9}" in a row stand for
 * what the caller fills in, so that the languages may order it differently.
 */
#ifndef REPORTS_L10N_H
#define REPORTS_L10N_H

#include <stdarg.h>
#include <stdbool.h>

#include "lib/buf.h"
#include "lib/catalogue.h"
#include "lib/verdict.h"
#include "reports/escape.h"
#include "reports/matrix.h"

enum word {
#define WORD(name, zh, en) W_##name,
#include "reports/words.def"
#undef WORD
	WORD_COUNT
};

enum tongue { ZH, EN };

const char *word_in(enum tongue, enum word);

/*
 * Appends the word, its blanks filled with the const char * that follow, up
 * to a NULL.  What is filled in is escaped, the word itself is not.
 */
void word_fill(struct buf *, enum tongue, enum word, enum escape, ...);
void word_vfill(struct buf *, enum tongue, enum word, enum escape, va_list);

enum word level_word(enum level);           /* 应 */
enum word provenance_word(enum provenance); /* what stands behind a row */
enum word claim_word(enum provenance);      /* what a pass of it may say */
enum word statement_word(enum statement);

/* False when the chapter or service has no word here: print its name. */
bool chapter_word(const char *chapter, enum word *);
bool service_word(const char *service, enum word *);

/* The sign that stands beside a verdict, so that colour is not needed. */
const char *row_sign(enum row_verdict);
const char *verdict_sign(enum verdict);

/* The row verdict that a case with this verdict would give alone. */
enum row_verdict row_of(enum verdict);

#endif
