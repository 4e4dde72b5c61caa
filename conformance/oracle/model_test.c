/* SPDX-License-Identifier: MIT */
/*
 * Each rule broken once, and beside it what looks like it and is permitted.
 */
#include "conformance/oracle/model.h"

#include <check.h>
#include <stdlib.h>

#include "conformance/oracle/record.h"
#include "conformance/oracle/steps.h"

/* clang-format off */
#define ADDED(n) \
	"1 C ap" n " APPEND box {60}\n1 S + go\n" \
	"1 S ap" n " OK [APPENDUID 7 " n "] done\n"
#define LISTED(who, tag) \
	who " C " tag " FETCH 1:3 (UID FLAGS RFC822.SIZE MODSEQ)\n" \
	who " S * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 60 MODSEQ (11))\n" \
	who " S * 2 FETCH (UID 2 FLAGS () RFC822.SIZE 61 MODSEQ (12))\n" \
	who " S * 3 FETCH (UID 3 FLAGS () RFC822.SIZE 62 MODSEQ (13))\n" \
	who " S " tag " OK done\n"
#define SELECTED(who, n) \
	who " C se SELECT box\n" who " S * " n " EXISTS\n" \
	who " S * OK [UIDVALIDITY 7] x\n" who " S se OK done\n"
/* Three messages without a flag; two clients know them. */
#define OPEN \
	SELECTED("1", "0") ADDED("1") ADDED("2") ADDED("3") \
	"1 S * 3 EXISTS\n" LISTED("1", "l1") \
	SELECTED("2", "3") LISTED("2", "l2")
#define DONE(who, tag, command) \
	who " C " tag " " command "\n" who " S " tag " OK done\n"
#define MARKED DONE("1", "m", "STORE 2 +FLAGS.SILENT (\\\\Deleted)")
#define POLLED(who) DONE(who, "p1", "NOOP") DONE(who, "p2", "CHECK")

