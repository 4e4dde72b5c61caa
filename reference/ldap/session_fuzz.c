/* SPDX-License-Identifier: MIT */
/*
 * A whole session of any octets, in either role, with any fault: the first
 * octet chooses the role, and whether it begins as nobody, as somebody or as
 * the administrator; two the fault, and the fourth how many octets come at a
 * time.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reference/ldap/directory.h"
#include "reference/ldap/message.h"
#include "reference/ldap/session.h"
#include "reference/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct wall now = { 1763776000000000 };

static void
feed(struct session *s, struct span in, size_t at_once)
{
	struct buf out;

	buf_init(&out, 1 << 24);
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
	session_idle(s, now, &out);
	buf_free(&out);
}

static void
bind(struct session *s, const char *name, const char *password)
{
	struct buf in, out;
	const struct ber_out o = { &in, false };
	size_t message, body;

	buf_init(&in, 4096);
	buf_init(&out, 4096);
	message = ber_begin(&o, BER_SEQUENCE);
	ber_put_integer(&o, BER_INTEGER, 1);
	body = ber_begin(&o, LDAP_BIND_REQUEST);
	ber_put_integer(&o, BER_INTEGER, 3);
	ber_put_octets(&o, BER_OCTETS, span_of(name));
	ber_put_octets(&o, BER_CONTEXT | 0, span_of(password));
	ber_end(&o, body);
	ber_end(&o, message);
	session_feed(s, buf_span(&in), now, &out);
	buf_free(&in);
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct store *store;
	struct site site = {
		.host = "mail.example.test",
		.login_failures_most = 5,
		.login_lock_us = 1000000,
	};
	struct session *s;
	struct err err;

	if (size < 4)
		return 0;
	if (store == NULL)
		store = new_store();
	/* only the administrator changes anything */
	site.store = data[0] & 4 ? store_copy(store, &err) : store;
	site.audit = audit_open(NULL);
	site.fault = (enum fault)((data[1] << 8 | data[2]) % FAULT_COUNT);
	s = ldap_protocol.open(&site, data[0] % 2, "[::1]:389");
	if (data[0] & 4)
		bind(s, "uid=admin,ou=运行维护处,ou=信息中心," DIRECTORY_PEOPLE,
		    "Mu-lu-7316");
	else if (data[0] & 2)
		bind(s, "uid=alice,ou=办公厅," DIRECTORY_PEOPLE,
		    "Yan-shou-2021");
	feed(
	    s, (struct span){ (const char *)data + 4, size - 4 }, data[3] + 1U);
	session_close(s);
	audit_close(site.audit);
	if (data[0] & 4)
		store_close(site.store);
	return 0;
}
