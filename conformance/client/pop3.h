/* SPDX-License-Identifier: MIT */
/*
 * pop3 - a maildrop as a mail program sees it: libetpan over POP3.
 *
 * As in imap.h, the first command that does not succeed stays.
 */
#ifndef CONFORMANCE_CLIENT_POP3_H
#define CONFORMANCE_CLIENT_POP3_H

#include <libetpan/mailpop3.h>

#include "conformance/client/record.h"
#include "lib/profile.h"

struct pop3_client {
	mailpop3 *session;
	struct record record;
	const char *doing;
	int result;
	bool entered;
	unsigned n; /* messages when we came, numbered from 1 */
};

/* Connects, begins TLS where the endpoint says so, logs in; within ms. */
bool pop3_enter(struct pop3_client *, const struct profile *,
    const struct profile_endpoint *, const struct profile_account *,
    int64_t ms);
/* QUIT, which removes what was deleted; false when that was refused. */
bool pop3_quit(struct pop3_client *);
void pop3_leave(struct pop3_client *); /* always, after pop3_enter() */

bool pop3_fine(const struct pop3_client *);
bool pop3_answered(const struct pop3_client *);
void pop3_why(const struct pop3_client *, char *why, size_t size);

/* The unique id of message k, or NULL.  Belongs to the session. */
const char *pop3_unique_id(struct pop3_client *, unsigned k);
bool pop3_top(struct pop3_client *, unsigned k, unsigned lines, struct buf *);
bool pop3_retr(struct pop3_client *, unsigned k, struct buf *);
bool pop3_dele(struct pop3_client *, unsigned k);

#endif
