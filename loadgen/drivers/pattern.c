/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/pattern.h"

#include "lib/mem.h"

static struct pattern_atom *
grow(struct pattern_flat *p)
{
	p->atoms = mem_grow(p->atoms, (p->n + 1) * sizeof p->atoms[0]);
	p->atoms[p->n] = (struct pattern_atom){ 0 };
	buf_init(&p->atoms[p->n].text, TEMPLATE_VALUE_MAX);
	return &p->atoms[p->n++];
}

/* "250 *", "*", "221 Bye": the whole is one comparison. */
static void
simplify(struct pattern_flat *p)
{
	const bool text = p->n > 0 && p->atoms[0].kind == ATOM_TEXT;
	const bool many = p->n > 0 && p->atoms[p->n - 1].kind == ATOM_MANY;

	if (p->n == 0 || (p->n == 1 && text))
		p->kind = FLAT_EXACT;
	else if (p->n == 1 && many)
		p->kind = FLAT_ANY;
	else if (p->n == 2 && text && many)
		p->kind = FLAT_PREFIX;
	else
		return;
	if (text)
		buf_add(&p->text, buf_span(&p->atoms[0].text));
}

bool
pattern_compile(struct pattern_flat *p, const struct template *t, bool caseless,
    const struct driver_setting *d, int (*bind)(void *ctx, struct span name),
    void *ctx, struct err *err)
{
	*p =
	    (struct pattern_flat){ .kind = FLAT_GENERAL, .caseless = caseless };
	buf_init(&p->text, TEMPLATE_VALUE_MAX);
	for (size_t i = 0; i < t->n; i++) {
		const struct part *part = &t->parts[i];
		const bool joins = part->kind == PART_TEXT && p->n > 0 &&
				   p->atoms[p->n - 1].kind == ATOM_TEXT;
		struct pattern_atom *a = joins ? &p->atoms[p->n - 1] : grow(p);
		const struct template one = { t->parts + i, 1 };

		switch (part->kind) {
		case PART_TEXT:
			a->kind = ATOM_TEXT;
			for (size_t k = 0; k < part->times; k++)
				buf_add(&a->text, buf_span(&part->text));
			break;
		case PART_VALUE:
			a->kind = ATOM_VALUE;
			if (!pieces_add(&a->value, &one, d, err))
				return false;
			p->scratch += a->value.most;
			break;
		case PART_MANY:
			a->kind = ATOM_MANY;
			break;
		case PART_ONE:
			a->kind = ATOM_ONE;
			break;
		case PART_BIND:
			a->kind = ATOM_BIND;
			a->bound = bind(ctx, buf_span(&part->text));
			if (a->bound == -1)
				return err_set(err, ERR_CONFIG,
				    "a flow binds at most %d names, not "
				    "\"$%s\"",
				    PATTERN_BOUND, buf_text(&part->text));
			break;
		}
	}
	if (p->n > PATTERN_ATOMS)
		return err_set(err, ERR_CONFIG,
		    "a pattern has at most %d parts", PATTERN_ATOMS);
	simplify(p);
	return true;
}

void
pattern_free(struct pattern_flat *p)
{
	for (size_t i = 0; i < p->n; i++) {
		buf_free(&p->atoms[i].text);
		pieces_free(&p->atoms[i].value);
	}
	free(p->atoms);
	buf_free(&p->text);
	*p = (struct pattern_flat){ 0 };
}

/* ---- matching ---- */

/* An atom with its values: of a fixed length, or not. */
struct seen_atom {
	bool many, caseless;
	bool least_one; /* a binding is not empty */
	bool any;       /* one octet, whatever it is */
	struct span text;
	struct span caught;
};

static bool
is_at(const struct seen_atom *a, size_t n, struct span line)
{
	for (size_t i = 0; i < n; i++) {
		const size_t len = a[i].any ? 1 : a[i].text.len;
		const bool same =
		    a[i].any ? line.len > 0
			     : (a[i].caseless ? span_casestarts(line, a[i].text)
					      : span_starts(line, a[i].text));

		if (!same)
			return false;
		line = span_skip(line, len);
	}
	return true;
}

/* False: it does not.  Whether letters are large is left open. */
static bool
may_begin(const struct seen_atom *a, char with)
{
	return a->any || a->text.len == 0 ||
	       ((a->text.ptr[0] ^ with) & ~0x20) == 0;
}

