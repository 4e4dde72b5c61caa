/* SPDX-License-Identifier: MIT */
/*
 * What is found in mailboxes: which message it is, and whether all of it is
 * still as it was sent.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "loadgen/ledger_inner.h"

/* ---- which one ---- */

/* What stands behind "Name:", white space and folds skipped. */
static bool
field_value(struct span header, struct span name, struct span *value)
{
	while (header.len > 0) {
		const struct span all = header;
		const struct span line = span_cut(&header, '\n');

		if (line.len == 0 || line.ptr[0] == '\r')
			break;
		if (!span_casestarts(line, name) || line.len == name.len ||
		    line.ptr[name.len] != ':')
			continue;
		*value = span_skip(all, name.len + 1);
		while (value->len > 0 && isspace((unsigned char)*value->ptr))
			*value = span_skip(*value, 1);
		return true;
	}
	return false;
}

/* NAME.SEQ; NAME.x.y is that of another ledger of the same run. */
static bool
read_id(const struct load_ledger *l, struct span id, size_t *seq)
{
	size_t n = 0, digits = 0;

	if (!span_starts(id, load_ledger_prefix(l)))
		return false;
	id = span_skip(id, l->name_len);
	for (; digits < id.len && isdigit((unsigned char)id.ptr[digits]);
	     digits++)
		if (n < l->planned)
			n = n * 10 + (size_t)(id.ptr[digits] - '0');
	if (digits < id.len && id.ptr[digits] == '.')
		return false;
	*seq = digits == DIGITS && n < l->planned &&
		       (digits == id.len ||
			   strchr("@> \t\r\n", id.ptr[digits]) != NULL)
		   ? n
		   : LEDGER_STRANGE;
	return true;
}

bool
load_ledger_find(const struct load_ledger *l, struct span header, size_t *seq)
{
	struct span value;

	if (field_value(header, SPAN("Yanshou-Id"), &value) &&
	    read_id(l, value, seq))
		return true;
	return field_value(header, SPAN("Message-ID"), &value) &&
	       span_starts(value, SPAN("<")) &&
	       read_id(l, span_skip(value, 1), seq);
}

/* ---- content ---- */

/* Only empty lines are left. */
static bool
is_blank(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] != '\r' && s.ptr[i] != '\n')
			return false;
	return true;
}

static struct span
body_of(struct span message)
{
	return span_skip(
	    span_skip(message, span_find(message, SPAN("\r\n\r\n"))),
	    span_find(message, SPAN("\r\n\r\n")) == message.len ? 0 : 4);
}

/* Where two texts part, counted from 0; the last line end may be missing. */
static bool
differ(struct span expected, struct span heard, size_t *at)
{
	const size_t n = heard.len < expected.len ? heard.len : expected.len;

	*at = 0;
	if (memcmp(expected.ptr, heard.ptr, n) == 0)
		*at = n;
	while (*at < n && expected.ptr[*at] == heard.ptr[*at])
		++*at;
	return !is_blank(span_skip(expected, *at)) ||
	       !is_blank(span_skip(heard, *at));
}

static void
check(const struct load_ledger *l, size_t seq, struct span message, char *why,
    size_t room)
{
	const size_t class = atomic_load(&l->entries[seq].size);
	const struct text *t =
	    class == 0 ? NULL : ledger_text(l, class - 1, seq);
	struct span body = body_of(message), value;
	const size_t line = l->name_len + DIGITS + 2;
	char digits[DIGITS];
	size_t at;

	*why = '\0';
	ledger_write_seq(digits, seq);
	if (t == NULL)
		snprintf(why, room, "never written");
	else if (!span_starts(body, load_ledger_prefix(l)) ||
		 !span_starts(span_skip(body, l->name_len),
		     (struct span){ digits, DIGITS }) ||
		 !span_starts(
		     span_skip(body, l->name_len + DIGITS), SPAN("\r\n")))
		snprintf(why, room, "its body does not begin with its id");
	else if (differ(t->body, span_skip(body, line), &at))
		snprintf(why, room, "its body differs at octet %zu of %zu",
		    line + at, line + t->body.len);
	else if (field_value(message, SPAN("Yanshou-SM3"), &value) &&
		 !span_starts(value, span_of(t->sm3)))
		snprintf(why, room, "the digest in its header was changed");
}

void
load_ledger_note(struct load_ledger *l, size_t seq, const char *text)
{
	pthread_mutex_lock(&l->lock);
	if (l->n_notes < NOTES) {
		struct note *n = &l->notes[l->n_notes++];

		n->seq = seq;
		snprintf(n->text, sizeof n->text, "%s", text);
	}
	pthread_mutex_unlock(&l->lock);
}

bool
load_ledger_read(struct load_ledger *l, size_t seq, struct span message)
{
	char why[96];

	if (seq >= l->planned)
		return true; /* there is nothing it should be equal to */
	check(l, seq, message, why, sizeof why);
	atomic_fetch_add(
	    *why == '\0' ? &l->entries[seq].good : &l->entries[seq].bad, 1);
	if (*why != '\0')
		load_ledger_note(l, seq, why);
	return *why == '\0';
}
