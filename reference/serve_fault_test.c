/* SPDX-License-Identifier: MIT */
/*
 * A fault has to be met by the case that names it: whatever is wrong with
 * certificates, lists and documents, services start, and what they say of
 * themselves can be read.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "lib/profile.h"
#include "reference/fault.h"
#include "reference/serve.h"

static char dir[64];

static void
up(void)
{
	strcpy(dir, "/tmp/yanshou-fault.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
down(void)
{
	struct err err;

	ck_assert(files_remove(dir, &err));
}

/* Those that the authority bears from its first certificate on. */
static bool
is_borne(const char *name)
{
	static const char *const begins[] = { "CERT_", "CRL_", "DELTA_",
		"DOCUMENT_", "TLS_CERTIFICATE_" };

	for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
		if (strncmp(name, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

static void
start(enum fault fault)
{
	const char *name = fault_get(fault)->name;
	char *run = mem_textf("%s/%s", dir, name);
	char *target = mem_textf("%s/target.yaml", run);
	const struct serve_options o = {
		.fault = fault, .world_dir = "fixtures/world", .run_dir = run
	};
	struct profile p;
	struct err err;
	pid_t pid;

	ck_assert_msg(serve_fork(&o, &pid, &err), "%s: %s", name, err.what);
	ck_assert_msg(profile_read(target, &p, &err), "%s: %s", name, err.what);
	profile_free(&p);
	ck_assert_msg(serve_join(pid, &err), "%s: %s", name, err.what);
	free(target);
	free(run);
}

START_TEST(every_fault_starts)
{
	int n = 0;

	for (size_t i = 1; i < FAULT_COUNT; i++)
		if (is_borne(fault_get((enum fault)i)->name)) {
			start((enum fault)i);
			n++;
		}
	ck_assert_int_gt(n, 60);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/serve_fault");
	TCase *t = tcase_create("faults");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 240);
	tcase_add_checked_fixture(t, up, down);
	tcase_add_test(t, every_fault_starts);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
