/* SPDX-License-Identifier: MIT */
#include "reference/smtp/session.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/mem.h"
#include "reference/smtp/auth.h"
#include "reference/smtp/body.h"
#include "reference/smtp/codec.h"
#include "reference/smtp/path.h"
#include "reference/smtp/reply.h"
#include "reference/smtp/trace.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Where a conversation can stand; a verb is legal in a set of these. */
enum {
	CONNECTED = 1 << 0, /* greeted by us, not yet by the client */
	READY = 1 << 1,     /* EHLO or HELO was accepted */
	MAIL_OPEN = 1 << 2, /* MAIL accepted, no recipient yet */
	RCPT_OPEN = 1 << 3, /* at least one recipient */
	BDAT_OPEN = 1 << 4, /* a chunk came, the last one did not */
	GREETED = READY | MAIL_OPEN | RCPT_OPEN | BDAT_OPEN,
	ANYTIME = CONNECTED | GREETED,
};

/* Roles, as a set. */
enum {
	RELAY = 1 << SMTP_RELAY,
	SUBMIT = 1 << SMTP_SUBMISSION | 1 << SMTP_SUBMISSIONS,
	ANYONE = RELAY | SUBMIT,
};

/* What the next octets are. */
enum input {
	IN_COMMANDS,
	IN_LONG_LINE, /* the rest of a line that is too long */
	IN_SASL,      /* a line that answers a challenge */
	IN_DATA,
	IN_CHUNK, /* octets of BDAT */
};

struct smtp_session {
	const struct smtp_site *site;
	enum smtp_role role;
	char peer[80];
	enum smtp_next next;
	unsigned state;
	enum input input;
	struct buf line; /* at most one, not yet whole */
	size_t skipped;  /* octets of a line that is too long */
	int errors;

	bool extended; /* EHLO, not HELO */
	bool tls;
	char helo[SMTP_DOMAIN_MOST + 1];
	struct smtp_auth auth; /* the exchange under way */
	bool authenticated;
	struct account account; /* whose session it is, then */

	struct envelope mail;
	struct recipient *to;
	size_t n_to, to_room;
	int64_t declared; /* SIZE=, or 0 */
	struct smtp_body body;
	int64_t chunk_left;
	size_t chunk_size;
	bool chunk_last;
	enum smtp_reply chunk_reply;

	/* For the time of one call. */
	struct wall now;
	struct buf *out;
};

/* ---- speaking ---- */

static bool
faulty(const struct smtp_session *s, enum fault fault)
{
	return fault != FAULT_NONE && s->site->fault == fault;
}

static void
hang_up(struct smtp_session *s)
{
	s->next = s->site->variant == VARIANT_CLOSES_WITH_RST ? SMTP_HANG_UP_RST
							      : SMTP_HANG_UP;
}

static void
say_with(struct smtp_session *s, enum smtp_reply reply, const char *arg)
{
	const struct smtp_manner manner = { s->site->fault, s->site->variant };

	if (smtp_reply_is_error(reply) && ++s->errors > s->site->errors_most) {
		reply = SMTP_TOO_MANY_ERRORS;
		arg = s->site->host;
		hang_up(s);
	}
	smtp_say(s->out, reply, manner, arg);
	if (s->out->full)
		hang_up(s); /* it sends and does not read */
}

static void
say(struct smtp_session *s, enum smtp_reply reply)
{
	say_with(s, reply, NULL);
}

