/* SPDX-License-Identifier: MIT */
/*
 * load_metrics - how a load is going, for a Prometheus that asks.
 *
 * A port of 127.0.0.1 answers any request with the text exposition format,
 * version 0.0.4.  It is looked at once a second, between two measurements, so
 * an answer may take that long and costs the load nothing.
 */
#ifndef PROGRAM_LOAD_METRICS_H
#define PROGRAM_LOAD_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "loadgen/measure.h"
#include "program/ranks_progress.h"

struct load_metrics {
	int fd; /* -1: nobody may ask */
	uint16_t port;
	const char *scenario;
	const struct ranks_progress *progress; /* of several ranks, or NULL */
};

bool load_metrics_open(
    struct load_metrics *, uint16_t port, const char *scenario, struct err *);
void load_metrics_close(struct load_metrics *);

/* Answers whoever waits; n seconds are whole. */
void load_metrics_second(
    const struct load_metrics *, const struct measure *, size_t n);

void load_metrics_text(const struct load_metrics *, const struct measure *,
    size_t n, struct buf *out);

#endif
