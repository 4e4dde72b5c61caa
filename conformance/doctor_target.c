/* SPDX-License-Identifier: MIT */
/* What the doctor finds out about the target by talking to it. */
#include "conformance/doctor_inner.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "conformance/sight.h"
#include "lib/mem.h"

#define LOGINS_MOST 32 /* attempts in one examination */
#define DAYS_LEFT   30 /* fewer are worth a warning; project default */
#define CLOCK_S     60 /* likewise, between two clocks */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- what to do, in both languages ---- */

/* clang-format off */
static const struct doctor_todo
	start_service = {
		"start the service; check host, port and firewall",
		"启动服务；检查主机、端口和防火墙", false },
	check_protocol = {
		"check that host, port and tls name such a service",
		"检查 host、port 与 tls 是否指向该服务", false },
	check_certificate = {
		"check trust and name in the profile, and the certificate",
		"检查配置中的 trust 与 name，以及服务器证书", false },
	renew_certificate = { "renew the certificate", "更新证书", false },
	add_tls = {
		"log in over TLS only: set tls of the endpoint",
		"仅在 TLS 上登录：设置 endpoint 的 tls", false },
	check_credentials = {
		"check user and password reference of the account",
		"检查账号的 user 与口令引用", false },
	check_authentication = {
		"the target lets anybody in: repair that; no login proves anything",
		"被测系统不校验口令：修复之前登录成功不说明任何问题", true },
	check_answers = {
		"the target says yes to everything: claims prove nothing",
		"被测系统对一切都应答成功：声明无从验证", true },
	enable_or_drop = {
		"switch the feature on, or do not claim it",
		"启用该功能，或不作声明", true },
	declare_claim = {
		"will not be judged: add it to claims if it is to be",
		"不会被评判：如需评判请加入 claims", false },
	set_clocks = { "synchronise both clocks", "同步两端时钟", false };

/* What a server announces in EHLO or CAPA when it has what a claim names. */
static const struct announcement {
	const char *claim, *keyword, *word;
} announcements[] = {
	{ "smtp.starttls",		"STARTTLS",		NULL },
	{ "smtp.size",			"SIZE",			NULL },
	{ "smtp.size.limit",		"SIZE",			"*" },
	{ "smtp.8bitmime",		"8BITMIME",		NULL },
	{ "smtp.pipelining",		"PIPELINING",		NULL },
	{ "smtp.auth.plain",		"AUTH",			"PLAIN" },
	{ "smtp.auth.login",		"AUTH",			"LOGIN" },
	{ "smtp.auth.scram-sha-256",	"AUTH",			"SCRAM-SHA-256" },
	{ "smtp.enhancedstatuscodes",	"ENHANCEDSTATUSCODES",	NULL },
	{ "smtp.dsn",			"DSN",			NULL },
	{ "smtp.smtputf8",		"SMTPUTF8",		NULL },
	{ "smtp.chunking",		"CHUNKING",		NULL },
	{ "pop3.stls",			"STLS",			NULL },
	{ "pop3.top",			"TOP",			NULL },
	{ "pop3.uidl",			"UIDL",			NULL },
	{ "pop3.user",			"USER",			NULL },
	{ "pop3.sasl",			"SASL",			NULL },
	{ "pop3.auth.scram-sha-256",	"SASL",			"SCRAM-SHA-256" },
	{ "pop3.pipelining",		"PIPELINING",		NULL },
	{ "pop3.respcodes",		"RESP-CODES",		NULL },
	{ "imap.starttls",		"STARTTLS",		NULL },
	{ "imap.auth.plain",		"AUTH=PLAIN",		NULL },
	{ "imap.auth.scram-sha-256",	"AUTH=SCRAM-SHA-256",	NULL },
	{ "imap.saslir",		"SASL-IR",		NULL },
	{ "imap.literalplus",		"LITERAL+",		NULL },
	{ "imap.id",			"ID",			NULL },
	{ "imap.enable",		"ENABLE",		NULL },
	{ "imap.idle",			"IDLE",			NULL },
	{ "imap.namespace",		"NAMESPACE",		NULL },
	{ "imap.children",		"CHILDREN",		NULL },
	{ "imap.specialuse",		"SPECIAL-USE",		NULL },
	{ "imap.unselect",		"UNSELECT",		NULL },
	{ "imap.uidplus",		"UIDPLUS",		NULL },
	{ "imap.move",			"MOVE",			NULL },
	{ "imap.condstore",		"CONDSTORE",		NULL },
	{ "imap.sort",			"SORT",			NULL },
	{ "imap.quota",			"QUOTA",		NULL },
};
/* clang-format on */

