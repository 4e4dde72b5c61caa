/* SPDX-License-Identifier: MIT */
/* A line into octets: what we say. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/framing_ldap.h"
#include "lib/mem.h"

#define DEPTH_MOST 5000 /* filters within filters */
#define TEXT_MOST  (8u << 20)

/* What is left of the line, and what is being made of it. */
struct writer {
	struct span in;
	struct buf *out;
	const char *flaw; /* the first */
	unsigned depth;
};

/* A word, or what stood in quotes. */
struct token {
	struct buf text;
	bool quoted, none;
};

static void
wrong(struct writer *w, const char *flaw)
{
	if (w->flaw == NULL)
		w->flaw = flaw;
}

/* ---- octets ---- */

/* Opens what is constructed; it is given its length when it is closed. */
static size_t
begin(struct writer *w, int tag)
{
	const char octet = (char)tag;

	buf_add(w->out, (struct span){ &octet, 1 });
	return w->out->len;
}

static void
end(struct writer *w, size_t at)
{
	const size_t n = w->out->len - at;
	char head[5];
	size_t octets = 0;

	if (n < 0x80) {
		head[0] = (char)n;
	} else {
		for (size_t rest = n; rest > 0; rest >>= 8)
			octets++;
		head[0] = (char)(0x80 | octets);
		for (size_t i = 0; i < octets; i++)
			head[1 + i] = (char)(n >> 8 * (octets - 1 - i));
	}
	buf_add(w->out, (struct span){ head, 1 + octets });
	if (w->out->full)
		return;
	memmove(w->out->data + at + 1 + octets, w->out->data + at, n);
	memcpy(w->out->data + at, head, 1 + octets);
}

static void
put_octets(struct writer *w, int tag, struct span s)
{
	const size_t at = begin(w, tag);

	buf_add(w->out, s);
	end(w, at);
}

static void
put_number(struct writer *w, int tag, int64_t n)
{
	const size_t at = begin(w, tag);
	int octets = 1;

	while (octets < 8 &&
	       (n < -(1LL << (8 * octets - 1)) || n >= 1LL << (8 * octets - 1)))
		octets++;
	while (octets-- > 0) {
		const char octet = (char)(n >> 8 * octets);

		buf_add(w->out, (struct span){ &octet, 1 });
	}
	end(w, at);
}

static void
put_bool(struct writer *w, int tag, bool on)
{
	put_octets(w, tag, on ? SPAN("\xff") : SPAN("\0"));
}

/* ---- words ---- */

static int
hex(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower(c) - 'a' + 10
					    : -1;
}

/* One octet that may be written \HH; \" and \\ are themselves. */
static void
take_octet(struct writer *w, struct buf *to)
{
	const struct span in = w->in;
	char c = in.ptr[0];
	size_t n = 1;

	if (c == '\\' && in.len >= 3 && hex(in.ptr[1]) >= 0 &&
	    hex(in.ptr[2]) >= 0) {
		c = (char)(hex(in.ptr[1]) << 4 | hex(in.ptr[2]));
		n = 3;
	} else if (c == '\\' && in.len >= 2 &&
		   (in.ptr[1] == '"' || in.ptr[1] == '\\')) {
		c = in.ptr[1];
		n = 2;
	}
	buf_add(to, (struct span){ &c, 1 });
	w->in = span_skip(in, n);
}

static void
take_quoted(struct writer *w, struct buf *to)
{
	w->in = span_skip(w->in, 1);
	while (w->in.len > 0 && w->in.ptr[0] != '"')
		take_octet(w, to);
	if (w->in.len == 0)
		wrong(w, "a string without its closing quote");
	else
		w->in = span_skip(w->in, 1);
}

static bool
is_at_end(struct writer *w)
{
	while (w->in.len > 0 && w->in.ptr[0] == ' ')
		w->in = span_skip(w->in, 1);
	return w->in.len == 0 || w->in.ptr[0] == ';' || w->flaw != NULL;
}

/* Up to the next space; token_free() it. */
static struct token
take(struct writer *w)
{
	struct token t = { .none = is_at_end(w) };

	buf_init(&t.text, TEXT_MOST);
	if (t.none)
		return t;
	t.quoted = w->in.ptr[0] == '"';
	if (t.quoted)
		take_quoted(w, &t.text);
	while (w->in.len > 0 && w->in.ptr[0] != ' ') {
		buf_add(&t.text, span_take(w->in, 1));
		w->in = span_skip(w->in, 1);
	}
	return t;
}

