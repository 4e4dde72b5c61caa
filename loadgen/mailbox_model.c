/* SPDX-License-Identifier: MIT */
#include "loadgen/mailbox_model.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "loadgen/mailbox_inner.h"

enum { NEAR = 8 }; /* neighbours whose UIDs are compared */

/* ---- what cannot be ---- */

const char *
mailbox_wrong(struct mailbox_view *v, const char *fmt, ...)
{
	int n = snprintf(v->why, sizeof v->why, "mailbox state: ");
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v->why + n, sizeof v->why - (size_t)n, fmt, ap);
	va_end(ap);
	return v->why;
}

/* ---- what we say ---- */

static bool
take_word(struct span *s, struct span *word)
{
	*word = span_cut(s, ' ');
	return word->len > 0;
}

/* "{12}" or "{12+}" at the end. */
static uint64_t
literal_of(struct span line)
{
	size_t at = line.len;
	struct span digits;

	if (line.len < 3 || line.ptr[line.len - 1] != '}')
		return 0;
	while (at > 0 && line.ptr[at - 1] != '{')
		at--;
	digits = span_skip(line, at);
	return imap_said_number(&digits);
}

/*
 * The one message that a set is; 0: several, or one we do not know.  What is
 * in progress may yet change what a sequence number is.
 */
static uint32_t
uid_of_set(const struct mailbox_view *v, struct span set, bool by_uid)
{
	const uint32_t n = imap_said_number(&set);

	if (set.len > 0 || n == 0)
		return 0;
	if (by_uid)
		return n;
	if (v->n_doing > 1)
		return 0;
	return n > v->base && n <= v->exists && n - v->base <= MODEL_WINDOW
		   ? v->uids[n - v->base - 1]
		   : 0;
}

/* SET +FLAGS.SILENT (\Deleted) */
static void
say_store(struct mailbox_view *v, struct span args, bool by_uid)
{
	struct span set, item;
	unsigned flags;
	uint32_t uid;

	if (!take_word(&args, &set) || !take_word(&args, &item))
		return;
	uid = uid_of_set(v, set, by_uid);
	flags = mailbox_flags(args);
	if (*item.ptr == '+')
		mailbox_book_store(v, uid, flags, 0);
	else if (*item.ptr == '-')
		mailbox_book_store(v, uid, 0, flags);
	else
		mailbox_book_store(v, uid, flags, MODEL_FLAGS & ~flags);
}

/* RFC 3501 6.4.5: BODY[...], RFC822 and RFC822.TEXT set \Seen. */
static void
say_fetch(struct mailbox_view *v, struct span args, bool by_uid)
{
	struct span set;

	if (!take_word(&args, &set))
		return;
	for (; args.len > 0; args = span_skip(args, 1))
		if (span_casestarts(args, SPAN("BODY[")) ||
		    span_casestarts(args, SPAN("RFC822 ")) ||
		    span_casestarts(args, SPAN("RFC822)")) ||
		    span_caseeq(args, SPAN("RFC822")) ||
		    span_casestarts(args, SPAN("RFC822.TEXT"))) {
			mailbox_book_store(
			    v, uid_of_set(v, set, by_uid), MODEL_SEEN, 0);
			return;
		}
}

static struct model_doing *
begin(struct mailbox_view *v, struct span tag)
{
	struct model_doing *d;

	if (v->n_doing == MODEL_COMMANDS || tag.len >= sizeof d->tag) {
		v->blind = true;
		return NULL;
	}
	d = &v->doing[v->n_doing++];
	*d = (struct model_doing){ .command = MODEL_OTHER };
	memcpy(d->tag, tag.ptr, tag.len);
	return d;
}

static bool
is_inbox(struct span name)
{
	return span_caseeq(name, SPAN("INBOX")) ||
	       span_caseeq(name, SPAN("\"INBOX\""));
}

/* Which mailbox a command is for that is given now. */
static bool
inbox_then(const struct mailbox_view *v)
{
	for (unsigned i = v->n_doing; i > 0; i--)
		if (v->doing[i - 1].command == MODEL_SELECT)
			return v->doing[i - 1].inbox;
	return v->inbox;
}

/* What may change the way in which a mailbox is told of. */
static bool
is_beyond_us(struct span verb)
{
	return span_caseeq(verb, SPAN("ENABLE")) ||
	       span_caseeq(verb, SPAN("NOTIFY")) ||
	       span_caseeq(verb, SPAN("COMPRESS"));
}

