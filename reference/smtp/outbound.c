/* SPDX-License-Identifier: MIT */
#include "reference/smtp/outbound.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"
#include "reference/store.h"

#define LINE_MOST  2048  /* of a reply; RFC 5321 4.5.3.1.5 says 512 */
#define REPLY_MOST 65536 /* all lines of a reply */

/* What we have asked, and wait for an answer to. */
enum step {
	GREETING,
	EHLO,
	HELO,
	MAIL,
	RCPT,
	DATA,
	CONTENT,
	RSET,
	QUIT,
	PARTED,
};

enum { /* what the peer can do */
	EXT_8BITMIME = 1 << 0,
	EXT_SMTPUTF8 = 1 << 1,
	EXT_SIZE = 1 << 2,
	EXT_DSN = 1 << 3,
};

static const struct {
	struct span keyword;
	unsigned ext;
} extensions[] = {
	{ { "8BITMIME", 8 }, EXT_8BITMIME },
	{ { "SMTPUTF8", 8 }, EXT_SMTPUTF8 },
	{ { "SIZE", 4 }, EXT_SIZE },
	{ { "DSN", 3 }, EXT_DSN },
};

struct outbound {
	const struct outbound_letter *letter;
	struct outbound_result *results;
	enum step step;
	unsigned offered;
	bool needs_8bit, needs_utf8;
	size_t first, end; /* recipients of this transaction */
	size_t at;         /* the one we wait to hear about */
	size_t accepted;   /* of this transaction */
	bool again;        /* the wrong second time: results stand */
	struct buf line;   /* not ended yet */
	struct buf reply;  /* text of the reply so far, on one line */
	size_t heard;      /* octets of this reply */
};

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

static struct span
header_of(struct span message)
{
	return span_take(message, span_find(message, SPAN("\r\n\r\n")));
}

static bool
needs_utf8(const struct outbound_letter *l)
{
	bool ascii =
	    is_ascii(span_of(l->from)) && is_ascii(header_of(l->message));

	for (size_t i = 0; i < l->n_to; i++)
		ascii = ascii && is_ascii(span_of(l->to[i].address));
	return !ascii;
}

struct outbound *
outbound_new(const struct outbound_letter *letter)
{
	struct outbound *o = mem_new(1, sizeof *o);

	assert(letter->n_to > 0);
	o->letter = letter;
	o->results = mem_new(letter->n_to, sizeof *o->results);
	o->needs_8bit = !is_ascii(letter->message);
	o->needs_utf8 = needs_utf8(letter);
	buf_init(&o->line, LINE_MOST);
	buf_init(&o->reply, sizeof o->results[0].reply - 1);
	return o;
}

void
outbound_free(struct outbound *o)
{
	if (o == NULL)
		return;
	buf_free(&o->line);
	buf_free(&o->reply);
	free(o->results);
	free(o);
}

size_t
outbound_most(const struct outbound_letter *l)
{
	return 4 * l->message.len + 4096 * (l->n_to + 4);
}

/* ---- what became of it ---- */

static void
decide(struct outbound *o, size_t recipient, enum outbound_fate fate,
    const char *status, const char *why)
{
	struct outbound_result *r = &o->results[recipient];

	if (r->fate != OUTBOUND_OPEN)
		return;
	r->fate = fate;
	snprintf(r->status, sizeof r->status, "%s", status);
	snprintf(r->why, sizeof r->why, "%s", why);
}

/* RFC 2034 4: the text begins with class.subject.detail, or nothing is said. */
static bool
enhanced(const char *text, char class, char status[16])
{
	size_t n = 0, dots = 0;

	for (; n < 12 && (isdigit((unsigned char)text[n]) || text[n] == '.');
	     n++)
		dots += text[n] == '.';
	if (dots != 2 || text[0] != class || text[1] != '.' ||
	    text[n - 1] == '.' || (text[n] != ' ' && text[n] != '\0'))
		return false;
	snprintf(status, 16, "%.*s", (int)n, text);
	return true;
}

/* Decides by the class of the reply: RFC 5321 4.2.1. */
static void
decide_by(struct outbound *o, size_t recipient, int code,
    enum outbound_fate fate, const char *asked)
{
	struct outbound_result *r = &o->results[recipient];
	const char *text = buf_text(&o->reply);
	char status[16], why[200];
	const char class = (char)(fate == OUTBOUND_REFUSED    ? '5'
				  : fate == OUTBOUND_DEFERRED ? '4'
							      : '2');

