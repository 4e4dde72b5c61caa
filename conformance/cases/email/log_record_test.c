/* SPDX-License-Identifier: MIT */
/*
 * What a line of a log tells of, whatever the target writes: fields of JSON,
 * or words of its own.
 */
#include "conformance/cases/email/log_record.h"

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/case.h"
#include "lib/files.h"

static char dir[64];

/* clang-format off */
static const struct {
	const char	*format;
	struct span	 log;
	log_test	*test;
	bool		 found;
} rows[] = {
	{ "syslog", SPAN_INIT("Nov 22 17:54:46 mail smtpd[1]: connect from host\n"
	    "Nov 22 17:54:47 mail smtpd[1]: 18A: client=host, "
	    "sasl_method=PLAIN, sasl_username=alice\n"
	    "Nov 22 17:54:47 mail qmgr[2]: 18A: from=<alice@example.test>\n"),
	  log_is_submission, true },
	{ "syslog", SPAN_INIT("Nov 22 17:54:46 mail smtpd[1]: connect from host\n"
	    "Nov 22 17:54:47 mail smtpd[1]: disconnect from alice\n"),
	  log_is_submission, false },
	{ "syslog", SPAN_INIT("mail smtpd[1]: sasl_username=alice\n"),
	  log_is_login, true },
	{ "syslog", SPAN_INIT("mail smtpd[1]: connect from alice\n"),
	  log_is_login, false },
	{ "syslog", SPAN_INIT("mail smtpd[1]: sasl_username=bob\n"),
	  log_is_login, false },
	{ "syslog", SPAN_INIT("slapd: conn=7 bind dn=uid=alice denied\n"),
	  log_is_failed_login, true },
	{ "syslog", SPAN_INIT("slapd: conn=7 bind dn=uid=alice denied\n"),
	  log_is_login, false },
	{ "json", SPAN_INIT("{\"user\":\"alice\",\"event\":\"login\","
	    "\"result\":\"success\"}\n"), log_is_login, true },
	{ "json", SPAN_INIT("{\"user\":\"alice\",\"event\":\"login\","
	    "\"result\":\"failure\"}\n"), log_is_failed_login, true },
	{ "json", SPAN_INIT("{\"user\":\"alice\",\"event\":\"submit\","
	    "\"result\":\"success\"}\n"), log_is_submission, true },
	{ "json", SPAN_INIT("{\"user\":\"alice\",\"event\":\"login\","
	    "\"result\":\"success\"}\n"), log_is_submission, false },
	{ "json", SPAN_INIT("alice login success\n{\"user\":\"alice\"}\n"),
	  log_is_login, false },
	{ "syslog", SPAN_INIT(""), log_is_login, false },
};
/* clang-format on */

static void
up(void)
{
	strcpy(dir, "/tmp/log_record.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void
down(void)
{
	struct err err;

	ck_assert(files_remove(dir, &err));
}

static int row;
static bool found;

static bool
collect(struct trial *t)
{
	trial_fact(t, "format", "%s", rows[row].format);
	trial_fact(t, "user", "alice");
	trial_file(t, "log.txt", rows[row].log);
	return true;
}

static void
judge(struct trial *t)
{
	found = log_has(t, rows[row].test);
}

START_TEST(records)
{
	static const struct conf_case one = {
		.id = "log",
		.title = "log",
		.clause = "-",
		.collect = collect,
		.judge = judge,
	};
	static const struct conf_group group = { .cases = &one, .n = 1 };
	static const struct profile profile = { .n_accounts = 0 };
	struct trial *t = trial_new(&(struct trial_setup){ .run = "run",
	    .evidence = dir,
	    .fixtures = "fixtures",
	    .profile = &profile,
	    .cs = &one,
	    .group = &group,
	    .attempt = 1,
	    .soft_ms = 60000 });
	struct outcome o;

	row = _i;
	trial_run(t, &o);
	ck_assert_msg(
	    found == rows[_i].found, "%s: %.*s", o.why, SPAN_FMT(rows[_i].log));
	outcome_free(&o);
	trial_free(t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("log_record");
	TCase *t = tcase_create("records");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, up, down);
	tcase_add_loop_test(t, records, 0, sizeof rows / sizeof rows[0]);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
