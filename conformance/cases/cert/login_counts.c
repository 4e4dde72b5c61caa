/* SPDX-License-Identifier: MIT */
/*
 * Certificate login with what does not count: and a session whose certificate
 * counts no longer (CERT-F-18).
 */
#include <openssl/evp.h>
#include <poll.h>
#include <stdlib.h>

#include "conformance/cases/cert/office.h"
#include "conformance/cases/cert/standing.h"
#include "lib/mem.h"

extern const struct conf_group conf_cert_login_counts;

enum { DER_MOST = 64 << 10, PAUSE_MS = 500, ASKED_MOST = 240 };
#define ENDED_US 60000000

/* ---- a session whose certificate is revoked: collect ---- */

static bool
was_refused(const struct login *l)
{
	return desk_answer(l->desk)->end == OPERATION_REFUSED;
}

/* "odd-N", until that is refused or what ocsp.delay allows is over. */
static void
use_on(struct trial *t, struct login *l, struct span der)
{
	const int64_t most_ms = standing_delay_ms(t);
	const struct mono began = clock_mono();
	int64_t n = 0, waited = 0;

	while (n < ASKED_MOST) {
		char *name = mem_textf("odd-%lld", (long long)n++);

		login_use(l, name, der);
		free(name);
		waited = mono_since_us(began, clock_mono()) / 1000;
		if (was_refused(l) || waited >= most_ms ||
		    trial_left_ms(t) < 2 * PAUSE_MS)
			break;
		poll(NULL, 0, PAUSE_MS);
	}
	trial_fact_int(t, "odd.asked", n);
	trial_fact_int(t, "odd.waited", waited);
}

/*
 * What is asked for is another certificate of hers, which stays good: that it
 * is shown no more is for the session alone.
 */
static void
outlive(struct office *o, const struct holding *h, EVP_PKEY *own,
    struct span own_der)
{
	struct login l;
	bool revoked;

	if (!login_all(o, "alice", "right", h->key, buf_span(&h->der), &l)) {
		login_end(&l, "right");
		return;
	}
	login_use(&l, "used", own_der);
	revoked = office_ask(o, "registrar", "spoilt", "certificate.revoke",
	    (struct operation_value[]){ { "serial", h->serial },
		{ "reason", "cessationOfOperation" }, { NULL, NULL } });
	if (revoked)
		use_on(o->trial, &l, own_der);
	login_end(&l, "right");
	if (login_all(o, "alice", "still", own, own_der, &l))
		login_use(&l, "still", own_der);
	login_end(&l, "still");
}

static bool
collect_outlived(struct trial *t)
{
	EVP_PKEY *own = NULL;
	struct holding h;
	struct office o;
	struct buf der;

	buf_init(&der, DER_MOST);
	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "signing", &h) &&
	    login_own(&o, "alice", &own, &der))
		outlive(&o, &h, own, buf_span(&der));
	holding_free(&h);
	office_close(&o);
	EVP_PKEY_free(own);
	buf_free(&der);
	return true;
}

/* ---- one that has expired: collect ---- */

static bool
collect_expired(struct trial *t)
{
	EVP_PKEY *own = NULL, *old = NULL;
	struct buf der, old_der;
	struct office o;
	struct login l;

	buf_init(&der, DER_MOST);
	buf_init(&old_der, DER_MOST);
	office_open(t, &o);
	if (login_own(&o, "alice", &own, &der) &&
	    login_own(&o, "lapsed", &old, &old_der)) {
		trial_file(t, "lapsed.der", buf_span(&old_der));
		login_once(&o, "right", own, buf_span(&der));
		status_note_time(t, "odd.at");
		(void)login_all(
		    &o, "lapsed", "odd", old, buf_span(&old_der), &l);
		login_end(&l, "odd");
	}
	office_close(&o);
	EVP_PKEY_free(own);
	EVP_PKEY_free(old);
	buf_free(&der);
	buf_free(&old_der);
	return true;
}

/* ---- judge ---- */

static bool
heard_done(struct trial *t, const char *name)
{
	struct operation_answer a;
	const bool done = operation_heard(t, name, "certificate.show", &a);

	operation_free(&a);
	return done;
}

/* Who has not been waited for as long as is allowed is not blamed. */
static void
claim_ended(struct trial *t)
{
	int64_t n = 0, waited = 0;
	char *last;

	if (!trial_sane(t,
		trial_fact_get_int(t, "odd.asked", &n) && n > 0 &&
		    trial_fact_get_int(t, "odd.waited", &waited),
		"not known how often it was asked, and how long"))
		return;
	last = mem_textf("odd-%lld", (long long)(n - 1));
	if (trial_need(t,
		waited >= standing_delay_ms(t) || !heard_done(t, last),
		"%.1f s only were waited for", (double)waited / 1000))
		office_claim_refused(t, last, "certificate.show");
	free(last);
}

static void
judge_outlived(struct trial *t)
{
	if (office_need_enrolled(t, "new") &&
	    office_need(t, "right.open", "session.open") &&
	    office_need(t, "used", "certificate.show") &&
	    office_need(t, "spoilt", "certificate.revoke") &&
	    office_need(t, "still", "certificate.show"))
		claim_ended(t);
}

/* By whichever clock: what ended a moment ago is left alone. */
static bool
need_ended(struct trial *t)
{
	const struct buf *der = trial_content(t, "lapsed.der");
	struct pki_certificate c;
	struct wall at;

	return trial_need(t,
		   der != NULL && certificate_read(&c, buf_span(der), NULL) &&
		       c.ends.readable,
		   "the certificate of lapsed cannot be read") &&
	       status_time(t, "odd.at", &at) &&
	       trial_need(t, c.ends.at.us + ENDED_US < at.us,
		   "the certificate of lapsed has not expired");
}

static void
judge_expired(struct trial *t)
{
	if (need_ended(t) && office_need(t, "right.open", "session.open"))
		office_claim_refused(t, "odd.open", "session.open");
}

/* clang-format off */
static const struct conf_case cases[] = {
	OFFICE_CASE("cert.login.outlived", CERT_F_18, LEVEL_SHOULD,
	    " operation:certificate.show operation:certificate.revoke",
	    "CERT-F-12 ocsp.delay",
	    "a session ends when the certificate behind it is revoked",
	    "登录所用证书被撤销后会话随之失效",
	    collect_outlived, judge_outlived),
	{
		.id = "cert.login.expired",
		.verifies = CERT_F_18,
		.clause = "GB/T 15843.3",
		.title = "a certificate that has expired opens no session",
		.title_zh = "已过期的证书不能登录",
		.needs = "cert.lapsed key:alice key:lapsed "
			 "operation:session.challenge operation:session.open",
		.collect = collect_expired,
		.judge = judge_expired,
	},
};

const struct conf_group conf_cert_login_counts = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
