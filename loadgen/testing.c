/* SPDX-License-Identifier: MIT */
#include "loadgen/testing.h"

#include <assert.h>
#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "loadgen/arrival.h"
#include "loadgen/testing_inner.h"

#define PASSWORD "YANSHOU_TESTING_PASSWORD"

/* ---- mailboxes ---- */

struct box *
testing_box(struct testing *t, const char *address)
{
	for (size_t i = 0; i < t->n_boxes; i++)
		if (strcmp(t->boxes[i].address, address) == 0)
			return &t->boxes[i];
	assert(t->n_boxes < TESTING_BOXES);
	t->boxes[t->n_boxes] =
	    (struct box){ .address = mem_text(span_of(address)), .next = 1 };
	return &t->boxes[t->n_boxes++];
}

struct box *
testing_folder(struct testing *t, const char *address, const char *folder)
{
	char *name = mem_textf("%s/%s", address, folder);
	struct box *b =
	    testing_box(t, strcasecmp(folder, "INBOX") == 0 ? address : name);

	free(name);
	return b;
}

/* Room is doubled: n is a power of two when there is none left. */
static void
store_one(struct testing *t, struct box *b, struct span message)
{
	struct mail *m;

	if ((b->n & (b->n - 1)) == 0)
		b->mails = mem_grow(
		    b->mails, (b->n == 0 ? 1 : 2 * b->n) * sizeof *b->mails);
	m = &b->mails[b->n++];
	*m = (struct mail){ .octets = mem_text(message),
		.n = message.len,
		.uid = b->next++,
		.visible_us = clock_mono().us + t->o.visible_us +
			      t->o.slower_us * (int64_t)b->n };
}

static void
store(struct testing *t, struct box *b, struct span message)
{
	store_one(t, b, message);
	for (size_t i = 0; i < t->n_held; i++) {
		struct held *h = &t->held[i];

		if (h->box != b || h->left == 0 || --h->left > 0)
			continue;
		store_one(t, b, (struct span){ h->octets, h->n });
		free(h->octets);
		h->octets = NULL;
	}
}

size_t
testing_visible(const struct box *b)
{
	const int64_t now = clock_mono().us;
	size_t n = 0;

	for (size_t i = b->n; i > 0; i--)
		if (b->mails[i - 1].visible_us <= now) {
			n = i;
			break;
		}
	return n;
}

/* What is gone keeps its number until nobody could be looking: for ever. */
size_t
testing_exists(const struct box *b, size_t upto)
{
	size_t n = 0;

	for (size_t i = 0; i < upto; i++)
		n += !b->mails[i].gone;
	return n;
}

/* ---- harm ---- */

static void
invent(struct testing *t, struct box *b)
{
	char *text = mem_textf("From: nobody@invalid\r\n"
			       "Yanshou-Id: %s.9999999999\r\n\r\nx\r\n",
	    t->o.run);

	store(t, b, span_of(text));
	free(text);
}

static void
hold(struct testing *t, struct box *b, struct span message)
{
	assert(t->n_held < sizeof t->held / sizeof t->held[0]);
	t->held[t->n_held++] = (struct held){ .box = b,
		.octets = mem_text(message),
		.n = message.len,
		.left = t->o.behind };
}

static void
corrupt(struct testing *t, struct box *b, struct span message)
{
	char *text = mem_text(message);

	text[message.len - message.len / 8] ^= 1;
	store(t, b, (struct span){ text, message.len });
	free(text);
}

/* Of the k-th message; TESTING_HARMS: none. */
static enum testing_harm
harm_of(const struct testing *t, uint64_t k)
{
	enum testing_harm h;

	if (t->o.one_in == 0)
		return TESTING_HARMS;
	/* in the middle, and apart from each other */
	for (h = 0; h < TESTING_HARMS; h++)
		if ((t->o.harms & 1U << h) != 0 &&
		    k % t->o.one_in == t->o.one_in / 4 + h * t->o.one_in / 20)
			break;
	return h;
}

