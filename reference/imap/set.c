/* SPDX-License-Identifier: MIT */
#include "reference/imap/set.h"

#include "lib/mem.h"

static bool
take_member(struct imap_args *a, uint32_t *n)
{
	*n = 0;
	return imap_may_take(a, '*') || imap_take_nz_number(a, n);
}

static size_t
count_ranges(struct span s)
{
	size_t n = 1;

	for (size_t i = 0; i < s.len && s.ptr[i] != ' '; i++)
		n += s.ptr[i] == ',';
	return n;
}

bool
imap_take_set(struct imap_args *a, struct imap_set *set)
{
	*set = (struct imap_set){ 0 };
	if (a->bad != NULL)
		return false;
	set->range = mem_new(count_ranges(a->left), sizeof *set->range);
	do {
		struct imap_range *r = &set->range[set->n];

		if (!take_member(a, &r->lo))
			break;
		r->hi = r->lo;
		if (imap_may_take(a, ':'))
			take_member(a, &r->hi);
		set->n++;
	} while (imap_may_take(a, ','));
	if (a->bad == NULL)
		return true;
	imap_set_free(set);
	return false;
}

void
imap_set_free(struct imap_set *set)
{
	free(set->range);
	*set = (struct imap_set){ 0 };
}

static int
by_lo(const void *a, const void *b)
{
	const struct imap_range *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

static void
order(struct imap_range *r)
{
	const uint32_t lo = r->lo;

	if (lo <= r->hi)
		return;
	r->lo = r->hi;
	r->hi = lo;
}

void
imap_set_resolve(struct imap_set *set, uint32_t largest)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++) {
		struct imap_range r = set->range[i];

		r.lo = r.lo == 0 ? largest : r.lo;
		r.hi = r.hi == 0 ? largest : r.hi;
		/* 0 is left where the mailbox is empty. */
		if (r.lo == 0 || r.hi == 0)
			continue;
		order(&r);
		set->range[n++] = r;
	}
	set->n = n;
	if (n == 0)
		return;
	qsort(set->range, n, sizeof *set->range, by_lo);
	n = 0;
	for (size_t i = 1; i < set->n; i++) {
		struct imap_range *last = &set->range[n];
		const struct imap_range r = set->range[i];

		if (last->hi == UINT32_MAX || r.lo <= last->hi + 1)
			last->hi = r.hi > last->hi ? r.hi : last->hi;
		else
			set->range[++n] = r;
	}
	set->n = n + 1;
}

uint32_t
imap_set_next(const struct imap_set *set, uint32_t n)
{
	size_t lo = 0, hi = set->n;

	/* The first range that does not end before n. */
	while (lo < hi) {
		const size_t mid = lo + (hi - lo) / 2;

		if (set->range[mid].hi < n)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == set->n)
		return 0;
	return set->range[lo].lo > n ? set->range[lo].lo : n;
}

bool
imap_set_has(const struct imap_set *set, uint32_t n)
{
	return n != 0 && imap_set_next(set, n) == n;
}

uint32_t
imap_set_most(const struct imap_set *set)
{
	return set->n == 0 ? 0 : set->range[set->n - 1].hi;
}

void
imap_put_set(struct buf *out, const uint32_t *number, size_t n)
{
	for (size_t i = 0, end; i < n; i = end + 1) {
		for (end = i; end + 1 < n && number[end] != UINT32_MAX &&
			      number[end + 1] == number[end] + 1;
		     end++)
			;
		buf_addf(out, "%s%u", i == 0 ? "" : ",", number[i]);
		if (end > i)
			buf_addf(out, ":%u", number[end]);
	}
}
