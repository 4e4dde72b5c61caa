/* SPDX-License-Identifier: MIT */
#include "lib/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <yaml.h>

#include "lib/buf.h"
#include "lib/mem.h"
#include "lib/text.h"

#define SHOWN   60 /* bytes of a value in an error */
#define WORD    40 /* longest word that a proposal is made for */
#define CHOICES 32

/* ---- errors ---- */

struct conf_key
conf_key(const char *fmt, ...)
{
	struct conf_key key;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(key.text, sizeof key.text, fmt, ap);
	va_end(ap);
	return key;
}

/* Text to show: cut at a character, control codes made visible. */
static void
show(struct buf *out, const char *text)
{
	const struct span all = span_of(text);
	struct span shown = span_take(all, SHOWN);

	while (shown.len < all.len && !text_is_utf8(shown))
		shown.len--;
	text_escape(shown, out);
	if (shown.len < all.len)
		buf_addf(out, "...");
}

static bool
report(const char *name, int line, const char *key, const char *wrong,
    const char *value, const char *right, struct err *err)
{
	struct buf out;

	buf_init(&out, sizeof err->what);
	if (line > 0)
		buf_addf(&out, "%s:%d: ", name, line);
	else
		buf_addf(&out, "%s: ", name);
	if (key != NULL)
		buf_addf(&out, "%s: ", key);
	buf_addf(&out, "%s", wrong);
	if (value != NULL) {
		buf_addf(&out, " ('");
		show(&out, value);
		buf_addf(&out, "')");
	}
	if (right != NULL)
		buf_addf(&out, "; %s", right);
	err_set(err, ERR_CONFIG, "%s", buf_text(&out));
	buf_free(&out);
	return false;
}

static const struct conf_node *
child_named(const struct conf_node *map, struct span key)
{
	if (map->kind != CONF_MAP)
		return NULL;
	for (const struct conf_node *n = map->child; n != NULL; n = n->next)
		if (span_eq(span_of(n->key), key))
			return n;
	return NULL;
}

static const struct conf_node *
child_at(const struct conf_node *list, size_t index)
{
	if (list->kind != CONF_LIST)
		return NULL;
	for (const struct conf_node *n = list->child; n != NULL; n = n->next)
		if (n->index == index)
			return n;
	return NULL;
}

/* The deepest node on the way to key; *whole when it is key itself. */
static const struct conf_node *
descend(const struct conf *c, const char *key, bool *whole)
{
	const struct conf_node *at = c->root, *next;
	const char *end;
	char *stop;

	*whole = false;
	while (at != NULL && *key != '\0') {
		if (*key == '[') {
			next = child_at(at, strtoul(key + 1, &stop, 10));
			end = *stop == ']' ? stop + 1 : stop;
		} else {
			key += *key == '.';
			end = key + strcspn(key, ".[");
			next = child_named(
			    at, (struct span){ key, (size_t)(end - key) });
		}
		if (next == NULL)
			return at;
		at = next;
		key = end;
	}
	*whole = at != NULL;
	return at;
}

const struct conf_node *
conf_find(const struct conf *c, const char *key)
{
	bool whole;
	const struct conf_node *n = descend(c, key, &whole);

	return whole ? n : NULL;
}

bool
conf_bad(const struct conf *c, const char *key, const char *wrong,
    const char *right, struct err *err)
{
	bool whole;
	const struct conf_node *n = descend(c, key, &whole);

	return report(c->name, n == NULL ? 0 : n->line, key, wrong,
	    whole ? n->text : NULL, right, err);
}

static void
spell(const struct conf_node *n, struct buf *key)
{
	if (n->parent == NULL)
		return;
	spell(n->parent, key);
	if (n->key == NULL)
		buf_addf(key, "[%zu]", n->index);
	else
		buf_addf(key, "%s%s", key->len == 0 ? "" : ".", n->key);
}

/* An error about a node; "below" names a child that is not there. */
static bool
node_bad(const struct conf *c, const struct conf_node *n, const char *below,
    const char *wrong, const char *right, struct err *err)
{
	struct buf key;

	buf_init(&key, sizeof err->what / 2);
	spell(n, &key);
	if (below != NULL)
		buf_addf(&key, "%s%s", key.len == 0 ? "" : ".", below);
	report(c->name, n->line, key.len == 0 ? "whole file" : buf_text(&key),
	    wrong, n->text, right, err);
	buf_free(&key);
	return false;
}

