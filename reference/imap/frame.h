/* SPDX-License-Identifier: MIT */
/*
 * imap/frame - cuts what a client sends into whole commands.
 *
 * A command is a line with its literals and the rest of the line after each
 * (RFC 3501 4.3 and 7.5, RFC 7888).  The framer keeps the octets of one
 * command, so they may come in any pieces, and every octet is looked at once.
 * Only CRLF ends a line.  What was refused is skipped to its end, literals
 * and all, so that no octet of it is ever taken for a command.
 *
 *	while ((got = imap_frame_command(&f, &in)) != IMAP_NEED_MORE)
 *		switch (got) ...
 */
#ifndef REFERENCE_IMAP_FRAME_H
#define REFERENCE_IMAP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/span.h"

enum imap_frame {
	IMAP_NEED_MORE,       /* all of *in is consumed */
	IMAP_COMMAND,         /* text is a whole command or line */
	IMAP_GO_AHEAD,        /* answer "+ ", or call imap_frame_refuse() */
	IMAP_LITERAL_TOO_BIG, /* .literal octets were announced */
	IMAP_LINE_TOO_LONG,   /* line_most octets and no end */
};

struct imap_framer {
	/* The caller may change these three between commands. */
	size_t line_most;    /* octets of a command outside its literals */
	size_t literal_most; /* all literals of a command together */
	size_t append_most;  /* the same for APPEND */

	/*
	 * The command so far; whole, it lacks only its last CRLF.  Valid until
	 * the framer is called again.  After a refusal as far as it had come.
	 */
	struct buf text;
	uint64_t literal; /* the size last announced */
	bool sync;        /* "{n}" and not "{n+}" */

	/* The framer's own. */
	enum { FRAME_LINE, FRAME_LITERAL } where;
	int at;
	bool done, cr, skipping, raw;
	size_t line; /* octets outside literals so far */
	size_t held; /* octets inside */
	uint64_t left;
};

void imap_frame_init(struct imap_framer *, size_t line_most,
    size_t literal_most, size_t append_most);
void imap_frame_free(struct imap_framer *);

/*
 * Consumes from *in up to the next event.  After a refusal (the two last
 * ones) the answer is a tagged NO or BAD; go on feeding, the rest is skipped
 * silently.  .sync tells whether the client is still to send its literal.
 */
enum imap_frame imap_frame_command(struct imap_framer *, struct span *in);

/*
 * The same for a line that is no command and has no literals: a response to
 * "+ " in AUTHENTICATE, or DONE.
 */
enum imap_frame imap_frame_line(struct imap_framer *, struct span *in);

/* After IMAP_GO_AHEAD: the answer was a tagged NO or BAD instead. */
void imap_frame_refuse(struct imap_framer *);

/* The tag of a command that may not be whole; "*" when it has no good one. */
struct span imap_frame_tag(const struct imap_framer *);

#endif
