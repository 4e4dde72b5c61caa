/* SPDX-License-Identifier: MIT */
#include "conformance/cases/cert/stamps.h"

#include <openssl/rand.h>
#include <openssl/ts.h>
#include <string.h>

#include "lib/mem.h"

#define DATA    "Yanshou asks for this to be stamped."
#define NOBODYS "2.999.3161.99" /* a digest, a policy, an extension */

enum { REQUEST_MOST = 4096, NONCE = 8 };

/* ---- collect ---- */

/* clang-format off */
/*
 * What a case asks for, in this order; all others: the last one.  What is to
 * be refused comes with a control: whoever refuses everything proves nothing.
 */
static const struct way {
	const char *id, *name, *digest;
	enum {
		PLAIN, /* with a nonce, and asking for the certificate */
		BARE, /* neither */
		POLICY, EXTENSION, /* with one that nobody knows */
		NO_REQUEST,
	} how;
} ways[] = {
	{ "tsa.sm3",		   "stamp",	"SM3",	  PLAIN },
	{ "tsa.serial.unique",	   "stamp",	"SHA256", PLAIN },
	{ "tsa.serial.unique",	   "other",	"SHA256", PLAIN },
	{ "tsa.certificate.none",  "stamp",	"SHA256", BARE },
	{ "tsa.algorithm.unknown", "stamp",	NOBODYS,  PLAIN },
	{ "tsa.algorithm.unknown", "control",	"SHA256", PLAIN },
	{ "tsa.policy.unknown",	   "stamp",	"SHA256", POLICY },
	{ "tsa.policy.unknown",	   "control",	"SHA256", PLAIN },
	{ "tsa.extension.unknown", "stamp",	"SHA256", EXTENSION },
	{ "tsa.extension.unknown", "control",	"SHA256", PLAIN },
	{ "tsa.malformed",	   "malformed",	NULL,	  NO_REQUEST },
	{ "tsa.malformed",	   "stamp",	"SHA256", PLAIN },
	{ NULL,			   "stamp",	"SHA256", PLAIN },
};
/* clang-format on */

/* A digest that has no name is one that nobody knows: its OID. */
static bool
set_imprint(TS_REQ *r, const char *digest)
{
	const EVP_MD *md = EVP_get_digestbyname(digest);
	unsigned char octets[EVP_MAX_MD_SIZE] = { 0 };
	unsigned n = 32;
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *a = X509_ALGOR_new();
	const bool ok = (md == NULL || EVP_Digest(DATA, sizeof DATA - 1, octets,
					   &n, md, NULL) == 1) &&
			X509_ALGOR_set0(a,
			    md == NULL ? OBJ_txt2obj(digest, 1)
				       : OBJ_nid2obj(EVP_MD_get_type(md)),
			    V_ASN1_NULL, NULL) == 1 &&
			TS_MSG_IMPRINT_set_algo(imprint, a) == 1 &&
			TS_MSG_IMPRINT_set_msg(imprint, octets, (int)n) == 1 &&
			TS_REQ_set_msg_imprint(r, imprint) == 1;

	X509_ALGOR_free(a);
	TS_MSG_IMPRINT_free(imprint);
	return ok;
}

static bool
set_nonce(TS_REQ *r, struct span nonce)
{
	ASN1_INTEGER *n = ASN1_INTEGER_new();
	const bool ok = ASN1_STRING_set(n, nonce.ptr, (int)nonce.len) == 1 &&
			TS_REQ_set_nonce(r, n) == 1;

	ASN1_INTEGER_free(n);
	return ok;
}

/* A policy or an extension, not critical, that nobody knows. */
static bool
set_unknown(TS_REQ *r, const struct way *w)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(NOBODYS, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *e = NULL;
	bool ok = oid != NULL &&
		  (w->how != POLICY || TS_REQ_set_policy_id(r, oid) == 1);

	if (ok && w->how == EXTENSION)
		ok = ASN1_OCTET_STRING_set(
			 value, (const unsigned char *)"\5\0", 2) == 1 &&
		     (e = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value)) !=
			 NULL &&
		     TS_REQ_add_ext(r, e, -1) == 1;
	X509_EXTENSION_free(e);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
	return ok;
}

