/* SPDX-License-Identifier: MIT */
/*
 * LDAP as lines: requests into the octets of RFC 4511, responses into text,
 * and all that is no response refused.
 */
#include "lib/framing_ldap.h"

#include <check.h>
#include <stdlib.h>

#include "lib/dialogue.h"

/* An octet string with NULs in it. */
#define OCTETS(lit) SPAN_INIT(lit)

/* clang-format off */
static const struct {
	const char	*line;
	struct span	 octets;
} requests[] = {
	{ "1 bind \"\" \"\"",
	    OCTETS("\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\0\x80\0") },
	{ "1 bind version=2 cn=a b\\41",
	    OCTETS("\x30\x14\x02\x01\x01\x60\x0f\x02\x01\x02\x04\x04"
		   "cn=a\x80\x04" "b\\41") },
	{ "1 bind \"\" sasl EXTERNAL \"x\"",
	    OCTETS("\x30\x19\x02\x01\x01\x60\x14\x02\x01\x03\x04\0\xa3\x0d"
		   "\x04\x08" "EXTERNAL\x04\x01x") },
	{ "300 unbind", OCTETS("\x30\x06\x02\x02\x01\x2c\x42\0") },
	{ "200 abandon 5", OCTETS("\x30\x07\x02\x02\0\xc8\x50\x01\x05") },
	{ "2 search \"dc=x\" sub size=1 time=5 typesonly (cn=*) cn mail",
	    OCTETS("\x30\x2a\x02\x01\x02\x63\x25\x04\x04" "dc=x\x0a\x01\x02\x0a"
		   "\x01\0\x02\x01\x01\x02\x01\x05\x01\x01\xff\x87\x02" "cn"
		   "\x30\x0a\x04\x02" "cn\x04\x04" "mail") },
	{ "3 compare \"dc=x\" cn=\"a \\22\"",
	    OCTETS("\x30\x16\x02\x01\x03\x6e\x11\x04\x04" "dc=x\x30\x09\x04\x02"
		   "cn\x04\x03" "a \"") },
	{ "4 add dc=x cn=\"a\" cn=\"b\" sn=c",
	    OCTETS("\x30\x26\x02\x01\x04\x68\x21\x04\x04" "dc=x\x30\x19\x30\x0c"
		   "\x04\x02" "cn\x31\x06\x04\x01" "a\x04\x01" "b\x30\x09\x04"
		   "\x02sn\x31\x03\x04\x01" "c") },
	{ "5 modify dc=x delete cn replace sn=",
	    OCTETS("\x30\x29\x02\x01\x05\x66\x24\x04\x04" "dc=x\x30\x1c\x30\x0b"
		   "\x0a\x01\x01\x30\x06\x04\x02" "cn\x31\0\x30\x0d\x0a\x01"
		   "\x02\x30\x08\x04\x02sn\x31\x02\x04\0") },
	{ "6 delete dc=x", OCTETS("\x30\x09\x02\x01\x06\x4a\x04" "dc=x") },
	{ "7 modifydn a=b c=d keepold under e=f",
	    OCTETS("\x30\x17\x02\x01\x07\x6c\x12\x04\x03" "a=b\x04\x03" "c=d"
		   "\x01\x01\0\x80\x03" "e=f") },
	{ "8 extended 1.2 x", OCTETS("\x30\x0d\x02\x01\x08\x77\x08\x80\x03"
		   "1.2\x81\x01x") },
	{ "8 cancel 2", OCTETS("\x30\x19\x02\x01\x08\x77\x14\x80\x0b"
		   "1.3.6.1.1.8\x81\x05\x30\x03\x02\x01\x02") },
	{ "9 unbind ; 1.2 critical \"x\"",
	    OCTETS("\x30\x14\x02\x01\x09\x42\0\xa0\x0d\x30\x0b\x04\x03"
		   "1.2\x01\x01\xff\x04\x01x") },
	{ "9 unbind ; paged 10 \"\\00a\" critical",
	    OCTETS("\x30\x2f\x02\x01\x09\x42\0\xa0\x28\x30\x26\x04\x16"
		   "1.2.840.113556.1.4.319\x01\x01\xff\x04\x09\x30\x07\x02\x01"
		   "\x0a\x04\x02\0a") },
};

