/* SPDX-License-Identifier: MIT */
/* RFC 3501, RFC 2177 (IDLE), RFC 4315 (UID EXPUNGE). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "loadgen/collect_inner.h"

enum {
	SET_MOST = 4000, /* octets of a set of UIDs in a command */
	READ_MOST = 40,  /* ranges whose content is fetched at once */
	SLICE_MS = 100,  /* of IDLE */
	IDLE_MOST_US = 600 * 1000000, /* RFC 2177: less than 29 minutes */
};

#define FIELDS   "HEADER.FIELDS (Yanshou-Id Message-ID)"
#define NOT_OURS (LEDGER_STRANGE - 1)

typedef void on_said(struct mailbox *, const struct imap_said *);

/* ---- commands ---- */

static void
note(struct mailbox *b, const struct imap_said *r)
{
	b->news |= r->heard == HEARD_EXISTS && r->n > 0;
	if (r->heard == HEARD_STATUS && span_caseeq(r->code, SPAN("UIDNEXT")))
		b->next = r->n;
}

/* One response; HEARD_NEED_MORE: the connection is of no more use. */
static struct imap_said
hear(struct mailbox *b)
{
	for (;;) {
		struct span in = collect_heard(&b->wire);
		const size_t before = in.len;
		const struct imap_said r = imap_said_take(&in);

		if (r.heard == HEARD_NEED_MORE) {
			if (!collect_more(&b->wire))
				return r;
			continue;
		}
		collect_take(&b->wire, before - in.len);
		if (r.heard == HEARD_GARBAGE)
			collect_fails(&b->wire, "no response of IMAP: %.60s",
			    r.text.len == 0 ? "" : "garbage");
		return r;
	}
}

/* Up to the tagged response, which has to be OK. */
static bool
complete(struct mailbox *b, const char *what, on_said *on)
{
	char tag[16];

	snprintf(tag, sizeof tag, "y%u", b->tag);
	b->refused = false;
	while (b->wire.why[0] == '\0') {
		const struct imap_said r = hear(b);

		if (r.heard == HEARD_TAGGED && span_eq(r.tag, span_of(tag))) {
			b->refused = !r.ok;
			return r.ok || collect_fails(&b->wire, "%s: %.*s", what,
					   SPAN_FMT(span_take(r.text, 100)));
		}
		note(b, &r);
		if (on != NULL)
			on(b, &r);
	}
	return false;
}

static bool
command(struct mailbox *b, on_said *on, const char *what, const char *args)
{
	return collect_say(&b->wire, "y%u %s%s%s", ++b->tag, what,
		   *args == '\0' ? "" : " ", args) &&
	       complete(b, what, on);
}

/* ---- the beginning ---- */

/* RFC 3501 9: a quoted string has no octet above 127. */
static bool
quote(struct mailbox *b, const char *text, struct buf *out)
{
	buf_add(out, SPAN("\""));
	for (; *text != '\0'; text++) {
		if (*text < ' ' || *text > '~')
			return collect_fails(&b->wire,
			    "LOGIN: user or password has characters that "
			    "LOGIN cannot quote");
		if (*text == '"' || *text == '\\')
			buf_add(out, SPAN("\\"));
		buf_add(out, (struct span){ text, 1 });
	}
	buf_add(out, SPAN("\""));
	return true;
}

static bool
login(struct mailbox *b)
{
	struct buf args;
	bool ok;

	buf_init(&args, SET_MOST);
	ok = quote(b, b->account->user, &args);
	buf_add(&args, SPAN(" "));
	ok = ok && quote(b, b->account->password, &args) &&
	     command(b, NULL, "LOGIN", buf_text(&args));
	buf_free(&args);
	return ok;
}

static bool
greeted(struct mailbox *b)
{
	const struct profile *p = b->all->o.profile;
	const struct profile_endpoint *e = b->all->endpoint;

	if (!hear(b).ok)
		return collect_fails(&b->wire, "no greeting");
	if (e->tls != PROFILE_TLS_STARTTLS)
		return true;
	return command(b, NULL, "STARTTLS", "") &&
	       collect_secure(&b->wire, p, e);
}

static void
on_select(struct mailbox *b, const struct imap_said *r)
{
	if (r->heard == HEARD_STATUS &&
	    span_caseeq(r->code, SPAN("UIDVALIDITY")))
		b->validity = r->n;
}

