/* SPDX-License-Identifier: MIT */
/*
 * What speaks HTTP is asked one thing that is its trade: an OCSP responder of
 * a certificate, a time-stamping authority for a stamp.  A bare connection
 * would tell less, and some never recover from one.
 */
#include "conformance/doctor_inner.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/mem.h"

#define REQUEST_MOST 8192

/* clang-format off */
static const struct doctor_todo
	check_path = {
		"check path of the endpoint: it has to be that of the service",
		"检查 endpoint 的 path 是否为该服务的路径", false },
	check_binding = {
		"check bindings: path, headers, body, success and fields of "
		"the operation; and the account",
		"检查 bindings 中该操作的 path、headers、body、success、fields，"
		"以及账号", false },
	see_log = {
		"the service fails: look into its log",
		"服务内部出错：查看其日志", false };
/* clang-format on */

/* ---- what came back ---- */

/* RFC 9110 6.6.1, 5.6.7: the form that is to be generated. */
static void
judge_clock(struct doctor *d, const struct profile_endpoint *e,
    const struct web_answer *a)
{
	char *date = mem_text(web_header(a, "date"));
	struct tm tm = { 0 };

	if (strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &tm) != NULL)
		doctor_clock(d, e, (int64_t)timegm(&tm), clock_wall());
	free(date);
}

/* By its type, or at least a SEQUENCE or a CRL in PEM: cases tell the rest. */
static bool
is_of_trade(const struct doctor_trade *trade, const struct web_answer *a)
{
	return a->status == 200 &&
	       (web_has_type(a, trade->answer) ||
		   span_starts(a->body, SPAN("\x30")) ||
		   span_starts(a->body, SPAN("-----BEGIN X509 CRL-----")));
}

static void
judge_answer(struct doctor *d, const struct profile_endpoint *e,
    const struct web_answer *a)
{
	const struct doctor_trade *trade = doctor_trade(e->service);
	const struct doctor_title what = doctor_title(e, "answer");
	const struct span type = span_take(web_header(a, "content-type"), 80);
	const bool ours = trade == NULL || is_of_trade(trade, a);
	enum doctor_level level = DOCTOR_OK;
	struct doctor_todo todo = nothing;

	if (a->status >= 500) {
		level = DOCTOR_WARN;
		todo = see_log;
	} else if (!ours) {
		level = DOCTOR_BAD;
		todo = check_path;
	}
	doctor_find(d, level, todo, what.text,
	    "%s %s: %d, %.*s, %zu octets%s%s",
	    trade != NULL && trade->ask != NULL ? "POST" : "GET",
	    e->path == NULL ? "/" : e->path, a->status,
	    SPAN_FMT(type.len == 0 ? SPAN("no type") : type), a->body.len,
	    ours ? "" : "; expected 200 and ", ours ? "" : trade->answer);
}

/* The first that the answer ought to give and does not, or NULL. */
static const struct profile_field *
missing_field(const struct operation_answer *a)
{
	struct span names = span_of(a->as->is->gives);

	while (names.len > 0) {
		char *name = mem_text(span_cut(&names, ' '));
		char *text = operation_text(a, name);
		const struct profile_field *f =
		    text == NULL ? profile_field(a->as, name) : NULL;

		free(text);
		free(name);
		if (f != NULL)
			return f;
	}
	return NULL;
}

static void
judge_operation(struct doctor *d, const struct profile_endpoint *e,
    const struct profile_operation *as, const struct web_answer *a)
{
	const struct doctor_title what = doctor_title(e, as->is->name);
	const struct profile_field *missing;
	struct operation_answer answer;

	if (!operation_read(as, a, &answer))
		doctor_find(d, a->status >= 500 ? DOCTOR_WARN : DOCTOR_BAD,
		    a->status >= 500 ? see_log : check_binding, what.text,
		    "%s %s: %s", as->method, as->path, answer.why);
	else if ((missing = missing_field(&answer)) != NULL)
		doctor_find(d, DOCTOR_BAD, check_binding, what.text,
		    "%s %s: the answer has no %s at %s", as->method, as->path,
		    missing->name, missing->at);
	else
		doctor_find(d, DOCTOR_OK, nothing, what.text, "%s %s: %s",
		    as->method, as->path, answer.why);
	operation_free(&answer);
}

static void
judge_failure(struct doctor *d, const struct profile_endpoint *e,
    const struct web_answer *a)
{
	const bool unreachable = a->end == WEB_UNREACHABLE;

	if (!unreachable && a->connect_us > 0)
		doctor_connected(d, e, a->connect_us);
	doctor_find(d, DOCTOR_BAD,
	    unreachable              ? start_service
	    : a->end == WEB_NO_TLS   ? check_certificate
	    : a->end == WEB_NOT_SENT ? check_path
				     : check_protocol,
	    doctor_title(e, unreachable            ? "connect"
			    : a->end == WEB_NO_TLS ? "TLS"
						   : "answer")
		.text,
	    "%s", a->why);
	if (a->end == WEB_NO_TLS)
		doctor_certificate(d, e, &a->chain);
}

/* Asks, and says of the connection what there is to say. */
static bool
ask(struct clinic *c, const struct profile_endpoint *e,
    const struct web_request *r, struct web_answer *a)
{
	struct web *w = web_new(c->setup->profile, e, c->token);
	const bool ok = web_ask(w, r, a);

	if (ok) {
		doctor_connected(c->doctor, e, a->connect_us);
		doctor_secured(c->doctor, e, a->tls, a->cipher);
		doctor_certificate(c->doctor, e, &a->chain);
		judge_clock(c->doctor, e, a);
	} else {
		judge_failure(c->doctor, e, a);
	}
	web_free(w);
	return ok;
}

/* False: the profile maps none that may be asked. */
static bool
see_operation(
    struct clinic *c, const struct profile_endpoint *e, struct web_answer *a)
{
	struct wording words;
	struct err err;

	if (!doctor_probe(c->setup->profile, e, &words))
		return false;
	if (!wording_make(&words, &err))
		doctor_find(c->doctor, DOCTOR_BAD, check_binding,
		    doctor_title(e, words.as->is->name).text, "%s", err.what);
	else if (ask(c, e, &words.request, a))
		judge_operation(c->doctor, e, words.as, a);
	wording_free(&words);
	return true;
}

static void
see_trade(
    struct clinic *c, const struct profile_endpoint *e, struct web_answer *a)
{
	const struct doctor_trade *trade = doctor_trade(e->service);
	struct web_request r = { .method = "GET" };
	struct buf body;

	buf_init(&body, REQUEST_MOST);
	if (trade != NULL && trade->ask != NULL &&
	    trade->ask(c->setup->profile, &body))
		r = (struct web_request){ .method = "POST",
			.type = trade->type,
			.body = buf_span(&body) };
	if (ask(c, e, &r, a))
		judge_answer(c->doctor, e, a);
	buf_free(&body);
}

void
doctor_see_web(struct clinic *c, const struct profile_endpoint *e)
{
	struct web_answer a;

	web_answer_init(&a, WEB_BODY_MOST);
	if (!see_operation(c, e, &a))
		see_trade(c, e, &a);
	web_answer_free(&a);
}
