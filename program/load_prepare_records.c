/* SPDX-License-Identifier: MIT */
#include "program/load_prepare_records.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "loadgen/arrival.h"
#include "program/load_prepare_pki.h"
#include "program/load_records.h"

struct drawing {
	const struct load_making *m;
	struct load_records list;
	X509 *issuers[LOAD_RECORDS_ISSUERS];
	struct buf *to;
	const char *path;
};

static bool
open_issuers(struct drawing *d)
{
	for (size_t i = 0; i < d->list.n_issuers; i++) {
		const struct span der = d->list.issuers[i]->read.whole;
		const unsigned char *p = (const unsigned char *)der.ptr;

		d->issuers[i] = d2i_X509(NULL, &p, (long)der.len);
		if (d->issuers[i] == NULL)
			return false;
	}
	return true;
}

/* RFC 5019 2.1.1: SHA-1, which every responder knows */
static OCSP_CERTID *
id_of(const struct drawing *d, const struct load_record *r)
{
	X509 *ca = d->issuers[r->issuer];
	BIGNUM *n = BN_bin2bn(r->serial, r->len, NULL);
	ASN1_INTEGER *serial = n == NULL ? NULL : BN_to_ASN1_INTEGER(n, NULL);
	OCSP_CERTID *id =
	    serial == NULL
		? NULL
		: OCSP_cert_id_new(EVP_sha1(), X509_get_subject_name(ca),
		      X509_get0_pubkey_bitstr(ca), serial);

	ASN1_INTEGER_free(serial);
	BN_free(n);
	return id;
}

static void
add_hex(struct buf *to, const void *octets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(to, "%02x", ((const unsigned char *)octets)[i]);
}

static void
add_about(const struct drawing *d, const struct load_record *r)
{
	const struct load_certificate *ca = d->list.issuers[r->issuer];
	char name[NAME_TEXT];

	name_text(ca->read.subject, name);
	add_hex(d->to, r->serial, r->len);
	buf_addf(d->to, ",");
	load_prepare_cell(d->to, name, ',');
	buf_addf(d->to, "%zu,%zu,", (size_t)(ca - &d->m->pki->at[d->m->pki->n]),
	    d->list.n);
	load_prepare_cell(d->to, d->path, ',');
}

static bool
add_row(const struct drawing *d, const struct load_record *r)
{
	OCSP_CERTID *id = id_of(d, r);
	unsigned char nonce[LOAD_NONCE];
	struct buf post, asked, get;
	bool ok;

	buf_init(&post, 8192);
	buf_init(&asked, 8192);
	buf_init(&get, 16384);
	ok = id != NULL && RAND_bytes(nonce, sizeof nonce) == 1 &&
	     load_prepare_request(id, nonce, &post) &&
	     load_prepare_request(id, NULL, &asked);
	if (ok) {
		add_about(d, r);
		text_base64(buf_span(&post), d->to);
		buf_addf(d->to, ",");
		add_hex(d->to, nonce, sizeof nonce);
		buf_addf(d->to, ",");
		load_prepare_get(d->path, buf_span(&asked), &get);
		load_prepare_cell(d->to, buf_text(&get), '\n');
	}
	buf_free(&post);
	buf_free(&asked);
	buf_free(&get);
	OCSP_CERTID_free(id);
	return ok;
}

bool
load_prepare_records(const struct load_making *m, struct buf *to)
{
	struct drawing d = { .m = m,
		.to = to,
		.path =
		    load_prepare_path(profile_endpoint(m->profile, "ocsp")) };
	uint64_t chance = ~m->seed; /* not what times are drawn by */
	bool ok =
	    load_records_read(&d.list, m->pki, m->profile->pki.records, m->err);

	buf_addf(to, "serial,issuer,ca,listed,path,post:base64,nonce,get\n");
	ok = ok && open_issuers(&d);
	for (size_t i = 0; ok && i < m->rows; i++)
		ok = add_row(&d, &d.list.at[chance_next(&chance) % d.list.n]);
	for (size_t i = 0; i < d.list.n_issuers; i++)
		X509_free(d.issuers[i]);
	load_records_free(&d.list);
	ERR_clear_error();
	return ok;
}
