/* SPDX-License-Identifier: MIT */
#include "lib/dialogue.h"

#include <stdarg.h>
#include <stdio.h>

#include "lib/mem.h"
#include "lib/script.h"
#include "lib/text.h"

#define HEARD_MOST \
	(1u << 20) /* octets kept from a party and not yet judged \
		    */
#define SAY_MOST (64u << 20)

/* A name that was bound on first hearing. */
struct binding {
	struct buf name, value;
};

struct party {
	bool open, closed, secured;
	bool leaving; /* it said so, between other things */
	struct buf heard, out;
	int lint_mode;
	char close_detail[128];
};

#define AGAIN_MS 100 /* between two tries of what stands in @again */

/* Of the @again that we are in. */
struct again {
	size_t at;    /* its step; 0: in none */
	int64_t left; /* tries */
	size_t bound; /* names that were, before */
	bool failed;  /* this try has; it is being cleared away */
};

struct dialogue {
	const struct script *script;
	template_lookup *lookup;
	void *ctx;
	size_t at; /* step we stand on */
	struct party parties[DIALOGUE_PARTIES];
	struct binding *bindings;
	size_t n_bindings;

	/* Of the reply being heard. */
	struct buf reply; /* its lines so far, for the record */
	struct buf plain; /* the line at hand, where framing makes it so */
	uint64_t seen;    /* which S+ lines were */
	size_t reply_octets;

	struct {
		struct span name;
		bool start;
	} marks[16];
	size_t n_marks;

	struct again again;
	bool mute;
	bool over;
	enum verdict verdict;
	char why[256];
	struct deviation deviation;
};

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

