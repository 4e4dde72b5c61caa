/* SPDX-License-Identifier: MIT */
#include "conformance/pki/policy.h"

static bool
has(const struct policy_set *s, struct span oid)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_eq(s->at[i], oid))
			return true;
	return false;
}

static void
add(struct policy *p, struct policy_set *s, struct span oid)
{
	if (has(s, oid))
		return;
	if (s->n == POLICY_MOST)
		p->overflow = true;
	else
		s->at[s->n++] = oid;
}

static void
drop(struct policy_set *s, struct span oid)
{
	for (size_t i = 0; i < s->n; i++)
		if (span_eq(s->at[i], oid)) {
			s->at[i] = s->at[--s->n];
			return;
		}
}

void
policy_start(struct policy *p, size_t certificates, bool explicit_policy)
{
	const int64_t never = (int64_t)certificates + 1;

	*p = (struct policy){ .expected = { .any = true },
		.explicit_policy = explicit_policy ? 0 : never,
		.inhibit_any = never,
		.mapping = never };
}

/* 6.1.3 (d), (e): the nodes that this certificate adds. */
static void
take_policies(
    struct policy *p, const struct pki_certificate *c, bool any_counts)
{
	const struct policy_set before = p->expected;
	struct der_bad bad = { 0 };
	struct der all = der_start(c->policies, &bad), one;
	struct policy_set now = { .n = 0 };
	bool any = false;

	while (der_more(&all) && !p->overflow) {
		struct span oid;

		der_enter(&all, DER_SEQUENCE, &one);
		oid = der_take(&one, DER_OID);
		if (oid_of(oid) == OID_ANY_POLICY)
			any = any_counts;
		else if (before.any || has(&before, oid))
			add(p, &now, oid);
	}
	for (size_t i = 0; any && i < before.n; i++)
		add(p, &now, before.at[i]);
	now.any = any && before.any;
	p->expected = now;
}

/* 6.1.4 (b): what is mapped is expected under its other name. */
static void
take_mappings(struct policy *p, const struct pki_certificate *c)
{
	const struct policy_set before = p->expected;
	struct der_bad bad = { 0 };
	struct der all = der_start(c->mappings, &bad), copy = all, one;

	while (der_more(&copy)) {
		der_enter(&copy, DER_SEQUENCE, &one);
		drop(&p->expected, der_take(&one, DER_OID));
	}
	if (p->mapping == 0)
		return;
	while (der_more(&all) && !p->overflow) {
		struct span from, to;

		der_enter(&all, DER_SEQUENCE, &one);
		from = der_take(&one, DER_OID);
		to = der_take(&one, DER_OID);
		if (before.any || has(&before, from))
			add(p, &p->expected, to);
	}
}

static void
lower(int64_t *counter, int64_t to)
{
	if (to >= 0 && to < *counter)
		*counter = to;
}

static void
count_down(int64_t *counter)
{
	if (*counter > 0)
		--*counter;
}

void
policy_take(struct policy *p, const struct pki_certificate *c, bool last)
{
	const bool self_issued = certificate_is_self_issued(c);

	take_policies(p, c, p->inhibit_any > 0 || (!last && self_issued));
	if (last) {
		count_down(&p->explicit_policy);
		if (c->explicit_policy == 0)
			p->explicit_policy = 0;
		return;
	}
	take_mappings(p, c);
	if (!self_issued) {
		count_down(&p->explicit_policy);
		count_down(&p->mapping);
		count_down(&p->inhibit_any);
	}
	lower(&p->explicit_policy, c->explicit_policy);
	lower(&p->mapping, c->inhibit_mapping);
	lower(&p->inhibit_any, c->inhibit_any);
}

bool
policy_required(const struct policy *p)
{
	return p->explicit_policy == 0;
}

bool
policy_holds(const struct policy *p)
{
	return !policy_required(p) || p->expected.any || p->expected.n > 0;
}
