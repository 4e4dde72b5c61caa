/* SPDX-License-Identifier: MIT */
/* Loads on the page: pictures that say what the figures say, and no more. */
#include "reports/html_load.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "reports/load_sample.h"
#include "reports/sample.h"

#define PAGE_MOST ((size_t)150 << 10) /* octets of one load */

static struct sample sample;
static struct load_report load;
static struct buf page;

static void
setup(void)
{
	sample_make(&sample);
	load_sample_make(&load);
	buf_init(&page, 16 << 20);
}

static void
teardown(void)
{
	buf_free(&page);
	load_report_free(&load);
	sample_free(&sample);
}

static void
print(void)
{
	struct page p = { .out = &page, .m = &sample.matrix, .load = &load };

	buf_clear(&page);
	html_load(&p);
	ck_assert(!page.full);
}

static size_t
times_in(struct span text, const char *what)
{
	size_t n = 0;

	while (
	    (text = span_skip(text, span_find(text, span_of(what)))).len > 0) {
		text = span_skip(text, 1);
		n++;
	}
	return n;
}

static size_t
times(const char *what)
{
	return times_in(buf_span(&page), what);
}

/* What stands from one text up to the next; fails when it is not there. */
static struct span
between(struct span text, const char *from, const char *to)
{
	const size_t at = span_find(text, span_of(from));

	ck_assert_msg(at < text.len, "no %s", from);
	text = span_skip(text, at + strlen(from));
	return span_take(text, span_find(text, span_of(to)));
}

static struct span
picture(const char *id)
{
	char *from = mem_textf("aria-labelledby=\"%s-t %s-d\"", id, id);
	const struct span found = between(buf_span(&page), from, "</svg>");

	free(from);
	return found;
}

/* The next point of a path of M, L, H and V. */
static bool
next_point(const char **d, double *x, double *y)
{
	char *end;

	switch (**d) {
	case 'M':
	case 'L':
		*x = strtod(*d + 1, &end);
		*y = strtod(end, &end);
		break;
	case 'H':
		*x = strtod(*d + 1, &end);
		break;
	case 'V':
		*y = strtod(*d + 1, &end);
		break;
	default:
		return false;
	}
	*d = end;
	return true;
}

START_TEST(curves_never_fall)
{
	print();
	for (size_t k = 0; k < load.n; k++)
		for (size_t i = 0; i < load.scenarios[k].n_ops; i++) {
			const char *d;
			double x = 0, y = 1e9;
			size_t n = 0;
			char id[64];

			snprintf(id, sizeof(id), "curve-%zu-%zu", k, i);
			d = between(
			    picture(id), "class=\"response\" d=\"", "\"")
				.ptr;
			for (double was_x = -1, was_y = 1e9;
			     next_point(&d, &x, &y); was_x = x, was_y = y) {
				ck_assert_msg(x >= was_x && y <= was_y,
				    "%s: %g,%g after %g,%g", id, x, y, was_x,
				    was_y);
				n++;
			}
			ck_assert_uint_gt(n, 20);
		}
}
END_TEST

/* Cells that are drawn: as many as have anything in them. */
START_TEST(heat_maps_show_every_cell_once)
{
	const struct load_scenario *s = &load.scenarios[0];
	size_t maps = 0;

	print();
	for (size_t i = 0; i < s->n_ops; i++) {
		const struct load_heat *h = &s->ops[i].heat;
		struct span rest;
		size_t filled = 0, drawn = 0;
		char id[64];

		if (h->rows == 0)
			continue;
		for (size_t c = 0; c < s->n_columns * h->rows; c++)
			filled += h->counts[c] > 0;
		snprintf(id, sizeof(id), "heat-0-%zu", i);
		rest = between(picture(id), "<g ", "</g>");
		while (span_find(rest, SPAN("h")) < rest.len) {
			rest = span_skip(rest, span_find(rest, SPAN("h")) + 1);
			if (rest.ptr[-2] == '5') /* "M12 3.5h4" */
				drawn += strtoul(rest.ptr, NULL, 10);
		}
		ck_assert_uint_eq(drawn, filled);
		ck_assert_uint_gt(filled, 0);
		maps++;
	}
	ck_assert_uint_gt(maps, 1);
}
END_TEST

START_TEST(every_probe_is_a_point)
{
	const struct load_capacity *c = &load.scenarios[0].capacity;
	size_t n[VERDICT_COUNT] = { 0 };
	struct span pic;

	print();
	pic = picture("capacity-0");
	for (size_t i = 0; i < c->n; i++)
		n[c->probes[i].verdict]++;
	ck_assert_uint_eq(times_in(pic, "class=\"mark good\""), n[PASS]);
	ck_assert_uint_eq(
	    times_in(pic, "class=\"mark open\""), n[INCONCLUSIVE]);
	ck_assert_uint_eq(times_in(pic, "class=\"cross\""), n[FAIL]);
	ck_assert_uint_eq(times_in(pic, "class=\"whisker\""), c->n);
	ck_assert_uint_eq(times_in(pic, "class=\"bracket\""), 1);
	ck_assert_uint_eq(times("between 283/s"), 1);
}
END_TEST

