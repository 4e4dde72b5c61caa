/* SPDX-License-Identifier: MIT */
#include "lib/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"

bool
files_read(const char *path, struct buf *into, struct err *err)
{
	char piece[64 * 1024];
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd == -1)
		return err_set(err, ERR_IO, "%s", path);
	while ((n = read(fd, piece, sizeof piece)) > 0 && !into->full)
		buf_add(into, (struct span){ piece, (size_t)n });
	if (n == -1)
		err_set(err, ERR_IO, "%s", path);
	close(fd);
	if (n == -1)
		return false;
	if (into->full)
		return err_set(err, ERR_LIMIT, "%s: more than %zu octets", path,
		    into->cap);
	return true;
}

const char *
files_disk_full(int sys)
{
	return sys == ENOSPC || sys == EDQUOT || sys == EFBIG ? "disk full: "
							      : "";
}

static bool
write_all(int fd, struct span s)
{
	while (s.len != 0) {
		const ssize_t n = write(fd, s.ptr, s.len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		s = span_skip(s, (size_t)n);
	}
	return true;
}

/* What cannot be synced is as it is. */
void
files_sync_name(const char *path)
{
	char *copy = mem_text(span_of(path));
	const int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd != -1) {
		fsync(fd);
		close(fd);
	}
	free(copy);
}

bool
files_write(const char *path, struct span content, struct err *err)
{
	char *tmp = mem_textf("%s.%ld.tmp", path, (long)getpid());
	const int fd =
	    open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	bool ok = fd != -1 && write_all(fd, content) && fsync(fd) == 0;
	int sys = errno;

	if (fd != -1 && close(fd) == -1 && ok) {
		ok = false;
		sys = errno;
	}
	if (ok && rename(tmp, path) == -1) {
		ok = false;
		sys = errno;
	}
	if (ok) {
		files_sync_name(path);
	} else {
		if (fd != -1)
			unlink(tmp);
		errno = sys;
		err_set(err, ERR_IO, "%s: %scannot be written", path,
		    files_disk_full(sys));
	}
	free(tmp);
	return ok;
}

char *
files_read_text(const char *path, size_t most, size_t *n, struct err *err)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;

	*n = 0;
	if (f == NULL) {
		err_set(err, ERR_IO, "%s: cannot be opened", path);
		return NULL;
	}
	do {
		room = room == 0 ? 65536 : room * 2;
		text = mem_grow(text, room + 1);
		*n += fread(text + *n, 1, room - *n, f);
	} while (*n == room && room <= most);
	text[*n] = '\0';
	if (ferror(f))
		err_set(err, ERR_IO, "%s: cannot be read", path);
	else if (*n > most)
		err_set(err, ERR_LIMIT, "%s: more than %zu bytes", path, most);
	else
		goto out;
	free(text);
	text = NULL;
out:
	fclose(f);
	return text;
}

bool
files_make_dir(const char *path, struct err *err)
{
	char *copy = mem_text(span_of(path));
	bool ok = true;

	for (char *at = copy + 1; ok; at++) {
		const char c = *at;

		if (c != '/' && c != '\0')
			continue;
		*at = '\0';
		ok = mkdir(copy, 0755) == 0 || errno == EEXIST;
		*at = c;
		if (c == '\0')
			break;
	}
	free(copy);
	return ok || err_set(err, ERR_IO, "make folder %s", path);
}

static int
is_shown(const struct dirent *e)
{
	return e->d_name[0] != '.' && e->d_type != DT_DIR;
}

bool
files_list(const char *dir, char ***names, size_t *n, struct err *err)
{
	struct dirent **list;
	const int got = scandir(dir, &list, is_shown, alphasort);

	*names = NULL;
	*n = 0;
	if (got == -1)
		return err_set(err, ERR_IO, "%s", dir);
	*names = mem_new((size_t)got, sizeof **names);
	for (int i = 0; i < got; i++) {
		(*names)[(*n)++] = mem_text(span_of(list[i]->d_name));
		free(list[i]);
	}
	free(list);
	return true;
}

static int
remove_one(const char *path, const struct stat *st, int what, struct FTW *at)
{
	(void)st;
	(void)what;
	(void)at;
	return remove(path);
}

bool
files_remove(const char *path, struct err *err)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 ||
	    errno == ENOENT)
		return true;
	return err_set(err, ERR_IO, "remove %s", path);
}
