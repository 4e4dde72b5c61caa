/* SPDX-License-Identifier: MIT */
#include "lib/script.h"

#include <ctype.h>

#include "lib/mem.h"

/* What one line is read with: the script so far, and lines that wait. */
struct reader {
	bool again; /* between @again and @end */
	struct script *script;
	struct step waiting; /* S*, S+, S- before their S */
	int line;
	struct err *err;
};

static bool
wrong(struct reader *r, const char *why, struct span what)
{
	return err_set(r->err, ERR_CONFIG, "%s: script line %d: %s \"%.*s\"",
	    r->script->what, r->line, why, SPAN_FMT(what));
}

static struct span
trim(struct span s)
{
	while (s.len > 0 && s.ptr[0] == ' ')
		s = span_skip(s, 1);
	while (s.len > 0 && s.ptr[s.len - 1] == ' ')
		s.len--;
	return s;
}

static struct step *
add_step(struct reader *r, enum step_kind kind, size_t party, bool claim)
{
	struct script *s = r->script;
	struct step *step;

	s->steps = mem_grow(s->steps, (s->n + 1) * sizeof s->steps[0]);
	step = &s->steps[s->n++];
	*step = (struct step){
		.kind = kind, .line = r->line, .party = party, .claim = claim
	};
	return step;
}

/* The pattern as it is compiled: "* OK" of IMAP begins with a star. */
static bool
compile_pattern(
    struct reader *r, size_t party, struct span text, struct template *what)
{
	const bool starred = r->script->parties[party].framing->starred &&
			     span_starts(text, SPAN("* "));
	char *source = mem_textf("%s%.*s", starred ? "\\" : "", SPAN_FMT(text));
	const bool ok = template_compile(what, span_of(source), true, r->err);

	free(source);
	return ok || err_while(r->err, "%s: script line %d", r->script->what,
			 r->line);
}

static bool
add_pattern(struct reader *r, size_t party, struct patterns *to,
    struct span text, bool claim)
{
	const size_t at = span_find(text, SPAN("  # "));
	struct span clause = { NULL, 0 };
	struct pattern *p;

	if (at < text.len)
		clause = trim(span_skip(text, at + 4));
	text = trim(span_take(text, at));
	if (to->n == SCRIPT_BESIDE)
		return wrong(r, "too many patterns:", text);
	to->at = mem_grow(to->at, (to->n + 1) * sizeof to->at[0]);
	p = &to->at[to->n++];
	*p = (struct pattern){
		.closed = span_eq(text, SPAN("@closed")),
		.text = mem_text(text),
		.clause = mem_text(clause),
		.claim = claim,
		.line = r->line,
	};
	return p->closed || compile_pattern(r, party, text, &p->what);
}

/* ---- S lines ---- */

static bool
read_hear(struct reader *r, size_t party, bool claim, struct span text)
{
	struct step *w = &r->waiting, *step;
	const bool others =
	    w->between.n + w->with.n + w->without.n != 0 && w->party != party;

	if (others)
		return wrong(r, "S*, S+ or S- of another party before", text);
	step = add_step(r, STEP_HEAR, party, claim);
	step->between = w->between;
	step->with = w->with;
	step->without = w->without;
	*w = (struct step){ 0 };
	if (r->script->parties[party].framing->awaits != NULL)
		step->awaited = r->script->parties[party].framing->awaits(
		    trim(span_take(text, span_find(text, SPAN("  # ")))));
	return add_pattern(r, party, &step->last, text, claim);
}

static bool
read_or(struct reader *r, size_t party, bool to_open, struct span text)
{
	struct step *step =
	    r->script->n == 0 ? NULL : &r->script->steps[r->script->n - 1];

	if (step == NULL || step->kind != STEP_HEAR || step->party != party)
		return wrong(r,
		    "S|: and S?: follow S: or S!: of the same party, not",
		    text);
	return add_pattern(r, party, to_open ? &step->open : &step->last, text,
	    !to_open && step->claim);
}

