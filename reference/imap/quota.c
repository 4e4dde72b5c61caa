/* SPDX-License-Identifier: MIT */
/*
 * Quotas: RFC 9208.  All mailboxes of an account have one root, "", which
 * only the administrator changes.
 */
#include <inttypes.h>

#include "reference/imap/inner.h"

enum { UNIT = 1024 }; /* RFC 9208 5.1 */

/* Says what there is of the root; a full one is not shown as less. */
static void
put_quota(struct imap_session *s)
{
	struct quota q = { .octets = 0 };
	const char *space = "";

	(void)store_quota(s->site->store, s->account.id, &q);
	buf_addf(s->out, "* QUOTA \"\" (");
	if (q.octets_most > 0) {
		buf_addf(s->out, "STORAGE %" PRId64 " %" PRId64,
		    (q.octets + UNIT - 1) / UNIT,
		    (q.octets_most + UNIT - 1) / UNIT);
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
	struct span root;

	(void)uid;
	imap_take_astring(args, &root);
	if (!imap_take_end(args)) {
		imap_reply_bad(s, args);
		return;
	}
	if (root.len > 0) {
		imap_reply_with(s, IMAP_SAY_CANNOT, "no such quota root");
		return;
	}
	put_quota(s);
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
		buf_addf(s->out, " \"\"\r\n");
		put_quota(s);
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
