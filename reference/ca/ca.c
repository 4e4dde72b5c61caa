/* SPDX-License-Identifier: MIT */
#include "reference/ca/ca.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "reference/ca/crl.h"
#include "reference/ca/flaw.h"
#include "reference/ca/log.h"
#include "reference/ca/publish.h"

enum { DER_MOST = 1 << 16 };

/* clang-format off */
static const struct party {
	const char *name; /* in the store: "sm2/root" */
	enum ca_class class;
	const char *subject;
} parties[CA_PARTIES] = {
	[CA_ROOT]      = { "root", CA_CLASS_ROOT, "root" },
	[CA_ISSUING]   = { "ca", CA_CLASS_CA, "issuing CA" },
	[CA_RESPONDER] = { "ocsp", CA_CLASS_OCSP, "OCSP responder" },
	[CA_STAMPER]   = { "tsa", CA_CLASS_TSA, "time stamping authority" },
	[CA_REGISTRAR] = { "cmp", CA_CLASS_CMP, "registration authority" },
};

/* What there is to judge; where party is not -1 it is that one's. */
static const struct sample {
	struct ca_sample is;
	enum ca_class class;
	const char *subject, *alt;
	int reason; /* it is revoked for, or -1 */
	int party;
} samples[] = {
	{ { "ca", "ca", "good" }, CA_CLASS_CA, NULL, NULL, -1, CA_ISSUING },
	{ { "ocsp", "ocsp", "good" }, CA_CLASS_OCSP, NULL, NULL,
	  -1, CA_RESPONDER },
	{ { "tsa", "tsa", "good" }, CA_CLASS_TSA, NULL, NULL, -1, CA_STAMPER },
	{ { "alice-signing", "signing", "good" }, CA_CLASS_SIGNING,
	  "李爱丽", "email:alice@example.test", -1, -1 },
	{ { "alice-encryption", "encryption", "good" }, CA_CLASS_ENCRYPTION,
	  "李爱丽", "email:alice@example.test", -1, -1 },
	{ { "server", "server", "good" }, CA_CLASS_SERVER,
	  "www.example.test", "DNS:www.example.test", -1, -1 },
	{ { "bob-signing", "signing", "revoked" }, CA_CLASS_SIGNING,
	  "张博", "email:bob@example.test", CA_KEY_COMPROMISE, -1 },
	{ { "carol-signing", "signing", "held" }, CA_CLASS_SIGNING,
	  "陈可蓉", "email:carol@example.test", CA_CERTIFICATE_HOLD, -1 },
};
/* clang-format on */

enum { SAMPLES = sizeof samples / sizeof samples[0] };

/* ---- names ---- */

void
ca_issuer_name(int issuer, char name[16])
{
	snprintf(name, 16, "%s%s", ca_algorithms[issuer / 2],
	    issuer % 2 == 0 ? "-root" : "");
}

bool
ca_issuer_find(const char *name, int *issuer)
{
	char one[16];

	for (*issuer = 0; *issuer < CA_ISSUERS; (*issuer)++) {
		ca_issuer_name(*issuer, one);
		if (strcmp(one, name) == 0)
			return true;
	}
	return false;
}

const struct ca_signer *
ca_issuer_signer(const struct ca *ca, int issuer)
{
	return &ca->signers[issuer / 2][issuer % 2 == 0 ? CA_ROOT : CA_ISSUING];
}

void
ca_serial_text(const ASN1_INTEGER *serial, char text[STORE_CA_SERIAL])
{
	BIGNUM *n = ASN1_INTEGER_to_BN(serial, NULL);
	char *hex = n == NULL ? NULL : BN_bn2hex(n);

	snprintf(text, STORE_CA_SERIAL, "%s", hex == NULL ? "" : hex);
	OPENSSL_free(hex);
	BN_free(n);
}

/* ---- keys ---- */

