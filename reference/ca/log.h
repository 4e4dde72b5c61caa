/* SPDX-License-Identifier: MIT */
/*
 * log - what the authority did, in an order nobody can change (CERT-F-19).
 *
 * A record's chain is SM3 over the chain of the record before (32 zero octets
 * at first) and its text; its signature, SM2 with SM3, is over the chain.  So
 * the last record vouches for all of them.  Texts are JSON:
 *
 *	{"number":7,"time":"2026-11-22T01:26:54.123456Z","who":"operator",
 *	 "what":"revoke","about":"7A01...","detail":"keyCompromise"}
 */
#ifndef REFERENCE_CA_LOG_H
#define REFERENCE_CA_LOG_H

#include "reference/ca/ca.h"

struct ca_log_entry {
	const char *who, *what, *about, *detail;
};

/* A record that is to be stored along with what it tells of. */
struct ca_log_record {
	struct store_ca_record record;
	struct buf text, chain, signature;
};

void ca_log_begin(struct ca *, struct wall now, const struct ca_log_entry *,
    struct ca_log_record *);
void ca_log_end(struct ca_log_record *);

/*
 * Other logs that are kept so: the record of that number and text, behind the
 * chain of the one before (empty: it is the first), signed with that key.
 */
void ca_log_chain(EVP_PKEY *, int64_t number, struct span before,
    struct span text, struct ca_log_record *);
/* Does it follow?  Then *before becomes its chain. */
bool ca_log_follows(
    EVP_PKEY *, const struct store_ca_record *, struct buf *before);

/* Are all records there, chained and signed?  False with the first that is
 * not. */
bool ca_log_holds(struct ca *, int64_t *bad, struct err *);

#endif
