/* SPDX-License-Identifier: MIT */
/*
 * Operations as a vendor maps them, asked of a server that says back what was
 * said to it: what arrives, what an answer means, and what evidence keeps to
 * itself.
 */
#include "conformance/client/operation.h"

#include <sys/socket.h>

#include "conformance/client/web.h"
#include "conformance/trial.h"
#include "lib/files.h"
#include "reference/http/testing_server.h"

static const char mapping[] =
    "project: {name: P}\n"
    "product: {vendor: V, name: N, version: '1'}\n"
    "scope: {chapters: ['11'], services: [ra, crypto]}\n"
    "endpoints:\n"
    " - {service: ra, host: 127.0.0.1, port: %u, tls: none}\n"
    "accounts:\n"
    " - role: alice\n"
    "   user: al\n"
    "   address: a@b\n"
    "   password: {file: fixtures/targets/example/passwords/bob}\n"
    "   certificate: fixtures/targets/example/keys/alice.pem\n"
    "   key: fixtures/targets/example/keys/alice.key\n"
    "bindings:\n"
    " - name: certificates\n"
    "   success: {at: /code, is: '0'}\n"
    "   headers: ['X-Token: ${token}', 'Authorization: Basic ${basic}']\n"
    "   operations:\n"
    "    - name: session.challenge\n"
    "      path: /echo\n"
    "      body: '{\"code\":0,\"id\":\"c1\",\"challenge\":\"AAEC\"}'\n"
    "    - name: session.open\n"
    "      path: /echo\n"
    "      headers: ['X-Nothing: 1']\n"
    "      body: '{\"code\":0,\"token\":\"t-${id}\",\"s\":\"${signature}\","
    "\"c\":\"${certificate}\",\"u\":\"${user}\"}'\n"
    "    - name: application.submit\n"
    "      path: /echo\n"
    "      body: '{\"code\":0,\"data\":{\"a/b\":[\"x\",\"${request|json}\"]},"
    "\"status\":\"${class}\"}'\n"
    "      fields:\n"
    "       - {name: id, at: /data/a~1b/1}\n"
    "       - {name: state, at: /status, words: ['2=issued', '1=pending']}\n"
    "       - {name: class, words: ['1=signing', '2=double']}\n"
    "    - name: application.refuse\n"
    "      path: /echo\n"
    "      body: '{\"code\":7,\"state\":\"${password}${note}\","
    "\"p\":\"${password|base64}\",\"t\":\"${token|base64}\"}'\n"
    "    - name: application.approve\n"
    "      path: /not-there/${id|url}\n"
    "    - name: application.issue\n"
    "      path: /echo\n"
    "      body: 'no JSON'\n"
    "    - name: application.show\n"
    "      path: /moved\n"
    "    - name: audit.query\n"
    "      method: PUT\n"
    "      path: /echo\n"
    "      body: '{\"code\":0,\"records\":[{\"who\":\"a\",\"number\":1},"
    "{\"who\":\"b\",\"number\":2}]}'\n";

static struct testing_server server;
static struct profile profile;
static struct trial *trial;

/* What a test does where a case collects; which verdict that leaves. */
static void (*body)(struct trial *);

static bool
collect(struct trial *t)
{
	trial = t;
	body(t);
	return true;
}

static void
judge(struct trial *t)
{
	trial_claim(t, "c", true, "right", "right");
}

static void
within(void (*f)(struct trial *), enum verdict want)
{
	static const struct conf_case cs = {
		.id = "operation.test", .collect = collect, .judge = judge
	};
	static const struct conf_group group = { .service = "ra" };
	struct trial_setup setup = { .run = "run",
		.fixtures = "fixtures",
		.profile = &profile,
		.cs = &cs,
		.group = &group,
		.attempt = 1,
		.soft_ms = WAIT_MS };
	struct outcome outcome;
	struct err err;
	char *text, *evidence;
	struct trial *t;

	body = f;
	testing_server_up(&server, "127.0.0.1", false);
	text = mem_textf(mapping, (unsigned)server.port);
	ck_assert_msg(profile_parse("t.yaml", span_of(text), &profile, &err),
	    "%s", err.what);
	evidence = mem_textf("%s/evidence", server.base.dir);
	setup.evidence = evidence;
	t = trial_new(&setup);
	trial_run(t, &outcome);
	trial_free(t);
	ck_assert_int_eq(outcome.verdict, want);
	outcome_free(&outcome);
	free(evidence);
	free(text);
	profile_free(&profile);
	testing_server_down(&server);
}

