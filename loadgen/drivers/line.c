/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/line.h"

#include <stdio.h>

#include "lib/dialogue.h"
#include "lib/mem.h"
#include "lib/script.h"
#include "loadgen/drivers/pattern.h"
#include "loadgen/drivers/pieces.h"

struct line_patterns {
	struct pattern_flat *at;
	size_t n;
};

struct line_step {
	enum step_kind kind;
	int line; /* of the script, from 1 */

	struct pieces text;     /* STEP_SAY */
	bool content, is_ended; /* of it */
	bool encoded;           /* its octets are the framing's to make */

	struct line_patterns last, open, between, with, without;
	int awaited;
	bool may_close;
	char *expected; /* all of .last, for people */

	int64_t ms; /* STEP_PAUSE */
	int op;     /* STEP_MARK */
	bool start;
};

struct line_part {
	struct line_step *steps;
	size_t n;
};

struct line_program {
	struct driver_program base;
	const struct framing *framing;
	size_t most; /* octets of a reply */
	struct line_part parts[DRIVE_PARTS];
	size_t n_bound; /* names of the part that binds most */
};

struct line_state {
	uint64_t seen;   /* which S+ lines were, of the reply being heard */
	uint32_t octets; /* of that reply */
	uint16_t at;
	uint8_t part;
	bool waiting; /* for the handshake, or for a pause to end */
	bool secured;
	struct bound_value bound[];
};

/* Where messages are no lines, replies are of so many octets at most. */
#define MESSAGES 65536

/* Octets that a line may have as patterns see it. */
static size_t
plain_most(const struct line_program *p, size_t octets)
{
	return p->framing->encode == NULL ? 2 * octets + 64 : 4 * octets + 256;
}

/* ---- compiling ---- */

struct compiler {
	struct line_program *program;
	struct driver_setting setting; /* with names as they are bound */
	const struct script *script;
	const char *what;
	char *bound[PATTERN_BOUND]; /* names, of the part at hand */
	int lint_mode;
	size_t says; /* octets this part may say at once */
	struct err *err;
};

static bool
wrong(struct compiler *c, const struct step *s, const char *why)
{
	return err_set(c->err, ERR_CONFIG, "%s: script line %d: %s", c->what,
	    s->line, why);
}

static int
bind_name(void *ctx, struct span name)
{
	struct compiler *c = ctx;
	const int known = driver_var_find(&c->setting, name);

	if (known >= VAR_BOUND)
		return known - VAR_BOUND;
	if (known != -1 || c->setting.n_bound == PATTERN_BOUND)
		return -1;
	c->bound[c->setting.n_bound++] = mem_text(name);
	return (int)c->setting.n_bound - 1;
}

static bool
compile_patterns(struct compiler *c, const struct step *s,
    const struct patterns *from, struct line_patterns *to)
{
	size_t scratch = 0;

	to->at = mem_new(from->n + 1, sizeof to->at[0]);
	for (size_t i = 0; i < from->n; i++) {
		if (from->at[i].closed)
			continue;
		if (!pattern_compile(&to->at[to->n++], &from->at[i].what,
			c->program->framing->caseless, &c->setting, bind_name,
			c, c->err))
			return err_while(
			    c->err, "%s: script line %d", c->what, s->line);
		scratch += to->at[to->n - 1].scratch;
	}
	if (scratch > c->program->base.scratch)
		c->program->base.scratch = scratch;
	return true;
}

static char *
join(const struct patterns *p)
{
	struct buf text;
	char *copy;

	buf_init(&text, 1024);
	for (size_t i = 0; i < p->n; i++)
		buf_addf(&text, "%s%s", i == 0 ? "" : " | ", p->at[i].text);
	copy = mem_text(buf_span(&text));
	buf_free(&text);
	return copy;
}

static bool
compile_hear(struct compiler *c, const struct step *s, struct line_step *to)
{
	to->awaited = s->awaited;
	to->expected = join(&s->last);
	for (size_t i = 0; i < s->last.n; i++)
		to->may_close |= s->last.at[i].closed;
	return compile_patterns(c, s, &s->last, &to->last) &&
	       compile_patterns(c, s, &s->open, &to->open) &&
	       compile_patterns(c, s, &s->between, &to->between) &&
	       compile_patterns(c, s, &s->with, &to->with) &&
	       compile_patterns(c, s, &s->without, &to->without);
}

