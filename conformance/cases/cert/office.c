/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/office.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/text.h"

enum { PART_MOST = 64 << 10 };

/* ---- who sits there ---- */

void
office_open(struct trial *t, struct office *o)
{
	*o = (struct office){ .trial = t,
		.kind = profile_claims(trial_profile(t), "cert.sm2")
			    ? OWN_SM2
			    : OWN_P256 };
	desks_open(t, &o->desks);
}

void
office_close(struct office *o)
{
	office_left_revoke(o);
	desks_close(&o->desks);
}

struct desk *
office_desk(struct office *o, const char *role)
{
	return desks_at(&o->desks, role);
}

/* ---- asking ---- */

static void
file_as(struct trial *t, const char *name, const char *what, struct span octets)
{
	char *file = mem_textf("%s.%s", name, what);

	trial_file(t, file, octets);
	free(file);
}

bool
office_ask(struct office *o, const char *role, const char *name,
    const char *operation, const struct operation_value *values)
{
	const bool done = desks_ask(&o->desks, role, name, operation, values);

	if (done)
		office_left_note(o, desk_answer(office_desk(o, role)), values);
	return done;
}

bool
office_ask_of(struct office *o, const char *role, const char *name,
    const char *operation, const char *field, const char *value)
{
	return office_ask(o, role, name, operation,
	    (struct operation_value[]){
		{ field, value == NULL ? "" : value }, { NULL, NULL } });
}

/* ---- applications ---- */

static void
file_key(struct office *o, const char *name, EVP_PKEY *key)
{
	struct buf octets;

	buf_init(&octets, PART_MOST);
	if (key_text(key, &octets))
		file_as(o->trial, name, "key.pem", buf_span(&octets));
	buf_clear(&octets);
	if (key_public(key, &octets))
		file_as(o->trial, name, "public", buf_span(&octets));
	buf_free(&octets);
}

/* In base64; its subject is named after the run. */
bool
office_request(struct office *o, const char *role, const struct application *a,
    EVP_PKEY *key, struct buf *text)
{
	const struct profile_account *who =
	    profile_account(trial_profile(o->trial), role);
	struct buf der;
	bool ok;

	buf_init(&der, PART_MOST);
	ok = trial_sane(o->trial,
	    who != NULL && key != NULL &&
		request_write(
		    &(struct request){ .key = key,
			.common_name =
			    a->common_name != NULL ? a->common_name : who->user,
			.unit = trial_token(o->trial),
			.proof = a->proof },
		    &der),
	    "no certification request could be made");
	if (ok)
		text_base64(buf_span(&der), text);
	buf_free(&der);
	return ok;
}

char *
office_apply(struct office *o, const char *role, const char *name,
    const struct application *a, EVP_PKEY **key)
{
	struct operation_value values[] = {
		{ a->renews != NULL ? "serial" : "class",
		    a->renews != NULL ? a->renews : a->class },
		{ "request", NULL }, { NULL, NULL }
	};
	EVP_PKEY *own = a->key != NULL ? a->key : key_new(o->kind);
	char *id = NULL;
	struct buf text;

	buf_init(&text, PART_MOST);
	if (office_request(o, role, a, own, &text)) {
		file_key(o, name, own);
		office_left_key(o, own);
		values[1].text = buf_text(&text);
		if (office_ask(o, role, name,
			a->renews != NULL ? "certificate.rekey"
					  : "application.submit",
			values))
			id = operation_text(
			    desk_answer(office_desk(o, role)), "id");
	}
	buf_free(&text);
	if (key != NULL)
		*key = own;
	else if (a->key == NULL)
		EVP_PKEY_free(own);
	return id;
}

/* ---- what comes of it ---- */

/* Hexadecimal, in capitals; leading zeros are left out (X.690 8.3.2). */
char *
office_serial(const struct pki_certificate *c)
{
	const struct span octets = der_magnitude(c->serial);
	char *text = mem_new(octets.len + 1, 2);

	for (size_t i = 0; i < octets.len; i++)
		snprintf(text + 2 * i, 3, "%02X",
		    (unsigned)(unsigned char)octets.ptr[i]);
	return text;
}

static void
take_second(struct holding *h)
{
	struct pki_certificate c;

	if (h->encryption.len > 0 &&
	    certificate_read(&c, buf_span(&h->encryption), NULL))
		h->second = office_serial(&c);
}

static bool
take(struct office *o, const char *role, struct holding *h)
{
	const struct operation_answer *a = desk_answer(office_desk(o, role));

	h->there = operation_octets(a, "certificate", &h->der) &&
		   certificate_read(&h->certificate, buf_span(&h->der), NULL);
	if (!h->there)
		return false;
	h->serial = office_serial(&h->certificate);
	(void)operation_octets(a, "encryption", &h->encryption);
	(void)operation_octets(a, "key", &h->handed);
	take_second(h);
	return true;
}

bool
office_settle(struct office *o, const char *role, const char *name,
    const char *id, struct holding *h)
{
	char *approval = mem_textf("%s-approval", name);
	char *issue = mem_textf("%s-issue", name);
	char *show = mem_textf("%s-show", name);
	const bool ok =
	    id != NULL &&
	    office_ask_of(
		o, "registrar", approval, "application.approve", "id", id) &&
	    office_ask_of(o, "issuer", issue, "application.issue", "id", id) &&
	    office_ask_of(o, role, show, "application.show", "id", id) &&
	    take(o, role, h);

	free(show);
	free(issue);
	free(approval);
	return ok;
}

void
holding_begin(struct holding *h)
{
	*h = (struct holding){ .there = false };
	buf_init(&h->der, PART_MOST);
	buf_init(&h->encryption, PART_MOST);
	buf_init(&h->handed, PART_MOST);
}

bool
office_enroll(struct office *o, const char *role, const char *name,
    const char *class, struct holding *h)
{
	holding_begin(h);
	h->id = office_apply(
	    o, role, name, &(struct application){ .class = class }, &h->key);
	return office_settle(o, role, name, h->id, h);
}

void
holding_free(struct holding *h)
{
	EVP_PKEY_free(h->key);
	free(h->id);
	free(h->serial);
	free(h->second);
	buf_free(&h->der);
	buf_free(&h->encryption);
	buf_free(&h->handed);
}
