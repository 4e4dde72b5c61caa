/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "conformance/oracle/model_inner.h"
#include "lib/mem.h"

enum { MESSAGES_MOST = 100000 }; /* EXISTS above that is no mailbox of ours */

/* ---- the table ---- */

/* Where uid is, or would be. */
static size_t
place_of(const struct model *m, uint32_t uid)
{
	size_t from = 0, to = m->n;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (m->messages[middle].uid < uid)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct message *
model_message(const struct model *m, uint32_t uid)
{
	const size_t at = place_of(m, uid);

	return at < m->n && m->messages[at].uid == uid ? &m->messages[at]
						       : NULL;
}

struct message *
model_add(struct model *m, uint32_t uid, unsigned flags, unsigned wild)
{
	const size_t at = place_of(m, uid);
	struct message *new;

	if (m->n == m->room) {
		m->room = m->room == 0 ? 64 : 2 * m->room;
		m->messages =
		    mem_grow(m->messages, m->room * sizeof *m->messages);
	}
	new = &m->messages[at];
	memmove(new + 1, new, (m->n - at) * sizeof *new);
	m->n++;
	message_init(new, uid, m->now, flags, wild);
	new->may_gone = ((flags | wild) & ORACLE_DELETED) != 0 &&
			(m->doubt || m->expunging > 0);
	for (int c = 0; c < ORACLE_CLIENTS; c++)
		if (!m->views[c].selected && m->commands[c].verb != VERB_SELECT)
			message_leave(new, c);
	if (uid > m->uid_max)
		m->uid_max = uid;
	return new;
}

size_t
model_find(const struct view *v, uint32_t uid)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->uid[i] == uid)
			return i + 1;
	return 0;
}

/* ---- findings ---- */

bool
model_broke(
    struct model *m, int client, enum oracle_rule rule, const char *fmt, ...)
{
	va_list ap;

	if (m->finding.rule != RULE_NONE || m->why_lost[0] != '\0')
		return false;
	m->finding.rule = rule;
	m->finding.at = m->now;
	m->finding.client = client;
	va_start(ap, fmt);
	vsnprintf(m->finding.what, sizeof m->finding.what, fmt, ap);
	va_end(ap);
	return false;
}

