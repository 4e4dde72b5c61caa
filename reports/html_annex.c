/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "lib/number.h"
#include "reports/escape.h"
#include "reports/html_page.h"

/* ---- limits ---- */

static enum word
bound_word(const char *bound)
{
	return strcmp(bound, "least") == 0  ? W_LEAST
	       : strcmp(bound, "most") == 0 ? W_MOST
					    : W_EQUAL;
}

static void
limit_line(struct page *p, const struct limit *l)
{
	double used = l->value;

	profile_limit(p->profile, l->req, l->metric, &used);
	html_raw(p, "<tr><th scope=\"row\">");
	html_row_link(p, l->req);
	html_raw(p, "</th><td><code>");
	html_text(p, l->metric);
	html_raw(p, "</code></td><td>");
	html_words(
	    p, bound_word(l->bound), number_of(used, 6).text, l->unit, NULL);
	html_raw(p, "</td><td>");
	html_origin(p, l, used < l->value || used > l->value);
	html_raw(p, "</td></tr>\n");
}

static void
limits(struct page *p)
{
	size_t n, shown = 0;
	const struct limit *list = catalogue_limits(&n);

	html_section(p, "limits", W_LIMITS);
	html_paragraph(p, "note", W_LIMITS_NOTE);
	for (size_t i = 0; i < n; i++) {
		if (p->m->rows[list[i].req].executed == 0)
			continue;
		if (shown++ == 0) {
			html_raw(p, "<div class=\"wide\"><table>\n");
			html_columns(
			    p, W_ROW, W_METRIC, W_BOUND, W_ORIGIN, WORD_COUNT);
			html_raw(p, "<tbody>\n");
		}
		limit_line(p, &list[i]);
	}
	if (shown > 0)
		html_raw(p, "</tbody></table></div>\n");
	else
		html_paragraph(p, "nothing", W_NOTHING);
	html_raw(p, "</section>\n");
}

/* ---- readings ---- */

static void
readings_of(struct page *p, enum req req)
{
	size_t n, shown = 0;
	const struct interpretation *list = catalogue_interpretations(&n);

	for (size_t i = 0; i < n; i++) {
		if (list[i].req != req)
			continue;
		if (shown++ == 0) {
			html_rawf(
			    p, "<h3 id=\"rd-%s\">", catalogue_get(req)->name);
			html_row_link(p, req);
			html_raw(p, " ");
			html_both(
			    p, catalogue_get(req)->zh, catalogue_get(req)->en);
			html_raw(p, "</h3>\n<ul class=\"note\">\n");
		}
		html_reading(p, &list[i]);
	}
	if (shown > 0)
		html_raw(p, "</ul>\n");
}

static void
readings(struct page *p)
{
	html_section(p, "readings", W_READINGS);
	html_paragraph(p, "note", W_READINGS_NOTE);
	for (size_t i = 0; i < REQ_COUNT; i++)
		if (p->m->rows[i].n_cases > 0)
			readings_of(p, (enum req)i);
	html_raw(p, "</section>\n");
}

/* ---- environment ---- */

static void
endpoints(struct page *p)
{
	static const char *const how[] = {
		[PROFILE_TLS_NONE] = "",
		[PROFILE_TLS_STARTTLS] = " STARTTLS",
		[PROFILE_TLS_IMPLICIT] = " TLS",
	};

	html_raw(p, "<div><dt>");
	html_word(p, W_ENDPOINTS);
	html_raw(p, "</dt><dd>");
	for (size_t i = 0; i < p->profile->n_endpoints; i++) {
		const struct profile_endpoint *e = &p->profile->endpoints[i];

		html_text(p, e->service);
		html_raw(p, " ");
		html_text(p, e->host);
		html_rawf(p, ":%u%s<br>", (unsigned)e->port, how[e->tls]);
	}
	html_raw(p, "</dd></div>\n");
}

static void
notes(struct page *p)
{
	const struct ledger *l = p->m->ledger;

	if (l->n_notes == 0)
		return;
	html_heading(p, 3, W_NOTES);
	html_raw(p, "<ul class=\"note\">\n");
	for (size_t i = 0; i < l->n_notes; i++) {
		html_raw(p, "<li>");
		html_text(p, l->notes[i]);
		html_raw(p, "</li>\n");
	}
	html_raw(p, "</ul>\n");
}

