/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the two files of a measurement, the log after a NUL: what is
 * taken can be summed, merged and judged without harm.
 */
#include <stdint.h>
#include <stdlib.h>

#include "loadgen/measure.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(bool ok)
{
	if (!ok)
		abort();
}

static void
use(const struct measure *m)
{
	struct measure copy;
	size_t op;

	must(m->judged_from <= m->judged_to && m->judged_to <= m->n_seconds);
	for (op = 0; op < m->n_ops; op++) {
		struct measure_op sum;

		measure_sum(m, op, 0, m->n_seconds, &sum);
		must(hist_at_most(&sum.hist[0], HIST_MOST) == sum.hist[0].n);
		measure_op_free(&sum);
	}
	measure_init(&copy, NULL, 0);
	measure_merge(&copy, m);
	measure_merge(&copy, m);
	must(copy.n_ops == m->n_ops && copy.n_seconds == m->n_seconds);
	must(copy.ledger.delivery.n == 2 * m->ledger.delivery.n);
	measure_free(&copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span log = { (const char *)data, n };
	const struct span json = span_cut(&log, '\0');
	struct measure m;
	struct err err = { 0 };

	if (measure_parse(&m, "json", json, "log", log, &err)) {
		use(&m);
		measure_free(&m);
	} else {
		must(err.what[0] != '\0' && m.seconds == NULL);
	}
	return 0;
}
