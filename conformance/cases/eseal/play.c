/* SPDX-License-Identifier: MIT */
#include "conformance/cases/eseal/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"

#define SECOND_PIN "Er-Yin-7385"

enum { PEM_MOST = 1 << 20 };

/* ---- which one ---- */

size_t
play_steps(const struct play *p)
{
	size_t n = 0;

	while (p != NULL && n < PLAY_STEPS && p->steps[n].role != NULL)
		n++;
	return n;
}

static bool
is_needed(const struct trial *t, const char *kind, const char *name)
{
	struct span rest = span_of(trial_case(t)->needs);
	char *word = mem_textf("%s:%s", kind, name);
	bool found = false;

	while (!found && rest.len > 0)
		found = span_eq(span_cut(&rest, ' '), span_of(word));
	free(word);
	return found;
}

static bool
has_needs(struct trial *t, const struct play *p)
{
	bool ok = true;

	for (size_t i = 0; ok && i < play_steps(p); i++) {
		const struct play_step *s = &p->steps[i];

		ok = trial_sane(t,
			 strcmp(s->role, DESKS_NOBODY) == 0 ||
			     is_needed(t, "key", s->role),
			 "the case needs no key:%s", s->role) &&
		     trial_sane(t, is_needed(t, "operation", s->operation),
			 "the case needs no operation:%s", s->operation);
	}
	return ok;
}

static const struct play *
play_of(struct trial *t, const struct play *plays, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(plays[i].id, trial_case(t)->id) == 0)
			return has_needs(t, &plays[i]) ? &plays[i] : NULL;
	(void)trial_sane(t, false, "nothing is known of what is to be done");
	return NULL;
}

/* ---- collect ---- */

struct seal {
	char *id, *esid; /* or NULL */
	const char *pin;
};

struct scene {
	struct clerk *clerk;
	struct seal seals[PLAY_SEALS];
	int n;
	struct buf data, sealed; /* what was sealed last: octets; base64 */
};

static const char *
pin_of(const struct scene *c, const struct play_step *s)
{
	switch (s->pin) {
	case PLAY_PIN_NONE:
		return "";
	case PLAY_PIN_WRONG:
		return CLERK_OTHER_PIN;
	case PLAY_PIN_SECOND:
		return SECOND_PIN;
	default:
		return c->seals[s->seal].pin;
	}
}

static bool
apply(struct scene *c, const struct play_step *s)
{
	const bool changes = strcmp(s->operation, "seal.change") == 0;
	struct seal *got = &c->seals[c->n];
	char *key = mem_textf("seal-%d", c->n);

	got->pin = changes     ? c->seals[s->seal].pin
		   : c->n == 0 ? CLERK_PIN
			       : SECOND_PIN;
	got->id = clerk_apply(c->clerk, s->role, s->name,
	    &(struct clerk_wish){ .pin = got->pin,
		.changes = changes ? c->seals[s->seal].id : NULL });
	if (got->id != NULL) {
		trial_fact(c->clerk->trial, key, "%s", got->id);
		c->n++;
	}
	free(key);
	return got->id != NULL;
}

/* No two are the same, so that a log can tell them apart. */
static bool
use(struct scene *c, const struct play_step *s)
{
	const char *id = c->seals[s->seal].id;
	char *signed_value;

	buf_clear(&c->data);
	buf_addf(&c->data, "%s %s\n", trial_token(c->clerk->trial), s->name);
	if (!clerk_sign(c->clerk, s->role, s->name, id, pin_of(c, s),
		buf_span(&c->data)))
		return false;
	signed_value =
	    operation_text(clerk_answer(c->clerk, s->role), "signed");
	buf_clear(&c->sealed);
	if (signed_value != NULL)
		buf_addf(&c->sealed, "%s", signed_value);
	free(signed_value);
	return true;
}

static bool
put(struct scene *c, const struct play_step *s)
{
	struct buf document;
	bool done;

	buf_init(&document, CLERK_MOST);
	clerk_document(c->clerk->trial, 1, &document);
	done = clerk_put(c->clerk, s->role, s->name, c->seals[s->seal].id,
	    pin_of(c, s), buf_span(&document), NULL, NULL);
	buf_free(&document);
	return done;
}

