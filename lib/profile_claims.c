/* SPDX-License-Identifier: MIT */
/*
 * Of reading a profile: what the vendor claims, the limits the parties agree
 * on, and the deviations they accept.
 */
#include "lib/profile_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/mem.h"

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool
profile_take_claims(const struct reading *r)
{
	struct profile *p = r->p;
	size_t n_known;
	const char *const *known = profile_known_claims(&n_known);

	for (size_t i = 0; i < p->n_claims; i++) {
		const struct conf_key key = conf_key("claims[%zu]", i);

		if (!reading_one_of(r, key, p->claims[i], known, n_known))
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(p->claims[j], p->claims[i]) == 0)
				return reading_bad(r, key, "claimed twice",
				    "leave one of them");
	}
	if (p->n_claims != 0)
		qsort(p->claims, p->n_claims, sizeof *p->claims, by_name);
	return true;
}

bool
reading_row(const struct reading *r, struct conf_key key, const char *name,
    enum req *req)
{
	const char *names[REQ_COUNT], *near;
	struct conf_key right;

	if (catalogue_find(name, req))
		return true;
	for (size_t i = 0; i < REQ_COUNT; i++)
		names[i] = catalogue_get((enum req)i)->name;
	near = conf_nearest(name, names, REQ_COUNT);
	right = conf_key(
	    near == NULL ? "a row of requirements.tsv%s" : "did you mean '%s'?",
	    near == NULL ? "" : near);
	return reading_bad(r, key, "no such row in the catalogue", right.text);
}

static bool
check_metric(const struct reading *r, size_t i, enum req req, const char *given)
{
	const char *comma = "one of ";
	const struct limit *limits;
	struct buf right;
	size_t n;

	limits = catalogue_limits(&n);
	buf_init(&right, 300);
	for (size_t j = 0; j < n; j++) {
		if (limits[j].req != req)
			continue;
		if (strcmp(limits[j].metric, given) == 0) {
			buf_free(&right);
			return true;
		}
		buf_addf(&right, "%s%s", comma, limits[j].metric);
		comma = ", ";
	}
	reading_bad(r, conf_key("limits[%zu].metric", i),
	    "the row has no such limit",
	    right.len == 0 ? "limits.tsv has none for this row"
			   : buf_text(&right));
	buf_free(&right);
	return false;
}

bool
profile_take_limits(const struct reading *r)
{
	struct profile *p = r->p;

	p->limits = mem_new(r->raw->n_limits, sizeof *p->limits);
	for (size_t i = 0; i < r->raw->n_limits; i++) {
		struct raw_limit *from = &r->raw->limits[i];
		struct profile_limit *to = &p->limits[i];

		if (!reading_row(r, conf_key("limits[%zu].requirement", i),
			from->requirement, &to->req) ||
		    !check_metric(r, i, to->req, from->metric))
			return false;
		for (size_t j = 0; j < i; j++)
			if (p->limits[j].req == to->req &&
			    strcmp(p->limits[j].metric, from->metric) == 0)
				return reading_bad(r,
				    conf_key("limits[%zu].metric", i),
				    "a second limit for the same metric",
				    "one of each");
		to->metric = reading_take(&from->metric);
		to->value = from->value;
		p->n_limits++;
	}
	return true;
}

static bool
is_day(const char *text)
{
	char whole[CLOCK_TEXT], again[CLOCK_TEXT];
	struct wall w;

	if (strlen(text) != 10)
		return false;
	snprintf(whole, sizeof whole, "%sT00:00:00Z", text);
	if (!wall_parse(whole, &w))
		return false;
	wall_text(w, again);
	return strncmp(text, again, 10) == 0;
}

bool
reading_day(const struct reading *r, struct conf_key key, const char *day)
{
	return is_day(day) || reading_bad(r, key, "not a day",
				  "YYYY-MM-DD, such as 2027-01-31");
}

/* A row, or the id of a case, of which only the form is known here. */
bool
profile_take_waivers(const struct reading *r)
{
	enum req req;

	for (size_t i = 0; i < r->p->n_waivers; i++) {
		const struct profile_waiver *w = &r->p->waivers[i];
		const struct conf_key key = conf_key("waivers[%zu].subject", i);
		const bool id =
		    strchr(w->subject, '.') != NULL &&
		    w->subject[strspn(w->subject, "abcdefghijklmnopqrstuvwxyz"
						  "0123456789.-")] == '\0';

		if (!id && !reading_row(r, key, w->subject, &req))
			return false;
		if (!reading_day(
			r, conf_key("waivers[%zu].expires", i), w->expires))
			return false;
	}
	return true;
}
