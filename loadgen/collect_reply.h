/* SPDX-License-Identifier: MIT */
/*
 * collect_reply - one response of an IMAP server, as far as loads need it.
 *
 * Pure: octets in, a struct of spans into them out.
 */
#ifndef LOADGEN_COLLECT_REPLY_H
#define LOADGEN_COLLECT_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/span.h"

enum imap_heard {
	HEARD_NEED_MORE, /* nothing was taken */
	HEARD_GARBAGE,
	HEARD_OTHER,
	HEARD_TAGGED,   /* .tag, .ok, .text */
	HEARD_CONTINUE, /* "+" */
	HEARD_BYE,      /* .text */
	HEARD_STATUS,   /* untagged OK, NO, BAD: .code and .n of "[CODE n]" */
	HEARD_EXISTS,   /* .n */
	HEARD_EXPUNGE,  /* .n */
	HEARD_FETCH,    /* .n, and below */
	HEARD_SEARCH,   /* .text: the numbers */
	HEARD_LIST,     /* .text: the name, unquoted; .code: attributes */
};

struct imap_said {
	enum imap_heard heard;
	uint32_t n;
	bool ok;
	struct span tag, code, text;
	/* of a FETCH; what is absent is 0 */
	uint32_t uid, size;
	bool has_flags, has_content;
	bool whole;          /* it was BODY[] */
	struct span flags;   /* between the brackets */
	struct span content; /* of BODY[...]; the last of several */
};

/* Takes one response off *in. */
struct imap_said imap_said_take(struct span *in);

/* One number off *s; 0 when there is none. */
uint32_t imap_said_number(struct span *s);

#endif
