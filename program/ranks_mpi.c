/* SPDX-License-Identifier: MIT */
/*
 * Several: built with "make MPI=1", run under mpirun of Open MPI.
 *
 * Nothing here blocks in MPI: each operation is begun, and looked at until it
 * is over or its time is, with sleep in between.  So a rank that waits takes
 * no core from one that works, and one that is gone holds up nobody for good.
 */
#include "program/ranks.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/mem.h"
#include "program/ranks_mpi_add.h"

enum {
	TAG_TURN = 1,
	TAG_ECHO,
	TAG_WORD,
	TAG_ORDER,
	TAG_LEAVE,
	ECHOES = 200, /* the quickest of so many tells the clocks apart */
	SENDS = 4,    /* words on their way */
	TEXT = 72,
	HEAD = 16,
	PAUSE_NS = 500000,
};

#define SECOND_US INT64_C(1000000)
#define LEAD_US   SECOND_US         /* from agreeing to the start */
#define MEET_US   (300 * SECOND_US) /* for all to come together */
#define ORDER_US  (600 * SECOND_US) /* for rank 0 to have its own */
#define ECHO_US   (5 * SECOND_US)
#define LEAVE_US  (10 * SECOND_US)
#define LOST_US   (15 * SECOND_US) /* since it was heard of, in a load */

enum word { WORD_SECONDS, WORD_PUMPED, WORD_GOOD, WORD_BAD };

/* What rank 0 knows of another, and others of themselves. */
struct other {
	MPI_Request request;
	char *word; /* that is being received */
	bool pumped, done, good;
};

struct ranks_state {
	bool broken; /* not all are there: no collective any more */
	char why[PROGRESS_TEXT];
	uint64_t load;        /* how many have begun */
	struct other *others; /* of rank 0 */
	MPI_Request sends[SENDS];
	struct buf sent[SENDS];
	size_t told; /* seconds of this load */
};

/* ---- waiting ---- */

static void
doze(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_NS }, NULL);
}

static bool
is_over(MPI_Request *request, bool *failed)
{
	int over = 0;

	*failed = MPI_Test(request, &over, MPI_STATUS_IGNORE) != MPI_SUCCESS;
	return over != 0 || *failed;
}

/* Looks without a pause: where a microsecond matters. */
static bool
spin(MPI_Request *request)
{
	const int64_t end = clock_mono().us + ECHO_US;
	bool failed;

	while (!is_over(request, &failed))
		if (clock_mono().us > end)
			return false;
	return !failed;
}

bool
ranks_settle(MPI_Request *request, int64_t most_us)
{
	const int64_t end = clock_mono().us + most_us;
	bool failed;

	while (!is_over(request, &failed)) {
		if (clock_mono().us > end)
			return false;
		doze();
	}
	return !failed;
}

/* Of something that all do: when it fails they will not meet again. */
static bool
meet(struct ranks_state *s, MPI_Request *request)
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
listen_to(struct other *o, int rank)
{
	MPI_Irecv(o->word, PROGRESS_MESSAGE + HEAD, MPI_CHAR, rank, TAG_WORD,
	    MPI_COMM_WORLD, &o->request);
}

static void
state_init(struct ranks *r)
{
	struct ranks_state *s = mem_new(1, sizeof *s);

	r->state = s;
	for (int i = 0; i < SENDS; i++) {
		s->sends[i] = MPI_REQUEST_NULL;
		buf_init(&s->sent[i], PROGRESS_MESSAGE + HEAD);
	}
	if (r->rank != 0)
		return;
	s->others = mem_new(r->n, sizeof s->others[0]);
	for (unsigned k = 1; k < r->n; k++) {
		s->others[k].word = mem_new(PROGRESS_MESSAGE + HEAD, 1);
		listen_to(&s->others[k], (int)k);
	}
}

static void
state_free(struct ranks *r)
{
	struct ranks_state *s = r->state;

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

static void
send_all(const struct ranks *r, int tag, const char *text, int len)
{
	for (unsigned k = 1; k < r->n; k++) {
		MPI_Request request;

		MPI_Isend(
		    text, len, MPI_CHAR, (int)k, tag, MPI_COMM_WORLD, &request);
		if (!ranks_settle(&request, SECOND_US))
			MPI_Request_free(&request);
	}
}

static bool
receive(char *text, int room, int tag, int64_t most_us)
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
		send_all(r, TAG_LEAVE, &none, 1);
	else if (r->n > 1)
		s->broken |= !receive(&none, 1, TAG_LEAVE, ORDER_US);
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
	if (!meet(r->state, &request))
		return err_set(err, ERR_TIMEOUT, "%s", r->state->why);
	if (n == 0 || n > text->cap)
		return err_set(
		    err, ERR_CONFIG, "rank 0 has nothing for the others to do");
	room = mem_new(n, 1);
	if (r->rank == 0)
		memcpy(room, text->data, n);
	MPI_Ibcast(room, (int)n, MPI_CHAR, 0, MPI_COMM_WORLD, &request);
	ok = meet(r->state, &request) ||
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
	meet(r->state, &request);
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
	ok = meet(r->state, &request)
		 ? compare(r, what, texts, err)
		 : err_set(err, ERR_TIMEOUT, "%s", r->state->why);
	free(texts);
	return ok;
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

	if (!receive(&none, 1, TAG_TURN, MEET_US))
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
	for (unsigned k = 1; r->rank == 0 && k < r->n; k++) {
		struct other *o = &r->state->others[k];

		o->pumped = o->done = o->good = false;
		tell_time(k);
	}
	if (r->rank != 0)
		ahead = ask_time();
	MPI_Ibarrier(MPI_COMM_WORLD, &request);
	if (!meet(r->state, &request))
		return (struct wall){ 0 };
	start = clock_wall().us + LEAD_US;
	MPI_Ibcast(&start, 1, MPI_INT64_T, 0, MPI_COMM_WORLD, &request);
	if (!meet(r->state, &request))
		return (struct wall){ 0 };
	return (struct wall){ start + ahead };
}

