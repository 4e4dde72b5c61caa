/* SPDX-License-Identifier: MIT */
/*
 * pack - the files of a package of OFD (GB/T 33190-2016), in memory.
 *
 * What comes from anybody is bounded: how many files, how long, how far they
 * grow when they are unpacked.  Names are there once and stay inside.
 */
#ifndef REFERENCE_SEAL_PACK_H
#define REFERENCE_SEAL_PACK_H

#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/err.h"
#include "lib/span.h"

#define PACK_MOST  (64 << 20) /* octets of all of it, packed and unpacked */
#define PACK_FILES 2000
#define PACK_NAME  240 /* octets of a name */
#define PACK_RATIO 200 /* of a file, unpacked to packed */
#define PACK_SIGNS 64  /* seals that are looked at */

struct pack_file {
	char *name; /* "Doc_0/Document.xml" */
	struct buf octets;
};

struct pack {
	struct pack_file *files;
	size_t n;
	bool stray; /* there are octets that belong to no file */
};

/* ERR_PROTOCOL, ERR_LIMIT: it is none, or not safe.  Free it either way. */
bool pack_read(struct pack *, struct span octets, struct err *);
void pack_free(struct pack *);
/* Does each octet of a package belong to a file, or to what lists them? */
bool pack_is_filled(struct span octets);
/* The files are dated so. */
bool pack_write(const struct pack *, struct wall, struct buf *to, struct err *);

/* NULL: there is none. */
struct pack_file *pack_find(const struct pack *, const char *name);
/* In place of the one that has the name, or as one more. */
void pack_put(struct pack *, const char *name, struct span octets);
void pack_remove(struct pack *, const char *name);

/*
 * Where a location in that file leads, which begins with "/" or is beside
 * it; NULL: out of the package.  To be freed.
 */
char *pack_path(const char *from, const char *location);

/* ---- XML: entities and the network are off ---- */

/* NULL: it is no XML, it declares a type, or its root has another name. */
xmlDoc *pack_xml(const struct pack_file *, const char *root);
void pack_xml_put(struct pack *, const char *name, xmlDoc *);

/* The first of that name below, or beside (from the one behind it on). */
xmlNode *pack_within(const xmlNode *, const char *name);
xmlNode *pack_beside(const xmlNode *, const char *name);
/* Without white space around; NULL: there is none.  To be freed. */
char *pack_text(const xmlNode *);
char *pack_attribute(const xmlNode *, const char *name);

#endif
