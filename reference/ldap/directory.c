/* SPDX-License-Identifier: MIT */
#include "reference/ldap/directory.h"

#include <stdlib.h>

#include "lib/clock.h"
#include "lib/mem.h"
#include "reference/ldap/dn.h"
#include "reference/ldap/prepare.h"

#define NO_UNIT "-" /* of people.tsv */
/* Who says so when nobody does. */
#define OURSELVES SPAN("cn=yanshou," DIRECTORY_BASE)

bool
directory_by_dn(struct store *s, struct span dn, struct directory_entry *e)
{
	struct buf key;
	int64_t id;
	bool found;

	buf_init(&key, DN_KEY);
	found = dn_text_key(dn, &key) && directory_find(s, buf_span(&key), &id);
	buf_free(&key);
	return found && directory_get(s, id, e);
}

/* ---- entering ---- */

/* What nothing stands above. */
static bool
is_base(struct span key)
{
	struct buf base;
	bool same;

	buf_init(&base, DN_KEY);
	same = dn_text_key(SPAN(DIRECTORY_BASE), &base) &&
	       span_eq(buf_span(&base), key);
	buf_free(&base);
	return same;
}

/* The name of its superior as that was given; NULL when it is not there. */
static char *
superior_of(struct store *s, const struct dn *dn)
{
	struct directory_entry superior = { 0 };
	char *name = NULL;
	struct buf key;
	int64_t id;

	buf_init(&key, DN_KEY);
	if (dn_key(dn, 1, &key) && directory_find(s, buf_span(&key), &id) &&
	    directory_get(s, id, &superior))
		name = mem_text(span_of(superior.dn));
	directory_entry_free(&superior);
	buf_free(&key);
	return name;
}

static enum ldap_code
place(struct store *s, struct directory_entry *e, const struct dn *dn,
    struct buf *why)
{
	char *superior = superior_of(s, dn);
	struct buf key;
	bool named;

	buf_init(&key, DN_KEY);
	named = dn_key(dn, 0, &key);
	e->key = mem_text(buf_span(&key));
	buf_free(&key);
	if (superior != NULL)
		e->dn =
		    mem_textf("%.*s,%s", SPAN_FMT(dn->rdn[0].text), superior);
	else if (named && is_base(span_of(e->key)))
		e->dn = mem_text(SPAN(DIRECTORY_BASE));
	free(superior);
	if (!named) {
		buf_addf(why, "a value in the name is not of its syntax");
		return LDAP_INVALID_DN_SYNTAX;
	}
	if (e->dn != NULL)
		return LDAP_SUCCESS;
	buf_addf(why, "there is nothing that it could stand below");
	return LDAP_NO_SUCH_OBJECT;
}

static enum ldap_code
store_entry(struct store *s, struct directory_entry *e, struct buf *why)
{
	struct err err = { 0 };
	const enum store_answer got = directory_add(s, e, &err);

	if (got == STORE_DONE)
		return LDAP_SUCCESS;
	buf_addf(why, "%s", err.what);
	return got == STORE_EXISTS ? LDAP_ENTRY_ALREADY_EXISTS
				   : LDAP_UNAVAILABLE;
}

enum ldap_code
directory_enter(struct store *s, struct directory_entry *e, struct span text,
    struct span by, struct wall now, struct buf *why)
{
	enum ldap_code code;
	int64_t id;
	struct dn dn;

	if (!dn_parse(text, &dn) || dn.n == 0) {
		buf_addf(why, "not the name of an entry");
		return LDAP_INVALID_DN_SYNTAX;
	}
	code = place(s, e, &dn, why);
	if (code == LDAP_SUCCESS && directory_find(s, span_of(e->key), &id)) {
		buf_addf(why, "the entry is there already");
		return LDAP_ENTRY_ALREADY_EXISTS;
	}
	if (code == LDAP_SUCCESS)
		code = rules_name(e, &dn.rdn[0], why);
	if (code == LDAP_SUCCESS)
		code = rules_obey(e, why);
	if (code != LDAP_SUCCESS)
		return code;
	rules_stamp(e, now, by, true);
	return store_entry(s, e, why);
}

/* ---- who lives here ---- */

/* Takes the entry over. */
static bool
settle_entry(
    struct store *s, struct directory_entry *e, struct span dn, struct err *err)
{
	enum ldap_code code;
	struct buf why;
	bool ok;

	buf_init(&why, 512);
	code = directory_enter(s, e, dn, OURSELVES, clock_wall(), &why);
	ok = code == LDAP_SUCCESS || code == LDAP_ENTRY_ALREADY_EXISTS;
	if (!ok)
		err_set(err, ERR_CONFIG, "settling %.*s: %s", SPAN_FMT(dn),
		    buf_text(&why));
	buf_free(&why);
	directory_entry_free(e);
	return ok;
}

