/* SPDX-License-Identifier: MIT */
/*
 * check, resume, rerun, report, replay, plan: one run, from several sides.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/plan.h"
#include "conformance/replay.h"
#include "lib/clock.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "loadgen/quantity.h"
#include "program/load.h"
#include "program/program.h"
#include "program/run.h"
#include "program/sealing.h"

#define SHORT_LOAD_US 15000000
#define LEAST_LOAD_US 5000000

static FILE *
progress_of(const struct options *o)
{
	return o->quiet ? NULL : stderr;
}

/* What a run that was cut off says; its journal is whole up to there. */
static int
cut_off(const char *dir, bool interrupted, const struct err *err)
{
	if (!interrupted)
		return program_fail(err);
	fprintf(stderr,
	    "yanshou: interrupted; go on with \"yanshou resume %s\", or take "
	    "away what it left with \"yanshou clean %s\"\n",
	    dir, dir);
	return EXIT_INTERRUPTED;
}

static void
tidy(const struct options *o, const struct profile *p, const char *dir)
{
	if (!o->keep)
		program_tidy(p, dir, o->quiet);
}

/* A run and its documents are there: the rest is the seal. */
int
program_seal(
    const char *dir, const struct lab *lab, const struct profile *p, int code)
{
	struct err err;

	if (lab == NULL)
		return code;
	if (!sealing_end(dir, lab, p, &err))
		return program_fail(&err);
	printf("sealed: by %s; \"yanshou verify %s\"\n",
	    lab->certificate.subject, dir);
	return code;
}

static int
check(const struct options *o, struct run_request *r, bool seal)
{
	char *dir;
	bool interrupted;
	struct err err;
	int code;

	r->dir = o->run;
	r->repeats = o->repeats;
	r->jobs = (unsigned)o->jobs;
	r->progress = progress_of(o);
	if (run_new(r, &dir, &interrupted, &err)) {
		tidy(o, r->profile, dir);
		code = run_finish(dir, NULL, r->lab, o->score, o->expect);
		if (seal)
			code = program_seal(dir, r->lab, r->profile, code);
	} else {
		code = cut_off(dir, interrupted, &err);
	}
	free(dir);
	return code;
}

/* Whoever is to sign does so from the beginning to the end. */
static int
check_signed(const struct options *o, struct run_request *r)
{
	struct lab lab;
	struct err err;
	bool signs;
	int code;

	if (!sealing_open(&lab, &signs, o, r->profile, &err))
		return program_fail(&err);
	r->lab = signs ? &lab : NULL;
	code = check(o, r, true);
	lab_free(&lab);
	return code;
}

/* "none", "short", "full" or a length; *load is NULL for none. */
static bool
how_much(const struct options *o, const struct profile *p,
    struct load_request *r, const struct load_request **load, struct err *err)
{
	static const struct {
		const char *name;
		bool any;
		int64_t most_us;
	} choices[] = {
		{ "none", false, 0 },
		{ "short", true, SHORT_LOAD_US },
		{ "full", true, 0 },
	};
	struct quantity_fault fault;
	double most_us;

	*r = (struct load_request){ .ranks = { .n = 1 } };
	*load = NULL;
	if (o->load == NULL)
		return true;
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		if (strcmp(o->load, choices[i].name) != 0)
			continue;
		r->most_us = choices[i].most_us;
		*load = choices[i].any ? r : NULL;
		return true;
	}
	if (!quantity_read(o->load, QUANTITY_TIME, p, &most_us, &fault) ||
	    most_us < LEAST_LOAD_US)
		return err_set(err, ERR_CONFIG,
		    "--load \"%s\": none, short, full, or 5 s or more for "
		    "each load",
		    o->load);
	r->most_us = (int64_t)most_us;
	*load = r;
	return true;
}

static int
check_target(
    const struct options *o, const struct lab *lab, bool sealed_elsewhere)
{
	struct profile p;
	struct load_request load;
	struct run_request r = {
		.profile = &p,
		.selectors = (const char *const *)o->select,
		.n_selectors = o->n_select,
		.lab = lab,
	};
	struct err err;
	int code;

	if (!run_profile(o->subject, o->reach, &p, &err))
		return program_fail(&err);
	if (!how_much(o, &p, &load, &r.load, &err))
		code = program_fail(&err);
	else
		code = sealed_elsewhere ? check(o, &r, false)
					: check_signed(o, &r);
	profile_free(&p);
	return code;
}

