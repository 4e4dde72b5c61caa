/* SPDX-License-Identifier: MIT */
#include "conformance/pki/constraint.h"

#include <ctype.h>
#include <stdio.h>

#define COMPARISONS (1 << 18) /* no more are made for one certificate */

enum match { MATCHES, DIFFERS, CANNOT_SAY };

static bool
ends_with(struct span s, struct span tail)
{
	return s.len >= tail.len &&
	       span_caseeq(span_skip(s, s.len - tail.len), tail);
}

/* Adding labels in front, or none, gives the name. */
static enum match
match_dns(struct span name, struct span base)
{
	if (base.len == 0 || span_caseeq(name, base))
		return MATCHES;
	if (base.ptr[0] == '.')
		return name.len > base.len && ends_with(name, base) ? MATCHES
								    : DIFFERS;
	return name.len > base.len && ends_with(name, base) &&
		       name.ptr[name.len - base.len - 1] == '.'
		   ? MATCHES
		   : DIFFERS;
}

/* ".d" is any host below d; "h" is the host itself. */
static enum match
match_host(struct span host, struct span base)
{
	if (base.len > 0 && base.ptr[0] == '.')
		return host.len > base.len && ends_with(host, base) ? MATCHES
								    : DIFFERS;
	return base.len == 0 || span_caseeq(host, base) ? MATCHES : DIFFERS;
}

static enum match
match_mail(struct span name, struct span base)
{
	const char *at =
	    name.len == 0 ? NULL : memrchr(name.ptr, '@', name.len);
	const char *base_at =
	    base.len == 0 ? NULL : memrchr(base.ptr, '@', base.len);
	struct span local, host;

	if (at == NULL)
		return CANNOT_SAY;
	local = span_take(name, (size_t)(at - name.ptr));
	host = span_skip(name, local.len + 1);
	if (base_at == NULL)
		return match_host(host, base);
	/* The local part is compared as it is (RFC 5280 7.5). */
	return span_eq(local, span_take(base, (size_t)(base_at - base.ptr))) &&
		       span_caseeq(host,
			   span_skip(base, (size_t)(base_at - base.ptr) + 1))
		   ? MATCHES
		   : DIFFERS;
}

/* The host of a URI with an authority, when it is a name. */
static struct span
host_of(struct span uri)
{
	const size_t slashes = span_find(uri, SPAN("://"));
	struct span host;
	const char *mark;
	bool letter = false;

	if (slashes == uri.len)
		return SPAN("");
	host = span_skip(uri, slashes + 3);
	for (size_t i = 0; i < host.len; i++)
		if (strchr("/?#", host.ptr[i]) != NULL) {
			host.len = i;
			break;
		}
	mark = host.len == 0 ? NULL : memrchr(host.ptr, '@', host.len);
	if (mark != NULL)
		host = span_skip(host, (size_t)(mark - host.ptr) + 1);
	if (host.len == 0 || host.ptr[0] == '[')
		return SPAN("");
	host = span_take(host, span_find(host, SPAN(":")));
	for (size_t i = 0; i < host.len; i++)
		letter |= isalpha((unsigned char)host.ptr[i]) != 0;
	return letter ? host : SPAN("");
}

static enum match
match_uri(struct span name, struct span base)
{
	const struct span host = host_of(name);

	return host.len == 0 ? CANNOT_SAY : match_host(host, base);
}

static enum match
match_ip(struct span name, struct span base)
{
	if ((name.len != 4 && name.len != 16) ||
	    (base.len != 8 && base.len != 32))
		return CANNOT_SAY;
	if (base.len != 2 * name.len)
		return DIFFERS;
	for (size_t i = 0; i < name.len; i++)
		if (((name.ptr[i] ^ base.ptr[i]) & base.ptr[name.len + i]) != 0)
			return DIFFERS;
	return MATCHES;
}

static enum match
match(const struct general *name, const struct general *base)
{
	switch (base->kind) {
	case GENERAL_MAIL:
		return match_mail(name->value, base->value);
	case GENERAL_DNS:
		return match_dns(name->value, base->value);
	case GENERAL_URI:
		return match_uri(name->value, base->value);
	case GENERAL_IP:
		return match_ip(name->value, base->value);
	case GENERAL_DIRECTORY:
		return name_within(name->value, base->value) ? MATCHES
							     : DIFFERS;
	default: /* 4.2.1.10: process the constraint, or reject */
		return CANNOT_SAY;
	}
}

/* ---- all names against all subtrees ---- */

struct looking {
	struct span trees;
	bool permitted;
	long left; /* comparisons */
	enum constraint so_far;
	char *text;
};

/* What the subtrees say of one name. */
static bool
name_is_kept(struct looking *l, const struct general *name)
{
	struct der_bad bad = { 0 };
	struct der all = der_start(l->trees, &bad), one;
	bool applies = false, within = false, unsure = false;

	while (der_more(&all) && l->left-- > 0) {
		struct general base;

		der_enter(&all, DER_SEQUENCE, &one);
		base = general_read(&one);
		if (bad.fault != DER_FINE || base.kind != name->kind)
			continue;
		applies = true;
		/* minimum and maximum, which nobody here processes */
		unsure |= der_more(&one);
		switch (match(name, &base)) {
		case MATCHES:
			within = true;
			break;
		case CANNOT_SAY:
			unsure = true;
			break;
		case DIFFERS:
			break;
		}
	}
	if (!applies)
		return true;
	return l->permitted ? within && !unsure : !within && !unsure;
}

static void
look_at(struct looking *l, const struct general *name)
{
	if (l->so_far == CONSTRAINT_BROKEN)
		return;
	if (!name_is_kept(l, name)) {
		general_text(name, l->text);
		l->so_far = CONSTRAINT_BROKEN;
	} else if (l->left <= 0) {
		l->so_far = CONSTRAINT_UNJUDGED;
	}
}

static bool
look_at_address(const struct attribute *a, void *arg)
{
	struct looking *l = arg;
	const struct general name = { GENERAL_MAIL, a->value.content };

	if (a->id == OID_EMAIL_ADDRESS)
		look_at(l, &name);
	return l->so_far == CONSTRAINT_KEPT;
}

static enum constraint
look(const struct pki_certificate *c, struct span trees, bool permitted,
    char text[NAME_TEXT])
{
	struct looking l = { trees, permitted, COMPARISONS, CONSTRAINT_KEPT,
		text };
	struct der_bad bad = { 0 };
	struct der names = der_start(c->alt_names, &bad);
	const struct general subject = { GENERAL_DIRECTORY, c->subject };

	text[0] = '\0';
	if (trees.len == 0)
		return CONSTRAINT_KEPT;
	if (!name_is_empty(c->subject))
		look_at(&l, &subject);
	if (extensions_find(&c->extensions, OID_ALT_NAME) == NULL)
		name_each(c->subject, look_at_address, &l);
	while (der_more(&names) && l.so_far == CONSTRAINT_KEPT) {
		const struct general g = general_read(&names);

		if (bad.fault == DER_FINE)
			look_at(&l, &g);
	}
	return l.so_far;
}

enum constraint
constraint_permitted(const struct pki_certificate *c,
    const struct pki_certificate *ca, char text[NAME_TEXT])
{
	return look(c, ca->permitted, true, text);
}

enum constraint
constraint_excluded(const struct pki_certificate *c,
    const struct pki_certificate *ca, char text[NAME_TEXT])
{
	return look(c, ca->excluded, false, text);
}
