/* SPDX-License-Identifier: MIT */
/*
 * Which commands there are, who may say them when, and what the small ones
 * do.
 */
#include <stdio.h>

#include "reference/imap/inner.h"

/* ---- the small ones ---- */

/* A variant leaves when the selected mailbox was deleted: RFC 3501 7.1.5. */
static bool
is_pulled(struct imap_session *s)
{
	if (s->state != SELECTED || !varies(s, VARIANT_IMAP_DELETED_IS_BYE) ||
	    store_mailbox_version(s->site->store, s->view.mailbox) != 0)
		return false;
	imap_announce(s, IMAP_SAY_BYE, SPAN(""));
	return true;
}

static void
run_noop(struct imap_session *s, struct imap_args *args, bool uid)
{
	(void)args;
	(void)uid;
	if (faulty(s, FAULT_IMAP_NOOP_TELLS_NOTHING))
		s->followed = true;
	if (faulty(s, FAULT_IMAP_NOOP_NO_EXPUNGE))
		s->no_expunge = true;
	if (s->state == SELECTED && faulty(s, FAULT_IMAP_DELETED_WEDGES) &&
	    store_mailbox_version(s->site->store, s->view.mailbox) == 0)
		s->input = IN_WEDGED;
	else if (is_pulled(s))
		imap_hang_up(s);
	else
		imap_reply(s, IMAP_SAY_DONE);
}

static void
run_logout(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct uids gone = { .n = 0 };
	struct err err;

	(void)args;
	(void)uid;
	if (s->state == SELECTED && faulty(s, FAULT_IMAP_LOGOUT_EXPUNGES))
		(void)store_mail_expunge(
		    s->site->store, s->view.mailbox, NULL, &gone, &err);
	uids_free(&gone);
	imap_announce(s, IMAP_SAY_BYE, SPAN(""));
	imap_reply(s, IMAP_SAY_DONE);
	imap_hang_up(s);
}

static void
run_id(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct imap_id id;

	(void)uid;
	if (!imap_take_id(args, &id)) {
		imap_reply_bad(s, args);
		return;
	}
	if (varies(s, VARIANT_IMAP_ID_IS_NIL))
		buf_addf(s->out, "* ID NIL\r\n");
	else
		buf_addf(s->out,
		    "* ID (\"name\" \"Yanshou\" \"version\" \"%s\")\r\n",
		    YANSHOU_VERSION);
	imap_reply(s, IMAP_SAY_DONE);
}

/* RFC 5161 3.1: what we do not know is passed over. */
static void
run_enable(struct imap_session *s, struct imap_args *args, bool uid)
{
	bool condstore = false;
	struct span name;

	(void)uid;
	do {
		if (imap_take_atom(args, &name))
			condstore |= span_caseeq(name, SPAN("CONDSTORE"));
	} while (imap_may_take(args, ' '));
	if (!imap_take_end(args)) {
		imap_reply_bad(s, args);
		return;
	}
	condstore = condstore && !s->condstore;
	buf_addf(s->out, "* ENABLED%s\r\n", condstore ? " CONDSTORE" : "");
	if (condstore)
		imap_enable_condstore(s);
	imap_reply(s, IMAP_SAY_DONE);
}

/* ---- commands ---- */

enum args { NO_ARGS, ARGS, ARGS_WITH_UID };

/*
 * legal_in: RFC 3501 6.1 to 6.4.  numbers: it takes sequence numbers, so none
 * of them may move meanwhile (RFC 3501 7.4.1), unless it comes with UID.
 */
