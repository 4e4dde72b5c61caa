/* SPDX-License-Identifier: MIT */
/*
 * What a pump is made of before its threads are: where its routes lead to,
 * who goes, how many connections each worker has.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "loadgen/feeder.h"
#include "loadgen/worker.h"

enum { SPARE_FILES = 64 };

/* ---- the plan ---- */

size_t
messages_of(const struct scenario *s, const struct arrival *a)
{
	const struct scenario_flow *f = &s->flows[a->flow];

	if (!f->delivers || s->arrive == ARRIVE_CLOSED || f->stays)
		return 0;
	if (s->arrive == ARRIVE_REQUESTS || f->repeat < 1)
		return 1;
	return (size_t)f->repeat;
}

static size_t
numbered_messages(const struct scenario *s, const struct load_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += messages_of(s, &plan->at[i]);
	return n;
}

static bool
has_own_messages(const struct scenario *s)
{
	for (size_t i = 0; i < s->n_flows; i++)
		if (s->flows[i].delivers &&
		    (s->arrive == ARRIVE_CLOSED || s->flows[i].stays))
			return true;
	return false;
}

size_t
pump_messages(const struct scenario *s, const struct load_plan *plan)
{
	return numbered_messages(s, plan) +
	       (has_own_messages(s) ? PUMP_OWN_MESSAGES : 0);
}

/* ---- before the start ---- */

static void
more(size_t *most, size_t n)
{
	if (n > *most)
		*most = n;
}

static struct span
owned(const char *text)
{
	return span_of(text == NULL ? "" : text);
}

static bool
accounts_init(struct pump *p, struct err *err)
{
	const struct scenario *s = p->o->scenario;

	p->n_accounts = s->n_accounts;
	p->accounts = mem_new(s->n_accounts, sizeof p->accounts[0]);
	for (size_t i = 0; i < s->n_accounts; i++) {
		const struct profile_account *from =
		    profile_account(p->o->profile, s->accounts[i]);
		struct account *a = &p->accounts[i];
		struct buf clear, plain;

		if (from == NULL)
			return err_set(err, ERR_CONFIG,
			    "%s: account \"%s\": the profile %s has none of "
			    "that role",
			    s->path, s->accounts[i], p->o->profile->path);
		a->user = owned(from->user);
		a->password = owned(from->password);
		a->address = owned(from->address);
		a->dn = owned(from->dn);
		buf_init(&clear, 4096);
		buf_init(&plain, 8192);
		buf_add(&clear, (struct span){ "", 1 });
		buf_add(&clear, a->user);
		buf_add(&clear, (struct span){ "", 1 });
		buf_add(&clear, a->password);
		text_base64(buf_span(&clear), &plain);
		a->plain =
		    (struct span){ mem_text(buf_span(&plain)), plain.len };
		buf_free(&clear);
		buf_free(&plain);
		more(&p->longest, a->user.len);
		more(&p->longest, a->address.len);
		more(&p->longest, a->password.len);
		more(&p->longest, a->dn.len);
		more(&p->longest, a->plain.len);
	}
	return true;
}

/* A message of that size whose content is nobody's concern. */
static void
filler_init(struct pump *p)
{
	static const char head[] = "Subject: load\r\n\r\n";
	const size_t n = p->longest + 1;

	p->filler = mem_new(n + 1, 1);
	for (size_t i = 0; i < n; i++)
		p->filler[i] = i % 72 == 70   ? '\r'
			       : i % 72 == 71 ? '\n'
					      : (char)('a' + i % 23);
	for (size_t i = 0; i < sizeof head - 1 && i < n; i++)
		p->filler[i] = head[i];
}

static bool
route_init(struct pump *p, struct route *r, const struct scenario_flow *f,
    const char *const *columns, struct err *err)
{
	const struct scenario *s = p->o->scenario;
	const struct profile_endpoint *e =
	    profile_endpoint(p->o->profile, f->service);
	const struct driver_setting d = { .scenario = s,
		.flow = f,
		.endpoint = e,
		.ops = &p->ops,
		.columns = columns,
		.n_columns =
		    p->o->feeder == NULL ? 0 : feeder_columns(p->o->feeder),
		.longest = p->longest };

	if (e == NULL)
		return err_set(err, ERR_CONFIG,
		    "%s: flow \"%s\": the profile %s has no endpoint \"%s\"",
		    s->path, f->name, p->o->profile->path, f->service);
	r->flow = f;
	r->driver = driver_of(f);
	r->program = r->driver->compile(&d, err);
	if (r->program == NULL)
		return false;
	r->implicit_tls = e->tls == PROFILE_TLS_IMPLICIT;
	r->tls_name = e->name != NULL ? e->name : e->host;
	more(&p->state_size, r->program->state_size);
	more(&p->n_slots, r->program->streams);
	more(&p->out_most, r->program->out_most);
	more(&p->scratch, r->program->scratch);
	more(&p->hold_most, r->program->hold_most);
	p->stays |= f->stays;
	return net_resolve(e->host, e->port, &r->address, err);
}

