/* SPDX-License-Identifier: MIT */
#include "reference/store.h"
#include "reference/store_ca.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "reference/scram.h"
#include "reference/world_testing.h"

#define NOBODY 65534

static const struct wall now = { 1000000 };

static struct store *
open_at(const char *dir)
{
	struct err err = { 0 };
	struct store *s = store_open(dir, &err);

	ck_assert_msg(s != NULL, "%s", err.what);
	return s;
}

static bool
accept_for(struct store *s, const char *to, struct span message,
    char id[STORE_ID], struct err *err)
{
	struct recipient r = { .notify = NOTIFY_DELAY };
	const struct envelope e = {
		.from = "bob@example.test",
		.envid = "QQ314159",
		.ret_hdrs = true,
		.eightbit = true,
		.to = &r,
		.n_to = 1,
	};

	snprintf(r.address, sizeof r.address, "%s", to);
	snprintf(r.orcpt, sizeof r.orcpt, "rfc822;%s", to);
	return store_accept(s, &e, message, now, id, err);
}

static void
must_accept(struct store *s, const char *to, char id[STORE_ID])
{
	struct err err = { 0 };

	ck_assert_msg(
	    accept_for(s, to, SPAN("Subject: x\r\n\r\nhi\r\n"), id, &err), "%s",
	    err.what);
}

static bool
holds(struct store *s, const char *id)
{
	struct buf b;
	bool ok;

	buf_init(&b, 1 << 20);
	ok = store_message(s, id, &b);
	buf_free(&b);
	return ok;
}

