/* SPDX-License-Identifier: MIT */
/*
 * ranks_mpi_inner - what the parts of ranks_mpi.c share.
 *
 * Nothing here blocks in MPI: each operation is begun, and looked at until it
 * is over or its time is, with sleep in between.  So a rank that waits takes
 * no core from one that works, and one that is gone holds up nobody for good.
 */
#ifndef PROGRAM_RANKS_MPI_INNER_H
#define PROGRAM_RANKS_MPI_INNER_H

#include <mpi.h>

#include "program/ranks.h"
#include "program/ranks_mpi_add.h"

enum {
	TAG_TURN = 1,
	TAG_ECHO,
	TAG_WORD,
	TAG_ORDER,
	TAG_LEAVE,
	TAG_END,
	SENDS = 4, /* words on their way */
	HEAD = 16,
};

#define SECOND_US INT64_C(1000000)
#define MEET_US   (300 * SECOND_US) /* for all to come together */
#define ORDER_US  (600 * SECOND_US) /* for rank 0 to have its own */
#define LOST_US   (15 * SECOND_US)  /* since it was heard of, in a load */

enum { END_LOAD, END_SECOND, END_NUMBERS }; /* of a word that it ends */

enum word { WORD_SECONDS, WORD_PUMPED, WORD_GOOD, WORD_BAD };

/* What rank 0 knows of another, and others of themselves. */
struct other {
	MPI_Request request;
	char *word;      /* that is being received */
	MPI_Request end; /* that is being sent */
	bool pumped, done, good;
};

struct ranks_state {
	bool broken; /* not all are there: no collective any more */
	char why[PROGRESS_TEXT];
	uint64_t load;        /* how many have begun */
	struct other *others; /* of rank 0 */
	MPI_Request sends[SENDS];
	struct buf sent[SENDS];
	size_t told;             /* seconds of this load */
	uint64_t *end;           /* being sent, of rank 0; else received */
	MPI_Request end_request; /* of others than rank 0 */
};

void ranks_doze(void);
bool ranks_is_over(MPI_Request *, bool *failed);
/* Of something that all do: when it fails they will not meet again. */
bool ranks_meet(struct ranks_state *, MPI_Request *);
/* From rank 0 to all others, and what they do to get it. */
void ranks_send_all(const struct ranks *, int tag, const char *text, int len);
bool ranks_receive(char *text, int room, int tag, int64_t most_us);

/* ---- ranks_mpi_words.c ---- */

/* The next word of a rank is awaited. */
void ranks_listen(struct other *, int rank);
/* False when there was no place for it in time. */
bool ranks_tell_word(struct ranks_state *, enum word);
/* Of others than rank 0: when it ends is awaited, whatever load it is of. */
void ranks_await_end(struct ranks_state *);
/* Of rank 0: what it said has arrived; what has not by then is let go. */
void ranks_settle_end(const struct ranks *);

#endif
