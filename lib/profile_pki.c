/* SPDX-License-Identifier: MIT */
/* Of reading a profile: the certificates that are handed over. */
#include "lib/profile_inner.h"

#include <string.h>

/* What certificates are for; CERT-F-05 keeps the first two apart. */
static const char *const classes[] = { "signing", "encryption", "server", "ca",
	"ocsp", "tsa" };

const char *const *
profile_known_classes(size_t *n)
{
	*n = COUNT(classes);
	return classes;
}

static bool
check_certificate(const struct reading *r, size_t i)
{
	struct profile_certificate *all = r->p->pki.certificates;
	struct profile_certificate *c = &all[i];

	if (c->name[strspn(c->name, "abcdefghijklmnopqrstuvwxyz0123456789-")] !=
	    '\0')
		return reading_bad(r, conf_key("pki.certificates[%zu].name", i),
		    "not a word", "lower case letters, digits and -");
	for (size_t j = 0; j < i; j++)
		if (strcmp(all[j].name, c->name) == 0)
			return reading_bad(r,
			    conf_key("pki.certificates[%zu].name", i),
			    "a second certificate of this name",
			    "one name for each");
	return reading_one_of(r, conf_key("pki.certificates[%zu].class", i),
		   c->class, classes, COUNT(classes)) &&
	       reading_dn(r, conf_key("pki.certificates[%zu].dn", i), c->dn) &&
	       reading_pem(
		   r, conf_key("pki.certificates[%zu].file", i), &c->file);
}

bool
profile_take_pki(const struct reading *r)
{
	struct profile *p = r->p;

	for (size_t i = 0; i < p->pki.n_anchors; i++)
		if (!reading_pem(
			r, conf_key("pki.anchors[%zu]", i), &p->pki.anchors[i]))
			return false;
	if (!reading_pem(r, conf_key("pki.issuers"), &p->pki.issuers))
		return false;
	for (size_t i = 0; i < p->pki.n_certificates; i++)
		if (!check_certificate(r, i))
			return false;
	return true;
}
