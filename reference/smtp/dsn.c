/* SPDX-License-Identifier: MIT */
#include "reference/smtp/dsn.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DATE (CLOCK_TEXT + 8)

static const struct {
	const char *action, *subject, *sentence;
} words[] = {
	[DSN_FAILED] = { "failed", "Failure",
	    "Your message could not be delivered to" },
	[DSN_DELIVERED] = { "delivered", "Success",
	    "Your message was delivered to" },
	[DSN_RELAYED] = { "relayed", "Relayed",
	    "Your message was handed to a system that sends no notifications, "
	    "for" },
};

static bool
is_ascii(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80)
			return false;
	return true;
}

void
dsn_postmaster(const char *host, char address[320])
{
	const char *dot = strchr(host, '.');
	const bool deep = dot != NULL && strchr(dot + 1, '.') != NULL;

	snprintf(address, 320, "postmaster@%s", deep ? dot + 1 : host);
}

/* ---- addresses in ASCII ---- */

/* One character of UTF-8 off the front; 0xfffd when it is none. */
static uint32_t
utf8_cut(struct span *s)
{
	const unsigned char lead = (unsigned char)s->ptr[0];
	const size_t len = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
	uint32_t c = lead & (0x7fu >> len);
	size_t n = 1;

	while (n < len && n < s->len && ((unsigned char)s->ptr[n] >> 6) == 2)
		c = c << 6 | ((unsigned char)s->ptr[n++] & 0x3f);
	*s = span_skip(*s, n);
	return lead < 0xc2 || lead > 0xf4 || n < len ? 0xfffd : c;
}

/* RFC 6533 3, utf-8-addr-xtext: \x{5C0F} for what is not QCHAR. */
static void
add_utf8_address(struct buf *out, struct span s)
{
	while (s.len > 0) {
		const unsigned char c = (unsigned char)s.ptr[0];

		if (c >= 0x80)
			buf_addf(out, "\\x{%X}", (unsigned)utf8_cut(&s));
		else {
			if (c <= ' ' || c == 0x7f || strchr("+=\\", c) != NULL)
				buf_addf(out, "\\x{%02X}", c);
			else
				buf_add(out, span_take(s, 1));
			s = span_skip(s, 1);
		}
	}
}

static void
add_address(struct buf *out, struct span address)
{
	if (is_ascii(address)) {
		buf_add(out, SPAN("rfc822;"));
		buf_add(out, address);
	} else {
		buf_add(out, SPAN("utf-8;"));
		add_utf8_address(out, address);
	}
}

