/* SPDX-License-Identifier: MIT */
#include "reports/ofd.h"

#include <openssl/evp.h>
#include <string.h>
#include <zip.h>

#include "lib/mem.h"
#include "reports/ofd_paper.h"

/* ---- what the sections share ---- */

void
paper_mark(struct paper *p, enum word title)
{
	if (p->n_marks < sizeof(p->marks) / sizeof(p->marks[0]))
		p->marks[p->n_marks++] =
		    (struct paper_mark){ title, p->flow.ink.at };
}

void
paper_section(struct paper *p, enum word title)
{
	flow_page(&p->flow);
	paper_mark(p, title);
	flow_heading(&p->flow, &flow_h1, title);
}

unsigned
paper_colour(enum row_verdict v)
{
	static const unsigned colours[ROW_VERDICT_COUNT] = {
		[ROW_PASS] = 0x1b6e3au,
		[ROW_FAIL] = 0xb3261eu,
		[ROW_BROKEN] = 0x8a5a00u,
		[ROW_INCONCLUSIVE] = 0x8a5a00u,
		[ROW_REVIEW] = 0x8a5a00u,
		[ROW_NOT_APPLICABLE] = FLOW_GREY,
		[ROW_UNTESTED] = FLOW_GREY,
		[ROW_NO_TEXT] = FLOW_GREY,
		[ROW_EXCLUDED] = FLOW_GREY,
		[ROW_UNSELECTED] = FLOW_GREY,
	};

	return colours[v];
}

/* Drawn, since not every font has such signs: a tick, a cross, a ring. */
void
paper_sign(struct paper *p, double x, double y, double size, enum row_verdict v)
{
	char path[256];
	const double a = size * 0.15, z = size * 0.85, m = size * 0.5;

	if (v == ROW_PASS)
		snprintf(path, sizeof(path),
		    "M %.4g %.4g L %.4g %.4g L %.4g %.4g", a, m, size * 0.4, z,
		    z, size * 0.2);
	else if (v == ROW_FAIL)
		snprintf(path, sizeof(path),
		    "M %.4g %.4g L %.4g %.4g M %.4g %.4g L %.4g %.4g", a, a, z,
		    z, z, a, a, z);
	else
		snprintf(path, sizeof(path),
		    "M %.4g %.4g L %.4g %.4g L %.4g %.4g L %.4g %.4g C", m, a,
		    z, m, m, z, a, m);
	ink_stroke(
	    &p->flow.ink, x, y, size, size, size * 0.14, paper_colour(v), path);
}

char *
paper_clipped(const char *text, size_t most)
{
	struct span s = text == NULL ? SPAN("") : span_of(text);
	size_t n = most;

	if (s.len <= most)
		return mem_text(s);
	while (n > 0 && ((unsigned char)s.ptr[n] & 0xc0) == 0x80)
		n--;
	return mem_textf("%.*s …", (int)n, s.ptr);
}

/* ---- what stands on every page ---- */

static void
running(struct paper *p, size_t page)
{
	struct ink *k = &p->flow.ink;
	const struct span number = span_of(p->number.text);
	const struct ink_style mono = { INK_MONO, 2.6, FLOW_GREY };
	const struct ink_style warn = { INK_HEI, 3.4, 0xb3261eu };
	struct buf foot;

	k->at = page;
	if (page > 0) {
		ink_line(k, FLOW_LEFT, 15, &flow_small,
		    span_of(word_in(ZH, W_TITLE)));
		ink_line(k, FLOW_LEFT + FLOW_WIDE - ink_width(&mono, number),
		    15.3, &mono, number);
		ink_box(k, FLOW_LEFT, 19.6, FLOW_WIDE, 0.15, FLOW_RULE);
	}
	if (p->m->plan->partial) {
		ink_line(k, FLOW_LEFT + 44, 14.8, &warn,
		    span_of(word_in(ZH, W_PARTIAL)));
		ink_line(k, FLOW_LEFT + 60, 14.8, &warn,
		    span_of(word_in(EN, W_PARTIAL)));
	}
	buf_init(&foot, 256);
	word_fill(&foot, ZH, W_PAGE_OF, ESCAPE_LINE,
	    paper_number(page + 1).text, paper_number(k->n).text, NULL);
	buf_addf(&foot, "　");
	word_fill(&foot, EN, W_PAGE_OF, ESCAPE_LINE,
	    paper_number(page + 1).text, paper_number(k->n).text, NULL);
	ink_line(k, (INK_WIDE - ink_width(&flow_small, buf_span(&foot))) / 2,
	    282, &flow_small, buf_span(&foot));
	buf_free(&foot);
}

