/* SPDX-License-Identifier: MIT */
#include "reference/pop3/session.h"

#include <openssl/crypto.h>
#include <stdio.h>

#include "lib/mem.h"
#include "reference/pop3/inner.h"

#define KEPT_MOST (1u << 16) /* octets that wait meanwhile */

/* ---- octets ---- */

/* Faults that a line can drive into silence. */
static bool
wedges(struct pop3_session *s, struct span line)
{
	const bool wedged =
	    (faulty(s, FAULT_POP3_NUL_WEDGES) &&
		memchr(line.ptr, '\0', line.len) != NULL) ||
	    (faulty(s, FAULT_POP3_LONG_LINE_WEDGES) && line.len > 4096);

	if (wedged)
		s->input = IN_WEDGED;
	return wedged;
}

static void
take_bad_line(struct pop3_session *s, enum pop3_reply reply)
{
	s->verb = SPAN("");
	s->user[0] = '\0';
	if (s->input == IN_SASL)
		pop3_end_auth(s, reply);
	else
		pop3_reply(s, reply);
}

/* One line is whole, or will never be. */
static void
use_line(struct pop3_session *s, bool split)
{
	const struct span whole = buf_span(&s->line);
	struct span in = whole;
	struct pop3_command cmd;
	const enum pop3_parse got = pop3_parse_command(&in, &cmd);

	if (got == POP3_NEED_MORE)
		return;
	if (wedges(s, whole))
		;
	else if (split && faulty(s, FAULT_POP3_SPLIT_COMMAND_REFUSED))
		take_bad_line(s, POP3_UNKNOWN);
	else if (got == POP3_BAD_LINE)
		take_bad_line(s, POP3_BAD_OCTETS);
	else if (got == POP3_TOO_LONG)
		take_bad_line(s, POP3_LINE_TOO_LONG);
	else if (faulty(s, FAULT_POP3_LONG_LINE_HANGS_UP) && cmd.line.len > 200)
		pop3_hang_up(s);
	else if (s->input == IN_SASL)
		pop3_take_answer(s, cmd.line);
	else if (cmd.line.len + 2 > POP3_COMMAND_MOST &&
		 faulty(s, FAULT_POP3_ECHOES_LINES))
		buf_addf(
		    s->out, "-ERR line too long: %.*s\r\n", SPAN_FMT(cmd.line));
	else if (cmd.line.len + 2 > POP3_COMMAND_MOST)
		take_bad_line(s, POP3_LINE_TOO_LONG);
	else
		pop3_obey(s, &cmd);
	if (got == POP3_TOO_LONG && s->input == IN_COMMANDS)
		s->input = IN_LONG_LINE;
	OPENSSL_cleanse(s->line.data, whole.len - in.len);
	buf_drop(&s->line, s->line.len - in.len);
	s->verb = SPAN("");
}

static void
skip_line(struct pop3_session *s)
{
	struct span in = buf_span(&s->line);

	if (pop3_skip_line(&in))
		s->input = IN_COMMANDS;
	buf_drop(&s->line, s->line.len - in.len);
}

/* A LF is the most that is taken at once, so no line waits in s->line. */
static void
take_line(struct pop3_session *s, struct span *in)
{
	const bool split = s->line.len > 0 && s->feeds != s->line_in;
	size_t n = span_find(*in, SPAN("\n"));
	struct span part;

	if (s->line.len == 0)
		s->line_in = s->feeds;
	n += n < in->len;
	part = span_take(span_take(*in, n), s->line.cap - s->line.len);
	buf_add(&s->line, part);
	*in = span_skip(*in, part.len);
	if (s->input == IN_LONG_LINE)
		skip_line(s);
	else
		use_line(s, split);
}

/* As far as there is room for answers; true when there is more to do. */
static bool
go_on(struct pop3_session *s, struct span *in)
{
	while (s->next == SESSION_GO_ON && s->input != IN_WEDGED) {
		if (s->out->len > SESSION_PORTION)
			return true;
		if (s->sending)
			pop3_send_more(s);
		else if (in->len > 0 && !s->drop_rest)
			take_line(s, in);
		else
			break;
	}
	return false;
}

