/* SPDX-License-Identifier: MIT */
/*
 * oracle/record - what was said and heard, one event a line:
 *
 *	1 C a7 STORE 2 +FLAGS (\\Deleted)
 *	1 S * 2 FETCH (FLAGS (\\Deleted))
 *
 * the client (from 1), who spoke, and the text as text_escape() writes it.
 * The octets of a literal of ours are left out.
 */
#ifndef CONFORMANCE_ORACLE_RECORD_H
#define CONFORMANCE_ORACLE_RECORD_H

#include "conformance/oracle/model.h"
#include "lib/buf.h"
#include "lib/err.h"

#define RECORD_MOST (32u << 20)

void oracle_record_add(struct buf *, int client, char who, struct span text);
/* Feeds the model with all of it. */
bool oracle_record_feed(struct span record, struct model *, struct err *);
/* The last "lines" lines up to line "at" (from 1). */
struct span oracle_record_tail(struct span record, int32_t at, size_t lines);

#endif
