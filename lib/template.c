/* SPDX-License-Identifier: MIT */
#include "lib/template.h"

#include <assert.h>
#include <ctype.h>

#include "lib/mem.h"
#include "lib/template_filter.h"

#define REPEATS_MAX (1u << 20)
#define PARTS_MAX   64 /* of one pattern */

static struct part *
grow(struct template *t, enum part_kind kind)
{
	struct part *p;

	t->parts = mem_grow(t->parts, (t->n + 1) * sizeof t->parts[0]);
	p = &t->parts[t->n++];
	*p = (struct part){ .kind = kind, .times = 1 };
	buf_init(&p->text, TEMPLATE_VALUE_MAX);
	return p;
}

/* The part that literal bytes are being collected in. */
static struct part *
literal(struct template *t)
{
	struct part *last = t->n == 0 ? NULL : &t->parts[t->n - 1];

	if (last != NULL && last->kind == PART_TEXT && last->times == 1)
		return last;
	return grow(t, PART_TEXT);
}

static bool
is_name(char c)
{
	return isalnum((unsigned char)c) || (c != '\0' && strchr("._:/+-", c));
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape, *in standing behind the backslash. */
static bool
escape(struct span *in, struct buf *to, struct err *err)
{
	static const char names[] = "rnt0\\$*?\"", bytes[] = "\r\n\t\0\\$*?\"";
	const char *at;
	char c;

	if (in->len == 0)
		return err_set(err, ERR_CONFIG, "a backslash ends the line");
	c = in->ptr[0];
	if (c == 'x' && in->len >= 3 && hex_digit(in->ptr[1]) >= 0 &&
	    hex_digit(in->ptr[2]) >= 0) {
		c = (char)(hex_digit(in->ptr[1]) << 4 | hex_digit(in->ptr[2]));
		*in = span_skip(*in, 3);
	} else if ((at = memchr(names, c, sizeof names - 1)) != NULL) {
		c = bytes[at - names];
		*in = span_skip(*in, 1);
	} else if (isupper((unsigned char)c)) {
		c = '\\'; /* \Seen is what it looks like: RFC 3501 2.3.2 */
	} else {
		return err_set(err, ERR_CONFIG,
		    "\\%c is no escape; \\r \\n \\t \\0 \\\\ \\$ \\* \\? \\\" "
		    "\\xHH are, and \\A to \\Z stand for themselves",
		    c);
	}
	buf_add(to, (struct span){ &c, 1 });
	return true;
}

/* "x"*600 */
static bool
repeat(struct template *t, struct span inside, struct err *err)
{
	struct part *p = grow(t, PART_TEXT);
	size_t n = 0;

	inside = span_skip(inside, 1);
	while (inside.len > 0 && inside.ptr[0] != '"') {
		if (inside.ptr[0] == '\\') {
			inside = span_skip(inside, 1);
			if (!escape(&inside, &p->text, err))
				return false;
			continue;
		}
		buf_add(&p->text, span_take(inside, 1));
		inside = span_skip(inside, 1);
	}
	if (!span_starts(inside, SPAN("\"*")))
		return err_set(
		    err, ERR_CONFIG, "a repeated text is written ${\"x\"*600}");
	inside = span_skip(inside, 2);
	if (inside.len == 0)
		return err_set(err, ERR_CONFIG, "how many times?");
	for (; inside.len > 0; inside = span_skip(inside, 1)) {
		if (!isdigit((unsigned char)inside.ptr[0]))
			return err_set(err, ERR_CONFIG,
			    "\"%.*s\" is no number of times", SPAN_FMT(inside));
		n = n * 10 + (size_t)(inside.ptr[0] - '0');
		if (n > REPEATS_MAX)
			return err_set(err, ERR_CONFIG,
			    "repeated more than %u times", REPEATS_MAX);
	}
	/* More than 1 even for once, so that nothing is appended to it. */
	p->times = n;
	if (n == 1)
		grow(t, PART_TEXT);
	return true;
}

static bool
no_filter(struct span name, struct err *err)
{
	struct buf known;

	buf_init(&known, 200);
	filter_names(&known);
	err_set(err, ERR_CONFIG, "\"|%.*s\": %s are known, at most %d of them",
	    SPAN_FMT(name), buf_text(&known), TEMPLATE_FILTERS);
	buf_free(&known);
	return false;
}

/* base64|length */
static bool
filters(struct part *p, struct span names, struct err *err)
{
	for (size_t n = 0; names.len > 0; n++) {
		const struct span name = span_cut(&names, '|');

		if (n == TEMPLATE_FILTERS || filter_find(name) == FILTER_NONE)
			return no_filter(name, err);
		p->filters[n] = filter_find(name);
	}
	return true;
}

/* ${...}, *in standing behind the "${". */
static bool
variable(struct template *t, struct span *in, struct err *err)
{
	size_t end = 0;
	bool quoted = false;
	struct span inside, name;
	struct part *p;

	for (; end < in->len; end++) {
		if (in->ptr[end] == '\\' && quoted)
			end++;
		else if (in->ptr[end] == '"')
			quoted = !quoted;
		else if (in->ptr[end] == '}' && !quoted)
			break;
	}
	if (end >= in->len)
		return err_set(err, ERR_CONFIG, "\"${\" without \"}\"");
	inside = span_take(*in, end);
	*in = span_skip(*in, end + 1);
	if (span_starts(inside, SPAN("\"")))
		return repeat(t, inside, err);

	name = span_cut(&inside, '|');
	if (name.len == 0)
		return err_set(err, ERR_CONFIG, "\"${}\" names nothing");
	for (size_t i = 0; i < name.len; i++)
		if (!is_name(name.ptr[i]) && name.ptr[i] != '_')
			return err_set(err, ERR_CONFIG,
			    "\"%.*s\" is no name of a variable",
			    SPAN_FMT(name));
	p = grow(t, PART_VALUE);
	buf_add(&p->text, name);
	return filters(p, inside, err);
}

bool
template_compile(
    struct template *t, struct span in, bool pattern, struct err *err)
{
	*t = (struct template){ 0 };
	while (in.len > 0) {
		const char c = in.ptr[0];
		struct span rest = span_skip(in, 1);
		bool ok = true;

		if (c == '\\') {
			ok = escape(&rest, &literal(t)->text, err);
		} else if (span_starts(in, SPAN("${"))) {
			rest = span_skip(in, 2);
			ok = variable(t, &rest, err);
		} else if (pattern && c == '*') {
			grow(t, PART_MANY);
		} else if (pattern && c == '?') {
			grow(t, PART_ONE);
		} else if (pattern && c == '$' && rest.len > 0 &&
			   isalpha((unsigned char)rest.ptr[0])) {
			struct part *p = grow(t, PART_BIND);

			while (rest.len > 0 &&
			       (isalnum((unsigned char)rest.ptr[0]) ||
				   rest.ptr[0] == '_')) {
				buf_add(&p->text, span_take(rest, 1));
				rest = span_skip(rest, 1);
			}
		} else {
			buf_add(&literal(t)->text, span_take(in, 1));
		}
		if (!ok) {
			template_free(t);
			return false;
		}
		in = rest;
	}
	if (pattern && t->n > PARTS_MAX) {
		template_free(t);
		return err_set(err, ERR_CONFIG,
		    "a pattern has at most %d parts", PARTS_MAX);
	}
	return true;
}

void
template_free(struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_free(&t->parts[i].text);
	free(t->parts);
	*t = (struct template){ 0 };
}

/* Appends the value of a variable; a fixture's is filled in itself. */
static bool
value(struct span name, template_lookup *lookup, void *ctx, struct buf *out,
    struct err *err)
{
	struct buf raw;
	bool ok;

	if (!span_starts(name, SPAN("file:"))) {
		if (lookup(ctx, name, out))
			return true;
		return err_set(err, ERR_CONFIG, "nothing is called \"${%.*s}\"",
		    SPAN_FMT(name));
	}
	buf_init(&raw, TEMPLATE_VALUE_MAX);
	ok = lookup(ctx, name, &raw);
	if (!ok)
		err_set(err, ERR_CONFIG, "there is no fixture \"%.*s\"",
		    SPAN_FMT(name));
	else
		ok = template_fill(buf_span(&raw), lookup, ctx, out, err);
	buf_free(&raw);
	return ok;
}

static bool
value_expand(const struct part *p, template_lookup *lookup, void *ctx,
    struct buf *out, struct err *err)
{
	struct buf plain, filtered;
	bool ok;

	buf_init(&plain, TEMPLATE_VALUE_MAX);
	ok = value(buf_span(&p->text), lookup, ctx, &plain, err);
	for (size_t i = 0; ok && i < TEMPLATE_FILTERS && p->filters[i]; i++) {
		buf_init(&filtered, TEMPLATE_VALUE_MAX);
		filter_apply(p->filters[i], buf_span(&plain), &filtered);
		buf_free(&plain);
		plain = filtered;
	}
	if (ok)
		buf_add(out, buf_span(&plain));
	if (ok && plain.full)
		ok = err_set(err, ERR_LIMIT, "\"${%.*s}\" is too long",
		    SPAN_FMT(buf_span(&p->text)));
	buf_free(&plain);
	return ok;
}

static bool
part_expand(const struct part *p, template_lookup *lookup, void *ctx,
    struct buf *out, struct err *err)
{

	switch (p->kind) {
	case PART_TEXT:
		for (size_t i = 0; i < p->times; i++)
			buf_add(out, buf_span(&p->text));
		return true;
	case PART_VALUE:
		return value_expand(p, lookup, ctx, out, err);
	case PART_MANY:
	case PART_ONE:
	case PART_BIND:
		break;
	}
	assert(!"a pattern is not sent");
	return false;
}

bool
template_expand(const struct template *t, template_lookup *lookup, void *ctx,
    struct buf *out, struct err *err)
{
	for (size_t i = 0; i < t->n; i++)
		if (!part_expand(&t->parts[i], lookup, ctx, out, err))
			return false;
	if (out->full)
		return err_set(
		    err, ERR_LIMIT, "more than %zu octets to send", out->cap);
	return true;
}

bool
template_fill(struct span text, template_lookup *lookup, void *ctx,
    struct buf *out, struct err *err)
{
	while (text.len > 0) {
		const size_t at = span_find(text, SPAN("${"));
		struct template t = { 0 };
		size_t end;
		bool ok;

		buf_add(out, span_take(text, at));
		text = span_skip(text, at);
		if (text.len == 0)
			break;
		end = span_find(text, SPAN("}"));
		if (end == text.len)
			return err_set(err, ERR_CONFIG, "\"${\" without \"}\"");
		ok = template_compile(
			 &t, span_take(text, end + 1), false, err) &&
		     template_expand(&t, lookup, ctx, out, err);
		template_free(&t);
		if (!ok)
			return false;
		text = span_skip(text, end + 1);
	}
	return true;
}

/*
 * Matching: the pattern is cut at its wildcards of any length into runs of
 * known length.  The first run stands at the start of the line, the last at
 * its end, each other one at the leftmost place behind its predecessor;
 * that is enough, and takes time in proportion to line times pattern.
 */
struct atom {
	enum { ATOM_TEXT, ATOM_EXACT, ATOM_ONE, ATOM_MANY } kind;
	struct span text;   /* or the name to bind, for ATOM_MANY */
	struct span caught; /* by ATOM_MANY */
};

static bool
atom_at(const struct atom *a, struct span line, bool caseless)
{
	switch (a->kind) {
	case ATOM_ONE:
		return line.len > 0;
	case ATOM_TEXT:
		return caseless ? span_casestarts(line, a->text)
				: span_starts(line, a->text);
	case ATOM_EXACT:
		return span_starts(line, a->text);
	case ATOM_MANY:
		break;
	}
	return false;
}

static size_t
atom_len(const struct atom *a)
{
	return a->kind == ATOM_ONE ? 1 : a->text.len;
}

static bool
run_at(const struct atom *a, size_t n, struct span line, bool caseless)
{
	for (size_t i = 0; i < n; i++) {
		if (!atom_at(&a[i], line, caseless))
			return false;
		line = span_skip(line, atom_len(&a[i]));
	}
	return true;
}

static bool
match_atoms(struct atom *a, size_t n, struct span line, bool caseless)
{
	size_t at = 0, i = 0;
	struct atom *wild = NULL;

	while (i < n || wild != NULL) {
		size_t run = 0, len = 0, pos = at;

		while (i + run < n && a[i + run].kind != ATOM_MANY)
			len += atom_len(&a[i + run++]);
		if (wild != NULL)
			pos += wild->text.len != 0; /* a binding is not empty */
		if (i + run == n) { /* the last run stands at the end */
			if (wild == NULL ? line.len - at != len
					 : line.len < pos + len)
				return false;
			pos = line.len - len;
			if (!run_at(&a[i], run, span_skip(line, pos), caseless))
				return false;
		} else {
			while (pos + len <= line.len &&
			       !run_at(&a[i], run, span_skip(line, pos),
				   caseless) &&
			       wild != NULL)
				pos++;
			if (pos + len > line.len ||
			    !run_at(&a[i], run, span_skip(line, pos), caseless))
				return false;
		}
		if (wild != NULL)
			wild->caught = (struct span){ line.ptr + at, pos - at };
		at = pos + len;
		i += run;
		wild = i < n ? &a[i++] : NULL;
		if (wild == NULL)
			return at == line.len;
	}
	return line.len == at;
}

bool
template_match(const struct template *t, struct span line, bool caseless,
    template_lookup *lookup, void (*bind)(void *ctx, struct span, struct span),
    void *ctx)
{
	struct atom atoms[PARTS_MAX];
	struct buf values[PARTS_MAX];
	struct err err;
	bool ok = true;

	for (size_t i = 0; i < t->n; i++) {
		const struct part *p = &t->parts[i];
		struct atom *a = &atoms[i];

		buf_init(&values[i], TEMPLATE_VALUE_MAX);
		*a = (struct atom){ .kind = ATOM_EXACT };
		switch (p->kind) {
		case PART_MANY:
			a->kind = ATOM_MANY;
			break;
		case PART_ONE:
			a->kind = ATOM_ONE;
			break;
		case PART_BIND:
			if (lookup(ctx, buf_span(&p->text), &values[i])) {
				a->text = buf_span(&values[i]);
			} else {
				a->kind = ATOM_MANY;
				a->text = buf_span(&p->text);
			}
			break;
		case PART_TEXT:
			a->kind = ATOM_TEXT;
			/* fallthrough */
		case PART_VALUE:
			ok =
			    ok && part_expand(p, lookup, ctx, &values[i], &err);
			a->text = buf_span(&values[i]);
			break;
		}
	}
	ok = ok && match_atoms(atoms, t->n, line, caseless);
	for (size_t i = 0; i < t->n; i++) {
		if (ok && atoms[i].kind == ATOM_MANY && atoms[i].text.len != 0)
			bind(ctx, atoms[i].text, atoms[i].caught);
		buf_free(&values[i]);
	}
	return ok;
}
