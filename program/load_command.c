/* SPDX-License-Identifier: MIT */
/*
 * load: a run of loads alone.
 */
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "loadgen/arrival.h"
#include "loadgen/quantity.h"
#include "program/load.h"
#include "program/load_figures.h"
#include "program/load_prepare.h"
#include "program/load_share.h"
#include "program/program.h"
#include "program/run.h"
#include "program/sealing.h"

static bool
read_quantity(const char *option, const char *text, enum quantity what,
    const struct profile *p, double *value, struct err *err)
{
	struct quantity_fault fault;

	*value = 0;
	return text == NULL || quantity_read(text, what, p, value, &fault) ||
	       err_set(err, ERR_CONFIG, "%s \"%s\": %s; %s", option, text,
		   fault.wrong, fault.right);
}

static bool
read_request(const struct options *o, const struct profile *p,
    struct load_request *r, struct err *err)
{
	double rate, time_us;

	*r = (struct load_request){
		.scenario = o->second,
		.workers = o->workers,
		.metrics_port = o->metrics_port,
		.find_capacity = o->find_capacity,
		.first = o->first,
		.change = { .connections = o->connections,
		    .seed = (uint64_t)o->seed },
	};
	if (!read_quantity("--rate", o->rate, QUANTITY_RATE, p, &rate, err) ||
	    !read_quantity("--for", o->time, QUANTITY_TIME, p, &time_us, err))
		return false;
	r->change.rate = rate;
	r->change.for_us = (int64_t)time_us;
	return true;
}

/* ---- --dry-run ---- */

static bool
print_plan(const struct scenario *s, const struct profile *p, struct err *err)
{
	struct load_plan plan;
	struct feeder *feeder;
	char hex[65], *text;

	if (!load_prepare(s, p, &feeder, &plan, NULL, err))
		return false;
	feeder_close(feeder);
	text = arrival_text(&plan, s, false);
	arrival_digest(&plan, hex);
	printf("%splan %s\n\n", text, hex);
	free(text);
	arrival_free(&plan);
	return true;
}

static int
dry_run(const struct load_request *request, const struct profile *p)
{
	struct loads loads;
	struct err err;
	bool ok = loads_read(&loads, request, p, &err);

	for (size_t i = 0; ok && i < loads.n; i++)
		ok = print_plan(&loads.at[i], p, &err);
	if (!ok) {
		loads_free(&loads);
		return program_fail(&err);
	}
	loads_free(&loads);
	return EXIT_CONFORMS;
}

/* ---- for real ---- */

static int
run_loads(const struct options *o, const struct load_request *request,
    const struct profile *p, const struct lab *lab)
{
	static const char *const only[] = { "case:load.*" };
	const struct run_request r = {
		.profile = p,
		.dir = o->run,
		.selectors = only,
		.n_selectors = 1,
		.repeats = 1,
		.progress = o->quiet ? NULL : stderr,
		.load = request,
		.lab = lab,
	};
	bool interrupted;
	struct err err;
	char *dir;
	int code;

	if (run_new(&r, &dir, &interrupted, &err))
		code = program_seal(dir, lab, p,
		    run_finish(dir, NULL, lab, o->score, o->expect));
	else if (interrupted)
		code = EXIT_INTERRUPTED;
	else
		code = program_fail(&err);
	free(dir);
	return code;
}

static int
run_signed(const struct options *o, const struct load_request *request,
    const struct profile *p)
{
	struct lab lab;
	struct err err;
	bool signs;
	int code;

	if (!sealing_open(&lab, &signs, o, p, &err))
		return program_fail(&err);
	code = run_loads(o, request, p, signs ? &lab : NULL);
	lab_free(&lab);
	return code;
}

/* A scenario that judges no row leaves figures, and no verdict. */
static int
only_measure(const struct options *o, const struct load_request *request,
    const struct profile *p, const struct scenario *s)
{
	char id[RANKS_RUN];
	struct load_carry carry = {
		.request = request,
		.profile = p,
		.ranks = request->ranks,
		.run = id,
		.progress = stderr,
		.stop = &program_stop,
	};
	struct err err;
	char *dir;
	bool ok;

	plan_run_id(clock_wall(), id);
	ranks_tell(&request->ranks, id, sizeof id);
	dir = o->run == NULL ? mem_textf("runs/%s", id)
			     : mem_text(span_of(o->run));
	carry.run_dir = dir;
	ok = sealing_may_write(dir, &err) && load_figures(&carry, s, &err);
	free(dir);
	return ok ? EXIT_CONFORMS : program_fail(&err);
}

static bool
judges_any(const struct loads *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].n_judges > 0)
			return true;
	return false;
}

/* The id of the run is rank 0's, who has one before it has a folder. */
static bool
follow(const struct load_request *request, const struct profile *p,
    struct err *err)
{
	char id[RANKS_RUN] = "";
	const struct load_carry carry = {
		.request = request,
		.profile = p,
		.ranks = request->ranks,
		.run = id,
		.stop = &program_stop,
	};
	struct loads loads;
	bool ok = loads_read(&loads, request, p, err);

	ranks_tell(&request->ranks, id, sizeof id);
	ok = ok && loads_follow(&loads, &carry, err);
	loads_free(&loads);
	return ok;
}

static int
load(const struct options *o, const struct load_request *request,
    const struct profile *p)
{
	struct loads loads;
	struct err err;
	int code;

	if (o->dry_run)
		return request->ranks.rank == 0 ? dry_run(request, p)
						: EXIT_CONFORMS;
	if (request->ranks.rank != 0)
		return follow(request, p, &err) ? EXIT_CONFORMS
						: program_fail(&err);
	if (!loads_read(&loads, request, p, &err))
		return program_fail(&err);
	if (loads.n == 1 && !judges_any(&loads))
		code = only_measure(o, request, p, &loads.at[0]);
	else
		code = run_signed(o, request, p);
	loads_free(&loads);
	return code;
}

/* Whoever cannot go on says why, and lets the others know that. */
static int
load_with(const struct options *o, const struct ranks *ranks)
{
	struct load_request request;
	struct load_share share = { 0 };
	struct profile p = { 0 };
	struct err err, other;
	const bool ok = run_profile(o->subject, o->reach, &p, &err) &&
			read_request(o, &p, &request, &err);
	int code;

	if (!ranks_agree(ranks, "profile", ok ? p.digest : NULL, &other) ||
	    !ranks_agree(ranks, "program", kit_name(), &other)) {
		code = program_fail(ok ? &other : &err);
		profile_free(&p);
		return code;
	}
	request.ranks = *ranks;
	if (load_share(&share, &request, &p, &err))
		code = load(o, &request, &p);
	else
		code = program_fail(&err);
	load_share_free(&share);
	profile_free(&p);
	return code;
}

int
program_load(const struct options *o)
{
	struct ranks ranks;
	int code;

	ranks_join(&ranks);
	code = load_with(o, &ranks);
	ranks_leave(&ranks);
	return code;
}
