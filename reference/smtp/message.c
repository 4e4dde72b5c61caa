/* SPDX-License-Identifier: MIT */
/* DATA (RFC 5321 4.1.1.4), BDAT (RFC 3030), and what becomes of a message. */
#include <stdio.h>

#include "reference/smtp/inner.h"
#include "reference/smtp/trace.h"

unsigned
smtp_body_faults(enum fault fault)
{
	/* clang-format off */
	static const struct {
		enum fault	fault;
		unsigned	lax;
	} rows[] = {
		{ FAULT_ENDS_AT_LF_DOT_LF,   SMTP_LAX_END(SMTP_LF, SMTP_LF) },
		{ FAULT_ENDS_AT_LF_DOT_CRLF, SMTP_LAX_END(SMTP_LF, SMTP_CRLF) },
		{ FAULT_ENDS_AT_CRLF_DOT_LF, SMTP_LAX_END(SMTP_CRLF, SMTP_LF) },
		{ FAULT_ENDS_AT_CR_DOT_CR,   SMTP_LAX_END(SMTP_CR, SMTP_CR) },
		{ FAULT_ENDS_AT_CR_DOT_CRLF, SMTP_LAX_END(SMTP_CR, SMTP_CRLF) },
		{ FAULT_ENDS_AT_CRLF_DOT_CR, SMTP_LAX_END(SMTP_CRLF, SMTP_CR) },
		{ FAULT_ENDS_AT_NUL,	     SMTP_LAX_NUL },
		{ FAULT_ENDS_AT_DOT_DOT,     SMTP_LAX_TWO_DOTS },
		{ FAULT_DOTS_KEPT,	     SMTP_LAX_KEEP_DOTS },
		{ FAULT_DOTS_EATEN,	     SMTP_LAX_EAT_DOTS },
		{ FAULT_DOTS_UNSTUFFED_ONCE, SMTP_LAX_ONE_DOT },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].fault == fault)
			return rows[i].lax;
	return 0;
}

/* ---- what speaks against it ---- */

/* clang-format off */
static const struct {
	unsigned	 flaw;
	enum smtp_reply	 reply;
	const char	*why;
} flaws[] = {
	{ SMTP_FLAW_BIG,   SMTP_TOO_BIG,       NULL },
	{ SMTP_FLAW_STRAY, SMTP_STRAY_CONTENT, NULL },
	{ SMTP_FLAW_NUL,   SMTP_BAD_CONTENT,   "NUL in it" },
	{ SMTP_FLAW_LONG,  SMTP_BAD_CONTENT,   "line too long" },
};

/* Faults that refuse a message for what is in it: all of the words. */
static const struct {
	enum fault	 fault;
	unsigned	 roles;
	const char	*words[2];
} dislikes[] = {
	{ FAULT_CONTENT_UTF8_REFUSED,	 ANYONE,
	  { "charset=UTF-8", "Content-Transfer-Encoding: 8bit" } },
	{ FAULT_CONTENT_UTF8_REFUSED,	 ANYONE,
	  { "charset=\"UTF-8\"", "Content-Transfer-Encoding: 8bit" } },
	{ FAULT_CONTENT_GB18030_REFUSED, ANYONE, { "charset=GB18030", "" } },
	{ FAULT_CONTENT_GB18030_REFUSED, ANYONE,
	  { "charset=\"GB18030\"", "" } },
	{ FAULT_CONTENT_RFC2047_REFUSED, ANYONE, { "Subject: =?", "" } },
	{ FAULT_CONTENT_RFC2231_REFUSED, ANYONE, { "filename*0*=", "" } },
	{ FAULT_CONTENT_NESTED_REFUSED,	 ANYONE,
	  { "multipart/mixed", "\r\n\r\n--" } },
	{ FAULT_CONTENT_RFC822_REFUSED,	 ANYONE, { "message/rfc822", "" } },
	{ FAULT_SUBMIT_ATTACHMENT_REFUSED, SUBMISSION,
	  { "Content-Disposition: attachment", "" } },
};
/* clang-format on */

