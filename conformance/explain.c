/* SPDX-License-Identifier: MIT */
#include "conformance/explain.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/book.h"
#include "lib/columns.h"
#include "lib/mem.h"

/* clang-format off */
static const struct {
	const char	*held_en, *held_zh;	/* what of the standard */
	const char	*said_en, *said_zh;	/* what a pass may be called */
} provenances[PROVENANCE_COUNT] = {
	[PROVENANCE_SEED_FULL] = {
		"the sentence of the standard itself is held",
		"持有标准条款原文",
		"A pass may be called conformity to the clause, for what "
		    "the sentence says and no more.",
		"通过时可以称为符合该条款，但仅限原文所述内容。" },
	[PROVENANCE_SEED_ABBR] = {
		"the standard lists the protocol among its abbreviations "
		    "(3.2); the sentence that uses it is not held",
		"标准缩略语（3.2）列有该协议，未持有使用它的条文",
		"A pass meets our reading of the clause. It may not be "
		    "called conformity to the clause.",
		"通过表示满足我方对该条款的解释，不得称为符合该条款。" },
	[PROVENANCE_SEED_TITLE] = {
		"only the heading of the clause is held",
		"仅持有条款标题",
		"A pass meets our reading of the clause. It may not be "
		    "called conformity to the clause; figures are the "
		    "profile's own.",
		"通过表示满足我方对该条款的解释，不得称为符合该条款；数值"
		    "由验收配置自定。" },
	[PROVENANCE_TEXT] = {
		"the sentence of a sibling standard is held",
		"持有同系列标准的原文",
		"A pass may be called conformity to that sentence of the "
		    "sibling standard.",
		"通过时可以称为符合同系列标准的该条原文。" },
	[PROVENANCE_TEXT_TOC] = {
		"only the table of contents of a sibling standard is held",
		"仅持有同系列标准的目次",
		"A pass meets our reading of what stands below that "
		    "heading. It may not be called conformity to the clause.",
		"通过表示满足我方对该标题下内容的解释，不得称为符合该条款。" },
	[PROVENANCE_DERIVED] = {
		"no text of the standard is held; the row is built from "
		    "public specifications",
		"未持有标准文本，条目依据公开规范制定",
		"A pass meets this row of the acceptance profile. It "
		    "says nothing about conformity to the standard.",
		"通过仅表示满足验收配置中的本条目，不表示符合标准。" },
};

static const struct {
	const char	*code, *en, *zh;
} methods[] = {
	{ "PT",	"protocol or interface test",	"协议或接口测试" },
	{ "LT",	"load test",			"负载测试" },
	{ "ED",	"evidence document",		"证明文件" },
	{ "IN",	"inspection",			"检查" },
};

static const struct {
	const char	*code, *en;
} bounds[] = {
	{ "least",	"at least" },
	{ "most",	"at most" },
	{ "equal",	"exactly" },
	{ "below",	"below" },
	{ "above",	"above" },
};

