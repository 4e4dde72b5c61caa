/* SPDX-License-Identifier: MIT */
/*
 * Of a sealed run: its journal, the order of times, and the verdicts judged
 * again.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/replay.h"
#include "lib/journal.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "program/load.h"
#include "program/sealing.h"
#include "program/stamp.h"
#include "program/whole_inner.h"

/* ---- the journal ---- */

/* A signer that the journal knows of, and no seal: it was taken away. */
static void
check_stripped(struct looking *l, const struct ledger *g)
{
	for (size_t i = 0; !l->w->is_sealed && i < g->n_notes; i++)
		if (strncmp(g->notes[i], SEALING_NOTE,
			sizeof SEALING_NOTE - 1) == 0)
			whole_find(l, WHOLE_SEAL, WHOLE_FAILS, "journal.jsonl",
			    "the seal was taken away: " SEALING_NOTE "%.300s",
			    "签名被去除：记载的签名者为 %.300s",
			    g->notes[i] + sizeof SEALING_NOTE - 1);
}

static void
check_journal(struct looking *l, const struct ledger *g)
{
	if (g->flaw != NULL)
		whole_find(l, WHOLE_JOURNAL, WHOLE_FAILS, "journal.jsonl",
		    "%.400s", "记录链不完整或已被改动（%.400s）", g->flaw);
	else if (!g->closed)
		whole_say(l, WHOLE_JOURNAL,
		    l->w->is_sealed ? WHOLE_FAILS : WHOLE_NOTE, "journal.jsonl",
		    "has no end: the run was cut off",
		    "没有末条记录：运行曾中断");
	else if (l->has_manifest && strcmp(g->head, l->manifest.journal) != 0)
		whole_find(l, WHOLE_JOURNAL, WHOLE_FAILS, "journal.jsonl",
		    "ends in SM3 %.16s..., the list says %.16s...",
		    "末端 SM3 为 %.16s…，清单所列为 %.16s…", g->head,
		    l->manifest.journal);
	else
		whole_find(l, WHOLE_JOURNAL, WHOLE_HOLDS, "",
		    "%zu records of cases, head %.16s...",
		    "%zu 条用例记录，末端 %.16s…", g->n, g->head);
}

/* ---- times ---- */

struct moment {
	const char *en, *zh;
	struct wall at; /* .us 0: not known */
};

static void
moment_of(struct moment *m, const char *text)
{
	if (text == NULL || !wall_parse(text, &m->at))
		m->at.us = 0;
}

static bool
far_apart(const struct moment *a, const struct moment *b)
{
	const int64_t off = a->at.us - b->at.us;

	return a->at.us != 0 && b->at.us != 0 &&
	       (off > STAMP_CLOCK_US || off < -STAMP_CLOCK_US);
}

static void
disorder(struct looking *l, const struct moment *a, const struct moment *b,
    bool apart)
{
	char x[CLOCK_TEXT], y[CLOCK_TEXT], *en, *zh;

	wall_text(a->at, x);
	wall_text(b->at, y);
	en = mem_textf("%s %.19sZ is %s %s %.19sZ: a clock was, or is, wrong",
	    a->en, x, apart ? "far from" : "after", b->en, y);
	zh = mem_textf("%s %.19sZ %s%s %.19sZ：当时或现在的时钟有误", a->zh, x,
	    apart ? "远离" : "晚于", b->zh, y);
	whole_say(l, WHOLE_TIME, WHOLE_FAILS, "", en, zh);
	free(en);
	free(zh);
}

enum { PLANNED, FIRST, LAST, SEALED, CHECKED, STAMP_PLAN, STAMP, MOMENTS };

static void
take_moments(
    struct moment m[MOMENTS], const struct looking *l, const struct ledger *g)
{
	moment_of(&m[PLANNED], l->manifest.planned);
	moment_of(&m[SEALED], l->manifest.sealed);
	m[CHECKED].at = l->ask->at;
	m[STAMP_PLAN].at = l->stamped_plan;
	m[STAMP].at = l->stamped;
	for (size_t i = 0; i < g->n; i++) {
		struct moment one = { 0 };

		moment_of(&one, g->outcomes[i].started);
		if (one.at.us == 0)
			continue;
		if (m[FIRST].at.us == 0 || one.at.us < m[FIRST].at.us)
			m[FIRST].at = one.at;
		if (one.at.us > m[LAST].at.us)
			m[LAST].at = one.at;
	}
}

