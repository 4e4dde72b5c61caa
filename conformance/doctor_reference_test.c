/* SPDX-License-Identifier: MIT */
/* What the doctor says of our own services: right, unusual and wrong ones. */
#include "conformance/doctor_testing.h"

#include <stdio.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "reference/serve.h"

static void
examine_reference(struct serve_options *with, int64_t ms,
    void (*change)(struct profile *), struct doctor *d)
{
	char run[128], path[160];
	struct profile p;
	struct err err;
	pid_t child;

	snprintf(run, sizeof run, "%s/run", dir);
	snprintf(path, sizeof path, "%s/target.yaml", run);
	with->world_dir = "fixtures/world";
	with->run_dir = run;
	ck_assert_msg(serve_fork(with, &child, &err), "%s", err.what);
	ck_assert_msg(profile_read(path, &p, &err), "%s", err.what);
	p.timeouts.connect_ms = p.timeouts.reply_ms = ms;
	if (change != NULL)
		change(&p);
	doctor_init(d);
	doctor_run(&(struct doctor_setup){ .profile = &p, .run_dir = run }, d);
	profile_free(&p);
	ck_assert_msg(serve_join(child, &err), "%s", err.what);
}

static void
assert_level(
    const struct doctor *d, const char *name, bool ok, const char *wanted)
{
	struct buf text;

	buf_init(&text, 65536);
	doctor_text(d, &text);
	ck_assert_msg(ok, "%s is not %s:\n%s", name, wanted, buf_text(&text));
	buf_free(&text);
}

/* Unusual and permitted is no reason to refuse a run. */
START_TEST(variants_are_in_order)
{
	struct serve_options with = { .variant = (enum variant)_i };
	struct doctor d;

	examine_reference(&with, 10000, NULL, &d);
	assert_level(&d,
	    _i == VARIANT_NONE ? "the reference"
			       : variant_get((enum variant)_i)->name,
	    doctor_worst(&d) < DOCTOR_BAD, "in order");
	doctor_free(&d);
}
END_TEST

/* Whatever it meets, it comes to an end and says that something is wrong. */
START_TEST(hostile_peers_are_bad)
{
	struct serve_options with = { .hostile = (enum hostile)_i };
	const struct mono from = clock_mono();
	struct doctor d;

	examine_reference(&with, 100, NULL, &d);
	assert_level(&d, hostile_get((enum hostile)_i)->name,
	    doctor_worst(&d) == DOCTOR_BAD, "bad");
	ck_assert_int_lt(mono_since_us(from, clock_mono()), 20000000);
	doctor_free(&d);
}
END_TEST

static void
look_for(enum fault fault, const struct said *said, size_t n)
{
	struct serve_options with = { .fault = fault };
	struct doctor d;

	examine_reference(&with, 10000, NULL, &d);
	for (size_t i = 0; i < n; i++)
		expect(&d, fault_get(fault)->name, &said[i]);
	doctor_free(&d);
}

START_TEST(imap_is_seen)
{
	static const struct said right[] = {
		{ DOCTOR_OK, "imap: greeting", "* OK" },
		{ DOCTOR_OK, "imap: TLS", "trusted" },
		{ DOCTOR_OK, "imap: decoys", "a BAD" },
		{ DOCTOR_OK, "imap: login as alice", "a OK" },
		{ DOCTOR_OK, "imaps: wrong password of victim", "a NO" },
		{ DOCTOR_OK, "claim imap.starttls", "announced by imap" },
		{ DOCTOR_OK, "claim imap.saslir", "by imap imaps" },
		{ DOCTOR_OK, "claim imap.move", "by imap imaps" },
	};
	static const struct said moveless[] = {
		{ DOCTOR_BAD, "claim imap.move",
		    "not announced by imap imaps" },
		{ DOCTOR_OK, "claim imap.idle", "by imap imaps" },
	};
	static const struct said closed[] = {
		{ DOCTOR_BAD, "imap: login as alice", "a NO" },
		{ DOCTOR_NOTE, "claim imap.move", "not observed" },
	};
	static const struct said open[] = {
		{ DOCTOR_BAD, "imaps: wrong password of victim", "a OK" },
	};

	look_for(FAULT_NONE, right, COUNT(right));
	look_for(FAULT_IMAP_MOVE_NOT_LISTED, moveless, COUNT(moveless));
	look_for(FAULT_IMAP_AUTHENTICATE_REFUSED, closed, COUNT(closed));
	look_for(FAULT_IMAP_AUTH_ANY_PASSWORD, open, COUNT(open));
}
END_TEST

