/* SPDX-License-Identifier: MIT */
/* Of reading a profile: the files it names. */
#include "lib/profile_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "lib/mem.h"

#define TRUST_MAX 1048576

char *
reading_beside(const struct reading *r, const char *path)
{
	const char *slash = strrchr(r->conf->name, '/');

	if (path[0] == '/' || slash == NULL)
		return mem_text(span_of(path));
	return mem_textf(
	    "%.*s/%s", (int)(slash - r->conf->name), r->conf->name, path);
}

const char *
reading_file(const char *path, struct buf *into)
{
	/* Not blocking: the path may be that of a pipe. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char piece[4096];
	struct stat st;
	ssize_t n = -1;

	if (fd == -1)
		return strerror(errno);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(fd);
		return "not a regular file";
	}
	while (!into->full && (n = read(fd, piece, sizeof piece)) > 0)
		buf_add(into, (struct span){ piece, (size_t)n });
	OPENSSL_cleanse(piece, sizeof piece);
	close(fd);
	return n == -1 ? "cannot be read" : into->full ? "too large" : NULL;
}

bool
reading_pem(const struct reading *r, struct conf_key key, char **path)
{
	static const char *const right = "a PEM file with certificates; "
					 "the path is relative to the profile";
	const char *why;
	struct buf pem;
	char *whole;
	bool ok = true;

	if (*path == NULL)
		return true;
	whole = reading_beside(r, *path);
	free(*path);
	*path = whole;
	if (r->public)
		return true;
	buf_init(&pem, TRUST_MAX);
	why = reading_file(whole, &pem);
	if (why == NULL &&
	    strstr(buf_text(&pem), "-----BEGIN CERTIFICATE-----") == NULL)
		why = "no certificate in it";
	if (why != NULL)
		ok = reading_bad(r, key, why, right);
	buf_free(&pem);
	return ok;
}
