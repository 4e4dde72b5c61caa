/* SPDX-License-Identifier: MIT */
/* What a command may change from when it is sent. */
#include <inttypes.h>

#include "conformance/oracle/model_inner.h"
#include "lib/mem.h"

#define COUNT(a)     (sizeof(a) / sizeof(a)[0])
#define TARGETS_MOST 100000

/* ---- what a command names ---- */

static void
add_target(struct command *c, uint32_t uid)
{
	c->target = mem_grow(c->target, (c->n + 1) * sizeof *c->target);
	c->target[c->n++] = (struct target){ .uid = uid };
}

static void
add_number(struct model *m, int client, uint32_t number)
{
	const struct view *v = &m->views[client];

	if (number < 1 || number > v->n || v->uid[number - 1] == 0)
		model_lose(m,
		    "message %" PRIu32 " is named, whose UID nobody "
		    "knows",
		    number);
	else
		add_target(&m->commands[client], v->uid[number - 1]);
}

static void
take_set(struct model *m, int client, struct span set)
{
	struct command *c = &m->commands[client];
	uint32_t from, to;

	while (response_range(&set, &from, &to)) {
		if (to - from > TARGETS_MOST) {
			model_lose(m, "a set of too many");
			return;
		}
		for (uint32_t n = from; n <= to && n >= from; n++)
			if (!c->uid)
				add_number(m, client, n);
			else if (model_message(m, n) != NULL)
				add_target(c, n);
	}
	if (set.len > 0)
		model_lose(m, "a set that cannot be read");
}

/* All that the client knows. */
static void
take_all(struct model *m, int client)
{
	const struct view *v = &m->views[client];

	for (size_t i = 0; i < v->n; i++)
		if (v->uid[i] != 0)
			add_target(&m->commands[client], v->uid[i]);
}

bool
command_names(const struct command *c, uint32_t uid)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->target[i].uid == uid)
			return true;
	return false;
}

/* ---- beginnings ---- */

static void
copy_text(char *to, size_t room, struct span text)
{
	const struct span part = span_take(text, room - 1);

	if (part.len > 0)
		memcpy(to, part.ptr, part.len);
	to[part.len] = '\0';
}

void
model_disturb(struct model *m)
{
	m->wrote = m->now;
	for (int c = 0; c < ORACLE_CLIENTS; c++)
		m->views[c].polls = 0;
}

static void
expect_more(struct model *m, struct command *c, size_t n)
{
	c->adds = n;
	c->learnt_before = m->learnt;
	m->unplaced_most += n;
	m->doubt |= m->expunging > 0;
	for (int i = 0; i < ORACLE_CLIENTS; i++)
		m->views[i].added += n;
}

static void
begin_select(struct model *m, int client, struct span name)
{
	struct view *v = &m->views[client];

	if (m->folder[0] == '\0')
		copy_text(m->folder, sizeof m->folder, name);
	v->selected = false;
	v->since = m->now;
	v->removed = 0;
	v->added = 0;
	v->polls = 0;
	for (int i = 0; i < ORACLE_CLIENTS; i++)
		if (m->commands[i].busy)
			v->added += m->commands[i].adds;
	for (size_t i = 0; i < m->n; i++)
		message_reset(&m->messages[i], client, m->now);
}

static void
begin_fetch(struct model *m, int client, struct span args)
{
	static const struct {
		const char *name;
		unsigned item;
	} items[] = { { "UID", ITEM_UID }, { "FLAGS", ITEM_FLAGS },
		{ "RFC822.SIZE", ITEM_SIZE }, { "INTERNALDATE", ITEM_DATE },
		{ "MODSEQ", ITEM_MODSEQ } };
	struct command *c = &m->commands[client];
	struct word w;
	uint32_t from, to;
	struct span set = span_cut(&args, ' ');

	c->asked = c->uid ? ITEM_UID : 0;
	do {
		w = response_word(&args);
		for (size_t i = 0; i < COUNT(items); i++)
			if (span_caseeq(w.text, span_of(items[i].name)))
				c->asked |= items[i].item;
	} while (w.kind != WORD_END && w.kind != WORD_BROKEN);
	if (c->uid) {
		take_set(m, client, set);
		return;
	}
	/* here alone may be numbers whose UID is not known yet */
	while (response_range(&set, &from, &to))
		for (uint32_t n = from; n <= to && n <= m->views[client].n; n++)
			if (n > 0 && m->views[client].uid[n - 1] != 0)
				add_target(c, m->views[client].uid[n - 1]);
}

