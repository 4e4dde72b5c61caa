/* SPDX-License-Identifier: MIT */
/*
 * Any octets as what two sessions said and heard: the first of each line is
 * who and which.
 */
#include <assert.h>
#include <string.h>

#include "loadgen/mailbox_model.h"

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct mailbox_book *book = mailbox_book_new(0);
	struct mailbox_view views[2];
	struct span all = { (const char *)data, n };

	memset(views, 0, sizeof views);
	mailbox_view_open(&views[0], book);
	mailbox_view_open(&views[1], book);
	while (all.len > 1) {
		struct mailbox_view *v = &views[*all.ptr & 1];
		const bool said = (*all.ptr & 2) != 0;
		struct span part = span_skip(all, 1);
		const size_t end = span_find(part, SPAN("\n"));
		const char *why = NULL;

		part = span_take(part, end + 1);
		all = span_skip(all, 1 + part.len);
		if (said)
			mailbox_view_said(v, part);
		else
			why = mailbox_view_heard(v, part);
		assert(why == NULL || strlen(why) < sizeof v->why);
		assert(v->exists - v->base <= MODEL_WINDOW);
		assert(v->n_doing <= MODEL_COMMANDS);
	}
	mailbox_book_free(book);
	return 0;
}
