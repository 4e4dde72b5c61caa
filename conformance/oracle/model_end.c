/* SPDX-License-Identifier: MIT */
/* What a command has changed at its OK, and what must be true then. */
#include <inttypes.h>

#include "conformance/oracle/model_inner.h"
#include "lib/mem.h"

/* ---- what was added ---- */

static void
less_unplaced(struct model *m, size_t n)
{
	m->unplaced_most -= n < m->unplaced_most ? n : m->unplaced_most;
	if (m->unplaced_least > m->unplaced_most)
		m->unplaced_least = m->unplaced_most;
}

static struct message *
place(struct model *m, int client, uint32_t uid, unsigned wild)
{
	const struct command *c = &m->commands[client];
	struct message *message = model_message(m, uid);

	if (uid <= c->uid_before) {
		model_broke(m, client, RULE_UID_ASSIGNED,
		    "a new message has UID %" PRIu32 ", and %" PRIu32
		    " was there before",
		    uid, c->uid_before);
		return NULL;
	}
	if (uid < c->next_before) {
		model_broke(m, client, RULE_UIDNEXT_BROKEN,
		    "a new message has UID %" PRIu32 ", and UIDNEXT was "
		    "%" PRIu32,
		    uid, c->next_before);
		return NULL;
	}
	if (message != NULL)
		return message;
	less_unplaced(m, 1);
	return model_add(m, uid, 0, wild);
}

static bool
is_validity(struct model *m, int client, struct span *args)
{
	const struct span word = span_cut(args, ' ');
	uint64_t n;

	if (!response_number(word, &n))
		return model_broke(m, client, RULE_SYNTAX,
		    "a response code without UIDVALIDITY");
	if (m->commands[client].ours && m->uidvalidity != 0 &&
	    n != m->uidvalidity)
		return model_broke(m, client, RULE_UIDVALIDITY,
		    "UIDVALIDITY is %" PRIu64 " here, was %" PRIu32, n,
		    m->uidvalidity);
	return true;
}

/* APPENDUID's arguments. */
static void
appended(struct model *m, int client, struct span args)
{
	struct command *c = &m->commands[client];
	uint32_t from, to;

	if (!is_validity(m, client, &args))
		return;
	if (!response_range(&args, &from, &to) || from != to || args.len > 0)
		model_broke(m, client, RULE_SYNTAX, "APPENDUID without a UID");
	else if (place(m, client, from, c->wild) != NULL)
		c->adds = 0;
}

/* The next of a set; *from and *to are what is left of a range. */
static bool
next_of(struct span *set, uint32_t *from, uint32_t *to, uint32_t *uid)
{
	if (*from > *to && !response_range(set, from, to))
		return false;
	*uid = (*from)++;
	return true;
}

static void
copied_one(struct model *m, int client, uint32_t from, uint32_t to)
{
	struct command *c = &m->commands[client];
	const struct message *old;
	struct message *new;

	for (size_t i = 0; i < c->n; i++)
		if (c->target[i].uid == from)
			c->target[i].answered = ITEM_UID;
	if (!command_names(c, from)) {
		model_broke(m, client, RULE_COPYUID,
		    "COPYUID has UID %" PRIu32 ", which was not named", from);
		return;
	}
	if (!c->ours)
		return;
	new = place(m, client, to, ORACLE_ALL_FLAGS);
	old = model_message(m, from);
	if (new == NULL || !old->sized || new->sized)
		return;
	new->copied = true;
	new->sized = true;
	new->size = old->size;
}

void
model_copied(struct model *m, int client, struct span args)
{
	struct command *c = &m->commands[client];
	uint32_t from = 1, from_end = 0, to = 1, to_end = 0, a = 0, b = 0;
	struct span sources, copies;

	if (!is_validity(m, client, &args))
		return;
	sources = span_cut(&args, ' ');
	copies = args;
	for (size_t i = 0; i <= c->n; i++) {
		const bool more = next_of(&sources, &from, &from_end, &a);

		if (more != next_of(&copies, &to, &to_end, &b)) {
			model_broke(m, client, RULE_COPYUID,
			    "COPYUID has not as many UIDs on both sides");
			return;
		}
		if (!more)
			break;
		copied_one(m, client, a, b);
	}
	for (size_t i = 0; i < c->n; i++) {
		if (c->target[i].answered != 0)
			continue;
		if (c->ours)
			less_unplaced(m, 1);
		if (c->verb == VERB_COPY &&
		    !model_message(m, c->target[i].uid)->may_gone)
			model_broke(m, client, RULE_COPYUID,
			    "COPYUID leaves out UID %" PRIu32 ", which was "
			    "named",
			    c->target[i].uid);
	}
}

/* ---- ends ---- */

static size_t
count_least(const struct model *m, int32_t before)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += !m->messages[i].may_gone &&
		     m->messages[i].gone == ORACLE_NEVER &&
		     m->messages[i].born < before;
	return n;
}

