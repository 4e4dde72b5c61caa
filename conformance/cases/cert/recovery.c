/* SPDX-License-Identifier: MIT */
/*
 * Two certificates of one person, the second for a key that is made and kept
 * by the authority (CERT-F-05); and its recovery, to which two custodians
 * have to agree (CERT-F-15).
 */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/asked.h"
#include "conformance/cases/cert/office.h"
#include "conformance/client/envelope.h"
#include "lib/mem.h"

extern const struct conf_group conf_recovery;

enum { OCTETS_MOST = 64 << 10, SECRET_MOST = 1024, SECRET_LEAST = 16 };

/* ---- collect ---- */

/*
 * Files the key that came out of an envelope as NAME.key.pem: it belongs to a
 * certificate of this case's.
 */
static void
open_envelope(
    struct office *o, const char *name, struct span octets, EVP_PKEY *under)
{
	char *file = mem_textf("%s.key.pem", name);
	EVP_PKEY *key = envelope_open(octets, under), *own = NULL;
	struct buf text;

	buf_init(&text, OCTETS_MOST);
	if (key == NULL) {
		/* under the certificate that she logs in with, perhaps */
		(void)login_own(o, "alice", &own, &text);
		key = envelope_open(octets, own);
		buf_clear(&text);
	}
	if (key != NULL && key_text(key, &text))
		trial_file(o->trial, file, buf_span(&text));
	EVP_PKEY_free(own);
	EVP_PKEY_free(key);
	buf_free(&text);
	free(file);
}

static bool
collect_double(struct trial *t)
{
	struct office o;
	struct holding h;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "double", &h))
		open_envelope(&o, "handed", buf_span(&h.handed), h.key);
	holding_free(&h);
	office_close(&o);
	return true;
}

/* ---- what is done about one recovery ---- */

/* "holder" is Alice, logged in with the certificate that it is about. */
/* clang-format off */
#define FIRST  { "custodian-1", "first", "recovery.approve" }
#define SECOND { "custodian-2", "second", "recovery.approve" }
#define FETCH  { "holder", "fetched", "recovery.fetch" }
#define EARLY  { "holder", "odd", "recovery.fetch" }

static const struct desks_play plays[] = {
	{ "cert.recover", { FIRST, SECOND, FETCH } },
	{ "cert.recover.sealed", { FIRST, SECOND, FETCH } },
	{ "cert.recover.none", { EARLY, FIRST, SECOND, FETCH } },
	{ "cert.recover.single", { FIRST, EARLY, SECOND, FETCH } },
	{ "cert.recover.other", { FIRST, SECOND,
	    { "bob", "odd", "recovery.fetch" }, FETCH } },
	{ "cert.recover.third", { FIRST,
	    { "registrar", "again", "recovery.approve" }, EARLY, SECOND } },
	{ "cert.recover.self", { FIRST,
	    { "holder", "again", "recovery.approve" }, EARLY, SECOND } },
	{ "cert.recover.twice", { FIRST,
	    { "custodian-1", "again", "recovery.approve" }, EARLY, SECOND } },
};
/* clang-format on */

static const struct desks_play *
play_of(struct trial *t)
{
	return desks_play_of(t, plays, sizeof plays / sizeof plays[0]);
}

static void
carry_out(struct office *o, struct login *l, const struct desks_play *p,
    const char *id)
{
	const struct operation_value of[] = { { "id", id }, { NULL, NULL } };

	for (size_t i = 0; i < desks_play_steps(p); i++)
		if (strcmp(p->steps[i].role, "holder") == 0)
			(void)operation_call(l->desk, p->steps[i].name,
			    p->steps[i].operation, of);
		else
			(void)office_ask(o, p->steps[i].role, p->steps[i].name,
			    p->steps[i].operation, of);
}

