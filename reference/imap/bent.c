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
	FINDS_NONE,   /* SEARCH */
	FINDS_ALL,    /* SEARCH */
	SORTS_NOT,    /* tells everything, in the order of the mailbox */
	ASKS_FOR_MORE,
	HANGS_UP,    /* without a word */
	LOGS_OUT,    /* without BYE */
	STAYS,       /* says what LOGOUT has to say, and stays */
	UNSELECTS,   /* and says BAD */
	ENABLES,     /* whatever was asked for */
	OBEYS_INSIDE /* says BAD, and takes the literal for a command */
};

/* ---- what a command looks like ---- */

/* NULL: nothing needs to be there. */
static bool
has(struct span text, const char *what)
{
	return what == NULL || span_find(text, span_of(what)) < text.len;
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
has_nil(struct span text)
{
	return has(text, " NIL") && !has(text, "(");
}

static bool
has_atom(struct span text)
{
	span_cut(&text, ' ');
	span_cut(&text, ' ');
	return text.len > 0 && isalnum((unsigned char)text.ptr[0]);
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

/* ---- which command is bent, and how ---- */

#define OUT NOT_AUTHENTICATED
#define IN  LOGGED_IN

/* And only where TLS came by STARTTLS. */
#define UPGRADED (1u << 8)

/* clang-format off */
static const struct bend {
	enum fault	 fault;
	enum outcome	 what;
	unsigned	 in;
	const char	*command; /* NULL: any */
	const char	*text, *also; /* what it holds, NULL: anything */
	bool		(*is)(struct span text); /* NULL: of any form */
} bends[] = {
	{ FAULT_IMAP_NOOP_REFUSED, SAYS_NO, OUT, .command = "NOOP" },
	{ FAULT_IMAP_NOOP_REFUSED_INSIDE, SAYS_NO, SELECTED,
	  .command = "NOOP" },
	{ FAULT_IMAP_LOGOUT_WITHOUT_BYE, LOGS_OUT, ANYTIME,
	  .command = "LOGOUT" },
	{ FAULT_IMAP_LOGOUT_STAYS, STAYS, OUT, .command = "LOGOUT" },
	{ FAULT_IMAP_LOGOUT_WITHOUT_BYE_INSIDE, LOGS_OUT, SELECTED,
	  .command = "LOGOUT" },
	{ FAULT_IMAP_TAG_BRACKET_IGNORED, SAYS_NOTHING, ANYTIME,
	  .is = has_bracket },
	{ FAULT_IMAP_CAPITALS_ONLY, SAYS_BAD, ANYTIME, .is = is_lower },
	{ FAULT_IMAP_INBOX_IN_CAPITALS, SAYS_NO, IN,
	  .command = "STATUS", .text = "inBoX" },
	{ FAULT_IMAP_UNKNOWN_IS_FINE, SAYS_OK, ANYTIME, .command = "XYZZY" },
	{ FAULT_IMAP_DELETE_PUT_OFF, SAYS_OK, IN, .command = "DELETE" },
	{ FAULT_IMAP_EXAMINE_REFUSED, SAYS_NO, IN, .command = "EXAMINE" },

	/* ---- the wrong state ---- */
	{ FAULT_IMAP_SELECT_BY_STRANGER, SAYS_OK, OUT, .command = "SELECT" },
	{ FAULT_IMAP_LIST_BY_STRANGER, SAYS_OK, OUT, .command = "LIST" },
	{ FAULT_IMAP_STATUS_BY_STRANGER, SAYS_OK, OUT, .command = "STATUS" },
	{ FAULT_IMAP_CREATE_BY_STRANGER, SAYS_OK, OUT, .command = "CREATE" },
	{ FAULT_IMAP_FETCH_BY_STRANGER, SAYS_OK, OUT, .command = "FETCH" },
	{ FAULT_IMAP_APPEND_BY_STRANGER, SAYS_OK, OUT, .command = "APPEND" },
	{ FAULT_IMAP_FETCH_OF_NOTHING, SAYS_OK, AUTHENTICATED,
	  .command = "FETCH" },
	{ FAULT_IMAP_SEARCH_OF_NOTHING, SAYS_OK, AUTHENTICATED,
	  .command = "SEARCH" },
	{ FAULT_IMAP_STORE_OF_NOTHING, SAYS_OK, AUTHENTICATED,
	  .command = "STORE" },
	{ FAULT_IMAP_EXPUNGE_OF_NOTHING, SAYS_OK, AUTHENTICATED,
	  .command = "EXPUNGE" },
	{ FAULT_IMAP_CLOSE_OF_NOTHING, SAYS_OK, AUTHENTICATED,
	  .command = "CLOSE" },
	{ FAULT_IMAP_UID_OF_NOTHING, SAYS_OK, AUTHENTICATED,
	  .command = "UID FETCH" },
	{ FAULT_IMAP_LOGIN_TWICE, SAYS_OK, IN, .command = "LOGIN" },
	{ FAULT_IMAP_AUTHENTICATE_TWICE, ASKS_FOR_MORE, IN,
	  .command = "AUTHENTICATE" },
	{ FAULT_IMAP_BAD_UNSELECTS, UNSELECTS, SELECTED,
	  .command = "STATUS", .is = has_two_words },
	{ FAULT_IMAP_BAD_SELECT_UNSELECTS, UNSELECTS, SELECTED,
	  .command = "SELECT", .is = has_two_words },

	/* ---- the wrong syntax ---- */
	{ FAULT_IMAP_LONE_TAG_IGNORED, SAYS_NOTHING, ANYTIME,
	  .is = is_one_word },
	{ FAULT_IMAP_EMPTY_LINE_HANGS_UP, HANGS_UP, ANYTIME, .is = is_empty },
	{ FAULT_IMAP_MISSING_ARGUMENT_IS_NO, SAYS_NO, OUT,
	  .command = "LOGIN", .is = has_three_words },
	{ FAULT_IMAP_EXTRA_ARGUMENT_TAKEN, SAYS_OK, ANYTIME,
	  .command = "CAPABILITY", .is = has_three_words },
	{ FAULT_IMAP_TRAILING_SPACE_TAKEN, SAYS_OK, ANYTIME,
	  .is = ends_in_space },
	{ FAULT_IMAP_TWO_SPACES_TAKEN, SAYS_OK, ANYTIME, .text = "  " },
	{ FAULT_IMAP_OPEN_LIST_TAKEN, SAYS_OK, IN,
	  .command = "STATUS", .is = has_open_list },
	{ FAULT_IMAP_OPEN_QUOTE_TAKEN, SAYS_OK, IN,
	  .command = "STATUS", .is = has_open_quote },
	{ FAULT_IMAP_QUOTE_IN_ATOM_TAKEN, SAYS_OK, IN,
	  .command = "STATUS", .is = has_quote_inside },
	{ FAULT_IMAP_STATUS_ITEM_TAKEN, SAYS_OK, IN,
	  .command = "STATUS", .text = "XYZZY" },
	{ FAULT_IMAP_NEGATIVE_LITERAL_TAKEN, ASKS_FOR_MORE, ANYTIME,
	  .text = "{-" },
	{ FAULT_IMAP_ZERO_IN_SET, SAYS_OK, SELECTED,
	  .command = "FETCH", .text = " 0 " },
	{ FAULT_IMAP_EMPTY_IN_SET, SAYS_OK, SELECTED,
	  .command = "UID FETCH", .text = ",," },
	{ FAULT_IMAP_LF_HANGS_UP, HANGS_UP, ANYTIME, .is = has_lf },
	{ FAULT_IMAP_CR_HANGS_UP, HANGS_UP, ANYTIME, .is = has_cr },
	{ FAULT_IMAP_NUL_WEDGES, HANGS_UP, OUT, .is = has_nul },
	{ FAULT_IMAP_OCTETS_HANG_UP, HANGS_UP, ANYTIME, .is = has_octets },
	{ FAULT_IMAP_CONTROLS_HANG_UP, HANGS_UP, ANYTIME, .text = "\x1b" },
	{ FAULT_IMAP_DEPTH_HANGS_UP, HANGS_UP, ANYTIME, .text = "((((((((" },
	{ FAULT_IMAP_NAME_ENDS_AT_NUL, SAYS_OK, IN,
	  .command = "STATUS", .is = has_nul },
	{ FAULT_IMAP_LITERAL_OBEYED, OBEYS_INSIDE, ANYTIME,
	  .command = "XYZZY", .text = "+}\r\n" },

	/* ---- logins ---- */
	{ FAULT_IMAP_LOGIN_REFUSED, SAYS_NO, OUT, .command = "LOGIN" },
	{ FAULT_IMAP_LOGIN_WANTS_QUOTES, SAYS_BAD, OUT,
	  .command = "LOGIN", .is = has_atom },
	{ FAULT_IMAP_LITERALPLUS_REFUSED, SAYS_BAD, OUT,
	  .command = "LOGIN", .text = "+}\r\n" },
	{ FAULT_IMAP_EMPTY_PASSWORD, SAYS_OK, OUT,
	  .command = "LOGIN", .is = ends_in_empty },
	{ FAULT_IMAP_AUTHENTICATE_REFUSED, SAYS_NO, OUT,
	  .command = "AUTHENTICATE", .is = has_three_words },
	{ FAULT_IMAP_INITIAL_REFUSED, SAYS_BAD, OUT,
	  .command = "AUTHENTICATE", .is = has_four_words },
	{ FAULT_IMAP_PADDING_TAKEN, SAYS_OK, OUT,
	  .command = "AUTHENTICATE", .text = "AAA=B" },
	{ FAULT_IMAP_UNKNOWN_MECHANISM_IS_BAD, SAYS_BAD, OUT,
	  .command = "AUTHENTICATE", .text = "XYZZY" },

	/* ---- STARTTLS ---- */
	{ FAULT_IMAP_STARTTLS_REFUSED, SAYS_NO, OUT, .command = "STARTTLS" },
	{ FAULT_IMAP_STARTTLS_LOSES_CAPABILITY, SAYS_OK, OUT | UPGRADED,
	  .command = "CAPABILITY" },
	{ FAULT_IMAP_STARTTLS_LOSES_LOGIN, SAYS_NO, OUT | UPGRADED,
	  .command = "LOGIN" },
	{ FAULT_IMAP_STARTTLS_TWICE, SAYS_OK, OUT | UPGRADED,
	  .command = "STARTTLS" },
	{ FAULT_IMAP_STARTTLS_LATE, SAYS_OK, IN, .command = "STARTTLS" },
	{ FAULT_IMAP_STARTTLS_ARGUMENT, SAYS_OK, OUT,
	  .command = "STARTTLS", .is = has_three_words },

	/* ---- extensions ---- */
	{ FAULT_IMAP_ID_UNANSWERED, SAYS_OK, IN, .command = "ID" },
	{ FAULT_IMAP_ID_WANTS_LIST, SAYS_BAD, IN,
	  .command = "ID", .is = has_nil },
	{ FAULT_IMAP_ID_AFTER_LOGIN, SAYS_BAD, OUT, .command = "ID" },
	{ FAULT_IMAP_ID_ODD_LIST, SAYS_OK, ANYTIME,
	  .command = "ID", .text = "(\"name\")" },
	{ FAULT_IMAP_ENABLE_DOES_NOTHING, SAYS_OK, IN,
	  .command = "ENABLE", .text = "CONDSTORE" },
	{ FAULT_IMAP_ENABLE_UNKNOWN_REFUSED, SAYS_BAD, IN,
	  .command = "ENABLE", .text = "XYZZY" },
	{ FAULT_IMAP_ENABLED_NOT_SENT, SAYS_OK, IN,
	  .command = "ENABLE", .text = "XYZZY" },
	{ FAULT_IMAP_ENABLES_ANYTHING, ENABLES, IN,
	  .command = "ENABLE", .text = " IDLE" },
	{ FAULT_IMAP_ENABLE_BY_STRANGER, SAYS_OK, OUT, .command = "ENABLE" },
	{ FAULT_IMAP_ENABLE_NOTHING, SAYS_OK, IN,
	  .command = "ENABLE", .is = has_two_words },
	{ FAULT_IMAP_NAMESPACE_UNANSWERED, SAYS_OK, IN,
	  .command = "NAMESPACE" },
	{ FAULT_IMAP_NAMESPACE_BY_STRANGER, SAYS_OK, OUT,
	  .command = "NAMESPACE" },

	/* ---- SEARCH ---- */
	{ FAULT_IMAP_SEARCH_ANSWERED, FINDS_NONE, IN,
	  .text = "SEARCH ANSWERED" },
	{ FAULT_IMAP_SEARCH_DELETED, FINDS_NONE, IN, .text = "SEARCH DELETED" },
	{ FAULT_IMAP_SEARCH_DRAFT, FINDS_NONE, IN, .text = "SEARCH DRAFT" },
	{ FAULT_IMAP_SEARCH_FLAGGED, FINDS_NONE, IN, .text = "SEARCH FLAGGED" },
	{ FAULT_IMAP_SEARCH_SEEN, FINDS_NONE, IN, .text = "SEARCH SEEN" },
	{ FAULT_IMAP_SEARCH_UNANSWERED, FINDS_ALL, IN,
	  .text = "SEARCH UNANSWERED" },
	{ FAULT_IMAP_SEARCH_UNDELETED, FINDS_ALL, IN,
	  .text = "SEARCH UNDELETED" },
	{ FAULT_IMAP_SEARCH_UNDRAFT, FINDS_ALL, IN, .text = "SEARCH UNDRAFT" },
	{ FAULT_IMAP_SEARCH_UNFLAGGED, FINDS_ALL, IN,
	  .text = "SEARCH UNFLAGGED" },
	{ FAULT_IMAP_SEARCH_UNSEEN, FINDS_ALL, IN, .text = "SEARCH UNSEEN" },
	{ FAULT_IMAP_SEARCH_ALL, FINDS_NONE, IN, .text = "SEARCH ALL" },
	{ FAULT_IMAP_SEARCH_RECENT, FINDS_ALL, IN, .text = "SEARCH RECENT" },
	{ FAULT_IMAP_SEARCH_OLD, FINDS_NONE, IN, .text = "SEARCH OLD" },
	{ FAULT_IMAP_SEARCH_NEW, FINDS_ALL, IN, .text = "SEARCH NEW" },
	{ FAULT_IMAP_SEARCH_KEYWORD, FINDS_NONE, IN, .text = "SEARCH KEYWORD" },
	{ FAULT_IMAP_SEARCH_UNKEYWORD, FINDS_ALL, IN,
	  .text = "SEARCH UNKEYWORD" },
	{ FAULT_IMAP_SEARCH_BCC, FINDS_NONE, IN, .text = "SEARCH BCC " },
	{ FAULT_IMAP_SEARCH_CC, FINDS_NONE, IN, .text = "SEARCH CC " },
	{ FAULT_IMAP_SEARCH_FROM, FINDS_NONE, IN, .text = "SEARCH FROM " },
	{ FAULT_IMAP_SEARCH_TO, FINDS_NONE, IN, .text = "SEARCH TO " },
	{ FAULT_IMAP_SEARCH_SUBJECT, FINDS_ALL, IN, .text = "SEARCH SUBJECT " },
	{ FAULT_IMAP_SEARCH_BODY, FINDS_ALL, IN, .text = "SEARCH BODY " },
	{ FAULT_IMAP_SEARCH_TEXT, FINDS_NONE, IN, .text = "SEARCH TEXT " },
	{ FAULT_IMAP_SEARCH_HEADER, FINDS_ALL, IN,
	  .text = "SEARCH HEADER X-Docket forty" },
	{ FAULT_IMAP_SEARCH_HEADER_EMPTY, FINDS_NONE, IN,
	  .text = "SEARCH HEADER X-Docket \"\"" },
	{ FAULT_IMAP_SEARCH_CASE, FINDS_NONE, IN, .text = "aNNUAL" },
	{ FAULT_IMAP_SEARCH_WORDS, FINDS_NONE, IN, .text = "easur" },
	{ FAULT_IMAP_SEARCH_PHRASE, FINDS_ALL, IN, .text = "of the m" },
	{ FAULT_IMAP_SEARCH_BEFORE, FINDS_ALL, IN, .text = "SEARCH BEFORE 2" },
	{ FAULT_IMAP_SEARCH_ON, FINDS_ALL, IN, .text = "SEARCH ON 2" },
	{ FAULT_IMAP_SEARCH_SINCE, FINDS_ALL, IN, .text = "SEARCH SINCE 2" },
	{ FAULT_IMAP_SEARCH_SENTBEFORE, FINDS_ALL, IN,
	  .text = "SEARCH SENTBEFORE 2" },
	{ FAULT_IMAP_SEARCH_SENTON, FINDS_ALL, IN, .text = "SEARCH SENTON 2" },
	{ FAULT_IMAP_SEARCH_SENTSINCE, FINDS_ALL, IN,
	  .text = "SEARCH SENTSINCE 2" },
	{ FAULT_IMAP_SEARCH_ON_IN_UTC, FINDS_NONE, IN, .text = "SEARCH ON 2" },
	{ FAULT_IMAP_SEARCH_LARGER, FINDS_ALL, IN,
	  .text = "SEARCH LARGER 1000" },
	{ FAULT_IMAP_SEARCH_SMALLER, FINDS_ALL, IN,
	  .text = "SEARCH SMALLER 1000" },
	{ FAULT_IMAP_SEARCH_SET, FINDS_ALL, IN, .text = "SEARCH 2:3" },
	{ FAULT_IMAP_SEARCH_SET_LIST, FINDS_NONE, IN, .text = "SEARCH 4,2" },
	{ FAULT_IMAP_SEARCH_SET_STAR, FINDS_NONE, IN, .text = "SEARCH 3:*" },
	{ FAULT_IMAP_SEARCH_AND, FINDS_ALL, IN,
	  .text = "SEARCH TO office FROM" },
	{ FAULT_IMAP_SEARCH_OR, FINDS_NONE, IN,
	  .text = "SEARCH OR SEEN FLAGGED" },
	{ FAULT_IMAP_SEARCH_NOT, FINDS_ALL, IN, .text = "SEARCH NOT SUBJECT" },
	{ FAULT_IMAP_SEARCH_PARENTHESES, FINDS_NONE, IN,
	  .text = "SEARCH NOT (" },
	{ FAULT_IMAP_SEARCH_NESTED, FINDS_ALL, IN, .text = "SEARCH OR (" },
	{ FAULT_IMAP_SEARCH_BY_UID, FINDS_NONE, IN, .text = "SEARCH UID " },
	{ FAULT_IMAP_SEARCH_NONE, FINDS_ALL, IN,
	  .text = "nowhere to be found" },
	{ FAULT_IMAP_CHARSET_ASCII, SAYS_NO, IN,
	  .text = "SEARCH CHARSET US-ASCII" },
	{ FAULT_IMAP_CHARSET_UNKNOWN_IS_BAD, SAYS_BAD, IN,
	  .text = "SEARCH CHARSET X-" },
	{ FAULT_IMAP_CHARSET_UNNAMED, SAYS_NO, IN,
	  .text = "SEARCH CHARSET X-" },
	{ FAULT_IMAP_SEARCH_SUBJECT_B, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 SUBJECT ", .also = "年度预算" },
	{ FAULT_IMAP_SEARCH_SUBJECT_Q, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 SUBJECT ", .also = "议纪" },
	{ FAULT_IMAP_SEARCH_SUBJECT_GB18030, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 SUBJECT ", .also = "公文交换" },
	{ FAULT_IMAP_SEARCH_CHINESE_NAME, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 FROM ", .also = "李爱丽" },
	{ FAULT_IMAP_SEARCH_BASE64, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 BODY ", .also = "采购合同" },
	{ FAULT_IMAP_SEARCH_QP, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 BODY ", .also = "验收报告" },
	{ FAULT_IMAP_SEARCH_BODY_GB18030, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 BODY ", .also = "档案移交" },
	{ FAULT_IMAP_SEARCH_CHINESE_TEXT, FINDS_NONE, IN,
	  .text = "CHARSET UTF-8 TEXT ", .also = "年度预算" },
	{ FAULT_IMAP_SEARCH_CHINESE_ALL, FINDS_ALL, IN,
	  .text = "CHARSET UTF-8 TEXT ", .also = "年度决算" },
	{ FAULT_IMAP_CHARSET_GB18030, FINDS_NONE, IN,
	  .text = "CHARSET GB18030" },

	/* ---- SORT ---- */
	{ FAULT_IMAP_SORT_ARRIVAL, SORTS_NOT, IN,
	  .text = "SORT (ARRIVAL) UTF-8 ALL" },
	{ FAULT_IMAP_SORT_CC, SORTS_NOT, IN, .text = "SORT (CC) UTF-8 ALL" },
	{ FAULT_IMAP_SORT_TO, SORTS_NOT, IN, .text = "SORT (TO) UTF-8 ALL" },
	{ FAULT_IMAP_SORT_SIZE, SORTS_NOT, IN,
	  .text = "SORT (SIZE) UTF-8 ALL" },
	{ FAULT_IMAP_SORT_SUBJECT, SORTS_NOT, IN,
	  .text = "SORT (SUBJECT) UTF-8 ALL" },
	{ FAULT_IMAP_SORT_FROM, SORTS_NOT, IN,
	  .text = "SORT (FROM) UTF-8 2:5" },
	{ FAULT_IMAP_SORT_REVERSE, SORTS_NOT, IN,
	  .text = "SORT (REVERSE SIZE) UTF-8 ALL" },
	{ FAULT_IMAP_SORT_ASCII, SAYS_NO, IN, .text = "SORT (SIZE) US-ASCII" },
	{ FAULT_IMAP_SORT_CHARSET, SORTS_NOT, IN, .text = "SORT (SIZE) X-" },
	{ FAULT_IMAP_SORT_EVERYTHING, SORTS_NOT, IN,
	  .text = "SORT (SIZE) UTF-8 SUBJECT" },

	/* ---- names, quota ---- */
	{ FAULT_IMAP_CREATE_NOTHING, SAYS_OK, IN, .command = "CREATE" },
	{ FAULT_IMAP_CREATE_NO_CHILD, SAYS_OK, IN,
	  .command = "CREATE", .text = "/child" },
	{ FAULT_IMAP_CREATE_NO_PARENTS, SAYS_NO, IN,
	  .command = "CREATE", .text = "/grandchild" },
	{ FAULT_IMAP_CREATE_INBOX, SAYS_OK, IN,
	  .command = "CREATE", .text = " inBox" },
	{ FAULT_IMAP_DELETE_NOTHING, SAYS_OK, IN, .command = "DELETE" },
	{ FAULT_IMAP_DELETE_INBOX, SAYS_OK, IN,
	  .command = "DELETE", .text = " INBOX" },
	{ FAULT_IMAP_RENAME_NO_PARENTS, SAYS_NO, IN,
	  .command = "RENAME", .text = "-new/child" },
	{ FAULT_IMAP_NAME_SHIFT, SAYS_OK, IN,
	  .command = "CREATE", .text = "&UWw-&ZYc-" },
	{ FAULT_IMAP_NAME_ENCODED, SAYS_OK, IN,
	  .command = "CREATE", .text = "&AGE-" },
	{ FAULT_IMAP_LIST_NO_SEPARATOR, SAYS_OK, IN,
	  .command = "LIST", .text = " \"\" \"\"" },
	{ FAULT_IMAP_LIST_INNER_PERCENT, SAYS_OK, IN,
	  .command = "LIST", .text = "%ld" },
	{ FAULT_IMAP_LIST_NO_INBOX, SAYS_OK, IN,
	  .command = "LIST", .text = " \"\" %" },
	{ FAULT_IMAP_SUBSCRIBE_NOTHING, SAYS_OK, IN, .command = "SUBSCRIBE" },
	{ FAULT_IMAP_UNSUBSCRIBE_NOTHING, SAYS_OK, IN,
	  .command = "UNSUBSCRIBE" },
	{ FAULT_IMAP_LSUB_PERCENT, SAYS_OK, IN,
	  .command = "LSUB", .text = " \"\" ", .also = "%" },
	{ FAULT_IMAP_QUOTA_NO_ROOT, SAYS_OK, IN, .command = "GETQUOTAROOT" },
	{ FAULT_IMAP_QUOTA_UNTOLD, SAYS_OK, IN, .command = "GETQUOTA" },
	{ FAULT_IMAP_QUOTA_SET, SAYS_OK, IN, .command = "SETQUOTA" },
};
/* clang-format on */

static const struct bend *
bend_of(const struct imap_session *s, const char *command)
{
	const struct span text = buf_span(&s->framer.text);

	for (size_t i = 0; i < COUNT(bends); i++) {
		const struct bend *b = &bends[i];

		if (faulty(s, b->fault) && (b->in & s->state) != 0 &&
		    ((b->in & UPGRADED) == 0 || (s->tls && !s->implicit)) &&
		    (b->command == NULL ||
			strcasecmp(b->command, command) == 0) &&
		    has(text, b->text) && has(text, b->also) &&
		    (b->is == NULL || b->is(text)))
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
tell_numbers(struct imap_session *s, const char *word, size_t n)
{
	buf_addf(s->out, "* %s", word);
	for (size_t i = 1; i <= n; i++)
		buf_addf(s->out, " %zu", i);
	buf_addf(s->out, "\r\n");
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
	case FINDS_NONE:
		tell_numbers(s, "SEARCH", 0);
		break;
	case FINDS_ALL:
		tell_numbers(s, "SEARCH", s->view.n);
		break;
	case SORTS_NOT:
		tell_numbers(s, "SORT", s->view.n);
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
