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

/* What can be said, whatever the language. */
enum saying {
	NOTHING,
	GREETING,
	HALF_GREETING,
	LINE_BEGUN,
	ENDLESS,      /* a line of an answer that never ends */
	ENDLESS_HEAD, /* what comes before such lines, once */
	HUGE,
	ANNOUNCEMENT, /* much is to follow */
	HTTP,
	LETTER,
	RANDOM,
	ZERO,
	SAYINGS
};

struct behaviour {
	struct hostile_row row;
	enum saying opening; /* said at once */
	enum saying again;   /* then said over and over */
	int piece;           /* octets of it at a time */
	int every_ms;
	enum manner manner;
	enum saying head;    /* of the answer to the first line */
	enum ending ending;  /* after the opening */
	enum ending shaking; /* on a ClientHello; STAYS: real TLS ... */
	bool noise;          /* ... or random bytes */
};

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
	.again = LINE_BEGUN, .piece = 1, .every_ms = 1000 },
[HOSTILE_ENDLESS_LINE] = {
	.row = { "endless-line", "never ends its first line",
		 "第一行永不换行" },
	.opening = LINE_BEGUN, .again = LETTER, .piece = PIECE, .every_ms = 5 },
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
	.opening = HALF_GREETING, .ending = CLOSES },
[HOSTILE_TLS_GARBAGE] = {
	.row = { "tls-garbage", "answers a TLS handshake with random bytes",
		 "以随机字节应答 TLS 握手" },
	.opening = GREETING, .manner = TALKS, .noise = true },
[HOSTILE_TLS_CLOSE] = {
	.row = { "tls-close", "closes during the TLS handshake",
		 "在 TLS 握手中关闭连接" },
	.opening = GREETING, .manner = TALKS, .shaking = CLOSES },
[HOSTILE_ENDLESS_REPLY] = {
	.row = { "endless-reply", "never ends its reply to the first command",
		 "对首条命令的多行应答永不结束" },
	.opening = GREETING, .again = ENDLESS, .head = ENDLESS_HEAD,
	.piece = 15, .every_ms = 2, .manner = TALKS_ON },
[HOSTILE_WRONG_PROTOCOL] = {
	.row = { "wrong-protocol", "speaks HTTP", "使用 HTTP 协议应答" },
	.opening = HTTP },
[HOSTILE_BINARY_ZERO] = {
	.row = { "binary-zero", "sends zero bytes inside and after its greeting",
		 "问候语中及其后发送零字节" },
	.opening = LINE_BEGUN, .again = ZERO, .piece = PIECE, .every_ms = 20 },
[HOSTILE_GOOD_THEN_SILENT] = {
	.row = { "good-then-silent",
		 "answers the first command and then never again",
		 "应答首条命令之后不再应答" },
	.opening = GREETING, .manner = TALKS_ONCE },
[HOSTILE_HUGE_CODE] = {
	.row = { "huge-code", "answers with codes of forty digits",
		 "以四十位数字的代码应答" },
	.opening = HUGE, .manner = REPEATS },
[HOSTILE_HUGE_LITERAL] = {
	.row = { "huge-literal",
		 "announces 4 GiB and sends none of them",
		 "宣告 4 GiB 内容却不发送" },
	.opening = GREETING, .manner = TALKS_ON, .head = ANNOUNCEMENT },
[HOSTILE_ENDLESS_LITERAL] = {
	.row = { "endless-literal",
		 "announces 4 GiB and sends them slowly",
		 "宣告 4 GiB 内容并缓慢发送" },
	.opening = GREETING, .manner = TALKS_ON, .head = ANNOUNCEMENT,
	.again = LETTER, .piece = PIECE, .every_ms = 5 },
};

#define HTTP_TEXT \
	"HTTP/1.1 400 Bad Request\r\n" \
	"Content-Type: text/html\r\nContent-Length: 20\r\n\r\n" \
	"<h1>Bad Request</h1>"

#define HTTP_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define STARTTLS_OID "1.3.6.1.4.1.1466.20037"

