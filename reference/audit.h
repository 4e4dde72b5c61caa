/* SPDX-License-Identifier: MIT */
/*
 * audit - who did what, when, and how it ended: one JSON object a line.
 *
 *	{"time":"2026-11-22T01:26:54.123456Z","service":"smtp",
 *	 "peer":"127.0.0.1:40112","user":"alice","event":"login",
 *	 "result":"success","detail":"SCRAM-SHA-256"}
 *
 * Never a password, a challenge or a message body.
 */
#ifndef REFERENCE_AUDIT_H
#define REFERENCE_AUDIT_H

#include <stdbool.h>

#include "lib/clock.h"
#include "lib/span.h"

struct audit;

struct audit_event {
	const char *service, *peer;
	struct span user;   /* empty: nobody known */
	const char *event;  /* "login", "submit", "relay-refused", ... */
	const char *result; /* "success", "failure" */
	const char *detail; /* or NULL */
};

/* path NULL: events go nowhere.  NULL when it cannot be opened. */
struct audit *audit_open(const char *path);
void audit_write(struct audit *, struct wall now, const struct audit_event *);
void audit_close(struct audit *);

#endif
