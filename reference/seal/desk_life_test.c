/* SPDX-License-Identifier: MIT */
/* From an application to the end of a seal, and a kill in between. */
#include "reference/seal/desk_testing.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/files.h"

/* ---- applications ---- */

static const struct {
	const char *field;
	const char *text; /* or NULL */
	int number;
	const char *says; /* in the note */
} bad[] = {
	{ "name", "", 0, "name" },
	{ "name", " ", 0, "name" },
	{ "name", "a\nb", 0, "name" },
	{ "format", "gif", 0, "png" },
	{ "format", "", 0, "png" },
	{ "picture", "", 0, "it is empty" },
	{ "picture", "AAAA", 0, "does not begin" },
	{ "picture", "%%%%", 0, "base64" },
	{ "picture", "iVBORw0KGgo=", 0, "ends within IHDR" },
	{ "width", NULL, 0, "width" },
	{ "width", NULL, -1, "width" },
	{ "height", NULL, 1001, "height" },
	{ "height", "42", 0, "height" },
	{ "start", "yesterday", 0, "start" },
	{ "start", "2026-11-22T01:26:54+8:00", 0, "start" },
	{ "end", "", 0, "end" },
	{ "end", "2001-01-01T00:00:00Z", 0, "later than start" },
	{ "end", "2999-01-01T00:00:00Z", 0, "authority" },
	{ "pin", "12345", 0, "pin" },
	{ "pin",
	    "12345678901234567890123456789012345678901234567890123456789012345",
	    0, "pin" },
	{ "pin", NULL, 123456, "pin" },
	{ "id", "0", 0, "id" },
};

START_TEST(an_application_is_judged)
{
	json_t *wish = desk_wish(false), *gives;

	json_object_set_new(wish, bad[_i].field,
	    bad[_i].text == NULL ? json_integer(bad[_i].number)
				 : json_string(bad[_i].text));
	ck_assert_int_eq(
	    testing_call(&t, alice.token, "seal.apply", wish, &gives), 400);
	ck_assert_msg(strstr(testing_text(gives, "note"), bad[_i].says) != NULL,
	    "%s", testing_text(gives, "note"));
	json_decref(gives);
}
END_TEST

START_TEST(what_is_missing_is_told)
{
	static const char *const fields[] = { "name", "format", "picture",
		"width", "height", "start", "end", "pin" };
	json_t *wish = desk_wish(false), *gives;

	json_object_del(wish, fields[_i]);
	ck_assert_int_eq(
	    testing_call(&t, alice.token, "seal.apply", wish, &gives), 400);
	ck_assert_ptr_nonnull(strstr(testing_text(gives, "note"), fields[_i]));
	json_decref(gives);
}
END_TEST

START_TEST(times_have_zones)
{
	struct store_seal s;
	char id[STORE_RA_ID];
	json_t *wish = desk_wish(false);

	json_object_set_new(
	    wish, "start", json_string("2026-11-22T09:26:54.5+08:00"));
	ck_assert_int_eq(desk_applies(&alice, wish, id), 200);
	ck_assert(store_seal_get(t.site.store, id, &s, NULL));
	ck_assert_int_eq(s.start.us, INT64_C(1795310814500000));
}
END_TEST

/* ---- pictures ---- */

START_TEST(a_picture_is_looked_at)
{
	static const struct {
		size_t at;
		char octet;
		const char *wrong;
	} rows[] = {
		{ 1, 'Q', "it does not begin as a PNG does" },
		{ 11, 12, "its first chunk is not IHDR" },
		{ 12, 'i', "its first chunk is not IHDR" },
		{ 19, 2, "the CRC of IHDR is wrong" },
		{ 32, 0, "the CRC of IHDR is wrong" },
		{ sizeof PIXEL - 2, 0, "it does not end with IEND" },
	};
	char octets[sizeof PIXEL - 1];

	memcpy(octets, PIXEL, sizeof octets);
	ck_assert(
	    desk_png_wrong((struct span){ octets, sizeof octets }) == NULL);
	octets[rows[_i].at] = rows[_i].octet;
	ck_assert_str_eq(desk_png_wrong((struct span){ octets, sizeof octets }),
	    rows[_i].wrong);
	for (size_t n = 0; n < sizeof octets; n++)
		ck_assert(desk_png_wrong((struct span){ octets, n }) != NULL);
}
END_TEST

/* ---- who may ---- */

