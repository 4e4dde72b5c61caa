/* SPDX-License-Identifier: MIT */
#include "lib/profile.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/conf.h"
#include "lib/files.h"
#include "lib/mem.h"

#define EXAMPLE  "fixtures/targets/example/target.yaml"
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* As short as a profile can be; line numbers below count from here. */
#define HEAD \
	"project: {name: P}\n"                          /* 1 */ \
	"product: {vendor: V, name: N, version: '1'}\n" /* 2 */ \
	"scope: {chapters: ['5'], services: [smtp]}\n"  /* 3 */
#define ENDS \
	"endpoints:\n" \
	" - {service: smtp, host: 127.0.0.1, port: 25, tls: starttls}\n"
#define MAIL  "mail: {domain: gov.example}\n" /* 6 */
#define LEAST HEAD ENDS MAIL
#define CA    "fixtures/targets/example/ca.pem"
#define ALICE "fixtures/targets/example/keys/alice.key"
#define HTTP \
	HEAD ENDS \
	    " - {service: ra, host: 127.0.0.1, port: 80, tls: none}\n" MAIL
#define PAPER(row, file, day) \
	"documents:\n- requirement: " row "\n  title: T\n  file: " file \
	"\n  expires: " day "\n"
#define BOUND "bindings:\n"                           /* + 1 */
#define MAPS  "- name: certificates\n  operations:\n" /* + 3 */
#define WHO \
	"accounts:\n" \
	" - role: a\n   user: a\n   address: a@b\n" \
	"   password: {file: fixtures/targets/example/passwords/bob}\n"

static bool
parse(const char *text, struct profile *p, struct err *err)
{
	return profile_parse("t.yaml", span_of(text), p, err);
}

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

	ck_assert_uint_eq(p.n_endpoints, 15);
	ck_assert_str_eq(p.endpoints[7].path, "/");
	ck_assert_str_eq(p.endpoints[12].service, "ocsp");
	ck_assert_str_eq(p.endpoints[12].path, "/ocsp");
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
	ck_assert_int_eq(p.timeouts.connect_ms, 5000);
	ck_assert_int_eq(p.timeouts.reply_ms, 10000);
	ck_assert_int_eq(p.timeouts.delivery_ms, 30000);
	ck_assert(!p.safety.destructive);
	ck_assert(!p.safety.lockout);
	ck_assert_uint_eq(p.safety.n_reach, 0);
	profile_free(&p);
}
END_TEST

