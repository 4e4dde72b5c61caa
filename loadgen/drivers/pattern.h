/* SPDX-License-Identifier: MIT */
/*
 * pattern - one pattern of a dialogue, flattened for speed.
 *
 * Says yes to the same lines as template_match() of lib/template.h, and
 * neither allocates nor looks up a name.  "250 *" and its like, which is
 * nearly all there is, costs one comparison.
 */
#ifndef LOADGEN_DRIVERS_PATTERN_H
#define LOADGEN_DRIVERS_PATTERN_H

#include "loadgen/drivers/pieces.h"

#define PATTERN_ATOMS 64
#define PATTERN_BOUND 8  /* names a flow may bind */
#define PATTERN_VALUE 62 /* octets of what one is bound to */

/* Values of names, per connection; empty is: not bound yet. */
struct bound_value {
	uint8_t len;
	char text[PATTERN_VALUE];
};

struct pattern_atom {
	enum { ATOM_TEXT, ATOM_VALUE, ATOM_ONE, ATOM_MANY, ATOM_BIND } kind;
	struct buf text;     /* ATOM_TEXT */
	struct pieces value; /* ATOM_VALUE */
	int bound;           /* ATOM_BIND */
};

struct pattern_flat {
	enum { FLAT_ANY, FLAT_PREFIX, FLAT_EXACT, FLAT_GENERAL } kind;
	bool caseless;
	struct buf text; /* of FLAT_PREFIX and FLAT_EXACT */
	struct pattern_atom *atoms;
	size_t n;
	size_t scratch; /* octets that matching needs behind turn->out */
};

/* bind: index among the flow's names of the one that is bound, or -1. */
bool pattern_compile(struct pattern_flat *, const struct template *,
    bool caseless, const struct driver_setting *,
    int (*bind)(void *ctx, struct span name), void *ctx, struct err *);
void pattern_free(struct pattern_flat *);

/*
 * Binds what was not bound, when it matches.  False as well when a value is
 * longer than PATTERN_VALUE.
 */
bool pattern_match(const struct pattern_flat *, struct span line,
    struct bound_value *, struct driver_turn *);

#endif