/* By clocks: ours throughout, and a stamp's beside it. */
static void
check_times(struct looking *l, const struct ledger *g)
{
	static const int order[] = { PLANNED, FIRST, LAST, SEALED, CHECKED };
	struct moment m[MOMENTS] = {
		[PLANNED] = { .en = "planned", .zh = "计划" },
		[FIRST] = { .en = "the first case", .zh = "首个用例" },
		[LAST] = { .en = "the last case", .zh = "末个用例" },
		[SEALED] = { .en = "sealed", .zh = "签名" },
		[CHECKED] = { .en = "the time of checking", .zh = "核对时间" },
		[STAMP_PLAN] = { .en = "the plan's time stamp",
		    .zh = "计划的时间戳" },
		[STAMP] = { .en = "the list's time stamp",
		    .zh = "清单的时间戳" },
	};
	static const int near[][2] = { { STAMP_PLAN, PLANNED },
		{ STAMP, SEALED } };
	const size_t before = whole_count(l->w, WHOLE_FAILS);
	const struct moment *last = NULL;

	if (!l->has_manifest)
		return;
	take_moments(m, l, g);
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		const struct moment *at = &m[order[i]];
		const int64_t spare = order[i] == CHECKED ? STAMP_CLOCK_US : 0;

		if (at->at.us == 0)
			continue;
		if (last != NULL && last->at.us > at->at.us + spare)
			disorder(l, last, at, false);
		last = at;
	}
	for (size_t i = 0; i < sizeof near / sizeof near[0]; i++)
		if (far_apart(&m[near[i][0]], &m[near[i][1]]))
			disorder(l, &m[near[i][0]], &m[near[i][1]], true);
	if (whole_count(l->w, WHOLE_FAILS) == before)
		whole_find(l, WHOLE_TIME, WHOLE_HOLDS, "",
		    "planned %s, sealed %s", "计划 %s，签名 %s",
		    l->manifest.planned, l->manifest.sealed);
}

/* ---- the verdicts ---- */

static void
say_kit(struct looking *l, const struct replay *r)
{
	if (r->plan.kit != NULL && strcmp(r->plan.kit, kit_name()) != 0)
		whole_find(l, WHOLE_REPLAY, WHOLE_NOTE, "",
		    "made by %.100s, judged again by %.100s",
		    "测试工具为 %.100s，复算工具为 %.100s", r->plan.kit,
		    kit_name());
}

static void
replay(struct looking *l)
{
	struct replay r;
	struct err err;
	const bool ok =
	    replay_run(&r, l->dir, l->ask->fixtures, load_judge_again, &err);

	if (!ok)
		whole_find(l, WHOLE_REPLAY, WHOLE_FAILS, "", "%s",
		    "无法复算（%s）", err.what);
	for (size_t i = 0; ok && i < r.n; i++) {
		const struct disagreement *d = &r.disagreements[i];

		whole_find(l, WHOLE_REPLAY, WHOLE_FAILS, d->recorded->id,
		    "recorded %s, now %s: %.300s",
		    "记录为 %s，复算为 %s：%.300s",
		    verdict_name(d->recorded->verdict), verdict_name(d->again),
		    d->why);
	}
	if (ok && r.n == 0)
		whole_find(l, WHOLE_REPLAY, WHOLE_HOLDS, "",
		    "%zu verdicts agree, %zu left nothing to judge",
		    "%zu 项结果一致，%zu 项无可复算", r.agreed, r.unjudged);
	say_kit(l, &r);
	replay_free(&r);
}

void
whole_again(struct looking *l)
{
	char *path = mem_textf("%s/journal.jsonl", l->dir);
	struct ledger g = { 0 };
	struct err err;

	if (ledger_read(path, &g, &err)) {
		check_stripped(l, &g);
		check_journal(l, &g);
		check_times(l, &g);
	} else {
		whole_find(l, WHOLE_JOURNAL, WHOLE_FAILS, "journal.jsonl", "%s",
		    "无法读取（%s）", err.what);
	}
	ledger_free(&g);
	free(path);
	if (l->ask->fixtures != NULL)
		replay(l);
}