static void
look_after(void (*change)(struct profile *), const struct said *said, size_t n)
{
	struct serve_options with = { .fault = FAULT_NONE };
	struct doctor d;

	examine_reference(&with, 10000, change, &d);
	for (size_t i = 0; i < n; i++)
		expect(&d, "profile", &said[i]);
	doctor_free(&d);
}

START_TEST(directories_are_seen)
{
	static const struct said right[] = {
		{ DOCTOR_OK, "ldap: TLS", "trusted" },
		{ DOCTOR_OK, "ldap: rootDSE", "version 3" },
		{ DOCTOR_OK, "ldap: directory.base", "success" },
		{ DOCTOR_OK, "ldaps: directory.people", "success" },
		{ DOCTOR_OK, "ldap: decoys", "extendedResp protocolError" },
		{ DOCTOR_OK, "ldap: login as wang", "bindResponse success" },
		{ DOCTOR_OK, "ldaps: login as alice", "bindResponse success" },
		{ DOCTOR_OK, "ldap: login of an unknown user",
		    "invalidCredentials" },
		{ DOCTOR_OK, "claim ldap.starttls", "announced by ldap" },
		{ DOCTOR_OK, "claim ldap.paged", "by ldap ldaps" },
		{ DOCTOR_OK, "claim ldap.allop", "by ldap ldaps" },
	};
	static const struct said pageless[] = {
		{ DOCTOR_BAD, "claim ldap.paged",
		    "not announced by ldap ldaps" },
		{ DOCTOR_OK, "claim ldap.whoami", "by ldap ldaps" },
	};
	static const struct said closed[] = {
		{ DOCTOR_BAD, "ldap: login as alice", "bindResponse " },
		{ DOCTOR_OK, "claim ldap.whoami", "by ldap ldaps" },
	};
	static const struct said old[] = {
		{ DOCTOR_WARN, "ldaps: rootDSE", "version 3" },
	};
	static const struct said naked[] = {
		{ DOCTOR_BAD, "ldap: STARTTLS", "answers extendedResp " },
		{ DOCTOR_NOTE, "claim ldap.starttls", "not observed" },
		{ DOCTOR_OK, "claim ldap.paged", "by ldaps" },
	};
	static const struct said unlisted[] = {
		{ DOCTOR_BAD, "claim ldap.starttls", "not announced by ldap" },
	};

	look_for(FAULT_NONE, right, COUNT(right));
	look_for(FAULT_LDAP_ROOT_NO_PAGED, pageless, COUNT(pageless));
	look_for(FAULT_LDAP_REFUSES_ALL, closed, COUNT(closed));
	look_for(FAULT_LDAP_ROOT_NO_VERSION, old, COUNT(old));
	look_for(FAULT_LDAP_STARTTLS_UNAVAILABLE, naked, COUNT(naked));
	look_for(FAULT_LDAP_ROOT_NO_STARTTLS, unlisted, COUNT(unlisted));
}
END_TEST

static void
set(char **text, const char *to)
{
	free(*text);
	*text = to == NULL ? NULL : mem_text(span_of(to));
}

static struct profile_endpoint *
endpoint(struct profile *p, const char *service)
{
	for (size_t i = 0; i < p->n_endpoints; i++)
		if (strcmp(p->endpoints[i].service, service) == 0)
			return &p->endpoints[i];
	ck_abort_msg("no endpoint %s", service);
}

