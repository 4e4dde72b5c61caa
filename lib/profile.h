/* SPDX-License-Identifier: MIT */
/*
 * profile - what one site under test is, claims and allows: TARGET.yaml.
 *
 * ISO/IEC 9646 calls the two halves ICS (claims) and IXIT (addresses,
 * accounts, limits).  One shareable file holds both; passwords are only
 * referred to.  fixtures/targets/example/target.yaml shows every key with
 * its meaning, and is read by a test.
 *
 * Everything in a profile belongs to it and lives until profile_free().
 */
#ifndef LIB_PROFILE_H
#define LIB_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/binding.h"
#include "lib/buf.h"
#include "lib/catalogue.h"
#include "lib/err.h"
#include "lib/span.h"

enum profile_tls {
	PROFILE_TLS_NONE,
	PROFILE_TLS_STARTTLS,
	PROFILE_TLS_IMPLICIT,
};

/* Where one service listens. */
struct profile_endpoint {
	char *service; /* "smtp" (relay), "submission", "submissions", ... */
	char *host;    /* numeric address or name */
	uint16_t port;
	enum profile_tls tls;
	char *name; /* expected in the certificate; host when absent */
	char *path; /* of what speaks HTTP: "/ocsp"; "/" when absent */
};

/* Somebody who may log in.  "role" is the name cases use: alice, bob, ... */
struct profile_account {
	char *role;
	char *user;
	char *address;
	char *password; /* resolved when the profile is read; never written */
	char *dn;       /* binds with it in the directory (RFC 4514), or NULL */
	char *certificate, *key; /* PEM files: logs in by them, or NULL */
};

struct profile_limit {
	enum req req;
	char *metric;
	double value;
};

/* What the CA says of a certificate it has issued. */
enum profile_status {
	PROFILE_STATUS_GOOD,
	PROFILE_STATUS_REVOKED,
	PROFILE_STATUS_HELD, /* certificateHold */
};

/* A certificate that is handed over to be judged. */
struct profile_certificate {
	char *name;  /* a word by which reports call it */
	char *class; /* "signing", "encryption", "server", ... */
	char *file;  /* PEM */
	char *dn;    /* of the entry it is published in, or NULL */
	enum profile_status status;
};

/* A field of an operation, as the target has it. */
struct profile_field {
	char *name;   /* ours: "state" */
	char *at;     /* of what is given: a JSON pointer (RFC 6901) */
	char **words; /* "2=issued": the target's word for one of ours */
	size_t n_words;
};

/*
 * An operation of lib/binding.h as the target has it.  Path, body and headers
 * are templates (lib/template.h) of what the operation takes and of ${user},
 * ${password}, ${basic} and ${token} of who asks.
 */
struct profile_operation {
	const struct binding_operation *is;
	char *service; /* there is an endpoint of it */
	char *method, *path;
	char *type, *body; /* "": none */
	char **headers;    /* "Name: value" */
	size_t n_headers;
	struct profile_field *fields; /* of all that it gives, and of some that
					 it takes */
	size_t n_fields;
	/* Beside a 2xx status: what has to stand where, or NULL. */
	char *success_at, *success_is;
};

#define PROFILE_PICTURE_MOST (256 << 10) /* octets */
#define PROFILE_PICTURE_SIDE 2000        /* pixels */

#define PROFILE_DOCUMENT_MOST (32 << 20) /* octets */

/* What is handed over for somebody to read: rows of the methods ED and IN. */
struct profile_document {
	enum req req;
	char *title, *file;
	char *expires; /* "2027-01-31", or NULL */
};

/* A deviation the parties have accepted; visible in every report. */
struct profile_waiver {
	char *subject; /* case or row */
	char *reason, *approver;
	char *expires; /* "2027-01-31" */
};

struct profile_log {
	char *service; /* "smtp" */
	char *path;
	char *format; /* "json" or "syslog" */
};

struct profile {
	char *path;   /* the file it came from */
	char *digest; /* SM3 of that file, hexadecimal */

	struct {
		char *name, *client, *contract;
	} project;
	struct {
		char *vendor, *name, *version;
	} product;
	struct {
		char **chapters; /* "5", "SM" */
		size_t n_chapters;
		char **services; /* "smtp", ... */
		size_t n_services;
		char *reason; /* why the rest is not judged */
	} scope;

