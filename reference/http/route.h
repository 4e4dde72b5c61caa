/* SPDX-License-Identifier: MIT */
/*
 * http/route - which route of an application a request means.
 */
#ifndef REFERENCE_HTTP_ROUTE_H
#define REFERENCE_HTTP_ROUTE_H

#include "reference/http/http.h"

enum http_routing {
	HTTP_ROUTE_FOUND,
	HTTP_ROUTE_BAD_PATH,   /* it does not decode, or holds a NUL */
	HTTP_ROUTE_NO_PATH,    /* 404 */
	HTTP_ROUTE_NO_METHOD,  /* 405 */
	HTTP_ROUTE_NO_SERVICE, /* 501: no method of ours */
	HTTP_ROUTE_OPTIONS,    /* answered from the table */
};

struct http_routed {
	const struct http_route *route;
	struct http_words words; /* in the caller's buf */
	unsigned allowed;        /* methods of this path, as a set */
};

/* "decoded" holds the words, and is cleared first. */
enum http_routing http_find_route(const struct http_app *,
    const struct http_request *, struct buf *decoded, struct http_routed *);

/* "GET, HEAD, OPTIONS": RFC 9110 10.2.1. */
void http_list_methods(unsigned set, struct buf *out);

#endif
