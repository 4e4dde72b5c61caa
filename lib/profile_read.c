/* SPDX-License-Identifier: MIT */
/*
 * Reading a profile: what the schema cannot say, with errors that name file,
 * line and key.
 */
#include "lib/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "lib/buf.h"
#include "lib/clock.h"
#include "lib/conf.h"
#include "lib/digest.h"
#include "lib/mem.h"
#include "lib/net.h"
#include "lib/profile_schema.h"

#define PASSWORD_MAX 1024
#define TRUST_MAX    1048576
#define LONGEST_MS   3600000

/* Services that have an endpoint of their own. */
static const char *const services[] = { "smtp", "submission", "submissions",
	"pop3", "pop3s", "imap", "imaps", "http", "https", "ldap", "ldaps",
	"ca", "ocsp", "crl", "tsa" };

/* Of them those that begin with TLS: RFC 8314 3, RFC 9110 4.2.2, custom. */
static const char *const implicit[] = { "submissions", "pop3s", "imaps",
	"https", "ldaps" };

/* Of them those that speak HTTP, and so have a path. */
static const char *const web[] = { "http", "https", "ca", "ocsp", "crl",
	"tsa" };

/* Of them those that move mail. */
static const char *const post[] = { "smtp", "submission", "submissions", "pop3",
	"pop3s", "imap", "imaps" };

/* What certificates are for; CERT-F-05 keeps the first two apart. */
static const char *const classes[] = { "signing", "encryption", "server", "ca",
	"ocsp", "tsa" };

static const char *const formats[] = { "json", "syslog" };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

const char *const *
profile_known_services(size_t *n)
{
	*n = COUNT(services);
	return services;
}

const char *const *
profile_known_classes(size_t *n)
{
	*n = COUNT(classes);
	return classes;
}

/* ---- what the schema cannot say ---- */

struct reading {
	const struct conf *conf;
	struct raw *raw;
	struct profile *p;
	struct err *err;
	bool public; /* what the profile refers to is left alone */
};

static bool
bad(const struct reading *r, struct conf_key key, const char *wrong,
    const char *right)
{
	return conf_bad(r->conf, key.text, wrong, right, r->err);
}

/* One of the n names; the error proposes the nearest or lists them. */
static bool
one_of(const struct reading *r, struct conf_key key, const char *value,
    const char *const *names, size_t n)
{
	const char *near, *comma = "one of ";
	struct buf right;

	for (size_t i = 0; i < n; i++)
		if (strcmp(value, names[i]) == 0)
			return true;
	buf_init(&right, 400);
	near = conf_nearest(value, names, n);
	if (near != NULL)
		buf_addf(&right, "did you mean '%s'?", near);
	else
		for (size_t i = 0; i < n; i++, comma = ", ")
			buf_addf(&right, "%s%s", comma, names[i]);
	bad(r, key, "not known", buf_text(&right));
	buf_free(&right);
	return false;
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

static bool
check_scope(const struct reading *r)
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
		if (!one_of(r, conf_key("scope.chapters[%zu]", i),
			r->p->scope.chapters[i], chapters, nc))
			return false;
	for (size_t i = 0; i < r->p->scope.n_services; i++)
		if (!one_of(r, conf_key("scope.services[%zu]", i),
			r->p->scope.services[i], judged, ns))
			return false;
	return true;
}

/* A name or a numeric address: no blanks, no URL, no port. */
static bool
check_host(const struct reading *r, struct conf_key key, const char *host)
{
	const bool six = strchr(host, ':') != strrchr(host, ':');

	if (strpbrk(host, " \t\r\n/@[]") != NULL ||
	    (strchr(host, ':') != NULL && !six))
		return bad(r, key, "not a host",
		    "a name or an address, without scheme and port");
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
		return bad(r, key, "this service has no path",
		    "leave it out; only what speaks HTTP has one");
	for (const char *c = e->path; *c != '\0'; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '#' || *c == '?')
			return bad(r, key, "not a path",
			    "visible ASCII from the first slash to the query, "
			    "such as /ocsp");
	return e->path[0] == '/' ||
	       bad(r, key, "not a path", "it begins with a slash");
}

