/* SPDX-License-Identifier: MIT */
/*
 * A document in which anything was changed is another one (GB/T 38540-2020
 * 7.3): each octet of what a target has signed, and what it says itself of some
 * of these changes.
 *
 * altered.tsv has a line for each that it was asked about: the name of its
 * evidence, which octet, and what it was changed by.
 */
#include <stdlib.h>

#include "conformance/cases/eseal/goods.h"
#include "conformance/cases/eseal/vectors.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_altered;

#define FILED "altered.tsv"

enum { FLIPS = 16, LIST_MOST = 1 << 12 };

#define SEED UINT64_C(38540)

/* The next of a row of numbers that is the same in every run (xorshift). */
static uint64_t
next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* ---- collect ---- */

static void
flip(struct buf *data, size_t at, unsigned bit)
{
	data->data[at] = (char)(data->data[at] ^ (1 << bit));
}

static void
ask_flips(struct trial *t, struct desk *d, const struct trust_words *w,
    struct buf *data, struct span value)
{
	uint64_t seed = SEED;
	struct buf list;

	buf_init(&list, LIST_MOST);
	for (int i = 0; i < FLIPS; i++) {
		const size_t at = next(&seed) % data->len;
		const unsigned bit = next(&seed) % 8;
		char *name = mem_textf("flip-%d", i);

		flip(data, at, bit);
		(void)vectors_verify(d, name, w, buf_span(data), value);
		flip(data, at, bit);
		buf_addf(&list, "%s\t%zu\t%u\n", name, at, 1U << bit);
		free(name);
	}
	trial_file(t, FILED, buf_span(&list));
	buf_free(&list);
}

static bool
collect(struct trial *t)
{
	struct buf data, value;
	struct trust_words words;
	struct clerk_seal s;
	struct clerk k;

	buf_init(&data, CLERK_MOST);
	buf_init(&value, CLERK_MOST);
	goods_data(t, &data);
	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new", NULL, &s) &&
	    clerk_sign(&k, "alice", "sealed", s.id, CLERK_PIN, buf_span(&data)))
		(void)operation_octets(
		    clerk_answer(&k, "alice"), "signed", &value);
	trust_collect(t, buf_span(&s.der), buf_span(&value));
	if (value.len > 0 && trust_words(t, &words)) {
		struct desk *d = desks_at(&k.desks, "alice");

		if (vectors_verify(d, "control", &words, buf_span(&data),
			buf_span(&value)))
			ask_flips(t, d, &words, &data, buf_span(&value));
		(void)vectors_verify(d, "control-after", &words,
		    buf_span(&data), buf_span(&value));
		trust_words_free(&words);
	}
	clerk_seal_free(&s);
	clerk_close(&k);
	buf_free(&value);
	buf_free(&data);
	return true;
}

/* ---- judge ---- */

/* How many octets can be changed and nothing be noticed. */
static size_t
unnoticed(const struct ses_bits *digest, struct span data)
{
	struct buf copy;
	size_t n = 0;

	buf_init(&copy, CLERK_MOST);
	buf_add(&copy, data);
	for (size_t i = 0; i < copy.len; i++) {
		flip(&copy, i, (unsigned)(i % 8));
		if (ses_bits_is_digest_of(digest, buf_span(&copy)))
			n++;
		flip(&copy, i, (unsigned)(i % 8));
	}
	buf_free(&copy);
	return n;
}

static bool
judge_digest(struct trial *t)
{
	struct ses_signed *s = mem_new(1, sizeof *s);
	const struct buf *data = trial_content(t, "sealed.data");
	struct buf octets;
	bool ok;

	buf_init(&octets, CLERK_MOST);
	ok = goods_signed(t, &octets, s) &&
	     trial_sane(t, data != NULL && data->len >= 1000,
		 "what was signed was not filed") &&
	     trial_need(t, ses_bits_is_digest_of(&s->digest, buf_span(data)),
		 "dataHash is not that of what was signed");
	if (ok) {
		const size_t n = unnoticed(&s->digest, buf_span(data));

		ok = trial_claim(t, trial_case(t)->clause, n == 0,
		    "each change is noticed", "%zu of %zu are not", n,
		    data->len);
	}
	buf_free(&octets);
	free(s);
	return ok;
}

static void
judge_flip(struct trial *t, struct span line)
{
	char *name = mem_text(span_cut(&line, '\t'));
	struct vectors_said s;

	if (vectors_need(t, name, "document.verify", &s))
		trial_claim(t, trial_case(t)->clause, !s.valid, "not valid",
		    "octet and bit %.*s changed: valid", SPAN_FMT(line));
	vectors_said_free(&s);
	free(name);
}

/* Before what was changed, and behind it. */
static bool
need_right(struct trial *t, const char *name)
{
	struct vectors_said s;
	const bool ok =
	    vectors_need(t, name, "document.verify", &s) &&
	    trial_need(t, s.valid, "what is right is not valid, either: %s %s",
		s.refused        ? s.why
		: s.code == NULL ? ""
				 : s.code,
		s.note == NULL ? "" : s.note);

	vectors_said_free(&s);
	return ok;
}

static void
judge(struct trial *t)
{
	const struct buf *filed = trial_content(t, FILED);
	struct span rest = filed == NULL ? SPAN("") : buf_span(filed);

	if (judge_digest(t) && need_right(t, "control") &&
	    need_right(t, "control-after") &&
	    trial_sane(t, rest.len > 0, "no changes were filed"))
		while (rest.len > 0)
			judge_flip(t, span_cut(&rest, '\n'));
}

/* clang-format off */
static const struct conf_case cases[] = {
	CLERK_CASE("eseal.altered", ESEAL_F_12, LEVEL_SHALL,
	    CLERK_SIGN " operation:document.verify",
	    "GB/T 38540-2020 7.3; GB/T 32905",
	    "a change of any octet of what was sealed is noticed",
	    "原文任何一个字节被改动均能发现", collect, judge),
};
/* clang-format on */

const struct conf_group conf_eseal_altered = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
