/* SPDX-License-Identifier: MIT */
#include "conformance/client/presented.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/upgrade.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"

/* ---- taken and filed ---- */

static void
file(struct trial *t, const char *at, const char *name, const struct buf *pem)
{
	char *whole = mem_textf("%s%s", at, name);

	trial_file(t, whole, buf_span(pem));
	free(whole);
}

void
presented_collect(struct trial *t, const char *at, const char *service)
{
	const struct profile *p = trial_profile(t);
	char *time = mem_textf("%stime", at), *name = mem_textf("%sname", at);
	struct wire w;
	struct buf pem;
	struct err err;

	buf_init(&pem, 1u << 20);
	if (upgrade_reach(&w, t, service)) {
		wire_shake(&w, NULL, NULL, NULL);
		stream_peer_chain(&w.stream, &pem);
	}
	if (pem.len > 0)
		file(t, at, "chain.pem", &pem);
	buf_clear(&pem);
	if (p->trust != NULL && files_read(p->trust, &pem, &err))
		trial_file(t, "trust.pem", buf_span(&pem));
	trial_fact_int(t, time, clock_wall().us / 1000000);
	trial_fact(t, name, "%s",
	    w.endpoint == NULL         ? ""
	    : w.endpoint->name != NULL ? w.endpoint->name
				       : w.endpoint->host);
	buf_free(&pem);
	wire_close(&w);
	free(time);
	free(name);
}

static STACK_OF(X509) * read_chain(struct trial *t, const char *name)
{
	const struct buf *pem = trial_content(t, name);
	STACK_OF(X509) *chain = sk_X509_new_null();
	char unasked[] =
	    ""; /* nobody is, for the passphrase of what claims one */
	BIO *in;
	X509 *x;

	if (pem == NULL)
		return chain;
	in = BIO_new_mem_buf(pem->data, (int)pem->len);
	while ((x = PEM_read_bio_X509(in, NULL, NULL, unasked)) != NULL)
		sk_X509_push(chain, x);
	ERR_clear_error();
	BIO_free(in);
	return chain;
}

void
presented_read(struct presented *s, struct trial *t, const char *at)
{
	char *chain = mem_textf("%schain.pem", at);
	char *time = mem_textf("%stime", at), *name = mem_textf("%sname", at);

	*s = (struct presented){ .chain = read_chain(t, chain),
		.roots = read_chain(t, "trust.pem"),
		.name = trial_fact_text(t, name) };
	s->timed = trial_fact_get_int(t, time, &s->time);
	s->leaf = sk_X509_num(s->chain) > 0 ? sk_X509_value(s->chain, 0) : NULL;
	if (s->name != NULL && s->name[0] == '\0')
		s->name = NULL;
	free(chain);
	free(time);
	free(name);
}

void
presented_free(struct presented *s)
{
	sk_X509_pop_free(s->chain, X509_free);
	sk_X509_pop_free(s->roots, X509_free);
}

/* ---- questions ---- */

static enum presented_answer
answer(bool holds)
{
	return holds ? PRESENTED_YES : PRESENTED_NO;
}

static enum presented_answer
has_name(const struct presented *s, char heard[PRESENTED_HEARD])
{
	snprintf(heard, PRESENTED_HEARD,
	    "a certificate that does not show the name %.80s", s->name);
	return answer(X509_check_host(s->leaf, s->name, 0, 0, NULL) == 1 ||
		      X509_check_ip_asc(s->leaf, s->name, 0) == 1);
}

const struct presented_question presented_name = { "its name among those shown",
	has_name };

static enum presented_answer
is_valid(const struct presented *s, char heard[PRESENTED_HEARD])
{
	time_t now = (time_t)s->time;

	snprintf(heard, PRESENTED_HEARD, "notBefore is ahead");
	if (X509_cmp_time(X509_get0_notBefore(s->leaf), &now) >= 0)
		return PRESENTED_NO;
	snprintf(heard, PRESENTED_HEARD, "notAfter has passed");
	return answer(X509_cmp_time(X509_get0_notAfter(s->leaf), &now) > 0);
}

