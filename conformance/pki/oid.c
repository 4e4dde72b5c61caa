/* SPDX-License-Identifier: MIT */
#include "conformance/pki/oid.h"

#include <stdio.h>

#include "conformance/pki/der.h"

static const struct {
	struct span content;
	const char *name;
} rows[OIDS] = {
	[OID_UNKNOWN] = { SPAN_INIT(""), "unknown" },
#define OID(id, content, name) [OID_##id] = { SPAN_INIT(content), name },
#include "conformance/pki/oid.def"
#undef OID
};

enum oid
oid_of(struct span content)
{
	for (size_t i = 1; i < OIDS; i++)
		if (span_eq(rows[i].content, content))
			return (enum oid)i;
	return OID_UNKNOWN;
}

struct span
oid_content(enum oid id)
{
	return rows[id].content;
}

const char *
oid_name(enum oid id)
{
	return rows[id].name;
}

void
oid_text(struct span content, char text[OID_TEXT])
{
	const enum oid id = oid_of(content);

	if (id == OID_UNKNOWN)
		der_oid_text(content, text, OID_TEXT);
	else
		snprintf(text, OID_TEXT, "%s", oid_name(id));
}
