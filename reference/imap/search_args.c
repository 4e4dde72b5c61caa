/* SPDX-License-Identifier: MIT */
#include "reference/imap/search_args.h"

#include "lib/mem.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What stands after a key. */
enum takes {
	TAKES_NOTHING,
	TAKES_TEXT,
	TAKES_FIELD, /* HEADER field text */
	TAKES_KEYWORD,
	TAKES_NUMBER,
	TAKES_DATE,
	TAKES_UIDS,
	TAKES_MODSEQ,
	TAKES_KEY,      /* NOT */
	TAKES_TWO_KEYS, /* OR */
	IS_NEW,
};

/* clang-format off */
static const struct key {
	const char		*name;
	enum takes		 takes;
	enum imap_search_kind	 kind;
	bool			 not, sent;
	unsigned		 flag;
	struct span		 field;
} keys[] = {
	{ "ALL",	TAKES_NOTHING, .kind = IMAP_SEARCH_ALL },
	{ "ANSWERED",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_ANSWERED },
	{ "BCC",	TAKES_TEXT, IMAP_SEARCH_HEADER,	 .field = SPAN_INIT("BCC") },
	{ "BEFORE",	TAKES_DATE, .kind = IMAP_SEARCH_BEFORE },
	{ "BODY",	TAKES_TEXT, .kind = IMAP_SEARCH_BODY },
	{ "CC",		TAKES_TEXT, IMAP_SEARCH_HEADER,	 .field = SPAN_INIT("CC") },
	{ "DELETED",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_DELETED },
	{ "DRAFT",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_DRAFT },
	{ "FLAGGED",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_FLAGGED },
	{ "FROM",	TAKES_TEXT, IMAP_SEARCH_HEADER,	 .field = SPAN_INIT("FROM") },
	{ "HEADER",	TAKES_FIELD, .kind = IMAP_SEARCH_HEADER },
	{ "KEYWORD",	TAKES_KEYWORD, .kind = IMAP_SEARCH_KEYWORD },
	{ "LARGER",	TAKES_NUMBER, .kind = IMAP_SEARCH_LARGER },
	{ "MODSEQ",	TAKES_MODSEQ, .kind = IMAP_SEARCH_MODSEQ },
	{ "NEW",	IS_NEW, .kind = IMAP_SEARCH_AND },
	{ "NOT",	TAKES_KEY, IMAP_SEARCH_AND,	 .not = true },
	{ "OLD",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_RECENT,
							 .not = true },
	{ "ON",		TAKES_DATE, .kind = IMAP_SEARCH_ON },
	{ "OR",		TAKES_TWO_KEYS, .kind = IMAP_SEARCH_OR },
	{ "RECENT",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_RECENT },
	{ "SEEN",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_SEEN },
	{ "SENTBEFORE",	TAKES_DATE, IMAP_SEARCH_BEFORE,	 .sent = true },
	{ "SENTON",	TAKES_DATE, IMAP_SEARCH_ON,	 .sent = true },
	{ "SENTSINCE",	TAKES_DATE, IMAP_SEARCH_SINCE,	 .sent = true },
	{ "SINCE",	TAKES_DATE, .kind = IMAP_SEARCH_SINCE },
	{ "SMALLER",	TAKES_NUMBER, .kind = IMAP_SEARCH_SMALLER },
	{ "SUBJECT",	TAKES_TEXT, IMAP_SEARCH_HEADER,	 .field = SPAN_INIT("SUBJECT") },
	{ "TEXT",	TAKES_TEXT, .kind = IMAP_SEARCH_TEXT },
	{ "TO",		TAKES_TEXT, IMAP_SEARCH_HEADER,	 .field = SPAN_INIT("TO") },
	{ "UID",	TAKES_UIDS, .kind = IMAP_SEARCH_UID },
	{ "UNANSWERED",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_ANSWERED,
							 .not = true },
	{ "UNDELETED",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_DELETED,
							 .not = true },
	{ "UNDRAFT",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_DRAFT,
							 .not = true },
	{ "UNFLAGGED",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_FLAGGED,
							 .not = true },
	{ "UNKEYWORD",	TAKES_KEYWORD, IMAP_SEARCH_KEYWORD, .not = true },
	{ "UNSEEN",	TAKES_NOTHING, IMAP_SEARCH_FLAG, .flag = IMAP_SEEN,
							 .not = true },
};

