/* SPDX-License-Identifier: MIT */
/* What a case has filed: told in order, bounded, and never as markup. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "reports/html_page.h"
#include "reports/sample.h"

static char folder[64];
static struct sample sample;
static struct buf text;
static struct page page;
static struct outcome *o;

static void
setup(void)
{
	strcpy(folder, "/tmp/yanshou-evidence.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	sample_make(&sample);
	buf_init(&text, 16 << 20);
	page = (struct page){ .out = &text,
		.m = &sample.matrix,
		.run_dir = folder,
		.beside = "../" };
	o = &sample.ledger.outcomes[0];
	for (size_t i = 0; i < o->n_evidence; i++) {
		free(o->evidence[i].path);
		free(o->evidence[i].sm3);
	}
	free(o->evidence);
	free(o->file);
	o->evidence = NULL;
	o->file = NULL;
	o->n_evidence = 0;
}

static void
teardown(void)
{
	struct err err;

	ck_assert_msg(files_remove(folder, &err), "%s", err.what);
	buf_free(&text);
	sample_free(&sample);
}

static void
file(const char *name, struct span octets)
{
	static const char sm3[] = "0123456789abcdef";
	char *below = mem_textf("%s/evidence", folder);
	char *path = mem_textf("%s/%s", below, name);
	char *folder_of_case = mem_textf("%s/c", below);
	FILE *f;

	mkdir(below, 0777);
	mkdir(folder_of_case, 0777);
	f = fopen(path, "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(octets.ptr, 1, octets.len, f), octets.len);
	ck_assert_int_eq(fclose(f), 0);
	o->evidence =
	    mem_grow(o->evidence, (o->n_evidence + 1) * sizeof *o->evidence);
	o->evidence[o->n_evidence].path = mem_text(span_of(name));
	o->evidence[o->n_evidence++].sm3 = mem_text(span_of(sm3));
	free(folder_of_case);
	free(path);
	free(below);
}

static const char *
at(const char *what)
{
	return strstr(buf_text(&text), what);
}

START_TEST(exchanges_are_told_in_order)
{
	file("c/b.request", SPAN("GET /first HTTP/1.1\r\n\r\n"));
	file("c/b.response", SPAN("HTTP/1.1 200 OK\r\n\r\n"));
	file("c/b.body", SPAN("<script>\xe5\x8d\xb0"));
	file("c/a.request", SPAN("GET /second HTTP/1.1\r\n\r\n"));
	file("c/a.open.request", SPAN("POST /login HTTP/1.1\r\n\r\n"));
	file("c/a.body", SPAN("\x30\x03\x02\x01\x05"));
	file("c/facts.json", SPAN("{\"a.asked\":\"2026-11-22T08:00:02Z\","
				  "\"b.at\":\"2026-11-22T08:00:01Z\"}"));
	html_evidence_told(&page, o);
	ck_assert_ptr_nonnull(at("GET /first"));
	ck_assert_ptr_nonnull(at("200 OK"));
	ck_assert_ptr_nonnull(at("&lt;script&gt;\xe5\x8d\xb0"));
	ck_assert(at("GET /first") < at("GET /second"));
	ck_assert_ptr_null(at("/login"));
	ck_assert_ptr_nonnull(at("30 03 02 01 05"));
	ck_assert_ptr_nonnull(at("href=\"#e-0\""));
}
END_TEST

START_TEST(octets_that_were_heard_are_told)
{
	file("c/imaps.asked.bin", SPAN("\x15\x03\x01\x00\x02\x02\x46"));
	file("c/chain.pem", SPAN("-----BEGIN"));
	html_evidence_told(&page, o);
	ck_assert_ptr_nonnull(at("imaps.asked"));
	ck_assert_ptr_nonnull(at("15 03 01 00 02 02 46"));
	ck_assert_ptr_null(at("BEGIN"));
	ck_assert_ptr_null(at("0 次请求"));
}
END_TEST

START_TEST(a_long_body_is_cut_between_characters)
{
	struct buf long_one;

	buf_init(&long_one, 1 << 16);
	buf_add(&long_one, SPAN("x"));
	for (int i = 0; i < 1000; i++)
		buf_add(&long_one, SPAN("\xe5\x8d\xb0"));
	file("c/a.request", SPAN("GET / HTTP/1.1\r\n\r\n"));
	file("c/a.body", buf_span(&long_one));
	html_evidence_told(&page, o);
	ck_assert_uint_lt(text.len, 4000);
	ck_assert_ptr_nonnull(at("\xe5\x8d\xb0 …"));
	ck_assert_ptr_null(at("\\x"));
	buf_free(&long_one);
}
END_TEST

/* A journal is a file, and may have been written by anybody. */
START_TEST(nothing_leads_out_or_waits)
{
	char *path = mem_textf("%s/evidence/c/b.body", folder);

	file("c/../../outside.request", SPAN("GET /secret HTTP/1.1\r\n\r\n"));
	file("c/b.request", SPAN("GET / HTTP/1.1\r\n\r\n"));
	file("c/b.body", SPAN("x"));
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	html_evidence_told(&page, o);
	ck_assert_ptr_null(at("/secret"));
	ck_assert_ptr_nonnull(at("GET / HTTP"));
	free(path);
}
END_TEST

