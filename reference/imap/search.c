/* SPDX-License-Identifier: MIT */
/* SEARCH and UID SEARCH (RFC 3501 6.4.4, RFC 7162 3.1.5). */
#include <inttypes.h>
#include <stdlib.h>

#include "lib/mem.h"
#include "reference/imap/hunt.h"
#include "reference/imap/inner.h"
#include "reference/imap/search.h"

#define READS_AT_ONCE 50 /* messages whose content is looked at */

static void
search_free(void *state)
{
	struct imap_find *f = state;

	hunt_free(&f->hunt);
	free(f->found);
	free(f);
}

struct imap_find *
imap_find_new(struct imap_session *s, struct imap_search search, bool uid)
{
	struct imap_find *f = mem_new(1, sizeof *f);
	struct buf code;

	f->uid = uid;
	f->found = mem_new(s->view.n + 1, sizeof *f->found);
	if (hunt_init(&f->hunt, &s->view, search)) {
		if (search.modseq)
			imap_enable_condstore(s);
		return f;
	}
	buf_init(&code, 4096);
	buf_addf(&code, "BADCHARSET");
	if (!varies(s, VARIANT_IMAP_BADCHARSET_ALONE)) {
		buf_addf(&code, " ");
		hunt_put_charsets(&code);
	}
	imap_reply_coded(s, IMAP_SAY_BAD_CHARSET, buf_span(&code));
	buf_free(&code);
	search_free(f);
	return NULL;
}

bool
imap_find_more(struct imap_session *s, struct imap_find *f)
{
	int reads = 0;

	while (f->at < s->view.n && reads < READS_AT_ONCE) {
		const struct imap_view_item *m =
		    imap_view_at(&s->view, ++f->at);

		if (faulty(s, FAULT_IMAP_LARGE_UNSEARCHED) &&
		    m->mail.size > SESSION_LARGE)
			continue;
		if (m->changed && faulty(s, FAULT_IMAP_SEARCH_SKIPS_CHANGED))
			continue;
		if (m->gone || !hunt_wants(&f->hunt, f->at)) {
			reads += f->hunt.read;
			continue;
		}
		reads += f->hunt.read;
		if (f->at > 1000 && faulty(s, FAULT_IMAP_SEARCH_1000))
			continue;
		f->found[f->n++] = f->at;
		if (m->mail.modseq > f->modseq)
			f->modseq = m->mail.modseq;
	}
	return f->at == s->view.n;
}

/* What is said of message n: what was asked for, or what faults have. */
static uint32_t
number_of(const struct imap_session *s, uint32_t n, bool uid)
{
	if (uid && faulty(s, FAULT_IMAP_UID_DESCENDING))
		n = (uint32_t)s->view.n + 1 - n;
	if (faulty(s, FAULT_IMAP_UID_OF_NUMBER))
		uid = false;
	if (faulty(s, FAULT_IMAP_SEARCH_SAYS_UIDS))
		uid = true;
	return uid ? imap_view_at(&s->view, n)->mail.uid : n;
}

/* A variant tells the last first: SEARCH has no order. */
static uint32_t
next_found(const struct imap_session *s, struct imap_find *f, const char *word)
{
	const size_t i = f->told++;

	if (varies(s, VARIANT_IMAP_SEARCH_REVERSED) &&
	    strcmp(word, "SEARCH") == 0)
		return f->found[f->n - 1 - i];
	return f->found[i];
}

bool
imap_find_tell(struct imap_session *s, struct imap_find *f, const char *word)
{
	if (!f->begun)
		buf_addf(s->out, "* %s", word);
	f->begun = true;
	while (f->told < f->n && !imap_said_enough(s)) {
		const uint32_t n = next_found(s, f, word);

		buf_addf(s->out, " %" PRIu32, number_of(s, n, f->uid));
	}
	if (f->told < f->n)
		return false;
	if (f->hunt.search.modseq && f->n > 0 &&
	    !faulty(s, FAULT_IMAP_SEARCH_NO_MODSEQ))
		buf_addf(s->out, " (MODSEQ %" PRIu64 ")", f->modseq);
	buf_add(s->out, SPAN("\r\n"));
	imap_reply(s, IMAP_SAY_DONE);
	return true;
}

static bool
search_step(struct imap_session *s, void *state)
{
	struct imap_find *f = state;

	return (f->at == s->view.n || imap_find_more(s, f)) &&
	       imap_find_tell(s, f, "SEARCH");
}

/* Faults: a size that is equal counts as well. */
static void
misread_sizes(const struct imap_session *s, struct imap_search *search)
{
	for (size_t i = 0; i < search->n; i++) {
		struct imap_search_node *node = &search->node[i];

		if (node->kind == IMAP_SEARCH_LARGER && node->number > 0 &&
		    faulty(s, FAULT_IMAP_LARGER_OR_EQUAL))
			node->number--;
		if (node->kind == IMAP_SEARCH_SMALLER &&
		    faulty(s, FAULT_IMAP_SMALLER_OR_EQUAL))
			node->number++;
	}
}

void
imap_run_search(struct imap_session *s, struct imap_args *args, bool uid)
{
	struct imap_search search = { 0 };
	struct imap_find *f;

	if (!imap_take_search(args, &search)) {
		imap_search_free(&search);
		imap_reply_bad(s, args);
		return;
	}
	if (faulty(s, FAULT_IMAP_SEARCH_SKIPS_CHANGED))
		imap_view_follow(&s->view);
	misread_sizes(s, &search);
	f = imap_find_new(
	    s, search, uid && !faulty(s, FAULT_IMAP_UID_SEARCH_NUMBERS));
	if (f != NULL)
		imap_start_job(s, search_step, search_free, f);
}