static bool
is_nested(const char *text)
{
	const char *outer = strcasestr(text, "Content-Type: multipart/mixed");

	return outer != NULL &&
	       strcasestr(outer + 1, "Content-Type: multipart/") != NULL;
}

static bool
is_disliked(const struct smtp_session *s)
{
	const char *text = buf_text(&s->body.text);

	for (size_t i = 0; i < COUNT(dislikes); i++)
		if (faulty(s, dislikes[i].fault) &&
		    (dislikes[i].roles & s->role) != 0 &&
		    strcasestr(text, dislikes[i].words[0]) != NULL &&
		    strcasestr(text, dislikes[i].words[1]) != NULL)
			return !faulty(s, FAULT_CONTENT_NESTED_REFUSED) ||
			       is_nested(text);
	return false;
}

static bool
has_utf8_header(struct span message)
{
	const size_t end = span_find(message, SPAN("\r\n\r\n"));

	for (size_t i = 0; i < end; i++)
		if ((unsigned char)message.ptr[i] >= 0x80)
			return true;
	return false;
}

/* The limits that a fault sets lower; true when they are passed. */
static bool
over_false_limit(const struct smtp_session *s)
{
	return (faulty(s, FAULT_TEXT_LIMIT_500) && s->body.longest > 500) ||
	       (faulty(s, FAULT_TEXT_LIMIT_998) && s->body.longest > 998) ||
	       (faulty(s, FAULT_SMTPUTF8_HEADERS_REFUSED) && s->mail.smtputf8 &&
		   has_utf8_header(buf_span(&s->body.text)));
}

static bool
loops(const struct smtp_session *s)
{
	const int hops = smtp_count_hops(buf_span(&s->body.text));

	if (faulty(s, FAULT_HOPS_LIMIT_10) && hops > 10)
		return true;
	return hops > s->site->hops_most && !faulty(s, FAULT_RELAY_LOOPS);
}

/* Nobody of those it is for has room for what really came. */
static bool
nobody_has_room(const struct smtp_session *s)
{
	if (faulty(s, FAULT_IMAP_QUOTA_DELIVERED))
		return false;
	for (size_t i = 0; i < s->n_to; i++)
		if (store_route(s->site->store, span_of(s->to[i].address),
			(int64_t)s->body.text.len)
			.kind != ROUTE_FULL)
			return false;
	return s->n_to > 0;
}

/* Says what speaks against the message, if anything does. */
static bool
refuse(struct smtp_session *s)
{
	if (faulty(s, FAULT_BDAT_SIZE_NOT_ENFORCED) && s->state != BDAT_OPEN &&
	    (int64_t)s->body.text.len > s->site->size_most) {
		smtp_reply(s, SMTP_TOO_BIG);
		return true;
	}
	for (size_t i = 0; i < COUNT(flaws); i++)
		if ((s->body.flaws & flaws[i].flaw) != 0) {
			smtp_reply_with(s, flaws[i].reply, flaws[i].why);
			if (flaws[i].flaw == SMTP_FLAW_STRAY &&
			    varies(s, VARIANT_BARE_LF_REFUSED))
				smtp_hang_up(s);
			return true;
		}
	if (faulty(s, FAULT_CONTENT_LIMIT_32K) && s->body.text.len > 32768)
		smtp_reply(s, SMTP_TOO_BIG);
	else if (is_disliked(s) || over_false_limit(s))
		smtp_reply_with(s, SMTP_BAD_CONTENT, "not to our taste");
	else if (loops(s))
		smtp_reply(s, SMTP_LOOP);
	else if (nobody_has_room(s))
		smtp_reply(s, SMTP_MAILBOX_FULL_NOW);
	else
		return false;
	return true;
}

/* ---- taking responsibility ---- */

