/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/pieces.h"

#include <stdio.h>

#include "lib/mem.h"

static struct piece *
grow(struct pieces *p, int var)
{
	struct piece *piece;

	p->at = mem_grow(p->at, (p->n + 1) * sizeof p->at[0]);
	piece = &p->at[p->n++];
	*piece = (struct piece){ .var = var };
	buf_init(&piece->text, TEMPLATE_VALUE_MAX);
	return piece;
}

void
pieces_add_literal(struct pieces *p, struct span text)
{
	if (p->n == 0 || p->at[p->n - 1].var != -1)
		grow(p, -1);
	buf_add(&p->at[p->n - 1].text, text);
	p->most += text.len;
}

/* Filters that can be had: one of a kind, and behind it |length. */
static bool
filters_of(struct piece *piece, const struct part *part, struct err *err)
{
	for (size_t i = 0; i < TEMPLATE_FILTERS; i++) {
		const enum filter f = part->filters[i];

		if (f == FILTER_NONE)
			break;
		if (f > FILTER_QUOTED)
			return err_set(err, ERR_CONFIG,
			    "${%s}: a load has |base64, |lines, |length and "
			    "|quoted alone",
			    buf_text(&part->text));
		if (piece->length ||
		    (piece->filter != FILTER_NONE && f != FILTER_LENGTH))
			return err_set(err, ERR_CONFIG,
			    "${%s}: of filters a load has one, and |length "
			    "behind it",
			    buf_text(&part->text));
		if (f == FILTER_LENGTH)
			piece->length = true;
		else
			piece->filter = f;
	}
	return true;
}

static size_t
most_of(const struct piece *piece, size_t longest)
{
	if (piece->length) /* it is written out to be counted */
		return 2 * longest + 32;
	if (piece->filter == FILTER_BASE64)
		return (longest + 2) / 3 * 4;
	return piece->filter == FILTER_NONE ? longest : 2 * longest + 2;
}

static bool
add_value(struct pieces *p, const struct part *part,
    const struct driver_setting *d, struct err *err)
{
	const struct span name = buf_span(&part->text);
	struct piece *piece;
	const int var = driver_var_find(d, name);

	if (var == -1)
		return err_set(err, ERR_CONFIG,
		    "a load has nothing called \"${%.*s}\"; it has "
		    "${account.*}, "
		    "${peer.address}, ${id}, ${seq}, ${message} and ${feed.*}",
		    SPAN_FMT(name));
	piece = grow(p, var);
	if (!filters_of(piece, part, err))
		return false;
	p->most += most_of(piece, d->longest);
	p->uses |= UINT64_C(1) << var;
	return true;
}

bool
pieces_add(struct pieces *p, const struct template *t,
    const struct driver_setting *d, struct err *err)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct part *part = &t->parts[i];

		if (part->kind == PART_VALUE) {
			if (!add_value(p, part, d, err))
				return false;
			continue;
		}
		for (size_t k = 0; k < part->times; k++)
			pieces_add_literal(p, buf_span(&part->text));
	}
	return true;
}

bool
pieces_add_text(struct pieces *p, struct span source,
    const struct driver_setting *d, struct err *err)
{
	struct template t = { 0 };
	bool ok;

	if (!template_compile(&t, source, false, err))
		return false;
	ok = pieces_add(p, &t, d, err);
	template_free(&t);
	return ok;
}

void
pieces_free(struct pieces *p)
{
	for (size_t i = 0; i < p->n; i++)
		buf_free(&p->at[i].text);
	free(p->at);
	*p = (struct pieces){ 0 };
}

/* ---- filters, straight into what is sent ---- */

static void
put_base64(struct span in, struct driver_turn *t)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)in.ptr;

	for (; in.len > 0; in = span_skip(in, in.len < 3 ? in.len : 3)) {
		char quad[4];
		unsigned v;

		p = (const unsigned char *)in.ptr;
		v = (unsigned)p[0] << 16 |
		    (in.len > 1 ? (unsigned)p[1] << 8 : 0) |
		    (in.len > 2 ? p[2] : 0u);
		quad[0] = digits[v >> 18];
		quad[1] = digits[v >> 12 & 63];
		quad[2] = in.len > 1 ? digits[v >> 6 & 63] : '=';
		quad[3] = in.len > 2 ? digits[v & 63] : '=';
		driver_put(t, (struct span){ quad, 4 });
	}
}

static void
put_quoted(struct span in, struct driver_turn *t)
{
	driver_put(t, SPAN("\""));
	for (; in.len > 0; in = span_skip(in, 1)) {
		if (in.ptr[0] == '"' || in.ptr[0] == '\\')
			driver_put(t, SPAN("\\"));
		driver_put(t, span_take(in, 1));
	}
	driver_put(t, SPAN("\""));
}

