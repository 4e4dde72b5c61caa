/* SPDX-License-Identifier: MIT */
#include "reference/seal/book.h"

#include <math.h>
#include <stdlib.h>

#include "lib/mem.h"

/* ---- signatures ---- */

xmlNode *
book_signed(const struct book_sign *s, const char *name)
{
	return s->doc == NULL
		   ? NULL
		   : pack_within(pack_within(xmlDocGetRootElement(s->doc),
				     "SignedInfo"),
			 name);
}

static char *
place(const char *from, char *location)
{
	char *path = location == NULL ? NULL : pack_path(from, location);

	free(location);
	return path;
}

char *
book_reference(const struct book_sign *s, const xmlNode *reference)
{
	return place(s->xml, pack_attribute(reference, "FileRef"));
}

bool
book_covers(const struct book_sign *s, const char *name)
{
	const xmlNode *r =
	    pack_within(book_signed(s, "References"), "Reference");
	bool found = false;

	for (; r != NULL && !found; r = pack_beside(r, "Reference")) {
		char *file = book_reference(s, r);

		found = file != NULL && strcmp(file, name) == 0;
		free(file);
	}
	return found;
}

static void
read_sign(struct book *b, const char *list, const xmlNode *entry)
{
	struct book_sign *s;

	b->signs = mem_grow(b->signs, (b->n_signs + 1) * sizeof b->signs[0]);
	s = &b->signs[b->n_signs++];
	*s = (struct book_sign){ .list = list,
		.document = b->n_roots - 1,
		.id = pack_attribute(entry, "ID"),
		.type = pack_attribute(entry, "Type"),
		.xml = place(list, pack_attribute(entry, "BaseLoc")) };
	if (s->xml == NULL)
		return;
	s->doc = pack_xml(pack_find(&b->pack, s->xml), "Signature");
	if (s->doc == NULL)
		return;
	s->seal = place(
	    s->xml, pack_text(pack_within(book_signed(s, "Seal"), "BaseLoc")));
	s->value = place(s->xml,
	    pack_text(
		pack_within(xmlDocGetRootElement(s->doc), "SignedValue")));
}

/* Two of one identifier: nobody can say which is meant. */
static bool
is_new(const struct book *b, const struct book_sign *s)
{
	for (const struct book_sign *o = b->signs; o < s; o++)
		if (o->list == s->list && o->id != NULL && s->id != NULL &&
		    strcmp(o->id, s->id) == 0)
			return false;
	return s->id != NULL;
}

static enum seal_why
read_list(struct book *b, const char *list, struct err *err)
{
	const struct pack_file *file = pack_find(&b->pack, list);
	xmlDoc *doc = pack_xml(file, "Signatures");
	const xmlNode *entry;
	bool fine = true;

	if (doc == NULL) {
		err_set(err, ERR_PROTOCOL, "%s",
		    file == NULL ? "it is not there" : "it is not XML");
		return WHY_LIST;
	}
	entry = pack_within(xmlDocGetRootElement(doc), "Signature");
	while (fine && entry != NULL && b->n_signs < PACK_SIGNS) {
		read_sign(b, list, entry);
		fine = is_new(b, &b->signs[b->n_signs - 1]);
		entry = pack_beside(entry, "Signature");
	}
	xmlFreeDoc(doc);
	if (fine && entry == NULL)
		return WHY_FINE;
	err_set(err, ERR_PROTOCOL,
	    "an ID that is missing or there twice, or more than %d signatures",
	    PACK_SIGNS);
	return WHY_LIST;
}

/* ---- documents ---- */

static enum seal_why
read_body(struct book *b, const xmlNode *body, struct err *err)
{
	char *root = place("OFD.xml", pack_text(pack_within(body, "DocRoot")));
	const xmlNode *named = pack_within(body, "Signatures");
	char *list = place("OFD.xml", pack_text(named));

	b->roots = mem_grow(b->roots, (b->n_roots + 1) * sizeof b->roots[0]);
	b->roots[b->n_roots++] = root;
	if (b->root == NULL)
		b->root = root;
	if (named == NULL)
		return WHY_FINE;
	if (list == NULL) {
		err_set(err, ERR_PROTOCOL, "it is not in the package");
		return WHY_LIST;
	}
	b->lists = mem_grow(b->lists, (b->n_lists + 1) * sizeof b->lists[0]);
	b->lists[b->n_lists++] = list;
	return read_list(b, list, err);
}

