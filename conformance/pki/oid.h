/* SPDX-License-Identifier: MIT */
/*
 * pki/oid - the object identifiers that are known here (oid.def).
 */
#ifndef CONFORMANCE_PKI_OID_H
#define CONFORMANCE_PKI_OID_H

#include "lib/span.h"

enum oid {
	OID_UNKNOWN,
#define OID(id, ...) OID_##id,
#include "conformance/pki/oid.def"
#undef OID
	OIDS
};

#define OID_TEXT 96

enum oid oid_of(struct span content);
struct span oid_content(enum oid);
const char *oid_name(enum oid);
/* The name when it is known, or dotted decimal. */
void oid_text(struct span content, char text[OID_TEXT]);

#endif
