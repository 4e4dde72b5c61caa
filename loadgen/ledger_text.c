/* SPDX-License-Identifier: MIT */
/*
 * Messages: texts made before the start, and a message from one of them.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "loadgen/arrival.h"
#include "loadgen/ledger_inner.h"

enum {
	TEXT_LEAST = 16, /* of a body, behind the line with the id */
	LINE = 76,       /* of a body, without its end; RFC 5322 2.1.1 */
	FOLD = 75,       /* CR LF, space, and what follows */
};

/* ---- texts ---- */

/*
 * Words of letters in lines that are full but for the last: no dot, no space
 * at an end, nothing that looks like the "From " of a mailbox file.
 */
static void
write_words(char *into, size_t n, uint64_t seed)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";

	assert(n > 2);
	for (size_t i = 0, column = 0, line = 0; i < n; column++) {
		const size_t left = n - i;
		const uint64_t r = chance_next(&seed);

		if (column == 0) /* 1 or 2 octets are no line of their own */
			line = left <= LINE + 2  ? left - 2
			       : left < LINE + 5 ? LINE / 2
						 : LINE;
		if (column == line) {
			into[i++] = '\r';
			into[i++] = '\n';
			column = SIZE_MAX;
		} else if (r % 7 == 0 && column > 0 && column + 1 < line) {
			into[i++] = ' ';
		} else {
			into[i++] = letters[(r >> 8) % 32];
		}
	}
}

static void
note_seq(struct text *t, size_t k, const struct buf *b)
{
	t->seq_at[k] = b->len;
}

static void
text_make(struct text *t, const struct load_ledger *l, size_t size,
    uint64_t seed, const char *date)
{
	static const char zeros[] = "0000000000";
	const size_t fixed = strlen(date) + 3 * (l->name_len + DIGITS) +
			     sizeof "Date: \r\nMessage-ID: <@load.invalid>\r\n"
				    "Yanshou-Id: \r\nYanshou-SM3: \r\n"
				    "\r\n\r\n" -
			     1 + DIGEST_TEXT - 1;
	const size_t spare = size - fixed - TEXT_LEAST;
	const size_t n = size - fixed - (spare < HEAD_MOST ? spare : HEAD_MOST);
	char *words = mem_new(n, 1);
	struct buf b;

	write_words(words, n, seed);
	digest_text((struct span){ words, n }, t->sm3);
	buf_init(&b, LEDGER_MOST);
	buf_addf(&b, "Date: %s\r\nMessage-ID: <%s", date, l->name);
	note_seq(t, 0, &b);
	buf_addf(&b, "%s@load.invalid>\r\nYanshou-Id: %s", zeros, l->name);
	note_seq(t, 1, &b);
	buf_addf(&b, "%s\r\nYanshou-SM3: %s\r\n\r\n%s", zeros, t->sm3, l->name);
	note_seq(t, 2, &b);
	buf_addf(&b, "%s\r\n", zeros);
	assert(b.len == fixed);
	buf_add(&b, (struct span){ words, n });
	free(words);
	t->octets = b.data;
	t->n = b.len;
	t->body = (struct span){ b.data + fixed, n };
}

void
ledger_add_size(struct load_ledger *l, size_t size, const char *date)
{
	struct size_class *c = &l->sizes[l->n_sizes];

	for (size_t i = 0; i < l->n_sizes; i++)
		if (l->sizes[i].size == size)
			return;
	c->size = size;
	for (size_t v = 0; v < VARIANTS; v++)
		text_make(&c->texts[v], l, size, size * VARIANTS + v, date);
	l->n_sizes++;
}

void
ledger_fill(char filler[HEAD_MOST])
{
	static const char fold[] = "\r\n ";

	for (size_t i = 0; i < HEAD_MOST; i++)
		filler[i] = i % FOLD < 3 ? fold[i % FOLD] : 'x';
}

/* ---- messages ---- */

/* Index of the class of a size, or -1. */
static int
class_of(const struct load_ledger *l, size_t size)
{
	for (size_t i = 0; i < l->n_sizes; i++)
		if (l->sizes[i].size == size)
			return (int)i;
	return -1;
}

/* So many octets of Subject; a fold that does not fit is none. */
static void
add_filler(const struct load_ledger *l, size_t n, struct buf *out)
{
	const size_t cut = n % FOLD;
	const size_t rest = cut <= 3 ? cut : 0;

	buf_add(out, (struct span){ l->filler, n - rest });
	buf_add(out, (struct span){ "---", rest });
}

/* Octets of From, To and Subject, without what fills the last. */
static size_t
head_of(const struct load_ledger *l, const char *from, const char *to)
{
	return sizeof "From: \r\nTo: \r\nSubject: \r\n" - 1 + strlen(from) +
	       strlen(to) + l->name_len + DIGITS;
}

bool
load_ledger_fits(
    const struct load_ledger *l, const char *from, const char *to, size_t size)
{
	const int class = class_of(l, size);

	return class != -1 && head_of(l, from, to) <=
				  size - ledger_text(l, (size_t) class, 0)->n;
}

bool
load_ledger_message(struct load_ledger *l, size_t seq, const char *from,
    const char *to, size_t size, struct buf *out)
{
	const int class = class_of(l, size);
	const struct text *t =
	    class == -1 ? NULL : ledger_text(l, (size_t) class, seq);
	const size_t head = head_of(l, from, to);
	struct entry *e = &l->entries[seq];
	char digits[DIGITS];
	size_t at;

	assert(seq < l->planned);
	if (t == NULL || head > size - t->n || out->full ||
	    size > out->cap - out->len)
		return false;
	ledger_write_seq(digits, seq);
	buf_add(out, SPAN("From: "));
	buf_add(out, span_of(from));
	buf_add(out, SPAN("\r\nTo: "));
	buf_add(out, span_of(to));
	buf_add(out, SPAN("\r\nSubject: "));
	buf_add(out, (struct span){ l->name, l->name_len });
	buf_add(out, (struct span){ digits, DIGITS });
	add_filler(l, size - t->n - head, out);
	buf_add(out, SPAN("\r\n"));
	at = out->len;
	buf_add(out, (struct span){ t->octets, t->n });
	for (size_t i = 0; i < 3; i++)
		memcpy(out->data + at + t->seq_at[i], digits, DIGITS);
	atomic_store_explicit(&e->pair, ledger_hash(ledger_hash_to(from), to),
	    memory_order_relaxed);
	atomic_store_explicit(&e->to, ledger_hash_to(to), memory_order_relaxed);
	atomic_store_explicit(
	    &e->size, (uint8_t)(class + 1), memory_order_relaxed);
	return true;
}
