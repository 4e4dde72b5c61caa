/* SPDX-License-Identifier: MIT */
/*
 * sampler - what the system says about a thread of ours and about itself.
 *
 * Differences between two looks are what matters; where the system does not
 * tell, they are 0.
 */
#ifndef LOADGEN_SAMPLER_H
#define LOADGEN_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

/* Of the thread that asks. */
struct sample_thread {
	int64_t at_ns;
	int64_t cpu_ns;   /* it ran */
	int64_t queue_ns; /* it could have, and had no core */
};

struct sample_machine {
	uint64_t ticks, stolen; /* of all cores; stolen by other guests */
};

struct sample_thread sample_thread(void);
struct sample_machine sample_machine(void);
uint64_t sample_memory(void); /* octets of the process in memory, or 0 */
/* TCP segments that a connection of ours had to send again; 0: no such. */
uint64_t sample_resent(int fd);

/* Shares of the time between the two, 0 to 1. */
double sample_cpu(struct sample_thread from, struct sample_thread to);
double sample_queue(struct sample_thread from, struct sample_thread to);
double sample_steal(struct sample_machine from, struct sample_machine to);

/* The same of text as the system gives it; false: it is not that. */
bool sample_parse_schedstat(const char *text, struct sample_thread *);
bool sample_parse_stat(const char *text, struct sample_machine *);

#endif
