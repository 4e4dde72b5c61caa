/* SPDX-License-Identifier: MIT */
/* Add, Modify, Delete, ModifyDN: RFC 4511 4.6 to 4.9. */
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/ldap/inner.h"

/* What is being changed, and what is wrong about it. */
struct change {
	struct ldap_session *s;
	struct directory_entry e;
	enum ldap_code code;
	struct buf why;
};

static void
begin(struct change *c, struct ldap_session *s)
{
	*c = (struct change){ .s = s, .code = LDAP_SUCCESS };
	buf_init(&c->why, 1024);
}

static void
no(struct change *c, enum ldap_code code, const char *why, struct span what)
{
	c->code = code;
	buf_clear(&c->why);
	buf_addf(&c->why, "%.*s: %s", SPAN_FMT(span_take(what, 80)), why);
}

/* Answers, and puts it on record. */
static void
end(struct change *c, const char *event, struct span name)
{
	ldap_answer(c->s, c->code, buf_text(&c->why));
	ldap_note(c->s, event, c->code == LDAP_SUCCESS, name);
	directory_entry_free(&c->e);
	buf_free(&c->why);
}

static enum ldap_code
code_of(enum store_answer answer)
{
	switch (answer) {
	case STORE_DONE:
		return LDAP_SUCCESS;
	case STORE_EXISTS:
		return LDAP_ENTRY_ALREADY_EXISTS;
	case STORE_REFUSED:
		return LDAP_NOT_ALLOWED_ON_NON_LEAF;
	default:
		return LDAP_UNAVAILABLE;
	}
}

static void
stored(struct change *c, enum store_answer answer, const struct err *err)
{
	c->code = code_of(answer);
	if (answer != STORE_DONE)
		buf_addf(&c->why, "%s", err->what);
}

static void
garbled(struct ldap_session *s)
{
	ldap_disconnect(s, LDAP_PROTOCOL_ERROR, "the request is garbled");
}

/* Answers when it is not there. */
static bool
find(struct change *c, struct span name)
{
	if (directory_by_dn(c->s->site->store, name, &c->e))
		return true;
	ldap_answer_nobody(c->s, name);
	buf_free(&c->why);
	return false;
}

/* ---- values ---- */

/* A type that clients may change. */
static bool
describe(struct change *c, const struct ldap_attribute *a,
    struct entry_description *d)
{
	const unsigned flags = entry_describe(a->description, d)
				   ? schema_attribute(d->type)->flags
				   : 0;
	const size_t options = span_find(a->description, SPAN(";"));

	if (d->type == ATTR_NONE)
		no(c, LDAP_UNDEFINED_ATTRIBUTE_TYPE, "no such attribute",
		    a->description);
	else if ((flags & ATTR_AS_BINARY) && options == a->description.len)
		no(c, LDAP_UNDEFINED_ATTRIBUTE_TYPE,
		    "goes with ;binary only (RFC 4523 2)", a->description);
	else if (flags & ATTR_NOT_USER)
		no(c, LDAP_CONSTRAINT_VIOLATION, "only the server writes it",
		    a->description);
	else if (flags & ATTR_SECRET)
		no(c, LDAP_UNWILLING_TO_PERFORM,
		    "passwords are kept with accounts, not here",
		    a->description);
	return c->code == LDAP_SUCCESS;
}

static void
add_values(struct change *c, const struct entry_description *d,
    const struct ldap_attribute *a)
{
	struct ber values = a->values;

	if (!ber_more(&values))
		no(c, LDAP_PROTOCOL_ERROR, "no values", a->description);
	while (c->code == LDAP_SUCCESS && ber_more(&values)) {
		const struct span value = ber_octets(&values, BER_OCTETS);

		if (entry_find(&c->e, d, value) < c->e.n)
			no(c, LDAP_ATTRIBUTE_OR_VALUE_EXISTS, "there already",
			    a->description);
		else if (!entry_put(&c->e, d, value))
			no(c, LDAP_INVALID_ATTRIBUTE_SYNTAX,
			    "not of its syntax", a->description);
	}
}

static bool
drop_all(struct change *c, const struct entry_description *d)
{
	bool any = false;

	for (size_t i = c->e.n; i > 0; i--)
		if (c->e.values[i - 1].type == d->type &&
		    span_eq(c->e.values[i - 1].options, span_of(d->options))) {
			directory_drop(&c->e, i - 1);
			any = true;
		}
	return any;
}

/* Without values: all of them. */
static void
delete_values(struct change *c, const struct entry_description *d,
    const struct ldap_attribute *a)
{
	struct ber values = a->values;

	if (!ber_more(&values) && !drop_all(c, d))
		no(c, LDAP_NO_SUCH_ATTRIBUTE, "it has none", a->description);
	if (faulty(c->s, FAULT_LDAP_DELETE_ALL_VALUES) && ber_more(&values)) {
		(void)drop_all(c, d);
		return;
	}
	while (c->code == LDAP_SUCCESS && ber_more(&values)) {
		const size_t at =
		    entry_find(&c->e, d, ber_octets(&values, BER_OCTETS));

		if (at < c->e.n)
			directory_drop(&c->e, at);
		else
			no(c, LDAP_NO_SUCH_ATTRIBUTE, "no such value",
			    a->description);
	}
}

