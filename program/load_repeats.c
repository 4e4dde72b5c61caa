/* SPDX-License-Identifier: MIT */
#include "program/load_repeats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/load_one.h"

#define LOOK_NS  50000000 /* between two looks for a signal */
#define MEASURED "measure.json"

char *
load_repeats_folder(int repeat, int repeats)
{
	return repeats > 1 ? mem_textf("repeat-%d/", repeat)
			   : mem_text(SPAN(""));
}

static char *
file_of(const char *dir, int repeat, int repeats)
{
	char *folder = load_repeats_folder(repeat, repeats);
	char *path = mem_textf("%s/%s" MEASURED, dir, folder);

	free(folder);
	return path;
}

/* ---- carried out ---- */

/* A run that goes on begins the load anew: what it left is of no load. */
static bool
forget(const char *dir, struct err *err)
{
	bool ok = true;

	for (int k = 0; ok && k <= LOAD_REPEATS; k++) {
		char *path = file_of(dir, k, k == 0 ? 1 : LOAD_REPEATS);

		ok = unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR ||
		     err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		free(path);
	}
	return ok;
}

static void
rest(const struct load_carry *c, int64_t us)
{
	const struct timespec pause = { .tv_nsec = LOOK_NS };
	const struct mono from = clock_mono();

	while (!*c->stop && mono_since_us(from, clock_mono()) < us)
		nanosleep(&pause, NULL);
}

/* Rank 0 says whether there is to be another one. */
static bool
goes_on(const struct load_carry *c, const struct scenario *s)
{
	char text[4] = "no";

	rest(c, s->rest_us);
	if (c->ranks.rank == 0 && !*c->stop)
		snprintf(text, sizeof text, "yes");
	ranks_tell(&c->ranks, text, sizeof text);
	return strcmp(text, "yes") == 0;
}

static void
keep(struct load_repeats *r, struct load_one *one)
{
	r->at = mem_grow(r->at, (r->n + 1) * sizeof r->at[0]);
	r->at[r->n++] = one->measure;
	one->measured = false;
}

/* What was asked and answered, of loads whose rows were made. */
static bool
write_texts(const struct load_one *one, const char *dir, struct err *err)
{
	const struct {
		const char *name;
		const struct buf *text;
	} files[] = { { "feed.csv", &one->asked },
		{ "answers.jsonl", &one->heard } };
	bool ok = true;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char *path = mem_textf("%s/%s", dir, files[i].name);

		if (ok && files[i].text->len > 0)
			ok = files_write(path, buf_span(files[i].text), err);
		free(path);
	}
	return ok;
}

static bool
measure_one(struct load_repeats *r, const struct load_carry *c,
    const struct scenario *s, const char *dir, struct err *err)
{
	struct load_one one = {
		.carry = c, .scenario = s, .repeat = (int)r->n + 1
	};
	char *folder = load_repeats_folder(one.repeat, s->repeats);
	char *to = dir == NULL ? NULL : mem_textf("%s/%s", dir, folder);
	bool ok = load_one_measure(&one, err) &&
		  (to == NULL || (measure_write(&one.measure, to, err) &&
				     write_texts(&one, to, err)));

	if (ok)
		keep(r, &one);
	else if (s->repeats > 1)
		err_while(err, "repeat %d of %d", one.repeat, s->repeats);
	load_one_free(&one);
	free(to);
	free(folder);
	return ok;
}

bool
load_repeats_measure(struct load_repeats *r, const struct load_carry *c,
    const struct scenario *s, const char *dir, struct err *err)
{
	bool ok = dir == NULL || forget(dir, err);

	*r = (struct load_repeats){ 0 };
	for (int k = 1; ok && k <= s->repeats; k++) {
		if (k > 1 && !goes_on(c, s))
			break;
		ok = measure_one(r, c, s, dir, err);
		if (ok && r->at[r->n - 1].interrupted)
			break;
	}
	return ok;
}

/* ---- read back ---- */

/* Each says which it is of how many. */
static bool
read_one(struct load_repeats *r, const char *dir, int repeat, int repeats,
    struct err *err)
{
	char *folder = load_repeats_folder(repeat, repeats);
	char *from = mem_textf("%s/%s", dir, folder);
	struct measure m;
	bool ok = measure_read(&m, from, err);

	if (ok) {
		r->at = mem_grow(r->at, (r->n + 1) * sizeof r->at[0]);
		r->at[r->n++] = m;
		ok = repeats == 1 ? m.repeats < 2
				  : m.repeat == repeat && m.repeats > 1 &&
					repeat <= m.repeats &&
					m.repeats == r->at[0].repeats;
		if (!ok)
			err_set(err, ERR_CONFIG,
			    "%s" MEASURED ": repeat %d of %d is in the place "
			    "of repeat %d",
			    from, m.repeat, m.repeats, repeat);
	}
	free(from);
	free(folder);
	return ok;
}

static bool
is_there(const char *dir, int repeat, int repeats)
{
	char *path = file_of(dir, repeat, repeats);
	const bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

bool
load_repeats_there(const char *dir)
{
	return is_there(dir, 1, 1) || is_there(dir, 1, LOAD_REPEATS);
}

bool
load_repeats_read(struct load_repeats *r, const char *dir, struct err *err)
{
	bool ok = true;

	*r = (struct load_repeats){ 0 };
	if (is_there(dir, 1, LOAD_REPEATS)) {
		for (int k = 1;
		     ok && k <= LOAD_REPEATS && is_there(dir, k, LOAD_REPEATS);
		     k++)
			ok = read_one(r, dir, k, LOAD_REPEATS, err);
	} else {
		ok = read_one(r, dir, 1, 1, err);
	}
	if (!ok)
		load_repeats_free(r);
	return ok;
}

void
load_repeats_free(struct load_repeats *r)
{
	for (size_t i = 0; i < r->n; i++)
		measure_free(&r->at[i]);
	free(r->at);
	*r = (struct load_repeats){ 0 };
}

void
load_repeats_judge(struct judged *j, enum req row, const struct load_repeats *r,
    const struct profile *p)
{
	const struct measure **m = mem_new(r->n + 1, sizeof m[0]);

	for (size_t i = 0; i < r->n; i++)
		m[i] = &r->at[i];
	judge_repeats(j, row, m, r->n, p);
	free(m);
}
