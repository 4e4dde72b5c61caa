/* SPDX-License-Identifier: MIT */
#include "lib/tls.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/net.h"
#include "reference/pki.h"

enum { MOST = 1 << 20 };

/* Both ends of one loopback connection, driven from one thread. */
struct ends {
	struct stream us, peer;
	struct buf heard, said;
};

static char dir[] = "/tmp/tls_test.XXXXXX";

static void
path_of(char path[128], enum pki_leaf kind, const char *file)
{
	snprintf(path, 128, "%s/%d/%s", dir, kind, file);
}

static void
make_dir(void)
{
	char path[128];
	struct err err;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	for (int i = 0; i < PKI_LEAVES; i++) {
		snprintf(path, sizeof path, "%s/%d", dir, i);
		ck_assert_msg(
		    pki_make(path, (enum pki_leaf)i, clock_wall(), &err), "%s",
		    err.what);
	}
}

static void
remove_dir(void)
{
	static const char *const files[] = { "ca.pem", "server.pem",
		"server.key" };
	char path[128];

	for (int i = 0; i < PKI_LEAVES; i++) {
		for (int j = 0; j < 3; j++) {
			path_of(path, (enum pki_leaf)i, files[j]);
			unlink(path);
		}
		path_of(path, (enum pki_leaf)i, "");
		rmdir(path);
	}
	rmdir(dir);
}

static struct tls_context *
server(enum pki_leaf kind)
{
	char cert[128], key[128];
	struct err err;
	struct tls_context *c;

	path_of(cert, kind, "server.pem");
	path_of(key, kind, "server.key");
	c = tls_server(cert, key, &err);
	ck_assert_msg(c != NULL, "%s", err.what);
	return c;
}

static struct tls_context *
client(enum pki_leaf kind)
{
	char trust[128];
	struct err err;
	struct tls_context *c;

	path_of(trust, kind, "ca.pem");
	c = tls_client(trust, &err);
	ck_assert_msg(c != NULL, "%s", err.what);
	return c;
}

static void
setup(struct ends *e)
{
	struct err err;
	uint16_t port;
	int listener, fd;

	ck_assert(net_listen("127.0.0.1", 0, &listener, &port, &err));
	ck_assert(net_connect("127.0.0.1", port, 5000, &fd, &err));
	stream_init(&e->us, fd);
	stream_init(&e->peer, net_accept(listener, NULL));
	close(listener);
	buf_init(&e->heard, MOST);
	buf_init(&e->said, MOST);
}

static void
teardown(struct ends *e)
{
	stream_close(&e->us);
	stream_close(&e->peer);
	buf_free(&e->heard);
	buf_free(&e->said);
}

/* Waits until one of the two descriptors has news. */
static void
wait_any(struct ends *e)
{
	struct pollfd p[2] = { { .fd = e->us.fd, .events = POLLIN },
		{ .fd = e->peer.fd, .events = POLLIN } };

	ck_assert_int_gt(poll(p, 2, 5000), 0);
}

static void
shake(struct ends *e, struct tls_context *c, struct tls_context *s,
    const char *name)
{
	enum stream_wait a, b;

	stream_secure_client(&e->us, c, name);
	stream_secure_server(&e->peer, s);
	do {
		a = stream_shake(&e->us);
		b = stream_shake(&e->peer);
		/* who gives up hangs up, so that the other hears of it */
		if (a == STREAM_OVER)
			stream_finish(&e->us);
		if (b == STREAM_OVER)
			stream_finish(&e->peer);
		if (a == STREAM_WANT_READ && b == STREAM_WANT_READ)
			wait_any(e);
	} while (a == STREAM_WANT_READ || b == STREAM_WANT_READ);
}

/* Reads from s until n bytes are there or it is over. */
static void
read_until(struct ends *e, struct stream *s, size_t n)
{
	enum stream_wait wait;

	while (e->heard.len < n) {
		wait = stream_read(s, &e->heard, n - e->heard.len);
		if (wait == STREAM_OVER)
			return;
		if (wait != STREAM_DONE)
			wait_any(e);
	}
}

