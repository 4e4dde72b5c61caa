/* SPDX-License-Identifier: MIT */
/* What is heard, against what the script expects. */
#include <stdio.h>

#include "lib/dialogue_inner.h"
#include "lib/mem.h"
#include "lib/text.h"

/* ---- deviations ---- */

static void
copy_escaped(char *to, size_t room, struct span bytes)
{
	struct buf out;
	size_t n;

	buf_init(&out, 4 * bytes.len + 1);
	text_escape(bytes, &out);
	n = out.len < room ? out.len : room - 1;
	/* Never end inside a character. */
	while (n < out.len && n > 0 && (out.data[n] & 0xc0) == 0x80)
		n--;
	if (n > 0)
		memcpy(to, out.data, n);
	to[n] = '\0';
	buf_free(&out);
}

/* The target left the script at a line that expected "expected". */
void
dialogue_deviate(struct dialogue *d, bool claim, int line, const char *expected,
    const char *clause, struct span heard)
{
	struct deviation *dev = &d->deviation;

	if (dialogue_is_stopped(d))
		return;
	if (d->again.at != 0 && d->again.left > 0) {
		d->again.failed = true;
		return;
	}
	dev->script_line = line;
	dev->party = d->script->steps[d->at].party;
	snprintf(dev->expected, sizeof dev->expected, "%s", expected);
	snprintf(dev->clause, sizeof dev->clause, "%s", clause);
	copy_escaped(dev->heard, sizeof dev->heard, span_take(heard, 500));
	dialogue_end(d, claim ? FAIL : INCONCLUSIVE,
	    "expected %.100s, heard %.100s", dev->expected, dev->heard);
}

static void
join(const struct patterns *p, char *text, size_t room)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < p->n && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s",
		    i == 0 ? "" : " | ", p->at[i].text);
}

/* The line itself is wrong, or it did not come. */
void
dialogue_deviate_step(struct dialogue *d, struct span heard)
{
	const struct step *s = &d->script->steps[d->at];
	char expected[512];

	switch (s->kind) {
	case STEP_HEAR:
		join(&s->last, expected, sizeof expected);
		dialogue_deviate(d, s->claim, s->line, expected,
		    s->last.at[0].clause, heard);
		break;
	case STEP_TLS:
		dialogue_deviate(
		    d, s->claim, s->line, "(TLS handshake)", "", heard);
		break;
	case STEP_CLOSED:
		dialogue_deviate(d, s->claim, s->line, "(closed)", "", heard);
		break;
	case STEP_SILENT:
		dialogue_deviate(d, s->claim, s->line, "(silence)", "", heard);
		break;
	default:
		dialogue_deviate(d, false, s->line, "(connection)", "", heard);
		break;
	}
}

/* ---- names ---- */

static const struct binding *
bound(const struct dialogue *d, struct span name)
{
	for (size_t i = 0; i < d->n_bindings; i++)
		if (span_eq(buf_span(&d->bindings[i].name), name))
			return &d->bindings[i];
	return NULL;
}

bool
dialogue_look_up(void *ctx, struct span name, struct buf *value)
{
	struct dialogue *d = ctx;
	const struct binding *b = bound(d, name);

	if (b == NULL)
		return d->lookup != NULL && d->lookup(d->ctx, name, value);
	buf_add(value, buf_span(&b->value));
	return true;
}

static void
bind(void *ctx, struct span name, struct span value)
{
	struct dialogue *d = ctx;
	struct binding *b;

	d->bindings =
	    mem_grow(d->bindings, (d->n_bindings + 1) * sizeof d->bindings[0]);
	b = &d->bindings[d->n_bindings++];
	buf_init(&b->name, 256);
	buf_init(&b->value, HEARD_MOST);
	buf_add(&b->name, name);
	buf_add(&b->value, value);
}

/* Of the party whose step we stand on. */
const struct framing *
dialogue_framing(const struct dialogue *d)
{
	return d->script->parties[d->script->steps[d->at].party].framing;
}

static bool
matches(struct dialogue *d, const struct pattern *p, struct span line)
{
	return !p->closed &&
	       template_match(&p->what, line, dialogue_framing(d)->caseless,
		   dialogue_look_up, bind, d);
}

static bool
matches_any(struct dialogue *d, const struct patterns *p, struct span line)
{
	for (size_t i = 0; i < p->n; i++)
		if (matches(d, &p->at[i], line))
			return true;
	return false;
}

/* A line that is no answer, or one that S? has. */
static bool
stays_open(struct dialogue *d, const struct step *s, struct span line)
{
	const struct framing *f = dialogue_framing(d);

	return matches_any(d, &s->open, line) ||
	       (f->leaves != NULL && f->leaves(line));
}

