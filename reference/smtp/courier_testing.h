/* SPDX-License-Identifier: MIT */
/*
 * courier_testing - a store, a courier and a next hop, and letters that are
 * sent through them; for tests.
 */
#ifndef REFERENCE_SMTP_COURIER_TESTING_H
#define REFERENCE_SMTP_COURIER_TESTING_H

#include <stdio.h>

#include "reference/smtp/courier.h"
#include "reference/smtp/hop_testing.h"
#include "reference/world_testing.h"

#define PATIENCE_MS 10000
#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))

struct scene {
	const char *dir; /* NULL: a store in memory */
	struct loop *loop;
	struct store *store;
	struct courier *courier;
	struct courier_site site;
	struct courier_route routes[2];
	struct hop hop;
	int left_ms;
	bool (*until)(struct scene *);
};

static inline void
scene_open(struct scene *s)
{
	s->loop = loop_new();
	s->store = settled_store(s->dir);
	hop_open(&s->hop, s->loop);
	s->routes[0] = (struct courier_route){ "sink.example.test", "127.0.0.1",
		s->hop.port };
	s->routes[1] = (struct courier_route){ "dead.example.test", "127.0.0.1",
		net_free_port() };
	s->site.host = "mail.example.test";
	s->site.routes = s->routes;
	s->site.n_routes = 2;
	if (s->site.first_retry_ms == 0)
		s->site.first_retry_ms = 20;
	if (s->site.give_up_ms == 0)
		s->site.give_up_ms = 100;
	s->site.reply_ms = s->hop.ehlo[0] == '\0' ? 50 : 5000;
	s->courier = courier_new(s->loop, s->store, &s->site);
}

static inline void
scene_close(struct scene *s)
{
	courier_free(s->courier);
	hop_close(&s->hop);
	loop_free(s->loop);
	store_close(s->store);
}

static inline void
tick(void *ctx)
{
	struct scene *s = ctx;

	if (s->until(s) || --s->left_ms <= 0)
		loop_stop(s->loop);
	else
		loop_after(s->loop, 1, tick, s);
}

static inline void
run_until(struct scene *s, bool (*until)(struct scene *))
{
	s->until = until;
	s->left_ms = PATIENCE_MS;
	courier_wake(s->courier);
	loop_after(s->loop, 0, tick, s);
	loop_run(s->loop, NULL);
	ck_assert_msg(s->left_ms > 0, "it never came to that; heard:\n%s",
	    buf_text(&s->hop.heard));
}

static inline bool
queue_is_empty(struct scene *s)
{
	return courier_idle(s->courier);
}

static inline int64_t
mailbox_size(struct scene *s, const char *user)
{
	int64_t messages = 0, bytes;

	ck_assert(
	    store_mailbox_count(s->store, span_of(user), &messages, &bytes));
	return messages;
}

static inline bool
alice_has_mail(struct scene *s)
{
	return mailbox_size(s, "alice") > 0 && queue_is_empty(s);
}

static const char letter[] = "From: Alice <alice@example.test>\r\n"
			     "Subject: hello\r\n"
			     "\r\n"
			     ".dot\r\n"
			     "two  \r\n";

static inline void
send_letter(struct scene *s, struct envelope e, const char *text)
{
	struct err err = { 0 };
	char id[STORE_ID];

	ck_assert_msg(
	    store_accept(s->store, &e, span_of(text), clock_wall(), id, &err),
	    "%s", err.what);
}

static inline void
send_one(struct scene *s, const char *to, unsigned notify)
{
	struct recipient r = { .notify = notify };

	snprintf(r.address, sizeof r.address, "%s", to);
	send_letter(s,
	    (struct envelope){
		.from = "alice@example.test", .to = &r, .n_to = 1 },
	    letter);
}

static inline char *
mail_of(struct scene *s, const char *user, int64_t n)
{
	struct buf b;
	char *text;

	buf_init(&b, MOST);
	ck_assert(store_mailbox_get(s->store, span_of(user), n, &b));
	text = mem_text(buf_span(&b));
	buf_free(&b);
	return text;
}

static inline void
must_hold(const char *text, const char *part)
{
	ck_assert_msg(
	    strstr(text, part) != NULL, "no \"%s\" in:\n%s", part, text);
}

static inline void
must_lack(const char *text, const char *part)
{
	ck_assert_msg(
	    strstr(text, part) == NULL, "\"%s\" is in:\n%s", part, text);
}

struct courier_test {
	const TTest *test;
	size_t loops;
};

static inline int
run_tests(const char *name, const struct courier_test *tests, size_t n)
{
	Suite *s = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_set_timeout(tc, 30);
	for (size_t i = 0; i < n; i++)
		tcase_add_loop_test(tc, tests[i].test, 0, (int)tests[i].loops);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
