/* SPDX-License-Identifier: MIT */
/* Several: built with "make MPI=1", run under mpirun of Open MPI. */
#include "program/ranks.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"

enum {
	TAG_ECHO = 1,
	TAG_FILES,
	ECHOES = 200, /* the quickest of so many tells the clocks apart */
	FILES = 2,
};

#define LEAD_US    INT64_C(1000000) /* from agreeing to the start */
#define FILES_MOST (512u << 20)

static const char *const files[FILES] = { "measure.json", "intervals.hlog" };

void
ranks_join(struct ranks *r)
{
	int rank, n;

	MPI_Init(NULL, NULL);
	MPI_Comm_rank(MPI_COMM_WORLD, &rank);
	MPI_Comm_size(MPI_COMM_WORLD, &n);
	*r = (struct ranks){ .rank = (unsigned)rank, .n = (unsigned)n };
}

void
ranks_leave(const struct ranks *r, bool well)
{
	if (!well && r->n > 1)
		MPI_Abort(MPI_COMM_WORLD, EXIT_FAILURE);
	MPI_Finalize();
}

void
ranks_tell(const struct ranks *r, char *text, size_t room)
{
	if (r->n == 1)
		return;
	MPI_Bcast(text, (int)room, MPI_CHAR, 0, MPI_COMM_WORLD);
	text[room - 1] = '\0';
}

bool
ranks_agree(
    const struct ranks *r, const char *what, const char *text, struct err *err)
{
	char first[65] = "";
	int other, others;

	if (r->n == 1)
		return true;
	snprintf(first, sizeof first, "%s", text);
	ranks_tell(r, first, sizeof first);
	other = strncmp(first, text, sizeof first - 1) != 0;
	MPI_Allreduce(&other, &others, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
	return others == 0 ||
	       err_set(err, ERR_CONFIG,
		   "%d of %u ranks have another %s than rank 0: give all the "
		   "same files and the same options",
		   others, r->n, what);
}

/* How far our clock is ahead of rank 0's, in us: that of the least delay. */
static int64_t
offset(const struct ranks *r)
{
	int64_t best = 0, least = INT64_MAX;

	for (unsigned k = 1; k < r->n; k++)
		for (int i = 0; i < ECHOES; i++) {
			int64_t sent, theirs;

			if (r->rank == 0) {
				MPI_Recv(&sent, 1, MPI_INT64_T, (int)k,
				    TAG_ECHO, MPI_COMM_WORLD,
				    MPI_STATUS_IGNORE);
				theirs = clock_wall().us;
				MPI_Send(&theirs, 1, MPI_INT64_T, (int)k,
				    TAG_ECHO, MPI_COMM_WORLD);
			} else if (r->rank == k) {
				int64_t took;

				sent = clock_wall().us;
				MPI_Send(&sent, 1, MPI_INT64_T, 0, TAG_ECHO,
				    MPI_COMM_WORLD);
				MPI_Recv(&theirs, 1, MPI_INT64_T, 0, TAG_ECHO,
				    MPI_COMM_WORLD, MPI_STATUS_IGNORE);
				took = clock_wall().us - sent;
				if (took < least) {
					least = took;
					best = sent + took / 2 - theirs;
				}
			}
		}
	return best;
}

struct wall
ranks_start(const struct ranks *r)
{
	int64_t ahead, start;

	if (r->n == 1)
		return (struct wall){ 0 };
	ahead = offset(r);
	MPI_Barrier(MPI_COMM_WORLD);
	start = clock_wall().us + LEAD_US;
	MPI_Bcast(&start, 1, MPI_INT64_T, 0, MPI_COMM_WORLD);
	return (struct wall){ start + ahead };
}

/* ---- at the end ---- */

/* What we measured goes over as the files that it would be kept in. */
static void
send_files(const struct measure *m)
{
	char dir[] = "/tmp/yanshou-rank-XXXXXX";
	struct err err;
	const bool ok = mkdtemp(dir) != NULL && measure_write(m, dir, &err);

	for (int i = 0; i < FILES; i++) {
		char *path = mem_textf("%s/%s", dir, files[i]);
		size_t n = 0;
		char *text =
		    ok ? files_read_text(path, FILES_MOST, &n, &err) : NULL;

		MPI_Send(text == NULL ? "" : text, text == NULL ? 0 : (int)n,
		    MPI_CHAR, 0, TAG_FILES, MPI_COMM_WORLD);
		free(text);
		free(path);
	}
	files_remove(dir, &err);
}

static struct span
receive_file(int from, char **text)
{
	MPI_Status status;
	int n;

	MPI_Probe(from, TAG_FILES, MPI_COMM_WORLD, &status);
	MPI_Get_count(&status, MPI_CHAR, &n);
	*text = mem_new((size_t)n + 1, 1);
	MPI_Recv(*text, n, MPI_CHAR, from, TAG_FILES, MPI_COMM_WORLD,
	    MPI_STATUS_IGNORE);
	return (struct span){ *text, (size_t)n };
}

static bool
receive_files(int from, struct measure *m)
{
	char *json, *log;
	const struct span a = receive_file(from, &json);
	const struct span b = receive_file(from, &log);
	struct err err;
	const bool ok = measure_parse(m, files[0], a, files[1], b, &err);

	free(json);
	free(log);
	return ok;
}

void
ranks_gather(const struct ranks *r, struct measure *m)
{
	if (r->rank != 0) {
		send_files(m);
		return;
	}
	for (unsigned k = 1; k < r->n; k++) {
		struct measure other;

		if (receive_files((int)k, &other)) {
			measure_merge(m, &other);
			measure_free(&other);
		} else {
			m->ranks_lost++;
		}
	}
	m->ranks = (int)r->n;
}
