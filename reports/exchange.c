/* SPDX-License-Identifier: MIT */
#include "reports/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/mem.h"

#define LINES_MOST 2000
#define BYTES_MOST (size_t)(1024 * 1024)

static bool
leads_out(const char *path)
{
	struct span rest = span_of(path);

	if (path[0] == '/' || path[0] == '\0')
		return true;
	while (rest.len > 0)
		if (span_eq(span_cut(&rest, '/'), SPAN("..")))
			return true;
	return false;
}

static char *
string_of(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return mem_text(span_of(value == NULL ? "" : value));
}

static bool
add(struct exchange *t, struct span line, int number)
{
	json_t *object = json_loadb(line.ptr, line.len, 0, NULL);
	const char *dir = json_string_value(json_object_get(object, "dir"));

	if (dir == NULL || strchr("CS@", dir[0]) == NULL || dir[0] == '\0') {
		json_decref(object);
		return false;
	}
	t->lines = mem_grow(t->lines, (t->n + 1) * sizeof(t->lines[0]));
	t->lines[t->n++] = (struct exchange_line){
		.t_us = json_integer_value(json_object_get(object, "t_us")),
		.party = string_of(object, "party"),
		.dir = dir[0],
		.text = string_of(object, "text"),
		.line = number,
	};
	json_decref(object);
	return true;
}

static void
parse(struct exchange *t, struct span text)
{
	for (int number = 1; text.len > 0; number++) {
		const struct span line = span_cut(&text, '\n');

		if (t->n == LINES_MOST || !add(t, line, number)) {
			t->cut = true;
			return;
		}
	}
}

/* A pipe or a device would be waited for. */
static FILE *
open_file(const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fdopen(fd, "r");
	if (fd != -1) {
		close(fd);
		errno = EINVAL;
	}
	return NULL;
}

static void
read_file(FILE *f, struct buf *bytes, bool *cut)
{
	char piece[4096];
	size_t got;

	*cut = false;
	while (!*cut && (got = fread(piece, 1, sizeof piece, f)) > 0) {
		const size_t room = bytes->cap - bytes->len;

		*cut = got > room;
		buf_add(bytes, (struct span){ piece, *cut ? room : got });
	}
}

bool
exchange_octets(const char *run_dir, const char *path, struct buf *bytes,
    bool *cut, struct err *err)
{
	char *whole;
	FILE *f;

	if (leads_out(path))
		return err_set(err, ERR_FORGED,
		    "evidence \"%s\" is not a path below evidence/", path);
	whole = mem_textf("%s/evidence/%s", run_dir, path);
	f = open_file(whole);
	free(whole);
	if (f == NULL)
		return err_set(err, ERR_IO, "evidence/%s", path);
	read_file(f, bytes, cut);
	fclose(f);
	return true;
}

bool
exchange_read(
    const char *run_dir, const char *path, struct exchange *t, struct err *err)
{
	struct buf bytes;
	bool ok;

	*t = (struct exchange){ 0 };
	buf_init(&bytes, BYTES_MOST);
	ok = exchange_octets(run_dir, path, &bytes, &t->cut, err);
	if (ok)
		parse(t, buf_span(&bytes));
	buf_free(&bytes);
	return ok;
}

void
exchange_free(struct exchange *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->lines[i].party);
		free(t->lines[i].text);
	}
	free(t->lines);
	*t = (struct exchange){ 0 };
}
