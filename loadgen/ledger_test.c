/* SPDX-License-Identifier: MIT */
#include "loadgen/ledger.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/digest.h"
#include "lib/mem.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define RUN      "20261122-012654-7f3a"
#define ALICE    "alice@gov.example"
#define BOB      "bob@gov.example"

enum { SIZE = 2048, LATE = 1000000 };

static struct load_ledger *
ledger(size_t planned)
{
	const int64_t sizes[] = { SIZE, 700, 20480, SIZE };

	return load_ledger_new(RUN, planned, sizes, COUNT(sizes));
}

static struct buf
written(struct load_ledger *l, size_t seq, const char *to)
{
	struct buf b;

	buf_init(&b, LEDGER_MOST);
	ck_assert(load_ledger_message(l, seq, ALICE, to, SIZE, &b));
	return b;
}

/* ---- messages ---- */

/* Lines of RFC 5322 2.1.1, none that would have to be stuffed. */
static void
check_lines(struct span message)
{
	while (message.len > 0) {
		const size_t n = span_find(message, SPAN("\r\n"));

		ck_assert_uint_lt(n, message.len);
		ck_assert_uint_le(n, 78);
		ck_assert(n == 0 || message.ptr[0] != '.');
		ck_assert(memchr(message.ptr, '\n', n) == NULL);
		ck_assert(n < 2 || message.ptr[n - 1] != ' ');
		message = span_skip(message, n + 2);
	}
}

START_TEST(a_message_is_whole)
{
	struct load_ledger *l = ledger(100);
	struct buf b = written(l, 17, BOB);
	const struct span all = buf_span(&b);
	char hex[DIGEST_TEXT];
	size_t at, head;

	ck_assert_ptr_nonnull(all.ptr);
	ck_assert_uint_eq(all.len, SIZE);
	check_lines(all);
	ck_assert(span_starts(all, SPAN("From: " ALICE "\r\nTo: " BOB
					"\r\nSubject: " RUN ".0000000017")));
	ck_assert_uint_lt(span_find(all, SPAN("\r\nDate: ")), all.len);
	ck_assert_uint_lt(span_find(all, SPAN("\r\nMessage-ID: <" RUN
					      ".0000000017@load.invalid>\r\n")),
	    all.len);
	ck_assert_uint_lt(
	    span_find(all, SPAN("\r\nYanshou-Id: " RUN ".0000000017\r\n")),
	    all.len);
	head = span_find(all, SPAN("\r\n\r\n"));
	ck_assert(
	    span_starts(span_skip(all, head + 4), SPAN(RUN ".0000000017\r\n")));
	/* the digest is that of what lies behind this line */
	digest_text(
	    span_skip(all, head + 4 + strlen(RUN ".0000000017\r\n")), hex);
	at = span_find(all, SPAN("\r\nYanshou-SM3: "));
	ck_assert(span_starts(span_skip(all, at + 15), span_of(hex)));
	ck_assert(load_ledger_read(l, 17, all));
	buf_free(&b);
	load_ledger_free(l);
}
END_TEST

/* Whatever the size and however long the addresses. */
START_TEST(sizes_are_exact)
{
	int64_t sizes[LEDGER_SIZES];
	char to[200] = "";
	struct load_ledger *l;
	struct buf b;

	for (int64_t base = 500; base < 1600; base += LEDGER_SIZES) {
		for (size_t i = 0; i < COUNT(sizes); i++)
			sizes[i] = base + (int64_t)i;
		l = load_ledger_new(RUN ".1", 9, sizes, COUNT(sizes));
		for (size_t i = 0; i < COUNT(sizes); i++) {
			const size_t n = (size_t)base % 97 + i;

			memset(to, 'a', n);
			snprintf(to + n, sizeof to - n, "@x.example");
			buf_init(&b, LEDGER_MOST);
			ck_assert(load_ledger_message(
			    l, 8, ALICE, to, (size_t)sizes[i], &b));
			ck_assert_int_eq((int64_t)b.len, sizes[i]);
			if (n < 60)
				check_lines(buf_span(&b));
			ck_assert(load_ledger_read(l, 8, buf_span(&b)));
			buf_free(&b);
		}
		load_ledger_free(l);
	}
}
END_TEST

