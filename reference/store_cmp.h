/* SPDX-License-Identifier: MIT */
/*
 * store_cmp - transactions of CMP, and requests that wait to be approved.
 *
 * What was given within one is in store_ca.h.  A transaction is remembered
 * after its end, so that nobody can play it again.
 */
#ifndef REFERENCE_STORE_CMP_H
#define REFERENCE_STORE_CMP_H

#include "reference/store_ca.h"

#define STORE_CMP_NONCE 16

struct store_cmp {
	char owner[STORE_CA_OWNER];
	int kind; /* of the body that answers its first message */
	unsigned char nonce[STORE_CMP_NONCE]; /* we said last */
};

/* False, with ERR_PROTOCOL, when there is one of that name already. */
bool store_cmp_begin(struct store *, struct span id, const struct store_cmp *,
    struct wall now, struct err *);
bool store_cmp_get(struct store *, struct span id, struct store_cmp *);
bool store_cmp_nonce(struct store *, struct span id,
    const unsigned char nonce[STORE_CMP_NONCE], struct err *);
/* Is anything of it still to be confirmed, or to be waited for? */
bool store_cmp_open(struct store *, struct span id);

/* A request that is not to be answered before "ready". */
bool store_cmp_order(struct store *, struct span id, int64_t request,
    struct wall ready, struct span content, struct err *);
bool store_cmp_ordered(struct store *, struct span id, int64_t request,
    struct wall *ready, struct buf *content);
bool store_cmp_order_drop(
    struct store *, struct span id, int64_t request, struct err *);

#endif
