/* SPDX-License-Identifier: MIT */
#include "conformance/client/sink.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conformance/client/guest.h"
#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"

#define CONNECTIONS  32
#define ROUNDS       16 /* in which one guest is heard before the others */
#define CONTENT_MOST (64u << 20)
#define FILES_MOST   10000
#define OCTETS_MOST  (1ull << 30) /* of all messages of a run */

struct seat {
	bool taken;
	struct stream stream;
	struct guest guest;
};

struct sink {
	int listener;
	int dir;
	unsigned number;
	unsigned long long octets;
	struct house house;
	struct seat seats[CONNECTIONS];
};

/* ---- filing ---- */

static bool
put_file(int dir, const char *name, struct span content)
{
	const char *temporary = ".new";
	int fd = openat(
	    dir, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd == -1)
		return false;
	while (content.len > 0) {
		const ssize_t n = write(fd, content.ptr, content.len);

		if (n <= 0) {
			close(fd);
			return false;
		}
		content = span_skip(content, (size_t)n);
	}
	return close(fd) == 0 && renameat(dir, temporary, dir, name) == 0;
}

static int
is_envelope(const struct dirent *e)
{
	const struct span name = span_of(e->d_name);

	return name.len > 5 &&
	       span_eq(span_skip(name, name.len - 5), SPAN(".json"));
}

static int
by_number(const struct dirent **a, const struct dirent **b)
{
	const unsigned long x = strtoul((*a)->d_name, NULL, 10);
	const unsigned long y = strtoul((*b)->d_name, NULL, 10);

	return (x > y) - (x < y);
}

/* A run that goes on has messages already. */
static unsigned
last_number(const char *dir)
{
	struct dirent **entries = NULL;
	const int count = scandir(dir, &entries, is_envelope, by_number);
	unsigned last = 0;

	for (int i = 0; i < count; i++) {
		last = (unsigned)strtoul(entries[i]->d_name, NULL, 10);
		free(entries[i]);
	}
	free(entries);
	return last;
}

static bool
file_message(void *ctx, json_t *envelope, struct span content)
{
	struct sink *s = ctx;
	char name[32], time[CLOCK_TEXT], *text;
	bool ok;

	if (s->number == FILES_MOST || s->octets + content.len > OCTETS_MOST)
		return false;
	s->octets += content.len;
	wall_text(clock_wall(), time);
	json_object_set_new(envelope, "time", json_string(time));
	text = json_dumps(envelope, JSON_INDENT(1) | JSON_SORT_KEYS);
	snprintf(name, sizeof name, "%04u.eml", ++s->number);
	ok = put_file(s->dir, name, content);
	snprintf(name, sizeof name, "%04u.json", s->number);
	ok = ok && text != NULL && put_file(s->dir, name, span_of(text));
	free(text);
	return ok;
}

/* ---- sockets ---- */

static void
leave(struct seat *seat)
{
	stream_close(&seat->stream);
	guest_free(&seat->guest);
	*seat = (struct seat){ .taken = false };
}

static void
enter(struct sink *s)
{
	char peer[NET_NAME] = "";
	const int fd = net_accept(s->listener, peer);

	if (fd == -1)
		return;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct seat *seat = &s->seats[i];

		if (seat->taken)
			continue;
		seat->taken = true;
		stream_init(&seat->stream, fd);
		guest_init(&seat->guest, &s->house, peer);
		return;
	}
	close(fd);
}

static void
attend(struct seat *seat)
{
	struct guest *g = &seat->guest;
	enum stream_wait wait = STREAM_DONE;

	for (int i = 0; i < ROUNDS && wait == STREAM_DONE && !g->quitting;
	     i++) {
		wait = stream_read(&seat->stream, &g->in, GUEST_LINE);
		guest_hear(g);
	}
	if (wait == STREAM_OVER) {
		leave(seat);
		return;
	}
	while (g->out.len > 0 && wait != STREAM_OVER) {
		wait = stream_write(&seat->stream, &g->out);
		if (wait == STREAM_WANT_WRITE)
			break;
	}
	if (wait == STREAM_OVER || (g->quitting && g->out.len == 0))
		leave(seat);
}

