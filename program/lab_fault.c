/* SPDX-License-Identifier: MIT */
#include "program/lab_fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#define DETAIL_MOST 320

/* clang-format off */
static const struct {
	enum err_kind kind;
	const char *what; /* the detail follows */
	const char *todo, *todo_zh;
} faults[LAB_FAULTS] = {
	[LAB_FINE] = { ERR_NONE, "", NULL, NULL },
	[LAB_GONE] = { ERR_IO, "cannot be read",
	    "name key and certificate by lab of the profile or --sign DIR; "
	    "\"yanshou key new DIR\" makes both",
	    "用配置文件的 lab 或 --sign 目录 指明密钥和证书；“yanshou key new "
	    "目录”可生成二者" },
	[LAB_ODD] = { ERR_CONFIG, "is no plain file",
	    "name the file of the key, or the folder that it is in",
	    "应指明密钥文件，或其所在的目录" },
	[LAB_SHARED] = { ERR_CONFIG,
	    "a key that others can read is nobody's",
	    "chmod 600 it; when others may have read it already, make another "
	    "key and make that one known",
	    "执行 chmod 600；如可能已被他人读取，应另行生成并公布新的密钥" },
	[LAB_ENCRYPTED] = { ERR_CONFIG,
	    "is encrypted, and there is no terminal to ask for its passphrase",
	    "say its passphrase: lab.passphrase of the profile ({env: NAME} or "
	    "{file: PATH}), or --passphrase",
	    "请提供口令：配置文件的 lab.passphrase（{env: 变量} 或 "
	    "{file: 文件}），或 --passphrase" },
	[LAB_PASSPHRASE] = { ERR_CONFIG,
	    "not opened: the passphrase is another one",
	    "correct what lab.passphrase or --passphrase refers to; blanks at "
	    "its end count; without the passphrase the key is lost",
	    "更正 lab.passphrase 或 --passphrase 所指的口令（末尾空格计入）；"
	    "口令遗失则该密钥不能再用" },
	[LAB_NO_KEY] = { ERR_CONFIG,
	    "no private key in PEM can be read from it",
	    "name the key's file (PKCS #8 in PEM, of SM2) by lab.key or "
	    "--sign",
	    "lab.key 或 --sign 应指向私钥文件（PEM，PKCS #8，SM2）" },
	[LAB_NOT_SM2] = { ERR_CONFIG, "not a key of SM2",
	    "\"yanshou key new DIR\" makes one",
	    "用“yanshou key new 目录”生成 SM2 密钥" },
	[LAB_NO_CERTIFICATE] = { ERR_CONFIG,
	    "no certificate in PEM can be read from it",
	    "name the certificate's file (PEM) by lab.certificate; with --sign "
	    "it is certificate.pem beside the key",
	    "lab.certificate 应指向证书文件（PEM）；用 --sign 时为密钥同目录下"
	    "的 certificate.pem" },
	[LAB_NO_PAIR] = { ERR_CONFIG, "not the certificate of the key in",
	    "name the certificate that was issued for this key: its own "
	    "stands first in the file, those of the CAs follow",
	    "应指明为该密钥签发的证书：本证书在文件首位，其后为各级 CA 证书" },
	[LAB_EARLY] = { ERR_CONFIG, "not valid before",
	    "put this machine's clock right; when it is, wait, or have another "
	    "certificate issued",
	    "校正本机时钟；时钟无误的，待证书生效，或另行签发证书" },
	[LAB_EXPIRED] = { ERR_CONFIG, "expired at",
	    "have it renewed, or make another with \"yanshou key new\" and "
	    "make it known; when it has not, put this machine's clock right",
	    "更新证书，或用“yanshou key new”另行生成并公布；证书其实未过期的，"
	    "校正本机时钟" },
	[LAB_NOT_SIGNING] = { ERR_CONFIG,
	    "its key usage is not for signatures",
	    "of a pair of certificates, name the one for signing "
	    "(digitalSignature or nonRepudiation), and its key",
	    "双证书中应使用签名证书（密钥用途含 digitalSignature 或 "
	    "nonRepudiation）及其私钥" },
	[LAB_UNSAID] = { ERR_CONFIG,
	    "no passphrase was given, or not the same twice",
	    "say it again; it is not shown", "请重新输入；输入时不显示" },
	[LAB_UNSET] = { ERR_CONFIG, "this environment variable is not set",
	    "export it before the program is started",
	    "启动程序之前导出该环境变量" },
	[LAB_LONG] = { ERR_CONFIG, "too long for a passphrase",
	    "name a file whose first line is the passphrase",
	    "应指明首行为口令的文件" },
	[LAB_EMPTY] = { ERR_CONFIG, "no passphrase in its first line",
	    "name a file whose first line is the passphrase",
	    "应指明首行为口令的文件" },
	[LAB_HOW] = { ERR_CONFIG, "prompt, env:NAME or file:PATH",
	    "refer to the passphrase; it is not written on the command line",
	    "口令只能引用，不写在命令行上" },
	[LAB_NOBODY] = { ERR_CONFIG, "is given, and no key to sign with",
	    "name the key, too: --sign DIR, or lab of the profile",
	    "还应指明密钥：--sign 目录，或配置文件的 lab" },
	[LAB_STAMP_SILENT] = { ERR_CONFIG, "no answer:",
	    "start the time stamping authority; check lab.tsa of the profile, "
	    "and the firewall; or leave lab.tsa out and sign without stamps",
	    "启动时间戳服务；检查配置文件的 lab.tsa 和防火墙；或删去 lab.tsa，"
	    "签名不带时间戳" },
	[LAB_STAMP_STATUS] = { ERR_CONFIG, "answers",
	    "check the path of lab.tsa: it has to be that of the service "
	    "(RFC 3161, 3.4)",
	    "检查 lab.tsa 的路径是否为时间戳服务的路径（RFC 3161 3.4）" },
	[LAB_STAMP_BAD] = { ERR_CONFIG, "no sound time stamp:",
	    "have the time stamping authority mended, or name another in "
	    "lab.tsa: SM3 has to be supported",
	    "修正该时间戳服务，或在 lab.tsa 中改用另一个：须支持 SM3" },
	[LAB_CLOCK] = { ERR_CONFIG,
	    "says another time: this machine's clock is",
	    "put this machine's clock right before a run is signed; when it "
	    "is, the time stamping authority's is wrong",
	    "签名前校正本机时钟；本机时钟无误的，是时间戳服务的时钟有误" },
};
/* clang-format on */

bool
lab_wrong(struct err *err, enum lab_fault f, const char *about,
    const char *detail_fmt, ...)
{
	const int sys = errno;
	char detail[DETAIL_MOST];
	va_list ap;

	va_start(ap, detail_fmt);
	vsnprintf(detail, sizeof detail, detail_fmt, ap);
	va_end(ap);
	errno = sys; /* which err_set() adds */
	err_set(err, faults[f].kind, "%s: %s%s%s", about, faults[f].what,
	    detail[0] == '\0' ? "" : " ", detail);
	return err_hint(err, faults[f].todo, faults[f].todo_zh);
}

const char *
lab_fault_todo(enum lab_fault f)
{
	return faults[f].todo;
}

const char *
lab_fault_todo_zh(enum lab_fault f)
{
	return faults[f].todo_zh;
}
