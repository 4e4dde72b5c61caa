/* SPDX-License-Identifier: MIT */
/* EHLO and HELO (RFC 5321 4.1.1.1), and the extensions that EHLO lists. */
#include <stdio.h>

#include "reference/smtp/inner.h"

/* clang-format off */
enum when { ALWAYS, BEFORE_TLS, WITH_TLS };

/* What we offer, to whom and when: RFC 5321 4.1.1.1. */
static const struct offer {
	struct span	 keyword;
	unsigned	 roles;
	enum when	 when;
	enum fault	 unlisted_by;
	enum variant	 absent_in;	/* and in WITHOUT_EXTENSIONS */
} offers[] = {
	{ { "PIPELINING", 10 }, ANYONE, ALWAYS,
	  FAULT_PIPELINING_NOT_LISTED, VARIANT_NONE },
	{ { "SIZE", 4 }, ANYONE, ALWAYS,
	  FAULT_SIZE_NOT_LISTED, VARIANT_NONE },
	{ { "8BITMIME", 8 }, ANYONE, ALWAYS,
	  FAULT_EIGHTBIT_NOT_LISTED, VARIANT_NONE },
	{ { "STARTTLS", 8 }, RELAY, BEFORE_TLS,
	  FAULT_STARTTLS_NOT_LISTED, VARIANT_NONE },
	{ { "STARTTLS", 8 }, SUBMISSION, BEFORE_TLS,
	  FAULT_SUBMISSION_STARTTLS_NOT_LISTED, VARIANT_NONE },
	{ { "AUTH", 4 }, SUBMIT, WITH_TLS,
	  FAULT_AUTH_NOT_LISTED, VARIANT_NONE },
	{ { "ENHANCEDSTATUSCODES", 19 }, ANYONE, ALWAYS,
	  FAULT_ENHANCED_NOT_LISTED, VARIANT_REPLIES_WITHOUT_TEXT },
	{ { "DSN", 3 }, ANYONE, ALWAYS,
	  FAULT_DSN_NOT_LISTED, VARIANT_NONE },
	{ { "SMTPUTF8", 8 }, ANYONE, ALWAYS,
	  FAULT_SMTPUTF8_NOT_LISTED, VARIANT_WITHOUT_SMTPUTF8 },
	{ { "CHUNKING", 8 }, ANYONE, ALWAYS,
	  FAULT_CHUNKING_NOT_LISTED, VARIANT_WITHOUT_CHUNKING },
	{ { "HELP", 4 }, ANYONE, ALWAYS,
	  FAULT_NONE, VARIANT_HELP_IS_502 },
};
/* clang-format on */

static bool
is_absent(const struct smtp_session *s, const struct offer *o)
{
	return varies(s, o->absent_in) ||
	       (varies(s, VARIANT_WITHOUT_EXTENSIONS) && o->when == ALWAYS);
}

bool
smtp_has_offer(const struct smtp_session *s, const char *keyword)
{
	for (size_t i = 0; i < COUNT(offers); i++)
		if (span_eq(offers[i].keyword, span_of(keyword)) &&
		    (offers[i].roles & s->role) != 0 &&
		    !is_absent(s, &offers[i]))
			return true;
	return false;
}

static bool
is_listed(const struct smtp_session *s, const struct offer *o)
{
	if (o->when == BEFORE_TLS && s->tls &&
	    faulty(s, s->role == SUBMISSIONS ? FAULT_SUBMISSIONS_LIST_STARTTLS
					     : FAULT_STARTTLS_LISTED_AGAIN))
		return s->role == SUBMISSIONS || (o->roles & s->role) != 0;
	if (o->when == WITH_TLS && !s->tls && s->role == SUBMISSION &&
	    faulty(s, FAULT_AUTH_LISTED_IN_CLEAR))
		return true;
	if (o->when == WITH_TLS && !s->tls && s->role == RELAY &&
	    faulty(s, FAULT_RELAY_LISTS_AUTH_IN_CLEAR))
		return true;
	return (o->roles & s->role) != 0 && !is_absent(s, o) &&
	       !faulty(s, o->unlisted_by) &&
	       (o->when == ALWAYS || (o->when == WITH_TLS) == s->tls);
}

