/* SPDX-License-Identifier: MIT */
/*
 * manifest - every file of a run by name, size and SM3, as text:
 *
 *	yanshou-manifest/1
 *	run	20261122-012654-7f3a
 *	...
 *	file	1234	SM3	evidence/smtp.greeting/trial.jsonl
 *	...
 *	sealed	2026-11-22T01:27:30.123456Z
 *	end	57	SM3 of all lines above
 *
 * Fields are split by tabs, files sorted by name.  A name is as text_escape()
 * writes it, so that no name can be taken for two fields.  The manifest, its
 * signature and its time stamp are not in it.
 */
#ifndef PROGRAM_MANIFEST_H
#define PROGRAM_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/digest.h"
#include "lib/err.h"

/* No run has a longer file: nobody is to wait for one that is none. */
#define MANIFEST_FILE_MOST (UINT64_C(1) << 30)
#define MANIFEST_LIST_MOST (UINT64_C(128) << 20) /* some million files */
#define MANIFEST_ALL_MOST  (UINT64_C(16) << 30)  /* octets of all files */

struct manifest_file {
	char *name; /* below the run, escaped */
	uint64_t size;
	char sm3[DIGEST_TEXT];
};

struct manifest {
	char *run;
	char *kit, *judge; /* kit_name(), kit_judge() */
	char *program;     /* SM3 of the program that sealed it */
	char *plan;        /* SM3 of plan.json */
	char *planned;     /* when, as plan.json says */
	char *journal;     /* SM3 of its last line */
	char *certificate; /* SM3 of who signs */
	char *stamp;       /* URL of who was asked for the time, or "none" */
	char *sealed;      /* when all files had been looked at, by our clock */
	struct manifest_file *files;
	size_t n;
	uint64_t octets; /* of all files */
};

void manifest_free(struct manifest *);

/*
 * Looks at every file of the run in dir, and writes what is in the struct
 * beside files to RUN/seal/manifest.txt with them; without .sealed it is now.
 * ERR_CONFIG when there is
 * something that is no plain file.
 */
bool manifest_write(struct manifest *, const char *dir, struct err *);

/* ERR_IO when it is not there, ERR_FORGED with line and fault. */
bool manifest_read(struct manifest *, const char *dir, struct err *);

enum manifest_difference {
	FILE_CHANGED,
	FILE_MISSING,
	FILE_ADDED,
	FILE_ODD, /* a link, a pipe, ... in place of a file, or beside them */
	FILE_UNREADABLE,
	FILE_DIFFERENCES
};

/* What is otherwise in dir, by name; both languages. */
typedef void manifest_tell(void *ctx, enum manifest_difference,
    const char *name, const char *en, const char *zh);

/* How many differences there are. */
size_t manifest_compare(
    const struct manifest *, const char *dir, manifest_tell *, void *ctx);

#endif
