/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/http_local.h"

#include <pthread.h>

#include "lib/mem.h"

struct local {
	struct local *next;
	pthread_t thread;
	struct http1_want want;
};

struct http_locals {
	const struct scenario_http *http;
	pthread_mutex_t lock; /* of the list */
	struct local *first;
};

struct http_locals *
http_locals_new(const struct scenario_http *http, struct err *err)
{
	struct http_locals *locals;
	struct http1_want want;
	const bool ok = http1_want_init(&want, http, err);

	http1_want_free(&want);
	if (!ok)
		return NULL;
	locals = mem_new(1, sizeof *locals);
	locals->http = http;
	pthread_mutex_init(&locals->lock, NULL);
	return locals;
}

void
http_locals_free(struct http_locals *locals)
{
	if (locals == NULL)
		return;
	while (locals->first != NULL) {
		struct local *l = locals->first;

		locals->first = l->next;
		http1_want_free(&l->want);
		free(l);
	}
	pthread_mutex_destroy(&locals->lock);
	free(locals);
}

struct http1_want *
http_locals_mine(struct http_locals *locals)
{
	const pthread_t self = pthread_self();
	struct local *l;
	struct err err;

	pthread_mutex_lock(&locals->lock);
	for (l = locals->first; l != NULL; l = l->next)
		if (pthread_equal(l->thread, self))
			break;
	if (l == NULL) {
		l = mem_new(1, sizeof *l);
		l->thread = self;
		http1_want_init(&l->want, locals->http, &err); /* was tried */
		l->next = locals->first;
		locals->first = l;
	}
	pthread_mutex_unlock(&locals->lock);
	return &l->want;
}
