/* SPDX-License-Identifier: MIT */
/* Who asks, and how it is said there: the collecting half of operation.h. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/key.h"
#include "conformance/client/operation.h"
#include "conformance/client/web.h"
#include "conformance/client/wording.h"
#include "conformance/trial.h"
#include "lib/mem.h"
#include "lib/text.h"

enum { PART_MOST = 1 << 20, SERVICES_MOST = 4 };

struct desk {
	struct trial *trial;
	const struct profile_account *account; /* NULL: nobody */
	char *token;
	bool ours; /* the token is of a session that we opened */

	/* One client for each service that was asked. */
	struct web *webs[SERVICES_MOST];
	const char *services[SERVICES_MOST];
	size_t n_webs;

	struct operation_answer answer;
};

struct desk *
desk_open(struct trial *t, const char *role)
{
	struct desk *d = mem_new(1, sizeof *d);

	d->trial = t;
	if (role != NULL)
		d->account = profile_account(trial_profile(t), role);
	(void)trial_sane(t, role == NULL || d->account != NULL,
	    "the profile has no account %s", role);
	return d;
}

void
desk_take(struct desk *d, const char *token)
{
	free(d->token);
	d->token = token == NULL ? NULL : mem_text(span_of(token));
	d->ours = false;
}

const char *
desk_token(const struct desk *d)
{
	return d->token;
}

const struct operation_answer *
desk_answer(const struct desk *d)
{
	return &d->answer;
}

/* A session that we opened is of no use to who reads the evidence. */
void
desk_close(struct desk *d)
{
	if (d->token != NULL && d->ours &&
	    profile_operation(trial_profile(d->trial), "session.close") != NULL)
		(void)operation_call(d, "logout", "session.close", NULL);
	for (size_t i = 0; i < d->n_webs; i++)
		web_free(d->webs[i]);
	operation_free(&d->answer);
	free(d->token);
	free(d);
}

static struct web *
web_for(struct desk *d, const char *service)
{
	for (size_t i = 0; i < d->n_webs; i++)
		if (strcmp(d->services[i], service) == 0)
			return d->webs[i];
	if (!trial_sane(d->trial, d->n_webs < SERVICES_MOST,
		"more than %d services at one desk", SERVICES_MOST))
		return NULL;
	d->services[d->n_webs] = service;
	d->webs[d->n_webs] = web_of(d->trial, service);
	return d->webs[d->n_webs++];
}

/* ---- what is said ---- */

static bool
ask(struct desk *d, const char *name, const struct profile_operation *as,
    const struct operation_value *values)
{
	struct wording words = { .account = d->account,
		.token = d->token,
		.as = as,
		.values = values };
	struct web *w = web_for(d, as->service);
	struct err err;
	const bool made = wording_make(&words, &err);
	const bool ok =
	    trial_sane(d->trial, made, "%s: %s", as->is->name, err.what) &&
	    w != NULL && web_call_with(d->trial, name, w, &words.request);

	wording_free(&words);
	return ok;
}

/*
 * Does anything of it carry the token?  What anybody may ask never waits for
 * one: by such a session is opened, though headers of the binding carry it.
 */
static bool
wants_session(const struct profile_operation *o)
{
	bool wants = wording_has_token(o->path) || wording_has_token(o->body);

	for (size_t i = 0; i < o->n_headers; i++)
		wants = wants || wording_has_token(o->headers[i]);
	return wants && o->is->who != BINDING_ANYBODY;
}

bool
operation_call(struct desk *d, const char *name, const char *operation,
    const struct operation_value *values)
{
	const struct profile_operation *as =
	    profile_operation(trial_profile(d->trial), operation);

	operation_free(&d->answer);
	if (!trial_sane(
		d->trial, as != NULL, "the profile maps no %s", operation))
		return false;
	if (wants_session(as) && d->account != NULL && d->token == NULL &&
	    !desk_login(d, name))
		return false;
	operation_free(&d->answer);
	return ask(d, name, as, values) &&
	       operation_heard(d->trial, name, operation, &d->answer);
}

/* ---- certificate login ---- */

/* The challenge, signed, as base64; false when it cannot be. */
static bool
sign_challenge(struct desk *d, struct buf *signature)
{
	EVP_PKEY *key =
	    d->account->key == NULL ? NULL : key_load(d->account->key);
	struct buf challenge, octets;
	bool ok;

	buf_init(&challenge, PART_MOST);
	buf_init(&octets, PART_MOST);
	ok = trial_sane(d->trial, key != NULL,
		 "the key of account %s cannot be read", d->account->role) &&
	     operation_octets(&d->answer, "challenge", &challenge) &&
	     trial_sane(d->trial, key_sign(key, buf_span(&challenge), &octets),
		 "the key of account %s cannot sign: RSA, EC and SM2 can",
		 d->account->role);
	if (ok)
		text_base64(buf_span(&octets), signature);
	buf_free(&octets);
	buf_free(&challenge);
	EVP_PKEY_free(key);
	return ok;
}

static bool
open_session(struct desk *d, const char *name)
{
	char *id = operation_text(&d->answer, "id");
	struct buf certificate, der, signature;
	bool ok;

	buf_init(&certificate, PART_MOST);
	buf_init(&der, PART_MOST);
	buf_init(&signature, PART_MOST);
	ok = sign_challenge(d, &signature) &&
	     key_certificate(d->account->certificate, &der);
	text_base64(buf_span(&der), &certificate);
	if (ok)
		ok = operation_call(d, name, "session.open",
		    (struct operation_value[]){ { "id", id == NULL ? "" : id },
			{ "user", d->account->user },
			{ "certificate", buf_text(&certificate) },
			{ "signature", buf_text(&signature) },
			{ NULL, NULL } });
	buf_free(&signature);
	buf_free(&der);
	buf_free(&certificate);
	free(id);
	return ok;
}

bool
desk_login(struct desk *d, const char *name)
{
	char *challenge = mem_textf("%s.challenge", name);
	char *opened = mem_textf("%s.open", name);
	char *token = NULL;

	if (trial_sane(d->trial, d->account != NULL && d->account->key != NULL,
		"an account with certificate and key is needed to log in") &&
	    operation_call(d, challenge, "session.challenge",
		(struct operation_value[]){
		    { "user", d->account->user }, { NULL, NULL } }) &&
	    open_session(d, opened))
		token = operation_text(&d->answer, "token");
	desk_take(d, token);
	d->ours = token != NULL;
	free(token);
	free(opened);
	free(challenge);
	return d->token != NULL;
}
