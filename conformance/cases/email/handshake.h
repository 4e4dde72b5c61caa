/* SPDX-License-Identifier: MIT */
/*
 * handshake - which TLS an endpoint speaks, and whose certificate it shows.
 *
 * For any service: where TLS comes by a command, that is said first.  Name,
 * trust and time are judged from the evidence, so none stops us.
 */
#ifndef CONFORMANCE_CASES_EMAIL_HANDSHAKE_H
#define CONFORMANCE_CASES_EMAIL_HANDSHAKE_H

#include <stdbool.h>

struct trial;

/* A handshake with TLS 1.0 and 1.1 alone, which must fail. */
bool handshake_collect_old(struct trial *);
void handshake_judge_old(struct trial *);

/* The certificate, and whether it is for this name, now, and to be believed. */
bool handshake_collect_chain(struct trial *);
void handshake_judge_name(struct trial *);
void handshake_judge_dates(struct trial *);
void handshake_judge_trust(struct trial *);
void handshake_judge_key(struct trial *);

/* What is said in the clear where TLS comes first: nothing. */
bool handshake_collect_plain(struct trial *);
void handshake_judge_plain(struct trial *);

#endif
