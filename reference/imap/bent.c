/* SPDX-License-Identifier: MIT */
/*
 * Faults that answer a command instead of obeying it: which command, in which
 * state, how it has to look, and what is said.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "reference/imap/inner.h"

enum outcome {
	SAYS_OK,      /* and does nothing */
	SAYS_NO,      /* likewise */
	SAYS_BAD,     /* likewise */
	SAYS_NOTHING, /* likewise */
	ASKS_FOR_MORE,
	HANGS_UP,    /* without a word */
	LOGS_OUT,    /* without BYE */
	STAYS,       /* says what LOGOUT has to say, and stays */
	UNSELECTS,   /* and says BAD */
	ENABLES,     /* whatever was asked for */
	OBEYS_INSIDE /* says BAD, and takes the literal for a command */
};

/* ---- what a command looks like ---- */

static bool
has(struct span text, const char *what)
{
	return span_find(text, span_of(what)) < text.len;
}

static size_t
count(struct span text, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.ptr[i] == c;
	return n;
}

static bool
is_any(struct span text)
{
	(void)text;
	return true;
}

static bool
is_empty(struct span text)
{
	return text.len == 0;
}

static bool
is_one_word(struct span text)
{
	return text.len > 0 && count(text, ' ') == 0;
}

static bool
has_bracket(struct span text)
{
	return count(span_cut(&text, ' '), ']') > 0;
}

/* Its second word is not in capitals. */
static bool
is_lower(struct span text)
{
	struct span word;

	span_cut(&text, ' ');
	word = span_cut(&text, ' ');
	for (size_t i = 0; i < word.len; i++)
		if (islower((unsigned char)word.ptr[i]))
			return true;
	return false;
}

static bool
has_lower_inbox(struct span text)
{
	return has(text, "inBoX");
}

static bool
ends_in_space(struct span text)
{
	return text.len > 0 && text.ptr[text.len - 1] == ' ';
}

static bool
ends_in_empty(struct span text)
{
	return text.len > 2 &&
	       span_eq(span_skip(text, text.len - 3), SPAN(" \"\""));
}

static bool
has_two_words(struct span text)
{
	return count(text, ' ') == 1;
}

static bool
has_three_words(struct span text)
{
	return count(text, ' ') == 2;
}

static bool
has_four_words(struct span text)
{
	return count(text, ' ') == 3;
}

static bool
has_padding_inside(struct span text)
{
	return has(text, "AAA=B");
}

static bool
has_two_spaces(struct span text)
{
	return has(text, "  ");
}

static bool
has_open_list(struct span text)
{
	return count(text, '(') > count(text, ')');
}

static bool
has_open_quote(struct span text)
{
	return has(text, " \"") && count(text, '"') % 2 == 1;
}

static bool
has_quote_inside(struct span text)
{
	const size_t at = span_find(text, SPAN("\""));

	return at > 0 && at < text.len && text.ptr[at - 1] != ' ' &&
	       text.ptr[at - 1] != '(';
}

static bool
has_xyzzy(struct span text)
{
	return has(text, "XYZZY");
}

static bool
has_idle(struct span text)
{
	return has(text, " IDLE");
}

static bool
has_condstore(struct span text)
{
	return has(text, "CONDSTORE");
}

static bool
has_nil(struct span text)
{
	return has(text, " NIL") && !has(text, "(");
}

static bool
has_odd_list(struct span text)
{
	return has(text, "(\"name\")");
}

static bool
has_minus(struct span text)
{
	return has(text, "{-");
}

static bool
has_plus_literal(struct span text)
{
	return has(text, "+}\r\n");
}

static bool
has_atom(struct span text)
{
	span_cut(&text, ' ');
	span_cut(&text, ' ');
	return text.len > 0 && isalnum((unsigned char)text.ptr[0]);
}

static bool
has_zero(struct span text)
{
	return has(text, " 0 ");
}

static bool
has_empty_member(struct span text)
{
	return has(text, ",,");
}

static bool
has_lf(struct span text)
{
	return count(text, '\n') > 0 && !has(text, "}\r\n");
}

static bool
has_cr(struct span text)
{
	return count(text, '\r') > 0 && count(text, '\n') == 0;
}

static bool
has_nul(struct span text)
{
	return count(text, '\0') > 0;
}

static bool
has_octets(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.ptr[i] > 127)
			return true;
	return false;
}

static bool
has_escape(struct span text)
{
	return count(text, '\x1b') > 0;
}

static bool
is_deep(struct span text)
{
	return has(text, "((((((((");
}

/* ---- which command is bent, and how ---- */

#define OUT NOT_AUTHENTICATED
#define IN  LOGGED_IN

