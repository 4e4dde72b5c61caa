/* SPDX-License-Identifier: MIT */
#include "reference/pop3/reply.h"

struct wording {
	bool ok;
	const char *code; /* RFC 2449 8, RFC 3206; NULL: none */
	const char *text;
};

/* clang-format off */
static const struct {
	struct wording	says;
	bool		error;	/* counts against site->errors_most */
} replies[POP3_REPLY_COUNT] = {
	[POP3_GREETING]		= { { true, NULL, "$ POP3 ready" }, 0 },
	[POP3_USER_OK]		= { { true, NULL, "now the password" }, 0 },
	[POP3_LOGGED_IN]	= { { true, NULL, "maildrop is yours" }, 0 },
	[POP3_AUTHENTICATED]	= { { true, NULL, "maildrop is yours" }, 0 },
	[POP3_TLS_READY]	= { { true, NULL, "ready for TLS" }, 0 },
	[POP3_NOOP_OK]		= { { true, NULL, "ok" }, 0 },
	[POP3_RESET_OK]		= { { true, NULL, "none is deleted" }, 0 },
	[POP3_DELETED]		= { { true, NULL, "message $ deleted" }, 0 },
	[POP3_LISTING]		= { { true, NULL, "$ follow" }, 0 },
	[POP3_FOLLOWS]		= { { true, NULL, "$ octets" }, 0 },
	[POP3_BYE]		= { { true, NULL, "$ closing" }, 0 },
	[POP3_UNKNOWN]		= { { false, NULL, "unknown command" }, 1 },
	[POP3_BAD_OCTETS]	= { { false, NULL, "NUL, bare CR or bare LF" },
				    1 },
	[POP3_LINE_TOO_LONG]	= { { false, NULL, "line too long" }, 1 },
	[POP3_BAD_ARGS]		= { { false, NULL, "bad arguments" }, 1 },
	[POP3_NOT_YET]		= { { false, NULL, "log in first" }, 1 },
	[POP3_NOT_ANY_MORE]	= { { false, NULL, "you are logged in" }, 1 },
	[POP3_USER_FIRST]	= { { false, NULL, "USER comes first" }, 1 },
	[POP3_TLS_FIRST]	= { { false, NULL, "STLS comes first" }, 1 },
	[POP3_TLS_ALREADY]	= { { false, NULL, "TLS is active" }, 1 },
	[POP3_NO_SUCH_MESSAGE]	= { { false, NULL, "no such message" }, 1 },
	[POP3_IS_DELETED]	= { { false, NULL, "message is deleted" }, 1 },
	[POP3_REFUSED]		= { { false, "AUTH", "credentials invalid" },
				    1 },
	[POP3_REFUSED_NOBODY]	= { { false, "AUTH", "credentials invalid" },
				    1 },
	[POP3_GARBLED]		= { { false, NULL, "cannot decode that" }, 1 },
	[POP3_CANCELLED]	= { { false, NULL, "cancelled" }, 0 },
	[POP3_NO_MECHANISM]	= { { false, NULL, "unknown mechanism" }, 1 },
	[POP3_IN_USE]		= { { false, "IN-USE", "maildrop is in use" },
				    0 },
	[POP3_NOT_READ]		= { { false, "SYS/TEMP", "cannot read it now" },
				    0 },
	[POP3_NOT_REMOVED]	= { { false, "SYS/TEMP",
				      "deleted messages not removed" }, 0 },
	[POP3_TOO_MANY_ERRORS]	= { { false, NULL, "too many errors" }, 0 },
	[POP3_IDLE_BYE]		= { { false, NULL, "nothing heard" }, 0 },
};

