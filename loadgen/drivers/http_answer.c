/* SPDX-License-Identifier: MIT */
#include "loadgen/drivers/http_answer.h"

#include <stdio.h>

#include "lib/mem.h"

/* ---- what is expected ---- */

/* Lengths of the borders of all beginnings of "what". */
static uint16_t *
borders(struct span what)
{
	uint16_t *border = mem_new(what.len + 1, sizeof *border);
	uint16_t k = 0;

	for (size_t i = 1; i < what.len; i++) {
		while (k > 0 && what.ptr[i] != what.ptr[k])
			k = border[k];
		if (what.ptr[i] == what.ptr[k])
			k++;
		border[i + 1] = k;
	}
	return border;
}

bool
http_want_init(
    struct http_want *w, const struct scenario_http *http, struct err *err)
{
	*w = (struct http_want){ .status = http->status,
		.length = http->length,
		.type = http->type,
		.keeps = http->keeps };
	buf_init(&w->body, ANSWER_BODY_MOST);
	w->head = http->method != NULL && strcmp(http->method, "HEAD") == 0;
	if (http->sm3 != NULL) {
		if (!digest_is(http->sm3))
			return err_set(err, ERR_CONFIG,
			    "\"%s\" is no SM3; one has 64 lower-case "
			    "hexadecimal digits",
			    http->sm3);
		memcpy(w->sm3, http->sm3, sizeof w->sm3);
	}
	if (http->contains != NULL)
		w->contains = span_of(http->contains);
	if (w->contains.len > ANSWER_CONTAINS_MOST)
		return err_set(err, ERR_CONFIG,
		    "contains: %zu octets; at most %d can be looked for",
		    w->contains.len, ANSWER_CONTAINS_MOST);
	if (w->head && (w->sm3[0] != '\0' || w->contains.len > 0))
		return err_set(err, ERR_CONFIG,
		    "an answer to HEAD has no body that could be looked at");
	w->border = borders(w->contains);
	return true;
}

void
http_want_free(struct http_want *w)
{
	free(w->border);
	buf_free(&w->body);
	*w = (struct http_want){ 0 };
}

void
http_answer_why(const struct http_answer *a, const struct http_want *w,
    enum http_fault fault, char why[ANSWER_WHY])
{
	why[0] = '\0';
	switch (fault) {
	case ANSWER_STATUS:
		snprintf(why, ANSWER_WHY, "expected status %d, heard %d",
		    w->status, a->status);
		break;
	case ANSWER_TYPED:
		snprintf(why, ANSWER_WHY, "expected %s, heard %s", w->type,
		    a->type[0] == '\0' ? "no media type" : a->type);
		break;
	case ANSWER_LENGTH:
		snprintf(why, ANSWER_WHY, "expected %lld octets, heard %llu",
		    (long long)w->length, (unsigned long long)a->got);
		break;
	case ANSWER_SM3:
		snprintf(why, ANSWER_WHY, "the body has another SM3");
		break;
	case ANSWER_CONTAINS:
		snprintf(why, ANSWER_WHY, "the body does not contain \"%.*s\"",
		    SPAN_FMT(span_take(w->contains, 80)));
		break;
	case ANSWER_GOOD:
	case ANSWER_FAULTS:
		break;
	}
}

/* ---- one body ---- */

/* Goes on looking for "contains" where the piece before has ended. */
static void
look_for(struct http_answer *a, const struct http_want *w, struct span piece,
    bool whole)
{
	const struct span what = w->contains;
	uint16_t k = a->matched;

	if (whole) {
		a->found = span_find(piece, what) < piece.len;
		return;
	}
	for (size_t i = 0; i < piece.len && k < what.len; i++) {
		while (k > 0 && piece.ptr[i] != what.ptr[k])
			k = w->border[k];
		if (piece.ptr[i] == what.ptr[k])
			k++;
	}
	a->matched = k;
	a->found = k == what.len;
}

void
http_answer_typed(struct http_answer *a, struct span value)
{
	struct span type = span_cut(&value, ';');
	size_t n = 0;

	while (type.len > 0 && type.ptr[type.len - 1] == ' ')
		type.len--;
	for (; n < type.len && n + 1 < sizeof a->type; n++)
		a->type[n] = type.ptr[n] >= ' ' && type.ptr[n] <= '~'
				 ? type.ptr[n]
				 : '?';
	a->type[n] = '\0';
}

void
http_answer_begin(struct http_answer *a, struct http_want *w)
{
	a->got = 0;
	a->matched = 0;
	a->differs = a->same = false;
	a->found = w->contains.len == 0;
	if (w->sm3[0] == '\0' || (w->status != 0 && w->status != a->status))
		return;
	if (w->learnt == ANSWER_LEARNT && !w->body.full) {
		a->same = true;
		return;
	}
	a->sm3 = digest_new();
	if (w->learnt == ANSWER_UNLEARNT) {
		w->learnt = ANSWER_LEARNING;
		a->learns = true;
	}
}

void
http_answer_piece(
    struct http_answer *a, struct http_want *w, struct span piece, bool whole)
{
	if (piece.len == 0)
		return;
	if (a->same)
		a->differs =
		    a->differs || a->got + piece.len > w->body.len ||
		    memcmp(w->body.data + a->got, piece.ptr, piece.len) != 0;
	else if (a->sm3 != NULL)
		digest_add(a->sm3, piece);
	if (a->learns)
		buf_add(&w->body, piece);
	if (a->body != NULL)
		buf_add(a->body, piece);
	if (!a->found)
		look_for(a, w, piece, whole);
	a->got += piece.len;
}

/* A body too long to be learnt is digested every time: learnt and full. */
static void
unlearn(struct http_answer *a, struct http_want *w)
{
	if (a->learns && !w->body.full) {
		buf_clear(&w->body);
		w->learnt = ANSWER_UNLEARNT;
	}
	a->learns = false;
}

static bool
digest_differs(struct http_answer *a, struct http_want *w)
{
	char hex[DIGEST_TEXT];

	if (a->same)
		return a->differs || a->got != w->body.len;
	if (a->sm3 == NULL)
		return false;
	digest_end(a->sm3, hex);
	a->sm3 = NULL;
	if (strcmp(hex, w->sm3) != 0) {
		unlearn(a, w);
		return true;
	}
	if (a->learns)
		w->learnt = ANSWER_LEARNT;
	a->learns = false;
	return false;
}

enum http_fault
http_answer_end(struct http_answer *a, struct http_want *w, uint64_t told)
{
	const bool differs = digest_differs(a, w);

	if (w->head)
		a->got = told;
	if (w->status != 0 && w->status != a->status)
		return ANSWER_STATUS;
	if (w->type != NULL && strcasecmp(w->type, a->type) != 0)
		return ANSWER_TYPED;
	if (w->length != 0 && (uint64_t)w->length != a->got)
		return ANSWER_LENGTH;
	if (differs)
		return ANSWER_SM3;
	return a->found ? ANSWER_GOOD : ANSWER_CONTAINS;
}

void
http_answer_drop(struct http_answer *a, struct http_want *w)
{
	char hex[DIGEST_TEXT];

	if (a->sm3 != NULL)
		digest_end(a->sm3, hex);
	a->sm3 = NULL;
	unlearn(a, w);
}
