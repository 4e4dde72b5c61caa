/* SPDX-License-Identifier: MIT */
#include "lib/journal.h"
#include "lib/files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "lib/digest.h"
#include "lib/json.h"
#include "lib/mem.h"

#define TEXT_MOST    16384        /* bytes of any one string in a record */
#define LINE_MOST    (4u << 20)   /* bytes of a record */
#define JOURNAL_MOST (256u << 20) /* bytes of a journal */
#define COUNT_MOST   INT32_MAX
#define COUNT(table) (sizeof(table) / sizeof *(table))

struct journal {
	char *path;
	int fd;
	size_t seq; /* of the next record */
	char prev[DIGEST_TEXT];
	size_t counts[VERDICT_COUNT];
	bool over; /* closed, or a write failed */
};

/* A journal while it is being read. */
struct reading {
	struct ledger *ledger;
	struct span rest;
	size_t line; /* from 1 */
	size_t good; /* bytes of the lines that are sound */
	char prev[DIGEST_TEXT];
	size_t counts[VERDICT_COUNT];
	bool closed; /* a close record went by */
	bool torn;   /* the one flaw that journal_resume() can mend */
};

/* Members of struct outcome that are strings, and which may be NULL. */
static const struct {
	const char *key;
	size_t at;
	bool optional;
} texts[] = {
	{ "id", offsetof(struct outcome, id), false },
	{ "why", offsetof(struct outcome, why), false },
	{ "clause", offsetof(struct outcome, clause), true },
	{ "expected", offsetof(struct outcome, expected), true },
	{ "heard", offsetof(struct outcome, heard), true },
	{ "file", offsetof(struct outcome, file), true },
	{ "started", offsetof(struct outcome, started), false },
};

/* A path that stays below the folder it is taken from. */
static bool
is_below(const char *path)
{
	struct span rest = span_of(path);

	if (rest.len == 0 || path[0] == '/')
		return false;
	while (rest.len != 0)
		if (span_eq(span_cut(&rest, '/'), SPAN("..")))
			return false;
	return true;
}

static size_t
sum(const size_t counts[VERDICT_COUNT])
{
	size_t n = 0;

	for (size_t i = 0; i < VERDICT_COUNT; i++)
		n += counts[i];
	return n;
}

/* One write(2), synced.  A part of a line on the disk is a failure too. */
static bool
put_line(struct journal *j, struct span line, struct err *err)
{
	ssize_t n;

	do
		n = write(j->fd, line.ptr, line.len);
	while (n == -1 && errno == EINTR);
	if (n != -1 && (size_t)n < line.len) {
		errno = ENOSPC;
		return err_set(err, ERR_IO,
		    "%s: disk full: %zd of %zu bytes of record %zu written; "
		    "make room and resume",
		    j->path, n, line.len, j->seq);
	}
	if (n == -1 || fdatasync(j->fd) == -1)
		return err_set(err, ERR_IO,
		    "%s: %srecord %zu cannot be written", j->path,
		    files_disk_full(errno), j->seq);
	return true;
}

/* Appends the record, which it takes over. */
static bool
append(struct journal *j, const char *type, json_t *record, struct err *err)
{
	char *text, *line;
	struct span whole;
	bool ok;

	json_object_set_new(record, "type", json_string(type));
	json_object_set_new(record, "seq", json_integer((json_int_t)j->seq));
	json_object_set_new(record, "prev", json_string(j->prev));
	text = json_canonical(record);
	json_decref(record);
	line = mem_textf("%s\n", text);
	whole = span_of(line);
	if (j->over)
		ok = err_set(err, ERR_CLOSED,
		    "%s: closed, or broken by a write that failed before",
		    j->path);
	else if (whole.len > LINE_MOST)
		ok = err_set(err, ERR_LIMIT,
		    "%s: record %zu has %zu bytes; at most %u", j->path, j->seq,
		    whole.len, LINE_MOST);
	else
		ok = put_line(j, whole, err);
	if (ok) {
		digest_text(span_of(text), j->prev);
		j->seq++;
	}
	j->over = !ok;
	free(line);
	free(text);
	return ok;
}

/* Opens and locks the file: a second writer would break the chain. */
static struct journal *
take(const char *path, int flags, struct err *err)
{
	const int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | flags, 0666);
	struct journal *j;

	if (fd == -1) {
		err_set(err, ERR_IO, "%s: cannot be opened for writing", path);
		return NULL;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		err_set(err, ERR_IO, "%s: another process writes it", path);
		close(fd);
		return NULL;
	}
	j = mem_new(1, sizeof *j);
	j->path = mem_text(span_of(path));
	j->fd = fd;
	return j;
}

