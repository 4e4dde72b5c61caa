/* SPDX-License-Identifier: MIT */
/*
 * LIST and LSUB: RFC 3501 6.3.8, 6.3.9; CHILDREN (RFC 3348), SPECIAL-USE (RFC
 * 6154).  Patterns are compared in UTF-8: in modified UTF-7 the end of one
 * run of Chinese text is written otherwise when more of it follows.
 */
#include <stdio.h>

#include "lib/mem.h"
#include "reference/imap/inner.h"
#include "reference/imap/utf7.h"

struct listing {
	struct buf pattern; /* UTF-8 */
	bool only_special, return_special;
	struct mailbox *boxes;       /* LIST */
	char (*names)[MAILBOX_NAME]; /* LSUB */
	size_t n, done;
};

static void
listing_free(void *state)
{
	struct listing *l = state;

	buf_free(&l->pattern);
	free(l->boxes);
	free(l->names);
	free(l);
}

/* What a fault makes of a pattern. */
static void
misread_pattern(const struct imap_session *s, struct buf *pattern)
{
	const struct span text = buf_span(pattern);
	const bool wild = span_find(text, SPAN("*")) < text.len ||
			  span_find(text, SPAN("%")) < text.len;

	for (size_t i = 0; i < pattern->len; i++) {
		char *c = (char *)&pattern->data[i];

		if (*c == '*' && faulty(s, FAULT_IMAP_LIST_STAR))
			*c = '%';
		else if (*c == '%' && faulty(s, FAULT_IMAP_LIST_PERCENT))
			*c = '*';
	}
	if (!wild && faulty(s, FAULT_IMAP_LIST_BELOW))
		buf_add(pattern, SPAN("*"));
}

static bool
matches(const struct listing *l, struct span name)
{
	return imap_name_matches(
	    buf_span(&l->pattern), name, MAILBOX_SEPARATOR);
}

/* Faults: a name as it is, in quotes. */
static bool
shows_raw(const struct imap_session *s, struct span name)
{
	return (faulty(s, FAULT_IMAP_NAME_UNESCAPED) &&
		   span_find(name, SPAN("\"")) < name.len) ||
	       (faulty(s, FAULT_IMAP_NAME_BARE_AMPERSAND) &&
		   span_find(name, SPAN("&")) < name.len) ||
	       faulty(s, FAULT_IMAP_NAME_IN_UTF8);
}

/* A variant: never as an atom. */
static void
put_mailbox(struct imap_session *s, struct span name)
{
	struct buf atom;

	buf_init(&atom, 4 * IMAP_NAME_MOST);
	imap_put_mailbox(&atom, name);
	if (varies(s, VARIANT_IMAP_NAMES_QUOTED) && atom.len > 0 &&
	    atom.data[0] != '"' && atom.data[0] != '{')
		buf_addf(s->out, "\"%.*s\"", SPAN_FMT(buf_span(&atom)));
	else
		buf_add(s->out, buf_span(&atom));
	buf_free(&atom);
}

static void
put_name(struct imap_session *s, const char *command, const char *attributes,
    struct span name)
{
	const bool other =
	    name.len > 0 && faulty(s, FAULT_IMAP_LIST_OTHER_SEPARATOR);

	buf_addf(s->out, "* %s (%s) \"%c\" ", command, attributes,
	    other ? '.' : MAILBOX_SEPARATOR);
	if (shows_raw(s, name))
		buf_addf(s->out, "\"%.*s\"", SPAN_FMT(name));
	else
		put_mailbox(s, name);
	buf_addf(s->out, "\r\n");
}

/* ---- LIST ---- */

/* RFC 6154 2: without being asked a server may and need not. */
static bool
shows_use(const struct imap_session *s, const struct listing *l)
{
	if (faulty(s, FAULT_IMAP_SPECIAL_USE_HIDDEN) ||
	    varies(s, VARIANT_IMAP_SPECIAL_USE_WHEN_ASKED))
		return l->only_special ||
		       (l->return_special &&
			   !faulty(s, FAULT_IMAP_SPECIAL_USE_HIDDEN));
	return true;
}

static void
list_one(
    struct imap_session *s, const struct listing *l, const struct mailbox *box)
{
	static const char *const uses[] = {
		[USE_NONE] = "",
		[USE_DRAFTS] = " \\Drafts",
		[USE_SENT] = " \\Sent",
		[USE_TRASH] = " \\Trash",
		[USE_JUNK] = " \\Junk",
		[USE_ARCHIVE] = " \\Archive",
	};
	char attributes[80];

	const bool has =
	    (box->has_children || faulty(s, FAULT_IMAP_CHILDREN)) &&
	    !faulty(s, FAULT_IMAP_NO_CHILDREN);

