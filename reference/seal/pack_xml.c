/* SPDX-License-Identifier: MIT */
/* Files of a package that are XML. */
#include <stdlib.h>

#include <libxml/parser.h>

#include "lib/mem.h"
#include "reference/seal/pack.h"

enum { XML_MOST = 8 << 20 };

static void
keep_quiet(void *with, const char *format, ...)
{
	(void)with;
	(void)format;
}

static void
refuse(void *with, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	xmlStopParser(with);
}

/* No document type, so no entities; no files and no network. */
xmlDoc *
pack_xml(const struct pack_file *f, const char *root)
{
	xmlParserCtxt *ctx;
	xmlDoc *doc;
	const xmlNode *top;

	if (f == NULL || f->octets.len == 0 || f->octets.len > XML_MOST)
		return NULL;
	ctx = xmlNewParserCtxt();
	ctx->sax->error = ctx->sax->warning = keep_quiet;
	ctx->sax->serror = NULL;
	ctx->sax->internalSubset = refuse;
	doc = xmlCtxtReadMemory(ctx, f->octets.data, (int)f->octets.len, NULL,
	    NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlFreeParserCtxt(ctx);
	if (doc == NULL)
		return NULL;
	top = xmlDocGetRootElement(doc);
	if (doc->intSubset == NULL && top != NULL &&
	    xmlStrcmp(top->name, (const xmlChar *)root) == 0)
		return doc;
	xmlFreeDoc(doc);
	return NULL;
}

void
pack_xml_put(struct pack *p, const char *name, xmlDoc *doc)
{
	xmlChar *text = NULL;
	int n = 0;

	xmlDocDumpMemoryEnc(doc, &text, &n, "UTF-8");
	if (text != NULL)
		pack_put(
		    p, name, (struct span){ (const char *)text, (size_t)n });
	xmlFree(text);
}

xmlNode *
pack_beside(const xmlNode *n, const char *name)
{
	xmlNode *at = n == NULL ? NULL : n->next;

	while (
	    at != NULL && (at->type != XML_ELEMENT_NODE ||
			      xmlStrcmp(at->name, (const xmlChar *)name) != 0))
		at = at->next;
	return at;
}

xmlNode *
pack_within(const xmlNode *n, const char *name)
{
	const xmlNode before = { .next = n == NULL ? NULL : n->children };

	return pack_beside(&before, name);
}

static char *
copy(xmlChar *text)
{
	struct span s;
	char *out;

	if (text == NULL)
		return NULL;
	s = span_of((const char *)text);
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[0]) != NULL)
		s = span_skip(s, 1);
	while (s.len > 0 && strchr(" \t\r\n", s.ptr[s.len - 1]) != NULL)
		s.len--;
	out = mem_text(s);
	xmlFree(text);
	return out;
}

char *
pack_text(const xmlNode *n)
{
	return n == NULL ? NULL : copy(xmlNodeGetContent(n));
}

char *
pack_attribute(const xmlNode *n, const char *name)
{
	return n == NULL ? NULL
			 : copy(xmlGetNoNsProp(n, (const xmlChar *)name));
}
