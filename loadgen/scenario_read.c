/* SPDX-License-Identifier: MIT */
/*
 * Reading a scenario: what the schema cannot say, with errors that name file,
 * line and key.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "loadgen/scenario_inner.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

bool
scenario_bad(const struct scenario_reading *r, struct conf_key key,
    const char *wrong, const char *right)
{
	const struct conf_node *n = conf_find(r->conf, key.text);

	/* A script is no value to be shown. */
	if (n != NULL && n->text != NULL && strchr(n->text, '\n') != NULL)
		return err_set(r->err, ERR_CONFIG, "%s:%d: %s: %s; %s",
		    r->conf->name, n->line, key.text, wrong, right);
	return conf_bad(r->conf, key.text, wrong, right, r->err);
}

static bool
bad(const struct scenario_reading *r, struct conf_key key, const char *wrong,
    const char *right)
{
	return scenario_bad(r, key, wrong, right);
}

/* Index among the n names, or -1 with an error that proposes one. */
int
scenario_one_of(const struct scenario_reading *r, struct conf_key key,
    const char *value, const char *const *names, size_t n)
{
	const char *near, *comma = "one of ";
	struct buf right;

	for (size_t i = 0; i < n; i++)
		if (strcmp(value, names[i]) == 0)
			return (int)i;
	buf_init(&right, 400);
	near = conf_nearest(value, names, n);
	if (near != NULL)
		buf_addf(&right, "did you mean '%s'?", near);
	else
		for (size_t i = 0; i < n; i++, comma = ", ")
			buf_addf(&right, "%s%s", comma, names[i]);
	bad(r, key, "not known", n == 0 ? "there is none" : buf_text(&right));
	buf_free(&right);
	return -1;
}

bool
scenario_quantity(const struct scenario_reading *r, struct conf_key key,
    const char *text, struct scenario_range range, double *value)
{
	struct quantity_fault f;

	if (!quantity_read(text, range.of, r->profile, value, &f))
		return bad(r, key, f.wrong, f.right);
	return (*value >= range.least && *value <= range.most) ||
	       bad(r, key, "out of range", range.says);
}

bool
scenario_check_name(
    const struct scenario_reading *r, struct conf_key key, const char *name)
{
	const size_t n =
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

	return (n > 0 && n <= SCENARIO_NAME && name[n] == '\0' &&
		   name[0] != '.') ||
	       bad(r, key, "not a name",
		   "up to 40 small letters, digits, '-', '_' and '.'");
}

/* ---- what stands at the top ---- */

static bool
take_duration(const struct scenario_reading *r, const char *key,
    const char *text, double otherwise, int64_t *us)
{
	static const struct scenario_range range = { QUANTITY_TIME, 1,
		SCENARIO_WEEK_US, "more than 0 s and at most 7 days" };
	double value = otherwise;

	if (text != NULL &&
	    !scenario_quantity(r, conf_key("%s", key), text, range, &value))
		return false;
	*us = (int64_t)(value + 0.5);
	return true;
}

static bool
take_numbers(const struct scenario_reading *r)
{
	static const struct scenario_range connections = { QUANTITY_COUNT, 1,
		100000, "1 to 100000" };
	struct scenario *sc = r->sc;
	const struct raw_scenario *raw = r->raw;
	double n;

	if (!scenario_quantity(
		r, conf_key("connections"), raw->connections, connections, &n))
		return false;
	sc->connections = (int)n;
	sc->arrive = raw->arrive;
	sc->resume_tls = raw->resume_tls == RAW_YES;
	sc->queue = scenario_has(r, conf_key("queue")) ? (int)raw->queue : 1000;
	if (raw->queue > 10000000)
		return bad(r, conf_key("queue"), "out of range",
		    "0 to 10000000 that wait");
	sc->repeats =
	    scenario_has(r, conf_key("repeats")) ? (int)raw->repeats : 1;
	if (raw->repeats > 100 || sc->repeats == 0)
		return bad(r, conf_key("repeats"), "out of range", "1 to 100");
	sc->seed = scenario_has(r, conf_key("seed")) ? raw->seed : 1;
	if (raw->rest != NULL && sc->repeats < 2)
		return bad(r, conf_key("rest"), "there is nothing to rest from",
		    "repeats: 2 or more, or without rest");
	return take_duration(r, "rest", raw->rest, 5e6, &sc->rest_us) &&
	       take_duration(
		   r, "timeout", raw->timeout, 30e6, &sc->timeout_us) &&
	       take_duration(r, "drain", raw->drain, 60e6, &sc->drain_us) &&
	       take_duration(r, "visible", raw->visible, 60e6, &sc->collect_us);
}

