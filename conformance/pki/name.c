/* SPDX-License-Identifier: MIT */
#include "conformance/pki/name.h"

#include <ctype.h>
#include <stdio.h>

/* More of them in one RDN are compared octet by octet only. */
#define RDN_ATTRIBUTES 16

struct span
name_read(struct der *d)
{
	struct der name, rdn, pair;
	const struct span whole = der_enter(d, DER_SEQUENCE, &name);

	while (der_more(&name)) {
		der_enter(&name, DER_SET, &rdn);
		if (!der_more(&rdn))
			der_fail(&rdn, DER_MISSING);
		while (der_more(&rdn)) {
			der_enter(&rdn, DER_SEQUENCE, &pair);
			der_take(&pair, DER_OID);
			der_next(&pair);
			der_end(&pair);
		}
	}
	return whole;
}

/* Into the RDNs of a name that was read before. */
static struct der
open_name(struct span name, struct der_bad *bad)
{
	struct der outer, inner;

	*bad = (struct der_bad){ .fault = DER_FINE };
	outer = der_start(name, bad);
	der_enter(&outer, DER_SEQUENCE, &inner);
	return inner;
}

bool
name_is_empty(struct span name)
{
	struct der_bad bad;
	struct der rdns = open_name(name, &bad);

	return bad.fault == DER_FINE && !der_more(&rdns);
}

/* ---- comparison ---- */

static bool
is_folded(unsigned tag)
{
	return tag == DER_PRINTABLE || tag == DER_UTF8 || tag == DER_IA5 ||
	       tag == DER_NUMERIC || tag == DER_VISIBLE || tag == DER_TELETEX;
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && s.ptr[0] == ' ')
		s = span_skip(s, 1);
	while (s.len > 0 && s.ptr[s.len - 1] == ' ')
		s.len--;
	return s;
}

/* The next character without its case, blanks before it as one. */
static int
fold_next(struct span *s)
{
	unsigned char c;

	if (s->len == 0)
		return -1;
	c = (unsigned char)s->ptr[0];
	*s = span_skip(*s, 1);
	if (c == ' ')
		while (s->len > 0 && s->ptr[0] == ' ')
			*s = span_skip(*s, 1);
	return c < 0x80 ? tolower(c) : c;
}

static bool
fold_equal(struct span a, struct span b)
{
	int x, y;

	a = trim(a);
	b = trim(b);
	do {
		x = fold_next(&a);
		y = fold_next(&b);
	} while (x == y && x != -1);
	return x == y;
}

static bool
attribute_equal(const struct attribute *a, const struct attribute *b)
{
	if (!span_eq(a->oid, b->oid))
		return false;
	if (is_folded(a->value.tag) && is_folded(b->value.tag))
		return fold_equal(a->value.content, b->value.content);
	return span_eq(a->value.whole, b->value.whole);
}

static struct attribute
next_attribute(struct der *rdn)
{
	struct attribute a;
	struct der pair;

	der_enter(rdn, DER_SEQUENCE, &pair);
	a.oid = der_take(&pair, DER_OID);
	a.value = der_next(&pair);
	a.id = oid_of(a.oid);
	return a;
}

static size_t
read_rdn(struct der *rdn, struct attribute all[RDN_ATTRIBUTES])
{
	size_t n = 0;

	while (der_more(rdn) && n < RDN_ATTRIBUTES)
		all[n++] = next_attribute(rdn);
	return n;
}

static bool
rdn_equal(struct der *names_a, struct der *names_b)
{
	struct attribute all_a[RDN_ATTRIBUTES], all_b[RDN_ATTRIBUTES];
	struct der a, b;
	const struct span whole_a = der_enter(names_a, DER_SET, &a);
	const struct span whole_b = der_enter(names_b, DER_SET, &b);
	const size_t n = read_rdn(&a, all_a), m = read_rdn(&b, all_b);
	unsigned used = 0;

	if (der_more(&a) || der_more(&b))
		return span_eq(whole_a, whole_b);
	if (n != m)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t j = 0;

		while (j < m && ((used >> j & 1) != 0 ||
				    !attribute_equal(&all_a[i], &all_b[j])))
			j++;
		if (j == m)
			return false;
		used |= 1u << j;
	}
	return true;
}

static bool
compare(struct span a, struct span b, bool whole)
{
	struct der_bad bad_a, bad_b;
	struct der x = open_name(a, &bad_a), y = open_name(b, &bad_b);

	while (der_more(&x) && der_more(&y))
		if (!rdn_equal(&x, &y))
			return false;
	return bad_a.fault == DER_FINE && bad_b.fault == DER_FINE &&
	       !der_more(&y) && (!whole || !der_more(&x));
}

