/* SPDX-License-Identifier: MIT */
/*
 * text - bytes made readable, and back.
 */
#ifndef LIB_TEXT_H
#define LIB_TEXT_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

/* RFC 4648 4, with padding. */
void text_base64(struct span bytes, struct buf *out);
bool text_unbase64(struct span text, struct buf *out);

/*
 * Any bytes as valid UTF-8 that shows every one of them: printable UTF-8
 * stays, "\" doubles, CR, LF and TAB become \r, \n and \t, everything else
 * (controls, broken UTF-8, bidirectional overrides) becomes \xHH.
 */
void text_escape(struct span bytes, struct buf *out);
bool text_unescape(struct span text, struct buf *out);

/* Octets of the UTF-8 character at the front, or 0 when it is none. */
size_t text_utf8(struct span bytes);
bool text_is_utf8(struct span bytes);

#endif
