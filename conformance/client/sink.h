/* SPDX-License-Identifier: MIT */
/*
 * sink - where mail goes that the target sends to mail.sink_domain: to us.
 *
 * A small SMTP receiver of the judging side, in a process of its own for as
 * long as a run lasts.  It takes what it is given and files it, octets as
 * they came (dots unstuffed):
 *
 *	RUN/sink/0001.eml	content
 *	RUN/sink/0001.json	{"client":..., "from":..., "parameters":[...],
 *				 "to":[{"address":..., "parameters":[...]}],
 *				 "time":..., "peer":...}
 *
 * The .json appears last and whole.  What a recipient gets depends on how
 * his local part ends:
 *
 *	*.tempfail	451 to the first two RCPT that name him, then 250
 *	*.reject	550
 *	anything else	250
 *
 * What one target can make us keep is bounded: 64 MiB a message, 1 GiB and
 * 10,000 messages a run; 452 is said to the rest.
 */
#ifndef CONFORMANCE_CLIENT_SINK_H
#define CONFORMANCE_CLIENT_SINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/err.h"
#include "lib/profile.h"

struct trial;

/*
 * Listens where the profile says and forks.  *pid is 0 when the profile has
 * no sink; call it before runner processes are started.
 */
bool sink_start(
    const struct profile *, const char *run_dir, pid_t *pid, struct err *);
void sink_stop(pid_t);

/*
 * Waits until "least" messages for any of the n addresses (which are
 * expanded, and compared without ASCII case) are there, for at most ms.
 * Files each as evidence, NAME-1.eml and NAME-1.json, and says how many there
 * are, which is also the fact NAME.
 */
size_t sink_await(struct trial *, const char *name,
    const char *const addresses[], size_t n, size_t least, int64_t ms);

#endif