/* What never changes is looked at once; values are the profile's to answer. */
static bool
lint(struct compiler *c, const struct step *s, const struct pieces *text)
{
	const struct framing *f = c->program->framing;
	const char *flaw;

	if (f->lint == NULL || text->uses != 0 || text->n > 1)
		return true;
	flaw = f->lint(text->n == 0 ? SPAN("") : buf_span(&text->at[0].text),
	    &c->lint_mode);
	if (flaw == NULL)
		return true;
	return err_set(c->err, ERR_CONFIG,
	    "%s: script line %d would send %s, and is not marked so", c->what,
	    s->line, flaw);
}

/* What never changes is tried once. */
static bool
encodes(struct compiler *c, const struct step *s, const struct pieces *text)
{
	const char *flaw = NULL;
	struct buf octets;

	if (text->uses != 0 || text->n != 1)
		return true;
	buf_init(&octets, c->program->most);
	flaw =
	    c->program->framing->encode(buf_span(&text->at[0].text), &octets);
	buf_free(&octets);
	return flaw == NULL || wrong(c, s, flaw);
}

static bool
compile_say(struct compiler *c, const struct step *s, struct line_step *to)
{
	to->content = s->saying == SAY_CONTENT || s->saying == SAY_OPEN_ENDED;
	to->is_ended = s->saying == SAY_CONTENT;
	if (!pieces_add(&to->text, &s->text, &c->setting, c->err))
		return err_while(
		    c->err, "%s: script line %d", c->what, s->line);
	c->program->base.uses |= to->text.uses;
	if (to->content) {
		c->lint_mode = 0;
		c->says += 3 * to->text.most + 16;
		return true;
	}
	if (s->saying == SAY_LINE && !lint(c, s, &to->text))
		return false;
	to->encoded =
	    c->program->framing->encode != NULL && s->saying != SAY_RAW;
	if (to->encoded) {
		/* the line, and behind it the octets: no longer than that */
		c->says += 2 * to->text.most + 256;
		return encodes(c, s, &to->text);
	}
	if (s->saying != SAY_RAW)
		pieces_add_literal(&to->text, SPAN("\r\n"));
	c->says += to->text.most;
	return true;
}

static bool
compile_mark(struct compiler *c, const struct step *s, struct line_step *to)
{
	to->start = s->start;
	to->op = operations_find(c->setting.ops, span_of(s->name));
	return to->op != -1 || wrong(c, s, "@stop without @start");
}

static bool
compile_step(struct compiler *c, const struct step *s, struct line_step *to)
{
	*to = (struct line_step){ .kind = s->kind, .line = s->line };
	switch (s->kind) {
	case STEP_SAY:
		return compile_say(c, s, to);
	case STEP_HEAR:
		return compile_hear(c, s, to);
	case STEP_MARK:
		return compile_mark(c, s, to);
	case STEP_PAUSE:
		to->ms = s->ms;
		return true;
	case STEP_TLS:
		c->program->base.tls = true;
		return true;
	case STEP_CLOSED:
		return true;
	case STEP_CLOSE:
		return s == &c->script->steps[c->script->n - 1] ||
		       wrong(c, s, "in a load, @close is the last line");
	case STEP_OPEN:
		return wrong(c, s, "a load has no @party");
	case STEP_SILENT:
		return wrong(c, s,
		    "a load has no @silent; think and @pause "
		    "let time pass");
	case STEP_AGAIN:
	case STEP_END:
		return wrong(c, s, "a load has no @again");
	}
	return false;
}

static struct line_step *
add_step(struct line_part *part)
{
	part->steps =
	    mem_grow(part->steps, (part->n + 1) * sizeof part->steps[0]);
	part->steps[part->n] = (struct line_step){ 0 };
	return &part->steps[part->n++];
}