/* Levenshtein's distance; words longer than WORD are far from everything. */
static size_t
distance(const char *a, const char *b)
{
	const size_t la = strlen(a), lb = strlen(b);
	size_t row[WORD + 1], up, was;

	if (la > WORD || lb > WORD)
		return WORD;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		up = row[0];
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			was = row[j];
			row[j] = up + (a[i - 1] != b[j - 1]);
			if (was + 1 < row[j])
				row[j] = was + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			up = was;
		}
	}
	return row[lb];
}

const char *
conf_nearest(const char *word, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t least = strlen(word) < 4 ? 2 : 3, d;

	for (size_t i = 0; i < n; i++) {
		d = distance(word, names[i]);
		if (d < least && d < strlen(names[i])) {
			least = d;
			best = names[i];
		}
	}
	return best;
}

/* ---- bytes to nodes ---- */

static bool
check_text(const char *name, struct span bytes, struct err *err)
{
	const unsigned char *s = (const unsigned char *)bytes.ptr;
	int line = 1;
	size_t len;

	if (bytes.len > CONF_BYTES)
		return report(
		    name, 0, NULL, "too large", NULL, "at most 256 KiB", err);
	for (size_t i = 0; i < bytes.len; i += len) {
		len = text_utf8(span_skip(bytes, i));
		if (len == 0)
			return report(name, line, NULL, "not UTF-8", NULL,
			    "save the file in the encoding UTF-8", err);
		if ((s[i] < ' ' && strchr("\t\n\r", s[i]) == NULL) ||
		    s[i] == '\0' || s[i] == 0x7f)
			return report(name, line, NULL, "a control character",
			    NULL, "a profile is a text file", err);
		line += s[i] == '\n';
	}
	return true;
}

struct builder {
	struct conf *conf;
	struct conf_node *at; /* the open mapping or list */
	char *key;            /* heard, its value not yet */
	int key_line;
	int depth, documents;
	struct err *err;
};

static bool
build_bad(struct builder *b, int line, const char *wrong, const char *value,
    const char *right)
{
	return report(b->conf->name, line, NULL, wrong, value, right, b->err);
}

static bool
add_node(struct builder *b, enum conf_kind kind, int line, const char *text)
{
	struct conf_node *n, *up = b->at;

	if (b->conf->n >= CONF_NODES)
		return build_bad(b, line, "too many values", NULL,
		    "at most 4096 in one file");
	n = mem_new(1, sizeof *n);
	b->conf->n++;
	*n = (struct conf_node){ .kind = kind, .line = line, .parent = up };
	n->text = text == NULL ? NULL : mem_text(span_of(text));
	if (up == NULL) {
		b->conf->root = n;
	} else {
		n->index = up->last == NULL ? 0 : up->last->index + 1;
		n->key = b->key;
		n->line = b->key == NULL ? line : b->key_line;
		b->key = NULL;
		*(up->last == NULL ? &up->child : &up->last->next) = n;
		up->last = n;
	}
	if (kind != CONF_TEXT) {
		b->at = n;
		if (++b->depth > CONF_DEPTH)
			return build_bad(b, line, "nested too deeply", NULL,
			    "at most 10 levels");
	}
	return true;
}

static bool
add_scalar(struct builder *b, const yaml_event_t *e, int line)
{
	const struct span text = { (const char *)e->data.scalar.value,
		e->data.scalar.length };

	if (memchr(text.ptr, '\0', text.len) != NULL)
		return build_bad(b, line, "a NUL character inside a text", NULL,
		    "leave it out");
	if (b->at == NULL || b->at->kind != CONF_MAP || b->key != NULL)
		return add_node(b, CONF_TEXT, line, text.ptr);
	if (child_named(b->at, text) != NULL)
		return build_bad(b, line, "the same key twice", text.ptr,
		    "keep one of them");
	b->key = mem_text(text);
	b->key_line = line;
	return true;
}