enum testing_harm
testing_put(struct testing *t, const char *to, struct span message)
{
	struct box *b;
	enum testing_harm h;

	pthread_mutex_lock(&t->lock);
	b = testing_box(t, to);
	h = harm_of(t, t->heard++);
	if (h != TESTING_HARMS)
		t->harmed[h]++;
	switch (h) {
	case TESTING_LOSE:
	case TESTING_REFUSE:
	case TESTING_CUT:
		break;
	case TESTING_DOUBLE:
		store(t, b, message);
		store(t, b, message);
		break;
	case TESTING_CORRUPT:
		corrupt(t, b, message);
		break;
	case TESTING_REORDER:
		hold(t, b, message);
		break;
	case TESTING_ASTRAY:
		store(t, testing_box(t, t->o.astray), message);
		break;
	case TESTING_JUNK:
		store(t, testing_folder(t, to, "Junk"), message);
		break;
	case TESTING_INVENT:
		invent(t, b);
		store(t, b, message);
		break;
	default:
		store(t, b, message);
		break;
	}
	if (h < TESTING_REFUSE || h > TESTING_CUT_DELIVER)
		t->accepted++;
	pthread_mutex_unlock(&t->lock);
	return h;
}

/* ---- a connection ---- */

bool
testing_flush(struct peer *p)
{
	while (p->out.len > 0 && !atomic_load(&p->t->stop)) {
		struct pollfd fd = { .fd = p->stream.fd, .events = POLLOUT };

		switch (stream_write(&p->stream, &p->out)) {
		case STREAM_OVER:
			return false;
		case STREAM_DONE:
			break;
		default:
			poll(&fd, 1, TESTING_WAIT_MS);
			break;
		}
	}
	return true;
}

/* False when nothing came within ms, or the peer has left. */
bool
testing_hear(struct peer *p, int ms)
{
	struct pollfd fd = { .fd = p->stream.fd, .events = POLLIN };
	const size_t before = p->in.len;

	buf_drop(&p->in, p->taken);
	p->taken = 0;
	poll(&fd, 1, ms);
	stream_read(&p->stream, &p->in, 1 << 16);
	return p->in.len > before;
}

bool
testing_is_there(const struct peer *p)
{
	return !atomic_load(&p->t->stop) && p->stream.state != STREAM_CLOSED;
}

/* Up to "end"; what is taken stays valid until the next call. */
bool
testing_take(struct peer *p, struct span end, struct span *what)
{
	while (testing_is_there(p)) {
		const struct span in = span_skip(buf_span(&p->in), p->taken);
		const size_t n = span_find(in, end);

		if (n < in.len) {
			*what = span_take(in, n);
			p->taken += n + end.len;
			return true;
		}
		if (!testing_flush(p))
			return false;
		testing_hear(p, TESTING_WAIT_MS);
	}
	return false;
}

void
testing_say(struct peer *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&p->out, fmt, ap);
	va_end(ap);
	buf_add(&p->out, SPAN("\r\n"));
}

uint32_t
testing_number(struct span *s)
{
	uint32_t n = 0;

	for (; s->len > 0 && *s->ptr >= '0' && *s->ptr <= '9';
	     *s = span_skip(*s, 1))
		n = n * 10 + (uint32_t)(*s->ptr - '0');
	return n;
}

/* ---- delay ---- */

static int64_t
draw(struct testing *t)
{
	const struct testing_delay *d = &t->o.delay;
	double u;

	pthread_mutex_lock(&t->lock);
	u = chance_unit(&t->chance);
	pthread_mutex_unlock(&t->lock);
	switch (d->kind) {
	case TESTING_CONSTANT:
		return d->us;
	case TESTING_EXPONENTIAL:
		return d->least_us + (int64_t)(-log(u) * (double)d->us);
	case TESTING_BIMODAL:
		return u * (double)d->one_in <= 1 ? d->rare_us : d->us;
	default:
		return 0;
	}
}

