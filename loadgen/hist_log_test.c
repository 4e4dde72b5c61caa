/* SPDX-License-Identifier: MIT */
#include "loadgen/hist_log.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"

#define CAP      (1u << 20)
#define START_US INT64_C(1441812279474000)

/*
 * A foreign witness for where there is none to ask: what npm's
 * hdr-histogram-js 3.0.1 wrote, of the same layout and the values below.
 */
#define FOREIGN \
	"HISTFAAAADN4nJNpmSzMwMAgwMDAwMjAwMDMAAEgNsO1yUsY4HwmlpP8TB+VWU57Me3" \
	"sY2QCAKMfB8M="

static const int64_t values[] = { 1, 2, 2, 1000, 5000, 5000, 123456, 59999999 };

/* clang-format off */
static const char percentiles[] =
"       Value     Percentile TotalCount 1/(1-Percentile)\n"
"\n"
"       0.001 0.000000000000          1           1.00\n"
"       0.001 0.100000000000          1           1.11\n"
"       0.002 0.200000000000          3           1.25\n"
"       0.002 0.300000000000          3           1.43\n"
"       1.000 0.400000000000          4           1.67\n"
"       1.000 0.500000000000          4           2.00\n"
"       5.003 0.550000000000          6           2.22\n"
"       5.003 0.600000000000          6           2.50\n"
"       5.003 0.650000000000          6           2.86\n"
"       5.003 0.700000000000          6           3.33\n"
"       5.003 0.750000000000          6           4.00\n"
"     123.519 0.775000000000          7           4.44\n"
"     123.519 0.800000000000          7           5.00\n"
"     123.519 0.825000000000          7           5.71\n"
"     123.519 0.850000000000          7           6.67\n"
"     123.519 0.875000000000          7           8.00\n"
"   60030.975 0.887500000000          8           8.89\n"
"   60030.975 1.000000000000          8\n"
"#[Mean    =     7518.636, StdDeviation   =    19841.646]\n"
"#[Max     =    60030.975, Total count    =            8]\n"
"#[Buckets =           22, SubBuckets     =         2048]\n"
"#[Values are in milliseconds]\n";
/* clang-format on */

static struct hist
filled(void)
{
	struct hist h;
	size_t i;

	hist_init(&h);
	for (i = 0; i < sizeof values / sizeof *values; i++)
		hist_add(&h, values[i]);
	return h;
}

static struct hist_packed
packed(void)
{
	struct hist h = filled();
	struct hist_packed p = { 0 };

	hist_pack(&p, &h);
	hist_free(&h);
	return p;
}

/* Equal buckets; ends and sums are not in the octets. */
static void
assert_same(const struct hist_packed *a, const struct hist_packed *b)
{
	ck_assert_uint_eq(a->n, b->n);
	ck_assert_uint_eq(a->len, b->len);
	ck_assert_mem_eq(a->data, b->data, a->len);
	ck_assert_uint_eq(hist_index(a->min), hist_index(b->min));
	ck_assert_uint_eq(hist_index(a->max), hist_index(b->max));
}

/* ---- one histogram ---- */

START_TEST(from_foreign)
{
	struct hist_packed ours = packed(), theirs;
	const char *why;

	ck_assert(hist_v2_read(&theirs, SPAN(FOREIGN), &why));
	assert_same(&theirs, &ours);
	ck_assert_int_eq(theirs.min, 1);
	ck_assert_int_eq(theirs.max, 60030975);
	hist_packed_free(&theirs);
	hist_packed_free(&ours);
}
END_TEST

START_TEST(there_and_back)
{
	struct hist_packed ours = packed(), back;
	struct buf text;
	const char *why;

	buf_init(&text, CAP);
	hist_v2_write(&text, &ours);
	ck_assert(hist_v2_read(&back, buf_span(&text), &why));
	assert_same(&ours, &back);
	hist_packed_free(&back);
	hist_packed_free(&ours);

	/* The empty one, and one with every bucket in use. */
	buf_clear(&text);
	hist_v2_write(&text, &ours);
	ck_assert(hist_v2_read(&back, buf_span(&text), &why));
	ck_assert_uint_eq(back.n, 0);
	hist_packed_free(&back);
	buf_free(&text);
}
END_TEST