static void
on_last(struct mailbox *b, const struct imap_said *r)
{
	if (r->heard == HEARD_FETCH && r->uid >= b->next)
		b->next = r->uid + 1;
}

/* Where the mailbox ends; UIDNEXT need not be told (RFC 3501 6.3.1). */
static bool
find_end(struct mailbox *b)
{
	if (b->next != 0)
		return true;
	b->next = 1;
	return !b->news || command(b, on_last, "FETCH", "* (UID)");
}

static bool
enter(struct mailbox *b, bool again)
{
	const uint32_t validity = b->validity, next = b->next;

	b->news = false;
	b->next = 0;
	if (!collect_open(&b->wire, b->all->o.profile, b->all->endpoint) ||
	    !greeted(b) || !login(b) ||
	    !command(b, on_select, "SELECT", "INBOX") || !find_end(b)) {
		b->next = next;
		return false;
	}
	if (!again) {
		b->known_us = clock_mono().us;
		b->news = false;
		return true;
	}
	b->next = next;
	b->news = true;
	if (b->validity == validity)
		return true;
	b->validity = validity;
	return collect_fails(&b->wire,
	    "UIDVALIDITY changed: new messages are not to be told from old");
}

/* ---- to look ---- */

static void
on_header(struct mailbox *b, const struct imap_said *r)
{
	struct copy c = { .uid = r->uid, .at_us = b->wire.at_us };

	if (r->heard != HEARD_FETCH || !r->has_content || r->uid < b->next)
		return;
	if (!load_ledger_find(b->all->ledger, r->content, &c.seq))
		c.at_us = 0; /* somebody else's */
	b->fresh = mem_grow(b->fresh, (b->n_fresh + 1) * sizeof *b->fresh);
	b->fresh[b->n_fresh++] = c;
}

static int
by_uid(const void *a, const void *b)
{
	const struct copy *c = a, *d = b;

	return (c->uid > d->uid) - (c->uid < d->uid);
}

/* In the mailbox's order, however they were told. */
static void
note_fresh(struct mailbox *b)
{
	if (b->n_fresh > 1)
		qsort(b->fresh, b->n_fresh, sizeof *b->fresh, by_uid);
	for (size_t i = 0; i < b->n_fresh; i++) {
		if (b->fresh[i].uid < b->next)
			continue; /* told twice */
		b->next = b->fresh[i].uid + 1;
		if (b->fresh[i].at_us != 0)
			collect_copy(b, b->fresh[i]);
	}
	b->n_fresh = 0;
}

static bool
fetch_fresh(struct mailbox *b)
{
	char args[120];

	snprintf(args, sizeof args,
	    "FETCH %" PRIu32 ":* (BODY.PEEK[" FIELDS "])", b->next);
	b->n_fresh = 0;
	b->news = false; /* what comes from here on may be later still */
	if (!command(b, on_header, "UID", args))
		return false;
	if (b->n_fresh > 0)
		hist_add(&b->gaps, clock_mono().us - b->known_us);
	note_fresh(b);
	return true;
}

static bool
look(struct mailbox *b)
{
	const int64_t before = clock_mono().us;

	if (!b->news && !command(b, NULL, "NOOP", ""))
		return false;
	if (b->news && !fetch_fresh(b))
		return false;
	b->known_us = before;
	return true;
}

/* ---- to rest ---- */

/* Everything that has come, without waiting. */
static bool
take_all(struct mailbox *b, bool *go)
{
	for (;;) {
		struct span in = collect_heard(&b->wire);
		const size_t before = in.len;
		const struct imap_said r = imap_said_take(&in);

		if (r.heard == HEARD_NEED_MORE)
			return true;
		collect_take(&b->wire, before - in.len);
		*go |= r.heard == HEARD_CONTINUE;
		if (r.heard == HEARD_GARBAGE || r.heard == HEARD_BYE ||
		    r.heard == HEARD_TAGGED)
			return collect_fails(&b->wire, "IDLE: %.*s",
			    SPAN_FMT(span_take(r.text, 100)));
		note(b, &r);
	}
}

/*
 * RFC 2177: what comes while we idle is told at once, but for what had come
 * before: that is told at the beginning.
 */
