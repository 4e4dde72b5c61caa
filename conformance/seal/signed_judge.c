/* SPDX-License-Identifier: MIT */
/*
 * What GB/T 38540-2020 7.3 asks of a signature by seal, step by step: format,
 * signature value, signer in the seal, the seal, the signer, the document.
 */
#include "conformance/seal/signed.h"

#include <stdio.h>
#include <stdlib.h>

#include "conformance/pki/timestamp.h"
#include "lib/mem.h"

#define ABOUT       256
#define NUMBER_TEXT 24

/* Of a part of what the findings are about. */
static void
about_part(struct pki_findings *f, const char *whole, const char *part)
{
	pki_about(f, "%s%s%s", whole,
	    whole[0] == '\0' || part[0] == '\0' ? "" : ", ", part);
}

/* ---- format ---- */

static void
judge_version(const struct ses_signed *s, struct pki_findings *f)
{
	char own[NUMBER_TEXT], seals[NUMBER_TEXT];

	if (s->format == SEAL_2025) {
		pki_find_both(f, PKI_SIGN_VERSION, PKI_NOT_JUDGED,
		    "with a seal of version 5, GM/T 0031-2025",
		    "所用印章版本号为 5，属 GM/T 0031-2025");
		return;
	}
	der_number_text(s->version, own, NUMBER_TEXT);
	der_number_text(s->seal.version, seals, NUMBER_TEXT);
	pki_check(f, PKI_SIGN_VERSION, span_eq(s->version, s->seal.version),
	    "%s, %s", own, seals);
}

static void
judge_time(const struct ses_signed *s, const struct seal_ask *ask,
    struct pki_findings *f)
{
	char text[CLOCK_TEXT + 8];

	time_text(&s->time, text);
	if (s->format == SEAL_2020)
		pki_check(f, PKI_SIGN_TIME_TYPE, s->time_is_general, "%s",
		    s->time_is_general ? "" : "UTCTime");
	if (s->time.readable)
		pki_check(f, PKI_SIGN_TIME_PAST, s->time.at.us <= ask->at.us,
		    "%s", text);
	else if (s->time_bits.len > 0)
		pki_find_both(f, PKI_SIGN_TIME_PAST, PKI_NOT_JUDGED,
		    "what the bit string holds is no time", "位串内容不是时间");
	else
		pki_find(f, PKI_SIGN_TIME_PAST, PKI_NOT_REACHED, "%s", text);
}

static void
judge_format(const struct ses_signed *s, const struct seal_ask *ask,
    struct pki_findings *f)
{
	static const struct ses_custom_codes codes = {
		PKI_SIGN_EXTENSIONS_TAG,
		PKI_SIGN_EXTENSIONS_DEFAULT,
		PKI_SIGN_EXTENSIONS_CRITICAL,
	};
	const unsigned unused =
	    s->digest.unused | s->value.bits.unused | s->stamp.unused;

	pki_check(f, PKI_SIGN_STANDARD, s->format == SEAL_2020, "%s",
	    seal_format_name(s->format));
	judge_version(s, f);
	judge_time(s, ask, f);
	pki_check(f, PKI_SIGN_BITS, unused == 0, "%s", "");
	pki_check(f, PKI_SIGN_DIGEST_FORM, ses_bits_is_digest(&s->digest),
	    "%zu octets", s->digest.octets.len);
	ses_custom_judge(&s->custom, s->format == SEAL_2020, &codes, f);
	if (s->has_stamp)
		pki_check(f, PKI_SIGN_STAMP_TAG, s->stamp_is_tagged, "%s", "");
}

/* ---- who signed ---- */

/* False: there is no signer that could be judged. */
static bool
judge_value(const struct ses_signed *s, struct pki_certificate *signer,
    struct pki_findings *f)
{
	static const struct ses_value_codes codes = {
		.algorithm = PKI_SIGN_ALGORITHM,
		.algorithm_form = PKI_SIGN_ALGORITHM_FORM,
		.form = PKI_SIGN_SIGNATURE_FORM,
		.range = PKI_SIGN_SIGNATURE_RANGE,
		.id = PKI_SIGN_SIGNATURE_ID,
		.signature = PKI_SIGN_SIGNATURE,
	};
	const bool usable =
	    ses_party_read(signer, s->signer, PKI_SIGN_SIGNER_CERTIFICATE, f);
	size_t which;

	ses_value_judge(&s->value, &codes, usable ? &signer->key : NULL,
	    &s->tbs, 1, &which, f);
	return usable;
}

static bool
is_listed(const struct ses_signed *s, bool digests)
{
	struct der_bad bad = { 0 };
	struct der list = der_start(s->seal.list, &bad);
	char digest[DIGEST_MOST];
	struct span wanted = s->signer;
	struct seal_entry e;

	if (digests)
		wanted = (struct span){ digest,
			digest_of(OID_SM3, s->signer, digest) };
	while (seal_next(&list, &e))
		if (e.is_digest == digests && span_eq(e.value, wanted))
			return true;
	return false;
}

static void
judge_listed(const struct ses_signed *s, struct pki_findings *f)
{
	switch (seal_list_type(&s->seal)) {
	case SEAL_CERTIFICATES:
		pki_check(f, PKI_SIGN_SIGNER_LISTED, is_listed(s, false), "%zu",
		    s->seal.n_list);
		return;
	case SEAL_DIGESTS:
		pki_check(f, PKI_SIGN_SIGNER_DIGEST, is_listed(s, true), "%zu",
		    s->seal.n_list);
		return;
	default:
		pki_find(f, PKI_SIGN_SIGNER_LISTED, PKI_NOT_REACHED, "%s", "");
	}
}

