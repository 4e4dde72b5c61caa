/* SPDX-License-Identifier: MIT */
/* Who asks, and how it is said there: the collecting half of operation.h. */
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/key.h"
#include "conformance/client/operation.h"
#include "conformance/client/web.h"
#include "conformance/trial.h"
#include "lib/mem.h"
#include "lib/template.h"
#include "lib/text.h"

enum { PART_MOST = 1 << 20, HEADERS_MOST = 16, SERVICES_MOST = 4 };

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

struct saying {
	const struct desk *desk;
	const struct profile_operation *as;
	const struct operation_value *values;
};

/* "2=issued": theirs for ours. */
static void
add_in_their_words(
    const struct profile_field *f, const char *ours, struct buf *out)
{
	for (size_t i = 0; f != NULL && i < f->n_words; i++) {
		const char *equals = strrchr(f->words[i], '=');

		if (strcmp(equals + 1, ours) == 0) {
			buf_add(out, (struct span){ f->words[i],
					 (size_t)(equals - f->words[i]) });
			return;
		}
	}
	buf_add(out, span_of(ours));
}

/* What is said of who asks. */
static bool
of_account(const struct desk *d, struct span name, struct buf *out)
{
	const struct profile_account *a = d->account;
	const char *user = a == NULL ? "" : a->user;
	const char *password = a == NULL ? "" : a->password;
	char *pair;

	if (span_eq(name, SPAN("user"))) {
		buf_add(out, span_of(user));
	} else if (span_eq(name, SPAN("password"))) {
		buf_add(out, span_of(password));
	} else if (span_eq(name, SPAN("basic"))) {
		pair = mem_textf("%s:%s", user, password);
		text_base64(span_of(pair), out);
		free(pair);
	} else if (span_eq(name, SPAN("token"))) {
		buf_add(out, span_of(d->token == NULL ? "" : d->token));
	} else {
		return false;
	}
	return true;
}

static bool
look_up(void *ctx, struct span name, struct buf *out)
{
	const struct saying *s = ctx;
	const struct operation_value *v = s->values;

	for (; v != NULL && v->name != NULL; v++)
		if (span_eq(name, span_of(v->name))) {
			add_in_their_words(
			    profile_field(s->as, v->name), v->text, out);
			return true;
		}
	return of_account(s->desk, name, out) ||
	       binding_names(s->as->is->takes, name);
}

static char *
expand(struct saying *s, const char *text)
{
	struct template t;
	struct err err;
	struct buf out;
	char *filled = NULL;
	bool ok;

	buf_init(&out, PART_MOST);
	ok = template_compile(&t, span_of(text), false, &err);
	if (ok) {
		ok = template_expand(&t, look_up, s, &out, &err);
		template_free(&t);
	}
	if (trial_sane(s->desk->trial, ok, "%s: %s", s->as->is->name, err.what))
		filled = mem_text(buf_span(&out));
	buf_free(&out);
	return filled;
}

static bool
ask(struct desk *d, const char *name, struct saying *s)
{
	const struct profile_operation *o = s->as;
	char *path = expand(s, o->path), *body = expand(s, o->body);
	char *headers[HEADERS_MOST] = { NULL };
	struct buf secrets[3];
	struct span hidden[3];
	static const struct span secret[] = { SPAN_INIT("password"),
		SPAN_INIT("basic"), SPAN_INIT("token") };
	struct web_request r = { .method = o->method,
		.path = path,
		.headers = (const char *const *)headers,
		.n_headers = o->n_headers,
		.type = o->type,
		.secrets = hidden,
		.n_secrets = 3 };
	struct web *w = web_for(d, o->service);
	bool ok = path != NULL && body != NULL && w != NULL &&
		  o->n_headers <= HEADERS_MOST;

	for (size_t i = 0; ok && i < o->n_headers; i++)
		ok = (headers[i] = expand(s, o->headers[i])) != NULL;
	for (size_t i = 0; i < 3; i++) {
		buf_init(&secrets[i], 4096);
		(void)of_account(d, secret[i], &secrets[i]);
		hidden[i] = buf_span(&secrets[i]);
	}
	if (d->account == NULL) /* ":" alone hides nothing */
		r.n_secrets = 0;
	if (ok && body[0] != '\0')
		r.body = span_of(body);
	ok = ok && web_call_with(d->trial, name, w, &r);
	for (size_t i = 0; i < 3; i++)
		buf_free(&secrets[i]);
	for (size_t i = 0; i < HEADERS_MOST; i++)
		free(headers[i]);
	free(body);
	free(path);
	return ok;
}

/* Does anything of it carry the token? */
static bool
wants_session(const struct profile_operation *o)
{
	static const char token[] = "${token";
	bool wants =
	    strstr(o->path, token) != NULL || strstr(o->body, token) != NULL;

	for (size_t i = 0; i < o->n_headers; i++)
		wants = wants || strstr(o->headers[i], token) != NULL;
	return wants;
}

bool
operation_call(struct desk *d, const char *name, const char *operation,
    const struct operation_value *values)
{
	struct saying s = { .desk = d,
		.as = profile_operation(trial_profile(d->trial), operation),
		.values = values };

	operation_free(&d->answer);
	if (!trial_sane(
		d->trial, s.as != NULL, "the profile maps no %s", operation))
		return false;
	if (wants_session(s.as) && d->account != NULL && d->token == NULL &&
	    !desk_login(d, name))
		return false;
	operation_free(&d->answer);
	return ask(d, name, &s) &&
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
	ok = key != NULL &&
	     operation_octets(&d->answer, "challenge", &challenge) &&
	     key_sign(key, buf_span(&challenge), &octets);
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
