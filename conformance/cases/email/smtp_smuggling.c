/* SPDX-License-Identifier: MIT */
/*
 * Only CR LF . CR LF ends content (RFC 5321 4.1.1.4).  What another mark
 * would let slip through here is a harmless verb: a server that takes the
 * bait answers it, and the reply to QUIT is not the next one.
 *
 * A server may refuse the message, or hang up on it, as soon as it sees a
 * bare CR or LF.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_smuggling;

/* clang-format off */
#define SMUGGLE(mark) \
	DATA_OPEN \
	"C=: " FIELDS "\\r\\nacceptance test" mark \
	"XYZZY ${token}\\r\\n.\\r\\n\n" \
	"S: 250*\n" \
	"S|: 5*  # RFC 5321 4.1.1.4\n" \
	"S|: 4*  # RFC 5321 4.2.1\n" \
	"S|: @closed  # RFC 5321 7.8\n" \
	"C: QUIT\n" \
	"S!: 221*  # RFC 5321 4.1.1.4\n" \
	"S|: 421*  # RFC 5321 3.8\n" \
	"S|: @closed  # RFC 5321 7.8\n"

static const struct conf_case cases[] = {
	{
		.id = "smtp.smuggling.lf-dot-lf",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.4",
		.title = "LF . LF does not end content",
		.title_zh = "LF . LF 不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue = SMUGGLE("\\n.\\n"),
	},
	{
		.id = "smtp.smuggling.lf-dot-crlf",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.4",
		.title = "LF . CR LF does not end content",
		.title_zh = "LF . CR LF 不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue = SMUGGLE("\\n.\\r\\n"),
	},
	{
		.id = "smtp.smuggling.crlf-dot-lf",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.4",
		.title = "CR LF . LF does not end content",
		.title_zh = "CR LF . LF 不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue = SMUGGLE("\\r\\n.\\n"),
	},
	{
		.id = "smtp.smuggling.cr-dot-cr",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.3.8",
		.title = "CR . CR does not end content",
		.title_zh = "CR . CR 不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue = SMUGGLE("\\r.\\r"),
	},
	{
		.id = "smtp.smuggling.cr-dot-crlf",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.3.8",
		.title = "CR . CR LF does not end content",
		.title_zh = "CR . CR LF 不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue = SMUGGLE("\\r.\\r\\n"),
	},
	{
		.id = "smtp.smuggling.crlf-dot-cr",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 2.3.8",
		.title = "CR LF . CR does not end content",
		.title_zh = "CR LF . CR 不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue = SMUGGLE("\\r\\n.\\r"),
	},
	{
		.id = "smtp.smuggling.nul",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.1.1.4",
		.title = "a dot and a NUL do not end content",
		.title_zh = "点后跟 NUL 不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue = SMUGGLE("\\r\\n.\\0\\r\\n"),
	},

	/* A line that begins with a dot loses one; what is left is content. */
	{
		.id = "smtp.smuggling.stuffed",
		.verifies = EMAIL_F_01,
		.clause = "RFC 5321 4.5.2",
		.title = "a line of two dots does not end content",
		.title_zh = "只含两个点的行不结束内容",
		.needs = SMTP_ALICE,
		.twin = "smtp.transaction",
		.service = "smtp",
		.dialogue =
		    DATA_OPEN
		    "C=: " FIELDS "\\r\\nacceptance test\\r\\n..\\r\\n"
		    "XYZZY ${token}\\r\\n.\\r\\n\n"
		    "S!: 250*  # RFC 5321 4.5.2\n"
		    "C: QUIT\n"
		    "S!: 221*  # RFC 5321 4.5.2\n",
	},
};
/* clang-format on */

GROUP(smtp_smuggling, "smtp", cases);
