/* SPDX-License-Identifier: MIT */
/*
 * whole - is a run as it was when it was sealed?  Offline, by anybody.
 *
 * Every step has a finding, in both languages, and every file that is not as
 * it was has one.
 */
#ifndef PROGRAM_WHOLE_H
#define PROGRAM_WHOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/clock.h"
#include "lib/err.h"

enum whole_code {
	WHOLE_SEAL,
	WHOLE_MANIFEST,
	WHOLE_SIGNATURE,
	WHOLE_PLAN,
	WHOLE_FILE,
	WHOLE_CERTIFICATE,
	WHOLE_TRUST,
	WHOLE_STAMP_PLAN,
	WHOLE_STAMP,
	WHOLE_TIME,
	WHOLE_JOURNAL,
	WHOLE_REPLAY,
	WHOLE_CODES
};

enum whole_result {
	WHOLE_HOLDS,
	WHOLE_FAILS,
	WHOLE_NOTE, /* to be known, and no fault */
	WHOLE_RESULTS
};

struct whole_finding {
	enum whole_code code;
	enum whole_result result;
	char *about;   /* a file below the run, or "" */
	char *en, *zh; /* what was found, or "" */
};

struct whole_ask {
	const char *trust, *issuer, *crl; /* files, or NULL */
	struct wall at;                   /* now, or as if it were then */
	const char *fixtures; /* NULL: verdicts are not judged again */
};

struct whole {
	bool is_sealed;
	char *run, *sealed;  /* "" when unknown */
	char *subject, *sm3; /* of who signs */
	char *kit;           /* that sealed it */
	size_t files;        /* in the manifest */
	struct whole_finding *at;
	size_t n;
};

/* False when dir is no run, or a file of the ask cannot be used. */
bool whole_judge(
    struct whole *, const char *dir, const struct whole_ask *, struct err *);
void whole_free(struct whole *);

/* Sealed, and nothing fails. */
bool whole_is_so(const struct whole *);
size_t whole_count(const struct whole *, enum whole_result);

const char *whole_code_name(enum whole_code); /* "manifest.signature" */
/* What ought to be so. */
const char *whole_code_en(enum whole_code);
const char *whole_code_zh(enum whole_code);
const char *whole_result_name(enum whole_result); /* "holds", ... */

#endif
