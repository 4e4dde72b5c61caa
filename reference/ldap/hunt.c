/* SPDX-License-Identifier: MIT */
/* Search: RFC 4511 4.5. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/sha.h>

#include "lib/mem.h"
#include "reference/ldap/inner.h"

void
ldap_hunt_end(struct ldap_session *s)
{
	free(s->hunt.base);
	filter_free(&s->hunt.filter);
	directory_ids_free(&s->hunt.ids);
	s->hunt = (struct ldap_hunt){ .on = false };
}

/* Over before it began. */
static void
refuse(struct ldap_session *s, enum ldap_code code, const char *text)
{
	ldap_answer(s, code, text);
	ldap_hunt_end(s);
}

/* ---- what is asked for ---- */

/*
 * RFC 4511 4.5.1.8: none is all user attributes, and so is "*"; "1.1" is
 * nothing, and so is what nobody knows.
 */
static bool
read_selection(
    const struct ldap_session *s, struct ber list, struct ldap_selection *w)
{
	w->user = !ber_more(&list) && !list.bad;
	while (ber_more(&list)) {
		const struct span name = ber_octets(&list, BER_OCTETS);

		if (span_eq(name, SPAN("*")))
			w->user |= !faulty(s, FAULT_LDAP_STAR_IS_NONE);
		else if (span_eq(name, SPAN("+")))
			w->operational = !faulty(s, FAULT_LDAP_PLUS_IS_NONE);
		else if (span_eq(name, SPAN("1.1")))
			w->user |= faulty(s, FAULT_LDAP_ONE_ONE_IS_ALL);
		else if (w->n < ATTRIBUTES_MOST &&
			 entry_describe(name, &w->of[w->n]))
			w->unknown |= w->of[w->n++].type == ATTR_NONE;
	}
	w->user |= w->n > 0 && faulty(s, FAULT_LDAP_SELECTION_IGNORED);
	return !list.bad;
}

static void
add_hex(char *text, const unsigned char *octets, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", octets[i]);
}

/* Who asks for what, but for the page: a cookie is of use for that alone. */
static void
digest_request(
    const struct ldap_session *s, const struct ldap_search *q, char text[17])
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct buf asked;

	buf_init(&asked, PDU_MOST);
	buf_addf(&asked, "%s %.*s %d ", s->name == NULL ? "" : s->name,
	    SPAN_FMT(q->base), (int)q->scope);
	buf_add(&asked, q->filter_octets);
	SHA256((const unsigned char *)buf_text(&asked), asked.len, digest);
	buf_free(&asked);
	add_hex(text, digest, 8);
}

/* "LAST SENT DIGEST"; the first page has none. */
static bool
read_cookie(struct ldap_hunt *h, struct span cookie)
{
	char text[COOKIE], digest[COOKIE];
	long long last, sent;

	if (cookie.len == 0)
		return true;
	if (cookie.len >= sizeof text)
		return false;
	(void)snprintf(text, sizeof text, "%.*s", SPAN_FMT(cookie));
	if (sscanf(text, "%lld %lld %63s", &last, &sent, digest) != 3 ||
	    strcmp(digest, h->digest) != 0)
		return false;
	h->last = last;
	h->sent = sent;
	while (h->at < h->ids.n && h->ids.of[h->at] <= last)
		h->at++;
	return true;
}

/* 0 is no limit of the client's. */
static int64_t
smaller(int64_t asked, int64_t ours)
{
	return asked == 0 || asked > ours ? ours : asked;
}

/* RFC 2696 3: a page as large as all may be is no page. */
static void
set_limits(struct ldap_session *s, const struct ldap_search *q)
{
	struct ldap_hunt *h = &s->hunt;
	const int64_t size =
	    faulty(s, FAULT_LDAP_SIZE_IGNORED) ? 0 : q->size_limit;

	h->paged = s->page != NULL &&
		   (q->size_limit == 0 || s->page->size < q->size_limit);
	h->size_most = h->paged ? size : smaller(size, SIZE_MOST);
	h->page_most = h->paged && !faulty(s, FAULT_LDAP_PAGE_WHOLE)
			   ? smaller(s->page->size, SIZE_MOST)
			   : SIZE_MOST;
	h->began_us = s->now.us;
	h->deadline_us =
	    s->now.us + smaller(q->time_limit, TIME_MOST_S) * 1000000;
	if (q->time_limit != 0 && faulty(s, FAULT_LDAP_TIME_AT_ONCE))
		h->deadline_us = s->now.us;
}

