/* SPDX-License-Identifier: MIT */
/*
 * What is said of octets to people: faults, object identifiers, digits.
 */
#include <stdio.h>

#include "conformance/pki/der.h"

/* clang-format off */
static const struct {
	enum pki_code	 code;
	const char	*en, *zh;
} faults[DER_FAULTS] = {
	[DER_FINE]	  = { PKI_CODES, "nothing is wrong", "没有错误" },
	[DER_ENDS]	  = { PKI_DER_TRUNCATED,
	  "the element is longer than what it is in",
	  "元素长度超出其上级元素" },
	[DER_BEHIND]	  = { PKI_DER_TRAILING,
	  "octets behind the end", "结构结束之后还有字节" },
	[DER_INDEFINITE]  = { PKI_DER_LENGTH_INDEFINITE,
	  "indefinite length", "长度为不定形式" },
	[DER_LENGTH_LONG] = { PKI_DER_LENGTH_MINIMAL,
	  "the length takes more octets than needed", "长度编码不是最短" },
	[DER_LENGTH_HUGE] = { PKI_DER_TRUNCATED,
	  "a length of more than four octets", "长度字段超过四字节" },
	[DER_TAG_FORM]	  = { PKI_DER_TAG,
	  "primitive and constructed are mixed up", "基本形式与构造形式混淆" },
	[DER_TAG_HIGH]	  = { PKI_DER_TAG,
	  "a tag number above 30", "标签号大于 30" },
	[DER_SEGMENTS]	  = { PKI_DER_STRING_CONSTRUCTED,
	  "a string in segments", "字符串分段编码" },
	[DER_TRUE]	  = { PKI_DER_BOOLEAN,
	  "a BOOLEAN that is neither 00 nor FF", "布尔值既非 00 也非 FF" },
	[DER_SIZE]	  = { PKI_DER_TAG,
	  "content of a size that the type cannot have",
	  "内容长度与类型不符" },
	[DER_INTEGER_LONG] = { PKI_DER_INTEGER_MINIMAL,
	  "an integer with an octet too many", "整数编码不是最短" },
	[DER_BITS]	  = { PKI_DER_BITS_UNUSED,
	  "unused bits that are not zero, or more than seven",
	  "未用位不为零或多于七位" },
	[DER_NULL_CONTENT] = { PKI_DER_NULL,
	  "NULL with content", "NULL 带有内容" },
	[DER_ARC]	  = { PKI_DER_OID,
	  "an object identifier that is cut off or not minimal",
	  "对象标识符不完整或不是最短" },
	[DER_ORDER]	  = { PKI_DER_SET_ORDER,
	  "a set that is not in order", "集合成员未按升序排列" },
	[DER_CLOCK]	  = { PKI_DER_TIME,
	  "no time in the one form that it has", "时间格式不正确" },
	[DER_CHARACTER]	  = { PKI_DER_STRING_CHARACTERS,
	  "a character that the string type has not",
	  "含该字符串类型不允许的字符" },
	[DER_DEEP]	  = { PKI_DER_DEPTH,
	  "elements nested too deep", "嵌套过深" },
	[DER_OTHER_TAG]	  = { PKI_CODES,
	  "another element than belongs here", "此处元素类型不对" },
	[DER_MISSING]	  = { PKI_CODES,
	  "an element is missing", "缺少元素" },
};
/* clang-format on */

enum pki_code
der_code(enum der_fault fault)
{
	return faults[fault].code;
}

void
der_text(const struct der_bad *bad, char en[DER_TEXT], char zh[DER_TEXT])
{
	int n = snprintf(
	    en, DER_TEXT, "octet %zu: %s", bad->at, faults[bad->fault].en);
	int m = snprintf(
	    zh, DER_TEXT, "第 %zu 字节：%s", bad->at, faults[bad->fault].zh);

	if (bad->fault == DER_OTHER_TAG) {
		snprintf(en + n, DER_TEXT - (size_t)n,
		    " (tag %02X, should be %02X)", bad->got, bad->want);
		snprintf(zh + m, DER_TEXT - (size_t)m,
		    "（标签 %02X，应为 %02X）", bad->got, bad->want);
	} else if (bad->fault == DER_MISSING && bad->want != 0) {
		snprintf(
		    en + n, DER_TEXT - (size_t)n, " (tag %02X)", bad->want);
		snprintf(
		    zh + m, DER_TEXT - (size_t)m, "（标签 %02X）", bad->want);
	}
}

void
der_blame(struct pki_findings *f, enum pki_code code, enum pki_result result,
    const char *what, const struct der_bad *bad)
{
	char en[DER_TEXT], zh[DER_TEXT], both[2][2 * DER_TEXT];

	der_text(bad, en, zh);
	snprintf(both[0], sizeof both[0], "%.100s%s%s", what,
	    what[0] == '\0' ? "" : ": ", en);
	snprintf(both[1], sizeof both[1], "%.100s%s%s", what,
	    what[0] == '\0' ? "" : "：", zh);
	pki_find_both(f, code, result, both[0], both[1]);
}

void
der_oid_text(struct span content, char *text, size_t size)
{
	size_t used = 0;
	uint64_t arc = 0;
	bool first = true;

	text[0] = '\0';
	for (size_t i = 0; i < content.len && used + 1 < size; i++) {
		arc = arc << 7 | ((unsigned char)content.ptr[i] & 0x7f);
		if ((unsigned char)content.ptr[i] >= 0x80 &&
		    arc <= UINT64_MAX >> 8)
			continue;
		if (first) {
			const unsigned root = arc < 40 ? 0 : arc < 80 ? 1 : 2;

			used += (size_t)snprintf(text + used, size - used,
			    "%u.%ju", root, (uintmax_t)(arc - 40 * root));
		} else {
			used += (size_t)snprintf(
			    text + used, size - used, ".%ju", (uintmax_t)arc);
		}
		first = false;
		arc = 0;
	}
}

void
der_hex(struct span s, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < s.len; i++) {
		if (used + 6 > size) {
			snprintf(text + used, size - used, "...");
			return;
		}
		used += (size_t)snprintf(text + used, size - used, "%02X",
		    (unsigned)(unsigned char)s.ptr[i]);
	}
}

void
der_number_text(struct span content, char *text, size_t size)
{
	uint32_t n;

	if (der_small(content, &n))
		snprintf(text, size, "%u", n);
	else
		der_hex(content, text, size);
}
