/* SPDX-License-Identifier: MIT */
/*
 * Who tests the tester?  Every dialogue case against every fault and every
 * permitted variant of the reference, in memory: no sockets, no TLS, no clock.
 *
 * Each fault must fail the case it names; a server without fault must fail
 * none, in pieces of any size, and neither must an unusual one.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance/case.h"
#include "conformance/score.h"
#include "conformance/trial.h"
#include "lib/dialogue.h"
#include "lib/mem.h"
#include "reference/ldap/directory.h"
#include "reference/service.h"
#include "reference/world.h"

#define WHOLE ((size_t)1 << 20)

static const char fixtures[] = "fixtures";

/* What profiles of the reference say, as far as dialogues look it up. */
static struct profile profile;

static char *
name_of(const struct world_person *p)
{
	struct buf dn;
	char *text;

	buf_init(&dn, DN_KEY);
	directory_person_dn(p, &dn);
	text = mem_text(buf_span(&dn));
	buf_free(&dn);
	return text;
}

static void
set_profile(const struct world *w)
{
	profile.mail.domain = mem_text(SPAN("example.test"));
	profile.mail.utf8_domain = mem_text(SPAN("例子.测试"));
	profile.mail.foreign = mem_text(SPAN("elsewhere.example"));
	profile.mail.unknown = mem_text(SPAN("nobody@example.test"));
	profile.mail.sink_domain = mem_text(SPAN("sink.example.test"));
	profile.directory.base = mem_text(SPAN(DIRECTORY_BASE));
	profile.directory.people = mem_text(SPAN(DIRECTORY_PEOPLE));
	profile.accounts = mem_new(w->n_people, sizeof *profile.accounts);
	for (size_t i = 0; i < w->n_people; i++)
		profile.accounts[i] = (struct profile_account){
			.role = w->people[i].role,
			.user = w->people[i].user,
			.address = w->people[i].address,
			.password = w->people[i].password,
			.dn = name_of(&w->people[i]),
		};
	profile.n_accounts = w->n_people;
}

static struct world world;

static struct store *settled; /* as everybody moved in */

static struct store *
new_store(void)
{
	struct err err;
	struct store *store = store_copy(settled, &err);

	ck_assert_msg(store != NULL, "%s", err.what);
	return store;
}

static bool
settle(struct err *err)
{
	settled = store_open(NULL, err);
	return settled != NULL && store_settle(settled, &world, err);
}

static bool
look_up(void *ctx, struct span name, struct buf *value)
{
	return trial_lookup(ctx, name, value);
}

/* ---- one conversation ---- */

/* A connection, as its server sees it. */
struct side {
	const struct service *service;
	struct session *session;
	struct buf down; /* from the server, not yet heard */
	bool gone;
};

struct table {
	struct dialogue *dialogue;
	const struct site *site;
	struct side sides[DIALOGUE_PARTIES];
	size_t n;
	struct wall now;
};

static const struct service *
find_service(const char *name)
{
	for (size_t i = 0; i < SERVICES; i++)
		if (strcmp(services[i].name, name) == 0)
			return &services[i];
	return NULL;
}

static void
open_side(struct table *t, size_t party)
{
	struct side *s = &t->sides[party];

	s->session =
	    s->service->protocol->open(t->site, s->service->role, "memory");
	if (s->service->secure)
		session_secured(s->session, "TLSv1.3", "memory");
	session_greet(s->session, t->now, &s->down);
	dialogue_opened(t->dialogue, party);
}

/* What was accepted for somebody here is in his mailbox at once. */
static void
deliver(struct store *store, struct wall now)
{
	struct buf message;
	struct due due;
	struct err err;

	while (store_due(store, now, &due)) {
		const struct route r = store_route(store, span_of(due.to), 0);

		buf_init(&message, 16 << 20);
		store_take(store, &due);
		if (r.kind == ROUTE_MAILBOX &&
		    store_message(store, due.message, &message))
			(void)store_deliver(store, &due, r.account,
			    buf_span(&message), now, &err);
		buf_free(&message);
	}
}

