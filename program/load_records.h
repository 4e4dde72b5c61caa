/* SPDX-License-Identifier: MIT */
/*
 * load_records - the list of all certificates that an authority manages, as a
 * profile names it (pki: records:).
 *
 * CSV: the first line names the columns.  "serial" is the serial number in
 * hexadecimal, of either case, with or without zeros in front; "issuer" says
 * which of the profile's CAs it is of, by its common name or by its subject
 * key identifier in hexadecimal, and may be left out where there is one issuing
 * CA.  Other columns are passed over.  A serial number stands there once.
 *
 * A record takes 22 octets, and they all are one piece of memory.
 */
#ifndef PROGRAM_LOAD_RECORDS_H
#define PROGRAM_LOAD_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/span.h"
#include "program/load_pki.h"

#define LOAD_RECORDS_MOST    20000000
#define LOAD_RECORDS_SERIAL  20 /* octets: RFC 5280 4.1.2.2 */
#define LOAD_RECORDS_ISSUERS 64

struct load_record {
	uint8_t issuer; /* among the list's */
	uint8_t len;
	unsigned char serial[LOAD_RECORDS_SERIAL];
};

struct load_records {
	struct load_record *at;
	size_t n;
	const struct load_certificate *issuers[LOAD_RECORDS_ISSUERS];
	size_t n_issuers;
};

/*
 * The CAs outlive it.  False with "FILE:LINE: what is wrong ('VALUE'); what
 * would be right".
 */
bool load_records_read(struct load_records *, const struct load_pki *,
    const char *path, struct err *);
void load_records_free(struct load_records *);

struct span load_records_serial(const struct load_record *);

#endif
