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
	bool		twice;	/* for REPLIES_IN_TWO_LINES */
} replies[SMTP_REPLY_COUNT] = {
	[SMTP_GREETING]		= { { 220, NULL, "$ ESMTP ready" }, 0, 0 },
	[SMTP_HELLO_PLAIN]	= { { 250, NULL, "$" }, 0, 0 },
	[SMTP_SENDER_OK]	= { { 250, "2.1.0", "sender ok" }, 0, 1 },
	[SMTP_RCPT_OK]		= { { 250, "2.1.5", "recipient ok" }, 0, 1 },
	[SMTP_RESET_OK]		= { { 250, "2.0.0", "forgotten" }, 0, 1 },
	[SMTP_NOOP_OK]		= { { 250, "2.0.0", "ok" }, 0, 1 },
	[SMTP_CHUNK_OK]		= { { 250, "2.0.0", "$ octets taken" }, 0, 1 },
	[SMTP_QUEUED]		= { { 250, "2.0.0", "queued as $" }, 0, 1 },
	[SMTP_BYE]		= { { 221, "2.0.0", "$ closing" }, 0, 1 },
	[SMTP_HELP]		= { { 214, "2.0.0", "commands:\n$" }, 0, 0 },
	[SMTP_CANNOT_VRFY]	= { { 252, "2.5.0", "cannot verify, but will "
				    "take mail and try" }, 0, 0 },
	[SMTP_NO_LISTS]		= { { 550, "5.1.1", "no such list" }, 0, 0 },
	[SMTP_GO_AHEAD]		= { { 354, NULL, "end with <CRLF>.<CRLF>" },
				    0, 0 },
	[SMTP_TLS_READY]	= { { 220, "2.0.0", "ready for TLS" }, 0, 0 },
	[SMTP_AUTH_OK]		= { { 235, "2.7.0", "authenticated" }, 0, 0 },
	[SMTP_AUTH_PLAIN_OK]	= { { 235, "2.7.0", "authenticated" }, 0, 0 },
	[SMTP_AUTH_LOGIN_OK]	= { { 235, "2.7.0", "authenticated" }, 0, 0 },
	[SMTP_CHALLENGE]	= { { 334, NULL, "$" }, 0, 0 },
	[SMTP_IDLE_BYE]		= { { 421, "4.4.2", "$ nothing heard" }, 0, 0 },
	[SMTP_TOO_MANY_ERRORS]	= { { 421, "4.7.0", "$ too many errors" },
				    0, 0 },
	[SMTP_UNKNOWN]		= { { 500, "5.5.1", "unknown command" }, 1, 0 },
	[SMTP_BAD_OCTETS]	= { { 500, "5.5.2", "NUL, bare CR or bare LF" },
				    1, 0 },
	[SMTP_LINE_TOO_LONG]	= { { 500, "5.5.2", "line too long" }, 1, 0 },
	[SMTP_BAD_ARGS]		= { { 501, "5.5.4", "bad arguments" }, 1, 0 },
	[SMTP_NO_ARGS_PLEASE]	= { { 501, "5.5.4", "no arguments allowed" },
				    1, 0 },
	[SMTP_BAD_HELLO]	= { { 501, "5.5.4", "give a domain or an "
				    "address literal" }, 1, 0 },
	[SMTP_BAD_SENDER]	= { { 501, "5.1.7", "bad sender syntax" }, 1, 1 },
	[SMTP_SENDER_REFUSED]	= { { 553, "5.1.7", "sender refused" }, 0, 1 },
	[SMTP_BAD_RCPT]		= { { 501, "5.1.3", "bad recipient syntax" },
				    1, 1 },
	[SMTP_BAD_PARAM]	= { { 501, "5.5.4", "bad value of $" }, 1, 1 },
	[SMTP_UNKNOWN_PARAM]	= { { 555, "5.5.4", "unknown parameter" }, 1, 1 },
	[SMTP_NOT_IMPLEMENTED]	= { { 502, "5.5.1", "not offered here" }, 1, 0 },
	[SMTP_BAD_ORDER]	= { { 503, "5.5.1", "bad sequence of commands" },
				    1, 0 },
	[SMTP_NO_MAIL_YET]	= { { 503, "5.5.1", "MAIL comes first" }, 1, 1 },
	[SMTP_NO_RCPT_YET]	= { { 503, "5.5.1", "RCPT comes first" }, 1, 0 },
	[SMTP_NO_VALID_RCPT]	= { { 554, "5.5.1", "no valid recipients" },
				    1, 1 },
	[SMTP_NESTED_MAIL]	= { { 503, "5.5.1", "already in a transaction" },
				    1, 1 },
	[SMTP_MIXED_BDAT]	= { { 503, "5.5.1", "BDAT has begun" }, 1, 0 },
	[SMTP_TLS_ALREADY]	= { { 503, "5.5.1", "TLS is active" }, 1, 0 },
	[SMTP_TLS_ALONE]	= { { 501, "5.5.2", "STARTTLS comes alone" },
				    1, 0 },
	[SMTP_AUTH_ALREADY]	= { { 503, "5.5.1", "already authenticated" },
				    1, 0 },
	[SMTP_AUTH_CANCELLED]	= { { 501, "5.7.0", "cancelled" }, 0, 0 },
	[SMTP_AUTH_GARBLED]	= { { 501, "5.5.2", "cannot decode that" }, 1, 0 },
	[SMTP_AUTH_LINE_TOO_LONG] = { { 500, "5.5.6", "line too long" }, 1, 0 },
	[SMTP_AUTH_FAILED]	= { { 535, "5.7.8", "credentials invalid" },
				    1, 0 },
	[SMTP_AUTH_NOBODY]	= { { 535, "5.7.8", "credentials invalid" },
				    1, 0 },
	[SMTP_AUTH_UNKNOWN]	= { { 504, "5.5.4", "unknown mechanism" }, 1, 0 },
	[SMTP_AUTH_WANTS_TLS]	= { { 538, "5.7.11", "STARTTLS comes first" },
				    1, 0 },
	[SMTP_WANTS_AUTH]	= { { 530, "5.7.0", "authentication required" },
				    1, 1 },
	[SMTP_WANTS_STARTTLS]	= { { 530, "5.7.0", "STARTTLS comes first" },
				    1, 0 },
	[SMTP_NOT_YOUR_ADDRESS]	= { { 550, "5.7.1", "not an address of yours" },
				    0, 1 },
	[SMTP_NO_SUCH_USER]	= { { 550, "5.1.1", "no such mailbox" }, 0, 1 },
	[SMTP_NO_RELAY]		= { { 550, "5.7.1", "no relaying" }, 0, 1 },
	[SMTP_MAILBOX_FULL]	= { { 452, "4.2.2", "mailbox full" }, 0, 1 },
	[SMTP_MAILBOX_FULL_NOW]	= { { 552, "5.2.2", "too much for the mailbox" },
				    0, 1 },
	[SMTP_TOO_MANY_RCPT]	= { { 452, "4.5.3", "too many recipients" },
				    0, 1 },
	[SMTP_UTF8_NEEDED]	= { { 553, "5.6.7", "SMTPUTF8 was not asked for" },
				    0, 1 },
	[SMTP_TOO_BIG]		= { { 552, "5.3.4", "message too big" }, 0, 1 },
	[SMTP_BAD_CONTENT]	= { { 554, "5.6.0", "$" }, 0, 1 },
	[SMTP_STRAY_CONTENT]	= { { 554, "5.6.0", "bare CR or LF in it" },
				    0, 1 },
	[SMTP_LOOP]		= { { 554, "5.4.6", "too many hops" }, 0, 1 },
	[SMTP_NOT_STORED]	= { { 451, "4.3.0", "cannot store, try again" },
				    0, 1 },
};

