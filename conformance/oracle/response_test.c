/* SPDX-License-Identifier: MIT */
#include "conformance/oracle/response.h"

#include <check.h>
#include <stdlib.h>

/* clang-format off */
static const struct {
	const char *line;
	enum response_kind kind;
	enum response_status status;
	uint32_t number;
	const char *code, *args;
} lines[] = {
	{ "* 3 EXISTS", RESPONSE_EXISTS, STATUS_NONE, 3, "", "" },
	{ "* 3 exists", RESPONSE_EXISTS, STATUS_NONE, 3, "", "" },
	{ "* 4294967295 EXPUNGE", RESPONSE_EXPUNGE, STATUS_NONE, UINT32_MAX, "", "" },
	{ "* 4294967296 EXPUNGE", RESPONSE_OTHER, STATUS_NONE, 0, "", "" },
	{ "* 0 RECENT", RESPONSE_RECENT, STATUS_NONE, 0, "", "" },
	{ "* 7 FETCH (FLAGS ())", RESPONSE_FETCH, STATUS_NONE, 7, "", "" },
	{ "* 7 WHAT", RESPONSE_OTHER, STATUS_NONE, 7, "", "" },
	{ "* SEARCH", RESPONSE_SEARCH, STATUS_NONE, 0, "", "" },
	{ "* SEARCH 1 2", RESPONSE_SEARCH, STATUS_NONE, 0, "", "" },
	{ "* FLAGS (\\Seen)", RESPONSE_OTHER, STATUS_NONE, 0, "", "" },
	{ "* OK [UIDNEXT 5] next", RESPONSE_STATUS, STATUS_OK, 0, "UIDNEXT", "5" },
	{ "* OK [ALERT] x", RESPONSE_STATUS, STATUS_OK, 0, "ALERT", "" },
	{ "* OK [broken", RESPONSE_STATUS, STATUS_OK, 0, "", "" },
	{ "* OK", RESPONSE_STATUS, STATUS_OK, 0, "", "" },
	{ "* BYE now", RESPONSE_STATUS, STATUS_BYE, 0, "", "" },
	{ "a1 OK [APPENDUID 7 9] x", RESPONSE_TAGGED, STATUS_OK, 0, "APPENDUID", "7 9" },
	{ "a1 no x", RESPONSE_TAGGED, STATUS_NO, 0, "", "" },
	{ "a1 BAD", RESPONSE_TAGGED, STATUS_BAD, 0, "", "" },
	{ "a1 BYE x", RESPONSE_BROKEN, STATUS_BYE, 0, "", "" },
	{ "a1 WELL x", RESPONSE_BROKEN, STATUS_NONE, 0, "", "" },
	{ "+ go on", RESPONSE_GO_ON, STATUS_NONE, 0, "", "" },
	{ "+", RESPONSE_GO_ON, STATUS_NONE, 0, "", "" },
	{ "*", RESPONSE_BROKEN, STATUS_NONE, 0, "", "" },
	{ "", RESPONSE_BROKEN, STATUS_NONE, 0, "", "" },
	{ " OK", RESPONSE_BROKEN, STATUS_OK, 0, "", "" },
};

static const struct {
	const char *list;
	bool good;
	unsigned items, flags;
	uint32_t uid;
	uint64_t size, modseq;
	const char *date;
} fetches[] = {
	{ "(FLAGS (\\Seen oracle-red \\Recent $x) UID 7)", true,
	  ITEM_FLAGS | ITEM_UID, ORACLE_SEEN | ORACLE_RED, 7, 0, 0, "" },
	{ "(flags (\\SEEN))", true, ITEM_FLAGS, ORACLE_SEEN, 0, 0, 0, "" },
	{ "(MODSEQ (9) RFC822.SIZE 60)", true,
	  ITEM_MODSEQ | ITEM_SIZE, 0, 0, 60, 9, "" },
	{ "(INTERNALDATE \"22-Nov-2026\")", true, ITEM_DATE, 0, 0, 0, 0,
	  "22-Nov-2026" },
	{ "(BODY[HEADER.FIELDS (A B)] {3}\r\n)a( UID 3)", true, ITEM_UID, 0, 3,
	  0, 0, "" },
	{ "(ENVELOPE (\"a\\\")\" ((NIL NIL))) UID 3)", true, ITEM_UID, 0, 3,
	  0, 0, "" },
	{ "()", true, 0, 0, 0, 0, 0, "" },
	{ "(UID 0)", false, ITEM_UID, 0, 0, 0, 0, "" },
	{ "(UID x)", false, ITEM_UID, 0, 0, 0, 0, "" },
	{ "(FLAGS \\Seen)", false, ITEM_FLAGS, 0, 0, 0, 0, "" },
	{ "(FLAGS (\\Seen)", false, 0, 0, 0, 0, 0, "" },
	{ "(FLAGS", false, 0, 0, 0, 0, 0, "" },
	{ "(BODY[TEXT {9}\r\nab)", false, 0, 0, 0, 0, 0, "" },
	{ "(UID {9}\r\nab)", false, 0, 0, 0, 0, 0, "" },
	{ "(X \"open)", false, 0, 0, 0, 0, 0, "" },
	{ "(UID 3) more", false, 0, 0, 0, 0, 0, "" },
	{ "UID 3", false, 0, 0, 0, 0, 0, "" },
	{ "", false, 0, 0, 0, 0, 0, "" },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

START_TEST(kinds_are_told_apart)
{
	struct response r;

	response_read(span_of(lines[_i].line), &r);
	ck_assert_int_eq(r.kind, lines[_i].kind);
	ck_assert_int_eq(r.status, lines[_i].status);
	if (r.kind != RESPONSE_BROKEN)
		ck_assert_uint_eq(r.number, lines[_i].number);
	ck_assert(span_eq(r.code, span_of(lines[_i].code)));
	ck_assert(span_eq(r.args, span_of(lines[_i].args)));
}
END_TEST

START_TEST(items_are_read)
{
	struct response_fetch f;
	const bool good = response_read_fetch(span_of(fetches[_i].list), &f);

	ck_assert_msg(good == fetches[_i].good, "%s", fetches[_i].list);
	if (!good)
		return;
	ck_assert_uint_eq(f.items, fetches[_i].items);
	ck_assert_uint_eq(f.flags, fetches[_i].flags);
	ck_assert_uint_eq(f.uid, fetches[_i].uid);
	ck_assert_uint_eq(f.size, fetches[_i].size);
	ck_assert_uint_eq(f.modseq, fetches[_i].modseq);
	ck_assert(span_eq(f.date, span_of(fetches[_i].date)));
}
END_TEST

START_TEST(sets_are_read)
{
	struct span set = SPAN("7,9:11,5:2");
	uint32_t from, to;

	ck_assert(response_range(&set, &from, &to) && from == 7 && to == 7);
	ck_assert(response_range(&set, &from, &to) && from == 9 && to == 11);
	ck_assert(response_range(&set, &from, &to) && from == 2 && to == 5);
	ck_assert(!response_range(&set, &from, &to) && set.len == 0);
	set = SPAN("1:*");
	ck_assert(!response_range(&set, &from, &to) && set.len == 3);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("oracle/response");
	TCase *t = tcase_create("response");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_loop_test(t, kinds_are_told_apart, 0, COUNT(lines));
	tcase_add_loop_test(t, items_are_read, 0, COUNT(fetches));
	tcase_add_test(t, sets_are_read);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
