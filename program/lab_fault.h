/* SPDX-License-Identifier: MIT */
/*
 * lab_fault - what can be wrong with who signs a run, and what to do about it:
 * one table for the doctor and for those who sign.
 */
#ifndef PROGRAM_LAB_FAULT_H
#define PROGRAM_LAB_FAULT_H

#include <stdbool.h>

#include "lib/err.h"

enum lab_fault {
	LAB_FINE,
	LAB_GONE,       /* a file cannot be read */
	LAB_ODD,        /* is none */
	LAB_SHARED,     /* others can read it */
	LAB_ENCRYPTED,  /* and nobody says the passphrase */
	LAB_PASSPHRASE, /* another one */
	LAB_NO_KEY,
	LAB_NOT_SM2,
	LAB_NO_CERTIFICATE,
	LAB_NO_PAIR,
	LAB_EARLY,
	LAB_EXPIRED,
	LAB_NOT_SIGNING,
	LAB_UNSAID, /* the passphrase */
	LAB_UNSET,
	LAB_LONG,
	LAB_EMPTY,
	LAB_HOW,
	LAB_NOBODY,
	LAB_STAMP_SILENT,
	LAB_STAMP_STATUS,
	LAB_STAMP_BAD,
	LAB_CLOCK,
	LAB_FAULTS
};

/*
 * "ABOUT: what is wrong, and detail" into *err, with what to do about it; the
 * kind stands in the table.  False.
 */
bool lab_wrong(struct err *, enum lab_fault, const char *about,
    const char *detail_fmt, ...) __attribute__((format(printf, 4, 5)));

/* What to do about it. */
const char *lab_fault_todo(enum lab_fault);
const char *lab_fault_todo_zh(enum lab_fault);

#endif
