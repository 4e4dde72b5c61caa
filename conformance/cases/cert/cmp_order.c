/* SPDX-License-Identifier: MIT */
/*
 * CMP out of order: an application in another's transaction, confirmations
 * that confirm nothing, and octets that are no message at all.
 */
#include <openssl/evp.h>
#include <string.h>

#include "conformance/cases/cert/apply.h"
#include "conformance/cases/cert/exchange.h"
#include "lib/mem.h"

extern const struct conf_group conf_cmp_order;

/* ---- collect ---- */

/* A second one begins in a transaction that is not at its end. */
static bool
collect_reused(struct trial *t)
{
	struct applicant a;
	struct cmp_message m;
	EVP_PKEY *key;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		m = apply_for_key(&a, CMP_IR, "first", &key);
		apply_send(&a, "first", &m);
		apply_wait(&a, "first");
		EVP_PKEY_free(key);
		buf_clear(&a.back);
		m = apply_for_key(&a, CMP_IR, "odd", &key);
		apply_send(&a, "odd", &m);
		apply_wait(&a, "odd");
		EVP_PKEY_free(key);
		apply_control(&a);
	}
	apply_close(&a);
	return true;
}

/* A confirmation that is wrong in one way. */
static void
confirm_wrong(struct applicant *a, void (*twist)(struct cmp_message *))
{
	const struct cmp_item *granted =
	    a->readable ? cmp_granted(&a->answer) : NULL;
	struct cmp_message m;
	struct buf certificate;

	if (granted == NULL)
		return;
	/* the answer it stands in is written over */
	buf_init(&certificate, CERTIFICATE_MOST);
	buf_add(&certificate, granted->certificate);
	m = apply_message(a, CMP_CERTCONF);
	m.id = granted->id;
	m.confirmed = buf_span(&certificate);
	twist(&m);
	apply_send(a, "odd", &m);
	buf_free(&certificate);
}

static bool
collect_confirmation(struct trial *t, void (*twist)(struct cmp_message *))
{
	struct applicant a;
	struct cmp_message m;
	EVP_PKEY *key;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		m = apply_for_key(&a, CMP_IR, "first", &key);
		apply_send(&a, "first", &m);
		apply_wait(&a, "first");
		confirm_wrong(&a, twist);
		apply_control(&a);
		EVP_PKEY_free(key);
	}
	apply_close(&a);
	return true;
}

static void
hash_wrong(struct cmp_message *m)
{
	m->wrong_hash = true;
}

static void
nonce_stale(struct cmp_message *m)
{
	m->back = SPAN("a nonce that is not theirs");
}

static void
transaction_stray(struct cmp_message *m)
{
	m->transaction = SPAN("never begun here");
}

static bool
collect_hash(struct trial *t)
{
	return collect_confirmation(t, hash_wrong);
}

static bool
collect_stale(struct trial *t)
{
	return collect_confirmation(t, nonce_stale);
}

static bool
collect_stray(struct trial *t)
{
	return collect_confirmation(t, transaction_stray);
}

/* ---- octets that are no message ---- */

/* clang-format off */
static const struct span malformed[] = {
	SPAN_INIT("\x30\x03\x02\x01\x05"),		/* no header */
	SPAN_INIT("\x30\x82\x10\x00\x30\x00"),		/* cut off */
	SPAN_INIT("\x30\x84\x7f\xff\xff\xff\x30\x80"),	/* 2 GiB announced */
	SPAN_INIT("\x30\x80\x30\x80\x30\x80\x30\x80\x30\x80\x30\x80"
	    "\x30\x80\x30\x80\x30\x80\x30\x80\x30\x80\x30\x80"),
	SPAN_INIT("POST"),
	SPAN_INIT("\0"),
};
/* clang-format on */
/* Who waits for what was announced does so only so long. */
#define MALFORMED_MS 2000
#define MALFORMED    (sizeof malformed / sizeof malformed[0])

