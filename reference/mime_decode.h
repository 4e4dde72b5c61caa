/* SPDX-License-Identifier: MIT */
/*
 * mime_decode - transfer encodings and charsets undone: text becomes UTF-8.
 *
 * All are lenient, and append to *out.  What a charset does not allow becomes
 * U+FFFD.  A charset we do not know leaves the octets as they are and answers
 * false.  UTF-8 takes up to three octets for one: three times the input is
 * cap enough.
 */
#ifndef REFERENCE_MIME_DECODE_H
#define REFERENCE_MIME_DECODE_H

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/mime_header.h"

/* The charsets by the names to tell others; NULL ends the list. */
const char *mime_charset_name(size_t i);
bool mime_charset_known(struct span charset);

/* To UTF-8.  GB2312 and GBK are read as GB18030, which has them all. */
bool mime_from_charset(struct span charset, struct span text, struct buf *out);

/* RFC 2045 6.8; octets outside the alphabet are skipped. */
void mime_unbase64(struct span text, struct buf *out);

/* By the name of the encoding; false, and as it is, for an unknown one. */
bool mime_unencode(struct span encoding, struct span body, struct buf *out);

/*
 * A field value, unfolded, its encoded-words (RFC 2047) decoded.  White space
 * between two of them goes, and a character may be cut in two by them.  False
 * when a charset is unknown, or when octets outside are not UTF-8.
 */
bool mime_decode_words(struct span value, struct buf *out);

/*
 * A parameter as UTF-8: name, name* and name*0, name*1* ... (RFC 2231), and
 * encoded-words, which do not belong there and are everywhere.  False when
 * there is none, or its charset is unknown (*out has the octets then).
 */
bool mime_decode_param(
    struct mime_params params, struct span name, struct buf *out);

#endif
