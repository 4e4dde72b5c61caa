/* SPDX-License-Identifier: MIT */
/*
 * Who may ask for what, and the record of it: one row an operation.
 */
#include <stdio.h>
#include <string.h>

#include "reference/seal/inner.h"
#include "reference/seal/sign.h"

/* Duties beside those of the world: everybody but an auditor may apply. */
enum { APPLICANT = 1 << 8, ANYBODY = 1 << 9 };

enum recorded {
	NEVER,
	REFUSED, /* when it is refused */
	ALWAYS,
};

/* clang-format off */
static const struct operation {
	const char *name;
	bool (*serve)(struct desk_call *);
	unsigned duties;  /* one of these is needed */
	enum recorded recorded;
	const char *document; /* the field with what is to be sealed */
} operations[] = {
#define ALL (APPLICANT | WORLD_AUDITOR)
	{ "seal.apply", desk_apply, APPLICANT, ALWAYS, NULL },
	{ "seal.approve", desk_approve, WORLD_REGISTRAR, ALWAYS, NULL },
	{ "seal.refuse", desk_refuse, WORLD_REGISTRAR, ALWAYS, NULL },
	{ "seal.make", desk_make, WORLD_ISSUER, ALWAYS, NULL },
	{ "seal.issue", desk_issue, WORLD_ISSUER, ALWAYS, NULL },
	{ "seal.show", desk_show, APPLICANT, REFUSED, NULL },
	{ "seal.list", desk_list, APPLICANT, REFUSED, NULL },
	{ "seal.change", desk_change, APPLICANT, ALWAYS, NULL },
	{ "seal.suspend", desk_suspend, APPLICANT, ALWAYS, NULL },
	{ "seal.resume", desk_resume, WORLD_REGISTRAR, ALWAYS, NULL },
	{ "seal.revoke", desk_revoke, APPLICANT, ALWAYS, NULL },
	{ "seal.status", desk_status, ANYBODY, NEVER, NULL },
	{ "document.sign", desk_sign, APPLICANT, ALWAYS, "data" },
	{ "document.seal", desk_seal, APPLICANT, ALWAYS, "document" },
	{ "document.verify", desk_verify, APPLICANT, REFUSED, NULL },
	{ "document.check", desk_check, APPLICANT, REFUSED, NULL },
	{ "use.query", desk_query, WORLD_AUDITOR, REFUSED, NULL },
	{ "use.signer", desk_signer, ALL, REFUSED, NULL },
};

/* Who may in addition. */
static const struct {
	enum fault fault;
	const char *name;
	unsigned duties;
} liftings[] = {
	{ FAULT_SEAL_ANYBODY_APPROVES, "seal.approve", APPLICANT },
	{ FAULT_SEAL_ISSUER_APPROVES, "seal.approve", WORLD_ISSUER },
	{ FAULT_SEAL_REGISTRAR_MAKES, "seal.make", WORLD_REGISTRAR },
	{ FAULT_SEAL_REGISTRAR_ISSUES, "seal.issue", WORLD_REGISTRAR },
	{ FAULT_SEAL_ANYBODY_MAKES, "seal.make", APPLICANT },
	{ FAULT_SEAL_ANYBODY_ISSUES, "seal.issue", APPLICANT },
	{ FAULT_SEAL_RESUMED_BY_ANOTHER, "seal.resume", APPLICANT },
	{ FAULT_SEAL_LOG_OPEN, "use.query", APPLICANT },
};