/* ---- within ---- */

/* A place for a word, or NULL: all others are still on their way. */
static struct buf *
place(struct ranks_state *s, int *i)
{
	bool failed;

	for (*i = 0; *i < SENDS; ++*i)
		if (s->sends[*i] == MPI_REQUEST_NULL ||
		    is_over(&s->sends[*i], &failed)) {
			s->sends[*i] = MPI_REQUEST_NULL;
			buf_clear(&s->sent[*i]);
			return &s->sent[*i];
		}
	return NULL;
}

static void
begin_word(struct buf *b, uint64_t load, enum word word)
{
	const uint64_t head[2] = { load, word };

	_Static_assert(sizeof head == HEAD, "a word begins with two numbers");
	buf_add(b, (struct span){ (const char *)head, HEAD });
}

static void
send_word(struct ranks_state *s, int i)
{
	MPI_Isend(s->sent[i].data, (int)s->sent[i].len, MPI_CHAR, 0, TAG_WORD,
	    MPI_COMM_WORLD, &s->sends[i]);
}

/* What finds no place now goes with the next second. */
static void
tell_seconds(struct ranks_state *s, const struct measure *m, size_t n)
{
	int i;
	struct buf *b = s->told < n ? place(s, &i) : NULL;

	if (b == NULL)
		return;
	begin_word(b, s->load, WORD_SECONDS);
	s->told = progress_pack(m, s->told, n, b);
	send_word(s, i);
}

static bool
tell_word(struct ranks_state *s, enum word word)
{
	const int64_t end = clock_mono().us + LOST_US;
	struct buf *b;
	int i;

	while ((b = place(s, &i)) == NULL) {
		if (clock_mono().us > end)
			return false;
		doze();
	}
	begin_word(b, s->load, word);
	send_word(s, i);
	return true;
}

static void
take_word(
    struct ranks_state *s, struct ranks_progress *p, unsigned from, size_t len)
{
	struct other *o = &s->others[from];
	const int64_t now = clock_mono().us;
	uint64_t head[2];

	if (len < HEAD)
		return;
	memcpy(head, o->word, HEAD);
	if (head[0] != s->load)
		return;
	p->of[from].heard_us = now;
	switch (head[1]) {
	case WORD_SECONDS:
		progress_read(
		    p, from, (struct span){ o->word + HEAD, len - HEAD }, now);
		break;
	case WORD_PUMPED:
		o->pumped = p->of[from].ended = true;
		break;
	case WORD_GOOD:
	case WORD_BAD:
		o->pumped = o->done = p->of[from].ended = true;
		o->good = head[1] == WORD_GOOD;
		break;
	}
}

/* Takes what has come, and waits for nothing. */
static void
hear(const struct ranks *r, struct ranks_progress *p)
{
	for (unsigned k = 1; k < r->n; k++) {
		struct other *o = &r->state->others[k];
		MPI_Status status;
		int over = 1, len;

		while (MPI_Test(&o->request, &over, &status) == MPI_SUCCESS &&
		       over && o->request == MPI_REQUEST_NULL) {
			MPI_Get_count(&status, MPI_CHAR, &len);
			take_word(r->state, p, k, (size_t)len);
			listen_to(o, (int)k);
		}
	}
}

void
ranks_second(const struct ranks *r, struct ranks_progress *p,
    const struct measure *m, size_t n)
{
	if (r->n == 1)
		return;
	if (r->rank != 0) {
		tell_seconds(r->state, m, n);
		return;
	}
	progress_put(p, 0, m, n, clock_mono().us);
	hear(r, p);
}

void
ranks_pumped(
    const struct ranks *r, struct ranks_progress *p, const struct measure *m)
{
	const int64_t end = clock_mono().us + SECOND_US;

	if (r->n == 1)
		return;
	if (r->rank != 0) {
		while (r->state->told < m->n_seconds && clock_mono().us < end) {
			tell_seconds(r->state, m, m->n_seconds);
			doze();
		}
		tell_word(r->state, WORD_PUMPED);
		return;
	}
	hear(r, p);
	p->of[0].ended = true;
}

/* ---- behind ---- */