START_TEST(all_buckets)
{
	struct hist_packed ours = { 0 }, back;
	struct buf text;
	struct hist h;
	const char *why;
	size_t i;

	hist_init(&h);
	for (i = 0; i <= hist_index(HIST_MOST); i++)
		hist_add_n(&h, hist_lowest(i), i * i % 1000000 + 1);
	hist_pack(&ours, &h);
	buf_init(&text, CAP);
	hist_v2_write(&text, &ours);
	ck_assert(hist_v2_read(&back, buf_span(&text), &why));
	assert_same(&ours, &back);
	ck_assert_int_eq(back.max, HIST_MOST);
	buf_free(&text);
	hist_packed_free(&back);
	hist_packed_free(&ours);
	hist_free(&h);
}
END_TEST

#define HEAD(cookie, len, offset, digits, lowest) \
	cookie "\0\0\0" len "\0\0\0" offset "\0\0\0" digits \
	       "\0\0\0\0\0\0\0" lowest "\0\0\0\0\xd6\x93\xa4\0" \
	       "\x3f\xf0\0\0\0\0\0\0"
#define COOKIE "\x1c\x84\x93\x13"
#define LIT(s) s, sizeof(s) - 1

/* What is compressed, and what is wrong with it. */
static const struct {
	const char *plain;
	size_t n;
	const char *why;
} flaws[] = {
	{ LIT(HEAD(COOKIE, "\1", "\0", "\3", "\1") "\2"), NULL },
	{ LIT(HEAD(COOKIE, "\0", "\0", "\3", "\1")), NULL },
	{ LIT(HEAD(COOKIE, "\2", "\0", "\3", "\1") "\2"), "is cut off" },
	{ LIT(HEAD("\x1c\x84\x93\x03", "\1", "\0", "\3", "\1") "\2"),
	    "is no histogram in V2" },
	{ LIT(HEAD("\x1c\x84\x93\x01", "\1", "\0", "\3", "\1") "\2"),
	    "is no histogram in V2" },
	{ LIT(HEAD(COOKIE, "\1", "\1", "\3", "\1") "\2"), NULL },
	{ LIT(HEAD(COOKIE, "\1", "\0", "\2", "\1") "\2"),
	    "has another layout" },
	{ LIT(HEAD(COOKIE, "\1", "\0", "\3", "\2") "\2"),
	    "has another layout" },
	{ LIT(HEAD(COOKIE, "\1", "\0", "\3", "\1") "\x80"), "has counts" },
	{ LIT(HEAD(COOKIE, "\4", "\0", "\3", "\1") "\xfd\xef\x02\x02"),
	    "has counts" },
	{ LIT(HEAD(COOKIE, "\6", "\0", "\3", "\1") "\x82\x80\x80\x80\x80\x40"),
	    "has counts" },
	{ LIT(COOKIE), "is no histogram in V2" },
	{ LIT(""), "is no histogram in V2" },
};

/* Compressed and in base64, as it stands in a line. */
static void
wrap(struct buf *out, const char *plain, size_t n)
{
	uLongf len = compressBound(n);
	uint8_t *octets = mem_new(8 + len, 1);

	ck_assert_int_eq(
	    compress(octets + 8, &len, (const uint8_t *)plain, n), Z_OK);
	memcpy(octets, "\x1c\x84\x93\x14\0\0", 6);
	octets[6] = (uint8_t)(len >> 8);
	octets[7] = (uint8_t)len;
	text_base64((struct span){ (char *)octets, 8 + len }, out);
	free(octets);
}

START_TEST(flaw)
{
	struct hist_packed h;
	struct buf text;
	const char *why;

	buf_init(&text, CAP);
	wrap(&text, flaws[_i].plain, flaws[_i].n);
	ck_assert_int_eq(
	    hist_v2_read(&h, buf_span(&text), &why), flaws[_i].why == NULL);
	if (flaws[_i].why != NULL)
		ck_assert_ptr_eq(strstr(why, flaws[_i].why), why);
	hist_packed_free(&h);
	buf_free(&text);
}
END_TEST

