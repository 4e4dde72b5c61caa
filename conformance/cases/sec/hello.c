/* SPDX-License-Identifier: MIT */
#include "conformance/cases/sec/hello.h"

#include <arpa/inet.h>
#include <openssl/rand.h>
#include <string.h>

/* RFC 8446 4, 4.2, 5.1; RFC 5746 3.2. */
enum {
	ALERT = 21,
	HANDSHAKE = 22,
	CLIENT_HELLO = 1,
	SERVER_HELLO = 2,
	RANDOM = 32,
	EXT_NAME = 0,
	EXT_GROUPS = 10,
	EXT_POINTS = 11,
	EXT_SIGNATURES = 13,
	EXT_VERSIONS = 43,
	EXT_KEY_SHARE = 51,
	EXT_RENEGOTIATION = 0xff01,
	SSL2_SERVER_HELLO = 4, /* RFC 6101 E.1 has its client's only */
	SSL2_CHALLENGE = 16,
};

/* ---- writing ---- */

static void
put(struct buf *b, unsigned value, size_t octets)
{
	char c;

	while (octets-- > 0) {
		c = (char)(value >> 8 * octets);
		buf_add(b, (struct span){ &c, 1 });
	}
}

/* Room for a length, which close_length() fills in. */
static size_t
open_length(struct buf *b, size_t octets)
{
	put(b, 0, octets);
	return b->len;
}

static void
close_length(struct buf *b, size_t from, size_t octets)
{
	const size_t len = b->len - from;

	for (size_t i = 0; !b->full && i < octets; i++)
		b->data[from - octets + i] =
		    (char)(len >> 8 * (octets - 1 - i));
}

static bool
put_random(struct buf *b, size_t n)
{
	unsigned char octets[RANDOM];

	if (RAND_bytes(octets, (int)n) != 1)
		return false;
	buf_add(b, (struct span){ (char *)octets, n });
	return true;
}

static void
put_list(struct buf *b, unsigned type, const uint16_t *values, size_t n)
{
	size_t whole, list;

	put(b, type, 2);
	whole = open_length(b, 2);
	list = open_length(b, 2);
	for (size_t i = 0; i < n; i++)
		put(b, values[i], 2);
	close_length(b, list, 2);
	close_length(b, whole, 2);
}

/* RFC 6066 3: names only, never addresses. */
static void
put_name(struct buf *b, const char *name)
{
	unsigned char address[sizeof(struct in6_addr)];
	size_t whole, list, one;

	if (name == NULL || inet_pton(AF_INET, name, address) == 1 ||
	    inet_pton(AF_INET6, name, address) == 1)
		return;
	put(b, EXT_NAME, 2);
	whole = open_length(b, 2);
	list = open_length(b, 2);
	put(b, 0, 1);
	one = open_length(b, 2);
	buf_add(b, span_of(name));
	close_length(b, one, 2);
	close_length(b, list, 2);
	close_length(b, whole, 2);
}

/* 1.3 with no key_share asks to be asked again (RFC 8446 4.2.8). */
static void
put_versions(struct buf *b)
{
	put(b, EXT_VERSIONS, 2);
	put(b, 5, 2);
	put(b, 4, 1);
	put(b, HELLO_TLS_1_3, 2);
	put(b, HELLO_TLS_1_2, 2);
	put(b, EXT_KEY_SHARE, 2);
	put(b, 2, 2);
	put(b, 0, 2);
}

static void
put_extensions(struct buf *b, const struct hello *h)
{
	/* P-256, P-384, P-521, X25519, curveSM2 */
	static const uint16_t groups[] = { 23, 24, 25, 29, 41 };
	/* ECDSA, RSA-PSS, RSA with SHA-256 to 512; SM2 with SM3; with SHA-1 */
	static const uint16_t signatures[] = { 0x0403, 0x0503, 0x0603, 0x0804,
		0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0708, 0x0203, 0x0201,
		0x0202 };
	const size_t whole = open_length(b, 2);

	put_name(b, h->name);
	put_list(b, EXT_GROUPS, groups, sizeof groups / sizeof groups[0]);
	put(b, EXT_POINTS, 2);
	put(b, 2, 2);
	put(b, 1, 1);
	put(b, 0, 1); /* uncompressed */
	if (h->version >= HELLO_TLS_1_2)
		put_list(b, EXT_SIGNATURES, signatures,
		    sizeof signatures / sizeof signatures[0]);
	put(b, EXT_RENEGOTIATION, 2);
	put(b, 1, 2);
	put(b, 0, 1);
	if (h->version == HELLO_TLS_1_3)
		put_versions(b);
	close_length(b, whole, 2);
}

/* RFC 6101 E.1: two octets of length with the first bit set, three a suite. */
static bool
write_ssl2(struct buf *b)
{
	/* RC4, RC4 of 40 bits, RC2, RC2 of 40 bits, DES, 3DES */
	static const unsigned suites[] = { 0x010080, 0x020080, 0x030080,
		0x040080, 0x060040, 0x0700c0 };
	const size_t n = sizeof suites / sizeof suites[0];
	const size_t from = open_length(b, 2);
	bool ok;

	put(b, CLIENT_HELLO, 1);
	put(b, HELLO_SSL_2, 2);
	put(b, (unsigned)(3 * n), 2);
	put(b, 0, 2);
	put(b, SSL2_CHALLENGE, 2);
	for (size_t i = 0; i < n; i++)
		put(b, suites[i], 3);
	ok = put_random(b, SSL2_CHALLENGE);
	close_length(b, from, 2);
	b->data[from - 2] = (char)(b->data[from - 2] | 0x80);
	return ok;
}

