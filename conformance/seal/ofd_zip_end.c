/* SPDX-License-Identifier: MIT */
/*
 * The end of the directory of a ZIP (APPNOTE 4.3.16), and the record of ZIP64
 * in front of it (4.3.14, 4.3.15), where there is one.
 */
#include "conformance/seal/ofd_zip.h"

enum {
	END = 22,
	COMMENT = 0xffff, /* at most */
	LOCATOR = 20,
	RECORD = 56,
};

/* Where a value stands in both; of as many ones it is in the record alone. */
struct field {
	unsigned at, octets, at_record, octets_record;
};

/* clang-format off */
static const struct field
	disk = { 4, 2, 16, 4 },
	disk_of_directory = { 6, 2, 20, 4 },
	n_of_disk = { 8, 2, 24, 8 },
	n_of_all = { 10, 2, 32, 8 },
	size = { 12, 4, 40, 8 },
	place = { 16, 4, 48, 8 };
/* clang-format on */

struct ends {
	struct span s;
	uint64_t at, record; /* where they stand; has_record: there is one */
	bool has_record, agree;
};

/* Of two that differ a reader may go by either. */
static uint64_t
value(struct ends *e, const struct field *f)
{
	const uint64_t narrow = ofd_zip_number(e->s, e->at + f->at, f->octets);
	uint64_t wide;

	if (!e->has_record)
		return narrow;
	wide = ofd_zip_number(e->s, e->record + f->at_record, f->octets_record);
	if (narrow != wide && narrow != (UINT64_C(1) << 8 * f->octets) - 1)
		e->agree = false;
	return wide;
}

/*
 * What leads to the record stands before the end, the record before that: in
 * its first version, for in others there is more than is known here.
 */
static bool
find_record(struct ends *e)
{
	const uint64_t at = e->at - LOCATOR;

	e->has_record = e->at >= LOCATOR + RECORD &&
			ofd_zip_stands(e->s, at, SPAN("PK\6\7"));
	if (!e->has_record)
		return true;
	e->record = at - RECORD;
	return ofd_zip_number(e->s, at + 4, 4) == 0 && /* disk */
	       ofd_zip_number(e->s, at + 8, 8) == e->record &&
	       ofd_zip_number(e->s, at + 16, 4) == 1 && /* disks */
	       ofd_zip_stands(e->s, e->record, SPAN("PK\6\6")) &&
	       ofd_zip_number(e->s, e->record + 4, 8) == RECORD - 12;
}

static bool
read_end(struct ofd_zip *z, struct ends *e)
{
	const uint64_t closes = e->has_record ? e->record : e->at;
	const bool one_disk =
	    value(e, &disk) == 0 && value(e, &disk_of_directory) == 0;
	uint64_t length;

	z->n = value(e, &n_of_all);
	z->begins = value(e, &place);
	length = value(e, &size);
	z->ends = closes;
	z->behind = e->at + END;
	return one_disk && value(e, &n_of_disk) == z->n && e->agree &&
	       z->begins <= closes && length == closes - z->begins;
}

/* The last one, behind which is its comment and nothing else. */
bool
ofd_zip_end(struct ofd_zip *z, struct span s)
{
	struct ends e = { .s = s, .agree = true };

	*z = (struct ofd_zip){ 0 };
	for (uint64_t n = 0; n <= COMMENT && n + END <= s.len; n++) {
		e.at = s.len - END - n;
		if (ofd_zip_stands(s, e.at, SPAN("PK\5\6")) &&
		    ofd_zip_number(s, e.at + 20, 2) == n)
			return find_record(&e) && read_end(z, &e);
	}
	return false;
}
