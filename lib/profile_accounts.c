/* SPDX-License-Identifier: MIT */
/*
 * Of reading a profile: who may log in, by which password, and where the
 * directory has them.
 */
#include "lib/profile_inner.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "lib/mem.h"

#define SECRET_MAX 1024

/* Is a secret written out at this key?  Its line then, or 0. */
static int
literal_at(const struct conf_node *map, const char *key)
{
	const struct conf_node *v = map == NULL ? NULL : map->child;

	for (; v != NULL; v = v->next)
		if (v->key != NULL && strcmp(v->key, key) == 0 &&
		    v->kind != CONF_MAP)
			return v->line;
	return 0;
}

static bool
must_not_stand(const struct conf *c, int line, struct conf_key key,
    const char *what, struct err *err)
{
	return line == 0 || err_set(err, ERR_CONFIG,
				"%s:%d: %s: a %s must not be written here; "
				"{env: NAME} or {file: PATH}",
				c->name, line, key.text, what);
}

bool
profile_no_literals(const struct conf *c, struct err *err)
{
	const struct conf_node *list = conf_find(c, "accounts");
	const struct conf_node *n = list == NULL ? NULL : list->child;

	for (; n != NULL; n = n->next)
		if (!must_not_stand(c, literal_at(n, "password"),
			conf_key("accounts[%zu].password", n->index),
			"password", err))
			return false;
	return must_not_stand(c, literal_at(conf_find(c, "lab"), "passphrase"),
	    conf_key("lab.passphrase"), "passphrase", err);
}

static char *
secret_from_env(const struct reading *r, struct conf_key key, const char *env)
{
	const char *value;

	if (env[strspn(env, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"
			    "abcdefghijklmnopqrstuvwxyz")] != '\0') {
		/* Not shown: it may be the secret itself. */
		reading_bad(r, key, "env is not the name of a variable",
		    "letters, digits and _; without $");
		return NULL;
	}
	value = getenv(env);
	if (value == NULL || *value == '\0') {
		reading_bad(r, conf_key("%s.env", key.text),
		    "this environment variable is not set",
		    "export it before the program is started");
		return NULL;
	}
	return mem_text(span_of(value));
}

/* The first line of the file. */
static char *
secret_from_file(const struct reading *r, struct conf_key key, const char *file)
{
	char *path = reading_beside(r, file), *secret = NULL;
	const bool is_password = strstr(key.text, "password") != NULL;
	struct buf text;
	const char *why;
	struct span line;

	buf_init(&text, SECRET_MAX);
	why = reading_file(path, &text);
	line.ptr = buf_text(&text);
	line.len = strcspn(line.ptr, "\r\n");
	if (why == NULL && line.len == 0)
		why = is_password ? "no password in it" : "nothing in it";
	if (why != NULL)
		reading_bad(r, conf_key("%s.file", key.text), why,
		    is_password ? "a file whose first line is the password; "
				  "the path is relative to the profile"
				: "a file whose first line is the passphrase; "
				  "the path is relative to the profile");
	else
		secret = mem_text(line);
	if (text.data != NULL)
		OPENSSL_cleanse(text.data, text.room);
	buf_free(&text);
	free(path);
	return secret;
}

char *
reading_secret(const struct reading *r, struct conf_key key,
    const struct raw_password *from)
{
	if ((from->env == NULL) == (from->file == NULL)) {
		reading_bad(r, key,
		    from->env == NULL ? "no reference" : "two references",
		    "{env: NAME} or {file: PATH}");
		return NULL;
	}
	return from->env != NULL ? secret_from_env(r, key, from->env)
				 : secret_from_file(r, key, from->file);
}

bool
reading_address(
    const struct reading *r, struct conf_key key, const char *address)
{
	const char *at = strrchr(address, '@');

	if (at == NULL || at == address || at[1] == '\0' ||
	    strpbrk(address, " \t\r\n<>") != NULL)
		return reading_bad(
		    r, key, "not a mail address", "local-part@domain");
	return true;
}

/* Not read here: the directory says which names it has. */
bool
reading_dn(const struct reading *r, struct conf_key key, const char *dn)
{
	const char *equals = dn == NULL ? NULL : strchr(dn, '=');

	return dn == NULL || (equals != NULL && equals != dn) ||
	       reading_bad(r, key, "not a distinguished name",
		   "as RFC 4514 writes it, such as "
		   "uid=alice,ou=people,dc=gov,dc=example");
}

bool
profile_take_accounts(const struct reading *r)
{
	struct profile *p = r->p;

	p->accounts = mem_new(r->raw->n_accounts, sizeof *p->accounts);
	for (size_t i = 0; i < r->raw->n_accounts; i++) {
		struct raw_account *from = &r->raw->accounts[i];
		struct profile_account *to = &p->accounts[p->n_accounts];

		if (from->role[strspn(from->role,
			"abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
			return reading_bad(r, conf_key("accounts[%zu].role", i),
			    "not the name of a role",
			    "lower case letters, digits and -");
		if (profile_account(p, from->role) != NULL)
			return reading_bad(r, conf_key("accounts[%zu].role", i),
			    "a second account of this role",
			    "one account for each role");
		if (!reading_address(
			r, conf_key("accounts[%zu].address", i), from->address))
			return false;
		if (!reading_dn(r, conf_key("accounts[%zu].dn", i), from->dn))
			return false;
		p->n_accounts++;
		to->role = reading_take(&from->role);
		to->user = reading_take(&from->user);
		to->address = reading_take(&from->address);
		to->dn = reading_take(&from->dn);
		to->certificate = reading_take(&from->certificate);
		to->key = reading_take(&from->key);
		if (!reading_pair(r, conf_key("accounts[%zu].certificate", i),
			conf_key("accounts[%zu].key", i), &to->certificate,
			&to->key))
			return false;
		to->password = r->public
				   ? mem_text(SPAN(""))
				   : reading_secret(r,
					 conf_key("accounts[%zu].password", i),
					 &from->password);
		if (to->password == NULL)
			return false;
	}
	return true;
}

bool
profile_take_directory(const struct reading *r)
{
	const struct profile *p = r->p;

	return reading_dn(r, conf_key("directory.base"), p->directory.base) &&
	       reading_dn(r, conf_key("directory.people"), p->directory.people);
}