START_TEST(nobody_does_it_alone)
{
	char id[STORE_RA_ID];

	ck_assert_int_eq(desk_applies(&auditor, desk_wish(false), id), 403);
	ck_assert_int_eq(desk_applies(&deputy, desk_wish(false), id), 200);
	desk_must(&deputy, "seal.approve", id, 403);
	desk_must(&issuer, "seal.approve", id, 403);
	desk_must(&issuer, "seal.make", id, 409);
	desk_must(&registrar, "seal.approve", id, 200);
	desk_must(&registrar, "seal.approve", id, 409);
	desk_must(&deputy, "seal.make", id, 403);
	desk_must(&registrar, "seal.make", id, 403);
	desk_must(&issuer, "seal.issue", id, 409);
	desk_must(&issuer, "seal.make", id, 200);
	desk_must(&deputy, "seal.issue", id, 403);
	desk_must(&issuer, "seal.issue", id, 200);
	/* who approved it does not make it either */
	ck_assert_int_eq(desk_applies(&alice, desk_wish(false), id), 200);
	desk_must(&deputy, "seal.approve", id, 200);
	desk_must(&deputy, "seal.make", id, 403);
	desk_must(&issuer, "seal.make", id, 200);
	desk_must(&deputy, "seal.issue", id, 403);
}
END_TEST

START_TEST(a_session_is_needed)
{
	char id[STORE_RA_ID];
	json_t *gives;

	desk_get(&alice, id);
	ck_assert_int_eq(testing_call(&t, NULL, "seal.show",
			     json_pack("{s:s}", "id", id), NULL),
	    401);
	ck_assert_int_eq(testing_call(&t, "0123", "seal.show",
			     json_pack("{s:s}", "id", id), NULL),
	    401);
	ck_assert_int_eq(
	    testing_call(&t, NULL, "seal.apply", desk_wish(false), NULL), 401);
	gives = desk_shown(&alice, id);
	ck_assert_int_eq(
	    testing_call(&t, NULL, "seal.status",
		json_pack("{s:s}", "esid", testing_text(gives, "esid")), NULL),
	    200);
	json_decref(gives);
	ck_assert_int_eq(testing_call(&t, NULL, "seal.status",
			     json_pack("{s:s}", "esid", id), NULL),
	    404);
	desk_must(&bob, "seal.show", id, 403);
	desk_must(&auditor, "seal.show", id, 403);
	desk_must(&alice, "seal.show", "nothing", 404);
	desk_must(&alice, "seal.show", "a_b", 404);
}
END_TEST

/* The session of a certificate that is held does not come back with it. */
START_TEST(a_session_ends_with_its_certificate)
{
	const int by = ca_issuer(CA_SM2, CA_ISSUING);
	struct testing_who who;
	char serial[STORE_CA_SERIAL];
	struct err err;

	testing_enter(&t, &who, "bob");
	ca_serial_text(X509_get0_serialNumber(who.certificate), serial);
	ck_assert_int_eq(
	    testing_call(&t, who.token, "seal.list", json_object(), NULL), 200);
	ck_assert(ca_revoke(
	    t.site.ca, by, serial, CA_CERTIFICATE_HOLD, "test", t.now, &err));
	ck_assert_int_eq(
	    testing_call(&t, who.token, "seal.list", json_object(), NULL), 401);
	ck_assert(ca_resume(t.site.ca, by, serial, "test", t.now, &err));
	ck_assert_int_eq(
	    testing_call(&t, who.token, "seal.list", json_object(), NULL), 401);
	testing_leave(&who);
	testing_leave(&bob);
	testing_enter(&t, &bob, "bob");
}
END_TEST

static size_t
listed(const struct testing_who *who, const char *id)
{
	size_t found = 0;
	json_t *gives, *list;

	ck_assert_int_eq(
	    testing_call(&t, who->token, "seal.list", json_object(), &gives),
	    200);
	list = json_object_get(gives, "seals");
	for (size_t i = 0; i < json_array_size(list); i++)
		found += strcmp(testing_text(json_array_get(list, i), "id"),
			     id) == 0;
	json_decref(gives);
	return found;
}

START_TEST(everybody_lists_his_own)
{
	char id[STORE_RA_ID];

	desk_get(&alice, id);
	ck_assert_uint_eq(listed(&alice, id), 1);
	ck_assert_uint_eq(listed(&bob, id), 0);
	ck_assert_uint_eq(listed(&registrar, id), 1);
	ck_assert_uint_eq(listed(&issuer, id), 1);
}
END_TEST

/* ---- a life ---- */

