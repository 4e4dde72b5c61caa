/* SPDX-License-Identifier: MIT */
#include "program/score_kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/json.h"
#include "lib/kit.h"
#include "lib/mem.h"

#define SAID_MOST 4096

static bool
write_json(const char *path, json_t *o, struct err *err)
{
	char *text = json_canonical(o);
	const bool ok = files_write(path, span_of(text), err);

	free(text);
	json_decref(o);
	return ok;
}

static json_t *
read_json(const char *path, struct err *err)
{
	size_t n;
	char *text = files_read_text(path, SAID_MOST, &n, err);
	json_t *o = text == NULL
			? NULL
			: json_parse(path, (struct span){ text, n }, err);

	free(text);
	return o;
}

static bool
same(const char *path, const json_t *mine, struct err *err)
{
	json_t *theirs = read_json(path, err);
	bool ok = theirs != NULL;

	if (ok && !json_equal(theirs, mine)) {
		char *t = json_canonical(theirs), *m = json_canonical(mine);

		ok = err_set(err, ERR_CONFIG,
		    "%s: a score of %s was begun here, this is one of %s: "
		    "name another folder with --run, or remove this one",
		    path, t, m);
		free(m);
		free(t);
	}
	json_decref(theirs);
	return ok;
}

bool
score_kept_open(const char *dir, bool quick, struct err *err)
{
	char *path = mem_textf("%s/score", dir);
	json_t *mine =
	    json_pack("{s:s, s:b}", "judge", kit_judge(), "quick", (int)quick);
	bool ok;

	if (access(path, F_OK) == 0)
		ok = same(path, mine, err);
	else if (access(dir, F_OK) == 0)
		ok = err_set(err, ERR_CONFIG,
		    "%s: is there already, and no score was begun in it: name "
		    "a folder with --run that is not there yet",
		    dir);
	else
		ok = files_make_dir(dir, err) &&
		     write_json(path, json_incref(mine), err);
	json_decref(mine);
	free(path);
	return ok;
}

static char *
said_of(const char *dir, size_t number)
{
	return mem_textf("%s/%zu.json", dir, number);
}

static char *
journal_of(const char *dir, size_t number)
{
	return mem_textf("%s/%zu.jsonl", dir, number);
}

bool
score_kept_has(const char *dir, size_t number, const char *where)
{
	char *path = said_of(dir, number);
	struct err ignored;
	json_t *o = access(path, F_OK) == 0 ? read_json(path, &ignored) : NULL;
	const char *whose = json_string_value(json_object_get(o, "where"));
	const bool has = whose != NULL && strcmp(whose, where) == 0;

	json_decref(o);
	free(path);
	return has;
}

bool
score_kept_put(const char *dir, size_t number, const char *where,
    const char *run, size_t judged, size_t agreed, struct err *err)
{
	char *from = mem_textf("%s/journal.jsonl", run);
	char *journal = journal_of(dir, number), *said = said_of(dir, number);
	bool ok = rename(from, journal) == 0 ||
		  err_set(err, ERR_IO, "%s: %s", journal, strerror(errno));

	/* Last of all: it says that the journal is there, and whole. */
	ok = ok && write_json(said,
		       json_pack("{s:s, s:I, s:I}", "where", where, "judged",
			   (json_int_t)judged, "agreed", (json_int_t)agreed),
		       err);
	free(said);
	free(journal);
	free(from);
	return ok;
}

static bool
read_whole(const char *path, struct ledger *l, struct err *err)
{
	if (!ledger_read(path, l, err))
		return false;
	if (l->closed && l->flaw == NULL)
		return true;
	err_set(err, ERR_FORGED, "%s: %s", path,
	    l->flaw != NULL ? l->flaw : "ends before its last record");
	ledger_free(l);
	return false;
}

bool
score_kept_read(
    const char *dir, size_t number, struct score_kept *k, struct err *err)
{
	char *journal = journal_of(dir, number), *said = said_of(dir, number);
	json_t *o = read_json(said, err);
	struct json_in in = json_in_start(said, err);

	*k = (struct score_kept){ 0 };
	if (o != NULL) {
		k->judged = (size_t)json_in_int(&in, o, "judged", 0, 1 << 30);
		k->agreed = (size_t)json_in_int(&in, o, "agreed", 0, 1 << 30);
	}
	in.bad = in.bad || o == NULL || !read_whole(journal, &k->ledger, err);
	json_decref(o);
	free(said);
	free(journal);
	return !in.bad;
}

void
score_kept_free(struct score_kept *k)
{
	ledger_free(&k->ledger);
}
