/* SPDX-License-Identifier: MIT */
#include "conformance/client/request.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "conformance/client/key.h"
#include "conformance/pki/der_write.h"

enum { SIGNATURE_MOST = 1024, REQUEST_MOST = 64 << 10, NAME_MOST = 4096 };

static void
put_attribute(struct buf *b, enum oid id, const char *value)
{
	const size_t set = der_begin(b, DER_SET);
	const size_t one = der_begin(b, DER_SEQUENCE);

	der_put_oid(b, id);
	der_put(b, DER_UTF8, span_of(value));
	der_finish(b, one);
	der_finish(b, set);
}

void
request_name(const char *common_name, const char *unit, struct buf *name)
{
	const size_t all = der_begin(name, DER_SEQUENCE);

	if (unit != NULL)
		put_attribute(name, OID_UNIT, unit);
	put_attribute(name, OID_COMMON_NAME, common_name);
	der_finish(name, all);
}

bool
request_put_key(struct buf *b, unsigned tag, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	const int n = key == NULL ? -1 : i2d_PUBKEY(key, &der);

	if (n > 0) {
		der[0] = (unsigned char)tag;
		buf_add(b, (struct span){ (const char *)der, (size_t)n });
	}
	OPENSSL_free(der);
	return n > 0;
}

bool
request_put_proof(
    struct buf *b, EVP_PKEY *key, enum request_proof proof, struct span data)
{
	EVP_PKEY *by = proof == REQUEST_OTHER_KEY ? key_beside(key) : key;
	struct buf bits;
	bool ok;

	buf_init(&bits, SIGNATURE_MOST);
	ok = by != NULL && key_put_algorithm(key, b) &&
	     key_sign(by, data, &bits);
	/* behind the lengths of r and s: what is signed stays a signature */
	if (ok && proof == REQUEST_SPOILT)
		bits.data[bits.len - 1] ^= 1;
	der_put_bits(b, buf_span(&bits));
	buf_free(&bits);
	if (by != key)
		EVP_PKEY_free(by);
	return ok;
}

bool
request_put(
    struct buf *b, EVP_PKEY *key, struct span subject, enum request_proof proof)
{
	const size_t all = der_begin(b, DER_SEQUENCE);
	const size_t info = der_begin(b, DER_SEQUENCE);
	struct buf whole;
	bool ok;

	der_put_number(b, 0);
	buf_add(b, subject);
	ok = request_put_key(b, DER_SEQUENCE, key);
	der_put(b, DER_CONSTRUCTED(0), SPAN(""));
	der_finish(b, info);
	buf_init(&whole, REQUEST_MOST);
	buf_add(&whole, der_written(b, info));
	ok = ok && request_put_proof(b, key, proof, buf_span(&whole));
	buf_free(&whole);
	der_finish(b, all);
	return ok && !b->full;
}

bool
request_write(const struct request *want, struct buf *der)
{
	struct buf name;
	bool ok;

	buf_init(&name, NAME_MOST);
	request_name(want->common_name, want->unit, &name);
	ok = request_put(der, want->key, buf_span(&name), want->proof);
	buf_free(&name);
	return ok;
}
