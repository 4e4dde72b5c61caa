/* SPDX-License-Identifier: MIT */
/*
 * Applications: for a seal, and for another in place of one.  The key of its
 * holder is made with the application, for then his PIN is at hand; what is
 * kept of it is locked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "lib/mem.h"
#include "reference/seal/inner.h"

/* ---- what is asked for ---- */

/* "2026-11-22T09:00:00+08:00" or "...Z": wall_parse() knows UTC alone. */
static bool
time_parse(const char *text, struct wall *when)
{
	const size_t n = strlen(text), zone = sizeof "+08:00" - 1;
	int hours, minutes;
	char *utc, sign;
	bool ok;

	if (n <= zone || (text[n - zone] != '+' && text[n - zone] != '-'))
		return wall_parse(text, when);
	if (sscanf(text + n - zone, "%c%2d:%2d", &sign, &hours, &minutes) !=
		3 ||
	    hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	utc = mem_textf("%.*sZ", (int)(n - zone), text);
	ok = wall_parse(utc, when);
	free(utc);
	when->us -=
	    INT64_C(60000000) * (hours * 60 + minutes) * (sign == '+' ? 1 : -1);
	return ok;
}

static bool
take_time(struct desk_call *c, const char *name, struct wall *when)
{
	return time_parse(bound_text(&c->http, name), when) ||
	       bound_refuse(&c->http, 400,
		   "%s should be a time such as 2026-11-22T01:26:54Z", name);
}

/* When certificates of this authority end at the latest. */
static struct wall
authority_end(const struct desk_call *c)
{
	const struct ca_signer *issuer =
	    ca_issuer_signer(c->desk->ca, ca_issuer(CA_SM2, CA_ISSUING));
	struct tm tm;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(issuer->cert), &tm) != 1)
		return c->http.now;
	return (struct wall){ (int64_t)timegm(&tm) * 1000000 };
}

static bool
take_period(struct desk_call *c, struct store_seal *s)
{
	const struct wall most = authority_end(c);
	char text[CLOCK_TEXT];

	if (!take_time(c, "start", &s->start) || !take_time(c, "end", &s->end))
		return false;
	if (s->end.us <= s->start.us)
		return bound_refuse(
		    &c->http, 400, "end should be later than start");
	if (s->end.us <= c->http.now.us)
		return bound_refuse(
		    &c->http, 400, "end should be in the future");
	wall_text(most, text);
	return s->end.us <= most.us ||
	       bound_refuse(&c->http, 400,
		   "end should be no later than %s, when the authority ends",
		   text);
}

static bool
take_side(struct desk_call *c, const char *name, int64_t *side)
{
	*side = bound_number(&c->http, name);
	return (*side > 0 && *side <= DESK_SIDE_MOST) ||
	       bound_refuse(&c->http, 400, "%s should be 1 to %d mm", name,
		   DESK_SIDE_MOST);
}

static bool
take_picture(struct desk_call *c, struct store_seal *s)
{
	const char *format = bound_text(&c->http, "format"), *wrong;

	if (strcmp(format, "png") != 0)
		return bound_refuse(
		    &c->http, 400, "format: pictures have to be png here");
	snprintf(s->format, sizeof s->format, "%s", format);
	wrong = desk_png_wrong(bound_octets(&c->http, "picture"));
	if (wrong != NULL)
		return bound_refuse(
		    &c->http, 400, "picture is no PNG: %s", wrong);
	return take_side(c, "width", &s->width) &&
	       take_side(c, "height", &s->height);
}

static bool
take_name(struct desk_call *c, struct store_seal *s)
{
	const char *name = bound_text(&c->http, "name");
	bool control = false;

	for (const char *p = name; *p != '\0'; p++)
		control |= (unsigned char)*p < ' ' || *p == 0x7f;
	if (control || name[strspn(name, " ")] == '\0' ||
	    strlen(name) >= sizeof s->name)
		return bound_refuse(&c->http, 400,
		    "name should have 1 to %d octets, none of them a control",
		    STORE_SEAL_NAME - 1);
	snprintf(s->name, sizeof s->name, "%s", name);
	return true;
}

/* ---- its key ---- */

static bool
take_pin(struct desk_call *c)
{
	const size_t n = strlen(bound_text(&c->http, "pin"));

	return (n >= DESK_PIN_LEAST && n <= DESK_PIN_MOST) ||
	       bound_refuse(&c->http, 400, "pin should have %d to %d octets",
		   DESK_PIN_LEAST, DESK_PIN_MOST);
}

static bool
make_key(struct desk_call *c, struct buf *public, struct buf *locked)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	unsigned char *der = NULL;
	const int n = key == NULL ? -1 : i2d_PUBKEY(key, &der);
	const struct span pin = span_of(bound_text(&c->http, "pin"));
	const bool ok =
	    n > 0 && desk_lock(key, pin, locked) &&
	    (!desk_is_loose(c) || desk_lock(key, DESK_LOOSE_PIN, locked));

	if (ok)
		buf_add(public, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return ok || bound_refuse(&c->http, 500, "there is no key");
}

/* ---- kept ---- */

static void
add(struct desk_call *c, struct store_seal *s, const struct buf *public,
    const struct buf *locked)
{
	ra_new_id(s->id);
	snprintf(s->user, sizeof s->user, "%s", c->who->user);
	s->state = SEAL_PENDING;
	s->applied = c->http.now;
	store_seal_add(c->store, s, bound_octets(&c->http, "picture"),
	    buf_span(public), buf_span(locked));
	bound_give_text(&c->http, "state", desk_state_name(SEAL_PENDING));
}

bool
desk_apply(struct desk_call *c)
{
	struct store_seal s = { .failures = 0 };
	struct buf public, locked;
	bool ok;

	buf_init(&public, RA_DER_MOST);
	buf_init(&locked, RA_DER_MOST);
	ok = take_name(c, &s) && take_picture(c, &s) && take_period(c, &s) &&
	     take_pin(c) && make_key(c, &public, &locked);
	if (ok) {
		add(c, &s, &public, &locked);
		snprintf(c->object, sizeof c->object, "%s", s.id);
		bound_give_text(&c->http, "id", s.id);
	}
	buf_free(&public);
	buf_free(&locked);
	return ok;
}

/* It has the name, the holder, the key and the PIN of the old one. */
bool
desk_change(struct desk_call *c)
{
	struct store_seal old, s = { .failures = 0 };
	struct buf public, locked;
	bool ok;

	buf_init(&public, RA_DER_MOST);
	buf_init(&locked, RA_DER_MOST);
	ok = desk_find(c, &old,
		 &(struct store_seal_content){
		     .key = &public, .locked = &locked }) &&
	     (desk_is(c, old.user) ||
		 desk_faulty(c, FAULT_SEAL_CHANGED_BY_ANOTHER) ||
		 desk_refuse_another(c, "the seal is another's")) &&
	     desk_must_be(c, &old, 1u << SEAL_GOOD) && take_picture(c, &s) &&
	     take_period(c, &s);
	if (ok) {
		snprintf(s.name, sizeof s.name, "%s", old.name);
		snprintf(s.old, sizeof s.old, "%s", old.id);
		add(c, &s, &public, &locked);
		snprintf(c->detail, sizeof c->detail, "by %s", s.id);
		bound_give_text(&c->http, "successor", s.id);
	}
	buf_free(&public);
	buf_free(&locked);
	return ok;
}
