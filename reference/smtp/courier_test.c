/* SPDX-License-Identifier: MIT */
#include "reference/smtp/courier.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "reference/world_testing.h"

#define MOST        ((size_t)16 << 20)
#define PATIENCE_MS 10000
#define BIG         ((size_t)4 << 20)

/* ---- a next hop that says what a test wants it to say ---- */

struct hop {
	const char *ehlo;       /* the whole reply */
	const char *rcpt;       /* reply to RCPT for an address with "bad" */
	const char *content[3]; /* replies, one after another; NULL: 250 */
	bool mute;              /* hangs up on the content */

	struct loop *loop;
	int listener;
	uint16_t port;
	struct watch *knock;
	struct guest {
		struct hop *hop;
		struct guest *next;
		int fd;
		struct watch *watch;
		struct buf in;
		bool content;
	} * guests;
	struct buf heard; /* all lines, content as it came on the wire */
	size_t letters;
};

static void
answer(struct guest *g, const char *text)
{
	const size_t n = strlen(text);

	ck_assert_int_eq(send(g->fd, text, n, MSG_NOSIGNAL), (ssize_t)n);
}

static void
guest_leaves(struct guest *g)
{
	struct guest **at = &g->hop->guests;

	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	watch_free(g->watch);
	close(g->fd);
	buf_free(&g->in);
	free(g);
}

static void
content_ends(struct guest *g)
{
	struct hop *h = g->hop;
	const char *reply = h->letters < 3 ? h->content[h->letters] : NULL;

	h->letters++;
	g->content = false;
	answer(g, reply == NULL ? "250 2.0.0 taken\r\n" : reply);
}

/* False when the guest is gone. */
static bool
obey(struct guest *g, struct span line)
{
	struct hop *h = g->hop;

	buf_addf(&h->heard, "%.*s\n", SPAN_FMT(line));
	if (g->content) {
		if (span_eq(line, SPAN(".")))
			content_ends(g);
	} else if (span_starts(line, SPAN("EHLO")))
		answer(g, h->ehlo);
	else if (span_starts(line, SPAN("RCPT")) &&
		 span_find(line, SPAN("bad")) < line.len)
		answer(g, h->rcpt);
	else if (span_eq(line, SPAN("DATA")) && h->mute) {
		guest_leaves(g);
		return false;
	} else if (span_eq(line, SPAN("DATA"))) {
		g->content = true;
		answer(g, "354 go on\r\n");
	} else
		answer(g, "250 ok\r\n");
	return true;
}

static void
guest_speaks(void *ctx, unsigned what)
{
	struct guest *g = ctx;
	char part[4096];
	const ssize_t n = recv(g->fd, part, sizeof part, 0);
	size_t end;

	(void)what;
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			guest_leaves(g);
		return;
	}
	buf_add(&g->in, (struct span){ part, (size_t)n });
	while ((end = span_find(buf_span(&g->in), SPAN("\r\n"))) < g->in.len) {
		char *line = mem_text(span_take(buf_span(&g->in), end));
		bool here;

		buf_drop(&g->in, end + 2);
		here = obey(g, span_of(line));
		free(line);
		if (!here)
			return;
	}
}

static void
guest_comes(void *ctx, unsigned what)
{
	struct hop *h = ctx;
	const int fd = net_accept(h->listener, NULL);
	struct guest *g;

	(void)what;
	if (fd == -1)
		return;
	g = mem_new(1, sizeof *g);
	*g = (struct guest){ .hop = h, .next = h->guests, .fd = fd };
	h->guests = g;
	buf_init(&g->in, MOST);
	g->watch = loop_watch(h->loop, fd, LOOP_READ, guest_speaks, g);
	answer(g, "220 hop.test\r\n");
}

static void
hop_open(struct hop *h, struct loop *loop)
{
	struct err err = { 0 };

	h->loop = loop;
	if (h->ehlo == NULL)
		h->ehlo = "250-hop.test\r\n250-8BITMIME\r\n250-DSN\r\n"
			  "250-SIZE 100000\r\n250 SMTPUTF8\r\n";
	buf_init(&h->heard, MOST);
	ck_assert_msg(net_listen("127.0.0.1", 0, &h->listener, &h->port, &err),
	    "%s", err.what);
	h->knock = loop_watch(loop, h->listener, LOOP_READ, guest_comes, h);
}

