/* SPDX-License-Identifier: MIT */
/*
 * smtp/codec - SMTP command lines as bytes, and nothing else.
 *
 * No sockets, no clock, no allocation, no state: the caller keeps the bytes
 * and calls again with more.  Only CRLF ends a line: RFC 5321 2.3.8 forbids
 * to recognize anything else, so a lone CR or LF is part of a bad line.
 */
#ifndef REFERENCE_SMTP_CODEC_H
#define REFERENCE_SMTP_CODEC_H

#include "lib/buf.h"
#include "lib/span.h"

#define SMTP_COMMAND_MOST 512   /* RFC 5321 4.5.3.1.4, CRLF included */
#define SMTP_LINE_MOST    12288 /* RFC 4954 4: the longest line there is */

enum smtp_parse {
	SMTP_NEED_MORE, /* no whole line yet; nothing consumed */
	SMTP_COMMAND,   /* *cmd is set */
	SMTP_BAD_LINE,  /* it holds a NUL, or a CR or LF that ends nothing */
	SMTP_TOO_LONG,  /* no CRLF within SMTP_LINE_MOST octets */
};

struct smtp_command {
	struct span line; /* without CRLF */
	struct span verb; /* as sent: compare without case */
	struct span args; /* after the space, white space at the end removed */
};

/*
 * Takes at most one command from the front of *in.
 *
 * On every result but SMTP_NEED_MORE *in moves past what was consumed.  After
 * SMTP_TOO_LONG the rest of that line is still to come: smtp_skip_line().
 * The spans in *cmd point into *in's bytes.
 */
enum smtp_parse smtp_parse_command(struct span *in, struct smtp_command *cmd);

/*
 * Drops bytes up to the end of a line that was too long.  False when the end
 * has not come yet; all but a CR in the last place is consumed then.
 */
bool smtp_skip_line(struct span *in);

/*
 * Writes one reply, "\n" between its lines: "250-one\r\n250 two\r\n".  The
 * enhanced code (RFC 2034) goes in front of each line; NULL for none.  Without
 * both it is the code alone, which RFC 5321 4.2 permits.
 */
void smtp_write_reply(
    struct buf *out, int code, const char *enhanced, struct span text);

#endif
