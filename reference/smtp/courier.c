/* SPDX-License-Identifier: MIT */
#include "reference/smtp/courier.h"
#include "reference/store_mailbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"
#include "reference/smtp/dsn.h"
#include "reference/smtp/mangle.h"
#include "reference/smtp/outbound.h"

#define MESSAGE_MOST ((size_t)256 << 20)
#define READ_MOST    4096
#define PARTING_MS   2000  /* we have what we need; RFC 5321 4.1.1.10 */
#define REST_MS      5000  /* when the store cannot be written to */
#define LOOK_MS      60000 /* at least so often: wall clocks jump */

enum {
	JOBS_MOST = 16,    /* connections at a time */
	LETTERS_MOST = 16, /* in one turn of the loop */
	TO_MOST = 64,      /* recipients of a letter seen to at a time */
};

/* One letter on its way to one next hop. */
struct job {
	struct courier *courier;
	struct job *next;
	struct due *due;
	struct outbound_recipient *to;
	size_t n;
	const char *domain;
	char from[512];
	struct buf message, work, in, out;
	struct outbound_letter letter;
	struct outbound *talk;
	bool opened, connecting, settled;
	struct stream stream;
	struct watch *watch;
	struct timer *timer;
};

struct courier {
	struct loop *loop;
	struct store *store;
	const struct courier_site *site;
	struct timer *timer;
	struct mono rest_until; /* a full disk is no reason to try at once */
	struct job *jobs;
	size_t n_jobs;
};

static int64_t
or_else(int64_t given, int64_t preset)
{
	return given != 0 ? given : preset;
}

static const char *
domain_of(const char *address)
{
	const char *at = strrchr(address, '@');

	return at == NULL ? "" : at + 1;
}

static const struct courier_route *
route_find(const struct courier_site *site, const char *domain)
{
	for (size_t i = 0; i < site->n_routes; i++)
		if (strcasecmp(site->routes[i].domain, domain) == 0)
			return &site->routes[i];
	return NULL;
}

static void
note(const struct courier *c, const struct due *d, const char *event,
    const char *result, const char *why)
{
	char detail[900];

	snprintf(detail, sizeof detail, "%s to %s%s%s", d->message, d->to,
	    why[0] == '\0' ? "" : ": ", why);
	audit_write(c->site->audit, clock_wall(),
	    &(struct audit_event){ .service = "smtp",
		.peer = "",
		.user = span_of(d->from),
		.event = event,
		.result = result,
		.detail = detail });
}

/* ---- reports to the sender ---- */

/* The address in "From:" of a message; false when there is none. */
static bool
author_of(struct span message, char author[512])
{
	while (message.len > 0 && !span_starts(message, SPAN("\r\n"))) {
		struct span line = span_cut(&message, '\n');

		if (!span_casestarts(line, SPAN("From:")))
			continue;
		span_cut(&line, '<');
		line = span_cut(&line, '>');
		snprintf(author, 512, "%.*s", SPAN_FMT(span_take(line, 500)));
		return line.len > 0;
	}
	return false;
}

/*
 * RFC 3461 5.2.4, 4.1: what the sender asked to be told of.  A report of a
 * report there is never: RFC 5321 6.1.
 */
static bool
is_wanted(const struct courier *c, const struct due *d, enum dsn_action action)
{
	const enum fault fault = c->site->fault;

	if (d->from[0] == '\0' && fault != FAULT_BOUNCES_BOUNCES)
		return false;
	if (action == DSN_DELIVERED && fault == FAULT_SUCCESS_IS_IGNORED)
		return false;
	if (action == DSN_FAILED && fault == FAULT_NOTIFY_MEANS_FAILURE_TOO)
		return (d->notify & NOTIFY_NEVER) == 0;
	if (action != DSN_FAILED)
		return (d->notify & NOTIFY_SUCCESS) != 0;
	if (fault == FAULT_NO_BOUNCE)
		return false;
	if ((d->notify & NOTIFY_NEVER) && fault == FAULT_NEVER_IS_IGNORED)
		return true;
	return d->notify == NOTIFY_DEFAULT || (d->notify & NOTIFY_FAILURE);
}