/* A request that is right but for its end, too. */
static void
post_cut(struct applicant *a)
{
	struct cmp_message m;
	struct buf der;
	EVP_PKEY *key;

	m = apply_for_key(a, CMP_IR, "odd-cut", &key);
	buf_init(&der, 65536);
	if (trial_sane(a->trial, cmp_compose(&m, &der), "no PKIMessage"))
		apply_post(
		    a, "odd-cut", span_take(buf_span(&der), der.len / 2));
	buf_free(&der);
	EVP_PKEY_free(key);
}

static bool
collect_malformed(struct trial *t)
{
	struct applicant a;
	struct identity before;

	if (apply_open(t, "alice", OWN_P256, &a)) {
		apply_enroll(&a, CMP_IR, "before", &before);
		identity_free(&before);
		a.ms = MALFORMED_MS;
		for (size_t i = 0; i < MALFORMED; i++) {
			char *name = mem_textf("odd-%zu", i);

			apply_post(&a, name, malformed[i]);
			free(name);
		}
		post_cut(&a);
		a.ms = 0;
		apply_control(&a);
	}
	apply_close(&a);
	return true;
}

/* ---- judge ---- */

static void
judge_refused(struct trial *t)
{
	struct issued_set set;

	if (!exchange_open_controlled(t, &set))
		return;
	exchange_claim_refused(t, &set, "odd");
	issued_close(&set);
}

static bool
claim_served(struct trial *t, const struct issued_set *set)
{
	struct exchange x;
	char text[CMP_TEXT];
	bool ok = exchange_open(t, set, "control", &x, NULL);

	if (ok) {
		exchange_text(&x, text);
		ok = trial_claim(t, trial_case(t)->clause,
		    exchange_is_granted(&x) || exchange_is_waiting(&x),
		    "the next application is granted, as one before was", "%s",
		    text);
	}
	exchange_close(&x);
	return ok;
}

/* First of all it is still there. */
static void
judge_malformed(struct trial *t)
{
	struct issued_set set;

	if (!issued_open(t, &set, NULL))
		return;
	if (exchange_need_granted(t, &set, "before") &&
	    status_goes_on(t, trial_case(t)->clause, "control") &&
	    claim_served(t, &set)) {
		for (size_t i = 0; i < MALFORMED; i++) {
			char *name = mem_textf("odd-%zu", i);

			exchange_claim_refused(t, &set, name);
			free(name);
		}
		exchange_claim_refused(t, &set, "odd-cut");
	}
	issued_close(&set);
}

/* clang-format off */
#define ORDER(name, at, cite, en, zh, ask, how) \
	CMP_CASE(name, CERT_F_06, at, "", cite, en, zh, ask, how)

static const struct conf_case cases[] = {
	ORDER("cmp.transaction.reused", LEVEL_SHALL, "RFC 4210 5.1.1, D.4",
	    "no application begins in a transaction that goes on",
	    "拒绝在未完成的事务中重新申请", collect_reused, judge_refused),
	ORDER("cmp.confirm.hash", LEVEL_SHOULD, "RFC 4210 5.3.18",
	    "the hash of another certificate confirms nothing",
	    "拒绝摘要不符的证书确认", collect_hash, judge_refused),
	ORDER("cmp.nonce.stale", LEVEL_SHOULD, "RFC 4210 5.1.1, D.4",
	    "a nonce that is not theirs is refused",
	    "拒绝随机数不符的消息", collect_stale, judge_refused),
	ORDER("cmp.confirm.stray", LEVEL_SHOULD, "RFC 4210 5.1.1, 5.3.18",
	    "a confirmation in no transaction is refused",
	    "拒绝不属于任何事务的证书确认", collect_stray, judge_refused),
	ORDER("cmp.malformed", LEVEL_SHALL, "RFC 6712 3.3, RFC 4210 5.2.3",
	    "octets that are no message are refused, and the next one served",
	    "拒绝格式错误的消息并继续服务", collect_malformed,
	    judge_malformed),
};

const struct conf_group conf_cmp_order = {
	.service = "ca",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
