/* SPDX-License-Identifier: MIT */
/*
 * server - joins streams and sessions: the connections of a server.
 *
 * What a session says is sent before what it wants is done; while a client
 * does not take its replies, nothing more is read from it.
 */
#ifndef REFERENCE_SERVER_H
#define REFERENCE_SERVER_H

#include "lib/loop.h"
#include "lib/tls.h"
#include "reference/service.h"

struct server;

/*
 * Loop and site must outlive it.  "most" is how many clients it has at a time;
 * more are sent away in
 * the words of the protocol.  "fed" is called whenever a session of SMTP has
 * been given something to read: there may be mail in the queue.
 */
struct server *server_new(struct loop *, const struct site *, int most,
    void (*fed)(void *ctx), void *ctx);
void server_free(struct server *); /* hangs up on all */

/* Takes the descriptor over; the context must outlive the server. */
void server_accept(struct server *, int fd, const char *peer,
    const struct service *, struct tls_context *);

/*
 * A mailbox changed: sessions that wait for that are told, a little later and
 * once for many changes.
 */
void server_stir(struct server *);

#endif
