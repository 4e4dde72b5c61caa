/* SPDX-License-Identifier: MIT */
#include "reference/http/basic.h"

#include <stdio.h>

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include "lib/text.h"
#include "reference/login.h"

enum {
	REMEMBER_S = 60,
	CREDENTIAL_MOST = 1024, /* octets of "user:password" */
};

static void
digest_of(
    const struct site *site, struct span credential, unsigned char digest[32])
{
	unsigned n = 32;

	HMAC(EVP_sha256(), site->secret, sizeof site->secret,
	    (const unsigned char *)credential.ptr, credential.len, digest, &n);
}

/* Whose digest it is, when he may still come in. */
static const char *
recall(const struct basic *b, const struct site *site,
    const unsigned char digest[32], struct wall now)
{
	struct account a;

	for (size_t i = 0; i < BASIC_KNOWN; i++)
		if (b->known[i].until.us > now.us &&
		    CRYPTO_memcmp(b->known[i].digest, digest, 32) == 0 &&
		    store_account(site->store, span_of(b->known[i].user), &a) &&
		    a.locked_until_us <= now.us)
			return b->known[i].user;
	return NULL;
}

static const char *
remember(struct basic *b, const unsigned char digest[32], const char *user,
    struct wall now)
{
	const size_t at = b->next++ % BASIC_KNOWN;

	memcpy(b->known[at].digest, digest, 32);
	snprintf(b->known[at].user, sizeof b->known[at].user, "%s", user);
	b->known[at].until.us = now.us + (int64_t)REMEMBER_S * 1000000;
	return b->known[at].user;
}

/* "user:password" in base64; the first colon parts them (RFC 7617 2). */
static const char *
ask(struct basic *b, const struct site *site, const struct http_request *r,
    const char *service, struct span credential, const unsigned char digest[32],
    struct wall now)
{
	const struct login l = {
		.site = site, .service = service, .peer = r->peer
	};
	struct sasl sasl = { .mechanism = NULL };
	const char *user = NULL;
	struct span password;
	struct buf plain;

	buf_init(&plain, CREDENTIAL_MOST);
	if (text_unbase64(credential, &plain) && plain.len > 0) {
		password = buf_span(&plain);
		credential = span_cut(&password, ':');
		if (login_by_password(&l, &sasl, credential, password, now))
			user = remember(b, digest, sasl.account.user, now);
		sasl_end(&sasl);
		OPENSSL_cleanse(plain.data, plain.len);
	}
	buf_free(&plain);
	return user;
}

bool
basic_let_in(struct basic *b, const struct site *site,
    const struct http_request *r, const char *service, struct wall now,
    const char **user, struct http_answer *a)
{
	struct span rest = http_header(r, "authorization");
	unsigned char digest[32];

	*user = NULL;
	if (rest.ptr != NULL &&
	    span_caseeq(span_cut(&rest, ' '), SPAN("Basic"))) {
		digest_of(site, rest, digest);
		*user = recall(b, site, digest, now);
		if (*user == NULL)
			*user = ask(b, site, r, service, rest, digest, now);
	}
	if (*user != NULL)
		return true;
	http_answer_text(a, 401, "who is asking?");
	http_answer_header(a, "WWW-Authenticate",
	    "Basic realm=\"%s\", charset=\"UTF-8\"", site->host);
	return false;
}
