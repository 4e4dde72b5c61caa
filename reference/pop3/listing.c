/* SPDX-License-Identifier: MIT */
/* What is in the maildrop, and what we can do: RFC 1939 5, 7; RFC 2449 5. */
#include <ctype.h>
#include <stdio.h>

#include "reference/pop3/inner.h"

/* ---- CAPA ---- */

/* When a capability is listed. */
enum {
	CLEAR = 1 << 0,
	TLS = 1 << 1,
	ALWAYS = CLEAR | TLS,
};

/* clang-format off */
static const struct offer {
	const char	*line;
	unsigned	 when;
	enum fault	 hidden_by;	/* not listed ... */
	enum fault	 shown_by;	/* ... or listed in the clear */
	enum variant	 dropped_by;	/* neither listed nor there */
} offers[] = {
	{ "TOP", ALWAYS, FAULT_POP3_TOP_UNLISTED, FAULT_NONE,
	  VARIANT_POP3_WITHOUT_TOP },
	{ "UIDL", ALWAYS, FAULT_POP3_UIDL_UNLISTED, FAULT_NONE,
	  VARIANT_POP3_WITHOUT_UIDL },
	{ "USER", TLS, FAULT_POP3_USER_UNLISTED,
	  FAULT_POP3_USER_LISTED_IN_CLEAR, VARIANT_NONE },
	{ "SASL PLAIN LOGIN SCRAM-SHA-256", TLS, FAULT_POP3_SASL_UNLISTED,
	  FAULT_POP3_SASL_LISTED_IN_CLEAR, VARIANT_POP3_WITHOUT_SASL },
	{ "STLS", CLEAR, FAULT_POP3_STLS_UNLISTED, FAULT_NONE, VARIANT_NONE },
	{ "PIPELINING", ALWAYS, FAULT_POP3_PIPELINING_UNLISTED, FAULT_NONE,
	  VARIANT_POP3_WITHOUT_PIPELINING },
	{ "RESP-CODES", ALWAYS, FAULT_NONE, FAULT_NONE,
	  VARIANT_POP3_WITHOUT_CODES },
	{ "AUTH-RESP-CODE", ALWAYS, FAULT_NONE, FAULT_NONE,
	  VARIANT_POP3_WITHOUT_CODES },
	{ "EXPIRE NEVER", ALWAYS, FAULT_NONE, FAULT_NONE, VARIANT_NONE },
	{ "IMPLEMENTATION Yanshou", ALWAYS, FAULT_NONE, FAULT_NONE,
	  VARIANT_NONE },
};
/* clang-format on */

static bool
is_offered(const struct pop3_session *s, const struct offer *o)
{
	if (varies(s, o->dropped_by) || faulty(s, o->hidden_by))
		return false;
	if (o->dropped_by == VARIANT_POP3_WITHOUT_CODES &&
	    varies(s, VARIANT_POP3_WITHOUT_TEXT))
		return false;
	if (s->state == TRANSACTION &&
	    o->hidden_by == FAULT_POP3_SASL_UNLISTED &&
	    faulty(s, FAULT_POP3_CAPA_FORGETS_SASL))
		return false;
	if (s->state == TRANSACTION && o->hidden_by == FAULT_POP3_USER_UNLISTED)
		return !faulty(s, FAULT_POP3_CAPA_FORGETS_USER);
	return (o->when & (s->tls ? TLS : CLEAR)) != 0 ||
	       faulty(s, o->shown_by);
}

/* RFC 2449 3: the names of capabilities are told without regard to case. */
static void
add_in_mixed_case(struct buf *out, const char *line)
{
	bool upper = true;

	for (; *line != '\0' && *line != ' '; line++) {
		const char c = upper ? *line : (char)tolower(*line);

		buf_add(out, (struct span){ &c, 1 });
		upper = !upper;
	}
	buf_addf(out, "%s\r\n", line);
}

void
pop3_run_capa(struct pop3_session *s, struct span args)
{
	(void)args;
	pop3_reply_with(s, POP3_LISTING, "capabilities");
	for (size_t i = 0; i < COUNT(offers); i++) {
		const bool odd = varies(s, VARIANT_POP3_CAPA_REVERSED);
		const struct offer *o =
		    &offers[odd ? COUNT(offers) - 1 - i : i];

		if (!is_offered(s, o))
			continue;
		if (odd)
			add_in_mixed_case(s->out, o->line);
		else
			buf_addf(s->out, "%s\r\n", o->line);
	}
	if (varies(s, VARIANT_POP3_CAPA_REVERSED))
		buf_addf(s->out, "X-YANSHOU more to come\r\n");
	buf_addf(s->out, ".\r\n");
}

/* ---- one line each ---- */

/* Text behind what a client reads: RFC 1939 5 leaves it open. */
static const char *
extra(const struct pop3_session *s)
{
	return varies(s, VARIANT_POP3_LISTS_WITH_TEXT) ? " or thereabouts" : "";
}

