/* SPDX-License-Identifier: MIT */
/*
 * Who comes in over IMAP, by LOGIN and AUTHENTICATE PLAIN, and who does not.
 */
#include <stdlib.h>

#include "conformance/cases/email/imap_prelude.h"
#include "conformance/trial.h"
#include "lib/mem.h"

extern const struct conf_group conf_imap_login;

#define WRONG  "Wrong-password-1"
#define NOBODY "nobody-yanshou"

/* clang-format off */
/* Works for who is in, and for nobody else. */
#define IS_IN \
	"C: in STATUS INBOX (UIDNEXT)\n" \
	"S!: in OK*  # RFC 3501 3.2\n"
#define IS_OUT \
	"C: in STATUS INBOX (UIDNEXT)\n" \
	"S!: in NO*  # RFC 3501 3.1\n" \
	"S|: in BAD*  # RFC 3501 3.1\n"
#define ANSWERED(tag, cite) \
	"S!: " tag " NO*  # " cite "\n" \
	"S|: " tag " BAD*  # " cite "\n"
/* clang-format on */

/* AUTHENTICATE PLAIN with these; the last line is the claim. */
static bool
attempt(struct trial *t, const char *authzid, const char *user,
    const char *password)
{
	char *code = prelude_plain(authzid, user, password);
	char *script =
	    mem_textf(IMAP_GREETED "C: a AUTHENTICATE PLAIN\n"
				   "S: +*\n"
				   "C: %s\n" ANSWERED("a", "RFC 4616 2"),
		code);
	const enum verdict v = trial_talk(t, "login", "imaps", script);

	free(script);
	free(code);
	return v != BROKEN;
}

static bool
collect_impersonate(struct trial *t)
{
	const struct profile_account *alice =
	    profile_account(trial_profile(t), "alice");

	return attempt(t, profile_account(trial_profile(t), "bob")->user,
	    alice->user, alice->password);
}

static bool
collect_wrong_plain(struct trial *t)
{
	return attempt(
	    t, "", profile_account(trial_profile(t), "alice")->user, WRONG);
}

static void
judge_login(struct trial *t)
{
	prelude_judge(t, "login", trial_case(t)->clause, "NO, or BAD");
}

/* clang-format off */
#define ROW(name, row, cite, must, en, zh, wants, same, text) \
	{ \
		.id = "imap." name, \
		.verifies = row, \
		.clause = cite, \
		.level = must, \
		.title = en, \
		.title_zh = zh, \
		.needs = wants, \
		.locks = "account:alice", \
		.twin = same, \
		.service = "imaps", \
		.dialogue = text, \
	}
#define CASE(name, cite, en, zh, wants, same, text) \
	ROW(name, EMAIL_F_06, cite, LEVEL_SHALL, en, zh, wants, same, text)
#define PLAIN IMAPS_ALICE " imap.auth.plain"
#define TALK(name, cite, en, zh, wants, how) \
	{ \
		.id = "imap." name, \
		.verifies = EMAIL_F_06, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = wants, \
		.locks = "account:alice", \
		.twin = "imap.auth.plain", \
		.service = "imaps", \
		.collect = how, \
		.judge = judge_login, \
	}