/* The end of the stall that at_us falls into, or at_us. */
static int64_t
after_stall(const struct testing *t, int64_t at_us)
{
	const struct testing_delay *d = &t->o.delay;
	const int64_t since = at_us - t->began_us;
	int64_t into;

	if (d->stall_every_us == 0 || since < d->stall_every_us)
		return at_us;
	into = since % d->stall_every_us;
	return into < d->stall_us ? at_us - into + d->stall_us : at_us;
}

static void
sleep_until(int64_t us)
{
	const struct timespec ts = { .tv_sec = us / 1000000,
		.tv_nsec = us % 1000000 * 1000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) != 0)
		continue;
}

/* Whoever has heard the answer finds the record of it: one lock for both. */
static void
answer(struct peer *p, int64_t heard_us)
{
	struct testing *t = p->t;

	pthread_mutex_lock(&t->lock);
	testing_flush(p);
	if ((t->n_truths & (t->n_truths - 1)) == 0)
		t->truths = mem_grow(
		    t->truths, (t->n_truths == 0 ? 1 : 2 * t->n_truths) *
				   sizeof *t->truths);
	t->truths[t->n_truths++] =
	    (struct testing_truth){ heard_us, clock_mono().us };
	pthread_mutex_unlock(&t->lock);
}

/* Sleeps as long as is injected now, and keeps a record of it. */
void
testing_wait(struct peer *p, const char *text)
{
	const int64_t heard_us = clock_mono().us;
	int64_t until = after_stall(p->t, heard_us) + draw(p->t);

	testing_flush(p);
	until = after_stall(p->t, until);
	if (until > heard_us)
		sleep_until(until);
	testing_say(p, "%s", text);
	answer(p, heard_us);
}

/* ---- connections ---- */

static const struct {
	const char *service;
	void (*serve)(struct peer *);
} services[TESTING_SERVICES] = {
	{ "smtp", testing_smtp },
	{ "imap", testing_imap },
	{ "pop3", testing_pop3 },
};

static void *
run_peer(void *ctx)
{
	struct peer *p = ctx;

	services[p->service].serve(p);
	if (p->stream.state != STREAM_CLOSED)
		testing_flush(p);
	stream_close(&p->stream);
	buf_free(&p->in);
	buf_free(&p->out);
	return NULL;
}

static void
begin_peer(struct testing *t, int service, int fd)
{
	struct peer *p = mem_new(1, sizeof *p);

	assert(t->n_peers < TESTING_PEERS);
	p->t = t;
	p->service = service;
	stream_init(&p->stream, fd);
	buf_init(&p->in, TESTING_LINE);
	buf_init(&p->out, TESTING_LINE);
	t->peers[t->n_peers++] = p;
	if (pthread_create(&p->thread, NULL, run_peer, p) != 0)
		abort();
}

static void *
accept_all(void *ctx)
{
	struct testing *t = ctx;

	while (!atomic_load(&t->stop)) {
		struct pollfd fds[TESTING_SERVICES];

		for (int i = 0; i < TESTING_SERVICES; i++)
			fds[i] = (struct pollfd){ t->listeners[i], POLLIN, 0 };
		poll(fds, TESTING_SERVICES, TESTING_WAIT_MS);
		for (int i = 0; i < TESTING_SERVICES; i++) {
			const int fd = net_accept(t->listeners[i], NULL);

			if (fd != -1)
				begin_peer(t, i, fd);
		}
	}
	return NULL;
}

/* ---- all of it ---- */

void
testing_close_imap(struct testing *t, bool closed)
{
	atomic_store(&t->closed, closed);
}

struct testing *
testing_start(const struct testing_options *o)
{
	struct testing *t = mem_new(1, sizeof *t);
	struct err err;

	t->o = *o;
	t->chance = o->seed;
	t->began_us = clock_mono().us;
	pthread_mutex_init(&t->lock, NULL);
	for (int i = 0; i < TESTING_SERVICES; i++)
		if (!net_listen(
			"127.0.0.1", 0, &t->listeners[i], &t->ports[i], &err))
			abort();
	if (pthread_create(&t->acceptor, NULL, accept_all, t) != 0)
		abort();
	return t;
}

