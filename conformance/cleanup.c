/* SPDX-License-Identifier: MIT */
#include "conformance/cleanup.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/client/imap.h"
#include "conformance/client/pop3.h"
#include "conformance/client/wire.h"
#include "lib/mem.h"
#include "lib/template_filter.h"

#define ACCOUNT_MS   60000
#define BOXES_MOST   200
#define ENTRIES_MOST 500  /* of a directory; a run leaves a few */
#define AT_ONCE      200  /* UIDs in one command */
#define MAILS_MOST   5000 /* of a maildrop, the newest */
#define CONTENT_MOST (64u << 20)

struct sweep {
	const struct profile *profile;
	const char *run;
	const struct profile_account *account;
	struct cleanup *out;
};

static void
fail(struct sweep *s, const char *where, const char *why)
{
	if (s->out->failures++ == 0)
		snprintf(s->out->why, sizeof s->out->why, "%s, %s: %s",
		    s->account->role, where, why);
}

/* ---- what is ours ---- */

bool
cleanup_is_run(const char *run)
{
	static const char shape[] = "dddddddd-dddddd-xxxx";

	for (size_t i = 0; i < sizeof shape; i++)
		if (shape[i] == 'd'   ? !isdigit((unsigned char)run[i])
		    : shape[i] == 'x' ? !isdigit((unsigned char)run[i]) &&
					    !(run[i] >= 'a' && run[i] <= 'f')
				      : run[i] != shape[i])
			return false;
	return true;
}

/* "RUN." in s: a token goes on with the name of its case. */
static bool
has_token(const struct sweep *s, struct span text)
{
	const struct span run = span_of(s->run);

	for (; text.len > run.len; text = span_skip(text, 1))
		if (span_caseeq(span_take(text, run.len), run) &&
		    text.ptr[run.len] == '.')
			return true;
	return false;
}

static bool
is_field(struct span line, const char *name)
{
	const struct span n = span_of(name);

	return span_casestarts(line, n) && line.len > n.len &&
	       line.ptr[n.len] == ':';
}

enum ours {
	NOT_OURS,
	OURS,
	REPORT, /* ours, if what it reports about is */
};

static enum ours
look_at(const struct sweep *s, struct span header)
{
	bool telling = false, type = false;
	enum ours ours = NOT_OURS;

	while (header.len > 0) {
		const struct span line = span_cut(&header, '\n');

		if (line.len == 0 || line.ptr[0] == '\r')
			break;
		if (line.ptr[0] != ' ' && line.ptr[0] != '\t') {
			telling = is_field(line, "Subject") ||
				  is_field(line, "Message-ID") ||
				  is_field(line, "Received");
			type = is_field(line, "Content-Type");
		}
		if (telling && has_token(s, line))
			return OURS;
		if (type)
			for (struct span l = line; l.len > 0;
			     l = span_skip(l, 1))
				if (span_casestarts(
					l, SPAN("multipart/report")))
					ours = REPORT;
	}
	return ours;
}

/* ---- IMAP ---- */

static void
fail_imap(struct sweep *s, struct imap_client *c, const char *where)
{
	char why[160];

	imap_why(c, why, sizeof why);
	fail(s, where, why);
	imap_forgive(c);
}

/* The longest first: what lies below another goes before it. */
static int
by_length(const void *a, const void *b)
{
	const size_t n = strlen(*(char *const *)a);
	const size_t m = strlen(*(char *const *)b);

	return (n < m) - (n > m);
}

static void
free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* "RUN_3f"; of a load "RUN.0.5". */
static bool
is_our_mailbox(const struct sweep *s, const char *name)
{
	const size_t n = strlen(s->run);

	return strncmp(name, s->run, n) == 0 &&
	       (name[n] == '_' || name[n] == '.');
}

static void
remove_mailboxes(struct sweep *s, struct imap_client *c)
{
	char *pattern = mem_textf("%s*", s->run), **names;
	size_t n;

	if (!imap_list(c, pattern, &names, &n))
		fail_imap(s, c, "its mailboxes");
	if (n > 1)
		qsort(names, n, sizeof names[0], by_length);
	for (size_t i = 0; i < n && imap_fine(c); i++) {
		if (!is_our_mailbox(s, names[i]))
			continue; /* we did not ask for it */
		if (imap_delete(c, names[i]))
			s->out->mailboxes++;
		else
			fail_imap(s, c, names[i]);
		if (!imap_unsubscribe(c, names[i]))
			imap_forgive(c); /* it need not have been */
	}
	free_names(names, n);
	free(pattern);
}

static bool
is_ours(struct sweep *s, struct imap_client *c, uint32_t uid)
{
	struct buf text;
	enum ours ours = NOT_OURS;

	buf_init(&text, CONTENT_MOST);
	if (imap_fetch(c, uid, IMAP_PART_HEADER, &text))
		ours = look_at(s, buf_span(&text));
	if (ours == REPORT)
		ours = imap_fetch(c, uid, IMAP_PART_PEEK, &text) &&
			       has_token(s, buf_span(&text))
			   ? OURS
			   : NOT_OURS;
	buf_free(&text);
	return ours == OURS;
}

