/* SPDX-License-Identifier: MIT */
/*
 * sight_inner - what the files of sight share; nobody else includes it.
 */
#ifndef CONFORMANCE_SIGHT_INNER_H
#define CONFORMANCE_SIGHT_INNER_H

#include "conformance/sight.h"
#include "lib/dialogue.h"
#include "lib/tls.h"

#define SIGHT_REPLY_MOST 65536

struct mouth {
	const struct sight_asked *asked;
	struct sight *sight;
	struct stream stream;
	struct buf in, out;
	int awaited; /* what the framing is to look for: a listing, or 0 */
	unsigned id; /* LDAP: of the last request */
};

/* It ends at that step, and why; returns false. */
bool mouth_stop(struct mouth *, enum sight_step, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool mouth_shake(struct mouth *);
/* Sends what is in m->out, and wipes it: it may be a password. */
bool mouth_flush(struct mouth *, enum sight_step);
/* One reply, all its lines. */
bool mouth_hear(struct mouth *, enum sight_step, struct buf *reply);
/* The line that says how it went comes last and is told first. */
void mouth_keep_last(struct span line, struct buf *reply);

/* ---- sight_ldap.c ---- */

/* All of the conversation; with implicit TLS that is there already. */
bool sight_ldap(struct mouth *);
/* Adds what an LDAPMessage says to the reply. */
void sight_ldap_keep(struct span message, enum framing_line, struct buf *reply);

#endif
