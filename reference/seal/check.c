/* SPDX-License-Identifier: MIT */
#include "reference/seal/check.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/err.h>

#include "lib/mem.h"
#include "reference/ca/key.h"
#include "reference/seal/flaw.h"
#include "reference/seal/ses.h"
#include "reference/seal/sign.h"
#include "reference/seal/stamp.h"

/* Clocks of others may be ahead of ours. */
enum { AHEAD_S = 60 };

enum { VERSION = 4, SIGNED_MOST = 4096 };

static const struct {
	const char *code, *text;
} reasons[WHY_COUNT] = {
	[WHY_FINE] = { "", "" },
#define REASON(id, code, en) [WHY_##id] = { code, en },
#include "reference/seal/reason.def"
#undef REASON
};

const char *
seal_reason_code(enum seal_why why)
{
	return reasons[why].code;
}

const char *
seal_reason_text(enum seal_why why)
{
	return reasons[why].text;
}

/* ---- the first reason counts ---- */

/* What is being checked. */
struct bench {
	const struct seal_question *ask;
	struct seal_answer *answer;
	struct wall used;
};

static void
remark(const struct bench *b, const char *text)
{
	char *note = b->answer->note;
	const size_t n = strlen(note);

	snprintf(note + n, SEAL_NOTE - n, "%s%s", n > 0 ? "; " : "", text);
}

/* True: go on; detail may be NULL. */
static bool
holds(const struct bench *b, enum seal_why why, bool ok, const char *detail)
{
	if (ok)
		return true;
	b->answer->why = why;
	snprintf(b->answer->note, SEAL_NOTE, "%s%s%s", reasons[why].text,
	    detail != NULL ? ": " : "", detail != NULL ? detail : "");
	return false;
}

/* ---- who has signed ---- */

struct party_reasons {
	enum seal_why chain, validity, revoked, list, usage;
	const char *since, *unasked;
};

static const struct party_reasons of_maker = { WHY_MAKER_CHAIN,
	WHY_MAKER_VALIDITY, WHY_MAKER_REVOKED, WHY_MAKER_LIST, WHY_MAKER_USAGE,
	"the seal maker's certificate has ended or was revoked since",
	"no list says whether the seal maker's certificate is revoked" };

static const struct party_reasons of_signer = { WHY_SIGNER_CHAIN,
	WHY_SIGNER_VALIDITY, WHY_SIGNER_REVOKED, WHY_SIGNER_LIST,
	WHY_SIGNER_USAGE,
	"the signer's certificate has ended or was revoked since",
	"no list says whether the signer's certificate is revoked" };

static bool
judge_party(const struct bench *b, X509 *cert, const struct party_reasons *r)
{
	const struct trust_ask a = { .trust = b->ask->trust,
		.cert = cert,
		.used = b->used,
		.now = b->ask->now };
	struct trust_found f;

	trust_judge(&a, &f);
	if (f.since)
		remark(b, r->since);
	if (f.unasked)
		remark(b, r->unasked);
	return holds(b, r->chain, f.chain == NULL, f.chain) &&
	       holds(b, r->validity, !f.invalid, NULL) &&
	       holds(b, r->revoked, !f.revoked, NULL) &&
	       holds(b, r->list, !f.unusable, NULL) &&
	       holds(b, r->usage, !f.usage, NULL);
}

static bool
verifies(X509 *cert, struct span what, const ASN1_BIT_STRING *signature)
{
	const struct span octets = ses_octets(signature);

	return octets.len <= SIGNED_MOST &&
	       ca_verify(X509_get0_pubkey(cert), what, octets);
}

/* ---- the seal ---- */

static bool
is_small(const ASN1_INTEGER *n, int64_t least, int64_t most)
{
	int64_t value = 0;
	const bool ok = ASN1_INTEGER_get_int64(&value, n) == 1;

	ERR_clear_error();
	return ok && value >= least && value <= most;
}

/* There is none that is known here. */
static bool
none_is_critical(const struct ses_extensions *e)
{
	const OPENSSL_STACK *all[2] = { e->tagged, e->plain };

	for (int a = 0; a < 2; a++)
		for (int i = 0; i < ses_extensions_number(all[a]); i++)
			if (ses_extension_at(all[a], i)->critical > 0)
				return false;
	return e->tagged == NULL || e->plain == NULL;
}

static int64_t
list_type(const struct ses_seal *s)
{
	int64_t type = 0;

	if (s->format == SES_2014)
		return SES_CERTIFICATES;
	if (ASN1_INTEGER_get_int64(&type, s->info->property->list_type) != 1)
		type = 0;
	ERR_clear_error();
	return type;
}

