/* SPDX-License-Identifier: MIT */
/* Elements of BER out, words of a line in. */
#include "lib/framing_ldap_writer.h"

#include <ctype.h>

void
writer_wrong(struct writer *w, const char *flaw)
{
	if (w->flaw == NULL)
		w->flaw = flaw;
}

/* ---- octets ---- */

size_t
writer_begin(struct writer *w, int tag)
{
	const char octet = (char)tag;

	buf_add(w->out, (struct span){ &octet, 1 });
	return w->out->len;
}

void
writer_end(struct writer *w, size_t at)
{
	const size_t n = w->out->len - at;
	char head[5];
	size_t octets = 0;

	if (n < 0x80) {
		head[0] = (char)n;
	} else {
		for (size_t rest = n; rest > 0; rest >>= 8)
			octets++;
		head[0] = (char)(0x80 | octets);
		for (size_t i = 0; i < octets; i++)
			head[1 + i] = (char)(n >> 8 * (octets - 1 - i));
	}
	buf_add(w->out, (struct span){ head, 1 + octets });
	if (w->out->full)
		return;
	memmove(w->out->data + at + 1 + octets, w->out->data + at, n);
	memcpy(w->out->data + at, head, 1 + octets);
}

void
writer_octets(struct writer *w, int tag, struct span s)
{
	const size_t at = writer_begin(w, tag);

	buf_add(w->out, s);
	writer_end(w, at);
}

void
writer_number(struct writer *w, int tag, int64_t n)
{
	const size_t at = writer_begin(w, tag);
	int octets = 1;

	while (octets < 8 &&
	       (n < -(1LL << (8 * octets - 1)) || n >= 1LL << (8 * octets - 1)))
		octets++;
	while (octets-- > 0) {
		const char octet = (char)(n >> 8 * octets);

		buf_add(w->out, (struct span){ &octet, 1 });
	}
	writer_end(w, at);
}

void
writer_bool(struct writer *w, int tag, bool on)
{
	writer_octets(w, tag, on ? SPAN("\xff") : SPAN("\0"));
}

/* ---- words ---- */

void
writer_take_octet(struct writer *w, struct buf *to)
{
	const struct span in = w->in;
	char c = in.ptr[0];
	size_t n = 1;

	if (c == '\\' && in.len >= 3 && writer_hex(in.ptr[1]) >= 0 &&
	    writer_hex(in.ptr[2]) >= 0) {
		c = (char)(writer_hex(in.ptr[1]) << 4 | writer_hex(in.ptr[2]));
		n = 3;
	} else if (c == '\\' && in.len >= 2 &&
		   (in.ptr[1] == '"' || in.ptr[1] == '\\')) {
		c = in.ptr[1];
		n = 2;
	}
	buf_add(to, (struct span){ &c, 1 });
	w->in = span_skip(in, n);
}

static void
take_quoted(struct writer *w, struct buf *to)
{
	w->in = span_skip(w->in, 1);
	while (w->in.len > 0 && w->in.ptr[0] != '"')
		writer_take_octet(w, to);
	if (w->in.len == 0)
		writer_wrong(w, "a string without its closing quote");
	else
		w->in = span_skip(w->in, 1);
}

bool
writer_is_at_end(struct writer *w)
{
	while (w->in.len > 0 && w->in.ptr[0] == ' ')
		w->in = span_skip(w->in, 1);
	return w->in.len == 0 || w->in.ptr[0] == ';' || w->flaw != NULL;
}

struct token
writer_take(struct writer *w)
{
	struct token t = { .none = writer_is_at_end(w) };

	buf_init(&t.text, WRITER_MOST);
	if (t.none)
		return t;
	t.quoted = w->in.ptr[0] == '"';
	if (t.quoted)
		take_quoted(w, &t.text);
	while (w->in.len > 0 && w->in.ptr[0] != ' ') {
		buf_add(&t.text, span_take(w->in, 1));
		w->in = span_skip(w->in, 1);
	}
	return t;
}

bool
writer_took(struct writer *w, const char *word)
{
	const struct span s = span_of(word);
	const bool end = writer_is_at_end(w);

	if (end || !span_starts(w->in, s) ||
	    (w->in.len > s.len && w->in.ptr[s.len] != ' '))
		return false;
	w->in = span_skip(w->in, s.len);
	return true;
}

bool
writer_took_number(struct writer *w, const char *word, int64_t *n)
{
	const struct span s = span_of(word);

	if (writer_is_at_end(w) || !span_starts(w->in, s))
		return false;
	w->in = span_skip(w->in, s.len);
	if (w->in.len == 0 || !isdigit((unsigned char)w->in.ptr[0]))
		writer_wrong(w, "no number where one must be");
	for (*n = 0; w->in.len > 0 && isdigit((unsigned char)w->in.ptr[0]);
	     w->in = span_skip(w->in, 1))
		if (*n < (int64_t)1 << 40)
			*n = *n * 10 + (w->in.ptr[0] - '0');
	return true;
}

void
writer_token(struct writer *w, int tag, const char *flaw)
{
	struct token t = writer_take(w);

	if (t.none)
		writer_wrong(w, flaw);
	writer_octets(w, tag, buf_span(&t.text));
	token_free(&t);
}

void
writer_token_if_any(struct writer *w, int tag)
{
	if (!writer_is_at_end(w))
		writer_token(w, tag, "");
}
