/* SPDX-License-Identifier: MIT */
/*
 * cleanup - takes away what a run has left in the mailboxes of its target.
 *
 * Ours is what carries the run's name, which no other run has: mailboxes
 * whose name begins "RUN_" (the variable ${folder}) or "RUN." (of a load), and
 * messages that say
 * "RUN." in Subject, Message-ID or Received, or that are reports about such
 * a message.  A server's word for it is not enough: each header is read
 * before its message is removed.  Nothing else is touched, so a profile need
 * not be "destructive" for it.
 *
 * Over IMAP where the profile has that, else over POP3; every account but
 * "victim", who may be locked out.  A target that does not answer costs a
 * minute an account at most.
 */
#ifndef CONFORMANCE_CLEANUP_H
#define CONFORMANCE_CLEANUP_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/profile.h"

struct cleanup {
	size_t accounts;            /* looked at */
	size_t mailboxes, messages; /* taken away */
	size_t entries;             /* likewise, of the directory */
	size_t failures;            /* what could not be */
	char why[256];              /* the first of these */
};

/* "20261122-012654-7f3a": anything else might be in other people's mail. */
bool cleanup_is_run(const char *run);

/*
 * False when the profile names no way into a mailbox, nor an administrator of
 * a directory: nothing was done.
 */
bool cleanup_run(const struct profile *, const char *run,
    const volatile bool *stop, struct cleanup *);

#endif
