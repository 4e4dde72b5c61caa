/* SPDX-License-Identifier: MIT */
/*
 * ldap/testing - what a client says and hears, as text, for tests.
 *
 * One request a line, its parts split by "|"; the first has messageID 1:
 *
 *	bind|DN|PASSWORD		compare|DN|ATTRIBUTE|VALUE
 *	search|BASE|sub|FILTER|cn,sn	(attributes may be left out)
 *	...|size=2 |time=1 |types |page=2 |cookie=TEXT |control=OID |!control=OID
 *	add|DN|ATTRIBUTE=VALUE|...	delete|DN
 *	modify|DN|+ATTRIBUTE=VALUE|-ATTRIBUTE|-ATTRIBUTE=VALUE|*ATTRIBUTE=VALUE
 *	rename|DN|RDN|keep or drop|SUPERIOR
 *	extend|OID|VALUE		unbind		abandon|ID
 *	raw|HEX				(octets as they are)
 */
#ifndef REFERENCE_LDAP_TESTING_H
#define REFERENCE_LDAP_TESTING_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference/ldap/filter.h"
#include "reference/ldap/message.h"

/* ---- filters: RFC 4515 ---- */

static void say_filter(const struct ber_out *, struct span *text);

/* "\2a" is "*" */
static inline void
say_assertion(const struct ber_out *o, unsigned tag, struct span text)
{
	struct buf octets;

	buf_init(&octets, 1 << 16);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '\\' && i + 2 < text.len) {
			const char hex[] = { text.ptr[i + 1], text.ptr[i + 2],
				'\0' };

			c = (char)strtol(hex, NULL, 16);
			i += 2;
		}
		buf_add(&octets, (struct span){ &c, 1 });
	}
	ber_put_octets(o, tag, octets.len == 0 ? SPAN("") : buf_span(&octets));
	buf_free(&octets);
}

static inline void
say_substrings(
    const struct ber_out *o, struct span attribute, struct span value)
{
	const size_t all = ber_begin(o, FILTER_SUBSTRINGS);
	size_t parts;
	bool first = true;

	ber_put_octets(o, BER_OCTETS, attribute);
	parts = ber_begin(o, BER_SEQUENCE);
	for (;;) {
		const size_t star = span_find(value, SPAN("*"));
		const bool last = star == value.len;
		const struct span part = span_take(value, star);

		if (part.len > 0)
			say_assertion(o,
			    first  ? FILTER_INITIAL
			    : last ? FILTER_FINAL
				   : FILTER_ANY,
			    part);
		if (last)
			break;
		value = span_skip(value, star + 1);
		first = false;
	}
	ber_end(o, parts);
	ber_end(o, all);
}

/* attribute[:dn][:rule]:=value */
static inline void
say_extensible(const struct ber_out *o, struct span left, struct span value)
{
	const size_t all = ber_begin(o, FILTER_EXTENSIBLE);
	const struct span type = span_cut(&left, ':');
	bool of_name = false;

	while (left.len > 0) {
		const struct span word = span_cut(&left, ':');

		if (span_eq(word, SPAN("dn")))
			of_name = true;
		else
			ber_put_octets(o, BER_CONTEXT | 1, word);
	}
	if (type.len > 0)
		ber_put_octets(o, BER_CONTEXT | 2, type);
	say_assertion(o, BER_CONTEXT | 3, value);
	if (of_name)
		ber_put_boolean(o, BER_CONTEXT | 4, true);
	ber_end(o, all);
}

static inline void
say_item(const struct ber_out *o, struct span item)
{
	const size_t at = span_find(item, SPAN("="));
	struct span left = span_take(item, at);
	const struct span value = span_skip(item, at + 1);
	const char last = left.ptr[left.len - 1];
	const unsigned kind = last == '>'   ? FILTER_GREATER
			      : last == '<' ? FILTER_LESS
			      : last == '~' ? FILTER_APPROX
					    : FILTER_EQUAL;
	size_t ava;

	if (last == ':') {
		left.len--;
		say_extensible(o, left, value);
		return;
	}
	if (kind != FILTER_EQUAL)
		left.len--;
	if (kind == FILTER_EQUAL && span_eq(value, SPAN("*"))) {
		ber_put_octets(o, FILTER_PRESENT, left);
		return;
	}
	if (kind == FILTER_EQUAL && span_find(value, SPAN("*")) < value.len) {
		say_substrings(o, left, value);
		return;
	}
	ava = ber_begin(o, kind);
	ber_put_octets(o, BER_OCTETS, left);
	say_assertion(o, BER_OCTETS, value);
	ber_end(o, ava);
}

static inline void
say_set(const struct ber_out *o, struct span *text, unsigned kind)
{
	const size_t set = ber_begin(o, kind);

	*text = span_skip(*text, 1);
	while (span_starts(*text, SPAN("(")))
		say_filter(o, text);
	ber_end(o, set);
}

