/* SPDX-License-Identifier: MIT */
/* RFC 5321 4.2: replies. */
#include <ctype.h>

#include "lib/framing.h"

/*
 * RFC 5321 4.2:  Reply-line = *( Reply-code "-" [ textstring ] CRLF )
 *                Reply-code [ SP textstring ] CRLF
 */
static enum framing_line
smtp_take(struct span *in, struct span *line, int awaited)
{
	bool bare_lf;

	(void)awaited;
	if (!framing_cut(in, line, &bare_lf))
		return FRAME_NEED_MORE;
	if (bare_lf || line->len < 3 || line->ptr[0] < '2' ||
	    line->ptr[0] > '5' || !isdigit((unsigned char)line->ptr[1]) ||
	    !isdigit((unsigned char)line->ptr[2]))
		return FRAME_GARBAGE;
	if (line->len == 3 || line->ptr[3] == ' ')
		return FRAME_LAST;
	return line->ptr[3] == '-' ? FRAME_MIDDLE : FRAME_GARBAGE;
}

/* RFC 5321 4.3.2: any command can have this answer. */
static bool
smtp_leaves(struct span line)
{
	return span_starts(line, SPAN("421"));
}

enum { LINT_COMMAND, LINT_UTF8, LINT_CONTENT, LINT_SASL };

#define SMTP_COMMAND_MOST 510   /* octets before CRLF, RFC 5321 4.5.3.1.4 */
#define SMTP_MAIL_MOST    1024  /* with what extensions add: 1870 3, 3461 5 */
#define SMTP_TEXT_MOST    998   /* RFC 5321 4.5.3.1.6 */
#define SMTP_SASL_MOST    12288 /* RFC 4954 4 */

static const char *
smtp_lint_command(struct span line, int *mode)
{
	const bool auth = span_casestarts(line, SPAN("AUTH "));
	const bool path = span_casestarts(line, SPAN("MAIL ")) ||
			  span_casestarts(line, SPAN("RCPT "));
	size_t most = path ? SMTP_MAIL_MOST : SMTP_COMMAND_MOST;

	if (span_casestarts(line, SPAN("MAIL ")))
		*mode = span_find(line, SPAN("SMTPUTF8")) < line.len
			    ? LINT_UTF8
			    : LINT_COMMAND;
	if (auth)
		most = SMTP_SASL_MOST;
	if (line.len > most)
		return "a command line longer than RFC 5321 4.5.3.1.4 allows";
	for (size_t i = 0; i < line.len; i++)
		if ((line.ptr[i] & 0x80) && *mode != LINT_UTF8)
			return "octets above 127 in a command, without "
			       "SMTPUTF8";
	for (size_t i = 0; i < 4; i++)
		if (line.len < 4 || !isalpha((unsigned char)line.ptr[i]))
			return "a command that begins with no verb";
	if (line.ptr[line.len - 1] == ' ')
		return "a command that ends in a space";
	if (auth)
		*mode = LINT_SASL;
	else if (span_caseeq(line, SPAN("DATA")))
		*mode = LINT_CONTENT;
	return NULL;
}

static const char *
smtp_lint(struct span line, int *mode)
{
	if (framing_breaks(line))
		return "CR, LF or NUL inside a line";
	if (*mode == LINT_CONTENT) {
		if (span_eq(line, SPAN(".")))
			*mode = LINT_COMMAND;
		return line.len > SMTP_TEXT_MOST
			   ? "a text line of more than 998 octets"
			   : NULL;
	}
	if (*mode == LINT_SASL &&
	    (framing_is_base64(line) || span_eq(line, SPAN("*"))))
		return NULL;
	return smtp_lint_command(line, mode);
}

const struct framing framing_smtp = {
	.name = "smtp",
	.take = smtp_take,
	.leaves = smtp_leaves,
	.lint = smtp_lint,
	.caseless = true,
	.most = 64 * 1024,
};
