/* SPDX-License-Identifier: MIT */
#include "reference/smtp/reply.h"

#include "reference/smtp/codec.h"

struct wording {
	int code;
	const char *enhanced; /* RFC 3463; NULL: none is wanted there */
	const char *text;     /* "\n" between lines */
};

/*
 * Codes: RFC 5321 4.2.2, 4.3.2; RFC 3207 4; RFC 4954 4, 6; RFC 6531 3.5.  A
 * greeting, an answer to EHLO or HELO, and 3xx carry no enhanced code (RFC
 * 2034 3).
 */
/* clang-format off */
static const struct {
	struct wording	says;
	bool		error;	/* counts against site->errors_most */
} replies[SMTP_REPLY_COUNT] = {
	[SMTP_GREETING]		= { { 220, NULL, "$ ESMTP ready" }, false },
	[SMTP_HELLO_PLAIN]	= { { 250, NULL, "$" }, false },
	[SMTP_OK]		= { { 250, "2.0.0", "ok" }, false },
	[SMTP_SENDER_OK]	= { { 250, "2.1.0", "sender ok" }, false },
	[SMTP_RCPT_OK]		= { { 250, "2.1.5", "recipient ok" }, false },
	[SMTP_RESET_OK]		= { { 250, "2.0.0", "forgotten" }, false },
	[SMTP_NOOP_OK]		= { { 250, "2.0.0", "ok" }, false },
	[SMTP_CHUNK_OK]		= { { 250, "2.0.0", "$ octets received" }, false },
	[SMTP_QUEUED]		= { { 250, "2.0.0", "queued as $" }, false },
	[SMTP_BYE]		= { { 221, "2.0.0", "$ closing" }, false },
	[SMTP_HELP]		= { { 214, "2.0.0", "commands:\n$\n"
				    "see RFC 5321" }, false },
	[SMTP_CANNOT_VRFY]	= { { 252, "2.5.0", "cannot verify, "
				    "but will take mail and try" }, false },
	[SMTP_GO_AHEAD]		= { { 354, NULL, "end with <CRLF>.<CRLF>" },
				    false },
	[SMTP_TLS_READY]	= { { 220, "2.0.0", "ready to start TLS" },
				    false },
	[SMTP_AUTH_OK]		= { { 235, "2.7.0", "authenticated" }, false },
	[SMTP_CHALLENGE]	= { { 334, NULL, "$" }, false },
	[SMTP_IDLE_BYE]		= { { 421, "4.4.2", "$ nothing heard, closing" },
				    false },
	[SMTP_TOO_MANY_ERRORS]	= { { 421, "4.7.0", "$ too many errors" },
				    false },
	[SMTP_UNKNOWN]		= { { 500, "5.5.1", "unknown command" }, true },
	[SMTP_BAD_OCTETS]	= { { 500, "5.5.2", "NUL, bare CR or bare LF" },
				    true },
	[SMTP_LINE_TOO_LONG]	= { { 500, "5.5.2", "line too long" }, true },
	[SMTP_BAD_ARGS]		= { { 501, "5.5.4", "bad arguments" }, true },
	[SMTP_NO_ARGS_PLEASE]	= { { 501, "5.5.4", "no arguments allowed" },
				    true },
	[SMTP_BAD_HELLO]	= { { 501, "5.5.4", "give a domain or an "
				    "address literal" }, true },
	[SMTP_BAD_SENDER]	= { { 501, "5.1.7", "bad sender syntax" }, true },
	[SMTP_BAD_RCPT]		= { { 501, "5.1.3", "bad recipient syntax" },
				    true },
	[SMTP_BAD_PARAM]	= { { 501, "5.5.4", "bad value of parameter $" },
				    true },
	[SMTP_UNKNOWN_PARAM]	= { { 555, "5.5.4", "unknown parameter" }, true },
	[SMTP_NOT_IMPLEMENTED]	= { { 502, "5.5.1", "not offered here" }, true },
	[SMTP_BAD_ORDER]	= { { 503, "5.5.1", "bad sequence of commands" },
				    true },
	[SMTP_NO_MAIL_YET]	= { { 503, "5.5.1", "MAIL comes first" }, true },
	[SMTP_NO_RCPT_YET]	= { { 503, "5.5.1", "RCPT comes first" }, true },
	[SMTP_NESTED_MAIL]	= { { 503, "5.5.1", "already in a transaction" },
				    true },
	[SMTP_MIXED_BDAT]	= { { 503, "5.5.1", "BDAT has begun" }, true },
	[SMTP_TLS_ALREADY]	= { { 503, "5.5.1", "TLS is active" }, true },
	[SMTP_AUTH_ALREADY]	= { { 503, "5.5.1", "already authenticated" },
				    true },
	[SMTP_AUTH_CANCELLED]	= { { 501, "5.7.0", "cancelled" }, false },
	[SMTP_AUTH_GARBLED]	= { { 501, "5.5.2", "cannot decode that" }, true },
	[SMTP_AUTH_LINE_TOO_LONG] = { { 500, "5.5.6", "line too long" }, true },
	[SMTP_AUTH_FAILED]	= { { 535, "5.7.8", "credentials invalid" },
				    true },
	[SMTP_AUTH_LOCKED]	= { { 535, "5.7.8", "credentials invalid" },
				    true },
	[SMTP_AUTH_UNKNOWN]	= { { 504, "5.5.4", "unknown mechanism" }, true },
	[SMTP_AUTH_WANTS_TLS]	= { { 538, "5.7.11", "STARTTLS comes first" },
				    true },
	[SMTP_WANTS_AUTH]	= { { 530, "5.7.0", "authentication required" },
				    true },
	[SMTP_NOT_YOUR_ADDRESS]	= { { 550, "5.7.1", "not an address of yours" },
				    false },
	[SMTP_NO_SUCH_USER]	= { { 550, "5.1.1", "no such mailbox" }, false },
	[SMTP_NO_RELAY]		= { { 550, "5.7.1", "no relaying" }, false },
	[SMTP_MAILBOX_FULL]	= { { 452, "4.2.2", "mailbox full" }, false },
	[SMTP_MAILBOX_FULL_NOW]	= { { 552, "5.2.2", "too much for the mailbox" },
				    false },
	[SMTP_TOO_MANY_RCPT]	= { { 452, "4.5.3", "too many recipients" },
				    false },
	[SMTP_UTF8_NEEDED]	= { { 553, "5.6.7", "SMTPUTF8 was not asked for" },
				    false },
	[SMTP_TOO_BIG]		= { { 552, "5.3.4", "message too big" }, false },
	[SMTP_BAD_CONTENT]	= { { 554, "5.6.0", "$" }, false },
	[SMTP_LOOP]		= { { 554, "5.4.6", "too many hops" }, false },
	[SMTP_NOT_STORED]	= { { 451, "4.3.0", "cannot store, try again" },
				    false },
};

