/* SPDX-License-Identifier: MIT */
/* What is read, and what is looked up in it. */
#include "lib/profile_testing.h"

#include <stdio.h>

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/mem.h"

START_TEST(the_example_is_read)
{
	size_t n_known;
	struct profile p;
	struct err err;
	double value;

	setenv("YANSHOU_ALICE_PASSWORD", "wonderland", 1);
	ck_assert_msg(profile_read(EXAMPLE, &p, &err), "%s", err.what);

	ck_assert_str_eq(p.path, EXAMPLE);
	ck_assert_uint_eq(strlen(p.digest), 64);
	ck_assert_str_eq(p.project.name, "Example City e-mail service");
	ck_assert_str_eq(p.project.client, "Example City Data Bureau");
	ck_assert_str_eq(p.project.contract, "EX-2026-001");
	ck_assert_str_eq(p.product.vendor, "Example Mail Co., Ltd.");
	ck_assert_str_eq(p.product.name, "Example Mail");
	ck_assert_str_eq(p.product.version, "4.2.1");
	ck_assert_uint_eq(p.scope.n_chapters, 1);
	ck_assert_str_eq(p.scope.chapters[0], "5");
	ck_assert_uint_eq(p.scope.n_services, 8);
	ck_assert_str_eq(p.scope.services[0], "smtp");
	ck_assert_str_eq(p.scope.services[7], "mail");
	ck_assert_str_eq(p.scope.reason,
	    "webmail and the address book are delivered in the next phase");

	ck_assert_uint_eq(p.n_endpoints, 16);
	ck_assert_str_eq(p.endpoints[7].path, "/");
	ck_assert_str_eq(p.endpoints[13].service, "ocsp");
	ck_assert_str_eq(p.endpoints[13].path, "/ocsp");
	ck_assert_str_eq(p.endpoints[0].service, "smtp");
	ck_assert_str_eq(p.endpoints[0].host, "127.0.0.1");
	ck_assert_uint_eq(p.endpoints[0].port, 2525);
	ck_assert_int_eq(p.endpoints[0].tls, PROFILE_TLS_STARTTLS);
	ck_assert_str_eq(p.endpoints[0].name, "mail.gov.example");
	ck_assert_uint_eq(p.endpoints[1].port, 2587);
	ck_assert_uint_eq(p.endpoints[2].port, 2465);
	ck_assert_int_eq(p.endpoints[2].tls, PROFILE_TLS_IMPLICIT);
	ck_assert_str_eq(p.trust, "fixtures/targets/example/ca.pem");

	ck_assert_uint_eq(p.n_accounts, 2);
	ck_assert_str_eq(p.accounts[0].role, "alice");
	ck_assert_str_eq(p.accounts[0].user, "alice@gov.example");
	ck_assert_str_eq(p.accounts[0].address, "alice@gov.example");
	ck_assert_str_eq(p.accounts[0].password, "wonderland");
	ck_assert_str_eq(p.accounts[1].role, "bob");
	ck_assert_str_eq(
	    p.accounts[1].password, "a-password-for-documentation-only");

	ck_assert_str_eq(
	    p.accounts[0].dn, "uid=alice,ou=people,dc=gov,dc=example");
	ck_assert_ptr_null(p.accounts[1].dn);

	ck_assert_str_eq(p.directory.base, "dc=gov,dc=example");
	ck_assert_str_eq(p.directory.people, "ou=people,dc=gov,dc=example");
	ck_assert_uint_eq(p.pki.n_anchors, 1);
	ck_assert_str_eq(p.pki.anchors[0], CA);
	ck_assert_str_eq(p.pki.issuers, CA);
	ck_assert_str_eq(p.pki.records, "fixtures/targets/example/issued.csv");
	ck_assert_uint_eq(p.pki.n_certificates, 2);
	ck_assert_str_eq(p.pki.certificates[0].name, "alice-signing");
	ck_assert_str_eq(p.pki.certificates[0].class, "signing");
	ck_assert_str_eq(p.pki.certificates[0].file, CA);
	ck_assert_str_eq(
	    p.pki.certificates[0].dn, "uid=alice,ou=people,dc=gov,dc=example");
	ck_assert_ptr_null(p.pki.certificates[1].dn);
	ck_assert_int_eq(p.pki.certificates[0].status, PROFILE_STATUS_GOOD);
	ck_assert_int_eq(p.pki.certificates[1].status, PROFILE_STATUS_REVOKED);

	ck_assert_str_eq(p.mail.domain, "gov.example");
	ck_assert_str_eq(p.mail.utf8_domain, "政务.example");
	ck_assert_str_eq(p.mail.foreign, "elsewhere.example");
	ck_assert_str_eq(p.mail.unknown, "nobody-here@gov.example");
	ck_assert_str_eq(p.mail.sink_domain, "sink.example");
	ck_assert_str_eq(p.mail.sink_host, "127.0.0.1");
	ck_assert_uint_eq(p.mail.sink_port, 2526);

	(void)profile_known_claims(&n_known);
	ck_assert_uint_eq(p.n_claims, n_known);    /* it shows them all */
	ck_assert_str_eq(p.claims[0], "cert.cmp"); /* sorted */
	ck_assert_str_eq(p.claims[n_known - 1], "smtp.starttls");
	ck_assert_uint_eq(p.n_limits, 1);
	ck_assert_int_eq(p.limits[0].req, EMAIL_F_01);
	ck_assert_str_eq(p.limits[0].metric, "timeout.command");
	ck_assert_double_eq(p.limits[0].value, 600);
	ck_assert(profile_limit(&p, EMAIL_F_01, "timeout.command", &value));
	ck_assert_double_eq(value, 600);
	ck_assert_uint_eq(p.n_documents, 1);
	ck_assert_int_eq(p.documents[0].req, CERT_F_20);
	ck_assert_str_eq(p.documents[0].expires, "2030-01-31");
	ck_assert(profile_has_document(&p, CERT_F_20));
	ck_assert(!profile_has_document(&p, CERT_F_08));
	ck_assert_uint_eq(p.n_waivers, 1);
	ck_assert_str_eq(p.waivers[0].subject, "EMAIL-F-11");
	ck_assert_str_eq(p.waivers[0].reason,
	    "the mail gateway is replaced in the next phase");
	ck_assert_str_eq(
	    p.waivers[0].approver, "Zhang San, Example City Data Bureau");
	ck_assert_str_eq(p.waivers[0].expires, "2027-01-31");
	ck_assert_uint_eq(p.n_logs, 1);
	ck_assert_str_eq(p.logs[0].service, "smtp");
	ck_assert_str_eq(p.logs[0].path, "/var/log/example-mail/smtp.log");
	ck_assert_str_eq(p.logs[0].format, "syslog");
	ck_assert_str_eq(p.lab.key, "fixtures/targets/example/keys/lab.key");
	ck_assert_str_eq(
	    p.lab.certificate, "fixtures/targets/example/keys/lab.pem");
	ck_assert_str_eq(
	    p.lab.passphrase, "a-passphrase-for-documentation-only");
	ck_assert_str_eq(p.lab.passphrase_from,
	    "file:fixtures/targets/example/passwords/lab");
	ck_assert_str_eq(p.lab.tsa, "http://127.0.0.1:2080/tsa");
	ck_assert_str_eq(p.lab.tsa_host, "127.0.0.1");
	ck_assert_uint_eq(p.lab.picture.len, 819);
	ck_assert_int_eq(p.timeouts.connect_ms, 5000);
	ck_assert_int_eq(p.timeouts.reply_ms, 10000);
	ck_assert_int_eq(p.timeouts.delivery_ms, 30000);
	ck_assert(!p.safety.destructive);
	ck_assert(!p.safety.lockout);
	ck_assert_uint_eq(p.safety.n_reach, 0);
	profile_free(&p);
}
END_TEST

