/* SPDX-License-Identifier: MIT */
#include "program/load_found.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "program/load_file.h"

static json_t *
probe_json(const struct capacity_probe *p)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:s, s:b}", "rate", p->rate,
	    "share", p->share, "low", p->low, "high", p->high, "verdict",
	    verdict_name(p->verdict), "repeated", p->repeated);
}

bool
load_found_write(const struct capacity *c, const char *dir, struct err *err)
{
	char *path = mem_textf("%s/capacity.json", dir), *text;
	json_t *probes = json_array(), *o;
	bool ok;

	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(probes, probe_json(&c->probes[i]));
	o = json_pack("{s:f, s:f, s:f, s:o, s:o, s:o}", "pass_rate",
	    c->pass_rate, "fail_rate", c->fail_rate, "share_wanted",
	    c->options.goal.share, "why", json_clean(c->why, sizeof(c->why)),
	    "why_zh", json_clean(c->why_zh, sizeof(c->why_zh)), "probes",
	    probes);
	text = json_dumps(o, JSON_INDENT(1));
	ok = files_write(path, span_of(text), err);
	free(text);
	json_decref(o);
	free(path);
	return ok;
}

static double
number(struct json_in *in, const json_t *o, const char *key, double most)
{
	const json_t *v = json_object_get(o, key);
	const double n = json_number_value(v);

	if (!json_is_number(v) || !(n >= 0 && n <= most))
		json_in_bad(in, key, "a number from 0 to %g is wanted", most);
	return in->bad ? 0 : n;
}

static void
read_probe(struct json_in *in, const json_t *o, struct load_probe *p)
{
	char *name = json_in_text(in, o, "verdict");

	p->rate = number(in, o, "rate", 1e9);
	p->share = number(in, o, "share", 1);
	p->low = number(in, o, "low", 1);
	p->high = number(in, o, "high", 1);
	p->repeated = json_in_bool(in, o, "repeated");
	if (name != NULL && !verdict_parse(name, &p->verdict))
		json_in_bad(in, "verdict", "\"%s\" is none", name);
	free(name);
}

static void
read_all(struct json_in *in, const json_t *o, struct load_capacity *c)
{
	const json_t *probes = json_in_array(in, o, "probes"), *probe;
	size_t i;

	c->pass_rate = number(in, o, "pass_rate", 1e9);
	c->fail_rate = number(in, o, "fail_rate", 1e9);
	c->share_wanted = number(in, o, "share_wanted", 1);
	c->why = json_in_text_or_null(in, o, "why");
	c->why_zh = json_in_text_or_null(in, o, "why_zh");
	if (in->bad)
		return;
	if (json_array_size(probes) > CAPACITY_PROBES) {
		json_in_bad(in, "probes", "%d at most", CAPACITY_PROBES);
		return;
	}
	c->probes = mem_new(CAPACITY_PROBES, sizeof(c->probes[0]));
	json_array_foreach((json_t *)probes, i, probe)
	{
		json_in_at(in, "probes[%zu].", i);
		read_probe(in, probe, &c->probes[c->n++]);
	}
}

bool
load_found_read(struct load_capacity *c, const char *dir, struct err *err)
{
	char *path = mem_textf("%s/capacity.json", dir);
	struct json_in in = json_in_start(path, err);
	json_t *o;
	bool ok;

	*c = (struct load_capacity){ 0 };
	ok = load_file_read(path, &o, err);
	if (o != NULL)
		read_all(&in, o, c);
	json_decref(o);
	free(path);
	return ok && !in.bad;
}