/* ---- one endpoint ---- */

static struct doctor_title
title_of(const struct profile_endpoint *e, const char *what)
{
	struct doctor_title title;

	snprintf(title.text, sizeof title.text, "%s: %s", e->service, what);
	return title;
}

static const char *
step_name(enum sight_step step)
{
	static const char *const names[] = {
		[SIGHT_CONNECT] = "connect",
		[SIGHT_TLS] = "TLS",
		[SIGHT_GREETING] = "greeting",
		[SIGHT_EHLO] = "EHLO",
		[SIGHT_STARTTLS] = "STARTTLS",
		[SIGHT_ASK] = "command",
		[SIGHT_DONE] = "done",
	};

	return names[step];
}

/* Whole days until the certificate ends; false when it cannot be read. */
static bool
days_left(const struct buf *chain, int *days)
{
	BIO *bio = BIO_new_mem_buf(buf_text(chain), (int)chain->len);
	X509 *leaf = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	const int64_t now_s = clock_wall().us / 1000000;
	struct tm tm;
	bool ok =
	    leaf != NULL && ASN1_TIME_to_tm(X509_get0_notAfter(leaf), &tm) == 1;

	if (ok) {
		const int64_t s = (int64_t)timegm(&tm) - now_s;

		*days = (int)(s >= 0 ? s / 86400 : -((-s + 86399) / 86400));
	}
	X509_free(leaf);
	BIO_free(bio);
	return ok;
}

static void
judge_certificate(struct doctor *d, const struct sight *s)
{
	int days;

	if (s->chain.len == 0 || !days_left(&s->chain, &days))
		return;
	doctor_find(d,
	    days < 0           ? DOCTOR_BAD
	    : days < DAYS_LEFT ? DOCTOR_WARN
			       : DOCTOR_OK,
	    days < DAYS_LEFT ? renew_certificate : nothing,
	    title_of(s->endpoint, "certificate").text, "%d days left", days);
}

/* Date of a greeting that has one, as of old: RFC 5322 3.3 date-time. */
static bool
greeting_date(const struct buf *greeting, int64_t *s)
{
	const char *at = buf_text(greeting);
	struct tm tm;

	for (; *at != '\0'; at++) {
		tm = (struct tm){ 0 };
		if (strptime(at, "%a, %d %b %Y %H:%M:%S %z", &tm) == NULL)
			continue;
		*s = (int64_t)timegm(&tm) - tm.tm_gmtoff;
		return true;
	}
	return false;
}

static void
judge_clock(struct doctor *d, const struct sight *s)
{
	const struct doctor_title what = title_of(s->endpoint, "clock");
	int64_t told, off;
	bool far;

	if (!greeting_date(&s->greeting, &told)) {
		doctor_find(d, DOCTOR_NOTE, nothing, what.text,
		    "not observable here: the greeting has no date");
		return;
	}
	off = told - s->greeted.us / 1000000;
	far = off > CLOCK_S || off < -CLOCK_S;
	doctor_find(d, far ? DOCTOR_WARN : DOCTOR_OK,
	    far ? set_clocks : nothing, what.text, "%+lld s from ours",
	    (long long)off);
}

/* A server that knows everything makes its other answers worthless. */
static void
judge_decoys(struct doctor *d, const struct sight *s, const char *decoy)
{
	const struct doctor_title what = title_of(s->endpoint, "decoys");
	const int code = sight_code(&s->asked);

	if (sight_announces(&s->ehlo, decoy, NULL))
		doctor_find(d, DOCTOR_BAD, check_answers, what.text,
		    "announces %s, which we made up", decoy);
	else if (s->step == SIGHT_ASK)
		doctor_find(d, DOCTOR_WARN, check_answers, what.text,
		    "the unknown command %s: %s", decoy, s->why);
	else
		doctor_find(d,
		    code >= 500   ? DOCTOR_OK
		    : code >= 400 ? DOCTOR_WARN
				  : DOCTOR_BAD,
		    code >= 500 ? nothing : check_answers, what.text,
		    "%s is not announced; as a command it gets %s", decoy,
		    buf_text(&s->asked));
}

