/* SPDX-License-Identifier: MIT */
/*
 * book - going through the cases and faults of an explain_book.
 */
#ifndef CONFORMANCE_BOOK_H
#define CONFORMANCE_BOOK_H

#include "conformance/explain.h"

/* Where a walk through the cases stands; begins zeroed. */
struct book_at {
	size_t group, next;
};

/* The next case, or NULL. */
const struct conf_case *book_next(
    const struct explain_book *, struct book_at *);

const struct conf_case *book_find(const struct explain_book *, const char *id);
size_t book_cases_of(const struct explain_book *, enum req);
size_t book_faults_of(const struct explain_book *, enum req);

/* Equal but for the case of letters and for "-", "_" and "." */
bool book_same(const char *, const char *);

/* True when "clause" is, or stands under, the one asked for. */
bool book_cites(const char *clause, const char *asked);

/* Sets *err to "no ...", with the names that are nearest. */
bool book_unknown(const struct explain_book *, const char *name, struct err *);

#endif