bool
ca_key_open(struct ca *ca, const char *name, enum ca_algorithm a, size_t n,
    EVP_PKEY **key, struct err *err)
{
	struct buf der;
	bool ok;

	buf_init(&der, DER_MOST);
	if (store_ca_thing(ca->store, name, &der)) {
		ok = ca_key_read(buf_span(&der), key, err);
	} else {
		*key = ca_key_new(a, n);
		ok = *key != NULL ? ca_key_write(*key, &der, err) &&
					store_ca_thing_put(ca->store, name,
					    buf_span(&der), err)
				  : ca_openssl_err(err, "make a key");
	}
	buf_free(&der);
	return ok || err_while(err, "key %s", name);
}

/* ---- issuing ---- */

/* Where relying parties of a certificate find what they need. */
struct places {
	char *crl, *issuer, *ocsp;
};

static struct places
places_of(const struct ca *ca, int issuer)
{
	char name[16];

	ca_issuer_name(issuer, name);
	return (struct places){
		mem_textf("%s/crl/%s.crl", ca->base_crl, name),
		mem_textf("%s/certificates/%s.cer", ca->base_ca, name),
		mem_textf("%s/ocsp", ca->base_ocsp),
	};
}

static void
places_free(struct places p)
{
	free(p.crl);
	free(p.issuer);
	free(p.ocsp);
}

static bool
sign(X509 *x, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = ca_signer_new(key);
	const bool ok = ctx != NULL && X509_sign_ctx(x, ctx) > 0;

	ca_signer_free(ctx);
	return ok;
}

/* Whose certificate it is, where it is one of a CA. */
static int
issuer_certified(const struct ca_request *r)
{
	return ca_issuer(
	    r->algorithm, r->class == CA_CLASS_ROOT ? CA_ROOT : CA_ISSUING);
}

/* It is kept and published, or neither. */
static bool
keep(struct ca *ca, X509 *x, int issuer, const struct ca_request *r,
    const char *who, struct wall now, struct err *err)
{
	struct store_ca_certificate row = { 0 };
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);
	struct ca_log_record log;
	bool ok;

	if (r->kept != NULL)
		row = *r->kept;
	row.issuer = issuer;
	ca_serial_text(X509_get0_serialNumber(x), row.serial);
	snprintf(row.name, sizeof row.name, "%s", r->name);
	ca_log_begin(ca, now,
	    &(struct ca_log_entry){ who, "issue", row.serial, r->name }, &log);
	store_begin(ca->store);
	ok = n > 0 &&
	     store_ca_add(ca->store, &row,
		 (struct span){ (const char *)der, (size_t)n }, &log.record,
		 err) &&
	     ca_publish_certificate(ca, r->class, issuer_certified(r), x, err);
	ok = store_end(ca->store, ok, err);
	ca_log_end(&log);
	OPENSSL_free(der);
	return ok;
}

static bool
issue(struct ca *ca, const struct ca_request *r, enum ca_party by,
    const char *who, struct wall now, X509 **out, struct err *err)
{
	const bool root = r->class == CA_CLASS_ROOT;
	const struct ca_signer *s = &ca->signers[r->algorithm][by];
	const int issuer = ca_issuer(r->algorithm, by);
	const struct places p = places_of(ca, issuer);
	const struct ca_order o = { .class = r->class,
		.name = r->subject,
		.alt = r->alt,
		.key = r->key,
		.days = r->days,
		.subject = r->whole,
		.until = r->until,
		.now = now,
		.crl = p.crl,
		.issuer = p.issuer,
		.ocsp = p.ocsp };
	X509 *x = ca_fill(&o, root ? NULL : s->cert);
	EVP_PKEY *key = root ? r->key : s->key;
	const enum variant variant = r->plain ? VARIANT_NONE : ca->variant;
	const enum fault fault = r->plain ? FAULT_NONE : ca->fault;
	bool ok = x != NULL && ca_oddity_unsigned(variant, r->class, x) &&
		  ca_flaw_unsigned(fault, r->class, x) && sign(x, key) &&
		  ca_oddity_signed(variant, x, key) &&
		  ca_flaw_signed(fault, r->class, x, key);

	places_free(p);
	ok = ok ? keep(ca, x, issuer, r, who, now, err)
		: ca_openssl_err(err, "make a certificate");
	if (ok && out != NULL)
		*out = x;
	else
		X509_free(x);
	return ok || err_while(err, "issuing %s", r->name);
}