static bool
check_endpoints(const struct reading *r)
{
	const struct profile *p = r->p;

	for (size_t i = 0; i < p->n_endpoints; i++) {
		const struct profile_endpoint *e = &p->endpoints[i];

		if (!one_of(r, conf_key("endpoints[%zu].service", i),
			e->service, services, COUNT(services)) ||
		    !check_host(r, conf_key("endpoints[%zu].host", i), e->host))
			return false;
		if (profile_endpoint(p, e->service) != e)
			return bad(r, conf_key("endpoints[%zu].service", i),
			    "a second endpoint of this service",
			    "one of each service");
		if (e->port == 0)
			return bad(r, conf_key("endpoints[%zu].port", i),
			    "not a port", "1 to 65535");
		if (IS(e->service, implicit) && e->tls != PROFILE_TLS_IMPLICIT)
			return bad(r, conf_key("endpoints[%zu].tls", i),
			    "not what this service is",
			    "implicit (RFC 8314 3)");
		if (IS(e->service, web) && e->tls == PROFILE_TLS_STARTTLS)
			return bad(r, conf_key("endpoints[%zu].tls", i),
			    "not what HTTP has", "none or implicit");
		if (e->name == NULL)
			p->endpoints[i].name = mem_text(span_of(e->host));
		if (!check_path(r, i))
			return false;
	}
	return true;
}

/* ---- files the profile names ---- */

/* Relative to the folder of the profile. */
static char *
beside(const struct reading *r, const char *path)
{
	const char *slash = strrchr(r->conf->name, '/');

	if (path[0] == '/' || slash == NULL)
		return mem_text(span_of(path));
	return mem_textf(
	    "%.*s/%s", (int)(slash - r->conf->name), r->conf->name, path);
}

