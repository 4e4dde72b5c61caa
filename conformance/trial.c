/* SPDX-License-Identifier: MIT */
#include "conformance/trial.h"

#include <ctype.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conformance/talk.h"
#include "lib/clock.h"
#include "lib/digest.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/text.h"

#define EVIDENCE_MOST (64u << 20)

/* Evidence that judge() has read back. */
struct content {
	char *name;
	struct buf bytes;
};

struct trial {
	struct trial_setup setup;
	char *token;
	char *dir; /* of this attempt's evidence */
	struct secrets secrets;
	struct mono deadline;
	bool replaying;

	json_t *values; /* variables looked up by the conversation under way */
	json_t *facts;
	struct content *contents;
	size_t n_contents;

	enum verdict verdict;
	char why[256];
	struct deviation deviation;
	char file[128]; /* transcript that shows it */
	int line;
};

/* ---- what the case is about ---- */

const struct conf_case *
trial_case(const struct trial *t)
{
	return t->setup.cs;
}

const struct profile *
trial_profile(const struct trial *t)
{
	return t->setup.profile;
}

const char *
trial_token(const struct trial *t)
{
	return t->token;
}

const char *
trial_evidence(const struct trial *t)
{
	return t->setup.evidence;
}

int64_t
trial_left_ms(const struct trial *t)
{
	const int64_t us = mono_since_us(clock_mono(), t->deadline);

	return us <= 0 ? 0 : us / 1000;
}

static void
set_secrets(struct trial *t)
{
	const struct profile *p = t->setup.profile;

	for (size_t i = 0; p != NULL && i < p->n_accounts; i++) {
		const struct profile_account *a = &p->accounts[i];
		struct buf plain, code;

		buf_init(&plain, 4096);
		buf_init(&code, 8192);
		secrets_add(&t->secrets, span_of(a->password));
		text_base64(span_of(a->password), &code);
		secrets_add(&t->secrets, buf_span(&code));
		buf_clear(&code);
		buf_addf(&plain, "%c%s%c%s", 0, a->user, 0, a->password);
		text_base64(buf_span(&plain), &code);
		secrets_add(&t->secrets, buf_span(&code));
		buf_free(&plain);
		buf_free(&code);
	}
}

struct trial *
trial_new(const struct trial_setup *setup)
{
	struct trial *t = mem_new(1, sizeof *t);

	t->setup = *setup;
	t->token = setup->attempt <= 1
		       ? mem_textf("%s.%s", setup->run, setup->cs->id)
		       : mem_textf("%s.%s.%d", setup->run, setup->cs->id,
			     setup->attempt);
	t->dir = setup->attempt <= 1
		     ? mem_textf("%s/%s", setup->evidence, setup->cs->id)
		     : mem_textf("%s/%s/%d", setup->evidence, setup->cs->id,
			   setup->attempt);
	t->facts = json_object();
	t->values = json_object();
	t->deadline = clock_mono();
	t->deadline.us += setup->soft_ms * 1000;
	set_secrets(t);
	return t;
}

void
trial_free(struct trial *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n_contents; i++) {
		free(t->contents[i].name);
		buf_free(&t->contents[i].bytes);
	}
	free(t->contents);
	secrets_free(&t->secrets);
	json_decref(t->facts);
	json_decref(t->values);
	free(t->token);
	free(t->dir);
	free(t);
}

/* ---- verdicts ---- */

/* The first deviation stays; a verdict only gets worse. */
static void
settle(struct trial *t, enum verdict v, const char *fmt, va_list ap)
{
	if (verdict_worse(t->verdict, v) == t->verdict)
		return;
	t->verdict = v;
	vsnprintf(t->why, sizeof t->why, fmt, ap);
}

