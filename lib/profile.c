/* SPDX-License-Identifier: MIT */
#include "lib/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "lib/net.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const claims[] = {
	"cert.cmp",
	"cert.cmp.hold",
	"cert.cmp.kur",
	"cert.cmp.p10cr",
	"cert.cmp.poll",
	"cert.cmp.rr",
	"cert.crl.delta",
	"cert.dual",
	"cert.lapsed",
	"cert.sm2",
	"imap.auth.plain",
	"imap.auth.scram-sha-256",
	"imap.children",
	"imap.condstore",
	"imap.enable",
	"imap.id",
	"imap.idle",
	"imap.literalplus",
	"imap.move",
	"imap.namespace",
	"imap.quota",
	"imap.saslir",
	"imap.sort",
	"imap.specialuse",
	"imap.starttls",
	"imap.uidplus",
	"imap.unselect",
	"ldap.allop",
	"ldap.anonymous",
	"ldap.cancel",
	"ldap.certificatematch",
	"ldap.paged",
	"ldap.private",
	"ldap.starttls",
	"ldap.whoami",
	"ocsp.nonce",
	"pop3.auth.scram-sha-256",
	"pop3.capa",
	"pop3.pipelining",
	"pop3.respcodes",
	"pop3.sasl",
	"pop3.stls",
	"pop3.top",
	"pop3.uidl",
	"pop3.user",
	"smtp.8bitmime",
	"smtp.auth.login",
	"smtp.auth.plain",
	"smtp.auth.scram-sha-256",
	"smtp.chunking",
	"smtp.dsn",
	"smtp.enhancedstatuscodes",
	"smtp.pipelining",
	"smtp.size",
	"smtp.size.limit",
	"smtp.smtputf8",
	"smtp.starttls",
};

static void
words_free(char **words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(words[i]);
	free(words);
}

static void
secret_free(char *secret)
{
	if (secret != NULL)
		OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

static void
accounts_free(struct profile_account *accounts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(accounts[i].role);
		free(accounts[i].user);
		free(accounts[i].address);
		secret_free(accounts[i].password);
		free(accounts[i].dn);
		free(accounts[i].certificate);
		free(accounts[i].key);
	}
	free(accounts);
}

static void
endpoints_free(struct profile_endpoint *endpoints, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(endpoints[i].service);
		free(endpoints[i].host);
		free(endpoints[i].name);
		free(endpoints[i].path);
	}
	free(endpoints);
}

static void
operations_free(struct profile_operation *operations, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct profile_operation *o = &operations[i];

		free(o->service);
		free(o->method);
		free(o->path);
		free(o->type);
		free(o->body);
		words_free(o->headers, o->n_headers);
		for (size_t j = 0; j < o->n_fields; j++) {
			free(o->fields[j].name);
			free(o->fields[j].at);
			words_free(o->fields[j].words, o->fields[j].n_words);
		}
		free(o->fields);
		free(o->success_at);
		free(o->success_is);
	}
	free(operations);
}

static void
certificates_free(struct profile_certificate *certificates, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(certificates[i].name);
		free(certificates[i].class);
		free(certificates[i].file);
		free(certificates[i].dn);
	}
	free(certificates);
}

static void
documents_free(struct profile_document *documents, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(documents[i].title);
		free(documents[i].file);
		free(documents[i].expires);
	}
	free(documents);
}

static void
waivers_free(struct profile_waiver *waivers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(waivers[i].subject);
		free(waivers[i].reason);
		free(waivers[i].approver);
		free(waivers[i].expires);
	}
	free(waivers);
}

static void
logs_free(struct profile_log *logs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(logs[i].service);
		free(logs[i].path);
		free(logs[i].format);
	}
	free(logs);
}