enum seal_why
book_read(struct book *b, struct span octets, struct err *err)
{
	enum seal_why why = WHY_FINE;
	const struct pack_file *file;
	const xmlNode *body;
	xmlDoc *doc;

	*b = (struct book){ .n_lists = 0 };
	if (!pack_read(&b->pack, octets, err))
		return WHY_PACKAGE;
	file = pack_find(&b->pack, "OFD.xml");
	doc = pack_xml(file, "OFD");
	if (doc == NULL) {
		err_set(err, ERR_PROTOCOL, "OFD.xml");
		return file == NULL ? WHY_DOCUMENT : WHY_XML;
	}
	body = pack_within(xmlDocGetRootElement(doc), "DocBody");
	for (; body != NULL && why == WHY_FINE && b->n_roots < PACK_SIGNS;
	     body = pack_beside(body, "DocBody"))
		why = read_body(b, body, err);
	if (body != NULL && why == WHY_FINE) {
		err_set(err, ERR_LIMIT, "more than %d documents", PACK_SIGNS);
		why = WHY_LIST;
	}
	xmlFreeDoc(doc);
	return why;
}

static void
free_sign(struct book_sign *s)
{
	free(s->id);
	free(s->type);
	free(s->xml);
	free(s->seal);
	free(s->value);
	xmlFreeDoc(s->doc);
}

void
book_free(struct book *b)
{
	for (size_t i = 0; i < b->n_signs; i++)
		free_sign(&b->signs[i]);
	for (size_t i = 0; i < b->n_lists; i++)
		free(b->lists[i]);
	for (size_t i = 0; i < b->n_roots; i++)
		free(b->roots[i]);
	free(b->signs);
	free(b->lists);
	free(b->roots);
	pack_free(&b->pack);
	*b = (struct book){ .n_lists = 0 };
}

/* ---- pages ---- */

xmlHashTable *
book_pages(const struct book *b, const struct book_sign *s)
{
	const char *root = b->roots[s->document];
	xmlDoc *doc = root == NULL
			  ? NULL
			  : pack_xml(pack_find(&b->pack, root), "Document");
	xmlHashTable *ids = doc == NULL ? NULL : xmlHashCreate(0);
	const xmlNode *page =
	    doc == NULL
		? NULL
		: pack_within(
		      pack_within(xmlDocGetRootElement(doc), "Pages"), "Page");

	for (; page != NULL; page = pack_beside(page, "Page")) {
		char *id = pack_attribute(page, "ID");

		if (id != NULL)
			(void)xmlHashUpdateEntry(
			    ids, (const xmlChar *)id, doc, NULL);
		free(id);
	}
	xmlFreeDoc(doc);
	return ids;
}

bool
book_box(const char *text, double box[4])
{
	const char *at = text;
	char *end;
	int n = 0;

	while (n < 4) {
		box[n] = strtod(at, &end);
		if (end == at || !isfinite(box[n]))
			break;
		at = end;
		n++;
	}
	return n == 4;
}

static bool
read_box(const xmlNode *area, struct book_page *page)
{
	char *text = pack_text(pack_within(area, "PhysicalBox"));
	double box[4];
	const bool ok = text != NULL && book_box(text, box);

	free(text);
	page->width = ok ? box[2] : 0;
	page->height = ok ? box[3] : 0;
	return ok && box[2] > 0 && box[3] > 0;
}

/* The page has a size of its own, or that of the document. */
static bool
read_size(const struct book *b, const xmlNode *common, const char *content,
    struct book_page *page)
{
	xmlDoc *doc = content == NULL
			  ? NULL
			  : pack_xml(pack_find(&b->pack, content), "Page");
	bool ok =
	    doc != NULL &&
	    read_box(pack_within(xmlDocGetRootElement(doc), "Area"), page);

	xmlFreeDoc(doc);
	return ok || read_box(pack_within(common, "PageArea"), page);
}

static bool
find_page(const struct book *b, const xmlNode *root, unsigned n,
    struct book_page *page, struct err *err)
{
	const xmlNode *at = pack_within(pack_within(root, "Pages"), "Page");
	char *content;
	bool ok;

	for (unsigned i = 1; at != NULL && i < n; i++)
		at = pack_beside(at, "Page");
	if (at == NULL || n == 0)
		return err_set(err, ERR_CONFIG, "page: there is no page %u", n);
	page->id = pack_attribute(at, "ID");
	content = place(b->root, pack_attribute(at, "BaseLoc"));
	ok = page->id != NULL &&
	     read_size(b, pack_within(root, "CommonData"), content, page);
	free(content);
	return ok ||
	       err_set(err, ERR_PROTOCOL, "page %u has no ID or no size", n);
}

bool
book_page(
    const struct book *b, unsigned n, struct book_page *page, struct err *err)
{
	xmlDoc *doc = b->root == NULL
			  ? NULL
			  : pack_xml(pack_find(&b->pack, b->root), "Document");
	bool ok;

	*page = (struct book_page){ .id = NULL };
	if (doc == NULL)
		return err_set(
		    err, ERR_PROTOCOL, "Document.xml cannot be read");
	ok = find_page(b, xmlDocGetRootElement(doc), n, page, err);
	xmlFreeDoc(doc);
	return ok;
}
