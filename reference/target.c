/* SPDX-License-Identifier: MIT */
#include "reference/target.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "lib/binding.h"
#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/profile.h"
#include "reference/ca/ca.h"
#include "reference/documents.h"
#include "reference/ldap/directory.h"

enum { PROFILE_MOST = 1 << 18, PEM_MOST = 1 << 14 };

/* A double-quoted scalar (YAML 1.2 7.3.1) with a line end. */
static void
quoted(struct buf *b, const char *key, const char *text)
{
	buf_addf(b, "%s: \"", key);
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ')
			buf_addf(b, "\\x%02X", (unsigned char)*text);
		else
			buf_addf(b, "%s%c",
			    *text == '"' || *text == '\\' ? "\\" : "", *text);
	buf_addf(b, "\"\n");
}

static bool
has_word(const char *words, const char *word)
{
	struct span rest = span_of(words);

	while (rest.len > 0)
		if (span_eq(span_cut(&rest, ' '), span_of(word)))
			return true;
	return false;
}

static void
add_product(struct buf *b, const struct target *t)
{
	buf_addf(b, "# Reaches the reference services that wrote it.\n"
		    "project:\n"
		    "  name: Yanshou reference services\n"
		    "product:\n"
		    "  vendor: Yanshou\n"
		    "  name: reference services\n");
	quoted(b, "  version", t->version);
	buf_addf(b, "scope:\n"
		    "  chapters: [\"5\", \"10\", \"11\", \"12\"]\n"
		    "  services: [");
	for (int i = 0; i < SERVICES; i++)
		buf_addf(b, "%s%s", i == 0 ? "" : ", ", services[i].name);
	/* mail, and everything, as a whole */
	buf_addf(b, ", mail, sec]\n"
		    "  reason: what the reference services serve\n");
}

static const char *
tls_of(const struct target *t, const struct service *s)
{
	return s->secure && !service_is_secure(t->ca->fault, s) ? "none"
								: s->tls;
}

static void
add_endpoints(struct buf *b, const struct target *t)
{
	buf_addf(b, "endpoints:\n");
	for (int i = 0; i < SERVICES; i++) {
		buf_addf(b, "  - service: %s\n", services[i].name);
		quoted(b, "    host", t->host);
		buf_addf(b, "    port: %u\n    tls: %s\n",
		    (unsigned)t->ports[i], tls_of(t, &services[i]));
		quoted(b, "    name", t->cert_name);
		if (services[i].path != NULL)
			quoted(b, "    path", services[i].path);
	}
	quoted(b, "trust", t->trust);
}

/* Who has an address in Chinese is known by it. */
static const char *
address_shown(const struct world_person *p)
{
	for (size_t i = 0; i < p->n_aliases; i++)
		for (const char *c = p->aliases[i]; *c != '\0'; c++)
			if ((unsigned char)*c >= 0x80)
				return p->aliases[i];
	return p->address;
}

static void
add_account(struct buf *b, const struct target *t, const struct world_person *p)
{
	quoted(b, "  - role", p->role);
	quoted(b, "    user", p->user);
	quoted(b, "    address", address_shown(p));
	buf_addf(b, "    password: {file: \"secrets/%s\"}\n", p->role);
	if (t->ra != NULL && ra_equips(p))
		buf_addf(b,
		    "    certificate: \"pki/%s.pem\"\n"
		    "    key: \"secrets/%s.key\"\n",
		    p->role, p->role);
}

/* The same person, with a certificate that has expired. */
static void
add_lapsed(struct buf *b, const struct world_person *p)
{
	buf_addf(b, "  - role: lapsed\n");
	quoted(b, "    user", p->user);
	quoted(b, "    address", address_shown(p));
	buf_addf(b,
	    "    password: {file: \"secrets/%s\"}\n"
	    "    certificate: \"pki/lapsed.pem\"\n"
	    "    key: \"secrets/%s.key\"\n",
	    p->role, p->role);
}

static void
add_accounts(struct buf *b, const struct target *t)
{
	const struct world *w = t->world;
	struct buf dn;

	buf_init(&dn, DN_KEY);
	buf_addf(b, "accounts:\n");
	for (size_t i = 0; i < w->n_people; i++) {
		buf_clear(&dn);
		directory_person_dn(&w->people[i], &dn);
		add_account(b, t, &w->people[i]);
		quoted(b, "    dn", buf_text(&dn));
	}
	for (size_t i = 0; i < w->n_officers; i++)
		add_account(b, t, &w->officers[i]);
	for (size_t i = 0; t->ra != NULL && i < w->n_people; i++)
		if (ra_lapses(&w->people[i]))
			add_lapsed(b, &w->people[i]);
	buf_free(&dn);
}

