/* SPDX-License-Identifier: MIT */
/* Many entries, and large ones: in portions, in pages, within limits. */
#include "reference/ldap/session_testing.h"

#include "lib/mem.h"
#include "reference/ldap/directory.h"

#define MANY 3000

/* uid=n0 ... below one unit, each with a number and a long description. */
static void
add_many(void)
{
	char *filler = mem_new(401, 1);
	struct buf why;

	memset(filler, 'x', 400);
	buf_init(&why, 512);
	for (int i = 0; i < MANY; i++) {
		struct directory_entry e = { 0 };
		char dn[128], uid[16];

		snprintf(uid, sizeof uid, "n%d", i);
		snprintf(dn, sizeof dn, "uid=%s,ou=办公厅," PEOPLE, uid);
		entry_put_own(&e, ATTR_OBJECT_CLASS, SPAN("account"));
		entry_put_own(&e, ATTR_UID, span_of(uid));
		entry_put_own(&e, ATTR_DESCRIPTION, span_of(filler));
		ck_assert_int_eq(directory_enter(site.store, &e, span_of(dn),
				     SPAN(BASE), now, &why),
		    LDAP_SUCCESS);
		directory_entry_free(&e);
	}
	buf_free(&why);
	free(filler);
}

/* The most that was waiting to be sent. */
static size_t
drain(struct session *s, struct wall when, struct buf *heard, struct buf *out)
{
	size_t most = out->len;

	buf_add(heard, buf_span(out));
	buf_clear(out);
	while (session_next(s) == SESSION_MORE) {
		session_feed(s, SPAN(""), when, out);
		most = out->len > most ? out->len : most;
		buf_add(heard, buf_span(out));
		buf_clear(out);
	}
	return most;
}

static int
count(struct span said, unsigned op)
{
	int n = 0;

	while (said.len > 0) {
		size_t whole = 0;
		struct ber all, seq;

		ck_assert_int_eq(
		    ber_frame(said, BER_SEQUENCE, 1 << 24, &whole), BER_WHOLE);
		all = ber_of(span_take(said, whole));
		seq = ber_enter(&all, BER_SEQUENCE);
		(void)ber_integer(&seq, BER_INTEGER, 0, INT32_MAX);
		n += ber_peek(&seq) == op;
		said = span_skip(said, whole);
	}
	return n;
}

#define ALL_MANY "search|" BASE "|sub|(description=xx*)|*|page=1000\n"

START_TEST(a_long_answer_comes_in_portions)
{
	struct buf out, heard;
	struct session *s;

	buf_init(&out, 1 << 22);
	buf_init(&heard, 1 << 24);
	s = start(IN ALL_MANY, &out);
	ck_assert_int_eq(session_next(s), SESSION_MORE);
	ck_assert_uint_lt(
	    drain(s, now, &heard, &out), SESSION_PORTION + (64u << 10));
	ck_assert_int_eq(count(buf_span(&heard), LDAP_SEARCH_ENTRY), 1000);
	ck_assert_int_eq(count(buf_span(&heard), LDAP_SEARCH_DONE), 1);
	session_close(s);
	buf_free(&out);
	buf_free(&heard);
}
END_TEST

/* More than a connection holds: a piece of it at a time. */
START_TEST(a_large_entry_comes_in_portions)
{
	enum { SIZE = 3 << 20 };
	char *list = mem_new(SIZE + 6, 1);
	struct err err = { 0 };
	struct buf out, heard;
	struct session *s;

	memcpy(list, "0\x84\x00\x30\x00\x00", 6);
	ck_assert(directory_publish(site.store, "cn=crl," BASE,
	    "certificateRevocationList", (struct span){ list, SIZE + 6 }, true,
	    &err));
	buf_init(&out, 1 << 20);
	buf_init(&heard, 1 << 24);
	s = start(IN "search|" BASE "|sub|(certificateRevocationList=*)|*\n"
		     "bind||\n",
	    &out);
	ck_assert_uint_le(
	    drain(s, now, &heard, &out), 2 * SESSION_PORTION + 4096);
	ck_assert_uint_gt(heard.len, SIZE);
	ck_assert_int_eq(count(buf_span(&heard), LDAP_SEARCH_ENTRY), 1);
	ck_assert_int_eq(count(buf_span(&heard), LDAP_SEARCH_DONE), 1);
	ck_assert_int_eq(count(buf_span(&heard), LDAP_BIND_RESPONSE), 2);
	session_close(s);
	buf_free(&out);
	buf_free(&heard);
	free(list);
}
END_TEST

