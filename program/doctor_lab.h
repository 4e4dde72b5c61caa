/* SPDX-License-Identifier: MIT */
/*
 * doctor_lab - will whoever is to sign the run be able to?  Key, certificate,
 * clock and time stamps, before anything is said to the target.
 */
#ifndef PROGRAM_DOCTOR_LAB_H
#define PROGRAM_DOCTOR_LAB_H

#include <stdbool.h>

#include "conformance/doctor.h"
#include "lib/profile.h"
#include "program/options.h"

/*
 * may_ask: "--passphrase prompt" asks here; before a run it does not, for the
 * run will.
 */
void doctor_lab(struct doctor *, const struct options *, const struct profile *,
    bool may_ask);

#endif
