/* SPDX-License-Identifier: MIT */
#include "loadgen/ledger.h"

#include <assert.h>
#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/mem.h"
#include "loadgen/arrival.h"

enum {
	VARIANTS = 8,    /* bodies of a size */
	DIGITS = 10,     /* of seq, always */
	HEAD_MOST = 384, /* for From, To and Subject */
	TEXT_LEAST = 16, /* of a body, behind the line with the id */
	LINE = 76,       /* of a body, without its end; RFC 5322 2.1.1 */
	FOLD = 75,       /* CR LF, space, and what follows */
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

static void
add_size(struct load_ledger *l, size_t size, const char *date)
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

static const struct text *
text_of(const struct load_ledger *l, size_t class, size_t seq)
{
	return &l->sizes[class].texts[seq % VARIANTS];
}

/* ---- life ---- */

static void
fill(char filler[HEAD_MOST])
{
	static const char fold[] = "\r\n ";

	for (size_t i = 0; i < HEAD_MOST; i++)
		filler[i] = i % FOLD < 3 ? fold[i % FOLD] : 'x';
}

/* FNV-1a */
static uint64_t
hash_of(uint64_t h, const char *text)
{
	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h;
}

static uint32_t
hash_to(const char *to)
{
	return (uint32_t)hash_of(UINT64_C(0xcbf29ce484222325), to);
}

/* With its dot; what is cut off a long one still tells it from others. */
static char *
prefix_of(const char *name)
{
	char *prefix =
	    strlen(name) <= LEDGER_NAME
		? mem_textf("%s.", name)
		: mem_textf("%.*s-%08x.", LEDGER_NAME - 9, name, hash_to(name));

	for (char *c = prefix; *c != '\0'; c++)
		if (!isascii((unsigned char)*c) ||
		    (!isalnum((unsigned char)*c) && *c != '.'))
			*c = '-';
	return prefix;
}

struct load_ledger *
load_ledger_new(
    const char *name, size_t planned, const int64_t *sizes, size_t n_sizes)
{
	struct load_ledger *l = mem_new(1, sizeof *l);
	char date[CLOCK_TEXT + 8];

	assert(n_sizes <= LEDGER_SIZES);
	l->name = prefix_of(name);
	l->name_len = strlen(l->name);
	l->planned = planned;
	l->entries = mem_new(planned + 1, sizeof *l->entries);
	/* no page of it is to come into being while the load runs */
	for (size_t i = 0; i < planned; i++)
		atomic_init(&l->entries[i].seen_us, 0);
	wall_mail_date(clock_wall(), date);
	for (size_t i = 0; i < n_sizes; i++) {
		assert(sizes[i] >= LEDGER_LEAST && sizes[i] <= LEDGER_MOST);
		add_size(l, (size_t)sizes[i], date);
	}
	fill(l->filler);
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void
load_ledger_free(struct load_ledger *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n_sizes; i++)
		for (size_t v = 0; v < VARIANTS; v++)
			free(l->sizes[i].texts[v].octets);
	pthread_mutex_destroy(&l->lock);
	free(l->entries);
	free(l->unread_why);
	free(l->name);
	free(l);
}

size_t
load_ledger_planned(const struct load_ledger *l)
{
	return l->planned;
}

struct span
load_ledger_prefix(const struct load_ledger *l)
{
	return (struct span){ l->name, l->name_len };
}

/* ---- messages ---- */

static void
write_seq(char into[DIGITS], size_t seq)
{
	for (int i = DIGITS - 1; i >= 0; i--, seq /= 10)
		into[i] = (char)('0' + seq % 10);
}

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

	return class != -1 &&
	       head_of(l, from, to) <= size - text_of(l, (size_t) class, 0)->n;
}

bool
load_ledger_message(struct load_ledger *l, size_t seq, const char *from,
    const char *to, size_t size, struct buf *out)
{
	const int class = class_of(l, size);
	const struct text *t =
	    class == -1 ? NULL : text_of(l, (size_t) class, seq);
	const size_t head = head_of(l, from, to);
	struct entry *e = &l->entries[seq];
	char digits[DIGITS];
	size_t at;

	assert(seq < l->planned);
	if (t == NULL || head > size - t->n || out->full ||
	    size > out->cap - out->len)
		return false;
	write_seq(digits, seq);
	buf_add(out, SPAN("From: "));
	buf_add(out, span_of(from));
	buf_add(out, SPAN("\r\nTo: "));
	buf_add(out, span_of(to));
	buf_add(out, SPAN("\r\nSubject: "));
	buf_add(out, load_ledger_prefix(l));
	buf_add(out, (struct span){ digits, DIGITS });
	add_filler(l, size - t->n - head, out);
	buf_add(out, SPAN("\r\n"));
	at = out->len;
	buf_add(out, (struct span){ t->octets, t->n });
	for (size_t i = 0; i < 3; i++)
		memcpy(out->data + at + t->seq_at[i], digits, DIGITS);
	atomic_store_explicit(
	    &e->pair, hash_of(hash_to(from), to), memory_order_relaxed);
	atomic_store_explicit(&e->to, hash_to(to), memory_order_relaxed);
	atomic_store_explicit(
	    &e->size, (uint8_t)(class + 1), memory_order_relaxed);
	return true;
}

