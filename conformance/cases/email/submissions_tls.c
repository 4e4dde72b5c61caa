/* SPDX-License-Identifier: MIT */
/*
 * Which TLS, and whose certificate: facts from a handshake of our own.
 */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "conformance/cases/email/prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/files.h"

extern const struct conf_group conf_submissions_tls;

/* ---- versions ---- */

static void
file_handshake(struct trial *t, struct wire *w, bool reached, bool shaken)
{
	trial_fact(t, "reached", "%s", reached ? "yes" : "no");
	trial_fact(t, "handshake", "%s", shaken ? "done" : "refused");
	trial_fact(t, "version", "%s",
	    shaken ? stream_tls_version(&w->stream) : "none");
	trial_fact(t, "why", "%s", w->why);
}

static bool
collect_old_implicit(struct trial *t)
{
	struct wire w;
	const bool reached = wire_open(&w, t, "submissions");
	const bool shaken = reached && wire_shake(&w, "TLSv1", "TLSv1.1", NULL);

	file_handshake(t, &w, reached, shaken);
	wire_close(&w);
	return true;
}

static bool
collect_old_starttls(struct trial *t)
{
	struct wire w;
	const bool reached =
	    wire_open(&w, t, trial_case(t)->service) && wire_reply(&w) == 220 &&
	    wire_say(&w, "EHLO %s.client.example", trial_token(t)) &&
	    wire_reply(&w) == 250 && wire_say(&w, "STARTTLS") &&
	    wire_reply(&w) == 220;
	const bool shaken = reached && wire_shake(&w, "TLSv1", "TLSv1.1", NULL);

	file_handshake(t, &w, reached, shaken);
	wire_close(&w);
	return true;
}

static void
judge_old(struct trial *t)
{
	const char *reached = trial_fact_text(t, "reached");
	const char *done = trial_fact_text(t, "handshake");
	const char *why = trial_fact_text(t, "why");

	if (!trial_need(t, reached != NULL && strcmp(reached, "yes") == 0,
		"no handshake could be begun: %s", why == NULL ? "?" : why) ||
	    !trial_sane(t, done != NULL && why != NULL,
		"facts.json does not say how the handshake went") ||
	    !trial_sane(t, strstr(why, "this OpenSSL") == NULL, "%s", why) ||
	    !trial_need(t, strstr(why, "in time") == NULL, "%s", why))
		return;
	trial_claim(t, trial_case(t)->clause, strcmp(done, "done") != 0,
	    "no handshake with TLS 1.0 or 1.1", "%s",
	    trial_fact_text(t, "version"));
}

/* ---- the certificate ---- */

/* Name, trust and time are looked at by judge(), so none may stop us. */
static bool
collect_chain(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	struct wire w;
	struct buf pem;
	struct err err;

	wire_open(&w, t, "submissions");
	buf_init(&pem, 1u << 20);
	if (w.open) {
		wire_shake(&w, NULL, NULL, NULL);
		stream_peer_chain(&w.stream, &pem);
	}
	if (pem.len > 0)
		trial_file(t, "chain.pem", buf_span(&pem));
	buf_clear(&pem);
	if (p->trust != NULL && files_read(p->trust, &pem, &err))
		trial_file(t, "trust.pem", buf_span(&pem));
	trial_fact_int(t, "time", clock_wall().us / 1000000);
	trial_fact(t, "name", "%s",
	    w.endpoint == NULL         ? ""
	    : w.endpoint->name != NULL ? w.endpoint->name
				       : w.endpoint->host);
	buf_free(&pem);
	wire_close(&w);
	return true;
}

