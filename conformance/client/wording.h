/* SPDX-License-Identifier: MIT */
/*
 * wording - an operation of lib/binding.h in the words of the target: the
 * request that the profile makes of it.
 *
 *	struct wording words = { .account = alice, .as = operation,
 *	    .values = values };
 *
 *	if (wording_make(&words, &err))
 *		web_ask(w, &words.request, &answer);
 *	wording_free(&words);
 */
#ifndef CONFORMANCE_CLIENT_WORDING_H
#define CONFORMANCE_CLIENT_WORDING_H

#include <stdbool.h>

#include "conformance/client/operation.h"
#include "conformance/client/web.h"

/* Three secrets, each as it is and as filters may write it. */
enum { WORDING_HEADERS = 16, WORDING_FORMS = 5, WORDING_SECRETS = 15 };

struct wording {
	const struct profile_account *account; /* NULL: nobody */
	const char *token;                     /* of a session, or NULL */
	const struct profile_operation *as;
	const struct operation_value *values; /* NULL: none */

	/* Made of these, and valid until wording_free(). */
	struct web_request request;
	char *path, *body, *headers[WORDING_HEADERS];
	struct buf secrets[WORDING_SECRETS];
	struct span hidden[WORDING_SECRETS];
};

/* Does a template of the profile carry the token of a session? */
bool wording_has_token(const char *text);

/*
 * To be freed whatever it returns; all but the four above begins as 0.  A
 * header that carries a token is left out where there is none.
 */
bool wording_make(struct wording *, struct err *);
void wording_free(struct wording *);

#endif