static const char *
mechanism_names(const struct smtp_session *s)
{
	if (varies(s, VARIANT_WITHOUT_PLAIN))
		return "SCRAM-SHA-256";
	return s->tls ? sasl_mechanism_names() : "PLAIN";
}

static void
write_offer(
    const struct smtp_session *s, const struct offer *o, struct buf *text)
{
	buf_add(text, SPAN("\n"));
	for (size_t i = 0; i < o->keyword.len; i++) {
		const char c = o->keyword.ptr[i];
		const bool small = varies(s, VARIANT_EXTENSIONS_REVERSED) &&
				   i % 2 == 1 && c >= 'A' && c <= 'Z';

		buf_addf(text, "%c", small ? c | 0x20 : c);
	}
	if (span_eq(o->keyword, SPAN("AUTH")))
		buf_addf(text, " %s", mechanism_names(s));
	if (span_eq(o->keyword, SPAN("SIZE")) &&
	    !varies(s, VARIANT_SIZE_WITHOUT_NUMBER))
		buf_addf(text, " %lld", (long long)s->site->size_most);
}

static void
write_offers(const struct smtp_session *s, struct buf *text)
{
	const bool reversed = varies(s, VARIANT_EXTENSIONS_REVERSED);
	bool starttls = false;

	for (size_t i = 0; i < COUNT(offers); i++) {
		const struct offer *o =
		    &offers[reversed ? COUNT(offers) - 1 - i : i];
		const bool is_starttls = span_eq(o->keyword, SPAN("STARTTLS"));

		if (!is_listed(s, o) || (is_starttls && starttls))
			continue;
		starttls |= is_starttls;
		write_offer(s, o, text);
	}
	if (varies(s, VARIANT_UNREGISTERED_EXTENSIONS))
		buf_add(text, SPAN("\nX-YANSHOU 1 two"));
}

static void
say_offers(struct smtp_session *s)
{
	struct buf text;
	struct span rest;

	buf_init(&text, 4096);
	buf_addf(&text, "%s greets %s", s->site->host, s->helo);
	write_offers(s, &text);
	rest = buf_span(&text);
	if (faulty(s, FAULT_EHLO_SPLITS_REPLY))
		while (rest.len > 0)
			smtp_write_reply(
			    s->out, 250, NULL, span_cut(&rest, '\n'));
	else
		smtp_reply_with(s, SMTP_HELLO_PLAIN, buf_text(&text));
	buf_free(&text);
}

static bool
take_hello(struct smtp_session *s, struct span args)
{
	if (args.len == 0 && faulty(s, FAULT_EHLO_NEEDS_NO_NAME))
		args = SPAN("unnamed");
	if (!smtp_is_domain_or_literal(args) ||
	    (args.ptr[0] == '[' && faulty(s, FAULT_EHLO_REFUSES_LITERAL))) {
		smtp_reply(s, SMTP_BAD_HELLO);
		return false;
	}
	(void)snprintf(s->helo, sizeof s->helo, "%.*s", SPAN_FMT(args));
	if (s->first_helo[0] == '\0')
		memcpy(s->first_helo, s->helo, sizeof s->helo);
	s->leftover = false;
	/* "as if a RSET command had been issued": RFC 5321 4.1.4. */
	if ((s->state & MIDWAY) == 0 ||
	    !faulty(s, FAULT_EHLO_KEEPS_TRANSACTION)) {
		s->state = READY;
		smtp_forget_mail(s);
	}
	return true;
}

void
smtp_run_ehlo(struct smtp_session *s, struct span args)
{
	if (!take_hello(s, args))
		return;
	s->extended = true;
	say_offers(s);
}

void
smtp_run_helo(struct smtp_session *s, struct span args)
{
	if (!take_hello(s, args))
		return;
	s->extended = false;
	if (faulty(s, FAULT_HELO_LISTS_EXTENSIONS))
		say_offers(s);
	else
		smtp_reply_with(s, SMTP_HELLO_PLAIN, s->site->host);
}