static STACK_OF(X509) * read_chain(struct trial *t, const char *name)
{
	const struct buf *pem = trial_content(t, name);
	STACK_OF(X509) *chain = sk_X509_new_null();
	BIO *in;
	X509 *x;

	if (pem == NULL)
		return chain;
	in = BIO_new_mem_buf(pem->data, (int)pem->len);
	while ((x = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL)
		sk_X509_push(chain, x);
	ERR_clear_error();
	BIO_free(in);
	return chain;
}

static X509 *
leaf_of(struct trial *t, STACK_OF(X509) * chain)
{
	return trial_need(t, sk_X509_num(chain) > 0, "no certificate was shown")
		   ? sk_X509_value(chain, 0)
		   : NULL;
}

static void
judge_name(struct trial *t)
{
	STACK_OF(X509) *chain = read_chain(t, "chain.pem");
	const char *name = trial_fact_text(t, "name");
	X509 *leaf = leaf_of(t, chain);

	if (leaf != NULL &&
	    trial_sane(t, name != NULL && name[0] != '\0', "no name is filed"))
		trial_claim(t, trial_case(t)->clause,
		    X509_check_host(leaf, name, 0, 0, NULL) == 1 ||
			X509_check_ip_asc(leaf, name, 0) == 1,
		    name, "a certificate that does not show this name");
	sk_X509_pop_free(chain, X509_free);
}

static void
judge_dates(struct trial *t)
{
	STACK_OF(X509) *chain = read_chain(t, "chain.pem");
	X509 *leaf = leaf_of(t, chain);
	int64_t seconds = 0;
	time_t now;

	const bool known = trial_fact_get_int(t, "time", &seconds);

	now = (time_t)seconds;
	if (leaf != NULL && trial_sane(t, known, "no time is filed")) {
		trial_claim(t, trial_case(t)->clause,
		    X509_cmp_time(X509_get0_notBefore(leaf), &now) < 0,
		    "a certificate that is valid already",
		    "notBefore is ahead");
		trial_claim(t, trial_case(t)->clause,
		    X509_cmp_time(X509_get0_notAfter(leaf), &now) > 0,
		    "a certificate that is valid still", "notAfter has passed");
	}
	sk_X509_pop_free(chain, X509_free);
}

/* Trust alone: the time is that of the leaf, the name nobody's. */
static void
judge_trust(struct trial *t)
{
	STACK_OF(X509) *chain = read_chain(t, "chain.pem");
	STACK_OF(X509) *roots = read_chain(t, "trust.pem");
	X509 *leaf = leaf_of(t, chain);
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();

	for (int i = 0; i < sk_X509_num(roots); i++)
		X509_STORE_add_cert(store, sk_X509_value(roots, i));
	if (sk_X509_num(roots) == 0)
		X509_STORE_set_default_paths(store);
	X509_STORE_set_flags(store, X509_V_FLAG_NO_CHECK_TIME);
	if (leaf != NULL &&
	    trial_sane(t, X509_STORE_CTX_init(ctx, store, leaf, chain),
		"X509_STORE_CTX_init")) {
		const bool ok = X509_verify_cert(ctx) == 1;

		trial_claim(t, trial_case(t)->clause, ok,
		    "a chain that ends in a certificate we believe", "%s",
		    X509_verify_cert_error_string(
			X509_STORE_CTX_get_error(ctx)));
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_pop_free(roots, X509_free);
	sk_X509_pop_free(chain, X509_free);
}

static void
judge_key(struct trial *t)
{
	STACK_OF(X509) *chain = read_chain(t, "chain.pem");
	X509 *leaf = leaf_of(t, chain);
	EVP_PKEY *key = leaf == NULL ? NULL : X509_get0_pubkey(leaf);

	if (leaf != NULL &&
	    trial_need(t, key != NULL, "a key that OpenSSL cannot read"))
		trial_claim(t, trial_case(t)->clause,
		    EVP_PKEY_get_security_bits(key) >= 112,
		    "112 bits of security (RSA 2048, EC 224)", "%d bits",
		    EVP_PKEY_get_security_bits(key));
	sk_X509_pop_free(chain, X509_free);
}

/* ---- no SMTP in the clear where TLS is expected ---- */

/* RFC 8446 5.1: a record begins with its type, and an alert's is 21. */
static bool
is_alert(struct span heard)
{
	return heard.ptr[0] == 21;
}

static bool
collect_plain(struct trial *t)
{
	struct wire w;
	const bool reached = wire_open(&w, t, "submissions");

	wire_listen(&w, 500);
	if (w.in.len == 0 && !w.closed &&
	    wire_say(&w, "EHLO %s.client.example", trial_token(t)))
		wire_listen(&w, 1500);
	trial_fact(t, "reached", "%s", reached ? "yes" : w.why);
	trial_file(t, "heard.bin", buf_span(&w.in));
	wire_close(&w);
	return true;
}

static void
judge_plain(struct trial *t)
{
	const char *reached = trial_fact_text(t, "reached");
	const struct buf *heard = trial_content(t, "heard.bin");

	if (!trial_need(t, reached != NULL && strcmp(reached, "yes") == 0, "%s",
		reached == NULL ? "not reached" : reached) ||
	    !trial_sane(t, heard != NULL, "heard.bin is missing"))
		return;
	trial_claim(t, trial_case(t)->clause,
	    heard->len == 0 || is_alert(buf_span(heard)),
	    "nothing, a TLS alert, or the end of the connection", "%.*s",
	    heard->len > 60 ? 60 : (int)heard->len, buf_text(heard));
}

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
	    collect_old_implicit, judge_old),
	CASE("smtp.starttls.version", "smtp", " smtp.starttls",
	    "smtp.starttls.works",
	    "RFC 8996 4, 5",
	    "refuses TLS 1.0 and 1.1 after STARTTLS",
	    "STARTTLS 之后拒绝 TLS 1.0 和 1.1",
	    collect_old_starttls, judge_old),
	CASE("submission.starttls.version", "submission", " smtp.starttls",
	    "submission.starttls.listed",
	    "RFC 8996 4, 5",
	    "refuses TLS 1.0 and 1.1 on the submission port",
	    "提交端口 STARTTLS 之后拒绝 TLS 1.0 和 1.1",
	    collect_old_starttls, judge_old),
	CASE("submissions.tls.name", "submissions", "", NULL, "RFC 7817 3",
	    "shows a certificate for its name", "证书中的名称与主机相符",
	    collect_chain, judge_name),
	CASE("submissions.tls.dates", "submissions", "", NULL, "RFC 5280 4.1.2.5",
	    "shows a certificate that is valid now", "证书在有效期内",
	    collect_chain, judge_dates),
	CASE("submissions.tls.trust", "submissions", "", NULL, "RFC 5280 6.1",
	    "shows a chain to a root we believe", "证书链可信",
	    collect_chain, judge_trust),
	CASE("submissions.tls.key", "submissions", "", NULL, "RFC 9325 4.5",
	    "has a key that is long enough", "证书密钥强度足够",
	    collect_chain, judge_key),
	CASE("submissions.tls.plain", "submissions", "",
	    "submissions.greeting", "RFC 8314 3.3",
	    "says nothing in the clear", "不以明文提供服务",
	    collect_plain, judge_plain),
};
/* clang-format on */

GROUP(submissions_tls, "submissions", cases);
