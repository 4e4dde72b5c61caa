/* SPDX-License-Identifier: MIT */
/*
 * Which verbs there are, who may say them when, and what the small ones do.
 */
#include <stdio.h>

#include "reference/pop3/inner.h"

/* ---- one message ---- */

/* The fault that counts those which are left. */
static struct drop_item *
nth_left(struct drop *d, uint32_t n)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->items[i].deleted && --n == 0)
			return &d->items[i];
	return NULL;
}

struct drop_item *
pop3_take_message(struct pop3_session *s, struct span *args, uint32_t *number)
{
	struct drop_item *item;

	if (!pop3_take_number(args, number)) {
		pop3_reply(s, POP3_BAD_ARGS);
		return NULL;
	}
	item = faulty(s, FAULT_POP3_DELE_RENUMBERS)
		   ? nth_left(&s->drop, *number)
		   : drop_item(&s->drop, *number);
	if (item == NULL)
		pop3_reply(s, POP3_NO_SUCH_MESSAGE);
	else if (item->deleted)
		pop3_reply(s, POP3_IS_DELETED);
	return item == NULL || item->deleted ? NULL : item;
}

/* ---- the small ones ---- */

static void
run_noop(struct pop3_session *s, struct span args)
{
	(void)args;
	s->idled = true;
	pop3_reply(s, POP3_NOOP_OK);
}

static void
run_dele(struct pop3_session *s, struct span args)
{
	struct drop_item *item;
	uint32_t number;
	char text[16];

	item = pop3_take_message(s, &args, &number);
	if (item == NULL)
		return;
	if (args.len > 0) {
		pop3_reply(s, POP3_BAD_ARGS);
		return;
	}
	(void)snprintf(text, sizeof text, "%u", number);
	item->deleted =
	    !faulty(s, FAULT_POP3_DELE_FORGETS) &&
	    !(faulty(s, FAULT_POP3_LARGE_STAYS) && item->size > SESSION_LARGE);
	if (faulty(s, FAULT_POP3_DELE_AT_ONCE))
		(void)drop_purge(&s->drop);
	pop3_reply_with(s, POP3_DELETED, text);
}

static void
run_rset(struct pop3_session *s, struct span args)
{
	uint32_t left;
	int64_t octets;

	(void)args;
	drop_count(&s->drop, &left, &octets);
	if (faulty(s, FAULT_POP3_RSET_RESTORES_ONE) && left + 1 < s->drop.n)
		drop_restore(&s->drop, 1);
	else if (!faulty(s, FAULT_POP3_RSET_KEEPS_DELETED))
		drop_reset(&s->drop);
	pop3_reply(s, POP3_RESET_OK);
}

/* The fault that removes too much: all, if any. */
static void
mark_all(struct drop *d)
{
	bool any = false;

	for (size_t i = 0; i < d->n; i++)
		any |= d->items[i].deleted;
	for (size_t i = 0; i < d->n; i++)
		d->items[i].deleted = any;
}

/* RFC 1939 6: from TRANSACTION into UPDATE, from AUTHORIZATION out. */
static void
run_quit(struct pop3_session *s, struct span args)
{
	bool purged = true;

	(void)args;
	if (faulty(s, FAULT_POP3_QUIT_REMOVES_ALL))
		mark_all(&s->drop);
	if (faulty(s, FAULT_POP3_UPDATE_REMOVES_ONE))
		drop_restore(&s->drop, 1);
	if (s->state == TRANSACTION && !faulty(s, FAULT_POP3_QUIT_KEEPS))
		purged = drop_purge(&s->drop);
	if (!s->idled || !faulty(s, FAULT_POP3_LOCK_OUTLIVES_QUIT))
		drop_close(&s->drop);
	s->drop.locked = false;
	if (purged)
		pop3_reply_with(s, POP3_BYE, s->site->host);
	else
		pop3_reply(s, POP3_NOT_REMOVED);
	s->state = AUTHORIZATION;
	if (!faulty(s, FAULT_POP3_QUIT_LINGERS))
		pop3_hang_up(s);
}

/* ---- verbs ---- */

enum args { NO_ARGS, ANY_ARGS, SOME_ARGS };