/* ---- accounts ---- */

static bool
add_account(struct scenario *sc, const char *role)
{
	for (size_t i = 0; i < sc->n_accounts; i++)
		if (strcmp(sc->accounts[i], role) == 0)
			return false;
	sc->accounts = mem_grow(
	    sc->accounts, (sc->n_accounts + 1) * sizeof sc->accounts[0]);
	sc->accounts[sc->n_accounts++] = mem_text(span_of(role));
	return true;
}

/* "load*": all roles of the profile that begin so. */
static bool
take_accounts(const struct scenario_reading *r)
{
	const struct raw_scenario *raw = r->raw;

	for (size_t i = 0; i < raw->n_accounts; i++) {
		const char *role = raw->accounts[i];
		const size_t n = strlen(role);
		const char *star = strchr(role, '*');

		if (star == NULL) {
			if (!add_account(r->sc, role))
				return bad(r, conf_key("accounts[%zu]", i),
				    "an account twice", "each of them once");
			continue;
		}
		if (star[1] != '\0')
			return bad(r, conf_key("accounts[%zu]", i),
			    "a star that is not at the end",
			    "a role, or the begin of some, such as 'load*'");
		for (size_t a = 0; a < r->profile->n_accounts; a++)
			if (strncmp(
				r->profile->accounts[a].role, role, n - 1) == 0)
				add_account(
				    r->sc, r->profile->accounts[a].role);
	}
	return true;
}

static bool
take_needs(const struct scenario_reading *r)
{
	struct raw_scenario *raw = r->raw;
	size_t n_known;
	const char *const *known = profile_known_claims(&n_known);

	for (size_t i = 0; i < raw->n_needs; i++)
		if (scenario_one_of(r, conf_key("needs[%zu]", i), raw->needs[i],
			known, n_known) == -1)
			return false;
	r->sc->needs = raw->needs;
	r->sc->n_needs = raw->n_needs;
	raw->needs = NULL;
	raw->n_needs = 0;
	return true;
}

/* ---- the feed ---- */

char *
scenario_carried(const char *name, size_t phase, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash == NULL ? path : slash, '.');

	if (phase == SCENARIO_FEED) /* whose ending says what is in it */
		return mem_textf("%s.feed%s", name, dot == NULL ? "" : dot);
	return mem_textf("%s.trace%zu", name, phase);
}

/* Relative to the folder of the scenario. */
static char *
in_folder(const struct scenario_reading *r, const char *path)
{
	const char *slash = strrchr(r->conf->name, '/');

	if (path[0] == '/' || slash == NULL)
		return mem_text(span_of(path));
	return mem_textf(
	    "%.*s/%s", (int)(slash - r->conf->name), r->conf->name, path);
}

char *
scenario_beside(
    const struct scenario_reading *r, size_t phase, const char *path)
{
	char *carried, *there;

	if (!r->carried)
		return in_folder(r, path);
	carried = scenario_carried(r->sc->name, phase, path);
	there = in_folder(r, carried);
	free(carried);
	return there;
}

/* Rows are made when the load begins: in turn, and no path to read. */
static bool
take_prepared(struct scenario_reading *r)
{
	size_t n;
	const char *const *names = prepared_names(&n);

	if (r->raw->feed != NULL || r->raw->order != NULL)
		return bad(r, conf_key("prepare"), "beside a feed",
		    "prepare alone: its rows take turns");
	if (scenario_one_of(
		r, conf_key("prepare"), r->raw->prepare, names, n) == -1)
		return false;
	r->sc->feed_order = mem_text(SPAN("circular"));
	r->sc->prepared = prepared_find(r->raw->prepare);
	return true;
}

