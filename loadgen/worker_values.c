/* SPDX-License-Identifier: MIT */
/*
 * What a driver asks for in its turn, and what it hands over to be kept.
 */
#include <string.h>

#include "lib/clock.h"
#include "loadgen/answers.h"
#include "loadgen/feeder.h"
#include "loadgen/ledger.h"
#include "loadgen/worker.h"

static struct span
text_of(struct worker *w, uint64_t n, size_t prefix)
{
	char digits[24];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	memcpy(w->id + prefix, digits + at, sizeof digits - at);
	return (struct span){ w->id + (prefix == w->n_id ? 0 : prefix),
		prefix == w->n_id ? prefix + sizeof digits - at
				  : sizeof digits - at };
}

static const struct account *
account(const struct worker *w, size_t i)
{
	static const struct account nobody;
	const struct pump *p = w->pump;

	return p->n_accounts == 0 ? &nobody : &p->accounts[i % p->n_accounts];
}

static struct span
message_of(struct worker *w, struct conn *c, struct body *b)
{
	const struct pump *p = w->pump;
	struct load_ledger *ledger = p->o->ledger;
	struct buf out = {
		.data = w->message, .room = p->longest + 1, .cap = p->longest
	};

	if (ledger == NULL || b->message == NO_MESSAGE)
		return (struct span){ p->filler, (size_t)c->route->flow->size };
	if (!b->sent) {
		load_ledger_sent(ledger, b->message, clock_mono_ns() / 1000);
		b->sent = true;
	}
	if (w->made == b->message)
		return (struct span){ w->message, w->n_made };
	if (!load_ledger_message(ledger, b->message,
		account(w, c->account)->address.ptr,
		account(w, c->account + 1)->address.ptr,
		(size_t)c->route->flow->size, &out))
		w->turn.full = true; /* the ledger has no such message */
	w->made = b->message;
	w->n_made = out.len;
	return buf_span(&out);
}

struct span
worker_value(struct driver_turn *t, int var)
{
	struct worker *w = t->pump;
	struct conn *c = w->turning;
	struct body *b = &c->bodies[t->slot];

	switch (var) {
	case VAR_ACCOUNT_USER:
		return account(w, c->account)->user;
	case VAR_ACCOUNT_PASSWORD:
		return account(w, c->account)->password;
	case VAR_ACCOUNT_ADDRESS:
		return account(w, c->account)->address;
	case VAR_ACCOUNT_DN:
		return account(w, c->account)->dn;
	case VAR_ACCOUNT_PLAIN:
		return account(w, c->account)->plain;
	case VAR_PEER_ADDRESS:
		return account(w, c->account + 1)->address;
	case VAR_ID:
		return text_of(w, c->number, w->n_id);
	case VAR_SEQ:
		return text_of(w, b->seq, sizeof w->id - 24);
	case VAR_MESSAGE:
		return message_of(w, c, b);
	default:
		break;
	}
	if (var < VAR_FEED || w->pump->o->feeder == NULL)
		return SPAN("");
	return feeder_value(
	    w->pump->o->feeder, b->feed, (size_t)(var - VAR_FEED));
}

/* A good answer of whoever's turn it is. */
void
worker_keep(struct driver_turn *t, struct span octets)
{
	const struct worker *w = t->pump;
	const struct body *b = &w->turning->bodies[t->slot];
	const struct open_op *op = w->turning->open_ops;
	const struct answer answer = {
		.row = b->feed,
		.asked_us = (op->open ? op->started_ns : w->now_ns) / 1000,
		.flow = (uint16_t)(w->turning->route - w->pump->routes),
		.seq = b->seq,
		.first_us = w->now_ns / 1000,
		.last_us = w->now_ns / 1000,
		.octets = octets,
	};

	answers_put(*w->pump->o->answers, w->index, &answer);
}