bool
ca_issue(struct ca *ca, const struct ca_request *r, const char *who,
    struct wall now, X509 **out, struct err *err)
{
	return issue(ca, r, CA_ISSUING, who, now, out, err);
}

/* ---- status ---- */

X509 *
ca_certificate_named(const struct ca *ca, const char *name)
{
	struct store_ca_certificate row;
	const unsigned char *p;
	struct buf der;
	X509 *x = NULL;

	buf_init(&der, DER_MOST);
	if (store_ca_named(ca->store, name, &row, &der)) {
		p = (const unsigned char *)der.data;
		x = d2i_X509(NULL, &p, (long)der.len);
	}
	buf_free(&der);
	return x;
}

static bool
change(struct ca *ca, const struct store_ca_certificate *c,
    enum store_ca_status status, int reason, const struct ca_log_entry *e,
    struct wall now, struct err *err)
{
	struct ca_log_record log;
	bool ok;

	ca_log_begin(ca, now, e, &log);
	store_begin(ca->store);
	ok = store_ca_change(
		 ca->store, c->id, status, reason, now, &log.record, err) &&
	     (status != STORE_CA_REVOKED || ca_publish_revoked(ca, c->id, err));
	ok = store_end(ca->store, ok, err);
	ca_log_end(&log);
	return ok;
}

bool
ca_revoke(struct ca *ca, int issuer, const char *serial, int reason,
    const char *who, struct wall now, struct err *err)
{
	const bool hold = reason == CA_CERTIFICATE_HOLD;
	struct store_ca_certificate c;
	char why[16];

	if (!store_ca_find(ca->store, issuer, serial, &c))
		return err_set(err, ERR_PROTOCOL, "no certificate %s", serial);
	if (c.status == STORE_CA_REVOKED || (hold && c.status != STORE_CA_GOOD))
		return err_set(
		    err, ERR_PROTOCOL, "%s is revoked already", serial);
	snprintf(why, sizeof why, "reason %d", reason);
	return change(ca, &c, hold ? STORE_CA_HELD : STORE_CA_REVOKED, reason,
	    &(struct ca_log_entry){
		who, hold ? "hold" : "revoke", serial, why },
	    now, err);
}

bool
ca_resume(struct ca *ca, int issuer, const char *serial, const char *who,
    struct wall now, struct err *err)
{
	struct store_ca_certificate c;

	if (!store_ca_find(ca->store, issuer, serial, &c))
		return err_set(err, ERR_PROTOCOL, "no certificate %s", serial);
	if (c.status != STORE_CA_HELD)
		return err_set(err, ERR_PROTOCOL, "%s is not on hold", serial);
	return change(ca, &c, STORE_CA_GOOD, CA_REMOVE_FROM_CRL,
	    &(struct ca_log_entry){ who, "resume", serial, "" }, now, err);
}

bool
ca_confirm(struct ca *ca, const struct store_ca_certificate *c, const char *who,
    struct wall now, struct err *err)
{
	struct ca_log_record log;
	bool ok;

	ca_log_begin(ca, now,
	    &(struct ca_log_entry){ who, "confirm", c->serial, c->name }, &log);
	ok = store_ca_confirm(ca->store, c->id, &log.record, err);
	ca_log_end(&log);
	return ok;
}

/* ---- opening ---- */

/* anew: the places have changed, and the certificate may name them. */
static bool
party_open(struct ca *ca, enum ca_algorithm a, enum ca_party p, bool anew,
    struct wall now, struct err *err)
{
	static const char *const shown[CA_ALGORITHMS] = { "SM2", "P-256",
		"RSA" };
	struct ca_signer *s = &ca->signers[a][p];
	char *name = mem_textf("%s-%s", ca_algorithms[a], parties[p].name);
	char *subject = mem_textf("%s %s", shown[a], parties[p].subject);
	const struct ca_request r = { .algorithm = a,
		.class = parties[p].class,
		.name = name,
		.subject = subject };
	struct ca_request with_key;
	bool ok = ca_key_open(ca, name, a, (size_t)p, &s->key, err);