static void
add_pem(struct trial *t, const char *file, struct buf *to)
{
	struct buf content;
	struct err err;

	buf_init(&content, PEM_MOST);
	if (file != NULL &&
	    trial_need(t, files_read(file, &content, &err), "%s", err.what))
		buf_add(to, buf_span(&content));
	buf_free(&content);
}

/* free() it. */
static char *
base64_of(const struct buf *octets)
{
	struct buf text;
	char *copy;

	buf_init(&text, 4 * PEM_MOST);
	text_base64(buf_span(octets), &text);
	copy = mem_text(buf_span(&text));
	buf_free(&text);
	return copy;
}

/* No lists: whether a certificate was revoked is not asked. */
static bool
verify(struct scene *c, const struct play_step *s)
{
	struct trial *t = c->clerk->trial;
	const struct profile *p = trial_profile(t);
	char *data = base64_of(&c->data), *anchors, *certificates;
	struct buf pem;
	bool done;

	buf_init(&pem, 2 * PEM_MOST);
	for (size_t i = 0; i < p->pki.n_anchors; i++)
		add_pem(t, p->pki.anchors[i], &pem);
	anchors = base64_of(&pem);
	buf_clear(&pem);
	add_pem(t, p->pki.issuers, &pem);
	certificates = base64_of(&pem);
	done = clerk_ask(c->clerk, s->role, s->name, s->operation,
	    (struct operation_value[]){ { "data", data },
		{ "signed", buf_text(&c->sealed) }, { "anchors", anchors },
		{ "certificates", certificates }, { "lists", "" },
		{ NULL, NULL } });
	buf_free(&pem);
	free(certificates);
	free(anchors);
	free(data);
	return done;
}

static void
take_esid(struct scene *c, const struct play_step *s)
{
	struct seal *seal = &c->seals[s->seal];

	if (strcmp(s->operation, "seal.show") != 0 || seal->esid != NULL)
		return;
	seal->esid = operation_text(clerk_answer(c->clerk, s->role), "esid");
	if (seal->esid != NULL && seal->esid[0] == '\0') {
		free(seal->esid);
		seal->esid = NULL;
	}
}

/* What takes less takes nothing of the others. */
static bool
ask(struct scene *c, const struct play_step *s)
{
	const struct seal *seal = &c->seals[s->seal];
	bool done;

	if (strcmp(s->operation, "seal.status") == 0 && seal->esid == NULL)
		return false;
	done = clerk_ask(c->clerk, s->role, s->name, s->operation,
	    (struct operation_value[]){
		{ "id", seal->id == NULL ? "" : seal->id },
		{ "note", PLAY_NOTE },
		{ "esid", seal->esid == NULL ? "" : seal->esid },
		{ NULL, NULL } });
	if (done)
		take_esid(c, s);
	return done;
}

static bool
step(struct scene *c, const struct play_step *s)
{
	static const struct {
		const char *operation;
		bool (*act)(struct scene *, const struct play_step *);
	} acts[] = {
		{ "seal.apply", apply },
		{ "seal.change", apply },
		{ "document.sign", use },
		{ "document.seal", put },
		{ "document.verify", verify },
	};

	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
		if (strcmp(s->operation, acts[i].operation) == 0)
			return acts[i].act(c, s);
	return ask(c, s);
}

static bool
can_be_asked(const struct scene *c, const struct play_step *s)
{
	const bool applies = strcmp(s->operation, "seal.apply") == 0;

	return applies ? c->n < PLAY_SEALS
		       : s->seal < c->n &&
			     (c->n < PLAY_SEALS ||
				 strcmp(s->operation, "seal.change") != 0);
}

