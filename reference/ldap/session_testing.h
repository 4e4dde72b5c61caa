/* SPDX-License-Identifier: MIT */
/*
 * ldap/session_testing - a directory where the people of the world are, and
 * sessions with it; for tests.
 */
#ifndef REFERENCE_LDAP_SESSION_TESTING_H
#define REFERENCE_LDAP_SESSION_TESTING_H

#include "reference/ldap/session.h"
#include "reference/ldap/testing.h"
#include "reference/session_testing.h"

#define BASE   "dc=example,dc=test"
#define PEOPLE "ou=people," BASE
#define ALICE  "uid=alice,ou=办公厅," PEOPLE
#define IN     "bind|" ALICE "|Yan-shou-2021\n"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct site site;

static inline void
setup(void)
{
	site_open(&site, NULL);
}

static inline void
teardown(void)
{
	site_close(&site);
}

/* All lines are said at once; the session is the caller's. */
static inline struct session *
start(const char *lines, struct buf *out)
{
	struct session *s =
	    ldap_protocol.open(&site, LDAP_IMPLICIT, "127.0.0.1:40112");
	struct buf in;

	buf_init(&in, 1 << 20);
	say_all(lines, &in);
	session_feed(s, buf_span(&in), now, out);
	buf_free(&in);
	return s;
}

struct ldap_test {
	const TTest *test;
	size_t loops;
};

/* "opens" is setup(), or it and more. */
static inline int
run_tests(const char *name, void (*opens)(void), const struct ldap_test *tests,
    size_t n)
{
	Suite *suite = suite_create(name);
	TCase *c = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, c);
	tcase_add_unchecked_fixture(c, opens, teardown);
	tcase_set_timeout(c, 60);
	for (size_t i = 0; i < n; i++)
		tcase_add_loop_test(c, tests[i].test, 0, (int)tests[i].loops);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
