/* SPDX-License-Identifier: MIT */
/*
 * load_pki - the certificates that a profile hands over, and who issued them:
 * what loads ask about, and hold answers against.
 */
#ifndef PROGRAM_LOAD_PKI_H
#define PROGRAM_LOAD_PKI_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/pki/certificate.h"
#include "conformance/pki/object.h"
#include "lib/err.h"
#include "lib/profile.h"

struct load_certificate {
	const char *name, *class; /* the profile's; NULL: of a CA */
	enum profile_status status;
	struct pki_certificate read;
	const struct load_certificate *issuer; /* NULL: not among the CAs */
};

struct load_pki {
	struct load_certificate *at; /* the profile's, then those of CAs */
	size_t n, n_cas;
	size_t n_anchors; /* of the CAs: the first ones, who are trusted */
	const struct pki_certificate **all; /* n + n_cas */
	struct pki_objects *files;
	size_t n_files;
};

/* The profile outlives it. */
bool load_pki_read(struct load_pki *, const struct profile *, struct err *);
void load_pki_free(struct load_pki *);

const struct load_certificate *load_pki_find(
    const struct load_pki *, struct span name); /* or NULL */
/* A CA of that name and key identifier, else of that name. */
const struct load_certificate *load_pki_ca(
    const struct load_pki *, struct span name, struct span key);

#endif
