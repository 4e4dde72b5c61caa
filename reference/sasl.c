/* SPDX-License-Identifier: MIT */
#include "reference/sasl.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference/scram.h"

#define SASL_MOST 9216 /* what 12288 octets of base64 stand for */

void
sasl_random(unsigned char *octets, size_t n)
{
	if (RAND_bytes(octets, (int)n) != 1)
		abort(); /* OpenSSL without randomness is our machine's fault */
}

/* ---- base64 ---- */

static bool
is_base64(struct span s)
{
	size_t pads = 0;

	if (s.len % 4 != 0)
		return false;
	while (pads < 2 && s.len > 0 && s.ptr[s.len - 1] == '=') {
		s.len--;
		pads++;
	}
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\0' ||
		    strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			   "abcdefghijklmnopqrstuvwxyz0123456789+/",
			s.ptr[i]) == NULL)
			return false;
	return true;
}

bool
sasl_base64_decode(struct span text, struct buf *out)
{
	unsigned char octets[SASL_MOST + 3];
	int n;

	if (text.len == 0)
		return true;
	if (text.len / 4 * 3 > SASL_MOST || !is_base64(text))
		return false;
	n = EVP_DecodeBlock(
	    octets, (const unsigned char *)text.ptr, (int)text.len);
	if (n < 0)
		return false;
	/* EVP_DecodeBlock() counts the padding. */
	n -= text.ptr[text.len - 1] == '=';
	n -= text.ptr[text.len - 2] == '=';
	buf_add(out, (struct span){ (const char *)octets, (size_t)n });
	OPENSSL_cleanse(octets, sizeof octets);
	return !out->full;
}

void
sasl_base64_encode(struct span octets, struct buf *out)
{
	unsigned char text[SASL_MOST / 3 * 4 + 1];

	if (octets.len == 0)
		return;
	if (octets.len > SASL_MOST)
		abort(); /* our own challenges are short */
	EVP_EncodeBlock(
	    text, (const unsigned char *)octets.ptr, (int)octets.len);
	buf_add(out, span_of((const char *)text));
}

/* ---- who is it? ---- */

/* An account like any other that no password opens. */
static void
make_up_account(struct sasl *a, struct span user)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	char lower[sizeof a->user];
	size_t n = 0;

	/* Users compare without case, and so must their salts. */
	while (n < user.len && n < sizeof lower) {
		const char c = user.ptr[n];

		lower[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	memset(&a->account, 0, sizeof a->account);
	HMAC(EVP_sha256(), a->secret, 32, (const unsigned char *)lower, n, mac,
	    &len);
	memcpy(a->account.salt, mac, sizeof a->account.salt);
	memcpy(a->account.stored_key, a->secret, 32);
	a->account.iterations = SCRAM_ITERATIONS;
}

static void
find_account(struct sasl *a, struct span user)
{
	(void)snprintf(a->user, sizeof a->user, "%.*s", SPAN_FMT(user));
	a->known = user.len > 0 && user.len < sizeof a->user &&
		   store_account(a->store, user, &a->account);
	if (!a->known)
		make_up_account(a, user);
}

static bool
lets_in(const struct sasl *a, bool matches)
{
	if (a->impersonates)
		return false;
	if (a->fault == FAULT_AUTH_ANYBODY && !a->known)
		return true;
	if (a->fault == FAULT_SCRAM_ANY_PROOF && a->known &&
	    span_casestarts(a->mechanism->name, SPAN("SCRAM-")))
		return true;
	return a->known && (matches || a->fault == FAULT_AUTH_ANY_PASSWORD);
}

/* Takes as long for a user nobody knows. */
static enum sasl_next
check_password(struct sasl *a, struct span password)
{
	bool matches;

	if (a->fault == FAULT_PASSWORD_TAIL_IGNORED)
		while (password.len > 1 &&
		       !scram_password_matches(password, a->account.salt,
			   a->account.iterations, a->account.stored_key))
			password.len--;
	matches = scram_password_matches(password, a->account.salt,
	    a->account.iterations, a->account.stored_key);
	return lets_in(a, matches) ? SASL_YES : SASL_NO;
}

/* ---- PLAIN ---- */

/* RFC 4616 2: [authzid] NUL authcid NUL passwd */
static enum sasl_next
step_plain(struct sasl *a, struct span answer, struct buf *challenge)
{
	struct span authzid, authcid;
	size_t nuls = 0;

	(void)challenge;
	for (size_t i = 0; i < answer.len; i++)
		nuls += answer.ptr[i] == '\0';
	if (nuls != 2)
		return SASL_BAD;
	authzid = span_cut(&answer, '\0');
	authcid = span_cut(&answer, '\0');
	if (authcid.len == 0 ||
	    (answer.len == 0 && a->fault != FAULT_PLAIN_EMPTY_PASSWORD))
		return SASL_BAD;
	find_account(a, authcid);
	if (answer.len == 0)
		return a->known ? SASL_YES : SASL_NO;
	/* Nobody may act for somebody else. */
	if (authzid.len > 0 && !span_caseeq(authzid, authcid) &&
	    a->fault != FAULT_AUTH_AS_ANYBODY)
		a->impersonates = true;
	return check_password(a, answer);
}

/* ---- LOGIN ---- */

static enum sasl_next
step_login(struct sasl *a, struct span answer, struct buf *challenge)
{
	if (answer.ptr == NULL) {
		buf_add(challenge, SPAN("Username:"));
		return SASL_ASK;
	}
	if (memchr(answer.ptr, '\0', answer.len) != NULL)
		return SASL_BAD;
	if (a->steps++ == 0) {
		find_account(a, answer);
		buf_add(challenge, SPAN("Password:"));
		return SASL_ASK;
	}
	if (a->fault == FAULT_LOGIN_EMPTY_PASSWORD && a->known &&
	    answer.len == 0)
		return SASL_YES;
	return check_password(a, answer);
}

/* ---- SCRAM-SHA-256 ---- */

/* Takes "x=value" and the comma behind it; false when x is another. */
static bool
take_attribute(struct span *in, char name, struct span *value)
{
	struct span rest = *in;
	struct span item = span_cut(&rest, ',');

	if (item.len < 2 || item.ptr[0] != name || item.ptr[1] != '=')
		return false;
	*value = span_skip(item, 2);
	*in = rest;
	return true;
}

/* RFC 5802 5.1 saslname: "=2C" is a comma, "=3D" an equals sign. */
static bool
decode_saslname(struct span in, struct buf *out)
{
	while (in.len > 0) {
		if (in.ptr[0] != '=') {
			buf_add(out, span_take(in, 1));
			in = span_skip(in, 1);
			continue;
		}
		if (span_starts(in, SPAN("=2C")))
			buf_add(out, SPAN(","));
		else if (span_starts(in, SPAN("=3D")))
			buf_add(out, SPAN("="));
		else
			return false;
		in = span_skip(in, 3);
	}
	return out->len > 0 && !out->full;
}

static bool
is_nonce(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '!' || s.ptr[i] > '~' || s.ptr[i] == ',')
			return false;
	return s.len > 0;
}