/* ---- what workers were told ---- */

static unsigned
add_state(struct load_ledger *l, size_t seq, uint8_t state)
{
	assert(seq < l->planned);
	return atomic_fetch_or(&l->entries[seq].state, state);
}

void
load_ledger_sent(struct load_ledger *l, size_t seq, int64_t at_us)
{
	atomic_store_explicit(
	    &l->entries[seq].sent_us, at_us, memory_order_relaxed);
	add_state(l, seq, SENT);
}

void
load_ledger_accepted(struct load_ledger *l, size_t seq, int64_t at_us)
{
	unsigned before;

	atomic_store_explicit(
	    &l->entries[seq].accepted_us, at_us, memory_order_relaxed);
	before = add_state(l, seq, SENT | ACCEPTED);
	if ((before & ACCEPTED) != 0)
		return;
	atomic_fetch_add(&l->accepted, 1);
	if ((before & SEEN) != 0)
		atomic_fetch_add(&l->met, 1);
}

void
load_ledger_refused(struct load_ledger *l, size_t seq, int64_t at_us)
{
	(void)at_us;
	add_state(l, seq, SENT | REFUSED);
}

void
load_ledger_unknown(struct load_ledger *l, size_t seq, int64_t at_us)
{
	(void)at_us;
	add_state(l, seq, SENT | UNKNOWN);
}

/* ---- what collectors found ---- */

/* What stands behind "Name:", white space and folds skipped. */
static bool
field_value(struct span header, struct span name, struct span *value)
{
	while (header.len > 0) {
		const struct span all = header;
		const struct span line = span_cut(&header, '\n');

		if (line.len == 0 || line.ptr[0] == '\r')
			break;
		if (!span_casestarts(line, name) || line.len == name.len ||
		    line.ptr[name.len] != ':')
			continue;
		*value = span_skip(all, name.len + 1);
		while (value->len > 0 && isspace((unsigned char)*value->ptr))
			*value = span_skip(*value, 1);
		return true;
	}
	return false;
}

/* NAME.SEQ; NAME.x.y is that of another ledger of the same run. */
static bool
read_id(const struct load_ledger *l, struct span id, size_t *seq)
{
	size_t n = 0, digits = 0;

	if (!span_starts(id, load_ledger_prefix(l)))
		return false;
	id = span_skip(id, l->name_len);
	for (; digits < id.len && isdigit((unsigned char)id.ptr[digits]);
	     digits++)
		if (n < l->planned)
			n = n * 10 + (size_t)(id.ptr[digits] - '0');
	if (digits < id.len && id.ptr[digits] == '.')
		return false;
	*seq = digits == DIGITS && n < l->planned &&
		       (digits == id.len ||
			   strchr("@> \t\r\n", id.ptr[digits]) != NULL)
		   ? n
		   : LEDGER_STRANGE;
	return true;
}

bool
load_ledger_find(const struct load_ledger *l, struct span header, size_t *seq)
{
	struct span value;

	if (field_value(header, SPAN("Yanshou-Id"), &value) &&
	    read_id(l, value, seq))
		return true;
	return field_value(header, SPAN("Message-ID"), &value) &&
	       span_starts(value, SPAN("<")) &&
	       read_id(l, span_skip(value, 1), seq);
}

static void
note_copy(struct load_ledger *l, size_t seq, const char *to, int64_t at_us,
    bool in_order)
{
	struct entry *e;
	unsigned before;

	if (seq >= l->planned) {
		atomic_fetch_add(&l->strangers, 1);
		return;
	}
	e = &l->entries[seq];
	if (to != NULL && hash_to(to) != atomic_load(&e->to)) {
		atomic_fetch_add(&e->astray, 1);
		return;
	}
	if (atomic_fetch_add(&e->copies, 1) > 0)
		return;
	atomic_store(&e->seen_us, at_us);
	if (in_order)
		atomic_store(&e->order, atomic_fetch_add(&l->order, 1) + 1);
	before = add_state(l, seq, SEEN);
	if ((before & ACCEPTED) != 0)
		atomic_fetch_add(&l->met, 1);
}

void
load_ledger_seen(
    struct load_ledger *l, size_t seq, const char *to, int64_t at_us)
{
	note_copy(l, seq, to, at_us, true);
}

