/* SPDX-License-Identifier: MIT */
/*
 * Scripts of a scenario, compiled once to report their mistakes with file
 * and line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "lib/script.h"
#include "loadgen/scenario_inner.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define OPEN_MOST    4 /* operations that overlap */

struct checking {
	struct scenario_reading *r;
	struct scenario_part *part;
	const struct script *script;
};

/* Always false.  line is of the script: a block stands below its key. */
static bool
bad_line(const struct scenario_reading *r, struct conf_key key, int line,
    const char *text, const char *why)
{
	const struct conf_node *n = conf_find(r->conf, key.text);
	const bool block = strchr(text, '\n') != NULL;

	return err_set(r->err, ERR_CONFIG, "%s:%d: %s: %s", r->conf->name,
	    n->line + (block ? line : 0), key.text, why);
}

static bool
bad_at(const struct checking *c, int line, const char *why)
{
	return bad_line(c->r, c->part->key, line, c->part->text, why);
}

/* What the compiler said, with the line of the file for the script's own. */
static bool
not_compiled(const struct checking *c)
{
	const char *said = c->r->err->what;
	int line = 1, at = 0;
	char *why;

	if (sscanf(said, "script: script line %d:%n", &line, &at) == 1 &&
	    at > 0)
		said += (size_t)at + strspn(said + at, " ");
	why = mem_text(span_of(said));
	bad_at(c, line, why);
	free(why);
	return false;
}

/* ---- operations ---- */

bool
scenario_add_op(
    struct scenario_reading *r, struct conf_key key, struct span name)
{
	for (size_t i = 0; i < r->n_ops; i++)
		if (span_eq(span_of(r->ops[i]), name))
			return true;
	if (r->n_ops == SCENARIO_OPS)
		return scenario_bad(r, key, "too many operations",
		    "at most 16 names behind @start in all flows");
	snprintf(r->ops[r->n_ops++], sizeof r->ops[0], "%.*s", SPAN_FMT(name));
	return true;
}

static bool
is_op_name(const char *name)
{
	const size_t n =
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.");

	return n > 0 && n <= SCENARIO_NAME && name[n] == '\0' && name[0] != '.';
}

/* Each @start has its @stop; .any when there is one at all. */
static bool
check_marks(const struct checking *c, bool *any)
{
	const char *open[OPEN_MOST];
	const struct script *s = c->script;
	int lines[OPEN_MOST];
	size_t n = 0, at;

	*any = false;
	for (size_t i = 0; i < s->n; i++) {
		const struct step *step = &s->steps[i];

		if (step->kind != STEP_MARK)
			continue;
		*any = true;
		if (!is_op_name(step->name))
			return bad_at(c, step->line,
			    "not the name of an operation; up to 40 small "
			    "letters, digits, '-', '_' and '.'");
		for (at = 0; at < n; at++)
			if (strcmp(open[at], step->name) == 0)
				break;
		if (step->start && at < n)
			return bad_at(
			    c, step->line, "started twice; @stop it before");
		if (!step->start && at == n)
			return bad_at(c, step->line,
			    "stopped, but not started; @start it before");
		if (step->start && n == OPEN_MOST)
			return bad_at(c, step->line,
			    "too many operations at a time; at most 4");
		if (step->start) {
			if (!scenario_add_op(
				c->r, c->part->key, span_of(step->name)))
				return false;
			lines[n] = step->line;
			open[n++] = step->name;
		} else {
			n--;
			open[at] = open[n];
			lines[at] = lines[n];
		}
	}
	return n == 0 ||
	       bad_at(c, lines[0],
		   "started and never stopped; @stop in the same part");
}

/* ---- variables ---- */

static bool
binds(const struct patterns *p, struct span name)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->at[i].what.n; k++) {
			const struct part *part = &p->at[i].what.parts[k];

			if (part->kind == PART_BIND &&
			    span_eq(buf_span(&part->text), name))
				return true;
		}
	return false;
}

static bool
bound(const struct script *s, struct span name)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct step *step = &s->steps[i];

		if (binds(&step->last, name) || binds(&step->open, name) ||
		    binds(&step->between, name) || binds(&step->with, name))
			return true;
	}
	return false;
}

static bool
check_column(const struct checking *c, int line, struct span name)
{
	char why[120];
	const struct prepared *prepared = c->r->sc->prepared;

	if (c->r->feeder == NULL && prepared == NULL)
		return bad_at(c, line,
		    "a column, and there is no feed; feed: PATH at the top");
	if (prepared != NULL ? prepared_has(prepared, name)
			     : feeder_column(c->r->feeder, name) != -1)
		return true;
	snprintf(why, sizeof why,
	    "the feed has no column '%.*s'; one of those "
	    "in its first line",
	    name.len > 40 ? 40 : SPAN_FMT(name));
	return bad_at(c, line, why);
}

