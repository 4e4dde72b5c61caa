/* SPDX-License-Identifier: MIT */
/* MAIL and RCPT: the envelope (RFC 5321 4.1.1.2, 4.1.1.3). */
#include <stdio.h>

#include "lib/mem.h"
#include "reference/smtp/inner.h"

/* ---- paths ---- */

/* FAULT_SMTPUTF8_INVALID_ACCEPTED: what is not UTF-8 becomes "x". */
static bool
take_path_loosely(
    struct span *in, struct smtp_path *path, char *copy, size_t room)
{
	struct span rest;
	size_t i;

	if (in->len >= room)
		return false;
	for (i = 0; i < in->len; i++)
		copy[i] = (unsigned char)in->ptr[i] < 0x80 ? in->ptr[i] : 'x';
	rest = (struct span){ copy, in->len };
	if (!smtp_take_path(&rest, path))
		return false;
	*in = span_skip(*in, in->len - rest.len);
	return true;
}

static bool
take_path(struct smtp_session *s, struct span *in, struct smtp_path *path)
{
	struct span whole = *in;

	if (!smtp_take_path(in, path))
		return false;
	if (faulty(s, FAULT_LOCAL_PART_LIMIT_60) && path->local.len > 60)
		return false;
	return !(faulty(s, FAULT_PATH_LIMIT_200) && whole.len - in->len > 200);
}

static void
copy_mailbox(const struct smtp_path *path, char *out, size_t room)
{
	struct buf plain;

	buf_init(&plain, room - 1);
	smtp_plain_mailbox(path, &plain);
	(void)snprintf(out, room, "%s", buf_text(&plain));
	buf_free(&plain);
}

/* ---- MAIL ---- */

static bool
is_own_address(struct smtp_session *s, struct span address)
{
	const struct route r = store_route(s->site->store, address, 0);

	return (r.kind == ROUTE_MAILBOX || r.kind == ROUTE_FULL) &&
	       r.account == s->account.id;
}

/*
 * Somebody who is known does not send as another who lives here: RFC 6409
 * 6.1 lets us insist.  A return address elsewhere is his own affair.
 */
static bool
may_send_as(struct smtp_session *s, struct span address)
{
	/* Only a fault lets a stranger come this far. */
	if (!is_submit(s) || address.len == 0 || s->account.user[0] == '\0')
		return true;
	return is_own_address(s, address) ||
	       store_route(s->site->store, address, 0).kind == ROUTE_AWAY;
}

static enum smtp_reply
sender_objection(struct smtp_session *s, const struct smtp_path *path)
{
	const struct span from = span_of(s->mail.from);

	if (path->mailbox.len == 0 && faulty(s, FAULT_NULL_SENDER_REFUSED))
		return SMTP_SENDER_REFUSED;
	if (path->utf8 &&
	    (!s->mail.smtputf8 || faulty(s, FAULT_SMTPUTF8_SENDER_REFUSED)))
		return SMTP_UTF8_NEEDED;
	if (faulty(s, FAULT_SUBMIT_LOCAL_REFUSED) && s->role == SUBMISSION &&
	    s->by_plain && path->mailbox.len > 0)
		return SMTP_NOT_YOUR_ADDRESS;
	return may_send_as(s, from) ? SMTP_SENDER_OK : SMTP_NOT_YOUR_ADDRESS;
}

/* The argument behind FROM:, path and parameters. */
static void
take_sender(struct smtp_session *s, struct span args)
{
	char loose[SMTP_COMMAND_MOST];
	struct smtp_path path;
	const struct span whole = args;
	enum smtp_reply reply = SMTP_BAD_SENDER;
	bool good = take_path(s, &args, &path);

	if (!good && faulty(s, FAULT_SMTPUTF8_INVALID_ACCEPTED)) {
		args = whole;
		good = take_path_loosely(&args, &path, loose, sizeof loose);
	}
	good = good && (path.mailbox.len == 0 || path.domain.len > 0);
	if (good && faulty(s, FAULT_QUOTED_LOCAL_PART_REFUSED))
		good = path.local.len == 0 || path.local.ptr[0] != '"';
	if (good) {
		if (!smtp_accept_params(s, args, NULL))
			return;
		copy_mailbox(&path, s->mail.from, sizeof s->mail.from);
		reply = sender_objection(s, &path);
	}
	if (reply == SMTP_SENDER_OK)
		s->state = MAIL_OPEN;
	smtp_reply(s, reply);
}

