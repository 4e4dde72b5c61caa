/* SPDX-License-Identifier: MIT */
#include "reference/smtp/path.h"

#include <arpa/inet.h>
#include <stdio.h>

static bool
is_alnum(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* RFC 5322 3.2.3; beyond ASCII, RFC 6531 3.3. */
static bool
is_atext(unsigned char c)
{
	return is_alnum(c) || c >= 0x80 ||
	       (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

/* How many octets one well-formed UTF-8 character takes; 0: none does. */
static size_t
utf8_len(struct span s)
{
	const unsigned char *u = (const unsigned char *)s.ptr;
	const size_t n = u[0] < 0x80   ? 1
			 : u[0] < 0xc2 ? 0
			 : u[0] < 0xe0 ? 2
			 : u[0] < 0xf0 ? 3
			 : u[0] < 0xf5 ? 4
				       : 0;

	if (n == 0 || s.len < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) ||
	    (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0; /* overlong, a surrogate, or beyond U+10FFFF */
	return n;
}

static bool
is_utf8(struct span s, bool *beyond_ascii)
{
	while (s.len > 0) {
		const size_t n = utf8_len(s);

		if (n == 0)
			return false;
		*beyond_ascii |= n > 1;
		s = span_skip(s, n);
	}
	return true;
}

/* ---- domains ---- */

static bool
is_label(struct span s)
{
	if (s.len == 0 || s.len > 63 || s.ptr[0] == '-' ||
	    s.ptr[s.len - 1] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.ptr[i];

		/*
		 * The underscore is no letter of RFC 5321, but of so many
		 * hosts that to refuse it would judge their names, not
		 * their mail.
		 */
		if (!is_alnum(c) && c < 0x80 && c != '-' && c != '_')
			return false;
	}
	return true;
}

static bool
is_domain(struct span s)
{
	if (s.len == 0 || s.len > SMTP_DOMAIN_MOST || s.ptr[s.len - 1] == '.')
		return false;
	while (s.len > 0)
		if (!is_label(span_cut(&s, '.')))
			return false;
	return true;
}

static bool
is_literal(struct span s)
{
	char text[INET6_ADDRSTRLEN + 1];
	unsigned char address[16];
	int family = AF_INET;

	if (s.len < 2 || s.ptr[0] != '[' || s.ptr[s.len - 1] != ']')
		return false;
	s = (struct span){ s.ptr + 1, s.len - 2 };
	if (span_casestarts(s, SPAN("IPv6:"))) {
		s = span_skip(s, 5);
		family = AF_INET6;
	}
	if (s.len >= sizeof text || memchr(s.ptr, '\0', s.len) != NULL)
		return false;
	(void)snprintf(text, sizeof text, "%.*s", SPAN_FMT(s));
	return inet_pton(family, text, address) == 1;
}

bool
smtp_is_domain_or_literal(struct span s)
{
	return is_domain(s) || is_literal(s);
}

/* ---- mailboxes ---- */

/* Length of the Quoted-string in front; 0 when there is none. */
static size_t
quoted_len(struct span s)
{
	size_t i = 1;

	if (s.len < 2 || s.ptr[0] != '"')
		return 0;
	while (i < s.len && s.ptr[i] != '"') {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c == '\\') {
			if (++i == s.len)
				return 0;
			c = (unsigned char)s.ptr[i];
			if (c >= 0x80)
				return 0;
		}
		if (c < ' ' || c == 0x7f)
			return 0;
		i++;
	}
	return i < s.len ? i + 1 : 0;
}

/* Length of the Dot-string in front; 0 when there is none. */
static size_t
dots_len(struct span s)
{
	size_t i = 0;

	while (
	    i < s.len && (is_atext((unsigned char)s.ptr[i]) ||
			     (s.ptr[i] == '.' && i > 0 && s.ptr[i - 1] != '.')))
		i++;
	return i > 0 && s.ptr[i - 1] == '.' ? 0 : i;
}

bool
smtp_parse_mailbox(struct span text, struct smtp_path *path)
{
	size_t n = 0;

	memset(path, 0, sizeof *path);
	if (text.len == 0 || !is_utf8(text, &path->utf8))
		return false;
	n = text.ptr[0] == '"' ? quoted_len(text) : dots_len(text);
	if (n == 0 || n > SMTP_LOCAL_MOST)
		return false;
	path->mailbox = text;
	path->local = span_take(text, n);
	text = span_skip(text, n);
	if (text.len == 0)
		return span_caseeq(path->local, SPAN("postmaster"));
	if (text.ptr[0] != '@')
		return false;
	path->domain = span_skip(text, 1);
	return smtp_is_domain_or_literal(path->domain);
}

/* "@one,@two:" in front of a mailbox, RFC 5321 4.1.2 A-d-l. */
static bool
skip_route(struct span *in)
{
	struct span rest = *in;
	struct span route;

	if (in->len == 0 || in->ptr[0] != '@')
		return true;
	route = span_cut(&rest, ':');
	if (route.len == in->len)
		return false;
	while (route.len > 0) {
		const struct span hop = span_cut(&route, ',');

		if (hop.len < 2 || hop.ptr[0] != '@' ||
		    !smtp_is_domain_or_literal(span_skip(hop, 1)))
			return false;
	}
	*in = rest;
	return true;
}

/* The ">" that ends a path: not one within quotes. */
static size_t
path_end(struct span s)
{
	bool quoted = false;

	for (size_t i = 0; i < s.len; i++) {
		if (quoted && s.ptr[i] == '\\')
			i++;
		else if (s.ptr[i] == '"')
			quoted = !quoted;
		else if (s.ptr[i] == '>' && !quoted)
			return i;
	}
	return s.len;
}

bool
smtp_take_path(struct span *in, struct smtp_path *path)
{
	const size_t end = path_end(*in);
	struct span inner;
	bool routed;

	memset(path, 0, sizeof *path);
	if (end == in->len || in->ptr[0] != '<')
		return false;
	inner = (struct span){ in->ptr + 1, end - 1 };
	*in = span_skip(*in, end + 1);
	if (inner.len == 0)
		return true;
	routed = inner.ptr[0] == '@';
	if (!skip_route(&inner) || inner.len + 2 > SMTP_PATH_MOST ||
	    !smtp_parse_mailbox(inner, path))
		return false;
	path->routed = routed;
	return true;
}

void
smtp_plain_mailbox(const struct smtp_path *path, struct buf *out)
{
	char plain[SMTP_LOCAL_MOST];
	size_t n = 0;

	if (path->local.len < 2 || path->local.ptr[0] != '"') {
		buf_add(out, path->mailbox);
		return;
	}
	for (size_t i = 1; i + 1 < path->local.len; i++) {
		if (path->local.ptr[i] == '\\')
			i++;
		plain[n++] = path->local.ptr[i];
	}
	if (n == 0 || dots_len((struct span){ plain, n }) != n) {
		buf_add(out, path->mailbox);
		return;
	}
	buf_add(out, (struct span){ plain, n });
	buf_add(out, span_skip(path->mailbox, path->local.len));
}

/* ---- parameters ---- */

static bool
is_keyword(struct span s)
{
	if (s.len == 0 || s.ptr[0] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum((unsigned char)s.ptr[i]) && s.ptr[i] != '-')
			return false;
	return true;
}

/* esmtp-value: 1*(%d33-60 / %d62-126), and UTF-8 with RFC 6531 3.3. */
static bool
is_value(struct span s)
{
	bool utf8 = false;

	for (size_t i = 0; i < s.len; i++) {
		const unsigned char c = (unsigned char)s.ptr[i];

		if (c <= ' ' || c == '=' || c == 0x7f)
			return false;
	}
	return s.len > 0 && is_utf8(s, &utf8);
}

bool
smtp_take_param(struct span *in, struct smtp_param *param, bool *bad)
{
	struct span word;

	memset(param, 0, sizeof *param);
	if (in->len == 0)
		return false;
	*bad = in->ptr[0] != ' ';
	while (in->len > 0 && in->ptr[0] == ' ')
		*in = span_skip(*in, 1);
	word = span_cut(in, ' ');
	/* The blank belongs to the next one. */
	if (in->len > 0)
		*in = (struct span){ in->ptr - 1, in->len + 1 };
	param->keyword = word;
	if (memchr(word.ptr, '=', word.len) != NULL) {
		param->keyword = span_cut(&word, '=');
		param->value = word;
		*bad |= !is_value(word);
	}
	*bad |= !is_keyword(param->keyword);
	return !*bad;
}

bool
smtp_parse_number(struct span s, int64_t *n)
{
	int64_t sum = 0;

	if (s.len == 0 || s.len > 20)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		sum = sum > (INT64_MAX - 9) / 10 ? INT64_MAX
						 : sum * 10 + (s.ptr[i] - '0');
	}
	*n = sum;
	return true;
}

/* Upper case only: RFC 3461 4 hexchar. */
static int
hex(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = c == '\0' ? NULL : strchr(digits, c);

	return at == NULL ? -1 : (int)(at - digits);
}

bool
smtp_decode_xtext(struct span s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (c < '!' || c > '~' || c == '=')
			return false;
		if (c == '+') {
			if (i + 2 >= s.len || hex(s.ptr[i + 1]) < 0 ||
			    hex(s.ptr[i + 2]) < 0)
				return false;
			c = (char)(hex(s.ptr[i + 1]) * 16 + hex(s.ptr[i + 2]));
			i += 2;
		}
		buf_add(out, (struct span){ &c, 1 });
	}
	return true;
}