START_TEST(a_life)
{
	char id[STORE_RA_ID];
	json_t *gives;

	ck_assert_int_eq(desk_applies(&alice, desk_wish(false), id), 200);
	desk_is_now(id, "pending");
	desk_must(&registrar, "seal.approve", id, 200);
	desk_is_now(id, "approved");
	desk_must(&issuer, "seal.make", id, 200);
	desk_is_now(id, "made");
	desk_must(&issuer, "seal.issue", id, 200);
	desk_is_now(id, "good");
	desk_must(&issuer, "seal.issue", id, 409);
	desk_must(&bob, "seal.suspend", id, 403);
	desk_must(&alice, "seal.suspend", id, 200);
	desk_is_now(id, "held");
	desk_must(&alice, "seal.suspend", id, 409);
	desk_must(&alice, "seal.resume", id, 403);
	desk_must(&registrar, "seal.resume", id, 200);
	desk_must(&registrar, "seal.resume", id, 409);
	ck_assert_int_eq(desk_noted(&bob, "seal.revoke", id, "lost"), 403);
	ck_assert_int_eq(desk_noted(&alice, "seal.revoke", id, " "), 400);
	ck_assert_int_eq(desk_noted(&alice, "seal.revoke", id, "遗失"), 200);
	gives = desk_shown(&alice, id);
	ck_assert_str_eq(testing_text(gives, "state"), "revoked");
	ck_assert_str_eq(testing_text(gives, "note"), "遗失");
	json_decref(gives);
	ck_assert_int_eq(desk_noted(&alice, "seal.revoke", id, "lost"), 409);
	desk_must(&registrar, "seal.resume", id, 409);
}
END_TEST

START_TEST(what_is_refused_is_not_made)
{
	char id[STORE_RA_ID];
	json_t *gives;

	ck_assert_int_eq(desk_applies(&alice, desk_wish(false), id), 200);
	ck_assert_int_eq(desk_noted(&alice, "seal.refuse", id, "no"), 403);
	ck_assert_int_eq(desk_noted(&registrar, "seal.refuse", id, ""), 400);
	ck_assert_int_eq(desk_noted(&registrar, "seal.refuse", id, "no"), 200);
	desk_must(&issuer, "seal.make", id, 409);
	desk_must(&registrar, "seal.approve", id, 409);
	gives = desk_shown(&alice, id);
	ck_assert_str_eq(testing_text(gives, "state"), "refused");
	ck_assert_str_eq(testing_text(gives, "note"), "no");
	json_decref(gives);
}
END_TEST

/* The id of the one that is to take its place. */
static int
change(const struct testing_who *who, const char *id, char next[STORE_RA_ID])
{
	json_t *wish = desk_wish(true), *gives;
	int status;

	json_object_set_new(wish, "id", json_string(id));
	status = testing_call(&t, who->token, "seal.change", wish, &gives);
	snprintf(next, STORE_RA_ID, "%s", testing_text(gives, "successor"));
	json_decref(gives);
	return status;
}

START_TEST(a_change_ends_the_old_one)
{
	char id[STORE_RA_ID], next[STORE_RA_ID], third[STORE_RA_ID];

	desk_get(&alice, id);
	ck_assert_int_eq(change(&bob, id, next), 403);
	ck_assert_int_eq(change(&alice, id, next), 200);
	ck_assert_int_eq(change(&alice, id, third), 200);
	desk_must(&registrar, "seal.approve", next, 200);
	desk_must(&registrar, "seal.approve", third, 200);
	desk_must(&issuer, "seal.make", third, 200);
	desk_must(&issuer, "seal.make", next, 200);
	ck_assert_int_eq(desk_signs(&alice, next, PIN, SPAN("a"), NULL), 409);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, SPAN("a"), NULL), 200);
	desk_must(&issuer, "seal.issue", next, 200);
	desk_is_now(id, "replaced");
	desk_is_now(next, "good");
	ck_assert_int_eq(desk_signs(&alice, id, PIN, SPAN("a"), NULL), 409);
	ck_assert_int_eq(desk_signs(&alice, next, PIN, SPAN("a"), NULL), 200);
	/* it had its place taken already */
	desk_must(&issuer, "seal.issue", third, 409);
	ck_assert_int_eq(change(&alice, id, third), 409);
}
END_TEST

START_TEST(a_period_ends)
{
	const struct wall before = t.now;
	json_t *wish = desk_wish(false);
	char id[STORE_RA_ID], late[STORE_RA_ID], early[STORE_RA_ID];

	json_object_set_new(wish, "end", desk_time(60));
	ck_assert_int_eq(desk_applies(&alice, wish, id), 200);
	wish = desk_wish(false);
	json_object_set_new(wish, "end", desk_time(60));
	ck_assert_int_eq(desk_applies(&alice, wish, late), 200);
	wish = desk_wish(false);
	json_object_set_new(wish, "start", desk_time(60));
	ck_assert_int_eq(desk_applies(&alice, wish, early), 200);
	desk_grant(id);
	desk_grant(early);
	desk_must(&registrar, "seal.approve", late, 200);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, SPAN("a"), NULL), 200);
	ck_assert_int_eq(desk_signs(&alice, early, PIN, SPAN("a"), NULL), 409);
	t.now.us += INT64_C(61) * 1000000;
	ck_assert_int_eq(desk_signs(&alice, early, PIN, SPAN("a"), NULL), 200);
	desk_is_now(id, "expired");
	ck_assert_int_eq(desk_signs(&alice, id, PIN, SPAN("a"), NULL), 409);
	desk_must(&alice, "seal.suspend", id, 409);
	desk_must(&issuer, "seal.make", late, 409);
	t.now = before;
}
END_TEST