static bool
report_send(struct courier *c, const struct dsn *r, const struct due *d,
    const char *to, struct err *err)
{
	/* RFC 3461 6.2: from <>, and never to be reported on itself. */
	struct recipient back = { .notify = NOTIFY_NEVER };
	struct envelope e = { .to = &back, .n_to = 1 };
	char id[STORE_ID];
	struct buf text;
	bool ok;

	if (c->site->fault == FAULT_BOUNCE_HAS_SENDER)
		dsn_postmaster(c->site->host, e.from);
	snprintf(back.address, sizeof back.address, "%s", to);
	e.smtputf8 = d->smtputf8;
	e.eightbit = d->eightbit;
	buf_init(&text, r->original.len + 65536);
	dsn_write(r, &text);
	ok = store_accept(c->store, &e, buf_span(&text), r->now, id, err);
	buf_free(&text);
	return ok;
}

/* False when the report could not be queued, so that the letter must stay. */
static bool
report(struct courier *c, const struct due *d, enum dsn_action action,
    const struct outbound_result *r, const char *remote)
{
	const bool all =
	    d->ret_full ||
	    (c->site->variant == VARIANT_DSN_RETURNS_ALL && !d->ret_hdrs);
	char id[64], to[512];
	struct err err = { 0 };
	struct buf original;
	bool ok = false;

	if (!is_wanted(c, d, action))
		return true;
	buf_init(&original, MESSAGE_MOST);
	if (!store_message(c->store, d->message, &original))
		goto out;
	snprintf(to, sizeof to, "%s", d->from);
	if (c->site->fault == FAULT_BOUNCE_TO_AUTHOR)
		author_of(buf_span(&original), to);
	if (to[0] == '\0' && !author_of(buf_span(&original), to)) {
		ok = true;
		goto out;
	}
	snprintf(id, sizeof id, "%s.%" PRId64, d->message, d->id);
	ok = report_send(c,
	    &(struct dsn){ .host = c->site->host,
		.to = to,
		.id = id,
		.action = action,
		.recipient = d->to,
		.orcpt = d->orcpt,
		.envid = d->envid,
		.status = r->status,
		.diagnostic = r->reply,
		.why = r->why,
		.remote = remote,
		.full = all && action == DSN_FAILED, /* RFC 3461 4.3 */
		.original = buf_span(&original),
		.arrived = d->accepted,
		.now = clock_wall(),
		.fault = c->site->fault },
	    d, to, &err);
	if (!ok)
		note(c, d, "report", "failure", err.what);
out:
	buf_free(&original);
	return ok;
}

/* ---- what becomes of one recipient ---- */

/*
 * RFC 5321 4.5.4.1: at longer and longer intervals, and a last time when it
 * is time to give up.  False when that is over.
 */
static bool
next_try(const struct courier *c, const struct due *d, struct wall now,
    struct wall *when)
{
	const int64_t first_us =
	    or_else(c->site->first_retry_ms, 30 * 60 * 1000) * 1000;
	const int64_t last_us =
	    d->accepted.us +
	    or_else(c->site->give_up_ms, (int64_t)5 * 24 * 3600 * 1000) * 1000;
	const int factors[] = { 1, 2, 4, 6 };
	const int at = d->attempts < 3 ? d->attempts : 3;

	if (now.us >= last_us || c->site->fault == FAULT_NO_RETRY)
		return false;
	when->us = now.us + first_us * factors[at];
	if (when->us > last_us)
		when->us = last_us;
	return true;
}

static void
keep(struct courier *c, const struct due *d, struct wall when, const char *why)
{
	struct err err = { 0 };

	if (store_retry(c->store, d, when, why, &err)) {
		note(c, d, "deliver", "deferred", why);
		return;
	}
	note(c, d, "deliver", "failure", err.what);
	store_untake(c->store, d);
	c->rest_until.us = clock_mono().us + REST_MS * 1000;
}

/* Should this fail, it stays taken: better stuck than sent again and again. */
static void
drop(struct courier *c, const struct due *d)
{
	struct err err = { 0 };

	if (!store_done(c->store, d, &err))
		note(c, d, "deliver", "failure", err.what);
}

