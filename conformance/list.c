/* SPDX-License-Identifier: MIT */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "conformance/book.h"
#include "lib/columns.h"
#include "lib/mem.h"

/* One attribute that rows can be filtered by. */
struct choice {
	const char *what; /* "chapter" */
	const char *asked;
	const char *(*of)(enum req);
};

static const char *
service_of(enum req r)
{
	return catalogue_get(r)->service;
}

static const char *
level_of(enum req r)
{
	return level_name(catalogue_get(r)->level);
}

#define CHOICES 3

static void
choices_of(const struct explain_filter *f, struct choice c[CHOICES])
{
	c[0] = (struct choice){ "chapter", f->chapter, catalogue_chapter };
	c[1] = (struct choice){ "service", f->service, service_of };
	c[2] = (struct choice){ "level", f->level, level_of };
}

static bool
passes(const struct choice c[CHOICES], enum req r)
{
	for (size_t i = 0; i < CHOICES; i++)
		if (c[i].asked != NULL && strcmp(c[i].asked, c[i].of(r)) != 0)
			return false;
	return true;
}

/* All values of the attribute, in the order of the catalogue. */
static void
add_values(struct buf *out, const struct choice *c)
{
	for (int r = 0; r < REQ_COUNT; r++) {
		const char *value = c->of((enum req)r);
		bool seen = false;

		for (int k = 0; k < r && !seen; k++)
			seen = strcmp(c->of((enum req)k), value) == 0;
		if (!seen)
			buf_addf(out, "%s%s", r == 0 ? "" : ", ", value);
	}
}

static bool
is_value(const struct choice *c)
{
	for (int r = 0; r < REQ_COUNT; r++)
		if (strcmp(c->of((enum req)r), c->asked) == 0)
			return true;
	return false;
}

/* False when a value is unknown, or when together they let nothing through. */
static bool
check(const struct choice c[CHOICES], struct err *err)
{
	struct buf values;

	for (size_t i = 0; i < CHOICES; i++) {
		if (c[i].asked == NULL || is_value(&c[i]))
			continue;
		buf_init(&values, 400);
		add_values(&values, &c[i]);
		err_set(err, ERR_CONFIG,
		    "%s: there is no %s of that name; "
		    "there are %s",
		    c[i].asked, c[i].what, buf_text(&values));
		buf_free(&values);
		return false;
	}
	for (int r = 0; r < REQ_COUNT; r++)
		if (passes(c, (enum req)r))
			return true;
	return err_set(err, ERR_CONFIG,
	    "no row of chapter %s, service %s "
	    "and level %s",
	    c[0].asked == NULL ? "(any)" : c[0].asked,
	    c[1].asked == NULL ? "(any)" : c[1].asked,
	    c[2].asked == NULL ? "(any)" : c[2].asked);
}

/* ---- rows ---- */

/* clang-format off */
enum { ID = 12, CLAUSE = 20, LEVEL = 8, CLASS = 12, METHOD = 7, CASES = 6 };
/* clang-format on */

#define ROW_TITLE (ID + CLAUSE + LEVEL + CLASS + METHOD + CASES)

static void
row_line(
    struct buf *out, const struct explain_book *book, enum req r, size_t width)
{
	const struct requirement *row = catalogue_get(r);
	char cases[24];

	snprintf(cases, sizeof(cases), "%zu", book_cases_of(book, r));
	columns_pad(out, span_of(row->name), ID);
	columns_pad(out, span_of(row->clause), CLAUSE);
	columns_pad(out, span_of(level_name(row->level)), LEVEL);
	columns_pad(out, span_of(provenance_name(row->provenance)), CLASS);
	columns_pad(out, span_of(row->method), METHOD);
	columns_pad(out, span_of(cases), CASES);
	columns_wrap(out, ROW_TITLE, ROW_TITLE, width, span_of(row->zh));
	columns_pad(out, SPAN(""), ROW_TITLE);
	columns_wrap(out, ROW_TITLE, ROW_TITLE, width, span_of(row->en));
}

static void
row_totals(struct buf *out, const struct explain_book *book,
    const struct choice c[CHOICES], size_t width)
{
	size_t rows = 0, levels[LEVEL_COUNT] = { 0 }, tried = 0, cases = 0;
	size_t carried = 0;
	char *line;

	for (int i = 0; i < REQ_COUNT; i++) {
		const enum req r = (enum req)i;
		const size_t n = book_cases_of(book, r);

		if (!passes(c, r))
			continue;
		rows++;
		levels[catalogue_get(r)->level]++;
		carried +=
		    provenance_carries_clause(catalogue_get(r)->provenance);
		cases += n;
		tried += n != 0;
	}
	line =
	    mem_textf("%zu rows: %zu shall, %zu should, %zu may.  The text "
		      "of the clause is held for %zu.  %zu cases for %zu rows.",
		rows, levels[LEVEL_SHALL], levels[LEVEL_SHOULD],
		levels[LEVEL_MAY], carried, cases, tried);
	buf_add(out, SPAN("\n"));
	columns_wrap(out, 0, 0, width, span_of(line));
	free(line);
}

