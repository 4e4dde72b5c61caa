/* SPDX-License-Identifier: MIT */
/*
 * web - one HTTP request to the target and what came back: libcurl, which
 * speaks TLS through GnuTLS and shares no code with the reference.
 *
 * A case is a conversation: web_call() in collect() files it as evidence,
 * web_heard() in judge() reads it back.
 *
 *	NAME.request	head and body as they were sent
 *	NAME.response	heads as they came, 1xx and trailers among them
 *	NAME.body	the body, chunks put together
 *	NAME.chain.pem	what certificates the target showed, if TLS came about
 *
 * and facts: NAME says how it ended (web_end_name()), NAME.why in words,
 * NAME.status, NAME.us from the first octet sent to the last one heard,
 * NAME.tls and NAME.cipher.
 *
 * However the target behaves, a call ends in time and holds no more octets
 * than it was allowed.  No redirect is followed, no proxy asked, nothing but
 * http and https spoken, and no host addressed that the profile does not name.
 */
#ifndef CONFORMANCE_CLIENT_WEB_H
#define CONFORMANCE_CLIENT_WEB_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/buf.h"
#include "lib/profile.h"
#include "lib/span.h"

struct trial;

#define WEB_SENT_MOST (64u << 10)  /* octets of a request beside its body */
#define WEB_HEAD_MOST (256u << 10) /* octets of all heads of an answer */
#define WEB_BODY_MOST (16u << 20)  /* unless the caller says otherwise */
#define WEB_PEM_MOST  (64u << 10)

/* How a call ended.  All but the first two are about the target. */
enum web_end {
	WEB_NOT_SENT,    /* we did not: a mistake of the case's */
	WEB_FORBIDDEN,   /* the profile does not name this host */
	WEB_UNREACHABLE, /* no connection came about */
	WEB_NO_TLS,      /* no TLS, or none to be trusted */
	WEB_TIMED_OUT,
	WEB_TOO_LONG, /* more octets than we hold */
	WEB_GARBLED,  /* what came is no HTTP, or ended before its end */
	WEB_ANSWERED,
	WEB_ENDS
};

const char *web_end_name(enum web_end); /* "timed-out" */

struct web_request {
	const char *method; /* NULL: GET, or POST when there is a body */
	/*
	 * Either a path, percent-encoded, behind that of the endpoint: "" or
	 * "/abc"; or a URL that stands in a certificate, say.
	 */
	const char *path;
	const char *url;
	const char *const *headers; /* "Name: value" */
	size_t n_headers;
	const char *type; /* of the body */
	struct span body; /* .ptr NULL: none */
	const struct span *secrets; /* "(redacted)" in NAME.request */
	size_t n_secrets;
	int64_t ms;       /* 0: the profile's timeouts.reply */
	size_t most;      /* octets of the answer's body; 0: WEB_BODY_MOST */
};

struct web_answer {
	enum web_end end;
	char why[256];        /* "" when answered */
	int status;           /* of the last head; 0: there was none */
	struct span protocol; /* "HTTP/1.1" */
	struct span head;     /* the last one, status line to empty line */
	struct span body;
	int64_t connect_us, secure_us; /* when that was done, from the start */
	int64_t first_us, total_us;
	char tls[16], cipher[80]; /* "TLS1.3", or "" */

	/* All that was said; the spans above point into it. */
	struct buf sent, heads, content, chain;
};

void web_answer_init(struct web_answer *, size_t most);
void web_answer_free(struct web_answer *);
/*
 * Sets the spans and the status by what is in "heads" and "content": the last
 * head counts, and trailers may stand behind it.
 */
void web_answer_read(struct web_answer *);

/* The field's value in the last head, or NULL in .ptr; and how often. */
struct span web_header(const struct web_answer *, const char *name);
size_t web_header_count(const struct web_answer *, const char *name);
/* "application/ocsp-response", whatever its parameters and case. */
bool web_has_type(const struct web_answer *, const char *type);

/*
 * A client of one endpoint.  It keeps its connection from one request to the
 * next as long as the target does; web_connections() tells how many there
 * were.
 */
struct web;

struct web *web_new(const struct profile *, const struct profile_endpoint *,
    const char *correlation);
void web_free(struct web *);
/* The answer was initialised, and is begun anew; true when there is one. */
bool web_ask(struct web *, const struct web_request *, struct web_answer *);
unsigned web_connections(const struct web *);

/* ---- for cases ---- */

/* In collect(): asks the service's endpoint, and files all of it. */
bool web_call(struct trial *, const char *name, const char *service,
    const struct web_request *);
/* The same with a client that was there before. */
bool web_call_with(
    struct trial *, const char *name, struct web *, const struct web_request *);
/* A client for web_call_with(); NULL when the profile has no such endpoint. */
struct web *web_of(struct trial *, const char *service);

/*
 * In judge(): what web_call() filed, into an answer that was initialised; true
 * when there is an answer.  Times but total_us, and "sent", are left empty.
 */
bool web_heard(struct trial *, const char *name, struct web_answer *);

#endif
