/* SPDX-License-Identifier: MIT */
/* Documents, sealed. */
#include "reference/seal/ofd.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include "lib/mem.h"
#include "lib/text.h"
#include "reference/seal/book.h"
#include "reference/seal/flaw.h"
#include "reference/seal/make.h"
#include "reference/seal/ses.h"

#define NS       "http://www.ofdspec.org/2016"
#define PROVIDER "Yanshou reference"

enum { NAME_ROOM = PACK_NAME + 64 };

/* ---- XML that is made ---- */

static xmlNode *
add_node(xmlNode *parent, const char *name, const char *text)
{
	return xmlNewTextChild(
	    parent, parent->ns, (const xmlChar *)name, (const xmlChar *)text);
}

static void
set(xmlNode *n, const char *name, const char *value)
{
	xmlNewProp(n, (const xmlChar *)name, (const xmlChar *)value);
}

static xmlDoc *
new_doc(const char *name)
{
	xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *root = xmlNewNode(NULL, (const xmlChar *)name);

	xmlSetNs(
	    root, xmlNewNs(root, (const xmlChar *)NS, (const xmlChar *)"ofd"));
	xmlDocSetRootElement(doc, root);
	return doc;
}

/* ---- where everything will be ---- */

struct place {
	char list[NAME_ROOM]; /* Signatures.xml */
	char xml[NAME_ROOM], seal[NAME_ROOM], value[NAME_ROOM];
	char box[128]; /* of the picture: "120 200 42 42" */
	struct book_page page;
	unsigned number; /* of the signature */
};

static int
folder(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash == NULL ? 0 : (int)(slash - name) + 1;
}

/* The first number that is free, in the list and in the package. */
static bool
set_names(const struct book *b, struct place *p)
{
	int n;
	unsigned at = 0;

	if (b->n_lists > 0)
		snprintf(p->list, sizeof p->list, "%s", b->lists[0]);
	else
		snprintf(p->list, sizeof p->list, "%.*sSigns/Signatures.xml",
		    folder(b->root), b->root);
	n = folder(p->list);
	do {
		snprintf(p->xml, sizeof p->xml, "%.*sSign_%u/Signature.xml", n,
		    p->list, at);
	} while (pack_find(&b->pack, p->xml) != NULL && ++at < PACK_SIGNS);
	n = folder(p->xml);
	snprintf(p->seal, sizeof p->seal, "%.*sSeal.esl", n, p->xml);
	snprintf(p->value, sizeof p->value, "%.*sSignedValue.dat", n, p->xml);
	return at < PACK_SIGNS && strlen(p->value) <= PACK_NAME &&
	       pack_find(&b->pack, p->seal) == NULL &&
	       pack_find(&b->pack, p->value) == NULL;
}

/* The picture has the size that the seal says. */
static bool
set_box(const struct ofd_order *o, struct place *p, struct err *err)
{
	enum ses_bad bad;
	struct ses_seal *s = ses_seal_read(o->use.seal, &bad);
	int64_t width = 0, height = 0;
	const bool ok =
	    s != NULL &&
	    ASN1_INTEGER_get_int64(&width, s->info->picture->width) == 1 &&
	    ASN1_INTEGER_get_int64(&height, s->info->picture->height) == 1;

	ses_seal_free(s);
	if (!ok)
		return err_set(err, ERR_CONFIG, "the seal cannot be read");
	if (!isfinite(o->x) || !isfinite(o->y) || o->x < 0 || o->y < 0 ||
	    o->x + (double)width > p->page.width ||
	    o->y + (double)height > p->page.height)
		return err_set(err, ERR_CONFIG,
		    "x, y: a seal of %lld x %lld mm would not be on the page, "
		    "which has %g x %g mm",
		    (long long)width, (long long)height, p->page.width,
		    p->page.height);
	snprintf(p->box, sizeof p->box, "%g %g %lld %lld", o->x, o->y,
	    (long long)width, (long long)height);
	flaw_ofd_box(o->use.fault, p->box, sizeof p->box);
	return true;
}

