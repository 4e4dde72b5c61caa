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

bool
scenario_shorten(struct scenario *sc, int64_t most_us)
{
	const int64_t few_us = INT64_C(5) * SECOND_US;
	const int64_t all_us = scenario_length_us(sc);
	int64_t fixed_us = 0;
	double share;

	if (all_us * sc->repeats <= most_us)
		return false;
	sc->repeats = 1;
	for (size_t i = 0; i < sc->n_phases; i++)
		if (sc->phases[i].for_us <= few_us)
			fixed_us += sc->phases[i].for_us;
	if (all_us <= most_us || all_us == fixed_us)
		return true;
	share = most_us <= fixed_us ? 0
				    : (double)(most_us - fixed_us) /
					  (double)(all_us - fixed_us);
	for (size_t i = 0; i < sc->n_phases; i++) {
		struct scenario_phase *p = &sc->phases[i];

		if (p->for_us <= few_us)
			continue;
		p->for_us = (int64_t)((double)p->for_us * share);
		p->for_us -= p->for_us % SECOND_US;
		if (p->for_us < SECOND_US)
			p->for_us = SECOND_US;
	}
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
