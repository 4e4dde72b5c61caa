/* SPDX-License-Identifier: MIT */
#include "reference/smtp/session.h"

#include <stdio.h>

#include "lib/mem.h"
#include "reference/smtp/inner.h"

#define KEPT_MOST 65536 /* octets behind STARTTLS, for one fault only */

/* ---- octets ---- */

static bool
has_high_octet(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return true;
	return false;
}

/* Faults that a line can drive into silence. */
static bool
wedges(struct smtp_session *s, struct span line)
{
	const bool address = span_casestarts(line, SPAN("MAIL FROM:")) ||
			     span_casestarts(line, SPAN("RCPT TO:"));
	const bool wedged =
	    (faulty(s, FAULT_GARBAGE_WEDGES) && !address &&
		has_high_octet(line)) ||
	    (faulty(s, FAULT_NUL_WEDGES) &&
		memchr(line.ptr, '\0', line.len) != NULL) ||
	    (faulty(s, FAULT_LONG_LINE_WEDGES) && line.len > 4096);

	if (wedged)
		s->input = IN_WEDGED;
	return wedged;
}

static void
take_bad_line(struct smtp_session *s, enum smtp_reply reply)
{
	if (s->input != IN_SASL)
		smtp_reply(s, reply);
	else
		smtp_end_auth(s, reply == SMTP_LINE_TOO_LONG
				     ? SMTP_AUTH_LINE_TOO_LONG
				     : reply);
}

/* One line is whole, or will never be. */
static void
use_line(struct smtp_session *s, bool split)
{
	const struct span whole = buf_span(&s->line);
	struct span in = whole;
	struct smtp_command cmd;
	const enum smtp_parse got = smtp_parse_command(&in, &cmd);

	if (got == SMTP_NEED_MORE)
		return;
	if (wedges(s, whole))
		;
	else if (split && faulty(s, FAULT_SPLIT_COMMAND_REFUSED))
		take_bad_line(s, SMTP_UNKNOWN);
	else if (got == SMTP_BAD_LINE)
		take_bad_line(s, SMTP_BAD_OCTETS);
	else if (got == SMTP_TOO_LONG)
		take_bad_line(s, SMTP_LINE_TOO_LONG);
	else if (s->input == IN_SASL)
		smtp_take_answer(s, cmd.line);
	else
		smtp_obey(s, &cmd);
	if (got == SMTP_TOO_LONG && s->input == IN_COMMANDS)
		s->input = IN_LONG_LINE;
	buf_drop(&s->line, s->line.len - in.len);
}

static void
skip_line(struct smtp_session *s)
{
	struct span in = buf_span(&s->line);

	if (smtp_skip_line(&in))
		s->input = IN_COMMANDS;
	buf_drop(&s->line, s->line.len - in.len);
}

/* Faults that see an end of line where there is none; "in" comes next. */
static bool
end_line_early(struct smtp_session *s, struct span in)
{
	const struct span line = buf_span(&s->line);
	const char last = line.len == 0 ? '\0' : line.ptr[line.len - 1];
	const bool whole = line.len >= 2 && line.ptr[line.len - 2] == '\r';

	if (faulty(s, FAULT_BARE_LF_ENDS_COMMAND) && last == '\n' && !whole) {
		s->line.len--;
		buf_add(&s->line, SPAN("\r\n"));
		return true;
	}
	if (faulty(s, FAULT_BARE_CR_ENDS_COMMAND) && last == '\r' &&
	    in.len > 0 && in.ptr[0] != '\n') {
		buf_add(&s->line, SPAN("\n"));
		return true;
	}
	return false;
}

/* Up to a LF, or a CR for those who care, and no more than there is room. */
static struct span
next_part(const struct smtp_session *s, struct span in)
{
	size_t n = span_find(in, SPAN("\n"));

	n += n < in.len;
	if (faulty(s, FAULT_BARE_CR_ENDS_COMMAND)) {
		const size_t cr = span_find(in, SPAN("\r"));

		if (cr + 1 < n)
			n = cr + 1;
	}
	return span_take(span_take(in, n), s->line.cap - s->line.len);
}

