/* SPDX-License-Identifier: MIT */
/*
 * journal - what was done, in the order it ended, as a hash chain.
 *
 * RUN/journal.jsonl holds one JSON object a line.  Every record carries its
 * number ("seq") and the SM3 of the line before it ("prev", without the
 * newline); record 0 is {"type":"plan"} with the digest of plan.json, the
 * last one {"type":"close"} states the counts.  So a line that was cut out,
 * changed, moved or added shows, and so does a missing tail.
 *
 * There is one writer, the supervisor; each record is one write(2) on an
 * O_APPEND descriptor, so that a killed supervisor leaves whole lines.  A
 * torn last line (disk full, power) is cut off by journal_resume(), which
 * says so in a record of its own.
 *
 * Every record is on the disk when the call that wrote it returns true.
 * After a write that failed nothing more is written and every call fails:
 * a full disk cannot end in a closed journal.  Strings may hold any bytes;
 * what is not UTF-8 is filed as \xHH, and what is absurdly long is cut.
 */
#ifndef LIB_JOURNAL_H
#define LIB_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"
#include "lib/run.h"
#include "lib/span.h"

struct journal; /* being written */

/*
 * True when a first record stands whole in the file.  Killed before that, a
 * run has recorded nothing, and journal_create() may have its file.
 */
bool journal_begun(const char *path);

/* plan_digest is the SM3 of plan.json; cites names an earlier run or NULL. */
struct journal *journal_create(
    const char *path, const char *plan_digest, const char *cites, struct err *);

/*
 * Continues an unclosed journal after checking its chain.  The caller asks
 * ledger_read() afterwards what has ended already.
 */
struct journal *journal_resume(const char *path, struct err *);

bool journal_end_case(struct journal *, const struct outcome *, struct err *);

/* A note for the reader: "interrupted", "resumed", "target gone: ...". */
bool journal_note(struct journal *, const char *text, struct err *);

/*
 * The last record: how many ends were planned, plan_ends(), how many there
 * are, and how many with each verdict.
 */
bool journal_close(struct journal *, size_t planned, struct err *);
void journal_free(struct journal *);

/* A journal that was read back. */
struct ledger {
	char *plan_digest;
	char *cites; /* or NULL */
	char *head;  /* SM3 of the last line: names the whole chain */
	struct outcome *outcomes;
	size_t n;
	char **notes;
	size_t n_notes;
	bool closed; /* the close record is there and its counts are right */
	size_t planned;
	char *flaw; /* NULL, or what is wrong: "line 7: ...", in words */
};

/*
 * False only when the file cannot be read.  A broken chain is not a failure
 * to read: what stands before the break is returned, with the flaw named.
 */
bool ledger_read(const char *path, struct ledger *, struct err *);
void ledger_free(struct ledger *);

/* One outcome as a line of JSON, for the pipe from a case to its runner. */
char *outcome_text(const struct outcome *);
bool outcome_parse(struct span, struct outcome *, struct err *);

/* The same from memory; never fails, never trusts a byte of it. */
void ledger_parse(struct span, struct ledger *);

/*
 * Looks at every piece of evidence below RUN/evidence/.  One that is missing
 * or was changed, or a pass or fail that filed none, becomes ledger.flaw
 * unless there is one already.  False when there is a flaw.
 */
bool ledger_check_evidence(struct ledger *, const char *run_dir);

#endif
