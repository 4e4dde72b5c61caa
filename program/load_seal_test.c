/* SPDX-License-Identifier: MIT */
/* Whole loads of chapter 10: is what is wrong noticed, and is all tidied up? */
#include "program/load_desk.h"
#include "program/load_examine.h"
#include "program/load_prepare.h"
#include "program/load_session.h"
#include "program/load_testing.h"

#define FLOW(name, path, body) \
	"  - name: " name "\n    services: [seal]\n" \
	"    http: {method: POST, path: \"/${feed." path "}\",\n" \
	"      headers: \"${feed.headers}\", content_type: " \
	"\"${feed.type}\",\n      body: \"${feed." body "}\"}\n"

static const char batch[] = HEAD_AT("batch", "10") FLOW("seal", "path", "body");
static const char checking[] =
    HEAD_AT("checking", "4") FLOW("verify", "path", "body");
static const char sealing[] =
    HEAD_AT("sealing", "4") FLOW("seal", "path", "body");
static const char signing[] = HEAD_AT("signing", "10")
    FLOW("sign", "sign-path", "sign") FLOW("verify", "verify-path", "verify");

/* clang-format off */
static const struct row {
	const char *load;
	enum fault fault;
	enum variant variant;
	enum share wrong;
	const char *error;	/* NULL: none */
} targets[] = {
	{ batch, FAULT_NONE, VARIANT_NONE, NONE, NULL },
	{ batch, FAULT_NONE, VARIANT_SEAL_DIGESTS, NONE, NULL },
	{ batch, FAULT_NONE, VARIANT_SEAL_UNSTAMPED, NONE, NULL },
	{ batch, FAULT_OFD_REFERENCE_WRONG, VARIANT_NONE, ALL,
	  "answer: ofd.reference" },
	{ batch, FAULT_OFD_SEAL_OTHER, VARIANT_NONE, ALL, "answer: ofd." },
	{ batch, FAULT_OFD_VALUE_WRONG, VARIANT_NONE, ALL, "answer: " },
	{ batch, FAULT_OFD_NOT_SEALED, VARIANT_NONE, ALL,
	  "answer: ofd.sealed" },
	{ sealing, FAULT_NONE, VARIANT_NONE, NONE, NULL },
	{ checking, FAULT_NONE, VARIANT_NONE, NONE, NULL },
	{ checking, FAULT_OFD_REFERENCE_IGNORED, VARIANT_NONE, SOME,
	  "answer: not what is so" },
	{ checking, FAULT_OFD_RIGHT_REFUSED, VARIANT_NONE, SOME,
	  "answer: not what is so" },
	{ signing, FAULT_NONE, VARIANT_NONE, NONE, NULL },
	{ signing, FAULT_NONE, VARIANT_SEAL_EXTENSIONS, NONE, NULL },
	{ signing, FAULT_SIGN_VALUE_WRONG, VARIANT_NONE, SOME, "answer: " },
	{ signing, FAULT_SIGN_DIGEST_WRONG, VARIANT_NONE, SOME, "answer: " },
	{ signing, FAULT_VERIFY_DIGEST_IGNORED, VARIANT_NONE, SOME,
	  "answer: not what is so" },
	{ signing, FAULT_VERIFY_RIGHT_REFUSED, VARIANT_NONE, SOME,
	  "answer: not what is so" },
};
/* clang-format on */

/* The state of the seal that the rows of a load are of. */
static void
check_state(const struct profile *p, const struct feeder *f, const char *state)
{
	char *id = mem_text(feeder_value(f, 0, 0)), *is;
	struct load_desk d;
	struct err err;

	ck_assert_str_eq(feeder_name(f, 0), "id");
	ck_assert_msg(load_desk_open(&d, p, "alice", &err), "%s", err.what);
	ck_assert_msg(
	    load_desk_ask(&d, "seal.show",
		(struct operation_value[]){ { "id", id }, { NULL, NULL } },
		&err),
	    "%s", err.what);
	is = operation_text(&d.answer, "state");
	ck_assert_str_eq(is, state);
	load_desk_close(&d);
	free(is);
	free(id);
}