static const struct {
	const char *name;
	enum oracle_rule rule;
	const char *events;
} rows[] = {
	{ "nothing", RULE_NONE, OPEN },
	{ "number above", RULE_RANGE, OPEN "1 S * 4 FETCH (FLAGS ())\n" },
	{ "number zero", RULE_RANGE, OPEN "1 S * 0 FETCH (FLAGS ())\n" },
	{ "uid changes", RULE_UID_CHANGED,
	  OPEN "1 S * 2 FETCH (UID 9)\n" },
	{ "uid out of order", RULE_UID_ORDER,
	  SELECTED("1", "0") ADDED("1") ADDED("2") "1 S * 2 EXISTS\n"
	  "1 S * 1 FETCH (UID 2)\n1 S * 2 FETCH (UID 1)\n" },
	{ "uid of nobody", RULE_UID_UNKNOWN,
	  SELECTED("1", "0") ADDED("1") "1 S * 1 EXISTS\n"
	  "1 S * 1 FETCH (UID 5)\n" },
	{ "uid before its COPYUID is read", RULE_NONE,
	  OPEN "1 C c COPY 1 box\n2 S * 4 EXISTS\n2 S * 4 FETCH (UID 4)\n"
	  "1 S c OK [COPYUID 7 1 4] done\n" },
	{ "uid not ascending", RULE_UID_ASSIGNED,
	  OPEN "1 C c COPY 1 box\n1 S c OK [COPYUID 7 1 3] done\n" },
	{ "another size", RULE_IMMUTABLE,
	  OPEN "2 S * 1 FETCH (RFC822.SIZE 59)\n" },
	{ "another UIDVALIDITY", RULE_UIDVALIDITY,
	  OPEN "2 C z SELECT box\n2 S * OK [UIDVALIDITY 8] x\n" },
	{ "UIDNEXT stale", RULE_UIDNEXT_STALE,
	  OPEN "2 C z SELECT box\n2 S * 3 EXISTS\n"
	  "2 S * OK [UIDNEXT 3] x\n2 S z OK done\n" },
	{ "UIDNEXT while an APPEND is under way", RULE_NONE,
	  OPEN "1 C ap APPEND box {60}\n1 S + go\n2 C z SELECT box\n"
	  "2 S * 3 EXISTS\n2 S * OK [UIDNEXT 4] x\n2 S z OK done\n"
	  "1 S ap OK [APPENDUID 7 4] done\n" },
	{ "below UIDNEXT", RULE_UIDNEXT_BROKEN,
	  OPEN "2 C z SELECT box\n2 S * 3 EXISTS\n2 S * OK [UIDNEXT 9] x\n"
	  "2 S z OK done\n1 C ap APPEND box {60}\n1 S + go\n"
	  "1 S ap OK [APPENDUID 7 8] done\n" },
	{ "EXISTS shrinks", RULE_EXISTS_SHRINKS, OPEN "1 S * 2 EXISTS\n" },
	{ "EXISTS again", RULE_NONE, OPEN "1 S * 3 EXISTS\n" },
	{ "EXISTS of none", RULE_EXISTS_MANY, OPEN "1 S * 4 EXISTS\n" },
	{ "EXISTS of a COPY under way", RULE_NONE,
	  OPEN "1 C c COPY 1:2 box\n2 S * 5 EXISTS\n" },
	{ "SELECT counts too few", RULE_SELECT_COUNT,
	  OPEN SELECTED("2", "2") },
	{ "SELECT during EXPUNGE", RULE_NONE,
	  OPEN MARKED "1 C e EXPUNGE\n" SELECTED("2", "2") },
	{ "SELECT during EXPUNGE, before it", RULE_NONE,
	  OPEN MARKED "1 C e EXPUNGE\n" SELECTED("2", "3") },
	{ "never told", RULE_NOT_TOLD, OPEN ADDED("4") POLLED("2") },
	{ "told at the second poll", RULE_NONE,
	  OPEN ADDED("4") DONE("2", "n", "NOOP")
	  "2 C p CHECK\n2 S * 4 EXISTS\n2 S p OK done\n" },
	{ "EXPUNGE alone", RULE_EXPUNGE_ALONE,
	  OPEN MARKED DONE("1", "e", "NOOP") "1 S * 2 EXPUNGE\n" },
	{ "EXPUNGE in FETCH", RULE_EXPUNGE_DURING,
	  OPEN MARKED "1 C e EXPUNGE\n2 C f FETCH 1 FLAGS\n"
	  "2 S * 2 EXPUNGE\n" },
	{ "EXPUNGE in UID FETCH", RULE_NONE,
	  OPEN MARKED "1 C e EXPUNGE\n2 C f UID FETCH 2 FLAGS\n"
	  "2 S * 2 EXPUNGE\n2 S f OK done\n" },
	{ "EXPUNGE of what is not marked", RULE_EXPUNGE_WRONG,
	  OPEN MARKED "1 C e EXPUNGE\n1 S * 1 EXPUNGE\n" },
	{ "EXPUNGE of what another marks meanwhile", RULE_NONE,
	  OPEN MARKED "1 C e EXPUNGE\n"
	  "2 C s STORE 1 +FLAGS (\\\\Deleted)\n1 S * 1 EXPUNGE\n"
	  "1 S * 1 EXPUNGE\n1 S e OK done\n" },
	{ "EXPUNGE of a copy whose COPYUID comes later", RULE_NONE,
	  OPEN MARKED "2 C e EXPUNGE\n1 C c COPY 2 box\n2 S * 2 EXPUNGE\n"
	  "2 S e OK done\n1 S * 4 EXISTS\n1 S c OK [COPYUID 7 2 4] done\n"
	  SELECTED("2", "2") },
	{ "EXPUNGE leaves one", RULE_EXPUNGE_LEFT,
	  OPEN MARKED DONE("1", "e", "EXPUNGE") },
	{ "EXPUNGE leaves what another unmarks", RULE_NONE,
	  OPEN MARKED "2 C u STORE 2 -FLAGS (\\\\Deleted)\n"
	  DONE("1", "e", "EXPUNGE") },
	{ "expunged is back", RULE_EXPUNGED_BACK,
	  OPEN MARKED "1 C e EXPUNGE\n1 S * 2 EXPUNGE\n1 S e OK done\n"
	  SELECTED("2", "2") "2 S * 2 FETCH (UID 2)\n" },
	{ "moved is still there", RULE_MOVED_LEFT,
	  OPEN "1 C m MOVE 2 other\n1 S * OK [COPYUID 9 2 1] x\n"
	  "1 S * 2 EXPUNGE\n1 S m OK done\n"
	  SELECTED("2", "2") "2 S * 2 FETCH (UID 2)\n" },
	{ "expunged, and not told yet", RULE_NONE,
	  OPEN MARKED "1 C e EXPUNGE\n1 S * 2 EXPUNGE\n1 S e OK done\n"
	  "2 C f FETCH 2 UID\n2 S * 2 FETCH (UID 2)\n2 S f OK done\n" },
	{ "flags of nobody", RULE_FLAGS,
	  OPEN "2 S * 1 FETCH (FLAGS (\\\\Seen))\n" },
	{ "recent is no matter", RULE_NONE,
	  OPEN "2 S * 1 FETCH (FLAGS (\\\\Recent $Else))\n" },
	{ "own STORE has no effect", RULE_STORED,
	  OPEN DONE("1", "s", "STORE 1 +FLAGS.SILENT (\\\\Seen)")
	  "1 S * 1 FETCH (FLAGS ())\n" },
	{ "another's STORE is not known yet", RULE_NONE,
	  OPEN DONE("1", "s", "STORE 1 +FLAGS.SILENT (\\\\Seen)")
	  "2 S * 1 FETCH (FLAGS ())\n2 S * 1 FETCH (FLAGS (\\\\Seen))\n" },
	{ "another's STORE is forgotten again", RULE_STORED,
	  OPEN DONE("1", "s", "STORE 1 +FLAGS.SILENT (\\\\Seen)")
	  "2 S * 1 FETCH (FLAGS (\\\\Seen))\n2 S * 1 FETCH (FLAGS ())\n" },
	{ "another's STORE after two polls", RULE_STORED,
	  OPEN DONE("1", "s", "STORE 1 +FLAGS.SILENT (\\\\Seen)")
	  POLLED("2") "2 S * 1 FETCH (FLAGS ())\n" },
	{ "two at once, either order", RULE_NONE,
	  OPEN "2 C t STORE 1 -FLAGS (\\\\Seen)\n"
	  DONE("1", "s", "STORE 1 +FLAGS.SILENT (\\\\Seen)")
	  "2 S t OK done\n1 S * 1 FETCH (FLAGS ())\n" },
	{ "FETCH without an answer", RULE_FETCH_LACKS,
	  OPEN DONE("1", "f", "FETCH 2 FLAGS") },
	{ "FETCH of what may be gone", RULE_NONE,
	  OPEN MARKED "1 C e EXPUNGE\n" DONE("2", "f", "FETCH 2 FLAGS") },
	{ "UID FETCH without UID", RULE_FETCH_UID,
	  OPEN "1 C f UID FETCH 2 FLAGS\n1 S * 2 FETCH (FLAGS ())\n"
	  "1 S f OK done\n" },
	{ "SEARCH leaves out", RULE_SEARCH_WRONG,
	  OPEN "1 C s SEARCH UNSEEN\n1 S * SEARCH 1 3\n" },
	{ "SEARCH lists another", RULE_SEARCH_WRONG,
	  OPEN "1 C s UID SEARCH SEEN\n1 S * SEARCH 2\n" },
	{ "SEARCH while another stores", RULE_NONE,
	  OPEN "2 C t STORE 2 +FLAGS (\\\\Seen)\n1 C s SEARCH UNSEEN\n"
	  "1 S * SEARCH 1 3\n" },
	{ "SEARCH above", RULE_RANGE,
	  OPEN "1 C s SEARCH ALL\n1 S * SEARCH 1 2 3 4\n" },
	{ "COPYUID of another", RULE_COPYUID,
	  OPEN "1 C c COPY 1:2 box\n1 S c OK [COPYUID 7 1,3 4:5] done\n" },
	{ "COPYUID uneven", RULE_COPYUID,
	  OPEN "1 C c COPY 1:2 box\n1 S c OK [COPYUID 7 1:2 4] done\n" },
	{ "COPYUID in another order", RULE_NONE,
	  OPEN "1 C c COPY 1:2 box\n1 S c OK [COPYUID 7 2,1 4:5] done\n" },
	{ "copy of another size", RULE_COPY_SIZE,
	  OPEN "1 C c COPY 1 box\n1 S * 4 EXISTS\n"
	  "1 S c OK [COPYUID 7 1 4] done\n"
	  "1 S * 4 FETCH (UID 4 RFC822.SIZE 61)\n" },
	{ "message lost", RULE_LOST,
	  OPEN MARKED "1 C e EXPUNGE\n1 S e NO not now\n"
	  SELECTED("2", "2") POLLED("2")
	  "2 C m FETCH 1:2 UID\n2 S * 1 FETCH (UID 1)\n"
	  "2 S * 2 FETCH (UID 2)\n2 S m OK done\n" },
	{ "message expunged with a NO", RULE_NONE,
	  OPEN MARKED "1 C e EXPUNGE\n1 S e NO not now\n"
	  SELECTED("2", "2") POLLED("2")
	  "2 C m FETCH 1:2 UID\n2 S * 1 FETCH (UID 1)\n"
	  "2 S * 2 FETCH (UID 3)\n2 S m OK done\n" },
	{ "MODSEQ falls", RULE_MODSEQ_FALLS,
	  OPEN "1 S * 1 FETCH (MODSEQ (10))\n" },
	{ "MODSEQ stays", RULE_MODSEQ_SAME,
	  OPEN "1 C s STORE 1 +FLAGS (\\\\Seen)\n"
	  "1 S * 1 FETCH (FLAGS (\\\\Seen) MODSEQ (11))\n" },
	{ "HIGHESTMODSEQ too low", RULE_HIGHESTMODSEQ,
	  OPEN "2 C z SELECT box\n2 S * 3 EXISTS\n"
	  "2 S * OK [HIGHESTMODSEQ 12] x\n2 S z OK done\n" },
	{ "BAD", RULE_BAD, OPEN "1 C n NOOP\n1 S n BAD what\n" },
	{ "no response", RULE_SYNTAX, OPEN "1 S hello\n" },
	{ "another tag", RULE_SYNTAX, OPEN "1 C n NOOP\n1 S m OK done\n" },
};
/* clang-format on */

