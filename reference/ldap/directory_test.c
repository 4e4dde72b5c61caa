/* SPDX-License-Identifier: MIT */
#include "reference/ldap/directory.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "reference/world_testing.h"

#define ALICE "uid=alice,ou=办公厅," DIRECTORY_PEOPLE
#define POINT "cn=签发,dc=example,dc=test"

static struct store *store;

static void
setup(void)
{
	store = settled_store(NULL);
}

static void
teardown(void)
{
	store_close(store);
}

static struct directory_entry
entry(const char *dn)
{
	struct directory_entry e = { 0 };

	ck_assert_msg(
	    directory_by_dn(store, span_of(dn), &e), "%s is not there", dn);
	return e;
}

static size_t
count(const char *dn, const char *attribute)
{
	struct directory_entry e = entry(dn);
	struct entry_description d;
	size_t n = 0;

	ck_assert(entry_describe(span_of(attribute), &d));
	for (size_t i = 0; i < e.n; i++)
		n += entry_is(&e.values[i], &d);
	directory_entry_free(&e);
	return n;
}

/* ---- who is there ---- */

START_TEST(people_stand_below_their_units)
{
	struct directory_entry e =
	    entry("uid=admin,ou=运行维护处,ou=信息中心," DIRECTORY_PEOPLE);

	ck_assert(e.administrator);
	ck_assert_str_eq(e.user, "admin");
	directory_entry_free(&e);
	e = entry("UID = Alice, OU=办公厅,ou=People,dc=EXAMPLE,dc=test");
	ck_assert(!e.administrator);
	ck_assert_str_eq(e.dn, ALICE);
	ck_assert(entry_has_class(&e, CLASS_PERSON));
	ck_assert(!entry_has_class(&e, CLASS_ORGANIZATION));
	directory_entry_free(&e);
}
END_TEST

START_TEST(nobody_settles_twice)
{
	const int64_t n = directory_count(store);
	struct world world;
	struct err err;

	ck_assert_int_gt(n, 10);
	ck_assert(world_read("fixtures/world", &world, &err));
	ck_assert(directory_settle(store, &world, &err));
	world_free(&world);
	ck_assert_int_eq(directory_count(store), n);
}
END_TEST

/* ---- published ---- */

START_TEST(certificates_are_published_beside_each_other)
{
	struct err err = { 0 };

	for (int i = 0; i < 2; i++)
		ck_assert_msg(
		    directory_publish(store, ALICE, "userCertificate;binary",
			SPAN("0\x01"
			     "a"),
			false, &err) &&
			directory_publish(store, ALICE, "userCertificate",
			    SPAN("0\x01"
				 "b"),
			    false, &err),
		    "%s", err.what);
	ck_assert_uint_eq(count(ALICE, "userCertificate"), 2);
	ck_assert_uint_eq(count(ALICE, "cn"), 1);
}
END_TEST

START_TEST(a_list_takes_the_place_of_the_one_before)
{
	struct err err = { 0 };

	ck_assert_msg(
	    directory_publish(store, POINT, "certificateRevocationList",
		SPAN("0\x01"
		     "a"),
		true, &err) &&
		directory_publish(store, POINT, "certificateRevocationList",
		    SPAN("0\x01"
			 "b"),
		    true, &err) &&
		directory_publish(store, POINT, "deltaRevocationList",
		    SPAN("0\x01"
			 "c"),
		    true, &err) &&
		directory_publish(store, POINT, "cACertificate",
		    SPAN("0\x01"
			 "d"),
		    false, &err),
	    "%s", err.what);
	ck_assert_uint_eq(count(POINT, "certificateRevocationList"), 1);
	ck_assert_uint_eq(count(POINT, "cACertificate"), 1);
	ck_assert_uint_eq(count(POINT, "objectClass"), 4);
}
END_TEST

static const struct {
	const char *dn, *attribute;
	struct span value;
	const char *why;
} refusals[] = {
	{ ALICE, "noSuch", SPAN_INIT("0\x01z"), "no such attribute" },
	{ ALICE, "userCertificate", SPAN_INIT("text"), "not a value" },
	{ "cn=x,ou=nowhere,dc=test", "cACertificate", SPAN_INIT("0\x01z"),
	    "nothing that it could stand below" },
	{ "nonsense", "cACertificate", SPAN_INIT("0\x01z"),
	    "not the name of an entry" },
};

