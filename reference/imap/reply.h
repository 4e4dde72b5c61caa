/* SPDX-License-Identifier: MIT */
/*
 * imap/reply - every status response our IMAP server can say, one row each
 * (RFC 3501 7.1, RFC 5530).
 *
 * Where a fault or a variant changes one, "manner" is how it comes to know:
 * that is a row of a table of its own, below that of the replies.
 */
#ifndef REFERENCE_IMAP_REPLY_H
#define REFERENCE_IMAP_REPLY_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/fault.h"
#include "reference/variant.h"

enum imap_reply {
	/* untagged */
	IMAP_SAY_GREETING,
	IMAP_SAY_BYE,
	IMAP_SAY_IDLE_BYE,
	IMAP_SAY_TOO_MANY_ERRORS,
	IMAP_SAY_CLOSED,
	IMAP_SAY_COPIED, /* MOVE: RFC 6851 4.3 */
	/* tagged OK */
	IMAP_SAY_DONE, /* "FETCH completed" */
	IMAP_SAY_LOGGED_IN,
	IMAP_SAY_TLS_READY,
	IMAP_SAY_SELECTED_RW,
	IMAP_SAY_SELECTED_RO,
	IMAP_SAY_IDLE_OVER,
	IMAP_SAY_MODIFIED, /* a conditional STORE that was refused in part */
	/* tagged NO */
	IMAP_SAY_LOGIN_REFUSED,
	IMAP_SAY_TLS_FIRST,
	IMAP_SAY_NO_MECHANISM,
	IMAP_SAY_NO_SUCH_MAILBOX,
	IMAP_SAY_NAME_TAKEN,
	IMAP_SAY_CANNOT,
	IMAP_SAY_TRY_CREATE,
	IMAP_SAY_OVER_QUOTA,
	IMAP_SAY_NOT_KEPT,
	IMAP_SAY_NO_PERMISSION,
	IMAP_SAY_READ_ONLY,
	IMAP_SAY_TOO_BIG,
	IMAP_SAY_BAD_CHARSET,
	IMAP_SAY_EXPUNGE_ISSUED, /* some messages asked for are gone */
	IMAP_SAY_USE_ATTR,
	IMAP_SAY_TOO_MANY_KEYWORDS,
	/* tagged BAD */
	IMAP_SAY_UNKNOWN,
	IMAP_SAY_NOT_NOW,
	IMAP_SAY_LINE_TOO_LONG,
	IMAP_SAY_BAD_ARGS, /* "$" is what is wrong */
	IMAP_SAY_CANCELLED,
	IMAP_SAY_GARBLED,
	IMAP_SAY_EXPECTED_DONE,
	IMAP_SAY_COUNT
};

/* How we have been told to speak. */
struct imap_manner {
	enum fault fault;
	enum variant variant;
	const char *command; /* "UID FETCH"; what is being answered */
	bool secure;         /* role IMAP_IMPLICIT */
};

/*
 * "OK [CODE] text" with CRLF; the code of the row, or "code" when that is not
 * empty.  "arg" takes the place of "$" in the text, NULL: the command's name.
 */
void imap_put_reply(struct buf *, enum imap_reply, struct imap_manner,
    struct span code, const char *arg);

/* A mistake of the client's, counted by the session. */
bool imap_reply_is_error(enum imap_reply);

#endif
