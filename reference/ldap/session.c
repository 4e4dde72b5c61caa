/* SPDX-License-Identifier: MIT */
#include "reference/ldap/session.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/ldap/inner.h"

/* What waits while a search is told; server.c reads nothing meanwhile. */
#define IN_MOST (PDU_MOST + (64u << 10))

/* ---- octets ---- */

static enum ber_frame
frame(const struct ldap_session *s, size_t from, size_t *whole)
{
	if (faulty(s, FAULT_LDAP_LONG_FORM_REFUSED) && s->in.len >= from + 2 &&
	    ((unsigned char)s->in.data[from + 1] & 0x80))
		return BER_GARBLED;
	return ber_frame(
	    span_skip(buf_span(&s->in), from), BER_SEQUENCE, PDU_MOST, whole);
}

/* Octets of a password do not stay in memory. */
static void
forget(struct ldap_session *s, size_t n)
{
	OPENSSL_cleanse(s->in.data, n);
	buf_drop(&s->in, n);
	s->admitted -= n < s->admitted ? n : s->admitted;
}

/* Faults: the session goes on, without a word, behind what was garbled. */
static bool
passes_over(const struct ldap_session *s)
{
	/* clang-format off */
	static const struct {
		enum fault	fault;
		size_t		at;
		unsigned char	octet;
	} passed[] = {
		{ FAULT_LDAP_PASSES_SEQUENCE,	0, 0x31 },
		{ FAULT_LDAP_PASSES_TEXT,	0, 'G' },
		{ FAULT_LDAP_PASSES_ID,		2, 0x04 },
		{ FAULT_LDAP_PASSES_OP,		5, 0x5e },
		{ FAULT_LDAP_PASSES_RESPONSE,	5, 0x65 },
		{ FAULT_LDAP_PASSES_LONGER,	6, 0x7f },
		{ FAULT_LDAP_PASSES_CUT,	6, 0x05 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(passed); i++)
		if (faulty(s, passed[i].fault))
			return s->in.len > passed[i].at &&
			       (unsigned char)s->in.data[passed[i].at] ==
				   passed[i].octet;
	return false;
}

static void
turn_away(struct ldap_session *s, const char *why)
{
	if (passes_over(s))
		s->deaf = true;
	else
		ldap_disconnect(s, LDAP_PROTOCOL_ERROR, why);
}

/* Faults: the message ID that its answer will have. */
static void
mistake_id(struct ldap_session *s, struct ldap_message *m)
{
	if (faulty(s, FAULT_LDAP_ID_16_BITS))
		m->id &= 0xffff;
	if (m->op != LDAP_COMPARE_REQUEST ||
	    !faulty(s, FAULT_LDAP_ID_OF_THE_FIRST))
		return;
	if (s->first == 0)
		s->first = m->id;
	m->id = s->first;
}

static void
use_message(struct ldap_session *s, size_t whole)
{
	struct ldap_message message;

	if (!ldap_read(span_take(buf_span(&s->in), whole), &message)) {
		turn_away(s, "this is not an LDAPMessage");
		return;
	}
	mistake_id(s, &message);
	s->message = &message;
	if (s->admitted == 0)
		ldap_answer(s, LDAP_BUSY, "too many operations at a time");
	else
		ldap_obey(s, &message);
	s->message = NULL;
	s->page = NULL;
}

/* One message is whole, or will never be; false: it is not whole yet. */
static bool
take_message(struct ldap_session *s)
{
	size_t whole = 0;

	switch (frame(s, 0, &whole)) {
	case BER_NEED_MORE:
		return false;
	case BER_GARBLED:
		turn_away(s, "this is not an LDAPMessage");
		return true;
	case BER_TOO_LARGE:
		ldap_disconnect(
		    s, LDAP_PROTOCOL_ERROR, "the message is too large");
		return true;
	case BER_WHOLE:
		break;
	}
	use_message(s, whole);
	forget(s, whole);
	return true;
}

/* What comes behind StartTLS is not obeyed, but by a fault. */
static bool
obeys(const struct ldap_session *s)
{
	return !s->deaf && (s->next == SESSION_GO_ON ||
			       (s->next == SESSION_START_TLS &&
				   faulty(s, FAULT_LDAP_STARTTLS_COMPANY)));
}

/* As far as there is room for answers. */
static void
go_on(struct ldap_session *s)
{
	while (obeys(s) && s->out->len <= SESSION_PORTION) {
		if (s->entry.len > 0) {
			ldap_send_more(s);
		} else if (s->hunt.on) {
			ldap_hunt_on(s);
			if (s->hunt.on)
				return; /* others have their turn */
		} else if (s->in.len == 0 || !take_message(s)) {
			return;
		}
	}
}

/* ---- what waits behind a search ---- */

/* RFC 4511 4.11: AbandonRequest ::= [APPLICATION 16] MessageID */
static bool
abandons(const struct ldap_message *m, int32_t id)
{
	struct buf element;
	const struct ber_out o = { &element, false };
	bool same;

	if (m->op != LDAP_ABANDON_REQUEST)
		return false;
	buf_init(&element, 16);
	ber_put_integer(&o, LDAP_ABANDON_REQUEST, id);
	same = span_eq(span_skip(buf_span(&element), 2), m->content);
	buf_free(&element);
	return same;
}

/* Who is to be abandoned is so before all has been told. */
static void
hear_abandon(struct ldap_session *s)
{
	struct ldap_message m;
	size_t at = 0, whole = 0;

	while (s->hunt.on && frame(s, at, &whole) == BER_WHOLE) {
		const struct span one =
		    span_take(span_skip(buf_span(&s->in), at), whole);

		if (ldap_read(one, &m) && abandons(&m, s->hunt.id))
			ldap_hunt_end(s);
		at += whole;
	}
}

/* Of the messages that wait only so many will be obeyed. */
static void
admit(struct ldap_session *s)
{
	size_t at = 0, whole = 0;
	int n = 0;

	while (n < WAITING_MOST && frame(s, at, &whole) == BER_WHOLE) {
		at += whole;
		n++;
	}
	s->admitted = n < WAITING_MOST ? s->in.len : at;
}

static void
feed(struct session *base, struct span in, struct wall now, struct buf *out)
{
	struct ldap_session *s = (struct ldap_session *)base;

	s->now = now;
	s->out = out;
	if (s->next != SESSION_GO_ON || s->deaf)
		return; /* behind StartTLS or Unbind: nobody said it */
	buf_add(&s->in, in);
	if (s->in.full) {
		ldap_disconnect(s, LDAP_BUSY, "too much at a time");
		return;
	}
	if (in.len > 0)
		s->admitted = s->in.len;
	go_on(s);
	if (s->hunt.on && in.len > 0)
		admit(s);
	hear_abandon(s);
	if (s->next != SESSION_GO_ON)
		forget(s, s->in.len);
}

/* ---- the session itself ---- */

static struct session *
open_session(const struct site *site, int role, const char *peer)
{
	struct ldap_session *s = mem_new(1, sizeof *s);

	s->base.protocol = &ldap_protocol;
	s->site = site;
	s->implicit = role == LDAP_IMPLICIT;
	s->tls = s->implicit;
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	buf_init(&s->in, IN_MOST);
	buf_init(&s->entry, ENTRY_MOST);
	return &s->base;
}

static void
close_session(struct session *base)
{
	struct ldap_session *s = (struct ldap_session *)base;

	ldap_hunt_end(s);
	ldap_become_anonymous(s);
	buf_free(&s->in);
	buf_free(&s->entry);
	free(s);
}

/* The client speaks first. */
static void
greet(struct session *base, struct wall now, struct buf *out)
{
	(void)base;
	(void)now;
	(void)out;
}

static bool
has_whole(const struct ldap_session *s)
{
	size_t whole = 0;

	return !s->deaf && s->in.len > 0 &&
	       frame(s, 0, &whole) != BER_NEED_MORE;
}

static enum session_next
next(const struct session *base)
{
	const struct ldap_session *s = (const struct ldap_session *)base;

	if (s->next == SESSION_GO_ON &&
	    (s->hunt.on || s->entry.len > 0 || has_whole(s)))
		return SESSION_MORE;
	return s->next;
}

static void
secured(struct session *base, const char *version, const char *cipher)
{
	struct ldap_session *s = (struct ldap_session *)base;

	(void)version;
	(void)cipher;
	s->tls = true;
	s->next = SESSION_GO_ON;
}

static void
idle(struct session *base, struct wall now, struct buf *out)
{
	struct ldap_session *s = (struct ldap_session *)base;

	s->now = now;
	s->out = out;
	ldap_disconnect(s, LDAP_UNAVAILABLE, "nothing was said for too long");
}

const struct protocol ldap_protocol = {
	.name = "ldap",
	.idle_s = 900,
	.busy = "", /* a notice has a NUL in it: messageID 0 */
	.open = open_session,
	.close = close_session,
	.greet = greet,
	.feed = feed,
	.next = next,
	.secured = secured,
	.idle = idle,
};