/* Whatever is longer than any first record is nobody's torn one. */
bool
journal_begun(const char *path)
{
	FILE *f = fopen(path, "re");
	bool begun = false;
	size_t n = 0;
	int c;

	while (f != NULL && !begun && (c = getc(f)) != EOF)
		begun = c == '\n' || (n == 0 && c != '{') || n++ == LINE_MOST;
	if (f != NULL)
		fclose(f);
	return begun;
}

struct journal *
journal_create(const char *path, const char *plan_digest, const char *cites,
    struct err *err)
{
	struct journal *j = take(path, O_CREAT, err);
	json_t *o;

	if (j == NULL)
		return NULL;
	if (journal_begun(path) || ftruncate(j->fd, 0) == -1) {
		err_set(err, ERR_IO, "%s: there is a journal already", path);
		journal_free(j);
		return NULL;
	}
	o = json_object();
	json_object_set_new(o, "plan", json_clean(plan_digest, TEXT_MOST));
	json_object_set_new(o, "cites", json_clean(cites, TEXT_MOST));
	if (append(j, "plan", o, err)) {
		files_sync_name(path);
		return j;
	}
	journal_free(j);
	return NULL;
}

static json_t *
evidence_json(const struct outcome *o)
{
	json_t *list = json_array();

	for (size_t i = 0; i < o->n_evidence; i++) {
		json_t *e = json_object();

		json_object_set_new(
		    e, "path", json_clean(o->evidence[i].path, TEXT_MOST));
		json_object_set_new(
		    e, "sm3", json_clean(o->evidence[i].sm3, TEXT_MOST));
		json_array_append_new(list, e);
	}
	return list;
}

static json_t *
outcome_json(const struct outcome *o)
{
	json_t *record = json_object();

	for (size_t i = 0; i < COUNT(texts); i++) {
		char *const *text =
		    (char *const *)((const char *)o + texts[i].at);
		const char *value = *text;

		if (value == NULL && !texts[i].optional)
			value = "";
		json_object_set_new(
		    record, texts[i].key, json_clean(value, TEXT_MOST));
	}
	json_object_set_new(
	    record, "verdict", json_string(verdict_name(o->verdict)));
	json_object_set_new(record, "attempt", json_integer(o->attempt));
	json_object_set_new(record, "line", json_integer(o->line));
	json_object_set_new(record, "took_us", json_integer(o->took_us));
	json_object_set_new(record, "evidence", evidence_json(o));
	return record;
}

bool
journal_end_case(struct journal *j, const struct outcome *o, struct err *err)
{
	assert(o->id != NULL && o->attempt >= 1 && o->took_us >= 0);
	for (size_t i = 0; i < o->n_evidence; i++)
		assert(is_below(o->evidence[i].path) &&
		       digest_is(o->evidence[i].sm3));
	if (!append(j, "end", outcome_json(o), err))
		return err_while(err, "filing the end of %s", o->id);
	j->counts[o->verdict]++;
	return true;
}

bool
journal_note(struct journal *j, const char *text, struct err *err)
{
	json_t *o = json_object();

	json_object_set_new(o, "text", json_clean(text, TEXT_MOST));
	return append(j, "note", o, err);
}

bool
journal_close(struct journal *j, size_t planned, struct err *err)
{
	json_t *o = json_object(), *verdicts = json_object();
	bool ok;

	for (size_t i = 0; i < VERDICT_COUNT; i++)
		json_object_set_new(verdicts, verdict_name((enum verdict)i),
		    json_integer((json_int_t)j->counts[i]));
	json_object_set_new(o, "verdicts", verdicts);
	json_object_set_new(o, "planned", json_integer((json_int_t)planned));
	json_object_set_new(
	    o, "ended", json_integer((json_int_t)sum(j->counts)));
	ok = append(j, "close", o, err);
	j->over = true;
	return ok;
}

void
journal_free(struct journal *j)
{
	if (j == NULL)
		return;
	close(j->fd);
	free(j->path);
	free(j);
}

/* Room for one more element of "size" bytes after n of them. */
static void *
one_more(void *list, size_t n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return list;
	return mem_grow(list, (n == 0 ? 1 : 2 * n) * size);
}

static void
flaw_set(struct ledger *l, char *text)
{
	if (l->flaw == NULL)
		l->flaw = text;
	else
		free(text);
}

