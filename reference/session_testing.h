/* SPDX-License-Identifier: MIT */
/*
 * session_testing - what tests of sessions have in common: a site where the
 * people of the world live, and a conversation without a connection.
 */
#ifndef REFERENCE_SESSION_TESTING_H
#define REFERENCE_SESSION_TESTING_H

#include <check.h>

#include "reference/session.h"
#include "reference/store_mailbox.h"
#include "reference/world_testing.h"

static const struct wall now = { 1790000000000000 };

/* How many octets come at a time: each conversation is held thrice. */
static const size_t pieces[] = { SIZE_MAX, 7, 1 };

/* NULL log: the audit is forgotten. */
static inline void
site_open(struct site *site, const char *log)
{
	*site = (struct site){
		.host = "mail.example.test",
		.store = settled_store(NULL),
		.audit = audit_open(log),
		.size_most = 100000,
		.rcpt_most = 100,
		.hops_most = 30,
		.errors_most = 20,
		.login_failures_most = 5,
		.login_lock_us = 600000000,
		.idle_us = 300000000,
	};
	ck_assert_ptr_nonnull(site->audit);
}

static inline void
site_close(struct site *site)
{
	audit_close(site->audit);
	store_close(site->store);
}

static inline void
find_inbox(struct store *store, const char *user, struct mailbox *inbox)
{
	struct account account;

	ck_assert(store_account(store, span_of(user), &account));
	ck_assert(store_mailbox(store, account.id, SPAN("INBOX"), inbox));
}

static inline void
bring_mail(
    struct store *store, const struct mailbox *inbox, struct mail_new mail)
{
	struct err err;
	uint32_t uid;

	ck_assert_int_eq(
	    store_mail_append(store, inbox->id, &mail, &uid, &err), STORE_DONE);
}

/* Octets behind STARTTLS are fed, too: they must be lost. */
static inline void
feed(struct session *s, struct span in, size_t at_once, struct buf *out)
{
	while (in.len > 0) {
		const struct span part = span_take(in, at_once);

		session_feed(s, part, now, out);
		while (session_next(s) == SESSION_MORE)
			session_feed(s, SPAN(""), now, out);
		in = span_skip(in, part.len);
	}
}

/*
 * What a client says that shakes hands at "@tls\n" if it is asked to; out has
 * what it hears, with "@tls" and "@closed".  The session is the caller's.
 */
static inline struct session *
converse(const struct protocol *protocol, const struct site *site, int role,
    struct span in, size_t at_once, struct buf *out)
{
	struct session *s = protocol->open(site, role, "127.0.0.1:40112");
	struct span plain = in, secret = { NULL, 0 };
	const size_t tls = span_find(in, SPAN("@tls\n"));

	if (tls < in.len) {
		plain = span_take(in, tls);
		secret = span_skip(in, tls + 5);
	}
	session_greet(s, now, out);
	feed(s, plain, at_once, out);
	if (session_next(s) == SESSION_START_TLS) {
		session_secured(s, "TLSv1.3", "TLS_AES_128_GCM_SHA256");
		buf_addf(out, "@tls\r\n");
	}
	feed(s, secret, at_once, out);
	if (session_next(s) == SESSION_HANG_UP)
		buf_addf(out, "@closed\r\n");
	return s;
}

/* One row of a table of conversations, "said" being the summary of it. */
struct conversation {
	int role;
	struct span in;
	const char *said;
};

static inline void
must_go_as(const struct conversation *c, const struct protocol *protocol,
    const struct site *site, size_t at_once,
    void (*summarize)(struct span said, struct buf *out))
{
	struct buf out, summary;

	buf_init(&out, 1 << 20);
	buf_init(&summary, 1 << 16);
	session_close(converse(protocol, site, c->role, c->in, at_once, &out));
	summarize(buf_span(&out), &summary);
	ck_assert_msg(strcmp(buf_text(&summary), c->said) == 0,
	    "in pieces of %zu:\n%.*s\nwanted %s\nheard  %s\n%s", at_once,
	    SPAN_FMT(c->in), c->said, buf_text(&summary), buf_text(&out));
	buf_free(&out);
	buf_free(&summary);
}

#endif