/* Of a search of "" with the filter, from the filter on. */
static const struct {
	const char	*filter;
	struct span	 octets;
} filters[] = {
	{ "(cn=a)", OCTETS("\xa3\x07\x04\x02" "cn\x04\x01" "a") },
	{ "(cn=a b)", OCTETS("\xa3\x09\x04\x02" "cn\x04\x03" "a b") },
	{ "(cn=\\28\\2a\\29)", OCTETS("\xa3\x09\x04\x02" "cn\x04\x03(*)") },
	{ "(cn=)", OCTETS("\xa3\x06\x04\x02" "cn\x04\0") },
	{ "(cn=*)", OCTETS("\x87\x02" "cn") },
	{ "(cn>=a)", OCTETS("\xa5\x07\x04\x02" "cn\x04\x01" "a") },
	{ "(cn<=a)", OCTETS("\xa6\x07\x04\x02" "cn\x04\x01" "a") },
	{ "(cn~=a)", OCTETS("\xa8\x07\x04\x02" "cn\x04\x01" "a") },
	{ "(cn=a*)", OCTETS("\xa4\x09\x04\x02" "cn\x30\x03\x80\x01" "a") },
	{ "(cn=*a)", OCTETS("\xa4\x09\x04\x02" "cn\x30\x03\x82\x01" "a") },
	{ "(cn=a*b*c*d)", OCTETS("\xa4\x12\x04\x02" "cn\x30\x0c\x80\x01"
		   "a\x81\x01" "b\x81\x01" "c\x82\x01" "d") },
	{ "(cn=*a*)", OCTETS("\xa4\x09\x04\x02" "cn\x30\x03\x81\x01" "a") },
	{ "(&)", OCTETS("\xa0\0") },
	{ "(|)", OCTETS("\xa1\0") },
	{ "(&(a=*)(!(b=*)))", OCTETS("\xa0\x08\x87\x01" "a\xa2\x03\x87\x01"
		   "b") },
	{ "(cn:dn:2.4:=a)", OCTETS("\xa9\x0f\x81\x03" "2.4\x82\x02" "cn\x83\x01"
		   "a\x84\x01\xff") },
	{ "(cn:=a)", OCTETS("\xa9\x07\x82\x02" "cn\x83\x01" "a") },
	{ "(:2.4:=a)", OCTETS("\xa9\x08\x81\x03" "2.4\x83\x01" "a") },
};
/* clang-format on */

static void
ck_says(const char *line, struct span expected)
{
	struct buf out, shown;
	const char *flaw;

	buf_init(&out, 4096);
	buf_init(&shown, 4096);
	flaw = ldap_say(span_of(line), &out);
	ck_assert_msg(flaw == NULL, "%s: %s", line, flaw);
	for (size_t i = 0; i < out.len; i++)
		buf_addf(&shown, "%02x", (unsigned char)out.data[i]);
	ck_assert_msg(span_eq(buf_span(&out), expected), "%s: %s", line,
	    buf_text(&shown));
	buf_free(&out);
	buf_free(&shown);
}

START_TEST(requests_are_octets)
{
	ck_says(requests[_i].line, requests[_i].octets);
}
END_TEST

START_TEST(filters_are_octets)
{
	const struct span filter = filters[_i].octets;
	struct buf line, octets;

	buf_init(&line, 256);
	buf_init(&octets, 256);
	buf_addf(&line, "1 search \"\" base %s", filters[_i].filter);
	buf_addf(&octets, "0%c\x02\x01\x01\x63%c\x04%c\x0a\x01%c\x0a\x01%c",
	    (char)(24 + filter.len), (char)(19 + filter.len), 0, 0, 0);
	buf_addf(&octets, "\x02\x01%c\x02\x01%c\x01\x01%c", 0, 0, 0);
	buf_add(&octets, filter);
	buf_addf(&octets, "0%c", 0);
	ck_says(buf_text(&line), buf_span(&octets));
	buf_free(&line);
	buf_free(&octets);
}
END_TEST

