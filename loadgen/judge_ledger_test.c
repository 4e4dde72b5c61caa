/* SPDX-License-Identifier: MIT */
/* What became of messages. */
#include "loadgen/judging.h"

struct books {
	const char *what;
	uint64_t lost, doubled, corrupted, unread;
	double p95; /* of delivery */
	void (*happens)(struct measure *);
	enum verdict loses, doubles, succeeds, delivers;
};

/* clang-format off */
static const struct books books[] = {
	{ "all well", 0, 0, 0, 0, 1 * S, NULL, PASS, PASS, PASS, PASS },
	{ "one lost", 1, 0, 0, 0, 1 * S, NULL, FAIL, PASS, PASS, PASS },
	{ "one doubled", 0, 1, 0, 0, 1 * S, NULL, PASS, FAIL, PASS, PASS },
	{ "1 % corrupted", 0, 0, 180, 0, 1 * S, NULL, PASS, PASS, FAIL, PASS },
	{ "one unread", 0, 0, 0, 1, 1 * S, NULL,
	    INCONCLUSIVE, INCONCLUSIVE, PASS, PASS },
	{ "half unread", 0, 0, 0, 9000, 1 * S, NULL,
	    INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE },
	{ "lost and unread", 1, 0, 0, 1, 1 * S, NULL,
	    FAIL, INCONCLUSIVE, PASS, PASS },
	{ "lost; busy", 1, 1, 0, 0, 1 * S, all_busy,
	    FAIL, FAIL, INCONCLUSIVE, INCONCLUSIVE },
	{ "well; busy", 0, 0, 0, 0, 1 * S, all_busy,
	    INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE },
	{ "lost; a rank lost", 1, 1, 0, 0, 1 * S, lost_rank,
	    FAIL, FAIL, INCONCLUSIVE, INCONCLUSIVE },
	{ "well; a rank lost", 0, 0, 0, 0, 1 * S, lost_rank,
	    INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE },
	{ "lost; interrupted", 1, 1, 0, 0, 1 * S, interrupted,
	    INCONCLUSIVE, FAIL, INCONCLUSIVE, INCONCLUSIVE },
	{ "well; interrupted", 0, 0, 0, 0, 1 * S, interrupted,
	    INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE, INCONCLUSIVE },
	{ "lost; closed", 1, 0, 0, 0, 1 * S, closed,
	    FAIL, PASS, PASS, INCONCLUSIVE },
	{ "slow", 0, 0, 0, 0, 8 * S, NULL, PASS, PASS, PASS, FAIL },
	{ "at the limit", 0, 0, 0, 0, 5 * S, NULL,
	    PASS, PASS, PASS, INCONCLUSIVE },
	{ "6 % lost", 1080, 0, 0, 0, 1 * S, NULL, FAIL, PASS, FAIL, FAIL },
};
/* clang-format on */

static void
keep_books(struct measure *m, const struct books *b)
{
	struct measure_ledger *l = &m->ledger;
	uint64_t state = 5;

	submissions(m, 300, 60, 60);
	l->kept = true;
	l->planned = l->sent = l->accepted = 300 * 60;
	l->lost = b->lost;
	l->unread = b->unread;
	l->unread_why = b->unread > 0 ? strdup("bob: NO [INUSE]") : NULL;
	l->delivered = l->accepted - b->lost - b->unread;
	l->doubled = b->doubled;
	l->corrupted = b->corrupted;
	l->poll_us = 100000;
	if (l->delivery.counts == NULL)
		hist_init(&l->delivery);
	for (uint64_t i = 0; i < l->delivered; i++)
		hist_add(&l->delivery,
		    (int64_t)(-log(unit(&state)) * b->p95 / 2.99573));
	if (b->happens != NULL)
		b->happens(m);
}

START_TEST(nothing_lost)
{
	const struct books *b = &books[_i];
	struct measure m;

	keep_books(&m, b);
	expect(&m, EMAIL_P_04, "lost", b->loses, "messages lost", b->what);
	expect(&m, EMAIL_P_04, "duplicates", b->doubles, "messages doubled",
	    b->what);
	expect(&m, EMAIL_P_04, "success.ratio", b->succeeds, "%", b->what);
	expect(&m, EMAIL_P_03, "delivery.p95", b->delivers, "p95 of delivery",
	    b->what);
	/* Without books there is nothing to say. */
	m.ledger.kept = false;
	expect(&m, EMAIL_P_04, "lost", INCONCLUSIVE, "", "no books");
	expect(&m, EMAIL_P_03, "delivery.p99", INCONCLUSIVE, "", "no books");
	measure_free(&m);
}
END_TEST

START_TEST(nothing_accepted_nothing_lost)
{
	struct measure m;

	keep_books(&m, &books[0]);
	m.ledger.accepted = m.ledger.delivered = 0;
	m.ledger.refused = m.ledger.sent;
	hist_clear(&m.ledger.delivery);
	expect(&m, EMAIL_P_04, "lost", INCONCLUSIVE, "nothing", "all refused");
	expect(&m, EMAIL_P_04, "success.ratio", FAIL, "0 %", "all refused");
	expect(&m, EMAIL_P_03, "delivery.p95", INCONCLUSIVE, "nothing",
	    "all refused");
	measure_free(&m);
}
END_TEST

START_TEST(unread_is_told)
{
	struct measure m;
	struct judged j;

	keep_books(&m, &books[4]);
	judge_row(&j, EMAIL_P_04, &m, &nobody);
	ck_assert_ptr_nonnull(strstr(j.why, "messages lost 0 (up to 1)"));
	ck_assert_ptr_nonnull(strstr(j.why, "bob: NO [INUSE]"));
	ck_assert_ptr_nonnull(strstr(j.why_zh, "丢失邮件数 0（最多 1）"));
	measure_free(&m);
}
END_TEST

/* What is seen at a look may have been there since the last one. */
START_TEST(a_look_now_and_then)
{
	struct books b = books[0];
	struct measure m;

	b.p95 = 5.6 * S;
	keep_books(&m, &b);
	expect(&m, EMAIL_P_03, "delivery.p95", FAIL, "", "often");
	m.ledger.poll_us = 2000000;
	expect(&m, EMAIL_P_03, "delivery.p95", INCONCLUSIVE, "", "seldom");
	measure_free(&m);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct judging_test tests[] = {
		{ nothing_lost, COUNT(books) },
		{ nothing_accepted_nothing_lost, 0 },
		{ unread_is_told, 0 },
		{ a_look_now_and_then, 0 },
	};
	/* clang-format on */

	return judging_run("judge_ledger", tests, COUNT(tests));
}
