/* SPDX-License-Identifier: MIT */
/* Status responses, audit notes, jobs, and what all commands need. */
#include <stdio.h>

#include "lib/mem.h"
#include "reference/imap/inner.h"
#include "reference/imap/utf7.h"

/* ---- status responses ---- */

void
imap_hang_up(struct imap_session *s)
{
	s->next = varies(s, VARIANT_CLOSES_WITH_RST) ? SESSION_HANG_UP_RST
						     : SESSION_HANG_UP;
}

static struct imap_manner
manner_of(const struct imap_session *s)
{
	return (struct imap_manner){ .fault = s->site->fault,
		.variant = s->site->variant,
		.command = s->command,
		.secure = s->implicit };
}

void
imap_announce(struct imap_session *s, enum imap_reply reply, struct span code)
{
	buf_add(s->out, SPAN("* "));
	imap_put_reply(s->out, reply, manner_of(s), code, s->site->host);
}

static void
reply_all(struct imap_session *s, enum imap_reply reply, struct span code,
    const char *arg)
{
	if (s->tagged.len > 0)
		return; /* what was said first counts */
	buf_add(&s->tagged, buf_span(&s->tag));
	buf_add(&s->tagged, SPAN(" "));
	imap_put_reply(&s->tagged, reply, manner_of(s), code, arg);
	if (imap_reply_is_error(reply) && ++s->errors > s->site->errors_most) {
		buf_clear(&s->tagged);
		imap_announce(s, IMAP_SAY_TOO_MANY_ERRORS, SPAN(""));
		imap_hang_up(s);
	}
}

void
imap_reply(struct imap_session *s, enum imap_reply reply)
{
	reply_all(s, reply, SPAN(""), NULL);
}

void
imap_reply_with(struct imap_session *s, enum imap_reply reply, const char *arg)
{
	reply_all(s, reply, SPAN(""), arg);
}

void
imap_reply_coded(
    struct imap_session *s, enum imap_reply reply, struct span code)
{
	reply_all(s, reply, code, NULL);
}

void
imap_reply_bad(struct imap_session *s, const struct imap_args *args)
{
	reply_all(s, IMAP_SAY_BAD_ARGS, SPAN(""), args->bad);
}

void
imap_reply_stored(
    struct imap_session *s, enum store_answer answer, const struct err *err)
{
	static const enum imap_reply replies[] = {
		[STORE_DONE] = IMAP_SAY_DONE,
		[STORE_NONE] = IMAP_SAY_NO_SUCH_MAILBOX,
		[STORE_EXISTS] = IMAP_SAY_NAME_TAKEN,
		[STORE_REFUSED] = IMAP_SAY_CANNOT,
		[STORE_FULL] = IMAP_SAY_OVER_QUOTA,
		[STORE_FAILED] = IMAP_SAY_NOT_KEPT,
	};

	answer = imap_misled_answer(s, answer);
	if (answer == STORE_FULL && faulty(s, FAULT_IMAP_QUOTA_CODE))
		imap_reply_with(s, IMAP_SAY_CANNOT, "no room");
	else
		imap_reply_with(s, replies[answer],
		    answer == STORE_REFUSED ? err->what : NULL);
}

/* ---- jobs ---- */

bool
imap_said_enough(const struct imap_session *s)
{
	return s->out->len >= SESSION_PORTION || s->out->full;
}

void
imap_start_job(struct imap_session *s,
    bool (*step)(struct imap_session *, void *state), void (*free)(void *state),
    void *state)
{
	s->job = (struct imap_job){ step, free, state };
}

/* ---- what all commands need ---- */

/* What faults make of a set that is not resolved yet; false: refused. */
static bool
spoil_set(struct imap_session *s, struct imap_set *set, bool uid)
{
	for (size_t i = 0; i < set->n; i++) {
		struct imap_range *r = &set->range[i];
		const bool reversed = r->hi != 0 && r->lo > r->hi;

		if (r->lo == 0 && r->hi == 0 &&
		    faulty(s, FAULT_IMAP_STAR_IS_FIRST))
			*r = (struct imap_range){ 1, 1 };
		if (reversed && faulty(s, uid ? FAULT_IMAP_UID_REVERSED_BAD
					      : FAULT_IMAP_NUMBER_REVERSED_BAD))
			return false;
		if (uid && r->hi == 0 && s->view.n == 0 &&
		    faulty(s, FAULT_IMAP_UID_STAR_EMPTY_BAD))
			return false;
		if (uid && r->hi == 0 && r->lo > imap_view_last_uid(&s->view) &&
		    faulty(s, FAULT_IMAP_UID_STAR_ABOVE_NONE))
			r->hi = r->lo;
	}
	return true;
}

bool
imap_take_messages(
    struct imap_session *s, struct imap_args *a, bool uid, struct imap_set *set)
{
	struct imap_view *v = &s->view;

	if (faulty(s, FAULT_IMAP_NUMBER_ZERO_OK) &&
	    span_starts(a->left, SPAN("0")))
		imap_reply(s, IMAP_SAY_DONE);
	if (!imap_take_set(a, set))
		return false;
	imap_view_follow(v);
	if (!spoil_set(s, set, uid))
		return imap_args_bad(a, "a set that a fault does not like");
	imap_set_resolve(set, uid ? imap_view_last_uid(v) : (uint32_t)v->n);
	if (faulty(s, FAULT_IMAP_NUMBER_ABOVE_OK))
		return true;
	if (!uid && (v->n == 0 || imap_set_most(set) > v->n))
		return imap_args_bad(a, "no message has that number");
	return true;
}

bool
imap_decode_name(struct imap_args *a, struct span name, struct buf *utf8)
{
	const char *why = "not the name of a mailbox";

	if (a->bad != NULL)
		return false;
	return imap_utf7_decode(name, utf8, &why) || imap_args_bad(a, why);
}

bool
imap_take_name(struct imap_args *a, struct buf *utf8)
{
	struct span name;

	return imap_take_mailbox(a, &name) && imap_decode_name(a, name, utf8);
}

bool
imap_join_keywords(const struct imap_flags *flags, struct buf *keywords)
{
	for (size_t i = 0; i < flags->n; i++) {
		if (i > 0)
			buf_add(keywords, SPAN(" "));
		buf_add(keywords, flags->keyword[i]);
	}
	return !keywords->full;
}

uint32_t
imap_uidvalidity(const struct imap_session *s, const struct mailbox *box)
{
	return faulty(s, FAULT_IMAP_UIDVALIDITY_CONSTANT) ? 1
							  : box->uidvalidity;
}

void
imap_unselect(struct imap_session *s)
{
	imap_view_close(&s->view);
	s->read_only = false;
	if (s->state == SELECTED)
		s->state = AUTHENTICATED;
}