static bool
check_variable(const struct checking *c, int line, struct span name)
{
	static const char *const known[] = { "account.user", "account.password",
		"account.address", "account.plain", "account.dn",
		"peer.address", "id", "seq", "message" };
	char word[60], why[240];
	const char *near;

	if (span_starts(name, SPAN("feed.")))
		return check_column(c, line, span_skip(name, 5));
	for (size_t i = 0; i < COUNT(known); i++) {
		if (!span_eq(name, span_of(known[i])))
			continue;
		c->part->uses_account |= strchr(known[i], '.') != NULL;
		if (strcmp(known[i], "message") != 0)
			return true;
		c->part->uses_message = true;
		return c->part->message ||
		       bad_at(c, line,
			   "how large is ${message}? message: "
			   "20 KiB in the flow");
	}
	if (bound(c->script, name))
		return true;
	snprintf(
	    word, sizeof word, "%.*s", name.len > 40 ? 40 : SPAN_FMT(name));
	near = conf_nearest(word, known, COUNT(known));
	snprintf(why, sizeof why, "nothing is called ${%s}; %s%s%s", word,
	    near == NULL ? "account.user, account.password, account.address, "
			   "account.plain, account.dn, peer.address, id, seq, "
			   "message or "
			   "feed.COLUMN"
			 : "did you mean ${",
	    near == NULL ? "" : near, near == NULL ? "" : "}?");
	return bad_at(c, line, why);
}

static bool
check_text(const struct checking *c, int line, const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].kind == PART_VALUE &&
		    !check_variable(c, line, buf_span(&t->parts[i].text)))
			return false;
	return true;
}

static bool
check_patterns(const struct checking *c, const struct patterns *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (!check_text(c, p->at[i].line, &p->at[i].what))
			return false;
	return true;
}

static bool
check_step(const struct checking *c, const struct step *s)
{
	if (s->kind == STEP_AGAIN || s->kind == STEP_END)
		return bad_at(
		    c, s->line, "a load has no @again; repeat: 10 in the flow");
	if (s->kind == STEP_SILENT)
		return bad_at(c, s->line, "a load has no @silent; @pause 100");
	if (s->kind == STEP_OPEN && s->party != 0)
		return bad_at(
		    c, s->line, "a connection has one party; another flow");
	return check_text(c, s->line, &s->text) &&
	       check_patterns(c, &s->last) && check_patterns(c, &s->open) &&
	       check_patterns(c, &s->between) && check_patterns(c, &s->with) &&
	       check_patterns(c, &s->without);
}

bool
scenario_check_part(struct scenario_reading *r, struct scenario_part *part)
{
	struct script *s =
	    script_compile("script", part->text, part->framing, r->err);
	const struct checking c = { r, part, s };
	bool any, ok;

	if (s == NULL)
		return not_compiled(&c);
	ok = check_marks(&c, &any);
	for (size_t i = 0; ok && i < s->n; i++)
		ok = check_step(&c, &s->steps[i]);
	if (ok && part->body && !any)
		ok = scenario_add_op(r, part->key, span_of(part->flow));
	part->uses_tls = script_uses_tls(s);
	script_free(s);
	return ok;
}

char *
scenario_with_starttls(const char *text, const struct framing *framing)
{
	/* clang-format off */
	static const struct {
		const struct framing *framing;
		const char *lines;
	} ways[] = {
		{ &framing_smtp,	/* RFC 3207 4 */
		    "C: EHLO load.invalid\nS: 250 *\n"
		    "C: STARTTLS\nS: 220 *\n@tls\n" },
		{ &framing_pop3,	/* RFC 2595 4 */
		    "C: STLS\nS: +OK*\n@tls\n" },
		{ &framing_imap,	/* RFC 3501 6.2.1 */
		    "C: tls STARTTLS\nS: tls OK *\n@tls\n" },
	};
	/* clang-format on */
	const char *end = text + strspn(text, " \n");

	if (framing == &framing_ldap) /* no greeting: RFC 4511 4.14 */
		return mem_textf("C: 1 starttls\n"
				 "S: 1 extendedResp success *\n@tls\n%s",
		    text);

	end += strcspn(end, "\n");
	for (size_t i = 0; i < COUNT(ways); i++)
		if (ways[i].framing == framing)
			return mem_textf("%.*s\n%s%s", (int)(end - text), text,
			    ways[i].lines, *end == '\n' ? end + 1 : end);
	return mem_text(span_of(text));
}