/* ---- what we hear ---- */

void
dialogue_reply_begins(struct dialogue *d)
{
	buf_clear(&d->reply);
	d->seen = 0;
	d->reply_octets = 0;
}

/* Notes which S+ lines were seen; false when an S- line was. */
static bool
judge_beside(struct dialogue *d, const struct step *s, struct span line)
{
	for (size_t i = 0; i < s->with.n; i++)
		if (!(d->seen & 1ull << i) && matches(d, &s->with.at[i], line))
			d->seen |= 1ull << i;
	for (size_t i = 0; i < s->without.n; i++) {
		const struct pattern *p = &s->without.at[i];
		char expected[512];

		if (!matches(d, p, line))
			continue;
		snprintf(expected, sizeof expected, "no line like %s", p->text);
		dialogue_deviate(d, p->claim || s->claim, p->line, expected,
		    p->clause, line);
		return false;
	}
	return true;
}

static bool
judge_middle(struct dialogue *d, const struct step *s, struct span line)
{
	char expected[512];

	if (!judge_beside(d, s, line))
		return false;
	if (s->between.n == 0 || matches_any(d, &s->between, line) ||
	    matches_any(d, &s->with, line))
		return true;
	join(&s->between, expected, sizeof expected);
	dialogue_deviate(
	    d, s->claim, s->line, expected, s->between.at[0].clause, line);
	return false;
}

static bool
judge_last(struct dialogue *d, const struct step *s, struct span line)
{
	const bool permitted = matches_any(d, &s->last, line);

	if (!permitted && stays_open(d, s, line)) {
		char expected[512];

		join(&s->last, expected, sizeof expected);
		dialogue_deviate(
		    d, false, s->line, expected, s->last.at[0].clause, line);
		return false;
	}
	if (!permitted) {
		/* An S* that runs up to the end of the reply, as in EHLO's. */
		dialogue_deviate_step(d, line);
		return false;
	}
	if (!judge_beside(d, s, line))
		return false;
	for (size_t i = 0; i < s->with.n; i++) {
		const struct pattern *p = &s->with.at[i];
		char expected[512];

		if (d->seen & 1ull << i)
			continue;
		snprintf(expected, sizeof expected, "a line like %s", p->text);
		dialogue_deviate(d, p->claim || s->claim, p->line, expected,
		    p->clause, buf_span(&d->reply));
		return false;
	}
	return true;
}

static void
remember(struct dialogue *d, struct span line)
{
	if (d->reply.len + line.len + 3 < d->reply.cap) {
		buf_add(&d->reply, line);
		buf_add(&d->reply, SPAN("\r\n"));
	}
}

/* One line, as patterns see it; true when the step is done with. */
static bool
judge(struct dialogue *d, const struct step *s, enum framing_line what,
    struct span line)
{
	struct party *p = &d->parties[s->party];
	const struct framing *f = dialogue_framing(d);

	switch (what) {
	case FRAME_GARBAGE:
		dialogue_deviate_step(d, line);
		return false;
	case FRAME_EVENT:
		if (matches_any(d, &s->last, line) ||
		    matches_any(d, &s->open, line))
			return judge_last(d, s, line);
		/* fallthrough */
	case FRAME_MIDDLE:
		p->leaving |= f->leaves != NULL && f->leaves(line);
		judge_middle(d, s, line);
		return false;
	case FRAME_LAST:
		return judge_last(d, s, line);
	case FRAME_ASIDE:
	case FRAME_NEED_MORE:
		break;
	}
	return false;
}

/* Takes lines off what was heard; true when the step is done with. */
bool
dialogue_hear(struct dialogue *d, const struct step *s)
{
	const struct framing *f = dialogue_framing(d);
	struct party *p = &d->parties[s->party];

	while (!dialogue_is_stopped(d)) {
		struct span in = buf_span(&p->heard), line;
		const enum framing_line what = f->take(&in, &line, s->awaited);
		bool done;

		if (what == FRAME_NEED_MORE) {
			if (d->reply_octets + in.len > f->most)
				dialogue_deviate_step(
				    d, SPAN("(a reply without end)"));
			return false;
		}
		d->reply_octets += p->heard.len - in.len;
		if (f->plain != NULL) {
			buf_clear(&d->plain);
			f->plain(line, &d->plain);
			line = buf_span(&d->plain);
		}
		remember(d, line);
		done = judge(d, s, what, line);
		if (!dialogue_is_stopped(d) && d->reply_octets > f->most)
			dialogue_deviate_step(d, SPAN("(a reply without end)"));
		buf_drop(&p->heard, p->heard.len - in.len);
		if (done)
			return !dialogue_is_stopped(d);
	}
	return false;
}