	if (r->fate != OUTBOUND_OPEN)
		return;
	if (!enhanced(text, class, status))
		snprintf(status, sizeof status, "%c.0.0", class);
	snprintf(
	    why, sizeof why, "the next hop answered %d to %s", code, asked);
	decide(o, recipient, fate, status, why);
	snprintf(r->reply, sizeof r->reply, "%d%s%s", code,
	    text[0] == '\0' ? "" : " ", text);
}

static enum outbound_fate
fate_of(int code)
{
	return code >= 500 ? OUTBOUND_REFUSED : OUTBOUND_DEFERRED;
}

static bool
any_open(const struct outbound *o)
{
	for (size_t i = 0; i < o->letter->n_to; i++)
		if (o->results[i].fate == OUTBOUND_OPEN)
			return true;
	return false;
}

void
outbound_broke(struct outbound *o, const char *status, const char *why)
{
	for (size_t i = 0; i < o->letter->n_to; i++)
		decide(o, i, OUTBOUND_DEFERRED, status, why);
	o->step = PARTED;
}

bool
outbound_over(const struct outbound *o)
{
	return o->step >= QUIT && !any_open(o);
}

bool
outbound_parted(const struct outbound *o)
{
	return o->step == PARTED;
}

const struct outbound_result *
outbound_result(const struct outbound *o, size_t recipient)
{
	assert(recipient < o->letter->n_to);
	return &o->results[recipient];
}

/* ---- what we say ---- */

static void
quit(struct outbound *o, struct buf *out)
{
	buf_addf(out, "QUIT\r\n");
	o->step = QUIT;
}

/* The conversation is of no use: everybody who is open shares the reply. */
static void
end_by(struct outbound *o, int code, const char *asked, struct buf *out)
{
	for (size_t i = 0; i < o->letter->n_to; i++)
		decide_by(o, i, code, fate_of(code), asked);
	quit(o, out);
}

static void
end_for(
    struct outbound *o, const char *status, const char *why, struct buf *out)
{
	for (size_t i = 0; i < o->letter->n_to; i++)
		decide(o, i, OUTBOUND_REFUSED, status, why);
	quit(o, out);
}

static void
say_mail(struct outbound *o, struct buf *out)
{
	const struct outbound_letter *l = o->letter;

	buf_addf(out, "MAIL FROM:<%s>", l->from);
	if (o->offered & EXT_SIZE)
		buf_addf(out, " SIZE=%zu", l->message.len);
	if ((o->offered & EXT_8BITMIME) && (l->eightbit || o->needs_8bit) &&
	    !l->no_body)
		buf_addf(out, " BODY=8BITMIME");
	if ((o->offered & EXT_SMTPUTF8) && (l->smtputf8 || o->needs_utf8) &&
	    !l->no_smtputf8)
		buf_addf(out, " SMTPUTF8");
	if ((o->offered & EXT_DSN) && (l->ret_hdrs || l->ret_full))
		buf_addf(out, " RET=%s", l->ret_hdrs ? "HDRS" : "FULL");
	if ((o->offered & EXT_DSN) && l->envid[0] != '\0')
		buf_addf(out, " ENVID=%s", l->envid);
	buf_addf(out, "\r\n");
	o->step = MAIL;
}

static void
say_notify(unsigned notify, struct buf *out)
{
	static const struct {
		unsigned bit;
		const char *word;
	} words[] = { { NOTIFY_NEVER, "NEVER" }, { NOTIFY_SUCCESS, "SUCCESS" },
		{ NOTIFY_FAILURE, "FAILURE" }, { NOTIFY_DELAY, "DELAY" } };
	const char *before = " NOTIFY=";

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (notify & words[i].bit) {
			buf_addf(out, "%s%s", before, words[i].word);
			before = ",";
		}
}

static void
say_rcpt(struct outbound *o, struct buf *out)
{
	const struct outbound_recipient *r = &o->letter->to[o->at];

	buf_addf(out, "RCPT TO:<%s>", r->address);
	if (o->offered & EXT_DSN) {
		say_notify(r->notify, out);
		if (r->orcpt[0] != '\0')
			buf_addf(out, " ORCPT=%s", r->orcpt);
	}
	buf_addf(out, "\r\n");
	o->step = RCPT;
}