static void
say_command(struct mailbox_view *v, struct span line)
{
	struct span tag, verb;
	struct model_doing *d;
	bool by_uid;

	/* no command is a line of base64, or DONE */
	if (!take_word(&line, &tag) || !take_word(&line, &verb) ||
	    !isalpha((unsigned char)*verb.ptr))
		return;
	d = begin(v, tag);
	by_uid = span_caseeq(verb, SPAN("UID")) && take_word(&line, &verb);
	v->blind |= is_beyond_us(verb);
	if (d == NULL)
		return;
	if (span_caseeq(verb, SPAN("SELECT")) ||
	    span_caseeq(verb, SPAN("EXAMINE"))) {
		d->command = MODEL_SELECT;
		d->inbox = v->book != NULL && is_inbox(line);
	} else if (span_caseeq(verb, SPAN("FETCH"))) {
		d->command = by_uid ? MODEL_OTHER : MODEL_FETCH;
		if (inbox_then(v))
			say_fetch(v, line, by_uid);
	} else if (span_caseeq(verb, SPAN("STORE"))) {
		d->command = by_uid ? MODEL_OTHER : MODEL_FETCH;
		if (inbox_then(v))
			say_store(v, line, by_uid);
	} else if (span_caseeq(verb, SPAN("SEARCH"))) {
		d->command = by_uid ? MODEL_OTHER : MODEL_FETCH;
	}
}

void
mailbox_view_said(struct mailbox_view *v, struct span out)
{
	while (out.len > 0) {
		const size_t skip =
		    v->literal < out.len ? (size_t)v->literal : out.len;
		const size_t end = span_find(out, SPAN("\r\n"));
		struct span line;

		if (skip > 0) {
			v->literal -= skip;
			out = span_skip(out, skip);
			continue;
		}
		line = span_take(out, end);
		if (!v->within)
			say_command(v, line);
		v->literal = literal_of(line);
		v->within = v->literal > 0;
		v->blind |= end == out.len; /* half a command */
		out = span_skip(out, end == out.len ? end : end + 2);
	}
}

/* ---- what we hear ---- */

static void
reset(struct mailbox_view *v, bool inbox)
{
	v->selected = true;
	v->inbox = inbox;
	v->validity = v->uidnext = 0;
	v->exists = v->old = v->base = 0;
	memset(v->uids, 0, sizeof v->uids);
}

static void
end(struct mailbox_view *v, const struct imap_said *r)
{
	for (unsigned i = 0; i < v->n_doing; i++) {
		struct model_doing *d = &v->doing[i];

		if (!span_eq(span_of(d->tag), r->tag))
			continue;
		if (d->command == MODEL_SELECT) {
			v->old = v->exists;
			v->selected = r->ok;
			v->inbox = r->ok && d->inbox;
			/* UIDNEXT is of one of several moments */
			if (d->told_again)
				v->uidnext = 0;
		}
		v->n_doing--;
		memmove(d, d + 1, (v->n_doing - i) * sizeof *d);
		return;
	}
}

static const char *
hear_exists(struct mailbox_view *v, uint32_t n)
{
	const uint32_t was = v->exists;
	uint32_t over;

	if (v->n_doing > 0) {
		v->doing[0].told_again |= v->doing[0].told;
		v->doing[0].told = true;
	}
	if (n < was)
		return mailbox_wrong(v,
		    "EXISTS was %" PRIu32 ", is %" PRIu32 ", without EXPUNGE",
		    was, n);
	v->exists = n;
	if (n - v->base <= MODEL_WINDOW)
		return NULL;
	over = n - v->base - MODEL_WINDOW;
	v->base += over;
	if (over >= MODEL_WINDOW) {
		memset(v->uids, 0, sizeof v->uids);
		return NULL;
	}
	memmove(
	    v->uids, v->uids + over, (MODEL_WINDOW - over) * sizeof *v->uids);
	memset(v->uids + MODEL_WINDOW - over, 0, over * sizeof *v->uids);
	return NULL;
}

static const char *
hear_expunge(struct mailbox_view *v, uint32_t n)
{
	uint32_t at, left;

	if (n == 0 || n > v->exists)
		return mailbox_wrong(v,
		    "EXPUNGE of message %" PRIu32 " of %" PRIu32, n, v->exists);
	if (v->n_doing == 0)
		return mailbox_wrong(
		    v, "EXPUNGE while no command is in progress");
	if (v->n_doing == 1 && v->doing[0].command == MODEL_FETCH)
		return mailbox_wrong(
		    v, "EXPUNGE within FETCH, STORE or SEARCH");
	v->old -= n <= v->old;
	v->exists--;
	if (n <= v->base) {
		v->base--;
		return NULL;
	}
	at = n - v->base - 1;
	left = MODEL_WINDOW - at - 1;
	memmove(v->uids + at, v->uids + at + 1, left * sizeof *v->uids);
	v->uids[MODEL_WINDOW - 1] = 0;
	return NULL;
}

