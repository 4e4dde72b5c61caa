/* SPDX-License-Identifier: MIT */
/*
 * All that a worker has is taken before it runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/mem.h"
#include "loadgen/worker.h"

/* ---- memory that is shared out ---- */

/*
 * Room for what cannot be used or sent at once.  There is a piece for every
 * need there can be, but only those that were in use cost memory.
 */
static bool
slab_init(struct worker *w, struct err *err)
{
	const struct pump *p = w->pump;
	const size_t each = p->hold_most + WORKER_READ;
	void *at;

	w->slab_size = each > 2 * p->out_most ? each : 2 * p->out_most;
	w->slab_size = (w->slab_size + 4095) & ~(size_t)4095;
	at = mmap(NULL, 2 * p->n_conns * w->slab_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return err_set(err, ERR_CONFIG,
		    "no address space for %zu connections that may each hold "
		    "%zu octets: ask for fewer connections",
		    p->n_conns, w->slab_size);
	w->slab = at;
	return true;
}

char *
slab_take(struct worker *w)
{
	char *piece = w->slab_free;

	if (piece != NULL) {
		memcpy(&w->slab_free, piece, sizeof w->slab_free);
		return piece;
	}
	if (w->slab_used == 2 * w->pump->n_conns)
		return NULL;
	return w->slab + w->slab_size * w->slab_used++;
}

void
slab_give(struct worker *w, char *piece)
{
	if (piece == NULL)
		return;
	memcpy(piece, &w->slab_free, sizeof w->slab_free);
	w->slab_free = piece;
}

/* ---- making and unmaking ---- */

static bool
tls_init(struct worker *w, struct err *err)
{
	const struct pump *p = w->pump;

	for (size_t i = 0; i < p->n_routes; i++) {
		const char *alpn = p->routes[i].program->alpn;

		if (!p->routes[i].implicit_tls && !p->routes[i].program->tls)
			continue;
		w->tls[i] = tls_client(p->o->profile->trust, err);
		if (w->tls[i] == NULL)
			return false;
		tls_read_ahead(w->tls[i]);
		if (p->n_conns > 1000)
			tls_thrifty(w->tls[i]);
		if (p->o->scenario->resume_tls)
			tls_resume(w->tls[i]);
		if (alpn != NULL && !tls_alpn(w->tls[i], alpn))
			return err_set(
			    err, ERR_CONFIG, "no such protocol \"%s\"", alpn);
	}
	return true;
}

static bool
polls(struct worker *w, struct err *err)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = WORKER_WAKE };

	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->epoll == -1 || w->wake == -1)
		return err_set(err, ERR_IO, "epoll");
	epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->wake, &e);
	return true;
}

bool
worker_init(struct worker *w, struct pump *p, unsigned index, struct err *err)
{
	const struct pump_options *o = p->o;

	*w = (struct worker){
		.pump = p, .index = index, .epoll = -1, .wake = -1
	};
	w->part = o->rank * p->n_workers + index;
	for (; w->next < w->part && w->next < o->plan->n; w->next++)
		w->next_message +=
		    messages_of(o->scenario, &o->plan->at[w->next]);
	w->next = w->part;
	w->chance = o->scenario->seed ^ (w->part + UINT64_C(1)) * 0x9e3779b9u;
	w->made = NO_MESSAGE;
	w->n_id = (size_t)snprintf(w->id, sizeof w->id - 48, "%.40s.%u.",
	    o->run == NULL ? "run" : o->run, w->part);
	tally_init(&w->tally, p->ops.n);
	w->conns = mem_new(p->n_conns, sizeof w->conns[0]);
	w->states = mem_new(p->n_conns, p->state_size);
	w->bodies = mem_new(p->n_conns * p->n_slots, sizeof w->bodies[0]);
	w->open_ops = mem_new(p->n_conns * p->n_slots, sizeof w->open_ops[0]);
	if (p->books != NULL)
		w->views = mem_new(p->n_conns, sizeof w->views[0]);
	for (size_t i = 0; i < p->n_routes; i++)
		w->lines[i].at =
		    mem_new(p->n_waiting + 1, sizeof w->lines[i].at[0]);
	w->in = mem_new(WORKER_READ, 1);
	w->text = mem_new(p->out_most + p->scratch + 64, 1);
	w->message = mem_new(p->longest + 2, 1);
	w->turn = (struct driver_turn){ .out = w->text,
		.room = p->out_most + p->scratch + 64,
		.value = worker_value,
		.kept = o->answers == NULL ? NULL : worker_keep,
		.pump = w };
	return slab_init(w, err) && polls(w, err) && tls_init(w, err);
}

void
worker_free(struct worker *w)
{
	const struct pump *p = w->pump;

	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n_routes; i++) {
		tls_context_free(w->tls[i]);
		free(w->lines[i].at);
	}
	if (w->slab != NULL)
		munmap(w->slab, 2 * p->n_conns * w->slab_size);
	if (w->epoll != -1)
		close(w->epoll);
	if (w->wake != -1)
		close(w->wake);
	tally_free(&w->tally);
	free(w->conns);
	free(w->states);
	free(w->bodies);
	free(w->open_ops);
	free(w->views);
	free(w->in);
	free(w->text);
	free(w->message);
}
