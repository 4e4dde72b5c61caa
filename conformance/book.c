/* SPDX-License-Identifier: MIT */
#include "conformance/book.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NAME_MOST 64 /* longest name that another is looked for */
#define NEAREST   3

const struct conf_case *
book_next(const struct explain_book *book, struct book_at *at)
{
	while (at->group < book->n_groups) {
		const struct conf_group *g = book->groups[at->group];

		if (at->next < g->n)
			return &g->cases[at->next++];
		*at = (struct book_at){ at->group + 1, 0 };
	}
	return NULL;
}

const struct conf_case *
book_find(const struct explain_book *book, const char *id)
{
	const struct conf_case *c;
	struct book_at at = { 0 };

	while ((c = book_next(book, &at)) != NULL)
		if (book_same(c->id, id))
			return c;
	return NULL;
}

size_t
book_cases_of(const struct explain_book *book, enum req r)
{
	const struct conf_case *c;
	struct book_at at = { 0 };
	size_t n = 0;

	while ((c = book_next(book, &at)) != NULL)
		n += c->verifies == r;
	return n;
}

size_t
book_faults_of(const struct explain_book *book, enum req r)
{
	size_t n = 0;

	for (size_t i = 0; i < book->n_faults; i++)
		n += book->faults[i].req == r;
	return n;
}

static int
folded(char c)
{
	return c == '_' || c == '.' ? '-' : tolower((unsigned char)c);
}

bool
book_same(const char *a, const char *b)
{
	while (*a != '\0' && folded(*a) == folded(*b)) {
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

static bool
begins_with(const char *clause, const char *asked)
{
	const size_t n = strlen(asked);

	return n != 0 && strncasecmp(clause, asked, n) == 0 &&
	       (clause[n] == '\0' || strchr(". ,;)", clause[n]) != NULL);
}

/*
 * One citation may name several places: "RFC 2047, RFC 2231", and also
 * "RFC 5321 3.5.3, 7.3", where the document is named once.
 */
bool
book_cites(const char *clause, const char *asked)
{
	const char *space = strrchr(asked, ' ');
	const size_t doc = space == NULL ? 0 : (size_t)(space - asked) + 1;
	const bool same = doc != 0 && strncasecmp(clause, asked, doc) == 0;

	if (begins_with(clause, asked))
		return true;
	for (const char *at = clause; (at = strstr(at, ", ")) != NULL;) {
		at += 2;
		if (begins_with(at, asked) ||
		    (same && begins_with(at, asked + doc)))
			return true;
	}
	return false;
}

static size_t
least_of(size_t a, size_t b, size_t c)
{
	const size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Letters to change, add or drop (Levenshtein); 0 when b begins with a. */
static size_t
distance(const char *a, const char *b)
{
	const size_t la = strlen(a), lb = strlen(b);
	size_t row[NAME_MOST + 1];

	if (la > NAME_MOST || lb > NAME_MOST)
		return NAME_MOST;
	if (la >= 3 && strncasecmp(a, b, la) == 0)
		return 0;
	for (size_t k = 0; k <= lb; k++)
		row[k] = k;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= lb; k++) {
			const bool same = folded(a[i - 1]) == folded(b[k - 1]);
			const size_t up = row[k];

			row[k] =
			    least_of(up + 1, row[k - 1] + 1, diagonal + !same);
			diagonal = up;
		}
	}
	return row[lb];
}

/* The nearest names met so far, best first. */
struct near {
	const char *asked;
	const char *names[NEAREST];
	size_t distances[NEAREST];
};

static void
near_add(struct near *near, const char *name)
{
	const size_t most = 1 + strlen(near->asked) / 3;
	const size_t d = distance(near->asked, name);
	size_t at = NEAREST;

	if (d > most)
		return;
	while (at > 0 &&
	       (near->names[at - 1] == NULL || near->distances[at - 1] > d))
		at--;
	for (size_t i = NEAREST; i-- > at + 1;) {
		near->names[i] = near->names[i - 1];
		near->distances[i] = near->distances[i - 1];
	}
	if (at < NEAREST) {
		near->names[at] = name;
		near->distances[at] = d;
	}
}

static void
near_all(struct near *near, const struct explain_book *book)
{
	const struct conf_case *c;
	const struct interpretation *readings;
	struct book_at at = { 0 };
	size_t n;

	for (int r = 0; r < REQ_COUNT; r++)
		near_add(near, catalogue_get((enum req)r)->name);
	while ((c = book_next(book, &at)) != NULL)
		near_add(near, c->id);
	for (size_t i = 0; i < book->n_faults; i++)
		near_add(near, book->faults[i].name);
	readings = catalogue_interpretations(&n);
	for (size_t i = 0; i < n; i++)
		near_add(near, readings[i].id);
}

bool
book_unknown(const struct explain_book *book, const char *name, struct err *err)
{
	struct near near = { .asked = name };
	struct buf list;

	buf_init(&list, 4 * NAME_MOST);
	near_all(&near, book);
	for (size_t i = 0; i < NEAREST && near.names[i] != NULL; i++)
		buf_addf(&list, "%s%s", i == 0 ? "" : ", ", near.names[i]);
	if (near.names[0] == NULL)
		err_set(err, ERR_CONFIG,
		    "no row, case, reading, fault or clause is called "
		    "\"%.*s\"; \"yanshou list\" shows what there is",
		    NAME_MOST, name);
	else
		err_set(err, ERR_CONFIG,
		    "no row, case, reading, fault or clause is called "
		    "\"%.*s\"; did you mean %s?",
		    NAME_MOST, name, buf_text(&list));
	buf_free(&list);
	return false;
}
