/* SPDX-License-Identifier: MIT */
/*
 * Signature.xml: what was signed, with which seal, and where it is seen.
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/seal/ofd_inner.h"
#include "lib/mem.h"
#include "lib/text.h"

/* The file that a location in this signature's file names; NULL: none. */
static const struct ofd_file *
file_at(const struct ofd *ofd, const struct ofd_signature *s,
    const char *location, char **name)
{
	char *place = ofd_xml_place(s->xml->name, location);
	const struct ofd_file *file =
	    place == NULL ? NULL : ofd_find(ofd, span_of(place));

	if (name == NULL)
		free(place);
	else
		*name = place != NULL ? place : mem_textf("%s", location);
	return file;
}

static void
wrong(struct ofd_signature *s, const char *why, const char *why_zh)
{
	if (s->wrong != NULL)
		return;
	s->wrong = mem_text(span_of(why));
	s->wrong_zh = mem_text(span_of(why_zh));
}

/* ---- references ---- */

/* White space may stand in base64 anywhere. */
static void
decode(char *text, struct buf *to)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++)
		if (strchr(" \t\r\n", *c) == NULL)
			text[n++] = *c;
	buf_init(to, n + 1);
	if (!text_unbase64((struct span){ text, n }, to))
		to->full = true;
}

static bool
read_reference(const struct ofd *ofd, struct ofd_signature *s, const xmlNode *n)
{
	struct ofd_reference *r = &s->references[s->n_references];
	char *location = ofd_xml_attribute(n, "FileRef");
	char *value = ofd_xml_text(ofd_xml_within(n, "CheckValue"));
	const bool fine = location != NULL && value != NULL;

	if (fine) {
		r->file = file_at(ofd, s, location, &r->name);
		decode(value, &r->value);
		s->n_references++;
	}
	free(location);
	free(value);
	return fine;
}

static size_t
count(const xmlNode *within, const char *name)
{
	size_t n = 0;

	for (const xmlNode *x = ofd_xml_within(within, name); x != NULL;
	     x = ofd_xml_beside(x, name))
		n++;
	return n;
}

static bool
read_references(
    const struct ofd *ofd, struct ofd_signature *s, const xmlNode *info)
{
	const xmlNode *all = ofd_xml_within(info, "References");
	bool fine = all != NULL;

	if (!fine)
		return false;
	s->method = ofd_xml_attribute(all, "CheckMethod");
	s->references =
	    mem_new(count(all, "Reference") + 1, sizeof s->references[0]);
	for (const xmlNode *n = ofd_xml_within(all, "Reference");
	     fine && n != NULL; n = ofd_xml_beside(n, "Reference"))
		fine = read_reference(ofd, s, n);
	return fine;
}

/* ---- where it is seen ---- */

/* "x y width height", decimal. */
static bool
read_boundary(struct ofd_mark *m, const char *text)
{
	double *const to[] = { &m->x, &m->y, &m->width, &m->height };
	size_t n = 0;
	char *behind;

	if (text == NULL || text[strspn(text, "0123456789.+- \t\r\n")] != '\0')
		return false;
	while (n < 4) {
		*to[n] = strtod(text, &behind);
		if (behind == text)
			return false;
		text = behind;
		n++;
	}
	return text[strspn(text, " \t\r\n")] == '\0';
}

static int
by_id(const void *key, const void *one)
{
	return strcmp(key, *(char *const *)one);
}

static void
read_marks(
    struct ofd_signature *s, const xmlNode *info, const struct ofd_pages *pages)
{
	s->marks = mem_new(count(info, "StampAnnot") + 1, sizeof s->marks[0]);
	for (const xmlNode *n = ofd_xml_within(info, "StampAnnot"); n != NULL;
	     n = ofd_xml_beside(n, "StampAnnot")) {
		struct ofd_mark *m = &s->marks[s->n_marks++];
		char *boundary = ofd_xml_attribute(n, "Boundary");

		m->id = ofd_xml_attribute(n, "ID");
		m->page = ofd_xml_attribute(n, "PageRef");
		m->page_known = pages->known;
		m->page_exists = pages->n > 0 && m->page != NULL &&
				 bsearch(m->page, pages->ids, pages->n,
				     sizeof pages->ids[0], by_id) != NULL;
		m->readable = read_boundary(m, boundary);
		free(boundary);
	}
}