static void
remove_some(struct sweep *s, struct imap_client *c, const char *box,
    const struct imap_uids *uids)
{
	size_t left = 0;
	bool ok = true;

	for (size_t at = 0; ok && at < uids->n; at += AT_ONCE) {
		const struct imap_uids some = { uids->of + at,
			uids->n - at < AT_ONCE ? uids->n - at : AT_ONCE };
		size_t stays;

		ok = imap_remove(c, &some, &stays);
		if (ok)
			s->out->messages += some.n - stays;
		left += ok ? stays : 0;
	}
	if (!ok)
		fail_imap(s, c, box);
	else if (left > 0)
		fail(s, box,
		    "marked \\Deleted only: without UIDPLUS, EXPUNGE would "
		    "take what others have marked");
}

static void
remove_messages(struct sweep *s, struct imap_client *c, const char *box)
{
	struct imap_uids found = { .n = 0 }, ours = { .n = 0 };

	if (!imap_select(c, box)) {
		/* \Noselect, as others' folders may be */
		if (strcasecmp(box, "INBOX") == 0)
			fail_imap(s, c, box);
		imap_forgive(c);
		return;
	}
	if (imap_exists(c) == 0)
		return;
	if (!imap_find(c, NULL, "Message-ID", s->run, &found) ||
	    !imap_find(c, NULL, NULL, s->run, &found))
		fail_imap(s, c, box);
	for (size_t i = 0; i < found.n && imap_fine(c); i++)
		if (is_ours(s, c, found.of[i]))
			imap_uids_add(&ours, found.of[i]);
	if (imap_fine(c))
		remove_some(s, c, box, &ours);
	else
		fail_imap(s, c, box);
	imap_uids_free(&found);
	imap_uids_free(&ours);
}

static void
sweep_imap(struct sweep *s, const struct profile_endpoint *e)
{
	struct imap_client c;
	char **names = NULL;
	size_t n = 0;

	if (imap_enter(&c, s->profile, e, s->account, ACCOUNT_MS)) {
		remove_mailboxes(s, &c);
		if (imap_fine(&c) && !imap_list(&c, "*", &names, &n))
			fail_imap(s, &c, "its mailboxes");
		for (size_t i = 0; i < n && i < BOXES_MOST && imap_fine(&c);
		     i++)
			remove_messages(s, &c, names[i]);
	} else {
		fail_imap(s, &c, "login");
	}
	imap_leave(&c);
	free_names(names, n);
}

/* ---- POP3 ---- */

static bool
is_ours_pop3(struct sweep *s, struct pop3_client *c, unsigned k)
{
	const bool tops = profile_claims(s->profile, "pop3.top");
	struct buf text;
	enum ours ours = NOT_OURS;

	buf_init(&text, CONTENT_MOST);
	if (tops ? pop3_top(c, k, 0, &text) : pop3_retr(c, k, &text))
		ours = look_at(s, buf_span(&text));
	if (ours == REPORT)
		ours = (!tops || pop3_retr(c, k, &text)) &&
			       has_token(s, buf_span(&text))
			   ? OURS
			   : NOT_OURS;
	buf_free(&text);
	return ours == OURS;
}

static void
sweep_pop3(struct sweep *s, const struct profile_endpoint *e)
{
	struct pop3_client c;
	size_t n = 0, seen = 0;
	char why[160];

	if (pop3_enter(&c, s->profile, e, s->account, ACCOUNT_MS)) {
		for (unsigned k = c.n;
		     k > 0 && seen++ < MAILS_MOST && pop3_fine(&c); k--)
			if (is_ours_pop3(s, &c, k) && pop3_dele(&c, k))
				n++;
		if (pop3_fine(&c) && pop3_quit(&c))
			s->out->messages += n;
	}
	if (!pop3_fine(&c)) {
		pop3_why(&c, why, sizeof why);
		fail(s, "maildrop", why);
	}
	pop3_leave(&c);
}

/* ---- directory ---- */

/* The next message, as a line; false when it is the last one of its answer. */
static bool
hear_entry(struct wire *w, struct buf *line)
{
	buf_clear(line);
	return wire_hear_ldap_line(w, line) &&
	       span_find(buf_span(line), SPAN(" searchResEntry \"")) <
		   line->len;
}

/* Of "7 searchResEntry "uid=...": the name. */
static struct span
name_in(struct span line)
{
	(void)span_cut(&line, '"');
	return span_cut(&line, '"');
}

