/* SPDX-License-Identifier: MIT */
/*
 * A target that says anything at all over HTTP/2, behind a good beginning:
 * never a crash, no answer that was not asked for, and the same answers
 * however the octets are cut.
 *
 * The first octet chooses the pieces.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/buf.h"
#include "lib/mem.h"
#include "loadgen/drivers/http2.h"

#define STREAMS 3

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct said {
	enum drive drive;
	size_t good, stops;
};

static struct driver_program *
program(void)
{
	static struct scenario_flow flow = { .name = (char *)"get",
		.speaks = SPEAKS_HTTP,
		.http = { .version = 2,
		    .streams = STREAMS,
		    .contains = (char *)"aab" } };
	static const struct scenario scenario = {
		.path = (char *)"fuzz", .flows = &flow, .n_flows = 1
	};
	static const struct profile_endpoint endpoint = {
		.host = (char *)"localhost",
		.port = 8443,
	};
	struct operations ops;
	const struct driver_setting setting = { .scenario = &scenario,
		.flow = &flow,
		.endpoint = &endpoint,
		.ops = &ops };
	struct err err;

	operations_of(&scenario, &ops, &err);
	return driver_http2.compile(&setting, &err);
}

static void
count(struct driver_turn *t, struct said *said)
{
	for (size_t i = 0; i < t->n_marks; i++) {
		said->stops += !t->marks[i].start;
		said->good += !t->marks[i].start && t->marks[i].ok;
	}
	t->n_marks = t->n_out = 0;
	if (said->stops > STREAMS)
		abort();
}

static struct said
play(struct driver_program *p, struct span in, size_t at_once)
{
	struct driver_turn t = { .room = p->out_most };
	void *state = mem_new(1, p->state_size);
	struct said said = { .drive = DRIVE_HEAR };

	t.out = mem_new(1, t.room);
	driver_http2.open(p, state);
	for (uint16_t slot = 0; slot < STREAMS; slot++) {
		t.slot = slot;
		driver_http2.begin(p, state, DRIVE_BODY, &t);
		count(&t, &said);
	}
	driver_http2.feed(p, state, &t); /* sends them */
	count(&t, &said);
	while (in.len > 0 &&
	       (said.drive == DRIVE_HEAR || said.drive == DRIVE_AGAIN)) {
		t.in = span_take(in, at_once);
		in = span_skip(in, t.in.len);
		do {
			said.drive = driver_http2.feed(p, state, &t);
			count(&t, &said);
		} while (said.drive == DRIVE_AGAIN);
	}
	driver_http2.close(p, state);
	free(state);
	free(t.out);
	return said;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char settings[] = "\0\0\0\4\0\0\0\0\0";
	struct driver_program *p;
	struct said whole, cut;
	struct buf text;

	if (n < 1)
		return 0;
	buf_init(&text, 1 << 20);
	buf_add(&text, (struct span){ settings, sizeof settings - 1 });
	buf_add(&text, (struct span){ (const char *)data + 1, n - 1 });
	p = program();
	whole = play(p, buf_span(&text), text.len);
	cut = play(p, buf_span(&text), data[0] % 16u + 1);
	if (whole.drive != DRIVE_FAILED &&
	    (whole.drive != cut.drive || whole.good != cut.good ||
		whole.stops != cut.stops))
		abort();
	driver_http2.free(p);
	buf_free(&text);
	return 0;
}
