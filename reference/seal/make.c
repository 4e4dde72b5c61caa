/* SPDX-License-Identifier: MIT */
#include "reference/seal/make.h"

#include <limits.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "lib/text.h"
#include "reference/seal/flaw.h"
#include "reference/seal/ses.h"
#include "reference/seal/sign.h"

enum { CERTIFICATE_MOST = 1 << 16, SIZE_MOST = 1000 /* mm */ };

/* clang-format off */
/* How a picture of each format begins; of a text that says nothing. */
static const struct {
	const char *format;
	struct span begins;
} formats[] = {
	{ "png", SPAN_INIT("\x89PNG\r\n\x1a\n") },
	{ "jpg", SPAN_INIT("\xff\xd8\xff") },
	{ "bmp", SPAN_INIT("BM") },
	{ "gif", SPAN_INIT("GIF8") },
	{ "svg", SPAN_INIT("<") },
	{ "ofd", SPAN_INIT("PK\3\4") },
};
/* clang-format on */

/* ---- what nobody can be content with ---- */

static bool
is_ia5(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			return false;
	return true;
}

static bool
judge_picture(const struct seal_order *o, struct err *err)
{
	if (o->width < 1 || o->width > SIZE_MOST || o->height < 1 ||
	    o->height > SIZE_MOST)
		return err_set(err, ERR_CONFIG,
		    "picture: %ld x %ld mm, should be 1 to %d", o->width,
		    o->height, SIZE_MOST);
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
		if (strcmp(formats[i].format, o->format) == 0)
			return span_starts(o->picture, formats[i].begins) ||
			       err_set(err, ERR_CONFIG,
				   "picture: does not begin as %s does",
				   o->format);
	return err_set(err, ERR_CONFIG,
	    "format: \"%s\", should be png, jpg, bmp, gif, svg or ofd",
	    o->format);
}

static bool
judge(const struct seal_order *o, struct err *err)
{
	if (o->esid[0] == '\0' || !is_ia5(o->esid))
		return err_set(err, ERR_CONFIG, "esid: empty, or not ASCII");
	if (o->name[0] == '\0' || !text_is_utf8(span_of(o->name)))
		return err_set(err, ERR_CONFIG, "name: empty, or not UTF-8");
	if (o->start.us / 1000000 >= o->end.us / 1000000 ||
	    o->made.us / 1000000 >= o->end.us / 1000000)
		return err_set(err, ERR_CONFIG,
		    "end: not later than the start and the present time");
	if (o->n_signers == 0)
		return err_set(err, ERR_CONFIG, "signers: there are none");
	return judge_picture(o, err);
}

/* ---- what the seal says ---- */

static bool
set_time(ASN1_TIME *to, struct wall at)
{
	return ASN1_GENERALIZEDTIME_set(to, (time_t)(at.us / 1000000)) != NULL;
}

static bool
set_header(struct ses_header *h)
{
	return ses_string_set(h->id, SPAN("ES")) &&
	       ASN1_INTEGER_set(h->version, 4) == 1 &&
	       ses_string_set(h->vendor, SPAN(SEAL_VENDOR));
}

static bool
add_signer(struct ses_property *p, bool by_digest, X509 *cert)
{
	unsigned char *der = NULL, digest[SEAL_DIGEST];
	const int n = i2d_X509(cert, &der);
	const struct span octets = { (const char *)der, n > 0 ? (size_t)n : 0 };
	bool ok = n > 0;

	if (ok && by_digest) {
		seal_digest(octets, digest);
		ok = ses_digest_add(p, "SM3",
		    (struct span){ (const char *)digest, sizeof digest });
	} else {
		ok = ok && ses_entry_add(p, octets);
	}
	OPENSSL_free(der);
	return ok;
}

/* Nothing can hold before it is made. */
static bool
set_property(struct ses_property *p, const struct seal_order *o)
{
	const bool by_digest = o->list_type == SES_DIGESTS;
	const struct wall start = o->start.us < o->made.us ? o->made : o->start;
	bool ok = ASN1_INTEGER_set(p->type, o->type) == 1 &&
		  ses_string_set(p->name, span_of(o->name)) &&
		  ASN1_INTEGER_set(p->list_type,
		      by_digest ? SES_DIGESTS : SES_CERTIFICATES) == 1 &&
		  set_time(p->made, o->made) && set_time(p->start, start) &&
		  set_time(p->end, o->end);

	for (size_t i = 0; ok && i < o->n_signers; i++)
		ok = add_signer(p, by_digest, o->signers[i]);
	return ok;
}

static bool
set_picture(struct ses_picture *p, const struct seal_order *o)
{
	return ses_string_set(p->type, span_of(o->format)) &&
	       ses_string_set(p->octets, o->picture) &&
	       ASN1_INTEGER_set(p->width, o->width) == 1 &&
	       ASN1_INTEGER_set(p->height, o->height) == 1;
}

/* ---- and who says so ---- */

static bool
sign(struct ses_seal *s, const struct seal_order *o)
{
	struct buf tbs;
	bool ok;

	buf_init(&tbs, SES_MOST);
	ok = flaw_seal_tbs(o->fault, s, &tbs) &&
	     flaw_sign(flaw_of_seal(o->fault), o->maker->key, buf_span(&tbs),
		 s->by.signature);
	buf_free(&tbs);
	return ok;
}

static bool
fill(struct ses_seal *s, const struct seal_order *o)
{
	struct ses_info *i = s->info;

	return set_header(i->header) &&
	       ses_string_set(i->esid, span_of(o->esid)) &&
	       set_property(i->property, o) && set_picture(i->picture, o) &&
	       flaw_info(o, i) &&
	       flaw_by(
		   flaw_of_seal(o->fault), o->maker, o->ca, o->made, &s->by) &&
	       sign(s, o);
}

bool
seal_make(const struct seal_order *order, struct buf *to, struct err *err)
{
	struct seal_order o = *order;
	struct ses_seal *s;
	bool ok;

	if (!judge(&o, err))
		return err_while(err, "making a seal");
	flaw_order(&o);
	s = ses_seal_new();
	ok = s != NULL && fill(s, &o) && ses_seal_write(s, to);
	ses_seal_free(s);
	flaw_written(flaw_of_seal(o.fault), to);
	return ok || ca_openssl_err(err, "making a seal");
}