/* Reads until it is over. */
static void
read_over(struct ends *e, struct stream *s)
{
	enum stream_wait wait;

	while ((wait = stream_read(s, &e->heard, MOST)) != STREAM_OVER)
		if (wait != STREAM_DONE)
			wait_any(e);
}

START_TEST(believes_what_is_right)
{
	static const char *const names[] = { "mail.example.test", "localhost",
		"127.0.0.1", "::1", NULL };
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	struct buf pem;
	struct ends e;

	setup(&e);
	buf_init(&pem, MOST);
	ck_assert_str_eq(stream_tls_version(&e.us), "");
	shake(&e, c, s, names[_i]);
	ck_assert_msg(e.us.state == STREAM_SECURE, "%s", e.us.detail);
	ck_assert_msg(e.peer.state == STREAM_SECURE, "%s", e.peer.detail);
	ck_assert_str_eq(stream_tls_version(&e.us), "TLSv1.3");
	ck_assert_ptr_nonnull(strstr(stream_tls_cipher(&e.us), "TLS_"));
	stream_peer_chain(&e.us, &pem);
	ck_assert_ptr_nonnull(strstr(buf_text(&pem), "BEGIN CERTIFICATE"));
	/* contexts may go before their streams */
	tls_context_free(c);
	tls_context_free(s);
	buf_add(&e.said, SPAN("EHLO a\r\n"));
	ck_assert_int_eq(stream_write(&e.us, &e.said), STREAM_DONE);
	ck_assert_uint_eq(e.said.len, 0);
	read_until(&e, &e.peer, 8);
	ck_assert_str_eq(buf_text(&e.heard), "EHLO a\r\n");
	stream_close(&e.us);
	read_over(&e, &e.peer);
	ck_assert_str_eq(e.peer.detail, "closed by the peer (close_notify)");
	buf_free(&pem);
	teardown(&e);
}
END_TEST