/* The client's own name is in "detail": that is how it is found again. */
static void note(struct smtp_session *, struct span user, const char *event,
    bool success, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void
note(struct smtp_session *s, struct span user, const char *event, bool success,
    const char *fmt, ...)
{
	struct buf detail;
	va_list ap;

	buf_init(&detail, 2048);
	buf_addf(&detail, "helo=%s ", s->helo);
	va_start(ap, fmt);
	buf_vaddf(&detail, fmt, ap);
	va_end(ap);
	audit_write(s->site->audit, s->now,
	    &(struct audit_event){
		.service = "smtp",
		.peer = s->peer,
		.user = user,
		.event = event,
		.result = success ? "success" : "failure",
		.detail = buf_text(&detail),
	    });
	buf_free(&detail);
}

static struct span
who(const struct smtp_session *s)
{
	return s->authenticated ? span_of(s->account.user) : SPAN("");
}

/* ---- transactions ---- */

static void
forget_mail(struct smtp_session *s)
{
	memset(&s->mail, 0, sizeof s->mail);
	s->n_to = 0;
	s->declared = 0;
	smtp_body_clear(&s->body);
	if (s->state != CONNECTED)
		s->state = READY;
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

/* ---- EHLO and HELO ---- */

/* RFC 5321 4.1.1.1: what we offer, and when. */
enum when { ALWAYS, BEFORE_TLS, WITH_TLS };

/* clang-format off */
static const struct offer {
	const char	*keyword;	/* "$": filled in */
	unsigned	 roles;
	enum when	 when;
} offers[] = {
	{ "PIPELINING",		 ANYONE,	ALWAYS },
	{ "SIZE $",		 ANYONE,	ALWAYS },
	{ "8BITMIME",		 ANYONE,	ALWAYS },
	{ "STARTTLS",		 ANYONE,	BEFORE_TLS },
	{ "AUTH $",		 SUBMIT,	WITH_TLS },
	{ "ENHANCEDSTATUSCODES", ANYONE,	ALWAYS },
	{ "DSN",		 ANYONE,	ALWAYS },
	{ "SMTPUTF8",		 ANYONE,	ALWAYS },
	{ "CHUNKING",		 ANYONE,	ALWAYS },
	{ "HELP",		 ANYONE,	ALWAYS },
};
/* clang-format on */

static bool
offered(const struct smtp_session *s, const struct offer *o)
{
	return (o->roles & 1U << s->role) != 0 &&
	       (o->when == ALWAYS || (o->when == WITH_TLS) == s->tls);
}

static void
say_offers(struct smtp_session *s)
{
	struct buf text;

	buf_init(&text, 4096);
	buf_addf(&text, "%s greets %s", s->site->host, s->helo);
	for (size_t i = 0; i < COUNT(offers); i++) {
		const struct span keyword = span_of(offers[i].keyword);
		const size_t at = span_find(keyword, SPAN("$"));

		if (!offered(s, &offers[i]))
			continue;
		buf_addf(&text, "\n%.*s", (int)at, keyword.ptr);
		if (at == keyword.len)
			continue;
		if (span_starts(keyword, SPAN("SIZE")))
			buf_addf(&text, "%lld", (long long)s->site->size_most);
		else
			buf_addf(&text, "%s", smtp_mechanism_names());
	}
	say_with(s, SMTP_HELLO_PLAIN, buf_text(&text));
	buf_free(&text);
}

static bool
take_hello(struct smtp_session *s, struct span args)
{
	if (!smtp_is_domain_or_literal(args)) {
		say(s, SMTP_BAD_HELLO);
		return false;
	}
	(void)snprintf(s->helo, sizeof s->helo, "%.*s", SPAN_FMT(args));
	/* "as if a RSET command had been issued": RFC 5321 4.1.4. */
	s->state = READY;
	forget_mail(s);
	return true;
}

static void
run_ehlo(struct smtp_session *s, struct span args)
{
	if (!take_hello(s, args))
		return;
	s->extended = true;
	say_offers(s);
}

static void
run_helo(struct smtp_session *s, struct span args)
{
	if (!take_hello(s, args))
		return;
	s->extended = false;
	say_with(s, SMTP_HELLO_PLAIN, s->site->host);
}

/* ---- parameters of MAIL and RCPT ---- */

enum verdict_on_param { PARAM_OK, PARAM_BAD, PARAM_UNKNOWN, PARAM_TOO_BIG };

struct slot { /* what a parameter is written to */
	struct smtp_session *session;
	struct recipient *rcpt; /* NULL for MAIL */
};

/* RFC 1870 4, 6.1 */
static enum verdict_on_param
param_size(struct slot slot, struct span value)
{
	struct smtp_session *s = slot.session;

	if (!smtp_parse_number(value, &s->declared))
		return PARAM_BAD;
	return s->declared > s->site->size_most ? PARAM_TOO_BIG : PARAM_OK;
}

/* RFC 6152 2; BINARYMIME (RFC 3030) is not offered. */
static enum verdict_on_param
param_body(struct slot slot, struct span value)
{
	if (span_caseeq(value, SPAN("8BITMIME"))) {
		slot.session->mail.eightbit = true;
		return PARAM_OK;
	}
	return span_caseeq(value, SPAN("7BIT")) ? PARAM_OK : PARAM_BAD;
}

/* RFC 6531 3.4 */
static enum verdict_on_param
param_smtputf8(struct slot slot, struct span value)
{
	if (value.ptr != NULL)
		return PARAM_BAD;
	slot.session->mail.smtputf8 = true;
	return PARAM_OK;
}

/* RFC 4954 5: understood, and not trusted. */
static enum verdict_on_param
param_auth(struct slot slot, struct span value)
{
	struct buf mailbox;
	struct smtp_path path;
	bool good;

	if ((1U << slot.session->role & SUBMIT) == 0)
		return PARAM_UNKNOWN;
	buf_init(&mailbox, SMTP_COMMAND_MOST);
	good = smtp_decode_xtext(value, &mailbox) &&
	       (span_eq(buf_span(&mailbox), SPAN("<>")) ||
		   smtp_parse_mailbox(buf_span(&mailbox), &path));
	buf_free(&mailbox);
	return good ? PARAM_OK : PARAM_BAD;
}

/* RFC 3461 4.3 */
static enum verdict_on_param
param_ret(struct slot slot, struct span value)
{
	struct envelope *mail = &slot.session->mail;

	mail->ret_hdrs = span_caseeq(value, SPAN("HDRS"));
	mail->ret_full = span_caseeq(value, SPAN("FULL"));
	return mail->ret_hdrs || mail->ret_full ? PARAM_OK : PARAM_BAD;
}

static bool
is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < ' ' || s.ptr[i] > '~')
			return false;
	return true;
}