static void
free_box(struct box *b)
{
	for (size_t i = 0; i < b->n; i++)
		free(b->mails[i].octets);
	free(b->mails);
	free(b->address);
}

void
testing_stop(struct testing *t)
{
	atomic_store(&t->stop, true);
	pthread_join(t->acceptor, NULL);
	for (size_t i = 0; i < t->n_peers; i++) {
		pthread_join(t->peers[i]->thread, NULL);
		free(t->peers[i]);
	}
	for (int i = 0; i < TESTING_SERVICES; i++)
		close(t->listeners[i]);
	for (size_t i = 0; i < t->n_boxes; i++)
		free_box(&t->boxes[i]);
	for (size_t i = 0; i < t->n_held; i++)
		free(t->held[i].octets);
	pthread_mutex_destroy(&t->lock);
	free(t->truths);
	free(t);
}

void
testing_profile(const struct testing *t, struct profile *p)
{
	const char *const *claim = t->o.claims;
	struct buf text;
	struct err err;

	buf_init(&text, 1 << 16);
	buf_addf(&text,
	    "project: {name: T}\n"
	    "product: {vendor: T, name: T, version: '1'}\n"
	    "scope: {chapters: ['5'], services: [smtp, imap, pop3]}\n"
	    "mail: {domain: gov.example}\n"
	    "endpoints:\n");
	for (int i = 0; i < TESTING_SERVICES; i++)
		buf_addf(&text,
		    " - {service: %s, host: 127.0.0.1, port: %u, tls: none}\n",
		    services[i].service, t->ports[i]);
	setenv(PASSWORD, "x", 1);
	buf_addf(&text, "accounts:\n");
	for (const char *const *a = t->o.accounts; *a != NULL; a += 2)
		buf_addf(&text,
		    " - {role: %s, user: %s, address: %s, "
		    "password: {env: " PASSWORD "}}\n",
		    a[0], a[1], a[1]);
	buf_addf(&text, "claims: [");
	for (; claim != NULL && *claim != NULL; claim++)
		buf_addf(
		    &text, "%s%s", claim == t->o.claims ? "" : ", ", *claim);
	buf_addf(&text, "]\n");
	if (!profile_parse("testing.yaml", buf_span(&text), p, &err)) {
		fprintf(stderr, "%s\n", err.what);
		abort();
	}
	buf_free(&text);
}

static uint64_t
read_locked(const struct testing *t, const uint64_t *n)
{
	pthread_mutex_t *lock = (pthread_mutex_t *)(uintptr_t)&t->lock;
	uint64_t value;

	pthread_mutex_lock(lock);
	value = *n;
	pthread_mutex_unlock(lock);
	return value;
}

uint64_t
testing_accepted(const struct testing *t)
{
	return read_locked(t, &t->accepted);
}

uint64_t
testing_harmed(const struct testing *t, enum testing_harm h)
{
	return read_locked(t, &t->harmed[h]);
}

size_t
testing_in_mailbox(struct testing *t, const char *address)
{
	struct box *b;
	size_t n;

	pthread_mutex_lock(&t->lock);
	b = testing_box(t, address);
	n = testing_exists(b, b->n);
	pthread_mutex_unlock(&t->lock);
	return n;
}

void
testing_deliver(struct testing *t, const char *address, const char *message)
{
	pthread_mutex_lock(&t->lock);
	store(t, testing_box(t, address), span_of(message));
	pthread_mutex_unlock(&t->lock);
}

const struct testing_truth *
testing_truths(struct testing *t, size_t *n)
{
	pthread_mutex_lock(&t->lock);
	*n = t->n_truths;
	pthread_mutex_unlock(&t->lock);
	return t->truths;
}
