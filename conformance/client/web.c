/* SPDX-License-Identifier: MIT */
#include "conformance/client/web.h"

#include <curl/curl.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "conformance/client/web_place.h"
#include "lib/mem.h"

struct web {
	CURL *curl;
	const struct profile *profile;
	const struct profile_endpoint *endpoint;
	char *correlation;             /* a header */
	struct curl_slist *connect_to; /* names of the profile, and where */
	unsigned connections;

	/* For the time of one request. */
	struct web_answer *answer;
	bool secured;
	char why[CURL_ERROR_SIZE];
};

/* ---- how it ended ---- */

static enum web_end
end_of(CURLcode code)
{
	/* clang-format off */
	static const struct {
		CURLcode code;
		enum web_end end;
	} ends[] = {
		{ CURLE_OK,			WEB_ANSWERED },
		{ CURLE_COULDNT_RESOLVE_HOST,	WEB_UNREACHABLE },
		{ CURLE_COULDNT_CONNECT,	WEB_UNREACHABLE },
		{ CURLE_SSL_CONNECT_ERROR,	WEB_NO_TLS },
		{ CURLE_PEER_FAILED_VERIFICATION, WEB_NO_TLS },
		{ CURLE_SSL_CIPHER,		WEB_NO_TLS },
		{ CURLE_SSL_ISSUER_ERROR,	WEB_NO_TLS },
		{ CURLE_SSL_INVALIDCERTSTATUS,	WEB_NO_TLS },
		{ CURLE_OPERATION_TIMEDOUT,	WEB_TIMED_OUT },
		{ CURLE_WRITE_ERROR,		WEB_TOO_LONG },
		{ CURLE_FILESIZE_EXCEEDED,	WEB_TOO_LONG },
		{ CURLE_OUT_OF_MEMORY,		WEB_TOO_LONG }, /* one line */
		{ CURLE_GOT_NOTHING,		WEB_GARBLED },
		{ CURLE_RECV_ERROR,		WEB_GARBLED },
		{ CURLE_SEND_ERROR,		WEB_GARBLED },
		{ CURLE_PARTIAL_FILE,		WEB_GARBLED },
		{ CURLE_WEIRD_SERVER_REPLY,	WEB_GARBLED },
		{ CURLE_UNSUPPORTED_PROTOCOL,	WEB_GARBLED }, /* HTTP/0.9 */
		{ CURLE_HTTP2,			WEB_GARBLED },
		{ CURLE_BAD_CONTENT_ENCODING,	WEB_GARBLED },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
		if (ends[i].code == code)
			return ends[i].end;
	return WEB_NOT_SENT;
}

/* ---- what the library tells us ---- */

/* While the connection is there; the library forgets it soon. */
static void
note_tls(struct web *w)
{
	struct web_answer *a = w->answer;
	const struct curl_tlssessioninfo *info = NULL;
	const char *version = NULL, *cipher = NULL;

	if (w->secured ||
	    curl_easy_getinfo(w->curl, CURLINFO_TLS_SSL_PTR, &info) !=
		CURLE_OK ||
	    info == NULL || info->backend != CURLSSLBACKEND_GNUTLS ||
	    info->internals == NULL)
		return;
	w->secured = true;
	version = gnutls_protocol_get_name(
	    gnutls_protocol_get_version(info->internals));
	cipher = gnutls_ciphersuite_get(info->internals);
	(void)snprintf(
	    a->tls, sizeof a->tls, "%s", version == NULL ? "" : version);
	(void)snprintf(
	    a->cipher, sizeof a->cipher, "%s", cipher == NULL ? "" : cipher);
}

static size_t
take(struct buf *into, const char *bytes, size_t n)
{
	buf_add(into, (struct span){ bytes, n });
	return into->full ? 0 : n;
}

static size_t
on_header(char *bytes, size_t size, size_t n, void *ctx)
{
	struct web *w = ctx;

	note_tls(w);
	return take(&w->answer->heads, bytes, size * n);
}

static size_t
on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct web *w = ctx;

	return take(&w->answer->content, bytes, size * n);
}

static int
on_debug(CURL *curl, curl_infotype type, char *bytes, size_t n, void *ctx)
{
	struct web *w = ctx;

	(void)curl;
	if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)
		buf_add(&w->answer->sent, (struct span){ bytes, n });
	return 0;
}

static void
note_chain(struct web *w)
{
	struct curl_certinfo *info = NULL;

	if (curl_easy_getinfo(w->curl, CURLINFO_CERTINFO, &info) != CURLE_OK ||
	    info == NULL)
		return;
	for (int i = 0; i < info->num_of_certs; i++)
		for (const struct curl_slist *l = info->certinfo[i]; l != NULL;
		     l = l->next)
			if (strncmp(l->data, "Cert:", 5) == 0)
				buf_addf(&w->answer->chain, "%s", l->data + 5);
}

static int64_t
time_of(struct web *w, CURLINFO which)
{
	curl_off_t us = 0;

	(void)curl_easy_getinfo(w->curl, which, &us);
	return us;
}

static void
note_end(struct web *w, CURLcode code)
{
	struct web_answer *a = w->answer;
	long connections = 0;

	a->end = end_of(code);
	if (code != CURLE_OK)
		(void)snprintf(a->why, sizeof a->why, "%s",
		    w->why[0] != '\0' ? w->why : curl_easy_strerror(code));
	a->connect_us = time_of(w, CURLINFO_CONNECT_TIME_T);
	a->secure_us = time_of(w, CURLINFO_APPCONNECT_TIME_T);
	a->first_us = time_of(w, CURLINFO_STARTTRANSFER_TIME_T);
	a->total_us = time_of(w, CURLINFO_TOTAL_TIME_T) -
		      time_of(w, CURLINFO_PRETRANSFER_TIME_T);
	(void)curl_easy_getinfo(w->curl, CURLINFO_NUM_CONNECTS, &connections);
	w->connections += (unsigned)connections;
	note_chain(w);
	web_answer_read(a);
}

