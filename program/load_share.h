/* SPDX-License-Identifier: MIT */
/*
 * load_share - the scenarios of rank 0, and the files they name, become
 * everybody's: other machines need none of them.
 *
 * The profile does not travel: it has passwords, and each machine has its own
 * copy, which must be the same.
 */
#ifndef PROGRAM_LOAD_SHARE_H
#define PROGRAM_LOAD_SHARE_H

#include <stdbool.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "lib/profile.h"
#include "program/load.h"

#define LOAD_SHARE_MOST (1024u << 20) /* octets of all files together */

struct load_share {
	char *dir;  /* NULL: what we have is our own */
	char *name; /* of the scenario, if it is one */
};

/*
 * On all ranks at a time.  Of others than rank 0 the request is then for what
 * rank 0 has sent; load_share_free() takes that away again.
 */
bool load_share(struct load_share *, struct load_request *,
    const struct profile *, struct err *);
void load_share_free(struct load_share *);

/* Appends what a request asks for as one text. */
bool load_share_pack(const struct load_request *, const struct profile *,
    struct buf *, struct err *);
/* Puts it into DIR/load/; sets dir and name. */
bool load_share_unpack(
    struct load_share *, const char *dir, struct span, struct err *);

#endif
