/* SPDX-License-Identifier: MIT */
/*
 * echo - what this machine and this generator can do, before any target.
 *
 * The pump against an echo in the same process, over loopback, as fast as
 * they can for a part of a second: lines of five octets, each answer
 * verified.  A target measured at a rate near this one was not measured.
 */
#ifndef LOADGEN_ECHO_H
#define LOADGEN_ECHO_H

#include <stdbool.h>

#include "lib/err.h"

struct echo {
	double rate;   /* operations a second, of all workers */
	double cpu_us; /* of the generator's threads, for each */
	bool stolen;   /* the machine gave our time to others meanwhile */
};

/* workers as in struct pump_options. */
bool echo_calibrate(unsigned workers, struct echo *, struct err *);

#endif
