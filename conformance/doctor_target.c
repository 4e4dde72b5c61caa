/* SPDX-License-Identifier: MIT */
/* What the doctor finds out about the target by talking to it. */
#include "conformance/doctor_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include "lib/mem.h"

#define DAYS_LEFT 30 /* fewer are worth a warning; project default */
#define CLOCK_S   60 /* likewise, between two clocks */

/* clang-format off */
static const struct doctor_todo
	renew_certificate = { "renew the certificate", "更新证书", false },
	check_answers = {
		"the target says yes to everything: claims prove nothing",
		"被测系统对一切都应答成功：声明无从验证", true },
	show_root = {
		"let anybody read the rootDSE: by it clients find out what a "
		"directory can do",
		"允许匿名读取根条目：客户端由此了解目录的能力", true },
	tell_version = {
		"let the rootDSE name supportedLDAPVersion 3",
		"根条目应列出 supportedLDAPVersion: 3", true },
	check_directory = {
		"check directory.base and directory.people, and the rights of "
		"the account",
		"检查 directory.base、directory.people 与该账号的权限", false },
	set_clocks = { "synchronise both clocks", "同步两端时钟", false };
/* clang-format on */

/* ---- of any endpoint ---- */

struct doctor_title
doctor_title(const struct profile_endpoint *e, const char *what)
{
	struct doctor_title title;

	snprintf(title.text, sizeof title.text, "%s: %s", e->service, what);
	return title;
}

void
doctor_connected(struct doctor *d, const struct profile_endpoint *e, int64_t us)
{
	doctor_find(d, DOCTOR_OK, nothing, doctor_title(e, "connect").text,
	    "%s port %u, %lld ms", e->host, e->port, (long long)(us / 1000));
}

void
doctor_secured(struct doctor *d, const struct profile_endpoint *e,
    const char *version, const char *cipher)
{
	if (e->tls == PROFILE_TLS_NONE)
		doctor_find(d, DOCTOR_NOTE, nothing,
		    doctor_title(e, "TLS").text, "none, as the profile says");
	else if (version[0] != '\0')
		doctor_find(d, DOCTOR_OK, nothing, doctor_title(e, "TLS").text,
		    "%s, %s, trusted, shows %s", version, cipher, e->name);
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

void
doctor_certificate(
    struct doctor *d, const struct profile_endpoint *e, const struct buf *chain)
{
	int days;

	if (chain->len == 0 || !days_left(chain, &days))
		return;
	doctor_find(d,
	    days < 0           ? DOCTOR_BAD
	    : days < DAYS_LEFT ? DOCTOR_WARN
			       : DOCTOR_OK,
	    days < DAYS_LEFT ? renew_certificate : nothing,
	    doctor_title(e, "certificate").text, "%d days left", days);
}

void
doctor_clock(struct doctor *d, const struct profile_endpoint *e, int64_t told_s,
    struct wall heard)
{
	const int64_t off = told_s - heard.us / 1000000;
	const bool far = off > CLOCK_S || off < -CLOCK_S;

	doctor_find(d, far ? DOCTOR_WARN : DOCTOR_OK,
	    far ? set_clocks : nothing, doctor_title(e, "clock").text,
	    "%+lld s from ours", (long long)off);
}

/* ---- a conversation ---- */

static bool
is_of(const struct sight *s, const char *family)
{
	return strncmp(s->endpoint->service, family, strlen(family)) == 0;
}

bool
sight_is_submission(const struct sight *s)
{
	return is_of(s, "submission");
}

bool
sight_is_pop3(const struct sight *s)
{
	return is_of(s, "pop3");
}

bool
sight_is_imap(const struct sight *s)
{
	return is_of(s, "imap");
}

bool
sight_is_ldap(const struct sight *s)
{
	return is_of(s, "ldap");
}

static const char *
step_name(const struct sight *s)
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

	return sight_is_ldap(s) && s->step == SIGHT_EHLO ? "rootDSE"
							 : names[s->step];
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
	int64_t told;

	if (greeting_date(&s->greeting, &told))
		doctor_clock(d, s->endpoint, told, s->greeted);
	else if (!sight_is_ldap(s))
		doctor_find(d, DOCTOR_NOTE, nothing,
		    doctor_title(s->endpoint, "clock").text,
		    "not observable here: the greeting has no date");
}

/* A server that knows everything makes its other answers worthless. */
static void
judge_decoys(struct doctor *d, const struct sight *s, const char *decoy)
{
	const struct doctor_title what = doctor_title(s->endpoint, "decoys");
	const int code = sight_code(&s->asked);

	if (sight_is_ldap(s)
		? sight_announces(&s->ehlo, "supportedExtension", decoy)
		: sight_announces(&s->ehlo, decoy, NULL))
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
	if (s->step >= SIGHT_ASK)
		return true;
	doctor_find(d, DOCTOR_BAD,
	    s->step == SIGHT_CONNECT ? start_service
	    : s->step == SIGHT_TLS   ? check_certificate
				     : check_protocol,
	    doctor_title(s->endpoint, step_name(s)).text, "%s", s->why);
	return false;
}