/* Lets a server speak, up to at_once bytes; false when it has nothing. */
static bool
hear(struct table *t, size_t party, size_t at_once)
{
	struct side *s = &t->sides[party];

	if (s->session == NULL || s->gone)
		return false;
	if (s->down.len > 0) {
		const struct span part = span_take(buf_span(&s->down), at_once);

		dialogue_feed(t->dialogue, party, part);
		buf_drop(&s->down, part.len);
		return true;
	}
	if (session_next(s->session) >= SESSION_HANG_UP) {
		s->gone = true;
		dialogue_hung_up(t->dialogue, party, "");
		return true;
	}
	return false;
}

static bool
hear_any(struct table *t, size_t at_once)
{
	for (size_t i = 0; i < t->n; i++)
		if (hear(t, i, at_once))
			return true;
	return false;
}

static void
speak(struct table *t, size_t party, size_t at_once)
{
	struct side *s = &t->sides[party];
	const struct span part =
	    span_take(dialogue_out(t->dialogue, party), at_once);

	if (!s->gone) {
		session_feed(s->session, part, t->now, &s->down);
		while (session_next(s->session) == SESSION_MORE)
			session_feed(s->session, SPAN(""), t->now, &s->down);
		deliver(t->site->store, t->now);
	}
	dialogue_sent(t->dialogue, party, part.len);
	for (size_t i = 0; i < t->n; i++) {
		struct side *other = &t->sides[i];

		if (other->session != NULL && !other->gone &&
		    other->service->protocol->stirred != NULL)
			other->service->protocol->stirred(
			    other->session, t->now, &other->down);
	}
}

static void
secure(struct table *t, size_t party)
{
	struct session *s = t->sides[party].session;

	/* A server that will not begin TLS would garble this. */
	if (session_next(s) != SESSION_START_TLS) {
		dialogue_secured(t->dialogue, party, false, "no TLS");
		return;
	}
	session_secured(s, "TLSv1.3", "memory");
	dialogue_secured(t->dialogue, party, true, "");
}

/* A server whose client is gone forgets him, as after FIN. */
static void
hang_up(struct table *t, size_t party)
{
	struct side *s = &t->sides[party];

	s->gone = true;
	session_close(s->session);
	s->session = NULL;
	dialogue_hung_up(t->dialogue, party, "");
}

static void
turn(struct table *t, size_t at_once)
{
	const struct dialogue_need need = dialogue_wants(t->dialogue);

	switch (need.want) {
	case WANT_OPEN:
		open_side(t, need.party);
		break;
	case WANT_SEND:
		speak(t, need.party, at_once);
		hear(t, need.party, at_once);
		break;
	case WANT_TLS:
		secure(t, need.party);
		break;
	case WANT_CLOSE:
		hang_up(t, need.party);
		break;
	default:
		if (!hear_any(t, at_once))
			dialogue_timeout(t->dialogue);
		break;
	}
}

static void
table_init(struct table *t, const struct conf_case *c,
    const struct script *script, const struct site *site)
{
	*t = (struct table){ .site = site,
		.n = script_parties(script),
		.now = { 1790000000000000 } };
	for (size_t i = 0; i < t->n; i++) {
		const char *service = script_party_service(script, i);

		t->sides[i].service =
		    find_service(service != NULL ? service : c->service);
		buf_init(&t->sides[i].down, 1 << 22);
	}
}

static void
table_free(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		session_close(t->sides[i].session);
		buf_free(&t->sides[i].down);
	}
	dialogue_free(t->dialogue);
}

static enum verdict
converse(const struct conf_case *c, const struct conf_group *group,
    const struct site *site, size_t at_once, char why[256])
{
	static unsigned serial;
	char run[32];
	const struct trial_setup setup = {
		.run = run,
		.evidence = "/nonexistent",
		.fixtures = fixtures,
		.profile = &profile,
		.cs = c,
		.group = group,
		.attempt = 1,
		.soft_ms = 60000,
	};
	struct err err;
	struct script *script =
	    script_compile(c->id, c->dialogue, group->framing, &err);
	struct trial *trial;
	struct table t;
	enum verdict v;

	ck_assert_msg(script != NULL, "%s", err.what);
	snprintf(run, sizeof run, "20261122-000000-%04x", serial++ & 0xffff);
	trial = trial_new(&setup);
	table_init(&t, c, script, site);
	t.dialogue = dialogue_new(script, look_up, trial);
	while (!dialogue_over(t.dialogue))
		turn(&t, at_once);
	v = dialogue_verdict(t.dialogue);
	snprintf(why, 256, "%s", dialogue_why(t.dialogue));
	table_free(&t);
	trial_free(trial);
	script_free(script);
	return v;
}