static bool
open_node(struct builder *b, enum conf_kind kind, int line)
{
	if (b->at != NULL && b->at->kind == CONF_MAP && b->key == NULL)
		return build_bad(
		    b, line, "a key that is not a text", NULL, "KEY: VALUE");
	return add_node(b, kind, line, NULL);
}

/* Anchors and tags are legal YAML and of no use here. */
static bool
is_plain(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return false;
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor == NULL &&
		       e->data.scalar.tag == NULL;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor == NULL &&
		       e->data.sequence_start.tag == NULL;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor == NULL &&
		       e->data.mapping_start.tag == NULL;
	default:
		return true;
	}
}

static bool
take_event(struct builder *b, const yaml_event_t *e)
{
	const int line = (int)e->start_mark.line + 1;

	if (!is_plain(e))
		return build_bad(b, line, "an anchor, alias or tag", NULL,
		    "write the value out (quote a text that begins with "
		    "&, * or !)");
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		return b->documents++ == 0 ||
		       build_bad(b, line, "a second document", NULL,
			   "one profile in one file");
	case YAML_SCALAR_EVENT:
		return add_scalar(b, e, line);
	case YAML_MAPPING_START_EVENT:
		return open_node(b, CONF_MAP, line);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(b, CONF_LIST, line);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		b->at = b->at->parent;
		b->depth--;
		return true;
	default:
		return true;
	}
}

static bool
build(struct builder *b)
{
	yaml_parser_t parser;
	yaml_event_t e;
	bool ok = true, over = false;
	int line;

	if (!yaml_parser_initialize(&parser))
		return build_bad(b, 0, "libyaml does not start", NULL, NULL);
	yaml_parser_set_input_string(
	    &parser, (const unsigned char *)b->conf->bytes, b->conf->len);
	while (ok && !over) {
		if (!yaml_parser_parse(&parser, &e)) {
			line = (int)parser.problem_mark.line + 1;
			ok = build_bad(b, line,
			    parser.problem == NULL ? "not YAML"
						   : parser.problem,
			    NULL, "check indentation, colons and quotes");
			break;
		}
		over = e.type == YAML_STREAM_END_EVENT;
		ok = take_event(b, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
	free(b->key);
	return ok;
}

bool
conf_parse(struct conf *c, const char *name, struct span bytes, struct err *err)
{
	struct builder b = { .conf = c, .err = err };

	*c = (struct conf){ .len = bytes.len };
	if (!check_text(name, bytes, err))
		return false;
	c->name = mem_text(span_of(name));
	c->bytes = mem_text(bytes);
	if (build(&b)) {
		if (c->root != NULL)
			return true;
		build_bad(&b, 1, "nothing in it", NULL, "KEY: VALUE");
	}
	conf_free(c);
	return false;
}

static bool
read_whole(int fd, const char *path, struct buf *into, struct err *err)
{
	char piece[16384];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) == -1)
		return err_set(err, ERR_IO, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_CONFIG,
		    "%s: not a file; the path of a YAML file", path);
	while (!into->full && (n = read(fd, piece, sizeof piece)) != 0) {
		if (n == -1)
			return err_set(err, ERR_IO, "%s", path);
		buf_add(into, (struct span){ piece, (size_t)n });
	}
	if (into->full)
		return report(
		    path, 0, NULL, "too large", NULL, "at most 256 KiB", err);
	return true;
}

