/* SPDX-License-Identifier: MIT */
/*
 * mime_text - what people read in a message, to search it and to sort by it.
 *
 * Strings are compared by their folded form: mime_fold() of UTF-8 makes ASCII
 * letters small and full-width ASCII (U+FF01 to U+FF5E, U+3000) plain, and
 * leaves all else.  That is less than i;unicode-casemap (RFC 5051): letters
 * outside ASCII keep their case.
 */
#ifndef REFERENCE_MIME_TEXT_H
#define REFERENCE_MIME_TEXT_H

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/mime.h"

void mime_fold(struct span utf8, struct buf *out);

/*
 * Whether the needle, which is folded already, stands somewhere in UTF-8 text
 * or in a raw field value.  An empty needle is everywhere.
 */
bool mime_contains(struct span utf8, struct span folded);
bool mime_value_contains(struct span value, struct span folded);

/*
 * The body of a part as UTF-8: decoded, HTML as it is.  False when it is no
 * text, which leaves *out as it was, or when its charset or encoding is not
 * known.
 */
bool mime_part_text(const struct mime_part *, struct buf *out);

/*
 * RFC 3501 6.4.4, SEARCH BODY and TEXT: in the text of some part or in the
 * header of a part or a message inside; "header" adds the message's own.
 */
bool mime_search(const struct mime *, struct span folded, bool header);

/*
 * SEARCH HEADER: in a field of that name.  An empty needle asks whether there
 * is such a field.
 */
bool mime_search_field(
    struct span header, struct span name, struct span folded);

/*
 * The base subject of RFC 5256 2.1 from the raw value, as UTF-8, not folded.
 * Answers whether it was a reply or was forwarded.
 */
bool mime_base_subject(struct span value, struct buf *out);

#endif
