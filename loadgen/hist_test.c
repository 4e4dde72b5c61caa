/* SPDX-License-Identifier: MIT */
#include "loadgen/hist.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define MANY 20000

/* ---- chance ---- */

static uint64_t
chance(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static double
unit(uint64_t *state)
{
	return ((double)(chance(state) >> 11) + 1) / 9007199254740992.0;
}

static int64_t
uniform(uint64_t *state)
{
	return (int64_t)(unit(state) * 1e6);
}

static int64_t
exponential(uint64_t *state)
{
	return (int64_t)(-log(unit(state)) * 3000);
}

static int64_t
pareto(uint64_t *state)
{
	return (int64_t)(200 / pow(unit(state), 0.9));
}

static int64_t
small(uint64_t *state)
{
	return (int64_t)(chance(state) % 3000);
}

static int64_t
two_modes(uint64_t *state)
{
	return chance(state) % 100 == 0
		   ? 300000 + (int64_t)(chance(state) % 1000)
		   : 250 + (int64_t)(chance(state) % 20);
}

static int64_t
any_power(uint64_t *state)
{
	return (int64_t)(chance(state) >> (32 + chance(state) % 32));
}

static int64_t
constant(uint64_t *state)
{
	(void)state;
	return 123457;
}

static int64_t (*const laws[])(uint64_t *) = { uniform, exponential, pareto,
	small, two_modes, any_power, constant };

static int
by_value(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* n values, clamped as they will be counted; free() them. */
static int64_t *
draw(size_t law, size_t n, uint64_t seed)
{
	int64_t *values = mem_new(n, sizeof *values);
	size_t i;

	for (i = 0; i < n; i++)
		values[i] = hist_clamp(laws[law](&seed));
	return values;
}

static void
assert_same(const struct hist *a, const struct hist *b)
{
	ck_assert_uint_eq(a->n, b->n);
	ck_assert_int_eq(a->min, b->min);
	ck_assert_int_eq(a->max, b->max);
	ck_assert(a->sum == b->sum);
	ck_assert_mem_eq(a->counts, b->counts, HIST_COUNTS * sizeof *a->counts);
}

static void
assert_near(int64_t found, int64_t truth)
{
	ck_assert_msg(llabs(found - truth) <= (double)truth / 1000,
	    "%lld for %lld", (long long)found, (long long)truth);
}

/* ---- the layout ---- */

static const struct {
	int64_t us;
	size_t index;
	int64_t lowest, highest;
} edges[] = {
	{ -1, 0, 0, 0 },
	{ INT64_MIN, 0, 0, 0 },
	{ 0, 0, 0, 0 },
	{ 1, 1, 1, 1 },
	{ 1023, 1023, 1023, 1023 },
	{ 1024, 1024, 1024, 1024 },
	{ 2047, 2047, 2047, 2047 },
	{ 2048, 2048, 2048, 2049 },
	{ 2049, 2048, 2048, 2049 },
	{ 2050, 2049, 2050, 2051 },
	{ 4095, 3071, 4094, 4095 },
	{ 4096, 3072, 4096, 4099 },
	{ 1000000, 11169, 999936, 1000447 },
	{ HIST_MOST, 23220, 3598712832, 3600809983 },
	{ HIST_MOST + 1, 23220, 3598712832, 3600809983 },
	{ INT64_MAX, 23220, 3598712832, 3600809983 },
};

START_TEST(edge)
{
	const size_t i = hist_index(edges[_i].us);
	struct hist h;

	ck_assert_uint_eq(i, edges[_i].index);
	ck_assert_int_eq(hist_lowest(i), edges[_i].lowest);
	ck_assert_int_eq(hist_highest(i), edges[_i].highest);
	hist_init(&h);
	hist_add(&h, edges[_i].us);
	ck_assert_uint_eq(h.n, 1);
	ck_assert_int_eq(h.min, hist_clamp(edges[_i].us));
	ck_assert_int_eq(h.max, h.min);
	ck_assert_int_eq(hist_percentile(&h, 50), h.max);
	ck_assert_int_eq(hist_percentile(&h, 100), h.max);
	ck_assert(hist_mean(&h) == (double)h.max);
	hist_free(&h);
}
END_TEST

/* The buckets follow one another without gap and without overlap. */
START_TEST(buckets)
{
	size_t i;

	ck_assert_uint_eq(hist_counts(), 23552);
	for (i = 0; i < HIST_COUNTS; i++) {
		const int64_t low = hist_lowest(i), high = hist_highest(i);

		ck_assert_int_le(low, high);
		ck_assert_int_le((high - low) * 1000, low);
		if (i != 0)
			ck_assert_int_eq(low, hist_highest(i - 1) + 1);
		if (high <= HIST_MOST) {
			ck_assert_uint_eq(hist_index(low), i);
			ck_assert_uint_eq(hist_index(high), i);
		}
	}
	ck_assert_int_gt(hist_highest(HIST_COUNTS - 1), HIST_MOST);
}
END_TEST

/* ---- what is read from it ---- */

/* As it is asked for, and as the whole number it means. */
static const struct {
	double p;
	uint64_t of_100000;
} percentiles[] = { { 0, 0 }, { 0.001, 1 }, { 0.07, 70 }, { 1, 1000 },
	{ 2.3, 2300 }, { 10, 10000 }, { 25, 25000 }, { 50, 50000 },
	{ 55.1, 55100 }, { 64.9, 64900 }, { 75, 75000 }, { 90, 90000 },
	{ 95, 95000 }, { 99, 99000 }, { 99.7, 99700 }, { 99.9, 99900 },
	{ 99.99, 99990 }, { 99.999, 99999 }, { 100, 100000 } };

static uint64_t
true_rank(size_t row, uint64_t n)
{
	const uint64_t rank = (percentiles[row].of_100000 * n + 99999) / 100000;

	return rank == 0 ? 1 : rank;
}

/* Every value is another, so that a percentile tells its rank. */
START_TEST(ranks)
{
	static const uint64_t sizes[] = { 1, 2, 3, 7, 10, 99, 100, 101, 1000,
		1500, 2000 };
	size_t i, k;

	for (k = 0; k < sizeof sizes / sizeof *sizes; k++) {
		struct hist h;

		hist_init(&h);
		for (i = 1; i <= sizes[k]; i++)
			hist_add(&h, (int64_t)i);
		for (i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
			ck_assert_int_eq(hist_percentile(&h, percentiles[i].p),
			    (int64_t)true_rank(i, sizes[k]));
		hist_free(&h);
	}
}
END_TEST

/* The 49950th of 50000, though 99.9 / 100 * 50000 is 49950.00000000001. */
START_TEST(no_rank_too_many)
{
	struct hist h;
	size_t i;

	hist_init(&h);
	hist_add_n(&h, 1, 49950);
	hist_add_n(&h, 2, 50);
	ck_assert_int_eq(hist_percentile(&h, 99.9), 1);
	for (i = 1; i < 100000; i += 37) {
		const double p = (double)i / 1000;

		hist_clear(&h);
		hist_add_n(&h, 1, i * 7919);
		hist_add_n(&h, 2, (100000 - i) * 7919);
		ck_assert_msg(hist_percentile(&h, p) == 1, "p%g", p);
		ck_assert_msg(
		    hist_percentile(&h, (double)i / 100000 * 100) == 1,
		    "share of %g %%", p);
		ck_assert_msg(hist_percentile(&h, p + 1e-9) == 2, "p%g+", p);
	}
	hist_free(&h);
}
END_TEST

START_TEST(oracle)
{
	int64_t *values = draw((size_t)_i, MANY, (uint64_t)_i + 7);
	struct hist_packed packed = { 0 };
	struct hist h;
	size_t i;

	hist_init(&h);
	for (i = 0; i < MANY; i++)
		hist_add(&h, values[i]);
	hist_pack(&packed, &h);
	qsort(values, MANY, sizeof *values, by_value);
	ck_assert_uint_eq(h.n, MANY);
	ck_assert_int_eq(h.min, values[0]);
	ck_assert_int_eq(h.max, values[MANY - 1]);
	for (i = 0; i < sizeof percentiles / sizeof *percentiles; i++) {
		const double p = percentiles[i].p;
		const int64_t truth = values[true_rank(i, MANY) - 1];

		assert_near(hist_percentile(&h, p), truth);
		ck_assert_int_eq(
		    hist_packed_percentile(&packed, p), hist_percentile(&h, p));
	}
	for (i = 1; i <= MANY; i += 997) {
		assert_near(hist_at_rank(&h, i), values[i - 1]);
		ck_assert_int_eq(
		    hist_packed_at_rank(&packed, i), hist_at_rank(&h, i));
		/* Exactly as many as there are up to the end of its bucket. */
		ck_assert_uint_ge(hist_at_most(&h, values[i - 1]), i);
	}
	ck_assert_uint_eq(hist_at_most(&h, -1), 0);
	ck_assert_uint_eq(hist_at_most(&h, HIST_MOST), MANY);
	hist_packed_free(&packed);
	hist_free(&h);
	free(values);
}
END_TEST

START_TEST(at_most)
{
	struct hist h;

	hist_init(&h);
	hist_add_n(&h, 100, 3);
	hist_add_n(&h, 2048, 4);
	hist_add_n(&h, 5000, 0);
	ck_assert_uint_eq(hist_at_most(&h, 99), 0);
	ck_assert_uint_eq(hist_at_most(&h, 100), 3);
	ck_assert_uint_eq(hist_at_most(&h, 2047), 3);
	ck_assert_uint_eq(hist_at_most(&h, 2048), 7);
	ck_assert_int_eq(h.max, 2048);
	ck_assert(hist_mean(&h) == (300 + 4 * 2048) / 7.0);
	hist_clear(&h);
	ck_assert_uint_eq(h.n, 0);
	ck_assert_uint_eq(hist_at_most(&h, HIST_MOST), 0);
	ck_assert_int_eq(hist_percentile(&h, 99), 0);
	ck_assert_int_eq(hist_at_rank(&h, 1), 0);
	ck_assert(hist_mean(&h) == 0);
	hist_free(&h);
}
END_TEST

/* ---- merging ---- */

/*
 * Cut into parts in any way, counted apart and put together, packed or not:
 * the same as counted at once.
 */
START_TEST(merged)
{
	int64_t *values = draw((size_t)_i, MANY, 99);
	struct hist whole, parts[3], sum, unpacked;
	struct hist_packed packed = { 0 }, one;
	size_t i;

	hist_init(&whole);
	hist_init(&sum);
	hist_init(&unpacked);
	for (i = 0; i < 3; i++)
		hist_init(&parts[i]);
	for (i = 0; i < MANY; i++) {
		hist_add(&whole, values[i]);
		hist_add(&parts[i % 7 == 0 ? 0 : i % 3], values[i]);
	}
	for (i = 0; i < 3; i++) {
		hist_merge(&sum, &parts[i]);
		hist_pack(&packed, &parts[i]);
	}
	assert_same(&sum, &whole);
	hist_unpack(&unpacked, &packed);
	assert_same(&unpacked, &whole);

	/* Merging packed ones gives the very octets of packing the whole. */
	one = (struct hist_packed){ 0 };
	hist_pack(&one, &whole);
	ck_assert_uint_eq(one.len, packed.len);
	ck_assert_mem_eq(one.data, packed.data, one.len);
	hist_packed_free(&one);

	/* Nothing added changes nothing. */
	hist_clear(&parts[0]);
	hist_merge(&sum, &parts[0]);
	hist_pack(&packed, &parts[0]);
	hist_packed_merge(&packed, &one);
	assert_same(&sum, &whole);
	hist_clear(&unpacked);
	hist_unpack(&unpacked, &packed);
	assert_same(&unpacked, &whole);

	for (i = 0; i < 3; i++)
		hist_free(&parts[i]);
	hist_packed_free(&packed);
	hist_free(&unpacked);
	hist_free(&sum);
	hist_free(&whole);
	free(values);
}
END_TEST

START_TEST(packed_empty)
{
	struct hist_packed p = { 0 }, q = { 0 };
	struct hist_walk w = hist_packed_walk(&p);
	struct hist h;

	hist_init(&h);
	hist_pack(&p, &h);
	hist_packed_merge(&p, &q);
	hist_unpack(&h, &p);
	ck_assert(!hist_walk_next(&w) && !w.bad);
	ck_assert_uint_eq(p.n + h.n, 0);
	ck_assert_int_eq(hist_packed_percentile(&p, 50), 0);
	ck_assert(hist_packed_mean(&p) == 0);
	hist_add_n(&h, HIST_MOST, UINT64_C(1) << 62);
	hist_add(&h, 0);
	hist_pack(&p, &h);
	hist_packed_merge(&q, &p);
	ck_assert_uint_eq(q.n, (UINT64_C(1) << 62) + 1);
	ck_assert_int_eq(hist_packed_percentile(&q, 50), HIST_MOST);
	ck_assert_int_eq(hist_packed_at_rank(&q, 1), 0);
	hist_packed_free(&p);
	hist_packed_free(&q);
	hist_free(&h);
}
END_TEST

/* ---- the octets ---- */

/*
 * Written out by hand: ZigZag doubles, and gives the odd numbers to the
 * negative ones.  bad: what no encoder writes.
 */
static const struct {
	const char *octets;
	size_t n;
	size_t index;
	uint64_t count;
	bool bad;
} walks[] = {
	{ "\x02", 1, 0, 1, false },
	{ "\x00\x04", 2, 1, 2, false },
	{ "\x03\x06", 2, 2, 3, false },
	{ "\xcf\x0f\x02", 3, 1000, 1, false },
	{ "\x80\x01", 2, 0, 64, false },
	{ "\xfe\xff\xff\xff\xff\xff\xff\xff\xff", 9, 0, INT64_MAX, false },
	{ "\x00\x00\x00", 3, 0, 0, false },
	{ "\xff\xef\x02\x02", 4, 0, 0, true },
	{ "\xfd\xef\x02\x02\x02", 5, 23551, 1, true },
	{ "\x81\xf0\x02", 3, 0, 0, true },
	{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9, 0, 0, true },
	{ "\x80", 1, 0, 0, true },
	{ "\x80\x80\x80\x80\x80\x80\x80\x80", 8, 0, 0, true },
};

START_TEST(octets)
{
	struct hist_walk w =
	    hist_walk_start((struct span){ walks[_i].octets, walks[_i].n });

	if (walks[_i].count != 0) {
		ck_assert(hist_walk_next(&w));
		ck_assert_uint_eq(w.index, walks[_i].index);
		ck_assert_uint_eq(w.count, walks[_i].count);
	}
	ck_assert(!hist_walk_next(&w));
	ck_assert_int_eq(w.bad, walks[_i].bad);
}
END_TEST

START_TEST(written)
{
	static const char wanted[] = "\x02\x00\x04\xab\x02\x80\x01";
	struct hist_packed p = { 0 };
	struct hist h;

	hist_init(&h);
	hist_add_n(&h, 0, 1);
	hist_add_n(&h, 2, 2);
	hist_add_n(&h, 153, 64);
	hist_pack(&p, &h);
	ck_assert_uint_eq(p.len, sizeof wanted - 1);
	ck_assert_mem_eq(p.data, wanted, p.len);
	hist_packed_free(&p);
	hist_free(&h);
}
END_TEST

int
main(void)
{
	const int n_laws = sizeof laws / sizeof *laws;
	Suite *s = suite_create("hist");
	TCase *tc = tcase_create("hist");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, edge, 0, sizeof edges / sizeof *edges);
	tcase_add_test(tc, buckets);
	tcase_add_loop_test(tc, oracle, 0, n_laws);
	tcase_add_test(tc, ranks);
	tcase_add_test(tc, no_rank_too_many);
	tcase_add_test(tc, at_most);
	tcase_add_loop_test(tc, merged, 0, n_laws);
	tcase_add_test(tc, packed_empty);
	tcase_add_loop_test(tc, octets, 0, sizeof walks / sizeof *walks);
	tcase_add_test(tc, written);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
