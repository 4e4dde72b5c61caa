/* SPDX-License-Identifier: MIT */
/* SORT and UID SORT (RFC 5256 3, BASE.6.4.SORT). */
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/inner.h"
#include "reference/imap/search.h"
#include "reference/mime_address.h"
#include "reference/mime_date.h"
#include "reference/mime_text.h"

#define KEY_MOST      (16u << 10) /* octets of a key that are compared */
#define READS_AT_ONCE 50

/* What one message is compared by: a text for each criterion, or a number. */
struct value {
	struct buf text;
	int64_t number;
};

struct entry {
	uint32_t n;
	struct value by[IMAP_SORT_MOST];
	const struct imap_sort *sort;
	bool backwards; /* a fault: so are equals in reverse */
};

struct sorting {
	struct imap_find *find;
	struct imap_sort sort;
	struct entry *entry;
	size_t read; /* entries whose values are there */
	bool sorted;
};

static void
sorting_free(void *state)
{
	struct sorting *t = state;

	for (size_t i = 0; t->entry != NULL && i < t->read; i++)
		for (size_t k = 0; k < t->sort.n; k++)
			buf_free(&t->entry[i].by[k].text);
	free(t->entry);
	hunt_free(&t->find->hunt);
	free(t->find->found);
	free(t->find);
	free(t);
}

/* ---- values ---- */

static void
fold_into(const struct imap_session *s, struct value *v, const struct buf *utf8)
{
	if (faulty(s, FAULT_IMAP_SORT_CASE))
		buf_add(&v->text, buf_span(utf8));
	else
		mime_fold(buf_span(utf8), &v->text);
}

/* Faults: something is kept that is no part of the base subject. */
static bool
keeps(const struct imap_session *s, struct span subject)
{
	static const struct {
		enum fault fault;
		const char *text;
	} kept[] = {
		{ FAULT_IMAP_SORT_RE, "Re:" },
		{ FAULT_IMAP_SORT_FWD, "Fwd:" },
		{ FAULT_IMAP_SORT_LIST, "[oa]" },
		{ FAULT_IMAP_SORT_RAW, "=?" },
	};

	for (size_t i = 0; i < COUNT(kept); i++)
		if (faulty(s, kept[i].fault) &&
		    span_find(subject, span_of(kept[i].text)) < subject.len)
			return true;
	return false;
}

static void
take_subject(const struct imap_session *s, struct span header, struct buf *utf8)
{
	const struct span subject = mime_field_value(header, SPAN("Subject"));

	if (keeps(s, subject))
		buf_add(utf8, span_skip(subject,
				  span_starts(subject, SPAN(" ")) ? 1 : 0));
	else
		(void)mime_base_subject(subject, utf8);
}

static void
take_text(const struct imap_session *s, enum imap_sort_key key,
    struct span header, struct value *v)
{
	struct buf utf8;

	buf_init(&utf8, KEY_MOST);
	switch (key) {
	case IMAP_SORT_SUBJECT:
		take_subject(s, header, &utf8);
		break;
	case IMAP_SORT_FROM:
		mime_first_mailbox(
		    mime_field_value(header, SPAN("From")), &utf8);
		break;
	case IMAP_SORT_TO:
		mime_first_mailbox(mime_field_value(header, SPAN("To")), &utf8);
		break;
	default:
		mime_first_mailbox(mime_field_value(header, SPAN("Cc")), &utf8);
		break;
	}
	fold_into(s, v, &utf8);
	buf_free(&utf8);
}

/* RFC 5256 2.2: without a date that can be read, the internal one. */
static int64_t
sent_at(const struct imap_session *s, struct span header, const struct mail *m)
{
	struct mime_date date;

	if (!mime_parse_date(mime_field_value(header, SPAN("Date")), &date))
		return faulty(s, FAULT_IMAP_SORT_NO_DATE) ? 0 : m->date.s;
	return faulty(s, FAULT_IMAP_SORT_LOCAL_DATE)
		   ? date.utc_s + (int64_t)date.offset_min * 60
		   : date.utc_s;
}

static void
take_value(const struct imap_session *s, struct imap_content *content,
    const struct mail *m, enum imap_sort_key key, struct value *v)
{
	struct span header = { NULL, 0 };

	buf_init(&v->text, KEY_MOST);
	if (key == IMAP_SORT_ARRIVAL) {
		v->number = m->date.s;
		return;
	}
	if (key == IMAP_SORT_SIZE) {
		v->number = m->size;
		return;
	}
	(void)imap_content_header(content, &header);
	if (key == IMAP_SORT_DATE)
		v->number = sent_at(s, header, m);
	else
		take_text(s, key, header, v);
}

static bool
read_values(struct imap_session *s, struct sorting *t)
{
	struct imap_content *content = &t->find->hunt.content;

	for (int i = 0; i < READS_AT_ONCE && t->read < t->find->n; i++) {
		struct entry *e = &t->entry[t->read];
		const struct imap_view_item *m;

		e->n = t->find->found[t->read];
		e->sort = &t->sort;
		e->backwards =
		    t->sort.by[0].reverse && faulty(s, FAULT_IMAP_SORT_TIES);
		m = imap_view_at(&s->view, e->n);
		imap_content_choose(content, m->mail.uid);
		for (size_t k = 0; k < t->sort.n; k++)
			take_value(
			    s, content, &m->mail, t->sort.by[k].key, &e->by[k]);
		t->read++;
	}
	return t->read == t->find->n;
}

/* ---- order ---- */

static int
compare_values(const struct value *a, const struct value *b)
{
	const size_t n = a->text.len < b->text.len ? a->text.len : b->text.len;
	const int order = n == 0 ? 0 : memcmp(a->text.data, b->text.data, n);

	if (order != 0)
		return order;
	if (a->text.len != b->text.len)
		return a->text.len < b->text.len ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

/* What is equal in all stays in the order of the mailbox. */
static int
compare_entries(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;

	for (size_t k = 0; k < a->sort->n; k++) {
		const int order = compare_values(&a->by[k], &b->by[k]);

		if (order != 0)
			return a->sort->by[k].reverse ? -order : order;
	}
	return a->backwards ? (a->n < b->n) - (a->n > b->n)
			    : (a->n > b->n) - (a->n < b->n);
}

static bool
sort_step(struct imap_session *s, void *state)
{
	struct sorting *t = state;
	struct imap_find *f = t->find;

	if (f->at < s->view.n && !imap_find_more(s, f))
		return false;
	if (t->entry == NULL)
		t->entry = mem_new(f->n + 1, sizeof *t->entry);
	if (!read_values(s, t))
		return false;
	if (!t->sorted) {
		qsort(t->entry, f->n, sizeof *t->entry, compare_entries);
		for (size_t i = 0; i < f->n; i++)
			f->found[i] = t->entry[i].n;
		t->sorted = true;
	}
	return imap_find_tell(s, f, "SORT");
}

void
imap_run_sort(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct sorting *t = mem_new(1, sizeof *t);
	struct imap_search search = { 0 };

	if (!imap_take_sort(args, &t->sort, &search)) {
		imap_search_free(&search);
		imap_reply_bad(s, args);
		free(t);
		return;
	}
	if (faulty(s, FAULT_IMAP_SORT_ONE))
		t->sort.n = 1;
	t->find = imap_find_new(
	    s, search, uid && !faulty(s, FAULT_IMAP_UID_SORT_NUMBERS));
	if (t->find == NULL)
		free(t);
	else
		imap_start_job(s, sort_step, sorting_free, t);
}