static void
hop_close(struct hop *h)
{
	while (h->guests != NULL)
		guest_leaves(h->guests);
	watch_free(h->knock);
	close(h->listener);
	buf_free(&h->heard);
}

/* ---- a store, a courier, a hop ---- */

struct scene {
	const char *dir; /* NULL: a store in memory */
	struct loop *loop;
	struct store *store;
	struct courier *courier;
	struct courier_site site;
	struct courier_route routes[2];
	struct hop hop;
	int left_ms;
	bool (*until)(struct scene *);
};

static void
scene_open(struct scene *s)
{
	s->loop = loop_new();
	s->store = settled_store(s->dir);
	hop_open(&s->hop, s->loop);
	s->routes[0] = (struct courier_route){ "sink.example.test", "127.0.0.1",
		s->hop.port };
	s->routes[1] = (struct courier_route){ "dead.example.test", "127.0.0.1",
		net_free_port() };
	s->site.host = "mail.example.test";
	s->site.routes = s->routes;
	s->site.n_routes = 2;
	if (s->site.first_retry_ms == 0)
		s->site.first_retry_ms = 20;
	if (s->site.give_up_ms == 0)
		s->site.give_up_ms = 100;
	s->site.reply_ms = s->hop.ehlo[0] == '\0' ? 50 : 5000;
	s->courier = courier_new(s->loop, s->store, &s->site);
}

static void
scene_close(struct scene *s)
{
	courier_free(s->courier);
	hop_close(&s->hop);
	loop_free(s->loop);
	store_close(s->store);
}

static void
tick(void *ctx)
{
	struct scene *s = ctx;

	if (s->until(s) || --s->left_ms <= 0)
		loop_stop(s->loop);
	else
		loop_after(s->loop, 1, tick, s);
}

static void
run_until(struct scene *s, bool (*until)(struct scene *))
{
	s->until = until;
	s->left_ms = PATIENCE_MS;
	courier_wake(s->courier);
	loop_after(s->loop, 0, tick, s);
	loop_run(s->loop, NULL);
	ck_assert_msg(s->left_ms > 0, "it never came to that; heard:\n%s",
	    buf_text(&s->hop.heard));
}

static bool
queue_is_empty(struct scene *s)
{
	return courier_idle(s->courier);
}

static int64_t
mailbox_size(struct scene *s, const char *user)
{
	int64_t messages = 0, bytes;

	ck_assert(
	    store_mailbox_count(s->store, span_of(user), &messages, &bytes));
	return messages;
}

static bool
alice_has_mail(struct scene *s)
{
	return mailbox_size(s, "alice") > 0 && queue_is_empty(s);
}

static bool
hop_has_two(struct scene *s)
{
	return s->hop.letters >= 2 && queue_is_empty(s);
}

static const char letter[] = "From: Alice <alice@example.test>\r\n"
			     "Subject: hello\r\n"
			     "\r\n"
			     ".dot\r\n"
			     "two  \r\n";

static void
send_letter(struct scene *s, struct envelope e, const char *text)
{
	struct err err = { 0 };
	char id[STORE_ID];

	ck_assert_msg(
	    store_accept(s->store, &e, span_of(text), clock_wall(), id, &err),
	    "%s", err.what);
}

static void
send_one(struct scene *s, const char *to, unsigned notify)
{
	struct recipient r = { .notify = notify };

	snprintf(r.address, sizeof r.address, "%s", to);
	send_letter(s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    letter);
}

static char *
mail_of(struct scene *s, const char *user, int64_t n)
{
	struct buf b;
	char *text;

	buf_init(&b, MOST);
	ck_assert(store_mailbox_get(s->store, span_of(user), n, &b));
	text = mem_text(buf_span(&b));
	buf_free(&b);
	return text;
}

static void
must_hold(const char *text, const char *part)
{
	ck_assert_msg(
	    strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static void
must_lack(const char *text, const char *part)
{
	ck_assert_msg(
	    strstr(text, part) == NULL, "\"%s\" is in:\n%s", part, text);
}

static size_t
count_of(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)) != NULL; text++)
		n++;
	return n;
}

