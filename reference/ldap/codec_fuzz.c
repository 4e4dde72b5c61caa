/* SPDX-License-Identifier: MIT */
/*
 * Readers of any octets: BER and what messages say, filters, names, values
 * of every form and syntax.  What is read is written, and read again.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reference/ldap/dn.h"
#include "reference/ldap/filter.h"
#include "reference/ldap/message.h"
#include "reference/ldap/prepare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool right)
{
	if (!right)
		abort();
}

static void
read_lists(const struct ldap_message *m)
{
	struct ber list;
	struct ldap_attribute a;
	struct ldap_control c;
	struct ldap_page page;
	struct span name;
	int64_t operation;

	if (ldap_read_list(m->body, &name, &list))
		while (ldap_next_attribute(&list, &a))
			while (ber_more(&a.values))
				(void)ber_octets(&a.values, BER_OCTETS);
	if (ldap_read_list(m->body, &name, &list))
		while (ldap_next_change(&list, &operation, &a))
			while (ber_more(&a.values))
				(void)ber_octets(&a.values, BER_OCTETS);
	list = m->controls;
	while (ldap_read_control(&list, &c))
		if (c.value.ptr != NULL)
			(void)ldap_read_page(c.value, &page);
}

static void
read_filter(struct span octets)
{
	struct directory_entry e = { 0 };
	struct filter f;

	e.dn = (char *)(uintptr_t) "cn=张三,dc=test";
	entry_put_own(&e, ATTR_CN, SPAN("张三"));
	entry_put_own(&e, ATTR_TELEPHONE_NUMBER, SPAN("+86 10 5555 0101"));
	entry_put_own(&e, ATTR_CREATE_TIMESTAMP, SPAN("20261122112516Z"));
	if (filter_read(ber_of(octets), &f) == FILTER_READ)
		(void)filter_judge(&f, &e);
	filter_free(&f);
	e.dn = NULL;
	directory_entry_free(&e);
}

static void
read_message(struct span in)
{
	struct ldap_message m;
	struct ldap_bind bind;
	struct ldap_search search;
	struct ldap_compare compare;
	struct ldap_rename rename;
	struct ldap_extended extended;

	if (!ldap_read(in, &m))
		return;
	read_lists(&m);
	(void)ldap_read_bind(m.body, &bind);
	(void)ldap_read_compare(m.body, &compare);
	(void)ldap_read_rename(m.body, &rename);
	(void)ldap_read_extended(m.body, &extended);
	if (ldap_read_search(m.body, &search))
		read_filter(search.filter_octets);
}

/* Escaped, a value is itself again; and a key is one however it is made. */
static void
read_name(struct span in)
{
	struct buf text, octets, key, again;
	struct dn dn;

	buf_init(&text, 1 << 16);
	buf_init(&octets, 1 << 16);
	buf_init(&key, 1 << 18);
	buf_init(&again, 1 << 18);
	dn_escape(in, &text);
	must(dn_value(buf_span(&text), &octets) || text.full || octets.full);
	must(octets.full || text.full ||
	     span_eq(octets.len == 0 ? SPAN("") : buf_span(&octets), in));
	if (dn_parse(in, &dn) && dn_key(&dn, 0, &key)) {
		must(dn_text_key(in, &again));
		must(span_eq(buf_span(&key), buf_span(&again)));
	}
	buf_free(&text);
	buf_free(&octets);
	buf_free(&key);
	buf_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span in = { (const char *)data, size };
	struct entry_description d;
	struct buf b;

	if (size == 0)
		return 0;
	read_message(in);
	read_filter(in);
	read_name(in);
	(void)entry_describe(in, &d);
	buf_init(&b, 1 << 20);
	for (int form = FORM_OCTETS; form <= FORM_UUID; form++)
		for (int part = PREPARE_WHOLE; part <= PREPARE_FINAL; part++) {
			buf_clear(&b);
			(void)prepare((enum schema_form)form,
			    (enum prepare_part)part, in, &b);
		}
	for (int syntax = SYNTAX_NONE; syntax < SYNTAX_COUNT; syntax++)
		(void)prepare_valid((enum schema_syntax)syntax, in);
	buf_free(&b);
	return 0;
}
