/* SPDX-License-Identifier: MIT */
/*
 * A mailbox with 10,000 messages: whether it is searched fast, and listed
 * whole.  They are pipelined (RFC 7888), a hundred at a time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cases/email/imap_prelude.h"
#include "conformance/client/wire.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/mem.h"

extern const struct conf_group conf_imap_volume;

#define MESSAGES 10000
#define BATCH    100
#define RARE     97 /* every so manieth message is looked for */
#define KEPT     (4u << 20)

/* ---- one command after another ---- */

/* Takes whole lines off; true when one of them ends the command. */
static bool
take_lines(struct wire *w, const char *tag, struct buf *said, bool *ok)
{
	const struct span all = buf_span(&w->in);
	struct span rest = all;
	bool over = false;

	while (!over) {
		const size_t end = span_find(rest, SPAN("\r\n"));
		const struct span line = span_take(rest, end);
		const size_t len = strlen(tag);

		if (end == rest.len)
			break;
		over = span_starts(line, span_of(tag)) && line.len > len + 2 &&
		       line.ptr[len] == ' ';
		*ok = over &&
		      span_casestarts(span_skip(line, len + 1), SPAN("OK"));
		if (said != NULL) {
			buf_add(said, line);
			buf_add(said, SPAN("\r\n"));
		}
		rest = span_skip(rest, end + 2);
	}
	buf_drop(&w->in, all.len - rest.len);
	return over;
}

/* Hears up to the tagged response; false when that is not OK. */
static bool
hear(struct trial *t, struct wire *w, const char *tag, struct buf *said)
{
	bool ok = false;

	while (!take_lines(w, tag, said, &ok)) {
		if (w->closed || w->why[0] != '\0' || trial_left_ms(t) <= 0)
			return false;
		wire_listen(w, 1);
	}
	return ok;
}

static bool
ask(struct trial *t, struct wire *w, struct buf *said, const char *script)
{
	char *line = trial_expand(t, script);
	bool ok;

	ok = line != NULL && wire_say(w, "x %s", line) && hear(t, w, "x", said);
	if (!ok)
		trial_fact(t, "stopped", "%.12s", script);
	free(line);
	return ok;
}

static bool
enter(struct trial *t, struct wire *w)
{
	return wire_open(w, t, "imaps") && wire_shake(w, NULL, NULL, NULL) &&
	       ask(t, w, NULL,
		   "LOGIN ${alice.user|quoted} ${alice.password|quoted}") &&
	       ask(t, w, NULL, "CREATE ${folder}");
}

/* ---- filling it ---- */

static void
add_message(struct buf *out, const char *folder, int n)
{
	char text[160];
	const int len = snprintf(text, sizeof text,
	    "From: <clerk@volume.example>\r\nSubject: %s %05d\r\n\r\n"
	    "number %d\r\n",
	    n % RARE == 0 ? "docketed" : "filed", n, n);

	buf_addf(out, "a%d APPEND %s {%d+}\r\n%s\r\n", n, folder, len, text);
}

static bool
fill(struct trial *t, struct wire *w)
{
	char *folder = trial_expand(t, "${folder}");
	struct buf batch;
	char tag[24];
	bool ok = true;
	int n = 0;

	buf_init(&batch, BATCH * 400);
	while (ok && n < MESSAGES) {
		buf_clear(&batch);
		for (int i = 0; i < BATCH; i++)
			add_message(&batch, folder, ++n);
		snprintf(tag, sizeof tag, "a%d", n);
		ok = wire_send(w, buf_span(&batch)) && hear(t, w, tag, NULL);
	}
	trial_fact_int(t, "appended", ok ? n : n - BATCH);
	buf_free(&batch);
	free(folder);
	return ok;
}

/* ---- asking ---- */

static int64_t
count_found(struct span said)
{
	int64_t n = 0;

	while (said.len > 0) {
		struct span line = span_cut(&said, '\n');

		if (!span_casestarts(line, SPAN("* SEARCH")))
			continue;
		(void)span_cut(&line, ' ');
		(void)span_cut(&line, ' ');
		while (line.len > 0)
			n += atoi(span_cut(&line, ' ').ptr) % RARE == 0;
	}
	return n;
}

