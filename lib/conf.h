/* SPDX-License-Identifier: MIT */
/*
 * conf - a YAML file a person wrote, read into a struct.
 *
 * The schema is a table of libcyaml.  The file is walked along that table
 * first, because libcyaml takes "1.5x" for a number and "nope" for true, and
 * reports neither key nor line exactly: so every error reads
 *
 *	FILE:LINE: key: what is wrong ('value'); what would be right
 *
 * Only what a profile needs is YAML to us: one document of UTF-8 text, no
 * anchors, aliases or tags, each key once, depth and size bounded.
 */
#ifndef LIB_CONF_H
#define LIB_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include <cyaml/cyaml.h>

#include "lib/err.h"
#include "lib/span.h"

#define CONF_BYTES 262144 /* of a file, at most */
#define CONF_NODES 4096
#define CONF_DEPTH 10

enum conf_kind { CONF_TEXT, CONF_MAP, CONF_LIST };

/* One value of the file, with where it stands. */
struct conf_node {
	enum conf_kind kind;
	int line;     /* from 1 */
	char *key;    /* in a mapping, else NULL */
	size_t index; /* in a list */
	char *text;   /* of CONF_TEXT, else NULL */
	struct conf_node *parent, *child, *last, *next;
};

struct conf {
	char *name; /* of the file, for errors */
	char *bytes;
	size_t len;
	struct conf_node *root;
	size_t n;
};

/* On failure there is nothing to free. */
bool conf_read(struct conf *, const char *path, struct err *);
bool conf_parse(
    struct conf *, const char *name, struct span bytes, struct err *);
void conf_free(struct conf *);

/* *data is the struct of the schema; give it back to conf_unload(). */
bool conf_load(const struct conf *, const cyaml_schema_value_t *, void **data,
    struct err *);
void conf_unload(const cyaml_schema_value_t *, void *data);

/* A key as errors and conf_find() write it: "endpoints[0].port". */
struct conf_key {
	char text[120];
};

struct conf_key conf_key(const char *fmt, ...)
    __attribute__((format(printf, 1, 2)));

/* NULL when the file has no such key. */
const struct conf_node *conf_find(const struct conf *, const char *key);

/*
 * Always false.  Value and line are looked up by key; the line of a key that
 * is absent is that of the mapping it is missed in.  right may be NULL.
 */
bool conf_bad(const struct conf *, const char *key, const char *wrong,
    const char *right, struct err *);

/* The nearest of the n names, NULL when none is near. */
const char *conf_nearest(const char *word, const char *const *names, size_t n);

#endif
