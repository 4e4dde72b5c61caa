/* SPDX-License-Identifier: MIT */
#include "reports/matrix.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/mem.h"

/* clang-format off */
static const struct {
	const char *name, *zh;
} row_verdicts[ROW_VERDICT_COUNT] = {
	[ROW_PASS]		= { "pass",		"通过" },
	[ROW_FAIL]		= { "fail",		"不通过" },
	[ROW_BROKEN]		= { "broken",		"测试故障" },
	[ROW_INCONCLUSIVE]	= { "inconclusive",	"无法判定" },
	[ROW_REVIEW]		= { "review",		"待人工评审" },
	[ROW_NOT_APPLICABLE]	= { "not-applicable",	"不适用" },
	[ROW_UNTESTED]		= { "not-tested",	"未测试" },
	[ROW_NO_TEXT]		= { "text-missing",	"条文缺失" },
	[ROW_EXCLUDED]		= { "out-of-scope",	"不在范围内" },
	[ROW_UNSELECTED]	= { "not-selected",	"未选测" },
}, statements[] = {
	[STATEMENT_CONFORMS]	= { "conforms",		"符合" },
	[STATEMENT_NONCONFORMS]	= { "nonconforms",	"不符合" },
	[STATEMENT_WAIVED]	= { "nonconforms-waived", "不符合(附豁免)" },
	[STATEMENT_UNDETERMINED] = { "undetermined",	"未判定" },
	[STATEMENT_NONE]	= { "none",		"不作结论" },
};

static const enum row_verdict over_cases[VERDICT_COUNT] = {
	[PASS]			= ROW_PASS,
	[NOT_APPLICABLE]	= ROW_NOT_APPLICABLE,
	[REVIEW]		= ROW_REVIEW,
	[INCONCLUSIVE]		= ROW_INCONCLUSIVE,
	[FAIL]			= ROW_FAIL,
	[BROKEN]		= ROW_BROKEN,
};

/* Rows that were not planned: their verdict, and why when nobody says. */
static const struct {
	enum row_verdict verdict;
	const char *why;
} unplanned[DISPOSITION_COUNT] = {
	[ROW_PLANNED]		= { ROW_UNTESTED,	"no case was planned" },
	[ROW_OUT_OF_SCOPE]	= { ROW_EXCLUDED,	"out of scope" },
	[ROW_NOT_TESTED]	= { ROW_UNTESTED,	"no case judges it" },
	[ROW_NOT_SELECTED]	= { ROW_UNSELECTED,	"not selected" },
	[ROW_TEXT_MISSING]	= { ROW_NO_TEXT,	"no text says what "
							"it demands" },
};
/* clang-format on */

const char *
row_verdict_name(enum row_verdict v)
{
	return row_verdicts[v].name;
}

const char *
row_verdict_zh(enum row_verdict v)
{
	return row_verdicts[v].zh;
}

const char *
statement_name(enum statement s)
{
	return statements[s].name;
}

const char *
statement_zh(enum statement s)
{
	return statements[s].zh;
}

/* A plan case by its name, and by its place in the plan. */
struct entry {
	const char *id;
	size_t at;
};

/* What is needed while a matrix is made, and not after. */
struct making {
	struct matrix *m;
	struct entry *index; /* sorted by id */
	const struct profile_waiver *waivers;
	size_t n_waivers;
	bool *stands;   /* per waiver: may waive at all */
	bool *used;     /* per waiver: waived something */
	size_t **ended; /* per case: outcome + 1 of each attempt; 0: none */
	enum exit_code flaw_exit;
};

static int
by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static bool
case_at(const struct making *k, const char *id, size_t *at)
{
	const struct entry key = { id, 0 };
	const struct entry *hit =
	    k->m->n == 0 ? NULL
			 : bsearch(&key, k->index, k->m->n, sizeof key, by_id);

	if (hit != NULL)
		*at = hit->at;
	return hit != NULL;
}

