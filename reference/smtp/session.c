/* SPDX-License-Identifier: MIT */
#include "reference/smtp/session.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/mem.h"
#include "reference/smtp/inner.h"

#define KEPT_MOST 65536 /* octets behind STARTTLS, for one fault only */

/* ---- speaking ---- */

void
smtp_hang_up(struct smtp_session *s)
{
	s->next = varies(s, VARIANT_CLOSES_WITH_RST) ? SMTP_HANG_UP_RST
						     : SMTP_HANG_UP;
}

static int
errors_most(const struct smtp_session *s)
{
	return varies(s, VARIANT_GIVES_UP_AFTER_ERRORS) ? 20
							: s->site->errors_most;
}

void
smtp_reply_with(struct smtp_session *s, enum smtp_reply reply, const char *arg)
{
	const struct smtp_manner manner = {
		.fault = s->site->fault,
		.variant = s->site->variant,
		.role = s->role,
	};

	if (smtp_reply_is_error(reply) && ++s->errors > errors_most(s)) {
		reply = SMTP_TOO_MANY_ERRORS;
		arg = s->site->host;
		smtp_hang_up(s);
	}
	smtp_say(s->out, reply, manner, arg);
	if (s->out->full)
		smtp_hang_up(s); /* it sends and does not read */
}

void
smtp_reply(struct smtp_session *s, enum smtp_reply reply)
{
	smtp_reply_with(s, reply, NULL);
}

