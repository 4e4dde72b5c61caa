/* SPDX-License-Identifier: MIT */
#include "conformance/cases/eseal/clerk.h"

#include <stdlib.h>
#include <string.h>

#include "fixtures/seal/blank.h"
#include "lib/mem.h"
#include "lib/text.h"

enum { LEFT_MOST = 32, YEAR_S = 300 * 24 * 3600 };

#define SEAL_NAME "验收测试专用章"
#define REASON    "the acceptance test is over"

void
clerk_open(struct trial *t, struct clerk *k)
{
	*k = (struct clerk){ .trial = t };
	desks_open(t, &k->desks);
}

/* ---- what is left ---- */

static void
forget(struct clerk *k, const char *id)
{
	for (size_t i = 0; i < k->n_left; i++)
		if (strcmp(k->left[i], id) == 0) {
			free(k->left[i]);
			k->left[i] = k->left[--k->n_left];
			return;
		}
}

/* From when it is made on it may be used one day. */
static void
note(struct clerk *k, const char *operation,
    const struct operation_value *values)
{
	const bool made = strcmp(operation, "seal.make") == 0;

	if (!made && strcmp(operation, "seal.revoke") != 0)
		return;
	for (; values != NULL && values->name != NULL; values++) {
		if (strcmp(values->name, "id") != 0)
			continue;
		forget(k, values->text);
		if (!made)
			continue;
		k->left =
		    mem_grow(k->left, (k->n_left + 1) * sizeof k->left[0]);
		k->left[k->n_left++] = mem_text(span_of(values->text));
	}
}

/* False: there was no answer, or none that is one. */
static bool
revoke(struct clerk *k, size_t n, const char *id)
{
	char *name = mem_textf("left-%zu", n);
	const bool done = clerk_ask(k, "registrar", name, "seal.revoke",
	    (struct operation_value[]){
		{ "id", id }, { "note", REASON }, { NULL, NULL } });

	free(name);
	return done || clerk_answer(k, "registrar")->end == OPERATION_REFUSED;
}

static void
revoke_left(struct clerk *k)
{
	bool goes_on =
	    profile_operation(trial_profile(k->trial), "seal.revoke") != NULL;

	trial_quiet(k->trial, true);
	for (size_t i = 0; k->n_left > 0; i++) {
		char *id = k->left[--k->n_left];

		goes_on = goes_on && i < LEFT_MOST &&
			  trial_left_ms(k->trial) > 0 && revoke(k, i, id);
		free(id);
	}
	trial_quiet(k->trial, false);
	free(k->left);
	k->left = NULL;
}

void
clerk_close(struct clerk *k)
{
	revoke_left(k);
	desks_close(&k->desks);
}

/* ---- asking ---- */

bool
clerk_ask(struct clerk *k, const char *role, const char *name,
    const char *operation, const struct operation_value *values)
{
	const bool done = desks_ask(&k->desks, role, name, operation, values);

	if (done)
		note(k, operation, values);
	return done;
}

bool
clerk_ask_of(struct clerk *k, const char *role, const char *name,
    const char *operation, const char *id)
{
	return clerk_ask(k, role, name, operation,
	    (struct operation_value[]){
		{ "id", id == NULL ? "" : id }, { NULL, NULL } });
}

const struct operation_answer *
clerk_answer(struct clerk *k, const char *role)
{
	static const struct operation_answer none = { .end =
							  OPERATION_UNHEARD };
	const struct desk *d = desks_at(&k->desks, role);

	return d == NULL ? &none : desk_answer(d);
}

/* ---- applications ---- */

/* Whole seconds, without a fraction. */
void
clerk_time(int64_t from_now_s, char text[CLOCK_TEXT])
{
	struct wall at = clock_wall();

	at.us = (at.us / 1000000 + from_now_s) * 1000000;
	wall_text(at, text);
}

static void
file_as(struct trial *t, const char *name, const char *what, struct span octets)
{
	char *file = mem_textf("%s.%s", name, what);

	trial_file(t, file, octets);
	free(file);
}

/* The picture in base64. */
static void
add_picture(struct clerk *k, const char *name, const struct clerk_wish *w,
    struct buf *text)
{
	struct buf image;

	buf_init(&image, CLERK_MOST);
	if (w->image.len > 0) {
		buf_add(&image, w->image);
	} else {
		char *comment = mem_textf("%s %s", trial_token(k->trial), name);

		mint_picture(comment, &image);
		free(comment);
	}
	file_as(k->trial, name, "png", buf_span(&image));
	text_base64(buf_span(&image), text);
	buf_free(&image);
}

