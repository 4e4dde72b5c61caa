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

#include "conformance/trial.h"
#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/tls.h"

#define CONNECTIONS  32
#define INPUT_MOST   (64u << 10)
#define CONTENT_MOST (64u << 20)
#define TEMPFAILS    2
#define PATH_MOST    4096

/* Somebody who has been put off so many times. */
struct waiting {
	char *address;
	int times;
	struct waiting *next;
};

struct guest {
	bool here;
	struct stream stream;
	char peer[NET_NAME];
	struct buf in, out, content;
	bool in_data, quitting;
	char *client;
	json_t *envelope; /* NULL: no transaction */
};

struct sink {
	int listener;
	int dir;
	unsigned number;
	struct waiting *waiting;
	struct guest guests[CONNECTIONS];
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

/* Not by the letters: 10000 comes behind 9999. */
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
file_message(struct sink *s, struct guest *g)
{
	char name[32], time[CLOCK_TEXT], *text;
	bool ok;

	wall_text(clock_wall(), time);
	json_object_set_new(g->envelope, "time", json_string(time));
	text = json_dumps(g->envelope, JSON_INDENT(1) | JSON_SORT_KEYS);
	snprintf(name, sizeof name, "%04u.eml", ++s->number);
	ok = put_file(s->dir, name, buf_span(&g->content));
	snprintf(name, sizeof name, "%04u.json", s->number);
	ok = ok && text != NULL && put_file(s->dir, name, span_of(text));
	free(text);
	return ok;
}

/* ---- one conversation ---- */

static void
say(struct guest *g, const char *line)
{
	buf_addf(&g->out, "%s\r\n", line);
}

static void
forget(struct guest *g)
{
	json_decref(g->envelope);
	g->envelope = NULL;
	buf_clear(&g->content);
	g->in_data = false;
}

/* Anything JSON cannot hold is shown as "?". */
static json_t *
text_json(struct span s)
{
	json_t *text = json_stringn(s.ptr, s.len);
	struct buf plain;

	if (text != NULL)
		return text;
	buf_init(&plain, INPUT_MOST);
	buf_add(&plain, s);
	for (size_t i = 0; i < plain.len; i++)
		if ((plain.data[i] & 0x80) || plain.data[i] < ' ')
			plain.data[i] = '?';
	text = json_stringn(plain.data, plain.len);
	buf_free(&plain);
	return text;
}

/* "<a@b> X=1 Y" to address and parameters; false without brackets. */
static bool
read_path(struct span args, struct span *address, json_t *parameters)
{
	while (args.len > 0 && args.ptr[0] == ' ')
		args = span_skip(args, 1);
	if (args.len == 0 || args.ptr[0] != '<' ||
	    span_find(args, SPAN(">")) == args.len)
		return false;
	args = span_skip(args, 1);
	*address = span_cut(&args, '>');
	while (args.len > 0) {
		const struct span word = span_cut(&args, ' ');

		if (word.len > 0)
			json_array_append_new(parameters, text_json(word));
	}
	return true;
}

static bool
ends_in(struct span local, struct span with)
{
	return local.len >= with.len &&
	       span_caseeq(span_skip(local, local.len - with.len), with);
}

static bool
put_off(struct sink *s, struct span address)
{
	struct waiting *w = s->waiting;

	while (w != NULL && !span_caseeq(span_of(w->address), address))
		w = w->next;
	if (w == NULL) {
		w = mem_new(1, sizeof *w);
		w->address = mem_text(address);
		w->next = s->waiting;
		s->waiting = w;
	}
	return w->times++ < TEMPFAILS;
}

static void
run_ehlo(struct sink *s, struct guest *g, struct span args)
{
	(void)s;
	forget(g);
	free(g->client);
	g->client = mem_text(args);
	say(g, "250-sink.example");
	say(g, "250-PIPELINING");
	say(g, "250-SIZE 67108864");
	say(g, "250-8BITMIME");
	say(g, "250-SMTPUTF8");
	say(g, "250-DSN");
	say(g, "250 ENHANCEDSTATUSCODES");
}

static void
run_helo(struct sink *s, struct guest *g, struct span args)
{
	(void)s;
	forget(g);
	free(g->client);
	g->client = mem_text(args);
	say(g, "250 sink.example");
}

static void
run_mail(struct sink *s, struct guest *g, struct span args)
{
	json_t *parameters = json_array();
	struct span address;

	(void)s;
	if (g->envelope != NULL || !span_casestarts(args, SPAN("FROM:")) ||
	    !read_path(span_skip(args, 5), &address, parameters)) {
		json_decref(parameters);
		say(g, g->envelope != NULL ? "503 5.5.1 not now"
					   : "501 5.5.4 MAIL FROM:<address>");
		return;
	}
	g->envelope = json_object();
	json_object_set_new(g->envelope, "client",
	    text_json(span_of(g->client == NULL ? "" : g->client)));
	json_object_set_new(g->envelope, "peer", json_string(g->peer));
	json_object_set_new(g->envelope, "from", text_json(address));
	json_object_set_new(g->envelope, "parameters", parameters);
	json_object_set_new(g->envelope, "to", json_array());
	say(g, "250 2.1.0 ok");
}

static void
run_rcpt(struct sink *s, struct guest *g, struct span args)
{
	json_t *parameters = json_array(), *to;
	struct span address, local, rest;

	if (g->envelope == NULL || !span_casestarts(args, SPAN("TO:")) ||
	    !read_path(span_skip(args, 3), &address, parameters)) {
		json_decref(parameters);
		say(g, g->envelope == NULL ? "503 5.5.1 not now"
					   : "501 5.5.4 RCPT TO:<address>");
		return;
	}
	rest = address;
	local = span_cut(&rest, '@');
	if (ends_in(local, SPAN(".reject")) ||
	    (ends_in(local, SPAN(".tempfail")) && put_off(s, address))) {
		json_decref(parameters);
		say(g, ends_in(local, SPAN(".reject"))
			   ? "550 5.1.1 nobody of that name"
			   : "451 4.3.0 try again later");
		return;
	}
	to = json_object();
	json_object_set_new(to, "address", text_json(address));
	json_object_set_new(to, "parameters", parameters);
	json_array_append_new(json_object_get(g->envelope, "to"), to);
	say(g, "250 2.1.5 ok");
}

static void
run_data(struct sink *s, struct guest *g, struct span args)
{
	(void)s;
	(void)args;
	if (json_array_size(json_object_get(g->envelope, "to")) == 0) {
		say(g, "503 5.5.1 no recipients");
		return;
	}
	g->in_data = true;
	say(g, "354 go on");
}

static void
run_rset(struct sink *s, struct guest *g, struct span args)
{
	(void)s;
	(void)args;
	forget(g);
	say(g, "250 2.0.0 ok");
}

static void
run_noop(struct sink *s, struct guest *g, struct span args)
{
	(void)s;
	(void)args;
	say(g, "250 2.0.0 ok");
}

static void
run_quit(struct sink *s, struct guest *g, struct span args)
{
	(void)s;
	(void)args;
	say(g, "221 2.0.0 bye");
	g->quitting = true;
}

static void
obey(struct sink *s, struct guest *g, struct span line)
{
	/* clang-format off */
	static const struct {
		const char	*verb;
		void		(*run)(struct sink *, struct guest *,
				    struct span);
	} verbs[] = {
		{ "EHLO",	run_ehlo },
		{ "HELO",	run_helo },
		{ "MAIL",	run_mail },
		{ "RCPT",	run_rcpt },
		{ "DATA",	run_data },
		{ "RSET",	run_rset },
		{ "NOOP",	run_noop },
		{ "QUIT",	run_quit },
	};
	/* clang-format on */
	struct span args = line;
	const struct span verb = span_cut(&args, ' ');

	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (span_caseeq(verb, span_of(verbs[i].verb))) {
			verbs[i].run(s, g, args);
			return;
		}
	say(g, "502 5.5.1 not here");
}

static void
take_content(struct sink *s, struct guest *g, struct span line)
{
	if (!span_eq(line, SPAN("."))) {
		if (line.len > 0 && line.ptr[0] == '.')
			line = span_skip(line, 1);
		buf_add(&g->content, line);
		buf_add(&g->content, SPAN("\r\n"));
		return;
	}
	if (g->content.full)
		say(g, "552 5.3.4 too big");
	else if (file_message(s, g))
		say(g, "250 2.0.0 filed");
	else
		say(g, "452 4.3.1 cannot file it");
	forget(g);
}

/* Only CR LF ends a line; one that will not end ends the conversation. */
static void
take_lines(struct sink *s, struct guest *g)
{
	for (;;) {
		const struct span in = buf_span(&g->in);
		const size_t end = span_find(in, SPAN("\r\n"));

		if (end == in.len || g->quitting)
			break;
		if (g->in_data)
			take_content(s, g, span_take(in, end));
		else
			obey(s, g, span_take(in, end));
		buf_drop(&g->in, end + 2);
	}
	if (g->in.len >= INPUT_MOST)
		g->quitting = true;
}

/* ---- sockets ---- */

static void
leave(struct guest *g)
{
	forget(g);
	stream_close(&g->stream);
	free(g->client);
	buf_free(&g->in);
	buf_free(&g->out);
	buf_free(&g->content);
	*g = (struct guest){ .here = false };
}

static void
enter(struct sink *s)
{
	char peer[NET_NAME] = "";
	const int fd = net_accept(s->listener, peer);

	if (fd == -1)
		return;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct guest *g = &s->guests[i];

		if (g->here)
			continue;
		*g = (struct guest){ .here = true };
		stream_init(&g->stream, fd);
		snprintf(g->peer, sizeof g->peer, "%s", peer);
		buf_init(&g->in, 2 * INPUT_MOST);
		buf_init(&g->out, INPUT_MOST);
		buf_init(&g->content, CONTENT_MOST);
		say(g, "220 sink.example ESMTP");
		return;
	}
	close(fd);
}