void
smtp_run_mail(struct smtp_session *s, struct span args)
{
	const bool keeps = faulty(s, FAULT_MAIL_NESTED) && s->n_to > 0;

	if (!keeps)
		smtp_forget_mail(s);
	s->mail_in = s->feeds;
	s->drop_rest |= faulty(s, FAULT_MAIL_DROPS_INPUT);
	if (span_casestarts(args, SPAN("FROM:")) &&
	    (span_starts(args, SPAN("FROM:")) ||
		!faulty(s, FAULT_FROM_CASE_SENSITIVE)))
		take_sender(s, span_skip(args, 5));
	else if (span_casestarts(args, SPAN("TO:")) &&
		 faulty(s, FAULT_MAIL_WITHOUT_FROM))
		take_sender(s, span_skip(args, 3));
	else if (args.len == 0 && faulty(s, FAULT_MAIL_WITHOUT_ARGUMENT))
		take_sender(s, SPAN("<>"));
	else
		smtp_reply(s, SMTP_BAD_ARGS);
	if (s->state != MAIL_OPEN)
		smtp_forget_mail(s);
	else if (keeps)
		s->state = RCPT_OPEN;
}

/* ---- relaying where one must not ---- */

/* The sender's domain is one of ours. */
static bool
says_local(const struct smtp_session *s)
{
	const struct route r =
	    store_route(s->site->store, span_of(s->mail.from), 0);

	return s->mail.from[0] != '\0' && r.kind != ROUTE_AWAY;
}

/* The domain ends in the letters of one of ours. */
static bool
ends_like_ours(const struct smtp_session *s, struct span domain)
{
	char address[sizeof "postmaster@" + SMTP_DOMAIN_MOST];

	while (domain.len > 1) {
		domain = span_skip(domain, 1);
		(void)snprintf(address, sizeof address, "postmaster@%.*s",
		    SPAN_FMT(domain));
		if (store_route(s->site->store, span_of(address), 0).kind ==
		    ROUTE_MAILBOX)
			return true;
	}
	return false;
}

static bool
is_plain_foreign(const struct smtp_session *s, const struct smtp_path *p)
{
	return !p->routed && p->domain.ptr[0] != '[' && s->n_to == 0 &&
	       memchr(p->local.ptr, '%', p->local.len) == NULL &&
	       !ends_like_ours(s, p->domain);
}

/* clang-format off */
/* What a fault may open: all of the columns must hold. */
enum sender_is { ANY_SENDER, FOREIGN, NULL_PATH, LOCAL };

static const struct {
	enum fault	 fault;
	enum route_kind	 kind;	/* where the recipient would go */
	enum sender_is	 sender;
	bool		 plain;	/* nothing else is special about it */
	const char	*mark;	/* in the local part, or NULL */
} leaks[] = {
	{ FAULT_RELAYS_FOREIGN,	  ROUTE_AWAY,	FOREIGN,    true,  NULL },
	{ FAULT_RELAYS_FOR_NULL,  ROUTE_AWAY,	NULL_PATH,  true,  NULL },
	{ FAULT_RELAYS_FOR_LOCAL, ROUTE_AWAY,	LOCAL,	    true,  NULL },
	{ FAULT_RELAYS_PERCENT,	  ROUTE_NOBODY,	ANY_SENDER, false, "%" },
	{ FAULT_RELAYS_BANG,	  ROUTE_NOBODY,	ANY_SENDER, false, "!" },
	{ FAULT_RELAYS_QUOTED,	  ROUTE_NOBODY,	ANY_SENDER, false, "@" },
};
/* clang-format on */

static bool
sender_is(const struct smtp_session *s, enum sender_is want)
{
	if (want == ANY_SENDER)
		return true;
	if (want == NULL_PATH)
		return s->mail.from[0] == '\0';
	return s->mail.from[0] != '\0' && says_local(s) == (want == LOCAL);
}

static bool
leaks_by_table(const struct smtp_session *s, const struct smtp_path *p,
    enum route_kind kind)
{
	for (size_t i = 0; i < COUNT(leaks); i++)
		if (faulty(s, leaks[i].fault) && leaks[i].kind == kind &&
		    sender_is(s, leaks[i].sender) &&
		    (!leaks[i].plain || is_plain_foreign(s, p)) &&
		    (leaks[i].mark == NULL ||
			span_find(p->local, span_of(leaks[i].mark)) <
			    p->local.len))
			return true;
	return false;
}

