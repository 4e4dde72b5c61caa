/* SPDX-License-Identifier: MIT */
#include "loadgen/measure_fields.h"

#include <stdlib.h>

#include "lib/mem.h"

#define ROW_OF(in, key, member, type, merge, later) \
	{ \
		key, FIELD_##type, MERGE_##merge, offsetof(struct in, member), \
		    sizeof(((struct in *)0)->member), later \
	}
#define ROW(in, key, member, type, merge) \
	ROW_OF(in, key, member, type, merge, false)
#define LATER(in, key, member, type, merge) \
	ROW_OF(in, key, member, type, merge, true)

/* clang-format off */
const struct field measure_fields[] = {
	ROW(measure, "scenario",             scenario,             TEXT,  FIRST),
	ROW(measure, "plan_digest",          plan_digest,          TEXT,  FIRST),
	ROW(measure, "started",              started,              TEXT,  FIRST),
	ROW(measure, "kit",                  kit,                  TEXT,  FIRST),
	ROW(measure, "machine",              machine,              TEXT,  FIRST),
	ROW(measure, "judged_from",          judged_from,          COUNT, FIRST),
	ROW(measure, "judged_to",            judged_to,            COUNT, FIRST),
	ROW(measure, "offered_rate",         offered_rate,         REAL,  ADD),
	ROW(measure, "connects",             connects,             COUNT, ADD),
	ROW(measure, "connect_failures",     connect_failures,     COUNT, ADD),
	ROW(measure, "no_ports",             no_ports,             COUNT, ADD),
	ROW(measure, "handshakes",           handshakes,           COUNT, ADD),
	ROW(measure, "resumed",              resumed,              COUNT, ADD),
	ROW(measure, "bytes_per_connection", bytes_per_connection, COUNT, WORSE),
	ROW(measure, "peak_connections",     peak_connections,     COUNT, ADD),
	ROW(measure, "echo_rate",            echo_rate,            REAL,  ADD),
	ROW(measure, "workers",              workers,              INT,   ADD),
	ROW(measure, "ranks",                ranks,                INT,   ADD),
	ROW(measure, "ranks_lost",           ranks_lost,           INT,   ADD),
	LATER(measure, "lost_ranks",         lost_ranks,           TEXT,  FIRST),
	ROW(measure, "interrupted",          interrupted,          FLAG,  WORSE),
	ROW(measure, "closed_loop",          closed_loop,          FLAG,  WORSE),
	LATER(measure, "repeat",             repeat,               INT,   FIRST),
	LATER(measure, "repeats",            repeats,              INT,   FIRST),
	LATER(measure, "looks",              looks,                INT,   FIRST),
	LATER(measure, "look",               look,                 INT,   FIRST),
	LATER(measure, "precision",          precision,            REAL,  FIRST),
	LATER(measure, "ended",              ended,                FLAG,  WORSE),
	{ 0 },
};

const struct field measure_second_fields[] = {
	ROW(measure_second, "planned",     planned,     COUNT, ADD),
	ROW(measure_second, "begun",       begun,       COUNT, ADD),
	ROW(measure_second, "dropped",     dropped,     COUNT, ADD),
	ROW(measure_second, "waiting",     waiting,     COUNT, ADD),
	ROW(measure_second, "connections", connections, COUNT, ADD),
	ROW(measure_second, "in",          in,          COUNT, ADD),
	ROW(measure_second, "out",         out,         COUNT, ADD),
	ROW(measure_second, "late_p99_us", health.late_p99_us, TIME,  WORSE),
	ROW(measure_second, "late_max_us", health.late_max_us, TIME,  WORSE),
	ROW(measure_second, "late_n",      health.late_n,      COUNT, ADD),
	ROW(measure_second, "cpu",         health.cpu,         REAL,  WORSE),
	ROW(measure_second, "run_queue",   health.run_queue,   REAL,  WORSE),
	ROW(measure_second, "steal",       health.steal,       REAL,  WORSE),
	ROW(measure_second, "retransmits", health.retransmits, COUNT, ADD),
	{ 0 },
};

const struct field measure_op_fields[] = {
	ROW(measure_second_op, "begun",    begun,    COUNT, ADD),
	ROW(measure_second_op, "done",     done,     COUNT, ADD),
	ROW(measure_second_op, "failed",   failed,   COUNT, ADD),
	ROW(measure_second_op, "timeouts", timeouts, COUNT, ADD),
	{ 0 },
};