/* ---- all of it ---- */

static void
read_seal(const struct ofd *ofd, struct ofd_signature *s, const xmlNode *info)
{
	const xmlNode *seal = ofd_xml_within(info, "Seal");
	char *location = ofd_xml_text(ofd_xml_within(seal, "BaseLoc"));

	s->names_seal = location != NULL;
	if (location != NULL)
		s->seal = file_at(ofd, s, location, NULL);
	if (location != NULL && s->seal == NULL)
		wrong(s, "the seal that it names (Seal.esl) is not there",
		    "所指的印章文件（Seal.esl）不存在");
	free(location);
}

static void
read_value(const struct ofd *ofd, struct ofd_signature *s, const xmlNode *root)
{
	char *location = ofd_xml_text(ofd_xml_within(root, "SignedValue"));

	if (location != NULL)
		s->value = file_at(ofd, s, location, NULL);
	if (s->value == NULL)
		wrong(s, "the signature (SignedValue.dat) is not there",
		    "签名值文件（SignedValue.dat）不存在");
	free(location);
}

/* What is wrong with it is told when it is judged. */
static void
read_sealed(struct ofd_signature *s)
{
	if (s->value == NULL || strcmp(s->type, "Seal") != 0)
		return;
	s->sealed = mem_new(1, sizeof *s->sealed);
	if (!signed_read(s->sealed, buf_span(&s->value->octets), NULL)) {
		free(s->sealed);
		s->sealed = NULL;
	}
}

const struct seal *
ofd_signature_seal(const struct ofd_signature *s)
{
	return s->sealed != NULL && s->sealed->has_seal ? &s->sealed->seal
							: NULL;
}

static void
read_root(const struct ofd *ofd, struct ofd_signature *s, const xmlNode *root,
    const struct ofd_pages *pages)
{
	const xmlNode *info = ofd_xml_within(root, "SignedInfo");

	s->readable = info != NULL && read_references(ofd, s, info);
	if (!s->readable)
		wrong(s, "Signature.xml has no references, or not all of one",
		    "Signature.xml 缺少 References 或其内容不完整");
	if (info == NULL)
		return;
	s->algorithm = ofd_xml_text(ofd_xml_within(info, "SignatureMethod"));
	read_marks(s, info, pages);
	read_seal(ofd, s, info);
	read_value(ofd, s, root);
	read_sealed(s);
}

void
ofd_signature_read(const struct ofd *ofd, struct ofd_signature *s,
    const struct ofd_pages *pages)
{
	xmlDoc *doc;
	const enum ofd_xml said = ofd_xml_read(s->xml, "Signature", &doc);

	s->refused = said == OFD_XML_REFUSED;
	if (said == OFD_XML_FINE)
		read_root(ofd, s, xmlDocGetRootElement(doc), pages);
	else
		wrong(s, ofd_xml_said(said), ofd_xml_said_zh(said));
	xmlFreeDoc(doc);
}

void
ofd_signature_free(struct ofd_signature *s)
{
	for (size_t i = 0; i < s->n_references; i++) {
		free(s->references[i].name);
		buf_free(&s->references[i].value);
	}
	for (size_t i = 0; i < s->n_marks; i++) {
		free(s->marks[i].id);
		free(s->marks[i].page);
	}
	free(s->sealed);
	free(s->references);
	free(s->marks);
	free(s->id);
	free(s->type);
	free(s->algorithm);
	free(s->method);
	free(s->wrong);
	free(s->wrong_zh);
}
