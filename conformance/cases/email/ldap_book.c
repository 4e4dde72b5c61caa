/* SPDX-License-Identifier: MIT */
/*
 * The address book as a whole: page by page it is what it is at once, and
 * somebody in it is found in time.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/email/ldap_prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/framing_ldap.h"
#include "lib/mem.h"

extern const struct conf_group conf_ldap_book;

#define KEPT       (1u << 20)
#define PAGES_MOST 500
#define PAGE       "3"

/* ---- collecting ---- */

static bool
is_a(const struct buf *line, const char *response)
{
	return span_find(buf_span(line), span_of(response)) < line->len;
}

/*
 * Says it; the answer's last line is in *done, entries' names in *names.
 * References and intermediate responses may stand between entries (RFC 4511
 * 4.5.2, 4.13).  False also when the time is up: it may have no end.
 */
static bool
ask(struct trial *t, struct wire *w, const char *text, struct buf *names,
    struct buf *done)
{
	char *line = trial_expand(t, text);
	struct buf said;
	bool ok = wire_say_ldap(w, line);

	buf_init(&said, KEPT);
	free(line);
	while (ok) {
		buf_clear(&said);
		ok = trial_left_ms(t) > 0 && wire_hear_ldap_line(w, &said);
		if (ok && (is_a(&said, " searchResRef ") ||
			      is_a(&said, " intermediateResponse ")))
			continue;
		if (!ok || !is_a(&said, " searchResEntry "))
			break;
		if (names != NULL) {
			struct span rest = buf_span(&said);

			rest = span_skip(rest, span_find(rest, SPAN("\"")));
			rest = span_skip(rest, 1);
			buf_add(names, span_cut(&rest, '"'));
			buf_add(names, SPAN("\n"));
		}
	}
	buf_clear(done);
	buf_add(done, buf_span(&said));
	buf_free(&said);
	return ok;
}

static bool
enter(struct trial *t, struct wire *w)
{
	struct buf done;
	bool ok = wire_open(w, t, "ldaps") &&
		  wire_shake(w, NULL, NULL,
		      w->endpoint->name == NULL ? w->endpoint->host
						: w->endpoint->name);

	buf_init(&done, KEPT);
	ok = ok &&
	     ask(t, w, "1 bind ${alice.dn|quoted} ${alice.password|quoted}",
		 NULL, &done) &&
	     span_starts(buf_span(&done), SPAN("1 bindResponse success "));
	trial_fact(t, "bound", "%s", ok ? "yes" : "no");
	buf_free(&done);
	return ok;
}

/* What stands between the quotes behind "; paged N ". */
static struct span
cookie_of(struct span done)
{
	struct span rest = span_skip(done, span_find(done, SPAN("; paged ")));

	rest = span_skip(rest, span_find(rest, SPAN("\"")));
	if (rest.len == 0)
		return rest;
	rest = span_skip(rest, 1);
	return span_cut(&rest, '"');
}

static void
collect_pages(struct trial *t, struct wire *w)
{
	struct buf names, done, cookie;
	int64_t pages = 0;
	bool more = true;

	buf_init(&names, KEPT);
	buf_init(&done, KEPT);
	buf_init(&cookie, KEPT);
	while (more && pages < PAGES_MOST) {
		char *text =
		    mem_textf("%d search ${directory.people|quoted} "
			      "sub (objectClass=*) 1.1 ; paged " PAGE " \"%s\"",
			(int)pages + 10, buf_text(&cookie));

		more = ask(t, w, text, &names, &done) &&
		       span_find(buf_span(&done), SPAN(" success ")) < done.len;
		pages += more;
		buf_clear(&cookie);
		buf_add(&cookie, cookie_of(buf_span(&done)));
		more = more && cookie.len > 0;
		free(text);
	}
	trial_fact_int(t, "pages", pages);
	trial_fact(t, "last", "%s", buf_text(&done));
	trial_file(t, "pages.txt", buf_span(&names));
	buf_free(&names);
	buf_free(&done);
	buf_free(&cookie);
}

static bool
collect_book(struct trial *t)
{
	struct wire w;
	struct buf names, done;

	buf_init(&names, KEPT);
	buf_init(&done, KEPT);
	if (enter(t, &w)) {
		(void)ask(t, &w,
		    "2 search ${directory.people|quoted} sub "
		    "(objectClass=*) 1.1",
		    &names, &done);
		trial_fact(t, "whole", "%s", buf_text(&done));
		trial_file(t, "whole.txt", buf_span(&names));
		collect_pages(t, &w);
	}
	trial_fact(t, "why", "%s", w.why);
	wire_close(&w);
	buf_free(&names);
	buf_free(&done);
	return true;
}

