/* SPDX-License-Identifier: MIT */
/* The parameters of MAIL and RCPT (RFC 5321 4.1.1.11). */
#include <stdio.h>

#include "reference/smtp/inner.h"

enum verdict_on_param { PARAM_OK, PARAM_BAD, PARAM_UNKNOWN, PARAM_TOO_BIG };

struct slot { /* what a parameter is written to */
	struct smtp_session *session;
	struct recipient *rcpt; /* NULL for MAIL */
};

/* RFC 1870 4, 6.1 */
static enum verdict_on_param
param_size(struct slot slot, struct span value)
{
	struct smtp_session *s = slot.session;

	if (!smtp_parse_number(value, &s->declared))
		return PARAM_BAD;
	if (s->declared == 0 && faulty(s, FAULT_SIZE_ZERO_REFUSED))
		return PARAM_BAD;
	if (s->declared == s->site->size_most &&
	    faulty(s, FAULT_SIZE_LIMIT_ITSELF_REFUSED))
		return PARAM_TOO_BIG;
	return s->declared > s->site->size_most ? PARAM_TOO_BIG : PARAM_OK;
}

/* RFC 6152 2; BINARYMIME (RFC 3030) is not offered. */
static enum verdict_on_param
param_body(struct slot slot, struct span value)
{
	if (span_caseeq(value, SPAN("8BITMIME"))) {
		slot.session->mail.eightbit = true;
		return PARAM_OK;
	}
	return span_caseeq(value, SPAN("7BIT")) ? PARAM_OK : PARAM_BAD;
}

/* RFC 6531 3.4 */
static enum verdict_on_param
param_smtputf8(struct slot slot, struct span value)
{
	if (value.ptr != NULL)
		return PARAM_BAD;
	slot.session->mail.smtputf8 = true;
	return PARAM_OK;
}

/* curl puts brackets around it, which RFC 4954 5 does not. */
static struct span
without_brackets(struct span s)
{
	if (s.len > 2 && s.ptr[0] == '<' && s.ptr[s.len - 1] == '>')
		return span_take(span_skip(s, 1), s.len - 2);
	return s;
}

/* RFC 4954 5: understood, and not trusted. */
static enum verdict_on_param
param_auth(struct slot slot, struct span value)
{
	struct buf mailbox;
	struct smtp_path path;
	bool good;

	if (!is_submit(slot.session))
		return PARAM_UNKNOWN;
	buf_init(&mailbox, SMTP_COMMAND_MOST);
	good = smtp_decode_xtext(value, &mailbox) &&
	       (span_eq(buf_span(&mailbox), SPAN("<>")) ||
		   smtp_parse_mailbox(
		       without_brackets(buf_span(&mailbox)), &path));
	buf_free(&mailbox);
	return good ? PARAM_OK : PARAM_BAD;
}

/* RFC 3461 4.3 */
static enum verdict_on_param
param_ret(struct slot slot, struct span value)
{
	struct envelope *mail = &slot.session->mail;

	mail->ret_hdrs = span_caseeq(value, SPAN("HDRS"));
	mail->ret_full = span_caseeq(value, SPAN("FULL"));
	return mail->ret_hdrs || mail->ret_full ? PARAM_OK : PARAM_BAD;
}

static bool
is_printable(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < ' ' || s.ptr[i] > '~')
			return false;
	return true;
}

/* RFC 3461 4.4: at most 100 characters, printable once decoded. */
static enum verdict_on_param
param_envid(struct slot slot, struct span value)
{
	struct envelope *mail = &slot.session->mail;
	struct buf plain;
	bool good;

	if (value.len == 0 || value.len > 100)
		return PARAM_BAD;
	buf_init(&plain, 128);
	good =
	    smtp_decode_xtext(value, &plain) && is_printable(buf_span(&plain));
	buf_free(&plain);
	(void)snprintf(
	    mail->envid, sizeof mail->envid, "%.*s", SPAN_FMT(value));
	return good ? PARAM_OK : PARAM_BAD;
}

