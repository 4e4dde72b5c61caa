/* SPDX-License-Identifier: MIT */
/* Signatures by seal that are wrong in one way. */
#include <time.h>

#include "reference/seal/flaw.h"

#define HOUR_US (3600 * INT64_C(1000000))

void
flaw_use(struct seal_use *u)
{
	if (u->variant == VARIANT_SEAL_UNSTAMPED)
		u->stamper = NULL;
	if (u->fault == FAULT_SIGN_DIGEST_WRONG)
		u->digest[0] ^= 1;
}

/* ---- what is signed ---- */

static bool
set_time(struct ses_time *t, bool utc, int64_t ahead_s)
{
	struct tm tm;
	time_t at;

	if (ASN1_TIME_to_tm(t->is.time, &tm) != 1)
		return false;
	at = timegm(&tm) + (time_t)ahead_s;
	ASN1_TIME_free(t->is.time);
	t->is.time = utc ? ASN1_UTCTIME_set(NULL, at)
			 : ASN1_GENERALIZEDTIME_set(NULL, at);
	return t->is.time != NULL;
}

bool
flaw_tbs(enum fault fault, struct ses_signature *s)
{
	struct ses_tbs *t = s->tbs;

	switch ((int)fault) {
	case FAULT_SIGN_VERSION_WRONG:
		return ASN1_INTEGER_set(t->version, 3) == 1;
	case FAULT_SIGN_SEAL_OTHER:
		return ses_algorithm_wrap(t->seal->by.algorithm);
	case FAULT_SIGN_TIME_UTC:
		return set_time(t->time, true, 0);
	case FAULT_SIGN_TIME_FUTURE:
		return set_time(t->time, false, 86400);
	case FAULT_SIGN_DIGEST_SHORT:
		t->digest->length--;
		return true;
	case FAULT_SIGN_OF_2014:
		ses_signature_age(s);
		return true;
	default:
		return true;
	}
}

/* ---- the time stamp ---- */

/* The same authority, but another stamps for it. */
static struct ca
other_stamper(const struct seal_use *u)
{
	struct ca other = *u->stamper;
	struct ca_signer *s = &other.signers[CA_SM2][CA_STAMPER];

	if (u->fault == FAULT_SIGN_STAMP_KEY)
		s->key = ca_key_new(CA_SM2, 0);
	else
		s->cert = flaw_self_signed(s->cert, s->key);
	return other;
}

static bool
stamp_by_other(const struct seal_use *u, const unsigned char *digest,
    bool (*stamp)(
	struct ca *, struct wall, const unsigned char *, struct buf *),
    struct buf *token)
{
	struct ca other = other_stamper(u);
	const struct ca_signer *s = &other.signers[CA_SM2][CA_STAMPER];
	const bool ok = s->key != NULL && s->cert != NULL &&
			stamp(&other, u->time, digest, token);

	if (u->fault == FAULT_SIGN_STAMP_KEY)
		EVP_PKEY_free(s->key);
	else
		X509_free(s->cert);
	return ok;
}

bool
flaw_stamp(const struct seal_use *u, const unsigned char *digest,
    bool (*stamp)(
	struct ca *, struct wall, const unsigned char *, struct buf *),
    struct buf *token)
{
	struct wall at = u->time;
	unsigned char other[SEAL_DIGEST];

	memcpy(other, digest, sizeof other);
	if (u->fault == FAULT_SIGN_STAMP_KEY ||
	    u->fault == FAULT_SIGN_STAMP_SELF_SIGNED)
		return stamp_by_other(u, digest, stamp, token);
	if (u->fault == FAULT_SIGN_STAMP_IMPRINT)
		other[0] ^= 1;
	if (u->fault == FAULT_SIGN_STAMP_EARLY)
		at.us -= HOUR_US;
	return stamp(u->stamper, at, other, token);
}

void
flaw_stamped(enum fault fault, struct ses_signature *s)
{
	if (fault != FAULT_SIGN_STAMP_UNTAGGED)
		return;
	s->stamp_bare = s->stamp;
	s->stamp = NULL;
}