START_TEST(says_what_is_wrong)
{
	static const struct {
		enum pki_leaf leaf;
		const char *name;
		const char *says;
	} rows[] = {
		{ PKI_EXPIRED, PKI_HOST,
		    "TLS: certificate has expired (leaf "
		    "CN=mail.example.test)" },
		{ PKI_EXPIRED, NULL,
		    "TLS: certificate has expired (leaf "
		    "CN=mail.example.test)" },
		{ PKI_NOT_YET, PKI_HOST,
		    "TLS: certificate is not yet valid (leaf "
		    "CN=mail.example.test)" },
		{ PKI_OTHER_NAME, PKI_HOST,
		    "TLS: hostname mismatch (leaf CN=other.example.test), "
		    "asked for mail.example.test" },
		{ PKI_OTHER_NAME, "127.0.0.1",
		    "TLS: IP address mismatch (leaf CN=other.example.test), "
		    "asked for 127.0.0.1" },
		{ PKI_SELF_SIGNED, PKI_HOST,
		    "TLS: self-signed certificate (leaf "
		    "CN=mail.example.test)" },
		{ PKI_WEAK_KEY, PKI_HOST,
		    "TLS: EE certificate key too weak (leaf "
		    "CN=mail.example.test)" },
		{ PKI_OTHER_USE, PKI_HOST,
		    "TLS: unsuitable certificate purpose (leaf "
		    "CN=mail.example.test)" },
	};
	struct tls_context *c = client(rows[_i].leaf);
	struct tls_context *s = server(rows[_i].leaf);
	struct buf pem;
	struct ends e;

	setup(&e);
	buf_init(&pem, MOST);
	shake(&e, c, s, rows[_i].name);
	ck_assert_int_eq(e.us.state, STREAM_CLOSED);
	ck_assert_str_eq(e.us.detail, rows[_i].says);
	/* what was shown is evidence all the same */
	stream_peer_chain(&e.us, &pem);
	ck_assert_ptr_nonnull(strstr(buf_text(&pem), "BEGIN CERTIFICATE"));
	read_over(&e, &e.peer);
	ck_assert_ptr_nonnull(strstr(e.peer.detail, "alert"));
	buf_free(&pem);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

START_TEST(unknown_issuer)
{
	struct tls_context *c = client(PKI_EXPIRED), *s = server(PKI_GOOD);
	struct ends e;

	setup(&e);
	shake(&e, c, s, PKI_HOST);
	ck_assert_msg(
	    strstr(e.us.detail, "issuer Yanshou") != NULL ||
		strstr(e.us.detail, "self-signed certificate in") != NULL,
	    "%s", e.us.detail);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

START_TEST(versions)
{
	static const struct {
		const char *c_min, *c_max, *s_min, *s_max;
		const char *gives; /* NULL: no handshake */
	} rows[] = {
		{ NULL, "TLSv1.2", NULL, NULL, "TLSv1.2" },
		{ "TLSv1.3", NULL, NULL, NULL, "TLSv1.3" },
		{ "TLSv1.3", NULL, NULL, "TLSv1.2", NULL },
		{ "TLSv1.1", "TLSv1.1", NULL, NULL, NULL },
		{ NULL, "TLSv1.1", NULL, NULL, NULL },
		{ "TLSv1.1", "TLSv1.1", "TLSv1", NULL, "TLSv1.1" },
		{ NULL, "TLSv1", "TLSv1.0", NULL, "TLSv1" },
	};
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	struct ends e;

	setup(&e);
	ck_assert(tls_versions(c, rows[_i].c_min, rows[_i].c_max));
	ck_assert(tls_versions(s, rows[_i].s_min, rows[_i].s_max));
	shake(&e, c, s, PKI_HOST);
	if (rows[_i].gives == NULL) {
		ck_assert_int_eq(e.us.state, STREAM_CLOSED);
		ck_assert_msg(
		    strstr(e.us.detail, "version") != NULL, "%s", e.us.detail);
	} else
		ck_assert_str_eq(stream_tls_version(&e.us), rows[_i].gives);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

START_TEST(no_such_version)
{
	struct tls_context *c = client(PKI_GOOD);

	ck_assert(!tls_versions(c, "SSLv2", NULL));
	ck_assert(!tls_versions(c, NULL, "TLSv1.4"));
	tls_context_free(c);
}
END_TEST

START_TEST(no_such_file)
{
	struct err err;

	ck_assert_ptr_null(tls_client("/nonexistent/ca.pem", &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_ptr_nonnull(strstr(err.what, "/nonexistent/ca.pem: "));
	ck_assert_ptr_null(tls_server("/nonexistent/c.pem", "k", &err));
	ck_assert_ptr_nonnull(strstr(err.what, "/nonexistent/c.pem: "));
}
END_TEST

static void
say_plain(struct stream *s, struct span text)
{
	ck_assert_int_eq(
	    send(s->fd, text.ptr, text.len, MSG_NOSIGNAL), (int)text.len);
}

/* What stands in clear before a handshake is never heard as secure. */
START_TEST(plaintext_before_handshake)
{
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	struct ends e;

	setup(&e);
	say_plain(&e.us, SPAN("MAIL FROM:<>\r\n"));
	shake(&e, c, s, PKI_HOST);
	ck_assert_int_eq(e.peer.state, STREAM_CLOSED);
	ck_assert_str_eq(e.peer.detail, "TLS: what the peer sends is not TLS");
	ck_assert_int_eq(stream_read(&e.peer, &e.heard, MOST), STREAM_OVER);
	ck_assert_uint_eq(e.heard.len, 0);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

enum how { FIN, RST, NOTIFY, UNSAID };

/* One event, whatever the end was; the detail tells them apart. */
START_TEST(endings)
{
	static const struct {
		bool secure;
		enum how how;
		const char *says;
	} rows[] = {
		{ false, FIN, "closed by the peer (FIN)" },
		{ false, RST, "reset by the peer (RST)" },
		{ true, NOTIFY, "closed by the peer (close_notify)" },
		{ true, RST, "reset by the peer (RST)" },
		{ true, UNSAID,
		    "closed by the peer (FIN) without close_notify" },
	};
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	struct ends e;

	setup(&e);
	if (rows[_i].secure)
		shake(&e, c, s, NULL);
	if (rows[_i].how == RST)
		stream_reset(&e.peer);
	else if (rows[_i].how == UNSAID)
		shutdown(e.peer.fd, SHUT_WR);
	else
		stream_close(&e.peer);
	do
		e.heard.len = 0;
	while (stream_read(&e.us, &e.heard, MOST) != STREAM_OVER);
	ck_assert_str_eq(e.us.detail, rows[_i].says);
	/* writing now is an answer, not a signal */
	buf_add(&e.said, SPAN("QUIT\r\n"));
	ck_assert_int_eq(stream_write(&e.us, &e.said), STREAM_OVER);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

START_TEST(no_signal_on_write)
{
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	struct ends e;

	setup(&e);
	if (_i == 1)
		shake(&e, c, s, NULL);
	stream_reset(&e.peer);
	for (int i = 0; i < 100 && e.us.state != STREAM_CLOSED; i++) {
		buf_add(&e.said, SPAN("NOOP\r\n"));
		stream_write(&e.us, &e.said);
	}
	ck_assert_int_eq(e.us.state, STREAM_CLOSED);
	ck_assert_uint_gt(strlen(e.us.detail), 0);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

/* More than the kernel takes at once arrives whole and in order. */
START_TEST(back_pressure)
{
	static const size_t pieces[] = { MOST, 7, 1 };
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	const bool secure = _i >= 3;
	const size_t piece = pieces[_i % 3];
	const unsigned total = piece == MOST ? MOST : 65536;
	enum stream_wait wait;
	struct ends e;

	setup(&e);
	if (secure)
		shake(&e, c, s, PKI_HOST);
	for (unsigned i = 0; i < total; i += 4)
		buf_add(&e.said, (struct span){ (const char *)&i, 4 });
	while (e.heard.len < total) {
		wait = stream_write(&e.us, &e.said);
		ck_assert_int_ne(wait, STREAM_OVER);
		wait = stream_read(&e.peer, &e.heard, piece);
		ck_assert_int_ne(wait, STREAM_OVER);
	}
	for (unsigned i = 0; i < total; i += 4)
		ck_assert_mem_eq(e.heard.data + i, &i, 4);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

/* Straight to and from memory; one record may be more than one reading. */
START_TEST(raw)
{
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	struct ends e;
	char text[8];
	size_t n, got = 0;

	setup(&e);
	tls_read_ahead(c);
	tls_thrifty(c);
	ck_assert_int_eq(
	    stream_get(&e.us, text, sizeof text, &n), STREAM_WANT_READ);
	if (_i != 0)
		shake(&e, c, s, NULL);
	ck_assert_int_eq(stream_put(&e.peer, "abcdefgh", 8, &n), STREAM_DONE);
	ck_assert_uint_eq(n, 8);
	while (got < 5) {
		switch (stream_get(&e.us, text + got, 5 - got, &n)) {
		case STREAM_DONE:
			got += n;
			break;
		case STREAM_WANT_READ:
			wait_any(&e);
			break;
		default:
			ck_abort_msg("%s", e.us.detail);
		}
	}
	ck_assert(stream_holds(&e.us) == (_i != 0));
	ck_assert_int_eq(stream_get(&e.us, text + 5, 3, &n), STREAM_DONE);
	ck_assert_uint_eq(n, 3);
	ck_assert_mem_eq(text, "abcdefgh", 8);
	ck_assert(!stream_holds(&e.us));
	stream_drop(&e.peer);
	stream_drop(&e.peer);
	while (stream_get(&e.us, text, 1, &n) == STREAM_WANT_READ)
		wait_any(&e);
	ck_assert_int_eq(e.us.state, STREAM_CLOSED);
	ck_assert_int_eq(stream_put(&e.us, "x", 1, &n), STREAM_OVER);
	tls_context_free(c);
	tls_context_free(s);
	teardown(&e);
}
END_TEST

/* TLS 1.2 and 1.3; without tls_resume() nothing is ever taken up again. */
START_TEST(resumes)
{
	struct tls_context *c = client(PKI_GOOD), *s = server(PKI_GOOD);
	const char *version = _i % 2 == 0 ? "TLSv1.2" : "TLSv1.3";
	const bool wanted = _i >= 2;

	ck_assert(tls_versions(c, version, version));
	if (wanted) {
		tls_resume(c);
		tls_resume(s);
	}
	for (int round = 0; round < 70; round++) {
		struct ends e;
		size_t n;

		setup(&e);
		shake(&e, c, s, "localhost");
		ck_assert_msg(e.us.state == STREAM_SECURE, "%s", e.us.detail);
		ck_assert_str_eq(stream_tls_version(&e.us), version);
		ck_assert(stream_resumed(&e.us) == (wanted && round > 0));
		/* its ticket stands before */
		ck_assert_int_eq(stream_put(&e.peer, "x", 1, &n), STREAM_DONE);
		read_until(&e, &e.us, 1);
		stream_drop(&e.us);
		teardown(&e);
	}
	tls_context_free(c);
	tls_context_free(s);
}
END_TEST

START_TEST(names_a_protocol)
{
	struct tls_context *c = client(PKI_GOOD);
	char longest[257] = "";

	ck_assert(tls_alpn(c, "h2"));
	ck_assert(!tls_alpn(c, ""));
	memset(longest, 'x', 256);
	ck_assert(!tls_alpn(c, longest));
	longest[255] = '\0';
	ck_assert(tls_alpn(c, longest));
	tls_context_free(c);
}
END_TEST

START_TEST(no_room)
{
	struct ends e;

	setup(&e);
	e.heard.cap = 4;
	say_plain(&e.peer, SPAN("abcdefgh"));
	read_until(&e, &e.us, 4);
	ck_assert_str_eq(buf_text(&e.heard), "abcd");
	ck_assert(!e.heard.full);
	ck_assert_int_eq(stream_read(&e.us, &e.heard, 9), STREAM_DONE);
	ck_assert(e.heard.full);
	buf_clear(&e.heard);
	read_until(&e, &e.us, 4);
	ck_assert_str_eq(buf_text(&e.heard), "efgh");
	teardown(&e);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lib/tls");
	TCase *tc = tcase_create("tls");
	SRunner *sr = srunner_create(s);
	int failed;

	tcase_add_unchecked_fixture(tc, make_dir, remove_dir);
	tcase_add_loop_test(tc, believes_what_is_right, 0, 5);
	tcase_add_loop_test(tc, says_what_is_wrong, 0, 8);
	tcase_add_test(tc, unknown_issuer);
	tcase_add_loop_test(tc, versions, 0, 7);
	tcase_add_test(tc, no_such_version);
	tcase_add_test(tc, no_such_file);
	tcase_add_test(tc, plaintext_before_handshake);
	tcase_add_loop_test(tc, endings, 0, 5);
	tcase_add_loop_test(tc, no_signal_on_write, 0, 2);
	tcase_add_loop_test(tc, back_pressure, 0, 6);
	tcase_add_test(tc, no_room);
	tcase_add_loop_test(tc, raw, 0, 2);
	tcase_add_loop_test(tc, resumes, 0, 4);
	tcase_add_test(tc, names_a_protocol);
	suite_add_tcase(s, tc);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
