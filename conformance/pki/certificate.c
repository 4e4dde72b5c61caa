/* SPDX-License-Identifier: MIT */
#include "conformance/pki/certificate.h"

#include <stdio.h>

/* ---- parts that others have too ---- */

/* RFC 5280 4.1.2.5: UTCTime through 2049, then GeneralizedTime. */
#define YEAR_2050_US (INT64_C(2524608000) * 1000000)

struct pki_time
time_read(struct der *d)
{
	const unsigned tag = der_peek(d);
	struct pki_time t = { .readable = false };
	bool fraction;

	if (tag != DER_UTC_TIME && tag != DER_TIME) {
		der_take(d, DER_UTC_TIME); /* fails, and says so */
		return t;
	}
	t.text = der_take(d, tag);
	t.readable = der_time(tag, t.text, &t.at, &fraction);
	t.fitting = t.readable && !fraction &&
		    (t.at.us >= YEAR_2050_US) == (tag == DER_TIME);
	return t;
}

void
time_text(const struct pki_time *t, char text[CLOCK_TEXT + 8])
{
	char all[CLOCK_TEXT];

	if (!t->readable) {
		snprintf(text, CLOCK_TEXT + 8, "\"%.*s\"",
		    (int)(t->text.len > CLOCK_TEXT ? CLOCK_TEXT : t->text.len),
		    t->text.len == 0 ? "" : t->text.ptr);
		return;
	}
	wall_text(t->at, all);
	snprintf(text, CLOCK_TEXT + 8, "%.19sZ", all);
}

static struct pki_extension
read_extension(struct der *d)
{
	struct pki_extension e = { .id = OID_UNKNOWN };
	struct der inner;

	der_enter(d, DER_SEQUENCE, &inner);
	e.oid = der_take(&inner, DER_OID);
	e.id = oid_of(e.oid);
	e.critical = der_flag(&inner, DER_BOOLEAN, &e.written_false);
	e.value = der_take(&inner, DER_OCTET_STRING);
	der_end(&inner);
	return e;
}

void
extensions_read_list(struct der *list, struct pki_extensions *all)
{
	*all = (struct pki_extensions){ .present = true };
	while (der_more(list)) {
		const struct pki_extension e = read_extension(list);

		for (size_t i = 0; i < all->n && !all->duplicate; i++)
			if (span_eq(all->at[i].oid, e.oid)) {
				all->duplicate = true;
				all->twice = e.oid;
			}
		if (all->n == CERTIFICATE_EXTENSIONS)
			all->overflow = true;
		else
			all->at[all->n++] = e;
	}
}

void
extensions_read(struct der *d, struct pki_extensions *all)
{
	struct der list;

	der_enter(d, DER_SEQUENCE, &list);
	extensions_read_list(&list, all);
}

void
extensions_maybe(struct der *d, unsigned tag, struct pki_extensions *all)
{
	struct der inner;

	if (der_peek(d) != tag)
		return;
	der_enter(d, tag, &inner);
	extensions_read(&inner, all);
	der_end(&inner);
}

const struct pki_extension *
extensions_find(const struct pki_extensions *all, enum oid id)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].id == id)
			return &all->at[i];
	return NULL;
}

/* ---- known extensions ---- */

/* What a reader of one extension works on. */
struct job {
	struct pki_certificate *c;
	const struct pki_extension *e;
	struct pki_findings *f;
	struct der in;
};

static void
read_aki(struct job *j)
{
	struct der all, names;

	der_enter(&j->in, DER_SEQUENCE, &all);
	j->c->aki = der_maybe(&all, DER_CONTEXT(0), NULL);
	if (der_peek(&all) == DER_CONSTRUCTED(1)) {
		der_enter(&all, DER_CONSTRUCTED(1), &names);
		while (der_more(&names)) {
			const struct general g = general_read(&names);

			if (g.kind == GENERAL_DIRECTORY)
				j->c->aki_issuer = g.value;
		}
	}
	j->c->aki_serial = der_maybe(&all, DER_CONTEXT(2), NULL);
	der_end(&all);
}

static void
read_ski(struct job *j)
{
	j->c->ski = der_take(&j->in, DER_OCTET_STRING);
}

