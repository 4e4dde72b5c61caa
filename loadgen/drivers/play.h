/* SPDX-License-Identifier: MIT */
/*
 * play - a driver and lib/dialogue before the same target, for tests alone.
 */
#ifndef LOADGEN_DRIVERS_PLAY_H
#define LOADGEN_DRIVERS_PLAY_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/dialogue.h"
#include "lib/mem.h"
#include "loadgen/drivers/line.h"

#define PLAY_ROOM (4u << 20)

struct played {
	bool pass;
	bool refused;
	struct buf sent;
	struct driver_mark marks[DRIVER_MARKS];
	size_t n_marks;
	char why[200];
};

static inline struct span
play_value(struct driver_turn *t, int var)
{
	static const char *const values[] = { "alice", "se\"cret",
		"alice@example.test", "uid=alice,dc=x",
		"AGFsaWNlAHNlY3JldA==", "bob@example.test", "run.0.7", "7",
		".dots\r\n..more\nand an end\r\n" };

	(void)t;
	return var < VAR_FEED ? span_of(values[var]) : SPAN("fed");
}

/* The same names for lib/dialogue. */
static inline bool
play_lookup(void *ctx, struct span name, struct buf *value)
{
	static const char *const columns[] = { "x" };
	const struct driver_setting d = { .columns = columns, .n_columns = 1 };
	const int var = driver_var_find(&d, name);

	(void)ctx;
	if (var == -1)
		return false;
	buf_add(value, play_value(NULL, var));
	return true;
}

static inline void
play_keep(struct played *p, struct driver_turn *t)
{
	buf_add(&p->sent, (struct span){ t->out, t->n_out });
	for (size_t i = 0; i < t->n_marks && p->n_marks < DRIVER_MARKS; i++)
		p->marks[p->n_marks++] = t->marks[i];
	t->n_out = t->n_marks = 0;
}

/*
 * One part of a flow; the target says "heard", at_once octets at a time, and
 * hangs up.
 */
static inline struct played
play_driver(const struct driver *driver, const struct driver_program *program,
    enum drive_part part, struct span heard, size_t at_once)
{
	struct driver_turn t = { .value = play_value,
		.room = program->out_most + program->scratch };
	void *state = mem_new(1, program->state_size);
	struct played p = { 0 };
	struct buf held;
	enum drive drive;
	bool fed_all = false;

	buf_init(&p.sent, PLAY_ROOM);
	buf_init(&held, PLAY_ROOM);
	t.out = mem_new(t.room + 1, 1);
	driver->open(program, state);
	drive = driver->begin(program, state, part, &t);
	for (;;) {
		if (t.n_out > program->out_most || t.full)
			abort();
		play_keep(&p, &t);
		if (drive == DRIVE_DONE || drive == DRIVE_FAILED)
			break;
		if (drive == DRIVE_HEAR) {
			const struct span piece = span_take(heard, at_once);

			if (fed_all)
				abort();
			buf_add(&held, piece);
			heard = span_skip(heard, piece.len);
			fed_all = t.closed = piece.len == 0;
		}
		t.in = buf_span(&held);
		drive = driver->feed(program, state, &t);
		if (t.in.len > program->hold_most)
			abort();
		buf_drop(&held, held.len - t.in.len);
	}
	p.pass = drive == DRIVE_DONE;
	p.refused = t.refused;
	if (!p.pass && t.why == NULL)
		abort();
	snprintf(p.why, sizeof p.why, "%s", p.pass ? "" : t.why);
	driver->close(program, state);
	free(t.out);
	free(state);
	buf_free(&held);
	return p;
}

/* The same in lib/dialogue.c. */
static inline struct played
play_dialogue(const struct script *script, struct span heard, size_t at_once)
{
	struct dialogue *d = dialogue_new(script, play_lookup, NULL);
	struct played p = { 0 };

	buf_init(&p.sent, PLAY_ROOM);
	while (!dialogue_over(d)) {
		const struct dialogue_need need = dialogue_wants(d);
		const struct span part = span_take(heard, at_once);
		struct span out;

		switch (need.want) {
		case WANT_OPEN:
			dialogue_opened(d, need.party);
			break;
		case WANT_SEND:
			out = dialogue_out(d, need.party);
			buf_add(&p.sent, out);
			dialogue_sent(d, need.party, out.len);
			break;
		case WANT_TLS:
			dialogue_secured(d, need.party, true, "");
			break;
		case WANT_CLOSE:
			dialogue_hung_up(d, need.party, "by us");
			break;
		case WANT_PAUSE:
			dialogue_timeout(d);
			break;
		default:
			if (part.len == 0)
				dialogue_hung_up(d, need.party, "FIN");
			else
				dialogue_feed(d, need.party, part);
			heard = span_skip(heard, part.len);
			break;
		}
	}
	/* what was said with the last step goes out as well */
	buf_add(&p.sent, dialogue_out(d, 0));
	p.pass = dialogue_verdict(d) == PASS;
	snprintf(p.why, sizeof p.why, "%s", dialogue_why(d));
	dialogue_free(d);
	return p;
}

#endif
