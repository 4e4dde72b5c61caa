/* SPDX-License-Identifier: MIT */
/*
 * A whole conversation of any octets, in any role, with any fault: the first
 * octet chooses the role, the second the fault, the third how many octets
 * come at a time.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reference/smtp/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct wall now = { 1763776000000000 };

static void
converse(struct site *site, enum smtp_role role, size_t at_once, struct span in)
{
	struct session *s = smtp_protocol.open(site, role, "[::1]:25");
	struct buf out;

	buf_init(&out, 1 << 16);
	session_greet(s, now, &out);
	while (in.len > 0 && session_next(s) < SESSION_HANG_UP) {
		const struct span part = span_take(in, at_once);

		session_feed(s, part, now, &out);
		in = span_skip(in, part.len);
		if (session_next(s) == SESSION_START_TLS)
			session_secured(s, "TLSv1.3", "none");
	}
	session_idle(s, now, &out);
	session_close(s);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct site site = {
		.host = "mail.example.test",
		.size_most = 4096,
		.rcpt_most = 100,
		.hops_most = 5,
		.errors_most = 20,
		.login_failures_most = 5,
		.login_lock_us = 1000000,
		.idle_us = 300000000,
	};

	if (size < 3)
		return 0;
	site.store = store_open(NULL, &err);
	site.audit = audit_open(NULL);
	if (site.store == NULL || site.audit == NULL)
		abort();
	site.fault = (enum fault)(data[1] % FAULT_COUNT);
	converse(&site, (enum smtp_role)(data[0] % 3), data[2] + 1U,
	    (struct span){ (const char *)data + 3, size - 3 });
	audit_close(site.audit);
	store_close(site.store);
	return 0;
}