START_TEST(the_example_maps_operations)
{
	const struct profile_operation *o;
	const struct profile_field *f;
	struct profile p;
	struct err err;

	setenv("YANSHOU_ALICE_PASSWORD", "wonderland", 1);
	ck_assert_msg(profile_read(EXAMPLE, &p, &err), "%s", err.what);
	ck_assert_str_eq(
	    p.accounts[0].key, "fixtures/targets/example/keys/alice.key");
	ck_assert_ptr_null(p.accounts[1].certificate);

	ck_assert_uint_eq(p.n_operations, 3);
	ck_assert_ptr_null(profile_operation(&p, "application.issue"));
	o = profile_operation(&p, "session.challenge");
	ck_assert_str_eq(o->service, "ra");
	ck_assert_str_eq(o->method, "POST");
	ck_assert_str_eq(o->path, "/challenges");
	ck_assert_str_eq(o->type, "application/json");
	ck_assert_str_eq(o->body, "{\"user\":\"${user|json}\"}");
	ck_assert_str_eq(profile_field(o, "challenge")->at, "/challenge");
	o = profile_operation(&p, "application.submit");
	ck_assert_str_eq(o->path, "/cert/apply?type=${class|url}");
	ck_assert_str_eq(o->type, "application/xml");
	ck_assert_uint_eq(o->n_headers, 1);
	ck_assert_str_eq(o->headers[0], "X-Token: ${token}");
	ck_assert_str_eq(o->success_at, "/code");
	ck_assert_str_eq(o->success_is, "0");
	f = profile_field(o, "state");
	ck_assert_str_eq(f->at, "/data/status");
	ck_assert_uint_eq(f->n_words, 2);
	ck_assert_str_eq(f->words[1], "1=issued");
	ck_assert_ptr_null(profile_field(o, "class"));
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

/* clang-format off */
static const struct {
	const char *text, *want;
} broken[] = {
	/* not a profile at all */
	{ "",
	  "t.yaml:1: nothing in it; KEY: VALUE" },
	{ "# only a comment\n",
	  "t.yaml:1: nothing in it; KEY: VALUE" },
	{ "- a\n",
	  "t.yaml:1: whole file: not a mapping; KEY: VALUE with these keys: "
	  "project, product, scope, endpoints, trust, accounts, mail, directory, pki, bindings, documents, claims, "
	  "limits, waivers, logs, timeouts, safety" },
	{ "project: {name: P\n",
	  "t.yaml:2: did not find expected ',' or '}'; "
	  "check indentation, colons and quotes" },
	{ "project:\n\tname: P\n",
	  "t.yaml:2: found character that cannot start any token; "
	  "check indentation, colons and quotes" },
	{ "project:\n  name: \xb2\xe2\xca\xd4\n",
	  "t.yaml:2: not UTF-8; save the file in the encoding UTF-8" },
	{ "\xff\xfe" "p",
	  "t.yaml:1: not UTF-8; save the file in the encoding UTF-8" },
	{ "a: b\nc: \x01\n",
	  "t.yaml:2: a control character; a profile is a text file" },
	{ "a: &x [1]\nb: [*x, *x]\n",
	  "t.yaml:1: an anchor, alias or tag; write the value out "
	  "(quote a text that begins with &, * or !)" },
	{ "a: !!str 1\n",
	  "t.yaml:1: an anchor, alias or tag; write the value out "
	  "(quote a text that begins with &, * or !)" },
	{ "a: [[[[[[[[[[1]]]]]]]]]]\n",
	  "t.yaml:1: nested too deeply; at most 10 levels" },
	{ "? [a]\n: b\n",
	  "t.yaml:1: a key that is not a text; KEY: VALUE" },
	{ "a: \"x\\0y\"\n",
	  "t.yaml:1: a NUL character inside a text; leave it out" },
	{ "a: 1\n---\nb: 2\n",
	  "t.yaml:2: a second document; one profile in one file" },
	{ LEAST "mail: {domain: other.example}\n",
	  "t.yaml:7: the same key twice ('mail'); keep one of them" },

	/* keys and kinds */
	{ LEAST "timeout: {}\n",
	  "t.yaml:7: timeout: unknown key; did you mean 'timeouts'?" },
	{ LEAST "timeouts:\n  conect: 5s\n",
	  "t.yaml:8: timeouts.conect: unknown key; did you mean 'connect'?" },
	{ LEAST "safety: {colour: red}\n",
	  "t.yaml:7: safety.colour: unknown key; "
	  "the keys here are: destructive, lockout, reach" },
	{ "project: {name: P}\n"
	  "product: {vendor: V, name: N}\n",
	  "t.yaml:2: product.version: missing; this key is required" },
	{ "project: {name: P}\n",
	  "t.yaml:1: product: missing; this key is required" },
	{ HEAD "endpoints: []\n" MAIL,
	  "t.yaml:4: endpoints: too few entries; 1 to 64 of them" },
	{ HEAD "endpoints: smtp\n" MAIL,
	  "t.yaml:4: endpoints: not a list ('smtp'); "
	  "[a, b], or a line \"- a\" for each" },
	{ LEAST "trust: [ca.pem]\n",
	  "t.yaml:7: trust: not one value; KEY: VALUE on one line" },
	{ LEAST "trust:\n",
	  "t.yaml:7: trust: empty (''); "
	  "a text; leave the key out when there is none" },
	{ LEAST "safety: {lockout: yes}\n",
	  "t.yaml:7: safety.lockout: not known ('yes'); false or true" },
	{ LEAST "safety: {destructive: nope}\n",
	  "t.yaml:7: safety.destructive: not known ('nope'); false or true" },

	/* scope */
	{ "project: {name: P}\n"
	  "product: {vendor: V, name: N, version: '1'}\n"
	  "scope: {chapters: ['4'], services: [smtp]}\n" ENDS MAIL,
	  "t.yaml:3: scope.chapters[0]: not known ('4'); "
	  "one of 5, 6, 7, 8, 9, 10, 11, 12, 13, SM" },
	{ "project: {name: P}\n"
	  "product: {vendor: V, name: N, version: '1'}\n"
	  "scope: {chapters: ['5'], services: [smtp, submision]}\n" ENDS MAIL,
	  "t.yaml:3: scope.services[1]: not known ('submision'); "
	  "did you mean 'submission'?" },

	/* endpoints */
	{ HEAD "endpoints:\n"
	  " - service: smtp\n   host: 127.0.0.1\n   port: 70000\n"
	  "   tls: none\n" MAIL,
	  "t.yaml:7: endpoints[0].port: too large ('70000'); "
	  "a whole number up to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: 0, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].port: not a port ('0'); 1 to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: 025, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].port: not a whole number ('025'); "
	  "a whole number up to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: smtp, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].port: not a whole number ('smtp'); "
	  "a whole number up to 65535" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 127.0.0.1, port: 25, tls: ssl}\n" MAIL,
	  "t.yaml:5: endpoints[0].tls: not known ('ssl'); "
	  "none, starttls or implicit" },
	{ HEAD "endpoints:\n"
	  " - {service: stmp, host: 127.0.0.1, port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].service: not known ('stmp'); "
	  "did you mean 'smtp'?" },
	{ HEAD "endpoints:\n"
	  " - {service: fax, host: 127.0.0.1, port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].service: not known ('fax'); "
	  "one of smtp, submission, submissions, pop3, pop3s, imap, imaps, http, https, "
	  "ldap, ldaps, ca, ra, crypto, ocsp, crl, tsa" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 'smtp://a', port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].host: not a host ('smtp://a'); "
	  "a name or an address, without scheme and port" },
	{ HEAD "endpoints:\n"
	  " - {service: smtp, host: 'a:25', port: 25, tls: none}\n" MAIL,
	  "t.yaml:5: endpoints[0].host: not a host ('a:25'); "
	  "a name or an address, without scheme and port" },
	{ HEAD ENDS
	  " - {service: smtp, host: 127.0.0.1, port: 26, tls: none}\n" MAIL,
	  "t.yaml:6: endpoints[1].service: a second endpoint of this service "
	  "('smtp'); one of each service" },
	{ HEAD "endpoints:\n"
	  " - {service: submissions, host: '::1', port: 465, tls: starttls}\n"
	  MAIL,
	  "t.yaml:5: endpoints[0].tls: not what this service is ('starttls'); "
	  "implicit (RFC 8314 3)" },

	/* files and secrets */
	{ LEAST "trust: no-such.pem\n",
	  "t.yaml:7: trust: No such file or directory ('no-such.pem'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "trust: Makefile\n",
	  "t.yaml:7: trust: no certificate in it ('Makefile'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "trust: lib\n",
	  "t.yaml:7: trust: not a regular file ('lib'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "accounts:\n"
	  " - role: a\n   user: u\n   address: a@b\n   password: hunter2\n",
	  "t.yaml:11: accounts[0].password: a password must not be written "
	  "here; {env: NAME} or {file: PATH}" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {value: hunter2}}\n",
	  "t.yaml:8: accounts[0].password.value: unknown key; "
	  "the keys here are: env, file" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, pasword: hunter2}\n",
	  "t.yaml:8: accounts[0].pasword: unknown key; "
	  "did you mean 'password'?" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {}}\n",
	  "t.yaml:8: accounts[0].password: no reference; "
	  "{env: NAME} or {file: PATH}" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: A, file: B}}\n",
	  "t.yaml:8: accounts[0].password: two references; "
	  "{env: NAME} or {file: PATH}" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: NOT_SET_1}}\n",
	  "t.yaml:8: accounts[0].password.env: this environment variable is "
	  "not set ('NOT_SET_1'); export it before the program is started" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: hunter-2}}\n",
	  "t.yaml:8: accounts[0].password: env is not the name of a variable; "
	  "letters, digits and _; without $" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {file: nope}}\n",
	  "t.yaml:8: accounts[0].password.file: No such file or directory "
	  "('nope'); a file whose first line is the password; "
	  "the path is relative to the profile" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {file: /dev/zero}}\n",
	  "t.yaml:8: accounts[0].password.file: not a regular file "
	  "('/dev/zero'); a file whose first line is the password; "
	  "the path is relative to the profile" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: PATH}}\n"
	  " - {role: a, user: u, address: a@b, password: {env: PATH}}\n",
	  "t.yaml:9: accounts[1].role: a second account of this role ('a'); "
	  "one account for each role" },
	{ LEAST "accounts:\n"
	  " - {role: A b, user: u, address: a@b, password: {env: PATH}}\n",
	  "t.yaml:8: accounts[0].role: not the name of a role ('A b'); "
	  "lower case letters, digits and -" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a, password: {env: PATH}}\n",
	  "t.yaml:8: accounts[0].address: not a mail address ('a'); "
	  "local-part@domain" },

	/* mail */
	{ HEAD ENDS,
	  "t.yaml:1: mail.domain: missing; "
	  "the domain the target is responsible for" },
	{ HEAD ENDS "mail: {domain: a@b}\n",
	  "t.yaml:6: mail.domain: not a domain ('a@b'); such as gov.example" },
	{ HEAD ENDS "mail: {domain: 政务.example}\n",
	  "t.yaml:6: mail.domain: not a domain ('政务.example'); "
	  "such as gov.example" },
	{ HEAD ENDS "mail: {domain: a.b, foreign: A.B}\n",
	  "t.yaml:6: mail.foreign: the same as mail.domain ('A.B'); "
	  "a domain the target must not relay to" },
	{ HEAD ENDS "mail: {domain: a.b, unknown: x@c.d}\n",
	  "t.yaml:6: mail.unknown: not in mail.domain ('x@c.d'); "
	  "an address of that domain that does not exist" },
	{ HEAD ENDS "mail: {domain: a.b, sink: {domain: c, listen: '25'}}\n",
	  "t.yaml:6: mail.sink.listen: not an address with a port ('25'); "
	  "such as 127.0.0.1:2525 or [::1]:2525" },
	{ HEAD ENDS "mail: {domain: a.b, sink: {domain: c, listen: '::1:25'}}\n",
	  "t.yaml:6: mail.sink.listen: not an address with a port ('::1:25'); "
	  "such as 127.0.0.1:2525 or [::1]:2525" },
	{ HEAD ENDS "mail: {domain: a.b, sink: {domain: a.b, "
	  "listen: '127.0.0.1:25'}}\n",
	  "t.yaml:6: mail.sink.domain: the same as mail.domain ('a.b'); "
	  "a domain routed to us" },

	/* claims, limits, waivers, logs */
	{ LEAST "claims: [smtp.startls]\n",
	  "t.yaml:7: claims[0]: not known ('smtp.startls'); "
	  "did you mean 'smtp.starttls'?" },
	{ LEAST "claims: [smtp.size, smtp.size]\n",
	  "t.yaml:7: claims[1]: claimed twice ('smtp.size'); "
	  "leave one of them" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-99, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].requirement: no such row in the catalogue "
	  "('EMAIL-F-99'); did you mean 'EMAIL-F-09'?" },
	{ LEAST "limits:\n - {requirement: speed, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].requirement: no such row in the catalogue "
	  "('speed'); a row of requirements.tsv" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-02, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].metric: the row has no such limit ('m'); "
	  "one of tls.version" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-03, metric: m, value: 1}\n",
	  "t.yaml:8: limits[0].metric: the row has no such limit ('m'); "
	  "limits.tsv has none for this row" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-01, metric: m, value: 1x}\n",
	  "t.yaml:8: limits[0].value: not a number ('1x'); "
	  "such as 250 or 0.5" },
	{ LEAST "limits:\n - {requirement: EMAIL-F-01, metric: m, value: nan}\n",
	  "t.yaml:8: limits[0].value: not a number ('nan'); "
	  "such as 250 or 0.5" },
	{ LEAST "limits:\n"
	  " - {requirement: EMAIL-F-01, metric: timeout.command, value: 1}\n"
	  " - {requirement: EMAIL-F-01, metric: timeout.command, value: 2}\n",
	  "t.yaml:9: limits[1].metric: a second limit for the same metric "
	  "('timeout.command'); one of each" },
	{ LEAST "waivers:\n"
	  " - {subject: EMAIL-F-1l, reason: r, approver: a, "
	  "expires: 2027-01-31}\n",
	  "t.yaml:8: waivers[0].subject: no such row in the catalogue "
	  "('EMAIL-F-1l'); did you mean 'EMAIL-F-10'?" },
	{ LEAST "waivers:\n"
	  " - {subject: smtp.order.mail, reason: r, approver: a, "
	  "expires: 31.1.2027}\n",
	  "t.yaml:8: waivers[0].expires: not a day ('31.1.2027'); "
	  "YYYY-MM-DD, such as 2027-01-31" },
	{ LEAST "waivers:\n"
	  " - {subject: smtp.order.mail, reason: r, approver: a, "
	  "expires: 2027-02-29}\n",
	  "t.yaml:8: waivers[0].expires: not a day ('2027-02-29'); "
	  "YYYY-MM-DD, such as 2027-01-31" },
	{ LEAST "waivers:\n - {subject: smtp.a, reason: r, expires: never}\n",
	  "t.yaml:8: waivers[0].approver: missing; this key is required" },
	{ LEAST "logs:\n - {service: smtp, path: /x, format: json}\n"
	  " - {service: smtp, path: /y, format: json}\n",
	  "t.yaml:9: logs[1].service: a second log of this service ('smtp'); "
	  "one of each service" },
	{ LEAST "logs:\n - {service: smtp, path: /x, format: xml}\n",
	  "t.yaml:8: logs[0].format: not known ('xml'); "
	  "one of json, syslog" },

	/* time-outs and safety */
	{ LEAST "timeouts: {reply: 10}\n",
	  "t.yaml:7: timeouts.reply: not a duration ('10'); "
	  "a whole number with ms, s or m, such as 5s" },
	{ LEAST "timeouts: {reply: 1.5s}\n",
	  "t.yaml:7: timeouts.reply: not a duration ('1.5s'); "
	  "a whole number with ms, s or m, such as 5s" },
	{ LEAST "timeouts: {connect: 0s}\n",
	  "t.yaml:7: timeouts.connect: out of range ('0s'); "
	  "more than 0 and at most 60m" },
	{ LEAST "timeouts: {delivery: 61m}\n",
	  "t.yaml:7: timeouts.delivery: out of range ('61m'); "
	  "more than 0 and at most 60m" },

	/* directory and certificates */
	{ HEAD "endpoints:\n"
	  " - {service: ldap, host: 127.0.0.1, port: 389, tls: starttls, path: /}\n",
	  "t.yaml:5: endpoints[0].path: this service has no path ('/'); "
	  "leave it out; only what speaks HTTP has one" },
	{ HEAD "endpoints:\n"
	  " - {service: ocsp, host: 127.0.0.1, port: 80, tls: none, path: ocsp}\n",
	  "t.yaml:5: endpoints[0].path: not a path ('ocsp'); "
	  "it begins with a slash" },
	{ HEAD "endpoints:\n"
	  " - {service: ocsp, host: 127.0.0.1, port: 80, tls: none, path: /a#b}\n",
	  "t.yaml:5: endpoints[0].path: not a path ('/a#b'); visible ASCII "
	  "from the first slash to the query, such as /ocsp" },
	{ HEAD "endpoints:\n"
	  " - {service: tsa, host: 127.0.0.1, port: 80, tls: starttls}\n",
	  "t.yaml:5: endpoints[0].tls: not what HTTP has ('starttls'); "
	  "none or implicit" },
	{ LEAST "directory: {people: ou=people}\n",
	  "t.yaml:7: directory.base: missing; this key is required" },
	{ LEAST "directory: {base: people}\n",
	  "t.yaml:7: directory.base: not a distinguished name ('people'); "
	  "as RFC 4514 writes it, such as "
	  "uid=alice,ou=people,dc=gov,dc=example" },
	{ LEAST "accounts:\n"
	  " - {role: a, user: u, address: a@b, password: {env: PATH}, dn: u}\n",
	  "t.yaml:8: accounts[0].dn: not a distinguished name ('u'); "
	  "as RFC 4514 writes it, such as "
	  "uid=alice,ou=people,dc=gov,dc=example" },
	{ LEAST PAPER("CERT-F-99", "Makefile", "2030-01-31"),
	  "t.yaml:8: documents[0].requirement: no such row in the catalogue "
	  "('CERT-F-99'); did you mean 'CERT-F-09'?" },
	{ LEAST PAPER("CERT-F-01", "Makefile", "2030-01-31"),
	  "t.yaml:8: documents[0].requirement: not shown by documents "
	  "('CERT-F-01'); a row of requirements.tsv with the method ED" },
	{ LEAST PAPER("CERT-F-20", "nope.pdf", "2030-01-31"),
	  "t.yaml:10: documents[0].file: no such file ('nope.pdf'); a document; "
	  "the path is relative to the profile" },
	{ LEAST PAPER("CERT-F-20", "lib", "2030-01-31"),
	  "t.yaml:10: documents[0].file: not a regular file ('lib'); a "
	  "document; the path is relative to the profile" },
	{ LEAST PAPER("CERT-F-20", "/dev/null", "2030-01-31"),
	  "t.yaml:10: documents[0].file: not a regular file ('/dev/null'); a "
	  "document; the path is relative to the profile" },
	{ LEAST PAPER("CERT-F-20", "Makefile", "2030-02-31"),
	  "t.yaml:11: documents[0].expires: not a day ('2030-02-31'); "
	  "YYYY-MM-DD, such as 2027-01-31" },
	{ LEAST BOUND "- {name: certificate}\n",
	  "t.yaml:8: bindings[0].name: not known ('certificate'); did you mean "
	  "'certificates'?" },
	{ LEAST BOUND "- {name: certificates}\n",
	  "t.yaml:8: bindings[0].service: no endpoint of it that speaks HTTP; a "
	  "service under endpoints:, such as ra" },
	{ HTTP BOUND "- {name: certificates, success: {at: code, is: ok}}\n",
	  "t.yaml:9: bindings[0].success.at: not a JSON pointer ('code'); as RFC "
	  "6901 writes it: /code" },
	{ HTTP BOUND MAPS "   - {name: application.submitt}\n",
	  "t.yaml:11: bindings[0].operations[0].name: not known "
	  "('application.submitt'); did you mean 'application.submit'?" },
	{ HTTP BOUND MAPS "   - {name: session.open}\n   - {name: session.open}\n",
	  "t.yaml:12: bindings[0].operations[1].name: a second mapping of it "
	  "('session.open'); each operation once" },
	{ HTTP BOUND MAPS "   - {name: session.open, method: FETCH}\n",
	  "t.yaml:11: bindings[0].operations[0].method: not known ('FETCH'); "
	  "did you mean 'PATCH'?" },
	{ HTTP BOUND MAPS "   - {name: session.open, path: api}\n",
	  "t.yaml:11: bindings[0].operations[0].path: not a path ('api'); it "
	  "begins with a slash, and stands behind the path of the endpoint" },
	{ HTTP BOUND MAPS "   - {name: session.close, path: '/x/${id}'}\n",
	  "t.yaml:11: bindings[0].operations[0].path: \"${id}\" is not known "
	  "here ('/x/${id}'); session.close takes nothing; there are user "
	  "password basic token, too, of who asks" },
	{ HTTP BOUND MAPS "   - {name: session.open, body: '${user|rot13}'}\n",
	  "t.yaml:11: bindings[0].operations[0].body: \"|rot13\": |base64, "
	  "|lines, |length, |quoted, |dn, |upper, |json, |url and |xml are "
	  "known, at most 3 of them ('${user|rot13}'); see docs/bindings" },
	{ HTTP BOUND MAPS "   - {name: session.open, headers: [token]}\n",
	  "t.yaml:11: bindings[0].operations[0].headers: not a header; Name: "
	  "value" },
	{ HTTP BOUND MAPS "   - {name: session.open, fields: [{name: key}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: a name it does not have; "
	  "it takes id user certificate signature and gives token" },
	{ HTTP BOUND MAPS
	  "   - {name: session.open, fields: [{name: token, at: token}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: not a JSON pointer; of "
	  "what is given, as RFC 6901 writes it: /data/id" },
	{ HTTP BOUND MAPS
	  "   - {name: session.open, fields: [{name: token, words: [a]}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: a word that is no "
	  "translation; THEIRS=OURS, such as \"2=issued\"" },
	{ HTTP BOUND MAPS "   - {name: application.refuse, fields: [{name: state, "
	  "words: [refused=issued]}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: \"refused=issued\" is no "
	  "translation; state can be pending approved refused issued good held "
	  "revoked, and none of these means another" },
	{ HTTP BOUND MAPS "   - {name: application.show, fields: [{name: state, "
	  "words: ['2=isued']}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: \"2=isued\" is no "
	  "translation; state can be pending approved refused issued good held "
	  "revoked, and none of these means another" },
	{ LEAST WHO "   certificate: " CA "\n",
	  "t.yaml:8: accounts[0].key: missing; a certificate and its key, or "
	  "neither" },
	{ LEAST WHO "   certificate: " CA "\n   key: Makefile\n",
	  "t.yaml:13: accounts[0].key: no private key can be read from it "
	  "('Makefile'); a PEM file with the certificate's private key, not "
	  "encrypted; the path is relative to the profile" },
	{ LEAST WHO "   certificate: " CA "\n   key: " ALICE "\n",
	  "t.yaml:13: accounts[0].key: not the key of this certificate ('" ALICE
	  "'); a PEM file with the certificate's private key, not encrypted; "
	  "the path is relative to the profile" },
	{ LEAST "pki: {anchors: [Makefile]}\n",
	  "t.yaml:7: pki.anchors[0]: no certificate in it ('Makefile'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "pki: {anchors: [" CA "], issuers: nope}\n",
	  "t.yaml:7: pki.issuers: No such file or directory ('nope'); a PEM "
	  "file with certificates; the path is relative to the profile" },
	{ LEAST "pki:\n anchors: [" CA "]\n certificates:\n"
	  "  - {name: a, class: sining, file: " CA "}\n",
	  "t.yaml:10: pki.certificates[0].class: not known ('sining'); "
	  "did you mean 'signing'?" },
	{ LEAST "pki:\n anchors: [" CA "]\n certificates:\n"
	  "  - {name: a, class: signing, file: " CA ", status: lost}\n",
	  "t.yaml:10: pki.certificates[0].status: not known ('lost'); "
	  "good, revoked or held" },
	{ LEAST "pki:\n anchors: [" CA "]\n certificates:\n"
	  "  - {name: a, class: signing, file: " CA "}\n"
	  "  - {name: a, class: encryption, file: " CA "}\n",
	  "t.yaml:11: pki.certificates[1].name: a second certificate of this "
	  "name ('a'); one name for each" },
	{ LEAST "safety: {reach: ['http://x']}\n",
	  "t.yaml:7: safety.reach[0]: not a host ('http://x'); "
	  "a name or an address, without scheme and port" },
};
/* clang-format on */

