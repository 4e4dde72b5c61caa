/* SPDX-License-Identifier: MIT */
/*
 * cmp_inner - what a message's body has in common with what is around it.
 */
#ifndef CONFORMANCE_CLIENT_CMP_INNER_H
#define CONFORMANCE_CLIENT_CMP_INNER_H

#include "conformance/client/cmp.h"

#define CMP_PART_MOST (64 << 10) /* octets */

/* cmp_body.c: PKIBody. */
bool cmp_put_body(struct buf *, const struct cmp_message *);

/* GeneralName: directoryName; none: the empty one. */
void cmp_put_name(struct buf *, struct span name);
/* Still of the form that it had, but another number. */
void cmp_spoil(struct buf *bits);

#endif
