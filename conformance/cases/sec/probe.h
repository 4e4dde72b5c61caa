/* SPDX-License-Identifier: MIT */
/*
 * probe - says a ClientHello to an endpoint, and files what it answers.
 *
 * Beside the hello that is asked about goes one of today, on a connection of
 * its own: who refuses everything has refused nothing in particular.
 */
#ifndef CONFORMANCE_CASES_SEC_PROBE_H
#define CONFORMANCE_CASES_SEC_PROBE_H

#include "conformance/cases/sec/every.h"
#include "conformance/cases/sec/hello.h"

struct trial;

/* TLS 1.3 and 1.2, with the suites that are in use. */
extern const struct hello probe_today;

/* Its own name in place of hello->name; files SERVICE.NAME.bin. */
void probe_say(struct trial *, const char *service, const char *name,
    const struct hello *);
/* Says the one of today and this one. */
void probe_both(struct trial *, const char *service, const struct hello *);

struct probed {
	struct hello_answer today, answer;
	bool closed;           /* after which nothing came */
	char why[EVERY_HEARD]; /* it could not be asked, or "" */
};

/* What was said to probe_both(); lives as long as the evidence. */
void probe_read(struct trial *, const char *service, struct probed *);

/* Who did not agree has refused, if he is one who agrees at all. */
enum every_answer probe_refused(const struct probed *, char heard[EVERY_HEARD]);

#endif