/* And only where TLS came by STARTTLS. */
#define UPGRADED (1u << 8)

/* clang-format off */
static const struct bend {
	enum fault	 fault;
	const char	*command; /* NULL: any */
	unsigned	 in;
	bool		(*is)(struct span text);
	enum outcome	 what;
} bends[] = {
	{ FAULT_IMAP_NOOP_REFUSED, "NOOP", OUT, is_any, SAYS_NO },
	{ FAULT_IMAP_NOOP_REFUSED_INSIDE, "NOOP", SELECTED, is_any, SAYS_NO },
	{ FAULT_IMAP_LOGOUT_WITHOUT_BYE, "LOGOUT", ANYTIME, is_any, LOGS_OUT },
	{ FAULT_IMAP_LOGOUT_STAYS, "LOGOUT", OUT, is_any, STAYS },
	{ FAULT_IMAP_LOGOUT_WITHOUT_BYE_INSIDE, "LOGOUT", SELECTED, is_any,
	  LOGS_OUT },
	{ FAULT_IMAP_TAG_BRACKET_IGNORED, NULL, ANYTIME, has_bracket,
	  SAYS_NOTHING },
	{ FAULT_IMAP_CAPITALS_ONLY, NULL, ANYTIME, is_lower, SAYS_BAD },
	{ FAULT_IMAP_INBOX_IN_CAPITALS, "STATUS", IN, has_lower_inbox,
	  SAYS_NO },
	{ FAULT_IMAP_UNKNOWN_IS_FINE, "XYZZY", ANYTIME, is_any, SAYS_OK },
	{ FAULT_IMAP_DELETE_PUT_OFF, "DELETE", IN, is_any, SAYS_OK },
	{ FAULT_IMAP_EXAMINE_REFUSED, "EXAMINE", IN, is_any, SAYS_NO },

	/* ---- the wrong state ---- */
	{ FAULT_IMAP_SELECT_BY_STRANGER, "SELECT", OUT, is_any, SAYS_OK },
	{ FAULT_IMAP_LIST_BY_STRANGER, "LIST", OUT, is_any, SAYS_OK },
	{ FAULT_IMAP_STATUS_BY_STRANGER, "STATUS", OUT, is_any, SAYS_OK },
	{ FAULT_IMAP_CREATE_BY_STRANGER, "CREATE", OUT, is_any, SAYS_OK },
	{ FAULT_IMAP_FETCH_BY_STRANGER, "FETCH", OUT, is_any, SAYS_OK },
	{ FAULT_IMAP_APPEND_BY_STRANGER, "APPEND", OUT, is_any, SAYS_OK },
	{ FAULT_IMAP_FETCH_OF_NOTHING, "FETCH", AUTHENTICATED, is_any,
	  SAYS_OK },
	{ FAULT_IMAP_SEARCH_OF_NOTHING, "SEARCH", AUTHENTICATED, is_any,
	  SAYS_OK },
	{ FAULT_IMAP_STORE_OF_NOTHING, "STORE", AUTHENTICATED, is_any,
	  SAYS_OK },
	{ FAULT_IMAP_EXPUNGE_OF_NOTHING, "EXPUNGE", AUTHENTICATED, is_any,
	  SAYS_OK },
	{ FAULT_IMAP_CLOSE_OF_NOTHING, "CLOSE", AUTHENTICATED, is_any,
	  SAYS_OK },
	{ FAULT_IMAP_UID_OF_NOTHING, "UID FETCH", AUTHENTICATED, is_any,
	  SAYS_OK },
	{ FAULT_IMAP_LOGIN_TWICE, "LOGIN", IN, is_any, SAYS_OK },
	{ FAULT_IMAP_AUTHENTICATE_TWICE, "AUTHENTICATE", IN, is_any,
	  ASKS_FOR_MORE },
	{ FAULT_IMAP_BAD_UNSELECTS, "STATUS", SELECTED, has_two_words,
	  UNSELECTS },
	{ FAULT_IMAP_BAD_SELECT_UNSELECTS, "SELECT", SELECTED, has_two_words,
	  UNSELECTS },

	/* ---- the wrong syntax ---- */
	{ FAULT_IMAP_LONE_TAG_IGNORED, NULL, ANYTIME, is_one_word,
	  SAYS_NOTHING },
	{ FAULT_IMAP_EMPTY_LINE_HANGS_UP, NULL, ANYTIME, is_empty, HANGS_UP },
	{ FAULT_IMAP_MISSING_ARGUMENT_IS_NO, "LOGIN", OUT, has_three_words,
	  SAYS_NO },
	{ FAULT_IMAP_EXTRA_ARGUMENT_TAKEN, "CAPABILITY", ANYTIME,
	  has_three_words, SAYS_OK },
	{ FAULT_IMAP_TRAILING_SPACE_TAKEN, NULL, ANYTIME, ends_in_space,
	  SAYS_OK },
	{ FAULT_IMAP_TWO_SPACES_TAKEN, NULL, ANYTIME, has_two_spaces,
	  SAYS_OK },
	{ FAULT_IMAP_OPEN_LIST_TAKEN, "STATUS", IN, has_open_list, SAYS_OK },
	{ FAULT_IMAP_OPEN_QUOTE_TAKEN, "STATUS", IN, has_open_quote, SAYS_OK },
	{ FAULT_IMAP_QUOTE_IN_ATOM_TAKEN, "STATUS", IN, has_quote_inside,
	  SAYS_OK },
	{ FAULT_IMAP_STATUS_ITEM_TAKEN, "STATUS", IN, has_xyzzy, SAYS_OK },
	{ FAULT_IMAP_NEGATIVE_LITERAL_TAKEN, NULL, ANYTIME, has_minus,
	  ASKS_FOR_MORE },
	{ FAULT_IMAP_ZERO_IN_SET, "FETCH", SELECTED, has_zero, SAYS_OK },
	{ FAULT_IMAP_EMPTY_IN_SET, "UID FETCH", SELECTED, has_empty_member,
	  SAYS_OK },
	{ FAULT_IMAP_LF_HANGS_UP, NULL, ANYTIME, has_lf, HANGS_UP },
	{ FAULT_IMAP_CR_HANGS_UP, NULL, ANYTIME, has_cr, HANGS_UP },
	{ FAULT_IMAP_NUL_WEDGES, NULL, OUT, has_nul, HANGS_UP },
	{ FAULT_IMAP_OCTETS_HANG_UP, NULL, ANYTIME, has_octets, HANGS_UP },
	{ FAULT_IMAP_CONTROLS_HANG_UP, NULL, ANYTIME, has_escape, HANGS_UP },
	{ FAULT_IMAP_DEPTH_HANGS_UP, NULL, ANYTIME, is_deep, HANGS_UP },
	{ FAULT_IMAP_NAME_ENDS_AT_NUL, "STATUS", IN, has_nul, SAYS_OK },
	{ FAULT_IMAP_LITERAL_OBEYED, "XYZZY", ANYTIME, has_plus_literal,
	  OBEYS_INSIDE },

	/* ---- logins ---- */
	{ FAULT_IMAP_LOGIN_REFUSED, "LOGIN", OUT, is_any, SAYS_NO },
	{ FAULT_IMAP_LOGIN_WANTS_QUOTES, "LOGIN", OUT, has_atom, SAYS_BAD },
	{ FAULT_IMAP_LITERALPLUS_REFUSED, "LOGIN", OUT, has_plus_literal,
	  SAYS_BAD },
	{ FAULT_IMAP_EMPTY_PASSWORD, "LOGIN", OUT, ends_in_empty, SAYS_OK },
	{ FAULT_IMAP_AUTHENTICATE_REFUSED, "AUTHENTICATE", OUT, has_three_words,
	  SAYS_NO },
	{ FAULT_IMAP_INITIAL_REFUSED, "AUTHENTICATE", OUT, has_four_words,
	  SAYS_BAD },
	{ FAULT_IMAP_PADDING_TAKEN, "AUTHENTICATE", OUT, has_padding_inside,
	  SAYS_OK },
	{ FAULT_IMAP_UNKNOWN_MECHANISM_IS_BAD, "AUTHENTICATE", OUT, has_xyzzy,
	  SAYS_BAD },

	/* ---- STARTTLS ---- */
	{ FAULT_IMAP_STARTTLS_REFUSED, "STARTTLS", OUT, is_any, SAYS_NO },
	{ FAULT_IMAP_STARTTLS_LOSES_CAPABILITY, "CAPABILITY", OUT | UPGRADED,
	  is_any, SAYS_OK },
	{ FAULT_IMAP_STARTTLS_LOSES_LOGIN, "LOGIN", OUT | UPGRADED, is_any,
	  SAYS_NO },
	{ FAULT_IMAP_STARTTLS_TWICE, "STARTTLS", OUT | UPGRADED, is_any,
	  SAYS_OK },
	{ FAULT_IMAP_STARTTLS_LATE, "STARTTLS", IN, is_any, SAYS_OK },
	{ FAULT_IMAP_STARTTLS_ARGUMENT, "STARTTLS", OUT, has_three_words,
	  SAYS_OK },

	/* ---- extensions ---- */
	{ FAULT_IMAP_ID_UNANSWERED, "ID", IN, is_any, SAYS_OK },
	{ FAULT_IMAP_ID_WANTS_LIST, "ID", IN, has_nil, SAYS_BAD },
	{ FAULT_IMAP_ID_AFTER_LOGIN, "ID", OUT, is_any, SAYS_BAD },
	{ FAULT_IMAP_ID_ODD_LIST, "ID", ANYTIME, has_odd_list, SAYS_OK },
	{ FAULT_IMAP_ENABLE_DOES_NOTHING, "ENABLE", IN, has_condstore,
	  SAYS_OK },
	{ FAULT_IMAP_ENABLE_UNKNOWN_REFUSED, "ENABLE", IN, has_xyzzy,
	  SAYS_BAD },
	{ FAULT_IMAP_ENABLED_NOT_SENT, "ENABLE", IN, has_xyzzy, SAYS_OK },
	{ FAULT_IMAP_ENABLES_ANYTHING, "ENABLE", IN, has_idle, ENABLES },
	{ FAULT_IMAP_ENABLE_BY_STRANGER, "ENABLE", OUT, is_any, SAYS_OK },
	{ FAULT_IMAP_ENABLE_NOTHING, "ENABLE", IN, has_two_words, SAYS_OK },
	{ FAULT_IMAP_NAMESPACE_UNANSWERED, "NAMESPACE", IN, is_any, SAYS_OK },
	{ FAULT_IMAP_NAMESPACE_BY_STRANGER, "NAMESPACE", OUT, is_any,
	  SAYS_OK },
};
/* clang-format on */

