/* SPDX-License-Identifier: MIT */
/*
 * The loads of a run: found, planned, carried out, judged.
 */
#include "program/load.h"

#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/number.h"
#include "program/load_asked.h"
#include "program/load_prepare.h"
#include "program/load_repeats.h"
#include "program/load_search.h"
#include "program/program.h"

/* ---- which there are ---- */

/* A text that lives as long as the loads. */
static const char *
keep(struct loads *l, char *text)
{
	l->texts = mem_grow(l->texts, (l->n_texts + 1) * sizeof l->texts[0]);
	l->texts[l->n_texts++] = text;
	return text;
}

static void
add_guests(struct loads *l, const struct scenario *s, const struct profile *p)
{
	char why[200], why_zh[200];
	const bool applies = scenario_applies(s, p, why, why_zh);

	for (size_t i = 0; i < s->n_judges; i++) {
		const struct scenario_judges *j = &s->judges[i];

		l->guests = mem_grow(
		    l->guests, (l->n_guests + 1) * sizeof l->guests[0]);
		l->guests[l->n_guests++] = (struct plan_guest){
			.id =
			    keep(l, mem_textf("load.%s.%s", s->name, j->name)),
			.verifies = j->row,
			.title = j->title,
			.title_zh = j->title_zh,
			.why = applies ? NULL : keep(l, mem_text(span_of(why))),
			.why_zh =
			    applies ? NULL : keep(l, mem_text(span_of(why_zh))),
			.soft_ms = scenario_length_us(s) / 1000 * s->repeats,
		};
	}
}

/* An impossible plan is a mistake to be told of before anything is done. */
static bool
is_possible(const struct scenario *s, const struct profile *p, struct err *err)
{
	struct feeder *feeder;
	struct load_plan plan;

	if (!load_prepare(s, p, &feeder, &plan, NULL, err))
		return false;
	arrival_free(&plan);
	feeder_close(feeder);
	return true;
}

const char *
load_request_fixtures(const struct load_request *r)
{
	return r->fixtures != NULL ? r->fixtures : program_fixtures();
}

static bool
read_one(struct loads *l, const char *name, const struct load_request *r,
    const struct profile *p, struct err *err)
{
	char why[200], why_zh[200];
	struct scenario s;

	if (!scenario_read(
		&s, load_request_fixtures(r), name, p, &r->change, err))
		return false;
	if (r->most_us != 0)
		scenario_shorten(&s, r->most_us);
	l->at = mem_grow(l->at, (l->n + 1) * sizeof l->at[0]);
	l->at[l->n++] = s;
	return !scenario_applies(&s, p, why, why_zh) || is_possible(&s, p, err);
}

bool
loads_read(struct loads *l, const struct load_request *r,
    const struct profile *p, struct err *err)
{
	size_t n = 0;
	char **names = NULL;
	bool ok = true;

	*l = (struct loads){ 0 };
	if (r->scenario != NULL) {
		ok = read_one(l, r->scenario, r, p, err);
	} else {
		names = scenario_names(load_request_fixtures(r), &n, err);
		ok = names != NULL;
	}
	for (size_t i = 0; i < n; i++) {
		ok = ok && read_one(l, names[i], r, p, err);
		free(names[i]);
	}
	free(names);
	/* the scenarios stay where they are from here on */
	for (size_t i = 0; ok && i < l->n; i++)
		add_guests(l, &l->at[i], p);
	if (!ok)
		loads_free(l);
	return ok;
}

void
load_request_of(struct load_request *r, const struct plan *plan)
{
	*r = (struct load_request){ .most_us = 1, .ranks = { .n = 1 } };
	for (size_t i = 0; i < plan->n; i++)
		if (plan_case_is_load(plan->cases[i].id) &&
		    plan->cases[i].soft_ms * 1000 > r->most_us)
			r->most_us = plan->cases[i].soft_ms * 1000;
}

void
loads_free(struct loads *l)
{
	for (size_t i = 0; i < l->n; i++)
		scenario_free(&l->at[i]);
	for (size_t i = 0; i < l->n_texts; i++)
		free(l->texts[i]);
	free(l->at);
	free(l->guests);
	free(l->texts);
	*l = (struct loads){ 0 };
}

