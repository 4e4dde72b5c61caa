/* SPDX-License-Identifier: MIT */
/* Do the accounts of the profile come in, and nobody else? */
#include "conformance/doctor_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define LOGINS_MOST 64 /* attempts in one examination */

/* clang-format off */
static const struct doctor_todo
	add_tls = {
		"log in over TLS only: set tls of the endpoint",
		"仅在 TLS 上登录：设置 endpoint 的 tls", false },
	add_dn = {
		"give accounts their dn, or the directory is hardly judged",
		"为账号填写 dn，否则目录服务大多无法评判", false },
	check_credentials = {
		"check user and password reference of the account",
		"检查账号的 user 与口令引用", false },
	check_name = {
		"check dn and password reference of the account",
		"检查账号的 dn 与口令引用", false },
	check_authentication = {
		"the target lets anybody in: repair that; no login proves anything",
		"被测系统不校验口令：修复之前登录成功不说明任何问题", true };
/* clang-format on */

static bool
is_directory(const struct profile_endpoint *e)
{
	return strncmp(e->service, "ldap", 4) == 0;
}

const char *
doctor_login_name(
    const struct profile_endpoint *e, const struct profile_account *a)
{
	return is_directory(e) ? a->dn : a->user;
}

const struct profile_account *
doctor_account(const struct profile *p, const struct profile_endpoint *e)
{
	const bool looks =
	    is_directory(e) || strncmp(e->service, "imap", 4) == 0;

	for (size_t i = 0; looks && i < p->n_accounts; i++)
		if (e->tls != PROFILE_TLS_NONE &&
		    doctor_login_name(e, &p->accounts[i]) != NULL)
			return &p->accounts[i];
	return NULL;
}

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

	try_login(c, e, doctor_login_name(e, a), a->password, &s);
	ok = s.step == SIGHT_DONE && let_in(&s);
	snprintf(what.text, sizeof what.text, "%s: login as %.60s", e->service,
	    a->role);
	doctor_find(c->doctor, ok ? DOCTOR_OK : DOCTOR_BAD,
	    ok                ? nothing
	    : is_directory(e) ? check_name
			      : check_credentials,
	    what.text, "%s", s.why != NULL ? s.why : buf_text(&s.asked));
	sight_free(&s);
}

/* Beside somebody, so that the directory looks where people are. */
static char *
nobody_beside(const char *dn, const char *token)
{
	const char *at = dn;

	while (*at != '\0' && *at != ',')
		at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
	return mem_textf("cn=%s%s", token, at);
}

/*
 * Without a refusal the logins above prove nothing.  Only the account that
 * may be locked out, or somebody who does not exist, is tried; of a directory
 * the latter, for it may count along with the mail.
 */
static void
see_wrong_login(struct clinic *c, const struct profile_endpoint *e)
{
	const struct profile *p = c->setup->profile;
	const struct profile_account *victim =
	    p->safety.lockout && !is_directory(e) ? profile_account(p, "victim")
						  : NULL;
	char *nobody = is_directory(e)
			   ? nobody_beside(doctor_account(p, e)->dn, c->token)
			   : mem_textf("%s@%s", c->token, p->mail.domain);
	struct sight s;
	int code;

	try_login(c, e, victim == NULL ? nobody : victim->user, c->secret, &s);
	code = sight_code(&s.asked);
	doctor_find(c->doctor,
	    let_in(&s)                            ? DOCTOR_BAD
	    : s.step == SIGHT_DONE && code >= 500 ? DOCTOR_OK
						  : DOCTOR_WARN,
	    let_in(&s) ? check_authentication : nothing,
	    doctor_title(e, victim == NULL ? "login of an unknown user"
					   : "wrong password of victim")
		.text,
	    "%s", s.why != NULL ? s.why : buf_text(&s.asked));
	sight_free(&s);
	free(nobody);
}

/*
 * Who could submit is asked once more over IMAP, not all of them; and of two
 * directories one is asked for everybody.
 */
static size_t
most_accounts(const struct profile *p, const struct sight *s)
{
	const struct profile_endpoint *ldap = profile_endpoint(p, "ldap");
	const bool seen =
	    sight_is_imap(s) ? profile_endpoint(p, "submission") != NULL ||
				   profile_endpoint(p, "submissions") != NULL
	    : sight_is_ldap(s) ? ldap != NULL && ldap != s->endpoint &&
				     ldap->tls != PROFILE_TLS_NONE
			       : false;

	return seen ? 1 : p->n_accounts;
}

/* Is there a way to try it?  If not, that is said. */
static bool
can_log_in(struct doctor *d, const struct profile *p, const struct sight *s)
{
	const struct doctor_title what = doctor_title(s->endpoint, "login");

	if (s->version[0] == '\0')
		doctor_find(d, DOCTOR_WARN, add_tls, what.text,
		    "not tried: no password is sent without TLS");
	else if (sight_is_ldap(s) && doctor_account(p, s->endpoint) == NULL)
		doctor_find(d, DOCTOR_NOTE, add_dn, what.text,
		    "not tried: no account has a dn");
	else if (!sight_is_ldap(s) &&
		 !sight_announces(&s->ehlo, "AUTH", "PLAIN") &&
		 !sight_announces(&s->ehlo, "AUTH=PLAIN", NULL))
		doctor_find(d, DOCTOR_NOTE, nothing, what.text,
		    "not tried: AUTH PLAIN is not announced");
	else
		return true;
	return false;
}

void
doctor_see_logins(struct clinic *c, const struct sight *s)
{
	const struct profile *p = c->setup->profile;
	const struct profile_endpoint *e = s->endpoint;
	size_t tried = 0;

	if ((!sight_is_submission(s) && !sight_is_imap(s) &&
		!sight_is_ldap(s)) ||
	    s->step < SIGHT_ASK || !can_log_in(c->doctor, p, s))
		return;
	for (size_t i = 0; i < p->n_accounts && tried < most_accounts(p, s);
	     i++) {
		if (doctor_login_name(e, &p->accounts[i]) == NULL)
			continue;
		if (c->logins + 1 >= LOGINS_MOST) {
			doctor_find(c->doctor, DOCTOR_NOTE, nothing,
			    doctor_title(e, "login").text,
			    "%zu accounts not tried: %d logins are enough",
			    p->n_accounts - i, LOGINS_MOST);
			return;
		}
		see_login(c, e, &p->accounts[i]);
		tried++;
	}
	see_wrong_login(c, e);
}