static void
idle(struct mailbox *b)
{
	const int64_t began = clock_mono().us;
	const int64_t calm_us = b->all->poll_ms * 1000;
	bool go = false, ok;

	ok = collect_say(&b->wire, "y%u IDLE", ++b->tag);
	while (ok && take_all(b, &go) && !b->news &&
	       !atomic_load(&b->all->ending) &&
	       clock_mono().us - began < IDLE_MOST_US) {
		collect_more_within(&b->wire, SLICE_MS);
		ok = b->wire.why[0] == '\0';
	}
	if (b->news && b->wire.at_us - began > calm_us)
		b->known_us = b->wire.at_us;
	while (ok && !go && collect_more(&b->wire))
		ok = take_all(b, &go);
	if (ok && collect_say(&b->wire, "DONE"))
		complete(b, "IDLE", NULL);
}

static void
rest(struct mailbox *b)
{
	const bool idles = profile_claims(b->all->o.profile, "imap.idle") &&
			   !atomic_load(&b->all->ending);

	/* a busy mailbox is not to be asked without end */
	collect_nap(b, idles ? b->all->poll_ms / 5 : b->all->poll_ms);
	if (idles)
		idle(b);
}

/* ---- sets of UIDs ---- */

/* Those of copies[*at ...] that fit, as "1:3,7"; moves *at on. */
static void
add_set(const struct mailbox *b, size_t *at, size_t most, struct buf *set)
{
	for (size_t n = 0;
	     *at < b->n_copies && n < most && set->len < SET_MOST - 24; n++) {
		const uint32_t first = b->copies[*at].uid;
		uint32_t last = first;

		for (++*at;
		     *at < b->n_copies && b->copies[*at].uid == last + 1 &&
		     last - first < READ_MOST;
		     ++*at)
			last++;
		buf_addf(set, "%s%" PRIu32, set->len == 0 ? "" : ",", first);
		if (last > first)
			buf_addf(set, ":%" PRIu32, last);
	}
}

/* "UID before SET after" for all copies. */
static bool
command_all(struct mailbox *b, size_t most, const char *before,
    const char *after, on_said *on)
{
	bool ok = true;

	for (size_t at = 0; ok && at < b->n_copies;) {
		struct buf set, args;

		buf_init(&set, SET_MOST);
		buf_init(&args, 2 * SET_MOST);
		add_set(b, &at, most, &set);
		buf_addf(&args, "%s %s%s", before, buf_text(&set), after);
		ok = command(b, on, "UID", buf_text(&args));
		buf_free(&set);
		buf_free(&args);
	}
	return ok;
}

/* ---- the end ---- */

static void
on_body(struct mailbox *b, const struct imap_said *r)
{
	const struct copy key = { .uid = r->uid };
	const struct copy *c;

	if (r->heard != HEARD_FETCH || !r->has_content || b->n_copies == 0)
		return;
	c = bsearch(&key, b->copies, b->n_copies, sizeof *b->copies, by_uid);
	if (c != NULL)
		load_ledger_read(b->all->ledger, c->seq, r->content);
}

static bool
read_all(struct mailbox *b)
{
	return command_all(b, 1, "FETCH", " (BODY.PEEK[])", on_body);
}

/* Others' marks: what EXPUNGE would take besides ours. */
static void
on_deleted(struct mailbox *b, const struct imap_said *r)
{
	struct span numbers = r->text;
	struct copy key = { .uid = 1 };

	while (r->heard == HEARD_SEARCH && key.uid != 0) {
		key.uid = imap_said_number(&numbers);
		if (key.uid != 0 && bsearch(&key, b->copies, b->n_copies,
					sizeof *b->copies, by_uid) == NULL)
			snprintf(b->why_left, sizeof b->why_left,
			    "marked \\Deleted only: without UIDPLUS, EXPUNGE "
			    "would take what others have marked");
	}
}

static bool
remove_all(struct mailbox *b)
{
	const size_t many = SET_MOST;
	bool ok;

	if (b->n_copies == 0)
		return true;
	ok = command_all(b, many, "STORE", " +FLAGS.SILENT (\\Deleted)", NULL);
	if (ok && profile_claims(b->all->o.profile, "imap.uidplus"))
		ok = command_all(b, many, "EXPUNGE", "", NULL);
	else if (ok)
		ok =
		    command(b, on_deleted, "UID", "SEARCH DELETED") &&
		    (b->why_left[0] != '\0' || command(b, NULL, "EXPUNGE", ""));
	if (ok && b->why_left[0] == '\0')
		b->removed = b->n_copies;
	return ok;
}

