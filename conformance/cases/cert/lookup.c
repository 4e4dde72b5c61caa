/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>

#include "lib/mem.h"

enum {
	LINE_MOST = 1 << 20,
	STRANGE_BIT = 77, /* of a serial number; no CA has counted so far */
};

/* ---- which certificates ---- */

/* Those that a case asks about, one after the other; NULL: no more. */
const struct profile_certificate *
lookup_next(const struct profile *p, bool ca, size_t *at)
{
	while (*at < p->pki.n_certificates) {
		const struct profile_certificate *c =
		    &p->pki.certificates[(*at)++];

		if (c->dn != NULL && (strcmp(c->class, "ca") == 0) == ca)
			return c;
	}
	return NULL;
}

const struct issued *
lookup_issued(const struct issued_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->at[i].name, name) == 0)
			return set->at[i].readable ? &set->at[i] : NULL;
	return NULL;
}

/* ---- asking ---- */

/* One search in a case: "B" is the base, "F" the filter, both as text. */
void
lookup_ask(struct publisher *p, size_t n, const char *base, const char *scope,
    const char *filter, const char *attributes)
{
	char *name = mem_textf("ask-%zu", n);
	struct buf line;

	buf_init(&line, LINE_MOST);
	buf_addf(&line, "search ");
	published_quote(&line, span_of(base));
	buf_addf(&line, " %s %s %s", scope, filter, attributes);
	published_ask(p, name, buf_text(&line));
	buf_free(&line);
	free(name);
}

/* A value of a name (RFC 4514) as one of a filter (RFC 4515), as far as ends.
 */
static struct span
put_filter_value(struct buf *b, struct span dn)
{
	char hex[3] = "";

	while (dn.len > 0 && strchr(",+;", dn.ptr[0]) == NULL) {
		const bool escaped = dn.ptr[0] == '\\' && dn.len > 1;
		const char *c = dn.ptr + escaped;
		const bool coded = escaped && dn.len > 2 &&
				   strspn(c, "0123456789abcdefABCDEF") >= 2;

		snprintf(hex, sizeof hex, "%02x", (unsigned char)*c);
		buf_addf(b, "\\%.2s", coded ? c : hex);
		dn = span_skip(dn, escaped ? (coded ? 3 : 2) : 1);
	}
	return dn;
}

/* "(uid=alice)" of "uid=alice,ou=...": an entry has what it is named by. */
static char *
filter_of_name(const char *dn)
{
	struct span rest = span_of(dn), type = span_cut(&rest, '=');
	struct buf b;
	char *text;

	buf_init(&b, LINE_MOST);
	buf_addf(&b, "(%.*s=", SPAN_FMT(type));
	put_filter_value(&b, rest);
	buf_addf(&b, ")");
	text = mem_text(buf_span(&b));
	buf_free(&b);
	return text;
}

/* ---- the exact assertion: RFC 4523 A.1 ---- */

/* An attribute of a Name, in front of those before it: RFC 4514 2.1. */
static bool
put_attribute(const struct attribute *a, void *arg)
{
	struct buf *b = arg;
	char oid[OID_TEXT];
	struct buf one;

	oid_text(a->oid, oid);
	buf_init(&one, LINE_MOST);
	buf_addf(&one, "%s=", a->id == OID_UNKNOWN ? oid : oid_name(a->id));
	for (size_t i = 0; i < a->value.content.len; i++) {
		const char c = a->value.content.ptr[i];

		buf_addf(&one, "%s%c",
		    strchr(",+\"\\<>;=# ", c) != NULL ? "\\" : "", c);
	}
	if (b->len > 0)
		buf_addf(&one, ",");
	buf_add(&one, buf_span(b));
	buf_clear(b);
	buf_add(b, buf_span(&one));
	buf_free(&one);
	return true;
}

/*
 * The serial number, or one that nobody has: many CAs count, so that it is not
 * near; and it is not longer than a serial number may be.
 */
static char *
serial_text(struct span serial, bool strange)
{
	BIGNUM *n =
	    BN_bin2bn((const unsigned char *)serial.ptr, (int)serial.len, NULL);
	char *decimal, *text;

	if (strange && BN_is_bit_set(n, STRANGE_BIT))
		BN_clear_bit(n, STRANGE_BIT);
	else if (strange)
		BN_set_bit(n, STRANGE_BIT);
	decimal = BN_bn2dec(n);
	text = mem_text(span_of(decimal));
	OPENSSL_free(decimal);
	BN_free(n);
	return text;
}

