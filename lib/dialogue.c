/* SPDX-License-Identifier: MIT */
#include "lib/dialogue_inner.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/mem.h"

#define SAY_MOST (64u << 20)
#define AGAIN_MS 100 /* between two tries of what stands in @again */

struct dialogue *
dialogue_new(const struct script *script, template_lookup *lookup, void *ctx)
{
	struct dialogue *d = mem_new(1, sizeof *d);

	d->script = script;
	d->lookup = lookup;
	d->ctx = ctx;
	buf_init(&d->reply, 4096);
	buf_init(&d->plain, 2 * HEARD_MOST);
	for (size_t i = 0; i < DIALOGUE_PARTIES; i++) {
		buf_init(&d->parties[i].heard, HEARD_MOST);
		buf_init(&d->parties[i].out, SAY_MOST);
	}
	return d;
}

void
dialogue_free(struct dialogue *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < DIALOGUE_PARTIES; i++) {
		buf_free(&d->parties[i].heard);
		buf_free(&d->parties[i].out);
	}
	for (size_t i = 0; i < d->n_bindings; i++) {
		buf_free(&d->bindings[i].name);
		buf_free(&d->bindings[i].value);
	}
	free(d->bindings);
	buf_free(&d->reply);
	buf_free(&d->plain);
	free(d);
}

void
dialogue_mute(struct dialogue *d)
{
	d->mute = true;
}

/* ---- how it ends ---- */

void
dialogue_end(struct dialogue *d, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	if (d->over)
		return;
	d->over = true;
	d->verdict = v;
	va_start(ap, fmt);
	vsnprintf(d->why, sizeof d->why, fmt, ap);
	va_end(ap);
}

/* ---- what we say ---- */

/* RFC 5321 4.5.2; a lone LF of a fixture file stands for a line end. */
static void
add_content(struct buf *out, struct span content, bool ended)
{
	while (content.len > 0) {
		struct span line = span_cut(&content, '\n');

		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		if (line.len > 0 && line.ptr[0] == '.')
			buf_add(out, SPAN("."));
		buf_add(out, line);
		buf_add(out, SPAN("\r\n"));
	}
	if (ended)
		buf_add(out, SPAN(".\r\n"));
}

static bool
lint_passes(struct dialogue *d, const struct step *s, struct span line)
{
	const struct framing *f = dialogue_framing(d);
	const char *flaw;

	if (f->lint == NULL)
		return true;
	flaw = f->lint(line, &d->parties[s->party].lint_mode);
	if (flaw == NULL)
		return true;
	dialogue_end(d, BROKEN,
	    "script line %d would send %s, and is not marked so", s->line,
	    flaw);
	return false;
}

static void
say_line(struct dialogue *d, const struct step *s, struct span line)
{
	struct party *p = &d->parties[s->party];
	const struct framing *f = dialogue_framing(d);
	const char *flaw = f->encode == NULL ? NULL : f->encode(line, &p->out);

	if (flaw != NULL)
		dialogue_end(d, BROKEN, "script line %d cannot be sent: %s",
		    s->line, flaw);
	if (f->encode != NULL)
		return;
	buf_add(&p->out, line);
	buf_add(&p->out, SPAN("\r\n"));
}

static void
say(struct dialogue *d, const struct step *s)
{
	struct party *p = &d->parties[s->party];
	struct buf text;
	struct err err;

	if (p->closed || d->mute)
		return; /* nobody hears it; the next S line will tell */
	buf_init(&text, TEMPLATE_VALUE_MAX);
	if (!template_expand(&s->text, dialogue_look_up, d, &text, &err)) {
		dialogue_end(
		    d, BROKEN, "script line %d: %s", s->line, err.what);
	} else if (s->saying == SAY_CONTENT || s->saying == SAY_OPEN_ENDED) {
		add_content(&p->out, buf_span(&text), s->saying == SAY_CONTENT);
		if (s->saying == SAY_CONTENT)
			p->lint_mode = 0;
	} else if (s->saying == SAY_RAW) {
		buf_add(&p->out, buf_span(&text));
	} else if (s->saying == SAY_WRONG_LINE ||
		   lint_passes(d, s, buf_span(&text))) {
		say_line(d, s, buf_span(&text));
	}
	buf_free(&text);
	if (p->out.full)
		dialogue_end(d, BROKEN,
		    "script line %d: more to send than %u octets", s->line,
		    SAY_MOST);
}

