/* SPDX-License-Identifier: MIT */
/*
 * The oracle of the roll-up: result sets made by hand, each with the one
 * conclusion that is right.  Every way another suite is known to have
 * certified falsely has a row here.
 */
#include "reports/matrix.h"

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

#define TODAY   "2026-11-22"
#define CASES   16
#define WAIVERS 4

enum twist {
	OPEN = 1,         /* no close record */
	EDITED = 2,       /* the ledger has a flaw */
	OTHER_PLAN = 4,   /* it begins with another plan */
	NO_PLAN = 8,      /* it begins with none */
	PARTIAL = 16,     /* the planner says so */
	SELECTED = 32,    /* there was a selector */
	OTHER_ROWS = 64,  /* planned with another catalogue */
	MISCOUNTED = 128, /* close states another number of planned ends */
	NO_REASON = 256,  /* waivers without a reason */
	NO_TODAY = 512,   /* nobody knows what day it is */
};

/*
 * Rows are called S1 (shall), T1 (should), O1 (may), M1 (without text):
 * req_named().
 *
 * rows: "S1=t": disposition of a row without cases, or in spite of them: p
 *	planned, o out of scope, t not tested, s not selected, m text missing
 * cases: "S1/a": executes once; "S1/a*3" thrice; "S1/a~": its sentence only
 *	recommends; "S1/a:n" is decided by the planner: p n r i f b are the six
 *	verdicts
 * ends: "a=p", "a#2=f" for the second attempt, in this order
 * waivers: "a@2027-01-31", of a case or "S1" or anything
 */
