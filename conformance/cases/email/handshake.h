/* SPDX-License-Identifier: MIT */
/*
 * handshake - which TLS an endpoint speaks, and whose certificate it shows.
 *
 * For any service: where TLS comes by a command, that is said first.  Name,
 * trust and time are judged from the evidence, so none stops us.
 */
#ifndef CONFORMANCE_CASES_EMAIL_HANDSHAKE_H
#define CONFORMANCE_CASES_EMAIL_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>

struct trial;

/* A handshake with TLS 1.0 and 1.1 alone, which must fail. */
bool handshake_collect_old(struct trial *);
void handshake_judge_old(struct trial *);

/* The certificate, and whether it is for this name, now, and to be believed. */
bool handshake_collect_chain(struct trial *);
void handshake_judge_name(struct trial *);
void handshake_judge_dates(struct trial *);
void handshake_judge_trust(struct trial *);
void handshake_judge_key(struct trial *);
void handshake_judge_usage(struct trial *);

/* What is said in the clear where TLS comes first: nothing. */
bool handshake_collect_plain(struct trial *);
void handshake_judge_plain(struct trial *);

/* clang-format off */
/* how and what name the functions above that collect and judge. */
#define HANDSHAKE_CASE(name, row, where, more, pair, cite, en, zh, how, what) \
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
#define HANDSHAKE_VERSION(id, row, where, more, pair, en, zh) \
	HANDSHAKE_CASE(id, row, where, more, pair, "RFC 8996 4, 5", en, zh, \
	    old, old)
/* Five cases of the certificate; cite is where its name is looked at. */
#define HANDSHAKE_CHAIN(at, row, where, more, cite) \
	HANDSHAKE_CASE(at ".name", row, where, more, NULL, cite, \
	    "shows a certificate for its name", "证书中的名称与主机相符", \
	    chain, name), \
	HANDSHAKE_CASE(at ".dates", row, where, more, NULL, "RFC 5280 4.1.2.5", \
	    "shows a certificate that is valid now", "证书在有效期内", \
	    chain, dates), \
	HANDSHAKE_CASE(at ".trust", row, where, more, NULL, "RFC 5280 6.1", \
	    "shows a chain to a root we believe", "证书链可信", \
	    chain, trust), \
	HANDSHAKE_CASE(at ".key", row, where, more, NULL, "RFC 9325 4.5", \
	    "has a key that is long enough", "证书密钥强度足够", \
	    chain, key), \
	HANDSHAKE_CASE(at ".usage", row, where, more, NULL, \
	    "RFC 5280 4.2.1.12", \
	    "shows a certificate that servers may use", \
	    "证书可用于服务器认证", \
	    chain, usage)
#define HANDSHAKE_PLAIN(id, row, where, more, pair, cite) \
	HANDSHAKE_CASE(id, row, where, more, pair, cite, \
	    "says nothing in the clear", "不以明文提供服务", plain, plain)
/* clang-format on */

#endif