static const char *
check_order(struct mailbox_view *v, uint32_t at, uint32_t uid)
{
	const uint32_t n = v->base + at + 1;

	for (uint32_t k = at; k > 0 && at - k < NEAR; k--)
		if (v->uids[k - 1] >= uid)
			return mailbox_wrong(v,
			    "message %" PRIu32 " has UID %" PRIu32
			    ", and %" PRIu32 " before it %" PRIu32,
			    n, uid, v->base + k, v->uids[k - 1]);
	for (uint32_t k = at + 1; k < v->exists - v->base && k - at <= NEAR;
	     k++)
		if (v->uids[k] != 0 && v->uids[k] <= uid)
			return mailbox_wrong(v,
			    "message %" PRIu32 " has UID %" PRIu32
			    ", and %" PRIu32 " behind it %" PRIu32,
			    n, uid, v->base + k + 1, v->uids[k]);
	return NULL;
}

static const char *
check_uid(struct mailbox_view *v, uint32_t n, uint32_t uid)
{
	const uint32_t at = n - v->base - 1;

	if (v->old > 0 && v->uidnext > 0 && n <= v->old && uid >= v->uidnext)
		return mailbox_wrong(v,
		    "message %" PRIu32 " was there and has UID %" PRIu32
		    ", UIDNEXT having been %" PRIu32,
		    n, uid, v->uidnext);
	if (v->uidnext > 0 && v->n_doing > 0 &&
	    v->doing[0].command != MODEL_SELECT && n > v->old &&
	    uid < v->uidnext)
		return mailbox_wrong(v,
		    "message %" PRIu32 " is new and has UID %" PRIu32
		    ", UIDNEXT having been %" PRIu32,
		    n, uid, v->uidnext);
	if (n <= v->base)
		return NULL;
	if (v->uids[at] == uid)
		return NULL;
	if (v->uids[at] != 0)
		return mailbox_wrong(v,
		    "the UID of message %" PRIu32 " was %" PRIu32
		    ", is %" PRIu32,
		    n, v->uids[at], uid);
	v->uids[at] = uid;
	return check_order(v, at, uid);
}

static const char *
hear_fetch(struct mailbox_view *v, const struct imap_said *r)
{
	const char *why = NULL;
	uint32_t uid = r->uid;

	if (r->n == 0 || r->n > v->exists)
		return mailbox_wrong(v,
		    "FETCH of message %" PRIu32 " of %" PRIu32, r->n,
		    v->exists);
	if (uid != 0)
		why = check_uid(v, r->n, uid);
	else if (r->n > v->base)
		uid = v->uids[r->n - v->base - 1];
	if (why == NULL && v->inbox && uid != 0)
		why = mailbox_book_check(v, uid, r);
	return why;
}

static void
hear_code(struct mailbox_view *v, const struct imap_said *r)
{
	if (span_caseeq(r->code, SPAN("UIDVALIDITY")))
		mailbox_book_validity(v, r->n);
	else if (span_caseeq(r->code, SPAN("UIDNEXT")))
		v->uidnext = r->n;
}

static const char *
hear_one(struct mailbox_view *v, const struct imap_said *r)
{
	struct model_doing *first = v->n_doing == 0 ? NULL : &v->doing[0];

	if (r->heard == HEARD_TAGGED) {
		end(v, r);
		return NULL;
	}
	if (first != NULL && first->command == MODEL_SELECT && !first->begun) {
		first->begun = true;
		reset(v, first->inbox);
	}
	if (!v->selected)
		return NULL;
	v->checks++;
	switch (r->heard) {
	case HEARD_EXISTS:
		return hear_exists(v, r->n);
	case HEARD_EXPUNGE:
		return hear_expunge(v, r->n);
	case HEARD_FETCH:
		return hear_fetch(v, r);
	case HEARD_STATUS:
		hear_code(v, r);
		return NULL;
	default:
		return NULL;
	}
}

const char *
mailbox_view_heard(struct mailbox_view *v, struct span in)
{
	while (in.len > 0 && !v->blind) {
		const struct imap_said r = imap_said_take(&in);
		const char *why;

		if (r.heard == HEARD_NEED_MORE)
			break;
		why = hear_one(v, &r);
		if (why != NULL)
			return why;
	}
	return NULL;
}

void
mailbox_view_open(struct mailbox_view *v, struct mailbox_book *b)
{
	v->book = b;
	v->n_doing = 0;
	v->blind = v->within = v->selected = v->inbox = false;
	v->literal = 0;
}