/* ---- beginning ---- */

static const char *
read_filter(
    struct ldap_session *s, const struct ldap_search *q, enum ldap_code *code)
{
	*code = LDAP_PROTOCOL_ERROR;
	switch (filter_read(q->filter, &s->hunt.filter)) {
	case FILTER_READ:
		return NULL;
	case FILTER_WRONG:
		return "a filter that cannot be";
	case FILTER_TOO_LARGE:
		*code = LDAP_ADMIN_LIMIT_EXCEEDED;
		return "the filter is too large";
	default:
		return "";
	}
}

/* Whoever relies on certificates may have no account here. */
static bool
is_authority(const struct ldap_session *s)
{
	struct buf pki;
	bool below;
	int64_t id;

	buf_init(&pki, DN_KEY);
	below = dn_text_key(SPAN(DIRECTORY_PKI), &pki) &&
		span_starts(span_of(s->hunt.base), buf_span(&pki)) &&
		directory_find(s->site->store, span_of(s->hunt.base), &id);
	buf_free(&pki);
	return below && !faulty(s, FAULT_PUBLISH_CLOSED) &&
	       !varies(s, VARIANT_PUBLISH_CLOSED);
}

static bool
is_open_to_all(struct ldap_session *s)
{
	struct directory_entry e;
	bool is_root;

	if (s->hunt.scope != SCOPE_BASE)
		return false;
	is_root = ldap_root_get(s, span_of(s->hunt.base), &e);
	directory_entry_free(&e);
	return is_root || is_authority(s);
}

/* Is what it asks for there, and may it be asked for? */
static bool
base_is_there(struct ldap_session *s, const struct ldap_search *q)
{
	struct buf key;
	bool named;
	int64_t id;

	buf_init(&key, DN_KEY);
	named = dn_text_key(q->base, &key);
	if (q->base.len > 0 && q->base.ptr[0] >= 'A' && q->base.ptr[0] <= 'Z' &&
	    faulty(s, FAULT_LDAP_CAPITALS_NO_OBJECT))
		buf_addf(&key, "?");
	s->hunt.base = mem_text(buf_span(&key));
	buf_free(&key);
	if (!named)
		refuse(s, LDAP_INVALID_DN_SYNTAX, "");
	else if (is_open_to_all(s))
		return true;
	else if (s->name == NULL && !faulty(s, FAULT_LDAP_ANONYMOUS_READS))
		refuse(s, LDAP_INSUFFICIENT_ACCESS_RIGHTS, "bind first");
	else if (s->hunt.base[0] == '\0' ||
		 directory_find(s->site->store, span_of(s->hunt.base), &id))
		return true;
	else {
		ldap_answer_nobody(s, q->base);
		ldap_hunt_end(s);
	}
	return false;
}

/* RFC 2696 3: a page of nothing ends it. */
static bool
begin_page(struct ldap_session *s)
{
	static const struct ldap_page over = { 0, SPAN_INIT("") };

	if (!s->hunt.paged)
		return true;
	if (!faulty(s, FAULT_LDAP_PAGE_AGAIN) &&
	    !read_cookie(&s->hunt, s->page->cookie) &&
	    !faulty(s, FAULT_LDAP_COOKIE_FORGED)) {
		refuse(s, LDAP_UNWILLING_TO_PERFORM,
		    "the cookie is of another search");
		return false;
	}
	if (s->page->size > 0 || faulty(s, FAULT_LDAP_PAGE_ZERO_IS_ALL))
		return true;
	ldap_answer_hunt(s, &(struct ldap_answer){ .code = LDAP_SUCCESS,
				.matched = SPAN(""),
				.text = SPAN(""),
				.page = &over });
	return false;
}

/* Faults: such a filter has no answer at all. */
static bool
is_swallowed(
    const struct ldap_session *s, const char *wrong, enum ldap_code code)
{
	return wrong[0] == '\0' ? faulty(s, FAULT_LDAP_PASSES_FILTER)
				: code == LDAP_ADMIN_LIMIT_EXCEEDED &&
				      faulty(s, FAULT_LDAP_DEEP_UNANSWERED);
}

