/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "loadgen/testing_inner.h"

/* Is uid in "1:3,7,9:*"?  RFC 3501 9: "*" is the last, whatever it is. */
static bool
is_in(struct span set, uint32_t uid, uint32_t last)
{
	while (set.len > 0) {
		struct span part = span_cut(&set, ',');
		uint32_t from = testing_number(&part), to = from, swap;

		if (span_starts(part, SPAN("*")))
			from = to = last;
		if (span_starts(part, SPAN(":"))) {
			part = span_skip(part, 1);
			to = span_starts(part, SPAN("*"))
				 ? last
				 : testing_number(&part);
		}
		if (from > to) {
			swap = from;
			from = to;
			to = swap;
		}
		if (uid >= from && uid <= to)
			return true;
	}
	return false;
}

static void
tell_news(struct peer *p)
{
	const size_t now = testing_visible(p->box);

	if (now == p->told)
		return;
	p->told = now;
	testing_say(p, "* %zu EXISTS", testing_exists(p->box, now));
}

static void
fetch(struct peer *p, struct span set, struct span what)
{
	const bool whole = span_find(what, SPAN("BODY.PEEK[]")) < what.len;
	const bool header = span_find(what, SPAN("HEADER")) < what.len;
	const struct box *b = p->box;
	uint32_t last = 0;

	for (size_t i = 0; i < p->told; i++)
		if (!b->mails[i].gone)
			last = b->mails[i].uid;
	for (size_t i = 0, k = 0; i < p->told; i++) {
		const struct mail *m = &b->mails[i];
		struct span text = { m->octets, m->n };

		if (m->gone)
			continue;
		k++;
		if (!is_in(set, m->uid, last))
			continue;
		if (header) /* more than was asked for, and no matter */
			text = span_take(
			    text, span_find(text, SPAN("\r\n\r\n")) + 4);
		buf_addf(&p->out, "* %zu FETCH (UID %" PRIu32, k, m->uid);
		if (header || whole) {
			buf_addf(&p->out, " BODY[%s] {%zu}\r\n",
			    whole ? "" : "HEADER.FIELDS (\"Yanshou-Id\")",
			    text.len);
			buf_add(&p->out, text);
		}
		testing_say(p, ")");
	}
}

static void
mark(struct peer *p, struct span set)
{
	for (size_t i = 0; i < p->told; i++)
		if (is_in(set, p->box->mails[i].uid, p->box->next - 1))
			p->box->mails[i].deleted = true;
}

static void
expunge(struct peer *p, struct span set)
{
	size_t k = 1;

	for (size_t i = 0; i < p->told; i++) {
		struct mail *m = &p->box->mails[i];

		if (m->gone)
			continue;
		if (m->deleted && is_in(set, m->uid, p->box->next - 1)) {
			m->gone = true;
			testing_say(p, "* %zu EXPUNGE", k);
		} else {
			k++;
		}
	}
}

/* "DELETED"; anything else finds everything. */
static void
search(struct peer *p, bool deleted)
{
	buf_add(&p->out, SPAN("* SEARCH"));
	for (size_t i = 0; i < p->told; i++)
		if ((p->box->mails[i].deleted || !deleted) &&
		    !p->box->mails[i].gone)
			buf_addf(&p->out, " %" PRIu32, p->box->mails[i].uid);
	testing_say(p, "%s", "");
}

static void
list_folders(struct peer *p)
{
	testing_say(p, "* LIST () \"/\" INBOX");
	testing_say(p, "* LIST (\\Noselect) \"/\" Nothing");
	testing_say(p, "* LIST (\\Junk) \"/\" \"Junk\"");
	testing_say(p, "* LIST () \"/\" Shut");
}

/* RFC 3501 6.3.1; false for a mailbox that is there and shut. */
static bool
select_box(struct peer *p, struct span name)
{
	char folder[64];

	if (span_starts(name, SPAN("\"")))
		name = (struct span){ name.ptr + 1, name.len - 2 };
	if (span_eq(name, SPAN("Shut")) || span_eq(name, SPAN("Nothing")))
		return false;
	snprintf(folder, sizeof folder, "%.*s", SPAN_FMT(name));
	p->box = testing_folder(p->t, p->home, folder);
	p->told = SIZE_MAX;
	if (testing_visible(p->box) == 0) {
		testing_say(p, "* 0 EXISTS");
		p->told = 0;
	} else {
		tell_news(p);
	}
	testing_say(p, "* OK [UIDVALIDITY 7] valid");
	testing_say(p, "* OK [UIDNEXT %" PRIu32 "] next", p->box->next);
	return true;
}

static void
idle(struct peer *p)
{
	struct span line = { NULL, 0 };

	testing_say(p, "+ idling");
	while (testing_is_there(p) && testing_flush(p)) {
		const struct span in = span_skip(buf_span(&p->in), p->taken);

		if (span_find(in, SPAN("\r\n")) < in.len) {
			testing_take(p, SPAN("\r\n"), &line);
			return;
		}
		pthread_mutex_lock(&p->t->lock);
		tell_news(p);
		pthread_mutex_unlock(&p->t->lock);
		if (p->out.len == 0)
			testing_hear(p, 2);
	}
}

static void
do_uid(struct peer *p, struct span args)
{
	const struct span verb = span_cut(&args, ' ');
	const struct span set = span_cut(&args, ' ');

	if (span_caseeq(verb, SPAN("FETCH")))
		fetch(p, set, args);
	else if (span_caseeq(verb, SPAN("STORE")))
		mark(p, set);
	else if (span_caseeq(verb, SPAN("EXPUNGE")))
		expunge(p, set);
	else if (span_caseeq(verb, SPAN("SEARCH")))
		search(p, span_caseeq(set, SPAN("DELETED")));
}

/* LOGIN "user" "password" */
static void
log_in(struct peer *p, struct span args)
{
	char user[256];

	args = span_skip(args, 1);
	snprintf(user, sizeof user, "%.*s",
	    SPAN_FMT(span_take(args, span_find(args, SPAN("\"")))));
	p->box = testing_box(p->t, user);
	p->home = p->box->address;
}

void
testing_imap(struct peer *p)
{
	struct span line;

	testing_say(p, "* OK testing");
	while (testing_take(p, SPAN("\r\n"), &line)) {
		const struct span tag = span_cut(&line, ' ');
		const struct span verb = span_cut(&line, ' ');
		const bool in = span_caseeq(verb, SPAN("LOGIN"));
		char name[32];
		bool well = true;

		snprintf(name, sizeof name, "%.*s", SPAN_FMT(tag));
		if (p->t->o.drop_every != 0 &&
		    ++p->commands % p->t->o.drop_every == 0)
			return;
		if (atomic_load(&p->t->closed)) {
			testing_say(p, "%s NO go away", name);
			return;
		}
		pthread_mutex_lock(&p->t->lock);
		if (in)
			log_in(p, line);
		else if (span_caseeq(verb, SPAN("SELECT")))
			well = select_box(p, line);
		else if (span_caseeq(verb, SPAN("LIST")))
			list_folders(p);
		else if (span_caseeq(verb, SPAN("UID")))
			do_uid(p, line);
		else if (span_caseeq(verb, SPAN("EXPUNGE")))
			expunge(p, SPAN("1:*"));
		else if (span_caseeq(verb, SPAN("NOOP")))
			tell_news(p);
		pthread_mutex_unlock(&p->t->lock);
		if (span_caseeq(verb, SPAN("IDLE")))
			idle(p);
		testing_say(p, "%s %s done", name, well ? "OK" : "NO");
		if (span_caseeq(verb, SPAN("LOGOUT")))
			return;
	}
}