/* A bomb: 64 MiB of nothing in 64 KiB. */
START_TEST(bomb)
{
	const size_t n = 64u << 20;
	char *plain = mem_new(n, 1);
	struct hist_packed h;
	struct buf text;
	const char *why;

	buf_init(&text, CAP);
	wrap(&text, plain, n);
	free(plain);
	ck_assert(!hist_v2_read(&h, buf_span(&text), &why));
	ck_assert_ptr_null(h.data);
	buf_free(&text);
}
END_TEST

static const struct {
	const char *text, *why;
} fields[] = {
	{ "", "is no compressed" },
	{ "HIST", "is no compressed" },
	{ "HISTEAAAAAA=", "is no compressed" },
	{ "HISTFAAAADN4", "is cut off" },
	{ "HISTFAAAAAA=", "cannot be decompressed" },
	{ "HISTFAAAAAN4nJM=", "cannot be decompressed" },
	{ "HIST*", "is not base64" },
};

START_TEST(field)
{
	struct hist_packed h;
	const char *why;

	ck_assert(!hist_v2_read(&h, span_of(fields[_i].text), &why));
	ck_assert_msg(strstr(why, fields[_i].why) == why, "%s", why);
}
END_TEST

/* ---- logs ---- */

START_TEST(log_of_two)
{
	struct hist_packed ours = packed();
	struct hist_log_interval one;
	struct hist_log log;
	struct buf text;

	buf_init(&text, CAP);
	hist_log_head(&text, "of a test", (struct wall){ START_US });
	hist_log_add(&text, "login.response", 12, 1, &ours);
	hist_log_add(&text, "", 0.25, 100, &ours);
	ck_assert_ptr_eq(
	    strstr(text.data, "#[of a test]\n"
			      "#[Histogram log format version 1.3]\n"
			      "#[StartTime: 1441812279.474 (seconds since "
			      "epoch), 2015-09-09T15:24:39.474000Z]\n"
			      "#[BaseTime: 1441812279.474 (seconds since "
			      "epoch)]\n"
			      "\"StartTimestamp\",\"Interval_Length\","
			      "\"Interval_Max\","
			      "\"Interval_Compressed_Histogram\"\n"
			      "Tag=login.response,12.000,1.000,59999.999,"
			      "HISTF"),
	    text.data);

	log = hist_log_start("x.hlog", buf_span(&text), NULL);
	ck_assert(hist_log_next(&log, &one));
	ck_assert(span_eq(one.tag, SPAN("login.response")));
	ck_assert(one.from_s == 12 && one.for_s == 1);
	ck_assert(log.start_s == 1441812279.474);
	ck_assert_int_eq(log.line, 6);
	assert_same(&one.hist, &ours);
	hist_packed_free(&one.hist);
	ck_assert(hist_log_next(&log, &one));
	ck_assert_uint_eq(one.tag.len, 0);
	ck_assert(one.from_s == 0.25 && one.for_s == 100);
	hist_packed_free(&one.hist);
	ck_assert(!hist_log_next(&log, &one) && !log.bad);
	buf_free(&text);
	hist_packed_free(&ours);
}
END_TEST

/* NULL: as many intervals as are said, and nothing wrong. */
static const struct {
	const char *text;
	int intervals;
	const char *what;
} logs[] = {
	{ "", 0, NULL },
	{ "\n\r\n#[StartTime: x\n#\n\"Start", 0, NULL },
	{ "Tag=a,1,2,3," FOREIGN "\r\n\n1.5,2,3," FOREIGN, 2, NULL },
	{ "Tag=,1,2,3," FOREIGN "\n", 1, NULL },
	{ "1,2,3," FOREIGN "\nx", 1, "t:2: start is no number of seconds" },
	{ "Tag=a", 0, "t:1: start is no number of seconds" },
	{ "-1,2,3," FOREIGN, 0, "t:1: start is no number of seconds" },
	{ "nan,2,3," FOREIGN, 0, "t:1: start is no number of seconds" },
	{ "1e999,2,3," FOREIGN, 0, "t:1: start is no number of seconds" },
	{ "1,2s,3," FOREIGN, 0, "t:1: length is no number of seconds" },
	{ "1,2,," FOREIGN, 0, "t:1: greatest value is no number" },
	{ "1,2,3", 0, "t:1: histogram is no compressed histogram" },
	{ "1,2,3," FOREIGN ",4", 0, "t:1: histogram is not base64" },
	{ "1,2,"
	  "33333333333333333333333333333333333333333333333333333333333333333"
	  "," FOREIGN,
	    0, "t:1: greatest value is no number" },
};