static char *
text_of(const char *fmt, va_list ap)
{
	struct buf b;
	char *text;

	buf_init(&b, 4096);
	buf_vaddf(&b, fmt, ap);
	text = mem_text(span_of(buf_text(&b)));
	buf_free(&b);
	return text;
}

/*
 * The first flaw is kept: what follows may only follow from it.  Both
 * languages say the same of the same, in the same order.
 */
static void __attribute__((format(printf, 3, 5), format(printf, 4, 5)))
flaw(struct making *k, enum exit_code code, const char *en, const char *zh, ...)
{
	va_list ap;

	if (k->m->flaw != NULL)
		return;
	va_start(ap, zh);
	k->m->flaw = text_of(en, ap);
	va_end(ap);
	va_start(ap, zh);
	k->m->flaw_zh = text_of(zh, ap);
	va_end(ap);
	k->flaw_exit = code;
}

/* Keeps a text for as long as the matrix lives. */
static const char *
keep(struct matrix *m, char *text)
{
	m->texts = mem_grow(m->texts, (m->n_texts + 1) * sizeof *m->texts);
	m->texts[m->n_texts++] = text;
	return text;
}

static void
stale(struct matrix *m, char *text)
{
	m->stale = mem_grow(m->stale, (m->n_stale + 1) * sizeof *m->stale);
	m->stale[m->n_stale++] = text;
}

/* "2026-11-22": dates in this form compare as text. */
static bool
is_day(const char *text)
{
	static const char form[] = "dddd-dd-dd";

	if (text == NULL || strlen(text) != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i] != '\0'; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)text[i])
				   : text[i] != form[i])
			return false;
	return true;
}

static bool
is_empty(const char *text)
{
	return text == NULL || text[0] == '\0';
}

static void
sort_waivers(struct making *k, const char *today)
{
	for (size_t i = 0; i < k->n_waivers; i++) {
		const struct profile_waiver *w = &k->waivers[i];
		char *why = NULL;

		if (is_empty(w->reason) || is_empty(w->approver))
			why = mem_textf("%s: a waiver without reason or "
					"approver waives nothing",
			    w->subject);
		else if (!is_day(w->expires) || !is_day(today))
			why = mem_textf("%s: waived until \"%s\", which is no "
					"day, or today \"%s\" is none",
			    w->subject, is_empty(w->expires) ? "" : w->expires,
			    is_empty(today) ? "" : today);
		else if (strcmp(today, w->expires) > 0)
			why = mem_textf("%s: the waiver expired on %s",
			    w->subject, w->expires);
		k->stands[i] = why == NULL;
		if (why != NULL)
			stale(k->m, why);
	}
}

/* The waiver of a failure of this subject, or NULL. */
static const struct profile_waiver *
waive(struct making *k, const char *subject)
{
	for (size_t i = 0; i < k->n_waivers; i++)
		if (k->stands[i] &&
		    strcmp(k->waivers[i].subject, subject) == 0) {
			k->used[i] = true;
			return &k->waivers[i];
		}
	return NULL;
}

static void
index_cases(struct making *k)
{
	struct matrix *m = k->m;

	for (size_t i = 0; i < m->n; i++)
		k->index[i] = (struct entry){ m->plan->cases[i].id, i };
	qsort(k->index, m->n, sizeof *k->index, by_id);
	for (size_t i = 1; i < m->n; i++)
		if (by_id(&k->index[i - 1], &k->index[i]) == 0)
			flaw(k, EXIT_FORGED, "case %s: planned twice",
			    "用例 %s：计划中重复列出", k->index[i].id);
}