START_TEST(what_cannot_be_written)
{
	struct load_ledger *l = ledger(3);
	char wide[400];
	struct buf b;

	memset(wide, 'a', sizeof wide - 1);
	wide[sizeof wide - 1] = '\0';
	buf_init(&b, SIZE);
	ck_assert(!load_ledger_message(l, 0, ALICE, BOB, SIZE + 1, &b));
	ck_assert(!load_ledger_message(l, 0, ALICE, wide, SIZE, &b));
	ck_assert(!load_ledger_fits(l, ALICE, wide, SIZE));
	ck_assert(!load_ledger_fits(l, ALICE, BOB, SIZE + 1));
	ck_assert(load_ledger_fits(l, ALICE, BOB, SIZE));
	ck_assert(!load_ledger_message(l, 0, ALICE, BOB, 20480, &b));
	ck_assert_uint_eq(b.len, 0);
	ck_assert(load_ledger_message(l, 0, ALICE, BOB, SIZE, &b));
	ck_assert(!load_ledger_message(l, 1, ALICE, BOB, 700, &b));
	ck_assert_uint_eq(b.len, SIZE);
	buf_free(&b);
	load_ledger_free(l);
}
END_TEST

START_TEST(whatever_the_name)
{
	static const struct {
		const char *name, *prefix;
	} rows[] = {
		{ RUN, RUN "." },
		{ RUN ".my load_2.0", RUN ".my-load-2.0." },
		{ RUN ".\xe9\x82\xae.0", RUN ".---.0." },
		{ RUN ".abcdefghijklmnopqr.", RUN ".abcdefghijklmnopqr.." },
	};
	static const char *const longs[] = { RUN ".a-very-long-scenario.0",
		RUN ".a-very-long-scenario.1" };
	struct load_ledger *l, *k;

	for (size_t i = 0; i < COUNT(rows); i++) {
		l = load_ledger_new(rows[i].name, 1, NULL, 0);
		ck_assert_str_eq(load_ledger_prefix(l).ptr, rows[i].prefix);
		load_ledger_free(l);
	}
	l = load_ledger_new(longs[0], 1, NULL, 0);
	k = load_ledger_new(longs[1], 1, NULL, 0);
	ck_assert_uint_eq(load_ledger_prefix(l).len, LEDGER_NAME + 1);
	ck_assert(span_starts(load_ledger_prefix(l), SPAN(RUN ".a-very")));
	ck_assert(!span_eq(load_ledger_prefix(l), load_ledger_prefix(k)));
	load_ledger_free(l);
	load_ledger_free(k);
}
END_TEST

/* ---- whose it is ---- */

