/* SPDX-License-Identifier: MIT */
/* The driver before a server made of nghttp2, in memory. */
#include "loadgen/drivers/http2.h"

#include <check.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/buf.h"
#include "lib/mem.h"

#define STREAMS 4

/* ---- a server ---- */

struct request {
	char path[80];
	size_t body;
	const char *answer;
	size_t sent;
};

struct server {
	nghttp2_session *session;
	struct request requests[64];
	size_t n;
	struct buf out;
};

static int
got_header(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t n_name, const uint8_t *value, size_t n_value,
    uint8_t flags, void *ctx)
{
	struct request *r =
	    nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);

	(void)flags;
	(void)ctx;
	if (n_name == 5 && memcmp(name, ":path", 5) == 0)
		snprintf(r->path, sizeof r->path, "%.*s", (int)n_value, value);
	return 0;
}

static int
got_headers(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	struct server *s = ctx;

	ck_assert_uint_lt(s->n, 64);
	nghttp2_session_set_stream_user_data(
	    session, frame->hd.stream_id, &s->requests[s->n++]);
	return 0;
}

static int
got_data(nghttp2_session *session, uint8_t flags, int32_t stream,
    const uint8_t *bytes, size_t n, void *ctx)
{
	struct request *r =
	    nghttp2_session_get_stream_user_data(session, stream);

	(void)flags;
	(void)bytes;
	(void)ctx;
	r->body += n;
	return 0;
}