/* What was said under that name, as it was filed. */
static bool
filed(const char *name, const char *text)
{
	char *file = mem_textf("%s.request", name);
	const struct buf *b = trial_content(trial, file);
	const bool has =
	    b != NULL && span_find(buf_span(b), span_of(text)) < b->len;

	free(file);
	return has;
}

static void
must_give(const struct operation_answer *a, const char *field, const char *want)
{
	char *text = operation_text(a, field);

	if (want == NULL)
		ck_assert_ptr_null(text);
	else
		ck_assert_str_eq(text, want);
	free(text);
}

/* Logged in on the way; words translated there and back. */
static void
says_it_as_it_is_mapped_(struct trial *t)
{
	struct operation_answer a;
	struct desk *d;

	d = desk_open(t, "alice");
	ck_assert(operation_call(d, "apply", "application.submit",
	    (struct operation_value[]){ { "class", "double" },
		{ "request", "a\"b" }, { NULL, NULL } }));
	ck_assert_str_eq(desk_token(d), "t-c1");
	must_give(desk_answer(d), "id", "a\"b");
	must_give(desk_answer(d), "state", "issued");
	desk_close(d);

	ck_assert(filed("apply", "POST /echo HTTP/1.1\r\n"));
	ck_assert(filed("apply", "Content-Type: application/json\r\n"));
	ck_assert(filed("apply", "\"status\":\"2\""));
	ck_assert(filed("apply.open", "\"u\":\"al\""));
	ck_assert(filed("apply.open", "\"c\":\"MII"));
	ck_assert(filed("apply.open", "\"s\":\"ME")); /* a SEQUENCE */

	ck_assert(operation_heard(t, "apply", "application.submit", &a));
	ck_assert_int_eq(a.status, 200);
	must_give(&a, "id", "a\"b");
	must_give(&a, "nothing", NULL);
	operation_free(&a);
}

START_TEST(says_it_as_it_is_mapped)
{
	within(says_it_as_it_is_mapped_, PASS);
}
END_TEST

static void
keeps_secrets_(struct trial *t)
{
	struct desk *d;

	d = desk_open(t, "alice");
	ck_assert(!operation_call(d, "no", "application.refuse",
	    (struct operation_value[]){ { "note", "!" }, { NULL, NULL } }));
	desk_close(d);
	ck_assert(filed("no", "X-Token: (redacted)\r\n"));
	ck_assert(filed("no", "Authorization: Basic (redacted)\r\n"));
	ck_assert(filed("no", "\"state\":\"(redacted)!\""));
	ck_assert(filed("no", "\"p\":\"(redacted)\",\"t\":\"(redacted)\""));
	ck_assert(!filed("no", "t-c1"));
	/* There was none to carry yet, nor was one waited for. */
	ck_assert(!filed("no.challenge", "X-Token"));
	ck_assert(filed("no.challenge", "Authorization: Basic (redacted)"));
	ck_assert(!filed("no", profile.accounts[0].password));
}

START_TEST(keeps_secrets)
{
	within(keeps_secrets_, PASS);
}
END_TEST

/* clang-format off */
static const struct {
	const char		*operation;
	enum operation_end	 end;
	const char		*why;
} ends[] = {
	{ "application.submit",	 OPERATION_DONE,    "done with 200" },
	{ "application.refuse",	 OPERATION_REFUSED, "refused with 200 {\"code\":7" },
	{ "application.approve", OPERATION_REFUSED, "refused with 404" },
	{ "application.issue",	 OPERATION_BROKEN,  "neither done nor refused" },
	{ "application.show",	 OPERATION_BROKEN,  "neither done nor refused with 302" },
};
/* clang-format on */

static size_t row;

static void
tells_refused_from_broken_(struct trial *t)
{
	struct operation_answer a;
	struct desk *d;

	d = desk_open(t, "alice");
	(void)operation_call(d, "x", ends[row].operation, NULL);
	desk_close(d);
	ck_assert_int_eq(operation_heard(t, "x", ends[row].operation, &a),
	    ends[row].end == OPERATION_DONE);
	ck_assert_int_eq(a.end, ends[row].end);
	ck_assert_msg(strncmp(a.why, ends[row].why, strlen(ends[row].why)) == 0,
	    "%s", a.why);
	operation_free(&a);
	ck_assert(!operation_heard(t, "never", ends[row].operation, &a));
	ck_assert_int_eq(a.end, OPERATION_UNHEARD);
	operation_free(&a);
}

START_TEST(tells_refused_from_broken)
{
	row = (size_t)_i;
	within(tells_refused_from_broken_, PASS);
}
END_TEST