START_TEST(the_first_broken_rule_is_found)
{
	struct model *m = model_new();
	struct err err = { .kind = ERR_NONE };

	ck_assert_msg(oracle_record_feed(span_of(rows[_i].events), m, &err),
	    "%s", err.what);
	ck_assert_msg(model_finding(m)->rule == rows[_i].rule, "%s: %s: %s",
	    rows[_i].name, oracle_rules[model_finding(m)->rule].name,
	    model_finding(m)->what);
	ck_assert_ptr_null(model_lost(m));
	model_free(m);
}
END_TEST

START_TEST(records_that_are_none_are_refused)
{
	static const char *const bad[] = { "x", "9 C a NOOP\n", "1 X a\n",
		"1 C a\\q\n" };
	struct model *m = model_new();
	struct err err = { .kind = ERR_NONE };

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		ck_assert_msg(!oracle_record_feed(span_of(bad[i]), m, &err),
		    "%s", bad[i]);
	model_free(m);
}
END_TEST

/* ---- steps ---- */

START_TEST(a_seed_gives_the_same_steps)
{
	struct steps a, b, c;
	size_t same = 0;

	steps_make(&a, 7, 300, 3, MIX_EVEN);
	steps_make(&b, 7, 300, 3, MIX_EVEN);
	steps_make(&c, 8, 300, 3, MIX_EVEN);
	for (size_t i = 0; i < a.n; i++) {
		ck_assert_int_eq(a.of[i].client, b.of[i].client);
		ck_assert_int_eq(a.of[i].verb, b.of[i].verb);
		ck_assert_uint_eq(a.of[i].a, b.of[i].a);
		ck_assert_uint_eq(a.of[i].b, b.of[i].b);
		ck_assert_int_lt(a.of[i].client, 3);
		same += a.of[i].a == c.of[i].a;
	}
	ck_assert_uint_lt(same, 3);
	ck_assert_int_eq(a.of[299].verb, STEP_SETTLE);
	steps_free(&a);
	steps_free(&b);
	steps_free(&c);
}
END_TEST

