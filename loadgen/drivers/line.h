/* SPDX-License-Identifier: MIT */
/*
 * line - dialogues for load: scripts of lib/dialogue.h, compiled flat.
 *
 * A script comes to the same end here as in lib/dialogue.c; a test holds the
 * two against each other.  What a load cannot use is refused when it is
 * compiled: @party, @silent, @again, and @close before the end.
 */
#ifndef LOADGEN_DRIVERS_LINE_H
#define LOADGEN_DRIVERS_LINE_H

#include "loadgen/driver.h"

extern const struct driver driver_line;

#endif