/* RFC 6409 8.1 to 8.3: a submission server may complete a header. */
static void
complete_header(struct smtp_session *s, struct span message, struct buf *out)
{
	char date[CLOCK_TEXT + 8];
	unsigned char random[8];

	if (!smtp_has_field(message, SPAN("Date"))) {
		wall_mail_date(s->now, date);
		buf_addf(out, "Date: %s\r\n", date);
	}
	if (smtp_has_field(message, SPAN("Message-ID")))
		return;
	sasl_random(random, sizeof random);
	buf_addf(out, "Message-ID: <%lld.", (long long)s->now.us);
	for (size_t i = 0; i < sizeof random; i++)
		buf_addf(out, "%02x", random[i]);
	buf_addf(out, "@%s>\r\n", s->site->host);
}

/* FAULT_RECEIVED_FOR_EVERYBODY: "<a>,<b>" without its ends. */
static void
list_recipients(const struct smtp_session *s, char *all, size_t room)
{
	size_t n = 0;

	all[0] = '\0';
	for (size_t i = 0; i < s->n_to && n < room; i++)
		n += (size_t)snprintf(all + n, room - n, "%s%s",
		    i == 0 ? "" : ">,<", s->to[i].address);
}

/* FAULT_RECEIVED_BEHIND_HEADER */
static void
add_trace_late(const struct buf *trace, struct span message, struct buf *out)
{
	const size_t end = span_find(message, SPAN("\r\n\r\n"));

	if (end == message.len) {
		buf_add(out, message);
		return;
	}
	buf_add(out, span_take(message, end + 2));
	buf_add(out, buf_span(trace));
	buf_add(out, span_skip(message, end + 2));
}

/* FAULT_RECEIVED_OTHERS_REMOVED */
static void
add_without_trace(struct span message, struct buf *out)
{
	bool kept = true;

	while (message.len > 0 && !span_starts(message, SPAN("\r\n"))) {
		const size_t n = span_find(message, SPAN("\r\n"));
		const struct span line =
		    span_take(message, n < message.len ? n + 2 : n);

		if (line.ptr[0] != ' ' && line.ptr[0] != '\t')
			kept = !span_casestarts(line, SPAN("Received:"));
		if (kept)
			buf_add(out, line);
		message = span_skip(message, line.len);
	}
	buf_add(out, message);
}

static void
write_message(struct smtp_session *s, struct buf *out)
{
	const struct span message = buf_span(&s->body.text);
	const bool plain = faulty(s, FAULT_RECEIVED_WITHOUT_WITH);
	const bool late =
	    faulty(s, FAULT_RECEIVED_BEHIND_HEADER) && smtp_has_header(message);
	char all[2048];
	struct buf trace;

	buf_init(&trace, 8192);
	list_recipients(s, all, sizeof all);
	if (!faulty(s, FAULT_RELAY_WITHOUT_RECEIVED))
		smtp_write_received(&trace,
		    &(struct smtp_trace){
			.helo = faulty(s, FAULT_RECEIVED_NAMES_OLD_HELLO)
				    ? s->first_helo
				    : s->helo,
			.peer = s->peer,
			.host = s->site->host,
			.extended = s->extended && !plain,
			.tls = s->tls,
			.authenticated = s->authenticated,
			.smtputf8 = s->mail.smtputf8,
			.recipient = faulty(s, FAULT_RECEIVED_FOR_EVERYBODY)
					 ? all
				     : s->n_to == 1 ? s->to[0].address
						    : NULL,
			.zoneless = faulty(s, FAULT_RECEIVED_WITHOUT_ZONE),
			.folded = varies(s, VARIANT_RECEIVED_FOLDED),
			.when = s->now,
		    });
	if (!late)
		buf_add(out, buf_span(&trace));
	if (is_submit(s))
		complete_header(s, message, out);
	/* Text that begins at once is a body, and stays one. */
	if (message.len > 0 && !span_starts(message, SPAN("\r\n")) &&
	    !smtp_has_header(message))
		buf_add(out, SPAN("\r\n"));
	if (late)
		add_trace_late(&trace, message, out);
	else if (faulty(s, FAULT_RECEIVED_OTHERS_REMOVED))
		add_without_trace(message, out);
	else
		buf_add(out, message);
	buf_free(&trace);
}

