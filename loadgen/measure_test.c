/* SPDX-License-Identifier: MIT */
#include "loadgen/measure.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "loadgen/measure_fields.h"

#define SECONDS 4

/* ---- a measurement ---- */

static void
put(struct measure *m, size_t second, size_t op, enum load_clock clock,
    int64_t us, uint64_t n)
{
	struct hist h;

	hist_init(&h);
	hist_add_n(&h, us, n);
	measure_put(m, second, op, clock, &h);
	hist_free(&h);
}

/* Fills every member of a row's type with something that tells it apart. */
static void
fill(const struct field *f, void *base, int seed)
{
	for (; f->key != NULL; f++) {
		void *at = (char *)base + f->at;

		seed++;
		switch (f->type) {
		case FIELD_COUNT:
			*(uint64_t *)at = (uint64_t)seed;
			break;
		case FIELD_TIME:
			*(int64_t *)at = seed;
			break;
		case FIELD_REAL:
			*(double *)at = seed + 0.1;
			break;
		case FIELD_INT:
			*(int *)at = seed;
			break;
		case FIELD_FLAG:
			*(bool *)at = true;
			break;
		case FIELD_TEXT:
			*(char **)at = mem_textf("text %d \"数\"", seed);
			break;
		}
	}
}

static struct measure
filled(int seed)
{
	struct measure m;
	size_t i, op;

	measure_init(&m, NULL, SECONDS);
	fill(measure_fields, &m, seed);
	fill(measure_ledger_fields, &m.ledger, seed + 100);
	fill(measure_answers_fields, &m.answers, seed + 200);
	m.answers.kept = true;
	measure_example_add(
	    m.answers.examples, &m.answers.n_examples, "ocsp.fresh: yesterday");
	free(m.started);
	m.started = mem_text(SPAN("2026-11-22T01:26:54.123000Z"));
	m.judged_from = 1;
	m.judged_to = 3;
	measure_op_add(&m, "login");
	measure_op_add(&m, "imap.fetch-1_a");
	for (i = 0; i < SECONDS; i++) {
		fill(
		    measure_second_fields, &m.seconds[i], seed + (int)i * 1000);
		for (op = 0; op < 2; op++)
			fill(measure_op_fields, &m.seconds[i].ops[op],
			    seed + (int)(i * 10 + op) * 100);
		put(&m, i, 0, CLOCK_RESPONSE, 1000 * (int64_t)i + seed, 3);
		put(&m, i, 0, CLOCK_RESPONSE, 77777777 + seed, 1);
		put(&m, i, 0, CLOCK_SERVICE, (int64_t)i, 4);
	}
	put(&m, 2, 1, CLOCK_SERVICE, HIST_MOST, 1000000);
	measure_error_add(&m, "login: expected 235 *, heard 421", 7);
	measure_error_add(&m, "closed", 1);
	m.ledger.examples[m.ledger.n_examples++] =
	    mem_text(SPAN("r.0.17 lost"));
	hist_add_n(&m.ledger.delivery, 12345, 40);
	hist_add(&m.ledger.delivery, 9876543);
	return m;
}

static void
assert_fields(const struct field *f, const void *a, const void *b)
{
	for (; f->key != NULL; f++) {
		const char *x = (const char *)a + f->at;
		const char *y = (const char *)b + f->at;

		if (f->type == FIELD_TEXT)
			ck_assert_str_eq(*(char *const *)x, *(char *const *)y);
		else
			ck_assert_msg(memcmp(x, y, f->size) == 0, "%s", f->key);
	}
}

static void
assert_packed(const struct hist_packed *a, const struct hist_packed *b)
{
	assert_fields(measure_hist_fields, a, b);
	ck_assert_uint_eq(a->len, b->len);
	if (a->len != 0)
		ck_assert_mem_eq(a->data, b->data, a->len);
}

