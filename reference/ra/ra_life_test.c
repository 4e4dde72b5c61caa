/* SPDX-License-Identifier: MIT */
/* What becomes of a certificate, the log of it, and what a kill leaves. */
#include "reference/ra/testing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/files.h"
#include "reference/ca/log.h"

static struct testing t;
static struct testing_who alice, bob, registrar, issuer, auditor;

static void
enter_all(void)
{
	testing_enter(&t, &alice, "alice");
	testing_enter(&t, &bob, "bob");
	testing_enter(&t, &registrar, "registrar");
	testing_enter(&t, &issuer, "issuer");
	testing_enter(&t, &auditor, "auditor");
}

static void
leave_all(void)
{
	testing_leave(&alice);
	testing_leave(&bob);
	testing_leave(&registrar);
	testing_leave(&issuer);
	testing_leave(&auditor);
}

static void
up(void)
{
	testing_up(&t);
	enter_all();
}

static void
down(void)
{
	leave_all();
	testing_down(&t);
}

/* Alice's, of that key. */
static void
enroll(EVP_PKEY *key, char serial[STORE_CA_SERIAL])
{
	char id[STORE_RA_ID];
	json_t *gives;

	ck_assert_int_eq(testing_submit(&t, &alice, "signing",
			     testing_request(key, "alice", NULL), id),
	    200);
	gives = testing_grant(&t, &registrar, &issuer, &alice, id);
	testing_serial(gives, "certificate", serial);
	json_decref(gives);
}

static int
end_it(const struct testing_who *who, const char *serial, const char *reason)
{
	return testing_call(&t, who->token, "certificate.revoke",
	    json_pack("{s:s, s:s}", "serial", serial, "reason", reason), NULL);
}

static void
must_be(const char *serial, const char *state, const char *reason)
{
	json_t *gives;

	ck_assert_int_eq(testing_do(&t, &alice, "certificate.show", "serial",
			     serial, &gives),
	    200);
	ck_assert_str_eq(testing_text(gives, "state"), state);
	ck_assert_str_eq(testing_text(gives, "reason"), reason);
	json_decref(gives);
}

START_TEST(a_life)
{
	EVP_PKEY *key = ca_key_new((enum ca_algorithm)_i, 0);
	char serial[STORE_CA_SERIAL], id[STORE_RA_ID];

	enroll(key, serial);
	must_be(serial, "good", "");
	testing_must(&t, &bob, "certificate.show", "serial", serial, 403);
	testing_must(&t, &bob, "certificate.suspend", "serial", serial, 403);
	testing_must(&t, &alice, "certificate.suspend", "serial", serial, 200);
	must_be(serial, "held", "certificateHold");
	testing_must(&t, &alice, "certificate.suspend", "serial", serial, 409);
	testing_must(&t, &alice, "certificate.resume", "serial", serial, 403);
	testing_must(
	    &t, &registrar, "certificate.resume", "serial", serial, 200);
	must_be(serial, "good", "");
	testing_must(
	    &t, &registrar, "certificate.resume", "serial", serial, 409);
	ck_assert_int_eq(end_it(&bob, serial, "superseded"), 403);
	ck_assert_int_eq(end_it(&alice, serial, "certificateHold"), 400);
	ck_assert_int_eq(end_it(&alice, serial, "because"), 400);
	ck_assert_int_eq(end_it(&issuer, serial, "superseded"), 403);
	ck_assert_int_eq(end_it(&alice, serial, "keyCompromise"), 200);
	must_be(serial, "revoked", "keyCompromise");
	ck_assert_int_eq(end_it(&registrar, serial, "superseded"), 409);
	testing_must(
	    &t, &registrar, "certificate.resume", "serial", serial, 409);
	testing_must(&t, &alice, "certificate.renew", "serial", serial, 409);
	/* and its key is of no use any more */
	ck_assert_int_eq(testing_submit(&t, &alice, "signing",
			     testing_request(key, "alice", NULL), id),
	    409);
	testing_must(&t, &alice, "certificate.show", "serial", "0A", 404);
	EVP_PKEY_free(key);
}
END_TEST

START_TEST(both_are_good_beside_each_other)
{
	EVP_PKEY *key = ca_key_new((enum ca_algorithm)_i, 0);
	EVP_PKEY *next = ca_key_new((enum ca_algorithm)_i, 1);
	char old[STORE_CA_SERIAL], new[STORE_CA_SERIAL];
	json_t *gives;
	X509 *x;

	enroll(key, old);
	testing_must(&t, &bob, "certificate.renew", "serial", old, 403);
	ck_assert_int_eq(
	    testing_do(&t, &alice, "certificate.renew", "serial", old, &gives),
	    200);
	x = NULL;
	{
		json_t *got = testing_grant(
		    &t, &registrar, &issuer, &alice, testing_text(gives, "id"));

		x = testing_certificate(got, "certificate");
		testing_serial(got, "certificate", new);
		json_decref(got);
	}
	json_decref(gives);
	ck_assert_int_eq(EVP_PKEY_eq(X509_get0_pubkey(x), key), 1);
	X509_free(x);
	ck_assert_str_ne(old, new);
	must_be(old, "good", "");
	must_be(new, "good", "");
	ck_assert_int_eq(
	    testing_call(&t, alice.token, "certificate.rekey",
		json_pack("{s:s, s:o}", "serial", old, "request",
		    testing_request_der(testing_request(key, "alice", NULL))),
		NULL),
	    409);
	ck_assert_int_eq(
	    testing_call(&t, alice.token, "certificate.rekey",
		json_pack("{s:s, s:o}", "serial", old, "request",
		    testing_request_der(testing_request(next, "alice", NULL))),
		&gives),
	    200);
	{
		json_t *got = testing_grant(
		    &t, &registrar, &issuer, &alice, testing_text(gives, "id"));

		x = testing_certificate(got, "certificate");
		json_decref(got);
	}
	json_decref(gives);
	ck_assert_int_eq(EVP_PKEY_eq(X509_get0_pubkey(x), next), 1);
	X509_free(x);
	must_be(old, "good", "");
	EVP_PKEY_free(key);
	EVP_PKEY_free(next);
}
END_TEST

