/* SPDX-License-Identifier: MIT */
#include "reference/login.h"

#include <openssl/crypto.h>

/* Without SASL the "mechanism" is what the client said instead. */
static void
note(const struct login *l, struct span user, const char *event, bool success,
    struct wall now, const char *detail)
{
	struct buf text;

	buf_init(&text, 4096);
	buf_addf(&text, "%s%s%s", detail,
	    l->trace == NULL || l->trace[0] == '\0' ? "" : " ",
	    l->trace == NULL ? "" : l->trace);
	audit_write(l->site->audit, now,
	    &(struct audit_event){
		.service = l->service,
		.peer = l->peer,
		.user = user,
		.event = event,
		.result = success ? "success" : "failure",
		.detail = buf_text(&text),
	    });
	buf_free(&text);
}

static void
note_login(const struct login *l, const struct sasl *a, bool success,
    const char *why, struct wall now)
{
	struct buf detail;

	if (l->bends & (success ? LOGIN_NO_SUCCESS : LOGIN_NO_FAILURE))
		return;
	buf_init(&detail, 256);
	buf_addf(&detail, "mechanism=%s%s",
	    a->mechanism == NULL ? "none" : a->mechanism->name.ptr, why);
	note(l, span_of(a->user), "login", success, now, buf_text(&detail));
	buf_free(&detail);
}

static bool
is_locked(const struct login *l, const struct account *a, struct wall now)
{
	return a->locked_until_us > now.us && !(l->bends & LOGIN_NO_LOCK);
}

static void
count_failure(const struct login *l, struct sasl *a, struct wall now)
{
	const struct site *site = l->site;
	struct buf detail;

	if (!a->known || (l->bends & LOGIN_NO_COUNT))
		return;
	store_login_failed(site->store, a->account.id,
	    site->login_failures_most, site->login_lock_us, now);
	if (!store_account(
		site->store, span_of(a->account.user), &a->account) ||
	    !is_locked(l, &a->account, now))
		return;
	buf_init(&detail, 64);
	buf_addf(&detail, "failures=%d", a->account.failures);
	note(l, span_of(a->user), "lockout", true, now, buf_text(&detail));
	buf_free(&detail);
}

bool
login_settle(const struct login *l, struct sasl *a, bool right, struct wall now)
{
	if (!right) {
		note_login(l, a, false, "", now);
		count_failure(l, a, now);
		return false;
	}
	if (is_locked(l, &a->account, now)) {
		note_login(l, a, false, " locked", now);
		return false;
	}
	if (a->known)
		store_login_succeeded(l->site->store, a->account.id);
	note_login(l, a, true, "", now);
	return true;
}

bool
login_by_password(const struct login *l, struct sasl *a, struct span user,
    struct span password, struct wall now)
{
	struct login said = *l;
	struct buf message, trace;
	enum sasl_next got;
	bool in;

	/* RFC 4616 2, which knows how to look a name up and to take its time */
	buf_init(&message, 4096);
	buf_init(&trace, 4096);
	buf_add(&message, SPAN("\0"));
	buf_add(&message, user);
	buf_add(&message, SPAN("\0"));
	buf_add(&message, password);
	sasl_start(a, sasl_mechanism_find(SPAN("PLAIN")), l->site->store,
	    l->site->secret,
	    l->fault == FAULT_NONE ? l->site->fault : l->fault);
	got = sasl_step(a, buf_span(&message), &trace);
	buf_clear(&trace);
	buf_addf(&trace, "command=password");
	if (l->bends & LOGIN_LEAKS)
		buf_addf(&trace, " password=%.*s", SPAN_FMT(password));
	if (l->trace != NULL)
		buf_addf(&trace, " %s", l->trace);
	said.trace = buf_text(&trace);
	in = login_settle(&said, a, got == SASL_YES, now);
	OPENSSL_cleanse(message.data, message.len);
	buf_free(&message);
	buf_free(&trace);
	return in;
}