static void
refuse(struct courier *c, const struct due *d, const struct outbound_result *r,
    const char *remote)
{
	const struct wall now = clock_wall();
	struct wall when;

	if (report(c, d, DSN_FAILED, r, remote)) {
		note(c, d, "deliver", "failure",
		    r->reply[0] != '\0' ? r->reply : r->why);
		drop(c, d);
	} else if (next_try(c, d, now, &when))
		keep(c, d, when, "its report could not be queued");
	else
		keep(c, d, (struct wall){ now.us + LOOK_MS * 1000 },
		    "its report could not be queued");
}

/* RFC 3463 3.5, X.4.7: only time has run out. */
static void
defer(struct courier *c, const struct due *d, const struct outbound_result *r,
    const char *remote)
{
	struct outbound_result late = *r;
	struct wall when;

	if (next_try(c, d, clock_wall(), &when)) {
		keep(c, d, when, r->reply[0] != '\0' ? r->reply : r->why);
		return;
	}
	snprintf(late.status, sizeof late.status, "4.4.7");
	refuse(c, d, &late, remote);
}

static void
settle(struct courier *c, const struct due *d, const struct outbound_result *r,
    const char *remote)
{
	const enum fault fault = c->site->fault;

	if (r->fate == OUTBOUND_DEFERRED &&
	    fault == FAULT_DEFERRED_RCPT_BOUNCES &&
	    strstr(r->why, "to RCPT") != NULL) {
		refuse(c, d, r, remote);
		return;
	}
	if (r->fate == OUTBOUND_REFUSED &&
	    fault == FAULT_REFUSED_IS_TRIED_AGAIN && remote[0] != '\0') {
		defer(c, d, r, remote);
		return;
	}
	switch (r->fate) {
	case OUTBOUND_REFUSED:
		refuse(c, d, r, remote);
		break;
	case OUTBOUND_RELAYED:
		if (!report(c, d, DSN_RELAYED, r, remote))
			note(c, d, "report", "failure", "relayed");
		/* fall through */
	case OUTBOUND_HANDED:
		note(c, d, "relay", "success", r->reply);
		drop(c, d);
		break;
	default:
		defer(c, d, r, remote);
	}
}

static struct outbound_result
because(enum outbound_fate fate, const char *status, const char *why)
{
	struct outbound_result r = { .fate = fate };

	snprintf(r.status, sizeof r.status, "%s", status);
	snprintf(r.why, sizeof r.why, "%s", why);
	return r;
}

/* ---- to a mailbox of ours ---- */

/*
 * The report is queued first: should we die in between, there is one report
 * too many and not one too few.
 */
static struct outbound_result
mailbox_put(struct courier *c, const struct due *d, struct span text)
{
	const struct outbound_result taken =
	    because(OUTBOUND_HANDED, "2.0.0", "");
	const struct route route =
	    store_route(c->store, span_of(d->to), (int64_t)text.len);
	struct err err = { 0 };

	if (route.kind == ROUTE_NOBODY)
		return because(
		    OUTBOUND_REFUSED, "5.1.1", "there is no such mailbox");
	if (c->site->fault == FAULT_IMAP_QUOTA_DELIVERED)
		(void)store_quota_set(c->store, route.account, 0, 0, &err);
	else if (route.kind == ROUTE_FULL)
		return because(
		    OUTBOUND_REFUSED, "5.2.2", "the mailbox is full");
	if (!report(c, d, DSN_DELIVERED, &taken, ""))
		return because(
		    OUTBOUND_DEFERRED, "4.3.0", "no room for a report");
	if (!store_deliver(
		c->store, d, route.account, text, clock_wall(), &err))
		return because(OUTBOUND_DEFERRED, "4.3.0", err.what);
	return taken;
}

/* RFC 5321 4.4: final delivery puts the reverse-path on top. */
static void
deliver(struct courier *c, const struct due *d)
{
	struct outbound_result r;
	struct buf text, work;

	buf_init(&text, MESSAGE_MOST);
	buf_init(&work, MESSAGE_MOST);
	buf_addf(&text, "Return-Path: <%s>\r\n", d->from);
	if (store_message(c->store, d->message, &text))
		r = mailbox_put(c, d,
		    mangle_delivered(c->site->fault, buf_span(&text), &work));
	else
		r = because(
		    OUTBOUND_DEFERRED, "4.3.0", "the message is not there");
	buf_free(&work);
	buf_free(&text);
	if (r.fate == OUTBOUND_HANDED)
		note(c, d, "deliver", "success", "");
	else
		settle(c, d, &r, "");
}

