/* SPDX-License-Identifier: MIT */
/*
 * Any octets as signed data, as enveloped data, as a certificate to envelop
 * for and as the body of a request: none of them is believed, none brings the
 * server down, and a refusal says why.
 */
#include <stdint.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "reference/crypto/message.h"
#include "reference/crypto/serve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct crypto *
server(void)
{
	static const struct ca_options options = {
		.base_ca = "http://a",
		.base_crl = "http://b",
		.base_ocsp = "http://c",
	};
	static struct crypto *crypto;
	struct store *store;
	struct ca *ca;
	struct err err;

	if (crypto != NULL)
		return crypto;
	store = store_open(NULL, &err);
	ca =
	    store == NULL ? NULL : ca_open(store, &options, clock_wall(), &err);
	crypto = ca == NULL ? NULL : crypto_open(ca, clock_wall(), &err);
	if (crypto == NULL)
		abort();
	return crypto;
}

static void
as_message(struct crypto *crypto, struct span in)
{
	const unsigned char *at = (const unsigned char *)in.ptr;
	X509 *x = d2i_X509(NULL, &at, (long)in.len);
	struct buf out;
	struct err err;

	ERR_clear_error();
	buf_init(&out, CRYPTO_MESSAGE_MOST);
	(void)message_verify(crypto, in, &out);
	buf_clear(&out);
	(void)message_open(crypto, in, &out, &err);
	buf_clear(&out);
	if (x != NULL)
		(void)message_envelop(crypto, x, in, &out, &err);
	X509_free(x);
	buf_free(&out);
}

static void
as_request(struct crypto *crypto, struct span in)
{
	static void (*const serve[])(
	    struct crypto *, struct bound_call *) = { serve_digest,
		serve_encrypt, serve_decrypt, serve_sign, serve_verify,
		serve_key_open, serve_message_sign, serve_message_verify,
		serve_message_envelop, serve_message_open, serve_path };
	static const char *const names[] = { "digest.compute", "cipher.encrypt",
		"cipher.decrypt", "signature.make", "signature.verify",
		"key.open", "message.sign", "message.verify", "message.envelop",
		"message.open", "path.validate" };
	static const struct http_field type = { SPAN_INIT("content-type"),
		SPAN_INIT("application/json") };

	for (size_t i = 0; i < sizeof serve / sizeof serve[0]; i++) {
		struct http_answer a = { .status = 200 };
		const struct binding_operation *o = binding_operation(names[i]);
		const struct http_route route = { o->method, o->path, NULL };
		const struct http_request r = { .fields = &type,
			.n_fields = 1,
			.body = in,
			.route = &route };
		struct bound_call c;

		buf_init(&a.body, CRYPTO_MESSAGE_MOST);
		bound_begin(&c, o->binding, NULL, &r, clock_wall(), &a);
		if (bound_take(&c, NULL))
			serve[i](crypto, &c);
		if (bound_refused(&c) && bound_note(&c)[0] == '\0')
			abort();
		bound_end(&c);
		buf_free(&a.body);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span in = { (const char *)data, size };

	as_message(server(), in);
	as_request(server(), in);
	return 0;
}