START_TEST(what_is_no_request_is_said_to_be_none)
{
	/* clang-format off */
	static const char *const lines[] = {
		"", "1", "bind", "1 bindx", "1 bind", "1 bind \"a", "1 bind \"\"",
		"1 bind \"\" \"\" more", "1 unbind x", "1 abandon", "1 abandon x",
		"1 search", "1 search \"\"", "1 search \"\" all (cn=*)",
		"1 search \"\" base", "1 search \"\" base cn=*",
		"1 search \"\" base (cn", "1 search \"\" base (cn=*",
		"1 search \"\" base (&(cn=*)", "1 search \"\" base (cn=\\2)",
		"1 search \"\" base ()", "1 search \"\" base (=x)",
		"1 search \"\" base size=x (cn=*)",
		"1 compare dc=x", "1 compare dc=x cn", "1 add dc=x =x",
		"1 modify dc=x cn=x", "1 modify dc=x add", "1 delete",
		"1 modifydn a=b", "1 modifydn a=b c=d under", "1 extended",
		"1 unbind ;", "1 unbind ; paged", "1 unbind ; 1.2 critical x y",
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct buf out;

		buf_init(&out, 4096);
		ck_assert_msg(ldap_say(span_of(lines[i]), &out) != NULL,
		    "%s is said", lines[i]);
		ck_assert_uint_eq(out.len, 0);
		buf_free(&out);
	}
}
END_TEST

START_TEST(filters_may_be_deep_and_not_without_end)
{
	static const size_t depths[] = { 1000, 4999, 5001 };

	for (size_t i = 0; i < 3; i++) {
		struct buf line, out;

		buf_init(&line, 1 << 20);
		buf_init(&out, 1 << 20);
		buf_addf(&line, "1 search \"\" base ");
		for (size_t k = 0; k < depths[i]; k++)
			buf_add(&line, SPAN("(!"));
		buf_add(&line, SPAN("(a=*)"));
		for (size_t k = 0; k < depths[i]; k++)
			buf_add(&line, SPAN(")"));
		ck_assert_int_eq(
		    ldap_say(buf_span(&line), &out) == NULL, i < 2);
		buf_free(&line);
		buf_free(&out);
	}
}
END_TEST