static void
read_plan(struct reading *r, struct json_in *in, const json_t *o)
{
	static const char *const keys[] = { "type", "seq", "prev", "plan",
		"cites", NULL };
	struct ledger *l = r->ledger;

	json_in_only(in, o, keys);
	l->plan_digest = json_in_text(in, o, "plan");
	l->cites = json_in_text_or_null(in, o, "cites");
	if (l->plan_digest != NULL && !digest_is(l->plan_digest))
		json_in_bad(in, "plan", "must be 64 hexadecimal digits");
}

static void
read_evidence(struct json_in *in, const json_t *list, struct outcome *out)
{
	static const char *const keys[] = { "path", "sm3", NULL };
	const size_t n = json_array_size(list);

	out->evidence = mem_new(n, sizeof *out->evidence);
	for (size_t i = 0; i < n && !in->bad; i++) {
		const json_t *o = json_array_get(list, i);
		struct evidence *e = &out->evidence[out->n_evidence++];

		if (!json_is_object(o))
			json_in_bad(in, "evidence", "must hold objects");
		json_in_only(in, o, keys);
		e->path = json_in_text(in, o, "path");
		e->sm3 = json_in_text(in, o, "sm3");
		if (e->path != NULL && !is_below(e->path))
			json_in_bad(in, "path", "leads out of evidence/");
		if (e->sm3 != NULL && !digest_is(e->sm3))
			json_in_bad(in, "sm3", "must be 64 hexadecimal digits");
	}
}

static void
read_outcome(struct json_in *in, const json_t *o, struct outcome *out)
{
	char *verdict;

	for (size_t i = 0; i < COUNT(texts); i++) {
		char **text = (char **)((char *)out + texts[i].at);

		*text = texts[i].optional
			    ? json_in_text_or_null(in, o, texts[i].key)
			    : json_in_text(in, o, texts[i].key);
	}
	verdict = json_in_text(in, o, "verdict");
	if (verdict != NULL && !verdict_parse(verdict, &out->verdict))
		json_in_bad(in, "verdict", "is no verdict");
	free(verdict);
	if (out->id != NULL && out->id[0] == '\0')
		json_in_bad(in, "id", "is empty");
	if (out->file != NULL && !is_below(out->file))
		json_in_bad(in, "file", "leads out of evidence/");
	out->attempt = (int)json_in_int(in, o, "attempt", 1, COUNT_MOST);
	out->line = (int)json_in_int(in, o, "line", 0, COUNT_MOST);
	out->took_us = json_in_int(in, o, "took_us", 0, INT64_MAX);
	read_evidence(in, json_in_array(in, o, "evidence"), out);
}

static void
read_end(struct reading *r, struct json_in *in, const json_t *o)
{
	static const char *const keys[] = { "type", "seq", "prev", "id", "why",
		"clause", "expected", "heard", "file", "started", "verdict",
		"attempt", "line", "took_us", "evidence", NULL };
	struct ledger *l = r->ledger;
	struct outcome out = { 0 };

	json_in_only(in, o, keys);
	read_outcome(in, o, &out);
	if (in->bad) {
		outcome_free(&out);
		return;
	}
	l->outcomes = one_more(l->outcomes, l->n, sizeof *l->outcomes);
	l->outcomes[l->n++] = out;
	r->counts[out.verdict]++;
}

static void
read_note(struct reading *r, struct json_in *in, const json_t *o)
{
	static const char *const keys[] = { "type", "seq", "prev", "text",
		NULL };
	struct ledger *l = r->ledger;
	char *text;

	json_in_only(in, o, keys);
	text = json_in_text(in, o, "text");
	if (text == NULL)
		return;
	l->notes = one_more(l->notes, l->n_notes, sizeof *l->notes);
	l->notes[l->n_notes++] = text;
}

static void
read_close(struct reading *r, struct json_in *in, const json_t *o)
{
	static const char *const keys[] = { "type", "seq", "prev", "planned",
		"ended", "verdicts", NULL };
	const json_t *verdicts = json_in_object(in, o, "verdicts");
	const size_t planned =
	    (size_t)json_in_int(in, o, "planned", 0, COUNT_MOST);
	const size_t ended = (size_t)json_in_int(in, o, "ended", 0, COUNT_MOST);

	json_in_only(in, o, keys);
	if (ended != sum(r->counts))
		json_in_bad(in, "ended",
		    "states %zu ended cases where the journal holds %zu", ended,
		    sum(r->counts));
	for (size_t i = 0; i < VERDICT_COUNT; i++) {
		const char *name = verdict_name((enum verdict)i);
		const size_t n =
		    (size_t)json_in_int(in, verdicts, name, 0, COUNT_MOST);

		if (n != r->counts[i])
			json_in_bad(in, name,
			    "states %zu where the journal holds %zu", n,
			    r->counts[i]);
	}
	if (json_object_size(verdicts) != VERDICT_COUNT)
		json_in_bad(in, "verdicts", "must have a count per verdict");
	r->closed = !in->bad;
	r->ledger->planned = in->bad ? 0 : planned;
}

