/* SPDX-License-Identifier: MIT */
/*
 * net - sockets: connect and listen, by numeric address or name.
 *
 * Every descriptor is non-blocking and close-on-exec.
 */
#ifndef LIB_NET_H
#define LIB_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"

#define NET_NAME 80 /* room for "[::1]:65535" */

/*
 * Waits at most timeout_ms; ERR_IO with the reason, or ERR_TIMEOUT.  A peer
 * that accepts and resets at once may already be ERR_IO with ECONNRESET.
 */
bool net_connect(
    const char *host, uint16_t port, int64_t timeout_ms, int *fd, struct err *);

/*
 * The same for who has a loop, and never waits: the descriptor becomes
 * writable once it is decided, and net_connected() says how.  Only the first
 * address of a name is tried, and looking a name up does take its time.
 */
bool net_connect_begin(const char *host, uint16_t port, int *fd, struct err *);
bool net_connected(int fd, const char *host, uint16_t port, struct err *);

/*
 * For very many connections to one place: the name is looked up once.  An
 * address is a copy of what the system knows it by.
 */
struct net_address {
	unsigned len;
	uint16_t port;
	union {
		char bytes[28];
		uint64_t align;
	} at;
};

bool net_resolve(
    const char *host, uint16_t port, struct net_address *, struct err *);
/* A descriptor as net_connect_begin()'s, or -1 with errno. */
int net_dial(const struct net_address *);
/* Has it come to be?  0, or the errno that says why not. */
int net_dialled(int fd);
bool net_has_peer(int fd); /* it has, though nothing was heard yet */
/* As many descriptors as that may be open; ERR_CONFIG: the system's limit. */
bool net_descriptors(uint64_t n, struct err *);

/* port 0 asks for a free one; *bound is the one we got. */
bool net_listen(
    const char *host, uint16_t port, int *fd, uint16_t *bound, struct err *);

/* -1 when nobody is waiting; name is the peer, may be NULL. */
int net_accept(int fd, char name[NET_NAME]);

/* True for 127.0.0.0/8, ::1, and names that resolve to nothing else. */
bool net_is_loopback(const char *host);

/* A port that is free now on 127.0.0.1; 0 when there is none. */
uint16_t net_free_port(void);

#endif
