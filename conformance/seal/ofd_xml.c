/* SPDX-License-Identifier: MIT */
/*
 * XML by libxml2, without a network, entities or document types; and the few
 * things that are looked for in it.
 */
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>

#include "conformance/seal/ofd_inner.h"
#include "lib/mem.h"

#define NAMESPACE "http://www.ofdspec.org/2016"
#define SPACE     " \t\r\n"

/* clang-format off */
static const char *const said[][2] = {
	[OFD_XML_FINE]	  = { "", "" },
	[OFD_XML_MISSING] = { "it is not there", "文件不存在" },
	[OFD_XML_BROKEN]  = { "it is no XML that is well-formed and of no more "
			      "than 8 MiB",
			      "不是格式良好且不超过 8 MiB 的 XML" },
	[OFD_XML_OTHER]	  = { "it has not the element that it should have",
			      "缺少应有的元素" },
	[OFD_XML_REFUSED] = { "it declares a document type",
			      "其中声明了文档类型" },
};
/* clang-format on */

const char *
ofd_xml_said(enum ofd_xml what)
{
	return said[what][0];
}

const char *
ofd_xml_said_zh(enum ofd_xml what)
{
	return said[what][1];
}

/* ---- reading ---- */

/* Called before anything of a document type is looked at. */
static void
refuse(void *context, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	xmlParserCtxt *ctxt = context;

	(void)name;
	(void)external;
	(void)system;
	*(bool *)ctxt->_private = true;
	xmlStopParser(ctxt);
}

static bool
is_named(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && n->ns != NULL &&
	       xmlStrEqual(n->ns->href, (const xmlChar *)NAMESPACE) &&
	       xmlStrEqual(n->name, (const xmlChar *)name);
}

/* What is wrong is told by findings; errors of an encoding go past options. */
static void
be_silent(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

static xmlDoc *
parse_with(xmlParserCtxt *ctxt, struct span octets)
{
	const xmlStructuredErrorFunc was = xmlStructuredError;
	void *const context = xmlStructuredErrorContext;
	xmlDoc *doc;

	xmlSetStructuredErrorFunc(NULL, be_silent);
	doc = xmlCtxtReadMemory(ctxt, octets.ptr, (int)octets.len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlSetStructuredErrorFunc(context, was);
	return doc;
}

static xmlDoc *
parse(struct span octets, bool *refused)
{
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	xmlDoc *doc;

	*refused = false;
	if (ctxt == NULL)
		return NULL;
	ctxt->_private = refused;
	ctxt->sax->internalSubset = refuse;
	doc = parse_with(ctxt, octets);
	xmlFreeParserCtxt(ctxt);
	if (!*refused)
		return doc;
	xmlFreeDoc(doc);
	return NULL;
}

enum ofd_xml
ofd_xml_read(const struct ofd_file *file, const char *element, xmlDoc **doc)
{
	const xmlNode *root;
	bool refused;

	*doc = NULL;
	if (file == NULL)
		return OFD_XML_MISSING;
	if (file->octets.len == 0 || file->octets.len > OFD_XML)
		return OFD_XML_BROKEN;
	*doc = parse(buf_span(&file->octets), &refused);
	if (*doc == NULL)
		return refused ? OFD_XML_REFUSED : OFD_XML_BROKEN;
	root = xmlDocGetRootElement(*doc);
	if (root != NULL && is_named(root, element))
		return OFD_XML_FINE;
	xmlFreeDoc(*doc);
	*doc = NULL;
	return OFD_XML_OTHER;
}

/* ---- looking ---- */

static const xmlNode *
first_named(const xmlNode *n, const char *name)
{
	while (n != NULL && !is_named(n, name))
		n = n->next;
	return n;
}

const xmlNode *
ofd_xml_within(const xmlNode *n, const char *name)
{
	return n == NULL ? NULL : first_named(n->children, name);
}

const xmlNode *
ofd_xml_beside(const xmlNode *n, const char *name)
{
	return first_named(n->next, name);
}

static char *
trimmed(xmlChar *text)
{
	const char *from = (const char *)text;
	size_t n;
	char *copy;

	if (text == NULL)
		return NULL;
	from += strspn(from, SPACE);
	n = strlen(from);
	while (n > 0 && strchr(SPACE, from[n - 1]) != NULL)
		n--;
	copy = mem_text((struct span){ from, n });
	xmlFree(text);
	return copy;
}

char *
ofd_xml_text(const xmlNode *n)
{
	return n == NULL ? NULL : trimmed(xmlNodeGetContent(n));
}

char *
ofd_xml_attribute(const xmlNode *n, const char *name)
{
	return trimmed(xmlGetNoNsProp(n, (const xmlChar *)name));
}

/* ---- places ---- */

/* Takes the last part of the way away; false: there is none. */
static bool
go_up(struct buf *way)
{
	if (way->len == 0)
		return false;
	way->len--;
	while (way->len > 0 && way->data[way->len - 1] != '/')
		way->len--;
	return true;
}

/* Each part with "/" behind it. */
static bool
go(struct buf *way, struct span location)
{
	while (location.len > 0) {
		const struct span part = span_cut(&location, '/');

		if (span_eq(part, SPAN(".."))) {
			if (!go_up(way))
				return false;
		} else if (part.len > 0 && !span_eq(part, SPAN("."))) {
			buf_add(way, part);
			buf_add(way, SPAN("/"));
		}
	}
	return way->len > 0 && !way->full;
}

char *
ofd_xml_place(const char *from, const char *location)
{
	char *place = NULL;
	struct buf way;

	if (location == NULL || location[0] == '\0')
		return NULL;
	buf_init(&way, 4L * OFD_NAME);
	if (location[0] != '/' && strchr(from, '/') != NULL)
		buf_add(&way, (struct span){ from,
				  (size_t)(strrchr(from, '/') - from) + 1 });
	if (go(&way, span_of(location)))
		place = mem_text(span_take(buf_span(&way), way.len - 1));
	buf_free(&way);
	return place;
}
