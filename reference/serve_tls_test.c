/* SPDX-License-Identifier: MIT */
/*
 * TLS as the services offer it: with certificates that are wrong, in versions
 * that are too old, and not at all.
 */
#include "reference/testing.h"

/* A client that believes our CA is told what is wrong with the leaf. */
START_TEST(shows_bad_certificates)
{
	static const struct {
		enum fault fault;
		const char *says;
	} rows[] = {
		{ FAULT_TLS_CERTIFICATE_EXPIRED, "certificate has expired" },
		{ FAULT_TLS_CERTIFICATE_OTHER_NAME, "hostname mismatch" },
		{ FAULT_TLS_CERTIFICATE_SELF_SIGNED, "self-signed" },
		{ FAULT_TLS_CERTIFICATE_WEAK_KEY, "key too weak" },
		{ FAULT_TLS_CERTIFICATE_OTHER_USE,
		    "unsuitable certificate purpose" },
	};
	struct running r;
	struct client c;
	const char *why;

	running_up(&r, (struct serve_options){ .fault = rows[_i].fault });
	client_call(&c, &r, SERVICE_SUBMISSIONS);
	why = client_secure(&c, &r);
	ck_assert_msg(strstr(why, rows[_i].says) != NULL, "%s", why);
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

static void
client_start_tls(struct client *c)
{
	client_hear(c, "220 ");
	client_say(c, "EHLO a.example\r\nSTARTTLS\r\n");
	client_hear(c, "\r\n220 ");
	client_hear(c, "\r\n");
}

START_TEST(lets_in_versions)
{
	static const struct {
		enum fault fault;
		enum service_id id;
		const char *version;
		bool let_in;
	} rows[] = {
		{ FAULT_NONE, SERVICE_SMTP, "TLSv1", false },
		{ FAULT_NONE, SERVICE_SMTP, "TLSv1.1", false },
		{ FAULT_NONE, SERVICE_SUBMISSIONS, "TLSv1.1", false },
		{ FAULT_NONE, SERVICE_SUBMISSIONS, "TLSv1.2", true },
		{ FAULT_TLS_1_0_ALLOWED, SERVICE_SMTP, "TLSv1", true },
		{ FAULT_TLS_1_0_ALLOWED, SERVICE_SUBMISSIONS, "TLSv1", true },
		{ FAULT_TLS_STARTTLS_1_1_ALLOWED, SERVICE_SMTP, "TLSv1.1",
		    true },
		{ FAULT_TLS_STARTTLS_1_1_ALLOWED, SERVICE_SMTP, "TLSv1",
		    false },
		{ FAULT_TLS_STARTTLS_1_1_ALLOWED, SERVICE_SUBMISSIONS,
		    "TLSv1.1", false },
	};
	struct running r;
	struct client c;
	const char *why;

	running_up(&r, (struct serve_options){ .fault = rows[_i].fault });
	client_call(&c, &r, rows[_i].id);
	if (rows[_i].id == SERVICE_SMTP)
		client_start_tls(&c);
	why = client_secure_with(&c, &r, rows[_i].version);
	ck_assert_msg((*why == '\0') == rows[_i].let_in, "%s", why);
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

START_TEST(cuts_off)
{
	struct running r;
	struct client c;

	running_up(&r, (struct serve_options){ .fault = FAULT_TLS_CUT_OFF });
	client_call(&c, &r, SERVICE_SMTP);
	client_start_tls(&c);
	ck_assert_str_eq(client_hear_end(&c), "closed by the peer (FIN)");
	client_hang_up(&c);
	client_call(&c, &r, SERVICE_SUBMISSION);
	client_start_tls(&c);
	ck_assert_str_eq(client_secure(&c, &r), "");
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

/* To the silent, to who speaks SMTP; who begins with TLS gets TLS. */
START_TEST(speaks_plain)
{
	struct running r;
	struct client c;

	running_up(&r,
	    (struct serve_options){ .fault = FAULT_SUBMISSIONS_SPEAK_PLAIN });
	client_call(&c, &r, SERVICE_SUBMISSIONS);
	if (_i == 1)
		client_say(&c, "EHLO a.example\r\n");
	if (_i == 2)
		ck_assert_str_eq(client_secure(&c, &r), "");
	client_hear(&c, "220 mail.example.test ");
	client_hang_up(&c);
	running_down(&r);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("reference/serve_tls");
	TCase *tc = tcase_create("serve_tls");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, shows_bad_certificates, 0, 5);
	tcase_add_loop_test(tc, lets_in_versions, 0, 9);
	tcase_add_test(tc, cuts_off);
	tcase_add_loop_test(tc, speaks_plain, 0, 3);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
