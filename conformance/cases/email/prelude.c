/* SPDX-License-Identifier: MIT */
#include "conformance/cases/email/prelude.h"

#include <openssl/evp.h>

#include "conformance/trial.h"
#include "lib/mem.h"

void
prelude_judge(
    struct trial *t, const char *name, const char *clause, const char *expected)
{
	const char *said = trial_fact_text(t, name);
	enum verdict v;

	if (!trial_need(t, said != NULL && verdict_parse(said, &v),
		"the conversation \"%s\" did not take place", name))
		return;
	trial_sane(t, v != BROKEN, "the conversation \"%s\" is broken", name);
	trial_need(t, v == PASS || v == FAIL || v == BROKEN,
	    "the conversation \"%s\" did not get as far as the question", name);
	trial_claim(t, clause, v != FAIL, expected,
	    "something else, see %s.jsonl", name);
}

char *
prelude_base64(const char *text)
{
	const size_t len = strlen(text);
	char *code = mem_new(len / 3 + 1, 5);

	EVP_EncodeBlock(
	    (unsigned char *)code, (const unsigned char *)text, (int)len);
	return code;
}

char *
prelude_plain(const char *authzid, const char *user, const char *password)
{
	struct buf plain;
	char *code;

	buf_init(&plain, 4096);
	buf_addf(&plain, "%s%c%s%c%s", authzid, 0, user, 0, password);
	code = mem_new(plain.len / 3 + 1, 5);
	EVP_EncodeBlock((unsigned char *)code,
	    (const unsigned char *)plain.data, (int)plain.len);
	buf_free(&plain);
	return code;
}
