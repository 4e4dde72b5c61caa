/* SPDX-License-Identifier: MIT */
/* Whole loads of chapter 11: is what is wrong noticed, and counted? */
#include "program/load_examine.h"
#include "program/load_prepare.h"
#include "program/load_testing.h"

#include "loadgen/judge.h"

static const char ocsp[] = HEAD(
    "ocsp") "  - name: post\n"
	    "    services: [ocsp]\n"
	    "    http: {operation: ocsp, method: POST, path: "
	    "\"/${feed.path}\",\n"
	    "      content_type: application/ocsp-request,\n"
	    "      body: \"${feed.post}\", type: application/ocsp-response}\n"
	    "  - name: get\n"
	    "    services: [ocsp]\n"
	    "    http: {operation: ocsp, path: \"/${feed.get}\",\n"
	    "      type: application/ocsp-response}\n";

static const char lists[] = HEAD(
    "crl") "  - name: crl\n"
	   "    services: [crl]\n"
	   "    http: {path: \"/${feed.path}\", type: application/pkix-crl}\n";

static const char crypto[] =
    HEAD("cryptography") "  - name: sign\n"
			 "    services: [crypto]\n"
			 "    http: {operation: crypto, method: POST,\n"
			 "      path: \"/${feed.sign-path}\", headers: "
			 "\"${feed.headers}\",\n"
			 "      content_type: \"${feed.type}\", body: "
			 "\"${feed.sign}\"}\n"
			 "  - name: verify\n"
			 "    services: [crypto]\n"
			 "    http: {operation: crypto, method: POST,\n"
			 "      path: \"/${feed.verify-path}\", headers: "
			 "\"${feed.headers}\",\n"
			 "      content_type: \"${feed.type}\", body: "
			 "\"${feed.verify}\"}\n";

static const char people[] =
    HEAD("directory") "  - name: lookup\n"
		      "    services: [ldap]\n"
		      "    begin: |\n"
		      "      C: 1 bind ${account.dn|quoted} "
		      "${account.password|quoted}\n"
		      "      S: 1 bindResponse success *\n"
		      "    body: |\n"
		      "      C: 2 search \"${feed.base}\" sub "
		      "(mail=${feed.mail}) cn mail\n"
		      "      S*: 2 searchResEntry \"${feed.dn}\" *\n"
		      "      S+: 2 searchResEntry \"${feed.dn}\" "
		      "*mail=\"${feed.mail}\" *\n"
		      "      S: 2 searchResDone success *\n"
		      "    end: |\n"
		      "      C: 3 unbind\n";

static const char certificates[] =
    HEAD_AT("issue", "20") "  - name: issue\n"
			   "    services: [ca]\n"
			   "    http: {method: POST, path: \"/${feed.path}\",\n"
			   "      content_type: application/pkixcmp,\n"
			   "      body: \"${feed.request}\",\n"
			   "      type: application/pkixcmp}\n";

static const char records[] =
    HEAD("records") "  - name: post\n"
		    "    services: [ocsp]\n"
		    "    http: {operation: query, method: POST, path: "
		    "\"/${feed.path}\",\n"
		    "      content_type: application/ocsp-request,\n"
		    "      body: \"${feed.post}\", type: "
		    "application/ocsp-response}\n"
		    "  - name: get\n"
		    "    services: [ocsp]\n"
		    "    http: {operation: query, path: \"/${feed.get}\",\n"
		    "      type: application/ocsp-response}\n";

/* Arrivals take certificates in turn, 39 or so of three algorithms. */
/* clang-format off */
struct row {
	const char *load;
	enum fault fault;
	enum variant variant;
	enum share wrong, failed;
	const char *error;	/* NULL: none */
};

