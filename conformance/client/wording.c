/* SPDX-License-Identifier: MIT */
#include "conformance/client/wording.h"

#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/template.h"
#include "lib/text.h"

enum { PART_MOST = 8 << 20 }; /* a document is in it */

/* "2=issued": theirs for ours. */
static void
add_in_their_words(
    const struct profile_field *f, const char *ours, struct buf *out)
{
	for (size_t i = 0; f != NULL && i < f->n_words; i++) {
		const char *equals = strrchr(f->words[i], '=');

		if (strcmp(equals + 1, ours) == 0) {
			buf_add(out, (struct span){ f->words[i],
					 (size_t)(equals - f->words[i]) });
			return;
		}
	}
	buf_add(out, span_of(ours));
}

/* What is said of who asks. */
static bool
of_account(const struct wording *w, struct span name, struct buf *out)
{
	const struct profile_account *a = w->account;
	const char *user = a == NULL ? "" : a->user;
	const char *password = a == NULL ? "" : a->password;
	char *pair;

	if (span_eq(name, SPAN("user"))) {
		buf_add(out, span_of(user));
	} else if (span_eq(name, SPAN("password"))) {
		buf_add(out, span_of(password));
	} else if (span_eq(name, SPAN("basic"))) {
		pair = mem_textf("%s:%s", user, password);
		text_base64(span_of(pair), out);
		free(pair);
	} else if (span_eq(name, SPAN("token"))) {
		buf_add(out, span_of(w->token == NULL ? "" : w->token));
	} else {
		return false;
	}
	return true;
}

static bool
look_up(void *ctx, struct span name, struct buf *out)
{
	const struct wording *w = ctx;
	const struct operation_value *v = w->values;

	for (; v != NULL && v->name != NULL; v++)
		if (span_eq(name, span_of(v->name))) {
			add_in_their_words(
			    profile_field(w->as, v->name), v->text, out);
			return true;
		}
	return of_account(w, name, out) ||
	       binding_names(w->as->is->takes, name);
}

static char *
expand(struct wording *w, const char *text, struct err *err)
{
	struct template t;
	struct buf out;
	char *filled = NULL;

	buf_init(&out, PART_MOST);
	if (template_compile(&t, span_of(text), false, err)) {
		if (template_expand(&t, look_up, w, &out, err))
			filled = mem_text(buf_span(&out));
		template_free(&t);
	}
	buf_free(&out);
	return filled;
}

/*
 * They do not go into evidence, however a template has them written; the
 * longer before what may stand in it.
 */
static void
hide(struct wording *w)
{
	static const struct span names[] = { SPAN_INIT("basic"),
		SPAN_INIT("token"), SPAN_INIT("password") };
	static const enum filter forms[WORDING_FORMS] = { FILTER_NONE,
		FILTER_JSON, FILTER_URL, FILTER_XML, FILTER_BASE64 };

	for (size_t i = 0; i < WORDING_SECRETS; i++) {
		const enum filter form = forms[i % WORDING_FORMS];
		struct buf plain;

		buf_init(&plain, PART_MOST);
		buf_init(&w->secrets[i], PART_MOST);
		(void)of_account(w, names[i / WORDING_FORMS], &plain);
		if (form == FILTER_NONE)
			buf_add(&w->secrets[i], buf_span(&plain));
		else
			filter_apply(form, buf_span(&plain), &w->secrets[i]);
		w->hidden[i] = buf_span(&w->secrets[i]);
		buf_free(&plain);
	}
}

bool
wording_has_token(const char *text)
{
	return strstr(text, "${token") != NULL;
}

/* Into the next place for one. */
static bool
add_header(struct wording *w, const char *text, struct err *err)
{
	char **to = &w->headers[w->request.n_headers];

	if ((w->token == NULL || w->token[0] == '\0') &&
	    wording_has_token(text))
		return true;
	*to = expand(w, text, err);
	w->request.n_headers += *to != NULL;
	return *to != NULL;
}

bool
wording_make(struct wording *w, struct err *err)
{
	const struct profile_operation *o = w->as;
	bool ok = (w->path = expand(w, o->path, err)) != NULL &&
		  (w->body = expand(w, o->body, err)) != NULL;

	hide(w);
	if (ok && o->n_headers > WORDING_HEADERS)
		ok = err_set(
		    err, ERR_CONFIG, "more than %d headers", WORDING_HEADERS);
	w->request = (struct web_request){ .method = o->method,
		.path = w->path,
		.headers = (const char *const *)w->headers,
		.type = o->type,
		.secrets = w->hidden,
		/* Of nobody ":" alone hides nothing. */
		.n_secrets = w->account == NULL ? 0 : WORDING_SECRETS };
	for (size_t i = 0; ok && i < o->n_headers; i++)
		ok = add_header(w, o->headers[i], err);
	if (ok && w->body[0] != '\0')
		w->request.body = span_of(w->body);
	return ok;
}

void
wording_free(struct wording *w)
{
	for (size_t i = 0; i < WORDING_SECRETS; i++)
		buf_free(&w->secrets[i]);
	for (size_t i = 0; i < WORDING_HEADERS; i++)
		free(w->headers[i]);
	free(w->body);
	free(w->path);
}
