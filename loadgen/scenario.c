/* SPDX-License-Identifier: MIT */
#include "loadgen/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "loadgen/scenario_inner.h"

#define SECOND_US 1000000

void
scenario_flow_free(struct scenario_flow *f)
{
	free(f->name);
	free(f->service);
	free(f->accounts);
	free(f->begin);
	free(f->body);
	free(f->end);
	free(f->http.method);
	free(f->http.path);
	free(f->http.body);
	free(f->http.content_type);
	free(f->http.sm3);
	free(f->http.contains);
	free(f->http.type);
	free(f->http.operation);
	free(f->http.headers);
}

static void
texts_free(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

void
scenario_free(struct scenario *sc)
{
	for (size_t i = 0; i < sc->n_phases; i++) {
		free(sc->phases[i].name);
		free(sc->phases[i].trace);
	}
	for (size_t i = 0; i < sc->n_flows; i++)
		scenario_flow_free(&sc->flows[i]);
	for (size_t i = 0; i < sc->n_judges; i++) {
		free(sc->judges[i].name);
		free(sc->judges[i].title);
		free(sc->judges[i].title_zh);
	}
	free(sc->phases);
	free(sc->flows);
	free(sc->judges);
	texts_free(sc->accounts, sc->n_accounts);
	texts_free(sc->needs, sc->n_needs);
	free(sc->path);
	free(sc->name);
	free(sc->title);
	free(sc->title_zh);
	free(sc->feed);
	free(sc->feed_order);
	free(sc->collect);
	*sc = (struct scenario){ 0 };
}

/* ---- does it apply? ---- */

static bool
lacks(char why[200], char why_zh[200], const char *en, const char *zh,
    const char *what)
{
	snprintf(why, 200, "the profile has no %s %s", en, what);
	snprintf(why_zh, 200, "配置文件中没有%s %s", zh, what);
	return false;
}

bool
scenario_applies(const struct scenario *sc, const struct profile *p,
    char why[200], char why_zh[200])
{
	why[0] = why_zh[0] = '\0';
	for (size_t i = 0; i < sc->n_flows; i++)
		if (profile_endpoint(p, sc->flows[i].service) == NULL)
			return lacks(why, why_zh, "endpoint", "服务端点",
			    sc->flows[i].service);
	if (sc->collect != NULL && profile_endpoint(p, sc->collect) == NULL)
		return lacks(why, why_zh, "endpoint", "服务端点", sc->collect);
	for (size_t i = 0; i < sc->n_accounts; i++)
		if (profile_account(p, sc->accounts[i]) == NULL)
			return lacks(why, why_zh, "account", "测试账号",
			    sc->accounts[i]);
	if (sc->uses_accounts && sc->n_accounts == 0) {
		snprintf(why, 200,
		    "the profile has none of the accounts that "
		    "the scenario uses");
		snprintf(why_zh, 200, "配置文件中没有该场景所用的测试账号");
		return false;
	}
	if (sc->prepared != NULL && !sc->prepared->can(p)) {
		snprintf(why, 200, "the profile has no %s", sc->prepared->en);
		snprintf(why_zh, 200, "配置文件中没有%s", sc->prepared->zh);
		return false;
	}
	for (size_t i = 0; i < sc->n_needs; i++)
		if (!profile_claims(p, sc->needs[i]))
			return lacks(
			    why, why_zh, "claim", "功能声明", sc->needs[i]);
	return true;
}

/* ---- shorter ---- */

int64_t
scenario_length_us(const struct scenario *sc)
{
	int64_t all = 0;

	for (size_t i = 0; i < sc->n_phases; i++)
		all += sc->phases[i].for_us;
	return all;
}

/* Phases of up to this length set something up, and stay as they are. */
#define FEW_US   (INT64_C(5) * SECOND_US)
#define LEAST_US (INT64_C(2) * SECOND_US) /* of those that are not judged */

enum kind { FEW, ASIDE, JUDGED, KINDS };

static enum kind
kind_of(const struct scenario_phase *p)
{
	return p->for_us <= FEW_US ? FEW : p->judged ? JUDGED : ASIDE;
}

/* Gives all phases of a kind together so long, in proportion. */
static void
share_out(struct scenario *sc, enum kind kind, int64_t was_us, int64_t now_us)
{
	for (size_t i = 0; i < sc->n_phases; i++) {
		struct scenario_phase *p = &sc->phases[i];
		const int64_t before_us = p->for_us;

		if (kind_of(p) != kind || now_us >= was_us)
			continue;
		p->for_us = (int64_t)((double)p->for_us * (double)now_us /
				      (double)was_us);
		p->for_us -= p->for_us % SECOND_US;
		if (p->for_us < SECOND_US)
			p->for_us = SECOND_US;
		if (p->counted)
			p->rate *= (double)before_us / (double)p->for_us;
	}
}

bool
scenario_shorten(struct scenario *sc, int64_t most_us)
{
	const int64_t all_us = scenario_length_us(sc);
	int64_t us[KINDS] = { 0 }, aside_us = 0, judged_us, left_us;

	if (all_us * sc->repeats <= most_us)
		return false;
	sc->repeats = 1;
	if (all_us <= most_us)
		return true;
	for (size_t i = 0; i < sc->n_phases; i++) {
		const enum kind kind = kind_of(&sc->phases[i]);

		us[kind] += sc->phases[i].for_us;
		aside_us += kind == ASIDE ? LEAST_US : 0;
	}
	left_us = most_us > us[FEW] ? most_us - us[FEW] : 0;
	judged_us = left_us > aside_us ? left_us - aside_us : 0;
	if (judged_us > us[JUDGED])
		judged_us = us[JUDGED];
	/* ASIDE first: a phase that has become short would count as FEW */
	share_out(sc, ASIDE, us[ASIDE],
	    left_us - judged_us > 0 ? left_us - judged_us : 0);
	share_out(sc, JUDGED, us[JUDGED], judged_us);
	return true;
}

/* ---- which there are ---- */

char **
scenario_names(const char *fixtures, size_t *n, struct err *err)
{
	char *dir = mem_textf("%s/load", fixtures), **names = NULL;
	size_t n_files, kept = 0;

	*n = 0;
	if (files_list(dir, &names, &n_files, err)) {
		for (size_t i = 0; i < n_files; i++) {
			char *end = strstr(names[i], ".yaml");

			if (end == NULL || end[5] != '\0') {
				free(names[i]);
				continue;
			}
			*end = '\0';
			names[kept++] = names[i];
		}
		*n = kept;
	} else {
		names = NULL;
	}
	free(dir);
	return names;
}