static void
add_mark(struct line_part *part, int op, bool start)
{
	*add_step(part) =
	    (struct line_step){ .kind = STEP_MARK, .op = op, .start = start };
}

/* Every operation that is begun ends, and DRIVER_OPEN_OPS are open at most. */
static bool
check_marks(struct compiler *c, const struct line_part *part)
{
	bool open[SCENARIO_OPS] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < part->n; i++) {
		const struct line_step *s = &part->steps[i];
		const struct step where = { .line = s->line };

		if (s->kind != STEP_MARK)
			continue;
		if (open[s->op] == s->start)
			return wrong(c, &where,
			    s->start ? "@start of what is started"
				     : "@stop of what is not started");
		open[s->op] = s->start;
		n += s->start ? 1 : (size_t)-1;
		if (n > DRIVER_OPEN_OPS)
			return wrong(c, &where, "too many operations at once");
	}
	return n == 0 || err_set(c->err, ERR_CONFIG,
			     "%s: a @start without @stop", c->what);
}

static bool
has_marks(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->steps[i].kind == STEP_MARK)
			return true;
	return false;
}

static bool
compile_steps(struct compiler *c, enum drive_part which)
{
	const struct script *s = c->script;
	struct line_part *part = &c->program->parts[which];
	const int op =
	    operations_find(c->setting.ops, span_of(c->setting.flow->name));
	const bool whole = which == DRIVE_BODY && !has_marks(s);

	if (s->n > UINT16_MAX - 2)
		return err_set(c->err, ERR_CONFIG, "%s: too long", c->what);
	if (whole)
		add_mark(part, op, true);
	for (size_t i = 1; i < s->n; i++) /* the first opens the connection */
		if (!compile_step(c, &s->steps[i], add_step(part)))
			return false;
	if (whole)
		add_mark(part, op, false);
	return check_marks(c, part);
}

static bool
compile_part(struct compiler *c, enum drive_part which, const char *text)
{
	static const char *const names[] = { "begin", "body", "end" };
	struct driver_program *base = &c->program->base;
	struct script *script;
	char *what;
	bool ok;

	if (text == NULL)
		return true;
	base->has[which] = true;
	what = mem_textf("%s: flow \"%s\", %s", c->setting.scenario->path,
	    c->setting.flow->name, names[which]);
	script = script_compile(what, text, c->program->framing, c->err);
	c->script = script;
	c->what = what;
	c->says = 0;
	ok = script != NULL && compile_steps(c, which);
	if (c->says > base->out_most)
		base->out_most = c->says;
	if (c->setting.n_bound > c->program->n_bound)
		c->program->n_bound = c->setting.n_bound;
	while (c->setting.n_bound > 0)
		free(c->bound[--c->setting.n_bound]);
	script_free(script);
	free(what);
	return ok;
}

/* Of the body, or what fails when begin does. */
static int
first_op(const struct line_program *p)
{
	const struct line_part *body = &p->parts[DRIVE_BODY];

	for (size_t i = 0; i < body->n; i++)
		if (body->steps[i].kind == STEP_MARK)
			return body->steps[i].op;
	return 0;
}

static void line_free(struct driver_program *);

static struct driver_program *
line_compile(const struct driver_setting *setting, struct err *err)
{
	const struct scenario_flow *flow = setting->flow;
	struct line_program *p = mem_new(1, sizeof *p);
	struct compiler c = { .program = p, .setting = *setting, .err = err };

	p->framing = framing_of(flow->service);
	if (p->framing == NULL)
		p->framing = &framing_line;
	p->most = p->framing->most;
	if (p->framing->encode != NULL && p->most > MESSAGES)
		p->most = MESSAGES;
	c.setting.bound = (const char *const *)c.bound;
	if (!compile_part(&c, DRIVE_BEGIN, flow->begin) ||
	    !compile_part(&c, DRIVE_BODY, flow->body) ||
	    !compile_part(&c, DRIVE_END, flow->end)) {
		line_free(&p->base);
		return NULL;
	}
	p->base.state_size =
	    sizeof(struct line_state) + p->n_bound * sizeof(struct bound_value);
	if (p->framing->plain != NULL)
		p->base.scratch += plain_most(p, p->most);
	p->base.hold_most = p->most;
	p->base.streams = 1;
	p->base.first_op = first_op(p);
	return &p->base;
}