/* ---- what it means ---- */

/* What came of a load, and what went wrong. */
struct loaded {
	const struct load_carry *carry;
	const struct scenario *scenario;
	struct load_repeats repeats;
	struct err why;
};

static void
describe(const struct judged *j, struct buf *expected, struct buf *heard)
{
	for (size_t i = 0; i < j->n; i++) {
		const struct judged_metric *m = &j->metrics[i];

		if (m->verdict != j->verdict)
			continue;
		buf_addf(expected, "%s%s %s %s", expected->len == 0 ? "" : "; ",
		    m->metric, number_of(m->limit, 6).text, m->unit);
		buf_addf(heard, "%s%s", heard->len == 0 ? "" : "; ", m->why);
	}
}

/* A file that is not there is no evidence. */
static void
add_file(struct outcome *o, const struct load_carry *c, const char *scenario,
    const char *folder, const char *file)
{
	char *name = mem_textf("load.%s/%s%s", scenario, folder, file);
	char *path = mem_textf("%s/evidence/%s", c->run_dir, name);
	struct err ignored;
	char *sm3 = run_digest_file(path, &ignored);

	free(path);
	if (sm3 == NULL) {
		free(name);
		return;
	}
	o->evidence =
	    mem_grow(o->evidence, (o->n_evidence + 1) * sizeof o->evidence[0]);
	o->evidence[o->n_evidence++] = (struct evidence){
		.path = name,
		.sm3 = sm3,
	};
}

static void
add_evidence(struct outcome *o, const struct loaded *d)
{
	const char *name = d->scenario->name;

	for (size_t i = 0; i < d->repeats.n; i++) {
		char *folder =
		    load_repeats_folder((int)i + 1, d->repeats.at[i].repeats);

		add_file(o, d->carry, name, folder, "measure.json");
		add_file(o, d->carry, name, folder, "intervals.hlog");
		add_file(o, d->carry, name, folder, "feed.csv");
		add_file(o, d->carry, name, folder, "answers.jsonl");
		free(folder);
	}
	add_file(o, d->carry, name, "", "load.json");
	add_file(o, d->carry, name, "", "capacity.json");
}

/* d->why: what went wrong; without anything measured that is all there is. */
static struct outcome
outcome_of(const struct loaded *d, const struct plan_case *c, struct wall began)
{
	struct outcome o = { .id = mem_text(span_of(c->id)), .attempt = 1 };
	struct buf expected, heard;
	struct judged j;
	char text[CLOCK_TEXT];

	wall_text(began, text);
	o.started = mem_text(span_of(text));
	o.took_us = clock_wall().us - began.us;
	if (d->repeats.n == 0) {
		/* of our making, unless the target did not let us in */
		o.verdict = d->why.kind == ERR_CONFIG ? BROKEN : INCONCLUSIVE;
		o.why = mem_text(span_of(d->why.what));
		return o;
	}
	load_repeats_judge(&j, c->verifies, &d->repeats, d->carry->profile);
	o.verdict = j.verdict;
	if (d->why.kind != ERR_NONE)
		o.why = mem_textf("%s; %s", j.why, d->why.what);
	else
		o.why = mem_text(j.verdict == PASS ? SPAN("") : span_of(j.why));
	add_evidence(&o, d);
	if (j.verdict == FAIL) {
		buf_init(&expected, 1024);
		buf_init(&heard, 4096);
		describe(&j, &expected, &heard);
		o.expected = mem_text(buf_span(&expected));
		o.heard = mem_text(buf_span(&heard));
		buf_free(&expected);
		buf_free(&heard);
	}
	return o;
}

static bool
is_done(const struct ledger *done, const char *id)
{
	for (size_t i = 0; done != NULL && i < done->n; i++)
		if (strcmp(done->outcomes[i].id, id) == 0)
			return true;
	return false;
}

/* Is the case this scenario's, and yet to be done? */
static bool
is_due(const struct load_carry *c, const struct scenario *s,
    const struct plan_case *planned)
{
	const size_t len = strlen(s->name);

	return planned->executes && plan_case_is_load(planned->id) &&
	       strncmp(planned->id + 5, s->name, len) == 0 &&
	       planned->id[5 + len] == '.' && !is_done(c->done, planned->id);
}

