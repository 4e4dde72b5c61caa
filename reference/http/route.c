/* SPDX-License-Identifier: MIT */
#include "reference/http/route.h"

#include "reference/http/codec.h"

#define SET(method) (1u << (method))

/* In the order of enum http_method. */
static const char *const names[HTTP_METHODS] = {
	[HTTP_GET] = "GET",
	[HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",
	[HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",
	[HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS",
};

/* What a route answers: GET stands for HEAD, too. */
static unsigned
methods_of(const struct http_route *route)
{
	unsigned set = 0;

	for (size_t i = 0; i < HTTP_METHODS; i++)
		if (strcmp(route->method, names[i]) == 0)
			set = SET(i);
	return set == SET(HTTP_GET) ? set | SET(HTTP_HEAD) : set;
}

void
http_list_methods(unsigned set, struct buf *out)
{
	const char *comma = "";

	for (unsigned i = 0; i < HTTP_METHODS; i++) {
		if ((set & SET(i)) == 0)
			continue;
		buf_addf(out, "%s%s", comma, names[i]);
		comma = ", ";
	}
}

/* ---- paths ---- */

/* "." and ".." are nobody's name: RFC 3986 3.3. */
static bool
is_dots(struct span s)
{
	return span_eq(s, SPAN(".")) || span_eq(s, SPAN(".."));
}

/* What a {word} takes; decoded behind what is in "out" already. */
static bool
take_word(struct span encoded, struct buf *out, struct span *word)
{
	const size_t from = out->len;

	if (!http_decode(encoded, true, out))
		return false;
	*word = (struct span){ NULL, out->len - from };
	return word->len > 0 && !is_dots(span_skip(buf_span(out), from));
}

/* What {rest...} takes. */
static bool
take_rest(struct span encoded, struct buf *out, struct span *word)
{
	const size_t from = out->len;
	struct span rest;

	if (!http_decode(encoded, false, out))
		return false;
	*word = (struct span){ NULL, out->len - from };
	rest = span_skip(buf_span(out), from);
	while (rest.len > 0)
		if (is_dots(span_cut(&rest, '/')))
			return false;
	return word->len > 0;
}

/* A segment that is no word is what it decodes to. */
static bool
is_literal(struct span encoded, struct span literal)
{
	struct buf text;
	bool same;

	if (memchr(encoded.ptr, '%', encoded.len) == NULL)
		return span_eq(encoded, literal);
	buf_init(&text, encoded.len);
	same = http_decode(encoded, true, &text) &&
	       span_eq(buf_span(&text), literal);
	buf_free(&text);
	return same;
}

/* Words are only long, until they are all decoded and stay where they are. */
static void
place_words(struct http_words *words, const struct buf *decoded)
{
	size_t at = 0;

	for (size_t i = 0; i < words->n; i++) {
		words->of[i].ptr = decoded->data + at;
		at += words->of[i].len;
	}
}

static bool
fits(const struct http_route *route, struct span path, struct buf *decoded,
    struct http_words *words)
{
	struct span pattern = span_skip(span_of(route->path), 1);
	bool more = true;

	buf_clear(decoded);
	words->n = 0;
	path = span_skip(path, 1);
	while (more) {
		const size_t slash = span_find(path, SPAN("/"));
		const bool last = span_find(pattern, SPAN("/")) == pattern.len;
		const struct span part = span_cut(&pattern, '/');
		const bool word = span_starts(part, SPAN("{"));
		bool ok;

		if (word && span_find(part, SPAN("...}")) < part.len) {
			ok = take_rest(path, decoded, &words->of[words->n++]);
			place_words(words, decoded);
			return ok;
		}
		/* both end here, or none does */
		if (last != (slash == path.len))
			return false;
		ok = word ? take_word(span_take(path, slash), decoded,
				&words->of[words->n++])
			  : is_literal(span_take(path, slash), part);
		if (!ok)
			return false;
		path = span_skip(path, last ? slash : slash + 1);
		more = !last;
	}
	place_words(words, decoded);
	return true;
}

/* ---- routes ---- */

/* "*" is all of them: RFC 9110 9.3.7. */
static unsigned
all_methods(const struct http_app *app)
{
	unsigned set = SET(HTTP_OPTIONS);

	for (size_t i = 0; i < app->n; i++)
		set |= methods_of(&app->routes[i]);
	return set;
}

static bool
is_path(struct span path, struct buf *decoded)
{
	buf_clear(decoded);
	return http_decode(path, false, decoded);
}

enum http_routing
http_find_route(const struct http_app *app, const struct http_request *r,
    struct buf *decoded, struct http_routed *to)
{
	*to = (struct http_routed){ 0 };
	if (r->method == HTTP_OTHER)
		return HTTP_ROUTE_NO_SERVICE;
	if (span_eq(r->path, SPAN("*"))) {
		to->allowed = all_methods(app);
		return HTTP_ROUTE_OPTIONS;
	}
	if (!is_path(r->path, decoded))
		return HTTP_ROUTE_BAD_PATH;
	for (size_t i = 0; i < app->n; i++) {
		const unsigned methods = methods_of(&app->routes[i]);

		if (!fits(&app->routes[i], r->path, decoded, &to->words))
			continue;
		if (methods & SET(r->method)) {
			to->route = &app->routes[i];
			return HTTP_ROUTE_FOUND;
		}
		to->allowed |= methods | SET(HTTP_OPTIONS);
	}
	if (to->allowed == 0)
		return HTTP_ROUTE_NO_PATH;
	return r->method == HTTP_OPTIONS ? HTTP_ROUTE_OPTIONS
					 : HTTP_ROUTE_NO_METHOD;
}
