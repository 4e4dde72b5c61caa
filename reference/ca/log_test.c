/* SPDX-License-Identifier: MIT */
/* The log is chained, and what it says was done survives a kill. */
#include "reference/ca/ca_testing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/files.h"
#include "reference/ca/log.h"

START_TEST(the_log_is_chained)
{
	struct err err;
	int64_t bad;
	struct buf chain;

	buf_init(&chain, 64);
	ck_assert_int_gt(store_ca_last(store, &chain), 20);
	buf_free(&chain);
	ck_assert_msg(ca_log_holds(ca, &bad, &err), "%s", err.what);
}
END_TEST

/* A record whose chain does not follow from its text is found. */
START_TEST(a_forged_record_is_found)
{
	struct ca_log_record r;
	struct err err;
	int64_t bad;

	ca_log_begin(ca, now,
	    &(struct ca_log_entry){ "test", "revoke", "7A01", "" }, &r);
	r.text.data[r.text.len - 3] ^= 1;
	ck_assert(store_ca_log(store, &r.record, &err));
	ck_assert(!ca_log_holds(ca, &bad, &err));
	ck_assert_int_eq(bad, r.record.number);
	ca_log_end(&r);
}
END_TEST

/* Tells its serial number once it is revoked, and is killed. */
static void
revoke_and_wait(int to)
{
	struct err err;
	struct store_ca_certificate row;

	store = store_open(dir, &err);
	ca = store == NULL ? NULL : ca_open(store, &options, now, &err);
	if (ca == NULL || !store_ca_named(store, "sm2-server", &row, NULL) ||
	    !ca_revoke(
		ca, row.issuer, row.serial, CA_SUPERSEDED, "test", now, &err))
		_exit(1);
	if (write(to, row.serial, sizeof row.serial) < 0)
		_exit(1);
	for (;;)
		pause();
}

START_TEST(what_was_revoked_stays_so)
{
	char made[] = "/tmp/ca_log_test.XXXXXX", serial[STORE_CA_SERIAL];
	struct store_ca_certificate row;
	struct err err;
	int64_t bad;
	int ends[2];
	pid_t pid;

	now = clock_wall();
	dir = mkdtemp(made);
	ck_assert_ptr_nonnull(dir);
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		revoke_and_wait(ends[1]);
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], serial, sizeof serial), sizeof serial);
	close(ends[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	come_up();
	ck_assert(
	    store_ca_find(store, ca_issuer(CA_SM2, CA_ISSUING), serial, &row));
	ck_assert_int_eq(row.status, STORE_CA_REVOKED);
	ck_assert_int_eq(row.reason, CA_SUPERSEDED);
	ck_assert_msg(ca_log_holds(ca, &bad, &err), "%s", err.what);
	go_down();
	ck_assert(files_remove(dir, &err));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca/log");
	TCase *t = tests_of(suite, "log", up_in_memory);

	tcase_add_test(t, the_log_is_chained);
	tcase_add_test(t, a_forged_record_is_found);
	tcase_add_test(
	    tests_of(suite, "disk", NULL), what_was_revoked_stays_so);
	return run_suite(suite);
}