/* What a word of "needs" asks for, by its prefix. */
static const struct {
	const char	*prefix, *en;
} needs[] = {
	{ "endpoint:",	"an endpoint of the profile" },
	{ "account:",	"an account of the profile" },
	{ "key:",	"an account of the profile with certificate and key" },
	{ "operation:",	"an operation the profile maps; without it: not "
			"applicable" },
	{ "document:",	"a document of the profile" },
	{ "log:",	"a log of the profile" },
	{ "mail:",	"an address or host under mail: in the profile" },
	{ "safety:",	"a permission under safety: in the profile" },
	{ "!",		"the profile must not claim this" },
	{ "",		"a claim of the profile; without it: not applicable" },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LABEL    16 /* columns of the labels on the left */

struct page {
	struct buf *out;
	size_t width;
	const struct explain_book *book;
};

static void
blank(struct page *p)
{
	buf_add(p->out, SPAN("\n"));
}

static void
line(struct page *p, size_t indent, const char *text)
{
	columns_pad(p->out, SPAN(""), indent);
	columns_wrap(p->out, indent, indent, p->width, span_of(text));
}

/* "Label           text that goes on below itself" */
static void
field(struct page *p, const char *label, const char *text)
{
	columns_pad(p->out, span_of(label), LABEL);
	columns_wrap(p->out, LABEL, LABEL, p->width, span_of(text));
}

static void fieldf(struct page *, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
fieldf(struct page *p, const char *label, const char *fmt, ...)
{
	struct buf text;
	va_list ap;

	buf_init(&text, EXPLAIN_MOST);
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	field(p, label, buf_text(&text));
	buf_free(&text);
}

static void
heading(struct page *p, const char *en, const char *zh, size_t n)
{
	blank(p);
	buf_addf(p->out, "%s %s (%zu)\n", en, zh, n);
}

/* The standard that the clause number of a row belongs to. */
static const char *
standard_of(enum req r)
{
	return strcmp(catalogue_chapter(r), "SM") == 0 ? "GB/T 34078.3-2021"
						       : "GB/T 34079.4-2021";
}

/* ---- parts of a row ---- */

static void
add_methods(struct page *p, const char *joined)
{
	const char *label = "Judged by 方法";

	for (size_t i = 0; i < COUNT(methods); i++) {
		if (strstr(joined, methods[i].code) == NULL)
			continue;
		fieldf(p, label, "%s %s %s", methods[i].code, methods[i].en,
		    methods[i].zh);
		label = "";
	}
}

static void
add_mark(struct buf *out, const char *mark)
{
	if (strcmp(mark, "P") == 0)
		buf_add(out, SPAN("project default 项目默认值"));
	else if (strcmp(mark, "row") == 0)
		buf_add(out, SPAN("stated in the row 条目自述"));
	else if (strcmp(mark, "seed") == 0)
		buf_add(out, SPAN("the standard's own text 标准原文"));
	else if (strcmp(mark, "K") == 0)
		buf_add(out, SPAN("known, not read again 凭既有知识，未复核"));
	else if (mark[0] == 'K' && (mark[1] == ' ' || mark[1] == ','))
		buf_addf(out, "known, not read again 凭既有知识，未复核: %s",
		    mark + 2 + (mark[1] == ','));
	else
		buf_addf(out, "public source %s 公开来源", mark);
}

static const char *
bound_words(const char *bound)
{
	for (size_t i = 0; i < COUNT(bounds); i++)
		if (strcmp(bounds[i].code, bound) == 0)
			return bounds[i].en;
	return bound;
}

static void
add_limit(struct page *p, const struct limit *l)
{
	struct buf text;

	buf_init(&text, EXPLAIN_MOST);
	buf_addf(
	    &text, "%s %.10g %s  [", bound_words(l->bound), l->value, l->unit);
	add_mark(&text, l->mark);
	buf_add(&text, SPAN("]"));
	columns_pad(p->out, SPAN(""), 2);
	columns_pad(p->out, span_of(l->metric), 23);
	buf_add(p->out, SPAN(" "));
	columns_wrap(p->out, 26, 26, p->width, buf_span(&text));
	buf_free(&text);
}

static void
add_limits(struct page *p, enum req r)
{
	size_t n, mine = 0;
	const struct limit *l = catalogue_limits(&n);

	for (size_t i = 0; i < n; i++)
		mine += l[i].req == r;
	if (mine == 0)
		return;
	heading(p, "Limits", "限值", mine);
	for (size_t i = 0; i < n; i++)
		if (l[i].req == r)
			add_limit(p, &l[i]);
}

static void
add_reading(struct page *p, const struct interpretation *in)
{
	buf_addf(p->out, "  %s  %s\n", in->id, in->clause);
	line(p, 4, in->zh);
	line(p, 4, in->en);
}

static void
add_readings(struct page *p, enum req r)
{
	size_t n, mine = 0;
	const struct interpretation *in = catalogue_interpretations(&n);

	for (size_t i = 0; i < n; i++)
		mine += in[i].req == r;
	if (mine == 0)
		return;
	heading(p, "Readings", "条文解释", mine);
	for (size_t i = 0; i < n; i++)
		if (in[i].req == r)
			add_reading(p, &in[i]);
}

/* The readings of its row that speak about the clause of the case. */
static void
add_readings_of_case(struct page *p, const struct conf_case *c)
{
	size_t n, mine = 0;
	const struct interpretation *in = catalogue_interpretations(&n);

	for (size_t i = 0; i < n; i++) {
		if (in[i].req != c->verifies ||
		    !(book_cites(in[i].clause, c->clause) ||
			book_cites(c->clause, in[i].clause)))
			continue;
		if (mine++ == 0) {
			blank(p);
			buf_add(p->out, SPAN("Readings 条文解释\n"));
		}
		add_reading(p, &in[i]);
	}
}

static void
add_case_line(struct page *p, const struct conf_case *c)
{
	buf_addf(p->out, "  %s  %s\n", c->id, c->clause);
	line(p, 4, c->title);
}

static void
add_cases(struct page *p, enum req r)
{
	const struct conf_case *c;
	struct book_at at = { 0 };

	heading(p, "Cases", "用例", book_cases_of(p->book, r));
	while ((c = book_next(p->book, &at)) != NULL)
		if (c->verifies == r)
			add_case_line(p, c);
}

static void
add_fault(struct page *p, const struct explain_fault *f)
{
	buf_addf(
	    p->out, "  %s  caught by 应由 %s 发现\n", f->name, f->caught_by);
	line(p, 4, f->zh);
	line(p, 4, f->en);
}

static void
add_faults(struct page *p, enum req r)
{
	const size_t n = book_faults_of(p->book, r);

	if (n == 0)
		return;
	heading(p, "Faults of the reference that test the judge",
	    "参考实现的已知缺陷", n);
	for (size_t i = 0; i < p->book->n_faults; i++)
		if (p->book->faults[i].req == r)
			add_fault(p, &p->book->faults[i]);
}

/* ---- one page for each kind of name ---- */

static void
explain_row(struct page *p, enum req r)
{
	const struct requirement *row = catalogue_get(r);
	const enum provenance v = row->provenance;

	buf_addf(p->out, "%s\n", row->name);
	line(p, 2, row->zh);
	line(p, 2, row->en);
	blank(p);
	fieldf(p, "Clause 条款", "%s %s", standard_of(r), row->clause);
	field(p, "Level 级别", level_name(row->level));
	field(p, "Service 服务", row->service);
	fieldf(p, "Provenance 依据", "%s: %s", provenance_name(v),
	    provenances[v].held_en);
	field(p, "", provenances[v].held_zh);
	field(p, "", row->source);
	if (catalogue_text_missing(r)) {
		field(p, "Statement 结论",
		    "None: no text says what is demanded. The verdict is "
		    "\"text missing\" and never a pass.");
		field(
		    p, "", "无：未持有文本，结论为“文本缺失”，永不判为通过。");
	} else {
		field(p, "Statement 结论", provenances[v].said_en);
		field(p, "", provenances[v].said_zh);
	}
	add_methods(p, row->method);
	field(p, "Parameters 参数", row->parameters);
	add_limits(p, r);
	add_readings(p, r);
	add_cases(p, r);
	add_faults(p, r);
}

static void
add_needs(struct page *p, const char *words)
{
	struct span rest = span_of(words == NULL ? "" : words);
	const char *label = "Needs 前提";

	while (rest.len != 0) {
		const struct span word = span_cut(&rest, ' ');
		size_t i = 0;

		if (word.len == 0)
			continue;
		while (!span_starts(word, span_of(needs[i].prefix)))
			i++;
		fieldf(p, label, "%.*s: %s", SPAN_FMT(word), needs[i].en);
		label = "";
	}
}

/* The script as it stands, a little to the right. */
static void
add_dialogue(struct page *p, const char *script)
{
	struct span rest = span_of(script);

	blank(p);
	buf_add(p->out, SPAN("Dialogue 对话\n"));
	while (rest.len != 0) {
		const struct span one = span_cut(&rest, '\n');

		buf_addf(p->out, "    %.*s\n", SPAN_FMT(one));
	}
	blank(p);
	line(p, 2,
	    "S!: and @...! are the claim: another answer is fail. A "
	    "mismatch before it is inconclusive. S|: is permitted as well.");
	line(p, 2,
	    "S!: 与 @...! 为判定点，应答不符即判为不符合；此前不符记为"
	    "“无法判定”。S|: 为同样允许的应答。");
}

static void
explain_case(struct page *p, const struct conf_case *c)
{
	const struct requirement *row = catalogue_get(c->verifies);
	size_t faults = 0;

	buf_addf(p->out, "%s\n", c->id);
	if (c->title_zh != NULL)
		line(p, 2, c->title_zh);
	line(p, 2, c->title);
	blank(p);
	field(p, "Clause 条款", c->clause);
	if (c->level > row->level)
		fieldf(p, "Level 级别",
		    "%s: a remark when it fails; the row does not fail for "
		    "it 不通过时记为备注",
		    level_name(c->level));
	fieldf(p, "Row 条目", "%s (%s, %s) %s %s", row->name,
	    level_name(row->level), provenance_name(row->provenance), row->zh,
	    row->en);
	add_needs(p, c->needs);
	if (c->twin != NULL)
		fieldf(p, "Twin 对照",
		    "%s, run before and after: without it "
		    "going well this case is inconclusive",
		    c->twin);
	if (c->locks != NULL)
		field(p, "Locks 独占", c->locks);
	if (c->dialogue != NULL)
		add_dialogue(p, c->dialogue);
	else
		field(p, "Judged by 方法",
		    "evidence is collected, then judged by a function that "
		    "reads nothing else 先采集证据，再仅依据证据判定");
	add_readings_of_case(p, c);
	for (size_t i = 0; i < p->book->n_faults; i++)
		faults += book_same(p->book->faults[i].caught_by, c->id);
	if (faults != 0)
		heading(p, "Faults that must fail it", "应由本用例发现的缺陷",
		    faults);
	for (size_t i = 0; i < p->book->n_faults; i++)
		if (book_same(p->book->faults[i].caught_by, c->id))
			add_fault(p, &p->book->faults[i]);
}

static void
explain_fault(struct page *p, const struct explain_fault *f)
{
	const struct conf_case *c = book_find(p->book, f->caught_by);

	buf_addf(p->out, "%s\n", f->name);
	line(p, 2, f->zh);
	line(p, 2, f->en);
	blank(p);
	field(p, "Breaks 违反", catalogue_get(f->req)->name);
	fieldf(p, "Caught by 发现", "%s%s%s", f->caught_by,
	    c == NULL ? "" : ": ", c == NULL ? "" : c->title);
}

/* All that cites the clause; false when nothing does. */
static bool
explain_clause(struct page *p, const char *asked)
{
	const struct conf_case *c;
	const struct interpretation *in;
	struct book_at at = { 0 };
	bool found = false;
	size_t n;

	for (int i = 0; i < REQ_COUNT; i++) {
		const struct requirement *row = catalogue_get((enum req)i);
		char *full =
		    mem_textf("%s %s", standard_of((enum req)i), row->clause);

		if (book_cites(row->clause, asked) || book_cites(full, asked)) {
			buf_addf(p->out, "%s  %s  %s\n", row->name, full,
			    level_name(row->level));
			line(p, 4, row->zh);
			line(p, 4, row->en);
			found = true;
		}
		free(full);
	}
	while ((c = book_next(p->book, &at)) != NULL)
		if (book_cites(c->clause, asked)) {
			add_case_line(p, c);
			found = true;
		}
	in = catalogue_interpretations(&n);
	for (size_t i = 0; i < n; i++)
		if (book_cites(in[i].clause, asked)) {
			add_reading(p, &in[i]);
			found = true;
		}
	return found;
}

static bool
explain_reading(struct page *p, const char *name)
{
	size_t n;
	const struct interpretation *in = catalogue_interpretations(&n);

	for (size_t i = 0; i < n; i++) {
		if (!book_same(in[i].id, name))
			continue;
		buf_addf(p->out, "%s  %s\n", in[i].id, in[i].clause);
		line(p, 2, in[i].zh);
		line(p, 2, in[i].en);
		return true;
	}
	return false;
}

bool
explain(struct buf *out, const struct explain_book *book, const char *name,
    size_t width, struct err *err)
{
	struct page page = { out, width, book };
	const struct conf_case *c = book_find(book, name);

	for (int r = 0; r < REQ_COUNT; r++)
		if (book_same(catalogue_get((enum req)r)->name, name)) {
			explain_row(&page, (enum req)r);
			return true;
		}
	if (c != NULL) {
		explain_case(&page, c);
		return true;
	}
	for (size_t i = 0; i < book->n_faults; i++)
		if (book_same(book->faults[i].name, name)) {
			explain_fault(&page, &book->faults[i]);
			return true;
		}
	if (explain_reading(&page, name) || explain_clause(&page, name))
		return true;
	return book_unknown(book, name, err);
}
