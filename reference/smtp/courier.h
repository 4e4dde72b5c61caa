/* SPDX-License-Identifier: MIT */
/*
 * smtp/courier - takes accepted mail where it has to go.
 *
 * Whatever the store says is due goes into a mailbox, to the next hop of a
 * routed domain by SMTP, or back to its sender as a delivery status
 * notification (RFC 3464).  What cannot be delivered now is tried again
 * (RFC 5321 4.5.4.1).  It runs on the caller's loop, waits for nobody but to
 * look up a next hop that is no numeric address, and finds what an earlier
 * process left in the store.
 */
#ifndef REFERENCE_SMTP_COURIER_H
#define REFERENCE_SMTP_COURIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/loop.h"
#include "reference/audit.h"
#include "reference/fault.h"
#include "reference/store.h"
#include "reference/variant.h"

struct courier_route {
	const char *domain; /* compared without ASCII case */
	const char *host;   /* next hop: numeric address or name */
	uint16_t port;      /* 0: there is none; mail is returned at once */
};

/* Read-only to the courier, and must outlive it. */
struct courier_site {
	const char *host; /* our name in EHLO and in reports */
	struct audit *audit;
	const struct courier_route *routes;
	size_t n_routes;
	int64_t first_retry_ms; /* 0: 30 minutes; doubled up to 6 times that */
	int64_t give_up_ms;     /* 0: 5 days after the message was accepted */
	int64_t connect_ms;     /* 0: 2 seconds */
	int64_t reply_ms;       /* 0: RFC 5321 4.5.3.2.6: 10 minutes */
	enum fault fault;
	enum variant variant;
};

struct courier;

/* Starts with what is due already, on the next turn of the loop. */
struct courier *courier_new(
    struct loop *, struct store *, const struct courier_site *);
void courier_free(struct courier *); /* before the loop; mail stays queued */

/* Something was accepted: look again on the next turn of the loop. */
void courier_wake(struct courier *);

/* True when nothing is queued and nobody is under way. */
bool courier_idle(const struct courier *);

#endif