static void
recover(struct office *o, const struct desks_play *p, const struct holding *h)
{
	struct login l;
	struct buf octets;
	char *id = NULL;

	buf_init(&octets, OCTETS_MOST);
	if (login_all(o, "alice", "holder", h->key, buf_span(&h->der), &l) &&
	    operation_call(l.desk, "recovery", "recovery.request",
		(struct operation_value[]){
		    { "serial", h->second == NULL ? "" : h->second },
		    { NULL, NULL } }))
		id = operation_text(desk_answer(l.desk), "id");
	if (id != NULL && p != NULL) {
		carry_out(o, &l, p, id);
		if (operation_octets(desk_answer(l.desk), "key", &octets))
			open_envelope(
			    o, "recovered", buf_span(&octets), h->key);
	}
	login_end(&l, "holder");
	buf_free(&octets);
	free(id);
}

static bool
collect(struct trial *t)
{
	struct office o;
	struct holding h;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "double", &h))
		recover(&o, play_of(t), &h);
	holding_free(&h);
	office_close(&o);
	return true;
}

/* ---- judge: the two certificates ---- */

struct pair {
	struct buf signing_der, encryption_der;
	struct pki_certificate signing, encryption;
};

static bool
pair_open(struct trial *t, struct pair *p)
{
	buf_init(&p->signing_der, 0);
	buf_init(&p->encryption_der, 0);
	return office_need_enrolled(t, "new") &&
	       office_enrolled(t, "new", &p->signing_der, &p->signing) &&
	       office_certificate(t, "new-show", "application.show",
		   "encryption", &p->encryption_der, &p->encryption);
}

static void
pair_close(struct pair *p)
{
	buf_free(&p->signing_der);
	buf_free(&p->encryption_der);
}

static void
judge_pair(struct trial *t, enum pki_code code)
{
	struct pki_findings f;
	struct pair p;

	pki_findings_init(&f);
	if (pair_open(t, &p)) {
		pki_about(&f, "the two certificates");
		certificate_judge_dual(&p.signing, &p.encryption, &f);
		asked_claim_codes(t, &f, code, code, false);
	}
	pair_close(&p);
	pki_findings_free(&f);
}

static void
judge_subject(struct trial *t)
{
	judge_pair(t, PKI_DUAL_SUBJECT);
}

static void
judge_usage(struct trial *t)
{
	judge_pair(t, PKI_DUAL_USAGE);
}

static void
judge_key(struct trial *t)
{
	judge_pair(t, PKI_DUAL_KEY);
}

/* ---- judge: the key ---- */

static EVP_PKEY *
opened(struct trial *t, const char *name)
{
	char *file = mem_textf("%s.key.pem", name);
	const struct buf *pem =
	    trial_has(t, file) ? trial_content(t, file) : NULL;
	EVP_PKEY *key = pem == NULL ? NULL : key_read_text(buf_span(pem));

	free(file);
	return key;
}

/* Whatever is encrypted for the second certificate is read with it. */
static void
claim_fits(struct trial *t, const char *name)
{
	EVP_PKEY *key = opened(t, name);
	struct pair p;

	if (pair_open(t, &p) &&
	    trial_claim(t, trial_case(t)->clause, key != NULL,
		"a private key, encrypted for the applicant",
		"nothing that opens with the key of the signing certificate"))
		trial_claim(t, trial_case(t)->clause,
		    envelope_fits(key, p.encryption.key.whole),
		    "the key of the encryption certificate", "another key");
	pair_close(&p);
	EVP_PKEY_free(key);
}

static void
judge_handed(struct trial *t)
{
	claim_fits(t, "handed");
}

static bool
need_steps(struct trial *t)
{
	return office_need_enrolled(t, "new") &&
	       desks_need(t, "holder.open", "session.open") &&
	       desks_need(t, "recovery", "recovery.request") &&
	       desks_need_play(t, play_of(t));
}

static void
judge_recovered(struct trial *t)
{
	if (need_steps(t))
		claim_fits(t, "recovered");
}

/* A key can stand there in many forms; OpenSSL knows most of them. */
static bool
is_plain(struct span octets)
{
	const unsigned char *p = (const unsigned char *)octets.ptr;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)octets.len);
	const bool is = key != NULL;

	EVP_PKEY_free(key);
	return is;
}

static bool
has_secret(struct span octets, EVP_PKEY *key)
{
	unsigned char secret[SECRET_MOST];
	const size_t n =
	    key == NULL ? 0 : envelope_secret(key, secret, sizeof secret);

	return n >= SECRET_LEAST &&
	       span_find(octets, (struct span){ (const char *)secret, n }) <
		   octets.len;
}

