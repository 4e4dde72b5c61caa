/* SPDX-License-Identifier: MIT */
#include "lib/catalogue.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool
one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

START_TEST(every_row_is_there)
{
	ck_assert_int_eq(REQ_COUNT, 271);
	for (int i = 0; i < REQ_COUNT; i++) {
		const struct requirement *row = catalogue_get((enum req)i);
		enum req found;

		ck_assert_msg(catalogue_find(row->name, &found), "row %d", i);
		ck_assert_msg((int)found == i, "%s stands twice", row->name);
	}
}
END_TEST

START_TEST(every_field_is_filled)
{
	/* The table of the sources names no figure and no evidence here. */
	static const char *const no_parameters[] = { "ESEAL-F-20",
		"SM-9.1-01" };
	static const char *const services[] = { "smtp", "pop3", "imap", "ldap",
		"webmail", "mail", "im", "oa", "web", "edoc", "eseal", "cert",
		"sec", "ops", "sm" };

	for (int i = 0; i < REQ_COUNT; i++) {
		const struct requirement *row = catalogue_get((enum req)i);

		ck_assert_str_ne(row->name, "");
		ck_assert_str_ne(row->clause, "");
		ck_assert_str_ne(row->en, "");
		ck_assert_str_ne(row->zh, "");
		ck_assert_str_ne(row->source, "");
		ck_assert_msg(
		    row->parameters[0] != '\0' ||
			one_of(row->name, no_parameters, COUNT(no_parameters)),
		    "%s: no parameters", row->name);
		ck_assert_msg(one_of(row->service, services, COUNT(services)),
		    "%s: service %s", row->name, row->service);
	}
}
END_TEST

START_TEST(methods_are_known)
{
	static const char *const methods[] = { "PT", "LT", "ED", "IN" };

	for (int i = 0; i < REQ_COUNT; i++) {
		const struct requirement *row = catalogue_get((enum req)i);
		char copy[16], *rest = copy;

		ck_assert_uint_lt(strlen(row->method), sizeof(copy));
		strcpy(copy, row->method);
		for (char *m; (m = strsep(&rest, "+")) != NULL;)
			ck_assert_msg(one_of(m, methods, COUNT(methods)),
			    "%s: method %s", row->name, row->method);
	}
}
END_TEST

START_TEST(names_lead_to_rows)
{
	enum req r;

	ck_assert(catalogue_find("EMAIL-F-01", &r));
	ck_assert_int_eq(r, EMAIL_F_01);
	ck_assert(catalogue_find("SM-5.2-04", &r));
	ck_assert_int_eq(r, SM_5_2_04);
	ck_assert(!catalogue_find("EMAIL_F_01", &r));
	ck_assert(!catalogue_find("EMAIL-F-0", &r));
	ck_assert(!catalogue_find("", &r));
}
END_TEST

START_TEST(levels_parse)
{
	enum level l;

	for (int i = 0; i < LEVEL_COUNT; i++) {
		ck_assert(level_parse(level_name((enum level)i), &l));
		ck_assert_int_eq(l, i);
	}
	ck_assert(!level_parse("must", &l));
	ck_assert(!level_parse("", &l));
}
END_TEST

START_TEST(provenance_limits_the_statement)
{
	/* clang-format off */
	static const struct {
		const char	*row, *name;
		bool		 carries;
	} rows[] = {
		{ "SM-4-01",	"seed-full",	true },
		{ "SEC-21",	"text",		true },
		{ "EMAIL-F-01",	"seed-abbr",	false },
		{ "EMAIL-P-01",	"seed-title",	false },
		{ "SEC-01",	"text-toc",	false },
		{ "EMAIL-F-03",	"derived",	false },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		enum req r;
		enum provenance p;

		ck_assert(catalogue_find(rows[i].row, &r));
		p = catalogue_get(r)->provenance;
		ck_assert_str_eq(provenance_name(p), rows[i].name);
		ck_assert(provenance_carries_clause(p) == rows[i].carries);
	}
}
END_TEST

