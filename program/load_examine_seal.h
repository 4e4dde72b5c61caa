/* SPDX-License-Identifier: MIT */
/*
 * load_examine_seal - what a seal service has answered under load: is it
 * sealed, with a seal that may be trusted, and is it what was handed in?
 *
 * Whether a certificate is revoked is not asked here but by cases: a load
 * fetches no lists.
 */
#ifndef PROGRAM_LOAD_EXAMINE_SEAL_H
#define PROGRAM_LOAD_EXAMINE_SEAL_H

#include "conformance/client/operation.h"
#include "conformance/pki/check.h"
#include "lib/clock.h"
#include "program/load_pki.h"

/* All: false with what is wrong, or with findings that say so. */

/* A document; digest: SM3 of the line that is on each of its pages; octets: of
 * its files, unpacked. */
bool load_examine_sealed(const struct load_pki *, struct wall at,
    const struct operation_answer *, struct span digest, size_t *octets,
    struct pki_findings *, char why[200]);
/* Octets. */
bool load_examine_signed(const struct load_pki *, struct wall at,
    const struct operation_answer *, struct span data, struct pki_findings *,
    char why[200]);

#endif