void
load_ledger_seen_elsewhere(
    struct load_ledger *l, size_t seq, const char *to, int64_t at_us)
{
	note_copy(l, seq, to, at_us, false);
}

size_t
load_ledger_outstanding(const struct load_ledger *l)
{
	const size_t met = atomic_load(&l->met); /* before what it is part of */

	return atomic_load(&l->accepted) - met;
}

void
load_ledger_unread(struct load_ledger *l, const char *why)
{
	pthread_mutex_lock(&l->lock);
	if (l->unread_why == NULL)
		l->unread_why = mem_text(span_of(why));
	pthread_mutex_unlock(&l->lock);
}

/* ---- content ---- */

/* Only empty lines are left. */
static bool
is_blank(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '\r' && s.ptr[i] != '\n')
			return false;
	return true;
}

static struct span
body_of(struct span message)
{
	return span_skip(
	    span_skip(message, span_find(message, SPAN("\r\n\r\n"))),
	    span_find(message, SPAN("\r\n\r\n")) == message.len ? 0 : 4);
}

/* Where two texts part, counted from 0; the last line end may be missing. */
static bool
differ(struct span expected, struct span heard, size_t *at)
{
	const size_t n = heard.len < expected.len ? heard.len : expected.len;

	*at = 0;
	if (memcmp(expected.ptr, heard.ptr, n) == 0)
		*at = n;
	while (*at < n && expected.ptr[*at] == heard.ptr[*at])
		++*at;
	return !is_blank(span_skip(expected, *at)) ||
	       !is_blank(span_skip(heard, *at));
}

static void
check(const struct load_ledger *l, size_t seq, struct span message, char *why,
    size_t room)
{
	const size_t class = atomic_load(&l->entries[seq].size);
	const struct text *t = class == 0 ? NULL : text_of(l, class - 1, seq);
	struct span body = body_of(message), value;
	const size_t line = l->name_len + DIGITS + 2;
	char digits[DIGITS];
	size_t at;

	*why = '\0';
	write_seq(digits, seq);
	if (t == NULL)
		snprintf(why, room, "never written");
	else if (!span_starts(body, load_ledger_prefix(l)) ||
		 !span_starts(span_skip(body, l->name_len),
		     (struct span){ digits, DIGITS }) ||
		 !span_starts(
		     span_skip(body, l->name_len + DIGITS), SPAN("\r\n")))
		snprintf(why, room, "its body does not begin with its id");
	else if (differ(t->body, span_skip(body, line), &at))
		snprintf(why, room, "its body differs at octet %zu of %zu",
		    line + at, line + t->body.len);
	else if (field_value(message, SPAN("Yanshou-SM3"), &value) &&
		 !span_starts(value, span_of(t->sm3)))
		snprintf(why, room, "the digest in its header was changed");
}

void
load_ledger_note(struct load_ledger *l, size_t seq, const char *text)
{
	pthread_mutex_lock(&l->lock);
	if (l->n_notes < NOTES) {
		struct note *n = &l->notes[l->n_notes++];

		n->seq = seq;
		snprintf(n->text, sizeof n->text, "%s", text);
	}
	pthread_mutex_unlock(&l->lock);
}

bool
load_ledger_read(struct load_ledger *l, size_t seq, struct span message)
{
	char why[96];

	if (seq >= l->planned)
		return true; /* there is nothing it should be equal to */
	check(l, seq, message, why, sizeof why);
	atomic_fetch_add(
	    *why == '\0' ? &l->entries[seq].good : &l->entries[seq].bad, 1);
	if (*why != '\0')
		load_ledger_note(l, seq, why);
	return *why == '\0';
}

/* ---- the line under it ---- */

enum end { LOST, UNREAD, DOUBLED, STRANGE, REORDERED, LATE, UNCHECKED, ENDS };

static const char *const end_texts[ENDS] = {
	[LOST] = "accepted, and in no mailbox",
	[UNREAD] = "accepted, and not all mailboxes could be read",
	[DOUBLED] = "delivered more than once",
	[STRANGE] = "in a mailbox, though never sent, refused, or for another",
	[REORDERED] = "overtaken by one that was sent later",
	[LATE] = "delivered after the time allowed",
	[UNCHECKED] = "delivered, and its content could not be read",
};

struct settling {
	const struct load_ledger *l;
	struct measure_ledger *m;
	uint64_t *ends[ENDS];
	int shown[ENDS];
};

static void
example(struct settling *s, size_t seq, const char *text)
{
	struct measure_ledger *m = s->m;
	const size_t most = sizeof m->examples / sizeof m->examples[0];

	if (m->n_examples < most)
		m->examples[m->n_examples++] =
		    mem_textf("%s%010zu: %s", s->l->name, seq, text);
}

