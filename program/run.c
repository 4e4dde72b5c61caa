/* SPDX-License-Identifier: MIT */
#include "program/run.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "conformance/plan.h"
#include "conformance/replay.h"
#include "conformance/runner.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/lab.h"
#include "program/load.h"
#include "program/load_page.h"
#include "program/pages.h"
#include "program/program.h"
#include "program/score_file.h"
#include "program/sealing.h"
#include "reports/expect.h"
#include "reports/report.h"
#include "reports/text.h"
#include "reports/verdicts.h"

#define PROFILE_MOST (1u << 20)

bool
run_profile(const char *path, bool agreed, struct profile *p, struct err *err)
{
	if (!profile_read(path, p, err))
		return false;
	if (profile_reachable(p, agreed, err))
		return true;
	profile_free(p);
	return false;
}

/* ---- carrying out ---- */

static bool
copy_profile(const struct profile *p, const char *dir, struct err *err)
{
	char *path = mem_textf("%s/target.yaml", dir);
	struct buf text;
	bool ok;

	buf_init(&text, PROFILE_MOST);
	ok = files_read(p->path, &text, err) &&
	     files_write(path, buf_span(&text), err);
	buf_free(&text);
	free(path);
	return ok;
}

/* The cases, then the loads, when the target and we have nothing else. */
static bool
carry_out(struct runner_options *o, const struct load_request *load,
    bool *interrupted, struct err *err)
{
	struct loads loads = { 0 };
	struct load_carry carry = {
		.request = load,
		.profile = o->profile,
		.ranks = load == NULL ? (struct ranks){ .n = 1 } : load->ranks,
		.run = o->plan->run,
		.plan = o->plan,
		.done = o->done,
		.run_dir = o->run_dir,
		.journal = o->journal,
		.progress = o->progress,
		.stop = &program_stop,
	};
	char id[RANKS_RUN];
	bool ok = load == NULL || loads_read(&loads, load, o->profile, err);

	snprintf(id, sizeof id, "%s", o->plan->run);
	ranks_tell(&carry.ranks, id, sizeof id);
	o->fixtures = program_fixtures();
	o->stop = &program_stop;
	o->leave_open = true;
	ok = ok && runner_run(o, interrupted, err) &&
	     loads_carry_out(&loads, &carry, interrupted, err) &&
	     journal_close(o->journal, plan_ends(o->plan), err);
	loads_free(&loads);
	return ok;
}

/* Of a run that was killed before it recorded anything there is no evidence. */
static bool
is_taken(const char *journal, const char *dir)
{
	char *evidence = mem_textf("%s/evidence", dir);
	const bool left =
	    rmdir(evidence) == -1 && (errno == ENOTEMPTY || errno == EEXIST);

	free(evidence);
	return left || journal_begun(journal);
}

/* The plan, loads included. */
static bool
make_plan(struct plan *plan, struct plan_request *request,
    const struct load_request *load, struct err *err)
{
	struct loads loads = { 0 };
	bool ok =
	    load == NULL || loads_read(&loads, load, request->profile, err);

	request->guests = loads.guests;
	request->n_guests = loads.n_guests;
	ok = ok && plan_make(plan, request, err);
	loads_free(&loads);
	return ok;
}

/*
 * What a run left that was killed before it recorded anything: its signature
 * is not that of the next.
 */
static bool
forget_seal(const char *dir, struct err *err)
{
	char *path = mem_textf("%s/seal", dir);
	const bool ok = access(path, F_OK) == -1 || files_remove(path, err);

	free(path);
	return ok;
}

