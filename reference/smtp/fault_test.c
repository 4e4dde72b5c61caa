/* SPDX-License-Identifier: MIT */
/*
 * Judge and defendant in one process: every dialogue of the conformance part
 * against the session, with each fault and each variant, without a socket.
 */
#include <check.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/case.h"
#include "lib/mem.h"
#include "reference/smtp/session.h"

static const struct wall now = { 1763776000000000 };

static struct store *store;
static struct audit *audit;

static void
setup(void)
{
	struct err err = { 0 };
	struct world world;

	store = store_open(NULL, &err);
	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert_msg(
	    world_read("fixtures/world", &world, &err), "%s", err.what);
	ck_assert_msg(store_settle(store, &world, &err), "%s", err.what);
	world_free(&world);
	audit = audit_open(NULL);
}

static void
teardown(void)
{
	audit_close(audit);
	store_close(store);
}

/* ---- what a profile would say ---- */

static bool
look_up(void *ctx, struct span name, struct buf *value)
{
	static const struct {
		const char *name;
		const char *value;
	} values[] = {
		{ "client", "client.example" },
		{ "token", "run1.case1" },
		{ "foreign", "foreign.example" },
		{ "unknown", "nobody@example.test" },
		{ "domain", "example.test" },
		{ "utf8_domain",
		    "\xe4\xbe\x8b\xe5\xad\x90.\xe6\xb5\x8b\xe8\xaf\x95" },
		{ "alice.address", "alice@example.test" },
		{ "alice.user", "alice" },
		{ "alice.password", "Yan-shou-2021" },
		{ "alice.plain", "AGFsaWNlAFlhbi1zaG91LTIwMjE=" },
		{ "bob.address", "bob@example.test" },
		{ "bob.user", "bob" },
		{ "bob.password", "Bai-yun-3407" },
	};

	(void)ctx;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (span_eq(name, span_of(values[i].name))) {
			buf_add(value, span_of(values[i].value));
			return true;
		}
	return false;
}

/* ---- the two ends ---- */

struct party {
	struct smtp_session *session;
	struct buf down; /* said by the server, not heard yet */
	bool closed;     /* the dialogue knows that the server hung up */
};

struct pair {
	struct dialogue *client;
	struct smtp_site site;
	struct party parties[DIALOGUE_PARTIES];
	size_t at_once;
};

static enum smtp_role
role_of(const char *service)
{
	if (strcmp(service, "submission") == 0)
		return SMTP_SUBMISSION;
	return strcmp(service, "submissions") == 0 ? SMTP_SUBMISSIONS
						   : SMTP_RELAY;
}

static void
open_party(struct pair *p, size_t i, const char *service)
{
	struct party *party = &p->parties[i];

	party->session =
	    smtp_session_new(&p->site, role_of(service), "127.0.0.1:40112");
	buf_init(&party->down, 1 << 20);
	smtp_session_greet(party->session, now, &party->down);
	dialogue_opened(p->client, i);
}

static void
send_part(struct pair *p, size_t i)
{
	const struct span out = dialogue_out(p->client, i);
	const struct span part = span_take(out, p->at_once);
	struct party *party = &p->parties[i];

	if (smtp_session_next(party->session) == SMTP_GO_ON)
		smtp_session_feed(party->session, part, now, &party->down);
	dialogue_sent(p->client, i, part.len);
}

/* Something that any of them has to say; false when all are silent. */
static bool
hear_part(struct pair *p)
{
	for (size_t i = 0; i < DIALOGUE_PARTIES; i++) {
		struct party *party = &p->parties[i];
		const struct span part =
		    span_take(buf_span(&party->down), p->at_once);

		if (party->session == NULL || party->closed)
			continue;
		if (part.len > 0) {
			dialogue_feed(p->client, i, part);
			buf_drop(&party->down, part.len);
			return true;
		}
		if (smtp_session_next(party->session) >= SMTP_HANG_UP) {
			party->closed = true;
			dialogue_hung_up(p->client, i, "FIN");
			return true;
		}
	}
	return false;
}

static void
secure(struct pair *p, size_t i)
{
	struct smtp_session *s = p->parties[i].session;
	const bool ready = smtp_session_next(s) == SMTP_START_TLS;

	if (ready)
		smtp_session_secured(s, "TLSv1.3", "TLS_AES_128_GCM_SHA256");
	dialogue_secured(p->client, i, ready, "in memory");
}

static void
step(struct pair *p, const struct script *script, const char *service)
{
	const struct dialogue_need need = dialogue_wants(p->client);
	const char *named = script_party_service(script, need.party);

	switch (need.want) {
	case WANT_OPEN:
		open_party(p, need.party, named == NULL ? service : named);
		break;
	case WANT_SEND:
		send_part(p, need.party);
		break;
	case WANT_TLS:
		secure(p, need.party);
		break;
	case WANT_CLOSE:
		p->parties[need.party].closed = true;
		dialogue_hung_up(p->client, need.party, "FIN");
		break;
	case WANT_HEAR:
	case WANT_SILENCE:
		if (!hear_part(p))
			dialogue_timeout(p->client);
		break;
	case WANT_PAUSE:
		dialogue_timeout(p->client);
		break;
	case WANT_NOTHING:
		break;
	}
}

