/* SPDX-License-Identifier: MIT */
/*
 * Faults of names, SEARCH and SORT: a command that has this text in it is
 * answered otherwise than it should be, or a name is changed otherwise.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/inner.h"

/* ---- answers ---- */

enum how {
	SAYS_OK, /* and does nothing */
	SAYS_NO,
	SAYS_BAD,
	FINDS_NONE,
	FINDS_ALL,
	SORTS_NOT, /* tells everything, in the order of the mailbox */
};

/* clang-format off */
static const struct lead {
	enum fault	 fault;
	const char	*text, *also; /* what the command holds */
	enum how	 how;
} leads[] = {
	{ FAULT_IMAP_SEARCH_ANSWERED, "SEARCH ANSWERED", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_DELETED, "SEARCH DELETED", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_DRAFT, "SEARCH DRAFT", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_FLAGGED, "SEARCH FLAGGED", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_SEEN, "SEARCH SEEN", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_UNANSWERED, "SEARCH UNANSWERED", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_UNDELETED, "SEARCH UNDELETED", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_UNDRAFT, "SEARCH UNDRAFT", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_UNFLAGGED, "SEARCH UNFLAGGED", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_UNSEEN, "SEARCH UNSEEN", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_ALL, "SEARCH ALL", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_RECENT, "SEARCH RECENT", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_OLD, "SEARCH OLD", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_NEW, "SEARCH NEW", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_KEYWORD, "SEARCH KEYWORD", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_UNKEYWORD, "SEARCH UNKEYWORD", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_BCC, "SEARCH BCC ", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_CC, "SEARCH CC ", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_FROM, "SEARCH FROM ", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_TO, "SEARCH TO ", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_SUBJECT, "SEARCH SUBJECT ", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_BODY, "SEARCH BODY ", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_TEXT, "SEARCH TEXT ", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_HEADER, "SEARCH HEADER X-Docket forty",
	  NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_HEADER_EMPTY, "SEARCH HEADER X-Docket \"\"",
	  NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_CASE, "aNNUAL", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_WORDS, "easur", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_PHRASE, "of the m", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_BEFORE, "SEARCH BEFORE 2", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_ON, "SEARCH ON 2", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_SINCE, "SEARCH SINCE 2", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_SENTBEFORE, "SEARCH SENTBEFORE 2",
	  NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_SENTON, "SEARCH SENTON 2", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_SENTSINCE, "SEARCH SENTSINCE 2", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_ON_IN_UTC, "SEARCH ON 2", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_LARGER, "SEARCH LARGER 1000", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_SMALLER, "SEARCH SMALLER 1000", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_SET, "SEARCH 2:3", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_SET_LIST, "SEARCH 4,2", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_SET_STAR, "SEARCH 3:*", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_AND, "SEARCH TO office FROM", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_OR, "SEARCH OR SEEN FLAGGED", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_NOT, "SEARCH NOT SUBJECT", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_PARENTHESES, "SEARCH NOT (", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_NESTED, "SEARCH OR (", NULL, FINDS_ALL },
	{ FAULT_IMAP_SEARCH_BY_UID, "SEARCH UID ", NULL, FINDS_NONE },
	{ FAULT_IMAP_SEARCH_NONE, "nowhere to be found", NULL, FINDS_ALL },
	{ FAULT_IMAP_CHARSET_ASCII, "SEARCH CHARSET US-ASCII", NULL, SAYS_NO },
	{ FAULT_IMAP_CHARSET_UNKNOWN_IS_BAD, "SEARCH CHARSET X-",
	  NULL, SAYS_BAD },
	{ FAULT_IMAP_CHARSET_UNNAMED, "SEARCH CHARSET X-", NULL, SAYS_NO },
	{ FAULT_IMAP_SEARCH_SUBJECT_B, "CHARSET UTF-8 SUBJECT ",
	  "年度预算", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_SUBJECT_Q, "CHARSET UTF-8 SUBJECT ",
	  "议纪", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_SUBJECT_GB18030, "CHARSET UTF-8 SUBJECT ",
	  "公文交换", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_CHINESE_NAME, "CHARSET UTF-8 FROM ",
	  "李爱丽", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_BASE64, "CHARSET UTF-8 BODY ", "采购合同", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_QP, "CHARSET UTF-8 BODY ", "验收报告", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_BODY_GB18030, "CHARSET UTF-8 BODY ",
	  "档案移交", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_CHINESE_TEXT, "CHARSET UTF-8 TEXT ",
	  "年度预算", FINDS_NONE },
	{ FAULT_IMAP_SEARCH_CHINESE_ALL, "CHARSET UTF-8 TEXT ",
	  "年度决算", FINDS_ALL },
	{ FAULT_IMAP_CHARSET_GB18030, "CHARSET GB18030", NULL, FINDS_NONE },
	{ FAULT_IMAP_SORT_ARRIVAL, "SORT (ARRIVAL) UTF-8 ALL",
	  NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_CC, "SORT (CC) UTF-8 ALL", NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_TO, "SORT (TO) UTF-8 ALL", NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_SIZE, "SORT (SIZE) UTF-8 ALL", NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_SUBJECT, "SORT (SUBJECT) UTF-8 ALL",
	  NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_FROM, "SORT (FROM) UTF-8 2:5", NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_REVERSE, "SORT (REVERSE SIZE) UTF-8 ALL",
	  NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_ASCII, "SORT (SIZE) US-ASCII", NULL, SAYS_NO },
	{ FAULT_IMAP_SORT_CHARSET, "SORT (SIZE) X-", NULL, SORTS_NOT },
	{ FAULT_IMAP_SORT_EVERYTHING, "SORT (SIZE) UTF-8 SUBJECT",
	  NULL, SORTS_NOT },
	{ FAULT_IMAP_CREATE_NOTHING, " CREATE ", NULL, SAYS_OK },
	{ FAULT_IMAP_CREATE_NO_CHILD, " CREATE ", "/child", SAYS_OK },
	{ FAULT_IMAP_CREATE_NO_PARENTS, " CREATE ", "/grandchild", SAYS_NO },
	{ FAULT_IMAP_CREATE_INBOX, " CREATE inBox", NULL, SAYS_OK },
	{ FAULT_IMAP_DELETE_NOTHING, " DELETE ", NULL, SAYS_OK },
	{ FAULT_IMAP_DELETE_INBOX, " DELETE INBOX", NULL, SAYS_OK },
	{ FAULT_IMAP_RENAME_NO_PARENTS, " RENAME ", "-new/child", SAYS_NO },
	{ FAULT_IMAP_NAME_SHIFT, " CREATE ", "&UWw-&ZYc-", SAYS_OK },
	{ FAULT_IMAP_NAME_ENCODED, " CREATE ", "&AGE-", SAYS_OK },
	{ FAULT_IMAP_LIST_NO_SEPARATOR, " LIST \"\" \"\"", NULL, SAYS_OK },
	{ FAULT_IMAP_LIST_INNER_PERCENT, " LIST ", "%ld", SAYS_OK },
	{ FAULT_IMAP_LIST_NO_INBOX, " LIST \"\" %", NULL, SAYS_OK },
	{ FAULT_IMAP_SUBSCRIBE_NOTHING, " SUBSCRIBE ", NULL, SAYS_OK },
	{ FAULT_IMAP_UNSUBSCRIBE_NOTHING, " UNSUBSCRIBE ", NULL, SAYS_OK },
	{ FAULT_IMAP_LSUB_PERCENT, " LSUB \"\" ", "%", SAYS_OK },
	{ FAULT_IMAP_QUOTA_NO_ROOT, " GETQUOTAROOT ", NULL, SAYS_OK },
	{ FAULT_IMAP_QUOTA_UNTOLD, " GETQUOTA ", NULL, SAYS_OK },
	{ FAULT_IMAP_QUOTA_SET, " SETQUOTA ", NULL, SAYS_OK },
};
/* clang-format on */

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
answer(struct imap_session *s, enum how how)
{
	switch (how) {
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
	}
}

