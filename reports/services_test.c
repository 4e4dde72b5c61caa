/* SPDX-License-Identifier: MIT */
#include "reports/services.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *id;
	enum req verifies;
	const char *service, *theme;
} rows[] = {
	{ "smtp.ehlo",		EMAIL_F_01,	"smtp",	"smtp.ehlo" },
	{ "smtp.ehlo.again",	EMAIL_F_01,	"smtp",	"smtp.ehlo" },
	{ "submissions.tls.1",	EMAIL_F_02,	"smtp",	"submissions.tls" },
	{ "pop3s.login",	EMAIL_F_05,	"pop3",	"pop3s.login" },
	/* a row of sending, asked by who reads */
	{ "pop3.audit.login",	EMAIL_F_24,	"pop3",	"pop3.audit" },
	{ "imap.mail.utf8",	EMAIL_F_11,	"imap",	"imap.mail" },
	/* no protocol's name: the row's */
	{ "journey.imap.tls",	EMAIL_F_07,	"imap",	"journey.imap" },
	{ "alone",		EMAIL_F_09,	"webmail", "alone" },
	{ "imapx.y",		EMAIL_F_01,	"smtp",	"imapx.y" },
};
/* clang-format on */

START_TEST(each_case_has_a_service)
{
	char id[64];
	const struct plan_case c = { .id = id, .verifies = rows[_i].verifies };

	strcpy(id, rows[_i].id);
	ck_assert_str_eq(service_of_case(&c), rows[_i].service);
	ck_assert(span_eq(case_theme(rows[_i].id), span_of(rows[_i].theme)));
}
END_TEST

START_TEST(services_are_in_the_order_of_the_catalogue)
{
	const char *names[REQ_COUNT];
	enum req req;

	ck_assert_uint_ge(services_of("5", names), 3);
	ck_assert_str_eq(names[0], "smtp");
	ck_assert_str_eq(names[1], "pop3");
	ck_assert_str_eq(names[2], "imap");
	ck_assert_uint_eq(services_of("99", names), 0);
	ck_assert(service_tls("imap", &req) && req == EMAIL_F_07);
	ck_assert(!service_tls("mail", &req));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("services");
	TCase *tc = tcase_create("names");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(
	    tc, each_case_has_a_service, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, services_are_in_the_order_of_the_catalogue);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
