/* SPDX-License-Identifier: MIT */
/*
 * ledger_inner - what the files of the ledger share.
 */
#ifndef LOADGEN_LEDGER_INNER_H
#define LOADGEN_LEDGER_INNER_H

#include <pthread.h>
#include <stdatomic.h>

#include "lib/digest.h"
#include "loadgen/ledger.h"

enum {
	VARIANTS = 8,    /* bodies of a size */
	DIGITS = 10,     /* of seq, always */
	HEAD_MOST = 384, /* for From, To and Subject */
	NOTES = 8,
	EXAMPLES_EACH = 2, /* of one kind */
};

/* All of a message that does not depend on its addresses, but for seq. */
struct text {
	char *octets;
	size_t n;
	size_t seq_at[3]; /* where its digits go */
	struct span body; /* behind the line with the id */
	char sm3[DIGEST_TEXT];
};

struct size_class {
	size_t size;
	struct text texts[VARIANTS];
};

enum {
	SENT = 1 << 0,
	ACCEPTED = 1 << 1,
	REFUSED = 1 << 2,
	UNKNOWN = 1 << 3,
	SEEN = 1 << 4, /* in the right mailbox */
};

struct entry {
	_Atomic int64_t sent_us, accepted_us;
	_Atomic int64_t seen_us;    /* the first copy; -1: not known when */
	_Atomic uint64_t pair;      /* of sender and recipient */
	_Atomic uint32_t to;        /* of the recipient */
	_Atomic uint32_t order;     /* of the first copy; 0: of no matter */
	_Atomic uint16_t copies;    /* in the right mailbox */
	_Atomic uint16_t astray;    /* in others */
	_Atomic uint16_t good, bad; /* copies whose content was read */
	_Atomic uint8_t state;
	_Atomic uint8_t size; /* index of its class, plus 1 */
};

/* What is found before the end and worth an example. */
struct note {
	size_t seq;
	char text[96];
};

struct load_ledger {
	char *name; /* with a dot behind it */
	size_t name_len;
	size_t planned;
	struct entry *entries;
	struct size_class sizes[LEDGER_SIZES];
	size_t n_sizes;
	char filler[HEAD_MOST]; /* of Subject, in lines */

	_Atomic size_t accepted, met; /* met: and seen as well */
	_Atomic uint32_t order;
	_Atomic uint64_t strangers; /* copies with an id of no plan */

	pthread_mutex_t lock; /* of what follows: rare things */
	struct note notes[NOTES];
	size_t n_notes;
	char *unread_why;
};

/* ---- ledger_text.c ---- */

/* Makes the texts of that size, unless they are there. */
void ledger_add_size(struct load_ledger *, size_t size, const char *date);
/* What fills a Subject. */
void ledger_fill(char filler[HEAD_MOST]);

static inline const struct text *
ledger_text(const struct load_ledger *l, size_t class, size_t seq)
{
	return &l->sizes[class].texts[seq % VARIANTS];
}

static inline void
ledger_write_seq(char into[DIGITS], size_t seq)
{
	for (int i = DIGITS - 1; i >= 0; i--, seq /= 10)
		into[i] = (char)('0' + seq % 10);
}

/* FNV-1a */
static inline uint64_t
ledger_hash(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

static inline uint32_t
ledger_hash_to(const char *to)
{
	return (uint32_t)ledger_hash(UINT64_C(0xcbf29ce484222325), to);
}

#endif
