/* SPDX-License-Identifier: MIT */
/*
 * The sample's documents, byte for byte as in reports/golden/.  After a
 * change that is meant: GOLDEN=renew make test T=reports/golden, then read
 * the difference before it is committed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/mem.h"
#include "reports/html_page.h"
#include "reports/junit.h"
#include "reports/load_sample.h"
#include "reports/sample.h"
#include "reports/tap.h"
#include "reports/text.h"

static void
plain(struct buf *b, const struct matrix *m)
{
	report_text(b, m, (struct text_style){ .width = 80, .most = 99 });
}

static void
coloured(struct buf *b, const struct matrix *m)
{
	const struct text_style style = {
		.width = 50,
		.colour = true,
		.most = 2,
	};

	report_text(b, m, style);
}

/* The section alone, of a load that is short enough to be read here. */
static void
load(struct buf *b, const struct matrix *m)
{
	struct load_report r;
	struct page p = { .out = b, .m = m, .load = &r };

	load_sample_short(&r);
	html_load(&p);
	load_report_free(&r);
}

static const struct {
	const char *name;
	void (*print)(struct buf *, const struct matrix *);
} documents[] = {
	{ "junit.xml", report_junit },
	{ "results.tap", report_tap },
	{ "summary.txt", plain },
	{ "terminal.txt", coloured },
	{ "load.html", load },
};

static void
read_all(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "re");
	char bytes[4096];
	size_t n;

	ck_assert_msg(f != NULL, "%s is not there", path);
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(b, (struct span){ bytes, n });
	fclose(f);
}

static void
renew(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "we");

	ck_assert_msg(f != NULL, "%s cannot be written", path);
	ck_assert_uint_eq(fwrite(b->data, 1, b->len, f), b->len);
	ck_assert_int_eq(fclose(f), 0);
}

/* Says the line: the whole of a page is nothing to look at. */
static void
same(const char *name, const char *now, const char *before)
{
	size_t line = 1, from = 0, i = 0;

	for (; now[i] != '\0' && now[i] == before[i]; i++)
		if (now[i] == '\n') {
			line++;
			from = i + 1;
		}
	ck_assert_msg(now[i] == before[i], "%s:%zu: is \"%.*s\", was \"%.*s\"",
	    name, line, (int)strcspn(now + from, "\n"), now + from,
	    (int)strcspn(before + from, "\n"), before + from);
}

START_TEST(as_before)
{
	const char *wish = getenv("GOLDEN");
	char *path = mem_textf("reports/golden/%s", documents[_i].name);
	struct sample s;
	struct buf now, before;

	sample_make(&s);
	buf_init(&now, 1 << 20);
	buf_init(&before, 1 << 20);
	documents[_i].print(&now, &s.matrix);
	ck_assert(!now.full);
	if (wish != NULL && strcmp(wish, "renew") == 0)
		renew(path, &now);
	read_all(path, &before);
	same(documents[_i].name, buf_text(&now), buf_text(&before));
	buf_free(&before);
	buf_free(&now);
	sample_free(&s);
	free(path);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("golden");
	TCase *tc = tcase_create("documents");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(
	    tc, as_before, 0, sizeof(documents) / sizeof(documents[0]));
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
