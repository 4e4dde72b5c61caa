/* SPDX-License-Identifier: MIT */
/*
 * What was sealed, put to a target that verifies it: GB/T 38540-2020 7.3, each
 * with one thing wrong (fixtures/seal).  A case is a reason; what is tolerated
 * somewhere and remarked by us is no case.
 */
#include "conformance/cases/eseal/vectors.h"

extern const struct conf_group conf_eseal_verify;

/* clang-format off */
#define WRONG(id, codes) { id, "", codes, NULL }
#define RIGHT(id, names) { id, names, "", NULL }

static const struct vectors_family families[] = {
	WRONG("eseal.verify.structure", "seal.structure"),
	WRONG("eseal.verify.id", "seal.id"),
	WRONG("eseal.verify.version", "seal.version"),
	WRONG("eseal.verify.esid", "seal.esid"),
	WRONG("eseal.verify.extensions", "seal.extensions.critical"),
	WRONG("eseal.verify.list.type", "seal.list.type"),
	WRONG("eseal.verify.list", "seal.list"),
	WRONG("eseal.verify.times.type", "seal.time.type"),
	WRONG("eseal.verify.times", "seal.time.order"),
	WRONG("eseal.verify.picture", "seal.picture"),
	WRONG("eseal.verify.algorithm", "seal.algorithm"),
	WRONG("eseal.verify.bits", "seal.bits"),
	WRONG("eseal.verify.maker", "seal.signature seal.signature.form "
	    "seal.signature.range seal.signature.id"),
	WRONG("eseal.verify.maker.certificate", "seal.maker.certificate"),
	WRONG("eseal.verify.maker.chain", "seal.maker.chain"),
	WRONG("eseal.verify.maker.validity", "seal.maker.validity"),
	{ "eseal.verify.maker.revoked", "maker_revoked maker_held", "", NULL },
	{ "eseal.verify.maker.list", "maker_list_expired", "", NULL },
	WRONG("eseal.verify.maker.usage", "seal.maker.usage"),
	WRONG("eseal.verify.early", "seal.begun"),
	WRONG("eseal.verify.expired", "seal.expired"),
	WRONG("eseal.verify.signed.structure", "sign.structure"),
	WRONG("eseal.verify.signed.algorithm", "sign.algorithm"),
	WRONG("eseal.verify.signed.bits", "sign.bits"),
	WRONG("eseal.verify.signed.version", "sign.version"),
	WRONG("eseal.verify.signed.time.type", "sign.time.type"),
	WRONG("eseal.verify.signed.time", "sign.time.past"),
	WRONG("eseal.verify.signed.extensions", "sign.extensions.critical"),
	WRONG("eseal.verify.signer", "sign.signature sign.signature.form "
	    "sign.signature.range sign.signature.id"),
	WRONG("eseal.verify.listed", "sign.signer.listed"),
	WRONG("eseal.verify.listed.digest", "sign.signer.digest"),
	WRONG("eseal.verify.signer.certificate", "sign.signer.certificate"),
	WRONG("eseal.verify.signer.chain", "sign.signer.chain"),
	WRONG("eseal.verify.signer.validity", "sign.signer.validity"),
	{ "eseal.verify.signer.revoked", "signer_revoked signer_held", "", NULL },
	{ "eseal.verify.signer.list", "signer_list_forged", "", NULL },
	WRONG("eseal.verify.signer.usage", "sign.signer.usage"),
	WRONG("eseal.verify.digest", "sign.digest sign.digest.form"),
	WRONG("eseal.verify.stamp.imprint", "stamp.imprint"),
	WRONG("eseal.verify.stamp.signature", "stamp.signature"),
	WRONG("eseal.verify.stamp.status", "stamp.status"),
	WRONG("eseal.verify.stamp.chain", "sign.stamp.chain"),
	WRONG("eseal.verify.stamp.usage", "stamp.purpose"),
	WRONG("eseal.verify.stamp.time", "sign.stamp.time stamp.begun"),
	WRONG("eseal.verify.der", "der.length.indefinite der.length.minimal "
	    "der.truncated der.integer.minimal der.time"),
	WRONG("eseal.verify.trailing", "der.trailing"),
	RIGHT("eseal.verify.valid",
	    "valid valid_long_chain valid_root_issues valid_parameters_null "
	    "valid_two_signers valid_second_signer valid_extensions "
	    "valid_not_revoked valid_picture_size valid_personal "
	    "valid_no_end"),
	RIGHT("eseal.verify.valid.digests", "valid_digests valid_digests_two"),
	RIGHT("eseal.verify.valid.stamp",
	    "valid_stamp valid_stamp_later valid_stamp_alone"),
	{ .id = NULL },
};
/* clang-format on */

