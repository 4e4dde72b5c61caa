/* SPDX-License-Identifier: MIT */
/*
 * Sealed documents, put to a target that verifies them: each with one thing
 * wrong (fixtures/seal, rows of packages).
 */
#include "conformance/cases/eseal/vectors.h"

extern const struct conf_group conf_eseal_check;

/* clang-format off */
static const struct vectors_family families[] = {
	{ "eseal.check.valid", "ofd ofd_deflated", "", NULL },
	{ "eseal.check.package", "", "ofd.package", NULL },
	{ "eseal.check.list", "ofd_no_list", "", NULL },
	{ "eseal.check.structure", "ofd_no_xml ofd_no_value", "", NULL },
	{ "eseal.check.reference", "", "ofd.reference", NULL },
	{ "eseal.check.seal", "", "ofd.seal", NULL },
	{ "eseal.check.signature", "ofd_xml", "", NULL },
	{ "eseal.check.method", "", "ofd.method", NULL },
	{ "eseal.check.entity", "ofd_entity", "", NULL },
	{ "eseal.check.uncovered", "ofd_uncovered ofd_smuggled", "", NULL },
	{ "eseal.check.octets", "ofd_front ofd_gap ofd_behind", "", NULL },
	{ "eseal.check.algorithm", "ofd_algorithm", "", NULL },
	{ "eseal.check.page", "ofd_no_page", "", NULL },
	{ "eseal.check.boundary", "ofd_no_area", "", NULL },
	{ "eseal.check.unsealed", "ofd_no_seal", "", NULL },
	{ "eseal.check.two", "ofd_two", "", NULL },
	{ "eseal.check.closed", "ofd_closed", "", NULL },
	{ "eseal.check.zip",
	  "ofd_bomb ofd_short ofd_sum ofd_renamed ofd_encrypted", "", NULL },
	{ .id = NULL },
};
/* clang-format on */

static bool
collect(struct trial *t)
{
	return vectors_collect_ofd(t, vectors_family(t, families));
}

static void
judge(struct trial *t)
{
	vectors_judge(t, "document.check");
}

/* What is odd is told, or makes it invalid: as the target's policy is. */
static void
judge_told(struct trial *t)
{
	vectors_judge_told(t);
}

/* clang-format off */
#define GB "GB/T 33190-2016 18"
#define CASE(name, row, at, source, en, zh, how) \
	{ \
		.id = name, .verifies = row, .level = at, .clause = source, \
		.title = en, .title_zh = zh, \
		.needs = VECTORS_NEEDS "document.check", .service = "seal", \
		.collect = collect, .judge = how, .soft_s = 120, \
	}

static const struct conf_case cases[] = {
	CASE("eseal.check.valid", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a document that is sealed rightly is valid",
	    "正确签章的文档验证通过", judge),
	CASE("eseal.check.package", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a package with a name twice, or outside of it, is not valid",
	    "文件名重复或指向包外的文档验证不通过", judge),
	CASE("eseal.check.list", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a document without the list of signatures that it names is not "
	    "valid", "缺少签名列表文件的文档验证不通过", judge),
	CASE("eseal.check.structure", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a document without a file of its signature is not valid",
	    "缺少签名文件的文档验证不通过", judge),
	CASE("eseal.check.reference", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a document with a file altered or missing is not valid",
	    "文件被改动或缺失的文档验证不通过", judge),
	CASE("eseal.check.seal", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a document whose Seal.esl was replaced is not valid",
	    "Seal.esl 被替换的文档验证不通过", judge),
	CASE("eseal.check.signature", ESEAL_F_13, LEVEL_SHALL, GB,
	    "a document whose Signature.xml was altered is not valid",
	    "Signature.xml 被改动的文档验证不通过", judge),
	CASE("eseal.check.method", ESEAL_F_13, LEVEL_SHOULD, GB,
	    "a document with digests other than SM3 is not valid",
	    "文件摘要算法不是 SM3 的文档验证不通过", judge),
	CASE("eseal.check.uncovered", ESEAL_F_14, LEVEL_SHOULD,
	    GB "; GM/T 0099-2020",
	    "a file that is not sealed is told, or makes it invalid",
	    "未纳入签名保护的文件应予提示或判为无效", judge_told),
	CASE("eseal.check.octets", ESEAL_F_14, LEVEL_SHOULD,
	    "APPNOTE 4.3.6; GM/T 0099-2020",
	    "octets that belong to no file are told, or make it invalid",
	    "包内不属于任何文件的字节应予提示或判为无效", judge_told),
	CASE("eseal.check.algorithm", ESEAL_F_13, LEVEL_SHOULD, GB,
	    "a SignatureMethod that is wrong is told, or makes it invalid",
	    "签名方法（SignatureMethod）与实际算法不符应予提示或判为无效",
	    judge_told),
	CASE("eseal.check.page", ESEAL_F_20, LEVEL_SHOULD, GB,
	    "a seal on a page that is not there is told, or makes it invalid",
	    "印章外观所在的页不存在应予提示或判为无效", judge_told),
	CASE("eseal.check.boundary", ESEAL_F_20, LEVEL_SHOULD, GB,
	    "a seal without width is told, or makes it invalid",
	    "印章外观没有宽度应予提示或判为无效", judge_told),
	CASE("eseal.check.unsealed", ESEAL_F_13, LEVEL_SHOULD, GB,
	    "a document that nobody has sealed is not valid",
	    "没有印章的文档不判为有效", judge),
	CASE("eseal.check.two", ESEAL_F_15, LEVEL_SHALL, GB,
	    "a document with two seals is valid",
	    "加盖两枚印章的文档验证通过", judge),
	CASE("eseal.check.closed", ESEAL_F_15, LEVEL_SHALL, GB,
	    "no seal counts behind one on the whole document",
	    "全文保护之后追加的印章验证不通过", judge),
	CASE("eseal.check.zip", ESEAL_F_21, LEVEL_SHOULD, "APPNOTE 4.3.6",
	    "a package that cannot be unpacked as it says is not valid",
	    "不能如实解压的包验证不通过", judge),
	CASE("eseal.check.entity", ESEAL_F_21, LEVEL_SHOULD, GB,
	    "XML that declares entities is refused",
	    "拒绝声明实体的 XML", judge),
};
/* clang-format on */

const struct conf_group conf_eseal_check = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
