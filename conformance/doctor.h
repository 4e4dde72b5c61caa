/* SPDX-License-Identifier: MIT */
/*
 * doctor - is everything in place, so that a verdict would mean something?
 *
 * Most errors of an acceptance are errors of configuration.  They are looked
 * for before anything is judged, and each is reported with what was seen and
 * what to do.  Nothing here speaks about conformity.
 *
 *	struct doctor d;
 *	struct buf out;
 *
 *	doctor_init(&d);
 *	if (profile_read(path, &profile, &err))
 *		doctor_run(&(struct doctor_setup){ .profile = &profile,
 *		    .run_dir = "build/run" }, &d);
 *	else
 *		doctor_refuse(&d, &err);
 *	doctor_text(&d, &out);
 *	exit = doctor_exit(&d);
 */
#ifndef CONFORMANCE_DOCTOR_H
#define CONFORMANCE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/profile.h"

/* Worse is greater. */
enum doctor_level {
	DOCTOR_OK,
	DOCTOR_NOTE, /* could not be looked at from here, or is not there */
	DOCTOR_WARN, /* the run makes sense, but know this */
	DOCTOR_BAD,  /* a run would prove nothing */
	DOCTOR_LEVELS
};

struct doctor_finding {
	enum doctor_level level;
	char *what;                 /* "submission: login as alice" */
	char *seen;                 /* printable, of bounded length */
	const char *todo, *todo_zh; /* NULL when there is nothing to do */
	bool judged; /* cases judge it as well: no reason not to run them */
};

/* What to do about a finding, in both languages. */
struct doctor_todo {
	const char *en, *zh;
	bool judged; /* as in struct doctor_finding */
};

struct doctor {
	struct doctor_finding *findings;
	size_t n;
};

struct doctor_setup {
	const struct profile *profile;
	bool operator_agreed; /* to reach hosts outside this machine */
	const char *run_dir;  /* where the run will be filed, or NULL */
};

void doctor_init(struct doctor *);
void doctor_free(struct doctor *);

/*
 * Looks at everything and returns the worst level.  Only hosts that
 * profile_reachable() allows are addressed; every wait is bounded by the
 * profile's time-outs.
 */
enum doctor_level doctor_run(const struct doctor_setup *, struct doctor *);

/*
 * One more finding, for who has looked at what the doctor knows nothing of.
 * What was seen may be a peer's text: it is made printable, and cut.
 */
void doctor_find(struct doctor *, enum doctor_level, struct doctor_todo,
    const char *what, const char *seen_fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* The profile could not be read: the one finding there is. */
void doctor_refuse(struct doctor *, const struct err *);

enum doctor_level doctor_worst(const struct doctor *);
int doctor_exit(const struct doctor *); /* 3 when anything is bad, else 0 */

/*
 * True when something is bad that no case would tell: a run would end
 * inconclusive for a reason known before.  A target that is merely wrong,
 * say one that lets anybody in, does not block: it deserves its fail.
 */
bool doctor_blocks(const struct doctor *);
const char *doctor_level_name(enum doctor_level); /* "ok", "note", ... */

void doctor_text(const struct doctor *, struct buf *out);
char *doctor_json(const struct doctor *); /* free() it */

#endif