static bool
collect_time(struct trial *t)
{
	char *most = trial_expand(t, "${limit.search.time}");
	struct wire w;
	struct buf names, done;

	buf_init(&names, KEPT);
	buf_init(&done, KEPT);
	trial_fact(t, "most_s", "%s", most == NULL ? "" : most);
	if (enter(t, &w)) {
		const struct mono began = clock_mono();

		if (ask(t, &w,
			"2 search ${directory.base|quoted} sub "
			"(mail=${alice.address}) cn mail",
			&names, &done))
			trial_fact_int(t, "search_ms",
			    mono_since_us(began, clock_mono()) / 1000);
		trial_file(t, "found.txt", buf_span(&names));
	}
	trial_fact(t, "why", "%s", w.why);
	wire_close(&w);
	buf_free(&names);
	buf_free(&done);
	free(most);
	return true;
}

/* ---- judging ---- */

static bool
is_bound(struct trial *t)
{
	const char *bound = trial_fact_text(t, "bound");
	const char *why = trial_fact_text(t, "why");

	return trial_need(t, bound != NULL && strcmp(bound, "yes") == 0,
	    "alice could not bind: %s", why == NULL ? "" : why);
}

static size_t
count(struct span lines, struct span line)
{
	size_t n = 0;

	while (lines.len > 0)
		n += span_eq(span_cut(&lines, '\n'), line);
	return n;
}

/* "A client may safely assume that all entries ... are returned once" */
static void
judge_book(struct trial *t)
{
	const struct buf *whole = trial_content(t, "whole.txt");
	const struct buf *pages = trial_content(t, "pages.txt");
	const char *done = trial_fact_text(t, "whole");
	int64_t n = 0;
	struct span rest;

	trial_fact_get_int(t, "pages", &n);
	if (!is_bound(t) ||
	    !trial_sane(t, whole != NULL && pages != NULL && done != NULL,
		"evidence is missing") ||
	    !trial_need(t, strstr(done, "searchResDone success ") != NULL,
		"the address book is not to be had at once: %s", done))
		return;
	trial_claim(t, "RFC 2696 3", n > 1 || whole->len == 0,
	    "pages of " PAGE " entries", "%d of them", (int)n);
	for (rest = buf_span(whole); rest.len > 0;) {
		const struct span name = span_cut(&rest, '\n');
		const size_t times = count(buf_span(pages), name);

		if (!trial_claim(t, "RFC 2696 3", times == 1,
			"every entry once", "%.*s: %d times", SPAN_FMT(name),
			(int)times))
			return;
	}
}

static void
judge_time(struct trial *t)
{
	const char *most = trial_fact_text(t, "most_s");
	const struct buf *found = trial_content(t, "found.txt");
	int64_t ms = 0;

	if (!is_bound(t) ||
	    !trial_sane(t, most != NULL && atoi(most) > 0 && found != NULL,
		"facts.json does not say how long a search may take") ||
	    !trial_need(t, trial_fact_get_int(t, "search_ms", &ms),
		"the search had no answer"))
		return;
	trial_claim(
	    t, "RFC 4511 4.5.2", found->len > 0, "alice is found", "nobody");
	trial_claim(t, "EMAIL-F-08 search.time",
	    ms <= (int64_t)atoi(most) * 1000, "an answer within search.time",
	    "%d ms", (int)ms);
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "ldap.book.pages",
		.verifies = EMAIL_F_08,
		.clause = "RFC 2696 3",
		.title = "page by page the address book is what it is at once",
		.title_zh = "逐页读取与一次读取的通讯录相同",
		.needs = LDAPS_PEOPLE " ldap.paged",
		/* what others add and remove would be missed */
		.locks = "everything",
		.service = "ldaps",
		.collect = collect_book,
		.judge = judge_book,
	},
	{
		.id = "ldap.book.time",
		.verifies = EMAIL_F_08,
		.clause = "EMAIL-F-08 search.time",
		.title = "somebody is found in time",
		.title_zh = "检索在规定时间内完成",
		.needs = LDAPS_PEOPLE " directory:base",
		.twin = "ldap.search",
		.service = "ldaps",
		.collect = collect_time,
		.judge = judge_time,
	},
};
/* clang-format on */

LDAP_GROUP(ldap_book, cases);
