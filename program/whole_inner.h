/* SPDX-License-Identifier: MIT */
/*
 * whole_inner - what the files that judge a sealed run share.
 */
#ifndef PROGRAM_WHOLE_INNER_H
#define PROGRAM_WHOLE_INNER_H

#include "lib/buf.h"
#include "program/lab.h"
#include "program/manifest.h"
#include "program/whole.h"

/* A run while it is looked at. */
struct looking {
	struct whole *w;
	const char *dir;
	const struct whole_ask *ask;
	struct manifest manifest;
	bool has_manifest;
	struct buf pem; /* seal/certificate.pem */
	struct lab_certificate certificate;
	bool has_certificate;
	struct wall stamped_plan, stamped; /* .us 0: no stamp that holds */
	struct err *err;
};

/* One more finding; formats of both languages have the same arguments. */
void whole_find(struct looking *, enum whole_code, enum whole_result,
    const char *about, const char *en, const char *zh, ...)
    __attribute__((format(printf, 5, 7))) __attribute__((format(printf, 6, 7)));
/* The same with texts that are ready. */
void whole_say(struct looking *, enum whole_code, enum whole_result,
    const char *about, const char *en, const char *zh);

/* A small file below RUN/seal/, "" when it is not there. */
void whole_read(const struct looking *, const char *name, struct buf *);

/* whole_trust.c: false when a file that was named cannot be used. */
bool whole_trust(struct looking *);
bool whole_stamps(struct looking *);

/* whole_again.c: the journal, times, and the verdicts. */
void whole_again(struct looking *);

#endif