/* Who is quitting is not heard any more: he has only to take his reply. */
static struct pollfd
watch(const struct seat *seat)
{
	const struct guest *g = &seat->guest;

	return (struct pollfd){
		.fd = seat->taken ? seat->stream.fd : -1,
		.events = (short)((g->quitting ? 0 : POLLIN) |
				  (g->out.len > 0 ? POLLOUT : 0)),
	};
}

static _Noreturn void
serve(struct sink *s)
{
	struct pollfd fds[CONNECTIONS + 1];

	for (;;) {
		fds[CONNECTIONS] =
		    (struct pollfd){ .fd = s->listener, .events = POLLIN };
		for (size_t i = 0; i < CONNECTIONS; i++)
			fds[i] = watch(&s->seats[i]);
		if (poll(fds, CONNECTIONS + 1, -1) == -1 && errno != EINTR)
			_exit(1);
		for (size_t i = 0; i < CONNECTIONS; i++)
			if (s->seats[i].taken && fds[i].revents != 0)
				attend(&s->seats[i]);
		if (fds[CONNECTIONS].revents != 0)
			enter(s);
	}
}

/*
 * Until the child has put its signals in order it must not be told to end:
 * it would do so in the way of the parent.
 */
static pid_t
start(struct sink *s)
{
	const pid_t parent = getpid();
	sigset_t term, before;
	pid_t pid;

	fflush(NULL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	pid = fork();
	if (pid == 0) {
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_IGN);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		sigprocmask(SIG_UNBLOCK, &term, NULL);
		if (getppid() != parent)
			_exit(0);
		serve(s);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

bool
sink_start(
    const struct profile *p, const char *run_dir, pid_t *pid, struct err *err)
{
	struct sink *s;
	uint16_t port;
	char *path;

	*pid = 0;
	if (p->mail.sink_domain == NULL || p->mail.sink_host == NULL)
		return true;
	s = mem_new(1, sizeof *s);
	s->dir = -1;
	s->house = (struct house){ .file = file_message, .ctx = s };
	if (!net_listen(p->mail.sink_host, p->mail.sink_port, &s->listener,
		&port, err)) {
		free(s);
		return err_while(err, "opening the mail sink");
	}
	path = mem_textf("%s/sink", run_dir);
	if (mkdir(path, 0755) == 0 || errno == EEXIST)
		s->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->dir == -1) {
		err_set(err, ERR_IO, "opening %s for the mail sink", path);
	} else {
		s->number = last_number(path);
		*pid = start(s);
		if (*pid == -1)
			err_set(err, ERR_IO, "starting the mail sink");
		close(s->dir);
	}
	close(s->listener);
	free(path);
	free(s);
	if (*pid > 0)
		return true;
	*pid = 0;
	return false;
}

void
sink_stop(pid_t pid)
{
	if (pid <= 0)
		return;
	/* A SIGTERM in its first moments would find our handler there. */
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
}

/* ---- what a case sees of it ---- */

static bool
is_for(const json_t *envelope, char *const addresses[], size_t n)
{
	size_t i;
	json_t *to;

	json_array_foreach(json_object_get(envelope, "to"), i, to)
	{
		const char *a =
		    json_string_value(json_object_get(to, "address"));

		for (size_t k = 0; a != NULL && k < n; k++)
			if (strcasecmp(a, addresses[k]) == 0)
				return true;
	}
	return false;
}

#define FOUND_MOST 16
#define GLANCE_MS  50 /* between two looks where nothing wakes us */

/* What somebody who waits has seen of the folder. */
struct lookout {
	const char *dir;
	char *addresses[8];
	size_t n;
	bool *seen; /* by number: its envelope was read */
	unsigned long room;
	char *found[FOUND_MOST];
	size_t hits;
};

static bool *
seen(struct lookout *l, unsigned long number)
{
	const unsigned long more = number + 1024;

	if (number >= l->room) {
		l->seen = mem_grow(l->seen, more * sizeof l->seen[0]);
		memset(l->seen + l->room, 0, more - l->room);
		l->room = more;
	}
	return &l->seen[number];
}

static void
look_at(struct lookout *l, const char *name, bool *was_read)
{
	char *path = mem_textf("%s/%s", l->dir, name);
	json_t *envelope = json_load_file(path, 0, NULL);

	*was_read = envelope != NULL;
	if (l->hits < FOUND_MOST && envelope != NULL &&
	    is_for(envelope, l->addresses, l->n))
		l->found[l->hits++] = mem_text(
		    span_take(span_of(path), strlen(path) - strlen(".json")));
	json_decref(envelope);
	free(path);
}

/*
 * Reads what has come since the last time.  Everybody who waits is woken by
 * everything that comes: reading it all each time is a load that slows down
 * whom we wait for.  To remember the last number is not enough: a folder is
 * not listed in one moment, and the next message may be in the list already
 * where the one before it is not yet.
 */
static void
look(struct lookout *l)
{
	struct dirent **entries = NULL;
	const int count = scandir(l->dir, &entries, is_envelope, by_number);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		const unsigned long number = strtoul(name, NULL, 10);

		if (number <= FILES_MOST && !*seen(l, number))
			look_at(l, name, seen(l, number));
		free(entries[i]);
	}
	free(entries);
}

