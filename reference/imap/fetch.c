/* SPDX-License-Identifier: MIT */
/* FETCH and UID FETCH (RFC 3501 6.4.5, 7.4.2; RFC 7162 3.1.4). */
#include <inttypes.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/content.h"
#include "reference/imap/fetch_args.h"
#include "reference/imap/inner.h"
#include "reference/imap/mangle.h"
#include "reference/imap/structure.h"
#include "reference/imap/vary.h"

#define CHUNK (64u << 10) /* octets of a literal that are sent at a time */

/* One FETCH under way: item by item, a literal chunk by chunk. */
struct fetch {
	struct imap_fetch what;
	struct imap_set set;
	bool uid;
	uint32_t at; /* sequence number */
	size_t item;
	bool within, first; /* the parentheses; nothing in them so far */
	bool tells_flags;   /* not asked for, and they changed */
	struct imap_content content;
	struct buf made;      /* what a section had to be copied to */
	struct buf spoilt;    /* the same, wrong on purpose */
	struct span rest;     /* of a literal that is in memory */
	int64_t offset, left; /* of one that is sent from the store */
};

static void
fetch_free(void *state)
{
	struct fetch *f = state;

	imap_fetch_free(&f->what);
	imap_set_free(&f->set);
	imap_content_free(&f->content);
	buf_free(&f->made);
	buf_free(&f->spoilt);
	free(f);
}

/* ---- the octets of a section ---- */

static enum mime_section
mime_section_kind(enum imap_section section)
{
	switch (section) {
	case IMAP_SECTION_HEADER:
	case IMAP_SECTION_FIELDS:
	case IMAP_SECTION_FIELDS_NOT:
		return MIME_SECTION_HEADER;
	case IMAP_SECTION_TEXT:
		return MIME_SECTION_TEXT;
	case IMAP_SECTION_MIME:
		return MIME_SECTION_MIME;
	case IMAP_SECTION_ALL:
		break;
	}
	return MIME_SECTION_ALL;
}

/* False when the message has no such section, or is gone. */
static bool
find_section(
    struct fetch *f, const struct imap_fetch_item *item, struct span *octets)
{
	const enum mime_section kind = mime_section_kind(item->section);
	const struct mime *mime;

	if (item->n_parts == 0 && kind == MIME_SECTION_HEADER) {
		if (!imap_content_header(&f->content, octets))
			return false;
	} else if (!imap_content_mime(&f->content, &mime) ||
		   !mime_section(
		       mime, item->part, item->n_parts, kind, octets)) {
		return false;
	}
	if (item->section == IMAP_SECTION_FIELDS ||
	    item->section == IMAP_SECTION_FIELDS_NOT) {
		buf_clear(&f->made);
		mime_select_fields(*octets, item->field, item->n_fields,
		    item->section == IMAP_SECTION_FIELDS_NOT, &f->made);
		*octets = buf_span(&f->made);
	}
	return true;
}

/* RFC 3501 6.4.5: <from.count>, as far as there is that much. */
static void
cut(const struct imap_fetch_item *item, int64_t size, int64_t *from,
    int64_t *count)
{
	*from = item->partial ? item->from : 0;
	if (*from > size)
		*from = size;
	*count = size - *from;
	if (item->partial && *count > item->count)
		*count = item->count;
}

/* As a wrong server has it; BODY[] must be in memory for that. */
static bool
spoil_section(struct imap_session *s, struct fetch *f,
    const struct imap_fetch_item *item, struct span *octets)
{
	const struct mime *mime;
	bool there;

	if (item->section == IMAP_SECTION_ALL && item->n_parts == 0)
		there = imap_content_all(&f->content, octets);
	else
		there = find_section(f, item, octets);
	if (imap_content_mime(&f->content, &mime))
		imap_mangle_section(
		    s->site->fault, item, mime, &there, octets, &f->spoilt);
	return there;
}

/* What a literal announces: a wrong server counts characters. */
static int64_t
announced(const struct imap_session *s, struct span octets, int64_t count)
{
	if (faulty(s, FAULT_IMAP_LITERAL_CHARACTERS))
		for (size_t i = 0; i < octets.len; i++)
			count -= ((unsigned char)octets.ptr[i] & 0xc0) == 0x80;
	return count;
}

