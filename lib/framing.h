/* SPDX-License-Identifier: MIT */
/*
 * framing - what the framings of lib/dialogue.h share; nobody else needs it.
 */
#ifndef LIB_FRAMING_H
#define LIB_FRAMING_H

#include "lib/dialogue.h"

/* One line off *in, ended by LF; a CR before it belongs to the line end. */
bool framing_cut(struct span *in, struct span *line, bool *bare_lf);

bool framing_is_base64(struct span); /* the octets of it, empty included */
bool framing_breaks(struct span);    /* has CR, LF or NUL */

#endif