/* clang-format off */
static const struct {
	const char	*line;
	struct span	 octets;
	enum ldap_kind	 kind;
} responses[] = {
	{ "1 bindResponse success \"\" \"\" ",
	    OCTETS("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0"),
	    LDAP_ANSWER },
	{ "1 bindResponse invalidCredentials \"dc=x\" \"no \\22\\28\\29\" ",
	    OCTETS("\x30\x16\x02\x01\x01\x61\x11\x0a\x01\x31\x04\x04" "DC=x\x04"
		   "\x06no \"()"), LDAP_ANSWER },
	{ "2 searchResEntry \"dc=x\" cn=\"a\" cn=\"\xe6\x9d\x8e\" mail ",
	    OCTETS("\x30\x28\x02\x01\x02\x64\x23\x04\x05" "dc= x\x30\x1a\x30"
		   "\x0e\x04\x02" "cn\x31\x08\x04\x01" "a\x04\x03\xe6\x9d\x8e"
		   "\x30\x08\x04\x04mail\x31\0"), LDAP_PART },
	{ "2 searchResEntry \"\" ",
	    OCTETS("\x30\x09\x02\x01\x02\x64\x04\x04\0\x30\0"), LDAP_PART },
	{ "2 searchResRef \"ldap://a\" \"b\" ",
	    OCTETS("\x30\x12\x02\x01\x02\x73\x0d\x04\x08ldap://a\x04\x01" "b"),
	    LDAP_PART },
	{ "2 searchResDone referral \"\" \"\" referral \"a\" ",
	    OCTETS("\x30\x11\x02\x01\x02\x65\x0c\x0a\x01\x0a\x04\0\x04\0\xa3"
		   "\x03\x04\x01" "a"), LDAP_ANSWER },
	/* a length in more octets than it takes is no flaw of BER */
	{ "2 searchResDone 99 \"\" \"\" ",
	    OCTETS("\x30\x82\0\x0c\x02\x01\x02\x65\x07\x0a\x01\x63\x04\0\x04"
		   "\0"), LDAP_ANSWER },
	{ "0 extendedResp unavailable \"\" \"\" name 1.3.6.1.4.1.1466.20036 ",
	    OCTETS("\x30\x24\x02\x01\0\x78\x1f\x0a\x01\x34\x04\0\x04\0\x8a\x16"
		   "1.3.6.1.4.1.1466.20036"), LDAP_UNSOLICITED },
	{ "8 extendedResp success \"\" \"\" value \"\\00\" ",
	    OCTETS("\x30\x0f\x02\x01\x08\x78\x0a\x0a\x01\0\x04\0\x04\0\x8b\x01"
		   "\0"), LDAP_ANSWER },
	{ "8 intermediateResponse name 1.2 value \"x\" ",
	    OCTETS("\x30\x0d\x02\x01\x08\x79\x08\x80\x03" "1.2\x81\x01x"),
	    LDAP_PART },
	{ "1 bindResponse saslBindInProgress \"\" \"\" serverSaslCreds \"x\" ",
	    OCTETS("\x30\x0f\x02\x01\x01\x61\x0a\x0a\x01\x0e\x04\0\x04\0\x87"
		   "\x01x"), LDAP_ANSWER },
	{ "3 compareResponse compareTrue \"\" \"\" ; 1.2 critical \"x\" ",
	    OCTETS("\x30\x1b\x02\x01\x03\x6f\x07\x0a\x01\x06\x04\0\x04\0\xa0"
		   "\x0d\x30\x0b\x04\x03" "1.2\x01\x01\xff\x04\x01x"),
	    LDAP_ANSWER },
	{ "2 searchResDone success \"\" \"\" ; paged 0 \"\\00\\2a\" ",
	    OCTETS("\x30\x33\x02\x01\x02\x65\x07\x0a\x01\0\x04\0\x04\0\xa0\x25"
		   "\x30\x23\x04\x16" "1.2.840.113556.1.4.319\x04\x09\x30\x07"
		   "\x02\x01\0\x04\x02\0*"), LDAP_ANSWER },
	/* RFC 4511 4: what nobody knows stands behind, and is ignored */
	{ "1 bindResponse success \"\" \"\" ",
	    OCTETS("\x30\x12\x02\x01\x01\x61\x0a\x0a\x01\0\x04\0\x04\0\x9e\x01"
		   "x\x9e\x01x"), LDAP_ANSWER },
};

