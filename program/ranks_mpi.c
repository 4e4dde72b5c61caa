/* SPDX-License-Identifier: MIT */
/*
 * Several: built with "make MPI=1", run under mpirun of Open MPI.  How ranks
 * wait, come together, say what is to be done, and go.
 */
#include "program/ranks_mpi_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/mem.h"

#define LEAVE_US (10 * SECOND_US)

enum { TEXT = 72, PAUSE_NS = 500000 };

/* ---- waiting ---- */

void
ranks_doze(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

bool
ranks_is_over(MPI_Request *request, bool *failed)
{
	int over = 0;

	*failed = MPI_Test(request, &over, MPI_STATUS_IGNORE) != MPI_SUCCESS;
	return over != 0 || *failed;
}

bool
ranks_settle(MPI_Request *request, int64_t most_us)
{
	const int64_t end = clock_mono().us + most_us;
	bool failed;

	while (!ranks_is_over(request, &failed)) {
		if (clock_mono().us > end)
			return false;
		ranks_doze();
	}
	return !failed;
}

bool
ranks_meet(struct ranks_state *s, MPI_Request *request)
{
	if (ranks_settle(request, MEET_US))
		return true;
	s->broken = true;
	snprintf(s->why, sizeof s->why,
	    "not all ranks came together within %d s",
	    (int)(MEET_US / SECOND_US));
	return false;
}

/* ---- coming and going ---- */

static void
state_init(struct ranks *r)
{
	struct ranks_state *s = mem_new(1, sizeof *s);

	r->state = s;
	for (int i = 0; i < SENDS; i++) {
		s->sends[i] = MPI_REQUEST_NULL;
		buf_init(&s->sent[i], PROGRESS_MESSAGE + HEAD);
	}
	if (r->rank != 0) {
		s->end = mem_new(END_NUMBERS, sizeof s->end[0]);
		ranks_await_end(s);
		return;
	}
	s->others = mem_new(r->n, sizeof s->others[0]);
	for (unsigned k = 1; k < r->n; k++) {
		s->others[k].word = mem_new(PROGRESS_MESSAGE + HEAD, 1);
		s->others[k].end = MPI_REQUEST_NULL;
		ranks_listen(&s->others[k], (int)k);
	}
}

static void
state_free(struct ranks *r)
{
	struct ranks_state *s = r->state;

	if (r->rank == 0) {
		ranks_settle_end(r);
	} else if (s->end_request != MPI_REQUEST_NULL) {
		MPI_Cancel(&s->end_request);
		MPI_Request_free(&s->end_request); /* .end stays, likewise */
	}
	for (unsigned k = 1; s->others != NULL && k < r->n; k++) {
		MPI_Cancel(&s->others[k].request);
		MPI_Request_free(&s->others[k].request);
		/* .word stays: something may yet be put there */
	}
	for (int i = 0; i < SENDS; i++)
		if (s->sends[i] == MPI_REQUEST_NULL)
			buf_free(&s->sent[i]);
	free(s->others);
	free(s);
	r->state = NULL;
}

void
ranks_join(struct ranks *r)
{
	int rank, n, level;

	MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level);
	MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &n);
	*r = (struct ranks){ .rank = (unsigned)rank, .n = (unsigned)n };
	state_init(r);
}

void
ranks_send_all(const struct ranks *r, int tag, const char *text, int len)
{
	for (unsigned k = 1; k < r->n; k++) {
		MPI_Request request;

		MPI_Isend(
		    text, len, MPI_CHAR, (int)k, tag, MPI_COMM_WORLD, &request);
		if (!ranks_settle(&request, SECOND_US))
			MPI_Request_free(&request);
	}
}

bool
ranks_receive(char *text, int room, int tag, int64_t most_us)
{
	MPI_Request request;

	MPI_Irecv(text, room, MPI_CHAR, 0, tag, MPI_COMM_WORLD, &request);
	if (ranks_settle(&request, most_us))
		return true;
	MPI_Cancel(&request);
	MPI_Request_free(&request);
	return false;
}

/* Who finalises waits for all, so it is left out when some are not there. */
void
ranks_leave(struct ranks *r)
{
	struct ranks_state *s = r->state;
	bool broken;
	char none = 0;

	if (r->n > 1 && r->rank == 0)
		ranks_send_all(r, TAG_LEAVE, &none, 1);
	else if (r->n > 1)
		s->broken |= !ranks_receive(&none, 1, TAG_LEAVE, ORDER_US);
	if (!s->broken) {
		MPI_Request request;

		MPI_Ibarrier(MPI_COMM_WORLD, &request);
		s->broken = !ranks_settle(&request, LEAVE_US);
	}
	broken = s->broken;
	state_free(r);
	if (!broken)
		MPI_Finalize();
}

/* ---- before ---- */

bool
ranks_spread(const struct ranks *r, struct buf *text, struct err *err)
{
	uint64_t n = text->len;
	MPI_Request request;
	char *room;
	bool ok;

	if (r->n == 1)
		return true;
	if (r->state->broken)
		return err_set(err, ERR_TIMEOUT, "%s", r->state->why);
	MPI_Ibcast(&n, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD, &request);
	if (!ranks_meet(r->state, &request))
		return err_set(err, ERR_TIMEOUT, "%s", r->state->why);
	if (n == 0 || n > text->cap)
		return err_set(
		    err, ERR_CONFIG, "rank 0 has nothing for the others to do");
	room = mem_new(n, 1);
	if (r->rank == 0)
		memcpy(room, text->data, n);
	MPI_Ibcast(room, (int)n, MPI_CHAR, 0, MPI_COMM_WORLD, &request);
	ok = ranks_meet(r->state, &request) ||
	     err_set(err, ERR_TIMEOUT, "%s", r->state->why);
	if (ok && r->rank != 0)
		buf_add(text, (struct span){ room, n });
	free(room);
	return ok;
}

void
ranks_tell(const struct ranks *r, char *text, size_t room)
{
	MPI_Request request;

	if (r->n == 1 || r->state->broken)
		return;
	MPI_Ibcast(text, (int)room, MPI_CHAR, 0, MPI_COMM_WORLD, &request);
	ranks_meet(r->state, &request);
	text[room - 1] = '\0';
}

/* The first that is not as rank 0 is. */
static bool
compare(
    const struct ranks *r, const char *what, const char *texts, struct err *err)
{
	for (unsigned k = 0; k < r->n; k++) {
		const char *text = texts + (size_t)k * TEXT;

		if (text[0] == '\0')
			return err_set(err, ERR_CONFIG,
			    "rank %u cannot begin; what it said tells why", k);
		if (strncmp(text, texts, TEXT) != 0)
			return err_set(err, ERR_CONFIG,
			    "rank %u has another %s than rank 0; give all the "
			    "same",
			    k, what);
	}
	return true;
}

bool
ranks_agree(
    const struct ranks *r, const char *what, const char *text, struct err *err)
{
	char ours[TEXT] = "", *texts;
	MPI_Request request;
	bool ok;

	if (r->n == 1)
		return text != NULL;
	if (r->state->broken)
		return err_set(err, ERR_TIMEOUT, "%s", r->state->why);
	if (text != NULL)
		snprintf(ours, sizeof ours, "%s", text);
	texts = mem_new(r->n, TEXT);
	MPI_Iallgather(ours, TEXT, MPI_CHAR, texts, TEXT, MPI_CHAR,
	    MPI_COMM_WORLD, &request);
	ok = ranks_meet(r->state, &request)
		 ? compare(r, what, texts, err)
		 : err_set(err, ERR_TIMEOUT, "%s", r->state->why);
	free(texts);
	return ok;
}