static const struct bend *
bend_of(const struct imap_session *s, const char *command)
{
	for (size_t i = 0; i < COUNT(bends); i++) {
		const struct bend *b = &bends[i];

		if (faulty(s, b->fault) && (b->in & s->state) != 0 &&
		    ((b->in & UPGRADED) == 0 || (s->tls && !s->implicit)) &&
		    (b->command == NULL ||
			strcasecmp(b->command, command) == 0) &&
		    b->is(buf_span(&s->framer.text)))
			return b;
	}
	return NULL;
}

/* "x XYZZY {8+}" CRLF "y NOOP" CRLF: what stands in there is y's. */
static void
obey_inside(struct imap_session *s)
{
	struct span text = buf_span(&s->framer.text), tag;

	imap_reply(s, IMAP_SAY_UNKNOWN);
	span_cut(&text, '\n');
	tag = span_cut(&text, ' ');
	buf_addf(&s->tagged, "%.*s BAD unknown command\r\n", SPAN_FMT(tag));
}

static void
enable_all(struct imap_session *s)
{
	struct span text = buf_span(&s->framer.text);

	span_cut(&text, ' ');
	span_cut(&text, ' ');
	buf_addf(s->out, "* ENABLED %.*s\r\n", SPAN_FMT(text));
	imap_reply(s, IMAP_SAY_DONE);
}

