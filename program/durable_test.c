/* SPDX-License-Identifier: MIT */
/*
 * kill -9 of the reference while clients hand in mail: what it has answered
 * 250 to is there afterwards, once.
 *
 * A message whose 250 was not seen may be there or not (RFC 5321 6.1); our
 * clients do not send it again, so it too may be there only once.
 */
#include "program/testing.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

#include "lib/clock.h"
#include "lib/net.h"
#include "lib/tls.h"
#include "reference/store.h"

enum {
	KILLS = 60,
	CLIENTS = 4,
	MOST = 40, /* letters handed in before each kill */
	WAIT_MS = 10000,
	LETTERS_MOST = 1 << 16,
};

/* What became of the letters, by their number. */
enum { UNSENT, SENT, ANSWERED };

static struct {
	atomic_int next;      /* letter */
	pthread_mutex_t lock; /* of handed_in */
	pthread_cond_t more;
	int handed_in; /* this round: an answer is due */
	atomic_char state[LETTERS_MOST];
	atomic_bool over; /* of this round */
	uint16_t port;
} mail = { .lock = PTHREAD_MUTEX_INITIALIZER,
	.more = PTHREAD_COND_INITIALIZER };

struct client {
	struct stream s;
	struct buf heard, out;
};

/* One reply; 0 when the server is gone. */
static int
hear(struct client *c)
{
	for (;;) {
		const size_t end = span_find(buf_span(&c->heard), SPAN("\r\n"));
		struct pollfd p = { .fd = c->s.fd, .events = POLLIN };
		enum stream_wait wait;

		if (end < c->heard.len) {
			const bool last = end < 4 || c->heard.data[3] == ' ';
			const int code = atoi(c->heard.data);

			buf_drop(&c->heard, end + 2);
			if (last)
				return code;
			continue;
		}
		wait = stream_read(&c->s, &c->heard, 4096);
		if (wait == STREAM_OVER ||
		    (wait == STREAM_WANT_READ && poll(&p, 1, WAIT_MS) != 1))
			return 0;
	}
}

static bool
put(struct client *c, const char *text)
{
	buf_add(&c->out, span_of(text));
	while (c->out.len > 0) {
		struct pollfd p = { .fd = c->s.fd, .events = POLLOUT };
		const enum stream_wait wait = stream_write(&c->s, &c->out);

		if (wait == STREAM_OVER ||
		    (wait == STREAM_WANT_WRITE && poll(&p, 1, WAIT_MS) != 1)) {
			buf_clear(&c->out);
			return false;
		}
	}
	return true;
}

static int
say(struct client *c, const char *text)
{
	return put(c, text) ? hear(c) : 0;
}

static void
count_handed_in(void)
{
	pthread_mutex_lock(&mail.lock);
	mail.handed_in++;
	pthread_cond_signal(&mail.more);
	pthread_mutex_unlock(&mail.lock);
}

static void
await_handed_in(int letters)
{
	pthread_mutex_lock(&mail.lock);
	while (mail.handed_in < letters)
		pthread_cond_wait(&mail.more, &mail.lock);
	pthread_mutex_unlock(&mail.lock);
}

static bool
hand_in(struct client *c, int letter)
{
	char text[256];

	snprintf(text, sizeof text,
	    "Message-ID: <letter-%d@client.example>\r\n"
	    "Subject: kept for ever\r\n\r\nSee above.\r\n.\r\n",
	    letter);
	if (say(c, "MAIL FROM:<somebody@elsewhere.example>\r\n") != 250 ||
	    say(c, "RCPT TO:<bob@example.test>\r\n") != 250 ||
	    say(c, "DATA\r\n") != 354)
		return false;
	mail.state[letter] = SENT;
	if (!put(c, text))
		return false;
	count_handed_in();
	if (hear(c) != 250)
		return false;
	mail.state[letter] = ANSWERED;
	return true;
}

