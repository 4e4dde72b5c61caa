/* SPDX-License-Identifier: MIT */
#include "conformance/client/cmp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "conformance/client/cmp_inner.h"
#include "conformance/client/key.h"
#include "conformance/pki/cmp.h"
#include "conformance/pki/der_write.h"

enum { ROUNDS = 1000 };

void
cmp_put_name(struct buf *b, struct span name)
{
	const size_t mark = der_begin(b, DER_CONSTRUCTED(GENERAL_DIRECTORY));

	buf_add(b, name.len == 0 ? SPAN("\x30\0") : name);
	der_finish(b, mark);
}

void
cmp_spoil(struct buf *bits)
{
	if (bits->len > 0)
		bits->data[bits->len - 1] ^= 1;
}

/* [n] around an OCTET STRING, unless there is nothing. */
static void
put_octets(struct buf *b, unsigned n, struct span octets)
{
	size_t mark;

	if (octets.len == 0)
		return;
	mark = der_begin(b, DER_CONSTRUCTED(n));
	der_put(b, DER_OCTET_STRING, octets);
	der_finish(b, mark);
}

static void
put_mac_algorithm(struct buf *b, struct span salt)
{
	const size_t all = der_begin(b, DER_SEQUENCE);
	size_t parameters;

	der_put_oid(b, OID_PASSWORD_MAC);
	parameters = der_begin(b, DER_SEQUENCE);
	der_put(b, DER_OCTET_STRING, salt);
	der_put_algorithm(b, OID_SHA256, SPAN(""));
	der_put_number(b, ROUNDS);
	der_put_algorithm(b, OID_HMAC_SHA256, SPAN("\x05\0"));
	der_finish(b, parameters);
	der_finish(b, all);
}

static void
put_header(struct buf *b, const struct cmp_message *m, struct span salt)
{
	const size_t all = der_begin(b, DER_SEQUENCE);
	size_t mark, list, one;

	der_put_number(b, m->version == 0 ? 2 : (int32_t)m->version);
	cmp_put_name(b, m->sender);
	cmp_put_name(b, m->recipient);
	if (m->protection != CMP_UNPROTECTED) {
		mark = der_begin(b, DER_CONSTRUCTED(1));
		if (m->secret.len > 0)
			put_mac_algorithm(b, salt);
		else
			(void)key_put_algorithm(m->signer, b);
		der_finish(b, mark);
	}
	put_octets(b, 2, m->kid);
	put_octets(b, 4, m->transaction);
	put_octets(b, 5, m->nonce);
	put_octets(b, 6, m->back);
	if (m->implicit) {
		mark = der_begin(b, DER_CONSTRUCTED(8));
		list = der_begin(b, DER_SEQUENCE);
		one = der_begin(b, DER_SEQUENCE);
		der_put_oid(b, OID_IMPLICIT_CONFIRM);
		der_put(b, DER_NULL, SPAN(""));
		der_finish(b, one);
		der_finish(b, list);
		der_finish(b, mark);
	}
	der_finish(b, all);
}

/* RFC 4210 5.1.3.1 */
static bool
mac(const struct cmp_message *m, struct span salt, struct span data,
    struct buf *bits)
{
	unsigned char key[EVP_MAX_MD_SIZE], out[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	struct buf salted;
	bool ok;

	buf_init(&salted, m->secret.len + salt.len + 1);
	buf_add(&salted, m->secret);
	buf_add(&salted, salt);
	ok = EVP_Digest(salted.data, salted.len, key, &n, EVP_sha256(), NULL) ==
	     1;
	for (int i = 1; ok && i < ROUNDS; i++)
		ok = EVP_Digest(key, n, key, &n, EVP_sha256(), NULL) == 1;
	ok = ok &&
	     HMAC(EVP_sha256(), key, (int)n, (const unsigned char *)data.ptr,
		 data.len, out, &n) != NULL;
	if (ok)
		buf_add(bits, (struct span){ (const char *)out, n });
	OPENSSL_cleanse(key, sizeof key);
	OPENSSL_cleanse(salted.data, salted.len);
	buf_free(&salted);
	return ok;
}

static bool
put_protection(struct buf *b, const struct cmp_message *m, struct span salt,
    struct span covered)
{
	struct buf bits, data;
	size_t mark;
	bool ok;

	if (m->protection == CMP_UNPROTECTED)
		return true;
	buf_init(&data, CMP_PART_MOST);
	der_put(&data, DER_SEQUENCE, covered);
	buf_init(&bits, 1024);
	ok = m->secret.len > 0 ? mac(m, salt, buf_span(&data), &bits)
			       : key_sign(m->signer, buf_span(&data), &bits);
	if (m->protection == CMP_SPOILT)
		cmp_spoil(&bits);
	mark = der_begin(b, DER_CONSTRUCTED(0));
	der_put_bits(b, buf_span(&bits));
	der_finish(b, mark);
	buf_free(&bits);
	buf_free(&data);
	return ok;
}

bool
cmp_compose(const struct cmp_message *m, struct buf *der)
{
	char octets[16];
	const struct span salt = { octets, sizeof octets };
	struct buf covered;
	size_t all, mark, list;
	bool ok = RAND_bytes((unsigned char *)octets, sizeof octets) == 1;

	buf_init(&covered, CMP_PART_MOST);
	put_header(&covered, m, salt);
	ok = cmp_put_body(&covered, m) && ok;
	all = der_begin(der, DER_SEQUENCE);
	buf_add(der, buf_span(&covered));
	ok = put_protection(der, m, salt, buf_span(&covered)) && ok;
	if (m->certificate.len > 0) {
		mark = der_begin(der, DER_CONSTRUCTED(1));
		list = der_begin(der, DER_SEQUENCE);
		buf_add(der, m->certificate);
		der_finish(der, list);
		der_finish(der, mark);
	}
	der_finish(der, all);
	buf_free(&covered);
	return ok && !der->full;
}
