/* SPDX-License-Identifier: MIT */
/* The HTML report: well formed, closed to the network, true to the matrix. */
#include "reports/html.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "reports/report.h"
#include "reports/sample.h"

#define DEEPEST 64

static char folder[64];
static struct sample sample;
static struct buf page;

static void
setup(void)
{
	struct err err = { 0 };

	strcpy(folder, "/tmp/yanshou-html.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_msg(sample_evidence(folder, &err), "%s", err.what);
	sample_make(&sample);
	buf_init(&page, 16 << 20);
}

static void
teardown(void)
{
	struct err err;

	ck_assert_msg(files_remove(folder, &err), "%s", err.what);
	buf_free(&page);
	sample_free(&sample);
}

static void
print(void)
{
	buf_clear(&page);
	report_html(&page, &sample.matrix, &sample.profile, &sample.score,
	    &sample.load, NULL, folder, "../");
	ck_assert(!page.full);
}

static size_t
times(const char *what)
{
	size_t n = 0;

	for (const char *p = buf_text(&page); (p = strstr(p, what)) != NULL;
	     p++)
		n++;
	return n;
}

START_TEST(every_row_is_listed_once)
{
	size_t all = 0;

	print();
	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++) {
		char what[64];
		size_t n = 0;

		for (size_t i = 0; i < REQ_COUNT; i++)
			n += sample.matrix.rows[i].verdict == v;
		snprintf(what, sizeof(what), " data-v=\"%s\"",
		    row_verdict_name((enum row_verdict)v));
		ck_assert_uint_eq(times(what), n);
		all += n;
	}
	ck_assert_uint_eq(all, REQ_COUNT);
	ck_assert_uint_eq(times(" id=\"r-"), REQ_COUNT);
}
END_TEST

START_TEST(every_case_is_told_once)
{
	static const struct {
		enum verdict verdict;
		const char *article;
	} told[] = {
		{ FAIL, "<article class=\"case v-fail\"" },
		{ BROKEN, "<article class=\"case v-broken\"" },
		{ INCONCLUSIVE, "<article class=\"case v-inconclusive\"" },
		{ REVIEW, "<article class=\"case v-review\"" },
		{ PASS, "<article class=\"case v-pass\"" },
	};

	print();
	ck_assert_uint_eq(times("<tr id=\"c-"), sample.matrix.n);
	for (size_t k = 0; k < sizeof(told) / sizeof(told[0]); k++) {
		size_t n = 0;

		for (size_t i = 0; i < sample.matrix.n; i++)
			n += sample.matrix.cases[i].verdict == told[k].verdict;
		ck_assert_uint_eq(
		    times(told[k].article), told[k].verdict == PASS ? 0 : n);
	}
}
END_TEST

/* The counts of the first page add up to those of the matrix. */
START_TEST(totals_agree)
{
	size_t in_scope = 0, shown = 0;
	const char *p, *end;

	print();
	for (size_t i = 0; i < REQ_COUNT; i++)
		in_scope += sample.matrix.rows[i].verdict != ROW_EXCLUDED;
	p = strstr(buf_text(&page), "<table class=\"services\"");
	ck_assert_ptr_nonnull(p);
	end = strstr(p, "</table>");
	while ((p = strstr(p, "<td class=\"n\">")) != NULL && p < end) {
		p += strlen("<td class=\"n\">");
		shown += strtoul(p, NULL, 10);
	}
	ck_assert_uint_eq(shown, in_scope);
}
END_TEST

START_TEST(nothing_hostile_gets_through)
{
	const char *text;

	print();
	text = buf_text(&page);
	ck_assert_uint_eq(times("<script"), 1);
	ck_assert_uint_gt(times("&lt;script&gt;alert(1)"), 2);
	ck_assert_ptr_null(strchr(text, '\x1b'));
	ck_assert_ptr_null(strstr(text, "\xe2\x80\xae"));
	ck_assert_ptr_nonnull(strstr(text, "<b class=\"esc\">\\u{202E}</b>"));
	ck_assert_ptr_nonnull(strstr(text, "<b class=\"esc\">\\xFF</b>"));
	ck_assert_ptr_null(strchr(text, '\xff'));
}
END_TEST

