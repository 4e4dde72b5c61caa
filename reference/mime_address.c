/* SPDX-License-Identifier: MIT */
#include "reference/mime_address.h"

#include "reference/mime_header.h"

/* What was appended to the text, which may still move. */
struct piece {
	size_t at, len;
	bool there;
};

struct found {
	struct piece name, adl, mailbox, host;
	struct span comment; /* the last one, as it stands */
};

static struct piece
begin(const struct mime_addresses *list)
{
	return (struct piece){ .at = list->text.len, .there = true };
}

static void
end(const struct mime_addresses *list, struct piece *piece)
{
	piece->len = list->text.len - piece->at;
}

static struct span
span_of_piece(const struct mime_addresses *list, const struct piece *piece)
{
	if (!piece->there)
		return (struct span){ NULL, 0 };
	return (struct span){ buf_text(&list->text) + piece->at, piece->len };
}

static char
next_char(const struct mime_addresses *list)
{
	return list->rest.len == 0 ? '\0' : list->rest.ptr[0];
}

static bool
is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Comments and white space; true when there was any. */
static bool
skip_space(struct mime_addresses *list, struct found *found)
{
	const size_t before = list->rest.len;

	for (;;) {
		const char c = next_char(list);

		if (c == '(')
			found->comment = mime_take_comment(&list->rest);
		else if (is_one_of(c, " \t\r\n"))
			list->rest = span_skip(list->rest, 1);
		else
			return list->rest.len < before;
	}
}

static void
take_word(struct mime_addresses *list, const char *ends)
{
	struct span s = list->rest;
	size_t n = 0;

	if (s.ptr[0] == '"') {
		mime_unquote(mime_take_quoted(&list->rest), &list->text);
		return;
	}
	if (s.ptr[0] == '[') /* a domain-literal has colons */
		n = span_find(s, SPAN("]"));
	while (n < s.len && !is_one_of(s.ptr[n], ends) &&
	       !is_one_of(s.ptr[n], " \t\r\n(\""))
		n++;
	/* What may not stand here is part of the word, so that we get on. */
	n += n == 0;
	buf_add(&list->text, span_take(s, n));
	list->rest = span_skip(s, n);
}

/*
 * Words up to an octet of "ends"; with one space where there was some in a
 * phrase, and without in a local part or a domain (RFC 5322 4.4).
 */
static struct piece
take_words(struct mime_addresses *list, struct found *found, const char *ends,
    bool is_phrase)
{
	struct piece piece = begin(list);

	skip_space(list, found);
	while (list->rest.len > 0 && !is_one_of(list->rest.ptr[0], ends)) {
		take_word(list, ends);
		if (skip_space(list, found) && is_phrase &&
		    list->rest.len > 0 && !is_one_of(list->rest.ptr[0], ends))
			buf_add(&list->text, SPAN(" "));
	}
	end(list, &piece);
	return piece;
}

static bool
take_char(struct mime_addresses *list, char c)
{
	if (next_char(list) != c || c == '\0')
		return false;
	list->rest = span_skip(list->rest, 1);
	return true;
}

/* obs-route: "@a,@b:"; nothing is taken when that is not what it is. */
static struct piece
take_route(struct mime_addresses *list, struct found *found)
{
	const struct span start = list->rest;
	const struct piece piece = take_words(list, found, ":<>;", false);

	if (take_char(list, ':'))
		return piece;
	list->rest = start;
	return (struct piece){ .there = false };
}

static void
take_addr_spec(struct mime_addresses *list, struct found *found)
{
	found->mailbox = take_words(list, found, "@<>,;:", false);
	if (take_char(list, '@')) {
		found->host = take_words(list, found, "@<>,;:", false);
		return;
	}
	found->host = begin(list);
}

static void
take_angle(struct mime_addresses *list, struct found *found)
{
	skip_space(list, found);
	if (next_char(list) == '@')
		found->adl = take_route(list, found);
	take_addr_spec(list, found);
}

/* Some write ";" between addresses. */
static void
skip_to_next(struct mime_addresses *list, struct found *found)
{
	while (list->rest.len > 0 && !is_one_of(list->rest.ptr[0], ",;")) {
		if (list->rest.ptr[0] == '"')
			(void)mime_take_quoted(&list->rest);
		else if (!skip_space(list, found))
			list->rest = span_skip(list->rest, 1);
	}
}

/* False when there is nothing in it that is an address. */
static bool
take_member(struct mime_addresses *list, struct found *found)
{
	const struct span start = list->rest;
	const struct piece phrase = take_words(list, found, "@<>,;:", true);

	if (take_char(list, '<')) {
		found->name = phrase;
		found->name.there = phrase.len > 0;
		take_angle(list, found);
		skip_to_next(list, found);
	} else if (!list->in_group && take_char(list, ':')) {
		found->mailbox = phrase;
		list->in_group = true;
	} else {
		list->rest = start;
		take_addr_spec(list, found);
		skip_to_next(list, found);
		return found->mailbox.len + found->host.len > 0;
	}
	return true;
}

static void
take_comment_for_name(struct mime_addresses *list, struct found *found)
{
	if (found->name.there || !found->host.there || found->comment.len == 0)
		return;
	found->name = begin(list);
	mime_unquote(found->comment, &list->text);
	end(list, &found->name);
}

void
mime_addresses_open(struct mime_addresses *list, struct span value)
{
	*list = (struct mime_addresses){ .rest = value };
	/* A local part may be read twice, as a phrase first. */
	buf_init(&list->text, 4 * value.len + 16);
}

/* RFC 5322 4.4 lets a list have empty members. */
static void
skip_empty(struct mime_addresses *list, struct found *found)
{
	for (;;) {
		(void)skip_space(list, found);
		if (!take_char(list, ',') &&
		    (list->in_group || !take_char(list, ';')))
			return;
		memset(found, 0, sizeof *found);
	}
}

static bool
ends_group(struct mime_addresses *list)
{
	if (!list->in_group || (list->rest.len > 0 && !take_char(list, ';')))
		return false;
	list->in_group = false;
	return true;
}

bool
mime_addresses_next(struct mime_addresses *list, struct mime_address *address)
{
	struct found found;

	memset(address, 0, sizeof *address);
	do {
		memset(&found, 0, sizeof found);
		buf_clear(&list->text);
		skip_empty(list, &found);
		if (ends_group(list))
			return true;
		if (list->rest.len == 0)
			return false;
	} while (!take_member(list, &found));
	take_comment_for_name(list, &found);
	address->name = span_of_piece(list, &found.name);
	address->adl = span_of_piece(list, &found.adl);
	address->mailbox = span_of_piece(list, &found.mailbox);
	address->host = span_of_piece(list, &found.host);
	return true;
}

void
mime_addresses_close(struct mime_addresses *list)
{
	buf_free(&list->text);
}

void
mime_first_mailbox(struct span value, struct buf *out)
{
	struct mime_addresses list;
	struct mime_address address;

	mime_addresses_open(&list, value);
	if (mime_addresses_next(&list, &address))
		buf_add(out, address.mailbox);
	mime_addresses_close(&list);
}
