/* SPDX-License-Identifier: MIT */
/*
 * What is no DER, put to a target that verifies it: it is refused, and the
 * target goes on (ESEAL-F-21).
 *
 * The row speaks of 10,000, which is what the judge is tested with; a target is
 * asked about MALFORMED_EACH of each kind, in batches, behind each of which
 * what is right has to be valid as before.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/eseal/mangle.h"
#include "conformance/cases/eseal/vectors.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_malformed;

enum { BATCHES = 4, BATCH = 12, OUT_MOST = 1 << 20 };

#define EACH "48" /* BATCHES * BATCH */

/* The last word of the id. */
static enum mangling
mangling_of(const struct trial *t)
{
	const char *word = strrchr(trial_case(t)->id, '.') + 1;
	int m = 0;

	while (m < MANGLINGS - 1 &&
	       strcmp(mangle_name((enum mangling)m), word) != 0)
		m++;
	return (enum mangling)m;
}

/* ---- collect ---- */

static void
ask(struct trial *t, struct desk *d, const struct trust_words *w,
    const struct mint_seal_set *s, uint64_t number)
{
	char *name = mem_textf("odd-%d", (int)number);
	struct buf out;

	buf_init(&out, OUT_MOST);
	if (trial_sane(t,
		der_mangle(
		    mangling_of(t), number, buf_span(&s->signed_value), &out),
		"nothing could be mangled"))
		(void)vectors_verify(d, name, w, s->data, buf_span(&out));
	buf_free(&out);
	free(name);
}

static bool
control(struct desk *d, const struct trust_words *w,
    const struct mint_seal_set *s, int batch)
{
	char *name = mem_textf("control-%d", batch);
	const bool heard =
	    vectors_verify(d, name, w, s->data, buf_span(&s->signed_value));

	free(name);
	return heard;
}

static bool
collect(struct trial *t)
{
	struct desk *d = desk_open(t, "alice");
	struct trust_words words;
	struct mint_seal_set set;
	struct mint_ring ring;
	struct err err;
	bool heard;

	mint_ring_init(&ring, MINT_SM2);
	if (trial_sane(t,
		mint_seal_set_make(
		    &set, vectors_row("valid"), &ring, clock_wall(), &err),
		"%s", err.what)) {
		vectors_trust(&words, &set);
		heard = control(d, &words, &set, 0);
		for (int i = 0; heard && i < BATCHES; i++) {
			for (int k = 0; k < BATCH; k++)
				ask(t, d, &words, &set,
				    (uint64_t)(i * BATCH + k));
			heard = control(d, &words, &set, i + 1);
		}
		trust_words_free(&words);
		mint_seal_set_free(&set);
	}
	mint_ring_free(&ring);
	desk_close(d);
	return true;
}

/* ---- judge ---- */

static bool
is_valid(struct trial *t, int batch, char why[200])
{
	char *name = mem_textf("control-%d", batch);
	struct vectors_said s;
	bool valid;

	vectors_hear(t, name, "document.verify", &s);
	valid = s.heard && s.valid;
	snprintf(why, 200, "%s: %.150s", name,
	    !s.heard || s.refused ? s.why
	    : valid               ? "valid"
				  : "not valid");
	vectors_said_free(&s);
	free(name);
	return valid;
}

/* No answer at all, and one of 5xx, is no refusal. */
static void
judge_odd(struct trial *t, int number)
{
	char *name = mem_textf("odd-%d", number);
	struct vectors_said s;

	vectors_hear(t, name, "document.verify", &s);
	trial_claim(t, trial_case(t)->clause, s.heard && !s.valid,
	    "refused, or not valid", "%s: %s", name,
	    !s.heard ? s.why : "valid");
	vectors_said_free(&s);
	free(name);
}

static void
judge(struct trial *t)
{
	char why[200];

	if (!trial_need(t, is_valid(t, 0, why), "%s", why))
		return;
	for (int i = 0; i < BATCHES; i++) {
		for (int k = 0; k < BATCH; k++)
			judge_odd(t, i * BATCH + k);
		if (!trial_claim(t, trial_case(t)->clause,
			is_valid(t, i + 1, why), "what is right is valid still",
			"%s", why))
			return;
	}
}

/* clang-format off */
#define CASE(name, source, en, zh) \
	{ \
		.id = name, .verifies = ESEAL_F_21, .clause = source, \
		.title = en, .title_zh = zh, \
		.needs = VECTORS_NEEDS "document.verify", .service = "seal", \
		.collect = collect, .judge = judge, .soft_s = 300, \
	}

static const struct conf_case cases[] = {
	CASE("eseal.malformed.truncated", "X.690 8.1.3",
	    EACH " that are cut off are refused, and the service goes on",
	    "拒绝 " EACH " 份被截断的数据，服务照常"),
	CASE("eseal.malformed.indefinite", "X.690 10.1",
	    EACH " with an indefinite length are refused, and the service goes "
	    "on", "拒绝 " EACH " 份采用不定长度的数据，服务照常"),
	CASE("eseal.malformed.trailing", "X.690 8.1",
	    EACH " with octets too many are refused, and the service goes on",
	    "拒绝 " EACH " 份含多余字节的数据，服务照常"),
	CASE("eseal.malformed.oversized", "X.690 8.1.3",
	    EACH " with absurd lengths are refused, and the service goes on",
	    "拒绝 " EACH " 份长度值超出实际的数据，服务照常"),
	CASE("eseal.malformed.deep", "X.690 8.1",
	    EACH " nested very deep are refused, and the service goes on",
	    "拒绝 " EACH " 份嵌套极深的数据，服务照常"),
};
/* clang-format on */

const struct conf_group conf_eseal_malformed = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
