/* SPDX-License-Identifier: MIT */
#include "reference/pop3/drop.h"

#include "lib/mem.h"

static void
number(struct drop *d)
{
	struct mails mails;

	store_mail_list(d->store, d->mailbox, &mails);
	d->items = mem_new(mails.n + 1, sizeof *d->items);
	d->n = mails.n;
	for (size_t i = 0; i < mails.n; i++)
		d->items[i] = (struct drop_item){ .uid = mails.of[i].uid,
			.size = mails.of[i].size };
	mails_free(&mails);
}

bool
drop_open(struct drop *d, struct store *store, int64_t account, bool shares)
{
	struct mailbox inbox;

	if (!shares && !store_maildrop_lock(store, account))
		return false;
	*d = (struct drop){
		.store = store, .account = account, .locked = !shares
	};
	/* Every account has one; without it there is no mail. */
	if (store_mailbox(store, account, SPAN("INBOX"), &inbox)) {
		d->mailbox = inbox.id;
		d->uidvalidity = inbox.uidvalidity;
		number(d);
	}
	return true;
}

void
drop_close(struct drop *d)
{
	if (d->locked)
		store_maildrop_unlock(d->store, d->account);
	free(d->items);
	*d = (struct drop){ 0 };
}

void
drop_count(const struct drop *d, uint32_t *messages, int64_t *octets)
{
	*messages = 0;
	*octets = 0;
	for (size_t i = 0; i < d->n; i++)
		if (!d->items[i].deleted) {
			*messages += 1;
			*octets += d->items[i].size;
		}
}

int64_t
drop_octets(const struct drop *d)
{
	int64_t octets = 0;

	for (size_t i = 0; i < d->n; i++)
		octets += d->items[i].size;
	return octets;
}

struct drop_item *
drop_item(const struct drop *d, uint32_t n)
{
	return n == 0 || n > d->n ? NULL : &d->items[n - 1];
}

void
drop_restore(struct drop *d, size_t n)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->items[i].deleted && n > 0)
			n--;
		else
			d->items[i].deleted = false;
}

void
drop_reset(struct drop *d)
{
	drop_restore(d, 0);
}

bool
drop_purge(struct drop *d)
{
	struct uids uids = { .of = mem_new(d->n + 1, sizeof *uids.of) };
	struct err err;
	bool ok;

	for (size_t i = 0; i < d->n; i++)
		if (d->items[i].deleted)
			uids.of[uids.n++] = d->items[i].uid;
	ok = uids.n == 0 || store_mail_remove(d->store, d->mailbox, &uids, NULL,
				&err) == STORE_DONE;
	free(uids.of);
	return ok;
}
