/* SPDX-License-Identifier: MIT */
/*
 * wire - one connection in the hands of a collect function, for what a
 * dialogue cannot do: handshakes that ought to fail, content without end.
 *
 * The first thing that goes wrong stays in "why"; later calls do nothing and
 * say false.  Waits as long as the profile's time-outs allow.
 */
#ifndef CONFORMANCE_CLIENT_WIRE_H
#define CONFORMANCE_CLIENT_WIRE_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/profile.h"
#include "lib/tls.h"

struct trial;

struct wire {
	const struct profile *profile;
	const struct profile_endpoint *endpoint;
	struct stream stream;
	struct tls_context *tls;
	struct buf in, out;
	bool open;
	bool closed; /* by the other side */
	char why[200];
};

/* Connects, and says nothing: an endpoint with TLS waits for wire_shake(). */
bool wire_open(struct wire *, struct trial *, const char *service);
/* The same without a trial. */
bool wire_reach(struct wire *, const struct profile *, const char *service);
void wire_close(struct wire *);

/* Client handshake with any version from min to max; NULL: the default. */
bool wire_shake(
    struct wire *, const char *min, const char *max, const char *name);

bool wire_send(struct wire *, struct span);
bool wire_say(struct wire *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3))); /* one line, CR LF added */

/* Code of the next SMTP reply; 0 when there is none. */
int wire_reply(struct wire *);

/*
 * Takes lines off until one is an answer: not "250-" and the like, nor an
 * untagged "* " unless that is asked for.  True when it begins so.
 */
bool wire_hear(struct wire *, const char *begins);

/*
 * The same for LDAP: a line as lib/framing_ldap.h has it, and the next message
 * that ends an answer.
 */
bool wire_say_ldap(struct wire *, const char *line);
bool wire_hear_ldap(struct wire *, const char *begins);
/* Any next message, as a line. */
bool wire_hear_ldap_line(struct wire *, struct buf *line);

/* The next that comes within ms, into .in; false when nothing did. */
bool wire_take_in(struct wire *, int64_t ms);
/* Whatever comes within ms, into .in. */
void wire_listen(struct wire *, int64_t ms);

#endif
