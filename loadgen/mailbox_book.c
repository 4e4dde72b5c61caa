/* SPDX-License-Identifier: MIT */
/*
 * What all sessions of an account know of its INBOX, message by message.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/mailbox_inner.h"

enum { PROBES = 8 }; /* places that a UID may have */

struct entry {
	uint32_t uid;  /* 0: free */
	uint32_t size; /* 0: not told */
	uint64_t content;
	bool has_content, has_flags;
	uint8_t may_set, may_clear; /* flags */
};

struct mailbox_book {
	pthread_mutex_t lock;
	uint32_t validity;
	unsigned loose; /* flags that are not checked */
	struct entry entries[MODEL_BOOK];
};

struct mailbox_book *
mailbox_book_new(unsigned others)
{
	struct mailbox_book *b = mem_new(1, sizeof *b);

	pthread_mutex_init(&b->lock, NULL);
	b->loose = others;
	return b;
}

void
mailbox_book_free(struct mailbox_book *b)
{
	if (b == NULL)
		return;
	pthread_mutex_destroy(&b->lock);
	free(b);
}

/* NULL when it is new and there is no place. */
static struct entry *
entry_of(struct mailbox_book *b, uint32_t uid)
{
	const size_t first = uid * UINT32_C(2654435761) % MODEL_BOOK;

	for (size_t k = 0; k < PROBES; k++) {
		struct entry *e = &b->entries[(first + k) % MODEL_BOOK];

		if (e->uid == uid)
			return e;
		if (e->uid == 0) {
			e->uid = uid;
			return e;
		}
	}
	return NULL;
}

/* ---- what sessions say ---- */

unsigned
mailbox_flags(struct span text)
{
	static const struct {
		struct span name;
		unsigned flag;
	} names[] = {
		{ SPAN_INIT("\\Seen"), MODEL_SEEN },
		{ SPAN_INIT("\\Answered"), MODEL_ANSWERED },
		{ SPAN_INIT("\\Flagged"), MODEL_FLAGGED },
		{ SPAN_INIT("\\Deleted"), MODEL_DELETED },
		{ SPAN_INIT("\\Draft"), MODEL_DRAFT },
	};
	unsigned flags = 0;

	while (text.len > 0) {
		struct span word = span_cut(&text, ' ');

		while (word.len > 0 && strchr("()", *word.ptr) != NULL)
			word = span_skip(word, 1);
		while (word.len > 0 &&
		       strchr("()", word.ptr[word.len - 1]) != NULL)
			word.len--;
		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			if (span_caseeq(word, names[i].name))
				flags |= names[i].flag;
	}
	return flags;
}

void
mailbox_book_store(
    struct mailbox_view *v, uint32_t uid, unsigned set, unsigned clear)
{
	struct mailbox_book *b = v->book;
	struct entry *e;

	pthread_mutex_lock(&b->lock);
	e = uid == 0 ? NULL : entry_of(b, uid);
	if (e == NULL) {
		b->loose |= set | clear;
	} else if (e->has_flags) {
		e->may_set |= (uint8_t)set;
		e->may_clear |= (uint8_t)clear;
	} else { /* what they were before nobody can tell any more */
		e->may_set |= (uint8_t)(set | clear);
		e->may_clear |= (uint8_t)(set | clear);
	}
	pthread_mutex_unlock(&b->lock);
}

/* ---- what they are told ---- */

/* Eight octets more. */
static uint64_t
mixed(uint64_t h, const char *octets)
{
	uint64_t part;

	memcpy(&part, octets, sizeof part);
	h = (h ^ part) * UINT64_C(0x9e3779b97f4a7c15);
	return h << 35 | h >> 29;
}

/* It is only to be equal to itself. */
static uint64_t
hash_of(struct span s)
{
	char rest[32] = { 0 };
	uint64_t h = s.len;

	for (; s.len >= sizeof rest; s = span_skip(s, sizeof rest))
		h = mixed(mixed(mixed(mixed(h, s.ptr), s.ptr + 8), s.ptr + 16),
		    s.ptr + 24);
	if (s.len > 0)
		memcpy(rest, s.ptr, s.len);
	return mixed(
	    mixed(mixed(mixed(h, rest), rest + 8), rest + 16), rest + 24);
}

static const char *
check_flags(struct mailbox_view *v, struct entry *e, unsigned flags)
{
	const unsigned held = MODEL_FLAGS & ~v->book->loose;

	if (!e->has_flags) {
		e->has_flags = true;
		e->may_set |= (uint8_t)flags;
		e->may_clear |= (uint8_t)(MODEL_FLAGS & ~flags);
		return NULL;
	}
	if ((flags & held & ~(unsigned)e->may_set) != 0)
		return mailbox_wrong(v,
		    "UID %" PRIu32 " has a flag that nobody has set", e->uid);
	if ((~flags & held & ~(unsigned)e->may_clear) != 0)
		return mailbox_wrong(v,
		    "UID %" PRIu32 " has lost a flag that nobody has removed",
		    e->uid);
	return NULL;
}

static const char *
check_entry(struct mailbox_view *v, struct entry *e, const struct imap_said *r)
{
	const uint64_t content = r->whole ? hash_of(r->content) : 0;

	if (r->size != 0 && e->size != 0 && e->size != r->size)
		return mailbox_wrong(v,
		    "the size of UID %" PRIu32 " was %" PRIu32 ", is %" PRIu32,
		    e->uid, e->size, r->size);
	if (r->size != 0)
		e->size = r->size;
	if (r->whole && e->has_content && e->content != content)
		return mailbox_wrong(
		    v, "the content of UID %" PRIu32 " has changed", e->uid);
	if (r->whole) {
		e->has_content = true;
		e->content = content;
	}
	return r->has_flags ? check_flags(v, e, mailbox_flags(r->flags)) : NULL;
}

void
mailbox_book_validity(struct mailbox_view *v, uint32_t validity)
{
	struct mailbox_book *b = v->book;

	v->validity = validity;
	if (!v->inbox)
		return;
	pthread_mutex_lock(&b->lock);
	if (validity > b->validity) {
		memset(b->entries, 0, sizeof b->entries);
		b->validity = validity;
	}
	pthread_mutex_unlock(&b->lock);
}

const char *
mailbox_book_check(
    struct mailbox_view *v, uint32_t uid, const struct imap_said *r)
{
	struct mailbox_book *b = v->book;
	const char *why = NULL;
	struct entry *e;

	pthread_mutex_lock(&b->lock);
	e = v->validity == b->validity ? entry_of(b, uid) : NULL;
	if (e != NULL)
		why = check_entry(v, e, r);
	pthread_mutex_unlock(&b->lock);
	return why;
}
