/* SPDX-License-Identifier: MIT */
/* Whole loads of OCSP: is what is wrong with answers noticed, and counted? */
#include "program/load_one.h"
#include "program/testing.h"

#include "loadgen/judge.h"

static const char few[] =
    "title: Status\n"
    "title_zh: 状态\n"
    "arrive: requests\n"
    "connections: 4\n"
    "queue: 1000\n"
    "drain: 20 s\n"
    "prepare: ocsp\n"
    "phases:\n"
    "  - {name: all, shape: constant, rate: 60 /s, for: 2 s}\n"
    "flows:\n"
    "  - name: post\n"
    "    services: [ocsp]\n"
    "    http: {operation: ocsp, method: POST, path: \"/${feed.path}\",\n"
    "      content_type: application/ocsp-request,\n"
    "      body: \"${feed.post}\", type: application/ocsp-response}\n"
    "  - name: get\n"
    "    services: [ocsp]\n"
    "    http: {operation: ocsp, path: \"/${feed.get}\",\n"
    "      type: application/ocsp-response}\n";

/* Arrivals take certificates in turn, 39 or so of three algorithms. */
enum share { NONE, SOME, ALL };

/* clang-format off */
static const struct {
	enum fault fault;
	enum variant variant;
	enum share wrong, failed;
	const char *error;	/* NULL: none */
} targets[] = {
	{ FAULT_NONE, VARIANT_NONE, NONE, NONE, NULL },
	{ FAULT_NONE, VARIANT_OCSP_BY_CA, NONE, NONE, NULL },
	{ FAULT_NONE, VARIANT_OCSP_BY_KEY, NONE, NONE, NULL },
	{ FAULT_NONE, VARIANT_OCSP_WITHOUT_NEXT, NONE, NONE, NULL },
	{ FAULT_NONE, VARIANT_OCSP_WITHOUT_REASON, NONE, NONE, NULL },
	/* who has made his answers before does so: RFC 6960 2.5 */
	{ FAULT_OCSP_NONCE_DROPPED, VARIANT_NONE, NONE, NONE, NULL },
	{ FAULT_OCSP_STALE, VARIANT_NONE, ALL, NONE, "answer: ocsp.fresh" },
	{ FAULT_OCSP_OF_ANOTHER, VARIANT_NONE, ALL, NONE,
	    "answer: ocsp.certid" },
	{ FAULT_OCSP_ECHO, VARIANT_NONE, ALL, NONE, "answer: ocsp.structure" },
	{ FAULT_OCSP_BEHIND, VARIANT_NONE, ALL, NONE, "answer: " },
	{ FAULT_OCSP_SM2_WITHOUT_IDENTIFIER, VARIANT_NONE, SOME, NONE,
	    "answer: ocsp.signature" },
	{ FAULT_OCSP_BY_STAMPER, VARIANT_NONE, ALL, NONE,
	    "answer: ocsp.delegated" },
	{ FAULT_OCSP_TRY_LATER, VARIANT_NONE, SOME, NONE, "answer: " },
	{ FAULT_OCSP_GOOD_IS_UNKNOWN, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	{ FAULT_OCSP_REVOKED_IS_GOOD, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	{ FAULT_OCSP_HELD_IS_GOOD, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	/* and what is seen while the clock runs */
	{ FAULT_OCSP_TYPE, VARIANT_NONE, NONE, ALL,
	    "ocsp: expected application/ocsp-response, heard "
	    "application/octet-stream" },
	{ FAULT_OCSP_WITHOUT_GET, VARIANT_NONE, NONE, SOME,
	    "ocsp: expected status 200, heard 404" },
};
/* clang-format on */

static bool
is_share(uint64_t n, uint64_t of, enum share share)
{
	return share == NONE  ? n == 0
	       : share == ALL ? n == of
			      : n > 0 && n < of;
}

static void
carry_out(struct load_one *one, const char *target, struct profile *p,
    struct scenario *s)
{
	static const volatile bool stop = false;
	static const struct load_request request = { .workers = 1,
		.ranks = { .n = 1 } };
	struct load_carry carry = { .request = &request,
		.profile = p,
		.ranks = { .n = 1 },
		.run = "test",
		.stop = &stop };
	struct err err;

	ck_assert_msg(profile_read(target, p, &err), "%s", err.what);
	ck_assert_msg(
	    scenario_parse(s, "status.yaml", span_of(few), p, NULL, &err), "%s",
	    err.what);
	*one = (struct load_one){ .carry = &carry, .scenario = s };
	ck_assert_msg(load_one_measure(one, &err), "%s", err.what);
	one->carry = NULL;
}

START_TEST(is_noticed)
{
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_one one;
	struct measure_op op;
	const struct measure_answers *a = &one.measure.answers;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ .fault = targets[_i].fault,
				 .variant = targets[_i].variant });
	carry_out(&one, site.target, &profile, &scenario);
	ck_assert_uint_eq(one.measure.n_ops, 1);
	measure_sum(&one.measure, 0, 0, one.measure.n_seconds, &op);
	ck_assert_uint_eq(op.begun, 120);
	ck_assert(a->kept);
	ck_assert_uint_eq(a->unread, 0);
	ck_assert_uint_eq(a->heard, op.done);
	ck_assert_uint_eq(a->examined, op.done);
	ck_assert_msg(is_share(a->wrong, 120, targets[_i].wrong),
	    "%d wrong: %s", (int)a->wrong,
	    a->n_examples == 0 ? "" : a->examples[0]);
	ck_assert_msg(is_share(op.failed, 120, targets[_i].failed), "%d failed",
	    (int)op.failed);
	ck_assert_uint_eq(one.measure.n_errors == 0, targets[_i].error == NULL);
	if (targets[_i].error != NULL)
		ck_assert_msg(
		    strncmp(one.measure.errors[0].what, targets[_i].error,
			strlen(targets[_i].error)) == 0,
		    "%s", one.measure.errors[0].what);
	measure_op_free(&op);
	load_one_free(&one);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_ocsp");
	TCase *tc = tcase_create("whole loads");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(
	    tc, is_noticed, 0, sizeof targets / sizeof targets[0]);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