	if ((l->only_special && box->use == USE_NONE &&
		!faulty(s, FAULT_IMAP_SPECIAL_USE_ALL)) ||
	    !matches(l, span_of(box->name)))
		return;
	(void)snprintf(attributes, sizeof attributes, "%s%s%s",
	    box->noselect ? "\\Noselect " : "",
	    varies(s, VARIANT_IMAP_WITHOUT_CHILDREN) ? "\\Unmarked"
	    : has                                    ? "\\HasChildren"
						     : "\\HasNoChildren",
	    shows_use(s, l) ? uses[box->use] : "");
	put_name(s, "LIST", attributes, span_of(box->name));
}

/* A variant lists the last one first: no order is asked for. */
static const struct mailbox *
box_to_list(const struct imap_session *s, const struct listing *l, size_t i)
{
	return &l->boxes[varies(s, VARIANT_IMAP_LIST_REVERSED) ? l->n - 1 - i
							       : i];
}

static bool
list_more(struct imap_session *s, void *state)
{
	struct listing *l = state;

	while (l->done < l->n && !imap_said_enough(s))
		list_one(s, l, box_to_list(s, l, l->done++));
	if (l->done < l->n)
		return false;
	imap_reply(s, IMAP_SAY_DONE);
	return true;
}

/* ---- LSUB ---- */

static int
compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool
is_subscribed(const struct listing *l, struct span name)
{
	char key[MAILBOX_NAME];

	(void)snprintf(key, sizeof key, "%.*s", SPAN_FMT(name));
	return bsearch(key, l->names, l->n, sizeof l->names[0],
		   compare_names) != NULL;
}

/* Was it told on behalf of the name before?  They are in order. */
static bool
was_told(const struct listing *l, struct span above)
{
	struct span before;

	if (l->done == 0)
		return false;
	before = span_of(l->names[l->done - 1]);
	return before.len > above.len && span_starts(before, above) &&
	       before.ptr[above.len] == MAILBOX_SEPARATOR;
}

/* RFC 3501 6.3.9: with "%" a name above stands for one that is subscribed. */
static void
lsub_above(struct imap_session *s, const struct listing *l, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		const struct span above = span_take(name, i);

		if (name.ptr[i] == MAILBOX_SEPARATOR && matches(l, above) &&
		    !was_told(l, above) && !is_subscribed(l, above))
			put_name(s, "LSUB", "\\Noselect", above);
	}
}

static bool
lsub_more(struct imap_session *s, void *state)
{
	struct listing *l = state;

	for (; l->done < l->n && !imap_said_enough(s); l->done++) {
		const struct span name = span_of(l->names[l->done]);

		if (matches(l, name))
			put_name(s, "LSUB", "", name);
		else
			lsub_above(s, l, name);
	}
	if (l->done < l->n)
		return false;
	imap_reply(s, IMAP_SAY_DONE);
	return true;
}

/* ---- both ---- */

static void
start(struct imap_session *s, struct imap_args *args, const char *command)
{
	const bool list = command[1] == 'I';
	struct listing *l = mem_new(1, sizeof *l);
	struct imap_list what;
	struct buf raw;
	const char *why;
	bool good;

	buf_init(&l->pattern, IMAP_NAME_MOST);
	buf_init(&raw, 2 * IMAP_NAME_MOST);
	if (!imap_take_list(args, &what)) {
		imap_reply_bad(s, args);
		goto out;
	}
	if (list && what.pattern.len == 0) { /* what separates names? */
		put_name(s, command, "\\Noselect", SPAN(""));
		imap_reply(s, IMAP_SAY_DONE);
		goto out;
	}
	if (!faulty(s, FAULT_IMAP_LIST_NO_REFERENCE))
		buf_add(&raw, what.reference);
	buf_add(&raw, what.pattern);
	good = !raw.full && imap_utf7_decode(buf_span(&raw), &l->pattern, &why);
	l->only_special = what.only_special;
	l->return_special = what.return_special;
	misread_pattern(s, &l->pattern);
	if (good && list)
		l->n = store_mailbox_list(
		    s->site->store, s->account.id, &l->boxes);
	else if (good)
		l->n = store_subscriptions(
		    s->site->store, s->account.id, &l->names);
	if (!list && l->n > 0)
		qsort(l->names, l->n, sizeof l->names[0], compare_names);
	imap_start_job(s, list ? list_more : lsub_more, listing_free, l);
	l = NULL;
out:
	buf_free(&raw);
	if (l != NULL)
		listing_free(l);
}

void
imap_run_list(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)uid;
	start(s, args, "LIST");
}

void
imap_run_lsub(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)uid;
	start(s, args, "LSUB");
}
