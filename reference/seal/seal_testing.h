/* SPDX-License-Identifier: MIT */
/*
 * seal_testing - a maker, a holder and the seal between them; for tests.
 */
#ifndef REFERENCE_SEAL_SEAL_TESTING_H
#define REFERENCE_SEAL_SEAL_TESTING_H

#include <stdio.h>

#include <openssl/pem.h>

#include "reference/ca/ca_testing.h"
#include "reference/ca/crl.h"
#include "reference/seal/check.h"
#include "reference/seal/make.h"
#include "reference/seal/ofd.h"
#include "reference/seal/ses.h"
#include "reference/seal/sign.h"

#define PIXEL \
	"\x89PNG\r\n\x1a\n" \
	"\0\0\0\x0dIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0\x3a\x7e\x9b\x55" \
	"\0\0\0\x0aIDAT\x78\x9c\x63\x60\0\0\0\2\0\1\x48\xaf\xa4\x71" \
	"\0\0\0\0IEND\xae\x42\x60\x82"

#define DATA SPAN("关于印发验收办法的通知\n")

static struct ca_signer maker, holder;
static struct buf pems[3]; /* anchors, certificates, lists */

static inline void
party_come(struct ca_signer *s, const char *name)
{
	struct err err;

	s->key = ca_key_new(CA_SM2, 0);
	ck_assert_msg(ca_issue(ca,
			  &(struct ca_request){ .algorithm = CA_SM2,
			      .class = CA_CLASS_SIGNING,
			      .name = name,
			      .subject = name,
			      .key = s->key,
			      .plain = true },
			  "test", now, &s->cert, &err),
	    "%s", err.what);
}

static inline void
party_go(struct ca_signer *s)
{
	EVP_PKEY_free(s->key);
	X509_free(s->cert);
	*s = (struct ca_signer){ 0 };
}

static inline void
add_pem(struct buf *to, const char *type, const void *der, size_t n)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text;
	long len;

	PEM_write_bio(out, type, "", der, (long)n);
	len = BIO_get_mem_data(out, &text);
	buf_add(to, (struct span){ text, (size_t)len });
	BIO_free(out);
}

static inline void
add_certificate(struct buf *to, X509 *x)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	ck_assert_int_gt(n, 0);
	add_pem(to, "CERTIFICATE", der, (size_t)n);
	OPENSSL_free(der);
}

static inline void
add_list(struct buf *to, int issuer)
{
	struct buf der;
	struct err err;

	buf_init(&der, CA_CRL_MOST);
	ck_assert_msg(ca_crl(ca, issuer, now, &der, &err), "%s", err.what);
	add_pem(to, "X509 CRL", der.data, der.len);
	buf_free(&der);
}

static inline void
gather(void)
{
	for (int i = 0; i < 3; i++)
		buf_init(&pems[i], 4 << 20);
	add_certificate(&pems[0], ca->signers[CA_SM2][CA_ROOT].cert);
	add_certificate(&pems[1], ca->signers[CA_SM2][CA_ISSUING].cert);
	add_list(&pems[2], ca_issuer(CA_SM2, CA_ROOT));
	add_list(&pems[2], ca_issuer(CA_SM2, CA_ISSUING));
}

static inline void
lab_come(void)
{
	up_in_memory();
	party_come(&maker, "seal maker");
	party_come(&holder, "seal holder");
	gather();
}

static inline void
lab_go(void)
{
	party_go(&maker);
	party_go(&holder);
	for (int i = 0; i < 3; i++)
		buf_free(&pems[i]);
	go_down();
}

/* ---- what they make ---- */

static inline struct seal_order
an_order(void)
{
	return (struct seal_order){ .esid = "11010000000001",
		.name = "验收专用章",
		.type = 1,
		.format = "png",
		.picture = { PIXEL, sizeof PIXEL - 1 },
		.width = 42,
		.height = 42,
		.made = now,
		.start = now,
		.end = { now.us + 300 * INT64_C(86400000000) },
		.signers = &holder.cert,
		.n_signers = 1,
		.maker = &maker };
}

static inline void
made(const struct seal_order *o, struct buf *seal)
{
	struct err err;

	buf_init(seal, SES_MOST);
	ck_assert_msg(seal_make(o, seal, &err), "%s", err.what);
}

static inline struct seal_use
a_use(const struct buf *seal)
{
	struct seal_use u = { .seal = buf_span(seal),
		.property = "",
		.time = now,
		.signer = &holder,
		.stamper = ca };

	seal_digest(DATA, u.digest);
	return u;
}

static inline void
used(const struct seal_use *u, struct buf *to)
{
	struct err err;

	buf_init(to, SES_MOST);
	ck_assert_msg(seal_sign(u, to, &err), "%s", err.what);
}

#endif