/* RFC 1939 9 */
/* clang-format off */
static const struct verb {
	struct span	 name;
	unsigned	 legal_in;
	enum args	 args;
	void		(*run)(struct pop3_session *, struct span);
} verbs[] = {
	{ SPAN_INIT("USER"), AUTHORIZATION,	SOME_ARGS, pop3_run_user },
	{ SPAN_INIT("PASS"), AUTHORIZATION,	SOME_ARGS, pop3_run_pass },
	{ SPAN_INIT("AUTH"), AUTHORIZATION,	SOME_ARGS, pop3_run_auth },
	{ SPAN_INIT("STLS"), AUTHORIZATION,	NO_ARGS,   pop3_run_stls },
	{ SPAN_INIT("CAPA"), ANYTIME,		NO_ARGS,   pop3_run_capa },
	{ SPAN_INIT("QUIT"), ANYTIME,		NO_ARGS,   run_quit },
	{ SPAN_INIT("STAT"), TRANSACTION,	NO_ARGS,   pop3_run_stat },
	{ SPAN_INIT("LIST"), TRANSACTION,	ANY_ARGS,  pop3_run_list },
	{ SPAN_INIT("UIDL"), TRANSACTION,	ANY_ARGS,  pop3_run_uidl },
	{ SPAN_INIT("RETR"), TRANSACTION,	SOME_ARGS, pop3_run_retr },
	{ SPAN_INIT("TOP"),  TRANSACTION,	SOME_ARGS, pop3_run_top },
	{ SPAN_INIT("DELE"), TRANSACTION,	SOME_ARGS, run_dele },
	{ SPAN_INIT("NOOP"), TRANSACTION,	NO_ARGS,   run_noop },
	{ SPAN_INIT("RSET"), TRANSACTION,	NO_ARGS,   run_rset },
};

/* A verb that is not there, or not there in some state. */
static const struct {
	enum fault	fault;
	enum variant	variant;
	const char	*verb;
	unsigned	refused_in;
} denials[] = {
	{ FAULT_POP3_CAPA_UNKNOWN, VARIANT_NONE, "CAPA", ANYTIME },
	{ FAULT_POP3_CAPA_BEFORE_LOGIN_ONLY, VARIANT_NONE, "CAPA",
	  TRANSACTION },
	{ FAULT_POP3_UIDL_UNKNOWN, VARIANT_NONE, "UIDL", ANYTIME },
	{ FAULT_POP3_TOP_UNKNOWN, VARIANT_NONE, "TOP", ANYTIME },
	{ FAULT_POP3_QUIT_NEEDS_LOGIN, VARIANT_NONE, "QUIT", AUTHORIZATION },
	{ FAULT_NONE, VARIANT_POP3_WITHOUT_CAPA, "CAPA", ANYTIME },
	{ FAULT_NONE, VARIANT_POP3_WITHOUT_UIDL, "UIDL", ANYTIME },
	{ FAULT_NONE, VARIANT_POP3_WITHOUT_TOP, "TOP", ANYTIME },
	{ FAULT_NONE, VARIANT_POP3_WITHOUT_SASL, "AUTH", ANYTIME },
};
/* clang-format on */

static const struct verb *
find_verb(const struct pop3_session *s, struct span name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (faulty(s, FAULT_POP3_VERBS_CASE_SENSITIVE)
			? span_eq(verbs[i].name, name)
			: span_caseeq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static bool
is_denied(const struct pop3_session *s, const struct verb *v)
{
	for (size_t i = 0; i < COUNT(denials); i++)
		if ((faulty(s, denials[i].fault) ||
			varies(s, denials[i].variant)) &&
		    span_eq(v->name, span_of(denials[i].verb)) &&
		    (denials[i].refused_in & s->state) != 0)
			return true;
	return false;
}

/* Which rule stands in the way; POP3_REPLY_COUNT: none. */
static enum pop3_reply
objection(const struct pop3_session *s, const struct verb *v, struct span args)
{
	if (v == NULL || is_denied(s, v))
		return POP3_UNKNOWN;
	if ((v->legal_in & s->state) == 0)
		return s->state == AUTHORIZATION ? POP3_NOT_YET
						 : POP3_NOT_ANY_MORE;
	if ((v->args == NO_ARGS && args.len > 0) ||
	    (v->args == SOME_ARGS && args.len == 0))
		return POP3_BAD_ARGS;
	return POP3_REPLY_COUNT;
}

void
pop3_obey(struct pop3_session *s, const struct pop3_command *cmd)
{
	const struct verb *v = find_verb(s, cmd->verb);
	const enum pop3_reply no = objection(s, v, cmd->args);
	char user[sizeof s->user];

	/* PASS comes "immediately after a successful USER": RFC 1939 7. */
	memcpy(user, s->user, sizeof user);
	if (v == NULL || v->run != pop3_run_pass)
		s->user[0] = '\0';
	if (v != NULL && v->run == pop3_run_stls &&
	    faulty(s, FAULT_POP3_STLS_KEEPS_USER))
		memcpy(s->user, user, sizeof user);
	s->verb = v == NULL ? SPAN("") : v->name;
	if (no == POP3_REPLY_COUNT)
		v->run(s, cmd->args);
	else
		pop3_reply(s, no);
	if (no == POP3_UNKNOWN && faulty(s, FAULT_POP3_UNKNOWN_HANGS_UP))
		pop3_hang_up(s);
	if (faulty(s, FAULT_POP3_GROUP_CUT) && v != NULL &&
	    v->run == pop3_run_stat)
		s->drop_rest = true;
}