static void
read_usage(struct job *j)
{
	struct der before = j->in;
	const struct span content = der_take(&j->in, DER_BIT_STRING);
	struct span octets;
	unsigned unused, bits = 0;

	if (!der_bits(content, &octets, &unused)) {
		der_fail(&before, DER_BITS);
		return;
	}
	for (size_t i = 0; i < 8 * octets.len - unused && i < 9; i++)
		if (((unsigned char)octets.ptr[i / 8] >> (7 - i % 8) & 1) != 0)
			bits |= 1u << i;
	j->c->has_usage = true;
	j->c->usage = bits;
	/* X.690 11.2.2: the last bit that is there is a one. */
	if (octets.len > 0 &&
	    ((unsigned char)octets.ptr[octets.len - 1] >> unused & 1) == 0)
		pki_check(j->f, PKI_DER_BITS_NAMED, false, "keyUsage");
}

static void
read_basic(struct job *j)
{
	struct der all;
	bool zero = false, there;
	struct span length;
	uint32_t n;

	der_enter(&j->in, DER_SEQUENCE, &all);
	j->c->ca = der_flag(&all, DER_BOOLEAN, &zero);
	length = der_maybe(&all, DER_INTEGER, &there);
	der_end(&all);
	j->c->has_basic = true;
	if (there)
		j->c->path_length = der_small(length, &n) ? (int64_t)n : -2;
	if (zero)
		pki_check(
		    j->f, PKI_DER_DEFAULT, false, "basicConstraints: cA FALSE");
}

static void
read_names(struct der *in, struct span *content)
{
	struct der all, copy;

	der_enter(in, DER_SEQUENCE, &all);
	*content = all.rest;
	copy = all;
	while (der_more(&copy))
		general_read(&copy);
}

static void
read_alt_names(struct job *j)
{
	read_names(&j->in, &j->c->alt_names);
}

static void
read_issuer_alt_names(struct job *j)
{
	struct span content;

	read_names(&j->in, &content);
}

static void
read_policies(struct job *j)
{
	struct der all, one, qualifiers;

	der_enter(&j->in, DER_SEQUENCE, &all);
	j->c->policies = all.rest;
	if (!der_more(&all))
		der_fail(&all, DER_MISSING);
	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		der_take(&one, DER_OID);
		if (der_more(&one)) {
			der_enter(&one, DER_SEQUENCE, &qualifiers);
			if (!der_more(&qualifiers))
				der_fail(&qualifiers, DER_MISSING);
		}
		der_end(&one);
	}
}

static void
read_mappings(struct job *j)
{
	struct der all, one;

	der_enter(&j->in, DER_SEQUENCE, &all);
	j->c->mappings = all.rest;
	if (!der_more(&all))
		der_fail(&all, DER_MISSING);
	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		der_take(&one, DER_OID);
		der_take(&one, DER_OID);
		der_end(&one);
	}
}

static void
read_subtrees(struct der *all, unsigned tag, struct span *content)
{
	struct der trees, one;

	if (der_peek(all) != tag)
		return;
	der_enter(all, tag, &trees);
	*content = trees.rest;
	if (!der_more(&trees))
		der_fail(&trees, DER_MISSING);
	while (der_more(&trees)) {
		der_enter(&trees, DER_SEQUENCE, &one);
		general_read(&one);
		der_maybe(&one, DER_CONTEXT(0), NULL);
		der_maybe(&one, DER_CONTEXT(1), NULL);
		der_end(&one);
	}
}

static void
read_name_constraints(struct job *j)
{
	struct der all;

	der_enter(&j->in, DER_SEQUENCE, &all);
	read_subtrees(&all, DER_CONSTRUCTED(0), &j->c->permitted);
	read_subtrees(&all, DER_CONSTRUCTED(1), &j->c->excluded);
	der_end(&all);
}

static int64_t
read_skip(struct der *d, unsigned tag)
{
	return der_peek(d) == tag ? (int64_t)der_number(d, tag) : -1;
}

static void
read_policy_constraints(struct job *j)
{
	struct der all;

	der_enter(&j->in, DER_SEQUENCE, &all);
	j->c->explicit_policy = read_skip(&all, DER_CONTEXT(0));
	j->c->inhibit_mapping = read_skip(&all, DER_CONTEXT(1));
	der_end(&all);
}

static void
read_inhibit_any(struct job *j)
{
	j->c->inhibit_any = der_number(&j->in, DER_INTEGER);
}

static void
read_purposes(struct job *j)
{
	struct der all;

	der_enter(&j->in, DER_SEQUENCE, &all);
	j->c->purposes = all.rest;
	j->c->has_purposes = true;
	j->c->purposes_critical = j->e->critical;
	if (!der_more(&all))
		der_fail(&all, DER_MISSING);
	while (der_more(&all))
		der_take(&all, DER_OID);
}