static int64_t
size_of(const struct pop3_session *s, const struct drop_item *item)
{
	return item->size + faulty(s, FAULT_POP3_SIZE_WRONG);
}

static void
add_size(struct pop3_session *s, const struct drop_item *item, uint32_t number)
{
	buf_addf(s->out, "%u %lld%s\r\n", number, (long long)size_of(s, item),
	    extra(s));
}

/* 70 characters, each of 0x21 to 0x7E: RFC 1939 7. */
static void
add_odd_id(struct buf *out, const char *id)
{
	buf_addf(out, "%s%.*s", id, (int)(70 - strlen(id)),
	    "!\"#%&'()*+,-./:;<=>?@[]^_`{|}~!\"#%&'()*+,-./:;<=>?@[]^_`{|}"
	    "~~~~~~~~~~~~~~~");
}

static void
add_id(struct pop3_session *s, const struct drop_item *item, uint32_t number)
{
	char id[MAIL_UNIQUE_ID];

	mail_unique_id(s->drop.uidvalidity, item->uid, id);
	buf_addf(s->out, "%u ", number);
	if (varies(s, VARIANT_POP3_UNIQUE_IDS_ODD))
		add_odd_id(s->out, id);
	else if (faulty(s, FAULT_POP3_UNIQUE_ID_LONG))
		buf_addf(s->out, "%s%080u", id, 0U);
	else if (faulty(s, FAULT_POP3_UNIQUE_ID_OF_OCTETS))
		buf_addf(s->out, "%s\xe5\x8f\xb7", id);
	else if (faulty(s, FAULT_POP3_UNIQUE_ID_OF_PLACE))
		buf_addf(s->out, "place%u", number);
	else if (faulty(s, FAULT_POP3_UNIQUE_ID_OF_SIZE))
		buf_addf(s->out, "%lld", (long long)item->size);
	else if (faulty(s, FAULT_POP3_UNIQUE_ID_OF_SESSION))
		buf_addf(s->out, "%s.%llx", id, (unsigned long long)s->chance);
	else
		buf_addf(s->out, "%s", id);
	buf_addf(s->out, "\r\n");
}

/* ---- the commands ---- */

void
pop3_run_stat(struct pop3_session *s, struct span args)
{
	uint32_t n;
	int64_t octets;

	(void)args;
	drop_count(&s->drop, &n, &octets);
	if (faulty(s, FAULT_POP3_STAT_OCTETS_OF_DELETED))
		octets = drop_octets(&s->drop);
	if (faulty(s, FAULT_POP3_STAT_COUNTS_DELETED))
		n = (uint32_t)s->drop.n;
	octets += faulty(s, FAULT_POP3_STAT_OF_OTHER_SIZE);
	if (faulty(s, FAULT_POP3_STAT_SAYS_WORDS) && s->idled)
		buf_addf(s->out, "+OK there are %u messages\r\n", n);
	else
		buf_addf(s->out, "+OK %u %lld%s\r\n", n, (long long)octets,
		    extra(s));
}

static bool
drop_is_empty(const struct drop *d)
{
	uint32_t n;
	int64_t octets;

	drop_count(d, &n, &octets);
	return n == 0;
}

static void
list(struct pop3_session *s, struct span args, bool shows_deleted,
    void (*add)(struct pop3_session *, const struct drop_item *, uint32_t))
{
	struct drop_item *item;
	const bool skips_last =
	    add == add_size && faulty(s, FAULT_POP3_LIST_SKIPS_LAST);
	uint32_t number;

	if (args.len > 0) {
		item = pop3_take_message(s, &args, &number);
		if (item == NULL)
			return;
		if (args.len > 0) {
			pop3_reply(s, POP3_BAD_ARGS);
			return;
		}
		buf_addf(s->out, "+OK ");
		add(s, item, number);
		return;
	}
	if (faulty(s, FAULT_POP3_LIST_OF_EMPTY_REFUSED) && add == add_size &&
	    drop_is_empty(&s->drop)) {
		pop3_reply(s, POP3_NO_SUCH_MESSAGE);
		return;
	}
	pop3_reply_with(s, POP3_LISTING, "messages");
	for (size_t i = 0; i < s->drop.n; i++) {
		const size_t k = varies(s, VARIANT_POP3_LISTS_DESCENDING)
				     ? s->drop.n - 1 - i
				     : i;

		if (k + 1 == s->drop.n && skips_last)
			continue;
		if (!s->drop.items[k].deleted || shows_deleted)
			add(s, &s->drop.items[k], (uint32_t)k + 1);
	}
	buf_addf(s->out, ".\r\n");
}

void
pop3_run_list(struct pop3_session *s, struct span args)
{
	list(s, args, faulty(s, FAULT_POP3_LIST_SHOWS_DELETED), add_size);
}

void
pop3_run_uidl(struct pop3_session *s, struct span args)
{
	list(s, args, faulty(s, FAULT_POP3_UIDL_SHOWS_DELETED), add_id);
}
