/* SPDX-License-Identifier: MIT */
/*
 * http - what an application that is served over HTTP knows of HTTP.
 *
 * An application is a table of routes; which one a service shows is its role
 * (reference/http/apps.c).  A route is called once the whole request is there
 * and says the whole answer; framing, HEAD, OPTIONS, Date, Content-Length,
 * 404, 405 and all that is wrong with a request are the session's.
 *
 *	static const struct http_route routes[] = {
 *		{ "GET", "/crl/{name}", serve_crl },
 *		{ "POST", "/ocsp", serve_post },
 *		{ "GET", "/ocsp/{rest...}", serve_get },
 *	};
 *
 * GET answers HEAD, too; OPTIONS and 405 are made from the table.
 */
#ifndef REFERENCE_HTTP_HTTP_H
#define REFERENCE_HTTP_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/span.h"
#include "reference/session.h"

#define HTTP_HEAD_MOST   (16u << 10) /* octets, request line to empty line */
#define HTTP_TARGET_MOST (8u << 10)
#define HTTP_FIELDS_MOST 100
#define HTTP_BODY_MOST   (4u << 20)
#define HTTP_ANSWER_MOST (64u << 20) /* a body: a CRL can be long */
#define HTTP_WORDS_MOST  4

enum http_role {
	HTTP_CA,
	HTTP_OCSP,
	HTTP_CRL,
	HTTP_TSA,
	HTTP_CRYPTO,
	HTTP_RA,
	HTTP_SEAL,
	HTTP_ROLES
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_METHODS,
	HTTP_OTHER = HTTP_METHODS
};

struct http_field {
	struct span name, value; /* without white space around them */
};

struct http_route;

/* All of it is the session's, for the time of one call. */
struct http_request {
	enum http_method method;
	struct span method_text;
	struct span target; /* as it was sent */
	struct span path;   /* of the target, still percent-encoded */
	struct span query;  /* likewise, without the "?" */
	int minor;          /* of HTTP/1: 0 or 1 */
	const struct http_field *fields;
	size_t n_fields;
	struct span body; /* chunks put together */
	const char *peer;
	bool secure;
	const struct http_route *route; /* the one that serves it */
};

/*
 * The first field of that name, however it is written; .ptr is NULL when
 * there is none.
 */
struct span http_header(const struct http_request *, const char *name);

/*
 * The media type of the body without its parameters, in any case:
 * "application/ocsp-request".
 */
bool http_has_type(const struct http_request *, const char *type);

/*
 * What stands for the {words} of a route, decoded, in their order.  A word is
 * never empty, nor "." or "..", and holds no NUL; a "/" only in {rest...}.
 */
struct http_words {
	struct span of[HTTP_WORDS_MOST];
	size_t n;
};

/*
 * Born as 200 without a body.  1xx, 204 and 304 have none, whatever is put
 * into it.  A body that passes its cap becomes 500.
 */
struct http_answer {
	int status;
	const char *type;   /* Content-Type; NULL when there is no body */
	struct buf headers; /* http_answer_header() */
	struct buf body;
	bool closes; /* the connection, behind this answer */
};

/* What it is given must be octets that a field may hold: no CR, no LF. */
void http_answer_header(struct http_answer *, const char *name, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

/* A short explanation, as text/plain; replaces what was said so far. */
void http_answer_text(struct http_answer *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* "Sun, 06 Nov 1994 08:49:37 GMT": IMF-fixdate of RFC 9110 5.6.7. */
#define HTTP_DATE 32
void http_date(struct wall, char text[HTTP_DATE]);

struct http_route {
	const char *method; /* "GET" stands for HEAD, too */
	/*
	 * "/crl/{name}": a word is one whole segment; "{rest...}", which only
	 * ends a path, takes all that follows, slashes included.  The first
	 * route that fits counts.
	 */
	const char *path;
	void (*serve)(const struct site *, const struct http_request *,
	    const struct http_words *, struct wall now, struct http_answer *);
};

struct http_app {
	const char *name; /* "ocsp" */
	const struct http_route *routes;
	size_t n;
};

/* reference/http/apps.c */
const struct http_app *http_app_of(enum http_role);

#endif