/* What the plan must be for anything to follow from it. */
static void
check_plan(struct making *k)
{
	const struct plan *p = k->m->plan;

	if (p->catalogue_digest != NULL &&
	    strcmp(p->catalogue_digest, catalogue_digest()) != 0)
		flaw(k, EXIT_CONFIG,
		    "the plan is of another catalogue: %s, must be %s",
		    "计划所依据的要求目录不同：%s，应为 %s",
		    p->catalogue_digest, catalogue_digest());
	if (p->n == 0 && p->selector != NULL)
		flaw(k, EXIT_USAGE, "the selector matches no case: \"%s\"",
		    "选取条件未选中任何用例：“%s”", p->selector);
	else if (p->n == 0)
		flaw(k, EXIT_CONFIG, "the plan holds no case",
		    "计划中没有任何用例");
	index_cases(k);
	for (size_t i = 0; i < p->n; i++) {
		const struct plan_case *c = &p->cases[i];
		const enum disposition d = p->rows[c->verifies].disposition;

		if (c->executes && d != ROW_PLANNED)
			flaw(k, EXIT_FORGED,
			    "case %s: executes, though its row %s is planned "
			    "as %s",
			    "用例 %s：列为执行，而其所属条目 %s 的计划状态为 "
			    "%s",
			    c->id, catalogue_get(c->verifies)->name,
			    disposition_name(d));
	}
}

static void
check_ledger(struct making *k)
{
	const struct ledger *l = k->m->ledger;
	char *digest = plan_digest(k->m->plan);
	const size_t planned = plan_ends(k->m->plan);

	if (l->flaw != NULL)
		flaw(k, EXIT_FORGED, "%s", "执行记录有误：%s", l->flaw);
	if (l->plan_digest == NULL || strcmp(l->plan_digest, digest) != 0)
		flaw(k, EXIT_FORGED, "the journal is of another plan: %s",
		    "执行记录属于另一份计划：%s",
		    l->plan_digest == NULL ? "none" : l->plan_digest);
	if (l->closed && l->planned != planned)
		flaw(k, EXIT_FORGED,
		    "the journal closes on %zu planned ends, the plan has %zu",
		    "执行记录收尾时计有 %zu 次计划执行，而计划为 %zu 次",
		    l->planned, planned);
	free(digest);
}

static int
attempts_of(const struct plan_case *c)
{
	return c->executes && c->repeats > 0 ? c->repeats : 0;
}

/* Files one end under its case and attempt. */
static void
place(struct making *k, size_t i)
{
	const struct outcome *o = &k->m->ledger->outcomes[i];
	size_t at;
	int most;

	if (!case_at(k, o->id, &at)) {
		flaw(k, EXIT_FORGED, "case %s: not in the plan",
		    "用例 %s：不在计划之中", o->id);
		return;
	}
	most = attempts_of(&k->m->plan->cases[at]);
	if (o->attempt < 1 || o->attempt > most)
		flaw(k, EXIT_FORGED, "case %s: attempt %d of %d planned",
		    "用例 %s：出现第 %d 次执行，而计划仅 %d 次", o->id,
		    o->attempt, most);
	else if (k->ended[at][o->attempt - 1] != 0)
		flaw(k, EXIT_FORGED, "case %s: attempt %d ended twice",
		    "用例 %s：第 %d 次执行有两个结果", o->id, o->attempt);
	else
		k->ended[at][o->attempt - 1] = i + 1;
}

/* Only the planner says not applicable. */
static enum verdict
heard_verdict(const struct outcome *o)
{
	return o->verdict == NOT_APPLICABLE ? BROKEN : o->verdict;
}

/* A case that the planner decided. */
static void
decided(struct matrix_case *c)
{
	const bool judged =
	    c->plan->verdict == PASS || c->plan->verdict == FAIL;

	c->verdict = judged ? BROKEN : c->plan->verdict;
	c->why =
	    judged ? "the plan judges what it does not execute" : c->plan->why;
	c->why_zh = judged ? NULL : c->plan->why_zh;
}

