/* SPDX-License-Identifier: MIT */
/*
 * load_session - the session that requests of a load carry, opened anew as long
 * as the load lasts: a service may end one after a while, and that is
 * no failure of what the load is about.
 *
 *	s = load_session_start(scenario, profile, feeder, LOAD_SESSION_US);
 *	... the load ...
 *	if (!load_session_stop(s, &err))
 *		... err.what
 *
 * Only headers are renewed.  Where the profile has the token in a body,
 * that body was written before the load, and its session has to outlast it.
 */
#ifndef PROGRAM_LOAD_SESSION_H
#define PROGRAM_LOAD_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/profile.h"
#include "loadgen/feeder.h"
#include "loadgen/scenario.h"

/* Sessions of five minutes and more are kept up. */
#define LOAD_SESSION_US INT64_C(240000000)

struct load_session;

/* NULL where requests carry no session.  All has to last until the stop. */
struct load_session *load_session_start(const struct scenario *,
    const struct profile *, struct feeder *, int64_t every_us);
/* False when the last try to open one failed; NULL is fine. */
bool load_session_stop(struct load_session *, struct err *);

#endif