/* 250 only when the store has said yes: RFC 5321 4.2.5, 6.1. */
static void
store_mail(struct smtp_session *s)
{
	char id[STORE_ID] = "";
	struct buf whole;
	struct err err = { 0 };
	bool stored;

	s->mail.to = s->to;
	s->mail.n_to = s->n_to;
	s->mail.eightbit |= s->body.beyond_ascii;
	buf_init(&whole, s->body.text.len + 4096);
	write_message(s, &whole);
	stored = store_accept(
	    s->site->store, &s->mail, buf_span(&whole), s->now, id, &err);
	buf_free(&whole);
	if (!is_submit(s) || !faulty(s, FAULT_AUDIT_NO_SUBMIT))
		smtp_note(s,
		    faulty(s, FAULT_AUDIT_SUBMIT_NAMES_NOBODY) ? SPAN("")
							       : smtp_who(s),
		    is_submit(s) ? "submit" : "receive", stored,
		    "queue=%s from=<%s> recipients=%zu%s%s", id, s->mail.from,
		    s->n_to, stored ? "" : " error=", stored ? "" : err.what);
	s->accepted |= stored;
	if (stored)
		smtp_reply_with(s, SMTP_QUEUED, id);
	else
		smtp_reply(s, SMTP_NOT_STORED);
}

static void
end_mail(struct smtp_session *s)
{
	s->leftover = false;
	if (varies(s, VARIANT_DATA_THEN_554) && s->n_to == 0)
		smtp_reply(s, SMTP_NO_VALID_RCPT);
	else if (refuse(s))
		s->leftover = faulty(s, FAULT_REFUSED_CONTENT_KEEPS_RECIPIENTS);
	else if (s->n_to == 0) /* a fault let it come this far */
		smtp_reply_with(s, SMTP_QUEUED, "nothing");
	else
		store_mail(s);
	if (faulty(s, FAULT_DATA_KEEPS_TRANSACTION)) {
		smtp_body_clear(&s->body);
		s->state = RCPT_OPEN;
		return;
	}
	smtp_forget_mail(s);
}

/* ---- DATA ---- */

void
smtp_run_data(struct smtp_session *s, struct span args)
{
	(void)args;
	s->input = IN_DATA;
	if (faulty(s, FAULT_DATA_BEGINS_MID_LINE))
		s->body.state = SMTP_BODY_TEXT;
	smtp_reply(s, SMTP_GO_AHEAD);
}

void
smtp_take_data(struct smtp_session *s, struct span *in)
{
	if (!smtp_body_data(&s->body, in))
		return;
	s->input = IN_COMMANDS;
	s->dot_in = s->feeds;
	s->drop_rest |= faulty(s, FAULT_DOT_DROPS_INPUT);
	end_mail(s);
}

/* ---- BDAT ---- */

/* Faults that change what came in chunks. */
static void
bend_chunks(struct smtp_session *s)
{
	struct buf *text = &s->body.text;
	size_t n = 0;

	if (faulty(s, FAULT_BDAT_LOSES_LAST_LINE))
		while (text->len > 0 && text->data[text->len - 1] != '\n')
			text->len--;
	if (!faulty(s, FAULT_BDAT_UNSTUFFS))
		return;
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] != '.' || i == 0 || text->data[i - 1] != '\n')
			text->data[n++] = text->data[i];
	text->len = n;
}

