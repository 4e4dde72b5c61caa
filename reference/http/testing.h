/* SPDX-License-Identifier: MIT */
/*
 * http/testing - an application that only tests are served with.
 */
#ifndef REFERENCE_HTTP_TESTING_H
#define REFERENCE_HTTP_TESTING_H

#include <check.h>

#include "reference/http/session.h"

#define TESTING_LONG 400000 /* octets of /long */

#define TESTING_ROUTE(name) \
	static inline void name(const struct site *site, \
	    const struct http_request *r, const struct http_words *w, \
	    struct wall at, struct http_answer *a) \
	{ \
		(void)site; \
		(void)r; \
		(void)w; \
		(void)at;

/* clang-format off */
TESTING_ROUTE(testing_hello)
	a->type = "text/plain";
	buf_addf(&a->body, "hello");
}

TESTING_ROUTE(testing_echo)
	a->type = http_has_type(r, "text/plain") ? "text/plain"
						 : "application/x";
	buf_add(&a->body, r->body);
}

TESTING_ROUTE(testing_words)
	a->type = "text/plain";
	for (size_t i = 0; i < w->n; i++)
		buf_addf(&a->body, "<%.*s>", SPAN_FMT(w->of[i]));
	buf_addf(&a->body, "%.*s", SPAN_FMT(r->query));
}

TESTING_ROUTE(testing_long)
	a->type = "application/octet-stream";
	for (size_t i = 0; i < TESTING_LONG / 10; i++)
		buf_addf(&a->body, "0123456789");
}

TESTING_ROUTE(testing_endless)
	char many[4096] = "";

	while (!a->body.full)
		buf_add(&a->body, (struct span){ many, sizeof many });
}

TESTING_ROUTE(testing_none)
	a->status = 204;
	a->type = "text/plain";
	buf_addf(&a->body, "not to be seen");
}

TESTING_ROUTE(testing_unchanged)
	a->status = 304;
	http_answer_header(a, "ETag", "\"1\"");
	buf_addf(&a->body, "not to be seen");
}

TESTING_ROUTE(testing_header)
	http_answer_header(a, "X-Said", "%.*s\r\nX-Smuggled: 1",
	    SPAN_FMT(http_header(r, "x-say")));
}

TESTING_ROUTE(testing_moved)
	a->status = 302;
	http_answer_header(a, "Location", "http://127.0.0.1:1/");
}

TESTING_ROUTE(testing_leave)
	a->closes = true;
	http_answer_text(a, 503, "away");
}

TESTING_ROUTE(testing_who)
	buf_addf(&a->body, "%s %s 1.%d", r->peer, r->secure ? "tls" : "clear",
	    r->minor);
}

static const struct http_route testing_routes[] = {
	{ "GET",    "/",               testing_hello },
	{ "GET",    "/hello",          testing_hello },
	{ "POST",   "/echo",           testing_echo },
	{ "PUT",    "/echo",           testing_echo },
	{ "GET",    "/one/{a}",        testing_words },
	{ "DELETE", "/one/{a}",        testing_words },
	{ "GET",    "/two/{a}/{b}",    testing_words },
	{ "GET",    "/two/{a}/end",    testing_hello },
	{ "GET",    "/rest/{rest...}", testing_words },
	{ "GET",    "/mix/{a}/{rest...}", testing_words },
	{ "GET",    "/long",           testing_long },
	{ "GET",    "/endless",        testing_endless },
	{ "GET",    "/none",           testing_none },
	{ "GET",    "/unchanged",      testing_unchanged },
	{ "GET",    "/header",         testing_header },
	{ "GET",    "/leave",          testing_leave },
	{ "GET",    "/moved",          testing_moved },
	{ "GET",    "/who",            testing_who },
};
/* clang-format on */

static const struct http_app testing_app = {
	.name = "testing",
	.routes = testing_routes,
	.n = sizeof testing_routes / sizeof testing_routes[0],
};

static inline struct session *
testing_open(const struct site *site, int role, const char *peer)
{
	(void)role;
	return http_open(site, &testing_app, peer);
}

/* http_protocol, but that it opens the application above. */
static inline struct protocol
testing_protocol(void)
{
	struct protocol p = http_protocol;

	p.open = testing_open;
	return p;
}

#endif
