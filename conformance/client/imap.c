/* SPDX-License-Identifier: MIT */
#include "conformance/client/imap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mem.h"

/* ---- how it goes ---- */

bool
imap_fine(const struct imap_client *c)
{
	return c->result == MAILIMAP_NO_ERROR;
}

bool
imap_answered(const struct imap_client *c)
{
	return c->record.answered;
}

static bool
note(struct imap_client *c, const char *doing, int result)
{
	if (result == MAILIMAP_NO_ERROR_AUTHENTICATED ||
	    result == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		result = MAILIMAP_NO_ERROR;
	c->doing = doing;
	c->result = result;
	return imap_fine(c);
}

/* With what is left of the connection nothing more can be said. */
static bool
is_over(const struct imap_client *c)
{
	static const int ends[] = { MAILIMAP_ERROR_STREAM, MAILIMAP_ERROR_PARSE,
		MAILIMAP_ERROR_CONNECTION_REFUSED, MAILIMAP_ERROR_FATAL,
		MAILIMAP_ERROR_SSL, MAILIMAP_ERROR_BAD_STATE,
		MAILIMAP_ERROR_DONT_ACCEPT_CONNECTION, MAILIMAP_ERROR_STARTTLS,
		MAILIMAP_ERROR_LOGIN };

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (c->result == ends[i])
			return true;
	return false;
}

bool
imap_forgive(struct imap_client *c)
{
	if (!is_over(c))
		c->result = MAILIMAP_NO_ERROR;
	return imap_fine(c);
}

void
imap_why(const struct imap_client *c, char *why, size_t size)
{
	static const struct {
		int result;
		const char *text;
	} texts[] = {
		{ MAILIMAP_NO_ERROR, "well" },
		{ MAILIMAP_ERROR_STREAM, "the connection was lost" },
		{ MAILIMAP_ERROR_PARSE, "the reply cannot be read" },
		{ MAILIMAP_ERROR_CONNECTION_REFUSED, "could not connect" },
		{ MAILIMAP_ERROR_SSL, "no TLS came about" },
	};
	const char *text = "refused";

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].result == c->result)
			text = texts[i].text;
	if (is_over(c) || c->session->imap_response == NULL)
		snprintf(why, size, "%s: %s", c->doing, text);
	else
		snprintf(why, size, "%s: %s: %s", c->doing, text,
		    c->session->imap_response);
}

/* ---- in and out ---- */

static void
log_bytes(mailimap *session, int type, const char *bytes, size_t n, void *ctx)
{
	(void)session;
	record_add(ctx, type, bytes, n);
}

static bool
reach(struct imap_client *c, const struct profile_endpoint *e)
{
	if (e->tls == PROFILE_TLS_IMPLICIT)
		return note(c, "connect",
		    mailimap_ssl_connect(c->session, e->host, e->port));
	if (!note(c, "connect",
		mailimap_socket_connect(c->session, e->host, e->port)))
		return false;
	return e->tls != PROFILE_TLS_STARTTLS ||
	       note(c, "STARTTLS", mailimap_socket_starttls(c->session));
}

bool
imap_enter(struct imap_client *c, const struct profile *p,
    const struct profile_endpoint *e, const struct profile_account *a,
    int64_t ms)
{
	*c = (struct imap_client){
		.session = mailimap_new(0, NULL),
		.doing = "connect",
		.uidplus = profile_claims(p, "imap.uidplus"),
		.move = profile_claims(p, "imap.move"),
		.idle = profile_claims(p, "imap.idle"),
		.literalplus = profile_claims(p, "imap.literalplus"),
	};
	record_init(&c->record);
	mailimap_set_timeout(
	    c->session, (time_t)(p->timeouts.reply_ms / 1000 + 1));
	mailimap_set_logger(c->session, log_bytes, &c->record);
	record_alarm(ms + 1);
	c->entered =
	    reach(c, e) &&
	    note(c, "LOGIN", mailimap_login(c->session, a->user, a->password));
	return c->entered;
}