static void
read_point(struct der *all)
{
	struct der point, name, names;
	unsigned tag;

	der_enter(all, DER_SEQUENCE, &point);
	if (der_peek(&point) == DER_CONSTRUCTED(0)) {
		der_enter(&point, DER_CONSTRUCTED(0), &name);
		tag = der_peek(&name);
		der_enter(&name,
		    tag == DER_CONSTRUCTED(1) ? tag : DER_CONSTRUCTED(0),
		    &names);
		while (tag == DER_CONSTRUCTED(0) && der_more(&names))
			general_read(&names);
		der_end(&name);
	}
	der_maybe(&point, DER_CONTEXT(1), NULL);
	if (der_peek(&point) == DER_CONSTRUCTED(2)) {
		der_enter(&point, DER_CONSTRUCTED(2), &names);
		while (der_more(&names))
			general_read(&names);
	}
	der_end(&point);
}

static void
read_points(struct job *j)
{
	struct der all;

	der_enter(&j->in, DER_SEQUENCE, &all);
	if (j->e->id == OID_CRLDP)
		j->c->crl_points = all.rest;
	if (!der_more(&all))
		der_fail(&all, DER_MISSING);
	while (der_more(&all))
		read_point(&all);
}

static void
read_access(struct job *j)
{
	struct der all, one;

	der_enter(&j->in, DER_SEQUENCE, &all);
	if (!der_more(&all))
		der_fail(&all, DER_MISSING);
	while (der_more(&all)) {
		der_enter(&all, DER_SEQUENCE, &one);
		der_take(&one, DER_OID);
		general_read(&one);
		der_end(&one);
	}
}

static void
read_null(struct job *j)
{
	der_take(&j->in, DER_NULL);
}

static void
read_attributes(struct job *j)
{
	struct der all;

	der_enter(&j->in, DER_SEQUENCE, &all);
	if (!der_more(&all))
		der_fail(&all, DER_MISSING);
}

