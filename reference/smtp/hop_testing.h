/* SPDX-License-Identifier: MIT */
/*
 * hop_testing - a next hop that says what a test wants it to say; for tests.
 */
#ifndef REFERENCE_SMTP_HOP_TESTING_H
#define REFERENCE_SMTP_HOP_TESTING_H

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/loop.h"
#include "lib/mem.h"
#include "lib/net.h"

#define MOST ((size_t)16 << 20)

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

static inline void
answer(struct guest *g, const char *text)
{
	const size_t n = strlen(text);

	ck_assert_int_eq(send(g->fd, text, n, MSG_NOSIGNAL), (ssize_t)n);
}

static inline void
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

static inline void
content_ends(struct guest *g)
{
	struct hop *h = g->hop;
	const char *reply = h->letters < 3 ? h->content[h->letters] : NULL;

	h->letters++;
	g->content = false;
	answer(g, reply == NULL ? "250 2.0.0 taken\r\n" : reply);
}

/* False when the guest is gone. */
static inline bool
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

static inline void
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

static inline void
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

static inline void
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

static inline void
hop_close(struct hop *h)
{
	while (h->guests != NULL)
		guest_leaves(h->guests);
	watch_free(h->knock);
	close(h->listener);
	buf_free(&h->heard);
}

#endif
