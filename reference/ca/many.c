/* SPDX-License-Identifier: MIT */
#include "reference/ca/many.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/x509.h>

#include "lib/mem.h"
#include "reference/ca/log.h"

#define NAME "many-%zu"

enum { TOLD_EVERY = 1000 };

struct many {
	struct ca *ca;
	const struct ca_signer *by;
	EVP_PKEY *key; /* of all of them */
	X509 *x;       /* one after another */
	size_t n, revoked;
	struct wall now;
	const struct ca_progress *progress;
	struct err *err;
};

static bool
sign(X509 *x, EVP_PKEY *key)
{
	EVP_MD_CTX *ctx = ca_signer_new(key);
	const bool ok = ctx != NULL && X509_sign_ctx(x, ctx) > 0;

	ca_signer_free(ctx);
	return ok;
}

/* It differs from the one before in its serial number. */
static bool
issue(struct many *m, size_t i, struct store_ca_certificate *row,
    unsigned char **der, int *n)
{
	*row = (struct store_ca_certificate){
		.issuer = ca_issuer(CA_P256, CA_ISSUING),
		.changed = m->now,
	};
	snprintf(row->name, sizeof row->name, NAME, i);
	if (!ca_serial(X509_get_serialNumber(m->x)) || !sign(m->x, m->by->key))
		return false;
	ca_serial_text(X509_get0_serialNumber(m->x), row->serial);
	*n = i2d_X509(m->x, der);
	return *n > 0;
}

static bool
settle_one(struct many *m, size_t i, const struct store_ca_record *log)
{
	struct store_ca_certificate row, kept;
	unsigned char *der = NULL;
	int n = 0;
	bool ok = issue(m, i, &row, &der, &n);

	if (!ok)
		ca_openssl_err(m->err, "make a certificate");
	ok = ok &&
	     store_ca_add(m->ca->store, &row,
		 (struct span){ (const char *)der, (size_t)n }, log, m->err);
	if (ok && i + m->revoked >= m->n)
		ok = store_ca_find(
			 m->ca->store, row.issuer, row.serial, &kept) &&
		     store_ca_change(m->ca->store, kept.id, STORE_CA_REVOKED,
			 CA_SUPERSEDED, m->now, NULL, m->err);
	OPENSSL_free(der);
	return ok;
}

static void
tell(const struct many *m, size_t done)
{
	if (m->progress->told != NULL &&
	    (done % TOLD_EVERY == 0 || done == m->n))
		m->progress->told(m->progress->ctx, done, m->n);
}

static bool
settle_all(struct many *m)
{
	struct ca_log_record log;
	char about[64];
	bool ok = true;

	snprintf(about, sizeof about, "%zu certificates, %zu revoked", m->n,
	    m->revoked);
	ca_log_begin(m->ca, m->now,
	    &(struct ca_log_entry){ "settle", "issue", about, "" }, &log);
	store_begin(m->ca->store);
	for (size_t i = 0; ok && i < m->n; i++) {
		ok = settle_one(m, i, i == 0 ? &log.record : NULL);
		tell(m, i + 1);
	}
	ok = store_end(m->ca->store, ok, m->err);
	ca_log_end(&log);
	return ok;
}

bool
ca_settle_many(struct ca *ca, size_t certificates, size_t revoked,
    struct wall now, const struct ca_progress *progress, struct err *err)
{
	struct many m = { .ca = ca,
		.by = ca_issuer_signer(ca, ca_issuer(CA_P256, CA_ISSUING)),
		.n = certificates < revoked ? revoked : certificates,
		.revoked = revoked,
		.now = now,
		.progress = progress,
		.err = err };
	struct ca_order order = {
		.class = CA_CLASS_SIGNING, .name = "one of many", .now = now
	};
	struct store_ca_certificate row;
	bool ok;

	if (m.n == 0 || store_ca_named(ca->store, "many-0", &row, NULL))
		return true;
	m.key = order.key = ca_key_new(CA_P256, 0);
	m.x = m.key == NULL ? NULL : ca_fill(&order, m.by->cert);
	ok = m.x != NULL ? settle_all(&m)
			 : ca_openssl_err(err, "make a certificate");
	X509_free(m.x);
	EVP_PKEY_free(m.key);
	return ok || err_while(err, "issuing %zu certificates", m.n);
}

/* ---- the list of them ---- */

struct list {
	FILE *to;
	char issuer[128];
};

static bool
write_serial(void *ctx, const char *serial)
{
	const struct list *l = ctx;

	return fprintf(l->to, "%s,%s\n", serial, l->issuer) > 0;
}

static bool
write_issuer(const struct ca *ca, int issuer, struct list *l)
{
	X509_NAME *name =
	    X509_get_subject_name(ca_issuer_signer(ca, issuer)->cert);

	return X509_NAME_get_text_by_NID(
		   name, NID_commonName, l->issuer, sizeof l->issuer) > 0 &&
	       store_ca_each_serial(ca->store, issuer, write_serial, l);
}

static bool
write_records(const struct ca *ca, FILE *to)
{
	struct list l = { .to = to };
	bool ok = fprintf(to, "serial,issuer\n") > 0;

	for (int a = 0; ok && a < CA_ALGORITHMS; a++)
		ok = write_issuer(
		    ca, ca_issuer((enum ca_algorithm)a, CA_ISSUING), &l);
	return fflush(to) == 0 && ok;
}

bool
ca_write_records(const struct ca *ca, const char *path, struct err *err)
{
	char *beside = mem_textf("%s.new", path);
	FILE *to = fopen(beside, "we");
	bool ok = to != NULL && write_records(ca, to);

	if (to != NULL)
		ok = fclose(to) == 0 && ok;
	ok = ok && rename(beside, path) == 0;
	if (!ok)
		err_set(err, ERR_IO, "write %s", path);
	free(beside);
	return ok;
}
