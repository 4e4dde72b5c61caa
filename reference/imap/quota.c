/* SPDX-License-Identifier: MIT */
/*
 * Quotas: RFC 9208.  All mailboxes of an account have one root, "", which
 * only the administrator changes.
 */
#include <inttypes.h>

#include "reference/imap/inner.h"

enum { UNIT = 1024 }; /* RFC 9208 5.1 */

/* The name is ours to choose (RFC 9208 3.2). */
static const char *
root_of(const struct imap_session *s)
{
	if (faulty(s, FAULT_IMAP_QUOTA_OF_OTHERS))
		return s->account.user;
	return varies(s, VARIANT_IMAP_QUOTA_ROOT_NAMED) ? "User quota" : "";
}

/* In units; a full one is not shown as less. */
static int64_t
units(const struct imap_session *s, int64_t octets)
{
	return faulty(s, FAULT_IMAP_QUOTA_OCTETS) ? octets
						  : (octets + UNIT - 1) / UNIT;
}

/* Says what there is of the root of an account. */
static void
put_quota(struct imap_session *s, int64_t account)
{
	struct quota q = { .octets = 0 };
	const char *space = "";

	(void)store_quota(s->site->store, account, &q);
	if (faulty(s, FAULT_IMAP_QUOTA_ZERO))
		q.octets = 0;
	if (faulty(s, FAULT_IMAP_QUOTA_STAYS))
		q.octets = q.octets_most;
	buf_addf(s->out, "* QUOTA \"%s\" (", root_of(s));
	if (varies(s, VARIANT_IMAP_QUOTA_OF_MESSAGES)) {
		buf_addf(s->out, "MESSAGE %" PRId64 " 100000", q.messages);
		space = " ";
	}
	if (q.octets_most > 0) {
		buf_addf(s->out, "%sSTORAGE %" PRId64 " %" PRId64, space,
		    units(s, q.octets), units(s, q.octets_most));
		space = " ";
	}
	if (q.messages_most > 0)
		buf_addf(s->out, "%sMESSAGE %" PRId64 " %" PRId64, space,
		    q.messages, q.messages_most);
	buf_addf(s->out, ")\r\n");
}

void
imap_run_getquota(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct account other;
	struct span root;

	(void)uid;
	imap_take_astring(args, &root);
	if (!imap_take_end(args)) {
		imap_reply_bad(s, args);
		return;
	}
	if (faulty(s, FAULT_IMAP_QUOTA_OF_OTHERS) &&
	    store_account(s->site->store, root, &other)) {
		put_quota(s, other.id);
	} else if (!span_eq(root, span_of(root_of(s)))) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "no such quota root");
		return;
	} else {
		put_quota(s, s->account.id);
	}
	imap_reply(s, IMAP_SAY_DONE);
}

void
imap_run_getquotaroot(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct mailbox box;
	struct buf name;

	(void)uid;
	buf_init(&name, IMAP_NAME_MOST);
	imap_take_name(args, &name);
	if (!imap_take_end(args)) {
		imap_reply_bad(s, args);
	} else if (!store_mailbox(
		       s->site->store, s->account.id, buf_span(&name), &box)) {
		imap_reply(s, IMAP_SAY_NO_SUCH_MAILBOX);
	} else {
		buf_addf(s->out, "* QUOTAROOT ");
		imap_put_mailbox(s->out, span_of(box.name));
		buf_addf(s->out, " \"%s\"\r\n", root_of(s));
		put_quota(s, s->account.id);
		imap_reply(s, IMAP_SAY_DONE);
	}
	buf_free(&name);
}

/* RFC 9208 4.1.3 */
void
imap_run_setquota(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct span root, resource;
	uint64_t limit;

	(void)uid;
	imap_take_astring(args, &root);
	imap_take_space(args);
	imap_take_char(args, '(');
	while (args->bad == NULL && !imap_is_next(args, ')')) {
		imap_take_atom(args, &resource);
		imap_take_space(args);
		imap_take_number64(args, &limit);
		if (!imap_is_next(args, ')'))
			imap_take_space(args);
	}
	imap_take_char(args, ')');
	if (!imap_take_end(args))
		imap_reply_bad(s, args);
	else
		imap_reply(s, IMAP_SAY_NO_PERMISSION);
}