START_TEST(the_shortest_is_read)
{
	struct profile p;
	struct err err;
	double value;

	ck_assert_msg(parse(LEAST, &p, &err), "%s", err.what);
	ck_assert_str_eq(p.endpoints[0].name, "127.0.0.1");
	ck_assert_ptr_null(p.trust);
	ck_assert_ptr_null(p.mail.sink_domain);
	ck_assert_int_eq(p.timeouts.connect_ms, 5000);
	ck_assert_int_eq(p.timeouts.reply_ms, 10000);
	ck_assert_int_eq(p.timeouts.delivery_ms, 30000);
	ck_assert(profile_limit(&p, EMAIL_F_01, "timeout.command", &value));
	ck_assert_double_eq(value, 300);
	ck_assert(!profile_limit(&p, EMAIL_F_01, "no.such", &value));
	ck_assert(!profile_claims(&p, "smtp.size"));
	ck_assert_ptr_nonnull(profile_endpoint(&p, "smtp"));
	ck_assert_ptr_null(profile_endpoint(&p, "submission"));
	ck_assert_ptr_null(profile_account(&p, "alice"));
	ck_assert_ptr_null(profile_log(&p, "smtp"));
	profile_free(&p);
}
END_TEST

/* Elsewhere, later, neither variables nor files are what they were. */
START_TEST(a_finished_run_is_read_without_secrets)
{
	struct profile p;
	struct err err;

	unsetenv("YANSHOU_ALICE_PASSWORD");
	ck_assert(!profile_read(EXAMPLE, &p, &err));
	ck_assert_msg(profile_read_public(EXAMPLE, &p, &err), "%s", err.what);
	ck_assert_uint_eq(p.n_accounts, 2);
	ck_assert_str_eq(p.accounts[1].password, "");
	ck_assert_ptr_null(p.lab.passphrase);
	ck_assert_ptr_null(p.lab.passphrase_from);
	ck_assert_ptr_nonnull(p.lab.key);
	profile_free(&p);
}
END_TEST