/* ---- the log ---- */

static json_t *
records(int64_t after)
{
	json_t *gives, *list;

	ck_assert_int_eq(
	    testing_call(&t, auditor.token, "audit.query",
		json_pack("{s:I}", "after", (json_int_t)after), &gives),
	    200);
	list = json_incref(json_object_get(gives, "records"));
	json_decref(gives);
	return list;
}

static int64_t
number_at(const json_t *list, size_t i)
{
	return json_integer_value(
	    json_object_get(json_array_get(list, i), "number"));
}

static bool
has(const json_t *list, const char *who, const char *action, const char *object)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *r = json_array_get(list, i);

		if (strcmp(testing_text(r, "who"), who) == 0 &&
		    strcmp(testing_text(r, "action"), action) == 0 &&
		    strcmp(testing_text(r, "object"), object) == 0)
			return true;
	}
	return false;
}

START_TEST(all_of_it_is_recorded)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	char id[STORE_RA_ID], serial[STORE_CA_SERIAL];
	json_t *list = records(0), *gives;
	const size_t before = json_array_size(list);
	struct buf chain;
	int64_t bad;
	struct err err;

	json_decref(list);
	ck_assert_int_eq(testing_submit(&t, &alice, "signing",
			     testing_request(key, "alice", NULL), id),
	    200);
	testing_must(&t, &bob, "application.approve", "id", id, 403);
	gives = testing_grant(&t, &registrar, &issuer, &alice, id);
	testing_serial(gives, "certificate", serial);
	json_decref(gives);
	testing_must(&t, &alice, "certificate.suspend", "serial", serial, 200);
	list = records((int64_t)before);
	ck_assert_int_eq(number_at(list, 0), (int)before + 1);
	ck_assert(has(list, "alice", "application.submit", id));
	ck_assert(has(list, "registrar", "application.approve", id));
	ck_assert(has(list, "issuer", "application.issue", id));
	ck_assert(has(list, "issuer", "issue", serial));
	ck_assert(has(list, "alice", "certificate.suspend", serial));
	/* what was refused before its path was read is about nothing */
	ck_assert(has(list, "bob", "application.approve", id) ||
		  has(list, "bob", "application.approve", ""));
	ck_assert_msg(ca_log_holds(t.site.ca, &bad, &err), "%s", err.what);
	json_decref(list);
	/* looking leaves no trace, so that one comes to an end */
	list = records(0);
	json_decref(list);
	list = records(0);
	buf_init(&chain, 64);
	ck_assert_uint_eq(
	    json_array_size(list), (size_t)store_ca_last(t.site.store, &chain));
	buf_free(&chain);
	json_decref(list);
	testing_must(&t, &alice, "audit.query", "after", "0", 403);
	testing_must(&t, &auditor, "audit.query", "after", "x", 404);
	EVP_PKEY_free(key);
}
END_TEST

/* ---- a kill ---- */

/* Says what it has issued, and dies in the middle of more. */
static void
live(const char *dir, int to)
{
	EVP_PKEY *key = ca_key_new(CA_SM2, 0);
	char serial[STORE_CA_SERIAL], id[STORE_RA_ID];

	testing_up_at(&t, dir, FAULT_NONE, VARIANT_NONE);
	enter_all();
	enroll(key, serial);
	testing_must(&t, &alice, "certificate.suspend", "serial", serial, 200);
	ck_assert_int_eq(testing_submit(&t, &alice, "signing",
			     testing_request(key, "alice", NULL), id),
	    200);
	testing_must(&t, &registrar, "application.approve", "id", id, 200);
	if (write(to, serial, sizeof serial) != sizeof serial ||
	    write(to, id, sizeof id) != sizeof id)
		abort();
	store_begin(t.site.store);
	ca_revoke(t.site.ca, ca_issuer(CA_SM2, CA_ISSUING), serial,
	    CA_SUPERSEDED, "alice", t.now, &(struct err){ 0 });
	kill(getpid(), SIGKILL);
}

START_TEST(what_was_said_survives_a_kill)
{
	char dir[] = "/tmp/ra_test.XXXXXX";
	char serial[STORE_CA_SERIAL], id[STORE_RA_ID];
	struct err err;
	int ends[2], status;
	int64_t bad;
	pid_t pid;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		live(dir, ends[1]);
	ck_assert_int_eq(
	    read(ends[0], serial, sizeof serial), (int)sizeof serial);
	ck_assert_int_eq(read(ends[0], id, sizeof id), (int)sizeof id);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	leave_all();
	testing_down(&t);
	testing_up_at(&t, dir, FAULT_NONE, VARIANT_NONE);
	enter_all();
	must_be(serial, "held", "certificateHold");
	testing_must(&t, &issuer, "application.issue", "id", id, 200);
	ck_assert_msg(ca_log_holds(t.site.ca, &bad, &err), "%s", err.what);
	close(ends[0]);
	close(ends[1]);
	ck_assert(files_remove(dir, &err));
}
END_TEST

int
main(void)
{
	const struct testing_case cases[] = {
		{ a_life, CA_ALGORITHMS },
		{ both_are_good_beside_each_other, CA_ALGORITHMS },
		{ all_of_it_is_recorded, 0 },
		{ what_was_said_survives_a_kill, 0 },
	};

	return testing_main(
	    "ra/life", up, down, cases, sizeof cases / sizeof cases[0]);
}
