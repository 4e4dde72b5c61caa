/* SPDX-License-Identifier: MIT */
/*
 * Each step of a verification has a code of its own: what is wrong at one step
 * of GB/T 38540-2020 7.3 is not told as what is wrong at another.
 */
#include <string.h>

#include "conformance/cases/eseal/vectors.h"

extern const struct conf_group conf_eseal_reasons;

/* A step, and a row of fixtures/seal in which it fails alone. */
static const struct step {
	const char *row, *what;
} steps[] = {
	{ "sign_version", "format" },
	{ "sign_signature", "signature value" },
	{ "signer_not_listed", "signer in the seal" },
	{ "seal_expired", "validity of the seal" },
	{ "signer_revoked", "signer's certificate" },
	{ "sign_digest_flip", "digest of the document" },
};

/* The same step with another document: a code is no number of the answer. */
#define AGAIN "sign_digest_flip"

enum { STEPS = sizeof steps / sizeof steps[0] };

static const struct vectors_family family = {
	.id = "",
	.names = "sign_version sign_signature signer_not_listed seal_expired "
		 "signer_revoked sign_digest_flip",
	.codes = "",
	.again = AGAIN,
};

static bool
collect(struct trial *t)
{
	return vectors_collect(t, &family);
}

/* A target that gives no codes at all leaves it open. */
static void
claim_distinct(struct trial *t, const struct vectors_said *said)
{
	bool any = false;

	for (size_t i = 0; i < STEPS; i++)
		any |= said[i].code != NULL && said[i].code[0] != '\0';
	if (!trial_need(t, any, "the target gives no codes"))
		return;
	for (size_t i = 0; i < STEPS; i++)
		for (size_t k = 0; k < i; k++)
			trial_claim(t, trial_case(t)->clause,
			    said[i].code != NULL && said[k].code != NULL &&
				strcmp(said[i].code, said[k].code) != 0,
			    "a code for each step", "%s: %s; %s: %s",
			    steps[k].what,
			    said[k].code == NULL ? "none" : said[k].code,
			    steps[i].what,
			    said[i].code == NULL ? "none" : said[i].code);
}

static void
claim_same(struct trial *t, const struct vectors_said *said)
{
	struct vectors_said again;

	if (vectors_need(t, "again", "document.verify", &again) &&
	    trial_need(t, !again.valid && !again.refused, "again: %s",
		again.valid ? "it is valid to the target" : again.why))
		for (size_t i = 0; i < STEPS; i++)
			if (strcmp(steps[i].row, AGAIN) == 0)
				trial_claim(t, trial_case(t)->clause,
				    again.code != NULL &&
					said[i].code != NULL &&
					strcmp(again.code, said[i].code) == 0,
				    "one code for one step", "%s: %s, then %s",
				    steps[i].what,
				    said[i].code == NULL ? "none"
							 : said[i].code,
				    again.code == NULL ? "none" : again.code);
	vectors_said_free(&again);
}

static void
judge(struct trial *t)
{
	struct vectors_said control, said[STEPS];
	bool ok = vectors_need(t, "control", "document.verify", &control) &&
		  trial_need(t, control.valid, "what is right is refused, too");

	vectors_said_free(&control);
	memset(said, 0, sizeof said);
	for (size_t i = 0; ok && i < STEPS; i++) {
		ok = vectors_need(t, steps[i].row, "document.verify", &said[i]);
		ok = ok && trial_need(t, !said[i].valid && !said[i].refused,
			       "%s: %s", steps[i].row,
			       said[i].valid ? "it is valid to the target"
					     : said[i].why);
	}
	if (ok) {
		claim_distinct(t, said);
		claim_same(t, said);
	}
	for (size_t i = 0; i < STEPS; i++)
		vectors_said_free(&said[i]);
}

/* clang-format off */
static const struct conf_case cases[] = {
	{ .id = "eseal.verify.codes", .verifies = ESEAL_F_09,
	  .clause = "GB/T 38540-2020 7.3",
	  .title = "each step of a verification has a code of its own",
	  .title_zh = "验证流程的每一步各有不同的结果代码",
	  .needs = VECTORS_NEEDS "document.verify", .service = "seal",
	  .collect = collect, .judge = judge, .soft_s = 120 },
};
/* clang-format on */

const struct conf_group conf_eseal_reasons = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
