/* SPDX-License-Identifier: MIT */
/* What is sent for a flow, and what the driver makes of an answer. */
#include "loadgen/drivers/http.h"

#include <check.h>
#include <stdlib.h>

#include "lib/mem.h"

#define OK "HTTP/1.1 200 OK\r\n"

static const char *const columns[] = { "page", "note" };

/* A driver and one connection, and what the pump would hold for them. */
struct rig {
	struct scenario scenario;
	struct scenario_flow flow;
	struct profile_endpoint endpoint;
	struct operations ops;
	struct driver_program *program;
	void *state;
	struct driver_turn turn;
	char out[4096];
	const char *page;
};

static struct span
value(struct driver_turn *t, int var)
{
	const struct rig *r = t->pump;

	return var == VAR_ID         ? SPAN("run.0.7")
	       : var == VAR_FEED     ? span_of(r->page)
	       : var == VAR_FEED + 1 ? SPAN("\xe4\xb8\xad")
				     : SPAN("?");
}

static bool
rig_init(struct rig *r, struct scenario_http http, struct err *err)
{
	struct driver_setting setting;

	*r = (struct rig){ .page = "index" };
	r->flow = (struct scenario_flow){
		.name = (char *)"get", .speaks = SPEAKS_HTTP, .http = http
	};
	r->scenario = (struct scenario){
		.path = (char *)"web.yaml", .flows = &r->flow, .n_flows = 1
	};
	r->endpoint = (struct profile_endpoint){ .host = (char *)"127.0.0.1",
		.port = 8080 };
	ck_assert(operations_of(&r->scenario, &r->ops, err));
	setting = (struct driver_setting){ .scenario = &r->scenario,
		.flow = &r->flow,
		.endpoint = &r->endpoint,
		.ops = &r->ops,
		.columns = columns,
		.n_columns = 2,
		.longest = 64 };
	r->program = driver_http1.compile(&setting, err);
	if (r->program == NULL)
		return false;
	ck_assert_uint_le(r->program->out_most, sizeof r->out);
	r->state = mem_new(1, r->program->state_size);
	driver_http1.open(r->program, r->state);
	return true;
}

static void
rig_free(struct rig *r)
{
	driver_http1.close(r->program, r->state);
	free(r->state);
	driver_http1.free(r->program);
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

static enum drive
ask(struct rig *r)
{
	turn_begin(r, SPAN(""));
	return driver_http1.begin(r->program, r->state, DRIVE_BODY, &r->turn);
}

static enum drive
hear(struct rig *r, struct span in, bool closed)
{
	turn_begin(r, in);
	r->turn.closed = closed;
	return driver_http1.feed(r->program, r->state, &r->turn);
}

#define HOST "Host: 127.0.0.1:8080\r\nUser-Agent: yanshou\r\n"

/* clang-format off */
static const struct {
	struct scenario_http http;
	const char *sent;
} requests[] = {
	{ { 0 }, "GET / HTTP/1.1\r\n" HOST "\r\n" },
	{ { .method = (char *)"HEAD", .path = (char *)"/a?b=\\n" },
	  "HEAD /a?b=\\n HTTP/1.1\r\n" HOST "\r\n" },
	{ { .path = (char *)"/${feed.page}?id=${id}" },
	  "GET /index?id=run.0.7 HTTP/1.1\r\n" HOST "\r\n" },
	{ { .method = (char *)"POST", .path = (char *)"/x",
	    .content_type = (char *)"application/json",
	    .body = (char *)"{\"a\": \"\\n$5*\"}" },
	  "POST /x HTTP/1.1\r\n" HOST "Content-Type: application/json\r\n"
	  "Content-Length:      14\r\n\r\n{\"a\": \"\\n$5*\"}" },
	{ { .method = (char *)"POST", .body = (char *)"${feed.note}=${id}" },
	  "POST / HTTP/1.1\r\n" HOST "Content-Length:      11\r\n\r\n"
	  "\xe4\xb8\xad=run.0.7" },
	{ { .method = (char *)"POST", .body = (char *)"" },
	  "POST / HTTP/1.1\r\n" HOST "Content-Length:       0\r\n\r\n" },
};
/* clang-format on */

START_TEST(what_is_sent)
{
	struct rig r;
	struct err err;

	ck_assert(rig_init(&r, requests[_i].http, &err));
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(ask(&r), DRIVE_HEAR);
		ck_assert(!r.turn.full);
		ck_assert_uint_eq(r.turn.n_marks, 1);
		ck_assert(r.turn.marks[0].start);
		ck_assert_uint_eq(r.turn.n_out, strlen(requests[_i].sent));
		ck_assert_mem_eq(
		    r.out, requests[_i].sent, strlen(requests[_i].sent));
	}
	rig_free(&r);
}
END_TEST

