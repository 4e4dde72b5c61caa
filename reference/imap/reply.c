/* SPDX-License-Identifier: MIT */
#include "reference/imap/reply.h"

#include <ctype.h>

struct wording {
	const char *condition; /* OK, NO, BAD, BYE */
	const char *code;      /* NULL: none */
	const char *text;      /* "$": what the caller says */
};

/*
 * Codes: RFC 3501 7.1, RFC 5530 3; TOOBIG RFC 4469, USEATTR RFC 6154 3,
 * CLOSED RFC 7162 3.2.11, OVERQUOTA RFC 9208 4.3.1.
 */
/* clang-format off */
static const struct {
	struct wording	says;
	bool		error;	/* counts against site->errors_most */
} replies[IMAP_SAY_COUNT] = {
	[IMAP_SAY_GREETING]	= { { "OK", NULL, "$ IMAP4rev1 ready" }, 0 },
	[IMAP_SAY_BYE]		= { { "BYE", NULL, "$ closing" }, 0 },
	[IMAP_SAY_IDLE_BYE]	= { { "BYE", NULL, "$ nothing heard" }, 0 },
	[IMAP_SAY_TOO_MANY_ERRORS] = { { "BYE", NULL, "$ too many errors" },
				    0 },
	[IMAP_SAY_CLOSED]	= { { "OK", "CLOSED", "the one before" }, 0 },
	[IMAP_SAY_COPIED]	= { { "OK", NULL, "copied" }, 0 },
	[IMAP_SAY_DONE]		= { { "OK", NULL, "$ completed" }, 0 },
	[IMAP_SAY_LOGGED_IN]	= { { "OK", NULL, "logged in" }, 0 },
	[IMAP_SAY_TLS_READY]	= { { "OK", NULL, "ready for TLS" }, 0 },
	[IMAP_SAY_SELECTED_RW]	= { { "OK", "READ-WRITE", "$ completed" }, 0 },
	[IMAP_SAY_SELECTED_RO]	= { { "OK", "READ-ONLY", "$ completed" }, 0 },
	[IMAP_SAY_IDLE_OVER]	= { { "OK", NULL, "IDLE terminated" }, 0 },
	[IMAP_SAY_MODIFIED]	= { { "OK", NULL, "some had changed" }, 0 },
	[IMAP_SAY_LOGIN_REFUSED] = { { "NO", "AUTHENTICATIONFAILED",
				    "credentials invalid" }, 1 },
	[IMAP_SAY_TLS_FIRST]	= { { "NO", "PRIVACYREQUIRED",
				    "STARTTLS comes first" }, 1 },
	[IMAP_SAY_NO_MECHANISM]	= { { "NO", NULL, "unknown mechanism" }, 1 },
	[IMAP_SAY_NO_SUCH_MAILBOX] = { { "NO", "NONEXISTENT",
				    "no such mailbox" }, 0 },
	[IMAP_SAY_NAME_TAKEN]	= { { "NO", "ALREADYEXISTS",
				    "there is one of that name" }, 0 },
	[IMAP_SAY_CANNOT]	= { { "NO", "CANNOT", "$" }, 0 },
	[IMAP_SAY_TRY_CREATE]	= { { "NO", "TRYCREATE", "no such mailbox" },
				    0 },
	[IMAP_SAY_OVER_QUOTA]	= { { "NO", "OVERQUOTA",
				    "that is more than the quota has room for" },
				    0 },
	[IMAP_SAY_NOT_KEPT]	= { { "NO", "UNAVAILABLE",
				    "cannot store, try again" }, 0 },
	[IMAP_SAY_NO_PERMISSION] = { { "NO", "NOPERM",
				    "the administrator does that" }, 0 },
	[IMAP_SAY_READ_ONLY]	= { { "NO", NULL, "the mailbox is read-only" },
				    0 },
	[IMAP_SAY_TOO_BIG]	= { { "NO", "TOOBIG", "literal too big" }, 0 },
	[IMAP_SAY_BAD_CHARSET]	= { { "NO", "BADCHARSET",
				    "charset not supported" }, 0 },
	[IMAP_SAY_EXPUNGE_ISSUED] = { { "NO", "EXPUNGEISSUED",
				    "some of these messages are gone" }, 0 },
	[IMAP_SAY_USE_ATTR]	= { { "NO", "USEATTR",
				    "special uses are given, not taken" }, 0 },
	[IMAP_SAY_TOO_MANY_KEYWORDS] = { { "NO", "LIMIT",
				    "too many keywords" }, 0 },
	[IMAP_SAY_UNKNOWN]	= { { "BAD", NULL, "unknown command" }, 1 },
	[IMAP_SAY_NOT_NOW]	= { { "BAD", NULL, "$ is not for this state" },
				    1 },
	[IMAP_SAY_LINE_TOO_LONG] = { { "BAD", NULL, "command too long" }, 1 },
	[IMAP_SAY_BAD_ARGS]	= { { "BAD", NULL, "$" }, 1 },
	[IMAP_SAY_CANCELLED]	= { { "BAD", NULL, "cancelled" }, 0 },
	[IMAP_SAY_GARBLED]	= { { "BAD", NULL, "cannot decode that" }, 1 },
	[IMAP_SAY_EXPECTED_DONE] = { { "BAD", NULL, "DONE was expected" }, 1 },
};
/* clang-format on */

/* resp-text is ASCII without line ends: RFC 3501 9. */
static void
add_text(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		buf_add(out, c < ' ' || c > '~'
				 ? SPAN("?")
				 : span_take(span_skip(text, i), 1));
	}
}

/* Codes that a server need not say: RFC 5530 3. */
static bool
may_lack_code(enum imap_reply reply)
{
	return reply == IMAP_SAY_LOGIN_REFUSED || reply == IMAP_SAY_TLS_FIRST ||
	       reply == IMAP_SAY_NO_SUCH_MAILBOX ||
	       reply == IMAP_SAY_NAME_TAKEN || reply == IMAP_SAY_CANNOT;
}

static void
put_condition(struct buf *out, enum imap_reply reply, struct imap_manner manner)
{
	const char *c = replies[reply].says.condition;

	if (reply == IMAP_SAY_NOT_NOW &&
	    manner.variant == VARIANT_IMAP_WRONG_STATE_IS_NO)
		c = "NO";
	for (; *c != '\0'; c++)
		buf_addf(out, "%c",
		    manner.variant == VARIANT_IMAP_STATUS_IN_LOWER_CASE
			? tolower((unsigned char)*c)
			: *c);
	buf_addf(out, " ");
}

void
imap_put_reply(struct buf *out, enum imap_reply reply,
    struct imap_manner manner, struct span code, const char *arg)
{
	const struct wording *w = &replies[reply].says;
	const struct span text = span_of(w->text);
	const size_t at = span_find(text, SPAN("$"));

	if (code.len == 0 && w->code != NULL)
		code = span_of(w->code);
	if (manner.variant == VARIANT_IMAP_NO_WITHOUT_CODE &&
	    may_lack_code(reply))
		code = SPAN("");
	put_condition(out, reply, manner);
	if (code.len > 0) {
		buf_add(out, SPAN("["));
		buf_add(out, code);
		buf_add(out, SPAN("] "));
	}
	buf_add(out, span_take(text, at));
	if (at < text.len) {
		add_text(out, span_of(arg == NULL ? manner.command : arg));
		buf_add(out, span_skip(text, at + 1));
	}
	buf_add(out, SPAN("\r\n"));
}

bool
imap_reply_is_error(enum imap_reply reply)
{
	return replies[reply].error;
}
