/* SPDX-License-Identifier: MIT */
#include "program/load_prepare_crypto.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "conformance/client/key.h"
#include "conformance/client/wording.h"
#include "lib/text.h"

enum { DATA = 256, POINT = 65, SIGNATURE = 96 };

struct signing {
	const struct profile *profile;
	EVP_PKEY *key;
	struct buf point; /* in base64 */
	struct buf *to;
};

static bool
key_open(struct signing *s)
{
	unsigned char point[POINT];
	size_t n = 0;

	s->key = key_new(OWN_SM2);
	buf_init(&s->point, 2 * POINT);
	if (s->key == NULL ||
	    EVP_PKEY_get_octet_string_param(
		s->key, "pub", point, sizeof point, &n) != 1 ||
	    n != POINT)
		return false;
	text_base64((struct span){ (const char *)point, n }, &s->point);
	return true;
}

static bool
add_request(struct signing *s, const char *operation,
    const struct operation_value *values, bool first, char then)
{
	struct wording words = { .account =
				     profile_account(s->profile, "alice"),
		.as = profile_operation(s->profile, operation),
		.values = values };
	struct err err;

	return load_prepare_operation(&words,
	    profile_endpoint(s->profile, "crypto"), first, then, s->to, &err);
}

static bool
add_row(struct signing *s, bool valid)
{
	unsigned char data[DATA];
	const struct span octets = { (const char *)data, sizeof data };
	struct buf signature, text, other, made;
	bool ok;

	buf_init(&signature, SIGNATURE);
	ok = RAND_bytes(data, sizeof data) == 1 &&
	     key_sign(s->key, octets, &signature);
	buf_init(&text, 2 * DATA);
	buf_init(&other, 2 * DATA);
	buf_init(&made, 2 * DATA);
	text_base64(octets, &text);
	data[0] ^= valid ? 0 : 1;
	text_base64(octets, &other);
	text_base64(buf_span(&signature), &made);
	buf_addf(s->to, "%s,%s,", buf_text(&text), valid ? "true" : "false");
	ok = ok &&
	     add_request(s, "signature.make",
		 (struct operation_value[]){ { "algorithm", "sm2" },
		     { "data", buf_text(&text) }, { NULL, NULL } },
		 true, ',') &&
	     add_request(s, "signature.verify",
		 (struct operation_value[]){
		     { "public_key", buf_text(&s->point) }, { "user_id", "" },
		     { "data", buf_text(&other) },
		     { "signature", buf_text(&made) }, { NULL, NULL } },
		 false, '\n');
	buf_free(&signature);
	buf_free(&text);
	buf_free(&other);
	buf_free(&made);
	return ok;
}

bool
load_prepare_crypto(const struct load_making *m, struct buf *to)
{
	struct signing s = { .profile = m->profile, .to = to };
	bool ok = key_open(&s);

	buf_addf(to, "data:base64,valid,type,headers,sign-path,sign,"
		     "verify-path,verify\n");
	for (size_t i = 0; ok && i < m->rows; i++)
		ok = add_row(&s, i % 2 == 0);
	EVP_PKEY_free(s.key);
	buf_free(&s.point);
	return ok;
}