static const char *
word(const char *given, const char *otherwise)
{
	return given == NULL ? otherwise : given;
}

static bool
ask_for(struct clerk *k, const char *role, const char *name,
    const struct clerk_wish *w, const char *picture)
{
	char start[CLOCK_TEXT], end[CLOCK_TEXT];
	const bool other = w->changes != NULL;

	clerk_time(w->start_s, start);
	clerk_time(w->end_s == 0 ? YEAR_S : w->end_s, end);
	return clerk_ask(k, role, name, other ? "seal.change" : "seal.apply",
	    (struct operation_value[]){
		{ other ? "id" : "name",
		    other ? w->changes : word(w->name, SEAL_NAME) },
		{ "format", "png" }, { "picture", picture },
		{ "width", word(w->width, "42") },
		{ "height", word(w->height, "42") }, { "start", start },
		{ "end", end }, { "pin", word(w->pin, CLERK_PIN) },
		{ NULL, NULL } });
}

char *
clerk_apply(struct clerk *k, const char *role, const char *name,
    const struct clerk_wish *wish)
{
	static const struct clerk_wish plain = { .name = NULL };
	const struct clerk_wish *w = wish == NULL ? &plain : wish;
	char *id = NULL;
	struct buf picture;

	buf_init(&picture, 2 * CLERK_MOST);
	add_picture(k, name, w, &picture);
	if (ask_for(k, role, name, w, buf_text(&picture)))
		id = operation_text(clerk_answer(k, role),
		    w->changes != NULL ? "successor" : "id");
	buf_free(&picture);
	return id;
}

/* ---- what comes of it ---- */

void
clerk_seal_begin(struct clerk_seal *s)
{
	s->id = NULL;
	buf_init(&s->der, CLERK_MOST);
}

bool
clerk_settle(
    struct clerk *k, const char *name, const char *id, struct clerk_seal *s)
{
	char *approval = mem_textf("%s-approval", name);
	char *making = mem_textf("%s-making", name);
	char *issue = mem_textf("%s-issue", name);
	const bool ok =
	    id != NULL &&
	    clerk_ask_of(k, "registrar", approval, "seal.approve", id) &&
	    clerk_ask_of(k, "issuer", making, "seal.make", id) &&
	    operation_octets(clerk_answer(k, "issuer"), "seal", &s->der) &&
	    clerk_ask_of(k, "issuer", issue, "seal.issue", id);

	free(issue);
	free(making);
	free(approval);
	return ok;
}

bool
clerk_get(struct clerk *k, const char *role, const char *name,
    const struct clerk_wish *w, struct clerk_seal *s)
{
	clerk_seal_begin(s);
	s->id = clerk_apply(k, role, name, w);
	return clerk_settle(k, name, s->id, s);
}

void
clerk_seal_free(struct clerk_seal *s)
{
	free(s->id);
	buf_free(&s->der);
}

/* ---- using it ---- */

bool
clerk_sign(struct clerk *k, const char *role, const char *name, const char *id,
    const char *pin, struct span data)
{
	struct buf text;
	bool done;

	buf_init(&text, 2 * CLERK_MOST);
	text_base64(data, &text);
	file_as(k->trial, name, "data", data);
	done = id != NULL &&
	       clerk_ask(k, role, name, "document.sign",
		   (struct operation_value[]){ { "id", id }, { "pin", pin },
		       { "data", buf_text(&text) }, { NULL, NULL } });
	buf_free(&text);
	return done;
}

void
clerk_document(struct trial *t, size_t pages, struct buf *to)
{
	mint_document(trial_token(t), pages, to);
}

bool
clerk_put(struct clerk *k, const char *role, const char *name, const char *id,
    const char *pin, struct span document, const struct clerk_place *place,
    struct buf *sealed)
{
	static const struct clerk_place plain = { .page = NULL };
	const struct clerk_place *p = place == NULL ? &plain : place;
	struct buf text;
	bool done;

	buf_init(&text, 2 * CLERK_MOST);
	text_base64(document, &text);
	file_as(k->trial, name, "before", document);
	done =
	    id != NULL &&
	    clerk_ask(k, role, name, "document.seal",
		(struct operation_value[]){ { "id", id }, { "pin", pin },
		    { "document", buf_text(&text) },
		    { "page", word(p->page, "1") }, { "x", word(p->x, "120") },
		    { "y", word(p->y, "200") },
		    { "whole", p->whole ? "true" : "false" }, { NULL, NULL } });
	buf_free(&text);
	return done &&
	       (sealed == NULL ||
		   operation_octets(clerk_answer(k, role), "document", sealed));
}
