/* SPDX-License-Identifier: MIT */
/*
 * scenario - what a load is made of: who arrives when, and does what.
 *
 * Scenarios are YAML, ours as well (fixtures/load/NAME.yaml), read with
 * lib/conf: every mistake is "FILE:LINE: key: what is wrong; what would be
 * right".  fixtures/load/README.md describes each key.
 *
 * The model is partly open (Schroeder, Wierman, Harchol-Balter, NSDI'06):
 * sessions arrive by a plan that knows nothing of the target, what one does is
 * sequential with time to think.  ARRIVE_REQUESTS lets single requests
 * arrive and puts them on connections that are kept; ARRIVE_CLOSED keeps a
 * number of users busy, and is good for throughput alone.
 */
#ifndef LOADGEN_SCENARIO_H
#define LOADGEN_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/catalogue.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "lib/span.h"
#include "loadgen/prepared.h"

#define SCENARIO_OPS    16 /* named operations of one scenario */
#define SCENARIO_FLOWS  8
#define SCENARIO_PHASES 32

enum arrive { ARRIVE_SESSIONS, ARRIVE_REQUESTS, ARRIVE_CLOSED };

enum shape {
	SHAPE_CONSTANT, /* evenly spaced at .rate */
	SHAPE_POISSON,  /* a Poisson process of .rate */
	SHAPE_RAMP,     /* from .rate to .rate_to, linearly, evenly spaced */
	SHAPE_STEPS,    /* from .rate to .rate_to in .steps equal steps */
	SHAPE_SPIKE,    /* .rate, and .rate_to in the middle third */
	SHAPE_SOAK,     /* as constant, and never taken for a warm-up */
	SHAPE_TRACE,    /* at the times of the file .trace, one a line */
};

struct scenario_phase {
	char *name;
	enum shape shape;
	double rate, rate_to; /* arrivals a second */
	int steps;
	char *trace;
	int64_t for_us;
	bool judged;    /* false: a warm-up that was asked for */
	uint32_t flows; /* bit i: flow i arrives in it; 0: those of no other */
	bool counted;   /* so many arrive: a shorter one is as much faster */
};

enum speaks { SPEAKS_LINES, SPEAKS_HTTP };

/* What is expected of an HTTP answer; 0 or NULL: does not matter. */
struct scenario_http {
	char *method, *path, *body, *content_type;
	char *headers;   /* whole lines, or NULL */
	char *operation; /* NULL: called as the flow is */
	int status;
	int64_t length;
	char *sm3;      /* of the body, hexadecimal */
	char *contains; /* of the body */
	char *type;     /* media type of the answer */
	int version;    /* 2: HTTP/2; else 1.1 */
	int streams;    /* of HTTP/2: requests at a time on a connection */
	bool keeps;     /* good answers are kept: loadgen/answers.h */
};

/*
 * One kind of conversation.  begin runs once a connection, body repeat times
 * with think between, end before we hang up; each is a script in the notation
 * of lib/dialogue.h (one party, no $ binding across parts, no @again), whose
 * @start NAME and @stop NAME delimit operations.  A part without marks is one
 * operation with the flow's name.  HTTP has a request instead of a body.
 * Where the endpoint's TLS is STARTTLS, begin has been given the lines that
 * take it up, behind the greeting; an implicit one is the pump's.
 *
 * Variables of scripts: ${account.user} ${account.password}
 * ${account.address} ${account.plain} ${account.dn} of the account that arrived,
 * ${peer.address} of the next one in the list, ${id} (run.worker.number of the
 * connection: equal in begin, body and end), ${seq} (of the operation),
 * ${message} (of .size octets, made for this operation: loadgen/ledger.h when
 * .delivers, else a text that nobody counts), ${feed.COLUMN}.
 */
struct scenario_flow {
	char *name;
	double weight;
	char *service; /* endpoint of the profile */
	enum speaks speaks;
	uint32_t *accounts; /* indices in scenario.accounts; none: all */
	size_t n_accounts;
	char *begin, *body, *end;
	struct scenario_http http;
	int repeat;       /* bodies on one connection */
	bool stays;       /* more of them, until the plan ends */
	int64_t think_us; /* between bodies; exponential when think_random */
	bool think_random;
	bool delivers; /* its body submits one message of the ledger */
	int64_t size;  /* octets of ${message}; 0: it has none */
};