static void
token_free(struct token *t)
{
	buf_free(&t->text);
}

/* Takes the word when it is next. */
static bool
took(struct writer *w, const char *word)
{
	const struct span s = span_of(word);
	const bool end = is_at_end(w);

	if (end || !span_starts(w->in, s) ||
	    (w->in.len > s.len && w->in.ptr[s.len] != ' '))
		return false;
	w->in = span_skip(w->in, s.len);
	return true;
}

/* Takes "word=N" when it is next. */
static bool
took_number(struct writer *w, const char *word, int64_t *n)
{
	const struct span s = span_of(word);

	if (is_at_end(w) || !span_starts(w->in, s))
		return false;
	w->in = span_skip(w->in, s.len);
	if (w->in.len == 0 || !isdigit((unsigned char)w->in.ptr[0]))
		wrong(w, "no number where one must be");
	for (*n = 0; w->in.len > 0 && isdigit((unsigned char)w->in.ptr[0]);
	     w->in = span_skip(w->in, 1))
		if (*n < (int64_t)1 << 40)
			*n = *n * 10 + (w->in.ptr[0] - '0');
	return true;
}

/* The next word or string, as an element. */
static void
put_token(struct writer *w, int tag, const char *flaw)
{
	struct token t = take(w);

	if (t.none)
		wrong(w, flaw);
	put_octets(w, tag, buf_span(&t.text));
	token_free(&t);
}

static void
put_token_if_any(struct writer *w, int tag)
{
	if (!is_at_end(w))
		put_token(w, tag, "");
}

/* ---- filters, RFC 4515 3 ---- */

static void put_filter(struct writer *w);

/* Up to what ends it, \HH being an octet. */
static void
take_value(struct writer *w, const char *ends, struct buf *to)
{
	while (w->in.len > 0 && strchr(ends, w->in.ptr[0]) == NULL) {
		if (w->in.ptr[0] == '\\' &&
		    (w->in.len < 3 || hex(w->in.ptr[1]) < 0 ||
			hex(w->in.ptr[2]) < 0))
			wrong(w, "a backslash without two digits in a filter");
		take_octet(w, to);
	}
}

/* "a*b*c", from the first star on. */
static void
put_substrings(struct writer *w, struct span type, struct span initial)
{
	const size_t at = begin(w, 0xa4);
	struct buf part;
	size_t list;

	put_octets(w, 0x04, type);
	list = begin(w, 0x30);
	if (initial.len > 0)
		put_octets(w, 0x80, initial);
	buf_init(&part, TEXT_MOST);
	while (w->in.len > 0 && w->in.ptr[0] == '*') {
		w->in = span_skip(w->in, 1);
		buf_clear(&part);
		take_value(w, "*)", &part);
		if (part.len > 0)
			put_octets(w,
			    w->in.len > 0 && w->in.ptr[0] == '*' ? 0x81 : 0x82,
			    buf_span(&part));
	}
	buf_free(&part);
	end(w, list);
	end(w, at);
}

static void
put_equality(struct writer *w, struct span type)
{
	struct buf value;
	size_t at;

	if (span_starts(w->in, SPAN("*)"))) {
		w->in = span_skip(w->in, 1);
		put_octets(w, 0x87, type);
		return;
	}
	buf_init(&value, TEXT_MOST);
	take_value(w, "*)", &value);
	if (w->in.len > 0 && w->in.ptr[0] == '*') {
		put_substrings(w, type, buf_span(&value));
	} else {
		at = begin(w, 0xa3);
		put_octets(w, 0x04, type);
		put_octets(w, 0x04, buf_span(&value));
		end(w, at);
	}
	buf_free(&value);
}

/* cn:dn:1.2.3:=x, :1.2.3:=x, cn:=x */
static void
put_extensible(struct writer *w, struct span what)
{
	const size_t at = begin(w, 0xa9);
	struct span type = span_cut(&what, ':'), rule = span_cut(&what, ':');
	const bool dn = span_caseeq(rule, SPAN("dn"));
	struct buf value;

	if (dn)
		rule = span_cut(&what, ':');
	buf_init(&value, TEXT_MOST);
	take_value(w, ")", &value);
	if (rule.len > 0)
		put_octets(w, 0x81, rule);
	if (type.len > 0)
		put_octets(w, 0x82, type);
	put_octets(w, 0x83, buf_span(&value));
	if (dn)
		put_bool(w, 0x84, true);
	buf_free(&value);
	end(w, at);
}