static bool
begin(
    const struct run_request *r, struct plan *plan, char **dir, struct err *err)
{
	struct plan_request request = {
		.now = clock_wall(),
		.profile = r->profile,
		.selectors = r->selectors,
		.n_selectors = r->n_selectors,
		.repeats = r->repeats,
	};
	char id[32], *path;
	bool ok;

	plan_run_id(request.now, id);
	request.run = id;
	*dir = r->dir == NULL ? mem_textf("runs/%s", id)
			      : mem_text(span_of(r->dir));
	if (!make_plan(plan, &request, r->load, err))
		return false;
	if (!sealing_may_write(*dir, err)) {
		plan_free(plan);
		return false;
	}
	path = mem_textf("%s/journal.jsonl", *dir);
	ok = !is_taken(path, *dir) ||
	     err_set(err, ERR_CONFIG,
		 "%s holds a run already; name another folder with --run, or "
		 "\"yanshou resume %s\"",
		 *dir, *dir);
	free(path);
	path = mem_textf("%s/evidence", *dir);
	ok = ok && files_make_dir(path, err);
	free(path);
	path = mem_textf("%s/plan.json", *dir);
	ok = ok && copy_profile(r->profile, *dir, err) &&
	     plan_write(plan, path, err) && forget_seal(*dir, err) &&
	     (r->lab == NULL ||
		 sealing_begin(*dir, id, r->lab, r->profile, err));
	free(path);
	if (!ok)
		plan_free(plan);
	return ok;
}

/* So that a seal cannot be taken away unnoticed. */
static bool
note_signer(struct journal *j, const struct lab *lab, struct err *err)
{
	char *note;
	bool ok;

	if (lab == NULL)
		return true;
	note = sealing_note(lab);
	ok = journal_note(j, note, err);
	free(note);
	return ok;
}

bool
run_new(
    const struct run_request *r, char **dir, bool *interrupted, struct err *err)
{
	struct runner_options o = {
		.profile = r->profile,
		.jobs = r->jobs,
		.progress = r->progress,
	};
	struct plan plan;
	char *digest, *path;
	bool ok;

	*interrupted = false;
	*dir = NULL;
	if (!begin(r, &plan, dir, err))
		return false;
	digest = plan_digest(&plan);
	path = mem_textf("%s/journal.jsonl", *dir);
	o.plan = &plan;
	o.run_dir = *dir;
	o.journal = journal_create(path, digest, r->cites, err);
	ok = o.journal != NULL && note_signer(o.journal, r->lab, err) &&
	     carry_out(&o, r->load, interrupted, err);
	journal_free(o.journal);
	plan_free(&plan);
	free(digest);
	free(path);
	return ok;
}

bool
run_resume(const char *dir, const struct profile *p, unsigned jobs,
    const struct load_request *load, FILE *progress, bool *interrupted,
    struct err *err)
{
	struct runner_options o = {
		.profile = p, .run_dir = dir, .jobs = jobs, .progress = progress
	};
	struct plan plan = { 0 };
	struct ledger done = { 0 };
	char *plan_path = mem_textf("%s/plan.json", dir);
	char *path = mem_textf("%s/journal.jsonl", dir);
	bool ok;

	*interrupted = false;
	ok = plan_read(plan_path, &plan, err);
	if (ok && strcmp(plan.profile_digest, p->digest) != 0)
		ok = err_set(err, ERR_CONFIG,
		    "%s is not the profile that %s was planned with; begin "
		    "anew with \"yanshou check\"",
		    p->path, dir);
	if (ok && !journal_begun(path))
		ok = err_set(err, ERR_CONFIG,
		    "%s was cut off before anything was recorded: begin again "
		    "with \"yanshou check %s --run %s\"",
		    dir, plan.target, dir);
	if (ok) {
		o.journal = journal_resume(path, err);
		ok = o.journal != NULL && ledger_read(path, &done, err);
	}
	if (ok) {
		o.plan = &plan;
		o.done = &done;
		ok = carry_out(&o, load, interrupted, err);
	}
	journal_free(o.journal);
	ledger_free(&done);
	plan_free(&plan);
	free(plan_path);
	free(path);
	return ok;
}

/* ---- reading back ---- */