static int
hex(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

/*
 * RFC 3461 4: "+2B" stands for "+".  What would not be printable ASCII when
 * decoded stays as it is: nobody writes header fields into our reports.
 */
static void
add_xtext(struct buf *out, struct span s)
{
	while (s.len > 0) {
		int c = -1;

		if (s.len >= 3 && s.ptr[0] == '+' && hex(s.ptr[1]) >= 0 &&
		    hex(s.ptr[2]) >= 0)
			c = hex(s.ptr[1]) << 4 | hex(s.ptr[2]);
		if (c >= ' ' && c < 0x7f) {
			buf_addf(out, "%c", c);
			s = span_skip(s, 3);
		} else if ((unsigned char)s.ptr[0] >= 0x80)
			buf_addf(out, "\\x{%X}", (unsigned)utf8_cut(&s));
		else {
			buf_addf(out, "%c",
			    isprint((unsigned char)s.ptr[0]) ? s.ptr[0] : '?');
			s = span_skip(s, 1);
		}
	}
}

/* "rfc822;" and xtext, or "utf-8;" and what RFC 6533 says. */
static void
add_orcpt(struct buf *out, struct span orcpt)
{
	const struct span type = span_cut(&orcpt, ';');

	add_xtext(out, type);
	buf_add(out, SPAN(";"));
	add_xtext(out, orcpt);
}

/* ---- the three parts ---- */

static void
write_header(const struct dsn *d, struct buf *out)
{
	char date[DATE], postmaster[320];

	wall_mail_date(d->now, date);
	dsn_postmaster(d->host, postmaster);
	buf_addf(out,
	    "Date: %s\r\n"
	    "From: Mail Delivery System <%s>\r\n"
	    "To: <%s>\r\n"
	    "Message-ID: <%s.dsn@%s>\r\n"
	    "Subject: Delivery Status Notification (%s)\r\n"
	    "Auto-Submitted: auto-replied\r\n"
	    "MIME-Version: 1.0\r\n",
	    date, postmaster, d->to, d->id, d->host, words[d->action].subject);
}

static void
write_words(const struct dsn *d, struct buf *out)
{
	struct span recipient = span_of(d->recipient);

	buf_addf(out, "%s\r\n\r\n    ", words[d->action].sentence);
	if (is_ascii(recipient))
		buf_add(out, recipient);
	else
		add_utf8_address(out, recipient);
	buf_addf(out, "\r\n");
	if (d->why[0] != '\0') {
		buf_addf(out, "\r\nReason: ");
		add_xtext(out, span_of(d->why));
		buf_addf(out, "\r\n");
	}
	if (d->diagnostic[0] != '\0')
		buf_addf(out, "It said: %s\r\n", d->diagnostic);
}

/* RFC 3464 2.2: fields about the message. */
static void
write_message_fields(const struct dsn *d, struct buf *out)
{
	char date[DATE];

	if (d->envid[0] != '\0' && d->fault != FAULT_BOUNCE_WITHOUT_ENVID) {
		buf_addf(out, "Original-Envelope-Id: ");
		if (d->fault == FAULT_BOUNCE_ENVID_IN_XTEXT)
			buf_add(out, span_of(d->envid));
		else
			add_xtext(out, span_of(d->envid));
		buf_addf(out, "\r\n");
	}
	if (d->fault != FAULT_BOUNCE_WITHOUT_MTA)
		buf_addf(out, "Reporting-MTA: %s%s\r\n",
		    d->fault == FAULT_BOUNCE_MTA_WITHOUT_TYPE ? "" : "dns; ",
		    d->host);
	wall_mail_date(d->arrived, date);
	buf_addf(out, "Arrival-Date: %s\r\n%s", date,
	    d->fault == FAULT_BOUNCE_FIELDS_RUN_TOGETHER ? "" : "\r\n");
}

/* RFC 3464 2.3: fields about the recipient. */
static void
write_recipient_fields(const struct dsn *d, struct buf *out)
{
	const bool failed = d->action == DSN_FAILED;
	char date[DATE];

	if (d->orcpt[0] != '\0' && d->fault != FAULT_BOUNCE_WITHOUT_ORCPT) {
		buf_addf(out, "Original-Recipient: ");
		add_orcpt(out, span_of(d->orcpt));
		buf_addf(out, "\r\n");
	}
	if (!failed || d->fault != FAULT_BOUNCE_WITHOUT_RECIPIENT) {
		buf_addf(out, "Final-Recipient: ");
		if (d->fault == FAULT_BOUNCE_RECIPIENT_WITHOUT_TYPE)
			buf_addf(out, "%s", d->recipient);
		else
			add_address(out, span_of(d->recipient));
		buf_addf(out, "\r\n");
	}
	buf_addf(out, "Action: %s\r\n",
	    failed && d->fault == FAULT_BOUNCE_SAYS_DELIVERED ? "delivered"
	    : failed && d->fault == FAULT_BOUNCE_ACTION_OF_ITS_OWN
		? "failure"
		: words[d->action].action);
	buf_addf(out, "Status: %s\r\n",
	    failed && d->fault == FAULT_BOUNCE_STATUS_2 ? "2.0.0"
	    : d->fault == FAULT_BOUNCE_STATUS_IS_REPLY  ? "550"
							: d->status);
	if (d->remote[0] != '\0')
		buf_addf(out, "Remote-MTA: dns; %s\r\n", d->remote);
	if (d->diagnostic[0] != '\0')
		buf_addf(out, "Diagnostic-Code: smtp; %s\r\n", d->diagnostic);
	wall_mail_date(d->now, date);
	buf_addf(out, "Last-Attempt-Date: %s\r\n", date);
}

/* RFC 3462 2, RFC 6533 4: the type says whether the header is in ASCII. */
static void
write_returned(const struct dsn *d, bool full, struct buf *out)
{
	const size_t end = span_find(d->original, SPAN("\r\n\r\n"));
	const struct span header = span_take(d->original, end);
	const struct span returned =
	    full
		? d->original
		: span_take(d->original, end < d->original.len ? end + 2 : end);
	const bool ascii = is_ascii(header);

	if (full)
		buf_addf(out, "Content-Type: message/%s\r\n",
		    ascii ? "rfc822" : "global");
	else
		buf_addf(out, "Content-Type: %s\r\n",
		    ascii ? "text/rfc822-headers" : "message/global-headers");
	if (!is_ascii(returned))
		buf_addf(out, "Content-Transfer-Encoding: 8bit\r\n");
	buf_addf(out, "\r\n");
	buf_add(out, returned);
}

void
dsn_write(const struct dsn *d, struct buf *out)
{
	const bool full = d->full || d->fault == FAULT_BOUNCE_RETURNS_ALL;
	const bool silent = d->fault == FAULT_BOUNCE_WITHOUT_WORDS;

	write_header(d, out);
	if (d->fault == FAULT_BOUNCE_IS_TEXT && d->action == DSN_FAILED) {
		buf_addf(out, "Content-Type: text/plain; charset=us-ascii\r\n"
			      "\r\n");
		write_words(d, out);
		return;
	}
	buf_addf(out,
	    "Content-Type: multipart/report;%s\r\n"
	    "\tboundary=\"=_%s\"\r\n",
	    d->fault == FAULT_BOUNCE_WITHOUT_REPORT_TYPE
		? ""
		: " report-type=delivery-status;",
	    d->id);
	if (!silent) {
		buf_addf(out,
		    "\r\n--=_%s\r\n"
		    "Content-Type: text/plain; charset=us-ascii\r\n"
		    "\r\n",
		    d->id);
		write_words(d, out);
	}
	buf_addf(out,
	    "\r\n--=_%s\r\n"
	    "Content-Type: message/delivery-status\r\n"
	    "\r\n",
	    d->id);
	write_message_fields(d, out);
	write_recipient_fields(d, out);
	buf_addf(out, "\r\n--=_%s\r\n", d->id);
	write_returned(d, full, out);
	if (d->fault != FAULT_BOUNCE_NEVER_ENDS)
		buf_addf(out, "\r\n--=_%s--\r\n", d->id);
}
