/* SPDX-License-Identifier: MIT */
/*
 * Seals that a target makes: GB/T 38540-2020 6.1 to 6.3, check by check.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/eseal/goods.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_seals;

/* clang-format off */
#define ONE(id, code) { id, code, code, false }

static const struct asked asks[] = {
	{ "eseal.der", PKI_DER_FORM, PKI_DER_DEPTH, false },
	ONE("eseal.structure", PKI_SEAL_STRUCTURE),
	ONE("eseal.standard", PKI_SEAL_STANDARD),
	ONE("eseal.id", PKI_SEAL_ID),
	ONE("eseal.version", PKI_SEAL_VERSION),
	ONE("eseal.esid", PKI_SEAL_ESID),
	{ "eseal.extensions", PKI_SEAL_EXTENSIONS_CRITICAL,
	  PKI_SEAL_EXTENSIONS_CRITICAL, true },
	{ "eseal.extensions.form", PKI_SEAL_EXTENSIONS_TAG,
	  PKI_SEAL_EXTENSIONS_DEFAULT, true },
	ONE("eseal.list.type", PKI_SEAL_LIST_TYPE),
	ONE("eseal.list", PKI_SEAL_LIST),
	ONE("eseal.time.type", PKI_SEAL_TIME_TYPE),
	ONE("eseal.time.order", PKI_SEAL_TIME_ORDER),
	ONE("eseal.picture", PKI_SEAL_PICTURE),
	ONE("eseal.picture.type", PKI_SEAL_PICTURE_TYPE),
	ONE("eseal.algorithm", PKI_SEAL_ALGORITHM),
	ONE("eseal.algorithm.form", PKI_SEAL_ALGORITHM_FORM),
	ONE("eseal.bits", PKI_SEAL_BITS),
	{ "eseal.signature.form", PKI_SEAL_SIGNATURE_FORM,
	  PKI_SEAL_SIGNATURE_RANGE, false },
	ONE("eseal.signature.id", PKI_SEAL_SIGNATURE_ID),
	ONE("eseal.signature", PKI_SEAL_SIGNATURE),
	ONE("eseal.signature.scope", PKI_SEAL_SIGNATURE_SCOPE),
	ONE("eseal.maker.certificate", PKI_SEAL_MAKER_CERTIFICATE),
	ONE("eseal.maker.chain", PKI_SEAL_MAKER_CHAIN),
	ONE("eseal.maker.validity", PKI_SEAL_MAKER_VALIDITY),
	ONE("eseal.maker.revoked", PKI_SEAL_MAKER_REVOKED),
	ONE("eseal.maker.usage", PKI_SEAL_MAKER_USAGE),
	{ "eseal.period", PKI_SEAL_BEGUN, PKI_SEAL_EXPIRED, false },
	{ .id = NULL },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	goods_judge_seal(t, asks);
}

/* Without a list about it, what came of it is not known. */
static void
judge_revoked(struct trial *t)
{
	struct seal *s = mem_new(1, sizeof *s);
	struct trust trust;
	struct buf octets;
	bool ok;

	buf_init(&octets, CLERK_MOST);
	ok = trust_open(t, &trust) && goods_seal(t, "new", &octets, s) &&
	     trust_need_list(t, &trust, s->maker);
	trust_close(&trust);
	buf_free(&octets);
	free(s);
	if (ok)
		goods_judge_seal(t, asks);
}

/* ---- two seals ---- */

static void
judge_unique(struct trial *t)
{
	struct seal *s = mem_new(2, sizeof *s);
	struct buf octets[2];

	buf_init(&octets[0], CLERK_MOST);
	buf_init(&octets[1], CLERK_MOST);
	if (goods_seal(t, "new", &octets[0], &s[0]) &&
	    goods_seal(t, "another", &octets[1], &s[1]) &&
	    trial_need(t, s[0].esid.len > 0, "it has no esID"))
		trial_claim(t, "GB/T 38540-2020 6.1",
		    !seal_clashes(&s[0], &s[1]) &&
			!span_eq(s[0].whole, s[1].whole),
		    "two seals have two identifiers", "%.*s and %.*s",
		    SPAN_FMT(span_take(s[0].esid, 80)),
		    SPAN_FMT(span_take(s[1].esid, 80)));
	buf_free(&octets[1]);
	buf_free(&octets[0]);
	free(s);
}

