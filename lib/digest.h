/* SPDX-License-Identifier: MIT */
/*
 * digest - SM3 (GB/T 32905-2016) over bytes, as 64 hexadecimal digits.
 *
 * Everything that a run files is named by its SM3.  The digits are lower
 * case.  A machine whose OpenSSL has no SM3 can file nothing: that ends the
 * program, as running out of memory does.
 */
#ifndef LIB_DIGEST_H
#define LIB_DIGEST_H

#include <stdbool.h>

#include "lib/span.h"

#define DIGEST_TEXT 65 /* 64 digits and a NUL */

void digest_text(struct span, char hex[DIGEST_TEXT]);

struct digest; /* of bytes that come in pieces */

struct digest *digest_new(void);
void digest_add(struct digest *, struct span);
void digest_end(struct digest *, char hex[DIGEST_TEXT]); /* and frees it */

/* True when the text has the form of a digest. */
bool digest_is(const char *);

#endif