START_TEST(read_log)
{
	struct err err = { 0 };
	struct hist_log log = hist_log_start("t", span_of(logs[_i].text), &err);
	struct hist_log_interval one;
	int n = 0;

	for (; hist_log_next(&log, &one); n++)
		hist_packed_free(&one.hist);
	ck_assert_int_eq(n, logs[_i].intervals);
	ck_assert_int_eq(log.bad, logs[_i].what != NULL);
	ck_assert(!hist_log_next(&log, &one));
	if (logs[_i].what == NULL)
		ck_assert_int_eq(err.kind, ERR_NONE);
	else
		ck_assert_msg(strstr(err.what, logs[_i].what) == err.what, "%s",
		    err.what);
}
END_TEST

/* ---- percentiles ---- */

START_TEST(text_of_percentiles)
{
	struct hist h = filled();
	struct buf out;

	buf_init(&out, CAP);
	hist_percentiles_text(&out, &h);
	ck_assert_str_eq(buf_text(&out), percentiles);
	buf_clear(&out);
	hist_clear(&h);
	hist_percentiles_text(&out, &h);
	ck_assert_ptr_nonnull(
	    strstr(buf_text(&out), "Total count    =            0]"));
	hist_free(&h);
	buf_free(&out);
}
END_TEST

/* ---- for others to look at ---- */

static void
print_interval(const struct hist_log_interval *one, const char *tag)
{
	struct hist h;
	struct buf text;
	json_t *o;

	hist_init(&h);
	hist_unpack(&h, &one->hist);
	buf_init(&text, CAP);
	hist_percentiles_text(&text, &h);
	o = json_pack("{ss sf sf sI sI sI sI sI ss}", "tag", tag, "from",
	    one->from_s, "for", one->for_s, "n", (json_int_t)h.n, "p50",
	    (json_int_t)hist_percentile(&h, 50), "p99",
	    (json_int_t)hist_percentile(&h, 99), "p999",
	    (json_int_t)hist_percentile(&h, 99.9), "max", (json_int_t)h.max,
	    "hgrm", buf_text(&text));
	json_dumpf(o, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(o);
	buf_free(&text);
	hist_free(&h);
}

/*
 * What we make of somebody's log: a line of JSON for each interval, and the
 * log as we write it.  fixtures/targets/histograms.mjs compares.
 */
static int
translate(const char *from, const char *to)
{
	struct err err = { 0 };
	size_t n = 0;
	char *text = files_read_text(from, 64u << 20, &n, &err);
	struct hist_log log =
	    hist_log_start(from, (struct span){ text, n }, &err);
	struct hist_log_interval one;
	struct buf out;
	bool ok;

	buf_init(&out, 64u << 20);
	hist_log_head(&out, "of a test", (struct wall){ START_US });
	while (text != NULL && hist_log_next(&log, &one)) {
		char *tag = mem_text(one.tag);

		print_interval(&one, tag);
		hist_log_add(&out, tag, one.from_s, one.for_s, &one.hist);
		hist_packed_free(&one.hist);
		free(tag);
	}
	ok = text != NULL && !log.bad && files_write(to, buf_span(&out), &err);
	if (!ok)
		fprintf(stderr, "%s\n", err.what);
	buf_free(&out);
	free(text);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	Suite *s;
	TCase *tc;
	SRunner *sr;
	int failed;

	if (argc == 3)
		return translate(argv[1], argv[2]);
	s = suite_create("hist_log");
	tc = tcase_create("hist_log");

	tcase_add_test(tc, from_foreign);
	tcase_add_test(tc, there_and_back);
	tcase_add_test(tc, all_buckets);
	tcase_add_loop_test(tc, flaw, 0, sizeof flaws / sizeof *flaws);
	tcase_add_test(tc, bomb);
	tcase_add_loop_test(tc, field, 0, sizeof fields / sizeof *fields);
	tcase_add_test(tc, log_of_two);
	tcase_add_loop_test(tc, read_log, 0, sizeof logs / sizeof *logs);
	tcase_add_test(tc, text_of_percentiles);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
