/* SPDX-License-Identifier: MIT */
/*
 * There and back: alice submits a message, and what is read out of the
 * mailbox, by IMAP or by POP3, is what she sent.  Both are taken apart by
 * libetpan, and their parts compared when they are decoded: how they are
 * encoded on the way is the target's choice (RFC 6152 3).
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/cases/email/post.h"
#include "conformance/client/fetch.h"
#include "conformance/client/letter.h"
#include "lib/digest.h"
#include "lib/mem.h"

extern const struct conf_group conf_mail_roundtrip;

#define MESSAGE_MOST (4u << 20)

#define EIGHT POST_ALICE " BODY=8BITMIME"

/* clang-format off */
/* A row: which file, and whose mailbox. */
static const struct {
	const char *id, *mail, *role, *text;
} letters[] = {
	{ "imap.mail.attachment", POST_ALICE, "bob", "attachment" },
	{ "imap.mail.gb18030", EIGHT, "bob", "gb18030" },
	{ "imap.mail.utf8", EIGHT, "bob", "utf8" },
	{ "imap.mail.rfc2047", POST_ALICE, "bob", "rfc2047" },
	{ "imap.mail.rfc2231", POST_ALICE, "bob", "rfc2231" },
	{ "imap.mail.nested", POST_ALICE, "bob", "nested" },
	{ "imap.mail.rfc822", POST_ALICE, "bob", "rfc822" },
	{ "imap.mail.dots", POST_ALICE, "bob", "dots" },
	{ "imap.mail.spaces", POST_ALICE, "bob", "spaces" },
	{ "imap.mail.long", POST_ALICE, "bob", "long" },
	{ "imap.mail.large", POST_ALICE, "bob", "large" },
	{ "imap.mail.utf8.fields", EIGHT " SMTPUTF8", "bob", "utf8-headers" },
	{ "imap.mail.utf8.address", EIGHT " SMTPUTF8", "wang",
	  "utf8-headers" },
	{ "pop3.mail.attachment", POST_ALICE, "carol", "attachment" },
	{ "pop3.mail.gb18030", EIGHT, "carol", "gb18030" },
	{ "pop3.mail.rfc2047", POST_ALICE, "carol", "rfc2047" },
	{ "pop3.mail.rfc2231", POST_ALICE, "carol", "rfc2231" },
	{ "pop3.mail.large", POST_ALICE, "carol", "large" },
	{ "pop3.mail.utf8.address", EIGHT " SMTPUTF8", "wang",
	  "utf8-headers" },
};
/* clang-format on */

#define LETTERS (sizeof letters / sizeof letters[0])

/* ---- collect ---- */

/* What was sent, with CR LF. */
static void
file_sent(struct trial *t, const char *content)
{
	char *text = trial_expand(t, content);
	struct span rest = span_of(text);
	struct buf out;

	buf_init(&out, MESSAGE_MOST);
	while (rest.len > 0) {
		buf_add(&out, span_cut(&rest, '\n'));
		buf_add(&out, SPAN("\r\n"));
	}
	trial_file(t, "sent.eml", buf_span(&out));
	buf_free(&out);
	free(text);
}

static void
file_digests(struct trial *t, const char *whose, struct span message)
{
	unsigned char sha[EVP_MAX_MD_SIZE];
	char sm3[DIGEST_TEXT], hex[2 * EVP_MAX_MD_SIZE + 1] = "", key[80];
	struct letter l;
	unsigned n = 0;

	letter_read(&l, message);
	for (size_t i = 0; i < l.n; i++) {
		const struct span body = buf_span(&l.part[i].body);

		digest_text(body, sm3);
		EVP_Digest(body.ptr == NULL ? "" : body.ptr, body.len, sha, &n,
		    EVP_sha256(), NULL);
		for (unsigned k = 0; k < n; k++)
			snprintf(hex + 2 * k, 3, "%02x", sha[k]);
		snprintf(key, sizeof key, "%s.part-%zu.sm3", whose, i + 1);
		trial_fact(t, key, "%s", sm3);
		snprintf(key, sizeof key, "%s.part-%zu.sha256", whose, i + 1);
		trial_fact(t, key, "%s", hex);
	}
	letter_free(&l);
}

static void
file_all_digests(struct trial *t)
{
	const struct buf *sent = trial_content(t, "sent.eml");
	struct buf got;

	if (sent != NULL)
		file_digests(t, "sent", buf_span(sent));
	buf_init(&got, MESSAGE_MOST);
	if (fetch_read(t, "read", &got)) {
		trial_file(t, "got.eml", buf_span(&got));
		file_digests(t, "got", buf_span(&got));
	}
	buf_free(&got);
}

/* Is it an address that needs SMTPUTF8 at all? */
static bool
is_chinese(const struct trial *t, const char *role)
{
	const char *address = profile_account(trial_profile(t), role)->address;

	while (*address != '\0' && (unsigned char)*address < 0x80)
		address++;
	return *address != '\0';
}

