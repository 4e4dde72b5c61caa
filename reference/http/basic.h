/* SPDX-License-Identifier: MIT */
/*
 * http/basic - who a request comes from, by name and password (RFC 7617).
 *
 * A password is judged slowly, on purpose; who was let in is remembered for a
 * minute, so that a client that says it with every request gets on.  Only a
 * digest of the credential is kept, and an account that was locked meanwhile
 * is not let in by it.
 */
#ifndef REFERENCE_HTTP_BASIC_H
#define REFERENCE_HTTP_BASIC_H

#include "reference/http/http.h"

enum { BASIC_KNOWN = 64 };

struct basic {
	struct {
		unsigned char digest[32];
		char user[128];
		struct wall until;
	} known[BASIC_KNOWN];
	size_t next; /* place of the one that is remembered next */
};

/*
 * Sets *user, which lives as long as *known and until the next call.  False:
 * the answer is 401, with its challenge.  service: as in the audit.
 */
bool basic_let_in(struct basic *known, const struct site *,
    const struct http_request *, const char *service, struct wall now,
    const char **user, struct http_answer *);

#endif
