/* SPDX-License-Identifier: MIT */
/*
 * seal/custom - extDatas, the fields that a maker adds of its own to a seal
 * or to a signature by seal (GB/T 38540-2020 6.1, 7.1).
 *
 *	ExtData ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue }
 *
 * They are met behind the tag [0], explicit or implicit, and without any.
 */
#ifndef CONFORMANCE_SEAL_CUSTOM_H
#define CONFORMANCE_SEAL_CUSTOM_H

#include <stdbool.h>

#include "conformance/pki/der.h"

enum custom_tag {
	CUSTOM_ABSENT,
	CUSTOM_EXPLICIT,
	CUSTOM_IMPLICIT,
	CUSTOM_BARE
};

struct ses_custom {
	enum custom_tag tag;
	size_t n, n_critical;
	struct span critical; /* OID of the first that is critical */
	bool written_false;   /* "critical FALSE" was encoded, the default */
};

struct ses_custom_codes {
	enum pki_code tag, written, critical;
};

/* Takes them when they are next. */
struct ses_custom ses_custom_read(struct der *);

/* tagged: is there a tag in this format?  Adds nothing where there are none. */
bool ses_custom_judge(const struct ses_custom *, bool tagged,
    const struct ses_custom_codes *, struct pki_findings *);

#endif
