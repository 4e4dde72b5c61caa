/* SPDX-License-Identifier: MIT */
/*
 * All cases of seals, put to services that are none: one that refuses
 * everything, one that says back what it was told, and one that says yes to
 * everything.  That is never our fault, and it is no pass of those who do
 * nothing.
 */
#include <sys/socket.h>

#include "conformance/client/operation.h"
#include "conformance/trial.h"
#include "lib/files.h"
#include "reference/http/testing_server.h"

#define KEYS "fixtures/targets/example/keys/alice"
#define ACCOUNT(role) \
	" - {role: " role ", user: " role ", address: a@b, password: {file: " \
	"fixtures/targets/example/passwords/bob}, certificate: " KEYS \
	".pem, key: " KEYS ".key}\n"

static const char head[] =
    "project: {name: P}\n"
    "product: {vendor: V, name: N, version: '1'}\n"
    "scope: {chapters: ['10'], services: [ra, seal]}\n"
    "endpoints:\n"
    " - {service: ra, host: 127.0.0.1, port: %u, tls: none}\n"
    " - {service: seal, host: 127.0.0.1, port: %u, tls: none}\n"
    "accounts:\n" ACCOUNT("alice") ACCOUNT("bob") ACCOUNT("registrar")
	ACCOUNT("issuer") ACCOUNT("deputy")
	    ACCOUNT("auditor") "pki:\n"
			       "  anchors: [" KEYS ".pem]\n"
			       "  issuers: " KEYS ".pem\n"
			       "bindings:\n";

/* What it says of each operation; NULL: what it was told. */
static const struct peer {
	const char *path, *body;
	bool passes; /* who agrees to everything does do something */
	const char *only, *operation; /* a case, and of it alone */
} peers[] = {
	{ "/not-there", NULL, false, NULL, NULL },
	{ "/echo", NULL, false, NULL, NULL },
	{ "/echo",
	    "{\"id\":\"x\",\"successor\":\"y\",\"state\":\"good\",\"esid\":"
	    "\"e\",\"valid\":true,\"code\":\"0\",\"note\":\"\",\"seal\":"
	    "\"MAA=\",\"signed\":\"MAA=\",\"document\":\"UEsFBg==\","
	    "\"certificate\":\"MAA=\",\"seals\":[{}],\"records\":[{}]}",
	    true, NULL, NULL },
	/* Another note each time says nothing of what was smuggled in. */
	{ "/echo",
	    "{\"id\":\"c\",\"valid\":true,\"code\":\"0\","
	    "\"note\":\"${document}\"}",
	    false, "eseal.check.uncovered", "document.check" },
};

#define PEERS (sizeof peers / sizeof peers[0])

static struct testing_server server;
static struct profile profile;
static size_t n_cases;

static void
map(const struct peer *p, struct buf *to)
{
	const struct binding_operation *all;
	size_t n;

	all = binding_operations(&n);
	buf_addf(to,
	    " - name: certificates\n   operations:\n"
	    "    - {name: session.challenge, path: /echo, "
	    "body: '{\"id\":\"c\",\"challenge\":\"AAEC\"}'}\n"
	    "    - {name: session.open, path: /echo, "
	    "body: '{\"token\":\"t\"}'}\n"
	    "    - {name: session.close, path: %s}\n"
	    " - name: seals\n   operations:\n",
	    p->path);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].binding->name, "seals") != 0 ||
		    (p->operation != NULL &&
			strcmp(all[i].name, p->operation) != 0))
			continue;
		buf_addf(to, "    - {name: %s, method: POST, path: %s",
		    all[i].name, p->path);
		if (p->body != NULL)
			buf_addf(to, ", body: '%s'", p->body);
		buf_addf(to, "}\n");
	}
}

/* None of them, before a seal has been got, waits for anything. */
static void
put(void *ctx, const struct conf_case *cs, const struct conf_group *group)
{
	const struct peer *p = ctx;
	char *evidence = mem_textf("%s/evidence", server.base.dir);
	const struct trial_setup setup = { .run = "run",
		.evidence = evidence,
		.fixtures = "fixtures",
		.profile = &profile,
		.cs = cs,
		.group = group,
		.attempt = 1,
		.soft_ms = WAIT_MS };
	struct outcome outcome;
	struct trial *t;

	if ((p->only == NULL || strcmp(cs->id, p->only) == 0) &&
	    strncmp(cs->id, "eseal.", 6) == 0 &&
	    strncmp(cs->id, "eseal.document.", 15) != 0) {
		t = trial_new(&setup);
		trial_run(t, &outcome);
		trial_free(t);
		ck_assert_msg(
		    outcome.verdict != BROKEN, "%s: %s", cs->id, outcome.why);
		ck_assert_msg(
		    p->passes || outcome.verdict != PASS, "%s passes", cs->id);
		n_cases++;
		outcome_free(&outcome);
	}
	free(evidence);
}

START_TEST(nothing_passes)
{
	struct peer peer = peers[_i];
	struct buf text;
	struct err err;

	testing_server_up(&server, "127.0.0.1", false);
	buf_init(&text, 1 << 16);
	buf_addf(&text, head, (unsigned)server.port, (unsigned)server.port);
	map(&peer, &text);
	ck_assert_msg(profile_parse("t.yaml", buf_span(&text), &profile, &err),
	    "%s", err.what);
	n_cases = 0;
	conf_case_each(put, &peer);
	ck_assert_uint_ge(n_cases, peer.only == NULL ? 200 : 1);
	profile_free(&profile);
	buf_free(&text);
	testing_server_down(&server);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("eseal/nothing");
	TCase *tc = tcase_create("nothing");
	SRunner *sr;
	int failed;

	tcase_set_timeout(tc, 600);
	tcase_add_loop_test(tc, nothing_passes, 0, PEERS);
	suite_add_tcase(s, tc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed != 0;
}