/* ---- to a next hop ---- */

static void
job_free(struct job *j)
{
	struct job **at = &j->courier->jobs;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	j->courier->n_jobs--;
	timer_free(j->timer);
	if (j->watch != NULL)
		watch_free(j->watch);
	if (j->opened)
		stream_close(&j->stream);
	outbound_free(j->talk);
	buf_free(&j->message);
	buf_free(&j->work);
	buf_free(&j->in);
	buf_free(&j->out);
	free(j->due);
	free(j->to);
	free(j);
}

static bool
any_deferred(const struct job *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (outbound_result(j->talk, i)->fate == OUTBOUND_DEFERRED)
			return true;
	return false;
}

static void
job_settle(struct job *j)
{
	struct courier *c = j->courier;

	if (j->settled)
		return;
	j->settled = true;
	for (size_t i = 0; i < j->n; i++) {
		const struct outbound_result *r = outbound_result(j->talk, i);

		if (c->site->fault == FAULT_RETRY_REPEATS_DELIVERED &&
		    any_deferred(j) && r->fate != OUTBOUND_REFUSED)
			defer(c, &j->due[i], r, j->domain);
		else
			settle(c, &j->due[i], r, j->domain);
	}
	courier_wake(c);
}

static void
job_end(struct job *j, const char *status, const char *why)
{
	struct courier *c = j->courier;

	outbound_broke(j->talk, status, why);
	job_settle(j);
	job_free(j);
	courier_wake(c);
}

static void
job_late(void *ctx)
{
	struct job *j = ctx;

	j->timer = NULL;
	job_end(j, j->connecting ? "4.4.1" : "4.4.2",
	    "the next hop did not answer in time");
}

static void
job_wait(struct job *j)
{
	const int64_t ms = or_else(j->courier->site->reply_ms, 600000);

	timer_free(j->timer);
	j->timer = loop_after(j->courier->loop,
	    j->settled && ms > PARTING_MS ? PARTING_MS : ms, job_late, j);
}

/* False when the stream is over. */
static bool
job_read(struct job *j)
{
	enum stream_wait wait;

	do {
		buf_clear(&j->in);
		wait = stream_read(&j->stream, &j->in, READ_MOST);
		outbound_feed(j->talk, buf_span(&j->in), &j->out);
	} while (wait == STREAM_DONE && !outbound_parted(j->talk));
	return wait != STREAM_OVER;
}

static void
job_ready(void *ctx, unsigned what)
{
	struct job *j = ctx;
	bool open = job_read(j);

	(void)what;
	if (open && j->out.len > 0)
		open = stream_write(&j->stream, &j->out) != STREAM_OVER;
	if (outbound_over(j->talk))
		job_settle(j);
	if (j->out.full)
		job_end(j, "4.5.0", "the next hop answers what nobody asked");
	else if (!open)
		job_end(j, "4.4.2", "the next hop closed the connection");
	else if (outbound_parted(j->talk))
		job_end(j, "", "");
	else {
		watch_change(
		    j->watch, LOOP_READ | (j->out.len > 0 ? LOOP_WRITE : 0));
		job_wait(j);
	}
}

static void
job_connected(void *ctx, unsigned what)
{
	struct job *j = ctx;
	struct courier *c = j->courier;
	const struct courier_route *route = route_find(c->site, j->domain);
	const int fd = j->stream.fd;
	struct err err;

	(void)what;
	if (!net_connected(fd, route->host, route->port, &err)) {
		job_end(j, "4.4.1", err.what);
		return;
	}
	j->connecting = false;
	watch_free(j->watch);
	j->watch = loop_watch(c->loop, fd, LOOP_READ, job_ready, j);
	job_wait(j);
}

