/* SPDX-License-Identifier: MIT */
/*
 * From OFD.xml by way of each DocBody to the signatures of a package
 * (GB/T 33190-2016 18).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/seal/ofd_inner.h"
#include "lib/mem.h"

/* What is the same while a package is read. */
struct reading {
	struct ofd *ofd;
	struct pki_findings *f;
	size_t n_refused;
	bool fine;
};

/* A list, or OFD.xml, is not what it should be. */
static void
tell(struct reading *r, const char *name, const char *why, const char *why_zh)
{
	char *en = mem_textf("%.300s: %s", name, why);
	char *zh = mem_textf("%.300s：%s", name, why_zh);

	pki_find_both(r->f, PKI_OFD_STRUCTURE, PKI_FAILS, en, zh);
	free(en);
	free(zh);
	r->fine = false;
}

static void
tell_refused(struct reading *r, const char *name)
{
	pki_find(r->f, PKI_OFD_ENTITY, PKI_FAILS, "%.300s", name);
	r->n_refused++;
}

static bool
read_xml(struct reading *r, const char *name, const char *element, xmlDoc **doc)
{
	const enum ofd_xml said =
	    ofd_xml_read(ofd_find(r->ofd, span_of(name)), element, doc);

	if (said == OFD_XML_REFUSED) {
		tell_refused(r, name);
		r->fine = false;
	} else if (said != OFD_XML_FINE) {
		tell(r, name, ofd_xml_said(said), ofd_xml_said_zh(said));
	}
	return said == OFD_XML_FINE;
}

/* ---- pages ---- */

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
take_pages(struct ofd_pages *pages, const xmlNode *root)
{
	const xmlNode *all = ofd_xml_within(root, "Pages");
	size_t room = 0;

	for (const xmlNode *n = ofd_xml_within(all, "Page"); n != NULL;
	     n = ofd_xml_beside(n, "Page")) {
		char *id = ofd_xml_attribute(n, "ID");

		if (id == NULL)
			continue;
		if (pages->n == room) {
			room = room == 0 ? 64 : 2 * room;
			pages->ids =
			    mem_grow(pages->ids, room * sizeof pages->ids[0]);
		}
		pages->ids[pages->n++] = id;
	}
	if (pages->n > 0)
		qsort(pages->ids, pages->n, sizeof pages->ids[0], by_text);
}

/* Without a Document.xml there are none; seals are judged all the same. */
static struct ofd_pages
read_pages(struct reading *r, const xmlNode *body)
{
	struct ofd_pages pages = { .ids = NULL };
	char *location = ofd_xml_text(ofd_xml_within(body, "DocRoot"));
	char *place = ofd_xml_place("", location);
	enum ofd_xml said;
	xmlDoc *doc;

	if (place != NULL) {
		said = ofd_xml_read(
		    ofd_find(r->ofd, span_of(place)), "Document", &doc);
		pages.known = said == OFD_XML_FINE;
		if (said == OFD_XML_REFUSED)
			tell_refused(r, place);
		if (pages.known)
			take_pages(&pages, xmlDocGetRootElement(doc));
		xmlFreeDoc(doc);
	}
	free(location);
	free(place);
	return pages;
}

static void
free_pages(struct ofd_pages *pages)
{
	for (size_t i = 0; i < pages->n; i++)
		free(pages->ids[i]);
	free(pages->ids);
}

/* ---- one list ---- */

static bool
is_new(const struct ofd *ofd, const struct ofd_signature *s)
{
	for (size_t i = 0; i < ofd->n_signatures; i++) {
		const struct ofd_signature *other = &ofd->signatures[i];

		if (other->document == s->document &&
		    (strcmp(other->id, s->id) == 0 ||
			(s->xml != NULL && other->xml == s->xml)))
			return false;
	}
	return true;
}

/* True: it is one of the list now. */
static bool
add_signature(struct reading *r, const struct ofd_file *list, const xmlNode *n,
    const struct ofd_pages *pages)
{
	struct ofd *ofd = r->ofd;
	struct ofd_signature *s = &ofd->signatures[ofd->n_signatures];
	char *location = ofd_xml_attribute(n, "BaseLoc");
	char *place = ofd_xml_place(list->name, location);
	char *type = ofd_xml_attribute(n, "Type");
	bool fine;

	*s = (struct ofd_signature){ .list = list,
		.document = ofd->n_documents,
		.id = ofd_xml_attribute(n, "ID"),
		.type = type != NULL ? type : mem_textf("Seal") };
	if (place != NULL)
		s->xml = ofd_find(ofd, span_of(place));
	free(location);
	free(place);
	fine = s->id != NULL && is_new(ofd, s);
	if (fine) {
		ofd_signature_read(ofd, s, pages);
		ofd->n_signatures++;
	} else {
		ofd_signature_free(s);
	}
	return fine;
}