static void
begin_store(struct model *m, int client, struct span args)
{
	struct command *c = &m->commands[client];
	const struct span set = span_cut(&args, ' ');
	const struct span how = span_cut(&args, ' ');
	const unsigned flags = response_flags(args, NULL);

	take_set(m, client, set);
	c->set = how.len > 0 && how.ptr[0] == '-' ? 0 : flags;
	c->mask =
	    span_casestarts(how, SPAN("FLAGS")) ? ORACLE_ALL_FLAGS : flags;
	for (size_t i = 0; i < c->n; i++) {
		struct message *message = model_message(m, c->target[i].uid);

		message_write(message, &(struct flag_write){ .mask = c->mask,
					   .set = c->set,
					   .began = m->now,
					   .ended = ORACLE_NEVER });
		if (m->expunging > 0 && (c->set & ORACLE_DELETED) != 0)
			message->may_gone = true;
	}
}

static void
begin_search(struct model *m, int client, struct span args)
{
	static const struct {
		const char *key;
		unsigned flag;
		bool un;
	} keys[] = {
		{ "ALL", 0, false },
		{ "SEEN", ORACLE_SEEN, false },
		{ "UNSEEN", ORACLE_SEEN, true },
		{ "ANSWERED", ORACLE_ANSWERED, false },
		{ "UNANSWERED", ORACLE_ANSWERED, true },
		{ "FLAGGED", ORACLE_FLAGGED, false },
		{ "UNFLAGGED", ORACLE_FLAGGED, true },
		{ "DELETED", ORACLE_DELETED, false },
		{ "UNDELETED", ORACLE_DELETED, true },
		{ "DRAFT", ORACLE_DRAFT, false },
		{ "UNDRAFT", ORACLE_DRAFT, true },
		{ "KEYWORD oracle-red", ORACLE_RED, false },
		{ "UNKEYWORD oracle-red", ORACLE_RED, true },
		{ "KEYWORD oracle-blue", ORACLE_BLUE, false },
		{ "UNKEYWORD oracle-blue", ORACLE_BLUE, true },
	};
	struct command *c = &m->commands[client];

	for (size_t i = 0; i < COUNT(keys); i++)
		if (span_caseeq(args, span_of(keys[i].key))) {
			c->every = keys[i].flag == 0;
			c->key = keys[i].flag;
			c->unkey = keys[i].un;
			return;
		}
	c->verb = VERB_OTHER;
}

/*
 * Whatever may be \Deleted, by what is true or by what this client was told,
 * may go; what it knows to be so must.
 */
static void
begin_expunge(struct model *m, int client, bool all)
{
	struct command *c = &m->commands[client];

	if (all)
		take_all(m, client);
	for (size_t i = 0; i < m->n; i++) {
		struct message *msg = &m->messages[i];
		const int32_t known = msg->floor[client][DELETED_FLAG];
		const int32_t truth = message_floor(msg, DELETED_FLAG, m->now);
		const unsigned can = message_values(
		    msg, DELETED_FLAG, known < truth ? known : truth);

		if ((can & CAN_BE_SET) != 0 &&
		    (all || command_names(c, msg->uid)))
			msg->may_gone = true;
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct message *msg = model_message(m, c->target[i].uid);

		c->target[i].doomed =
		    message_values(msg, DELETED_FLAG,
			msg->floor[client][DELETED_FLAG]) == CAN_BE_SET &&
		    model_find(&m->views[client], msg->uid) > 0;
	}
	m->doubt |= m->unplaced_most > 0;
	m->unplaced_least = 0;
	m->expunging++;
}

