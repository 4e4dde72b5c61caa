/* SPDX-License-Identifier: MIT */
/*
 * Which TLS, and whose certificate, where mail is sent.
 */
#include "conformance/cases/email/handshake.h"
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_submissions_tls;

/* clang-format off */
#define VERSION(id, where, more, pair, en, zh) \
	HANDSHAKE_VERSION(id, EMAIL_F_02, where, more, pair, en, zh)

static const struct conf_case cases[] = {
	VERSION("submissions.tls.version", "submissions", "",
	    "submissions.greeting",
	    "refuses TLS 1.0 and 1.1", "拒绝 TLS 1.0 和 1.1"),
	VERSION("smtp.starttls.version", "smtp", " smtp.starttls",
	    "smtp.starttls.works",
	    "refuses TLS 1.0 and 1.1 after STARTTLS",
	    "STARTTLS 之后拒绝 TLS 1.0 和 1.1"),
	VERSION("submission.starttls.version", "submission", " smtp.starttls",
	    "submission.starttls.listed",
	    "refuses TLS 1.0 and 1.1 on the submission port",
	    "提交端口 STARTTLS 之后拒绝 TLS 1.0 和 1.1"),
	HANDSHAKE_CHAIN("submissions.tls", EMAIL_F_02, "submissions", "",
	    "RFC 7817 3"),
	HANDSHAKE_PLAIN("submissions.tls.plain", EMAIL_F_02, "submissions", "",
	    "submissions.greeting", "RFC 8314 3.3"),
};
/* clang-format on */

GROUP(submissions_tls, "submissions", cases);
