/* SPDX-License-Identifier: MIT */
#include "reference/ca/subject.h"

#include <openssl/x509v3.h>

#include "lib/span.h"

enum { SUBJECT_MOST = 1024 }; /* octets */

bool
ca_name_has(const X509_NAME *name, int nid, const char *text)
{
	const ASN1_STRING *s;
	unsigned char *utf8;
	bool is = false;
	int n;

	for (int i = -1; (i = X509_NAME_get_index_by_NID(name, nid, i)) >= 0;) {
		s = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i));
		n = ASN1_STRING_to_UTF8(&utf8, s);
		if (n < 0)
			continue;
		is = is || span_eq(span_of(text),
			       (struct span){ (const char *)utf8, (size_t)n });
		OPENSSL_free(utf8);
	}
	return is;
}

static int
count_of(const X509_NAME *name, int nid)
{
	int n = 0;

	for (int i = -1; (i = X509_NAME_get_index_by_NID(name, nid, i)) >= 0;)
		n++;
	return n;
}

bool
ca_subject_is_of(const X509_NAME *name, const struct world_person *p)
{
	const char *const own[] = { p->user, p->address, p->name_zh };
	bool fits = false;

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		fits = fits || ca_name_has(name, NID_commonName, own[i]);
	return fits && count_of(name, NID_commonName) == 1 &&
	       i2d_X509_NAME(name, NULL) <= SUBJECT_MOST;
}

bool
ca_alternative_is_of(X509_EXTENSION *e, const struct world_person *p)
{
	GENERAL_NAMES *names = X509V3_EXT_d2i(e);
	const char *own = p->address;
	const GENERAL_NAME *g;
	bool ok = names != NULL;

	for (int i = 0; ok && i < sk_GENERAL_NAME_num(names); i++) {
		g = sk_GENERAL_NAME_value(names, i);
		ok = g->type == GEN_EMAIL &&
		     span_caseeq(span_of(own),
			 (struct span){ (const char *)ASN1_STRING_get0_data(
					    g->d.rfc822Name),
			     (size_t)ASN1_STRING_length(g->d.rfc822Name) });
	}
	GENERAL_NAMES_free(names);
	return ok;
}
