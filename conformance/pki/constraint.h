/* SPDX-License-Identifier: MIT */
/*
 * pki/constraint - are a certificate's names where a CA above wants them
 * (RFC 5280 4.2.1.10)?
 */
#ifndef CONFORMANCE_PKI_CONSTRAINT_H
#define CONFORMANCE_PKI_CONSTRAINT_H

#include "conformance/pki/certificate.h"
#include "conformance/pki/name.h"

enum constraint {
	CONSTRAINT_KEPT,
	CONSTRAINT_BROKEN,
	CONSTRAINT_UNJUDGED, /* too many names and subtrees to compare */
};

/*
 * Is every name within one of the permitted subtrees of its form, where there
 * are any?  Is none within an excluded one?  text: the name that is not.
 */
enum constraint constraint_permitted(const struct pki_certificate *,
    const struct pki_certificate *ca, char text[NAME_TEXT]);
enum constraint constraint_excluded(const struct pki_certificate *,
    const struct pki_certificate *ca, char text[NAME_TEXT]);

#endif
