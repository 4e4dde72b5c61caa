/* SPDX-License-Identifier: MIT */
/*
 * TLS of the directory: StartTLS (RFC 4511 4.14), and what ldaps and ldap
 * share with the services of mail (handshake.h).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/email/handshake.h"
#include "conformance/cases/email/ldap_prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/framing_ldap.h"

extern const struct conf_group conf_ldap_tls;

#define LDAP_CLEAR "endpoint:ldap account:alice dn:alice ldap.starttls"

/* ---- what is sent behind StartTLS before TLS ---- */

/* A Bind that would be good, in the clear and in the same piece. */
static bool
collect_company(struct trial *t)
{
	char *bind = trial_expand(
	    t, "2 bind ${alice.dn|quoted} ${alice.password|quoted}");
	struct wire w;
	struct buf said;
	bool ok;

	buf_init(&said, 4096);
	ok = ldap_say(SPAN("1 starttls"), &said) == NULL &&
	     ldap_say(span_of(bind), &said) == NULL &&
	     wire_open(&w, t, "ldap") && wire_send(&w, buf_span(&said));
	trial_fact(t, "sent", "%s", ok ? "yes" : "no");
	if (ok)
		wire_listen(&w, 1000);
	if (ok)
		trial_file(t, "behind.bin", buf_span(&w.in));
	wire_close(&w);
	buf_free(&said);
	free(bind);
	return true;
}

static void
judge_company(struct trial *t)
{
	const char *sent = trial_fact_text(t, "sent");
	const struct buf *behind = trial_content(t, "behind.bin");
	struct span in, message;

	if (!trial_need(t, sent != NULL && strcmp(sent, "yes") == 0,
		"no connection to ask on") ||
	    !trial_sane(t, behind != NULL, "behind.bin is missing"))
		return;
	in = buf_span(behind);
	while (in.len > 0) {
		const enum framing_line what =
		    framing_ldap.take(&in, &message, 0);
		struct buf text;
		bool obeyed;

		if (what == FRAME_NEED_MORE || what == FRAME_GARBAGE)
			break; /* TLS, as it began: an alert */
		buf_init(&text, 1 << 16);
		framing_ldap.plain(message, &text);
		obeyed = span_starts(
		    buf_span(&text), SPAN("2 bindResponse success "));
		buf_free(&text);
		if (!trial_claim(t, trial_case(t)->clause, !obeyed,
			"what was sent in the clear behind StartTLS is not "
			"obeyed",
			"bindResponse success, in the clear"))
			break;
	}
}

/* clang-format off */
#define CLEAR(name, cite, grade, en, zh, same, text) \
	LDAP_ROW(name, "ldap", cite, grade, en, zh, LDAP_CLEAR, same, text)
#define STARTED \
	"C: 1 starttls\n" \
	"S: 1 extendedResp success *\n" \
	"@tls\n"