/* The certificate goes with the seal. */
START_TEST(a_revoked_seal_has_no_certificate)
{
	struct store_ca_certificate row;
	struct store_seal s;
	char id[STORE_RA_ID];

	desk_get(&alice, id);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, SPAN("a"), NULL), 200);
	ck_assert_int_eq(desk_noted(&registrar, "seal.revoke", id, "x"), 200);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, SPAN("a"), NULL), 409);
	ck_assert(store_seal_get(t.site.store, id, &s, NULL));
	ck_assert(store_ca_find(
	    t.site.store, ca_issuer(CA_SM2, CA_ISSUING), s.serial, &row));
	ck_assert_int_eq(row.status, STORE_CA_REVOKED);
}
END_TEST

/* ---- a kill ---- */

/* Says what was done, and dies in the middle of more. */
static void
live(const char *dir, int to)
{
	char ids[3][STORE_RA_ID];

	desk_up_at(dir, FAULT_NONE);
	desk_get(&alice, ids[0]);
	ck_assert_int_eq(
	    desk_signs(&alice, ids[0], "wrong!", SPAN("a"), NULL), 403);
	desk_get(&alice, ids[1]);
	desk_must(&alice, "seal.suspend", ids[1], 200);
	ck_assert_int_eq(desk_applies(&alice, desk_wish(false), ids[2]), 200);
	desk_must(&registrar, "seal.approve", ids[2], 200);
	desk_must(&issuer, "seal.make", ids[2], 200);
	if (write(to, ids, sizeof ids) != sizeof ids)
		abort();
	store_begin(t.site.store);
	desk_record(t.site.seal, t.now,
	    &(struct desk_entry){
		"alice", "document.sign", ids[0], SPAN(""), true, "" });
	kill(getpid(), SIGKILL);
}

START_TEST(what_was_said_survives_a_kill)
{
	char dir[] = "/tmp/seal_test.XXXXXX";
	char ids[3][STORE_RA_ID];
	struct store_seal s;
	struct err err;
	int ends[2], status;
	json_t *records;
	pid_t pid;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		live(dir, ends[1]);
	ck_assert_int_eq(read(ends[0], ids, sizeof ids), (int)sizeof ids);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	desk_down();
	desk_up_at(dir, FAULT_NONE);
	desk_is_now(ids[0], "good");
	desk_is_now(ids[1], "held");
	desk_is_now(ids[2], "made");
	/* the wrong PIN is remembered, and the seal can be used */
	ck_assert(store_seal_get(t.site.store, ids[0], &s, NULL));
	ck_assert_int_eq(s.failures, 1);
	ck_assert_int_eq(desk_signs(&alice, ids[0], PIN, SPAN("a"), NULL), 200);
	desk_must(&issuer, "seal.issue", ids[2], 200);
	ck_assert_int_eq(desk_signs(&alice, ids[2], PIN, SPAN("a"), NULL), 200);
	/* what was begun and not ended has left nothing */
	records = desk_records(0);
	ck_assert_str_eq(desk_said(records, 3, "action"), "seal.make");
	ck_assert_str_eq(desk_said(records, 3, "object"), ids[2]);
	ck_assert_str_eq(desk_said(records, 2, "action"), "document.sign");
	ck_assert_str_eq(desk_said(records, 2, "result"), "done");
	json_decref(records);
	close(ends[0]);
	close(ends[1]);
	ck_assert(files_remove(dir, &err));
}
END_TEST

int
main(void)
{
	const struct testing_case cases[] = {
		{ an_application_is_judged, sizeof bad / sizeof bad[0] },
		{ what_is_missing_is_told, 8 },
		{ times_have_zones, 0 },
		{ a_picture_is_looked_at, 6 },
		{ nobody_does_it_alone, 0 },
		{ a_session_is_needed, 0 },
		{ a_session_ends_with_its_certificate, 0 },
		{ everybody_lists_his_own, 0 },
		{ a_life, 0 },
		{ what_is_refused_is_not_made, 0 },
		{ a_change_ends_the_old_one, 0 },
		{ a_period_ends, 0 },
		{ a_revoked_seal_has_no_certificate, 0 },
		{ what_was_said_survives_a_kill, 0 },
	};

	return testing_main("seal/life", desk_up, desk_down, cases,
	    sizeof cases / sizeof cases[0]);
}