static void
put_string(struct imap_session *s, struct fetch *f, int64_t count)
{
	if (count == 0 && !varies(s, VARIANT_IMAP_STRINGS_LITERAL)) {
		buf_add(s->out, SPAN("\"\""));
	} else if (f->left == 0 &&
		   imap_varies_string(s->site->variant, f->rest)) {
		buf_addf(s->out, "\"%.*s\"", SPAN_FMT(f->rest));
		f->rest.len = 0;
	} else {
		buf_addf(
		    s->out, "{%" PRId64 "}\r\n", announced(s, f->rest, count));
	}
}

static void
put_section(
    struct imap_session *s, struct fetch *f, const struct imap_fetch_item *item)
{
	const struct imap_view_item *m = imap_view_at(&s->view, f->at);
	const bool all =
	    item->section == IMAP_SECTION_ALL && item->n_parts == 0;
	const bool spoilt = imap_mangles_section(s->site->fault, item) ||
			    faulty(s, FAULT_IMAP_LITERAL_CHARACTERS);
	struct span octets = { NULL, 0 };
	int64_t from, count, size = m->mail.size;

	if (!all || spoilt) {
		if (spoilt ? !spoil_section(s, f, item, &octets)
			   : !find_section(f, item, &octets)) {
			buf_add(s->out, SPAN("NIL"));
			return;
		}
		size = (int64_t)octets.len;
	}
	cut(item, size, &from, &count);
	imap_mangle_cut(s->site->fault, item, size, &from, &count);
	if (faulty(s, FAULT_IMAP_LARGE_CUT) && count > SESSION_LARGE)
		count = SESSION_LARGE;
	if (all && !spoilt) {
		f->offset = from;
		f->left = count;
	} else {
		f->rest =
		    span_take(span_skip(octets, (size_t)from), (size_t)count);
	}
	if (item->partial && item->from > size &&
	    faulty(s, FAULT_IMAP_PARTIAL_BEYOND_NIL))
		buf_add(s->out, SPAN("NIL"));
	else
		put_string(s, f, count);
}

/* A chunk of the literal that was begun; false: the message is gone. */
static bool
put_chunk(struct imap_session *s, struct fetch *f)
{
	const struct imap_view_item *m = imap_view_at(&s->view, f->at);
	const int64_t n = f->left < CHUNK ? f->left : CHUNK;

	if (f->rest.len > 0) {
		const struct span part = span_take(f->rest, CHUNK);

		buf_add(s->out, part);
		f->rest = span_skip(f->rest, part.len);
		return true;
	}
	if (!store_mail_part(s->view.store, s->view.mailbox, m->mail.uid,
		f->offset, n, s->out))
		return false;
	f->offset += n;
	f->left -= n;
	return true;
}

/* ---- the other items ---- */

static void
put_structure(struct imap_session *s, struct fetch *f, bool extended)
{
	const struct mime *mime;

	if (imap_content_mime(&f->content, &mime))
		imap_put_structure(s->out, mime->root, extended);
	else
		buf_add(s->out, SPAN("NIL"));
}

static bool
is_extended(const struct imap_session *s, enum imap_fetch_what what)
{
	return what == IMAP_FETCH_BODYSTRUCTURE
		   ? !varies(s, VARIANT_IMAP_STRUCTURE_SHORT)
		   : faulty(s, FAULT_IMAP_BODY_EXTENDED);
}

static void
put_envelope(struct imap_session *s, struct fetch *f)
{
	struct span header;

	if (imap_content_header(&f->content, &header))
		imap_put_envelope(s->out, header);
	else
		buf_add(s->out, SPAN("NIL"));
}

static void
put_value(
    struct imap_session *s, struct fetch *f, const struct imap_fetch_item *item)
{
	const struct imap_view_item *m = imap_view_at(&s->view, f->at);
	const struct wall date = { m->mail.date.s * 1000000 };

	switch (item->what) {
	case IMAP_FETCH_UID:
		buf_addf(s->out, "%" PRIu32,
		    faulty(s, FAULT_IMAP_UID_FETCH_OF_NUMBER) ? f->at
							      : m->mail.uid);
		break;
	case IMAP_FETCH_FLAGS:
		imap_put_item_flags(s->out, m);
		break;
	case IMAP_FETCH_INTERNALDATE:
		imap_put_date_time(s->out, date, m->mail.date.zone_min);
		break;
	case IMAP_FETCH_RFC822_SIZE:
		buf_addf(s->out, "%" PRId64, m->mail.size);
		break;
	case IMAP_FETCH_MODSEQ:
		buf_addf(s->out, "(%" PRIu64 ")", m->mail.modseq);
		break;
	case IMAP_FETCH_ENVELOPE:
		put_envelope(s, f);
		break;
	case IMAP_FETCH_BODY:
	case IMAP_FETCH_BODYSTRUCTURE:
		put_structure(s, f, is_extended(s, item->what));
		break;
	case IMAP_FETCH_RFC822:
	case IMAP_FETCH_RFC822_HEADER:
	case IMAP_FETCH_RFC822_TEXT:
	case IMAP_FETCH_SECTION:
		put_section(s, f, item);
		break;
	}
}