static void
assert_same(const struct measure *a, const struct measure *b)
{
	size_t i, op;
	int c;

	assert_fields(measure_fields, a, b);
	assert_fields(measure_ledger_fields, &a->ledger, &b->ledger);
	assert_fields(measure_answers_fields, &a->answers, &b->answers);
	ck_assert_uint_eq(a->answers.n_examples, b->answers.n_examples);
	for (i = 0; i < a->answers.n_examples; i++)
		ck_assert_str_eq(
		    a->answers.examples[i], b->answers.examples[i]);
	ck_assert_uint_eq(a->n_seconds, b->n_seconds);
	ck_assert_uint_eq(a->n_ops, b->n_ops);
	for (op = 0; op < a->n_ops; op++)
		ck_assert_str_eq(a->ops[op], b->ops[op]);
	for (i = 0; i < a->n_seconds; i++) {
		const struct measure_second *x = &a->seconds[i];
		const struct measure_second *y = &b->seconds[i];

		assert_fields(measure_second_fields, x, y);
		for (op = 0; op < a->n_ops; op++) {
			assert_fields(
			    measure_op_fields, &x->ops[op], &y->ops[op]);
			for (c = 0; c < LOAD_CLOCKS; c++)
				assert_packed(
				    &x->ops[op].hist[c], &y->ops[op].hist[c]);
		}
	}
	ck_assert_uint_eq(a->n_errors, b->n_errors);
	for (i = 0; i < a->n_errors; i++) {
		ck_assert_str_eq(a->errors[i].what, b->errors[i].what);
		ck_assert_uint_eq(a->errors[i].n, b->errors[i].n);
	}
	ck_assert_uint_eq(a->ledger.n_examples, b->ledger.n_examples);
	for (i = 0; i < a->ledger.n_examples; i++)
		ck_assert_str_eq(a->ledger.examples[i], b->ledger.examples[i]);
	ck_assert_uint_eq(a->ledger.delivery.n, b->ledger.delivery.n);
	ck_assert_int_eq(a->ledger.delivery.max, b->ledger.delivery.max);
	ck_assert(a->ledger.delivery.sum == b->ledger.delivery.sum);
	ck_assert_mem_eq(a->ledger.delivery.counts, b->ledger.delivery.counts,
	    HIST_COUNTS * sizeof(uint64_t));
}

/* ---- the tables ---- */

#define SIZE(in, member) sizeof(((struct in *)0)->member)

/* The rows, and what is dealt with by hand, are all there is. */
static const struct {
	const char *name;
	const struct field *fields;
	size_t size, by_hand;
} tables[] = {
	{ "measure", measure_fields, sizeof(struct measure),
	    SIZE(measure, ops) + SIZE(measure, n_ops) + SIZE(measure, seconds) +
		SIZE(measure, n_seconds) + SIZE(measure, ledger) +
		SIZE(measure, answers) + SIZE(measure, errors) +
		SIZE(measure, n_errors) + SIZE(measure, under_way) },
	{ "second", measure_second_fields, sizeof(struct measure_second),
	    SIZE(measure_second, ops) },
	{ "op", measure_op_fields, sizeof(struct measure_second_op),
	    SIZE(measure_second_op, hist) },
	{ "hist", measure_hist_fields, sizeof(struct hist_packed),
	    SIZE(hist_packed, data) + SIZE(hist_packed, len) },
	{ "ledger", measure_ledger_fields, sizeof(struct measure_ledger),
	    SIZE(measure_ledger, delivery) + SIZE(measure_ledger, examples) +
		SIZE(measure_ledger, n_examples) },
	{ "answers", measure_answers_fields, sizeof(struct measure_answers),
	    SIZE(measure_answers, examples) +
		SIZE(measure_answers, n_examples) },
};

START_TEST(table)
{
	static const size_t sizes[] = { [FIELD_COUNT] = sizeof(uint64_t),
		[FIELD_TIME] = sizeof(int64_t),
		[FIELD_REAL] = sizeof(double),
		[FIELD_INT] = sizeof(int),
		[FIELD_FLAG] = sizeof(bool),
		[FIELD_TEXT] = sizeof(char *) };
	size_t sum = tables[_i].by_hand;
	const struct field *f;

	for (f = tables[_i].fields; f->key != NULL; f++) {
		ck_assert_msg(f->size == sizes[f->type], "type of %s", f->key);
		sum += f->size;
	}
	/* Nothing but padding is left over: a new member needs a row. */
	ck_assert_uint_le(sum, tables[_i].size);
	ck_assert_msg(tables[_i].size - sum < 8,
	    "%s: %zu of %zu octets have no row", tables[_i].name,
	    tables[_i].size - sum, tables[_i].size);
}
END_TEST

