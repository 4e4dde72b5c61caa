/* SPDX-License-Identifier: MIT */
/* What became of every message, of every operation, and on what it ran. */
#include <string.h>

#include "reports/escape.h"
#include "reports/html_load.h"
#include "reports/shown.h"

/* ---- ledger ---- */

static void
stage(struct page *p, enum word word, uint64_t n)
{
	html_raw(p, "<li class=\"stage\"><span>");
	html_word(p, word);
	html_rawf(p, "</span><b>%s</b></li>\n", shown_count(n).text);
}

/* What went astray between two stages, or was found at the end. */
static void
astray(struct page *p, enum word word, uint64_t n)
{
	html_rawf(p, "<div class=\"%s\"><dt>", n > 0 ? "some" : "zero");
	html_word(p, word);
	html_rawf(p, "</dt><dd>%s</dd></div>\n", shown_count(n).text);
}

static uint64_t
less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static void
examples(struct page *p, const struct load_ledger *l)
{
	if (l->n_examples == 0)
		return;
	html_raw(p, "<p class=\"note key\">");
	html_raw(p, "<span>");
	html_word(p, W_LOAD_EXAMPLES);
	html_raw(p, "</span>");
	for (size_t i = 0; i < l->n_examples; i++) {
		html_raw(p, i == 0 ? " <code>" : ", <code>");
		html_clipped(p, l->examples[i], 160);
		html_raw(p, "</code>");
	}
	html_raw(p, "</p>\n");
}

void
html_load_ledger(struct page *p, const struct load_scenario *s)
{
	const struct load_ledger *l = &s->ledger;

	if (!l->kept)
		return;
	html_raw(p, "<div class=\"together\">\n");
	html_heading(p, 4, W_LOAD_LEDGER);
	html_paragraph(p, "note", W_LOAD_LEDGER_NOTE);
	html_raw(p, "<ol class=\"flow\">\n");
	stage(p, W_LOAD_L_PLANNED, l->planned);
	stage(p, W_LOAD_L_SENT, l->sent);
	stage(p, W_LOAD_L_ACCEPTED, l->accepted);
	stage(p, W_LOAD_L_DELIVERED, l->delivered);
	html_raw(p, "</ol>\n<dl class=\"astray\">\n");
	astray(p, W_LOAD_L_UNSENT, less(l->planned, l->sent));
	astray(p, W_LOAD_L_REFUSED, l->refused);
	astray(p, W_LOAD_L_UNKNOWN, l->unknown);
	astray(p, W_LOAD_L_LOST, l->lost);
	astray(p, W_LOAD_L_DOUBLED, l->doubled);
	astray(p, W_LOAD_L_CORRUPTED, l->corrupted);
	astray(p, W_LOAD_L_REORDERED, l->reordered);
	astray(p, W_LOAD_L_LATE, l->late);
	astray(p, W_LOAD_L_STRANGE, l->strange);
	if (l->unread > 0)
		astray(p, W_LOAD_L_UNREAD, l->unread);
	if (l->unchecked > 0)
		astray(p, W_LOAD_L_UNCHECKED, l->unchecked);
	html_raw(p, "</dl>\n");
	examples(p, l);
	if (l->unread_why != NULL) {
		html_raw(p, "<p class=\"caution\">");
		html_clipped(p, l->unread_why, 400);
		html_raw(p, "</p>\n");
	}
	if (l->poll_us > 0) {
		html_raw(p, "<p class=\"note\">");
		html_words(p, W_LOAD_POLL, shown_time(l->poll_us).text, NULL);
		html_raw(p, "</p>\n");
	}
	html_raw(p, "</div>\n");
}

/* ---- operations ---- */

void
html_load_op(struct page *p, const struct load_op *op)
{
	if (strcmp(op->name, LOAD_DELIVERY) == 0) {
		html_word(p, W_LOAD_DELIVERY);
		return;
	}
	html_raw(p, "<code>");
	html_clipped(p, op->name, 60);
	html_raw(p, "</code>");
}

static void
op_head(struct page *p, const struct load_op *op, size_t lines)
{
	html_rawf(p, "<th scope=\"rowgroup\" rowspan=\"%zu\">", lines);
	html_load_op(p, op);
	html_rawf(p,
	    "</th><td class=\"n once\" rowspan=\"%zu\">%s</td>"
	    "<td class=\"n once%s\" rowspan=\"%zu\">%s",
	    lines, shown_count(op->done).text, op->failed == 0 ? " zero" : "",
	    lines, shown_count(op->failed).text);
	if (op->timeouts > 0) {
		html_raw(p, "<small>");
		html_words(p, W_LOAD_OF_THEM_TIMEOUTS,
		    shown_count(op->timeouts).text, NULL);
		html_raw(p, "</small>");
	}
	html_raw(p, "</td>");
}

static void
op_times(struct page *p, const struct load_times *t, enum word clock)
{
	const double values[] = { t->p50_us, t->p90_us, t->p99_us, t->p999_us,
		t->max_us };
	/* Of fewer there is no such percentile but the greatest. */
	static const uint64_t enough[] = { 2, 10, 100, 1000, 1 };

	html_raw(p, "<td>");
	html_word(p, clock);
	html_raw(p, "</td>");
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		html_rawf(p, "<td class=\"n\">%s</td>",
		    t->n + t->failed < enough[i] ? "–"
						 : shown_time(values[i]).text);
	html_raw(p, "</tr>\n");
}

