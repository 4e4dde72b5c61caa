/* SPDX-License-Identifier: MIT */
/*
 * imap/element - finds its way in a value that we made: atoms, quoted
 * strings, literals and parenthesized lists of them.
 *
 * For faults and variants, which say a right value differently.
 */
#ifndef REFERENCE_IMAP_ELEMENT_H
#define REFERENCE_IMAP_ELEMENT_H

#include <stdbool.h>

#include "lib/span.h"

/* Octets of the element that s, which is not empty, begins with. */
size_t imap_element_length(struct span s);

/* Element k of a list; false when there are not so many. */
bool imap_element(struct span list, size_t k, struct span *e);

/* "36" is element 6 of element 3, "" the value itself. */
bool imap_element_at(struct span value, const char *path, struct span *e);

#endif