/* clang-format off */
static const struct oracle {
	const char *name, *rows, *cases, *ends, *waivers;
	int twist;
	enum statement statement;
	enum exit_code exit;
	const char *flaw;	/* how it begins; NULL: there is none */
} oracle[] = {
	/* What is right. */
	{ "all pass", "", "S1/a S1/b S2/c", "a=p b=p c=p", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "a shall fails", "", "S1/a S1/b S2/c", "a=p b=f c=p", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "only a should fails", "", "S1/a T1/b", "a=p b=f", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "only a may fails", "", "S1/a O1/b", "a=p b=f", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "a recommendation is not followed", "", "S1/a S1/b~", "a=p b=f", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "nor is what the row demands", "", "S1/a S1/b~", "a=f b=f", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "a row of recommendations only", "", "S1/a~ S2/b", "a=f b=p", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "a demand that does not apply", "", "S1/a:n S1/b~ S2/c", "b=f c=p",
	  "", 0, STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "a recommendation that was not reached", "", "S1/a S1/b~", "a=p b=i",
	  "", 0, STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "partly not applicable", "", "S1/a S1/b:n", "a=p", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "one shall row not applicable", "", "S1/a S2/b:n", "a=p", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "should row not applicable", "", "S1/a T1/b:n", "a=p", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "out of scope is no obstacle", "S2=o M1=o", "S1/a", "a=p", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "a selector that left nothing out", "", "S1/a", "a=p", "", SELECTED,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "repeats that agree", "", "S1/a*3", "a=p a#2=p a#3=p", "", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },

	/* Nothing was tested, and it looked green. */
	{ "all skipped", "", "S1/a:n S1/b:n S2/c:n", "", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "nothing in scope", "", "", "", "", 0,
	  STATEMENT_NONE, EXIT_CONFIG, "the plan holds no case" },
	{ "nothing selected", "S1=s S2=s", "", "", "", SELECTED | PARTIAL,
	  STATEMENT_NONE, EXIT_USAGE, "the selector matches no case" },
	{ "rows in scope, no case at all", "S1=t S2=t", "", "", "", 0,
	  STATEMENT_NONE, EXIT_CONFIG, "the plan holds no case" },
	{ "a planned row without cases", "S2=p", "S1/a", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "only optional rows pass", "", "S1/a:n T1/b", "b=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "only optional rows in scope", "", "T1/a T2/b", "a=p b=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "only may rows pass", "", "O1/a", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "only may and should rows pass", "", "O1/a T1/b", "a=p b=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "may row not tested", "O1=t", "S1/a", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "only optional rows, one fails", "", "T1/a T2/b", "a=p b=f", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "prerequisite missing everywhere", "", "S1/a:i S2/b:i", "", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "ED or IN row without cases", "S2=t", "S1/a", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "should row not tested", "T1=t", "S1/a", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "text missing in scope", "M1=m", "S1/a", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "text missing, planned all the same", "", "S1/a M1/b", "a=p b=p", "",
	  0, STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "the plan passes what it never ran", "", "S1/a S2/b:p", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "the plan passes all", "", "S1/a:p S2/b:p", "", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "the plan fails what it never ran", "", "S1/a S2/b:f", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "skipped while running", "", "S1/a S2/b", "a=p b=n", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "skipped while running, all", "", "S1/a S2/b", "a=n b=n", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },

	/* Neither pass nor fail. */
	{ "broken only", "", "S1/a S2/b", "a=b b=b", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "one broken", "", "S1/a S1/b", "a=p b=b", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "a should broken", "", "S1/a T1/b", "a=p b=b", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "planned as broken", "", "S1/a S2/b:b", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "inconclusive", "", "S1/a S1/b", "a=p b=i", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "a should inconclusive", "", "S1/a T1/b", "a=p b=i", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "planned as inconclusive", "", "S1/a S1/b:i", "a=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "review pending", "", "S1/a S1/b", "a=p b=r", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "a should in review", "", "S1/a T1/b", "a=p b=r", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "broken behind a remark", "", "S1/a T1/b T1/c", "a=p b=f c=b", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "review behind a remark", "", "S1/a T1/b T1/c", "a=p b=f c=r", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "inconclusive by plan behind a remark", "", "S1/a T1/b T1/c:i",
	  "a=p b=f", "", 0, STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },

	/* A clean failure stands, whatever broke beside it. */
	{ "fail beside broken, one row", "", "S1/a S1/b", "a=f b=b", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "fail beside broken, two rows", "", "S1/a S2/b", "a=b b=f", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "fail beside all the rest", "S3=t", "S1/a S1/b S2/c S2/d T1/e",
	  "a=f b=p c=i d=r e=b", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "fail beside not applicable", "", "S1/a S1/b:n", "a=f", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },

	/* Attempts. */
	{ "a retry that passes", "", "S1/a*2", "a=f a#2=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "a pass that does not last", "", "S1/a*2", "a=p a#2=f", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "review, then pass", "", "S1/a*2", "a=r a#2=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "broken once", "", "S1/a*2", "a=b a#2=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "broken once, failed once", "", "S1/a*2", "a=f a#2=b", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "fails every time", "", "S1/a*2", "a=f a#2=f", "", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "unstable beside a pass", "", "S1/a*2 S1/b", "a=f a#2=p b=p", "", 0,
	  STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "an attempt is missing", "", "S1/a*2", "a=p", "", 0,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "0 of 1 planned" },
	{ "an attempt too many", "", "S1/a", "a=f a#2=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case a: attempt 2 of 1" },
	{ "ended twice", "", "S1/a", "a=f a=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case a: attempt 1 ended twice" },
	{ "ended twice, alike", "", "S1/a", "a=p a=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case a: attempt 1 ended twice" },
	{ "one doubled for one missing", "", "S1/a*2", "a=p a=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case a: attempt 1 ended twice" },

	/* The record. */
	{ "truncated journal", "", "S1/a S2/b", "a=p", "", OPEN,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "the journal is not closed" },
	{ "truncated, all ended", "", "S1/a S2/b", "a=p b=p", "", OPEN,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "the journal is not closed" },
	{ "truncated, with a failure", "", "S1/a S2/b", "a=f", "", OPEN,
	  STATEMENT_NONE, EXIT_NONCONFORMS, "the journal is not closed" },
	{ "truncated, with a breakage", "", "S1/a S2/b", "a=b", "", OPEN,
	  STATEMENT_NONE, EXIT_BROKEN, "the journal is not closed" },
	{ "edited line", "", "S1/a S2/b", "a=p b=p", "", EDITED,
	  STATEMENT_NONE, EXIT_FORGED, "line 7" },
	{ "edited line, with a failure", "", "S1/a S2/b", "a=p b=f", "",
	  EDITED, STATEMENT_NONE, EXIT_FORGED, "line 7" },
	{ "planned more than executed", "", "S1/a S2/b", "a=p", "", 0,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "1 of 2 planned" },
	{ "planned more, the rest in the row passes", "", "S1/a S1/b", "a=p",
	  "", 0, STATEMENT_NONE, EXIT_INCOMPLETE, "1 of 2 planned" },
	{ "counters all zero", "", "S1/a S2/b", "", "", 0,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "0 of 2 planned" },
	{ "close counts another plan", "", "S1/a", "a=p", "", MISCOUNTED,
	  STATEMENT_NONE, EXIT_FORGED, "the journal closes on" },
	{ "unknown case", "", "S1/a", "a=p z=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case z: not in the plan" },
	{ "unknown case for a missing one", "", "S1/a S2/b", "a=p z=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case z: not in the plan" },
	{ "ended, but not to be executed", "", "S1/a S2/b:n", "a=p b=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case b: attempt 1 of 0" },
	{ "another plan", "", "S1/a", "a=p", "", OTHER_PLAN,
	  STATEMENT_NONE, EXIT_FORGED, "the journal is of another plan" },
	{ "no plan", "", "S1/a", "a=p", "", NO_PLAN,
	  STATEMENT_NONE, EXIT_FORGED, "the journal is of another plan" },
	{ "another catalogue", "", "S1/a", "a=p", "", OTHER_ROWS,
	  STATEMENT_NONE, EXIT_CONFIG, "the plan is of another catalogue" },
	{ "a case there twice", "", "S1/a S1/a", "a=p a#2=p", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case a: planned twice" },

	/* Something was left out. */
	{ "partial run", "S2=s", "S1/a", "a=p", "", PARTIAL | SELECTED,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "partial run" },
	{ "partial within a row", "", "S1/a", "a=p", "", PARTIAL | SELECTED,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "partial run" },
	{ "partial, and nobody says so", "S2=s", "S1/a", "a=p", "", 0,
	  STATEMENT_NONE, EXIT_INCOMPLETE, "partial run" },
	{ "partial with a failure", "S2=s", "S1/a", "a=f", "", PARTIAL,
	  STATEMENT_NONE, EXIT_NONCONFORMS, "partial run" },
	{ "partial and edited", "S2=s", "S1/a", "a=p", "", PARTIAL | EDITED,
	  STATEMENT_NONE, EXIT_FORGED, "line 7" },
	{ "a failure put out of scope", "S2=o", "S1/a S2/b", "a=p b=f", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case b: executes" },
	{ "a failure put as not tested", "T1=t", "S1/a T1/b", "a=p b=f", "", 0,
	  STATEMENT_NONE, EXIT_FORGED, "case b: executes" },

	/* Waivers. */
	{ "waived only, by case", "", "S1/a S2/b", "a=f b=p", "a@2027-01-31",
	  0, STATEMENT_WAIVED, EXIT_NONCONFORMS, NULL },
	{ "waived only, by row", "", "S1/a S1/b S2/c", "a=f b=f c=p",
	  "S1@2027-01-31", 0, STATEMENT_WAIVED, EXIT_NONCONFORMS, NULL },
	{ "all fail, all waived", "", "S1/a S2/b", "a=f b=f",
	  "S1@2027-01-31 S2@2027-01-31", 0,
	  STATEMENT_WAIVED, EXIT_NONCONFORMS, NULL },
	{ "one case of two waived", "", "S1/a S1/b", "a=f b=f",
	  "a@2027-01-31", 0, STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "one row of two waived", "", "S1/a S2/b", "a=f b=f",
	  "a@2027-01-31", 0, STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "waived on its last day", "", "S1/a", "a=f", "a@" TODAY, 0,
	  STATEMENT_WAIVED, EXIT_NONCONFORMS, NULL },
	{ "expired waiver", "", "S1/a", "a=f", "a@2026-11-21", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "expired waiver of a remark", "", "S1/a T1/b", "a=p b=f",
	  "b@2026-11-21", 0, STATEMENT_CONFORMS, EXIT_STALE, NULL },
	{ "expired waiver of a pass", "", "S1/a", "a=p", "a@2026-11-21", 0,
	  STATEMENT_CONFORMS, EXIT_STALE, NULL },
	{ "waiver without a day", "", "S1/a", "a=f", "a@never", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "waiver with half a day", "", "S1/a", "a=f", "a@2027", 0,
	  STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "waiver without a reason", "", "S1/a", "a=f", "a@2027-01-31",
	  NO_REASON, STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "waivers, and no today", "", "S1/a", "a=f", "a@2027-01-31",
	  NO_TODAY, STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "waived remark", "", "S1/a T1/b", "a=p b=f", "b@2027-01-31", 0,
	  STATEMENT_CONFORMS, EXIT_CONFORMS, NULL },
	{ "stale waiver of a row", "", "S1/a", "a=p", "S1@2027-01-31", 0,
	  STATEMENT_CONFORMS, EXIT_STALE, NULL },
	{ "stale waiver of a case", "", "S1/a S1/b", "a=p b=p",
	  "b@2027-01-31", 0, STATEMENT_CONFORMS, EXIT_STALE, NULL },
	{ "stale waiver beside a failure", "", "S1/a S2/b", "a=p b=f",
	  "a@2027-01-31", 0, STATEMENT_NONCONFORMS, EXIT_NONCONFORMS, NULL },
	{ "waiver of nothing we know", "", "S1/a", "a=p", "zz@2027-01-31", 0,
	  STATEMENT_CONFORMS, EXIT_STALE, NULL },
	{ "waiver of a row out of scope", "S2=o", "S1/a", "a=p",
	  "S2@2027-01-31", 0, STATEMENT_CONFORMS, EXIT_STALE, NULL },
	{ "waived, but inconclusive", "", "S1/a S2/b", "a=p b=i",
	  "b@2027-01-31", 0, STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "waived, but broken", "", "S1/a S2/b", "a=p b=b",
	  "b@2027-01-31", 0, STATEMENT_UNDETERMINED, EXIT_BROKEN, NULL },
	{ "waived, but not tested", "S2=t", "S1/a", "a=p",
	  "S2@2027-01-31", 0, STATEMENT_UNDETERMINED, EXIT_INCOMPLETE, NULL },
	{ "waived failure beside broken", "", "S1/a S2/b", "a=f b=b",
	  "a@2027-01-31", 0, STATEMENT_WAIVED, EXIT_NONCONFORMS, NULL },
	{ "waived, truncated", "", "S1/a S2/b", "a=f", "a@2027-01-31", OPEN,
	  STATEMENT_NONE, EXIT_NONCONFORMS, "the journal is not closed" },
};
/* clang-format on */

/* Everything one oracle row needs, in one place. */
struct bench {
	struct plan plan;
	struct plan_case cases[CASES];
	struct ledger ledger;
	struct outcome outcomes[CASES];
	struct profile_waiver waivers[WAIVERS];
	size_t n_waivers;
	char text[4][512]; /* cut up; what the rest points into */
	struct matrix matrix;
};

static char *
literal(const char *text)
{
	return (char *)(uintptr_t)text;
}

/*
 * "S2" is the second shall row that has a text, "T1" the first should
 * row, "O1" the first may row; "M1" is the first row of any level without a
 * text.
 */
static enum req
req_named(const char *name)
{
	const enum level level = name[0] == 'S'   ? LEVEL_SHALL
				 : name[0] == 'T' ? LEVEL_SHOULD
						  : LEVEL_MAY;
	const bool missing = name[0] == 'M';
	int n = name[1] - '0';

	for (size_t i = 0; i < REQ_COUNT; i++) {
		const enum req req = (enum req)i;

		if (catalogue_text_missing(req) == missing &&
		    (missing || catalogue_get(req)->level == level) && --n == 0)
			return req;
	}
	ck_abort_msg("no row %s", name);
}

static enum verdict
verdict_of(char letter)
{
	static const char letters[VERDICT_COUNT + 1] = "pnrifb";
	const char *hit = strchr(letters, letter);

	ck_assert_ptr_nonnull(hit);
	return (enum verdict)(hit - letters);
}

static void
set_rows(struct bench *b, char *text)
{
	static const char letters[DISPOSITION_COUNT + 1] = "potsm";

	for (char *w; (w = strsep(&text, " ")) != NULL;)
		if (*w != '\0')
			b->plan.rows[req_named(w)].disposition =
			    (enum disposition)(strchr(letters, w[3]) - letters);
}

static void
set_cases(struct bench *b, char *text)
{
	for (char *w; (w = strsep(&text, " ")) != NULL;) {
		struct plan_case *c = &b->cases[b->plan.n];

		if (*w == '\0')
			continue;
		c->verifies = req_named(w);
		c->id = w + 3;
		c->repeats = w[4] == '*' ? atoi(w + 5) : 1;
		c->level = w[4] == '~' ? LEVEL_SHOULD : LEVEL_SHALL;
		c->executes = w[4] != ':';
		c->verdict = c->executes ? PASS : verdict_of(w[5]);
		c->why = c->executes ? NULL : literal("the plan says so");
		w[4] = '\0';
		b->plan.rows[c->verifies].disposition = ROW_PLANNED;
		b->plan.n++;
	}
}

static void
set_ends(struct bench *b, char *text)
{
	for (char *w; (w = strsep(&text, " ")) != NULL;) {
		struct outcome *o = &b->outcomes[b->ledger.n];

		if (*w == '\0')
			continue;
		o->id = w;
		o->attempt = w[1] == '#' ? atoi(w + 2) : 1;
		o->verdict = verdict_of(w[strlen(w) - 1]);
		o->why = literal("heard it");
		w[1] = '\0';
		b->ledger.n++;
	}
}

static void
set_waivers(struct bench *b, char *text, int twist)
{
	for (char *w; (w = strsep(&text, " ")) != NULL;) {
		struct profile_waiver *v = &b->waivers[b->n_waivers];

		if (*w == '\0')
			continue;
		v->subject = strsep(&w, "@");
		v->expires = w;
		v->reason = literal(twist & NO_REASON ? "" : "agreed");
		v->approver = literal("the committee");
		if (isupper((unsigned char)v->subject[0]))
			v->subject =
			    literal(catalogue_get(req_named(v->subject))->name);
		b->n_waivers++;
	}
}

static void
build(struct bench *b, const struct oracle *o)
{
	const char *const texts[] = { o->cases, o->rows, o->ends, o->waivers };

	memset(b, 0, sizeof *b);
	for (size_t i = 0; i < 4; i++)
		snprintf(b->text[i], sizeof b->text[i], "%s", texts[i]);
	b->plan.cases = b->cases;
	b->plan.catalogue_digest =
	    literal(o->twist & OTHER_ROWS ? "another" : catalogue_digest());
	b->plan.partial = (o->twist & PARTIAL) != 0;
	b->plan.selector = o->twist & SELECTED ? literal("smtp.*") : NULL;
	for (size_t i = 0; i < REQ_COUNT; i++)
		b->plan.rows[i].disposition = ROW_OUT_OF_SCOPE;
	set_cases(b, b->text[0]);
	set_rows(b, b->text[1]);
	set_ends(b, b->text[2]);
	set_waivers(b, b->text[3], o->twist);
	b->ledger.outcomes = b->outcomes;
	b->ledger.closed = (o->twist & (OPEN | EDITED)) == 0;
	b->ledger.planned =
	    plan_ends(&b->plan) + (o->twist & MISCOUNTED ? 1 : 0);
	if (o->twist & EDITED)
		b->ledger.flaw = literal("line 7: prev: is not ...");
	b->ledger.plan_digest = plan_digest(&b->plan);
	if (o->twist & OTHER_PLAN)
		b->ledger.plan_digest[0] ^= 1;
	matrix_make(&b->matrix, &b->plan, &b->ledger, b->waivers, b->n_waivers,
	    o->twist & NO_TODAY ? "" : TODAY);
}

static void
clear(struct bench *b)
{
	matrix_free(&b->matrix);
	free(b->ledger.plan_digest);
}

/* Whatever the row: what has to be true of every matrix there is. */
static void
hold(const struct matrix *m, const char *name)
{
	const bool none = m->statement == STATEMENT_NONE;
	size_t rows = 0;

	ck_assert_msg(none == (m->flaw != NULL), "%s", name);
	ck_assert_msg(none == (m->flaw_zh != NULL), "%s", name);
	/* a sentence of that language begins with a character of it */
	ck_assert_msg(
	    !none || (unsigned char)m->flaw_zh[0] >= 0x80, "%s", m->flaw_zh);
	ck_assert_msg(
	    m->exit != EXIT_CONFORMS || m->statement == STATEMENT_CONFORMS,
	    "%s", name);
	ck_assert_msg(
	    m->statement != STATEMENT_CONFORMS ||
		m->exit == (m->n_stale == 0 ? EXIT_CONFORMS : EXIT_STALE),
	    "%s", name);
	for (size_t i = 0; i < LEVEL_COUNT; i++)
		for (size_t v = 0; v < ROW_VERDICT_COUNT; v++)
			rows += m->by_level[i].rows[v];
	ck_assert_uint_eq(rows, REQ_COUNT);
	for (size_t i = 0; i < PROVENANCE_COUNT; i++)
		for (size_t v = 0; v < ROW_VERDICT_COUNT; v++)
			rows -= m->by_provenance[i].rows[v];
	ck_assert_uint_eq(rows, 0);
	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct matrix_row *r = &m->rows[i];

		ck_assert_msg(
		    r->verdict != ROW_PASS || r->executed > 0, "%s", name);
		for (size_t k = 0; k < r->n_cases; k++)
			ck_assert(m->cases[r->cases[k]].plan->verifies ==
				  (enum req)i);
	}
}

START_TEST(conclusions)
{
	const struct oracle *o = &oracle[_i];
	struct bench b;

	build(&b, o);
	if (o->twist & NO_PLAN) {
		char *digest = b.ledger.plan_digest;

		b.ledger.plan_digest = NULL;
		matrix_free(&b.matrix);
		matrix_make(&b.matrix, &b.plan, &b.ledger, NULL, 0, TODAY);
		b.ledger.plan_digest = digest;
	}
	ck_assert_msg(b.matrix.statement == o->statement,
	    "%s: %s, must be %s (%s)", o->name,
	    statement_name(b.matrix.statement), statement_name(o->statement),
	    b.matrix.flaw);
	ck_assert_msg(b.matrix.exit == o->exit, "%s: exit %d, must be %d",
	    o->name, b.matrix.exit, o->exit);
	ck_assert_msg(o->flaw == NULL ||
			  strncmp(b.matrix.flaw, o->flaw, strlen(o->flaw)) == 0,
	    "%s: %s", o->name, b.matrix.flaw);
	hold(&b.matrix, o->name);
	clear(&b);
}
END_TEST

/* What one row comes to; the statement is not asked. */
static const struct {
	const char *rows, *cases, *ends;
	enum row_verdict verdict;
} row_oracle[] = {
	{ "", "S1/a S1/b", "a=p b=p", ROW_PASS },
	{ "", "S1/a S1/b:n", "a=p", ROW_PASS },
	{ "", "S1/a S1/b", "a=p b=f", ROW_FAIL },
	{ "", "S1/a S1/b", "a=b b=f", ROW_FAIL },
	{ "", "S1/a S1/b", "a=i b=b", ROW_BROKEN },
	{ "", "S1/a S1/b", "a=r b=i", ROW_INCONCLUSIVE },
	{ "", "S1/a S1/b", "a=r b=p", ROW_REVIEW },
	{ "", "S1/a S1/b:i", "a=p", ROW_INCONCLUSIVE },
	{ "", "S1/a S1/b:b", "a=f", ROW_FAIL },
	{ "", "S1/a:n S1/b:n", "", ROW_NOT_APPLICABLE },
	{ "", "S1/a:n S1/b:i", "", ROW_UNTESTED },
	{ "", "S1/a:i", "", ROW_UNTESTED },
	{ "", "S1/a:p", "", ROW_UNTESTED },
	{ "", "S1/a", "", ROW_UNTESTED },
	{ "", "S1/a S1/b", "a=p", ROW_INCONCLUSIVE },
	{ "", "S1/a*2", "a=p", ROW_INCONCLUSIVE },
	{ "", "S1/a*2", "a=f a#2=p", ROW_INCONCLUSIVE },
	{ "", "S1/a", "a=n", ROW_BROKEN },
	{ "S1=p", "S2/a", "a=p", ROW_UNTESTED },
	{ "S1=t", "S2/a", "a=p", ROW_UNTESTED },
	{ "S1=t", "S1/a:n", "", ROW_UNTESTED },
	{ "S1=o", "S2/a", "a=p", ROW_EXCLUDED },
	{ "S1=o", "S1/a:n", "", ROW_EXCLUDED },
	{ "S1=s", "S2/a", "a=p", ROW_UNSELECTED },
	{ "S1=m", "S2/a", "a=p", ROW_NO_TEXT },
};

START_TEST(rows_alone)
{
	const struct oracle o = { .name = row_oracle[_i].cases,
		.rows = row_oracle[_i].rows,
		.cases = row_oracle[_i].cases,
		.ends = row_oracle[_i].ends,
		.waivers = "" };
	struct bench b;
	const struct matrix_row *r;

	build(&b, &o);
	r = &b.matrix.rows[req_named("S1")];
	ck_assert_msg(r->verdict == row_oracle[_i].verdict,
	    "%d: %s, must be %s", _i, row_verdict_name(r->verdict),
	    row_verdict_name(row_oracle[_i].verdict));
	/* Whatever is not a pass says why. */
	if (r->verdict != ROW_PASS)
		ck_assert_msg(r->why != NULL && r->why[0] != '\0', "%d", _i);
	hold(&b.matrix, o.name);
	clear(&b);
}
END_TEST

START_TEST(details)
{
	const struct oracle o = { .cases = "S1/a*3 S1/b S2/c:n",
		.rows = "",
		.ends = "a=p a#2=f a#3=p b=f",
		.waivers = "b@2027-01-31 c@2027-01-31" };
	struct bench b;
	const struct matrix *m = &b.matrix;

	build(&b, &o);
	ck_assert_uint_eq(m->n, 3);
	ck_assert_uint_eq(m->planned, 2);
	ck_assert_uint_eq(m->executed, 2);
	ck_assert(m->cases[0].unstable && !m->cases[1].unstable);
	ck_assert_int_eq(m->cases[0].verdict, INCONCLUSIVE);
	ck_assert_str_eq(m->cases[0].why, "unstable: pass, fail, pass");
	ck_assert_ptr_eq(m->cases[0].outcome, &b.outcomes[1]);
	ck_assert_ptr_eq(m->cases[1].waiver, &b.waivers[0]);
	ck_assert_str_eq(m->cases[1].why, "heard it");
	ck_assert_int_eq(m->cases[2].verdict, NOT_APPLICABLE);
	ck_assert_str_eq(m->cases[2].why, "the plan says so");
	ck_assert_ptr_null(m->cases[2].outcome);
	ck_assert_uint_eq(m->rows[req_named("S1")].n_cases, 2);
	ck_assert_uint_eq(m->rows[req_named("S1")].executed, 2);
	ck_assert_ptr_eq(m->rows[req_named("S1")].waiver, &b.waivers[0]);
	ck_assert_int_eq(m->rows[req_named("S2")].verdict, ROW_NOT_APPLICABLE);
	ck_assert_uint_eq(m->n_stale, 1);
	ck_assert_str_eq(m->stale[0],
	    "c: waived until 2027-01-31, and there is no failure to waive");
	ck_assert_int_eq(m->statement, STATEMENT_WAIVED);
	clear(&b);
}
END_TEST

/* The order of 1, 5, 4, 6 below 7, each added to those that follow it. */
START_TEST(order_of_exits)
{
	static const struct oracle steps[] = {
		{ "", "", "S1/a", "a=p", "a@2027-01-31", 0, 0, EXIT_STALE, 0 },
		{ "", "", "S1/a T1/b", "a=p b=i", "a@2027-01-31", 0, 0,
		    EXIT_INCOMPLETE, 0 },
		{ "", "", "S1/a T1/b T1/c", "a=p b=i c=b", "a@2027-01-31", 0, 0,
		    EXIT_BROKEN, 0 },
		{ "", "", "S1/a T1/b T1/c S2/d", "a=p b=i c=b d=f",
		    "a@2027-01-31", 0, 0, EXIT_NONCONFORMS, 0 },
		{ "", "", "S1/a T1/b T1/c S2/d", "a=p b=i c=b d=f",
		    "a@2027-01-31", EDITED, 0, EXIT_FORGED, 0 },
		{ "", "", "S1/a T1/b T1/c S2/d", "a=p b=i c=b d=f",
		    "a@2027-01-31", EDITED | OTHER_ROWS, 0, EXIT_CONFIG, 0 },
	};

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		struct bench b;

		build(&b, &steps[i]);
		ck_assert_int_eq(b.matrix.exit, steps[i].exit);
		clear(&b);
	}
}
END_TEST

START_TEST(everything_has_names)
{
	for (int i = 0; i < ROW_VERDICT_COUNT; i++) {
		ck_assert_ptr_nonnull(row_verdict_name((enum row_verdict)i));
		ck_assert_ptr_nonnull(row_verdict_zh((enum row_verdict)i));
	}
	ck_assert_str_eq(statement_zh(STATEMENT_CONFORMS), "符合");
	ck_assert_str_eq(statement_zh(STATEMENT_NONCONFORMS), "不符合");
	ck_assert_str_eq(statement_zh(STATEMENT_WAIVED), "不符合(附豁免)");
	ck_assert_str_eq(statement_zh(STATEMENT_UNDETERMINED), "未判定");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("matrix");
	TCase *tc = tcase_create("oracle");
	SRunner *sr;
	int failed;

	tcase_add_loop_test(tc, conclusions, 0, sizeof oracle / sizeof *oracle);
	tcase_add_loop_test(
	    tc, rows_alone, 0, sizeof row_oracle / sizeof *row_oracle);
	tcase_add_test(tc, details);
	tcase_add_test(tc, order_of_exits);
	tcase_add_test(tc, everything_has_names);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