static bool
entry_fits(const struct ses_entry *e, bool digests)
{
	X509 *x;

	if (e->is_digest != digests)
		return false;
	if (digests)
		return ses_octets(e->is.digest->value).len == SEAL_DIGEST;
	x = trust_certificate(ses_octets(e->is.certificate));
	X509_free(x);
	return x != NULL;
}

static bool
judge_list(const struct bench *b, const struct ses_seal *s)
{
	const struct ses_property *p = s->info->property;
	const int64_t type = list_type(s);
	bool fit = ses_entries(p) > 0;

	if (!holds(b, WHY_SEAL_LIST_TYPE,
		type == SES_CERTIFICATES || type == SES_DIGESTS, NULL))
		return false;
	for (int i = 0; fit && i < ses_entries(p); i++)
		fit = entry_fits(ses_entry_at(p, i), type == SES_DIGESTS);
	return holds(b, WHY_SEAL_LIST, fit, NULL);
}

static bool
judge_header(const struct bench *b, const struct ses_seal *s)
{
	const struct ses_info *i = s->info;
	const struct span esid = ses_octets(i->esid);

	return holds(b, WHY_SEAL_ID,
		   span_eq(ses_octets(i->header->id), SPAN("ES")), NULL) &&
	       holds(b, WHY_SEAL_VERSION,
		   s->format == SES_2014 ||
		       is_small(i->header->version, VERSION, VERSION),
		   NULL) &&
	       holds(b, WHY_SEAL_ESID,
		   esid.len > 0 && memchr(esid.ptr, '\0', esid.len) == NULL,
		   NULL);
}

struct term {
	struct wall made, start, end;
};

static bool
judge_times(const struct bench *b, const struct ses_seal *s, struct term *t)
{
	const struct ses_property *p = s->info->property;
	const bool general = ASN1_STRING_type(p->made) != V_ASN1_UTCTIME &&
			     ASN1_STRING_type(p->start) != V_ASN1_UTCTIME &&
			     ASN1_STRING_type(p->end) != V_ASN1_UTCTIME;
	const bool readable = trust_time(p->made, &t->made) &&
			      trust_time(p->start, &t->start) &&
			      trust_time(p->end, &t->end);

	return holds(b, WHY_SEAL_TIME_TYPE,
		   readable && (general || s->format == SES_2014), NULL) &&
	       holds(b, WHY_SEAL_TIMES,
		   t->made.us <= t->start.us && t->start.us < t->end.us, NULL);
}

static bool
judge_content(const struct bench *b, const struct ses_seal *s, struct term *t)
{
	const struct ses_picture *p = s->info->picture;

	return judge_header(b, s) && judge_list(b, s) && judge_times(b, s, t) &&
	       holds(b, WHY_SEAL_PICTURE,
		   ses_octets(p->octets).len > 0 &&
		       is_small(p->width, 1, INT32_MAX) &&
		       is_small(p->height, 1, INT32_MAX),
		   NULL) &&
	       holds(b, WHY_SEAL_EXTENSION, none_is_critical(&s->info->ext),
		   NULL);
}

/* GB/T 38540 has the information signed; some sign what GM/T 0031 has. */
static bool
made_by(const struct ses_seal *s, X509 *maker)
{
	struct buf own, other;
	bool ok;

	buf_init(&own, SES_MOST);
	buf_init(&other, SES_MOST);
	ok = ses_seal_tbs(s, &own) && ses_seal_tbs_other(s, &other) &&
	     (verifies(maker, buf_span(&own), s->by.signature) ||
		 verifies(maker, buf_span(&other), s->by.signature));
	buf_free(&other);
	buf_free(&own);
	return ok;
}

static bool
judge_maker(const struct bench *b, const struct ses_seal *s)
{
	X509 *maker = trust_certificate(ses_octets(s->by.certificate));
	const bool ok =
	    holds(b, WHY_SEAL_ALGORITHM,
		ses_algorithm_is(s->by.algorithm, SES_SM2_WITH_SM3), NULL) &&
	    holds(
		b, WHY_SEAL_BITS, ses_bits_are_whole(s->by.signature), NULL) &&
	    holds(b, WHY_MAKER, maker != NULL && trust_is_sm2(maker), NULL) &&
	    holds(b, WHY_SEAL_SIGNATURE, made_by(s, maker), NULL) &&
	    judge_party(b, maker, &of_maker);

	X509_free(maker);
	return ok;
}

static bool
judge_state(const struct bench *b, const struct ses_seal *s)
{
	enum seal_why why = WHY_FINE;
	char *esid;

	if (b->ask->state == NULL)
		return true;
	esid = mem_text(ses_octets(s->info->esid));
	why = b->ask->state(b->ask->with, esid);
	free(esid);
	return holds(b, why, why == WHY_FINE, NULL);
}

