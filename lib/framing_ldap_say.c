/* SPDX-License-Identifier: MIT */
/* A line into octets: what we say. */
#include "lib/framing_ldap.h"
#include "lib/framing_ldap_writer.h"

static void
say_bind(struct writer *w)
{
	const size_t at = writer_begin(w, 0x60);
	int64_t version = 3;
	size_t sasl;

	writer_took_number(w, "version=", &version);
	writer_number(w, 0x02, version);
	writer_token(w, 0x04, "bind needs a name");
	if (writer_took(w, "sasl")) {
		sasl = writer_begin(w, 0xa3);
		writer_token(w, 0x04, "sasl needs a mechanism");
		writer_token_if_any(w, 0x04);
		writer_end(w, sasl);
	} else {
		writer_token(w, 0x80, "bind needs a password");
	}
	writer_end(w, at);
}

static int64_t
take_scope(struct writer *w)
{
	static const char *const scopes[] = { "base", "one", "sub" };

	for (int i = 0; i < 3; i++)
		if (writer_took(w, scopes[i]))
			return i;
	writer_wrong(w, "a scope is base, one or sub");
	return 0;
}

static void
say_search(struct writer *w)
{
	const size_t at = writer_begin(w, 0x63);
	int64_t scope, size = 0, seconds = 0, deref = 0;
	bool types_only = false;
	size_t list;

	writer_token(w, 0x04, "search needs a base");
	scope = take_scope(w);
	while (writer_took_number(w, "size=", &size) ||
	       writer_took_number(w, "time=", &seconds) ||
	       writer_took_number(w, "deref=", &deref) ||
	       (writer_took(w, "typesonly") && (types_only = true)))
		continue;
	writer_number(w, 0x0a, scope);
	writer_number(w, 0x0a, deref);
	writer_number(w, 0x02, size);
	writer_number(w, 0x02, seconds);
	writer_bool(w, 0x01, types_only);
	writer_is_at_end(w);
	writer_filter(w);
	list = writer_begin(w, 0x30);
	while (!writer_is_at_end(w))
		writer_token(w, 0x04, "");
	writer_end(w, list);
	writer_end(w, at);
}

/* "cn=" of cn="x": the name that values are of. */
static struct span
peek_type(struct writer *w)
{
	struct span in = writer_is_at_end(w) ? (struct span){ NULL, 0 } : w->in;
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
		writer_octets(w, tag, SPAN(""));
	else
		writer_token(w, tag, "");
	return true;
}

/* All that follows of one attribute: type and vals. */
static void
put_attribute(struct writer *w)
{
	const struct span type = peek_type(w);
	const size_t at = writer_begin(w, 0x30);
	size_t set;

	if (type.len == 0)
		writer_wrong(w, "no attribute where one must be");
	writer_octets(w, 0x04, type);
	set = writer_begin(w, 0x31);
	while (w->flaw == NULL && take_assertion(w, type, 0x04)) {
		const struct span more = peek_type(w);

		if (!span_eq(more, type) || w->in.len == more.len ||
		    w->in.ptr[more.len] != '=')
			break;
	}
	writer_end(w, set);
	writer_end(w, at);
}

static void
say_compare(struct writer *w)
{
	const size_t at = writer_begin(w, 0x6e);
	struct span type;
	size_t ava;

	writer_token(w, 0x04, "compare needs a name");
	type = peek_type(w);
	ava = writer_begin(w, 0x30);
	writer_octets(w, 0x04, type);
	if (!take_assertion(w, type, 0x04))
		writer_wrong(w, "compare needs attribute=\"value\"");
	writer_end(w, ava);
	writer_end(w, at);
}

static void
say_add(struct writer *w)
{
	const size_t at = writer_begin(w, 0x68);
	size_t list;

	writer_token(w, 0x04, "add needs a name");
	list = writer_begin(w, 0x30);
	while (!writer_is_at_end(w))
		put_attribute(w);
	writer_end(w, list);
	writer_end(w, at);
}

static void
say_modify(struct writer *w)
{
	static const char *const kinds[] = { "add", "delete", "replace",
		"increment" };
	const size_t at = writer_begin(w, 0x66);
	size_t list;

	writer_token(w, 0x04, "modify needs a name");
	list = writer_begin(w, 0x30);
	while (!writer_is_at_end(w)) {
		const size_t change = writer_begin(w, 0x30);
		int i = 0;

		while (i < 4 && !writer_took(w, kinds[i]))
			i++;
		if (i == 4)
			writer_wrong(
			    w, "modify does add, delete, replace, increment");
		writer_number(w, 0x0a, i);
		put_attribute(w);
		writer_end(w, change);
	}
	writer_end(w, list);
	writer_end(w, at);
}

