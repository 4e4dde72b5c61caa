/* SPDX-License-Identifier: MIT */
/*
 * sealing - a run that is signed: its plan before it begins, all its files
 * when it has ended.
 *
 *	RUN/seal/certificate.pem	who signs
 *	RUN/seal/plan.sig		of plan.json, before the first case
 *	RUN/seal/plan.tsr		time stamp over plan.sig
 *	RUN/seal/manifest.txt		every file (program/manifest.h)
 *	RUN/seal/manifest.sig		of it, when the run has ended
 *	RUN/seal/manifest.tsr		time stamp over manifest.sig
 *	RUN/seal/manifest.tsr.sig	of that, so that its octets are bound, too
 *
 * Without lab.tsa in the profile there are no time stamps.  A run with a
 * manifest.sig is sealed, and nothing is written into it any more.
 */
#ifndef PROGRAM_SEALING_H
#define PROGRAM_SEALING_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/profile.h"
#include "program/lab.h"
#include "program/options.h"

/* How the note begins by which the journal knows who has signed the plan. */
#define SEALING_NOTE "the plan is signed by "

enum sealing_state {
	SEALING_NONE,
	SEALING_BEGUN, /* the plan is signed, and nothing else yet */
	SEALING_DONE,
};

enum sealing_state sealing_state(const char *dir);
/* Who has signed the plan in dir; false when nobody has. */
bool sealing_signer(const char *dir, struct lab_certificate *);
/* ERR_CONFIG when the run is sealed: nothing may be written into it. */
bool sealing_may_write(const char *dir, struct err *);

/* Files, and how the passphrase is come by; the options' and the profile's. */
struct sealing_who {
	char *key, *certificate;
	const char *how;    /* --passphrase, or NULL; goes first */
	const char *secret; /* of the profile, or NULL, ... */
	const char *from;   /* ... and where that has it from */
};

/* False: nobody is. */
bool sealing_who(
    struct sealing_who *, const struct options *, const struct profile *);
void sealing_who_free(struct sealing_who *);

/*
 * Who is to sign, by --sign, else by the profile (or NULL): *signs false when
 * nobody is.
 */
bool sealing_open(struct lab *, bool *signs, const struct options *,
    const struct profile *, struct err *);

/* Before the run: signs the plan that is in dir. */
bool sealing_begin(const char *dir, const char *run, const struct lab *,
    const struct profile *, struct err *);
/* The journal's note of it, the caller's. */
char *sealing_note(const struct lab *);
/* What was begun by somebody is ended by nobody else. */
bool sealing_goes_on(const char *dir, const struct lab *or_null, struct err *);
/* After it; profile NULL: without a time stamp. */
bool sealing_end(
    const char *dir, const struct lab *, const struct profile *, struct err *);

#endif
