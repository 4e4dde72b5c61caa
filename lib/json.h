/* SPDX-License-Identifier: MIT */
/*
 * json - what we add to jansson: one canonical form, and reading with errors
 * that say which key of which file is wrong and what would be right.
 *
 * Reading is sticky: get every member, then ask once whether it went well.
 *
 *	struct json_in in = json_in_file(path, err);
 *
 *	run->name = json_in_text(&in, root, "name");
 *	run->tries = json_in_int(&in, root, "tries", 1, 99);
 *	if (in.bad) ...
 *
 * After the first failure getters return NULL, 0 or false.
 */
#ifndef LIB_JSON_H
#define LIB_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/err.h"
#include "lib/span.h"

/* Sorted keys, no blanks: equal values have equal bytes. */
char *json_canonical(const json_t *);

/*
 * A JSON string of any bytes: what is not UTF-8 is written as \xHH, and what
 * exceeds "most" bytes is cut, with a word about it.  NULL gives null.
 */
json_t *json_clean(const char *text, size_t most);

/* Rejects members that are there twice; what names the text in errors. */
json_t *json_parse(const char *what, struct span text, struct err *);

/*
 * What a JSON pointer (RFC 6901) leads to: "/data/0/id"; "" is the whole.
 * NULL when there is nothing.
 */
const json_t *json_at(const json_t *, const char *pointer);

struct json_in {
	const char *what; /* file, or other name of the text */
	char at[160];     /* path of the object being read, "rows.SM-1." */
	bool bad;
	struct err *err;
};

struct json_in json_in_start(const char *what, struct err *);

/* Sets the path that errors begin with; "" for the top. */
void json_in_at(struct json_in *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Reports "WHAT: AT KEY: text", unless something was reported before. */
void json_in_bad(struct json_in *, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Copies that belong to the caller.  The member must be there. */
char *json_in_text(struct json_in *, const json_t *, const char *key);
char *json_in_text_or_null(struct json_in *, const json_t *, const char *key);

int64_t json_in_int(struct json_in *, const json_t *, const char *key,
    int64_t least, int64_t most);
bool json_in_bool(struct json_in *, const json_t *, const char *key);
const json_t *json_in_object(struct json_in *, const json_t *, const char *key);
const json_t *json_in_array(struct json_in *, const json_t *, const char *key);

/* Complains about any member that is not in the list, which NULL ends. */
void json_in_only(struct json_in *, const json_t *, const char *const *keys);

#endif