static bool
read_s(struct reader *r, size_t party, struct span mark, struct span text)
{
	struct step *w = &r->waiting;
	struct patterns *to = NULL;

	if (mark.len == 0 || span_eq(mark, SPAN("!")))
		return read_hear(r, party, mark.len != 0, text);
	if (span_eq(mark, SPAN("|")) || span_eq(mark, SPAN("?")))
		return read_or(r, party, mark.ptr[0] == '?', text);
	if (mark.ptr[0] == '*' && mark.len == 1)
		to = &w->between;
	else if (mark.ptr[0] == '+')
		to = &w->with;
	else if (mark.ptr[0] == '-')
		to = &w->without;
	if (to == NULL ||
	    (mark.len > 1 && !span_eq(span_skip(mark, 1), SPAN("!"))))
		return wrong(r, "no such kind of S line:", mark);
	w->party = party;
	return add_pattern(r, party, to, text, mark.len == 2);
}

/* ---- C lines ---- */

static bool
read_c(struct reader *r, size_t party, struct span mark, struct span text)
{
	/* clang-format off */
	static const struct {
		const char	*mark;
		enum saying	 saying;
	} kinds[] = {
		{ "",	SAY_LINE },
		{ "~",	SAY_WRONG_LINE },
		{ "=",	SAY_RAW },
		{ ".",	SAY_CONTENT },
		{ "-",	SAY_OPEN_ENDED },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct step *step;

		if (!span_eq(mark, span_of(kinds[i].mark)))
			continue;
		step = add_step(r, STEP_SAY, party, false);
		step->saying = kinds[i].saying;
		if (template_compile(&step->text, text, false, r->err))
			return true;
		return err_while(
		    r->err, "%s: script line %d", r->script->what, r->line);
	}
	return wrong(r, "no such kind of C line:", mark);
}

/* ---- @ lines ---- */

static bool
read_number(struct span text, int64_t *ms)
{
	*ms = 0;
	if (text.len == 0 || text.len > 6)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (!isdigit((unsigned char)text.ptr[i]))
			return false;
		*ms = *ms * 10 + (text.ptr[i] - '0');
	}
	return true;
}

static bool
read_party(struct reader *r, struct span rest)
{
	struct script *s = r->script;
	const struct span name = span_cut(&rest, ' '), service = trim(rest);

	if (name.len == 0 || service.len == 0)
		return wrong(r, "@party NAME SERVICE, not", name);
	if (s->n_parties == DIALOGUE_PARTIES)
		return wrong(r, "too many parties:", name);
	s->parties[s->n_parties].name = mem_text(name);
	s->parties[s->n_parties].service = mem_text(service);
	s->parties[s->n_parties].framing =
	    framing_of(s->parties[s->n_parties].service);
	if (s->parties[s->n_parties].framing == NULL)
		s->parties[s->n_parties].framing = s->parties[0].framing;
	add_step(r, STEP_OPEN, s->n_parties++, false);
	return true;
}

static bool
read_again(struct reader *r, struct span times)
{
	struct step *step;

	if (r->again)
		return wrong(r, "@again inside @again:", times);
	r->again = true;
	step = add_step(r, STEP_AGAIN, 0, false);
	return (read_number(times, &step->ms) && step->ms > 0) ||
	       wrong(r, "@again TIMES, not", times);
}

static bool
read_at(struct reader *r, size_t party, struct span text)
{
	struct span rest = text, word = span_cut(&rest, ' ');
	const bool claim = word.len > 0 && word.ptr[word.len - 1] == '!';
	struct step *step;

	rest = trim(rest);
	if (claim)
		word.len--;
	if (claim && r->again)
		return wrong(r, "no claim inside @again:", text);
	if (span_eq(word, SPAN("tls")) && rest.len == 0) {
		add_step(r, STEP_TLS, party, claim);
		return true;
	}
	if (span_eq(word, SPAN("closed")) && rest.len == 0) {
		add_step(r, STEP_CLOSED, party, claim);
		return true;
	}
	if (span_eq(word, SPAN("silent"))) {
		step = add_step(r, STEP_SILENT, party, claim);
		return read_number(rest, &step->ms) ||
		       wrong(r, "@silent MILLISECONDS, not", rest);
	}
	if (claim)
		return wrong(r, "cannot be a claim:", text);
	if (span_eq(word, SPAN("close")) && rest.len == 0) {
		add_step(r, STEP_CLOSE, party, false);
		return true;
	}
	if (span_eq(word, SPAN("pause"))) {
		step = add_step(r, STEP_PAUSE, party, false);
		return read_number(rest, &step->ms) ||
		       wrong(r, "@pause MILLISECONDS, not", rest);
	}
	if (span_eq(word, SPAN("party")))
		return read_party(r, rest);
	if (span_eq(word, SPAN("again")))
		return read_again(r, rest);
	if (span_eq(word, SPAN("end")) && rest.len == 0) {
		add_step(r, STEP_END, 0, false);
		r->again = !r->again;
		return !r->again || wrong(r, "no @again before", word);
	}
	if (span_eq(word, SPAN("start")) || span_eq(word, SPAN("stop"))) {
		step = add_step(r, STEP_MARK, party, false);
		step->start = span_eq(word, SPAN("start"));
		step->name = mem_text(rest);
		return rest.len != 0 ||
		       wrong(r, "a stopwatch has a name:", text);
	}
	return wrong(r, "no such event:", text);
}