static void *
send_mail(void *ctx)
{
	struct client c;
	struct err err;
	int fd;

	(void)ctx;
	while (!mail.over) {
		if (!net_connect("127.0.0.1", mail.port, WAIT_MS, &fd, &err))
			continue;
		stream_init(&c.s, fd);
		buf_init(&c.heard, 1 << 16);
		buf_init(&c.out, 1 << 16);
		if (hear(&c) == 220 &&
		    say(&c, "EHLO client.example\r\n") == 250)
			while (mail.next < LETTERS_MOST - CLIENTS &&
			       hand_in(&c, mail.next++))
				;
		buf_free(&c.heard);
		buf_free(&c.out);
		stream_close(&c.s);
	}
	return NULL;
}

static uint16_t
port_of(const struct testing *t)
{
	char *text = testing_read(t->target);
	const char *at = strstr(text, "port: ");
	int port;

	ck_assert_ptr_nonnull(at);
	port = atoi(at + strlen("port: "));
	free(text);
	return (uint16_t)port;
}

/*
 * One life of the server, ended while four clients write to it: at once when
 * a letter is out, so that what is done with it is interrupted somewhere.
 */
static void
live_once(struct testing *t, const char *data, int letters)
{
	pthread_t threads[CLIENTS];
	const struct serve_options o = { .data_dir = data };

	testing_serve(t, o);
	mail.over = false;
	mail.handed_in = 0;
	mail.port = port_of(t);
	for (int i = 0; i < CLIENTS; i++)
		ck_assert_int_eq(
		    pthread_create(&threads[i], NULL, send_mail, NULL), 0);
	await_handed_in(letters);
	kill(t->server, SIGKILL);
	mail.over = true;
	testing_kill_server(t);
	for (int i = 0; i < CLIENTS; i++)
		pthread_join(threads[i], NULL);
}

/* ---- what is there ---- */

static void
count(struct span message, unsigned char *copies)
{
	const size_t at = span_find(message, SPAN("Message-ID: <letter-"));

	ck_assert_uint_lt(at, message.len);
	copies[atoi(message.ptr + at + strlen("Message-ID: <letter-"))]++;
}

static void
count_all(const char *data, unsigned char *copies)
{
	struct err err;
	struct store *store = store_open(data, &err);
	const struct wall later = { clock_wall().us +
				    86400 * INT64_C(1000000) };
	int64_t n, octets;
	struct due due;
	struct buf message;

	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert(store_mailbox_count(store, SPAN("bob"), &n, &octets));
	buf_init(&message, 1 << 20);
	for (int64_t i = 0; i < n; i++) {
		buf_clear(&message);
		ck_assert(store_mailbox_get(store, SPAN("bob"), i, &message));
		count(buf_span(&message), copies);
	}
	while (store_due(store, later, &due)) {
		buf_clear(&message);
		ck_assert(store_message(store, due.message, &message));
		count(buf_span(&message), copies);
		store_take(store, &due);
	}
	buf_free(&message);
	store_close(store);
}

START_TEST(what_was_answered_is_there_once)
{
	unsigned char *copies = mem_new(LETTERS_MOST, 1);
	const struct mono began = clock_mono();
	struct testing t;
	char *data;
	unsigned seed = 20261122;
	int answered = 0, unseen = 0, lost = 0, doubled = 0;

	testing_up(&t);
	data = testing_path(&t, "data");
	for (int i = 0; i < KILLS; i++) {
		seed = seed * 1664525u + 1013904223u;
		live_once(&t, data, (int)(seed >> 16) % MOST);
	}
	count_all(data, copies);
	for (int i = 0; i < LETTERS_MOST; i++) {
		answered += mail.state[i] == ANSWERED;
		lost += mail.state[i] == ANSWERED && copies[i] == 0;
		unseen += mail.state[i] != ANSWERED && copies[i] != 0;
		doubled += copies[i] > 1;
		ck_assert(mail.state[i] != UNSENT || copies[i] == 0);
	}
	printf("%d kills in %.1f s: %d letters answered 250, %d lost, %d "
	       "doubled, %d kept without an answer seen\n",
	    KILLS, (double)mono_since_us(began, clock_mono()) / 1e6, answered,
	    lost, doubled, unseen);
	ck_assert_int_eq(lost, 0);
	ck_assert_int_eq(doubled, 0);
	ck_assert_int_gt(answered, KILLS);
	free(copies);
	free(data);
	testing_down(&t);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("durable");
	TCase *t = tcase_create("durable");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 300);
	tcase_add_test(t, what_was_answered_is_there_once);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