/* A LF is the most that is taken at once, so no line waits in s->line. */
static void
take_line(struct smtp_session *s, struct span *in)
{
	const bool split = s->line.len > 0 && s->feeds != s->line_in;
	struct span part;

	if (s->line.len == 0)
		s->line_in = s->feeds;
	if (end_line_early(s, *in)) {
		use_line(s, split);
		return;
	}
	part = next_part(s, *in);
	buf_add(&s->line, part);
	*in = span_skip(*in, part.len);
	s->behind = in->len;
	(void)end_line_early(s, SPAN(""));
	if (s->input == IN_LONG_LINE)
		skip_line(s);
	else
		use_line(s, split);
}

static void
take_octets(struct smtp_session *s, struct span in)
{
	while (in.len > 0 && s->next == SESSION_GO_ON && !s->drop_rest)
		switch (s->input) {
		case IN_COMMANDS:
		case IN_LONG_LINE:
		case IN_SASL:
			take_line(s, &in);
			break;
		case IN_DATA:
			smtp_take_data(s, &in);
			break;
		case IN_CHUNK:
			smtp_take_chunk(s, &in);
			break;
		case IN_WEDGED:
			return;
		}
	/* What is left came behind STARTTLS or QUIT and is lost: RFC 3207 4. */
	if (s->next == SESSION_START_TLS &&
	    faulty(s, FAULT_STARTTLS_KEEPS_INPUT))
		buf_add(&s->kept, in);
}

/* ---- the session itself ---- */

static struct smtp_session *
mine(struct session *s)
{
	return (struct smtp_session *)(void *)s;
}

static void
smtp_feed(
    struct session *session, struct span in, struct wall now, struct buf *out)
{
	struct smtp_session *s = mine(session);

	s->now = now;
	s->out = out;
	s->feeds++;
	s->drop_rest = false;
	if (s->kept.len > 0 && s->next == SESSION_GO_ON) {
		take_octets(s, buf_span(&s->kept));
		buf_clear(&s->kept);
	}
	take_octets(s, in);
}

static struct session *
smtp_open(const struct site *site, int role, const char *peer)
{
	const bool endless = site->fault == FAULT_SIZE_NOT_ENFORCED ||
			     site->fault == FAULT_BDAT_SIZE_NOT_ENFORCED;
	struct smtp_session *s = mem_new(1, sizeof *s);

	s->base.protocol = &smtp_protocol;
	s->site = site;
	s->role = 1U << role;
	s->state = CONNECTED;
	s->tls = role == SMTP_SUBMISSIONS;
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	buf_init(&s->line, SMTP_LINE_MOST);
	buf_init(&s->kept, KEPT_MOST);
	smtp_body_init(&s->body, (size_t)site->size_most * (endless ? 4 : 1));
	s->body.lax = smtp_body_faults(site->fault);
	return &s->base;
}

static void
smtp_close(struct session *session)
{
	struct smtp_session *s = mine(session);

	sasl_end(&s->auth);
	smtp_body_free(&s->body);
	buf_free(&s->line);
	buf_free(&s->kept);
	free(s->to);
	free(s);
}

static void
smtp_greet(struct session *session, struct wall now, struct buf *out)
{
	struct smtp_session *s = mine(session);

	s->now = now;
	s->out = out;
	smtp_reply_with(s, SMTP_GREETING, s->site->host);
}

static enum session_next
smtp_next(const struct session *s)
{
	return ((const struct smtp_session *)(const void *)s)->next;
}

/* RFC 3207 4.2: all that was said before is forgotten. */
static void
smtp_secured(struct session *session, const char *version, const char *cipher)
{
	struct smtp_session *s = mine(session);

	(void)version;
	(void)cipher;
	s->tls = true;
	s->next = SESSION_GO_ON;
	buf_clear(&s->line);
	if (faulty(s, FAULT_STARTTLS_NEEDS_NO_EHLO))
		return;
	s->state = CONNECTED;
	s->extended = false;
	s->helo[0] = '\0';
	s->authenticated = false;
	smtp_forget_mail(s);
}

static void
smtp_idle(struct session *session, struct wall now, struct buf *out)
{
	struct smtp_session *s = mine(session);

	s->now = now;
	s->out = out;
	smtp_reply_with(s, SMTP_IDLE_BYE, s->site->host);
	smtp_hang_up(s);
}

const struct protocol smtp_protocol = {
	.name = "smtp",
	.idle_s = 5 * 60, /* RFC 5321 4.5.3.2.7 */
	.busy = "421 4.3.2 too many connections\r\n",
	.open = smtp_open,
	.close = smtp_close,
	.greet = smtp_greet,
	.feed = smtp_feed,
	.next = smtp_next,
	.secured = smtp_secured,
	.idle = smtp_idle,
};