/* Whether it took all of its time, and at which moment it did not. */
START_TEST(an_early_end_is_told)
{
	struct load_scenario *s = &load.scenarios[1];

	s->looks = 4;
	s->precision = 0.05;
	print();
	ck_assert_uint_eq(times("took all of its time: at none of 4"), 1);
	s->ended = true;
	print();
	ck_assert_uint_eq(times("ended early: it was told"), 1);
	s->look = 2;
	print();
	ck_assert_uint_eq(times("ended early, at moment 2 of 4"), 1);
	ck_assert_uint_eq(times("4 个时刻中的第 2 个"), 1);
	ck_assert_uint_eq(times("took all of its time"), 0);
}
END_TEST

/* What was asked, measured and found stands there, for each row. */
START_TEST(verdicts_are_told_with_limit_and_source)
{
	print();
	ck_assert_uint_eq(times("<article class=\"load\""), 2);
	ck_assert_uint_eq(
	    times("ramp from 5/s to 52.5/s over 60 s (not judged)"), 1);
	ck_assert_uint_eq(times("Poisson at 200/s for 30 min"), 1);
	ck_assert_uint_eq(
	    times("agreed for this project (default 30 s, P)"), 1);
	ck_assert_uint_eq(times("95 % interval 399 ms – 425 ms"), 1);
	ck_assert_uint_eq(times("interval not reached"), 2);
	ck_assert_uint_eq(times("<b>&gt; 2.91 s</b>"), 1);
	ck_assert_uint_eq(times("class=\"generator good\""), 1);
	ck_assert_uint_eq(times("class=\"generator bad\""), 1);
	ck_assert_uint_eq(times("1 of 4 ranks were lost"), 1);
	ck_assert_uint_eq(times("<th scope=\"row\"><code>"), 9);
	ck_assert_uint_eq(times("<li class=\"stage\">"), 4);
}
END_TEST

/* "中文。 English": what is behind the last of the Chinese. */
static struct span
english_of(struct span text)
{
	for (size_t at; (at = span_find(text, SPAN("。 "))) < text.len;)
		text = span_skip(text, at + strlen("。 "));
	return text;
}

/* Each picture says in words, in both languages, what it shows. */
START_TEST(pictures_have_words)
{
	struct span rest;
	size_t n = 0;

	print();
	rest = buf_span(&page);
	while (span_find(rest, SPAN("<svg class=\"pic\"")) < rest.len) {
		struct span svg = between(rest, "<svg class=\"pic\"", "</svg>");
		const struct span desc = between(svg, "<desc id=\"", "</desc>");
		const struct span english = english_of(desc);

		ck_assert_uint_gt(
		    between(svg, "<title id=\"", "</title>").len, 20);
		ck_assert_uint_lt(english.len, desc.len);
		ck_assert_uint_gt(english.len, 20);
		ck_assert_msg(english.ptr[0] >= 'A' && english.ptr[0] <= 'Z',
		    "%.*s", SPAN_FMT(english));
		rest = span_skip(rest, (size_t)(svg.ptr - rest.ptr));
		n++;
	}
	ck_assert_uint_eq(n, times("<figure class=\""));
	ck_assert_uint_gt(n, 10);
}
END_TEST

#define EVIL "<script>\"'&\x1b[31m"

static void
replace(char **text)
{
	free(*text);
	*text = mem_text(SPAN(EVIL));
}

START_TEST(what_a_target_says_stays_text)
{
	struct load_scenario *s = &load.scenarios[0];

	replace(&s->name);
	replace(&s->title);
	replace(&s->title_zh);
	replace(&s->generator_why);
	replace(&s->generator_why_zh);
	replace(&s->machine);
	replace(&s->folder);
	replace(&s->ops[0].name);
	replace(&s->ops[1].name);
	replace(&s->errors[0].what);
	replace(&s->ledger.examples[0]);
	replace(&s->ledger.unread_why);
	replace(&s->judged[0].id);
	replace(&s->judged[0].title);
	replace(&s->judged[0].why);
	replace(&s->judged[0].metrics[0].metric);
	replace(&s->judged[0].metrics[0].unit);
	replace(&s->judged[0].metrics[0].mark);
	replace(&s->judged[0].metrics[0].bound);
	replace(&s->judged[0].metrics[0].why);
	replace(&s->judged[0].metrics[0].why_zh);
	replace(&s->capacity.why);
	print();
	ck_assert_uint_eq(times("<script"), 0);
	ck_assert_uint_eq(times("\x1b"), 0);
	ck_assert_uint_gt(times("&lt;script"), 15);
	replace(&s->unreadable);
	print();
	ck_assert_uint_eq(times("<script"), 0);
	ck_assert_uint_gt(times("&lt;script"), 0);
}
END_TEST