static void
mistake_names(struct profile *p)
{
	set(&p->directory.people, "ou=persons,dc=example,dc=test");
	set(&p->accounts[1].dn, "uid=robert,ou=people,dc=example,dc=test");
}

static void
leave_names_out(struct profile *p)
{
	for (size_t i = 0; i < p->n_accounts; i++)
		set(&p->accounts[i].dn, NULL);
}

static void
mistake_paths(struct profile *p)
{
	set(&endpoint(p, "ocsp")->path, "/oscp");
	set(&endpoint(p, "crl")->path, "/");
	set(&endpoint(p, "tsa")->path, "/stamp");
	endpoint(p, "ca")->port = net_free_port();
}

static void
use_tls(struct profile *p)
{
	endpoint(p, "ocsp")->tls = PROFILE_TLS_IMPLICIT;
	endpoint(p, "tsa")->port = endpoint(p, "submission")->port;
}

START_TEST(mistaken_names_are_seen)
{
	static const struct said mistaken[] = {
		{ DOCTOR_OK, "ldap: directory.base", "success" },
		{ DOCTOR_BAD, "ldap: directory.people", "noSuchObject" },
		{ DOCTOR_OK, "ldap: login as alice", "success" },
		{ DOCTOR_BAD, "ldap: login as bob", "invalidCredentials" },
	};
	static const struct said nameless[] = {
		{ DOCTOR_NOTE, "ldap: login", "no account has a dn" },
		{ DOCTOR_OK, "ldap: decoys", "protocolError" },
	};

	look_after(mistake_names, mistaken, COUNT(mistaken));
	look_after(leave_names_out, nameless, COUNT(nameless));
}
END_TEST

START_TEST(web_services_are_seen)
{
	static const struct said right[] = {
		{ DOCTOR_OK, "ocsp: connect", "127.0.0.1 port" },
		{ DOCTOR_NOTE, "ocsp: TLS", "none" },
		{ DOCTOR_OK, "ocsp: clock", "s from ours" },
		{ DOCTOR_OK, "ocsp: answer",
		    "POST /ocsp: 200, application/ocsp-response" },
		{ DOCTOR_OK, "crl: answer", "200, application/pkix-crl" },
		{ DOCTOR_OK, "tsa: answer",
		    "POST /tsa: 200, application/timestamp-reply" },
		{ DOCTOR_OK, "ca: answer", "GET /" },
	};
	static const struct said mistaken[] = {
		{ DOCTOR_BAD, "ocsp: answer", "POST /oscp: 404" },
		{ DOCTOR_BAD, "crl: answer", "GET /: 404" },
		{ DOCTOR_BAD, "tsa: answer", "POST /stamp: 404" },
		{ DOCTOR_BAD, "ca: connect", "" },
	};
	static const struct said crossed[] = {
		{ DOCTOR_BAD, "ocsp: TLS", "" },
		{ DOCTOR_BAD, "tsa: answer", "" },
		{ DOCTOR_OK, "crl: answer", "200" },
	};

	look_for(FAULT_NONE, right, COUNT(right));
	look_after(mistake_paths, mistaken, COUNT(mistaken));
	look_after(use_tls, crossed, COUNT(crossed));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("doctor/reference");
	TCase *t = tcase_create("reference");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, t);
	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, testing_dir, testing_dir_gone);
	tcase_add_loop_test(t, variants_are_in_order, 0, VARIANT_COUNT);
	tcase_add_loop_test(
	    t, hostile_peers_are_bad, HOSTILE_NONE + 1, HOSTILE_COUNT);
	tcase_add_test(t, imap_is_seen);
	tcase_add_test(t, directories_are_seen);
	tcase_add_test(t, mistaken_names_are_seen);
	tcase_add_test(t, web_services_are_seen);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
