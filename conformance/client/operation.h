/* SPDX-License-Identifier: MIT */
/*
 * operation - what a case asks of a target by the operations of lib/binding.h,
 * said as the profile maps them.
 *
 * collect() asks at a desk: one account of the profile, its connection, and
 * its session where operations want one.
 *
 *	struct desk *d = desk_open(t, "alice");
 *
 *	if (operation_call(d, "apply", "application.submit",
 *		(struct operation_value[]){ { "class", "signing" },
 *		    { "request", request }, { NULL, NULL } }))
 *		id = operation_text(desk_answer(d), "id");
 *	desk_close(d);
 *
 * judge() reads "apply" back with operation_heard(), and nothing else.  Evidence
 * is that of web.h under the same name; passwords and tokens in requests are
 * replaced by "(redacted)".
 */
#ifndef CONFORMANCE_CLIENT_OPERATION_H
#define CONFORMANCE_CLIENT_OPERATION_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/profile.h"

struct trial;
struct web_answer;

/* How an operation ended; all but the last two are about the target. */
enum operation_end {
	OPERATION_UNHEARD, /* no answer came, or none that is HTTP */
	OPERATION_BROKEN,  /* neither: 3xx, 5xx, or 2xx and no JSON */
	OPERATION_REFUSED, /* 4xx, or 2xx without the profile's success */
	OPERATION_DONE
};

struct operation_answer {
	const struct profile_operation *as;
	enum operation_end end;
	int status;
	json_t *body;  /* NULL: no JSON */
	char why[200]; /* in words: "refused with 403" */
};

/* What is taken, as text: octets have been encoded.  NULL ends a list. */
struct operation_value {
	const char *name, *text;
};

/* ---- collect() ---- */

struct desk;

/* An account of the profile; NULL: nobody, who can ask what anybody may. */
struct desk *desk_open(struct trial *, const char *role);
void desk_close(struct desk *);

/*
 * Logs in, for operations that carry a token: session.challenge and
 * session.open, filed as NAME.challenge and NAME.open.  Called by
 * operation_call() when it has not been done.
 */
bool desk_login(struct desk *, const char *name);
/* Carries this token from now on. */
void desk_take(struct desk *, const char *token);
const char *desk_token(const struct desk *); /* NULL: none */

/*
 * Asks, and files request and answer as NAME; true when it was done.  A value
 * that is not given is empty.
 */
bool operation_call(struct desk *, const char *name, const char *operation,
    const struct operation_value *);
/* The answer to the last call. */
const struct operation_answer *desk_answer(const struct desk *);

/* ---- judge() ---- */

/* What operation_call() has filed; true when it was done. */
bool operation_heard(struct trial *, const char *name, const char *operation,
    struct operation_answer *);
/* The same of an answer at hand. */
bool operation_read(const struct profile_operation *, const struct web_answer *,
    struct operation_answer *);
void operation_free(struct operation_answer *);

/*
 * What the answer gives, in our words: text as it is, numbers and flags as
 * JSON writes them.  NULL when it is not there; free() it.
 */
char *operation_text(const struct operation_answer *, const char *field);
/* The same, decoded from base64, or from PEM where somebody prefers that. */
bool operation_octets(
    const struct operation_answer *, const char *field, struct buf *);

/* How many members a list has; 0 when it is none. */
size_t operation_count(const struct operation_answer *, const char *list);
/* Of member n of a list: "records.who". */
char *operation_text_of(
    const struct operation_answer *, const char *field, size_t n);

#endif
