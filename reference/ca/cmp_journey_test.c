/* SPDX-License-Identifier: MIT */
/*
 * In each algorithm the whole way: applied for by MAC, and then by signature
 * with what was given; renewed; revoked.  The judge writes the requests and
 * looks at every answer: it shares no code with us, and knows SM2.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "conformance/client/cmp.h"
#include "conformance/client/key.h"
#include "conformance/client/request.h"
#include "conformance/pki/cmp.h"
#include "reference/ca/cmp.h"
#include "reference/world.h"

enum { MOST = 1 << 20 };

static struct ca_options options = { "http://127.0.0.1:8001",
	"http://127.0.0.1:8002", "http://127.0.0.1:8003", FAULT_NONE,
	VARIANT_NONE, NULL };

static const struct {
	enum own_key kind;
	enum ca_algorithm algorithm;
} algorithms[] = {
	{ OWN_P256, CA_P256 },
	{ OWN_SM2, CA_SM2 },
	{ OWN_RSA, CA_RSA },
};

/* Who has been given a certificate. */
struct holder {
	EVP_PKEY *key;
	struct buf der;
	struct pki_certificate cert;
};

static struct world world;
static struct store *store;
static struct ca *ca;
static struct wall now;
static struct buf name, recipient, heard, back;
static char transaction[16], nonce[16];
static struct pki_cmp answer;

static void
up(void)
{
	struct err err;

	now = clock_wall();
	ck_assert(world_read("fixtures/world", &world, &err));
	options.world = &world;
	store = store_open(NULL, &err);
	ca = ca_open(store, &options, now, &err);
	ck_assert_msg(ca != NULL, "%s", err.what);
	buf_init(&name, 1024);
	buf_init(&recipient, 1024);
	buf_init(&heard, MOST);
	buf_init(&back, 64);
	request_name("alice", NULL, &name);
}

static void
down(void)
{
	buf_free(&name);
	buf_free(&recipient);
	buf_free(&heard);
	buf_free(&back);
	ca_close(ca);
	store_close(store);
	world_free(&world);
}

