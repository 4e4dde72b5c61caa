/* SPDX-License-Identifier: MIT */
/*
 * doctor_testing - what the doctor ought to have said: for tests alone.
 */
#ifndef CONFORMANCE_DOCTOR_TESTING_H
#define CONFORMANCE_DOCTOR_TESTING_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/doctor.h"
#include "lib/files.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char dir[] = "/tmp/doctor_test.XXXXXX";

static inline void
testing_dir(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static inline void
testing_dir_gone(void)
{
	struct err err;

	files_remove(dir, &err);
}

struct said {
	enum doctor_level level;
	const char *what, *seen; /* seen: part of it */
};

static inline const struct doctor_finding *
finding(const struct doctor *d, const char *what, const char *seen)
{
	for (size_t i = 0; i < d->n; i++)
		if (strcmp(d->findings[i].what, what) == 0 &&
		    strstr(d->findings[i].seen, seen) != NULL)
			return &d->findings[i];
	return NULL;
}

static inline void
expect(const struct doctor *d, const char *row, const struct said *said)
{
	const struct doctor_finding *f = finding(d, said->what, said->seen);
	struct buf text;

	buf_init(&text, 65536);
	doctor_text(d, &text);
	ck_assert_msg(f != NULL, "%s: no \"%s: ...%s\" in\n%s", row, said->what,
	    said->seen, buf_text(&text));
	ck_assert_msg(f->level == said->level, "%s: %s is %s in\n%s", row,
	    said->what, doctor_level_name(f->level), buf_text(&text));
	ck_assert_msg(f->level != DOCTOR_BAD || f->todo != NULL,
	    "%s: nothing to do about %s", row, said->what);
	ck_assert((f->todo == NULL) == (f->todo_zh == NULL));
	buf_free(&text);
}

#endif
