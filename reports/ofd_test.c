/* SPDX-License-Identifier: MIT */
/* The pages of a report, unpacked and read as a reader would. */
#include <check.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "lib/mem.h"
#include "reports/ofd.h"
#include "reports/ofd_flow.h"
#include "reports/sample.h"

/* ---- one line, and many ---- */

static void
characters_are_as_wide_as_their_font_has_them(int i)
{
	static const struct {
		enum ink_face face;
		unsigned code;
		double em;
	} rows[] = {
		{ INK_SONG, 'A', 0.722 },
		{ INK_SONG, ' ', 0.25 },
		{ INK_SONG, '~', 0.541 },
		{ INK_HEI, 'A', 0.722 },
		{ INK_HEI, 'm', 0.833 },
		{ INK_MONO, 'i', 0.6 },
		{ INK_MONO, 0x9a8c, 1 },
		{ INK_SONG, 0x9a8c, 1 },
		{ INK_SONG, 0x3002, 1 },
		{ INK_SONG, 0x201c, 1 },
		{ INK_SONG, 0xe9, 0.5 },
		{ INK_SONG, 0x1f600, 1 },
		{ INK_SONG, '\n', 0 },
	};
	const struct ink_style s = { rows[i].face, 4, 0 };

	ck_assert_double_eq_tol(
	    ink_advance(&s, rows[i].code), 4 * rows[i].em, 1e-9);
}

#define WIDTHS 13

START_TEST(widths)
{
	characters_are_as_wide_as_their_font_has_them(_i);
}
END_TEST

