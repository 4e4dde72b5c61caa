/* SPDX-License-Identifier: MIT */
#include "program/score_choice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/case.h"
#include "conformance/score.h"
#include "lib/mem.h"

/* Waits for mail, a log, a lock or silence: seconds, not milliseconds. */
static bool
is_slow(const struct conf_case *c)
{
	static const char *const waits[] = { "mail:sink",
		"log:", "safety:lockout" };
	bool slow = c->soft_s != 0;

	for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++)
		slow |= c->needs != NULL && strstr(c->needs, waits[i]) != NULL;
	return slow || (c->dialogue != NULL &&
			   (strstr(c->dialogue, "@silent") != NULL ||
			       strstr(c->dialogue, "@pause") != NULL));
}

/* Endpoints whose names begin so: "smtp" is spoken by submission as well. */
static const struct {
	const char *protocol, *endpoints[8];
} spoken[] = {
	{ "smtp", { "smtp", "submission" } },
	{ "http", { "ca", "ocsp", "crl", "tsa", "ra", "crypto", "seal" } },
	{ "cert", { "ca", "ocsp", "crl", "tsa", "ra", "crypto" } },
};

static bool
talks_to(const struct conf_case *c, const char *name)
{
	char endpoint[32];

	snprintf(endpoint, sizeof endpoint, "endpoint:%s", name);
	return (c->service != NULL &&
		   strncmp(c->service, name, strlen(name)) == 0) ||
	       (c->needs != NULL && strstr(c->needs, endpoint) != NULL);
}

/* Files that were handed over are read by nobody but who judges them. */
static bool
speaks(const struct conf_case *c, const char *protocol)
{
	/* chapter 12 is about TLS alone, whatever is spoken behind it */
	if (strcmp(catalogue_get(c->verifies)->service, "sec") == 0 ||
	    strcmp(protocol, "sec") == 0)
		return strcmp(catalogue_get(c->verifies)->service, protocol) ==
		       0;
	if (c->service == NULL)
		return strcmp(protocol, "cert") == 0;
	for (size_t i = 0; i < sizeof spoken / sizeof spoken[0]; i++) {
		if (strcmp(spoken[i].protocol, protocol) != 0)
			continue;
		for (const char *const *e = spoken[i].endpoints; *e != NULL;
		     e++)
			if (talks_to(c, *e))
				return true;
		return false;
	}
	return talks_to(c, protocol);
}

struct search {
	const struct choice_wish *wish;
	struct score_share share;
	struct choice *choice;
};

static void
add(struct choice *choice, const char *id)
{
	choice->selectors = mem_grow(
	    choice->selectors, (choice->n + 1) * sizeof choice->selectors[0]);
	choice->selectors[choice->n++] = mem_textf("case:%s", id);
}

static bool
is_wished(
    struct search *s, const struct conf_case *c, const struct conf_group *group)
{
	const struct choice_wish *w = s->wish;

	if (w->protocol != NULL)
		return speaks(c, w->protocol);
	if (w->always != NULL && strcmp(w->always, c->id) == 0)
		return true; /* however slow */
	return !is_slow(c) &&
	       (w->always == NULL ||
		   score_shares(&s->share, group, SCORE_FAR_EVERY));
}

static void
choose(void *ctx, const struct conf_case *c, const struct conf_group *group)
{
	struct search *s = ctx;

	if (is_wished(s, c, group))
		add(s->choice, c->id);
}

void
choice_make(struct choice *choice, const struct choice_wish *wish)
{
	struct search s = {
		.wish = wish, .share = { .met = wish->share }, .choice = choice
	};

	*choice = (struct choice){ .n = 0 };
	if (wish->only != NULL) {
		add(choice, wish->only);
	} else if (wish->protocol != NULL || wish->always != NULL ||
		   wish->quick) {
		if (wish->always != NULL)
			(void)conf_case_find(wish->always, &s.share.near);
		conf_case_each(choose, &s);
	}
}

void
choice_free(struct choice *choice)
{
	for (size_t i = 0; i < choice->n; i++)
		free(choice->selectors[i]);
	free(choice->selectors);
}
