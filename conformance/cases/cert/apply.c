/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/apply.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/request.h"
#include "lib/mem.h"

enum {
	MESSAGE_MOST = 64 << 10,
	POLLS = 4,
	POLL_MOST_MS =
	    2000, /* whoever wants us to wait longer is not waited for */
};

/* ---- who applies ---- */

/* A CA whose key is of the kind that we apply for; else the last one. */
static const struct pki_certificate *
choose_ca(const struct issued_set *set, enum own_key kind)
{
	static const enum key_kind kinds[] = {
		[OWN_P256] = KEY_EC, [OWN_SM2] = KEY_SM2, [OWN_RSA] = KEY_RSA
	};
	const struct pki_certificate *last = NULL, *like = NULL;

	for (size_t i = set->n; i < set->n + set->n_cas; i++) {
		const struct issued *c = &set->at[i];

		if (!c->readable)
			continue;
		/* issuing CAs come behind the roots */
		last = &c->certificate;
		if (key_kind(&c->certificate.key) == kinds[kind])
			like = &c->certificate;
	}
	return like != NULL ? like : last;
}

static const struct profile_account *
account_of(struct trial *t, const char *role)
{
	const struct profile *p = trial_profile(t);

	for (size_t i = 0; i < p->n_accounts; i++)
		if (strcmp(p->accounts[i].role, role) == 0)
			return &p->accounts[i];
	return NULL;
}

bool
apply_open(
    struct trial *t, const char *role, enum own_key kind, struct applicant *a)
{
	const struct pki_certificate *ca;

	*a = (struct applicant){ .trial = t, .kind = kind };
	buf_init(&a->subject, 1024);
	buf_init(&a->back, 1024);
	buf_init(&a->heard, WEB_BODY_MOST);
	issued_collect(t);
	a->web = web_of(t, "ca");
	a->account = account_of(t, role);
	if (!trial_sane(t, a->web != NULL && a->account != NULL,
		"no endpoint ca, or no account %s", role) ||
	    !issued_open(t, &a->set, NULL))
		return false;
	ca = choose_ca(&a->set, kind);
	if (!trial_need(
		t, ca != NULL, "no certificate in pki.anchors or pki.issuers"))
		return false;
	a->ca = ca->subject;
	request_name(a->account->user, NULL, &a->subject);
	apply_begin(a);
	return true;
}

void
apply_close(struct applicant *a)
{
	apply_left_revoke(a);
	web_free(a->web);
	issued_close(&a->set);
	buf_free(&a->subject);
	buf_free(&a->back);
	buf_free(&a->heard);
}

/* ---- messages ---- */

static void
draw(struct applicant *a, char octets[APPLY_NONCE])
{
	trial_sane(a->trial,
	    RAND_bytes((unsigned char *)octets, APPLY_NONCE) == 1,
	    "no random octets");
}

void
apply_begin(struct applicant *a)
{
	draw(a, a->transaction);
	buf_clear(&a->back);
}

struct cmp_message
apply_message(struct applicant *a, unsigned body)
{
	struct cmp_message m = {
		.body = body,
		.recipient = a->ca,
		.transaction = { a->transaction, sizeof a->transaction },
		.nonce = { a->nonce, sizeof a->nonce },
		.back = buf_span(&a->back),
		.reason = CMP_NO_REASON,
	};

	draw(a, a->nonce);
	if (a->as == NULL) {
		m.kid = span_of(a->account->user);
		m.secret = span_of(a->account->password);
	} else {
		m.signer = a->as->key;
		m.certificate = buf_span(&a->as->der);
		m.sender = a->as->certificate.subject;
		m.kid = a->as->certificate.ski;
	}
	return m;
}

struct cmp_message
apply_for_key(
    struct applicant *a, unsigned body, const char *name, EVP_PKEY **key)
{
	struct cmp_message m = apply_message(a, body);
	char *file = mem_textf("%s.key.pem", name);
	struct buf pem;

	*key = key_new(a->kind);
	buf_init(&pem, 16384);
	if (trial_sane(a->trial, *key != NULL && key_text(*key, &pem),
		"no key could be made"))
		trial_file(a->trial, file, buf_span(&pem));
	buf_free(&pem);
	free(file);
	m.key = *key;
	m.subject = buf_span(&a->subject);
	return m;
}

/* ---- exchanges ---- */

static void
file_as(
    struct applicant *a, const char *name, const char *what, struct span bytes)
{
	char *file = mem_textf("%s.%s", name, what);

	trial_file(a->trial, file, bytes);
	free(file);
}

/* The answer's octets are those that web_call_with() has just filed. */
static bool
look(struct applicant *a, const char *name)
{
	char *file = mem_textf("%s.body", name);
	const struct buf *body = trial_content(a->trial, file);
	char key[DIGEST_MOST];
	size_t n;

	free(file);
	buf_clear(&a->heard);
	if (body != NULL)
		buf_add(&a->heard, buf_span(body));
	a->readable = cmp_read_message(&a->answer, buf_span(&a->heard), NULL);
	if (!a->readable)
		return false;
	n = cmp_mac_key(&a->answer, span_of(a->account->password), key);
	if (n > 0)
		file_as(a, name, "mac-key", (struct span){ key, n });
	buf_clear(&a->back);
	buf_add(&a->back, a->answer.nonce);
	return true;
}

/* Where the profile says, or /cmp where it says nothing. */
static const char *
path_of(struct trial *t)
{
	const struct profile_endpoint *e =
	    profile_endpoint(trial_profile(t), "ca");

	return e == NULL || e->path == NULL || strcmp(e->path, "/") == 0
		   ? "/cmp"
		   : "";
}

