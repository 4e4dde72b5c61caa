/* SPDX-License-Identifier: MIT */
#include "reference/imap/hunt.h"

#include <stdlib.h>

#include "lib/mem.h"
#include "reference/mime_date.h"
#include "reference/mime_decode.h"
#include "reference/mime_text.h"

#define NEEDLE_MOST (64u << 10)
#define DAY_S       86400

/* Without its content a message may or may not be meant. */
enum answer {
	NO,
	YES,
	MAYBE,
};

static enum answer
contrary(enum answer a)
{
	return a == MAYBE ? MAYBE : a == YES ? NO : YES;
}

/* ---- what the view knows ---- */

static int64_t
internal_day(const struct mail *m)
{
	const int64_t s = m->date.s + (int64_t)m->date.zone_min * 60;

	return s >= 0 ? s / DAY_S : -((-s + DAY_S - 1) / DAY_S);
}

static bool
compares(enum imap_search_kind kind, int64_t day, int64_t with)
{
	switch (kind) {
	case IMAP_SEARCH_BEFORE:
		return day < with;
	case IMAP_SEARCH_ON:
		return day == with;
	default:
		return day >= with;
	}
}

static bool
has_flag(const struct imap_view_item *m, unsigned flag)
{
	if (flag == IMAP_RECENT)
		return m->recent;
	/* the bits are those of the store */
	return (m->mail.flags & flag) != 0;
}

static enum answer
look(const struct hunt *h, const struct imap_search_node *node, uint32_t n)
{
	const struct imap_view_item *m = imap_view_at(h->view, n);
	bool holds = false;

	switch (node->kind) {
	case IMAP_SEARCH_ALL:
		holds = true;
		break;
	case IMAP_SEARCH_FLAG:
		holds = has_flag(m, node->flag);
		break;
	case IMAP_SEARCH_KEYWORD:
		holds = mail_has_keyword(m->mail.keywords, node->text);
		break;
	case IMAP_SEARCH_LARGER:
		holds = (uint64_t)m->mail.size > node->number;
		break;
	case IMAP_SEARCH_SMALLER:
		holds = (uint64_t)m->mail.size < node->number;
		break;
	case IMAP_SEARCH_BEFORE:
	case IMAP_SEARCH_ON:
	case IMAP_SEARCH_SINCE:
		if (node->sent)
			return MAYBE;
		holds = compares(node->kind, internal_day(&m->mail), node->day);
		break;
	case IMAP_SEARCH_SEQUENCE:
		holds = imap_set_has(&node->set, n);
		break;
	case IMAP_SEARCH_UID:
		holds = imap_set_has(&node->set, m->mail.uid);
		break;
	case IMAP_SEARCH_MODSEQ:
		holds = m->mail.modseq >= node->number;
		break;
	case IMAP_SEARCH_HEADER:
	case IMAP_SEARCH_BODY:
	case IMAP_SEARCH_TEXT:
	case IMAP_SEARCH_AND:
	case IMAP_SEARCH_OR:
		return MAYBE;
	}
	return holds ? YES : NO;
}

/* ---- what only the content knows ---- */

static bool
sent_compares(const struct imap_search_node *node, struct span header)
{
	struct mime_date date;

	return mime_parse_date(mime_field_value(header, SPAN("Date")), &date) &&
	       compares(node->kind, mime_date_day(date), node->day);
}

static bool
read_on(struct hunt *h, size_t i)
{
	const struct imap_search_node *node = &h->search.node[i];
	const struct span needle = buf_span(&h->needle[i]);
	const struct mime *mime;
	struct span header;

	h->read = true;
	if (node->kind == IMAP_SEARCH_BODY || node->kind == IMAP_SEARCH_TEXT)
		return imap_content_mime(&h->content, &mime) &&
		       mime_search(
			   mime, needle, node->kind == IMAP_SEARCH_TEXT);
	if (!imap_content_header(&h->content, &header))
		return false;
	if (node->kind == IMAP_SEARCH_HEADER)
		return mime_search_field(header, node->field, needle);
	return sent_compares(node, header);
}

/* ---- the tree, which is no deeper than IMAP_SEARCH_DEPTH ---- */

static enum answer ask(struct hunt *, size_t i, uint32_t n, bool reads);

static enum answer
ask_children(struct hunt *h, size_t i, uint32_t n, bool reads)
{
	const struct imap_search_node *node = h->search.node;
	/* the answer of one child that settles it */
	const enum answer settles = node[i].kind == IMAP_SEARCH_AND ? NO : YES;
	enum answer all = contrary(settles);

	for (size_t c = node[i].child; c != 0; c = node[c].next) {
		const enum answer a = ask(h, c, n, reads);

		if (a == settles)
			return settles;
		if (a == MAYBE)
			all = MAYBE;
	}
	return all;
}

static enum answer
ask(struct hunt *h, size_t i, uint32_t n, bool reads)
{
	const struct imap_search_node *node = &h->search.node[i];
	enum answer a;

	if (node->kind == IMAP_SEARCH_AND || node->kind == IMAP_SEARCH_OR)
		a = ask_children(h, i, n, reads);
	else
		a = look(h, node, n);
	if (a == MAYBE && reads)
		a = read_on(h, i) ? YES : NO;
	return node->not ? contrary(a) : a;
}

bool
hunt_wants(struct hunt *h, uint32_t n)
{
	enum answer a;

	imap_content_choose(&h->content, imap_view_at(h->view, n)->mail.uid);
	h->read = false;
	a = ask(h, 0, n, false);
	return (a == MAYBE ? ask(h, 0, n, true) : a) == YES;
}

/* ---- beginning and end ---- */

static bool
fold_needles(struct hunt *h)
{
	const struct imap_search *s = &h->search;
	const struct span charset =
	    s->charset.ptr == NULL ? SPAN("UTF-8") : s->charset;
	struct buf utf8;

	if (!mime_charset_known(charset))
		return false;
	buf_init(&utf8, NEEDLE_MOST);
	for (size_t i = 0; i < s->n; i++) {
		if (s->node[i].text.len == 0 ||
		    s->node[i].kind == IMAP_SEARCH_KEYWORD)
			continue;
		buf_clear(&utf8);
		mime_from_charset(charset, s->node[i].text, &utf8);
		mime_fold(buf_span(&utf8), &h->needle[i]);
	}
	buf_free(&utf8);
	return true;
}

bool
hunt_init(
    struct hunt *h, const struct imap_view *view, struct imap_search search)
{
	*h = (struct hunt){ .search = search, .view = view };
	imap_content_init(&h->content, view->store, view->mailbox);
	imap_search_resolve(
	    &h->search, (uint32_t)view->n, imap_view_last_uid(view));
	h->needle = mem_new(search.n + 1, sizeof *h->needle);
	for (size_t i = 0; i < search.n; i++)
		buf_init(&h->needle[i], NEEDLE_MOST);
	return fold_needles(h);
}

void
hunt_free(struct hunt *h)
{
	for (size_t i = 0; i < h->search.n; i++)
		buf_free(&h->needle[i]);
	free(h->needle);
	imap_content_free(&h->content);
	imap_search_free(&h->search);
}

void
hunt_put_charsets(struct buf *out)
{
	const char *name;

	for (size_t i = 0; (name = mime_charset_name(i)) != NULL; i++)
		buf_addf(out, "%s%s", i == 0 ? "(" : " ", name);
	buf_add(out, SPAN(")"));
}