static void
judge_greeting(struct doctor *d, const struct sight *s)
{
	const int code = sight_code(&s->greeting);

	if (s->step > SIGHT_GREETING && s->greeting.len != 0)
		doctor_find(d,
		    code == (sight_is_pop3(s) ? 250 : 220) ? DOCTOR_OK
							   : DOCTOR_WARN,
		    nothing, doctor_title(s->endpoint, "greeting").text, "%s",
		    buf_text(&s->greeting));
}

/* The names that cases look below, as the first account sees them. */
static void
judge_names(struct doctor *d, const struct sight *s, const struct profile *p)
{
	const struct {
		const char *what, *name;
		const struct buf *reply;
	} names[] = { { "directory.base", p->directory.base, &s->base },
		{ "directory.people", p->directory.people, &s->people } };

	for (size_t i = 0; i < 2; i++) {
		const bool there =
		    sight_code(names[i].reply) == 250 &&
		    sight_announces(names[i].reply, "entry", NULL);

		if (names[i].name == NULL || names[i].reply->len == 0)
			continue;
		doctor_find(d, there ? DOCTOR_OK : DOCTOR_BAD,
		    there ? nothing : check_directory,
		    doctor_title(s->endpoint, names[i].what).text, "%s: %.*s",
		    names[i].name, (int)strcspn(buf_text(names[i].reply), "\n"),
		    buf_text(names[i].reply));
	}
}

static void
judge_root(struct doctor *d, const struct sight *s)
{
	const struct doctor_title what = doctor_title(s->endpoint, "rootDSE");

	if (sight_code(&s->ehlo) != 250)
		doctor_find(d, DOCTOR_WARN, show_root, what.text,
		    "is not shown: %.*s",
		    (int)strcspn(buf_text(&s->ehlo), "\n"), buf_text(&s->ehlo));
	else if (!sight_announces(&s->ehlo, "supportedLDAPVersion", "3"))
		doctor_find(d, DOCTOR_WARN, tell_version, what.text,
		    "does not say that it speaks version 3");
	else
		doctor_find(
		    d, DOCTOR_OK, nothing, what.text, "speaks version 3");
}

static void
judge_sight(struct clinic *c, const struct sight *s)
{
	struct doctor *d = c->doctor;

	if (s->step != SIGHT_CONNECT)
		doctor_connected(d, s->endpoint, s->connect_us);
	judge_greeting(d, s);
	doctor_secured(d, s->endpoint, s->version, s->cipher);
	doctor_certificate(d, s->endpoint, &s->chain);
	if (!judge_reached(d, s))
		return;
	judge_clock(d, s);
	if (sight_is_ldap(s)) {
		judge_root(d, s);
		judge_names(d, s, c->setup->profile);
	}
	judge_decoys(d, s, sight_is_ldap(s) ? c->oid : c->decoy);
}

/* ---- all of it ---- */

/* n of so many letters or digits from the first on, unforeseeable. */
static void
random_word(char *word, size_t n, char first, int kinds)
{
	unsigned char bytes[32] = { 0 };

	RAND_bytes(bytes, sizeof bytes);
	for (size_t i = 0; i < n; i++)
		word[i] = (char)(first + bytes[i % sizeof bytes] % kinds);
	word[n] = '\0';
}

/* IMAP and LDAP tell strangers little: there, an account looks around. */
static void
look_at(struct clinic *c, const struct profile_endpoint *e, struct sight *sight)
{
	const struct profile_account *a = doctor_account(c->setup->profile, e);
	struct sight_asked asked = {
		.profile = c->setup->profile,
		.endpoint = e,
		.token = c->token,
		.verb = sight_is_ldap(sight) ? c->oid : c->decoy,
	};

	if (a != NULL) {
		asked.user = doctor_login_name(e, a);
		asked.password = a->password;
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
		if (!sight_speaks(p->endpoints[i].service)) {
			doctor_see_web(c, &p->endpoints[i]);
			continue;
		}
		look_at(c, &p->endpoints[i], &sights[i]);
		judge_sight(c, &sights[i]);
		doctor_see_logins(c, &sights[i]);
		submissions += sight_is_submission(&sights[i]);
	}
	if (submissions == 0)
		doctor_find(c->doctor, DOCTOR_NOTE, nothing, "login",
		    "not observed: no endpoint for submission");
	doctor_see_claims(c->doctor, p, sights, p->n_endpoints);
	for (size_t i = 0; i < p->n_endpoints; i++)
		sight_free(&sights[i]);
	free(sights);
}

void
doctor_see_target(struct doctor *d, const struct doctor_setup *setup)
{
	char token[24] = "doctor-", decoy[12] = "X", secret[24];
	char oid[24] = "2.25.1"; /* of UUIDs, X.667: no registry has it */
	struct clinic c = { .doctor = d,
		.setup = setup,
		.token = token,
		.decoy = decoy,
		.oid = oid,
		.secret = secret };

	random_word(token + 7, 10, 'a', 26);
	random_word(decoy + 1, 7, 'A', 26);
	random_word(oid + 6, 12, '0', 10);
	random_word(secret, 20, 'a', 26);
	see_target(&c);
}