/* clang-format off */
static const struct known {
	enum oid	 id;
	void		(*read)(struct job *);
	bool		 processed;	/* so it may be critical */
} known[] = {
	{ OID_AKI,		  read_aki,		  true },
	{ OID_SKI,		  read_ski,		  true },
	{ OID_KEY_USAGE,	  read_usage,		  true },
	{ OID_BASIC_CONSTRAINTS,  read_basic,		  true },
	{ OID_ALT_NAME,		  read_alt_names,	  true },
	{ OID_ISSUER_ALT_NAME,	  read_issuer_alt_names,  true },
	{ OID_POLICIES,		  read_policies,	  true },
	{ OID_MAPPINGS,		  read_mappings,	  true },
	{ OID_NAME_CONSTRAINTS,	  read_name_constraints,  true },
	{ OID_POLICY_CONSTRAINTS, read_policy_constraints, true },
	{ OID_INHIBIT_ANY,	  read_inhibit_any,	  true },
	{ OID_EKU,		  read_purposes,	  true },
	{ OID_CRLDP,		  read_points,		  true },
	{ OID_FRESHEST,		  read_points,		  true },
	{ OID_AIA,		  read_access,		  true },
	{ OID_SIA,		  read_access,		  true },
	{ OID_OCSP_NOCHECK,	  read_null,		  true },
	{ OID_SUBJECT_DIRECTORY,  read_attributes,	  false },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct known *
known_find(enum oid id)
{
	for (size_t i = 0; i < COUNT(known); i++)
		if (known[i].id == id && id != OID_UNKNOWN)
			return &known[i];
	return NULL;
}

bool
certificate_processes(enum oid id)
{
	const struct known *k = known_find(id);

	return k != NULL && k->processed;
}

/* The first instance of each extension counts. */
static void
read_known(struct pki_certificate *c, struct pki_findings *f)
{
	bool all_fine = true;
	size_t n = 0;

	for (size_t i = 0; i < c->extensions.n; i++) {
		const struct pki_extension *e = &c->extensions.at[i];
		const struct known *k = known_find(e->id);
		struct der_bad bad = { 0 };
		struct job j = { c, e, f,
			der_within(c->whole.ptr, e->value, &bad) };

		if (e->written_false)
			pki_check(f, PKI_DER_DEFAULT, false,
			    "critical FALSE of %s", oid_name(e->id));
		if (k == NULL || extensions_find(&c->extensions, e->id) != e)
			continue;
		n++;
		k->read(&j);
		der_end(&j.in);
		if (bad.fault != DER_FINE) {
			der_blame(f, PKI_EXT_STRUCTURE, PKI_FAILS,
			    oid_name(e->id), &bad);
			all_fine = false;
			continue;
		}
		der_judge_within(c->whole.ptr, e->value, oid_name(e->id), f);
	}
	if (all_fine && n > 0)
		pki_check(f, PKI_EXT_STRUCTURE, true, "%zu", n);
}

/* ---- the certificate ---- */

static void
read_version(struct pki_certificate *c, struct der *tbs)
{
	struct der inner;

	c->version = 1;
	if (der_peek(tbs) != DER_CONSTRUCTED(0))
		return;
	der_enter(tbs, DER_CONSTRUCTED(0), &inner);
	c->version = der_number(&inner, DER_INTEGER) + 1;
	c->version_written = c->version == 1;
	der_end(&inner);
}

static void
read_tbs(struct pki_certificate *c, struct der *tbs)
{
	struct der inner;
	bool issuer, subject;

	read_version(c, tbs);
	c->serial = der_take(tbs, DER_INTEGER);
	c->inner = algorithm_read(tbs);
	c->issuer = name_read(tbs);
	der_enter(tbs, DER_SEQUENCE, &inner);
	c->begins = time_read(&inner);
	c->ends = time_read(&inner);
	der_end(&inner);
	c->subject = name_read(tbs);
	c->key = key_read(tbs);
	der_maybe(tbs, DER_CONTEXT(1), &issuer);
	der_maybe(tbs, DER_CONTEXT(2), &subject);
	c->unique = issuer || subject;
	extensions_maybe(tbs, DER_CONSTRUCTED(3), &c->extensions);
	der_end(tbs);
}

bool
certificate_read(
    struct pki_certificate *c, struct span der, struct pki_findings *f)
{
	struct der_bad bad = { 0 };
	struct der in = der_start(der, &bad), outer, tbs;
	bool fine;

	*c = (struct pki_certificate){ .whole = der,
		.path_length = -1,
		.explicit_policy = -1,
		.inhibit_mapping = -1,
		.inhibit_any = -1 };
	if (der.len > CERTIFICATE_MOST) {
		pki_check(f, PKI_CERT_STRUCTURE, false,
		    "%zu octets: no more than %d are read", der.len,
		    CERTIFICATE_MOST);
		return false;
	}
	fine = der_judge(der, f);
	der_enter(&in, DER_SEQUENCE, &outer);
	c->tbs = der_enter(&outer, DER_SEQUENCE, &tbs);
	read_tbs(c, &tbs);
	c->outer = algorithm_read(&outer);
	c->signature = der_octets(&outer);
	der_end(&outer);
	if (bad.fault != DER_FINE) {
		der_blame(f, PKI_CERT_STRUCTURE,
		    fine ? PKI_FAILS : PKI_NOT_REACHED, "", &bad);
		return false;
	}
	pki_check(f, PKI_CERT_STRUCTURE, true, "version %u, %zu extensions",
	    c->version, c->extensions.n);
	if (c->version_written)
		pki_check(f, PKI_DER_DEFAULT, false, "version v1");
	read_known(c, f);
	return true;
}

bool
certificate_is_self_issued(const struct pki_certificate *c)
{
	return name_equal(c->issuer, c->subject);
}

bool
certificate_is_self_signed(const struct pki_certificate *c)
{
	return certificate_is_self_issued(c) &&
	       signature_verify(&c->outer, &c->key, c->tbs, c->signature) ==
		   SIGNATURE_GOOD;
}

bool
certificate_has_purpose(const struct pki_certificate *c, enum oid id)
{
	struct der_bad bad = { 0 };
	struct der list = der_start(c->purposes, &bad);

	while (der_more(&list))
		if (oid_of(der_take(&list, DER_OID)) == id)
			return true;
	return false;
}

bool
certificate_is_valid_at(const struct pki_certificate *c, struct wall at)
{
	return c->begins.readable && c->ends.readable &&
	       c->begins.at.us <= at.us && at.us <= c->ends.at.us;
}

bool
certificate_next_point(struct der *points, struct der *names)
{
	struct der one, name;

	while (der_more(points)) {
		der_enter(points, DER_SEQUENCE, &one);
		if (der_peek(&one) != DER_CONSTRUCTED(0))
			continue;
		der_enter(&one, DER_CONSTRUCTED(0), &name);
		if (der_peek(&name) != DER_CONSTRUCTED(0))
			continue;
		der_enter(&name, DER_CONSTRUCTED(0), names);
		return true;
	}
	return false;
}
