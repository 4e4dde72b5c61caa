/* SPDX-License-Identifier: MIT */
#include "reference/ca/flaw.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- extensions: left out, said otherwise, or with other octets ---- */

/* clang-format off */
static const struct {
	enum fault	fault;
	enum ca_class	class;
	int		nid;
} left_out[] = {
	{ FAULT_CERT_WITHOUT_AKI, CA_CLASS_SIGNING,
	  NID_authority_key_identifier },
	{ FAULT_CERT_WITHOUT_SKI, CA_CLASS_SIGNING, NID_subject_key_identifier },
	{ FAULT_CERT_WITHOUT_POLICY, CA_CLASS_SIGNING,
	  NID_certificate_policies },
	{ FAULT_CERT_WITHOUT_CRL, CA_CLASS_SIGNING,
	  NID_crl_distribution_points },
	{ FAULT_CERT_WITHOUT_AIA, CA_CLASS_SIGNING, NID_info_access },
	{ FAULT_CERT_CA_WITHOUT_SKI, CA_CLASS_CA, NID_subject_key_identifier },
	{ FAULT_CERT_CA_WITHOUT_USAGE, CA_CLASS_CA, NID_key_usage },
};

enum { NOT_CRITICAL, CRITICAL };

/* Octets of the value; n 0: as they were, and only critical changes. */
static const struct {
	enum fault	fault;
	enum ca_class	class;
	int		nid, critical;
	const char	*value;
	int		n;
} replaced[] = {
#define OCTETS(text) text, sizeof text - 1
	/* BasicConstraints, cA FALSE written out: DEFAULT, X.690 11.5 */
	{ FAULT_CERT_DEFAULT_ENCODED, CA_CLASS_SIGNING, NID_basic_constraints,
	  CRITICAL, OCTETS("\x30\x03\x01\x01\x00") },
	{ FAULT_CERT_LEAF_WITH_PATH_LENGTH, CA_CLASS_SIGNING,
	  NID_basic_constraints, CRITICAL, OCTETS("\x30\x03\x02\x01\x00") },
	{ FAULT_CERT_CA_BASIC_NOT_CRITICAL, CA_CLASS_CA, NID_basic_constraints,
	  NOT_CRITICAL, NULL, 0 },
	/* KeyUsage as an INTEGER; without a bit; with keyCertSign */
	{ FAULT_CERT_USAGE_GARBLED, CA_CLASS_SIGNING, NID_key_usage, CRITICAL,
	  OCTETS("\x02\x01\x05") },
	{ FAULT_CERT_USAGE_SIGNS_CERTIFICATES, CA_CLASS_SIGNING, NID_key_usage,
	  CRITICAL, OCTETS("\x03\x02\x02\x84") },
	{ FAULT_CERT_USAGE_NOT_CRITICAL, CA_CLASS_SIGNING, NID_key_usage,
	  NOT_CRITICAL, NULL, 0 },
	/* digitalSignature and keyAgreement */
	{ FAULT_CERT_ENCRYPTION_SIGNS, CA_CLASS_ENCRYPTION, NID_key_usage,
	  CRITICAL, OCTETS("\x03\x02\x03\x88") },
	/* keyEncipherment and dataEncipherment */
	{ FAULT_CERT_USAGE_OF_ANOTHER_KEY, CA_CLASS_ENCRYPTION, NID_key_usage,
	  CRITICAL, OCTETS("\x03\x02\x04\x30") },
	/* GeneralNames without any */
	{ FAULT_CERT_ALTNAME_EMPTY, CA_CLASS_SERVER, NID_subject_alt_name,
	  NOT_CRITICAL, OCTETS("\x30\x00") },
	/* one policy, 2.999.1, twice */
	{ FAULT_CERT_POLICY_TWICE, CA_CLASS_SIGNING, NID_certificate_policies,
	  NOT_CRITICAL, OCTETS("\x30\x0e\x30\x05\x06\x03\x88\x37\x01"
			       "\x30\x05\x06\x03\x88\x37\x01") },
	/* a DistributionPoint with nothing but reasons */
	{ FAULT_CERT_CRL_NOWHERE, CA_CLASS_SIGNING,
	  NID_crl_distribution_points, NOT_CRITICAL,
	  OCTETS("\x30\x06\x30\x04\x81\x02\x01\x06") },
	{ FAULT_CERT_AIA_CRITICAL, CA_CLASS_SIGNING, NID_info_access, CRITICAL,
	  NULL, 0 },
	/* the key identifier of nobody */
	{ FAULT_CERT_AKI_OF_ANOTHER, CA_CLASS_SIGNING,
	  NID_authority_key_identifier, NOT_CRITICAL,
	  OCTETS("\x30\x0a\x80\x08yanshou?") },
};
/* clang-format on */