static bool
write_request(
    struct trial *t, const struct way *w, struct span nonce, struct buf *to)
{
	TS_REQ *r = TS_REQ_new();
	unsigned char *der = NULL;
	int n = -1;

	if (r != NULL && TS_REQ_set_version(r, 1) == 1 &&
	    set_imprint(r, w->digest) &&
	    (w->how == BARE || set_nonce(r, nonce)) &&
	    TS_REQ_set_cert_req(r, w->how != BARE) == 1 && set_unknown(r, w))
		n = i2d_TS_REQ(r, &der);
	if (n > 0)
		buf_add(to, (struct span){ (const char *)der, (size_t)n });
	OPENSSL_free(der);
	TS_REQ_free(r);
	return trial_sane(t, n > 0, "no TimeStampReq could be made");
}

static void
post(struct trial *t, struct web *w, const char *name, struct span request)
{
	char *from = mem_textf("%s.from", name), *at = mem_textf("%s.at", name);

	status_note_time(t, from);
	web_call_with(t, name, w,
	    &(struct web_request){
		.type = "application/timestamp-query", .body = request });
	status_note_time(t, at);
	free(at);
	free(from);
}

static void
ask(struct trial *t, struct web *w, const struct way *way)
{
	unsigned char nonce[NONCE];
	const struct span sent = { (const char *)nonce,
		way->how == BARE ? 0 : sizeof nonce };
	char *file = mem_textf("%s.nonce", way->name);
	struct buf der;

	buf_init(&der, REQUEST_MOST);
	if (trial_sane(t, RAND_bytes(nonce, sizeof nonce) == 1, "no nonce")) {
		nonce[0] = (unsigned char)((nonce[0] & 0x7f) | 0x40);
		trial_file(t, file, sent);
		if (write_request(t, way, sent, &der))
			post(t, w, way->name, buf_span(&der));
	}
	buf_free(&der);
	free(file);
}

/* SEQUENCE { INTEGER 5 } */
static void
ask_nothing(struct trial *t, struct web *w, const struct way *way)
{
	post(t, w, way->name, SPAN("\x30\x03\x02\x01\x05"));
}

bool
stamps_collect(struct trial *t)
{
	struct web *w = web_of(t, "tsa");
	const struct way *way = ways;
	bool asked = false;

	if (!trial_sane(t, w != NULL, "no endpoint tsa"))
		return true;
	for (; way->id != NULL; way++)
		if (strcmp(way->id, trial_case(t)->id) == 0) {
			if (way->how == NO_REQUEST)
				ask_nothing(t, w, way);
			else
				ask(t, w, way);
			asked = true;
		}
	if (!asked)
		ask(t, w, way);
	web_free(w);
	return true;
}

/* ---- judge ---- */

static bool
time_asked(
    struct trial *t, const char *name, const char *what, struct wall *when)
{
	char *key = mem_textf("%s.%s", name, what);
	const bool ok = status_time(t, key, when);

	free(key);
	return ok;
}

bool
stamps_open(struct trial *t, const char *name, struct stamped *s,
    struct pki_findings *f)
{
	char *file = mem_textf("%s.nonce", name);
	const struct buf *nonce = trial_content(t, file);
	struct stamp_ask asked = { .has_data = true, .data = SPAN(DATA) };

	free(file);
	*s = (struct stamped){ .there = false };
	if (!status_heard(t, name, &s->answer) ||
	    !time_asked(t, name, "from", &s->from) ||
	    !time_asked(t, name, "at", &s->at))
		return false;
	s->there = s->answer.status == 200;
	pki_about(f, "%s", name);
	s->readable = s->there && stamp_read(&s->stamp, s->answer.body, f);
	asked.at = s->at;
	if (nonce != NULL)
		asked.nonce = buf_span(nonce);
	if (s->readable)
		stamp_judge(&s->stamp, &asked, f);
	return true;
}

bool
stamps_granted(const struct stamped *s)
{
	return s->readable && s->stamp.is_response && s->stamp.status <= 1 &&
	       s->stamp.has_token && s->stamp.has_info;
}

bool
stamps_refused(const struct stamped *s)
{
	return (s->readable && s->stamp.is_response && s->stamp.status >= 2 &&
		   !s->stamp.has_token) ||
	       (s->answer.status >= 400 && s->answer.status < 500);
}
