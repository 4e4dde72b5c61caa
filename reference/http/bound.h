/* SPDX-License-Identifier: MIT */
/*
 * bound - operations of lib/binding.def as an application over HTTP: what is
 * taken is read, each field in its form, before an operation is served; what
 * is given becomes JSON.
 *
 *	static const struct http_route routes[] = {
 *	#define BINDING(...)
 *	#define FIELD(...)
 *	#define OPERATION(of, ...) BOUND_##of(__VA_ARGS__)
 *	#define BOUND_CERTIFICATES(name, who, method, path, ...) \
 *		{ method, path, serve },
 *	#define BOUND_CRYPTOGRAPHY(...)
 *	#include "lib/binding.def"
 *	};
 *
 * where serve() begins with bound_begin() and ends with bound_end(); between
 * them, when it is known that he may ask, bound_take() reads the fields.
 * Whatever is refused says why: a status and {"note": "..."}.
 */
#ifndef REFERENCE_HTTP_BOUND_H
#define REFERENCE_HTTP_BOUND_H

#include <jansson.h>

#include "lib/binding.h"
#include "reference/http/http.h"

enum { BOUND_OCTETS_MOST = 8 }; /* fields of octets that one operation takes */

struct bound_call {
	const struct site *site;
	const struct http_request *request;
	const struct binding_operation *is;
	struct wall now;
	json_t *takes; /* after bound_take(): every field that it takes */
	json_t *gives; /* bound_give_...() */
	struct http_answer *answer;

	struct {
		const char *name;
		struct buf is;
	} octets[BOUND_OCTETS_MOST];
	size_t n_octets;
};

void bound_begin(struct bound_call *, const struct binding *,
    const struct site *, const struct http_request *, struct wall now,
    struct http_answer *);
/* False: a field is missing or wrong, and that was said. */
bool bound_take(struct bound_call *, const struct http_words *);
/* Says what is given, unless it was refused. */
void bound_end(struct bound_call *);

/* Fields, by name; it is among those that the operation takes. */
const char *bound_text(const struct bound_call *, const char *name);
int64_t bound_number(const struct bound_call *, const char *name);
bool bound_flag(const struct bound_call *, const char *name);
/* What a field in base64 stands for; it lives until bound_end(). */
struct span bound_octets(const struct bound_call *, const char *name);

void bound_give_text(struct bound_call *, const char *name, const char *text);
void bound_give_flag(struct bound_call *, const char *name, bool flag);
void bound_give_octets(struct bound_call *, const char *name, struct span);

/* Octets as a field has them. */
json_t *bound_base64(struct span);

/* Returns false; the first refusal stays. */
bool bound_refuse(struct bound_call *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool bound_refused(const struct bound_call *);
const char *bound_note(const struct bound_call *); /* why; or "" */

/* The octets behind "Bearer " (RFC 6750 2.1) or "Basic "; none: .len 0. */
struct span bound_credential(const struct bound_call *, const char *scheme);

#endif