#define R25	SMTP_IN_ROLE(0)
#define R587	SMTP_IN_ROLE(1)
#define R465	SMTP_IN_ROLE(2)

static const struct {
	enum fault	altered_by;
	unsigned	roles;
	enum smtp_reply	reply;
	struct wording	altered;
} alterations[] = {
	{ FAULT_GREETS_WITH_250, R25 | R587, SMTP_GREETING,
	  { 250, NULL, "$ ESMTP ready" } },
	{ FAULT_SUBMISSIONS_GREET_WITH_250, R465, SMTP_GREETING,
	  { 250, NULL, "$ ESMTP ready" } },
	{ FAULT_GREETS_WITHOUT_NAME, ~0U, SMTP_GREETING, { 220, NULL, "" } },
	{ FAULT_DATA_SAYS_250, ~0U, SMTP_GO_AHEAD,
	  { 250, "2.0.0", "send it" } },
	{ FAULT_QUIT_SAYS_250, ~0U, SMTP_BYE, { 250, "2.0.0", "$ closing" } },
	{ FAULT_HELP_SAYS_250, ~0U, SMTP_HELP, { 250, "2.0.0", "$" } },
	{ FAULT_VRFY_SAYS_250, ~0U, SMTP_CANNOT_VRFY,
	  { 250, "2.1.5", "it is here" } },
	{ FAULT_EXPN_SAYS_250, ~0U, SMTP_NO_LISTS,
	  { 250, "2.1.5", "<nobody@example.test>" } },
	{ FAULT_UNKNOWN_IS_FINE, ~0U, SMTP_UNKNOWN, { 250, "2.0.0", "ok" } },
	{ FAULT_ENHANCED_MISSING, ~0U, SMTP_SENDER_OK,
	  { 250, NULL, "sender ok" } },
	{ FAULT_ENHANCED_WRONG_CLASS, ~0U, SMTP_NO_SUCH_USER,
	  { 550, "4.1.1", "no such mailbox" } },
	{ FAULT_ENHANCED_TWO_PARTS, ~0U, SMTP_NO_SUCH_USER,
	  { 550, "5.1", "no such mailbox" } },
	{ FAULT_STARTTLS_SAYS_250, R25, SMTP_TLS_READY,
	  { 250, "2.0.0", "ready for TLS" } },
	{ FAULT_PLAIN_SAYS_250, ~0U, SMTP_AUTH_PLAIN_OK,
	  { 250, "2.7.0", "authenticated" } },
	{ FAULT_LOGIN_SAYS_250, ~0U, SMTP_AUTH_LOGIN_OK,
	  { 250, "2.7.0", "authenticated" } },
	{ FAULT_AUTH_TELLS_USERS, ~0U, SMTP_AUTH_NOBODY,
	  { 550, "5.1.1", "no such user" } },
};

