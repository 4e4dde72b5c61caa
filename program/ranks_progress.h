/* SPDX-License-Identifier: MIT */
/*
 * ranks_progress - how a load from many machines is going, second by second.
 *
 * Each rank tells rank 0 of its seconds in small messages, which are added
 * up here.  A rank of which nothing was heard for a while is silent: it is
 * named, and not waited for; what it tells later is added all the same.
 *
 * What all have told so far is exact, and can be judged: the sum is the one
 * that MPI makes of the same seconds at the end.
 *
 * This file knows neither MPI nor the time.
 */
#ifndef PROGRAM_RANKS_PROGRESS_H
#define PROGRAM_RANKS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/err.h"
#include "loadgen/measure.h"

#define PROGRESS_SILENT_US INT64_C(3000000)
#define PROGRESS_MESSAGE   (256u << 10) /* octets of one, at most */
#define PROGRESS_TEXT      120

struct ranks_progress {
	unsigned n; /* ranks; 0: not in use */
	struct ranks_told {
		size_t told; /* seconds, from the first */
		int64_t heard_us;
		bool ended;          /* has nothing more to tell */
		bool gap;            /* some second of it never came */
		double offered_rate; /* of its judged phases */
	} * of;
	struct measure all; /* seconds and response times alone */
};

/* All are taken to have been heard of now. */
void progress_init(struct ranks_progress *, unsigned n, int64_t now_us);
void progress_free(struct ranks_progress *);

/* What a rank has measured itself: its first n seconds are whole. */
void progress_put(struct ranks_progress *, unsigned rank,
    const struct measure *, size_t n, int64_t now_us);

/*
 * Appends the seconds [from, to) as a message, as many as there is room for;
 * returns the one to begin with next time.
 */
size_t progress_pack(
    const struct measure *, size_t from, size_t to, struct buf *);
/* False when it is no such message; nothing was added then. */
bool progress_read(struct ranks_progress *, unsigned rank, struct span message,
    int64_t now_us);

bool progress_is_silent(
    const struct ranks_progress *, unsigned rank, int64_t now_us);
/* Seconds that all have told of who are neither silent nor at their end. */
size_t progress_whole(const struct ranks_progress *, int64_t now_us);
/* True when these are all that any rank has measured of its first n seconds. */
bool progress_has(const struct ranks_progress *, size_t n);
/* All that was told, to be judged as it is; borrows what the progress has. */
struct measure progress_so_far(const struct ranks_progress *);
/* "rank 2 silent", "ranks 2, 3 silent" or "". */
void progress_text(
    const struct ranks_progress *, int64_t now_us, char text[PROGRESS_TEXT]);

#endif
