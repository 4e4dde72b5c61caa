/* SPDX-License-Identifier: MIT */
#include "program/score_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/json.h"
#include "lib/kit.h"
#include "lib/mem.h"
#include "lib/run.h"
#include "program/program.h"

#define FILE_MOST (64u << 10)

/* clang-format off */
static const struct {
	const char	*name;
	size_t		 at;
} ratios[] = {
	{ "aimed_kill",		offsetof(struct report_score, aimed_kill) },
	{ "coverage",		offsetof(struct report_score, coverage) },
	{ "false_alarms",	offsetof(struct report_score, false_alarms) },
	{ "stability",		offsetof(struct report_score, stability) },
	{ "hostile",		offsetof(struct report_score, hostile) },
	{ "replay",		offsetof(struct report_score, replay) },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void
read_figures(struct score_file *f, const json_t *o, struct json_in *in)
{
	for (size_t i = 0; i < COUNT(ratios); i++) {
		struct score_ratio *r =
		    (struct score_ratio *)((char *)&f->figures + ratios[i].at);
		const json_t *pair = json_in_object(in, o, ratios[i].name);

		if (pair == NULL)
			return;
		r->n = (size_t)json_in_int(in, pair, "n", 0, 1 << 30);
		r->of = (size_t)json_in_int(in, pair, "of", 0, 1 << 30);
	}
	f->figures.blast_median =
	    json_number_value(json_object_get(o, "blast_median"));
	f->measured = json_in_text(in, o, "measured");
	f->kit = json_in_text(in, o, "kit");
	f->judge = json_in_text(in, o, "judge");
	f->figures.measured = f->measured;
	f->figures.kit = f->kit;
	f->there = !in->bad;
}

static bool
read_file(const char *path, struct score_file *f, struct err *err)
{
	struct json_in in = json_in_start(path, err);
	size_t n;
	char *text = files_read_text(path, FILE_MOST, &n, err);
	json_t *o;

	if (text == NULL)
		return false;
	o = json_parse(path, (struct span){ text, n }, err);
	free(text);
	if (o == NULL)
		return false;
	read_figures(f, o, &in);
	json_decref(o);
	return f->there;
}

bool
score_file_find(const char *path, struct score_file *f, struct err *err)
{
	static const char *const places[] = { "../build/score.json",
		"score.json" };

	*f = (struct score_file){ 0 };
	if (path != NULL)
		return read_file(path, f, err);
	for (size_t i = 0; i < COUNT(places) && !f->there; i++) {
		char *found = mem_textf("%s/%s", program_fixtures(), places[i]);

		if (access(found, R_OK) == 0 &&
		    (!read_file(found, f, err) ||
			strcmp(f->judge, kit_judge()) != 0))
			score_file_free(f);
		free(found);
	}
	return true;
}

bool
score_file_write(
    const char *path, const struct report_score *s, struct err *err)
{
	json_t *o = json_object();
	char *text;
	bool ok;

	for (size_t i = 0; i < COUNT(ratios); i++) {
		const struct score_ratio *r =
		    (const struct score_ratio *)((const char *)s +
						 ratios[i].at);

		json_object_set_new(o, ratios[i].name,
		    json_pack("{s:I, s:I}", "n", (json_int_t)r->n, "of",
			(json_int_t)r->of));
	}
	json_object_set_new(o, "blast_median", json_real(s->blast_median));
	json_object_set_new(o, "measured", json_string(s->measured));
	json_object_set_new(o, "kit", json_string(s->kit));
	json_object_set_new(o, "judge", json_string(kit_judge()));
	text = json_dumps(o, JSON_INDENT(1) | JSON_SORT_KEYS);
	ok = files_write(path, span_of(text), err);
	free(text);
	json_decref(o);
	return ok;
}

void
score_file_free(struct score_file *f)
{
	free(f->measured);
	free(f->kit);
	free(f->judge);
	*f = (struct score_file){ 0 };
}