const struct presented_question presented_time = {
	"a certificate that is valid now", is_valid
};

/* Trust alone: the time is nobody's, and neither is the name. */
static enum presented_answer
is_trusted(const struct presented *s, char heard[PRESENTED_HEARD])
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool ok;

	for (int i = 0; i < sk_X509_num(s->roots); i++)
		X509_STORE_add_cert(store, sk_X509_value(s->roots, i));
	if (sk_X509_num(s->roots) == 0)
		X509_STORE_set_default_paths(store);
	X509_STORE_set_flags(store, X509_V_FLAG_NO_CHECK_TIME);
	ok = X509_STORE_CTX_init(ctx, store, s->leaf, s->chain) == 1 &&
	     X509_verify_cert(ctx) == 1;
	snprintf(heard, PRESENTED_HEARD, "%s",
	    X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)));
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return answer(ok);
}

const struct presented_question presented_trust = {
	"a chain that ends in a certificate we believe", is_trusted
};

static enum presented_answer
is_strong(const struct presented *s, char heard[PRESENTED_HEARD])
{
	EVP_PKEY *key = X509_get0_pubkey(s->leaf);

	snprintf(heard, PRESENTED_HEARD, "a key that OpenSSL cannot read");
	if (key == NULL)
		return PRESENTED_OPEN;
	snprintf(
	    heard, PRESENTED_HEARD, "%d bits", EVP_PKEY_get_security_bits(key));
	return answer(EVP_PKEY_get_security_bits(key) >= 112);
}

const struct presented_question presented_key = {
	"112 bits of security (RSA 2048, EC 224)", is_strong
};

/* RFC 5280 4.2.1.12; without the extension OpenSSL says all purposes. */
static enum presented_answer
is_for_servers(const struct presented *s, char heard[PRESENTED_HEARD])
{
	snprintf(heard, PRESENTED_HEARD, "other purposes alone");
	return answer((X509_get_extended_key_usage(s->leaf) &
			  (XKU_SSL_SERVER | XKU_ANYEKU)) != 0);
}

const struct presented_question presented_usage = {
	"id-kp-serverAuth among the purposes, or no purpose named",
	is_for_servers
};

/* The signature of what signed itself proves nothing and harms nobody. */
static enum presented_answer
signs_well(const struct presented *s, char heard[PRESENTED_HEARD])
{
	for (int i = 0; i < sk_X509_num(s->chain); i++) {
		X509 *x = sk_X509_value(s->chain, i);
		int digest = NID_undef;

		if (X509_self_signed(x, 0) == 1)
			continue;
		X509_get_signature_info(x, &digest, NULL, NULL, NULL);
		snprintf(heard, PRESENTED_HEARD,
		    "certificate %d is signed with %s", i + 1,
		    OBJ_nid2sn(X509_get_signature_nid(x)));
		if (digest == NID_md5 || digest == NID_sha1 ||
		    digest == NID_md5_sha1)
			return PRESENTED_NO;
	}
	return PRESENTED_YES;
}

const struct presented_question presented_signature = {
	"no signature with MD5 or SHA-1", signs_well
};

static enum presented_answer
is_in_order(const struct presented *s, char heard[PRESENTED_HEARD])
{
	for (int i = 1; i < sk_X509_num(s->chain); i++) {
		snprintf(heard, PRESENTED_HEARD,
		    "certificate %d does not certify certificate %d", i + 1, i);
		if (X509_check_issued(sk_X509_value(s->chain, i),
			sk_X509_value(s->chain, i - 1)) != X509_V_OK)
			return PRESENTED_NO;
	}
	return PRESENTED_YES;
}

const struct presented_question presented_order = {
	"each certificate certifies the one before it", is_in_order
};
