/* SPDX-License-Identifier: MIT */
/*
 * driver - one protocol's half of a load: octets in, octets out.
 *
 * The flows of a scenario are compiled once into read-only programs that all
 * connections and threads share; a connection has a state of fixed size.  A
 * driver has no socket, no clock and, once a connection is open, allocates
 * nothing: the pump (loadgen/pump.h) reads and writes, measures and waits.
 *
 *	open(program, state)
 *	begin(program, state, DRIVE_BEGIN, turn)	-> HEAR
 *	feed(program, state, turn)	as often as octets come, until DONE
 *	begin(program, state, DRIVE_BODY, turn)		-> HEAR ...
 *	begin(program, state, DRIVE_END, turn)		-> HEAR ...
 *	close(program, state)
 *
 * Each call may append to turn->out, which the pump sends in one piece before
 * it does what the call returned, and set marks, which it gives their times:
 * a start has that of the sending, a stop that of the hearing.
 */
#ifndef LOADGEN_DRIVER_H
#define LOADGEN_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/err.h"
#include "lib/profile.h"
#include "lib/span.h"
#include "loadgen/scenario.h"

#define DRIVER_OPEN_OPS 4  /* operations of one part that overlap, at most */
#define DRIVER_MARKS    64 /* of one turn; more: return DRIVE_AGAIN */
#define DRIVER_STREAMS  64
#define DRIVER_COLUMNS  32 /* of a feed */
#define DRIVER_NAME     48 /* of an operation, with its NUL */

/* ---- operations ---- */

/*
 * Every operation of a scenario has one index, used by drivers, pump and
 * measure alike: in the order in which they are first named.
 */
struct operations {
	char name[SCENARIO_OPS][DRIVER_NAME];
	size_t n;
};

/*
 * Those of @start lines, and the flow's own name for a body without any.  A
 * begin or end without marks is not timed; when it fails, the first
 * operation of the body has failed.  ERR_CONFIG when there are too many.
 */
bool operations_of(const struct scenario *, struct operations *, struct err *);
int operations_find(const struct operations *, struct span name); /* or -1 */
/* The operation of a body without marks. */
struct span operations_own(const struct scenario_flow *);

/* ---- variables ---- */

enum driver_var {
	VAR_ACCOUNT_USER,
	VAR_ACCOUNT_PASSWORD,
	VAR_ACCOUNT_ADDRESS,
	VAR_ACCOUNT_DN,    /* in the directory */
	VAR_ACCOUNT_PLAIN, /* for AUTH PLAIN: RFC 4616 2, in base64 */
	VAR_PEER_ADDRESS,
	VAR_ID,      /* run.worker.seq of the operation */
	VAR_SEQ,     /* seq alone */
	VAR_MESSAGE, /* made for this operation: loadgen/ledger.h */
	VAR_FEED,    /* column i is VAR_FEED + i */
	VAR_BOUND = VAR_FEED + DRIVER_COLUMNS, /* the driver's own: .bound */
};

/* ---- a turn ---- */

enum drive_part { DRIVE_BEGIN, DRIVE_BODY, DRIVE_END, DRIVE_PARTS };

enum drive {
	DRIVE_HEAR,   /* wants to be fed */
	DRIVE_DONE,   /* this part is over; with streams: all bodies are */
	DRIVE_AGAIN,  /* there is more to do: feed() again, even with nothing */
	DRIVE_TLS,    /* handshake as client, then feed() with nothing */
	DRIVE_PAUSE,  /* wait turn->pause_ms, then feed() with nothing */
	DRIVE_FAILED, /* turn->why says it; the connection is of no more use */
};

struct driver_mark {
	uint8_t op;    /* index in struct operations */
	bool start;    /* else stop */
	bool ok;       /* of a stop: was the answer right? */
	uint16_t slot; /* which of several at a time; else 0 */
};

struct driver_turn {
	/* What was heard.  What is left there comes again, with more behind. */
	struct span in;
	bool closed; /* the peer hung up: nothing comes after .in */