static void
today(char day[16])
{
	char text[CLOCK_TEXT];

	wall_text(clock_wall(), text);
	snprintf(day, 16, "%.10s", text);
}

bool
run_read(struct run_result *r, const char *dir, struct err *err)
{
	char day[16];

	*r = (struct run_result){ 0 };
	if (!replay_read(dir, &r->plan, &r->ledger, &r->profile, err)) {
		plan_free(&r->plan);
		ledger_free(&r->ledger);
		profile_free(&r->profile);
		return false;
	}
	ledger_check_evidence(&r->ledger, dir);
	today(day);
	matrix_make(&r->matrix, &r->plan, &r->ledger, r->profile.waivers,
	    r->profile.n_waivers, day);
	return true;
}

void
run_result_free(struct run_result *r)
{
	matrix_free(&r->matrix);
	ledger_free(&r->ledger);
	plan_free(&r->plan);
	profile_free(&r->profile);
}

/* ---- finishing ---- */

static void
print_list(const char *title, const struct expect_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		printf("%s%s\n", title, l->lines[i]);
}

static int
compare(const struct matrix *m, const char *path)
{
	struct expect expect;
	struct expect_result result;
	struct err err;
	int code;

	if (!expect_read(path, &expect, &err))
		return program_fail(&err);
	expect_compare(&result, &expect, m);
	print_list("unexplained: ", &result.unexplained);
	print_list("stale: ", &result.stale);
	printf("%s: %zu as expected, %zu unexplained, %zu stale\n", path,
	    result.confirmed.n, result.unexplained.n, result.stale.n);
	code = (int)result.exit;
	expect_result_free(&result);
	expect_free(&expect);
	return code;
}

static void
print_summary(const struct matrix *m, const char *dir)
{
	struct buf text;

	buf_init(&text, PROFILE_MOST);
	report_text(&text, m, text_style_of(STDOUT_FILENO));
	fputs(buf_text(&text), stdout);
	printf("report: %s/report/index.html\n", dir);
	buf_free(&text);
	fflush(stdout);
}

/* The documents into out; the signer's name is in them. */
static bool
write_documents(const struct run_result *r, const struct report_score *score,
    const struct lab *lab, const char *dir, const char *out, struct err *err)
{
	char *path = mem_textf("%s/verdicts.json", out);
	struct lab_certificate signer = { 0 };
	const bool is_signed = sealing_signer(dir, &signer);
	const struct report_seal seal = { signer.subject, signer.sm3,
		r->profile.lab.tsa };
	struct load_report load;
	bool ok;

	load_page_read(&load, dir, &r->plan, &r->profile);
	ok = files_make_dir(out, err) &&
	     verdicts_write(&r->matrix, path, err) &&
	     report_write(&r->matrix, &r->profile, score, &load,
		 is_signed ? &seal : NULL, dir, out, err) &&
	     pages_write(r, score, is_signed ? &seal : NULL,
		 is_signed ? lab : NULL, out, err);
	load_report_free(&load);
	lab_certificate_free(&signer);
	free(path);
	return ok;
}

int
run_finish(const char *dir, const char *out, const struct lab *lab,
    const char *score_path, const char *expect)
{
	struct run_result r;
	struct score_file score;
	struct err err;
	int code;

	if (!score_file_find(score_path, &score, &err))
		return program_fail(&err);
	if (!run_read(&r, dir, &err)) {
		score_file_free(&score);
		return program_fail(&err);
	}
	if (out == NULL)
		out = dir;
	if (!write_documents(
		&r, score.there ? &score.figures : NULL, lab, dir, out, &err)) {
		code = program_fail(&err);
	} else {
		print_summary(&r.matrix, out);
		code = expect == NULL ? (int)r.matrix.exit
				      : compare(&r.matrix, expect);
	}
	run_result_free(&r);
	score_file_free(&score);
	return code;
}