static bool
collect(struct trial *t)
{
	for (size_t i = 0; i < LETTERS; i++) {
		char *content, *rcpt;

		if (strcmp(letters[i].id, trial_case(t)->id) != 0)
			continue;
		if (strcmp(letters[i].role, "wang") == 0 &&
		    !trial_need(t, is_chinese(t, "wang"),
			"the account wang has no address in Chinese"))
			return false;
		content = mem_textf("${file:mail/%s.eml}", letters[i].text);
		rcpt = mem_textf("<${%s.address}>", letters[i].role);
		file_sent(t, content);
		if (post_submit(t, "submit", letters[i].mail, rcpt, content))
			fetch_message(
			    t, "read", trial_case(t)->service, letters[i].role);
		file_all_digests(t);
		free(rcpt);
		free(content);
		return true;
	}
	return trial_sane(t, false, "no letter for this case");
}

/* ---- judge ---- */

/* White space of any kind and number is as good as a space (RFC 5322 2.2.3). */
static void
unfold(struct span s, struct buf *out)
{
	bool gap = false;

	for (size_t i = 0; i < s.len; i++) {
		if (strchr(" \t\r\n", s.ptr[i]) != NULL) {
			gap = out->len > 0;
			continue;
		}
		if (gap)
			buf_add(out, SPAN(" "));
		gap = false;
		buf_add(out, span_take(span_skip(s, i), 1));
	}
}

static void
judge_field(
    struct trial *t, const char *name, struct span sent, struct span got)
{
	const struct span want = post_field(sent, name);
	const struct span is = post_field(got, name);
	struct buf a, b;

	if (want.ptr == NULL)
		return;
	buf_init(&a, 1u << 16);
	buf_init(&b, 1u << 16);
	unfold(want, &a);
	unfold(is, &b);
	trial_claim(t, trial_case(t)->clause,
	    span_eq(buf_span(&a), buf_span(&b)), buf_text(&a), "%s: %.200s",
	    name, is.ptr == NULL ? "(none)" : buf_text(&b));
	buf_free(&a);
	buf_free(&b);
}

static struct span
without_end(struct span s)
{
	while (s.len > 0 && strchr("\r\n", s.ptr[s.len - 1]) != NULL)
		s.len--;
	return s;
}

static void
judge_part(struct trial *t, size_t i, const struct letter_part *sent,
    const struct letter_part *got)
{
	const char *clause = trial_case(t)->clause;
	struct span a = buf_span(&sent->body), b = buf_span(&got->body);
	char want[DIGEST_TEXT], is[DIGEST_TEXT];

	trial_claim(t, clause, strcmp(sent->type, got->type) == 0, sent->type,
	    "part %zu is %s", i, got->type);
	trial_claim(t, clause, strcmp(sent->charset, got->charset) == 0,
	    sent->charset, "charset of part %zu is \"%s\"", i, got->charset);
	trial_claim(t, clause, strcmp(sent->filename, got->filename) == 0,
	    sent->filename, "file name of part %zu is \"%.150s\"", i,
	    got->filename);
	/* The line end of a last line is a mailbox's. */
	if (strncmp(sent->type, "text/", 5) == 0) {
		a = without_end(a);
		b = without_end(b);
	}
	digest_text(a, want);
	digest_text(b, is);
	trial_claim(t, clause, span_eq(a, b), want,
	    "part %zu has SM3 %s, %zu octets in place of %zu", i, is, b.len,
	    a.len);
}

static void
judge_letters(struct trial *t, struct span sent, struct span got)
{
	static const char *const fields[] = { "From", "To", "Subject", "Date",
		"Message-ID" };
	struct letter a, b;
	const bool sane = letter_read(&a, sent);
	const bool read = letter_read(&b, got);
	const char *clause = trial_case(t)->clause;

	if (trial_sane(t, sane, "libetpan does not read sent.eml") &&
	    trial_claim(t, clause, read, "a message in MIME",
		"something that libetpan does not read, see got.eml") &&
	    trial_claim(t, clause, strcmp(a.subject, b.subject) == 0, a.subject,
		"%.200s", b.subject) &&
	    trial_claim(t, clause, a.n == b.n, "as many parts",
		"%zu parts in place of %zu", b.n, a.n))
		for (size_t i = 0; i < a.n; i++)
			judge_part(t, i + 1, &a.part[i], &b.part[i]);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		judge_field(t, fields[i], sent, got);
	letter_free(&a);
	letter_free(&b);
}