static size_t
count_most(const struct model *m, int32_t since)
{
	size_t n = m->unplaced_most;

	for (size_t i = 0; i < m->n; i++)
		n += m->messages[i].gone >= since;
	return n;
}

static void
end_select(struct model *m, int client, bool ok)
{
	const struct command *c = &m->commands[client];
	struct view *v = &m->views[client];
	const size_t least = count_least(m, c->began);
	const size_t most = count_most(m, c->began);

	if (!ok || !c->counted) {
		model_lose(m, "the mailbox could not be selected");
		return;
	}
	if (c->exists < least || c->exists > most) {
		model_broke(m, client, RULE_SELECT_COUNT,
		    "SELECT says %" PRIu32 " EXISTS; %zu to %zu can be there",
		    c->exists, least, most);
		return;
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct message *msg = &m->messages[i];

		if (c->uidnext > 0 && msg->born < c->began &&
		    msg->uid >= c->uidnext)
			model_broke(m, client, RULE_UIDNEXT_STALE,
			    "UIDNEXT is %" PRIu32 ", and UID %" PRIu32
			    " was given before",
			    c->uidnext, msg->uid);
		if (c->highest > 0 && !msg->may_gone &&
		    msg->gone == ORACLE_NEVER && msg->top_at < c->began &&
		    msg->top > c->highest)
			model_broke(m, client, RULE_HIGHESTMODSEQ,
			    "HIGHESTMODSEQ is %" PRIu64 ", and UID %" PRIu32
			    " had %" PRIu64 " before",
			    c->highest, msg->uid, msg->top);
	}
	if (c->uidnext > m->uidnext_max)
		m->uidnext_max = c->uidnext;
	v->selected = true;
	v->n = 0;
	v->at_select = c->exists;
	if (c->exists > v->room) {
		v->room = c->exists + 64;
		v->uid = mem_grow(v->uid, v->room * sizeof *v->uid);
	}
	v->n = c->exists;
	for (size_t i = 0; i < v->n; i++)
		v->uid[i] = 0;
}

static void
end_store(struct model *m, int client, bool ok)
{
	const struct command *c = &m->commands[client];

	for (size_t i = 0; i < c->n; i++) {
		struct message *msg = model_message(m, c->target[i].uid);

		message_written(msg, c->began, m->now, ok);
		if (ok)
			message_own(msg, client, c->mask, c->began);
	}
}

static void
end_expunge(struct model *m, int client, bool ok)
{
	const struct command *c = &m->commands[client];
	const struct view *v = &m->views[client];

	m->expunging--;
	for (size_t i = 0; ok && i < c->n; i++) {
		struct message *msg = model_message(m, c->target[i].uid);

		if (!c->target[i].doomed ||
		    message_values(msg, DELETED_FLAG,
			msg->floor[client][DELETED_FLAG]) != CAN_BE_SET)
			continue;
		if (msg->gone == ORACLE_NEVER)
			msg->gone = m->now;
		if (c->verb == VERB_EXPUNGE && model_find(v, msg->uid) > 0)
			model_broke(m, client, RULE_EXPUNGE_LEFT,
			    "UID %" PRIu32 " had \\Deleted set, and no EXPUNGE "
			    "was told of it",
			    msg->uid);
	}
}

static void
end_adding(struct model *m, int client, const struct response *r)
{
	struct command *c = &m->commands[client];
	const size_t learnt = m->learnt - c->learnt_before;
	size_t sure = c->verb == VERB_APPEND;

	if (r->status != STATUS_OK || !c->ours)
		return;
	if (span_caseeq(r->code, SPAN("APPENDUID"))) {
		appended(m, client, r->args);
		return;
	}
	if (span_caseeq(r->code, SPAN("COPYUID"))) {
		model_copied(m, client, r->args);
		return;
	}
	for (size_t i = 0; i < c->n; i++)
		sure += c->target[i].doomed &&
			!model_message(m, c->target[i].uid)->may_gone;
	if (!m->doubt && m->expunging == 0 && sure > learnt)
		m->unplaced_least += sure - learnt;
	if (m->unplaced_least > m->unplaced_most)
		m->unplaced_least = m->unplaced_most;
}

static void
end_move(struct model *m, int client, const struct response *r)
{
	const struct command *c = &m->commands[client];

	if (span_caseeq(r->code, SPAN("COPYUID")))
		model_copied(m, client, r->args);
	for (size_t i = 0; r->status == STATUS_OK && i < c->n; i++) {
		struct message *msg = model_message(m, c->target[i].uid);

		if (!c->target[i].doomed && c->target[i].answered == 0)
			continue;
		if (msg->gone == ORACLE_NEVER)
			msg->gone = m->now;
		msg->moved = true;
	}
}

/* ---- when nobody writes ---- */