/* A row this scenario judges, as a case of a run: "load.NAME.CASE". */
struct scenario_judges {
	char *name; /* "throughput" */
	enum req row;
	char *title, *title_zh;
};

struct scenario {
	char *path; /* for errors */
	char *name, *title, *title_zh;
	enum arrive arrive;
	int connections; /* most at a time; of a closed one: users */
	int queue;       /* how many may wait for one; more is dropped */
	bool resume_tls; /* sessions of TLS are taken up again */
	struct scenario_phase *phases;
	size_t n_phases;
	struct scenario_flow *flows;
	size_t n_flows;
	struct scenario_judges *judges;
	size_t n_judges;
	char **accounts; /* roles; scenario_applies() says if they are there */
	size_t n_accounts;
	bool uses_accounts; /* some script does */
	char **needs; /* claims of the profile without which it is no use */
	size_t n_needs;
	char *feed;       /* path of a CSV or JSONL file, or NULL */
	char *feed_order; /* "unique", "circular", "random" */
	const struct prepared *prepared; /* the feed is made; .feed is NULL */
	char *collect; /* service by which messages are read back, or NULL */
	int64_t timeout_us; /* of one operation */
	int64_t drain_us;   /* after the last arrival, at most */
	int64_t collect_us; /* for a message to be visible, at most */
	int repeats;        /* of the whole, for an interval over runs */
	int64_t rest_us;    /* between two of them */
	/*
	 * It may end before its plan, when all is told and half of an
	 * interval is at most that share of its figure; 0: it does not.
	 * After that time at the earliest, and see loadgen/until.h.
	 */
	double precision;
	int64_t least_us;
	uint64_t seed;
};

/* What may be said on the command line; 0 changes nothing. */
struct scenario_change {
	double rate;    /* of every judged phase, at its highest */
	int64_t for_us; /* likewise, of each */
	/*
	 * Where sessions stay to the end, as many arrive: rates of phases are
	 * changed in proportion.
	 */
	int connections;
	uint64_t seed;
	int repeats;
	/* It came from elsewhere, the files it names beside it: see below. */
	bool carried;
};

/*
 * What a file that a scenario names is called when both are taken elsewhere:
 * "NAME.feed.csv", "NAME.trace3" (the trace of phase 3).  Free it.
 */
#define SCENARIO_FEED SCENARIO_PHASES
char *scenario_carried(const char *name, size_t phase, const char *path);

/*
 * name is that of a file in fixtures/load/, or a path with a "/" or ".yaml".
 * Rates and durations may name a limit ("100 % of EMAIL-P-02 throughput"):
 * then it is the profile's, or the catalogue's.
 */
bool scenario_read(struct scenario *, const char *fixtures, const char *name,
    const struct profile *, const struct scenario_change *, struct err *);
/* The same of bytes in memory, as if they came from path. */
bool scenario_parse(struct scenario *, const char *path, struct span bytes,
    const struct profile *, const struct scenario_change *, struct err *);
void scenario_free(struct scenario *);

/*
 * False, with the reason in both languages, when the profile has no such
 * endpoint, account or claim: the rows are not applicable to it.
 */
bool scenario_applies(const struct scenario *, const struct profile *,
    char why[200], char why_zh[200]);

/*
 * For a quick look: all phases together take most_us, in whole seconds.  What
 * is judged stays as long as it can; what leads up to it goes first, down to
 * two seconds; phases of up to five seconds, which set something up, stay as
 * they are.  Once, whatever .repeats was.  False when it was short enough.
 */
bool scenario_shorten(struct scenario *, int64_t most_us);
int64_t scenario_length_us(const struct scenario *); /* of all phases */

/* Names of those in fixtures/load/, sorted; free each and the list. */
char **scenario_names(const char *fixtures, size_t *n, struct err *);

#endif