static const struct {
	enum fault	altered_by;
	enum pop3_reply	reply;
	struct wording	altered;
} alterations[] = {
	{ FAULT_POP3_GREETS_WITH_ERR, POP3_GREETING,
	  { false, NULL, "$ POP3 ready" } },
	{ FAULT_POP3S_GREETS_WITH_ERR, POP3_GREETING,
	  { false, NULL, "POP3S is not ready" } },
	{ FAULT_POP3_NOOP_SAYS_ERR, POP3_NOOP_OK,
	  { false, NULL, "nothing done" } },
	{ FAULT_POP3_RSET_SAYS_ERR, POP3_RESET_OK,
	  { false, NULL, "nothing to reset" } },
	{ FAULT_POP3_STLS_SAYS_ERR, POP3_TLS_READY,
	  { false, NULL, "not today" } },
	{ FAULT_POP3_QUIT_SAYS_ERR, POP3_BYE, { false, NULL, "closing" } },
	{ FAULT_POP3_TELLS_USERS, POP3_REFUSED_NOBODY,
	  { false, NULL, "no such user" } },
	{ FAULT_POP3_IN_USE_UNNAMED, POP3_IN_USE,
	  { false, "AUTH", "credentials invalid" } },
	{ FAULT_POP3_REFUSAL_UNNAMED, POP3_REFUSED,
	  { false, "SYS/TEMP", "something is wrong" } },
};

static const struct {
	enum variant	altered_by;
	enum pop3_reply	reply;
	struct wording	altered;
} permitted[] = {
	{ VARIANT_POP3_SIZE_UNSAID, POP3_FOLLOWS,
	  { true, NULL, "message follows" } },
};

/*
 * +OK where the answer is no: an empty verb is any.  "secure" is POP3S alone.
 */