static const struct {
	const char		*name;
	enum imap_sort_key	 key;
} sort_keys[] = {
	{ "ARRIVAL",	IMAP_SORT_ARRIVAL },
	{ "CC",		IMAP_SORT_CC },
	{ "DATE",	IMAP_SORT_DATE },
	{ "FROM",	IMAP_SORT_FROM },
	{ "SIZE",	IMAP_SORT_SIZE },
	{ "SUBJECT",	IMAP_SORT_SUBJECT },
	{ "TO",		IMAP_SORT_TO },
};
/* clang-format on */

struct reader {
	struct imap_args *a;
	struct imap_search *to;
	size_t room;
	int depth;
};

/* ---- nodes ---- */

/* Nodes move when there are more: hold on to the index. */
static size_t
add_node(struct reader *r, enum imap_search_kind kind)
{
	struct imap_search *s = r->to;

	if (s->n == IMAP_SEARCH_MOST) {
		imap_args_bad(r->a, "too many search keys");
		return 0;
	}
	if (s->n == r->room) {
		r->room = r->room == 0 ? 8 : r->room * 2;
		s->node = mem_grow(s->node, r->room * sizeof *s->node);
	}
	s->node[s->n] = (struct imap_search_node){ .kind = kind };
	return s->n++;
}

static size_t take_key(struct reader *);

static void
append(struct reader *r, size_t parent, size_t *last, size_t child)
{
	if (r->a->bad != NULL)
		return;
	if (*last == 0)
		r->to->node[parent].child = child;
	else
		r->to->node[*last].next = child;
	*last = child;
}

/* Keys with a space between them, up to what is none. */
static void
take_keys(struct reader *r, size_t parent)
{
	size_t last = 0;

	do
		append(r, parent, &last, take_key(r));
	while (imap_may_take(r->a, ' '));
}

/* ---- keys ---- */

/*
 * MODSEQ ["/flags/\\Seen" all] 12: we keep one number for all of a message's
 * flags, and such a server passes over the name (RFC 7162 3.1.5).
 */
static void
take_modseq(struct reader *r, size_t at)
{
	struct imap_args *a = r->a;
	struct span name;

	if (imap_is_next(a, '"')) {
		imap_take_string(a, &name);
		if (a->bad == NULL && !span_casestarts(name, SPAN("/flags/")))
			imap_args_bad(a, "MODSEQ knows no such entry");
		imap_take_space(a);
		if (!imap_may_take_word(a, "all") &&
		    !imap_may_take_word(a, "priv") &&
		    !imap_may_take_word(a, "shared"))
			imap_args_bad(a, "an entry is priv, shared or all");
		imap_take_space(a);
	}
	imap_take_number64(a, &r->to->node[at].number);
	r->to->modseq = true;
}

static void
take_new(struct reader *r, size_t at)
{
	size_t last = 0, flag;

	for (int i = 0; i < 2; i++) {
		flag = add_node(r, IMAP_SEARCH_FLAG);
		append(r, at, &last, flag);
		if (r->a->bad != NULL)
			return;
		r->to->node[flag].flag = i == 0 ? IMAP_RECENT : IMAP_SEEN;
		r->to->node[flag].not = i == 1;
	}
}

static void
take_more_keys(struct reader *r, size_t at, int n)
{
	size_t last = 0;

	for (; n > 0; n--) {
		append(r, at, &last, take_key(r));
		if (n > 1)
			imap_take_space(r->a);
	}
}

static void
take_argument(struct reader *r, size_t at, enum takes takes)
{
	struct imap_search_node *node = &r->to->node[at];
	uint32_t size = 0;

	if (takes == TAKES_NOTHING)
		return;
	if (takes == IS_NEW) {
		take_new(r, at);
		return;
	}
	imap_take_space(r->a);
	switch (takes) {
	case TAKES_FIELD:
		imap_take_astring(r->a, &node->field);
		imap_take_space(r->a);
		imap_take_astring(r->a, &node->text);
		break;
	case TAKES_TEXT:
		imap_take_astring(r->a, &node->text);
		break;
	case TAKES_KEYWORD:
		imap_take_atom(r->a, &node->text);
		break;
	case TAKES_NUMBER:
		imap_take_number(r->a, &size);
		node->number = size;
		break;
	case TAKES_DATE:
		imap_take_date(r->a, &node->day);
		break;
	case TAKES_UIDS:
		imap_take_set(r->a, &node->set);
		break;
	case TAKES_MODSEQ:
		take_modseq(r, at);
		break;
	default:
		take_more_keys(r, at, takes == TAKES_TWO_KEYS ? 2 : 1);
	}
}

