/* SPDX-License-Identifier: MIT */
#include "conformance/client/web.h"

/* ---- how it ended ---- */

const char *
web_end_name(enum web_end end)
{
	static const char *const names[WEB_ENDS] = {
		[WEB_NOT_SENT] = "not-sent",
		[WEB_FORBIDDEN] = "forbidden",
		[WEB_UNREACHABLE] = "unreachable",
		[WEB_NO_TLS] = "no-tls",
		[WEB_TIMED_OUT] = "timed-out",
		[WEB_TOO_LONG] = "too-long",
		[WEB_GARBLED] = "garbled",
		[WEB_ANSWERED] = "answered",
	};

	return names[end];
}

/* ---- an answer ---- */

void
web_answer_init(struct web_answer *a, size_t most)
{
	*a = (struct web_answer){ .end = WEB_NOT_SENT };
	buf_init(&a->sent, WEB_SENT_MOST);
	buf_init(&a->heads, WEB_HEAD_MOST);
	buf_init(&a->content, most == 0 ? WEB_BODY_MOST : most);
	buf_init(&a->chain, WEB_PEM_MOST);
}

void
web_answer_free(struct web_answer *a)
{
	buf_free(&a->sent);
	buf_free(&a->heads);
	buf_free(&a->content);
	buf_free(&a->chain);
}

static bool
is_status_line(struct span line)
{
	return span_starts(line, SPAN("HTTP/"));
}

static int
status_of(struct span head)
{
	int status = 0;
	struct span code;

	(void)span_cut(&head, ' ');
	code = span_take(head, 3);
	for (size_t i = 0; i < code.len; i++) {
		if (code.ptr[i] < '0' || code.ptr[i] > '9')
			return 0;
		status = status * 10 + (code.ptr[i] - '0');
	}
	return code.len == 3 ? status : 0;
}

void
web_answer_read(struct web_answer *a)
{
	struct span rest = buf_span(&a->heads), head = SPAN("");
	bool inside = false;

	while (rest.len > 0) {
		const size_t n = span_find(rest, SPAN("\n"));
		const struct span line = span_take(rest, n + 1);

		if (is_status_line(line) && !inside)
			head = (struct span){ line.ptr, 0 };
		inside = inside || is_status_line(line);
		if (inside)
			head.len += line.len;
		if (line.len <= 2)
			inside = false;
		rest = span_skip(rest, line.len);
	}
	a->head = head;
	a->protocol = span_cut(&head, ' ');
	a->status = status_of(a->head);
	a->body = buf_span(&a->content);
}

/* ---- fields ---- */

static struct span
trim(struct span s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = span_skip(s, 1);
	while (s.len > 0 && memchr(" \t\r\n", s.ptr[s.len - 1], 4) != NULL)
		s.len--;
	return s;
}

static size_t
find_field(const struct web_answer *a, const char *name, struct span *first)
{
	struct span rest = a->head;
	size_t n = 0;

	*first = (struct span){ NULL, 0 };
	(void)span_cut(&rest, '\n');
	while (rest.len > 0) {
		struct span value = span_cut(&rest, '\n');
		const struct span field = span_cut(&value, ':');

		if (!span_caseeq(field, span_of(name)))
			continue;
		if (n++ == 0)
			*first = trim(value);
	}
	return n;
}

struct span
web_header(const struct web_answer *a, const char *name)
{
	struct span value;

	(void)find_field(a, name, &value);
	return value;
}

size_t
web_header_count(const struct web_answer *a, const char *name)
{
	struct span value;

	return find_field(a, name, &value);
}

bool
web_has_type(const struct web_answer *a, const char *type)
{
	struct span value = web_header(a, "Content-Type");

	return span_caseeq(trim(span_cut(&value, ';')), span_of(type));
}