static void
put_text(
    struct directory_entry *e, enum schema_attribute type, const char *text)
{
	if (text != NULL)
		entry_put_own(e, type, span_of(text));
}

static bool
settle_base(struct store *s, struct err *err)
{
	struct directory_entry base = { 0 }, people = { 0 }, pki = { 0 };

	put_text(&base, ATTR_OBJECT_CLASS, "organization");
	put_text(&base, ATTR_OBJECT_CLASS, "dcObject");
	put_text(&base, ATTR_O, "示例市人民政府");
	put_text(&people, ATTR_OBJECT_CLASS, "organizationalUnit");
	put_text(&people, ATTR_OU, "通讯录");
	put_text(&pki, ATTR_OBJECT_CLASS, "organizationalUnit");
	put_text(&pki, ATTR_OU, "证书认证机构");
	return settle_entry(s, &base, SPAN(DIRECTORY_BASE), err) &&
	       settle_entry(s, &people, SPAN(DIRECTORY_PEOPLE), err) &&
	       settle_entry(s, &pki, SPAN(DIRECTORY_PKI), err);
}

/* "a/b" is b, below a. */
static void
unit_dn(const char *unit, struct buf *dn)
{
	const char *slash = strrchr(unit, '/');
	char *above;

	if (strcmp(unit, NO_UNIT) == 0) {
		buf_addf(dn, "%s", DIRECTORY_PEOPLE);
		return;
	}
	buf_addf(dn, "ou=");
	dn_escape(span_of(slash == NULL ? unit : slash + 1), dn);
	buf_addf(dn, ",");
	if (slash == NULL) {
		buf_addf(dn, "%s", DIRECTORY_PEOPLE);
		return;
	}
	above = mem_text((struct span){ unit, (size_t)(slash - unit) });
	unit_dn(above, dn);
	free(above);
}

/* What is above it is settled first. */
static bool
settle_unit(struct store *s, const char *unit, struct err *err)
{
	const char *slash = strrchr(unit, '/');
	struct directory_entry e = { 0 };
	struct buf dn;
	bool ok = true;

	if (strcmp(unit, NO_UNIT) == 0)
		return true;
	if (slash != NULL) {
		char *above =
		    mem_text((struct span){ unit, (size_t)(slash - unit) });

		ok = settle_unit(s, above, err);
		free(above);
	}
	buf_init(&dn, DN_KEY);
	unit_dn(unit, &dn);
	put_text(&e, ATTR_OBJECT_CLASS, "organizationalUnit");
	ok = settle_entry(s, &e, buf_span(&dn), err) && ok;
	buf_free(&dn);
	return ok;
}

void
directory_person_dn(const struct world_person *p, struct buf *dn)
{
	buf_addf(dn, "uid=");
	dn_escape(span_of(p->user), dn);
	buf_addf(dn, ",");
	unit_dn(p->unit, dn);
}

/* The family name is the first character; of an office it is all of it. */
static void
put_names(struct directory_entry *e, const struct world_person *p)
{
	const struct span all = span_of(p->name_zh);
	size_t first = 1;

	while (
	    first < all.len && ((unsigned char)all.ptr[first] & 0xc0) == 0x80)
		first++;
	put_text(e, ATTR_CN, p->name_zh);
	put_text(e, ATTR_DISPLAY_NAME, p->name_zh);
	if (p->system || first == all.len) {
		put_text(e, ATTR_SN, p->name_zh);
		return;
	}
	entry_put_own(e, ATTR_SN, span_take(all, first));
	entry_put_own(e, ATTR_GIVEN_NAME, span_skip(all, first));
}

static bool
settle_person(struct store *s, const struct world_person *p, struct err *err)
{
	const char *slash = strrchr(p->unit, '/');
	struct directory_entry e = { 0 };
	struct buf dn;
	bool ok;

	buf_init(&dn, DN_KEY);
	directory_person_dn(p, &dn);
	put_text(&e, ATTR_OBJECT_CLASS, "inetOrgPerson");
	put_names(&e, p);
	put_text(&e, ATTR_UID, p->user);
	put_text(&e, ATTR_MAIL, p->address);
	if (strcmp(p->unit, NO_UNIT) != 0)
		put_text(&e, ATTR_OU, slash == NULL ? p->unit : slash + 1);
	put_text(&e, ATTR_TITLE, p->title);
	put_text(&e, ATTR_TELEPHONE_NUMBER, p->telephone);
	e.user = mem_text(span_of(p->user));
	e.administrator = p->administrator;
	ok = settle_unit(s, p->unit, err) &&
	     settle_entry(s, &e, buf_span(&dn), err);
	buf_free(&dn);
	return ok;
}