START_TEST(a_long_answer_is_clipped_in_front_only)
{
	struct outcome *o = &sample.ledger.outcomes[1];
	char *was = o->heard;

	o->heard = mem_new(40001, 1);
	for (size_t i = 0; i + 3 <= 39999; i += 3)
		memcpy(o->heard + i, "长", 3);
	print();
	ck_assert_uint_eq(times("长 …</code>"), 1);
	ck_assert_uint_gt(times("长"), 13333);
	ck_assert_uint_eq(times("\\xE9"), 0);
	free(o->heard);
	o->heard = was;
}
END_TEST

START_TEST(hostile_names_get_nowhere)
{
	char *run = sample.plan.run, *target = sample.plan.target;

	sample.plan.run = "\"}</style><script>x</script>";
	sample.plan.target = "</code><img src=x onerror=x>";
	print();
	ck_assert_uint_eq(times("<script"), 1);
	ck_assert_uint_eq(times("</style>"), 1);
	ck_assert_uint_eq(times("<img"), 0);
	sample.plan.run = run;
	sample.plan.target = target;
}
END_TEST

/* The services of a chapter stand together, each with its TLS form. */
START_TEST(mail_is_one_service)
{
	static const char *const rows[] = { "<a href=\"#r-EMAIL-F-02\">",
		"<a href=\"#r-EMAIL-F-05\">", "<a href=\"#r-EMAIL-F-07\">" };
	const char *p, *end, *at;
	size_t n = 0;

	print();
	p = strstr(buf_text(&page), "<table class=\"services\"");
	ck_assert_ptr_nonnull(p);
	end = strstr(p, "</table>");
	ck_assert_ptr_nonnull(end);
	for (size_t i = 0; i < 3; i++) {
		at = strstr(p, rows[i]);
		ck_assert_msg(at != NULL && at < end, "%s", rows[i]);
	}
	for (; (p = strstr(p, "<tbody class=\"group\">")) != NULL && p < end;
	     p++)
		n++;
	ck_assert_uint_eq(n, 1);
}
END_TEST

/* One row with many failures: three in front, all of them in a fold. */
START_TEST(a_long_list_is_folded)
{
	struct matrix_row *row = &sample.matrix.rows[EMAIL_F_01];
	size_t *few = row->cases;
	const size_t n = row->n_cases;
	size_t many[12];

	print();
	ck_assert_uint_eq(
	    times("<details class=\"fold\" id=\"findings-EMAIL-F-01\" open>"),
	    1);
	for (size_t i = 0; i < 12; i++) {
		struct matrix_case *c;

		many[i] = i;
		c = &sample.matrix.cases[i];
		c->verdict = FAIL;
	}
	row->cases = many;
	row->n_cases = 12;
	print();
	ck_assert_uint_eq(
	    times("<details class=\"fold\" id=\"findings-EMAIL-F-01\">"), 1);
	ck_assert_uint_gt(times("more, under Findings"), 0);
	row->cases = few;
	row->n_cases = n;
}
END_TEST

START_TEST(nothing_is_fetched)
{
	static const char *const ways[] = { " src=", "<link", "@import",
		"url(http", "url(//", "<iframe", "http-equiv=\"refresh\"",
		"href=\"http", "@font-face", " style=\"" };

	print();
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		ck_assert_msg(times(ways[i]) == 0, "%s", ways[i]);
	ck_assert_uint_eq(times("default-src 'none'"), 1);
}
END_TEST

static bool
is_void(struct span name)
{
	static const char *const voids[] = { "meta", "br", "input", "rect",
		"circle" };

	for (size_t i = 0; i < sizeof(voids) / sizeof(voids[0]); i++)
		if (span_eq(name, span_of(voids[i])))
			return true;
	return false;
}

/* Past "<style>...</style>" and the script, which are not markup. */
static struct span
skip_raw(struct span rest, struct span name)
{
	char shut[16];

	if (!span_eq(name, SPAN("style")) && !span_eq(name, SPAN("script")))
		return rest;
	snprintf(shut, sizeof(shut), "</%.*s>", SPAN_FMT(name));
	return span_skip(rest, span_find(rest, span_of(shut)));
}