/* RFC 5321 4.5.2: a dot before a dot that begins a line. */
static void
say_content(struct outbound *o, struct buf *out)
{
	struct span rest = o->letter->message;
	bool ended = false;

	while (rest.len > 0) {
		const char *lf = memchr(rest.ptr, '\n', rest.len);
		const struct span line = span_take(
		    rest, lf == NULL ? rest.len : (size_t)(lf - rest.ptr) + 1);

		if (line.ptr[0] == '.' && !o->letter->unstuffed)
			buf_add(out, SPAN("."));
		buf_add(out, line);
		ended = line.len >= 2 &&
			memcmp(line.ptr + line.len - 2, "\r\n", 2) == 0;
		rest = span_skip(rest, line.len);
	}
	if (!ended)
		buf_add(out, SPAN("\r\n"));
	buf_add(out, SPAN(".\r\n"));
	o->step = CONTENT;
}

/* Opens the next transaction, if there is one. */
static void
next_transaction(struct outbound *o, struct buf *out)
{
	const struct outbound_letter *l = o->letter;

	if (o->end == l->n_to && l->twice && !o->again) {
		o->again = true;
		o->end = 0;
	}
	if (o->end == l->n_to) {
		quit(o, out);
		return;
	}
	o->first = o->at = o->end;
	o->end = l->one_each ? o->first + 1 : l->n_to;
	o->accepted = 0;
	say_mail(o, out);
}

/* ---- what we hear ---- */

static void
hear_greeting(struct outbound *o, int code, struct buf *out)
{
	if (code != 220) {
		end_by(o, code, "our connection", out);
		return;
	}
	buf_addf(out, "EHLO %s\r\n", o->letter->host);
	o->step = EHLO;
}

/*
 * RFC 6152 3: to a peer without 8BITMIME octets above 127 must not be sent,
 * and we convert nothing.  RFC 6531 3.2: likewise for SMTPUTF8.
 */
static void
begin(struct outbound *o, struct buf *out)
{
	if (o->needs_utf8 && !(o->offered & EXT_SMTPUTF8))
		end_for(
		    o, "5.6.7", "the next hop does not offer SMTPUTF8", out);
	else if (o->needs_8bit && !(o->offered & EXT_8BITMIME))
		end_for(
		    o, "5.6.3", "the next hop does not offer 8BITMIME", out);
	else
		next_transaction(o, out);
}

/* RFC 5321 3.2: a peer that does not know EHLO is greeted with HELO. */
static void
hear_ehlo(struct outbound *o, int code, struct buf *out)
{
	if (code == 250)
		begin(o, out);
	else if (code >= 500) {
		o->offered = 0;
		buf_addf(out, "HELO %s\r\n", o->letter->host);
		o->step = HELO;
	} else
		end_by(o, code, "EHLO", out);
}

static void
hear_helo(struct outbound *o, int code, struct buf *out)
{
	if (code == 250)
		begin(o, out);
	else
		end_by(o, code, "HELO", out);
}

/* This transaction is over; its open recipients share the reply. */
static void
transaction_by(struct outbound *o, int code, enum outbound_fate fate,
    const char *asked, struct buf *out)
{
	for (size_t i = o->first; i < o->end; i++)
		decide_by(o, i, code, fate, asked);
	next_transaction(o, out);
}

static void
hear_mail(struct outbound *o, int code, struct buf *out)
{
	if (code / 100 == 2)
		say_rcpt(o, out);
	else
		transaction_by(o, code, fate_of(code), "MAIL", out);
}

/*
 * RFC 5321 4.5.3.1.10: a 552 to one recipient too many means 452.  Nobody
 * is left to send to: the transaction is given up with RSET.
 */
static void
hear_rcpt(struct outbound *o, int code, struct buf *out)
{
	const bool too_many = code == 552 && o->accepted > 0;

	if (code / 100 == 2)
		o->accepted++;
	else
		decide_by(o, o->at, code,
		    too_many ? OUTBOUND_DEFERRED : fate_of(code), "RCPT");
	if (++o->at < o->end)
		say_rcpt(o, out);
	else if (o->accepted > 0) {
		buf_addf(out, "DATA\r\n");
		o->step = DATA;
	} else if (o->end < o->letter->n_to) {
		buf_addf(out, "RSET\r\n");
		o->step = RSET;
	} else
		next_transaction(o, out);
}

