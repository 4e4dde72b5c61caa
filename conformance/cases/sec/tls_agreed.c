/* SPDX-License-Identifier: MIT */
/*
 * What every endpoint with TLS agrees on: a version of today, forward secrecy,
 * and what keeps a handshake from being bent.
 */
#include <stdio.h>
#include <string.h>

#include "conformance/cases/sec/prelude.h"
#include "conformance/cases/sec/probe.h"
#include "conformance/trial.h"

extern const struct conf_group conf_sec_tls_agreed;

enum { PROTOCOL_VERSION = 70 }; /* RFC 8446 6.2 */

/* ---- the version ---- */

static void
ask_today(struct trial *t, const char *service)
{
	probe_both(t, service, &probe_today);
}

static bool
collect_version(struct trial *t)
{
	every_collect(t, every_has_tls, ask_today);
	return true;
}

static enum every_answer
look_version(struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	struct probed p;

	probe_read(t, service, &p);
	if (p.answer.kind == HELLO_SERVER) {
		snprintf(heard, EVERY_HEARD, "%s",
		    hello_version_name(p.answer.version));
		return p.answer.version < HELLO_TLS_1_2 ? EVERY_FAILS
							: EVERY_HOLDS;
	}
	if (p.answer.kind == HELLO_ALERT &&
	    p.answer.alert == PROTOCOL_VERSION) {
		snprintf(heard, EVERY_HEARD, "neither of them");
		return EVERY_FAILS;
	}
	snprintf(heard, EVERY_HEARD, "%s",
	    p.why[0] != '\0' ? p.why : "no ServerHello");
	return EVERY_OPEN;
}

static void
judge_version(struct trial *t)
{
	every_judge(t, "TLS 1.2 or TLS 1.3", look_version);
}

/* ---- a client of TLS 1.2 ---- */

/* RSA key transport first, and then what it ought to be. */
static const uint16_t wrong_order[] = { 0x002f, 0x009c, 0x003c, 0x0035, 0xc02b,
	0xc02f, 0xc02c, 0xc030, 0xc023, 0xc027, 0xc009, 0xc013 };

static const struct hello at_1_2 = {
	.version = HELLO_TLS_1_2,
	.suites = wrong_order + 4,
	.n_suites = sizeof wrong_order / sizeof wrong_order[0] - 4,
};
static const struct hello at_1_2_compressed = {
	.version = HELLO_TLS_1_2,
	.suites = wrong_order + 4,
	.n_suites = sizeof wrong_order / sizeof wrong_order[0] - 4,
	.deflate = true,
};
static const struct hello at_1_2_wrongly = {
	.version = HELLO_TLS_1_2,
	.suites = wrong_order,
	.n_suites = sizeof wrong_order / sizeof wrong_order[0],
};

