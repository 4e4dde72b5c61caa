/* SPDX-License-Identifier: MIT */
#include "conformance/cases/eseal/goods.h"

#include <stdlib.h>

#include "lib/mem.h"

static const struct clerk_wish wish = {
	.name = GOODS_NAME,
	.width = GOODS_WIDTH,
	.height = GOODS_HEIGHT,
};

/* ---- collect ---- */

void
goods_data(struct trial *t, struct buf *to)
{
	for (unsigned i = 0; to->len < GOODS_OCTETS; i++)
		buf_addf(to, "%s %u\n", trial_token(t), i);
	to->len = GOODS_OCTETS;
}

static bool
collect_seals(struct trial *t, bool two)
{
	struct clerk_seal s, another;
	struct clerk k;

	clerk_open(t, &k);
	clerk_seal_begin(&another);
	if (clerk_get(&k, "alice", "new", &wish, &s) && two) {
		clerk_seal_free(&another);
		(void)clerk_get(&k, "alice", "another", &wish, &another);
	}
	trust_collect(t, buf_span(&s.der), SPAN(""));
	clerk_seal_free(&another);
	clerk_seal_free(&s);
	clerk_close(&k);
	return true;
}

bool
goods_collect_seal(struct trial *t)
{
	return collect_seals(t, false);
}

bool
goods_collect_seals(struct trial *t)
{
	return collect_seals(t, true);
}

bool
goods_collect_signed(struct trial *t)
{
	struct buf data, value;
	struct clerk_seal s;
	struct clerk k;

	buf_init(&data, CLERK_MOST);
	buf_init(&value, CLERK_MOST);
	goods_data(t, &data);
	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new", &wish, &s) &&
	    clerk_sign(&k, "alice", "sealed", s.id, CLERK_PIN, buf_span(&data)))
		(void)operation_octets(
		    clerk_answer(&k, "alice"), "signed", &value);
	trust_collect(t, buf_span(&s.der), buf_span(&value));
	clerk_seal_free(&s);
	clerk_close(&k);
	buf_free(&value);
	buf_free(&data);
	return true;
}

/* ---- judge ---- */

bool
goods_seal(
    struct trial *t, const char *name, struct buf *octets, struct seal *s)
{
	return clerk_need_settled(t, name) && clerk_made(t, name, octets) &&
	       trial_need(t, seal_read(s, buf_span(octets), NULL),
		   "%s: it has not the structure of a seal", name);
}

bool
goods_signed(struct trial *t, struct buf *octets, struct ses_signed *s)
{
	return clerk_need_got(t, "new") && clerk_signed(t, "sealed", octets) &&
	       trial_need(t, signed_read(s, buf_span(octets), NULL),
		   "it has not the structure of a signature by seal");
}

void
goods_judge_seal(struct trial *t, const struct asked *asks)
{
	struct seal *s = mem_new(1, sizeof *s);
	struct pki_findings f;
	struct trust trust;
	struct buf octets;

	buf_init(&octets, CLERK_MOST);
	pki_findings_init(&f);
	pki_about(&f, "seal");
	if (trust_open(t, &trust) && clerk_need_settled(t, "new") &&
	    clerk_made(t, "new", &octets)) {
		if (seal_read(s, buf_span(&octets), &f))
			(void)seal_judge(s, &trust.ask, trust.ask.at, &f);
		asked_claim(t, asks, &f);
	}
	trust_close(&trust);
	pki_findings_free(&f);
	buf_free(&octets);
	free(s);
}

/* What was signed is in the evidence. */
void
goods_judge_signed(struct trial *t, const struct asked *asks)
{
	struct ses_signed *s = mem_new(1, sizeof *s);
	const struct buf *data = trial_content(t, "sealed.data");
	struct pki_findings f;
	struct trust trust;
	struct buf octets;

	buf_init(&octets, CLERK_MOST);
	pki_findings_init(&f);
	pki_about(&f, "signature");
	if (trust_open(t, &trust) && clerk_need_got(t, "new") &&
	    clerk_signed(t, "sealed", &octets) &&
	    trial_sane(t, data != NULL, "what was signed was not filed")) {
		trust.ask.has_data = true;
		trust.ask.data = buf_span(data);
		if (signed_read(s, buf_span(&octets), &f))
			(void)signed_judge(s, &trust.ask, &f);
		asked_claim(t, asks, &f);
	}
	trust_close(&trust);
	pki_findings_free(&f);
	buf_free(&octets);
	free(s);
}