static bool
judge_seal(const struct bench *b, const struct ses_seal *s)
{
	struct term t = { { 0 }, { 0 }, { 0 } };

	if (!judge_content(b, s, &t) || !judge_maker(b, s) ||
	    !holds(b, WHY_SEAL_BEGUN, t.start.us <= b->used.us, NULL) ||
	    !holds(b, WHY_SEAL_EXPIRED, b->used.us <= t.end.us, NULL))
		return false;
	if (t.end.us < b->ask->now.us)
		remark(b, "the validity of the seal has ended since");
	if (s->format == SES_2014)
		remark(b, "of GM/T 0031-2014");
	return judge_state(b, s);
}

static const enum seal_why bad_reading[] = {
	[SES_FINE] = WHY_FINE,
	[SES_STRUCTURE] = WHY_STRUCTURE,
	[SES_TRAILING] = WHY_TRAILING,
	[SES_NOT_DER] = WHY_ENCODING,
};

void
seal_check(
    struct span seal, const struct seal_question *ask, struct seal_answer *a)
{
	const struct bench b = { ask, a, ask->now };
	enum ses_bad bad;
	struct ses_seal *s = ses_seal_read(seal, &bad);

	*a = (struct seal_answer){ .why = WHY_FINE };
	if (holds(&b, bad_reading[bad], s != NULL, NULL))
		judge_seal(&b, s);
	seal_flaw_found(ask->fault, &(struct flaw_facts){ .octets = 0 }, a);
	ses_seal_free(s);
}

/* ---- what was signed ---- */

/* In 2014 a bit string, in which a time is encoded. */
static bool
time_of(const struct ses_signature *s, struct wall *at)
{
	const struct ses_time *t = s->tbs->time;
	struct span inside;
	const unsigned char *p;
	ASN1_TIME *time;
	bool ok;

	if (!t->is_bits)
		return (s->format == SES_2014 ||
			   ASN1_STRING_type(t->is.time) != V_ASN1_UTCTIME) &&
		       trust_time(t->is.time, at);
	inside = ses_octets(t->is.bits);
	p = (const unsigned char *)inside.ptr;
	time = d2i_ASN1_TIME(NULL, &p, (long)inside.len);
	ok = s->format == SES_2014 && time != NULL &&
	     p == (const unsigned char *)inside.ptr + inside.len &&
	     trust_time(time, at);
	ASN1_TIME_free(time);
	ERR_clear_error();
	return ok;
}

static bool
is_past(const struct bench *b, struct wall at)
{
	return at.us <= b->ask->now.us + AHEAD_S * INT64_C(1000000);
}

static bool
judge_tbs(struct bench *b, const struct ses_signature *s)
{
	const struct ses_tbs *t = s->tbs;

	return holds(b, WHY_VERSION,
		   ASN1_INTEGER_cmp(
		       t->version, t->seal->info->header->version) == 0,
		   NULL) &&
	       holds(b, WHY_TIME_TYPE, time_of(s, &b->used), NULL) &&
	       holds(b, WHY_FUTURE, is_past(b, b->used), NULL) &&
	       holds(b, WHY_EXTENSION, none_is_critical(&t->ext), NULL) &&
	       holds(b, WHY_BITS,
		   ses_bits_are_whole(t->digest) &&
		       ses_bits_are_whole(s->by.signature),
		   NULL);
}

static bool
judge_value(const struct bench *b, const struct ses_signature *s, X509 *signer)
{
	const struct ses_by by = ses_signer(s);
	struct buf tbs;
	bool ok;

	buf_init(&tbs, SES_MOST);
	ok = holds(b, WHY_ALGORITHM,
		 ses_algorithm_is(by.algorithm, SES_SM2_WITH_SM3), NULL) &&
	     holds(
		 b, WHY_SIGNER, signer != NULL && trust_is_sm2(signer), NULL) &&
	     holds(b, WHY_SIGNATURE,
		 ses_signature_tbs(s, &tbs) &&
		     verifies(signer, buf_span(&tbs), by.signature),
		 NULL);
	buf_free(&tbs);
	return ok;
}

static bool
judge_listed(const struct bench *b, const struct ses_signature *s)
{
	const struct ses_property *p = s->tbs->seal->info->property;
	const struct span cert = ses_octets(ses_signer(s).certificate);
	const bool digests = list_type(s->tbs->seal) == SES_DIGESTS;
	unsigned char octets[SEAL_DIGEST];
	const struct span digest = { (const char *)octets, sizeof octets };
	bool found = false;

	if (!judge_list(b, s->tbs->seal))
		return false;
	seal_digest(cert, octets);
	for (int i = 0; !found && i < ses_entries(p); i++) {
		const struct ses_entry *e = ses_entry_at(p, i);

		found = digests
			    ? span_eq(ses_octets(e->is.digest->value), digest)
			    : span_eq(ses_octets(e->is.certificate), cert);
	}
	return holds(b, digests ? WHY_SIGNER_DIGEST : WHY_LISTED, found, NULL);
}