/* All that we publish, as we publish it. */
static void
add_bindings(struct buf *b)
{
	const struct binding *all;
	size_t n;

	all = binding_all(&n);
	buf_addf(b, "bindings:\n");
	for (size_t i = 0; i < n; i++)
		quoted(b, "  - name", all[i].name);
}

static void
add_directory(struct buf *b)
{
	buf_addf(b, "directory:\n");
	quoted(b, "  base", DIRECTORY_BASE);
	quoted(b, "  people", DIRECTORY_PEOPLE);
}

/* The first local domain that is, or is not, all ASCII. */
static const struct world_domain *
local_domain(const struct world *w, bool ascii)
{
	const struct world_domain *d = w->domains;

	for (size_t i = 0; i < w->n_domains; i++, d++)
		if (d->kind == WORLD_LOCAL &&
		    (strcmp(d->name, d->ascii) == 0) == ascii)
			return d;
	return NULL;
}

/* The first route whose address is known at start only: it leads to us. */
static const struct world_domain *
sink_domain(const struct world *w)
{
	const struct world_domain *d = w->domains;

	for (size_t i = 0; i < w->n_domains; i++, d++)
		if (d->kind == WORLD_ROUTE && d->port == 0)
			return d;
	return NULL;
}

static void
add_mail(struct buf *b, const struct target *t)
{
	const struct world_domain *own = local_domain(t->world, true);
	const struct world_domain *utf8 = local_domain(t->world, false);
	const struct world_domain *sink = sink_domain(t->world);

	buf_addf(b, "mail:\n");
	if (own != NULL) {
		quoted(b, "  domain", own->name);
		buf_addf(b, "  unknown: \"nobody-here@%s\"\n", own->name);
	}
	if (utf8 != NULL)
		quoted(b, "  utf8_domain", utf8->name);
	buf_addf(b, "  foreign: elsewhere.example\n");
	if (sink != NULL) {
		buf_addf(b, "  sink:\n");
		quoted(b, "    domain", sink->name);
		buf_addf(b, "    listen: \"127.0.0.1:%u\"\n",
		    (unsigned)t->sink_port);
	}
}

/* What the authority has issued to be judged. */
static void
add_pki(struct buf *b, const struct target *t)
{
	enum ca_algorithm algorithm;
	struct ca_sample s;
	const char *name;
	struct buf dn;

	buf_init(&dn, DN_KEY);
	buf_addf(b, "pki:\n  anchors:\n");
	for (int a = 0; a < CA_ALGORITHMS; a++)
		buf_addf(
		    b, "    - \"%s/%s-root.pem\"\n", t->pki, ca_algorithms[a]);
	buf_addf(b, "  issuers: \"%s/issuers.pem\"\n", t->pki);
	if (t->records != NULL)
		quoted(b, "  records", t->records);
	buf_addf(b, "  certificates:\n");
	for (size_t n = 0; ca_sample(n, &algorithm, &s); n++) {
		name = ca_algorithms[algorithm];
		buf_addf(b, "    - name: %s-%s\n      class: %s\n", name,
		    s.name, s.class);
		buf_addf(
		    b, "      file: \"%s/%s-%s.pem\"\n", t->pki, name, s.name);
		buf_addf(b, "      status: %s\n", s.status);
		buf_clear(&dn);
		if (ca_sample_place(t->ca, n, &dn))
			quoted(b, "      dn", buf_text(&dn));
	}
	buf_free(&dn);
}

/*
 * A demonstration has to end: loads of seconds, and said so.  A site keeps the
 * limits of the catalogue, or those of its contract.
 */
static void
add_limits(struct buf *b)
{
	/* clang-format off */
	static const struct {
		const char *requirement, *metric;
		int value;
	} limits[] = {
		{ "CERT-F-12", "ocsp.delay",		5 },
		{ "EMAIL-P-01", "load.sessions",	100 },
		{ "EMAIL-P-01", "load.duration",	8 },
		{ "EMAIL-P-02", "load.duration",	8 },
	};
	/* clang-format on */

	buf_addf(b, "limits:\n");
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
		buf_addf(b, "  - {requirement: %s, metric: %s, value: %d}\n",
		    limits[i].requirement, limits[i].metric, limits[i].value);
}