void
model_lose(struct model *m, const char *fmt, ...)
{
	va_list ap;

	if (m->finding.rule != RULE_NONE || m->why_lost[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(m->why_lost, sizeof m->why_lost, fmt, ap);
	va_end(ap);
}

/* ---- FETCH ---- */

/* Between what stands before it and behind? */
static bool
is_in_order(const struct view *v, size_t number, uint32_t uid)
{
	size_t i = number - 1;

	while (i > 0 && v->uid[i - 1] == 0)
		i--;
	if (i > 0 && (uid <= v->uid[i - 1] || uid - v->uid[i - 1] < number - i))
		return false;
	for (i = number; i < v->n && v->uid[i] == 0; i++)
		;
	return i == v->n ||
	       (uid < v->uid[i] && v->uid[i] - uid >= i + 1 - number);
}

/* A message that has a UID nobody gave it, as far as we know. */
static struct message *
meet(struct model *m, int client, uint32_t uid)
{
	struct message *message;

	if (m->unplaced_most == 0) {
		model_broke(m, client, RULE_UID_UNKNOWN,
		    "UID %" PRIu32 " belongs to no message that was added",
		    uid);
		return NULL;
	}
	m->unplaced_most--;
	if (m->unplaced_least > 0)
		m->unplaced_least--;
	m->learnt++;
	message = model_add(m, uid, 0, ORACLE_ALL_FLAGS);
	message->may_gone |= m->doubt;
	return message;
}

static bool
learn(struct model *m, int client, size_t number, uint32_t uid)
{
	struct view *v = &m->views[client];
	const struct message *message;

	if (v->uid[number - 1] == uid)
		return true;
	if (v->uid[number - 1] != 0)
		return model_broke(m, client, RULE_UID_CHANGED,
		    "message %zu had UID %" PRIu32 " and now has %" PRIu32,
		    number, v->uid[number - 1], uid);
	if (!is_in_order(v, number, uid))
		return model_broke(m, client, RULE_UID_ORDER,
		    "UID %" PRIu32 " of message %zu is not between those of "
		    "its neighbours",
		    uid, number);
	message = model_message(m, uid);
	if (message == NULL)
		message = meet(m, client, uid);
	if (message == NULL)
		return false;
	if (message->gone < v->since)
		return model_broke(m, client,
		    message->moved ? RULE_MOVED_LEFT : RULE_EXPUNGED_BACK,
		    "UID %" PRIu32 " was removed before the mailbox was "
		    "selected, and is message %zu of it",
		    uid, number);
	v->uid[number - 1] = uid;
	return true;
}

static bool
see_constants(struct model *m, int client, struct message *message,
    const struct response_fetch *f)
{
	if ((f->items & ITEM_SIZE) != 0) {
		if (message->sized && message->size != f->size)
			return model_broke(m, client,
			    message->copied ? RULE_COPY_SIZE : RULE_IMMUTABLE,
			    "RFC822.SIZE of UID %" PRIu32 " is %" PRIu64
			    ", was %" PRIu64,
			    message->uid, f->size, message->size);
		message->sized = true;
		message->size = f->size;
	}
	if ((f->items & ITEM_DATE) != 0 && f->date.len < sizeof message->date) {
		if (message->date[0] != '\0' &&
		    !span_eq(f->date, span_of(message->date)))
			return model_broke(m, client, RULE_IMMUTABLE,
			    "INTERNALDATE of UID %" PRIu32 " is %.*s, was %s",
			    message->uid, SPAN_FMT(f->date), message->date);
		memcpy(message->date, f->date.ptr, f->date.len);
		message->date[f->date.len] = '\0';
	}
	return true;
}

static bool
was_stored(const struct message *message, int flag)
{
	size_t n = 0;

	for (size_t i = 0; i < message->n; i++)
		n += (message->writes[i].mask & 1u << flag) != 0;
	return n > 1 || message->writes[0].began > 0;
}

static bool
see_flags(struct model *m, int client, struct message *message, unsigned flags)
{
	const int wrong = message_see(message, client, flags, m->permanent);

	if (wrong < 0)
		return true;
	return model_broke(m, client,
	    was_stored(message, wrong) ? RULE_STORED : RULE_FLAGS,
	    "%s is said to be %s of UID %" PRIu32 ", which it cannot be",
	    oracle_flag_names[wrong],
	    (flags & 1u << wrong) != 0 ? "a flag" : "no flag", message->uid);
}

static bool
see_modseq(struct model *m, int client, struct message *message,
    const struct response_fetch *f)
{
	const unsigned flags = f->flags & m->permanent;

	if (f->modseq < message->heard[client])
		return model_broke(m, client, RULE_MODSEQ_FALLS,
		    "MODSEQ of UID %" PRIu32 " is %" PRIu64 ", was %" PRIu64,
		    message->uid, f->modseq, message->heard[client]);
	message->heard[client] = f->modseq;
	if (f->modseq > message->top) {
		message->top = f->modseq;
		message->top_at = m->now;
	}
	if ((f->items & ITEM_FLAGS) == 0)
		return true;
	if (message->modseq == f->modseq && message->modseq_flags != flags)
		return model_broke(m, client, RULE_MODSEQ_SAME,
		    "the flags of UID %" PRIu32 " are others than before, "
		    "under the same MODSEQ %" PRIu64,
		    message->uid, f->modseq);
	message->modseq = f->modseq;
	message->modseq_flags = flags;
	return true;
}

static void
note_answer(struct command *c, uint32_t uid, unsigned items)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->target[i].uid == uid)
			c->target[i].answered |= items;
}

static void
hear_fetch(struct model *m, int client, const struct response *r)
{
	struct view *v = &m->views[client];
	struct response_fetch f;
	struct message *message;

	if (!response_read_fetch(r->rest, &f)) {
		model_broke(m, client, RULE_SYNTAX,
		    "FETCH without a list of "
		    "items and values");
		return;
	}
	if (r->number < 1 || r->number > v->n) {
		model_broke(m, client, RULE_RANGE,
		    "FETCH of message %" PRIu32 ", of %zu", r->number, v->n);
		return;
	}
	if ((f.items & ITEM_UID) != 0 && !learn(m, client, r->number, f.uid))
		return;
	if (v->uid[r->number - 1] == 0)
		return;
	message = model_message(m, v->uid[r->number - 1]);
	note_answer(&m->commands[client], message->uid, f.items);
	/* what a server still knows of an expunged one is its own affair */
	if (message->may_gone || message->gone != ORACLE_NEVER)
		return;
	if (see_constants(m, client, message, &f) &&
	    ((f.items & ITEM_FLAGS) == 0 ||
		see_flags(m, client, message, f.flags)) &&
	    (f.items & ITEM_MODSEQ) != 0)
		see_modseq(m, client, message, &f);
}

/* ---- EXISTS and EXPUNGE ---- */

static void
resize(struct view *v, size_t n)
{
	if (n > v->room) {
		v->room = n + 64;
		v->uid = mem_grow(v->uid, v->room * sizeof *v->uid);
	}
	for (size_t i = v->n; i < n; i++)
		v->uid[i] = 0;
	v->n = n;
}