START_TEST(whose_a_header_is)
{
	enum { NO = -2, STRANGE = -1 };
	static const struct {
		const char *header;
		int seq;
	} rows[] = {
		{ "Yanshou-Id: " RUN ".0000000017\r\n\r\n", 17 },
		{ "yanshou-id:" RUN ".0000000017\r\n", 17 },
		{ "Yanshou-Id:\r\n\t" RUN ".0000000017\r\n", 17 },
		{ "Received: x\r\nMessage-ID: <" RUN
		  ".0000000003@load.invalid>\r\n",
		    3 },
		{ "Message-ID:\r\n <" RUN ".0000000003@load.invalid>\r\n", 3 },
		{ "Yanshou-Id: x\r\nMessage-Id: <" RUN
		  ".0000000003@load.invalid>\r\n",
		    3 },
		{ "Yanshou-Id: " RUN ".0000000099\r\n", 99 },
		{ "Yanshou-Id: " RUN ".0000000100\r\n", STRANGE },
		{ "Yanshou-Id: " RUN ".9999999999\r\n", STRANGE },
		{ "Yanshou-Id: " RUN ".99999999999999999999999\r\n", STRANGE },
		{ "Yanshou-Id: " RUN ".17\r\n", STRANGE },
		{ "Yanshou-Id: " RUN ".00000000x7\r\n", STRANGE },
		{ "Yanshou-Id: " RUN ".0000000017x\r\n", STRANGE },
		{ "Yanshou-Id: " RUN ".\r\n", STRANGE },
		{ "Yanshou-Id: " RUN ".1.0000000017\r\n", NO },
		{ "Yanshou-Id: " RUN "\r\n", NO },
		{ "Yanshou-Id: 20261122-012654-7f3b.0000000017\r\n", NO },
		{ "Subject: " RUN ".0000000017\r\n", NO },
		{ "X: y\r\n\r\nYanshou-Id: " RUN ".0000000017\r\n", NO },
		{ "Yanshou-Id", NO },
		{ "Yanshou-Id:", NO },
		{ "", NO },
	};
	struct load_ledger *l = ledger(100);

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t seq = 12345;
		const bool ours =
		    load_ledger_find(l, span_of(rows[i].header), &seq);

		ck_assert_msg(
		    ours == (rows[i].seq != NO), "%s", rows[i].header);
		if (rows[i].seq == STRANGE)
			ck_assert_msg(
			    seq == LEDGER_STRANGE, "%s", rows[i].header);
		else if (ours)
			ck_assert_msg(
			    seq == (size_t)rows[i].seq, "%s", rows[i].header);
	}
	load_ledger_free(l);
}
END_TEST

/* ---- content ---- */

enum change { CUT, FLIP, EMPTY_LINES, NO_END, BARE_LF, TRACE, OTHERS, DIGEST };

static void
change(struct buf *b, enum change how, size_t at)
{
	char *copy = mem_text(buf_span(b));
	const struct span all = { copy, b->len };
	const size_t head = span_find(all, SPAN("\r\n\r\n"));

	switch (how) {
	case CUT:
		b->len = at;
		break;
	case FLIP:
		b->data[at] ^= 1;
		break;
	case EMPTY_LINES:
		buf_add(b, SPAN("\r\n\r\n"));
		break;
	case NO_END:
		b->len -= 2;
		break;
	case BARE_LF:
		buf_clear(b);
		for (size_t i = 0; i < all.len; i++)
			if (i < head + 4 || all.ptr[i] != '\r')
				buf_add(b, (struct span){ all.ptr + i, 1 });
		break;
	case TRACE:
		buf_clear(b);
		buf_add(b, SPAN("Return-Path: <a@b>\r\nReceived: from x\r\n"));
		buf_add(b, all);
		break;
	case OTHERS: /* the id of another in the body */
		b->data[head + 4 + strlen(RUN ".000000000")]++;
		break;
	case DIGEST:
		b->data[span_find(all, SPAN("SM3: ")) + 7] ^= 1;
		break;
	}
	free(copy);
}

START_TEST(content)
{
	static const struct {
		enum change how;
		size_t at;
		bool equal;
	} rows[] = {
		{ TRACE, 0, true },
		{ EMPTY_LINES, 0, true },
		{ NO_END, 0, true },
		{ CUT, SIZE, true },
		{ CUT, SIZE - 3, false },
		{ CUT, SIZE / 2, false },
		{ CUT, 100, false },
		{ CUT, 0, false },
		{ FLIP, SIZE - 3, false },
		{ FLIP, SIZE / 2 + 200, false },
		{ BARE_LF, 0, false },
		{ OTHERS, 0, false },
		{ DIGEST, 0, false },
	};
	struct load_ledger *l = ledger(10);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b = written(l, 4, BOB);

		change(&b, rows[i].how, rows[i].at);
		ck_assert_msg(
		    load_ledger_read(l, 4, buf_span(&b)) == rows[i].equal,
		    "row %zu", i);
		buf_free(&b);
	}
	load_ledger_free(l);
}
END_TEST

/* ---- every end there is ---- */

