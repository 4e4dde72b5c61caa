/* SPDX-License-Identifier: MIT */
/*
 * cmp_inner - what the files of CMP share: one message and its answer.
 */
#ifndef REFERENCE_CA_CMP_INNER_H
#define REFERENCE_CA_CMP_INNER_H

#include "reference/ca/cmp.h"
#include "reference/ca/cmp_message.h"
#include "reference/ca/crmf.h"
#include "reference/store_cmp.h"

enum {
	CMP_REQUESTS_MOST = 8, /* in a message */
	CMP_CONFIRM_S = 300,   /* within which a certificate is confirmed */
	CMP_APPROVAL_S = 1,    /* what somebody's approval takes here */
	CMP_CLOCK_S = 300,     /* clocks may differ by so much */
};

/* InfoTypeAndValue implicitConfirm, NULL */
#define CMP_IMPLICIT_CONFIRM \
	SPAN("\x30\x0c\x06\x08\x2b\x06\x01\x05\x05\x07\x04\x0d\x05\x00")

/* By whom a message is protected. */
struct cmp_client {
	const struct world_person *person;
	bool by_mac;
	X509 *cert; /* of who signed; or NULL */
	struct store_ca_certificate row;
};

struct cmp {
	struct ca *ca;
	const struct login *login; /* or NULL */
	struct wall now;
	struct cmp_message in;
	struct cmp_client client;
	enum ca_algorithm algorithm; /* of who answers */
	int only;                    /* of certificates; -1: any */
	struct store_cmp known;      /* the transaction */
	/* the answer */
	int body;
	struct buf content; /* of that */
	bool implicit;      /* granted */
	unsigned char nonce[STORE_CMP_NONCE];
	char why[128]; /* in words */
};

/* ---- cmp_protect.c ---- */

/* Fills in the client; it is to be freed in any case. */
enum cmp_failure cmp_authenticate(struct cmp *);
void cmp_client_free(struct cmp_client *);
/* Header, body and protection of the answer. */
bool cmp_write(struct cmp *, struct buf *to);

/* ---- what is asked: each fills in body and content, or fails ---- */

/* cmp_certify.c: ir, cr, p10cr, kur */
enum cmp_failure cmp_certify(struct cmp *);
/*
 * The certificate for a request that came with that body: adds a
 * CertResponse, a refusal included.  approved: it need not wait (any more).
 */
bool cmp_certify_one(struct cmp *, const struct ber_out *, int body,
    struct span request, bool approved);
/* The certificate of issuer and serial, if it is one of ours. */
bool cmp_find(struct ca *, const X509_NAME *issuer, const ASN1_INTEGER *serial,
    struct store_ca_certificate *);
/* cmp_confirm.c: certConf, error */
enum cmp_failure cmp_confirm(struct cmp *);
enum cmp_failure cmp_give_up(struct cmp *);
/* pkiConf */
enum cmp_failure cmp_acknowledge(struct cmp *);
/* cmp_poll.c */
enum cmp_failure cmp_poll(struct cmp *);
/* cmp_revoke.c */
enum cmp_failure cmp_revoke(struct cmp *);

/* Says why, and returns it. */
enum cmp_failure cmp_fail(struct cmp *, enum cmp_failure, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static inline const char *
cmp_who(const struct cmp *c)
{
	return c->client.person->user;
}

static inline struct ber_out
cmp_out(struct cmp *c)
{
	return (struct ber_out){ &c->content, false };
}

#endif