/* ---- the time stamp ---- */

/* NULL: there is none. */
static const ASN1_BIT_STRING *
stamp_bits(const struct ses_signature *s)
{
	if (s->stamp != NULL)
		return s->stamp;
	return s->stamp_implicit != NULL ? s->stamp_implicit : s->stamp_bare;
}

static bool
judge_stamper(
    const struct bench *b, const struct stamp *stamp, X509 *who, struct wall at)
{
	const struct trust_ask a = { .trust = b->ask->trust,
		.cert = who,
		.more = stamp_certificates(stamp),
		.used = at,
		.now = b->ask->now };
	struct trust_found f;

	trust_judge(&a, &f);
	return holds(b, WHY_STAMP_CHAIN, f.chain == NULL, f.chain) &&
	       holds(b, WHY_STAMP_CHAIN, !f.invalid, "out of its validity") &&
	       holds(b, WHY_STAMP_CHAIN, !f.revoked, "revoked") &&
	       holds(b, WHY_STAMP_CHAIN, !f.unusable, "its list is unusable") &&
	       holds(b, WHY_STAMP_USAGE, f.stamps, NULL);
}

/* Not before it was signed, nor in the future. */
static bool
judge_stamp(const struct bench *b, const struct ses_signature *s,
    const struct stamp *stamp, struct wall *at)
{
	const struct span signature = ses_octets(ses_signer(s).signature);
	X509 *who;

	if (!holds(b, WHY_STAMP, stamp != NULL, NULL) ||
	    !holds(b, WHY_STAMP_IMPRINT, stamp_is_of(stamp, signature), NULL))
		return false;
	who = ses_stamp_signer(stamp, b->ask->trust);
	return holds(b, WHY_STAMP_SIGNATURE,
		   who != NULL && stamp_verifies(stamp, who), NULL) &&
	       holds(b, WHY_STAMP_TIME,
		   stamp_time(stamp, at) && at->us >= b->used.us &&
		       is_past(b, *at),
		   NULL) &&
	       judge_stamper(b, stamp, who, *at);
}

/*
 * First of all, since the time of one that holds is when it was signed; what
 * is wrong with it is told last of all.
 */
static void
take_stamp(
    struct bench *b, const struct ses_signature *s, struct seal_answer *answer)
{
	const ASN1_BIT_STRING *bits = stamp_bits(s);
	struct bench own = { b->ask, answer, b->used };
	struct stamp *stamp;
	struct wall at;

	if (bits == NULL)
		return;
	stamp = ses_stamp_read(ses_octets(bits));
	if (holds(&own, WHY_BITS, ses_bits_are_whole(bits), NULL) &&
	    judge_stamp(&own, s, stamp, &at))
		b->used = at;
	stamp_free(stamp);
}

/* ---- all of it, in order ---- */

static bool
judge_digest(
    const struct bench *b, const struct ses_signature *s, struct span data)
{
	unsigned char octets[SEAL_DIGEST];

	seal_digest(data, octets);
	return holds(b, WHY_DIGEST,
	    span_eq(ses_octets(s->tbs->digest),
		(struct span){ (const char *)octets, sizeof octets }),
	    NULL);
}

static void
judge_signature(
    struct bench *b, const struct ses_signature *s, struct span data)
{
	X509 *signer = trust_certificate(ses_octets(ses_signer(s).certificate));
	struct seal_answer of_stamp = { .why = WHY_FINE };

	if (judge_tbs(b, s) && judge_value(b, s, signer)) {
		take_stamp(b, s, &of_stamp);
		if (judge_listed(b, s) && judge_seal(b, s->tbs->seal) &&
		    judge_party(b, signer, &of_signer) &&
		    judge_digest(b, s, data) && of_stamp.why != WHY_FINE)
			*b->answer = of_stamp;
	}
	X509_free(signer);
}

void
seal_check_signed(struct span data, struct span signature,
    const struct seal_question *ask, struct seal_answer *a)
{
	struct bench b = { ask, a, ask->now };
	struct flaw_facts facts = { .octets = data.len };
	enum ses_bad bad;
	struct ses_signature *s = ses_signature_read(signature, &bad);

	*a = (struct seal_answer){ .why = WHY_FINE };
	if (holds(&b, bad_reading[bad], s != NULL, NULL)) {
		judge_signature(&b, s, data);
		facts.has_stamp = stamp_bits(s) != NULL;
		facts.has_digests = list_type(s->tbs->seal) == SES_DIGESTS;
	}
	seal_flaw_found(ask->fault, &facts, a);
	if (ask->variant == VARIANT_SEAL_REMARKS && a->why == WHY_FINE)
		remark(&b, "valid as far as is known now");
	ses_signature_free(s);
}