/* Without values: none from now on, and no error. */
static void
replace_values(struct change *c, const struct entry_description *d,
    const struct ldap_attribute *a)
{
	if (faulty(c->s, FAULT_LDAP_REPLACE_ADDS) && ber_more(&a->values)) {
		add_values(c, d, a);
		return;
	}
	if (!drop_all(c, d) && !ber_more(&a->values) &&
	    faulty(c->s, FAULT_LDAP_REPLACE_NEEDS))
		no(c, LDAP_NO_SUCH_ATTRIBUTE, "it has none", a->description);
	if (ber_more(&a->values))
		add_values(c, d, a);
}

/* Sets of values are elements all through, or the request is garbled. */
static bool
values_read(struct ber values)
{
	while (ber_more(&values))
		(void)ber_octets(&values, BER_OCTETS);
	return !values.bad;
}

/* ---- Add ---- */

static bool
add_is_read(struct ber list)
{
	struct ldap_attribute a;

	while (ldap_next_attribute(&list, &a))
		if (!values_read(a.values))
			return false;
	return !list.bad;
}

void
ldap_run_add(struct ldap_session *s, const struct ldap_message *m)
{
	struct entry_description d;
	struct ldap_attribute a;
	struct span name;
	struct change c;
	struct ber list;

	if (!ldap_read_list(m->body, &name, &list) || !add_is_read(list)) {
		garbled(s);
		return;
	}
	begin(&c, s);
	while (c.code == LDAP_SUCCESS && ldap_next_attribute(&list, &a))
		if (describe(&c, &a, &d))
			add_values(&c, &d, &a);
	if (c.code == LDAP_SUCCESS && !faulty(s, FAULT_LDAP_ADD_FORGOTTEN))
		c.code = directory_enter(s->site->store, &c.e, name,
		    s->name == NULL ? SPAN("") : span_of(s->name), s->now,
		    &c.why);
	end(&c, "directory-add", name);
}

/* ---- Modify ---- */

static bool
modify_is_read(struct ber list)
{
	struct ldap_attribute a;
	int64_t operation;

	while (ldap_next_change(&list, &operation, &a))
		if (!values_read(a.values))
			return false;
	return !list.bad;
}

static void
apply(struct change *c, int64_t operation, const struct ldap_attribute *a)
{
	static void (*const does[])(struct change *,
	    const struct entry_description *, const struct ldap_attribute *) = {
		add_values, delete_values, replace_values
	};
	struct entry_description d;

	if (operation < 0 || operation >= (int64_t)COUNT(does))
		no(c, LDAP_PROTOCOL_ERROR, "no such modification",
		    a->description);
	else if (describe(c, a, &d))
		does[operation](c, &d, a);
}

/* A fault: the schema has to be obeyed after each. */
static void
apply_checked(
    struct change *c, int64_t operation, const struct ldap_attribute *a)
{
	apply(c, operation, a);
	if (c->code == LDAP_SUCCESS && faulty(c->s, FAULT_LDAP_MODIFY_STEPWISE))
		c->code = rules_obey(&c->e, &c->why);
}

static bool
has_value_of(const struct directory_entry *e, const struct dn_rdn *rdn)
{
	size_t named = 0;

	for (size_t i = 0; i < e->n; i++)
		named += rules_named(&e->values[i], rdn);
	return named >= rdn->n;
}

/* What it is named by stays, and what it is: RFC 4511 4.6. */
static void
check_kept(struct change *c, const char *was)
{
	struct dn dn;

	if (c->code == LDAP_SUCCESS && dn_parse(span_of(c->e.dn), &dn) &&
	    !has_value_of(&c->e, &dn.rdn[0]))
		no(c, LDAP_NOT_ALLOWED_ON_RDN, "it is named by that",
		    span_of(c->e.dn));
	if (c->code == LDAP_SUCCESS)
		c->code = rules_obey(&c->e, &c->why);
	for (size_t i = 0; c->code == LDAP_SUCCESS && i < c->e.n; i++)
		if (c->e.values[i].type == ATTR_STRUCTURAL_OBJECT_CLASS &&
		    !span_caseeq(c->e.values[i].value, span_of(was)))
			no(c, LDAP_OBJECT_CLASS_MODS_PROHIBITED,
			    "it cannot become that", c->e.values[i].value);
}

static char *
structural_class(const struct directory_entry *e)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->values[i].type == ATTR_STRUCTURAL_OBJECT_CLASS)
			return mem_text(e->values[i].value);
	return mem_text(SPAN(""));
}