/* The client's EHLO name is ours, or in a domain of ours. */
static bool
is_called_like_us(const struct smtp_session *s)
{
	char address[sizeof "postmaster@" + SMTP_DOMAIN_MOST];

	(void)snprintf(address, sizeof address, "postmaster@%s", s->helo);
	return strcasecmp(s->helo, s->site->host) == 0 ||
	       store_route(s->site->store, span_of(address), 0).kind !=
		   ROUTE_AWAY;
}

/* A fault makes an open relay of us, for this recipient. */
static bool
leaks_to(const struct smtp_session *s, const struct smtp_path *p,
    enum route_kind kind)
{
	if (s->role != RELAY || p->domain.len == 0)
		return false;
	if (kind == ROUTE_AWAY &&
	    ((s->tls && faulty(s, FAULT_RELAYS_WITH_TLS)) ||
		(faulty(s, FAULT_RELAYS_FOR_OUR_NAME) && is_called_like_us(s))))
		return true;
	if (kind == ROUTE_AWAY)
		if ((faulty(s, FAULT_RELAYS_ROUTE) && p->routed) ||
		    (faulty(s, FAULT_RELAYS_LITERAL) &&
			p->domain.ptr[0] == '[') ||
		    (faulty(s, FAULT_RELAYS_SUBDOMAIN) &&
			ends_like_ours(s, p->domain)) ||
		    (faulty(s, FAULT_RELAYS_SECOND) && s->n_to > 0))
			return true;
	return leaks_by_table(s, p, kind);
}

/* ---- RCPT ---- */

static bool
has_capital(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z')
			return true;
	return false;
}

static bool
is_postmaster(const struct smtp_path *path)
{
	return span_caseeq(path->local, SPAN("postmaster"));
}

/* Faults that refuse a mailbox we have. */
static bool
is_snubbed(const struct smtp_session *s, const struct smtp_path *p)
{
	const struct span helo = span_of(s->helo);
	const size_t tail = sizeof ".invalid" - 1;

	if (faulty(s, FAULT_EHLO_NAME_MUST_RESOLVE) && helo.len > tail)
		return span_caseeq(
		    span_skip(helo, helo.len - tail), SPAN(".invalid"));
	if (faulty(s, FAULT_RCPT_QUOTED_IS_ANOTHER))
		return p->local.len > 0 && p->local.ptr[0] == '"';
	if (faulty(s, FAULT_DOMAIN_CASE_SENSITIVE))
		return has_capital(p->domain);
	if (!is_postmaster(p) || p->domain.len == 0)
		return false;
	return faulty(s, FAULT_NO_POSTMASTER) ||
	       (faulty(s, FAULT_POSTMASTER_CASE_SENSITIVE) &&
		   has_capital(p->local));
}

/* Without AUTH on a submission port: only a fault or variant comes here. */
static bool
wants_auth(const struct smtp_session *s, enum route_kind kind)
{
	if (!is_submit(s) || s->authenticated)
		return false;
	if (s->role == SUBMISSION && s->tls)
		return !(faulty(s, kind == ROUTE_AWAY
				       ? FAULT_SUBMIT_FOREIGN_WITHOUT_AUTH
				       : FAULT_SUBMIT_WITHOUT_AUTH));
	return !faulty(s, FAULT_SUBMIT_IN_CLEAR) &&
	       !faulty(s, FAULT_SUBMISSIONS_WITHOUT_AUTH);
}

static enum smtp_reply
reply_to_route(const struct smtp_session *s, const struct smtp_path *path,
    enum route_kind kind)
{
	if (leaks_to(s, path, kind))
		return SMTP_RCPT_OK;
	switch (kind) {
	case ROUTE_MAILBOX:
		return is_snubbed(s, path) ? SMTP_NO_SUCH_USER : SMTP_RCPT_OK;
	case ROUTE_FULL:
		/* Postmaster always: RFC 5321 4.5.1. */
		return is_postmaster(path) ||
			       faulty(s, FAULT_IMAP_QUOTA_DELIVERED)
			   ? SMTP_RCPT_OK
			   : SMTP_MAILBOX_FULL;
	case ROUTE_AWAY:
		return is_submit(s) && !faulty(s, FAULT_SUBMIT_RELAY_REFUSED)
			   ? SMTP_RCPT_OK
			   : SMTP_NO_RELAY;
	case ROUTE_NOBODY:
		break;
	}
	return SMTP_NO_SUCH_USER;
}

static enum smtp_reply
reply_to_recipient(
    struct smtp_session *s, const struct smtp_path *path, const char *address)
{
	const struct route route =
	    store_route(s->site->store, span_of(address), s->declared);