/*
 * gs2-header: "n,," or "y,,", perhaps with an authzid.  "p=" wants channel
 * binding, which only a -PLUS mechanism has (RFC 5802 6).
 */
static bool
take_gs2_header(
    struct span *in, bool any, struct span *header, struct span *authzid)
{
	const char *start = in->ptr;
	const struct span flag = span_cut(in, ',');
	struct span zid;

	if (!span_eq(flag, SPAN("n")) && !span_eq(flag, SPAN("y")) &&
	    !(any && span_starts(flag, SPAN("p="))))
		return false;
	zid = span_cut(in, ',');
	if (zid.len > 0 && !span_starts(zid, SPAN("a=")))
		return false;
	*authzid = zid.len > 0 ? span_skip(zid, 2) : zid;
	*header = (struct span){ start, (size_t)(in->ptr - start) };
	return true;
}

/* RFC 5802 7 client-first-message; "m=" is an extension we do not know. */
static enum sasl_next
scram_first(struct sasl *a, struct span in, struct buf *challenge)
{
	struct span header, authzid, name, nonce, bare;
	struct buf user;
	bool good;

	if (memchr(in.ptr, '\0', in.len) != NULL ||
	    !take_gs2_header(&in, a->fault == FAULT_SCRAM_BINDING_PROMISED,
		&header, &authzid))
		return SASL_BAD;
	bare = in;
	if (!take_attribute(&in, 'n', &name) ||
	    !take_attribute(&in, 'r', &nonce) || !is_nonce(nonce))
		return SASL_BAD;
	buf_init(&user, sizeof a->user);
	good = decode_saslname(name, &user);
	if (good) {
		find_account(a, buf_span(&user));
		a->impersonates = authzid.len > 0 &&
				  !span_caseeq(authzid, name) &&
				  a->fault != FAULT_SCRAM_AS_ANYBODY;
		buf_add(&a->first_gs2, header);
		buf_add(&a->first_bare, bare);
		buf_addf(
		    &a->server_first, "r=%.*s%s,s=", SPAN_FMT(nonce), a->nonce);
		sasl_base64_encode((struct span){ (const char *)a->account.salt,
				       sizeof a->account.salt },
		    &a->server_first);
		buf_addf(&a->server_first, ",i=%d", a->account.iterations);
		buf_add(challenge, buf_span(&a->server_first));
	}
	buf_free(&user);
	return good ? SASL_ASK : SASL_BAD;
}

/* c= must be the gs2-header we were sent, r= both nonces. */
static bool
scram_binds(const struct sasl *a, struct span c, struct span r)
{
	struct span first = buf_span(&a->server_first);
	struct span nonce;
	struct buf header;
	bool same;

	if (!take_attribute(&first, 'r', &nonce))
		return false;
	if (a->fault == FAULT_SCRAM_NONCE_UNCHECKED)
		nonce = r;
	if (!span_eq(r, nonce))
		return false;
	if (a->fault == FAULT_SCRAM_BINDING_UNCHECKED)
		return true;
	buf_init(&header, SASL_MOST);
	same = sasl_base64_decode(c, &header) &&
	       span_eq(buf_span(&header), buf_span(&a->first_gs2));
	buf_free(&header);
	return same;
}