/* ---- mailboxes ---- */

START_TEST(local_mail_gets_a_return_path)
{
	struct scene s = { 0 };
	char *text;

	scene_open(&s);
	send_one(&s, "BOB@example.test", NOTIFY_DEFAULT);
	run_until(&s, queue_is_empty);
	text = mail_of(&s, "bob", 0);
	ck_assert_int_eq(
	    strncmp(text, "Return-Path: <alice@example.test>\r\n", 35), 0);
	ck_assert_str_eq(text + 35, letter);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	free(text);
	scene_close(&s);
}
END_TEST

START_TEST(success_is_told_when_asked_for)
{
	struct scene s = { .site.fault =
			       _i ? FAULT_SUCCESS_IS_IGNORED : FAULT_NONE };
	char *text;

	scene_open(&s);
	send_one(&s, "bob@example.test", NOTIFY_SUCCESS);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "bob"), 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), _i ? 0 : 1);
	if (_i == 0) {
		text = mail_of(&s, "alice", 0);
		must_hold(text, "Return-Path: <>\r\n");
		must_hold(text, "Action: delivered\r\nStatus: 2.0.0\r\n");
		free(text);
	}
	scene_close(&s);
}
END_TEST

START_TEST(a_full_mailbox_returns_mail)
{
	struct scene s = { 0 };
	struct recipient r = { .address = "dave@example.test" };
	char *big = mem_new(1, 70001), *text;

	memset(big, 'x', 70000);
	scene_open(&s);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    big);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "dave"), 0);
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Action: failed\r\nStatus: 5.2.2\r\n");
	free(text);
	free(big);
	scene_close(&s);
}
END_TEST

static bool
never(struct scene *s)
{
	return s->left_ms == 1;
}

/* The disk is full between the 250 and the delivery. */
START_TEST(a_full_disk_loses_nothing)
{
	const struct rlimit none = { 4096, RLIM_INFINITY };
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	char dir[] = "/tmp/yanshou-courier-XXXXXX";
	struct scene s = { .dir = mkdtemp(dir) };
	struct err err = { 0 };
	struct due d;

	ck_assert_ptr_nonnull(s.dir);
	scene_open(&s);
	send_one(&s, "bob@example.test", NOTIFY_DEFAULT);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	s.until = never;
	s.left_ms = 20;
	loop_after(s.loop, 0, tick, &s);
	loop_run(s.loop, NULL);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &all), 0);
	ck_assert_int_eq(mailbox_size(&s, "bob"), 0);
	ck_assert(!courier_idle(s.courier));
	ck_assert(store_due(s.store, clock_wall(), &d));
	ck_assert_str_eq(d.to, "bob@example.test");

	courier_free(s.courier); /* another one need not rest */
	s.courier = courier_new(s.loop, s.store, &s.site);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "bob"), 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
	ck_assert_msg(files_remove(dir, &err), "%s", err.what);
}
END_TEST

/* ---- the next hop ---- */

START_TEST(a_letter_is_relayed_in_one_copy)
{
	struct scene s = { 0 };
	struct recipient r[] = { { .address = "Ann@sink.example.test",
				     .orcpt = "rfc822;ann@a.test",
				     .notify = NOTIFY_SUCCESS | NOTIFY_DELAY },
		{ .address = "bob@example.test" },
		{ .address = "Eve@Sink.example.test" } };

	scene_open(&s);
	send_letter(&s,
	    (struct envelope){ .from = "alice@example.test",
		.envid = "QQ+2B1",
		.ret_hdrs = true,
		.to = r,
		.n_to = 3 },
	    letter);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, 1);
	ck_assert_str_eq(buf_text(&s.hop.heard),
	    "EHLO mail.example.test\n"
	    "MAIL FROM:<alice@example.test> SIZE=65 RET=HDRS ENVID=QQ+2B1\n"
	    "RCPT TO:<Ann@sink.example.test> NOTIFY=SUCCESS,DELAY "
	    "ORCPT=rfc822;ann@a.test\n"
	    "RCPT TO:<Eve@Sink.example.test>\n"
	    "DATA\n"
	    "From: Alice <alice@example.test>\nSubject: hello\n\n"
	    "..dot\ntwo  \n.\n"
	    "QUIT\n");
	ck_assert_int_eq(mailbox_size(&s, "bob"), 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
}
END_TEST