	if (ok && (p == CA_ROOT || !anew))
		s->cert = ca_certificate_named(ca, name);
	if (s->cert != NULL)
		ok = ca_publish_certificate(
		    ca, r.class, issuer_certified(&r), s->cert, err);
	if (ok && s->cert == NULL) {
		with_key = r;
		with_key.key = s->key;
		ok =
		    issue(ca, &with_key, p <= CA_ISSUING ? CA_ROOT : CA_ISSUING,
			"settle", now, &s->cert, err);
	}
	free(subject);
	free(name);
	return ok;
}

/* Whoever keeps the log signs it, and has a certificate to show for it. */
static bool
log_open(struct ca *ca, struct err *err)
{
	return ca_key_open(ca, "log", CA_SM2, 0, &ca->log_key, err);
}

static bool
log_certify(struct ca *ca, bool anew, struct wall now, struct err *err)
{
	struct store_ca_certificate row;

	if (!anew && store_ca_named(ca->store, "log", &row, NULL))
		return true;
	return ca_issue(ca,
	    &(struct ca_request){ .algorithm = CA_SM2,
		.class = CA_CLASS_SIGNING,
		.name = "log",
		.subject = "audit log",
		.key = ca->log_key },
	    "settle", now, NULL, err);
}

static bool
sample_open(struct ca *ca, enum ca_algorithm a, size_t n, bool anew,
    struct wall now, struct err *err)
{
	const struct sample *s = &samples[n];
	const bool other = a == CA_SM2 && ca->fault == FAULT_CERT_NO_SM2;
	const enum ca_algorithm by = other ? CA_P256 : a;
	const int issuer = ca_issuer(by, CA_ISSUING);
	char *name = mem_textf("%s-%s", ca_algorithms[a], s->is.name);
	struct ca_request r = { .algorithm = by,
		.class = s->class,
		.name = name,
		.subject = s->subject,
		.alt = s->alt };
	struct store_ca_certificate row;
	bool ok = true;

	if (s->party == -1 &&
	    (anew || !store_ca_named(ca->store, name, &row, NULL))) {
		/* nobody here uses their keys: they are forgotten */
		r.key = ca_key_new(by, n + 1);
		ok = r.key != NULL &&
		     ca_issue(ca, &r, "settle", now, NULL, err) &&
		     store_ca_named(ca->store, name, &row, NULL) &&
		     (s->reason == -1 || ca_revoke(ca, issuer, row.serial,
					     s->reason, "settle", now, err));
		EVP_PKEY_free(r.key);
	}
	free(name);
	return ok;
}

/* Have the places changed since the store saw them last? */
static bool
places_moved(struct ca *ca, struct err *err)
{
	char *places =
	    mem_textf("%s %s %s", ca->base_ca, ca->base_crl, ca->base_ocsp);
	struct buf before;
	bool moved;

	buf_init(&before, 4096);
	moved = !store_ca_thing(ca->store, "places", &before) ||
		!span_eq(buf_span(&before), span_of(places));
	if (moved)
		store_ca_thing_put(ca->store, "places", span_of(places), err);
	buf_free(&before);
	free(places);
	return moved;
}

static bool
open_all(struct ca *ca, struct wall now, struct err *err)
{
	const bool moved = places_moved(ca, err);

	if (!log_open(ca, err))
		return false;
	for (int a = 0; a < CA_ALGORITHMS; a++)
		for (int p = 0; p < CA_PARTIES; p++)
			if (!party_open(ca, (enum ca_algorithm)a,
				(enum ca_party)p, moved, now, err))
				return false;
	for (int a = 0; a < CA_ALGORITHMS; a++)
		for (size_t n = 0; n < SAMPLES; n++)
			if (!sample_open(
				ca, (enum ca_algorithm)a, n, moved, now, err))
				return false;
	return log_certify(ca, moved, now, err) &&
	       ca_crls_refresh(ca, now, err);
}