/* ---- as it was applied for ---- */

static void
claim_name(struct trial *t, const struct seal *s)
{
	trial_claim(t, trial_case(t)->clause,
	    span_eq(s->name, span_of(GOODS_NAME)), "the name applied for",
	    "%.*s", SPAN_FMT(span_take(s->name, 200)));
}

static void
claim_size(struct trial *t, const struct seal *s)
{
	uint32_t width = 0, height = 0;

	(void)der_small(s->width, &width);
	(void)der_small(s->height, &height);
	trial_claim(t, trial_case(t)->clause,
	    width == (uint32_t)atoi(GOODS_WIDTH) &&
		height == (uint32_t)atoi(GOODS_HEIGHT),
	    GOODS_WIDTH " mm by " GOODS_HEIGHT " mm", "%u by %u",
	    (unsigned)width, (unsigned)height);
}

static void
claim_picture(struct trial *t, const struct seal *s)
{
	const struct buf *ours = trial_content(t, "new.png");

	if (trial_sane(t, ours != NULL, "our picture was not filed"))
		trial_claim(t, trial_case(t)->clause,
		    span_eq(s->picture, buf_span(ours)) &&
			span_caseeq(s->picture_type, SPAN("png")),
		    "the picture applied for", "%.*s, %zu octets of %zu",
		    SPAN_FMT(span_take(s->picture_type, 20)), s->picture.len,
		    ours->len);
}

static void
judge_asked(struct trial *t)
{
	static const struct {
		const char *id;
		void (*claim)(struct trial *, const struct seal *);
	} parts[] = {
		{ "eseal.name", claim_name },
		{ "eseal.picture.size", claim_size },
		{ "eseal.picture.same", claim_picture },
	};
	struct seal *s = mem_new(1, sizeof *s);
	struct buf octets;

	buf_init(&octets, CLERK_MOST);
	if (goods_seal(t, "new", &octets, s))
		for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
			if (strcmp(parts[i].id, trial_case(t)->id) == 0)
				parts[i].claim(t, s);
	buf_free(&octets);
	free(s);
}

/* clang-format off */
#define GB "GB/T 38540-2020 "
#define SEAL_CASE(name, row, at, clause, en, zh, how) \
	CLERK_CASE(name, row, at, "", clause, en, zh, goods_collect_seal, how)
#define SHALL(name, row, clause, en, zh) \
	SEAL_CASE(name, row, LEVEL_SHALL, clause, en, zh, judge)
#define SHOULD(name, row, clause, en, zh) \
	SEAL_CASE(name, row, LEVEL_SHOULD, clause, en, zh, judge)

