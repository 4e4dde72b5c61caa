/* SPDX-License-Identifier: MIT */
#include "reference/world.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD_P \
	"role\tuser\taddress\taliases\tname_zh\tunit\tpassword\t" \
	"quota_bytes\tflags\n"
#define HEAD_D "domain\tkind\tdetail\n"
#define ALICE  "alice\talice\talice@a.test\t-\t李\t处\tAbcd-1234\t0\t-\n"
#define LOCAL  "a.test\tlocal\t-\n"

static void
write_file(const char *dir, const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	ck_assert_int_eq(fclose(f), 0);
}

static bool
read_texts(
    const char *domains, const char *people, struct world *w, struct err *err)
{
	char dir[] = "/tmp/yanshou-world-XXXXXX";
	char path[128];
	bool ok;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	write_file(dir, "domains.tsv", domains);
	write_file(dir, "people.tsv", people);
	ok = world_read(dir, w, err);
	snprintf(path, sizeof path, "%s/domains.tsv", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/people.tsv", dir);
	unlink(path);
	rmdir(dir);
	return ok;
}

static const struct {
	const char *domains, *people;
	const char *complaint; /* NULL: it is right */
} rows[] = {
	{ HEAD_D LOCAL, HEAD_P ALICE, NULL },
	{ HEAD_D LOCAL "b.test\troute\tsink\n", HEAD_P ALICE, NULL },
	{ HEAD_D LOCAL "b.test\tdead\t[::1]:9\n", HEAD_P ALICE, NULL },
	{ "", HEAD_P ALICE, "domains.tsv:1: no rows" },
	{ HEAD_D, HEAD_P ALICE, "domains.tsv:1: no rows" },
	{ "domain\tsort\tdetail\n", HEAD_P, "domains.tsv:1: kind: \"sort\"" },
	{ HEAD_D "a.test\tlocal\n", HEAD_P,
	    "domains.tsv:2: 2 columns, should be 3" },
	{ HEAD_D "a.test\tlocal\t\n", HEAD_P, "domains.tsv:2: detail: \"\"" },
	{ HEAD_D "a..test\tlocal\t-\n", HEAD_P, "2: domain: \"a..test\"" },
	{ HEAD_D ".test\tlocal\t-\n", HEAD_P, "2: domain: \".test\"" },
	{ HEAD_D "a b\tlocal\t-\n", HEAD_P, "2: domain: \"a b\"" },
	{ HEAD_D LOCAL "A.test\tlocal\t-\n", HEAD_P,
	    "3: domain: \"A.test\" is wrong: listed before" },
	{ HEAD_D "a.test\tfar\t-\n", HEAD_P, "2: kind: \"far\"" },
	{ HEAD_D "a.test\tlocal\tx\n", HEAD_P, "2: detail: \"x\"" },
	{ HEAD_D "例.test\tlocal\t-\n", HEAD_P, "2: detail: \"-\"" },
	{ HEAD_D "a.test\troute\t-\n", HEAD_P, "2: detail: \"-\"" },
	{ HEAD_D "a.test\troute\th:0\n", HEAD_P, "2: detail: \"h:0\"" },
	{ HEAD_D "a.test\troute\th:65536\n", HEAD_P, "detail: \"h:65536\"" },
	{ HEAD_D "a.test\troute\t:25\n", HEAD_P, "2: detail: \":25\"" },
	{ HEAD_D "a.test\tdead\tsink\n", HEAD_P, "2: detail: \"sink\"" },
	{ HEAD_D LOCAL, HEAD_P ALICE ALICE, "people.tsv:3: role: \"alice\"" },
	{ HEAD_D LOCAL,
	    HEAD_P ALICE "b\tALICE\tb@a.test\t-\t李\t处\tAbcd-1234\t0\t-\n",
	    "people.tsv:3: user: \"ALICE\"" },
	{ HEAD_D LOCAL,
	    HEAD_P ALICE "b\tb\tAlice@a.test\t-\t李\t处\tAbcd-1234\t0\t-\n",
	    "people.tsv:3: address: \"Alice@a.test\"" },
	{ HEAD_D LOCAL, HEAD_P "b\tb\tb@b.test\t-\t-\t-\tAbcd-1234\t0\t-\n",
	    "people.tsv:2: address: \"b@b.test\"" },
	{ HEAD_D LOCAL, HEAD_P "b\tb\tb@\t-\t-\t-\tAbcd-1234\t0\t-\n",
	    "people.tsv:2: address: \"b@\"" },
	{ HEAD_D LOCAL, HEAD_P "b\tb\tb@a.test\tc\t-\t-\tAbcd-1234\t0\t-\n",
	    "people.tsv:2: aliases: \"c\"" },
	{ HEAD_D LOCAL, HEAD_P "b\tb\tb@a.test\t-\t-\t-\tabcdefgh1\t0\t-\n",
	    "people.tsv:2: password: \"abcdefgh1\"" },
	{ HEAD_D LOCAL, HEAD_P "b\tb\tb@a.test\t-\t-\t-\tAb-1234\t0\t-\n",
	    "people.tsv:2: password: \"Ab-1234\"" },
	{ HEAD_D LOCAL, HEAD_P "b\tb\tb@a.test\t-\t-\t-\tAbcd-1234\t64K\t-\n",
	    "people.tsv:2: quota_bytes: \"64K\"" },
	{ HEAD_D LOCAL, HEAD_P "b\tb\tb@a.test\t-\t-\t-\tAbcd-1234\t0\tx\n",
	    "people.tsv:2: flags: \"x\"" },
};

START_TEST(a_mistake_is_named_with_its_place)
{
	struct world w;
	struct err err = { 0 };
	const bool ok = read_texts(rows[_i].domains, rows[_i].people, &w, &err);

	if (rows[_i].complaint == NULL) {
		ck_assert_msg(ok, "%s", err.what);
		world_free(&w);
		return;
	}
	ck_assert(!ok);
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(strstr(err.what, rows[_i].complaint) != NULL,
	    "\"%s\" is not in \"%s\"", rows[_i].complaint, err.what);
}
END_TEST

/* The address book, which a world may do without. */
static const struct {
	const char *text;
	const char *complaint; /* NULL: it is right */
} books[] = {
	{ "user\ttitle\ttelephone\nALICE\t科长\t-\n", NULL },
	{ "user\ttitle\nalice\tx\n", "directory.tsv:1: 2 columns" },
	{ "user\ttitle\ttelephone\nbob\tx\ty\n",
	    "directory.tsv:2: user: \"bob\"" },
	{ "user\ttitle\ttelephone\nalice\tx\ty\nalice\tx\ty\n",
	    "directory.tsv:3: user: \"alice\" is wrong: listed before" },
	{ "user\ttitle\ttelephone\n", "directory.tsv:1: no rows" },
};

START_TEST(the_address_book_is_of_people_who_are_there)
{
	char dir[] = "/tmp/yanshou-world-XXXXXX";
	struct err err = { 0 };
	char path[128];
	struct world w;
	bool ok;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	write_file(dir, "domains.tsv", HEAD_D LOCAL);
	write_file(dir, "people.tsv", HEAD_P ALICE);
	write_file(dir, "directory.tsv", books[_i].text);
	ok = world_read(dir, &w, &err);
	if (books[_i].complaint == NULL) {
		ck_assert_msg(ok, "%s", err.what);
		ck_assert_str_eq(w.people[0].title, "科长");
		ck_assert_ptr_null(w.people[0].telephone);
		world_free(&w);
	} else {
		ck_assert(!ok);
		ck_assert_msg(strstr(err.what, books[_i].complaint) != NULL,
		    "\"%s\" is not in \"%s\"", books[_i].complaint, err.what);
	}
	for (const char *const *name = (const char *const[]){ "domains.tsv",
		 "people.tsv", "directory.tsv", NULL };
	     *name != NULL; name++) {
		snprintf(path, sizeof path, "%s/%s", dir, *name);
		unlink(path);
	}
	rmdir(dir);
}
END_TEST

START_TEST(a_missing_folder_is_named)
{
	struct world w;
	struct err err = { 0 };

	ck_assert(!world_read("/nonexistent", &w, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err.what, "/nonexistent/domains.tsv"));
}
END_TEST

START_TEST(our_world_has_everybody)
{
	static const char *const roles[] = { "alice", "bob", "carol", "dave",
		"victim", "wang", "office", "postmaster" };
	struct world w;
	struct err err = { 0 };

	ck_assert_msg(world_read("fixtures/world", &w, &err), "%s", err.what);
	for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
		ck_assert_msg(
		    world_person(&w, roles[i]) != NULL, "no %s", roles[i]);
	ck_assert_int_eq(world_person(&w, "dave")->quota_bytes, 65536);
	ck_assert(world_person(&w, "victim")->lockout);
	ck_assert(!world_person(&w, "alice")->lockout);
	ck_assert_str_eq(world_person(&w, "wang")->name_zh, "王小明");
	ck_assert_uint_eq(world_person(&w, "wang")->n_aliases, 3);
	ck_assert_ptr_null(world_person(&w, "nobody"));
	world_free(&w);
}
END_TEST

START_TEST(our_world_has_its_domains)
{
	struct world w;
	struct err err = { 0 };

	ck_assert_msg(world_read("fixtures/world", &w, &err), "%s", err.what);
	ck_assert_uint_eq(w.n_local_domains, 2);
	ck_assert_str_eq(w.local_domains[0], "example.test");
	ck_assert_str_eq(w.local_domains[1], "例子.测试");
	ck_assert_uint_eq(w.n_domains, 4);
	ck_assert_str_eq(w.domains[1].ascii, "xn--fsqu00a.xn--0zwm56d");
	ck_assert_int_eq(w.domains[2].kind, WORLD_ROUTE);
	ck_assert_str_eq(w.domains[2].host, "sink");
	ck_assert_uint_eq(w.domains[2].port, 0);
	ck_assert_int_eq(w.domains[3].kind, WORLD_DEAD);
	ck_assert_str_eq(w.domains[3].host, "127.0.0.1");
	ck_assert_uint_eq(w.domains[3].port, 1);
	world_free(&w);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("world");
	TCase *tc = tcase_create("tables");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, a_mistake_is_named_with_its_place, 0,
	    sizeof rows / sizeof rows[0]);
	tcase_add_loop_test(tc, the_address_book_is_of_people_who_are_there, 0,
	    sizeof books / sizeof books[0]);
	tcase_add_test(tc, a_missing_folder_is_named);
	tcase_add_test(tc, our_world_has_everybody);
	tcase_add_test(tc, our_world_has_its_domains);
	suite_add_tcase(s, tc);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
