/* SPDX-License-Identifier: MIT */
/* Sealing with the PIN, verifying it, and the log of both. */
#include "reference/seal/desk_testing.h"

#include "reference/ca/crl.h"
#include "reference/seal/ofd.h"

static const struct span data = SPAN_INIT("关于印发验收办法的通知\n");

/* ---- the second factor ---- */

START_TEST(only_its_holder_uses_a_seal)
{
	char id[STORE_RA_ID];

	desk_get(&alice, id);
	ck_assert_int_eq(desk_signs(&bob, id, PIN, data, NULL), 403);
	ck_assert_int_eq(desk_signs(&registrar, id, PIN, data, NULL), 403);
	ck_assert_int_eq(desk_signs(&auditor, id, PIN, data, NULL), 403);
	ck_assert_int_eq(desk_signs(NULL, id, PIN, data, NULL), 401);
	ck_assert_int_eq(desk_signs(&alice, "nothing", PIN, data, NULL), 404);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, data, NULL), 200);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, SPAN(""), NULL), 200);
}
END_TEST

START_TEST(five_wrong_pins_suspend_it)
{
	static const char *const wrong[] = { "", "Yan-Shou-2047",
		"yan-shou-2046", "Yan-Shou-2046 ", "Yan-Shou-204" };
	char id[STORE_RA_ID];
	json_t *records;

	desk_get(&alice, id);
	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(
		    desk_signs(&alice, id, wrong[i], data, NULL), 403);
	/* a right one begins the count anew; another's do not count */
	ck_assert_int_eq(desk_signs(&alice, id, PIN, data, NULL), 200);
	for (size_t i = 0; i < 5; i++)
		ck_assert_int_eq(
		    desk_signs(&bob, id, wrong[i], data, NULL), 403);
	for (size_t i = 0; i < 5; i++) {
		desk_is_now(id, "good");
		ck_assert_int_eq(
		    desk_signs(&alice, id, wrong[i], data, NULL), 403);
	}
	desk_is_now(id, "held");
	ck_assert_int_eq(desk_signs(&alice, id, PIN, data, NULL), 409);
	/* the refusal, the suspension, the PIN that came too late */
	records = desk_records(0);
	ck_assert_str_eq(desk_said(records, 2, "result"), "refused");
	ck_assert_str_eq(desk_said(records, 1, "who"), "system");
	ck_assert_str_eq(desk_said(records, 1, "action"), "seal.suspend");
	ck_assert_str_eq(desk_said(records, 1, "object"), id);
	ck_assert_str_eq(desk_said(records, 1, "result"), "done");
	ck_assert_str_eq(desk_said(records, 0, "result"), "refused");
	json_decref(records);
	desk_must(&registrar, "seal.resume", id, 200);
	ck_assert_int_eq(desk_signs(&alice, id, "wrong!", data, NULL), 403);
	desk_is_now(id, "good");
	ck_assert_int_eq(desk_signs(&alice, id, PIN, data, NULL), 200);
}
END_TEST

/* Nothing of the key is kept but what the PIN opens. */
START_TEST(without_the_pin_there_is_no_key)
{
	struct store_seal s;
	char id[STORE_RA_ID];
	struct buf locked;
	struct span rest;
	EVP_PKEY *key;

	desk_get(&alice, id);
	buf_init(&locked, RA_DER_MOST);
	ck_assert(store_seal_get(t.site.store, id, &s,
	    &(struct store_seal_content){ .locked = &locked }));
	rest = buf_span(&locked);
	ck_assert_ptr_null(desk_unlock(&rest, SPAN("000000")));
	ck_assert_uint_eq(rest.len, 0);
	ck_assert_ptr_null(desk_unlock(&rest, SPAN(PIN)));
	rest = buf_span(&locked);
	key = desk_unlock(&rest, SPAN(PIN));
	ck_assert_ptr_nonnull(key);
	EVP_PKEY_free(key);
	for (size_t n = 0; n < locked.len; n += 7) {
		rest = (struct span){ locked.data, n };
		ck_assert_ptr_null(desk_unlock(&rest, SPAN(PIN)));
	}
	buf_free(&locked);
}
END_TEST

