/* SPDX-License-Identifier: MIT */
/*
 * prepare - what values become before they are compared octet by octet.
 *
 * Strings as RFC 4518 has it, by Unicode's tables in utf8proc: one space in
 * front and behind, two where there were some inside.  Integers and times
 * sort as numbers and times do.
 */
#ifndef REFERENCE_LDAP_PREPARE_H
#define REFERENCE_LDAP_PREPARE_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/span.h"
#include "reference/ldap/schema.h"

/* What part of a string it is: RFC 4518 2.6.1 treats its ends by that. */
enum prepare_part {
	PREPARE_WHOLE,
	PREPARE_INITIAL,
	PREPARE_ANY,
	PREPARE_FINAL,
};

/* Appends; false when the value is not one of that form. */
bool prepare(
    enum schema_form, enum prepare_part, struct span value, struct buf *);

/* Does the value obey its syntax?  RFC 4517 3.3. */
bool prepare_valid(enum schema_syntax, struct span value);

#endif