const struct field measure_hist_fields[] = {
	ROW(hist_packed, "n",      n,   COUNT, ADD),
	ROW(hist_packed, "min_us", min, TIME,  ADD),
	ROW(hist_packed, "max_us", max, TIME,  ADD),
	ROW(hist_packed, "sum_us", sum, REAL,  ADD),
	{ 0 },
};

const struct field measure_ledger_fields[] = {
	ROW(measure_ledger, "kept",         kept,         FLAG,  WORSE),
	ROW(measure_ledger, "planned",      planned,      COUNT, ADD),
	ROW(measure_ledger, "sent",         sent,         COUNT, ADD),
	ROW(measure_ledger, "accepted",     accepted,     COUNT, ADD),
	ROW(measure_ledger, "refused",      refused,      COUNT, ADD),
	ROW(measure_ledger, "unknown",      unknown,      COUNT, ADD),
	ROW(measure_ledger, "delivered",    delivered,    COUNT, ADD),
	ROW(measure_ledger, "lost",         lost,         COUNT, ADD),
	ROW(measure_ledger, "doubled",      doubled,      COUNT, ADD),
	ROW(measure_ledger, "corrupted",    corrupted,    COUNT, ADD),
	ROW(measure_ledger, "reordered",    reordered,    COUNT, ADD),
	ROW(measure_ledger, "late",         late,         COUNT, ADD),
	ROW(measure_ledger, "strange",      strange,      COUNT, ADD),
	ROW(measure_ledger, "unread",       unread,       COUNT, ADD),
	ROW(measure_ledger, "unchecked",    unchecked,    COUNT, ADD),
	ROW(measure_ledger, "unread_why",   unread_why,   TEXT,  FIRST),
	ROW(measure_ledger, "collected_us", collected_us, COUNT, WORSE),
	ROW(measure_ledger, "poll_us",      poll_us,      TIME,  WORSE),
	{ 0 },
};

const struct field measure_answers_fields[] = {
	ROW(measure_answers, "kept",        kept,        FLAG,  WORSE),
	ROW(measure_answers, "heard",       heard,       COUNT, ADD),
	ROW(measure_answers, "examined",    examined,    COUNT, ADD),
	ROW(measure_answers, "wrong",       wrong,       COUNT, ADD),
	ROW(measure_answers, "unread",      unread,      COUNT, ADD),
	ROW(measure_answers, "entries",     entries,     COUNT, WORSE),
	ROW(measure_answers, "octets",      octets,      COUNT, WORSE),
	ROW(measure_answers, "fresh",       fresh,       COUNT, ADD),
	{ 0 },
};
/* clang-format on */

/* One rule for every type of number: what it is with "b" beside it. */
#define MERGED(how, a, b) \
	((how) == MERGE_ADD        ? (a) + (b) \
	    : (how) == MERGE_WORSE ? ((b) > (a) ? (b) : (a)) \
	    : (a) == 0             ? (b) \
				   : (a))

static void
merge_text(char **into, const char *from)
{
	if (*into == NULL && from != NULL)
		*into = mem_text(span_of(from));
}

static void
merge_one(const struct field *f, void *into, const void *from)
{
	switch (f->type) {
	case FIELD_COUNT:
		*(uint64_t *)into = MERGED(
		    f->merge, *(uint64_t *)into, *(const uint64_t *)from);
		break;
	case FIELD_TIME:
		*(int64_t *)into =
		    MERGED(f->merge, *(int64_t *)into, *(const int64_t *)from);
		break;
	case FIELD_REAL:
		*(double *)into =
		    MERGED(f->merge, *(double *)into, *(const double *)from);
		break;
	case FIELD_INT:
		*(int *)into =
		    MERGED(f->merge, *(int *)into, *(const int *)from);
		break;
	case FIELD_FLAG:
		*(bool *)into |= *(const bool *)from;
		break;
	case FIELD_TEXT:
		merge_text(into, *(char *const *)from);
		break;
	}
}

void
measure_fields_merge(const struct field *f, void *into, const void *from)
{
	for (; f->key != NULL; f++)
		merge_one(f, (char *)into + f->at, (const char *)from + f->at);
}

void
measure_fields_free(const struct field *f, void *of)
{
	for (; f->key != NULL; f++) {
		char **text = (void *)((char *)of + f->at);

		if (f->type != FIELD_TEXT)
			continue;
		free(*text);
		*text = NULL;
	}
}
