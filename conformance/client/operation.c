/* SPDX-License-Identifier: MIT */
/* What an answer says: the judging half of operation.h. */
#include "conformance/client/operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/web.h"
#include "conformance/trial.h"
#include "lib/json.h"
#include "lib/mem.h"
#include "lib/text.h"

/* ---- one value ---- */

/* "2=issued": ours for theirs. */
static char *
in_our_words(const struct profile_field *f, const char *theirs)
{
	for (size_t i = 0; i < f->n_words; i++) {
		const char *equals = strrchr(f->words[i], '=');
		const size_t n = (size_t)(equals - f->words[i]);

		if (strlen(theirs) == n && memcmp(theirs, f->words[i], n) == 0)
			return mem_text(span_of(equals + 1));
	}
	return mem_text(span_of(theirs));
}

static char *
text_at(const struct profile_field *f, const json_t *whole)
{
	const json_t *j = f == NULL ? NULL : json_at(whole, f->at);
	char *plain, *ours;

	if (j == NULL || json_is_null(j))
		return NULL;
	if (json_is_string(j))
		return in_our_words(f, json_string_value(j));
	plain = json_dumps(j, JSON_ENCODE_ANY | JSON_COMPACT);
	ours = plain == NULL ? NULL : in_our_words(f, plain);
	free(plain);
	return ours;
}

char *
operation_text(const struct operation_answer *a, const char *field)
{
	return a->as == NULL ? NULL
			     : text_at(profile_field(a->as, field), a->body);
}

/* What stands between the lines of PEM, or all of it, without white space. */
static void
base64_of(struct span text, struct buf *out)
{
	const size_t begins = span_find(text, SPAN("-----BEGIN "));

	if (begins < text.len) {
		text = span_skip(text, begins);
		(void)span_cut(&text, '\n');
		text = span_take(text, span_find(text, SPAN("-----END ")));
	}
	for (; text.len > 0; text = span_skip(text, 1))
		if (strchr(" \t\r\n", text.ptr[0]) == NULL)
			buf_add(out, span_take(text, 1));
}

bool
operation_octets(
    const struct operation_answer *a, const char *field, struct buf *out)
{
	char *text = operation_text(a, field);
	struct buf plain;
	bool ok = text != NULL;

	buf_init(&plain, WEB_BODY_MOST);
	if (ok) {
		base64_of(span_of(text), &plain);
		ok = text_unbase64(buf_span(&plain), out);
	}
	buf_free(&plain);
	free(text);
	return ok;
}

/* ---- lists ---- */

static const json_t *
list_at(const struct operation_answer *a, const char *list)
{
	const struct profile_field *f =
	    a->as == NULL ? NULL : profile_field(a->as, list);

	return f == NULL ? NULL : json_at(a->body, f->at);
}

size_t
operation_count(const struct operation_answer *a, const char *list)
{
	return json_array_size(list_at(a, list));
}

char *
operation_text_of(const struct operation_answer *a, const char *field, size_t n)
{
	char *list = mem_text(span_take(span_of(field), strcspn(field, ".")));
	const json_t *member = json_array_get(list_at(a, list), n);

	free(list);
	return member == NULL ? NULL
			      : text_at(profile_field(a->as, field), member);
}

/* ---- a whole answer ---- */

/* Beside the status, what the profile says a success looks like. */
static bool
succeeds(const struct operation_answer *a)
{
	const struct profile_field f = { .at = a->as->success_at };
	char *is;
	bool ok;

	if (f.at == NULL)
		return true;
	is = text_at(&f, a->body);
	ok = is != NULL && strcmp(is, a->as->success_is) == 0;
	free(is);
	return ok;
}

/* A token is carried in a header: visible octets, and more than none. */
static bool
can_be_carried(const struct operation_answer *a)
{
	char *token;
	size_t n = 0;

	if (!binding_names(a->as->is->gives, SPAN("token")))
		return true;
	token = operation_text(a, "token");
	while (token != NULL && token[n] > ' ' && token[n] < 0x7f)
		n++;
	n = token != NULL && token[n] == '\0' ? n : 0;
	free(token);
	return n > 0;
}

static enum operation_end
end_of(const struct operation_answer *a)
{
	const bool content =
	    a->as->is->gives[0] != '\0' || a->as->success_at != NULL;

	if (a->status >= 400 && a->status < 500)
		return OPERATION_REFUSED;
	if (a->status < 200 || a->status >= 300)
		return OPERATION_BROKEN;
	if (content && a->body == NULL)
		return OPERATION_BROKEN;
	if (!succeeds(a))
		return OPERATION_REFUSED;
	return can_be_carried(a) ? OPERATION_DONE : OPERATION_BROKEN;
}

static void
say_why(struct operation_answer *a)
{
	static const char *const ends[] = {
		[OPERATION_UNHEARD] = "no answer",
		[OPERATION_BROKEN] = "neither done nor refused",
		[OPERATION_REFUSED] = "refused",
		[OPERATION_DONE] = "done",
	};
	const bool told =
	    a->end == OPERATION_REFUSED && a->status < 400 && a->body != NULL;
	char *says = told ? json_dumps(a->body, JSON_COMPACT) : NULL;

	(void)snprintf(a->why, sizeof a->why, "%s with %d%s%.100s",
	    ends[a->end], a->status, says == NULL ? "" : " ",
	    says == NULL ? "" : says);
	if (a->end == OPERATION_BROKEN && a->status < 300 && a->body != NULL)
		(void)snprintf(a->why, sizeof a->why,
		    "%s with %d: no token that a header can carry",
		    ends[a->end], a->status);
	free(says);
}

bool
operation_read(const struct profile_operation *as, const struct web_answer *w,
    struct operation_answer *a)
{
	struct err err;

	*a = (struct operation_answer){ .as = as };
	if (w->end != WEB_ANSWERED) {
		(void)snprintf(a->why, sizeof a->why, "no answer: %s%s%.120s",
		    web_end_name(w->end), w->why[0] == '\0' ? "" : ": ",
		    w->why);
		return false;
	}
	a->status = w->status;
	a->body = json_parse(as->is->name, buf_span(&w->content), &err);
	a->end = end_of(a);
	say_why(a);
	return a->end == OPERATION_DONE;
}

bool
operation_heard(struct trial *t, const char *name, const char *operation,
    struct operation_answer *a)
{
	const struct profile_operation *as =
	    profile_operation(trial_profile(t), operation);
	struct web_answer w;
	bool done;

	*a = (struct operation_answer){ .as = as };
	if (!trial_sane(t, as != NULL, "the profile maps no %s", operation))
		return false;
	web_answer_init(&w, 0);
	(void)web_heard(t, name, &w);
	done = operation_read(as, &w, a);
	web_answer_free(&w);
	return done;
}

void
operation_free(struct operation_answer *a)
{
	json_decref(a->body);
	*a = (struct operation_answer){ 0 };
}