/* How many different messages have their FLAGS told. */
static int64_t
count_listed(struct span said)
{
	bool *told = mem_new(MESSAGES + 1, sizeof *told);
	int64_t n = 0;

	while (said.len > 0) {
		const struct span line = span_cut(&said, '\n');
		unsigned k = 0;

		if (line.len > 2 && line.len < 200 &&
		    sscanf(line.ptr, "* %u FETCH (", &k) == 1 && k >= 1 &&
		    k <= MESSAGES && !told[k] &&
		    span_find(line, SPAN("FLAGS (")) < line.len) {
			told[k] = true;
			n++;
		}
	}
	free(told);
	return n;
}

static void
measure(struct trial *t, struct wire *w)
{
	struct mono began;
	struct buf said;

	buf_init(&said, KEPT);
	began = clock_mono();
	if (ask(t, w, &said, "SEARCH SUBJECT docketed")) {
		trial_fact_int(
		    t, "search_ms", mono_since_us(began, clock_mono()) / 1000);
		trial_fact_int(t, "found", count_found(buf_span(&said)));
	}
	buf_clear(&said);
	if (ask(t, w, &said, "FETCH 1:* (FLAGS)"))
		trial_fact_int(t, "listed", count_listed(buf_span(&said)));
	buf_free(&said);
}

static bool
collect(struct trial *t)
{
	char *most = trial_expand(t, "${limit.search.time}");
	struct wire w;

	trial_fact(t, "most_s", "%s", most == NULL ? "" : most);
	if (enter(t, &w) && fill(t, &w) && ask(t, &w, NULL, "SELECT ${folder}"))
		measure(t, &w);
	if (w.open) {
		(void)ask(t, &w, NULL, "UNSELECT");
		(void)ask(t, &w, NULL, "DELETE ${folder}");
		(void)ask(t, &w, NULL, "LOGOUT");
	}
	trial_fact(t, "why", "%s", w.why);
	wire_close(&w);
	free(most);
	return true;
}

static void
judge(struct trial *t)
{
	const char *most = trial_fact_text(t, "most_s");
	const char *why = trial_fact_text(t, "why");
	int64_t appended = 0, ms = 0, found = 0, listed = 0;

	trial_fact_get_int(t, "appended", &appended);
	if (!trial_sane(t, most != NULL && atoi(most) > 0,
		"facts.json does not say how long a search may take") ||
	    !trial_need(t, appended == MESSAGES,
		"only %d messages could be put there: %s", (int)appended,
		why == NULL ? "" : why) ||
	    !trial_need(t, trial_fact_get_int(t, "search_ms", &ms),
		"the search had no answer: %s", why == NULL ? "" : why))
		return;
	trial_fact_get_int(t, "found", &found);
	trial_claim(t, "RFC 3501 6.4.4", found == MESSAGES / RARE,
	    "103 messages found", "%d", (int)found);
	trial_claim(t, "EMAIL-F-15 search.time",
	    ms <= (int64_t)atoi(most) * 1000, "an answer within search.time",
	    "%d ms", (int)ms);
	if (trial_need(t, trial_fact_get_int(t, "listed", &listed),
		"FETCH had no answer"))
		trial_claim(t, "RFC 3501 6.4.5", listed == MESSAGES,
		    "10000 messages listed", "%d", (int)listed);
}

/* clang-format off */
static const struct conf_case cases[] = {
	{
		.id = "imap.volume.search",
		.verifies = EMAIL_F_15,
		.clause = "RFC 3501 6.4.4",
		.title = "10,000 messages are searched in time",
		.title_zh = "一万封邮件的检索时间",
		.needs = IMAPS_ALICE " imap.literalplus imap.unselect "
		    "safety:destructive",
		.service = "imaps",
		.collect = collect,
		.judge = judge,
		.soft_s = 300,
	},
};
/* clang-format on */

IMAP_GROUP(imap_volume, "imaps", cases);
