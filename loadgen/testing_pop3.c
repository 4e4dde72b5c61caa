/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "loadgen/testing_inner.h"

static void
say_dotted(struct peer *p, struct span text)
{
	while (text.len > 0) {
		const size_t n = span_find(text, SPAN("\r\n"));

		if (span_starts(text, SPAN(".")))
			buf_add(&p->out, SPAN("."));
		buf_add(&p->out, span_take(text, n + 2));
		text = span_skip(text, n + 2 < text.len ? n + 2 : text.len);
	}
	testing_say(p, ".");
}

static void
list_ids(struct peer *p)
{
	testing_say(p, "+OK");
	for (size_t i = 0; i < p->told; i++)
		if (!p->box->mails[i].gone)
			testing_say(
			    p, "%zu u%" PRIu32, i + 1, p->box->mails[i].uid);
	testing_say(p, ".");
}

static void
do_pop3(struct peer *p, struct span verb, struct span args)
{
	uint32_t k = testing_number(&args);
	struct mail *m = NULL;
	struct span text;

	if (k > 0 && k <= p->told)
		m = &p->box->mails[k - 1];
	text = m == NULL ? SPAN("") : (struct span){ m->octets, m->n };
	if (span_caseeq(verb, SPAN("UIDL"))) {
		list_ids(p);
	} else if (m == NULL || m->gone) {
		testing_say(p, "-ERR no such message");
	} else if (span_caseeq(verb, SPAN("DELE"))) {
		m->deleted = true;
		testing_say(p, "+OK");
	} else {
		testing_say(p, "+OK");
		if (span_caseeq(verb, SPAN("TOP")))
			text = span_take(
			    text, span_find(text, SPAN("\r\n\r\n")) + 4);
		say_dotted(p, text);
	}
}

void
testing_pop3(struct peer *p)
{
	struct span line;
	char user[256];

	testing_say(p, "+OK testing");
	while (testing_take(p, SPAN("\r\n"), &line)) {
		const struct span verb = span_cut(&line, ' ');

		pthread_mutex_lock(&p->t->lock);
		if (span_caseeq(verb, SPAN("USER"))) {
			snprintf(user, sizeof user, "%.*s", SPAN_FMT(line));
			p->box = testing_box(p->t, user);
			p->told = testing_visible(p->box);
			testing_say(p, "+OK");
		} else if (span_caseeq(verb, SPAN("PASS"))) {
			testing_say(p, "+OK");
		} else if (span_caseeq(verb, SPAN("QUIT"))) {
			for (size_t i = 0; i < p->told; i++)
				p->box->mails[i].gone |=
				    p->box->mails[i].deleted;
			testing_say(p, "+OK");
		} else {
			do_pop3(p, verb, line);
		}
		pthread_mutex_unlock(&p->t->lock);
		if (span_caseeq(verb, SPAN("QUIT")))
			return;
	}
}