static const struct {
	enum fault	altered_by;
	enum smtp_reply	reply;
	struct wording	altered;
} alterations[] = {
	{ FAULT_GREETS_WITH_250, SMTP_GREETING, { 250, NULL, "$ ESMTP ready" } },
};
/* clang-format on */

static const struct wording *
wording_of(enum smtp_reply reply, struct smtp_manner manner)
{
	for (size_t i = 0; i < sizeof alterations / sizeof alterations[0]; i++)
		if (alterations[i].altered_by == manner.fault &&
		    alterations[i].reply == reply)
			return &alterations[i].altered;
	return &replies[reply].says;
}

/* Puts "arg" where the text has a "$". */
static void
fill_in(struct buf *text, struct span pattern, const char *arg)
{
	const size_t at = span_find(pattern, SPAN("$"));

	buf_add(text, span_take(pattern, at));
	if (at == pattern.len)
		return;
	buf_add(text, span_of(arg == NULL ? "" : arg));
	buf_add(text, span_skip(pattern, at + 1));
}

void
smtp_say(struct buf *out, enum smtp_reply reply, struct smtp_manner manner,
    const char *arg)
{
	const struct wording *w = wording_of(reply, manner);
	struct buf text;

	buf_init(&text, 2 * SMTP_LINE_MOST);
	fill_in(&text, span_of(w->text), arg);
	smtp_write_reply(out, w->code, w->enhanced, buf_span(&text));
	buf_free(&text);
}

bool
smtp_reply_is_error(enum smtp_reply reply)
{
	return replies[reply].error;
}
