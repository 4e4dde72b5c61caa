/* SPDX-License-Identifier: MIT */
/*
 * What will be done about every case and every row, of cases made for it.
 */
#include "conformance/plan.h"

#include <check.h>
#include <unistd.h>

#include "lib/mem.h"

/* Half of all there is to have. */
static const char site[] =
    "project: {name: p}\n"
    "product: {vendor: v, name: n, version: \"1\"}\n"
    "scope: {chapters: [\"5\"], services: [smtp, submission, submissions],\n"
    "  reason: nothing more was ordered}\n"
    "endpoints:\n"
    "  - {service: smtp, host: 127.0.0.1, port: 25, tls: none}\n"
    "  - {service: submission, host: 127.0.0.1, port: 587, tls: starttls}\n"
    "accounts:\n"
    "  - {role: alice, user: a, address: a@x.example,\n"
    "     password: {env: NOBODY_READS_THIS}}\n"
    "mail: {domain: x.example, foreign: y.example}\n"
    "claims: [smtp.size, smtp.starttls]\n"
    "logs:\n"
    "  - {service: smtp, path: /var/log/x, format: syslog}\n"
    "timeouts: {connect: 1s, reply: 2s, delivery: 7s}\n"
    "safety: {lockout: true}\n";

static void
nothing(struct trial *t)
{
	(void)t;
}

static bool
nobody(struct trial *t)
{
	(void)t;
	return true;
}

#define CASE(name, req, where, wants, ...) \
	{ \
		.id = (name), .verifies = (req), .clause = "RFC 0 1", \
		.title = "t", .title_zh = "t", .service = (where), \
		.needs = (wants), .collect = nobody, .judge = nothing, \
		__VA_ARGS__ \
	}

/* clang-format off */
static const struct conf_case cases[] = {
	CASE("need.none",	EMAIL_F_01, "smtp", NULL),
	CASE("need.claim",	EMAIL_F_01, "smtp", "smtp.size"),
	CASE("need.unclaimed",	EMAIL_F_01, "smtp", "smtp.dsn"),
	CASE("need.absent",	EMAIL_F_01, "smtp", "!smtp.dsn"),
	CASE("need.present",	EMAIL_F_01, "smtp", "!smtp.size"),
	CASE("need.service",	EMAIL_F_01, "mail", NULL),
	CASE("need.endpoint",	EMAIL_F_01, "submissions", NULL),
	CASE("need.other",	EMAIL_F_01, "smtp", "endpoint:submission"),
	CASE("need.other.not",	EMAIL_F_01, "smtp", "endpoint:submissions"),
	CASE("need.other.out",	EMAIL_F_01, "smtp", "endpoint:mail"),
	CASE("need.account",	EMAIL_F_02, "smtp", "account:alice"),
	CASE("need.account.not", EMAIL_F_02, "smtp", "account:bob"),
	CASE("need.log",	EMAIL_F_02, "smtp", "log:smtp"),
	CASE("need.log.not",	EMAIL_F_02, "smtp", "log:submission"),
	CASE("need.mail",	EMAIL_F_02, "smtp", "mail:domain mail:foreign"),
	CASE("need.mail.not",	EMAIL_F_02, "smtp", "mail:utf8_domain"),
	CASE("need.mail.unknown", EMAIL_F_02, "smtp", "mail:unknown"),
	CASE("need.sink",	EMAIL_F_02, "smtp", "mail:sink"),
	CASE("need.lockout",	EMAIL_F_02, "smtp", "safety:lockout"),
	CASE("need.destroy",	EMAIL_F_02, "smtp", "safety:destructive"),
	/* the worse reason wins, and not applicable over all */
	CASE("need.two",	EMAIL_F_03, "smtp", "log:none account:bob"),
	CASE("need.two.back",	EMAIL_F_03, "smtp", "account:bob log:none"),
	CASE("need.first",	EMAIL_F_03, "smtp", "smtp.dsn account:bob"),
	CASE("need.last",	EMAIL_F_03, "smtp", "account:bob smtp.dsn"),
	CASE("slow",		EMAIL_F_14, "smtp", NULL, .soft_s = 60),
	CASE("out",		EMAIL_F_04, "pop3", NULL),
};

