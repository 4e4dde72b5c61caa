/* SPDX-License-Identifier: MIT */
/*
 * seal/ofd_zip - where the octets of a ZIP belong, and what stands of each
 * file in front of it, behind it and in the directory (APPNOTE 4.3).
 *
 * libzip unpacks by the directory at the end; others go from file to file, or
 * look for the end in another place.  So it is asked here whether these can see
 * anything else.  ZIP64 is read, which some write for files of any length
 * (APPNOTE 4.3.9.2), as long as all values that are there twice agree: of two,
 * a reader may go by either.
 */
#ifndef CONFORMANCE_SEAL_OFD_ZIP_H
#define CONFORMANCE_SEAL_OFD_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/span.h"

struct ofd_zip_entry {
	struct span name; /* as it stands in the directory */
	uint32_t flags, method;
	struct span packed; /* its octets as they stand */
	uint64_t size;      /* unpacked */
	bool agrees;        /* its header says what the directory says */
	/* Its header, octets and descriptor; no end: its descriptor is wrong. */
	uint64_t begins, ends;
};

struct ofd_zip {
	uint64_t n;      /* how many files the directory should have */
	uint64_t begins; /* the directory */
	uint64_t ends;
	uint64_t behind; /* where what closes it ends, without a comment */
	struct ofd_zip_entry *entries; /* in the order of the directory */
};

/* The end of the directory alone; false: there is none, or two of them. */
bool ofd_zip_end(struct ofd_zip *, struct span);
/* Its entries; false, and there are none, when they cannot be read. */
bool ofd_zip_entries(struct ofd_zip *, struct span);
/* The first octet that belongs to nothing, or its length; sorts by place. */
uint64_t ofd_zip_stray(const struct ofd_zip *, struct span);
/*
 * Are these octets all that is packed?  What stands behind the end of what was
 * deflated is seen by none who goes by the directory.
 */
bool ofd_zip_holds(const struct ofd_zip_entry *, struct span octets);
void ofd_zip_free(struct ofd_zip *);

/* The lowest octet first; what is not there is zero. */
uint64_t ofd_zip_number(struct span, uint64_t at, unsigned octets);
bool ofd_zip_stands(struct span, uint64_t at, struct span what);

#endif