static size_t
take_named(struct reader *r)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct key *key = &keys[i];
		size_t at;

		if (!imap_may_take_word(r->a, key->name))
			continue;
		at = add_node(r, key->kind);
		if (r->a->bad != NULL)
			return 0;
		r->to->node[at].not = key->not ;
		r->to->node[at].sent = key->sent;
		r->to->node[at].flag = key->flag;
		r->to->node[at].field = key->field;
		take_argument(r, at, key->takes);
		return at;
	}
	imap_args_bad(r->a, "SEARCH has no such key");
	return 0;
}

static bool
is_set_next(const struct imap_args *a)
{
	return a->bad == NULL && a->left.len > 0 &&
	       (a->left.ptr[0] == '*' ||
		   (a->left.ptr[0] >= '0' && a->left.ptr[0] <= '9'));
}

static size_t
take_key(struct reader *r)
{
	size_t at = 0;

	if (r->depth == IMAP_SEARCH_DEPTH)
		imap_args_bad(r->a, "search keys stand too deep");
	if (r->a->bad != NULL)
		return 0;
	r->depth++;
	if (is_set_next(r->a)) {
		at = add_node(r, IMAP_SEARCH_SEQUENCE);
		if (r->a->bad == NULL)
			imap_take_set(r->a, &r->to->node[at].set);
	} else if (imap_may_take(r->a, '(')) {
		at = add_node(r, IMAP_SEARCH_AND);
		take_keys(r, at);
		imap_take_char(r->a, ')');
	} else {
		at = take_named(r);
	}
	r->depth--;
	return at;
}

/* ---- commands ---- */

static bool
take_program(struct imap_args *a, struct imap_search *s)
{
	struct reader r = { .a = a, .to = s };

	take_keys(&r, add_node(&r, IMAP_SEARCH_AND));
	if (imap_take_end(a))
		return true;
	imap_search_free(s);
	return false;
}

bool
imap_take_search(struct imap_args *a, struct imap_search *s)
{
	*s = (struct imap_search){ 0 };
	if (imap_may_take_word(a, "CHARSET")) {
		imap_take_space(a);
		imap_take_astring(a, &s->charset);
		imap_take_space(a);
	}
	return take_program(a, s);
}

static void
take_criterion(struct imap_args *a, struct imap_sort *sort)
{
	const bool reverse = imap_may_take_word(a, "REVERSE");

	if (reverse)
		imap_take_space(a);
	if (sort->n == IMAP_SORT_MOST) {
		imap_args_bad(a, "too many criteria to sort by");
		return;
	}
	for (size_t i = 0; i < COUNT(sort_keys); i++)
		if (imap_may_take_word(a, sort_keys[i].name)) {
			sort->by[sort->n].key = sort_keys[i].key;
			sort->by[sort->n++].reverse = reverse;
			return;
		}
	imap_args_bad(a, "SORT has no such criterion");
}

bool
imap_take_sort(
    struct imap_args *a, struct imap_sort *sort, struct imap_search *s)
{
	*s = (struct imap_search){ 0 };
	sort->n = 0;
	imap_take_char(a, '(');
	do
		take_criterion(a, sort);
	while (imap_may_take(a, ' '));
	imap_take_char(a, ')');
	imap_take_space(a);
	imap_take_astring(a, &s->charset);
	imap_take_space(a);
	return take_program(a, s);
}

void
imap_search_free(struct imap_search *s)
{
	for (size_t i = 0; i < s->n; i++)
		imap_set_free(&s->node[i].set);
	free(s->node);
	*s = (struct imap_search){ 0 };
}

void
imap_search_resolve(struct imap_search *s, uint32_t messages, uint32_t last_uid)
{
	for (size_t i = 0; i < s->n; i++)
		imap_set_resolve(&s->node[i].set,
		    s->node[i].kind == IMAP_SEARCH_UID ? last_uid : messages);
}