static const struct row targets[] = {
	{ ocsp, FAULT_NONE, VARIANT_NONE, NONE, NONE, NULL },
	{ ocsp, FAULT_NONE, VARIANT_OCSP_BY_CA, NONE, NONE, NULL },
	{ ocsp, FAULT_NONE, VARIANT_OCSP_BY_KEY, NONE, NONE, NULL },
	{ ocsp, FAULT_NONE, VARIANT_OCSP_WITHOUT_NEXT, NONE, NONE, NULL },
	{ ocsp, FAULT_NONE, VARIANT_OCSP_WITHOUT_REASON, NONE, NONE, NULL },
	/* who has made his answers before does so: RFC 6960 2.5 */
	{ ocsp, FAULT_OCSP_NONCE_DROPPED, VARIANT_NONE, NONE, NONE, NULL },
	{ ocsp, FAULT_OCSP_STALE, VARIANT_NONE, ALL, NONE, "answer: ocsp.fresh" },
	{ ocsp, FAULT_OCSP_OF_ANOTHER, VARIANT_NONE, ALL, NONE,
	    "answer: ocsp.certid" },
	{ ocsp, FAULT_OCSP_ECHO, VARIANT_NONE, ALL, NONE, "answer: ocsp.structure" },
	{ ocsp, FAULT_OCSP_BEHIND, VARIANT_NONE, ALL, NONE, "answer: " },
	{ ocsp, FAULT_OCSP_SM2_WITHOUT_IDENTIFIER, VARIANT_NONE, SOME, NONE,
	    "answer: ocsp.signature" },
	{ ocsp, FAULT_OCSP_BY_STAMPER, VARIANT_NONE, ALL, NONE,
	    "answer: ocsp.purpose" },
	{ ocsp, FAULT_OCSP_TRY_LATER, VARIANT_NONE, SOME, NONE, "answer: " },
	{ ocsp, FAULT_OCSP_GOOD_IS_UNKNOWN, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	{ ocsp, FAULT_OCSP_REVOKED_IS_GOOD, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	{ ocsp, FAULT_OCSP_HELD_IS_GOOD, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	/* and what is seen while the clock runs */
	{ ocsp, FAULT_OCSP_TYPE, VARIANT_NONE, NONE, ALL,
	    "ocsp: expected application/ocsp-response, heard "
	    "application/octet-stream" },
	{ ocsp, FAULT_OCSP_WITHOUT_GET, VARIANT_NONE, NONE, SOME,
	    "ocsp: expected status 200, heard 404" },
	/* lists */
	{ lists, FAULT_NONE, VARIANT_NONE, NONE, NONE, NULL },
	{ lists, FAULT_NONE, VARIANT_CRL_MADE_EACH_TIME, NONE, NONE, NULL },
	{ lists, FAULT_CRL_STALE, VARIANT_NONE, ALL, NONE,
	    "answer: crl.fresh" },
	{ lists, FAULT_CRL_SM2_WITHOUT_IDENTIFIER, VARIANT_NONE, SOME, NONE,
	    "answer: crl.signature" },
	{ lists, FAULT_CRL_IS_CERTIFICATE, VARIANT_NONE, ALL, NONE,
	    "answer: crl.structure" },
	{ lists, FAULT_CRL_WITHOUT_REVOKED, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	{ lists, FAULT_CRL_LISTS_GOOD, VARIANT_NONE, SOME, NONE,
	    "answer: not what is so" },
	{ lists, FAULT_CRL_NOT_FOUND, VARIANT_NONE, NONE, SOME,
	    "crl: expected status 200, heard 404" },
	/* signatures */
	{ crypto, FAULT_NONE, VARIANT_NONE, NONE, NONE, NULL },
	{ crypto, FAULT_CRYPTO_SIGN_WITHOUT_IDENTIFIER, VARIANT_NONE, SOME,
	    NONE, "answer: a signature that does not verify" },
	{ crypto, FAULT_CRYPTO_VERIFY_WITHOUT_IDENTIFIER, VARIANT_NONE, SOME,
	    NONE, "answer: not what is so" },
	/* a list of all: good or revoked, both are known */
	{ records, FAULT_NONE, VARIANT_NONE, NONE, NONE, NULL },
	{ records, FAULT_NONE, VARIANT_OCSP_BY_KEY, NONE, NONE, NULL },
	{ records, FAULT_OCSP_REVOKED_IS_GOOD, VARIANT_NONE, NONE, NONE, NULL },
	{ records, FAULT_OCSP_GOOD_IS_UNKNOWN, VARIANT_NONE, SOME, NONE,
	    "answer: not known" },
	{ records, FAULT_OCSP_OF_ANOTHER, VARIANT_NONE, ALL, NONE,
	    "answer: ocsp.certid" },
	{ records, FAULT_OCSP_STALE, VARIANT_NONE, ALL, NONE,
	    "answer: ocsp.fresh" },
	{ records, FAULT_OCSP_WITHOUT_GET, VARIANT_NONE, NONE, SOME,
	    "query: expected status 200, heard 404" },
	/* the directory: looked at while the clock runs */
	{ people, FAULT_NONE, VARIANT_NONE, NONE, NONE, NULL },
	{ people, FAULT_LDAP_MAIL_NOT_FOUND, VARIANT_NONE, NONE, ALL,
	    "lookup: " },
	{ people, FAULT_LDAP_ATTRIBUTE_TWICE, VARIANT_NONE, NONE, NONE, NULL },
};

static const struct row issued[] = {
	{ certificates, FAULT_NONE, VARIANT_NONE, NONE, NONE, NULL },
	{ certificates, FAULT_NONE, VARIANT_CMP_WITH_MODS, NONE, NONE, NULL },
	{ certificates, FAULT_NONE, VARIANT_CMP_TALKATIVE, NONE, NONE, NULL },
	{ certificates, FAULT_NONE, VARIANT_CMP_MAC_SHA1, NONE, NONE, NULL },
	{ certificates, FAULT_CMP_KEY_OTHER, VARIANT_NONE, ALL, NONE,
	    "answer: cmp.key" },
	{ certificates, FAULT_CMP_TRANSACTION_OTHER, VARIANT_NONE, ALL, NONE,
	    "answer: cmp.transaction" },
	{ certificates, FAULT_CMP_MAC_WRONG, VARIANT_NONE, ALL, NONE,
	    "answer: cmp.mac" },
	{ certificates, FAULT_CMP_UNPROTECTED, VARIANT_NONE, ALL, NONE,
	    "answer: cmp.prot" },
	{ certificates, FAULT_CMP_CERTIFICATE_UNSIGNED, VARIANT_NONE, ALL, NONE,
	    "answer: signed by none" },
	{ certificates, FAULT_CMP_SERIAL_SAME, VARIANT_NONE, SOME, NONE,
	    "answer: a serial number" },
	{ certificates, FAULT_CMP_IR_REFUSED, VARIANT_NONE, ALL, NONE,
	    "answer: not issued" },
	/* seen while the clock runs */
	{ certificates, FAULT_CMP_TYPE, VARIANT_NONE, NONE, ALL, "issue: " },
};
/* clang-format on */

static void
check_row(const struct row *t)
{
	const uint64_t all = t->load == certificates ? 40 : 120;
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_one one;
	struct measure_op op;
	const struct measure_answers *a = &one.measure.answers;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ .fault = t->fault,
				 .variant = t->variant,
				 .certificates = t->load == records ? 200 : 0,
				 .revoked = t->load == records ? 50 : 0 });
	carry_out(&one, t->load, site.target, &profile, &scenario);
	ck_assert_uint_eq(one.measure.n_ops, 1);
	measure_sum(&one.measure, 0, 0, one.measure.n_seconds, &op);
	ck_assert_uint_eq(op.begun, all);
	ck_assert_uint_eq(a->kept, t->load != people);
	ck_assert_uint_eq(a->unread, 0);
	ck_assert_uint_eq(a->heard, a->kept ? op.done : 0);
	ck_assert_uint_eq(a->examined, a->heard);
	ck_assert_msg(is_share(a->wrong, all, t->wrong), "%d wrong: %s",
	    (int)a->wrong, a->n_examples == 0 ? "" : a->examples[0]);
	ck_assert_msg(
	    is_share(op.failed, all, t->failed), "%d failed", (int)op.failed);
	ck_assert_uint_eq(one.measure.n_errors == 0, t->error == NULL);
	if (t->error != NULL)
		ck_assert_msg(strncmp(one.measure.errors[0].what, t->error,
				  strlen(t->error)) == 0,
		    "%s", one.measure.errors[0].what);
	measure_op_free(&op);
	load_one_free(&one);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}

START_TEST(is_noticed)
{
	check_row(&targets[_i]);
}
END_TEST

START_TEST(is_issued)
{
	check_row(&issued[_i]);
}
END_TEST

/* Of what was handed over, one in so many is none of the target's. */
static void
falsify(const char *path, size_t one_in)
{
	char *text = testing_read(path);
	struct span rest = span_of(text), line;
	struct buf to;

	buf_init(&to, 1 << 20);
	for (size_t i = 0; rest.len > 0; i++) {
		line = span_cut(&rest, '\n');
		if (i > 0 && i % one_in == 0)
			buf_addf(&to, "%zu%.*s\n", 1 + i % 7,
			    SPAN_FMT(span_skip(line, 1)));
		else
			buf_addf(&to, "%.*s\n", SPAN_FMT(line));
	}
	testing_write(path, buf_span(&to));
	buf_free(&to);
	free(text);
}

START_TEST(who_is_listed_and_not_there)
{
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_one one;
	char *list;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ .certificates = 500 });
	list = testing_path(&site, "reference/ca/records.csv");
	falsify(list, 10);
	carry_out(&one, records, site.target, &profile, &scenario);
	ck_assert_uint_eq(one.measure.answers.examined, 120);
	ck_assert_uint_gt(one.measure.answers.wrong, 0);
	ck_assert_uint_lt(one.measure.answers.wrong, 40);
	ck_assert_uint_gt(one.measure.answers.entries, 500);
	ck_assert_str_eq(one.measure.errors[0].what, "answer: not known");
	load_one_free(&one);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
	free(list);
}
END_TEST