static void
put_name(struct imap_session *s, const struct imap_fetch_item *item)
{
	struct buf name;

	buf_init(&name, SESSION_PORTION);
	imap_put_fetch_name(&name, item);
	imap_mangle_name(s->site->fault, item, &name);
	buf_add(s->out, buf_span(&name));
	buf_free(&name);
}

/* A value that is whole at once, as a wrong or an unusual server says it. */
static void
put_value_oddly(
    struct imap_session *s, struct fetch *f, const struct imap_fetch_item *item)
{
	struct buf *out = s->out, value;

	buf_init(&value, out->cap);
	s->out = &value;
	put_value(s, f, item);
	s->out = out;
	imap_mangle_value(s->site->fault, item->what, &value);
	imap_vary_value(s->site->variant, item->what, &value);
	buf_add(out, buf_span(&value));
	buf_free(&value);
}

static void
put_item(
    struct imap_session *s, struct fetch *f, const struct imap_fetch_item *item)
{
	if (!f->first && varies(s, VARIANT_IMAP_FETCH_SPLIT) && !f->uid)
		buf_addf(s->out, ")\r\n* %" PRIu32 " FETCH (", f->at);
	else if (!f->first)
		buf_add(s->out, SPAN(" "));
	f->first = false;
	put_name(s, item);
	buf_add(s->out, SPAN(" "));
	if (item->what < IMAP_FETCH_RFC822 &&
	    (s->site->fault != FAULT_NONE || s->site->variant != VARIANT_NONE))
		put_value_oddly(s, f, item);
	else
		put_value(s, f, item);
}

/* ---- message by message ---- */

/* The next number of the set; a wrong server takes a list for a range. */
static uint32_t
next_number(const struct imap_session *s, const struct fetch *f)
{
	const uint32_t n = imap_view_next(&s->view, &f->set, f->uid, f->at);

	if (n != 0 && f->at != 0 && faulty(s, FAULT_IMAP_LIST_IS_RANGE))
		return f->at + 1;
	if (n == 2 && f->at == 1 && faulty(s, FAULT_IMAP_RANGE_HOLED))
		return imap_view_next(&s->view, &f->set, f->uid, 2);
	return n;
}

static bool
is_wanted(const struct imap_session *s, const struct fetch *f,
    const struct imap_view_item *m)
{
	if (m->gone)
		return false;
	if (!f->what.changed || faulty(s, FAULT_IMAP_SINCE_IGNORED))
		return true;
	return m->mail.modseq > f->what.changed_since &&
	       !faulty(s, FAULT_IMAP_SINCE_FINDS_NONE);
}

/* The next message that is asked for; false when that was the last. */
static bool
begin_message(struct imap_session *s, struct fetch *f)
{
	const struct imap_view_item *m;

	do {
		f->at = next_number(s, f);
		if (f->at == 0)
			return false;
		m = imap_view_at(&s->view, f->at);
	} while (!is_wanted(s, f, m));
	imap_content_choose(&f->content, m->mail.uid);
	f->within = f->first = true;
	f->item = 0;
	f->tells_flags =
	    (m->changed || varies(s, VARIANT_IMAP_FETCH_WITH_FLAGS)) &&
	    !faulty(s, FAULT_IMAP_SEEN_UNTOLD) &&
	    !imap_fetch_has(&f->what, IMAP_FETCH_FLAGS);
	buf_addf(s->out, "* %" PRIu32 " FETCH (", f->at);
	return true;
}

/*
 * \Seen that was set by this command is told with the rest (RFC 3501 6.4.5).
 */
static void
end_message(struct imap_session *s, struct fetch *f)
{
	static const struct imap_fetch_item flags = { .what =
							  IMAP_FETCH_FLAGS };

	if (f->tells_flags)
		put_item(s, f, &flags);
	imap_view_mark(&s->view, f->at, false);
	buf_add(s->out, SPAN(")\r\n"));
	f->within = false;
}

