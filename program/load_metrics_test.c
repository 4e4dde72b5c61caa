/* SPDX-License-Identifier: MIT */
/*
 * What a Prometheus gets.
 */
#include "program/load_metrics.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/net.h"

static struct measure m;

static void
up(void)
{
	struct hist h;

	measure_init(&m, NULL, 2);
	ck_assert_int_eq(measure_op_add(&m, "login"), 0);
	hist_init(&h);
	for (int i = 1; i <= 1000; i++)
		hist_add(&h, i * 100);
	for (size_t s = 0; s < 2; s++) {
		m.seconds[s].planned = 10;
		m.seconds[s].begun = 9;
		m.seconds[s].dropped = 1;
		m.seconds[s].connections = 4 + s;
		m.seconds[s].ops[0].done = 8;
		m.seconds[s].ops[0].failed = 1;
		measure_put(&m, s, 0, CLOCK_RESPONSE, &h);
	}
	hist_free(&h);
}

static void
down(void)
{
	measure_free(&m);
}

/* clang-format off */
static const char *const lines[] = {
	"# TYPE yanshou_load_arrivals_planned_total counter\n",
	"yanshou_load_arrivals_planned_total{scenario=\"reading\"} 20\n",
	"yanshou_load_arrivals_begun_total{scenario=\"reading\"} 18\n",
	"yanshou_load_arrivals_dropped_total{scenario=\"reading\"} 2\n",
	"yanshou_load_connections{scenario=\"reading\"} 5\n",
	"yanshou_load_operations_total{scenario=\"reading\",op=\"login\","
	    "result=\"done\"} 16\n",
	"yanshou_load_operations_total{scenario=\"reading\",op=\"login\","
	    "result=\"failed\"} 2\n",
	"yanshou_load_response_seconds{scenario=\"reading\",op=\"login\","
	    "quantile=\"0.5\"} 0.05",
};
/* clang-format on */

static void
must_have_all(const char *text)
{
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		ck_assert_msg(
		    strstr(text, lines[i]) != NULL, "%s in %s", lines[i], text);
}

START_TEST(seconds_add_up)
{
	const struct load_metrics p = { .fd = -1, .scenario = "reading" };
	struct buf text;

	buf_init(&text, 65536);
	load_metrics_text(&p, &m, 2, &text);
	must_have_all(buf_text(&text));
	buf_clear(&text);
	load_metrics_text(&p, &m, 0, &text);
	ck_assert_uint_eq(text.len, 0);
	buf_free(&text);
}
END_TEST

/* Two ask at a time; each gets all of it, and the end of the connection. */
START_TEST(who_asks_is_answered)
{
	struct load_metrics p;
	char text[16384];
	struct err err;
	int fds[2], listener;

	ck_assert_msg(
	    load_metrics_open(&p, 0, "reading", &err), "%s", err.what);
	load_metrics_second(&p, &m, 2); /* nobody is there */
	for (int i = 0; i < 2; i++) {
		ck_assert(
		    net_connect("127.0.0.1", p.port, 5000, &fds[i], &err));
		ck_assert_int_eq(
		    send(fds[i], "GET /metrics HTTP/1.1\r\n\r\n", 25, 0), 25);
	}
	load_metrics_second(&p, &m, 2);
	for (int i = 0; i < 2; i++) {
		struct pollfd wait = { .fd = fds[i], .events = POLLIN };
		size_t n = 0;
		ssize_t got;

		do {
			ck_assert_int_eq(poll(&wait, 1, 5000), 1);
			got = recv(fds[i], text + n, sizeof text - 1 - n, 0);
			n += got > 0 ? (size_t)got : 0;
		} while (got > 0);
		ck_assert_int_eq(got, 0);
		text[n] = '\0';
		ck_assert_ptr_eq(strstr(text, "HTTP/1.1 200 OK\r\n"), text);
		must_have_all(text);
		close(fds[i]);
	}
	listener = p.fd;
	load_metrics_close(&p);
	ck_assert_int_eq(fcntl(listener, F_GETFD), -1);
	load_metrics_second(&p, &m, 2); /* closed: nothing happens */
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("load_metrics");
	TCase *c = tcase_create("load_metrics");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(c, up, down);
	tcase_add_test(c, seconds_add_up);
	tcase_add_test(c, who_asks_is_answered);
	suite_add_tcase(s, c);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
