/* SPDX-License-Identifier: MIT */
/*
 * mail - a mail program that is not ours (libetpan, GnuTLS, Cyrus SASL)
 * submits a message the way a user's does.
 *
 * The journey is filed as evidence: what was said as session.log, how far it
 * came as the fact "reached" (one of the steps below), and "why" it went no
 * further.
 */
#ifndef CONFORMANCE_CLIENT_MAIL_H
#define CONFORMANCE_CLIENT_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/span.h"

struct trial;

/* The last step that was taken. */
enum mail_step {
	MAIL_NOWHERE,
	MAIL_CONNECTED, /* TCP, or TLS where it is implicit */
	MAIL_SECURED,   /* inside TLS, EHLO answered */
	MAIL_LOGGED_IN,
	MAIL_ACCEPTED,
	MAIL_STEP_COUNT
};

const char *mail_step_name(enum mail_step);

struct mail_journey {
	const char *service;   /* "submission" or "submissions" */
	const char *mechanism; /* "PLAIN", "SCRAM-SHA-256" */
	const char *role;      /* account that logs in */
	const char *const *to; /* addresses, expanded */
	size_t n_to;
	struct span content; /* with CR LF */
};

enum mail_step mail_travel(struct trial *, const struct mail_journey *);

#endif
