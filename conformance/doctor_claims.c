/* SPDX-License-Identifier: MIT */
/* What the target announces, against what the profile claims. */
#include "conformance/doctor_inner.h"

#include <stdio.h>
#include <string.h>

#include "lib/framing_ldap.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

#define EXTENSION "supportedExtension"
#define WHO_AM_I  "1.3.6.1.4.1.4203.1.11.3" /* RFC 4532 2 */
#define ALL_OP    "1.3.6.1.4.1.4203.1.5.1"  /* RFC 3673 2 */

/* clang-format off */
static const struct doctor_todo
	enable_or_drop = {
		"switch the feature on, or do not claim it",
		"启用该功能，或不作声明", true },
	declare_claim = {
		"will not be judged: add it to claims if it is to be",
		"不会被评判：如需评判请加入 claims", false };

/* What a server announces in its EHLO when it has what a claim names. */
static const struct announcement {
	const char *claim, *keyword, *word;
} announcements[] = {
	{ "smtp.starttls",		"STARTTLS",		NULL },
	{ "smtp.size",			"SIZE",			NULL },
	{ "smtp.size.limit",		"SIZE",			"*" },
	{ "smtp.8bitmime",		"8BITMIME",		NULL },
	{ "smtp.pipelining",		"PIPELINING",		NULL },
	{ "smtp.auth.plain",		"AUTH",			"PLAIN" },
	{ "smtp.auth.login",		"AUTH",			"LOGIN" },
	{ "smtp.auth.scram-sha-256",	"AUTH",			"SCRAM-SHA-256" },
	{ "smtp.enhancedstatuscodes",	"ENHANCEDSTATUSCODES",	NULL },
	{ "smtp.dsn",			"DSN",			NULL },
	{ "smtp.smtputf8",		"SMTPUTF8",		NULL },
	{ "smtp.chunking",		"CHUNKING",		NULL },
	{ "pop3.stls",			"STLS",			NULL },
	{ "pop3.top",			"TOP",			NULL },
	{ "pop3.uidl",			"UIDL",			NULL },
	{ "pop3.user",			"USER",			NULL },
	{ "pop3.sasl",			"SASL",			NULL },
	{ "pop3.auth.scram-sha-256",	"SASL",			"SCRAM-SHA-256" },
	{ "pop3.pipelining",		"PIPELINING",		NULL },
	{ "pop3.respcodes",		"RESP-CODES",		NULL },
	{ "imap.starttls",		"STARTTLS",		NULL },
	{ "imap.auth.plain",		"AUTH=PLAIN",		NULL },
	{ "imap.auth.scram-sha-256",	"AUTH=SCRAM-SHA-256",	NULL },
	{ "imap.saslir",		"SASL-IR",		NULL },
	{ "imap.literalplus",		"LITERAL+",		NULL },
	{ "imap.id",			"ID",			NULL },
	{ "imap.enable",		"ENABLE",		NULL },
	{ "imap.idle",			"IDLE",			NULL },
	{ "imap.namespace",		"NAMESPACE",		NULL },
	{ "imap.children",		"CHILDREN",		NULL },
	{ "imap.specialuse",		"SPECIAL-USE",		NULL },
	{ "imap.unselect",		"UNSELECT",		NULL },
	{ "imap.uidplus",		"UIDPLUS",		NULL },
	{ "imap.move",			"MOVE",			NULL },
	{ "imap.condstore",		"CONDSTORE",		NULL },
	{ "imap.sort",			"SORT",			NULL },
	{ "imap.quota",			"QUOTA",		NULL },
	{ "ldap.starttls",		EXTENSION,		LDAP_STARTTLS },
	{ "ldap.cancel",		EXTENSION,		LDAP_CANCEL },
	{ "ldap.whoami",		EXTENSION,		WHO_AM_I },
	{ "ldap.paged",			"supportedControl",	LDAP_PAGED },
	{ "ldap.allop",			"supportedFeatures",	ALL_OP },
};
/* clang-format on */

/* What claims and services begin with; all others are about SMTP. */
static size_t
family_of(const char *name)
{
	static const char *const families[] = { "pop3", "imap", "ldap" };
	size_t i = 0;

	while (i < COUNT(families) && strncmp(name, families[i], 4) != 0)
		i++;
	return i;
}

/* "smtp.starttls", "pop3.stls" */
static bool
is_of_tls(const struct announcement *a)
{
	return strcmp(a->claim + 5, "starttls") == 0 ||
	       strcmp(a->claim + 5, "stls") == 0;
}

/* Where an announcement is to be expected, and in which EHLO. */
static const struct buf *
where(const struct sight *s, const struct announcement *a)
{
	const struct buf *ehlo = &s->ehlo;

	if (family_of(a->claim) != family_of(s->endpoint->service) ||
	    s->step < SIGHT_ASK)
		return NULL;
	if (is_of_tls(a) && s->endpoint->tls == PROFILE_TLS_STARTTLS)
		ehlo = &s->clear;
	else if (is_of_tls(a) && s->endpoint->tls == PROFILE_TLS_IMPLICIT)
		return NULL;
	else if (sight_is_imap(s) && !is_of_tls(a) && !s->inside)
		return NULL;
	/* A relay has no users. */
	else if (strcmp(s->endpoint->service, "smtp") == 0 && a->word != NULL)
		return NULL;
	/* It has no CAPA, or hides its rootDSE. */
	return (sight_is_pop3(s) || sight_is_ldap(s)) && sight_code(ehlo) != 250
		   ? NULL
		   : ehlo;
}

static void
judge_claim(struct doctor *d, const struct profile *p,
    const struct announcement *a, const struct sight *sights, size_t n)
{
	const bool declared = profile_claims(p, a->claim);
	struct doctor_title what;
	struct buf yes, no;
	const struct buf *ehlo;

	buf_init(&yes, DOCTOR_SEEN_MOST);
	buf_init(&no, DOCTOR_SEEN_MOST);
	for (size_t i = 0; i < n; i++) {
		ehlo = where(&sights[i], a);
		if (ehlo != NULL)
			buf_addf(sight_announces(ehlo, a->keyword, a->word)
				     ? &yes
				     : &no,
			    " %s", sights[i].endpoint->service);
	}
	snprintf(what.text, sizeof what.text, "claim %s", a->claim);
	if (declared && yes.len == 0 && no.len == 0)
		doctor_find(d, DOCTOR_NOTE, nothing, what.text,
		    "not observed: no endpoint could be asked");
	else if (declared && yes.len == 0)
		doctor_find(d, DOCTOR_BAD, enable_or_drop, what.text,
		    "declared, not announced by%s", buf_text(&no));
	else if (declared && no.len != 0)
		doctor_find(d, DOCTOR_WARN, enable_or_drop, what.text,
		    "announced by%s, not by%s", buf_text(&yes), buf_text(&no));
	else if (declared)
		doctor_find(d, DOCTOR_OK, nothing, what.text, "announced by%s",
		    buf_text(&yes));
	else if (yes.len != 0)
		doctor_find(d, DOCTOR_WARN, declare_claim, what.text,
		    "announced by%s, not declared", buf_text(&yes));
	buf_free(&yes);
	buf_free(&no);
}

void
doctor_see_claims(struct doctor *d, const struct profile *p,
    const struct sight *sights, size_t n)
{
	for (size_t i = 0; i < COUNT(announcements); i++)
		judge_claim(d, p, &announcements[i], sights, n);
}
