/* SPDX-License-Identifier: MIT */
/*
 * sight - what one short, harmless conversation shows of an endpoint.
 *
 * For the preflight (conformance/doctor.h): connect, TLS, greeting, EHLO,
 * then either a login or a command that does not exist, QUIT.  Nothing is
 * judged here.  No mail is sent, and no password outside TLS.
 *
 * POP3 is told in the words of SMTP: CAPA is its EHLO and STLS its STARTTLS,
 * +OK counts as 250 and -ERR as 500.  A POP3 server without CAPA announces
 * nothing, which RFC 2449 permits.
 *
 * So is IMAP: CAPABILITY is its EHLO, a capability a line; OK counts as 250
 * (220 in the greeting), NO as 550, BAD as 500 and "+" as 334.  After a login
 * CAPABILITY is asked for again, and what it says is added.
 *
 * And LDAP, which has no greeting: the rootDSE is its EHLO, each value of it a
 * keyword with a word, "supportedExtension 1.3.6..."; a bind is its login, an
 * extended operation the unknown command.  A server that does not show it to
 * strangers is asked again after the bind.  Who is in looks at the names of
 * the profile's "directory" as well.
 */
#ifndef CONFORMANCE_SIGHT_H
#define CONFORMANCE_SIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/profile.h"

enum sight_step {
	SIGHT_CONNECT,
	SIGHT_TLS,
	SIGHT_GREETING,
	SIGHT_EHLO,
	SIGHT_STARTTLS,
	SIGHT_ASK, /* the login, or the command that does not exist */
	SIGHT_DONE,
};

struct sight_asked {
	const struct profile *profile;
	const struct profile_endpoint *endpoint;
	const char *token;           /* letters and digits: our name in EHLO */
	const char *verb;            /* that no server knows, or NULL; an OID */
	const char *user, *password; /* to log in with, or NULL; LDAP: a DN */
};

/* Replies hold their lines without CR, each ended by LF. */
struct sight {
	const struct profile_endpoint *endpoint;
	enum sight_step step; /* SIGHT_DONE, or the one it ended at */
	char *why;            /* ... and why; else NULL */
	int64_t connect_us;
	struct wall greeted;
	struct buf greeting;
	struct buf clear; /* EHLO before STARTTLS; empty with implicit TLS */
	struct buf ehlo;  /* the last EHLO: within TLS when there is TLS */
	bool inside;      /* IMAP, LDAP: logged in, so that ehlo is complete */
	struct buf asked; /* reply to the login or the unknown command */
	struct buf base, people; /* LDAP: replies when those were looked at */
	struct buf chain; /* PEM, leaf first; also when it was not believed */
	char version[16], cipher[48]; /* empty: no TLS */
};

void sight_take(const struct sight_asked *, struct sight *);
void sight_free(struct sight *);

/* Can sight_take() do anything with it? */
bool sight_speaks(const char *service);

/* 0 when there is no reply. */
int sight_code(const struct buf *reply);

/*
 * True when an EHLO reply has the keyword and, unless it is NULL, the word
 * among its parameters (RFC 5321 4.1.1.1: without regard to case).
 */
bool sight_announces(
    const struct buf *ehlo, const char *keyword, const char *word);

#endif