bool
apply_post(struct applicant *a, const char *name, struct span octets)
{
	char *at = mem_textf("%s.at", name);

	file_as(a, name, "asked.der", octets);
	web_call_with(a->trial, name, a->web,
	    &(struct web_request){ .path = path_of(a->trial),
		.type = "application/pkixcmp",
		.body = octets,
		.ms = a->ms,
		.most = CMP_MOST });
	status_note_time(a->trial, at);
	free(at);
	if (!look(a, name))
		return false;
	apply_left_add(a);
	return true;
}

static void
remember_key(struct applicant *a, EVP_PKEY *key)
{
	EVP_PKEY_up_ref(key);
	EVP_PKEY_free(a->key);
	a->key = key;
}

bool
apply_send(struct applicant *a, const char *name, const struct cmp_message *m)
{
	struct buf der;
	bool ok;

	buf_init(&der, MESSAGE_MOST);
	if (m->key != NULL)
		remember_key(a, m->key);
	ok = trial_sane(a->trial, cmp_compose(m, &der),
		 "%s: no PKIMessage could be made", name) &&
	     apply_post(a, name, buf_span(&der));
	if (ok)
		apply_left_remove(a, m);
	buf_free(&der);
	return ok;
}

bool
apply_confirm(struct applicant *a, const char *name)
{
	const struct cmp_item *granted =
	    a->readable ? cmp_granted(&a->answer) : NULL;
	struct cmp_message m;
	struct buf certificate;
	bool ok;

	if (granted == NULL)
		return false;
	m = apply_message(a, CMP_CERTCONF);
	m.id = granted->id;
	/* the answer it stands in is written over */
	buf_init(&certificate, CERTIFICATE_MOST);
	buf_add(&certificate, granted->certificate);
	m.confirmed = buf_span(&certificate);
	ok = apply_send(a, name, &m) && a->answer.type == CMP_PKICONF;
	buf_free(&certificate);
	return ok;
}

bool
apply_revoke(struct applicant *a, const char *name, const struct identity *of,
    int reason)
{
	struct cmp_message m;

	apply_begin(a);
	m = apply_message(a, CMP_RR);
	m.issuer = of->certificate.issuer;
	m.serial = of->certificate.serial;
	m.reason = reason;
	return apply_send(a, name, &m);
}

/* ---- all of it ---- */

void
identity_free(struct identity *i)
{
	EVP_PKEY_free(i->key);
	buf_free(&i->der);
}

static bool
is_for(const struct pki_certificate *c, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	const int n = i2d_PUBKEY(key, &der);
	const bool is =
	    n > 0 && span_eq(c->key.whole,
			 (struct span){ (const char *)der, (size_t)n });

	OPENSSL_free(der);
	return is;
}

bool
identity_make(EVP_PKEY *key, struct span der, struct identity *i)
{
	*i = (struct identity){ .key = key };
	buf_init(&i->der, CERTIFICATE_MOST);
	buf_add(&i->der, der);
	i->there = certificate_read(&i->certificate, buf_span(&i->der), NULL) &&
		   key != NULL && is_for(&i->certificate, key);
	return i->there;
}

bool
identity_take(struct applicant *a, EVP_PKEY *key, struct identity *i)
{
	const struct cmp_item *granted =
	    a->readable ? cmp_granted(&a->answer) : NULL;

	return identity_make(
	    key, granted == NULL ? SPAN("") : granted->certificate, i);
}

static bool
is_waiting(const struct applicant *a)
{
	return a->readable &&
	       (a->answer.type == CMP_POLLREP ||
		   (a->answer.n_items > 0 && a->answer.items[0].has_status &&
		       a->answer.items[0].status.status == CMP_WAITING));
}

void
apply_wait(struct applicant *a, const char *name)
{
	const int32_t id = a->answer.n_items > 0 ? a->answer.items[0].id : 0;

	for (int i = 0; i < POLLS && is_waiting(a); i++) {
		char *poll_name = mem_textf("%s-poll-%d", name, i);
		struct cmp_message m = apply_message(a, CMP_POLLREQ);
		const uint32_t after =
		    a->answer.type == CMP_POLLREP && a->answer.n_items > 0
			? a->answer.items[0].after
			: 0;

		poll(NULL, 0,
		    after > POLL_MOST_MS / 1000 ? POLL_MOST_MS
						: (int)after * 1000);
		m.id = id;
		apply_send(a, poll_name, &m);
		free(poll_name);
	}
}

bool
apply_enroll(
    struct applicant *a, unsigned body, const char *name, struct identity *i)
{
	char *confirm = mem_textf("%s-confirm", name);
	EVP_PKEY *key;
	struct cmp_message m;
	bool ok;

	apply_begin(a);
	m = apply_for_key(a, body, name, &key);
	apply_send(a, name, &m);
	apply_wait(a, name);
	ok = identity_take(a, key, i);
	ok = apply_confirm(a, confirm) && ok;
	free(confirm);
	return ok;
}

void
apply_control(struct applicant *a)
{
	const bool pkcs10 =
	    strcmp(trial_case(a->trial)->id, "cmp.p10cr.pop") == 0;
	struct identity right;

	apply_enroll(a,
	    pkcs10          ? CMP_P10CR
	    : a->as != NULL ? CMP_CR
			    : CMP_IR,
	    "control", &right);
	identity_free(&right);
}