START_TEST(whole)
{
	const struct row *t = &targets[_i];
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_one one;
	const struct measure_answers *a = &one.measure.answers;

	testing_up(&site);
	testing_serve(&site,
	    (struct serve_options){ .fault = t->fault, .variant = t->variant });
	carry_out(&one, t->load, site.target, &profile, &scenario);
	ck_assert(a->kept);
	ck_assert_uint_eq(a->unread, 0);
	ck_assert_uint_eq(
	    a->heard, t->load == batch || t->load == signing ? 20 : 8);
	ck_assert_uint_eq(a->examined, a->heard);
	ck_assert_msg(is_share(a->wrong, a->heard, t->wrong), "%d wrong: %s",
	    (int)a->wrong, a->n_examples == 0 ? "" : a->examples[0]);
	ck_assert_uint_eq(one.measure.n_errors == 0, t->error == NULL);
	if (t->error != NULL)
		ck_assert_msg(strncmp(one.measure.errors[0].what, t->error,
				  strlen(t->error)) == 0,
		    "%s", one.measure.errors[0].what);
	if (t->load == sealing)
		ck_assert_uint_ge(a->octets, 1u << 20);
	check_state(&profile, one.feeder, "revoked");
	load_one_free(&one);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

/* Of those that were signed: the same octets heard twice. */
static struct answers *
heard_twice(const struct load_one *one)
{
	struct answers *twice = answers_new(1, 100, 100);

	for (size_t i = 0; i < answers_count(one->answers); i++) {
		const struct answer *a = answers_at(one->answers, i);

		if (one->scenario->flows[a->flow].name[0] != 's')
			continue;
		answers_put(twice, 0, a);
		answers_put(twice, 0, a);
	}
	return twice;
}

/* Who hands out what was signed before is not said to have signed it. */
START_TEST(a_signature_that_comes_again)
{
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_one one;
	struct measure m;
	struct answers *twice;
	struct buf heard;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
	carry_out(&one, signing, site.target, &profile, &scenario);
	buf_init(&heard, LOAD_HEARD_MOST);
	twice = heard_twice(&one);
	measure_init(&m, &scenario, 1);
	load_examine(&(struct load_examine){ .scenario = &scenario,
			 .profile = &profile,
			 .feeder = one.feeder,
			 .answers = twice },
	    &m, &heard);
	ck_assert_uint_gt(m.answers.heard, 0);
	ck_assert_uint_eq(m.answers.wrong, 0);
	ck_assert_uint_eq(m.answers.unread, m.answers.heard);
	ck_assert_uint_gt(m.n_errors, 0);
	ck_assert_str_eq(m.errors[0].what, "answer: the same signature again");
	measure_free(&m);
	answers_free(twice);
	buf_free(&heard);
	load_one_free(&one);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

/* For a plan alone nobody is asked anything: nobody listens there. */
START_TEST(planned_alone)
{
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_plan plan;
	struct feeder *feeder;
	struct buf made;
	struct err err;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
	ck_assert(profile_read(site.target, &profile, &err));
	for (size_t i = 0; i < profile.n_endpoints; i++)
		profile.endpoints[i].port = 1;
	ck_assert_msg(scenario_parse(&scenario, "load.yaml", span_of(batch),
			  &profile, NULL, &err),
	    "%s", err.what);
	ck_assert_msg(
	    load_prepare(&scenario, &profile, &feeder, &plan, NULL, &err), "%s",
	    err.what);
	ck_assert_uint_eq(plan.n, 20);
	ck_assert_ptr_null(feeder);
	arrival_free(&plan);
	/* with rows it says who was asked for what */
	buf_init(&made, 1 << 20);
	ck_assert(
	    !load_prepare(&scenario, &profile, &feeder, &plan, &made, &err));
	ck_assert_msg(strstr(err.what, "session.challenge as alice: ") != NULL,
	    "%s", err.what);
	buf_free(&made);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

/* Is this header taken as that of a session? */
static bool
is_session(const struct profile *p, struct span header)
{
	const struct span name = SPAN("Authorization: Bearer ");
	struct load_desk d = { .profile = p,
		.account = profile_account(p, "alice") };
	struct err err;
	bool is;

	ck_assert(span_eq(span_take(header, name.len), name));
	header = span_skip(header, name.len);
	ck_assert_uint_gt(header.len, 2);
	d.token = mem_text(span_take(header, header.len - 2));
	is = load_desk_ask(&d, "seal.list", NULL, &err);
	load_desk_leave(&d);
	return is;
}

enum { TIMES = 3, HEARD_S = 60 };

/* The one before may still be under way: of three two are open. */
START_TEST(sessions_are_opened_anew)
{
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_plan plan;
	struct feeder *feeder;
	struct load_session *session;
	struct span seen[TIMES];
	const int64_t end = clock_mono().us + HEARD_S * INT64_C(1000000);
	struct buf made;
	struct err err;
	size_t column, n = 1;
	bool was;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
	ck_assert(profile_read(site.target, &profile, &err));
	ck_assert_msg(scenario_parse(&scenario, "load.yaml", span_of(signing),
			  &profile, NULL, &err),
	    "%s", err.what);
	buf_init(&made, 1 << 20);
	ck_assert_msg(
	    load_prepare(&scenario, &profile, &feeder, &plan, &made, &err),
	    "%s", err.what);
	column = (size_t)feeder_column(feeder, SPAN("headers"));
	seen[0] = feeder_value(feeder, 0, column);
	session = load_session_start(&scenario, &profile, feeder, 500000);
	ck_assert_ptr_nonnull(session);
	while (n < TIMES && clock_mono().us < end) {
		seen[n] = feeder_value(feeder, 1, column);
		if (span_eq(seen[n], seen[n - 1]))
			continue;
		ck_assert(is_session(&profile, seen[n]));
		was = is_session(&profile, seen[n - 1]);
		/* unless it was opened anew twice, on a slow machine */
		ck_assert(
		    was || !span_eq(seen[n], feeder_value(feeder, 1, column)));
		n++;
	}
	ck_assert_uint_eq(n, TIMES);
	ck_assert_msg(load_session_stop(session, &err), "%s", err.what);
	for (size_t i = 1; i < TIMES; i++)
		ck_assert(!is_session(&profile, seen[i]));
	ck_assert_msg(load_prepare_undo(&scenario, &profile, feeder, &err),
	    "%s", err.what);
	feeder_close(feeder);
	arrival_free(&plan);
	buf_free(&made);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_seal");
	TCase *tc = tcase_create("whole loads");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(
	    tc, whole, 0, (int)(sizeof targets / sizeof targets[0]));
	tcase_add_test(tc, a_signature_that_comes_again);
	tcase_add_test(tc, planned_alone);
	tcase_add_test(tc, sessions_are_opened_anew);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? 0 : 1;
}
