/* SPDX-License-Identifier: MIT */
#include "reference/imap/session.h"

#include <stdio.h>

#include "lib/mem.h"
#include "reference/imap/inner.h"

enum {
	LINE_MOST = 64 << 10,    /* RFC 7162 4 has clients stay below 8192 */
	LITERAL_MOST = 64 << 10, /* names, texts to search for */
	STRANGER_MOST = 4 << 10, /* before a login: a name, a password */
	KEPT_MOST = 1 << 20,     /* of what came while we spoke */
	TAGGED_MOST = 1 << 20,   /* with a COPYUID */
	TAG_MOST = LINE_MOST,
};

/* ---- one command ---- */

static struct span
bend_tag(const struct imap_session *s, struct span tag)
{
	if (faulty(s, FAULT_IMAP_TAG_CUT))
		return span_take(tag, 20);
	while (faulty(s, FAULT_IMAP_TAG_AS_NUMBER) && tag.len > 1 &&
	       tag.ptr[0] == '0')
		tag = span_skip(tag, 1);
	return tag;
}

static void
begin_command(struct imap_session *s, struct span tag)
{
	tag = bend_tag(s, tag);
	s->busy = true;
	s->uid = false;
	s->no_expunge = true; /* until we know what it is */
	s->followed = false;
	s->told = 0;
	buf_clear(&s->tagged);
	buf_clear(&s->tag);
	buf_add(&s->tag, tag.len == 0 ? SPAN("*") : tag);
	(void)snprintf(s->command, sizeof s->command, "command");
}

static void
end_command(struct imap_session *s)
{
	imap_args_free(&s->args);
	if (s->tagged.len > 0 && varies(s, VARIANT_IMAP_SPEAKS_FIRST))
		buf_add(s->out, SPAN("* OK still here\r\n"));
	if (s->tagged.len > 0 && s->state == SELECTED &&
	    varies(s, VARIANT_IMAP_EXISTS_REPEATED))
		buf_addf(s->out, "* %zu EXISTS\r\n", s->view.n);
	buf_add(s->out, buf_span(&s->tagged));
	buf_clear(&s->tagged);
	s->busy = false;
	s->framer.append_most = s->state == NOT_AUTHENTICATED
				    ? STRANGER_MOST
				    : (size_t)s->site->size_most;
	s->framer.literal_most =
	    s->state == NOT_AUTHENTICATED ? STRANGER_MOST : LITERAL_MOST;
}

static void
end_job(struct imap_session *s)
{
	if (s->job.free != NULL)
		s->job.free(s->job.state);
	s->job = (struct imap_job){ .step = NULL };
}

/* What happened in the mailbox is told before the tagged response. */
static bool
tell(struct imap_session *s)
{
	if (s->next != SESSION_GO_ON)
		return true;
	if (!s->followed)
		imap_view_follow(&s->view);
	s->followed = true;
	return imap_tell_changes(s);
}

/* Says what there is to say; false when that is more than a portion. */
static bool
settle(struct imap_session *s)
{
	if (s->job.step != NULL) {
		if (!s->job.step(s, s->job.state))
			return false;
		end_job(s);
	}
	if (s->input == IN_IDLE) {
		imap_view_follow(&s->view);
		return imap_tell_changes(s);
	}
	if (!s->busy || s->input == IN_SASL)
		return true;
	if (!tell(s))
		return false;
	end_command(s);
	return true;
}

/* ---- octets ---- */

static void
use_command(struct imap_session *s)
{
	struct imap_command cmd;

	imap_args_init(&s->args, buf_span(&s->framer.text));
	imap_take_command(&s->args, &cmd);
	begin_command(s, cmd.tag);
	s->uid = cmd.uid;
	if (faulty(s, FAULT_IMAP_LITERAL_PLUS_ASKED) &&
	    span_find(s->args.left, SPAN("+}\r\n")) < s->args.left.len)
		buf_add(s->out, SPAN("+ go on\r\n"));
	if (imap_is_bent(s, &cmd))
		return;
	if (s->args.bad != NULL)
		imap_reply_bad(s, &s->args);
	else
		imap_obey(s, &cmd);
}

/* A literal is announced, and the client waits for our word. */
static void
use_literal(struct imap_session *s)
{
	const struct imap_framer *f = &s->framer;

	imap_args_init(&s->args, buf_span(&f->text));
	begin_command(s, imap_frame_tag(f));
	if (faulty(s, FAULT_IMAP_LITERAL_REFUSED) &&
	    s->state == NOT_AUTHENTICATED) {
		imap_reply(s, IMAP_SAY_TOO_BIG);
		imap_frame_refuse(&s->framer);
		return;
	}
	if (s->state == NOT_AUTHENTICATED ||
	    imap_may_append(s, buf_span(&f->text), f->literal)) {
		imap_args_free(&s->args);
		s->busy = false;
		buf_add(s->out, SPAN("+ go on\r\n"));
		return;
	}
	imap_frame_refuse(&s->framer);
}