START_TEST(durations_have_units)
{
	struct profile p;
	struct err err;

	ck_assert(
	    parse(LEAST "timeouts: {connect: 250ms, reply: 2m}\n", &p, &err));
	ck_assert_int_eq(p.timeouts.connect_ms, 250);
	ck_assert_int_eq(p.timeouts.reply_ms, 120000);
	ck_assert_int_eq(p.timeouts.delivery_ms, 30000);
	profile_free(&p);
}
END_TEST

START_TEST(sink_may_be_ipv6)
{
	struct profile p;
	struct err err;

	ck_assert_msg(parse(HEAD ENDS "mail: {domain: a.b, sink: "
				      "{domain: c.d, listen: '[::1]:2526'}}\n",
			  &p, &err),
	    "%s", err.what);
	ck_assert_str_eq(p.mail.sink_host, "::1");
	ck_assert_uint_eq(p.mail.sink_port, 2526);
	profile_free(&p);
}
END_TEST

/* clang-format off */
static const struct {
	const char *chapters, *services;
	enum req req;
	bool in;
} scopes[] = {
	{ "'5'",	"smtp",			EMAIL_F_01,	true },
	{ "'5'",	"submission",		EMAIL_F_01,	true },
	{ "'5'",	"submissions",		EMAIL_F_01,	true },
	{ "'5'",	"mail",			EMAIL_F_01,	false },
	{ "'6'",	"smtp",			EMAIL_F_01,	false },
	{ "'5'",	"smtp",			EMAIL_F_04,	false },
	{ "'5'",	"smtp, pop3",		EMAIL_F_04,	true },
	{ "'5', SM",	"smtp, sm",		SM_4_01,	true },
	{ "'5'",	"smtp, sm",		SM_5_1_01,	false },
};
/* clang-format on */

START_TEST(scope_is_chapter_and_service)
{
	char *text =
	    mem_textf("project: {name: P}\n"
		      "product: {vendor: V, name: N, version: '1'}\n"
		      "scope: {chapters: [%s], services: [%s]}\n" ENDS MAIL,
		scopes[_i].chapters, scopes[_i].services);
	struct profile p;
	struct err err;

	ck_assert_msg(parse(text, &p, &err), "%s", err.what);
	ck_assert_msg(profile_in_scope(&p, scopes[_i].req) == scopes[_i].in,
	    "%s [%s] [%s]", catalogue_get(scopes[_i].req)->name,
	    scopes[_i].chapters, scopes[_i].services);
	profile_free(&p);
	free(text);
}
END_TEST