START_TEST(broken_profiles_say_what_is_right)
{
	struct profile p;
	struct err err;

	ck_assert_msg(!parse(broken[_i].text, &p, &err), "accepted:\n%s",
	    broken[_i].text);
	ck_assert_str_eq(err.what, broken[_i].want);
	ck_assert_int_eq(err.kind, ERR_CONFIG);
}
END_TEST

/* ssh keys end up in the wrong file; values are shown cut and clean. */
START_TEST(long_values_are_cut)
{
	char *text =
	    mem_textf(LEAST "timeouts: {reply: \"\\e%0*d\"}\n", 300, 7);
	struct profile p;
	struct err err;

	ck_assert(!parse(text, &p, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "('\\x1b000"));
	ck_assert_ptr_nonnull(strstr(err.what, "000...')"));
	ck_assert_uint_lt(strlen(err.what), 200);
	free(text);
}
END_TEST

START_TEST(large_files_are_refused)
{
	char *text = mem_new(CONF_BYTES + 2, 1);
	struct profile p;
	struct err err;

	memset(text, '#', CONF_BYTES + 1);
	ck_assert(!parse(text, &p, &err));
	ck_assert_str_eq(err.what, "t.yaml: too large; at most 256 KiB");
	free(text);
	ck_assert(!profile_read("/dev/zero", &p, &err));
	ck_assert_str_eq(
	    err.what, "/dev/zero: not a file; the path of a YAML file");
	ck_assert(!profile_read("no/such.yaml", &p, &err));
	ck_assert_str_eq(err.what, "no/such.yaml: No such file or directory");
}
END_TEST

