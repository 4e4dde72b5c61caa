/* SPDX-License-Identifier: MIT */
/*
 * scenario_play - a scenario that is right, and one change at a time: for
 * tests alone.
 */
#ifndef LOADGEN_SCENARIO_PLAY_H
#define LOADGEN_SCENARIO_PLAY_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/mem.h"
#include "loadgen/scenario.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
static const char scenario_base[] =
	"title: T\n"						/* 1 */
	"title_zh: 题\n"
	"arrive: sessions\n"
	"connections: 10\n"
	"accounts: [alice, bob]\n"				/* 5 */
	"phases:\n"
	"  - name: main\n"
	"    shape: constant\n"
	"    rate: 10 /s\n"
	"    for: 10 s\n"					/* 10 */
	"flows:\n"
	"  - name: one\n"
	"    services: [submissions]\n"
	"    message: 20 KiB\n"
	"    begin: |\n"					/* 15 */
	"      S: 220 *\n"
	"      C: AUTH PLAIN ${account.plain}\n"
	"      S: 235 *\n"
	"    body: |\n"
	"      @start send\n"					/* 20 */
	"      C.: ${message}\n"
	"      S: 250 *\n"
	"      @stop send\n"
	"    repeat: 2\n"
	"    think: 1 s\n"					/* 25 */
	"judges:\n"
	"  - name: times\n"
	"    row: EMAIL-P-05\n"
	"    title: T\n"
	"    title_zh: 题\n";
/* clang-format on */

static struct profile example;

static inline void
set_up(void)
{
	struct err err = { 0 };

	ck_assert_msg(
	    profile_read_public(
		"fixtures/targets/example/target.yaml", &example, &err),
	    "%s", err.what);
}

static inline void
tear_down(void)
{
	profile_free(&example);
}

/* The text with its first "from" replaced; without "from": as it is. */
static inline char *
replaced(const char *text, const char *from, const char *to)
{
	const char *at = from == NULL ? text : strstr(text, from);

	ck_assert_msg(at != NULL, "nothing to replace: %s", from);
	return mem_textf("%.*s%s%s", (int)(at - text), text,
	    from == NULL ? "" : to, at + (from == NULL ? 0 : strlen(from)));
}

static inline bool
parse(struct scenario *sc, const char *from, const char *to,
    const struct scenario_change *c, struct err *err)
{
	char *text = replaced(scenario_base, from, to);
	const bool ok =
	    scenario_parse(sc, "x.yaml", span_of(text), &example, c, err);

	free(text);
	return ok;
}

static inline void
must_parse(struct scenario *sc, const char *from, const char *to)
{
	struct err err = { 0 };

	ck_assert_msg(parse(sc, from, to, NULL, &err), "%s", err.what);
}

struct scenario_test {
	const TTest *test;
	size_t loops; /* 0: once */
};

static inline int
scenario_run(const char *name, const struct scenario_test *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *t = tcase_create(name);
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, set_up, tear_down);
	for (size_t i = 0; i < n; i++)
		if (tests[i].loops > 0)
			tcase_add_loop_test(
			    t, tests[i].test, 0, (int)tests[i].loops);
		else
			tcase_add_test(t, tests[i].test);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}

#endif
