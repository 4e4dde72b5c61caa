/* SPDX-License-Identifier: MIT */
#include "loadgen/testing.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"
#include "loadgen/arrival.h"

#define PASSWORD "YANSHOU_TESTING_PASSWORD"

enum {
	SERVICES = 3,
	PEERS_MOST = 4096,
	BOXES_MOST = 64,
	WAIT_MS = 20, /* until the flag is looked at again */
	LINE_MOST = 1 << 26,
};

/* ---- mailboxes ---- */

struct mail {
	char *octets;
	size_t n;
	uint32_t uid;
	int64_t visible_us;
	bool deleted; /* marked */
	bool gone;
};

struct box {
	char *address;
	struct mail *mails;
	size_t n;
	uint32_t next;
};

struct held {
	struct box *box;
	char *octets;
	size_t n;
	uint64_t left; /* messages that go first */
};

struct peer {
	struct testing *t;
	int service;
	pthread_t thread;
	struct stream stream;
	struct buf in, out;
	size_t taken;
	struct box *box;
	const char *home; /* address of the INBOX */
	size_t told;      /* EXISTS */
	uint64_t commands;
	char from[256], to[256];
};

struct testing {
	struct testing_options o;
	int listeners[SERVICES];
	uint16_t ports[SERVICES];
	_Atomic bool stop, closed;
	pthread_t acceptor;
	struct peer *peers[PEERS_MOST];
	size_t n_peers;

	pthread_mutex_t lock; /* of all that follows */
	struct box boxes[BOXES_MOST];
	size_t n_boxes;
	struct held held[8];
	size_t n_held;
	uint64_t heard, accepted, harmed[TESTING_HARMS];
	struct testing_truth *truths;
	size_t n_truths;
	uint64_t chance;
	int64_t began_us;
};

static struct box *
box_of(struct testing *t, const char *address)
{
	for (size_t i = 0; i < t->n_boxes; i++)
		if (strcmp(t->boxes[i].address, address) == 0)
			return &t->boxes[i];
	assert(t->n_boxes < BOXES_MOST);
	t->boxes[t->n_boxes] =
	    (struct box){ .address = mem_text(span_of(address)), .next = 1 };
	return &t->boxes[t->n_boxes++];
}

static struct box *
folder_of(struct testing *t, const char *address, const char *folder)
{
	char *name = mem_textf("%s/%s", address, folder);
	struct box *b =
	    box_of(t, strcasecmp(folder, "INBOX") == 0 ? address : name);

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
		.visible_us = clock_mono().us + t->o.visible_us };
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

static size_t
visible(const struct box *b)
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

static enum testing_harm
deliver(struct testing *t, const char *to, struct span message)
{
	struct box *b;
	enum testing_harm h;

	pthread_mutex_lock(&t->lock);
	b = box_of(t, to);
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
		store(t, box_of(t, t->o.astray), message);
		break;
	case TESTING_JUNK:
		store(t, folder_of(t, to, "Junk"), message);
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

static void
note_truth(struct testing *t, int64_t heard_us)
{
	pthread_mutex_lock(&t->lock);
	if ((t->n_truths & (t->n_truths - 1)) == 0)
		t->truths = mem_grow(
		    t->truths, (t->n_truths == 0 ? 1 : 2 * t->n_truths) *
				   sizeof *t->truths);
	t->truths[t->n_truths++] =
	    (struct testing_truth){ heard_us, clock_mono().us };
	pthread_mutex_unlock(&t->lock);
}

/* ---- a connection ---- */

static bool
flush(struct peer *p)
{
	while (p->out.len > 0 && !atomic_load(&p->t->stop)) {
		struct pollfd fd = { .fd = p->stream.fd, .events = POLLOUT };

		switch (stream_write(&p->stream, &p->out)) {
		case STREAM_OVER:
			return false;
		case STREAM_DONE:
			break;
		default:
			poll(&fd, 1, WAIT_MS);
			break;
		}
	}
	return true;
}

/* False when nothing came within ms, or the peer has left. */
static bool
hear(struct peer *p, int ms)
{
	struct pollfd fd = { .fd = p->stream.fd, .events = POLLIN };
	const size_t before = p->in.len;

	buf_drop(&p->in, p->taken);
	p->taken = 0;
	poll(&fd, 1, ms);
	stream_read(&p->stream, &p->in, 1 << 16);
	return p->in.len > before;
}

static bool
is_there(const struct peer *p)
{
	return !atomic_load(&p->t->stop) && p->stream.state != STREAM_CLOSED;
}

/* Up to "end"; what is taken stays valid until the next call. */
static bool
take(struct peer *p, struct span end, struct span *what)
{
	while (is_there(p)) {
		const struct span in = span_skip(buf_span(&p->in), p->taken);
		const size_t n = span_find(in, end);

		if (n < in.len) {
			*what = span_take(in, n);
			p->taken += n + end.len;
			return true;
		}
		if (!flush(p))
			return false;
		hear(p, WAIT_MS);
	}
	return false;
}

static void say(struct peer *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct peer *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&p->out, fmt, ap);
	va_end(ap);
	buf_add(&p->out, SPAN("\r\n"));
}

