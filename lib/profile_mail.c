/* SPDX-License-Identifier: MIT */
/* Of reading a profile: its domains, and the one that is routed to us. */
#include "lib/profile_inner.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/mem.h"

/* Labels with dots; only ASCII unless utf8. */
static bool
check_domain(const struct reading *r, const char *key, const char *d, bool utf8)
{
	const char *right =
	    utf8 ? "such as 政务.example" : "such as gov.example";
	bool ok = d[0] != '.' && d[0] != '-' && strstr(d, "..") == NULL &&
		  strlen(d) <= 253;

	for (const char *c = d; ok && *c != '\0'; c++)
		ok = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
		     (*c >= '0' && *c <= '9') || *c == '-' || *c == '.' ||
		     (utf8 && (*c & 0x80) != 0);
	return ok || reading_bad(r, conf_key("%s", key), "not a domain", right);
}

/* "127.0.0.1:2525", "[::1]:2525" */
static bool
take_listen(const struct reading *r, const char *listen)
{
	const struct conf_key key = conf_key("mail.sink.listen");
	const char *colon = strrchr(listen, ':');
	struct span host = { listen, 0 };
	unsigned long port = 0;

	if (colon != NULL) {
		host.len = (size_t)(colon - listen);
		if (colon[1 + strspn(colon + 1, "0123456789")] == '\0' &&
		    strlen(colon) <= 6)
			port = strtoul(colon + 1, NULL, 10);
	}
	if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
		host = (struct span){ host.ptr + 1, host.len - 2 };
	else if (host.len != 0 && memchr(host.ptr, ':', host.len) != NULL)
		host.len = 0;
	if (host.len == 0 || port == 0 || port > 65535)
		return reading_bad(r, key, "not an address with a port",
		    "such as 127.0.0.1:2525 or [::1]:2525");
	r->p->mail.sink_host = mem_text(host);
	r->p->mail.sink_port = (uint16_t)port;
	return reading_host(r, key, r->p->mail.sink_host);
}

static bool
take_sink(const struct reading *r)
{
	struct raw_sink *sink = &r->raw->mail.sink;

	if (sink->domain == NULL)
		return true;
	if (!check_domain(r, "mail.sink.domain", sink->domain, false) ||
	    !take_listen(r, sink->listen))
		return false;
	if (strcasecmp(sink->domain, r->raw->mail.domain) == 0)
		return reading_bad(r, conf_key("mail.sink.domain"),
		    "the same as mail.domain", "a domain routed to us");
	r->p->mail.sink_domain = reading_take(&sink->domain);
	return true;
}

static bool
check_mail(const struct reading *r, const struct raw_mail *m)
{
	const char *at;

	if (!check_domain(r, "mail.domain", m->domain, false) ||
	    (m->utf8_domain != NULL &&
		!check_domain(r, "mail.utf8_domain", m->utf8_domain, true)) ||
	    (m->foreign != NULL &&
		!check_domain(r, "mail.foreign", m->foreign, false)))
		return false;
	if (m->foreign != NULL && strcasecmp(m->foreign, m->domain) == 0)
		return reading_bad(r, conf_key("mail.foreign"),
		    "the same as mail.domain",
		    "a domain the target must not relay to");
	if (m->unknown == NULL)
		return true;
	if (!reading_address(r, conf_key("mail.unknown"), m->unknown))
		return false;
	at = strrchr(m->unknown, '@');
	return strcasecmp(at + 1, m->domain) == 0 ||
	       reading_bad(r, conf_key("mail.unknown"), "not in mail.domain",
		   "an address of that domain that does not exist");
}

bool
profile_take_mail(const struct reading *r)
{
	struct raw_mail *m = &r->raw->mail;

	if (m->domain == NULL && !profile_moves_mail(r->p))
		return true;
	if (m->domain == NULL)
		return reading_bad(r, conf_key("mail.domain"), "missing",
		    "the domain the target is responsible for");
	if (!check_mail(r, m) || !take_sink(r))
		return false;
	r->p->mail.domain = reading_take(&m->domain);
	r->p->mail.utf8_domain = reading_take(&m->utf8_domain);
	r->p->mail.foreign = reading_take(&m->foreign);
	r->p->mail.unknown = reading_take(&m->unknown);
	return true;
}