static void
patterns_free(struct line_patterns *p)
{
	for (size_t i = 0; i < p->n; i++)
		pattern_free(&p->at[i]);
	free(p->at);
}

static void
step_free(struct line_step *s)
{
	pieces_free(&s->text);
	patterns_free(&s->last);
	patterns_free(&s->open);
	patterns_free(&s->between);
	patterns_free(&s->with);
	patterns_free(&s->without);
	free(s->expected);
}

static void
line_free(struct driver_program *base)
{
	struct line_program *p = (struct line_program *)base;

	if (p == NULL)
		return;
	for (size_t i = 0; i < DRIVE_PARTS; i++) {
		for (size_t k = 0; k < p->parts[i].n; k++)
			step_free(&p->parts[i].steps[k]);
		free(p->parts[i].steps);
	}
	free(p);
}

/* ---- walking ---- */

enum heard { HEARD_STEP, HEARD_NOT_YET, HEARD_WRONG };

/* All that one call works with. */
struct walk {
	const struct line_program *program;
	struct line_state *state;
	struct driver_turn *turn;
};

/* "expected 250 *, heard 451 4.3.0 \xe4..."; always shown whole octets. */
static enum heard
deviate(
    struct walk *w, const char *prefix, const char *expected, struct span heard)
{
	char *text = w->turn->why_text;
	const size_t room = sizeof w->turn->why_text;
	size_t n = (size_t)snprintf(
	    text, room, "expected %s%.80s, heard ", prefix, expected);

	for (size_t i = 0; i < heard.len && n + 5 < room; i++) {
		const unsigned char c = (unsigned char)heard.ptr[i];

		if (c >= ' ' && c <= '~')
			text[n++] = (char)c;
		else
			n += (size_t)snprintf(text + n, room - n, "\\x%02x", c);
	}
	text[n < room ? n : room - 1] = '\0';
	w->turn->why = text;
	return HEARD_WRONG;
}

static bool
matches(struct walk *w, const struct pattern_flat *p, struct span line)
{
	return pattern_match(p, line, w->state->bound, w->turn);
}

static bool
matches_any(struct walk *w, const struct line_patterns *p, struct span line)
{
	for (size_t i = 0; i < p->n; i++)
		if (matches(w, &p->at[i], line))
			return true;
	return false;
}

/* Notes which S+ lines were seen; false when an S- line was. */
static bool
judge_beside(struct walk *w, const struct line_step *s, struct span line)
{
	for (size_t i = 0; i < s->with.n; i++)
		if (!(w->state->seen & UINT64_C(1) << i) &&
		    matches(w, &s->with.at[i], line))
			w->state->seen |= UINT64_C(1) << i;
	for (size_t i = 0; i < s->without.n; i++)
		if (matches(w, &s->without.at[i], line)) {
			deviate(w, "no such line before ", s->expected, line);
			return false;
		}
	return true;
}

static enum heard
judge_middle(struct walk *w, const struct line_step *s, struct span line)
{
	if (!judge_beside(w, s, line))
		return HEARD_WRONG;
	if (s->between.n == 0 || matches_any(w, &s->between, line) ||
	    matches_any(w, &s->with, line))
		return HEARD_NOT_YET;
	return deviate(w, "other lines before ", s->expected, line);
}

static enum heard
judge_last(struct walk *w, const struct line_step *s, struct span line)
{
	if (!matches_any(w, &s->last, line)) {
		w->turn->refused = true;
		return deviate(w, "", s->expected, line);
	}
	if (!judge_beside(w, s, line))
		return HEARD_WRONG;
	if (s->with.n != 0 && w->state->seen + 1 != UINT64_C(1) << s->with.n)
		return deviate(w, "more lines before ", s->expected, line);
	return HEARD_STEP;
}