/* ---- SMTP ---- */

static void
keep_path(struct span line, char *into, size_t room)
{
	line = span_skip(line, span_find(line, SPAN("<")));
	line = span_skip(line, line.len > 0);
	line = span_take(line, span_find(line, SPAN(">")));
	snprintf(into, room, "%.*s", SPAN_FMT(line));
}

static void
answer_late(struct peer *p)
{
	const int64_t heard_us = clock_mono().us;
	int64_t until = after_stall(p->t, heard_us) + draw(p->t);

	flush(p);
	until = after_stall(p->t, until);
	if (until > heard_us)
		sleep_until(until);
	say(p, "250 well");
	flush(p);
	note_truth(p->t, heard_us);
}

/* RFC 5321 4.5.2: a dot in front of a dot. */
static void
unstuff(struct span text, struct buf *out)
{
	while (text.len > 0) {
		const size_t n = span_find(text, SPAN("\r\n"));
		struct span line = span_take(text, n + 2);

		text = span_skip(text, line.len);
		if (span_starts(line, SPAN(".")))
			line = span_skip(line, 1);
		buf_add(out, line);
	}
}

static bool
take_message(struct peer *p)
{
	struct span text;
	struct buf message;
	enum testing_harm h;

	say(p, "354 go on");
	if (!take(p, SPAN("\r\n.\r\n"), &text))
		return false;
	buf_init(&message, LINE_MOST);
	/* as a server does */
	buf_addf(&message, "Return-Path: <%s>\r\n", p->from);
	unstuff((struct span){ text.ptr, text.len + 2 }, &message);
	h = deliver(p->t, p->to, buf_span(&message));
	buf_free(&message);
	if (h == TESTING_CUT || h == TESTING_CUT_DELIVER)
		return false;
	say(p, h == TESTING_REFUSE || h == TESTING_REFUSE_DELIVER
		   ? "451 not now"
		   : "250 taken");
	return true;
}

static void
serve_smtp(struct peer *p)
{
	struct span line;

	say(p, "220 testing");
	while (take(p, SPAN("\r\n"), &line)) {
		if (span_casestarts(line, SPAN("EHLO"))) {
			say(p, "250-testing");
			say(p, "250-AUTH PLAIN");
			say(p, "250 PIPELINING");
		} else if (span_casestarts(line, SPAN("AUTH"))) {
			say(p, "235 welcome");
		} else if (span_casestarts(line, SPAN("NOOP"))) {
			answer_late(p);
		} else if (span_casestarts(line, SPAN("MAIL"))) {
			keep_path(line, p->from, sizeof p->from);
			say(p, "250 well");
		} else if (span_casestarts(line, SPAN("RCPT"))) {
			keep_path(line, p->to, sizeof p->to);
			say(p, "250 well");
		} else if (span_casestarts(line, SPAN("DATA"))) {
			if (!take_message(p))
				return;
		} else if (span_casestarts(line, SPAN("QUIT"))) {
			say(p, "221 bye");
			return;
		} else {
			say(p, "250 well");
		}
	}
}

/* ---- IMAP ---- */

