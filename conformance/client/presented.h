/* SPDX-License-Identifier: MIT */
/*
 * presented - the certificates that an endpoint shows in a handshake: taken, filed,
 * and looked at one question at a time.
 *
 * Name, trust and time are looked at in what was filed, so none stops the
 * handshake that shows them.
 */
#ifndef CONFORMANCE_CLIENT_PRESENTED_H
#define CONFORMANCE_CLIENT_PRESENTED_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

struct trial;

struct presented {
	STACK_OF(X509) * chain; /* leaf first; may be empty */
	STACK_OF(X509) * roots; /* empty: those of the system */
	X509 *leaf;             /* NULL when none was shown */
	const char *name;       /* that it is for, or NULL */
	int64_t time;           /* when it was shown */
	bool timed;
};

/*
 * "at" begins the names of all that is filed: "" when the case is about one
 * endpoint.
 */
void presented_collect(struct trial *, const char *at, const char *service);
void presented_read(struct presented *, struct trial *, const char *at);
void presented_free(struct presented *);

#define PRESENTED_HEARD 160

enum presented_answer {
	PRESENTED_NO,
	PRESENTED_YES,
	PRESENTED_OPEN, /* we cannot tell, and "heard" says why */
};

/* One question: asked of what has a leaf, a name and a time. */
struct presented_question {
	const char *expected;
	enum presented_answer (*ask)(
	    const struct presented *, char heard[PRESENTED_HEARD]);
};

extern const struct presented_question presented_name, presented_time,
    presented_trust, presented_order, presented_key, presented_signature,
    presented_usage;

#endif