void
imap_leave(struct imap_client *c)
{
	if (c->entered && !is_over(c))
		mailimap_logout(c->session);
	record_alarm(0);
	mailimap_free(c->session);
	record_free(&c->record);
}

/* ---- mailboxes ---- */

bool
imap_select(struct imap_client *c, const char *mailbox)
{
	return imap_fine(c) &&
	       note(c, "SELECT", mailimap_select(c->session, mailbox));
}

uint32_t
imap_exists(const struct imap_client *c)
{
	const struct mailimap_selection_info *info =
	    c->session->imap_selection_info;

	return info == NULL ? 0 : info->sel_exists;
}

bool
imap_noop(struct imap_client *c)
{
	return imap_fine(c) && note(c, "NOOP", mailimap_noop(c->session));
}

bool
imap_list(struct imap_client *c, const char *pattern, char ***names, size_t *n)
{
	clist *found = NULL;

	*names = NULL;
	*n = 0;
	if (!imap_fine(c) ||
	    !note(c, "LIST", mailimap_list(c->session, "", pattern, &found)))
		return false;
	for (clistiter *i = clist_begin(found); i != NULL; i = clist_next(i)) {
		const struct mailimap_mailbox_list *box = clist_content(i);

		*names = mem_grow(*names, (*n + 1) * sizeof **names);
		(*names)[(*n)++] = mem_text(span_of(box->mb_name));
	}
	mailimap_list_result_free(found);
	return true;
}

bool
imap_create(struct imap_client *c, const char *mailbox)
{
	return imap_fine(c) &&
	       note(c, "CREATE", mailimap_create(c->session, mailbox));
}

bool
imap_delete(struct imap_client *c, const char *mailbox)
{
	return imap_fine(c) &&
	       note(c, "DELETE", mailimap_delete(c->session, mailbox));
}

bool
imap_unsubscribe(struct imap_client *c, const char *mailbox)
{
	return imap_fine(c) && note(c, "UNSUBSCRIBE",
				   mailimap_unsubscribe(c->session, mailbox));
}

bool
imap_close(struct imap_client *c)
{
	return imap_fine(c) && note(c, "CLOSE", mailimap_close(c->session));
}

/* ---- messages ---- */

void
imap_uids_add(struct imap_uids *uids, uint32_t uid)
{
	for (size_t i = 0; i < uids->n; i++)
		if (uids->of[i] == uid)
			return;
	uids->of = mem_grow(uids->of, (uids->n + 1) * sizeof uids->of[0]);
	uids->of[uids->n++] = uid;
}

void
imap_uids_free(struct imap_uids *uids)
{
	free(uids->of);
	*uids = (struct imap_uids){ .n = 0 };
}

/* libetpan frees what it is given with free(). */
static char *
own(const char *text)
{
	return mem_text(span_of(text));
}

static bool
search(struct imap_client *c, const char *charset,
    struct mailimap_search_key *key, struct imap_uids *uids)
{
	clist *found = NULL;
	/* In a quoted string libetpan would send what is not ASCII as well. */
	const bool ok = note(c, "UID SEARCH",
	    charset == NULL ? mailimap_uid_search(c->session, NULL, key, &found)
			    : mailimap_uid_search_literalplus(
				  c->session, charset, key, &found));

	mailimap_search_key_free(key);
	if (!ok)
		return false;
	for (clistiter *i = clist_begin(found); i != NULL; i = clist_next(i))
		imap_uids_add(uids, *(uint32_t *)clist_content(i));
	mailimap_search_result_free(found);
	return true;
}

bool
imap_find(struct imap_client *c, const char *charset, const char *field,
    const char *text, struct imap_uids *uids)
{
	return imap_fine(c) &&
	       search(c, charset,
		   field == NULL
		       ? mailimap_search_key_new_text(own(text))
		       : mailimap_search_key_new_header(own(field), own(text)),
		   uids);
}

static struct mailimap_set *
set_of(const struct imap_uids *uids)
{
	struct mailimap_set *set = mailimap_set_new_empty();

	for (size_t i = 0; i < uids->n; i++)
		mailimap_set_add_single(set, uids->of[i]);
	return set;
}