static const struct {
	const char *id;
	bool executes;
	enum verdict verdict;
	const char *why;
} rows[] = {
	{ "need.none",		true,	PASS,		NULL },
	{ "need.claim",		true,	PASS,		NULL },
	{ "need.unclaimed",	false,	NOT_APPLICABLE,	"claim smtp.dsn" },
	{ "need.absent",	true,	PASS,		NULL },
	{ "need.present",	false,	NOT_APPLICABLE,	"its absence" },
	{ "need.service",	false,	NOT_APPLICABLE,	"service mail" },
	{ "need.endpoint",	false,	INCONCLUSIVE,	"no endpoint for submissions" },
	{ "need.other",		true,	PASS,		NULL },
	{ "need.other.not",	false,	INCONCLUSIVE,	"no endpoint for submissions" },
	{ "need.other.out",	false,	NOT_APPLICABLE,	"service mail" },
	{ "need.account",	true,	PASS,		NULL },
	{ "need.account.not",	false,	INCONCLUSIVE,	"role bob" },
	{ "need.log",		true,	PASS,		NULL },
	{ "need.log.not",	false,	REVIEW,		"no log of submission" },
	{ "need.mail",		true,	PASS,		NULL },
	{ "need.mail.not",	false,	INCONCLUSIVE,	"mail.utf8_domain" },
	{ "need.mail.unknown",	false,	INCONCLUSIVE,	"mail.unknown" },
	{ "need.sink",		false,	INCONCLUSIVE,	"mail.sink" },
	{ "need.lockout",	true,	PASS,		NULL },
	{ "need.destroy",	false,	INCONCLUSIVE,	"safety.destructive" },
	{ "need.two",		false,	INCONCLUSIVE,	"role bob" },
	{ "need.two.back",	false,	INCONCLUSIVE,	"role bob" },
	{ "need.first",		false,	NOT_APPLICABLE,	"claim smtp.dsn" },
	{ "need.last",		false,	NOT_APPLICABLE,	"claim smtp.dsn" },
	{ "slow",		true,	PASS,		NULL },
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const struct conf_group group = { "smtp", &framing_smtp, cases,
	COUNT(cases) };
const struct conf_group *const conf_groups[] = { &group };
const size_t conf_groups_n = 1;

static struct profile profile;

static void
up(void)
{
	char path[] = "/tmp/plan_test.XXXXXX";
	const int fd = mkstemp(path);
	struct err err;

	ck_assert_int_eq(write(fd, site, sizeof site - 1), sizeof site - 1);
	close(fd);
	ck_assert_msg(
	    profile_read_public(path, &profile, &err), "%s", err.what);
	unlink(path);
}

static void
down(void)
{
	profile_free(&profile);
}

static bool
make(struct plan *plan, const char *const *selectors, struct err *err)
{
	struct plan_request r = { .run = "20261122-012654-7f3a",
		.now = { 1790000000000000 },
		.profile = &profile,
		.selectors = selectors,
		.repeats = 1 };

	while (selectors != NULL && selectors[r.n_selectors] != NULL)
		r.n_selectors++;
	return plan_make(plan, &r, err);
}

static void
make_all(struct plan *plan)
{
	struct err err;

	ck_assert_msg(make(plan, NULL, &err), "%s", err.what);
}

static const struct plan_case *
find(const struct plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->cases[i].id, id) == 0)
			return &plan->cases[i];
	return NULL;
}

START_TEST(needs)
{
	struct plan plan;
	const struct plan_case *c;

	make_all(&plan);
	c = find(&plan, rows[_i].id);
	ck_assert_msg(c != NULL, "%s: not planned", rows[_i].id);
	ck_assert_msg(c->executes == rows[_i].executes, "%s: %s", c->id,
	    c->why == NULL ? "" : c->why);
	if (c->executes) {
		ck_assert_ptr_null(c->why);
	} else {
		ck_assert_str_eq(
		    verdict_name(c->verdict), verdict_name(rows[_i].verdict));
		ck_assert_msg(strstr(c->why, rows[_i].why) != NULL, "%s: %s",
		    c->id, c->why);
	}
	plan_free(&plan);
}
END_TEST

START_TEST(deadlines)
{
	struct plan plan;
	const struct plan_case *c;

	make_all(&plan);
	c = find(&plan, "need.none"); /* 1 s to connect, three replies of 2 */
	ck_assert_int_eq(c->soft_ms, 7000);
	ck_assert_int_gt(c->hard_ms, c->soft_ms);
	ck_assert_int_eq(find(&plan, "need.sink")->soft_ms, 14000);
	ck_assert_int_eq(find(&plan, "slow")->soft_ms, 60000);
	ck_assert_int_gt(find(&plan, "slow")->hard_ms, 60000);
	plan_free(&plan);
}
END_TEST

