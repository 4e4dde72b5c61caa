/* SPDX-License-Identifier: MIT */
#include "reports/expect.h"

#include <stdio.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"

#define TABLE_MOST (4u << 20) /* bytes of an expected.tsv */
#define COLUMNS    4

static const char *const columns[COLUMNS] = { "subject", "verdict", "why",
	"citation" };

static void
expectation_free(struct expectation *e)
{
	free(e->subject);
	free(e->verdict);
	free(e->why);
	free(e->citation);
}

void
expect_free(struct expect *x)
{
	for (size_t i = 0; i < x->n; i++)
		expectation_free(&x->lines[i]);
	free(x->lines);
	free(x->path);
	*x = (struct expect){ 0 };
}

/* Row verdicts by name; ROW_VERDICT_COUNT when it is none. */
static enum row_verdict
row_verdict_parse(const char *name)
{
	size_t v = 0;

	while (v < ROW_VERDICT_COUNT &&
	       strcmp(row_verdict_name((enum row_verdict)v), name) != 0)
		v++;
	return (enum row_verdict)v;
}

static bool
is_case_id(const char *text)
{
	static const char most[] = "abcdefghijklmnopqrstuvwxyz0123456789.-";

	return strspn(text, most) == strlen(text);
}

/* "fail|pass" is "fail", and a pass is no news. */
static bool
take_sometimes(char *verdict)
{
	char *bar = strchr(verdict, '|');

	if (bar == NULL || strcmp(bar, "|pass") != 0)
		return false;
	*bar = '\0';
	return true;
}

/* What the fields must be, once they are four. */
static bool
check_fields(const char *what, const struct expectation *e, struct err *err)
{
	enum verdict v;

	if (!e->row && !is_case_id(e->subject))
		return err_set(err, ERR_CONFIG,
		    "%s:%zu: subject: \"%s\" is no row of the catalogue and no "
		    "case; cases are like smtp.order.mail",
		    what, e->line, e->subject);
	if (!e->row && !verdict_parse(e->verdict, &v))
		return err_set(err, ERR_CONFIG,
		    "%s:%zu: verdict: \"%s\" is none; must be fail, "
		    "inconclusive, review, broken or not-applicable",
		    what, e->line, e->verdict);
	if (e->row && row_verdict_parse(e->verdict) == ROW_VERDICT_COUNT)
		return err_set(err, ERR_CONFIG,
		    "%s:%zu: verdict: \"%s\" is none of a row; must be fail, "
		    "inconclusive, review, broken, not-applicable, "
		    "not-tested, text-missing or out-of-scope",
		    what, e->line, e->verdict);
	if (strcmp(e->verdict, "pass") == 0)
		return err_set(err, ERR_CONFIG,
		    "%s:%zu: verdict: a pass needs no line; remove it", what,
		    e->line);
	return true;
}

static const struct expectation *
find(const struct expect *x, const char *subject)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->lines[i].subject, subject) == 0)
			return &x->lines[i];
	return NULL;
}

/* Cuts a line into its fields; each must say something. */
static bool
cut_fields(const char *what, size_t line, struct span rest,
    struct span fields[COLUMNS], struct err *err)
{
	size_t n = 1;

	for (size_t i = 0; i < rest.len; i++)
		n += rest.ptr[i] == '\t' ? 1 : 0;
	if (n != COLUMNS)
		return err_set(err, ERR_CONFIG,
		    "%s:%zu: %zu columns; must be 4, with a tab between: "
		    "subject, verdict, why, citation",
		    what, line, n);
	for (size_t i = 0; i < COLUMNS; i++) {
		fields[i] = span_cut(&rest, '\t');
		if (fields[i].len == 0)
			return err_set(err, ERR_CONFIG,
			    "%s:%zu: %s: is empty; must say it, \"-\" for a "
			    "citation that does not exist",
			    what, line, columns[i]);
		if (memchr(fields[i].ptr, '\0', fields[i].len) != NULL)
			return err_set(err, ERR_CONFIG,
			    "%s:%zu: %s: holds a NUL; must be text", what, line,
			    columns[i]);
	}
	return true;
}

static bool
add_line(struct expect *x, const char *what, size_t line, struct span text,
    struct err *err)
{
	struct span fields[COLUMNS];
	struct expectation e = { .line = line };
	const struct expectation *before;

	if (!cut_fields(what, line, text, fields, err))
		return false;
	if (span_eq(fields[0], SPAN("subject")) &&
	    span_eq(fields[1], SPAN("verdict")))
		return true; /* names of the columns */
	e.subject = mem_text(fields[0]);
	e.verdict = mem_text(fields[1]);
	e.why = mem_text(fields[2]);
	e.citation = mem_text(fields[3]);
	e.row = catalogue_find(e.subject, &e.req);
	e.sometimes = !e.row && take_sometimes(e.verdict);
	before = find(x, e.subject);
	x->lines = mem_grow(x->lines, (x->n + 1) * sizeof *x->lines);
	x->lines[x->n++] = e;
	if (before != NULL)
		return err_set(err, ERR_CONFIG,
		    "%s:%zu: subject: \"%s\" stands in an earlier line "
		    "already; must be there once",
		    what, line, e.subject);
	return check_fields(what, &e, err);
}