static void
put_item(struct writer *w)
{
	/* clang-format off */
	static const struct {
		char	 before;
		int	 tag;
	} kinds[] = { { '>', 0xa5 }, { '<', 0xa6 }, { '~', 0xa8 } };
	/* clang-format on */
	struct span type = span_take(w->in, span_find(w->in, SPAN("=")));
	struct buf value;

	if (type.len == w->in.len || type.len == 0) {
		wrong(w, "a filter without \"=\"");
		return;
	}
	w->in = span_skip(w->in, type.len + 1);
	if (type.ptr[type.len - 1] == ':') {
		put_extensible(w, span_take(type, type.len - 1));
		return;
	}
	for (size_t i = 0; i < 3; i++) {
		size_t at;

		if (type.ptr[type.len - 1] != kinds[i].before)
			continue;
		buf_init(&value, TEXT_MOST);
		take_value(w, ")", &value);
		at = begin(w, kinds[i].tag);
		put_octets(w, 0x04, span_take(type, type.len - 1));
		put_octets(w, 0x04, buf_span(&value));
		end(w, at);
		buf_free(&value);
		return;
	}
	put_equality(w, type);
}

static void
put_filter(struct writer *w)
{
	static const char ops[] = "&|!";
	const char *op;
	size_t at;

	if (!span_starts(w->in, SPAN("(")) || ++w->depth > DEPTH_MOST) {
		wrong(w, "no filter where one must be, or too deep");
		return;
	}
	w->in = span_skip(w->in, 1);
	op = w->in.len == 0 ? NULL : memchr(ops, w->in.ptr[0], 3);
	if (op != NULL) {
		w->in = span_skip(w->in, 1);
		at = begin(w, 0xa0 + (int)(op - ops));
		while (w->flaw == NULL && span_starts(w->in, SPAN("(")))
			put_filter(w);
		end(w, at);
	} else {
		put_item(w);
	}
	if (!span_starts(w->in, SPAN(")")))
		wrong(w, "a filter without its closing parenthesis");
	else
		w->in = span_skip(w->in, 1);
	w->depth--;
}

/* ---- requests ---- */

static void
say_bind(struct writer *w)
{
	const size_t at = begin(w, 0x60);
	int64_t version = 3;
	size_t sasl;

	took_number(w, "version=", &version);
	put_number(w, 0x02, version);
	put_token(w, 0x04, "bind needs a name");
	if (took(w, "sasl")) {
		sasl = begin(w, 0xa3);
		put_token(w, 0x04, "sasl needs a mechanism");
		put_token_if_any(w, 0x04);
		end(w, sasl);
	} else {
		put_token(w, 0x80, "bind needs a password");
	}
	end(w, at);
}

static int64_t
take_scope(struct writer *w)
{
	static const char *const scopes[] = { "base", "one", "sub" };

	for (int i = 0; i < 3; i++)
		if (took(w, scopes[i]))
			return i;
	wrong(w, "a scope is base, one or sub");
	return 0;
}

static void
say_search(struct writer *w)
{
	const size_t at = begin(w, 0x63);
	int64_t scope, size = 0, seconds = 0, deref = 0;
	bool types_only = false;
	size_t list;

	put_token(w, 0x04, "search needs a base");
	scope = take_scope(w);
	while (took_number(w, "size=", &size) ||
	       took_number(w, "time=", &seconds) ||
	       took_number(w, "deref=", &deref) ||
	       (took(w, "typesonly") && (types_only = true)))
		continue;
	put_number(w, 0x0a, scope);
	put_number(w, 0x0a, deref);
	put_number(w, 0x02, size);
	put_number(w, 0x02, seconds);
	put_bool(w, 0x01, types_only);
	is_at_end(w);
	put_filter(w);
	list = begin(w, 0x30);
	while (!is_at_end(w))
		put_token(w, 0x04, "");
	end(w, list);
	end(w, at);
}

/* "cn=" of cn="x": the name that values are of. */
static struct span
peek_type(struct writer *w)
{
	struct span in = is_at_end(w) ? (struct span){ NULL, 0 } : w->in;
	size_t n = 0;

	while (n < in.len && in.ptr[n] != '=' && in.ptr[n] != ' ')
		n++;
	return span_take(in, n);
}

