/* SPDX-License-Identifier: MIT */
/*
 * template - text with ${variables}, to be sent or to be matched.
 *
 * One notation for what a dialogue sends, what it expects, and the messages
 * in fixtures/mail/; lib/dialogue.h describes it.  A template is compiled
 * once, when the program starts, so that a misspelt escape is found by "make
 * check" and never in front of a target.
 */
#ifndef LIB_TEMPLATE_H
#define LIB_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/span.h"
#include "lib/template_filter.h"

/*
 * Looks a ${name} up and appends its value; false when there is none.
 * Called for "alice.address", "file:mail/plain.eml", ...
 */
typedef bool template_lookup(void *ctx, struct span name, struct buf *value);

enum part_kind {
	PART_TEXT,  /* the bytes in .text, .times over */
	PART_VALUE, /* the value of the variable .text, filtered */
	PART_MANY,  /* "*": any bytes; in patterns only */
	PART_ONE,   /* "?": any one byte; in patterns only */
	PART_BIND,  /* "$name": binds .text; in patterns only */
};

#define TEMPLATE_FILTERS 3 /* one behind another */

struct part {
	enum part_kind kind;
	struct buf text;
	size_t times;
	enum filter filters[TEMPLATE_FILTERS]; /* of a value */
};

struct template
{
	struct part *parts;
	size_t n;
};

#define TEMPLATE_VALUE_MAX (8u << 20) /* octets an expansion may have */

bool template_compile(
    struct template *, struct span source, bool pattern, struct err *);
void template_free(struct template *);

/* A template without pattern parts, written out. */
bool template_expand(const struct template *, template_lookup *, void *ctx,
    struct buf *out, struct err *);

/* Text of any length with ${...} in it, "$" alone being itself. */
bool template_fill(struct span text, template_lookup *, void *ctx,
    struct buf *out, struct err *);

/*
 * Does the whole line match?  Script text is compared without ASCII case
 * when "caseless"; values of variables always to the letter.  bind() is
 * called for every $name that has no value yet, after the line has matched.
 */
bool template_match(const struct template *, struct span line, bool caseless,
    template_lookup *, void (*bind)(void *ctx, struct span name, struct span),
    void *ctx);

#endif