/* clang-format off */
static const struct verb {
	struct span	 name;
	unsigned	 legal_in;
	enum args	 args;
	void		(*run)(struct imap_session *, struct imap_args *, bool);
	bool		 uid;		/* RFC 3501 6.4.8, 4315 2.1, 6851 3.2 */
	bool		 numbers;
	enum fault	 tells_by;	/* then they move all the same */
	enum fault	 unknown_by;	/* then there is no such command, */
	enum variant	 unknown_with;	/* as in this variant, */
	enum variant	 no_uid_with;	/* or in this one with UID */
} verbs[] = {
	{ SPAN_INIT("CAPABILITY"), ANYTIME, NO_ARGS,
	  .run = imap_run_capability },
	{ SPAN_INIT("NOOP"), ANYTIME, NO_ARGS, .run = run_noop },
	{ SPAN_INIT("LOGOUT"), ANYTIME, NO_ARGS, .run = run_logout },
	{ SPAN_INIT("ID"), ANYTIME, ARGS, .run = run_id },
	{ SPAN_INIT("STARTTLS"), NOT_AUTHENTICATED, NO_ARGS,
	  .run = imap_run_starttls },
	{ SPAN_INIT("LOGIN"), NOT_AUTHENTICATED, ARGS, .run = imap_run_login },
	{ SPAN_INIT("AUTHENTICATE"), NOT_AUTHENTICATED, ARGS,
	  .run = imap_run_authenticate },
	{ SPAN_INIT("ENABLE"), LOGGED_IN, ARGS, .run = run_enable },
	{ SPAN_INIT("NAMESPACE"), LOGGED_IN, NO_ARGS,
	  .run = imap_run_namespace },
	{ SPAN_INIT("CREATE"), LOGGED_IN, ARGS, .run = imap_run_create },
	{ SPAN_INIT("DELETE"), LOGGED_IN, ARGS, .run = imap_run_delete },
	{ SPAN_INIT("RENAME"), LOGGED_IN, ARGS, .run = imap_run_rename },
	{ SPAN_INIT("SUBSCRIBE"), LOGGED_IN, ARGS, .run = imap_run_subscribe },
	{ SPAN_INIT("UNSUBSCRIBE"), LOGGED_IN, ARGS,
	  .run = imap_run_unsubscribe },
	{ SPAN_INIT("LIST"), LOGGED_IN, ARGS, .run = imap_run_list },
	{ SPAN_INIT("LSUB"), LOGGED_IN, ARGS, .run = imap_run_lsub },
	{ SPAN_INIT("STATUS"), LOGGED_IN, ARGS, .run = imap_run_status },
	{ SPAN_INIT("GETQUOTA"), LOGGED_IN, ARGS, .run = imap_run_getquota },
	{ SPAN_INIT("GETQUOTAROOT"), LOGGED_IN, ARGS,
	  .run = imap_run_getquotaroot },
	{ SPAN_INIT("SETQUOTA"), LOGGED_IN, ARGS, .run = imap_run_setquota },
	{ SPAN_INIT("APPEND"), LOGGED_IN, ARGS, .run = imap_run_append },
	{ SPAN_INIT("SELECT"), LOGGED_IN, ARGS, .run = imap_run_select },
	{ SPAN_INIT("EXAMINE"), LOGGED_IN, ARGS,
	  .run = imap_run_examine, .unknown_by = FAULT_IMAP_EXAMINE_UNKNOWN },
	{ SPAN_INIT("IDLE"), LOGGED_IN, NO_ARGS,
	  .run = imap_run_idle, .unknown_with = VARIANT_IMAP_WITHOUT_IDLE },
	{ SPAN_INIT("CHECK"), SELECTED, NO_ARGS,
	  .run = run_noop, .unknown_by = FAULT_IMAP_CHECK_UNKNOWN },
	{ SPAN_INIT("CLOSE"), SELECTED, NO_ARGS, .run = imap_run_close },
	{ SPAN_INIT("UNSELECT"), SELECTED, NO_ARGS,
	  .run = imap_run_unselect,
	  .unknown_with = VARIANT_IMAP_WITHOUT_UNSELECT },
	{ SPAN_INIT("EXPUNGE"), SELECTED, ARGS_WITH_UID,
	  .run = imap_run_expunge, .uid = true,
	  .no_uid_with = VARIANT_IMAP_WITHOUT_UIDPLUS },
	{ SPAN_INIT("FETCH"), SELECTED, ARGS,
	  .run = imap_run_fetch, .uid = true, .numbers = true,
	  .tells_by = FAULT_IMAP_EXPUNGE_IN_FETCH },
	{ SPAN_INIT("SEARCH"), SELECTED, ARGS,
	  .run = imap_run_search, .uid = true, .numbers = true,
	  .tells_by = FAULT_IMAP_EXPUNGE_IN_SEARCH },
	{ SPAN_INIT("SORT"), SELECTED, ARGS,
	  .run = imap_run_sort, .uid = true, .numbers = true },
	{ SPAN_INIT("STORE"), SELECTED, ARGS,
	  .run = imap_run_store, .uid = true, .numbers = true,
	  .tells_by = FAULT_IMAP_EXPUNGE_IN_STORE },
	{ SPAN_INIT("COPY"), SELECTED, ARGS,
	  .run = imap_run_copy, .uid = true },
	{ SPAN_INIT("MOVE"), SELECTED, ARGS,
	  .run = imap_run_move, .uid = true,
	  .unknown_with = VARIANT_IMAP_WITHOUT_MOVE },
};
/* clang-format on */

static const struct verb *
verb_find(const struct imap_session *s, const struct imap_command *cmd)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (span_caseeq(verbs[i].name, cmd->name) &&
		    (!cmd->uid ||
			(verbs[i].uid && !varies(s, verbs[i].no_uid_with))) &&
		    !faulty(s, verbs[i].unknown_by) &&
		    !varies(s, verbs[i].unknown_with))
			return &verbs[i];
	return NULL;
}

/* The cursor stands behind the space then, or there is nothing. */
static bool
take_args(const struct verb *v, struct imap_args *args, bool uid)
{
	if (v->args == ARGS || (v->args == ARGS_WITH_UID && uid))
		return imap_take_space(args);
	return imap_take_end(args);
}

void
imap_obey(struct imap_session *s, const struct imap_command *cmd)
{
	const struct verb *v = verb_find(s, cmd);

	if (v == NULL) {
		imap_reply(s, IMAP_SAY_UNKNOWN);
		return;
	}
	(void)snprintf(s->command, sizeof s->command, "%s%s",
	    cmd->uid ? "UID " : "", v->name.ptr);
	s->no_expunge = v->numbers && !faulty(s, v->tells_by) &&
			(!cmd->uid || varies(s, VARIANT_IMAP_UID_QUIET));
	if (faulty(s, FAULT_IMAP_NUMBERS_MOVE_UNTOLD)) {
		imap_view_follow(&s->view);
		imap_view_compact(&s->view, s->view.n);
	}
	if ((v->legal_in & s->state) == 0)
		imap_reply(s, IMAP_SAY_NOT_NOW);
	else if (!take_args(v, &s->args, cmd->uid))
		imap_reply_bad(s, &s->args);
	else
		v->run(s, &s->args, cmd->uid);
}