/* RFC 3461 4.4: at most 100 characters, printable once decoded. */
static enum verdict_on_param
param_envid(struct slot slot, struct span value)
{
	struct envelope *mail = &slot.session->mail;
	struct buf plain;
	bool good;

	if (value.len == 0 || value.len > 100)
		return PARAM_BAD;
	buf_init(&plain, 128);
	good =
	    smtp_decode_xtext(value, &plain) && is_printable(buf_span(&plain));
	buf_free(&plain);
	(void)snprintf(
	    mail->envid, sizeof mail->envid, "%.*s", SPAN_FMT(value));
	return good ? PARAM_OK : PARAM_BAD;
}

/* RFC 3461 4.1: NEVER stands alone. */
static enum verdict_on_param
param_notify(struct slot slot, struct span value)
{
	static const struct {
		struct span word;
		unsigned bit;
	} words[] = {
		{ { "NEVER", 5 }, NOTIFY_NEVER },
		{ { "SUCCESS", 7 }, NOTIFY_SUCCESS },
		{ { "FAILURE", 7 }, NOTIFY_FAILURE },
		{ { "DELAY", 5 }, NOTIFY_DELAY },
	};
	unsigned set = 0;

	/* A comma in the last place leaves a word that is not there. */
	if (value.len == 0 || value.ptr[value.len - 1] == ',')
		return PARAM_BAD;
	while (value.len > 0) {
		const struct span word = span_cut(&value, ',');
		unsigned bit = 0;

		for (size_t i = 0; i < COUNT(words); i++)
			if (span_caseeq(word, words[i].word))
				bit = words[i].bit;
		if (bit == 0)
			return PARAM_BAD;
		set |= bit;
	}
	if ((set & NOTIFY_NEVER) != 0 && set != NOTIFY_NEVER)
		return PARAM_BAD;
	slot.rcpt->notify = set;
	return PARAM_OK;
}

/* RFC 3461 4.2: addr-type ";" xtext, at most 500 characters. */
static enum verdict_on_param
param_orcpt(struct slot slot, struct span value)
{
	struct span address = value;
	const struct span type = span_cut(&address, ';');
	struct buf plain;
	bool good;

	if (type.len == 0 || address.len == 0 || value.len > 500)
		return PARAM_BAD;
	buf_init(&plain, 512);
	/* RFC 6533 3: utf-8-addr-xtext may be UTF-8 as it is. */
	good = span_caseeq(type, SPAN("utf-8")) ||
	       smtp_decode_xtext(address, &plain);
	buf_free(&plain);
	(void)snprintf(
	    slot.rcpt->orcpt, sizeof slot.rcpt->orcpt, "%.*s", SPAN_FMT(value));
	return good ? PARAM_OK : PARAM_BAD;
}

/* clang-format off */
static const struct param {
	struct span		keyword;
	bool			of_rcpt;
	enum verdict_on_param	(*take)(struct slot, struct span value);
} params[] = {
	{ { "SIZE", 4 },	false,	param_size },
	{ { "BODY", 4 },	false,	param_body },
	{ { "SMTPUTF8", 8 },	false,	param_smtputf8 },
	{ { "AUTH", 4 },	false,	param_auth },
	{ { "RET", 3 },		false,	param_ret },
	{ { "ENVID", 5 },	false,	param_envid },
	{ { "NOTIFY", 6 },	true,	param_notify },
	{ { "ORCPT", 5 },	true,	param_orcpt },
};
/* clang-format on */

static size_t
param_find(struct span keyword, bool of_rcpt)
{
	size_t i = 0;

	while (
	    i < COUNT(params) && (params[i].of_rcpt != of_rcpt ||
				     !span_caseeq(params[i].keyword, keyword)))
		i++;
	return i;
}

/* Says what is wrong, if anything is. */
static bool
take_params(struct smtp_session *s, struct span in, struct recipient *rcpt)
{
	const struct slot slot = { s, rcpt };
	struct smtp_param param;
	unsigned seen = 0;
	bool bad = false;

	while (smtp_take_param(&in, &param, &bad)) {
		const size_t i = param_find(param.keyword, rcpt != NULL);
		enum verdict_on_param verdict = PARAM_UNKNOWN;

		/* A client that said HELO was offered none. */
		if (i < COUNT(params) && s->extended)
			verdict = (seen & 1U << i) != 0
				      ? PARAM_BAD
				      : params[i].take(slot, param.value);
		if (verdict == PARAM_UNKNOWN)
			say(s, SMTP_UNKNOWN_PARAM);
		else if (verdict == PARAM_BAD)
			say_with(s, SMTP_BAD_PARAM, params[i].keyword.ptr);
		else if (verdict == PARAM_TOO_BIG)
			say(s, SMTP_TOO_BIG);
		if (verdict != PARAM_OK)
			return false;
		seen |= 1U << i;
	}
	if (bad)
		say(s, SMTP_BAD_ARGS);
	return !bad;
}

