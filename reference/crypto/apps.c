/* SPDX-License-Identifier: MIT */
#include "reference/crypto/apps.h"

#include <string.h>

#include "reference/crypto/serve.h"

static const struct {
	const char *operation;
	void (*serve)(struct crypto *, struct bound_call *);
} servants[] = {
	{ "digest.compute", serve_digest },
	{ "cipher.encrypt", serve_encrypt },
	{ "cipher.decrypt", serve_decrypt },
	{ "signature.make", serve_sign },
	{ "signature.verify", serve_verify },
	{ "key.open", serve_key_open },
	{ "message.sign", serve_message_sign },
	{ "message.verify", serve_message_verify },
	{ "message.recipient", serve_message_recipient },
	{ "message.envelop", serve_message_envelop },
	{ "message.open", serve_message_open },
	{ "path.validate", serve_path },
};

static void
run(struct bound_call *c)
{
	for (size_t i = 0; i < sizeof servants / sizeof servants[0]; i++)
		if (strcmp(servants[i].operation, c->is->name) == 0) {
			servants[i].serve(c->site->crypto, c);
			return;
		}
	bound_refuse(c, 501, "%s: not served here", c->is->name);
}

static void
serve(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	const char *user;
	struct bound_call c;

	if (!basic_let_in(
		&site->crypto->guests, site, r, "crypto", now, &user, a))
		return;
	bound_begin(&c, binding_find("cryptography"), site, r, now, a);
	if (bound_take(&c, words))
		run(&c);
	bound_end(&c);
}

/* The paths of this binding, and of no other. */
static const struct http_route routes[] = {
#define ROUTE_CERTIFICATES(method, path)
#define ROUTE_CRYPTOGRAPHY(method, path) { method, path, serve },
#define ROUTE_SEALS(method, path)
#define BINDING(...)
#define FIELD(...)
#define OPERATION(of, name, who, method, path, ...) ROUTE_##of(method, path)
#include "lib/binding.def"
#undef BINDING
#undef FIELD
#undef OPERATION
};

const struct http_app crypto_app = { "crypto", routes,
	sizeof routes / sizeof routes[0] };
