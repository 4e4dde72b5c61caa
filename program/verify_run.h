/* SPDX-License-Identifier: MIT */
/*
 * verify_run - what "yanshou verify" does when it is given a run.
 */
#ifndef PROGRAM_VERIFY_RUN_H
#define PROGRAM_VERIFY_RUN_H

#include "lib/clock.h"
#include "program/program.h"

/* 0 as it was sealed, 1 not (or not sealed), 2 usage, 3 no run, no anchor. */
int program_verify_run(const struct options *, struct wall at);

#endif
