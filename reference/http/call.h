/* SPDX-License-Identifier: MIT */
/*
 * http/call - one operation of a published binding (lib/binding.h), as whoever
 * serves it sees it: fields by their names, in the forms that the table has.
 *
 * Reading is sticky: take every field, then ask once.  After the first that
 * was missing or wrong the others are empty, and the answer is a refusal.
 *
 *	const struct span data = call_octets(c, "data");
 *
 *	if (c->refused)
 *		return;
 *	call_give_octets(c, "digest", digest);
 */
#ifndef REFERENCE_HTTP_CALL_H
#define REFERENCE_HTTP_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/binding.h"
#include "reference/http/http.h"

enum { CALL_OCTETS_MOST = 8 }; /* fields of octets that one operation takes */

struct call {
	const struct site *site;
	const struct binding_operation *operation;
	const struct http_request *request;
	const struct http_words *words; /* of the path */
	struct wall now;
	const char *user; /* who asks, where that was asked; else NULL */
	json_t *gives;    /* what the answer will hold */
	bool refused;
	struct http_answer *answer;

	json_t *takes; /* the body */
	struct buf octets[CALL_OCTETS_MOST];
	size_t n_octets;
};

/* The operation of a binding that stands at this method and path, or NULL. */
const struct binding_operation *call_operation(
    const char *binding, const struct http_request *);

/*
 * Reads the body, which is JSON where the operation takes anything outside
 * its path.  To be closed, also after a refusal: the answer is made then.
 */
void call_open(struct call *, const struct binding_operation *,
    const struct site *, const struct http_request *, const struct http_words *,
    struct wall now, struct http_answer *);
void call_close(struct call *);

/* Fields, from the path or the body; all live until the call is closed. */
struct span call_text(struct call *, const char *name);
struct span call_octets(struct call *, const char *name);
int64_t call_number(struct call *, const char *name);

void call_give_text(struct call *, const char *name, struct span);
void call_give_octets(struct call *, const char *name, struct span);
void call_give_flag(struct call *, const char *name, bool);

/* The first one counts; the body is {"note": "..."}. */
void call_refuse(struct call *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