int
program_check(const struct options *o)
{
	return check_target(o, NULL, false);
}

int
program_check_unsealed(const struct options *o, const struct lab *lab)
{
	return check_target(o, lab, true);
}

/* Cut off between its last record and its seal: only that is to be done. */
static bool
only_seal_is_missing(const char *dir)
{
	char *path = mem_textf("%s/journal.jsonl", dir);
	struct ledger g = { 0 };
	struct err ignored;
	const bool so = sealing_state(dir) == SEALING_BEGUN &&
			ledger_read(path, &g, &ignored) && g.closed &&
			g.flaw == NULL;

	ledger_free(&g);
	free(path);
	return so;
}

static int
resume(const struct options *o, const struct plan *plan,
    const struct profile *p, const struct lab *lab)
{
	struct load_request load;
	bool interrupted = false;
	struct err err;
	int code;

	load_request_of(&load, plan);
	if (!sealing_may_write(o->subject, &err) ||
	    !sealing_goes_on(o->subject, lab, &err))
		return program_fail(&err);
	if (!only_seal_is_missing(o->subject)) {
		if (!run_resume(o->subject, p, (unsigned)o->jobs, &load,
			progress_of(o), &interrupted, &err))
			return cut_off(o->subject, interrupted, &err);
		tidy(o, p, o->subject);
	}
	code = run_finish(o->subject, NULL, lab, o->score, NULL);
	return program_seal(o->subject, lab, p, code);
}

int
program_resume(const struct options *o)
{
	char *path = mem_textf("%s/plan.json", o->subject);
	struct lab lab;
	struct plan plan;
	struct profile p;
	struct err err;
	bool signs;
	int code;

	if (!plan_read(path, &plan, &err)) {
		free(path);
		return program_fail(&err);
	}
	free(path);
	if (!run_profile(plan.target, o->reach, &p, &err)) {
		plan_free(&plan);
		return program_fail(&err);
	}
	if (!sealing_open(&lab, &signs, o, &p, &err)) {
		code = program_fail(&err);
	} else {
		code = resume(o, &plan, &p, signs ? &lab : NULL);
		lab_free(&lab);
	}
	profile_free(&p);
	plan_free(&plan);
	return code;
}

/* ---- rerun ---- */

static bool
is_worth_it(const struct matrix_case *c)
{
	return c->plan->executes && c->verdict != PASS;
}

int
program_rerun(const struct options *o)
{
	struct run_result old;
	struct profile p;
	struct run_request r = { .profile = &p };
	struct load_request load;
	struct err err;
	char **selectors;
	int code;

	if (!run_read(&old, o->subject, &err))
		return program_fail(&err);
	selectors = mem_new(old.matrix.n, sizeof selectors[0]);
	for (size_t i = 0; i < old.matrix.n; i++)
		if (is_worth_it(&old.matrix.cases[i]))
			selectors[r.n_selectors++] =
			    mem_textf("case:%s", old.matrix.cases[i].plan->id);
	r.selectors = (const char *const *)selectors;
	r.cites = old.plan.run;
	load_request_of(&load, &old.plan);
	r.load = &load;
	if (r.n_selectors == 0) {
		printf("every case of %s that ran did pass: nothing to rerun\n",
		    o->subject);
		code = EXIT_CONFORMS;
	} else if (!run_profile(old.plan.target, o->reach, &p, &err)) {
		code = program_fail(&err);
	} else {
		code = check_signed(o, &r);
		profile_free(&p);
	}
	for (size_t i = 0; i < r.n_selectors; i++)
		free(selectors[i]);
	free(selectors);
	run_result_free(&old);
	return code;
}

/* ---- what needs no target ---- */

/* Is it the run's folder, or below it?  What is not there yet is asked above. */
static bool
is_within(const char *path, const char *dir)
{
	char *whole = realpath(dir, NULL), *at = mem_text(span_of(path));
	char *real = realpath(at, NULL);
	size_t n = whole == NULL ? 0 : strlen(whole);
	bool within;

	while (real == NULL && strrchr(at, '/') != NULL && at[1] != '\0') {
		*strrchr(at, '/') = '\0';
		real = realpath(at[0] == '\0' ? "/" : at, NULL);
	}
	if (real == NULL)
		real = realpath(".", NULL);
	within = n != 0 && real != NULL && strncmp(real, whole, n) == 0 &&
		 (real[n] == '/' || real[n] == '\0');
	free(real);
	free(at);
	free(whole);
	return within;
}

