/* SPDX-License-Identifier: MIT */
/* What no store has: the rootDSE and the subschema entry. */
#include "lib/mem.h"
#include "reference/ldap/inner.h"

static void
put_text(
    struct directory_entry *e, enum schema_attribute type, const char *text)
{
	entry_put_own(e, type, span_of(text));
}

/* Faults: what is there, and not told. */
static bool
is_kept_back(const struct ldap_session *s, const char *text)
{
	static const struct {
		enum fault fault;
		const char *text;
	} kept[] = {
		{ FAULT_LDAP_ROOT_NO_VERSION, "3" },
		{ FAULT_LDAP_ROOT_NO_CONTEXTS, DIRECTORY_BASE },
		{ FAULT_LDAP_ROOT_NO_PAGED, LDAP_PAGED },
		{ FAULT_LDAP_ROOT_NO_WHO_AM_I, LDAP_WHO_AM_I },
		{ FAULT_LDAP_ROOT_NO_CANCEL, LDAP_CANCEL },
		{ FAULT_LDAP_ROOT_NO_STARTTLS, LDAP_STARTTLS },
		{ FAULT_LDAP_ROOT_NO_ALL_OPERATIONAL,
		    "1.3.6.1.4.1.4203.1.5.1" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		if (faulty(s, kept[i].fault))
			return strcmp(kept[i].text, text) == 0;
	return false;
}

/* RFC 4512 5.1 */
static void
put_root(const struct ldap_session *s, struct directory_entry *e)
{
	/* clang-format off */
	static const struct {
		enum schema_attribute type;
		const char *text;
	} has[] = {
		{ ATTR_OBJECT_CLASS,		"top" },
		{ ATTR_OBJECT_CLASS,		"extensibleObject" },
		{ ATTR_NAMING_CONTEXTS,		DIRECTORY_BASE },
		{ ATTR_SUBSCHEMA_SUBENTRY,	DIRECTORY_SUBSCHEMA },
		{ ATTR_SUPPORTED_LDAP_VERSION,	"3" },
		{ ATTR_SUPPORTED_CONTROL,	LDAP_PAGED },
		{ ATTR_SUPPORTED_EXTENSION,	LDAP_STARTTLS },
		{ ATTR_SUPPORTED_EXTENSION,	LDAP_WHO_AM_I },
		{ ATTR_SUPPORTED_EXTENSION,	LDAP_CANCEL },
		{ ATTR_SUPPORTED_FEATURES,	"1.3.6.1.4.1.4203.1.5.1" },
		{ ATTR_SUPPORTED_FEATURES,	"1.3.6.1.4.1.4203.1.5.3" },
		{ ATTR_VENDOR_NAME,		"Yanshou" },
		{ ATTR_VENDOR_VERSION,		YANSHOU_VERSION },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(has); i++)
		if (!is_kept_back(s, has[i].text))
			put_text(e, has[i].type, has[i].text);
}

/* RFC 4512 4.2 */
static void
put_subschema(const struct ldap_session *s, struct directory_entry *e)
{
	static const struct {
		enum schema_attribute type;
		bool (*describe)(int, struct buf *);
	} lists[] = {
		{ ATTR_LDAP_SYNTAXES, schema_describe_syntax },
		{ ATTR_MATCHING_RULES, schema_describe_rule },
		{ ATTR_ATTRIBUTE_TYPES, schema_describe_attribute },
		{ ATTR_OBJECT_CLASSES, schema_describe_class },
	};
	struct buf text;

	put_text(e, ATTR_OBJECT_CLASS, "top");
	put_text(e, ATTR_OBJECT_CLASS, "subschema");
	put_text(e, ATTR_OBJECT_CLASS, "extensibleObject");
	put_text(e, ATTR_CN, "subschema");
	put_text(e, ATTR_SUBSCHEMA_SUBENTRY, DIRECTORY_SUBSCHEMA);
	buf_init(&text, SCHEMA_DESCRIPTION);
	for (size_t i = 0; i < COUNT(lists); i++)
		for (int n = 0; lists[i].describe(n, &text); n++) {
			if (!faulty(s, FAULT_LDAP_SCHEMA_NO_CN) ||
			    !span_starts(buf_span(&text), SPAN("( 2.5.4.3 ")))
				entry_put_own(
				    e, lists[i].type, buf_span(&text));
			buf_clear(&text);
		}
	buf_free(&text);
}

bool
ldap_root_get(
    struct ldap_session *s, struct span key, struct directory_entry *e)
{
	*e = (struct directory_entry){ 0 };
	if (key.len == 0)
		put_root(s, e);
	else if (span_eq(key, SPAN(DIRECTORY_SUBSCHEMA_KEY)))
		put_subschema(s, e);
	else
		return false;
	e->key = mem_text(key);
	e->dn = mem_text(key.len == 0 ? SPAN("") : SPAN(DIRECTORY_SUBSCHEMA));
	e->user = mem_text(SPAN(""));
	return true;
}
