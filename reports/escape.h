/* SPDX-License-Identifier: MIT */
/*
 * escape - what a target said, made harmless for one kind of document.
 *
 * In every kind a byte that is not UTF-8, a control character, an invisible
 * character and one that turns the direction of writing are shown as \xHH,
 * \r, \n, \t or \u{HHHH}: a reader sees them and they do nothing.
 */
#ifndef REPORTS_ESCAPE_H
#define REPORTS_ESCAPE_H

#include "lib/buf.h"
#include "lib/span.h"

enum escape {
	ESCAPE_LINE, /* nothing more: one line of plain text */
	ESCAPE_XML,  /* XML and HTML, content or quoted attribute value */
	ESCAPE_HTML, /* HTML content: the shown escapes are marked up */
	ESCAPE_TAP,  /* a TAP description: # and \ quoted */
	ESCAPE_YAML, /* a double-quoted YAML or JSON string, without quotes */
	ESCAPE_URL,  /* a relative path in a link */
	ESCAPE_CSS,  /* a double-quoted CSS string, without the quotes */
	ESCAPE_COUNT
};

void escape_add(struct buf *, struct span, enum escape);
void escape_text(struct buf *, const char *, enum escape); /* NULL: nothing */

/* One character off *in; false when the byte there begins no UTF-8. */
bool utf8_take(struct span *in, unsigned *code);

#endif
