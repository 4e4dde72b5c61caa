/* SPDX-License-Identifier: MIT */
/*
 * load_prepare_seal - what loads of a seal service are fed with.
 *
 * A seal is applied for, approved, made and issued by the operations of the
 * profile before the load, for alice alone; load_prepare_seal_undo() revokes
 * it.  What has to be verified under load is sealed before as well.
 */
#ifndef PROGRAM_LOAD_PREPARE_SEAL_H
#define PROGRAM_LOAD_PREPARE_SEAL_H

#include "loadgen/feeder.h"
#include "program/load_making.h"

bool load_prepare_sealing(const struct load_making *, struct buf *to);
bool load_prepare_batch(const struct load_making *, struct buf *to);
bool load_prepare_checking(const struct load_making *, struct buf *to);
bool load_prepare_signing(const struct load_making *, struct buf *to);

/* The seal of these rows is of no more use; false: it could not be revoked. */
bool load_prepare_seal_undo(
    const struct profile *, const struct feeder *, struct err *);

#endif
