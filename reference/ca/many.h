/* SPDX-License-Identifier: MIT */
/*
 * many - very many certificates, issued at once, and the list of them: what an
 * authority has after years, for whoever wants to know how it does then.
 */
#ifndef REFERENCE_CA_MANY_H
#define REFERENCE_CA_MANY_H

#include "reference/ca/ca.h"

/* Told now and then how far it is; told NULL: nobody is. */
struct ca_progress {
	void (*told)(void *ctx, size_t done, size_t of);
	void *ctx;
};

/*
 * The issuing CA of P-256 has issued that many signing certificates, each
 * signed and kept like any other; the last "revoked" of them are revoked.  One
 * key serves them all, since nobody uses it, and one record of the log tells
 * of them.  A store that has them keeps those.
 */
bool ca_settle_many(struct ca *, size_t certificates, size_t revoked,
    struct wall now, const struct ca_progress *, struct err *);

/*
 * A list of all that the issuing CAs have issued, "serial,issuer" in CSV with
 * a first line that says so; issuers are called by their common names.
 */
bool ca_write_records(const struct ca *, const char *path, struct err *);

#endif