enum told { UNSENT, BEGUN, ACCEPTED, REFUSED, UNKNOWN, TOLDS };

static void
tell(struct load_ledger *l, size_t seq, enum told told)
{
	if (told != UNSENT)
		load_ledger_sent(l, seq, 1000);
	if (told == ACCEPTED)
		load_ledger_accepted(l, seq, 2000);
	if (told == REFUSED)
		load_ledger_refused(l, seq, 2000);
	if (told == UNKNOWN)
		load_ledger_unknown(l, seq, 2000);
}

enum found { ALL_WELL, ONE_BAD, NOT_READ };

static void
find(struct load_ledger *l, size_t seq, const char *in, int copies,
    enum found found)
{
	struct buf b = written(l, seq, BOB);

	for (int k = 0; k < copies; k++) {
		load_ledger_seen(l, seq, in, 5000 + k);
		if (found == ONE_BAD && k == copies - 1)
			change(&b, FLIP, SIZE - 3);
		if (found != NOT_READ || k < copies - 1)
			load_ledger_read(l, seq, buf_span(&b));
	}
	buf_free(&b);
}

struct ends {
	unsigned delivered, lost, doubled, corrupted, strange, unchecked;
};

static void
check_ends(const struct measure_ledger *m, struct ends e, const char *what)
{
	ck_assert_msg(
	    m->delivered == e.delivered && m->lost == e.lost &&
		m->doubled == e.doubled && m->corrupted == e.corrupted &&
		m->strange == e.strange && m->unchecked == e.unchecked &&
		m->reordered == 0 && m->late == 0 && m->unread == 0,
	    "%s: %lu delivered %lu lost %lu doubled %lu corrupted %lu strange "
	    "%lu unchecked %lu reordered",
	    what, m->delivered, m->lost, m->doubled, m->corrupted, m->strange,
	    m->unchecked, m->reordered);
}

static void
forget(struct measure_ledger *m)
{
	for (size_t i = 0; i < m->n_examples; i++)
		free(m->examples[i]);
	hist_free(&m->delivery);
	free(m->unread_why);
	*m = (struct measure_ledger){ 0 };
}

START_TEST(every_end_there_is)
{
	static const char *const names[] = { "unsent", "begun", "accepted",
		"refused", "unknown" };
	struct measure_ledger m = { 0 };

	for (enum told told = 0; told < TOLDS; told++)
		for (int copies = 0; copies < 4; copies++)
			for (enum found found = 0; found <= NOT_READ; found++) {
				struct load_ledger *l = ledger(3);
				const bool sums = told == ACCEPTED ||
						  told == UNKNOWN ||
						  told == BEGUN;
				const bool seen = copies > 0;
				char what[80];

				snprintf(what, sizeof what, "%s %d %d",
				    names[told], copies, (int)found);
				tell(l, 1, told);
				find(l, 1, copies % 2 ? BOB : NULL, copies,
				    found);
				load_ledger_settle(l, LATE, &m);
				check_ends(&m,
				    (struct ends){ .delivered = sums && seen,
					.lost = told == ACCEPTED && !seen,
					.doubled = sums && copies > 1,
					.corrupted =
					    sums && seen && found == ONE_BAD,
					.strange = !sums && seen,
					.unchecked =
					    sums && seen && found == NOT_READ },
				    what);
				ck_assert_uint_eq(m.planned, 3);
				ck_assert_uint_eq(m.sent, told != UNSENT);
				ck_assert_uint_eq(m.accepted, told == ACCEPTED);
				ck_assert_uint_eq(m.refused, told == REFUSED);
				ck_assert_uint_eq(m.unknown,
				    told == UNKNOWN || told == BEGUN);
				ck_assert_uint_eq(
				    m.delivery.n, told == ACCEPTED && seen);
				ck_assert(!seen || told != ACCEPTED ||
					  m.delivery.max == 3000);
				forget(&m);
				load_ledger_free(l);
			}
}
END_TEST

