/* SPDX-License-Identifier: MIT */
/*
 * fetch - a message with our token, waited for and read out of a mailbox.
 *
 * Delivery takes its time: the mailbox is looked into again and again, for as
 * long as the profile allows.  Each look is one conversation, filed as
 * NAME-1, NAME-2, ...; the message is found by "Message-ID:
 * <TOKEN@client.example>", and deleted once it is read.
 */
#ifndef CONFORMANCE_CLIENT_FETCH_H
#define CONFORMANCE_CLIENT_FETCH_H

#include <stdbool.h>

#include "lib/buf.h"

struct trial;

/*
 * For collect functions: service is "imaps" or "pop3s".  By POP3 it has to be
 * the last message, so the case locks the account.  True when it is there.
 */
bool fetch_message(
    struct trial *, const char *name, const char *service, const char *role);

/* For judge functions: what fetch_message() read; false: nothing came. */
bool fetch_read(struct trial *, const char *name, struct buf *message);

#endif
