/* SPDX-License-Identifier: MIT */
#include "program/load_session.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "conformance/client/wording.h"
#include "lib/clock.h"
#include "lib/mem.h"
#include "program/load_desk.h"
#include "program/load_making.h"

enum { HEADERS_MOST = 65536 };

struct load_session {
	const struct profile *profile;
	struct profile_operation as; /* path and body: none */
	char none[1];
	struct feeder *feeder;
	size_t column;
	int64_t every_us;
	pthread_t thread;
	bool is_started;
	pthread_mutex_t lock;
	pthread_cond_t over;
	bool is_over; /* under the lock */

	/* the thread's, until it has ended */
	struct load_desk now, before; /* requests may still carry the latter */
	bool ok;
	struct err err;
};

static bool
put_headers(struct load_session *s, const struct load_desk *d)
{
	struct wording words = {
		.account = d->account, .token = d->token, .as = &s->as
	};
	struct buf headers;
	bool ok = wording_make(&words, &s->err);

	buf_init(&headers, HEADERS_MOST);
	if (ok) {
		load_prepare_headers(&words, &headers);
		ok = (!headers.full && feeder_renew(s->feeder, s->column,
					   buf_span(&headers))) ||
		     err_set(&s->err, ERR_CONFIG,
			 "its token is longer than there is room for");
	}
	buf_free(&headers);
	wording_free(&words);
	return ok;
}

static void
renew(struct load_session *s)
{
	struct load_desk next;

	s->ok = load_desk_open(&next, s->profile, "alice", &s->err) &&
		put_headers(s, &next);
	if (!s->ok) {
		load_desk_close(&next);
		return;
	}
	load_desk_close(&s->before);
	s->before = s->now;
	s->now = next;
}

static void *
run(void *arg)
{
	struct load_session *s = arg;
	int64_t due = clock_mono().us;
	struct timespec at;

	pthread_mutex_lock(&s->lock);
	while (!s->is_over) {
		due += s->every_us;
		at = (struct timespec){ .tv_sec = due / 1000000,
			.tv_nsec = due % 1000000 * 1000 };
		while (!s->is_over && pthread_cond_timedwait(
					  &s->over, &s->lock, &at) != ETIMEDOUT)
			;
		if (s->is_over)
			break;
		pthread_mutex_unlock(&s->lock);
		renew(s);
		pthread_mutex_lock(&s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* Do headers of this operation carry a token, and can one be had? */
static bool
carries(const struct profile *p, const struct profile_operation *o)
{
	const struct profile_account *a = profile_account(p, "alice");

	for (size_t i = 0; o != NULL && i < o->n_headers; i++)
		if (wording_has_token(o->headers[i]))
			return a != NULL && a->key != NULL &&
			       profile_operation(p, "session.open") != NULL;
	return false;
}

struct load_session *
load_session_start(const struct scenario *sc, const struct profile *p,
    struct feeder *f, int64_t every_us)
{
	const struct profile_operation *o =
	    sc->prepared == NULL || sc->prepared->session == NULL
		? NULL
		: profile_operation(p, sc->prepared->session);
	const int column = f == NULL ? -1 : feeder_column(f, SPAN("headers"));
	pthread_condattr_t by;
	struct load_session *s;

	if (column < 0 || !carries(p, o))
		return NULL;
	s = mem_new(1, sizeof *s);
	s->profile = p;
	s->as = *o;
	s->as.path = s->as.body = s->none;
	s->feeder = f;
	s->column = (size_t)column;
	s->every_us = every_us;
	pthread_mutex_init(&s->lock, NULL);
	pthread_condattr_init(&by);
	pthread_condattr_setclock(&by, CLOCK_MONOTONIC);
	pthread_cond_init(&s->over, &by);
	pthread_condattr_destroy(&by);
	s->is_started = pthread_create(&s->thread, NULL, run, s) == 0;
	s->ok = s->is_started ||
		err_set(&s->err, ERR_IO, "no thread could be started");
	return s;
}

bool
load_session_stop(struct load_session *s, struct err *err)
{
	bool ok;

	if (s == NULL)
		return true;
	pthread_mutex_lock(&s->lock);
	s->is_over = true;
	pthread_cond_signal(&s->over);
	pthread_mutex_unlock(&s->lock);
	if (s->is_started)
		pthread_join(s->thread, NULL);
	load_desk_close(&s->before);
	load_desk_close(&s->now);
	pthread_cond_destroy(&s->over);
	pthread_mutex_destroy(&s->lock);
	ok = s->ok;
	if (!ok)
		*err = s->err;
	free(s);
	return ok;
}
