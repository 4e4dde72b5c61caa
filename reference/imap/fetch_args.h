/* SPDX-License-Identifier: MIT */
/*
 * imap/fetch_args - what a FETCH asks for.
 *
 * Stands after the set of messages: "FETCH 1:3" SP "(FLAGS BODY[1]<0.10>)".
 * ALL, FAST and FULL come out as what they stand for.
 */
#ifndef REFERENCE_IMAP_FETCH_ARGS_H
#define REFERENCE_IMAP_FETCH_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/imap/codec.h"

#define IMAP_FETCH_MOST  100  /* attributes in one command */
#define IMAP_PARTS_MOST  32   /* numbers in a section: 1.2.3 */
#define IMAP_FIELDS_MOST 1000 /* header fields named in one command */

enum imap_fetch_what {
	IMAP_FETCH_UID,
	IMAP_FETCH_FLAGS,
	IMAP_FETCH_INTERNALDATE,
	IMAP_FETCH_RFC822_SIZE,
	IMAP_FETCH_ENVELOPE,
	IMAP_FETCH_BODYSTRUCTURE,
	IMAP_FETCH_BODY, /* without a section: the structure, no extensions */
	IMAP_FETCH_MODSEQ,
	IMAP_FETCH_RFC822,        /* BODY[] */
	IMAP_FETCH_RFC822_HEADER, /* BODY.PEEK[HEADER] */
	IMAP_FETCH_RFC822_TEXT,   /* BODY[TEXT] */
	IMAP_FETCH_SECTION,       /* BODY[...] and BODY.PEEK[...] */
};

enum imap_section {
	IMAP_SECTION_ALL,
	IMAP_SECTION_HEADER,
	IMAP_SECTION_FIELDS,
	IMAP_SECTION_FIELDS_NOT,
	IMAP_SECTION_TEXT,
	IMAP_SECTION_MIME, /* never without numbers */
};

struct imap_fetch_item {
	enum imap_fetch_what what;
	/* The rest is set for the four that send octets, RFC822 too. */
	bool peek; /* leaves \Seen alone */
	enum imap_section section;
	uint32_t part[IMAP_PARTS_MOST];
	size_t n_parts;
	const struct span *field;
	size_t n_fields;
	bool partial;
	uint32_t from, count; /* count is at least 1 */
};

struct imap_fetch {
	struct imap_fetch_item *item; /* imap_fetch_free() */
	size_t n;
	struct span *fields;
	size_t n_fields;
	bool changed;           /* CHANGEDSINCE was said */
	uint64_t changed_since; /* RFC 7162 3.1.4 */
};

/* Takes everything to the end of the command. */
bool imap_take_fetch(struct imap_args *, struct imap_fetch *);
void imap_fetch_free(struct imap_fetch *);

/* Is it among them?  UID FETCH has to add IMAP_FETCH_UID: imap_fetch_add(). */
bool imap_fetch_has(const struct imap_fetch *, enum imap_fetch_what);
void imap_fetch_add(struct imap_fetch *, enum imap_fetch_what);

/* The name in the response: "BODY[1.HEADER.FIELDS (DATE)]<0>", "FLAGS". */
void imap_put_fetch_name(struct buf *, const struct imap_fetch_item *);

#endif
