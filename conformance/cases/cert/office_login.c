/* SPDX-License-Identifier: MIT */
/* Logging in, step by step, with whatever certificate and key. */
#include <openssl/evp.h>
#include <stdlib.h>

#include "conformance/cases/cert/office.h"
#include "lib/mem.h"
#include "lib/text.h"

enum { PART_MOST = 64 << 10 };

static const struct profile_account *
account(const struct office *o, const char *role)
{
	return profile_account(trial_profile(o->trial), role);
}

bool
login_begin(
    struct office *o, const char *role, const char *name, struct login *l)
{
	const struct profile_account *who = account(o, role);
	char *challenge = mem_textf("%s.challenge", name);
	bool ok;

	*l = (struct login){ .desk = desk_open(o->trial, role) };
	buf_init(&l->challenge, PART_MOST);
	buf_init(&l->signature, PART_MOST);
	buf_init(&l->certificate, PART_MOST);
	ok = who != NULL &&
	     operation_call(l->desk, challenge, "session.challenge",
		 (struct operation_value[]){
		     { "user", who->user }, { NULL, NULL } }) &&
	     operation_octets(desk_answer(l->desk), "challenge", &l->challenge);
	if (ok)
		l->id = operation_text(desk_answer(l->desk), "id");
	free(challenge);
	return ok;
}

bool
login_sign(struct login *l, EVP_PKEY *key, struct span certificate)
{
	struct buf octets;
	bool ok;

	buf_init(&octets, PART_MOST);
	ok = key != NULL && key_sign(key, buf_span(&l->challenge), &octets);
	buf_clear(&l->signature);
	buf_clear(&l->certificate);
	if (ok) {
		text_base64(buf_span(&octets), &l->signature);
		text_base64(certificate, &l->certificate);
	}
	buf_free(&octets);
	return ok;
}

bool
login_show(struct login *l, const char *name)
{
	char *open = mem_textf("%s.open", name);
	char *token = NULL;

	if (operation_call(l->desk, open, "session.open",
		(struct operation_value[]){
		    { "id", l->id == NULL ? "" : l->id },
		    { "certificate", buf_text(&l->certificate) },
		    { "signature", buf_text(&l->signature) }, { NULL, NULL } }))
		token = operation_text(desk_answer(l->desk), "token");
	desk_take(l->desk, token);
	free(token);
	free(open);
	return desk_token(l->desk) != NULL;
}

bool
login_own(struct office *o, const char *role, EVP_PKEY **key, struct buf *der)
{
	const struct profile_account *who = account(o, role);
	bool ok = who != NULL && who->key != NULL && who->certificate != NULL;

	*key = ok ? key_load(who->key) : NULL;
	ok = *key != NULL && key_certificate(who->certificate, der);
	return trial_need(
	    o->trial, ok, "the certificate and key of %s cannot be read", role);
}

bool
login_all(struct office *o, const char *role, const char *name, EVP_PKEY *key,
    struct span certificate, struct login *l)
{
	return login_begin(o, role, name, l) &&
	       login_sign(l, key, certificate) && login_show(l, name);
}

void
login_end(struct login *l, const char *name)
{
	char *close = mem_textf("%s.close", name);

	if (desk_token(l->desk) != NULL)
		(void)operation_call(l->desk, close, "session.close", NULL);
	desk_close(l->desk);
	free(l->id);
	buf_free(&l->challenge);
	buf_free(&l->signature);
	buf_free(&l->certificate);
	free(close);
}

void
login_use(struct login *l, const char *name, struct span der)
{
	struct pki_certificate c;
	char *serial;

	if (!certificate_read(&c, der, NULL))
		return;
	serial = office_serial(&c);
	(void)operation_call(l->desk, name, "certificate.show",
	    (struct operation_value[]){ { "serial", serial }, { NULL, NULL } });
	free(serial);
}

void
login_once(struct office *o, const char *name, EVP_PKEY *key, struct span der)
{
	struct login l;

	(void)login_all(o, "alice", name, key, der, &l);
	login_end(&l, name);
}