void
smtp_note(struct smtp_session *s, struct span user, const char *event,
    bool success, const char *fmt, ...)
{
	struct wall when = s->now;
	struct buf detail;
	va_list ap;

	if (faulty(s, FAULT_AUDIT_WRONG_TIME))
		when.us -= INT64_C(86400000000);
	buf_init(&detail, 4096);
	buf_addf(&detail, "helo=%s ", s->helo);
	va_start(ap, fmt);
	buf_vaddf(&detail, fmt, ap);
	va_end(ap);
	audit_write(s->site->audit, when,
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

struct span
smtp_who(const struct smtp_session *s)
{
	return s->authenticated ? span_of(s->account.user) : SPAN("");
}

void
smtp_forget_mail(struct smtp_session *s)
{
	const struct envelope old = s->mail;

	memset(&s->mail, 0, sizeof s->mail);
	if (faulty(s, FAULT_ENVID_STICKS))
		memcpy(s->mail.envid, old.envid, sizeof old.envid);
	if (!s->leftover)
		s->n_to = 0;
	s->taken = 0;
	s->refused = 0;
	s->declared = 0;
	smtp_body_clear(&s->body);
	if (s->state != CONNECTED)
		s->state = READY;
}

/* ---- EHLO and HELO ---- */

/* clang-format off */
enum when { ALWAYS, BEFORE_TLS, WITH_TLS };

/* What we offer, to whom and when: RFC 5321 4.1.1.1. */
static const struct offer {
	struct span	 keyword;
	unsigned	 roles;
	enum when	 when;
	enum fault	 unlisted_by;
	enum variant	 absent_in;	/* and in WITHOUT_EXTENSIONS */
} offers[] = {
	{ { "PIPELINING", 10 }, ANYONE, ALWAYS,
	  FAULT_PIPELINING_NOT_LISTED, VARIANT_NONE },
	{ { "SIZE", 4 }, ANYONE, ALWAYS,
	  FAULT_SIZE_NOT_LISTED, VARIANT_NONE },
	{ { "8BITMIME", 8 }, ANYONE, ALWAYS,
	  FAULT_EIGHTBIT_NOT_LISTED, VARIANT_NONE },
	{ { "STARTTLS", 8 }, RELAY, BEFORE_TLS,
	  FAULT_STARTTLS_NOT_LISTED, VARIANT_NONE },
	{ { "STARTTLS", 8 }, SUBMISSION, BEFORE_TLS,
	  FAULT_SUBMISSION_STARTTLS_NOT_LISTED, VARIANT_NONE },
	{ { "AUTH", 4 }, SUBMIT, WITH_TLS,
	  FAULT_AUTH_NOT_LISTED, VARIANT_NONE },
	{ { "ENHANCEDSTATUSCODES", 19 }, ANYONE, ALWAYS,
	  FAULT_ENHANCED_NOT_LISTED, VARIANT_REPLIES_WITHOUT_TEXT },
	{ { "DSN", 3 }, ANYONE, ALWAYS,
	  FAULT_DSN_NOT_LISTED, VARIANT_NONE },
	{ { "SMTPUTF8", 8 }, ANYONE, ALWAYS,
	  FAULT_SMTPUTF8_NOT_LISTED, VARIANT_WITHOUT_SMTPUTF8 },
	{ { "CHUNKING", 8 }, ANYONE, ALWAYS,
	  FAULT_CHUNKING_NOT_LISTED, VARIANT_WITHOUT_CHUNKING },
	{ { "HELP", 4 }, ANYONE, ALWAYS,
	  FAULT_NONE, VARIANT_HELP_IS_502 },
};
/* clang-format on */

static bool
is_absent(const struct smtp_session *s, const struct offer *o)
{
	return varies(s, o->absent_in) ||
	       (varies(s, VARIANT_WITHOUT_EXTENSIONS) && o->when == ALWAYS);
}

bool
smtp_has_offer(const struct smtp_session *s, const char *keyword)
{
	for (size_t i = 0; i < COUNT(offers); i++)
		if (span_eq(offers[i].keyword, span_of(keyword)) &&
		    (offers[i].roles & s->role) != 0 &&
		    !is_absent(s, &offers[i]))
			return true;
	return false;
}

static bool
is_listed(const struct smtp_session *s, const struct offer *o)
{
	if (o->when == BEFORE_TLS && s->tls &&
	    faulty(s, s->role == SUBMISSIONS ? FAULT_SUBMISSIONS_LIST_STARTTLS
					     : FAULT_STARTTLS_LISTED_AGAIN))
		return s->role == SUBMISSIONS || (o->roles & s->role) != 0;
	if (o->when == WITH_TLS && !s->tls && s->role == SUBMISSION &&
	    faulty(s, FAULT_AUTH_LISTED_IN_CLEAR))
		return true;
	if (o->when == WITH_TLS && !s->tls && s->role == RELAY &&
	    faulty(s, FAULT_RELAY_LISTS_AUTH_IN_CLEAR))
		return true;
	return (o->roles & s->role) != 0 && !is_absent(s, o) &&
	       !faulty(s, o->unlisted_by) &&
	       (o->when == ALWAYS || (o->when == WITH_TLS) == s->tls);
}

static const char *
mechanism_names(const struct smtp_session *s)
{
	if (varies(s, VARIANT_WITHOUT_PLAIN))
		return "SCRAM-SHA-256";
	return s->tls ? smtp_mechanism_names() : "PLAIN";
}

static void
write_offer(
    const struct smtp_session *s, const struct offer *o, struct buf *text)
{
	buf_add(text, SPAN("\n"));
	for (size_t i = 0; i < o->keyword.len; i++) {
		const char c = o->keyword.ptr[i];
		const bool small = varies(s, VARIANT_EXTENSIONS_REVERSED) &&
				   i % 2 == 1 && c >= 'A' && c <= 'Z';

		buf_addf(text, "%c", small ? c | 0x20 : c);
	}
	if (span_eq(o->keyword, SPAN("AUTH")))
		buf_addf(text, " %s", mechanism_names(s));
	if (span_eq(o->keyword, SPAN("SIZE")) &&
	    !varies(s, VARIANT_SIZE_WITHOUT_NUMBER))
		buf_addf(text, " %lld", (long long)s->site->size_most);
}

static void
write_offers(const struct smtp_session *s, struct buf *text)
{
	const bool reversed = varies(s, VARIANT_EXTENSIONS_REVERSED);
	bool starttls = false;

	for (size_t i = 0; i < COUNT(offers); i++) {
		const struct offer *o =
		    &offers[reversed ? COUNT(offers) - 1 - i : i];
		const bool is_starttls = span_eq(o->keyword, SPAN("STARTTLS"));

		if (!is_listed(s, o) || (is_starttls && starttls))
			continue;
		starttls |= is_starttls;
		write_offer(s, o, text);
	}
	if (varies(s, VARIANT_UNREGISTERED_EXTENSIONS))
		buf_add(text, SPAN("\nX-YANSHOU 1 two"));
}

static void
say_offers(struct smtp_session *s)
{
	struct buf text;
	struct span rest;

	buf_init(&text, 4096);
	buf_addf(&text, "%s greets %s", s->site->host, s->helo);
	write_offers(s, &text);
	rest = buf_span(&text);
	if (faulty(s, FAULT_EHLO_SPLITS_REPLY))
		while (rest.len > 0)
			smtp_write_reply(
			    s->out, 250, NULL, span_cut(&rest, '\n'));
	else
		smtp_reply_with(s, SMTP_HELLO_PLAIN, buf_text(&text));
	buf_free(&text);
}

static bool
take_hello(struct smtp_session *s, struct span args)
{
	if (args.len == 0 && faulty(s, FAULT_EHLO_NEEDS_NO_NAME))
		args = SPAN("unnamed");
	if (!smtp_is_domain_or_literal(args) ||
	    (args.ptr[0] == '[' && faulty(s, FAULT_EHLO_REFUSES_LITERAL))) {
		smtp_reply(s, SMTP_BAD_HELLO);
		return false;
	}
	(void)snprintf(s->helo, sizeof s->helo, "%.*s", SPAN_FMT(args));
	if (s->first_helo[0] == '\0')
		memcpy(s->first_helo, s->helo, sizeof s->helo);
	s->leftover = false;
	/* "as if a RSET command had been issued": RFC 5321 4.1.4. */
	if ((s->state & MIDWAY) == 0 ||
	    !faulty(s, FAULT_EHLO_KEEPS_TRANSACTION)) {
		s->state = READY;
		smtp_forget_mail(s);
	}
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
	if (faulty(s, FAULT_HELO_LISTS_EXTENSIONS))
		say_offers(s);
	else
		smtp_reply_with(s, SMTP_HELLO_PLAIN, s->site->host);
}

/* ---- the small ones ---- */

static void
run_rset(struct smtp_session *s, struct span args)
{
	(void)args;
	s->chunks_reset |= s->state == BDAT_OPEN;
	s->drop_rest |= faulty(s, FAULT_RSET_DROPS_INPUT);
	s->leftover |= faulty(s, FAULT_RSET_KEEPS_RECIPIENTS);
	if (!faulty(s, FAULT_RSET_KEEPS_TRANSACTION))
		smtp_forget_mail(s);
	if (faulty(s, FAULT_RSET_FORGETS_HELLO))
		s->state = CONNECTED;
	if (faulty(s, FAULT_AUTH_LOST_BY_RSET))
		s->authenticated = false;
	smtp_reply(s, SMTP_RESET_OK);
	if (s->reset && faulty(s, FAULT_RSET_HANGS_UP))
		smtp_hang_up(s);
	s->reset = true;
}

static void
run_noop(struct smtp_session *s, struct span args)
{
	if (faulty(s, FAULT_NOOP_ENDS_TRANSACTION))
		smtp_forget_mail(s);
	if (faulty(s, FAULT_NOOP_REFUSES_ARGUMENT) && args.len > 0 &&
	    args.len <= 100)
		smtp_reply(s, SMTP_NO_ARGS_PLEASE);
	else if (faulty(s, FAULT_NOOP_REPLY_ENDS_WITH_LF))
		buf_addf(s->out, "250 2.0.0 ok\n");
	else
		smtp_reply(s, SMTP_NOOP_OK);
}

static void
run_vrfy(struct smtp_session *s, struct span args)
{
	(void)args;
	if (faulty(s, FAULT_VRFY_ENDS_TRANSACTION))
		smtp_forget_mail(s);
	smtp_reply(s, SMTP_CANNOT_VRFY);
}

static void
run_expn(struct smtp_session *s, struct span args)
{
	(void)args;
	smtp_reply(s, SMTP_NO_LISTS);
}

static void
run_quit(struct smtp_session *s, struct span args)
{
	(void)args;
	if (faulty(s, FAULT_QUIT_SILENT_IN_GROUP) && s->obeyed_in == s->feeds) {
		smtp_hang_up(s);
		return;
	}
	smtp_reply_with(s, SMTP_BYE, s->site->host);
	if (!faulty(s, FAULT_QUIT_LINGERS))
		smtp_hang_up(s);
}

static void run_help(struct smtp_session *, struct span args);

/* ---- verbs ---- */

enum args { NO_ARGS, ANY_ARGS, SOME_ARGS };

/*
 * legal_in: RFC 5321 4.1.4.  most: RFC 5321 4.5.3.1.4 and room for what
 * SIZE, DSN, AUTH and SMTPUTF8 add to MAIL and RCPT; RFC 4954 4 for AUTH.
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
	void		(*run)(struct smtp_session *, struct span);
} verbs[] = {
	{ { "EHLO", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_ehlo },
	{ { "HELO", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_helo },
	{ { "MAIL", 4 }, READY, ANYONE, SOME_ARGS, true, 2048,
	  SMTP_NESTED_MAIL, smtp_run_mail },
	{ { "RCPT", 4 }, MAIL_OPEN | RCPT_OPEN, ANYONE, SOME_ARGS, true, 2048,
	  SMTP_NO_MAIL_YET, smtp_run_rcpt },
	{ { "DATA", 4 }, RCPT_OPEN, ANYONE, NO_ARGS, true, 512,
	  SMTP_NO_RCPT_YET, smtp_run_data },
	{ { "BDAT", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, smtp_run_bdat },
	{ { "RSET", 4 }, ANYTIME, ANYONE, NO_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_rset },
	{ { "NOOP", 4 }, ANYTIME, ANYONE, ANY_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_noop },
	{ { "VRFY", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_vrfy },
	{ { "EXPN", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_expn },
	{ { "HELP", 4 }, ANYTIME, ANYONE, ANY_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_help },
	{ { "QUIT", 4 }, ANYTIME, ANYONE, NO_ARGS, false, 512,
	  SMTP_BAD_ORDER, run_quit },
	{ { "STARTTLS", 8 }, READY | MIDWAY, ANYONE, NO_ARGS, false, 512,
	  SMTP_BAD_ORDER, smtp_run_starttls },
	{ { "AUTH", 4 }, READY, SUBMIT, SOME_ARGS, false, SMTP_LINE_MOST,
	  SMTP_BAD_ORDER, smtp_run_auth },
};

/* A rule of order that is lifted: the verb is legal there as well. */
static const struct {
	enum fault	fault;
	enum variant	variant;
	const char	*verb;
	unsigned	legal_in;
} liftings[] = {
	{ FAULT_RCPT_BEFORE_MAIL, VARIANT_NONE, "RCPT", READY },
	{ FAULT_DATA_BEFORE_MAIL, VARIANT_NONE, "DATA", READY },
	{ FAULT_MAIL_NESTED, VARIANT_NONE, "MAIL", MIDWAY },
	{ FAULT_BDAT_THEN_DATA, VARIANT_NONE, "DATA", BDAT_OPEN },
	{ FAULT_NONE, VARIANT_AUTH_NEEDS_NO_EHLO, "AUTH", CONNECTED },
};

/* A rule of order that a fault or a variant adds. */
static const struct {
	enum fault	fault;
	enum variant	variant;
	const char	*verb;
	unsigned	refused_in;
	unsigned	roles;
	bool		with_tls;	/* only then */
	enum smtp_reply	reply;
} denials[] = {
	{ FAULT_HELO_UNKNOWN, VARIANT_NONE, "HELO", ANYTIME, ANYONE, false,
	  SMTP_NOT_IMPLEMENTED },
	{ FAULT_EHLO_UNKNOWN, VARIANT_NONE, "EHLO", ANYTIME, ANYONE, false,
	  SMTP_NOT_IMPLEMENTED },
	{ FAULT_NOOP_UNKNOWN, VARIANT_NONE, "NOOP", ANYTIME, ANYONE, false,
	  SMTP_NOT_IMPLEMENTED },
	{ FAULT_VRFY_UNKNOWN, VARIANT_NONE, "VRFY", ANYTIME, ANYONE, false,
	  SMTP_UNKNOWN },
	{ FAULT_RSET_NEEDS_HELLO, VARIANT_NONE, "RSET", CONNECTED, ANYONE,
	  false, SMTP_BAD_ORDER },
	{ FAULT_QUIT_NEEDS_HELLO, VARIANT_NONE, "QUIT", CONNECTED, ANYONE,
	  false, SMTP_BAD_ORDER },
	{ FAULT_QUIT_REFUSED_MIDWAY, VARIANT_NONE, "QUIT", MIDWAY, ANYONE,
	  false, SMTP_BAD_ORDER },
	{ FAULT_EHLO_REFUSED_AFTER_TLS, VARIANT_NONE, "EHLO", ANYTIME, RELAY,
	  true, SMTP_BAD_ORDER },
	{ FAULT_NONE, VARIANT_STARTTLS_REFUSED_MIDWAY, "STARTTLS", MIDWAY,
	  ANYONE, false, SMTP_BAD_ORDER },
};
/* clang-format on */

static void
run_help(struct smtp_session *s, struct span args)
{
	struct buf names;

	(void)args;
	buf_init(&names, 512);
	for (size_t i = 0; i < COUNT(verbs); i++)
		if ((verbs[i].roles & s->role) != 0)
			buf_addf(&names, "%s%s", i == 0 ? "" : " ",
			    verbs[i].name.ptr);
	smtp_reply_with(s, SMTP_HELP, buf_text(&names));
	buf_free(&names);
}

static const struct verb *
verb_find(const struct smtp_session *s, struct span name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (faulty(s, FAULT_VERBS_CASE_SENSITIVE)
			? span_eq(verbs[i].name, name)
			: span_caseeq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static bool
verb_is(const struct verb *v, const char *name)
{
	return span_eq(v->name, span_of(name));
}

/* DATA after MAIL whose recipients are none, or none that we took. */
static bool
data_is_lifted(const struct smtp_session *s)
{
	if (s->state != MAIL_OPEN)
		return false;
	if (s->refused == 0)
		return faulty(s, FAULT_DATA_BEFORE_RCPT);
	return faulty(s, FAULT_DATA_AFTER_REFUSED_RCPT) ||
	       varies(s, VARIANT_DATA_THEN_554) ||
	       (faulty(s, FAULT_GROUP_WITHOUT_RCPT_ACCEPTED) &&
		   s->mail_in == s->feeds);
}

static bool
verb_allowed(const struct smtp_session *s, const struct verb *v)
{
	if ((v->legal_in & s->state) != 0)
		return true;
	for (size_t i = 0; i < COUNT(liftings); i++)
		if ((faulty(s, liftings[i].fault) ||
			varies(s, liftings[i].variant)) &&
		    verb_is(v, liftings[i].verb) &&
		    (liftings[i].legal_in & s->state) != 0)
			return true;
	return verb_is(v, "DATA") && data_is_lifted(s);
}

static enum smtp_reply
denial(const struct smtp_session *s, const struct verb *v)
{
	for (size_t i = 0; i < COUNT(denials); i++)
		if ((faulty(s, denials[i].fault) ||
			varies(s, denials[i].variant)) &&
		    verb_is(v, denials[i].verb) &&
		    (denials[i].refused_in & s->state) != 0 &&
		    (denials[i].roles & s->role) != 0 &&
		    (s->tls || !denials[i].with_tls))
			return denials[i].reply;
	if (verb_is(v, "MAIL") && s->accepted &&
	    faulty(s, FAULT_SECOND_TRANSACTION_REFUSED))
		return SMTP_BAD_ORDER;
	if (verb_is(v, "MAIL") && s->dot_in == s->feeds &&
	    faulty(s, FAULT_DOT_REFUSES_NEXT_MAIL))
		return SMTP_BAD_ORDER;
	if (verb_is(v, "BDAT") && !smtp_has_offer(s, "CHUNKING"))
		return SMTP_UNKNOWN;
	return SMTP_REPLY_COUNT;
}

/* RFC 6409 4.3, unless a fault or a variant looks elsewhere. */
static bool
lacks_auth(const struct smtp_session *s, const struct verb *v)
{
	if (!v->needs_auth || !is_submit(s) || s->authenticated)
		return false;
	if (varies(s, VARIANT_REFUSES_AT_RCPT))
		return !verb_is(v, "MAIL") && !verb_is(v, "RCPT");
	if (s->role == SUBMISSIONS)
		return !faulty(s, FAULT_SUBMISSIONS_WITHOUT_AUTH);
	if (!s->tls)
		return !faulty(s, FAULT_SUBMIT_IN_CLEAR);
	return !faulty(s, FAULT_SUBMIT_WITHOUT_AUTH) &&
	       !faulty(s, FAULT_SUBMIT_FOREIGN_WITHOUT_AUTH);
}

static bool
is_too_long(const struct smtp_session *s, const struct verb *v, size_t len)
{
	const size_t most = v == NULL ? SMTP_COMMAND_MOST : v->most;

	if (faulty(s, FAULT_PARAMETERS_NO_LONGER_LINE) && len > 512 &&
	    most == 2048)
		return true;
	if (faulty(s, FAULT_COMMAND_LIMIT_511) && len > 511 && most == 512)
		return true;
	return len > most || (faulty(s, FAULT_COMMAND_LIMIT_256) && len > 256 &&
				 most <= SMTP_COMMAND_MOST);
}

/* The arguments are not what the verb takes. */
static enum smtp_reply
args_objection(const struct smtp_session *s, const struct verb *v,
    const struct smtp_command *cmd)
{
	const bool empty = cmd->args.len == 0;

	if (v->args == NO_ARGS && !empty &&
	    !(verb_is(v, "STARTTLS") &&
		faulty(s, FAULT_STARTTLS_TAKES_ARGUMENT)))
		return SMTP_NO_ARGS_PLEASE;
	/* These say it themselves, or are told not to. */
	if (v->run == run_ehlo || v->run == run_helo ||
	    v->run == smtp_run_mail || v->run == smtp_run_rcpt)
		return SMTP_REPLY_COUNT;
	return v->args == SOME_ARGS && empty ? SMTP_BAD_ARGS : SMTP_REPLY_COUNT;
}

/* Which rule stands in the way; SMTP_REPLY_COUNT: none. */
static enum smtp_reply
objection(const struct smtp_session *s, const struct verb *v,
    const struct smtp_command *cmd)
{
	const enum smtp_reply no = denial(s, v);

	if (is_too_long(s, v, cmd->line.len + 2))
		return SMTP_LINE_TOO_LONG;
	if (no != SMTP_REPLY_COUNT)
		return no;
	if ((v->roles & s->role) == 0)
		return SMTP_NOT_IMPLEMENTED;
	if (!verb_allowed(s, v))
		return s->state == CONNECTED   ? SMTP_BAD_ORDER
		       : s->state == BDAT_OPEN ? SMTP_MIXED_BDAT
					       : v->otherwise;
	if (lacks_auth(s, v))
		return SMTP_WANTS_AUTH;
	return args_objection(s, v, cmd);
}

/* Faults that do something else than obey; true when one did. */
static bool
strays(struct smtp_session *s, const struct verb *v,
    const struct smtp_command *cmd)
{
	if (faulty(s, FAULT_MAIL_FIRST_HANGS_UP) && s->state == CONNECTED &&
	    v != NULL && verb_is(v, "MAIL")) {
		smtp_hang_up(s);
		return true;
	}
	if (faulty(s, FAULT_NESTED_MAIL_ENDS_TRANSACTION) && v != NULL &&
	    verb_is(v, "MAIL") && (s->state & MIDWAY) != 0) {
		smtp_forget_mail(s);
		smtp_reply(s, SMTP_NESTED_MAIL);
		return true;
	}
	if (faulty(s, FAULT_TRAILING_SPACE_REFUSED) &&
	    span_caseeq(cmd->line, SPAN("NOOP "))) {
		smtp_reply(s, SMTP_BAD_ARGS);
		return true;
	}
	return false;
}

static void
obey(struct smtp_session *s, const struct smtp_command *cmd)
{
	const struct verb *v = verb_find(s, cmd->verb);
	enum smtp_reply no;

	if (strays(s, v, cmd))
		return;
	if (v == NULL) {
		smtp_reply(s, is_too_long(s, NULL, cmd->line.len + 2)
				  ? SMTP_LINE_TOO_LONG
				  : SMTP_UNKNOWN);
		if (faulty(s, FAULT_UNKNOWN_HANGS_UP))
			smtp_hang_up(s);
		return;
	}
	no = objection(s, v, cmd);
	if (no != SMTP_REPLY_COUNT)
		smtp_reply(s, no);
	else
		v->run(s, cmd->args);
	s->obeyed_in = s->feeds;
}

/* ---- octets ---- */

static bool
has_high_octet(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return true;
	return false;
}

/* Faults that a line can drive into silence. */
static bool
wedges(struct smtp_session *s, struct span line)
{
	const bool address = span_casestarts(line, SPAN("MAIL FROM:")) ||
			     span_casestarts(line, SPAN("RCPT TO:"));
	const bool wedged =
	    (faulty(s, FAULT_GARBAGE_WEDGES) && !address &&
		has_high_octet(line)) ||
	    (faulty(s, FAULT_NUL_WEDGES) &&
		memchr(line.ptr, '\0', line.len) != NULL) ||
	    (faulty(s, FAULT_LONG_LINE_WEDGES) && line.len > 4096);

	if (wedged)
		s->input = IN_WEDGED;
	return wedged;
}

static void
take_bad_line(struct smtp_session *s, enum smtp_reply reply)
{
	if (s->input != IN_SASL)
		smtp_reply(s, reply);
	else
		smtp_end_auth(s, reply == SMTP_LINE_TOO_LONG
				     ? SMTP_AUTH_LINE_TOO_LONG
				     : reply);
}

/* One line is whole, or will never be. */
static void
use_line(struct smtp_session *s, bool split)
{
	const struct span whole = buf_span(&s->line);
	struct span in = whole;
	struct smtp_command cmd;
	const enum smtp_parse got = smtp_parse_command(&in, &cmd);

	if (got == SMTP_NEED_MORE)
		return;
	if (wedges(s, whole))
		;
	else if (split && faulty(s, FAULT_SPLIT_COMMAND_REFUSED))
		take_bad_line(s, SMTP_UNKNOWN);
	else if (got == SMTP_BAD_LINE)
		take_bad_line(s, SMTP_BAD_OCTETS);
	else if (got == SMTP_TOO_LONG)
		take_bad_line(s, SMTP_LINE_TOO_LONG);
	else if (s->input == IN_SASL)
		smtp_take_answer(s, cmd.line);
	else
		obey(s, &cmd);
	if (got == SMTP_TOO_LONG && s->input == IN_COMMANDS)
		s->input = IN_LONG_LINE;
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

/* Faults that see an end of line where there is none; "in" comes next. */
static bool
end_line_early(struct smtp_session *s, struct span in)
{
	const struct span line = buf_span(&s->line);
	const char last = line.len == 0 ? '\0' : line.ptr[line.len - 1];
	const bool whole = line.len >= 2 && line.ptr[line.len - 2] == '\r';

	if (faulty(s, FAULT_BARE_LF_ENDS_COMMAND) && last == '\n' && !whole) {
		s->line.len--;
		buf_add(&s->line, SPAN("\r\n"));
		return true;
	}
	if (faulty(s, FAULT_BARE_CR_ENDS_COMMAND) && last == '\r' &&
	    in.len > 0 && in.ptr[0] != '\n') {
		buf_add(&s->line, SPAN("\n"));
		return true;
	}
	return false;
}

/* Up to a LF, or a CR for those who care, and no more than there is room. */
static struct span
next_part(const struct smtp_session *s, struct span in)
{
	size_t n = span_find(in, SPAN("\n"));

	n += n < in.len;
	if (faulty(s, FAULT_BARE_CR_ENDS_COMMAND)) {
		const size_t cr = span_find(in, SPAN("\r"));

		if (cr + 1 < n)
			n = cr + 1;
	}
	return span_take(span_take(in, n), s->line.cap - s->line.len);
}

/* A LF is the most that is taken at once, so no line waits in s->line. */
static void
take_line(struct smtp_session *s, struct span *in)
{
	const bool split = s->line.len > 0 && s->feeds != s->line_in;
	struct span part;

	if (s->line.len == 0)
		s->line_in = s->feeds;
	if (end_line_early(s, *in)) {
		use_line(s, split);
		return;
	}
	part = next_part(s, *in);
	buf_add(&s->line, part);
	*in = span_skip(*in, part.len);
	s->behind = in->len;
	(void)end_line_early(s, SPAN(""));
	if (s->input == IN_LONG_LINE)
		skip_line(s);
	else
		use_line(s, split);
}

static void
take_octets(struct smtp_session *s, struct span in)
{
	while (in.len > 0 && s->next == SMTP_GO_ON && !s->drop_rest)
		switch (s->input) {
		case IN_COMMANDS:
		case IN_LONG_LINE:
		case IN_SASL:
			take_line(s, &in);
			break;
		case IN_DATA:
			smtp_take_data(s, &in);
			break;
		case IN_CHUNK:
			smtp_take_chunk(s, &in);
			break;
		case IN_WEDGED:
			return;
		}
	/* What is left came behind STARTTLS or QUIT and is lost: RFC 3207 4. */
	if (s->next == SMTP_START_TLS && faulty(s, FAULT_STARTTLS_KEEPS_INPUT))
		buf_add(&s->kept, in);
}

void
smtp_session_feed(
    struct smtp_session *s, struct span in, struct wall now, struct buf *out)
{
	s->now = now;
	s->out = out;
	s->feeds++;
	s->drop_rest = false;
	if (s->kept.len > 0 && s->next == SMTP_GO_ON) {
		take_octets(s, buf_span(&s->kept));
		buf_clear(&s->kept);
	}
	take_octets(s, in);
}

/* ---- the session itself ---- */

struct smtp_session *
smtp_session_new(
    const struct smtp_site *site, enum smtp_role role, const char *peer)
{
	const bool endless = site->fault == FAULT_SIZE_NOT_ENFORCED ||
			     site->fault == FAULT_BDAT_SIZE_NOT_ENFORCED;
	struct smtp_session *s = mem_new(1, sizeof *s);

	s->site = site;
	s->role = 1U << role;
	s->state = CONNECTED;
	s->tls = role == SMTP_SUBMISSIONS;
	(void)snprintf(s->peer, sizeof s->peer, "%s", peer);
	buf_init(&s->line, SMTP_LINE_MOST);
	buf_init(&s->kept, KEPT_MOST);
	smtp_body_init(&s->body, (size_t)site->size_most * (endless ? 4 : 1));
	s->body.lax = smtp_body_faults(site->fault);
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
	buf_free(&s->kept);
	free(s->to);
	free(s);
}

void
smtp_session_greet(struct smtp_session *s, struct wall now, struct buf *out)
{
	s->now = now;
	s->out = out;
	smtp_reply_with(s, SMTP_GREETING, s->site->host);
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
	buf_clear(&s->line);
	if (faulty(s, FAULT_STARTTLS_NEEDS_NO_EHLO))
		return;
	s->state = CONNECTED;
	s->extended = false;
	s->helo[0] = '\0';
	s->authenticated = false;
	smtp_forget_mail(s);
}

void
smtp_session_idle(struct smtp_session *s, struct wall now, struct buf *out)
{
	s->now = now;
	s->out = out;
	smtp_reply_with(s, SMTP_IDLE_BYE, s->site->host);
	smtp_hang_up(s);
}