static void
over_attempts(struct matrix *m, struct matrix_case *c, const size_t *ended)
{
	const int most = attempts_of(c->plan);
	const struct outcome *first = NULL;
	struct buf list;
	bool broke = false;
	int n = 0;

	buf_init(&list, 1024);
	for (int i = 0; i < most; i++) {
		const struct outcome *o =
		    ended[i] == 0 ? NULL : &m->ledger->outcomes[ended[i] - 1];

		if (o == NULL)
			continue;
		if (n++ == 0)
			first = c->outcome = o;
		if (heard_verdict(o) != heard_verdict(first))
			c->unstable = true;
		if (heard_verdict(o) > heard_verdict(c->outcome))
			c->outcome = o;
		broke |= heard_verdict(o) == BROKEN;
		buf_addf(&list, "%s%s", n == 1 ? "unstable: " : ", ",
		    verdict_name(o->verdict));
	}
	c->verdict = INCONCLUSIVE;
	if (n == most && !c->unstable && n > 0)
		c->verdict = heard_verdict(first);
	else if (broke)
		c->verdict = BROKEN;
	if (n > 0 && n == most)
		m->executed++;
	if (c->unstable)
		c->why = keep(m, mem_text(span_of(buf_text(&list))));
	else if (n < most || n == 0)
		c->why = keep(
		    m, mem_textf("%d of %d planned attempts ended", n, most));
	else if (first->verdict == NOT_APPLICABLE)
		c->why = "only the plan may say not applicable";
	else
		c->why = first->why;
	buf_free(&list);
}

static void
make_cases(struct making *k)
{
	struct matrix *m = k->m;

	for (size_t i = 0; i < m->n; i++)
		k->ended[i] = mem_new(
		    (size_t)attempts_of(&m->plan->cases[i]), sizeof(size_t));
	for (size_t i = 0; i < m->ledger->n; i++)
		place(k, i);
	for (size_t i = 0; i < m->n; i++) {
		struct matrix_case *c = &m->cases[i];

		c->plan = &m->plan->cases[i];
		m->planned += c->plan->executes ? 1 : 0;
		if (c->plan->executes)
			over_attempts(m, c, k->ended[i]);
		else
			decided(c);
		if (c->verdict == FAIL)
			c->waiver = waive(k, c->plan->id);
		free(k->ended[i]);
	}
	if (!m->ledger->closed)
		flaw(k, EXIT_INCOMPLETE,
		    "the journal is not closed: the run was interrupted, "
		    "resume it",
		    "执行记录没有收尾：运行被中断，请继续执行");
	if (m->executed != m->planned)
		flaw(k, EXIT_INCOMPLETE, "%zu of %zu planned cases executed",
		    "已执行 %zu 个用例，计划为 %zu 个", m->executed,
		    m->planned);
}

static void
collect_row(struct matrix *m, enum req req)
{
	struct matrix_row *r = &m->rows[req];

	for (size_t i = 0; i < m->n; i++)
		r->n_cases += m->cases[i].plan->verifies == req ? 1 : 0;
	r->cases = mem_new(r->n_cases, sizeof *r->cases);
	r->n_cases = 0;
	for (size_t i = 0; i < m->n; i++)
		if (m->cases[i].plan->verifies == req) {
			r->cases[r->n_cases++] = i;
			r->executed += m->cases[i].outcome != NULL ? 1 : 0;
		}
}

/* The case that decides the row. */
/* A sentence that only recommends, under a row that demands. */
static bool
recommends(const struct matrix_case *c)
{
	return plan_case_level(c->plan) >
	       catalogue_get(c->plan->verifies)->level;
}

/*
 * What a case says about its row.  That a recommendation was not followed is
 * a remark; a row that rests on nothing else has it as its verdict.
 */
static enum verdict
weight(const struct matrix *m, const struct matrix_row *r,
    const struct matrix_case *c)
{
	if (c->verdict != FAIL || !recommends(c))
		return c->verdict;
	for (size_t i = 0; i < r->n_cases; i++) {
		const struct matrix_case *other = &m->cases[r->cases[i]];

		if (!recommends(other) && other->verdict != NOT_APPLICABLE)
			return PASS;
	}
	return FAIL;
}

static const struct matrix_case *
deciding(const struct matrix *m, const struct matrix_row *r)
{
	const struct matrix_case *worst = &m->cases[r->cases[0]];

	for (size_t i = 1; i < r->n_cases; i++) {
		const struct matrix_case *c = &m->cases[r->cases[i]];

		if (verdict_over_cases(weight(m, r, worst), weight(m, r, c)) !=
		    weight(m, r, worst))
			worst = c;
	}
	return worst;
}

