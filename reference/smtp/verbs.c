/* SPDX-License-Identifier: MIT */
/*
 * Which verbs there are, who may say them when, and what the small ones do.
 */
#include <stdio.h>

#include "reference/smtp/inner.h"

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
	  SMTP_BAD_ORDER, smtp_run_ehlo },
	{ { "HELO", 4 }, ANYTIME, ANYONE, SOME_ARGS, false, 512,
	  SMTP_BAD_ORDER, smtp_run_helo },
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
	if (v->run == smtp_run_ehlo || v->run == smtp_run_helo ||
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

void
smtp_obey(struct smtp_session *s, const struct smtp_command *cmd)
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
