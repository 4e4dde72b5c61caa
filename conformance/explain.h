/* SPDX-License-Identifier: MIT */
/*
 * explain - what stands behind a name: "yanshou list" and "yanshou explain".
 *
 * Everything is text made from tables: no I/O, no clock, nothing remembered.
 * The caller says which cases and faults there are, so a test brings its own,
 * and what the reference services can be told to get wrong is known here
 * without including them.  Texts are laid out for "width" columns of a
 * terminal; 0 breaks no lines.  Give bufs a cap of EXPLAIN_MOST.
 */
#ifndef CONFORMANCE_EXPLAIN_H
#define CONFORMANCE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/case.h"
#include "lib/buf.h"
#include "lib/catalogue.h"
#include "lib/err.h"

#define EXPLAIN_MOST ((size_t)4 << 20)

/* A nonconformity of a reference service, as reference/fault.def has it. */
struct explain_fault {
	const char *name;      /* "GREETS_WITH_250" */
	const char *caught_by; /* the case that must fail */
	enum req req;
	const char *en, *zh;
};

/* What there is beside the catalogue. */
struct explain_book {
	const struct conf_group *const *groups;
	size_t n_groups;
	const struct explain_fault *faults;
	size_t n_faults;
};

/* Rows to list; NULL lets all through. */
struct explain_filter {
	const char *chapter; /* "5", "SM" */
	const char *service; /* "smtp" */
	const char *level;   /* "shall" */
};

/*
 * A line for each row, or for each case whose row the filter lets through.
 * False when the filter names something unknown or lets nothing through.
 */
bool explain_rows(struct buf *, const struct explain_book *,
    const struct explain_filter *, size_t width, struct err *);
bool explain_cases(struct buf *, const struct explain_book *,
    const struct explain_filter *, size_t width, struct err *);

/* Both, as one JSON object: "catalogue", "rows", "cases". */
bool explain_json(struct buf *, const struct explain_book *,
    const struct explain_filter *, struct err *);

/*
 * All that is known about one name: a row ("EMAIL-F-01"), a case
 * ("smtp.order.mail"), a reading ("EMAIL-F-01.a"), a fault, or a clause
 * ("5.1", "RFC 5321 4.1.4"), for which all that cite it is listed.  Case of
 * letters does not matter, nor whether a name is joined by "-", "_" or ".".
 * False, with the nearest names, when there is no such thing.
 */
bool explain(struct buf *, const struct explain_book *, const char *name,
    size_t width, struct err *);

#endif
