/* SPDX-License-Identifier: MIT */
#include "reference/variant.h"

#include <assert.h>
#include <string.h>

static const struct variant_row rows[VARIANT_COUNT] = {
	[VARIANT_NONE] = { "NONE", "", "", "does what most servers do",
	    "与多数服务器一致" },
#define VARIANT(id, clause, unclaims, en, zh) \
	[VARIANT_##id] = { #id, clause, unclaims, en, zh },
#include "reference/variant.def"
#undef VARIANT
};

const struct variant_row *
variant_get(enum variant variant)
{
	assert((unsigned)variant < VARIANT_COUNT);
	return &rows[variant];
}

bool
variant_find(const char *name, enum variant *variant)
{
	for (unsigned i = 0; i < VARIANT_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0) {
			*variant = (enum variant)i;
			return true;
		}
	return false;
}

const char *
variant_protocol(const struct variant_row *row)
{
	static const char *const others[][2] = {
		{ "POP3_", "pop3" },
		{ "IMAP_", "imap" },
		{ "HTTP_", "http" },
		{ "LDAP_", "ldap" },
		{ "CERT_", "cert" },
		{ "OCSP_", "cert" },
		{ "CRL_", "cert" },
		{ "CMP_", "cert" },
		{ "TSA_", "cert" },
		{ "RA_", "cert" },
		{ "SEAL_", "seal" },
		{ "TLS_", "sec" },
	};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (strncmp(row->name, others[i][0], strlen(others[i][0])) == 0)
			return others[i][1];
	return "smtp";
}
