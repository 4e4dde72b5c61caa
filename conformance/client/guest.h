/* SPDX-License-Identifier: MIT */
/*
 * guest - one SMTP conversation of the sink, without its socket.
 *
 * What was heard is appended to "in" and taken by guest_hear(); what is to be
 * said is in "out".  A whole message goes to the house.  A guest who says
 * more than can be kept, or does not listen, is "quitting": nothing more is
 * taken from him, and he may be shown the door when "out" is empty.
 */
#ifndef CONFORMANCE_CLIENT_GUEST_H
#define CONFORMANCE_CLIENT_GUEST_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/buf.h"
#include "lib/net.h"

#define GUEST_LINE (64u << 10) /* no line is longer, not even of content */

/* What all guests share. */
struct house {
	/* Keeps a message; the envelope may be added to. */
	bool (*file)(void *ctx, json_t *envelope, struct span content);
	void *ctx;
	struct waiting *waiting; /* who was put off */
	size_t n_waiting;
};

struct guest {
	struct house *house;
	char peer[NET_NAME];
	struct buf in, out, content;
	bool in_data, quitting;
	char *client;
	json_t *envelope; /* NULL: no transaction */
};

void guest_init(struct guest *, struct house *, const char *peer);
void guest_hear(struct guest *);
void guest_free(struct guest *);

void house_free(struct house *);

#endif
