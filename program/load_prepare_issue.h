/* SPDX-License-Identifier: MIT */
/*
 * load_prepare_issue - applications for certificates by CMP, made before a
 * load begins.
 *
 * Each is a whole ir of the account alice, as the cases send it: a transaction
 * and a nonce of its own, a key of its own that is thrown away, protected by
 * the secret; and it asks for implicitConfirm, so that one exchange is all
 * (RFC 4210 5.1.1.1).
 */
#ifndef PROGRAM_LOAD_PREPARE_ISSUE_H
#define PROGRAM_LOAD_PREPARE_ISSUE_H

#include "program/load_making.h"

/* CSV, appended; false: OpenSSL could not, or there is no CA. */
bool load_prepare_issue(const struct load_making *, struct buf *to);

#endif