static bool
replace(X509 *x, size_t row)
{
	const int at = X509_get_ext_by_NID(x, replaced[row].nid, -1);
	X509_EXTENSION *e = at == -1 ? NULL : X509_get_ext(x, at);
	ASN1_OCTET_STRING *value =
	    e == NULL ? NULL : X509_EXTENSION_get_data(e);

	return value != NULL &&
	       (replaced[row].n == 0 ||
		   ASN1_OCTET_STRING_set(value,
		       (const unsigned char *)replaced[row].value,
		       replaced[row].n)) &&
	       X509_EXTENSION_set_critical(e, replaced[row].critical);
}

/* ---- fields ---- */

static bool
is_version_1(X509 *x)
{
	return X509_set_version(x, X509_VERSION_1);
}

static bool
is_negative(X509 *x)
{
	X509_get_serialNumber(x)->type = V_ASN1_NEG_INTEGER;
	return true;
}

/* Behind it as many octets of zero. */
static bool
lengthen(X509 *x, int octets)
{
	BIGNUM *n = ASN1_INTEGER_to_BN(X509_get_serialNumber(x), NULL);
	const bool ok = n != NULL && BN_lshift(n, n, 8 * octets) &&
			BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;

	BN_free(n);
	return ok;
}

/* 21 octets. */
static bool
is_long(X509 *x)
{
	return lengthen(x, 5);
}

static bool
names_nobody(X509 *x)
{
	X509_NAME *empty = X509_NAME_new();
	const bool ok = empty != NULL && X509_set_subject_name(x, empty);

	X509_NAME_free(empty);
	return ok;
}

static bool
names_no_issuer(X509 *x)
{
	X509_NAME *empty = X509_NAME_new();
	const bool ok = empty != NULL && X509_set_issuer_name(x, empty);

	X509_NAME_free(empty);
	return ok;
}

/* A type that is not MBSTRING_... is taken as it stands. */
static bool
name_more(X509 *x, const char *field, int type, const char *value)
{
	return X509_NAME_add_entry_by_txt(X509_get_subject_name(x), field, type,
	    (const unsigned char *)value, -1, -1, 0);
}

static bool
has_long_country(X509 *x)
{
	X509_NAME_ENTRY *e =
	    X509_NAME_ENTRY_create_by_NID(NULL, NID_organizationalUnitName,
		V_ASN1_PRINTABLESTRING, (const unsigned char *)"CHN", 3);
	const bool ok =
	    e != NULL &&
	    X509_NAME_ENTRY_set_object(e, OBJ_nid2obj(NID_countryName)) &&
	    X509_NAME_add_entry(X509_get_subject_name(x), e, -1, 0);

	X509_NAME_ENTRY_free(e);
	return ok;
}

static bool
has_teletex(X509 *x)
{
	return name_more(x, "OU", V_ASN1_T61STRING, "Teletex");
}

/* Of a year for which it is UTCTime that is right. */
static bool
is_in_general_time(X509 *x)
{
	ASN1_GENERALIZEDTIME *t =
	    ASN1_TIME_to_generalizedtime(X509_get0_notAfter(x), NULL);
	const bool ok = t != NULL && X509_set1_notAfter(x, t);

	ASN1_GENERALIZEDTIME_free(t);
	return ok;
}

static bool
ends_before(X509 *x)
{
	time_t t = 0;

	return X509_time_adj_ex(X509_getm_notAfter(x), 0, 0, &t) != NULL;
}

static bool
take_key(X509 *x, EVP_PKEY *key)
{
	const bool ok = key != NULL && X509_set_pubkey(x, key);

	EVP_PKEY_free(key);
	return ok;
}

static bool
has_weak_key(X509 *x)
{
	return take_key(x, EVP_RSA_gen(1024));
}

