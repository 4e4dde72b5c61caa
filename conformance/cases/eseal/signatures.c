/* SPDX-License-Identifier: MIT */
/*
 * What a target signs with a seal: GB/T 38540-2020 7.1 to 7.3, check by check.
 */
#include <stdlib.h>

#include "conformance/cases/eseal/goods.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_signatures;

/* clang-format off */
#define ONE(id, code) { id, code, code, false }

static const struct asked asks[] = {
	{ "eseal.signed.der", PKI_DER_FORM, PKI_DER_DEPTH, false },
	ONE("eseal.signed.structure", PKI_SIGN_STRUCTURE),
	ONE("eseal.signed.standard", PKI_SIGN_STANDARD),
	ONE("eseal.signed.algorithm", PKI_SIGN_ALGORITHM),
	ONE("eseal.signed.algorithm.form", PKI_SIGN_ALGORITHM_FORM),
	ONE("eseal.signed.bits", PKI_SIGN_BITS),
	ONE("eseal.signed.version", PKI_SIGN_VERSION),
	ONE("eseal.signed.time.type", PKI_SIGN_TIME_TYPE),
	ONE("eseal.signed.time", PKI_SIGN_TIME_PAST),
	ONE("eseal.signed.digest.form", PKI_SIGN_DIGEST_FORM),
	{ "eseal.signed.extensions", PKI_SIGN_EXTENSIONS_CRITICAL,
	  PKI_SIGN_EXTENSIONS_CRITICAL, true },
	{ "eseal.signed.extensions.form", PKI_SIGN_EXTENSIONS_TAG,
	  PKI_SIGN_EXTENSIONS_DEFAULT, true },
	{ "eseal.signed.value.form", PKI_SIGN_SIGNATURE_FORM,
	  PKI_SIGN_SIGNATURE_RANGE, false },
	ONE("eseal.signed.value.id", PKI_SIGN_SIGNATURE_ID),
	ONE("eseal.signed.value", PKI_SIGN_SIGNATURE),
	{ "eseal.signer.listed", PKI_SIGN_SIGNER_LISTED,
	  PKI_SIGN_SIGNER_DIGEST, false },
	ONE("eseal.signer.certificate", PKI_SIGN_SIGNER_CERTIFICATE),
	ONE("eseal.signer.chain", PKI_SIGN_SIGNER_CHAIN),
	ONE("eseal.signer.validity", PKI_SIGN_SIGNER_VALIDITY),
	ONE("eseal.signer.revoked", PKI_SIGN_SIGNER_REVOKED),
	ONE("eseal.signer.usage", PKI_SIGN_SIGNER_USAGE),
	ONE("eseal.signed.digest", PKI_SIGN_DIGEST),
	{ "eseal.stamp", PKI_STAMP_STRUCTURE, PKI_STAMP_VALIDITY, true },
	{ "eseal.stamp.time", PKI_SIGN_STAMP_TIME, PKI_SIGN_STAMP_TIME, true },
	{ "eseal.stamp.chain", PKI_SIGN_STAMP_CHAIN, PKI_SIGN_STAMP_CHAIN,
	  true },
	{ "eseal.stamp.tag", PKI_SIGN_STAMP_TAG, PKI_SIGN_STAMP_TAG, true },
	{ .id = NULL },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	goods_judge_signed(t, asks);
}

static void
judge_revoked(struct trial *t)
{
	struct ses_signed *s = mem_new(1, sizeof *s);
	struct trust trust;
	struct buf octets;
	bool ok;

	buf_init(&octets, CLERK_MOST);
	ok = trust_open(t, &trust) && goods_signed(t, &octets, s) &&
	     trust_need_list(t, &trust, s->signer);
	trust_close(&trust);
	buf_free(&octets);
	free(s);
	if (ok)
		goods_judge_signed(t, asks);
}

/* What is inside is the seal that was made. */
static void
judge_seal(struct trial *t)
{
	struct ses_signed *s = mem_new(1, sizeof *s);
	struct buf octets, made;

	buf_init(&octets, CLERK_MOST);
	buf_init(&made, CLERK_MOST);
	if (goods_signed(t, &octets, s) && clerk_made(t, "new", &made) &&
	    trial_need(t, s->has_seal, "the seal inside cannot be read"))
		trial_claim(t, trial_case(t)->clause,
		    span_eq(s->seal.whole, buf_span(&made)),
		    "the seal that was made", "%zu octets, of %zu",
		    s->seal.whole.len, made.len);
	buf_free(&made);
	buf_free(&octets);
	free(s);
}

/* clang-format off */
#define GB "GB/T 38540-2020 "
#define SIGN_CASE(name, row, at, clause, en, zh, how) \
	CLERK_CASE(name, row, at, CLERK_SIGN, clause, en, zh, \
	    goods_collect_signed, how)
#define SHALL(name, row, clause, en, zh) \
	SIGN_CASE(name, row, LEVEL_SHALL, clause, en, zh, judge)
#define SHOULD(name, row, clause, en, zh) \
	SIGN_CASE(name, row, LEVEL_SHOULD, clause, en, zh, judge)

