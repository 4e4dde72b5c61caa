/* SPDX-License-Identifier: MIT */
/* RFC 1939 3: a status line, or the lines of a listing up to a lone dot. */
#include <ctype.h>

#include "lib/framing.h"

enum { ONE_LINE, LISTING };

static int
pop3_awaits(struct span pattern)
{
	return span_eq(pattern, SPAN(".")) ? LISTING : ONE_LINE;
}

static bool
is_status(struct span line, struct span word)
{
	return span_starts(line, word) &&
	       (line.len == word.len || line.ptr[word.len] == ' ');
}

static enum framing_line
pop3_take(struct span *in, struct span *line, int awaited)
{
	bool bare_lf;

	if (!framing_cut(in, line, &bare_lf))
		return FRAME_NEED_MORE;
	if (awaited == LISTING) {
		if (span_eq(*line, SPAN(".")))
			return bare_lf ? FRAME_GARBAGE : FRAME_LAST;
		if (span_starts(*line, SPAN(".")))
			*line = span_skip(*line, 1);
		return FRAME_MIDDLE;
	}
	/* "+" alone is a challenge: RFC 5034 4. */
	if (bare_lf ||
	    !(is_status(*line, SPAN("+OK")) || is_status(*line, SPAN("-ERR")) ||
		is_status(*line, SPAN("+"))))
		return FRAME_GARBAGE;
	return FRAME_LAST;
}

#define COMMAND_MOST 253 /* octets before CRLF, RFC 2449 4 */
#define SASL_MOST    12288

enum { LINT_COMMAND, LINT_SASL };

static const char *
pop3_lint(struct span line, int *mode)
{
	size_t word = 0;

	if (framing_breaks(line))
		return "CR, LF or NUL inside a line";
	if (*mode == LINT_SASL) {
		if (line.len <= SASL_MOST &&
		    (framing_is_base64(line) || span_eq(line, SPAN("*"))))
			return NULL;
		*mode = LINT_COMMAND;
	}
	while (word < line.len && isalpha((unsigned char)line.ptr[word]))
		word++;
	if (word < 3 || word > 4 || (word < line.len && line.ptr[word] != ' '))
		return "a command without a keyword of 3 or 4 letters";
	if (line.ptr[line.len - 1] == ' ')
		return "a command that ends in a space";
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.ptr[i] < ' ' ||
		    (unsigned char)line.ptr[i] > '~')
			return "octets that are not printable ASCII";
	if (span_casestarts(line, SPAN("AUTH ")))
		*mode = LINT_SASL;
	else if (line.len > COMMAND_MOST)
		return "a command line longer than RFC 2449 4 allows";
	return NULL;
}

const struct framing framing_pop3 = {
	.name = "pop3",
	.take = pop3_take,
	.awaits = pop3_awaits,
	.lint = pop3_lint,
	.caseless = true,
	.most = (1 << 20) + (64 << 10), /* a MiB, and around it */
};