/* A row is waived by a waiver of its own or by one for each failure. */
static void
waive_row(struct making *k, enum req req)
{
	struct matrix_row *r = &k->m->rows[req];
	const struct profile_waiver *first = NULL;
	bool each = true;

	for (size_t i = 0; i < r->n_cases; i++) {
		const struct matrix_case *c = &k->m->cases[r->cases[i]];

		if (weight(k->m, r, c) != FAIL)
			continue;
		each = each && c->waiver != NULL;
		if (first == NULL)
			first = c->waiver;
	}
	r->waiver = waive(k, catalogue_get(req)->name);
	if (r->waiver == NULL && each)
		r->waiver = first;
}

static void
make_row(struct making *k, enum req req)
{
	struct matrix *m = k->m;
	struct matrix_row *r = &m->rows[req];
	const struct plan_row *p = &m->plan->rows[req];
	enum disposition d = p->disposition;
	enum verdict verdict;

	if (catalogue_text_missing(req) &&
	    (d == ROW_PLANNED || d == ROW_NOT_TESTED))
		d = ROW_TEXT_MISSING;
	collect_row(m, req);
	r->verdict = unplanned[d].verdict;
	r->why = is_empty(p->why) ? unplanned[d].why : p->why;
	r->why_zh = is_empty(p->why) ? NULL : p->why_zh;
	if (d != ROW_PLANNED || r->n_cases == 0)
		return;
	verdict = weight(m, r, deciding(m, r));
	r->why = verdict == PASS ? NULL : deciding(m, r)->why;
	r->why_zh = verdict == PASS ? NULL : deciding(m, r)->why_zh;
	if (is_empty(r->why))
		r->why = r->why_zh = NULL;
	if (r->executed > 0 || verdict == NOT_APPLICABLE)
		r->verdict = over_cases[verdict];
	if (r->verdict == ROW_FAIL)
		waive_row(k, req);
}

/* True when some case with this verdict stands in a row of the scope. */
static bool
some_case(const struct matrix *m, enum verdict v)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct matrix_case *c = &m->cases[i];
		const enum row_verdict row = m->rows[c->plan->verifies].verdict;

		if (c->verdict == v && row != ROW_EXCLUDED)
			return true;
	}
	return false;
}

/* Nothing in the scope, of any level, that nobody could say anything about. */
static bool
all_answered(const struct matrix *m)
{
	static const bool answers[ROW_VERDICT_COUNT] = {
		[ROW_PASS] = true,
		[ROW_FAIL] = true,
		[ROW_NOT_APPLICABLE] = true,
		[ROW_EXCLUDED] = true,
	};

	for (size_t i = 0; i < REQ_COUNT; i++)
		if (!answers[m->rows[i].verdict])
			return false;
	return !some_case(m, BROKEN) && !some_case(m, INCONCLUSIVE) &&
	       !some_case(m, REVIEW);
}

static enum statement
conclude(const struct matrix *m, size_t unwaived)
{
	const size_t *shall = m->by_level[LEVEL_SHALL].rows;

	if (m->flaw != NULL)
		return STATEMENT_NONE;
	if (unwaived > 0)
		return STATEMENT_NONCONFORMS;
	if (shall[ROW_FAIL] > 0)
		return STATEMENT_WAIVED;
	if (shall[ROW_PASS] > 0 && all_answered(m))
		return STATEMENT_CONFORMS;
	return STATEMENT_UNDETERMINED;
}

