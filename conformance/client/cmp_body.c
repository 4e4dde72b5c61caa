/* SPDX-License-Identifier: MIT */
/*
 * What is asked: the bodies (RFC 4210 5.3, RFC 4211).
 */
#include "conformance/client/cmp_inner.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "conformance/client/request.h"
#include "conformance/pki/cmp.h"
#include "conformance/pki/der_write.h"

/* clang-format off */
static const struct span oid_old_certificate = /* 1.3.6.1.5.5.7.5.1.5 */
    SPAN_INIT("\x2b\x06\x01\x05\x05\x07\x05\x01\x05");
/* clang-format on */

/* ---- applications ---- */

static struct span
subject_of(const struct cmp_message *m)
{
	return m->subject.len == 0 ? SPAN("\x30\0") : m->subject;
}

static enum request_proof
proof_of(const struct cmp_message *m)
{
	return m->pop == CMP_POP_WRONG       ? REQUEST_SPOILT
	       : m->pop == CMP_POP_OTHER_KEY ? REQUEST_OTHER_KEY
					     : REQUEST_PROVEN;
}

/* Controls of RFC 4211 6.5: oldCertID. */
static void
put_old(struct buf *b, const struct cmp_message *m)
{
	size_t all, one, id;

	if (m->serial.len == 0)
		return;
	all = der_begin(b, DER_SEQUENCE);
	one = der_begin(b, DER_SEQUENCE);
	der_put(b, DER_OID, oid_old_certificate);
	id = der_begin(b, DER_SEQUENCE);
	cmp_put_name(b, m->issuer);
	der_put(b, DER_INTEGER, m->serial);
	der_finish(b, id);
	der_finish(b, one);
	der_finish(b, all);
}

/* CertRequest, and the proof that it is ours to make. */
static bool
put_requests(struct buf *b, const struct cmp_message *m)
{
	const size_t all = der_begin(b, DER_SEQUENCE);
	const size_t one = der_begin(b, DER_SEQUENCE);
	const size_t request = der_begin(b, DER_SEQUENCE);
	size_t inner = 0, mark;
	struct buf whole;
	bool ok;

	der_put_number(b, m->id);
	mark = der_begin(b, DER_SEQUENCE);
	inner = der_begin(b, DER_CONSTRUCTED(5)); /* a Name is a CHOICE */
	buf_add(b, subject_of(m));
	der_finish(b, inner);
	ok = request_put_key(b, DER_CONSTRUCTED(6), m->key);
	der_finish(b, mark);
	put_old(b, m);
	der_finish(b, request);

	buf_init(&whole, CMP_PART_MOST);
	buf_add(&whole, der_written(b, request));
	if (m->pop == CMP_POP_RA_VERIFIED) {
		der_put(b, DER_CONTEXT(0), SPAN(""));
	} else if (m->pop != CMP_POP_ABSENT) {
		mark = der_begin(b, DER_CONSTRUCTED(1));
		ok = ok && request_put_proof(
			       b, m->key, proof_of(m), buf_span(&whole));
		der_finish(b, mark);
	}
	buf_free(&whole);
	der_finish(b, one);
	der_finish(b, all);
	return ok;
}

/* RevDetails: a template of issuer and serial number, and the reason. */
static bool
put_revocation(struct buf *b, const struct cmp_message *m)
{
	const size_t all = der_begin(b, DER_SEQUENCE);
	const size_t one = der_begin(b, DER_SEQUENCE);
	const size_t template = der_begin(b, DER_SEQUENCE);
	size_t list, extension, value, mark;
	const char reason = (char)m->reason;

	der_put(b, DER_CONTEXT(1), m->serial);
	mark = der_begin(b, DER_CONSTRUCTED(3));
	buf_add(b, m->issuer);
	der_finish(b, mark);
	der_finish(b, template);
	if (m->reason != CMP_NO_REASON) {
		list = der_begin(b, DER_SEQUENCE);
		extension = der_begin(b, DER_SEQUENCE);
		der_put_oid(b, OID_REASON);
		value = der_begin(b, DER_OCTET_STRING);
		der_put(b, DER_ENUMERATED, (struct span){ &reason, 1 });
		der_finish(b, value);
		der_finish(b, extension);
		der_finish(b, list);
	}
	der_finish(b, one);
	der_finish(b, all);
	return true;
}

/*
 * "the hash of the certificate, using the same hash algorithm as is used to
 * create and verify the certificate signature" (RFC 4210 5.3.18)
 */
static bool
hash_of(struct span der, struct buf *hash)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	X509 *x = der.len == 0 ? NULL : d2i_X509(NULL, &p, (long)der.len);
	int digest = NID_undef;
	const EVP_MD *md = EVP_sha256();
	unsigned char out[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	bool ok = x != NULL;

	if (ok &&
	    OBJ_find_sigid_algs(X509_get_signature_nid(x), &digest, NULL) ==
		1 &&
	    EVP_get_digestbynid(digest) != NULL)
		md = EVP_get_digestbynid(digest);
	ok = ok && EVP_Digest(der.ptr, der.len, out, &n, md, NULL) == 1;
	if (ok)
		buf_add(hash, (struct span){ (const char *)out, n });
	X509_free(x);
	ERR_clear_error();
	return ok;
}

static bool
put_confirmation(struct buf *b, const struct cmp_message *m)
{
	const size_t all = der_begin(b, DER_SEQUENCE);
	const size_t one = der_begin(b, DER_SEQUENCE);
	struct buf hash;
	size_t mark;
	bool ok;

	buf_init(&hash, EVP_MAX_MD_SIZE);
	ok = hash_of(m->confirmed, &hash);
	if (m->wrong_hash)
		cmp_spoil(&hash);
	der_put(b, DER_OCTET_STRING, buf_span(&hash));
	der_put_number(b, m->id);
	if (m->rejected) {
		mark = der_begin(b, DER_SEQUENCE);
		der_put_number(b, CMP_REJECTION);
		der_finish(b, mark);
	}
	buf_free(&hash);
	der_finish(b, one);
	der_finish(b, all);
	return ok;
}

static bool
put_poll(struct buf *b, const struct cmp_message *m)
{
	const size_t all = der_begin(b, DER_SEQUENCE);
	const size_t one = der_begin(b, DER_SEQUENCE);

	der_put_number(b, m->id);
	der_finish(b, one);
	der_finish(b, all);
	return true;
}

bool
cmp_put_body(struct buf *b, const struct cmp_message *m)
{
	const size_t mark = der_begin(b, DER_CONSTRUCTED(m->body));
	bool ok = true;

	switch (m->body) {
	case CMP_IR:
	case CMP_CR:
	case CMP_KUR:
		ok = put_requests(b, m);
		break;
	case CMP_P10CR:
		ok = request_put(b, m->key, subject_of(m), proof_of(m));
		break;
	case CMP_RR:
		ok = put_revocation(b, m);
		break;
	case CMP_CERTCONF:
		ok = put_confirmation(b, m);
		break;
	case CMP_POLLREQ:
		ok = put_poll(b, m);
		break;
	default:
		der_put(b, DER_NULL, SPAN(""));
	}
	der_finish(b, mark);
	return ok;
}
