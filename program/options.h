/* SPDX-License-Identifier: MIT */
/*
 * options - what was asked for on the command line, as a table.
 */
#ifndef PROGRAM_OPTIONS_H
#define PROGRAM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/err.h"

#define OPTIONS_SELECT 256

struct options {
	const char *subject; /* TARGET, RUN or ID; NULL when not given */
	const char *second;  /* SCENARIO of TAKES_LOAD, DIR of TAKES_KEY */
	const char *run;
	const char *data, *host;
	const char *fault, *variant, *hostile;
	int certificates, revoked; /* of TAKES_SERVE; 0: not given */
	const char *expect;
	const char *score;
	const char *out;
	const char *chapter, *level, *service;
	char *select[OPTIONS_SELECT];
	size_t n_select;
	int jobs;    /* 0: two a core */
	int repeats; /* 1 or more */
	bool reach, failed, json, quick, quiet, keep;
	int seed, steps, clients; /* 0: not given */
	const char *record;
	const char *load;         /* "short", "full", "none", "6 s"; or NULL */
	const char *rate, *time;  /* as given: "50 /s", "30 s" */
	int connections, workers; /* 0: not given */
	int metrics_port;
	const char *trust, *issuer, *crl, *at, *stamped;
	const char *sign, *passphrase, *name;
	const char *files[OPTIONS_SELECT]; /* of TAKES_VERIFY; n_files */
	size_t n_files;
	bool dry_run, find_capacity, first;
	bool help;
};

/* Which options a command takes: a set of these. */
enum {
	TAKES_RUN = 1 << 0,
	TAKES_SELECT = 1 << 1,
	TAKES_JOBS = 1 << 2,
	TAKES_REACH = 1 << 3,
	TAKES_EXPECT = 1 << 4,
	TAKES_SERVE = 1 << 5,
	TAKES_FAILED = 1 << 6,
	TAKES_JSON = 1 << 7,
	TAKES_QUICK = 1 << 8,
	TAKES_SCORE = 1 << 9,
	TAKES_FILTER = 1 << 10,
	TAKES_OUT = 1 << 11,
	TAKES_REPEAT = 1 << 12,
	TAKES_KEEP = 1 << 13,
	TAKES_ORACLE = 1 << 14,
	TAKES_LOAD = 1 << 15,   /* and a second word, the scenario */
	TAKES_LOADS = 1 << 16,  /* a choice of how much */
	TAKES_VERIFY = 1 << 17, /* and any number of files */
	TAKES_SIGN = 1 << 18,
	TAKES_ELSEWHERE = 1 << 20,
	TAKES_KEY = 1 << 19, /* and a second word, the folder */
};

/* words: what stands behind the command's name; NULL ends them. */
bool options_parse(
    struct options *, char *const *words, unsigned takes, struct err *);
void options_free(struct options *);

/* The lines about the options in "takes", in so many columns (0: any). */
void options_help(struct buf *, unsigned takes, size_t width);

#endif
