/* SPDX-License-Identifier: MIT */
#include "reference/pretend.h"

#include <stddef.h>
#include <stdint.h>

/* RFC 8446 4, 4.2; RFC 5746 3.2. */
enum {
	HANDSHAKE = 22,
	SERVER_HELLO = 2,
	RANDOM = 32,
	SUPPORTED_VERSIONS = 43,
	SSL_2 = 0x0002,
	SSL_3 = 0x0300,
	TLS_1_2 = 0x0303,
	ECDHE = 0xc02b, /* TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 */
	ANY = 0,
};

/* A ClientHello that a fault is about, and what is wrong with the answer. */
static const struct row {
	enum fault fault;
	unsigned version; /* the newest offered */
	unsigned first;   /* the first suite, which is agreed on; or ANY */
	bool alone;       /* ... and no ECDHE beside it */
	bool compressing; /* DEFLATE is offered, and agreed on */
	bool mute;        /* the answer has no renegotiation_info */
	bool silent;      /* it does not say that TLS 1.3 was to be had */
} rows[] = {
	/* clang-format off */
	{ FAULT_SEC_SSL_2,	  SSL_2,   ANY,    false, false, true,  true },
	{ FAULT_SEC_SSL_3,	  SSL_3,   ANY,    false, false, true,  true },
	{ FAULT_SEC_NULL,	  TLS_1_2, 0x0002, true,  false, false, false },
	{ FAULT_SEC_ANONYMOUS,	  TLS_1_2, 0x00a6, true,  false, false, false },
	{ FAULT_SEC_WEAK,	  TLS_1_2, 0x0009, true,  false, false, false },
	{ FAULT_SEC_RC4,	  TLS_1_2, 0x0005, true,  false, false, false },
	{ FAULT_SEC_3DES,	  TLS_1_2, 0x000a, true,  false, false, false },
	{ FAULT_SEC_RSA,	  TLS_1_2, 0x002f, true,  false, false, false },
	{ FAULT_SEC_RSA_FIRST,	  TLS_1_2, 0x002f, false, false, false, false },
	{ FAULT_SEC_COMPRESSION,  TLS_1_2, ECDHE,  false, true,  false, false },
	{ FAULT_SEC_RENEGOTIATION, TLS_1_2, ECDHE, false, false, true,  false },
	{ FAULT_SEC_DOWNGRADE,	  TLS_1_2, ECDHE,  false, false, false, true },
	/* clang-format on */
};

static const struct row *
row_of(enum fault fault)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (rows[i].fault == fault)
			return &rows[i];
	return NULL;
}

bool
pretend_does(enum fault fault, const struct service *service)
{
	return service == &services[SERVICE_RA] && row_of(fault) != NULL;
}

/* ---- what the client says ---- */

struct client {
	unsigned version;
	struct span suites, methods;
	bool newer; /* supported_versions: it wants TLS 1.3 */
};

static bool
take(struct span *s, size_t octets, unsigned *value)
{
	*value = 0;
	if (s->len < octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		*value = *value << 8 | (unsigned char)s->ptr[i];
	*s = span_skip(*s, octets);
	return true;
}

static bool
take_part(struct span *s, size_t octets, struct span *part)
{
	unsigned len;

	if (!take(s, octets, &len) || s->len < len)
		return false;
	*part = span_take(*s, len);
	*s = span_skip(*s, len);
	return true;
}

static bool
has_suite(const struct client *c, unsigned suite)
{
	struct span rest = c->suites;
	unsigned one;

	while (take(&rest, 2, &one))
		if (one == suite)
			return true;
	return false;
}

static bool
read_client(struct span s, struct client *c)
{
	struct span session, extensions, one;
	unsigned type;

	if (!take(&s, 2, &c->version) || s.len < RANDOM)
		return false;
	s = span_skip(s, RANDOM);
	if (!take_part(&s, 1, &session) || !take_part(&s, 2, &c->suites) ||
	    !take_part(&s, 1, &c->methods))
		return false;
	if (!take_part(&s, 2, &extensions))
		return s.len == 0;
	while (take(&extensions, 2, &type) && take_part(&extensions, 2, &one))
		c->newer |= type == SUPPORTED_VERSIONS;
	return true;
}

/* ---- what we say ---- */

static void
put(struct buf *b, unsigned value, size_t octets)
{
	char c;

	while (octets-- > 0) {
		c = (char)((uint64_t)value >> 8 * octets);
		buf_add(b, (struct span){ &c, 1 });
	}
}

/* Fixed octets will do: no key is ever made of them. */
static void
put_random(struct buf *b, bool silent)
{
	static const struct span told = SPAN_INIT("DOWNGRD\001");

	for (int i = 0; i < (silent ? RANDOM : RANDOM - 8); i++)
		put(b, 0x5a, 1);
	if (!silent)
		buf_add(b, told);
}

static void
put_server_hello(struct buf *b, const struct row *r, unsigned suite)
{
	const unsigned extensions = r->mute ? 0 : 2 + 5;
	const unsigned body = 2 + RANDOM + 1 + 2 + 1 + extensions;

	put(b, HANDSHAKE, 1);
	put(b, r->version, 2);
	put(b, body + 4, 2);
	put(b, SERVER_HELLO, 1);
	put(b, body, 3);
	put(b, r->version, 2);
	put_random(b, r->silent);
	put(b, 0, 1); /* no session */
	put(b, suite, 2);
	put(b, r->compressing, 1);
	if (r->mute)
		return;
	put(b, 5, 2);
	put(b, 0xff01, 2);
	put(b, 1, 2);
	put(b, 0, 1);
}

/* SERVER-HELLO of SSL 2.0, of no certificate and no suite. */
static enum pretence
answer_ssl2(struct span s, struct buf *b)
{
	unsigned len, type, version;

	if (!take(&s, 2, &len) || !take(&s, 1, &type) || !take(&s, 2, &version))
		return PRETEND_MORE;
	if ((len & 0x8000) == 0 || type != 1 || version != SSL_2)
		return PRETEND_NOT;
	put(b, 0x8000 | 11, 2);
	put(b, 4, 1);
	put(b, 1, 2);
	put(b, SSL_2, 2);
	put(b, 0, 6);
	return PRETEND_SAID;
}

static bool
is_about(const struct row *r, const struct client *c, unsigned first)
{
	const bool deflates = c->methods.len > 0 && c->methods.ptr[0] != '\0';

	return c->version == r->version && !c->newer &&
	       (r->first == ANY || r->first == first) &&
	       (!r->alone || !has_suite(c, ECDHE)) &&
	       r->compressing == deflates;
}

enum pretence
pretend_answer(enum fault fault, struct span s, struct buf *answer)
{
	const struct row *r = row_of(fault);
	struct client c = { .newer = false };
	struct span record, body, suites;
	unsigned type, version, first;

	if (r == NULL)
		return PRETEND_NOT;
	if (r->version == SSL_2)
		return answer_ssl2(s, answer);
	if (!take(&s, 1, &type))
		return PRETEND_MORE;
	if (type != HANDSHAKE)
		return PRETEND_NOT;
	if (!take(&s, 2, &version) || !take_part(&s, 2, &record))
		return PRETEND_MORE;
	if (!take(&record, 1, &type) || !take_part(&record, 3, &body) ||
	    !read_client(body, &c))
		return PRETEND_NOT;
	suites = c.suites;
	if (!take(&suites, 2, &first) || !is_about(r, &c, first))
		return PRETEND_NOT;
	put_server_hello(answer, r, first);
	return PRETEND_SAID;
}
