/* SPDX-License-Identifier: MIT */
#include "reports/exchange.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

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

bool
exchange_read(
    const char *run_dir, const char *path, struct exchange *t, struct err *err)
{
	char *whole, *bytes;
	size_t got;
	FILE *f;

	*t = (struct exchange){ 0 };
	if (leads_out(path))
		return err_set(err, ERR_FORGED,
		    "evidence \"%s\" is not a path below evidence/", path);
	whole = mem_textf("%s/evidence/%s", run_dir, path);
	f = fopen(whole, "re");
	free(whole);
	if (f == NULL)
		return err_set(err, ERR_IO, "evidence/%s", path);
	bytes = mem_new(BYTES_MOST + 1, 1);
	got = fread(bytes, 1, BYTES_MOST + 1, f);
	fclose(f);
	if (got > BYTES_MOST) {
		got = BYTES_MOST;
		t->cut = true;
	}
	parse(t, (struct span){ bytes, got });
	free(bytes);
	return true;
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
