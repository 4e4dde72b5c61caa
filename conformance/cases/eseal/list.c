/* SPDX-License-Identifier: MIT */
/*
 * Which seals there are, and who is told: the holder his own, a registrar all,
 * and anybody whether one counts that he has seen (ESEAL-F-17).
 */
#include <stdlib.h>
#include <string.h>

#include "conformance/cases/eseal/clerk.h"
#include "lib/mem.h"

extern const struct conf_group conf_eseal_list;

enum { LIST_MOST = 1000 }; /* binding.def, "seals" */

/* ---- collect ---- */

static const struct {
	const char *id, *role;
} readers[] = {
	{ "eseal.query", "alice" },
	{ "eseal.query.other", "bob" },
	{ "eseal.query.all", "registrar" },
};

#define READERS (sizeof readers / sizeof readers[0])

static const char *
reader(const struct trial *t)
{
	for (size_t i = 0; i < READERS; i++)
		if (strcmp(readers[i].id, trial_case(t)->id) == 0)
			return readers[i].role;
	return NULL;
}

static bool
collect(struct trial *t)
{
	struct clerk k;
	struct clerk_seal s;

	clerk_open(t, &k);
	clerk_seal_begin(&s);
	if (trial_sane(t, reader(t) != NULL, "nobody reads the list") &&
	    clerk_get(&k, "alice", "new", NULL, &s)) {
		(void)clerk_ask_of(&k, "alice", "shown", "seal.show", s.id);
		(void)clerk_ask(&k, "alice", "own", "seal.list", NULL);
		(void)clerk_ask(&k, reader(t), "list", "seal.list", NULL);
		trial_fact(t, "id", "%s", s.id);
	}
	clerk_seal_free(&s);
	clerk_close(&k);
	return true;
}

static bool
collect_unknown(struct trial *t)
{
	struct clerk k;
	struct clerk_seal s;
	char *esid = NULL;

	clerk_open(t, &k);
	if (clerk_get(&k, "alice", "new", NULL, &s) &&
	    clerk_ask_of(&k, "alice", "shown", "seal.show", s.id))
		esid = operation_text(clerk_answer(&k, "alice"), "esid");
	if (esid != NULL && esid[0] != '\0') {
		char *nobodys = mem_textf("%s0", esid);
		const struct operation_value known[] = { { "esid", esid },
			{ NULL, NULL } };
		const struct operation_value unknown[] = { { "esid", nobodys },
			{ NULL, NULL } };

		(void)clerk_ask(
		    &k, DESKS_NOBODY, "right", "seal.status", known);
		(void)clerk_ask(
		    &k, DESKS_NOBODY, "odd", "seal.status", unknown);
		free(nobodys);
	}
	free(esid);
	clerk_seal_free(&s);
	clerk_close(&k);
	return true;
}

/* ---- judge ---- */

/* NULL: it is not in the list; free() it. */
static char *
listed(const struct operation_answer *a, const char *id)
{
	char *state = NULL;

	for (size_t i = 0; state == NULL && i < operation_count(a, "seals");
	     i++) {
		char *is = operation_text_of(a, "seals.id", i);

		if (is != NULL && strcmp(is, id) == 0) {
			state = operation_text_of(a, "seals.state", i);
			if (state == NULL)
				state = mem_text(SPAN(""));
		}
		free(is);
	}
	return state;
}

/* An answer in which nothing can be found hides nothing. */
static bool
need_own(struct trial *t, const char *id)
{
	struct operation_answer a = { .as = NULL };
	char *state = NULL;
	bool ok = desks_need(t, "own", "seal.list");

	if (ok && operation_heard(t, "own", "seal.list", &a))
		state = listed(&a, id);
	ok = ok &&
	     trial_need(t, state != NULL, "alice does not find it, either");
	free(state);
	operation_free(&a);
	return ok;
}

static bool
open_list(struct trial *t, struct operation_answer *a, char **state)
{
	const char *id = trial_fact_text(t, "id");

	*state = NULL;
	*a = (struct operation_answer){ .as = NULL };
	if (!clerk_need_got(t, "new") || !desks_need(t, "shown", "seal.show") ||
	    !trial_sane(t, id != NULL, "the id was not noted") ||
	    !desks_need(t, "list", "seal.list"))
		return false;
	(void)operation_heard(t, "list", "seal.list", a);
	*state = listed(a, id);
	return true;
}

/* A list may end before it has come to ours. */
static void
judge_listed(struct trial *t)
{
	struct operation_answer a;
	char *state;

	if (open_list(t, &a, &state) &&
	    trial_need(t,
		state != NULL || operation_count(&a, "seals") < LIST_MOST,
		"the list is cut off before the seal"))
		trial_claim(t, trial_case(t)->clause,
		    state != NULL && strcmp(state, "good") == 0,
		    "the seal, as good", "%s",
		    state == NULL ? "it is not in the list" : state);
	free(state);
	operation_free(&a);
}

static void
judge_unlisted(struct trial *t)
{
	struct operation_answer a;
	char *state;

	if (open_list(t, &a, &state) && need_own(t, trial_fact_text(t, "id")))
		trial_claim(t, trial_case(t)->clause, state == NULL,
		    "no seal of anybody else's", "alice's seal is in the list");
	free(state);
	operation_free(&a);
}

static void
judge_unknown(struct trial *t)
{
	struct operation_answer a;
	char *state = NULL;

	if (!clerk_need_got(t, "new") || !desks_need(t, "shown", "seal.show") ||
	    !desks_need(t, "right", "seal.status"))
		return;
	if (operation_heard(t, "odd", "seal.status", &a))
		state = operation_text(&a, "state");
	if (trial_need(t, a.end >= OPERATION_REFUSED, "seal.status: %s", a.why))
		trial_claim(t, trial_case(t)->clause,
		    state == NULL || strcmp(state, "good") != 0,
		    "that there is none, or anything but good", "good");
	free(state);
	operation_free(&a);
}

/* clang-format off */
#define LIST(name, more, en, zh, ask, how) \
	CLERK_CASE(name, ESEAL_F_17, LEVEL_SHALL, " operation:seal.show" more, \
	    "ESEAL-F-17", en, zh, ask, how)
#define LISTED " operation:seal.list"

static const struct conf_case cases[] = {
	LIST("eseal.query", LISTED, "a holder finds his seals",
	    "持有人可查到本人印章", collect, judge_listed),
	LIST("eseal.query.other", LISTED " key:bob",
	    "nobody finds another's seals", "他人查不到印章", collect,
	    judge_unlisted),
	LIST("eseal.query.all", LISTED, "who decides about seals finds all",
	    "管理人员可查到全部印章", collect, judge_listed),
	LIST("eseal.status.unknown", " operation:seal.status",
	    "what is no seal does not count", "不存在的印章公开状态不为有效",
	    collect_unknown, judge_unknown),
};

const struct conf_group conf_eseal_list = {
	.service = "eseal",
	.cases = cases,
	.n = sizeof cases / sizeof cases[0],
};
/* clang-format on */
