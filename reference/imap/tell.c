/* SPDX-License-Identifier: MIT */
/* Untagged data about the selected mailbox: RFC 3501 5.2, 7.2.6 to 7.4.2. */
#include <inttypes.h>

#include "reference/imap/inner.h"

_Static_assert((int)MAIL_SEEN == (int)IMAP_SEEN &&
		   (int)MAIL_ANSWERED == (int)IMAP_ANSWERED &&
		   (int)MAIL_FLAGGED == (int)IMAP_FLAGGED &&
		   (int)MAIL_DELETED == (int)IMAP_DELETED &&
		   (int)MAIL_DRAFT == (int)IMAP_DRAFT,
    "flags of the store are those of the wire");

void
imap_put_item_flags(struct buf *out, const struct imap_view_item *item)
{
	static const char *const names[] = { "\\Seen", "\\Answered",
		"\\Flagged", "\\Deleted", "\\Draft" };
	const char *space = "";

	buf_add(out, SPAN("("));
	for (unsigned i = 0; i < COUNT(names); i++)
		if ((item->mail.flags & 1U << i) != 0) {
			buf_addf(out, "%s%s", space, names[i]);
			space = " ";
		}
	if (item->recent) {
		buf_addf(out, "%s\\Recent", space);
		space = " ";
	}
	if (item->mail.keywords != NULL && item->mail.keywords[0] != '\0')
		buf_addf(out, "%s%s", space, item->mail.keywords);
	buf_add(out, SPAN(")"));
}

/*
 * "* 3 FETCH (FLAGS (\Seen) UID 7)": FLAGS unless silent, UID where this is a
 * UID command, MODSEQ where the client wants it.  Marks it as told.
 */
static void
tell_one(struct imap_session *s, uint32_t n)
{
	struct imap_view_item *item = imap_view_at(&s->view, n);
	const bool quiet = item->quiet;
	const char *space = "";

	item->quiet = false;
	imap_view_mark(&s->view, n, false);
	if (quiet && (!s->condstore || faulty(s, FAULT_IMAP_SILENT_NO_MODSEQ)))
		return;
	buf_addf(s->out, "* %" PRIu32 " FETCH (", n);
	/* RFC 3501 6.4.8; RFC 7162 3.2.4, which 3.1.4.2 wants here as well */
	if (s->uid || s->condstore || varies(s, VARIANT_IMAP_TELLS_UID)) {
		buf_addf(s->out, "UID %" PRIu32, item->mail.uid);
		space = " ";
	}
	if (s->condstore && !faulty(s, FAULT_IMAP_MODSEQ_UNTOLD)) {
		buf_addf(
		    s->out, "%sMODSEQ (%" PRIu64 ")", space, item->mail.modseq);
		space = " ";
	}
	if (!quiet) {
		buf_addf(s->out, "%sFLAGS ", space);
		imap_put_item_flags(s->out, item);
	}
	buf_add(s->out, SPAN(")\r\n"));
}

static void
put_all_flags(struct imap_session *s, bool permanent)
{
	const struct imap_view *v = &s->view;

	buf_addf(s->out, "(\\Answered \\Flagged \\Deleted \\Seen \\Draft");
	for (size_t i = 0; i < v->keywords; i++)
		buf_addf(s->out, " %s", v->keyword[i]);
	if (permanent && v->keywords < IMAP_VIEW_KEYWORDS)
		buf_addf(s->out, " \\*");
	buf_addf(s->out, ")");
}

void
imap_tell_keywords(struct imap_session *s)
{
	s->view.new_keywords = false;
	if (!faulty(s, FAULT_IMAP_FLAGS_UNSAID)) {
		buf_addf(s->out, "* FLAGS ");
		put_all_flags(s, false);
		buf_addf(s->out, "\r\n");
	}
	if (faulty(s, FAULT_IMAP_PERMANENTFLAGS_UNSAID))
		return;
	buf_addf(s->out, "* OK [PERMANENTFLAGS ");
	if (s->read_only)
		buf_addf(s->out, "()");
	else
		put_all_flags(s, true);
	buf_addf(s->out, "] what is kept\r\n");
}

