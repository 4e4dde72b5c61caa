/* SPDX-License-Identifier: MIT */
/*
 * From the target upwards, depth first, until an anchor is reached.
 */
#include "conformance/pki/path.h"

#define STEPS 64   /* signatures that are tried at most */
#define LOOKS 4096 /* certificates that are looked at, and eight a pool */

/* How certificates hang together; the best that leads anywhere is taken. */
enum hold {
	HOLDS_BOTH, /* name and signature */
	HOLDS_KEY,  /* the signature, or both key identifiers */
	HOLDS_NAME, /* only the issuer's name is the subject's */
};

struct build {
	const struct path_ask *ask;
	struct path *paths;
	size_t n, most;
	enum hold hold; /* the least that will do */
	int steps, looks;
	/* From the target upwards. */
	const struct pki_certificate *at[PATH_MOST];
	size_t depth;
};

static bool
hangs(struct build *b, const struct pki_certificate *c,
    const struct pki_certificate *above)
{
	const bool name = name_equal(c->issuer, above->subject);
	bool key;

	if (b->hold == HOLDS_NAME && name)
		return true;
	if ((b->hold == HOLDS_BOTH && !name) || --b->steps < 0)
		return false;
	key = signature_verify(&c->outer, &above->key, c->tbs, c->signature) ==
	      SIGNATURE_GOOD;
	if (b->hold == HOLDS_BOTH)
		return key;
	return key || (c->aki.len > 0 && span_eq(c->aki, above->ski));
}

static void
keep(struct build *b, const struct pki_certificate *anchor)
{
	struct path *p = &b->paths[b->n];

	if (b->n == b->most)
		return;
	b->n++;
	p->n = 0;
	if (anchor != NULL)
		p->at[p->n++] = anchor;
	for (size_t i = b->depth; i > 0; i--)
		p->at[p->n++] = b->at[i - 1];
}

static bool
is_in(const struct build *b, const struct pki_certificate *c)
{
	for (size_t i = 0; i < b->depth; i++)
		if (span_eq(b->at[i]->whole, c->whole) ||
		    (name_equal(b->at[i]->subject, c->subject) &&
			span_eq(b->at[i]->key.whole, c->key.whole)))
			return true;
	return false;
}

static void
climb(struct build *b)
{
	const struct pki_certificate *c = b->at[b->depth - 1];

	for (size_t i = 0; i < b->ask->n_anchors; i++)
		if (span_eq(b->ask->anchors[i]->whole, c->whole)) {
			keep(b, NULL);
			return;
		}
	if (b->depth + 1 >= PATH_MOST)
		return;
	for (size_t i = 0; i < b->ask->n_anchors; i++)
		if (hangs(b, c, b->ask->anchors[i]))
			keep(b, b->ask->anchors[i]);
	for (size_t i = 0; i < b->ask->n_pool && b->n < b->most; i++) {
		const struct pki_certificate *above = b->ask->pool[i];

		if (b->looks-- <= 0 || b->steps < 0)
			return;
		if (!hangs(b, c, above) || is_in(b, above))
			continue;
		b->at[b->depth++] = above;
		climb(b);
		b->depth--;
	}
}

size_t
path_build(const struct path_ask *ask, struct path *paths, size_t most)
{
	for (int hold = HOLDS_BOTH; hold <= HOLDS_NAME; hold++) {
		struct build b = { .ask = ask,
			.paths = paths,
			.most = most,
			.hold = (enum hold)hold,
			.steps = STEPS,
			.looks = LOOKS + 8 * (int)ask->n_pool,
			.at = { ask->target },
			.depth = 1 };

		climb(&b);
		if (b.n > 0)
			return b.n;
	}
	return 0;
}
