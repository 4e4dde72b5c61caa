/* SPDX-License-Identifier: MIT */
/*
 * ranks_mpi_add - what several ranks have measured, made one by MPI_Reduce.
 */
#ifndef PROGRAM_RANKS_MPI_ADD_H
#define PROGRAM_RANKS_MPI_ADD_H

#include <mpi.h>
#include <stdbool.h>
#include <stdint.h>

#include "loadgen/measure.h"

/*
 * By all ranks of a communicator at a time.  Rank 0's measure becomes the sum
 * of all; that of others may get more seconds and is else left alone.  False
 * when somebody did not come in time; rank 0's is then its own, still.
 */
bool ranks_add(MPI_Comm, struct measure *);

/* True when it is over, and well, within that time. */
bool ranks_settle(MPI_Request *, int64_t most_us);

#endif