/* ---- all conversations ---- */

/*
 * Not of services that do not live in memory, or about the absence of what
 * this server claims.
 */
static bool
fits(const struct conf_case *c)
{
	const char *at = c->dialogue;
	char service[32];

	if (at == NULL || find_service(c->service) == NULL ||
	    (c->needs != NULL && strchr(c->needs, '!') != NULL))
		return false;
	while ((at = strstr(at, "@party ")) != NULL) {
		at += 7;
		if (sscanf(at, "%*s %31s", service) != 1 ||
		    find_service(service) == NULL)
			return false;
	}
	return true;
}

static struct site
site_with(enum fault fault, enum variant variant, struct store *store)
{
	return (struct site){
		.host = "mail.example.test",
		.store = store,
		.fault = fault,
		.variant = variant,
		.size_most = 10 << 20,
		.rcpt_most = 100,
		.hops_most = 100,
		.errors_most = 20,
		.login_failures_most = 5,
		.login_lock_us = 600000000,
		.idle_us = 300000000,
	};
}

static const size_t pieces[] = { WHOLE, 7, 1 };

static void
spare(void *ctx, const struct conf_case *c, const struct conf_group *group)
{
	char why[256];

	if (!fits(c))
		return;
	for (size_t i = 0; i < 3; i++) {
		/* Its own store: a lock-out stays where it was earned. */
		struct store *store = new_store();
		const struct site site =
		    site_with(FAULT_NONE, VARIANT_NONE, store);
		const enum verdict v =
		    converse(c, group, &site, pieces[i], why);

		ck_assert_msg(v == PASS,
		    "%s says %s of a server without fault, %zu bytes at once: "
		    "%s",
		    c->id, verdict_name(v), pieces[i], why);
		store_close(store);
		(*(size_t *)ctx)++;
	}
}

START_TEST(no_case_blames_a_server_without_fault)
{
	size_t judged = 0;

	conf_case_each(spare, &judged);
	ck_assert_uint_gt(judged, 100);
}
END_TEST

/*
 * Faults that lie outside the session: in TLS, or in the loop's clock.  Their
 * cases talk to a whole server, under "yanshou score".
 */
static bool
needs_a_server(const struct fault_row *f, const struct conf_case *c)
{
	static const char *const outside[] = {
		"TLS_CUT_OFF",
		"IDLE_TOO_SHORT",
		"POP3_IDLES_OUT",
	};

	for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
		if (strcmp(outside[i], f->name) == 0)
			return true;
	return c == NULL || !fits(c);
}

/* What a group of commands does can be seen only when it comes as one. */
static bool
comes_whole(const struct conf_case *c)
{
	return strncmp(c->id, "smtp.pipelining.", 16) == 0 ||
	       strcmp(c->id, "pop3.pipelining") == 0 ||
	       strcmp(c->id, "imap.pipelining") == 0;
}

START_TEST(each_fault_fails_the_case_it_names)
{
	const struct fault_row *f = fault_get((enum fault)_i);
	const struct conf_group *group;
	const struct conf_case *c = conf_case_find(f->caught_by, &group);
	char why[256];

	if (needs_a_server(f, c))
		return;
	for (size_t i = 0; i < (comes_whole(c) ? 1 : 3); i++) {
		struct store *store = new_store();
		const struct site site =
		    site_with((enum fault)_i, VARIANT_NONE, store);
		const enum verdict v =
		    converse(c, group, &site, pieces[i], why);

		ck_assert_msg(v == FAIL,
		    "%s misses %s, %zu bytes at once: says %s: %s", c->id,
		    f->name, pieces[i], verdict_name(v), why);
		store_close(store);
	}
}
END_TEST