/* ---- the time stamp ---- */

/* The TSA's path, among the certificates that the stamp brings as well. */
static bool
judge_tsa(const struct pki_stamp *stamp, const struct pki_certificate *tsa,
    const struct seal_ask *ask, struct pki_findings *f)
{
	struct pki_certificate *brought =
	    mem_new(stamp->n_certificates + 1, sizeof *brought);
	const struct pki_certificate **pool =
	    mem_new(ask->n_pool + stamp->n_certificates + 1, sizeof *pool);
	struct path path;
	size_t n = 0;
	bool fine;

	while (n < ask->n_pool) {
		pool[n] = ask->pool[n];
		n++;
	}
	for (size_t i = 0; i < stamp->n_certificates; i++)
		if (certificate_read(&brought[i], stamp->certificates[i], NULL))
			pool[n++] = &brought[i];
	fine = ses_party_chain(&(struct path_ask){ .target = tsa,
				   .pool = pool,
				   .n_pool = n,
				   .anchors = ask->anchors,
				   .n_anchors = ask->n_anchors,
				   .at = stamp->at,
				   .purpose = OID_TIME_STAMPING },
	    PKI_SIGN_STAMP_CHAIN, &path, f);
	free(pool);
	free(brought);
	return fine;
}

static bool
judge_stamp_time(const struct ses_signed *s, const struct pki_stamp *stamp,
    struct pki_findings *f)
{
	char text[CLOCK_TEXT + 8];

	time_text(&s->time, text);
	if (!stamp->time_is_sound || !s->time.readable) {
		pki_find(f, PKI_SIGN_STAMP_TIME, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	return pki_check(f, PKI_SIGN_STAMP_TIME,
	    s->time.at.us <=
		stamp->at.us +
		    (stamp->accuracy_us > 0 ? stamp->accuracy_us : 0),
	    "%s, %.*s", text, SPAN_FMT(span_take(stamp->time, 40)));
}

/* Of the signature value; *used is its time when that may be believed. */
static void
judge_stamp(const struct ses_signed *s, const struct seal_ask *ask,
    struct wall *used, struct pki_findings *f)
{
	const struct stamp_ask what = { .others = ask->pool,
		.n_others = ask->n_pool,
		.at = ask->at,
		.has_data = true,
		.data = s->value.bits.octets };
	struct pki_certificate found;
	const struct pki_certificate *tsa;
	struct pki_stamp stamp;
	bool fine;

	fine = stamp_read(&stamp, s->stamp.octets, f) &&
	       stamp_judge(&stamp, &what, f);
	tsa = stamp.has_info ? stamp_signer(&stamp, &what, &found) : NULL;
	fine &= judge_stamp_time(s, &stamp, f);
	if (tsa == NULL || !stamp.time_is_sound) {
		pki_find(f, PKI_SIGN_STAMP_CHAIN, PKI_NOT_REACHED, "%s", "");
		return;
	}
	fine &= judge_tsa(&stamp, tsa, ask, f);
	if (fine)
		*used = stamp.at;
}

/* ---- all of it ---- */

static void
judge_document(const struct ses_signed *s, const struct seal_ask *ask,
    struct pki_findings *f)
{
	if (!ask->has_data) {
		pki_find_both(f, PKI_SIGN_DIGEST, PKI_NOT_REACHED,
		    "the document was not given", "未给出原文");
		return;
	}
	pki_check(f, PKI_SIGN_DIGEST,
	    ses_bits_is_digest_of(&s->digest, ask->data), "%zu octets",
	    ask->data.len);
}

/* The steps behind the format; used: when it was signed. */
static void
judge_steps(const struct ses_signed *s, const struct seal_ask *ask,
    struct wall used, const char *about, struct pki_findings *f)
{
	static const struct ses_party_codes codes = {
		.chain = PKI_SIGN_SIGNER_CHAIN,
		.validity = PKI_SIGN_SIGNER_VALIDITY,
		.revoked = PKI_SIGN_SIGNER_REVOKED,
		.usage = PKI_SIGN_SIGNER_USAGE,
		.since = PKI_SIGN_SIGNER_SINCE,
	};
	struct pki_certificate signer;
	const bool usable = judge_value(s, &signer, f);

	judge_listed(s, f);
	about_part(f, about, "the seal");
	seal_judge(&s->seal, ask, used, f);
	about_part(f, about, "");
	ses_party_judge(usable ? &signer : NULL, ask, used, &codes, f);
	judge_document(s, ask, f);
}

void
signed_judge(const struct ses_signed *s, const struct seal_ask *ask,
    struct pki_findings *f)
{
	struct wall used = s->time.readable ? s->time.at : ask->at;
	struct pki_findings stamp;
	char about[ABOUT] = "";

	if (s->format == SEAL_2025) {
		judge_version(s, f);
		return;
	}
	if (f != NULL)
		snprintf(about, sizeof about, "%s", f->about);
	/* It says when; what it says stands last. */
	pki_findings_init(&stamp);
	about_part(&stamp, about, "the time stamp");
	if (s->has_stamp)
		judge_stamp(s, ask, &used, &stamp);
	judge_format(s, ask, f);
	judge_steps(s, ask, used, about, f);
	if (f != NULL)
		pki_findings_join(f, &stamp);
	pki_findings_free(&stamp);
}
