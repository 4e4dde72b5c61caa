/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "loadgen/testing_inner.h"

static void
keep_path(struct span line, char *into, size_t room)
{
	line = span_skip(line, span_find(line, SPAN("<")));
	line = span_skip(line, line.len > 0);
	line = span_take(line, span_find(line, SPAN(">")));
	snprintf(into, room, "%.*s", SPAN_FMT(line));
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

	testing_say(p, "354 go on");
	if (!testing_take(p, SPAN("\r\n.\r\n"), &text))
		return false;
	buf_init(&message, TESTING_LINE);
	/* as a server does */
	buf_addf(&message, "Return-Path: <%s>\r\n", p->from);
	unstuff((struct span){ text.ptr, text.len + 2 }, &message);
	h = testing_put(p->t, p->to, buf_span(&message));
	buf_free(&message);
	if (h == TESTING_CUT || h == TESTING_CUT_DELIVER)
		return false;
	testing_say(p, h == TESTING_REFUSE || h == TESTING_REFUSE_DELIVER
			   ? "451 not now"
			   : "250 taken");
	return true;
}

void
testing_smtp(struct peer *p)
{
	struct span line;

	testing_say(p, "220 testing");
	while (testing_take(p, SPAN("\r\n"), &line)) {
		if (span_casestarts(line, SPAN("EHLO"))) {
			testing_say(p, "250-testing");
			testing_say(p, "250-AUTH PLAIN");
			testing_say(p, "250 PIPELINING");
		} else if (span_casestarts(line, SPAN("AUTH"))) {
			testing_say(p, "235 welcome");
		} else if (span_casestarts(line, SPAN("NOOP"))) {
			testing_wait(p, "250 well");
		} else if (span_casestarts(line, SPAN("MAIL"))) {
			keep_path(line, p->from, sizeof p->from);
			testing_say(p, "250 well");
		} else if (span_casestarts(line, SPAN("RCPT"))) {
			keep_path(line, p->to, sizeof p->to);
			testing_say(p, "250 well");
		} else if (span_casestarts(line, SPAN("DATA"))) {
			if (!take_message(p))
				return;
		} else if (span_casestarts(line, SPAN("QUIT"))) {
			testing_say(p, "221 bye");
			return;
		} else {
			testing_say(p, "250 well");
		}
	}
}