/* A folder of this test's own, and the end of it. */
static void
dir_make(char dir[64])
{
	snprintf(dir, 64, "/tmp/yanshou-store-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
dir_drop(const char *dir)
{
	struct err err = { 0 };

	ck_assert_msg(files_remove(dir, &err), "%s", err.what);
}

/* ---- accounts ---- */

START_TEST(an_account_keeps_a_verifier_only)
{
	struct store *s = settled_store(NULL);
	struct account a;

	ck_assert(store_account(s, SPAN("ALICE"), &a));
	ck_assert_str_eq(a.user, "alice");
	ck_assert_str_eq(a.address, "alice@example.test");
	ck_assert_int_ge(a.iterations, 4096);
	ck_assert(scram_password_matches(
	    SPAN("Yan-shou-2021"), a.salt, a.iterations, a.stored_key));
	ck_assert(!scram_password_matches(
	    SPAN("yan-shou-2021"), a.salt, a.iterations, a.stored_key));
	ck_assert(!store_account(s, SPAN("nobody"), &a));
	ck_assert(!store_account(s, SPAN(""), &a));
	ck_assert(!store_account(s, SPAN("alice' OR 1=1 --"), &a));
	store_close(s);
}
END_TEST

START_TEST(five_failures_lock_until_the_time_is_over)
{
	struct store *s = settled_store(NULL);
	struct account a;
	const int64_t lock_us = 600000000;
	const struct wall later = { now.us + lock_us };

	ck_assert(store_account(s, SPAN("victim"), &a));
	for (int i = 1; i <= 4; i++)
		store_login_failed(s, a.id, 5, lock_us, now);
	ck_assert(store_account(s, SPAN("victim"), &a));
	ck_assert_int_eq(a.failures, 4);
	ck_assert_int_eq(a.locked_until_us, 0);

	store_login_failed(s, a.id, 5, lock_us, now);
	store_login_failed(s, a.id, 5, lock_us, now); /* changes nothing */
	ck_assert(store_account(s, SPAN("victim"), &a));
	ck_assert_int_eq(a.failures, 5);
	ck_assert_int_eq(a.locked_until_us, later.us);

	store_login_failed(s, a.id, 5, lock_us, later);
	ck_assert(store_account(s, SPAN("victim"), &a));
	ck_assert_int_eq(a.failures, 1);
	ck_assert_int_eq(a.locked_until_us, 0);

	store_login_succeeded(s, a.id);
	ck_assert(store_account(s, SPAN("victim"), &a));
	ck_assert_int_eq(a.failures, 0);
	store_close(s);
}
END_TEST

/* ---- routes ---- */

static const struct {
	const char *address;
	int64_t size;
	enum route_kind kind;
	const char *user;
} routes[] = {
	{ "alice@example.test", 0, ROUTE_MAILBOX, "alice" },
	{ "Alice@Example.TEST", 0, ROUTE_MAILBOX, "alice" },
	{ "\"alice\"@example.test", 0, ROUTE_MAILBOX, "alice" },
	{ "\"a\\lice\"@example.test", 0, ROUTE_MAILBOX, "alice" },
	{ "\"\"@example.test", 0, ROUTE_NOBODY, NULL },
	{ "a.li@example.test", 0, ROUTE_MAILBOX, "alice" },
	{ "小明@例子.测试", 0, ROUTE_MAILBOX, "wang" },
	{ "小明@xn--fsqu00a.xn--0zwm56d", 0, ROUTE_MAILBOX, "wang" },
	{ "小明@XN--FSQU00A.xn--0zwm56d", 0, ROUTE_MAILBOX, "wang" },
	{ "小明@example.test", 0, ROUTE_MAILBOX, "wang" },
	{ "wang@例子.测试", 0, ROUTE_MAILBOX, "wang" },
	{ "小红@例子.测试", 0, ROUTE_NOBODY, NULL },
	{ "alice@例子.测试", 0, ROUTE_NOBODY, NULL },
	{ "postmaster", 0, ROUTE_MAILBOX, "postmaster" },
	{ "PostMaster", 0, ROUTE_MAILBOX, "postmaster" },
	{ "Postmaster@example.test", 0, ROUTE_MAILBOX, "postmaster" },
	{ "postmaster@例子.测试", 0, ROUTE_MAILBOX, "postmaster" },
	{ "nobody@example.test", 0, ROUTE_NOBODY, NULL },
	{ "@example.test", 0, ROUTE_NOBODY, NULL },
	{ "a@b@example.test", 0, ROUTE_NOBODY, NULL },
	{ "alice@example.org", 0, ROUTE_AWAY, NULL },
	{ "alice@sink.example.test", 0, ROUTE_AWAY, NULL },
	{ "alice@example.test.", 0, ROUTE_AWAY, NULL },
	{ "alice@[127.0.0.1]", 0, ROUTE_AWAY, NULL },
	{ "alice", 0, ROUTE_AWAY, NULL },
	{ "alice@", 0, ROUTE_AWAY, NULL },
	{ "", 0, ROUTE_AWAY, NULL },
	{ "dave@example.test", 65536, ROUTE_MAILBOX, "dave" },
	{ "dave@example.test", 65537, ROUTE_FULL, "dave" },
	{ "postmaster@example.test", INT32_MAX, ROUTE_MAILBOX, "postmaster" },
};

START_TEST(an_address_leads_somewhere)
{
	struct store *s = settled_store(NULL);
	const struct route r =
	    store_route(s, span_of(routes[_i].address), routes[_i].size);
	struct account a;

	ck_assert_msg(r.kind == routes[_i].kind, "%s: %d", routes[_i].address,
	    (int)r.kind);
	if (routes[_i].user != NULL) {
		ck_assert(store_account(s, span_of(routes[_i].user), &a));
		ck_assert_int_eq(r.account, a.id);
	}
	store_close(s);
}
END_TEST

START_TEST(an_absurdly_long_address_is_nobody)
{
	struct store *s = settled_store(NULL);
	char address[5000];

	memset(address, 'a', sizeof address);
	memcpy(address + sizeof address - 13, "@example.test", 13);
	ck_assert_int_eq(
	    store_route(s, (struct span){ address, sizeof address }, 0).kind,
	    ROUTE_NOBODY);
	memset(address, '@', 1);
	memset(address + 1, 'a', sizeof address - 1);
	ck_assert_int_eq(
	    store_route(s, (struct span){ address, sizeof address }, 0).kind,
	    ROUTE_AWAY);
	store_close(s);
}
END_TEST

/* ---- the queue ---- */

START_TEST(what_was_accepted_is_due_as_it_was_said)
{
	struct store *s = settled_store(NULL);
	char id[STORE_ID];
	struct due d;
	struct buf b;
	const struct wall before = { now.us - 1 };

	must_accept(s, "alice@example.test", id);
	ck_assert(!store_due(s, before, &d));
	ck_assert(store_due(s, now, &d));
	ck_assert_str_eq(d.message, id);
	ck_assert_str_eq(d.from, "bob@example.test");
	ck_assert_str_eq(d.to, "alice@example.test");
	ck_assert_str_eq(d.orcpt, "rfc822;alice@example.test");
	ck_assert_str_eq(d.envid, "QQ314159");
	ck_assert_uint_eq(d.notify, NOTIFY_DELAY);
	ck_assert(d.ret_hdrs && d.eightbit && !d.smtputf8);
	ck_assert_int_eq(d.attempts, 0);
	ck_assert_int_eq(d.accepted.us, now.us);
	buf_init(&b, 1024);
	ck_assert(store_message(s, id, &b));
	ck_assert_str_eq(buf_text(&b), "Subject: x\r\n\r\nhi\r\n");
	ck_assert(!store_message(s, "nothing", &b));
	buf_free(&b);
	store_close(s);
}
END_TEST

START_TEST(a_message_keeps_every_octet)
{
	static const char octets[] = "a\0b\r\n.\r\n\xff\xfe\0";
	struct store *s = settled_store(NULL);
	struct err err = { 0 };
	char id[STORE_ID];
	struct buf b;

	ck_assert(accept_for(s, "alice@example.test", SPAN(octets), id, &err));
	buf_init(&b, 1024);
	ck_assert(store_message(s, id, &b));
	ck_assert_uint_eq(b.len, sizeof octets - 1);
	ck_assert_mem_eq(b.data, octets, sizeof octets - 1);
	buf_free(&b);
	buf_init(&b, 3);
	ck_assert(!store_message(s, id, &b));
	buf_free(&b);
	store_close(s);
}
END_TEST

START_TEST(what_is_taken_is_not_due_until_retried)
{
	struct store *s = settled_store(NULL);
	const struct wall later = { now.us + 5 };
	struct err err = { 0 };
	char id[STORE_ID], other[STORE_ID];
	struct due d, e;
	struct wall when = { 0 };

	ck_assert(!store_next_due(s, &when));
	must_accept(s, "alice@example.test", id);
	must_accept(s, "carol@example.test", other);
	ck_assert(store_due(s, now, &d));
	store_take(s, &d);
	ck_assert(!store_due_of(s, id, now, &e));
	ck_assert(store_due(s, now, &e));
	ck_assert_str_eq(e.message, other);
	store_take(s, &e);
	ck_assert(!store_due(s, now, &e));
	ck_assert(!store_next_due(s, &when));

	store_untake(s, &e);
	ck_assert(store_due(s, now, &e));
	ck_assert_str_eq(e.message, other);
	store_take(s, &e);
	ck_assert(store_retry(s, &d, later, "451 later", &err));
	ck_assert(store_next_due(s, &when));
	ck_assert_int_eq(when.us, later.us);
	ck_assert(!store_due(s, now, &d));
	ck_assert(store_due(s, later, &d));
	ck_assert_int_eq(d.attempts, 1);
	store_close(s);
}
END_TEST

START_TEST(the_last_recipient_takes_the_message_along)
{
	struct store *s = settled_store(NULL);
	struct recipient to[] = { { .address = "alice@example.test" },
		{ .address = "carol@example.test" } };
	const struct envelope e = { .to = to, .n_to = 2 };
	struct err err = { 0 };
	char id[STORE_ID];
	struct due d;

	ck_assert(store_accept(s, &e, SPAN("x\r\n"), now, id, &err));
	ck_assert(store_due_of(s, id, now, &d));
	ck_assert_str_eq(d.from, "");
	ck_assert(store_done(s, &d, &err));
	ck_assert(holds(s, id));
	ck_assert(store_due_of(s, id, now, &d));
	ck_assert_str_eq(d.to, "carol@example.test");
	ck_assert(store_done(s, &d, &err));
	ck_assert(!holds(s, id));
	ck_assert(!store_due(s, now, &d));
	store_close(s);
}
END_TEST

START_TEST(delivered_mail_is_in_the_mailbox_in_order)
{
	static const char *const texts[] = { "one\r\n", "two!\r\n" };
	struct store *s = settled_store(NULL);
	struct err err = { 0 };
	int64_t messages = -1, bytes = -1;
	char id[STORE_ID];
	struct account a;
	struct due d;
	struct buf b;

	ck_assert(store_account(s, SPAN("alice"), &a));
	for (size_t i = 0; i < 2; i++) {
		must_accept(s, "alice@example.test", id);
		ck_assert(store_due(s, now, &d));
		ck_assert(
		    store_deliver(s, &d, a.id, span_of(texts[i]), now, &err));
		ck_assert(!holds(s, id));
	}
	ck_assert(store_mailbox_count(s, SPAN("Alice"), &messages, &bytes));
	ck_assert_int_eq(messages, 2);
	ck_assert_int_eq(bytes, 11);
	buf_init(&b, 100);
	for (int64_t i = 0; i < 2; i++) {
		buf_clear(&b);
		ck_assert(store_mailbox_get(s, SPAN("alice"), i, &b));
		ck_assert_str_eq(buf_text(&b), texts[i]);
	}
	ck_assert(!store_mailbox_get(s, SPAN("alice"), 2, &b));
	ck_assert(!store_mailbox_get(s, SPAN("nobody"), 0, &b));
	ck_assert(!store_mailbox_count(s, SPAN("nobody"), &messages, &bytes));
	ck_assert(store_mailbox_count(s, SPAN("bob"), &messages, &bytes));
	ck_assert_int_eq(messages, 0);
	buf_free(&b);
	store_close(s);
}
END_TEST

START_TEST(a_full_mailbox_takes_no_more)
{
	struct store *s = settled_store(NULL);
	const struct span half = { mem_new(1, 40000), 40000 };
	struct err err = { 0 };
	char id[STORE_ID];
	struct account a;
	struct due d;

	ck_assert(store_account(s, SPAN("dave"), &a));
	must_accept(s, "dave@example.test", id);
	ck_assert(store_due(s, now, &d));
	ck_assert(store_deliver(s, &d, a.id, half, now, &err));
	must_accept(s, "dave@example.test", id);
	ck_assert(store_due(s, now, &d));
	ck_assert(!store_deliver(s, &d, a.id, half, now, &err));
	ck_assert_int_eq(err.kind, ERR_LIMIT);
	ck_assert(store_due(s, now, &d)); /* still ours to see to */
	ck_assert_int_eq(store_route(s, SPAN("dave@example.test"), 25536).kind,
	    ROUTE_MAILBOX);
	ck_assert_int_eq(
	    store_route(s, SPAN("dave@example.test"), 25537).kind, ROUTE_FULL);
	free((void *)(uintptr_t)half.ptr);
	store_close(s);
}
END_TEST

/* ---- on disk ---- */

START_TEST(a_change_within_another_is_part_of_it)
{
	struct store *s = settled_store(NULL);
	struct err err = { .kind = ERR_LIMIT };
	struct buf b;

	buf_init(&b, 100);
	for (int keep = 0; keep < 2; keep++) {
		store_begin(s);
		ck_assert(store_ca_thing_put(s, "one", SPAN("1"), &err));
		ck_assert(store_ca_thing_put(s, "two", SPAN("2"), &err));
		ck_assert_int_eq(store_end(s, keep, &err), keep);
		ck_assert_int_eq(store_ca_thing(s, "one", &b), keep);
		ck_assert_int_eq(store_ca_thing(s, "two", &b), keep);
	}
	ck_assert_str_eq(buf_text(&b), "12");
	buf_free(&b);
	store_close(s);
}
END_TEST

START_TEST(a_store_is_found_again)
{
	char dir[64], id[STORE_ID];
	struct account before, after;
	struct store *s;
	struct due d;

	dir_make(dir);
	s = settled_store(dir);
	ck_assert(store_account(s, SPAN("alice"), &before));
	must_accept(s, "alice@example.test", id);
	ck_assert(store_due(s, now, &d));
	store_take(s, &d);
	store_close(s);
	s = settled_store(dir);
	ck_assert(store_account(s, SPAN("alice"), &after));
	ck_assert_mem_eq(before.salt, after.salt, sizeof before.salt);
	ck_assert(store_due(s, now, &d)); /* nobody has it any more */
	ck_assert_str_eq(d.message, id);
	store_close(s);
	dir_drop(dir);
}
END_TEST

START_TEST(a_second_opener_is_told_why_not)
{
	struct err err = { 0 };
	struct store *s;
	char dir[64];

	dir_make(dir);
	s = open_at(dir);
	ck_assert_ptr_null(store_open(dir, &err));
	ck_assert_msg(
	    strstr(err.what, "another process") != NULL, "%s", err.what);
	store_close(s);
	dir_drop(dir);
}
END_TEST

START_TEST(a_folder_that_cannot_be_written_is_named)
{
	struct err err = { 0 };
	char dir[64];

	dir_make(dir);
	ck_assert_int_eq(chmod(dir, 0555), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(NOBODY), 0);
	ck_assert_ptr_null(store_open(dir, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_msg(strstr(err.what, dir) != NULL, "%s", err.what);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	dir_drop(dir);

	ck_assert_ptr_null(store_open("/dev/null", &err));
	ck_assert_ptr_nonnull(strstr(err.what, "/dev/null"));
	ck_assert_ptr_null(store_open("/nonexistent/folder", &err));
	ck_assert_ptr_nonnull(strstr(err.what, "/nonexistent/folder"));
}
END_TEST

/* Accepts without end, and tells the pipe each id it has said yes to. */
static void
accept_and_report(const char *dir, int report)
{
	char line[STORE_ID + 1], id[STORE_ID];
	struct err err = { 0 };
	struct store *s = store_open(dir, &err);
	static char body[6000];

	memset(body, 'x', sizeof body);
	while (s != NULL && accept_for(s, "alice@example.test",
				(struct span){ body, sizeof body }, id, &err)) {
		const int n = snprintf(line, sizeof line, "%s\n", id);

		if (write(report, line, (size_t)n) != n)
			_exit(3);
	}
	dprintf(report, "! %s\n", err.what);
	_exit(err.what[0] == '\0' ? 2 : 0);
}

/* All the ids a child has reported; drops what it was cut off in. */
static size_t
all_there(struct store *s, char *reported)
{
	size_t n = 0;
	char *rest = reported, *end;

	for (; (end = strchr(rest, '\n')) != NULL; rest = end + 1) {
		*end = '\0';
		if (rest[0] == '!')
			continue;
		ck_assert_msg(holds(s, rest), "%s was lost", rest);
		n++;
	}
	return n;
}

static void
read_all(int fd, struct buf *b)
{
	char part[4096];
	ssize_t n;

	while ((n = read(fd, part, sizeof part)) > 0)
		buf_add(b, (struct span){ part, (size_t)n });
	ck_assert(!b->full);
}

static pid_t
child_start(const char *dir, int *report, bool small_disk)
{
	int ends[2];
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		const struct rlimit most = { 1 << 18, 1 << 18 };

		close(ends[0]);
		signal(SIGXFSZ, SIG_IGN);
		if (small_disk && setrlimit(RLIMIT_FSIZE, &most) == -1)
			_exit(4);
		accept_and_report(dir, ends[1]);
	}
	close(ends[1]);
	*report = ends[0];
	return pid;
}

/* Waits for as many bytes of reports as the round says, then kills. */
START_TEST(what_was_said_yes_to_survives_kill_9)
{
	char dir[64], part[STORE_ID];
	size_t found = 0;
	unsigned seed = 20211022;

	dir_make(dir);
	store_close(settled_store(dir));
	for (int round = 0; round < 24; round++) {
		const int ids = 1 + rand_r(&seed) % 12;
		struct store *s;
		struct buf b;
		pid_t pid;
		int fd, status;

		buf_init(&b, 1 << 20);
		pid = child_start(dir, &fd, false);
		for (int i = 0; i < ids * (STORE_ID / 2); i++) {
			const ssize_t n = read(fd, part, 2);

			ck_assert_int_gt(n, 0);
			buf_add(&b, (struct span){ part, (size_t)n });
		}
		ck_assert_int_eq(kill(pid, SIGKILL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSIGNALED(status));
		read_all(fd, &b);
		close(fd);
		s = open_at(dir);
		found += all_there(s, b.data);
		store_close(s);
		buf_free(&b);
	}
	ck_assert_uint_ge(found, 24);
	dir_drop(dir);
}
END_TEST

START_TEST(a_full_disk_never_says_yes)
{
	char dir[64];
	struct store *s;
	struct buf b;
	size_t said;
	int fd, status;
	pid_t pid;

	dir_make(dir);
	store_close(settled_store(dir));
	buf_init(&b, 1 << 20);
	pid = child_start(dir, &fd, true);
	read_all(fd, &b);
	close(fd);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
	ck_assert_msg(
	    strstr(b.data, "! accepting a message: ") != NULL, "%s", b.data);
	s = open_at(dir);
	said = all_there(s, b.data);
	ck_assert_uint_ge(said, 2);
	store_close(s);
	buf_free(&b);
	dir_drop(dir);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("store");
	TCase *tc = tcase_create("memory");
	TCase *disk = tcase_create("disk");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, an_account_keeps_a_verifier_only);
	tcase_add_test(tc, five_failures_lock_until_the_time_is_over);
	tcase_add_loop_test(tc, an_address_leads_somewhere, 0,
	    sizeof routes / sizeof routes[0]);
	tcase_add_test(tc, an_absurdly_long_address_is_nobody);
	tcase_add_test(tc, what_was_accepted_is_due_as_it_was_said);
	tcase_add_test(tc, a_message_keeps_every_octet);
	tcase_add_test(tc, what_is_taken_is_not_due_until_retried);
	tcase_add_test(tc, the_last_recipient_takes_the_message_along);
	tcase_add_test(tc, delivered_mail_is_in_the_mailbox_in_order);
	tcase_add_test(tc, a_full_mailbox_takes_no_more);
	tcase_add_test(tc, a_change_within_another_is_part_of_it);
	tcase_add_test(disk, a_store_is_found_again);
	tcase_add_test(disk, a_second_opener_is_told_why_not);
	tcase_add_test(disk, a_folder_that_cannot_be_written_is_named);
	tcase_add_test(disk, what_was_said_yes_to_survives_kill_9);
	tcase_add_test(disk, a_full_disk_never_says_yes);
	tcase_set_timeout(disk, 60);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, disk);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