static bool
take_assertion(struct writer *w, struct span type, int tag)
{
	w->in = span_skip(w->in, type.len);
	if (!span_starts(w->in, SPAN("=")))
		return false;
	w->in = span_skip(w->in, 1);
	if (w->in.len == 0 || w->in.ptr[0] == ' ')
		put_octets(w, tag, SPAN(""));
	else
		put_token(w, tag, "");
	return true;
}

/* All that follows of one attribute: type and vals. */
static void
put_attribute(struct writer *w)
{
	const struct span type = peek_type(w);
	const size_t at = begin(w, 0x30);
	size_t set;

	if (type.len == 0)
		wrong(w, "no attribute where one must be");
	put_octets(w, 0x04, type);
	set = begin(w, 0x31);
	while (w->flaw == NULL && take_assertion(w, type, 0x04)) {
		const struct span more = peek_type(w);

		if (!span_eq(more, type) || w->in.len == more.len ||
		    w->in.ptr[more.len] != '=')
			break;
	}
	end(w, set);
	end(w, at);
}

static void
say_compare(struct writer *w)
{
	const size_t at = begin(w, 0x6e);
	struct span type;
	size_t ava;

	put_token(w, 0x04, "compare needs a name");
	type = peek_type(w);
	ava = begin(w, 0x30);
	put_octets(w, 0x04, type);
	if (!take_assertion(w, type, 0x04))
		wrong(w, "compare needs attribute=\"value\"");
	end(w, ava);
	end(w, at);
}

static void
say_add(struct writer *w)
{
	const size_t at = begin(w, 0x68);
	size_t list;

	put_token(w, 0x04, "add needs a name");
	list = begin(w, 0x30);
	while (!is_at_end(w))
		put_attribute(w);
	end(w, list);
	end(w, at);
}

static void
say_modify(struct writer *w)
{
	static const char *const kinds[] = { "add", "delete", "replace",
		"increment" };
	const size_t at = begin(w, 0x66);
	size_t list;

	put_token(w, 0x04, "modify needs a name");
	list = begin(w, 0x30);
	while (!is_at_end(w)) {
		const size_t change = begin(w, 0x30);
		int i = 0;

		while (i < 4 && !took(w, kinds[i]))
			i++;
		if (i == 4)
			wrong(w, "modify does add, delete, replace, increment");
		put_number(w, 0x0a, i);
		put_attribute(w);
		end(w, change);
	}
	end(w, list);
	end(w, at);
}

static void
say_delete(struct writer *w)
{
	put_token(w, 0x4a, "delete needs a name");
}

static void
say_modify_dn(struct writer *w)
{
	const size_t at = begin(w, 0x6c);

	put_token(w, 0x04, "modifydn needs a name");
	put_token(w, 0x04, "modifydn needs a new RDN");
	put_bool(w, 0x01, !took(w, "keepold"));
	if (took(w, "under"))
		put_token(w, 0x80, "under what?");
	end(w, at);
}

static void
say_extended(struct writer *w)
{
	const size_t at = begin(w, 0x77);

	put_token(w, 0x80, "extended needs a requestName");
	put_token_if_any(w, 0x81);
	end(w, at);
}

static void
say_starttls(struct writer *w)
{
	const size_t at = begin(w, 0x77);

	put_octets(w, 0x80, SPAN(LDAP_STARTTLS));
	end(w, at);
}

static void
put_id(struct writer *w, int tag)
{
	int64_t id = 0;

	if (!took_number(w, "", &id))
		wrong(w, "which messageID?");
	put_number(w, tag, id);
}

/* RFC 3909 2.1 */
static void
say_cancel(struct writer *w)
{
	const size_t at = begin(w, 0x77);
	size_t value, sequence;

	put_octets(w, 0x80, SPAN(LDAP_CANCEL));
	value = begin(w, 0x81);
	sequence = begin(w, 0x30);
	put_id(w, 0x02);
	end(w, sequence);
	end(w, value);
	end(w, at);
}

static void
say_abandon(struct writer *w)
{
	put_id(w, 0x50);
}

static void
say_unbind(struct writer *w)
{
	put_octets(w, 0x42, SPAN(""));
}

/* ---- controls ---- */