/* ---- MAIL ---- */

/* Somebody who is known sends as himself: RFC 6409 6.1 lets us insist. */
static bool
may_send_as(struct smtp_session *s, struct span address)
{
	struct route route;

	if ((1U << s->role & SUBMIT) == 0 || address.len == 0)
		return true;
	route = store_route(s->site->store, address, 0);
	return (route.kind == ROUTE_MAILBOX || route.kind == ROUTE_FULL) &&
	       route.account == s->account.id;
}

static void
take_mailbox(const struct smtp_path *path, char *out, size_t room)
{
	struct buf plain;

	buf_init(&plain, room - 1);
	smtp_plain_mailbox(path, &plain);
	(void)snprintf(out, room, "%s", buf_text(&plain));
	buf_free(&plain);
}

static void
open_mail(struct smtp_session *s, const struct smtp_path *path)
{
	take_mailbox(path, s->mail.from, sizeof s->mail.from);
	if (path->utf8 && !s->mail.smtputf8)
		say(s, SMTP_UTF8_NEEDED);
	else if (!may_send_as(s, span_of(s->mail.from)))
		say(s, SMTP_NOT_YOUR_ADDRESS);
	else {
		s->state = MAIL_OPEN;
		say(s, SMTP_SENDER_OK);
	}
}

/* RFC 5321 4.1.1.2 */
static void
run_mail(struct smtp_session *s, struct span args)
{
	struct smtp_path path;

	forget_mail(s);
	if (!span_casestarts(args, SPAN("FROM:"))) {
		say(s, SMTP_BAD_ARGS);
		return;
	}
	args = span_skip(args, 5);
	if (!smtp_take_path(&args, &path) ||
	    (path.mailbox.len > 0 && path.domain.len == 0))
		say(s, SMTP_BAD_SENDER);
	else if (take_params(s, args, NULL))
		open_mail(s, &path);
	if (s->state != MAIL_OPEN)
		forget_mail(s);
}

/* ---- RCPT ---- */

static bool
is_postmaster(const struct smtp_path *path)
{
	return span_caseeq(path->local, SPAN("postmaster"));
}

/* Whether we take mail for it; says why not. */
static bool
accept_route(struct smtp_session *s, const struct smtp_path *path,
    struct route route, const char *address)
{
	switch (route.kind) {
	case ROUTE_MAILBOX:
		return true;
	case ROUTE_FULL:
		if (is_postmaster(path))
			return true; /* RFC 5321 4.5.1 */
		say(s, SMTP_MAILBOX_FULL);
		return false;
	case ROUTE_AWAY:
		if ((1U << s->role & SUBMIT) != 0)
			return true;
		note(s, who(s), "relay-refused", false, "from=<%s> to=<%s>",
		    s->mail.from, address);
		say(s, SMTP_NO_RELAY);
		return false;
	case ROUTE_NOBODY:
		break;
	}
	say(s, SMTP_NO_SUCH_USER);
	return false;
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

static void
add_recipient(struct smtp_session *s, const struct smtp_path *path,
    struct recipient *rcpt)
{
	struct route route;

