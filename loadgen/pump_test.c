/* SPDX-License-Identifier: MIT */
/*
 * The pump against targets in this process that behave and that do not.
 * Counts are held, times never: no row waits for a clock.
 */
#include "loadgen/pump.h"

#include <check.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"
#include "loadgen/ledger.h"
#include "reference/pki.h"

/* ---- a target: one thread, one poll, lines in and answers out ---- */

enum manner {
	BEHAVES,
	GREETS_NOT,  /* accepts and says nothing */
	ACCEPTS_NOT, /* nobody takes what has connected */
	STALLS,      /* no answer to every fifth message */
	RESETS,      /* in the middle of every fifth message */
	GARBAGE,     /* no line of the protocol */
	ENDLESS,     /* a line without end */
	REFUSES,     /* 451 to every fifth message */
	HANGS_UP,    /* after every answer to a message */
	LISTENS_NOT, /* nobody is there */
	MANNERS
};

#define PEERS 600

struct peer {
	struct stream stream;
	struct buf in, out;
	bool content, silent, leaving;
};

struct target {
	enum manner manner;
	int fd, wake[2];
	uint16_t port;
	struct tls_context *tls; /* implicit, or for STARTTLS */
	bool implicit;
	pthread_t thread;
	struct peer peers[PEERS];
	size_t n;
	unsigned messages; /* so many were ended by a dot */
	unsigned accepted, commands, connections;
};

static void
say(struct peer *p, const char *text)
{
	buf_add(&p->out, span_of(text));
}

static void
message_ends(struct target *t, struct peer *p)
{
	const bool fifth = ++t->messages % 5 == 0;

	p->content = false;
	if (fifth && t->manner == STALLS) {
		p->silent = true;
	} else if (fifth && t->manner == RESETS) {
		stream_reset(&p->stream);
	} else if (fifth && t->manner == REFUSES) {
		say(p, "451 4.3.0 not now\r\n");
	} else {
		t->accepted++;
		say(p, "250 2.0.0 queued\r\n");
		p->leaving = t->manner == HANGS_UP;
	}
}

static void
command(struct target *t, struct peer *p, struct span line)
{
	t->commands++;
	if (p->content) {
		if (span_eq(line, SPAN(".")))
			message_ends(t, p);
	} else if (span_starts(line, SPAN("DATA"))) {
		p->content = true;
		say(p, "354 go on\r\n");
	} else if (span_starts(line, SPAN("QUIT"))) {
		say(p, "221 bye\r\n");
		p->leaving = true;
	} else if (span_starts(line, SPAN("EHLO"))) {
		say(p, "250-here\r\n250 HELP\r\n");
	} else if (span_starts(line, SPAN("STARTTLS"))) {
		say(p, "220 go on\r\n");
		stream_write(&p->stream, &p->out);
		stream_secure_server(&p->stream, t->tls);
	} else if (t->manner == GARBAGE) {
		say(p, "\x01\xffnonsense\r\n");
	} else if (t->manner == ENDLESS) {
		for (int i = 0; i < 200; i++)
			buf_add(
			    &p->out, (struct span){ "25000000000000000000000000"
						    "00000000000000000000000"
						    "00000000000000000000000000"
						    "00000000000000000000000"
						    "00000000000000000000000000"
						    "00000000000000000000000"
						    "00000000000000000000000000"
						    "00000000000000000000000"
						    "00000000000000000000000000"
						    "00000000000000000000000"
						    "00000000000000000000000000"
						    "00000000000000000000000"
						    "00000000000000000000000000"
						    "00000000000000000000000"
						    "00000000000000000000000000"
						    "00000000000000000000000",
					 389 });
	} else {
		say(p, "250 ok\r\n");
	}
}

static void
drop(struct target *t, size_t i)
{
	stream_drop(&t->peers[i].stream);
	buf_free(&t->peers[i].in);
	buf_free(&t->peers[i].out);
	t->peers[i] = t->peers[--t->n];
	/* a TLS stream remembers nothing of where it lies but its own fd */
}

static void
greet(struct target *t, int fd)
{
	struct peer *p = &t->peers[t->n++];

	*p = (struct peer){ 0 };
	t->connections++;
	stream_init(&p->stream, fd);
	buf_init(&p->in, 1 << 20);
	buf_init(&p->out, 1 << 24);
	if (t->implicit)
		stream_secure_server(&p->stream, t->tls);
	if (t->manner != GREETS_NOT)
		say(p, "220 here\r\n");
}

