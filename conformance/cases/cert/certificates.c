/* SPDX-License-Identifier: MIT */
/*
 * Certificates that were issued, each by itself: its octets, its fields, its
 * extensions.
 */
#include "conformance/cases/asked.h"
#include "conformance/cases/issued.h"

extern const struct conf_group conf_certificates;

/* clang-format off */
#define CASE(name, row, at, cite, en, zh) \
	{ \
		.id = name, \
		.verifies = row, \
		.level = at, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = "pki:certificates", \
		.collect = issued_collect, \
		.judge = judge, \
	}
#define SHALL LEVEL_SHALL
#define SHOULD LEVEL_SHOULD

/* What each asks: the checks from the first to the last, by check.def. */
static const struct asked asks[] = {
	{ "cert.der",		 PKI_DER_FORM,		   PKI_CERT_STRUCTURE, false },
	{ "cert.version",	 PKI_CERT_VERSION,	   PKI_CERT_VERSION, false },
	{ "cert.serial.positive", PKI_CERT_SERIAL_POSITIVE,
	  PKI_CERT_SERIAL_POSITIVE, false },
	{ "cert.serial.length",	 PKI_CERT_SERIAL_LENGTH,   PKI_CERT_SERIAL_LENGTH, false },
	{ "cert.name.issuer",	 PKI_CERT_ISSUER,	   PKI_CERT_ISSUER, false },
	{ "cert.name.form",	 PKI_CERT_NAME_FORM,	   PKI_CERT_NAME_FORM, false },
	{ "cert.name.encoding",	 PKI_CERT_NAME_ENCODING,   PKI_CERT_NAME_ENCODING, false },
	{ "cert.name.subject",	 PKI_CERT_SUBJECT,	   PKI_CERT_SUBJECT, false },
	{ "cert.key.form",	 PKI_CERT_KEY,		   PKI_CERT_KEY, false },
	{ "cert.key.strength",	 PKI_CERT_KEY_STRENGTH,	   PKI_CERT_KEY_STRENGTH, false },
	{ "cert.validity.encoding", PKI_CERT_VALIDITY_ENCODING,
	  PKI_CERT_VALIDITY_ENCODING, false },
	{ "cert.validity.order", PKI_CERT_VALIDITY_ORDER,  PKI_CERT_VALIDITY_ORDER, false },
	{ "cert.algorithm.equal", PKI_CERT_ALGORITHM_EQUAL,
	  PKI_CERT_ALGORITHM_EQUAL, false },
	{ "cert.algorithm.known", PKI_CERT_ALGORITHM_KNOWN,
	  PKI_CERT_ALGORITHM_PARAMETERS, false },
	{ "cert.algorithm.strength", PKI_CERT_ALGORITHM_STRENGTH,
	  PKI_CERT_ALGORITHM_STRENGTH, false },
	{ "cert.signature.form", PKI_CERT_SIGNATURE_FORM,  PKI_CERT_SIGNATURE_FORM, false },
	{ "cert.ext.once",	 PKI_EXT_DUPLICATE,	   PKI_EXT_DUPLICATE, false },
	{ "cert.ext.critical",	 PKI_EXT_CRITICAL,	   PKI_EXT_CRITICAL, false },
	{ "cert.ext.structure",	 PKI_EXT_STRUCTURE,	   PKI_EXT_STRUCTURE, false },
	{ "cert.ext.aki",	 PKI_EXT_AKI_PRESENT,	   PKI_EXT_AKI_CRITICAL, false },
	{ "cert.ext.ski",	 PKI_EXT_SKI_PRESENT,	   PKI_EXT_SKI_PRESENT, false },
	{ "cert.ext.ski.entity", PKI_EXT_SKI_ENTITY,	   PKI_EXT_SKI_ENTITY, false },
	{ "cert.ext.usage.ca",	 PKI_EXT_USAGE_PRESENT,	   PKI_EXT_USAGE_PRESENT, false },
	{ "cert.ext.usage.critical", PKI_EXT_USAGE_CRITICAL,
	  PKI_EXT_USAGE_CRITICAL, true },
	{ "cert.ext.usage.form", PKI_EXT_USAGE_EMPTY,	   PKI_EXT_USAGE_SIGNS, true },
	{ "cert.ext.basic.critical", PKI_EXT_BASIC_CRITICAL,
	  PKI_EXT_BASIC_CRITICAL, false },
	{ "cert.ext.basic.length", PKI_EXT_BASIC_LENGTH,   PKI_EXT_BASIC_LENGTH, true },
	{ "cert.ext.policies",	 PKI_EXT_POLICIES,	   PKI_EXT_POLICIES, true },
	{ "cert.ext.policies.present", PKI_EXT_POLICIES_PRESENT,
	  PKI_EXT_POLICIES_PRESENT, false },
	{ "cert.ext.altname",	 PKI_EXT_ALTNAME,	   PKI_EXT_ALTNAME, true },
	{ "cert.ext.crldp",	 PKI_EXT_CRLDP,		   PKI_EXT_CRLDP, true },
	{ "cert.ext.crldp.present", PKI_EXT_CRLDP_PRESENT, PKI_EXT_CRLDP_PRESENT, false },
	{ "cert.ext.aia",	 PKI_EXT_AIA_CRITICAL,	   PKI_EXT_AIA_CRITICAL, true },
	{ "cert.ext.aia.present", PKI_EXT_AIA_PRESENT,	   PKI_EXT_AIA_PRESENT, false },
	{ .id = NULL },
};
/* clang-format on */