static bool
is_ours(const struct model *m, struct span name)
{
	return span_eq(name, span_of(m->folder));
}

static void
begin_copy(struct model *m, int client, struct span args)
{
	struct command *c = &m->commands[client];

	take_set(m, client, span_cut(&args, ' '));
	c->ours = is_ours(m, args);
	if (c->ours)
		expect_more(m, c, c->n);
	if (c->ours && c->verb == VERB_MOVE)
		model_lose(m, "MOVE into the mailbox itself");
	for (size_t i = 0; i < c->n; i++) {
		struct message *msg = model_message(m, c->target[i].uid);

		c->target[i].doomed = !msg->may_gone;
		msg->may_gone |= c->verb == VERB_MOVE;
	}
}

static void
begin_append(struct model *m, int client, struct span args)
{
	struct command *c = &m->commands[client];
	const struct span name = span_cut(&args, ' ');

	c->ours = is_ours(m, name);
	c->wild =
	    span_starts(args, SPAN("("))
		? response_flags(
		      span_take(args, span_find(args, SPAN(")")) + 1), NULL)
		: 0;
	if (c->ours)
		expect_more(m, c, 1);
}

static const struct {
	const char *name;
	enum verb verb;
	bool writes;
} verbs[] = {
	{ "SELECT", VERB_SELECT, false },
	{ "FETCH", VERB_FETCH, false },
	{ "STORE", VERB_STORE, true },
	{ "SEARCH", VERB_SEARCH, false },
	{ "EXPUNGE", VERB_EXPUNGE, true },
	{ "COPY", VERB_COPY, true },
	{ "MOVE", VERB_MOVE, true },
	{ "APPEND", VERB_APPEND, true },
	{ "NOOP", VERB_POLL, false },
	{ "CHECK", VERB_POLL, false },
	{ "IDLE", VERB_IDLE, false },
	{ "CLOSE", VERB_CLOSE, true },
	{ "UNSELECT", VERB_UNSELECT, false },
};

bool
verb_writes(enum verb verb)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (verbs[i].verb == verb)
			return verbs[i].writes;
	return false;
}

static void
begin_verb(struct model *m, int client, struct span args)
{
	struct command *c = &m->commands[client];

	if (verb_writes(c->verb)) {
		model_disturb(m);
		m->writing++;
	}
	switch (c->verb) {
	case VERB_SELECT:
		begin_select(m, client, span_cut(&args, ' '));
		break;
	case VERB_FETCH:
		begin_fetch(m, client, args);
		break;
	case VERB_STORE:
		begin_store(m, client, args);
		break;
	case VERB_SEARCH:
		begin_search(m, client, args);
		break;
	case VERB_EXPUNGE:
		if (c->uid)
			take_set(m, client, args);
		begin_expunge(m, client, !c->uid);
		break;
	case VERB_CLOSE:
		begin_expunge(m, client, true);
		break;
	case VERB_COPY:
	case VERB_MOVE:
		begin_copy(m, client, args);
		break;
	case VERB_APPEND:
		begin_append(m, client, args);
		break;
	default:
		break;
	}
}

void
model_begin(struct model *m, int client, struct span line)
{
	struct command *c = &m->commands[client];
	struct view *v = &m->views[client];
	struct target *kept = c->target;
	struct span tag, word;

	if (span_caseeq(line, SPAN("DONE"))) {
		v->idle = false;
		return;
	}
	if (c->busy) {
		model_lose(m, "two commands at once");
		return;
	}
	*c = (struct command){ .busy = true,
		.target = kept,
		.began = m->now,
		.uid_before = m->uid_max,
		.next_before = m->uidnext_max };
	v->busy = true;
	tag = span_cut(&line, ' ');
	copy_text(c->tag, sizeof c->tag, tag);
	word = span_cut(&line, ' ');
	c->uid = span_caseeq(word, SPAN("UID"));
	if (c->uid)
		word = span_cut(&line, ' ');
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (span_caseeq(word, span_of(verbs[i].name)))
			c->verb = verbs[i].verb;
	v->idle = c->verb == VERB_IDLE;
	begin_verb(m, client, line);
}
