/* SPDX-License-Identifier: MIT */
#include "reference/documents.h"

#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"

/* clang-format off */
static const struct document {
	const char	*row, *name, *title, *text;
	struct span	 wrong;   /* with the fault, instead of the text */
	enum fault	 fault;
	enum fault	 expired; /* with this one, it is past its end */
} documents[] = {
	{ "CERT-F-08", "handling.txt",
	  "How requests are handled 申请处理说明",
	  "Requests are handled by a registrar of the reference services as soon "
	  "as one looks at\nthem; a refusal and its reason can be read at "
	  "once. Nobody is on duty: this is a\nreference, not a service.\n\n"
	  "参考实现的申请由审核员处理，拒绝及理由即时可查。此为参考实现，无人值守。\n",
	  SPAN_INIT("\n \n"), FAULT_DOCUMENT_EMPTY, FAULT_NONE },
	{ "CERT-F-15", "recovery.txt",
	  "How keys are recovered 密钥恢复规程",
	  "Encryption keys are made and kept by the key management part of the "
	  "reference. One\nperson asks for a key, two custodians agree, each by a "
	  "certificate of his own; all\nof it is in the log.\n\n"
	  "加密密钥由密钥管理部分生成并保存。恢复须由申请人提出，两名保管员各以本人"
	  "证书批准，\n全过程记入日志。\n",
	  SPAN_INIT("\x00\x01\x02\xff"), FAULT_DOCUMENT_GARBLED, FAULT_NONE },
	{ "CERT-F-19", "log.txt",
	  "How the log is kept 审计日志保存说明",
	  "Records are chained and signed, and stay in the store as long as the "
	  "store does. No\nperiod is promised: whoever removes the folder removes "
	  "the log.\n\n"
	  "日志记录成链并签名，与数据目录同存。参考实现不承诺保存期限。\n",
	  SPAN_INIT(""), FAULT_NONE, FAULT_DOCUMENT_LOG_EXPIRED },
	{ "CERT-F-20", "licence.txt",
	  "That there is no licence 无许可说明",
	  "The reference services have no licence and use no approved "
	  "cryptographic product.\nTheir certificates are for trying out a judge, "
	  "and for nothing else.\n\n"
	  "参考实现没有电子认证服务许可，也未使用经认证的商用密码产品，其证书仅供验证"
	  "评判工具。\n",
	  SPAN_INIT(""), FAULT_NONE, FAULT_DOCUMENT_LICENCE_EXPIRED },
	{ "ESEAL-F-20", "shown.txt",
	  "How seals are shown 签章显示说明",
	  "The reference services seal packages and verify them; they have no "
	  "reader and show\nnothing. Where the picture goes stands in the "
	  "package, and any reader of OFD draws\nit there.\n\n"
	  "参考实现只完成签章与验证，不含阅读器，不作显示。印章图像的位置写在 OFD "
	  "文档中，由阅读器绘制。\n",
	  SPAN_INIT("\n \n"), FAULT_DOCUMENT_SHOWN_EMPTY, FAULT_NONE },
	{ "ESEAL-F-22", "device.txt",
	  "That there is no device 无密码设备说明",
	  "The reference services keep keys in files and use no certified "
	  "device. Nobody may\nrely on their seals.\n\n"
	  "参考实现的密钥保存在文件中，未使用经认证的密码设备，其印章不得用于任何实际用途。\n",
	  SPAN_INIT(""), FAULT_NONE, FAULT_DOCUMENT_DEVICE_EXPIRED },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
write_one(const char *dir, const struct document *d, enum fault fault,
    struct err *err)
{
	char *path = mem_textf("%s/%s", dir, d->name);
	const bool wrong = fault != FAULT_NONE && fault == d->fault;
	const bool ok =
	    files_write(path, wrong ? d->wrong : span_of(d->text), err);

	free(path);
	return ok;
}

bool
documents_write(const char *dir, enum fault fault, struct err *err)
{
	char *below = mem_textf("%s/documents", dir);
	bool ok = files_make_dir(below, err);

	for (size_t i = 0; ok && i < COUNT(documents); i++)
		ok = write_one(below, &documents[i], fault, err);
	free(below);
	return ok;
}

void
documents_add(enum fault fault, struct buf *profile)
{
	buf_addf(profile, "documents:\n");
	for (size_t i = 0; i < COUNT(documents); i++) {
		const struct document *d = &documents[i];

		buf_addf(profile,
		    "  - requirement: %s\n    title: %s\n"
		    "    file: documents/%s\n",
		    d->row, d->title, d->name);
		if (fault != FAULT_NONE && fault == d->expired)
			buf_addf(profile, "    expires: 2021-03-09\n");
	}
}