/* What stopped us, when the conversation did not reach its end. */
static bool
judge_reached(struct doctor *d, const struct sight *s)
{
	const char *step = step_name(s->step);

	if (s->step >= SIGHT_ASK)
		return true;
	doctor_find(d, DOCTOR_BAD,
	    s->step == SIGHT_CONNECT ? start_service
	    : s->step == SIGHT_TLS   ? check_certificate
				     : check_protocol,
	    title_of(s->endpoint, step).text, "%s", s->why);
	return false;
}

static bool
is_pop3(const struct sight *s)
{
	return strncmp(s->endpoint->service, "pop3", 4) == 0;
}

static bool
is_imap(const struct sight *s)
{
	return strncmp(s->endpoint->service, "imap", 4) == 0;
}

static void
judge_sight(struct doctor *d, const struct sight *s, const char *decoy)
{
	const int code = sight_code(&s->greeting);

	if (s->step != SIGHT_CONNECT)
		doctor_find(d, DOCTOR_OK, nothing,
		    title_of(s->endpoint, "connect").text,
		    "%s port %u, %lld ms", s->endpoint->host, s->endpoint->port,
		    (long long)(s->connect_us / 1000));
	if (s->step > SIGHT_GREETING && s->greeting.len != 0)
		doctor_find(d,
		    code == (is_pop3(s) ? 250 : 220) ? DOCTOR_OK : DOCTOR_WARN,
		    nothing, title_of(s->endpoint, "greeting").text, "%s",
		    buf_text(&s->greeting));
	if (s->endpoint->tls == PROFILE_TLS_NONE)
		doctor_find(d, DOCTOR_NOTE, nothing,
		    title_of(s->endpoint, "TLS").text,
		    "none, as the profile says");
	else if (s->version[0] != '\0')
		doctor_find(d, DOCTOR_OK, nothing,
		    title_of(s->endpoint, "TLS").text,
		    "%s, %s, trusted, shows %s", s->version, s->cipher,
		    s->endpoint->name);
	judge_certificate(d, s);
	if (!judge_reached(d, s) ||
	    sight_reach(s->endpoint->service) != SIGHT_SPEAKS)
		return;
	judge_clock(d, s);
	judge_decoys(d, s, decoy);
}

/* ---- claims ---- */

static bool
is_submission(const struct sight *s)
{
	return strncmp(s->endpoint->service, "submission", 10) == 0;
}

/* Where an announcement is to be expected, and in which EHLO. */
static const struct buf *
where(const struct sight *s, const struct announcement *a)
{
	const bool pop3 = strncmp(a->claim, "pop3", 4) == 0;
	const bool imap = strncmp(a->claim, "imap", 4) == 0;

	if (sight_reach(s->endpoint->service) != SIGHT_SPEAKS ||
	    s->step < SIGHT_ASK || pop3 != is_pop3(s) || imap != is_imap(s) ||
	    (pop3 && sight_code(&s->ehlo) != 250)) /* it has no CAPA */
		return NULL;
	if (strcmp(a->keyword, "STARTTLS") == 0 ||
	    strcmp(a->keyword, "STLS") == 0)
		return s->endpoint->tls == PROFILE_TLS_STARTTLS   ? &s->clear
		       : s->endpoint->tls == PROFILE_TLS_IMPLICIT ? NULL
								  : &s->ehlo;
	if (imap && !s->inside)
		return NULL;
	return a->word != NULL && !pop3 && !is_submission(s) ? NULL : &s->ehlo;
}