static void say(struct trial *t, enum verdict v, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
say(struct trial *t, enum verdict v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	settle(t, v, fmt, ap);
	va_end(ap);
}

bool
trial_claim(struct trial *t, const char *clause, bool holds,
    const char *expected, const char *fmt, ...)
{
	char heard[sizeof t->deviation.heard];
	struct buf shown;
	va_list ap;

	if (holds || t->verdict >= FAIL)
		return holds && t->verdict < FAIL;
	va_start(ap, fmt);
	vsnprintf(heard, sizeof heard, fmt, ap);
	va_end(ap);
	buf_init(&shown, 4 * sizeof heard);
	text_escape(span_of(heard), &shown);
	snprintf(t->deviation.heard, sizeof t->deviation.heard, "%.*s",
	    (int)sizeof t->deviation.heard - 1, buf_text(&shown));
	buf_free(&shown);
	snprintf(t->deviation.expected, sizeof t->deviation.expected, "%s",
	    expected);
	snprintf(t->deviation.clause, sizeof t->deviation.clause, "%s", clause);
	say(t, FAIL, "expected %.100s, found %.100s", expected,
	    t->deviation.heard);
	return false;
}

bool
trial_need(struct trial *t, bool holds, const char *fmt, ...)
{
	va_list ap;

	if (!holds) {
		va_start(ap, fmt);
		settle(t, INCONCLUSIVE, fmt, ap);
		va_end(ap);
	}
	return t->verdict < INCONCLUSIVE;
}

bool
trial_sane(struct trial *t, bool holds, const char *fmt, ...)
{
	va_list ap;

	if (!holds) {
		va_start(ap, fmt);
		settle(t, BROKEN, fmt, ap);
		va_end(ap);
	}
	return t->verdict < BROKEN;
}

void
trial_review(struct trial *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	settle(t, REVIEW, fmt, ap);
	va_end(ap);
}

enum verdict
trial_verdict(const struct trial *t)
{
	return t->verdict;
}

/* ---- variables ---- */

static bool
add_text(struct buf *value, const char *text)
{
	if (text == NULL)
		return false;
	buf_add(value, span_of(text));
	return true;
}

/* "alice.password": false when there is no such account or part. */
static bool
account_value(
    struct trial *t, struct span name, struct buf *value, bool *secret)
{
	struct span part = name;
	char *role = mem_text(span_cut(&part, '.'));
	const struct profile_account *a =
	    profile_account(t->setup.profile, role);

	free(role);
	if (a == NULL)
		return false;
	if (span_eq(part, SPAN("address")))
		return add_text(value, a->address);
	if (span_eq(part, SPAN("user")))
		return add_text(value, a->user);
	*secret = true;
	if (span_eq(part, SPAN("password")))
		return add_text(value, a->password);
	if (span_eq(part, SPAN("plain"))) { /* RFC 4616 2 */
		struct buf plain;

		buf_init(&plain, 4096);
		buf_addf(&plain, "%c%s%c%s", 0, a->user, 0, a->password);
		text_base64(buf_span(&plain), value);
		buf_free(&plain);
		return true;
	}
	return false;
}

static bool
limit_value(struct trial *t, struct span metric, struct buf *value)
{
	char *name = mem_text(metric);
	double number;
	const bool ok = profile_limit(
	    t->setup.profile, t->setup.cs->verifies, name, &number);

	free(name);
	if (ok)
		buf_addf(value, "%.15g", number);
	return ok;
}

static bool
file_value(struct trial *t, struct span path, struct buf *value)
{
	char *full = mem_textf("%s/%.*s", t->setup.fixtures, SPAN_FMT(path));
	struct err err;
	const bool ok = files_read(full, value, &err);

	free(full);
	return ok;
}

static bool
find_value(struct trial *t, struct span name, struct buf *value, bool *secret)
{
	const struct profile *p = t->setup.profile;
	const struct {
		const char *name, *value;
	} fixed[] = {
		{ "token", t->token },
		{ "domain", p->mail.domain },
		{ "utf8_domain", p->mail.utf8_domain },
		{ "foreign", p->mail.foreign },
		{ "unknown", p->mail.unknown },
		{ "sink_domain", p->mail.sink_domain },
	};

	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
		if (span_eq(name, span_of(fixed[i].name)))
			return add_text(value, fixed[i].value);
	if (span_eq(name, SPAN("client"))) {
		buf_addf(value, "%s.client.example", t->token);
		return true;
	}
	if (span_eq(name, SPAN("sink"))) {
		if (p->mail.sink_domain == NULL)
			return false;
		buf_addf(value, "%s@%s", t->token, p->mail.sink_domain);
		return true;
	}
	if (span_starts(name, SPAN("file:")))
		return file_value(t, span_skip(name, 5), value);
	if (span_starts(name, SPAN("limit.")))
		return limit_value(t, span_skip(name, 6), value);
	return account_value(t, name, value, secret);
}

bool
trial_lookup(struct trial *t, struct span name, struct buf *value)
{
	const size_t before = value->len;
	bool secret = false;
	char *key;

	if (!find_value(t, name, value, &secret))
		return false;
	key = mem_text(name);
	if (span_starts(name, SPAN("file:")))
		json_object_set_new(t->values, key, json_string(""));
	else if (secret)
		json_object_set_new(t->values, key, json_string(SECRET_MARK));
	else
		json_object_set_new(t->values, key,
		    json_stringn(value->data + before, value->len - before));
	free(key);
	return true;
}

static bool
look_up(void *ctx, struct span name, struct buf *value)
{
	return trial_lookup(ctx, name, value);
}

char *
trial_expand(struct trial *t, const char *text)
{
	struct buf out;
	struct err err;
	char *copy;

	buf_init(&out, EVIDENCE_MOST);
	if (!template_fill(span_of(text), look_up, t, &out, &err))
		trial_sane(t, false, "%s", err.what);
	copy = mem_text(buf_span(&out));
	buf_free(&out);
	return copy;
}

/* ---- evidence ---- */

bool
trial_file(struct trial *t, const char *name, struct span content)
{
	char *path = mem_textf("%s/%s", t->dir, name);
	struct buf hidden;
	struct err err;
	bool ok;

	buf_init(&hidden, EVIDENCE_MOST);
	secrets_hide(&t->secrets, content, &hidden);
	ok = files_write(path, buf_span(&hidden), &err);
	trial_sane(t, ok, "cannot file evidence: %.200s", err.what);
	buf_free(&hidden);
	free(path);
	return ok;
}

bool
trial_has(const struct trial *t, const char *name)
{
	char *path = mem_textf("%s/%s", t->dir, name);
	const bool has = access(path, R_OK) == 0;

	free(path);
	return has;
}

const struct buf *
trial_content(struct trial *t, const char *name)
{
	struct content *c;
	struct err err;
	char *path;

	for (size_t i = 0; i < t->n_contents; i++)
		if (strcmp(t->contents[i].name, name) == 0)
			return &t->contents[i].bytes;
	t->contents =
	    mem_grow(t->contents, (t->n_contents + 1) * sizeof t->contents[0]);
	c = &t->contents[t->n_contents];
	buf_init(&c->bytes, EVIDENCE_MOST);
	path = mem_textf("%s/%s", t->dir, name);
	if (!files_read(path, &c->bytes, &err)) {
		buf_free(&c->bytes);
		free(path);
		return NULL;
	}
	free(path);
	c->name = mem_text(span_of(name));
	t->n_contents++;
	return &c->bytes;
}

void
trial_fact(struct trial *t, const char *key, const char *fmt, ...)
{
	struct buf raw, hidden, shown;
	va_list ap;

	buf_init(&raw, EVIDENCE_MOST);
	buf_init(&hidden, EVIDENCE_MOST);
	buf_init(&shown, EVIDENCE_MOST);
	va_start(ap, fmt);
	buf_vaddf(&raw, fmt, ap);
	va_end(ap);
	secrets_hide(&t->secrets, buf_span(&raw), &hidden);
	if (text_is_utf8(buf_span(&hidden)))
		buf_add(&shown, buf_span(&hidden));
	else
		text_escape(buf_span(&hidden), &shown);
	json_object_set_new(
	    t->facts, key, json_stringn(buf_text(&shown), shown.len));
	buf_free(&raw);
	buf_free(&hidden);
	buf_free(&shown);
}

void
trial_fact_int(struct trial *t, const char *key, int64_t n)
{
	json_object_set_new(t->facts, key, json_integer(n));
}

const char *
trial_fact_text(const struct trial *t, const char *key)
{
	return json_string_value(json_object_get(t->facts, key));
}

bool
trial_fact_get_int(const struct trial *t, const char *key, int64_t *n)
{
	const json_t *fact = json_object_get(t->facts, key);

	if (!json_is_integer(fact))
		return false;
	*n = json_integer_value(fact);
	return true;
}

/* ---- conversations ---- */

/*
 * One conversation: run, or judged again.  Returns its verdict; *end tells
 * the rest.
 */
static enum verdict
converse(struct trial *t, const char *name, const char *service,
    const char *text, struct talk_end *end)
{
	char *path = mem_textf("%s/%s.jsonl", t->dir, name);
	char sm3[DIGEST_TEXT];
	struct err err;
	struct script *script = script_compile(
	    t->setup.cs->id, text, t->setup.group->framing, &err);
	bool ok = false;

	*end = (struct talk_end){ .verdict = BROKEN };
	digest_text(span_of(text), sm3);
	if (script != NULL && t->replaying) {
		ok = talk_replay(script, sm3, path, end, &err);
	} else if (script != NULL) {
		const struct talk talk = {
			.profile = t->setup.profile,
			.service = service,
			.script = script,
			.script_sm3 = sm3,
			.lookup = look_up,
			.ctx = t,
			.secrets = &t->secrets,
			.deadline = t->deadline,
		};

		json_object_clear(t->values);
		ok = talk_run(&talk, path, t->values, end, &err);
	}
	if (!ok) {
		end->verdict = BROKEN;
		snprintf(end->why, sizeof end->why, "%.250s", err.what);
	}
	script_free(script);
	free(path);
	return end->verdict;
}

enum verdict
trial_talk(struct trial *t, const char *name, const char *service,
    const char *dialogue)
{
	struct talk_end end;
	const enum verdict v = converse(t, name, service, dialogue, &end);

	trial_fact(t, name, "%s", verdict_name(v));
	if (v != PASS) {
		char *key = mem_textf("%s.why", name);

		trial_fact(t, key, "%s", end.why);
		free(key);
	}
	return v;
}

/* A conversation that shows that the target can do it right. */
static void
twin(struct trial *t, const char *when)
{
	const struct conf_case *c = conf_case_find(t->setup.cs->twin, NULL);
	struct talk_end end;
	char name[32];

	if (c == NULL || c->dialogue == NULL) {
		say(t, BROKEN, "there is no twin \"%s\"", t->setup.cs->twin);
		return;
	}
	snprintf(name, sizeof name, "twin-%s", when);
	if (converse(t, name, c->service, c->dialogue, &end) == PASS)
		return;
	say(t, end.verdict == BROKEN ? BROKEN : INCONCLUSIVE,
	    "twin %s failed %s: %.160s", c->id, when, end.why);
	if (t->file[0] == '\0') {
		t->deviation = end.deviation;
		t->line = end.transcript_line;
		snprintf(t->file, sizeof t->file, "%s.jsonl", name);
	}
}

static void
play(struct trial *t)
{
	const struct conf_case *c = t->setup.cs;
	struct talk_end end;

	converse(t, "trial", c->service, c->dialogue, &end);
	if (end.verdict == PASS)
		return;
	say(t, end.verdict, "%s", end.why);
	t->deviation = end.deviation;
	t->line = end.transcript_line;
	snprintf(t->file, sizeof t->file, "trial.jsonl");
}

/* ---- facts on disk ---- */

static void
save_facts(struct trial *t)
{
	char *text = json_dumps(t->facts, JSON_SORT_KEYS | JSON_INDENT(1));
	char *path = mem_textf("%s/facts.json", t->dir);
	struct err err;

	trial_sane(t, files_write(path, span_of(text), &err),
	    "cannot file evidence: %.200s", err.what);
	free(path);
	free(text);
}

static void
load_facts(struct trial *t)
{
	char *path = mem_textf("%s/facts.json", t->dir);
	json_error_t je;
	json_t *facts = json_load_file(path, 0, &je);

	if (json_is_object(facts)) {
		json_decref(t->facts);
		t->facts = facts;
	} else {
		json_decref(facts);
		say(t, BROKEN, "%s: %s", path, je.text);
	}
	free(path);
}

static void
gather(struct trial *t)
{
	const struct conf_case *c = t->setup.cs;
	const bool went = c->collect(t);

	/*
	 * What collect said is as much evidence as what it filed: a judge who
	 * comes later must not say pass where collect could not go on.
	 */
	trial_fact(t, "collected", "%s", verdict_name(t->verdict));
	trial_fact(t, "collected.why", "%s", t->why);
	if (!went && t->verdict == PASS)
		say(t, BROKEN,
		    "evidence could not be collected, and nobody "
		    "said why");
	trial_fact(t, "collected", "%s", verdict_name(t->verdict));
	save_facts(t);
	if (went && t->verdict < INCONCLUSIVE)
		c->judge(t);
}

static void
judge_again(struct trial *t)
{
	enum verdict v = BROKEN;
	const char *name, *why;

	load_facts(t);
	if (t->verdict == BROKEN)
		return;
	name = trial_fact_text(t, "collected");
	why = trial_fact_text(t, "collected.why");
	if (name == NULL || !verdict_parse(name, &v)) {
		say(t, BROKEN, "facts.json does not say how collecting ended");
		return;
	}
	say(t, v, "%s", why == NULL ? "" : why);
	if (t->verdict < INCONCLUSIVE)
		t->setup.cs->judge(t);
}

/* ---- the whole of it ---- */

static void
copy_hidden(const struct trial *t, char **to, const char *text)
{
	struct buf out;

	if (text[0] == '\0') {
		*to = NULL;
		return;
	}
	buf_init(&out, 4096);
	secrets_hide(&t->secrets, span_of(text), &out);
	*to = mem_text(buf_span(&out));
	buf_free(&out);
}

static void
list_evidence(struct trial *t, struct outcome *o)
{
	char **names;
	size_t n;
	struct err err;

	if (!files_list(t->dir, &names, &n, &err)) {
		say(t, BROKEN, "evidence: %.200s", err.what);
		return;
	}
	o->evidence = mem_new(n, sizeof o->evidence[0]);
	for (size_t i = 0; i < n; i++) {
		char *path = mem_textf("%s/%s", t->dir, names[i]);
		char *sm3 = run_digest_file(path, &err);

		if (sm3 == NULL)
			say(t, BROKEN, "evidence: %.200s", err.what);
		else
			o->evidence[o->n_evidence++] = (struct evidence){
				.path = mem_text(span_of(
				    path + strlen(t->setup.evidence) + 1)),
				.sm3 = sm3,
			};
		free(path);
		free(names[i]);
	}
	free(names);
}

static void
fill(struct trial *t, struct outcome *o)
{
	const char *below = t->dir + strlen(t->setup.evidence) + 1;

	o->verdict = t->verdict;
	o->line = t->line;
	free(o->why);
	copy_hidden(t, &o->why, t->why);
	if (o->why == NULL)
		o->why = mem_text(SPAN(""));
	copy_hidden(t, &o->clause, t->deviation.clause);
	copy_hidden(t, &o->expected, t->deviation.expected);
	copy_hidden(t, &o->heard, t->deviation.heard);
	if (t->file[0] != '\0')
		o->file = mem_textf("%s/%s", below, t->file);
}

static void
try(struct trial *t)
{
	const struct conf_case *c = t->setup.cs;

	if (c->twin != NULL)
		twin(t, "before");
	if (t->verdict != PASS)
		return;
	if (c->dialogue != NULL)
		play(t);
	else if (t->replaying)
		judge_again(t);
	else
		gather(t);
	if (c->twin != NULL && t->verdict != BROKEN)
		twin(t, "after");
}

void
trial_run(struct trial *t, struct outcome *o)
{
	const struct mono began = clock_mono();
	char started[CLOCK_TEXT];
	struct err err;

	wall_text(clock_wall(), started);
	*o = (struct outcome){
		.id = mem_text(span_of(t->setup.cs->id)),
		.attempt = t->setup.attempt,
		.started = mem_text(span_of(started)),
	};
	if (files_make_dir(t->dir, &err))
		try(t);
	else
		say(t, BROKEN, "cannot file evidence: %.200s", err.what);
	list_evidence(t, o);
	fill(t, o);
	o->took_us = mono_since_us(began, clock_mono());
}

void
trial_replay(struct trial *t, struct outcome *o)
{
	*o = (struct outcome){
		.id = mem_text(span_of(t->setup.cs->id)),
		.attempt = t->setup.attempt,
	};
	t->replaying = true;
	try(t);
	fill(t, o);
}
