/* SPDX-License-Identifier: MIT */
/*
 * pop3/codec - POP3 command lines and listings as bytes, and nothing else.
 *
 * No sockets, no clock, no allocation, no state: the caller keeps the bytes
 * and calls again with more.  Only CRLF ends a line (RFC 1939 3).
 */
#ifndef REFERENCE_POP3_CODEC_H
#define REFERENCE_POP3_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

#define POP3_COMMAND_MOST 255   /* RFC 2449 4, CRLF included */
#define POP3_LINE_MOST    12288 /* what a SASL response may come to */

enum pop3_parse {
	POP3_NEED_MORE, /* no whole line yet; nothing consumed */
	POP3_COMMAND,   /* *cmd is set */
	POP3_BAD_LINE,  /* it holds a NUL, or a CR or LF that ends nothing */
	POP3_TOO_LONG,  /* no CRLF within POP3_LINE_MOST octets */
};

struct pop3_command {
	struct span line; /* without CRLF */
	struct span verb; /* as sent: compare without case */
	struct span args; /* after the first space; a password may hold more */
};

/*
 * Takes at most one command from the front of *in.
 *
 * On every result but POP3_NEED_MORE *in moves past what was consumed.  After
 * POP3_TOO_LONG the rest of that line is still to come: pop3_skip_line().
 * The spans in *cmd point into *in's bytes.
 */
enum pop3_parse pop3_parse_command(struct span *in, struct pop3_command *cmd);

/*
 * Drops bytes up to the end of a line that was too long.  False when the end
 * has not come yet; all but a CR in the last place is consumed then.
 */
bool pop3_skip_line(struct span *in);

/*
 * Takes one number and the space behind it off *args; false when there is
 * none, or one that no message has.
 */
bool pop3_take_number(struct span *args, uint32_t *number);

/* A message on its way out, in pieces: RFC 1939 3, 7. */
struct pop3_text {
	bool stuffs;        /* a dot goes in front of a dot; else a fault */
	bool without_blank; /* a fault: TOP ends before the empty line */
	bool counts;        /* ends after "left" lines of the body: TOP */
	uint32_t left;      /* lines of the body */
	bool in_body, over; /* over: nothing more is taken */
	bool after_cr;      /* the last octet was a CR */
	bool at_start;      /* of a line */
	size_t column;      /* octets of this line so far */
};

void pop3_text_begin(struct pop3_text *);
void pop3_text_add(struct pop3_text *, struct span piece, struct buf *out);
/* The last CRLF, if the message has none, and the dot. */
void pop3_text_end(struct pop3_text *, struct buf *out);

#endif
