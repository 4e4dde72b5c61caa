/* SPDX-License-Identifier: MIT */
/*
 * store_ca - what a certificate authority remembers: keys, certificates and
 * what became of them, CRLs, and its log.
 *
 * Every change takes the record that goes into the log along: both are kept,
 * or none.  It is NULL where the record of another change tells of both.  What was answered "true" survives kill -9.
 */
#ifndef REFERENCE_STORE_CA_H
#define REFERENCE_STORE_CA_H

#include "reference/store.h"

enum store_ca_status { STORE_CA_GOOD, STORE_CA_REVOKED, STORE_CA_HELD };

#define STORE_CA_SERIAL 48 /* hexadecimal digits of 20 octets, and a NUL */
#define STORE_CA_NAME   96
#define STORE_CA_OWNER  128 /* as account.user */

struct store_ca_certificate {
	int64_t id;
	char serial[STORE_CA_SERIAL]; /* "7A01...": upper case */
	int issuer;                   /* whose serial number it is */
	char name[STORE_CA_NAME];
	enum store_ca_status status;
	int reason; /* RFC 5280 5.3.1; -1: none; 8: was held, and is good */
	struct wall changed; /* when the status became what it is */
	/* What came by CMP: whose it is, and of which of its requests. */
	char owner[STORE_CA_OWNER];
	struct span deal; /* the transactionID; said, never given back */
	int64_t request;
	struct wall confirm; /* to be confirmed until then; 0: it counts */
};

/* One record; the store numbers them, from 1 and without gaps. */
struct store_ca_record {
	int64_t number;
	struct span text;      /* what was done */
	struct span chain;     /* digest of the one before and of the text */
	struct span signature; /* over the chain */
};

/* ---- keys and other small things, by name ---- */

bool store_ca_thing(struct store *, const char *name, struct buf *to);
bool store_ca_thing_put(
    struct store *, const char *name, struct span, struct err *);

/* ---- certificates ---- */

/* id and status are the store's to say: good. */
bool store_ca_add(struct store *, const struct store_ca_certificate *,
    struct span der, const struct store_ca_record *, struct err *);
bool store_ca_find(struct store *, int issuer, const char *serial,
    struct store_ca_certificate *);
/* Likewise, with the certificate itself; der may be NULL. */
bool store_ca_get(struct store *, int issuer, const char *serial,
    struct store_ca_certificate *, struct buf *der);
/* The last one of that name; der may be NULL. */
bool store_ca_named(struct store *, const char *name,
    struct store_ca_certificate *, struct buf *der);
bool store_ca_change(struct store *, int64_t id, enum store_ca_status,
    int reason, struct wall now, const struct store_ca_record *, struct err *);
/* It counts from now on. */
bool store_ca_confirm(
    struct store *, int64_t id, const struct store_ca_record *, struct err *);
/* The one that was given for a request of a transaction. */
bool store_ca_of(struct store *, struct span deal, int64_t request,
    struct store_ca_certificate *, struct buf *der);
bool store_ca_der(struct store *, int64_t id, struct buf *der);
/* One of a transaction that is still to be confirmed. */
bool store_ca_open(
    struct store *, struct span deal, struct store_ca_certificate *);
/* One that should have been confirmed by now. */
bool store_ca_late(
    struct store *, struct wall now, struct store_ca_certificate *);
/*
 * Each that is not good, in the order of their serial numbers, until it says
 * false; so does this then.  It must not ask the store for others meanwhile.
 */
bool store_ca_each_bad(struct store *, int issuer,
    bool (*each)(void *ctx, const struct store_ca_certificate *), void *ctx);
/* Likewise, with those that were on hold: what changed then or later. */
bool store_ca_each_changed(struct store *, int issuer, struct wall since,
    bool (*each)(void *ctx, const struct store_ca_certificate *), void *ctx);

/* The serial numbers of all that an issuer has issued, likewise. */
bool store_ca_each_serial(struct store *, int issuer,
    bool (*each)(void *ctx, const char *serial), void *ctx);

/* ---- CRLs ---- */

/* The last one, its number, and when it was made; false: none yet. */
bool store_ca_crl(struct store *, int issuer, int64_t *number,
    struct wall *made, struct buf *der);
bool store_ca_crl_add(struct store *, int issuer, int64_t number,
    struct wall made, struct span der, const struct store_ca_record *,
    struct err *);
/* When a status of this issuer changed last; 0: never. */
struct wall store_ca_changed(struct store *, int issuer);

/* ---- the log ---- */

/* The number of the last record, and its chain; 0: none yet. */
int64_t store_ca_last(struct store *, struct buf *chain);
bool store_ca_log(struct store *, const struct store_ca_record *, struct err *);
/* Record n; the spans live until the next call about the log. */
bool store_ca_record(
    struct store *, int64_t n, struct store_ca_record *, struct buf *hold);

#endif