static bool
record(const struct loaded *d, struct wall began, struct err *err)
{
	const struct plan *plan = d->carry->plan;
	bool ok = true;

	for (size_t i = 0; ok && i < plan->n; i++) {
		struct outcome o;

		if (!is_due(d->carry, d->scenario, &plan->cases[i]))
			continue;
		o = outcome_of(d, &plan->cases[i], began);
		ok = journal_end_case(d->carry->journal, &o, err);
		outcome_free(&o);
	}
	return ok;
}

/* Measured, searched when asked to, and filed; what is wrong is kept. */
static void
measure_and_file(struct loaded *d)
{
	const struct load_carry *c = d->carry;
	char *dir =
	    mem_textf("%s/evidence/load.%s", c->run_dir, d->scenario->name);

	if (load_repeats_measure(&d->repeats, c, d->scenario, dir, &d->why) &&
	    load_asked_write(d->scenario, dir, &d->why) &&
	    c->request->find_capacity)
		load_search(c, d->scenario, dir, &d->why);
	free(dir);
}

static bool
carry_out_one(
    const struct load_carry *c, const struct scenario *s, struct err *err)
{
	const struct wall began = clock_wall();
	struct loaded d = { .carry = c, .scenario = s };
	bool ok;

	measure_and_file(&d);
	if (d.why.kind != ERR_NONE && c->progress != NULL)
		fprintf(c->progress, "yanshou: %s: %s\n", s->name, d.why.what);
	ok = record(&d, began, err);
	load_repeats_free(&d.repeats);
	return ok;
}

/* A plan may name loads that were never among ours: those of a file. */
static bool
has_all(const struct loads *l, const struct load_carry *c, struct err *err)
{
	for (size_t k = 0; k < c->plan->n; k++) {
		const struct plan_case *planned = &c->plan->cases[k];
		bool found = !planned->executes ||
			     !plan_case_is_load(planned->id) ||
			     is_done(c->done, planned->id);

		for (size_t i = 0; !found && i < l->n; i++)
			found = is_due(c, &l->at[i], planned);
		if (!found)
			return err_set(err, ERR_CONFIG,
			    "%s is of a scenario that is not in "
			    "fixtures/load/: begin it anew with \"yanshou "
			    "load\"",
			    planned->id);
	}
	return true;
}

bool
loads_carry_out(const struct loads *l, const struct load_carry *c,
    bool *interrupted, struct err *err)
{
	bool ok = has_all(l, c, err);

	*interrupted = false;
	for (size_t i = 0; ok && i < l->n; i++) {
		bool due = false;

		for (size_t k = 0; k < c->plan->n; k++)
			due |= is_due(c, &l->at[i], &c->plan->cases[k]);
		if (!due)
			continue;
		if (*c->stop) {
			*interrupted = true;
			return false;
		}
		ok = carry_out_one(c, &l->at[i], err);
	}
	return ok;
}

bool
loads_follow(const struct loads *l, const struct load_carry *c, struct err *err)
{
	bool ok = true;

	for (size_t i = 0; ok && i < l->n; i++) {
		struct load_repeats repeats;
		char why[200], why_zh[200];

		if (!scenario_applies(&l->at[i], c->profile, why, why_zh))
			continue;
		ok = load_repeats_measure(&repeats, c, &l->at[i], NULL, err) &&
		     (!c->request->find_capacity ||
			 load_search(c, &l->at[i], NULL, err));
		load_repeats_free(&repeats);
	}
	return ok;
}

enum verdict
load_judge_again(const char *dir, const char *id, enum req req,
    const struct profile *p, char why[400])
{
	struct load_repeats r;
	struct judged j;
	struct err err;

	(void)id;
	if (!load_repeats_read(&r, dir, &err)) {
		snprintf(why, 400, "%.390s", err.what);
		return BROKEN;
	}
	load_repeats_judge(&j, req, &r, p);
	snprintf(why, 400, "%s", j.why);
	load_repeats_free(&r);
	return j.verdict;
}
