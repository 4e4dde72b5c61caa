/* SPDX-License-Identifier: MIT */
#include "program/program.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/buf.h"

volatile bool program_stop;

/* Found once, before anything else happens. */
static char fixtures[PATH_MAX];

static void
on_signal(int number)
{
	(void)number;
	program_stop = true;
}

static bool
try_fixtures(const char *where, const char *below)
{
	struct buf path;
	bool there;

	buf_init(&path, sizeof fixtures - 1);
	buf_addf(&path, "%s%s", where, below);
	memcpy(fixtures, buf_text(&path), path.len + 1);
	buf_addf(&path, "/world");
	there = !path.full && access(buf_text(&path), R_OK | X_OK) == 0;
	buf_free(&path);
	return there;
}

static bool
find_fixtures(struct err *err)
{
	const char *told = getenv("YANSHOU_FIXTURES");
	char self[PATH_MAX];
	ssize_t n;

	if (told != NULL)
		return try_fixtures(told, "") ||
		       err_set(err, ERR_CONFIG,
			   "YANSHOU_FIXTURES=%s is no folder of fixtures: it "
			   "has no world/",
			   told);
	n = readlink("/proc/self/exe", self, sizeof self - 1);
	self[n < 0 ? 0 : n] = '\0';
	if (strrchr(self, '/') != NULL)
		*strrchr(self, '/') = '\0';
	return try_fixtures(self, "/../share/yanshou/fixtures") ||
	       try_fixtures(self, "/../fixtures") ||
	       try_fixtures(self, "/../../fixtures") ||
	       try_fixtures("", "fixtures") ||
	       err_set(err, ERR_CONFIG,
		   "the folder of fixtures was not found beside the program; "
		   "set YANSHOU_FIXTURES to it");
}

/*
 * Thousands of connections, of our own services or of a load, need more
 * descriptors than shells allow at first; the system lets us have them.
 */
static void
allow_descriptors(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_NOFILE, &r);
	}
}

bool
program_start(struct err *err)
{
	struct sigaction stop = { .sa_handler = on_signal };

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* EFBIG has a message, the signal none */
	allow_descriptors();
	return find_fixtures(err);
}

const char *
program_fixtures(void)
{
	return fixtures;
}

/* A name that leads nowhere, or where we may not go, is for the caller. */
static bool
is_misnamed(int sys)
{
	return sys == ENOENT || sys == ENOTDIR || sys == EISDIR ||
	       sys == EACCES || sys == EPERM || sys == EROFS;
}

size_t
program_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_col < 40)
		return 80;
	return size.ws_col;
}

int
program_fail(const struct err *err)
{
	fprintf(stderr, "yanshou: %s\n", err->what);
	if (err->todo != NULL)
		fprintf(stderr, "      -> %s\n      -> %s\n", err->todo,
		    err->todo_zh);
	switch (err->kind) {
	case ERR_CONFIG:
	case ERR_CLOSED: /* the run that was named is over */
		return EXIT_CONFIG;
	case ERR_IO:
		return is_misnamed(err->sys) ? EXIT_CONFIG : EXIT_BROKEN;
	case ERR_FORGED:
		return EXIT_FORGED;
	default:
		return EXIT_BROKEN;
	}
}