static void
attend(struct sink *s, struct guest *g)
{
	enum stream_wait wait;

	do {
		wait = stream_read(&g->stream, &g->in, INPUT_MOST);
		take_lines(s, g);
	} while (wait == STREAM_DONE && !g->quitting);
	if (wait == STREAM_OVER) {
		leave(g);
		return;
	}
	while (g->out.len > 0 && wait != STREAM_OVER) {
		wait = stream_write(&g->stream, &g->out);
		if (wait == STREAM_WANT_WRITE)
			break;
	}
	if (wait == STREAM_OVER || (g->quitting && g->out.len == 0))
		leave(g);
}

static _Noreturn void
serve(struct sink *s)
{
	struct pollfd fds[CONNECTIONS + 1];

	for (;;) {
		fds[CONNECTIONS] =
		    (struct pollfd){ .fd = s->listener, .events = POLLIN };
		for (size_t i = 0; i < CONNECTIONS; i++)
			fds[i] = (struct pollfd){
				.fd = s->guests[i].here ? s->guests[i].stream.fd
							: -1,
				.events = s->guests[i].out.len > 0
					      ? POLLIN | POLLOUT
					      : POLLIN,
			};
		if (poll(fds, CONNECTIONS + 1, -1) == -1 && errno != EINTR)
			_exit(1);
		for (size_t i = 0; i < CONNECTIONS; i++)
			if (s->guests[i].here && fds[i].revents != 0)
				attend(s, &s->guests[i]);
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
	/* a SIGTERM that meets its first moments would find our handler there
	 */
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
	unsigned long seen; /* the last number that was looked at */
	char *found[FOUND_MOST];
	size_t hits;
};

static void
look_at(struct lookout *l, const char *name)
{
	char *path = mem_textf("%s/%s", l->dir, name);
	json_t *envelope = json_load_file(path, 0, NULL);

	if (l->hits < FOUND_MOST && envelope != NULL &&
	    is_for(envelope, l->addresses, l->n))
		l->found[l->hits++] = mem_text(
		    span_take(span_of(path), strlen(path) - strlen(".json")));
	json_decref(envelope);
	free(path);
}

/*
 * Looks at what has come since the last time.  Everybody who waits is woken
 * by everything that comes: reading it all each time is a load that slows
 * down whom we wait for.
 */
static void
look(struct lookout *l)
{
	struct dirent **entries = NULL;
	const int count = scandir(l->dir, &entries, is_envelope, by_number);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		const unsigned long number = strtoul(name, NULL, 10);

		if (number > l->seen) {
			look_at(l, name);
			l->seen = number;
		}
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
	trial_fact_int(t, name, (int64_t)l.hits);
	for (size_t i = 0; i < n; i++)
		free(l.addresses[i]);
	free(dir);
	return l.hits;
}