static char *
filter_of_certificate(const struct pki_certificate *c, bool another)
{
	char *serial = serial_text(c->serial, another), *text;
	struct buf issuer, assertion, filter;

	buf_init(&issuer, LINE_MOST);
	buf_init(&assertion, LINE_MOST);
	buf_init(&filter, LINE_MOST);
	name_each(c->issuer, put_attribute, &issuer);
	buf_addf(
	    &assertion, "{ serialNumber %s, issuer rdnSequence:\"", serial);
	for (size_t i = 0; i < issuer.len; i++)
		buf_addf(&assertion, "%c%s", issuer.data[i],
		    issuer.data[i] == '"' ? "\"" : "");
	buf_addf(&assertion, "\" }");
	buf_addf(&filter, "(userCertificate=");
	for (size_t i = 0; i < assertion.len; i++)
		buf_addf(&filter, "\\%02x", (unsigned char)assertion.data[i]);
	buf_addf(&filter, ")");
	text = mem_text(buf_span(&filter));
	buf_free(&filter);
	buf_free(&assertion);
	buf_free(&issuer);
	free(serial);
	return text;
}

/* ---- collect ---- */

static char *
filter_for(const struct issued_set *set, const struct profile_certificate *c,
    enum lookup_way way)
{
	const struct issued *i = lookup_issued(set, c->name);

	if (way == LOOKUP_ENTRY)
		return mem_text(SPAN("(objectClass=*)"));
	if (way == LOOKUP_NAME)
		return filter_of_name(c->dn);
	return i == NULL ? NULL
			 : filter_of_certificate(
			       &i->certificate, way == LOOKUP_STRANGE);
}

/* Entries are asked once, though several certificates are in them. */
static bool
is_asked(const struct profile *p, const struct profile_certificate *c)
{
	for (size_t i = 0; &p->pki.certificates[i] != c; i++)
		if (p->pki.certificates[i].dn != NULL &&
		    strcmp(p->pki.certificates[i].dn, c->dn) == 0)
			return true;
	return false;
}

static void
ask_all(struct publisher *p, const struct issued_set *set, bool ca,
    enum lookup_way way, const char *attributes)
{
	const struct profile *profile = trial_profile(p->trial);
	const struct profile_certificate *c;
	size_t n = 0, at = 0;
	char *filter;

	while (
	    n < PUBLISHED_ASKS && (c = lookup_next(profile, ca, &at)) != NULL) {
		if (way <= LOOKUP_NAME && is_asked(profile, c))
			continue;
		filter = filter_for(set, c, way);
		if (filter == NULL)
			continue;
		if (way == LOOKUP_ENTRY)
			lookup_ask(p, n++, c->dn, "base", filter, attributes);
		else
			lookup_ask(p, n++, profile->directory.base, "sub",
			    filter, attributes);
		free(filter);
	}
	trial_fact_int(p->trial, "asks", (int64_t)n);
}

bool
lookup_go_on(struct trial *t, bool bind, bool ca, enum lookup_way way,
    const char *attributes)
{
	struct issued_set set;
	struct publisher p;

	if (issued_open(t, &set, NULL)) {
		if (published_enter(&p, t, bind))
			ask_all(&p, &set, ca, way, attributes);
		published_leave(&p);
	}
	issued_close(&set);
	return true;
}

bool
lookup_collect(struct trial *t, bool bind, bool ca, enum lookup_way way,
    const char *attributes)
{
	return issued_collect(t) && lookup_go_on(t, bind, ca, way, attributes);
}

/* ---- judge: all answers together ---- */

bool
lookup_open(struct trial *t, struct lookup *a)
{
	int64_t n = 0;

	*a = (struct lookup){ .n = 0 };
	if (!issued_open(t, &a->set, NULL) || !published_entered(t) ||
	    !trial_sane(t,
		trial_fact_get_int(t, "asks", &n) && n >= 0 &&
		    n <= PUBLISHED_ASKS,
		"the directory was not asked"))
		return false;
	while (a->n < (size_t)n) {
		char *name = mem_textf("ask-%zu", a->n);
		const bool ok = published_open(t, name, &a->at[a->n++]);

		free(name);
		if (!ok)
			return false;
	}
	return trial_need(t, n > 0, "the profile publishes none of them");
}

void
lookup_close(struct lookup *a)
{
	for (size_t i = 0; i < a->n; i++)
		published_close(&a->at[i]);
	issued_close(&a->set);
}

/* The same issuer and serial number. */
static bool
is_this(const struct published_value *v, const struct pki_certificate *c)
{
	struct pki_certificate read;

	return span_eq(v->octets, c->whole) ||
	       (certificate_read(&read, v->octets, NULL) &&
		   name_equal(read.issuer, c->issuer) &&
		   span_eq(
		       der_magnitude(read.serial), der_magnitude(c->serial)));
}

/* ... in the entry of this name; NULL: it is not there. */
const struct published_value *
lookup_find(const struct lookup *a, const char *type, const char *dn,
    const struct pki_certificate *c)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < a->at[i].n; k++) {
			const struct published_value *v = &a->at[i].at[k];

			if (published_is(v, type) && published_of(v, dn) &&
			    is_this(v, c))
				return v;
		}
	return NULL;
}
