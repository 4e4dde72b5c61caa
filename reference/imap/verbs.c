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

/* How a command goes with UID: RFC 3501 6.4.8, RFC 4315 2.1, RFC 6851 3.2. */
enum uid { NEVER, EITHER };

/*
 * legal_in: RFC 3501 6.1 to 6.4.  numbers: it takes sequence numbers, so none
 * of them may move meanwhile (RFC 3501 7.4.1), unless it comes with UID.
 */
/* clang-format off */
static const struct verb {
	struct span	 name;
	unsigned	 legal_in;
	enum uid	 uid;
	enum args	 args;
	bool		 numbers;
	void		(*run)(struct imap_session *, struct imap_args *, bool);
	enum fault	 lifted_by;	/* then it is legal ... */
	unsigned	 lifted_in;	/* ... here as well */
	enum fault	 unknown_by;	/* then there is no such command */
} verbs[] = {
	{ SPAN_INIT("CAPABILITY"), ANYTIME, NEVER, NO_ARGS, false,
	  imap_run_capability, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("NOOP"), ANYTIME, NEVER, NO_ARGS, false,
	  run_noop, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("LOGOUT"), ANYTIME, NEVER, NO_ARGS, false,
	  run_logout, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("ID"), ANYTIME, NEVER, ARGS, false,
	  run_id, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("STARTTLS"), NOT_AUTHENTICATED, NEVER, NO_ARGS, false,
	  imap_run_starttls, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("LOGIN"), NOT_AUTHENTICATED, NEVER, ARGS, false,
	  imap_run_login, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("AUTHENTICATE"), NOT_AUTHENTICATED, NEVER, ARGS, false,
	  imap_run_authenticate, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("ENABLE"), LOGGED_IN, NEVER, ARGS, false,
	  run_enable, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("NAMESPACE"), LOGGED_IN, NEVER, NO_ARGS, false,
	  imap_run_namespace, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("CREATE"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_create, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("DELETE"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_delete, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("RENAME"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_rename, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("SUBSCRIBE"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_subscribe, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("UNSUBSCRIBE"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_unsubscribe, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("LIST"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_list, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("LSUB"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_lsub, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("STATUS"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_status, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("GETQUOTA"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_getquota, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("GETQUOTAROOT"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_getquotaroot, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("SETQUOTA"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_setquota, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("APPEND"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_append, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("SELECT"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_select, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("EXAMINE"), LOGGED_IN, NEVER, ARGS, false,
	  imap_run_examine, FAULT_NONE, 0, FAULT_IMAP_EXAMINE_UNKNOWN },
	{ SPAN_INIT("IDLE"), LOGGED_IN, NEVER, NO_ARGS, false,
	  imap_run_idle, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("CHECK"), SELECTED, NEVER, NO_ARGS, false,
	  run_noop, FAULT_NONE, 0, FAULT_IMAP_CHECK_UNKNOWN },
	{ SPAN_INIT("CLOSE"), SELECTED, NEVER, NO_ARGS, false,
	  imap_run_close, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("UNSELECT"), SELECTED, NEVER, NO_ARGS, false,
	  imap_run_unselect, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("EXPUNGE"), SELECTED, EITHER, ARGS_WITH_UID, false,
	  imap_run_expunge, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("FETCH"), SELECTED, EITHER, ARGS, true,
	  imap_run_fetch, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("SEARCH"), SELECTED, EITHER, ARGS, true,
	  imap_run_search, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("SORT"), SELECTED, EITHER, ARGS, true,
	  imap_run_sort, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("STORE"), SELECTED, EITHER, ARGS, true,
	  imap_run_store, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("COPY"), SELECTED, EITHER, ARGS, false,
	  imap_run_copy, FAULT_NONE, 0, FAULT_NONE },
	{ SPAN_INIT("MOVE"), SELECTED, EITHER, ARGS, false,
	  imap_run_move, FAULT_NONE, 0, FAULT_NONE },
};
/* clang-format on */

/* What a variant neither lists nor knows. */
static bool
is_left_out(const struct imap_session *s, const struct verb *v, bool uid)
{
	static const struct {
		struct span name;
		enum variant by;
		bool with_uid_only;
	} out[] = {
		{ SPAN_INIT("IDLE"), VARIANT_IMAP_WITHOUT_IDLE, false },
		{ SPAN_INIT("UNSELECT"), VARIANT_IMAP_WITHOUT_UNSELECT, false },
		{ SPAN_INIT("MOVE"), VARIANT_IMAP_WITHOUT_MOVE, false },
		{ SPAN_INIT("EXPUNGE"), VARIANT_IMAP_WITHOUT_UIDPLUS, true },
	};

	for (size_t i = 0; i < COUNT(out); i++)
		if (varies(s, out[i].by) && span_eq(out[i].name, v->name) &&
		    (uid || !out[i].with_uid_only))
			return true;
	return false;
}

static const struct verb *
verb_find(const struct imap_session *s, const struct imap_command *cmd)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (span_caseeq(verbs[i].name, cmd->name) &&
		    (!cmd->uid || verbs[i].uid == EITHER) &&
		    !faulty(s, verbs[i].unknown_by) &&
		    !is_left_out(s, &verbs[i], cmd->uid))
			return &verbs[i];
	return NULL;
}

static bool
verb_allowed(const struct imap_session *s, const struct verb *v)
{
	return (v->legal_in & s->state) != 0 ||
	       (faulty(s, v->lifted_by) && (v->lifted_in & s->state) != 0);
}

/* The cursor stands behind the space then, or there is nothing. */
static bool
take_args(const struct verb *v, struct imap_args *args, bool uid)
{
	if (v->args == ARGS || (v->args == ARGS_WITH_UID && uid))
		return imap_take_space(args);
	return imap_take_end(args);
}

/* By a fault, where RFC 3501 7.4.1 says that it must not. */
static bool
tells_expunge(const struct imap_session *s, const struct verb *v)
{
	static const struct {
		struct span name;
		enum fault by;
	} lifted[] = {
		{ SPAN_INIT("FETCH"), FAULT_IMAP_EXPUNGE_IN_FETCH },
		{ SPAN_INIT("STORE"), FAULT_IMAP_EXPUNGE_IN_STORE },
		{ SPAN_INIT("SEARCH"), FAULT_IMAP_EXPUNGE_IN_SEARCH },
	};

	for (size_t i = 0; i < COUNT(lifted); i++)
		if (faulty(s, lifted[i].by) && span_eq(lifted[i].name, v->name))
			return true;
	return false;
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
	s->no_expunge = v->numbers && !tells_expunge(s, v) &&
			(!cmd->uid || varies(s, VARIANT_IMAP_UID_QUIET));
	if (faulty(s, FAULT_IMAP_NUMBERS_MOVE_UNTOLD)) {
		imap_view_follow(&s->view);
		imap_view_compact(&s->view, s->view.n);
	}
	if (!verb_allowed(s, v))
		imap_reply(s, IMAP_SAY_NOT_NOW);
	else if (!take_args(v, &s->args, cmd->uid))
		imap_reply_bad(s, &s->args);
	else
		v->run(s, &s->args, cmd->uid);
}