static ssize_t
give(nghttp2_session *session, int32_t stream, uint8_t *out, size_t room,
    uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
	struct request *r = source->ptr;
	size_t n = strlen(r->answer) - r->sent;

	(void)session;
	(void)stream;
	(void)ctx;
	n = n < room ? n : room;
	n = n < 2 ? n : 2; /* DATA of two octets */
	memcpy(out, r->answer + r->sent, n);
	r->sent += n;
	if (r->sent == strlen(r->answer))
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

#define NV(name, value) \
	{ \
		(uint8_t *)(uintptr_t)(name), (uint8_t *)(uintptr_t)(value), \
		    strlen(name), strlen(value), 0 \
	}

static int
got_frame(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
	const int32_t id = frame->hd.stream_id;
	struct request *r = nghttp2_session_get_stream_user_data(session, id);
	nghttp2_data_provider data = { { .ptr = r }, give };
	nghttp2_nv ok[] = { NV(":status", "200"), NV("server", "x") };
	nghttp2_nv early[] = { NV(":status", "103") };
	nghttp2_nv busy[] = { NV(":status", "503"), NV("content-length", "0") };
	nghttp2_nv longer[] = { NV(":status", "200"),
		NV("content-length", "9") };

	(void)ctx;
	if (r == NULL || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0)
		return 0;
	r->answer = r->body > 0 ? "got" : "abc";
	if (strcmp(r->path, "/busy") == 0) {
		nghttp2_submit_response(session, id, busy, 2, NULL);
	} else if (strcmp(r->path, "/reset") == 0) {
		nghttp2_submit_rst_stream(
		    session, 0, id, NGHTTP2_INTERNAL_ERROR);
	} else if (strcmp(r->path, "/lies") == 0) {
		nghttp2_submit_response(session, id, longer, 2, &data);
	} else if (strcmp(r->path, "/leaves") == 0) {
		nghttp2_submit_response(session, id, ok, 2, &data);
		nghttp2_submit_goaway(session, 0, id, 0, NULL, 0);
	} else {
		nghttp2_submit_headers(session, 0, id, NULL, early, 1, NULL);
		nghttp2_submit_response(session, id, ok, 2, &data);
	}
	return 0;
}

static void
server_init(struct server *s)
{
	nghttp2_session_callbacks *c;
	nghttp2_option *option;

	*s = (struct server){ 0 };
	buf_init(&s->out, 1 << 20);
	nghttp2_session_callbacks_new(&c);
	nghttp2_session_callbacks_set_on_begin_headers_callback(c, got_headers);
	nghttp2_session_callbacks_set_on_header_callback(c, got_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, got_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(c, got_frame);
	nghttp2_option_new(&option);
	/* Else it would not send the body that does not fit its length. */
	nghttp2_option_set_no_http_messaging(option, 1);
	nghttp2_session_server_new2(&s->session, c, s, option);
	nghttp2_submit_settings(s->session, 0, NULL, 0);
	nghttp2_option_del(option);
	nghttp2_session_callbacks_del(c);
}

/* Hears what the client says, and leaves in .out what it answers. */
static void
server_hear(struct server *s, struct span in)
{
	const uint8_t *bytes;
	ssize_t n = nghttp2_session_mem_recv(
	    s->session, (const uint8_t *)in.ptr, in.len);

	ck_assert_int_eq(n, (ssize_t)in.len);
	while ((n = nghttp2_session_mem_send(s->session, &bytes)) > 0)
		buf_add(
		    &s->out, (struct span){ (const char *)bytes, (size_t)n });
	ck_assert_int_eq(n, 0);
}

/* ---- a client ---- */

struct rig {
	struct scenario scenario;
	struct scenario_flow flow;
	struct profile_endpoint endpoint;
	struct operations ops;
	struct driver_program *program;
	void *state;
	struct driver_turn turn;
	char *out;
	struct server server;
	size_t stops, good;
	char why[200];
	bool closing, refused;
	enum drive drive;
};

static struct span
value(struct driver_turn *t, int var)
{
	(void)t;
	return var == VAR_ID ? SPAN("run.0.7") : SPAN("?");
}

static bool
rig_init(struct rig *r, struct scenario_http http, struct err *err)
{
	struct driver_setting setting;

	*r = (struct rig){ 0 };
	http.version = 2;
	r->flow = (struct scenario_flow){
		.name = (char *)"get", .speaks = SPEAKS_HTTP, .http = http
	};
	r->scenario = (struct scenario){
		.path = (char *)"web.yaml", .flows = &r->flow, .n_flows = 1
	};
	r->endpoint = (struct profile_endpoint){ .host = (char *)"localhost",
		.port = 8443,
		.tls = PROFILE_TLS_IMPLICIT };
	ck_assert(operations_of(&r->scenario, &r->ops, err));
	setting = (struct driver_setting){ .scenario = &r->scenario,
		.flow = &r->flow,
		.endpoint = &r->endpoint,
		.ops = &r->ops,
		.longest = 64 };
	ck_assert_ptr_eq(driver_of(&r->flow), &driver_http2);
	r->program = driver_http2.compile(&setting, err);
	if (r->program == NULL)
		return false;
	r->out = mem_new(1, r->program->out_most);
	r->state = mem_new(1, r->program->state_size);
	driver_http2.open(r->program, r->state);
	server_init(&r->server);
	return true;
}

static void
rig_free(struct rig *r)
{
	driver_http2.close(r->program, r->state);
	driver_http2.free(r->program);
	free(r->state);
	free(r->out);
	buf_free(&r->server.out);
	nghttp2_session_del(r->server.session);
}

static void
turn_begin(struct rig *r, struct span in)
{
	r->turn = (struct driver_turn){ .in = in,
		.out = r->out,
		.room = r->program->out_most,
		.value = value,
		.pump = r };
}

static void
turn_end(struct rig *r)
{
	ck_assert(!r->turn.full);
	ck_assert_uint_eq(r->turn.in.len, 0);
	for (size_t i = 0; i < r->turn.n_marks; i++) {
		if (r->turn.marks[i].start)
			continue;
		r->stops++;
		r->good += r->turn.marks[i].ok;
		if (!r->turn.marks[i].ok)
			snprintf(r->why, sizeof r->why, "%s", r->turn.why);
	}
	if (r->drive == DRIVE_FAILED)
		snprintf(r->why, sizeof r->why, "%s", r->turn.why);
	r->closing = r->closing || r->turn.closing;
	r->refused = r->refused || r->turn.refused;
	server_hear(&r->server, (struct span){ r->out, r->turn.n_out });
}

static void
ask(struct rig *r, uint16_t slot)
{
	turn_begin(r, SPAN(""));
	r->turn.slot = slot;
	r->drive =
	    driver_http2.begin(r->program, r->state, DRIVE_BODY, &r->turn);
	turn_end(r);
	while (r->drive == DRIVE_AGAIN) {
		turn_begin(r, SPAN(""));
		r->drive = driver_http2.feed(r->program, r->state, &r->turn);
		turn_end(r);
	}
}

/* All that the server has to say, at_once octets at a time. */
static void
hear(struct rig *r, size_t at_once)
{
	struct buf said;

	while (r->server.out.len > 0 && r->drive == DRIVE_HEAR) {
		struct span rest;

		said = r->server.out;
		buf_init(&r->server.out, 1 << 20);
		rest = buf_span(&said);
		while (rest.len > 0 && r->drive == DRIVE_HEAR) {
			const struct span piece = span_take(rest, at_once);

			turn_begin(r, piece);
			r->drive =
			    driver_http2.feed(r->program, r->state, &r->turn);
			turn_end(r);
			rest = span_skip(rest, piece.len);
		}
		buf_free(&said);
	}
}

/* SM3 of "abc", GB/T 32905-2016 A.1. */
#define SM3_ABC \
	"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"

/* clang-format off */
static const struct {
	struct scenario_http http;
	bool good, closing, refused;
	const char *why;
} rows[] = {
	{ { .path = (char *)"/a?${id}", .status = 200, .length = 3,
	    .sm3 = (char *)SM3_ABC }, true, false, false, "" },
	{ { .method = (char *)"POST", .body = (char *)"x=${id}",
	    .content_type = (char *)"text/plain", .contains = (char *)"got" },
	  true, false, false, "" },
	{ { .method = (char *)"POST", .body = (char *)"", .length = 3 },
	  true, false, false, "" },
	{ { .contains = (char *)"bc" }, true, false, false, "" },
	{ { .contains = (char *)"bd" }, false, false, false,
	  "the body does not contain \"bd\"" },
	{ { .length = 4 }, false, false, false, "expected 4 octets, heard 3" },
	{ { .path = (char *)"/busy", .status = 200 }, false, false, true,
	  "expected status 200, heard 503" },
	{ { .path = (char *)"/reset" }, false, false, false,
	  "the stream was ended: INTERNAL_ERROR" },
	{ { .path = (char *)"/lies" }, false, false, false,
	  "the stream was ended: PROTOCOL_ERROR" },
	{ { .path = (char *)"/leaves", .sm3 = (char *)SM3_ABC },
	  true, true, false, "" },
};
/* clang-format on */

START_TEST(one_at_a_time)
{
	static const size_t pieces[] = { SIZE_MAX, 7, 1 };
	struct err err;

	for (size_t i = 0; i < 3; i++) {
		struct rig r;

		ck_assert(rig_init(&r, rows[_i].http, &err));
		for (size_t n = 1; n <= 3; n++) {
			ask(&r, 0);
			ck_assert_int_eq(r.drive, DRIVE_HEAR);
			hear(&r, pieces[i]);
			ck_assert_int_eq(r.drive, DRIVE_DONE);
			ck_assert_uint_eq(r.stops, n);
			ck_assert_uint_eq(r.good, rows[_i].good ? n : 0);
			ck_assert_str_eq(r.why, rows[_i].why);
			ck_assert_int_eq(r.closing, rows[_i].closing);
			ck_assert_int_eq(r.refused, rows[_i].refused);
			if (r.closing)
				break;
		}
		rig_free(&r);
	}
}
END_TEST

START_TEST(several_at_a_time)
{
	struct scenario_http http = { .sm3 = (char *)SM3_ABC,
		.streams = STREAMS };
	struct err err;
	struct rig r;

	ck_assert(rig_init(&r, http, &err));
	ck_assert_uint_eq(r.program->streams, STREAMS);
	for (int round = 1; round <= 3; round++) {
		for (uint16_t slot = 0; slot < STREAMS; slot++)
			ask(&r, slot);
		hear(&r, 5);
		ck_assert_int_eq(r.drive, DRIVE_DONE);
		ck_assert_uint_eq(r.good, (size_t)round * STREAMS);
	}
	rig_free(&r);
}
END_TEST

START_TEST(hanging_up)
{
	struct err err;
	struct rig r;

	ck_assert(rig_init(&r, (struct scenario_http){ 0 }, &err));
	ask(&r, 0);
	turn_begin(&r, SPAN(""));
	r.turn.closed = true;
	ck_assert_int_eq(
	    driver_http2.feed(r.program, r.state, &r.turn), DRIVE_FAILED);
	ck_assert_str_eq(r.turn.why, "hung up instead of answering");
	rig_free(&r);
}
END_TEST

START_TEST(nonsense)
{
	static const char *const said[] = {
		"HTTP/1.1 400 Bad Request\r\n\r\n",
		"\0\0\0\7\0\0\0\0\0", /* no SETTINGS first */
	};
	struct err err;

	for (size_t i = 0; i < 2; i++) {
		struct rig r;

		ck_assert(rig_init(&r, (struct scenario_http){ 0 }, &err));
		ask(&r, 0);
		turn_begin(&r, (struct span){ said[i], i == 0 ? 28 : 9 });
		r.drive = driver_http2.feed(r.program, r.state, &r.turn);
		ck_assert_int_eq(r.drive, DRIVE_FAILED);
		ck_assert_uint_gt(strlen(r.turn.why), 5);
		rig_free(&r);
	}
}
END_TEST

START_TEST(cannot_be_sent)
{
	struct scenario_http http = { .streams = DRIVER_STREAMS + 1 };
	struct err err;
	struct rig r;

	ck_assert(!rig_init(&r, http, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "at most 64 streams"));
	http = (struct scenario_http){ .path = (char *)"x" };
	ck_assert(!rig_init(&r, http, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "must begin with"));
	http = (struct scenario_http){ .sm3 = (char *)"x" };
	ck_assert(!rig_init(&r, http, &err));
	ck_assert_ptr_nonnull(strstr(err.what, "is no SM3"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http2");
	TCase *tests = tcase_create("http2");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(
	    tests, one_at_a_time, 0, sizeof rows / sizeof rows[0]);
	tcase_add_test(tests, several_at_a_time);
	tcase_add_test(tests, hanging_up);
	tcase_add_test(tests, nonsense);
	tcase_add_test(tests, cannot_be_sent);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
