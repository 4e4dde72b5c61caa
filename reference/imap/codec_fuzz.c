/* SPDX-License-Identifier: MIT */
/*
 * Any octets at all as a stream of commands and as the arguments of each:
 * nothing is read beyond its end, pieces make no difference, what is written
 * can be read back, and a mailbox name has one form only.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reference/imap/box_args.h"
#include "reference/imap/codec.h"
#include "reference/imap/fetch_args.h"
#include "reference/imap/frame.h"
#include "reference/imap/put.h"
#include "reference/imap/search_args.h"
#include "reference/imap/set.h"
#include "reference/imap/store_args.h"
#include "reference/imap/utf7.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool so)
{
	if (!so)
		abort();
}

/* ---- the stream ---- */

static void
cut(struct span in, size_t piece, struct buf *events)
{
	struct imap_framer f;

	imap_frame_init(&f, 200, 50, 100);
	while (in.len > 0) {
		struct span part = span_take(in, piece);
		enum imap_frame got;

		in = span_skip(in, part.len);
		while (
		    (got = imap_frame_command(&f, &part)) != IMAP_NEED_MORE) {
			buf_addf(
			    events, "%d %zu ", (int)got, (size_t)f.literal);
			buf_add(events, imap_frame_tag(&f));
			buf_add(events, buf_span(&f.text));
			must(f.text.len <= 300);
		}
		must(part.len == 0);
	}
	imap_frame_free(&f);
}

static void
compare_pieces(struct span in)
{
	struct buf whole, single;

	buf_init(&whole, 1 << 24);
	buf_init(&single, 1 << 24);
	cut(in, in.len + 1, &whole);
	cut(in, 1, &single);
	must(span_eq(buf_span(&whole), buf_span(&single)));
	buf_free(&whole);
	buf_free(&single);
}

/* ---- arguments ---- */

/* Every node once, and nothing below but what was counted. */
static size_t
count_nodes(const struct imap_search *s, size_t at, int depth)
{
	size_t n = 1;

	must(depth <= IMAP_SEARCH_DEPTH + 1);
	for (size_t c = s->node[at].child; c != 0; c = s->node[c].next)
		n += count_nodes(s, c, depth + 1);
	return n;
}

static void
read_search(struct span in)
{
	struct imap_args a;
	struct imap_search s;
	struct imap_sort sort;

	for (int i = 0; i < 2; i++) {
		imap_args_init(&a, in);
		if (i == 0 ? imap_take_search(&a, &s)
			   : imap_take_sort(&a, &sort, &s)) {
			must(count_nodes(&s, 0, 0) == s.n);
			imap_search_resolve(&s, 3, 10);
		} else {
			must(a.bad != NULL && s.node == NULL);
		}
		imap_search_free(&s);
		imap_args_free(&a);
	}
}

/* What is put can be taken, and is put the same again. */
static void
put_fetch(const struct imap_fetch *f, struct buf *out)
{
	buf_add(out, SPAN("("));
	for (size_t i = 0; i < f->n; i++) {
		struct imap_fetch_item item = f->item[i];

		item.partial = false;
		buf_addf(out, "%s", i == 0 ? "" : " ");
		imap_put_fetch_name(out, &item);
	}
	buf_add(out, SPAN(")"));
}

static void
read_fetch(struct span in)
{
	struct imap_args a, b;
	struct imap_fetch f, g;
	struct buf once, twice;

	buf_init(&once, 1 << 24);
	buf_init(&twice, 1 << 24);
	imap_args_init(&a, in);
	if (imap_take_fetch(&a, &f)) {
		put_fetch(&f, &once);
		imap_args_init(&b, buf_span(&once));
		must(imap_take_fetch(&b, &g));
		put_fetch(&g, &twice);
		must(span_eq(buf_span(&once), buf_span(&twice)));
		imap_fetch_free(&g);
		imap_args_free(&b);
	} else {
		must(a.bad != NULL);
	}
	imap_fetch_free(&f);
	imap_args_free(&a);
	buf_free(&once);
	buf_free(&twice);
}

