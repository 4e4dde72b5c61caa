/* SPDX-License-Identifier: MIT */
#include "reference/imap/element.h"

#include <ctype.h>
#include <stdlib.h>

static size_t
quoted_length(struct span s)
{
	size_t n = 1;

	while (n < s.len && s.ptr[n] != '"')
		n += s.ptr[n] == '\\' ? 2 : 1;
	return n + 1;
}

static size_t
literal_length(struct span s)
{
	const size_t at = span_find(s, SPAN("\r\n"));

	return at + 2 + strtoul(s.ptr + 1, NULL, 10);
}

size_t
imap_element_length(struct span s)
{
	size_t n = 0, depth = 0;

	do {
		const struct span rest = span_skip(s, n);

		if (rest.ptr[0] == '"') {
			n += quoted_length(rest);
		} else if (rest.ptr[0] == '{') {
			n += literal_length(rest);
		} else {
			depth += rest.ptr[0] == '(';
			depth -= rest.ptr[0] == ')';
			n++;
			if (depth == 0 && rest.ptr[0] != ')')
				while (n < s.len &&
				       strchr(" ()", s.ptr[n]) == NULL)
					n++;
		}
	} while (depth > 0 && n < s.len);
	return n < s.len ? n : s.len;
}

bool
imap_element(struct span list, size_t k, struct span *e)
{
	if (list.len < 2 || list.ptr[0] != '(')
		return false;
	list = span_take(span_skip(list, 1), list.len - 2);
	for (size_t i = 0; list.len > 0; i++) {
		while (list.len > 0 && list.ptr[0] == ' ')
			list = span_skip(list, 1);
		if (list.len == 0)
			return false;
		*e = span_take(list, imap_element_length(list));
		if (i == k)
			return true;
		list = span_skip(list, e->len);
	}
	return false;
}

bool
imap_element_at(struct span value, const char *path, struct span *e)
{
	*e = value;
	for (; isdigit((unsigned char)*path); path++)
		if (!imap_element(*e, (size_t)(*path - '0'), e))
			return false;
	return true;
}