bool
name_equal(struct span a, struct span b)
{
	return compare(a, b, true);
}

bool
name_within(struct span name, struct span base)
{
	return compare(name, base, false);
}

/* ---- walking ---- */

void
name_each(
    struct span name, bool (*take)(const struct attribute *, void *), void *arg)
{
	struct der_bad bad;
	struct der rdns = open_name(name, &bad), rdn;

	while (der_more(&rdns)) {
		der_enter(&rdns, DER_SET, &rdn);
		while (der_more(&rdn)) {
			const struct attribute a = next_attribute(&rdn);

			if (bad.fault != DER_FINE || !take(&a, arg))
				return;
		}
	}
}

struct line {
	char *text;
	size_t used;
};

static bool
add_text(const struct attribute *a, void *arg)
{
	struct line *l = arg;
	const size_t room = NAME_TEXT - l->used;
	char type[OID_TEXT];
	int n;

	oid_text(a->oid, type);
	n = snprintf(l->text + l->used, room, "%s%s=%.*s",
	    l->used == 0 ? "" : ", ", type,
	    (int)(a->value.content.len > 200 ? 200 : a->value.content.len),
	    a->value.content.len == 0 ? "" : a->value.content.ptr);
	if (n < 0 || (size_t)n >= room) {
		snprintf(l->text + NAME_TEXT - 4, 4, "...");
		return false;
	}
	l->used += (size_t)n;
	return true;
}

void
name_text(struct span name, char text[NAME_TEXT])
{
	struct line l = { text, 0 };

	snprintf(text, NAME_TEXT, "(no name)");
	name_each(name, add_text, &l);
}

/* ---- form ---- */

struct form {
	char wrong[80], old[80];
};

static bool
is_directory_string(unsigned tag)
{
	return tag == DER_PRINTABLE || tag == DER_UTF8 || tag == DER_TELETEX ||
	       tag == DER_BMP || tag == DER_UNIVERSAL;
}

/* Attributes with a type of their own (RFC 5280 appendix A.1, RFC 2985). */
static unsigned
own_type(enum oid id)
{
	switch (id) {
	case OID_COUNTRY:
	case OID_SERIAL_NUMBER:
	case OID_QUALIFIER:
		return DER_PRINTABLE;
	case OID_DOMAIN_COMPONENT:
	case OID_EMAIL_ADDRESS:
		return DER_IA5;
	default:
		return 0;
	}
}

static bool
look_at_form(const struct attribute *a, void *arg)
{
	struct form *f = arg;
	const unsigned tag = a->value.tag, own = own_type(a->id);
	const struct span v = a->value.content;
	const char *wrong = NULL;

	if (v.len == 0)
		wrong = "empty";
	else if (own != 0 && tag != own)
		wrong = "not of its string type";
	else if (own == 0 && a->id != OID_UNKNOWN && !is_directory_string(tag))
		wrong = "no DirectoryString";
	else if (a->id == OID_COUNTRY &&
		 (v.len != 2 || !isalpha((unsigned char)v.ptr[0]) ||
		     !isalpha((unsigned char)v.ptr[1])))
		wrong = "not two letters";
	if (wrong != NULL && f->wrong[0] == '\0')
		snprintf(f->wrong, sizeof f->wrong, "%s: %s", oid_name(a->id),
		    wrong);
	if ((tag == DER_TELETEX || tag == DER_BMP || tag == DER_UNIVERSAL) &&
	    f->old[0] == '\0')
		snprintf(f->old, sizeof f->old, "%s: type %02X",
		    oid_name(a->id), tag);
	return true;
}

void
name_judge(struct span name, const char *which, struct pki_findings *f)
{
	struct form form = { "", "" };

	name_each(name, look_at_form, &form);
	pki_check(f, PKI_CERT_NAME_FORM, form.wrong[0] == '\0', "%s%s%s", which,
	    form.wrong[0] == '\0' ? "" : ": ", form.wrong);
	pki_check(f, PKI_CERT_NAME_ENCODING, form.old[0] == '\0', "%s%s%s",
	    which, form.old[0] == '\0' ? "" : ": ", form.old);
}

/* ---- general names ---- */

static void
read_other_name(struct der *d)
{
	struct der inner, value;

	der_enter(d, DER_CONSTRUCTED(0), &inner);
	der_take(&inner, DER_OID);
	der_enter(&inner, DER_CONSTRUCTED(0), &value);
	der_next(&value);
	der_end(&value);
	der_end(&inner);
}