static enum heard
judge(struct walk *w, const struct line_step *s, enum framing_line what,
    struct span line)
{
	switch (what) {
	case FRAME_GARBAGE:
		return deviate(w, "", s->expected, line);
	case FRAME_EVENT:
		if (matches_any(w, &s->last, line) ||
		    matches_any(w, &s->open, line))
			return judge_last(w, s, line);
		/* fallthrough */
	case FRAME_MIDDLE:
		return judge_middle(w, s, line);
	case FRAME_LAST:
		return judge_last(w, s, line);
	case FRAME_ASIDE:
	case FRAME_NEED_MORE:
		break;
	}
	return HEARD_NOT_YET;
}

/* The line as patterns see it, laid out behind what is to be sent. */
static struct span
plain_of(struct walk *w, struct span line, struct driver_turn *t)
{
	const size_t need = plain_most(w->program, line.len);
	struct buf room = { .data = t->out + t->n_out,
		.room = t->room - t->n_out,
		.cap = t->room - t->n_out - 1 };

	/* without a literal it is the line as it came */
	if (w->program->framing->encode == NULL &&
	    memchr(line.ptr, '\n', line.len) == NULL)
		return line;
	if (need > room.cap) {
		t->full = true;
		return line;
	}
	w->program->framing->plain(line, &room);
	t->n_out += room.len; /* so that values are laid out behind it */
	return buf_span(&room);
}

static enum heard
take_line(struct walk *w, const struct line_step *s)
{
	const struct framing *f = w->program->framing;
	struct driver_turn *t = w->turn;
	const size_t said = t->n_out, before = t->in.len;
	struct span line;
	const enum framing_line what = f->take(&t->in, &line, s->awaited);
	enum heard heard;

	if (what == FRAME_NEED_MORE) {
		if (w->state->octets + t->in.len > w->program->most)
			return deviate(
			    w, "", s->expected, SPAN("(a reply without end)"));
		return HEARD_NOT_YET;
	}
	w->state->octets += (uint32_t)(before - t->in.len);
	if (f->plain != NULL && line.len != 0)
		line = plain_of(w, line, t);
	heard = judge(w, s, what, line);
	t->n_out = said;
	if (heard != HEARD_WRONG && w->state->octets > w->program->most)
		return deviate(
		    w, "", s->expected, SPAN("(a reply without end)"));
	return heard;
}

static enum heard
hear(struct walk *w, const struct line_step *s)
{
	size_t left;
	enum heard heard;

	do {
		left = w->turn->in.len;
		heard = take_line(w, s);
	} while (heard == HEARD_NOT_YET && w->turn->in.len != left);
	if (heard != HEARD_NOT_YET || !w->turn->closed)
		return heard;
	return s->may_close ? HEARD_STEP
			    : deviate(w, "", s->expected, SPAN("(closed)"));
}

/* The line is laid out where its octets will be, and moved behind them. */
static enum drive
say_encoded(struct walk *w, const struct line_step *s)
{
	struct driver_turn *t = w->turn;
	const size_t at = t->n_out;
	size_t n;
	const char *flaw;
	struct buf room;

	pieces_put(&s->text, t);
	n = t->n_out - at;
	t->n_out = at;
	if (t->full)
		return DRIVE_DONE;
	memmove(t->out + t->room - n, t->out + at, n);
	room = (struct buf){ .data = t->out + at,
		.room = t->room - n - at,
		.cap = t->room - n - at - 1 };
	flaw = w->program->framing->encode(
	    (struct span){ t->out + t->room - n, n }, &room);
	t->full = room.full;
	if (flaw == NULL) {
		t->n_out += room.len;
		return DRIVE_DONE;
	}
	snprintf(t->why_text, sizeof t->why_text,
	    "script line %d cannot be said: %.120s", s->line, flaw);
	t->why = t->why_text;
	return DRIVE_FAILED;
}

static void
say(struct walk *w, const struct line_step *s)
{
	if (!s->content) {
		pieces_put(&s->text, w->turn);
		return;
	}
	pieces_put_content(&s->text, w->turn);
	if (s->is_ended)
		driver_put(w->turn, SPAN(".\r\n"));
}

