/* SPDX-License-Identifier: MIT */
/*
 * mime_header - the header of a message or a part as octets: its fields, and
 * the parameters of MIME fields.
 *
 * Everything is a span into the header and nothing is copied: a value keeps
 * its folds until mime_unfold(), a quoted string its backslashes until
 * mime_unquote().  CRLF ends a line; a bare LF is taken for one.
 */
#ifndef REFERENCE_MIME_HEADER_H
#define REFERENCE_MIME_HEADER_H

#include "lib/buf.h"
#include "lib/span.h"

#define MIME_PARAMS_MOST 64 /* of one field; the rest is not looked at */

struct mime_field {
	struct span whole; /* with folds and its last line end */
	struct span name;  /* empty for lines that are no field at all */
	struct span value; /* white space at both ends removed, folds kept */
};

struct mime_param {
	struct span name;  /* as sent: "filename*0*" */
	struct span value; /* quotes removed: mime_unquote() for the rest */
};

struct mime_params {
	struct mime_param *at;
	size_t count;
};

/* Octets of the first line, its line end included. */
size_t mime_line(struct span text);

/* Is the first line an empty one? */
bool mime_is_blank(struct span text);

/*
 * Takes the field at the front of *header.  False at its end, which is the
 * blank line, if there is one.
 */
bool mime_take_field(struct span *header, struct mime_field *);

/* The first field of that name; false, and *field empty, without one. */
bool mime_find_field(
    struct span header, struct span name, struct mime_field *field);

/* Its value; empty, with a NULL pointer, when there is no such field. */
struct span mime_field_value(struct span header, struct span name);

/*
 * BODY[HEADER.FIELDS (names)], or all but the named, as RFC 3501 6.4.5 has
 * them: whole fields in the order of the header, then its blank line.
 */
void mime_select_fields(struct span header, const struct span *names,
    size_t count, bool others, struct buf *out);

/* RFC 5322 2.2.3: removes the line ends, keeps the white space. */
void mime_unfold(struct span value, struct buf *out);

/* The inside of a quoted string without its backslashes and line ends. */
void mime_unquote(struct span inside, struct buf *out);

/* ---- for fields of tokens: what follows moves *in past what it takes ---- */

/* White space, folds and comments, nested ones too. */
void mime_skip_cfws(struct span *in);

/* The inside of the comment or quoted string in front, which must be one. */
struct span mime_take_comment(struct span *in);
struct span mime_take_quoted(struct span *in);

/* A token (RFC 2045 5.1) with CFWS around it skipped; false without one. */
bool mime_take_token(struct span *in, struct span *token);

/*
 * A token or the inside of a quoted string, with CFWS around
 * it skipped.  False, and nothing but CFWS taken, when neither is there.
 */
bool mime_take_value(struct span *in, struct span *value);

/*
 * ";" name "=" value, again and again.  What is no parameter is skipped up to
 * the next ";".  "room" is of MIME_PARAMS_MOST; returns how many there were.
 */
size_t mime_take_params(struct span *in, struct mime_param *room);

/* The parameter of exactly that name; NULL without one. */
const struct mime_param *mime_find_param(
    struct mime_params params, struct span name);

#endif