/* ---- files of the package ---- */

/* 32 hexadecimal digits that no other report has. */
static void
document_id(xmlTextWriterPtr w, const struct paper *p)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char text[33];

	EVP_Digest(p->number.text, strlen(p->number.text), digest, NULL,
	    EVP_sm3(), NULL);
	for (size_t i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	ink_element(w, "DocID", text);
}

static void
ofd_xml(xmlTextWriterPtr w, const struct paper *p)
{
	char date[11];
	char *title = mem_textf("%s %s", word_in(ZH, W_TITLE), p->number.text);

	snprintf(date, sizeof(date), "%.10s", p->m->plan->created);
	ink_root(w, "OFD");
	ink_set(w, "Version", "1.0");
	ink_set(w, "DocType", "OFD");
	ink_open(w, "DocBody");
	ink_open(w, "DocInfo");
	document_id(w, p);
	ink_element(w, "Title", title);
	ink_element(w, "CreationDate", date);
	ink_element(w, "Creator", "Yanshou");
	ink_element(w, "CreatorVersion", YANSHOU_VERSION);
	ink_close(w);
	ink_element(w, "DocRoot", "Doc_0/Document.xml");
	free(title);
}

static void
outline(xmlTextWriterPtr w, const struct paper *p)
{
	ink_open(w, "Outlines");
	for (size_t i = 0; i < p->n_marks; i++) {
		const struct paper_mark *m = &p->marks[i];
		char *title = mem_textf(
		    "%s %s", word_in(ZH, m->title), word_in(EN, m->title));

		ink_open(w, "OutlineElem");
		ink_set(w, "Title", "%s", title);
		ink_open(w, "Actions");
		ink_open(w, "Action");
		ink_set(w, "Event", "CLICK");
		ink_open(w, "Goto");
		ink_open(w, "Dest");
		ink_set(w, "Type", "Fit");
		ink_set(w, "PageID", "%u", p->flow.ink.pages[m->page].id);
		for (int k = 0; k < 5; k++)
			ink_close(w);
		free(title);
	}
	ink_close(w);
}

static void
document_xml(xmlTextWriterPtr w, const struct paper *p)
{
	const struct ink *k = &p->flow.ink;
	char most[24];

	snprintf(most, sizeof(most), "%u", k->id);
	ink_root(w, "Document");
	ink_open(w, "CommonData");
	ink_element(w, "MaxUnitID", most);
	ink_open(w, "PageArea");
	ink_element(w, "PhysicalBox", "0 0 210 297");
	ink_close(w);
	ink_element(w, "PublicRes", "PublicRes.xml");
	ink_close(w);
	ink_open(w, "Pages");
	for (size_t i = 0; i < k->n; i++) {
		ink_open(w, "Page");
		ink_set(w, "ID", "%u", k->pages[i].id);
		ink_set(w, "BaseLoc", "Pages/Page_%zu/Content.xml", i);
		ink_close(w);
	}
	ink_close(w);
	outline(w, p);
}

static void
public_xml(xmlTextWriterPtr w, const struct paper *p)
{
	(void)p;
	ink_root(w, "Res");
	ink_set(w, "BaseLoc", "Res");
	ink_fonts(w);
}

