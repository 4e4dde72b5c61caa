/* SPDX-License-Identifier: MIT */
/*
 * load_prepare_crypto - rows of requests to a signature server, in the words
 * of the profile, made before a load begins.
 *
 * Each has octets of its own to be signed, and a signature of ours to be
 * verified: every other one is of other octets, and must be found out.
 */
#ifndef PROGRAM_LOAD_PREPARE_CRYPTO_H
#define PROGRAM_LOAD_PREPARE_CRYPTO_H

#include "program/load_making.h"

/* CSV, appended; false: it could not be said. */
bool load_prepare_crypto(const struct load_making *, struct buf *to);

#endif