static const struct {
	const char *type;
	void (*read)(struct reading *, struct json_in *, const json_t *);
} kinds[] = {
	{ "plan", read_plan },
	{ "end", read_end },
	{ "note", read_note },
	{ "close", read_close },
};

/* What the record before this one has to do with it. */
static void
read_links(struct reading *r, struct json_in *in, const json_t *o)
{
	const int64_t seq = json_in_int(in, o, "seq", 0, COUNT_MOST);
	char *prev = json_in_text(in, o, "prev");

	if (r->closed)
		json_in_bad(in, "seq", "stands after the close record");
	if (!in->bad && (size_t)seq != r->line - 1)
		json_in_bad(in, "seq",
		    "is %" PRId64 ", must be %zu: a line was cut out, moved, "
		    "doubled or added",
		    seq, r->line - 1);
	if (prev != NULL && strcmp(prev, r->prev) != 0)
		json_in_bad(in, "prev",
		    "is not the SM3 of line %zu, which was changed, moved or "
		    "put in",
		    r->line - 1);
	free(prev);
}

static void
read_record(struct reading *r, struct json_in *in, const json_t *o)
{
	char *type;
	size_t i = 0;

	if (!json_is_object(o))
		json_in_bad(in, "record", "must be an object");
	read_links(r, in, o);
	type = json_in_text(in, o, "type");
	while (type != NULL && i < COUNT(kinds) &&
	       strcmp(type, kinds[i].type) != 0)
		i++;
	if (i == COUNT(kinds))
		json_in_bad(in, "type", "\"%s\" is none", type);
	else if (!in->bad && (i == 0) != (r->line == 1))
		json_in_bad(in, "type",
		    "the plan must be the first record and no other");
	if (!in->bad)
		kinds[i].read(r, in, o);
	free(type);
}

/*
 * The chain does not cover the last line, so that an edit of it could pass:
 * at least it has to have the one form that we write.
 */
static void
read_form(struct json_in *in, const json_t *o, struct span line)
{
	char *again = json_canonical(o);

	if (!span_eq(span_of(again), line))
		json_in_bad(in, "record", "not in the form that we write");
	free(again);
}

static void
read_line(struct reading *r, struct span line)
{
	char what[32];
	struct err err = { 0 };
	struct json_in in;
	json_t *o;

	snprintf(what, sizeof what, "line %zu", r->line);
	in = json_in_start(what, &err);
	o = json_parse(what, line, &err);
	in.bad = o == NULL;
	if (o != NULL) {
		read_form(&in, o, line);
		read_record(r, &in, o);
	}
	json_decref(o);
	if (in.bad) {
		flaw_set(r->ledger, mem_text(span_of(err.what)));
		return;
	}
	digest_text(line, r->prev);
	r->good += line.len + 1;
}

static void
read_lines(struct reading *r)
{
	struct ledger *l = r->ledger;

	while (r->rest.len != 0 && l->flaw == NULL) {
		const size_t n = span_find(r->rest, SPAN("\n"));

		r->line++;
		r->torn = n == r->rest.len;
		if (n > LINE_MOST)
			l->flaw = mem_textf("line %zu: longer than %u bytes",
			    r->line, LINE_MOST);
		else if (r->torn)
			l->flaw = mem_textf(
			    "line %zu: torn: does not end in a newline",
			    r->line);
		else
			read_line(r, span_take(r->rest, n));
		r->rest = span_skip(r->rest, r->torn ? n : n + 1);
	}
	if (r->line == 0)
		l->flaw = mem_text(SPAN("line 1: the journal is empty"));
	l->closed = r->closed && l->flaw == NULL;
	l->head = mem_text(span_of(r->prev));
}

void
ledger_parse(struct span text, struct ledger *l)
{
	struct reading r = { .ledger = l, .rest = text };

	*l = (struct ledger){ 0 };
	read_lines(&r);
}

