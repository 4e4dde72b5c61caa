/* SPDX-License-Identifier: MIT */
#include "program/load_asked.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "program/load_file.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const arrivals[] = {
	[ARRIVE_SESSIONS] = "sessions",
	[ARRIVE_REQUESTS] = "requests",
	[ARRIVE_CLOSED] = "closed",
};

static const enum load_arrive arrives[] = {
	[ARRIVE_SESSIONS] = LOAD_SESSIONS,
	[ARRIVE_REQUESTS] = LOAD_REQUESTS,
	[ARRIVE_CLOSED] = LOAD_CLOSED,
};

static const struct {
	enum shape shape;
	enum load_shape printed;
	const char *name;
} shapes[] = {
	{ SHAPE_CONSTANT, LOAD_CONSTANT, "constant" },
	{ SHAPE_POISSON, LOAD_POISSON, "poisson" },
	{ SHAPE_RAMP, LOAD_RAMP, "ramp" },
	{ SHAPE_STEPS, LOAD_STEPS, "steps" },
	{ SHAPE_SPIKE, LOAD_SPIKE, "spike" },
	{ SHAPE_SOAK, LOAD_SOAK, "soak" },
	{ SHAPE_TRACE, LOAD_TRACE, "trace" },
};

static json_t *
phase_json(const struct scenario_phase *p)
{
	const char *shape = "constant";

	for (size_t i = 0; i < COUNT(shapes); i++)
		if (shapes[i].shape == p->shape)
			shape = shapes[i].name;
	return json_pack("{s:s?, s:s, s:f, s:f, s:i, s:I, s:b}", "name",
	    p->name, "shape", shape, "rate", p->rate, "rate_to", p->rate_to,
	    "steps", p->steps, "for_us", (json_int_t)p->for_us, "judged",
	    p->judged);
}

bool
load_asked_write(const struct scenario *s, const char *dir, struct err *err)
{
	char *path = mem_textf("%s/load.json", dir), *text;
	json_t *phases = json_array(), *o;
	bool ok;

	for (size_t i = 0; i < s->n_phases; i++)
		json_array_append_new(phases, phase_json(&s->phases[i]));
	o = json_pack("{s:s?, s:s?, s:s?, s:s, s:o}", "name", s->name, "title",
	    s->title, "title_zh", s->title_zh, "arrive", arrivals[s->arrive],
	    "phases", phases);
	text = o == NULL ? NULL : json_dumps(o, JSON_INDENT(1));
	ok = text == NULL ? err_set(err, ERR_CONFIG, "%s: not UTF-8", path)
			  : files_write(path, span_of(text), err);
	free(text);
	json_decref(o);
	free(path);
	return ok;
}

static double
number(struct json_in *in, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);
	const double n = json_number_value(v);

	if (!json_is_number(v) || !(n >= 0 && n < 1e12))
		json_in_bad(in, key, "a number from 0 is wanted");
	return in->bad ? 0 : n;
}

/* Index in a list of names; complains when it is not there. */
static size_t
choice(struct json_in *in, const json_t *o, const char *key,
    const char *(*name)(size_t), size_t n)
{
	char *text = json_in_text(in, o, key);
	size_t i = 0;

	while (text != NULL && i < n && strcmp(name(i), text) != 0)
		i++;
	if (text != NULL && i == n)
		json_in_bad(in, key, "\"%s\" is not known", text);
	free(text);
	return in->bad ? 0 : i;
}

static const char *
arrival_name(size_t i)
{
	return arrivals[i];
}

static const char *
shape_name(size_t i)
{
	return shapes[i].name;
}

static void
read_phase(struct json_in *in, const json_t *o, struct load_phase *p)
{
	p->shape =
	    shapes[choice(in, o, "shape", shape_name, COUNT(shapes))].printed;
	p->name = json_in_text_or_null(in, o, "name");
	p->rate = number(in, o, "rate");
	p->rate_to = number(in, o, "rate_to");
	p->steps = (int)json_in_int(in, o, "steps", 0, 1000000);
	p->seconds = number(in, o, "for_us") / 1e6;
	p->judged = json_in_bool(in, o, "judged");
}

static void
read_all(struct json_in *in, const json_t *o, struct load_scenario *s)
{
	const json_t *phases = json_in_array(in, o, "phases"), *phase;
	size_t i;

	s->title = json_in_text_or_null(in, o, "title");
	s->title_zh = json_in_text_or_null(in, o, "title_zh");
	s->arrive =
	    arrives[choice(in, o, "arrive", arrival_name, COUNT(arrivals))];
	if (in->bad || json_array_size(phases) > SCENARIO_PHASES)
		return;
	s->phases = mem_new(SCENARIO_PHASES, sizeof(s->phases[0]));
	json_array_foreach((json_t *)phases, i, phase)
	{
		json_in_at(in, "phases[%zu].", i);
		read_phase(in, phase, &s->phases[s->n_phases++]);
	}
}

bool
load_asked_read(struct load_scenario *s, const char *dir, struct err *err)
{
	char *path = mem_textf("%s/load.json", dir);
	struct json_in in = json_in_start(path, err);
	json_t *o;
	bool ok;

	ok = load_file_read(path, &o, err);
	if (o != NULL)
		read_all(&in, o, s);
	json_decref(o);
	free(path);
	return ok && !in.bad;
}