START_TEST(a_peer_without_dsn_is_told_about)
{
	struct scene s = { .hop.ehlo = "250 hop.test\r\n" };
	char *text;

	scene_open(&s);
	send_one(&s, "ann@sink.example.test", NOTIFY_SUCCESS);
	run_until(&s, alice_has_mail);
	must_hold(buf_text(&s.hop.heard), "MAIL FROM:<alice@example.test>\n"
					  "RCPT TO:<ann@sink.example.test>\n");
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Action: relayed\r\n");
	free(text);
	scene_close(&s);
}
END_TEST

START_TEST(a_refused_recipient_is_returned_alone)
{
	struct scene s = { .hop.rcpt = "550-5.1.1 no\r\n550 5.1.1 bad\r\n" };
	struct recipient r[] = { { .address = "good@sink.example.test" },
		{ .address = "bad@sink.example.test",
		    .orcpt = "rfc822;b+2Bad@a.test" } };
	char *text;

	scene_open(&s);
	send_letter(&s,
	    (struct envelope){ .from = "alice@example.test",
		.envid = "E+2B7",
		.ret_full = true,
		.to = r,
		.n_to = 2 },
	    letter);
	run_until(&s, alice_has_mail);
	ck_assert_uint_eq(s.hop.letters, 1);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 1);
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Return-Path: <>\r\n");
	must_hold(text, "report-type=delivery-status");
	must_hold(text, "Original-Envelope-Id: E+7\r\n");
	must_hold(text, "Reporting-MTA: dns; mail.example.test\r\n");
	must_hold(text, "Original-Recipient: rfc822;b+ad@a.test\r\n");
	must_hold(text, "Final-Recipient: rfc822;bad@sink.example.test\r\n"
			"Action: failed\r\nStatus: 5.1.1\r\n");
	must_hold(text, "Diagnostic-Code: smtp; 550 5.1.1 no 5.1.1 bad\r\n");
	must_hold(text, "Content-Type: message/rfc822\r\n");
	must_hold(text, ".dot\r\n");
	must_lack(text, "good@");
	free(text);
	scene_close(&s);
}
END_TEST

START_TEST(what_is_deferred_is_tried_again)
{
	struct scene s = { .site.fault =
			       _i ? FAULT_RETRY_FORGETS_SENDER : FAULT_NONE,
		.site.give_up_ms = 60000,
		.hop.content = { "451 4.3.0 later\r\n" } };

	scene_open(&s);
	send_one(&s, "ann@sink.example.test", NOTIFY_DEFAULT);
	run_until(&s, hop_has_two);
	ck_assert_uint_eq(s.hop.letters, 2);
	ck_assert_uint_eq(
	    count_of(buf_text(&s.hop.heard), "MAIL FROM:<alice@"), _i ? 1 : 2);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
}
END_TEST

/* How a letter to the next hop can come back. */
static const struct {
	const char *to;
	struct hop hop;
	const char *text; /* of the message, NULL: the usual one */
	const char *holds;
	enum fault fault;
} returns[] = {
	{ .to = "ann@dead.example.test", .holds = "Status: 4.4.7\r\n" },
	{ .to = "ann@nowhere.example", .holds = "Status: 5.4.4\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.content = { "554 5.6.0 no\r\n" },
	    .holds = "Status: 5.6.0\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.content = { "554 no\r\n" },
	    .holds = "Status: 5.0.0\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.mute = true,
	    .holds = "Reason: the next hop closed the connection\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.content = { "451 4.3.0 later\r\n" },
	    .fault = FAULT_NO_RETRY,
	    .holds = "Diagnostic-Code: smtp; 451 4.3.0 later\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.ehlo = "250-hop.test\r\n250 SMTPUTF8\r\n",
	    .text = "Subject: x\r\n\r\n\xe6\x98\x8e\r\n",
	    .holds = "Status: 5.6.3\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.ehlo = "HTTP/1.1 400 Bad Request\r\n\r\n",
	    .holds = "Reason: the next hop does not speak SMTP\r\n" },
	{ .to = "ann@sink.example.test",
	    .hop.ehlo = "", /* never a word */
	    .holds = "Reason: the next hop did not answer in time\r\n" },
	{ .to = "小明@sink.example.test",
	    .hop.ehlo = "250-hop.test\r\n250 8BITMIME\r\n",
	    .holds = "Final-Recipient: utf-8;\\x{5C0F}\\x{660E}@sink" },
};