static bool
may_close(const struct step *s)
{
	for (size_t i = 0; i < s->last.n; i++)
		if (s->last.at[i].closed)
			return true;
	return false;
}

static struct span
closed_text(const struct party *p, char *text, size_t room)
{
	snprintf(text, room,
	    p->close_detail[0] == '\0' ? "(closed%s)" : "(closed: %s)",
	    p->close_detail);
	return span_of(text);
}

/* ---- walking ---- */

/* Can the step be passed with what is there?  May end the dialogue. */
static bool
passable(struct dialogue *d, const struct step *s)
{
	struct party *p = &d->parties[s->party];
	char text[160];

	switch (s->kind) {
	case STEP_OPEN:
		return p->open;
	case STEP_SAY:
		say(d, s);
		return !d->over;
	case STEP_HEAR:
		if (dialogue_hear(d, s))
			return true;
		if (dialogue_is_stopped(d) || !p->closed)
			return false;
		if (may_close(s))
			return true;
		/* it took its leave: no answer to what we asked */
		if (p->leaving)
			dialogue_deviate(d, false, s->line, s->last.at[0].text,
			    s->last.at[0].clause,
			    closed_text(p, text, sizeof text));
		dialogue_deviate_step(d, closed_text(p, text, sizeof text));
		return false;
	case STEP_TLS:
		if (p->closed && !p->secured)
			dialogue_deviate_step(
			    d, closed_text(p, text, sizeof text));
		else if (p->heard.len != 0 && !p->secured)
			/* RFC 3207 4.2: nothing may stand behind the 220. */
			dialogue_deviate_step(d, buf_span(&p->heard));
		return p->secured;
	case STEP_CLOSED:
		buf_clear(&p->heard);
		return p->closed;
	case STEP_CLOSE:
		return p->closed;
	case STEP_SILENT:
		if (p->heard.len != 0)
			dialogue_deviate_step(d, buf_span(&p->heard));
		return p->closed && !dialogue_is_stopped(d);
	case STEP_PAUSE:
		return false;
	case STEP_AGAIN:
		d->again = (struct again){
			.at = d->at, .left = s->ms - 1, .bound = d->n_bindings
		};
		return true;
	case STEP_END:
		d->again = (struct again){ 0 };
		return true;
	case STEP_MARK: /* a load times it */
		return true;
	}
	return false;
}

static void
walk(struct dialogue *d)
{
	while (!dialogue_is_stopped(d) && d->at < d->script->n) {
		if (!passable(d, &d->script->steps[d->at]))
			return;
		d->at++;
		dialogue_reply_begins(d);
	}
	if (!d->again.failed)
		dialogue_end(d, PASS, "%s", "");
}

/* ---- another try ---- */

/* A party that began in this try and is still there; or none. */
static size_t
left_over(const struct dialogue *d)
{
	for (size_t i = d->again.at; i <= d->at && i < d->script->n; i++) {
		const struct step *s = &d->script->steps[i];
		const struct party *p = &d->parties[s->party];

		if (s->kind == STEP_OPEN && p->open && !p->closed)
			return s->party;
	}
	return DIALOGUE_PARTIES;
}

static struct dialogue_need
clear_away(const struct dialogue *d)
{
	const size_t party = left_over(d);

	if (party < DIALOGUE_PARTIES)
		return (
		    struct dialogue_need){ .want = WANT_CLOSE, .party = party };
	return (struct dialogue_need){ .want = WANT_PAUSE, .ms = AGAIN_MS };
}

static void
party_renew(struct party *p)
{
	buf_clear(&p->heard);
	buf_clear(&p->out);
	p->open = p->closed = p->secured = p->leaving = false;
	p->lint_mode = 0;
	p->close_detail[0] = '\0';
}

static void
try_again(struct dialogue *d)
{
	for (size_t i = d->again.at; i <= d->at && i < d->script->n; i++)
		if (d->script->steps[i].kind == STEP_OPEN)
			party_renew(&d->parties[d->script->steps[i].party]);
	while (d->n_bindings > d->again.bound) {
		struct binding *b = &d->bindings[--d->n_bindings];

		buf_free(&b->name);
		buf_free(&b->value);
	}
	d->at = d->again.at + 1;
	d->again.left--;
	d->again.failed = false;
	dialogue_reply_begins(d);
	walk(d);
}