/* ---- permitted variants ---- */

/* Does the profile of a server with this variant claim what c needs? */
static bool
is_claimed(const struct conf_case *c, const struct variant_row *v)
{
	struct span needs = span_of(c->needs == NULL ? "" : c->needs);

	while (needs.len > 0) {
		const struct span need = span_cut(&needs, ' ');
		struct span unclaims = span_of(v->unclaims);

		while (unclaims.len > 0)
			if (span_eq(span_cut(&unclaims, ' '), need))
				return false;
	}
	return true;
}

/* Only sessions of its protocol read a variant; submission is SMTP's. */
static bool
speaks(const struct conf_case *c, const char *protocol)
{
	return strncmp(find_service(c->service)->protocol->name, protocol,
		   strlen(protocol)) == 0;
}

struct unusual {
	const struct site *site;
	size_t spoken; /* dialogues of its protocol */
	size_t judged;
};

static void
spare_unusual(
    void *ctx, const struct conf_case *c, const struct conf_group *group)
{
	struct unusual *u = ctx;
	const struct variant_row *v = variant_get(u->site->variant);
	enum verdict said;
	char why[256];

	if (!fits(c) || !speaks(c, variant_protocol(v)))
		return;
	u->spoken++;
	if (!is_claimed(c, v))
		return;
	said = converse(c, group, u->site, WHOLE, why);
	ck_assert_msg(said == PASS, "%s says %s of %s: %s", c->id,
	    verdict_name(said), v->name, why);
	u->judged++;
}

START_TEST(no_case_blames_a_permitted_variant)
{
	struct store *store = new_store();
	const struct site site = site_with(FAULT_NONE, (enum variant)_i, store);
	struct unusual u = { .site = &site };

	conf_case_each(spare_unusual, &u);
	/* Of what HTTP carries there are no dialogues. */
	ck_assert(u.spoken == 0 || u.judged > 50);
	store_close(store);
}
END_TEST

/* ---- and in all that the judge stays whole ---- */

struct survey {
	const struct site *site;
	struct score_share share;
	size_t judged;
};

static void
survey(void *ctx, const struct conf_case *c, const struct conf_group *group)
{
	struct survey *s = ctx;
	char why[256];

	if (!fits(c) ||
	    !score_shares(&s->share, group, SCORE_FAR_IN_MEMORY_EVERY))
		return;
	ck_assert_msg(converse(c, group, s->site, WHOLE, why) != BROKEN,
	    "%s breaks: %s", c->id, why);
	s->judged++;
}

/* Whatever is wrong with the server, nothing is wrong with us. */
START_TEST(no_fault_breaks_the_judge)
{
	struct store *store = new_store();
	const struct site site = site_with((enum fault)_i, VARIANT_NONE, store);
	struct survey s = { .site = &site, .share.met = (size_t)_i };

	(void)conf_case_find(
	    fault_get((enum fault)_i)->caught_by, &s.share.near);
	conf_case_each(survey, &s);
	ck_assert_uint_gt(s.judged, 3);
	store_close(store);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("memory");
	TCase *t = tcase_create("memory");
	SRunner *r = srunner_create(suite);
	struct err err;
	int failed;

	if (!world_read("fixtures/world", &world, &err) || !settle(&err)) {
		fprintf(stderr, "%s\n", err.what);
		return 1;
	}
	set_profile(&world);
	tcase_set_timeout(t, 120);
	tcase_add_test(t, no_case_blames_a_server_without_fault);
	tcase_add_loop_test(
	    t, each_fault_fails_the_case_it_names, 1, FAULT_COUNT);
	tcase_add_loop_test(
	    t, no_case_blames_a_permitted_variant, 1, VARIANT_COUNT);
	tcase_add_loop_test(t, no_fault_breaks_the_judge, 1, FAULT_COUNT);
	suite_add_tcase(suite, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	store_close(settled);
	world_free(&world);
	return failed != 0;
}
