/* SPDX-License-Identifier: MIT */
#include "reports/services.h"

#include <string.h>

static const struct {
	const char *prefix, *service;
} prefixes[] = {
	{ "smtp", "smtp" },
	{ "submission", "smtp" },
	{ "submissions", "smtp" },
	{ "pop3", "pop3" },
	{ "pop3s", "pop3" },
	{ "imap", "imap" },
	{ "imaps", "imap" },
};

static const struct {
	const char *service;
	enum req req;
} over_tls[] = {
	{ "smtp", EMAIL_F_02 },
	{ "pop3", EMAIL_F_05 },
	{ "imap", EMAIL_F_07 },
};

size_t
services_of(const char *chapter, const char *names[])
{
	size_t n = 0, k;

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const char *name = catalogue_get((enum req)i)->service;

		if (strcmp(catalogue_chapter((enum req)i), chapter) != 0)
			continue;
		for (k = 0; k < n && strcmp(names[k], name) != 0; k++)
			;
		if (k == n)
			names[n++] = name;
	}
	return n;
}

const char *
service_of_case(const struct plan_case *c)
{
	struct span rest = span_of(c->id);
	const struct span first = span_cut(&rest, '.');

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (span_eq(first, span_of(prefixes[i].prefix)))
			return prefixes[i].service;
	return catalogue_get(c->verifies)->service;
}

bool
service_tls(const char *service, enum req *req)
{
	for (size_t i = 0; i < sizeof(over_tls) / sizeof(over_tls[0]); i++)
		if (strcmp(over_tls[i].service, service) == 0) {
			*req = over_tls[i].req;
			return true;
		}
	return false;
}

struct span
case_theme(const char *id)
{
	const struct span all = span_of(id);
	const size_t first = span_find(all, SPAN("."));
	struct span rest;

	if (first == all.len)
		return all;
	rest = span_skip(all, first + 1);
	return span_take(all, first + 1 + span_find(rest, SPAN(".")));
}