static void
answer(struct imap_session *s, enum outcome what)
{
	switch (what) {
	case SAYS_OK:
		imap_reply(s, IMAP_SAY_DONE);
		break;
	case SAYS_NO:
		imap_reply_with(s, IMAP_SAY_CANNOT, "refused");
		break;
	case SAYS_BAD:
		imap_reply_with(s, IMAP_SAY_BAD_ARGS, "refused");
		break;
	case ASKS_FOR_MORE:
		buf_addf(s->out, "+ go on\r\n");
		break;
	case STAYS:
		imap_announce(s, IMAP_SAY_BYE, SPAN(""));
		imap_reply(s, IMAP_SAY_DONE);
		break;
	case LOGS_OUT:
		imap_reply(s, IMAP_SAY_DONE);
		imap_hang_up(s);
		break;
	case HANGS_UP:
		imap_hang_up(s);
		break;
	case UNSELECTS:
		imap_unselect(s);
		imap_reply_with(s, IMAP_SAY_BAD_ARGS, "refused");
		break;
	case ENABLES:
		enable_all(s);
		break;
	case OBEYS_INSIDE:
		obey_inside(s);
		break;
	case SAYS_NOTHING:
		break;
	}
}

bool
imap_is_bent(struct imap_session *s, const struct imap_command *cmd)
{
	const struct bend *b;
	char command[64];

	if (s->site->fault == FAULT_NONE)
		return false;
	(void)snprintf(command, sizeof command, "%s%.*s",
	    cmd->uid ? "UID " : "", SPAN_FMT(cmd->name));
	b = bend_of(s, command);
	if (b == NULL)
		return false;
	(void)snprintf(s->command, sizeof s->command, "%.20s", command);
	answer(s, b->what);
	return true;
}
