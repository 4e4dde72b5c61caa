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

#define ROW(name, cite, mark, en, zh) \
	{ \
		.id = "smtp.smuggling." name, \
		.verifies = EMAIL_F_01, \
		.clause = cite, \
		.title = en, \
		.title_zh = zh, \
		.needs = SMTP_ALICE, \
		.twin = "smtp.transaction", \
		.service = "smtp", \
		.dialogue = SMUGGLE(mark), \
	}

static const struct conf_case cases[] = {
	ROW("lf-dot-lf", "RFC 5321 4.1.1.4", "\\n.\\n",
	    "LF . LF does not end content", "LF . LF 不结束内容"),
	ROW("lf-dot-crlf", "RFC 5321 4.1.1.4", "\\n.\\r\\n",
	    "LF . CR LF does not end content", "LF . CR LF 不结束内容"),
	ROW("crlf-dot-lf", "RFC 5321 4.1.1.4", "\\r\\n.\\n",
	    "CR LF . LF does not end content", "CR LF . LF 不结束内容"),
	ROW("cr-dot-cr", "RFC 5321 2.3.8", "\\r.\\r",
	    "CR . CR does not end content", "CR . CR 不结束内容"),
	ROW("cr-dot-crlf", "RFC 5321 2.3.8", "\\r.\\r\\n",
	    "CR . CR LF does not end content", "CR . CR LF 不结束内容"),
	ROW("crlf-dot-cr", "RFC 5321 2.3.8", "\\r\\n.\\r",
	    "CR LF . CR does not end content", "CR LF . CR 不结束内容"),
	ROW("nul", "RFC 5321 4.1.1.4", "\\r\\n.\\0\\r\\n",
	    "a dot and a NUL do not end content", "点后跟 NUL 不结束内容"),

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