static bool
has(struct span text, const char *what)
{
	return what == NULL || span_find(text, span_of(what)) < text.len;
}

bool
imap_is_misled(struct imap_session *s)
{
	const struct span text = buf_span(&s->framer.text);

	if (s->site->fault == FAULT_NONE || (s->state & LOGGED_IN) == 0)
		return false;
	for (size_t i = 0; i < COUNT(leads); i++)
		if (faulty(s, leads[i].fault) && has(text, leads[i].text) &&
		    has(text, leads[i].also)) {
			answer(s, leads[i].how);
			return true;
		}
	return false;
}

/* What the store refused is said to be done. */
enum store_answer
imap_misled_answer(const struct imap_session *s, enum store_answer got)
{
	static const struct {
		enum fault fault;
		enum store_answer got;
		const char *command;
	} glossed[] = {
		{ FAULT_IMAP_CREATE_TWICE, STORE_EXISTS, "CREATE" },
		{ FAULT_IMAP_DELETE_MISSING, STORE_NONE, "DELETE" },
		{ FAULT_IMAP_RENAME_ONTO, STORE_EXISTS, "RENAME" },
		{ FAULT_IMAP_RENAME_MISSING, STORE_NONE, "RENAME" },
		{ FAULT_IMAP_QUOTA_APPEND, STORE_FULL, "APPEND" },
		{ FAULT_IMAP_QUOTA_COPY, STORE_FULL, "COPY" },
		{ FAULT_IMAP_QUOTA_COPY, STORE_FULL, "UID COPY" },
	};

	for (size_t i = 0; i < COUNT(glossed); i++)
		if (faulty(s, glossed[i].fault) && got == glossed[i].got &&
		    strcmp(s->command, glossed[i].command) == 0)
			return STORE_DONE;
	return got;
}