static void
judge(struct trial *t)
{
	struct pki_findings f;
	struct issued_set set;

	pki_findings_init(&f);
	if (issued_open(t, &set, &f))
		asked_claim(t, asks, &f);
	issued_close(&set);
	pki_findings_free(&f);
}

/* clang-format off */
static const struct conf_case cases[] = {
	/* CERT-F-01: structure */
	CASE("cert.der", CERT_F_01, SHALL, "X.690 10, 11; RFC 5280 4.1",
	    "they are DER throughout, with the structure of a certificate",
	    "编码全部符合 DER 规则，具备证书的结构"),
	CASE("cert.version", CERT_F_01, SHALL, "RFC 5280 4.1.2.1",
	    "with extensions they are of version 3", "含扩展的证书版本为 3"),
	CASE("cert.serial.positive", CERT_F_01, SHALL, "RFC 5280 4.1.2.2",
	    "serial numbers are positive", "序列号为正整数"),
	CASE("cert.serial.length", CERT_F_01, SHALL, "RFC 5280 4.1.2.2",
	    "serial numbers have at most 20 octets", "序列号不超过 20 字节"),
	CASE("cert.name.issuer", CERT_F_01, SHALL, "RFC 5280 4.1.2.4",
	    "issuers have a name", "颁发者名称非空"),
	CASE("cert.name.form", CERT_F_01, SHALL, "RFC 5280 4.1.2.4, 4.1.2.6",
	    "names are well formed", "名称格式正确"),
	CASE("cert.name.encoding", CERT_F_01, SHOULD,
	    "RFC 5280 4.1.2.4, 4.1.2.6",
	    "names are PrintableString or UTF8String",
	    "名称采用 PrintableString 或 UTF8String"),
	CASE("cert.name.subject", CERT_F_01, SHALL, "RFC 5280 4.1.2.6",
	    "they name their subject", "主体有名称，或含关键的主体备用名称"),
	CASE("cert.key.form", CERT_F_01, SHALL, "RFC 5280 4.1.2.7",
	    "keys are of their algorithm, on named curves",
	    "公钥符合其算法，曲线具名"),
	CASE("cert.key.strength", CERT_F_01, SHALL, "SP 800-57-1 5.6",
	    "keys are strong enough", "密钥强度足够"),

	/* CERT-F-02: validity */
	CASE("cert.validity.encoding", CERT_F_02, SHALL, "RFC 5280 4.1.2.5",
	    "UTCTime through 2049, GeneralizedTime from 2050",
	    "2049 年及以前用 UTCTime，2050 年起用 GeneralizedTime"),
	CASE("cert.validity.order", CERT_F_02, SHALL, "RFC 5280 4.1.2.5",
	    "no validity ends before it begins", "有效期的结束不早于开始"),

	/* CERT-F-03: algorithms */
	CASE("cert.algorithm.equal", CERT_F_03, SHALL, "RFC 5280 4.1.1.2",
	    "the algorithm inside is the one outside", "内外签名算法一致"),
	CASE("cert.algorithm.known", CERT_F_03, SHALL,
	    "RFC 5280 4.1.1.2, GB/T 20518 E",
	    "algorithms are known, with the parameters they have",
	    "签名算法已知，参数符合定义"),
	CASE("cert.algorithm.strength", CERT_F_03, SHALL,
	    "RFC 6151 2, RFC 6194 3",
	    "no signature rests on MD5 or SHA-1", "签名摘要既非 MD5 也非 SHA-1"),
	CASE("cert.signature.form", CERT_F_03, SHALL, "RFC 5280 4.1.1.3",
	    "signatures have the form of their algorithm",
	    "签名值的格式符合其算法"),

	/* CERT-F-04: extensions */
	CASE("cert.ext.once", CERT_F_04, SHALL, "RFC 5280 4.2",
	    "no extension is there twice", "扩展不重复"),
	CASE("cert.ext.critical", CERT_F_04, SHALL, "RFC 5280 4.2",
	    "no critical extension is unknown", "没有无法识别的关键扩展"),
	CASE("cert.ext.structure", CERT_F_04, SHALL, "RFC 5280 4.2",
	    "known extensions have their structure", "已知扩展的结构正确"),
	CASE("cert.ext.aki", CERT_F_04, SHALL, "RFC 5280 4.2.1.1",
	    "authority key identifiers are there, not critical",
	    "含颁发机构密钥标识符，且为非关键扩展"),
	CASE("cert.ext.ski", CERT_F_04, SHALL, "RFC 5280 4.2.1.2",
	    "CA certificates have a subject key identifier",
	    "CA 证书含主体密钥标识符"),
	CASE("cert.ext.ski.entity", CERT_F_04, SHOULD, "RFC 5280 4.2.1.2",
	    "others have a subject key identifier too",
	    "终端实体证书含主体密钥标识符"),
	CASE("cert.ext.usage.ca", CERT_F_04, SHALL, "RFC 5280 4.2.1.3",
	    "CA certificates have a key usage", "CA 证书含密钥用途"),
	CASE("cert.ext.usage.critical", CERT_F_04, SHOULD, "RFC 5280 4.2.1.3",
	    "key usages are critical", "密钥用途为关键扩展"),
	CASE("cert.ext.usage.form", CERT_F_04, SHALL,
	    "RFC 5280 4.2.1.3, 4.2.1.9, RFC 8813 3",
	    "key usages name a use that the key has; keyCertSign only with cA",
	    "密钥用途至少置一位且与公钥算法相符；仅 CA 证书可置 keyCertSign"),
	CASE("cert.ext.basic.critical", CERT_F_04, SHALL, "RFC 5280 4.2.1.9",
	    "basic constraints of CAs are critical",
	    "CA 证书的基本约束为关键扩展"),
	CASE("cert.ext.basic.length", CERT_F_04, SHALL, "RFC 5280 4.2.1.9",
	    "path lengths stand only where CAs sign certificates",
	    "路径长度仅出现在签发证书的 CA 证书中"),
	CASE("cert.ext.policies", CERT_F_04, SHALL, "RFC 5280 4.2.1.4",
	    "no certificate policy is there twice", "证书策略不重复"),
	CASE("cert.ext.policies.present", CERT_F_04, SHOULD,
	    "RFC 5280 4.2, GB/T 20518 5.2",
	    "they name the policy they were issued under", "含证书策略"),
	CASE("cert.ext.altname", CERT_F_04, SHALL, "RFC 5280 4.2.1.6",
	    "alternative names are of their form", "备用名称格式正确"),
	CASE("cert.ext.crldp", CERT_F_04, SHALL, "RFC 5280 4.2.1.13",
	    "a distribution point names a place or a CRL issuer",
	    "CRL 分布点给出地址或 CRL 颁发者"),
	CASE("cert.ext.crldp.present", CERT_F_04, SHOULD,
	    "RFC 5280 4.2.1.13, GB/T 20518 5.2",
	    "they say where their CRL is", "含 CRL 分布点"),
	CASE("cert.ext.aia", CERT_F_04, SHALL, "RFC 5280 4.2.2.1",
	    "authority information access is not critical",
	    "颁发机构信息访问为非关键扩展"),
	CASE("cert.ext.aia.present", CERT_F_04, SHOULD,
	    "RFC 5280 4.2.2.1, GB/T 20518 5.2",
	    "they say where their issuer answers", "含颁发机构信息访问"),
};

const struct conf_group conf_certificates = {
	.service = "cert",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