START_TEST(mail_that_cannot_go_comes_back)
{
	struct scene s = { .hop = returns[_i].hop,
		.site.fault = returns[_i].fault };
	struct recipient r = { 0 };
	char *text;

	scene_open(&s);
	snprintf(r.address, sizeof r.address, "%s", returns[_i].to);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    returns[_i].text == NULL ? letter : returns[_i].text);
	run_until(&s, alice_has_mail);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 1);
	text = mail_of(&s, "alice", 0);
	must_hold(text, "Action: failed\r\n");
	must_hold(text, returns[_i].holds);
	free(text);
	scene_close(&s);
}
END_TEST

/* ---- who is told, and who is not ---- */

static const struct {
	const char *from;
	unsigned notify;
	enum fault fault;
	int64_t reports; /* that reach alice */
} tellings[] = {
	{ "alice@example.test", NOTIFY_DEFAULT, FAULT_NONE, 1 },
	{ "alice@example.test", NOTIFY_FAILURE, FAULT_NONE, 1 },
	{ "alice@example.test", NOTIFY_SUCCESS, FAULT_NONE, 0 },
	{ "alice@example.test", NOTIFY_DELAY, FAULT_NONE, 0 },
	{ "alice@example.test", NOTIFY_NEVER, FAULT_NONE, 0 },
	{ "alice@example.test", NOTIFY_NEVER, FAULT_NEVER_IS_IGNORED, 1 },
	{ "alice@example.test", NOTIFY_DEFAULT, FAULT_NO_BOUNCE, 0 },
	{ "", NOTIFY_DEFAULT, FAULT_NONE, 0 },
	{ "", NOTIFY_DEFAULT, FAULT_BOUNCES_BOUNCES, 1 },
	{ "nobody@example.test", NOTIFY_DEFAULT, FAULT_NONE, 0 },
};

START_TEST(failure_is_told_to_whom_it_concerns)
{
	struct scene s = { .hop.rcpt = "550 no\r\n",
		.site.fault = tellings[_i].fault };
	struct recipient r = { .address = "bad@sink.example.test",
		.notify = tellings[_i].notify };
	struct envelope e = { .to = &r, .n_to = 1 };

	scene_open(&s);
	snprintf(e.from, sizeof e.from, "%s", tellings[_i].from);
	send_letter(&s, e, letter);
	run_until(&s, queue_is_empty);
	ck_assert_int_eq(mailbox_size(&s, "alice"), tellings[_i].reports);
	ck_assert_int_eq(mailbox_size(&s, "postmaster"), 0);
	scene_close(&s);
}
END_TEST

START_TEST(an_address_in_chinese_is_declared)
{
	struct scene s = { .site.fault =
			       _i ? FAULT_RELAY_FORGETS_SMTPUTF8 : FAULT_NONE };

	scene_open(&s);
	send_one(&s, "小明@sink.example.test", NOTIFY_DEFAULT);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, 1);
	ck_assert_uint_eq(
	    count_of(buf_text(&s.hop.heard), " SMTPUTF8\n"), _i ? 0 : 1);
	must_hold(buf_text(&s.hop.heard), "RCPT TO:<小明@sink");
	scene_close(&s);
}
END_TEST

/* More than the sockets hold: sent in pieces, and whole at the other end. */
#define DIGITS "123456789012345678901234567890123456789012345678901234567890"

