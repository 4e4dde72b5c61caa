/* SPDX-License-Identifier: MIT */
/*
 * The life of a certificate: its holder and a registrar may suspend and
 * revoke it; only a registrar ends a suspension.
 */
#include <stdio.h>
#include <string.h>

#include "reference/ca/log.h"
#include "reference/ra/inner.h"

/* ---- which one ---- */

bool
ra_find_certificate(struct ra_call *c, struct ra_certificate *found)
{
	const char *serial = bound_text(&c->http, "serial");

	buf_init(&found->der, RA_DER_MOST);
	snprintf(c->object, sizeof c->object, "%s", serial);
	return store_ra_holding_get(c->store, serial, &found->holding,
		   &found->row, &found->der) ||
	       bound_refuse(
		   &c->http, 404, "there is no certificate %s", serial);
}

void
ra_certificate_free(struct ra_certificate *found)
{
	buf_free(&found->der);
}

/* Its holder, or somebody of these duties. */
bool
ra_may(struct ra_call *c, const struct ra_certificate *x, unsigned duties)
{
	return ra_is(c, x->holding.user) || (c->who->duties & duties) != 0 ||
	       bound_refuse(&c->http, 403, "the certificate is another's");
}

/* ---- what is said of it ---- */

static const char *
state_of(enum store_ca_status status)
{
	static const char *const states[] = {
		[STORE_CA_GOOD] = "good",
		[STORE_CA_REVOKED] = "revoked",
		[STORE_CA_HELD] = "held",
	};

	return states[status];
}

/* RFC 5280 5.3.1, but for what is no revocation and what is a CA's. */
static const struct {
	const char *name;
	int code;
} reasons[] = {
	{ "unspecified", 0 },
	{ "keyCompromise", 1 },
	{ "affiliationChanged", 3 },
	{ "superseded", 4 },
	{ "cessationOfOperation", 5 },
	{ "privilegeWithdrawn", 9 },
};

static bool
reason_find(const char *name, int *code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (strcmp(reasons[i].name, name) == 0) {
			*code = reasons[i].code;
			return true;
		}
	return false;
}

static const char *
reason_name(int code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code)
			return reasons[i].name;
	return "certificateHold";
}

static const char *
state_shown(const struct ra_call *c, const struct store_ca_certificate *row)
{
	const bool was_held =
	    row->status == STORE_CA_GOOD && row->changed.us != 0;

	if (row->status == STORE_CA_HELD &&
	    (faulty(c, FAULT_RA_HOLD_UNSEEN) ||
		faulty(c, FAULT_RA_RESUMPTION_LISTED)))
		return state_of(row->reason == CA_CERTIFICATE_HOLD &&
					faulty(c, FAULT_RA_RESUMPTION_LISTED)
				    ? STORE_CA_HELD
				    : STORE_CA_GOOD);
	if (was_held && faulty(c, FAULT_RA_RESUMPTION_UNSEEN))
		return state_of(STORE_CA_HELD);
	return state_of(row->status);
}

bool
ra_certificate_show(struct ra_call *c)
{
	struct ra_certificate x;
	const bool ok = ra_find_certificate(c, &x) &&
			ra_may(c, &x, WORLD_REGISTRAR | WORLD_ISSUER);

	if (ok) {
		bound_give_octets(&c->http, "certificate", buf_span(&x.der));
		bound_give_text(&c->http, "state", state_shown(c, &x.row));
		if (x.row.status != STORE_CA_GOOD &&
		    !faulty(c, FAULT_RA_REASON_LOST))
			bound_give_text(
			    &c->http, "reason", reason_name(x.row.reason));
	}
	ra_certificate_free(&x);
	return ok;
}

/* ---- changes ---- */

/* What the authority says no to is a conflict. */
static bool
settle(struct ra_call *c, bool ok, const struct err *err,
    enum store_ca_status status)
{
	if (!ok)
		return bound_refuse(&c->http,
		    err->kind == ERR_PROTOCOL ? 409 : 500, "%s", err->what);
	bound_give_text(&c->http, "state", state_of(status));
	return true;
}

/* He, or anybody. */
static bool
may_revoke(
    struct ra_call *c, const struct ra_certificate *x, enum store_ca_status to)
{
	return faulty(c, to == STORE_CA_HELD ? FAULT_RA_HELD_BY_ANOTHER
					     : FAULT_RA_REVOKED_BY_ANOTHER) ||
	       ra_may(c, x, WORLD_REGISTRAR);
}

static bool
revoke(struct ra_call *c, int reason, enum store_ca_status status)
{
	struct ra_certificate x;
	struct err err;
	const bool ok = ra_find_certificate(c, &x) &&
			may_revoke(c, &x, status) &&
			settle(c,
			    ca_revoke(c->ra->ca, x.row.issuer, x.row.serial,
				reason, c->who->user, c->http.now, &err),
			    &err, status);

	ra_certificate_free(&x);
	return ok;
}

bool
ra_suspend(struct ra_call *c)
{
	return revoke(c, CA_CERTIFICATE_HOLD, STORE_CA_HELD);
}

bool
ra_revoke(struct ra_call *c)
{
	const char *name = bound_text(&c->http, "reason");
	int reason;

	if (!reason_find(name, &reason))
		return bound_refuse(&c->http, 400,
		    "reason should be one of unspecified, keyCompromise, "
		    "affiliationChanged, superseded, cessationOfOperation, "
		    "privilegeWithdrawn");
	snprintf(c->detail, sizeof c->detail, " (%s)", name);
	return revoke(c, reason, STORE_CA_REVOKED);
}

/* A state that the authority itself would not give it. */
static bool
overwrite(struct ra_call *c, const struct store_ca_certificate *row,
    enum store_ca_status status, int reason, struct err *err)
{
	struct ca_log_record log;
	bool ok;

	ca_log_begin(c->ra->ca, c->http.now,
	    &(struct ca_log_entry){ c->who->user, "resume", row->serial, "" },
	    &log);
	ok = store_ca_change(
	    c->store, row->id, status, reason, c->http.now, &log.record, err);
	ca_log_end(&log);
	return ok;
}

/* Faults: what is revoked, and what stays on the list. */
static bool
resume(struct ra_call *c, const struct ra_certificate *x, struct err *err)
{
	const bool revoked = x->row.status == STORE_CA_REVOKED &&
			     faulty(c, FAULT_RA_REVOKED_RESUMED);
	const bool listed = faulty(c, FAULT_RA_RESUMPTION_LISTED);

	if (revoked || listed)
		return overwrite(c, &x->row,
		    revoked ? STORE_CA_GOOD : STORE_CA_HELD,
		    revoked ? -1 : CA_REMOVE_FROM_CRL, err);
	return ca_resume(c->ra->ca, x->row.issuer, x->row.serial, c->who->user,
	    c->http.now, err);
}

bool
ra_resume(struct ra_call *c)
{
	struct ra_certificate x;
	struct err err;
	const bool ok = ra_find_certificate(c, &x) &&
			settle(c, resume(c, &x, &err), &err, STORE_CA_GOOD);

	ra_certificate_free(&x);
	return ok;
}