void
play_run(struct clerk *k, const struct play *p)
{
	struct scene c = { .clerk = k };
	bool goes_on = true;

	buf_init(&c.data, CLERK_MOST);
	buf_init(&c.sealed, CLERK_MOST);
	for (size_t i = 0; goes_on && i < play_steps(p); i++) {
		const struct play_step *s = &p->steps[i];

		if (can_be_asked(&c, s))
			goes_on = step(&c, s) || s->ask != PLAY_RIGHT;
	}
	for (int i = 0; i < PLAY_SEALS; i++) {
		free(c.seals[i].id);
		free(c.seals[i].esid);
	}
	buf_free(&c.data);
	buf_free(&c.sealed);
}

bool
play_collect(struct trial *t, const struct play *plays, size_t n)
{
	struct clerk k;

	clerk_open(t, &k);
	play_run(&k, play_of(t, plays, n));
	clerk_close(&k);
	return true;
}

/* ---- judge ---- */

static bool
was_asked(struct trial *t, const struct play_step *s)
{
	char *key = mem_textf("%s.asked", s->name);
	const bool is = trial_fact_text(t, key) != NULL;

	free(key);
	return trial_need(
	    t, is, "%s: %s could not be asked", s->name, s->operation);
}

static bool
is_answered(struct trial *t, const struct play_step *s)
{
	struct operation_answer a;
	bool ok;

	switch (s->ask) {
	case PLAY_RIGHT:
		return desks_need(t, s->name, s->operation);
	case PLAY_DONE:
		return desks_claim_done(t, s->name, s->operation);
	case PLAY_REFUSED:
		return desks_claim_refused(t, s->name, s->operation);
	default:
		(void)operation_heard(t, s->name, s->operation, &a);
		ok = trial_need(t, a.end >= OPERATION_REFUSED, "%s: %s: %s",
		    s->name, s->operation, a.why);
		operation_free(&a);
		return ok;
	}
}

/* A refusal says no word. */
static bool
says_not(struct trial *t, const struct play_step *s, const char *field,
    const char *word)
{
	struct operation_answer a;
	const bool done = operation_heard(t, s->name, s->operation, &a);
	char *says = done ? operation_text(&a, field) : NULL;
	const bool ok = trial_claim(t, trial_case(t)->clause,
	    says == NULL || strcmp(says, word) != 0, "anything else",
	    "%s: %s: %s", s->operation, field, word);

	free(says);
	operation_free(&a);
	return ok;
}

/* What is not asked about has to be so, for us to go on. */
static bool
need_says(struct trial *t, const struct play_step *s, const char *field,
    const char *word)
{
	struct operation_answer a;
	const bool done = operation_heard(t, s->name, s->operation, &a);
	char *says = done ? operation_text(&a, field) : NULL;
	const bool ok = trial_need(t, says != NULL && strcmp(says, word) == 0,
	    "%s: %s is %s and not %s", s->name, field,
	    says == NULL ? "nothing" : says, word);

	free(says);
	operation_free(&a);
	return ok;
}

static bool
says(struct trial *t, const struct play_step *s)
{
	const size_t n = s->says == NULL ? 0 : strcspn(s->says, "=!");
	char *field;
	bool ok;

	if (s->says == NULL)
		return true;
	field = mem_text((struct span){ s->says, n });
	ok = s->ask == PLAY_RIGHT ? need_says(t, s, field, s->says + n + 1)
	     : s->says[n] == '='  ? desks_claim_says(t, s->name, s->operation,
					field, s->says + n + 1)
				  : says_not(t, s, field, s->says + n + 1);
	free(field);
	return ok;
}

void
play_claim(struct trial *t, const struct play *p)
{
	bool ok = p != NULL;

	for (size_t i = 0; ok && i < play_steps(p); i++) {
		const struct play_step *s = &p->steps[i];

		ok = was_asked(t, s) && is_answered(t, s) && says(t, s);
	}
}

void
play_judge(struct trial *t, const struct play *plays, size_t n)
{
	play_claim(t, play_of(t, plays, n));
}

const char *
play_seal(const struct trial *t, int seal)
{
	char *key = mem_textf("seal-%d", seal);
	const char *id = trial_fact_text(t, key);

	free(key);
	return id;
}

const struct buf *
play_data(struct trial *t, const char *name)
{
	char *file = mem_textf("%s.data", name);
	const struct buf *data = trial_content(t, file);

	free(file);
	return data;
}