static bool
job_connect(struct job *j, struct err *err)
{
	struct courier *c = j->courier;
	const struct courier_route *route = route_find(c->site, j->domain);
	int fd;

	if (!net_connect_begin(route->host, route->port, &fd, err))
		return false;
	stream_init(&j->stream, fd);
	j->opened = j->connecting = true;
	j->watch = loop_watch(c->loop, fd, LOOP_WRITE, job_connected, j);
	j->timer = loop_after(
	    c->loop, or_else(c->site->connect_ms, 2000), job_late, j);
	return true;
}

/* What we send as the sender; two faults send another one. */
static void
job_sender(struct job *j)
{
	const struct courier_site *site = j->courier->site;

	if (site->fault == FAULT_RELAY_CHANGES_SENDER)
		dsn_postmaster(site->host, j->from);
	else if (site->fault == FAULT_RETRY_FORGETS_SENDER &&
		 j->due[0].attempts > 0)
		j->from[0] = '\0';
	else
		snprintf(j->from, sizeof j->from, "%s", j->due[0].from);
}

static void
job_recipients(struct job *j)
{
	const enum fault fault = j->courier->site->fault;

	for (size_t i = 0; i < j->n; i++) {
		char *p = j->due[i].to;

		j->to[i] = (struct outbound_recipient){ .address = p,
			.orcpt = fault == FAULT_RELAY_DROPS_ORCPT
				     ? ""
				     : j->due[i].orcpt,
			.notify = fault == FAULT_RELAY_DROPS_NOTIFY
				      ? NOTIFY_DEFAULT
				      : j->due[i].notify };
		if (fault == FAULT_RELAY_LOWERS_LOCAL_PART)
			for (; *p != '\0' && *p != '@'; p++)
				if (*p >= 'A' && *p <= 'Z')
					*p = (char)(*p - 'A' + 'a');
	}
}

static void
job_letter(struct job *j)
{
	const struct courier_site *site = j->courier->site;
	const struct due *d = &j->due[0];

	job_sender(j);
	job_recipients(j);
	j->letter = (struct outbound_letter){
		.host = site->fault == FAULT_RELAY_SAYS_LOCALHOST ? "localhost"
								  : site->host,
		.from = j->from,
		.envid = site->fault == FAULT_RELAY_DROPS_ENVID ? "" : d->envid,
		.ret_hdrs = d->ret_hdrs && site->fault != FAULT_RELAY_DROPS_RET,
		.ret_full = d->ret_full && site->fault != FAULT_RELAY_DROPS_RET,
		.eightbit = d->eightbit,
		.smtputf8 = d->smtputf8,
		.message = mangle(site->fault, buf_span(&j->message), &j->work),
		.to = j->to,
		.n_to = j->n,
		.one_each =
		    site->variant == VARIANT_ONE_RECIPIENT_A_TRANSACTION,
		.twice = site->fault == FAULT_RELAY_TWICE,
		.unstuffed = site->fault == FAULT_RELAY_UNSTUFFS_TWICE,
		.no_smtputf8 = site->fault == FAULT_RELAY_FORGETS_SMTPUTF8,
		.no_body = site->fault == FAULT_RELAY_OMITS_BODY,
	};
}

/* Takes over n recipients of one message at one domain. */
static void
job_start(struct courier *c, const struct due *due, size_t n)
{
	struct job *j = mem_new(1, sizeof *j);
	struct err err = { 0 };
	bool there;

	*j = (struct job){ .courier = c, .next = c->jobs, .n = n };
	c->jobs = j;
	c->n_jobs++;
	j->due = mem_new(n, sizeof *j->due);
	memcpy(j->due, due, n * sizeof *due);
	j->to = mem_new(n, sizeof *j->to);
	j->domain = domain_of(j->due[0].to);
	buf_init(&j->message, MESSAGE_MOST);
	buf_init(&j->work, MESSAGE_MOST);
	buf_init(&j->in, READ_MOST);
	there = store_message(c->store, due->message, &j->message);
	job_letter(j);
	buf_init(&j->out, outbound_most(&j->letter));
	j->talk = outbound_new(&j->letter);
	if (!there)
		job_end(j, "4.3.0", "the message is not there");
	else if (!job_connect(j, &err))
		job_end(j, "4.4.1", err.what);
}