START_TEST(every_row_has_its_place)
{
	struct plan plan;

	make_all(&plan);
	ck_assert(!plan.partial);
	ck_assert_ptr_null(plan.selector);
	ck_assert_uint_eq(plan.n, COUNT(cases) - 1);
	ck_assert_ptr_null(find(&plan, "out"));
	for (size_t i = 0; i < REQ_COUNT; i++) {
		const struct plan_row *row = &plan.rows[i];
		const bool in = profile_in_scope(&profile, (enum req)i);
		enum disposition d = ROW_NOT_TESTED;

		if (!in)
			d = ROW_OUT_OF_SCOPE;
		else if (catalogue_text_missing((enum req)i))
			d = ROW_TEXT_MISSING;
		else if (i == EMAIL_F_01 || i == EMAIL_F_02 ||
			 i == EMAIL_F_03 || i == EMAIL_F_14)
			d = ROW_PLANNED;
		ck_assert_msg(row->disposition == d, "%s: %s",
		    catalogue_get((enum req)i)->name,
		    disposition_name(row->disposition));
		ck_assert((row->why == NULL) == (d == ROW_PLANNED));
	}
	ck_assert_ptr_nonnull(
	    strstr(plan.rows[EMAIL_F_04].why, "nothing more was ordered"));
	ck_assert_ptr_nonnull(strstr(plan.rows[EMAIL_F_20].why, "no case"));
	ck_assert_ptr_nonnull(strstr(plan.rows[EMAIL_P_02].why, "load test"));
	plan_free(&plan);
}
END_TEST

START_TEST(rows_without_text)
{
	struct plan plan;
	size_t missing = 0;

	free(profile.scope.chapters[0]);
	for (size_t i = 0; i < REQ_COUNT && missing == 0; i++)
		if (catalogue_text_missing((enum req)i)) {
			profile.scope.chapters[0] =
			    mem_text(span_of(catalogue_chapter((enum req)i)));
			free(profile.scope.services[1]);
			profile.scope.services[1] = mem_text(
			    span_of(catalogue_get((enum req)i)->service));
			missing = i;
		}
	if (missing == 0) { /* every text is held by now */
		profile.scope.chapters[0] = mem_text(SPAN("5"));
		return;
	}
	profile.scope.chapters = mem_grow(
	    profile.scope.chapters, 2 * sizeof profile.scope.chapters[0]);
	profile.scope.chapters[profile.scope.n_chapters++] =
	    mem_text(SPAN("5"));
	make_all(&plan);
	ck_assert_int_eq(plan.rows[missing].disposition, ROW_TEXT_MISSING);
	ck_assert_ptr_nonnull(plan.rows[missing].why);
	plan_free(&plan);
}
END_TEST

/* clang-format off */
static const struct {
	const char *with[4];
	size_t n;		/* cases; 0: refused */
	bool partial;
	const char *says;	/* when refused */
} selections[] = {
	{ { "case:need.none" },			1,	true, NULL },
	{ { "case:need.*" },			24,	true, NULL },
	{ { "case:need.tw?" },			1,	true, NULL },
	/* rows that have no case were not asked for: partial */
	{ { "case:*" },				25,	true, NULL },
	{ { "chapter:5" },			25,	false, NULL },
	{ { "chapter:*" },			25,	false, NULL },
	{ { "level:should" },			1,	true, NULL },
	{ { "req:EMAIL-F-03" },			4,	true, NULL },
	/* of one kind: either; of two: both */
	{ { "case:need.none", "case:slow" },	2,	true, NULL },
	{ { "case:need.two*", "req:EMAIL-F-0?" }, 2,	true, NULL },
	{ { "case:need.none", "case:need.log", "req:EMAIL-F-01" },
	  1,	true, NULL },
	{ { "level:shall", "req:EMAIL-F-02", "chapter:5" }, 10,	true, NULL },
	{ { "req:EMAIL-F-01", "level:should" },	0, true, "empty" },
	{ { "case:nothing" },			0, true, "matches nothing" },
	{ { "case:need.none", "case:nothing" },	0, true, "\"case:nothing\"" },
	{ { "chapter:99" },			0, true, "matches nothing" },
	{ { "case:out" },			0, true, "empty" },
	{ { "cases:x" },			0, true, "case:ID" },
	{ { "case" },				0, true, "case:ID" },
	{ { "case:" },				0, true, "case:ID" },
	{ { "" },				0, true, "case:ID" },
	{ { ":x" },				0, true, "case:ID" },
};
/* clang-format on */