/* "uid=RUN_...", "uid=RUN.CASE" or "ou=RUN_..." */
static bool
is_our_entry(const struct sweep *s, struct span name)
{
	const struct span run = span_of(s->run);

	(void)span_cut(&name, '=');
	return span_casestarts(name, run) && name.len > run.len &&
	       (name.ptr[run.len] == '_' || name.ptr[run.len] == '.');
}

/* A directory that names more than a run can have left is not believed. */
static bool
find_entries(struct sweep *s, struct wire *w, char ***names, size_t *n)
{
	struct buf search, line;
	size_t heard = 0;

	buf_init(&search, 1u << 16);
	buf_init(&line, 1u << 20);
	buf_addf(&search, "2 search ");
	filter_apply(
	    FILTER_QUOTED, span_of(s->profile->directory.people), &search);
	buf_addf(&search, " sub (|(uid=%s*)(ou=%s*)) 1.1", s->run, s->run);
	if (wire_say_ldap(w, buf_text(&search)))
		while (heard <= ENTRIES_MOST && hear_entry(w, &line)) {
			const struct span name = name_in(buf_span(&line));

			heard++;
			if (!is_our_entry(s, name))
				continue;
			*names = mem_grow(*names, (*n + 1) * sizeof **names);
			(*names)[(*n)++] = mem_text(name);
		}
	buf_free(&line);
	buf_free(&search);
	if (heard > ENTRIES_MOST)
		fail(s, "directory",
		    "it names more entries than a run leaves: none was "
		    "removed; look for them by hand");
	return heard <= ENTRIES_MOST;
}

static void
remove_entries(struct sweep *s, struct wire *w)
{
	char **names = NULL;
	size_t n = 0;

	if (!find_entries(s, w, &names, &n)) {
		free_names(names, n);
		return;
	}
	if (n > 1)
		qsort(names, n, sizeof names[0], by_length);
	for (size_t i = 0; i < n && w->why[0] == '\0'; i++) {
		char *say = mem_textf("%zu delete \"%s\"", i + 10, names[i]);
		char *hear = mem_textf("%zu delResponse success ", i + 10);

		if (wire_say_ldap(w, say) && wire_hear_ldap(w, hear))
			s->out->entries++;
		free(say);
		free(hear);
	}
	free_names(names, n);
}

static void
sweep_directory(struct sweep *s)
{
	const struct profile_account *a = s->account;
	struct buf bind;
	struct wire w;

	buf_init(&bind, 1u << 16);
	buf_addf(&bind, "1 bind ");
	filter_apply(FILTER_QUOTED, span_of(a->dn), &bind);
	buf_addf(&bind, " ");
	filter_apply(FILTER_QUOTED, span_of(a->password), &bind);

	if (wire_reach(&w, s->profile, "ldaps") &&
	    wire_shake(&w, NULL, NULL,
		w.endpoint->name == NULL ? w.endpoint->host
					 : w.endpoint->name) &&
	    wire_say_ldap(&w, buf_text(&bind)) &&
	    wire_hear_ldap(&w, "1 bindResponse success "))
		remove_entries(s, &w);
	if (w.why[0] != '\0')
		fail(s, "directory", w.why);
	wire_close(&w);
	buf_free(&bind);
}

static bool
has_directory(const struct profile *p, const struct profile_account **a)
{
	*a = profile_account(p, "administrator");
	return *a != NULL && (*a)->dn != NULL && p->directory.people != NULL &&
	       profile_endpoint(p, "ldaps") != NULL;
}

/* ---- all of it ---- */

/* Two roles may be one person. */
static bool
is_first(const struct profile *p, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcmp(p->accounts[k].user, p->accounts[i].user) == 0)
			return false;
	return true;
}

bool
cleanup_run(const struct profile *p, const char *run, const volatile bool *stop,
    struct cleanup *out)
{
	static const struct {
		const char *service;
		void (*sweep)(struct sweep *, const struct profile_endpoint *);
	} ways[] = {
		{ "imaps", sweep_imap },
		{ "imap", sweep_imap },
		{ "pop3s", sweep_pop3 },
		{ "pop3", sweep_pop3 },
	};
	const size_t n = sizeof ways / sizeof ways[0];
	struct sweep s = { .profile = p, .run = run, .out = out };
	bool directory;
	size_t way = 0;

	*out = (struct cleanup){ 0 };
	while (way < n && profile_endpoint(p, ways[way].service) == NULL)
		way++;
	directory = has_directory(p, &s.account);
	if ((way == n && !directory) || !cleanup_is_run(run))
		return false;
	if (directory)
		sweep_directory(&s);
	for (size_t i = 0;
	     way < n && i < p->n_accounts && (stop == NULL || !*stop); i++) {
		s.account = &p->accounts[i];
		if (strcmp(s.account->role, "victim") == 0 || !is_first(p, i))
			continue;
		ways[way].sweep(&s, profile_endpoint(p, ways[way].service));
		out->accounts++;
	}
	return true;
}