static void
put_page(struct writer *w)
{
	struct buf value;
	struct writer inner = { .out = &value };
	struct token cookie;
	int64_t size = 0;
	size_t at;
	bool critical;

	if (!took_number(w, "", &size))
		wrong(w, "paged needs a size");
	cookie = !is_at_end(w) && w->in.ptr[0] == '"'
		     ? take(w)
		     : (struct token){ .none = true };
	buf_init(&value, TEXT_MOST);
	at = begin(&inner, 0x30);
	put_number(&inner, 0x02, size);
	put_octets(&inner, 0x04, buf_span(&cookie.text));
	end(&inner, at);
	token_free(&cookie);
	critical = took(w, "critical");
	put_octets(w, 0x04, SPAN(LDAP_PAGED));
	if (critical)
		put_bool(w, 0x01, true);
	put_octets(w, 0x04, buf_span(&value));
	buf_free(&value);
}

static void
put_control(struct writer *w)
{
	const size_t at = begin(w, 0x30);

	if (took(w, "paged")) {
		put_page(w);
	} else {
		put_token(w, 0x04, "a control needs its OID");
		if (took(w, "critical"))
			put_bool(w, 0x01, true);
		put_token_if_any(w, 0x04);
	}
	end(w, at);
}

static void
put_controls(struct writer *w)
{
	size_t at;

	if (w->in.len == 0)
		return;
	at = begin(w, 0xa0);
	while (
	    w->flaw == NULL && is_at_end(w) && span_starts(w->in, SPAN(";"))) {
		w->in = span_skip(w->in, 1);
		put_control(w);
	}
	end(w, at);
}

const char *
ldap_say(struct span line, struct buf *out)
{
	/* clang-format off */
	static const struct {
		const char	*word;
		void		(*say)(struct writer *);
	} requests[] = {
		{ "bind",	say_bind },
		{ "search",	say_search },
		{ "compare",	say_compare },
		{ "add",	say_add },
		{ "modify",	say_modify },
		{ "delete",	say_delete },
		{ "modifydn",	say_modify_dn },
		{ "extended",	say_extended },
		{ "starttls",	say_starttls },
		{ "cancel",	say_cancel },
		{ "abandon",	say_abandon },
		{ "unbind",	say_unbind },
	};
	/* clang-format on */
	struct buf message;
	struct writer w = { .in = line, .out = &message };
	size_t at, i = 0;

	buf_init(&message, TEXT_MOST);
	at = begin(&w, 0x30);
	put_id(&w, 0x02);
	while (i < sizeof requests / sizeof requests[0] &&
	       !took(&w, requests[i].word))
		i++;
	if (i == sizeof requests / sizeof requests[0])
		wrong(&w, "no request of LDAP");
	else
		requests[i].say(&w);
	if (!is_at_end(&w))
		wrong(&w, "more words than the request has");
	put_controls(&w);
	if (w.in.len != 0)
		wrong(&w, "more words than the request has");
	end(&w, at);
	if (message.full)
		wrong(&w, "more than can be sent");
	if (w.flaw == NULL)
		buf_add(out, buf_span(&message));
	buf_free(&message);
	return w.flaw;
}

/* ---- names ---- */

static void
put_special(struct buf *out, char c)
{
	buf_addf(out, "\\%02x", (unsigned char)c);
}

static void
drop_spaces(struct buf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

void
ldap_name(struct span dn, struct buf *out)
{
	static const char special[] = ",+\"\\<>;=# ";

	while (dn.len > 0) {
		char c = dn.ptr[0];
		size_t n = 1;

		if (c == '\\' && dn.len >= 2) {
			n = 2;
			c = dn.ptr[1];
			if (dn.len >= 3 && hex(c) >= 0 && hex(dn.ptr[2]) >= 0) {
				n = 3;
				c = (char)(hex(c) << 4 | hex(dn.ptr[2]));
			}
			if (c == '\0' || strchr(special, c) != NULL)
				put_special(out, c);
			else
				buf_addf(out, "%c", tolower((unsigned char)c));
			dn = span_skip(dn, n);
			continue;
		}
		dn = span_skip(dn, 1);
		if (c != '\0' && strchr(",;+=", c) != NULL) {
			drop_spaces(out);
			buf_addf(out, "%c", c == ';' ? ',' : c);
			while (dn.len > 0 && dn.ptr[0] == ' ')
				dn = span_skip(dn, 1);
			continue;
		}
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf_add(out, (struct span){ &c, 1 });
	}
	drop_spaces(out);
}