static void
count(struct settling *s, enum end end, size_t seq)
{
	++*s->ends[end];
	if (s->shown[end]++ < EXAMPLES_EACH)
		example(s, seq, end_texts[end]);
}

static void
settle_delivered(
    struct settling *s, const struct entry *e, size_t seq, int64_t late_us)
{
	const uint16_t copies = atomic_load(&e->copies);
	const int64_t from = atomic_load(&e->accepted_us);
	const int64_t to = atomic_load(&e->seen_us);
	const int64_t us = to - from;

	s->m->delivered++;
	s->m->corrupted += atomic_load(&e->bad) > 0;
	if (copies > 1)
		count(s, DOUBLED, seq);
	if (atomic_load(&e->good) + atomic_load(&e->bad) < copies)
		count(s, UNCHECKED, seq);
	if (to == -1 || from == 0)
		return;
	/* it can be seen before we have got round to reading the 250 */
	hist_add(&s->m->delivery, us < 0 ? 0 : us);
	if (us > late_us)
		count(s, LATE, seq);
}

static void
settle_one(struct settling *s, size_t seq, int64_t late_us)
{
	const struct entry *e = &s->l->entries[seq];
	const unsigned state = atomic_load(&e->state);
	const bool seen = (state & SEEN) != 0;
	const bool told = (state & (ACCEPTED | REFUSED | UNKNOWN)) != 0;
	const bool unknown =
	    (state & UNKNOWN) != 0 || ((state & SENT) != 0 && !told);
	const bool due = (state & ACCEPTED) != 0;

	s->m->sent += (state & SENT) != 0;
	s->m->accepted += due;
	s->m->refused += !due && (state & REFUSED) != 0;
	s->m->unknown += !due && (state & REFUSED) == 0 && unknown;
	if (due && !seen)
		count(s, s->l->unread_why == NULL ? LOST : UNREAD, seq);
	if (seen && (due || (unknown && (state & REFUSED) == 0)))
		settle_delivered(s, e, seq, late_us);
	else if (seen)
		count(s, STRANGE, seq);
	if (atomic_load(&e->astray) > 0)
		count(s, STRANGE, seq);
}

/* ---- order ---- */

struct place {
	uint64_t pair;
	uint32_t order, seq;
};

static int
by_place(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	return p->pair != q->pair
		   ? (p->pair > q->pair) - (p->pair < q->pair)
		   : (p->order > q->order) - (p->order < q->order);
}

/*
 * Along a mailbox: whoever was accepted before the latest sending among those
 * that lie before it has been overtaken.
 */
static void
settle_order(struct settling *s)
{
	struct place *places = mem_new(s->l->planned + 1, sizeof *places);
	int64_t latest = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->l->planned; i++) {
		const struct entry *e = &s->l->entries[i];
		const unsigned both = ACCEPTED | SEEN;

		if ((atomic_load(&e->state) & both) == both &&
		    atomic_load(&e->order) != 0)
			places[n++] =
			    (struct place){ .pair = atomic_load(&e->pair),
				    .order = atomic_load(&e->order),
				    .seq = (uint32_t)i };
	}
	qsort(places, n, sizeof *places, by_place);
	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &s->l->entries[places[i].seq];
		const int64_t sent = atomic_load(&e->sent_us);

		if (i == 0 || places[i].pair != places[i - 1].pair)
			latest = 0;
		if (latest > atomic_load(&e->accepted_us))
			count(s, REORDERED, places[i].seq);
		if (sent > latest)
			latest = sent;
	}
	free(places);
}

void
load_ledger_settle(
    const struct load_ledger *l, int64_t late_us, struct measure_ledger *m)
{
	const uint64_t strangers = atomic_load(&l->strangers);
	struct settling s = { .l = l,
		.m = m,
		.ends = { [LOST] = &m->lost,
		    [UNREAD] = &m->unread,
		    [DOUBLED] = &m->doubled,
		    [STRANGE] = &m->strange,
		    [REORDERED] = &m->reordered,
		    [LATE] = &m->late,
		    [UNCHECKED] = &m->unchecked } };

	m->kept = true;
	m->planned += l->planned;
	m->strange += strangers;
	if (m->delivery.counts == NULL)
		hist_init(&m->delivery);
	if (l->unread_why != NULL && m->unread_why == NULL)
		m->unread_why = mem_text(span_of(l->unread_why));
	for (size_t i = 0; i < l->n_notes && i < EXAMPLES_EACH; i++)
		example(&s, l->notes[i].seq, l->notes[i].text);
	for (size_t i = 0; i < l->planned; i++)
		settle_one(&s, i, late_us);
	settle_order(&s);
}
