/* SPDX-License-Identifier: MIT */
/*
 * pieces - text with variables, flattened for speed: literals and slots.
 *
 * What lib/template.h compiles, with the names resolved and neighbouring
 * literals joined; writing it out looks nothing up and allocates nothing.
 */
#ifndef LOADGEN_DRIVERS_PIECES_H
#define LOADGEN_DRIVERS_PIECES_H

#include "lib/buf.h"
#include "lib/template.h"
#include "loadgen/driver.h"

struct piece {
	int var; /* -1: the literal .text */
	enum filter filter;
	bool length; /* how many octets the filtered value has */
	struct buf text;
};

struct pieces {
	struct piece *at;
	size_t n;
	size_t most;   /* octets it can come to */
	uint64_t uses; /* 1 << var */
};

/*
 * Appends to it.  ERR_CONFIG for a name that is none, a filter that cannot
 * be had here, and for ${file:} (a load has ${message} and ${feed.X}).
 */
bool pieces_add(struct pieces *, const struct template *,
    const struct driver_setting *, struct err *);
bool pieces_add_text(struct pieces *, struct span source,
    const struct driver_setting *, struct err *);
void pieces_add_literal(struct pieces *, struct span);
void pieces_free(struct pieces *);

void pieces_put(const struct pieces *, struct driver_turn *);
/* Dot-stuffed, every line end CR LF; the lone dot is the caller's to add. */
void pieces_put_content(const struct pieces *, struct driver_turn *);
/* How many octets that would be. */
size_t pieces_length(const struct pieces *, struct driver_turn *);

#endif
