/* SPDX-License-Identifier: MIT */
/* The operations a profile maps, and what no mapping may say. */
#include "lib/profile_testing.h"

#include "lib/buf.h"
#include "lib/files.h"
#include "lib/mem.h"

#define BOUND "bindings:\n"                           /* + 1 */
#define MAPS  "- name: certificates\n  operations:\n" /* + 3 */

START_TEST(the_example_maps_operations)
{
	const struct profile_operation *o;
	const struct profile_field *f;
	struct profile p;
	struct err err;

	setenv("YANSHOU_ALICE_PASSWORD", "wonderland", 1);
	ck_assert_msg(profile_read(EXAMPLE, &p, &err), "%s", err.what);
	ck_assert_str_eq(
	    p.accounts[0].key, "fixtures/targets/example/keys/alice.key");
	ck_assert_ptr_null(p.accounts[1].certificate);

	ck_assert_uint_eq(p.n_operations, 5);
	ck_assert_ptr_null(profile_operation(&p, "application.issue"));
	o = profile_operation(&p, "session.challenge");
	ck_assert_str_eq(o->service, "ra");
	ck_assert_str_eq(o->method, "POST");
	ck_assert_str_eq(o->path, "/challenges");
	ck_assert_str_eq(o->type, "application/json");
	ck_assert_str_eq(o->body, "{\"user\":\"${user|json}\"}");
	ck_assert_str_eq(profile_field(o, "challenge")->at, "/challenge");
	o = profile_operation(&p, "application.submit");
	ck_assert_str_eq(o->path, "/cert/apply?type=${class|url}");
	ck_assert_str_eq(o->type, "application/xml");
	ck_assert_uint_eq(o->n_headers, 1);
	ck_assert_str_eq(o->headers[0], "X-Token: ${token}");
	ck_assert_str_eq(o->success_at, "/code");
	ck_assert_str_eq(o->success_is, "0");
	f = profile_field(o, "state");
	ck_assert_str_eq(f->at, "/data/status");
	ck_assert_uint_eq(f->n_words, 2);
	ck_assert_str_eq(f->words[1], "1=issued");
	ck_assert_ptr_null(profile_field(o, "class"));
	o = profile_operation(&p, "document.sign");
	ck_assert_str_eq(o->service, "seal");
	ck_assert_str_eq(
	    o->body, "{\"pwd\":\"${pin|json}\",\"content\":\"${data|json}\"}");
	ck_assert_str_eq(profile_field(o, "signed")->at, "/data/signedValue");
	profile_free(&p);
}
END_TEST

/* What is shown to vendors can be copied. */
START_TEST(the_documented_mapping_is_read)
{
	struct span rest;
	struct profile p;
	struct buf page;
	struct err err;
	char *text;

	buf_init(&page, 1 << 20);
	ck_assert(files_read("docs/acceptance.md", &page, &err));
	rest = buf_span(&page);
	rest = span_skip(rest, span_find(rest, SPAN("```yaml\nbindings:")));
	ck_assert_uint_gt(rest.len, 8);
	rest = span_skip(rest, strlen("```yaml\n"));
	rest = span_take(rest, span_find(rest, SPAN("```")));
	text = mem_textf("%s%.*s", HTTP, SPAN_FMT(rest));
	ck_assert_msg(parse(text, &p, &err), "%s", err.what);
	ck_assert_ptr_nonnull(profile_operation(&p, "application.show"));
	ck_assert_ptr_null(profile_operation(&p, "audit.query"));
	profile_free(&p);
	free(text);
	buf_free(&page);
}
END_TEST

