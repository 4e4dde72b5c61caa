/* SPDX-License-Identifier: MIT */
/* What of chapter 10 somebody has to look at, or only documents show. */
#include "conformance/case.h"
#include "conformance/document.h"

extern const struct conf_group conf_eseal_documents;

#define CASE(id_, row, name, title_, zh) \
	{ \
		.id = id_, .verifies = row, .clause = name, .title = title_, \
		.title_zh = zh, .needs = "document:" name, \
		.collect = document_collect, .judge = document_judge, \
	}

/* clang-format off */
static const struct conf_case cases[] = {
	CASE("eseal.document.shown", ESEAL_F_20, "ESEAL-F-20",
	    "the seal is shown in its place, and a failed verification is seen",
	    "签章图像按位置显示，验证失败时有失效提示"),
	CASE("eseal.document.device", ESEAL_F_22, "ESEAL-F-22",
	    "keys are kept in a certified device", "密钥保存在经认证的密码设备中"),
};
/* clang-format on */

const struct conf_group conf_eseal_documents = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
