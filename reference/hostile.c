/* SPDX-License-Identifier: MIT */
#include "reference/hostile.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/span.h"

enum {
	PEERS_MOST = 256,
	HELD_MOST = 8192,
	PIECE = 1024,         /* what is said again, at once */
	LIFE_MS = 15 * 60000, /* however long the peer would wait */
};

enum manner {
	DEAF,       /* reads, and takes no notice */
	TALKS,      /* answers as a server would */
	TALKS_ONCE, /* answers the first line and then no more */
	TALKS_ON,   /* the first answer never ends */
	REPEATS,    /* answers every line with its greeting */
};

enum ending { STAYS, CLOSES, RESETS };

struct behaviour {
	struct hostile_row row;
	const char *opening; /* said at once */
	const char *again;   /* then said over and over; RANDOM, ZERO */
	int piece;           /* octets of it at a time */
	int every_ms;
	enum manner manner;
	enum ending ending;  /* after the opening */
	enum ending shaking; /* on a ClientHello; STAYS: real TLS ... */
	bool noise;          /* ... or random bytes */
};

#define RANDOM "\1random"
#define ZERO   "\1zero"
#define GREETS "220 mail.example.test ESMTP ready\r\n"

/* clang-format off */
static const struct behaviour behaviours[HOSTILE_COUNT] = {
[HOSTILE_NONE] = { .row = { "none", "serves as it should", "正常服务" } },
[HOSTILE_SILENT] = {
	.row = { "silent", "accepts a connection and never says a word",
		 "接受连接后始终不发一言" } },
[HOSTILE_TRICKLE] = {
	.row = { "trickle",
		 "sends one byte a second of a greeting that never ends",
		 "问候语每秒只发一个字节，永不结束" },
	.again = "220 mail.example.test ESMTP ready when you are ",
	.piece = 1, .every_ms = 1000 },
[HOSTILE_ENDLESS_LINE] = {
	.row = { "endless-line", "never ends its first line",
		 "第一行永不换行" },
	.opening = "220 mail.example.test ", .again = "A",
	.piece = PIECE, .every_ms = 5 },
[HOSTILE_GARBAGE] = {
	.row = { "garbage", "sends random bytes", "发送随机字节" },
	.again = RANDOM, .piece = PIECE, .every_ms = 20 },
[HOSTILE_CLOSE_AT_ONCE] = {
	.row = { "close-at-once", "closes every connection at once",
		 "接受连接后立即关闭" },
	.ending = CLOSES },
[HOSTILE_RESET_AT_ONCE] = {
	.row = { "reset-at-once", "resets every connection at once",
		 "接受连接后立即重置" },
	.ending = RESETS },
[HOSTILE_CLOSE_MID_GREETING] = {
	.row = { "close-mid-greeting", "closes in the middle of its greeting",
		 "问候语发到一半即关闭" },
	.opening = "220 mail.exam", .ending = CLOSES },
[HOSTILE_TLS_GARBAGE] = {
	.row = { "tls-garbage", "answers a TLS handshake with random bytes",
		 "以随机字节应答 TLS 握手" },
	.opening = GREETS, .manner = TALKS, .noise = true },
[HOSTILE_TLS_CLOSE] = {
	.row = { "tls-close", "closes during the TLS handshake",
		 "在 TLS 握手中关闭连接" },
	.opening = GREETS, .manner = TALKS, .shaking = CLOSES },
[HOSTILE_ENDLESS_REPLY] = {
	.row = { "endless-reply", "never ends its reply to EHLO",
		 "对 EHLO 的多行应答永不结束" },
	.opening = GREETS, .again = "250-X-ENDLESS\r\n",
	.piece = 15, .every_ms = 2, .manner = TALKS_ON },
[HOSTILE_WRONG_PROTOCOL] = {
	.row = { "wrong-protocol", "speaks HTTP", "使用 HTTP 协议应答" },
	.opening = "HTTP/1.1 400 Bad Request\r\n"
		   "Content-Type: text/html\r\nContent-Length: 20\r\n\r\n"
		   "<h1>Bad Request</h1>" },
[HOSTILE_BINARY_ZERO] = {
	.row = { "binary-zero", "sends zero bytes inside and after its greeting",
		 "问候语中及其后发送零字节" },
	.opening = "220 mail.example.test ", .again = ZERO,
	.piece = PIECE, .every_ms = 20 },
[HOSTILE_GOOD_THEN_SILENT] = {
	.row = { "good-then-silent", "answers EHLO and then never again",
		 "应答 EHLO 之后不再应答" },
	.opening = GREETS, .manner = TALKS_ONCE },
[HOSTILE_HUGE_CODE] = {
	.row = { "huge-code", "answers with codes of forty digits",
		 "以四十位数字的代码应答" },
	.opening = "2202202202202202202202202202202202202202 ready\r\n",
	.manner = REPEATS },
};
/* clang-format on */

