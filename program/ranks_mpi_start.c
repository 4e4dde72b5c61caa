/* SPDX-License-Identifier: MIT */
/* Of several ranks: their clocks told apart, and one start for all. */
#include "program/ranks_mpi_inner.h"

#define LEAD_US SECOND_US /* from agreeing to the start */
#define ECHO_US (5 * SECOND_US)

enum { ECHOES = 200 /* the quickest of so many tells the clocks apart */ };

/* Looks without a pause: where a microsecond matters. */
static bool
spin(MPI_Request *request)
{
	const int64_t end = clock_mono().us + ECHO_US;
	bool failed;

	while (!ranks_is_over(request, &failed))
		if (clock_mono().us > end)
			return false;
	return !failed;
}

static bool
exchange(int with, bool first, int64_t *sent, int64_t *received)
{
	MPI_Request request;

	for (int i = 0; i < 2; i++) {
		if ((i == 0) == first)
			MPI_Isend(sent, 1, MPI_INT64_T, with, TAG_ECHO,
			    MPI_COMM_WORLD, &request);
		else
			MPI_Irecv(received, 1, MPI_INT64_T, with, TAG_ECHO,
			    MPI_COMM_WORLD, &request);
		if (!spin(&request))
			return false;
		if (i == 0 && !first)
			*sent = clock_wall().us;
	}
	return true;
}

/* Rank 0 tells its time whenever it is asked. */
static void
tell_time(unsigned to)
{
	int64_t ours, theirs;
	MPI_Request request;
	char none = 0;

	MPI_Isend(
	    &none, 1, MPI_CHAR, (int)to, TAG_TURN, MPI_COMM_WORLD, &request);
	if (!ranks_settle(&request, ECHO_US))
		return;
	for (int i = 0; i < ECHOES; i++)
		if (!exchange((int)to, false, &ours, &theirs))
			return;
}

/* How far our clock is ahead of rank 0's, in us: that of the least delay. */
static int64_t
ask_time(void)
{
	int64_t best = 0, least = INT64_MAX;
	char none;

	if (!ranks_receive(&none, 1, TAG_TURN, MEET_US))
		return 0;
	for (int i = 0; i < ECHOES; i++) {
		int64_t sent = clock_wall().us, theirs, took;

		if (!exchange(0, true, &sent, &theirs))
			return best;
		took = clock_wall().us - sent;
		if (took < least) {
			least = took;
			best = sent + took / 2 - theirs;
		}
	}
	return best;
}

struct wall
ranks_start(const struct ranks *r)
{
	int64_t ahead = 0, start;
	MPI_Request request;

	if (r->n == 1)
		return (struct wall){ 0 };
	r->state->load++;
	r->state->told = 0;
	if (r->rank == 0)
		ranks_settle_end(r);
	for (unsigned k = 1; r->rank == 0 && k < r->n; k++) {
		struct other *o = &r->state->others[k];

		o->pumped = o->done = o->good = false;
		tell_time(k);
	}
	if (r->rank != 0)
		ahead = ask_time();
	MPI_Ibarrier(MPI_COMM_WORLD, &request);
	if (!ranks_meet(r->state, &request))
		return (struct wall){ 0 };
	start = clock_wall().us + LEAD_US;
	MPI_Ibcast(&start, 1, MPI_INT64_T, 0, MPI_COMM_WORLD, &request);
	if (!ranks_meet(r->state, &request))
		return (struct wall){ 0 };
	return (struct wall){ start + ahead };
}