void
ldap_run_search(struct ldap_session *s, const struct ldap_message *m)
{
	struct ldap_hunt *h = &s->hunt;
	struct ldap_search q;
	enum ldap_code code;
	const char *wrong;

	*h = (struct ldap_hunt){ .id = m->id, .filter.fault = s->site->fault };
	if (!ldap_read_search(m->body, &q) ||
	    !read_selection(s, q.attributes, &h->selection)) {
		ldap_disconnect(
		    s, LDAP_PROTOCOL_ERROR, "the request is garbled");
		return;
	}
	wrong = read_filter(s, &q, &code);
	if (wrong != NULL && is_swallowed(s, wrong, code)) {
		ldap_hunt_end(s);
		return;
	}
	if (h->selection.unknown && faulty(s, FAULT_LDAP_UNKNOWN_REFUSED)) {
		refuse(s, LDAP_UNDEFINED_ATTRIBUTE_TYPE, "");
		return;
	}
	if (wrong != NULL && wrong[0] == '\0') {
		ldap_disconnect(s, code, "the filter is garbled");
		return;
	}
	if (wrong == NULL && (q.scope < 0 || q.scope > 2))
		wrong = "no such scope";
	if (wrong == NULL && (q.deref < 0 || q.deref > 3))
		wrong = "no such way to follow aliases";
	if (wrong != NULL) {
		refuse(s, code, wrong);
		return;
	}
	h->scope = (unsigned)q.scope;
	h->types_only = q.types_only;
	if (!base_is_there(s, &q))
		return;
	if (faulty(s, FAULT_LDAP_MAIL_LOST_BELOW) &&
	    span_eq(q.base, SPAN(DIRECTORY_BASE))) {
		refuse(s, LDAP_SUCCESS, "");
		return;
	}
	set_limits(s, &q);
	digest_request(s, &q, h->digest);
	ldap_plan(s->site->store, h);
	h->on = begin_page(s);
	if (h->on && h->scope == SCOPE_SUBTREE &&
	    varies(s, VARIANT_LDAP_REFERENCES))
		ldap_send_reference(s);
}

/* ---- going on ---- */

static bool
is_in_scope(const struct ldap_hunt *h, const char *key)
{
	const struct span base = span_of(h->base), k = span_of(key);
	const struct span below =
	    span_skip(k, span_starts(k, base) ? base.len : k.len);

	switch (h->scope) {
	case SCOPE_BASE:
		return h->filter.fault == FAULT_LDAP_BASE_IS_SUBTREE
			   ? span_starts(k, base)
			   : span_eq(k, base);
	case SCOPE_ONE:
		if (span_eq(k, base))
			return h->filter.fault == FAULT_LDAP_ONE_HAS_BASE;
		return below.len > 0 &&
		       span_find(below, SPAN(",")) == below.len - 1;
	default:
		if (span_eq(k, base) &&
		    h->filter.fault == FAULT_LDAP_SUBTREE_HAS_NO_BASE)
			return false;
		return span_starts(k, base);
	}
}

static void
finish(struct ldap_session *s, enum ldap_code code, bool more)
{
	struct ldap_page page = {
		varies(s, VARIANT_LDAP_PAGE_ESTIMATES) ? 1000 : 0, SPAN("")
	};
	char cookie[COOKIE];

	if (code == LDAP_SUCCESS && s->hunt.sent == 0 &&
	    faulty(s, FAULT_LDAP_NOBODY_IS_ERROR))
		code = LDAP_NO_SUCH_OBJECT;
	if (code == LDAP_SUCCESS && s->hunt.size_most == s->hunt.sent &&
	    faulty(s, FAULT_LDAP_SIZE_REACHED))
		code = LDAP_SIZE_LIMIT_EXCEEDED;
	if (more || faulty(s, FAULT_LDAP_PAGE_NEVER_LAST)) {
		(void)snprintf(cookie, sizeof cookie, "%lld %lld %s",
		    (long long)s->hunt.last, (long long)s->hunt.sent,
		    s->hunt.digest);
		page.cookie = span_of(cookie);
	}
	ldap_answer_hunt(s, &(struct ldap_answer){ .code = code,
				.matched = SPAN(""),
				.text = SPAN(""),
				.page = s->hunt.paged ? &page : NULL });
}

