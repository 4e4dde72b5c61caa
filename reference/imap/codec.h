/* SPDX-License-Identifier: MIT */
/*
 * imap/codec - the words that IMAP commands are made of (RFC 3501 9).
 *
 * A cursor moves over the octets of one whole command.  Failure is sticky:
 * take everything, then ask once.  "bad" is then the text for a BAD reply,
 * and nothing taken since may be used.
 *
 *	imap_args_init(&a, buf_span(&framer.text));
 *	imap_take_command(&a, &cmd);
 *	imap_take_space(&a);
 *	imap_take_mailbox(&a, &name);
 *	if (!imap_take_end(&a))
 *		... cmd.tag BAD a.bad
 *	imap_args_free(&a);
 *
 * What was taken points into the command, or into the cursor where a quoted
 * string had to be unescaped: it lives as long as both.
 */
#ifndef REFERENCE_IMAP_CODEC_H
#define REFERENCE_IMAP_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/clock.h"
#include "lib/span.h"

#define IMAP_KEYWORDS_MOST 64 /* in one list of flags */

struct imap_args {
	struct span left;
	const char *bad; /* NULL: nothing wrong so far */
	char *room;      /* for unescaped strings */
	size_t used;
};

struct imap_command {
	struct span tag;  /* empty: it had none, answer with "*" */
	struct span name; /* as sent: compare without case */
	bool uid;         /* it was "UID name" */
};

enum { /* system flags as a set: RFC 3501 2.3.2 */
	IMAP_SEEN = 1 << 0,
	IMAP_ANSWERED = 1 << 1,
	IMAP_FLAGGED = 1 << 2,
	IMAP_DELETED = 1 << 3,
	IMAP_DRAFT = 1 << 4,
	IMAP_RECENT = 1 << 5, /* no client may set it */
};

struct imap_flags {
	unsigned system;
	bool extension; /* some "\Other" was among them, and left out */
	size_t n;
	struct span keyword[IMAP_KEYWORDS_MOST];
};

void imap_args_init(struct imap_args *, struct span command);
void imap_args_free(struct imap_args *);

/* Says what is wrong, unless something was already; false. */
bool imap_args_bad(struct imap_args *, const char *why);

/* ---- one after the other; false when something is or was wrong ---- */

bool imap_take_command(struct imap_args *, struct imap_command *);
bool imap_take_end(struct imap_args *);
bool imap_take_space(struct imap_args *);
bool imap_take_char(struct imap_args *, char); /* it must be there */

bool imap_take_atom(struct imap_args *, struct span *);
bool imap_take_astring(struct imap_args *, struct span *);
bool imap_take_string(struct imap_args *, struct span *);
/* NIL has a ptr of NULL; "" does not. */
bool imap_take_nstring(struct imap_args *, struct span *);
bool imap_take_literal(struct imap_args *, struct span *);
/* As sent, in modified UTF-7; any inbox is "INBOX" (RFC 3501 5.1). */
bool imap_take_mailbox(struct imap_args *, struct span *);
/* The same with "%" and "*" in it. */
bool imap_take_pattern(struct imap_args *, struct span *);

bool imap_take_number(struct imap_args *, uint32_t *);
bool imap_take_nz_number(struct imap_args *, uint32_t *);
bool imap_take_number64(struct imap_args *, uint64_t *); /* below 2^63 */

/* (\Seen $Forwarded); \Recent is refused. */
bool imap_take_flag_list(struct imap_args *, struct imap_flags *);
/* One or more without parentheses. */
bool imap_take_flags(struct imap_args *, struct imap_flags *);

/* Days since 1970-01-01: 1-Feb-2026, quoted or not. */
bool imap_take_date(struct imap_args *, int64_t *day);
/* " 1-Feb-2026 08:00:00 +0800": the instant, and minutes east of it. */
bool imap_take_date_time(struct imap_args *, struct wall *, int *zone_min);
/* The day that a calendar in this zone shows. */
int64_t imap_day_of(struct wall, int zone_min);

/* ---- what may be there; never wrong in themselves ---- */

bool imap_is_next(const struct imap_args *, char);
bool imap_may_take(struct imap_args *, char);
/* The word without case, and nothing that would make it longer. */
bool imap_may_take_word(struct imap_args *, const char *word);

/* May it stand in an atom, in an astring without quotes? */
bool imap_is_atom_char(char);
bool imap_is_astring_char(char);

#endif