static void
file_evidence(struct trial *t, const char *name, size_t k, const char *stem)
{
	static const char *const kinds[] = { "eml", "json" };

	for (size_t i = 0; i < 2; i++) {
		char *from = mem_textf("%s.%s", stem, kinds[i]);
		char *to = mem_textf("%s-%zu.%s", name, k, kinds[i]);
		struct buf content;
		struct err err;

		buf_init(&content, CONTENT_MOST);
		if (files_read(from, &content, &err))
			trial_file(t, to, buf_span(&content));
		buf_free(&content);
		free(to);
		free(from);
	}
}

/* There may be no inotify left on a busy machine: then we look now and then. */
static void
sleep_till(int watch, int64_t ms)
{
	struct pollfd p = { .fd = watch, .events = POLLIN };

	if (watch == -1 && ms > GLANCE_MS)
		ms = GLANCE_MS;
	poll(&p, 1, (int)ms);
}

static void
await(struct lookout *l, size_t least, int64_t ms)
{
	const struct mono began = clock_mono();
	const int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int64_t gone;
	char events[4096];

	inotify_add_watch(watch, l->dir, IN_MOVED_TO);
	for (;;) {
		gone = mono_since_us(began, clock_mono()) / 1000;
		while (read(watch, events, sizeof events) > 0)
			;
		look(l);
		if (l->hits >= least || gone >= ms)
			break;
		sleep_till(watch, ms - gone);
	}
	if (watch != -1)
		close(watch);
}

size_t
sink_await(struct trial *t, const char *name, const char *const addresses[],
    size_t n, size_t least, int64_t ms)
{
	char *dir = mem_textf("%s/../sink", trial_evidence(t));
	struct lookout l = { .dir = dir, .n = n };

	assert(n <= sizeof l.addresses / sizeof l.addresses[0]);
	for (size_t i = 0; i < n; i++)
		l.addresses[i] = trial_expand(t, addresses[i]);
	await(&l, least, ms);
	for (size_t i = 0; i < l.hits; i++) {
		file_evidence(t, name, i + 1, l.found[i]);
		free(l.found[i]);
	}
	free(l.seen);
	trial_fact_int(t, name, (int64_t)l.hits);
	for (size_t i = 0; i < n; i++)
		free(l.addresses[i]);
	free(dir);
	return l.hits;
}