/* RFC 3461 4.1: NEVER stands alone. */
static enum verdict_on_param
param_notify(struct slot slot, struct span value)
{
	static const struct {
		struct span word;
		unsigned bit;
	} words[] = {
		{ { "NEVER", 5 }, NOTIFY_NEVER },
		{ { "SUCCESS", 7 }, NOTIFY_SUCCESS },
		{ { "FAILURE", 7 }, NOTIFY_FAILURE },
		{ { "DELAY", 5 }, NOTIFY_DELAY },
	};
	unsigned set = 0;

	/* A comma in the last place leaves a word that is not there. */
	if (value.len == 0 || value.ptr[value.len - 1] == ',')
		return PARAM_BAD;
	while (value.len > 0) {
		const struct span word = span_cut(&value, ',');
		unsigned bit = 0;

		for (size_t i = 0; i < COUNT(words); i++)
			if (span_caseeq(word, words[i].word))
				bit = words[i].bit;
		if (bit == 0)
			return PARAM_BAD;
		set |= bit;
	}
	if ((set & NOTIFY_NEVER) != 0 && set != NOTIFY_NEVER)
		return PARAM_BAD;
	slot.rcpt->notify = set;
	return PARAM_OK;
}

/* RFC 3461 4.2: addr-type ";" xtext, at most 500 characters. */
static enum verdict_on_param
param_orcpt(struct slot slot, struct span value)
{
	struct span address = value;
	const struct span type = span_cut(&address, ';');
	struct buf plain;
	bool good;

	if (type.len == 0 || address.len == 0 || value.len > 500)
		return PARAM_BAD;
	buf_init(&plain, 512);
	/* RFC 6533 3: utf-8-addr-xtext may be UTF-8 as it is. */
	good = span_caseeq(type, SPAN("utf-8")) ||
	       smtp_decode_xtext(address, &plain);
	buf_free(&plain);
	(void)snprintf(
	    slot.rcpt->orcpt, sizeof slot.rcpt->orcpt, "%.*s", SPAN_FMT(value));
	return good ? PARAM_OK : PARAM_BAD;
}

/*
 * "excused_by": a bad value is taken all the same; "hated_by": a good one is
 * unknown, when it is "hated" or that is NULL.
 */
/* clang-format off */
static const struct param {
	struct span		keyword;
	bool			of_rcpt;
	const char		*offer;
	enum verdict_on_param	(*take)(struct slot, struct span value);
	enum fault		excused_by;
} params[] = {
	{ { "SIZE", 4 },     false, "SIZE", param_size,
	  FAULT_SIZE_NOT_A_NUMBER },
	{ { "BODY", 4 },     false, "8BITMIME", param_body,
	  FAULT_BODY_ANYTHING },
	{ { "SMTPUTF8", 8 }, false, "SMTPUTF8", param_smtputf8,
	  FAULT_SMTPUTF8_VALUE_IGNORED },
	{ { "AUTH", 4 },     false, "AUTH", param_auth, FAULT_NONE },
	{ { "RET", 3 },	     false, "DSN", param_ret, FAULT_DSN_RET_ANYTHING },
	{ { "ENVID", 5 },    false, "DSN", param_envid, FAULT_NONE },
	{ { "NOTIFY", 6 },   true,  "DSN", param_notify,
	  FAULT_DSN_NEVER_AND_MORE },
	{ { "ORCPT", 5 },    true,  "DSN", param_orcpt, FAULT_NONE },
};

