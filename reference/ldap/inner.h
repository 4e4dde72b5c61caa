/* SPDX-License-Identifier: MIT */
/*
 * ldap/inner - what the files of the session share; nobody else includes it.
 *
 *	session.c	octets: what is a message, what waits
 *	operate.c	which operations there are, and who may do them; controls
 *	extend.c	extended operations: StartTLS, Who am I
 *	bind.c		Bind
 *	hunt.c		Search: what is asked for, one portion after the other
 *	plan.c		which entries a filter can be true of
 *	root.c		the rootDSE and the subschema entry
 *	compare.c	Compare
 *	change.c	Add, Modify, Delete, ModifyDN
 *	speak.c		answers, entries, and hanging up
 *
 * Each calls only what stands below it, and speak.c.
 */
#ifndef REFERENCE_LDAP_INNER_H
#define REFERENCE_LDAP_INNER_H

#include "reference/ldap/directory.h"
#include "reference/ldap/filter.h"
#include "reference/ldap/message.h"
#include "reference/ldap/session.h"
#include "reference/login.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum {
	PDU_MOST = 8 << 20, /* octets: a CRL of 100,000 entries is less */
	ENTRY_MOST = 32 << 20,
	WAITING_MOST = 100,   /* operations that wait for a search to end */
	SIZE_MOST = 1000,     /* entries of a search, or of a page of it */
	TIME_MOST_S = 60,     /* of a search */
	ATTRIBUTES_MOST = 64, /* that a search names */
	LOOKS = 500,          /* entries looked at before others have a turn */
	COOKIE = 64,
	SLOW_US = 2500000, /* FAULT_PUBLISH_SLOW: CERT-F-13 wants 2 s */
};

/* What is asked of an entry: RFC 4511 4.5.1.8. */
struct ldap_selection {
	struct entry_description of[ATTRIBUTES_MOST];
	size_t n;
	bool user;        /* "*", or nothing was named */
	bool operational; /* "+" */
	bool unknown;     /* something nobody knows was named */
};

/* A search that is not over. */
struct ldap_hunt {
	bool on;
	int32_t id; /* of the message */
	enum { SCOPE_BASE, SCOPE_ONE, SCOPE_SUBTREE } scope;
	char *base; /* key */
	struct filter filter;
	struct ldap_selection selection;
	bool types_only;
	struct directory_ids ids; /* what the filter can be true of */
	size_t at;                /* the next of them */
	int64_t size_most, sent;
	int64_t began_us, deadline_us;
	/* RFC 2696 */
	bool paged;
	int64_t page_most, page_sent;
	int64_t last;    /* the entry that was sent last */
	char digest[17]; /* of what was asked: a cookie is for that alone */
};

struct ldap_session {
	struct session base;
	const struct site *site;
	bool implicit; /* role LDAP_IMPLICIT */
	bool tls;
	char peer[80];
	enum session_next next;
	struct buf in;   /* messages that are not whole, or wait */
	size_t admitted; /* octets of "in" whose messages will be obeyed */

	/* Who it is: RFC 4513 4. */
	char *name; /* DN; NULL: anonymous */
	char *user;
	bool administrator;

	struct ldap_hunt hunt;
	struct buf entry; /* of it, as far as it has not been sent */

	/* What faults remember. */
	bool deaf;     /* nothing is answered any more */
	bool spoilt;   /* a password was wrong */
	int32_t first; /* messageID of the first Compare */

	/* For the time of one call. */
	struct wall now;
	struct buf *out;
	const struct ldap_message *message; /* being obeyed */
	const struct ldap_page *page;       /* its paged results, or NULL */
	struct ldap_page asked_page;
};

static inline bool
faulty(const struct ldap_session *s, enum fault fault)
{
	return fault != FAULT_NONE && s->site->fault == fault;
}

static inline bool
varies(const struct ldap_session *s, enum variant variant)
{
	return variant != VARIANT_NONE && s->site->variant == variant;
}

/* ---- speak.c ---- */

/* To the message that is being obeyed. */
void ldap_answer(struct ldap_session *, enum ldap_code, const char *text);
void ldap_answer_whole(struct ldap_session *, const struct ldap_answer *);
/* Of the search, which is over then: SearchResultDone. */
void ldap_answer_hunt(struct ldap_session *, const struct ldap_answer *);
/*
 * False: it is too large for anybody.  One that is larger than a portion is
 * sent by ldap_send_more(), piece by piece.
 */
bool ldap_send_entry(struct ldap_session *, const struct directory_entry *);
void ldap_send_more(struct ldap_session *);
/* A variant: SearchResultReference, to a place that is not searched here. */
void ldap_send_reference(struct ldap_session *);
/* Notice of Disconnection (RFC 4511 4.4.1), and the end. */
void ldap_disconnect(struct ldap_session *, enum ldap_code, const char *text);
/* The audit. */
void ldap_note(
    struct ldap_session *, const char *event, bool success, struct span detail);

/* ---- operate.c ---- */

void ldap_obey(struct ldap_session *, const struct ldap_message *);

/* ---- extend.c, bind.c ---- */

void ldap_run_extended(struct ldap_session *, const struct ldap_message *);
void ldap_run_bind(struct ldap_session *, const struct ldap_message *);
void ldap_become_anonymous(struct ldap_session *);

/* ---- hunt.c, plan.c, root.c ---- */

void ldap_run_search(struct ldap_session *, const struct ldap_message *);
/* The next portion. */
void ldap_hunt_on(struct ldap_session *);
/* Without a word. */
void ldap_hunt_end(struct ldap_session *);
void ldap_plan(struct store *, struct ldap_hunt *);
/* True: it is one of those, and not among the entries that are stored. */
bool ldap_root_get(
    struct ldap_session *, struct span key, struct directory_entry *);

/* ---- compare.c, change.c ---- */

void ldap_run_compare(struct ldap_session *, const struct ldap_message *);
void ldap_run_add(struct ldap_session *, const struct ldap_message *);
void ldap_run_modify(struct ldap_session *, const struct ldap_message *);
void ldap_run_delete(struct ldap_session *, const struct ldap_message *);
void ldap_run_rename(struct ldap_session *, const struct ldap_message *);
/* The name, with what stands in its place above; answers when it is none. */
void ldap_answer_nobody(struct ldap_session *, struct span name);

#endif