int
program_report(const struct options *o)
{
	struct err err;

	if ((o->out == NULL || is_within(o->out, o->subject)) &&
	    !sealing_may_write(o->subject, &err)) {
		err_while(&err, "report (--out DIR writes it elsewhere)");
		return program_fail(&err);
	}
	return run_finish(o->subject, o->out, NULL, o->score, o->expect);
}

static void
print_replay(const struct replay *r, const char *dir)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct disagreement *d = &r->disagreements[i];

		printf("%s: recorded %s, now %s%s%s\n", d->recorded->id,
		    verdict_name(d->recorded->verdict), verdict_name(d->again),
		    d->why[0] == '\0' ? "" : ": ", d->why);
	}
	printf("%s: %zu of %zu verdicts agree with their evidence", dir,
	    r->agreed, r->judged);
	if (r->unjudged != 0)
		printf(", %zu broken ones left none", r->unjudged);
	printf("%s\n", r->ledger.closed ? "" : "; the run was cut off");
	if (strcmp(r->plan.kit, kit_name()) != 0)
		printf("the run was made by %s, this is %s\n", r->plan.kit,
		    kit_name());
}

static void
print_replay_json(const struct replay *r)
{
	json_t *list = json_array();
	json_t *all;

	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(list,
		    json_pack("{s:s, s:s, s:s, s:s}", "case",
			r->disagreements[i].recorded->id, "recorded",
			verdict_name(r->disagreements[i].recorded->verdict),
			"now", verdict_name(r->disagreements[i].again), "why",
			r->disagreements[i].why));
	all = json_pack("{s:s, s:I, s:I, s:I, s:b, s:o}", "run", r->plan.run,
	    "judged", (json_int_t)r->judged, "agreed", (json_int_t)r->agreed,
	    "unjudged", (json_int_t)r->unjudged, "closed", r->ledger.closed,
	    "disagreements", list);
	json_dumpf(all, stdout, JSON_INDENT(1));
	putchar('\n');
	json_decref(all);
}

int
program_replay(const struct options *o)
{
	struct replay r;
	struct err err;
	int code = EXIT_CONFORMS;

	if (!replay_run(
		&r, o->subject, program_fixtures(), load_judge_again, &err)) {
		replay_free(&r);
		return program_fail(&err);
	}
	if (o->json)
		print_replay_json(&r);
	else
		print_replay(&r, o->subject);
	if (r.n != 0)
		code = EXIT_FORGED;
	else if (!r.ledger.closed || r.judged == 0)
		code = EXIT_INCOMPLETE;
	replay_free(&r);
	return code;
}

static void
print_plan(const struct plan *plan)
{
	size_t counts[DISPOSITION_COUNT] = { 0 }, runs = 0;

	for (size_t i = 0; i < plan->n; i++) {
		const struct plan_case *c = &plan->cases[i];

		runs += c->executes;
		printf("%-36s %-12s %s%s%s\n", c->id,
		    catalogue_get(c->verifies)->name,
		    c->executes ? "will run" : verdict_name(c->verdict),
		    c->why == NULL ? "" : ": ", c->why == NULL ? "" : c->why);
	}
	for (size_t i = 0; i < REQ_COUNT; i++)
		counts[plan->rows[i].disposition]++;
	printf("\n%zu cases, %zu to be run; rows:", plan->n, runs);
	for (size_t d = 0; d < DISPOSITION_COUNT; d++)
		printf(" %zu %s%s", counts[d],
		    disposition_name((enum disposition)d),
		    d + 1 < DISPOSITION_COUNT ? "," : "\n");
}

int
program_plan(const struct options *o)
{
	struct profile p;
	struct plan plan;
	struct plan_request r = {
		.now = clock_wall(),
		.profile = &p,
		.selectors = (const char *const *)o->select,
		.n_selectors = o->n_select,
		.repeats = o->repeats,
	};
	char id[32];
	struct err err;

	if (!profile_read_public(o->subject, &p, &err))
		return program_fail(&err);
	plan_run_id(r.now, id);
	r.run = id;
	if (!plan_make(&plan, &r, &err)) {
		profile_free(&p);
		return program_fail(&err);
	}
	if (o->json) {
		char *text = plan_text(&plan);

		puts(text);
		free(text);
	} else {
		print_plan(&plan);
	}
	plan_free(&plan);
	profile_free(&p);
	return EXIT_CONFORMS;
}
