/* SPDX-License-Identifier: MIT */
/*
 * Messages: what is asked of message.h, over HTTP.
 */
#include "reference/crypto/serve.h"

#include <openssl/err.h>
#include <openssl/x509.h>

#include "reference/crypto/message.h"

static void
give_certificate(struct bound_call *c, X509 *x)
{
	unsigned char *der = NULL;
	const int n = i2d_X509(x, &der);

	bound_give_octets(c, "certificate",
	    (struct span){ (const char *)der, n > 0 ? (size_t)n : 0 });
	OPENSSL_free(der);
}

void
serve_message_sign(struct crypto *crypto, struct bound_call *c)
{
	const struct span data = bound_octets(c, "data");
	struct buf message;

	buf_init(&message, CRYPTO_MESSAGE_MOST);
	if (message_sign(crypto, data, c->now, &message)) {
		bound_give_octets(c, "message", buf_span(&message));
		give_certificate(c, crypto->signers[CA_SM2].cert);
	} else {
		bound_refuse(c, 500, "the signature failed");
	}
	buf_free(&message);
}

void
serve_message_verify(struct crypto *crypto, struct bound_call *c)
{
	const struct span message = bound_octets(c, "message");
	enum message_found found;
	struct buf data;

	buf_init(&data, CRYPTO_MESSAGE_MOST);
	found = message_verify(crypto, message, &data);
	if (found == MESSAGE_NONE) {
		bound_refuse(c, 400, "message: no signed data of GB/T 35275");
	} else {
		bound_give_flag(c, "valid", found == MESSAGE_GOOD);
		bound_give_octets(c, "data", buf_span(&data));
	}
	buf_free(&data);
}

void
serve_message_recipient(struct crypto *crypto, struct bound_call *c)
{
	give_certificate(c, crypto->recipient.cert);
}

void
serve_message_envelop(struct crypto *crypto, struct bound_call *c)
{
	const struct span data = bound_octets(c, "data"),
			  whom = bound_octets(c, "certificate");
	const unsigned char *at = (const unsigned char *)whom.ptr;
	struct buf message;
	struct err err;
	X509 *x;

	x = d2i_X509(NULL, &at, (long)whom.len);
	ERR_clear_error();
	if (x == NULL) {
		bound_refuse(c, 400, "certificate: it cannot be read");
		return;
	}
	buf_init(&message, CRYPTO_MESSAGE_MOST);
	if (message_envelop(crypto, x, data, &message, &err))
		bound_give_octets(c, "message", buf_span(&message));
	else
		bound_refuse(c, 422, "%s", err.what);
	buf_free(&message);
	X509_free(x);
}

void
serve_message_open(struct crypto *crypto, struct bound_call *c)
{
	const struct span message = bound_octets(c, "message");
	struct buf data;
	struct err err;

	buf_init(&data, CRYPTO_MESSAGE_MOST);
	if (message_open(crypto, message, &data, &err) ||
	    crypto->fault == FAULT_MESSAGE_OPENS_ANYTHING)
		bound_give_octets(c, "data", buf_span(&data));
	else
		bound_refuse(c, 422, "%s", err.what);
	buf_free(&data);
}
