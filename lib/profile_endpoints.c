/* SPDX-License-Identifier: MIT */
/* Of reading a profile: what is judged, and where it listens. */
#include "lib/profile_inner.h"

#include <string.h>

#include "lib/mem.h"

/* Services that have an endpoint of their own. */
static const char *const services[] = { "smtp", "submission", "submissions",
	"pop3", "pop3s", "imap", "imaps", "http", "https", "ldap", "ldaps",
	"ca", "ra", "crypto", "ocsp", "crl", "tsa", "seal" };

/* Of them those that begin with TLS: RFC 8314 3, RFC 9110 4.2.2, custom. */
static const char *const implicit[] = { "submissions", "pop3s", "imaps",
	"https", "ldaps" };

/* Of them those that speak HTTP, and so have a path. */
static const char *const web[] = { "http", "https", "ca", "ra", "crypto",
	"ocsp", "crl", "tsa", "seal" };

/* Of them those that move mail. */
static const char *const post[] = { "smtp", "submission", "submissions", "pop3",
	"pop3s", "imap", "imaps" };

const char *const *
profile_known_services(size_t *n)
{
	*n = COUNT(services);
	return services;
}

/* Adds a name unless it is there; the catalogue has few. */
static size_t
add_name(const char **names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return n;
	names[n] = name;
	return n + 1;
}

bool
profile_take_scope(const struct reading *r)
{
	const char *chapters[REQ_COUNT + 1];
	const char *judged[REQ_COUNT + COUNT(services)];
	size_t nc = 0, ns = 0;

	for (size_t i = 0; i < COUNT(services); i++)
		ns = add_name(judged, ns, services[i]);
	for (size_t i = 0; i < REQ_COUNT; i++) {
		if (catalogue_chapter((enum req)i)[0] != '\0')
			nc = add_name(
			    chapters, nc, catalogue_chapter((enum req)i));
		ns = add_name(judged, ns, catalogue_get((enum req)i)->service);
	}
	for (size_t i = 0; i < r->p->scope.n_chapters; i++)
		if (!reading_one_of(r, conf_key("scope.chapters[%zu]", i),
			r->p->scope.chapters[i], chapters, nc))
			return false;
	for (size_t i = 0; i < r->p->scope.n_services; i++)
		if (!reading_one_of(r, conf_key("scope.services[%zu]", i),
			r->p->scope.services[i], judged, ns))
			return false;
	return true;
}

static bool
among(const char *service, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(service, names[i]) == 0)
			return true;
	return false;
}

#define IS(service, names) among(service, names, COUNT(names))

bool
profile_is_web(const char *service)
{
	return IS(service, web);
}

/* What comes before "?" in a target: RFC 9112 3.2.1. */
static bool
check_path(const struct reading *r, size_t i)
{
	struct profile_endpoint *e = &r->p->endpoints[i];
	const struct conf_key key = conf_key("endpoints[%zu].path", i);

	if (e->path == NULL) {
		e->path = mem_text(SPAN("/"));
		return true;
	}
	if (!IS(e->service, web))
		return reading_bad(r, key, "this service has no path",
		    "leave it out; only what speaks HTTP has one");
	for (const char *c = e->path; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '#' || *c == '?')
			return reading_bad(r, key, "not a path",
			    "visible ASCII from the first slash to the query, "
			    "such as /ocsp");
	return e->path[0] == '/' ||
	       reading_bad(r, key, "not a path", "it begins with a slash");
}

bool
profile_take_endpoints(const struct reading *r)
{
	const struct profile *p = r->p;

	for (size_t i = 0; i < p->n_endpoints; i++) {
		const struct profile_endpoint *e = &p->endpoints[i];

		if (!reading_one_of(r, conf_key("endpoints[%zu].service", i),
			e->service, services, COUNT(services)) ||
		    !reading_host(
			r, conf_key("endpoints[%zu].host", i), e->host))
			return false;
		if (profile_endpoint(p, e->service) != e)
			return reading_bad(r,
			    conf_key("endpoints[%zu].service", i),
			    "a second endpoint of this service",
			    "one of each service");
		if (e->port == 0)
			return reading_bad(r,
			    conf_key("endpoints[%zu].port", i), "not a port",
			    "1 to 65535");
		if (IS(e->service, implicit) && e->tls != PROFILE_TLS_IMPLICIT)
			return reading_bad(r, conf_key("endpoints[%zu].tls", i),
			    "not what this service is",
			    "implicit (RFC 8314 3)");
		if (IS(e->service, web) && e->tls == PROFILE_TLS_STARTTLS)
			return reading_bad(r, conf_key("endpoints[%zu].tls", i),
			    "not what HTTP has", "none or implicit");
		if (e->name == NULL)
			p->endpoints[i].name = mem_text(span_of(e->host));
		if (!check_path(r, i))
			return false;
	}
	return true;
}

bool
profile_moves_mail(const struct profile *p)
{
	for (size_t i = 0; i < p->n_endpoints; i++)
		if (IS(p->endpoints[i].service, post))
			return true;
	return false;
}
