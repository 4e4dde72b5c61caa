/* SPDX-License-Identifier: MIT */
#include "reference/pop3/codec.h"

static bool
has_stray(struct span line)
{
	return line.len > 0 && (memchr(line.ptr, '\0', line.len) != NULL ||
				   memchr(line.ptr, '\r', line.len) != NULL ||
				   memchr(line.ptr, '\n', line.len) != NULL);
}

enum pop3_parse
pop3_parse_command(struct span *in, struct pop3_command *cmd)
{
	const struct span window = span_take(*in, POP3_LINE_MOST);
	const size_t len = span_find(window, SPAN("\r\n"));

	memset(cmd, 0, sizeof *cmd);
	if (len == window.len) {
		if (window.len < POP3_LINE_MOST)
			return POP3_NEED_MORE;
		/* Its last octet may be the CR of the CRLF we want. */
		*in = span_skip(*in, POP3_LINE_MOST - 1);
		return POP3_TOO_LONG;
	}
	cmd->line = span_take(*in, len);
	*in = span_skip(*in, len + 2);
	if (has_stray(cmd->line))
		return POP3_BAD_LINE;
	cmd->args = cmd->line;
	cmd->verb = span_cut(&cmd->args, ' ');
	return POP3_COMMAND;
}

bool
pop3_skip_line(struct span *in)
{
	const size_t len = span_find(*in, SPAN("\r\n"));

	if (len < in->len) {
		*in = span_skip(*in, len + 2);
		return true;
	}
	if (in->len > 0)
		*in = span_skip(
		    *in, in->ptr[in->len - 1] == '\r' ? in->len - 1 : in->len);
	return false;
}

bool
pop3_take_number(struct span *args, uint32_t *number)
{
	struct span rest = *args;
	const struct span digits = span_cut(&rest, ' ');
	uint64_t n = 0;

	if (digits.len == 0 || digits.len > 10)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		if (digits.ptr[i] < '0' || digits.ptr[i] > '9')
			return false;
		n = n * 10 + (uint64_t)(digits.ptr[i] - '0');
	}
	if (n > UINT32_MAX)
		return false;
	*number = (uint32_t)n;
	*args = rest;
	return true;
}

void
pop3_text_begin(struct pop3_text *t)
{
	*t = (struct pop3_text){ .stuffs = true, .at_start = true };
}

/* A line is over: was it the empty one, and has there been enough? */
static void
end_line(struct pop3_text *t)
{
	if (!t->in_body)
		t->in_body = t->column == 0;
	else if (t->left > 0)
		t->left--;
	t->over = t->counts && t->in_body && t->left == 0;
	t->column = 0;
	t->at_start = true;
}

void
pop3_text_add(struct pop3_text *t, struct span piece, struct buf *out)
{
	for (size_t i = 0; i < piece.len && !t->over; i++) {
		const char c = piece.ptr[i];

		if (c == '\r' && t->without_blank && !t->in_body &&
		    t->column == 0) {
			t->over = true;
			return;
		}
		if (c == '.' && t->at_start && t->stuffs)
			buf_add(out, SPAN("."));
		buf_add(out, span_take(span_skip(piece, i), 1));
		t->at_start = false;
		if (c == '\n' && t->after_cr)
			end_line(t);
		else if (c != '\r')
			t->column++;
		t->after_cr = c == '\r';
	}
}

void
pop3_text_end(struct pop3_text *t, struct buf *out)
{
	buf_addf(out, "%s.\r\n", t->at_start ? "" : "\r\n");
}
