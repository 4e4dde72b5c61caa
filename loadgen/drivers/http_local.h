/* SPDX-License-Identifier: MIT */
/*
 * http_local - what the connections of one thread have learnt of the answers
 * to a flow's request, and no other thread touches.
 */
#ifndef LOADGEN_DRIVERS_HTTP_LOCAL_H
#define LOADGEN_DRIVERS_HTTP_LOCAL_H

#include "lib/err.h"
#include "loadgen/drivers/http1.h"

struct http_locals;

/* NULL with ERR_CONFIG, as http1_want_init().  The scenario outlives them. */
struct http_locals *http_locals_new(const struct scenario_http *, struct err *);
void http_locals_free(struct http_locals *);

/* That of the calling thread; takes a lock: once a connection is enough. */
struct http1_want *http_locals_mine(struct http_locals *);

#endif
