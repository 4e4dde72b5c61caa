/* SPDX-License-Identifier: MIT */
/*
 * accept: doctor, check and report in one go.  Without a target it starts
 * the reference services and judges them: the proof, on any machine, that
 * the kit itself is in working order.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/run.h"
#include "reference/serve.h"

static int
accept_target(const struct options *o, const char *target)
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
	return program_check(&check);
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
	struct err err, ignored;
	pid_t pid;
	int code;

	here.run = run;
	if (!files_make_dir(run, &err) || !serve_fork(&serve, &pid, &err)) {
		code = program_fail(&err);
	} else {
		code = accept_target(&here, target);
		if (!serve_join(pid, &ignored))
			fprintf(stderr, "yanshou: %s\n", ignored.what);
	}
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
				  : accept_target(o, o->subject);
}
