/* SPDX-License-Identifier: MIT */
/*
 * packed - certificates and lists as operations take them: PEM, and that in
 * base64 once more.
 */
#ifndef CONFORMANCE_CASES_PACKED_H
#define CONFORMANCE_CASES_PACKED_H

#include <stddef.h>

#include "lib/buf.h"

/* label: "CERTIFICATE", "X509 CRL".  free() it; of none it is "". */
char *packed(const char *label, const struct buf *ders, size_t n);

#endif