START_TEST(names_say_the_provenance)
{
	/* The words of the source begin with the kind of their class. */
	for (int i = 0; i < REQ_COUNT; i++) {
		const struct requirement *row = catalogue_get((enum req)i);
		const char *class = provenance_name(row->provenance);

		ck_assert_msg(
		    strncmp(row->source, class, strcspn(class, "-")) == 0,
		    "%s: %s, but the source says \"%s\"", row->name, class,
		    row->source);
	}
}
END_TEST

/* The parts of the rule that need no judgement; see the README of the tables.
 */
START_TEST(levels_follow_the_rule)
{
	for (int i = 0; i < REQ_COUNT; i++) {
		const struct requirement *row = catalogue_get((enum req)i);

		if (strncmp(provenance_name(row->provenance), "seed-", 5) == 0)
			ck_assert_msg(row->level == LEVEL_SHALL,
			    "%s is of the seeds", row->name);
		if (strncmp(row->source, "derived project profile", 23) == 0)
			ck_assert_msg(row->level != LEVEL_SHALL,
			    "%s has no source but us", row->name);
		if (strncmp(row->parameters, "optional", 8) == 0)
			ck_assert_msg(row->level == LEVEL_MAY, "%s is optional",
			    row->name);
	}
}
END_TEST

START_TEST(chapters_follow_names)
{
	/* clang-format off */
	static const struct {
		const char	*prefix, *chapter;
	} rows[] = {
		{ "EMAIL-",	"5" },	{ "IM-",	"6" },
		{ "OA-",	"7" },	{ "WEB-",	"8" },
		{ "EDOC-",	"9" },	{ "ESEAL-",	"10" },
		{ "CERT-",	"11" },	{ "SEC-",	"12" },
		{ "OPS-",	"13" },	{ "SM-",	"SM" },
	};
	/* clang-format on */
	int seen = 0;

	for (int i = 0; i < REQ_COUNT; i++)
		for (size_t k = 0; k < COUNT(rows); k++) {
			const char *name = catalogue_get((enum req)i)->name;

			if (strncmp(name, rows[k].prefix,
				strlen(rows[k].prefix)) != 0)
				continue;
			ck_assert_str_eq(
			    catalogue_chapter((enum req)i), rows[k].chapter);
			seen++;
		}
	ck_assert_int_eq(seen, REQ_COUNT);
}
END_TEST

START_TEST(only_one_text_is_missing)
{
	for (int i = 0; i < REQ_COUNT; i++)
		ck_assert_msg(
		    catalogue_text_missing((enum req)i) == (i == SM_5_2_04),
		    "%s", catalogue_get((enum req)i)->name);
}
END_TEST

/*
 * "P" is marked "[P" somewhere in the row, "K RFC 1939 3" as "[K"; a figure
 * that the row states without a mark of its own is marked "row".
 */
static bool
mark_is_in_row(const struct limit *l)
{
	const struct requirement *row = catalogue_get(l->req);
	const size_t len = strcspn(l->mark, " ,;");
	char kind[8], open[10], after[10];

	if (strcmp(l->mark, "row") == 0)
		return true;
	if (len >= sizeof(kind))
		return false;
	memcpy(kind, l->mark, len);
	kind[len] = '\0';
	snprintf(open, sizeof(open), "[%s", kind);
	snprintf(after, sizeof(after), " %s]", kind);
	return strstr(row->parameters, open) != NULL ||
	       strstr(row->parameters, after) != NULL ||
	       (strcmp(kind, "P") == 0 &&
		   strstr(row->source, "project profile") != NULL);
}

START_TEST(limits_are_bounds)
{
	static const char *const bounds[] = { "least", "most", "equal", "below",
		"above" };
	static const char *const units[] = { "ms", "s", "d", "months",
		"workdays", "B", "KiB", "MiB", "GB", "1/s", "Mbit/s", "%",
		"count", "ratio", "version", "level", "points", "mm", "px" };
	size_t n;
	const struct limit *l = catalogue_limits(&n);

	ck_assert_uint_gt(n, 250);
	for (size_t i = 0; i < n; i++) {
		const char *name = catalogue_get(l[i].req)->name;

		ck_assert_msg(one_of(l[i].bound, bounds, COUNT(bounds)),
		    "%s %s: bound %s", name, l[i].metric, l[i].bound);
		ck_assert_msg(one_of(l[i].unit, units, COUNT(units)),
		    "%s %s: unit %s", name, l[i].metric, l[i].unit);
		ck_assert_msg(strspn(l[i].metric,
				  "abcdefghijklmnopqrstuvwxyz0123456789.-") ==
				  strlen(l[i].metric),
		    "%s: metric %s", name, l[i].metric);
		ck_assert_str_ne(l[i].metric, "");
		ck_assert_msg(mark_is_in_row(&l[i]), "%s %s: no mark %s in %s",
		    name, l[i].metric, l[i].mark,
		    catalogue_get(l[i].req)->parameters);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(l[k].req != l[i].req ||
					  strcmp(l[k].metric, l[i].metric) != 0,
			    "%s %s stands twice", name, l[i].metric);
	}
}
END_TEST