/* It matches.  Is there room for one more, or is this the end? */
static void
offer(struct ldap_session *s, const struct directory_entry *e)
{
	struct ldap_hunt *h = &s->hunt;

	if (h->size_most != 0 && h->sent == h->size_most) {
		finish(s, LDAP_SIZE_LIMIT_EXCEEDED, false);
		return;
	}
	if (h->paged && h->page_sent == h->page_most) {
		/* a fault: who did not fit is passed over */
		if (faulty(s, FAULT_LDAP_PAGES_LOSE))
			h->last = e->id;
		finish(s, LDAP_SUCCESS, true);
		return;
	}
	if (!ldap_send_entry(s, e)) {
		finish(s, LDAP_ADMIN_LIMIT_EXCEEDED, false);
		return;
	}
	h->last = e->id;
	h->sent++;
	h->page_sent++;
}

/* What is true of every entry, and stored with none. */
static void
complete(struct directory_entry *e)
{
	/* a key is what a name is prepared to */
	directory_put(
	    e, ATTR_ENTRY_DN, SPAN(""), span_of(e->dn), span_of(e->key));
	directory_put(e, ATTR_SUBSCHEMA_SUBENTRY, SPAN(""),
	    SPAN(DIRECTORY_SUBSCHEMA), SPAN(DIRECTORY_SUBSCHEMA_KEY));
}

static bool
asks_for_certificates(const struct ldap_session *s)
{
	for (size_t i = 0; i < s->hunt.selection.n; i++)
		if (s->hunt.selection.of[i].type == ATTR_USER_CERTIFICATE)
			return true;
	return false;
}

/* A fault: certificates are found by name only. */
static bool
is_overlooked(const struct ldap_session *s)
{
	return faulty(s, FAULT_PUBLISH_BY_NAME_ONLY) &&
	       s->hunt.scope == SCOPE_SUBTREE && asks_for_certificates(s);
}

static void
look_at(struct ldap_session *s, int64_t id)
{
	struct directory_entry e;

	if (directory_get(s->site->store, id, &e) &&
	    is_in_scope(&s->hunt, e.key) && !is_overlooked(s)) {
		complete(&e);
		if (faulty(s, FAULT_LDAP_PASSWORD_NAMED) ||
		    faulty(s, FAULT_LDAP_PASSWORD_AMONG_ALL))
			entry_put_own(&e, ATTR_USER_PASSWORD, SPAN("x"));
		if (filter_judge(&s->hunt.filter, &e) == IS_TRUE)
			offer(s, &e);
	}
	directory_entry_free(&e);
}

static void
look_at_root(struct ldap_session *s)
{
	struct directory_entry e;

	if ((s->hunt.scope == SCOPE_BASE ||
		faulty(s, FAULT_LDAP_ROOT_IN_SUBTREE)) &&
	    ldap_root_get(s, span_of(s->hunt.base), &e)) {
		if (filter_judge(&s->hunt.filter, &e) == IS_TRUE)
			offer(s, &e);
		directory_entry_free(&e);
	}
}

void
ldap_hunt_on(struct ldap_session *s)
{
	struct ldap_hunt *h = &s->hunt;

	/* a fault: others have their turn meanwhile */
	if (faulty(s, FAULT_PUBLISH_SLOW) && asks_for_certificates(s) &&
	    s->now.us < h->began_us + SLOW_US)
		return;
	for (int i = 0; i < LOOKS && h->on && h->at < h->ids.n; i++) {
		if (s->out->len > SESSION_PORTION || s->entry.len > 0)
			return;
		if (s->now.us >= h->deadline_us)
			finish(s, LDAP_TIME_LIMIT_EXCEEDED, false);
		else
			look_at(s, h->ids.of[h->at++]);
	}
	if (!h->on || h->at < h->ids.n || s->entry.len > 0)
		return;
	look_at_root(s);
	if (h->on)
		finish(s, LDAP_SUCCESS, false);
}