/* Without a result, and what came behind is obeyed: RFC 4511 4.11. */
START_TEST(what_is_abandoned_is_silent)
{
	struct buf out, heard;
	struct session *s;

	buf_init(&out, 1 << 22);
	buf_init(&heard, 1 << 24);
	s = start(IN ALL_MANY "abandon|3\nabandon|2\nbind||\n", &out);
	drain(s, now, &heard, &out);
	ck_assert_int_lt(count(buf_span(&heard), LDAP_SEARCH_ENTRY), 1000);
	ck_assert_int_eq(count(buf_span(&heard), LDAP_SEARCH_DONE), 0);
	ck_assert_int_eq(count(buf_span(&heard), LDAP_BIND_RESPONSE), 2);
	session_close(s);
	buf_free(&out);
	buf_free(&heard);
}
END_TEST

START_TEST(a_search_ends_when_its_time_is_over)
{
	const struct wall later = { now.us + 1000000 };
	struct buf out, heard, told;
	struct session *s;

	buf_init(&out, 1 << 22);
	buf_init(&heard, 1 << 24);
	buf_init(&told, 1 << 24);
	s = start(IN "search|" BASE
		     "|sub|(description=xx*)|*|time=1|page=1000\n",
	    &out);
	buf_clear(&out);
	drain(s, later, &heard, &out);
	hear_all(buf_span(&heard), &told);
	ck_assert_str_eq(buf_text(&told), " 2 3 last");
	session_close(s);
	buf_free(&out);
	buf_free(&heard);
	buf_free(&told);
}
END_TEST

START_TEST(who_asks_too_much_at_a_time_is_told_so)
{
	struct buf out, heard, told, lines;
	struct session *s;

	buf_init(&out, 1 << 22);
	buf_init(&heard, 1 << 24);
	buf_init(&told, 1 << 24);
	buf_init(&lines, 1 << 20);
	buf_addf(&lines, "%s", IN ALL_MANY);
	for (int i = 0; i < 150; i++)
		buf_addf(&lines, "compare|" ALICE "|uid|alice\n");
	s = start(buf_text(&lines), &out);
	drain(s, now, &heard, &out);
	ck_assert_int_eq(count(buf_span(&heard), LDAP_COMPARE_RESPONSE), 150);
	hear_all(buf_span(&heard), &told);
	ck_assert_ptr_nonnull(strstr(buf_text(&told), " 102 6 103 51 "));
	ck_assert_ptr_nonnull(strstr(buf_text(&told), " 152 51"));
	session_close(s);
	buf_free(&out);
	buf_free(&heard);
	buf_free(&told);
	buf_free(&lines);
}
END_TEST

/* The control of the last message says where to go on. */
static void
read_cookie(struct span said, char cookie[64])
{
	struct ber all = ber_of(said), seq, controls;
	struct ldap_control c;
	struct ldap_page page;
	struct span last = SPAN("");

	while (ber_more(&all))
		last = ber_element(&all);
	all = ber_of(last);
	seq = ber_enter(&all, BER_SEQUENCE);
	(void)ber_element(&seq);
	(void)ber_element(&seq);
	controls = ber_enter(&seq, BER_CONTEXT | BER_CONSTRUCTED | 0);
	ck_assert(ldap_read_control(&controls, &c));
	ck_assert(ldap_read_page(c.value, &page));
	snprintf(cookie, 64, "%.*s", SPAN_FMT(page.cookie));
}

/* Page after page, each entry once; a cookie is for one search alone. */
START_TEST(pages_follow_each_other)
{
	char cookie[64] = "", lines[512];
	int entries = 0, pages = 0;

	do {
		struct buf out, heard;
		struct session *s;

		buf_init(&out, 1 << 22);
		buf_init(&heard, 1 << 24);
		snprintf(lines, sizeof lines,
		    IN "search|" BASE
		       "|sub|(&(uid=n*)(description=*))|uid|page=700%s%s\n",
		    cookie[0] == '\0' ? "" : "|cookie=", cookie);
		s = start(lines, &out);
		drain(s, now, &heard, &out);
		entries += count(buf_span(&heard), LDAP_SEARCH_ENTRY);
		pages++;
		read_cookie(buf_span(&heard), cookie);
		session_close(s);
		buf_free(&out);
		buf_free(&heard);
	} while (cookie[0] != '\0');
	ck_assert_int_eq(entries, MANY);
	ck_assert_int_eq(pages, 5);
}
END_TEST

static void
setup_many(void)
{
	setup();
	add_many();
}

int
main(void)
{
	/* clang-format off */
	const struct ldap_test tests[] = {
		{ a_long_answer_comes_in_portions, 1 },
		{ a_large_entry_comes_in_portions, 1 },
		{ what_is_abandoned_is_silent, 1 },
		{ a_search_ends_when_its_time_is_over, 1 },
		{ who_asks_too_much_at_a_time_is_told_so, 1 },
		{ pages_follow_each_other, 1 },
	};
	/* clang-format on */

	return run_tests("ldap/session_many", setup_many, tests, COUNT(tests));
}
