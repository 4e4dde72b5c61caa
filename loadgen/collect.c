/* SPDX-License-Identifier: MIT */
#include "loadgen/collect.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "loadgen/collect_inner.h"

enum {
	AGAIN_MS = 500,       /* after a session was lost */
	TRIES = 5,            /* to read the rest, in the end */
	LOOKS_A_SECOND = 200, /* at all mailboxes together */
};

static const struct collect_way *
way(const struct mailbox *b)
{
	return b->all->pop3 ? &collect_pop3 : &collect_imap;
}

/* ---- what mailboxes are told, and tell ---- */

static bool
is_stopped(const struct load_collect *c)
{
	const volatile bool *stop = atomic_load(&c->stop);

	return stop != NULL && *stop;
}

bool
collect_is_over(struct mailbox *b)
{
	const struct load_collect *c = b->all;
	const int64_t now = clock_mono().us;

	if (!atomic_load(&c->ending))
		return false;
	if (is_stopped(c) || now >= atomic_load(&c->deadline_us))
		return true;
	if (load_ledger_outstanding(c->ledger) > 0)
		b->quiet_since_us = 0;
	else if (b->quiet_since_us == 0)
		b->quiet_since_us = now;
	return b->quiet_since_us != 0 &&
	       now - b->quiet_since_us >= c->o.linger_ms * 1000;
}

void
collect_nap(struct mailbox *b, int64_t ms)
{
	if (!is_stopped(b->all))
		poll(NULL, 0, (int)ms);
}

/* More comes in, so more may come: the deadline moves on. */
static void
wait_on(struct load_collect *c)
{
	const int64_t last = atomic_load(&c->last_us);
	const int64_t next = clock_mono().us + c->o.wait_us;

	if (atomic_load(&c->ending))
		atomic_store(&c->deadline_us, next < last ? next : last);
}

void
collect_copy(struct mailbox *b, struct copy c)
{
	wait_on(b->all);
	load_ledger_seen(b->all->ledger, c.seq, b->to, c.at_us);
	b->copies = mem_grow(b->copies, (b->n_copies + 1) * sizeof *b->copies);
	b->copies[b->n_copies++] = c;
}

/* ---- a mailbox ---- */

static bool
enter(struct mailbox *b, bool again)
{
	collect_close(&b->wire);
	b->inside = way(b)->enter(b, again);
	return b->inside;
}

static bool
look(struct mailbox *b)
{
	b->inside = (b->inside || enter(b, true)) && way(b)->look(b);
	return b->inside;
}

static bool
read_rest(struct mailbox *b)
{
	b->inside = look(b) && way(b)->read(b);
	return b->inside;
}

static void
note_unread(struct mailbox *b)
{
	char why[240];

	snprintf(why, sizeof why, "mailbox of %s: %s", b->account->role,
	    b->wire.why[0] == '\0' ? "interrupted" : b->wire.why);
	load_ledger_unread(b->all->ledger, why);
}

static void
finish(struct mailbox *b)
{
	int tries = 0;

	while (!read_rest(b) && ++tries < TRIES && !is_stopped(b->all))
		collect_nap(b, AGAIN_MS);
	if (!b->inside)
		note_unread(b);
	if (!b->all->o.keep && b->inside && !way(b)->remove(b)) {
		snprintf(b->why_left, sizeof b->why_left, "%s", b->wire.why);
		enter(b, true);
	}
	if (b->inside && way(b)->search_elsewhere != NULL &&
	    load_ledger_outstanding(b->all->ledger) > 0 &&
	    !way(b)->search_elsewhere(b)) {
		note_unread(b);
		b->inside = false;
	}
	if (b->inside && way(b)->leave != NULL)
		way(b)->leave(b);
	collect_close(&b->wire);
}

static void *
run(void *ctx)
{
	struct mailbox *b = ctx;

	while (!collect_is_over(b)) {
		if (look(b))
			way(b)->rest(b);
		else
			collect_nap(b, AGAIN_MS);
	}
	finish(b);
	return NULL;
}

static void
forget(struct mailbox *b)
{
	collect_close(&b->wire);
	for (size_t i = 0; i < b->n_known; i++)
		free(b->known[i]);
	for (size_t i = 0; i < b->n_ours; i++)
		free(b->ours[i]);
	free(b->known);
	free(b->ours);
	free(b->fresh);
	free(b->copies);
	hist_free(&b->gaps);
}

/* ---- all of them ---- */

static void
collect_free(struct load_collect *c)
{
	for (size_t i = 0; i < c->n_boxes; i++)
		forget(&c->boxes[i]);
	free(c->boxes);
	free(c);
}

