/* SPDX-License-Identifier: MIT */
/* RETR and TOP: a message goes out in pieces. */
#include <stdio.h>

#include "lib/mem.h"
#include "reference/pop3/inner.h"

#define PIECE 65536

static void
begin(struct pop3_session *s, const struct drop_item *item)
{
	char octets[32];

	(void)snprintf(octets, sizeof octets, "%lld", (long long)item->size);
	pop3_reply_with(s, POP3_FOLLOWS, octets);
	pop3_text_begin(&s->text);
	s->text.stuffs = !faulty(s, FAULT_POP3_DOTS_NOT_STUFFED);
	s->sending = true;
	s->uid = item->uid;
	s->size = item->size;
	s->sent = 0;
}

/* Faults that spoil what a message says. */
static void
spoil(struct pop3_session *s, struct buf *piece)
{
	if (faulty(s, FAULT_POP3_LARGE_CUT) && piece->len > SESSION_LARGE) {
		piece->len = SESSION_LARGE;
		s->sent = s->size;
	}
	if (faulty(s, FAULT_POP3_RETR_SEVEN_BIT))
		for (size_t i = 0; i < piece->len; i++)
			piece->data[i] = (char)(piece->data[i] & 0x7f);
	if (faulty(s, FAULT_POP3_RETR_TRIMS))
		for (size_t i = 1; i < piece->len; i++)
			if (piece->data[i] == '\r' && piece->data[i - 1] == ' ')
				piece->data[i - 1] = '_';
}

void
pop3_send_more(struct pop3_session *s)
{
	struct buf piece;
	bool got;

	buf_init(&piece, PIECE);
	got = s->sent < s->size && !s->text.over &&
	      store_mail_part(s->drop.store, s->drop.mailbox, s->uid, s->sent,
		  PIECE, &piece) &&
	      piece.len > 0;
	if (got) {
		s->sent += (int64_t)piece.len;
		spoil(s, &piece);
		pop3_text_add(&s->text, buf_span(&piece), s->out);
	} else {
		s->sending = false;
		/* Half a message must not look like a whole one. */
		if (s->sent < s->size && !s->text.over)
			pop3_hang_up(s);
		else
			pop3_text_end(&s->text, s->out);
	}
	buf_free(&piece);
	if (s->out->full)
		pop3_hang_up(s);
}

void
pop3_run_retr(struct pop3_session *s, struct span args)
{
	struct drop_item *item;
	uint32_t number;

	item = pop3_take_message(s, &args, &number);
	if (item == NULL)
		return;
	if (args.len > 0) {
		pop3_reply(s, POP3_BAD_ARGS);
		return;
	}
	begin(s, item);
	s->text.counts = faulty(s, FAULT_POP3_RETR_SENDS_HEADER);
	item->deleted |= faulty(s, FAULT_POP3_RETR_DELETES);
}

/* RFC 1939 7: two arguments, both required. */
void
pop3_run_top(struct pop3_session *s, struct span args)
{
	struct span rest = args;
	struct drop_item *item;
	uint32_t number, lines;

	if (!pop3_take_number(&rest, &number) ||
	    !pop3_take_number(&rest, &lines) || rest.len > 0) {
		pop3_reply(s, POP3_BAD_ARGS);
		return;
	}
	item = pop3_take_message(s, &args, &number);
	if (item == NULL)
		return;
	begin(s, item);
	s->text.counts = !faulty(s, FAULT_POP3_TOP_SENDS_ALL);
	if (faulty(s, FAULT_POP3_TOP_ZERO_IS_ONE) && lines == 0)
		lines = 1;
	if (faulty(s, FAULT_POP3_TOP_ONE_MORE) && lines > 0)
		lines++;
	if (faulty(s, FAULT_POP3_TOP_HOLDS_TO_NUMBER) && lines > 1000)
		s->text.over = true;
	if (faulty(s, FAULT_POP3_TOP_DOTS_NOT_STUFFED))
		s->text.stuffs = false;
	s->text.without_blank =
	    lines == 0 && faulty(s, FAULT_POP3_TOP_WITHOUT_BLANK);
	s->text.left = lines;
}
