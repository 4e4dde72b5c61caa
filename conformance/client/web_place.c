/* SPDX-License-Identifier: MIT */
#include "conformance/client/web_place.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/mem.h"
#include "lib/net.h"

static bool
is_v6(const char *host)
{
	return strchr(host, ':') != NULL;
}

static const char *
left(const char *host)
{
	return is_v6(host) ? "[" : "";
}

static const char *
right(const char *host)
{
	return is_v6(host) ? "]" : "";
}

/* What a URL calls the endpoint: certificates and virtual hosts go by it. */
static const char *
name_of(const struct profile_endpoint *e)
{
	return e->name != NULL ? e->name : e->host;
}

char *
web_url(const struct profile_endpoint *e, const char *path)
{
	const char *name = name_of(e);
	const char *base = e->path != NULL ? e->path : "/";
	size_t n = strlen(base);

	if (path == NULL)
		path = "";
	if (n > 0 && base[n - 1] == '/' && path[0] == '/')
		n--; /* one of the two */
	return mem_textf("%s://%s%s%s:%u%.*s%s",
	    e->tls == PROFILE_TLS_IMPLICIT ? "https" : "http", left(name), name,
	    right(name), (unsigned)e->port, (int)n, base, path);
}

struct curl_slist *
web_connect_to(const struct profile *p)
{
	struct curl_slist *list = NULL;
	char *line;

	for (size_t i = 0; i < p->n_endpoints; i++) {
		const struct profile_endpoint *e = &p->endpoints[i];

		if (e->name == NULL || strcmp(e->name, e->host) == 0 ||
		    is_v6(e->name))
			continue;
		line = mem_textf("%s::%s%s%s:", e->name, left(e->host), e->host,
		    right(e->host));
		list = curl_slist_append(list, line);
		free(line);
	}
	return list;
}

bool
web_is_known(const struct profile *p, const char *host)
{
	for (size_t i = 0; i < p->n_endpoints; i++)
		if (strcasecmp(host, p->endpoints[i].host) == 0 ||
		    strcasecmp(host, name_of(&p->endpoints[i])) == 0)
			return true;
	for (size_t i = 0; i < p->safety.n_reach; i++)
		if (strcasecmp(host, p->safety.reach[i]) == 0)
			return true;
	return net_is_loopback(host);
}

char *
web_host(const char *url)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *bare = NULL;
	size_t n;

	if (curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
	    (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0)) {
		n = strlen(host);
		bare = host[0] == '[' && n > 2
			   ? mem_textf("%.*s", (int)n - 2, host + 1)
			   : mem_textf("%s", host);
	}
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(u);
	return bare;
}