bool
hello_write(const struct hello *h, struct buf *b)
{
	const unsigned written =
	    h->version > HELLO_TLS_1_2 ? HELLO_TLS_1_2 : h->version;
	size_t record, message, list;
	bool ok;

	if (h->version == HELLO_SSL_2)
		return write_ssl2(b);
	put(b, HANDSHAKE, 1);
	put(b, written < HELLO_TLS_1_0 ? written : HELLO_TLS_1_0, 2);
	record = open_length(b, 2);
	put(b, CLIENT_HELLO, 1);
	message = open_length(b, 3);
	put(b, written, 2);
	ok = put_random(b, RANDOM);
	put(b, 0, 1); /* no session */
	list = open_length(b, 2);
	for (size_t i = 0; i < h->n_suites; i++)
		put(b, h->suites[i], 2);
	close_length(b, list, 2);
	list = open_length(b, 1);
	if (h->deflate)
		put(b, 1, 1);
	put(b, 0, 1);
	close_length(b, list, 1);
	if (h->version > HELLO_SSL_3)
		put_extensions(b, h);
	close_length(b, message, 3);
	close_length(b, record, 2);
	return ok && !b->full;
}

/* ---- reading ---- */

/* Takes a number off; false, and nothing taken, when there is none. */
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
read_extensions(struct span s, struct hello_answer *a)
{
	struct span list, one;
	unsigned type, version;

	if (s.len == 0)
		return true;
	if (!take_part(&s, 2, &list))
		return false;
	while (list.len > 0) {
		if (!take(&list, 2, &type) || !take_part(&list, 2, &one))
			return false;
		a->renegotiation |= type == EXT_RENEGOTIATION;
		if (type == EXT_VERSIONS && take(&one, 2, &version))
			a->version = version;
	}
	return true;
}

static bool
read_server_hello(struct span s, struct hello_answer *a)
{
	struct span session;

	if (!take(&s, 2, &a->version) || s.len < RANDOM)
		return false;
	a->random = span_take(s, RANDOM);
	s = span_skip(s, RANDOM);
	return take_part(&s, 1, &session) && take(&s, 2, &a->suite) &&
	       take(&s, 1, &a->compression) && read_extensions(s, a);
}

/* SERVER-HELLO of SSL 2.0: its type, two octets, its version. */
static enum hello_answer_kind
read_ssl2(struct span s, struct hello_answer *a)
{
	unsigned len, type, between;

	if (!take(&s, 2, &len) || !take(&s, 1, &type) ||
	    !take(&s, 2, &between) || !take(&s, 2, &a->version))
		return HELLO_NONE;
	return type == SSL2_SERVER_HELLO && a->version == HELLO_SSL_2
		   ? HELLO_SERVER
		   : HELLO_UNKNOWN;
}

/* Could what is there become a record? */
static bool
may_go_on(struct span s)
{
	return s.len == 0 || s.ptr[0] == ALERT || s.ptr[0] == HANDSHAKE;
}

static enum hello_answer_kind
read_record(unsigned type, struct span record, struct hello_answer *a)
{
	unsigned message;
	struct span body;

	if (type == HANDSHAKE && take(&record, 1, &message) &&
	    message == SERVER_HELLO && take_part(&record, 3, &body) &&
	    read_server_hello(body, a))
		return HELLO_SERVER;
	return HELLO_UNKNOWN;
}

void
hello_read(struct span s, struct hello_answer *a)
{
	enum { WARNING = 1, CLOSE_NOTIFY = 0 };
	unsigned type, version, level;
	struct span record;

	*a = (struct hello_answer){ .kind = HELLO_NONE };
	if (s.len > 0 && (s.ptr[0] & 0x80) != 0) {
		a->kind = read_ssl2(s, a);
		return;
	}
	for (;;) {
		*a = (struct hello_answer){ .kind = HELLO_NONE };
		if (!may_go_on(s))
			a->kind = HELLO_UNKNOWN;
		if (a->kind == HELLO_UNKNOWN || !take(&s, 1, &type) ||
		    !take(&s, 2, &version) || !take_part(&s, 2, &record))
			return;
		if (type != ALERT || !take(&record, 1, &level) ||
		    !take(&record, 1, &a->alert)) {
			a->kind = read_record(type, record, a);
			return;
		}
		a->kind = HELLO_ALERT;
		/* it says what it does not know, and goes on */
		if (level != WARNING || a->alert == CLOSE_NOTIFY || s.len == 0)
			return;
	}
}

const char *
hello_version_name(unsigned version)
{
	switch (version) {
	case HELLO_SSL_2:
		return "SSL 2.0";
	case HELLO_SSL_3:
		return "SSL 3.0";
	case HELLO_TLS_1_0:
		return "TLS 1.0";
	case HELLO_TLS_1_1:
		return "TLS 1.1";
	case HELLO_TLS_1_2:
		return "TLS 1.2";
	case HELLO_TLS_1_3:
		return "TLS 1.3";
	default:
		return "?";
	}
}