static bool
routes_init(struct pump *p, struct err *err)
{
	const struct scenario *s = p->o->scenario;
	const char *columns[DRIVER_COLUMNS];

	p->n_slots = DRIVER_OPEN_OPS;
	more(&p->longest, 256);
	for (size_t i = 0; i < s->n_flows; i++)
		more(&p->longest, (size_t)s->flows[i].size);
	if (p->o->feeder != NULL) {
		more(&p->longest, feeder_longest(p->o->feeder));
		for (size_t i = 0; i < feeder_columns(p->o->feeder); i++)
			columns[i] = feeder_name(p->o->feeder, i);
	}
	filler_init(p);
	for (size_t i = 0; i < s->n_flows; i++) {
		p->n_routes++;
		if (!route_init(p, &p->routes[i], &s->flows[i], columns, err))
			return false;
	}
	/* state of a connection keeps its alignment in an array */
	p->state_size = (p->state_size + 15) & ~(size_t)15;
	return true;
}

/* Connections are shared out by weight; every flow in use has one. */
static void
pools_init(struct pump *p)
{
	const struct scenario *s = p->o->scenario;
	size_t arrivals[SCENARIO_FLOWS] = { 0 }, all = 0;

	p->n_conns =
	    ((size_t)(s->connections < 1 ? 1 : s->connections) + p->parts - 1) /
	    p->parts;
	p->n_waiting =
	    ((size_t)(s->queue < 0 ? 0 : s->queue) + p->parts - 1) / p->parts;
	if (s->arrive != ARRIVE_REQUESTS)
		return;
	for (size_t i = 0; i < p->o->plan->n; i++)
		arrivals[p->o->plan->at[i].flow]++;
	for (size_t i = 0; i < p->n_routes; i++) {
		if (arrivals[i] == 0)
			continue;
		p->routes[i].pool =
		    (p->n_conns * arrivals[i] + p->o->plan->n / 2) /
		    p->o->plan->n;
		if (p->routes[i].pool == 0)
			p->routes[i].pool = 1;
		all += p->routes[i].pool;
	}
	more(&p->n_conns, all);
}

static unsigned
workers_of(const struct pump_options *o)
{
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = o->workers;

	if (n == 0)
		n = cores > 1 ? (unsigned)cores - 1 : 1;
	/* more threads than connections have nothing to do */
	if (o->scenario->connections > 0 &&
	    n > (unsigned)o->scenario->connections)
		n = (unsigned)o->scenario->connections;
	return n > PUMP_WORKERS ? PUMP_WORKERS : n;
}

/* Two roles may be one mailbox; by POP3 a message may become \Seen. */
static void
books_init(struct pump *p)
{
	unsigned others = 0;
	bool imap = false;

	for (size_t i = 0; i < p->n_routes; i++) {
		const char *service = p->routes[i].flow->service;

		if (strncmp(service, "pop3", 4) == 0)
			others |= MODEL_SEEN;
		p->routes[i].imap = strncmp(service, "imap", 4) == 0;
		imap |= p->routes[i].imap;
	}
	if (!imap)
		return;
	p->books = mem_new(p->n_accounts + 1, sizeof p->books[0]);
	for (size_t i = 0; i < p->n_accounts; i++) {
		for (size_t k = 0; k < i && p->books[i] == NULL; k++)
			if (span_eq(p->accounts[k].user, p->accounts[i].user))
				p->books[i] = p->books[k];
		if (p->books[i] == NULL)
			p->books[i] = mailbox_book_new(others);
	}
}

static void
books_free(struct pump *p)
{
	for (size_t i = 0; p->books != NULL && i < p->n_accounts; i++) {
		mailbox_book_free(p->books[i]);
		for (size_t k = i + 1; k < p->n_accounts; k++)
			if (p->books[k] == p->books[i])
				p->books[k] = NULL;
	}
	free(p->books);
}

bool
pump_init(struct pump *p, const struct pump_options *o, struct err *err)
{
	*p = (struct pump){
		.o = o, .n_workers = workers_of(o), .n_arrivals = o->plan->n
	};
	p->parts = p->n_workers * (o->ranks == 0 ? 1 : o->ranks);
	p->n_messages = numbered_messages(o->scenario, o->plan);
	if (!operations_of(o->scenario, &p->ops, err) ||
	    !accounts_init(p, err) || !routes_init(p, err))
		return false;
	books_init(p);
	pools_init(p);
	return net_descriptors(
	    p->n_workers * (p->n_conns + 8) + SPARE_FILES, err);
}

void
pump_free(struct pump *p)
{
	books_free(p);
	for (size_t i = 0; i < p->n_routes; i++)
		if (p->routes[i].program != NULL)
			p->routes[i].driver->free(p->routes[i].program);
	for (size_t i = 0; i < p->n_accounts; i++)
		free((char *)p->accounts[i].plain.ptr);
	free(p->accounts);
	free(p->filler);
}
