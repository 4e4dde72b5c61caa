/* SPDX-License-Identifier: MIT */
/*
 * book - a document of OFD as far as seals are concerned: its files, its
 * lists of signatures, and what each of them names (GB/T 33190-2016 18).
 */
#ifndef REFERENCE_SEAL_BOOK_H
#define REFERENCE_SEAL_BOOK_H

#include <libxml/hash.h>

#include "reference/seal/check.h"
#include "reference/seal/pack.h"

/* One of a list; what it names, as files are called, or NULL. */
struct book_sign {
	const char *list; /* Signatures.xml */
	size_t document;  /* whose, from 0 */
	char *id, *type;
	char *xml, *seal, *value;
	xmlDoc *doc; /* of xml; NULL: it is not there, or no XML */
};

struct book {
	struct pack pack;
	char **roots; /* of its documents: "Doc_0/Document.xml", or NULL */
	size_t n_roots;
	char *root; /* of the first that has one */
	char **lists;
	size_t n_lists;
	struct book_sign *signs;
	size_t n_signs;
};

/*
 * WHY_FINE, or why it cannot be read further: then err says more.  A document
 * without seals can.  Free it either way.
 */
enum seal_why book_read(struct book *, struct span octets, struct err *);
void book_free(struct book *);

/* What is in ofd:SignedInfo; NULL: nothing of that name. */
xmlNode *book_signed(const struct book_sign *, const char *name);
/* The file of a Reference; NULL: it leads nowhere.  To be freed. */
char *book_reference(const struct book_sign *, const xmlNode *);
/* Has it a digest of that file? */
bool book_covers(const struct book_sign *, const char *name);

/*
 * IDs of the pages of the document that was signed; NULL: it cannot be read.
 * To be freed with xmlHashFree(), without a function.
 */
xmlHashTable *book_pages(const struct book *, const struct book_sign *);

/* "0 0 210 297": where it begins, and how wide and high it is. */
bool book_box(const char *text, double box[4]);

/* Where the picture may be: page n, from 1. */
struct book_page {
	char *id;
	double width, height;
};

bool book_page(
    const struct book *, unsigned n, struct book_page *, struct err *);

#endif