static void
judge_sealed(struct trial *t)
{
	EVP_PKEY *key = opened(t, "recovered");
	struct operation_answer a;
	struct buf octets;

	buf_init(&octets, OCTETS_MOST);
	if (need_steps(t)) {
		(void)operation_heard(t, "fetched", "recovery.fetch", &a);
		if (trial_need(t, operation_octets(&a, "key", &octets),
			"no key was given"))
			trial_claim(t, trial_case(t)->clause,
			    !is_plain(buf_span(&octets)) &&
				!has_secret(buf_span(&octets), key),
			    "the key is encrypted on its way",
			    "it can be read by anybody");
		operation_free(&a);
	}
	buf_free(&octets);
	EVP_PKEY_free(key);
}

/* It may be refused, or answered with the state alone. */
static void
claim_no_key(struct trial *t)
{
	struct operation_answer a;
	const bool done = operation_heard(t, "odd", "recovery.fetch", &a);
	char *key = operation_text(&a, "key"); /* a refusal may hold one, too */

	if (trial_need(t, done || a.end == OPERATION_REFUSED, "odd: %s", a.why))
		trial_claim(t, trial_case(t)->clause,
		    key == NULL || key[0] == '\0', "no key is given yet",
		    "a key");
	free(key);
	operation_free(&a);
}

static void
judge_early(struct trial *t)
{
	claim_no_key(t);
	(void)need_steps(t);
}

/* Who must not agree is refused, or is not counted. */
static void
judge_again(struct trial *t)
{
	if (strcmp(trial_case(t)->id, "cert.recover.twice") != 0)
		desks_claim_refused(t, "again", "recovery.approve");
	judge_early(t);
}

/* clang-format off */
#define DOUBLE(name, en, zh, how) \
	OFFICE_CASE(name, CERT_F_05, LEVEL_SHALL, " cert.dual", "GB/T 25056", \
	    en, zh, collect_double, how)
#define RECOVER(name, more, en, zh, how) \
	OFFICE_CASE(name, CERT_F_15, LEVEL_SHALL, \
	    " cert.dual key:custodian-1 key:custodian-2" \
	    " operation:recovery.request operation:recovery.approve" \
	    " operation:recovery.fetch" more, \
	    "GB/T 25056", en, zh, collect, how)

static const struct conf_case cases[] = {
	DOUBLE("cert.double.subject",
	    "one application, two certificates of one subject",
	    "一次申请取得主体相同的双证书", judge_subject),
	DOUBLE("cert.double.usage",
	    "the key usages of the two have nothing in common",
	    "所签发双证书密钥用途互不相交", judge_usage),
	DOUBLE("cert.double.key", "the keys of the two are different",
	    "所签发双证书的密钥不同", judge_key),
	DOUBLE("cert.double.handed",
	    "the key that was made for her reaches the applicant, encrypted for her",
	    "加密私钥经签名公钥保护后交付申请人", judge_handed),
	RECOVER("cert.recover", "", "two custodians agree, and the key is recovered",
	    "两名管理员批准后恢复加密私钥", judge_recovered),
	RECOVER("cert.recover.sealed", "", "a recovered key is encrypted on its way",
	    "恢复的私钥以密文交付", judge_sealed),
	RECOVER("cert.recover.none", "", "nobody has agreed: no key is given",
	    "未经批准不得交付私钥", judge_early),
	RECOVER("cert.recover.single", "", "one custodian has agreed: no key is given",
	    "仅一名管理员批准时不得交付私钥", judge_early),
	RECOVER("cert.recover.twice", "", "one custodian does not count twice",
	    "同一管理员重复批准只计一次", judge_again),
	RECOVER("cert.recover.third", "", "who is no custodian does not agree",
	    "非密钥管理员不得批准恢复", judge_again),
	RECOVER("cert.recover.self", "", "nobody agrees to the recovery he asked for",
	    "申请人不得批准自己的恢复申请", judge_again),
	RECOVER("cert.recover.other", " key:bob", "nobody fetches another's key",
	    "他人不得取得恢复的私钥", judge_early),
};

const struct conf_group conf_recovery = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