static const size_t lengths[] = { 1, 2, 119, 120, 121, 1800, 28800, 200000 };

/* Sixteen operations, from a second to two days. */
START_TEST(pages_stay_small)
{
	load_report_free(&load);
	load_sample_long(&load, lengths[_i]);
	ck_assert_uint_le(load.scenarios[0].n_columns, LOAD_COLUMNS);
	print();
	ck_assert_uint_le(page.len, PAGE_MOST);
	ck_assert_uint_le(times("id=\"heat-0-"), 2 * 4); /* title and desc */
	ck_assert_uint_eq(times("<title id=\"curve-0-"), 16);
}
END_TEST

START_TEST(columns_are_whole_seconds_and_few)
{
	for (size_t n = 1; n < 3000000; n += 1 + n / 7) {
		const size_t each = load_column_seconds(n);

		ck_assert_uint_ge(each, 1);
		ck_assert_uint_le((n + each - 1) / each, LOAD_COLUMNS);
	}
	ck_assert_uint_eq(load_column_seconds(1800), 15);
}
END_TEST

static void
spoil(struct load_scenario *s, double v)
{
	s->offered_rate = s->late_most_us = s->cpu_most = s->echo_rate = v;
	for (size_t i = 0; i < s->n_columns; i++)
		s->columns[i] = (struct load_column){ v, v, v, v, v, v, v, v, v,
			v, v, v, v };
	for (size_t i = 0; i < s->n_ops; i++) {
		struct load_op *op = &s->ops[i];

		for (size_t k = 0; k < LOAD_TIMES; k++)
			for (size_t c = 0; c < op->times[k].n_curve; c++)
				op->times[k].curve[c] =
				    (struct load_point){ v, v };
		op->times[0].p50_us = op->times[0].max_us = v;
		if (op->n_bounds > 0)
			op->bounds[0] = (struct load_bound){ v, v, v, FAIL };
		for (size_t c = 0; c < s->n_columns && op->heat.rows > 0; c++)
			op->heat.p99_us[c] = v;
	}
	for (size_t i = 0; i < s->capacity.n; i++)
		s->capacity.probes[i] = (struct load_probe){
			.rate = v, .share = v, .low = v, .high = v
		};
	s->capacity.pass_rate = s->capacity.share_wanted = v;
	for (size_t i = 0; i < s->n_judged; i++)
		for (size_t k = 0; k < s->judged[i].n; k++)
			s->judged[i].metrics[k].measured =
			    s->judged[i].metrics[k].low = v;
	for (size_t i = 0; i < s->n_phases; i++)
		s->phases[i].rate = s->phases[i].seconds = v;
}

static const double nonsense[] = { NAN, INFINITY, -INFINITY, -1, 0, 1e300 };

/* Files may hold anything; a picture then shows nothing, and is a picture. */
START_TEST(nonsense_is_not_drawn)
{
	spoil(&load.scenarios[0], nonsense[_i]);
	print();
	ck_assert_uint_eq(times("nan"), 0);
	ck_assert_uint_eq(times("inf"), 0);
	ck_assert_uint_gt(times("<svg"), 0);
	ck_assert_uint_lt(page.len, 2 * PAGE_MOST);
}
END_TEST

START_TEST(an_empty_load_is_a_page)
{
	struct load_scenario none = { .name = mem_text(SPAN("none")) };

	load_report_free(&load);
	load.scenarios = mem_new(1, sizeof(none));
	load.scenarios[0] = none;
	load.n = 1;
	print();
	ck_assert_uint_eq(times("<article"), 1);
	ck_assert_uint_eq(times("<figure"), 0);
	ck_assert_uint_eq(times("</section>"), 1);
}
END_TEST

START_TEST(without_loads_there_is_no_section)
{
	load_report_free(&load);
	print();
	ck_assert_uint_eq(page.len, 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("html_load");
	TCase *tc = tcase_create("loads");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, curves_never_fall);
	tcase_add_test(tc, heat_maps_show_every_cell_once);
	tcase_add_test(tc, every_probe_is_a_point);
	tcase_add_test(tc, verdicts_are_told_with_limit_and_source);
	tcase_add_test(tc, an_early_end_is_told);
	tcase_add_test(tc, pictures_have_words);
	tcase_add_test(tc, what_a_target_says_stays_text);
	tcase_add_loop_test(
	    tc, pages_stay_small, 0, sizeof(lengths) / sizeof(*lengths));
	tcase_add_test(tc, columns_are_whole_seconds_and_few);
	tcase_add_loop_test(
	    tc, nonsense_is_not_drawn, 0, sizeof(nonsense) / sizeof(*nonsense));
	tcase_add_test(tc, an_empty_load_is_a_page);
	tcase_add_test(tc, without_loads_there_is_no_section);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