static const struct conf_case cases[] = {
	CLEAR("starttls", "RFC 4511 4.14.2", LEVEL_SHALL,
	    "StartTLS, and alice binds within", "StartTLS 之后绑定", NULL,
	    "C: 1 starttls\n"
	    "S!: 1 extendedResp success *  # RFC 4511 4.14.2\n"
	    "@tls!\n"
	    LDAP_BIND("2", "alice")
	    "S!: 2 bindResponse success *  # RFC 4513 3.1\n"),
	CLEAR("starttls.name", "RFC 4511 4.14.2", LEVEL_SHALL,
	    "the answer names StartTLS or nothing, and has no value",
	    "StartTLS 应答的名称与内容", "ldap.starttls",
	    "C: 1 starttls\n"
	    "S-!: * value *  # RFC 4511 4.14.2\n"
	    "S!: 1 extendedResp success * name 1.3.6.1.4.1.1466.20037?"
	    "  # RFC 4511 4.14.2\n"
	    "S|: 1 extendedResp success \"*\" \"*\"?  # RFC 4511 4.14.2\n"
	    "@tls\n"),
	/* "Detected sequencing problems ... operationsError" */
	CLEAR("starttls.twice", "RFC 4511 4.14.1", LEVEL_SHALL,
	    "a second StartTLS is out of order", "已有 TLS 时再次 StartTLS",
	    "ldap.starttls",
	    STARTED
	    "C: 2 starttls\n"
	    "S!: 2 extendedResp operationsError *  # RFC 4511 4.14.1\n"
	    LDAP_BIND("3", "alice")
	    "S!: 3 bindResponse success *  # RFC 4511 4.14.2\n"),
	LDAP_CASE("ldaps.starttls", "RFC 4511 4.14.1",
	    "StartTLS where TLS was first is out of order",
	    "ldaps 连接上的 StartTLS", LDAPS_ALICE, "ldap.bind",
	    "C: 1 starttls\n"
	    "S!: 1 extendedResp operationsError *  # RFC 4511 4.14.1\n"
	    /* "does not support TLS (... by current configuration)" */
	    "S|: 1 extendedResp protocolError *  # RFC 4511 4.14.1\n"
	    LDAP_BIND("2", "alice")
	    "S!: 2 bindResponse success *  # RFC 4511 4.14.2\n"),
	CLEAR("starttls.listed", "RFC 4511 4.12", LEVEL_SHOULD,
	    "StartTLS is listed", "列出 StartTLS 操作", "ldap.starttls",
	    "C: 1 search \"\" base " LDAP_ALL " supportedExtension\n"
	    "S+!: 1 searchResEntry \"\" "
	    "*supportedExtension=\"1.3.6.1.4.1.1466.20037\" *"
	    "  # RFC 4511 4.12\n"
	    "S: 1 searchResDone success *\n"),
	/* "SHOULD NOT by default support ... clear text passwords ... unless
	 * the data on the session is protected" */
	CLEAR("clear.bind", "RFC 4513 6.3.3", LEVEL_SHOULD,
	    "no password is taken in the clear", "明文连接上不接受口令",
	    "ldap.starttls",
	    "C: 1 bind ${alice.dn|quoted} ${alice.password|quoted}\n"
	    "S!: 1 bindResponse confidentialityRequired *  # RFC 4513 6.3.3\n"
	    "S|: 1 bindResponse strongerAuthRequired *  # RFC 4511 4.1.9\n"
	    "S|: 1 bindResponse unwillingToPerform *  # RFC 4511 4.1.9\n"
	    "S|: 1 bindResponse inappropriateAuthentication *"
	    "  # RFC 4511 4.1.9\n"
	    "S|: 1 bindResponse authMethodNotSupported *"
	    "  # RFC 4511 4.1.9\n"),
	{
		.id = "ldap.starttls.company",
		.verifies = EMAIL_F_08,
		.clause = "RFC 4511 4.14.1",
		.title = "what is sent in the clear behind StartTLS is not "
		    "obeyed",
		.title_zh = "StartTLS 之后、TLS 之前发来的请求不得执行",
		.needs = LDAP_CLEAR,
		.twin = "ldap.starttls",
		.service = "ldap",
		.collect = collect_company,
		.judge = judge_company,
	},
	HANDSHAKE_VERSION("ldap.starttls.version", EMAIL_F_08, "ldap",
	    " account:alice dn:alice ldap.starttls", "ldap.starttls",
	    "refuses TLS 1.0 and 1.1 after StartTLS",
	    "StartTLS 之后拒绝 TLS 1.0 和 1.1"),
	HANDSHAKE_VERSION("ldap.tls.version", EMAIL_F_08, "ldaps",
	    " account:alice dn:alice", "ldap.bind",
	    "ldaps refuses TLS 1.0 and 1.1", "ldaps 拒绝 TLS 1.0 和 1.1"),
	HANDSHAKE_CHAIN("ldap.tls", EMAIL_F_08, "ldaps", "",
	    "RFC 4513 3.1.3"),
	HANDSHAKE_PLAIN("ldap.tls.plain", EMAIL_F_08, "ldaps",
	    " account:alice dn:alice", "ldap.bind", "RFC 8446 5.1"),
};
/* clang-format on */

LDAP_GROUP(ldap_tls, cases);