/* How a service would speak that was none of these. */
static const struct tongue {
	const char *protocol;
	bool tagged; /* the first word of a command is its tag, "$" below */
	bool binary; /* no lines; "$" is a zero octet */
	const char *sayings[SAYINGS];
	struct {
		const char *verb; /* NULL: any other */
		const char *reply;
	} answers[8];
	const char *begin_tls, *leave;
} tongues[] = {
	{ "smtp", false, false,
	  { [GREETING] = "220 mail.example.test ESMTP ready\r\n",
	    [HALF_GREETING] = "220 mail.exam",
	    [LINE_BEGUN] = "220 mail.example.test ",
	    [ENDLESS] = "250-X-ENDLESS\r\n",
	    [HUGE] = "2202202202202202202202202202202202202202 ready\r\n",
	    [ANNOUNCEMENT] = "250-SIZE 4294967295 {4294967295}\r\n250-",
	    [HTTP] = HTTP_TEXT, [LETTER] = "A" },
	  { { "EHLO", "250-mail.example.test\r\n250-STARTTLS\r\n"
		      "250-AUTH PLAIN LOGIN\r\n250 SIZE 10485760\r\n" },
	    { "STARTTLS", "220 2.0.0 go ahead\r\n" },
	    { "DATA", "354 go ahead\r\n" },
	    { "AUTH", "235 2.7.0 welcome\r\n" },
	    { "QUIT", "221 2.0.0 bye\r\n" },
	    { NULL, "250 2.0.0 OK\r\n" } },
	  "STARTTLS", "QUIT" },
	{ "pop3", false, false,
	  { [GREETING] = "+OK mail.example.test ready\r\n",
	    [HALF_GREETING] = "+O",
	    [LINE_BEGUN] = "+OK mail.example.test ",
	    [ENDLESS] = "1 12345678901\r\n",
	    [ENDLESS_HEAD] = "+OK\r\n",
	    [HUGE] = "2202202202202202202202202202202202202202 ready\r\n",
	    [ANNOUNCEMENT] = "+OK 4294967295 octets\r\n",
	    [HTTP] = HTTP_TEXT, [LETTER] = "A" },
	  { { "CAPA", "+OK\r\nSTLS\r\nUSER\r\nSASL PLAIN\r\n.\r\n" },
	    { NULL, "+OK\r\n" } },
	  "STLS", "QUIT" },
	{ "imap", true, false,
	  { [GREETING] = "* OK mail.example.test ready\r\n",
	    [HALF_GREETING] = "* OK mail.exam",
	    [LINE_BEGUN] = "* OK mail.example.test ",
	    [ENDLESS] = "* 1 FETCH ()\r\n",
	    [HUGE] = "* 2202202202202202202202202202202202202202 EXISTS\r\n",
	    [ANNOUNCEMENT] = "* 1 FETCH (BODY[] {4294967295}\r\n",
	    [HTTP] = HTTP_TEXT, [LETTER] = "A" },
	  { { "CAPABILITY", "* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n"
			    "$ OK done\r\n" },
	    { "LOGOUT", "* BYE bye\r\n$ OK done\r\n" },
	    { NULL, "$ OK done\r\n" } },
	  "STARTTLS", "LOGOUT" },
	{ "http", false, false, /* a server that does not speak first */
	  { [GREETING] = "",
	    [HALF_GREETING] = "HTTP/1.1 2",
	    [LINE_BEGUN] = "HTTP/1.1 200 OK\r\nX: ",
	    [ENDLESS] = "X-Endless: 1\r\n",
	    [ENDLESS_HEAD] = "HTTP/1.1 200 OK\r\n",
	    [HUGE] = "HTTP/1.1 2202202202202202202202202202202202202202 OK\r\n"
		     "\r\n",
	    [ANNOUNCEMENT] = "HTTP/1.1 200 OK\r\n"
			     "Content-Length: 4294967295\r\n\r\n",
	    [HTTP] = "220 mail.example.test ESMTP ready\r\n", [LETTER] = "A" },
	  { { "GET ", HTTP_EMPTY }, { "POST ", HTTP_EMPTY },
	    { "PUT ", HTTP_EMPTY }, { "HEAD ", HTTP_EMPTY }, { NULL, "" } },
	  "STARTTLS", "QUIT" },
	/* the client speaks first; one entry, cn=x, is sent for ever */
	{ "ldap", false, true,
	  { [HALF_GREETING] = "0\x0c\x02\x01",
	    [LINE_BEGUN] = "0\x84\x7f\xff\xff\xff\x02\x01\x01" "d\x84\x7f",
	    [ENDLESS] = "0\x18\x02\x01\x01" "d\x13\x04\x04" "cn=x"
			"0\x0b" "0\x09\x04\x02" "cn" "1\x03\x04\x01" "x",
	    [HUGE] = "0\x88\xff\xff\xff\xff\xff\xff\xff\xff",
	    [ANNOUNCEMENT] = "0\x84\xff\xff\xff\xff\x02\x01\x01",
	    [HTTP] = HTTP_TEXT, [LETTER] = "A" },
	  /* success: of StartTLS, of Bind */
	  { { STARTTLS_OID, "0\x0c\x02\x01\x01" "x\x07\x0a\x01$\x04$\x04$" },
	    { NULL, "0\x0c\x02\x01\x01" "a\x07\x0a\x01$\x04$\x04$" } },
	  STARTTLS_OID, NULL },
};
/* clang-format on */