static void
read_set(struct span in)
{
	struct imap_args a;
	struct imap_set set;

	imap_args_init(&a, in);
	if (imap_take_set(&a, &set)) {
		imap_set_resolve(&set, 7);
		for (size_t i = 0; i < set.n; i++) {
			const struct imap_range r = set.range[i];

			must(r.lo >= 1 && r.lo <= r.hi);
			must(i == 0 || r.lo > set.range[i - 1].hi + 1);
			must(imap_set_has(&set, r.lo) &&
			     imap_set_next(&set, r.hi) == r.hi);
		}
	}
	imap_set_free(&set);
	imap_args_free(&a);
}

static void
read_string(struct span in)
{
	struct imap_args a, b;
	struct span s, back;
	struct buf out;

	buf_init(&out, 1 << 24);
	imap_args_init(&a, in);
	if (imap_take_astring(&a, &s)) {
		imap_put_astring(&out, s);
		imap_args_init(&b, buf_span(&out));
		must(imap_take_astring(&b, &back) && imap_take_end(&b));
		must(span_eq(s, back));
		imap_args_free(&b);
	}
	imap_args_free(&a);
	buf_free(&out);
}

static void
read_others(struct span in)
{
	struct imap_args a;
	struct imap_store store;
	struct imap_select select;
	struct imap_create create;
	struct imap_list list;
	struct imap_append append;
	struct imap_id id;
	struct span name;
	unsigned items;

	/* None of them frees, so one cursor does: each begins anew. */
	for (int i = 0; i < 7; i++) {
		imap_args_init(&a, in);
		if (i == 0)
			imap_take_store(&a, &store);
		else if (i == 1)
			imap_take_select(&a, &select);
		else if (i == 2)
			imap_take_create(&a, &create);
		else if (i == 3 && imap_take_list(&a, &list))
			imap_name_matches(list.pattern, list.reference, '/');
		else if (i == 4)
			imap_take_status(&a, &name, &items);
		else if (i == 5)
			imap_take_append(&a, &append);
		else if (i == 6)
			imap_take_id(&a, &id);
		imap_args_free(&a);
	}
}

static void
read_dates(struct span in)
{
	struct imap_args a;
	struct wall when, back;
	int64_t day;
	int zone, zone_back;
	struct buf out;

	buf_init(&out, 1000);
	imap_args_init(&a, in);
	imap_take_date(&a, &day);
	imap_args_init(&a, in);
	if (imap_take_date_time(&a, &when, &zone)) {
		imap_put_date_time(&out, when, zone);
		imap_args_init(&a, buf_span(&out));
		/* A leap second may leave the years that have 4 digits. */
		if (imap_take_date_time(&a, &back, &zone_back))
			must(back.us == when.us && zone_back == zone);
	}
	buf_free(&out);
}

/* ---- names ---- */

static void
read_name(struct span in)
{
	struct buf out, back;
	const char *why;

	buf_init(&out, 1 << 24);
	buf_init(&back, 1 << 24);
	if (imap_utf7_decode(in, &out, &why)) {
		must(imap_utf7_encode(buf_span(&out), &back));
		must(span_eq(buf_span(&back), in));
	}
	buf_clear(&out);
	buf_clear(&back);
	if (imap_utf7_encode(in, &out)) {
		must(imap_utf7_decode(buf_span(&out), &back, &why));
		must(span_eq(buf_span(&back), in));
	}
	buf_free(&out);
	buf_free(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* An exact copy, so that the sanitizer sees its ends. */
	char *copy = malloc(size + !size);
	const struct span in = { copy, size };
	struct imap_args a;
	struct imap_command cmd;

	if (size > 0)
		memcpy(copy, data, size);
	compare_pieces(in);
	imap_args_init(&a, in);
	imap_take_command(&a, &cmd);
	/* A command finds its arguments, an input may be arguments only. */
	for (int i = 0; i < 2; i++) {
		struct span args = in;

		if (i == 1 && !imap_take_space(&a))
			break;
		if (i == 1)
			args = a.left;
		read_search(args);
		read_fetch(args);
		read_set(args);
		read_string(args);
		read_others(args);
		read_dates(args);
		read_name(args);
	}
	imap_args_free(&a);
	free(copy);
	return 0;
}