START_TEST(a_text_is_parted_into_lines_that_fit)
{
	static const struct {
		const char *text;
		double wide;
		double lines;
	} rows[] = {
		{ "", 40, 0 },
		{ "验收", 40, 1 },
		{ "一二三四五六七八九十", 40, 1 },
		{ "一二三四五六七八九十一", 40, 2 },
		/* a full stop does not begin a line: the tenth goes with it */
		{ "一二三四五六七八九十。", 40, 2 },
		{ "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 40, 3 },
		{ "of the three of the three of the three", 40, 2 },
		/* narrower than a character: one a line, and it ends */
		{ "一二三", 1, 3 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct ink_style s = { INK_SONG, 4, 0 };

		ck_assert_msg(flow_height(rows[i].wide, &s, rows[i].text) ==
				  rows[i].lines * 6,
		    "%s: %g", rows[i].text,
		    flow_height(rows[i].wide, &s, rows[i].text) / 6);
	}
}
END_TEST

START_TEST(a_long_text_goes_on_on_the_next_page)
{
	const struct ink_style s = { INK_SONG, 4, 0 };
	struct flow f;
	struct buf text;

	flow_init(&f);
	flow_page(&f);
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 3000; i++)
		buf_addf(&text, "%s", "验收 ");
	flow_text(&f, &s, buf_text(&text));
	ck_assert_uint_ge(f.ink.n, 3);
	ck_assert_double_le(f.y, FLOW_BOTTOM);
	buf_free(&text);
	flow_free(&f);
}
END_TEST

/* ---- a document ---- */

struct document {
	struct buf octets;
	zip_t *zip;
	struct report_place place;
};

static void
write_document(struct document *d, const struct report_ofd *r)
{
	struct err err;

	buf_init(&d->octets, REPORT_OFD_MOST);
	ck_assert_msg(
	    report_ofd(r, &d->octets, &d->place, &err), "%s", err.what);
	d->zip = zip_open_from_source(
	    zip_source_buffer_create(d->octets.data, d->octets.len, 0, NULL),
	    ZIP_RDONLY | ZIP_CHECKCONS, NULL);
	ck_assert_ptr_nonnull(d->zip);
}

static void
free_document(struct document *d)
{
	zip_discard(d->zip);
	buf_free(&d->octets);
}

static char *
file_of(const struct document *d, zip_uint64_t i)
{
	zip_stat_t stat;
	zip_file_t *f = zip_fopen_index(d->zip, i, 0);
	char *text;

	ck_assert_int_eq(zip_stat_index(d->zip, i, 0, &stat), 0);
	ck_assert_ptr_nonnull(f);
	text = mem_new(1, stat.size + 1);
	ck_assert_int_eq(zip_fread(f, text, stat.size), (zip_int64_t)stat.size);
	zip_fclose(f);
	return text;
}

/* Has any of its files this text? */
static bool
has(const struct document *d, const char *what)
{
	bool found = false;

	for (zip_int64_t i = 0; i < zip_get_num_entries(d->zip, 0); i++) {
		char *text = file_of(d, (zip_uint64_t)i);

		found = found || strstr(text, what) != NULL;
		free(text);
	}
	return found;
}

#define IDS 1000000

struct seen {
	bool *id;
	unsigned most, said_most;
	size_t texts, paths, pages;
};

static unsigned
number_of(const xmlNode *node, const char *name)
{
	xmlChar *text = xmlGetProp(node, BAD_CAST name);
	unsigned n;

	ck_assert_msg(text != NULL, "%s: no %s", node->name, name);
	n = (unsigned)strtoul((char *)text, NULL, 10);
	xmlFree(text);
	return n;
}

/* How far the last character begins from the first; *n: distances. */
static double
deltas_of(const xmlNode *code, size_t *n)
{
	xmlChar *text = xmlGetProp(code, BAD_CAST "DeltaX");
	double sum = 0;
	char *save, *word;

	*n = 0;
	word = text == NULL ? NULL : strtok_r((char *)text, " ", &save);
	for (; word != NULL; word = strtok_r(NULL, " ", &save)) {
		unsigned long times = 1;

		if (strcmp(word, "g") == 0) {
			times = strtoul(strtok_r(NULL, " ", &save), NULL, 10);
			word = strtok_r(NULL, " ", &save);
		}
		*n += times;
		sum += (double)times * strtod(word, NULL);
	}
	xmlFree(text);
	return sum;
}

static size_t
characters(const xmlChar *text)
{
	return (size_t)xmlUTF8Strlen(text);
}

/* All of it lies on the page, and has as many distances as it needs. */
static void
look_at_text(const xmlNode *node)
{
	const xmlNode *code = xmlLastElementChild((xmlNode *)node);
	xmlChar *box = xmlGetProp(node, BAD_CAST "Boundary");
	xmlChar *text = xmlNodeGetContent(code);
	double x, y, w, h, wide;
	size_t n;

	ck_assert_int_eq(
	    sscanf((char *)box, "%lf %lf %lf %lf", &x, &y, &w, &h), 4);
	wide = deltas_of(code, &n);
	ck_assert_uint_eq(n + 1, characters(text));
	ck_assert_msg(x >= FLOW_LEFT - 6 && y > 10 && y + h < INK_HIGH &&
			  x + w <= FLOW_LEFT + FLOW_WIDE + 1 && wide < w,
	    "%s: %s", box, text);
	ck_assert_uint_le(number_of(node, "Font"), 5);
	xmlFree(text);
	xmlFree(box);
}

static void
look_at(const xmlNode *node, struct seen *s)
{
	for (; node != NULL; node = node->next) {
		const bool named = xmlHasProp(node, BAD_CAST "ID") != NULL;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		ck_assert_str_eq((char *)node->ns->href, INK_OFD);
		/* pages are numbered in Document.xml */
		if (named) {
			const unsigned id = number_of(node, "ID");

			ck_assert_msg(id > 0 && id < IDS && !s->id[id], "%s %u",
			    node->name, id);
			s->id[id] = true;
			s->most = id > s->most ? id : s->most;
		}
		if (strcmp((char *)node->name, "TextObject") == 0) {
			look_at_text(node);
			s->texts++;
		}
		s->paths += strcmp((char *)node->name, "PathObject") == 0;
		s->pages += strcmp((char *)node->name, "Layer") == 0;
		if (strcmp((char *)node->name, "MaxUnitID") == 0) {
			xmlChar *text = xmlNodeGetContent(node);

			s->said_most =
			    (unsigned)strtoul((char *)text, NULL, 10);
			xmlFree(text);
		}
		look_at(node->children, s);
	}
}

/* Every file is XML of OFD; no identifier is given twice. */
static struct seen
look_at_all(const struct document *d)
{
	struct seen s = { .id = mem_new(IDS, 1) };

	for (zip_int64_t i = 0; i < zip_get_num_entries(d->zip, 0); i++) {
		char *text = file_of(d, (zip_uint64_t)i);
		xmlDocPtr doc = xmlReadMemory(text, (int)strlen(text),
		    zip_get_name(d->zip, (zip_uint64_t)i, 0), NULL,
		    XML_PARSE_NONET);

		ck_assert_ptr_nonnull(doc);
		look_at(xmlDocGetRootElement(doc), &s);
		xmlFreeDoc(doc);
		free(text);
	}
	ck_assert_uint_eq(s.most, s.said_most);
	free(s.id);
	s.id = NULL;
	return s;
}

static const struct report_seal lab = { "CN = 检测机构", "0123abcd", NULL };

START_TEST(pages_are_those_of_a_document)
{
	struct sample sample;
	struct document d;
	struct seen s;

	sample_make(&sample);
	write_document(
	    &d, &(struct report_ofd){ &sample.matrix, &sample.profile,
		    &sample.score, &lab, "验收检测报告专用章" });
	s = look_at_all(&d);
	ck_assert_uint_ge(s.pages, 4);
	ck_assert_uint_eq((size_t)zip_get_num_entries(d.zip, 0), 3 + s.pages);
	ck_assert_uint_gt(s.texts, 200);
	ck_assert_uint_gt(s.paths, 50);
	/* the seal stands on the first page, and all of it */
	ck_assert_uint_eq(d.place.page, 1);
	ck_assert_double_lt(d.place.x + d.place.wide, INK_WIDE);
	ck_assert_double_lt(d.place.y + d.place.high, FLOW_BOTTOM);
	/* across fonts a line is in parts */
	ck_assert(has(&d, ">不符合<"));
	ck_assert(has(&d, ">EMAIL-F-01"));
	ck_assert(has(&d, "验收检测报告专用章"));
	ck_assert(has(&d, ">验收测试报告<"));
	free_document(&d);
	sample_free(&sample);
}
END_TEST

START_TEST(the_same_run_gives_the_same_octets)
{
	struct sample sample;
	struct document a, b;

	sample_make(&sample);
	const struct report_ofd r = { &sample.matrix, &sample.profile, NULL,
		NULL, NULL };

	write_document(&a, &r);
	write_document(&b, &r);
	ck_assert(span_eq(buf_span(&a.octets), buf_span(&b.octets)));
	ck_assert(has(&a, "本文件没有电子印章"));
	ck_assert(!has(&a, "本文件盖有"));
	free_document(&b);
	free_document(&a);
	sample_free(&sample);
}
END_TEST

/* Everything there is has failed, at length, and in bad characters. */
START_TEST(a_long_report_is_bounded_and_harmless)
{
	struct sample sample;
	struct document d;
	struct seen s;
	char *text = mem_new(1, 100001);
	char *before;

	memset(text, 'x', 100000);
	memcpy(text, "\x1b[31m\xff<ofd:Text>\xe2\x80\xae ]]>\n&amp;", 30);
	sample_make(&sample);
	for (size_t i = 0; i < REQ_COUNT; i++) {
		sample.matrix.rows[i].verdict = ROW_FAIL;
		sample.matrix.rows[i].why = text;
		sample.matrix.rows[i].why_zh = NULL;
	}
	before = sample.profile.project.name;
	sample.profile.project.name = text;
	write_document(&d, &(struct report_ofd){ &sample.matrix,
			       &sample.profile, NULL, &lab, text });
	s = look_at_all(&d);
	ck_assert_uint_lt(s.pages, REQ_COUNT);
	ck_assert_uint_lt(d.octets.len, 4 << 20);
	ck_assert(has(&d, "\\x1B[31m\\xFF&lt;ofd:Text&gt;\\u{202E}"));
	ck_assert(!has(&d, "\x1b"));
	ck_assert(!has(&d, "\xe2\x80\xae"));
	sample.profile.project.name = before;
	free_document(&d);
	sample_free(&sample);
	free(text);
}
END_TEST

static Suite *
ofd_suite(void)
{
	Suite *s = suite_create("reports/ofd");
	TCase *flow = tcase_create("flow"), *pages = tcase_create("pages");

	tcase_add_loop_test(flow, widths, 0, WIDTHS);
	tcase_add_test(flow, a_text_is_parted_into_lines_that_fit);
	tcase_add_test(flow, a_long_text_goes_on_on_the_next_page);
	tcase_add_test(pages, pages_are_those_of_a_document);
	tcase_add_test(pages, the_same_run_gives_the_same_octets);
	tcase_add_test(pages, a_long_report_is_bounded_and_harmless);
	tcase_set_timeout(pages, 60);
	suite_add_tcase(s, flow);
	suite_add_tcase(s, pages);
	return s;
}

int
main(void)
{
	SRunner *r = srunner_create(ofd_suite());
	int failed;

	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
