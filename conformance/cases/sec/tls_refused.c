/* SPDX-License-Identifier: MIT */
/*
 * What every endpoint with TLS has to refuse: versions that are given up, and
 * suites that protect nothing or too little.
 */
#include <stdio.h>
#include <string.h>

#include "conformance/cases/sec/prelude.h"
#include "conformance/cases/sec/probe.h"
#include "conformance/trial.h"

extern const struct conf_group conf_sec_tls_refused;

/* clang-format off */
/* What was in use before TLS 1.2. */
static const uint16_t before_tls_1_2[] = { 0xc00a, 0xc014, 0xc009, 0xc013,
	0x0039, 0x0033, 0x0038, 0x0032, 0x0035, 0x002f, 0xc008, 0xc012, 0x0016,
	0x0013, 0x000a, 0xc007, 0xc011, 0x0005, 0x0004, 0x0009 };
/* TLS_*_WITH_NULL_* */
static const uint16_t null[] = { 0x0002, 0x0001, 0x003b, 0xc006, 0xc010,
	0xc001, 0xc00b, 0xc015 };
/* TLS_DH_anon_*, TLS_ECDH_anon_* */
static const uint16_t anonymous[] = { 0x00a6, 0x00a7, 0x006c, 0x006d, 0x0034,
	0x003a, 0xc018, 0xc019, 0x001b, 0xc017, 0x0018 };
/* 40 and 56 bits */
static const uint16_t weak[] = { 0x0009, 0x0003, 0x0006, 0x0008, 0x000b,
	0x000c, 0x000e, 0x000f, 0x0011, 0x0012, 0x0014, 0x0015 };
static const uint16_t rc4[] = { 0x0005, 0x0004, 0xc007, 0xc011, 0xc002,
	0xc00c };
static const uint16_t triple_des[] = { 0x000a, 0x0016, 0x0013, 0x0010, 0x000d,
	0xc008, 0xc012, 0xc003, 0xc00d };
/* TLS_RSA_WITH_AES_* */
static const uint16_t static_rsa[] = { 0x002f, 0x0035, 0x003c, 0x003d, 0x009c,
	0x009d };

#define OLD(version) { version, before_tls_1_2, \
	sizeof before_tls_1_2 / sizeof before_tls_1_2[0], false, NULL }
#define WITH(suites) { HELLO_TLS_1_2, suites, \
	sizeof suites / sizeof suites[0], false, NULL }

static const struct offer {
	const char	*id; /* of the case */
	struct hello	 hello;
	const char	*expected;
	bool		 spares_relay;
} offers[] = {
	{ "sec.tls.ssl2", OLD(HELLO_SSL_2), "SSL 2.0 is refused", false },
	{ "sec.tls.ssl3", OLD(HELLO_SSL_3), "SSL 3.0 is refused", false },
	{ "sec.tls.1-0", OLD(HELLO_TLS_1_0), "TLS 1.0 is refused", false },
	{ "sec.tls.1-1", OLD(HELLO_TLS_1_1), "TLS 1.1 is refused", false },
	{ "sec.tls.null", WITH(null), "suites without encryption are refused", false },
	{ "sec.tls.anonymous", WITH(anonymous),
	  "suites without authentication are refused", true },
	{ "sec.tls.weak", WITH(weak), "suites of 40 and 56 bits are refused", false },
	{ "sec.tls.rc4", WITH(rc4), "suites with RC4 are refused", false },
	{ "sec.tls.3des", WITH(triple_des), "suites with 3DES are refused", false },
	{ "sec.tls.rsa", WITH(static_rsa),
	  "suites with RSA key transport are refused", false },
};
/* clang-format on */

static const struct offer *
offer_of(const struct trial *t)
{
	const struct offer *o = offers;

	while (strcmp(o->id, trial_case(t)->id) != 0)
		o++;
	return o;
}

static void
ask(struct trial *t, const char *service)
{
	probe_both(t, service, &offer_of(t)->hello);
}

static bool
collect(struct trial *t)
{
	every_collect(t, every_has_tls, ask);
	return true;
}

/* What was offered, or what is worse. */
static bool
is_agreed(const struct hello *h, const struct hello_answer *a)
{
	if (a->kind != HELLO_SERVER)
		return false;
	if (h->suites == before_tls_1_2)
		return a->version < HELLO_TLS_1_2;
	for (size_t i = 0; i < h->n_suites; i++)
		if (h->suites[i] == a->suite)
			return true;
	return false;
}

static enum every_answer
look(struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	struct probed p;

	/* whoever relays would go on in the clear, and names nobody */
	if (offer_of(t)->spares_relay && strcmp(service, "smtp") == 0)
		return EVERY_HOLDS;
	probe_read(t, service, &p);
	if (!is_agreed(&offer_of(t)->hello, &p.answer))
		return probe_refused(&p, heard);
	snprintf(heard, EVERY_HEARD, "agrees on %s, suite %04X",
	    hello_version_name(p.answer.version), p.answer.suite);
	return EVERY_FAILS;
}

static void
judge(struct trial *t)
{
	every_judge(t, offer_of(t)->expected, look);
}

/* clang-format off */
#define CASE(name, cite, grade, en, zh) \
	SEC_CASE(name, cite, grade, en, zh, collect, judge)

static const struct conf_case cases[] = {
	/* "MUST NOT negotiate" */
	CASE("sec.tls.ssl2", "RFC 9325 3.1.1", LEVEL_SHALL,
	    "no endpoint speaks SSL 2.0", "各端点拒绝 SSL 2.0"),
	CASE("sec.tls.ssl3", "RFC 7568 3", LEVEL_SHALL,
	    "no endpoint speaks SSL 3.0", "各端点拒绝 SSL 3.0"),
	CASE("sec.tls.1-0", "RFC 8996 4", LEVEL_SHALL,
	    "no endpoint speaks TLS 1.0", "各端点拒绝 TLS 1.0"),
	CASE("sec.tls.1-1", "RFC 8996 5", LEVEL_SHALL,
	    "no endpoint speaks TLS 1.1", "各端点拒绝 TLS 1.1"),
	CASE("sec.tls.null", "RFC 9325 4.1", LEVEL_SHALL,
	    "no endpoint agrees on a suite without encryption",
	    "各端点拒绝不加密的密码套件"),
	/* "MUST NOT ... unless the application ... has ... requested" it */
	CASE("sec.tls.anonymous", "RFC 5246 A.5", LEVEL_SHOULD,
	    "no endpoint agrees on a suite without authentication",
	    "各端点拒绝匿名密码套件"),
	CASE("sec.tls.weak", "RFC 9325 4.1", LEVEL_SHALL,
	    "no endpoint agrees on a suite of 40 or 56 bits",
	    "各端点拒绝出口级与单 DES 密码套件"),
	CASE("sec.tls.rc4", "RFC 9325 4.1", LEVEL_SHALL,
	    "no endpoint agrees on a suite with RC4",
	    "各端点拒绝 RC4 密码套件"),
	/* less than 128 bits, and not less than 112: "SHOULD NOT" */
	CASE("sec.tls.3des", "RFC 9325 4.1", LEVEL_SHOULD,
	    "no endpoint agrees on a suite with 3DES",
	    "各端点拒绝 3DES 密码套件"),
	CASE("sec.tls.rsa", "RFC 9325 4.1", LEVEL_SHOULD,
	    "no endpoint agrees on RSA key transport",
	    "各端点拒绝静态 RSA 密钥交换"),
};
/* clang-format on */

SEC_GROUP(sec_tls_refused, cases);
