/* SPDX-License-Identifier: MIT */
/*
 * office - the people of a registration authority at their desks, in
 * collect(); and what was said to them, read back in judge().
 *
 *	struct office o;
 *	struct holding h;
 *
 *	office_open(t, &o);
 *	if (office_enroll(&o, "alice", "new", "signing", &h))
 *		office_ask(&o, "registrar", "revocation", "certificate.revoke",
 *		    OFFICE_OF("serial", h.serial), { "reason", "..." });
 *	holding_free(&h);
 *	office_close(&o);
 *
 * Beside what desks.h files: NAME.key.pem, the key that was made for an
 * application and is thrown away, and NAME.public, its public half in DER.
 *
 * What was issued is revoked by office_close(), as "left-N", which no verdict
 * depends on: a case must not fill the directory of its target.
 */
#ifndef CONFORMANCE_CASES_CERT_OFFICE_H
#define CONFORMANCE_CASES_CERT_OFFICE_H

#include <openssl/types.h>

#include "conformance/cases/desks.h"
#include "conformance/cases/status.h"
#include "conformance/client/key.h"
#include "conformance/client/request.h"

/* What an application needs from the first to the last step. */
#define OFFICE_NEEDS \
	"key:alice key:registrar key:issuer operation:session.challenge " \
	"operation:session.open operation:application.submit " \
	"operation:application.approve operation:application.issue " \
	"operation:application.show"

/* clang-format off */
#define OFFICE_CASE(name, row, at, more, cite, en, zh, ask, how) \
	{ \
		.id = name, \
		.verifies = row, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = OFFICE_NEEDS more, \
		.collect = ask, \
		.judge = how, \
		.soft_s = 120, \
	}
/* clang-format on */

struct office {
	struct trial *trial;
	struct desks desks;
	enum own_key kind; /* of keys that are applied for */
	/* Serial numbers of what was issued, and not revoked by the case. */
	char **left;
	size_t n_left;
	struct buf *keys; /* for which was applied: their public halves */
	size_t n_keys;
};

void office_open(struct trial *, struct office *);
/* Revokes what is left, and logs everybody out. */
void office_close(struct office *);
/* Who is not logged in yet is when he is asked for the first time. */
struct desk *office_desk(struct office *, const char *role);

/* ---- office_left.c ---- */

void office_left_key(struct office *, EVP_PKEY *);
/*
 * Of what was done by that operation with these values: a certificate is to be
 * revoked, or was.  Only what is for a key of this case's: who maps the wrong
 * field must not lose somebody's certificate.
 */
void office_left_note(struct office *, const struct operation_answer *,
    const struct operation_value *);
/* Revokes them, and forgets them. */
void office_left_revoke(struct office *);

/* ---- asking ---- */

/* True when it was done. */
bool office_ask(struct office *, const char *role, const char *name,
    const char *operation, const struct operation_value *);
/* The same with one value. */
bool office_ask_of(struct office *, const char *role, const char *name,
    const char *operation, const char *field, const char *value);

/* An application; all but the class may be left alone. */
struct application {
	const char *class;
	EVP_PKEY *key;           /* NULL: a new one is made */
	const char *common_name; /* NULL: who asks */
	enum request_proof proof;
	const char *renews; /* a serial number: certificate.rekey */
};
/* The request of such a one, in base64. */
bool office_request(struct office *, const char *role,
    const struct application *, EVP_PKEY *, struct buf *text);
/* Its id, or NULL; free() it.  *key is given over to the caller. */
char *office_apply(struct office *, const char *role, const char *name,
    const struct application *, EVP_PKEY **key);

/* What somebody has got. */
struct holding {
	EVP_PKEY *key;
	char *id;     /* of the application; or NULL */
	char *serial; /* hexadecimal, in capitals; or NULL */
	struct buf der;
	char *second; /* of a pair: the other serial number */
	struct buf encryption, handed;
	struct pki_certificate certificate; /* points into der */
	bool there;
};

void holding_begin(struct holding *);
/*
 * Approves ("NAME-approval"), issues ("NAME-issue") and fetches ("NAME-show")
 * what "id" names, for a holding that was begun; true when a certificate can be
 * read.
 */
bool office_settle(struct office *, const char *role, const char *name,
    const char *id, struct holding *);
/* The same from the application "NAME" on.  Free it in any case. */
bool office_enroll(struct office *, const char *role, const char *name,
    const char *class, struct holding *);
void holding_free(struct holding *);
/* Hexadecimal, in capitals; free() it. */
char *office_serial(const struct pki_certificate *);

/* ---- logging in with something else than what the profile names ---- */

struct login {
	struct desk *desk; /* as this account, with no session */
	char *id;
	struct buf challenge, signature; /* the signature in base64 */
	struct buf certificate;          /* in base64 */
};

/* Asks for a challenge, "NAME.challenge". */
bool login_begin(
    struct office *, const char *role, const char *name, struct login *);
/* Signs it. */
bool login_sign(struct login *, EVP_PKEY *, struct span certificate);
/* Shows that, "NAME.open"; true: a session was opened, and is carried. */
bool login_show(struct login *, const char *name);
/* The certificate and key of an account. */
bool login_own(struct office *, const char *role, EVP_PKEY **, struct buf *der);
/* All of it. */
bool login_all(struct office *, const char *role, const char *name, EVP_PKEY *,
    struct span certificate, struct login *);
/* What only a session can ask: that certificate of hers, as NAME. */
void login_use(struct login *, const char *name, struct span der);
/* Logs out ("NAME.close") what was logged in. */
void login_end(struct login *, const char *name);
/* Alice logs in and out. */
void login_once(struct office *, const char *name, EVP_PKEY *, struct span der);

/* ---- judge() ---- */

/* Need: the steps of office_settle(); and those of office_enroll(). */
bool office_need_settled(struct trial *, const char *name);
bool office_need_enrolled(struct trial *, const char *name);

/* Need: a certificate in that field; it points into "der". */
bool office_certificate(struct trial *, const char *name, const char *operation,
    const char *field, struct buf *der, struct pki_certificate *);
/* Need: the certificate that office_enroll() has got under that name. */
bool office_enrolled(struct trial *, const char *name, struct buf *der,
    struct pki_certificate *);
/* Is it of the key that was made for the application of this name? */
bool office_is_of_key(
    struct trial *, const char *name, const struct pki_certificate *);

#endif