static void
judge(struct trial *t)
{
	const char *submit = trial_fact_text(t, "submit");
	const char *why = trial_fact_text(t, "submit.why");
	const struct buf *filed = trial_content(t, "sent.eml");
	const struct span sent = filed == NULL ? SPAN("") : buf_span(filed);
	struct buf got;

	buf_init(&got, MESSAGE_MOST);
	if (trial_sane(t, filed != NULL, "sent.eml is missing") &&
	    trial_need(t, submit != NULL && strcmp(submit, "pass") == 0,
		"the message was not accepted: %.160s",
		why == NULL ? "" : why) &&
	    trial_need(t, fetch_read(t, "read", &got),
		"accepted, but nothing came to the mailbox within "
		"timeouts.delivery"))
		judge_letters(t, sent, buf_span(&got));
	buf_free(&got);
}

/* clang-format off */
#define ROUND(name, where, row, cite, en, zh, who, more) \
	{ \
		.id = name, \
		.verifies = row, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = SUBMIT_ALICE " mail:foreign endpoint:" where \
		    " account:" who more, \
		.locks = "account:" who, \
		.service = where, \
		.collect = collect, \
		.judge = judge, \
		.soft_s = 90, \
	}
#define IMAP(name, cite, en, zh, more) \
	ROUND("imap.mail." name, "imaps", EMAIL_F_11, cite, en, zh, "bob", more)
#define POP3(name, cite, en, zh, more) \
	ROUND("pop3.mail." name, "pop3s", EMAIL_F_11, cite, en, zh, "carol", \
	    " pop3.user" more)
#define MIME8 " smtp.8bitmime"
#define UTF8  " smtp.8bitmime smtp.smtputf8"

static const struct conf_case cases[] = {
	IMAP("attachment", "RFC 2045 6.8",
	    "an attachment comes back to the octet, by IMAP",
	    "附件经 IMAP 逐字节取回", ""),
	IMAP("gb18030", "RFC 6152 3", "a text in GB18030, by IMAP",
	    "GB18030 正文经 IMAP 取回", MIME8),
	IMAP("utf8", "RFC 6152 3", "a text in UTF-8, by IMAP",
	    "UTF-8 正文经 IMAP 取回", MIME8),
	IMAP("rfc2047", "RFC 2047 5", "a Chinese subject and names, by IMAP",
	    "中文主题和显示名经 IMAP 取回", ""),
	IMAP("rfc2231", "RFC 2231 4", "a long Chinese file name, by IMAP",
	    "长中文附件名经 IMAP 取回", ""),
	IMAP("nested", "RFC 2046 5.1", "a multipart in a multipart, by IMAP",
	    "嵌套 multipart 经 IMAP 取回", ""),
	IMAP("rfc822", "RFC 2046 5.2.1", "a message in a message, by IMAP",
	    "内嵌邮件经 IMAP 取回", ""),
	IMAP("dots", "RFC 5321 4.5.2", "lines that begin with dots, by IMAP",
	    "以点开头的行经 IMAP 取回", ""),
	IMAP("spaces", "RFC 5321 4.1.1.4", "white space at line ends, by IMAP",
	    "行尾空白经 IMAP 取回", ""),
	IMAP("long", "RFC 5321 4.5.3.1.6", "a line of 990 octets, by IMAP",
	    "990 字节的行经 IMAP 取回", ""),
	IMAP("large", "RFC 2045 6.8", "an attachment of 512 KiB, by IMAP",
	    "512 KiB 附件经 IMAP 取回", ""),
	ROUND("imap.mail.utf8.fields", "imaps", EMAIL_F_12, "RFC 6532 3.2",
	    "header fields in UTF-8, by IMAP", "UTF-8 头字段经 IMAP 取回",
	    "bob", UTF8),
	ROUND("imap.mail.utf8.address", "imaps", EMAIL_F_12, "RFC 6531 3.3",
	    "mail for a Chinese address, by IMAP",
	    "发往中文地址的邮件经 IMAP 取回", "wang", UTF8),
	POP3("attachment", "RFC 2045 6.8",
	    "an attachment comes back to the octet, by POP3",
	    "附件经 POP3 逐字节取回", ""),
	POP3("gb18030", "RFC 6152 3", "a text in GB18030, by POP3",
	    "GB18030 正文经 POP3 取回", MIME8),
	POP3("rfc2047", "RFC 2047 5", "a Chinese subject and names, by POP3",
	    "中文主题和显示名经 POP3 取回", ""),
	POP3("rfc2231", "RFC 2231 4", "a long Chinese file name, by POP3",
	    "长中文附件名经 POP3 取回", ""),
	POP3("large", "RFC 2045 6.8", "an attachment of 512 KiB, by POP3",
	    "512 KiB 附件经 POP3 取回", ""),
	ROUND("pop3.mail.utf8.address", "pop3s", EMAIL_F_12, "RFC 6531 3.3",
	    "mail for a Chinese address, by POP3",
	    "发往中文地址的邮件经 POP3 取回", "wang", " pop3.user" UTF8),
};
/* clang-format on */

GROUP(mail_roundtrip, "submission", cases);