/* ---- what is due ---- */

static void
send_away(struct courier *c, struct due *due, size_t n)
{
	const char *domain = domain_of(due->to);
	const struct courier_route *route = route_find(c->site, domain);
	const struct outbound_result r =
	    because(OUTBOUND_REFUSED, "5.4.4", "there is no way to its domain");

	if (c->site->fault == FAULT_RELAY_LOSES_RECIPIENT)
		for (; n > 1; n--)
			drop(c, &due[n - 1]);
	if (route != NULL && route->port != 0) {
		job_start(c, due, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		settle(c, &due[i], &r, "");
}

static int
by_domain(const void *a, const void *b)
{
	const struct due *x = a, *y = b;
	const int order = strcasecmp(domain_of(x->to), domain_of(y->to));

	return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

/* FAULT_LOCAL_SWALLOWS_REMOTE: how many are left. */
static size_t
drop_remote(struct courier *c, struct due *due, size_t n)
{
	bool local = false;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		local |= store_route(c->store, span_of(due[i].to), 0).kind !=
			 ROUTE_AWAY;
	for (size_t i = 0; i < n; i++)
		if (local &&
		    store_route(c->store, span_of(due[i].to), 0).kind ==
			ROUTE_AWAY)
			drop(c, &due[i]);
		else
			due[kept++] = due[i];
	return kept;
}

/* All recipients of one letter that are due: RFC 5321 4.5.4.1, one copy. */
static void
see_to(struct courier *c, const struct due *first, struct wall now)
{
	struct due *due = mem_new(TO_MOST, sizeof *due);
	size_t n = 0, end;

	due[0] = *first;
	do
		store_take(c->store, &due[n++]);
	while (n < TO_MOST &&
	       store_due_of(c->store, first->message, now, &due[n]));
	qsort(due, n, sizeof *due, by_domain);
	if (c->site->fault == FAULT_LOCAL_SWALLOWS_REMOTE)
		n = drop_remote(c, due, n);
	for (size_t i = 0; i < n; i = end) {
		end = i + 1;
		if (store_route(c->store, span_of(due[i].to), 0).kind !=
		    ROUTE_AWAY) {
			deliver(c, &due[i]);
			continue;
		}
		while (end < n && strcasecmp(domain_of(due[end].to),
				      domain_of(due[i].to)) == 0)
			end++;
		send_away(c, &due[i], end - i);
	}
	free(due);
}

static bool
is_resting(const struct courier *c)
{
	return clock_mono().us < c->rest_until.us;
}

static void
look(void *ctx)
{
	struct courier *c = ctx;
	const struct wall now = clock_wall();
	int64_t ms = LOOK_MS;
	struct wall when;
	struct due d;

	c->timer = NULL;
	for (int i = 0; i < LETTERS_MOST && c->n_jobs < JOBS_MOST &&
			!is_resting(c) && store_due(c->store, now, &d);
	     i++)
		see_to(c, &d, now);
	timer_free(c->timer);
	if (is_resting(c))
		ms = REST_MS;
	else if (c->n_jobs < JOBS_MOST && store_next_due(c->store, &when) &&
		 when.us - now.us < ms * 1000)
		ms = when.us <= now.us ? 0 : (when.us - now.us) / 1000 + 1;
	c->timer = loop_after(c->loop, ms, look, c);
}

void
courier_wake(struct courier *c)
{
	timer_free(c->timer);
	c->timer = loop_after(c->loop, 0, look, c);
}

bool
courier_idle(const struct courier *c)
{
	struct wall when;

	return c->jobs == NULL && !store_next_due(c->store, &when);
}

struct courier *
courier_new(
    struct loop *loop, struct store *store, const struct courier_site *site)
{
	struct courier *c = mem_new(1, sizeof *c);

	*c = (struct courier){ .loop = loop, .store = store, .site = site };
	courier_wake(c);
	return c;
}

void
courier_free(struct courier *c)
{
	if (c == NULL)
		return;
	while (c->jobs != NULL)
		job_free(c->jobs);
	timer_free(c->timer);
	free(c);
}