	take_mailbox(path, rcpt->address, sizeof rcpt->address);
	route =
	    store_route(s->site->store, span_of(rcpt->address), s->declared);
	if (path->utf8 && !s->mail.smtputf8)
		say(s, SMTP_UTF8_NEEDED);
	else if (accept_route(s, path, route, rcpt->address)) {
		s->n_to += !is_known_recipient(s, rcpt->address);
		s->state = RCPT_OPEN;
		say(s, SMTP_RCPT_OK);
	}
}

/* RFC 5321 4.1.1.3 */
static void
run_rcpt(struct smtp_session *s, struct span args)
{
	struct recipient *rcpt = new_recipient(s);
	struct smtp_path path;

	if (!span_casestarts(args, SPAN("TO:"))) {
		say(s, SMTP_BAD_ARGS);
		return;
	}
	args = span_skip(args, 3);
	if (!smtp_take_path(&args, &path) || path.mailbox.len == 0)
		say(s, SMTP_BAD_RCPT);
	else if (!take_params(s, args, rcpt))
		return;
	else if (s->n_to >= (size_t)s->site->rcpt_most)
		say(s, SMTP_TOO_MANY_RCPT);
	else
		add_recipient(s, &path, rcpt);
}

/* ---- the message has come ---- */

/* clang-format off */
static const struct {
	unsigned	 flaw;
	enum smtp_reply	 reply;
	const char	*why;
} flaws[] = {
	{ SMTP_FLAW_BIG,   SMTP_TOO_BIG,     NULL },
	{ SMTP_FLAW_STRAY, SMTP_BAD_CONTENT, "bare CR or LF in the message" },
	{ SMTP_FLAW_NUL,   SMTP_BAD_CONTENT, "NUL in the message" },
	{ SMTP_FLAW_LONG,  SMTP_BAD_CONTENT, "line over 1000 octets" },
};
/* clang-format on */

static bool
say_flaw(struct smtp_session *s)
{
	for (size_t i = 0; i < COUNT(flaws); i++)
		if ((s->body.flaws & flaws[i].flaw) != 0) {
			say_with(s, flaws[i].reply, flaws[i].why);
			return true;
		}
	return false;
}

/* All mailboxes that are ours have no room for what really came. */
static bool
nobody_has_room(struct smtp_session *s)
{
	for (size_t i = 0; i < s->n_to; i++)
		if (store_route(s->site->store, span_of(s->to[i].address),
			(int64_t)s->body.text.len)
			.kind != ROUTE_FULL)
			return false;
	return true;
}

/* RFC 6409 8.1 to 8.3: a submission server may complete a header. */
static void
complete_header(struct smtp_session *s, struct span message, struct buf *out)
{
	char date[CLOCK_TEXT + 8];

	if (!smtp_has_field(message, SPAN("Date"))) {
		wall_mail_date(s->now, date);
		buf_addf(out, "Date: %s\r\n", date);
	}
	if (!smtp_has_field(message, SPAN("Message-ID")))
		buf_addf(out, "Message-ID: <%lld.%p.%s@%s>\r\n",
		    (long long)s->now.us, (void *)s, s->account.user,
		    s->site->host);
}

static void
write_message(struct smtp_session *s, struct buf *out)
{
	const struct span message = buf_span(&s->body.text);

	smtp_write_received(
	    out, &(struct smtp_trace){
		     .helo = s->helo,
		     .peer = s->peer,
		     .host = s->site->host,
		     .extended = s->extended,
		     .tls = s->tls,
		     .authenticated = s->authenticated,
		     .smtputf8 = s->mail.smtputf8,
		     .recipient = s->n_to == 1 ? s->to[0].address : NULL,
		     .when = s->now,
		 });
	if ((1U << s->role & SUBMIT) != 0)
		complete_header(s, message, out);
	/* Text that begins at once is a body, and stays one. */
	if (message.len > 0 && !span_starts(message, SPAN("\r\n")) &&
	    !smtp_has_header(message))
		buf_add(out, SPAN("\r\n"));
	buf_add(out, message);
}

/* 250 only when the store has said yes: RFC 5321 4.2.5, 6.1. */
static void
store_mail(struct smtp_session *s)
{
	char id[STORE_ID] = "";
	struct buf whole;
	struct err err = { 0 };
	bool stored;

	s->mail.to = s->to;
	s->mail.n_to = s->n_to;
	s->mail.eightbit |= s->body.beyond_ascii;
	buf_init(&whole, s->body.text.len + 4096);
	write_message(s, &whole);
	stored = store_accept(
	    s->site->store, &s->mail, buf_span(&whole), s->now, id, &err);
	buf_free(&whole);
	note(s, who(s), (1U << s->role & SUBMIT) != 0 ? "submit" : "receive",
	    stored, "queue=%s from=<%s> recipients=%zu%s%s", id, s->mail.from,
	    s->n_to, stored ? "" : " error=", stored ? "" : err.what);
	if (stored)
		say_with(s, SMTP_QUEUED, id);
	else
		say(s, SMTP_NOT_STORED);
}

static void
end_mail(struct smtp_session *s)
{
	if (say_flaw(s))
		;
	else if (smtp_count_hops(buf_span(&s->body.text)) > s->site->hops_most)
		say(s, SMTP_LOOP);
	else if (nobody_has_room(s))
		say(s, SMTP_MAILBOX_FULL_NOW);
	else
		store_mail(s);
	forget_mail(s);
}

/* ---- DATA and BDAT ---- */

/* RFC 5321 4.1.1.4 */
static void
run_data(struct smtp_session *s, struct span args)
{
	(void)args;
	s->input = IN_DATA;
	say(s, SMTP_GO_AHEAD);
}

static void
end_chunk(struct smtp_session *s)
{
	char size[24];

	s->input = IN_COMMANDS;
	if (s->chunk_reply != SMTP_CHUNK_OK) {
		say(s, s->chunk_reply);
		return;
	}
	if ((s->body.flaws & SMTP_FLAW_BIG) != 0) {
		/* Chunks still under way are read and answered 503. */
		say(s, SMTP_TOO_BIG);
		forget_mail(s);
		return;
	}
	if (!s->chunk_last) {
		(void)snprintf(size, sizeof size, "%zu", s->chunk_size);
		say_with(s, SMTP_CHUNK_OK, size);
		return;
	}
	smtp_body_end(&s->body);
	end_mail(s);
}

/*
 * RFC 3030 2: the octets come whatever we think of them, so they are counted
 * first and the reply is decided before they arrive.
 */
static void
run_bdat(struct smtp_session *s, struct span args)
{
	const struct span size = span_cut(&args, ' ');

	if (!smtp_parse_number(size, &s->chunk_left) ||
	    (args.len > 0 && !span_caseeq(args, SPAN("LAST")))) {
		say(s, SMTP_BAD_ARGS);
		return;
	}
	s->chunk_size = (size_t)s->chunk_left;
	s->chunk_last = args.len > 0;
	s->chunk_reply = SMTP_CHUNK_OK;
	if ((s->state & (RCPT_OPEN | BDAT_OPEN)) == 0)
		s->chunk_reply = SMTP_BAD_ORDER;
	else
		s->state = BDAT_OPEN;
	s->input = IN_CHUNK;
	if (s->chunk_left == 0)
		end_chunk(s);
}

static void
take_chunk(struct smtp_session *s, struct span *in)
{
	const struct span part = span_take(*in,
	    s->chunk_left < (int64_t)in->len ? (size_t)s->chunk_left : in->len);

	if (s->chunk_reply == SMTP_CHUNK_OK)
		smtp_body_chunk(&s->body, part);
	*in = span_skip(*in, part.len);
	s->chunk_left -= (int64_t)part.len;
	if (s->chunk_left == 0)
		end_chunk(s);
}

/* ---- STARTTLS and AUTH ---- */

/* RFC 3207 4 */
static void
run_starttls(struct smtp_session *s, struct span args)
{
	(void)args;
	if (s->tls) {
		say(s, SMTP_TLS_ALREADY);
		return;
	}
	say(s, SMTP_TLS_READY);
	s->next = SMTP_START_TLS;
}

static bool
is_locked(const struct smtp_session *s, const struct account *a)
{
	return a->locked_until_us > s->now.us;
}

static void
login_failed(struct smtp_session *s)
{
	const struct smtp_site *site = s->site;
	struct smtp_auth *a = &s->auth;
	const struct span user = span_of(a->user);

	note(s, user, "login", false, "mechanism=%s", a->mechanism->name.ptr);
	if (!a->known)
		return;
	store_login_failed(site->store, a->account.id,
	    site->login_failures_most, site->login_lock_us, s->now);
	if (store_account(site->store, span_of(a->account.user), &a->account) &&
	    is_locked(s, &a->account))
		note(s, user, "lockout", true, "failures=%d",
		    a->account.failures);
}

static void
login_succeeded(struct smtp_session *s)
{
	store_login_succeeded(s->site->store, s->auth.account.id);
	s->authenticated = true;
	s->account = s->auth.account;
	note(s, who(s), "login", true, "mechanism=%s",
	    s->auth.mechanism->name.ptr);
}

static void
end_auth(struct smtp_session *s, enum smtp_reply reply)
{
	s->input = IN_COMMANDS;
	smtp_auth_end(&s->auth);
	say(s, reply);
}

/* The octets of an answer; NULL ptr: the client has not spoken yet. */
static void
step_auth(struct smtp_session *s, struct span answer)
{
	struct buf challenge, text;
	enum smtp_auth_next next;

	buf_init(&challenge, SMTP_LINE_MOST);
	buf_init(&text, SMTP_LINE_MOST);
	next = smtp_auth_step(&s->auth, answer, &challenge);
	smtp_base64_encode(buf_span(&challenge), &text);

	/* A locked account looks like a wrong password. */
	if (next == SMTP_AUTH_YES && is_locked(s, &s->auth.account)) {
		note(s, span_of(s->auth.user), "login", false, "locked");
		end_auth(s, SMTP_AUTH_LOCKED);
	} else if (next == SMTP_AUTH_YES) {
		login_succeeded(s);
		end_auth(s, SMTP_AUTH_OK);
	} else if (next == SMTP_AUTH_NO) {
		login_failed(s);
		end_auth(s, SMTP_AUTH_FAILED);
	} else if (next == SMTP_AUTH_BAD) {
		end_auth(s, SMTP_AUTH_GARBLED);
	} else {
		s->input = IN_SASL;
		say_with(s, SMTP_CHALLENGE, buf_text(&text));
	}
	buf_free(&challenge);
	buf_free(&text);
}

static void
take_answer(struct smtp_session *s, struct span text)
{
	struct buf octets;

	if (span_eq(text, SPAN("*"))) {
		end_auth(s, SMTP_AUTH_CANCELLED);
		return;
	}
	buf_init(&octets, SMTP_LINE_MOST);
	if (!smtp_base64_decode(text, &octets))
		end_auth(s, SMTP_AUTH_GARBLED);
	else
		step_auth(s, octets.len == 0 ? SPAN("") : buf_span(&octets));
	buf_free(&octets);
}

/* RFC 4954 4 */
static void
run_auth(struct smtp_session *s, struct span args)
{
	const struct span name = span_cut(&args, ' ');
	const struct smtp_mechanism *mechanism = smtp_mechanism_find(name);

	if (s->authenticated)
		say(s, SMTP_AUTH_ALREADY);
	else if (!s->tls)
		say(s, SMTP_AUTH_WANTS_TLS);
	else if (mechanism == NULL)
		say(s, SMTP_AUTH_UNKNOWN);
	else {
		smtp_auth_start(&s->auth, mechanism, s->site->store,
		    s->site->secret, s->site->fault);
		if (args.len == 0)
			step_auth(s, (struct span){ NULL, 0 });
		else if (span_eq(args, SPAN("=")))
			step_auth(s, SPAN(""));
		else
			take_answer(s, args);
	}
}

/* ---- the small ones ---- */

static void
run_rset(struct smtp_session *s, struct span args)
{
	(void)args;
	forget_mail(s);
	say(s, SMTP_RESET_OK);
}

static void
run_noop(struct smtp_session *s, struct span args)
{
	(void)args;
	say(s, SMTP_NOOP_OK);
}

static void
run_vrfy(struct smtp_session *s, struct span args)
{
	(void)args;
	say(s, SMTP_CANNOT_VRFY);
}

static void
run_expn(struct smtp_session *s, struct span args)
{
	(void)args;
	say(s, SMTP_NOT_IMPLEMENTED);
}

static void
run_quit(struct smtp_session *s, struct span args)
{
	(void)args;
	say_with(s, SMTP_BYE, s->site->host);
	hang_up(s);
}

static void run_help(struct smtp_session *, struct span);

/* ---- verbs ---- */

enum args { NO_ARGS, ANY_ARGS, SOME_ARGS };

/*
 * legal_in: RFC 5321 4.1.4.  most: RFC 5321 4.5.3.1.4 and what extensions add
 * to it: SIZE 26 (RFC 1870 3), DSN 500 each (RFC 3461 3), AUTH 500 on MAIL
 * and 12288 in all (RFC 4954 3, 4), SMTPUTF8 10 (RFC 6531 3.1).
 */
/* clang-format off */
static const struct verb {
	struct span	 name;
	unsigned	 legal_in;
	unsigned	 roles;
	enum args	 args;
	bool		 needs_auth;	/* when submitting: RFC 6409 4.3 */
	size_t		 most;		/* octets of the line with its CRLF */
	enum smtp_reply	 otherwise;	/* when it is not legal now */
	enum fault	 lifted_by;	/* with this fault on, legal anywhere */
	void		(*run)(struct smtp_session *, struct span);
} verbs[] = {
	{ { "EHLO", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_ehlo },
	{ { "HELO", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_helo },
	{ { "MAIL", 4 }, READY, ANYONE, SOME_ARGS, true, 512 + 1048,
	  SMTP_NESTED_MAIL, FAULT_NONE, run_mail },
	{ { "RCPT", 4 }, MAIL_OPEN | RCPT_OPEN, ANYONE, SOME_ARGS, true,
	  512 + 512, SMTP_NO_MAIL_YET, FAULT_NONE, run_rcpt },
	{ { "DATA", 4 }, RCPT_OPEN, ANYONE, NO_ARGS, true, 512,
	  SMTP_NO_RCPT_YET, FAULT_NONE, run_data },
	{ { "BDAT", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_bdat },
	{ { "RSET", 4 }, ANYTIME, ANYONE, NO_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_rset },
	{ { "NOOP", 4 }, ANYTIME, ANYONE, ANY_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_noop },
	{ { "VRFY", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_vrfy },
	{ { "EXPN", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_expn },
	{ { "HELP", 4 }, ANYTIME, ANYONE, ANY_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_help },
	{ { "QUIT", 4 }, ANYTIME, ANYONE, NO_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_quit },
	{ { "STARTTLS", 8 }, READY, ANYONE, NO_ARGS, false, 512,
	  SMTP_BAD_ORDER, FAULT_NONE, run_starttls },
	{ { "AUTH", 4 }, READY, SUBMIT, SOME_ARGS, false, SMTP_LINE_MOST,
	  SMTP_BAD_ORDER, FAULT_NONE, run_auth },
};
/* clang-format on */

static void
run_help(struct smtp_session *s, struct span args)
{
	struct buf names;

	(void)args;
	buf_init(&names, 512);
	for (size_t i = 0; i < COUNT(verbs); i++)
		if ((verbs[i].roles & 1U << s->role) != 0)
			buf_addf(&names, "%s%s", i == 0 ? "" : " ",
			    verbs[i].name.ptr);
	say_with(s, SMTP_HELP, buf_text(&names));
	buf_free(&names);
}

static const struct verb *
verb_find(struct span name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (span_caseeq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static bool
verb_allowed(const struct smtp_session *s, const struct verb *v)
{
	return (v->legal_in & s->state) != 0 || faulty(s, v->lifted_by);
}

/* Which rule stands in the way; SMTP_REPLY_COUNT: none. */
static enum smtp_reply
objection(const struct smtp_session *s, const struct verb *v,
    const struct smtp_command *cmd)
{
	if (cmd->line.len + 2 > v->most)
		return SMTP_LINE_TOO_LONG;
	if ((v->roles & 1U << s->role) == 0)
		return SMTP_NOT_IMPLEMENTED;
	if (!verb_allowed(s, v))
		return s->state == CONNECTED ? SMTP_BAD_ORDER : v->otherwise;
	if (v->needs_auth && (1U << s->role & SUBMIT) != 0 && !s->authenticated)
		return SMTP_WANTS_AUTH;
	if (v->args == NO_ARGS && cmd->args.len > 0)
		return SMTP_NO_ARGS_PLEASE;
	if (v->args == SOME_ARGS && cmd->args.len == 0)
		return SMTP_BAD_ARGS;
	return SMTP_REPLY_COUNT;
}

static void
obey(struct smtp_session *s, const struct smtp_command *cmd)
{
	const struct verb *v = verb_find(cmd->verb);
	enum smtp_reply no;

	if (v == NULL) {
		say(s, cmd->line.len + 2 > SMTP_COMMAND_MOST
			   ? SMTP_LINE_TOO_LONG
			   : SMTP_UNKNOWN);
		return;
	}
	no = objection(s, v, cmd);
	if (no != SMTP_REPLY_COUNT)
		say(s, no);
	else
		v->run(s, cmd->args);
}

/* ---- octets ---- */

static void
take_bad_line(struct smtp_session *s, enum smtp_reply reply)
{
	if (s->input != IN_SASL) {
		say(s, reply);
		return;
	}
	end_auth(
	    s, reply == SMTP_LINE_TOO_LONG ? SMTP_AUTH_LINE_TOO_LONG : reply);
}

/* One line is whole, or will never be. */
static void
use_line(struct smtp_session *s)
{
	struct span in = buf_span(&s->line);
	struct smtp_command cmd;

	switch (smtp_parse_command(&in, &cmd)) {
	case SMTP_NEED_MORE:
		return;
	case SMTP_COMMAND:
		if (s->input == IN_SASL)
			take_answer(s, cmd.line);
		else
			obey(s, &cmd);
		break;
	case SMTP_BAD_LINE:
		take_bad_line(s, SMTP_BAD_OCTETS);
		break;
	case SMTP_TOO_LONG:
		take_bad_line(s, SMTP_LINE_TOO_LONG);
		s->input = IN_LONG_LINE;
		break;
	}
	buf_drop(&s->line, s->line.len - in.len);
}

static void
skip_line(struct smtp_session *s)
{
	struct span in = buf_span(&s->line);

	if (smtp_skip_line(&in))
		s->input = IN_COMMANDS;
	buf_drop(&s->line, s->line.len - in.len);
}

/* A LF is the most that is taken at once, so no line waits in s->line. */
static void
take_line(struct smtp_session *s, struct span *in)
{
	const size_t lf = span_find(*in, SPAN("\n"));
	const struct span part =
	    span_take(span_take(*in, lf == in->len ? lf : lf + 1),
		s->line.cap - s->line.len);

	buf_add(&s->line, part);
	*in = span_skip(*in, part.len);
	if (s->input == IN_LONG_LINE)
		skip_line(s);
	else
		use_line(s);
}

void
smtp_session_feed(
    struct smtp_session *s, struct span in, struct wall now, struct buf *out)
{
	s->now = now;
	s->out = out;
	while (in.len > 0 && s->next == SMTP_GO_ON)
		switch (s->input) {
		case IN_COMMANDS:
		case IN_LONG_LINE:
		case IN_SASL:
			take_line(s, &in);
			break;
		case IN_DATA:
			if (!smtp_body_data(&s->body, &in))
				break;
			s->input = IN_COMMANDS;
			end_mail(s);
			break;
		case IN_CHUNK:
			take_chunk(s, &in);
			break;
		}
	/* What is left was sent behind STARTTLS or QUIT: RFC 3207 4.2. */
}

/* ---- the session itself ---- */

struct smtp_session *
smtp_session_new(
    const struct smtp_site *site, enum smtp_role role, const char *peer)
{
	struct smtp_session *s = mem_new(1, sizeof *s);

	s->site = site;
	s->role = role;
	s->state = CONNECTED;
	s->tls = role == SMTP_SUBMISSIONS;
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	buf_init(&s->line, SMTP_LINE_MOST);
	smtp_body_init(&s->body, (size_t)site->size_most);
	return s;
}

void
smtp_session_free(struct smtp_session *s)
{
	if (s == NULL)
		return;
	smtp_auth_end(&s->auth);
	smtp_body_free(&s->body);
	buf_free(&s->line);
	free(s->to);
	free(s);
}

void
smtp_session_greet(struct smtp_session *s, struct wall now, struct buf *out)
{
	s->now = now;
	s->out = out;
	say_with(s, SMTP_GREETING, s->site->host);
}

enum smtp_next
smtp_session_next(const struct smtp_session *s)
{
	return s->next;
}

/* RFC 3207 4.2: all that was said before is forgotten. */
void
smtp_session_secured(
    struct smtp_session *s, const char *version, const char *cipher)
{
	(void)version;
	(void)cipher;
	s->tls = true;
	s->next = SMTP_GO_ON;
	s->state = CONNECTED;
	s->extended = false;
	s->helo[0] = '\0';
	s->authenticated = false;
	buf_clear(&s->line);
	forget_mail(s);
}

void
smtp_session_idle(struct smtp_session *s, struct wall now, struct buf *out)
{
	s->now = now;
	s->out = out;
	say_with(s, SMTP_IDLE_BYE, s->site->host);
	hang_up(s);
}
