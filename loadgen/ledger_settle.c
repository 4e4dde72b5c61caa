/* SPDX-License-Identifier: MIT */
/*
 * The line under it: what became of each, and in which order.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/ledger_inner.h"

/* ---- one by one ---- */

enum end { LOST, UNREAD, DOUBLED, STRANGE, REORDERED, LATE, UNCHECKED, ENDS };

static const char *const end_texts[ENDS] = {
	[LOST] = "accepted, and in no mailbox",
	[UNREAD] = "accepted, and not all mailboxes could be read",
	[DOUBLED] = "delivered more than once",
	[STRANGE] = "in a mailbox, though never sent, refused, or for another",
	[REORDERED] = "overtaken by one that was sent later",
	[LATE] = "delivered after the time allowed",
	[UNCHECKED] = "delivered, and its content could not be read",
};

struct settling {
	const struct load_ledger *l;
	struct measure_ledger *m;
	uint64_t *ends[ENDS];
	int shown[ENDS];
};

static void
example(struct settling *s, size_t seq, const char *text)
{
	struct measure_ledger *m = s->m;
	const size_t most = sizeof m->examples / sizeof m->examples[0];

	if (m->n_examples < most)
		m->examples[m->n_examples++] =
		    mem_textf("%s%010zu: %s", s->l->name, seq, text);
}

static void
count(struct settling *s, enum end end, size_t seq)
{
	++*s->ends[end];
	if (s->shown[end]++ < EXAMPLES_EACH)
		example(s, seq, end_texts[end]);
}

static void
settle_delivered(
    struct settling *s, const struct entry *e, size_t seq, int64_t late_us)
{
	const uint16_t copies = atomic_load(&e->copies);
	const int64_t from = atomic_load(&e->accepted_us);
	const int64_t to = atomic_load(&e->seen_us);
	const int64_t us = to - from;

	s->m->delivered++;
	s->m->corrupted += atomic_load(&e->bad) > 0;
	if (copies > 1)
		count(s, DOUBLED, seq);
	if (atomic_load(&e->good) + atomic_load(&e->bad) < copies)
		count(s, UNCHECKED, seq);
	if (to == -1 || from == 0)
		return;
	/* it can be seen before we have got round to reading the 250 */
	hist_add(&s->m->delivery, us < 0 ? 0 : us);
	if (us > late_us)
		count(s, LATE, seq);
}

static void
settle_one(struct settling *s, size_t seq, int64_t late_us)
{
	const struct entry *e = &s->l->entries[seq];
	const unsigned state = atomic_load(&e->state);
	const bool seen = (state & SEEN) != 0;
	const bool told = (state & (ACCEPTED | REFUSED | UNKNOWN)) != 0;
	const bool unknown =
	    (state & UNKNOWN) != 0 || ((state & SENT) != 0 && !told);
	const bool due = (state & ACCEPTED) != 0;

	s->m->sent += (state & SENT) != 0;
	s->m->accepted += due;
	s->m->refused += !due && (state & REFUSED) != 0;
	s->m->unknown += !due && (state & REFUSED) == 0 && unknown;
	if (due && !seen)
		count(s, s->l->unread_why == NULL ? LOST : UNREAD, seq);
	if (seen && (due || (unknown && (state & REFUSED) == 0)))
		settle_delivered(s, e, seq, late_us);
	else if (seen)
		count(s, STRANGE, seq);
	if (atomic_load(&e->astray) > 0)
		count(s, STRANGE, seq);
}

/* ---- order ---- */

struct place {
	uint64_t pair;
	uint32_t order, seq;
};

static int
by_place(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	return p->pair != q->pair
		   ? (p->pair > q->pair) - (p->pair < q->pair)
		   : (p->order > q->order) - (p->order < q->order);
}

/*
 * Along a mailbox: whoever was accepted before the latest sending among those
 * that lie before it has been overtaken.
 */
static void
settle_order(struct settling *s)
{
	struct place *places = mem_new(s->l->planned + 1, sizeof *places);
	int64_t latest = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->l->planned; i++) {
		const struct entry *e = &s->l->entries[i];
		const unsigned both = ACCEPTED | SEEN;

		if ((atomic_load(&e->state) & both) == both &&
		    atomic_load(&e->order) != 0)
			places[n++] =
			    (struct place){ .pair = atomic_load(&e->pair),
				    .order = atomic_load(&e->order),
				    .seq = (uint32_t)i };
	}
	qsort(places, n, sizeof *places, by_place);
	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &s->l->entries[places[i].seq];
		const int64_t sent = atomic_load(&e->sent_us);

		if (i == 0 || places[i].pair != places[i - 1].pair)
			latest = 0;
		if (latest > atomic_load(&e->accepted_us))
			count(s, REORDERED, places[i].seq);
		if (sent > latest)
			latest = sent;
	}
	free(places);
}

void
load_ledger_settle(
    const struct load_ledger *l, int64_t late_us, struct measure_ledger *m)
{
	const uint64_t strangers = atomic_load(&l->strangers);
	struct settling s = { .l = l,
		.m = m,
		.ends = { [LOST] = &m->lost,
		    [UNREAD] = &m->unread,
		    [DOUBLED] = &m->doubled,
		    [STRANGE] = &m->strange,
		    [REORDERED] = &m->reordered,
		    [LATE] = &m->late,
		    [UNCHECKED] = &m->unchecked } };

	m->kept = true;
	m->planned += l->planned;
	m->strange += strangers;
	if (m->delivery.counts == NULL)
		hist_init(&m->delivery);
	if (l->unread_why != NULL && m->unread_why == NULL)
		m->unread_why = mem_text(span_of(l->unread_why));
	for (size_t i = 0; i < l->n_notes && i < EXAMPLES_EACH; i++)
		example(&s, l->notes[i].seq, l->notes[i].text);
	for (size_t i = 0; i < l->planned; i++)
		settle_one(&s, i, late_us);
	settle_order(&s);
}