struct ca *
ca_open(struct store *store, const struct ca_options *o, struct wall now,
    struct err *err)
{
	struct ca *ca = mem_new(1, sizeof *ca);

	*ca = (struct ca){ .store = store,
		.base_ca = mem_text(span_of(o->base_ca)),
		.base_crl = mem_text(span_of(o->base_crl)),
		.base_ocsp = mem_text(span_of(o->base_ocsp)),
		.world = o->world,
		.fault = o->fault,
		.variant = o->variant };
	if (open_all(ca, now, err))
		return ca;
	err_while(err, "opening the certificate authority");
	ca_close(ca);
	return NULL;
}

void
ca_close(struct ca *ca)
{
	if (ca == NULL)
		return;
	for (int a = 0; a < CA_ALGORITHMS; a++)
		for (int p = 0; p < CA_PARTIES; p++) {
			EVP_PKEY_free(ca->signers[a][p].key);
			X509_free(ca->signers[a][p].cert);
		}
	EVP_PKEY_free(ca->log_key);
	free(ca->base_ca);
	free(ca->base_crl);
	free(ca->base_ocsp);
	free(ca);
}

/* ---- what is handed over to be judged ---- */

bool
ca_sample(size_t n, enum ca_algorithm *a, struct ca_sample *s)
{
	if (n >= (size_t)SAMPLES * CA_ALGORITHMS)
		return false;
	*a = (enum ca_algorithm)(n / SAMPLES);
	*s = samples[n % SAMPLES].is;
	return true;
}

static bool
write_pem(const char *dir, const char *name, X509 *const *certs, size_t n,
    struct err *err)
{
	char *path = mem_textf("%s/%s.pem", dir, name);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	bool ok = bio != NULL;
	long len;

	for (size_t i = 0; ok && i < n; i++)
		ok = certs[i] != NULL && PEM_write_bio_X509(bio, certs[i]);
	if (ok) {
		len = BIO_get_mem_data(bio, &text);
		ok = files_write(path, (struct span){ text, (size_t)len }, err);
	} else {
		ca_openssl_err(err, path);
	}
	BIO_free(bio);
	free(path);
	return ok;
}

static bool
write_sample(
    const struct ca *ca, const char *dir, const char *name, struct err *err)
{
	X509 *x = ca_certificate_named(ca, name);
	const bool ok = write_pem(dir, name, &x, 1, err);

	X509_free(x);
	return ok;
}

bool
ca_sample_place(const struct ca *ca, size_t n, struct buf *dn)
{
	const enum ca_algorithm a = (enum ca_algorithm)(n / SAMPLES);
	const struct sample *s = &samples[n % SAMPLES];
	char *name = mem_textf("%s-%s", ca_algorithms[a], s->is.name);
	X509 *x = ca_certificate_named(ca, name);
	const bool found = x != NULL && ca_publish_place(ca, s->class,
					    ca_issuer(a, CA_ISSUING), x, dn);

	X509_free(x);
	free(name);
	return found;
}

bool
ca_write(const struct ca *ca, const char *dir, struct err *err)
{
	X509 *issuers[CA_ALGORITHMS];
	enum ca_algorithm algorithm;
	struct ca_sample sample;
	char name[STORE_CA_NAME];
	bool ok = files_make_dir(dir, err);

	for (int a = 0; ok && a < CA_ALGORITHMS; a++) {
		issuers[a] = ca->signers[a][CA_ISSUING].cert;
		snprintf(name, sizeof name, "%s-root", ca_algorithms[a]);
		ok =
		    write_pem(dir, name, &ca->signers[a][CA_ROOT].cert, 1, err);
	}
	for (size_t n = 0; ok && ca_sample(n, &algorithm, &sample); n++) {
		snprintf(name, sizeof name, "%s-%s", ca_algorithms[algorithm],
		    sample.name);
		ok = write_sample(ca, dir, name, err);
	}
	return ok && write_pem(dir, "issuers", issuers, CA_ALGORITHMS, err);
}