/*
 * What came behind STLS in the clear was not said by who speaks in TLS; it is
 * lost, and so is what came behind QUIT.
 */
static void
keep(struct pop3_session *s, struct span rest, bool more)
{
	const bool keeps = s->next == SESSION_START_TLS &&
			   faulty(s, FAULT_POP3_STLS_KEEPS_INPUT);

	if (!more && !keeps)
		return;
	buf_add(&s->kept, rest);
	if (s->kept.full)
		pop3_hang_up(s);
}

static void
feed(struct session *base, struct span in, struct wall now, struct buf *out)
{
	struct pop3_session *s = (struct pop3_session *)base;
	struct span kept = buf_span(&s->kept);
	bool more;

	s->now = now;
	s->out = out;
	s->feeds++;
	s->drop_rest = false;
	more = go_on(s, &kept);
	buf_drop(&s->kept, s->kept.len - kept.len);
	if (!more)
		more = go_on(s, &in);
	keep(s, in, more);
}

/* ---- the session itself ---- */

static struct session *
open_session(const struct site *site, int role, const char *peer)
{
	struct pop3_session *s = mem_new(1, sizeof *s);

	s->base.protocol = &pop3_protocol;
	s->site = site;
	s->implicit = role == POP3_IMPLICIT;
	s->tls = s->implicit;
	s->state = AUTHORIZATION;
	sasl_random((unsigned char *)&s->chance, sizeof s->chance);
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	buf_init(&s->line, POP3_LINE_MOST);
	buf_init(&s->kept, KEPT_MOST);
	return &s->base;
}

/* Whatever was marked is still there: RFC 1939 6. */
static void
close_session(struct session *base)
{
	struct pop3_session *s = (struct pop3_session *)base;

	if (faulty(s, FAULT_POP3_DROPPED_IS_QUIT) && s->state == TRANSACTION)
		(void)drop_purge(&s->drop);
	if (s->idled && faulty(s, FAULT_POP3_LOCK_OUTLIVES_DROP) &&
	    s->next == SESSION_GO_ON)
		s->drop.locked = false;
	drop_close(&s->drop);
	sasl_end(&s->auth);
	buf_free(&s->line);
	buf_free(&s->kept);
	free(s);
}

static void
greet(struct session *base, struct wall now, struct buf *out)
{
	struct pop3_session *s = (struct pop3_session *)base;

	s->now = now;
	s->out = out;
	pop3_reply_with(s, POP3_GREETING, s->site->host);
}

static enum session_next
next(const struct session *base)
{
	const struct pop3_session *s = (const struct pop3_session *)base;

	if (s->next == SESSION_GO_ON && s->input != IN_WEDGED &&
	    (s->sending || s->kept.len > 0))
		return SESSION_MORE;
	return s->next;
}

/* RFC 2595 4: back to where we were, and nothing of it is known any more. */
static void
secured(struct session *base, const char *version, const char *cipher)
{
	struct pop3_session *s = (struct pop3_session *)base;

	(void)version;
	(void)cipher;
	s->tls = true;
	s->next = SESSION_GO_ON;
	buf_clear(&s->line);
	if (!faulty(s, FAULT_POP3_STLS_KEEPS_USER))
		s->user[0] = '\0';
}

/* RFC 1939 3: no deletion either. */
static void
idle(struct session *base, struct wall now, struct buf *out)
{
	struct pop3_session *s = (struct pop3_session *)base;

	s->now = now;
	s->out = out;
	pop3_reply(s, POP3_IDLE_BYE);
	pop3_hang_up(s);
}

const struct protocol pop3_protocol = {
	.name = "pop3",
	.idle_s = 600, /* RFC 1939 3: at least 10 minutes */
	.busy = "-ERR [SYS/TEMP] too many connections\r\n",
	.open = open_session,
	.close = close_session,
	.greet = greet,
	.feed = feed,
	.next = next,
	.secured = secured,
	.idle = idle,
};
