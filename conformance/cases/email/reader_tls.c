/* SPDX-License-Identifier: MIT */
/*
 * Which TLS, and whose certificate, where mail is read.
 */
#include "conformance/cases/email/handshake.h"
#include "conformance/cases/email/imap_prelude.h"

extern const struct conf_group conf_reader_tls;

/* clang-format off */
#define CASE(name, row, where, more, pair, cite, en, zh, how, what) \
	{ \
		.id = name, \
		.verifies = row, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:" where more, \
		.twin = pair, \
		.service = where, \
		.collect = handshake_collect_##how, \
		.judge = handshake_judge_##what, \
	}

/* The twin shows that a handshake of today does work. */
#define ENDPOINT(at, row, where, more, pair) \
	CASE(at ".version", row, where, more, pair, "RFC 8996 4, 5", \
	    "refuses TLS 1.0 and 1.1", "拒绝 TLS 1.0 和 1.1", old, old), \
	CASE(at ".name", row, where, more, NULL, "RFC 7817 3", \
	    "shows a certificate for its name", "证书中的名称与主机相符", \
	    chain, name), \
	CASE(at ".dates", row, where, more, NULL, "RFC 5280 4.1.2.5", \
	    "shows a certificate that is valid now", "证书在有效期内", \
	    chain, dates), \
	CASE(at ".trust", row, where, more, NULL, "RFC 5280 6.1", \
	    "shows a chain to a root we believe", "证书链可信", \
	    chain, trust), \
	CASE(at ".key", row, where, more, NULL, "RFC 9325 4.5", \
	    "has a key that is long enough", "证书密钥强度足够", \
	    chain, key)
#define PLAIN(at, row, where, pair, cite) \
	CASE(at ".plain", row, where, "", pair, cite, \
	    "says nothing in the clear", "不以明文提供服务", plain, plain)

static const struct conf_case cases[] = {
	ENDPOINT("imaps.tls", EMAIL_F_07, "imaps", "", "imaps.greeting"),
	PLAIN("imaps.tls", EMAIL_F_07, "imaps", "imaps.greeting",
	    "RFC 8314 3.2"),
	ENDPOINT("imap.starttls", EMAIL_F_07, "imap", " imap.starttls",
	    "imap.starttls"),
	ENDPOINT("pop3s.tls", EMAIL_F_05, "pop3s", "", "pop3s.greeting"),
	PLAIN("pop3s.tls", EMAIL_F_05, "pop3s", "pop3s.greeting",
	    "RFC 8314 3.1"),
	ENDPOINT("pop3.stls", EMAIL_F_05, "pop3", " pop3.stls", "pop3.stls"),
};
/* clang-format on */

IMAP_GROUP(reader_tls, "imaps", cases);
