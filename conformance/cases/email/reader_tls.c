/* SPDX-License-Identifier: MIT */
/*
 * Which TLS, and whose certificate, where mail is read.
 */
#include "conformance/cases/email/handshake.h"
#include "conformance/cases/email/imap_prelude.h"

extern const struct conf_group conf_reader_tls;

/* clang-format off */
#define ENDPOINT(at, row, where, more, pair) \
	HANDSHAKE_VERSION(at ".version", row, where, more, pair, \
	    "refuses TLS 1.0 and 1.1", "拒绝 TLS 1.0 和 1.1"), \
	HANDSHAKE_CHAIN(at, row, where, more, "RFC 7817 3")

static const struct conf_case cases[] = {
	ENDPOINT("imaps.tls", EMAIL_F_07, "imaps", "", "imaps.greeting"),
	HANDSHAKE_PLAIN("imaps.tls.plain", EMAIL_F_07, "imaps", "",
	    "imaps.greeting", "RFC 8314 3.2"),
	ENDPOINT("imap.starttls", EMAIL_F_07, "imap", " imap.starttls",
	    "imap.starttls"),
	ENDPOINT("pop3s.tls", EMAIL_F_05, "pop3s", "", "pop3s.greeting"),
	HANDSHAKE_PLAIN("pop3s.tls.plain", EMAIL_F_05, "pop3s", "",
	    "pop3s.greeting", "RFC 8314 3.1"),
	ENDPOINT("pop3.stls", EMAIL_F_05, "pop3", " pop3.stls", "pop3.stls"),
};
/* clang-format on */

IMAP_GROUP(reader_tls, "imaps", cases);