/* The same seed, the same questions; another one, others. */
START_TEST(drawn_by_the_seed)
{
	struct testing site;
	struct profile profile;
	struct buf asked[3];
	struct err err;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ .certificates = 500 });
	ck_assert(profile_read(site.target, &profile, &err));
	for (int i = 0; i < 3; i++) {
		struct scenario scenario;
		struct feeder *feeder;
		struct load_plan plan;

		ck_assert(scenario_parse(&scenario, "load.yaml",
		    span_of(records), &profile, NULL, &err));
		scenario.seed = i < 2 ? 7 : 8;
		buf_init(&asked[i], 1 << 20);
		ck_assert_msg(load_prepare(&scenario, &profile, &feeder, &plan,
				  NULL, &err),
		    "%s", err.what);
		ck_assert_uint_eq(feeder_rows(feeder), 120);
		for (size_t row = 0; row < 120; row++)
			buf_add(&asked[i], feeder_value(feeder, row, 0));
		feeder_close(feeder);
		arrival_free(&plan);
		scenario_free(&scenario);
	}
	ck_assert(span_eq(buf_span(&asked[0]), buf_span(&asked[1])));
	ck_assert(!span_eq(buf_span(&asked[0]), buf_span(&asked[2])));
	for (int i = 0; i < 3; i++)
		buf_free(&asked[i]);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