/* The order of design.md: 2 or 3, 7, 1, 5, 4, 6. */
static enum exit_code
exit_of(const struct making *k)
{
	const struct matrix *m = k->m;

	if (m->flaw != NULL && k->flaw_exit != EXIT_INCOMPLETE)
		return k->flaw_exit;
	if (m->by_level[LEVEL_SHALL].rows[ROW_FAIL] > 0)
		return EXIT_NONCONFORMS;
	if (some_case(m, BROKEN))
		return EXIT_BROKEN;
	if (m->statement != STATEMENT_CONFORMS)
		return EXIT_INCOMPLETE;
	return m->n_stale > 0 ? EXIT_STALE : EXIT_CONFORMS;
}

/* Something may yet fail here: a waiver for it is not stale. */
static bool
undecided(const struct matrix *m, const struct making *k, const char *subject)
{
	enum req req;
	size_t at;
	enum row_verdict v;

	if (case_at(k, subject, &at))
		return m->cases[at].verdict != PASS &&
		       m->cases[at].verdict != NOT_APPLICABLE &&
		       m->cases[at].verdict != FAIL;
	if (!catalogue_find(subject, &req))
		return m->plan->partial;
	v = m->rows[req].verdict;
	return v != ROW_PASS && v != ROW_NOT_APPLICABLE && v != ROW_EXCLUDED &&
	       v != ROW_FAIL;
}

static void
find_stale(struct making *k)
{
	for (size_t i = 0; i < k->n_waivers; i++) {
		const struct profile_waiver *w = &k->waivers[i];

		if (k->stands[i] && !k->used[i] &&
		    !undecided(k->m, k, w->subject))
			stale(k->m,
			    mem_textf("%s: waived until %s, and there is no "
				      "failure to waive",
				w->subject, w->expires));
	}
}

static void
partial(struct making *k)
{
	const char *selector = k->m->plan->selector;

	if (selector == NULL)
		flaw(k, EXIT_INCOMPLETE, "partial run: rows were left out",
		    "部分运行：未包含全部条目");
	else
		flaw(k, EXIT_INCOMPLETE, "partial run: %s", "部分运行：%s",
		    selector);
}

static void
make_rows(struct making *k)
{
	struct matrix *m = k->m;
	size_t unwaived = 0;

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct requirement *q = catalogue_get((enum req)i);
		const struct matrix_row *r = &m->rows[i];

		make_row(k, (enum req)i);
		m->by_level[q->level].rows[r->verdict]++;
		m->by_provenance[q->provenance].rows[r->verdict]++;
		if (q->level == LEVEL_SHALL && r->verdict == ROW_FAIL &&
		    r->waiver == NULL)
			unwaived++;
		if (r->verdict == ROW_UNSELECTED || m->plan->partial)
			partial(k);
	}
	find_stale(k);
	m->statement = conclude(m, unwaived);
	m->exit = exit_of(k);
}

void
matrix_make(struct matrix *m, const struct plan *plan,
    const struct ledger *ledger, const struct profile_waiver *waivers,
    size_t n_waivers, const char *today)
{
	struct making k = { .m = m,
		.index = mem_new(plan->n, sizeof *k.index),
		.waivers = waivers,
		.n_waivers = n_waivers,
		.stands = mem_new(n_waivers, sizeof *k.stands),
		.used = mem_new(n_waivers, sizeof *k.used),
		.ended = mem_new(plan->n, sizeof *k.ended) };

	*m = (struct matrix){ .plan = plan, .ledger = ledger, .n = plan->n };
	m->cases = mem_new(m->n, sizeof *m->cases);
	check_plan(&k);
	check_ledger(&k);
	sort_waivers(&k, today);
	make_cases(&k);
	make_rows(&k);
	free(k.index);
	free(k.stands);
	free(k.used);
	free(k.ended);
}

void
matrix_free(struct matrix *m)
{
	for (size_t i = 0; i < REQ_COUNT; i++)
		free(m->rows[i].cases);
	for (size_t i = 0; i < m->n_stale; i++)
		free(m->stale[i]);
	for (size_t i = 0; i < m->n_texts; i++)
		free(m->texts[i]);
	free(m->stale);
	free(m->texts);
	free(m->cases);
	free(m->flaw);
	free(m->flaw_zh);
	*m = (struct matrix){ 0 };
}