/* What one FETCH response says; the others are somebody else's news. */
static void
read_flags(const struct mailimap_msg_att_dynamic *dynamic, unsigned *flags)
{
	static const struct {
		int type;
		unsigned flag;
	} known[] = {
		{ MAILIMAP_FLAG_SEEN, IMAP_FLAG_SEEN },
		{ MAILIMAP_FLAG_FLAGGED, IMAP_FLAG_FLAGGED },
		{ MAILIMAP_FLAG_DELETED, IMAP_FLAG_DELETED },
	};

	*flags = 0;
	if (dynamic == NULL || dynamic->att_list == NULL)
		return;
	for (clistiter *i = clist_begin(dynamic->att_list); i != NULL;
	     i = clist_next(i)) {
		const struct mailimap_flag_fetch *f = clist_content(i);

		for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
			if (f->fl_type == MAILIMAP_FLAG_FETCH_OTHER &&
			    f->fl_flag->fl_type == known[k].type)
				*flags |= known[k].flag;
	}
}

struct fetched {
	uint32_t uid;
	bool has_flags, has_content;
	unsigned flags;
	struct span content;
};

static void
read_item(const struct mailimap_msg_att_item *item, struct fetched *f)
{
	const struct mailimap_msg_att_static *fixed = item->att_data.att_static;
	const struct mailimap_msg_att_body_section *section;

	if (item->att_type == MAILIMAP_MSG_ATT_ITEM_DYNAMIC) {
		read_flags(item->att_data.att_dyn, &f->flags);
		f->has_flags = true;
	} else if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC &&
		   fixed->att_type == MAILIMAP_MSG_ATT_UID) {
		f->uid = fixed->att_data.att_uid;
	} else if (item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC &&
		   fixed->att_type == MAILIMAP_MSG_ATT_BODY_SECTION) {
		section = fixed->att_data.att_body_section;
		f->has_content = section->sec_body_part != NULL;
		f->content = (struct span){ section->sec_body_part,
			f->has_content ? section->sec_length : 0 };
	}
}

static bool
fetch(struct imap_client *c, uint32_t uid, struct mailimap_fetch_att *att,
    struct buf *content, unsigned *flags)
{
	struct mailimap_fetch_type *what =
	    mailimap_fetch_type_new_fetch_att_list_empty();
	struct mailimap_set *set = mailimap_set_new_single(uid);
	clist *list = NULL;
	bool got = false, ok;

	mailimap_fetch_type_new_fetch_att_list_add(
	    what, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(what, att);
	ok = note(
	    c, "UID FETCH", mailimap_uid_fetch(c->session, set, what, &list));
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	if (!ok)
		return false;
	for (clistiter *i = clist_begin(list); i != NULL; i = clist_next(i)) {
		const struct mailimap_msg_att *one = clist_content(i);
		struct fetched f = { .uid = 0 };

		for (clistiter *k = clist_begin(one->att_list); k != NULL;
		     k = clist_next(k))
			read_item(clist_content(k), &f);
		if (f.uid != uid)
			continue;
		if (content != NULL && f.has_content) {
			buf_clear(content);
			buf_add(content, f.content);
			got = true;
		}
		if (flags != NULL && f.has_flags) {
			*flags = f.flags;
			got = true;
		}
	}
	mailimap_fetch_list_free(list);
	return got;
}

bool
imap_fetch(struct imap_client *c, uint32_t uid, enum imap_part part,
    struct buf *content)
{
	struct mailimap_section *section;

	if (!imap_fine(c))
		return false;
	section = part == IMAP_PART_HEADER ? mailimap_section_new_header()
					   : mailimap_section_new(NULL);
	return fetch(c, uid,
	    part == IMAP_PART_READ
		? mailimap_fetch_att_new_body_section(section)
		: mailimap_fetch_att_new_body_peek_section(section),
	    content, NULL);
}

bool
imap_flags(struct imap_client *c, uint32_t uid, unsigned *flags)
{
	*flags = 0;
	return imap_fine(c) &&
	       fetch(c, uid, mailimap_fetch_att_new_flags(), NULL, flags);
}

bool
imap_add_flags(
    struct imap_client *c, const struct imap_uids *uids, unsigned flags)
{
	struct mailimap_flag_list *list = mailimap_flag_list_new_empty();
	struct mailimap_store_att_flags *what;
	struct mailimap_set *set = set_of(uids);
	bool ok;

