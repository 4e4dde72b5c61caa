/* SPDX-License-Identifier: MIT */
/*
 * imap/codec_testing - tables of words as commands have them: taken, or
 * refused with a reason; for tests.
 */
#ifndef REFERENCE_IMAP_CODEC_TESTING_H
#define REFERENCE_IMAP_CODEC_TESTING_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/buf.h"
#include "reference/imap/codec.h"
#include "reference/imap/put.h"
#include "reference/imap/set.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define BYTES(text)  SPAN_INIT(text)

struct word_row {
	int word; /* what it is read as: an enum of the test's own */
	struct span in;
	const char *want; /* "! reason": refused; NULL: taken as anything */
};

struct word_table {
	const struct word_row *row;
	int n;
	/* Appends what was taken, as text. */
	void (*read)(struct imap_args *, int word, struct buf *out);
};

static inline void
show_flags(struct buf *out, const struct imap_flags *flags)
{
	imap_put_flags(out, flags);
	buf_addf(out, "%s", flags->extension ? "!" : "");
}

static inline void
show_set(struct buf *out, const struct imap_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		buf_addf(out, "%s%u:%u", i == 0 ? "" : ",", set->range[i].lo,
		    set->range[i].hi);
}

static inline void
check_word(const struct word_table *t, int row)
{
	const struct span in = t->row[row].in;
	const char *want = t->row[row].want;
	/* An exact copy, so that the sanitizer sees its end. */
	char *copy = malloc(in.len + !in.len);
	struct imap_args a;
	struct buf out;

	memcpy(copy, in.ptr, in.len);
	buf_init(&out, 100000);
	imap_args_init(&a, (struct span){ copy, in.len });
	t->read(&a, t->row[row].word, &out);
	imap_take_end(&a);
	if (a.bad != NULL) {
		buf_clear(&out);
		buf_addf(&out, "! %s", a.bad);
	}
	if (want != NULL)
		ck_assert_msg(strcmp(buf_text(&out), want) == 0,
		    "row %d, \"%.*s\": \"%s\" and not \"%s\"", row,
		    SPAN_FMT(in), buf_text(&out), want);
	else
		ck_assert_ptr_null(a.bad);
	imap_args_free(&a);
	buf_free(&out);
	free(copy);
}

/* Whatever was cut short is refused or complete, and never read beyond. */
static inline void
check_half(const struct word_table *t, struct span half, int word)
{
	char *copy = malloc(half.len + !half.len);
	struct imap_args a;
	struct buf out;

	memcpy(copy, half.ptr, half.len);
	buf_init(&out, 100000);
	imap_args_init(&a, (struct span){ copy, half.len });
	t->read(&a, word, &out);
	ck_assert(a.left.ptr >= copy && a.left.ptr <= copy + half.len);
	imap_args_free(&a);
	buf_free(&out);
	free(copy);
}

static inline void
check_words(const struct word_table *t)
{
	for (int i = 0; i < t->n; i++)
		check_word(t, i);
}

static inline void
check_halves(const struct word_table *t)
{
	for (int i = 0; i < t->n; i++)
		for (size_t n = 0; n < t->row[i].in.len; n++)
			check_half(
			    t, span_take(t->row[i].in, n), t->row[i].word);
}

/* A list that holds "most" of "each", and never one more. */
struct word_list {
	int word;
	const char *before, *each, *after;
	int most;
};

static inline void
check_bound(const struct word_table *t, const struct word_list *list)
{
	for (int more = 0; more < 2; more++) {
		struct imap_args a;
		struct buf in, out;

		buf_init(&in, 100000);
		buf_init(&out, 100000);
		buf_addf(&in, "%s", list->before);
		for (int k = 0; k < list->most + more; k++)
			buf_addf(&in, "%s", list->each);
		buf_addf(&in, "%s", list->after);
		imap_args_init(&a, buf_span(&in));
		t->read(&a, list->word, &out);
		ck_assert_int_eq(imap_take_end(&a), !more);
		imap_args_free(&a);
		buf_free(&in);
		buf_free(&out);
	}
}

static inline int
run_tests(const char *name, const TTest *const *tests, int n)
{
	Suite *suite = suite_create(name);
	TCase *c = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	suite_add_tcase(suite, c);
	tcase_set_timeout(c, 60);
	for (int i = 0; i < n; i++)
		tcase_add_test(c, tests[i]);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