static inline void
say_filter(const struct ber_out *o, struct span *text)
{
	*text = span_skip(*text, 1); /* "(" */
	if (span_starts(*text, SPAN("&")))
		say_set(o, text, FILTER_AND);
	else if (span_starts(*text, SPAN("|")))
		say_set(o, text, FILTER_OR);
	else if (span_starts(*text, SPAN("!")))
		say_set(o, text, FILTER_NOT);
	else {
		const size_t end = span_find(*text, SPAN(")"));

		say_item(o, span_take(*text, end));
		*text = span_skip(*text, end);
	}
	*text = span_skip(*text, 1); /* ")" */
}

/* ---- requests ---- */

#define PARTS 16

struct said {
	struct span part[PARTS];
	size_t n;
};

/* "size=2" among the parts; empty when it is not. */
static inline struct span
said_option(const struct said *s, const char *name)
{
	const struct span want = span_of(name);

	for (size_t i = 1; i < s->n; i++)
		if (span_starts(s->part[i], want))
			return span_skip(s->part[i], want.len);
	return (struct span){ NULL, 0 };
}

static inline int64_t
said_number(const struct said *s, const char *name)
{
	const struct span text = said_option(s, name);

	return text.ptr == NULL ? 0 : strtol(text.ptr, NULL, 10);
}

static inline void
say_bind(const struct ber_out *o, const struct said *s)
{
	const size_t body = ber_begin(o, LDAP_BIND_REQUEST);

	ber_put_integer(o, BER_INTEGER, 3);
	ber_put_octets(o, BER_OCTETS, s->part[1]);
	ber_put_octets(o, BER_CONTEXT | 0, s->part[2]);
	ber_end(o, body);
}

static inline void
say_search(const struct ber_out *o, const struct said *s)
{
	const size_t body = ber_begin(o, LDAP_SEARCH_REQUEST);
	struct span filter = s->part[3],
		    names = s->n > 4 ? s->part[4] : SPAN("");
	size_t list;

	ber_put_octets(o, BER_OCTETS, s->part[1]);
	ber_put_integer(o, BER_ENUMERATED,
	    span_eq(s->part[2], SPAN("base"))  ? 0
	    : span_eq(s->part[2], SPAN("one")) ? 1
	    : span_eq(s->part[2], SPAN("sub")) ? 2
					       : 3);
	ber_put_integer(o, BER_ENUMERATED, 0);
	ber_put_integer(o, BER_INTEGER, said_number(s, "size="));
	ber_put_integer(o, BER_INTEGER, said_number(s, "time="));
	ber_put_boolean(o, BER_BOOLEAN, said_option(s, "types").ptr != NULL);
	say_filter(o, &filter);
	list = ber_begin(o, BER_SEQUENCE);
	while (names.len > 0)
		ber_put_octets(o, BER_OCTETS, span_cut(&names, ','));
	ber_end(o, list);
	ber_end(o, body);
}

static inline void
say_compare(const struct ber_out *o, const struct said *s)
{
	const size_t body = ber_begin(o, LDAP_COMPARE_REQUEST);
	size_t ava;

	ber_put_octets(o, BER_OCTETS, s->part[1]);
	ava = ber_begin(o, BER_SEQUENCE);
	ber_put_octets(o, BER_OCTETS, s->part[2]);
	ber_put_octets(o, BER_OCTETS, s->part[3]);
	ber_end(o, ava);
	ber_end(o, body);
}

/* "ATTRIBUTE=VALUE", or "ATTRIBUTE" without values */
static inline void
say_attribute(const struct ber_out *o, struct span text)
{
	const size_t seq = ber_begin(o, BER_SEQUENCE);
	const bool valued = span_find(text, SPAN("=")) < text.len;
	size_t set;

	ber_put_octets(o, BER_OCTETS, span_cut(&text, '='));
	set = ber_begin(o, BER_SET);
	if (valued)
		ber_put_octets(o, BER_OCTETS, text);
	ber_end(o, set);
	ber_end(o, seq);
}

static inline void
say_add(const struct ber_out *o, const struct said *s)
{
	const size_t body = ber_begin(o, LDAP_ADD_REQUEST);
	size_t list;

	ber_put_octets(o, BER_OCTETS, s->part[1]);
	list = ber_begin(o, BER_SEQUENCE);
	for (size_t i = 2; i < s->n; i++)
		say_attribute(o, s->part[i]);
	ber_end(o, list);
	ber_end(o, body);
}

