/* SPDX-License-Identifier: MIT */
/*
 * key: the key that a laboratory signs its runs with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "program/lab.h"
#include "program/program.h"

#define UNNAMED "Acceptance laboratory 验收实验室"

/* What was made, read back. */
static bool
tell(const char *dir, bool encrypted, struct err *err)
{
	char *path = mem_textf("%s/certificate.pem", dir);
	struct lab_certificate c = { 0 };
	char until[CLOCK_TEXT];
	struct buf pem;
	bool ok;

	buf_init(&pem, LAB_PEM_MOST);
	ok = files_read(path, &pem, err) &&
	     lab_certificate_read(&c, path, buf_span(&pem), err);
	if (ok) {
		wall_text(c.ends, until);
		printf("key          %s/key.pem: SM2, PKCS #8, %s\n"
		       "certificate  %s: signed by itself, until %.10s\n"
		       "request      %s/request.pem: PKCS #10, for a CA to "
		       "certify\n"
		       "subject      %s\n"
		       "SM3          %s\n",
		    dir,
		    encrypted ? "encrypted" : "not encrypted (--passphrase)",
		    path, until, dir, c.subject, c.sm3);
		puts("Who checks a run compares this SM3 with the one you "
		     "have made known.\n"
		     "请公布此 SM3：复核者据此确认签名者。");
	}
	lab_certificate_free(&c);
	buf_free(&pem);
	free(path);
	return ok;
}

int
program_key(const struct options *o)
{
	const char *name = o->name == NULL ? UNNAMED : o->name;
	char *secret = NULL;
	struct err err;
	bool ok = true;

	if (strcmp(o->subject, "new") != 0 || o->second == NULL) {
		fputs("yanshou key: say \"key new DIR\"\ntry \"yanshou key "
		      "--help\"\n",
		    stderr);
		return EXIT_USAGE;
	}
	if (o->passphrase != NULL) {
		secret = lab_secret(o->passphrase, true, &err);
		ok = secret != NULL;
	}
	ok = ok && lab_make(o->second, name, secret, clock_wall(), &err) &&
	     tell(o->second, secret != NULL, &err);
	lab_forget(secret);
	return ok ? EXIT_CONFORMS : program_fail(&err);
}
