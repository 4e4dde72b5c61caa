/* SPDX-License-Identifier: MIT */
#include "reference/imap/box_args.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const status_names[] = { "MESSAGES", "RECENT", "UIDNEXT",
	"UIDVALIDITY", "UNSEEN", "HIGHESTMODSEQ", "DELETED",
	"DELETED-STORAGE" };

static const char *const use_names[] = { "\\All", "\\Archive", "\\Drafts",
	"\\Flagged", "\\Junk", "\\Sent", "\\Trash" };

static const char *
name_of(const char *const *names, size_t n, unsigned bit)
{
	for (size_t i = 0; i < n; i++)
		if (bit == 1u << i)
			return names[i];
	return NULL;
}

const char *
imap_status_name(unsigned bit)
{
	return name_of(status_names, COUNT(status_names), bit);
}

const char *
imap_use_name(unsigned bit)
{
	return name_of(use_names, COUNT(use_names), bit);
}

/* ---- SELECT, CREATE, STATUS ---- */

bool
imap_take_select(struct imap_args *a, struct imap_select *s)
{
	s->condstore = false;
	imap_take_mailbox(a, &s->name);
	if (imap_may_take(a, ' ')) {
		imap_take_char(a, '(');
		s->condstore = imap_may_take_word(a, "CONDSTORE");
		if (!s->condstore)
			imap_args_bad(a, "SELECT has no such parameter");
		imap_take_char(a, ')');
	}
	return imap_take_end(a);
}

static void
take_use(struct imap_args *a, struct imap_create *c)
{
	struct span name = a->left;

	if (!imap_may_take(a, '\\')) {
		imap_args_bad(a, "a special use begins with a backslash");
		return;
	}
	for (size_t i = 0; i < COUNT(use_names); i++)
		if (imap_may_take_word(a, use_names[i] + 1)) {
			c->use |= 1u << i;
			return;
		}
	imap_take_atom(a, &name);
	c->use_unknown = true;
}

bool
imap_take_create(struct imap_args *a, struct imap_create *c)
{
	c->use = 0;
	c->use_unknown = false;
	imap_take_mailbox(a, &c->name);
	if (imap_may_take(a, ' ')) {
		imap_take_char(a, '(');
		if (!imap_may_take_word(a, "USE"))
			imap_args_bad(a, "CREATE has no such parameter");
		imap_take_space(a);
		imap_take_char(a, '(');
		while (a->bad == NULL && !imap_is_next(a, ')')) {
			take_use(a, c);
			if (!imap_is_next(a, ')'))
				imap_take_space(a);
		}
		imap_take_char(a, ')');
		imap_take_char(a, ')');
	}
	return imap_take_end(a);
}

static void
take_status_item(struct imap_args *a, unsigned *items)
{
	for (size_t i = 0; i < COUNT(status_names); i++)
		if (imap_may_take_word(a, status_names[i])) {
			*items |= 1u << i;
			return;
		}
	imap_args_bad(a, "STATUS has no such item");
}

bool
imap_take_status(struct imap_args *a, struct span *name, unsigned *items)
{
	*items = 0;
	imap_take_mailbox(a, name);
	imap_take_space(a);
	imap_take_char(a, '(');
	do
		take_status_item(a, items);
	while (imap_may_take(a, ' '));
	imap_take_char(a, ')');
	return imap_take_end(a);
}

/* ---- LIST ---- */

static void
take_special(struct imap_args *a, bool *special)
{
	imap_take_char(a, '(');
	if (imap_may_take_word(a, "SPECIAL-USE"))
		*special = true;
	else if (!imap_is_next(a, ')'))
		imap_args_bad(a, "LIST has no such option");
	imap_take_char(a, ')');
}

bool
imap_take_list(struct imap_args *a, struct imap_list *l)
{
	*l = (struct imap_list){ 0 };
	if (imap_is_next(a, '(')) {
		take_special(a, &l->only_special);
		imap_take_space(a);
	}
	imap_take_mailbox(a, &l->reference);
	imap_take_space(a);
	imap_take_pattern(a, &l->pattern);
	if (imap_may_take(a, ' ')) {
		if (!imap_may_take_word(a, "RETURN"))
			imap_args_bad(a, "LIST has two arguments");
		imap_take_space(a);
		take_special(a, &l->return_special);
	}
	return imap_take_end(a);
}

/*
 * The states that can be reached, one for each place in the pattern, walked
 * octet by octet of the name.
 */
static void
step(bool *can, struct span pattern, char c, char delimiter, bool fold)
{
	bool before = false; /* can[i - 1], as it was */

	for (size_t i = 0; i <= pattern.len; i++) {
		const char p = i < pattern.len ? pattern.ptr[i] : '\0';
		const bool stays = i < pattern.len &&
				   (p == '*' || (p == '%' && c != delimiter));
		const char q = i > 0 ? pattern.ptr[i - 1] : '\0';
		const bool comes = i > 0 && q != '*' && q != '%' &&
				   (q == c || (fold && (q ^ c) == 0x20 &&
						  c >= 'A' && c <= 'Z'));
		const bool was = can[i];

		can[i] = (was && stays) || (before && comes);
		before = was;
	}
}

/* "*" and "%" may stand for nothing. */
static void
pass_wildcards(bool *can, struct span pattern)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (can[i] && (pattern.ptr[i] == '*' || pattern.ptr[i] == '%'))
			can[i + 1] = true;
}

bool
imap_name_matches(struct span pattern, struct span name, char delimiter)
{
	const bool fold = span_eq(name, SPAN("INBOX"));
	bool can[IMAP_NAME_MOST + 1] = { true };

	if (pattern.len > IMAP_NAME_MOST || name.len > IMAP_NAME_MOST)
		return false;
	pass_wildcards(can, pattern);
	for (size_t i = 0; i < name.len; i++) {
		step(can, pattern, name.ptr[i], delimiter, fold);
		pass_wildcards(can, pattern);
	}
	return can[pattern.len];
}

/* ---- APPEND, ID ---- */

bool
imap_take_append(struct imap_args *a, struct imap_append *p)
{
	p->flags = (struct imap_flags){ 0 };
	imap_take_mailbox(a, &p->name);
	imap_take_space(a);
	if (imap_is_next(a, '(')) {
		imap_take_flag_list(a, &p->flags);
		imap_take_space(a);
	}
	p->dated = imap_is_next(a, '"');
	if (p->dated) {
		imap_take_date_time(a, &p->date, &p->zone_min);
		imap_take_space(a);
	}
	imap_take_literal(a, &p->message);
	return imap_take_end(a);
}

static void
take_pair(struct imap_args *a, struct imap_id *id)
{
	struct span field, value;

	imap_take_string(a, &field);
	imap_take_space(a);
	if (!imap_take_nstring(a, &value))
		return;
	/* RFC 2971 3.3 */
	if (id->n == IMAP_ID_MOST || field.len > 30 || value.len > 1024) {
		imap_args_bad(a, "ID has 30 fields of 30 and 1024 octets");
		return;
	}
	id->pair[id->n].field = field;
	id->pair[id->n++].value = value;
}

bool
imap_take_id(struct imap_args *a, struct imap_id *id)
{
	id->n = 0;
	if (!imap_may_take_word(a, "NIL")) {
		imap_take_char(a, '(');
		while (a->bad == NULL && !imap_is_next(a, ')')) {
			take_pair(a, id);
			if (!imap_is_next(a, ')'))
				imap_take_space(a);
		}
		imap_take_char(a, ')');
	}
	return imap_take_end(a);
}
