/* SPDX-License-Identifier: MIT */
/*
 * A day of carol's mail program, libetpan: a message comes, keeps its unique
 * id, is looked at, fetched and deleted, and is gone at the next login.
 */
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cases/email/day.h"
#include "conformance/cases/email/pop3.h"
#include "conformance/client/pop3.h"
#include "lib/clock.h"
#include "lib/mem.h"

extern const struct conf_group conf_journey_pop3;

struct day {
	struct trial *t;
	struct pop3_client pop3;
	bool inside;
	struct buf log; /* of all sessions */
	char *id;
	unsigned number; /* of the message, in this session; 0: not there */
	char unique[80];
};

static bool
log_in(struct day *d)
{
	const struct profile *p = trial_profile(d->t);

	d->inside = true;
	return pop3_enter(&d->pop3, p,
	    profile_endpoint(p, trial_case(d->t)->service),
	    profile_account(p, "carol"), trial_left_ms(d->t));
}

static void
forget(struct day *d)
{
	if (!d->inside)
		return;
	buf_add(&d->log, buf_span(&d->pop3.record.log));
	pop3_leave(&d->pop3);
	d->inside = false;
}

/* QUIT, and in again. */
static bool
come_again(struct day *d)
{
	if (!pop3_quit(&d->pop3))
		return false;
	forget(d);
	return log_in(d);
}

/* The newest come last. */
static bool
find(struct day *d)
{
	struct buf header;
	bool ok = true;

	d->number = 0;
	buf_init(&header, 1u << 20);
	for (unsigned k = d->pop3.n; ok && k > 0 && d->number == 0; k--) {
		ok = pop3_top(&d->pop3, k, 0, &header);
		if (ok && post_contains(buf_span(&header), d->id))
			d->number = k;
	}
	buf_free(&header);
	return ok;
}

/* ---- steps ---- */

static bool
enter(struct day *d)
{
	return log_in(d);
}

/* What comes is seen at the next login: RFC 1939 gives no other sign. */
static bool
await(struct day *d)
{
	const struct mono began = clock_mono();
	int64_t patience;

	if (!day_send(d->t, "carol"))
		return false;
	patience = day_patience_ms(d->t);
	record_alarm(trial_left_ms(d->t) + 1);
	do {
		day_rest(d->t, 100);
		if (!come_again(d) || !find(d))
			return false;
	} while (d->number == 0 &&
		 mono_since_us(began, clock_mono()) < patience * 1000);
	trial_fact_int(d->t, "found", d->number != 0);
	return d->number != 0;
}

static bool
name_it(struct day *d)
{
	const char *unique = pop3_unique_id(&d->pop3, d->number);

	if (unique == NULL)
		return false;
	snprintf(d->unique, sizeof d->unique, "%s", unique);
	if (!come_again(d) || !find(d))
		return false;
	unique = d->number == 0 ? NULL : pop3_unique_id(&d->pop3, d->number);
	trial_fact_int(d->t, "same name",
	    unique != NULL && strcmp(unique, d->unique) == 0);
	return d->number != 0;
}

/* Its first line is that of the boundary. */
static bool
look(struct day *d)
{
	struct buf top;
	const bool ok =
	    (buf_init(&top, 1u << 20), pop3_top(&d->pop3, d->number, 1, &top));

	if (ok)
		trial_fact_int(d->t, "top",
		    span_starts(post_body(buf_span(&top)), SPAN("--day-1")) &&
			!post_contains(buf_span(&top), "text/plain"));
	buf_free(&top);
	return ok;
}

static bool
fetch(struct day *d)
{
	struct buf content;
	const bool ok = (buf_init(&content, 8u << 20),
	    pop3_retr(&d->pop3, d->number, &content));

	if (ok)
		trial_file(d->t, "read.eml", buf_span(&content));
	buf_free(&content);
	return ok;
}

static bool delete (struct day *d)
{
	if (!pop3_dele(&d->pop3, d->number) || !come_again(d) || !find(d))
		return false;
	trial_fact_int(d->t, "left", d->number != 0);
	return true;
}

static bool
leave(struct day *d)
{
	return pop3_quit(&d->pop3);
}

static const struct {
	const char *name;
	bool (*take)(struct day *);
} steps[] = {
	{ "enter", enter },
	{ "await", await },
	{ "name", name_it },
	{ "look", look },
	{ "fetch", fetch },
	{ "delete", delete },
	{ "leave", leave },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool
collect(struct trial *t)
{
	struct day d = { .t = t, .id = day_id(t) };
	bool answered;
	char why[160];
	size_t i = 0;

	buf_init(&d.log, 16u << 20);
	while (i < COUNT(steps) && steps[i].take(&d))
		i++;
	pop3_why(&d.pop3, why, sizeof why);
	answered = pop3_answered(&d.pop3);
	forget(&d);
	day_end(t, i < COUNT(steps) ? steps[i].name : "done", answered, why,
	    buf_span(&d.log));
	buf_free(&d.log);
	free(d.id);
	return true;
}

/* clang-format off */
static const struct day_sight sights[] = {
	{ "found", 1, "RFC 1939 5", "new mail is there at the next login",
	  false },
	{ "same name", 1, "RFC 1939 7", "the unique id lasts", false },
	{ "top", 1, "RFC 1939 7", "TOP gives the header and one line", false },
	{ "left", 0, "RFC 1939 6", "QUIT removes what is deleted", false },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	day_judge(t, sights, COUNT(sights));
}

/* clang-format off */
#define DAY(name, row, cite, en, zh, where, more) \
	DAY_ROW(name, row, cite, en, zh, where, \
	    "pop3.user pop3.uidl pop3.top " more, "carol")

static const struct conf_case cases[] = {
	DAY("journey.pop3.stls", EMAIL_F_04, "RFC 1939 3",
	    "libetpan fetches and deletes mail: STLS",
	    "libetpan 收取并删除邮件：STLS", "pop3", "pop3.stls "),
	DAY("journey.pop3.tls", EMAIL_F_05, "RFC 8314 3.1",
	    "libetpan fetches and deletes mail: TLS",
	    "libetpan 收取并删除邮件：隐式 TLS", "pop3s", ""),
};
/* clang-format on */

POP3_GROUP(journey_pop3, "pop3s", cases);