/* ---- a request ---- */

static bool
may_go(struct web *w, const char *url)
{
	struct web_answer *a = w->answer;
	char *host = web_host(url);
	const bool may = host != NULL && web_is_known(w->profile, host);

	if (host == NULL)
		(void)snprintf(a->why, sizeof a->why,
		    "\"%.150s\" is no http or https URL", url);
	else if (!may)
		(void)snprintf(a->why, sizeof a->why,
		    "the profile does not name \"%.150s\"", host);
	if (!may)
		a->end = host == NULL ? WEB_NOT_SENT : WEB_FORBIDDEN;
	free(host);
	return may;
}

static void
begin_again(struct web_answer *a, const struct web_request *r)
{
	const size_t most = r->most != 0 ? r->most : a->content.cap;

	web_answer_free(a);
	web_answer_init(a, most);
	buf_init(&a->sent, WEB_SENT_MOST + r->body.len);
}

struct web *
web_new(const struct profile *p, const struct profile_endpoint *e,
    const char *correlation)
{
	struct web *w = mem_new(1, sizeof *w);

	w->curl = curl_easy_init();
	if (w->curl == NULL)
		abort(); /* out of memory */
	w->profile = p;
	w->endpoint = e;
	w->correlation = mem_textf("X-Correlation-ID: %s", correlation);
	w->connect_to = web_connect_to(p);
	return w;
}

void
web_free(struct web *w)
{
	if (w == NULL)
		return;
	curl_easy_cleanup(w->curl);
	curl_slist_free_all(w->connect_to);
	free(w->correlation);
	free(w);
}

unsigned
web_connections(const struct web *w)
{
	return w->connections;
}

/* What the library must not do by itself, and how long it may take. */
static void
set_manner(struct web *w, const struct web_request *r)
{
	const struct profile *p = w->profile;
	CURL *c = w->curl;

	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_PROXY, ""); /* nor one of environment */
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECT_TO, w->connect_to);
	curl_easy_setopt(
	    c, CURLOPT_CONNECTTIMEOUT_MS, (long)p->timeouts.connect_ms);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS,
	    (long)(r->ms > 0 ? r->ms : p->timeouts.reply_ms));
	if (p->trust != NULL) {
		curl_easy_setopt(c, CURLOPT_CAINFO, p->trust);
		/* Or whom the system believes would be believed as well. */
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(c, CURLOPT_CERTINFO, 1L);
}

static void
set_listeners(struct web *w)
{
	CURL *c = w->curl;

	w->why[0] = '\0';
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, w->why);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, w);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, w);
	curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_debug);
	curl_easy_setopt(c, CURLOPT_DEBUGDATA, w);
}

static void
set_body(struct web *w, const struct web_request *r, bool post)
{
	if (r->body.ptr == NULL && !post)
		return;
	curl_easy_setopt(
	    w->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
	curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS,
	    r->body.ptr == NULL ? "" : r->body.ptr);
}

static void
set_method(struct web *w, const struct web_request *r)
{
	const char *method = r->method;

	if (method == NULL)
		method = r->body.ptr == NULL ? "GET" : "POST";
	set_body(w, r, strcmp(method, "POST") == 0);
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(w->curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(w->curl, CURLOPT_CUSTOMREQUEST, method);
}

/* The library's own Content-Type and Expect are taken away. */
static struct curl_slist *
headers_of(const struct web *w, const struct web_request *r)
{
	struct curl_slist *list = curl_slist_append(NULL, w->correlation);
	char *type = r->type == NULL ? mem_textf("Content-Type:")
				     : mem_textf("Content-Type: %s", r->type);
	bool expects = false;

	list = curl_slist_append(list, "User-Agent: yanshou");
	list = curl_slist_append(list, type);
	for (size_t i = 0; i < r->n_headers; i++) {
		list = curl_slist_append(list, r->headers[i]);
		expects |= strncasecmp(r->headers[i], "Expect:", 7) == 0;
	}
	if (!expects)
		list = curl_slist_append(list, "Expect:");
	free(type);
	return list;
}

/* A line end in a header would be another header. */
static bool
is_sane(const struct web_request *r)
{
	bool sane = r->type == NULL || strpbrk(r->type, "\r\n") == NULL;

	for (size_t i = 0; i < r->n_headers; i++)
		sane &= strpbrk(r->headers[i], "\r\n") == NULL;
	return sane &&
	       (r->method == NULL || strpbrk(r->method, " \r\n") == NULL);
}

static void
perform(struct web *w, const struct web_request *r, const char *url)
{
	struct curl_slist *headers = headers_of(w, r);

	curl_easy_reset(w->curl); /* but its connections */
	w->secured = false;
	set_manner(w, r);
	set_listeners(w);
	set_method(w, r);
	curl_easy_setopt(w->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(w->curl, CURLOPT_URL, url);
	note_end(w, curl_easy_perform(w->curl));
	curl_slist_free_all(headers);
}

bool
web_ask(struct web *w, const struct web_request *r, struct web_answer *a)
{
	char *url = r->url != NULL ? mem_text(span_of(r->url))
				   : web_url(w->endpoint, r->path);

	begin_again(a, r);
	w->answer = a;
	if (!is_sane(r))
		(void)snprintf(
		    a->why, sizeof a->why, "a header holds a line end");
	else if (may_go(w, url))
		perform(w, r, url);
	w->answer = NULL;
	free(url);
	return a->end == WEB_ANSWERED;
}