/* ---- lines ---- */

static bool
take_party(struct reader *r, struct span *text, size_t *party)
{
	struct span rest = *text;
	const struct span word = span_cut(&rest, ' ');

	*party = 0;
	for (size_t i = 1; i < r->script->n_parties; i++)
		if (span_eq(word, span_of(r->script->parties[i].name))) {
			*party = i;
			*text = trim(rest);
			return true;
		}
	return true;
}

static bool
read_line(struct reader *r, struct span text)
{
	size_t party, colon;
	struct span mark;
	char who;

	if (trim(text).len == 0)
		return true;
	take_party(r, &text, &party);
	if (text.ptr[0] == '@')
		return read_at(r, party, span_skip(text, 1));
	colon = span_find(text, SPAN(":"));
	who = text.ptr[0];
	if (colon == text.len || colon > 3 || (who != 'S' && who != 'C'))
		return wrong(r, "neither S:, C: nor @:", text);
	mark = span_take(span_skip(text, 1), colon - 1);
	text = span_skip(text, colon + 1);
	if (text.len > 0 && text.ptr[0] == ' ')
		text = span_skip(text, 1);
	if (r->again && span_find(mark, SPAN("!")) < mark.len)
		return wrong(r, "no claim inside @again:", text);
	return who == 'S' ? read_s(r, party, mark, text)
			  : read_c(r, party, mark, text);
}

static void
patterns_free(struct patterns *p)
{
	for (size_t i = 0; i < p->n; i++) {
		template_free(&p->at[i].what);
		free(p->at[i].text);
		free(p->at[i].clause);
	}
	free(p->at);
}

static void
step_free(struct step *s)
{
	template_free(&s->text);
	patterns_free(&s->last);
	patterns_free(&s->open);
	patterns_free(&s->between);
	patterns_free(&s->with);
	patterns_free(&s->without);
	free(s->name);
}

struct script *
script_compile(const char *what, const char *text,
    const struct framing *framing, struct err *err)
{
	struct script *s = mem_new(1, sizeof *s);
	struct reader r = { .script = s, .err = err };
	struct span rest = span_of(text);
	bool ok = true;

	s->what = mem_text(span_of(what));
	s->parties[0].framing = framing;
	s->n_parties = 1;
	add_step(&r, STEP_OPEN, 0, false);
	while (ok && rest.len > 0) {
		r.line++;
		ok = read_line(&r, span_cut(&rest, '\n'));
	}
	if (ok &&
	    r.waiting.between.n + r.waiting.with.n + r.waiting.without.n != 0)
		ok = wrong(&r, "S*, S+ and S- stand before an S:", SPAN(""));
	if (ok && r.again)
		ok = wrong(&r, "@again without", SPAN("@end"));
	if (ok && s->n == 1)
		ok = wrong(&r, "nothing is said in", SPAN("an empty script"));
	step_free(&r.waiting);
	if (ok)
		return s;
	script_free(s);
	return NULL;
}

void
script_free(struct script *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n; i++)
		step_free(&s->steps[i]);
	for (size_t i = 0; i < s->n_parties; i++) {
		free(s->parties[i].name);
		free(s->parties[i].service);
	}
	free(s->steps);
	free(s->what);
	free(s);
}

size_t
script_parties(const struct script *s)
{
	return s->n_parties;
}

const char *
script_party_service(const struct script *s, size_t i)
{
	return s->parties[i].service;
}

bool
script_uses_tls(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->steps[i].kind == STEP_TLS)
			return true;
	return false;
}

static bool
has_claim(const struct patterns *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i].claim)
			return true;
	return false;
}

bool
script_claims(const struct script *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->steps[i].claim || has_claim(&s->steps[i].with) ||
		    has_claim(&s->steps[i].without))
			return true;
	return false;
}