static bool
collect(struct trial *t)
{
	return vectors_collect(t, vectors_family(t, families));
}

static void
judge(struct trial *t)
{
	vectors_judge(t, "document.verify");
}

/* clang-format off */
#define GB "GB/T 38540-2020 "
#define ASK(name, row, at, source, en, zh) \
	{ \
		.id = name, .verifies = row, .level = at, .clause = source, \
		.title = en, .title_zh = zh, \
		.needs = VECTORS_NEEDS "document.verify", .service = "seal", \
		.collect = collect, .judge = judge, .soft_s = 120, \
	}
#define CASE(name, row, source, en, zh) \
	ASK(name, row, LEVEL_SHALL, source, en, zh)

static const struct conf_case cases[] = {
	CASE("eseal.verify.structure", ESEAL_F_01, GB "6.1, 7.3",
	    "a seal without the structure of SESeal is not valid",
	    "结构不符的印章验证不通过"),
	CASE("eseal.verify.id", ESEAL_F_01, GB "6.1, 7.3",
	    "a seal that does not begin with ES is not valid",
	    "头信息标识不是“ES”的印章验证不通过"),
	CASE("eseal.verify.version", ESEAL_F_01, GB "6.1, 7.3",
	    "a seal of a version that nobody has defined is not valid",
	    "版本号未定义的印章验证不通过"),
	CASE("eseal.verify.esid", ESEAL_F_01, GB "6.1, 7.3",
	    "a seal without an identifier is not valid",
	    "标识为空的印章验证不通过"),
	CASE("eseal.verify.extensions", ESEAL_F_01, GB "6.1, 7.3",
	    "a seal with a critical field that is not known is not valid",
	    "含无法识别的关键字段的印章验证不通过"),
	CASE("eseal.verify.list.type", ESEAL_F_02, GB "6.1, 7.3",
	    "certListType is 1 or 2", "拒绝证书信息类型既非 1 也非 2 的印章"),
	CASE("eseal.verify.list", ESEAL_F_02, GB "6.1, 7.3",
	    "nobody seals who is not listed as the type says",
	    "拒绝证书列表为空或与类型不符的印章"),
	CASE("eseal.verify.times.type", ESEAL_F_02, GB "6.1, 7.3",
	    "the times of a seal are GeneralizedTime",
	    "拒绝时间类型不是 GeneralizedTime 的印章"),
	CASE("eseal.verify.times", ESEAL_F_02, GB "6.1, 7.3",
	    "a seal is made, begins and ends in this order",
	    "拒绝时间先后颠倒的印章"),
	CASE("eseal.verify.picture", ESEAL_F_03, GB "6.1, 7.3",
	    "a seal without a picture of some size is not valid",
	    "拒绝图像为空或尺寸不为正的印章"),
	CASE("eseal.verify.algorithm", ESEAL_F_04, GB "6.1, 6.3",
	    "a seal that names another algorithm is not valid",
	    "签名算法标识错误的印章验证不通过"),
	CASE("eseal.verify.bits", ESEAL_F_04, GB "6.1, 6.3",
	    "a seal whose signature is not of whole octets is not valid",
	    "签名值不是整字节的印章验证不通过"),
	CASE("eseal.verify.maker", ESEAL_F_04, GB "6.3; GB/T 32918.2",
	    "a seal whose maker's signature does not verify is not valid",
	    "制章者签名错误的印章验证不通过"),
	CASE("eseal.verify.maker.certificate", ESEAL_F_05, GB "6.3",
	    "the seal maker's certificate is one, and of SM2",
	    "制章者证书损坏或不是 SM2 证书时验证不通过"),
	CASE("eseal.verify.maker.chain", ESEAL_F_05, GB "6.3",
	    "a path leads from a trust anchor to the seal maker",
	    "制章者证书不能追溯至信任锚时验证不通过"),
	CASE("eseal.verify.maker.validity", ESEAL_F_05, GB "6.3",
	    "the seal maker's certificate is within its validity",
	    "制章者证书不在有效期内时验证不通过"),
	CASE("eseal.verify.maker.revoked", ESEAL_F_05, GB "6.3",
	    "the seal maker's certificate is not revoked",
	    "制章者证书已撤销或冻结时验证不通过"),
	CASE("eseal.verify.maker.list", ESEAL_F_05, GB "6.3; RFC 5280 6.3.3",
	    "a list of another day says nothing of the seal maker",
	    "制章者证书的撤销列表过期时不得采信"),
	CASE("eseal.verify.maker.usage", ESEAL_F_05, GB "6.3",
	    "the seal maker's key is for signatures",
	    "制章者证书的密钥用途不含签名时验证不通过"),
	CASE("eseal.verify.early", ESEAL_F_06, GB "6.3, 7.3",
	    "a seal does not count before its validity",
	    "印章尚未生效时验证不通过"),
	CASE("eseal.verify.expired", ESEAL_F_06, GB "6.3, 7.3",
	    "a seal does not count after its validity",
	    "印章已过有效期时验证不通过"),
	CASE("eseal.verify.signed.structure", ESEAL_F_07, GB "7.1, 7.3",
	    "a signature without the structure of SES_Signature is not valid",
	    "结构不符的电子签章验证不通过"),
	CASE("eseal.verify.signed.algorithm", ESEAL_F_07, GB "7.1, 7.3",
	    "a signature that names another algorithm is not valid",
	    "签名算法标识错误的电子签章验证不通过"),
	CASE("eseal.verify.signed.bits", ESEAL_F_07, GB "7.1, 7.3",
	    "a signature whose bit strings are not whole octets is not valid",
	    "位串不是整字节的电子签章验证不通过"),
	CASE("eseal.verify.signed.version", ESEAL_F_08, GB "7.1, 7.3",
	    "a signature of another version than its seal is not valid",
	    "版本号与印章不一致的电子签章验证不通过"),
	CASE("eseal.verify.signed.time.type", ESEAL_F_08, GB "7.1, 7.3",
	    "the time of signing is a GeneralizedTime",
	    "签章时间不是 GeneralizedTime 时验证不通过"),
	CASE("eseal.verify.signed.time", ESEAL_F_08, GB "7.3",
	    "nothing is signed in the future", "签章时间在将来时验证不通过"),
	CASE("eseal.verify.signed.extensions", ESEAL_F_08, GB "7.1, 7.3",
	    "a critical field that is not known is not valid",
	    "含无法识别的关键字段的电子签章验证不通过"),
	CASE("eseal.verify.signer", ESEAL_F_09, GB "7.3; GB/T 32918.2",
	    "a signature that does not verify is not valid",
	    "签章者签名错误时验证不通过"),
	CASE("eseal.verify.valid", ESEAL_F_09, GB "7.3",
	    "what is right is valid", "正确的电子签章验证通过"),
	CASE("eseal.verify.listed", ESEAL_F_10, GB "7.3",
	    "who is not in the list of certificates has not sealed",
	    "签章者证书不在证书列表中时验证不通过"),
	CASE("eseal.verify.listed.digest", ESEAL_F_10, GB "7.3",
	    "whose digest is not in the list has not sealed",
	    "签章者证书杂凑值不在列表中时验证不通过"),
	CASE("eseal.verify.valid.digests", ESEAL_F_10, GB "6.1, 7.3",
	    "who is listed by digest may seal",
	    "以杂凑值列出签章者的电子签章验证通过"),
	CASE("eseal.verify.signer.certificate", ESEAL_F_11, GB "7.3",
	    "the signer's certificate is one, and of SM2",
	    "签章者证书损坏或不是 SM2 证书时验证不通过"),
	CASE("eseal.verify.signer.chain", ESEAL_F_11, GB "7.3",
	    "a path leads from a trust anchor to the signer",
	    "签章者证书不能追溯至信任锚时验证不通过"),
	CASE("eseal.verify.signer.validity", ESEAL_F_11, GB "7.3",
	    "the signer's certificate was valid at the time of signing",
	    "签章时签章者证书不在有效期内则验证不通过"),
	CASE("eseal.verify.signer.revoked", ESEAL_F_11, GB "7.3",
	    "the signer's certificate was not revoked at the time of signing",
	    "签章前签章者证书已撤销或冻结则验证不通过"),
	CASE("eseal.verify.signer.list", ESEAL_F_11, GB "7.3; RFC 5280 6.3.3",
	    "a list that its issuer has not signed says nothing of the signer",
	    "签名无效的撤销列表不得采信"),
	CASE("eseal.verify.signer.usage", ESEAL_F_11, GB "7.3; GB/T 20518-2018",
	    "the signer's key is for signatures",
	    "签章者证书的密钥用途不含签名时验证不通过"),
	CASE("eseal.verify.digest", ESEAL_F_12, GB "7.3; GB/T 32905",
	    "another document than was sealed is not valid",
	    "原文杂凑值不符时验证不通过"),
	CASE("eseal.verify.stamp.imprint", ESEAL_F_16,
	    "RFC 3161 2.4.1; GB/T 20520-2006",
	    "a time stamp of something else is not valid",
	    "时间戳印迹不符时验证不通过"),
	CASE("eseal.verify.stamp.signature", ESEAL_F_16,
	    "RFC 5652 5.6; GB/T 20520-2006",
	    "a time stamp whose signature does not verify is not valid",
	    "时间戳签名错误时验证不通过"),
	CASE("eseal.verify.stamp.status", ESEAL_F_16, "RFC 3161 2.4.2",
	    "a response that refuses a time stamp is none",
	    "被拒绝的时间戳响应不能作为时间戳"),
	CASE("eseal.verify.stamp.chain", ESEAL_F_16, "RFC 3161 2.3, RFC 5280 6.1",
	    "a path leads from a trust anchor to the TSA",
	    "时间戳机构证书不能追溯至信任锚时验证不通过"),
	CASE("eseal.verify.stamp.usage", ESEAL_F_16, "RFC 3161 2.3",
	    "who stamps has a certificate for it",
	    "时间戳机构证书没有时间戳用途时验证不通过"),
	CASE("eseal.verify.stamp.time", ESEAL_F_16, GB "7.3",
	    "a time stamp of before it was signed, or of the future, is not valid",
	    "时间戳早于签章时间或在将来时验证不通过"),
	CASE("eseal.verify.valid.stamp", ESEAL_F_16, GB "7.3; RFC 3161",
	    "what has a right time stamp is valid",
	    "带有正确时间戳的电子签章验证通过"),
	ASK("eseal.verify.der", ESEAL_F_21, LEVEL_SHOULD, "X.690 8.1, 10, 11",
	    "what is not DER is not valid", "不符合 DER 的电子签章验证不通过"),
	ASK("eseal.verify.trailing", ESEAL_F_21, LEVEL_SHOULD, "X.690 8.1",
	    "octets behind the end are not valid",
	    "结构之后有多余字节时验证不通过"),
};
/* clang-format on */

const struct conf_group conf_eseal_verify = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