/* ---- in memory ---- */

START_TEST(operations)
{
	struct scenario s = { .name = (char[]){ "submit" },
		.arrive = ARRIVE_CLOSED };
	struct measure m;
	int i;

	measure_init(&m, &s, 0);
	ck_assert_str_eq(m.scenario, "submit");
	ck_assert(m.closed_loop);
	for (i = 0; i < SCENARIO_OPS; i++) {
		char name[] = { (char)('a' + i), '\0' };

		ck_assert_int_eq(measure_op_find(&m, name), -1);
		ck_assert_int_eq(measure_op_add(&m, name), i);
		ck_assert_int_eq(measure_op_add(&m, name), i);
		ck_assert_int_eq(measure_op_find(&m, name), i);
	}
	ck_assert_int_eq(measure_op_add(&m, "more"), -1);
	measure_free(&m);
}
END_TEST

START_TEST(errors)
{
	struct measure m;
	int i;

	measure_init(&m, NULL, 0);
	measure_error_add(&m, "nothing", 0);
	for (i = 0; i < 40; i++) {
		char what[] = { (char)('A' + i), '\0' };

		measure_error_add(&m, what, 2);
		measure_error_add(&m, "A", 1);
	}
	ck_assert_uint_eq(m.n_errors, MEASURE_ERRORS);
	ck_assert_str_eq(m.errors[0].what, "A");
	ck_assert_uint_eq(m.errors[0].n, 42);
	ck_assert_str_eq(m.errors[14].what, "O");
	ck_assert_uint_eq(m.errors[14].n, 2);
	ck_assert_str_eq(m.errors[15].what, "others");
	ck_assert_uint_eq(m.errors[15].n, 50);
	measure_free(&m);
}
END_TEST

START_TEST(seconds)
{
	struct measure m;
	struct measure_op sum;
	struct hist h;

	measure_init(&m, NULL, 2);
	measure_op_add(&m, "x");
	put(&m, 0, 0, CLOCK_RESPONSE, 100, 10);
	put(&m, 5, 0, CLOCK_RESPONSE, 200, 5);
	put(&m, 5, 0, CLOCK_RESPONSE, 5000, 1);
	ck_assert_uint_eq(m.n_seconds, 6);
	m.seconds[5].ops[0].done = 6;
	m.seconds[0].ops[0].begun = 11;
	ck_assert_int_eq(
	    hist_packed_percentile(&m.seconds[5].ops[0].hist[0], 50), 200);
	ck_assert_int_eq(m.seconds[5].ops[0].hist[0].max, 5000);

	hist_init(&h);
	measure_get(&m, 5, 0, CLOCK_RESPONSE, &h);
	measure_get(&m, 0, 0, CLOCK_RESPONSE, &h);
	measure_get(&m, 6, 0, CLOCK_RESPONSE, &h);
	measure_get(&m, 5, 0, CLOCK_SERVICE, &h);
	ck_assert_uint_eq(h.n, 16);
	ck_assert(h.sum == 7000);

	measure_sum(&m, 0, 1, 1000, &sum);
	ck_assert_uint_eq(sum.hist[CLOCK_RESPONSE].n, 6);
	ck_assert_uint_eq(sum.done, 6);
	ck_assert_uint_eq(sum.begun, 0);
	measure_op_free(&sum);
	measure_sum(&m, 0, 0, 6, &sum);
	ck_assert_uint_eq(sum.begun, 11);
	ck_assert_mem_eq(
	    sum.hist[0].counts, h.counts, HIST_COUNTS * sizeof *h.counts);
	measure_op_free(&sum);
	hist_free(&h);

	/* What is too late for its second is not lost. */
	put(&m, SIZE_MAX, 0, CLOCK_SERVICE, 1, 1);
	ck_assert_uint_eq(m.n_seconds, MEASURE_SECONDS);
	ck_assert_uint_eq(
	    m.seconds[MEASURE_SECONDS - 1].ops[0].hist[CLOCK_SERVICE].n, 1);
	measure_free(&m);
}
END_TEST

