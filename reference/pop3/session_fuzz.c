/* SPDX-License-Identifier: MIT */
/*
 * A whole conversation of any octets, in either role, with any fault: the
 * first octet chooses the role, and whether it begins logged in; two the
 * fault, and the fourth how many octets come at a time.
 */
#include <stdint.h>
#include <stdlib.h>

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

static void
bring(struct store *store)
{
	static const struct mail_new mail = {
		.content = SPAN_INIT("Subject: x\r\n\r\n.\r\n..a\r\nb\r\n"),
	};
	struct account carol;
	struct mailbox inbox;
	struct err err;
	uint32_t uid;

	if (!store_account(store, SPAN("carol"), &carol) ||
	    !store_mailbox(store, carol.id, SPAN("INBOX"), &inbox))
		abort();
	for (int i = 0; i < 3; i++)
		(void)store_mail_append(store, inbox.id, &mail, &uid, &err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world world;
	struct err err = { 0 };
	struct site site = {
		.host = "mail.example.test",
		.errors_most = 20,
		.login_failures_most = 5,
		.login_lock_us = 1000000,
	};
	struct session *s;

	if (size < 4)
		return 0;
	if (world.n_people == 0 && !world_read("fixtures/world", &world, &err))
		abort();
	site.store = store_open(NULL, &err);
	site.audit = audit_open(NULL);
	if (site.store == NULL || site.audit == NULL ||
	    !store_settle(site.store, &world, &err))
		abort();
	bring(site.store);
	site.fault = (enum fault)((data[1] << 8 | data[2]) % FAULT_COUNT);
	s = pop3_protocol.open(&site, data[0] % 2, "[::1]:110");
	if (data[0] & 2)
		feed(s, SPAN("USER carol\r\nPASS Qing-song-58\r\n"), 1 << 20);
	feed(
	    s, (struct span){ (const char *)data + 4, size - 4 }, data[3] + 1U);
	end(s);
	audit_close(site.audit);
	store_close(site.store);
	return 0;
}
