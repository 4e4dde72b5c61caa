/* SPDX-License-Identifier: MIT */
/*
 * Making what was approved, and issuing what was made, by an issuer who has
 * neither applied for it nor approved it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/mem.h"
#include "reference/seal/inner.h"
#include "reference/seal/make.h"

/* ---- both ---- */

/* Faults: he makes or issues what is his own, or what he has approved. */
static bool
is_let_off(const struct desk_call *c, const struct store_seal *s)
{
	const bool makes = strcmp(c->http.is->name, "seal.make") == 0;

	return desk_is(c, s->user)
		   ? makes && desk_faulty(c, FAULT_SEAL_APPLICANT_MAKES)
	       : makes ? desk_faulty(c, FAULT_SEAL_REGISTRAR_MAKES) ||
			     desk_faulty(c, FAULT_SEAL_APPROVER_MAKES)
		       : desk_faulty(c, FAULT_SEAL_REGISTRAR_ISSUES);
}

static bool
may_issue(struct desk_call *c, const struct store_seal *s)
{
	return (!desk_is(c, s->user) && !desk_is(c, s->approver)) ||
	       is_let_off(c, s) ||
	       bound_refuse(&c->http, 403,
		   "who applies or approves neither makes nor issues");
}

/* What is replaced has to be there still. */
static bool
find_old(
    struct desk_call *c, const struct store_seal *s, struct store_seal *old)
{
	old->id[0] = '\0';
	if (s->old[0] == '\0')
		return true;
	if (!store_seal_get(c->store, s->old, old, NULL))
		return bound_refuse(&c->http, 500, "it cannot be read");
	return old->state == SEAL_GOOD || old->state == SEAL_HELD ||
	       (old->state == SEAL_REPLACED &&
		   desk_faulty(c, FAULT_SEAL_REPLACED_EARLY)) ||
	       bound_refuse(&c->http, 409, "the seal it replaces is %s",
		   desk_state_name(old->state));
}

static void
replace(struct desk_call *c, struct store_seal *old)
{
	if (old->id[0] == '\0' || desk_faulty(c, FAULT_SEAL_OLD_STAYS))
		return;
	old->state = SEAL_REPLACED;
	store_seal_put(c->store, old);
}

/* ---- seal.make ---- */

/* The certificate of its holder: it ends with the seal. */
static X509 *
certify(struct desk_call *c, struct store_seal *s, EVP_PKEY *key)
{
	const struct world_person *p = ra_person(c->desk->ra, s->user);
	struct store_ca_certificate kept = { .request = 0 };
	char *name = mem_textf("seal/%s", s->id);
	X509 *x = NULL;
	struct err err;

	snprintf(kept.owner, sizeof kept.owner, "%s", s->user);
	if (ca_issue(c->desk->ca,
		&(struct ca_request){ .algorithm = CA_SM2,
		    .class = CA_CLASS_SIGNING,
		    .name = name,
		    .subject = p == NULL ? s->user : p->name_zh,
		    .key = key,
		    .until = (time_t)(s->end.us / 1000000),
		    .plain = true,
		    .kept = &kept },
		c->who->user, c->http.now, &x, &err))
		ca_serial_text(X509_get0_serialNumber(x), s->serial);
	else
		bound_refuse(&c->http, 500, "%s", err.what);
	free(name);
	return x;
}

/* It does not hold before it is made. */
static struct wall
start_of(const struct desk_call *c, const struct store_seal *s)
{
	return s->start.us < c->http.now.us ? c->http.now : s->start;
}

static bool
make(struct desk_call *c, struct store_seal *s, struct span picture,
    EVP_PKEY *key, struct buf *seal)
{
	X509 *x = certify(c, s, key);
	struct err err;
	bool ok;

	if (x == NULL)
		return false;
	ra_new_id(s->esid);
	ok = seal_make(&(struct seal_order){ .esid = s->esid,
			   .name = s->name,
			   .type = 1,
			   .format = s->format,
			   .picture = picture,
			   .width = s->width,
			   .height = s->height,
			   .made = c->http.now,
			   .start = start_of(c, s),
			   .end = s->end,
			   .signers = &x,
			   .n_signers = 1,
			   .maker = &c->desk->maker,
			   .ca = c->desk->ca,
			   .fault = c->desk->fault,
			   .variant = c->desk->variant },
		 seal, &err) ||
	     bound_refuse(&c->http, 500, "%s", err.what);
	X509_free(x);
	return ok;
}

static bool
may_make(struct desk_call *c, const struct store_seal *s)
{
	const unsigned set =
	    1u << SEAL_APPROVED |
	    (desk_faulty(c, FAULT_SEAL_MADE_UNASKED) ? 1u << SEAL_PENDING : 0) |
	    (desk_faulty(c, FAULT_SEAL_REFUSED_MADE) ? 1u << SEAL_REFUSED : 0);

	return may_issue(c, s) && desk_must_be(c, s, set) &&
	       (s->end.us / 1000000 > c->http.now.us / 1000000 ||
		   bound_refuse(&c->http, 409, "its period is over already"));
}

static void
keep_made(struct desk_call *c, struct store_seal *s, struct store_seal *old,
    const struct buf *seal)
{
	s->state = SEAL_MADE;
	store_seal_put(c->store, s);
	store_seal_made(c->store, s, buf_span(seal));
	if (desk_faulty(c, FAULT_SEAL_REPLACED_EARLY))
		replace(c, old);
	bound_give_text(&c->http, "state", desk_state_name(s->state));
	bound_give_octets(&c->http, "seal", buf_span(seal));
}

bool
desk_make(struct desk_call *c)
{
	struct store_seal s, old;
	struct buf picture, public, seal;
	const unsigned char *p;
	EVP_PKEY *key = NULL;
	bool ok;

	buf_init(&picture, DESK_PICTURE_MOST);
	buf_init(&public, RA_DER_MOST);
	buf_init(&seal, DESK_DER_MOST);
	ok = desk_find(c, &s,
		 &(struct store_seal_content){
		     .picture = &picture, .key = &public }) &&
	     may_make(c, &s) && find_old(c, &s, &old);
	p = (const unsigned char *)public.data;
	if (ok)
		key = d2i_PUBKEY(NULL, &p, (long)public.len);
	ok =
	    ok &&
	    (key != NULL || bound_refuse(&c->http, 500, "it cannot be read")) &&
	    make(c, &s, buf_span(&picture), key, &seal);
	if (ok)
		keep_made(c, &s, &old, &seal);
	EVP_PKEY_free(key);
	buf_free(&picture);
	buf_free(&public);
	buf_free(&seal);
	return ok;
}

/* ---- seal.issue ---- */

bool
desk_issue(struct desk_call *c)
{
	const unsigned set =
	    1u << SEAL_MADE |
	    (desk_faulty(c, FAULT_SEAL_ISSUED_UNMADE) ? 1u << SEAL_APPROVED
						      : 0);
	struct store_seal s, old;

	if (!desk_find(c, &s, NULL) || !may_issue(c, &s) ||
	    !desk_must_be(c, &s, set) || !find_old(c, &s, &old))
		return false;
	replace(c, &old);
	s.state = SEAL_GOOD;
	store_seal_put(c->store, &s);
	bound_give_text(&c->http, "state", desk_state_name(s.state));
	return true;
}
