/* SPDX-License-Identifier: MIT */
/*
 * doctor_inner - what the files of the doctor share; nobody else includes it.
 */
#ifndef CONFORMANCE_DOCTOR_INNER_H
#define CONFORMANCE_DOCTOR_INNER_H

#include "conformance/doctor.h"

#define DOCTOR_SEEN_MOST 300 /* bytes of what was seen that are kept */

/* What to do about a finding, in both languages. */
struct doctor_todo {
	const char *en, *zh;
	bool judged; /* as in struct doctor_finding */
};

static const struct doctor_todo nothing = { NULL, NULL, false };

/* What a finding is about: "imaps: certificate". */
struct doctor_title {
	char text[120];
};

/* What was seen is the peer's text: made printable, cut. */
void doctor_find(struct doctor *, enum doctor_level, struct doctor_todo,
    const char *what, const char *seen_fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Looks at every endpoint; profile_reachable() allows it. */
void doctor_see_target(struct doctor *, const struct doctor_setup *);

#endif