static uint32_t
number(struct span *s)
{
	uint32_t n = 0;

	for (; s->len > 0 && *s->ptr >= '0' && *s->ptr <= '9';
	     *s = span_skip(*s, 1))
		n = n * 10 + (uint32_t)(*s->ptr - '0');
	return n;
}

/* Is uid in "1:3,7,9:*"?  RFC 3501 9: "*" is the last, whatever it is. */
static bool
is_in(struct span set, uint32_t uid, uint32_t last)
{
	while (set.len > 0) {
		struct span part = span_cut(&set, ',');
		uint32_t from = number(&part), to = from, swap;

		if (span_starts(part, SPAN("*")))
			from = to = last;
		if (span_starts(part, SPAN(":"))) {
			part = span_skip(part, 1);
			to =
			    span_starts(part, SPAN("*")) ? last : number(&part);
		}
		if (from > to) {
			swap = from;
			from = to;
			to = swap;
		}
		if (uid >= from && uid <= to)
			return true;
	}
	return false;
}

/* What is gone keeps its number until nobody could be looking: for ever. */
static size_t
exists(const struct box *b, size_t upto)
{
	size_t n = 0;

	for (size_t i = 0; i < upto; i++)
		n += !b->mails[i].gone;
	return n;
}

static void
tell_news(struct peer *p)
{
	const size_t now = visible(p->box);

	if (now == p->told)
		return;
	p->told = now;
	say(p, "* %zu EXISTS", exists(p->box, now));
}

static void
fetch(struct peer *p, struct span set, struct span what)
{
	const bool whole = span_find(what, SPAN("BODY.PEEK[]")) < what.len;
	const bool header = span_find(what, SPAN("HEADER")) < what.len;
	const struct box *b = p->box;
	uint32_t last = 0;

	for (size_t i = 0; i < p->told; i++)
		if (!b->mails[i].gone)
			last = b->mails[i].uid;
	for (size_t i = 0, k = 0; i < p->told; i++) {
		const struct mail *m = &b->mails[i];
		struct span text = { m->octets, m->n };

		if (m->gone)
			continue;
		k++;
		if (!is_in(set, m->uid, last))
			continue;
		if (header) /* more than was asked for, and no matter */
			text = span_take(
			    text, span_find(text, SPAN("\r\n\r\n")) + 4);
		buf_addf(&p->out, "* %zu FETCH (UID %" PRIu32, k, m->uid);
		if (header || whole) {
			buf_addf(&p->out, " BODY[%s] {%zu}\r\n",
			    whole ? "" : "HEADER.FIELDS (\"Yanshou-Id\")",
			    text.len);
			buf_add(&p->out, text);
		}
		say(p, ")");
	}
}

static void
mark(struct peer *p, struct span set)
{
	for (size_t i = 0; i < p->told; i++)
		if (is_in(set, p->box->mails[i].uid, p->box->next - 1))
			p->box->mails[i].deleted = true;
}

static void
expunge(struct peer *p, struct span set)
{
	size_t k = 1;

	for (size_t i = 0; i < p->told; i++) {
		struct mail *m = &p->box->mails[i];

		if (m->gone)
			continue;
		if (m->deleted && is_in(set, m->uid, p->box->next - 1)) {
			m->gone = true;
			say(p, "* %zu EXPUNGE", k);
		} else {
			k++;
		}
	}
}

/* "DELETED"; anything else finds everything. */
static void
search(struct peer *p, bool deleted)
{
	buf_add(&p->out, SPAN("* SEARCH"));
	for (size_t i = 0; i < p->told; i++)
		if ((p->box->mails[i].deleted || !deleted) &&
		    !p->box->mails[i].gone)
			buf_addf(&p->out, " %" PRIu32, p->box->mails[i].uid);
	say(p, "%s", "");
}

static void
list_folders(struct peer *p)
{
	say(p, "* LIST () \"/\" INBOX");
	say(p, "* LIST (\\Noselect) \"/\" Nothing");
	say(p, "* LIST (\\Junk) \"/\" \"Junk\"");
	say(p, "* LIST () \"/\" Shut");
}