struct peer {
	struct hostile_peers *all;
	const struct tongue *tongue;
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

/* Of a protocol with no row of its own, the first. */
static const struct tongue *
tongue_of(const char *protocol)
{
	for (size_t i = 0; i < sizeof tongues / sizeof tongues[0]; i++)
		if (strcmp(tongues[i].protocol, protocol) == 0)
			return &tongues[i];
	return &tongues[0];
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
octet(struct peer *p, size_t i)
{
	const enum saying again = p->all->how->again;
	const char *text = p->tongue->sayings[again];

	if (again == ZERO)
		return '\0';
	if (again != RANDOM)
		return text[i % strlen(text)];
	p->all->seed = p->all->seed * 1664525u + 1013904223u;
	return (char)(p->all->seed >> 24);
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
			c = octet(p, p->said++);
			buf_add(&p->out, (struct span){ &c, 1 });
		}
	pump(p);
}

static void
begin_again(struct peer *p)
{
	if (p->all->how->again != NOTHING && p->tick == NULL)
		p->tick =
		    loop_after(p->all->loop, p->all->how->every_ms, tick, p);
}

static void
say(struct peer *p, enum saying what)
{
	const char *text = p->tongue->sayings[what];

	if (text != NULL)
		buf_add(&p->out, span_of(text));
}

static void
open_up(struct peer *p)
{
	const struct behaviour *how = p->all->how;

	say(p, how->opening);
	p->ends = how->ending != STAYS;
	if (how->manner != TALKS_ON)
		begin_again(p);
}

/* Octets have no beginning: somewhere in them is enough. */
static bool
is_said(const struct tongue *t, struct span command, const char *verb)
{
	return t->binary ? span_find(command, span_of(verb)) < command.len
			 : span_casestarts(command, span_of(verb));
}

static void
say_answer(struct peer *p, struct span tag, struct span command)
{
	const struct tongue *t = p->tongue;
	struct span reply;
	size_t i = 0;

	while (t->answers[i].verb != NULL &&
	       !is_said(t, command, t->answers[i].verb))
		i++;
	reply = span_of(t->answers[i].reply);
	while (reply.len > 0) {
		const size_t at = span_find(reply, SPAN("$"));

		buf_add(&p->out, span_take(reply, at));
		if (at == reply.len)
			break;
		buf_add(&p->out, tag);
		reply = span_skip(reply, at + 1);
	}
}

static void
answer(struct peer *p, struct span line)
{
	const struct behaviour *how = p->all->how;
	const struct tongue *t = p->tongue;
	const struct span tag = t->tagged   ? span_cut(&line, ' ')
				: t->binary ? SPAN("\0")
					    : SPAN("");

	if (how->manner == DEAF || p->mute)
		return;
	if (how->manner == REPEATS) {
		say(p, how->opening);
	} else if (how->manner == TALKS_ON) {
		say(p, how->head);
		begin_again(p);
	} else {
		say_answer(p, tag, line);
	}
	p->mute = how->manner == TALKS_ONCE || how->manner == TALKS_ON;
	p->shaking = how->manner == TALKS && is_said(t, line, t->begin_tls);
	p->ends = t->leave != NULL && is_said(t, line, t->leave);
}

/* Looks at what came; it is never kept for long. */
static void
listen_to(struct peer *p)
{
	struct span rest = buf_span(&p->in);
	size_t n;

	if (p->tongue->binary && !p->shaking) {
		answer(p, rest);
		rest.len = 0;
	}
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
hostile_accept(
    struct hostile_peers *all, int fd, const char *protocol, bool secure)
{
	struct peer *p = mem_new(1, sizeof *p);
	const struct behaviour *how = all->how;

	*p = (struct peer){
		.all = all, .tongue = tongue_of(protocol), .next = all->first
	};
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
