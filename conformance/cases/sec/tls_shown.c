/* SPDX-License-Identifier: MIT */
/*
 * The certificate that every endpoint with TLS shows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/sec/every.h"
#include "conformance/cases/sec/prelude.h"
#include "conformance/client/presented.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_sec_tls_shown;

static void
ask(struct trial *t, const char *service)
{
	char *at = mem_textf("%s.", service);
	char *chain = mem_textf("%schain.pem", at);
	int tries = 0;

	do
		presented_collect(t, at, service);
	while (!trial_has(t, chain) && every_again(t, &tries));
	free(at);
	free(chain);
}

static bool
collect(struct trial *t)
{
	every_collect(t, every_has_tls, ask);
	return true;
}

static enum every_answer
answer_of(enum presented_answer a)
{
	return a == PRESENTED_YES  ? EVERY_HOLDS
	       : a == PRESENTED_NO ? EVERY_FAILS
				   : EVERY_OPEN;
}

static enum every_answer
look(struct trial *t, const char *service,
    const struct presented_question *question, char heard[EVERY_HEARD])
{
	char *at = mem_textf("%s.", service), said[PRESENTED_HEARD] = "";
	enum every_answer a = EVERY_OPEN;
	struct presented s;

	presented_read(&s, t, at);
	if (s.leaf == NULL || s.name == NULL || !s.timed)
		snprintf(said, sizeof said, "no certificate was shown");
	else
		a = answer_of(question->ask(&s, said));
	snprintf(heard, EVERY_HEARD, "%s", said);
	presented_free(&s);
	free(at);
	return a;
}

#define QUESTION(what) \
	static enum every_answer look_##what( \
	    struct trial *t, const char *s, char heard[EVERY_HEARD]) \
	{ \
		return look(t, s, &presented_##what, heard); \
	} \
	static void judge_##what(struct trial *t) \
	{ \
		every_judge(t, presented_##what.expected, look_##what); \
	}

QUESTION(name)
QUESTION(time)
QUESTION(trust)
QUESTION(order)
QUESTION(key)
QUESTION(signature)
QUESTION(usage)

/* clang-format off */
#define CASE(name, cite, grade, en, zh, what) \
	SEC_CASE("sec.shown." name, cite, grade, en, zh, collect, judge_##what)

static const struct conf_case cases[] = {
	CASE("name", "RFC 9525 6", LEVEL_SHALL,
	    "every endpoint shows a certificate for its name",
	    "各端点证书中的名称与主机相符", name),
	CASE("dates", "RFC 5280 4.1.2.5", LEVEL_SHALL,
	    "every endpoint shows a certificate that is valid now",
	    "各端点证书在有效期内", time),
	/* the root may be left out, and nothing else */
	CASE("trust", "RFC 8446 4.4.2", LEVEL_SHALL,
	    "every endpoint shows all that leads to a root we believe",
	    "各端点出示的证书链完整且可信", trust),
	CASE("order", "RFC 8446 4.4.2", LEVEL_SHOULD,
	    "every endpoint shows its chain in order, and no more",
	    "各端点证书链次序正确且无多余证书", order),
	CASE("key", "RFC 9325 4.5", LEVEL_SHALL,
	    "every endpoint has a key that is long enough",
	    "各端点证书密钥强度足够", key),
	CASE("signature", "RFC 9325 4.5", LEVEL_SHALL,
	    "no endpoint shows a certificate signed with MD5 or SHA-1",
	    "各端点证书不以 MD5 或 SHA-1 签名", signature),
	CASE("usage", "RFC 5280 4.2.1.12", LEVEL_SHALL,
	    "every endpoint shows a certificate that servers may use",
	    "各端点证书可用于服务器认证", usage),
};
/* clang-format on */

SEC_GROUP(sec_tls_shown, cases);