/* What a talker says; the rest is answered 250. */
static const struct {
	const char *verb;
	const char *reply;
} answers[] = {
	{ "EHLO", "250-mail.example.test\r\n250-STARTTLS\r\n"
		  "250-AUTH PLAIN LOGIN\r\n250 SIZE 10485760\r\n" },
	{ "STARTTLS", "220 2.0.0 go ahead\r\n" },
	{ "DATA", "354 go ahead\r\n" },
	{ "AUTH", "235 2.7.0 welcome\r\n" },
	{ "QUIT", "221 2.0.0 bye\r\n" },
};

struct peer {
	struct hostile_peers *all;
	struct peer *next, **back;
	struct stream stream;
	struct watch *watch;
	struct timer *tick, *life;
	struct buf in, out;
	bool shaking; /* the next bytes are a ClientHello */
	bool mute;    /* it has said all it will */
	bool ends;    /* when all is said */
	size_t said;  /* octets of "again" so far */
};

struct hostile_peers {
	struct loop *loop;
	const struct behaviour *how;
	struct tls_context *tls;
	struct peer *first;
	int n;
	unsigned seed;
};

const struct hostile_row *
hostile_get(enum hostile h)
{
	return &behaviours[h].row;
}

bool
hostile_find(const char *name, enum hostile *h)
{
	for (int i = 0; i < HOSTILE_COUNT; i++)
		if (strcmp(behaviours[i].row.name, name) == 0) {
			*h = (enum hostile)i;
			return true;
		}
	return false;
}

static void
peer_free(struct peer *p)
{
	watch_free(p->watch);
	timer_free(p->tick);
	timer_free(p->life);
	stream_close(&p->stream);
	buf_free(&p->in);
	buf_free(&p->out);
	*p->back = p->next;
	if (p->next != NULL)
		p->next->back = p->back;
	p->all->n--;
	free(p);
}

struct hostile_peers *
hostile_new(struct loop *loop, enum hostile h, struct tls_context *tls)
{
	struct hostile_peers *all = mem_new(1, sizeof *all);

	*all = (struct hostile_peers){
		.loop = loop, .how = &behaviours[h], .tls = tls, .seed = 1
	};
	return all;
}

void
hostile_free(struct hostile_peers *all)
{
	if (all == NULL)
		return;
	while (all->first != NULL)
		peer_free(all->first);
	free(all);
}

/* Octet i of what is said again and again. */
static char
octet(struct hostile_peers *all, size_t i)
{
	const char *again = all->how->again;

	if (strcmp(again, ZERO) == 0)
		return '\0';
	if (strcmp(again, RANDOM) != 0)
		return again[i % strlen(again)];
	all->seed = all->seed * 1664525u + 1013904223u;
	return (char)(all->seed >> 24);
}

static void
make_noise(struct peer *p)
{
	char piece[PIECE / 4];

	for (size_t i = 0; i < sizeof piece; i++) {
		p->all->seed = p->all->seed * 1664525u + 1013904223u;
		piece[i] = (char)(p->all->seed >> 24);
	}
	buf_add(&p->out, (struct span){ piece, sizeof piece });
}

static void pump(struct peer *);

static void
tick(void *ctx)
{
	struct peer *p = ctx;
	const struct behaviour *how = p->all->how;
	char c;

	p->tick = loop_after(p->all->loop, how->every_ms, tick, p);
	if (p->out.len == 0 && p->stream.state != STREAM_SHAKING)
		for (int i = 0; i < how->piece; i++) {
			c = octet(p->all, p->said++);
			buf_add(&p->out, (struct span){ &c, 1 });
		}
	pump(p);
}