/* At most into->cap bytes of a regular file; a reason when it cannot be. */
static const char *
read_file(const char *path, struct buf *into)
{
	/* Not blocking: the path may be that of a pipe. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char piece[4096];
	struct stat st;
	ssize_t n = -1;

	if (fd == -1)
		return strerror(errno);
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(fd);
		return "not a regular file";
	}
	while (!into->full && (n = read(fd, piece, sizeof piece)) > 0)
		buf_add(into, (struct span){ piece, (size_t)n });
	OPENSSL_cleanse(piece, sizeof piece);
	close(fd);
	return n == -1 ? "cannot be read" : into->full ? "too large" : NULL;
}

/* Makes *path one beside the profile; there is a certificate in that file. */
static bool
resolve_pem(const struct reading *r, struct conf_key key, char **path)
{
	static const char *const right = "a PEM file with certificates; "
					 "the path is relative to the profile";
	const char *why;
	struct buf pem;
	char *whole;
	bool ok = true;

	if (*path == NULL)
		return true;
	whole = beside(r, *path);
	free(*path);
	*path = whole;
	if (r->public)
		return true;
	buf_init(&pem, TRUST_MAX);
	why = read_file(whole, &pem);
	if (why == NULL &&
	    strstr(buf_text(&pem), "-----BEGIN CERTIFICATE-----") == NULL)
		why = "no certificate in it";
	if (why != NULL)
		ok = bad(r, key, why, right);
	buf_free(&pem);
	return ok;
}

/* ---- accounts ---- */

/* Said before the schema is: there the value would be shown. */
static bool
check_no_literals(const struct conf *c, struct err *err)
{
	const struct conf_node *list = conf_find(c, "accounts");
	const struct conf_node *n = list == NULL ? NULL : list->child;

	for (; n != NULL; n = n->next)
		for (const struct conf_node *v = n->child; v != NULL;
		     v = v->next)
			if (v->key != NULL && strcmp(v->key, "password") == 0 &&
			    v->kind != CONF_MAP)
				return err_set(err, ERR_CONFIG,
				    "%s:%d: accounts[%zu].password: a password "
				    "must not be written here; "
				    "{env: NAME} or {file: PATH}",
				    c->name, v->line, n->index);
	return true;
}

static char *
password_from_env(const struct reading *r, size_t i, const char *env)
{
	const struct conf_key key = conf_key("accounts[%zu].password.env", i);
	const char *value;

	if (env[strspn(env, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"
			    "abcdefghijklmnopqrstuvwxyz")] != '\0') {
		/* Not shown: it may be the password itself. */
		bad(r, conf_key("accounts[%zu].password", i),
		    "env is not the name of a variable",
		    "letters, digits and _; without $");
		return NULL;
	}
	value = getenv(env);
	if (value == NULL || *value == '\0') {
		bad(r, key, "this environment variable is not set",
		    "export it before the program is started");
		return NULL;
	}
	return mem_text(span_of(value));
}

/* The first line of the file. */
static char *
password_from_file(
    const struct reading *r, struct conf_key key, const char *file)
{
	char *path = beside(r, file), *password = NULL;
	struct buf text;
	const char *why;
	struct span line;

	buf_init(&text, PASSWORD_MAX);
	why = read_file(path, &text);
	line.ptr = buf_text(&text);
	line.len = strcspn(line.ptr, "\r\n");
	if (why == NULL && line.len == 0)
		why = "no password in it";
	if (why != NULL)
		bad(r, key, why,
		    "a file whose first line is the password; "
		    "the path is relative to the profile");
	else
		password = mem_text(line);
	if (text.data != NULL)
		OPENSSL_cleanse(text.data, text.room);
	buf_free(&text);
	free(path);
	return password;
}

static char *
resolve_password(
    const struct reading *r, size_t i, const struct raw_password *from)
{
	if ((from->env == NULL) == (from->file == NULL)) {
		bad(r, conf_key("accounts[%zu].password", i),
		    from->env == NULL ? "no reference" : "two references",
		    "{env: NAME} or {file: PATH}");
		return NULL;
	}
	return from->env != NULL
		   ? password_from_env(r, i, from->env)
		   : password_from_file(r,
			 conf_key("accounts[%zu].password.file", i),
			 from->file);
}

static bool
check_address(const struct reading *r, struct conf_key key, const char *address)
{
	const char *at = strrchr(address, '@');

	if (at == NULL || at == address || at[1] == '\0' ||
	    strpbrk(address, " \t\r\n<>") != NULL)
		return bad(r, key, "not a mail address", "local-part@domain");
	return true;
}

/* Not read here: the directory says which names it has. */
static bool
check_dn(const struct reading *r, struct conf_key key, const char *dn)
{
	const char *equals = dn == NULL ? NULL : strchr(dn, '=');

	return dn == NULL || (equals != NULL && equals != dn) ||
	       bad(r, key, "not a distinguished name",
		   "as RFC 4514 writes it, such as "
		   "uid=alice,ou=people,dc=gov,dc=example");
}

static char *
take(char **from)
{
	char *text = *from;

	*from = NULL;
	return text;
}

static bool
take_accounts(const struct reading *r)
{
	struct profile *p = r->p;

	p->accounts = mem_new(r->raw->n_accounts, sizeof *p->accounts);
	for (size_t i = 0; i < r->raw->n_accounts; i++) {
		struct raw_account *from = &r->raw->accounts[i];
		struct profile_account *to = &p->accounts[p->n_accounts];

		if (from->role[strspn(from->role,
			"abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
			return bad(r, conf_key("accounts[%zu].role", i),
			    "not the name of a role",
			    "lower case letters, digits and -");
		if (profile_account(p, from->role) != NULL)
			return bad(r, conf_key("accounts[%zu].role", i),
			    "a second account of this role",
			    "one account for each role");
		if (!check_address(
			r, conf_key("accounts[%zu].address", i), from->address))
			return false;
		if (!check_dn(r, conf_key("accounts[%zu].dn", i), from->dn))
			return false;
		p->n_accounts++;
		to->role = take(&from->role);
		to->user = take(&from->user);
		to->address = take(&from->address);
		to->dn = take(&from->dn);
		to->password = r->public
				   ? mem_text(SPAN(""))
				   : resolve_password(r, i, &from->password);
		if (to->password == NULL)
			return false;
	}
	return true;
}

/* ---- mail ---- */

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
	return ok || bad(r, conf_key("%s", key), "not a domain", right);
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
		return bad(r, key, "not an address with a port",
		    "such as 127.0.0.1:2525 or [::1]:2525");
	r->p->mail.sink_host = mem_text(host);
	r->p->mail.sink_port = (uint16_t)port;
	return check_host(r, key, r->p->mail.sink_host);
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
		return bad(r, conf_key("mail.sink.domain"),
		    "the same as mail.domain", "a domain routed to us");
	r->p->mail.sink_domain = take(&sink->domain);
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
		return bad(r, conf_key("mail.foreign"),
		    "the same as mail.domain",
		    "a domain the target must not relay to");
	if (m->unknown == NULL)
		return true;
	if (!check_address(r, conf_key("mail.unknown"), m->unknown))
		return false;
	at = strrchr(m->unknown, '@');
	return strcasecmp(at + 1, m->domain) == 0 ||
	       bad(r, conf_key("mail.unknown"), "not in mail.domain",
		   "an address of that domain that does not exist");
}

static bool
moves_mail(const struct profile *p)
{
	for (size_t i = 0; i < p->n_endpoints; i++)
		if (IS(p->endpoints[i].service, post))
			return true;
	return false;
}

static bool
take_mail(const struct reading *r)
{
	struct raw_mail *m = &r->raw->mail;

	if (m->domain == NULL && !moves_mail(r->p))
		return true;
	if (m->domain == NULL)
		return bad(r, conf_key("mail.domain"), "missing",
		    "the domain the target is responsible for");
	if (!check_mail(r, m) || !take_sink(r))
		return false;
	r->p->mail.domain = take(&m->domain);
	r->p->mail.utf8_domain = take(&m->utf8_domain);
	r->p->mail.foreign = take(&m->foreign);
	r->p->mail.unknown = take(&m->unknown);
	return true;
}

/* ---- directory and certificates ---- */

static bool
check_directory(const struct reading *r)
{
	const struct profile *p = r->p;

	return check_dn(r, conf_key("directory.base"), p->directory.base) &&
	       check_dn(r, conf_key("directory.people"), p->directory.people);
}

static bool
check_certificate(const struct reading *r, size_t i)
{
	struct profile_certificate *all = r->p->pki.certificates;
	struct profile_certificate *c = &all[i];

	if (c->name[strspn(c->name, "abcdefghijklmnopqrstuvwxyz0123456789-")] !=
	    '\0')
		return bad(r, conf_key("pki.certificates[%zu].name", i),
		    "not a word", "lower case letters, digits and -");
	for (size_t j = 0; j < i; j++)
		if (strcmp(all[j].name, c->name) == 0)
			return bad(r, conf_key("pki.certificates[%zu].name", i),
			    "a second certificate of this name",
			    "one name for each");
	return one_of(r, conf_key("pki.certificates[%zu].class", i), c->class,
		   classes, COUNT(classes)) &&
	       resolve_pem(
		   r, conf_key("pki.certificates[%zu].file", i), &c->file);
}

static bool
check_pki(const struct reading *r)
{
	struct profile *p = r->p;

	for (size_t i = 0; i < p->pki.n_anchors; i++)
		if (!resolve_pem(
			r, conf_key("pki.anchors[%zu]", i), &p->pki.anchors[i]))
			return false;
	if (!resolve_pem(r, conf_key("pki.issuers"), &p->pki.issuers))
		return false;
	for (size_t i = 0; i < p->pki.n_certificates; i++)
		if (!check_certificate(r, i))
			return false;
	return true;
}

/* ---- claims, limits, waivers, logs ---- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
take_claims(const struct reading *r)
{
	struct profile *p = r->p;
	size_t n_known;
	const char *const *known = profile_known_claims(&n_known);

	for (size_t i = 0; i < p->n_claims; i++) {
		const struct conf_key key = conf_key("claims[%zu]", i);

		if (!one_of(r, key, p->claims[i], known, n_known))
			return false;
		for (size_t j = 0; j < i; j++)
			if (strcmp(p->claims[j], p->claims[i]) == 0)
				return bad(r, key, "claimed twice",
				    "leave one of them");
	}
	if (p->n_claims != 0)
		qsort(p->claims, p->n_claims, sizeof *p->claims, by_name);
	return true;
}

static bool
find_row(const struct reading *r, struct conf_key key, const char *name,
    enum req *req)
{
	const char *names[REQ_COUNT], *near;
	struct conf_key right;

	if (catalogue_find(name, req))
		return true;
	for (size_t i = 0; i < REQ_COUNT; i++)
		names[i] = catalogue_get((enum req)i)->name;
	near = conf_nearest(name, names, REQ_COUNT);
	right = conf_key(
	    near == NULL ? "a row of requirements.tsv%s" : "did you mean '%s'?",
	    near == NULL ? "" : near);
	return bad(r, key, "no such row in the catalogue", right.text);
}

static bool
check_metric(const struct reading *r, size_t i, enum req req, const char *given)
{
	const char *comma = "one of ";
	const struct limit *limits;
	struct buf right;
	size_t n;

	limits = catalogue_limits(&n);
	buf_init(&right, 300);
	for (size_t j = 0; j < n; j++) {
		if (limits[j].req != req)
			continue;
		if (strcmp(limits[j].metric, given) == 0) {
			buf_free(&right);
			return true;
		}
		buf_addf(&right, "%s%s", comma, limits[j].metric);
		comma = ", ";
	}
	bad(r, conf_key("limits[%zu].metric", i), "the row has no such limit",
	    right.len == 0 ? "limits.tsv has none for this row"
			   : buf_text(&right));
	buf_free(&right);
	return false;
}

static bool
take_limits(const struct reading *r)
{
	struct profile *p = r->p;

	p->limits = mem_new(r->raw->n_limits, sizeof *p->limits);
	for (size_t i = 0; i < r->raw->n_limits; i++) {
		struct raw_limit *from = &r->raw->limits[i];
		struct profile_limit *to = &p->limits[i];

		if (!find_row(r, conf_key("limits[%zu].requirement", i),
			from->requirement, &to->req) ||
		    !check_metric(r, i, to->req, from->metric))
			return false;
		for (size_t j = 0; j < i; j++)
			if (p->limits[j].req == to->req &&
			    strcmp(p->limits[j].metric, from->metric) == 0)
				return bad(r, conf_key("limits[%zu].metric", i),
				    "a second limit for the same metric",
				    "one of each");
		to->metric = take(&from->metric);
		to->value = from->value;
		p->n_limits++;
	}
	return true;
}

/* A day that exists, as YYYY-MM-DD. */
static bool
is_day(const char *text)
{
	char whole[CLOCK_TEXT], again[CLOCK_TEXT];
	struct wall w;

	if (strlen(text) != 10)
		return false;
	snprintf(whole, sizeof whole, "%sT00:00:00Z", text);
	if (!wall_parse(whole, &w))
		return false;
	wall_text(w, again);
	return strncmp(text, again, 10) == 0;
}

/* A row, or the id of a case, of which only the form is known here. */
static bool
check_waivers(const struct reading *r)
{
	enum req req;

	for (size_t i = 0; i < r->p->n_waivers; i++) {
		const struct profile_waiver *w = &r->p->waivers[i];
		const struct conf_key key = conf_key("waivers[%zu].subject", i);
		const bool id =
		    strchr(w->subject, '.') != NULL &&
		    w->subject[strspn(w->subject, "abcdefghijklmnopqrstuvwxyz"
						  "0123456789.-")] == '\0';

		if (!id && !find_row(r, key, w->subject, &req))
			return false;
		if (!is_day(w->expires))
			return bad(r, conf_key("waivers[%zu].expires", i),
			    "not a day", "YYYY-MM-DD, such as 2027-01-31");
	}
	return true;
}

static bool
check_logs(const struct reading *r)
{
	for (size_t i = 0; i < r->p->n_logs; i++) {
		struct profile_log *l = &r->p->logs[i];
		char *path;

		if (!one_of(r, conf_key("logs[%zu].service", i), l->service,
			services, COUNT(services)) ||
		    !one_of(r, conf_key("logs[%zu].format", i), l->format,
			formats, COUNT(formats)))
			return false;
		if (profile_log(r->p, l->service) != l)
			return bad(r, conf_key("logs[%zu].service", i),
			    "a second log of this service",
			    "one of each service");
		path = beside(r, l->path);
		free(l->path);
		l->path = path;
	}
	return true;
}

/* ---- time-outs and safety ---- */

/* "500ms", "10s", "2m": a whole number and a unit, nothing between. */
static bool
take_duration(const struct reading *r, const char *key, const char *text,
    int64_t otherwise, int64_t *ms)
{
	static const struct {
		const char *unit;
		int64_t ms;
	} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 } };
	const size_t digits = text == NULL ? 0 : strspn(text, "0123456789");

	*ms = otherwise;
	if (text == NULL)
		return true;
	for (size_t i = 0; i < COUNT(units); i++) {
		if (digits == 0 || digits > 7 ||
		    strcmp(text + digits, units[i].unit) != 0)
			continue;
		*ms = strtoll(text, NULL, 10) * units[i].ms;
		if (*ms > 0 && *ms <= LONGEST_MS)
			return true;
		return bad(r, conf_key("timeouts.%s", key), "out of range",
		    "more than 0 and at most 60m");
	}
	return bad(r, conf_key("timeouts.%s", key), "not a duration",
	    "a whole number with ms, s or m, such as 5s");
}

static bool
take_timeouts(const struct reading *r)
{
	const struct raw_timeouts *t = &r->raw->timeouts;

	return take_duration(r, "connect", t->connect, 5000,
		   &r->p->timeouts.connect_ms) &&
	       take_duration(
		   r, "reply", t->reply, 10000, &r->p->timeouts.reply_ms) &&
	       take_duration(r, "delivery", t->delivery, 30000,
		   &r->p->timeouts.delivery_ms);
}

static bool
take_safety(const struct reading *r)
{
	struct raw_safety *s = &r->raw->safety;

	for (size_t i = 0; i < s->n_reach; i++)
		if (!check_host(
			r, conf_key("safety.reach[%zu]", i), s->reach[i]))
			return false;
	r->p->safety.destructive = s->destructive == YES;
	r->p->safety.lockout = s->lockout == YES;
	r->p->safety.reach = s->reach;
	r->p->safety.n_reach = s->n_reach;
	s->reach = NULL;
	s->n_reach = 0;
	return true;
}

/* ---- all of it ---- */

static bool
read_raw(struct conf *conf, struct profile *p, bool public, struct err *err)
{
	struct reading r = {
		.conf = conf, .p = p, .err = err, .public = public
	};
	void *data;
	bool ok;

	if (!check_no_literals(conf, err) ||
	    !conf_load(conf, &profile_schema, &data, err))
		return false;
	r.raw = data;
	/* Moved, so that conf_unload() frees what is left behind only. */
	*p = r.raw->p;
	r.raw->p = (struct profile){ 0 };
	p->path = mem_text(span_of(conf->name));
	p->digest = mem_new(DIGEST_TEXT, 1);
	digest_text((struct span){ conf->bytes, conf->len }, p->digest);
	ok = check_scope(&r) && check_endpoints(&r) &&
	     resolve_pem(&r, conf_key("trust"), &p->trust) &&
	     take_accounts(&r) && take_mail(&r) && check_directory(&r) &&
	     check_pki(&r) && take_claims(&r) && take_limits(&r) &&
	     check_waivers(&r) && check_logs(&r) && take_timeouts(&r) &&
	     take_safety(&r);
	conf_unload(&profile_schema, data);
	if (!ok)
		profile_free(p);
	return ok;
}

bool
profile_parse(
    const char *path, struct span bytes, struct profile *p, struct err *err)
{
	struct conf conf;
	bool ok;

	*p = (struct profile){ 0 };
	if (!conf_parse(&conf, path, bytes, err))
		return false;
	ok = read_raw(&conf, p, false, err);
	conf_free(&conf);
	return ok;
}

static bool
read_file_as(const char *path, struct profile *p, bool public, struct err *err)
{
	struct conf conf;
	bool ok;

	*p = (struct profile){ 0 };
	if (!conf_read(&conf, path, err))
		return false;
	ok = read_raw(&conf, p, public, err);
	conf_free(&conf);
	return ok;
}

bool
profile_read(const char *path, struct profile *p, struct err *err)
{
	return read_file_as(path, p, false, err);
}

bool
profile_read_public(const char *path, struct profile *p, struct err *err)
{
	return read_file_as(path, p, true, err);
}
