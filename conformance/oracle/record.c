/* SPDX-License-Identifier: MIT */
#include "conformance/oracle/record.h"

#include "lib/text.h"

void
oracle_record_add(struct buf *record, int client, char who, struct span text)
{
	buf_addf(record, "%d %c ", client + 1, who);
	text_escape(text, record);
	buf_addf(record, "\n");
}

static bool
feed_line(struct span line, struct model *m, struct buf *text)
{
	const int client = line.len < 4 ? -1 : line.ptr[0] - '1';

	buf_clear(text);
	if (client < 0 || client >= ORACLE_CLIENTS || line.ptr[1] != ' ' ||
	    line.ptr[3] != ' ' || !text_unescape(span_skip(line, 4), text))
		return false;
	if (line.ptr[2] == 'C')
		model_said(m, client, buf_span(text));
	else if (line.ptr[2] == 'S')
		model_heard(m, client, buf_span(text));
	else
		return false;
	return true;
}

bool
oracle_record_feed(struct span record, struct model *m, struct err *err)
{
	struct buf text;
	bool ok = true;
	int n = 0;

	buf_init(&text, RECORD_MOST);
	while (ok && record.len > 0) {
		n++;
		ok = feed_line(span_cut(&record, '\n'), m, &text);
	}
	buf_free(&text);
	return ok || err_set(err, ERR_CONFIG,
			 "line %d of the record: a client from 1 to %d, C or "
			 "S, and text would be right",
			 n, ORACLE_CLIENTS);
}

struct span
oracle_record_tail(struct span record, int32_t at, size_t lines)
{
	size_t end = 0, begin;

	for (int32_t i = 0; i < at && end < record.len; i++) {
		const struct span rest = span_skip(record, end);
		const size_t line = span_find(rest, SPAN("\n"));

		end += line == rest.len ? line : line + 1;
	}
	begin = end;
	for (size_t i = 0; i <= lines && begin > 0; i++) {
		if (i == lines)
			break;
		begin--;
		while (begin > 0 && record.ptr[begin - 1] != '\n')
			begin--;
	}
	return (struct span){ record.ptr + begin, end - begin };
}
