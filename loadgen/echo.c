/* SPDX-License-Identifier: MIT */
#include "loadgen/echo.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"
#include "loadgen/pump.h"

enum {
	USERS = 32, /* of each worker */
	FOR_MS = 300,
	EVENTS = 64,
	ROOM = 4096,
	MS = 1000000,
};

#define STOLEN 0.02 /* of the machine's time, from which on it is said */

/* The other side: a thread that gives back what it gets. */
struct mirror {
	int listener, epoll, end[2];
	uint16_t port;
	struct stream *streams;
	size_t n, most;
	pthread_t thread;
};

static void
watch(struct mirror *m, int fd, uint64_t what)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u64 = what };

	epoll_ctl(m->epoll, EPOLL_CTL_ADD, fd, &e);
}

static void
take_all(struct mirror *m)
{
	int fd;

	while (m->n < m->most && (fd = net_accept(m->listener, NULL)) != -1) {
		stream_init(&m->streams[m->n], fd);
		watch(m, fd, m->n++);
	}
}

static void
give_back(struct stream *s)
{
	char text[ROOM];
	size_t got, put;

	if (s->fd == -1)
		return;
	switch (stream_get(s, text, sizeof text, &got)) {
	case STREAM_DONE:
		/* a line that does not fit means that nobody reads */
		if (stream_put(s, text, got, &put) != STREAM_OVER)
			break;
		/* fallthrough */
	case STREAM_OVER:
		stream_drop(s);
		break;
	case STREAM_WANT_READ:
	case STREAM_WANT_WRITE:
		break;
	}
}

static void *
mirror_run(void *mirror)
{
	struct mirror *m = mirror;
	struct epoll_event events[EVENTS];

	for (;;) {
		const int n = epoll_wait(m->epoll, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			const uint64_t what = events[i].data.u64;

			if (what == m->most + 1)
				return NULL;
			if (what == m->most)
				take_all(m);
			else
				give_back(&m->streams[what]);
		}
	}
}

static bool
mirror_start(struct mirror *m, size_t most, struct err *err)
{
	*m = (struct mirror){ .listener = -1, .most = most };
	m->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (m->epoll == -1 || pipe(m->end) == -1)
		return err_set(err, ERR_IO, "calibration");
	if (!net_listen("127.0.0.1", 0, &m->listener, &m->port, err))
		return false;
	m->streams = mem_new(most, sizeof m->streams[0]);
	watch(m, m->listener, most);
	watch(m, m->end[0], most + 1);
	return pthread_create(&m->thread, NULL, mirror_run, m) == 0 ||
	       err_set(err, ERR_CONFIG, "calibration: no thread");
}

static void
mirror_stop(struct mirror *m)
{
	(void)!write(m->end[1], "x", 1);
	pthread_join(m->thread, NULL);
	for (size_t i = 0; i < m->n; i++)
		stream_drop(&m->streams[i]);
	free(m->streams);
	close(m->listener);
	close(m->epoll);
	close(m->end[0]);
	close(m->end[1]);
}

static void
note(struct echo *e, const struct measure *m)
{
	const double for_s = FOR_MS / 1000.0;
	double cpu = 0;
	uint64_t n = 0;

	for (size_t i = 0; i < m->n_seconds; i++) {
		n += m->seconds[i].ops[0].done;
		if (m->seconds[i].health.cpu > cpu)
			cpu = m->seconds[i].health.cpu;
		e->stolen |= m->seconds[i].health.steal > STOLEN;
	}
	e->rate = (double)n / for_s;
	if (n != 0)
		e->cpu_us = cpu * for_s * 1e6 * m->workers / (double)n;
}

/* A closed loop of users who say a line and hear it again. */
static bool
run(const struct mirror *m, unsigned workers, struct echo *e, struct err *err)
{
	static char line[] = "line", host[] = "127.0.0.1", name[] = "echo",
		    body[] = "C: hello\nS: hello\n";
	struct profile_endpoint endpoint = {
		.service = line, .host = host, .port = m->port
	};
	const struct profile profile = {
		.path = name, .endpoints = &endpoint, .n_endpoints = 1
	};
	struct scenario_flow flow = { .name = name,
		.weight = 1,
		.service = line,
		.body = body,
		.repeat = 1,
		.stays = true };
	const struct scenario scenario = { .path = name,
		.name = name,
		.arrive = ARRIVE_CLOSED,
		.connections = (int)m->most,
		.flows = &flow,
		.n_flows = 1,
		.timeout_us = 5000000,
		.drain_us = 100000 };
	struct load_plan plan = { .n = m->most,
		.end_ns = FOR_MS * (int64_t)MS };
	struct pump_options o = { .scenario = &scenario,
		.plan = &plan,
		.profile = &profile,
		.workers = workers };
	struct measure measure;
	bool ok;

	plan.at = mem_new(plan.n, sizeof plan.at[0]);
	ok = pump_run(&o, &measure, err);
	if (ok) {
		note(e, &measure);
		measure_free(&measure);
	}
	free(plan.at);
	return ok;
}

bool
echo_calibrate(unsigned workers, struct echo *e, struct err *err)
{
	const size_t n = USERS * (workers == 0 ? 1 : (size_t)workers);
	struct mirror m;
	bool ok;

	*e = (struct echo){ 0 };
	if (!mirror_start(&m, n, err)) {
		free(m.streams);
		return err_while(err, "calibration");
	}
	ok = run(&m, workers, e, err);
	mirror_stop(&m);
	return ok || err_while(err, "calibration");
}