	if (flags & IMAP_FLAG_SEEN)
		mailimap_flag_list_add(list, mailimap_flag_new_seen());
	if (flags & IMAP_FLAG_FLAGGED)
		mailimap_flag_list_add(list, mailimap_flag_new_flagged());
	if (flags & IMAP_FLAG_DELETED)
		mailimap_flag_list_add(list, mailimap_flag_new_deleted());
	what = mailimap_store_att_flags_new_add_flags(list);
	ok = imap_fine(c) &&
	     note(c, "UID STORE", mailimap_uid_store(c->session, set, what));
	mailimap_store_att_flags_free(what);
	mailimap_set_free(set);
	return ok;
}

bool
imap_copy(struct imap_client *c, const struct imap_uids *uids, const char *to)
{
	struct mailimap_set *set = set_of(uids);
	const bool ok =
	    imap_fine(c) &&
	    note(c, "UID COPY", mailimap_uid_copy(c->session, set, to));

	mailimap_set_free(set);
	return ok;
}

bool
imap_move(struct imap_client *c, const struct imap_uids *uids, const char *to)
{
	struct mailimap_set *set;
	size_t left;
	bool ok;

	if (!c->move)
		return imap_copy(c, uids, to) && imap_remove(c, uids, &left);
	set = set_of(uids);
	ok = imap_fine(c) &&
	     note(c, "UID MOVE", mailimap_uid_move(c->session, set, to));
	mailimap_set_free(set);
	return ok;
}

/* RFC 3501 6.4.3: EXPUNGE takes everything that is marked. */
static bool
only_ours(struct imap_client *c, const struct imap_uids *uids)
{
	struct imap_uids marked = { .n = 0 };
	bool ok;

	ok = search(c, NULL,
	    mailimap_search_key_new(MAILIMAP_SEARCH_KEY_DELETED, NULL, NULL,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL,
		NULL, NULL),
	    &marked);
	for (size_t i = 0; ok && i < marked.n; i++) {
		bool known = false;

		for (size_t k = 0; k < uids->n; k++)
			known |= uids->of[k] == marked.of[i];
		ok = known;
	}
	imap_uids_free(&marked);
	return ok;
}

bool
imap_remove(struct imap_client *c, const struct imap_uids *uids, size_t *left)
{
	struct mailimap_set *set;
	bool ok;

	*left = uids->n;
	if (uids->n == 0)
		return imap_fine(c);
	if (!imap_add_flags(c, uids, IMAP_FLAG_DELETED))
		return false;
	if (!c->uidplus) {
		if (!only_ours(c, uids))
			return imap_fine(c);
		ok = note(c, "EXPUNGE", mailimap_expunge(c->session));
	} else {
		set = set_of(uids);
		ok = note(
		    c, "UID EXPUNGE", mailimap_uid_expunge(c->session, set));
		mailimap_set_free(set);
	}
	if (ok)
		*left = 0;
	return ok;
}

/* ---- IDLE ---- */

bool
imap_idle(struct imap_client *c)
{
	return imap_fine(c) && note(c, "IDLE", mailimap_idle(c->session));
}

bool
imap_idle_wait(struct imap_client *c, int64_t ms)
{
	int got = MAILSTREAM_IDLE_TIMEOUT;

	if (!imap_fine(c))
		return false;
	mailstream_setup_idle(c->session->imap_stream);
	for (; ms > 0 && got == MAILSTREAM_IDLE_TIMEOUT; ms -= 1000)
		got = mailstream_wait_idle(c->session->imap_stream, 1);
	mailstream_unsetup_idle(c->session->imap_stream);
	return got == MAILSTREAM_IDLE_HASDATA;
}

bool
imap_idle_done(struct imap_client *c)
{
	return imap_fine(c) && note(c, "IDLE", mailimap_idle_done(c->session));
}
