/* SPDX-License-Identifier: MIT */
/*
 * seal/ofd - a sealed document: a package of OFD (GB/T 33190-2016), its
 * signatures (18), and what is asked of them.
 *
 *	struct ofd ofd;
 *
 *	pki_about(&f, "letter.ofd");
 *	if (ofd_read(&ofd, bytes, &f))
 *		ofd_judge(&ofd, &ask, &f);
 *	ofd_free(&ofd);
 *	if (!pki_findings_conform(&f)) ...
 *
 * A package comes from anybody: how many files it has, how long they and
 * their names are and how far they grow is bounded, and so is XML, in which
 * no entity is declared.  One that is beyond a bound, or in which two readers
 * may see two different things, is not read any further.
 */
#ifndef CONFORMANCE_SEAL_OFD_H
#define CONFORMANCE_SEAL_OFD_H

#include <stdbool.h>
#include <stddef.h>

#include "conformance/pki/check.h"
#include "conformance/seal/party.h"
#include "conformance/seal/signed.h"
#include "lib/buf.h"
#include "lib/span.h"

enum {
	OFD_MOST = 64 << 20,      /* octets of a package */
	OFD_FILES = 4096,         /* in a package */
	OFD_NAME = 255,           /* octets of a file's name */
	OFD_FILE = 32 << 20,      /* octets of a file, unpacked */
	OFD_UNPACKED = 128 << 20, /* octets of all files, unpacked */
	OFD_RATIO = 200,          /* unpacked to packed, of one file, */
	OFD_RATIO_FROM = 1 << 20, /* when it has more octets than that */
	OFD_XML = 8 << 20,        /* octets of a file that is read as XML */
	OFD_DOCUMENTS = 64,       /* DocBody */
	OFD_SIGNATURES = 64,
};

struct ofd_file {
	char *name; /* "Doc_0/Document.xml" */
	struct buf octets;
};

/* A digest of a file that was signed. */
struct ofd_reference {
	char *name; /* of the file, as a file of the package is called */
	const struct ofd_file *file; /* NULL: there is none */
	struct buf value;            /* CheckValue, decoded; full: no base64 */
};

/* StampAnnot: where on which page the seal is seen, in mm. */
struct ofd_mark {
	char *id, *page;              /* as they stand */
	bool page_exists, page_known; /* not known: no Document.xml */
	bool readable;                /* Boundary has four numbers */
	double x, y, width, height;
};

/* What a Signature.xml says; members are NULL where it says nothing. */
struct ofd_signature {
	char *id,
	    *type; /* as Signatures.xml has them; type "Seal" by default */
	size_t document;             /* which DocBody it belongs to, from 0 */
	const struct ofd_file *list; /* Signatures.xml */
	const struct ofd_file *xml, *seal, *value; /* NULL: not there */
	struct ses_signed *sealed; /* what is in value; NULL: not readable */
	bool refused;           /* Signature.xml: it declares a document type */
	char *wrong, *wrong_zh; /* why something of it cannot be read */
	bool readable;          /* what is below was read */
	char *algorithm;        /* SignatureMethod */
	char *method;           /* CheckMethod */
	bool names_seal;        /* a Seal.esl is named */
	struct ofd_reference *references;
	size_t n_references;
	struct ofd_mark *marks;
	size_t n_marks;
};

struct ofd {
	struct ofd_file *files; /* by name */
	size_t n_files;
	struct ofd_signature *signatures; /* in the order of the lists */
	size_t n_signatures;
	size_t n_documents; /* DocBody */
	size_t n_unsealed;  /* of them have no signature */
	bool lists_readable;
};

/* Does it begin as a package does? */
bool ofd_is(struct span);

/*
 * Adds what is asked of the package, of its files and of its lists; false:
 * there is nothing to judge.  Free it also then.
 */
bool ofd_read(struct ofd *, struct span package, struct pki_findings *);
void ofd_free(struct ofd *);

/*
 * ofd.* of every signature, with sign.*, seal.* and stamp.* of what is in its
 * SignedValue.dat.  Each finding says which signature it is about.  What the
 * ask says of a document is not looked at: it is Signature.xml.
 */
void ofd_judge(
    const struct ofd *, const struct seal_ask *, struct pki_findings *);

/* NULL when there is none of this name. */
const struct ofd_file *ofd_find(const struct ofd *, struct span name);
/* The seal of a signature by seal; NULL: there is none that can be read. */
const struct seal *ofd_signature_seal(const struct ofd_signature *);
/* Does this signature have a digest of that file? */
bool ofd_covers(const struct ofd_signature *, const struct ofd_file *);

#endif
