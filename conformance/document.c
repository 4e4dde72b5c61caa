/* SPDX-License-Identifier: MIT */
#include "conformance/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* "1.pdf", of the n-th of the profile. */
static char *
name_of(const struct profile_document *d, size_t n)
{
	const char *slash = strrchr(d->file, '/');
	const char *dot = strrchr(slash == NULL ? d->file : slash, '.');
	const size_t len = dot == NULL ? 0 : strlen(dot + 1);
	const bool plain = len > 0 && len <= 8 && strspn(dot + 1, PLAIN) == len;

	return mem_textf("%zu%s", n + 1, plain ? dot : "");
}

static bool
is_asked(const struct trial *t, const struct profile_document *d)
{
	return d->req == trial_case(t)->verifies;
}

bool
document_collect(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	char today[CLOCK_TEXT];

	wall_text(clock_wall(), today);
	trial_fact(t, "today", "%.10s", today);
	for (size_t i = 0; i < p->n_documents; i++) {
		char *name = name_of(&p->documents[i], i);
		struct buf content;
		struct err err;

		buf_init(&content, PROFILE_DOCUMENT_MOST);
		if (is_asked(t, &p->documents[i])) {
			if (files_read(p->documents[i].file, &content, &err))
				(void)trial_file(t, name, buf_span(&content));
			else
				trial_fact(t, name, "%s", err.what);
		}
		buf_free(&content);
		free(name);
	}
	return true;
}

/* By what it begins with, whatever its name says. */
static const char *
kind_of(struct span content)
{
	/* clang-format off */
	static const struct {
		const char *kind;
		struct span begins;
	} kinds[] = {
		{ "PDF",	SPAN_INIT("%PDF-") },
		{ "OFD",	SPAN_INIT("PK\x03\x04") },
		{ "PNG",	SPAN_INIT("\x89PNG\r\n\x1a\n") },
		{ "JPEG",	SPAN_INIT("\xff\xd8\xff") },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (span_starts(content, kinds[i].begins))
			return kinds[i].kind;
	return text_is_utf8(content) &&
		       memchr(content.ptr, '\0', content.len) == NULL
		   ? "text"
		   : NULL;
}

static const char *
clause_of(const struct trial *t)
{
	const char *method = catalogue_get(trial_case(t)->verifies)->method;

	return strcmp(method, "IN") == 0 ? "requirements.tsv, method IN"
					 : "requirements.tsv, method ED";
}

/* A file without octets is refused with the profile; blanks say no more. */
static bool
is_blank(struct span content)
{
	while (content.len > 0 && strchr(" \t\r\n\f", content.ptr[0]) != NULL &&
	       content.ptr[0] != '\0')
		content = span_skip(content, 1);
	return content.len == 0;
}

static void
judge_one(struct trial *t, const struct profile_document *d, const char *name,
    struct buf *titles)
{
	const struct buf *content = trial_content(t, name);
	const char *today = trial_fact_text(t, "today");
	const char *clause = clause_of(t);

	if (!trial_need(t, content != NULL, "%s: %s", d->title,
		trial_fact_text(t, name) == NULL ? "not filed"
						 : trial_fact_text(t, name)))
		return;
	trial_claim(t, clause, !is_blank(buf_span(content)),
	    "a document with content", "%s: empty", d->title);
	trial_claim(t, clause,
	    content->len == 0 || kind_of(buf_span(content)) != NULL,
	    "PDF, OFD, PNG, JPEG or text", "%s: %zu octets of neither",
	    d->title, content->len);
	trial_claim(t, clause,
	    d->expires == NULL || today == NULL ||
		strcmp(today, d->expires) <= 0,
	    "a document that has not expired", "%s: until %s, read on %s",
	    d->title, d->expires, today);
	buf_addf(
	    titles, "%s%s (%s)", titles->len == 0 ? "" : ", ", d->title, name);
}

void
document_judge(struct trial *t)
{
	const struct profile *p = trial_profile(t);
	struct buf titles;

	buf_init(&titles, 4096);
	for (size_t i = 0; i < p->n_documents; i++)
		if (is_asked(t, &p->documents[i])) {
			char *name = name_of(&p->documents[i], i);

			judge_one(t, &p->documents[i], name, &titles);
			free(name);
		}
	if (trial_need(t, titles.len > 0, "no document was handed over"))
		trial_review(t, "somebody has to read: %s", buf_text(&titles));
	buf_free(&titles);
}