static void
tell_expunge(struct imap_session *s, size_t n, size_t told)
{
	if (told > 0 && faulty(s, FAULT_IMAP_EXPUNGE_TOLD_ONCE))
		return;
	if (!faulty(s, FAULT_IMAP_EXPUNGE_OLD_NUMBERS))
		n -= told;
	if (n >= 8 && faulty(s, FAULT_IMAP_EXPUNGE_OFF_BY_ONE))
		n--;
	buf_addf(s->out, "* %zu EXPUNGE\r\n", n);
	if (told == 2 && faulty(s, FAULT_IMAP_EXPUNGE_TOLD_TWICE))
		buf_addf(s->out, "* %zu EXPUNGE\r\n", n);
}

/* Each number is what it is after the EXPUNGE before: RFC 3501 7.4.1. */
static bool
tell_expunges(struct imap_session *s)
{
	struct imap_view *v = &s->view;
	size_t i = 0, told = 0;

	if (varies(s, VARIANT_IMAP_EXPUNGE_DESCENDING)) {
		for (i = v->n; i > 0; i--)
			if (v->item[i - 1].gone)
				buf_addf(s->out, "* %zu EXPUNGE\r\n", i);
		i = v->n;
	}
	for (; i < v->n && told < v->gone && !imap_said_enough(s); i++)
		if (v->item[i].gone)
			tell_expunge(s, i + 1, told++);
	if (faulty(s, FAULT_IMAP_EXPUNGE_KEEPS_NUMBERS)) {
		for (v->gone = 0, i = 0; i < v->n; i++)
			v->item[i].gone = false;
		return true;
	}
	imap_view_compact(v, i);
	s->told = 0;
	return v->gone == 0;
}

static void
tell_new(struct imap_session *s, size_t gone)
{
	size_t n;

	imap_view_admit(&s->view);
	n = s->view.n;
	if (faulty(s, FAULT_IMAP_EXISTS_WITH_GONE))
		n += gone;
	buf_addf(s->out, "* %zu EXISTS\r\n* %" PRIu32 " RECENT\r\n", n,
	    imap_view_recent(&s->view));
}

static bool
tell_flags(struct imap_session *s)
{
	struct imap_view *v = &s->view;

	while (v->changed > 0 && s->told < v->n) {
		if (imap_said_enough(s))
			return false;
		s->told++;
		if (!imap_view_at(v, s->told)->changed)
			continue;
		if (imap_view_at(v, s->told)->gone)
			imap_view_mark(v, s->told, false);
		else
			tell_one(s, s->told);
	}
	s->told = 0;
	return true;
}

/* What faults do not tell a client, it will never hear of. */
static void
forget(struct imap_session *s)
{
	struct imap_view *v = &s->view;
	const bool idle = s->input == IN_IDLE;
	const bool noop = strcmp(s->command, "NOOP") == 0;

	if (idle && faulty(s, FAULT_IMAP_IDLE_NO_EXPUNGE))
		imap_view_compact(v, v->n);
	if (idle && faulty(s, FAULT_IMAP_IDLE_NO_EXISTS))
		imap_view_admit(v);
	if ((idle && faulty(s, FAULT_IMAP_IDLE_NO_FLAGS)) ||
	    (noop && faulty(s, FAULT_IMAP_NOOP_NO_FLAGS)))
		for (uint32_t n = 1; n <= v->n; n++)
			imap_view_mark(v, n, false);
}

bool
imap_tell_changes(struct imap_session *s)
{
	struct imap_view *v = &s->view;
	const size_t before = v->n;

	if (v->store == NULL)
		return true;
	forget(s);
	if (v->new_keywords)
		imap_tell_keywords(s);
	if (v->gone > 0 && !s->no_expunge && !tell_expunges(s))
		return false;
	if (v->all > v->n + 2 && faulty(s, FAULT_IMAP_EXISTS_FEW_ONLY))
		return tell_flags(s);
	if (v->all > v->n)
		tell_new(s, before - v->n);
	return tell_flags(s);
}

void
imap_enable_condstore(struct imap_session *s)
{
	if (!s->condstore && s->view.store != NULL)
		buf_addf(s->out,
		    "* OK [HIGHESTMODSEQ %" PRIu64 "] CONDSTORE is enabled\r\n",
		    s->view.seen);
	s->condstore = true;
}
