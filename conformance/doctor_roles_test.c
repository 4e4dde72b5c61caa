/* SPDX-License-Identifier: MIT */
/* What the doctor says of people who are one, and of logins that are none. */
#include "conformance/doctor_inner.h"
#include "conformance/doctor_testing.h"

/* Another file, as far as its name goes. */
#define KEYS      "fixtures/targets/example/keys/alice"
#define OTHER     "fixtures/targets/./example/keys/alice"
#define KEY(name) "certificate: " name ".pem, key: " name ".key"
#define ACCOUNT(role, user, more) \
	" - {role: " role ", user: " user ", address: a@b, password: {file: " \
	"fixtures/targets/example/passwords/bob}" more "}\n"
#define HEAD \
	"project: {name: P}\n" \
	"product: {vendor: V, name: N, version: '1'}\n" \
	"scope: {chapters: ['10'], services: [seal]}\n" \
	"endpoints:\n" \
	" - {service: ra, host: 127.0.0.1, port: 1, tls: none}\n" \
	" - {service: seal, host: 127.0.0.1, port: 1, tls: none}\n" \
	"accounts:\n" ACCOUNT("alice", "al", ", " KEY(KEYS))
#define BOTH "bindings: [{name: certificates}, {name: seals}]\n"

/* clang-format off */
static const struct {
	const char	*text;
	struct said	 said; /* what NULL: nothing */
} rows[] = {
	{ HEAD ACCOUNT("bob", "bo", ", " KEY(OTHER)) BOTH, { 0, NULL, NULL } },
	{ HEAD ACCOUNT("lapsed", "al", ", " KEY(KEYS)) BOTH,
	  { 0, NULL, NULL } },
	{ HEAD ACCOUNT("carol", "al", "") BOTH, { 0, NULL, NULL } },
	{ HEAD ACCOUNT("registrar", "al", ", " KEY(OTHER)) BOTH,
	  { DOCTOR_BAD, "accounts",
	    "alice and registrar are the same person: al" } },
	{ HEAD ACCOUNT("registrar", "re", ", " KEY(KEYS)) BOTH,
	  { DOCTOR_BAD, "accounts",
	    "alice and registrar are the same person: " } },
	{ HEAD "bindings: [{name: seals}]\n",
	  { DOCTOR_WARN, "seal: bindings", "no login" } },
	{ HEAD "bindings: [{name: certificates}]\n",
	  { DOCTOR_WARN, "seal: bindings", "no operation of seals" } },
};
/* clang-format on */

START_TEST(roles_are_seen)
{
	struct profile p;
	struct doctor d;
	struct err err;

	ck_assert_msg(profile_parse("t.yaml", span_of(rows[_i].text), &p, &err),
	    "%s", err.what);
	doctor_init(&d);
	doctor_see_roles(&d, &p);
	ck_assert_uint_eq(d.n, rows[_i].said.what != NULL);
	if (d.n > 0)
		expect(&d, rows[_i].said.seen, &rows[_i].said);
	doctor_free(&d);
	profile_free(&p);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("doctor_roles");
	TCase *t = tcase_create("roles");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, roles_are_seen, 0, COUNT(rows));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
