/* SPDX-License-Identifier: MIT */
#include "loadgen/ledger.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "loadgen/ledger_inner.h"

/* ---- life ---- */

/* With its dot; what is cut off a long one still tells it from others. */
static char *
prefix_of(const char *name)
{
	char *prefix = strlen(name) <= LEDGER_NAME
			   ? mem_textf("%s.", name)
			   : mem_textf("%.*s-%08x.", LEDGER_NAME - 9, name,
				 ledger_hash_to(name));

	for (char *c = prefix; *c != '\0'; c++)
		if (!isascii((unsigned char)*c) ||
		    (!isalnum((unsigned char)*c) && *c != '.'))
			*c = '-';
	return prefix;
}

struct load_ledger *
load_ledger_new(
    const char *name, size_t planned, const int64_t *sizes, size_t n_sizes)
{
	struct load_ledger *l = mem_new(1, sizeof *l);
	char date[CLOCK_TEXT + 8];

	assert(n_sizes <= LEDGER_SIZES);
	l->name = prefix_of(name);
	l->name_len = strlen(l->name);
	l->planned = planned;
	l->entries = mem_new(planned + 1, sizeof *l->entries);
	/* no page of it is to come into being while the load runs */
	for (size_t i = 0; i < planned; i++)
		atomic_init(&l->entries[i].seen_us, 0);
	wall_mail_date(clock_wall(), date);
	for (size_t i = 0; i < n_sizes; i++) {
		assert(sizes[i] >= LEDGER_LEAST && sizes[i] <= LEDGER_MOST);
		ledger_add_size(l, (size_t)sizes[i], date);
	}
	ledger_fill(l->filler);
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
load_ledger_free(struct load_ledger *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n_sizes; i++)
		for (size_t v = 0; v < VARIANTS; v++)
			free(l->sizes[i].texts[v].octets);
	pthread_mutex_destroy(&l->lock);
	free(l->entries);
	free(l->unread_why);
	free(l->name);
	free(l);
}

size_t
load_ledger_planned(const struct load_ledger *l)
{
	return l->planned;
}

struct span
load_ledger_prefix(const struct load_ledger *l)
{
	return (struct span){ l->name, l->name_len };
}

/* ---- what workers were told ---- */

static unsigned
add_state(struct load_ledger *l, size_t seq, uint8_t state)
{
	assert(seq < l->planned);
	return atomic_fetch_or(&l->entries[seq].state, state);
}

void
load_ledger_sent(struct load_ledger *l, size_t seq, int64_t at_us)
{
	atomic_store_explicit(
	    &l->entries[seq].sent_us, at_us, memory_order_relaxed);
	add_state(l, seq, SENT);
}

void
load_ledger_accepted(struct load_ledger *l, size_t seq, int64_t at_us)
{
	unsigned before;

	atomic_store_explicit(
	    &l->entries[seq].accepted_us, at_us, memory_order_relaxed);
	before = add_state(l, seq, SENT | ACCEPTED);
	if ((before & ACCEPTED) != 0)
		return;
	atomic_fetch_add(&l->accepted, 1);
	if ((before & SEEN) != 0)
		atomic_fetch_add(&l->met, 1);
}

void
load_ledger_refused(struct load_ledger *l, size_t seq, int64_t at_us)
{
	(void)at_us;
	add_state(l, seq, SENT | REFUSED);
}

void
load_ledger_unknown(struct load_ledger *l, size_t seq, int64_t at_us)
{
	(void)at_us;
	add_state(l, seq, SENT | UNKNOWN);
}

/* ---- what collectors found ---- */

static void
note_copy(struct load_ledger *l, size_t seq, const char *to, int64_t at_us,
    bool in_order)
{
	struct entry *e;
	unsigned before;

	if (seq >= l->planned) {
		atomic_fetch_add(&l->strangers, 1);
		return;
	}
	e = &l->entries[seq];
	if (to != NULL && ledger_hash_to(to) != atomic_load(&e->to)) {
		atomic_fetch_add(&e->astray, 1);
		return;
	}
	if (atomic_fetch_add(&e->copies, 1) > 0)
		return;
	atomic_store(&e->seen_us, at_us);
	if (in_order)
		atomic_store(&e->order, atomic_fetch_add(&l->order, 1) + 1);
	before = add_state(l, seq, SEEN);
	if ((before & ACCEPTED) != 0)
		atomic_fetch_add(&l->met, 1);
}

void
load_ledger_seen(
    struct load_ledger *l, size_t seq, const char *to, int64_t at_us)
{
	note_copy(l, seq, to, at_us, true);
}

void
load_ledger_seen_elsewhere(
    struct load_ledger *l, size_t seq, const char *to, int64_t at_us)
{
	note_copy(l, seq, to, at_us, false);
}

size_t
load_ledger_outstanding(const struct load_ledger *l)
{
	const size_t met = atomic_load(&l->met); /* before what it is part of */

	return atomic_load(&l->accepted) - met;
}

void
load_ledger_unread(struct load_ledger *l, const char *why)
{
	pthread_mutex_lock(&l->lock);
	if (l->unread_why == NULL)
		l->unread_why = mem_text(span_of(why));
	pthread_mutex_unlock(&l->lock);
}