/* ---- verification ---- */

static void
add_pem(struct buf *to, X509 *x)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long n;

	ck_assert_int_eq(PEM_write_bio_X509(bio, x), 1);
	n = BIO_get_mem_data(bio, &text);
	buf_add(to, (struct span){ text, (size_t)n });
	BIO_free(bio);
}

static json_t *
pem_of(enum ca_party party)
{
	struct buf pem;
	json_t *j;

	buf_init(&pem, 1 << 16);
	add_pem(&pem, t.site.ca->signers[CA_SM2][party].cert);
	j = testing_base64(buf_span(&pem));
	buf_free(&pem);
	return j;
}

/* A list of the authority's, as PEM. */
static json_t *
lists(void)
{
	struct buf der, pem;
	json_t *j;

	buf_init(&der, 1 << 20);
	buf_init(&pem, 1 << 20);
	for (int p = CA_ROOT; p <= CA_ISSUING; p++) {
		const unsigned char *at;
		struct err err;
		X509_CRL *crl;
		BIO *bio = BIO_new(BIO_s_mem());
		char *text;
		long n;

		buf_clear(&der);
		ck_assert(ca_crl(t.site.ca, ca_issuer(CA_SM2, (enum ca_party)p),
		    t.now, &der, &err));
		at = (const unsigned char *)der.data;
		crl = d2i_X509_CRL(NULL, &at, (long)der.len);
		ck_assert_int_eq(PEM_write_bio_X509_CRL(bio, crl), 1);
		n = BIO_get_mem_data(bio, &text);
		buf_add(&pem, (struct span){ text, (size_t)n });
		BIO_free(bio);
		X509_CRL_free(crl);
	}
	j = testing_base64(buf_span(&pem));
	buf_free(&der);
	buf_free(&pem);
	return j;
}

static void
must_verify(struct span what, const char *signed_value, const char *code)
{
	json_t *gives;
	const int status = testing_call(&t, bob.token, "document.verify",
	    json_pack("{s:o, s:s, s:o, s:o, s:o}", "data", testing_base64(what),
		"signed", signed_value, "anchors", pem_of(CA_ROOT),
		"certificates", pem_of(CA_ISSUING), "lists", lists()),
	    &gives);

	ck_assert_msg(
	    status == 200, "%d %s", status, testing_text(gives, "note"));
	ck_assert_msg(strcmp(testing_text(gives, "code"), code) == 0, "%s: %s",
	    testing_text(gives, "code"), testing_text(gives, "note"));
	ck_assert_int_eq(
	    json_is_true(json_object_get(gives, "valid")), code[0] == '\0');
	json_decref(gives);
}

START_TEST(what_is_sealed_verifies)
{
	char id[STORE_RA_ID];
	json_t *gives, *shown;

	desk_get(&alice, id);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, data, &gives), 200);
	must_verify(data, testing_text(gives, "signed"), "");
	must_verify(SPAN("another"), testing_text(gives, "signed"), "digest");
	shown = desk_shown(&alice, id);
	must_verify(data, testing_text(shown, "seal"), "structure");
	json_decref(shown);
	/* and stays valid when the seal is revoked, behind the time stamp */
	t.now.us += INT64_C(2000000);
	ck_assert_int_eq(desk_noted(&alice, "seal.revoke", id, "x"), 200);
	must_verify(data, testing_text(gives, "signed"), "");
	json_decref(gives);
	ck_assert_int_eq(
	    testing_call(&t, alice.token, "document.verify",
		json_pack("{s:s, s:s, s:s, s:s, s:s}", "data", "", "signed", "",
		    "anchors", "AAAA", "certificates", "", "lists", ""),
		NULL),
	    400);
}
END_TEST

/* ---- documents ---- */

static json_t *
blank(void)
{
	struct buf document;
	struct err err;
	json_t *j;

	buf_init(&document, 1 << 20);
	ck_assert_msg(ofd_blank("验收", t.now, &document, &err), "%s", err.what);
	j = testing_base64(buf_span(&document));
	buf_free(&document);
	return j;
}