bool
explain_rows(struct buf *out, const struct explain_book *book,
    const struct explain_filter *filter, size_t width, struct err *err)
{
	struct choice c[CHOICES];

	choices_of(filter, c);
	if (!check(c, err))
		return false;
	columns_pad(out, SPAN("ROW"), ID);
	columns_pad(out, SPAN("CLAUSE"), CLAUSE);
	columns_pad(out, SPAN("LEVEL"), LEVEL);
	columns_pad(out, SPAN("PROVENANCE"), CLASS);
	columns_pad(out, SPAN("METHOD"), METHOD);
	columns_pad(out, SPAN("CASES"), CASES);
	buf_add(out, SPAN("TITLE\n"));
	for (int r = 0; r < REQ_COUNT; r++)
		if (passes(c, (enum req)r))
			row_line(out, book, (enum req)r, width);
	row_totals(out, book, c, width);
	return true;
}

/* ---- cases ---- */

enum { CASE_ID = 34, CASE_ROW = 12 };

static void
case_line(struct buf *out, const struct conf_case *c, size_t width)
{
	const size_t title = CASE_ID + CASE_ROW;
	char *text = mem_textf("%s  (%s)", c->title, c->clause);

	columns_pad(out, span_of(c->id), CASE_ID - 1);
	buf_add(out, SPAN(" "));
	columns_pad(out, span_of(catalogue_get(c->verifies)->name), CASE_ROW);
	columns_wrap(out, title, title, width, span_of(text));
	free(text);
}

bool
explain_cases(struct buf *out, const struct explain_book *book,
    const struct explain_filter *filter, size_t width, struct err *err)
{
	const struct conf_case *one;
	struct choice c[CHOICES];
	size_t n = 0;

	choices_of(filter, c);
	if (!check(c, err))
		return false;
	for (struct book_at at = { 0 }; (one = book_next(book, &at)) != NULL;)
		n += passes(c, one->verifies);
	if (n == 0)
		return err_set(err, ERR_CONFIG,
		    "there are rows of that kind, but no case for any of them");
	columns_pad(out, SPAN("CASE"), CASE_ID);
	columns_pad(out, SPAN("ROW"), CASE_ROW);
	buf_add(out, SPAN("TITLE  (CLAUSE)\n"));
	for (struct book_at at = { 0 }; (one = book_next(book, &at)) != NULL;)
		if (passes(c, one->verifies))
			case_line(out, one, width);
	buf_addf(out, "\n%zu cases.\n", n);
	return true;
}

/* ---- JSON ---- */

static json_t *
row_json(const struct explain_book *book, enum req r)
{
	const struct requirement *row = catalogue_get(r);

	return json_pack("{ss ss ss ss ss ss ss ss ss ss ss sb sb sI sI}", "id",
	    row->name, "chapter", catalogue_chapter(r), "clause", row->clause,
	    "level", level_name(row->level), "service", row->service,
	    "provenance", provenance_name(row->provenance), "source",
	    row->source, "method", row->method, "parameters", row->parameters,
	    "title_en", row->en, "title_zh", row->zh, "carries_clause",
	    (int)provenance_carries_clause(row->provenance), "text_missing",
	    (int)catalogue_text_missing(r), "cases",
	    (json_int_t)book_cases_of(book, r), "faults",
	    (json_int_t)book_faults_of(book, r));
}

static json_t *
case_json(const struct conf_case *c)
{
	return json_pack("{ss ss ss ss ss* ss* ss* sb}", "id", c->id, "row",
	    catalogue_get(c->verifies)->name, "clause", c->clause, "title_en",
	    c->title, "title_zh", c->title_zh, "needs", c->needs, "twin",
	    c->twin, "dialogue", (int)(c->dialogue != NULL));
}

bool
explain_json(struct buf *out, const struct explain_book *book,
    const struct explain_filter *filter, struct err *err)
{
	json_t *rows, *cases, *all;
	const struct conf_case *one;
	struct choice c[CHOICES];
	struct book_at at = { 0 };
	char *text;

	choices_of(filter, c);
	if (!check(c, err))
		return false;
	rows = json_array();
	cases = json_array();
	for (int r = 0; r < REQ_COUNT; r++)
		if (passes(c, (enum req)r))
			json_array_append_new(
			    rows, row_json(book, (enum req)r));
	while ((one = book_next(book, &at)) != NULL)
		if (passes(c, one->verifies))
			json_array_append_new(cases, case_json(one));
	all = json_pack("{ss so so}", "catalogue", catalogue_digest(), "rows",
	    rows, "cases", cases);
	text = json_dumps(all, JSON_INDENT(2));
	buf_add(out, span_of(text));
	buf_add(out, SPAN("\n"));
	free(text);
	json_decref(all);
	return true;
}