static void
judge_claim(struct doctor *d, const struct profile *p,
    const struct announcement *a, const struct sight *sights, size_t n)
{
	const bool declared = profile_claims(p, a->claim);
	struct doctor_title what;
	struct buf yes, no;
	const struct buf *ehlo;

	buf_init(&yes, DOCTOR_SEEN_MOST);
	buf_init(&no, DOCTOR_SEEN_MOST);
	for (size_t i = 0; i < n; i++) {
		ehlo = where(&sights[i], a);
		if (ehlo != NULL)
			buf_addf(sight_announces(ehlo, a->keyword, a->word)
				     ? &yes
				     : &no,
			    " %s", sights[i].endpoint->service);
	}
	snprintf(what.text, sizeof what.text, "claim %s", a->claim);
	if (declared && yes.len == 0 && no.len == 0)
		doctor_find(d, DOCTOR_NOTE, nothing, what.text,
		    "not observed: no endpoint could be asked");
	else if (declared && yes.len == 0)
		doctor_find(d, DOCTOR_BAD, enable_or_drop, what.text,
		    "declared, not announced by%s", buf_text(&no));
	else if (declared && no.len != 0)
		doctor_find(d, DOCTOR_WARN, enable_or_drop, what.text,
		    "announced by%s, not by%s", buf_text(&yes), buf_text(&no));
	else if (declared)
		doctor_find(d, DOCTOR_OK, nothing, what.text, "announced by%s",
		    buf_text(&yes));
	else if (yes.len != 0)
		doctor_find(d, DOCTOR_WARN, declare_claim, what.text,
		    "announced by%s, not declared", buf_text(&yes));
	buf_free(&yes);
	buf_free(&no);
}

/* ---- logins ---- */

struct clinic {
	struct doctor *doctor;
	const struct doctor_setup *setup;
	const char *token, *decoy, *secret; /* random words */
	int logins;                         /* so far */
};

static bool
let_in(const struct sight *s)
{
	return s->inside || sight_code(&s->asked) == 235;
}

/* One login in a connection of its own. */
static void
try_login(struct clinic *c, const struct profile_endpoint *e, const char *user,
    const char *password, struct sight *s)
{
	sight_take(
	    &(struct sight_asked){
		.profile = c->setup->profile,
		.endpoint = e,
		.token = c->token,
		.user = user,
		.password = password,
	    },
	    s);
	c->logins++;
}

static void
see_login(struct clinic *c, const struct profile_endpoint *e,
    const struct profile_account *a)
{
	struct doctor_title what;
	struct sight s;
	bool ok;

	try_login(c, e, a->user, a->password, &s);
	ok = s.step == SIGHT_DONE && let_in(&s);
	snprintf(what.text, sizeof what.text, "%s: login as %.60s", e->service,
	    a->role);
	doctor_find(c->doctor, ok ? DOCTOR_OK : DOCTOR_BAD,
	    ok ? nothing : check_credentials, what.text, "%s",
	    s.why != NULL ? s.why : buf_text(&s.asked));
	sight_free(&s);
}

/*
 * Without a refusal the logins above prove nothing.  Only the account that
 * may be locked out, or somebody who does not exist, is tried.
 */
static void
see_wrong_login(struct clinic *c, const struct profile_endpoint *e)
{
	const struct profile *p = c->setup->profile;
	const struct profile_account *victim =
	    p->safety.lockout ? profile_account(p, "victim") : NULL;
	char *nobody = mem_textf("%s@%s", c->token, p->mail.domain);
	struct sight s;
	int code;

	try_login(c, e, victim == NULL ? nobody : victim->user, c->secret, &s);
	code = sight_code(&s.asked);
	doctor_find(c->doctor,
	    let_in(&s)                            ? DOCTOR_BAD
	    : s.step == SIGHT_DONE && code >= 500 ? DOCTOR_OK
						  : DOCTOR_WARN,
	    let_in(&s) ? check_authentication : nothing,
	    title_of(e, victim == NULL ? "login of an unknown user"
				       : "wrong password of victim")
		.text,
	    "%s", s.why != NULL ? s.why : buf_text(&s.asked));
	sight_free(&s);
	free(nobody);
}

/* Who could submit is asked once more over IMAP, not all of them. */
static size_t
accounts_for(const struct profile *p, const struct sight *s)
{
	const bool seen = profile_endpoint(p, "submission") != NULL ||
			  profile_endpoint(p, "submissions") != NULL;

	return is_imap(s) && seen && p->n_accounts > 1 ? 1 : p->n_accounts;
}

