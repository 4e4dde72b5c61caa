/* SPDX-License-Identifier: MIT */
#include "program/load_metrics.h"

#include <inttypes.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/net.h"

#define TEXT_MOST 65536
#define ASKERS    16 /* answered in one second, at most */

bool
load_metrics_open(struct load_metrics *p, uint16_t port, const char *scenario,
    struct err *err)
{
	*p = (struct load_metrics){ .fd = -1, .scenario = scenario };
	return net_listen("127.0.0.1", port, &p->fd, &p->port, err);
}

void
load_metrics_close(struct load_metrics *p)
{
	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
}

static void
head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP yanshou_load_%s %s\n# TYPE yanshou_load_%s %s\n",
	    name, help, name, type);
}

/* One figure of a second, or of all seconds up to it. */
static void
put(struct buf *out, const char *scenario, const char *name, const char *type,
    const char *help, double value)
{
	head(out, name, type, help);
	buf_addf(out, "yanshou_load_%s{scenario=\"%s\"} %.9g\n", name, scenario,
	    value);
}

static void
put_arrivals(const struct load_metrics *p, const struct measure *m, size_t n,
    struct buf *out)
{
	const struct measure_second *last = &m->seconds[n - 1];
	double planned = 0, begun = 0, dropped = 0;

	for (size_t i = 0; i < n; i++) {
		planned += (double)m->seconds[i].planned;
		begun += (double)m->seconds[i].begun;
		dropped += (double)m->seconds[i].dropped;
	}
	put(out, p->scenario, "arrivals_planned_total", "counter",
	    "Arrivals that were due.", planned);
	put(out, p->scenario, "arrivals_begun_total", "counter",
	    "Arrivals that were begun.", begun);
	put(out, p->scenario, "arrivals_dropped_total", "counter",
	    "Arrivals that found neither connection nor place to wait.",
	    dropped);
	put(out, p->scenario, "connections", "gauge", "Connections open.",
	    (double)last->connections);
	put(out, p->scenario, "late_p99_seconds", "gauge",
	    "How late operations were sent in the last second, p99.",
	    (double)last->health.late_p99_us / 1e6);
	put(out, p->scenario, "worker_cpu_ratio", "gauge",
	    "Processor time of the busiest worker in the last second.",
	    last->health.cpu);
}

static void
put_count(const struct load_metrics *p, const struct measure *m, size_t op,
    const char *result, uint64_t count, struct buf *out)
{
	buf_addf(out,
	    "yanshou_load_operations_total{scenario=\"%s\",op=\"%s\","
	    "result=\"%s\"} %" PRIu64 "\n",
	    p->scenario, m->ops[op], result, count);
}

static void
put_operations(const struct load_metrics *p, const struct measure *m, size_t n,
    struct buf *out)
{
	static const double quantiles[] = { 0.5, 0.9, 0.99, 0.999 };

	head(out, "operations_total", "counter", "Operations by result.");
	for (size_t op = 0; op < m->n_ops; op++) {
		uint64_t done = 0, failed = 0, timeouts = 0;

		for (size_t i = 0; i < n; i++) {
			done += m->seconds[i].ops[op].done;
			failed += m->seconds[i].ops[op].failed;
			timeouts += m->seconds[i].ops[op].timeouts;
		}
		put_count(p, m, op, "done", done, out);
		put_count(p, m, op, "failed", failed, out);
		put_count(p, m, op, "timeout", timeouts, out);
	}
	head(out, "response_seconds", "gauge",
	    "Response times of the last second, from when it was due.");
	for (size_t op = 0; op < m->n_ops; op++)
		for (size_t q = 0; q < 4; q++)
			buf_addf(out,
			    "yanshou_load_response_seconds{scenario=\"%s\","
			    "op=\"%s\",quantile=\"%g\"} %.6f\n",
			    p->scenario, m->ops[op], quantiles[q],
			    (double)hist_packed_percentile(
				&m->seconds[n - 1].ops[op].hist[CLOCK_RESPONSE],
				100 * quantiles[q]) /
				1e6);
}

static void
put_ranks(const struct load_metrics *p, struct buf *out)
{
	const int64_t now = clock_mono().us;

	if (p->progress == NULL || p->progress->n < 2)
		return;
	head(out, "rank_seconds_told", "gauge", "Seconds a rank has told of.");
	for (unsigned k = 0; k < p->progress->n; k++)
		buf_addf(out,
		    "yanshou_load_rank_seconds_told{scenario=\"%s\","
		    "rank=\"%u\"} %zu\n",
		    p->scenario, k, p->progress->of[k].told);
	head(out, "rank_silent", "gauge", "1: nothing is heard of a rank.");
	for (unsigned k = 0; k < p->progress->n; k++)
		buf_addf(out,
		    "yanshou_load_rank_silent{scenario=\"%s\",rank=\"%u\"} "
		    "%d\n",
		    p->scenario, k, progress_is_silent(p->progress, k, now));
}

void
load_metrics_text(const struct load_metrics *p, const struct measure *m,
    size_t n, struct buf *out)
{
	if (n == 0)
		return;
	put_arrivals(p, m, n, out);
	put_operations(p, m, n, out);
	put_ranks(p, out);
}

/*
 * The request is not looked at, but it is taken off: closing over unread
 * octets would reset the connection and take the answer from its hands.
 */
static void
answer(int fd, const struct buf *text)
{
	char waste[4096];

	while (recv(fd, waste, sizeof waste, MSG_DONTWAIT) > 0)
		;
	(void)send(fd, text->data, text->len, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(fd, SHUT_WR);
	close(fd);
}

void
load_metrics_second(
    const struct load_metrics *p, const struct measure *m, size_t n)
{
	struct buf text, all;
	int fd;

	if (p->fd == -1)
		return;
	fd = net_accept(p->fd, NULL);
	if (fd == -1)
		return;
	buf_init(&text, TEXT_MOST);
	buf_init(&all, TEXT_MOST + 1024);
	load_metrics_text(p, m, n, &text);
	buf_addf(&all,
	    "HTTP/1.1 200 OK\r\n"
	    "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
	    "Content-Length: %zu\r\n"
	    "Connection: close\r\n\r\n",
	    text.len);
	buf_add(&all, buf_span(&text));
	for (int i = 0; fd != -1 && i < ASKERS; i++) {
		answer(fd, &all);
		fd = net_accept(p->fd, NULL);
	}
	if (fd != -1)
		close(fd);
	buf_free(&all);
	buf_free(&text);
}