/* A list of more values than any profile has. */
START_TEST(many_values_are_refused)
{
	struct profile p;
	struct buf text;
	struct err err;

	buf_init(&text, CONF_BYTES);
	buf_addf(&text, "claims: [");
	for (int i = 0; i < CONF_NODES; i++)
		buf_addf(&text, "x, ");
	buf_addf(&text, "]\n");
	ck_assert(!parse(buf_text(&text), &p, &err));
	ck_assert_str_eq(
	    err.what, "t.yaml:1: too many values; at most 4096 in one file");
	buf_free(&text);
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

/* Cut anywhere, a profile is refused or read: never more than that. */
/* What is shown to vendors can be copied. */
START_TEST(the_documented_mapping_is_read)
{
	struct span rest;
	struct profile p;
	struct buf page;
	struct err err;
	char *text;

	buf_init(&page, 1 << 20);
	ck_assert(files_read("docs/acceptance.md", &page, &err));
	rest = buf_span(&page);
	rest = span_skip(rest, span_find(rest, SPAN("```yaml\nbindings:")));
	ck_assert_uint_gt(rest.len, 8);
	rest = span_skip(rest, strlen("```yaml\n"));
	rest = span_take(rest, span_find(rest, SPAN("```")));
	text = mem_textf("%s%.*s", HTTP, SPAN_FMT(rest));
	ck_assert_msg(parse(text, &p, &err), "%s", err.what);
	ck_assert_ptr_nonnull(profile_operation(&p, "application.show"));
	ck_assert_ptr_null(profile_operation(&p, "audit.query"));
	profile_free(&p);
	free(text);
	buf_free(&page);
}
END_TEST

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
	Suite *s = suite_create("profile");
	TCase *t = tcase_create("profile");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_add_test(t, the_example_is_read);
	tcase_add_test(t, the_example_maps_operations);
	tcase_add_test(t, the_shortest_is_read);
	tcase_add_loop_test(
	    t, broken_profiles_say_what_is_right, 0, (int)COUNT(broken));
	tcase_add_test(t, long_values_are_cut);
	tcase_add_test(t, large_files_are_refused);
	tcase_add_test(t, many_values_are_refused);
	tcase_add_test(t, a_finished_run_is_read_without_secrets);
	tcase_add_test(t, durations_have_units);
	tcase_add_test(t, sink_may_be_ipv6);
	tcase_add_loop_test(
	    t, scope_is_chapter_and_service, 0, (int)COUNT(scopes));
	tcase_add_loop_test(t, outside_needs_two_yes, 0, (int)COUNT(hosts));
	tcase_add_test(t, the_documented_mapping_is_read);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, every_prefix_ends_well);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
