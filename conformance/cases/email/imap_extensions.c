/* SPDX-License-Identifier: MIT */
/*
 * What is claimed is announced; and what ID, ENABLE and NAMESPACE say.
 */
#include "conformance/cases/email/imap_prelude.h"

extern const struct conf_group conf_imap_extensions;

/* clang-format off */
#define ROW(name, cite, must, en, zh, wants, same, text) \
	IMAP_ROW(name, EMAIL_F_06, cite, must, en, zh, wants, same, text)
#define CASE(name, cite, en, zh, wants, same, text) \
	ROW(name, cite, LEVEL_SHALL, en, zh, wants, same, text)

/* After the login, when whatever there is has to be there. */
#define LISTS(name, claim, cite, word) \
	CASE("lists." name, cite, "announces " word, "列出 " word, \
	    IMAPS_ALICE " " claim, NULL, \
	    IMAP_ALICE_IN \
	    "C: cap CAPABILITY\n" \
	    "S!: * CAPABILITY* " word "  # " cite "\n" \
	    "S|: * CAPABILITY* " word " *  # " cite "\n" \
	    "S: cap OK*\n" \
	    IMAP_BYE)

static const struct conf_case cases[] = {
	LISTS("idle", "imap.idle", "RFC 2177 3", "IDLE"),
	LISTS("uidplus", "imap.uidplus", "RFC 4315 1", "UIDPLUS"),
	LISTS("move", "imap.move", "RFC 6851 3.1", "MOVE"),
	LISTS("quota", "imap.quota", "RFC 9208 3", "QUOTA"),
	LISTS("namespace", "imap.namespace", "RFC 2342 5", "NAMESPACE"),
	LISTS("id", "imap.id", "RFC 2971 3", "ID"),
	CASE("lists.literalplus", "RFC 7888 3",
	    "announces LITERAL+ or LITERAL-", "列出 LITERAL+ 或 LITERAL-",
	    IMAPS_ALICE " imap.literalplus", NULL,
	    IMAP_ALICE_IN
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* LITERAL?  # RFC 7888 3\n"
	    "S|: * CAPABILITY* LITERAL? *  # RFC 7888 3\n"
	    "S: cap OK*\n"
	    IMAP_BYE),
	LISTS("specialuse", "imap.specialuse", "RFC 6154 2", "SPECIAL-USE"),
	LISTS("unselect", "imap.unselect", "RFC 3691 2", "UNSELECT"),
	LISTS("sort", "imap.sort", "RFC 5256 1", "SORT"),
	LISTS("enable", "imap.enable", "RFC 5161 1", "ENABLE"),
	LISTS("condstore", "imap.condstore", "RFC 7162 3.1", "CONDSTORE"),
	LISTS("children", "imap.children", "RFC 3348 2", "CHILDREN"),
	CASE("lists.saslir", "RFC 4959 1", "announces SASL-IR",
	    "列出 SASL-IR", "endpoint:imaps imap.saslir", NULL,
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* SASL-IR  # RFC 4959 1\n"
	    "S|: * CAPABILITY* SASL-IR *  # RFC 4959 1\n"
	    "S: cap OK*\n"),

	/* "IMAP servers MUST NOT advertise both" */
	CASE("lists.literals", "RFC 7888 5",
	    "LITERAL+ and LITERAL- are not announced together",
	    "不同时列出 LITERAL+ 与 LITERAL-",
	    "endpoint:imaps imap.literalplus", "imap.capability",
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S-!: * CAPABILITY* LITERAL+*LITERAL-*  # RFC 7888 5\n"
	    "S-!: * CAPABILITY* LITERAL-*LITERAL+*  # RFC 7888 5\n"
	    "S: cap OK*\n"),

	/* ---- ID: "A server MUST send a tagged ID response", or NIL ---- */
	CASE("id", "RFC 2971 3.2", "ID with name and version",
	    "ID 带名称与版本", IMAPS_ALICE " imap.id", NULL,
	    IMAP_ALICE_IN
	    "C: a ID (\"name\" \"yanshou\" \"version\" NIL)\n"
	    "S+!: * ID *  # RFC 2971 3.2\n"
	    "S!: a OK*  # RFC 2971 3.1\n"
	    IMAP_BYE),
	CASE("id.nil", "RFC 2971 3.1", "ID NIL", "ID NIL",
	    IMAPS_ALICE " imap.id", NULL,
	    IMAP_ALICE_IN
	    "C: a ID NIL\n"
	    "S!: a OK*  # RFC 2971 3.1\n"
	    IMAP_BYE),
	/* "This command is valid in any state." */
	CASE("id.stranger", "RFC 2971 3.1", "ID before login", "登录前的 ID",
	    "endpoint:imaps imap.id", NULL,
	    IMAP_GREETED
	    "C: a ID (\"name\" \"yanshou\")\n"
	    "S!: a OK*  # RFC 2971 3.1\n"),
	ROW("id.bad", "RFC 2971 3.1", LEVEL_SHOULD, "ID of an odd list", "ID 列表不成对",
	    "endpoint:imaps imap.id", "imap.noop",
	    IMAP_GREETED
	    "C~: x ID (\"name\")\n"
	    "S!: x BAD*  # RFC 2971 3.1\n"
	    "C: still NOOP\n"
	    "S!: still OK*  # RFC 3501 6.1.2\n"),

	/* ---- ENABLE ---- */
	CASE("enable", "RFC 5161 3.1", "ENABLE CONDSTORE",
	    "ENABLE CONDSTORE",
	    IMAPS_ALICE " imap.enable imap.condstore", NULL,
	    IMAP_ALICE_IN
	    "C: a ENABLE CONDSTORE\n"
	    "S+!: * ENABLED*CONDSTORE*  # RFC 5161 3.1\n"
	    "S!: a OK*  # RFC 5161 3.1\n"
	    IMAP_BYE),
	/* "not an extension known to the server": ignored, and not listed */
	CASE("enable.unknown", "RFC 5161 3.1",
	    "ENABLE of what nobody knows", "ENABLE 未知扩展",
	    IMAPS_ALICE " imap.enable", NULL,
	    IMAP_ALICE_IN
	    "C: a ENABLE XYZZY\n"
	    "S-!: * ENABLED*XYZZY*  # RFC 5161 3.2\n"
	    "S!: a OK*  # RFC 5161 3.1\n"
	    IMAP_BYE),
	CASE("enable.response", "RFC 5161 3.1",
	    "ENABLED is sent even when it is empty", "ENABLED 应答可以为空",
	    IMAPS_ALICE " imap.enable", NULL,
	    IMAP_ALICE_IN
	    "C: a ENABLE XYZZY\n"
	    "S+!: * ENABLED*  # RFC 5161 3.1\n"
	    "S: a OK*\n"
	    IMAP_BYE),
	/* "not specifically permitted to be enabled using ENABLE" */
	CASE("enable.other", "RFC 5161 3.1",
	    "ENABLE of an extension that needs none", "ENABLE 无需启用的扩展",
	    IMAPS_ALICE " imap.enable imap.idle", NULL,
	    IMAP_ALICE_IN
	    "C: a ENABLE IDLE\n"
	    "S-!: * ENABLED*IDLE*  # RFC 5161 3.1\n"
	    "S!: a OK*  # RFC 5161 3.1\n"
	    IMAP_BYE),
	CASE("enable.stranger", "RFC 5161 3.1", "ENABLE before login",
	    "登录前的 ENABLE", IMAPS_ALICE " imap.enable", "imap.login",
	    IMAP_GREETED
	    "C: a ENABLE CONDSTORE\n"
	    "S!: a BAD*  # RFC 5161 3.1\n"
	    "S|: a NO*  # RFC 3501 3\n"),
	ROW("enable.empty", "RFC 5161 3.1", LEVEL_SHOULD, "ENABLE of nothing",
	    "ENABLE 缺少参数", IMAPS_ALICE " imap.enable", "imap.login",
	    IMAP_ALICE_IN
	    "C~: a ENABLE\n"
	    "S!: a BAD*  # RFC 5161 3.1\n"
	    IMAP_BYE),

	/* ---- NAMESPACE ---- */
	CASE("namespace", "RFC 2342 5", "NAMESPACE names three namespaces",
	    "NAMESPACE 给出三类命名空间", IMAPS_ALICE " imap.namespace", NULL,
	    IMAP_ALICE_IN
	    "C: a NAMESPACE\n"
	    "S+!: * NAMESPACE * * *  # RFC 2342 5\n"
	    "S!: a OK*  # RFC 2342 5\n"
	    IMAP_BYE),
	CASE("namespace.stranger", "RFC 3501 3.1", "NAMESPACE before login",
	    "登录前的 NAMESPACE", IMAPS_ALICE " imap.namespace", "imap.login",
	    IMAP_GREETED
	    "C: a NAMESPACE\n"
	    "S!: a BAD*  # RFC 3501 3\n"
	    "S|: a NO*  # RFC 3501 3\n"),
};
/* clang-format on */

IMAP_GROUP(imap_extensions, "imaps", cases);
