/* SPDX-License-Identifier: MIT */
/*
 * Which entries a filter can be true of: by index where that is possible,
 * else all there are.  Too many do not hurt: each is judged.
 */
#include "lib/mem.h"
#include "reference/ldap/inner.h"

enum { FEW = 64 }; /* that are judged sooner than others are looked for */

/* Every attribute that is one of what is described. */
static void
match_all(struct store *store, const struct filter_node *node,
    enum directory_how how, struct span prepared, struct directory_ids *ids)
{
	for (int i = 1; i < ATTR_COUNT; i++)
		if (schema_attribute_is(
			(enum schema_attribute)i, node->described.type))
			directory_match(store, how, (enum schema_attribute)i,
			    prepared, ids);
}

/* The longest of the parts says most. */
static struct span
longest_part(const struct filter *f, size_t at)
{
	struct span longest = SPAN("");

	for (size_t i = at + 1; i < f->nodes[at].end; i++) {
		const struct span part = filter_value(f, &f->nodes[i]);

		if (part.len > longest.len)
			longest = part;
	}
	return longest;
}

/* Values that no entry keeps are made when it is read: entryDN. */
static bool
is_kept(const struct filter_node *node)
{
	const enum schema_attribute type = node->described.type;

	return type != ATTR_ENTRY_DN && type != ATTR_SUBSCHEMA_SUBENTRY;
}

static bool plan(
    struct store *, const struct filter *, size_t at, struct directory_ids *);

/* Of these few have the same, most likely. */
static bool
is_telling(const struct filter_node *node)
{
	return (node->kind == FILTER_EQUAL || node->kind == FILTER_APPROX) &&
	       node->described.type != ATTR_OBJECT_CLASS;
}

static void
swap(struct directory_ids *a, struct directory_ids *b)
{
	const struct directory_ids was = *a;

	*a = *b;
	*b = was;
}

/* One child is enough: that which says most, as far as it shows. */
static bool
plan_and(struct store *store, const struct filter *f, size_t at,
    struct directory_ids *ids)
{
	struct directory_ids best = { NULL, 0, 0 };
	bool any = false;

	for (int telling = 1; telling >= 0; telling--)
		for (size_t i = at + 1;
		     i < f->nodes[at].end && (!any || best.n > FEW);
		     i = f->nodes[i].end) {
			struct directory_ids one = { NULL, 0, 0 };

			if (is_telling(&f->nodes[i]) == telling &&
			    plan(store, f, i, &one)) {
				if (!any || one.n < best.n)
					swap(&best, &one);
				any = true;
			}
			directory_ids_free(&one);
		}
	directory_ids_append(ids, &best);
	directory_ids_free(&best);
	return any;
}

static bool
plan_or(struct store *store, const struct filter *f, size_t at,
    struct directory_ids *ids)
{
	for (size_t i = at + 1; i < f->nodes[at].end; i = f->nodes[i].end)
		if (!plan(store, f, i, ids))
			return false;
	return true;
}

/* Appends; false when it cannot say, whatever it has appended. */
static bool
plan(struct store *store, const struct filter *f, size_t at,
    struct directory_ids *ids)
{
	const struct filter_node *node = &f->nodes[at];

	switch (node->kind) {
	case FILTER_AND:
		return plan_and(store, f, at, ids);
	case FILTER_OR:
		return plan_or(store, f, at, ids);
	case FILTER_EQUAL:
	case FILTER_APPROX:
		if (node->undefined)
			return true; /* of none */
		if (!is_kept(node))
			return false;
		match_all(
		    store, node, DIRECTORY_EQUAL, filter_value(f, node), ids);
		return true;
	case FILTER_SUBSTRINGS:
		if (node->undefined)
			return true;
		match_all(
		    store, node, DIRECTORY_CONTAINS, longest_part(f, at), ids);
		return true;
	default:
		return false;
	}
}

void
ldap_plan(struct store *store, struct ldap_hunt *h)
{
	int64_t id;

	if (h->scope == SCOPE_BASE &&
	    h->filter.fault != FAULT_LDAP_BASE_IS_SUBTREE) {
		if (directory_find(store, span_of(h->base), &id)) {
			h->ids.of = mem_grow(NULL, sizeof id);
			h->ids.of[0] = id;
			h->ids.n = h->ids.room = 1;
		}
		return;
	}
	/* what a fault makes true, no index knows */
	if (h->filter.fault != FAULT_NONE ||
	    !plan(store, &h->filter, 0, &h->ids)) {
		h->ids.n = 0;
		directory_below(store, span_of(h->base), &h->ids);
	}
	directory_ids_settle(&h->ids);
}
