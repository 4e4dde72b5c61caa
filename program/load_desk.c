/* SPDX-License-Identifier: MIT */
#include "program/load_desk.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/key.h"
#include "conformance/client/web.h"
#include "conformance/client/wording.h"
#include "lib/mem.h"
#include "lib/text.h"

enum { PART_MOST = 1 << 16, BODY_SHOWN = 120 };

static struct web *
web_for(struct load_desk *d, const char *service)
{
	for (size_t i = 0; i < d->n_webs; i++)
		if (strcmp(d->services[i], service) == 0)
			return d->webs[i];
	if (d->n_webs == LOAD_DESK_SERVICES)
		return NULL;
	d->services[d->n_webs] = service;
	d->webs[d->n_webs] =
	    web_new(d->profile, profile_endpoint(d->profile, service), "load");
	return d->webs[d->n_webs++];
}

static bool
ask(struct load_desk *d, const struct profile_operation *as,
    const struct operation_value *values, struct err *err)
{
	struct wording words = { .account = d->account,
		.token = d->token,
		.as = as,
		.values = values };
	struct web *w = web_for(d, as->service);
	struct web_answer heard;
	bool ok = wording_make(&words, err);

	web_answer_init(&heard, 0);
	if (ok && w == NULL)
		ok = err_set(err, ERR_CONFIG, "no endpoint %s", as->service);
	if (ok) {
		(void)web_ask(w, &words.request, &heard);
		ok = operation_read(as, &heard, &d->answer) ||
		     err_set(err, ERR_PROTOCOL, "%s: %.*s", d->answer.why,
			 SPAN_FMT(span_take(heard.body, BODY_SHOWN)));
	}
	web_answer_free(&heard);
	wording_free(&words);
	return ok;
}

bool
load_desk_ask(struct load_desk *d, const char *operation,
    const struct operation_value *values, struct err *err)
{
	const struct profile_operation *as =
	    profile_operation(d->profile, operation);
	struct err why = { .kind = ERR_NONE };

	operation_free(&d->answer);
	d->answer = (struct operation_answer){ .as = as };
	if (as == NULL)
		return err_set(
		    err, ERR_CONFIG, "the profile maps no %s", operation);
	return ask(d, as, values, &why) ||
	       err_set(err, why.kind, "%s as %s: %s", operation,
		   d->account->role, why.what);
}

/* ---- certificate login ---- */

/* The challenge, signed, as base64. */
static bool
sign_challenge(const struct load_desk *d, struct buf *signature)
{
	EVP_PKEY *key = key_load(d->account->key);
	struct buf challenge, octets;
	bool ok;

	buf_init(&challenge, PART_MOST);
	buf_init(&octets, PART_MOST);
	ok = key != NULL &&
	     operation_octets(&d->answer, "challenge", &challenge) &&
	     key_sign(key, buf_span(&challenge), &octets);
	text_base64(buf_span(&octets), signature);
	buf_free(&octets);
	buf_free(&challenge);
	EVP_PKEY_free(key);
	return ok;
}

static bool
open_session(struct load_desk *d, struct err *err)
{
	struct buf der, certificate, signature;
	char *id;
	bool ok;

	if (!load_desk_ask(d, "session.challenge",
		(struct operation_value[]){
		    { "user", d->account->user }, { NULL, NULL } },
		err))
		return false;
	id = operation_text(&d->answer, "id");
	buf_init(&der, PART_MOST);
	buf_init(&certificate, PART_MOST);
	buf_init(&signature, PART_MOST);
	ok = (sign_challenge(d, &signature) &&
		 key_certificate(d->account->certificate, &der)) ||
	     err_set(err, ERR_CONFIG,
		 "key and certificate of account %s cannot be used to log in",
		 d->account->role);
	text_base64(buf_span(&der), &certificate);
	ok = ok &&
	     load_desk_ask(d, "session.open",
		 (struct operation_value[]){ { "id", id == NULL ? "" : id },
		     { "user", d->account->user },
		     { "certificate", buf_text(&certificate) },
		     { "signature", buf_text(&signature) }, { NULL, NULL } },
		 err);
	if (ok)
		d->token = operation_text(&d->answer, "token");
	buf_free(&signature);
	buf_free(&certificate);
	buf_free(&der);
	free(id);
	return ok;
}

bool
load_desk_open(struct load_desk *d, const struct profile *p, const char *role,
    struct err *err)
{
	*d = (struct load_desk){ .profile = p,
		.account = profile_account(p, role) };
	if (d->account == NULL)
		return err_set(
		    err, ERR_CONFIG, "the profile has no account %s", role);
	return profile_operation(p, "session.open") == NULL ||
	       d->account->key == NULL || open_session(d, err);
}

void
load_desk_leave(struct load_desk *d)
{
	for (size_t i = 0; i < d->n_webs; i++)
		web_free(d->webs[i]);
	operation_free(&d->answer);
	free(d->token);
	*d = (struct load_desk){ 0 };
}

void
load_desk_close(struct load_desk *d)
{
	struct err ignored;

	if (d->token != NULL &&
	    profile_operation(d->profile, "session.close") != NULL)
		(void)load_desk_ask(d, "session.close", NULL, &ignored);
	load_desk_leave(d);
}
