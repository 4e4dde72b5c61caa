/* SPDX-License-Identifier: MIT */
#include "conformance/pki/check.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/text.h"

#define DETAIL 600 /* octets of a detail before it is made readable */

#define SHALL  PKI_SHALL
#define SHOULD PKI_SHOULD

static const struct pki_check checks[] = {
#define CHECK(id, code, level, clause, en, zh) \
	[PKI_##id] = { code, level, clause, en, zh },
#include "conformance/pki/check.def"
#undef CHECK
};

const struct pki_check *
pki_check_get(enum pki_code code)
{
	assert(code < PKI_CODES);
	return &checks[code];
}

enum pki_code
pki_check_find(const char *code)
{
	for (size_t i = 0; i < PKI_CODES; i++)
		if (strcmp(checks[i].code, code) == 0)
			return (enum pki_code)i;
	return PKI_CODES;
}

const char *
pki_result_name(enum pki_result result)
{
	static const char *const names[] = {
		[PKI_HOLDS] = "holds",
		[PKI_FAILS] = "fails",
		[PKI_NOT_REACHED] = "not-reached",
		[PKI_NOT_JUDGED] = "not-judged",
	};

	return names[result];
}

const char *
pki_level_name(enum pki_level level)
{
	return level == PKI_SHALL ? "shall" : "should";
}

void
pki_findings_init(struct pki_findings *f)
{
	*f = (struct pki_findings){ .about = "" };
}

void
pki_findings_free(struct pki_findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->at[i].about);
		free(f->at[i].detail);
		free(f->at[i].detail_zh);
	}
	free(f->at);
	pki_findings_init(f);
}

/* Any bytes as text that a terminal can show. */
static char *
readable(const char *text)
{
	struct buf out;
	char *copy;

	buf_init(&out, 4 * DETAIL + 1);
	text_escape(span_of(text), &out);
	copy = mem_text(buf_span(&out));
	buf_free(&out);
	return copy;
}

void
pki_about(struct pki_findings *f, const char *fmt, ...)
{
	va_list args;

	if (f == NULL)
		return;
	va_start(args, fmt);
	vsnprintf(f->about, sizeof f->about, fmt, args);
	va_end(args);
}

static struct pki_finding *
one_more(struct pki_findings *f)
{
	if (f->n == PKI_FINDINGS) {
		f->full = true;
		return NULL;
	}
	if (f->n == f->room) {
		f->room = f->room == 0 ? 64 : 2 * f->room;
		f->at = mem_grow(f->at, f->room * sizeof f->at[0]);
	}
	return &f->at[f->n++];
}

void
pki_find_both(struct pki_findings *f, enum pki_code code,
    enum pki_result result, const char *detail, const char *zh)
{
	struct pki_finding *new = f == NULL ? NULL : one_more(f);

	if (new == NULL)
		return;
	*new = (struct pki_finding){ code, result, readable(f->about),
		readable(detail), zh == NULL ? NULL : readable(zh) };
}

static void
find(struct pki_findings *f, enum pki_code code, enum pki_result result,
    const char *fmt, va_list args)
{
	char detail[DETAIL];

	if (f == NULL)
		return;
	vsnprintf(detail, sizeof detail, fmt, args);
	pki_find_both(f, code, result, detail, NULL);
}

void
pki_find(struct pki_findings *f, enum pki_code code, enum pki_result result,
    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	find(f, code, result, fmt, args);
	va_end(args);
}

bool
pki_check(struct pki_findings *f, enum pki_code code, bool holds,
    const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	find(f, code, holds ? PKI_HOLDS : PKI_FAILS, fmt, args);
	va_end(args);
	return holds;
}

bool
pki_findings_conform(const struct pki_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].result != PKI_HOLDS &&
		    (f->at[i].result != PKI_FAILS ||
			checks[f->at[i].code].level == PKI_SHALL))
			return false;
	return f->n > 0 && !f->full;
}

size_t
pki_findings_count(const struct pki_findings *f, enum pki_result result)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->at[i].result == result;
	return n;
}

const struct pki_finding *
pki_findings_first(
    const struct pki_findings *f, enum pki_code code, enum pki_result result)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->at[i].code == code && f->at[i].result == result)
			return &f->at[i];
	return NULL;
}

void
pki_findings_join(struct pki_findings *to, struct pki_findings *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct pki_finding *new = one_more(to);

		if (new == NULL)
			break;
		*new = from->at[i];
		from->at[i] = (struct pki_finding){ .about = NULL };
	}
	to->full |= from->full;
	pki_findings_free(from);
}
