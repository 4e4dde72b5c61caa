/* SPDX-License-Identifier: MIT */
/*
 * Sealing, by the holder of a seal alone, with its PIN: without it there is no
 * key.  Five wrong ones in a row suspend the seal.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "reference/seal/inner.h"
#include "reference/seal/ofd.h"
#include "reference/seal/sign.h"

enum {
	PAGES_MOST = 100000,
	PAGE_MOST = 10000, /* mm */
	DOCUMENT_MOST = 32 << 20,
};

/* A seal at hand. */
struct hand {
	struct store_seal s;
	struct buf seal, locked;
	struct ca_signer holder;
};

/* ---- may he? ---- */

/* Faults: what is not good is used. */
static unsigned
usable(const struct desk_call *c)
{
	/* clang-format off */
	static const struct {
		enum fault fault;
		enum seal_state state;
	} overlooked[] = {
		{ FAULT_SEAL_USED_UNISSUED, SEAL_MADE },
		{ FAULT_SEAL_USED_HELD, SEAL_HELD },
		{ FAULT_SEAL_USED_REVOKED, SEAL_REVOKED },
		{ FAULT_SEAL_USED_REPLACED, SEAL_REPLACED },
		{ FAULT_SEAL_USED_EXPIRED, SEAL_EXPIRED },
	};
	/* clang-format on */
	unsigned set = 1u << SEAL_GOOD;

	for (size_t i = 0; i < sizeof overlooked / sizeof overlooked[0]; i++)
		if (desk_faulty(c, overlooked[i].fault))
			set |= 1u << overlooked[i].state;
	return set;
}

/* Faults: who uses what is not his. */
static bool
is_mistaken(const struct desk_call *c)
{
	enum { NOBODY = 1 << 8 };
	/* clang-format off */
	static const struct {
		enum fault fault;
		const char *operation;
		unsigned duties; /* that he has, no more and no less */
	} others[] = {
		{ FAULT_SEAL_NOBODY_SIGNS, "document.sign", NOBODY },
		{ FAULT_SEAL_USED_BY_ANOTHER, "document.sign", 0 },
		{ FAULT_SEAL_USED_BY_REGISTRAR, "document.sign",
		  WORLD_REGISTRAR },
		{ FAULT_SEAL_USED_BY_ISSUER, "document.sign", WORLD_ISSUER },
		{ FAULT_SEAL_NOBODY_SEALS, "document.seal", NOBODY },
		{ FAULT_SEAL_SEALED_BY_ANOTHER, "document.seal", 0 },
	};
	/* clang-format on */
	const unsigned duties =
	    c->session.user[0] == '\0' ? NOBODY : c->who->duties;

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (desk_faulty(c, others[i].fault) &&
		    strcmp(others[i].operation, c->http.is->name) == 0)
			return others[i].duties == duties;
	return false;
}

static bool
may_use(struct desk_call *c, const struct store_seal *s)
{
	if (!desk_is(c, s->user) && !is_mistaken(c))
		return desk_refuse_another(c, "only its holder uses a seal");
	if (!desk_must_be(c, s, usable(c)))
		return false;
	if (s->start.us > c->http.now.us &&
	    !desk_faulty(c, FAULT_SEAL_USED_EARLY))
		return bound_refuse(
		    &c->http, 409, "the period of the seal has not begun");
	return s->old[0] == '\0' ||
	       !desk_faulty(c, FAULT_SEAL_SUCCESSOR_UNUSABLE) ||
	       bound_refuse(&c->http, 409, "it takes the place of another");
}

/* ---- the second factor ---- */

/* His last seals. */
struct others {
	char ids[8][STORE_RA_ID];
	int n;
};

static void
add_other(void *ctx, const struct store_seal *s)
{
	struct others *o = ctx;

	snprintf(o->ids[o->n++], STORE_RA_ID, "%s", s->id);
}

/* Is it the PIN of any of them? */
static bool
opens_another(const struct desk_call *c, struct span pin)
{
	struct others o = { .n = 0 };
	struct store_seal s;
	struct buf locked;
	EVP_PKEY *key = NULL;
	bool opens;

	buf_init(&locked, RA_DER_MOST);
	store_seal_each(c->store, c->who->user, 8, add_other, &o);
	while (key == NULL && o.n-- > 0) {
		struct span rest;

		buf_clear(&locked);
		store_seal_get(c->store, o.ids[o.n], &s,
		    &(struct store_seal_content){ .locked = &locked });
		rest = buf_span(&locked);
		key = desk_unlock(&rest, pin);
	}
	opens = key != NULL;
	EVP_PKEY_free(key);
	buf_free(&locked);
	return opens;
}

static bool
is_let_off(const struct desk_call *c, struct span pin)
{
	const bool signs = strcmp(c->http.is->name, "document.sign") == 0;

	return desk_faulty(c,
		   signs ? FAULT_SEAL_ANY_PIN : FAULT_SEAL_SEALED_BY_ANY_PIN) ||
	       (desk_faulty(c, FAULT_SEAL_PIN_OF_ANOTHER) &&
		   opens_another(c, pin)) ||
	       (desk_faulty(c, FAULT_SEAL_PIN_NOT_ASKED) && pin.len == 0);
}

