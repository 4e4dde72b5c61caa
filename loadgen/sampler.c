/* SPDX-License-Identifier: MIT */
#include "loadgen/sampler.h"

#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/clock.h"

/* No stdio: a worker looks at itself, and allocates nothing. */
static bool
read_text(const char *path, char *text, size_t room)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;
	size_t at = 0;

	text[0] = '\0';
	if (fd == -1)
		return false;
	while (at < room - 1 && (n = read(fd, text + at, room - 1 - at)) > 0)
		at += (size_t)n;
	text[at] = '\0';
	close(fd);
	return n >= 0 && at > 0;
}

/* Documentation/scheduler/sched-stats: ran, waited (ns), time slices. */
bool
sample_parse_schedstat(const char *text, struct sample_thread *s)
{
	int64_t ran, waited;

	if (sscanf(text, "%" SCNd64 " %" SCNd64, &ran, &waited) != 2)
		return false;
	s->queue_ns = waited;
	return true;
}

/* proc(5): cpu user nice system idle iowait irq softirq steal ... */
bool
sample_parse_stat(const char *text, struct sample_machine *s)
{
	uint64_t v[8];

	if (sscanf(text,
		"cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		" %" SCNu64 " %" SCNu64 " %" SCNu64,
		&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) != 8)
		return false;
	s->ticks = 0;
	for (size_t i = 0; i < 8; i++)
		s->ticks += v[i];
	s->stolen = v[7];
	return true;
}

uint64_t
sample_resent(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t n = sizeof info;

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) != 0)
		return 0;
	return info.tcpi_total_retrans;
}

struct sample_thread
sample_thread(void)
{
	struct sample_thread s = { .at_ns = clock_mono_ns() };
	struct rusage use;
	char path[64], text[128];

	if (getrusage(RUSAGE_THREAD, &use) == 0)
		s.cpu_ns = (use.ru_utime.tv_sec + use.ru_stime.tv_sec) *
			       INT64_C(1000000000) +
			   (use.ru_utime.tv_usec + use.ru_stime.tv_usec) *
			       INT64_C(1000);
	snprintf(path, sizeof path, "/proc/self/task/%ld/schedstat",
	    syscall(SYS_gettid));
	if (read_text(path, text, sizeof text))
		sample_parse_schedstat(text, &s);
	return s;
}

struct sample_machine
sample_machine(void)
{
	struct sample_machine s = { 0 };
	char text[8192];

	if (read_text("/proc/stat", text, sizeof text))
		sample_parse_stat(text, &s);
	return s;
}

uint64_t
sample_memory(void)
{
	char text[128];
	uint64_t size, resident;

	if (!read_text("/proc/self/statm", text, sizeof text) ||
	    sscanf(text, "%" SCNu64 " %" SCNu64, &size, &resident) != 2)
		return 0;
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static double
share(int64_t part, int64_t whole)
{
	if (whole <= 0 || part <= 0)
		return 0;
	return part > whole ? 1 : (double)part / (double)whole;
}

double
sample_cpu(struct sample_thread from, struct sample_thread to)
{
	return share(to.cpu_ns - from.cpu_ns, to.at_ns - from.at_ns);
}

double
sample_queue(struct sample_thread from, struct sample_thread to)
{
	return share(to.queue_ns - from.queue_ns, to.at_ns - from.at_ns);
}

double
sample_steal(struct sample_machine from, struct sample_machine to)
{
	return share((int64_t)(to.stolen - from.stolen),
	    (int64_t)(to.ticks - from.ticks));
}
