/* SPDX-License-Identifier: MIT */
#include "reports/html.h"

#include <openssl/evp.h>
#include <string.h>

#include "lib/text.h"
#include "reports/escape.h"
#include "reports/html_page.h"
#include "reports/number.h"

static const unsigned char style[] = {
#include "reports/template/report.css.inc"
};

static const unsigned char script[] = {
#include "reports/template/report.js.inc"
};

#define BYTES(array) ((struct span){ (const char *)(array), sizeof(array) })

static const struct {
	const char *id;
	enum word title;
} sections[] = {
	{ "conclusion", W_CONCLUSION },
	{ "matrix", W_MATRIX },
	{ "findings", W_FINDINGS },
	{ "remarks", W_REMARKS },
	{ "review", W_REVIEW },
	{ "open", W_OPEN },
	{ "load", W_LOAD },
	{ "cases", W_CASES },
	{ "limits", W_LIMITS },
	{ "readings", W_READINGS },
	{ "environment", W_ENVIRONMENT },
	{ "index", W_INDEX },
	{ "verify", W_VERIFY },
	{ "glossary", W_GLOSSARY },
};

/* https://www.w3.org/TR/CSP3/: only the script with this digest may run. */
static void
policy(struct page *p)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	EVP_Digest(script, sizeof(script), digest, &n, EVP_sha256(), NULL);
	html_raw(p, "<meta http-equiv=\"Content-Security-Policy\" "
		    "content=\"default-src 'none'; base-uri 'none'; "
		    "form-action 'none'; style-src 'unsafe-inline'; "
		    "script-src 'sha256-");
	text_base64((struct span){ (const char *)digest, n }, p->out);
	html_raw(p, "'\">\n");
}

/* What a printer repeats on every page. */
static void
page_style(struct page *p)
{
	html_rawf(
	    p, "@page { @top-left { content: \"%s ", word_in(ZH, W_TITLE));
	escape_text(p->out, p->number, ESCAPE_CSS);
	html_raw(p, "\" }");
	if (p->m->plan->partial)
		html_rawf(p, " @top-right { content: \"%s %s\" }",
		    word_in(ZH, W_PARTIAL), word_in(EN, W_PARTIAL));
	html_raw(p, " }\n");
}

static void
head(struct page *p)
{
	html_raw(p, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n"
		    "<meta charset=\"utf-8\">\n");
	policy(p);
	html_raw(p, "<meta name=\"viewport\" content=\"width=device-width, "
		    "initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta name=\"referrer\" content=\"no-referrer\">\n"
		    "<title>");
	escape_text(p->out, word_in(ZH, W_TITLE), ESCAPE_XML);
	html_raw(p, " ");
	escape_text(p->out, p->number, ESCAPE_XML);
	if (p->m->plan->partial)
		html_rawf(p, " %s", word_in(ZH, W_PARTIAL));
	html_raw(p, "</title>\n<style>\n");
	buf_add(p->out, BYTES(style));
	page_style(p);
	html_raw(p, "</style>\n</head>\n");
}

/* One group of buttons; the style sheet acts on it, no script is needed. */
static void
languages(struct page *p)
{
	static const char *const choices[][3] = {
		{ "both", "中/En", " checked" },
		{ "zh", "中文", "" },
		{ "en", "English", "" },
	};

	html_raw(p, "<fieldset class=\"languages\"><legend>");
	html_word(p, W_LANGUAGE);
	html_raw(p, "</legend>");
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++)
		html_rawf(p,
		    "<label><input type=\"radio\" name=\"lang\" "
		    "id=\"lang-%s\"%s><span>%s</span></label>",
		    choices[i][0], choices[i][2], choices[i][1]);
	html_raw(p, "</fieldset>\n");
}

static void
navigation(struct page *p)
{
	html_raw(p, "<header class=\"side\">\n");
	languages(p);
	html_raw(p, "<nav aria-label=\"");
	escape_text(p->out, word_in(ZH, W_NAVIGATION), ESCAPE_XML);
	html_raw(p, "\"><ol>\n");
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		if (sections[i].title == W_LOAD && !html_has_load(p))
			continue;
		html_rawf(p, "<li><a href=\"#%s\">", sections[i].id);
		html_word(p, sections[i].title);
		html_raw(p, "</a></li>\n");
	}
	html_raw(p, "</ol></nav>\n</header>\n");
}

static void
partial_banner(struct page *p)
{
	const char *selector = p->m->plan->selector;

	if (!p->m->plan->partial)
		return;
	html_raw(p, "<aside class=\"partial\">");
	html_words(p, W_PARTIAL_LONG, selector == NULL ? "?" : selector, NULL);
	html_raw(p, "</aside>\n");
	html_rawf(p, "<div class=\"watermark\" aria-hidden=\"true\">%s</div>\n",
	    word_in(ZH, W_PARTIAL));
}

/* Drawn over the bars, so that they are told apart without colour. */
static const char patterns[] =
    "<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\" "
    "focusable=\"false\"><defs>"
    "<pattern id=\"hatch\" width=\"5\" height=\"5\" "
    "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<rect class=\"b-fail\" width=\"5\" height=\"5\"/>"
    "<rect class=\"b-line\" width=\"1.6\" height=\"5\"/></pattern>"
    "<pattern id=\"dots\" width=\"5\" height=\"5\" "
    "patternUnits=\"userSpaceOnUse\">"
    "<rect class=\"b-open\" width=\"5\" height=\"5\"/>"
    "<circle class=\"b-line\" cx=\"2.5\" cy=\"2.5\" r=\"1.1\"/></pattern>"
    "</defs></svg>\n";

void
report_html(struct buf *out, const struct matrix *m,
    const struct profile *profile, const struct report_score *score,
    const struct load_report *load, const struct report_seal *seal,
    const char *run_dir, const char *beside)
{
	struct page p = {
		.out = out,
		.m = m,
		.profile = profile,
		.score = score,
		.load = load,
		.seal = seal,
		.run_dir = run_dir,
		.beside = beside,
	};

	snprintf(p.number, sizeof(p.number), "%s", report_number(m).text);
	head(&p);
	html_raw(&p, "<body>\n<a class=\"skip\" href=\"#conclusion\">");
	html_word(&p, W_SKIP);
	html_raw(&p, "</a>\n");
	html_raw(&p, patterns);
	partial_banner(&p);
	navigation(&p);
	html_raw(&p, "<main>\n");
	html_cover(&p);
	html_matrix(&p);
	html_findings(&p);
	html_load(&p);
	html_annex(&p);
	html_raw(&p, "<p class=\"end\">");
	html_word(&p, W_END);
	html_raw(&p, "</p>\n</main>\n<script>");
	buf_add(out, BYTES(script));
	html_raw(&p, "</script>\n</body>\n</html>\n");
}
