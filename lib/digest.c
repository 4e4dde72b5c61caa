/* SPDX-License-Identifier: MIT */
#include "lib/digest.h"

#include <openssl/evp.h>
#include <stdio.h>

#include "lib/mem.h"

struct digest {
	EVP_MD_CTX *ctx;
};

static void
must(bool ok)
{
	if (ok)
		return;
	fputs("yanshou: OpenSSL has no SM3 here\n", stderr);
	abort();
}

struct digest *
digest_new(void)
{
	struct digest *d = mem_new(1, sizeof *d);

	d->ctx = EVP_MD_CTX_new();
	must(d->ctx != NULL);
	must(EVP_DigestInit_ex(d->ctx, EVP_sm3(), NULL) == 1);
	return d;
}

void
digest_add(struct digest *d, struct span s)
{
	must(EVP_DigestUpdate(d->ctx, s.ptr, s.len) == 1);
}

void
digest_end(struct digest *d, char hex[DIGEST_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	must(EVP_DigestFinal_ex(d->ctx, raw, &n) == 1);
	must(n * 2 + 1 == DIGEST_TEXT);
	for (unsigned int i = 0; i < n; i++) {
		hex[2 * i] = digits[raw[i] >> 4];
		hex[2 * i + 1] = digits[raw[i] & 15];
	}
	hex[2 * n] = '\0';
	EVP_MD_CTX_free(d->ctx);
	free(d);
}

void
digest_text(struct span s, char hex[DIGEST_TEXT])
{
	struct digest *d = digest_new();

	digest_add(d, s);
	digest_end(d, hex);
}

bool
digest_is(const char *text)
{
	return strlen(text) == DIGEST_TEXT - 1 &&
	       strspn(text, "0123456789abcdef") == DIGEST_TEXT - 1;
}
