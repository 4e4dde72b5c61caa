/* SPDX-License-Identifier: MIT */
#include "conformance/trial.h"

#include <stdarg.h>
#include <stdio.h>

#include "conformance/talk.h"
#include "conformance/trial_inner.h"
#include "lib/digest.h"
#include "lib/files.h"
#include "lib/mem.h"
#include "lib/template_filter.h"
#include "lib/text.h"

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

/* "identity NUL user NUL password" (RFC 4616 2), as it is sent. */
static void
hide_plain(
    struct secrets *s, const char *identity, const struct profile_account *a)
{
	struct buf plain, code;

	buf_init(&plain, 4096);
	buf_init(&code, 8192);
	buf_addf(&plain, "%s%c%s%c%s", identity, 0, a->user, 0, a->password);
	text_base64(buf_span(&plain), &code);
	secrets_add(s, buf_span(&code));
	buf_free(&plain);
	buf_free(&code);
}

/* As IMAP's LOGIN says it: "${alice.password|quoted}". */
static void
hide_quoted(struct secrets *s, const struct profile_account *a)
{
	struct buf quoted;

	buf_init(&quoted, 4096);
	filter_apply(FILTER_QUOTED, span_of(a->password), &quoted);
	if (quoted.len > strlen(a->password) + 2) /* with the quotation marks */
		secrets_add(
		    s, (struct span){ quoted.data + 1, quoted.len - 2 });
	buf_free(&quoted);
}