static void
end_chunk(struct smtp_session *s)
{
	char size[24];

	s->input = IN_COMMANDS;
	if (s->chunk_reply != SMTP_CHUNK_OK) {
		smtp_reply(s, s->chunk_reply);
		return;
	}
	if ((s->body.flaws & SMTP_FLAW_BIG) != 0) {
		/* Chunks still under way are read and answered 503. */
		smtp_reply(s, SMTP_TOO_BIG);
		smtp_forget_mail(s);
		return;
	}
	if (!s->chunk_last) {
		if (faulty(s, FAULT_BDAT_BREAKS_LINES))
			smtp_body_chunk(&s->body, SPAN("\r\n"));
		(void)snprintf(size, sizeof size, "%zu", s->chunk_size);
		smtp_reply_with(s, SMTP_CHUNK_OK, size);
		return;
	}
	smtp_body_end(&s->body);
	bend_chunks(s);
	end_mail(s);
}

static bool
may_begin_chunk(const struct smtp_session *s)
{
	if ((s->state & (RCPT_OPEN | BDAT_OPEN)) != 0)
		return !(
		    faulty(s, FAULT_BDAT_ONE_CHUNK) && s->state == BDAT_OPEN);
	if (s->state != READY)
		return false;
	return faulty(s, FAULT_BDAT_BEFORE_RCPT) ||
	       (faulty(s, FAULT_BDAT_SURVIVES_RSET) && s->chunks_reset);
}

static enum smtp_reply
chunk_verdict(const struct smtp_session *s)
{
	if (is_submit(s) && !s->authenticated)
		return SMTP_WANTS_AUTH;
	if (!may_begin_chunk(s))
		return SMTP_BAD_ORDER;
	if (faulty(s, FAULT_BDAT_REFUSED) && s->chunk_last && s->chunk_left > 0)
		return SMTP_NOT_IMPLEMENTED;
	if (faulty(s, FAULT_BDAT_ZERO_REFUSED) && s->chunk_last &&
	    s->chunk_left == 0)
		return SMTP_BAD_ARGS;
	return SMTP_CHUNK_OK;
}

/*
 * RFC 3030 2: the octets come whatever we think of them, so they are counted
 * first and the reply is decided before they arrive.
 */
void
smtp_run_bdat(struct smtp_session *s, struct span args)
{
	const struct span size = span_cut(&args, ' ');

	if (!smtp_parse_number(size, &s->chunk_left) ||
	    (args.len > 0 && !span_caseeq(args, SPAN("LAST")))) {
		smtp_reply(s, SMTP_BAD_ARGS);
		return;
	}
	s->chunk_size = (size_t)s->chunk_left;
	s->chunk_last = args.len > 0;
	s->chunk_reply = chunk_verdict(s);
	if (s->chunk_reply == SMTP_CHUNK_OK)
		s->state = BDAT_OPEN;
	s->input = IN_CHUNK;
	if (s->chunk_left == 0)
		end_chunk(s);
}

/* FAULT_BDAT_ENDS_AT_DOT: what follows the dot is commands again. */
static void
take_chunk_like_data(struct smtp_session *s, struct span *in)
{
	const size_t before = in->len;
	const bool end = smtp_body_data(&s->body, in);

	s->chunk_left -= (int64_t)(before - in->len);
	if (!end && s->chunk_left > 0)
		return;
	s->chunk_last |= end;
	end_chunk(s);
}

void
smtp_take_chunk(struct smtp_session *s, struct span *in)
{
	struct span part = span_take(*in,
	    s->chunk_left < (int64_t)in->len ? (size_t)s->chunk_left : in->len);

	if (faulty(s, FAULT_BDAT_ENDS_AT_DOT) &&
	    s->chunk_reply == SMTP_CHUNK_OK) {
		const size_t whole = part.len;

		take_chunk_like_data(s, &part);
		*in = span_skip(*in, whole - part.len);
		return;
	}
	if (s->chunk_reply == SMTP_CHUNK_OK)
		smtp_body_chunk(&s->body, part);
	*in = span_skip(*in, part.len);
	s->chunk_left -= (int64_t)part.len;
	if (s->chunk_left == 0)
		end_chunk(s);
}
