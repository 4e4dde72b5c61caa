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

/* ---- until it counts no longer: collect ---- */

/* One that was there and is to be refused, and what it is tried with. */
struct waning {
	struct office *office;
	struct login *login;
	EVP_PKEY *key;
	struct span der;
};

typedef bool try_once(struct waning *, const char *name); /* refused? */

static bool
was_refused(const struct login *l)
{
	return desk_answer(l->desk)->end == OPERATION_REFUSED;
}

static bool
try_session(struct waning *w, const char *name)
{
	login_use(w->login, name, w->der);
	return was_refused(w->login);
}

static bool
try_login(struct waning *w, const char *name)
{
	struct login l;
	bool refused;

	(void)login_all(w->office, "alice", name, w->key, w->der, &l);
	refused = was_refused(&l);
	login_end(&l, name);
	return refused;
}

/* "odd-N", until that is refused or what ocsp.delay allows is over. */
static void
until_refused(struct trial *t, try_once *once, struct waning *w)
{
	const int64_t most_ms = standing_delay_ms(t);
	const struct mono began = clock_mono();
	int64_t n = 0, waited = 0;
	bool refused = false;

	while (!refused && n < ASKED_MOST) {
		char *name = mem_textf("odd-%lld", (long long)n++);

		refused = once(w, name);
		free(name);
		waited = mono_since_us(began, clock_mono()) / 1000;
		if (refused || waited >= most_ms ||
		    trial_left_ms(t) < 2 * PAUSE_MS)
			break;
		poll(NULL, 0, PAUSE_MS);
	}
	trial_fact_int(t, "odd.asked", n);
	trial_fact_int(t, "odd.waited", waited);
}

static bool
spoil(struct office *o, const struct holding *h, const char *operation)
{
	return office_ask(o, "registrar", "spoilt", operation,
	    (struct operation_value[]){ { "serial", h->serial },
		{ "reason", "cessationOfOperation" }, { NULL, NULL } });
}

/* It opens a session at first; then that was done to it. */
static bool
collect_spoilt(struct trial *t, const char *operation)
{
	struct office o;
	struct holding h;

	office_open(t, &o);
	if (office_enroll(&o, "alice", "new", "signing", &h)) {
		struct waning w = {
			.office = &o, .key = h.key, .der = buf_span(&h.der)
		};

		login_once(&o, "right", h.key, buf_span(&h.der));
		if (spoil(&o, &h, operation))
			until_refused(t, try_login, &w);
	}
	holding_free(&h);
	office_close(&o);
	return true;
}

static bool
collect_revoked(struct trial *t)
{
	return collect_spoilt(t, "certificate.revoke");
}

static bool
collect_held(struct trial *t)
{
	return collect_spoilt(t, "certificate.suspend");
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

	if (!login_all(o, "alice", "right", h->key, buf_span(&h->der), &l)) {
		login_end(&l, "right");
		return;
	}
	login_use(&l, "used", own_der);
	if (spoil(o, h, "certificate.revoke"))
		until_refused(o->trial, try_session,
		    &(struct waning){ .login = &l, .der = own_der });
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
heard_done(struct trial *t, const char *name, const char *operation)
{
	struct operation_answer a;
	const bool done = operation_heard(t, name, operation, &a);

	operation_free(&a);
	return done;
}

/*
 * The last that was tried, "odd-N" and what is behind it.  Who has not been
 * waited for as long as is allowed is not blamed.
 */
static void
claim_ended(struct trial *t, const char *more, const char *operation)
{
	int64_t n = 0, waited = 0;
	char *last;

	if (!trial_sane(t,
		trial_fact_get_int(t, "odd.asked", &n) && n > 0 &&
		    trial_fact_get_int(t, "odd.waited", &waited),
		"not known how often it was asked, and how long"))
		return;
	last = mem_textf("odd-%lld%s", (long long)(n - 1), more);
	if (trial_need(t,
		waited >= standing_delay_ms(t) ||
		    !heard_done(t, last, operation),
		"%.1f s only were waited for", (double)waited / 1000))
		desks_claim_refused(t, last, operation);
	free(last);
}

static void
judge_spoilt(struct trial *t, const char *operation)
{
	if (office_need_enrolled(t, "new") &&
	    desks_need(t, "right.open", "session.open") &&
	    desks_need(t, "spoilt", operation))
		claim_ended(t, ".open", "session.open");
}

static void
judge_revoked(struct trial *t)
{
	judge_spoilt(t, "certificate.revoke");
}

static void
judge_held(struct trial *t)
{
	judge_spoilt(t, "certificate.suspend");
}

static void
judge_outlived(struct trial *t)
{
	if (office_need_enrolled(t, "new") &&
	    desks_need(t, "right.open", "session.open") &&
	    desks_need(t, "used", "certificate.show") &&
	    desks_need(t, "spoilt", "certificate.revoke") &&
	    desks_need(t, "still", "certificate.show"))
		claim_ended(t, "", "certificate.show");
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
	if (need_ended(t) && desks_need(t, "right.open", "session.open"))
		desks_claim_refused(t, "odd.open", "session.open");
}

/* clang-format off */
static const struct conf_case cases[] = {
	OFFICE_CASE("cert.login.revoked", CERT_F_18, LEVEL_SHALL,
	    " operation:certificate.revoke", "GB/T 15843.3",
	    "a certificate that was revoked opens no session",
	    "已撤销的证书不能登录", collect_revoked, judge_revoked),
	OFFICE_CASE("cert.login.held", CERT_F_18, LEVEL_SHALL,
	    " operation:certificate.suspend", "GB/T 15843.3",
	    "a certificate on hold opens no session",
	    "已冻结的证书不能登录", collect_held, judge_held),
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