/* RFC 3501 6.3.1; false for a mailbox that is there and shut. */
static bool
select_box(struct peer *p, struct span name)
{
	char folder[64];

	if (span_starts(name, SPAN("\"")))
		name = (struct span){ name.ptr + 1, name.len - 2 };
	if (span_eq(name, SPAN("Shut")) || span_eq(name, SPAN("Nothing")))
		return false;
	snprintf(folder, sizeof folder, "%.*s", SPAN_FMT(name));
	p->box = folder_of(p->t, p->home, folder);
	p->told = SIZE_MAX;
	if (visible(p->box) == 0) {
		say(p, "* 0 EXISTS");
		p->told = 0;
	} else {
		tell_news(p);
	}
	say(p, "* OK [UIDVALIDITY 7] valid");
	say(p, "* OK [UIDNEXT %" PRIu32 "] next", p->box->next);
	return true;
}

static void
idle(struct peer *p)
{
	struct span line = { NULL, 0 };

	say(p, "+ idling");
	while (is_there(p) && flush(p)) {
		const struct span in = span_skip(buf_span(&p->in), p->taken);

		if (span_find(in, SPAN("\r\n")) < in.len) {
			take(p, SPAN("\r\n"), &line);
			return;
		}
		pthread_mutex_lock(&p->t->lock);
		tell_news(p);
		pthread_mutex_unlock(&p->t->lock);
		if (p->out.len == 0)
			hear(p, 2);
	}
}

static void
do_uid(struct peer *p, struct span args)
{
	const struct span verb = span_cut(&args, ' ');
	const struct span set = span_cut(&args, ' ');

	if (span_caseeq(verb, SPAN("FETCH")))
		fetch(p, set, args);
	else if (span_caseeq(verb, SPAN("STORE")))
		mark(p, set);
	else if (span_caseeq(verb, SPAN("EXPUNGE")))
		expunge(p, set);
	else if (span_caseeq(verb, SPAN("SEARCH")))
		search(p, span_caseeq(set, SPAN("DELETED")));
}

/* LOGIN "user" "password" */
static void
log_in(struct peer *p, struct span args)
{
	char user[256];

	args = span_skip(args, 1);
	snprintf(user, sizeof user, "%.*s",
	    SPAN_FMT(span_take(args, span_find(args, SPAN("\"")))));
	p->box = box_of(p->t, user);
	p->home = p->box->address;
}

static void
serve_imap(struct peer *p)
{
	struct span line;

	say(p, "* OK testing");
	while (take(p, SPAN("\r\n"), &line)) {
		const struct span tag = span_cut(&line, ' ');
		const struct span verb = span_cut(&line, ' ');
		const bool in = span_caseeq(verb, SPAN("LOGIN"));
		char name[32];
		bool well = true;

		snprintf(name, sizeof name, "%.*s", SPAN_FMT(tag));
		if (p->t->o.drop_every != 0 &&
		    ++p->commands % p->t->o.drop_every == 0)
			return;
		if (atomic_load(&p->t->closed)) {
			say(p, "%s NO go away", name);
			return;
		}
		pthread_mutex_lock(&p->t->lock);
		if (in)
			log_in(p, line);
		else if (span_caseeq(verb, SPAN("SELECT")))
			well = select_box(p, line);
		else if (span_caseeq(verb, SPAN("LIST")))
			list_folders(p);
		else if (span_caseeq(verb, SPAN("UID")))
			do_uid(p, line);
		else if (span_caseeq(verb, SPAN("EXPUNGE")))
			expunge(p, SPAN("1:*"));
		else if (span_caseeq(verb, SPAN("NOOP")))
			tell_news(p);
		pthread_mutex_unlock(&p->t->lock);
		if (span_caseeq(verb, SPAN("IDLE")))
			idle(p);
		say(p, "%s %s done", name, well ? "OK" : "NO");
		if (span_caseeq(verb, SPAN("LOGOUT")))
			return;
	}
}

/* ---- POP3 ---- */

static void
say_dotted(struct peer *p, struct span text)
{
	while (text.len > 0) {
		const size_t n = span_find(text, SPAN("\r\n"));

		if (span_starts(text, SPAN(".")))
			buf_add(&p->out, SPAN("."));
		buf_add(&p->out, span_take(text, n + 2));
		text = span_skip(text, n + 2 < text.len ? n + 2 : text.len);
	}
	say(p, ".");
}