static const struct {
	enum fault	 fault;
	const char	*keyword;
	const char	*value;	/* NULL: any */
} hated[] = {
	{ FAULT_SIZE_REFUSED,	       "SIZE",	 NULL },
	{ FAULT_BODY_8BITMIME_REFUSED, "BODY",	 "8BITMIME" },
	{ FAULT_BODY_7BIT_REFUSED,     "BODY",	 "7BIT" },
	{ FAULT_MAIL_AUTH_REFUSED,     "AUTH",	 "<>" },
	{ FAULT_DSN_RET_REFUSED,       "RET",	 "HDRS" },
	{ FAULT_DSN_ENVID_REFUSED,     "ENVID",	 NULL },
	{ FAULT_DSN_NOTIFY_REFUSED,    "NOTIFY", "SUCCESS,FAILURE,DELAY" },
	{ FAULT_DSN_ORCPT_REFUSED,     "ORCPT",	 NULL },
};
/* clang-format on */

static bool
is_hated(const struct smtp_session *s, struct smtp_param p)
{
	for (size_t i = 0; i < COUNT(hated); i++)
		if (faulty(s, hated[i].fault) &&
		    span_caseeq(p.keyword, span_of(hated[i].keyword)) &&
		    (hated[i].value == NULL ||
			span_caseeq(p.value, span_of(hated[i].value))))
			return true;
	return false;
}

static bool
has_small_letter(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] >= 'a' && s.ptr[i] <= 'z')
			return true;
	return false;
}

static size_t
param_find(const struct smtp_session *s, struct span keyword, bool of_rcpt)
{
	size_t i = 0;

	if (!of_rcpt && has_small_letter(keyword) &&
	    faulty(s, FAULT_PARAMETERS_CASE_SENSITIVE))
		return COUNT(params);
	while (
	    i < COUNT(params) && (params[i].of_rcpt != of_rcpt ||
				     !span_caseeq(params[i].keyword, keyword)))
		i++;
	/* A client that said HELO was offered none. */
	if (i < COUNT(params) &&
	    (!s->extended || !smtp_has_offer(s, params[i].offer)))
		return COUNT(params);
	return i;
}

static enum verdict_on_param
judge_param(struct slot slot, struct smtp_param p, size_t i)
{
	const struct smtp_session *s = slot.session;
	enum verdict_on_param verdict;

	if (i == COUNT(params))
		return faulty(s, slot.rcpt == NULL
				     ? FAULT_MAIL_PARAMETER_IGNORED
				     : FAULT_RCPT_PARAMETER_IGNORED)
			   ? PARAM_OK
			   : PARAM_UNKNOWN;
	verdict = params[i].take(slot, p.value);
	if (verdict == PARAM_OK && is_hated(s, p))
		return PARAM_UNKNOWN;
	if (verdict == PARAM_BAD && faulty(s, params[i].excused_by))
		return PARAM_OK;
	if (verdict == PARAM_TOO_BIG && faulty(s, FAULT_SIZE_IGNORED))
		return PARAM_OK;
	return verdict;
}

bool
smtp_accept_params(
    struct smtp_session *s, struct span in, struct recipient *rcpt)
{
	const struct slot slot = { s, rcpt };
	struct smtp_param param;
	unsigned seen = 0;
	bool bad = false;

	while (smtp_take_param(&in, &param, &bad)) {
		const size_t i = param_find(s, param.keyword, rcpt != NULL);
		enum verdict_on_param verdict = PARAM_BAD;

		if (i == COUNT(params) || (seen & 1U << i) == 0)
			verdict = judge_param(slot, param, i);
		if (verdict == PARAM_UNKNOWN)
			smtp_reply(s, SMTP_UNKNOWN_PARAM);
		else if (verdict == PARAM_BAD)
			smtp_reply_with(
			    s, SMTP_BAD_PARAM, params[i].keyword.ptr);
		else if (verdict == PARAM_TOO_BIG)
			smtp_reply(s, SMTP_TOO_BIG);
		if (verdict != PARAM_OK)
			return false;
		seen |= 1U << i;
	}
	if (bad)
		smtp_reply(s, SMTP_BAD_ARGS);
	return !bad;
}