/* Every form in which a password of the profile may be said. */
static void
set_secrets(struct trial *t)
{
	const struct profile *p = t->setup.profile;

	t->secrets.counted = t->setup.group != NULL &&
			     t->setup.group->framing != NULL &&
			     t->setup.group->framing->encode != NULL;
	for (size_t i = 0; p != NULL && i < p->n_accounts; i++) {
		const struct profile_account *a = &p->accounts[i];
		struct buf code;

		if (a->password[0] == '\0')
			continue; /* a profile that was read without secrets */
		buf_init(&code, 4096);
		text_base64(span_of(a->password), &code);
		hide_quoted(&t->secrets, a);
		secrets_add(&t->secrets, span_of(a->password));
		secrets_add(&t->secrets, buf_span(&code));
		buf_free(&code);
		hide_plain(&t->secrets, "", a);
		for (size_t k = 0; k < p->n_accounts; k++)
			hide_plain(&t->secrets, p->accounts[k].user, a);
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
	while (t->contents != NULL) {
		struct content *c = t->contents;

		t->contents = c->next;
		free(c->name);
		buf_free(&c->bytes);
		free(c);
	}
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
	if (t->quiet || verdict_worse(t->verdict, v) == t->verdict)
		return;
	t->verdict = v;
	vsnprintf(t->why, sizeof t->why, fmt, ap);
}

void
trial_say(struct trial *t, enum verdict v, const char *fmt, ...)
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

	if (t->quiet)
		return holds;
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
	trial_say(t, FAIL, "expected %.100s, found %.100s", expected,
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
	return t->quiet ? holds : t->verdict < INCONCLUSIVE;
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
	return t->quiet ? holds : t->verdict < BROKEN;
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

void
trial_quiet(struct trial *t, bool quiet)
{
	t->quiet = quiet;
}

/* ---- conversations ---- */

/* A transcript proves nothing when it is that of something else. */
static bool
is_ours(const struct talk_end *end, const char *path, struct err *err)
{
	if (end->changed)
		return err_set(err, ERR_FORGED,
		    "%s: recorded with another script than this program's: "
		    "of another version, or of another case",
		    path);
	return !end->strange ||
	       err_set(err, ERR_FORGED,
		   "%s: recorded in another run, or for another case", path);
}

/* A service that nobody knows speaks what the group of the case does. */
static const struct framing *
framing_for(const struct trial *t, const char *service)
{
	const struct framing *framing =
	    service == NULL ? NULL : framing_of(service);

	return framing != NULL ? framing : t->setup.group->framing;
}

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
	    t->setup.cs->id, text, framing_for(t, service), &err);
	bool ok = false;

	*end = (struct talk_end){ .verdict = BROKEN };
	digest_text(span_of(text), sm3);
	if (script != NULL && t->replaying) {
		ok = talk_replay(script, sm3, t->token, path, end, &err) &&
		     is_ours(end, path, &err);
	} else if (script != NULL) {
		const struct talk talk = {
			.profile = t->setup.profile,
			.service = service,
			.script = script,
			.script_sm3 = sm3,
			.text = text,
			.lookup = trial_look_up,
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
	enum verdict v;
	char name[32];

	if (c == NULL || c->dialogue == NULL) {
		trial_say(
		    t, BROKEN, "there is no twin \"%s\"", t->setup.cs->twin);
		return;
	}
	snprintf(name, sizeof name, "twin-%s", when);
	t->twin = when;
	v = converse(t, name, c->service, c->dialogue, &end);
	t->twin = NULL;
	if (v == PASS)
		return;
	trial_say(t, end.verdict == BROKEN ? BROKEN : INCONCLUSIVE,
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
	trial_say(t, end.verdict, "%s", end.why);
	t->deviation = end.deviation;
	t->line = end.transcript_line;
	snprintf(t->file, sizeof t->file, "trial.jsonl");
}

/* ---- judging what was collected ---- */

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
		trial_say(t, BROKEN,
		    "evidence could not be collected, and nobody "
		    "said why");
	trial_fact(t, "collected", "%s", verdict_name(t->verdict));
	trial_save_facts(t);
	if (went && t->verdict < INCONCLUSIVE)
		c->judge(t);
}

/* Says the transcript of a conversation what the fact says of it? */
static void
follow(struct trial *t, const char *name, const char *fact)
{
	char *path = mem_textf("%s/%s.jsonl", t->dir, name);
	struct err err = { 0 };
	char *service = NULL, *text = talk_script(path, &service, &err);
	struct script *script = text == NULL
				    ? NULL
				    : script_compile(t->setup.cs->id, text,
					  framing_for(t, service), &err);
	struct talk_end end;

	/* Secrets are hidden in the text, so its digest is another. */
	if (script == NULL ||
	    !talk_replay(script, "", t->token, path, &end, &err))
		trial_say(t, BROKEN, "%.200s", err.what);
	else if (end.strange)
		trial_say(t, BROKEN,
		    "%s.jsonl: recorded in another run, or for another case",
		    name);
	else
		trial_sane(t, strcmp(verdict_name(end.verdict), fact) == 0,
		    "facts.json says %s of %s, and its transcript says %s",
		    fact, name, verdict_name(end.verdict));
	script_free(script);
	free(service);
	free(text);
	free(path);
}

static void
follow_all(struct trial *t)
{
	const char *name;
	json_t *fact;

	json_object_foreach(t->facts, name, fact)
	{
		char *file = mem_textf("%s.jsonl", name);

		if (json_is_string(fact) && trial_has(t, file))
			follow(t, name, json_string_value(fact));
		free(file);
	}
}

static void
judge_again(struct trial *t)
{
	enum verdict v = BROKEN;
	const char *name, *why;

	trial_load_facts(t);
	if (t->verdict == BROKEN)
		return;
	name = trial_fact_text(t, "collected");
	why = trial_fact_text(t, "collected.why");
	if (name == NULL || !verdict_parse(name, &v)) {
		trial_say(
		    t, BROKEN, "facts.json does not say how collecting ended");
		return;
	}
	trial_say(t, v, "%s", why == NULL ? "" : why);
	follow_all(t);
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
		trial_say(t, BROKEN, "evidence: %.200s", err.what);
		return;
	}
	o->evidence = mem_new(n, sizeof o->evidence[0]);
	for (size_t i = 0; i < n; i++) {
		char *path = mem_textf("%s/%s", t->dir, names[i]);
		char *sm3 = run_digest_file(path, &err);

		if (sm3 == NULL)
			trial_say(t, BROKEN, "evidence: %.200s", err.what);
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
		trial_say(t, BROKEN, "cannot file evidence: %.200s", err.what);
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
