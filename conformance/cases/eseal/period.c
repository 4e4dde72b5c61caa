/* SPDX-License-Identifier: MIT */
/*
 * A seal is used within its validity and not before (GB/T 38540-2020 6.3).
 */
#include "conformance/cases/eseal/goods.h"

extern const struct conf_group conf_eseal_period;

enum { DAY_S = 24 * 3600 };

/* One that can be used is used as well, for comparison. */
static bool
collect_early(struct trial *t)
{
	static const struct clerk_wish later = {
		.start_s = DAY_S,
		.end_s = 30 * DAY_S,
	};
	struct clerk_seal early, other;
	struct clerk k;
	struct buf data;

	buf_init(&data, CLERK_MOST);
	goods_data(t, &data);
	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "early", &later, &early))
		(void)clerk_sign(
		    &k, "alice", "odd", early.id, CLERK_PIN, buf_span(&data));
	if (clerk_get(&k, "alice", "new", NULL, &other))
		(void)clerk_sign(&k, "alice", "sealed", other.id, CLERK_PIN,
		    buf_span(&data));
	clerk_seal_free(&other);
	clerk_seal_free(&early);
	clerk_close(&k);
	buf_free(&data);
	return true;
}

static void
judge_early(struct trial *t)
{
	if (clerk_need_got(t, "early") && clerk_need_got(t, "new") &&
	    desks_need(t, "sealed", "document.sign"))
		(void)desks_claim_refused(t, "odd", "document.sign");
}

/* clang-format off */
static const struct conf_case cases[] = {
	CLERK_CASE("eseal.period.early", ESEAL_F_06, LEVEL_SHALL, CLERK_SIGN,
	    "GB/T 38540-2020 6.3", "a seal cannot be used before its time",
	    "未到有效期的印章不得使用", collect_early, judge_early),
};
/* clang-format on */

const struct conf_group conf_eseal_period = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
