/* SPDX-License-Identifier: MIT */
#include "reference/smtp/codec.h"

static struct span
trim_end(struct span s)
{
	while (
	    s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

static bool
has_stray(struct span line)
{
	return memchr(line.ptr, '\0', line.len) != NULL ||
	       memchr(line.ptr, '\r', line.len) != NULL ||
	       memchr(line.ptr, '\n', line.len) != NULL;
}

enum smtp_parse
smtp_parse_command(struct span *in, struct smtp_command *cmd)
{
	const struct span window = span_take(*in, SMTP_LINE_MOST);
	const size_t len = span_find(window, SPAN("\r\n"));
	struct span rest;

	memset(cmd, 0, sizeof *cmd);
	if (len == window.len) {
		if (window.len < SMTP_LINE_MOST)
			return SMTP_NEED_MORE;
		/* Its last octet may be the CR of the CRLF we want. */
		*in = span_skip(*in, SMTP_LINE_MOST - 1);
		return SMTP_TOO_LONG;
	}
	cmd->line = span_take(*in, len);
	*in = span_skip(*in, len + 2);
	if (has_stray(cmd->line))
		return SMTP_BAD_LINE;

	rest = cmd->line;
	cmd->verb = trim_end(span_cut(&rest, ' '));
	/* "SHOULD tolerate trailing white space": RFC 5321 4.1.1. */
	cmd->args = trim_end(rest);
	return SMTP_COMMAND;
}

bool
smtp_skip_line(struct span *in)
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

void
smtp_write_reply(
    struct buf *out, int code, const char *enhanced, struct span text)
{
	/* RFC 4954 8: continue-req = "334" SP [base64] CRLF */
	if (text.len == 0 && enhanced == NULL)
		buf_addf(out, "%03d%s\r\n", code, code == 334 ? " " : "");
	while (text.len > 0 || enhanced != NULL) {
		const struct span line = span_cut(&text, '\n');

		buf_addf(out, "%03d%c%s%s%.*s\r\n", code,
		    text.len > 0 ? '-' : ' ', enhanced == NULL ? "" : enhanced,
		    enhanced == NULL || line.len == 0 ? "" : " ",
		    SPAN_FMT(line));
		if (text.len == 0)
			break;
	}
}