static const struct conf_case cases[] = {
	SHALL("eseal.signed.der", ESEAL_F_07, "X.690 10, 11",
	    "a signature by seal is DER throughout",
	    "电子签章数据全部采用 DER 编码"),
	SHALL("eseal.signed.structure", ESEAL_F_07, GB "7.1",
	    "a signature by seal has the structure of SES_Signature",
	    "电子签章具备 SES_Signature 结构"),
	SHOULD("eseal.signed.standard", ESEAL_F_07, GB "7.1",
	    "a signature by seal is of GB/T 38540-2020, not of its predecessor",
	    "电子签章采用 GB/T 38540-2020 格式而非旧版格式"),
	SHALL("eseal.signed.algorithm", ESEAL_F_07, GB "7.1",
	    "signatureAlgID is that of SM2 with SM3",
	    "签章签名算法标识为 SM2 与 SM3"),
	SHOULD("eseal.signed.algorithm.form", ESEAL_F_07, GB "7.1",
	    "signatureAlgID is an object identifier alone",
	    "签章签名算法标识为单独的对象标识符"),
	SHALL("eseal.signed.bits", ESEAL_F_07, GB "7.1",
	    "bit strings of a signature by seal are of whole octets",
	    "电子签章的位串均为整字节"),
	SHALL("eseal.signed.version", ESEAL_F_08, GB "7.1",
	    "the version of a signature is that of its seal",
	    "签章版本号与印章版本号一致"),
	SIGN_CASE("eseal.signed.seal", ESEAL_F_08, LEVEL_SHALL, GB "7.1",
	    "the seal inside is the one that was made",
	    "签章内的印章即所制作的印章", judge_seal),
	SHALL("eseal.signed.time.type", ESEAL_F_08, GB "7.1",
	    "the time of signing is a GeneralizedTime",
	    "签章时间采用 GeneralizedTime"),
	SHALL("eseal.signed.time", ESEAL_F_08, GB "7.3",
	    "the time of signing is not in the future", "签章时间不在将来"),
	SHALL("eseal.signed.digest.form", ESEAL_F_08, GB "7.1; GB/T 32905",
	    "dataHash has the length of SM3", "原文杂凑值长度为 SM3 长度"),
	SHALL("eseal.signed.extensions", ESEAL_F_08, GB "7.1",
	    "a signature has no critical field that is not known",
	    "签章自定义数据中没有无法识别的关键字段"),
	SHOULD("eseal.signed.extensions.form", ESEAL_F_08,
	    GB "7.1; X.690 11.5",
	    "extDatas of a signature has its tag and writes out no default",
	    "签章自定义数据带有标签且不写出缺省值"),
	SHALL("eseal.signed.value.form", ESEAL_F_09, "GB/T 35276; GB/T 32918.2",
	    "the signer's signature is a sequence of r and s in range",
	    "签章者签名值为范围正确的 r、s 序列"),
	SHALL("eseal.signed.value.id", ESEAL_F_09, "GB/T 35276",
	    "the signer signs under the identifier 1234567812345678",
	    "签章者签名使用默认用户标识"),
	SHALL("eseal.signed.value", ESEAL_F_09, GB "7.2, 7.3; GB/T 32918.2",
	    "the signer's signature verifies", "签章者签名验签通过"),
	SHALL("eseal.signer.listed", ESEAL_F_10, GB "7.3",
	    "the signer is in the list of the seal", "签章者在印章证书列表中"),
	SHALL("eseal.signer.certificate", ESEAL_F_11, GB "7.3",
	    "the signer's certificate can be read and is of SM2",
	    "签章者证书可解析且为 SM2 证书"),
	SHALL("eseal.signer.chain", ESEAL_F_11, GB "7.3",
	    "a path leads from a trust anchor to the signer",
	    "签章者证书可追溯至信任锚"),
	SHALL("eseal.signer.validity", ESEAL_F_11, GB "7.3",
	    "the signer's certificate was valid at the time of signing",
	    "签章时签章者证书在有效期内"),
	SIGN_CASE("eseal.signer.revoked", ESEAL_F_11, LEVEL_SHALL, GB "7.3",
	    "the signer's certificate was not revoked at the time of signing",
	    "签章时签章者证书未被撤销", judge_revoked),
	SHALL("eseal.signer.usage", ESEAL_F_11, GB "7.3",
	    "the signer's key is for signatures",
	    "签章者证书的密钥用途为签名"),
	SHALL("eseal.signed.digest", ESEAL_F_12, GB "7.3; GB/T 32905",
	    "dataHash is the SM3 digest of what was sealed",
	    "原文杂凑值为原文的 SM3 杂凑值"),
	SHALL("eseal.stamp", ESEAL_F_16, "RFC 3161 2.4.2; GB/T 20520-2006",
	    "a time stamp, if there is one, is of the signature value",
	    "若有时间戳，则为签名值的有效时间戳"),
	SHALL("eseal.stamp.time", ESEAL_F_16, GB "7.3",
	    "it was not stamped before it was signed",
	    "时间戳时间不早于签章时间"),
	SHALL("eseal.stamp.chain", ESEAL_F_16, "RFC 3161 2.3, RFC 5280 6.1",
	    "a path leads from a trust anchor to the TSA",
	    "时间戳机构证书可追溯至信任锚"),
	SHOULD("eseal.stamp.tag", ESEAL_F_16, GB "7.1",
	    "the time stamp has its tag", "时间戳带有标签"),
};
/* clang-format on */

const struct conf_group conf_eseal_signatures = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
