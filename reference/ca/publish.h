/* SPDX-License-Identifier: MIT */
/*
 * publish - certificates and lists, put into the directory (RFC 4523).
 *
 * A person's certificates are in the entry that has the mail address of
 * subjectAltName; CAs have entries of their own, with what they are certified
 * by and what they revoke.  Each of these is a part of the change of the store
 * that makes what it publishes.  In a store without a directory nothing is
 * published, and that is no failure.
 */
#ifndef REFERENCE_CA_PUBLISH_H
#define REFERENCE_CA_PUBLISH_H

#include "reference/ca/ca.h"

/* issuer: what an X509 of the class CA or root is the certificate of. */
bool ca_publish_certificate(
    struct ca *, enum ca_class, int issuer, X509 *, struct err *);
/* What is revoked for good is published no longer. */
bool ca_publish_revoked(struct ca *, int64_t certificate, struct err *);
bool ca_publish_list(
    struct ca *, int issuer, bool delta, struct span der, struct err *);

/* The entry that a certificate belongs into; false: none. */
bool ca_publish_place(
    const struct ca *, enum ca_class, int issuer, X509 *, struct buf *dn);

#endif
