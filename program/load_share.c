/* SPDX-License-Identifier: MIT */
#include "program/load_share.h"

#include <stdlib.h>
#include <string.h>

#include "lib/files.h"
#include "lib/mem.h"
#include "program/program.h"

#define NAME_MOST 100

/* ---- a text of files: "NAME LENGTH\n", and so many octets ---- */

static bool
pack_file(struct buf *out, const char *name, const char *path, struct err *err)
{
	size_t n;
	char *text = files_read_text(path, LOAD_SHARE_MOST, &n, err);

	if (text == NULL)
		return false;
	buf_addf(out, "%s %zu\n", name, n);
	buf_add(out, (struct span){ text, n });
	free(text);
	return !out->full || err_set(err, ERR_LIMIT,
				 "%s: all files of the load together are more "
				 "than %u octets",
				 path, LOAD_SHARE_MOST);
}

static bool
pack_named(struct buf *out, const struct scenario *s, size_t phase,
    const char *path, struct err *err)
{
	char *name;
	bool ok;

	if (path == NULL)
		return true;
	name = scenario_carried(s->name, phase, path);
	ok = pack_file(out, name, path, err);
	free(name);
	return ok;
}

static bool
pack_scenario(const struct load_request *r, const struct profile *p,
    const char *which, struct buf *out, struct err *err)
{
	struct scenario s;
	char *name;
	bool ok;

	if (!scenario_read(
		&s, load_request_fixtures(r), which, p, &r->change, err))
		return false;
	name = mem_textf("%s.yaml", s.name);
	ok = pack_file(out, name, s.path, err) &&
	     pack_named(out, &s, SCENARIO_FEED, s.feed, err);
	for (size_t i = 0; i < s.n_phases; i++)
		ok = ok && pack_named(out, &s, i, s.phases[i].trace, err);
	free(name);
	scenario_free(&s);
	return ok;
}

bool
load_share_pack(const struct load_request *r, const struct profile *p,
    struct buf *out, struct err *err)
{
	size_t n = 0;
	char **names;
	bool ok = true;

	buf_addf(out, "%s\n", r->scenario == NULL ? "all" : "one");
	if (r->scenario != NULL)
		return pack_scenario(r, p, r->scenario, out, err);
	names = scenario_names(load_request_fixtures(r), &n, err);
	for (size_t i = 0; i < n; i++) {
		ok = ok && pack_scenario(r, p, names[i], out, err);
		free(names[i]);
	}
	ok &= names != NULL;
	free(names);
	return ok;
}

/* ---- and files again ---- */

static bool
bad(struct err *err)
{
	return err_set(
	    err, ERR_CONFIG, "what rank 0 sent is no list of scenarios");
}

/* Of one folder, and not hidden in it. */
static bool
is_name(struct span name)
{
	static const char letters[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

	for (size_t i = 0; i < name.len; i++)
		if (name.ptr[i] == '\0' || strchr(letters, name.ptr[i]) == NULL)
			return false;
	return name.len > 0 && name.len <= NAME_MOST && name.ptr[0] != '.';
}

static bool
unpack_file(
    struct span *from, const char *dir, struct span *name, struct err *err)
{
	struct span head = span_cut(from, '\n'), content;
	char *path, *number, *end;
	size_t n;
	bool ok;

	*name = span_cut(&head, ' ');
	number = mem_text(span_take(head, head.len < 12 ? head.len : 12));
	n = strtoul(number, &end, 10);
	ok = is_name(*name) && number[0] >= '0' && number[0] <= '9' &&
	     *end == '\0' && n <= from->len;
	free(number);
	if (!ok)
		return bad(err);
	content = span_take(*from, n);
	*from = span_skip(*from, n);
	path = mem_textf("%s/load/%.*s", dir, SPAN_FMT(*name));
	ok = files_write(path, content, err);
	free(path);
	return ok;
}

bool
load_share_unpack(
    struct load_share *s, const char *dir, struct span from, struct err *err)
{
	const struct span which = span_cut(&from, '\n');
	char *path = mem_textf("%s/load", dir);
	struct span name = SPAN("");
	bool ok = files_make_dir(path, err);

	free(path);
	*s = (struct load_share){ .dir = mem_text(span_of(dir)) };
	if (ok && !span_eq(which, SPAN("one")) && !span_eq(which, SPAN("all")))
		ok = bad(err);
	while (ok && from.len != 0) {
		ok = unpack_file(&from, dir, &name, err);
		if (ok && s->name == NULL && span_eq(which, SPAN("one")))
			s->name = mem_text(
			    span_take(name, span_find(name, SPAN(".yaml"))));
	}
	return ok;
}

void
load_share_free(struct load_share *s)
{
	struct err ignored;

	if (s->dir != NULL)
		files_remove(s->dir, &ignored);
	free(s->dir);
	free(s->name);
	*s = (struct load_share){ 0 };
}

/* ---- over the ranks ---- */

static bool
receive(struct load_share *s, struct load_request *r, struct span text,
    struct err *err)
{
	char dir[] = "/tmp/yanshou-rank-XXXXXX";

	if (mkdtemp(dir) == NULL)
		return err_set(err, ERR_IO, "mkdtemp %s", dir);
	if (!load_share_unpack(s, dir, text, err))
		return false;
	r->fixtures = s->dir;
	r->scenario = s->name;
	r->change.carried = true;
	return true;
}

bool
load_share(struct load_share *s, struct load_request *r,
    const struct profile *p, struct err *err)
{
	struct buf text;
	struct err other;
	bool ok = true;

	*s = (struct load_share){ 0 };
	if (r->ranks.n == 1)
		return true;
	buf_init(&text, LOAD_SHARE_MOST);
	if (r->ranks.rank == 0)
		ok = load_share_pack(r, p, &text, err);
	if (!ok)
		buf_clear(&text); /* which tells the others so */
	if (ranks_spread(&r->ranks, &text, ok ? err : &other)) {
		if (r->ranks.rank != 0)
			ok = receive(s, r, buf_span(&text), err);
		if (!ranks_agree(&r->ranks, "folder", ok ? "there" : NULL,
			ok ? err : &other))
			ok = false;
	} else {
		ok = false;
	}
	buf_free(&text);
	return ok;
}