/* ---- names ---- */

#define REMAINS "-remains"

static enum store_answer
delete_below(struct imap_session *s, struct span name, struct err *err)
{
	struct mailbox *boxes;
	const size_t n =
	    store_mailbox_list(s->site->store, s->account.id, &boxes);

	for (size_t i = n; i > 0; i--) {
		const struct span below = span_of(boxes[i - 1].name);

		if (below.len > name.len && span_starts(below, name) &&
		    below.ptr[name.len] == MAILBOX_SEPARATOR)
			(void)store_mailbox_delete(
			    s->site->store, s->account.id, below, err);
	}
	free(boxes);
	return store_mailbox_delete(s->site->store, s->account.id, name, err);
}

static enum store_answer
delete_to_remains(struct imap_session *s, struct span name, struct err *err)
{
	char to[MAILBOX_NAME];

	(void)snprintf(to, sizeof to, "%.*s" REMAINS, SPAN_FMT(name));
	return store_mailbox_rename(
	    s->site->store, s->account.id, name, span_of(to), err);
}

enum store_answer
imap_delete_box(struct imap_session *s, struct span name, struct err *err)
{
	struct store *store = s->site->store;
	const int64_t account = s->account.id;
	struct mailbox box;

	if (faulty(s, FAULT_IMAP_DELETE_PARENT_STAYS) &&
	    store_mailbox(store, account, name, &box) && box.has_children)
		return STORE_DONE;
	if (faulty(s, FAULT_IMAP_DELETE_CHILDREN))
		return delete_below(s, name, err);
	if (faulty(s, FAULT_IMAP_DELETE_KEEPS_MESSAGES))
		return delete_to_remains(s, name, err);
	if (faulty(s, FAULT_IMAP_DELETE_UNSUBSCRIBES))
		(void)store_unsubscribe(store, account, name, err);
	return store_mailbox_delete(store, account, name, err);
}