bool
conf_read(struct conf *c, const char *path, struct err *err)
{
	/* Not blocking: the path may be that of a pipe. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct buf bytes;
	bool ok;

	if (fd == -1)
		return err_set(err, ERR_IO, "%s", path);
	buf_init(&bytes, CONF_BYTES);
	ok = read_whole(fd, path, &bytes, err) &&
	     conf_parse(c, path, buf_span(&bytes), err);
	buf_free(&bytes);
	close(fd);
	return ok;
}

static void
node_free(struct conf_node *n)
{
	struct conf_node *next;

	for (; n != NULL; n = next) {
		next = n->next;
		node_free(n->child);
		free(n->key);
		free(n->text);
		free(n);
	}
}

void
conf_free(struct conf *c)
{
	node_free(c->root);
	free(c->name);
	free(c->bytes);
	*c = (struct conf){ 0 };
}

/* ---- nodes against the schema ---- */

static bool check_value(const struct conf *, const struct conf_node *,
    const cyaml_schema_value_t *, struct err *);

static void
list_keys(const cyaml_schema_field_t *f, struct buf *out)
{
	const char *comma = "";

	for (; f->key != NULL; f++, comma = ", ")
		buf_addf(out, "%s%s", comma, f->key);
}

static bool
unknown_key(const struct conf *c, const struct conf_node *n,
    const cyaml_schema_field_t *fields, struct err *err)
{
	const char *names[CHOICES], *near;
	struct conf_node named = *n;
	struct buf right;
	size_t many = 0;

	for (const cyaml_schema_field_t *f = fields; f->key != NULL; f++)
		if (many < CHOICES)
			names[many++] = f->key;
	buf_init(&right, 300);
	near = conf_nearest(n->key, names, many);
	if (near != NULL) {
		buf_addf(&right, "did you mean '%s'?", near);
	} else {
		buf_addf(&right, "the keys here are: ");
		list_keys(fields, &right);
	}
	named.text = NULL; /* it may be a password */
	node_bad(c, &named, NULL, "unknown key", buf_text(&right), err);
	buf_free(&right);
	return false;
}

static bool
check_map(const struct conf *c, const struct conf_node *map,
    const cyaml_schema_field_t *fields, struct err *err)
{
	const cyaml_schema_field_t *f;

	for (const struct conf_node *n = map->child; n != NULL; n = n->next) {
		for (f = fields; f->key != NULL; f++)
			if (strcmp(f->key, n->key) == 0)
				break;
		if (f->key == NULL)
			return unknown_key(c, n, fields, err);
		if (!check_value(c, n, &f->value, err))
			return false;
	}
	for (f = fields; f->key != NULL; f++)
		if ((f->value.flags & CYAML_FLAG_OPTIONAL) == 0 &&
		    child_named(map, span_of(f->key)) == NULL)
			return node_bad(c, map, f->key, "missing",
			    "this key is required", err);
	return true;
}

static bool
check_list(const struct conf *c, const struct conf_node *list,
    const cyaml_schema_value_t *v, struct err *err)
{
	const size_t n = list->last == NULL ? 0 : list->last->index + 1;
	struct conf_key right;

	right = conf_key("%u to %u of them", v->sequence.min, v->sequence.max);
	if (n < v->sequence.min || n > v->sequence.max)
		return node_bad(c, list, NULL,
		    n < v->sequence.min ? "too few entries"
					: "too many entries",
		    right.text, err);
	for (const struct conf_node *e = list->child; e != NULL; e = e->next)
		if (!check_value(c, e, v->sequence.entry, err))
			return false;
	return true;
}

static bool
check_enum(const struct conf *c, const struct conf_node *n,
    const cyaml_schema_value_t *v, struct err *err)
{
	struct buf right;

	for (uint32_t i = 0; i < v->enumeration.count; i++)
		if (strcmp(n->text, v->enumeration.strings[i].str) == 0)
			return true;
	buf_init(&right, 200);
	for (uint32_t i = 0; i < v->enumeration.count; i++)
		buf_addf(&right, "%s%s",
		    i == 0                          ? ""
		    : i + 1 == v->enumeration.count ? " or "
						    : ", ",
		    v->enumeration.strings[i].str);
	node_bad(c, n, NULL, "not known", buf_text(&right), err);
	buf_free(&right);
	return false;
}

/* Digits, no sign, no leading zero (which some read as octal). */
static bool
is_whole(const char *text)
{
	const size_t n = strspn(text, "0123456789");

	return n > 0 && text[n] == '\0' && (n == 1 || text[0] != '0');
}

static bool
check_whole(const struct conf *c, const struct conf_node *n,
    const cyaml_schema_value_t *v, struct err *err)
{
	const uint64_t most =
	    v->data_size >= 8 ? UINT64_MAX : (1ull << 8 * v->data_size) - 1;
	const struct conf_key right =
	    conf_key("a whole number up to %llu", (unsigned long long)most);

	if (!is_whole(n->text))
		return node_bad(
		    c, n, NULL, "not a whole number", right.text, err);
	errno = 0;
	if (strtoull(n->text, NULL, 10) > most || errno == ERANGE)
		return node_bad(c, n, NULL, "too large", right.text, err);
	return true;
}

/* "250", "0.5": no exponent, no "nan". */
static bool
check_number(const struct conf *c, const struct conf_node *n, struct err *err)
{
	const char *t = n->text + strspn(n->text, "0123456789");
	bool ok = t != n->text && strlen(n->text) <= 18;

	if (*t == '.') {
		ok = ok && t[1] != '\0';
		t += 1 + strspn(t + 1, "0123456789");
	}
	return (ok && *t == '\0') ||
	       node_bad(c, n, NULL, "not a number", "such as 250 or 0.5", err);
}

static bool
check_length(const struct conf *c, const struct conf_node *n,
    const cyaml_schema_value_t *v, struct err *err)
{
	const size_t len = strlen(n->text);
	const struct conf_key most =
	    conf_key("at most %u bytes", v->string.max);

	if (len == 0 && v->string.min > 0)
		return node_bad(c, n, NULL, "empty",
		    "a text; leave the key out when there is none", err);
	return len <= v->string.max ||
	       node_bad(c, n, NULL, "too long", most.text, err);
}

static bool
check_value(const struct conf *c, const struct conf_node *n,
    const cyaml_schema_value_t *v, struct err *err)
{
	const enum conf_kind want = v->type == CYAML_MAPPING    ? CONF_MAP
				    : v->type == CYAML_SEQUENCE ? CONF_LIST
								: CONF_TEXT;
	struct buf right;

	if (n->kind != want && want == CONF_MAP) {
		buf_init(&right, 300);
		buf_addf(&right, "KEY: VALUE with these keys: ");
		list_keys(v->mapping.fields, &right);
		node_bad(c, n, NULL, "not a mapping", buf_text(&right), err);
		buf_free(&right);
		return false;
	}
	if (n->kind != want)
		return node_bad(c, n, NULL,
		    want == CONF_LIST ? "not a list" : "not one value",
		    want == CONF_LIST ? "[a, b], or a line \"- a\" for each"
				      : "KEY: VALUE on one line",
		    err);
	switch (v->type) {
	case CYAML_MAPPING:
		return check_map(c, n, v->mapping.fields, err);
	case CYAML_SEQUENCE:
		return check_list(c, n, v, err);
	case CYAML_ENUM:
		return check_enum(c, n, v, err);
	case CYAML_UINT:
		return check_whole(c, n, v, err);
	case CYAML_FLOAT:
		return check_number(c, n, err);
	default:
		return check_length(c, n, v, err);
	}
}

/* ---- libcyaml ---- */

static void *
memory(void *ctx, void *p, size_t size)
{
	(void)ctx;
	if (size != 0)
		return mem_grow(p, size);
	free(p);
	return NULL;
}

static void
keep_log(cyaml_log_t level, void *ctx, const char *fmt, va_list ap)
{
	(void)level;
	buf_vaddf(ctx, fmt, ap);
}

static cyaml_config_t
config(struct buf *log)
{
	return (cyaml_config_t){
		.log_fn = keep_log,
		.log_ctx = log,
		.mem_fn = memory,
		.log_level = CYAML_LOG_ERROR,
		.flags = CYAML_CFG_NO_ALIAS,
	};
}

bool
conf_load(const struct conf *c, const cyaml_schema_value_t *schema, void **data,
    struct err *err)
{
	struct buf log;
	cyaml_config_t cfg;
	cyaml_err_t code;

	*data = NULL;
	if (!check_value(c, c->root, schema, err))
		return false;
	buf_init(&log, sizeof err->what / 2);
	cfg = config(&log);
	code = cyaml_load_data(
	    (const uint8_t *)c->bytes, c->len, &cfg, schema, data, NULL);
	if (code != CYAML_OK)
		report(c->name, 0, NULL, cyaml_strerror(code), buf_text(&log),
		    NULL, err);
	buf_free(&log);
	return code == CYAML_OK;
}

void
conf_unload(const cyaml_schema_value_t *schema, void *data)
{
	struct buf log;
	cyaml_config_t cfg;

	buf_init(&log, 0);
	cfg = config(&log);
	cyaml_free(&cfg, schema, data, 0);
	buf_free(&log);
}
