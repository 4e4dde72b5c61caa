/* SPDX-License-Identifier: MIT */
/*
 * Several clients at once on one mailbox, and every answer compared with what
 * can be true: see conformance/oracle/README.md.
 */
#include "conformance/cases/email/imap_prelude.h"
#include "conformance/oracle/run.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/mem.h"

extern const struct conf_group conf_imap_oracle;

enum { STEPS = 300, CLIENTS = 3, SHRINK_ATTEMPTS = 60, SOFT_S = 90 };

static const struct draw {
	const char *id;
	uint64_t seed;
	enum steps_mix mix;
} draws[] = {
	{ "imap.oracle.even", 3501, MIX_EVEN },
	{ "imap.oracle.expunge", 4315, MIX_EXPUNGE },
	{ "imap.oracle.flags", 7162, MIX_FLAGS },
	{ "imap.oracle.add", 6851, MIX_ADD },
};

static const struct draw *
draw_of(const struct trial *t)
{
	const struct draw *d = draws;

	while (strcmp(d->id, trial_case(t)->id) != 0)
		d++;
	return d;
}

static void
file_short(struct trial *t, struct oracle_site *site, struct steps *steps,
    struct oracle_result *result)
{
	site->until.us = clock_mono().us + trial_left_ms(t) * 1000 / 2;
	oracle_shrink(site, steps, CLIENTS, result, SHRINK_ATTEMPTS);
	trial_file(t, "short.log", buf_span(&result->record));
	trial_fact_int(t, "steps.short", (int64_t)steps->n);
}

static bool
collect(struct trial *t)
{
	const struct draw *d = draw_of(t);
	struct oracle_site site = { .profile = trial_profile(t) };
	struct oracle_result result;
	struct steps steps;
	struct buf folder;

	buf_init(&folder, 512);
	trial_lookup(t, SPAN("folder"), &folder);
	site.folder = buf_text(&folder);
	site.until.us = clock_mono().us + trial_left_ms(t) * 1000 * 2 / 3;
	steps_make(&steps, d->seed, STEPS, CLIENTS, d->mix);
	oracle_run(&site, &steps, CLIENTS, &result);
	trial_file(t, "oracle.log", buf_span(&result.record));
	trial_fact_int(t, "seed", (int64_t)d->seed);
	trial_fact_int(t, "steps", (int64_t)result.steps);
	trial_fact_int(t, "clients", CLIENTS);
	trial_fact(t, "why", "%s", result.why);
	if (result.finding.rule != RULE_NONE)
		file_short(t, &site, &steps, &result);
	oracle_result_free(&result);
	steps_free(&steps);
	buf_free(&folder);
	return true;
}

static void
judge(struct trial *t)
{
	const struct buf *record = trial_content(t, "oracle.log");
	const char *why = trial_fact_text(t, "why");
	struct err err = { .kind = ERR_NONE };
	struct model *m = model_new();
	const struct finding *f = model_finding(m);
	const struct oracle_rule_row *rule;

	if (trial_sane(t, record != NULL && why != NULL,
		"oracle.log or the fact why is missing") &&
	    trial_sane(
		t, oracle_record_feed(buf_span(record), m, &err), "%s", err.what)) {
		rule = &oracle_rules[f->rule];
		trial_claim(t,
		    f->rule == RULE_NONE ? trial_case(t)->clause : rule->clause,
		    f->rule == RULE_NONE, rule->text,
		    "%s (client %d, line %d of oracle.log; short.log has the "
		    "fewest steps found)",
		    f->what, f->client + 1, f->at);
		trial_need(t, why[0] == '\0' && model_lost(m) == NULL, "%s",
		    why[0] != '\0' ? why : model_lost(m));
	}
	model_free(m);
}

/* clang-format off */
#define CASE(name, cite, en, zh) \
	{ \
		.id = name, \
		.verifies = EMAIL_F_06, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = IMAPS_ALICE, \
		.service = "imaps", \
		.collect = collect, \
		.judge = judge, \
		.soft_s = SOFT_S, \
	}

static const struct conf_case cases[] = {
	CASE("imap.oracle.even", "RFC 3501 5.2",
	    "three clients do some of everything on one mailbox",
	    "三个客户端在同一邮箱中混合执行各种操作"),
	CASE("imap.oracle.expunge", "RFC 3501 7.4.1",
	    "three clients expunge while the others count",
	    "三个客户端并发清除邮件，序号保持一致"),
	CASE("imap.oracle.flags", "RFC 3501 6.4.6",
	    "three clients store flags on the same messages",
	    "三个客户端并发修改同一批邮件的标志"),
	CASE("imap.oracle.add", "RFC 3501 2.3.1.1",
	    "three clients copy, move and append at once",
	    "三个客户端并发复制、移动和追加邮件"),
};
/* clang-format on */

IMAP_GROUP(imap_oracle, "imaps", cases);
