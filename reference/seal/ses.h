/* SPDX-License-Identifier: MIT */
/*
 * ses - SESeal and SES_Signature of GB/T 38540-2020 6.1 and 7.1, read and
 * written by templates of OpenSSL's; those of GM/T 0031-2014 too.
 *
 * Both formats are read into the same structures, which know theirs.  Reading
 * takes DER alone: what is read is written again and has to be the same.
 */
#ifndef REFERENCE_SEAL_SES_H
#define REFERENCE_SEAL_SES_H

#include <stdbool.h>

#include <openssl/asn1.h>
#include <openssl/stack.h>
#include <openssl/x509.h>

#include "lib/buf.h"
#include "lib/span.h"

#define SES_MOST (2 << 20) /* octets of what is read or written */

#define SES_SM2_WITH_SM3 "1.2.156.10197.1.501"

enum ses_format { SES_2020, SES_2014 };

enum { SES_CERTIFICATES = 1, SES_DIGESTS = 2 }; /* certListType */

struct ses_header {
	ASN1_IA5STRING *id; /* "ES" */
	ASN1_INTEGER *version;
	ASN1_IA5STRING *vendor;
};

struct ses_digest {
	ASN1_PRINTABLESTRING *type;
	ASN1_OCTET_STRING *value;
};

/* Of certList: a certificate, or the digest of one. */
struct ses_entry {
	int is_digest;
	union {
		ASN1_OCTET_STRING *certificate;
		struct ses_digest *digest;
	} is;
};

struct ses_property {
	ASN1_INTEGER *type;
	ASN1_UTF8STRING *name;
	ASN1_INTEGER *list_type; /* NULL in 2014 */
	OPENSSL_STACK *list;     /* struct ses_entry */
	ASN1_TIME *made, *start, *end;
};

struct ses_picture {
	ASN1_IA5STRING *type;
	ASN1_OCTET_STRING *octets;
	ASN1_INTEGER *width, *height; /* mm */
};

struct ses_extension {
	ASN1_OBJECT *id;
	ASN1_BOOLEAN critical; /* -1: not written */
	ASN1_OCTET_STRING *value;
};

/* extDatas, struct ses_extension; at most one of them is right. */
struct ses_extensions {
	OPENSSL_STACK *tagged, *plain; /* by [0], or not; NULL: none */
};

struct ses_info {
	struct ses_header *header;
	ASN1_IA5STRING *esid;
	struct ses_property *property;
	struct ses_picture *picture;
	struct ses_extensions ext;
};

/* An OID alone, as it should be, or in an AlgorithmIdentifier. */
struct ses_algorithm {
	int is_whole;
	union {
		ASN1_OBJECT *oid;
		X509_ALGOR *whole;
	} is;
};

/* Who says so. */
struct ses_by {
	ASN1_OCTET_STRING *certificate;
	struct ses_algorithm *algorithm;
	ASN1_BIT_STRING *signature;
};

struct ses_seal {
	struct ses_info *info;
	struct ses_by by;
	enum ses_format format;
};

/* A time, or the bit string that GM/T 0031-2014 has for it. */
struct ses_time {
	int is_bits;
	union {
		ASN1_TIME *time;
		ASN1_BIT_STRING *bits;
	} is;
};

/* What is signed; 2014 has the signer's certificate and algorithm in it. */
struct ses_tbs {
	ASN1_INTEGER *version;
	struct ses_seal *seal;
	struct ses_time *time;
	ASN1_BIT_STRING *digest; /* dataHash */
	ASN1_IA5STRING *property;
	ASN1_OCTET_STRING *certificate;
	struct ses_algorithm *algorithm;
	struct ses_extensions ext;
};

struct ses_signature {
	struct ses_tbs *tbs;
	struct ses_by by; /* 2014: the signature alone: see ses_signer() */
	/* [0]; one that is implicit, and one without a tag; or NULL */
	ASN1_BIT_STRING *stamp, *stamp_implicit, *stamp_bare;
	enum ses_format format;
};

/* What stood in the way of reading. */
enum ses_bad {
	SES_FINE,
	SES_STRUCTURE,
	SES_TRAILING, /* octets behind it */
	SES_NOT_DER,  /* BER that is not DER */
};

struct ses_seal *ses_seal_new(void); /* of 2020 */
void ses_seal_free(struct ses_seal *);
struct ses_seal *ses_seal_read(struct span der, enum ses_bad *);
bool ses_seal_write(const struct ses_seal *, struct buf *to);

struct ses_signature *ses_signature_new(
    void); /* of 2020, its seal not yet set */
void ses_signature_free(struct ses_signature *);
struct ses_signature *ses_signature_read(struct span der, enum ses_bad *);
bool ses_signature_write(const struct ses_signature *, struct buf *to);

/* What the maker signs: SES_SealInfo; in 2014 two more, in a SEQUENCE. */
bool ses_seal_tbs(const struct ses_seal *, struct buf *to);
/* The same as the other format has it: some have signed that. */
bool ses_seal_tbs_other(const struct ses_seal *, struct buf *to);
/* What the signer signs: TBS_Sign. */
bool ses_signature_tbs(const struct ses_signature *, struct buf *to);

/* Certificate, algorithm and signature, wherever they are. */
struct ses_by ses_signer(const struct ses_signature *);

/* One more of certList; false: the library failed. */
bool ses_entry_add(struct ses_property *, struct span certificate);
bool ses_digest_add(
    struct ses_property *, const char *type, struct span digest);
int ses_entries(const struct ses_property *);
struct ses_entry *ses_entry_at(const struct ses_property *, int);

int ses_extensions_number(const OPENSSL_STACK *); /* 0 for NULL */
struct ses_extension *ses_extension_at(const OPENSSL_STACK *, int);
bool ses_extension_add(
    OPENSSL_STACK **, const char *oid, bool critical, struct span value);

struct span ses_octets(const ASN1_STRING *); /* of any string; NULL: empty */
/* Of any string; a bit string has whole octets then. */
bool ses_string_set(ASN1_STRING *, struct span);
bool ses_bits_are_whole(const ASN1_BIT_STRING *);

struct ses_algorithm *ses_algorithm_new(const char *oid);
void ses_algorithm_free(struct ses_algorithm *);
bool ses_algorithm_is(const struct ses_algorithm *, const char *oid);

/* In an AlgorithmIdentifier with parameters NULL. */
bool ses_algorithm_wrap(struct ses_algorithm *);

/* Of 2014 from now on: what that does not have is dropped. */
void ses_seal_age(struct ses_seal *);
/* The same, when its seal is; with the signer's certificate inside. */
void ses_signature_age(struct ses_signature *);

/* Whose signature it will be, by SM2 with SM3. */
bool ses_by_set(struct ses_by *, X509 *);

#endif
