/* SPDX-License-Identifier: MIT */
/*
 * Key management: encryption keys are made here and kept, encrypted under
 * the master key by AES key wrap with padding (RFC 5649).
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "reference/ra/inner.h"

enum { RSA_BITS = 2048 };

static bool
cipher(const struct ra *ra, bool encrypt, struct span in, struct buf *to)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const size_t room = in.len + 16;
	unsigned char *out = OPENSSL_malloc(room);
	int n = 0;
	bool ok;

	EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
	ok = in.len > 0 && in.len < RA_DER_MOST && out != NULL &&
	     EVP_CipherInit_ex(ctx, EVP_aes_256_wrap_pad(), NULL, ra->master,
		 NULL, encrypt) == 1 &&
	     EVP_CipherUpdate(ctx, out, &n, (const unsigned char *)in.ptr,
		 (int)in.len) == 1 &&
	     n > 0;
	if (ok)
		buf_add(to, (struct span){ (const char *)out, (size_t)n });
	EVP_CIPHER_CTX_free(ctx);
	OPENSSL_clear_free(out, room);
	return ok;
}

bool
ra_wrap(const struct ra *ra, struct span plain, struct buf *to)
{
	return cipher(ra, true, plain, to);
}

bool
ra_unwrap(const struct ra *ra, struct span wrapped, struct buf *to)
{
	return cipher(ra, false, wrapped, to);
}

/* RSA keys that are made with the program would be everybody's. */
static EVP_PKEY *
key_new(enum ca_algorithm a)
{
	return a == CA_RSA ? EVP_RSA_gen(RSA_BITS) : ca_key_new(a, 0);
}

static void
wipe(struct buf *b)
{
	OPENSSL_cleanse(b->data, b->len);
	buf_free(b);
}

EVP_PKEY *
ra_keep_new(struct ra_call *c, enum ca_algorithm a)
{
	EVP_PKEY *key = key_new(a);
	char digest[STORE_RA_DIGEST];
	struct buf plain, kept;
	struct err err;
	bool ok;

	buf_init(&plain, RA_DER_MOST);
	buf_init(&kept, RA_DER_MOST);
	ok = key != NULL && ca_key_write(key, &plain, &err) &&
	     ra_wrap(c->ra, buf_span(&plain), &kept);
	if (ok) {
		ra_key_digest(key, digest);
		store_ra_escrow_add(c->store, digest, buf_span(&kept));
	} else {
		EVP_PKEY_free(key);
		key = NULL;
	}
	wipe(&plain);
	buf_free(&kept);
	return key;
}

EVP_PKEY *
ra_kept(struct ra_call *c, const char *digest)
{
	struct buf plain, kept;
	EVP_PKEY *key = NULL;
	struct err err;

	buf_init(&plain, RA_DER_MOST);
	buf_init(&kept, RA_DER_MOST);
	if (!store_ra_escrow_get(c->store, digest, &kept) ||
	    !ra_unwrap(c->ra, buf_span(&kept), &plain) ||
	    !ca_key_read(buf_span(&plain), &key, &err))
		key = NULL;
	wipe(&plain);
	buf_free(&kept);
	return key;
}