/* clang-format off */
static const struct {
	const char		*body;
	enum operation_end	 end;
} opened[] = {
	{ "{\"token\":\"t\"}",			OPERATION_DONE },
	{ "{\"token\":7}",			OPERATION_DONE },
	{ "{\"token\":\"a\\r\\nX-Admin: 1\"}",	OPERATION_BROKEN },
	{ "{\"token\":\"\\u8bc1\"}",		OPERATION_BROKEN },
	{ "{\"token\":\"a b\"}",		OPERATION_BROKEN },
	{ "{\"token\":\"\"}",			OPERATION_BROKEN },
	{ "{\"token\":\"a\\u0000b\"}",		OPERATION_BROKEN },
	{ "{\"token\":\"a\",\"token\":\"b\"}",	OPERATION_BROKEN },
	{ "{\"token\":null}",			OPERATION_BROKEN },
	{ "{\"error\":\"no\"}",			OPERATION_BROKEN },
	{ "<html>login</html>",			OPERATION_BROKEN },
	{ "",					OPERATION_BROKEN },
};
/* clang-format on */

/* What no header can carry is no session, though it comes with 200. */
START_TEST(takes_no_garbled_token)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
	struct profile_field token = { .name = (char *)(uintptr_t) "token",
		.at = (char *)(uintptr_t) "/token" };
	const struct profile_operation as = { .is = binding_operation(
						  "session.open"),
		.fields = &token,
		.n_fields = 1 };
	struct operation_answer a;
	struct web_answer w;

	web_answer_init(&w, 0);
	w.end = WEB_ANSWERED;
	buf_add(&w.heads, span_of(head));
	buf_add(&w.content, span_of(opened[_i].body));
	web_answer_read(&w);
	ck_assert_int_eq(
	    operation_read(&as, &w, &a), opened[_i].end == OPERATION_DONE);
	ck_assert_int_eq(a.end, opened[_i].end);
	operation_free(&a);
	web_answer_free(&w);
}
END_TEST

static void
reads_lists_and_octets_(struct trial *t)
{
	static const char octets[] = { 0, 1, 2 };
	struct operation_answer a;
	struct buf challenge;
	struct desk *d;
	char *who;

	d = desk_open(t, "alice");
	ck_assert(operation_call(d, "log", "audit.query", NULL));
	ck_assert_uint_eq(operation_count(desk_answer(d), "records"), 2);
	who = operation_text_of(desk_answer(d), "records.who", 1);
	ck_assert_str_eq(who, "b");
	free(who);
	who = operation_text_of(desk_answer(d), "records.number", 0);
	ck_assert_str_eq(who, "1");
	free(who);
	ck_assert_ptr_null(operation_text_of(desk_answer(d), "records.who", 2));
	ck_assert_ptr_null(
	    operation_text_of(desk_answer(d), "records.text", 0));
	desk_close(d);

	buf_init(&challenge, 100);
	ck_assert(operation_heard(t, "log.challenge", "session.challenge", &a));
	ck_assert(operation_octets(&a, "challenge", &challenge));
	ck_assert(span_eq(
	    buf_span(&challenge), (struct span){ octets, sizeof octets }));
	ck_assert(!operation_octets(&a, "nothing", &challenge));
	operation_free(&a);
	buf_free(&challenge);
}

START_TEST(reads_lists_and_octets)
{
	within(reads_lists_and_octets_, PASS);
}
END_TEST

/* Nobody has no session, and is not made one. */
static void
nobody_asks_(struct trial *t)
{
	struct desk *d;

	d = desk_open(t, NULL);
	ck_assert(operation_call(d, "x", "application.submit",
	    (struct operation_value[]){ { "request", "r" }, { NULL, NULL } }));
	desk_close(d);
	ck_assert(!trial_has(t, "x.challenge.request"));
	ck_assert(!filed("x", "X-Token")); /* nothing to carry */
	ck_assert(!filed("x", "redacted"));
	d = desk_open(t, "alice");
	ck_assert(!operation_call(d, "y", "recovery.fetch", NULL));
	desk_close(d);
}

START_TEST(nobody_asks)
{
	within(nobody_asks_, BROKEN);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("operation");
	TCase *t = tcase_create("operation");
	SRunner *r;
	int failed;

	tcase_set_timeout(t, 30);
	tcase_add_test(t, says_it_as_it_is_mapped);
	tcase_add_test(t, keeps_secrets);
	tcase_add_loop_test(
	    t, tells_refused_from_broken, 0, sizeof ends / sizeof ends[0]);
	tcase_add_loop_test(
	    t, takes_no_garbled_token, 0, sizeof opened / sizeof opened[0]);
	tcase_add_test(t, reads_lists_and_octets);
	tcase_add_test(t, nobody_asks);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? 0 : 1;
}