static enum verdict
judge(const struct conf_case *c, const struct conf_group *g, enum fault fault,
    enum variant variant, size_t at_once, char why[512])
{
	struct pair p = { .at_once = at_once };
	struct err err = { 0 };
	struct script *script =
	    script_compile(c->id, c->dialogue, g->framing, &err);
	enum verdict verdict;

	ck_assert_msg(script != NULL, "%s", err.what);
	p.site = (struct smtp_site){
		.host = "mail.example.test",
		.store = store,
		.audit = audit,
		.fault = fault,
		.variant = variant,
		.size_most = 1 << 20,
		.rcpt_most = 1000,
		.hops_most = 100,
		.errors_most = 100,
		.login_failures_most = 5,
		.login_lock_us = 600000000,
		.idle_us = 300000000,
	};
	p.client = dialogue_new(script, look_up, NULL);
	for (int i = 0; i < 1000000 && !dialogue_over(p.client); i++)
		step(&p, script, c->service == NULL ? g->service : c->service);
	ck_assert_msg(dialogue_over(p.client), "%s never ends", c->id);
	verdict = dialogue_verdict(p.client);
	snprintf(why, 512, "%s", dialogue_why(p.client));
	for (size_t i = 0; i < DIALOGUE_PARTIES; i++) {
		smtp_session_free(p.parties[i].session);
		buf_free(&p.parties[i].down);
	}
	dialogue_free(p.client);
	script_free(script);
	return verdict;
}

/* Cases that need more than a session and a store. */
static bool
is_for_memory(const struct conf_case *c)
{
	return c->dialogue != NULL && strstr(c->dialogue, "${sink") == NULL &&
	       strstr(c->dialogue, "${file:") == NULL &&
	       (c->needs == NULL || (strstr(c->needs, "log:") == NULL &&
					strchr(c->needs, '!') == NULL));
}

/* ---- tests ---- */

struct all {
	const struct conf_case *cases[1000];
	const struct conf_group *groups[1000];
	size_t n;
};

static void
collect(void *ctx, const struct conf_case *c, const struct conf_group *g)
{
	struct all *all = ctx;

	if (!is_for_memory(c))
		return;
	ck_assert_uint_lt(all->n, 1000);
	all->cases[all->n] = c;
	all->groups[all->n++] = g;
}

static struct all
every_case(void)
{
	struct all all = { .n = 0 };

	conf_case_each(collect, &all);
	ck_assert_uint_gt(all.n, 100);
	return all;
}

static const size_t pieces[] = { 1 << 20, 7, 1 };

START_TEST(a_server_without_fault_passes)
{
	struct all all = every_case();
	char why[512];

	for (size_t i = 0; i < all.n; i++) {
		const enum verdict v = judge(all.cases[i], all.groups[i],
		    FAULT_NONE, VARIANT_NONE, pieces[_i], why);

		ck_assert_msg(v == PASS,
		    "%s says %s of a server without "
		    "fault: %s",
		    all.cases[i]->id, verdict_name(v), why);
	}
}
END_TEST

/* In one piece: faults of PIPELINING show in nothing else. */
START_TEST(each_fault_is_caught_by_its_case)
{
	const enum fault fault = (enum fault)_i;
	const char *aim = fault_get(fault)->caught_by;
	struct all all = every_case();
	char why[512];

	for (size_t i = 0; i < all.n; i++)
		if (strcmp(aim, all.cases[i]->id) == 0)
			ck_assert_msg(judge(all.cases[i], all.groups[i], fault,
					  VARIANT_NONE, 1 << 20, why) == FAIL,
			    "%s misses %s", aim, fault_get(fault)->name);
}
END_TEST

/* The profile of a server with this variant does not claim what it needs. */
static bool
is_claimed(const struct conf_case *c, enum variant variant)
{
	struct span needs = span_of(c->needs == NULL ? "" : c->needs);

	while (needs.len > 0) {
		const struct span need = span_cut(&needs, ' ');
		struct span unclaims = span_of(variant_get(variant)->unclaims);

		while (unclaims.len > 0)
			if (span_eq(span_cut(&unclaims, ' '), need))
				return false;
	}
	return true;
}

START_TEST(no_variant_is_blamed)
{
	const enum variant variant = (enum variant)_i;
	struct all all = every_case();
	char why[512];

	for (size_t i = 0; i < all.n; i++)
		if (is_claimed(all.cases[i], variant))
			ck_assert_msg(
			    judge(all.cases[i], all.groups[i], FAULT_NONE,
				variant, 1 << 20, why) != FAIL,
			    "%s blames %s: %s", all.cases[i]->id,
			    variant_get(variant)->name, why);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("smtp/fault");
	TCase *c = tcase_create("in memory");
	SRunner *runner;
	int failed;

	tcase_add_unchecked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 120);
	tcase_add_loop_test(c, a_server_without_fault_passes, 0, 3);
	tcase_add_loop_test(
	    c, each_fault_is_caught_by_its_case, 1, FAULT_COUNT);
	tcase_add_loop_test(c, no_variant_is_blamed, 1, VARIANT_COUNT);
	suite_add_tcase(suite, c);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