/* ---- in other folders, as Junk: only for what is missing ---- */

/* UIDs first; whose they are is not to be taken from a server's search. */
static void
on_candidates(struct mailbox *b, const struct imap_said *r)
{
	struct span numbers = r->text;
	struct copy c = { .seq = NOT_OURS };

	if (r->heard != HEARD_SEARCH)
		return;
	while ((c.uid = imap_said_number(&numbers)) != 0) {
		b->copies =
		    mem_grow(b->copies, (b->n_copies + 1) * sizeof *b->copies);
		b->copies[b->n_copies++] = c;
	}
	if (b->n_copies > 1)
		qsort(b->copies, b->n_copies, sizeof *b->copies, by_uid);
}

static void
on_candidate(struct mailbox *b, const struct imap_said *r)
{
	const struct copy key = { .uid = r->uid };
	struct copy *c = NULL;
	char text[80];

	if (r->heard == HEARD_FETCH && r->has_content && b->n_copies > 0)
		c = bsearch(
		    &key, b->copies, b->n_copies, sizeof *b->copies, by_uid);
	if (c == NULL || c->seq != NOT_OURS ||
	    !load_ledger_find(b->all->ledger, r->content, &c->seq))
		return;
	load_ledger_seen_elsewhere(
	    b->all->ledger, c->seq, b->to, b->wire.at_us);
	snprintf(text, sizeof text, "found in the folder \"%.40s\"", b->folder);
	load_ledger_note(b->all->ledger, c->seq, text);
}

static void
keep_ours(struct mailbox *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n_copies; i++)
		if (b->copies[i].seq != NOT_OURS)
			b->copies[n++] = b->copies[i];
	b->n_copies = n;
}

static bool
search_folder(struct mailbox *b)
{
	char args[300];
	bool ok;

	snprintf(args, sizeof args, "\"%s\"", b->folder);
	if (!command(b, NULL, "SELECT", args)) {
		/* others' that we may not see are no place for our mail */
		if (b->refused)
			b->wire.why[0] = '\0';
		return b->refused;
	}
	snprintf(args, sizeof args, "SEARCH HEADER Yanshou-Id \"%.*s\"",
	    SPAN_FMT(load_ledger_prefix(b->all->ledger)));
	ok = command(b, on_candidates, "UID", args) &&
	     command_all(
		 b, 1, "FETCH", " (BODY.PEEK[" FIELDS "])", on_candidate);
	keep_ours(b);
	return ok && read_all(b) && (b->all->o.keep || remove_all(b));
}

static void
on_folder(struct mailbox *b, const struct imap_said *r)
{
	if (r->heard != HEARD_LIST || span_caseeq(r->text, SPAN("INBOX")) ||
	    span_find(r->code, SPAN("\\Noselect")) < r->code.len ||
	    r->text.len > 200)
		return;
	b->folders =
	    mem_grow(b->folders, (b->n_folders + 1) * sizeof *b->folders);
	b->folders[b->n_folders++] = mem_text(r->text);
}

/* A folder that cannot be searched may be where they are. */
static bool
search_elsewhere(struct mailbox *b)
{
	const size_t found = b->n_copies, removed = b->removed;
	struct copy *copies = b->copies;
	size_t n = 0, gone = 0;
	bool ok = command(b, on_folder, "LIST", "\"\" \"*\"");

	b->copies = NULL;
	for (size_t i = 0; i < b->n_folders; i++) {
		b->n_copies = b->removed = 0;
		b->folder = b->folders[i];
		ok = ok && search_folder(b);
		n += b->n_copies;
		gone += b->removed;
		free(b->folders[i]);
	}
	free(b->folders);
	free(b->copies);
	b->folders = NULL;
	b->n_folders = 0;
	b->copies = copies;
	b->n_copies = found;
	b->n_elsewhere = n;
	b->removed = removed + gone;
	return ok;
}

static void
leave(struct mailbox *b)
{
	if (b->wire.why[0] == '\0')
		command(b, NULL, "LOGOUT", "");
}

const struct collect_way collect_imap = {
	.enter = enter,
	.look = look,
	.rest = rest,
	.read = read_all,
	.remove = remove_all,
	.search_elsewhere = search_elsewhere,
	.leave = leave,
};