START_TEST(what_cannot_be_published_is_told)
{
	struct err err = { 0 };

	ck_assert(!directory_publish(store, refusals[_i].dn,
	    refusals[_i].attribute, refusals[_i].value, false, &err));
	ck_assert_msg(strstr(err.what, refusals[_i].why) != NULL,
	    "\"%s\" is not in \"%s\"", refusals[_i].why, err.what);
}
END_TEST

/* A list of 100,000 entries is a few MiB. */
START_TEST(a_large_list_is_kept)
{
	enum { SIZE = 3 << 20 };
	char *list = mem_new(SIZE + 6, 1);
	struct err err = { 0 };
	struct directory_entry e;

	memcpy(list, "0\x84\x00\x30\x00\x00", 6);
	ck_assert_msg(
	    directory_publish(store, POINT, "certificateRevocationList",
		(struct span){ list, SIZE + 6 }, true, &err),
	    "%s", err.what);
	e = entry(POINT);
	for (size_t i = 0; i < e.n; i++)
		if (e.values[i].type == ATTR_CERTIFICATE_REVOCATION_LIST)
			ck_assert_uint_eq(e.values[i].value.len, SIZE + 6);
	directory_entry_free(&e);
	free(list);
}
END_TEST

/* ---- kill -9 ---- */

/* Says each number when it has been added, until it is killed. */
static void
add_for_ever(const char *dir, int to)
{
	store = settled_store(dir);
	for (int i = 0;; i++) {
		struct directory_entry e = { 0 };
		struct buf why;
		char dn[64];
		ssize_t n;

		buf_init(&why, 512);
		snprintf(dn, sizeof dn, "uid=n%d," DIRECTORY_PEOPLE, i);
		entry_put_own(&e, ATTR_OBJECT_CLASS, SPAN("account"));
		if (directory_enter(store, &e, span_of(dn),
			SPAN(DIRECTORY_BASE), (struct wall){ 0 },
			&why) != LDAP_SUCCESS)
			_exit(1);
		directory_entry_free(&e);
		buf_free(&why);
		n = write(to, &i, sizeof i);
		if (n != sizeof i)
			_exit(0);
	}
}

static int
kill_when(const char *dir, int enough)
{
	int ends[2], last = -1, got, status;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		add_for_ever(dir, ends[1]);
	}
	close(ends[1]);
	while (last < enough && read(ends[0], &got, sizeof got) == sizeof got)
		last = got;
	kill(pid, SIGKILL);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	while (read(ends[0], &got, sizeof got) == sizeof got)
		last = got;
	close(ends[0]);
	return last;
}

/* What was answered is there, and one more at most. */
START_TEST(what_was_added_survives_being_killed)
{
	char dir[] = "/tmp/yanshou-directory-XXXXXX";
	int last, there = 0;
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	last = kill_when(dir, 20);
	ck_assert_int_ge(last, 20);
	store = store_open(dir, &err);
	ck_assert_ptr_nonnull(store);
	for (int i = 0; i <= last + 1; i++) {
		struct directory_entry e = { 0 };
		char dn[64];

		snprintf(dn, sizeof dn, "uid=n%d," DIRECTORY_PEOPLE, i);
		there += directory_by_dn(store, span_of(dn), &e);
		directory_entry_free(&e);
	}
	ck_assert_int_ge(there, last + 1);
	store_close(store);
	ck_assert_msg(files_remove(dir, &err), "%s", err.what);
}
END_TEST

static void
add_tests(Suite *suite)
{
	TCase *c = tcase_create("directory");

	tcase_add_unchecked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, people_stand_below_their_units);
	tcase_add_test(c, nobody_settles_twice);
	tcase_add_test(c, certificates_are_published_beside_each_other);
	tcase_add_test(c, a_list_takes_the_place_of_the_one_before);
	tcase_add_loop_test(c, what_cannot_be_published_is_told, 0,
	    sizeof refusals / sizeof refusals[0]);
	tcase_add_test(c, a_large_list_is_kept);
	suite_add_tcase(suite, c);
	c = tcase_create("killed");
	tcase_set_timeout(c, 60);
	tcase_add_test(c, what_was_added_survives_being_killed);
	suite_add_tcase(suite, c);
}

int
main(void)
{
	Suite *suite = suite_create("ldap/directory");
	SRunner *runner = srunner_create(suite);
	int failed;

	add_tests(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}
