/* SPDX-License-Identifier: MIT */
#include "lib/net.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

START_TEST(connects)
{
	static const char *const hosts[] = { "127.0.0.1", "::1", "localhost" };
	const char *host = hosts[_i];
	const char *bind_to = _i == 2 ? "127.0.0.1" : host;
	char name[NET_NAME];
	struct err err;
	uint16_t port;
	int listener, us, peer;

	ck_assert_msg(
	    net_listen(bind_to, 0, &listener, &port, &err), "%s", err.what);
	ck_assert_uint_ne(port, 0);
	ck_assert_int_eq(net_accept(listener, name), -1);
	ck_assert_msg(net_connect(host, port, 2000, &us, &err), "%s", err.what);
	peer = net_accept(listener, name);
	ck_assert_int_ne(peer, -1);
	ck_assert_msg(strncmp(name, _i == 1 ? "[::1]:" : "127.0.0.1:",
			  _i == 1 ? 6 : 10) == 0,
	    "%s", name);
	ck_assert_int_ne(fcntl(us, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_ne(fcntl(peer, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_ne(fcntl(us, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_ne(fcntl(peer, F_GETFD) & FD_CLOEXEC, 0);
	close(us);
	close(peer);
	close(listener);
}
END_TEST

START_TEST(refused)
{
	struct err err;
	int fd;

	ck_assert(!net_connect("127.0.0.1", net_free_port(), 2000, &fd, &err));
	ck_assert_int_eq(fd, -1);
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_int_eq(err.sys, ECONNREFUSED);
	ck_assert_ptr_nonnull(strstr(err.what, "connect to 127.0.0.1:"));
}
END_TEST

START_TEST(not_a_name)
{
	struct err err;
	int fd;

	ck_assert(!net_connect("not a name", 25, 2000, &fd, &err));
	ck_assert_int_eq(err.kind, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err.what, "look up \"not a name\""));
}
END_TEST

/* Nobody waits in net_connect_begin(): how it went is told later. */
START_TEST(connects_in_the_background)
{
	struct pollfd p = { .events = POLLOUT };
	uint16_t port = net_free_port();
	struct err err = { 0 };
	int listener = -1;

	if (_i == 1)
		ck_assert(net_listen("127.0.0.1", 0, &listener, &port, &err));
	ck_assert_msg(
	    net_connect_begin("127.0.0.1", port, &p.fd, &err), "%s", err.what);
	ck_assert_int_ne(fcntl(p.fd, F_GETFL) & O_NONBLOCK, 0);
	ck_assert_int_ne(fcntl(p.fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(poll(&p, 1, 2000), 1);
	ck_assert_int_eq(net_connected(p.fd, "127.0.0.1", port, &err), _i == 1);
	if (_i == 0) {
		ck_assert_int_eq(err.sys, ECONNREFUSED);
		ck_assert_ptr_nonnull(
		    strstr(err.what, "connect to 127.0.0.1 port "));
	}
	close(p.fd);
	if (listener != -1)
		close(listener);
	ck_assert(!net_connect_begin("not a name", 25, &p.fd, &err));
	ck_assert_int_eq(p.fd, -1);
}
END_TEST

START_TEST(taken)
{
	struct err err;
	uint16_t port;
	int one, two;

	ck_assert(net_listen("127.0.0.1", 0, &one, &port, &err));
	ck_assert(!net_listen("127.0.0.1", port, &two, &port, &err));
	ck_assert_int_eq(err.sys, EADDRINUSE);
	ck_assert_ptr_nonnull(strstr(err.what, "listen on 127.0.0.1 port "));
	close(one);
}
END_TEST

START_TEST(dials)
{
	struct net_address a;
	struct pollfd p = { .events = POLLOUT };
	struct err err;
	uint16_t port;
	int listener, peer;

	ck_assert(net_listen("127.0.0.1", 0, &listener, &port, &err));
	ck_assert(net_resolve("127.0.0.1", port, &a, &err));
	for (int round = 0; round < 3; round++) {
		p.fd = net_dial(&a);
		ck_assert_int_ne(p.fd, -1);
		ck_assert_int_eq(poll(&p, 1, 5000), 1);
		ck_assert_int_eq(net_dialled(p.fd), 0);
		ck_assert(net_has_peer(p.fd));
		peer = net_accept(listener, NULL);
		ck_assert_int_ne(peer, -1);
		close(peer);
		close(p.fd);
	}
	close(listener);
	p.fd = net_dial(&a); /* nobody listens any more */
	if (p.fd != -1) {
		ck_assert_int_eq(poll(&p, 1, 5000), 1);
		ck_assert_int_eq(net_dialled(p.fd), ECONNREFUSED);
		ck_assert(!net_has_peer(p.fd));
		close(p.fd);
	}
	ck_assert(!net_resolve("not a name", port, &a, &err));
}
END_TEST

START_TEST(descriptors)
{
	struct rlimit limit;
	struct err err;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert(net_descriptors(limit.rlim_cur, &err));
	ck_assert(net_descriptors(limit.rlim_max, &err));
	ck_assert(!net_descriptors(UINT64_C(1) << 40, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(err.what, "open files are needed"));
}
END_TEST

START_TEST(loopback)
{
	static const struct {
		const char *host;
		bool is;
	} rows[] = {
		{ "127.0.0.1", true },
		{ "127.8.9.10", true },
		{ "::1", true },
		{ "::ffff:127.0.0.1", true },
		{ "localhost", true },
		{ "0.0.0.0", false },
		{ "::", false },
		{ "128.0.0.1", false },
		{ "192.0.2.1", false },
		{ "2001:db8::1", false },
		{ "", false },
		{ "not a name", false },
	};

	ck_assert_msg(net_is_loopback(rows[_i].host) == rows[_i].is, "\"%s\"",
	    rows[_i].host);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lib/net");
	TCase *tc = tcase_create("net");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_loop_test(tc, connects, 0, 3);
	tcase_add_test(tc, refused);
	tcase_add_test(tc, not_a_name);
	tcase_add_loop_test(tc, connects_in_the_background, 0, 2);
	tcase_add_test(tc, taken);
	tcase_add_test(tc, dials);
	tcase_add_test(tc, descriptors);
	tcase_add_loop_test(tc, loopback, 0, 12);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