/* The octets are libzip's from here on. */
static bool
add_file(zip_t *z, const char *name, struct span octets)
{
	char *copy = mem_text(octets);
	zip_source_t *s = zip_source_buffer(z, copy, octets.len, 1);
	zip_int64_t at;

	if (s == NULL) {
		free(copy);
		return false;
	}
	at = zip_file_add(z, name, s, ZIP_FL_ENC_UTF_8);
	if (at < 0) {
		zip_source_free(s);
		return false;
	}
	/* 1 January 1980: no clock is read */
	return zip_file_set_dostime(z, (zip_uint64_t)at, 0, 1 << 5 | 1, 0) == 0;
}

static bool
add_written(zip_t *z, const char *name, const struct paper *p,
    void (*write)(xmlTextWriterPtr, const struct paper *))
{
	xmlBufferPtr text = xmlBufferCreate();
	xmlTextWriterPtr w = xmlNewTextWriterMemory(text, 0);
	bool ok;

	write(w, p);
	xmlTextWriterEndDocument(w);
	xmlFreeTextWriter(w);
	ok = add_file(z, name,
	    (struct span){ (const char *)xmlBufferContent(text),
		(size_t)xmlBufferLength(text) });
	xmlBufferFree(text);
	return ok;
}

static bool
add_all(zip_t *z, const struct paper *p)
{
	bool ok = add_written(z, "OFD.xml", p, ofd_xml) &&
		  add_written(z, "Doc_0/Document.xml", p, document_xml) &&
		  add_written(z, "Doc_0/PublicRes.xml", p, public_xml);

	for (size_t i = 0; ok && i < p->flow.ink.n; i++) {
		const xmlBufferPtr text = p->flow.ink.pages[i].text;
		char *name = mem_textf("Doc_0/Pages/Page_%zu/Content.xml", i);

		ok = add_file(z, name,
		    (struct span){ (const char *)xmlBufferContent(text),
			(size_t)xmlBufferLength(text) });
		free(name);
	}
	return ok;
}

/* What libzip has written, from the source it wrote it to. */
static bool
read_back(zip_source_t *s, struct buf *to)
{
	zip_stat_t stat;
	char *octets;
	bool ok;

	if (zip_source_stat(s, &stat) != 0 || stat.size > to->cap ||
	    zip_source_open(s) != 0)
		return false;
	octets = mem_new(1, stat.size + 1);
	ok = zip_source_read(s, octets, stat.size) == (zip_int64_t)stat.size;
	zip_source_close(s);
	buf_add(to, (struct span){ octets, stat.size });
	free(octets);
	return ok && !to->full;
}

static bool
package(const struct paper *p, struct buf *to, struct err *err)
{
	zip_source_t *s = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *z =
	    s == NULL ? NULL : zip_open_from_source(s, ZIP_TRUNCATE, NULL);
	bool ok = false;

	if (z == NULL) {
		zip_source_free(s);
		return err_set(err, ERR_IO, "report.ofd: no package");
	}
	zip_source_keep(s);
	if (!add_all(z, p))
		zip_discard(z);
	else if (zip_close(z) != 0)
		zip_discard(z);
	else
		ok = read_back(s, to);
	zip_source_free(s);
	return ok || err_set(err, ERR_LIMIT,
			 "report.ofd: it could not be written whole");
}

bool
report_ofd(const struct report_ofd *r, struct buf *to,
    struct report_place *place, struct err *err)
{
	struct paper p = {
		.m = r->matrix,
		.profile = r->profile,
		.score = r->score,
		.by = r->by,
		.seal = r->seal,
		.number = report_number(r->matrix),
	};
	bool ok;

	flow_init(&p.flow);
	paper_cover(&p);
	paper_results(&p);
	paper_rows(&p);
	paper_verify(&p);
	for (size_t i = 0; i < p.flow.ink.n; i++)
		running(&p, i);
	ink_end(&p.flow.ink);
	ok = package(&p, to, err);
	*place = p.place;
	flow_free(&p.flow);
	return ok;
}