static void end(struct dialogue *d, enum verdict v, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
end(struct dialogue *d, enum verdict v, const char *fmt, ...)
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

/* Nothing more is heard: it is over, or this try is. */
static bool
is_stopped(const struct dialogue *d)
{
	return d->over || d->again.failed;
}

/* The target left the script at a line that expected "expected". */
static void
deviate(struct dialogue *d, bool claim, int line, const char *expected,
    const char *clause, struct span heard)
{
	struct deviation *dev = &d->deviation;

	if (is_stopped(d))
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
	end(d, claim ? FAIL : INCONCLUSIVE, "expected %.100s, heard %.100s",
	    dev->expected, dev->heard);
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
static void
deviate_step(struct dialogue *d, struct span heard)
{
	const struct step *s = &d->script->steps[d->at];
	char expected[512];

	switch (s->kind) {
	case STEP_HEAR:
		join(&s->last, expected, sizeof expected);
		deviate(d, s->claim, s->line, expected, s->last.at[0].clause,
		    heard);
		break;
	case STEP_TLS:
		deviate(d, s->claim, s->line, "(TLS handshake)", "", heard);
		break;
	case STEP_CLOSED:
		deviate(d, s->claim, s->line, "(closed)", "", heard);
		break;
	case STEP_SILENT:
		deviate(d, s->claim, s->line, "(silence)", "", heard);
		break;
	default:
		deviate(d, false, s->line, "(connection)", "", heard);
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

static bool
look_up(void *ctx, struct span name, struct buf *value)
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
static const struct framing *
framing(const struct dialogue *d)
{
	return d->script->parties[d->script->steps[d->at].party].framing;
}

static bool
matches(struct dialogue *d, const struct pattern *p, struct span line)
{
	return !p->closed && template_match(&p->what, line,
				 framing(d)->caseless, look_up, bind, d);
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
	const struct framing *f = framing(d);

	return matches_any(d, &s->open, line) ||
	       (f->leaves != NULL && f->leaves(line));
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
	const struct framing *f = framing(d);
	const char *flaw;

	if (f->lint == NULL)
		return true;
	flaw = f->lint(line, &d->parties[s->party].lint_mode);
	if (flaw == NULL)
		return true;
	end(d, BROKEN, "script line %d would send %s, and is not marked so",
	    s->line, flaw);
	return false;
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
	if (!template_expand(&s->text, look_up, d, &text, &err)) {
		end(d, BROKEN, "script line %d: %s", s->line, err.what);
	} else if (s->saying == SAY_CONTENT || s->saying == SAY_OPEN_ENDED) {
		add_content(&p->out, buf_span(&text), s->saying == SAY_CONTENT);
		if (s->saying == SAY_CONTENT)
			p->lint_mode = 0;
	} else if (s->saying != SAY_LINE ||
		   lint_passes(d, s, buf_span(&text))) {
		buf_add(&p->out, buf_span(&text));
		if (s->saying != SAY_RAW)
			buf_add(&p->out, SPAN("\r\n"));
	}
	buf_free(&text);
	if (p->out.full)
		end(d, BROKEN, "script line %d: more to send than %u octets",
		    s->line, SAY_MOST);
}

/* ---- what we hear ---- */

static void
reply_begins(struct dialogue *d)
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
		deviate(d, p->claim || s->claim, p->line, expected, p->clause,
		    line);
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
	deviate(d, s->claim, s->line, expected, s->between.at[0].clause, line);
	return false;
}

static bool
judge_last(struct dialogue *d, const struct step *s, struct span line)
{
	const bool permitted = matches_any(d, &s->last, line);

	if (!permitted && stays_open(d, s, line)) {
		char expected[512];

		join(&s->last, expected, sizeof expected);
		deviate(
		    d, false, s->line, expected, s->last.at[0].clause, line);
		return false;
	}
	if (!permitted) {
		/* An S* that runs up to the end of the reply, as in EHLO's. */
		deviate_step(d, line);
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
		deviate(d, p->claim || s->claim, p->line, expected, p->clause,
		    buf_span(&d->reply));
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
	const struct framing *f = framing(d);

	switch (what) {
	case FRAME_GARBAGE:
		deviate_step(d, line);
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
static bool
hear(struct dialogue *d, const struct step *s)
{
	const struct framing *f = framing(d);
	struct party *p = &d->parties[s->party];

	while (!is_stopped(d)) {
		struct span in = buf_span(&p->heard), line;
		const enum framing_line what = f->take(&in, &line, s->awaited);
		bool done;

		if (what == FRAME_NEED_MORE) {
			if (d->reply_octets + in.len > f->most)
				deviate_step(d, SPAN("(a reply without end)"));
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
		if (!is_stopped(d) && d->reply_octets > f->most)
			deviate_step(d, SPAN("(a reply without end)"));
		buf_drop(&p->heard, p->heard.len - in.len);
		if (done)
			return !is_stopped(d);
	}
	return false;
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

static void
mark(struct dialogue *d, const struct step *s)
{
	if (d->n_marks == sizeof d->marks / sizeof d->marks[0])
		return;
	d->marks[d->n_marks].name = span_of(s->name);
	d->marks[d->n_marks++].start = s->start;
}

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
		if (hear(d, s))
			return true;
		if (is_stopped(d) || !p->closed)
			return false;
		if (may_close(s))
			return true;
		/* it took its leave: no answer to what we asked */
		if (p->leaving)
			deviate(d, false, s->line, s->last.at[0].text,
			    s->last.at[0].clause,
			    closed_text(p, text, sizeof text));
		deviate_step(d, closed_text(p, text, sizeof text));
		return false;
	case STEP_TLS:
		if (p->closed && !p->secured)
			deviate_step(d, closed_text(p, text, sizeof text));
		else if (p->heard.len != 0 && !p->secured)
			/* RFC 3207 4.2: nothing may stand behind the 220. */
			deviate_step(d, buf_span(&p->heard));
		return p->secured;
	case STEP_CLOSED:
		buf_clear(&p->heard);
		return p->closed;
	case STEP_CLOSE:
		return p->closed;
	case STEP_SILENT:
		if (p->heard.len != 0)
			deviate_step(d, buf_span(&p->heard));
		return p->closed && !is_stopped(d);
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
	case STEP_MARK:
		mark(d, s);
		return true;
	}
	return false;
}

static void
walk(struct dialogue *d)
{
	while (!is_stopped(d) && d->at < d->script->n) {
		if (!passable(d, &d->script->steps[d->at]))
			return;
		d->at++;
		reply_begins(d);
	}
	if (!d->again.failed)
		end(d, PASS, "%s", "");
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
	reply_begins(d);
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

	while (!is_stopped(d) && heard.len > 0) {
		const size_t room = p->heard.cap - p->heard.len;
		const struct span part = span_take(heard, room);

		if (part.len == 0) {
			deviate_step(d, SPAN("(more than we asked for)"));
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
		deviate_step(d, span_of(detail));
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
		reply_begins(d);
		walk(d);
		return;
	}
	deviate_step(d, SPAN("(silence)"));
}

void
dialogue_abandon(struct dialogue *d, enum verdict v, const char *why)
{
	end(d, v, "%s", why);
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

bool
dialogue_mark(struct dialogue *d, struct span *name, bool *start)
{
	if (d->n_marks == 0)
		return false;
	*name = d->marks[0].name;
	*start = d->marks[0].start;
	d->n_marks--;
	memmove(&d->marks[0], &d->marks[1], d->n_marks * sizeof d->marks[0]);
	return true;
}
