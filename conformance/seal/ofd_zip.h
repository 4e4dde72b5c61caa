/* SPDX-License-Identifier: MIT */
/*
 * seal/ofd_zip - where the octets of a ZIP belong (APPNOTE 4.3.6).
 *
 * libzip unpacks by the directory at the end; others go from file to file.
 * What stands between files only the others see: so it is asked here whether
 * anything does.  ZIP64 is not read: no package is so long.
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
	struct span packed;    /* its octets as they stand */
	uint64_t begins, ends; /* its header, octets and descriptor */
};

struct ofd_zip {
	size_t n;        /* how many files the directory should have */
	uint64_t begins; /* the directory */
	uint64_t ends;
	struct ofd_zip_entry *entries; /* in the order of the directory */
};

/* The end of the directory alone; false: there is none. */
bool ofd_zip_end(struct ofd_zip *, struct span);
/* Its entries; false, and there are none, when they cannot be read. */
bool ofd_zip_entries(struct ofd_zip *, struct span);
/* The first octet that belongs to nothing, or its length; sorts by place. */
uint64_t ofd_zip_stray(const struct ofd_zip *, struct span);
/*
 * Is what is packed all of its octets?  What stands behind the end of what was
 * deflated is seen by none who goes by the directory.
 */
bool ofd_zip_is_filled(const struct ofd_zip_entry *);
void ofd_zip_free(struct ofd_zip *);

#endif
