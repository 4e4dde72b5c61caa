/* SPDX-License-Identifier: MIT */
/* Of several ranks: once a load is over, who is lost, and the sum. */
#include "program/ranks_mpi_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

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
		ranks_hear(r, p);
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
		ranks_doze();
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
		ranks_send_all(r, TAG_ORDER, lost, (int)r->n);
		if (!ranks_add(those_left(r, lost), m))
			memset(lost + 1, 1, r->n - 1);
		m->ranks = (int)r->n;
		name_lost(r, p, lost, m);
	} else if (!ranks_tell_word(
		       r->state, end->good ? WORD_GOOD : WORD_BAD) ||
		   !ranks_receive(lost, (int)r->n, TAG_ORDER, ORDER_US)) {
		r->state->broken = true;
		ok = err_set(err, ERR_TIMEOUT, "nothing is heard of rank 0");
	} else {
		ok = follow_order(r, lost, m, err);
	}
	free(lost);
	return ok;
}