void
ldap_run_modify(struct ldap_session *s, const struct ldap_message *m)
{
	struct ldap_attribute a;
	int64_t operation;
	struct span name;
	struct err err = { 0 };
	struct change c;
	struct ber list;
	char *was;

	if (!ldap_read_list(m->body, &name, &list) || !modify_is_read(list)) {
		garbled(s);
		return;
	}
	begin(&c, s);
	if (!find(&c, name))
		return;
	was = structural_class(&c.e);
	while (
	    c.code == LDAP_SUCCESS && ldap_next_change(&list, &operation, &a))
		apply_checked(&c, operation, &a);
	if (c.code != LDAP_SUCCESS && faulty(s, FAULT_LDAP_MODIFY_HALF))
		(void)directory_change(s->site->store, &c.e, &err);
	check_kept(&c, was);
	free(was);
	if (c.code == LDAP_SUCCESS && !faulty(s, FAULT_LDAP_MODIFY_FORGOTTEN)) {
		rules_stamp(&c.e, s->now, span_of(s->name), false);
		stored(&c, directory_change(s->site->store, &c.e, &err), &err);
	}
	end(&c, "directory-modify", name);
}

/* ---- Delete ---- */

void
ldap_run_delete(struct ldap_session *s, const struct ldap_message *m)
{
	struct err err = { 0 };
	struct change c;

	begin(&c, s);
	if (!find(&c, m->content))
		return;
	if (!faulty(s, FAULT_LDAP_DELETE_FORGOTTEN))
		stored(&c, directory_delete(s->site->store, &c.e, &err), &err);
	end(&c, "directory-delete", m->content);
}

/* ---- ModifyDN ---- */

/* The key of the superior from now on, and its name; answers when not. */
static bool
find_superior(struct change *c, const struct ldap_rename *r,
    const struct dn *dn, struct buf *key, char **name)
{
	struct directory_entry superior = { 0 };
	bool found;

	if (r->superior.ptr != NULL) {
		found =
		    directory_by_dn(c->s->site->store, r->superior, &superior);
	} else {
		int64_t id;

		found = dn_key(dn, 1, key) &&
			directory_find(c->s->site->store, buf_span(key), &id) &&
			directory_get(c->s->site->store, id, &superior);
	}
	buf_clear(key);
	if (found) {
		buf_addf(key, "%s", superior.key);
		*name = mem_text(span_of(superior.dn));
	}
	if (!found)
		no(c, LDAP_NO_SUCH_OBJECT, "there is no such superior",
		    r->superior);
	else if (span_starts(buf_span(key), span_of(c->e.key)))
		no(c, LDAP_UNWILLING_TO_PERFORM, "that is below it",
		    r->superior);
	directory_entry_free(&superior);
	return c->code == LDAP_SUCCESS;
}

/* The old values go unless the new name has them. */
static void
change_rdn_values(struct change *c, const struct dn_rdn *old,
    const struct dn_rdn *new, bool delete_old)
{
	c->code = rules_name(&c->e, new, &c->why);
	for (size_t i = c->e.n; delete_old && i > 0; i--)
		if (rules_named(&c->e.values[i - 1], old) &&
		    !rules_named(&c->e.values[i - 1], new))
			directory_drop(&c->e, i - 1);
	if (c->code == LDAP_SUCCESS)
		c->code = rules_obey(&c->e, &c->why);
}

static void
rename_to(struct change *c, const struct dn *new, struct span above_key,
    const char *above)
{
	char *name = mem_textf("%.*s,%s", SPAN_FMT(new->rdn[0].text), above);
	struct err err = { 0 };
	struct buf key;

	buf_init(&key, DN_KEY);
	buf_add(&key, above_key);
	if (!dn_key(new, 0, &key)) {
		no(c, LDAP_INVALID_DN_SYNTAX, "not a name", new->rdn[0].text);
	} else {
		rules_stamp(&c->e, c->s->now, span_of(c->s->name), false);
		stored(c,
		    directory_rename(c->s->site->store, &c->e, buf_span(&key),
			span_of(name), &err),
		    &err);
	}
	buf_free(&key);
	free(name);
}

void
ldap_run_rename(struct ldap_session *s, const struct ldap_message *m)
{
	struct ldap_rename r;
	struct dn dn, new;
	char *above = NULL;
	struct change c;
	struct buf key;

	if (!ldap_read_rename(m->body, &r)) {
		garbled(s);
		return;
	}
	begin(&c, s);
	if (!find(&c, r.name))
		return;
	buf_init(&key, DN_KEY);
	if (!dn_parse(r.rdn, &new) || new.n != 1)
		no(&c, LDAP_INVALID_DN_SYNTAX, "not one RDN", r.rdn);
	else if (dn_parse(span_of(c.e.dn), &dn) &&
		 find_superior(&c, &r, &dn, &key, &above))
		change_rdn_values(&c, &dn.rdn[0], &new.rdn[0],
		    (r.delete_old && !faulty(s, FAULT_LDAP_RENAME_KEEPS)) ||
			faulty(s, FAULT_LDAP_RENAME_DROPS));
	if (c.code == LDAP_SUCCESS)
		rename_to(&c, &new, buf_span(&key), above);
	free(above);
	buf_free(&key);
	end(&c, "directory-rename", r.name);
}