/* The handshake: once a connection, with nothing heard before it. */
static enum drive
secure(struct walk *w)
{
	struct line_state *st = w->state;

	if (st->secured)
		return DRIVE_DONE;
	if (st->waiting) {
		st->waiting = false;
		st->secured = true;
		return DRIVE_DONE;
	}
	if (w->turn->closed || w->turn->in.len != 0) {
		/* RFC 3207 4.2: nothing may stand behind the 220. */
		deviate(w, "", "(TLS handshake)",
		    w->turn->closed ? SPAN("(closed)") : w->turn->in);
		return DRIVE_FAILED;
	}
	st->waiting = true;
	return DRIVE_TLS;
}

static enum drive
pause(struct walk *w, const struct line_step *s)
{
	w->state->waiting = !w->state->waiting;
	w->turn->pause_ms = s->ms;
	return w->state->waiting ? DRIVE_PAUSE : DRIVE_DONE;
}

/* DRIVE_DONE: the step is passed. */
static enum drive
step(struct walk *w, const struct line_step *s)
{
	struct driver_turn *t = w->turn;

	switch (s->kind) {
	case STEP_SAY:
		if (t->closed)
			return DRIVE_DONE; /* the next S line will tell */
		if (s->encoded)
			return say_encoded(w, s);
		say(w, s);
		return DRIVE_DONE;
	case STEP_HEAR:
		switch (hear(w, s)) {
		case HEARD_STEP:
			return DRIVE_DONE;
		case HEARD_NOT_YET:
			return DRIVE_HEAR;
		case HEARD_WRONG:
			return DRIVE_FAILED;
		}
		break;
	case STEP_MARK:
		if (t->n_marks == DRIVER_MARKS)
			return DRIVE_AGAIN;
		driver_mark(t, s->op, s->start, true);
		return DRIVE_DONE;
	case STEP_TLS:
		return secure(w);
	case STEP_PAUSE:
		return pause(w, s);
	case STEP_CLOSED:
		t->in = span_skip(t->in, t->in.len);
		return t->closed ? DRIVE_DONE : DRIVE_HEAR;
	case STEP_CLOSE:
		t->closing = true;
		return DRIVE_DONE;
	case STEP_OPEN:
	case STEP_SILENT:
	case STEP_AGAIN:
	case STEP_END:
		break;
	}
	return DRIVE_FAILED;
}

static enum drive
line_feed(
    const struct driver_program *base, void *state, struct driver_turn *turn)
{
	struct walk w = { (const struct line_program *)base, state, turn };
	const struct line_part *part = &w.program->parts[w.state->part];
	struct span bound[PATTERN_BOUND];

	for (size_t i = 0; i < w.program->n_bound; i++)
		bound[i] = (struct span){ w.state->bound[i].text,
			w.state->bound[i].len };
	turn->bound = bound;
	while (w.state->at < part->n) {
		const struct line_step *s = &part->steps[w.state->at];
		const enum drive drive = step(&w, s);

		if (drive != DRIVE_DONE)
			return drive;
		if (s->kind == STEP_HEAR)
			for (size_t i = 0; i < w.program->n_bound; i++)
				bound[i].len = w.state->bound[i].len;
		w.state->at++;
		w.state->octets = 0;
		w.state->seen = 0;
	}
	turn->closing |= turn->closed;
	return DRIVE_DONE;
}

static enum drive
line_begin(const struct driver_program *base, void *state, enum drive_part part,
    struct driver_turn *turn)
{
	const struct line_program *p = (const struct line_program *)base;
	struct line_state *st = state;

	*st = (struct line_state){ .part = (uint8_t)part,
		.secured = st->secured };
	for (size_t i = 0; i < p->n_bound; i++)
		st->bound[i].len = 0;
	return line_feed(base, state, turn);
}

static void
nothing(const struct driver_program *base, void *state)
{
	(void)base;
	(void)state;
}

const struct driver driver_line = {
	.name = "line",
	.compile = line_compile,
	.free = line_free,
	.open = nothing,
	.begin = line_begin,
	.feed = line_feed,
	.close = nothing,
};
