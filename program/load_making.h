/* SPDX-License-Identifier: MIT */
/*
 * load_making - what rows of a load are made of, before it begins, and what
 * their makers share.
 *
 * A maker appends CSV.  When it is false, *err says why, or nothing: then
 * OpenSSL could not.
 */
#ifndef PROGRAM_LOAD_MAKING_H
#define PROGRAM_LOAD_MAKING_H

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "program/load_pki.h"

#define LOAD_NONCE 16 /* octets */

struct load_making {
	const struct load_pki *pki; /* empty, unless it is asked for */
	const struct profile *profile;
	size_t rows;   /* at most, of those that make one for each arrival */
	uint64_t seed; /* of all chance */
	struct err *err;
};

/* A quoted value of CSV, and what comes behind it. */
void load_prepare_cell(struct buf *to, const char *text, char then);

struct wording;

/* As a scenario's "headers:" are written. */
void load_prepare_headers(const struct wording *, struct buf *to);

/* Paths stand behind the "/" of a scenario's. */
const char *load_prepare_path(const struct profile_endpoint *);

/*
 * An operation of a binding: path and body, and before the first of a row the
 * type and the headers of all.  Frees the words.
 */
bool load_prepare_operation(struct wording *, const struct profile_endpoint *,
    bool first, char then, struct buf *to, struct err *);

#endif
