/* SPDX-License-Identifier: MIT */
#include "conformance/cases/records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "lib/text.h"

enum { PAGES_MOST = 200, SEARCH_MOST = 200, OCTETS_MOST = 4096, JUMP = 512 };

#define NUMBER_MOST (INT64_C(1) << 53)

/* A number of which there can be a next one; or -1. */
static int64_t
number_of(const char *text)
{
	const long long n = text == NULL ? -1 : strtoll(text, NULL, 10);

	return n < 0 || n > NUMBER_MOST ? -1 : n;
}

/* ---- collect ---- */

/* How many there are behind that one, on one page; and the last of them. */
static size_t
ask(const struct records_log *log, struct desks *d, const char *name,
    int64_t after, int64_t *last)
{
	const struct operation_answer *a;
	char number[32], *text;
	size_t n;

	snprintf(number, sizeof number, "%" PRId64, after);
	if (!desks_ask_of(d, "auditor", name, log->query, "after", number))
		return 0;
	a = desk_answer(desks_at(d, "auditor"));
	n = operation_count(a, "records");
	if (n > 0) {
		text = operation_text_of(a, "records.number", n - 1);
		*last = number_of(text);
		free(text);
	}
	return n;
}

/* A log may be long: jumps that grow as long as there is something behind. */
bool
records_last(const struct records_log *log, struct desks *d, int64_t behind,
    int64_t *number)
{
	int64_t last = behind, jump = JUMP, seen = 0;
	const struct operation_answer *a;

	(void)ask(log, d, "search", behind, &last);
	a = desk_answer(desks_at(d, "auditor"));
	if (a->end != OPERATION_DONE)
		return false;
	if (last < behind)
		last = behind;
	for (int i = 0;
	     i < SEARCH_MOST && jump > 0 && a->end >= OPERATION_REFUSED &&
	     trial_left_ms(d->trial) > 0;
	     i++) {
		seen = last;
		if (ask(log, d, "search", last + jump - 1, &seen) > 0 &&
		    seen > last) {
			last = seen;
			jump = jump < NUMBER_MOST ? jump * 2 : jump;
		} else {
			jump /= 2;
		}
	}
	*number = last;
	/* where time ran out, what comes behind would not be our deeds alone */
	trial_fact_int(d->trial, "searched", jump == 0);
	return jump == 0;
}

/* Others write while we read, so that an end of all might never come. */
void
records_collect(const struct records_log *log, struct desks *d, const char *as,
    int64_t behind, int64_t upto)
{
	char *whole = mem_textf("%s.whole", as);
	int64_t pages = 0, last = behind;
	bool more = true;

	while (more && last < upto && pages < PAGES_MOST) {
		char *name = mem_textf("%s-%" PRId64, as, pages);
		const int64_t before = last;
		const size_t n = ask(log, d, name, before, &last);

		more = n > 0 && last > before;
		pages += n > 0;
		free(name);
	}
	trial_fact_int(d->trial, as, pages);
	trial_fact_int(d->trial, whole, last >= upto);
	(void)desks_ask(d, "auditor", "signer", log->signer, NULL);
	free(whole);
}

void
records_ask(const struct records_log *log, struct desks *d, const char *role,
    const char *name)
{
	(void)desks_ask_of(d, role, name, log->query, "after", "0");
}

/* ---- judge ---- */

static void
octets_of(const struct operation_answer *a, const char *field, size_t i,
    struct buf *to)
{
	char *text = operation_text_of(a, field, i);

	buf_init(to, OCTETS_MOST);
	if (text != NULL)
		(void)text_unbase64(span_of(text), to);
	free(text);
}

/* What is missing is empty, so that every claim about it fails. */
static char *
text_of(const struct operation_answer *a, const char *field, size_t i)
{
	char *text = operation_text_of(a, field, i);

	return text != NULL ? text : mem_text(SPAN(""));
}

static void
read_page(struct records *all, const struct operation_answer *a)
{
	const size_t n = operation_count(a, "records");

	all->at = mem_grow(all->at, (all->n + n) * sizeof *all->at);
	for (size_t i = 0; i < n; i++) {
		struct record *r = &all->at[all->n++];
		char *number = text_of(a, "records.number", i);

		*r = (struct record){ .number = number_of(number),
			.time = text_of(a, "records.time", i),
			.who = text_of(a, "records.who", i),
			.action = text_of(a, "records.action", i),
			.object = text_of(a, "records.object", i),
			.text = text_of(a, "records.text", i),
			.result = text_of(a, "records.result", i) };
		octets_of(a, "records.chain", i, &r->chain);
		octets_of(a, "records.signature", i, &r->signature);
		octets_of(a, "records.digest", i, &r->digest);
		free(number);
	}
}

static bool
is_noted(const struct trial *t, const char *fact)
{
	int64_t n = 0;

	return trial_fact_get_int(t, fact, &n) && n == 1;
}

bool
records_open(const struct records_log *log, struct trial *t, const char *as,
    struct records *all)
{
	char *whole = mem_textf("%s.whole", as);
	int64_t pages = 0;
	bool ok;

	*all = (struct records){ .n = 0 };
	ok = desks_need(t, "search", log->query) &&
	     trial_need(t, is_noted(t, "searched"),
		 "the end of the log was not found in time") &&
	     trial_need(t, is_noted(t, whole),
		 "the log was not read to its end: time, or %d pages",
		 PAGES_MOST) &&
	     trial_sane(t,
		 trial_fact_get_int(t, as, &pages) && pages >= 0 &&
		     pages <= PAGES_MOST,
		 "the log was not read");
	free(whole);
	if (!ok)
		return false;
	for (int64_t i = 0; i < pages; i++) {
		char *name = mem_textf("%s-%" PRId64, as, i);
		struct operation_answer a;

		if (operation_heard(t, name, log->query, &a))
			read_page(all, &a);
		operation_free(&a);
		free(name);
	}
	return true;
}

void
records_close(struct records *all)
{
	for (size_t i = 0; i < all->n; i++) {
		struct record *r = &all->at[i];

		free(r->time);
		free(r->who);
		free(r->action);
		free(r->object);
		free(r->text);
		free(r->result);
		buf_free(&r->chain);
		buf_free(&r->signature);
		buf_free(&r->digest);
	}
	free(all->at);
}