bool
ledger_read(const char *path, struct ledger *l, struct err *err)
{
	size_t n;
	char *text = files_read_text(path, JOURNAL_MOST, &n, err);

	*l = (struct ledger){ 0 };
	if (text == NULL)
		return false;
	ledger_parse((struct span){ text, n }, l);
	free(text);
	return true;
}

void
ledger_free(struct ledger *l)
{
	free(l->plan_digest);
	free(l->cites);
	free(l->head);
	for (size_t i = 0; i < l->n; i++)
		outcome_free(&l->outcomes[i]);
	free(l->outcomes);
	for (size_t i = 0; i < l->n_notes; i++)
		free(l->notes[i]);
	free(l->notes);
	free(l->flaw);
	*l = (struct ledger){ 0 };
}

/* NULL, or what is wrong with this piece of evidence. */
static char *
evidence_flaw(const char *run_dir, const char *id, const struct evidence *e)
{
	struct err err = { 0 };
	char *path = mem_textf("%s/evidence/%s", run_dir, e->path);
	char *sm3 = is_below(e->path) ? run_digest_file(path, &err) : NULL;
	char *flaw = NULL;

	if (sm3 == NULL)
		flaw = mem_textf("case %s: evidence missing: %s", id,
		    err.kind == ERR_NONE ? e->path : err.what);
	else if (strcmp(sm3, e->sm3) != 0)
		flaw = mem_textf("case %s: evidence was changed: %s", id, path);
	free(sm3);
	free(path);
	return flaw;
}

bool
ledger_check_evidence(struct ledger *l, const char *run_dir)
{
	for (size_t i = 0; i < l->n && l->flaw == NULL; i++) {
		const struct outcome *o = &l->outcomes[i];

		for (size_t k = 0; k < o->n_evidence && l->flaw == NULL; k++)
			l->flaw =
			    evidence_flaw(run_dir, o->id, &o->evidence[k]);
		if (o->n_evidence == 0 &&
		    (o->verdict == PASS || o->verdict == FAIL))
			flaw_set(l, mem_textf("case %s: %s without evidence",
					o->id, verdict_name(o->verdict)));
	}
	return l->flaw == NULL;
}

/* Cuts a torn last line off and brings the journal to where it stopped. */
static bool
mend(struct journal *j, struct reading *r, size_t size, struct err *err)
{
	const struct ledger *l = r->ledger;
	char note[128];

	if (r->closed)
		return err_set(err, ERR_CLOSED,
		    "%s: is closed; make a new run that cites it", j->path);
	if (l->flaw != NULL && (!r->torn || r->line == 1))
		return err_set(err, ERR_FORGED,
		    "%s: %s; cannot be continued, start a new run", j->path,
		    l->flaw);
	if (ftruncate(j->fd, (off_t)r->good) == -1)
		return err_set(
		    err, ERR_IO, "%s: cannot cut its torn last line", j->path);
	j->seq = r->line - (r->torn ? 1 : 0);
	memcpy(j->prev, r->prev, sizeof j->prev);
	memcpy(j->counts, r->counts, sizeof j->counts);
	snprintf(note, sizeof note, "resumed: a torn line of %zu bytes cut off",
	    size - r->good);
	return journal_note(j, r->torn ? note : "resumed", err);
}

struct journal *
journal_resume(const char *path, struct err *err)
{
	struct journal *j = take(path, 0, err);
	struct ledger l = { 0 };
	struct reading r = { .ledger = &l };
	char *text = NULL;
	size_t n = 0;
	bool ok = false;

	if (j == NULL)
		return NULL;
	text = files_read_text(path, JOURNAL_MOST, &n, err);
	if (text != NULL) {
		r.rest = (struct span){ text, n };
		read_lines(&r);
		ok = mend(j, &r, n, err);
	}
	ledger_free(&l);
	free(text);
	if (ok)
		return j;
	journal_free(j);
	return NULL;
}

char *
outcome_text(const struct outcome *o)
{
	json_t *record = outcome_json(o);
	char *text = json_canonical(record);

	json_decref(record);
	return text;
}

bool
outcome_parse(struct span text, struct outcome *out, struct err *err)
{
	struct json_in in = json_in_start("outcome", err);
	json_t *record = json_parse("outcome", text, err);

	*out = (struct outcome){ 0 };
	if (record == NULL)
		return false;
	read_outcome(&in, record, out);
	json_decref(record);
	if (in.bad)
		outcome_free(out);
	return !in.bad;
}