static const struct conf_case cases[] = {
	SHALL("eseal.der", ESEAL_F_01, "X.690 10, 11",
	    "a seal is DER throughout", "电子印章数据全部采用 DER 编码"),
	SHALL("eseal.structure", ESEAL_F_01, GB "6.1",
	    "a seal has the structure of SESeal", "电子印章具备 SESeal 结构"),
	SHOULD("eseal.standard", ESEAL_F_01, GB "6.1",
	    "a seal is of GB/T 38540-2020, not of its predecessor",
	    "电子印章采用 GB/T 38540-2020 格式而非旧版格式"),
	SHALL("eseal.id", ESEAL_F_01, GB "6.1",
	    "the header of a seal begins with ES", "印章头信息标识为“ES”"),
	SHALL("eseal.version", ESEAL_F_01, GB "6.1",
	    "the version in the header is 4", "印章头信息版本号为 4"),
	SHALL("eseal.esid", ESEAL_F_01, GB "6.1",
	    "a seal has an identifier", "电子印章标识非空"),
	CLERK_CASE("eseal.esid.unique", ESEAL_F_01, LEVEL_SHALL, "", GB "6.1",
	    "two seals have two identifiers", "不同印章的标识互不相同",
	    goods_collect_seals, judge_unique),
	SHALL("eseal.extensions", ESEAL_F_01, GB "6.1",
	    "a seal has no critical field that is not known",
	    "印章自定义数据中没有无法识别的关键字段"),
	SHOULD("eseal.extensions.form", ESEAL_F_01, GB "6.1; X.690 11.5",
	    "extDatas of a seal has its tag and writes out no default",
	    "印章自定义数据带有标签且不写出缺省值"),
	SHALL("eseal.list.type", ESEAL_F_02, GB "6.1",
	    "certListType is 1 or 2", "签章者证书信息类型为 1 或 2"),
	SHALL("eseal.list", ESEAL_F_02, GB "6.1",
	    "the list of signers is what its type says",
	    "签章者证书列表与其类型相符"),
	SHALL("eseal.time.type", ESEAL_F_02, GB "6.1",
	    "the times of a seal are GeneralizedTime",
	    "印章时间采用 GeneralizedTime"),
	SHALL("eseal.time.order", ESEAL_F_02, GB "6.1",
	    "a seal is made, begins and ends in this order",
	    "印章制作日期、起始日期、终止日期依次排列"),
	SEAL_CASE("eseal.name", ESEAL_F_02, LEVEL_SHALL, GB "6.1",
	    "a seal has the name that was applied for",
	    "印章名称与申请一致", judge_asked),
	SHALL("eseal.picture", ESEAL_F_03, GB "6.1",
	    "a seal has a picture of some width and height",
	    "印章图像非空，宽度和高度大于零"),
	SHOULD("eseal.picture.type", ESEAL_F_03, GB "6.1",
	    "the picture is of the type that the seal says",
	    "印章图像与所称类型相符"),
	SEAL_CASE("eseal.picture.size", ESEAL_F_03, LEVEL_SHALL, GB "6.1",
	    "the picture has the width and height that were applied for",
	    "印章图像宽度和高度与申请一致", judge_asked),
	SEAL_CASE("eseal.picture.same", ESEAL_F_03, LEVEL_SHOULD, GB "6.1",
	    "the picture is the one that was applied for",
	    "印章图像与申请时提交的一致", judge_asked),
	SHALL("eseal.algorithm", ESEAL_F_04, GB "6.1",
	    "signAlgID of a seal is that of SM2 with SM3",
	    "印章签名算法标识为 SM2 与 SM3"),
	SHOULD("eseal.algorithm.form", ESEAL_F_04, GB "6.1",
	    "signAlgID of a seal is an object identifier alone",
	    "印章签名算法标识为单独的对象标识符"),
	SHALL("eseal.bits", ESEAL_F_04, GB "6.1",
	    "the seal maker's signature is of whole octets",
	    "制章者签名值为整字节"),
	SHALL("eseal.signature.form", ESEAL_F_04, "GB/T 35276; GB/T 32918.2",
	    "the seal maker's signature is a sequence of r and s in range",
	    "制章者签名值为范围正确的 r、s 序列"),
	SHALL("eseal.signature.id", ESEAL_F_04, "GB/T 35276",
	    "the seal maker signs under the identifier 1234567812345678",
	    "制章者签名使用默认用户标识"),
	SHALL("eseal.signature", ESEAL_F_04, GB "6.2, 6.3; GB/T 32918.2",
	    "the seal maker's signature verifies", "制章者签名验签通过"),
	SHOULD("eseal.signature.scope", ESEAL_F_04, GB "6.2, 6.3",
	    "the seal maker signs what the format has signed",
	    "制章者签名范围与格式一致"),
	SHALL("eseal.maker.certificate", ESEAL_F_05, GB "6.3",
	    "the seal maker's certificate can be read and is of SM2",
	    "制章者证书可解析且为 SM2 证书"),
	SHALL("eseal.maker.chain", ESEAL_F_05, GB "6.3",
	    "a path leads from a trust anchor to the seal maker",
	    "制章者证书可追溯至信任锚"),
	SHALL("eseal.maker.validity", ESEAL_F_05, GB "6.3",
	    "the seal maker's certificate is within its validity",
	    "制章者证书在有效期内"),
	SEAL_CASE("eseal.maker.revoked", ESEAL_F_05, LEVEL_SHALL, GB "6.3",
	    "the seal maker's certificate is not revoked",
	    "制章者证书未被撤销", judge_revoked),
	SHALL("eseal.maker.usage", ESEAL_F_05, GB "6.3",
	    "the seal maker's key is for signatures",
	    "制章者证书的密钥用途为签名"),
	SHALL("eseal.period", ESEAL_F_06, GB "6.3",
	    "a seal that is issued from now on holds now",
	    "自即日起生效的印章当前处于有效期内"),
};
/* clang-format on */

const struct conf_group conf_eseal_seals = {
	.service = "seal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