static void
refuse(struct imap_session *s, enum imap_reply reply)
{
	imap_args_init(&s->args, SPAN(""));
	begin_command(s, imap_frame_tag(&s->framer));
	imap_reply(s, reply);
}

static void
take_command(struct imap_session *s, struct span *in)
{
	switch (imap_frame_command(&s->framer, in)) {
	case IMAP_NEED_MORE:
		if (s->framer.where == FRAME_LITERAL && s->framer.held > 0 &&
		    faulty(s, FAULT_IMAP_LITERAL_SPLIT_WEDGES))
			s->input = IN_WEDGED;
		break;
	case IMAP_COMMAND:
		use_command(s);
		break;
	case IMAP_GO_AHEAD:
		use_literal(s);
		break;
	case IMAP_LITERAL_TOO_BIG:
		if (faulty(s, FAULT_IMAP_HUGE_LITERAL_INVITED))
			buf_add(s->out, SPAN("+ go on\r\n"));
		else if (faulty(s, FAULT_IMAP_LITERAL_HUGE_WEDGES))
			s->input = IN_WEDGED;
		else
			refuse(s, IMAP_SAY_TOO_BIG);
		break;
	case IMAP_LINE_TOO_LONG:
		if (faulty(s, FAULT_IMAP_LONG_LINE_HANGS_UP))
			imap_hang_up(s);
		else
			refuse(s, IMAP_SAY_LINE_TOO_LONG);
		break;
	}
}

/* RFC 2177 3. */
static void
end_idle(struct imap_session *s, enum imap_reply reply)
{
	s->input = IN_COMMANDS;
	imap_reply(s, reply);
}

static void
take_line(struct imap_session *s, struct span *in)
{
	const enum imap_frame got = imap_frame_line(&s->framer, in);
	const struct span line = buf_span(&s->framer.text);

	if (got == IMAP_NEED_MORE && s->input == IN_IDLE &&
	    faulty(s, FAULT_IMAP_DONE_SPLIT_REFUSED))
		end_idle(s, IMAP_SAY_EXPECTED_DONE);
	if (got == IMAP_NEED_MORE)
		return;
	if (s->input == IN_IDLE && faulty(s, FAULT_IMAP_DONE_UNHEARD)) {
		s->input = IN_WEDGED;
		return;
	}
	if (s->input == IN_SASL && got == IMAP_COMMAND)
		imap_take_answer(s, line);
	else if (s->input == IN_SASL)
		imap_end_auth(s, IMAP_SAY_LINE_TOO_LONG);
	else
		end_idle(s, span_caseeq(line, SPAN("DONE"))
				? IMAP_SAY_IDLE_OVER
				: IMAP_SAY_EXPECTED_DONE);
}

static void
take_octets(struct imap_session *s, struct span *in)
{
	while (in->len > 0 && s->next == SESSION_GO_ON &&
	       s->input != IN_WEDGED && !imap_said_enough(s)) {
		if (s->input == IN_COMMANDS)
			take_command(s, in);
		else
			take_line(s, in);
		if (!settle(s))
			return;
		if (faulty(s, FAULT_IMAP_PIPELINE_CUT))
			in->len = 0;
	}
}

/* ---- the session itself ---- */

static struct imap_session *
mine(struct session *s)
{
	return (struct imap_session *)(void *)s;
}

/*
 * After STARTTLS and LOGOUT what else came is lost (RFC 3501 6.2.1); and so
 * is the client that does not read what it asked for.
 */
static void
end_feed(struct imap_session *s)
{
	if (s->out->full || s->kept.full || s->tagged.full)
		imap_hang_up(s);
	if (s->next == SESSION_START_TLS &&
	    (faulty(s, FAULT_IMAP_STARTTLS_KEEPS_INPUT) ||
		faulty(s, FAULT_IMAP_STARTTLS_KEEPS_HALF)))
		return;
	if (s->next != SESSION_GO_ON || s->input == IN_WEDGED)
		buf_clear(&s->kept);
}

static void
imap_feed(
    struct session *session, struct span in, struct wall now, struct buf *out)
{
	struct imap_session *s = mine(session);
	const bool free_to_hear = s->next == SESSION_GO_ON;

	s->now = now;
	s->out = out;
	if (faulty(s, FAULT_IMAP_HALF_LINE_LOST) && in.len > 0 &&
	    in.ptr[in.len - 1] != '\n')
		return;
	if (free_to_hear && settle(s)) {
		struct span rest = buf_span(&s->kept);

		if (rest.len > 0) {
			take_octets(s, &rest);
			buf_drop(&s->kept, s->kept.len - rest.len);
		}
		if (s->kept.len == 0)
			take_octets(s, &in);
	}
	buf_add(&s->kept, in);
	end_feed(s);
}

