/* SPDX-License-Identifier: MIT */
/*
 * profile_testing - a profile as short as it can be, in pieces to which a
 * test adds; for tests.
 */
#ifndef LIB_PROFILE_TESTING_H
#define LIB_PROFILE_TESTING_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/profile.h"

#define EXAMPLE  "fixtures/targets/example/target.yaml"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* As short as a profile can be; line numbers below count from here. */
#define HEAD \
	"project: {name: P}\n"                          /* 1 */ \
	"product: {vendor: V, name: N, version: '1'}\n" /* 2 */ \
	"scope: {chapters: ['5'], services: [smtp]}\n"  /* 3 */
#define ENDS \
	"endpoints:\n" \
	" - {service: smtp, host: 127.0.0.1, port: 25, tls: starttls}\n"
#define MAIL  "mail: {domain: gov.example}\n" /* 6 */
#define LEAST HEAD ENDS MAIL
#define CA    "fixtures/targets/example/ca.pem"
#define LAB \
	"lab:\n" \
	"  key: fixtures/targets/example/keys/lab.key\n" \
	"  certificate: fixtures/targets/example/keys/lab.pem\n"
#define HTTP \
	HEAD ENDS \
	    " - {service: ra, host: 127.0.0.1, port: 80, tls: none}\n" MAIL

static inline bool
parse(const char *text, struct profile *p, struct err *err)
{
	return profile_parse("t.yaml", span_of(text), p, err);
}

static inline void
must_refuse(const char *text, const char *want)
{
	struct profile p;
	struct err err;

	ck_assert_msg(!parse(text, &p, &err), "accepted:\n%s", text);
	ck_assert_str_eq(err.what, want);
	ck_assert_int_eq(err.kind, ERR_CONFIG);
}

struct profile_test {
	const TTest *test;
	size_t loops;
};

static inline int
profile_run(const char *name, const struct profile_test *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *t = tcase_create(name);
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	for (size_t i = 0; i < n; i++)
		tcase_add_loop_test(t, tests[i].test, 0, (int)tests[i].loops);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
