/* SPDX-License-Identifier: MIT */
/*
 * pki/certificate - an X.509 certificate as it was read, and what RFC 5280
 * chapter 4 asks of it (RFC 5280 4.1, 4.2; GB/T 20518).
 *
 * Spans point into the octets that were given.  What could not be read is
 * empty, so that a certificate with one bad extension can be judged further.
 */
#ifndef CONFORMANCE_PKI_CERTIFICATE_H
#define CONFORMANCE_PKI_CERTIFICATE_H

#include <stdbool.h>

#include "conformance/pki/check.h"
#include "conformance/pki/der.h"
#include "conformance/pki/name.h"
#include "conformance/pki/signature.h"
#include "lib/clock.h"
#include "lib/span.h"

#define CERTIFICATE_MOST       (1 << 20) /* octets; a longer one is not read */
#define CERTIFICATE_EXTENSIONS 64

/* Bits of the key usage: 1 << n for bit n of RFC 5280 4.2.1.3. */
enum {
	USAGE_DIGITAL_SIGNATURE = 1 << 0,
	USAGE_NON_REPUDIATION = 1 << 1,
	USAGE_KEY_ENCIPHERMENT = 1 << 2,
	USAGE_DATA_ENCIPHERMENT = 1 << 3,
	USAGE_KEY_AGREEMENT = 1 << 4,
	USAGE_CERT_SIGN = 1 << 5,
	USAGE_CRL_SIGN = 1 << 6,
	USAGE_ENCIPHER_ONLY = 1 << 7,
	USAGE_DECIPHER_ONLY = 1 << 8,
};

struct pki_extension {
	enum oid id;
	struct span oid;
	bool critical;
	bool written_false; /* "critical FALSE" was encoded, which is not DER */
	struct span value;  /* what the OCTET STRING holds */
};

/* Extensions of a certificate, a CRL, an entry, an answer. */
struct pki_extensions {
	struct pki_extension at[CERTIFICATE_EXTENSIONS];
	size_t n;
	bool present;   /* the field is there, perhaps with nothing in it */
	bool duplicate; /* one is there twice: "twice" */
	bool overflow;  /* there were more than are kept */
	struct span twice;
};

struct pki_time {
	struct wall at;
	bool readable; /* a time in one of the two types */
	bool fitting;  /* of the type that RFC 5280 4.1.2.5 asks for */
	struct span text;
};

struct pki_certificate {
	struct span whole, tbs;
	uint32_t version;     /* 1, 2, 3 ... */
	bool version_written; /* v1 although it is the default */
	struct span serial;   /* the INTEGER's content */
	struct pki_algorithm inner, outer;
	struct span issuer, subject;
	struct pki_time begins, ends;
	struct pki_key key;
	bool unique; /* a unique identifier is there */
	struct pki_extensions extensions;
	struct span signature; /* without the octet of unused bits */

	/* From the extensions, when they are there and could be read. */
	struct span aki, ski; /* key identifiers; none: empty */
	struct span aki_issuer, aki_serial;
	bool has_usage;
	unsigned usage;
	bool has_basic, ca;
	int64_t path_length; /* -1: none; -2: negative or absurdly large */
	struct span alt_names, policies, mappings, permitted, excluded;
	struct span purposes, crl_points; /* contents of the SEQUENCE */
	bool has_purposes;
	bool purposes_critical;
	int64_t explicit_policy, inhibit_mapping, inhibit_any; /* -1: none */
};

/* Takes a Time. */
struct pki_time time_read(struct der *);
/* "2026-11-22T10:00:00Z", or the octets as they are. */
void time_text(const struct pki_time *, char text[CLOCK_TEXT + 8]);

/* Takes "SEQUENCE OF Extension", which d stands before. */
void extensions_read(struct der *d, struct pki_extensions *);
/* The same from within it. */
void extensions_read_list(struct der *, struct pki_extensions *);
/* The same within an element of this tag, when that is the next one. */
void extensions_maybe(struct der *, unsigned tag, struct pki_extensions *);
/* None is there twice, none is critical that is not processed. */
void extensions_judge(const struct pki_extensions *, enum pki_code duplicate,
    enum pki_code critical, bool (*processes)(enum oid), struct pki_findings *);
const struct pki_extension *extensions_find(
    const struct pki_extensions *, enum oid);

/*
 * Reads, adding der.* and cert.structure.  False: it has not the structure of
 * a certificate, and nothing in it may be used.
 */
bool certificate_read(
    struct pki_certificate *, struct span der, struct pki_findings *);

/* All checks of the certificate by itself: cert.*, ext.*. */
void certificate_judge(const struct pki_certificate *, struct pki_findings *);

/* Both, and what the findings are about is set before: which may be NULL. */
bool certificate_judge_octets(
    struct span der, const char *which, struct pki_findings *);

/* The two of one person: dual.*. */
void certificate_judge_dual(const struct pki_certificate *signing,
    const struct pki_certificate *encryption, struct pki_findings *);

bool certificate_is_self_issued(const struct pki_certificate *);
/* Issued to itself, and signed with its own key. */
bool certificate_is_self_signed(const struct pki_certificate *);
bool certificate_has_purpose(const struct pki_certificate *, enum oid);
bool certificate_is_valid_at(const struct pki_certificate *, struct wall);
/*
 * The fullName of the next distribution point that has one (RFC 5280
 * 4.2.1.13), in "crl_points"; false at the end.
 */
bool certificate_next_point(struct der *points, struct der *names);

/* True for an extension that certificate processing here understands. */
bool certificate_processes(enum oid);

#endif