static bool
is_lost(const struct ranks *r, const struct ranks_progress *p, unsigned k,
    const struct ranks_end *end)
{
	const struct other *o = &r->state->others[k];
	const bool patient = o->pumped && !*end->stop;

	return !o->done && clock_mono().us - p->of[k].heard_us >
			       LOST_US + (patient ? end->rest_us : 0);
}

static void
say_waiting(const struct ranks *r, const struct ranks_end *end)
{
	struct buf names;

	buf_init(&names, 80);
	for (unsigned k = 1; k < r->n; k++)
		if (!r->state->others[k].done)
			buf_addf(&names, "%s%u", names.len == 0 ? "" : ", ", k);
	end->waits(end->ctx, buf_text(&names));
	buf_free(&names);
}

/* Until each is done or lost. */
static void
wait_for_all(const struct ranks *r, struct ranks_progress *p,
    const struct ranks_end *end, char *lost)
{
	int64_t say_at = clock_mono().us + SECOND_US;
	bool waits = true;

	while (waits) {
		waits = false;
		hear(r, p);
		for (unsigned k = 1; k < r->n; k++) {
			const struct other *o = &r->state->others[k];

			lost[k] = o->done ? !o->good : is_lost(r, p, k, end);
			waits |= !o->done && !lost[k];
		}
		if (!waits)
			break;
		if (clock_mono().us > say_at) {
			say_waiting(r, end);
			say_at = clock_mono().us + 10 * SECOND_US;
		}
		doze();
	}
}

/* Their numbers; the last seconds they told of are for whoever reads along. */
static void
name_lost(const struct ranks *r, const struct ranks_progress *p,
    const char *lost, struct measure *m)
{
	struct ranks_state *s = r->state;
	struct buf names;

	buf_init(&names, PROGRESS_TEXT - 30);
	for (unsigned k = 1; k < r->n; k++) {
		if (!lost[k])
			continue;
		buf_addf(&names, "%s%u", names.len == 0 ? "" : ", ", k);
		m->ranks_lost++;
		fprintf(stderr,
		    "yanshou: rank %u of %u is lost: it %s %zu seconds\n", k,
		    r->n,
		    s->others[k].done ? "failed after" : "was heard of for",
		    p->of[k].told);
	}
	if (m->ranks_lost > 0) {
		m->lost_ranks = mem_text(buf_span(&names));
		s->broken = true;
		snprintf(s->why, sizeof s->why,
		    "rank %s of %u was lost in an earlier load", m->lost_ranks,
		    r->n);
	}
	buf_free(&names);
}

/* Those that are left; the whole when nobody is lost. */
static MPI_Comm
those_left(const struct ranks *r, const char *lost)
{
	MPI_Comm left = MPI_COMM_NULL;
	MPI_Group all, some;
	int *numbers = mem_new(r->n, sizeof numbers[0]), n = 0;

	for (unsigned k = 0; k < r->n; k++)
		if (!lost[k])
			numbers[n++] = (int)k;
	if (n == (int)r->n) {
		free(numbers);
		return MPI_COMM_WORLD;
	}
	MPI_Comm_group(MPI_COMM_WORLD, &all);
	MPI_Group_incl(all, n, numbers, &some);
	if (MPI_Comm_create_group(MPI_COMM_WORLD, some, TAG_ORDER, &left) !=
	    MPI_SUCCESS)
		left = MPI_COMM_NULL;
	if (left != MPI_COMM_NULL)
		MPI_Comm_set_errhandler(left, MPI_ERRORS_RETURN);
	free(numbers);
	return left;
}

static bool
follow_order(
    const struct ranks *r, const char *lost, struct measure *m, struct err *err)
{
	bool any = false;

	for (unsigned k = 0; k < r->n; k++)
		any |= lost[k] != 0;
	r->state->broken |= any;
	if (!lost[r->rank] && !ranks_add(those_left(r, lost), m))
		r->state->broken = true;
	snprintf(r->state->why, sizeof r->state->why, "a rank was lost");
	return !r->state->broken ||
	       err_set(err, ERR_TIMEOUT, "%s", r->state->why);
}

bool
ranks_gather(const struct ranks *r, struct ranks_progress *p,
    const struct ranks_end *end, struct measure *m, struct err *err)
{
	char *lost = mem_new(r->n, 1);
	bool ok = true;

	m->ranks = 1;
	if (r->n == 1) {
		free(lost);
		return true;
	}
	if (r->rank == 0) {
		wait_for_all(r, p, end, lost);
		send_all(r, TAG_ORDER, lost, (int)r->n);
		if (!ranks_add(those_left(r, lost), m))
			memset(lost + 1, 1, r->n - 1);
		m->ranks = (int)r->n;
		name_lost(r, p, lost, m);
	} else if (!tell_word(r->state, end->good ? WORD_GOOD : WORD_BAD) ||
		   !receive(lost, (int)r->n, TAG_ORDER, ORDER_US)) {
		r->state->broken = true;
		ok = err_set(err, ERR_TIMEOUT, "nothing is heard of rank 0");
	} else {
		ok = follow_order(r, lost, m, err);
	}
	free(lost);
	return ok;
}