bool
expect_parse(
    const char *what, struct span text, struct expect *x, struct err *err)
{
	bool ok = true;

	*x = (struct expect){ .path = mem_text(span_of(what)) };
	for (size_t line = 1; ok && text.len != 0; line++) {
		struct span s = span_cut(&text, '\n');

		if (s.len != 0 && s.ptr[s.len - 1] == '\r')
			s.len--;
		if (s.len != 0 && s.ptr[0] != '#')
			ok = add_line(x, what, line, s, err);
	}
	if (!ok)
		expect_free(x);
	return ok;
}

bool
expect_read(const char *path, struct expect *x, struct err *err)
{
	size_t n;
	char *text = files_read_text(path, TABLE_MOST, &n, err);
	bool ok;

	*x = (struct expect){ 0 };
	if (text == NULL)
		return false;
	ok = expect_parse(path, (struct span){ text, n }, x, err);
	free(text);
	return ok;
}

static void
add(struct expect_list *list, char *text)
{
	list->lines =
	    mem_grow(list->lines, (list->n + 1) * sizeof *list->lines);
	list->lines[list->n++] = text;
}

/* Puts one subject that has a line where it belongs. */
static void
judge(struct expect_result *r, const struct expect *x,
    const struct expectation *e, const char *is, bool fine)
{
	if (strcmp(is, e->verdict) == 0 ||
	    (e->sometimes && strcmp(is, verdict_name(PASS)) == 0))
		add(&r->confirmed, mem_textf("%s: %s, as expected: %s (%s)",
				       e->subject, is, e->why, e->citation));
	else
		add(fine ? &r->stale : &r->unexplained,
		    mem_textf("%s: %s, expected %s (%s:%zu)", e->subject, is,
			e->verdict, x->path, e->line));
}

static bool
case_fine(enum verdict v)
{
	return v == PASS || v == NOT_APPLICABLE;
}

static void
judge_case(struct expect_result *r, const struct expect *x,
    const struct matrix_case *c)
{
	const struct expectation *e = find(x, c->plan->id);
	const char *is = verdict_name(c->verdict);
	const bool said = c->why != NULL && c->why[0] != '\0';

	if (e != NULL)
		judge(r, x, e, is, case_fine(c->verdict));
	else if (!case_fine(c->verdict))
		add(&r->unexplained,
		    mem_textf("%s: %s, and no line expects it%s%s", c->plan->id,
			is, said ? ": " : "", said ? c->why : ""));
}

static void
judge_row(struct expect_result *r, const struct expect *x,
    const struct expectation *e, const struct matrix *m)
{
	const enum row_verdict v = m->rows[e->req].verdict;

	if (m->plan->partial || v == ROW_UNSELECTED)
		return; /* a part of a row says nothing about the row */
	judge(r, x, e, row_verdict_name(v),
	    v == ROW_PASS || v == ROW_NOT_APPLICABLE || v == ROW_EXCLUDED);
}

static bool
planned(const struct matrix *m, const char *id)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->cases[i].plan->id, id) == 0)
			return true;
	return false;
}

/* True when every end that was planned is there and may be believed. */
static bool
record_holds(const struct matrix *m)
{
	return m->exit != EXIT_FORGED && m->exit != EXIT_CONFIG &&
	       m->exit != EXIT_USAGE && m->ledger->closed &&
	       m->executed == m->planned;
}

static enum exit_code
exit_of(const struct expect_result *r, const struct matrix *m)
{
	if (!record_holds(m))
		return m->exit;
	if (r->unexplained.n > 0)
		return EXIT_NONCONFORMS;
	if (m->executed == 0)
		return EXIT_INCOMPLETE;
	return r->stale.n > 0 || m->n_stale > 0 ? EXIT_STALE : EXIT_CONFORMS;
}

void
expect_compare(
    struct expect_result *r, const struct expect *x, const struct matrix *m)
{
	*r = (struct expect_result){ 0 };
	for (size_t i = 0; i < m->n; i++)
		judge_case(r, x, &m->cases[i]);
	for (size_t i = 0; i < x->n; i++) {
		const struct expectation *e = &x->lines[i];

		if (e->row)
			judge_row(r, x, e, m);
		else if (!m->plan->partial && !planned(m, e->subject))
			add(&r->stale,
			    mem_textf("%s: no such case in the plan (%s:%zu)",
				e->subject, x->path, e->line));
	}
	r->exit = exit_of(r, m);
}

static void
list_free(struct expect_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->lines[i]);
	free(list->lines);
}

void
expect_result_free(struct expect_result *r)
{
	list_free(&r->unexplained);
	list_free(&r->stale);
	list_free(&r->confirmed);
	*r = (struct expect_result){ 0 };
}