static void
address_to(enum ca_algorithm a)
{
	X509 *x = ca->signers[a][CA_ISSUING].cert;
	unsigned char *der = NULL;
	const int n = i2d_X509_NAME(X509_get_subject_name(x), &der);

	buf_clear(&recipient);
	buf_add(&recipient, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
}

/* ---- one message ---- */

static void
tell(const struct pki_findings *f, const char *what)
{
	for (size_t i = 0; i < f->n; i++)
		ck_assert_msg(f->at[i].result != PKI_FAILS, "%s: %s: %s", what,
		    pki_check_get(f->at[i].code)->code, f->at[i].detail);
	ck_assert_uint_gt(f->n, 10);
}

static void
look_at_answer(struct span request, struct span secret, const char *what)
{
	struct pki_cmp asked;
	struct pki_findings f, ignored;
	char key[DIGEST_MOST];
	struct cmp_ask ask = { .request = &asked };

	pki_findings_init(&f);
	pki_findings_init(&ignored);
	ck_assert(cmp_read_message(&asked, request, &ignored));
	ck_assert_msg(
	    cmp_read_message(&answer, buf_span(&heard), &f), "%s", what);
	ask.key = (struct span){ key, cmp_mac_key(&answer, secret, key) };
	cmp_judge(&answer, &ask, &f);
	tell(&f, what);
	pki_findings_free(&f);
	pki_findings_free(&ignored);
}

/* Fills in who sends it, and when. */
static void
say(struct cmp_message *m, const struct holder *as, const char *what)
{
	struct buf der;

	RAND_bytes((unsigned char *)nonce, sizeof nonce);
	m->recipient = buf_span(&recipient);
	m->transaction = (struct span){ transaction, sizeof transaction };
	m->nonce = (struct span){ nonce, sizeof nonce };
	m->back = buf_span(&back);
	if (as == NULL) {
		m->kid = SPAN("alice");
		m->secret = span_of(world_person(&world, "alice")->password);
	} else {
		m->signer = as->key;
		m->certificate = buf_span(&as->der);
		m->sender = as->cert.subject;
		m->kid = as->cert.ski;
	}
	buf_init(&der, MOST);
	ck_assert(cmp_compose(m, &der));
	buf_clear(&heard);
	ca_cmp(ca, -1, NULL, buf_span(&der), now, &heard);
	look_at_answer(buf_span(&der), m->secret, what);
	buf_clear(&back);
	buf_add(&back, answer.nonce);
	buf_free(&der);
}

static void
begin(void)
{
	RAND_bytes((unsigned char *)transaction, sizeof transaction);
	buf_clear(&back);
}

/* ---- what is asked ---- */

static void
take(struct holder *h)
{
	const struct cmp_item *item = cmp_granted(&answer);
	char text[CMP_TEXT];

	cmp_text(&answer, text);
	ck_assert_msg(item != NULL, "%s", text);
	buf_init(&h->der, MOST);
	buf_add(&h->der, item->certificate);
	ck_assert(certificate_read(&h->cert, buf_span(&h->der), NULL));
}

static void
enroll(unsigned body, int kind, const struct holder *as, struct holder *h)
{
	struct cmp_message m = { .body = body };
	int32_t id;

	begin();
	*h = (struct holder){ .key = key_new(algorithms[kind].kind) };
	m.key = h->key;
	m.subject = buf_span(&name);
	if (body == CMP_KUR) {
		m.issuer = as->cert.issuer;
		m.serial = as->cert.serial;
	}
	say(&m, as, cmp_body_name(body));
	take(h);
	id = answer.items[0].id;
	m = (struct cmp_message){
		.body = CMP_CERTCONF, .confirmed = buf_span(&h->der), .id = id
	};
	say(&m, as, "certConf");
	ck_assert_uint_eq(answer.type, CMP_PKICONF);
}

static void
holder_free(struct holder *h)
{
	EVP_PKEY_free(h->key);
	buf_free(&h->der);
}

static enum store_ca_status
status_of(int kind, const struct holder *h)
{
	char serial[2 * 20 + 1] = "";
	struct store_ca_certificate row;

	for (size_t i = 0; i < h->cert.serial.len && i < 20; i++)
		snprintf(serial + 2 * i, 3, "%02X",
		    (unsigned char)h->cert.serial.ptr[i]);
	ck_assert(store_ca_find(store,
	    ca_issuer(algorithms[kind].algorithm, CA_ISSUING), serial, &row));
	return row.status;
}

START_TEST(the_whole_way)
{
	static const unsigned bodies[] = { CMP_CR, CMP_P10CR, CMP_KUR };
	struct holder first, next[3];
	struct cmp_message m;

	address_to(algorithms[_i].algorithm);
	enroll(CMP_IR, _i, NULL, &first);
	for (size_t i = 0; i < 3; i++) {
		enroll(bodies[i], _i, &first, &next[i]);
		ck_assert_int_eq(status_of(_i, &next[i]), STORE_CA_GOOD);
	}
	ck_assert_int_eq(status_of(_i, &first), STORE_CA_GOOD);
	begin();
	m = (struct cmp_message){ .body = CMP_RR,
		.issuer = first.cert.issuer,
		.serial = first.cert.serial,
		.reason = CA_SUPERSEDED };
	say(&m, &next[2], "rr");
	ck_assert_uint_eq(answer.type, CMP_RP);
	ck_assert_int_eq(status_of(_i, &first), STORE_CA_REVOKED);
	for (size_t i = 0; i < 3; i++)
		holder_free(&next[i]);
	holder_free(&first);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("ca/cmp_journey");
	TCase *t = tcase_create("cmp");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_unchecked_fixture(t, up, down);
	tcase_add_loop_test(t, the_whole_way, 0,
	    (int)(sizeof algorithms / sizeof algorithms[0]));
	suite_add_tcase(suite, t);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
