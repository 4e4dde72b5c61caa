/* SPDX-License-Identifier: MIT */
#include "conformance/cases/email/handshake.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/dialogue.h"
#include "lib/files.h"

/* ---- how one comes to a handshake ---- */

/* What is said in turn, and how the answers to it begin. */
static const struct manners {
	const char *service;
	const char *hello; /* where it is said too early */
	struct {
		const char *say, *hear; /* both NULL: the handshake */
	} steps[4];
} manners[] = {
	{ "smtp", "EHLO client.example",
	    { { NULL, "220" }, { "EHLO client.example", "250" },
		{ "STARTTLS", "220" } } },
	{ "submission", "EHLO client.example",
	    { { NULL, "220" }, { "EHLO client.example", "250" },
		{ "STARTTLS", "220" } } },
	{ "submissions", "EHLO client.example", { { NULL, NULL } } },
	{ "imap", "a CAPABILITY",
	    { { NULL, "* OK" }, { "tls STARTTLS", "tls OK" } } },
	{ "imaps", "a CAPABILITY", { { NULL, NULL } } },
	{ "pop3", "CAPA", { { NULL, "+OK" }, { "STLS", "+OK" } } },
	{ "pop3s", "CAPA", { { NULL, NULL } } },
	{ "ldap", "1 bind \"\" \"\"",
	    { { "1 starttls", "1 extendedResp success " } } },
	{ "ldaps", "1 bind \"\" \"\"", { { NULL, NULL } } },
};

static const struct manners *
manners_of(const struct trial *t)
{
	size_t i = 0;

	while (strcmp(manners[i].service, trial_case(t)->service) != 0)
		i++;
	return &manners[i];
}

/* What is said, and heard, as lib/framing_ldap.h writes it. */
static bool
is_directory(const struct manners *m)
{
	return framing_of(m->service) == &framing_ldap;
}

static bool
say(struct wire *w, const struct manners *m, const char *line)
{
	return is_directory(m) ? wire_say_ldap(w, line)
			       : wire_say(w, "%s", line);
}

static bool
hear(struct wire *w, const struct manners *m, const char *begins)
{
	return is_directory(m) ? wire_hear_ldap(w, begins)
			       : wire_hear(w, begins);
}

/* Connected, and the next octet is that of a handshake. */
static bool
is_reached(struct wire *w, struct trial *t)
{
	const struct manners *m = manners_of(t);
	bool ok = wire_open(w, t, m->service);

	for (size_t i = 0; ok && m->steps[i].hear != NULL; i++)
		ok = (m->steps[i].say == NULL || say(w, m, m->steps[i].say)) &&
		     hear(w, m, m->steps[i].hear);
	return ok;
}

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

bool
handshake_collect_old(struct trial *t)
{
	struct wire w;
	const bool reached = is_reached(&w, t);
	const bool shaken = reached && wire_shake(&w, "TLSv1", "TLSv1.1", NULL);

	file_handshake(t, &w, reached, shaken);
	wire_close(&w);
	return true;
}

void
handshake_judge_old(struct trial *t)
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
bool
handshake_collect_chain(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	struct wire w;
	struct buf pem;
	struct err err;

	buf_init(&pem, 1u << 20);
	if (is_reached(&w, t)) {
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

void
handshake_judge_name(struct trial *t)
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

void
handshake_judge_dates(struct trial *t)
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
void
handshake_judge_trust(struct trial *t)
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

void
handshake_judge_key(struct trial *t)
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

/* RFC 5280 4.2.1.12: where purposes are named, it is for these only. */
void
handshake_judge_usage(struct trial *t)
{
	STACK_OF(X509) *chain = read_chain(t, "chain.pem");
	X509 *leaf = leaf_of(t, chain);

	/* Without the extension OpenSSL answers with all purposes. */
	if (leaf != NULL)
		trial_claim(t, trial_case(t)->clause,
		    (X509_get_extended_key_usage(leaf) &
			(XKU_SSL_SERVER | XKU_ANYEKU)) != 0,
		    "id-kp-serverAuth among the purposes, or no purpose named",
		    "other purposes alone");
	sk_X509_pop_free(chain, X509_free);
}

/* ---- nothing in the clear where TLS is expected ---- */

/* RFC 8446 5.1: a record begins with its type, and an alert's is 21. */
static bool
is_alert(struct span heard)
{
	return heard.ptr[0] == 21;
}

bool
handshake_collect_plain(struct trial *t)
{
	struct wire w;
	const struct manners *m = manners_of(t);
	const bool reached = wire_open(&w, t, m->service);

	wire_listen(&w, 500);
	if (w.in.len == 0 && !w.closed && say(&w, m, m->hello))
		wire_listen(&w, 1500);
	trial_fact(t, "reached", "%s", reached ? "yes" : w.why);
	trial_file(t, "heard.bin", buf_span(&w.in));
	wire_close(&w);
	return true;
}

void
handshake_judge_plain(struct trial *t)
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