/*
 * The leftmost place, from pos to the last that is long enough, where the run
 * stands; behind it when there is none.
 */
static size_t
find_run(const struct seen_atom *a, size_t n, struct span line, size_t pos,
    size_t last)
{
	for (; pos <= last; pos++)
		if ((pos == line.len || may_begin(a, line.ptr[pos])) &&
		    is_at(a, n, span_skip(line, pos)))
			break;
	return pos;
}

/* Of the atoms from i on that have a fixed length: how many, how long. */
static size_t
run_of(const struct seen_atom *a, size_t n, size_t *len)
{
	size_t run = 0;

	for (*len = 0; run < n && !a[run].many; run++)
		*len += a[run].any ? 1 : a[run].text.len;
	return run;
}

/*
 * The first run stands at the start of the line, the last at its end, each
 * other at the leftmost place behind its predecessor.
 */
static bool
match_atoms(struct seen_atom *a, size_t n, struct span line)
{
	struct seen_atom *wild = NULL;
	size_t at = 0, i = 0, len;

	for (;;) {
		const size_t run = run_of(a + i, n - i, &len);
		const bool last = i + run == n;
		size_t pos = at + (wild != NULL && wild->least_one);
		size_t most = pos;

		if (line.len < len || line.len - len < pos)
			return false;
		if (wild != NULL)
			most = line.len - len;
		if (wild != NULL && last)
			pos = most;
		if (run > 0)
			pos = find_run(a + i, run, line, pos, most);
		if (pos > most)
			return false;
		if (wild != NULL)
			wild->caught = (struct span){ line.ptr + at, pos - at };
		at = pos + len;
		i += run;
		if (i == n)
			return at == line.len;
		wild = &a[i++];
	}
}

static void
fill_in(const struct pattern_flat *p, struct seen_atom *seen,
    const struct bound_value *bound, struct driver_turn *t)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct pattern_atom *a = &p->atoms[i];
		struct seen_atom *s = &seen[i];
		const size_t before = t->n_out;

		*s = (struct seen_atom){ .any = a->kind == ATOM_ONE,
			.many = a->kind == ATOM_MANY };
		if (a->kind == ATOM_TEXT) {
			s->text = buf_span(&a->text);
			s->caseless = p->caseless;
		} else if (a->kind == ATOM_VALUE) {
			pieces_put(&a->value, t); /* taken back below */
			s->text =
			    (struct span){ t->out + before, t->n_out - before };
		} else if (a->kind == ATOM_BIND) {
			const struct bound_value *b = &bound[a->bound];

			s->many = s->least_one = b->len == 0;
			s->text = (struct span){ b->text, b->len };
		}
	}
}

static bool
bind_all(const struct pattern_flat *p, const struct seen_atom *seen,
    struct bound_value *bound)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->atoms[i].kind == ATOM_BIND &&
		    seen[i].caught.len > PATTERN_VALUE)
			return false;
	for (size_t i = 0; i < p->n; i++) {
		struct bound_value *b = &bound[p->atoms[i].bound];

		if (p->atoms[i].kind != ATOM_BIND || !seen[i].many ||
		    b->len != 0)
			continue;
		memcpy(b->text, seen[i].caught.ptr, seen[i].caught.len);
		b->len = (uint8_t)seen[i].caught.len;
	}
	return true;
}

static bool
match_general(const struct pattern_flat *p, struct span line,
    struct bound_value *bound, struct driver_turn *t)
{
	struct seen_atom seen[PATTERN_ATOMS];
	const size_t before = t->n_out;
	bool ok;

	fill_in(p, seen, bound, t);
	ok = match_atoms(seen, p->n, line);
	t->n_out = before;
	return ok && bind_all(p, seen, bound);
}

bool
pattern_match(const struct pattern_flat *p, struct span line,
    struct bound_value *bound, struct driver_turn *t)
{
	const struct span text = buf_span(&p->text);

	switch (p->kind) {
	case FLAT_ANY:
		return true;
	case FLAT_PREFIX:
		return span_starts(line, text) ||
		       (p->caseless && span_casestarts(line, text));
	case FLAT_EXACT:
		return p->caseless ? span_caseeq(line, text)
				   : span_eq(line, text);
	case FLAT_GENERAL:
		break;
	}
	return match_general(p, line, bound, t);
}
