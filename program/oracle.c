/* SPDX-License-Identifier: MIT */
/*
 * oracle: a long run of the mailbox oracle, for what the few hundred steps of
 * the cases imap.oracle.* do not reach.
 */
#include <jansson.h>
#include <stdio.h>
#include <unistd.h>

#include "conformance/oracle/run.h"
#include "lib/files.h"
#include "lib/json.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "program/program.h"
#include "program/run.h"

enum { SHRINK_ATTEMPTS = 200, HOURS_MOST = 4, SHRINK_MINUTES = 3 };

static bool
tell_progress(void *ctx, size_t done, size_t all)
{
	if (ctx != NULL && (done % 50 == 0 || done == all))
		fprintf(stderr, "\r%zu of %zu steps%s", done, all,
		    done == all ? "\n" : "");
	return !program_stop;
}

static bool
write_record(
    const char *path, const char *suffix, struct span record, struct err *err)
{
	char *name = mem_textf("%s%s", path, suffix);
	const bool ok = files_write(name, record, err);

	free(name);
	return ok;
}

static void
print_result(const struct options *o, const struct oracle_result *r,
    size_t steps, size_t least)
{
	const struct oracle_rule_row *rule = &oracle_rules[r->finding.rule];

	if (o->json) {
		json_t *all = json_pack("{s:i, s:I, s:s, s:s, s:s, s:o, s:I}",
		    "seed", o->seed, "steps", (json_int_t)steps, "rule",
		    rule->name, "clause", rule->clause, "why", r->why, "heard",
		    json_clean(r->finding.what, sizeof r->finding.what),
		    "least", (json_int_t)least);

		json_dumpf(all, stdout, JSON_INDENT(1));
		putchar('\n');
		json_decref(all);
	} else if (r->finding.rule != RULE_NONE) {
		printf("broken after %zu steps, seed %d: %s (%s)\n"
		       "  %s\n  client %d: %s\n  %zu steps are enough:\n",
		    steps, o->seed, rule->name, rule->clause, rule->text,
		    r->finding.client + 1, r->finding.what, least);
		printf("%.*s", SPAN_FMT(oracle_record_tail(
				   buf_span(&r->record), r->finding.at, 40)));
	} else if (r->why[0] != '\0') {
		printf("undetermined after %zu steps, seed %d: %s\n", steps,
		    o->seed, r->why);
	} else {
		printf("nothing was broken in %zu steps, seed %d\n", steps,
		    o->seed);
	}
}

static int
carry_out(const struct options *o, struct oracle_site *site)
{
	struct oracle_result result;
	struct steps steps;
	struct err err = { .kind = ERR_NONE };
	size_t taken;
	bool kept;
	int code;

	steps_make(&steps, (uint64_t)o->seed, (size_t)o->steps, o->clients,
	    (enum steps_mix)(o->seed % MIXES));
	oracle_run(site, &steps, o->clients, &result);
	taken = result.steps;
	kept = o->record == NULL ||
	       write_record(o->record, "", buf_span(&result.record), &err);
	code = result.finding.rule != RULE_NONE ? EXIT_NONCONFORMS
	       : program_stop                   ? EXIT_INTERRUPTED
	       : result.why[0] != '\0'          ? EXIT_INCOMPLETE
						: EXIT_CONFORMS;
	if (code == EXIT_NONCONFORMS) {
		site->progress = NULL;
		site->until.us =
		    clock_mono().us + SHRINK_MINUTES * 60 * 1000000LL;
		oracle_shrink(
		    site, &steps, o->clients, &result, SHRINK_ATTEMPTS);
		kept = kept && (o->record == NULL ||
				   write_record(o->record, ".short",
				       buf_span(&result.record), &err));
	}
	print_result(o, &result, taken, steps.n);
	oracle_result_free(&result);
	steps_free(&steps);
	return kept ? code : program_fail(&err);
}

int
program_oracle(const struct options *given)
{
	struct options o = *given;
	struct oracle_site site = { 0 };
	struct profile p;
	struct err err;
	char *folder;
	int code;

	o.seed = o.seed == 0 ? 1 : o.seed;
	o.steps = o.steps == 0 ? 1000 : o.steps;
	o.clients = o.clients == 0 ? 3 : o.clients;
	if (o.clients < 2 || o.clients > ORACLE_CLIENTS) {
		err_set(&err, ERR_CONFIG, "--clients %d: 2 to %d would do",
		    o.clients, ORACLE_CLIENTS);
		return program_fail(&err);
	}
	if (!run_profile(o.subject, o.reach, &p, &err))
		return program_fail(&err);
	folder = mem_textf(
	    "oracle-%d-%lld", o.seed, (long long)(clock_wall().us / 1000000));
	site = (struct oracle_site){ .profile = &p,
		.folder = folder,
		.progress = tell_progress,
		.ctx = o.quiet || o.json || !isatty(STDERR_FILENO) ? NULL
								   : stderr };
	site.until.us = clock_mono().us + HOURS_MOST * 3600 * 1000000LL;
	code = carry_out(&o, &site);
	free(folder);
	profile_free(&p);
	return code;
}