static void
hear_exists(struct model *m, int client, uint32_t n)
{
	struct view *v = &m->views[client];

	if (n < v->n)
		model_broke(m, client, RULE_EXISTS_SHRINKS,
		    "%" PRIu32 " EXISTS, of %zu", n, v->n);
	else if (n + v->removed > v->at_select + v->added)
		model_broke(m, client, RULE_EXISTS_MANY,
		    "%" PRIu32 " EXISTS and %zu were expunged: there were %zu, "
		    "and %zu can have come",
		    n, v->removed, v->at_select, v->added);
	else
		resize(v, n);
}

static bool
may_expunge(struct model *m, int client)
{
	const struct command *c = &m->commands[client];

	if (!c->busy)
		return model_broke(m, client, RULE_EXPUNGE_ALONE,
		    "EXPUNGE, and no command is in progress");
	if (!c->uid && (c->verb == VERB_FETCH || c->verb == VERB_STORE ||
			   c->verb == VERB_SEARCH))
		return model_broke(m, client, RULE_EXPUNGE_DURING,
		    "EXPUNGE in answer to %s",
		    c->verb == VERB_FETCH   ? "FETCH"
		    : c->verb == VERB_STORE ? "STORE"
					    : "SEARCH");
	return true;
}

static void
hear_expunge(struct model *m, int client, uint32_t number)
{
	struct view *v = &m->views[client];
	struct message *message;

	if (!may_expunge(m, client))
		return;
	if (number < 1 || number > v->n) {
		model_broke(m, client, RULE_RANGE,
		    "EXPUNGE of message %" PRIu32 ", of %zu", number, v->n);
		return;
	}
	message = model_message(m, v->uid[number - 1]);
	if (message != NULL && !message->may_gone &&
	    message->gone == ORACLE_NEVER) {
		model_broke(m, client, RULE_EXPUNGE_WRONG,
		    "EXPUNGE of message %" PRIu32 ", UID %" PRIu32
		    ", which nobody can have removed",
		    number, message->uid);
		return;
	}
	if (message != NULL && message->gone == ORACLE_NEVER)
		message->gone = m->now;
	memmove(v->uid + number - 1, v->uid + number,
	    (v->n - number) * sizeof *v->uid);
	v->n--;
	v->removed++;
}

/* ---- SEARCH ---- */

static int
flag_number(unsigned bit)
{
	int f = 0;

	while (f < ORACLE_FLAGS && (bit & 1u << f) == 0)
		f++;
	return f;
}

/* Is it right that message i is listed, or is not? */
static bool
judge_hit(struct model *m, int client, size_t i, bool listed)
{
	const struct command *c = &m->commands[client];
	const uint32_t uid = m->views[client].uid[i];
	const struct message *message = model_message(m, uid);
	const int flag = flag_number(c->key);
	unsigned can;

	if (message == NULL || message->may_gone ||
	    message->gone != ORACLE_NEVER)
		return true;
	if (c->every)
		can = CAN_BE_SET;
	else if ((m->permanent & c->key) == 0)
		return true;
	else
		can =
		    message_values(message, flag, message->floor[client][flag]);
	if ((can & (listed != c->unkey ? CAN_BE_SET : CAN_BE_CLEAR)) != 0)
		return true;
	return model_broke(m, client, RULE_SEARCH_WRONG,
	    "SEARCH %s%s %s message %zu, UID %" PRIu32, c->unkey ? "not " : "",
	    c->every ? "ALL" : oracle_flag_names[flag],
	    listed ? "lists" : "leaves out", i + 1, uid);
}

/* Marks what is listed. */
static bool
read_hits(struct model *m, int client, struct span list, bool *listed)
{
	const struct view *v = &m->views[client];

	for (;;) {
		const struct word w = response_word(&list);
		uint64_t n;

		if (w.kind == WORD_END || w.kind == WORD_OPEN)
			return true; /* "(MODSEQ 7)" ends it */
		if (w.kind != WORD_ATOM || !response_number(w.text, &n))
			return model_broke(m, client, RULE_SYNTAX,
			    "SEARCH lists what is no number");
		if (m->commands[client].uid)
			n = n > UINT32_MAX ? 0 : model_find(v, (uint32_t)n);
		else if (n < 1 || n > v->n)
			return model_broke(m, client, RULE_RANGE,
			    "SEARCH lists message %" PRIu64 ", of %zu", n,
			    v->n);
		if (n > 0)
			listed[n - 1] = true;
	}
}