static void
list_ids(struct peer *p)
{
	say(p, "+OK");
	for (size_t i = 0; i < p->told; i++)
		if (!p->box->mails[i].gone)
			say(p, "%zu u%" PRIu32, i + 1, p->box->mails[i].uid);
	say(p, ".");
}

static void
do_pop3(struct peer *p, struct span verb, struct span args)
{
	uint32_t k = number(&args);
	struct mail *m = NULL;
	struct span text;

	if (k > 0 && k <= p->told)
		m = &p->box->mails[k - 1];
	text = m == NULL ? SPAN("") : (struct span){ m->octets, m->n };
	if (span_caseeq(verb, SPAN("UIDL"))) {
		list_ids(p);
	} else if (m == NULL || m->gone) {
		say(p, "-ERR no such message");
	} else if (span_caseeq(verb, SPAN("DELE"))) {
		m->deleted = true;
		say(p, "+OK");
	} else {
		say(p, "+OK");
		if (span_caseeq(verb, SPAN("TOP")))
			text = span_take(
			    text, span_find(text, SPAN("\r\n\r\n")) + 4);
		say_dotted(p, text);
	}
}

static void
serve_pop3(struct peer *p)
{
	struct span line;
	char user[256];

	say(p, "+OK testing");
	while (take(p, SPAN("\r\n"), &line)) {
		const struct span verb = span_cut(&line, ' ');

		pthread_mutex_lock(&p->t->lock);
		if (span_caseeq(verb, SPAN("USER"))) {
			snprintf(user, sizeof user, "%.*s", SPAN_FMT(line));
			p->box = box_of(p->t, user);
			p->told = visible(p->box);
			say(p, "+OK");
		} else if (span_caseeq(verb, SPAN("PASS"))) {
			say(p, "+OK");
		} else if (span_caseeq(verb, SPAN("QUIT"))) {
			for (size_t i = 0; i < p->told; i++)
				p->box->mails[i].gone |=
				    p->box->mails[i].deleted;
			say(p, "+OK");
		} else {
			do_pop3(p, verb, line);
		}
		pthread_mutex_unlock(&p->t->lock);
		if (span_caseeq(verb, SPAN("QUIT")))
			return;
	}
}

/* ---- connections ---- */

static const struct {
	const char *service;
	void (*serve)(struct peer *);
} services[SERVICES] = {
	{ "smtp", serve_smtp },
	{ "imap", serve_imap },
	{ "pop3", serve_pop3 },
};

static void *
run_peer(void *ctx)
{
	struct peer *p = ctx;

	services[p->service].serve(p);
	if (p->stream.state != STREAM_CLOSED)
		flush(p);
	stream_close(&p->stream);
	buf_free(&p->in);
	buf_free(&p->out);
	return NULL;
}

static void
begin_peer(struct testing *t, int service, int fd)
{
	struct peer *p = mem_new(1, sizeof *p);

	assert(t->n_peers < PEERS_MOST);
	p->t = t;
	p->service = service;
	stream_init(&p->stream, fd);
	buf_init(&p->in, LINE_MOST);
	buf_init(&p->out, LINE_MOST);
	t->peers[t->n_peers++] = p;
	if (pthread_create(&p->thread, NULL, run_peer, p) != 0)
		abort();
}

static void *
accept_all(void *ctx)
{
	struct testing *t = ctx;

	while (!atomic_load(&t->stop)) {
		struct pollfd fds[SERVICES];

		for (int i = 0; i < SERVICES; i++)
			fds[i] = (struct pollfd){ t->listeners[i], POLLIN, 0 };
		poll(fds, SERVICES, WAIT_MS);
		for (int i = 0; i < SERVICES; i++) {
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
	for (int i = 0; i < SERVICES; i++)
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
	for (int i = 0; i < SERVICES; i++)
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
	for (int i = 0; i < SERVICES; i++)
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
	b = box_of(t, address);
	n = exists(b, b->n);
	pthread_mutex_unlock(&t->lock);
	return n;
}

void
testing_deliver(struct testing *t, const char *address, const char *message)
{
	pthread_mutex_lock(&t->lock);
	store(t, box_of(t, address), span_of(message));
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
