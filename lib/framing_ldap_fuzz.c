/* SPDX-License-Identifier: MIT */
/*
 * Any octets as an LDAPMessage, and any text as a request: never a crash, and
 * what is heard reads the same with and without being written down.
 *
 * The first octet chooses.
 */
#include <stdint.h>
#include <stdlib.h>

#include "lib/framing_ldap.h"
#include "lib/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
hear(struct span message)
{
	enum ldap_kind kind = LDAP_PART, again = LDAP_PART;
	struct buf out;
	const char *flaw;

	buf_init(&out, 1 << 20);
	flaw = ldap_hear(message, &kind, &out);
	if (ldap_hear(message, &again, NULL) != flaw || kind != again)
		abort();
	if (flaw == NULL && !out.full && !text_is_utf8(buf_span(&out)))
		abort();
	buf_free(&out);
}

static void
name(struct span dn)
{
	struct buf once, twice;

	buf_init(&once, 1 << 20);
	buf_init(&twice, 1 << 20);
	ldap_name(dn, &once);
	ldap_name(buf_span(&once), &twice);
	if (!once.full && !twice.full &&
	    !span_eq(buf_span(&once), buf_span(&twice)))
		abort();
	buf_free(&once);
	buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span rest = { (const char *)data, n };
	struct buf out;

	if (n == 0)
		return 0;
	rest = span_skip(rest, 1);
	if (data[0] % 3 == 0) {
		hear(rest);
	} else if (data[0] % 3 == 1) {
		name(rest);
	} else {
		buf_init(&out, 1 << 20);
		if (ldap_say(rest, &out) != NULL && out.len != 0)
			abort();
		buf_free(&out);
	}
	return 0;
}
