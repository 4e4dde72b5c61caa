/* SPDX-License-Identifier: MIT */
/* Of reading a profile: the certificates that are handed over, and the list of
 * all there are. */
#include "lib/profile_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* There, and no pipe; it may be large, and is read by whoever needs it. */
static bool
check_records(const struct reading *r)
{
	struct profile *p = r->p;
	const char *wrong = NULL;
	struct stat st;
	char *whole;

	if (p->pki.records == NULL)
		return true;
	whole = reading_beside(r, p->pki.records);
	free(p->pki.records);
	p->pki.records = whole;
	if (r->public)
		return true;
	if (stat(whole, &st) == -1 || access(whole, R_OK) == -1)
		wrong = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		wrong = "not a regular file";
	return wrong == NULL ||
	       reading_bad(r, conf_key("pki.records"), wrong,
		   "a CSV file with a column serial; the path is relative to "
		   "the profile");
}

bool
profile_take_pki(const struct reading *r)
{
	struct profile *p = r->p;

	for (size_t i = 0; i < p->pki.n_anchors; i++)
		if (!reading_pem(
			r, conf_key("pki.anchors[%zu]", i), &p->pki.anchors[i]))
			return false;
	if (!reading_pem(r, conf_key("pki.issuers"), &p->pki.issuers) ||
	    !check_records(r))
		return false;
	for (size_t i = 0; i < p->pki.n_certificates; i++)
		if (!check_certificate(r, i))
			return false;
	return true;
}
