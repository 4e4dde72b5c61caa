/* SPDX-License-Identifier: MIT */
/*
 * upgrade - how one comes to where a TLS handshake begins, with any service.
 *
 * Where TLS comes by a command, that is said first, and its answer heard.
 */
#ifndef CONFORMANCE_CLIENT_UPGRADE_H
#define CONFORMANCE_CLIENT_UPGRADE_H

#include <stdbool.h>

struct trial;
struct wire;

/* Opens the wire; the next octet on it is that of a handshake. */
bool upgrade_reach(struct wire *, struct trial *, const char *service);

/* What a client says first, in the clear; the wire has been opened. */
bool upgrade_speak(struct wire *, const char *service);

/* Is what it speaks HTTP, which nothing is known of but its endpoint? */
bool upgrade_is_web(const char *service);

#endif