bool
directory_settle(struct store *s, const struct world *world, struct err *err)
{
	if (!settle_base(s, err))
		return false;
	for (size_t i = 0; i < world->n_people; i++)
		if (!settle_person(s, &world->people[i], err))
			return false;
	return true;
}

/* ---- published ---- */

/* Which class lets an entry have it. */
static const char *
class_for(enum schema_attribute type)
{
	switch (type) {
	case ATTR_USER_CERTIFICATE:
		return "pkiUser";
	case ATTR_DELTA_REVOCATION_LIST:
		return "deltaCRL";
	default:
		return "pkiCA";
	}
}

static bool
publish_new(struct store *s, struct span dn, const struct entry_description *d,
    struct span value, struct err *err)
{
	struct directory_entry e = { 0 };

	put_text(&e, ATTR_OBJECT_CLASS, "cRLDistributionPoint");
	put_text(&e, ATTR_OBJECT_CLASS, class_for(d->type));
	if (!entry_put(&e, d, value)) {
		directory_entry_free(&e);
		return err_set(err, ERR_CONFIG, "not a value to publish");
	}
	return settle_entry(s, &e, dn, err);
}

static bool
publish_in(struct store *s, struct directory_entry *e,
    const struct entry_description *d, struct span value, bool only,
    struct err *err)
{
	enum ldap_code code;
	struct buf why;
	bool ok;

	for (size_t i = e->n; only && i > 0; i--)
		if (e->values[i - 1].type == d->type)
			directory_drop(e, i - 1);
	if (entry_find(e, d, value) < e->n)
		return true;
	if (!entry_put(e, d, value))
		return err_set(err, ERR_CONFIG, "not a value to publish");
	if (!entry_has_class(e, schema_class_find(span_of(class_for(d->type)))))
		put_text(e, ATTR_OBJECT_CLASS, class_for(d->type));
	buf_init(&why, 512);
	code = rules_obey(e, &why);
	rules_stamp(e, clock_wall(), OURSELVES, false);
	ok = code == LDAP_SUCCESS
		 ? directory_change(s, e, err) == STORE_DONE
		 : err_set(err, ERR_CONFIG, "%s", buf_text(&why));
	buf_free(&why);
	return ok;
}

bool
directory_publish(struct store *s, const char *dn, const char *attribute,
    struct span value, bool only, struct err *err)
{
	struct directory_entry e = { 0 };
	struct entry_description d;
	bool ok;

	if (!entry_describe(span_of(attribute), &d) || d.type == ATTR_NONE)
		return err_set(
		    err, ERR_CONFIG, "%s: no such attribute", attribute);
	if (directory_by_dn(s, span_of(dn), &e))
		ok = publish_in(s, &e, &d, value, only, err);
	else
		ok = publish_new(s, span_of(dn), &d, value, err);
	directory_entry_free(&e);
	return ok || err_while(err, "publishing %s of %s", attribute, dn);
}

bool
directory_withdraw(struct store *s, const char *dn, const char *attribute,
    struct span value, struct err *err)
{
	struct directory_entry e = { 0 };
	struct entry_description d;
	bool ok = true;
	size_t at;

	if (!entry_describe(span_of(attribute), &d) || d.type == ATTR_NONE)
		return err_set(
		    err, ERR_CONFIG, "%s: no such attribute", attribute);
	if (directory_by_dn(s, span_of(dn), &e)) {
		at = entry_find(&e, &d, value);
		if (at < e.n) {
			directory_drop(&e, at);
			rules_stamp(&e, clock_wall(), OURSELVES, false);
			ok = directory_change(s, &e, err) == STORE_DONE;
		}
	}
	directory_entry_free(&e);
	return ok || err_while(err, "withdrawing %s of %s", attribute, dn);
}

bool
directory_entry_of(struct store *s, enum schema_attribute type,
    struct span value, struct buf *dn)
{
	struct directory_ids ids = { NULL, 0, 0 };
	struct directory_entry e = { 0 };
	struct buf prepared;
	bool found;

	buf_init(&prepared, DN_KEY);
	if (prepare(schema_form(type), PREPARE_WHOLE, value, &prepared))
		directory_match(
		    s, DIRECTORY_EQUAL, type, buf_span(&prepared), &ids);
	directory_ids_settle(&ids);
	found = ids.n == 1 && directory_get(s, ids.of[0], &e);
	if (found)
		buf_add(dn, span_of(e.dn));
	directory_entry_free(&e);
	directory_ids_free(&ids);
	buf_free(&prepared);
	return found;
}