START_TEST(a_big_letter_arrives_whole)
{
	static const char line[] = "." DIGITS "x\r\n",
			  heard[] = ".." DIGITS "x\n";
	struct recipient r = { .address = "ann@sink.example.test" };
	struct scene s = { 0 };
	const char *at;
	char *text;

	scene_open(&s);
	text = mem_new(1, BIG + 1);
	for (size_t i = 0; i < BIG; i += sizeof line - 1)
		memcpy(text + i, line, sizeof line - 1);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    text);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, 1);
	at = strstr(buf_text(&s.hop.heard), "..");
	ck_assert_ptr_nonnull(at);
	for (size_t i = 0; i < BIG; i += sizeof line - 1) {
		ck_assert_int_eq(strncmp(at, heard, sizeof heard - 1), 0);
		at += sizeof heard - 1;
	}
	ck_assert_str_eq(at, ".\nQUIT\n");
	free(text);
	scene_close(&s);
}
END_TEST

/* ---- faults and variants that show at the next hop ---- */

static const struct {
	enum fault fault;
	enum variant variant;
	const char *holds, *lacks;
	size_t letters;
} ways[] = {
	{ FAULT_NONE, VARIANT_NONE, "..dot\ntwo  \n", "\n.dot", 1 },
	{ FAULT_RELAY_TWICE, VARIANT_NONE, "..dot\n", "RSET", 2 },
	{ FAULT_RELAY_CHANGES_SENDER, VARIANT_NONE,
	    "FROM:<postmaster@example.test>", "FROM:<alice", 1 },
	{ FAULT_RELAY_LOWERS_LOCAL_PART, VARIANT_NONE, "TO:<eve@", "TO:<Eve",
	    1 },
	{ FAULT_RELAY_LOSES_RECIPIENT, VARIANT_NONE, "TO:<ann@", "TO:<Eve", 1 },
	{ FAULT_RELAY_UNSTUFFS_TWICE, VARIANT_NONE, "\n.dot\n", "..dot", 1 },
	{ FAULT_RELAY_TRIMS_LINES, VARIANT_NONE, "\ntwo\n", "two ", 1 },
	{ FAULT_NONE, VARIANT_ONE_RECIPIENT_A_TRANSACTION,
	    ".\nMAIL FROM:<alice@example.test> SIZE=65\n", "RSET", 2 },
};

START_TEST(each_way_shows_at_the_next_hop)
{
	struct scene s = { .site.fault = ways[_i].fault,
		.site.variant = ways[_i].variant };
	struct recipient r[] = { { .address = "ann@sink.example.test" },
		{ .address = "Eve@sink.example.test" } };

	scene_open(&s);
	send_letter(&s,
	    (struct envelope){
		.from = "alice@example.test", .to = r, .n_to = 2 },
	    letter);
	run_until(&s, queue_is_empty);
	ck_assert_uint_eq(s.hop.letters, ways[_i].letters);
	must_hold(buf_text(&s.hop.heard), ways[_i].holds);
	must_lack(buf_text(&s.hop.heard), ways[_i].lacks);
	ck_assert_int_eq(mailbox_size(&s, "alice"), 0);
	scene_close(&s);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("courier");
	TCase *tc = tcase_create("journeys");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, local_mail_gets_a_return_path);
	tcase_add_loop_test(tc, success_is_told_when_asked_for, 0, 2);
	tcase_add_test(tc, a_full_mailbox_returns_mail);
	tcase_add_test(tc, a_full_disk_loses_nothing);
	tcase_add_test(tc, a_letter_is_relayed_in_one_copy);
	tcase_add_test(tc, a_peer_without_dsn_is_told_about);
	tcase_add_test(tc, a_refused_recipient_is_returned_alone);
	tcase_add_loop_test(tc, what_is_deferred_is_tried_again, 0, 2);
	tcase_add_loop_test(tc, mail_that_cannot_go_comes_back, 0,
	    sizeof returns / sizeof returns[0]);
	tcase_add_loop_test(tc, failure_is_told_to_whom_it_concerns, 0,
	    sizeof tellings / sizeof tellings[0]);
	tcase_add_loop_test(tc, an_address_in_chinese_is_declared, 0, 2);
	tcase_add_test(tc, a_big_letter_arrives_whole);
	tcase_add_loop_test(tc, each_way_shows_at_the_next_hop, 0,
	    sizeof ways / sizeof ways[0]);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