/* Two roles may be one person. */
static void
add_box(struct load_collect *c, const struct profile_account *a)
{
	struct mailbox *b;

	for (size_t i = 0; i < c->n_boxes; i++) {
		b = &c->boxes[i];
		if (strcmp(b->account->user, a->user) != 0)
			continue;
		if (b->to != NULL && strcmp(b->to, a->address) != 0)
			b->to = NULL;
		return;
	}
	b = &c->boxes[c->n_boxes++];
	*b = (struct mailbox){ .all = c, .account = a, .to = a->address };
	hist_init(&b->gaps);
}

static bool
add_boxes(struct load_collect *c, struct err *err)
{
	const struct load_collect_options *o = &c->o;

	for (size_t i = 0; i < o->n_accounts; i++) {
		const struct profile_account *a =
		    profile_account(o->profile, o->accounts[i]);

		if (a == NULL)
			return err_set(err, ERR_CONFIG,
			    "%s: accounts: there is no \"%s\"",
			    o->profile->path, o->accounts[i]);
		add_box(c, a);
	}
	return true;
}

static bool
enter_all(struct load_collect *c, struct err *err)
{
	for (size_t i = 0; i < c->n_boxes; i++)
		if (!enter(&c->boxes[i], false))
			return err_set(err, ERR_PROTOCOL,
			    "mailbox of %s over %s: %s",
			    c->boxes[i].account->role, c->o.service,
			    c->boxes[i].wire.why);
	return true;
}

static bool
begin_all(struct load_collect *c, struct err *err)
{
	for (size_t i = 0; i < c->n_boxes; i++) {
		struct mailbox *b = &c->boxes[i];

		errno = pthread_create(&b->thread, NULL, run, b);
		if (errno != 0)
			return err_set(err, ERR_IO, "thread of a mailbox");
		b->running = true;
	}
	return true;
}

static void
end_all(struct load_collect *c, int64_t wait_us)
{
	const int64_t now = clock_mono().us;

	atomic_store(&c->deadline_us, now + wait_us);
	atomic_store(&c->last_us, now + COLLECT_PATIENCE * wait_us);
	atomic_store(&c->ending, true);
	for (size_t i = 0; i < c->n_boxes; i++)
		if (c->boxes[i].running)
			pthread_join(c->boxes[i].thread, NULL);
}

struct load_collect *
load_collect_start(const struct load_collect_options *o,
    struct load_ledger *ledger, struct err *err)
{
	struct load_collect *c = mem_new(1, sizeof *c);

	c->o = *o;
	c->ledger = ledger;
	c->endpoint = profile_endpoint(o->profile, o->service);
	c->pop3 = strncmp(o->service, "pop3", 4) == 0;
	c->boxes = mem_new(o->n_accounts + 1, sizeof *c->boxes);
	if (c->o.linger_ms == 0)
		c->o.linger_ms = COLLECT_LINGER_MS;
	if (c->endpoint == NULL)
		err_set(err, ERR_CONFIG,
		    "%s: endpoints: there is no \"%s\", by which messages are "
		    "to be collected",
		    o->profile->path, o->service);
	else if (o->n_accounts == 0 || o->n_accounts > COLLECT_MOST)
		err_set(err, ERR_CONFIG,
		    "%zu mailboxes are to be collected; would be right: 1 to "
		    "%d",
		    o->n_accounts, COLLECT_MOST);
	else if (add_boxes(c, err) && enter_all(c, err)) {
		const int64_t least =
		    1000 * (int64_t)c->n_boxes / LOOKS_A_SECOND;

		c->poll_ms = o->poll_ms == 0 ? COLLECT_POLL_MS : o->poll_ms;
		if (c->poll_ms < least)
			c->poll_ms = least;
		if (begin_all(c, err))
			return c;
		end_all(c, 0);
	}
	collect_free(c);
	return NULL;
}

void
load_collect_finish(struct load_collect *c, const volatile bool *stop,
    struct measure_ledger *m, struct load_collected *out)
{
	const int64_t began = clock_mono().us;
	struct hist gaps;

	hist_init(&gaps);
	*out = (struct load_collected){ .mailboxes = c->n_boxes };
	atomic_store(&c->stop, stop);
	end_all(c, c->o.wait_us);
	if (is_stopped(c) && load_ledger_outstanding(c->ledger) > 0)
		load_ledger_unread(
		    c->ledger, "interrupted while messages were outstanding");
	for (size_t i = 0; i < c->n_boxes; i++) {
		const struct mailbox *b = &c->boxes[i];

		hist_merge(&gaps, &b->gaps);
		out->found += b->n_copies + b->n_elsewhere;
		out->removed += b->removed;
		if (out->why_left[0] == '\0' && b->why_left[0] != '\0')
			snprintf(out->why_left, sizeof out->why_left,
			    "mailbox of %s: %.150s", b->account->role,
			    b->why_left);
	}
	m->poll_us = hist_percentile(&gaps, 99);
	m->collected_us = (uint64_t)(clock_mono().us - began);
	hist_free(&gaps);
	collect_free(c);
}
