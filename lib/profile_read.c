/* SPDX-License-Identifier: MIT */
/*
 * Reading a profile: what the schema cannot say, with errors that name file,
 * line and key.
 */
#include "lib/profile_inner.h"

#include <string.h>

#include "lib/digest.h"
#include "lib/mem.h"

bool
reading_bad(const struct reading *r, struct conf_key key, const char *wrong,
    const char *right)
{
	return conf_bad(r->conf, key.text, wrong, right, r->err);
}

bool
reading_one_of(const struct reading *r, struct conf_key key, const char *value,
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
	reading_bad(r, key, "not known", buf_text(&right));
	buf_free(&right);
	return false;
}

bool
reading_host(const struct reading *r, struct conf_key key, const char *host)
{
	const bool six = strchr(host, ':') != strrchr(host, ':');

	if (strpbrk(host, " \t\r\n/@[]") != NULL ||
	    (strchr(host, ':') != NULL && !six))
		return reading_bad(r, key, "not a host",
		    "a name or an address, without scheme and port");
	return true;
}

static bool
read_raw(struct conf *conf, struct profile *p, bool public, struct err *err)
{
	struct reading r = {
		.conf = conf, .p = p, .err = err, .public = public
	};
	void *data;
	bool ok;

	if (!profile_no_literals(conf, err) ||
	    !conf_load(conf, &profile_schema, &data, err))
		return false;
	r.raw = data;
	/* Moved, so that conf_unload() frees what is left behind only. */
	*p = r.raw->p;
	r.raw->p = (struct profile){ 0 };
	p->path = mem_text(span_of(conf->name));
	p->digest = mem_new(DIGEST_TEXT, 1);
	digest_text((struct span){ conf->bytes, conf->len }, p->digest);
	ok = profile_take_scope(&r) && profile_take_endpoints(&r) &&
	     reading_pem(&r, conf_key("trust"), &p->trust) &&
	     profile_take_accounts(&r) && profile_take_mail(&r) &&
	     profile_take_directory(&r) && profile_take_pki(&r) &&
	     profile_take_bindings(&r) && profile_take_documents(&r) &&
	     profile_take_claims(&r) && profile_take_limits(&r) &&
	     profile_take_waivers(&r) && profile_take_logs(&r) &&
	     profile_take_lab(&r) &&
	     profile_take_timeouts(&r) && profile_take_safety(&r);
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
