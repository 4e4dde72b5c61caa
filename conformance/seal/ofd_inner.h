/* SPDX-License-Identifier: MIT */
/*
 * seal/ofd_inner - what the parts of seal/ofd share.
 */
#ifndef CONFORMANCE_SEAL_OFD_INNER_H
#define CONFORMANCE_SEAL_OFD_INNER_H

#include <libxml/tree.h>

#include "conformance/seal/ofd.h"

/* ---- ofd_package.c ---- */

/* Unpacks it; false: there are no files. */
bool ofd_unpack(struct ofd *, struct span package, struct pki_findings *);

/* ---- ofd_xml.c ---- */

enum ofd_xml {
	OFD_XML_FINE,
	OFD_XML_MISSING, /* there is no such file */
	OFD_XML_BROKEN,  /* not well-formed, or too long */
	OFD_XML_OTHER,   /* the element is another than the one wanted */
	OFD_XML_REFUSED, /* it declares a document type */
};

/*
 * Its element is to have this name, in the namespace of OFD.  What is not
 * fine has no document; xmlFreeDoc() takes NULL.
 */
enum ofd_xml ofd_xml_read(
    const struct ofd_file *, const char *element, xmlDoc **);
const char *ofd_xml_said(enum ofd_xml);
const char *ofd_xml_said_zh(enum ofd_xml);

/* The first within, and the next beside, of this name; NULL: none. */
const xmlNode *ofd_xml_within(const xmlNode *, const char *name);
const xmlNode *ofd_xml_beside(const xmlNode *, const char *name);
/* Text without white space at its ends, for free(); NULL: no such. */
char *ofd_xml_text(const xmlNode *);
char *ofd_xml_attribute(const xmlNode *, const char *name);

/*
 * The file's name that a ST_Loc in the file "from" says, for free(); NULL:
 * it leads outside, or nowhere.
 */
char *ofd_xml_place(const char *from, const char *location);

/* ---- ofd_signature.c ---- */

/* What Signature.xml says.  pages: IDs of the document's pages, or NULL. */
struct ofd_pages {
	char **ids; /* in order */
	size_t n;
	bool known;
};

void ofd_signature_read(
    const struct ofd *, struct ofd_signature *, const struct ofd_pages *);
void ofd_signature_free(struct ofd_signature *);

#endif