/* clang-format off */
static const struct {
	const char *host, *reach;
	bool agreed, may;
} hosts[] = {
	{ "127.0.0.1",	"",		false,	true },
	{ "::1",	"",		false,	true },
	{ "192.0.2.1",	"",		false,	false },
	{ "192.0.2.1",	"",		true,	false },
	{ "192.0.2.1",	"192.0.2.1",	false,	false },
	{ "192.0.2.1",	"192.0.2.2",	true,	false },
	{ "192.0.2.1",	"192.0.2.1",	true,	true },
};
/* clang-format on */

START_TEST(outside_needs_two_yes)
{
	char *text = mem_textf(HEAD "endpoints: [{service: smtp, host: '%s', "
				    "port: 25, tls: none}]\n" MAIL
				    "safety: {reach: [%s]}\n",
	    hosts[_i].host, hosts[_i].reach);
	struct profile p;
	struct err err = { 0 };

	ck_assert_msg(parse(text, &p, &err), "%s", err.what);
	ck_assert(
	    profile_reachable(&p, hosts[_i].agreed, &err) == hosts[_i].may);
	if (!hosts[_i].may) {
		ck_assert_int_eq(err.kind, ERR_CONFIG);
		ck_assert_ptr_nonnull(strstr(err.what, hosts[_i].host));
		ck_assert_ptr_nonnull(strstr(err.what, "safety.reach"));
	}
	profile_free(&p);
	free(text);
}
END_TEST

/* clang-format off */
static const struct {
	const char *tsa, *host, *reach;
	bool agreed, may;
} stampers[] = {
	{ "http://127.0.0.1/",		"127.0.0.1",	"", false, true },
	{ "https://[::1]:318/tsa?a=b",	"::1",		"", false, true },
	{ "http://192.0.2.1:80",	"192.0.2.1",	"", true, false },
	{ "http://192.0.2.1:80",	"192.0.2.1",	"192.0.2.1", false, false },
	{ "http://192.0.2.1:80",	"192.0.2.1",	"192.0.2.1", true, true },
};
/* clang-format on */

START_TEST(who_stamps_the_time_is_named)
{
	char *text = mem_textf(LEAST LAB "  tsa: '%s'\nsafety: {reach: [%s]}\n",
	    stampers[_i].tsa, stampers[_i].reach);
	struct profile p;
	struct err err = { 0 };

	ck_assert_msg(parse(text, &p, &err), "%s", err.what);
	ck_assert_str_eq(p.lab.tsa_host, stampers[_i].host);
	ck_assert(profile_reachable(&p, stampers[_i].agreed, &err) ==
		  stampers[_i].may);
	if (!stampers[_i].may)
		ck_assert_ptr_nonnull(strstr(err.what, "lab.tsa: outside"));
	profile_free(&p);
	free(text);
}
END_TEST

/* Cut anywhere, a profile is refused or read: never more than that. */
START_TEST(every_prefix_ends_well)
{
	struct buf bytes;
	char piece[4096];
	struct profile p;
	struct err err;
	size_t n, whole = 0;
	FILE *f = fopen(EXAMPLE, "r");

	ck_assert_ptr_nonnull(f);
	buf_init(&bytes, CONF_BYTES);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&bytes, (struct span){ piece, n });
	fclose(f);
	setenv("YANSHOU_ALICE_PASSWORD", "wonderland", 1);
	for (size_t len = 0; len <= bytes.len; len += 7)
		if (profile_parse(
			EXAMPLE, span_take(buf_span(&bytes), len), &p, &err)) {
			whole++;
			profile_free(&p);
		} else {
			ck_assert_int_eq(err.kind, ERR_CONFIG);
		}
	ck_assert_uint_gt(whole, 0);
	buf_free(&bytes);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct profile_test tests[] = {
		{ the_example_is_read, 1 },
		{ the_shortest_is_read, 1 },
		{ a_finished_run_is_read_without_secrets, 1 },
		{ durations_have_units, 1 },
		{ sink_may_be_ipv6, 1 },
		{ scope_is_chapter_and_service, COUNT(scopes) },
		{ outside_needs_two_yes, COUNT(hosts) },
		{ who_stamps_the_time_is_named, COUNT(stampers) },
		{ every_prefix_ends_well, 1 },
	};
	/* clang-format on */

	return profile_run("profile", tests, COUNT(tests));
}