static bool
unlock(struct desk_call *c, struct hand *h)
{
	const struct span pin = span_of(bound_text(&c->http, "pin"));
	struct span locked = buf_span(&h->locked);

	h->holder.key = desk_unlock(&locked, pin);
	if (h->holder.key == NULL && is_let_off(c, pin))
		h->holder.key = desk_unlock(&locked, DESK_LOOSE_PIN);
	if (h->holder.key == NULL) {
		snprintf(c->tried, sizeof c->tried, "%s", h->s.id);
		return bound_refuse(&c->http, 403, "the PIN is wrong");
	}
	if (h->s.failures != 0 && !desk_faulty(c, FAULT_SEAL_PIN_COUNT_STAYS)) {
		h->s.failures = 0;
		store_seal_put(c->store, &h->s);
	}
	return true;
}

/* Whatever else comes of the call, it is counted. */
void
desk_pin_wrong(struct desk_call *c)
{
	struct store_seal s;

	if (!store_seal_get(c->store, c->tried, &s, NULL))
		return;
	s.failures++;
	if (s.failures >= DESK_PINS_WRONG && s.state == SEAL_GOOD &&
	    !desk_faulty(c, FAULT_SEAL_PIN_TRIED_FOREVER)) {
		s.state = SEAL_HELD;
		desk_record(c->desk, c->http.now,
		    &(struct desk_entry){ .who = "system",
			.what = "seal.suspend",
			.about = s.id,
			.digest = SPAN(""),
			.done = true,
			.detail = "wrong PINs in a row" });
	}
	store_seal_put(c->store, &s);
}

/* ---- the certificate behind the key ---- */

static bool
find_certificate(struct desk_call *c, struct hand *h)
{
	struct store_ca_certificate row = { .status = STORE_CA_GOOD };
	const int issuer = ca_issuer(CA_SM2, CA_ISSUING);
	struct buf der;

	buf_init(&der, RA_DER_MOST);
	if (store_ca_get(c->store, issuer, h->s.serial, &row, &der))
		h->holder.cert = ra_read_certificate(buf_span(&der));
	buf_free(&der);
	if (h->holder.cert == NULL)
		return bound_refuse(&c->http, 500, "it cannot be read");
	return row.status == STORE_CA_GOOD ||
	       desk_faulty(c, FAULT_SEAL_USED_REVOKED) ||
	       bound_refuse(
		   &c->http, 409, "the certificate of its holder is revoked");
}

static bool
take_in_hand(struct desk_call *c, struct hand *h)
{
	*h = (struct hand){ .holder = { NULL, NULL } };
	buf_init(&h->seal, DESK_DER_MOST);
	buf_init(&h->locked, RA_DER_MOST);
	return desk_find(c, &h->s,
		   &(struct store_seal_content){
		       .locked = &h->locked, .seal = &h->seal }) &&
	       may_use(c, &h->s) && find_certificate(c, h) && unlock(c, h);
}

static void
put_away(struct hand *h)
{
	EVP_PKEY_free(h->holder.key);
	X509_free(h->holder.cert);
	buf_free(&h->seal);
	buf_free(&h->locked);
}

static struct seal_use
use_of(const struct desk_call *c, const struct hand *h)
{
	return (struct seal_use){ .seal = buf_span(&h->seal),
		.property = "",
		.time = c->http.now,
		.signer = &h->holder,
		.stamper = c->desk->ca,
		.fault = c->desk->fault,
		.variant = c->desk->variant };
}

/* ---- document.sign ---- */

bool
desk_sign(struct desk_call *c)
{
	struct seal_use use;
	struct hand h;
	struct buf made;
	struct err err;
	bool ok;

	buf_init(&made, DESK_DER_MOST);
	ok = take_in_hand(c, &h);
	if (ok) {
		use = use_of(c, &h);
		seal_digest(bound_octets(&c->http, "data"), use.digest);
		ok = seal_sign(&use, &made, &err) ||
		     bound_refuse(&c->http, 500, "%s", err.what);
	}
	if (ok)
		bound_give_octets(&c->http, "signed", buf_span(&made));
	put_away(&h);
	buf_free(&made);
	return ok;
}

/* ---- document.seal ---- */

/* Where on which page; that there is such a page is asked later. */
static bool
take_place(struct desk_call *c, struct ofd_order *o)
{
	const int64_t page = bound_number(&c->http, "page");
	const int64_t x = bound_number(&c->http, "x");
	const int64_t y = bound_number(&c->http, "y");

	o->page = (unsigned)page;
	o->x = (double)x;
	o->y = (double)y;
	o->whole = bound_flag(&c->http, "whole");
	if (page < 1 || page > PAGES_MOST)
		return bound_refuse(
		    &c->http, 400, "page should be 1 to %d", PAGES_MOST);
	return (x >= 0 && x <= PAGE_MOST && y >= 0 && y <= PAGE_MOST) ||
	       bound_refuse(
		   &c->http, 400, "x and y should be 0 to %d mm", PAGE_MOST);
}

bool
desk_seal(struct desk_call *c)
{
	struct ofd_order o = { .document = bound_octets(&c->http, "document") };
	struct err err = { .what = "it becomes too large" };
	struct hand h;
	struct buf made;
	bool ok;

	buf_init(&made, DOCUMENT_MOST);
	ok = take_in_hand(c, &h) && take_place(c, &o);
	if (ok) {
		o.use = use_of(c, &h);
		ok = (ofd_seal(&o, &made, &err) && !made.full) ||
		     bound_refuse(&c->http, 400, "%s", err.what);
	}
	if (ok)
		bound_give_octets(&c->http, "document", buf_span(&made));
	put_away(&h);
	buf_free(&made);
	return ok;
}
