/* SPDX-License-Identifier: MIT */
/*
 * clean: what a run has left in the target's mailboxes is taken away, after
 * every run by itself, and by hand after one that was cut off.
 */
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cleanup.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/run.h"

static void
print(const struct cleanup *c, const char *run, FILE *out)
{
	fprintf(out,
	    "taken away of run %s: %zu message%s, %zu mailbox%s, in %zu "
	    "account%s\n",
	    run, c->messages, c->messages == 1 ? "" : "s", c->mailboxes,
	    c->mailboxes == 1 ? "" : "es", c->accounts,
	    c->accounts == 1 ? "" : "s");
	if (c->entries > 0)
		fprintf(out, "and %zu entr%s of the directory\n", c->entries,
		    c->entries == 1 ? "y" : "ies");
}

static bool
plan_of(const char *dir, struct plan *plan, struct err *err)
{
	char *path = mem_textf("%s/plan.json", dir);
	const bool ok = plan_read(path, plan, err);

	free(path);
	return ok;
}

void
program_tidy(const struct profile *p, const char *dir, bool quiet)
{
	struct cleanup c;
	struct plan plan;
	struct err err;

	if (!plan_of(dir, &plan, &err)) {
		fprintf(stderr, "yanshou: %s\n", err.what);
		return;
	}
	if (cleanup_run(p, plan.run, &program_stop, &c) && !quiet)
		print(&c, plan.run, stderr);
	if (c.failures > 0)
		fprintf(stderr,
		    "yanshou: not all that the run left could be taken away "
		    "(%s%s); try \"yanshou clean %s\"\n",
		    c.why, c.failures > 1 ? ", and more" : "", dir);
	plan_free(&plan);
}

int
program_clean(const struct options *o)
{
	struct cleanup c;
	struct plan plan;
	struct profile p;
	struct err err;
	int code = EXIT_CONFORMS;

	if (!plan_of(o->subject, &plan, &err))
		return program_fail(&err);
	if (!run_profile(plan.target, o->reach, &p, &err)) {
		plan_free(&plan);
		return program_fail(&err);
	}
	if (!cleanup_is_run(plan.run)) {
		err_set(&err, ERR_CONFIG, "%s: \"%s\" is no run's name",
		    o->subject, plan.run);
		code = program_fail(&err);
	} else if (!cleanup_run(&p, plan.run, &program_stop, &c)) {
		err_set(&err, ERR_CONFIG,
		    "%s: no endpoint imaps, imap, pop3s or pop3, so nobody "
		    "can look into its mailboxes, and no administrator of a "
		    "directory",
		    p.path);
		code = program_fail(&err);
	} else {
		print(&c, plan.run, stdout);
		if (c.failures > 0) {
			printf("could not: %s%s\n", c.why,
			    c.failures > 1 ? ", and more" : "");
			code = EXIT_INCOMPLETE;
		}
	}
	profile_free(&p);
	plan_free(&plan);
	return program_stop ? EXIT_INTERRUPTED : code;
}