START_TEST(elements_nest)
{
	struct span stack[DEEPEST], rest;
	size_t depth = 0;

	print();
	rest = buf_span(&page);
	while (span_find(rest, SPAN("<")) < rest.len) {
		struct span tag, name;

		rest = span_skip(rest, span_find(rest, SPAN("<")) + 1);
		tag = span_cut(&rest, '>');
		if (tag.ptr[0] == '!')
			continue;
		name = tag;
		name.len = strcspn(name.ptr, " >/");
		if (tag.ptr[0] == '/') {
			name = span_skip(tag, 1);
			ck_assert_uint_gt(depth, 0);
			ck_assert_msg(span_eq(stack[--depth], name),
			    "<%.*s> ends with </%.*s>", SPAN_FMT(stack[depth]),
			    SPAN_FMT(name));
		} else if (!is_void(name) && tag.ptr[tag.len - 1] != '/') {
			ck_assert_uint_lt(depth, DEEPEST);
			stack[depth++] = name;
			rest = skip_raw(rest, name);
		}
	}
	ck_assert_uint_eq(depth, 0);
}
END_TEST

START_TEST(links_lead_somewhere)
{
	const char *p;
	size_t n = 0;

	print();
	for (p = buf_text(&page); (p = strstr(p, " href=\"#")) != NULL; p++) {
		const char *name = p + strlen(" href=\"#");
		char *id =
		    mem_textf(" id=\"%.*s\"", (int)strcspn(name, "\""), name);

		ck_assert_msg(times(id) == 1, "%s: %zu", id, times(id));
		free(id);
		n++;
	}
	ck_assert_uint_gt(n, 100);
}
END_TEST

START_TEST(headings_are_in_order)
{
	const char *p;
	int last = 0;

	print();
	for (p = buf_text(&page); (p = strstr(p, "<h")) != NULL; p++) {
		const int level = p[2] - '0';

		if (level < 1 || level > 6)
			continue;
		ck_assert_msg(
		    level <= last + 1, "h%d after h%d: %.80s", level, last, p);
		last = level;
	}
	ck_assert_uint_eq(times("<h1>"), 1);
	ck_assert_uint_eq(times("<main>"), 1);
	ck_assert_uint_eq(times("<html lang=\"zh-CN\">"), 1);
}
END_TEST

START_TEST(the_deviating_line_is_marked)
{
	print();
	ck_assert_uint_eq(
	    times("<mark>250 2.1.5 Recipient OK<i>\\r\\n</i></mark>"), 4);
}
END_TEST

START_TEST(evidence_that_is_gone_is_said)
{
	strcat(folder, "/nowhere");
	print();
	folder[strlen(folder) - strlen("/nowhere")] = '\0';
	ck_assert_uint_gt(times("evidence/smtp.order.mail/1.jsonl: "), 0);
}
END_TEST

START_TEST(a_partial_run_says_so_on_every_page)
{
	sample.plan.partial = true;
	sample.plan.selector = mem_textf("<svc:smtp>");
	sample.matrix.statement = STATEMENT_NONE;
	print();
	ck_assert_uint_eq(times("@top-right { content: \"部分运行"), 1);
	ck_assert_uint_eq(times("class=\"watermark\""), 1);
	ck_assert_uint_eq(times("class=\"statement s-none\""), 1);
	ck_assert_uint_eq(times("<svc"), 0);
}
END_TEST

START_TEST(an_unsigned_run_says_so)
{
	print();
	ck_assert_uint_eq(times("class=\"unsigned\""), 1);
	ck_assert_uint_eq(times("本次运行未经数字签名"), 1);
	ck_assert_uint_eq(times("This run is not digitally signed"), 1);
	ck_assert_uint_eq(times("yanshou verify RUN"), 0);
}
END_TEST