/* clang-format off */
static const struct {
	const char *text, *want;
} broken[] = {
	{ LEAST BOUND "- {name: certificate}\n",
	  "t.yaml:8: bindings[0].name: not known ('certificate'); did you mean "
	  "'certificates'?" },
	{ LEAST BOUND "- {name: certificates}\n",
	  "t.yaml:8: bindings[0].service: no endpoint of it that speaks HTTP; a "
	  "service under endpoints:, such as ra" },
	{ HTTP BOUND "- {name: certificates, success: {at: code, is: ok}}\n",
	  "t.yaml:9: bindings[0].success.at: not a JSON pointer ('code'); as RFC "
	  "6901 writes it: /code" },
	{ HTTP BOUND MAPS "   - {name: application.submitt}\n",
	  "t.yaml:11: bindings[0].operations[0].name: not known "
	  "('application.submitt'); did you mean 'application.submit'?" },
	{ HTTP BOUND MAPS "   - {name: session.open}\n   - {name: session.open}\n",
	  "t.yaml:12: bindings[0].operations[1].name: a second mapping of it "
	  "('session.open'); each operation once" },
	{ HTTP BOUND MAPS "   - {name: session.open, method: FETCH}\n",
	  "t.yaml:11: bindings[0].operations[0].method: not known ('FETCH'); "
	  "did you mean 'PATCH'?" },
	{ HTTP BOUND MAPS "   - {name: session.open, path: api}\n",
	  "t.yaml:11: bindings[0].operations[0].path: not a path ('api'); it "
	  "begins with a slash, and stands behind the path of the endpoint" },
	{ HTTP BOUND MAPS "   - {name: session.open, path: '/my api'}\n",
	  "t.yaml:11: bindings[0].operations[0].path: not a path ('/my api'); "
	  "visible ASCII; write anything else as %20 or ${name|url}" },
	{ HTTP BOUND MAPS "   - {name: session.open, path: \"/x\\r\\nA: b\"}\n",
	  "t.yaml:11: bindings[0].operations[0].path: not a path ('/x\\r\\nA: b'"
	  "); visible ASCII; write anything else as %20 or ${name|url}" },
	{ HTTP BOUND MAPS "   - {name: session.open, path: '/x/${user'}\n",
	  "t.yaml:11: bindings[0].operations[0].path: \"${\" without \"}\" "
	  "('/x/${user'); see docs/bindings" },
	{ HTTP BOUND MAPS "   - {name: document.sign}\n",
	  "t.yaml:11: bindings[0].operations[0].name: of another binding "
	  "('document.sign'); it stands under \"name: seals\", where "
	  "\"service:\" may name another endpoint" },
	{ HTTP BOUND MAPS
	  "   - {name: session.open, headers: ['content-length: 5']}\n",
	  "t.yaml:11: bindings[0].operations[0].headers: a header that every "
	  "request has by itself; leave Content-Length, Transfer-Encoding, "
	  "Connection and Expect out" },
	{ HTTP BOUND MAPS
	  "   - {name: session.open, fields: [{name: token, at: /a~2}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: not a JSON pointer; of "
	  "what is given, as RFC 6901 writes it: /data/id" },
	{ HTTP BOUND MAPS "   - {name: application.show, fields: [{name: state, "
	  "words: ['2=issued', '2=refused']}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: a second translation "
	  "of one word; each word of theirs once" },
	{ HTTP BOUND MAPS "   - {name: session.close, path: '/x/${id}'}\n",
	  "t.yaml:11: bindings[0].operations[0].path: \"${id}\" is not known "
	  "here ('/x/${id}'); session.close takes nothing; there are user "
	  "password basic token, too, of who asks" },
	{ HTTP BOUND MAPS "   - {name: session.open, body: '${user|rot13}'}\n",
	  "t.yaml:11: bindings[0].operations[0].body: \"|rot13\": |base64, "
	  "|lines, |length, |quoted, |dn, |upper, |json, |url and |xml are "
	  "known, at most 3 of them ('${user|rot13}'); see docs/bindings" },
	{ HTTP BOUND MAPS "   - {name: session.open, headers: [token]}\n",
	  "t.yaml:11: bindings[0].operations[0].headers: not a header; Name: "
	  "value" },
	{ HTTP BOUND MAPS "   - {name: session.open, fields: [{name: key}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: a name it does not have; "
	  "it takes id user certificate signature and gives token" },
	{ HTTP BOUND MAPS
	  "   - {name: session.open, fields: [{name: token, at: token}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: not a JSON pointer; of "
	  "what is given, as RFC 6901 writes it: /data/id" },
	{ HTTP BOUND MAPS
	  "   - {name: session.open, fields: [{name: token, words: [a]}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: a word that is no "
	  "translation; THEIRS=OURS, such as \"2=issued\"" },
	{ HTTP BOUND MAPS "   - {name: application.refuse, fields: [{name: state, "
	  "words: [refused=issued]}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: \"refused=issued\" is no "
	  "translation; state can be pending approved refused issued made good "
	  "held replaced revoked expired, and none of these means another" },
	{ HTTP BOUND MAPS "   - {name: application.show, fields: [{name: state, "
	  "words: ['2=isued']}]}\n",
	  "t.yaml:11: bindings[0].operations[0].fields: \"2=isued\" is no "
	  "translation; state can be pending approved refused issued made good "
	  "held replaced revoked expired, and none of these means another" },
};
/* clang-format on */

START_TEST(says_what_is_right)
{
	must_refuse(broken[_i].text, broken[_i].want);
}
END_TEST

int
main(void)
{
	/* clang-format off */
	const struct profile_test tests[] = {
		{ the_example_maps_operations, 1 },
		{ the_documented_mapping_is_read, 1 },
		{ says_what_is_right, COUNT(broken) },
	};
	/* clang-format on */

	return profile_run("profile_bindings", tests, COUNT(tests));
}