	struct profile_endpoint *endpoints;
	size_t n_endpoints;
	char *trust; /* PEM file with the CAs to believe; NULL: the system's */

	struct profile_account *accounts;
	size_t n_accounts;

	struct {
		char *domain; /* the target is responsible for it */
		char
		    *utf8_domain; /* likewise, with non-ASCII labels, or NULL */
		char *foreign;    /* it is not, and must not relay to it */
		char *unknown;    /* an address that does not exist there */
		char *sink_domain; /* mail for it is routed to us, or NULL */
		char *sink_host;   /* where we listen for that */
		uint16_t sink_port;
	} mail;

	struct {
		char *base;   /* DN below which everything is, or NULL */
		char *people; /* ... and the address book */
	} directory;

	struct {
		char **anchors; /* PEM files with the roots */
		size_t n_anchors;
		char *issuers; /* PEM file with issuing CAs, or NULL */
		char *records; /* CSV file: all that it has issued; or NULL */
		struct profile_certificate *certificates;
		size_t n_certificates;
	} pki;

	struct profile_operation *operations; /* those that are mapped */
	size_t n_operations;

	struct profile_document *documents;
	size_t n_documents;

	char **claims; /* "smtp.starttls", "smtp.size", ... sorted */
	size_t n_claims;
	struct profile_limit *limits;
	size_t n_limits;
	struct profile_waiver *waivers;
	size_t n_waivers;
	struct profile_log *logs;
	size_t n_logs;

	/* Whoever signs the run: "yanshou key new" makes the first two. */
	struct {
		char *key;         /* PEM file (PKCS #8, SM2), or NULL */
		char *certificate; /* PEM file: its own, then those above it */
		char *passphrase;  /* of the key, or NULL; never written */
		char *passphrase_from; /* "env:NAME", "file:PATH", or NULL */
		char *tsa;             /* URL of who stamps the time, or NULL */
		char *tsa_host;        /* of it, without brackets */
		struct buf picture;    /* PNG of its seal, or empty */
	} lab;

	struct {
		int64_t connect_ms, reply_ms, delivery_ms;
	} timeouts;
	struct {
		bool destructive; /* accounts may be changed at will */
		bool lockout;     /* the account "victim" may be locked out */
		char **reach; /* hosts outside loopback that may be addressed */
		size_t n_reach;
	} safety;
};

/* On failure err->what is "FILE:LINE: key: what is wrong; what would be". */
bool profile_read(const char *path, struct profile *, struct err *);

/* The same of bytes in memory, as if they came from path. */
bool profile_parse(
    const char *path, struct span bytes, struct profile *, struct err *);

/*
 * Likewise, with the files and variables it refers to left alone: for whoever
 * reads a finished run elsewhere.  Passwords are empty.
 */
bool profile_read_public(const char *path, struct profile *, struct err *);
void profile_free(struct profile *);

bool profile_claims(const struct profile *, const char *claim);
/* Every claim there is to make, sorted. */
const char *const *profile_known_claims(size_t *n);
/* Every class a certificate can be of. */
const char *const *profile_known_classes(size_t *n);
/* Every service there can be an endpoint of. */
const char *const *profile_known_services(size_t *n);
const struct profile_endpoint *profile_endpoint(
    const struct profile *, const char *service); /* NULL when there is none */
const struct profile_account *profile_account(
    const struct profile *, const char *role); /* NULL when there is none */
const struct profile_log *profile_log(
    const struct profile *, const char *service);
const struct profile_operation *profile_operation(
    const struct profile *, const char *name); /* NULL: not mapped */
/* NULL when nothing is said of it. */
const struct profile_field *profile_field(
    const struct profile_operation *, const char *name);

/* Is a document handed over for this row? */
bool profile_has_document(const struct profile *, enum req);

/* The profile's limit when it has one, else the catalogue's. */
bool profile_limit(
    const struct profile *, enum req, const char *metric, double *value);

/* True when the row's chapter and service are both judged. */
bool profile_in_scope(const struct profile *, enum req);

/*
 * False, with the reason, when an endpoint, or who stamps the time, is neither
 * on loopback nor named in safety.reach; those that are named still need the operator's yes.
 */
bool profile_reachable(
    const struct profile *, bool operator_agreed, struct err *);

#endif
