/* SPDX-License-Identifier: MIT */
#include "reports/l10n.h"

#include <stdio.h>
#include <string.h>

static const char *const words[WORD_COUNT][2] = {
#define WORD(name, zh, en) [W_##name] = { zh, en },
#include "reports/words.def"
#undef WORD
};

static const enum word levels[LEVEL_COUNT] = {
	[LEVEL_SHALL] = W_SHALL,
	[LEVEL_SHOULD] = W_SHOULD,
	[LEVEL_MAY] = W_MAY,
};

static const enum word provenances[PROVENANCE_COUNT] = {
	[PROVENANCE_SEED_FULL] = W_SEED_FULL,
	[PROVENANCE_SEED_ABBR] = W_SEED_ABBR,
	[PROVENANCE_SEED_TITLE] = W_SEED_TITLE,
	[PROVENANCE_TEXT] = W_TEXT,
	[PROVENANCE_TEXT_TOC] = W_TEXT_TOC,
	[PROVENANCE_DERIVED] = W_DERIVED,
};

static const enum word statements[] = {
	[STATEMENT_CONFORMS] = W_CONFORMS,
	[STATEMENT_NONCONFORMS] = W_NONCONFORMS,
	[STATEMENT_WAIVED] = W_NONCONFORMS_WAIVED,
	[STATEMENT_UNDETERMINED] = W_UNDETERMINED,
	[STATEMENT_NONE] = W_NO_STATEMENT,
};

struct named {
	const char *name;
	enum word word;
};

static const struct named chapters[] = {
	{ "5", W_CHAPTER_5 },
	{ "6", W_CHAPTER_6 },
	{ "7", W_CHAPTER_7 },
	{ "8", W_CHAPTER_8 },
	{ "9", W_CHAPTER_9 },
	{ "10", W_CHAPTER_10 },
	{ "11", W_CHAPTER_11 },
	{ "12", W_CHAPTER_12 },
	{ "13", W_CHAPTER_13 },
	{ "SM", W_CHAPTER_SM },
	{ NULL, WORD_COUNT },
};

static const struct named services[] = {
	{ "smtp", W_SERVICE_SMTP },
	{ "imap", W_SERVICE_IMAP },
	{ "pop3", W_SERVICE_POP3 },
	{ "ldap", W_SERVICE_LDAP },
	{ "webmail", W_SERVICE_WEBMAIL },
	{ "mail", W_SERVICE_MAIL },
	{ "im", W_SERVICE_IM },
	{ "oa", W_SERVICE_OA },
	{ "web", W_SERVICE_WEB },
	{ "edoc", W_SERVICE_EDOC },
	{ "eseal", W_SERVICE_ESEAL },
	{ "cert", W_SERVICE_CERT },
	{ "sec", W_SERVICE_SEC },
	{ "ops", W_SERVICE_OPS },
	{ "sm", W_SERVICE_SM },
	{ NULL, WORD_COUNT },
};

static const char *const signs[ROW_VERDICT_COUNT] = {
	[ROW_PASS] = "✓",
	[ROW_FAIL] = "✗",
	[ROW_BROKEN] = "!",
	[ROW_INCONCLUSIVE] = "?",
	[ROW_REVIEW] = "◐",
	[ROW_NOT_APPLICABLE] = "–",
	[ROW_UNTESTED] = "○",
	[ROW_NO_TEXT] = "□",
	[ROW_EXCLUDED] = "·",
	[ROW_UNSELECTED] = "◌",
};

static const enum row_verdict row_verdicts[VERDICT_COUNT] = {
	[PASS] = ROW_PASS,
	[NOT_APPLICABLE] = ROW_NOT_APPLICABLE,
	[REVIEW] = ROW_REVIEW,
	[INCONCLUSIVE] = ROW_INCONCLUSIVE,
	[FAIL] = ROW_FAIL,
	[BROKEN] = ROW_BROKEN,
};

const char *
word_in(enum tongue tongue, enum word word)
{
	return words[word][tongue];
}

void
word_vfill(struct buf *b, enum tongue tongue, enum word word, enum escape how,
    va_list ap)
{
	const char *args[9] = { NULL };

	for (size_t i = 0; i < 9; i++)
		if ((args[i] = va_arg(ap, const char *)) == NULL)
			break;
	for (const char *p = words[word][tongue]; *p != '\0'; p++) {
		if (p[0] == '{' && p[1] >= '1' && p[1] <= '9' && p[2] == '}') {
			escape_text(b, args[p[1] - '1'], how);
			p += 2;
		} else {
			buf_add(b, (struct span){ p, 1 });
		}
	}
}

void
word_fill(
    struct buf *b, enum tongue tongue, enum word word, enum escape how, ...)
{
	va_list ap;

	va_start(ap, how);
	word_vfill(b, tongue, word, how, ap);
	va_end(ap);
}

enum word
level_word(enum level level)
{
	return levels[level];
}

enum word
provenance_word(enum provenance p)
{
	return provenances[p];
}

enum word
claim_word(enum provenance p)
{
	return provenance_carries_clause(p) ? W_CLAIM_CLAUSE : W_CLAIM_ROW;
}

enum word
statement_word(enum statement s)
{
	return statements[s];
}

static bool
find(const struct named *table, const char *name, enum word *word)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0) {
			*word = table->word;
			return true;
		}
	return false;
}

bool
chapter_word(const char *chapter, enum word *word)
{
	return find(chapters, chapter, word);
}

bool
service_word(const char *service, enum word *word)
{
	return find(services, service, word);
}

const char *
row_sign(enum row_verdict v)
{
	return signs[v];
}

const char *
verdict_sign(enum verdict v)
{
	return signs[row_of(v)];
}

enum row_verdict
row_of(enum verdict v)
{
	return row_verdicts[v];
}