/* As lib/template does: an end of line is CR LF, however it was written. */
static void
put_lines(struct span in, struct driver_turn *t)
{
	while (in.len > 0) {
		const bool ended = memchr(in.ptr, '\n', in.len) != NULL;
		struct span line = span_cut(&in, '\n');

		if (ended && line.len > 0 && line.ptr[line.len - 1] == '\r')
			line.len--;
		driver_put(t, line);
		if (ended)
			driver_put(t, SPAN("\r\n"));
	}
}

static void
put_number(size_t n, struct driver_turn *t)
{
	char text[24];
	size_t at = sizeof text;

	do
		text[--at] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	driver_put(t, (struct span){ text + at, sizeof text - at });
}

static void
put_value(const struct piece *piece, struct driver_turn *t)
{
	const struct span value = piece->var >= VAR_BOUND
				      ? t->bound[piece->var - VAR_BOUND]
				      : t->value(t, piece->var);
	const size_t before = t->n_out;

	switch (piece->filter) {
	case FILTER_BASE64:
		put_base64(value, t);
		break;
	case FILTER_QUOTED:
		put_quoted(value, t);
		break;
	case FILTER_LINES:
		put_lines(value, t);
		break;
	default:
		driver_put(t, value);
		break;
	}
	if (piece->length) {
		const size_t n = t->n_out - before;

		t->n_out = before;
		put_number(n, t);
	}
}

static void
put_piece(const struct piece *piece, struct driver_turn *t)
{
	if (piece->var == -1)
		driver_put(t, buf_span(&piece->text));
	else
		put_value(piece, t);
}

void
pieces_put(const struct pieces *p, struct driver_turn *t)
{
	for (size_t i = 0; i < p->n; i++)
		put_piece(&p->at[i], t);
}

size_t
pieces_length(const struct pieces *p, struct driver_turn *t)
{
	const size_t before = t->n_out;
	size_t n;

	pieces_put(p, t);
	n = t->n_out - before;
	t->n_out = before;
	return n;
}

/* ---- content: RFC 5321 4.5.2 ---- */

/*
 * How much of it, in whole lines, can be sent as it is: every line ends in CR
 * LF and begins with no dot.
 */
static size_t
plain_lines(struct span in)
{
	size_t n = 0;

	while (n < in.len && in.ptr[n] != '.') {
		const char *lf = memchr(in.ptr + n, '\n', in.len - n);

		if (lf == NULL || lf == in.ptr + n || lf[-1] != '\r')
			break;
		n = (size_t)(lf - in.ptr) + 1;
	}
	return n;
}

static void
put_content(struct span in, struct driver_turn *t, bool *begins)
{
	while (in.len > 0) {
		const size_t n = *begins ? plain_lines(in) : 0;
		struct span line;
		bool ended, cr;

		driver_put(t, span_take(in, n));
		in = span_skip(in, n);
		if (in.len == 0)
			break;
		ended = memchr(in.ptr, '\n', in.len) != NULL;
		line = span_cut(&in, '\n');
		if (*begins && line.len > 0 && line.ptr[0] == '.')
			driver_put(t, SPAN("."));
		/* a CR may be the last of the piece before */
		cr = line.len > 0 ? line.ptr[line.len - 1] == '\r'
				  : !*begins && t->n_out > 0 &&
					t->out[t->n_out - 1] == '\r';
		driver_put(t, line);
		if (ended)
			driver_put(t, cr ? SPAN("\n") : SPAN("\r\n"));
		*begins = ended;
	}
}

void
pieces_put_content(const struct pieces *p, struct driver_turn *t)
{
	const size_t start = t->n_out;
	bool begins = true;

	for (size_t i = 0; i < p->n; i++) {
		const struct piece *piece = &p->at[i];

		if (piece->var == -1) {
			put_content(buf_span(&piece->text), t, &begins);
		} else if (piece->var < VAR_BOUND && !piece->length &&
			   piece->filter == FILTER_NONE) {
			put_content(t->value(t, piece->var), t, &begins);
		} else {
			/* written behind, and then laid out in its place */
			const size_t before = t->n_out;
			size_t n;

			put_piece(piece, t);
			n = t->n_out - before;
			if (n > t->room - t->n_out) {
				t->full = true;
				return;
			}
			memmove(t->out + t->room - n, t->out + before, n);
			t->n_out = before;
			put_content((struct span){ t->out + t->room - n, n }, t,
			    &begins);
		}
	}
	if (!begins && t->n_out > start)
		driver_put(t,
		    t->out[t->n_out - 1] == '\r' ? SPAN("\n") : SPAN("\r\n"));
}