START_TEST(a_transcript_tells_more)
{
	file("c/a.request", SPAN("GET / HTTP/1.1\r\n\r\n"));
	o->file = mem_text(SPAN("1.jsonl"));
	html_evidence_told(&page, o);
	html_evidence_told(&page, NULL);
	ck_assert_uint_eq(text.len, 0);
}
END_TEST

START_TEST(many_files_are_a_link_into_the_index)
{
	for (int i = 0; i < 5; i++) {
		char *name = mem_textf("c/%d.der", i);

		if (i == 4) {
			html_evidence_links(&page, o);
			ck_assert_ptr_nonnull(at("evidence/c/3.der"));
			ck_assert_ptr_null(at("#e-0"));
		}
		file(name, SPAN("0"));
		free(name);
	}
	buf_clear(&text);
	html_evidence_links(&page, o);
	ck_assert_ptr_null(at("evidence/"));
	ck_assert_ptr_nonnull(at("#e-0"));
	buf_clear(&text);
	html_evidence_index(&page);
	ck_assert_ptr_nonnull(at("id=\"e-0\""));
	ck_assert_ptr_nonnull(at("evidence/c/4.der"));
	ck_assert_ptr_nonnull(at("class=\"fold\""));
}
END_TEST

START_TEST(an_index_of_hundreds_of_pages_is_not_printed)
{
	for (int i = 0; i < 2001; i++) {
		o->evidence = mem_grow(
		    o->evidence, (o->n_evidence + 1) * sizeof *o->evidence);
		o->evidence[o->n_evidence].path = mem_textf("%d.der", i);
		o->evidence[o->n_evidence++].sm3 = mem_text(SPAN("0"));
	}
	html_evidence_index(&page);
	ck_assert_ptr_null(at("class=\"fold\""));
	ck_assert_ptr_nonnull(at("left out on paper"));
	ck_assert_ptr_nonnull(at("evidence/2000.der"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("html_evidence");
	TCase *tc = tcase_create("html_evidence");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, exchanges_are_told_in_order);
	tcase_add_test(tc, octets_that_were_heard_are_told);
	tcase_add_test(tc, a_long_body_is_cut_between_characters);
	tcase_add_test(tc, nothing_leads_out_or_waits);
	tcase_add_test(tc, a_transcript_tells_more);
	tcase_add_test(tc, many_files_are_a_link_into_the_index);
	tcase_add_test(tc, an_index_of_hundreds_of_pages_is_not_printed);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
