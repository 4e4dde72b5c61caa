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
} operations[] = {
#define ALL (APPLICANT | WORLD_AUDITOR)
	{ "session.challenge", ra_challenge, ANYBODY, false },
	{ "session.open", ra_session_open, ANYBODY, true },
	{ "session.close", ra_session_close, ALL, true },
	{ "application.submit", ra_submit, APPLICANT, true },
	{ "application.show", ra_show, APPLICANT, false },
	{ "application.approve", ra_approve, WORLD_REGISTRAR, true },
	{ "application.refuse", ra_refuse, WORLD_REGISTRAR, true },
	{ "application.issue", ra_issue, WORLD_ISSUER, true },
	{ "certificate.show", ra_certificate_show, APPLICANT, false },
	{ "certificate.renew", ra_renew, APPLICANT, true },
	{ "certificate.rekey", ra_rekey, APPLICANT, true },
	{ "certificate.suspend", ra_suspend, APPLICANT, true },
	{ "certificate.resume", ra_resume, WORLD_REGISTRAR, true },
	{ "certificate.revoke", ra_revoke, APPLICANT, true },
	{ "recovery.request", ra_recovery_request, APPLICANT, true },
	{ "recovery.approve", ra_recovery_approve, WORLD_CUSTODIAN, true },
	{ "recovery.fetch", ra_recovery_fetch, APPLICANT, true },
	{ "audit.query", ra_audit_query, WORLD_AUDITOR, false },
	{ "audit.signer", ra_audit_signer, ALL, false },
};

/* Who may in addition. */
static const struct {
	enum fault fault;
	const char *name;
	unsigned duties;
} liftings[] = {
	{ FAULT_RA_APPLICANT_APPROVES, "application.approve", APPLICANT },
	{ FAULT_RA_ISSUER_APPROVES, "application.approve", WORLD_ISSUER },
	{ FAULT_RA_REGISTRAR_ISSUES, "application.issue", WORLD_REGISTRAR },
	{ FAULT_RA_RESUMED_BY_ANOTHER, "certificate.resume", APPLICANT },
	{ FAULT_RA_REGISTRAR_AGREES, "recovery.approve", WORLD_REGISTRAR },
	{ FAULT_RA_HOLDER_AGREES, "recovery.approve", APPLICANT },
	{ FAULT_RA_LOG_OPEN, "audit.query", APPLICANT },
};

/* What is not recorded. */
static const struct {
	enum fault fault;
	const char *name;
} silences[] = {
	{ FAULT_RA_LOG_NO_SUBMISSION, "application.submit" },
	{ FAULT_RA_LOG_NO_APPROVAL, "application.approve" },
	{ FAULT_RA_LOG_NO_ISSUE, "application.issue" },
	{ FAULT_RA_LOG_NO_SUSPENSION, "certificate.suspend" },
	{ FAULT_RA_LOG_NO_RESUMPTION, "certificate.resume" },
	{ FAULT_RA_LOG_NO_REVOCATION, "certificate.revoke" },
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

/* Who is taken for whom without a session. */
static const struct world_person *
mistaken(const struct ra_call *c, struct span token)
{
	const struct world *w = c->ra->world;

	if (faulty(c, FAULT_RA_ANY_TOKEN) && token.len > 0)
		return &w->people[0];
	if (faulty(c, FAULT_RA_NOBODY_APPROVES) && token.len == 0)
		return world_person(w, "registrar");
	if (faulty(c, FAULT_RA_NOBODY_SEES) && token.len == 0 &&
	    strcmp(c->http.is->name, "certificate.show") == 0)
		return world_person(w, "registrar");
	return NULL;
}

static bool
know(struct ra_call *c)
{
	const struct span token = bound_credential(&c->http, "Bearer");

	c->who =
	    ra_session_of(c->ra, token, c->http.now, &c->session, c->ended);
	if (c->who == NULL)
		c->who = mistaken(c, token);
	if (c->who != NULL)
		return true;
	http_answer_header(
	    c->http.answer, "WWW-Authenticate", "Bearer"); /* RFC 6750 3 */
	return bound_refuse(&c->http, 401, "a session is needed");
}

static bool
admit(struct ra_call *c, const struct operation *o)
{
	unsigned duties = o->duties;

	if (duties & ANYBODY)
		return true;
	if (!know(c))
		return false;
	for (size_t i = 0; i < sizeof liftings / sizeof liftings[0]; i++)
		if (faulty(c, liftings[i].fault) &&
		    strcmp(liftings[i].name, o->name) == 0)
			duties |= liftings[i].duties;
	return (duties & duties_of(c->who)) != 0 ||
	       bound_refuse(&c->http, 403, "%s may not do that", c->who->user);
}

/* ---- what is recorded ---- */

static bool
is_silent(const struct ra_call *c, const struct operation *o, bool done)
{
	for (size_t i = 0; i < sizeof silences / sizeof silences[0]; i++)
		if (faulty(c, silences[i].fault) &&
		    strcmp(silences[i].name, o->name) == 0)
			return true;
	return !done && faulty(c, FAULT_RA_LOG_NO_REFUSAL);
}

static const char *
doer(const struct ra_call *c)
{
	if (faulty(c, FAULT_RA_LOG_NOBODY))
		return "system";
	return c->who == NULL ? "nobody" : c->who->user;
}

static bool
record(struct ra_call *c, const struct operation *o, bool done, struct err *err)
{
	char detail[512];
	struct ca_log_record log;
	bool ok;

	if (is_silent(c, o, done))
		return true;
	snprintf(detail, sizeof detail, "%s%s%s",
	    done ? "" : "refused: ", done ? "" : bound_note(&c->http),
	    c->detail);
	ca_log_begin(c->ra->ca, c->http.now,
	    &(struct ca_log_entry){ doer(c), o->name, c->object, detail },
	    &log);
	ok = store_ca_log(c->store, &log.record, err);
	ca_log_end(&log);
	return ok;
}

static void
spend(struct ra_call *c)
{
	if (c->spent[0] != '\0' && !faulty(c, FAULT_RA_CHALLENGE_KEPT))
		store_ra_challenge_drop(c->store, c->spent);
	if (c->ended[0] != '\0')
		store_ra_session_drop(c->store, c->ended);
}

/* A challenge is spent or a session ended, and nothing else is changed. */
static void
take_back(struct ra_call *c, const struct operation *o)
{
	struct err err;

	err_set(&err, ERR_PROTOCOL, "refused");
	store_end(c->store, false, &err);
	store_begin(c->store);
	spend(c);
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
	spend(c);
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
	if (varies(&c, VARIANT_RA_CREATED) && a->status == 200 &&
	    json_object_get(c.http.gives, "id") != NULL)
		a->status = 201;
	bound_end(&c.http);
}

static const struct http_route routes[] = {
#define BINDING(...)
#define FIELD(...)
#define OPERATION(of, name, who, method, path, ...) ROUTE_##of(method, path)
#define ROUTE_CERTIFICATES(method, path)            { method, path, serve },
#define ROUTE_CRYPTOGRAPHY(method, path)
#define ROUTE_SEALS(method, path)
#include "lib/binding.def"
};

const struct http_app ra_app = { "ra", routes,
	sizeof routes / sizeof routes[0] };
