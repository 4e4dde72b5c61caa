/* SPDX-License-Identifier: MIT */
/*
 * prelude - what all cases of chapter 12 have in common: they are about every
 * endpoint there is, and so about none in particular.
 */
#ifndef CONFORMANCE_CASES_SEC_PRELUDE_H
#define CONFORMANCE_CASES_SEC_PRELUDE_H

#include "conformance/case.h"

/* Two connections to each of a score of endpoints, some of which may wait. */
enum { SEC_SOFT_S = 120 };

/* clang-format off */
#define SEC_CASE(name, cite, grade, en, zh, how, what) \
	{ \
		.id = name, \
		.verifies = SEC_14, \
		.clause = cite, \
		.level = grade, \
		.title = en, \
		.title_zh = zh, \
		.collect = how, \
		.judge = what, \
		/* one at a time: some let in only so many clients */ \
		.locks = "handshakes", \
		.soft_s = SEC_SOFT_S, \
	}
/* clang-format on */

#define SEC_GROUP(name, table) \
	const struct conf_group conf_##name = { \
		.service = "sec", \
		.cases = table, \
		.n = sizeof(table) / sizeof((table)[0]), \
	}

#endif
