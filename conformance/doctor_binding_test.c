/* SPDX-License-Identifier: MIT */
/* Operations that a vendor has mapped, right and wrong, as the doctor sees. */
#include "conformance/doctor_testing.h"

#include "reference/http/testing_server.h"

/* An answer that says "code", and gives what is asked for. */
#define CHALLENGE(code) \
	"body: '{\"code\":" code ",\"id\":\"${user}\",\"challenge\":\"AAEC\"}" \
	"'"
#define DIGEST \
	"body: '{\"code\":0,\"digest\":\"${data}\"}', " \
	"headers: ['A: Basic ${basic}']"

static const struct row {
	const char *name, *service;
	bool secure;
	const char *binding, *operation; /* what stands behind its path */
	struct said said[2];
} rows[] = {
	{ "right", "ra", false, "certificates",
	    "name: session.challenge, path: /echo, " CHALLENGE("0"),
	    { { DOCTOR_OK, "ra: connect", "127.0.0.1 port" },
		{ DOCTOR_OK, "ra: session.challenge",
		    "POST /echo: done with 200" } } },
	{ "another path", "ra", true, "certificates",
	    "name: session.challenge, path: /nowhere",
	    { { DOCTOR_OK, "ra: TLS", "TLS1.3" },
		{ DOCTOR_BAD, "ra: session.challenge",
		    "POST /nowhere: refused with 404" } } },
	{ "another body", "ra", false, "certificates",
	    "name: session.challenge, path: /echo, " CHALLENGE("7"),
	    { { DOCTOR_BAD, "ra: session.challenge", "refused with 200" } } },
	{ "no JSON", "ra", false, "certificates",
	    "name: session.challenge, path: /echo, body: well",
	    { { DOCTOR_BAD, "ra: session.challenge",
		"neither done nor refused" } } },
	{ "a field that is not there", "ra", false, "certificates",
	    "name: session.challenge, path: /echo, fields: [{name: challenge, "
	    "at: /data/octets}], " CHALLENGE("0"),
	    { { DOCTOR_BAD, "ra: session.challenge",
		"the answer has no challenge at /data/octets" } } },
	{ "nothing that does no harm", "ra", false, "certificates",
	    "name: application.show, path: /x",
	    { { DOCTOR_OK, "ra: answer", "GET /: 200" } } },
	{ "with a password", "crypto", true, "cryptography",
	    "name: digest.compute, path: /echo, " DIGEST,
	    { { DOCTOR_OK, "crypto: digest.compute", "done with 200" } } },
	{ "not in the clear", "crypto", false, "cryptography",
	    "name: digest.compute, path: /echo, " DIGEST,
	    { { DOCTOR_NOTE, "crypto: TLS", "none" },
		{ DOCTOR_OK, "crypto: answer", "GET /: 200" } } },
};

static char *
profile_text(const struct row *row, const struct testing_server *server)
{
	return mem_textf(
	    "project: {name: P}\n"
	    "product: {vendor: V, name: N, version: '1'}\n"
	    "scope: {chapters: ['11'], services: [%s]}\n"
	    "trust: %s/pki/ca.pem\n"
	    "endpoints:\n"
	    " - {service: %s, host: 127.0.0.1, port: %u, tls: %s, name: %s}\n"
	    "accounts:\n"
	    " - role: alice\n"
	    "   user: al\n"
	    "   address: a@b\n"
	    "   password: {file: fixtures/targets/example/passwords/bob}\n"
	    "bindings:\n"
	    " - name: %s\n"
	    "   success: {at: /code, is: '0'}\n"
	    "   operations:\n"
	    "    - {%s}\n",
	    row->service, server->base.dir, row->service,
	    (unsigned)server->port, row->secure ? "implicit" : "none", PKI_HOST,
	    row->binding, row->operation);
}

START_TEST(operations_are_tried)
{
	const struct row *row = &rows[_i];
	struct testing_server server;
	struct profile p;
	struct doctor d;
	struct err err;
	char *text;

	testing_server_up(&server, "127.0.0.1", row->secure);
	text = profile_text(row, &server);
	ck_assert_msg(
	    profile_parse("t.yaml", span_of(text), &p, &err), "%s", err.what);
	doctor_init(&d);
	doctor_run(&(struct doctor_setup){ .profile = &p }, &d);
	for (size_t i = 0; i < 2; i++)
		if (row->said[i].what != NULL)
			expect(&d, row->name, &row->said[i]);
	doctor_free(&d);
	profile_free(&p);
	free(text);
	testing_server_down(&server);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("doctor/binding");
	TCase *t = tcase_create("binding");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 30);
	tcase_add_loop_test(
	    t, operations_are_tried, 0, (int)(sizeof rows / sizeof rows[0]));
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