static void
one_op(struct page *p, const struct load_op *op)
{
	const size_t lines = op->times[LOAD_SERVICE].n > 0 ? 2 : 1;

	html_raw(p, "<tbody><tr class=\"first\">");
	op_head(p, op, lines);
	op_times(p, &op->times[LOAD_RESPONSE], W_LOAD_RESPONSE_SHORT);
	if (lines == 2) {
		html_raw(p, "<tr>");
		op_times(p, &op->times[LOAD_SERVICE], W_LOAD_SERVICE_SHORT);
	}
	html_raw(p, "</tbody>\n");
}

void
html_load_operations(struct page *p, const struct load_scenario *s)
{
	static const char *const percentiles[] = { "P50", "P90", "P99",
		"P99.9" };

	if (s->n_ops == 0)
		return;
	html_heading(p, 4, W_LOAD_OPERATIONS);
	html_raw(p, "<div class=\"wide\"><table class=\"operations\">\n"
		    "<thead><tr>");
	for (size_t i = 0; i < 4; i++) {
		static const enum word words[] = { W_LOAD_OPERATION,
			W_LOAD_COUNT, W_LOAD_FAILURES, W_LOAD_CLOCK };

		html_rawf(p, "<th scope=\"col\"%s>",
		    i == 1 || i == 2 ? " class=\"n\"" : "");
		html_word(p, words[i]);
		html_raw(p, "</th>");
	}
	for (size_t i = 0; i < 4; i++)
		html_rawf(
		    p, "<th scope=\"col\" class=\"n\">%s</th>", percentiles[i]);
	html_raw(p, "<th scope=\"col\" class=\"n\">");
	html_word(p, W_LOAD_GREATEST);
	html_raw(p, "</th></tr></thead>\n");
	for (size_t i = 0; i < s->n_ops; i++)
		one_op(p, &s->ops[i]);
	html_raw(p, "</table></div>\n");
}

/* ---- connections and machinery ---- */

static void
connections(struct page *p, const struct load_scenario *s)
{
	html_fact_begin(p, W_LOAD_CONNECTS);
	html_words(p, W_LOAD_CONNECTS_OF, shown_count(s->connects).text,
	    shown_count(s->connect_failures).text,
	    shown_count(s->peak_connections).text, NULL);
	html_fact_end(p);
	html_fact_begin(p, W_LOAD_TLS);
	if (s->handshakes == 0)
		html_word(p, W_NONE);
	else
		html_words(p, W_LOAD_TLS_OF, shown_count(s->handshakes).text,
		    shown_count(s->resumed).text, NULL);
	html_fact_end(p);
	html_fact_begin(p, W_LOAD_MEMORY);
	if (s->bytes_per_connection == 0)
		html_word(p, W_SCORE_UNMEASURED);
	else
		html_text(p, shown_octets(s->bytes_per_connection).text);
	html_fact_end(p);
}

static void
errors(struct page *p, const struct load_scenario *s)
{
	if (s->n_errors == 0)
		return;
	html_heading(p, 4, W_LOAD_ERRORS);
	html_paragraph(p, "note", W_LOAD_ERRORS_NOTE);
	html_raw(p, "<div class=\"wide\"><table class=\"errors\"><tbody>\n");
	for (size_t i = 0; i < s->n_errors; i++) {
		html_rawf(p, "<tr><td class=\"n\">%s</td><td><code>",
		    shown_count(s->errors[i].n).text);
		html_clipped(p, s->errors[i].what, 400);
		html_raw(p, "</code></td></tr>\n");
	}
	html_raw(p, "</tbody></table></div>\n");
}

void
html_load_machinery(struct page *p, const struct load_scenario *s)
{
	char workers[24], ranks[24];

	errors(p, s);
	html_heading(p, 4, W_LOAD_MACHINERY);
	html_raw(p, "<dl class=\"facts\">\n");
	connections(p, s);
	html_fact_begin(p, W_LOAD_ECHO);
	if (s->echo_rate <= 0)
		html_word(p, W_SCORE_UNMEASURED);
	else
		html_words(
		    p, W_LOAD_ECHO_OF, shown_number(s->echo_rate).text, NULL);
	html_fact_end(p);
	snprintf(workers, sizeof(workers), "%d", s->workers);
	snprintf(ranks, sizeof(ranks), "%d", s->ranks);
	html_fact_begin(p, W_LOAD_WORKERS);
	html_words(p, W_LOAD_WORKERS_OF, workers, ranks, NULL);
	html_fact_end(p);
	html_fact(p, W_LOAD_MACHINE, s->machine);
	html_fact(p, W_LOAD_STARTED, s->started);
	html_fact(p, W_PLAN_SM3, s->plan_digest);
	if (s->folder != NULL) {
		html_fact_begin(p, W_LOAD_DATA);
		html_raw(p, "<a href=\"../");
		escape_text(p->out, s->folder, ESCAPE_URL);
		html_raw(p, "/measure.json\"><code>");
		html_text(p, s->folder);
		html_raw(p, "/</code></a>");
		html_fact_end(p);
	}
	html_raw(p, "</dl>\n");
}