static inline void
say_modify(const struct ber_out *o, const struct said *s)
{
	const size_t body = ber_begin(o, LDAP_MODIFY_REQUEST);
	size_t list, change;

	ber_put_octets(o, BER_OCTETS, s->part[1]);
	list = ber_begin(o, BER_SEQUENCE);
	for (size_t i = 2; i < s->n; i++) {
		change = ber_begin(o, BER_SEQUENCE);
		ber_put_integer(o, BER_ENUMERATED,
		    s->part[i].ptr[0] == '+'   ? 0
		    : s->part[i].ptr[0] == '-' ? 1
					       : 2);
		say_attribute(o, span_skip(s->part[i], 1));
		ber_end(o, change);
	}
	ber_end(o, list);
	ber_end(o, body);
}

static inline void
say_rename(const struct ber_out *o, const struct said *s)
{
	const size_t body = ber_begin(o, LDAP_RENAME_REQUEST);

	ber_put_octets(o, BER_OCTETS, s->part[1]);
	ber_put_octets(o, BER_OCTETS, s->part[2]);
	ber_put_boolean(o, BER_BOOLEAN, span_eq(s->part[3], SPAN("drop")));
	if (s->n > 4)
		ber_put_octets(o, BER_CONTEXT | 0, s->part[4]);
	ber_end(o, body);
}

static inline void
say_delete(const struct ber_out *o, const struct said *s)
{
	ber_put_octets(o, LDAP_DELETE_REQUEST, s->part[1]);
}

static inline void
say_extend(const struct ber_out *o, const struct said *s)
{
	const size_t body = ber_begin(o, LDAP_EXTENDED_REQUEST);

	ber_put_octets(o, BER_CONTEXT | 0, s->part[1]);
	if (s->n > 2)
		ber_put_octets(o, BER_CONTEXT | 1, s->part[2]);
	ber_end(o, body);
}

static inline void
say_unbind(const struct ber_out *o, const struct said *s)
{
	(void)s;
	ber_put_octets(o, LDAP_UNBIND_REQUEST, SPAN(""));
}

static inline void
say_abandon(const struct ber_out *o, const struct said *s)
{
	ber_put_integer(
	    o, LDAP_ABANDON_REQUEST, strtol(s->part[1].ptr, NULL, 10));
}

static inline void
say_control(const struct ber_out *o, struct span oid, bool critical)
{
	const size_t seq = ber_begin(o, BER_SEQUENCE);

	ber_put_octets(o, BER_OCTETS, oid);
	if (critical)
		ber_put_boolean(o, BER_BOOLEAN, true);
	ber_end(o, seq);
}

static inline void
say_page(const struct ber_out *o, const struct said *s)
{
	const struct span cookie = said_option(s, "cookie=");
	const size_t control = ber_begin(o, BER_SEQUENCE);
	size_t value, seq;

	ber_put_octets(o, BER_OCTETS, SPAN(LDAP_PAGED));
	value = ber_begin(o, BER_OCTETS);
	seq = ber_begin(o, BER_SEQUENCE);
	ber_put_integer(o, BER_INTEGER, said_number(s, "page="));
	ber_put_octets(o, BER_OCTETS, cookie.ptr == NULL ? SPAN("") : cookie);
	ber_end(o, seq);
	ber_end(o, value);
	ber_end(o, control);
}

static inline void
say_controls(const struct ber_out *o, const struct said *s)
{
	const struct span plain = said_option(s, "control=");
	const struct span critical = said_option(s, "!control=");
	size_t controls;

	if (plain.ptr == NULL && critical.ptr == NULL &&
	    said_option(s, "page=").ptr == NULL)
		return;
	controls = ber_begin(o, BER_CONTEXT | BER_CONSTRUCTED | 0);
	if (plain.ptr != NULL)
		say_control(o, plain, false);
	if (critical.ptr != NULL)
		say_control(o, critical, true);
	if (said_option(s, "page=").ptr != NULL)
		say_page(o, s);
	ber_end(o, controls);
}

static inline void
say_raw(struct span hex, struct buf *out)
{
	for (; hex.len >= 2; hex = span_skip(hex, 2)) {
		const char digits[] = { hex.ptr[0], hex.ptr[1], '\0' };
		const char c = (char)strtol(digits, NULL, 16);

		buf_add(out, (struct span){ &c, 1 });
	}
}