/* Without extensions, and with nothing to choose from, it is a command. */
START_TEST(every_step_is_a_command)
{
	uint32_t uids[] = { 3, 4, 7, 9, 10, 12 };
	struct view views[] = { { .selected = true },
		{ .selected = true, .uid = uids, .n = 6 } };
	const struct steps_place place = {
		.permanent = ORACLE_ALL_FLAGS, .folder = "box", .other = "boxx"
	};
	struct steps steps;
	struct buf text, literal;

	buf_init(&text, 8192);
	buf_init(&literal, 8192);
	steps_make(&steps, 1, 500, 4, (enum steps_mix)(_i % MIXES));
	for (size_t i = 0; i < steps.n; i++) {
		buf_clear(&text);
		buf_clear(&literal);
		steps_command(
		    &steps.of[i], &views[_i / MIXES], &place, &text, &literal);
		ck_assert_uint_gt(text.len, 3);
		ck_assert(!text.full && !literal.full);
		ck_assert_msg(strstr(buf_text(&text), "EXPUNGE ") == NULL &&
				  strstr(buf_text(&text), "IDLE") == NULL,
		    "%s", buf_text(&text));
	}
	steps_free(&steps);
	buf_free(&text);
	buf_free(&literal);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("oracle");
	TCase *t = tcase_create("model");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(
	    t, the_first_broken_rule_is_found, 0, sizeof rows / sizeof rows[0]);
	tcase_add_test(t, records_that_are_none_are_refused);
	tcase_add_test(t, a_seed_gives_the_same_steps);
	tcase_add_loop_test(t, every_step_is_a_command, 0, 2 * MIXES);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
