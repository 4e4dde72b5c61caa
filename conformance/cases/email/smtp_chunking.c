/* SPDX-License-Identifier: MIT */
/*
 * CHUNKING: BDAT of RFC 3030.
 *
 * A chunk is counted in octets, so the content of these cases is constant; the
 * token is in the EHLO name and the envelope.
 */
#include "conformance/cases/email/prelude.h"

extern const struct conf_group conf_smtp_chunking;

/* clang-format off */
/* What is taken for a command has a reply, and QUIT's is not the next. */
#define LAST_WORD \
	"C: QUIT\n" \
	"S!: 221*  # RFC 3030 2\n"

static const struct conf_case cases[] = {
	{
		.id = "smtp.chunking.listed",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "lists CHUNKING",
		.title_zh = "列出 CHUNKING",
		.needs = "endpoint:smtp smtp.chunking",
		.service = "smtp",
		.dialogue =
		    GREETED
		    "C: EHLO ${client}\n"
		    "S+!: 250?CHUNKING\n"
		    "S: 250*\n",
	},
	{
		.id = "smtp.chunking.one",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "a message in one chunk",
		.title_zh = "单个数据块的邮件",
		.needs = SMTP_ALICE " smtp.chunking",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C=: BDAT 23 LAST\\r\\nSubject: chunk\\r\\n\\r\\none"
		    "\\r\\n\n"
		    "S!: 250*  # RFC 3030 2\n"
		    LAST_WORD,
	},
	{
		.id = "smtp.chunking.two",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "a message in two chunks",
		.title_zh = "两个数据块的邮件",
		.needs = SMTP_ALICE " smtp.chunking",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C=: BDAT 18\\r\\nSubject: chunk\\r\\n\\r\\n\n"
		    "S!: 250*  # RFC 3030 2\n"
		    "C=: BDAT 5 LAST\\r\\none\\r\\n\n"
		    "S!: 250*  # RFC 3030 2\n"
		    LAST_WORD,
	},
	{
		.id = "smtp.chunking.zero",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "an empty last chunk",
		.title_zh = "空的最后数据块",
		.needs = SMTP_ALICE " smtp.chunking",
		.twin = "smtp.chunking.one",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C=: BDAT 23\\r\\nSubject: chunk\\r\\n\\r\\none\\r\\n\n"
		    "S: 250*\n"
		    "C: BDAT 0 LAST\n"
		    "S!: 250*  # RFC 3030 2\n"
		    LAST_WORD,
	},

	/* The size says where a chunk ends, and nothing else does. */
	{
		.id = "smtp.chunking.dot",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "a line of one dot inside a chunk",
		.title_zh = "数据块内的单点行",
		.needs = SMTP_ALICE " smtp.chunking",
		.twin = "smtp.chunking.one",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C=: BDAT 26 LAST\\r\\nSubject: chunk\\r\\n\\r\\n.\\r\\none"
		    "\\r\\n\n"
		    "S!: 250*  # RFC 3030 2\n"
		    LAST_WORD,
	},
	{
		.id = "smtp.chunking.order",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "BDAT before MAIL",
		.title_zh = "没有 MAIL 的 BDAT",
		.needs = SMTP_ALICE " smtp.chunking",
		.twin = "smtp.chunking.one",
		.service = "smtp",
		.dialogue =
		    HELLO
		    "C=: BDAT 23 LAST\\r\\nSubject: chunk\\r\\n\\r\\none"
		    "\\r\\n\n"
		    "S!: 5*  # RFC 3030 2\n"
		    "S|: 4*  # RFC 5321 4.2.1\n",
	},

	/* "a 503 ... MUST be issued" */
	{
		.id = "smtp.chunking.data",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "DATA after a BDAT",
		.title_zh = "BDAT 之后的 DATA",
		.needs = SMTP_ALICE " smtp.chunking",
		.twin = "smtp.chunking.one",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C=: BDAT 18\\r\\nSubject: chunk\\r\\n\\r\\n\n"
		    "S: 250*\n"
		    "C: DATA\n"
		    "S!: 503*  # RFC 3030 2\n",
	},
	{
		.id = "smtp.chunking.rset",
		.verifies = EMAIL_F_11,
		.clause = "RFC 3030 2",
		.title = "RSET between two chunks",
		.title_zh = "两个数据块之间的 RSET",
		.needs = SMTP_ALICE " smtp.chunking",
		.twin = "smtp.chunking.two",
		.service = "smtp",
		.dialogue =
		    RCPT_OPEN
		    "C=: BDAT 18\\r\\nSubject: chunk\\r\\n\\r\\n\n"
		    "S: 250*\n"
		    "C: RSET\n"
		    "S: 250*\n"
		    "C=: BDAT 5 LAST\\r\\none\\r\\n\n"
		    "S!: 5*  # RFC 3030 2\n"
		    "S|: 4*  # RFC 5321 4.2.1\n",
	},
};
/* clang-format on */

GROUP(smtp_chunking, "smtp", cases);
