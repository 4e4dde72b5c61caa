/* SPDX-License-Identifier: MIT */
/*
 * A conversation of any octets with a mailbox that another one changes: the
 * first octet chooses the role, the second the fault, the third how many
 * octets come at a time.  Half of them are logged in before they begin.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reference/imap/session.h"
#include "reference/store_mailbox.h"
#include "reference/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct wall now = { 1790000000000000 };

static const char letter[] =
    "From: a@b\r\nSubject: hello\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n"
    "--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nin\r\n"
    "--x--\r\n";

static const char inside[] = "x LOGIN alice Yan-shou-2021\r\n"
			     "y SELECT INBOX\r\n";

static struct world *
people(void)
{
	static struct world world;
	struct err err;

	if (world.n_people == 0 && !world_read("fixtures/world", &world, &err))
		abort();
	world.n_people = 1; /* each costs thousands of hashes */
	return &world;
}

/* Whoever does not take what we say, in a portion or more, has gone. */
static void
say(struct session *s, struct span in, struct buf *out)
{
	session_feed(s, in, now, out);
	buf_clear(out);
	for (int i = 0; i < 100 && session_next(s) == SESSION_MORE; i++) {
		session_feed(s, SPAN(""), now, out);
		buf_clear(out);
	}
	if (session_next(s) == SESSION_MORE)
		abort(); /* it never ends */
}

/* What another client does meanwhile. */
static void
interfere(struct store *store, const struct mailbox *inbox)
{
	const struct mail_new mail = { .content = SPAN(letter) };
	const struct flags_change change = {
		.how = FLAGS_ADD, .flags = MAIL_FLAGGED, .keywords = SPAN("x")
	};
	struct uids first = { .n = 0 };
	struct err err;
	uint32_t uid = 0;

	(void)store_mail_append(store, inbox->id, &mail, &uid, &err);
	uid -= uid > 2 ? 2 : 0;
	first = (struct uids){ &uid, 1 };
	(void)store_mail_flags(
	    store, inbox->id, &first, &change, NULL, NULL, &err);
	uid -= uid > 2;
	(void)store_mail_remove(store, inbox->id, &first, NULL, &err);
}

static void
converse(const struct site *site, const struct mailbox *inbox, int role,
    bool logged_in, size_t at_once, struct span in)
{
	struct session *s = imap_protocol.open(site, role, "[::1]:143");
	struct buf out;

	buf_init(&out, 1 << 20);
	session_greet(s, now, &out);
	if (logged_in)
		say(s, SPAN(inside), &out);
	while (in.len > 0 && session_next(s) < SESSION_HANG_UP) {
		const struct span part = span_take(in, at_once);

		say(s, part, &out);
		in = span_skip(in, part.len);
		if (session_next(s) == SESSION_START_TLS)
			session_secured(s, "TLSv1.3", "none");
		if (in.len % 64 == 0)
			interfere(site->store, inbox);
		imap_protocol.stirred(s, now, &out);
	}
	session_idle(s, now, &out);
	session_close(s);
	buf_free(&out);
}

static void
settle(const struct site *site, struct mailbox *inbox)
{
	const struct mail_new mail = { .content = SPAN(letter) };
	struct account alice;
	struct err err;
	uint32_t uid;

	if (!store_settle(site->store, people(), &err) ||
	    !store_account(site->store, SPAN("alice"), &alice) ||
	    !store_mailbox(site->store, alice.id, SPAN("INBOX"), inbox))
		abort();
	for (int i = 0; i < 4; i++)
		if (store_mail_append(
			site->store, inbox->id, &mail, &uid, &err) != STORE_DONE)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct site site = {
		.host = "mail.example.test",
		.size_most = 4096,
		.errors_most = 20,
		.login_failures_most = 5,
		.login_lock_us = 1000000,
	};

	struct mailbox inbox;

	if (size < 3)
		return 0;
	site.store = store_open(NULL, &err);
	site.audit = audit_open(NULL);
	if (site.store == NULL || site.audit == NULL)
		abort();
	settle(&site, &inbox);
	site.fault = (enum fault)(data[1] % FAULT_COUNT);
	converse(&site, &inbox, data[0] & 1, (data[0] & 2) != 0, data[2] + 1U,
	    (struct span){ (const char *)data + 3, size - 3 });
	audit_close(site.audit);
	store_close(site.store);
	return 0;
}
