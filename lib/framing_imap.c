/* SPDX-License-Identifier: MIT */
/* RFC 3501 2.2.2: tagged and untagged responses, "+", literals. */
#include <ctype.h>

#include "lib/framing.h"

enum { COMPLETION, UNTAGGED };

static int
imap_awaits(struct span pattern)
{
	return span_starts(pattern, SPAN("* ")) ? UNTAGGED : COMPLETION;
}

/* "... {12}", with no space behind: that many octets follow the line end. */
static bool
announces(struct span line, size_t *octets)
{
	size_t at = line.len, n = 0, digits = 0;

	if (line.len < 3 || line.ptr[line.len - 1] != '}')
		return false;
	for (at = line.len - 1; at > 0; at--)
		if (!isdigit((unsigned char)line.ptr[at - 1]))
			break;
	digits = line.len - 1 - at;
	if (digits == 0 || digits > 9 || at == 0 || line.ptr[at - 1] != '{')
		return false;
	for (; at < line.len - 1; at++)
		n = n * 10 + (size_t)(line.ptr[at] - '0');
	*octets = n;
	return true;
}

static bool
is_tag(char c)
{
	return c > ' ' && c < 0x7f && strchr("(){%*\"\\+", c) == NULL;
}

/* RFC 3501 9: response-done = tag SP ("OK" / "NO" / "BAD") SP text */
static bool
is_completion(struct span line)
{
	static const char *const states[] = { "OK", "NO", "BAD" };
	size_t tag = 0;
	struct span rest;

	while (tag < line.len && is_tag(line.ptr[tag]))
		tag++;
	if (tag == 0 || tag == line.len || line.ptr[tag] != ' ')
		return false;
	rest = span_skip(line, tag + 1);
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		const struct span state = span_of(states[i]);

		if (span_casestarts(rest, state) &&
		    (rest.len == state.len || rest.ptr[state.len] == ' '))
			return true;
	}
	return false;
}

/* A whole response, the literals in it jumped over. */
static enum framing_line
imap_take(struct span *in, struct span *line, int awaited)
{
	struct span rest = *in, part;
	bool bare_lf, bare = false;
	size_t octets;

	for (;;) {
		if (!framing_cut(&rest, &part, &bare_lf))
			return FRAME_NEED_MORE;
		bare |= bare_lf;
		if (bare_lf || !announces(part, &octets))
			break;
		if (rest.len < octets)
			return FRAME_NEED_MORE;
		rest = span_skip(rest, octets);
	}
	*line =
	    (struct span){ in->ptr, (size_t)(part.ptr + part.len - in->ptr) };
	*in = rest;
	if (bare)
		return FRAME_GARBAGE;
	if (span_starts(*line, SPAN("* ")))
		return awaited == UNTAGGED ? FRAME_EVENT : FRAME_MIDDLE;
	if (span_starts(*line, SPAN("+ ")) || span_eq(*line, SPAN("+")) ||
	    is_completion(*line))
		return FRAME_LAST;
	return FRAME_GARBAGE;
}

/* Offset of the first c at "from" or behind it, or s.len. */
static size_t
next_of(struct span s, size_t from, char c)
{
	const struct span rest = span_skip(s, from);
	const char *hit = rest.len == 0 ? NULL : memchr(rest.ptr, c, rest.len);

	return hit == NULL ? s.len : (size_t)(hit - s.ptr);
}

/* Run by run: in a message hardly any octet needs a backslash before it. */
static void
add_quoted(struct buf *out, struct span content)
{
	size_t quote = next_of(content, 0, '"');
	size_t slash = next_of(content, 0, '\\');
	size_t from = 0;

	buf_add(out, SPAN("\""));
	for (;;) {
		const size_t at = quote < slash ? quote : slash;

		buf_add(out, span_take(span_skip(content, from), at - from));
		if (at == content.len)
			break;
		buf_add(out, SPAN("\\"));
		from = at; /* itself begins the next run */
		if (at == quote)
			quote = next_of(content, at + 1, '"');
		else
			slash = next_of(content, at + 1, '\\');
	}
	buf_add(out, SPAN("\""));
}

/* RFC 3501 4.3: what is a literal could as well have been a quoted string. */
static void
imap_plain(struct span line, struct buf *out)
{
	while (line.len > 0) {
		const size_t lf = span_find(line, SPAN("\r\n"));
		struct span head = span_take(line, lf), content;
		size_t octets = 0;

		line = span_skip(line, lf);
		if (line.len == 0) {
			buf_add(out, head);
			break;
		}
		line = span_skip(line, 2);
		if (!announces(head, &octets)) { /* within a quoted string */
			buf_add(out, head);
			buf_add(out, SPAN("\r\n"));
			continue;
		}
		while (head.ptr[head.len - 1] != '{')
			head.len--;
		head.len--;
		if (head.len > 0 && head.ptr[head.len - 1] == '~')
			head.len--; /* RFC 3516 4.2 */
		buf_add(out, head);
		content = span_take(line, octets);
		line = span_skip(line, content.len);
		add_quoted(out, content);
	}
}

/* RFC 3501 7.1.5: the server is about to close the connection. */
static bool
imap_leaves(struct span line)
{
	return span_caseeq(span_take(line, 5), SPAN("* BYE")) &&
	       (line.len == 5 || line.ptr[5] == ' ');
}

#define COMMAND_MOST 8190 /* RFC 7162 4 */
#define SASL_MOST    12288

enum { LINT_COMMAND, LINT_SASL, LINT_IDLE };

static const char *
imap_lint(struct span line, int *mode)
{
	const int before = *mode;
	size_t tag = 0;
	struct span command;

	if (framing_breaks(line))
		return "CR, LF or NUL inside a line";
	*mode = LINT_COMMAND;
	if (before == LINT_IDLE && span_caseeq(line, SPAN("DONE")))
		return NULL;
	if (before == LINT_SASL && line.len <= SASL_MOST &&
	    (framing_is_base64(line) || span_eq(line, SPAN("*")))) {
		*mode = LINT_SASL;
		return NULL;
	}
	while (tag < line.len && is_tag(line.ptr[tag]))
		tag++;
	command = span_skip(line, tag + 1);
	if (tag == 0 || command.len == 0 || line.ptr[tag] != ' ' ||
	    !isalpha((unsigned char)command.ptr[0]))
		return "a command that begins with no tag and no word";
	if (line.ptr[line.len - 1] == ' ')
		return "a command that ends in a space";
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.ptr[i] > '~')
			return "octets above 126 outside a literal";
	if (span_casestarts(command, SPAN("AUTHENTICATE ")))
		*mode = LINT_SASL;
	else if (span_caseeq(command, SPAN("IDLE")))
		*mode = LINT_IDLE;
	else if (line.len > COMMAND_MOST)
		return "a command line longer than RFC 7162 4 advises";
	return NULL;
}

const struct framing framing_imap = {
	.name = "imap",
	.take = imap_take,
	.awaits = imap_awaits,
	.plain = imap_plain,
	.leaves = imap_leaves,
	.lint = imap_lint,
	.caseless = true,
	.starred = true,
	.most = (1 << 20) + (64 << 10), /* a MiB, and around it */
};
