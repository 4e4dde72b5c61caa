/* SPDX-License-Identifier: MIT */
/*
 * every - one question put to every endpoint with TLS that the profile names
 * and puts to judgement, and one claim made of all the answers.
 *
 * What is filed of an endpoint begins with its service and a dot:
 * "ra.hello.bin".
 */
#ifndef CONFORMANCE_CASES_SEC_EVERY_H
#define CONFORMANCE_CASES_SEC_EVERY_H

#include <stdbool.h>

#include "lib/profile.h"

struct trial;

#define EVERY_HEARD 200

enum every_answer {
	EVERY_HOLDS, /* also where the sentence is not about such an endpoint */
	EVERY_FAILS,
	EVERY_OPEN, /* we could not ask; "heard" says why */
};

/* Talks to one endpoint; an endpoint that "with" does not take is left out. */
void every_collect(struct trial *,
    bool (*with)(const struct profile_endpoint *),
    void (*ask)(struct trial *, const char *service));

bool every_has_tls(const struct profile_endpoint *);
bool every_begins_with_tls(const struct profile_endpoint *);
bool every_is_clear(const struct profile_endpoint *);

/*
 * Who has too many clients at a time says something else, or nothing, and may
 * be asked again a little later: false when that was done often enough.
 */
bool every_again(struct trial *, int *tries);

/* Reads what was filed of one; "heard" is what it says in words. */
void every_judge(struct trial *, const char *expected,
    enum every_answer (*look)(
	struct trial *, const char *service, char heard[EVERY_HEARD]));

#endif
