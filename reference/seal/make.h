/* SPDX-License-Identifier: MIT */
/*
 * make - a seal, as its maker makes it (GB/T 38540-2020 6.2).
 */
#ifndef REFERENCE_SEAL_MAKE_H
#define REFERENCE_SEAL_MAKE_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/types.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"
#include "reference/ca/ca.h"
#include "reference/fault.h"
#include "reference/variant.h"

#define SEAL_VENDOR "Yanshou"

struct seal_order {
	const char *esid, *name;
	int type; /* of the seal; 1: of an organisation */

	const char *format; /* "png" */
	struct span picture;
	long width, height; /* mm */

	struct wall made, start, end; /* whole seconds count */

	/* Who may seal with it; certListType: 0: certificates. */
	X509 *const *signers;
	size_t n_signers;
	int list_type;

	const struct ca_signer *maker; /* SM2 */
	struct ca *ca; /* who certified the maker: for faults; or NULL */
	enum fault fault;
	enum variant variant;
};

/*
 * SESeal in DER.  ERR_CONFIG: an order nobody can be content with says which
 * of its fields is wrong.
 */
bool seal_make(const struct seal_order *, struct buf *to, struct err *);

#endif
