/* SPDX-License-Identifier: MIT */
#include "conformance/cases/email/log_record.h"

#include <jansson.h>
#include <stdlib.h>
#include <time.h>

#include "conformance/cases/email/post.h"
#include "lib/clock.h"
#include "lib/mem.h"

#define SKEW_US 120000000ll /* what two clocks may differ by */

/* What one record says; every member may be NULL. */
struct log_record {
	json_t *json; /* NULL: not a JSON log */
	char *text;
};

static const char *
member(const struct log_record *r, const char *key)
{
	return json_string_value(json_object_get(r->json, key));
}

static bool
says(const struct log_record *r, const char *text)
{
	return post_contains(span_of(r->text), text);
}

bool
log_is_alices(struct trial *t, const struct log_record *r)
{
	const char *user = member(r, "user");
	const char *alice = trial_fact_text(t, "user");

	if (alice == NULL)
		return false;
	return r->json != NULL ? user != NULL && strcasecmp(user, alice) == 0
			       : says(r, alice);
}

/* How logs without a field for it say that something did not succeed. */
static bool
says_failure(const struct log_record *r)
{
	static const char *const words[] = { "fail", "reject", "denied",
		"refused", "error", "invalid" };

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (says(r, words[i]))
			return true;
	return false;
}

static bool
succeeded(const struct log_record *r)
{
	const char *result = member(r, "result");

	if (r->json != NULL)
		return result != NULL && strcasecmp(result, "success") == 0;
	return !says_failure(r);
}

static bool
failed(const struct log_record *r)
{
	const char *result = member(r, "result");

	if (r->json != NULL)
		return result != NULL && strcasecmp(result, "success") != 0;
	return says_failure(r);
}

/*
 * A JSON record has a field for it.  Any other log says it in words of its
 * own; a line that only names alice, as that of a connection or of a mailbox
 * does, tells of no login.
 */
static const struct event {
	const char *field;
	const char *words[8]; /* NULL ends them */
} login = { "login",
	{ "login", "log in", "logged", "auth", "sasl", "bind", "登录" } },
  submit = { "submit",
	  { "submit", "queue", "from=", "message", "accepted", "提交" } };

static bool
event_is(const struct log_record *r, const struct event *e)
{
	const char *event = member(r, "event");

	if (r->json != NULL)
		return event != NULL && post_contains(span_of(event), e->field);
	for (size_t i = 0; e->words[i] != NULL; i++)
		if (says(r, e->words[i]))
			return true;
	return false;
}

bool
log_is_login(struct trial *t, const struct log_record *r)
{
	return log_is_alices(t, r) && event_is(r, &login) && succeeded(r);
}

bool
log_is_attempt(struct trial *t, const struct log_record *r)
{
	return log_is_alices(t, r) && event_is(r, &login);
}

bool
log_is_failed_login(struct trial *t, const struct log_record *r)
{
	return log_is_attempt(t, r) && failed(r);
}

bool
log_is_submission(struct trial *t, const struct log_record *r)
{
	return log_is_alices(t, r) && event_is(r, &submit) && succeeded(r);
}

bool
log_is_refusal(struct trial *t, const struct log_record *r)
{
	const char *recipient = trial_fact_text(t, "recipient");

	return recipient != NULL && says(r, recipient) && failed(r);
}

/*
 * "Nov 22 02:38:15" (RFC 3164 4.1.2) is local time of a year not said: that
 * of "ours", or one next to it on New Year's Eve.
 */
static bool
parse_bsd_time(
    struct trial *t, const char *text, struct wall ours, struct wall *then)
{
	const time_t seconds = (time_t)(ours.us / 1000000);
	const int64_t half = 182 * 86400ll;
	int64_t offset = 0, s;
	struct tm tm, now;

	trial_fact_get_int(t, "offset", &offset);
	gmtime_r(&seconds, &now);
	tm = now;
	if (strptime(text, "%b %e %H:%M:%S", &tm) == NULL)
		return false;
	s = timegm(&tm) - offset;
	if (s > seconds + half || s < seconds - half) {
		tm.tm_year += s > seconds ? -1 : 1;
		s = timegm(&tm) - offset;
	}
	then->us = s * 1000000;
	return true;
}

/*
 * "2026-11-22T10:38:15.25+08:00 " (RFC 5424 6.2.3), as a line begins; some
 * write a space for the T, and no zone when it is their own.
 */
static bool
parse_stamp(struct trial *t, const char *text, struct wall *then)
{
	struct tm tm = { 0 }, zone = { 0 };
	const char *rest = strptime(text, "%Y-%m-%d", &tm);
	int64_t offset = 0;

	if (rest == NULL || (*rest != 'T' && *rest != ' '))
		return false;
	rest = strptime(rest + 1, "%H:%M:%S", &tm);
	if (rest == NULL)
		return false;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	/* %z sets tm_gmtoff and knows "Z" and "+08:00". */
	if (strptime(rest, "%z", &zone) != NULL)
		offset = zone.tm_gmtoff;
	else
		trial_fact_get_int(t, "offset", &offset);
	then->us = (timegm(&tm) - offset) * 1000000ll;
	return true;
}

static bool
time_of(struct trial *t, const struct log_record *r, struct wall ours,
    struct wall *then)
{
	const char *text = member(r, "time");

	if (r->json != NULL)
		return text != NULL && wall_parse(text, then);
	return parse_stamp(t, r->text, then) ||
	       parse_bsd_time(t, r->text, ours, then);
}

/* The record's own time is that of our clock, give or take. */
bool
log_is_timely(struct trial *t, const struct log_record *r)
{
	const char *began = trial_fact_text(t, "began");
	struct wall then, ours;

	if (!log_is_alices(t, r) || began == NULL ||
	    !wall_parse(began, &ours) || !time_of(t, r, ours, &then))
		return false;
	return then.us > ours.us - SKEW_US && then.us < ours.us + SKEW_US;
}

bool
log_has(struct trial *t, log_test *test)
{
	const struct buf *log = trial_content(t, "log.txt");
	const char *format = trial_fact_text(t, "format");
	struct span rest;
	bool found = false;

	if (log == NULL || format == NULL)
		return false;
	rest = buf_span(log);
	while (rest.len > 0 && !found) {
		const struct span line = span_cut(&rest, '\n');
		struct log_record r = { .text = mem_text(line) };

		if (strcmp(format, "json") == 0)
			r.json = json_loadb(line.ptr, line.len, 0, NULL);
		if (strcmp(format, "json") != 0 || r.json != NULL)
			found = test(t, &r);
		json_decref(r.json);
		free(r.text);
	}
	return found;
}