#define COLLECT(what, hello) \
	static void ask_##what(struct trial *t, const char *s) \
	{ \
		probe_both(t, s, &(hello)); \
	} \
	static bool collect_##what(struct trial *t) \
	{ \
		every_collect(t, every_has_tls, ask_##what); \
		return true; \
	}

COLLECT(ordinary, at_1_2)
COLLECT(compressed, at_1_2_compressed)
COLLECT(wrongly, at_1_2_wrongly)

/*
 * Who speaks TLS 1.3 alone refuses a client of TLS 1.2, and none of what
 * follows is about him.
 */
static enum every_answer
not_agreed(const struct probed *p, char heard[EVERY_HEARD])
{
	const enum every_answer a = probe_refused(p, heard);

	if (a == EVERY_HOLDS && p->today.version == HELLO_TLS_1_3)
		return a;
	if (a == EVERY_HOLDS)
		snprintf(heard, EVERY_HEARD,
		    "a client of TLS 1.2 with its suites is refused");
	return EVERY_OPEN;
}

static enum every_answer
look_renegotiation(
    struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	struct probed p;

	probe_read(t, service, &p);
	if (p.answer.kind != HELLO_SERVER)
		return not_agreed(&p, heard);
	snprintf(heard, EVERY_HEARD, "none");
	return p.answer.renegotiation ? EVERY_HOLDS : EVERY_FAILS;
}

static void
judge_renegotiation(struct trial *t)
{
	every_judge(
	    t, "renegotiation_info in the ServerHello", look_renegotiation);
}

/* Only who speaks TLS 1.3 has something to be brought down from. */
static enum every_answer
look_downgrade(struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	static const struct span told = SPAN_INIT("DOWNGRD\001");
	struct probed p;

	probe_read(t, service, &p);
	if (p.answer.kind != HELLO_SERVER || p.why[0] != '\0')
		return not_agreed(&p, heard);
	if (p.today.kind != HELLO_SERVER || p.today.version != HELLO_TLS_1_3 ||
	    p.answer.version != HELLO_TLS_1_2)
		return EVERY_HOLDS;
	snprintf(heard, EVERY_HEARD, "other octets");
	return span_eq(span_skip(p.answer.random, 24), told) ? EVERY_HOLDS
							     : EVERY_FAILS;
}

static void
judge_downgrade(struct trial *t)
{
	every_judge(
	    t, "44 4F 57 4E 47 52 44 01 at the end of Random", look_downgrade);
}

static enum every_answer
look_compression(struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	struct probed p;

	probe_read(t, service, &p);
	if (p.answer.kind != HELLO_SERVER)
		return not_agreed(&p, heard);
	snprintf(heard, EVERY_HEARD, "method %u", p.answer.compression);
	return p.answer.compression == 0 ? EVERY_HOLDS : EVERY_FAILS;
}

static void
judge_compression(struct trial *t)
{
	every_judge(t, "no compression", look_compression);
}

static enum every_answer
look_secrecy(struct trial *t, const char *service, char heard[EVERY_HEARD])
{
	struct probed p;

	probe_read(t, service, &p);
	if (p.answer.kind != HELLO_SERVER)
		return not_agreed(&p, heard);
	snprintf(heard, EVERY_HEARD, "suite %04X, RSA key transport",
	    p.answer.suite);
	for (size_t i = 0; i < 4; i++)
		if (p.answer.suite == wrong_order[i])
			return EVERY_FAILS;
	return EVERY_HOLDS;
}

static void
judge_secrecy(struct trial *t)
{
	every_judge(t, "a suite with ECDHE, which was offered", look_secrecy);
}

/* clang-format off */
#define CASE(name, cite, grade, en, zh, how, what) \
	SEC_CASE(name, cite, grade, en, zh, collect_##how, judge_##what)

static const struct conf_case cases[] = {
	CASE("sec.tls.version", "RFC 9325 3.1.1", LEVEL_SHALL,
	    "every endpoint speaks TLS 1.2 or 1.3",
	    "各端点支持 TLS 1.2 或 1.3", version, version),
	/* "MUST ... prefer", "even if it is not the first proposal" */
	CASE("sec.tls.secrecy", "RFC 9325 4.1, 4.2.1", LEVEL_SHALL,
	    "every endpoint prefers forward secrecy", "各端点优先选用前向保密",
	    wrongly, secrecy),
	CASE("sec.tls.renegotiation", "RFC 9325 3.5", LEVEL_SHALL,
	    "every endpoint knows secure renegotiation",
	    "各端点支持安全重协商指示", ordinary, renegotiation),
	CASE("sec.tls.downgrade", "RFC 8446 4.1.3", LEVEL_SHALL,
	    "every endpoint that speaks TLS 1.3 tells that it was not asked to",
	    "支持 TLS 1.3 的端点给出降级标记", ordinary, downgrade),
	CASE("sec.tls.compression", "RFC 9325 3.3", LEVEL_SHOULD,
	    "no endpoint compresses", "各端点不启用 TLS 压缩", compressed,
	    compression),
};
/* clang-format on */

SEC_GROUP(sec_tls_agreed, cases);
