/* SPDX-License-Identifier: MIT */
/*
 * Of reading a profile: how a run goes about it: the logs it looks into, how
 * long it waits, and what it may do.
 */
#include "lib/profile_inner.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_MS 3600000

static const char *const formats[] = { "json", "syslog" };

bool
profile_take_logs(const struct reading *r)
{
	size_t n;
	const char *const *services = profile_known_services(&n);

	for (size_t i = 0; i < r->p->n_logs; i++) {
		struct profile_log *l = &r->p->logs[i];
		char *path;

		if (!reading_one_of(r, conf_key("logs[%zu].service", i),
			l->service, services, n) ||
		    !reading_one_of(r, conf_key("logs[%zu].format", i),
			l->format, formats, COUNT(formats)))
			return false;
		if (profile_log(r->p, l->service) != l)
			return reading_bad(r, conf_key("logs[%zu].service", i),
			    "a second log of this service",
			    "one of each service");
		path = reading_beside(r, l->path);
		free(l->path);
		l->path = path;
	}
	return true;
}

/* "500ms", "10s", "2m": a whole number and a unit, nothing between. */
static bool
take_duration(const struct reading *r, const char *key, const char *text,
    int64_t otherwise, int64_t *ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 } };
	const size_t digits = text == NULL ? 0 : strspn(text, "0123456789");

	*ms = otherwise;
	if (text == NULL)
		return true;
	for (size_t i = 0; i < COUNT(units); i++) {
		if (digits == 0 || digits > 7 ||
		    strcmp(text + digits, units[i].unit) != 0)
			continue;
		*ms = strtoll(text, NULL, 10) * units[i].ms;
		if (*ms > 0 && *ms <= LONGEST_MS)
			return true;
		return reading_bad(r, conf_key("timeouts.%s", key),
		    "out of range", "more than 0 and at most 60m");
	}
	return reading_bad(r, conf_key("timeouts.%s", key), "not a duration",
	    "a whole number with ms, s or m, such as 5s");
}

bool
profile_take_timeouts(const struct reading *r)
{
	const struct raw_timeouts *t = &r->raw->timeouts;

	return take_duration(r, "connect", t->connect, 5000,
		   &r->p->timeouts.connect_ms) &&
	       take_duration(
		   r, "reply", t->reply, 10000, &r->p->timeouts.reply_ms) &&
	       take_duration(r, "delivery", t->delivery, 30000,
		   &r->p->timeouts.delivery_ms);
}

bool
profile_take_safety(const struct reading *r)
{
	struct raw_safety *s = &r->raw->safety;

	for (size_t i = 0; i < s->n_reach; i++)
		if (!reading_host(
			r, conf_key("safety.reach[%zu]", i), s->reach[i]))
			return false;
	r->p->safety.destructive = s->destructive == YES;
	r->p->safety.lockout = s->lockout == YES;
	r->p->safety.reach = s->reach;
	r->p->safety.n_reach = s->n_reach;
	s->reach = NULL;
	s->n_reach = 0;
	return true;
}