static void
environment(struct page *p)
{
	const struct plan *plan = p->m->plan;
	char kit[64];

	snprintf(kit, sizeof(kit), "yanshou %s", plan->kit);
	html_section(p, "environment", W_ENVIRONMENT);
	html_raw(p, "<dl class=\"facts digests\">\n");
	html_fact(p, W_KIT, kit);
	html_fact(p, W_RUN, plan->run);
	html_fact(p, W_CREATED, plan->created);
	html_fact(p, W_TARGET_FILE, plan->target);
	endpoints(p);
	html_fact(p, W_PROFILE_SM3, plan->profile_digest);
	html_fact(p, W_CATALOGUE_SM3, plan->catalogue_digest);
	html_fact(p, W_PLAN_SM3, p->m->ledger->plan_digest);
	html_fact(p, W_JOURNAL_SM3, p->m->ledger->head);
	if (p->m->ledger->cites != NULL)
		html_fact(p, W_CITES, p->m->ledger->cites);
	html_raw(p, "</dl>\n");
	notes(p);
	html_raw(p, "</section>\n");
}

/* ---- verification, words ---- */

static void
verify_seal(struct page *p)
{
	const struct report_seal *s = p->seal;

	html_paragraph(p, "", W_VERIFY_SIGNED);
	html_raw(p, "<pre class=\"command\"><code>yanshou verify RUN"
		    "</code></pre>\n<dl class=\"facts\">\n");
	html_fact(p, W_SIGNER, s->subject);
	html_fact(p, W_SIGNER_SM3, s->sm3);
	html_fact_begin(p, W_SIGNER_TSA);
	if (s->tsa == NULL)
		html_word(p, W_NO_TSA);
	else
		html_text(p, s->tsa);
	html_fact_end(p);
	html_raw(p, "</dl>\n");
	html_paragraph(p, "note", W_VERIFY_OPENSSL);
	html_raw(p,
	    "<pre class=\"command\"><code>openssl x509 -in "
	    "seal/certificate.pem -noout -pubkey &gt;/tmp/lab.pub\n"
	    "openssl dgst -sm3 -sigopt distid:1234567812345678 -verify "
	    "/tmp/lab.pub -signature seal/manifest.sig seal/manifest.txt"
	    "</code></pre>\n");
}

static void
verify(struct page *p)
{
	html_section(p, "verify", W_VERIFY);
	html_paragraph(p, "", W_VERIFY_TEXT);
	html_raw(p, "<pre class=\"command\"><code>yanshou replay RUN"
		    "</code></pre>\n");
	html_paragraph(p, "note", W_VERIFY_CHAIN);
	if (p->seal == NULL)
		html_paragraph(p, "note", W_VERIFY_UNSIGNED);
	else
		verify_seal(p);
	html_raw(p, "</section>\n");
}

static void
glossary(struct page *p)
{
	static const enum word meanings[ROW_VERDICT_COUNT] = {
		[ROW_PASS] = W_G_PASS,
		[ROW_FAIL] = W_G_FAIL,
		[ROW_BROKEN] = W_G_BROKEN,
		[ROW_INCONCLUSIVE] = W_G_INCONCLUSIVE,
		[ROW_REVIEW] = W_G_REVIEW,
		[ROW_NOT_APPLICABLE] = W_G_NA,
		[ROW_UNTESTED] = W_G_UNTESTED,
		[ROW_NO_TEXT] = W_G_NO_TEXT,
		[ROW_EXCLUDED] = W_G_EXCLUDED,
		[ROW_UNSELECTED] = W_G_UNSELECTED,
	};

	html_section(p, "glossary", W_GLOSSARY);
	html_raw(p, "<dl class=\"glossary\">\n");
	for (size_t v = 0; v < ROW_VERDICT_COUNT; v++) {
		html_raw(p, "<div><dt>");
		html_verdict(p, (enum row_verdict)v);
		html_raw(p, "</dt><dd>");
		html_word(p, meanings[v]);
		html_raw(p, "</dd></div>\n");
	}
	html_raw(p, "</dl>\n</section>\n");
}

void
html_annex(struct page *p)
{
	html_cases(p);
	limits(p);
	readings(p);
	environment(p);
	html_evidence_index(p);
	verify(p);
	glossary(p);
}