/* Each has one flaw. */
static const struct span no_responses[] = {
	OCTETS("\x31\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x80\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0\0\0"),
	OCTETS("\x30\x0c\x02\x01\x01\x61\x08\x0a\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\x01"),
	OCTETS("\x30\x0d\x02\x02\0\x01\x61\x07\x0a\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x0c\x02\x01\xff\x61\x07\x0a\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x0c\x0a\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x0c\x02\x01\x01\x60\x07\x0a\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x0c\x02\x01\x01\x61\x07\x02\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x0c\x02\x01\0\x61\x07\x0a\x01\0\x04\0\x04\0"),
	OCTETS("\x30\x0a\x02\x01\x01\x61\x05\x0a\x01\0\x04\0"),
	OCTETS("\x30\x0d\x02\x01\x01\x61\x08\x0a\x01\0\x04\0\x04\x01\xff"),
	/* a constructed string */
	OCTETS("\x30\x0e\x02\x01\x01\x61\x09\x0a\x01\0\x24\x02\x04\0\x04\0"),
	OCTETS("\x30\x0e\x02\x01\x01\x61\x09\x0a\x01\0\x04\0\x04\0\xa3\0"),
	/* a criticality of 01, and one of FALSE, which is the default */
	OCTETS("\x30\x18\x02\x01\x03\x6f\x07\x0a\x01\x06\x04\0\x04\0\xa0"
	       "\x0a\x30\x08\x04\x03" "1.2\x01\x01\x01"),
	OCTETS("\x30\x18\x02\x01\x03\x6f\x07\x0a\x01\x06\x04\0\x04\0\xa0"
	       "\x0a\x30\x08\x04\x03" "1.2\x01\x01\0"),
	OCTETS("\x30\x15\x02\x01\x03\x6f\x07\x0a\x01\x06\x04\0\x04\0\xa0"
	       "\x07\x30\x05\x04\x03" "1.x"),
	/* an entry: a value that is an INTEGER, a type that is empty */
	OCTETS("\x30\x15\x02\x01\x02\x64\x10\x04\0\x30\x0c\x30\x0a\x04\x02"
	       "cn\x31\x04\x02\x02\x01\x01"),
	OCTETS("\x30\x0f\x02\x01\x02\x64\x0a\x04\0\x30\x06\x30\x04\x04\0\x31"
	       "\0"),
	OCTETS("\x30\x0f\x02\x01\x02\x64\x0a\x04\0\x30\x06\x30\x04\x04\x02"
	       "cn"),
};
/* clang-format on */

START_TEST(responses_are_lines)
{
	enum ldap_kind kind = LDAP_PART, again;
	struct buf out;
	const char *flaw;

	buf_init(&out, 4096);
	flaw = ldap_hear(responses[_i].octets, &kind, &out);
	ck_assert_msg(flaw == NULL, "%s: %s", responses[_i].line, flaw);
	ck_assert_str_eq(buf_text(&out), responses[_i].line);
	ck_assert_int_eq(kind, responses[_i].kind);
	ck_assert_ptr_null(ldap_hear(responses[_i].octets, &again, NULL));
	ck_assert_int_eq(kind, again);
	buf_free(&out);
	/* and no beginning of it is one */
	for (size_t n = 0; n < responses[_i].octets.len; n++)
		ck_assert_ptr_nonnull(
		    ldap_hear(span_take(responses[_i].octets, n), &kind, NULL));
}
END_TEST

START_TEST(what_is_no_response_is_refused)
{
	enum ldap_kind kind;

	ck_assert_msg(ldap_hear(no_responses[_i], &kind, NULL) != NULL,
	    "row %d is taken for a response", _i);
}
END_TEST

START_TEST(names_are_normalised)
{
	static const char *const names[][2] = {
		{ "", "" },
		{ "uid=Alice, OU = People ,dc=X", "uid=alice,ou=people,dc=x" },
		{ "cn=a\\,b", "cn=a\\2cb" },
		{ "cn=a\\2Cb", "cn=a\\2cb" },
		{ "cn=\\e6\\9d\\8e", "cn=\xe6\x9d\x8e" },
		{ "cn=\xe6\x9d\x8e+sn=B;dc=x ", "cn=\xe6\x9d\x8e+sn=b,dc=x" },
		{ "cn=a\\ ", "cn=a\\20" },
		{ "cn=a\\", "cn=a\\" },
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct buf out;

		buf_init(&out, 256);
		ldap_name(span_of(names[i][0]), &out);
		ck_assert_str_eq(buf_text(&out), names[i][1]);
		buf_free(&out);
	}
}
END_TEST

