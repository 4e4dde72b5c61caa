/* SPDX-License-Identifier: MIT */
/* What of chapter 11 only documents show. */
#include "conformance/case.h"
#include "conformance/document.h"

extern const struct conf_group conf_cert_documents;

#define CASE(id_, row, name, title_, zh) \
	{ \
		.id = id_, .verifies = row, .clause = name, .title = title_, \
		.title_zh = zh, .needs = "document:" name, \
		.collect = document_collect, .judge = document_judge, \
	}

/* clang-format off */
static const struct conf_case cases[] = {
	CASE("cert.document.handling", CERT_F_08, "CERT-F-08",
	    "requests are handled, and refusals told, within two working days",
	    "证书申请在两个工作日内处理，拒绝亦在两个工作日内通知"),
	CASE("cert.document.recovery", CERT_F_15, "CERT-F-15",
	    "keys are kept and recovered by a written procedure",
	    "密钥托管与恢复有成文规程"),
	CASE("cert.document.log", CERT_F_19, "CERT-F-19",
	    "the log is kept as long as the practice statement says",
	    "审计日志按电子认证业务规则保存"),
	CASE("cert.document.licence", CERT_F_20, "CERT-F-20",
	    "the licence, and approvals of cryptographic products",
	    "电子认证服务许可与商用密码产品资质"),
};
/* clang-format on */

const struct conf_group conf_cert_documents = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