static void
add_rest(struct buf *b, const struct target *t)
{
	size_t n_claims;
	const char *const *claims = profile_known_claims(&n_claims);

	buf_addf(b, "claims:\n");
	for (size_t i = 0; i < n_claims; i++)
		if (!has_word(t->unclaims, claims[i]))
			buf_addf(b, "  - %s\n", claims[i]);
	buf_addf(b, "logs:\n");
	for (int i = 0; i < SERVICES; i++) {
		buf_addf(b, "  - service: %s\n", services[i].name);
		quoted(b, "    path", t->log);
		buf_addf(b, "    format: json\n");
	}
	buf_addf(b, "timeouts:\n  connect: 5s\n  reply: 5s\n  delivery: 15s\n"
		    "safety:\n  destructive: true\n  lockout: true\n");
}

/* The file is either not there or whole. */
static bool
write_whole(const char *path, struct span content, mode_t mode, struct err *err)
{
	char *tmp = mem_textf("%s.new", path);
	const int fd =
	    open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	bool ok = fd != -1 &&
		  write(fd, content.ptr, content.len) == (ssize_t)content.len;

	if (fd != -1)
		ok = close(fd) == 0 && ok;
	ok = ok && rename(tmp, path) == 0;
	if (!ok)
		err_set(err, ERR_IO, "write %s", path);
	free(tmp);
	return ok;
}

static bool
write_at(const struct target *t, const char *dir, const char *role,
    const char *ending, struct span content, mode_t mode, struct err *err)
{
	char *path = mem_textf("%s/%s/%s%s", t->run_dir, dir, role, ending);
	const bool ok = write_whole(path, content, mode, err);

	free(path);
	return ok;
}

/* What he logs in with. */
static bool
write_person(
    const struct target *t, const struct world_person *p, struct err *err)
{
	struct buf password, certificate, key;
	bool ok;

	buf_init(&password, 1024);
	buf_init(&certificate, PEM_MOST);
	buf_init(&key, PEM_MOST);
	buf_addf(&password, "%s\n", p->password);
	ok =
	    write_at(t, "secrets", p->role, "", buf_span(&password), 0600, err);
	if (ok && t->ra != NULL && ra_equips(p))
		ok = ra_login(t->ra, p, &certificate, &key, err) &&
		     write_at(t, "pki", p->role, ".pem", buf_span(&certificate),
			 0644, err) &&
		     write_at(t, "secrets", p->role, ".key", buf_span(&key),
			 0600, err);
	buf_clear(&certificate);
	if (ok && t->ra != NULL && ra_lapses(p))
		ok = ra_lapsed(t->ra, p, &certificate, err) &&
		     write_at(t, "pki", "lapsed", ".pem",
			 buf_span(&certificate), 0644, err);
	if (key.data != NULL)
		OPENSSL_cleanse(key.data, key.len);
	buf_free(&password);
	buf_free(&certificate);
	buf_free(&key);
	return ok;
}

static bool
write_secrets(const struct target *t, struct err *err)
{
	const struct world *w = t->world;
	char *dir = mem_textf("%s/secrets", t->run_dir);
	bool ok = mkdir(dir, 0700) == 0 || errno == EEXIST;

	if (!ok)
		err_set(err, ERR_IO, "create folder %s", dir);
	for (size_t i = 0; ok && i < w->n_people; i++)
		ok = write_person(t, &w->people[i], err);
	for (size_t i = 0; ok && i < w->n_officers; i++)
		ok = write_person(t, &w->officers[i], err);
	free(dir);
	return ok;
}

bool
target_write(const struct target *t, struct err *err)
{
	char *path = mem_textf("%s/target.yaml", t->run_dir);
	struct buf b;
	bool ok;

	buf_init(&b, PROFILE_MOST);
	add_product(&b, t);
	add_endpoints(&b, t);
	add_accounts(&b, t);
	add_directory(&b);
	add_mail(&b, t);
	add_pki(&b, t);
	add_bindings(&b);
	add_limits(&b);
	documents_add(t->ca->fault, &b);
	add_rest(&b, t);
	ok = write_secrets(t, err);
	if (ok && b.full)
		ok =
		    err_set(err, ERR_LIMIT, "%s: the world is too large", path);
	ok = ok && write_whole(path, buf_span(&b), 0644, err);
	buf_free(&b);
	free(path);
	return ok;
}
