/* SPDX-License-Identifier: MIT */
/*
 * load_prepare_records - OCSP requests about certificates that are drawn by
 * lot from the list of all that an authority manages, made before a load
 * begins.
 *
 * Each is drawn from the whole list, by the seed of the load: the same seed and
 * the same list, the same questions.  One that is drawn twice is asked about
 * twice, so that draws are independent of each other, which is what the bound
 * on the share that is there rests on.
 */
#ifndef PROGRAM_LOAD_PREPARE_RECORDS_H
#define PROGRAM_LOAD_PREPARE_RECORDS_H

#include "program/load_making.h"

bool load_prepare_records(const struct load_making *, struct buf *to);

#endif