START_TEST(answers)
{
	static const struct {
		const char *answer;
		bool closed;
		enum drive drive;
		bool ok, closing, refused;
		const char *why;
	} rows[] = {
		{ OK "Content-Length: 1\r\n\r\na", false, DRIVE_DONE, true,
		    false, false, NULL },
		{ OK "Connection: close\r\nContent-Length: 1\r\n\r\na", false,
		    DRIVE_DONE, true, true, false, NULL },
		{ OK "\r\na", true, DRIVE_DONE, true, true, false, NULL },
		{ "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", false,
		    DRIVE_DONE, false, false, true,
		    "expected status 200, heard 503" },
		{ OK "Content-Length: 1\r\n\r\nab", false, DRIVE_FAILED, false,
		    false, false, "octets that answer no request" },
		{ OK "Content-Length: 2\r\n\r\na", true, DRIVE_FAILED, false,
		    false, false, "hung up in the middle of the answer" },
		{ "", true, DRIVE_FAILED, false, false, false,
		    "hung up instead of answering" },
		{ "nonsense\r\n", false, DRIVE_FAILED, false, false, false,
		    "no answer of HTTP/1" },
		{ OK "Content-Length: 2\r\n\r\na", false, DRIVE_HEAR, false,
		    false, false, NULL },
	};
	struct err err;
	struct rig r;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ck_assert(rig_init(
		    &r, (struct scenario_http){ .status = 200 }, &err));
		ask(&r);
		ck_assert_int_eq(
		    hear(&r, span_of(rows[i].answer), rows[i].closed),
		    rows[i].drive);
		ck_assert_uint_eq(
		    r.turn.n_marks, rows[i].drive == DRIVE_DONE ? 1 : 0);
		if (rows[i].drive == DRIVE_DONE) {
			ck_assert(!r.turn.marks[0].start);
			ck_assert_int_eq(r.turn.marks[0].ok, rows[i].ok);
		}
		ck_assert_int_eq(r.turn.closing, rows[i].closing);
		ck_assert_int_eq(r.turn.refused, rows[i].refused);
		if (rows[i].why != NULL)
			ck_assert_str_eq(r.turn.why, rows[i].why);
		rig_free(&r);
	}
}
END_TEST

/* A value must not be able to make two requests of one. */
START_TEST(values_in_paths)
{
	struct scenario_http http = { .path = (char *)"/${feed.page}" };
	struct err err;
	struct rig r;

	ck_assert(rig_init(&r, http, &err));
	for (const char *const *bad =
		 (const char *const[]){ "a b", "a\r\nX: y", "\t", NULL };
	     *bad != NULL; bad++) {
		r.page = *bad;
		ck_assert_int_eq(ask(&r), DRIVE_FAILED);
		ck_assert_ptr_nonnull(strstr(r.turn.why, "white space"));
	}
	r.page = "a%20b";
	ck_assert_int_eq(ask(&r), DRIVE_HEAR);
	rig_free(&r);
}
END_TEST

START_TEST(what_comes_unasked)
{
	struct err err;
	struct rig r;

	ck_assert(rig_init(&r, (struct scenario_http){ 0 }, &err));
	turn_begin(&r, SPAN(OK "Content-Length: 0\r\n\r\n"));
	ck_assert_int_eq(
	    driver_http1.begin(r.program, r.state, DRIVE_BODY, &r.turn),
	    DRIVE_FAILED);
	rig_free(&r);
}
END_TEST

START_TEST(cannot_be_sent)
{
	static const struct {
		struct scenario_http http;
		const char *says;
	} rows[] = {
		{ { .method = (char *)"CONNECT" }, "method: \"CONNECT\"" },
		{ { .method = (char *)"GET /" }, "method: \"GET /\"" },
		{ { .method = (char *)"" }, "method: \"\"" },
		{ { .path = (char *)"x" }, "must begin with \"/\"" },
		{ { .path = (char *)"/a b" }, "no white space" },
		{ { .path = (char *)"/${feed.nothing}" }, "feed.nothing" },
		{ { .body = (char *)"${feed.page" }, "body" },
		{ { .sm3 = (char *)"12" }, "is no SM3" },
	};
	struct err err;
	struct rig r;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ck_assert(!rig_init(&r, rows[i].http, &err));
		ck_assert_int_eq(err.kind, ERR_CONFIG);
		ck_assert_ptr_nonnull(strstr(err.what, rows[i].says));
		ck_assert_ptr_nonnull(strstr(err.what, "web.yaml: flow get"));
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("http");
	TCase *tests = tcase_create("http");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(
	    tests, what_is_sent, 0, sizeof requests / sizeof requests[0]);
	tcase_add_test(tests, answers);
	tcase_add_test(tests, values_in_paths);
	tcase_add_test(tests, what_comes_unasked);
	tcase_add_test(tests, cannot_be_sent);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}
