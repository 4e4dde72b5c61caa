/* SPDX-License-Identifier: MIT */
/*
 * accept: doctor, check and report in one go.  Without a target it starts
 * the reference services and judges them: the proof, on any machine, that
 * the kit itself is in working order.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/files.h"
#include "lib/journal.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/run.h"
#include "program/sealing.h"
#include "reference/serve.h"

/* Of our own services (ours) the seal comes when they have ended, too. */
static int
accept_target(const struct options *o, const char *target, bool ours,
    const struct lab *lab)
{
	struct options check = *o;
	bool blocks;
	const int code = program_examine(o, target, &blocks);

	if (blocks) {
		fputs("yanshou: nothing was judged: mend what is marked bad "
		      "first\n",
		    stderr);
		return code;
	}
	check.subject = target;
	if (check.load == NULL)
		check.load = "short";
	return ours ? program_check_unsealed(&check, lab)
		    : program_check(&check);
}

/* Nothing is begun in a folder that holds a run, or beside a sealed one. */
static bool
is_free(const char *run, struct err *err)
{
	char *journal = mem_textf("%s/journal.jsonl", run);
	const bool begun = journal_begun(journal);

	free(journal);
	return sealing_may_write(run, err) &&
	       (!begun || err_set(err, ERR_CONFIG,
			      "%s holds a run already; name another folder "
			      "with --run, or \"yanshou resume %s\"",
			      run, run));
}

/* Cut off, refused or broken, a run has no end, and no seal. */
static bool
is_ended(const char *run)
{
	char *journal = mem_textf("%s/journal.jsonl", run);
	struct ledger g = { 0 };
	struct err ignored;
	const bool ended =
	    ledger_read(journal, &g, &ignored) && g.closed && g.flaw == NULL;

	ledger_free(&g);
	free(journal);
	return ended;
}

static int
accept_ourselves(const struct options *o)
{
	char *run = o->run == NULL ? mem_text(SPAN("runs/reference"))
				   : mem_text(span_of(o->run));
	char *reference = mem_textf("%s/reference", run);
	char *target = mem_textf("%s/target.yaml", reference);
	char *world = mem_textf("%s/world", program_fixtures());
	const struct serve_options serve = { .world_dir = world,
		.run_dir = reference };
	struct options here = *o;
	struct lab lab = { 0 };
	struct err err, ignored;
	bool signs;
	pid_t pid;
	int code;

	here.run = run;
	if (!is_free(run, &err) || !sealing_open(&lab, &signs, o, NULL, &err) ||
	    !files_make_dir(run, &err) || !serve_fork(&serve, &pid, &err)) {
		code = program_fail(&err);
	} else {
		code = accept_target(&here, target, true, signs ? &lab : NULL);
		if (!serve_join(pid, &ignored))
			fprintf(stderr, "yanshou: %s\n", ignored.what);
		if (is_ended(run))
			code =
			    program_seal(run, signs ? &lab : NULL, NULL, code);
	}
	lab_free(&lab);
	free(world);
	free(target);
	free(reference);
	free(run);
	return code;
}

int
program_accept(const struct options *o)
{
	return o->subject == NULL ? accept_ourselves(o)
				  : accept_target(o, o->subject, false, NULL);
}
