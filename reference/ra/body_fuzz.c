/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the body of each operation, and as a field of it that is to
 * be DER: there is always an answer, and it is JSON.
 */
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "lib/digest.h"
#include "lib/text.h"
#include "reference/http/session.h"
#include "reference/ra/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char token[] = "0123456789abcdef0123456789abcdef";

static struct site *
site(void)
{
	static const struct ca_options options = { .base_ca = "http://a",
		.base_crl = "http://b",
		.base_ocsp = "http://c" };
	static const unsigned char secret[32];
	static struct world world;
	static struct site s;
	struct err err;

	if (s.store != NULL)
		return &s;
	s.store = store_open(NULL, &err);
	s.audit = audit_open(NULL);
	s.host = "a";
	if (s.store == NULL || !world_read("fixtures/world", &world, &err) ||
	    (s.ca = ca_open(s.store, &options, clock_wall(), &err)) == NULL ||
	    (s.ra = ra_open(s.ca, &world, secret, clock_wall(), &err)) == NULL)
		abort();
	return &s;
}

/* Alice, or the registrar. */
static void
enter(struct site *s, const char *user)
{
	struct store_ra_session session = {
		.until = { clock_wall().us + INT64_C(3600) * 1000000 }
	};
	char digest[STORE_RA_DIGEST];
	struct err err;

	digest_text(span_of(token), digest);
	strcpy(session.user, user);
	store_begin(s->store);
	store_ra_session_drop(s->store, digest);
	store_ra_session_add(s->store, digest, &session, clock_wall());
	if (!store_end(s->store, true, &err))
		abort();
}

static void
say(const struct site *s, const struct binding_operation *o, struct span body)
{
	struct session *h = http_protocol.open(s, HTTP_RA, "127.0.0.1:1");
	struct buf request, out;
	struct span said;
	json_t *j;

	buf_init(&request, 1 << 22);
	buf_init(&out, 1 << 22);
	buf_addf(&request,
	    "%s %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
	    o->method, o->path, token, body.len);
	buf_add(&request, body);
	session_greet(h, clock_wall(), &out);
	session_feed(h, buf_span(&request), clock_wall(), &out);
	while (session_next(h) == SESSION_MORE)
		session_feed(h, SPAN(""), clock_wall(), &out);
	session_close(h);
	said = buf_span(&out);
	said = span_skip(said, span_find(said, SPAN("\r\n\r\n")));
	if (said.len < 4)
		abort();
	j = json_loadb(said.ptr + 4, said.len - 4, 0, NULL);
	if (j == NULL)
		abort();
	json_decref(j);
	buf_free(&request);
	buf_free(&out);
}

static void
put_der(struct span der, const char *before, const char *behind, struct buf *to)
{
	buf_clear(to);
	buf_addf(to, "%s", before);
	text_base64(der, to);
	buf_addf(to, "%s", behind);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span in = { (const char *)data, size };
	const struct binding_operation *all;
	struct site *s = site();
	struct buf body;
	size_t n;

	if (size > 1 << 16)
		return 0;
	buf_init(&body, 1 << 20);
	all = binding_operations(&n);
	enter(s, size % 2 == 0 ? "alice" : "registrar");
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].binding->name, "certificates") == 0 &&
		    strcmp(all[i].name, "session.close") != 0 &&
		    strchr(all[i].path, '{') == NULL &&
		    strcmp(all[i].method, "POST") == 0)
			say(s, &all[i], in);
	put_der(in, "{\"class\":\"double\",\"request\":\"", "\"}", &body);
	say(s, binding_operation("application.submit"), buf_span(&body));
	put_der(in,
	    "{\"id\":\"a\",\"user\":\"alice\",\"signature\":\"\","
	    "\"certificate\":\"",
	    "\"}", &body);
	say(s, binding_operation("session.open"), buf_span(&body));
	buf_free(&body);
	return 0;
}
