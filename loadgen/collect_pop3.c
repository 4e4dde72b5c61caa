/* SPDX-License-Identifier: MIT */
/* RFC 1939, RFC 2595 (STLS). */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/dialogue.h"
#include "lib/mem.h"
#include "loadgen/collect_inner.h"

enum {
	AGAIN_MS = 500,         /* between two sessions */
	LISTED_MOST = 64 << 20, /* octets of UIDL */
	CONTENT_MOST = LEDGER_MOST + (1 << 20),
};

/* ---- commands ---- */

/* awaited: framing_pop3's for a line, or for the lines of a listing. */
static bool
hear(struct mailbox *b, struct span awaited, struct span *line, bool *last)
{
	const int kind = framing_pop3.awaits(awaited);

	for (;;) {
		struct span in = collect_heard(&b->wire);
		const size_t before = in.len;
		const enum framing_line got =
		    framing_pop3.take(&in, line, kind);

		if (got == FRAME_NEED_MORE) {
			if (!collect_more(&b->wire))
				return false;
			continue;
		}
		collect_take(&b->wire, before - in.len);
		*last = got == FRAME_LAST;
		return got != FRAME_GARBAGE ||
		       collect_fails(&b->wire, "no answer of POP3");
	}
}

static bool
is_well(struct mailbox *b, const char *what)
{
	struct span line;
	bool last;

	if (!hear(b, SPAN("+OK"), &line, &last))
		return false;
	return span_starts(line, SPAN("+OK")) ||
	       collect_fails(
		   &b->wire, "%s: %.*s", what, SPAN_FMT(span_take(line, 100)));
}

static bool command(struct mailbox *, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool
command(struct mailbox *b, const char *what, const char *fmt, ...)
{
	char args[512] = " ";
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(args + 1, sizeof args - 1, fmt, ap);
	va_end(ap);
	return collect_say(
		   &b->wire, "%s%s", what, args[1] == '\0' ? "" : args) &&
	       is_well(b, what);
}

/* The lines of a listing, as they were before the dots were doubled. */
static bool
hear_lines(struct mailbox *b, struct buf *out)
{
	struct span line;
	bool last = false;

	buf_clear(out);
	while (hear(b, SPAN("."), &line, &last) && !last) {
		buf_add(out, line);
		buf_add(out, SPAN("\r\n"));
	}
	if (out->full)
		return collect_fails(&b->wire, "a listing without end");
	return b->wire.why[0] == '\0';
}

/* ---- a session ---- */

static bool
session(struct mailbox *b)
{
	const struct profile *p = b->all->o.profile;
	const struct profile_endpoint *e = b->all->endpoint;

	return collect_open(&b->wire, p, e) && is_well(b, "greeting") &&
	       (e->tls != PROFILE_TLS_STARTTLS ||
		   (command(b, "STLS", "%s", "") &&
		       collect_secure(&b->wire, p, e))) &&
	       command(b, "USER", "%s", b->account->user) &&
	       command(b, "PASS", "%s", b->account->password);
}

static void
leave(struct mailbox *b)
{
	command(b, "QUIT", "%s", "");
}

/* ---- what is there: UIDL, "number unique-id" ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_among(char *const *ids, size_t n, const char *id)
{
	return n > 0 && bsearch(&id, ids, n, sizeof *ids, by_text) != NULL;
}

static void
add_id(char ***ids, size_t *n, const char *id)
{
	*ids = mem_grow(*ids, (*n + 1) * sizeof **ids);
	(*ids)[(*n)++] = mem_text(span_of(id));
}

static void
sort_ids(char **ids, size_t n)
{
	if (n > 1)
		qsort(ids, n, sizeof *ids, by_text);
}

typedef bool on_listed(struct mailbox *, uint32_t number, const char *id);

static bool
list(struct mailbox *b, on_listed *on)
{
	struct buf lines;
	struct span rest;
	bool ok;

	buf_init(&lines, LISTED_MOST);
	ok = command(b, "UIDL", "%s", "") && hear_lines(b, &lines);
	rest = buf_span(&lines);
	while (ok && rest.len > 0) {
		struct span line = span_cut(&rest, '\r');
		const uint32_t number = imap_said_number(&line);
		char *id = mem_text(line);

		ok = on(b, number, id);
		rest = span_skip(rest, 1);
		free(id);
	}
	sort_ids(b->known, b->n_known);
	sort_ids(b->ours, b->n_ours);
	b->n_sorted = b->n_known;
	buf_free(&lines);
	return ok;
}

static bool
know(struct mailbox *b, uint32_t number, const char *id)
{
	(void)number;
	add_id(&b->known, &b->n_known, id);
	return true;
}

static bool
is_ours(struct mailbox *b, struct buf *text, size_t *seq)
{
	return load_ledger_find(b->all->ledger, buf_span(text), seq);
}

static bool
read_new(struct mailbox *b, uint32_t number, const char *id)
{
	const bool tops = profile_claims(b->all->o.profile, "pop3.top");
	struct copy c = { .uid = number, .at_us = -1 };
	struct buf text;
	bool ok = true, ours = true;

	if (is_among(b->known, b->n_sorted, id))
		return true;
	buf_init(&text, CONTENT_MOST);
	if (tops) {
		ok = command(b, "TOP", "%u 0", number) && hear_lines(b, &text);
		ours = ok && is_ours(b, &text, &c.seq);
	}
	if (ours)
		ok = command(b, "RETR", "%u", number) && hear_lines(b, &text);
	if (ok)
		know(b, number, id);
	if (ok && ours && is_ours(b, &text, &c.seq)) {
		add_id(&b->ours, &b->n_ours, id);
		collect_copy(b, c);
		load_ledger_read(b->all->ledger, c.seq, buf_span(&text));
	}
	buf_free(&text);
	return ok;
}

/* ---- the way ---- */

/* A maildrop is locked while a session lasts: so none does. */
static bool
enter(struct mailbox *b, bool again)
{
	bool ok = again || (session(b) && list(b, know));

	if (ok && !again)
		leave(b);
	collect_close(&b->wire);
	return ok;
}

static bool
look(struct mailbox *b)
{
	bool ok;

	if (!atomic_load(&b->all->ending))
		return true;
	ok = session(b) && list(b, read_new);
	if (ok)
		leave(b);
	collect_close(&b->wire);
	return ok;
}

static void
rest(struct mailbox *b)
{
	collect_nap(
	    b, atomic_load(&b->all->ending) ? AGAIN_MS : b->all->poll_ms);
}

static bool
has_been_read(struct mailbox *b)
{
	(void)b;
	return true;
}

static bool
remove_one(struct mailbox *b, uint32_t number, const char *id)
{
	if (!is_among(b->ours, b->n_ours, id))
		return true;
	b->removed++;
	return command(b, "DELE", "%u", number);
}

/* RFC 1939 6: they go when QUIT is answered. */
static bool
remove_all(struct mailbox *b)
{
	bool ok = b->n_ours == 0 || (session(b) && list(b, remove_one) &&
					command(b, "QUIT", "%s", ""));

	if (!ok)
		b->removed = 0;
	collect_close(&b->wire);
	return ok;
}

const struct collect_way collect_pop3 = {
	.enter = enter,
	.look = look,
	.rest = rest,
	.read = has_been_read,
	.remove = remove_all,
};
