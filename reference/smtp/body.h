/* SPDX-License-Identifier: MIT */
/*
 * smtp/body - the octets of one message as DATA or BDAT brings them.
 *
 * DATA ends at CRLF "." CRLF and at nothing else, and the dot that was added
 * for transparency is taken away (RFC 5321 4.1.1.4, 4.5.2); BDAT is counted
 * (RFC 3030).  What must not be in a message does not stop it from being read
 * to its end: it is a flaw, and the session refuses the whole.
 */
#ifndef REFERENCE_SMTP_BODY_H
#define REFERENCE_SMTP_BODY_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"

#define SMTP_TEXT_MOST 1000 /* RFC 5321 4.5.3.1.6, CRLF included */

enum smtp_flaw {
	SMTP_FLAW_STRAY = 1 << 0, /* a CR or LF that is not of a CRLF */
	SMTP_FLAW_NUL = 1 << 1,
	SMTP_FLAW_LONG = 1 << 2, /* a line over SMTP_TEXT_MOST */
	SMTP_FLAW_BIG = 1 << 3,  /* more octets than text may hold */
};

enum smtp_body_state {
	SMTP_BODY_START, /* behind a line break, or nothing came yet */
	SMTP_BODY_TEXT,
	SMTP_BODY_CR,
	SMTP_BODY_DOT,    /* behind a dot that opens a line */
	SMTP_BODY_DOT_CR, /* behind that dot and a CR */
	SMTP_BODY_EATEN,  /* SMTP_LAX_EAT_DOTS took a second dot */
};

enum smtp_break { SMTP_CRLF, SMTP_LF, SMTP_CR };

/* "before" "." "after" ends the data as well. */
#define SMTP_LAX_END(before, after) (1U << (3 * (before) + (after)))

/* What else a session may be told to get wrong; 0 is correct. */
enum smtp_body_lax {
	SMTP_LAX_KEEP_DOTS = 1 << 9, /* leaves the added dot in place */
	SMTP_LAX_EAT_DOTS = 1 << 10, /* drops all dots that open a line */
	SMTP_LAX_NUL = 1 << 11,      /* CRLF "." NUL CRLF ends it */
	SMTP_LAX_TWO_DOTS = 1 << 12, /* CRLF ".." CRLF ends it */
	SMTP_LAX_ONE_DOT = 1 << 13,  /* drops the first added dot only */
};

struct smtp_body {
	struct buf text;
	enum smtp_body_state state;
	enum smtp_break line_break; /* the one we are behind */
	unsigned flaws;
	unsigned lax;
	bool beyond_ascii; /* some octet has its high bit set */
	unsigned dots;     /* added ones that were dropped */
	struct span held;  /* between the dot and what decides its fate */
	size_t line;       /* octets of the line so far */
	size_t longest;    /* of all lines */
};

void smtp_body_init(struct smtp_body *, size_t most);
void smtp_body_free(struct smtp_body *);
void smtp_body_clear(struct smtp_body *); /* ready for the next message */

/* True when *in held the end of the data; *in then stands behind it. */
bool smtp_body_data(struct smtp_body *, struct span *in);

/* Octets of a BDAT chunk. */
void smtp_body_chunk(struct smtp_body *, struct span);
/* No more chunks: a CR still waiting for its LF becomes a flaw. */
void smtp_body_end(struct smtp_body *);

#endif