static const struct {
	enum variant	altered_by;
	enum smtp_reply	reply;
	struct wording	altered;
} permitted[] = {
	{ VARIANT_GREETS_IN_THREE_LINES, SMTP_GREETING,
	  { 220, NULL, "$ ESMTP\nready when you are\nunder RFC 5321" } },
	{ VARIANT_UNKNOWN_IS_502, SMTP_UNKNOWN,
	  { 502, "5.5.1", "command not implemented" } },
	{ VARIANT_NO_RECIPIENTS_IS_554, SMTP_NO_RCPT_YET,
	  { 554, "5.5.1", "no valid recipients" } },
	{ VARIANT_UNKNOWN_USER_IS_551, SMTP_NO_SUCH_USER,
	  { 551, "5.1.1", "user not local" } },
	{ VARIANT_RELAY_DENIED_IS_554, SMTP_NO_RELAY,
	  { 554, "5.7.1", "no relaying" } },
	{ VARIANT_RCPT_IS_251, SMTP_RCPT_OK,
	  { 251, "2.1.5", "user not local; will forward" } },
	{ VARIANT_OVER_LIMIT_IS_554, SMTP_TOO_BIG,
	  { 554, "5.3.4", "message too big" } },
	{ VARIANT_VRFY_IS_502, SMTP_NO_LISTS,
	  { 502, "5.5.1", "command not implemented" } },
	{ VARIANT_HELP_IS_502, SMTP_HELP,
	  { 502, "5.5.1", "command not implemented" } },
	{ VARIANT_BARE_LF_REFUSED, SMTP_STRAY_CONTENT,
	  { 554, "5.5.2", "bare CR or LF, closing" } },
};
/* clang-format on */

static const struct wording *
wording_of(enum smtp_reply reply, struct smtp_manner manner)
{
	for (size_t i = 0; i < sizeof alterations / sizeof alterations[0]; i++)
		if (alterations[i].altered_by == manner.fault &&
		    alterations[i].reply == reply &&
		    (alterations[i].roles & manner.role) != 0)
			return &alterations[i].altered;
	for (size_t i = 0; i < sizeof permitted / sizeof permitted[0]; i++)
		if (permitted[i].altered_by == manner.variant &&
		    permitted[i].reply == reply)
			return &permitted[i].altered;
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

/* Greetings, answers to EHLO and HELO, and challenges mean something. */
static bool
needs_text(int code, enum smtp_reply reply)
{
	return code == 220 || code == 334 || reply == SMTP_HELLO_PLAIN;
}

void
smtp_say(struct buf *out, enum smtp_reply reply, struct smtp_manner manner,
    const char *arg)
{
	const struct wording *w = wording_of(reply, manner);
	const char *enhanced = w->enhanced;
	struct buf text;

	/* RFC 2034 has been left out together with the others. */
	if (manner.variant == VARIANT_WITHOUT_EXTENSIONS ||
	    manner.variant == VARIANT_REPLIES_WITHOUT_TEXT)
		enhanced = NULL;
	buf_init(&text, 2 * SMTP_LINE_MOST);
	if (manner.variant != VARIANT_REPLIES_WITHOUT_TEXT ||
	    needs_text(w->code, reply))
		fill_in(&text, span_of(w->text), arg);
	if (manner.variant == VARIANT_REPLIES_IN_TWO_LINES &&
	    replies[reply].twice)
		buf_addf(&text, "\nas was said");
	if (manner.fault == FAULT_CHALLENGE_WITHOUT_SPACE && w->code == 334 &&
	    text.len == 0)
		buf_addf(out, "334\r\n");
	else
		smtp_write_reply(out, w->code, enhanced, buf_span(&text));
	buf_free(&text);
}

bool
smtp_reply_is_error(enum smtp_reply reply)
{
	return replies[reply].error;
}