static struct session *
imap_open(const struct site *site, int role, const char *peer)
{
	struct imap_session *s = mem_new(1, sizeof *s);

	s->base.protocol = &imap_protocol;
	s->site = site;
	s->implicit = role == IMAP_IMPLICIT;
	s->tls = s->implicit;
	s->state = NOT_AUTHENTICATED;
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	imap_frame_init(&s->framer, LINE_MOST, STRANGER_MOST, STRANGER_MOST);
	buf_init(&s->kept, KEPT_MOST);
	buf_init(&s->tag, TAG_MOST);
	buf_init(&s->tagged, TAGGED_MOST);
	return &s->base;
}

static void
imap_close(struct session *session)
{
	struct imap_session *s = mine(session);

	if (s->job.step != NULL)
		end_job(s);
	if (s->busy)
		imap_args_free(&s->args);
	imap_view_close(&s->view);
	sasl_end(&s->auth);
	imap_frame_free(&s->framer);
	buf_free(&s->kept);
	buf_free(&s->tag);
	buf_free(&s->tagged);
	free(s);
}

static void
imap_greet(struct session *session, struct wall now, struct buf *out)
{
	struct imap_session *s = mine(session);
	struct buf code;

	s->now = now;
	s->out = out;
	buf_init(&code, 1024);
	buf_addf(&code, "CAPABILITY ");
	imap_put_capabilities(s, &code);
	if (faulty(s, FAULT_IMAP_GREETING_LISTS_PLAIN) && !s->tls)
		buf_addf(&code, " AUTH=PLAIN");
	if (varies(s, VARIANT_IMAP_GREETS_WITHOUT_CODE))
		buf_clear(&code);
	if (faulty(s, s->implicit ? FAULT_IMAPS_GREETS_ODDLY : FAULT_NONE) ||
	    faulty(s, FAULT_IMAP_GREETS_ODDLY))
		buf_addf(out, "* HELLO %s\r\n", s->site->host);
	else
		imap_announce(s, IMAP_SAY_GREETING, buf_span(&code));
	buf_free(&code);
}

/* Is there more to say, or something heard and not yet taken? */
static enum session_next
imap_next(const struct session *session)
{
	const struct imap_session *s =
	    (const struct imap_session *)(const void *)session;

	if (s->next != SESSION_GO_ON)
		return s->next;
	if (s->job.step != NULL || s->tagged.len > 0 || s->kept.len > 0 ||
	    (s->input == IN_IDLE && imap_view_is_news(&s->view)))
		return SESSION_MORE;
	return SESSION_GO_ON;
}

static size_t
whole_lines(struct span s)
{
	while (s.len > 0 && s.ptr[s.len - 1] != '\n')
		s.len--;
	return s.len;
}

/* RFC 3501 6.2.1: what was said before is forgotten. */
static void
imap_secured(struct session *session, const char *version, const char *cipher)
{
	struct imap_session *s = mine(session);

	(void)version;
	(void)cipher;
	s->tls = true;
	s->next = SESSION_GO_ON;
	if (faulty(s, FAULT_IMAP_STARTTLS_KEEPS_HALF))
		buf_drop(&s->kept, whole_lines(buf_span(&s->kept)));
	else if (!faulty(s, FAULT_IMAP_STARTTLS_KEEPS_INPUT))
		buf_clear(&s->kept);
	imap_frame_free(&s->framer);
	imap_frame_init(&s->framer, LINE_MOST, STRANGER_MOST, STRANGER_MOST);
}

static void
imap_idle(struct session *session, struct wall now, struct buf *out)
{
	struct imap_session *s = mine(session);

	s->now = now;
	s->out = out;
	imap_announce(s, IMAP_SAY_IDLE_BYE, SPAN(""));
	imap_hang_up(s);
}

static void
imap_stirred(struct session *session, struct wall now, struct buf *out)
{
	struct imap_session *s = mine(session);

	if (s->input != IN_IDLE || s->next != SESSION_GO_ON ||
	    faulty(s, FAULT_IMAP_IDLE_SLEEPS))
		return;
	s->now = now;
	s->out = out;
	(void)settle(s);
	end_feed(s);
}

const struct protocol imap_protocol = {
	.name = "imap",
	.idle_s = 30 * 60, /* RFC 3501 5.4 */
	.busy = "* BYE too many connections\r\n",
	.open = imap_open,
	.close = imap_close,
	.greet = imap_greet,
	.feed = imap_feed,
	.next = imap_next,
	.secured = imap_secured,
	.idle = imap_idle,
	.stirred = imap_stirred,
};