/* What is not recorded. */
static const struct {
	enum fault fault;
	const char *name;
} silences[] = {
	{ FAULT_SEAL_LOG_NO_APPLICATION, "seal.apply" },
	{ FAULT_SEAL_LOG_NO_APPROVAL, "seal.approve" },
	{ FAULT_SEAL_LOG_NO_MAKING, "seal.make" },
	{ FAULT_SEAL_LOG_NO_ISSUE, "seal.issue" },
	{ FAULT_SEAL_LOG_NO_SUSPENSION, "seal.suspend" },
	{ FAULT_SEAL_LOG_NO_RESUMPTION, "seal.resume" },
	{ FAULT_SEAL_LOG_NO_REVOCATION, "seal.revoke" },
	{ FAULT_SEAL_LOG_NO_USE, "document.sign" },
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

/* Faults: operations that need no session, to who has no token. */
static bool
needs_none(const struct desk_call *c)
{
	static const struct {
		enum fault fault;
		const char *name;
	} open[] = {
		{ FAULT_SEAL_NOBODY_LISTS, "seal.list" },
		{ FAULT_SEAL_NOBODY_APPROVES, "seal.approve" },
		{ FAULT_SEAL_NOBODY_SIGNS, "document.sign" },
		{ FAULT_SEAL_NOBODY_SEALS, "document.seal" },
	};

	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
		if (desk_faulty(c, open[i].fault) &&
		    strcmp(open[i].name, c->http.is->name) == 0)
			return true;
	return false;
}

/* Tokens that the authority gives are digits of base 16. */
static bool
is_foreign(struct span token)
{
	for (size_t i = 0; i < token.len; i++)
		if (strchr("0123456789abcdef", token.ptr[i]) == NULL)
			return true;
	return false;
}

/* Whose token that was when it was seen first. */
static const struct world_person *
remembered(const struct desk_call *c, struct span token)
{
	const struct world_person *p = NULL;
	char digest[DIGEST_TEXT], name[DIGEST_TEXT + 8];
	struct buf user;

	buf_init(&user, STORE_RA_USER);
	digest_text(token, digest);
	snprintf(name, sizeof name, "seen/%s", digest);
	if (c->who != NULL)
		store_ca_thing_put(
		    c->store, name, span_of(c->who->user), &(struct err){ 0 });
	else if (store_ca_thing(c->store, name, &user))
		p = ra_person(c->desk->ra, buf_text(&user));
	buf_free(&user);
	return c->who != NULL ? c->who : p;
}

/* Faults: whom a token that is not good, or none, is taken for. */
static const struct world_person *
mistaken(const struct desk_call *c, struct span token)
{
	const struct world *w = c->desk->ra->world;

	if (desk_faulty(c, FAULT_SEAL_SESSION_STAYS))
		return remembered(c, token);
	if (c->who != NULL)
		return c->who;
	if (desk_faulty(c, FAULT_SEAL_ANY_TOKEN) && is_foreign(token))
		return world_person(w, "registrar");
	return token.len == 0 && needs_none(c) ? world_person(w, "registrar")
					       : NULL;
}

static bool
know(struct desk_call *c)
{
	const struct span token = bound_credential(&c->http, "Bearer");

	c->who = ra_session_of(
	    c->desk->ra, token, c->http.now, &c->session, c->ended);
	c->who = mistaken(c, token);
	if (c->who != NULL)
		return true;
	http_answer_header(
	    c->http.answer, "WWW-Authenticate", "Bearer"); /* RFC 6750 3 */
	return bound_refuse(&c->http, 401, "a session is needed");
}

static bool
admit(struct desk_call *c, const struct operation *o)
{
	unsigned duties = o->duties;

	if (duties & ANYBODY)
		return true;
	if (!know(c))
		return false;
	for (size_t i = 0; i < sizeof liftings / sizeof liftings[0]; i++)
		if (desk_faulty(c, liftings[i].fault) &&
		    strcmp(liftings[i].name, o->name) == 0)
			duties |= liftings[i].duties;
	return (duties & duties_of(c->who)) != 0 ||
	       bound_refuse(&c->http, 403, "%s may not do that", c->who->user);
}

/* ---- what it is about ---- */

/* As far as it can be read: of what is refused there is a record, too. */
static void
note_object(struct desk_call *c, const struct operation *o)
{
	const char *id = bound_text(&c->http, "id");

	if (id != NULL)
		snprintf(c->object, sizeof c->object, "%s", id);
	if (o->document == NULL || bound_text(&c->http, o->document) == NULL)
		return;
	seal_digest(bound_octets(&c->http, o->document), c->digest);
	c->digest[0] ^= desk_faulty(c, FAULT_SEAL_LOG_DIGEST);
	c->has_digest = true;
}

/* ---- what is recorded ---- */

static bool
is_silent(const struct desk_call *c, const struct operation *o, bool done)
{
	if (o->recorded == NEVER || (o->recorded == REFUSED && done) ||
	    (!done && desk_faulty(c, FAULT_SEAL_LOG_NO_REFUSAL)))
		return true;
	for (size_t i = 0; i < sizeof silences / sizeof silences[0]; i++)
		if (desk_faulty(c, silences[i].fault) &&
		    strcmp(silences[i].name, o->name) == 0)
			return done;
	return false;
}

static const char *
doer(const struct desk_call *c)
{
	if (desk_faulty(c, FAULT_SEAL_LOG_NOBODY))
		return "system";
	return c->who == NULL ? "nobody" : c->who->user;
}

static void
record(struct desk_call *c, const struct operation *o, bool done)
{
	char detail[512];
	const struct desk_entry entry = { .who = doer(c),
		.what = o->name,
		.about = c->object,
		.digest = { (const char *)c->digest,
		    c->has_digest ? sizeof c->digest : 0 },
		.done = done || desk_faulty(c, FAULT_SEAL_LOG_RESULT),
		.detail = detail };

	if (is_silent(c, o, done))
		return;
	snprintf(detail, sizeof detail, "%s%s%s",
	    done ? "" : bound_note(&c->http),
	    !done && c->detail[0] != '\0' ? "; " : "", c->detail);
	desk_record(c->desk, c->http.now, &entry);
	if (o->document != NULL && desk_faulty(c, FAULT_SEAL_LOG_TWICE))
		desk_record(c->desk, c->http.now, &entry);
}

/* What stays of a call that was refused. */
static void
spend(struct desk_call *c)
{
	if (c->ended[0] != '\0')
		store_ra_session_drop(c->store, c->ended);
	if (c->tried[0] != '\0')
		desk_pin_wrong(c);
}

static void
finish(struct desk_call *c)
{
	struct err err;

	if (!store_end(c->store, true, &err))
		bound_refuse(&c->http, 500, "%s", err.what);
}

/* Nothing of it is changed but what is spent, and the log. */
static void
take_back(struct desk_call *c, const struct operation *o)
{
	struct err err;

	err_set(&err, ERR_PROTOCOL, "refused");
	store_end(c->store, false, &err);
	store_begin(c->store);
	record(c, o, false);
	spend(c);
	finish(c);
}

static void
run(struct desk_call *c, const struct operation *o,
    const struct http_words *words)
{
	bool ok;

	store_begin(c->store);
	ok = admit(c, o);
	ok = bound_take(&c->http, words) && ok;
	note_object(c, o);
	if (!ok || !o->serve(c)) {
		take_back(c, o);
		return;
	}
	record(c, o, true);
	finish(c);
}

static void
serve(const struct site *site, const struct http_request *r,
    const struct http_words *words, struct wall now, struct http_answer *a)
{
	struct desk_call c = { .desk = site->seal, .store = site->store };

	bound_begin(&c.http, binding_find("seals"), site, r, now, a);
	run(&c, operation_of(c.http.is->name), words);
	if (desk_varies(&c, VARIANT_SEAL_CREATED) && a->status == 200 &&
	    (json_object_get(c.http.gives, "id") != NULL ||
		json_object_get(c.http.gives, "successor") != NULL))
		a->status = 201;
	bound_end(&c.http);
}

static const struct http_route routes[] = {
#define BINDING(...)
#define FIELD(...)
#define OPERATION(of, name, who, method, path, ...) ROUTE_##of(method, path)
#define ROUTE_SEALS(method, path)                   { method, path, serve },
#define ROUTE_CERTIFICATES(method, path)
#define ROUTE_CRYPTOGRAPHY(method, path)
#include "lib/binding.def"
};

const struct http_app seal_app = { "seal", routes,
	sizeof routes / sizeof routes[0] };