static void
end_poll(struct model *m, int client, bool ok)
{
	const struct command *c = &m->commands[client];
	struct view *v = &m->views[client];
	size_t least, most;

	if (!ok || !v->selected || m->writing > 0 || c->began < m->wrote ||
	    ++v->polls < 2)
		return;
	least = count_least(m, m->now) + m->unplaced_least;
	most = count_most(m, ORACLE_NEVER);
	if (v->n < least || v->n > most) {
		model_broke(m, client, RULE_NOT_TOLD,
		    "after two polls the client knows of %zu messages; %zu to "
		    "%zu can be there",
		    v->n, least, most);
		return;
	}
	for (size_t i = 0; i < m->n; i++)
		message_raise(&m->messages[i], client, m->now);
}

/* All there is was listed: what is not there is gone. */
static void
settle(struct model *m, int client)
{
	const struct view *v = &m->views[client];

	for (size_t i = 0; i < m->n; i++) {
		struct message *msg = &m->messages[i];
		const size_t number = model_find(v, msg->uid);

		if (number > 0 && msg->gone != ORACLE_NEVER)
			model_broke(m, client,
			    msg->moved ? RULE_MOVED_LEFT : RULE_EXPUNGED_BACK,
			    "message %zu is UID %" PRIu32 ", which was removed",
			    number, msg->uid);
		else if (number == 0 && !msg->may_gone &&
			 msg->gone == ORACLE_NEVER)
			model_broke(m, client, RULE_LOST,
			    "UID %" PRIu32 " is no longer in the mailbox",
			    msg->uid);
		else if (number == 0 && msg->gone == ORACLE_NEVER)
			msg->gone = m->now;
		else if (number > 0)
			msg->may_gone = false;
	}
	m->unplaced_most = m->unplaced_least = 0;
	m->doubt = false;
}

static void
end_fetch(struct model *m, int client, bool ok)
{
	const struct command *c = &m->commands[client];
	const struct view *v = &m->views[client];
	bool all = v->polls >= 2 && m->writing == 0 && c->began > m->wrote;

	if (!ok)
		return;
	for (size_t i = 0; i < c->n; i++) {
		const struct target *t = &c->target[i];
		const unsigned lacks = c->asked & ~t->answered;

		if (lacks == 0 || model_message(m, t->uid)->may_gone ||
		    model_message(m, t->uid)->gone != ORACLE_NEVER ||
		    model_find(v, t->uid) == 0)
			continue;
		if (c->uid && lacks == ITEM_UID)
			model_broke(m, client, RULE_FETCH_UID,
			    "the answer for UID %" PRIu32 " has no UID",
			    t->uid);
		else
			model_broke(m, client, RULE_FETCH_LACKS,
			    "no answer, or not to all, for UID %" PRIu32,
			    t->uid);
	}
	for (size_t i = 0; i < v->n; i++)
		all &= v->uid[i] != 0;
	if (all)
		settle(m, client);
}

static void
leave(struct model *m, int client)
{
	m->views[client].selected = false;
	m->views[client].n = 0;
	for (size_t i = 0; i < m->n; i++)
		message_leave(&m->messages[i], client);
}

static void
end_verb(struct model *m, int client, const struct response *r)
{
	const struct command *c = &m->commands[client];
	const bool ok = r->status == STATUS_OK;

	switch (c->verb) {
	case VERB_SELECT:
		end_select(m, client, ok);
		break;
	case VERB_FETCH:
		end_fetch(m, client, ok);
		break;
	case VERB_STORE:
		end_store(m, client, ok);
		break;
	case VERB_EXPUNGE:
		end_expunge(m, client, ok);
		break;
	case VERB_CLOSE:
		end_expunge(m, client, ok);
		if (ok)
			leave(m, client);
		break;
	case VERB_UNSELECT:
		if (ok)
			leave(m, client);
		break;
	case VERB_COPY:
	case VERB_APPEND:
		end_adding(m, client, r);
		break;
	case VERB_MOVE:
		end_move(m, client, r);
		break;
	case VERB_POLL:
		end_poll(m, client, ok);
		break;
	default:
		break;
	}
}

void
model_end(struct model *m, int client, const struct response *r)
{
	struct command *c = &m->commands[client];

	if (!c->busy || !span_eq(r->tag, span_of(c->tag))) {
		model_broke(m, client, RULE_SYNTAX,
		    "a tag that no command in progress has: %.*s",
		    (int)(r->tag.len > 40 ? 40 : r->tag.len), r->tag.ptr);
		return;
	}
	if (r->status == STATUS_BAD) {
		model_broke(m, client, RULE_BAD,
		    "BAD in answer to a command that is right");
		return;
	}
	end_verb(m, client, r);
	if (verb_writes(c->verb)) {
		model_disturb(m);
		m->writing--;
	}
	c->busy = false;
	c->adds = 0;
	m->views[client].busy = false;
}