/* Two ranks of one load, the second with an operation and a second more. */
START_TEST(merged)
{
	struct measure a = filled(1), b = filled(2), c;
	const struct measure_second *s;

	put(&b, SECONDS, (size_t)measure_op_add(&b, "quit"), CLOCK_SERVICE, 9,
	    9);
	b.seconds[1].health.late_max_us = 5;
	measure_init(&c, NULL, 0);
	c.ranks = c.workers = 0;
	measure_merge(&c, &a);
	assert_same(&c, &a);
	measure_merge(&c, &b);
	ck_assert_uint_eq(c.n_seconds, SECONDS + 1);
	ck_assert_uint_eq(c.n_ops, 3);
	ck_assert_str_eq(c.scenario, a.scenario);
	ck_assert_uint_eq(c.judged_to, 3);
	ck_assert_uint_eq(c.connects, a.connects + b.connects);
	ck_assert_int_eq(c.ranks, a.ranks + b.ranks);
	ck_assert_uint_eq(c.bytes_per_connection, b.bytes_per_connection);
	ck_assert(c.offered_rate == a.offered_rate + b.offered_rate);
	ck_assert_uint_eq(c.ledger.lost, a.ledger.lost + b.ledger.lost);
	ck_assert_uint_eq(c.ledger.delivery.n, 82);
	ck_assert_uint_eq(c.ledger.n_examples, 2);
	ck_assert_uint_eq(c.n_errors, 2);
	ck_assert_uint_eq(c.errors[0].n, 14);
	s = &c.seconds[1];
	ck_assert_uint_eq(
	    s->planned, a.seconds[1].planned + b.seconds[1].planned);
	ck_assert_int_eq(
	    s->health.late_max_us, a.seconds[1].health.late_max_us);
	ck_assert(s->health.cpu == b.seconds[1].health.cpu);
	ck_assert_uint_eq(s->ops[1].failed,
	    a.seconds[1].ops[1].failed + b.seconds[1].ops[1].failed);
	ck_assert_uint_eq(s->ops[0].hist[CLOCK_RESPONSE].n, 8);
	ck_assert_int_eq(s->ops[0].hist[CLOCK_RESPONSE].min, 1001);
	ck_assert_int_eq(s->ops[0].hist[CLOCK_RESPONSE].max, 77777779);
	ck_assert_uint_eq(c.seconds[SECONDS].ops[2].hist[CLOCK_SERVICE].n, 9);
	measure_free(&a);
	measure_free(&b);
	measure_free(&c);
}
END_TEST

/* ---- files ---- */

static char dir[] = "/tmp/measure_test.XXXXXX";