static void
see_logins(struct clinic *c, const struct sight *s)
{
	const struct profile *p = c->setup->profile;
	const struct profile_endpoint *e = s->endpoint;
	const struct doctor_title what = title_of(e, "login");

	if ((!is_submission(s) && !is_imap(s)) || s->step < SIGHT_ASK)
		return;
	if (s->version[0] == '\0') {
		doctor_find(c->doctor, DOCTOR_WARN, add_tls, what.text,
		    "not tried: no password is sent without TLS");
		return;
	}
	if (!sight_announces(&s->ehlo, "AUTH", "PLAIN") &&
	    !sight_announces(&s->ehlo, "AUTH=PLAIN", NULL)) {
		doctor_find(c->doctor, DOCTOR_NOTE, nothing, what.text,
		    "not tried: AUTH PLAIN is not announced");
		return;
	}
	for (size_t i = 0; i < accounts_for(p, s); i++) {
		if (c->logins + 1 >= LOGINS_MOST) {
			doctor_find(c->doctor, DOCTOR_NOTE, nothing, what.text,
			    "%zu accounts not tried: %d logins are enough",
			    p->n_accounts - i, LOGINS_MOST);
			return;
		}
		see_login(c, e, &p->accounts[i]);
	}
	see_wrong_login(c, e);
}

/* ---- all of it ---- */

/* n letters, in upper or lower case, that nobody can foresee. */
static void
random_word(char *word, size_t n, char first)
{
	unsigned char bytes[32] = { 0 };

	RAND_bytes(bytes, sizeof bytes);
	for (size_t i = 0; i < n; i++)
		word[i] = (char)(first + bytes[i % sizeof bytes] % 26);
	word[n] = '\0';
}

/* IMAP tells strangers little: there, the first account looks around. */
static void
look_at(struct clinic *c, const struct profile_endpoint *e, struct sight *sight)
{
	const struct profile *p = c->setup->profile;
	struct sight_asked asked = {
		.profile = p, .endpoint = e, .token = c->token, .verb = c->decoy
	};

	if (strncmp(e->service, "imap", 4) == 0 && p->n_accounts > 0 &&
	    e->tls != PROFILE_TLS_NONE) {
		asked.user = p->accounts[0].user;
		asked.password = p->accounts[0].password;
		c->logins++;
	}
	sight_take(&asked, sight);
}

static void
see_target(struct clinic *c)
{
	const struct profile *p = c->setup->profile;
	struct sight *sights = mem_new(p->n_endpoints, sizeof *sights);
	size_t submissions = 0;

	for (size_t i = 0; i < p->n_endpoints; i++) {
		sights[i].endpoint = &p->endpoints[i];
		if (sight_reach(p->endpoints[i].service) == SIGHT_NOTHING) {
			doctor_find(c->doctor, DOCTOR_NOTE, nothing,
			    title_of(&p->endpoints[i], "connect").text,
			    "not looked at: we do not speak to it here");
			continue;
		}
		look_at(c, &p->endpoints[i], &sights[i]);
		judge_sight(c->doctor, &sights[i], c->decoy);
		if (sight_reach(p->endpoints[i].service) == SIGHT_TOUCHES)
			continue;
		see_logins(c, &sights[i]);
		submissions += is_submission(&sights[i]);
	}
	if (submissions == 0)
		doctor_find(c->doctor, DOCTOR_NOTE, nothing, "login",
		    "not observed: no endpoint for submission");
	for (size_t i = 0; i < COUNT(announcements); i++)
		judge_claim(
		    c->doctor, p, &announcements[i], sights, p->n_endpoints);
	for (size_t i = 0; i < p->n_endpoints; i++)
		sight_free(&sights[i]);
	free(sights);
}

void
doctor_see_target(struct doctor *d, const struct doctor_setup *setup)
{
	char token[24] = "doctor-", decoy[12] = "X", secret[24];
	struct clinic c = { .doctor = d,
		.setup = setup,
		.token = token,
		.decoy = decoy,
		.secret = secret };

	random_word(token + 7, 10, 'a');
	random_word(decoy + 1, 7, 'A');
	random_word(secret, 20, 'a');
	see_target(&c);
}