/* A conversation: entries lie between, what is unsolicited anywhere. */
static enum verdict
play(const char *script, struct span said, size_t at_once)
{
	struct err err;
	struct script *s = script_compile("test", script, &framing_ldap, &err);
	struct dialogue *d;
	enum verdict v;

	ck_assert_msg(s != NULL, "%s", err.what);
	d = dialogue_new(s, NULL, NULL);
	while (!dialogue_over(d)) {
		const struct dialogue_need need = dialogue_wants(d);
		const struct span part = span_take(said, at_once);

		if (need.want == WANT_OPEN) {
			dialogue_opened(d, 0);
		} else if (need.want == WANT_SEND) {
			dialogue_sent(d, 0, dialogue_out(d, 0).len);
		} else if (part.len == 0) {
			dialogue_hung_up(d, 0, "FIN");
		} else {
			dialogue_feed(d, 0, part);
			said = span_skip(said, part.len);
		}
	}
	v = dialogue_verdict(d);
	dialogue_free(d);
	script_free(s);
	return v;
}

#define DONE "\x30\x0c\x02\x01\x02\x65\x07\x0a\x01\0\x04\0\x04\0"
#define ENTRY(x) \
	"\x30\x13\x02\x01\x02\x64\x0e\x04\0\x30\x0a\x30\x08\x04\x02" \
	"cn\x31\x02\x04" x
#define NOTICE \
	"\x30\x24\x02\x01\0\x78\x1f\x0a\x01\x34\x04\0\x04\0\x8a\x16" \
	"1.3.6.1.4.1.1466.20036"
#define ASK "C: 2 search \"\" base (cn=*)\n"

START_TEST(dialogues_hear_messages)
{
	/* clang-format off */
	static const struct {
		const char	*script;
		struct span	 said;
		enum verdict	 verdict;
	} rows[] = {
		{ ASK "S!: 2 searchResDone success *\n", OCTETS(DONE), PASS },
		{ ASK "S!: 2 searchResDone success *\n",
		    OCTETS(ENTRY("\0") DONE), PASS },
		{ ASK "S+!: 2 * CN=\"\" *\nS: 2 searchResDone *\n",
		    OCTETS(ENTRY("\0") DONE), PASS },
		{ ASK "S-!: 2 searchResEntry *\nS: 2 searchResDone *\n",
		    OCTETS(ENTRY("\0") DONE), FAIL },
		{ ASK "S!: 2 searchResDone busy *\n", OCTETS(DONE), FAIL },
		{ ASK "S!: 2 searchResDone *\n", OCTETS(NOTICE), INCONCLUSIVE },
		{ ASK "S!: 0 *\n", OCTETS(NOTICE), PASS },
		{ ASK "S!: 0 *\n@closed!\n", OCTETS(ENTRY("\0") NOTICE), PASS },
		{ ASK "S!: 2 *\n", OCTETS("HTTP/1.1 400 Bad"), FAIL },
		{ ASK "S: 2 *\n", OCTETS("\x30\x80"), INCONCLUSIVE },
		{ "C: 2 sing\nS!: 2 *\n", OCTETS(DONE), BROKEN },
	};
	/* clang-format on */
	static const size_t pieces[] = { 1000, 7, 1 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t k = 0; k < 3; k++)
			ck_assert_msg(play(rows[i].script, rows[i].said,
					  pieces[k]) == rows[i].verdict,
			    "row %zu, %zu octets at once", i, pieces[k]);
}
END_TEST

#define ROWS(list) (int)(sizeof list / sizeof list[0])

int
main(void)
{
	Suite *s = suite_create("framing_ldap");
	TCase *tc = tcase_create("framing_ldap");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_loop_test(tc, requests_are_octets, 0, ROWS(requests));
	tcase_add_loop_test(tc, filters_are_octets, 0, ROWS(filters));
	tcase_add_test(tc, what_is_no_request_is_said_to_be_none);
	tcase_add_test(tc, filters_may_be_deep_and_not_without_end);
	tcase_add_loop_test(tc, responses_are_lines, 0, ROWS(responses));
	tcase_add_loop_test(
	    tc, what_is_no_response_is_refused, 0, ROWS(no_responses));
	tcase_add_test(tc, names_are_normalised);
	tcase_add_test(tc, dialogues_hear_messages);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
