/* SPDX-License-Identifier: MIT */
#include "program/load_examine_issue.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/pki/cmp.h"
#include "lib/mem.h"

/* An issuer's serial number (RFC 5280 4.1.2.2). */
struct number {
	struct span issuer, serial;
};

static int
span_order(struct span a, struct span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len == 0 ? 0 : memcmp(a.ptr, b.ptr, a.len);
}

static int
number_order(const void *a, const void *b)
{
	const struct number *x = a, *y = b;
	const int order = span_order(x->serial, y->serial);

	return order != 0 ? order : span_order(x->issuer, y->issuer);
}

void
load_issued_open(struct load_issued *i, const struct load_pki *pki,
    const struct profile *profile)
{
	*i = (struct load_issued){ .pki = pki, .profile = profile };
}

void
load_issued_close(struct load_issued *i)
{
	tdestroy(i->numbers, free);
	i->numbers = NULL;
}

/* The same answer may be looked at twice: as heard first, and last. */
static bool
number_is_new(struct load_issued *i, const struct pki_certificate *c)
{
	struct number *n = mem_new(1, sizeof *n);
	struct number *const *at;

	*n = (struct number){ c->issuer, c->serial };
	at = tsearch(n, &i->numbers, number_order);
	if (at == NULL) { /* no memory */
		free(n);
		return false;
	}
	if (*at != n)
		free(n);
	return (*at)->serial.ptr == c->serial.ptr;
}

static void
judge(const struct load_issued *i, struct span request,
    const struct pki_cmp *answer, struct pki_findings *f)
{
	const struct profile_account *alice =
	    profile_account(i->profile, "alice");
	char key[DIGEST_MOST];
	struct pki_cmp asked;
	const bool understood = cmp_read_message(&asked, request, NULL);
	const size_t n =
	    alice == NULL || alice->password == NULL
		? 0
		: cmp_mac_key(answer, span_of(alice->password), key);

	cmp_judge(answer,
	    &(struct cmp_ask){ .request = understood ? &asked : NULL,
		.key = { key, n },
		.others = i->pki->all,
		.n_others = i->pki->n + i->pki->n_cas },
	    f);
	if (!understood)
		pki_find(f, PKI_CMP_BODY, PKI_NOT_REACHED,
		    "the request cannot be read");
}

static bool
is_signed(const struct load_issued *i, const struct pki_certificate *c)
{
	const struct load_certificate *ca =
	    load_pki_ca(i->pki, c->issuer, c->aki);

	return ca != NULL && signature_verify(&c->outer, &ca->read.key, c->tbs,
				 c->signature) == SIGNATURE_GOOD;
}

bool
load_examine_issued(struct load_issued *i, struct span request,
    struct span answer, struct pki_findings *f, bool *waits, char why[200])
{
	const struct cmp_item *granted;
	struct pki_certificate c;
	struct pki_cmp m;
	char text[CMP_TEXT];

	snprintf(why, 200, "no message of CMP");
	if (!cmp_read_message(&m, answer, f))
		return false;
	judge(i, request, &m, f);
	granted = cmp_granted(&m);
	*waits = m.n_items > 0 && m.items[0].has_status &&
		 m.items[0].status.status == CMP_WAITING;
	cmp_text(&m, text);
	snprintf(why, 200, "not issued: %.150s", text);
	if (granted == NULL || (granted->status.status != CMP_ACCEPTED &&
				   granted->status.status != CMP_WITH_MODS))
		return false;
	snprintf(why, 200, "not a certificate that could be read");
	if (!certificate_read(&c, granted->certificate, NULL))
		return false;
	snprintf(why, 200, "signed by none of the profile's CAs");
	if (!is_signed(i, &c))
		return false;
	snprintf(why, 200, "a serial number that was given before");
	return number_is_new(i, &c);
}