/* In somebody else's mailbox, whether also in the right one or not. */
START_TEST(astray)
{
	for (int right = 0; right < 3; right++) {
		struct load_ledger *l = ledger(3);
		struct measure_ledger m = { 0 };

		tell(l, 1, ACCEPTED);
		find(l, 1, ALICE, 2, ALL_WELL);
		find(l, 1, BOB, right, ALL_WELL);
		load_ledger_settle(l, LATE, &m);
		check_ends(&m,
		    (struct ends){ .delivered = right > 0,
			.lost = right == 0,
			.doubled = right > 1,
			.strange = 1 },
		    "astray");
		forget(&m);
		load_ledger_free(l);
	}
}
END_TEST

START_TEST(ids_of_no_plan)
{
	struct load_ledger *l = ledger(3);
	struct measure_ledger m = { 0 };

	load_ledger_seen(l, LEDGER_STRANGE, BOB, 5);
	load_ledger_seen(l, LEDGER_STRANGE, NULL, 5);
	ck_assert(load_ledger_read(l, LEDGER_STRANGE, SPAN("x")));
	load_ledger_settle(l, LATE, &m);
	check_ends(&m, (struct ends){ .strange = 2 }, "no plan");
	forget(&m);
	load_ledger_free(l);
}
END_TEST

/* What could not be looked for is not lost. */
START_TEST(mailboxes_that_were_not_read)
{
	struct load_ledger *l = ledger(5);
	struct measure_ledger m = { 0 };

	tell(l, 0, ACCEPTED);
	tell(l, 1, ACCEPTED);
	find(l, 1, BOB, 1, ALL_WELL);
	ck_assert_uint_eq(load_ledger_outstanding(l), 1);
	load_ledger_unread(l, "bob: connection refused");
	load_ledger_unread(l, "alice: another");
	load_ledger_settle(l, LATE, &m);
	ck_assert_uint_eq(m.lost, 0);
	ck_assert_uint_eq(m.unread, 1);
	ck_assert_uint_eq(m.delivered, 1);
	ck_assert_str_eq(m.unread_why, "bob: connection refused");
	forget(&m);
	load_ledger_free(l);
}
END_TEST

/* ---- time ---- */

