/* SPDX-License-Identifier: MIT */
#include "conformance/cases/email/day.h"

#include <poll.h>
#include <stdlib.h>

#include "conformance/client/mail.h"
#include "lib/mem.h"
#include "lib/text.h"

#define ATTACHED  24000 /* more than one TLS record holds */
#define LINE_MOST 57    /* octets in a line of base64: RFC 2045 6.8 */

/* ---- the message ---- */

char *
day_id(struct trial *t)
{
	return mem_textf("%s.day@client.example", trial_token(t));
}

static void
add_base64(struct buf *out, struct span octets)
{
	for (; octets.len > 0;
	     octets = span_skip(
		 octets, octets.len < LINE_MOST ? octets.len : LINE_MOST)) {
		text_base64(
		    span_take(octets,
			octets.len < LINE_MOST ? octets.len : LINE_MOST),
		    out);
		buf_add(out, SPAN("\r\n"));
	}
}

static void
write_message(
    struct trial *t, const char *from, const char *to, struct buf *out)
{
	const struct span text =
	    SPAN("各有关单位：\r\n请查收附件，并于月底前回复。\r\n");
	char *id = day_id(t);
	struct buf octets, word;

	buf_init(&octets, ATTACHED);
	buf_init(&word, 256);
	for (unsigned i = 0; i < ATTACHED; i++) {
		const char octet = (char)(i * 7 + i / 251);

		buf_add(&octets, (struct span){ &octet, 1 });
	}
	text_base64(SPAN(DAY_WORD), &word);
	buf_addf(out,
	    "From: <%s>\r\nTo: <%s>\r\n"
	    "Subject: =?UTF-8?B?%s?=\r\n"
	    "Date: Sun, 22 Nov 2026 08:00:00 +0800\r\n"
	    "Message-ID: <%s>\r\nMIME-Version: 1.0\r\n"
	    "Content-Type: multipart/mixed; boundary=\"day-1\"\r\n\r\n"
	    "--day-1\r\nContent-Type: text/plain; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n\r\n",
	    from, to, buf_text(&word), id);
	add_base64(out, text);
	buf_addf(out,
	    "--day-1\r\nContent-Type: application/octet-stream\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Content-Disposition: attachment; filename=\"day.bin\"\r\n\r\n");
	add_base64(out, buf_span(&octets));
	buf_addf(out, "--day-1--\r\n");
	buf_free(&word);
	buf_free(&octets);
	free(id);
}

bool
day_send(struct trial *t, const char *role)
{
	const struct profile *p = trial_profile(t);
	const char *const to[] = { profile_account(p, role)->address };
	struct mail_journey j = {
		.service = "submission",
		.mechanism = "PLAIN",
		.role = "alice",
		.to = to,
		.n_to = 1,
	};
	struct buf content;
	bool ok;

	buf_init(&content, 1u << 20);
	write_message(t, profile_account(p, "alice")->address, to[0], &content);
	trial_file(t, "sent.eml", buf_span(&content));
	/* libetpan ends what it is given with one more CR LF. */
	j.content = span_take(buf_span(&content), content.len - 2);
	ok = mail_travel(t, &j) == MAIL_ACCEPTED;
	buf_free(&content);
	return ok;
}

/* ---- on the way ---- */

int64_t
day_patience_ms(const struct trial *t)
{
	const int64_t left = trial_left_ms(t);
	const int64_t most = trial_profile(t)->timeouts.delivery_ms;

	return left < most ? left : most;
}

void
day_rest(struct trial *t, int ms)
{
	if (trial_left_ms(t) > ms)
		poll(NULL, 0, ms);
}

void
day_end(struct trial *t, const char *step, bool answered, const char *said,
    struct span log)
{
	trial_need(t, strcmp(step, "done") == 0 || trial_left_ms(t) > 0,
	    "the deadline of the case has passed");
	trial_fact(t, "step", "%s", step);
	trial_fact(t, "said", "%s", said);
	trial_fact_int(t, "silent", !answered);
	trial_file(t, "read.log", log);
}

/* ---- judgement ---- */

static bool
is_fact(const struct trial *t, const char *name, const char *text)
{
	const char *fact = trial_fact_text(t, name);

	return fact != NULL && strcmp(fact, text) == 0;
}

/* What was read is what was sent. */
static bool
judge_same(struct trial *t)
{
	const struct buf *sent = trial_content(t, "sent.eml");
	const struct buf *got = trial_content(t, "read.eml");
	struct span a, b;

	if (!trial_sane(t, sent != NULL && got != NULL, "evidence is missing"))
		return false;
	a = post_body(buf_span(sent));
	b = post_body(buf_span(got));
	if (!trial_claim(t, "RFC 5321 4.5.2", span_eq(a, b),
		"the body, octet by octet",
		"another one: %zu octets, not %zu, see read.eml", b.len, a.len))
		return false;
	a = post_field(buf_span(sent), "Subject");
	b = post_field(buf_span(got), "Subject");
	return trial_claim(t, "RFC 5321 4.5.2", span_eq(a, b),
	    "the Subject as it was written", "%.*s", SPAN_FMT(b));
}

static bool
could_ask(struct trial *t)
{
	const char *said = trial_fact_text(t, "said");
	const char *why = trial_fact_text(t, "why");
	int64_t silent = 0;

	said = said == NULL ? "?" : said;
	if (!trial_need(t, strncmp(said, "connect:", 8) != 0, "%s", said) ||
	    !trial_need(t,
		is_fact(t, "step", "enter") ||
		    is_fact(t, "reached", mail_step_name(MAIL_ACCEPTED)),
		"the message was not accepted: %s", why == NULL ? "?" : why))
		return false;
	trial_fact_get_int(t, "silent", &silent);
	return trial_need(t, silent == 0 || is_fact(t, "step", "done"),
	    "the target did not answer: %s", said);
}

void
day_judge(struct trial *t, const struct day_sight *sights, size_t n)
{
	const char *step = trial_fact_text(t, "step");
	const char *said = trial_fact_text(t, "said");

	if (!trial_sane(t, step != NULL && said != NULL, "no step was filed") ||
	    !could_ask(t))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct day_sight *s = &sights[i];
		int64_t got = -1;

		if (!trial_fact_get_int(t, s->fact, &got) &&
		    (s->may_be_missing || strcmp(step, "done") != 0))
			continue;
		if (!trial_claim(t, s->clause, got == s->want, s->words,
			"%s is %lld, at the step \"%s\"", s->fact,
			(long long)got, step))
			return;
	}
	trial_claim(t, trial_case(t)->clause, strcmp(step, "done") == 0,
	    "every step is taken", "an end at \"%s\": %s", step, said);
	if (trial_verdict(t) == PASS)
		judge_same(t);
}