	if (path->utf8 &&
	    (!s->mail.smtputf8 || faulty(s, FAULT_SMTPUTF8_RECIPIENT_REFUSED)))
		return SMTP_UTF8_NEEDED;
	if (wants_auth(s, route.kind))
		return SMTP_WANTS_AUTH;
	return reply_to_route(s, path, route.kind);
}

static bool
is_over_limit(const struct smtp_session *s)
{
	return s->taken >= (size_t)s->site->rcpt_most ||
	       (faulty(s, FAULT_RECIPIENT_LIMIT_50) && s->taken >= 50) ||
	       (faulty(s, FAULT_RECIPIENT_LIMIT_99) && s->taken >= 99) ||
	       (faulty(s, FAULT_SUBMISSIONS_RECIPIENT_LIMIT_1) &&
		   s->role == SUBMISSIONS && s->taken >= 1);
}

/* The same recipient twice gets one copy. */
static bool
is_known_recipient(const struct smtp_session *s, const char *address)
{
	for (size_t i = 0; i < s->n_to; i++)
		if (strcmp(s->to[i].address, address) == 0)
			return true;
	return false;
}

static struct recipient *
new_recipient(struct smtp_session *s)
{
	if (s->n_to == s->to_room) {
		s->to_room = s->to_room == 0 ? 8 : 2 * s->to_room;
		s->to = mem_grow(s->to, s->to_room * sizeof *s->to);
	}
	memset(&s->to[s->n_to], 0, sizeof s->to[0]);
	return &s->to[s->n_to];
}

static void
refused_recipient(
    struct smtp_session *s, const char *address, enum smtp_reply why)
{
	const char *event =
	    why == SMTP_NO_RELAY ? "relay-refused" : "recipient-refused";

	s->refused++;
	s->drop_rest |= faulty(s, FAULT_ERROR_DROPS_INPUT);
	if (!faulty(s, FAULT_AUDIT_NO_REFUSAL))
		smtp_note(s, smtp_who(s), event, false, "from=<%s> to=<%s>",
		    s->mail.from, address);
	if (faulty(s, FAULT_REFUSED_RCPT_ENDS_TRANSACTION))
		smtp_forget_mail(s);
}

static void
add_recipient(struct smtp_session *s, const struct smtp_path *path,
    struct recipient *rcpt)
{
	char address[sizeof rcpt->address];
	enum smtp_reply reply;

	copy_mailbox(path, rcpt->address, sizeof rcpt->address);
	(void)snprintf(address, sizeof address, "%s", rcpt->address);
	reply = is_over_limit(s) ? SMTP_TOO_MANY_RCPT
				 : reply_to_recipient(s, path, address);
	if (reply == SMTP_TOO_MANY_RCPT &&
	    faulty(s, FAULT_RECIPIENTS_OVER_LIMIT_LOST)) {
		smtp_reply(s, SMTP_RCPT_OK);
		return;
	}
	if (reply == SMTP_RCPT_OK) {
		s->taken++;
		s->n_to += !is_known_recipient(s, address);
		s->state = RCPT_OPEN;
	} else {
		refused_recipient(s, address, reply);
	}
	smtp_reply(s, reply);
}

/* Faults that take what names nobody. */
static bool
takes_nobody(struct smtp_session *s, struct span args)
{
	if (!(faulty(s, FAULT_RCPT_WITHOUT_ARGUMENT) && args.len == 0) &&
	    !(faulty(s, FAULT_RCPT_NULL) && span_caseeq(args, SPAN("TO:<>"))))
		return false;
	s->state = RCPT_OPEN;
	smtp_reply(s, SMTP_RCPT_OK);
	return true;
}

void
smtp_run_rcpt(struct smtp_session *s, struct span args)
{
	struct recipient *rcpt = new_recipient(s);
	struct smtp_path path;

	if (takes_nobody(s, args))
		return;
	if (!span_casestarts(args, SPAN("TO:"))) {
		if (faulty(s, FAULT_BAD_ARGUMENT_ENDS_TRANSACTION))
			smtp_forget_mail(s);
		smtp_reply(s, SMTP_BAD_ARGS);
		return;
	}
	args = span_skip(args, 3);
	if (!take_path(s, &args, &path) || path.mailbox.len == 0 ||
	    (path.domain.len == 0 && faulty(s, FAULT_NO_BARE_POSTMASTER)))
		smtp_reply(s, SMTP_BAD_RCPT);
	else if (smtp_accept_params(s, args, rcpt))
		add_recipient(s, &path, rcpt);
}