START_TEST(when_it_was_seen)
{
	static const struct {
		int64_t accepted, seen;
		uint64_t n;
		int64_t max;
		uint64_t late;
	} rows[] = {
		{ 1000, 1500, 1, 500, 0 },
		{ 1000, 900, 1, 0, 0 }, /* before we had read the 250 */
		{ 1000, 1000 + LATE, 1, LATE, 0 },
		{ 1000, 1001 + LATE, 1, LATE + 1, 1 },
		{ 1000, -1, 0, 0, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (int first = 0; first < 2; first++) {
			struct load_ledger *l = ledger(1);
			struct measure_ledger m = { 0 };

			load_ledger_sent(l, 0, 800);
			if (first == 0)
				load_ledger_seen(l, 0, NULL, rows[i].seen);
			load_ledger_accepted(l, 0, rows[i].accepted);
			load_ledger_accepted(l, 0, rows[i].accepted);
			if (first == 1) {
				ck_assert_uint_eq(
				    load_ledger_outstanding(l), 1);
				load_ledger_seen(l, 0, NULL, rows[i].seen);
			}
			ck_assert_uint_eq(load_ledger_outstanding(l), 0);
			load_ledger_settle(l, LATE, &m);
			ck_assert_uint_eq(m.delivery.n, rows[i].n);
			ck_assert_int_eq(m.delivery.max, rows[i].max);
			ck_assert_uint_eq(m.late, rows[i].late);
			ck_assert_uint_eq(m.delivered, 1);
			forget(&m);
			load_ledger_free(l);
		}
}
END_TEST

/* ---- order ---- */

START_TEST(who_was_overtaken)
{
	/* sent at 10 * i, accepted "took" later; found in the order given */
	static const struct {
		int took;
		int found[5];
		unsigned reordered;
	} rows[] = {
		{ 5, { 0, 1, 2, 3, 4 }, 0 },
		{ 5, { 0, 2, 1, 3, 4 }, 1 },
		{ 5, { 1, 2, 3, 4, 0 }, 1 },
		{ 5, { 4, 0, 1, 2, 3 }, 4 },
		{ 5, { 4, 3, 2, 1, 0 }, 4 },
		{ 10, { 0, 2, 1, 3, 4 }, 0 }, /* at the same time */
		{ 15, { 0, 2, 1, 3, 4 }, 0 }, /* under way together */
		{ 15, { 0, 3, 1, 2, 4 }, 1 },
		{ 99, { 4, 3, 2, 1, 0 }, 0 },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct load_ledger *l = ledger(10);
		struct measure_ledger m = { 0 };

		for (size_t k = 0; k < 10; k++) {
			struct buf b = written(l, k, k < 5 ? BOB : ALICE);

			load_ledger_sent(l, k, 10 + 10 * (int64_t)(k % 5));
			load_ledger_accepted(
			    l, k, 10 + 10 * (int64_t)(k % 5) + rows[i].took);
			buf_free(&b);
		}
		/* the other pair is in order, and in between */
		for (size_t k = 0; k < 5; k++) {
			load_ledger_seen(
			    l, (size_t)rows[i].found[k], BOB, 1000);
			load_ledger_seen(l, 5 + k, ALICE, 1000);
		}
		load_ledger_settle(l, LATE, &m);
		ck_assert_msg(m.reordered == rows[i].reordered, "row %zu: %lu",
		    i, m.reordered);
		forget(&m);
		load_ledger_free(l);
	}
}
END_TEST

/* ---- many at once ---- */

enum { THREADS = 4, MANY = 20000 };

struct worker {
	struct load_ledger *l;
	size_t from;
};

static void *
work(void *ctx)
{
	const struct worker *w = ctx;
	struct buf b;

	buf_init(&b, SIZE);
	for (size_t i = w->from; i < MANY; i += THREADS) {
		buf_clear(&b);
		load_ledger_message(w->l, i, ALICE, BOB, SIZE, &b);
		load_ledger_sent(w->l, i, 10);
		if (i % 2 == 0)
			load_ledger_accepted(w->l, i, 20);
		load_ledger_seen(w->l, i, BOB, 30);
		if (i % 2 != 0)
			load_ledger_accepted(w->l, i, 20);
		load_ledger_read(w->l, i, buf_span(&b));
	}
	buf_free(&b);
	return NULL;
}

START_TEST(many_at_once)
{
	struct load_ledger *l = ledger(MANY);
	struct measure_ledger m = { 0 };
	struct worker w[THREADS];
	pthread_t t[THREADS];

	for (size_t i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ l, i };
		ck_assert_int_eq(pthread_create(&t[i], NULL, work, &w[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(t[i], NULL);
	ck_assert_uint_eq(load_ledger_outstanding(l), 0);
	load_ledger_settle(l, LATE, &m);
	check_ends(&m, (struct ends){ .delivered = MANY }, "many");
	ck_assert_uint_eq(m.accepted, MANY);
	ck_assert_uint_eq(m.delivery.n, MANY);
	forget(&m);
	load_ledger_free(l);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("ledger");
	TCase *t = tcase_create("ledger");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 30);
	tcase_add_test(t, a_message_is_whole);
	tcase_add_test(t, sizes_are_exact);
	tcase_add_test(t, what_cannot_be_written);
	tcase_add_test(t, whatever_the_name);
	tcase_add_test(t, whose_a_header_is);
	tcase_add_test(t, content);
	tcase_add_test(t, every_end_there_is);
	tcase_add_test(t, astray);
	tcase_add_test(t, ids_of_no_plan);
	tcase_add_test(t, mailboxes_that_were_not_read);
	tcase_add_test(t, when_it_was_seen);
	tcase_add_test(t, who_was_overtaken);
	tcase_add_test(t, many_at_once);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
