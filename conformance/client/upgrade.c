/* SPDX-License-Identifier: MIT */
#include "conformance/client/upgrade.h"

#include <string.h>

#include "conformance/client/wire.h"
#include "lib/dialogue.h"

/* What is said in turn, and how the answers to it begin. */
static const struct manners {
	const char *service; /* NULL: whatever else there is */
	const char *hello;   /* NULL: a request of HTTP */
	struct {
		const char *say, *hear; /* both NULL: the handshake */
	} steps[4];
} manners[] = {
	{ "smtp", "EHLO client.example",
	    { { NULL, "220" }, { "EHLO client.example", "250" },
		{ "STARTTLS", "220" } } },
	{ "submission", "EHLO client.example",
	    { { NULL, "220" }, { "EHLO client.example", "250" },
		{ "STARTTLS", "220" } } },
	{ "submissions", "EHLO client.example", { { NULL, NULL } } },
	{ "imap", "a CAPABILITY",
	    { { NULL, "* OK" }, { "tls STARTTLS", "tls OK" } } },
	{ "imaps", "a CAPABILITY", { { NULL, NULL } } },
	{ "pop3", "CAPA", { { NULL, "+OK" }, { "STLS", "+OK" } } },
	{ "pop3s", "CAPA", { { NULL, NULL } } },
	{ "ldap", "1 bind \"\" \"\"",
	    { { "1 starttls", "1 extendedResp success " } } },
	{ "ldaps", "1 bind \"\" \"\"", { { NULL, NULL } } },
	{ NULL, NULL, { { NULL, NULL } } },
};

static const struct manners *
manners_of(const char *service)
{
	const struct manners *m = manners;

	while (m->service != NULL && strcmp(m->service, service) != 0)
		m++;
	return m;
}

/* What is said, and heard, as lib/framing_ldap.h writes it. */
static bool
is_directory(const struct manners *m)
{
	return m->service != NULL && framing_of(m->service) == &framing_ldap;
}

static bool
say(struct wire *w, const struct manners *m, const char *line)
{
	return is_directory(m) ? wire_say_ldap(w, line)
			       : wire_say(w, "%s", line);
}

static bool
hear(struct wire *w, const struct manners *m, const char *begins)
{
	return is_directory(m) ? wire_hear_ldap(w, begins)
			       : wire_hear(w, begins);
}

bool
upgrade_reach(struct wire *w, struct trial *t, const char *service)
{
	const struct manners *m = manners_of(service);
	bool ok = wire_open(w, t, service);

	for (size_t i = 0; ok && m->steps[i].hear != NULL; i++)
		ok = (m->steps[i].say == NULL || say(w, m, m->steps[i].say)) &&
		     hear(w, m, m->steps[i].hear);
	return ok;
}

bool
upgrade_speak(struct wire *w, const char *service)
{
	const struct manners *m = manners_of(service);
	const struct profile_endpoint *e = w->endpoint;

	if (m->hello != NULL)
		return say(w, m, m->hello);
	return wire_say(w,
	    "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n",
	    e->path != NULL ? e->path : "/",
	    e->name != NULL ? e->name : e->host);
}

bool
upgrade_is_web(const char *service)
{
	return manners_of(service)->service == NULL;
}
