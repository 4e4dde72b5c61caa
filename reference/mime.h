/* SPDX-License-Identifier: MIT */
/*
 * mime - the structure of a message: a tree of parts, by ranges of octets.
 *
 *	mime_parse(&mime, message);
 *	for (part = mime.root; part != NULL; part = part->after)
 *		...every part, in the order of the message
 *	mime_free(&mime);
 *
 * All spans point into the message, which must outlive the tree, or are
 * constants.  Any octets at all are a message; what is wrong with them is in
 * "flaws", and the tree always has this shape: a multipart has one child or
 * more, a message/rfc822 (and message/global) has exactly one, which is the
 * message inside with its own header, and nothing else has any.
 *
 * One pass over the octets, whatever they are.  Beyond MIME_DEPTH_MOST levels
 * nothing is taken apart, beyond MIME_PARTS_MOST parts the last one gets what
 * is left.
 */
#ifndef REFERENCE_MIME_H
#define REFERENCE_MIME_H

#include <stdint.h>

#include "lib/span.h"
#include "reference/mime_header.h"

#define MIME_DEPTH_MOST    50   /* parts inside parts */
#define MIME_PARTS_MOST    1000 /* in a message, give or take its depth */
#define MIME_BOUNDARY_MOST 256  /* RFC 2046 5.1.1 has 70 */

enum mime_kind {
	MIME_LEAF,
	MIME_MULTIPART,
	MIME_MESSAGE,
};

enum mime_flaw {
	MIME_NO_BLANK = 1 << 0,    /* no blank line after the header */
	MIME_BAD_TYPE = 1 << 1,    /* Content-Type is broken: text/plain */
	MIME_NO_BOUNDARY = 1 << 2, /* of a multipart: text/plain, too */
	MIME_NO_PARTS = 1 << 3,    /* no boundary line: one empty part */
	MIME_UNCLOSED = 1 << 4,    /* no close delimiter */
	MIME_TOO_MANY = 1 << 5,    /* parts or levels: some not taken apart */
};

struct mime_part {
	enum mime_kind kind;
	unsigned flaws;           /* enum mime_flaw */
	struct mime_part *parent; /* NULL for the message itself */
	struct mime_part *first;  /* its first child */
	struct mime_part *last;   /* its last child */
	struct mime_part *next;   /* the next child of its parent */
	struct mime_part *after;  /* the next in the order of the message */

	struct span whole;  /* header and body */
	struct span header; /* with the blank line */
	struct span body;   /* without the line end of the boundary line */
	size_t lines;       /* of the body; one that does not end is one, too */

	/*
	 * Never empty: text/plain; charset=us-ascii without (a good)
	 * Content-Type (RFC 2045 5.2), message/rfc822 in a multipart/digest
	 * (RFC 2046 5.1.5), application/octet-stream for what was too deep.
	 */
	struct span type, subtype;
	struct mime_params params;
	struct span encoding; /* "7bit" without (a good) one */

	/* These have a NULL pointer when there is no such field. */
	struct span disposition;
	struct mime_params disposition_params;
	struct span id, description, md5, location;
	struct span language; /* a list: mime_take_value(), "," */
};

struct mime {
	struct span text;
	struct mime_part *root;
	size_t parts;
	unsigned flaws; /* of all parts together */
};

void mime_parse(struct mime *, struct span message);
void mime_free(struct mime *);

/* Of a type and subtype, whatever their case: mime_is(part, "text", NULL). */
bool mime_is(const struct mime_part *, const char *type, const char *subtype);

/*
 * The part of a section number of RFC 3501 6.4.5: { 4, 2 } is 4.2.  Part 1 of
 * a message that is no multipart is the message's own node.  NULL when there
 * is none; an empty path is the message.
 */
const struct mime_part *mime_find(
    const struct mime *, const uint32_t *path, size_t depth);

enum mime_section {
	MIME_SECTION_ALL,    /* BODY[], BODY[1] */
	MIME_SECTION_HEADER, /* BODY[HEADER], BODY[1.HEADER], HEADER.FIELDS */
	MIME_SECTION_TEXT,   /* BODY[TEXT], BODY[1.TEXT] */
	MIME_SECTION_MIME,   /* BODY[1.MIME] */
};

/* The octets of a section; false when the message has no such section. */
bool mime_section(const struct mime *, const uint32_t *path, size_t depth,
    enum mime_section, struct span *octets);

/*
 * The section as text, as far as it is digits: "1.2.MIME".  Without case, for
 * tests and tools: IMAP has its own parser.  HEADER.FIELDS is not known here.
 */
bool mime_section_of(
    const struct mime *, const char *section, struct span *octets);

/* POP3 TOP: the header, the blank line and n lines of the body. */
struct span mime_top(struct span message, size_t lines);

#endif
