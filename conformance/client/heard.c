/* SPDX-License-Identifier: MIT */
#include "conformance/client/heard.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>

#include "conformance/trial.h"
#include "lib/mem.h"
#include "lib/text.h"

static void
add_event(const json_t *event, struct buf *out)
{
	const char *dir = json_string_value(json_object_get(event, "dir"));
	const char *party = json_string_value(json_object_get(event, "party"));
	const char *text = json_string_value(json_object_get(event, "text"));

	if (dir != NULL && party != NULL && text != NULL &&
	    strcmp(dir, "S") == 0 && party[0] == '\0')
		(void)text_unescape(span_of(text), out);
}

bool
heard(struct trial *t, const char *name, struct buf *out)
{
	char *file = mem_textf("%s.jsonl", name);
	const struct buf *filed = trial_content(t, file);
	struct span rest = filed == NULL ? SPAN("") : buf_span(filed);

	while (rest.len > 0) {
		const struct span line = span_cut(&rest, '\n');
		json_t *event = json_loadb(line.ptr, line.len, 0, NULL);

		add_event(event, out);
		json_decref(event);
	}
	free(file);
	return filed != NULL && !out->full;
}

bool
heard_body(struct span said, struct span *message)
{
	size_t octets = 0, digits = 0;

	while (said.len > 0 && !span_casestarts(said, SPAN("BODY[] {")))
		said = span_skip(said, 1);
	said = span_skip(said, said.len < 8 ? said.len : 8);
	while (digits < said.len && digits < 9 &&
	       isdigit((unsigned char)said.ptr[digits]))
		octets = octets * 10 + (size_t)(said.ptr[digits++] - '0');
	said = span_skip(said, digits);
	if (digits == 0 || !span_starts(said, SPAN("}\r\n")) ||
	    said.len - 3 < octets)
		return false;
	*message = span_take(span_skip(said, 3), octets);
	return true;
}

bool
heard_listing(struct span said, struct buf *message)
{
	while (said.len > 0) {
		const size_t lf = span_find(said, SPAN("\n"));
		struct span line = span_take(said, lf + 1);

		said = span_skip(said, line.len);
		if (span_eq(line, SPAN(".\r\n")))
			return true;
		if (span_starts(line, SPAN(".")))
			line = span_skip(line, 1);
		buf_add(message, line);
	}
	return false;
}