/* Who lets us wait has issued nothing yet, and done no wrong. */
START_TEST(waiting_is_not_wrong)
{
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_one one;

	testing_up(&site);
	testing_serve(
	    &site, (struct serve_options){ .variant = VARIANT_CMP_WAITING });
	carry_out(&one, certificates, site.target, &profile, &scenario);
	ck_assert_uint_eq(one.measure.answers.examined, 40);
	ck_assert_uint_eq(one.measure.answers.wrong, 0);
	ck_assert_uint_eq(one.measure.answers.unread, 40);
	load_one_free(&one);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

/* One in a thousand is altered on its way: each of them is found. */
START_TEST(one_in_a_thousand)
{
	struct testing site;
	struct profile profile;
	struct scenario scenario;
	struct load_one one;
	struct answers *altered = answers_new(1, 3000, 120);
	struct measure m;
	struct buf heard;

	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
	carry_out(&one, ocsp, site.target, &profile, &scenario);
	ck_assert_uint_eq(answers_count(one.answers), 120);
	for (uint64_t i = 0; i < 3000; i++) {
		struct answer a = *answers_at(one.answers, i % 120);
		char *octets = mem_new(a.octets.len, 1);

		memcpy(octets, a.octets.ptr, a.octets.len);
		/* not what makes it one of OCSP: within the nonce, or times */
		octets[a.octets.len / 4] ^= i % 1000 == 999;
		a.octets.ptr = octets;
		a.seq = i;
		answers_put(altered, 0, &a);
		free(octets);
	}
	measure_init(&m, &scenario, 1);
	buf_init(&heard, LOAD_HEARD_MOST);
	load_examine(&(struct load_examine){ .scenario = &scenario,
			 .profile = &profile,
			 .feeder = one.feeder,
			 .answers = altered },
	    &m, &heard);
	ck_assert_uint_eq(m.answers.examined, 3000);
	ck_assert_uint_eq(m.answers.wrong, 3);
	buf_free(&heard);
	measure_free(&m);
	answers_free(altered);
	load_one_free(&one);
	scenario_free(&scenario);
	profile_free(&profile);
	testing_down(&site);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_kept");
	TCase *tc = tcase_create("whole loads");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(
	    tc, is_noticed, 0, sizeof targets / sizeof targets[0]);
	tcase_add_test(tc, one_in_a_thousand);
	tcase_add_test(tc, who_is_listed_and_not_there);
	tcase_add_test(tc, drawn_by_the_seed);
	suite_add_tcase(s, tc);
	tc = tcase_create("certificates issued");
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, is_issued, 0, sizeof issued / sizeof issued[0]);
	tcase_add_test(tc, waiting_is_not_wrong);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
