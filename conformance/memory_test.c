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
#include "conformance/trial.h"
#include "lib/dialogue.h"
#include "lib/mem.h"
#include "reference/service.h"
#include "reference/world.h"

#define WHOLE ((size_t)1 << 20)

static const char fixtures[] = "fixtures";

/* What profiles of the reference say, as far as dialogues look it up. */
static struct profile profile;

static void
set_profile(const struct world *w)
{
	profile.mail.domain = mem_text(SPAN("example.test"));
	profile.mail.utf8_domain = mem_text(SPAN("例子.测试"));
	profile.mail.foreign = mem_text(SPAN("elsewhere.example"));
	profile.mail.unknown = mem_text(SPAN("nobody@example.test"));
	profile.mail.sink_domain = mem_text(SPAN("sink.example.test"));
	profile.accounts = mem_new(w->n_people, sizeof *profile.accounts);
	for (size_t i = 0; i < w->n_people; i++)
		profile.accounts[i] = (struct profile_account){
			.role = w->people[i].role,
			.user = w->people[i].user,
			.address = w->people[i].address,
			.password = w->people[i].password,
		};
	profile.n_accounts = w->n_people;
}

static struct world world;

static struct store *
new_store(void)
{
	struct err err;
	struct store *store = store_open(NULL, &err);

	ck_assert_msg(store != NULL, "%s", err.what);
	ck_assert_msg(store_settle(store, &world, &err), "%s", err.what);
	return store;
}

static bool
look_up(void *ctx, struct span name, struct buf *value)
{
	return trial_lookup(ctx, name, value);
}

/* ---- one conversation ---- */

struct side {
	struct session *session;
	struct dialogue *dialogue;
	struct buf down; /* from the server, not yet heard */
	bool open, gone;
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
open_side(
    struct side *s, const struct service *service, const struct site *site)
{
	s->session = service->protocol->open(site, service->role, "memory");
	if (service->secure)
		session_secured(s->session, "TLSv1.3", "memory");
	session_greet(s->session, s->now, &s->down);
	s->open = true;
}

/* Lets the server speak, up to at_once bytes; false when it has nothing. */
static bool
hear(struct side *s, size_t at_once)
{
	const enum session_next next = session_next(s->session);

	if (s->down.len > 0) {
		const struct span part = span_take(buf_span(&s->down), at_once);

		dialogue_feed(s->dialogue, 0, part);
		buf_drop(&s->down, part.len);
		return true;
	}
	if ((next == SESSION_HANG_UP || next == SESSION_HANG_UP_RST) &&
	    !s->gone) {
		s->gone = true;
		dialogue_hung_up(s->dialogue, 0, "");
		return true;
	}
	return false;
}

static void
speak(struct side *s, size_t at_once)
{
	const struct span part =
	    span_take(dialogue_out(s->dialogue, 0), at_once);

	if (!s->gone)
		session_feed(s->session, part, s->now, &s->down);
	dialogue_sent(s->dialogue, 0, part.len);
}

static void
turn(struct side *s, const struct conf_case *c, const struct site *site,
    size_t at_once)
{
	switch (dialogue_wants(s->dialogue).want) {
	case WANT_OPEN:
		open_side(s, find_service(c->service), site);
		dialogue_opened(s->dialogue, 0);
		break;
	case WANT_SEND:
		speak(s, at_once);
		hear(s, at_once);
		break;
	case WANT_TLS:
		/* A server that will not begin TLS would garble this. */
		if (session_next(s->session) != SESSION_START_TLS) {
			dialogue_secured(s->dialogue, 0, false, "no TLS");
			break;
		}
		session_secured(s->session, "TLSv1.3", "memory");
		dialogue_secured(s->dialogue, 0, true, "");
		break;
	case WANT_CLOSE:
		s->gone = true;
		dialogue_hung_up(s->dialogue, 0, "");
		break;
	default:
		if (!hear(s, at_once))
			dialogue_timeout(s->dialogue);
		break;
	}
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
	struct side s = { .now = { 1790000000000000 } };
	enum verdict v;

	ck_assert_msg(script != NULL, "%s", err.what);
	snprintf(run, sizeof run, "20261122-000000-%04x", serial++ & 0xffff);
	trial = trial_new(&setup);
	s.dialogue = dialogue_new(script, look_up, trial);
	buf_init(&s.down, 1 << 22);
	while (!dialogue_over(s.dialogue))
		turn(&s, c, site, at_once);
	v = dialogue_verdict(s.dialogue);
	snprintf(why, 256, "%s", dialogue_why(s.dialogue));
	if (s.session != NULL)
		session_close(s.session);
	buf_free(&s.down);
	dialogue_free(s.dialogue);
	trial_free(trial);
	script_free(script);
	return v;
}

/* ---- all conversations ---- */

/*
 * Not with more than one party, of a service that does not live in memory,
 * or about the absence of what this server claims.
 */
static bool
fits(const struct conf_case *c)
{
	return c->dialogue != NULL && find_service(c->service) != NULL &&
	       strstr(c->dialogue, "@party") == NULL &&
	       (c->needs == NULL || strchr(c->needs, '!') == NULL);
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
	return strncmp(c->id, "smtp.pipelining.", 16) == 0;
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

struct unusual {
	const struct site *site;
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

	if (!fits(c) || !is_claimed(c, v))
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
	ck_assert_uint_gt(u.judged, 50);
	store_close(store);
}
END_TEST

/* ---- and in all that the judge stays whole ---- */

struct survey {
	const struct site *site;
	size_t judged;
};

static void
survey(void *ctx, const struct conf_case *c, const struct conf_group *group)
{
	struct survey *s = ctx;
	char why[256];

	if (!fits(c))
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
	struct survey s = { .site = &site };

	conf_case_each(survey, &s);
	ck_assert_uint_gt(s.judged, 100);
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

	if (!world_read("fixtures/world", &world, &err)) {
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
	world_free(&world);
	return failed != 0;
}
