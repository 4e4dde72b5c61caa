/* SPDX-License-Identifier: MIT */
#include "reference/smtp/trace.h"

static const char *
protocol_name(const struct smtp_trace *t)
{
	/* clang-format off */
	static const char *const names[2][2][2] = {
		/* [smtputf8][tls][authenticated] */
		{ { "ESMTP", "ESMTPA" }, { "ESMTPS", "ESMTPSA" } },
		{ { "UTF8SMTP", "UTF8SMTPA" }, { "UTF8SMTPS", "UTF8SMTPSA" } },
	};
	/* clang-format on */

	if (!t->extended)
		return "SMTP";
	return names[t->smtputf8][t->tls][t->authenticated];
}

/* "127.0.0.1:40112" is 127.0.0.1, "[::1]:40112" is IPv6:::1. */
static void
write_literal(struct buf *out, struct span peer)
{
	if (peer.len > 0 && peer.ptr[0] == '[') {
		struct span inner = span_skip(peer, 1);

		inner = span_cut(&inner, ']');
		buf_addf(out, "[IPv6:%.*s]", SPAN_FMT(inner));
		return;
	}
	peer = span_cut(&peer, ':');
	buf_addf(out, "[%.*s]", SPAN_FMT(peer));
}

void
smtp_write_received(struct buf *out, const struct smtp_trace *t)
{
	const char *fold = t->folded ? "\r\n\t" : " ";
	char date[CLOCK_TEXT + 8];

	wall_mail_date(t->when, date);
	if (t->zoneless && strrchr(date, ' ') != NULL)
		*strrchr(date, ' ') = '\0';
	buf_addf(out, "Received: from %s%s(", t->helo, fold);
	write_literal(out, span_of(t->peer));
	buf_addf(out, ")\r\n\tby %s%swith %s", t->host, fold, protocol_name(t));
	if (t->recipient != NULL)
		buf_addf(out, "\r\n\tfor <%s>", t->recipient);
	buf_addf(out, ";%s%s\r\n", fold, date);
}

/* Takes the next field and its folded lines; false where the header ends. */
static bool
take_field(struct span *in, struct span *name)
{
	struct span line = *in;
	size_t n = span_find(*in, SPAN("\r\n"));

	if (n == 0)
		return false;
	line.len = n;
	*name = line;
	*name = span_cut(&line, ':');
	if (name->len == 0 || name->len == n ||
	    memchr(name->ptr, ' ', name->len))
		return false;
	do {
		*in = n < in->len ? span_skip(*in, n + 2) : span_skip(*in, n);
		n = span_find(*in, SPAN("\r\n"));
	} while (in->len > 0 && (in->ptr[0] == ' ' || in->ptr[0] == '\t'));
	return true;
}

int
smtp_count_hops(struct span message)
{
	struct span name;
	int hops = 0;

	while (take_field(&message, &name))
		hops += span_caseeq(name, SPAN("Received"));
	return hops;
}

bool
smtp_has_field(struct span message, struct span wanted)
{
	struct span name;

	while (take_field(&message, &name))
		if (span_caseeq(name, wanted))
			return true;
	return false;
}

bool
smtp_has_header(struct span message)
{
	struct span name;

	return take_field(&message, &name);
}
