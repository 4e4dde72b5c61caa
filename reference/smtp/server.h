/* SPDX-License-Identifier: MIT */
/*
 * smtp/server - joins streams and sessions: the connections of a server.
 *
 * What a session says is sent before what it wants is done; while a client
 * does not take its replies, nothing more is read from it.
 */
#ifndef REFERENCE_SMTP_SERVER_H
#define REFERENCE_SMTP_SERVER_H

#include "lib/loop.h"
#include "lib/tls.h"
#include "reference/service.h"

struct smtp_server;

/*
 * Loop and site must outlive it.  "most" is how many clients it has at a time;
 * more are sent away with 421.  "fed" is called whenever a session has been
 * given something to read: there may be mail in the queue.
 */
struct smtp_server *smtp_server_new(struct loop *, const struct smtp_site *,
    int most, void (*fed)(void *ctx), void *ctx);
void smtp_server_free(struct smtp_server *); /* hangs up on all */

/* Takes the descriptor over; the context must outlive the server. */
void smtp_server_accept(struct smtp_server *, int fd, const char *peer,
    const struct service *, struct tls_context *);

#endif