static void
hear_data(struct outbound *o, int code, struct buf *out)
{
	if (code == 354)
		say_content(o, out);
	else
		transaction_by(o, code, fate_of(code), "DATA", out);
}

static void
hear_content(struct outbound *o, int code, struct buf *out)
{
	const enum outbound_fate taken =
	    o->offered & EXT_DSN ? OUTBOUND_HANDED : OUTBOUND_RELAYED;

	transaction_by(
	    o, code, code / 100 == 2 ? taken : fate_of(code), "DATA", out);
}

static void
hear_rset(struct outbound *o, int code, struct buf *out)
{
	(void)code;
	next_transaction(o, out);
}

static void
hear_quit(struct outbound *o, int code, struct buf *out)
{
	(void)code;
	(void)out;
	o->step = PARTED;
}

static void (*const hear[])(struct outbound *, int code, struct buf *out) = {
	[GREETING] = hear_greeting,
	[EHLO] = hear_ehlo,
	[HELO] = hear_helo,
	[MAIL] = hear_mail,
	[RCPT] = hear_rcpt,
	[DATA] = hear_data,
	[CONTENT] = hear_content,
	[RSET] = hear_rset,
	[QUIT] = hear_quit,
};

static void
learn_extension(struct outbound *o, struct span text)
{
	const struct span keyword = span_cut(&text, ' ');

	for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++)
		if (span_caseeq(keyword, extensions[i].keyword))
			o->offered |= extensions[i].ext;
}

/* Keeps the text for reports: printable, one line, as much as there is room. */
static void
keep_text(struct outbound *o, struct span text)
{
	if (o->reply.len > 0)
		buf_add(&o->reply, SPAN(" "));
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.ptr[i];

		buf_add(&o->reply, c < ' ' || c >= 0x7f
				       ? SPAN("?")
				       : span_take(span_skip(text, i), 1));
	}
}

/* RFC 5321 4.2: three digits, then "-" and more to come, or the end. */
static bool
line_code(struct span line, int *code, bool *last)
{
	if (line.len < 3 || line.ptr[0] < '2' || line.ptr[0] > '5' ||
	    !isdigit((unsigned char)line.ptr[1]) ||
	    !isdigit((unsigned char)line.ptr[2]))
		return false;
	if (line.len > 3 && line.ptr[3] != ' ' && line.ptr[3] != '-')
		return false;
	*code = (line.ptr[0] - '0') * 100 + (line.ptr[1] - '0') * 10 +
		(line.ptr[2] - '0');
	*last = line.len == 3 || line.ptr[3] == ' ';
	return true;
}

static void
hear_line(struct outbound *o, struct span line, struct buf *out)
{
	const bool first = o->heard == 0;
	bool last;
	int code;

	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	o->heard += line.len + 2;
	if (!line_code(line, &code, &last) || o->heard > REPLY_MOST) {
		outbound_broke(o, "4.5.0", "the next hop does not speak SMTP");
		return;
	}
	line = span_skip(line, line.len > 3 ? 4 : 3);
	keep_text(o, line);
	if (o->step == EHLO && !first)
		learn_extension(o, line);
	if (!last)
		return;
	o->heard = 0;
	if (code == 421 && o->step < QUIT)
		end_by(o, code, "us", out);
	else
		hear[o->step](o, code, out);
	buf_clear(&o->reply);
}

void
outbound_feed(struct outbound *o, struct span in, struct buf *out)
{
	while (in.len > 0 && o->step != PARTED) {
		const size_t lf = span_find(in, SPAN("\n"));
		const bool whole = lf < in.len;

		buf_add(&o->line, span_take(in, lf));
		in = span_skip(in, whole ? lf + 1 : lf);
		if (o->line.full)
			outbound_broke(
			    o, "4.5.0", "the next hop sent an endless line");
		else if (whole) {
			hear_line(o, buf_span(&o->line), out);
			buf_clear(&o->line);
		}
	}
}