static void
say_delete(struct writer *w)
{
	writer_token(w, 0x4a, "delete needs a name");
}

static void
say_modify_dn(struct writer *w)
{
	const size_t at = writer_begin(w, 0x6c);

	writer_token(w, 0x04, "modifydn needs a name");
	writer_token(w, 0x04, "modifydn needs a new RDN");
	writer_bool(w, 0x01, !writer_took(w, "keepold"));
	if (writer_took(w, "under"))
		writer_token(w, 0x80, "under what?");
	writer_end(w, at);
}

static void
say_extended(struct writer *w)
{
	const size_t at = writer_begin(w, 0x77);

	writer_token(w, 0x80, "extended needs a requestName");
	writer_token_if_any(w, 0x81);
	writer_end(w, at);
}

static void
say_starttls(struct writer *w)
{
	const size_t at = writer_begin(w, 0x77);

	writer_octets(w, 0x80, SPAN(LDAP_STARTTLS));
	writer_end(w, at);
}

static void
put_id(struct writer *w, int tag)
{
	int64_t id = 0;

	if (!writer_took_number(w, "", &id))
		writer_wrong(w, "which messageID?");
	writer_number(w, tag, id);
}

/* RFC 3909 2.1 */
static void
say_cancel(struct writer *w)
{
	const size_t at = writer_begin(w, 0x77);
	size_t value, sequence;

	writer_octets(w, 0x80, SPAN(LDAP_CANCEL));
	value = writer_begin(w, 0x81);
	sequence = writer_begin(w, 0x30);
	put_id(w, 0x02);
	writer_end(w, sequence);
	writer_end(w, value);
	writer_end(w, at);
}

static void
say_abandon(struct writer *w)
{
	put_id(w, 0x50);
}

static void
say_unbind(struct writer *w)
{
	writer_octets(w, 0x42, SPAN(""));
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

	if (!writer_took_number(w, "", &size))
		writer_wrong(w, "paged needs a size");
	cookie = !writer_is_at_end(w) && w->in.ptr[0] == '"'
		     ? writer_take(w)
		     : (struct token){ .none = true };
	buf_init(&value, WRITER_MOST);
	at = writer_begin(&inner, 0x30);
	writer_number(&inner, 0x02, size);
	writer_octets(&inner, 0x04, buf_span(&cookie.text));
	writer_end(&inner, at);
	token_free(&cookie);
	critical = writer_took(w, "critical");
	writer_octets(w, 0x04, SPAN(LDAP_PAGED));
	if (critical)
		writer_bool(w, 0x01, true);
	writer_octets(w, 0x04, buf_span(&value));
	buf_free(&value);
}

static void
put_control(struct writer *w)
{
	const size_t at = writer_begin(w, 0x30);

	if (writer_took(w, "paged")) {
		put_page(w);
	} else {
		writer_token(w, 0x04, "a control needs its OID");
		if (writer_took(w, "critical"))
			writer_bool(w, 0x01, true);
		writer_token_if_any(w, 0x04);
	}
	writer_end(w, at);
}

static void
put_controls(struct writer *w)
{
	size_t at;

	if (w->in.len == 0)
		return;
	at = writer_begin(w, 0xa0);
	while (w->flaw == NULL && writer_is_at_end(w) &&
	       span_starts(w->in, SPAN(";"))) {
		w->in = span_skip(w->in, 1);
		put_control(w);
	}
	writer_end(w, at);
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

	buf_init(&message, WRITER_MOST);
	at = writer_begin(&w, 0x30);
	put_id(&w, 0x02);
	while (i < sizeof requests / sizeof requests[0] &&
	       !writer_took(&w, requests[i].word))
		i++;
	if (i == sizeof requests / sizeof requests[0])
		writer_wrong(&w, "no request of LDAP");
	else
		requests[i].say(&w);
	if (!writer_is_at_end(&w))
		writer_wrong(&w, "more words than the request has");
	put_controls(&w);
	if (w.in.len != 0)
		writer_wrong(&w, "more words than the request has");
	writer_end(&w, at);
	if (message.full)
		writer_wrong(&w, "more than can be sent");
	if (w.flaw == NULL)
		buf_add(out, buf_span(&message));
	buf_free(&message);
	return w.flaw;
}