/* AuthMessage: RFC 5802 3. */
static void
auth_message(const struct sasl *a, struct span without_proof, struct buf *out)
{
	buf_add(out, buf_span(&a->first_bare));
	buf_add(out, SPAN(","));
	buf_add(out, buf_span(&a->server_first));
	buf_add(out, SPAN(","));
	buf_add(out, without_proof);
}

static enum sasl_next
scram_judge(struct sasl *a, struct span message, struct span proof,
    struct buf *challenge)
{
	unsigned char signature[SCRAM_KEY];
	const bool matches = proof.len == SCRAM_KEY &&
			     scram_proof_matches(a->account.stored_key, message,
				 (const unsigned char *)proof.ptr);

	if (!lets_in(a, matches) ||
	    (a->fault == FAULT_SCRAM_REFUSED && a->bends_scram))
		return SASL_NO;
	scram_server_signature(a->account.server_key, message, signature);
	if (a->fault == FAULT_SCRAM_FORGED_SIGNATURE && a->bends_scram)
		signature[0] ^= 1;
	buf_add(challenge, SPAN("v="));
	sasl_base64_encode(
	    (struct span){ (const char *)signature, sizeof signature },
	    challenge);
	return SASL_ASK;
}

/* RFC 5802 7 client-final-message. */
static enum sasl_next
scram_final(struct sasl *a, struct span in, struct buf *challenge)
{
	const struct span whole = in;
	struct span c, r, p = { NULL, 0 };
	struct span without_proof;
	struct buf message, proof;
	enum sasl_next next = SASL_BAD;

	if (!take_attribute(&in, 'c', &c) || !take_attribute(&in, 'r', &r))
		return SASL_BAD;
	while (in.len > 0 && !take_attribute(&in, 'p', &p))
		(void)span_cut(&in, ','); /* an optional extension */
	if (p.ptr == NULL || in.len > 0)
		return SASL_BAD;
	if (!scram_binds(a, c, r))
		return SASL_NO;

	/* ",p=" stands before the proof. */
	without_proof = span_take(whole, (size_t)(p.ptr - whole.ptr) - 3);
	buf_init(&message, 4 * SASL_MOST);
	buf_init(&proof, SASL_MOST);
	auth_message(a, without_proof, &message);
	if (sasl_base64_decode(p, &proof))
		next = scram_judge(
		    a, buf_span(&message), buf_span(&proof), challenge);
	buf_free(&message);
	buf_free(&proof);
	return next;
}

static enum sasl_next
step_scram(struct sasl *a, struct span answer, struct buf *challenge)
{
	switch (a->steps++) {
	case 0:
		return scram_first(a, answer, challenge);
	case 1:
		return scram_final(a, answer, challenge);
	default:
		/* RFC 4954 4: 235 carries no data, so "v=" was a challenge. */
		return answer.len == 0 ? SASL_YES : SASL_BAD;
	}
}

/* ---- mechanisms ---- */

#define MECHANISMS "PLAIN LOGIN SCRAM-SHA-256"

/* clang-format off */
static const struct sasl_mechanism mechanisms[] = {
	{ { "PLAIN", 5 },		true,	step_plain },
	{ { "LOGIN", 5 },		false,	step_login },
	{ { "SCRAM-SHA-256", 13 },	true,	step_scram },
};
/* clang-format on */

const struct sasl_mechanism *
sasl_mechanism_find(struct span name)
{
	for (size_t i = 0; i < sizeof mechanisms / sizeof mechanisms[0]; i++)
		if (span_caseeq(mechanisms[i].name, name))
			return &mechanisms[i];
	return NULL;
}

const char *
sasl_mechanism_names(void)
{
	return MECHANISMS;
}

void
sasl_start(struct sasl *a, const struct sasl_mechanism *mechanism,
    struct store *store, const unsigned char secret[32], enum fault fault)
{
	unsigned char octets[SASL_NONCE / 4 * 3];

	sasl_end(a);
	a->mechanism = mechanism;
	a->store = store;
	a->secret = secret;
	a->fault = fault;
	sasl_random(octets, sizeof octets);
	if (fault == FAULT_SCRAM_NONCE_FIXED)
		memset(octets, 7, sizeof octets);
	EVP_EncodeBlock((unsigned char *)a->nonce, octets, sizeof octets);
	buf_init(&a->first_bare, SASL_MOST);
	buf_init(&a->first_gs2, SASL_MOST);
	buf_init(&a->server_first, 2 * SASL_MOST);
}

void
sasl_end(struct sasl *a)
{
	buf_free(&a->first_bare);
	buf_free(&a->first_gs2);
	buf_free(&a->server_first);
	OPENSSL_cleanse(a, sizeof *a);
}

enum sasl_next
sasl_step(struct sasl *a, struct span answer, struct buf *challenge)
{
	/* A client that speaks first is asked to with an empty challenge. */
	if (answer.ptr == NULL && a->mechanism->client_first)
		return SASL_ASK;
	return a->mechanism->step(a, answer, challenge);
}