/* Appends the octets of one request. */
static inline void
say_one(struct span line, int32_t id, struct buf *out)
{
	static const struct {
		const char *word;
		void (*say)(const struct ber_out *, const struct said *);
	} words[] = {
		{ "bind", say_bind },
		{ "search", say_search },
		{ "compare", say_compare },
		{ "add", say_add },
		{ "modify", say_modify },
		{ "rename", say_rename },
		{ "delete", say_delete },
		{ "extend", say_extend },
		{ "unbind", say_unbind },
		{ "abandon", say_abandon },
	};
	const struct ber_out o = { out, false };
	struct said s = { .n = 0 };
	size_t message;

	/* "|" of a filter comes behind "(" */
	while (line.len > 0) {
		size_t n = 0;

		while (n < line.len && (line.ptr[n] != '|' ||
					   (n > 0 && line.ptr[n - 1] == '(')))
			n++;
		ck_assert_uint_lt(s.n, PARTS);
		s.part[s.n++] = span_take(line, n);
		line = span_skip(line, n < line.len ? n + 1 : n);
	}
	if (span_eq(s.part[0], SPAN("raw"))) {
		say_raw(s.part[1], out);
		return;
	}
	message = ber_begin(&o, BER_SEQUENCE);
	ber_put_integer(&o, BER_INTEGER, id);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (span_eq(s.part[0], span_of(words[i].word)))
			words[i].say(&o, &s);
	say_controls(&o, &s);
	ber_end(&o, message);
}

/* All lines, but those with "@", which are the caller's. */
static inline void
say_all(const char *lines, struct buf *out)
{
	struct span rest = span_of(lines);

	for (int32_t id = 1; rest.len > 0;) {
		const struct span line = span_cut(&rest, '\n');

		if (line.len > 0 && line.ptr[0] == '@')
			buf_addf(out, "%.*s\n", SPAN_FMT(line));
		else
			say_one(line, id++, out);
	}
}

/* ---- answers ---- */

static inline void
hear_entry(struct ber *body, struct buf *out)
{
	const struct span name = ber_octets(body, BER_OCTETS);
	struct ber list = ber_enter(body, BER_SEQUENCE);
	struct ldap_attribute a;

	/* the RDN is enough */
	buf_addf(out, " [%.*s", (int)span_find(name, SPAN(",")), name.ptr);
	while (ldap_next_attribute(&list, &a)) {
		buf_addf(out, " %.*s", SPAN_FMT(a.description));
		for (int i = 0; ber_more(&a.values); i++) {
			const struct span value =
			    ber_octets(&a.values, BER_OCTETS);

			buf_addf(
			    out, "%s%.*s", i == 0 ? "=" : "|", SPAN_FMT(value));
		}
	}
	ck_assert(ber_leave(body, &list));
	buf_addf(out, "]");
}

static inline void
hear_result(struct ber *body, struct ber *controls, struct buf *out)
{
	const int64_t code = ber_integer(body, BER_ENUMERATED, 0, 200);
	struct ldap_control c;
	struct ldap_page page;
	struct span value;

	buf_addf(out, " %lld", (long long)code);
	(void)ber_octets(body, BER_OCTETS);
	(void)ber_octets(body, BER_OCTETS);
	value = ber_optional(body, BER_CONTEXT | 10);
	if (value.ptr != NULL && span_eq(value, SPAN(LDAP_NOTICE)))
		buf_addf(out, " notice");
	value = ber_optional(body, BER_CONTEXT | 11);
	if (value.ptr != NULL)
		buf_addf(out, " \"%.*s\"", SPAN_FMT(value));
	while (ldap_read_control(controls, &c)) {
		ck_assert(ldap_read_page(c.value, &page));
		buf_addf(out, "%s", page.cookie.len > 0 ? " more" : " last");
	}
}

/*
 * What a server said: "id code" for a result, "[RDN attribute=value|value]"
 * for an entry; all of it must be well-formed.
 */
static inline void
hear_all(struct span said, struct buf *out)
{
	while (said.len > 0) {
		struct ber all, seq, body, controls = ber_of(SPAN(""));
		size_t whole = 0;
		int64_t id;
		unsigned op;

		if (said.ptr[0] == '@') { /* session_testing.h says so */
			whole = span_find(said, SPAN("\r\n"));
			buf_addf(out, " %.*s", (int)whole, said.ptr);
			said = span_skip(said, whole + 2);
			continue;
		}
		ck_assert_int_eq(
		    ber_frame(said, BER_SEQUENCE, 1 << 24, &whole), BER_WHOLE);
		all = ber_of(span_take(said, whole));
		seq = ber_enter(&all, BER_SEQUENCE);
		id = ber_integer(&seq, BER_INTEGER, 0, INT32_MAX);
		op = ber_peek(&seq);
		body = ber_enter(&seq, op);
		if (ber_is(&seq, BER_CONTEXT | BER_CONSTRUCTED | 0))
			controls =
			    ber_enter(&seq, BER_CONTEXT | BER_CONSTRUCTED | 0);
		if (op == LDAP_SEARCH_ENTRY) {
			hear_entry(&body, out);
		} else {
			buf_addf(out, " %lld", (long long)id);
			hear_result(&body, &controls, out);
		}
		ck_assert(ber_leave(&seq, &body) && ber_leave(&all, &seq));
		said = span_skip(said, whole);
	}
}

#endif