/* False: it is gone. */
static bool
serve(struct target *t, struct peer *p)
{
	enum stream_wait wait = STREAM_DONE;

	if (p->stream.state == STREAM_SHAKING)
		wait = stream_shake(&p->stream);
	while (wait == STREAM_DONE) {
		size_t at;

		wait = stream_read(&p->stream, &p->in, 65536);
		while (!p->silent && !p->leaving &&
		       p->stream.state != STREAM_SHAKING &&
		       (at = span_find(buf_span(&p->in), SPAN("\r\n"))) <
			   p->in.len) {
			struct span line = span_take(buf_span(&p->in), at);

			command(t, p, line);
			if (p->stream.fd == -1)
				return false;
			buf_drop(&p->in, at + 2);
		}
	}
	if (wait == STREAM_OVER)
		return false;
	if (p->stream.state != STREAM_SHAKING)
		stream_write(&p->stream, &p->out);
	return !(p->leaving && p->out.len == 0);
}

static void
take(struct target *t)
{
	int fd;

	if (t->manner == ACCEPTS_NOT)
		return;
	while (t->n < PEERS && (fd = net_accept(t->fd, NULL)) != -1) {
		greet(t, fd);
		if (!serve(t, &t->peers[t->n - 1]))
			drop(t, t->n - 1);
	}
}

static void *
target_run(void *target)
{
	struct target *t = target;
	static struct pollfd p[PEERS + 2];

	for (;;) {
		p[0] = (struct pollfd){ t->wake[0], POLLIN, 0 };
		p[1] = (struct pollfd){ t->fd,
			t->manner == ACCEPTS_NOT ? 0 : POLLIN, 0 };
		for (size_t i = 0; i < t->n; i++)
			p[i + 2] = (struct pollfd){ t->peers[i].stream.fd,
				(short)(POLLIN |
					(t->peers[i].out.len != 0 ? POLLOUT
								  : 0)),
				0 };
		poll(p, t->n + 2, -1);
		if (p[0].revents != 0)
			break;
		for (size_t i = t->n; i-- > 0;)
			if (p[i + 2].revents != 0 && !serve(t, &t->peers[i]))
				drop(t, i);
		take(t);
	}
	while (t->n > 0)
		drop(t, t->n - 1);
	return NULL;
}

static char pki[] = "/tmp/pump_test.XXXXXX";

static void
make_pki(void)
{
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(pki));
	ck_assert(pki_make(pki, PKI_GOOD, clock_wall(), &err));
}

static void
remove_pki(void)
{
	static const char *const files[] = { "ca.pem", "server.pem",
		"server.key" };
	char path[128];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s/%s", pki, files[i]);
		unlink(path);
	}
	rmdir(pki);
}

static void
target_start(struct target *t, enum manner manner, enum profile_tls tls)
{
	char cert[128], key[128];
	struct err err;

	*t = (struct target){ .manner = manner };
	ck_assert(net_listen("127.0.0.1", 0, &t->fd, &t->port, &err));
	ck_assert_int_eq(pipe(t->wake), 0);
	if (tls != PROFILE_TLS_NONE) {
		snprintf(cert, sizeof cert, "%s/server.pem", pki);
		snprintf(key, sizeof key, "%s/server.key", pki);
		t->tls = tls_server(cert, key, &err);
		ck_assert_ptr_nonnull(t->tls);
		tls_resume(t->tls);
		t->implicit = tls == PROFILE_TLS_IMPLICIT;
	}
	if (manner == LISTENS_NOT)
		close(t->fd);
	else
		ck_assert_int_eq(
		    pthread_create(&t->thread, NULL, target_run, t), 0);
}

static void
target_stop(struct target *t)
{
	if (t->manner != LISTENS_NOT) {
		ck_assert_int_eq(write(t->wake[1], "x", 1), 1);
		pthread_join(t->thread, NULL);
		close(t->fd);
	}
	close(t->wake[0]);
	close(t->wake[1]);
	tls_context_free(t->tls);
}

/* ---- a load ---- */