static bool
find_place(const struct book *b, const struct ofd_order *o, struct place *p,
    struct err *err)
{
	for (size_t i = 0; i < b->n_signs; i++)
		if (o->use.fault != FAULT_OFD_WHOLE_OPEN &&
		    book_covers(&b->signs[i], b->signs[i].list))
			return err_set(err, ERR_PROTOCOL,
			    "it is sealed whole: nothing may be added");
	if (b->pack.stray)
		return err_set(
		    err, ERR_PROTOCOL, "%s", seal_reason_text(WHY_OCTETS));
	if (b->root == NULL)
		return err_set(err, ERR_PROTOCOL, "OFD.xml names no document");
	return book_page(b, o->page, &p->page, err) && set_box(o, p, err) &&
	       (set_names(b, p) ||
		   err_set(err, ERR_LIMIT, "there is no place for a seal"));
}

/* ---- the list ---- */

/* OFD.xml says where it is; only when nobody has sealed anything yet. */
static bool
name_list(struct book *b, const struct place *p)
{
	xmlDoc *doc = pack_xml(pack_find(&b->pack, "OFD.xml"), "OFD");
	xmlNode *body = doc == NULL
			    ? NULL
			    : pack_within(xmlDocGetRootElement(doc), "DocBody");
	char *location = mem_textf("/%s", p->list);

	if (body != NULL) {
		add_node(body, "Signatures", location);
		pack_xml_put(&b->pack, "OFD.xml", doc);
	}
	free(location);
	xmlFreeDoc(doc);
	return body != NULL;
}

static unsigned
number_of(char *text)
{
	const unsigned long n = text == NULL ? 0 : strtoul(text, NULL, 10);

	free(text);
	return n < UINT32_MAX ? (unsigned)n : 0;
}

/* A number greater than all that are there. */
static unsigned
next_number(const xmlNode *root)
{
	const xmlNode *s = pack_within(root, "Signature");
	unsigned most = number_of(pack_text(pack_within(root, "MaxSignId")));

	for (; s != NULL; s = pack_beside(s, "Signature")) {
		const unsigned n = number_of(pack_attribute(s, "ID"));

		most = n > most ? n : most;
	}
	return most + 1;
}

static void
set_most(xmlNode *root, const char *number)
{
	xmlNode *most = pack_within(root, "MaxSignId");

	if (most != NULL)
		xmlNodeSetContent(most, (const xmlChar *)number);
	else
		add_node(root, "MaxSignId", number);
}

static bool
add_to_list(struct book *b, struct place *p)
{
	const struct pack_file *file = pack_find(&b->pack, p->list);
	xmlDoc *doc =
	    file == NULL ? new_doc("Signatures") : pack_xml(file, "Signatures");
	xmlNode *root = doc == NULL ? NULL : xmlDocGetRootElement(doc), *entry;
	char *location = mem_textf("/%s", p->xml), number[16];

	if (root != NULL) {
		p->number = next_number(root);
		snprintf(number, sizeof number, "%u", p->number);
		set_most(root, number);
		entry = add_node(root, "Signature", NULL);
		set(entry, "ID", number);
		set(entry, "Type", "Seal");
		set(entry, "BaseLoc", location);
		pack_xml_put(&b->pack, p->list, doc);
	}
	free(location);
	xmlFreeDoc(doc);
	return root != NULL && (b->n_lists > 0 || name_list(b, p));
}

/* ---- Signature.xml ---- */

static void
add_reference(xmlNode *to, const struct pack_file *f, enum fault fault)
{
	xmlNode *r = add_node(to, "Reference", NULL);
	char *location = mem_textf("/%s", f->name);
	unsigned char digest[EVP_MAX_MD_SIZE];
	const unsigned n =
	    flaw_file_digest(fault, f->name, buf_span(&f->octets), digest);
	struct buf text;

	buf_init(&text, 256);
	text_base64((struct span){ (const char *)digest, n }, &text);
	set(r, "FileRef", location);
	add_node(r, "CheckValue", buf_text(&text));
	buf_free(&text);
	free(location);
}

/* All files but the list, which grows, unless nothing is to be added. */
static void
add_references(xmlNode *info, const struct book *b, const struct ofd_order *o,
    const struct place *p)
{
	xmlNode *all = add_node(info, "References", NULL);

	set(all, "CheckMethod", flaw_method(o->use.fault));
	for (size_t i = 0; i < b->pack.n; i++) {
		const struct pack_file *f = &b->pack.files[i];

		if ((o->whole || strcmp(f->name, p->list) != 0) &&
		    !flaw_leaves_out(o->use.fault, f->name))
			add_reference(all, f, o->use.fault);
	}
}