static const struct {
	enum fault	waived_by;
	const char	*verb;
	enum pop3_reply	reply;
} waived[] = {
	{ FAULT_POP3_STAT_BEFORE_LOGIN,	"STAT",	POP3_NOT_YET },
	{ FAULT_POP3_LIST_BEFORE_LOGIN,	"LIST",	POP3_NOT_YET },
	{ FAULT_POP3_RETR_BEFORE_LOGIN,	"RETR",	POP3_NOT_YET },
	{ FAULT_POP3_DELE_BEFORE_LOGIN,	"DELE",	POP3_NOT_YET },
	{ FAULT_POP3_NOOP_BEFORE_LOGIN,	"NOOP",	POP3_NOT_YET },
	{ FAULT_POP3_RSET_BEFORE_LOGIN,	"RSET",	POP3_NOT_YET },
	{ FAULT_POP3_UIDL_BEFORE_LOGIN,	"UIDL",	POP3_NOT_YET },
	{ FAULT_POP3_TOP_BEFORE_LOGIN,	"TOP",	POP3_NOT_YET },
	{ FAULT_POP3_PASS_FIRST,	"PASS",	POP3_USER_FIRST },
	{ FAULT_POP3_USER_AFTER_LOGIN,	"USER",	POP3_NOT_ANY_MORE },
	{ FAULT_POP3_PASS_AFTER_LOGIN,	"PASS",	POP3_NOT_ANY_MORE },
	{ FAULT_POP3_AUTH_AFTER_LOGIN,	"AUTH",	POP3_NOT_ANY_MORE },
	{ FAULT_POP3_STLS_AFTER_LOGIN,	"STLS",	POP3_NOT_ANY_MORE },
	{ FAULT_POP3_UNKNOWN_IS_FINE,	"",	POP3_UNKNOWN },
	{ FAULT_POP3_LIST_OF_NOTHING,	"LIST",	POP3_NO_SUCH_MESSAGE },
	{ FAULT_POP3_RETR_OF_NOTHING,	"RETR",	POP3_NO_SUCH_MESSAGE },
	{ FAULT_POP3_DELE_OF_NOTHING,	"DELE",	POP3_NO_SUCH_MESSAGE },
	{ FAULT_POP3_UIDL_OF_NOTHING,	"UIDL",	POP3_NO_SUCH_MESSAGE },
	{ FAULT_POP3_TOP_OF_NOTHING,	"TOP",	POP3_NO_SUCH_MESSAGE },
	{ FAULT_POP3_DELE_TWICE,	"DELE",	POP3_IS_DELETED },
	{ FAULT_POP3_LIST_OF_DELETED,	"LIST",	POP3_IS_DELETED },
	{ FAULT_POP3_UIDL_OF_DELETED,	"UIDL",	POP3_IS_DELETED },
	{ FAULT_POP3_RETR_OF_DELETED,	"RETR",	POP3_IS_DELETED },
	{ FAULT_POP3_TOP_OF_DELETED,	"TOP",	POP3_IS_DELETED },
	{ FAULT_POP3_RETR_WITHOUT_NUMBER, "RETR", POP3_BAD_ARGS },
	{ FAULT_POP3_DELE_WITHOUT_NUMBER, "DELE", POP3_BAD_ARGS },
	{ FAULT_POP3_TOP_WITHOUT_LINES,	"TOP",	POP3_BAD_ARGS },
	{ FAULT_POP3_ANY_PASSWORD,	"PASS",	POP3_REFUSED },
	{ FAULT_POP3_AUTH_ANY_PASSWORD,	"AUTH",	POP3_REFUSED },
	{ FAULT_POP3_AUTH_ANYBODY,	"AUTH",	POP3_REFUSED_NOBODY },
	{ FAULT_POP3_AUTH_ANY_MECHANISM, "AUTH", POP3_NO_MECHANISM },
	{ FAULT_POP3_AUTH_BAD_BASE64,	"AUTH",	POP3_GARBLED },
	{ FAULT_POP3_AUTH_CANCEL_IGNORED, "AUTH", POP3_CANCELLED },
	{ FAULT_POP3_USER_IN_CLEAR,	"USER",	POP3_TLS_FIRST },
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_waived(enum pop3_reply reply, const struct pop3_manner *m)
{
	for (size_t i = 0; i < COUNT(waived); i++)
		if (waived[i].waived_by == m->fault &&
		    waived[i].reply == reply &&
		    (waived[i].verb[0] == '\0' ||
			span_caseeq(span_of(waived[i].verb), m->verb)))
			return true;
	return false;
}

static const struct wording *
wording_of(enum pop3_reply reply, const struct pop3_manner *m)
{
	static const struct wording yes = { true, NULL, "as you wish" };

	if (m->fault != FAULT_NONE && is_waived(reply, m))
		return &yes;
	for (size_t i = 0; i < COUNT(alterations); i++)
		if (alterations[i].altered_by == m->fault &&
		    alterations[i].reply == reply)
			return &alterations[i].altered;
	for (size_t i = 0; i < COUNT(permitted); i++)
		if (permitted[i].altered_by == m->variant &&
		    permitted[i].reply == reply)
			return &permitted[i].altered;
	return &replies[reply].says;
}

/* Puts "arg" where the text has a "$". */
static void
fill_in(struct buf *out, struct span pattern, const char *arg)
{
	const size_t at = span_find(pattern, SPAN("$"));

	buf_add(out, span_take(pattern, at));
	if (at == pattern.len)
		return;
	buf_add(out, span_of(arg == NULL ? "" : arg));
	buf_add(out, span_skip(pattern, at + 1));
}

void
pop3_say(struct buf *out, enum pop3_reply reply, struct pop3_manner m,
    const char *arg)
{
	const struct wording *w = wording_of(reply, &m);

	buf_addf(out, "%s", w->ok ? "+OK" : "-ERR");
	if (w->code != NULL && m.variant != VARIANT_POP3_WITHOUT_CODES &&
	    m.variant != VARIANT_POP3_WITHOUT_TEXT)
		buf_addf(out, " [%s]", w->code);
	if (m.variant != VARIANT_POP3_WITHOUT_TEXT) {
		buf_addf(out, " ");
		fill_in(out, span_of(w->text), arg);
	}
	buf_addf(out, "\r\n");
}

bool
pop3_reply_is_error(enum pop3_reply reply)
{
	return replies[reply].error;
}
