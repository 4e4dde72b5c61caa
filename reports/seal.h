/* SPDX-License-Identifier: MIT */
/*
 * seal - by whom a run is signed, as its report says it.
 *
 * The report is written before the run's files are signed, and is one of
 * them: so it says who signs and how anybody checks that, and not whether it
 * holds.
 */
#ifndef REPORTS_SEAL_H
#define REPORTS_SEAL_H

struct report_seal {
	const char *subject; /* of the certificate */
	const char *sm3;     /* its fingerprint */
	const char *tsa;     /* who stamps the time, or NULL */
};

#endif
