/* SPDX-License-Identifier: MIT */
/*
 * testing - what the tests of the program have in common: a folder that goes
 * away, a reference server, and the program itself as somebody's child.
 *
 * The program is build/out/yanshou seen from build/out/test/program/; what it
 * leaves behind is killed with the test.
 */
#ifndef PROGRAM_TESTING_H
#define PROGRAM_TESTING_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "reference/serve.h"

#define TESTING_WORDS 64

struct testing {
	char dir[64];
	char *target; /* of the server; NULL: none */
	pid_t server;
};

struct testing_end {
	int code;   /* exit code, or -1 */
	int signal; /* that ended it, or 0 */
	char *said; /* on both outputs */
};

static inline void
testing_up(struct testing *t)
{
	*t = (struct testing){ .dir = "/tmp/yanshou.XXXXXX" };
	ck_assert_ptr_nonnull(mkdtemp(t->dir));
}

static inline char *
testing_path(const struct testing *t, const char *name)
{
	return mem_textf("%s/%s", t->dir, name);
}

static inline void
testing_serve(struct testing *t, struct serve_options o)
{
	char *dir = testing_path(t, "reference");
	struct err err;

	o.world_dir = "fixtures/world";
	o.run_dir = dir;
	ck_assert_msg(serve_fork(&o, &t->server, &err), "%s", err.what);
	free(t->target);
	t->target = testing_path(t, "reference/target.yaml");
	free(dir);
}

static inline void
testing_kill_server(struct testing *t)
{
	kill(t->server, SIGKILL);
	waitpid(t->server, NULL, 0);
	t->server = 0;
}

static inline void
testing_down(struct testing *t)
{
	struct err err;

	if (t->server != 0)
		ck_assert_msg(serve_join(t->server, &err), "%s", err.what);
	ck_assert_msg(files_remove(t->dir, &err), "%s", err.what);
	free(t->target);
}

static inline char *
testing_read(const char *path)
{
	struct err err;
	size_t n;
	char *text = files_read_text(path, 64u << 20, &n, &err);

	ck_assert_msg(text != NULL, "%s", err.what);
	return text;
}

static inline void
testing_write(const char *path, struct span content)
{
	struct err err;

	ck_assert_msg(files_write(path, content, &err), "%s", err.what);
}

/* Starts the program in a process group of its own; NULL ends the words. */
static inline pid_t
testing_start(const char *out, const char *const *words)
{
	const pid_t parent = getpid();
	char self[PATH_MAX], *path;
	pid_t pid;
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	*strrchr(self, '/') = '\0';
	path = mem_textf("%s/../../yanshou", self);
	ck_assert_msg(access(path, X_OK) == 0, "%s: make it first", path);
	fflush(NULL);
	pid = fork();
	ck_assert_int_ne(pid, -1);
	if (pid == 0) {
		const int fd =
		    open(out, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setpgid(0, 0);
		signal(SIGXFSZ, SIG_DFL); /* whatever started the tests */
		signal(SIGPIPE, SIG_DFL);
		if (getppid() != parent || fd == -1 || dup2(fd, 1) == -1 ||
		    dup2(fd, 2) == -1)
			_exit(126);
		execv(path, (char *const *)(uintptr_t)words);
		_exit(127);
	}
	setpgid(pid, pid);
	free(path);
	return pid;
}

static inline struct testing_end
testing_wait(pid_t pid, const char *out)
{
	struct testing_end end = { .code = -1 };
	int status;

	while (waitpid(pid, &status, 0) == -1)
		ck_assert_int_eq(errno, EINTR);
	if (WIFEXITED(status))
		end.code = WEXITSTATUS(status);
	else
		end.signal = WTERMSIG(status);
	end.said = testing_read(out);
	unlink(out);
	return end;
}

/* The program, run to its end: testing_run(&t, "check", path, NULL). */
static inline struct testing_end __attribute__((sentinel))
testing_run(const struct testing *t, const char *first, ...)
{
	const char *words[TESTING_WORDS] = { "yanshou", first };
	char *out = testing_path(t, "said");
	struct testing_end end;
	size_t n = 2;
	va_list ap;

	va_start(ap, first);
	while (n < TESTING_WORDS - 1 &&
	       (words[n] = va_arg(ap, const char *)) != NULL)
		n++;
	va_end(ap);
	end = testing_wait(testing_start(out, words), out);
	free(out);
	return end;
}

/* Asserts code and a piece of what was said; frees it. */
static inline void
testing_expect(struct testing_end end, int code, const char *says)
{
	ck_assert_msg(
	    end.signal == 0, "died of signal %d: %s", end.signal, end.said);
	ck_assert_msg(end.code == code, "exit code %d, not %d: %s", end.code,
	    code, end.said);
	ck_assert_msg(strstr(end.said, says) != NULL, "does not say \"%s\": %s",
	    says, end.said);
	free(end.said);
}

#endif
