/* SPDX-License-Identifier: MIT */
/*
 * Who may ask for what, and the record of it: one row an operation.
 */
#include <stdio.h>
#include <string.h>

#include "lib/digest.h"
#include "reference/ca/log.h"
#include "reference/ra/inner.h"

/* Duties beside those of the world: everybody but an auditor may apply. */
enum { APPLICANT = 1 << 8, ANYBODY = 1 << 9 };

/* clang-format off */
static const struct operation {
	const char *name;
	bool (*serve)(struct ra_call *);
	unsigned duties;  /* one of these is needed */
	bool recorded;    /* also when it is done; refused: always */
	enum fault open;  /* for everybody who is logged in */
	enum fault silent; /* nothing is recorded */
} operations[] = {
#define ALL (APPLICANT | WORLD_AUDITOR)
#define NO  FAULT_NONE
	{ "session.challenge", ra_challenge, ANYBODY, false, NO, NO },
	{ "session.open", ra_session_open, ANYBODY, true, NO, NO },
	{ "session.close", ra_session_close, ALL, true, NO, NO },
	{ "application.submit", ra_submit, APPLICANT, true, NO, NO },
	{ "application.show", ra_show, APPLICANT, false, NO, NO },
	{ "application.approve", ra_approve, WORLD_REGISTRAR, true, NO, NO },
	{ "application.refuse", ra_refuse, WORLD_REGISTRAR, true, NO, NO },
	{ "application.issue", ra_issue, WORLD_ISSUER, true, NO, NO },
	{ "certificate.show", ra_certificate_show, APPLICANT, false, NO, NO },
	{ "certificate.renew", ra_renew, APPLICANT, true, NO, NO },
	{ "certificate.rekey", ra_rekey, APPLICANT, true, NO, NO },
	{ "certificate.suspend", ra_suspend, APPLICANT, true, NO, NO },
	{ "certificate.resume", ra_resume, WORLD_REGISTRAR, true, NO, NO },
	{ "certificate.revoke", ra_revoke, APPLICANT, true, NO, NO },
	{ "recovery.request", ra_recovery_request, APPLICANT, true, NO, NO },
	{ "recovery.approve", ra_recovery_approve, WORLD_CUSTODIAN, true, NO, NO },
	{ "recovery.fetch", ra_recovery_fetch, APPLICANT, true, NO, NO },
	{ "audit.query", ra_audit_query, WORLD_AUDITOR, false, NO, NO },
	{ "audit.signer", ra_audit_signer, ALL, false, NO, NO },
};
/* clang-format on */

static const struct operation *
operation_of(const char *name)
{
	for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}

/* ---- who asks ---- */

static unsigned
duties_of(const struct world_person *p)
{
	const unsigned own = p == NULL ? 0 : p->duties;

	return own | (own & WORLD_AUDITOR ? 0 : APPLICANT);
}

static bool
know(struct ra_call *c)
{
	const struct span token = bound_credential(&c->http, "Bearer");
	char digest[DIGEST_TEXT];

	digest_text(token, digest);
	if (token.len > 0 &&
	    store_ra_session_get(c->store, digest, &c->session) &&
	    c->session.until.us > c->http.now.us)
		c->who = ra_person(c->ra, c->session.user);
	if (c->who != NULL)
		return true;
	http_answer_header(
	    c->http.answer, "WWW-Authenticate", "Bearer"); /* RFC 6750 3 */
	return bound_refuse(&c->http, 401, "a session is needed");
}

static bool
admit(struct ra_call *c, const struct operation *o)
{
	if (o->duties & ANYBODY)
		return true;
	if (!know(c))
		return false;
	return (o->duties & duties_of(c->who)) != 0 ||
	       (o->open != FAULT_NONE && faulty(c, o->open)) ||
	       bound_refuse(&c->http, 403, "%s may not do that", c->who->user);
}

/* ---- what is recorded ---- */

static bool
record(struct ra_call *c, const struct operation *o, bool done, struct err *err)
{
	char detail[512];
	struct ca_log_record log;
	bool ok;

	if (o->silent != FAULT_NONE && faulty(c, o->silent))
		return true;
	snprintf(detail, sizeof detail, "%s%s%s",
	    done ? "" : "refused: ", done ? "" : bound_note(&c->http),
	    c->detail);
	ca_log_begin(c->ra->ca, c->http.now,
	    &(struct ca_log_entry){ c->who == NULL ? "nobody" : c->who->user,
		o->name, c->object, detail },
	    &log);
	ok = store_ca_log(c->store, &log.record, err);
	ca_log_end(&log);
	return ok;
}

/* A challenge is spent, and nothing else is changed. */
static void
take_back(struct ra_call *c, const struct operation *o)
{
	struct err err;

	err_set(&err, ERR_PROTOCOL, "refused");
	store_end(c->store, false, &err);
	store_begin(c->store);
	if (c->spent[0] != '\0')
		store_ra_challenge_drop(c->store, c->spent);
	if (!store_end(c->store, record(c, o, false, &err), &err))
		bound_refuse(&c->http, 500, "%s", err.what);
}

static void
run(struct ra_call *c, const struct operation *o,
    const struct http_words *words)
{
	struct err err;

	store_begin(c->store);
	if (!admit(c, o) || !bound_take(&c->http, words) || !o->serve(c)) {
		take_back(c, o);
		return;
	}
	if (c->spent[0] != '\0')
		store_ra_challenge_drop(c->store, c->spent);
	if (!store_end(
		c->store, !o->recorded || record(c, o, true, &err), &err))
		bound_refuse(&c->http, 500, "%s", err.what);
}

static void
serve(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	struct ra_call c = { .ra = site->ra, .store = site->store };

	bound_begin(&c.http, binding_find("certificates"), site, r, now, a);
	run(&c, operation_of(c.http.is->name), words);
	bound_end(&c.http);
}

static const struct http_route routes[] = {
#define BINDING(...)
#define FIELD(...)
#define OPERATION(of, name, who, method, path, ...) ROUTE_##of(method, path)
#define ROUTE_CERTIFICATES(method, path)            { method, path, serve },
#define ROUTE_CRYPTOGRAPHY(method, path)
#include "lib/binding.def"
};

const struct http_app ra_app = { "ra", routes,
	sizeof routes / sizeof routes[0] };