START_TEST(limits_keep_their_values)
{
	/* clang-format off */
	static const struct {
		enum req	 req;
		const char	*metric, *bound;
		double		 value;
		const char	*unit, *mark;
	} rows[] = {
		{ EMAIL_F_01, "timeout.command", "least", 300, "s",
		    "K RFC 5321 4.5.3.2" },
		{ EMAIL_F_14, "size.announced", "least", 50, "MiB", "P" },
		{ EMAIL_F_23, "lockout.failures", "most", 5, "count", "P" },
		{ EMAIL_P_04, "success.ratio", "least", 99.9, "%", "P" },
		{ WEB_F_03, "probe.failures", "below", 5, "%", "S8" },
	};
	/* clang-format on */
	size_t n, found = 0;
	const struct limit *l = catalogue_limits(&n);

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < n; k++) {
			if (l[k].req != rows[i].req ||
			    strcmp(l[k].metric, rows[i].metric) != 0)
				continue;
			ck_assert_str_eq(l[k].bound, rows[i].bound);
			ck_assert_double_eq(l[k].value, rows[i].value);
			ck_assert_str_eq(l[k].unit, rows[i].unit);
			ck_assert_str_eq(l[k].mark, rows[i].mark);
			found++;
		}
	ck_assert_uint_eq(found, COUNT(rows));
}
END_TEST

START_TEST(interpretations_are_numbered)
{
	size_t n;
	const struct interpretation *in = catalogue_interpretations(&n);

	ck_assert_uint_gt(n, 0);
	for (size_t i = 0; i < n; i++) {
		const char *name = catalogue_get(in[i].req)->name;
		const size_t len = strlen(name);

		ck_assert_msg(
		    strncmp(in[i].id, name, len) == 0 && in[i].id[len] == '.' &&
			in[i].id[len + 1] >= 'a' && in[i].id[len + 1] <= 'z' &&
			in[i].id[len + 2] == '\0',
		    "%s is not %s.a to %s.z", in[i].id, name, name);
		ck_assert_str_ne(in[i].clause, "");
		ck_assert_str_ne(in[i].en, "");
		ck_assert_str_ne(in[i].zh, "");
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(in[k].id, in[i].id);
	}
}
END_TEST

START_TEST(digest_is_sm3)
{
	ck_assert_uint_eq(strlen(catalogue_digest()), 64);
	ck_assert_uint_eq(strspn(catalogue_digest(), "0123456789abcdef"), 64);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("catalogue");
	TCase *tc = tcase_create("tables");
	SRunner *sr = srunner_create(s);
	int failed;

	suite_add_tcase(s, tc);
	tcase_add_test(tc, every_row_is_there);
	tcase_add_test(tc, every_field_is_filled);
	tcase_add_test(tc, methods_are_known);
	tcase_add_test(tc, names_lead_to_rows);
	tcase_add_test(tc, levels_parse);
	tcase_add_test(tc, provenance_limits_the_statement);
	tcase_add_test(tc, names_say_the_provenance);
	tcase_add_test(tc, levels_follow_the_rule);
	tcase_add_test(tc, chapters_follow_names);
	tcase_add_test(tc, only_one_text_is_missing);
	tcase_add_test(tc, limits_are_bounds);
	tcase_add_test(tc, limits_keep_their_values);
	tcase_add_test(tc, interpretations_are_numbered);
	tcase_add_test(tc, digest_is_sm3);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? 0 : 1;
}