static void
hear_search(struct model *m, int client, struct span list)
{
	const struct view *v = &m->views[client];
	bool *listed = mem_new(v->n + 1, sizeof *listed);

	if (m->commands[client].verb == VERB_SEARCH &&
	    read_hits(m, client, list, listed))
		for (size_t i = 0; i < v->n; i++)
			if (v->uid[i] != 0 &&
			    !judge_hit(m, client, i, listed[i]))
				break;
	free(listed);
}

/* ---- status ---- */

static void
hear_code(struct model *m, int client, const struct response *r)
{
	struct command *c = &m->commands[client];
	uint64_t n = 0;
	bool star;

	if (c->verb == VERB_MOVE && span_caseeq(r->code, SPAN("COPYUID")))
		model_copied(m, client, r->args);
	if (!c->busy || c->verb != VERB_SELECT)
		return;
	if (span_caseeq(r->code, SPAN("PERMANENTFLAGS"))) {
		m->permanent = response_flags(r->args, &star);
		if (star)
			m->permanent |= ORACLE_RED | ORACLE_BLUE;
		return;
	}
	if (!response_number(r->args, &n))
		return;
	if (span_caseeq(r->code, SPAN("UIDNEXT")))
		c->uidnext = (uint32_t)n;
	if (span_caseeq(r->code, SPAN("HIGHESTMODSEQ")))
		c->highest = n;
	if (!span_caseeq(r->code, SPAN("UIDVALIDITY")))
		return;
	if (m->uidvalidity != 0 && m->uidvalidity != n)
		model_broke(m, client, RULE_UIDVALIDITY,
		    "UIDVALIDITY is %" PRIu64 ", was %" PRIu32, n,
		    m->uidvalidity);
	m->uidvalidity = (uint32_t)n;
}

/* ---- what comes in ---- */

static void
hear_data(struct model *m, int client, const struct response *r)
{
	struct command *c = &m->commands[client];

	if (c->busy && c->verb == VERB_SELECT) {
		if (r->kind == RESPONSE_EXISTS) {
			c->exists = r->number;
			c->counted = true;
		}
		return;
	}
	/* what is said of a mailbox on its way out is not looked at */
	if (!m->views[client].selected ||
	    (c->busy && (c->verb == VERB_CLOSE || c->verb == VERB_UNSELECT)))
		return;
	if (r->number > MESSAGES_MOST)
		model_broke(m, client, RULE_EXISTS_MANY,
		    "message number %" PRIu32, r->number);
	else if (r->kind == RESPONSE_EXISTS)
		hear_exists(m, client, r->number);
	else if (r->kind == RESPONSE_EXPUNGE)
		hear_expunge(m, client, r->number);
	else if (r->kind == RESPONSE_FETCH)
		hear_fetch(m, client, r);
	else if (r->kind == RESPONSE_SEARCH)
		hear_search(m, client, r->rest);
}

static bool
is_over(const struct model *m)
{
	return m->finding.rule != RULE_NONE || m->why_lost[0] != '\0';
}

void
model_heard(struct model *m, int client, struct span line)
{
	struct response r;

	m->now++;
	if (is_over(m))
		return;
	response_read(line, &r);
	if (r.kind == RESPONSE_BROKEN)
		model_broke(m, client, RULE_SYNTAX, "no response: %.*s",
		    (int)(line.len > 80 ? 80 : line.len), line.ptr);
	else if (r.kind == RESPONSE_TAGGED)
		model_end(m, client, &r);
	else if (r.kind == RESPONSE_STATUS && r.status == STATUS_BYE)
		model_lose(m, "the server said BYE to client %d", client + 1);
	else if (r.kind == RESPONSE_STATUS)
		hear_code(m, client, &r);
	else
		hear_data(m, client, &r);
}

void
model_said(struct model *m, int client, struct span line)
{
	m->now++;
	if (!is_over(m))
		model_begin(m, client, line);
}

/* ---- the rest ---- */

struct model *
model_new(void)
{
	struct model *m = mem_new(1, sizeof *m);

	m->permanent = ORACLE_ALL_FLAGS;
	return m;
}

void
model_free(struct model *m)
{
	for (size_t i = 0; i < m->n; i++)
		message_free(&m->messages[i]);
	for (int c = 0; c < ORACLE_CLIENTS; c++) {
		free(m->views[c].uid);
		free(m->commands[c].target);
	}
	free(m->messages);
	free(m);
}

const struct finding *
model_finding(const struct model *m)
{
	return &m->finding;
}

const char *
model_lost(const struct model *m)
{
	return m->why_lost[0] == '\0' ? NULL : m->why_lost;
}

const struct view *
model_view(const struct model *m, int client)
{
	return &m->views[client];
}

unsigned
model_permanent(const struct model *m)
{
	return m->permanent;
}