static const struct conf_case cases[] = {
	{
		.id = "imap.login",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.2.3",
		.title = "LOGIN with quoted strings",
		.title_zh = "以引号字符串 LOGIN",
		.needs = IMAPS_ALICE,
		.service = "imaps",
		.dialogue =
		    IMAP_GREETED
		    "C: a LOGIN ${alice.user|quoted} ${alice.password|quoted}\n"
		    "S!: a OK*  # RFC 3501 6.2.3\n"
		    IS_IN
		    IMAP_BYE,
	},
	CASE("login.literal", "RFC 3501 4.3", "LOGIN with literals",
	    "以字面量 LOGIN", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN {${alice.user|length}}\n"
	    "S!: +*  # RFC 3501 7.5\n"
	    "C=: ${alice.user} {${alice.password|length}}\\r\\n\n"
	    "S!: +*  # RFC 3501 7.5\n"
	    "C=: ${alice.password}\\r\\n\n"
	    "S!: a OK*  # RFC 3501 4.3\n"
	    IS_IN
	    IMAP_BYE),
	CASE("login.atom", "RFC 3501 9", "LOGIN with an atom and a string",
	    "以原子和字符串 LOGIN", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN ${alice.user} ${alice.password|quoted}\n"
	    "S!: a OK*  # RFC 3501 9\n"
	    IMAP_BYE),

	/* literals that are not waited for, and no "+" in return */
	CASE("login.literalplus", "RFC 7888 3",
	    "LOGIN with non-synchronizing literals", "以非同步字面量 LOGIN",
	    IMAPS_ALICE " imap.literalplus", "imap.login",
	    IMAP_GREETED
	    "C=: a LOGIN {${alice.user|length}+}\\r\\n${alice.user} "
	    "{${alice.password|length}+}\\r\\n${alice.password}\\r\\n\n"
	    "S!: a OK*  # RFC 7888 3\n"
	    IS_IN
	    IMAP_BYE),

	/* "NO - login failure: user name or password rejected" */
	CASE("login.wrong", "RFC 3501 6.2.3", "LOGIN with a wrong password",
	    "口令错误的 LOGIN", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN ${alice.user|quoted} \"" WRONG "\"\n"
	    "S!: a NO*  # RFC 3501 6.2.3\n"),
	CASE("login.nobody", "RFC 3501 6.2.3", "LOGIN of an unknown user",
	    "未知用户的 LOGIN", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN \"" NOBODY "\" \"" WRONG "\"\n"
	    "S!: a NO*  # RFC 3501 6.2.3\n"),
	CASE("login.empty", "RFC 3501 6.2.3", "LOGIN with an empty password",
	    "空口令 LOGIN", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN ${alice.user|quoted} \"\"\n"
	    ANSWERED("a", "RFC 3501 6.2.3")),
	CASE("login.tail", "RFC 3501 6.2.3",
	    "the right password with a letter behind it",
	    "正确口令后多一个字符", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN ${alice.user|quoted} \"${alice.password}x\"\n"
	    ANSWERED("a", "RFC 3501 6.2.3")),

	/* "A failed command (NO response) generally does not change" it. */
	CASE("login.wrong.state", "RFC 3501 6.2",
	    "who was refused is not in", "被拒登录后仍未认证",
	    IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN ${alice.user|quoted} \"" WRONG "\"\n"
	    "S: a NO*\n"
	    IS_OUT),

	/*
	 * "some reason on which the server is unwilling to elaborate.
	 * Typically, this includes 'unknown user' and 'bad password'."
	 */
	ROW("login.enumeration", EMAIL_F_23, "RFC 5530 3", LEVEL_SHOULD,
	    "an unknown user is refused like a wrong password",
	    "用户不存在与口令错误的应答相同", IMAPS_ALICE, "imap.login",
	    IMAP_GREETED
	    "C: a LOGIN ${alice.user|quoted} \"" WRONG "\"\n"
	    "S: a NO $words\n"
	    "C: a LOGIN \"" NOBODY "\" \"" WRONG "\"\n"
	    "S!: a NO ${words}  # RFC 5530 3\n"),

	/* ---- AUTHENTICATE ---- */
	{
		.id = "imap.auth.plain",
		.verifies = EMAIL_F_06,
		.clause = "RFC 3501 6.2.2",
		.title = "AUTHENTICATE PLAIN, asked for its answer",
		.title_zh = "AUTHENTICATE PLAIN 质询应答",
		.needs = PLAIN,
		.service = "imaps",
		.dialogue =
		    IMAP_GREETED
		    "C: a AUTHENTICATE PLAIN\n"
		    "S!: +*  # RFC 3501 6.2.2\n"
		    "C: ${alice.plain}\n"
		    "S!: a OK*  # RFC 3501 6.2.2\n"
		    IS_IN
		    IMAP_BYE,
	},
	CASE("auth.initial", "RFC 4959 3",
	    "AUTHENTICATE PLAIN with an initial response",
	    "AUTHENTICATE PLAIN 带初始应答", PLAIN " imap.saslir", NULL,
	    IMAP_GREETED
	    "C: a AUTHENTICATE PLAIN ${alice.plain}\n"
	    "S!: a OK*  # RFC 4959 3\n"
	    IS_IN
	    IMAP_BYE),
	CASE("auth.listed", "RFC 3501 6.1.1", "lists AUTH=PLAIN",
	    "列出 AUTH=PLAIN", PLAIN, NULL,
	    IMAP_GREETED
	    "C: cap CAPABILITY\n"
	    "S!: * CAPABILITY* AUTH=PLAIN  # RFC 3501 6.1.1\n"
	    "S|: * CAPABILITY* AUTH=PLAIN *  # RFC 3501 6.1.1\n"
	    "S: cap OK*\n"),

	/* "it MUST reject the AUTHENTICATE command by sending a tagged BAD" */
	CASE("auth.cancel", "RFC 3501 6.2.2", "an exchange is cancelled",
	    "取消认证过程", PLAIN, "imap.auth.plain",
	    IMAP_GREETED
	    "C: a AUTHENTICATE PLAIN\n"
	    "S: +*\n"
	    "C: *\n"
	    "S!: a BAD*  # RFC 3501 6.2.2\n"
	    IS_OUT),
	CASE("auth.cancel.again", "RFC 3501 6.2.2",
	    "another exchange after a cancelled one", "取消后重新认证",
	    PLAIN, "imap.auth.plain",
	    IMAP_GREETED
	    "C: a AUTHENTICATE PLAIN\n"
	    "S: +*\n"
	    "C: *\n"
	    "S: a *\n"
	    "C: b AUTHENTICATE PLAIN\n"
	    "S!: +*  # RFC 3501 6.2.2\n"
	    "C: ${alice.plain}\n"
	    "S!: b OK*  # RFC 3501 6.2.2\n"
	    IS_IN
	    IMAP_BYE),
	CASE("auth.garbage", "RFC 3501 6.2.2", "an answer that is no base64",
	    "应答不是 base64", PLAIN, "imap.auth.plain",
	    IMAP_GREETED
	    "C: a AUTHENTICATE PLAIN\n"
	    "S: +*\n"
	    "C~: !!!! this is no base64 !!!!\n"
	    ANSWERED("a", "RFC 3501 6.2.2")
	    IS_OUT),
	CASE("auth.padding", "RFC 4959 3",
	    "an initial response with padding inside", "初始应答中间有填充符",
	    PLAIN " imap.saslir", "imap.auth.plain",
	    IMAP_GREETED
	    "C: a AUTHENTICATE PLAIN AAA=BBB=\n"
	    ANSWERED("a", "RFC 4959 3")
	    IS_OUT),

	/* "SHOULD reject ... by sending a tagged NO response" */
	ROW("auth.unknown", EMAIL_F_06, "RFC 3501 6.2.2", LEVEL_SHOULD,
	    "a mechanism nobody knows", "未知的认证机制",
	    "endpoint:imaps", "imap.noop",
	    IMAP_GREETED
	    "C: a AUTHENTICATE XYZZY\n"
	    "S!: a NO*  # RFC 3501 6.2.2\n"),
	TALK("auth.wrong", "RFC 4616 2",
	    "AUTHENTICATE PLAIN with a wrong password",
	    "AUTHENTICATE PLAIN 口令错误", PLAIN, collect_wrong_plain),
	TALK("auth.impersonate", "RFC 4616 2", "alice logs in to act as bob",
	    "用自己的口令冒用他人身份", PLAIN " account:bob",
	    collect_impersonate),
};
/* clang-format on */

IMAP_GROUP(imap_login, "imaps", cases);