#define BEGIN "S: 220 *\nC: EHLO me.test\nS: 250 *\n"
#define BODY \
	"C: MAIL FROM:<${account.address}>\nS: 250 *\n" \
	"C: RCPT TO:<${peer.address}>\nS: 250 *\nC: DATA\nS: 354 *\n" \
	"C.: ${message}\nS: 250 *\n"
#define END "C: QUIT\nS: 221 *\n"

struct load {
	struct target target;
	struct profile_endpoint endpoint;
	struct profile_account accounts[2];
	struct profile profile;
	struct scenario_flow flow;
	struct scenario scenario;
	struct scenario_phase phase;
	struct load_plan plan;
	struct pump_options options;
	struct measure m;
	char trust[128];
	char *roles[2];
};

static char *
text(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void
load_init(struct load *l, enum manner manner, enum profile_tls tls,
    enum arrive arrive, size_t arrivals)
{
	memset(l, 0, sizeof *l);
	target_start(&l->target, manner, tls);
	snprintf(l->trust, sizeof l->trust, "%s/ca.pem", pki);
	l->endpoint = (struct profile_endpoint){ .service = text("smtp"),
		.host = text("127.0.0.1"),
		.port = l->target.port,
		.tls = tls };
	l->accounts[0] = (struct profile_account){ .role = text("alice"),
		.user = text("alice"),
		.address = text("alice@example.test"),
		.password = text("x") };
	l->accounts[1] = (struct profile_account){ .role = text("bob"),
		.user = text("bob"),
		.address = text("bob@example.test"),
		.password = text("y") };
	l->profile = (struct profile){ .path = text("test.yaml"),
		.endpoints = &l->endpoint,
		.n_endpoints = 1,
		.accounts = l->accounts,
		.n_accounts = 2,
		.trust = l->trust };
	l->flow = (struct scenario_flow){ .name = text("submit"),
		.weight = 1,
		.service = text("smtp"),
		.begin = text(tls == PROFILE_TLS_STARTTLS
				  ? "S: 220 *\nC: EHLO me.test\nS: 250 *\n"
				    "C: STARTTLS\nS: 220 *\n@tls\n"
				    "C: EHLO me.test\nS: 250 *\n"
				  : BEGIN),
		.body = text(BODY),
		.end = text(END),
		.repeat = 1,
		.size = 1000 };
	l->roles[0] = text("alice");
	l->roles[1] = text("bob");
	l->phase =
	    (struct scenario_phase){ .name = text("all"), .judged = true };
	l->scenario = (struct scenario){ .path = text("load.yaml"),
		.name = text("load"),
		.arrive = arrive,
		.connections = 20,
		.queue = 100000,
		.flows = &l->flow,
		.n_flows = 1,
		.phases = &l->phase,
		.n_phases = 1,
		.accounts = l->roles,
		.n_accounts = 2,
		.timeout_us = 20000000,
		.drain_us = 20000000,
		.seed = 7 };
	l->plan.at = mem_new(arrivals, sizeof l->plan.at[0]);
	l->plan.n = arrivals;
	for (size_t i = 0; i < arrivals; i++)
		l->plan.at[i] = (struct arrival){ .at_ns = (int64_t)i * 100000,
			.account = (uint32_t)(i % 2) };
	l->plan.end_ns = (int64_t)arrivals * 100000;
	l->plan.phase_to_ns[0] = l->plan.end_ns;
	l->plan.n_phases = 1;
	l->options = (struct pump_options){ .scenario = &l->scenario,
		.plan = &l->plan,
		.profile = &l->profile,
		.run = "test",
		.workers = 2 };
}

static void
load_run(struct load *l)
{
	struct err err;

	ck_assert_msg(pump_run(&l->options, &l->m, &err), "%s", err.what);
	target_stop(&l->target);
}

static void
load_free(struct load *l)
{
	measure_free(&l->m);
	free(l->plan.at);
}

struct sums {
	uint64_t planned, begun, dropped, in, out, late;
	struct measure_op op;
};

static struct sums
sums_of(struct load *l, const char *op)
{
	const int i = measure_op_find(&l->m, op);
	struct sums s = { 0 };

	ck_assert_int_ge(i, 0);
	for (size_t k = 0; k < l->m.n_seconds; k++) {
		const struct measure_second *second = &l->m.seconds[k];

		s.planned += second->planned;
		s.begun += second->begun;
		s.dropped += second->dropped;
		s.in += second->in;
		s.out += second->out;
		s.late += second->health.late_n;
	}
	measure_sum(&l->m, (size_t)i, 0, l->m.n_seconds, &s.op);
	return s;
}

static const struct {
	enum arrive arrive;
	enum profile_tls tls;
	int repeat;
} kinds[] = {
	{ ARRIVE_SESSIONS, PROFILE_TLS_NONE, 1 },
	{ ARRIVE_SESSIONS, PROFILE_TLS_NONE, 3 },
	{ ARRIVE_SESSIONS, PROFILE_TLS_IMPLICIT, 2 },
	{ ARRIVE_SESSIONS, PROFILE_TLS_STARTTLS, 2 },
	{ ARRIVE_REQUESTS, PROFILE_TLS_NONE, 1 },
	{ ARRIVE_REQUESTS, PROFILE_TLS_IMPLICIT, 1 },
	{ ARRIVE_REQUESTS, PROFILE_TLS_STARTTLS, 1 },
};

/* All that was planned is done, once, and the target says so too. */
START_TEST(carries_out)
{
	const size_t n = 200;
	const size_t all = n * (size_t)kinds[_i].repeat;
	uint64_t asked = 99;
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, kinds[_i].tls, kinds[_i].arrive, n);
	l.flow.repeat = kinds[_i].repeat;
	l.options.asked = &asked;
	l.scenario.resume_tls = true;
	load_run(&l);
	s = sums_of(&l, "submit");
	for (size_t i = 0; i < l.m.n_errors; i++)
		ck_abort_msg("%s", l.m.errors[i].what);
	ck_assert_uint_eq(s.planned, n);
	ck_assert_uint_eq(s.begun, n);
	ck_assert_uint_eq(s.late, n);
	ck_assert_uint_eq(s.dropped, 0);
	ck_assert_uint_eq(s.op.begun, all);
	ck_assert_uint_eq(s.op.done, all);
	ck_assert_uint_eq(s.op.failed, 0);
	ck_assert_uint_eq(s.op.hist[CLOCK_RESPONSE].n, all);
	ck_assert_uint_eq(s.op.hist[CLOCK_SERVICE].n, all);
	ck_assert_uint_eq(l.target.accepted, all);
	ck_assert_uint_eq(l.m.connects, l.target.connections);
	ck_assert_uint_eq(
	    l.m.connects, kinds[_i].arrive == ARRIVE_REQUESTS ? 20 : n);
	ck_assert_uint_le(l.m.peak_connections, 20);
	ck_assert_uint_eq(l.m.handshakes,
	    kinds[_i].tls == PROFILE_TLS_NONE ? 0 : l.m.connects);
	if (kinds[_i].tls != PROFILE_TLS_NONE &&
	    kinds[_i].arrive == ARRIVE_SESSIONS)
		ck_assert_uint_gt(l.m.resumed, 0);
	ck_assert_uint_gt(s.out, all * 1000);
	ck_assert_uint_gt(s.in, all * 8 * 4);
	if (kinds[_i].tls == PROFILE_TLS_NONE)
		ck_assert_uint_eq(asked, 0);
	ck_assert(!l.m.interrupted);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

static const struct {
	enum manner manner;
	enum arrive arrive;
	/* of 50 messages */
	unsigned done, failed, timeouts, accepted;
	const char *error;
} wrongs[] = {
	{ GREETS_NOT, ARRIVE_SESSIONS, 0, 50, 50, 0, "no answer in time" },
	{ GREETS_NOT, ARRIVE_REQUESTS, 0, 0, 0, 0, "no answer in time" },
	{ ACCEPTS_NOT, ARRIVE_SESSIONS, 0, 50, 50, 0, "no answer in time" },
	{ STALLS, ARRIVE_SESSIONS, 40, 10, 10, 40, "no answer in time" },
	{ STALLS, ARRIVE_REQUESTS, 40, 10, 10, 40, "no answer in time" },
	{ RESETS, ARRIVE_SESSIONS, 40, 10, 0, 40,
	    "expected 250 *, heard (closed)" },
	{ RESETS, ARRIVE_REQUESTS, 40, 10, 0, 40,
	    "expected 250 *, heard (closed)" },
	{ REFUSES, ARRIVE_SESSIONS, 40, 10, 0, 40,
	    "expected 250 *, heard 451 4.3.0 not now" },
	{ REFUSES, ARRIVE_REQUESTS, 40, 10, 0, 40,
	    "expected 250 *, heard 451 4.3.0 not now" },
	{ HANGS_UP, ARRIVE_SESSIONS, 50, 0, 0, 50, NULL },
	{ HANGS_UP, ARRIVE_REQUESTS, 50, 0, 0, 50, NULL },
	{ GARBAGE, ARRIVE_SESSIONS, 0, 50, 0, 0, "heard \\x01\\xffnonsense" },
	{ ENDLESS, ARRIVE_SESSIONS, 0, 50, 0, 0, "(a reply without end)" },
	{ LISTENS_NOT, ARRIVE_SESSIONS, 0, 50, 0, 0,
	    "connect: Connection refused" },
};

/*
 * Whatever the target does, every message that was begun has one end, the
 * run has one too, and the error is named.
 */
START_TEST(survives)
{
	const size_t n = 50;
	uint64_t asked = 99;
	struct load l;
	struct sums s;
	bool named = wrongs[_i].error == NULL;

	load_init(
	    &l, wrongs[_i].manner, PROFILE_TLS_NONE, wrongs[_i].arrive, n);
	l.options.workers = 1;
	l.options.asked = &asked;
	l.scenario.connections = 50;
	/* reached only where the target is silent */
	l.scenario.timeout_us = wrongs[_i].timeouts != 0 ||
					wrongs[_i].manner == GREETS_NOT ||
					wrongs[_i].manner == ACCEPTS_NOT
				    ? 1000000
				    : 20000000;
	l.scenario.drain_us =
	    wrongs[_i].manner == GREETS_NOT ? 1500000 : 20000000;
	load_run(&l);
	s = sums_of(&l, "submit");
	for (size_t i = 0; i < l.m.n_errors && !named; i++)
		named = strstr(l.m.errors[i].what, wrongs[_i].error) != NULL;
	ck_assert_msg(
	    named, "%s", l.m.n_errors == 0 ? "no error" : l.m.errors[0].what);
	ck_assert_uint_eq(s.planned, n);
	ck_assert_uint_eq(s.begun + s.dropped, n);
	ck_assert_uint_eq(s.op.begun, s.op.done + s.op.failed);
	ck_assert_uint_eq(s.op.begun, s.begun);
	ck_assert_uint_eq(s.op.timeouts, wrongs[_i].timeouts);
	ck_assert_uint_eq(s.op.done, l.target.accepted);
	/* a request may meet the end of the connection it was put on */
	if (wrongs[_i].manner != HANGS_UP ||
	    wrongs[_i].arrive == ARRIVE_SESSIONS) {
		ck_assert_uint_eq(s.op.done, wrongs[_i].done);
		ck_assert_uint_eq(s.op.failed, wrongs[_i].failed);
		ck_assert_uint_eq(l.target.accepted, wrongs[_i].accepted);
	}
	ck_assert_uint_eq(
	    l.m.connect_failures, wrongs[_i].manner == LISTENS_NOT ? n : 0);
	ck_assert_uint_eq(asked, 0);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* Who finds no connection waits; who finds no place to wait is dropped. */
START_TEST(queues_and_drops)
{
	static const enum arrive arrives[] = { ARRIVE_SESSIONS,
		ARRIVE_REQUESTS };
	struct load l;
	struct sums s;

	load_init(&l, STALLS, PROFILE_TLS_NONE, arrives[_i], 100);
	l.options.workers = 1;
	l.scenario.connections = 4;
	l.scenario.queue = 10;
	l.scenario.timeout_us = 1000000;
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = 0; /* all at once */
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert_uint_eq(s.planned, 100);
	if (arrives[_i] == ARRIVE_SESSIONS) {
		ck_assert_uint_eq(s.begun, 14);
		ck_assert_uint_eq(s.dropped, 86);
	}
	ck_assert_uint_eq(s.begun + s.dropped, 100);
	ck_assert_uint_eq(s.op.begun, s.begun);
	ck_assert_uint_eq(s.op.done + s.op.failed, s.begun);
	ck_assert_uint_eq(s.op.failed, s.begun / 5);
	ck_assert_uint_eq(s.op.timeouts, s.op.failed);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* Users are busy until the end, on new connections or on the same. */
START_TEST(closes_the_loop)
{
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, PROFILE_TLS_NONE, ARRIVE_CLOSED, 5);
	l.scenario.connections = 5;
	l.flow.repeat = _i == 0 ? 1 : 10;
	l.flow.stays = _i == 2;
	l.plan.end_ns = 200000000;
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert_uint_eq(l.m.n_errors, 0);
	ck_assert_uint_eq(s.begun, 5);
	ck_assert_uint_ge(s.op.done, 5);
	ck_assert_uint_eq(s.op.begun, s.op.done);
	ck_assert_uint_eq(s.op.done, l.target.accepted);
	if (_i == 0)
		ck_assert_uint_eq(l.m.connects, s.op.done);
	else if (_i == 1)
		ck_assert_uint_le(s.op.done, l.m.connects * 10);
	else
		ck_assert_uint_eq(l.m.connects, 5);
	ck_assert(l.m.closed_loop);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* The ledger is told all there is to tell, by numbers of the plan. */
START_TEST(keeps_the_ledger)
{
	static const enum manner manners[] = { BEHAVES, REFUSES, RESETS,
		STALLS };
	const int64_t size = 1000;
	struct measure_ledger ends = { 0 };
	struct load l;
	struct sums s;

	load_init(&l, manners[_i], PROFILE_TLS_NONE, ARRIVE_SESSIONS, 40);
	l.flow.delivers = true;
	l.flow.repeat = 2;
	l.scenario.timeout_us = manners[_i] == STALLS ? 1000000 : 20000000;
	ck_assert_uint_eq(pump_messages(&l.scenario, &l.plan), 80);
	l.options.ledger = load_ledger_new("test", 80, &size, 1);
	load_run(&l);
	s = sums_of(&l, "submit");
	load_ledger_settle(l.options.ledger, 1000000, &ends);
	ck_assert_uint_eq(ends.planned, 80);
	ck_assert_uint_eq(ends.sent, s.op.begun);
	ck_assert_uint_eq(ends.accepted, l.target.accepted);
	ck_assert_uint_eq(ends.accepted, s.op.done);
	ck_assert_uint_eq(
	    ends.refused, manners[_i] == REFUSES ? s.op.failed : 0);
	ck_assert_uint_eq(
	    ends.unknown, manners[_i] == REFUSES ? 0 : s.op.failed);
	if (manners[_i] == BEHAVES)
		ck_assert_uint_eq(ends.accepted, 80);
	else
		ck_assert_uint_gt(s.op.failed, 0);
	hist_free(&ends.delivery);
	for (size_t i = 0; i < ends.n_examples; i++)
		free(ends.examples[i]);
	load_ledger_free(l.options.ledger);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

static void
starve(void *ctx, const struct measure *m, size_t n)
{
	const struct rlimit *few = ctx;

	if (n >= 1 && m != NULL)
		setrlimit(RLIMIT_NOFILE, few);
}

/* Without descriptors it is the generator that has failed, and says so. */
START_TEST(starves)
{
	struct rlimit before, few;
	struct load l;
	struct sums s;
	bool named = false;

	load_init(&l, BEHAVES, PROFILE_TLS_NONE, ARRIVE_SESSIONS, 300);
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = (int64_t)i * 10000000;
	l.plan.end_ns = 3000000000;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = (struct rlimit){ 3, before.rlim_max };
	l.scenario.timeout_us = 2000000;
	l.options.on_second = starve;
	l.options.ctx = &few;
	load_run(&l);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
	s = sums_of(&l, "submit");
	ck_assert_uint_gt(s.op.done, 0);
	ck_assert_uint_gt(l.m.no_ports, 0);
	/* the target has none left either, and may not take its last peer */
	ck_assert_uint_eq(l.m.no_ports + s.op.timeouts, s.op.failed);
	ck_assert_uint_eq(l.m.connect_failures, 0);
	ck_assert_uint_eq(s.op.done + s.op.failed, 300);
	ck_assert_uint_eq(l.target.accepted, s.op.done);
	for (size_t i = 0; i < l.m.n_errors; i++)
		named |= strstr(l.m.errors[i].what,
			     "the generator's own machine: Too many open "
			     "files") != NULL;
	ck_assert(named);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* As root the system permits it; elsewhere it says that it does not. */
START_TEST(goes_first)
{
	struct load l;
	struct sums s;
	struct err err = { 0 };

	load_init(&l, BEHAVES, PROFILE_TLS_NONE, ARRIVE_SESSIONS, 20);
	l.options.first = true;
	if (pump_run(&l.options, &l.m, &err)) {
		s = sums_of(&l, "submit");
		ck_assert_uint_eq(s.op.done, 20);
		measure_op_free(&s.op);
		measure_free(&l.m);
	} else {
		ck_assert_ptr_nonnull(strstr(err.what, "CAP_SYS_NICE"));
	}
	target_stop(&l.target);
	free(l.plan.at);
}
END_TEST

static void
stop_after(void *ctx, const struct measure *m, size_t n)
{
	*(volatile bool *)ctx = n >= 1 && m != NULL;
}

/* A signal ends the arrivals, not those who have begun. */
START_TEST(stops_early)
{
	volatile bool flag = _i == 1;
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, PROFILE_TLS_NONE,
	    _i == 2 ? ARRIVE_REQUESTS : ARRIVE_SESSIONS, 1000);
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = (int64_t)i * 10000000;
	l.plan.end_ns = 10000000000;
	if (_i == 3) { /* nobody thinks to the end */
		l.flow.repeat = 5;
		l.flow.think_us = 3600000000;
		l.scenario.connections = 1000;
	}
	l.options.stop = &flag;
	l.options.on_second = stop_after;
	l.options.ctx = (void *)(uintptr_t)&flag;
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert(l.m.interrupted);
	ck_assert_uint_eq(s.planned, 1000);
	ck_assert_uint_lt(s.begun, 900);
	ck_assert_uint_eq(s.op.begun, s.begun);
	ck_assert_uint_eq(s.op.done, s.begun);
	ck_assert_uint_eq(l.m.n_errors, 0);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

static size_t
end_at_three(void *ctx, const struct measure *m, size_t n)
{
	(void)ctx;
	return m != NULL && n >= 1 ? 3 : 0;
}

/* The plan is cut off: what was behind it is neither missing nor dropped. */
START_TEST(ends_before_its_plan)
{
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, PROFILE_TLS_NONE,
	    _i == 0 ? ARRIVE_SESSIONS : ARRIVE_REQUESTS, 1000);
	for (size_t i = 0; i < l.plan.n; i++)
		l.plan.at[i].at_ns = (int64_t)i * 10000000;
	l.plan.end_ns = 10000000000;
	l.plan.phase_to_ns[0] = l.plan.end_ns;
	l.options.end_at = end_at_three;
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert(l.m.ended && !l.m.interrupted);
	ck_assert_uint_eq(l.m.judged_to, 3);
	ck_assert_uint_lt(l.m.n_seconds, 10);
	ck_assert_double_eq_tol(l.m.offered_rate, 100, 1e-9);
	ck_assert_uint_eq(s.planned, 300);
	ck_assert_uint_eq(s.begun, 300);
	ck_assert_uint_eq(s.dropped, 0);
	ck_assert_uint_eq(s.op.done, 300);
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

/* Each of two machines carries out its half. */
START_TEST(shares_the_plan)
{
	uint64_t done = 0, planned = 0;

	for (unsigned rank = 0; rank < 2; rank++) {
		struct load l;
		struct sums s;

		load_init(&l, BEHAVES, PROFILE_TLS_NONE, ARRIVE_SESSIONS, 101);
		l.options.rank = rank;
		l.options.ranks = 2;
		load_run(&l);
		s = sums_of(&l, "submit");
		ck_assert_uint_eq(s.op.done, s.planned);
		planned += s.planned;
		done += s.op.done;
		measure_op_free(&s.op);
		load_free(&l);
	}
	ck_assert_uint_eq(planned, 101);
	ck_assert_uint_eq(done, 101);
}
END_TEST

/* Marks across parts, thinking, pauses, and a certificate for another. */
START_TEST(marks_and_thinks)
{
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, PROFILE_TLS_NONE, ARRIVE_SESSIONS, 20);
	l.flow.begin = text("@start login\nS: 220 *\n@start ehlo\n"
			    "C: EHLO me.test\n@pause 1\nS: 250 *\n"
			    "@stop ehlo\n@stop login\n");
	l.flow.body = text("@start a\nC: NOOP ${id} ${seq}\nS: 250 *\n"
			   "@stop a\n@start b\nC: NOOP\nC: NOOP\nS: 250 *\n"
			   "S: 250 *\n@stop b\n");
	l.flow.end = NULL;
	l.flow.repeat = 3;
	l.flow.think_us = 1000;
	l.flow.think_random = true;
	load_run(&l);
	s = sums_of(&l, "login");
	ck_assert_uint_eq(s.op.done, 20);
	measure_op_free(&s.op);
	s = sums_of(&l, "ehlo");
	ck_assert_uint_eq(s.op.done, 20);
	measure_op_free(&s.op);
	s = sums_of(&l, "a");
	ck_assert_uint_eq(s.op.done, 60);
	measure_op_free(&s.op);
	s = sums_of(&l, "b");
	ck_assert_uint_eq(s.op.done, 60);
	ck_assert_uint_eq(s.op.begun, 60);
	measure_op_free(&s.op);
	ck_assert_uint_eq(l.target.commands, 20 * (1 + 3 * 3));
	load_free(&l);
}
END_TEST

START_TEST(believes_no_other)
{
	struct load l;
	struct sums s;

	load_init(&l, BEHAVES, PROFILE_TLS_IMPLICIT, ARRIVE_SESSIONS, 10);
	l.endpoint.name = text("other.example.test");
	load_run(&l);
	s = sums_of(&l, "submit");
	ck_assert_uint_eq(s.op.failed, 10);
	ck_assert_uint_eq(l.m.handshakes, 0);
	ck_assert_uint_eq(l.m.n_errors, 1);
	ck_assert_ptr_nonnull(
	    strstr(l.m.errors[0].what, "asked for other.example.test"));
	measure_op_free(&s.op);
	load_free(&l);
}
END_TEST

static const struct {
	const char *service, *role, *begin, *host;
	int connections;
	const char *why;
} plans[] = {
	{ "imap", "alice", "C: NOOP\n", "127.0.0.1", 9,
	    "the profile test.yaml has no endpoint \"imap\"" },
	{ "smtp", "carol", "C: NOOP\n", "127.0.0.1", 9,
	    "account \"carol\": the profile test.yaml has none" },
	{ "smtp", "alice", "@silent 5\n", "127.0.0.1", 9,
	    "load.yaml: flow \"submit\", begin: script line 1: a load has no "
	    "@silent" },
	{ "smtp", "alice", "C: NOOP\n", "no such host", 9,
	    "look up \"no such host\"" },
	{ "smtp", "alice", "C: NOOP\n", "127.0.0.1", 2000000000,
	    "open files are needed" },
};

START_TEST(refuses_before_the_start)
{
	struct load l;
	struct err err = { 0 };

	load_init(&l, LISTENS_NOT, PROFILE_TLS_NONE, ARRIVE_SESSIONS, 1);
	l.flow.service = text(plans[_i].service);
	l.flow.begin = text(plans[_i].begin);
	l.roles[0] = text(plans[_i].role);
	l.endpoint.host = text(plans[_i].host);
	l.scenario.connections = plans[_i].connections;
	ck_assert(!pump_run(&l.options, &l.m, &err));
	ck_assert_msg(strstr(err.what, plans[_i].why) != NULL, "%s", err.what);
	target_stop(&l.target);
	free(l.plan.at);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("loadgen/pump");
	TCase *t = tcase_create("pump");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_unchecked_fixture(t, make_pki, remove_pki);
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, carries_out, 0, sizeof kinds / sizeof kinds[0]);
	tcase_add_loop_test(t, survives, 0, sizeof wrongs / sizeof wrongs[0]);
	tcase_add_loop_test(t, queues_and_drops, 0, 2);
	tcase_add_loop_test(t, closes_the_loop, 0, 3);
	tcase_add_loop_test(t, keeps_the_ledger, 0, 4);
	tcase_add_loop_test(t, stops_early, 0, 4);
	tcase_add_loop_test(t, ends_before_its_plan, 0, 2);
	tcase_add_test(t, shares_the_plan);
	tcase_add_test(t, goes_first);
	tcase_add_test(t, starves);
	tcase_add_test(t, marks_and_thinks);
	tcase_add_test(t, believes_no_other);
	tcase_add_loop_test(
	    t, refuses_before_the_start, 0, sizeof plans / sizeof plans[0]);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