static void
make_dir(void)
{
	strcpy(strchr(dir, '.'), ".XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
remove_dir(void)
{
	files_remove(dir, NULL);
}

static char *
read_text(const char *name)
{
	char *path = mem_textf("%s/%s", dir, name);
	struct err err = { 0 };
	size_t n;
	char *text = files_read_text(path, 1u << 20, &n, &err);

	ck_assert_msg(text != NULL, "%s", err.what);
	free(path);
	return text;
}

START_TEST(round_trip)
{
	struct measure m = filled(3), back, again;
	struct err err = { 0 };
	char *first, *second;
	char **names;
	size_t n, i;

	ck_assert_msg(measure_write(&m, dir, &err), "%s", err.what);
	ck_assert_msg(measure_read(&back, dir, &err), "%s", err.what);
	assert_same(&back, &m);

	/* Written again it has the same octets. */
	first = read_text("intervals.hlog");
	ck_assert(measure_write(&back, dir, &err));
	second = read_text("intervals.hlog");
	ck_assert_str_eq(first, second);
	ck_assert(measure_read(&again, dir, &err));
	assert_same(&again, &m);
	free(first);
	free(second);

	ck_assert(files_list(dir, &names, &n, &err));
	ck_assert_uint_eq(n, 6);
	ck_assert_str_eq(names[0], "delivery.hgrm");
	ck_assert_str_eq(names[1], "imap.fetch-1_a.service.hgrm");
	ck_assert_str_eq(names[3], "login.response.hgrm");
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	/* Of the two seconds that are judged. */
	first = read_text("login.response.hgrm");
	ck_assert_ptr_nonnull(strstr(first, "Total count    =            8]"));
	free(first);
	measure_free(&m);
	measure_free(&back);
	measure_free(&again);
}
END_TEST

START_TEST(empty_one)
{
	struct measure m, back;
	struct err err = { 0 };

	measure_init(&m, NULL, 0);
	measure_op_add(&m, "never");
	ck_assert(measure_write(&m, dir, &err));
	ck_assert_msg(measure_read(&back, dir, &err), "%s", err.what);
	ck_assert_uint_eq(back.n_seconds, 0);
	ck_assert_str_eq(back.ops[0], "never");
	ck_assert_ptr_null(back.scenario);
	measure_free(&m);
	measure_free(&back);
}
END_TEST

/* What a target said need not be text. */
START_TEST(any_octets)
{
	struct measure m, back;
	struct err err = { 0 };

	measure_init(&m, NULL, 1);
	measure_error_add(&m, "heard \xff\x01 and \xe6\x95", 1);
	m.seconds[0].health.cpu = 0.0 / (m.seconds[0].health.steal * 0);
	ck_assert(measure_write(&m, dir, &err));
	ck_assert_msg(measure_read(&back, dir, &err), "%s", err.what);
	ck_assert_str_eq(back.errors[0].what, "heard \\xFF\x01 and \\xE6\\x95");
	ck_assert(back.seconds[0].health.cpu == 0);
	measure_free(&m);
	measure_free(&back);
}
END_TEST

static const char *const bad_names[] = { "", ".", "..", ".x", "a/b", "a b",
	"a,b", "登录", "a\n" };

START_TEST(bad_name)
{
	struct measure m;
	struct err err = { 0 };

	measure_init(&m, NULL, 1);
	measure_op_add(&m, bad_names[_i]);
	ck_assert(!measure_write(&m, dir, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(err.what, "a name is at most"));
	measure_free(&m);
}
END_TEST

/* In which file what is replaced by what, and what is then complained of. */
static const struct {
	bool log;
	const char *from, *to, *what;
} edits[] = {
	{ false, "yanshou-measure/1", "yanshou-measure/2",
	    "j: schema: must be yanshou-measure/1" },
	{ false, "{", "[", "j:1: not JSON" },
	{ false, "\"connects\":", "\"connect\":",
	    "j: connects: must be a whole number from 0 to" },
	{ false, "\"kit\":\"", "\"kit\":1,\"x\":\"",
	    "j: kit: must be a string or null" },
	{ false, "\"interrupted\":true", "\"interrupted\":1",
	    "j: interrupted: must be true or false" },
	{ false, "\"n_seconds\":4", "\"n_seconds\":5",
	    "j: seconds.planned: has 4 values; n_seconds is 5" },
	{ false, "\"n_seconds\":4", "\"n_seconds\":200001",
	    "j: n_seconds: is 200001; must be from 0 to 200000" },
	{ false, "\"judged_to\":3", "\"judged_to\":5",
	    "j: judged_from, judged_to: must be 0 <= from" },
	{ false, "\"planned\":[", "\"planned\":[-1,",
	    "j: seconds.planned: has 5 values; n_seconds is 4" },
	{ false, "\"dropped\":[6,", "\"dropped\":[-6,",
	    "j: seconds.dropped: [0] must be a whole number from 0 to" },
	{ false, "\"cpu\":[", "\"cpu\":[1,", "j: seconds.cpu: has 5 values" },
	{ false, "\"name\":\"login\"", "\"name\":\"../login\"",
	    "j: ops[0].name: must be letters" },
	{ false, "\"name\":\"login\"", "\"name\":\"imap.fetch-1_a\"",
	    "j: ops[1].name: must be letters" },
	{ false, "\"max_us\":[77777780", "\"max_us\":[1",
	    "j: ops[0].response.min_us, max_us: must be 0 <= min" },
	{ false, "\"sum_us\":[77777789", "\"sum_us\":[7",
	    "j: ops[0].response.sum_us: does not fit" },
	{ false, "\"n\":[4,4,4,4]", "\"n\":[4,3,4,4]",
	    "l:8: interval is not the one that measure.json counts" },
	{ false, "\"max_us\":[77777780", "\"max_us\":[77977780",
	    "l:6: interval is not the one that measure.json counts" },
	{ false, "\"errors\":[", "\"errors\":[1,",
	    "j: errors[0].what: is missing" },
	{ false, "\"examples\":[\"r.0", "\"examples\":[1,\"r.0",
	    "j: ledger.examples: must be strings" },
	{ false, "\"examples\":[\"ocsp", "\"examples\":[1,\"ocsp",
	    "j: answers.examples: must be strings" },
	{ false, "\"heard\":", "\"herd\":", "j: answers.heard: " },
	{ true, "Tag=login.response,0", "Tag=logon.response,0",
	    "l:6: interval is of no operation, clock and second" },
	{ true, "Tag=login.response,0", "Tag=login.respons,0",
	    "l:6: interval is of no operation" },
	{ true, "Tag=login.response,0", "Tag=login,0",
	    "l:6: interval is of no operation" },
	{ true, "Tag=login.response,0", "Tag=login.response,4",
	    "l:6: interval is of no operation" },
	{ true, "Tag=login.response,0.0", "Tag=login.response,0.5",
	    "l:6: interval is of no operation" },
	{ true, "Tag=login.response,0.000,1.0", "Tag=login.response,0.000,2.0",
	    "l:6: interval is of no operation" },
	{ true, "Tag=login.response,1", "Tag=login.response,0",
	    "l:8: interval is there twice" },
	{ true, "Tag=login.response,0", "#",
	    "l: no interval login.response of second 0" },
	{ true, "Tag=delivery", "#", "l: no interval delivery" },
	{ true, "HISTF", "HISTE", "l:6: histogram is no compressed" },
};

/* The first "from" of a text by "to". */
static char *
edited(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	ck_assert_msg(at != NULL, "no %s", from);
	return mem_textf(
	    "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

START_TEST(edit)
{
	struct measure m = filled(3), back;
	struct err err = { 0 };
	char *json, *log, *wrong;
	bool ok;

	ck_assert(measure_write(&m, dir, &err));
	json = read_text("measure.json");
	log = read_text("intervals.hlog");
	wrong =
	    edited(edits[_i].log ? log : json, edits[_i].from, edits[_i].to);
	ok = measure_parse(&back, "j", span_of(edits[_i].log ? json : wrong),
	    "l", span_of(edits[_i].log ? wrong : log), &err);
	ck_assert(!ok);
	ck_assert_msg(
	    strncmp(err.what, edits[_i].what, strlen(edits[_i].what)) == 0,
	    "%s", err.what);
	free(wrong);
	free(json);
	free(log);
	measure_free(&m);
}
END_TEST

START_TEST(nowhere)
{
	struct measure m;
	struct err err = { 0 };

	ck_assert(!measure_read(&m, "/nonexistent", &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err.what, "/nonexistent/measure.json"));
	measure_free(&m);
	measure_init(&m, NULL, 1);
	ck_assert(!measure_write(&m, "/proc/nonexistent", &err));
	measure_free(&m);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("measure");
	TCase *tc = tcase_create("memory");
	TCase *files = tcase_create("files");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, table, 0, sizeof tables / sizeof *tables);
	tcase_add_test(tc, operations);
	tcase_add_test(tc, errors);
	tcase_add_test(tc, seconds);
	tcase_add_test(tc, merged);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(files, make_dir, remove_dir);
	tcase_add_test(files, round_trip);
	tcase_add_test(files, empty_one);
	tcase_add_test(files, any_octets);
	tcase_add_loop_test(
	    files, bad_name, 0, sizeof bad_names / sizeof *bad_names);
	tcase_add_loop_test(files, edit, 0, sizeof edits / sizeof *edits);
	tcase_add_test(files, nowhere);
	suite_add_tcase(s, files);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
