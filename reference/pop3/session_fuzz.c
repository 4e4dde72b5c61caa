/* SPDX-License-Identifier: MIT */
/*
 * A whole conversation of any octets, in either role, with any fault: the
 * first octet chooses the role, and whether it begins logged in; two the
 * fault, and the fourth how many octets come at a time.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/pop3/session.h"
#include "reference/store_mailbox.h"
#include "reference/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct wall now = { 1763776000000000 };

static void
feed(struct session *s, struct span in, size_t at_once)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	while (in.len > 0 && session_next(s) < SESSION_HANG_UP) {
		const struct span part = span_take(in, at_once);

		session_feed(s, part, now, &out);
		while (session_next(s) == SESSION_MORE) {
			buf_clear(&out);
			session_feed(s, SPAN(""), now, &out);
		}
		in = span_skip(in, part.len);
		if (session_next(s) == SESSION_START_TLS)
			session_secured(s, "TLSv1.3", "none");
		buf_clear(&out);
	}
	buf_free(&out);
}

static void
end(struct session *s)
{
	struct buf out;

	buf_init(&out, 1 << 16);
	session_idle(s, now, &out);
	session_close(s);
	buf_free(&out);
}

/* Passwords take their time to be hashed: one store serves all runs. */
static struct store *
new_store(void)
{
	struct err err = { 0 };
	struct world world;
	struct store *store = store_open(NULL, &err);

	if (store == NULL || !world_read("fixtures/world", &world, &err) ||
	    !store_settle(store, &world, &err))
		abort();
	world_free(&world);
	return store;
}

/* carol has three messages, and every chance. */
static void
refill(struct store *store)
{
	static const struct mail_new mail = {
		.content = SPAN_INIT("Subject: x\r\n\r\n.\r\n..a\r\nb\r\n"),
	};
	struct account carol;
	struct mailbox inbox;
	struct mails old;
	struct uids uids;
	struct err err;
	uint32_t uid;

	if (!store_account(store, SPAN("carol"), &carol) ||
	    !store_mailbox(store, carol.id, SPAN("INBOX"), &inbox))
		abort();
	store_login_succeeded(store, carol.id);
	store_maildrop_unlock(store, carol.id); /* faults keep it */
	store_mail_list(store, inbox.id, &old);
	uids = (struct uids){ .of = mem_new(old.n + 1, sizeof *uids.of) };
	for (size_t i = 0; i < old.n; i++)
		uids.of[uids.n++] = old.of[i].uid;
	(void)store_mail_remove(store, inbox.id, &uids, NULL, &err);
	uids_free(&uids);
	mails_free(&old);
	for (int i = 0; i < 3; i++)
		(void)store_mail_append(store, inbox.id, &mail, &uid, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct store *store;
	struct site site = {
		.host = "mail.example.test",
		.errors_most = 20,
		.login_failures_most = 5,
		.login_lock_us = 1000000,
	};
	struct session *s;

	if (size < 4)
		return 0;
	if (store == NULL)
		store = new_store();
	refill(store);
	site.store = store;
	site.audit = audit_open(NULL);
	site.fault = (enum fault)((data[1] << 8 | data[2]) % FAULT_COUNT);
	s = pop3_protocol.open(&site, data[0] % 2, "[::1]:110");
	if (data[0] & 2)
		feed(s, SPAN("USER carol\r\nPASS Qing-song-58\r\n"), 1 << 20);
	feed(
	    s, (struct span){ (const char *)data + 4, size - 4 }, data[3] + 1U);
	end(s);
	audit_close(site.audit);
	return 0;
}