struct dialogue_need
dialogue_wants(const struct dialogue *d)
{
	/* clang-format off */
	static const enum dialogue_want wants[] = {
		[STEP_OPEN]	= WANT_OPEN,
		[STEP_SAY]	= WANT_SEND,
		[STEP_HEAR]	= WANT_HEAR,
		[STEP_TLS]	= WANT_TLS,
		[STEP_CLOSED]	= WANT_HEAR,
		[STEP_CLOSE]	= WANT_CLOSE,
		[STEP_SILENT]	= WANT_SILENCE,
		[STEP_PAUSE]	= WANT_PAUSE,
		[STEP_MARK]	= WANT_NOTHING,
		[STEP_AGAIN]	= WANT_NOTHING,
		[STEP_END]	= WANT_NOTHING,
	};
	/* clang-format on */
	const struct step *s;

	if (d->over)
		return (struct dialogue_need){ .want = WANT_NOTHING };
	if (d->again.failed)
		return clear_away(d);
	for (size_t i = 0; i < DIALOGUE_PARTIES; i++)
		if (d->parties[i].out.len != 0 && !d->parties[i].closed)
			return (struct dialogue_need){ .want = WANT_SEND,
				.party = i };
	s = &d->script->steps[d->at];
	return (struct dialogue_need){ wants[s->kind], s->party, s->ms };
}

/* ---- events ---- */

void
dialogue_opened(struct dialogue *d, size_t party)
{
	if (d->over)
		return;
	d->parties[party].open = true;
	walk(d);
}

void
dialogue_feed(struct dialogue *d, size_t party, struct span heard)
{
	struct party *p = &d->parties[party];

	while (!dialogue_is_stopped(d) && heard.len > 0) {
		const size_t room = p->heard.cap - p->heard.len;
		const struct span part = span_take(heard, room);

		if (part.len == 0) {
			dialogue_deviate_step(
			    d, SPAN("(more than we asked for)"));
			return;
		}
		buf_add(&p->heard, part);
		heard = span_skip(heard, part.len);
		if (d->script->steps[d->at].kind != STEP_OPEN)
			walk(d);
	}
}

void
dialogue_sent(struct dialogue *d, size_t party, size_t n)
{
	buf_drop(&d->parties[party].out, n);
}

void
dialogue_secured(struct dialogue *d, size_t party, bool ok, const char *detail)
{
	if (d->over)
		return;
	if (!ok) {
		dialogue_deviate_step(d, span_of(detail));
		return;
	}
	d->parties[party].secured = true;
	walk(d);
}

void
dialogue_hung_up(struct dialogue *d, size_t party, const char *detail)
{
	struct party *p = &d->parties[party];

	if (d->over || p->closed)
		return;
	p->closed = true;
	snprintf(p->close_detail, sizeof p->close_detail, "%s",
	    detail == NULL ? "" : detail);
	buf_clear(&p->out);
	if (d->script->steps[d->at].kind != STEP_OPEN && !d->again.failed)
		walk(d);
}

void
dialogue_timeout(struct dialogue *d)
{
	const struct step *s;

	if (d->over)
		return;
	if (d->again.failed) {
		try_again(d);
		return;
	}
	s = &d->script->steps[d->at];
	if (s->kind == STEP_SILENT || s->kind == STEP_PAUSE) {
		d->at++;
		dialogue_reply_begins(d);
		walk(d);
		return;
	}
	dialogue_deviate_step(d, SPAN("(silence)"));
}

void
dialogue_abandon(struct dialogue *d, enum verdict v, const char *why)
{
	dialogue_end(d, v, "%s", why);
}

struct span
dialogue_out(const struct dialogue *d, size_t party)
{
	return buf_span(&d->parties[party].out);
}

bool
dialogue_over(const struct dialogue *d)
{
	return d->over;
}

enum verdict
dialogue_verdict(const struct dialogue *d)
{
	return d->verdict;
}

const char *
dialogue_why(const struct dialogue *d)
{
	return d->why;
}

const struct deviation *
dialogue_deviation(const struct dialogue *d)
{
	return &d->deviation;
}