void
profile_free(struct profile *p)
{
	char *const texts[] = {
		p->path,
		p->digest,
		p->project.name,
		p->project.client,
		p->project.contract,
		p->product.vendor,
		p->product.name,
		p->product.version,
		p->scope.reason,
		p->trust,
		p->mail.domain,
		p->mail.utf8_domain,
		p->mail.foreign,
		p->mail.unknown,
		p->mail.sink_domain,
		p->mail.sink_host,
		p->directory.base,
		p->directory.people,
		p->pki.issuers,
		p->pki.records,
		p->lab.key,
		p->lab.certificate,
		p->lab.passphrase_from,
		p->lab.tsa,
		p->lab.tsa_host,
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		free(texts[i]);
	secret_free(p->lab.passphrase);
	buf_free(&p->lab.picture);
	words_free(p->scope.chapters, p->scope.n_chapters);
	words_free(p->scope.services, p->scope.n_services);
	words_free(p->pki.anchors, p->pki.n_anchors);
	words_free(p->claims, p->n_claims);
	words_free(p->safety.reach, p->safety.n_reach);
	endpoints_free(p->endpoints, p->n_endpoints);
	accounts_free(p->accounts, p->n_accounts);
	certificates_free(p->pki.certificates, p->pki.n_certificates);
	operations_free(p->operations, p->n_operations);
	for (size_t i = 0; i < p->n_limits; i++)
		free(p->limits[i].metric);
	free(p->limits);
	documents_free(p->documents, p->n_documents);
	waivers_free(p->waivers, p->n_waivers);
	logs_free(p->logs, p->n_logs);
	*p = (struct profile){ 0 };
}

/* ---- questions ---- */

const char *const *
profile_known_claims(size_t *n)
{
	*n = COUNT(claims);
	return claims;
}

bool
profile_claims(const struct profile *p, const char *claim)
{
	for (size_t i = 0; i < p->n_claims; i++)
		if (strcmp(p->claims[i], claim) == 0)
			return true;
	return false;
}

const struct profile_endpoint *
profile_endpoint(const struct profile *p, const char *service)
{
	for (size_t i = 0; i < p->n_endpoints; i++)
		if (strcmp(p->endpoints[i].service, service) == 0)
			return &p->endpoints[i];
	return NULL;
}

const struct profile_account *
profile_account(const struct profile *p, const char *role)
{
	for (size_t i = 0; i < p->n_accounts; i++)
		if (strcmp(p->accounts[i].role, role) == 0)
			return &p->accounts[i];
	return NULL;
}

const struct profile_log *
profile_log(const struct profile *p, const char *service)
{
	for (size_t i = 0; i < p->n_logs; i++)
		if (strcmp(p->logs[i].service, service) == 0)
			return &p->logs[i];
	return NULL;
}

const struct profile_operation *
profile_operation(const struct profile *p, const char *name)
{
	for (size_t i = 0; i < p->n_operations; i++)
		if (strcmp(p->operations[i].is->name, name) == 0)
			return &p->operations[i];
	return NULL;
}

const struct profile_field *
profile_field(const struct profile_operation *o, const char *name)
{
	for (size_t i = 0; i < o->n_fields; i++)
		if (strcmp(o->fields[i].name, name) == 0)
			return &o->fields[i];
	return NULL;
}

bool
profile_has_document(const struct profile *p, enum req req)
{
	for (size_t i = 0; i < p->n_documents; i++)
		if (p->documents[i].req == req)
			return true;
	return false;
}

bool
profile_limit(
    const struct profile *p, enum req req, const char *metric, double *value)
{
	const struct limit *limits;
	size_t n;

	for (size_t i = 0; i < p->n_limits; i++)
		if (p->limits[i].req == req &&
		    strcmp(p->limits[i].metric, metric) == 0) {
			*value = p->limits[i].value;
			return true;
		}
	limits = catalogue_limits(&n);
	for (size_t i = 0; i < n; i++)
		if (limits[i].req == req &&
		    strcmp(limits[i].metric, metric) == 0) {
			*value = limits[i].value;
			return true;
		}
	return false;
}

static bool
has(char *const *words, size_t n, const char *word_)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word_) == 0)
			return true;
	return false;
}

/* Rows about a protocol hold wherever it is spoken. */
static bool
service_in_scope(const struct profile *p, const char *service)
{
	static const struct {
		const char *service, *by;
	} spoken[] = { { "smtp", "submission" }, { "smtp", "submissions" },
		{ "pop3", "pop3s" }, { "imap", "imaps" }, { "ldap", "ldaps" },
		{ "cert", "ca" }, { "cert", "ocsp" }, { "cert", "crl" },
		{ "cert", "tsa" }, { "cert", "ra" }, { "cert", "crypto" },
		{ "eseal", "seal" } };

	if (has(p->scope.services, p->scope.n_services, service))
		return true;
	for (size_t i = 0; i < COUNT(spoken); i++)
		if (strcmp(spoken[i].service, service) == 0 &&
		    has(p->scope.services, p->scope.n_services, spoken[i].by))
			return true;
	return false;
}

bool
profile_in_scope(const struct profile *p, enum req req)
{
	return has(p->scope.chapters, p->scope.n_chapters,
		   catalogue_chapter(req)) &&
	       service_in_scope(p, catalogue_get(req)->service);
}

static bool
host_reachable(const struct profile *p, const char *key, const char *host,
    bool operator_agreed, struct err *err)
{
	if (net_is_loopback(host))
		return true;
	if (!has(p->safety.reach, p->safety.n_reach, host))
		return err_set(err, ERR_CONFIG,
		    "%s: %s: outside this machine ('%s'); name it in "
		    "safety.reach if its owner has agreed to be tested",
		    p->path, key, host);
	return operator_agreed ||
	       err_set(err, ERR_CONFIG,
		   "%s: %s: outside this machine ('%s'); safety.reach allows "
		   "it, and whoever starts the program has to agree as well",
		   p->path, key, host);
}

bool
profile_reachable(
    const struct profile *p, bool operator_agreed, struct err *err)
{
	char key[48];

	for (size_t i = 0; i < p->n_endpoints; i++) {
		snprintf(key, sizeof key, "endpoints[%zu].host", i);
		if (!host_reachable(
			p, key, p->endpoints[i].host, operator_agreed, err))
			return false;
	}
	return p->lab.tsa_host == NULL ||
	       host_reachable(
		   p, "lab.tsa", p->lab.tsa_host, operator_agreed, err);
}