START_TEST(selectors)
{
	struct plan plan;
	struct err err = { 0 };
	const bool ok = make(&plan, selections[_i].with, &err);

	if (selections[_i].n == 0) {
		ck_assert_msg(!ok, "%zu cases", plan.n);
		ck_assert_int_eq(err.kind, ERR_CONFIG);
		ck_assert_msg(strstr(err.what, selections[_i].says) != NULL,
		    "%s", err.what);
		return;
	}
	ck_assert_msg(ok, "%s", err.what);
	ck_assert_uint_eq(plan.n, selections[_i].n);
	ck_assert_int_eq(plan.partial, selections[_i].partial);
	ck_assert_ptr_nonnull(strstr(plan.selector, selections[_i].with[0]));
	/* nothing in scope may vanish without a word */
	for (size_t i = 0; i < REQ_COUNT; i++)
		if (plan.rows[i].disposition == ROW_NOT_SELECTED)
			ck_assert(plan.partial && plan.rows[i].why != NULL);
	plan_free(&plan);
}
END_TEST

/* What loads judge stands in the plan like any case. */
START_TEST(guests_are_planned)
{
	static const struct plan_guest guests[] = {
		{ "load.submission.rate", EMAIL_P_02, "t", "t", NULL, NULL, 8000 },
		{ "load.reading.times", EMAIL_P_04, "t", "t", "no IMAP",
		    "无 IMAP", 0 },
		{ "load.site.pages", WEB_P_01, "t", "t", NULL, NULL, 8000 },
	};
	static const char *const only[] = { "case:load.*", NULL };
	struct plan_request r = {
		.run = "20261122-012654-7f3a",
		.profile = &profile,
		.repeats = 3,
		.guests = guests,
		.n_guests = 3,
	};
	struct plan plan;
	struct err err = { 0 };

	ck_assert_msg(plan_make(&plan, &r, &err), "%s", err.what);
	ck_assert(find(&plan, "load.submission.rate")->executes);
	ck_assert_int_eq(find(&plan, "load.submission.rate")->repeats, 1);
	ck_assert(!find(&plan, "load.reading.times")->executes);
	ck_assert_int_eq(
	    find(&plan, "load.reading.times")->verdict, NOT_APPLICABLE);
	ck_assert_str_eq(find(&plan, "load.reading.times")->why, "no IMAP");
	ck_assert_int_eq(plan.rows[EMAIL_P_02].disposition, ROW_PLANNED);
	ck_assert_int_eq(plan.rows[WEB_P_01].disposition, ROW_OUT_OF_SCOPE);
	plan_free(&plan);

	r.selectors = only;
	r.n_selectors = 1;
	ck_assert_msg(plan_make(&plan, &r, &err), "%s", err.what);
	ck_assert_uint_eq(plan.n, 2);
	ck_assert(plan.partial);
	ck_assert(plan_case_is_load(plan.cases[0].id));
	ck_assert(!plan_case_is_load("loader.x"));
	plan_free(&plan);
}
END_TEST

START_TEST(an_empty_scope_is_refused)
{
	struct plan plan;
	struct err err;

	free(profile.scope.chapters[0]);
	profile.scope.chapters[0] = mem_text(SPAN("8"));
	ck_assert(!make(&plan, NULL, &err));
	ck_assert_int_eq(err.kind, ERR_CONFIG);
	ck_assert_msg(
	    strstr(err.what, "plan is empty") != NULL, "%s", err.what);
}
END_TEST

START_TEST(equal_input_equal_plan)
{
	struct plan a, b;
	char *text_a, *text_b, *digest_a, *digest_b;

	make_all(&a);
	make_all(&b);
	text_a = plan_text(&a);
	text_b = plan_text(&b);
	digest_a = plan_digest(&a);
	digest_b = plan_digest(&b);
	ck_assert_str_eq(text_a, text_b);
	ck_assert_str_eq(digest_a, digest_b);
	ck_assert_uint_eq(plan_ends(&a), 9);
	free(text_a);
	free(text_b);
	free(digest_a);
	free(digest_b);
	plan_free(&a);
	plan_free(&b);
}
END_TEST

START_TEST(run_ids)
{
	char a[32], b[32];

	plan_run_id((struct wall){ 1790000000000000 }, a);
	plan_run_id((struct wall){ 1790000000000001 }, b);
	ck_assert_uint_eq(strlen(a), 20);
	ck_assert_str_ne(a, b);
	ck_assert_uint_eq(
	    strspn(a, "0123456789abcdef-"), strlen(a)); /* goes into EHLO */
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("plan");
	TCase *t = tcase_create("plan");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, up, down);
	tcase_add_loop_test(t, needs, 0, (int)COUNT(rows));
	tcase_add_test(t, deadlines);
	tcase_add_test(t, guests_are_planned);
	tcase_add_test(t, every_row_has_its_place);
	tcase_add_test(t, rows_without_text);
	tcase_add_loop_test(t, selectors, 0, (int)COUNT(selections));
	tcase_add_test(t, an_empty_scope_is_refused);
	tcase_add_test(t, equal_input_equal_plan);
	tcase_add_test(t, run_ids);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
