/* SPDX-License-Identifier: MIT */
/* number - what a report is called. */
#ifndef REPORTS_NUMBER_H
#define REPORTS_NUMBER_H

#include <stdio.h>

#include "reports/matrix.h"

struct report_number {
	char text[128];
};

/* The run's name and the end of its chain: another record, another number. */
static inline struct report_number
report_number(const struct matrix *m)
{
	const char *head = m->ledger->head;
	struct report_number n;

	snprintf(n.text, sizeof(n.text), "%s-%.12s", m->plan->run,
	    head == NULL || *head == '\0' ? "unchained" : head);
	return n;
}

#endif
