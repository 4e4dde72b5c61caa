/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the body of each operation of the seal service, and as a
 * field of it that holds octets: there is always an answer, and it is JSON.
 */
#include <stdint.h>
#include <stdlib.h>

#include <jansson.h>

#include "lib/digest.h"
#include "lib/text.h"
#include "reference/http/session.h"
#include "reference/seal/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char token[] = "0123456789abcdef0123456789abcdef";
static const char seal[] = "5";

/* Alice's; whatever is its state, it is good again for the next input. */
static void
settle(struct store *store)
{
	const struct wall now = clock_wall();
	struct store_seal s = { .state = SEAL_GOOD,
		.format = "png",
		.width = 1,
		.height = 1,
		.start = now,
		.end = { now.us + INT64_C(86400) * 1000000 },
		.applied = now };
	struct err err;

	snprintf(s.id, sizeof s.id, "%s", seal);
	snprintf(s.user, sizeof s.user, "alice");
	store_begin(store);
	if (store_seal_get(store, seal, &s, NULL)) {
		s.state = SEAL_GOOD;
		store_seal_put(store, &s);
	} else {
		store_seal_add(store, &s, SPAN(""), SPAN("a"), SPAN("a"));
	}
	if (!store_end(store, true, &err))
		abort();
}

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
	    (s.ra = ra_open(s.ca, &world, secret, clock_wall(), &err)) ==
		NULL ||
	    (s.seal = seal_open(s.ca, s.ra, clock_wall(), &err)) == NULL)
		abort();
	return &s;
}

static const char *
certificate_of(const struct site *s, const char *role)
{
	static char serial[STORE_CA_SERIAL];
	char name[64];
	struct store_ca_certificate row;

	snprintf(name, sizeof name, "login/%s", role);
	if (!store_ca_named(s->store, name, &row, NULL))
		abort();
	snprintf(serial, sizeof serial, "%s", row.serial);
	return serial;
}

/* Alice, or another. */
static void
enter(struct site *s, const char *user)
{
	struct store_ra_session session = {
		.until = { clock_wall().us + INT64_C(3600) * 1000000 }
	};
	char digest[STORE_RA_DIGEST];
	struct err err;

	digest_text(span_of(token), digest);
	snprintf(session.user, sizeof session.user, "%s", user);
	snprintf(session.serial, sizeof session.serial, "%s",
	    certificate_of(s, user));
	store_begin(s->store);
	store_ra_session_drop(s->store, digest);
	store_ra_session_add(s->store, digest, &session, clock_wall());
	if (!store_end(s->store, true, &err))
		abort();
}

/* With what is there in place of {id}. */
static void
put_path(const char *path, struct buf *to)
{
	struct span rest = span_of(path);

	while (rest.len > 0) {
		buf_add(to, span_cut(&rest, '{'));
		if (span_cut(&rest, '}').len > 0)
			buf_addf(to, "%s", seal);
	}
}

static void
say(const struct site *s, const char *method, const char *path,
    struct span body)
{
	struct session *h = http_protocol.open(s, HTTP_SEAL, "127.0.0.1:1");
	struct buf request, out;
	struct span said;
	json_t *j;

	buf_init(&request, 1 << 22);
	buf_init(&out, 1 << 22);
	buf_addf(&request, "%s ", method);
	put_path(path, &request);
	buf_addf(&request,
	    " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
	    token, body.len);
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
put_octets(
    struct span octets, const char *before, const char *behind, struct buf *to)
{
	buf_clear(to);
	buf_addf(to, "%s", before);
	text_base64(octets, to);
	buf_addf(to, "%s", behind);
}

/* As every field of octets: a picture, what is signed, whom to trust. */
static void
say_octets(const struct site *s, struct span in, struct buf *body)
{
	put_octets(in,
	    "{\"name\":\"a\",\"format\":\"png\",\"width\":1,\"height\":1,"
	    "\"start\":\"2026-01-01T00:00:00Z\","
	    "\"end\":\"2027-01-01T00:00:00Z\",\"pin\":\"123456\","
	    "\"picture\":\"",
	    "\"}", body);
	say(s, "POST", "/seals", buf_span(body));
	put_octets(in,
	    "{\"data\":\"\",\"anchors\":\"\",\"certificates\":\"\","
	    "\"lists\":\"\",\"signed\":\"",
	    "\"}", body);
	say(s, "POST", "/verifications", buf_span(body));
	put_octets(in,
	    "{\"data\":\"\",\"signed\":\"\",\"certificates\":\"\","
	    "\"lists\":\"\",\"anchors\":\"",
	    "\"}", body);
	say(s, "POST", "/verifications", buf_span(body));
	put_octets(in,
	    "{\"anchors\":\"\",\"certificates\":\"\",\"lists\":\"\","
	    "\"document\":\"",
	    "\"}", body);
	say(s, "POST", "/verifications/documents", buf_span(body));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const users[] = { "alice", "registrar", "issuer",
		"auditor" };
	const struct span in = { (const char *)data, size };
	const struct binding_operation *all;
	struct site *s = site();
	struct buf body;
	size_t n;

	if (size > 1 << 16)
		return 0;
	buf_init(&body, 1 << 20);
	all = binding_operations(&n);
	settle(s->store);
	enter(s, users[size % 4]);
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i].binding->name, "seals") == 0)
			say(s, all[i].method, all[i].path, in);
	say_octets(s, in, &body);
	buf_free(&body);
	return 0;
}
