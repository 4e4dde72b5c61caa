/* SPDX-License-Identifier: MIT */
#include "program/tree.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/mem.h"
#include "lib/text.h"

#define NAME_MOST (64u << 10)
#define DEPTH     64

static void
add(struct tree *t, const char *path, const char *name, const struct stat *st)
{
	struct buf shown;

	buf_init(&shown, NAME_MOST);
	text_escape(span_of(name), &shown);
	if ((t->n & (t->n - 1)) == 0) /* it is full at each power of two */
		t->at = mem_grow(
		    t->at, (t->n == 0 ? 1 : 2 * t->n) * sizeof t->at[0]);
	t->at[t->n++] = (struct tree_entry){
		.path = mem_text(span_of(path)),
		.name = mem_text(buf_span(&shown)),
		.plain = st != NULL && S_ISREG(st->st_mode),
		.size =
		    st == NULL || st->st_size < 0 ? 0 : (uint64_t)st->st_size,
	};
	buf_free(&shown);
}

static void
walk(struct tree *t, const char *dir, const char *below, int depth)
{
	DIR *d = depth == 0 ? NULL : opendir(dir);
	const struct dirent *e;
	struct stat st;

	if (d == NULL) {
		add(t, dir, below, NULL);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		char *path, *name;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		path = mem_textf("%s/%s", dir, e->d_name);
		name = mem_textf(
		    "%s%s%s", below, below[0] == '\0' ? "" : "/", e->d_name);
		if (lstat(path, &st) == -1)
			add(t, path, name, NULL);
		else if (S_ISDIR(st.st_mode))
			walk(t, path, name, depth - 1);
		else
			add(t, path, name, &st);
		free(name);
		free(path);
	}
	closedir(d);
}

static int
by_name(const void *a, const void *b)
{
	const struct tree_entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
tree_read(struct tree *t, const char *dir)
{
	*t = (struct tree){ 0 };
	walk(t, dir, "", DEPTH);
	if (t->n != 0)
		qsort(t->at, t->n, sizeof t->at[0], by_name);
}

void
tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->at[i].path);
		free(t->at[i].name);
	}
	free(t->at);
	*t = (struct tree){ 0 };
}
