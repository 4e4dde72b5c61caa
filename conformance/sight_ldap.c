/* SPDX-License-Identifier: MIT */
/* A directory, looked at and told in the words of SMTP. */
#include "conformance/sight_inner.h"

#include <openssl/crypto.h>

#include "lib/template_filter.h"

#define LINE_MOST 65536
#define ROOT \
	"search \"\" base (objectClass=*) supportedExtension " \
	"supportedControl supportedFeatures supportedLDAPVersion"

/* ---- what is heard ---- */

/* attribute="value" attribute="value" ... */
static void
keep_values(struct span line, struct buf *reply)
{
	while (line.len > 0) {
		size_t n = 0;
		struct span name, value = { NULL, 0 };

		while (n < line.len && line.ptr[n] != '=' && line.ptr[n] != ' ')
			n++;
		name = span_take(line, n);
		line = span_skip(line, n);
		if (span_starts(line, SPAN("=\""))) {
			line = span_skip(line, 2);
			value = span_cut(&line, '"');
		}
		(void)span_cut(&line, ' ');
		if (value.len > 0)
			buf_addf(reply, "    %.*s %.*s\n", SPAN_FMT(name),
			    SPAN_FMT(value));
	}
}

void
sight_ldap_keep(struct span message, enum framing_line got, struct buf *reply)
{
	struct span line, kind;
	struct buf plain;

	buf_init(&plain, 4 * SIGHT_REPLY_MOST);
	framing_ldap.plain(message, &plain);
	line = buf_span(&plain);
	if (got == FRAME_GARBAGE) {
		buf_add(reply, line);
	} else if (got == FRAME_LAST) {
		(void)span_cut(&line, ' ');
		while (line.len > 0 && line.ptr[line.len - 1] == ' ')
			line.len--;
		mouth_keep_last(line, reply);
	} else {
		(void)span_cut(&line, ' ');
		kind = span_cut(&line, ' ');
		if (span_eq(kind, SPAN("searchResEntry")) &&
		    span_starts(line, SPAN("\""))) {
			line = span_skip(line, 1);
			(void)span_cut(&line, '"');
			(void)span_cut(&line, ' ');
			buf_add(reply, SPAN("    entry\n"));
			keep_values(line, reply);
		}
	}
	buf_free(&plain);
}

/* ---- what is said ---- */

/* Begins a request with its messageID. */
static void
begin(struct mouth *m, struct buf *line, const char *request)
{
	buf_init(line, LINE_MOST);
	buf_addf(line, "%u %s ", ++m->id, request);
}

static void
add_quoted(struct buf *line, const char *text)
{
	filter_apply(FILTER_QUOTED, span_of(text), line);
	buf_add(line, SPAN(" "));
}

/* Sends the request, wipes it, and hears the answer to it. */
static bool
ask(struct mouth *m, enum sight_step step, struct buf *line, struct buf *reply)
{
	const char *flaw = framing_ldap.encode(buf_span(line), &m->out);

	if (line->data != NULL)
		OPENSSL_cleanse(line->data, line->room);
	buf_free(line);
	if (flaw != NULL)
		return mouth_stop(m, step, "cannot be said: %s", flaw);
	return mouth_flush(m, step) && mouth_hear(m, step, reply);
}

/* RFC 4512 5.1; a refusal is an answer, too. */
static bool
read_root(struct mouth *m, struct buf *reply)
{
	struct buf line;

	begin(m, &line, ROOT);
	return ask(m, SIGHT_EHLO, &line, reply);
}

static bool
starttls(struct mouth *m)
{
	struct buf line;

	if (!read_root(m, &m->sight->clear))
		return false;
	begin(m, &line, "starttls");
	if (!ask(m, SIGHT_STARTTLS, &line, &m->sight->asked))
		return false;
	if (sight_code(&m->sight->asked) != 250)
		return mouth_stop(m, SIGHT_STARTTLS, "answers %s",
		    buf_text(&m->sight->asked));
	buf_clear(&m->sight->asked);
	/* What came in clear after the reply is not to be believed. */
	buf_clear(&m->in);
	return mouth_shake(m);
}

/* Is it there, and may we see it? */
static bool
look_at(struct mouth *m, const char *name, struct buf *reply)
{
	struct buf line;

	if (name == NULL)
		return true;
	begin(m, &line, "search");
	add_quoted(&line, name);
	buf_addf(&line, "base (objectClass=*) 1.1");
	return ask(m, SIGHT_ASK, &line, reply);
}

static bool
look_around(struct mouth *m)
{
	const struct profile *p = m->asked->profile;
	struct buf root;
	bool ok;

	buf_init(&root, SIGHT_REPLY_MOST);
	ok = read_root(m, &root);
	if (ok && sight_code(&root) == 250) {
		buf_clear(&m->sight->ehlo);
		buf_add(&m->sight->ehlo, buf_span(&root));
	}
	buf_free(&root);
	return ok && look_at(m, p->directory.base, &m->sight->base) &&
	       look_at(m, p->directory.people, &m->sight->people);
}

static bool
bind(struct mouth *m)
{
	struct buf line;

	if (m->stream.state != STREAM_SECURE)
		return mouth_stop(
		    m, SIGHT_ASK, "no TLS, so no password was sent");
	begin(m, &line, "bind");
	add_quoted(&line, m->asked->user);
	add_quoted(&line, m->asked->password);
	if (!ask(m, SIGHT_ASK, &line, &m->sight->asked))
		return false;
	m->sight->inside = sight_code(&m->sight->asked) == 235;
	return !m->sight->inside || look_around(m);
}

static bool
ask_unknown(struct mouth *m)
{
	struct buf line;

	begin(m, &line, "extended");
	buf_addf(&line, "%s", m->asked->verb);
	return ask(m, SIGHT_ASK, &line, &m->sight->asked);
}

bool
sight_ldap(struct mouth *m)
{
	if (m->asked->endpoint->tls == PROFILE_TLS_STARTTLS && !starttls(m))
		return false;
	return read_root(m, &m->sight->ehlo) &&
	       (m->asked->user == NULL || bind(m)) &&
	       (m->asked->verb == NULL || ask_unknown(m));
}