/* What it takes, but for one field; and its status. */
static const struct {
	const char *field;
	int number;
	const char *text;
	int status;
	const char *says; /* in the note */
} places[] = {
	{ "page", 1, NULL, 200, "" },
	{ "page", 0, NULL, 400, "page" },
	{ "page", -1, NULL, 400, "page" },
	{ "page", 2, NULL, 400, "page" },
	{ "x", -1, NULL, 400, "x" },
	{ "y", 100000, NULL, 400, "y" },
	{ "x", 0, "1", 400, "x" },
	{ "document", 0, "", 400, "" },
	{ "document", 0, "AAAA", 400, "" },
	{ "whole", 0, "true", 400, "whole" },
	{ "pin", 0, "wrong!", 403, "PIN" },
};

START_TEST(a_document_is_sealed)
{
	json_t *takes = json_pack("{s:o, s:s, s:i, s:i, s:i, s:b}", "document",
	    blank(), "pin", PIN, "page", 1, "x", 100, "y", 100, "whole", 0);
	json_t *gives, *checked;
	char id[STORE_RA_ID];
	int status;

	desk_get(&alice, id);
	json_object_set_new(takes, "id", json_string(id));
	json_object_set_new(takes, places[_i].field,
	    places[_i].text == NULL ? json_integer(places[_i].number)
				    : json_string(places[_i].text));
	status = testing_call(&t, alice.token, "document.seal", takes, &gives);
	ck_assert_msg(status == places[_i].status, "%d %s", status,
	    testing_text(gives, "note"));
	if (status == 200) {
		ck_assert_int_eq(
		    testing_call(&t, bob.token, "document.check",
			json_pack("{s:s, s:o, s:o, s:o}", "document",
			    testing_text(gives, "document"), "anchors",
			    pem_of(CA_ROOT), "certificates", pem_of(CA_ISSUING),
			    "lists", lists()),
			&checked),
		    200);
		ck_assert_msg(json_is_true(json_object_get(checked, "valid")),
		    "%s %s", testing_text(checked, "code"),
		    testing_text(checked, "note"));
		json_decref(checked);
	} else {
		ck_assert_msg(strstr(testing_text(gives, "note"),
				  places[_i].says) != NULL,
		    "%s", testing_text(gives, "note"));
	}
	json_decref(gives);
}
END_TEST

/* ---- the log ---- */

static void
digest_of(struct span what, struct buf *to)
{
	unsigned char digest[SEAL_DIGEST];

	seal_digest(what, digest);
	text_base64((struct span){ (const char *)digest, sizeof digest }, to);
}

START_TEST(each_use_has_a_record)
{
	char id[STORE_RA_ID];
	json_t *records;
	struct buf digest;

	buf_init(&digest, 128);
	digest_of(data, &digest);
	desk_get(&alice, id);
	ck_assert_int_eq(desk_signs(&alice, id, PIN, data, NULL), 200);
	ck_assert_int_eq(desk_signs(&alice, id, "wrong!", data, NULL), 403);
	ck_assert_int_eq(desk_signs(&bob, id, PIN, data, NULL), 403);
	ck_assert_int_eq(desk_signs(&auditor, id, PIN, data, NULL), 403);
	ck_assert_int_eq(desk_signs(NULL, id, PIN, data, NULL), 401);
	records = desk_records(0);
	for (size_t i = 0; i < 5; i++) {
		static const char *const who[] = { "nobody", "auditor", "bob",
			"alice", "alice" };

		ck_assert_str_eq(desk_said(records, i, "who"), who[i]);
		ck_assert_str_eq(
		    desk_said(records, i, "action"), "document.sign");
		ck_assert_str_eq(desk_said(records, i, "object"), id);
		ck_assert_str_eq(
		    desk_said(records, i, "digest"), buf_text(&digest));
		ck_assert_str_eq(desk_said(records, i, "result"),
		    i == 4 ? "done" : "refused");
		/* the PIN is nowhere */
		ck_assert_ptr_null(strstr(desk_said(records, i, "text"), PIN));
		ck_assert_ptr_null(
		    strstr(desk_said(records, i, "text"), "wrong!"));
	}
	ck_assert_str_eq(desk_said(records, 5, "action"), "seal.issue");
	ck_assert_str_eq(desk_said(records, 5, "who"), "issuer");
	ck_assert_str_eq(desk_said(records, 5, "digest"), "");
	ck_assert_str_eq(desk_said(records, 6, "action"), "seal.make");
	ck_assert_str_eq(desk_said(records, 7, "action"), "seal.approve");
	ck_assert_str_eq(desk_said(records, 7, "who"), "registrar");
	ck_assert_str_eq(desk_said(records, 8, "action"), "seal.apply");
	ck_assert_str_eq(desk_said(records, 8, "object"), id);
	json_decref(records);
	buf_free(&digest);
}
END_TEST