enum store_answer
imap_create_box(struct imap_session *s, struct span name, struct err *err)
{
	struct store *store = s->site->store;
	const int64_t account = s->account.id;
	char from[MAILBOX_NAME];
	struct mailbox box;

	(void)snprintf(from, sizeof from, "%.*s" REMAINS, SPAN_FMT(name));
	if (faulty(s, FAULT_IMAP_DELETE_KEEPS_MESSAGES) &&
	    store_mailbox(store, account, span_of(from), &box))
		return store_mailbox_rename(
		    store, account, span_of(from), name, err);
	if (faulty(s, FAULT_IMAP_CREATE_SEPARATOR) && name.len > 0 &&
	    name.ptr[name.len - 1] == MAILBOX_SEPARATOR)
		return err_set(err, ERR_PROTOCOL, "no separator, please")
			   ? STORE_DONE
			   : STORE_REFUSED;
	if (faulty(s, FAULT_IMAP_NAME_CUT))
		name = span_take(name, span_find(name, SPAN(" ")));
	return store_mailbox_create(store, account, name, NULL, err);
}

/* What is below the new name goes back below the old one. */
static void
put_back_below(struct imap_session *s, struct span from, struct span to)
{
	struct mailbox *boxes;
	const size_t n =
	    store_mailbox_list(s->site->store, s->account.id, &boxes);
	char back[MAILBOX_NAME];
	struct err err;

	for (size_t i = 0; i < n; i++) {
		const struct span below = span_of(boxes[i].name);

		if (below.len <= to.len || !span_starts(below, to) ||
		    below.ptr[to.len] != MAILBOX_SEPARATOR)
			continue;
		(void)snprintf(back, sizeof back, "%.*s%.*s", SPAN_FMT(from),
		    SPAN_FMT(span_skip(below, to.len)));
		(void)store_mailbox_rename(
		    s->site->store, s->account.id, below, span_of(back), &err);
	}
	free(boxes);
}

static void
copy_back(struct imap_session *s, struct span from, struct span to)
{
	struct store *store = s->site->store;
	struct uids uids = { .n = 0 }, old = { .n = 0 }, new = { .n = 0 };
	struct mailbox inbox, box;
	struct mails mails;
	struct err err;

	if (!store_mailbox(store, s->account.id, from, &inbox) ||
	    !store_mailbox(store, s->account.id, to, &box))
		return;
	store_mail_list(store, box.id, &mails);
	uids.of = mem_new(mails.n + 1, sizeof *uids.of);
	for (; uids.n < mails.n; uids.n++)
		uids.of[uids.n] = mails.of[uids.n].uid;
	(void)store_mail_copy(store, box.id, &uids, inbox.id, &old, &new, &err);
	uids_free(&uids);
	uids_free(&old);
	uids_free(&new);
	mails_free(&mails);
}

enum store_answer
imap_rename_box(
    struct imap_session *s, struct span from, struct span to, struct err *err)
{
	struct store *store = s->site->store;
	const int64_t account = s->account.id;
	enum store_answer got;

	if (faulty(s, FAULT_IMAP_RENAME_LOSES)) {
		got = store_mailbox_create(store, account, to, NULL, err);
		return got != STORE_DONE
			   ? got
			   : store_mailbox_delete(store, account, from, err);
	}
	got = store_mailbox_rename(store, account, from, to, err);
	if (got != STORE_DONE)
		return got;
	if (faulty(s, FAULT_IMAP_RENAME_OLD_STAYS))
		(void)store_mailbox_create(store, account, from, NULL, err);
	if (faulty(s, FAULT_IMAP_RENAME_CHILDREN_STAY))
		put_back_below(s, from, to);
	if (faulty(s, FAULT_IMAP_RENAME_INBOX_COPIES) &&
	    span_caseeq(from, SPAN("INBOX")))
		copy_back(s, from, to);
	return got;
}
