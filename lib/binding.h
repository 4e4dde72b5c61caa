/* SPDX-License-Identifier: MIT */
/*
 * binding - the operations of services that have no protocol of their own,
 * as we publish them over HTTP: lib/binding.def.
 *
 * The reference serves the published form.  A vendor maps his own to it in
 * the profile (profile.h, "bindings"), operation by operation; whoever puts an
 * operation to a target asks the profile how it is said there.
 */
#ifndef LIB_BINDING_H
#define LIB_BINDING_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/buf.h"
#include "lib/span.h"

struct binding {
	const char *name;    /* "certificates" */
	const char *service; /* "ra": whose endpoint it is at */
	const char *en, *zh;
};

/* Who may ask, as the published form has it. */
enum binding_who { BINDING_ANYBODY, BINDING_PASSWORD, BINDING_SESSION };

struct binding_operation {
	const struct binding *binding;
	const char *name; /* "application.submit" */
	enum binding_who who;
	const char *method, *path; /* "/applications/{id}" */
	const char *takes, *gives; /* names of fields, by blanks */
	const char *en, *zh;
};

enum binding_form {
	BINDING_TEXT,
	BINDING_BASE64,
	BINDING_NUMBER,
	BINDING_FLAG,
	BINDING_MANY
};

struct binding_field {
	const char *name;
	enum binding_form form;
	const char *en, *zh;
	const char *words; /* that it can be, by blanks; "": any */
};

const struct binding *binding_all(size_t *n);
const struct binding *binding_find(const char *name); /* or NULL */
const struct binding_operation *binding_operations(size_t *n);
const struct binding_operation *binding_operation(
    const char *name);                                       /* or NULL */
const struct binding_field *binding_field(const char *name); /* or NULL */

/* Does the list of names, by blanks, hold this one? */
bool binding_names(const char *list, struct span name);
/* Does "/applications/{id}" hold it? */
bool binding_in_path(const char *path, struct span name);

/*
 * The published form as templates of lib/template.h: the path with ${...},
 * the JSON body ("" when all stands in the path), and the header that carries
 * the credential ("" for anybody).
 */
void binding_path(const struct binding_operation *, struct buf *out);
void binding_body(const struct binding_operation *, struct buf *out);
const char *binding_credential(const struct binding_operation *);

/* What binds operations, as an OpenAPI 3.1 description in JSON. */
void binding_openapi(const struct binding *, struct buf *out);

#endif
