/* SPDX-License-Identifier: MIT */
/*
 * serve - the reference services, in one process and one event loop.
 *
 *	RUN/target.yaml		the profile that reaches them; written last
 *	RUN/ca/			what the authority hands over; records.csv: a list
 *				of all it has issued, when it was to have many
 *	RUN/pki/		a throw-away CA, certificate and key
 *	RUN/secrets/		passwords, referred to by the profile
 *	RUN/audit.jsonl		who did what
 *
 * All services listen on loopback.  When target.yaml appears, they do.
 */
#ifndef REFERENCE_SERVE_H
#define REFERENCE_SERVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/err.h"
#include "reference/ca/many.h"
#include "reference/fault.h"
#include "reference/hostile.h"
#include "reference/pki.h"
#include "reference/service.h"
#include "reference/variant.h"

struct serve_options {
	const char *world_dir; /* "fixtures/world" */
	const char *run_dir;   /* created when it is missing */
	const char *host;      /* a loopback address; NULL: 127.0.0.1 */
	const char *data_dir;  /* NULL: everything is in memory */
	enum fault fault;
	enum variant variant;
	enum hostile hostile;
	enum pki_leaf leaf;
	uint16_t ports[SERVICES]; /* 0: a free one */
	/* 0: what a site would have (serve.c) */
	int connections_most;
	int64_t size_most;
	int64_t idle_ms;
	/* So many certificates more, and of those so many revoked. */
	size_t certificates, revoked;
	struct ca_progress progress; /* of issuing them */
};

struct serve;

/* From here on clients are let in; they are heard when it runs. */
struct serve *serve_start(const struct serve_options *, struct err *);
const char *serve_profile(const struct serve *); /* RUN/target.yaml */
uint16_t serve_port(const struct serve *, enum service_id);
/* Until *stop (NULL: never), or SIGTERM or SIGINT, when signals is true. */
void serve_run(struct serve *, const volatile bool *stop, bool signals);
void serve_stop(struct serve *); /* removes the profile */

/*
 * Serves in a child, until SIGTERM or until the caller's thread ends.
 * Returns when the profile is there; false, with the child's reason, when it
 * could not begin.
 */
bool serve_fork(const struct serve_options *, pid_t *, struct err *);
/* Ends the child and waits for it; false when it did not end as it should. */
bool serve_join(pid_t, struct err *);

#endif
