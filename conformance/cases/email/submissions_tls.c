/* SPDX-License-Identifier: MIT */
/*
 * Which TLS, and whose certificate, where mail is sent.
 */
#include "conformance/cases/email/handshake.h"
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_submissions_tls;

/* clang-format off */
#define CASE(name, where, more, pair, cite, en, zh, how, what) \
	{ \
		.id = name, \
		.verifies = EMAIL_F_02, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "endpoint:" where more, \
		.twin = pair, \
		.service = where, \
		.collect = how, \
		.judge = what, \
	}

static const struct conf_case cases[] = {
	/* The twin shows that a handshake of today does work. */
	CASE("submissions.tls.version", "submissions", "",
	    "submissions.greeting", "RFC 8996 4, 5",
	    "refuses TLS 1.0 and 1.1", "拒绝 TLS 1.0 和 1.1",
	    handshake_collect_old, handshake_judge_old),
	CASE("smtp.starttls.version", "smtp", " smtp.starttls",
	    "smtp.starttls.works",
	    "RFC 8996 4, 5",
	    "refuses TLS 1.0 and 1.1 after STARTTLS",
	    "STARTTLS 之后拒绝 TLS 1.0 和 1.1",
	    handshake_collect_old, handshake_judge_old),
	CASE("submission.starttls.version", "submission", " smtp.starttls",
	    "submission.starttls.listed",
	    "RFC 8996 4, 5",
	    "refuses TLS 1.0 and 1.1 on the submission port",
	    "提交端口 STARTTLS 之后拒绝 TLS 1.0 和 1.1",
	    handshake_collect_old, handshake_judge_old),
	CASE("submissions.tls.name", "submissions", "", NULL, "RFC 7817 3",
	    "shows a certificate for its name", "证书中的名称与主机相符",
	    handshake_collect_chain, handshake_judge_name),
	CASE("submissions.tls.dates", "submissions", "", NULL, "RFC 5280 4.1.2.5",
	    "shows a certificate that is valid now", "证书在有效期内",
	    handshake_collect_chain, handshake_judge_dates),
	CASE("submissions.tls.trust", "submissions", "", NULL, "RFC 5280 6.1",
	    "shows a chain to a root we believe", "证书链可信",
	    handshake_collect_chain, handshake_judge_trust),
	CASE("submissions.tls.key", "submissions", "", NULL, "RFC 9325 4.5",
	    "has a key that is long enough", "证书密钥强度足够",
	    handshake_collect_chain, handshake_judge_key),
	CASE("submissions.tls.plain", "submissions", "",
	    "submissions.greeting", "RFC 8314 3.3",
	    "says nothing in the clear", "不以明文提供服务",
	    handshake_collect_plain, handshake_judge_plain),
};
/* clang-format on */

GROUP(submissions_tls, "submissions", cases);