struct general
general_read(struct der *d)
{
	struct der before = *d, inner;
	const unsigned tag = der_peek(d), number = tag & 0x1f;
	struct general g = { (enum general_kind)number, SPAN_INIT("") };

	switch (tag) {
	case DER_CONTEXT(GENERAL_MAIL):
	case DER_CONTEXT(GENERAL_DNS):
	case DER_CONTEXT(GENERAL_URI):
	case DER_CONTEXT(GENERAL_IP):
	case DER_CONTEXT(GENERAL_REGISTERED):
	case DER_CONSTRUCTED(GENERAL_X400):
	case DER_CONSTRUCTED(GENERAL_EDI):
		g.value = der_take(d, tag);
		break;
	case DER_CONSTRUCTED(GENERAL_OTHER):
		read_other_name(d);
		g.value = span_take(before.rest, before.rest.len - d->rest.len);
		break;
	case DER_CONSTRUCTED(GENERAL_DIRECTORY):
		der_enter(d, tag, &inner);
		g.value = name_read(&inner);
		der_end(&inner);
		break;
	default:
		g.kind = GENERAL_OTHER;
		der_fail(d, der_more(d) ? DER_OTHER_TAG : DER_MISSING);
	}
	return g;
}

const char *
general_kind_name(enum general_kind kind)
{
	static const char *const names[] = {
		[GENERAL_OTHER] = "otherName",
		[GENERAL_MAIL] = "rfc822Name",
		[GENERAL_DNS] = "dNSName",
		[GENERAL_X400] = "x400Address",
		[GENERAL_DIRECTORY] = "directoryName",
		[GENERAL_EDI] = "ediPartyName",
		[GENERAL_URI] = "uniformResourceIdentifier",
		[GENERAL_IP] = "iPAddress",
		[GENERAL_REGISTERED] = "registeredID",
	};

	return names[kind];
}

void
general_text(const struct general *g, char text[NAME_TEXT])
{
	char value[NAME_TEXT / 2];

	if (g->kind == GENERAL_DIRECTORY) {
		name_text(g->value, text);
		return;
	}
	if (g->kind == GENERAL_MAIL || g->kind == GENERAL_DNS ||
	    g->kind == GENERAL_URI)
		snprintf(value, sizeof value, "%.*s",
		    (int)(g->value.len > 120 ? 120 : g->value.len),
		    g->value.ptr);
	else
		der_hex(g->value, value, sizeof value);
	snprintf(text, NAME_TEXT, "%s %s", general_kind_name(g->kind), value);
}

/* RFC 1034 3.5 as RFC 1123 2.1 changes it; a leading "*" label is left be. */
static bool
is_host_name(struct span s)
{
	if (span_starts(s, SPAN("*.")))
		s = span_skip(s, 2);
	if (s.len == 0 || s.len > 253)
		return false;
	while (s.len > 0) {
		const bool more = memchr(s.ptr, '.', s.len) != NULL;
		const struct span label = span_cut(&s, '.');

		if (label.len == 0 || label.len > 63 || label.ptr[0] == '-' ||
		    label.ptr[label.len - 1] == '-' || (more && s.len == 0))
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!isalnum((unsigned char)label.ptr[i]) &&
			    label.ptr[i] != '-')
				return false;
	}
	return true;
}

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] <= ' ' ||
		    (unsigned char)s.ptr[i] > '~')
			return false;
	return s.len > 0;
}

static bool
is_mailbox(struct span s)
{
	const char *at = s.len == 0 ? NULL : memrchr(s.ptr, '@', s.len);
	struct span host;

	if (at == NULL || at == s.ptr || s.ptr[0] == '<')
		return false;
	host = span_skip(s, (size_t)(at - s.ptr) + 1);
	return is_host_name(host) || (host.len > 2 && host.ptr[0] == '[');
}

/* A scheme and something behind it. */
static bool
is_uri(struct span s)
{
	const char *colon = s.len == 0 ? NULL : memchr(s.ptr, ':', s.len);

	if (!is_ascii(s) || colon == NULL || colon == s.ptr ||
	    colon + 1 == s.ptr + s.len || !isalpha((unsigned char)s.ptr[0]))
		return false;
	for (const char *c = s.ptr; c < colon; c++)
		if (!isalnum((unsigned char)*c) && strchr("+-.", *c) == NULL)
			return false;
	return true;
}

bool
general_is_sound(const struct general *g)
{
	switch (g->kind) {
	case GENERAL_MAIL:
		return is_ascii(g->value) && is_mailbox(g->value);
	case GENERAL_DNS:
		return is_host_name(g->value);
	case GENERAL_URI:
		return is_uri(g->value);
	case GENERAL_IP:
		return g->value.len == 4 || g->value.len == 16;
	case GENERAL_DIRECTORY:
		return !name_is_empty(g->value);
	default:
		return g->value.len > 0;
	}
}