/* What was announced can be sent no more: the connection is beyond help. */
static bool
give_up(struct imap_session *s)
{
	imap_reply(s, IMAP_SAY_EXPUNGE_ISSUED);
	imap_hang_up(s);
	return true;
}

static bool
fetch_step(struct imap_session *s, void *state)
{
	struct fetch *f = state;

	while (!imap_said_enough(s)) {
		if (f->rest.len > 0 || f->left > 0) {
			if (!put_chunk(s, f))
				return give_up(s);
		} else if (!f->within) {
			if (!begin_message(s, f)) {
				imap_reply(s, IMAP_SAY_DONE);
				return true;
			}
		} else if (f->item < f->what.n) {
			put_item(s, f, &f->what.item[f->item++]);
		} else {
			end_message(s, f);
		}
	}
	return false;
}

/* ---- the command ---- */

static bool
sees(const struct imap_session *s, const struct imap_fetch_item *item)
{
	return imap_mangle_seeing(s->site->fault, item,
	    item->what >= IMAP_FETCH_RFC822 && !item->peek);
}

static bool
reads_body(const struct imap_session *s, const struct imap_fetch *what)
{
	for (size_t i = 0; i < what->n; i++)
		if (sees(s, &what->item[i]))
			return true;
	return false;
}

/* Whoever reads a body has seen it: one change for all messages. */
static void
set_seen(struct imap_session *s, const struct fetch *f)
{
	const struct flags_change seen = { .how = FLAGS_ADD,
		.flags = MAIL_SEEN };
	struct uids uids = { NULL, 0 };
	struct err err;
	uint32_t n = 0;

	uids.of = mem_new(s->view.n + 1, sizeof *uids.of);
	while ((n = imap_view_next(&s->view, &f->set, f->uid, n)) != 0) {
		const struct imap_view_item *m = imap_view_at(&s->view, n);

		if (is_wanted(s, f, m) && !(m->mail.flags & MAIL_SEEN))
			uids.of[uids.n++] = m->mail.uid;
	}
	if (uids.n > 0)
		(void)store_mail_flags(s->view.store, s->view.mailbox, &uids,
		    &seen, NULL, NULL, &err);
	uids_free(&uids);
	imap_view_follow(&s->view);
}

/* By a fault; true after the answer. */
static bool
is_refused(struct imap_session *s, const struct fetch *f)
{
	if ((f->uid && imap_view_next(&s->view, &f->set, true, 0) == 0 &&
		faulty(s, FAULT_IMAP_UID_MISSING_IS_NO)) ||
	    (imap_fetch_has(&f->what, IMAP_FETCH_MODSEQ) &&
		faulty(s, FAULT_IMAP_MODSEQ_UNKNOWN))) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "not that");
		return true;
	}
	return false;
}

void
imap_run_fetch(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct fetch *f = mem_new(1, sizeof *f);

	f->uid = uid;
	imap_content_init(&f->content, s->view.store, s->view.mailbox);
	buf_init(&f->made, s->site->size_most > 0
			       ? (size_t)s->site->size_most + 2
			       : SESSION_PORTION);
	buf_init(&f->spoilt, f->made.cap);
	if (!imap_take_messages(s, args, uid, &f->set) ||
	    !imap_take_space(args) || !imap_take_fetch(args, &f->what)) {
		if (args->bad != NULL && faulty(s, FAULT_IMAP_ITEM_UNKNOWN))
			imap_reply(s, IMAP_SAY_DONE);
		else if (args->bad != NULL)
			imap_reply_bad(s, args);
		fetch_free(f);
		return;
	}
	imap_mangle_items(s->site->fault, &f->what);
	imap_vary_items(s->site->variant, &f->what);
	if (is_refused(s, f)) {
		fetch_free(f);
		return;
	}
	if (uid && !faulty(s, FAULT_IMAP_UID_FETCH_BARE))
		imap_fetch_add(&f->what, IMAP_FETCH_UID);
	if (f->what.changed || imap_fetch_has(&f->what, IMAP_FETCH_MODSEQ))
		imap_enable_condstore(s);
	if ((f->what.changed || s->condstore) &&
	    !faulty(s, FAULT_IMAP_SINCE_BARE))
		imap_fetch_add(&f->what, IMAP_FETCH_MODSEQ);
	if ((!s->read_only || faulty(s, FAULT_IMAP_EXAMINE_SEES)) &&
	    reads_body(s, &f->what))
		set_seen(s, f);
	imap_start_job(s, fetch_step, fetch_free, f);
}
