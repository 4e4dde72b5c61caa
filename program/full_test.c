/* SPDX-License-Identifier: MIT */
/*
 * No room for what a run has to file: it says so, ends with 5, and claims
 * nothing.  With room made, it can be resumed.
 *
 * The disk is a tmpfs of so many KiB in a mount namespace of the test's own.
 * Where that is not allowed, a limit on the size of files stands in for it.
 */
#include "program/testing.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "lib/journal.h"

static struct testing site;

static void
up(void)
{
	testing_up(&site);
	testing_serve(&site, (struct serve_options){ 0 });
}

static void
down(void)
{
	testing_down(&site);
}

static bool
own_mounts(void)
{
	const int flags =
	    getuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;

	return unshare(flags) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static bool
mount_disk(const char *at, unsigned long flags, int kib)
{
	char *options = mem_textf("size=%dk", kib);
	const bool ok = mount("tmpfs", at, "tmpfs", flags, options) == 0;

	free(options);
	return ok;
}

/* Nothing says that the run came to an end, or what it came to. */
static void
expect_no_claim(const char *run)
{
	char *journal = mem_textf("%s/journal.jsonl", run);
	char *verdicts = mem_textf("%s/verdicts.json", run);
	struct ledger l;
	struct err err;

	if (ledger_read(journal, &l, &err)) {
		ck_assert(!l.closed);
		ledger_free(&l);
	}
	ck_assert_int_ne(access(verdicts, F_OK), 0);
	free(journal);
	free(verdicts);
}

static struct testing_end
check(const char *run)
{
	return testing_run(&site, "check", site.target, "--run", run, "--case",
	    "smtp.order.*", "--case", "smtp.s[tmy]*", NULL);
}

/* Of every size at which something else no longer fits. */
START_TEST(no_room_for_a_run)
{
	static const int sizes[] = { 4, 96, 200, 400, 500, 560, 600, 640, 700,
		760, 820, 900, 1000, 1200, 1600, 2400 };
	const int n = sizeof sizes / sizeof sizes[0];
	char *disk = testing_path(&site, "disk"), *run;
	int full = 0, resumed = 0;

	ck_assert_int_eq(mkdir(disk, 0755), 0);
	if (!own_mounts() || !mount_disk(disk, 0, 4096)) {
		printf("no mounts here: no_room_for_a_run not tried\n");
		goto out;
	}
	run = mem_textf("%s/run", disk);
	for (int i = 0; i < n; i++) {
		struct testing_end end;
		char *journal = mem_textf("%s/journal.jsonl", run);
		char *options = mem_textf("size=4m");

		/* cases that were cut off may still be ending */
		ck_assert_int_eq(umount2(disk, MNT_DETACH), 0);
		ck_assert(mount_disk(disk, 0, sizes[i]));
		end = check(run);
		if (end.code != 4) {
			ck_assert_msg(end.code == 5, "%d KiB: %d: %s", sizes[i],
			    end.code, end.said);
			ck_assert_msg(
			    strstr(end.said, "disk full") != NULL ||
				strstr(end.said, "No space left") != NULL,
			    "%d KiB: %s", sizes[i], end.said);
			full++;
		}
		if (end.code == 5 &&
		    strstr(end.said, "verdicts.json") == NULL &&
		    strstr(end.said, "/report/") == NULL)
			expect_no_claim(run);
		free(end.said);
		/* with room made, on it goes */
		ck_assert_int_eq(
		    mount(NULL, disk, NULL, MS_REMOUNT, options), 0);
		if (end.code == 5 && access(journal, F_OK) == 0) {
			end = testing_run(&site, "resume", run, NULL);
			resumed += end.code == 4 || end.code == 5;
			ck_assert_msg(
			    end.code == 4 || end.code == 5 ||
				strstr(end.said, "start a new run") != NULL ||
				strstr(end.said, "is closed") != NULL,
			    "%d KiB: %d: %s", sizes[i], end.code, end.said);
			free(end.said);
		}
		free(options);
		free(journal);
	}
	printf("full at %d of %d sizes, resumed at %d\n", full, n, resumed);
	ck_assert_int_gt(full, n / 2);
	ck_assert_int_lt(full, n); /* one was large enough */
	ck_assert_int_gt(resumed, 2);
	free(run);
	umount2(disk, MNT_DETACH);
out:
	free(disk);
}
END_TEST

static struct testing_end
check_with_limit(const char *run, rlim_t octets)
{
	struct testing_end end;
	struct rlimit before, less;

	/* not for what the test itself writes */
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	less = (struct rlimit){ octets, before.rlim_max };
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &less), 0);
	end = testing_run(&site, "check", site.target, "--run", run, "--case",
	    "smtp.order.*", "--repeat", "30", "--quiet", NULL);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	return end;
}

/* Octets of the plan of such a run: it has to fit, the journal has not. */
static rlim_t
plan_size(void)
{
	char *run = testing_path(&site, "unlimited");
	char *path = mem_textf("%s/plan.json", run);
	struct stat st;

	free(check_with_limit(run, RLIM_INFINITY).said);
	ck_assert_int_eq(stat(path, &st), 0);
	free(path);
	free(run);
	return (rlim_t)st.st_size;
}

START_TEST(files_may_not_grow)
{
	char *run = testing_path(&site, "run");
	const rlim_t size = plan_size();

	testing_expect(check_with_limit(run, size / 2), 5, "disk full");
	expect_no_claim(run);
	testing_expect(check_with_limit(run, size + 4096), 5, "disk full");
	expect_no_claim(run);
	testing_expect(
	    testing_run(&site, "resume", run, "--quiet", NULL), 4, run);
	testing_expect(
	    testing_run(&site, "replay", run, NULL), 0, "180 of 180");
	free(run);
}
END_TEST

START_TEST(for_reading_only)
{
	char *disk = testing_path(&site, "disk");
	char *run = mem_textf("%s/run", disk);

	ck_assert_int_eq(mkdir(disk, 0555), 0);
	if (getuid() != 0) {
		testing_expect(check(run), 3, "Permission denied");
	} else if (own_mounts() && mount_disk(disk, MS_RDONLY, 64)) {
		testing_expect(check(run), 3, "Read-only file system");
		umount2(disk, MNT_DETACH);
	} else {
		printf("no mounts here: for_reading_only not tried\n");
	}
	free(run);
	free(disk);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("full");
	TCase *t = tcase_create("full");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 120);
	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, no_room_for_a_run);
	tcase_add_test(t, files_may_not_grow);
	tcase_add_test(t, for_reading_only);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
