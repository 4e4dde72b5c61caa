/* SPDX-License-Identifier: MIT */
/* What the clerk was told, read back: the judging half of clerk.h. */
#include <stdlib.h>

#include "conformance/cases/eseal/clerk.h"
#include "lib/mem.h"

bool
clerk_need_settled(struct trial *t, const char *name)
{
	static const struct {
		const char *behind, *operation;
	} steps[] = {
		{ "approval", "seal.approve" },
		{ "making", "seal.make" },
		{ "issue", "seal.issue" },
	};
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof steps / sizeof steps[0]; i++) {
		char *step = mem_textf("%s-%s", name, steps[i].behind);

		ok = desks_need(t, step, steps[i].operation);
		free(step);
	}
	return ok;
}

bool
clerk_need_got(struct trial *t, const char *name)
{
	return desks_need(t, name, "seal.apply") && clerk_need_settled(t, name);
}

bool
clerk_octets(struct trial *t, const char *name, const char *operation,
    const char *field, struct buf *octets)
{
	struct operation_answer a;
	const bool ok = operation_heard(t, name, operation, &a) &&
			operation_octets(&a, field, octets);

	trial_need(t, ok, "%s: no \"%s\" in the answer to %s: %s", name, field,
	    operation, a.why);
	operation_free(&a);
	return ok;
}

bool
clerk_made(struct trial *t, const char *name, struct buf *seal)
{
	char *making = mem_textf("%s-making", name);
	const bool ok = clerk_octets(t, making, "seal.make", "seal", seal);

	free(making);
	return ok;
}

bool
clerk_signed(struct trial *t, const char *name, struct buf *signed_value)
{
	return clerk_octets(t, name, "document.sign", "signed", signed_value);
}

bool
clerk_sealed(struct trial *t, const char *name, struct buf *document)
{
	return clerk_octets(t, name, "document.seal", "document", document);
}