START_TEST(looking_leaves_no_trace)
{
	char id[STORE_RA_ID];
	json_t *before, *records;

	desk_get(&alice, id);
	before = desk_records(0);
	json_decref(desk_shown(&alice, id));
	ck_assert_int_eq(
	    testing_call(&t, alice.token, "seal.list", json_object(), NULL),
	    200);
	ck_assert_int_eq(testing_call(&t, NULL, "seal.status",
			     json_pack("{s:s}", "esid", "nothing"), NULL),
	    404);
	ck_assert_int_eq(
	    testing_call(&t, auditor.token, "use.signer", json_object(), NULL),
	    200);
	records = desk_records(0);
	ck_assert_uint_eq(json_array_size(records), json_array_size(before));
	json_decref(records);
	json_decref(before);
	/* but for who may not */
	testing_must(&t, &alice, "use.query", "after", "0", 403);
	records = desk_records(0);
	ck_assert_str_eq(desk_said(records, 0, "action"), "use.query");
	ck_assert_str_eq(desk_said(records, 0, "result"), "refused");
	json_decref(records);
}
END_TEST

START_TEST(the_log_comes_in_pages)
{
	json_t *records;
	int64_t first;

	store_begin(t.site.store);
	for (int i = 0; i < 1010; i++)
		desk_record(t.site.seal, t.now,
		    &(struct desk_entry){
			"test", "test", "", SPAN(""), true, "a\xff\"" });
	ck_assert(store_end(t.site.store, true, &(struct err){ 0 }));
	records = desk_records(0);
	ck_assert_uint_eq(json_array_size(records), 1000);
	first = json_integer_value(
	    json_object_get(json_array_get(records, 0), "number"));
	ck_assert_int_eq(first, 1);
	json_decref(records);
	records = desk_records(1000);
	first = json_integer_value(
	    json_object_get(json_array_get(records, 0), "number"));
	ck_assert_int_eq(first, 1001);
	json_decref(records);
	records = desk_records(999999);
	ck_assert_uint_eq(json_array_size(records), 0);
	json_decref(records);
}
END_TEST

START_TEST(who_signs_it_is_certified)
{
	json_t *gives;
	X509 *x;

	ck_assert_int_eq(
	    testing_call(&t, alice.token, "use.signer", json_object(), &gives),
	    200);
	x = testing_certificate(gives, "certificate");
	ck_assert_ptr_nonnull(x);
	ck_assert_int_eq(X509_NAME_cmp(X509_get_issuer_name(x),
			     X509_get_subject_name(
				 t.site.ca->signers[CA_SM2][CA_ISSUING].cert)),
	    0);
	X509_free(x);
	json_decref(gives);
}
END_TEST

int
main(void)
{
	const struct testing_case cases[] = {
		{ only_its_holder_uses_a_seal, 0 },
		{ five_wrong_pins_suspend_it, 0 },
		{ without_the_pin_there_is_no_key, 0 },
		{ what_is_sealed_verifies, 0 },
		{ a_document_is_sealed, sizeof places / sizeof places[0] },
		{ each_use_has_a_record, 0 },
		{ looking_leaves_no_trace, 0 },
		{ the_log_comes_in_pages, 0 },
		{ who_signs_it_is_certified, 0 },
	};

	return testing_main("seal/use", desk_up, desk_down, cases,
	    sizeof cases / sizeof cases[0]);
}