/* The curve is written out, and not named. */
static bool
has_explicit_curve(X509 *x)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	if (key != NULL && !EVP_PKEY_set_utf8_string_param(
			       key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit")) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return take_key(x, key);
}

static bool
has_key_of_all(X509 *x)
{
	/* 1 is a private key as good as any: everybody has this one */
	static const unsigned char point[] =
	    "\x04"
	    "\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2"
	    "\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96"
	    "\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16"
	    "\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5";
	EVP_PKEY *key = EVP_EC_gen("P-256");

	if (key != NULL && EVP_PKEY_set1_encoded_public_key(
			       key, point, sizeof point - 1) != 1) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return take_key(x, key);
}

X509_EXTENSION *
ca_flaw_extension(const char *oid, int critical)
{
	ASN1_OBJECT *id = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *e = NULL;

	if (id != NULL && value != NULL &&
	    ASN1_OCTET_STRING_set(value, (const unsigned char *)"\x05\x00", 2))
		e = X509_EXTENSION_create_by_OBJ(NULL, id, critical, value);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(id);
	return e;
}

static bool
has_unknown(X509 *x)
{
	X509_EXTENSION *e = ca_flaw_extension("2.999.1", CRITICAL);
	const bool ok = e != NULL && X509_add_ext(x, e, -1);

	X509_EXTENSION_free(e);
	return ok;
}

static bool
has_one_twice(X509 *x)
{
	const int at = X509_get_ext_by_NID(x, NID_subject_key_identifier, -1);

	return at != -1 && X509_add_ext(x, X509_get_ext(x, at), -1);
}

/* Somebody else's name: its signing certificate is alone. */
static bool
is_alone(X509 *x)
{
	return name_more(x, "OU", MBSTRING_UTF8, "elsewhere");
}

/* clang-format off */
static const struct {
	enum fault	fault;
	enum ca_class	class;
	bool		(*make)(X509 *);
} fields[] = {
	{ FAULT_CERT_VERSION_1, CA_CLASS_SIGNING, is_version_1 },
	{ FAULT_CERT_SERIAL_NEGATIVE, CA_CLASS_SIGNING, is_negative },
	{ FAULT_CERT_SERIAL_LONG, CA_CLASS_SIGNING, is_long },
	{ FAULT_CERT_WITHOUT_ISSUER, CA_CLASS_SIGNING, names_no_issuer },
	{ FAULT_CERT_COUNTRY_LONG, CA_CLASS_SIGNING, has_long_country },
	{ FAULT_CERT_NAME_IN_TELETEX, CA_CLASS_SIGNING, has_teletex },
	{ FAULT_CERT_WITHOUT_SUBJECT, CA_CLASS_SIGNING, names_nobody },
	{ FAULT_CERT_CURVE_EXPLICIT, CA_CLASS_SIGNING, has_explicit_curve },
	{ FAULT_CERT_KEY_WEAK, CA_CLASS_SIGNING, has_weak_key },
	{ FAULT_CERT_TIME_GENERALIZED, CA_CLASS_SIGNING, is_in_general_time },
	{ FAULT_CERT_ENDS_BEFORE_IT_BEGINS, CA_CLASS_SIGNING, ends_before },
	{ FAULT_CERT_EXTENSION_TWICE, CA_CLASS_SIGNING, has_one_twice },
	{ FAULT_CERT_EXTENSION_UNKNOWN, CA_CLASS_SIGNING, has_unknown },
	{ FAULT_CERT_ENCRYPTION_ALONE, CA_CLASS_ENCRYPTION, is_alone },
	{ FAULT_CERT_ONE_KEY_FOR_BOTH, CA_CLASS_SIGNING, has_key_of_all },
	{ FAULT_CERT_ONE_KEY_FOR_BOTH, CA_CLASS_ENCRYPTION, has_key_of_all },
};
/* clang-format on */

bool
ca_flaw_unsigned(enum fault fault, enum ca_class class, X509 *x)
{
	bool ok = true;
	int at;

	for (size_t i = 0; i < COUNT(left_out); i++) {
		if (left_out[i].fault != fault || left_out[i].class != class)
			continue;
		at = X509_get_ext_by_NID(x, left_out[i].nid, -1);
		ok = at != -1;
		if (ok)
			X509_EXTENSION_free(X509_delete_ext(x, at));
	}
	for (size_t i = 0; i < COUNT(replaced); i++)
		if (replaced[i].fault == fault && replaced[i].class == class)
			ok = replace(x, i);
	for (size_t i = 0; i < COUNT(fields); i++)
		if (fields[i].fault == fault && fields[i].class == class)
			ok = fields[i].make(x);
	return ok;
}

/* ---- signatures ---- */

/* OpenSSL hands out what is inside as const; it is ours, and not shared. */
static X509_ALGOR *
outside(X509 *x)
{
	const X509_ALGOR *alg;

	X509_get0_signature(NULL, &alg, x);
	return (X509_ALGOR *)(uintptr_t)alg;
}

static X509_ALGOR *
inside(X509 *x)
{
	return (X509_ALGOR *)(uintptr_t)X509_get0_tbs_sigalg(x);
}

static bool
set_signature(X509 *x, struct span value)
{
	const ASN1_BIT_STRING *at;
	ASN1_BIT_STRING *bits;

	X509_get0_signature(&at, NULL, x);
	bits = (ASN1_BIT_STRING *)(uintptr_t)at;
	if (!ASN1_BIT_STRING_set(
		bits, (unsigned char *)(uintptr_t)value.ptr, (int)value.len))
		return false;
	bits->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
	bits->flags |= ASN1_STRING_FLAG_BITS_LEFT;
	return true;
}

/* What is inside was changed: once more, over what it is now. */
static bool
sign_again(X509 *x, EVP_PKEY *key)
{
	unsigned char *tbs = NULL;
	const int n = i2d_re_X509_tbs(x, &tbs);
	struct buf signature;
	bool ok;

	buf_init(&signature, 4096);
	ok = n > 0 &&
	     ca_sign(key, (struct span){ (const char *)tbs, (size_t)n },
		 &signature) &&
	     set_signature(x, buf_span(&signature));
	buf_free(&signature);
	OPENSSL_free(tbs);
	return ok;
}

/* OBJ_nid2obj() gives what is never freed. */
static bool
differs_outside(X509 *x, EVP_PKEY *key)
{
	(void)key;
	return X509_ALGOR_set0(
	    outside(x), OBJ_nid2obj(NID_ecdsa_with_SHA512), V_ASN1_UNDEF, NULL);
}

static bool
has_parameters(X509 *x, EVP_PKEY *key)
{
	const ASN1_OBJECT *id;
	ASN1_INTEGER *one = ASN1_INTEGER_new(), *again = ASN1_INTEGER_new();

	X509_ALGOR_get0(&id, NULL, NULL, inside(x));
	id = OBJ_nid2obj(OBJ_obj2nid(id));
	return one != NULL && again != NULL && ASN1_INTEGER_set(one, 1) &&
	       ASN1_INTEGER_set(again, 1) &&
	       X509_ALGOR_set0(inside(x), (ASN1_OBJECT *)(uintptr_t)id,
		   V_ASN1_INTEGER, one) &&
	       X509_ALGOR_set0(outside(x), (ASN1_OBJECT *)(uintptr_t)id,
		   V_ASN1_INTEGER, again) &&
	       sign_again(x, key);
}

/* There is no such algorithm with SM2. */
static bool
rests_on_sha1(X509 *x, EVP_PKEY *key)
{
	return !EVP_PKEY_is_a(key, "RSA") || X509_sign(x, key, EVP_sha1()) > 0;
}

static bool
is_no_sequence(X509 *x, EVP_PKEY *key)
{
	(void)key;
	return set_signature(x, SPAN("\x30\x05what is this"));
}

/* What OpenSSL does by itself. */
static bool
without_identifier(X509 *x, EVP_PKEY *key)
{
	return !EVP_PKEY_is_a(key, "SM2") || X509_sign(x, key, EVP_sm3()) > 0;
}

bool
ca_flaw_signed(enum fault fault, enum ca_class class, X509 *x, EVP_PKEY *key)
{
	static const struct {
		enum fault fault;
		bool (*make)(X509 *, EVP_PKEY *);
	} flaws[] = {
		{ FAULT_CERT_ALGORITHM_OUTSIDE, differs_outside },
		{ FAULT_CERT_ALGORITHM_PARAMETERS, has_parameters },
		{ FAULT_CERT_BY_SHA1, rests_on_sha1 },
		{ FAULT_CERT_SIGNATURE_GARBLED, is_no_sequence },
		{ FAULT_CERT_SM2_WITHOUT_IDENTIFIER, without_identifier },
	};

	if (class != CA_CLASS_SIGNING)
		return true;
	for (size_t i = 0; i < COUNT(flaws); i++)
		if (flaws[i].fault == fault)
			return flaws[i].make(x, key);
	return true;
}

/* ---- what is permitted ---- */

/* As many octets as RFC 5280 4.1.2.2 allows: 4 more than all others. */
static bool
is_longest(X509 *x)
{
	return lengthen(x, 4);
}

/* RFC 5280 4.1.2.5: no end that anybody knows of. */
static bool
never_ends(X509 *x)
{
	return ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z") ==
	       1;
}

bool
ca_oddity_unsigned(enum variant variant, enum ca_class class, X509 *x)
{
	if (class != CA_CLASS_SIGNING)
		return true;
	if (variant == VARIANT_CERT_SERIAL_OF_20_OCTETS)
		return is_longest(x);
	return variant != VARIANT_CERT_NEVER_ENDS || never_ends(x);
}

/* NULL where others leave the parameters out: both are met with. */
bool
ca_oddity_signed(enum variant variant, X509 *x, EVP_PKEY *key)
{
	ASN1_OBJECT *id = OBJ_nid2obj(NID_SM2_with_SM3);

	if (variant != VARIANT_CERT_SM2_PARAMETERS_NULL ||
	    !EVP_PKEY_is_a(key, "SM2"))
		return true;
	return X509_ALGOR_set0(inside(x), id, V_ASN1_NULL, NULL) &&
	       X509_ALGOR_set0(outside(x), id, V_ASN1_NULL, NULL) &&
	       sign_again(x, key);
}
