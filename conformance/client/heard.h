/* SPDX-License-Identifier: MIT */
/*
 * heard - what the target said in a conversation, octet by octet.
 *
 * For judge functions: taken out of the transcript that trial_talk() filed.
 */
#ifndef CONFORMANCE_CLIENT_HEARD_H
#define CONFORMANCE_CLIENT_HEARD_H

#include <stdbool.h>

#include "lib/buf.h"

struct trial;

/* All that was said to the first party in NAME.jsonl; false: no such file. */
bool heard(struct trial *, const char *name, struct buf *out);

/* The string behind "BODY[] " in an IMAP response; false: there is none. */
bool heard_body(struct span said, struct span *message);

/*
 * The lines of a POP3 listing, up to its lone dot, dot-stuffing undone; false:
 * it does not end.
 */
bool heard_listing(struct span said, struct buf *message);

#endif
