/* SPDX-License-Identifier: MIT */
#include "conformance/cases/sec/every.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/trial.h"
#include "lib/buf.h"
#include "lib/mem.h"

enum {
	LIST_MOST = 4096,
	TRIES = 4,
	PAUSE_MS = 400,     /* and twice, and three times that */
	RESERVE_MS = 60000, /* of the soft deadline, for other endpoints */
};

bool
every_has_tls(const struct profile_endpoint *e)
{
	return e->tls != PROFILE_TLS_NONE;
}

bool
every_begins_with_tls(const struct profile_endpoint *e)
{
	return e->tls == PROFILE_TLS_IMPLICIT;
}

bool
every_is_clear(const struct profile_endpoint *e)
{
	return e->tls == PROFILE_TLS_NONE;
}

static bool
is_judged(const struct profile *p, const char *service)
{
	for (size_t i = 0; i < p->scope.n_services; i++)
		if (strcmp(p->scope.services[i], service) == 0)
			return true;
	return false;
}

void
every_collect(struct trial *t, bool (*with)(const struct profile_endpoint *),
    void (*ask)(struct trial *, const char *service))
{
	const struct profile *p = trial_profile(t);
	struct buf asked;

	buf_init(&asked, LIST_MOST);
	for (size_t i = 0; i < p->n_endpoints; i++) {
		const char *service = p->endpoints[i].service;

		if (!with(&p->endpoints[i]) || !is_judged(p, service))
			continue;
		buf_addf(&asked, "%s%s", asked.len == 0 ? "" : " ", service);
		if (trial_left_ms(t) > 0)
			ask(t, service);
	}
	trial_fact(t, "endpoints", "%s", buf_text(&asked));
	buf_free(&asked);
}

bool
every_again(struct trial *t, int *tries)
{
	if (++*tries == TRIES || trial_left_ms(t) < RESERVE_MS)
		return false;
	poll(NULL, 0, PAUSE_MS * *tries);
	return true;
}

/* What one endpoint came to; "told": in a list already. */
struct said {
	char *service;
	enum every_answer answer;
	char heard[EVERY_HEARD];
	bool told;
};

/* "pop3, ra: TLS 1.0; ldaps: TLS 1.1": who says the same stands together. */
static void
list(struct buf *all, struct said *said, size_t n, enum every_answer answer)
{
	for (size_t i = 0; i < n; i++) {
		if (said[i].told || said[i].answer != answer)
			continue;
		buf_addf(
		    all, "%s%s", all->len == 0 ? "" : "; ", said[i].service);
		for (size_t k = i + 1; k < n; k++) {
			if (said[k].answer != answer ||
			    strcmp(said[k].heard, said[i].heard) != 0)
				continue;
			buf_addf(all, ", %s", said[k].service);
			said[k].told = true;
		}
		buf_addf(all, ": %s", said[i].heard);
	}
}

/* One that fails is told though another could not be asked. */
static void
claim(struct trial *t, const char *expected, struct said *said, size_t n)
{
	struct buf failed, open;

	buf_init(&failed, LIST_MOST);
	buf_init(&open, LIST_MOST);
	list(&failed, said, n, EVERY_FAILS);
	list(&open, said, n, EVERY_OPEN);
	if (trial_claim(t, trial_case(t)->clause, failed.len == 0, expected,
		"%s", buf_text(&failed)) &&
	    trial_need(t, open.len == 0, "%s", buf_text(&open)))
		trial_need(t, n > 0,
		    "no endpoint that this is about is put to judgement");
	buf_free(&failed);
	buf_free(&open);
}

void
every_judge(struct trial *t, const char *expected,
    enum every_answer (*look)(
	struct trial *, const char *service, char heard[EVERY_HEARD]))
{
	const char *asked = trial_fact_text(t, "endpoints");
	struct said *said = NULL;
	struct span rest;
	size_t n = 0;

	if (!trial_sane(t, asked != NULL, "no endpoints are filed"))
		return;
	for (rest = span_of(asked); rest.len > 0; n++) {
		said = mem_grow(said, (n + 1) * sizeof *said);
		said[n] =
		    (struct said){ .service = mem_text(span_cut(&rest, ' ')) };
		said[n].answer = look(t, said[n].service, said[n].heard);
	}
	claim(t, expected, said, n);
	while (n > 0)
		free(said[--n].service);
	free(said);
}