static void
begin_again(struct peer *p)
{
	if (p->all->how->again != NULL && p->tick == NULL)
		p->tick =
		    loop_after(p->all->loop, p->all->how->every_ms, tick, p);
}

static void
open_up(struct peer *p)
{
	const struct behaviour *how = p->all->how;

	if (how->opening != NULL)
		buf_add(&p->out, span_of(how->opening));
	p->ends = how->ending != STAYS;
	if (how->manner != TALKS_ON)
		begin_again(p);
}

static void
answer(struct peer *p, struct span line)
{
	const struct behaviour *how = p->all->how;
	const char *reply = "250 2.0.0 OK\r\n";

	if (how->manner == DEAF || p->mute)
		return;
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (span_casestarts(line, span_of(answers[i].verb)))
			reply = answers[i].reply;
	if (how->manner == REPEATS)
		reply = how->opening;
	if (how->manner == TALKS_ON)
		begin_again(p);
	else
		buf_add(&p->out, span_of(reply));
	p->mute = how->manner == TALKS_ONCE || how->manner == TALKS_ON;
	p->shaking =
	    how->manner == TALKS && span_casestarts(line, SPAN("STARTTLS"));
	p->ends = span_casestarts(line, SPAN("QUIT"));
}

/* Looks at what came; it is never kept for long. */
static void
listen_to(struct peer *p)
{
	struct span rest = buf_span(&p->in);
	size_t n;

	while (!p->shaking && (n = span_find(rest, SPAN("\n"))) < rest.len) {
		answer(p, span_take(rest, n));
		rest = span_skip(rest, n + 1);
	}
	if (p->shaking && rest.len > 0) {
		p->ends = p->all->how->shaking != STAYS;
		if (p->all->how->noise)
			make_noise(p);
		rest.len = 0;
	}
	buf_drop(&p->in, p->in.len - rest.len);
	if (p->in.len == p->in.cap || p->out.full) {
		buf_clear(&p->in);
		p->out.full = false;
	}
}

static void
pump(struct peer *p)
{
	enum stream_wait wait = STREAM_DONE;

	if (p->stream.state == STREAM_SHAKING) {
		wait = stream_shake(&p->stream);
		if (wait == STREAM_DONE)
			open_up(p);
	}
	if (wait == STREAM_DONE && p->stream.state != STREAM_SHAKING) {
		wait = stream_read(&p->stream, &p->in, HELD_MOST);
		if (wait == STREAM_DONE)
			listen_to(p);
		if (wait != STREAM_OVER && p->out.len > 0)
			wait = stream_write(&p->stream, &p->out);
	}
	if (p->ends && p->out.len == 0 && p->all->how->ending == RESETS)
		stream_reset(&p->stream);
	if (wait == STREAM_OVER || (p->ends && p->out.len == 0))
		peer_free(p);
	else
		watch_change(p->watch,
		    LOOP_READ | (wait == STREAM_WANT_WRITE ? LOOP_WRITE : 0u));
}

static void
ready(void *ctx, unsigned what)
{
	(void)what;
	pump(ctx);
}

static void
die(void *ctx)
{
	struct peer *p = ctx;

	p->life = NULL;
	peer_free(p);
}

void
hostile_accept(struct hostile_peers *all, int fd, bool secure)
{
	struct peer *p = mem_new(1, sizeof *p);
	const struct behaviour *how = all->how;

	*p = (struct peer){ .all = all, .next = all->first };
	stream_init(&p->stream, fd);
	buf_init(&p->in, HELD_MOST);
	buf_init(&p->out, HELD_MOST);
	if (p->next != NULL)
		p->next->back = &p->next;
	p->back = &all->first;
	all->first = p;
	all->n++;
	p->watch = loop_watch(all->loop, fd, LOOP_READ, ready, p);
	p->life = loop_after(all->loop, LIFE_MS, die, p);
	p->shaking = secure && how->manner == TALKS;
	if (all->n > PEERS_MOST) {
		peer_free(p);
		return;
	}
	/* who talks at all does so behind TLS; the others know none */
	if (secure && how->manner != DEAF && !p->shaking)
		stream_secure_server(&p->stream, all->tls);
	else if (!p->shaking)
		open_up(p);
	pump(p);
}