	char *out; /* to be sent: append by driver_put() */
	size_t n_out, room;
	bool full; /* it did not fit: the pump fails the connection */

	struct driver_mark marks[DRIVER_MARKS];
	size_t n_marks;

	uint16_t slot;    /* begin(): which body this is, below streams */
	int64_t pause_ms; /* set with DRIVE_PAUSE */
	bool closing;     /* set: no further part on this connection */
	/*
	 * With DRIVE_FAILED, or a stop that is not ok: what was expected and
	 * what was heard, escaped, as "expected 250 *, heard 451 ..."; static
	 * or in .why_text.
	 */
	const char *why;
	char why_text[200];
	/* The target answered, and the answer is no: a message is refused. */
	bool refused;

	/* The pump's: the value of a variable, valid until the next call. */
	struct span (*value)(struct driver_turn *, int var);
	/* The pump's: a good answer that is to be kept, before its stop mark;
	 * NULL: none is. */
	void (*kept)(struct driver_turn *, struct span answer);
	void *pump;
	const struct span *bound; /* the driver's: values of VAR_BOUND + i */
};

static inline void
driver_put(struct driver_turn *t, struct span bytes)
{
	if (bytes.len > t->room - t->n_out) {
		t->full = true;
		return;
	}
	if (bytes.len != 0)
		memcpy(t->out + t->n_out, bytes.ptr, bytes.len);
	t->n_out += bytes.len;
}

static inline void
driver_mark(struct driver_turn *t, int op, bool start, bool ok)
{
	if (t->n_marks < DRIVER_MARKS)
		t->marks[t->n_marks++] = (struct driver_mark){
			.op = (uint8_t)op,
			.start = start,
			.ok = ok,
			.slot = t->slot,
		};
}

/* ---- a driver ---- */

/* What a flow is compiled with. */
struct driver_setting {
	const struct scenario *scenario;
	const struct scenario_flow *flow;
	const struct profile_endpoint *endpoint;
	const struct operations *ops;
	const char *const *columns; /* names of the feed's */
	size_t n_columns;
	size_t longest; /* octets of the longest value a variable can have */
	const char *const *bound; /* names the driver has bound so far */
	size_t n_bound;
};

/* What every program begins with. */
struct driver_program {
	size_t state_size; /* of a connection */
	size_t out_most;   /* octets one turn may want to send */
	size_t scratch;    /* room wanted behind these, for its own use */
	size_t hold_most;  /* octets that may be left in turn->in */
	unsigned streams;  /* bodies at a time on one connection; usually 1 */
	int first_op;      /* of the body: fails when begin does */
	bool has[DRIVE_PARTS];
	uint64_t uses;    /* 1 << enum driver_var, of any part */
	const char *alpn; /* "h2" in the TLS handshake, or NULL */
	bool tls;         /* may return DRIVE_TLS */
};

struct driver {
	const char *name;
	/* NULL with ERR_CONFIG: what cannot be driven, and the line of it. */
	struct driver_program *(*compile)(
	    const struct driver_setting *, struct err *);
	void (*free)(struct driver_program *);

	/* The state is zeroed before open(). */
	void (*open)(const struct driver_program *, void *state);
	enum drive (*begin)(const struct driver_program *, void *state,
	    enum drive_part, struct driver_turn *);
	/*
	 * Uses up turn->in as far as it can.  With streams above 1 the stop
	 * mark of a slot ends its body, and DRIVE_HEAR goes on.
	 */
	enum drive (*feed)(
	    const struct driver_program *, void *state, struct driver_turn *);
	void (*close)(const struct driver_program *, void *state);
};

/* The one that speaks a flow; there always is one. */
const struct driver *driver_of(const struct scenario_flow *);

/*
 * Index of a variable, by its name without "${}"; -1 when nothing is called
 * that.
 */
int driver_var_find(const struct driver_setting *, struct span name);

#endif