static bool
take_feed(struct scenario_reading *r)
{
	static const char *const orders[] = { "unique", "circular", "random" };
	struct raw_scenario *raw = r->raw;

	if (raw->prepare != NULL)
		return take_prepared(r);
	if (raw->feed == NULL) {
		r->sc->feed_order = mem_text(SPAN("circular"));
		return raw->order == NULL ||
		       bad(r, conf_key("order"), "there is no feed",
			   "feed: PATH, or without order");
	}
	if (raw->order != NULL && scenario_one_of(r, conf_key("order"),
				      raw->order, orders, COUNT(orders)) == -1)
		return false;
	r->sc->feed_order = raw->order == NULL ? mem_text(SPAN("circular"))
					       : scenario_move(&raw->order);
	r->sc->feed = scenario_beside(r, SCENARIO_FEED, raw->feed);
	r->feeder = feeder_open(r->sc->feed, r->err);
	return r->feeder != NULL ||
	       err_while(r->err, "%s: feed", r->conf->name);
}

/* ---- all of it ---- */

static bool
take_all(struct scenario_reading *r, const struct scenario_change *c)
{
	struct scenario *sc = r->sc;

	sc->title = scenario_move(&r->raw->title);
	sc->title_zh = scenario_move(&r->raw->title_zh);
	return take_numbers(r) && take_accounts(r) && take_needs(r) &&
	       take_feed(r) && scenario_take_flows(r) &&
	       scenario_take_phases(r) && scenario_take_asked(r) &&
	       scenario_apply(r, c);
}

/* The file's name without folder and ending. */
static char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const struct span base = span_of(slash == NULL ? path : slash + 1);

	return mem_text(span_take(base, span_find(base, SPAN(".yaml"))));
}

static bool
read_conf(struct scenario *sc, const struct conf *conf,
    const struct profile *profile, const struct scenario_change *c,
    struct err *err)
{
	struct scenario_reading r = { .conf = conf,
		.sc = sc,
		.profile = profile,
		.carried = c != NULL && c->carried,
		.err = err };
	void *data;
	bool ok;

	if (!conf_load(conf, &scenario_schema, &data, err))
		return false;
	r.raw = data;
	sc->path = mem_text(span_of(conf->name));
	sc->name = name_of(conf->name);
	ok = take_all(&r, c);
	feeder_close(r.feeder);
	conf_unload(&scenario_schema, data);
	if (!ok)
		scenario_free(sc);
	return ok;
}

bool
scenario_parse(struct scenario *sc, const char *path, struct span bytes,
    const struct profile *profile, const struct scenario_change *c,
    struct err *err)
{
	struct conf conf;
	bool ok;

	*sc = (struct scenario){ 0 };
	if (!conf_parse(&conf, path, bytes, err))
		return false;
	ok = read_conf(sc, &conf, profile, c, err);
	conf_free(&conf);
	return ok;
}

/* One of those that come with us, by name; else the names there are. */
static char *
path_of(const char *fixtures, const char *name, struct err *err)
{
	const char *near, *comma = "one of ";
	char **names, *path = NULL;
	struct buf right;
	size_t n;

	if (strchr(name, '/') != NULL || strstr(name, ".yaml") != NULL)
		return mem_text(span_of(name));
	names = scenario_names(fixtures, &n, err);
	if (names == NULL)
		return NULL;
	buf_init(&right, 300);
	for (size_t i = 0; i < n; i++, comma = ", ") {
		buf_addf(&right, "%s%s", comma, names[i]);
		if (strcmp(names[i], name) == 0)
			path = mem_textf("%s/load/%s.yaml", fixtures, name);
	}
	near = conf_nearest(name, (const char *const *)names, n);
	if (path == NULL && near != NULL)
		err_set(err, ERR_CONFIG, "no scenario '%s'; did you mean '%s'?",
		    name, near);
	else if (path == NULL)
		err_set(err, ERR_CONFIG, "no scenario '%s'; %s, or a path",
		    name, buf_text(&right));
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	buf_free(&right);
	return path;
}

bool
scenario_read(struct scenario *sc, const char *fixtures, const char *name,
    const struct profile *profile, const struct scenario_change *c,
    struct err *err)
{
	char *path = path_of(fixtures, name, err);
	struct conf conf;
	bool ok;

	*sc = (struct scenario){ 0 };
	if (path == NULL)
		return false;
	ok = conf_read(&conf, path, err);
	if (ok) {
		ok = read_conf(sc, &conf, profile, c, err);
		conf_free(&conf);
	}
	free(path);
	return ok;
}
