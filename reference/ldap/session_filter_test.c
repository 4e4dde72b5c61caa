/* SPDX-License-Identifier: MIT */
/* Filters: what may be said, and is too much; and what may not. */
#include "reference/ldap/session_testing.h"

static const struct {
	int nots;         /* around it, if any */
	const char *item; /* or hex of a Filter */
	const char *said;
} filters[] = {
	/* clang-format off */
	{ 31, "8703756964",			" 2 0" },
	{ 30, "8703756964",			" [uid=alice] 2 0" },
	{ 32, "8703756964",			" 2 11" },
	{ 1000, "8703756964",			" 2 11" },
	/* cn=*: no parts; initial twice; any behind final */
	{ 0, "a4060402636e3000",		" 2 2" },
	{ 0, "a40c0402636e3006800161800162",	" 2 2" },
	{ 0, "a40c0402636e3006820161810162",	" 2 2" },
	/* an extensible match of nothing, of a rule alone */
	{ 0, "a903830161",			" 2 2" },
	{ 0, "a90c8107322e352e31332e32830161",	" 0 2 notice @closed" },
	/* "not" of nothing and of two; no such choice; cut off */
	{ 0, "a200",				" 0 2 notice @closed" },
	{ 0, "a20a87037569648703756964",	" 0 2 notice @closed" },
	{ 0, "8a03756964",			" 0 2 notice @closed" },
	{ 0, "a304040263",			" 0 2 notice @closed" },
	{ 0, "8403756964",			" 0 2 notice @closed" },
	/* an attribute that is none is undefined, and no error */
	{ 0, "8700",				" 2 0" },
	{ 0, "87033b3b3b",			" 2 0" },
	{ 1, "8703ff00fe",			" 2 0" },
	/* clang-format on */
};

/* The octets of the filter, in as many "not" as it shall be in. */
static void
put_nots(const struct ber_out *o, int nots, const char *hex)
{
	size_t outer;

	if (nots == 0) {
		say_raw(span_of(hex), o->to);
		return;
	}
	outer = ber_begin(o, FILTER_NOT);
	put_nots(o, nots - 1, hex);
	ber_end(o, outer);
}

START_TEST(each_filter_is_read_or_not)
{
	struct buf in, out, told;
	const struct ber_out o = { &in, false };
	size_t message, body, names;

	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_init(&told, 1 << 20);
	say_all(IN, &in);
	message = ber_begin(&o, BER_SEQUENCE);
	ber_put_integer(&o, BER_INTEGER, 2);
	body = ber_begin(&o, LDAP_SEARCH_REQUEST);
	ber_put_octets(&o, BER_OCTETS, SPAN(ALICE));
	ber_put_integer(&o, BER_ENUMERATED, 0);
	ber_put_integer(&o, BER_ENUMERATED, 0);
	ber_put_integer(&o, BER_INTEGER, 0);
	ber_put_integer(&o, BER_INTEGER, 0);
	ber_put_boolean(&o, BER_BOOLEAN, false);
	put_nots(&o, filters[_i].nots, filters[_i].item);
	names = ber_begin(&o, BER_SEQUENCE);
	ber_put_octets(&o, BER_OCTETS, SPAN("1.1"));
	ber_end(&o, names);
	ber_end(&o, body);
	ber_end(&o, message);
	session_close(converse(&ldap_protocol, &site, LDAP_IMPLICIT,
	    buf_span(&in), SIZE_MAX, &out));
	hear_all(buf_span(&out), &told);
	ck_assert_str_eq(buf_text(&told) + strlen(" 1 0"), filters[_i].said);
	buf_free(&in);
	buf_free(&out);
	buf_free(&told);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct ldap_test tests[] = {
		{ each_filter_is_read_or_not, COUNT(filters) },
	};
	/* clang-format on */

	return run_tests("ldap/session_filter", setup, tests, COUNT(tests));
}