static void
add_mark(xmlNode *info, const struct ofd_order *o, const struct place *p,
    const char *id)
{
	xmlNode *n = add_node(info, "StampAnnot", NULL);

	set(n, "ID", id);
	set(n, "PageRef", flaw_ofd_page(o->use.fault, p->page.id));
	set(n, "Boundary", p->box);
}

static void
add_info(xmlNode *info, const struct book *b, const struct ofd_order *o,
    const struct place *p)
{
	const bool bare = o->use.variant == VARIANT_OFD_BARE;
	xmlNode *n = add_node(info, "Provider", NULL);
	char time[CLOCK_TEXT], *location = mem_textf("/%s", p->seal);

	set(n, "ProviderName", PROVIDER);
	set(n, "Company", SEAL_VENDOR);
	set(n, "Version", "1.0");
	if (!bare)
		add_node(info, "SignatureMethod",
		    flaw_ofd_algorithm(o->use.fault, SES_SM2_WITH_SM3));
	wall_text(o->use.time, time);
	add_node(info, "SignatureDateTime", time);
	add_references(info, b, o, p);
	add_mark(info, o, p, "1");
	if (bare)
		add_mark(info, o, p, "2");
	else
		add_node(add_node(info, "Seal", NULL), "BaseLoc", location);
	free(location);
}

static void
add_signature_xml(
    struct book *b, const struct ofd_order *o, const struct place *p)
{
	xmlDoc *doc = new_doc("Signature");
	xmlNode *root = xmlDocGetRootElement(doc);
	char *location = mem_textf("/%s", p->value);

	add_info(add_node(root, "SignedInfo", NULL), b, o, p);
	add_node(root, "SignedValue", location);
	pack_xml_put(&b->pack, p->xml, doc);
	free(location);
	xmlFreeDoc(doc);
}

/* ---- all of it ---- */

static bool
add_value(struct book *b, const struct ofd_order *o, const struct place *p,
    struct err *err)
{
	char *property = mem_textf("/%s", p->xml);
	struct seal_use use = o->use;
	struct buf value;
	bool ok;

	buf_init(&value, SES_MOST);
	use.property = property;
	flaw_ofd_use(&use);
	seal_digest(buf_span(&pack_find(&b->pack, p->xml)->octets), use.digest);
	ok = seal_sign(&use, &value, err);
	if (ok)
		pack_put(&b->pack, p->value, buf_span(&value));
	buf_free(&value);
	free(property);
	return ok;
}

static bool
seal(
    struct book *b, const struct ofd_order *o, struct place *p, struct err *err)
{
	if (!find_place(b, o, p, err))
		return false;
	if (b->n_signs > 0)
		flaw_ofd_again(o->use.fault, &b->pack);
	else
		flaw_ofd_first(o->use.fault, &b->pack);
	if (!add_to_list(b, p))
		return err_set(err, ERR_PROTOCOL,
		    "OFD.xml or the list of signatures cannot be changed");
	if (o->use.variant != VARIANT_OFD_BARE)
		pack_put(&b->pack, p->seal, o->use.seal);
	flaw_ofd_beside(o->use.fault, &b->pack, p->seal);
	add_signature_xml(b, o, p);
	if (!add_value(b, o, p, err))
		return false;
	flaw_ofd_sealed(o->use.fault, &b->pack, p->xml, p->value);
	return true;
}

bool
ofd_seal(const struct ofd_order *o, struct buf *to, struct err *err)
{
	struct place p = { .number = 0 };
	struct ofd_order order = *o;
	struct buf other;
	struct book b;
	enum seal_why why;
	bool ok;

	if (flaw_ofd_leaves(o->use.fault)) {
		buf_add(to, o->document);
		return true;
	}
	flaw_ofd_order(&order.use, &other);
	why = book_read(&b, o->document, err);
	ok = (why == WHY_FINE || err_while(err, "%s", seal_reason_text(why))) &&
	     seal(&b, &order, &p, err) &&
	     pack_write(&b.pack, o->use.time, to, err);
	if (ok)
		flaw_ofd_written(o->use.fault, to);
	buf_free(&other);
	free(p.page.id);
	book_free(&b);
	return ok || err_while(err, "sealing a document");
}
