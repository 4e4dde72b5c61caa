/* SPDX-License-Identifier: MIT */
/*
 * catalogue - every requirement there is, by name.
 *
 * The rows are data: fixtures/catalogue/{requirements,limits,
 * interpretations}.tsv, tables that an acceptance committee can read and
 * edit in a spreadsheet.  A case names its requirement by this enum, so a
 * requirement that does not exist does not compile, and "git grep
 * EMAIL_F_01" finds all that is done about it.
 */
#ifndef LIB_CATALOGUE_H
#define LIB_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

enum req {
#define ROW(id, ...) id,
#include "catalogue/requirements.inc"
#undef ROW
	REQ_COUNT
};

enum level { LEVEL_SHALL, LEVEL_SHOULD, LEVEL_MAY, LEVEL_COUNT };

/* How much of the standard's own text stands behind a row. */
enum provenance {
	PROVENANCE_SEED_FULL,  /* the sentence itself is held */
	PROVENANCE_SEED_ABBR,  /* the protocol is named in clause 3.2 only */
	PROVENANCE_SEED_TITLE, /* only the heading of the clause is held */
	PROVENANCE_TEXT,       /* text of a sibling standard is held */
	PROVENANCE_TEXT_TOC,   /* a sibling's table of contents is held */
	PROVENANCE_DERIVED,    /* built from public specifications */
	PROVENANCE_COUNT
};

struct requirement {
	const char *name;   /* "EMAIL-F-01" */
	const char *clause; /* of the standard: "5.1" */
	enum level level;
	const char *service; /* what must be in scope: "smtp", "imap", ... */
	const char *en, *zh;
	enum provenance provenance;
	const char *source;     /* where the detail comes from, in words */
	const char *method;     /* PT, LT, ED, IN, or several joined by "+" */
	const char *parameters; /* what the row was written with, with marks */
};

/* One bound that a measured or observed figure must keep. */
struct limit {
	enum req req;
	const char *metric; /* "retention", "submit.p99" */
	const char *bound;  /* "least", "most", "equal", "below", "above" */
	double value;
	const char *unit;
	const char *mark; /* origin: "P" is "project default", "S12", "K ..." */
};

/* How we read a sentence that can be read in more than one way. */
struct interpretation {
	enum req req;
	const char *id;     /* "EMAIL-F-03.a" */
	const char *clause; /* the sentence's address: "RFC 5321 4.5.3.1" */
	const char *en, *zh;
};

const struct requirement *catalogue_get(enum req);

/* False when there is no such name. */
bool catalogue_find(const char *name, enum req *);

const struct limit *catalogue_limits(size_t *n);
const struct interpretation *catalogue_interpretations(size_t *n);

/* The part before the first dot or space: "5" of "5.1", "SM-4" rows: "SM". */
const char *catalogue_chapter(enum req);

/* True when no text at all says what the row demands. */
bool catalogue_text_missing(enum req);

const char *level_name(enum level);           /* "shall" */
const char *provenance_name(enum provenance); /* "seed-full" */
bool level_parse(const char *, enum level *);

/*
 * True when a pass of the row may be called conformity to the clause; else a
 * report may only say that it meets the profile's reading of the clause.
 */
bool provenance_carries_clause(enum provenance);

/* SM3 over the three tables, as hexadecimal: which catalogue judged. */
const char *catalogue_digest(void);

#endif