/* Whoever makes a certificate writes what he likes into it. */
START_TEST(a_signed_run_says_by_whom)
{
	const struct report_seal seal = {
		.subject = "CN = <b>Lab</b>, O = 检测",
		.sm3 = "0123456789abcdef0123456789abcdef"
		       "fedcba9876543210fedcba9876543210",
		.tsa = "http://tsa.example/?a=1&b=2",
	};

	buf_clear(&page);
	report_html(&page, &sample.matrix, &sample.profile, &sample.score, NULL,
	    &seal, folder, "../");
	ck_assert_uint_eq(times("class=\"unsigned\""), 0);
	ck_assert_uint_eq(times("This run is not"), 0);
	ck_assert_uint_eq(times("digitally signed by CN = &lt;b&gt;Lab"), 1);
	ck_assert_uint_eq(times("运行由 CN = &lt;b&gt;Lab"), 1);
	ck_assert_uint_eq(times("<b>Lab"), 0);
	ck_assert_uint_eq(times("0123456789abcdef…"), 2);
	ck_assert_uint_eq(times(seal.sm3), 1);
	ck_assert_uint_eq(times("yanshou verify RUN"), 1);
	ck_assert_uint_eq(times("http://tsa.example/?a=1&amp;b=2"), 1);
}
END_TEST

/* Written elsewhere, its links lead back. */
START_TEST(links_lead_to_where_the_evidence_is)
{
	print();
	ck_assert_uint_gt(times("href=\"../evidence/"), 0);
	buf_clear(&page);
	report_html(&page, &sample.matrix, &sample.profile, NULL, NULL, NULL,
	    folder, "/a run/");
	ck_assert_uint_eq(times("href=\"../evidence/"), 0);
	ck_assert_uint_gt(times("href=\"/a%20run/evidence/"), 0);
}
END_TEST

START_TEST(without_a_score_it_says_so)
{
	print();
	ck_assert_uint_eq(times("No score was measured"), 0);
	ck_assert_uint_gt(times("31 / 32"), 0);
	buf_clear(&page);
	report_html(&page, &sample.matrix, &sample.profile, NULL, NULL, NULL,
	    folder, "../");
	ck_assert_uint_eq(times("No score was measured"), 1);
	ck_assert_uint_eq(times("31 / 32"), 0);
}
END_TEST

START_TEST(all_documents_are_written)
{
	static const char *const names[] = { "index.html", "junit.xml",
		"results.tap", "summary.txt" };
	struct err err = { 0 };

	for (int again = 0; again < 2; again++)
		ck_assert_msg(
		    report_write(&sample.matrix, &sample.profile, &sample.score,
			NULL, NULL, folder, folder, &err),
		    "%s", err.what);
	for (size_t i = 0; i < 4; i++) {
		char *path = mem_textf("%s/report/%s", folder, names[i]);

		ck_assert_msg(access(path, R_OK) == 0, "%s", path);
		free(path);
	}
	ck_assert(!report_write(&sample.matrix, &sample.profile, &sample.score,
	    NULL, NULL, folder, "/nonexistent/run", &err));
	ck_assert_int_eq(err.kind, ERR_IO);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("html");
	TCase *tc = tcase_create("page");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_row_is_listed_once);
	tcase_add_test(tc, every_case_is_told_once);
	tcase_add_test(tc, totals_agree);
	tcase_add_test(tc, nothing_hostile_gets_through);
	tcase_add_test(tc, a_long_answer_is_clipped_in_front_only);
	tcase_add_test(tc, hostile_names_get_nowhere);
	tcase_add_test(tc, mail_is_one_service);
	tcase_add_test(tc, a_long_list_is_folded);
	tcase_add_test(tc, nothing_is_fetched);
	tcase_add_test(tc, elements_nest);
	tcase_add_test(tc, links_lead_somewhere);
	tcase_add_test(tc, headings_are_in_order);
	tcase_add_test(tc, the_deviating_line_is_marked);
	tcase_add_test(tc, evidence_that_is_gone_is_said);
	tcase_add_test(tc, a_partial_run_says_so_on_every_page);
	tcase_add_test(tc, an_unsigned_run_says_so);
	tcase_add_test(tc, a_signed_run_says_by_whom);
	tcase_add_test(tc, links_lead_to_where_the_evidence_is);
	tcase_add_test(tc, without_a_score_it_says_so);
	tcase_add_test(tc, all_documents_are_written);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