/* There is nothing in it but these: what is misspelt is not left out. */
static bool
is_known(const xmlNode *root, const xmlNode *n)
{
	return n->type != XML_ELEMENT_NODE ||
	       (n->ns == root->ns &&
		   (xmlStrEqual(n->name, (const xmlChar *)"MaxSignId") ||
		       xmlStrEqual(n->name, (const xmlChar *)"Signature")));
}

static size_t
take_list(struct reading *r, const struct ofd_file *list, const xmlNode *root,
    const struct ofd_pages *pages)
{
	size_t n_taken = 0;

	for (const xmlNode *n = root->children; n != NULL; n = n->next) {
		if (!is_known(root, n)) {
			tell(r, list->name, "an element that is not known",
			    "含有未知元素");
			return n_taken;
		}
		if (n->type != XML_ELEMENT_NODE ||
		    !xmlStrEqual(n->name, (const xmlChar *)"Signature"))
			continue;
		if (r->ofd->n_signatures == OFD_SIGNATURES) {
			tell(r, list->name, "more than 64 signatures",
			    "签名超过 64 个");
			return n_taken;
		}
		if (!add_signature(r, list, n, pages)) {
			tell(r, list->name,
			    "a signature without an ID, or one that is there "
			    "twice",
			    "签名缺少 ID 或重复出现");
			return n_taken;
		}
		n_taken++;
	}
	return n_taken;
}

/* ---- OFD.xml ---- */

static void
read_list(struct reading *r, const xmlNode *body, const char *location)
{
	struct ofd_pages pages = read_pages(r, body);
	char *place = ofd_xml_place("", location);
	xmlDoc *doc = NULL;
	size_t n = 0;

	if (place == NULL)
		tell(r, location, "leads nowhere in the package",
		    "不指向包内文件");
	else if (read_xml(r, place, "Signatures", &doc))
		n = take_list(r, ofd_find(r->ofd, span_of(place)),
		    xmlDocGetRootElement(doc), &pages);
	r->ofd->n_unsealed += n == 0;
	xmlFreeDoc(doc);
	free(place);
	free_pages(&pages);
}

static void
read_body(struct reading *r, const xmlNode *body)
{
	char *location = ofd_xml_text(ofd_xml_within(body, "Signatures"));

	if (location == NULL)
		r->ofd->n_unsealed++;
	else
		read_list(r, body, location);
	free(location);
	r->ofd->n_documents++;
}

static void
read_bodies(struct reading *r, const xmlNode *root)
{
	for (const xmlNode *n = ofd_xml_within(root, "DocBody"); n != NULL;
	     n = ofd_xml_beside(n, "DocBody")) {
		if (r->ofd->n_documents == OFD_DOCUMENTS) {
			tell(r, "OFD.xml", "more than 64 documents",
			    "文档超过 64 个");
			return;
		}
		read_body(r, n);
	}
	if (r->ofd->n_documents == 0)
		tell(r, "OFD.xml", "no document (DocBody)",
		    "没有文档（DocBody）");
}

static void
judge_lists(const struct reading *r)
{
	const struct ofd *ofd = r->ofd;

	if (r->fine)
		pki_check(
		    r->f, PKI_OFD_STRUCTURE, true, "%zu", ofd->n_signatures);
	else if (r->n_refused > 0)
		pki_find(r->f, PKI_OFD_STRUCTURE, PKI_NOT_REACHED, "%s", "");
	if (r->n_refused == 0)
		pki_check(r->f, PKI_OFD_ENTITY, true, "%s", "");
	if (!r->fine)
		pki_find(r->f, PKI_OFD_SEALED, PKI_NOT_REACHED, "%s", "");
	else
		pki_check(r->f, PKI_OFD_SEALED, ofd->n_unsealed == 0, "%zu/%zu",
		    ofd->n_documents - ofd->n_unsealed, ofd->n_documents);
}

bool
ofd_read(struct ofd *ofd, struct span package, struct pki_findings *f)
{
	struct reading r = { .ofd = ofd, .f = f, .fine = true };
	xmlDoc *doc;

	*ofd = (struct ofd){ .files = NULL };
	if (!ofd_unpack(ofd, package, f)) {
		pki_find(f, PKI_OFD_STRUCTURE, PKI_NOT_REACHED, "%s", "");
		return false;
	}
	ofd->signatures =
	    mem_new(OFD_SIGNATURES + 1, sizeof(struct ofd_signature));
	if (read_xml(&r, "OFD.xml", "OFD", &doc))
		read_bodies(&r, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	for (size_t i = 0; i < ofd->n_signatures; i++)
		if (ofd->signatures[i].refused)
			tell_refused(&r, ofd->signatures[i].xml->name);
	ofd->lists_readable = r.fine;
	judge_lists(&r);
	return true;
}

void
ofd_free(struct ofd *ofd)
{
	for (size_t i = 0; i < ofd->n_files; i++) {
		free(ofd->files[i].name);
		buf_free(&ofd->files[i].octets);
	}
	for (size_t i = 0; i < ofd->n_signatures; i++)
		ofd_signature_free(&ofd->signatures[i]);
	free(ofd->files);
	free(ofd->signatures);
	*ofd = (struct ofd){ .files = NULL };
}
